// A few threads, each with a reader of its own, and one bounded queue.
#include "api/api_impl.h"
#include <stdatomic.h>
#include <stdlib.h>

#define ENDING_US INT64_C(5000000)     // what still runs when the pool stops has so long

struct pool {
    pthread_mutex_t lock;                     // guards first, last, n, closing
    pthread_cond_t some;
    call *first, *last;
    size_t n, max;
    bool closing;
    os *o;
    int64_t most_us;                          // a call may read for so long
    _Atomic int64_t ends_us;                  // nobody reads after that
    void (*run)(call *c, db *d);
    int threads, started;
    struct worker { pool *p; db *d; pthread_t thread; } *v;
};

static call *take(pool *p)
{
    pthread_mutex_lock(&p->lock);
    while (!p->first && !p->closing)
        pthread_cond_wait(&p->some, &p->lock);
    call *c = p->first;
    if (c) {
        p->first = c->next;
        if (!p->first)
            p->last = NULL;
        p->n--;
    }
    pthread_mutex_unlock(&p->lock);
    return c;
}

static void *body(void *arg)
{
    struct worker *w = arg;
    for (call *c; (c = take(w->p));) {
        db_limit(w->d, os_mono_us(w->p->o) + w->p->most_us, &w->p->ends_us);
        w->p->run(c, w->d);
    }
    return NULL;
}

bool pool_submit(pool *p, call *c)
{
    pthread_mutex_lock(&p->lock);
    bool ok = p->n < p->max && !p->closing;
    if (ok) {
        c->next = NULL;
        if (p->last)
            p->last->next = c;
        else
            p->first = c;
        p->last = c;
        p->n++;
        pthread_cond_signal(&p->some);
    }
    pthread_mutex_unlock(&p->lock);
    return ok;
}

size_t pool_waiting(pool *p)
{
    pthread_mutex_lock(&p->lock);
    size_t n = p->n;
    pthread_mutex_unlock(&p->lock);
    return n;
}

void pool_stop(pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->closing = true;
    atomic_store(&p->ends_us, os_mono_us(p->o) + ENDING_US);
    pthread_cond_broadcast(&p->some);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->started; i++)
        pthread_join(p->v[i].thread, NULL);
    p->started = 0;
}

void pool_close(pool *p)
{
    if (!p)
        return;
    pool_stop(p);
    for (int i = 0; i < p->threads; i++)
        if (p->v[i].d)
            db_close(p->v[i].d);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->some);
    free(p->v);
    free(p);
}

static err start(pool *p, os *o, const char *db_path, fault *f, arena *a)
{
    for (int i = 0; i < p->threads; i++) {
        p->v[i].p = p;
        TRY(db_open(o, db_path, DB_READER, &p->v[i].d));
    }
    for (; p->started < p->threads; p->started++)
        if (pthread_create(&p->v[p->started].thread, NULL, body, &p->v[p->started]) != 0)
            return fault_detail(f, a, E_IO, "no thread to be had");
    return E_OK;
}

err pool_open(os *o, const char *db_path, int threads, size_t queue_max, int64_t most_us, void (*run)(call *c, db *d), fault *f, arena *a,
              pool **ret)
{
    pool *p = calloc(1, sizeof *p);
    ENSURE(p);
    *p = (pool){ .o = o, .most_us = most_us, .ends_us = INT64_MAX, .max = queue_max, .run = run, .threads = threads,
                 .v = calloc((size_t)threads, sizeof *p->v) };
    ENSURE(p->v);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->some, NULL);
    err e = start(p, o, db_path, f, a);
    if (e != E_OK) {
        pool_close(p);
        return e;
    }
    *ret = p;
    return E_OK;
}
