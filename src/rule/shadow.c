// Shadow: a rule that is tried out, or any rule for a source that is. It is evaluated in full inside a savepoint that is always
// undone, chains and all, and what it would have done is written down beside: counted per rule, source and effect, and the first
// ones kept one by one. "once" and caps are claimed twice: inside, where they are undone, and under the rule's negative id, so
// that a rule in shadow counts as it will count.
// What shadow cannot know: effects of earlier events that were undone are not there for later ones, and timers that would have
// been set are not.
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

err shadow_note(rule_ctx *c, const ring *g)
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

typedef struct trying { rule_ctx c; const rule_def *d; shadow_body body; ring_log *log; bool finished; } trying;

static err try_nested(tx *t, void *p)
{
    trying *x = p;
    engine_collect(t, x->log);
    TRY(x->body(&x->c, x->d));
    x->finished = true;
    return E_CONFLICT;                         // always undone
}

err shadow_try(rule_ctx *c, const rule_def *d, shadow_body body, bool *ret_any)
{
    engine *e = c->e;
    rule_run *run = e->run;
    ring_log *outer = e->rings;
    int used = 0, *outer_used = run->effects;
    bool outer_shadow = run->shadow;
    fault *outer_f = c->t->f, mine = { 0 };
    trying x = { .c = *c, .d = d, .body = body, .log = arena_new(c->t->a, ring_log) };
    run->effects = &used;
    run->shadow = false;                       // what it wakes inside runs as it would
    c->t->f = &mine;
    err r = tx_nested(c->t, try_nested, &x);
    c->t->f = outer_f;
    run->effects = outer_used;
    run->shadow = outer_shadow;
    e->rings = outer;
    if (!x.finished)
        return r;                              // only operating trouble ends a rule before its end
    *ret_any = false;
    for (uint32_t i = 0; i < x.log->n; i++) {
        ring g = x.log->v[i];
        *ret_any = *ret_any || g.outcome == RING_DONE;
        TRY(shadow_note(c, &g));
        if (g.outcome != RING_DONE)
            continue;
        g.outcome = RING_WOULD;
        g.ref = g.event_no = 0;                // what they name was undone
        engine_ring(c->t, &g);
    }
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
