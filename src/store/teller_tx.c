// What an operation can do to its group, and how the group's memory goes back when a savepoint does.
#include "base/time.h"
#include "store/teller_impl.h"

#define ID_EPOCH_MS INT64_C(1704067200000)    // 2024-01-01T00:00:00Z
#define ID_MAX (INT64_C(1) << 53)             // beyond, JavaScript rounds

const char *const counter_names[COUNTER_COUNT] = { "subject", "kind", "prop", "owner" };

bool is_trouble(err e) { return e == E_DISK_FULL || e == E_IO || e == E_CORRUPT; }

mark group_mark(const teller *t)
{
    const group *g = &t->g;
    mark m = { g->undo.n, g->after.n, g->ends.n, g->body.len, g->prints.len, g->events_n, t->last_id, { 0 } };
    memcpy(m.dense, t->dense, sizeof m.dense);
    return m;
}

// Callbacks first, newest first: each finds the state right after what it undoes.
void group_undo_to(teller *t, const mark *m)
{
    group *g = &t->g;
    while (g->undo.n > m->undo_n) {
        call c = g->undo.v[--g->undo.n];
        c.fn(c.p);
    }
    g->after.n = m->after_n;
    g->ends.n = m->ends_n;
    g->body.len = m->body_len;
    g->prints.len = m->prints_len;
    g->events_n = m->events_n;
    t->last_id = m->last_id;
    memcpy(t->dense, m->dense, sizeof m->dense);
}

void group_clear(group *g)
{
    g->undo.n = g->after.n = g->ends.n = 0;
    buf_clear(&g->body);
    buf_clear(&g->prints);
    g->events_n = g->op_events = 0;
    g->ran = NULL;
    g->ran_end = &g->ran;
    g->ran_n = g->stood_n = g->bulk_n = g->commit_us = 0;
    g->trouble = E_OK;
    arena_reset(g->tx.a);
}

void group_free(group *g)
{
    vec_free(&g->undo);
    vec_free(&g->after);
    vec_free(&g->ends);
    buf_free(&g->body);
    buf_free(&g->prints);
    arena_destroy(g->tx.a);
}

int64_t tx_id(tx *t)
{
    teller *w = t->teller;
    int64_t by_clock = (t->now_us / US_PER_MS - ID_EPOCH_MS) * 4096;
    // A clock in the year 2093 or beyond is wrong: go on counting.
    w->last_id = by_clock > w->last_id && by_clock < ID_MAX ? by_clock : w->last_id + 1;
    ENSURE(w->last_id > 0 && w->last_id < ID_MAX);
    return w->last_id;
}

uint32_t tx_dense(tx *t, counter c)
{
    ENSURE(c < COUNTER_COUNT);
    uint32_t *n = &t->teller->dense[c];
    ENSURE(*n < UINT32_MAX);
    return ++*n;
}

uint32_t tx_dense_last(const tx *t, counter c) { return t->teller->dense[c]; }

int64_t tx_event_no(const tx *t) { return t->teller->event_no + t->teller->g.events_n; }

void tx_undo(tx *t, void (*undo)(void *p), void *p)
{
    group *g = &t->teller->g;
    vec_push(&g->undo, ((call){ undo, p }));
}

void tx_after(tx *t, void (*fn)(void *p), void *p)
{
    group *g = &t->teller->g;
    vec_push(&g->after, ((call){ fn, p }));
}

void tx_at_end(tx *t, err (*fn)(tx *t, void *p), void *p)
{
    group *g = &t->teller->g;
    vec_push(&g->ends, ((ending){ fn, p }));
}

err tx_event(tx *t, str bytes, bool has_print, hash128 print, int64_t *ret_no)
{
    teller *w = t->teller;
    group *g = &w->g;
    if (g->trouble != E_OK)
        return g->trouble;
    if (g->events_n - g->op_events >= TX_EVENTS_MAX)
        return fault_field(t->f, t->a, E_LIMIT_REACHED, (str){ 0 }, TX_EVENTS_MAX);
    buf_add_lenstr(&g->body, bytes);
    buf_add_u8(&g->prints, has_print);
    buf_add_u64(&g->prints, has_print ? print.lo : 0);
    buf_add_u64(&g->prints, has_print ? print.hi : 0);
    int64_t no = w->event_no + ++g->events_n;
    if (w->c.on_event)
        TRY(w->c.on_event(t, no, bytes));
    *ret_no = no;
    return E_OK;
}

err tx_events_each(tx *t, err (*each)(void *p, int64_t no, str bytes), void *p)
{
    const group *g = &t->teller->g;
    cursor c = cursor_of(g->body.s, g->body.len);
    for (uint32_t i = 1; i <= g->events_n; i++)
        TRY(each(p, t->teller->event_no + i, cursor_lenstr(&c)));
    return c.bad ? E_CORRUPT : E_OK;
}

err tx_nested(tx *t, err (*fn)(tx *t, void *p), void *p)
{
    teller *w = t->teller;
    group *g = &w->g;
    if (g->trouble != E_OK)
        return g->trouble;
    err e = db_savepoint(t->d);
    if (e != E_OK)
        return g->trouble = e;
    mark m = group_mark(w);
    e = fn(t, p);
    if (g->trouble != E_OK)                    // met deeper down, perhaps swallowed on the way up
        return g->trouble;
    if (is_trouble(e))
        return g->trouble = e;
    // A savepoint that cannot be closed is no longer there: the database has undone the transaction by itself.
    err closed;
    if (e == E_OK) {
        closed = db_release(t->d);
    } else {
        group_undo_to(w, &m);
        closed = db_rollback_to(t->d);
    }
    return closed == E_OK ? e : (g->trouble = closed);
}
