// Operations for those who can wait for the outcome: commands, tests, threads of jobs.
#include "store/teller.h"
#include <pthread.h>

typedef struct waiting {
    op op;                         // first
    const awaited *what;
    bool finished;
    err outcome;
    pthread_mutex_t m;
    pthread_cond_t c;
} waiting;

static err run(op *o, tx *t)
{
    const awaited *x = ((waiting *)o)->what;
    fault mine = { 0 };
    t->f = x->f ? x->f : &mine;
    err e = x->fn(t, x->p);
    t->f = NULL;
    if (e != E_OK && x->f)
        fault_keep(x->f, x->a);               // made in the group's arena, read after it
    return e;
}

static err run_between(op *o, db *d)
{
    const awaited *x = ((waiting *)o)->what;
    return x->between(d, x->p);
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

static err wait_for(teller *t, waiting *w)
{
    bool worked = true;
    while (w->what->steps && !w->finished && worked)
        TRY(teller_step(t, &worked));
    pthread_mutex_lock(&w->m);
    while (!w->what->steps && !w->finished)
        pthread_cond_wait(&w->c, &w->m);
    pthread_mutex_unlock(&w->m);
    return w->outcome;
}

err teller_await(teller *t, const awaited *what)
{
    waiting w = { .op = { .run = what->fn ? run : NULL, .between = what->between ? run_between : NULL, .done = done, .lane = what->lane },
                  .what = what };
    pthread_mutex_init(&w.m, NULL);
    pthread_cond_init(&w.c, NULL);
    err e = teller_submit(t, &w.op) ? wait_for(t, &w) : E_OVERLOADED;
    pthread_cond_destroy(&w.c);
    pthread_mutex_destroy(&w.m);
    return e;
}
