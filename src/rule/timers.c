#include "rule/timers.h"
#include "base/time.h"
#include "rule/rules.h"
#include "rule/run.h"

// Inside a trial it will be undone: told, so that whoever tries a rule sees what would have come later.
static void tell_timer(tx *t, int64_t due_us, const char *kind, int64_t ref)
{
    engine *e = engine_of(t);
    if (!e->run || !e->run->trial)
        return;
    const rule_def *d = strcmp(kind, "rule") == 0 ? rules_by_id(e->rules, ref) : NULL;
    const ring g = { .kind = "timer", .outcome = RING_DONE, .cause_no = e->run->cause, .rule = d ? d->id : 0,
                     .rule_key = d ? arena_str(t->a, d->key) : S(""), .what = arena_str(t->a, str_c(kind)), .ref = ref, .due_us = due_us };
    engine_ring(t, &g);
}

// One that is set anew is told once.
static void tell_cancelled(tx *t, const char *kind, int64_t ref)
{
    engine *e = engine_of(t);
    if (!e->run || !e->run->trial || !e->rings)
        return;
    for (uint32_t i = 0; i < e->rings->n; i++) {
        ring *g = &e->rings->v[i];
        if (strcmp(g->kind, "timer") == 0 && g->ref == ref && str_eq(g->what, str_c(kind)))
            g->outcome = RING_NOTHING;
    }
}

err timer_set(tx *t, int64_t due_us, const char *kind, int64_t ref, str payload)
{
    tell_timer(t, due_us, kind, ref);
    return db_exec(t->d, "INSERT INTO timer (due_us, id, kind, ref, tries, payload) VALUES ($1, $2, $3, $4, 0, $5)", dbi(due_us),
                   dbi(tx_id(t)), dbs(str_c(kind)), dbi(ref), dbb(payload));
}

err timer_cancel(tx *t, const char *kind, int64_t ref)
{
    tell_cancelled(t, kind, ref);
    return db_exec(t->d, "DELETE FROM timer WHERE kind = $1 AND ref = $2", dbs(str_c(kind)), dbi(ref));
}

err timers_next(db *d, int64_t *ret_due_us)
{
    return db_int(d, ret_due_us, INT64_MAX, "SELECT min(due_us) FROM timer");
}

typedef struct firing { int64_t due_us, id, ref, tries; str kind, payload; } firing;

static err fire_nested(tx *t, void *p)
{
    const firing *f = p;
    TRY(db_exec(t->d, "DELETE FROM timer WHERE due_us = $1 AND id = $2", dbi(f->due_us), dbi(f->id)));
    const timer_kind *k = rules_timer(engine_of(t)->rules, f->kind);
    return k ? k->fire(t, f->ref, f->payload) : E_NOT_FOUND;
}

static bool is_trouble(err e)
{
    return e == E_IO || e == E_DISK_FULL || e == E_DB || e == E_CORRUPT;
}

// A failed one is moved to a later moment, or given up and told.
static err fire_again(tx *t, const firing *f, err why)
{
    if (f->tries + 1 < TIMER_TRIES_MAX)
        return db_exec(t->d, "UPDATE timer SET due_us = $3, tries = tries + 1 WHERE due_us = $1 AND id = $2", dbi(f->due_us),
                       dbi(f->id), dbi(t->now_us + (US_PER_MIN << f->tries)));
    TRY(db_exec(t->d, "DELETE FROM timer WHERE due_us = $1 AND id = $2", dbi(f->due_us), dbi(f->id)));
    return engine_emit(t, &(event_new){
        .kind = S("timer.failed"), .flags = EVENT_SYSTEM, .props_n = 3,
        .props = (const event_prop[]){ prop_str(S("timer"), f->kind), prop_i64(S("ref"), f->ref),
                                       prop_str(S("error"), str_c(err_info_of(why)->code)) } }, NULL);
}

static err fire_next(tx *t, bool *ret_fired)
{
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found,
                     "SELECT due_us, id, kind, ref, tries, payload FROM timer WHERE due_us <= $1 ORDER BY due_us, id LIMIT 1",
                     dbi(t->now_us)));
    *ret_fired = found;
    firing f = { 0 };
    if (found)
        f = (firing) { db_i64(&r, 0),
                       db_i64(&r, 1),
                       db_i64(&r, 3),
                       db_i64(&r, 4),
                       arena_str(t->a, db_str(&r, 2)),
                       arena_str(t->a, db_blob(&r, 5)) };
    TRY(db_end(&r));
    if (!found)
        return E_OK;
    err e = tx_nested(t, fire_nested, &f);
    if (e == E_OK || is_trouble(e))
        return e;
    return fire_again(t, &f, e);
}

err timers_run(tx *t, int64_t budget_us, bool *ret_more)
{
    os *o = engine_of(t)->o;
    int64_t start = os_mono_us(o);
    bool fired = true;
    do
        TRY(fire_next(t, &fired));
    while (fired && os_mono_us(o) - start < budget_us);
    *ret_more = fired;
    return E_OK;
}
