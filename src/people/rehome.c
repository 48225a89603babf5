// A change of hands that is told late. What had come in under the identity's subject after that moment is the next one's: the
// timeline cuts events by time, and what they caused gets their new home here. The only place where a home changes: with the event.
// Each table says how by its own times (person_table.since); points go by a reversal and a new posting, since entries never change.
#include "base/vec.h"
#include "loyalty/ledger.h"
#include "people/people_internal.h"
#include <stdlib.h>

// --- Rows ---------------------------------------------------------------------------------------------------------------------

static err rows_follow(tx *t, const rehoming *r)
{
    const db_arg args[] = { dbi(r->subject), dbi(r->next), dbi(r->person), dbi(r->at_us) };
    const person_table *table;
    for (size_t i = 0; people_table(engine_of(t), i, &table); i++)
        if (table->since)
            TRY(db_exec_args(t->d, table->since, args, 4));
    for (size_t i = 0; people_table(engine_of(t), i, &table); i++)
        if (table->since_too)
            TRY(table->since_too(t, r));
    return E_OK;
}

// --- Points -------------------------------------------------------------------------------------------------------------------

#define EVENTS_AT_ONCE 200

typedef struct moving { int64_t id, no, amount, deadline_us; str unit, reason; } moving;
typedef VEC(int64_t) numbers;
typedef VEC(moving) movings;

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

// Numbers of the subject's events from then on, as far as they are committed: an account's entries name their cause, not its time.
static err events_since(tx *t, const rehoming *r, numbers *ret)
{
    const engine *e = engine_of(t);
    const event *v = NULL;
    uint32_t n = EVENTS_AT_ONCE, person = people_person_of(t, r->subject);
    int64_t before_us = INT64_MAX, before_no = INT64_MAX;
    while (e->tl && n == EVENTS_AT_ONCE && before_us >= r->at_us) {
        arena_mark m = arena_save(t->a);
        TRY(timeline_person_events(e->tl, person, teller_head(t->teller), before_us, before_no, EVENTS_AT_ONCE, t->a, &v, &n));
        for (uint32_t i = 0; i < n; i++) {
            if (v[i].subject == r->subject && v[i].time_us >= r->at_us)
                vec_push(ret, v[i].no);
            before_us = v[i].time_us;
            before_no = v[i].no;
        }
        arena_release(t->a, m);
    }
    if (ret->n)
        qsort(ret->v, ret->n, sizeof *ret->v, by_number);
    return E_OK;
}

static bool caused(const numbers *by, int64_t no)
{
    return by->n && bsearch(&no, by->v, by->n, sizeof *by->v, by_number) != NULL;
}

static err earned_since(tx *t, const rehoming *r, const numbers *by, movings *ret)
{
    db_rows q;
    TRY(db_query(t->d, &q,
                 "SELECT e.id, e.cause_no, e.amount, a.unit, e.reason FROM account a JOIN entry e ON e.credit = a.id"
                 " WHERE a.opened_for = $1 AND a.owner > 0 AND e.at_us >= $2 AND e.reverses = 0 AND e.cause_no > 0"
                 " AND NOT EXISTS (SELECT 1 FROM entry x WHERE x.reverses = e.id AND x.reverses <> 0) ORDER BY e.id",
                 dbi(r->subject), dbi(r->at_us)));
    while (db_next(&q))
        if (caused(by, db_i64(&q, 1)))
            vec_push(ret, ((moving){ db_i64(&q, 0), db_i64(&q, 1), db_i64(&q, 2), 0, arena_str(t->a, db_str(&q, 3)),
                                     arena_str(t->a, db_str(&q, 4)) }));
    return db_end(&q);
}

// Spent already, they cannot be taken back: they stay where they were earned, as far as anybody knew.
static err entry_follow(tx *t, const rehoming *r, const moving *m)
{
    posted p;
    str key = arena_fmt(t->a, "rehomed:%lld", (long long)m->id);
    err e = ledger_reverse(t, &(reversing){ .entry = m->id, .key = key, .cause_no = m->no, .made_by = S("identity") }, &p);
    if (e == E_BALANCE_TOO_LOW || e == E_ACCOUNT_CLOSED)
        return E_OK;
    TRY(e);
    return ledger_award(t, &(award){ .person = r->person, .subject = r->next, .unit = m->unit, .reason = m->reason, .amount = m->amount,
                                     .key = arena_fmt(t->a, "rehome:%lld", (long long)m->id), .cause_no = m->no,
                                     .made_by = S("identity") }, &p);
}

static err promised_since(tx *t, const rehoming *r, const numbers *by, movings *ret)
{
    db_rows q;
    TRY(db_query(t->d, &q, "SELECT p.hold, p.event_no, h.amount, h.deadline_us, p.unit, p.reason FROM promised p"
                           " JOIN hold h ON h.id = p.hold WHERE p.subject = $1 ORDER BY p.hold", dbi(r->subject)));
    while (db_next(&q))
        if (caused(by, db_i64(&q, 1)))
            vec_push(ret, ((moving){ db_i64(&q, 0), db_i64(&q, 1), db_i64(&q, 2), db_i64(&q, 3), arena_str(t->a, db_str(&q, 4)),
                                     arena_str(t->a, db_str(&q, 5)) }));
    return db_end(&q);
}

static err promise_follow(tx *t, const rehoming *r, const moving *m)
{
    posted p;
    TRY(ledger_hold_void(t, m->id, m->no));
    TRY(ledger_award(t, &(award){ .person = r->person, .subject = r->next, .unit = m->unit, .reason = m->reason, .amount = m->amount,
                                  .key = arena_fmt(t->a, "rehome:%lld", (long long)m->id), .cause_no = m->no, .made_by = S("identity"),
                                  .pending = true, .deadline_us = m->deadline_us > t->now_us ? m->deadline_us : 0 }, &p));
    return db_exec(t->d, "UPDATE promised SET hold = $2, subject = $3, person = $4 WHERE hold = $1", dbi(m->id), dbi(p.entry), dbi(r->next),
                   dbi(r->person));
}

static err each(tx *t, const rehoming *r, const movings *v, err (*follow)(tx *t, const rehoming *r, const moving *m))
{
    for (size_t i = 0; i < v->n; i++)
        TRY(follow(t, r, &v->v[i]));
    return E_OK;
}

static err points_follow(tx *t, const rehoming *r)
{
    numbers by = { 0 };
    movings earned = { 0 }, promised = { 0 };
    err e = events_since(t, r, &by);
    if (e == E_OK)
        e = earned_since(t, r, &by, &earned);
    if (e == E_OK)
        e = promised_since(t, r, &by, &promised);
    if (e == E_OK)
        e = each(t, r, &earned, entry_follow);
    if (e == E_OK)
        e = each(t, r, &promised, promise_follow);
    vec_free(&by);
    vec_free(&earned);
    vec_free(&promised);
    return e;
}

err people_rehome(tx *t, const rehoming *r)
{
    TRY(rows_follow(t, r));
    return points_follow(t, r);
}
