// The ledger alone, on the real database and teller, on a made-up machine.
#ifndef UNIT_LEDGER_KIT_H
#define UNIT_LEDGER_KIT_H
#include "base/time.h"
#include "loyalty/ledger_api.h"
#include "sim/os_sim.h"
#include "store/migrate.h"
#include "tests.h"
#include <stdio.h>
#include <stdlib.h>

typedef struct world {
    struct engine e; // first: tx.user
    struct loyalty hook;
    os_sim *sim;
    db *d;
    arena *a;
    fault f;
    ledger_moved last[4]; // most recent first
    int64_t told;
} world;

typedef struct step {
    op op;
    err (*fn)(tx *t, void *p);
    void *p;
    world *w;
    err outcome;
} step;

static inline err step_run(op *o, tx *t)
{
    step *s = (step *)o;
    s->w->f = (fault){ 0 };
    t->f = &s->w->f;
    return s->fn(t, s->p);
}
static inline void step_done(op *o, err outcome) { ((step *)o)->outcome = outcome; }

// Inside an operation of the teller; committed when it gives E_OK.
static inline err in_tx(world *w, err (*fn)(tx *t, void *p), void *p)
{
    step s = { .op = { .run = step_run, .done = step_done }, .fn = fn, .p = p, .w = w };
    bool worked;
    assert_true(teller_submit(w->e.teller, &s.op));
    assert_ok(teller_step(w->e.teller, &worked));
    return s.outcome;
}

static inline err on_moved(tx *t, const ledger_moved *m, int64_t *ret_no)
{
    world *w = (world *)engine_of(t);
    memmove(w->last + 1, w->last, sizeof w->last - sizeof *w->last);
    w->last[0] = *m;
    *ret_no = ++w->told;
    return E_OK;
}

static inline int64_t at_local(int y, int mo, int d, int h) { return civil_to_us((civil){ y, mo, d, h, 0, 0, 0 }, ZONE_OFFSET_US); }

static inline int setup(void **state)
{
    world *w = calloc(1, sizeof *w);
    w->hook.on_moved = on_moved;
    w->e.loyalty = &w->hook;
    w->sim = os_sim_create(7);
    os_sim_set_now(w->sim, at_local(2026, 1, 15, 12));
    w->a = arena_create();
    assert_ok(db_open(os_sim_os(w->sim), "t.db", DB_WRITER, &w->d));
    size_t applied;
    assert_ok(migrate(w->d, migrations, migrations_count, 0, NULL, w->a, &applied));
    w->e.o = os_sim_os(w->sim);
    assert_ok(teller_open(&(teller_config){ .o = os_sim_os(w->sim), .d = w->d, .user = w }, NULL, w->a, &w->e.teller));
    *state = w;
    return 0;
}

static inline int teardown(void **state)
{
    world *w = *state;
    teller_close(w->e.teller);
    os_sim_destroy(w->sim);
    arena_destroy(w->a);
    free(w);
    return 0;
}

static inline void check_clean(world *w)
{
    buf b = { 0 };
    assert_ok(ledger_check(w->d, &b));
    if (b.len)
        fail_msg("%.*s", (int)b.len, b.s);
    buf_free(&b);
}

#endif
