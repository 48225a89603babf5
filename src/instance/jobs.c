// Repeated work as bulk operations. Each job has one operation that is either waiting with the teller or idle.
#include "instance/parts.h"

typedef struct running {
    op op;                         // first
    instance *in;
    const job *job;
    bool busy;                     // atomic: with the teller
    bool more;                     // the teller's thread, while busy
    int64_t next_us;               // tick's thread
    fault f;
} running;

struct jobs { size_t n; running v[]; };

static err run(op *o, tx *t)
{
    running *r = (running *)o;
    t->f = &r->f;
    return r->job->run(t, &r->more);
}

// What is not done yet goes on at once, behind whoever waits by now, not at the next tick: a long import is thousands of slices.
static bool again(running *r)
{
    r->more = false;
    r->f = (fault){ 0 };
    return teller_submit(r->in->e.teller, &r->op);
}

static void done(op *o, err outcome)
{
    running *r = (running *)o;
    if (outcome != E_OK && outcome != E_SHUTTING_DOWN)
        log_event(LOG_ERROR, "job.failed", log_s("job", str_c(r->job->name)), log_s("code", str_c(err_info_of(outcome)->code)));
    if (outcome == E_OK && r->more && again(r))
        return;
    __atomic_store_n(&r->busy, false, __ATOMIC_RELEASE);
}

struct jobs *jobs_open(instance *in)
{
    struct jobs *j = arena_alloc(in->a, 1, sizeof *j + parts_jobs_n * sizeof j->v[0], alignof(max_align_t));
    j->n = parts_jobs_n;
    for (size_t i = 0; i < j->n; i++)
        j->v[i] = (running){ .op = { .run = run, .done = done, .lane = LANE_BULK }, .in = in, .job = &parts_jobs[i] };
    return j;
}

void instance_tick(instance *in)
{
    int64_t now = os_mono_us(in->o);
    for (size_t i = 0; i < in->jobs->n; i++) {
        running *r = &in->jobs->v[i];
        if (__atomic_load_n(&r->busy, __ATOMIC_ACQUIRE) || now < r->next_us)
            continue;
        r->next_us = now + r->job->every_us;
        __atomic_store_n(&r->busy, true, __ATOMIC_RELEASE);
        if (!again(r))
            __atomic_store_n(&r->busy, false, __ATOMIC_RELEASE);
    }
}
