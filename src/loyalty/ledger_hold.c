// Holds: an amount reserved on both sides, then posted or given back.
#include "loyalty/ledger_impl.h"

#define SLICE_HOLDS 50                 // given back per operation of the bulk lane

enum hold_state { HOLD_OPEN, HOLD_POSTED, HOLD_VOID, HOLD_EXPIRED };
static const char *const hold_states[] = { "open", "posted", "void", "expired" };

typedef struct hold_row {
    int64_t id, debit, credit, amount, deadline_us, at_us, entry;
    str reason, print, key;
    enum hold_state state;
    bool found;
} hold_row;

#define HOLD_COLUMNS "id, debit, credit, amount, deadline_us, at_us, entry, reason, print, key, state"

static err hold_take(tx *t, db_rows *r, bool found, hold_row *ret)
{
    *ret = (hold_row){ .found = found };
    if (found) {
        *ret = (hold_row){ db_i64(r, 0), db_i64(r, 1), db_i64(r, 2), db_i64(r, 3), db_i64(r, 4), db_i64(r, 5), db_i64(r, 6),
                           arena_str(t->a, db_str(r, 7)), arena_str(t->a, db_blob(r, 8)), arena_str(t->a, db_str(r, 9)),
                           HOLD_OPEN, true };
        while (ret->state < HOLD_EXPIRED && !str_eq(db_str(r, 10), str_c(hold_states[ret->state])))
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

// All parts of the whole that a hold is or belongs to, the first one first.
typedef struct hold_parts { hold_row *v; size_t n; int64_t amount; } hold_parts;

static err parts_load(tx *t, int64_t id, hold_parts *ret)
{
    hold_row first, one;
    size_t n = 1;
    TRY(hold_by_id(t, id, &first));
    if (part_whole(first.key, id) != id)
        TRY(hold_by_id(t, part_whole(first.key, id), &first));
    *ret = (hold_parts){ .amount = first.amount };
    for (;; n++) {
        TRY(hold_by_key(t, part_key(t->a, first.id, (int)n), &one));
        if (!one.found)
            break;
    }
    ret->v = arena_array(t->a, hold_row, n);
    ret->v[0] = first;
    for (ret->n = 1; ret->n < n; ret->n++) {
        TRY(hold_by_key(t, part_key(t->a, first.id, (int)ret->n), &ret->v[ret->n]));
        ret->amount += ret->v[ret->n].amount;
    }
    return E_OK;
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
    hold_parts p;
    TRY(parts_load(t, h->id, &p));
    for (size_t i = 0; i < p.n; i++) {
        TRY(side_load(t, p.v[i].debit, &debit));
        TRY(side_load(t, p.v[i].credit, &credit));
        const posted one = hold_result(p.v[i].id, p.v[i].at_us, &debit, &credit, true);
        posted_add(ret, &one, i == 0);
    }
    return E_OK;
}

err hold_known(tx *t, str key, str print, bool *ret_again, bool *ret_mismatch, posted *ret)
{
    hold_row before;
    TRY(hold_by_key(t, key, &before));
    *ret_again = before.found && str_eq(before.print, print);
    *ret_mismatch = before.found && !*ret_again;
    return *ret_again ? hold_again(t, &before, ret) : E_OK;
}

err hold_write(tx *t, const holding *h, str print, side *debit, side *credit, posted *ret)
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
    bool again, mismatch;
    TRY(key_check(t, h->key));
    if (!h->debit && !h->credit && h->person)
        return spend(t, &(spending){ .person = h->person, .unit = h->unit.len ? h->unit : S("points"), .amount = h->amount,
                                     .key = h->key, .reason = h->reason, .deadline_us = h->deadline_us, .cause_no = h->cause_no,
                                     .made_by = h->made_by, .hold = true }, c->ret);
    str print = print_of(t->a, 'H', h->debit, h->credit, h->amount, h->reason, h->deadline_us);
    TRY(hold_known(t, h->key, print, &again, &mismatch, c->ret));
    if (again)
        return E_OK;
    side debit, credit;
    int64_t months;
    TRY(posting_check(t, h->debit, h->credit, h->amount, h->reason, &debit, &credit, &months));
    if (mismatch)
        return fault_field(t->f, t->a, E_ENTRY_MISMATCH, S("key"), 0);
    if (h->deadline_us && h->deadline_us <= t->now_us)
        return fault_field(t->f, t->a, E_FIELD_TOO_SMALL, S("deadline"), 0);
    TRY(debit_settle(t, &debit));
    TRY(floor_check(t, &debit, h->amount, false));
    TRY(totals_check(t, &(movement){ .debit = &debit, .credit = &credit, .amount = h->amount }));
    return hold_write(t, h, print, &debit, &credit, c->ret);
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
static err posted_before(tx *t, const hold_parts *p, int64_t amount, posted *ret)
{
    entry_row e;
    int64_t sum = 0;
    for (size_t i = p->n; i-- > 0;) {
        if (p->v[i].state != HOLD_POSTED)
            continue;
        TRY(entry_by_id(t, p->v[i].entry, &e));
        sum += e.amount;
    }
    return sum == amount ? entry_again(t, &e, ret) : hold_closed(t);        // e: of the first part
}

static err not_closed(tx *t, const hold_parts *p)
{
    for (size_t i = 0; i < p->n; i++) {
        side debit, credit;
        TRY(side_load(t, p->v[i].debit, &debit));
        TRY(side_load(t, p->v[i].credit, &credit));
        if (debit.a.closed || credit.a.closed)
            return fault_field(t->f, t->a, E_ACCOUNT_CLOSED, (str){ 0 }, 0);
    }
    return E_OK;
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

static err part_post(tx *t, const end_call *c, const hold_row *h, int64_t amount, int k)
{
    side debit, credit;
    int64_t months, no;
    posted one;
    TRY(side_load(t, h->debit, &debit));
    TRY(side_load(t, h->credit, &credit));
    TRY(reason_expires(t, h->reason, debit.a.unit, &months));
    TRY(lots_settle(t, &debit));               // reserved still: keeps what this takes
    movement m = { .debit = &debit, .credit = &credit, .amount = amount, .reason = h->reason, .hold = h->id, .held = h->amount,
                   .group = k ? c->ret->entry : 0,
                   .cause_no = c->cause_no,
                   .made_by = c->made_by, .print = print_of(t->a, 'S', h->id, 0, amount, h->reason, 0),
                   .key = k ? part_key(t->a, c->ret->entry, k) : arena_fmt(t->a, "~hold:%lld", (long long)h->id) };
    movement_plan(t, &m, months);
    TRY(movement_write(t, &m, &one));
    posted_add(c->ret, &one, k == 0);
    TRY(promise_tell(t, &credit, h->reason, -h->amount, c->cause_no, &no));
    return hold_end(t, h->id, HOLD_POSTED, one.entry);
}

static err hold_post_one(tx *t, void *arg)
{
    end_call *c = arg;
    hold_parts p;
    TRY(parts_load(t, c->hold, &p));
    const hold_row *first = &p.v[0];
    int64_t amount = c->amount ? c->amount : p.amount;
    if (amount < 0 || amount > p.amount)
        return fault_field(t->f, t->a, E_AMOUNT_INVALID, S("amount"), p.amount);
    if (first->state == HOLD_POSTED)
        return posted_before(t, &p, amount, c->ret);
    TRY(not_closed(t, &p));
    if (first->state != HOLD_OPEN || (first->deadline_us && first->deadline_us <= t->now_us))
        return hold_closed(t);
    for (size_t i = 0; i < p.n; i++) {         // less than all: what was reserved last goes back
        int64_t some = amount < p.v[i].amount ? amount : p.v[i].amount;
        TRY(some ? part_post(t, c, &p.v[i], some, (int)i) : give_back(t, &p.v[i], HOLD_VOID, c->cause_no));
        amount -= some;
    }
    return E_OK;
}

err ledger_hold_post(tx *t, int64_t hold, int64_t amount, int64_t cause_no, str made_by, posted *ret)
{
    return tx_nested(t, hold_post_one, &(end_call){ hold, amount, cause_no, made_by, ret });
}

static err hold_void_one(tx *t, void *arg)
{
    end_call *c = arg;
    hold_parts p;
    TRY(parts_load(t, c->hold, &p));
    if (p.v[0].state == HOLD_POSTED)
        return hold_closed(t);
    for (size_t i = 0; i < p.n; i++)
        if (p.v[i].state == HOLD_OPEN)
            TRY(give_back(t, &p.v[i], HOLD_VOID, c->cause_no));
    return E_OK;
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
