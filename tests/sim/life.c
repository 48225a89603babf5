#include "life.h"
#include <stdlib.h>

void life_init(life *l, uint64_t seed) { *l = (life){ .os = os_sim_create(seed), .chance = seed, .a = arena_create() }; }

void life_free(life *l)
{
    model_free(&l->m);
    buf_free(&l->report);
    arena_destroy(l->a);
    os_sim_destroy(l->os);
}

uint64_t life_draw(life *l, uint64_t n) { return work_mix(&l->chance) % n; }
bool life_one_in(life *l, uint64_t n) { return life_draw(l, n) == 0; }

err life_start(life *l)
{
    arena_reset(l->a);
    l->f = (fault){ 0 };
    l->dead = false;
    return server_open(&l->s, os_sim_os(l->os), "/", LIFE_DIR, l->a, &l->f);
}

// Whether the teller lives on is known only when the step returns: the model hears of answers then.
static void answered(work *k, err outcome)
{
    k->o.outcome = outcome;
    k->user = NULL;
}

static err tell_model(life *l, err e)
{
    l->dead |= e != E_OK;
    size_t kept = 0;
    for (size_t i = 0; i < l->open_n; i++) {
        work *k = l->open[i];
        if (k->user) {
            l->open[kept++] = k;
            continue;
        }
        model_answer(&l->m, k, k->o.outcome, !l->dead || k->o.outcome == E_SHUTTING_DOWN);
        free(k);
    }
    l->open_n = kept;
    return e;
}

void life_submit(life *l)
{
    if (l->open_n == WORKS_MAX)
        return;
    work *k = calloc(1, sizeof *k);
    ENSURE(k);
    *k = (work){ .answered = answered, .user = l };
    if (life_one_in(l, 40))
        k->job = JOB_EXPIRY;
    else if (life_one_in(l, 5))
        k->job = 1 + (int64_t)life_draw(l, JOBS);
    else
        model_ask(&l->m, k, &l->chance);
    work_init(k);
    ENSURE(teller_submit(l->s.t, &k->o));      // the queue is never full here
    l->open[l->open_n++] = k;
}

err life_step(life *l)
{
    bool worked;
    return tell_model(l, teller_step(l->s.t, &worked));
}

err life_ship(life *l)
{
    bool worked;
    return tell_model(l, teller_ship(l->s.t, &worked));
}

err life_checkpoint(life *l, bool force) { return tell_model(l, teller_checkpoint(l->s.t, force)); }

bool life_over(const life *l) { return l->dead || os_sim_crashed(l->os); }

void life_end(life *l, bool orderly)
{
    if (!orderly)
        os_sim_crash_now(l->os);
    server_close(&l->s);
    for (size_t i = 0; i < l->open_n; i++)
        free(l->open[i]);
    l->open_n = 0;
}

void life_restart(life *l, bool power_cut)
{
    if (power_cut)
        os_sim_restart(l->os);
    else
        os_sim_respawn(l->os);
    life_calm(l);
}

void life_calm(life *l)
{
    os_sim_crash_at(l->os, 0);
    os_sim_crash_at_write(l->os, 0);
    os_sim_fail_at(l->os, 0, E_IO, false);
    os_sim_fail_sync_at(l->os, 0);
    os_sim_disk_limit(l->os, -1);
}

void life_check(life *l) { model_check(&l->m, &l->s, &l->report); }
