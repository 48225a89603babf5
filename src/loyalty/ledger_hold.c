// Holds: an amount reserved on both sides, then posted or given back.
#include "loyalty/ledger_impl.h"

#define SLICE_HOLDS 50                 // given back per operation of the bulk lane

enum hold_state { HOLD_OPEN, HOLD_POSTED, HOLD_VOID, HOLD_EXPIRED };
static const char *const hold_states[] = { "open", "posted", "void", "expired" };

typedef struct hold_row {
    int64_t id, debit, credit, amount, deadline_us, at_us, entry;
    str reason, print;
    enum hold_state state;
    bool found;
} hold_row;

#define HOLD_COLUMNS "id, debit, credit, amount, deadline_us, at_us, entry, reason, print, state"

static err hold_take(tx *t, db_rows *r, bool found, hold_row *ret)
{
    *ret = (hold_row){ .found = found };
    if (found) {
        *ret = (hold_row){ db_i64(r, 0), db_i64(r, 1), db_i64(r, 2), db_i64(r, 3), db_i64(r, 4), db_i64(r, 5), db_i64(r, 6),
                           arena_str(t->a, db_str(r, 7)), arena_str(t->a, db_blob(r, 8)), HOLD_OPEN, true };
        while (ret->state < HOLD_EXPIRED && !str_eq(db_str(r, 9), str_c(hold_states[ret->state])))
            ret->state++;
    }
    return db_end(r);
}

static err hold_by_key(tx *t, str key, hold_row *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found, "SELECT " HOLD_COLUMNS " FROM hold WHERE key = $1", dbs(key)));
    return hold_take(t, &r, found, ret);
}

static err hold_by_id(tx *t, int64_t id, hold_row *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found, "SELECT " HOLD_COLUMNS " FROM hold WHERE id = $1", dbi(id)));
    TRY(hold_take(t, &r, found, ret));
    return ret->found ? E_OK : fault_detail(t->f, t->a, E_NOT_FOUND, "hold %lld", (long long)id);
}

err ledger_hold_find(tx *t, str key, int64_t *ret_hold)
{
    return db_int(t->d, ret_hold, 0, "SELECT id FROM hold WHERE key = $1", dbs(key));
}

static posted hold_result(int64_t id, int64_t at_us, const side *debit, const side *credit, bool again)
{
    int64_t d = account_balance(&debit->a), c = account_balance(&credit->a);
    return (posted){ .entry = id, .at_us = at_us, .debit_balance = d, .credit_balance = c, .again = again,
                     .balance = credit->a.owner_kind == OWNER_PERSON ? c : debit->a.owner_kind == OWNER_PERSON ? d : 0 };
}

// Only what comes is told as pending; what is reserved is no movement yet.
static err promise_tell(tx *t, const side *credit, str reason, int64_t amount, int64_t cause_no, int64_t *ret_no)
{
    return moved_tell(t, credit, reason, amount, true, cause_no, ret_no);
}

// --- making -----------------------------------------------------------------------------------------------------------------------
typedef struct hold_call { const holding *h; posted *ret; } hold_call;

static err hold_again(tx *t, const hold_row *h, posted *ret)
{
    side debit, credit;
    TRY(side_load(t, h->debit, &debit));
    TRY(side_load(t, h->credit, &credit));
    *ret = hold_result(h->id, h->at_us, &debit, &credit, true);
    return E_OK;
}

static err hold_insert(tx *t, const holding *h, str print, side *debit, side *credit, posted *ret)
{
    int64_t id = tx_id(t), no = 0;
    TRY(db_exec(t->d, "INSERT INTO hold (id, key, print, debit, credit, amount, reason, deadline_us, cause_no, made_by,"
                " at_us, state, entry, ended_us)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open', 0, 0)",
                dbi(id), dbs(h->key), dbb(print), dbi(h->debit), dbi(h->credit), dbi(h->amount), dbs(h->reason),
                dbi(h->deadline_us), dbi(h->cause_no),
                dbs(h->made_by), dbi(t->now_us)));
    TRY(account_add(t, debit, 0, 0, 0, h->amount));
    TRY(account_add(t, credit, 0, 0, h->amount, 0));
    TRY(promise_tell(t, credit, h->reason, h->amount, h->cause_no, &no));
    *ret = hold_result(id, t->now_us, debit, credit, false);
    ret->event_no = no;
    return E_OK;
}

static err hold_one(tx *t, void *arg)
{
    hold_call *c = arg;
    const holding *h = c->h;
    TRY(key_check(t, h->key));
    str print = print_of(t->a, 'H', h->debit, h->credit, h->amount, h->reason, h->deadline_us);
    hold_row before;
    TRY(hold_by_key(t, h->key, &before));
    if (before.found && str_eq(before.print, print))
        return hold_again(t, &before, c->ret);
    side debit, credit;
    int64_t months;
    TRY(posting_check(t, h->debit, h->credit, h->amount, h->reason, &debit, &credit, &months));
    if (before.found)
        return fault_field(t->f, t->a, E_ENTRY_MISMATCH, S("key"), 0);
    if (h->deadline_us && h->deadline_us <= t->now_us)
        return fault_field(t->f, t->a, E_FIELD_TOO_SMALL, S("deadline"), 0);
    TRY(lots_settle(t, &debit));
    TRY(floor_check(t, &debit, h->amount, floor_of_spending(&debit)));
    TRY(totals_check(t, &(movement){ .debit = &debit, .credit = &credit, .amount = h->amount }));
    return hold_insert(t, h, print, &debit, &credit, c->ret);
}

