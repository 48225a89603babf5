// Operations for those who can wait: commands and tests.
#include "instance/instance.h"
#include <pthread.h>

typedef struct waiting {
    op op;                         // first
    err (*fn)(tx *t, void *p);
    err (*between)(db *d, void *p);
    void *p;
    fault *f;
    arena *a;                      // the instance's: errors are few
    bool finished;
    err outcome;
    pthread_mutex_t m;
    pthread_cond_t c;
} waiting;

static err run(op *o, tx *t)
{
    waiting *w = (waiting *)o;
    t->f = w->f;
    err e = w->fn(t, w->p);
    t->f = NULL;
    if (e != E_OK && w->f)
        fault_keep(w->f, w->a);               // made in the group's arena, read after it
    return e;
}

static err run_between(op *o, db *d)
{
    waiting *w = (waiting *)o;
    return w->between(d, w->p);
}

static void done(op *o, err outcome)
{
    waiting *w = (waiting *)o;
    pthread_mutex_lock(&w->m);
    w->outcome = outcome;
    w->finished = true;
    pthread_cond_signal(&w->c);
    pthread_mutex_unlock(&w->m);
}

static err wait_for(instance *in, waiting *w)
{
    if (!in->threaded) {
        bool worked = true;
        while (!w->finished && worked)
            TRY(teller_step(in->e.teller, &worked));
        return w->outcome;
    }
    pthread_mutex_lock(&w->m);
    while (!w->finished)
        pthread_cond_wait(&w->c, &w->m);
    pthread_mutex_unlock(&w->m);
    return w->outcome;
}

static err submit(instance *in, waiting *w)
{
    pthread_mutex_init(&w->m, NULL);
    pthread_cond_init(&w->c, NULL);
    err e = teller_submit(in->e.teller, &w->op) ? wait_for(in, w) : E_OVERLOADED;
    pthread_cond_destroy(&w->c);
    pthread_mutex_destroy(&w->m);
    return e;
}

err instance_do(instance *in, err (*fn)(tx *t, void *p), void *p, fault *f)
{
    waiting w = { .op = { .run = run, .done = done }, .fn = fn, .p = p, .f = f, .a = in->a };
    return submit(in, &w);
}

err instance_between(instance *in, err (*fn)(db *d, void *p), void *p)
{
    waiting w = { .op = { .between = run_between, .done = done, .lane = LANE_BETWEEN }, .between = fn, .p = p };
    return submit(in, &w);
}
