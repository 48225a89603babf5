// A change of hands that is told late. What had come in under the identity's subject after that moment is the next one's: the
// timeline cuts events by time, and what they caused gets their new home here. The only place where a home changes: with the event.
// Each table says how by its own times (person_table.since); points go by a reversal and a new posting, since entries never change;
// values the events said are sealed anew for the next one.
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
#define BEFORE_MAX 2000                // events looked at for who else said a value; beyond them it counts as said by both

typedef struct moving { int64_t id, no, amount, deadline_us; str unit, reason; } moving;
typedef VEC(int64_t) numbers;
typedef VEC(moving) movings;

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

// What the subject's events say: numbers of those from then on, for entries name their cause and not its
// time; and the values they refer to, from then on and before.
typedef struct told_events { numbers since, refs, refs_before; size_t before; } told_events;

static void refs_add(const event *e, numbers *refs)
{
    for (uint32_t i = 0; i < e->props_n; i++) {
        int64_t id = e->props[i].v.k == V_STR ? vault_ref(e->props[i].v.s) : 0;
        if (id)
            vec_push(refs, id);
    }
}

static void told_add(const rehoming *r, const event *e, told_events *ret)
{
    bool since = e->time_us >= r->at_us;
    ret->before += !since;
    if (e->subject != r->subject)
        return;
    refs_add(e, since ? &ret->refs : &ret->refs_before);
    if (since)
        vec_push(&ret->since, e->no);
}

static void numbers_sort(numbers *v)
{
    if (v->n)
        qsort(v->v, v->n, sizeof *v->v, by_number);
}

typedef struct told_now { tx *t; const rehoming *r; told_events *ret; } told_now;

// Of the very group that tells the change: the timeline has them after the commit.
static err told_add_now(void *p, int64_t no, str bytes)
{
    const told_now *x = p;
    event e;
    arena_mark m = arena_save(x->t->a);
    TRY(event_decode(bytes, x->t->a, &e));
    e.no = no;
    if (e.subject == x->r->subject)
        told_add(x->r, &e, x->ret);
    arena_release(x->t->a, m);
    return E_OK;
}

// Of the time before only when there is a value to ask about, and not all of a long life.
static err told_read(tx *t, const rehoming *r, told_events *ret)
{
    const engine *e = engine_of(t);
    const event *v = NULL;
    uint32_t n = EVENTS_AT_ONCE, person = e->tl ? timeline_person(e->tl, r->subject) : 0;     // joins of this commit are not known there
    int64_t before_us = INT64_MAX, before_no = INT64_MAX;
    while (e->tl && n == EVENTS_AT_ONCE && (ret->before == 0 || (ret->refs.n && ret->before < BEFORE_MAX))) {
        arena_mark m = arena_save(t->a);
        TRY(timeline_person_events(e->tl, person, teller_head(t->teller), before_us, before_no, EVENTS_AT_ONCE, t->a, &v, &n));
        for (uint32_t i = 0; i < n; i++) {
            told_add(r, &v[i], ret);
            before_us = v[i].time_us;
            before_no = v[i].no;
        }
        arena_release(t->a, m);
    }
    TRY(tx_events_each(t, told_add_now, &(told_now){ t, r, ret }));
    numbers_sort(&ret->since);
    numbers_sort(&ret->refs_before);
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

static err points_follow(tx *t, const rehoming *r, const numbers *by)
{
    movings earned = { 0 }, promised = { 0 };
    err e = earned_since(t, r, by, &earned);
    if (e == E_OK)
        e = promised_since(t, r, by, &promised);
    if (e == E_OK)
        e = each(t, r, &earned, entry_follow);
    if (e == E_OK)
        e = each(t, r, &promised, promise_follow);
    vec_free(&earned);
    vec_free(&promised);
    return e;
}

// --- Personal data ------------------------------------------------------------------------------------------------------------

// Said before the change as well, it is of both.
static err value_follows(tx *t, const rehoming *r, const told_events *told, int64_t id)
{
    int64_t at_us;
    TRY(db_int(t->d, &at_us, -1, "SELECT at_us FROM vault WHERE id = $1 AND subject = $2", dbi(id), dbi(r->subject)));
    values_forget(t, people_person_of(t, r->subject));
    values_forget(t, people_person_of(t, r->next));
    bool both = at_us < r->at_us || told->before >= BEFORE_MAX || caused(&told->refs_before, id);
    return at_us < 0 ? E_OK : vault_pass(t, engine_of(t)->vault, id, r->next, !both);
}

err people_rehome(tx *t, const rehoming *r)
{
    told_events told = { 0 };
    err e = told_read(t, r, &told);
    if (e == E_OK)
        e = rows_follow(t, r);
    if (e == E_OK)
        e = points_follow(t, r, &told.since);
    for (size_t i = 0; e == E_OK && i < told.refs.n; i++)
        e = value_follows(t, r, &told, told.refs.v[i]);
    vec_free(&told.since);
    vec_free(&told.refs);
    vec_free(&told.refs_before);
    return e;
}