err ledger_hold(tx *t, const holding *h, posted *ret)
{
    return tx_nested(t, hold_one, &(hold_call){ h, ret });
}

// --- ending -----------------------------------------------------------------------------------------------------------------------
static err hold_end(tx *t, int64_t id, enum hold_state state, int64_t entry)
{
    return db_exec(t->d, "UPDATE hold SET state = $2, entry = $3, ended_us = $4 WHERE id = $1", dbi(id),
                   dbs(str_c(hold_states[state])), dbi(entry),
                   dbi(t->now_us));
}

static err hold_closed(tx *t) { return fault_field(t->f, t->a, E_HOLD_CLOSED, (str){ 0 }, 0); }

typedef struct end_call { int64_t hold, amount, cause_no; str made_by; posted *ret; } end_call;

// Posted before: the same amount again gives the first result.
static err posted_before(tx *t, const hold_row *h, int64_t amount, posted *ret)
{
    entry_row e;
    TRY(entry_by_id(t, h->entry, &e));
    return e.found && e.amount == amount ? entry_again(t, &e, ret) : hold_closed(t);
}

static err hold_post_one(tx *t, void *arg)
{
    end_call *c = arg;
    hold_row h;
    TRY(hold_by_id(t, c->hold, &h));
    int64_t amount = c->amount ? c->amount : h.amount, months, no;
    if (amount < 0 || amount > h.amount)
        return fault_field(t->f, t->a, E_AMOUNT_INVALID, S("amount"), h.amount);
    if (h.state == HOLD_POSTED)
        return posted_before(t, &h, amount, c->ret);
    side debit, credit;
    TRY(side_load(t, h.debit, &debit));
    TRY(side_load(t, h.credit, &credit));
    if (debit.a.closed || credit.a.closed)
        return fault_field(t->f, t->a, E_ACCOUNT_CLOSED, (str){ 0 }, 0);
    if (h.state != HOLD_OPEN || (h.deadline_us && h.deadline_us <= t->now_us))
        return hold_closed(t);
    TRY(reason_expires(t, h.reason, debit.a.unit, &months));
    TRY(lots_settle(t, &debit));               // reserved still: keeps what this takes
    movement m = { .debit = &debit, .credit = &credit, .amount = amount, .reason = h.reason, .hold = h.id, .held = h.amount,
                   .cause_no = c->cause_no,
                   .made_by = c->made_by, .print = print_of(t->a, 'S', h.id, 0, amount, h.reason, 0),
                   .key = arena_fmt(t->a, "~hold:%lld", (long long)h.id) };
    movement_plan(t, &m, months);
    TRY(movement_write(t, &m, c->ret));
    TRY(promise_tell(t, &credit, h.reason, -h.amount, c->cause_no, &no));
    return hold_end(t, h.id, HOLD_POSTED, c->ret->entry);
}

err ledger_hold_post(tx *t, int64_t hold, int64_t amount, int64_t cause_no, str made_by, posted *ret)
{
    return tx_nested(t, hold_post_one, &(end_call){ hold, amount, cause_no, made_by, ret });
}

static err give_back(tx *t, const hold_row *h, enum hold_state state, int64_t cause_no)
{
    side debit, credit;
    int64_t no;
    TRY(side_load(t, h->debit, &debit));
    TRY(side_load(t, h->credit, &credit));
    TRY(account_add(t, &debit, 0, 0, 0, -h->amount));
    TRY(account_add(t, &credit, 0, 0, -h->amount, 0));
    TRY(hold_end(t, h->id, state, 0));
    return promise_tell(t, &credit, h->reason, -h->amount, cause_no, &no);
}

static err hold_void_one(tx *t, void *arg)
{
    end_call *c = arg;
    hold_row h;
    TRY(hold_by_id(t, c->hold, &h));
    if (h.state == HOLD_POSTED)
        return hold_closed(t);
    return h.state == HOLD_OPEN ? give_back(t, &h, HOLD_VOID, c->cause_no) : E_OK;
}

err ledger_hold_void(tx *t, int64_t hold, int64_t cause_no)
{
    return tx_nested(t, hold_void_one, &(end_call){ .hold = hold, .cause_no = cause_no });
}

err ledger_job_expire_holds(tx *t, bool *ret_more)
{
    int64_t ids[SLICE_HOLDS];
    size_t n = 0;
    db_rows r;
    TRY(db_query(t->d, &r, "SELECT id FROM hold WHERE state = 'open' AND deadline_us > 0 AND deadline_us <= $1 ORDER BY"
                 " deadline_us, id LIMIT $2",
                 dbi(t->now_us), dbi(SLICE_HOLDS)));
    while (db_next(&r))
        ids[n++] = db_i64(&r, 0);
    TRY(db_end(&r));
    for (size_t i = 0; i < n; i++) {
        hold_row h;
        TRY(hold_by_id(t, ids[i], &h));
        TRY(give_back(t, &h, HOLD_EXPIRED, 0));
    }
    *ret_more = n == SLICE_HOLDS;
    return E_OK;
}
