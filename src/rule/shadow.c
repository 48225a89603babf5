// Shadow: rules that are tried out, or all rules for a source that is. Those one event wakes run in their order inside one savepoint
// that is always undone, chains and all, so that one sees what another would have done; then what each would have done is written down
// beside: counted per rule, source and effect, and the first ones kept one by one. "once" and caps are claimed twice: inside, where
// they are undone, and under the rule's negative id, so that a rule in shadow counts as it will count. Timers that would have been
// set are noted as kind "timer".
// What shadow cannot know: effects of earlier events that were undone are not there for later ones.
#include "rule/run.h"

static err shadow_count(rule_ctx *c, const ring *g, int64_t *ret_n)
{
    db_rows r;
    bool found;
    TRY(db_query_one(c->t->d, &r, &found,
                     "INSERT INTO shadow_count (rule, source, kind, outcome, n, amount, first_us, last_us)"
                     " VALUES ($1, $2, $3, $4, 1, $5, $6, $6)"
                     " ON CONFLICT (rule, source, kind, outcome) DO UPDATE SET n = shadow_count.n + 1,"
                     " amount = shadow_count.amount + excluded.amount, last_us = excluded.last_us RETURNING n",
                     dbi(c->rule), dbi(c->ev->source), dbs(str_c(g->kind)), dbi(g->outcome), dbi(g->amount), dbi(c->t->now_us)));
    *ret_n = found ? db_i64(&r, 0) : 0;
    return db_end(&r);
}

static err shadow_note(rule_ctx *c, const ring *g)
{
    int64_t n;
    TRY(shadow_count(c, g, &n));
    if (n > SHADOW_KEPT_MAX)
        return E_OK;
    return db_exec(c->t->d,
                   "INSERT INTO shadow_effect (id, rule, source, event_no, subject, person, by_key, kind, outcome, what, why, amount,"
                   " due_us, at_us)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
                   dbi(tx_id(c->t)), dbi(c->rule), dbi(c->ev->source), dbi(c->ev->no), dbi(c->ev->subject), dbi(c->person), dbs(g->rule_key),
                   dbs(str_c(g->kind)), dbi(g->outcome), dbs(g->what.s ? g->what : S("")), dbs(g->why.s ? g->why : S("")), dbi(g->amount),
                   dbi(g->due_us), dbi(c->t->now_us));
}

// Rings of the trial that are a rule's: those from `from` to `to`, chains included.
typedef struct told_by { attempt a; uint32_t from, to; } told_by;
typedef struct trying {
    const rule_def *const *list;
    size_t n;
    const event *ev;
    bool quiet, finished;
    ring_log *log;
    told_by *by;
} trying;

static err try_nested(tx *t, void *p)
{
    trying *x = p;
    engine_collect(t, x->log);
    for (size_t i = 0; i < x->n; i++) {
        rule_ctx c = run_ctx(t, x->list[i], x->ev, x->quiet);
        x->by[i].from = x->log->n;
        TRY(run_attempt(&c, x->list[i], &x->by[i].a));
        x->by[i].to = x->log->n;
    }
    x->finished = true;
    return E_CONFLICT;                         // always undone
}

static err note_rings(rule_ctx *c, const trying *x, const told_by *b, bool *ret_any)
{
    *ret_any = false;
    for (uint32_t i = b->from; i < b->to; i++) {
        ring g = x->log->v[i];
        bool timer = strcmp(g.kind, "timer") == 0;
        if (g.outcome == RING_NOTHING)
            continue;                          // a timer that was set anew
        *ret_any = *ret_any || (g.outcome == RING_DONE && !timer);
        g.rule_key = g.rule_key.len ? g.rule_key : c->rule_key;
        TRY(shadow_note(c, &g));
        if (g.outcome != RING_DONE || timer)
            continue;
        g.outcome = RING_WOULD;
        g.ref = g.event_no = 0;                // what they name was undone
        engine_ring(c->t, &g);
    }
    return E_OK;
}

static err note_rule(tx *t, const trying *x, const rule_def *d, const told_by *b)
{
    bool any;
    rule_ctx c = run_ctx(t, d, x->ev, x->quiet);
    if (b->a.why.len) {
        const ring g = { .kind = "rule", .outcome = RING_SUPPRESSED, .rule = d->id, .rule_key = c.rule_key, .why = b->a.why };
        return shadow_note(&c, &g);
    }
    if (b->a.held.len)
        run_tell_held(&c, b->a.held);
    if (!b->a.fired)
        return E_OK;
    rules_note_fired(c.e->rules, d);
    TRY(note_rings(&c, x, b, &any));
    return any || !d->once.len ? run_book(&c, d) : E_OK;
}

err shadow_try(tx *t, const rule_def *const *list, size_t n, const event *ev, bool quiet)
{
    engine *e = engine_of(t);
    rule_run *run = e->run, mine = *run;
    ring_log *outer = e->rings;
    int used = *run->effects;                  // as many as the chain has left
    fault *outer_f = t->f, f = { 0 };
    trying x = { list, n, ev, quiet, false, arena_new(t->a, ring_log), arena_array(t->a, told_by, n) };
    mine.effects = &used;
    mine.shadow = false;
    mine.trial = true;
    e->run = &mine;
    t->f = &f;
    err r = tx_nested(t, try_nested, &x);
    t->f = outer_f;
    e->run = run;
    e->rings = outer;
    if (!x.finished)
        return r;                              // only operating trouble ends a trial before its end
    for (size_t i = 0; i < n; i++)
        TRY(note_rule(t, &x, list[i], &x.by[i]));
    return E_OK;
}

err shadow_clear(tx *t, int64_t rule)
{
    TRY(db_exec(t->d, "DELETE FROM shadow_effect WHERE rule = $1", dbi(rule)));
    TRY(db_exec(t->d, "DELETE FROM shadow_count WHERE rule = $1", dbi(rule)));
    TRY(db_exec(t->d, "DELETE FROM rule_once WHERE rule = $1 AND rule < 0", dbi(-rule)));
    return db_exec(t->d, "DELETE FROM rule_count WHERE rule = $1 AND rule < 0", dbi(-rule));
}

#define EXPIRE_ROWS 500

err shadow_expire(tx *t, bool *ret_more)
{
    int64_t n;
    TRY(db_exec_count(t->d, &n, "DELETE FROM shadow_effect WHERE id IN (SELECT id FROM shadow_effect WHERE at_us < $1 ORDER BY at_us LIMIT $2)",
                      dbi(t->now_us - SHADOW_KEEP_US), dbi(EXPIRE_ROWS)));
    *ret_more = n == EXPIRE_ROWS;
    return E_OK;
}
