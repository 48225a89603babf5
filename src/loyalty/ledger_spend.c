// A spending of a person goes over all its accounts as if they were one: what they hold is judged by the sum, and lots go in the order
// in which one account would give them. Each account taken from has an entry (or a hold) of its own, so that people who part later keep
// what each has left. The first of these parts has the caller's key and stands for the whole; part k is found by part_key.
#include "loyalty/ledger_impl.h"
#include <stdlib.h>

#define PARTS_MAX 200                  // accounts one spending takes from

// --- parts --------------------------------------------------------------------------------------------------------------------
#define PART_PREFIX S("~part:")

str part_key(arena *a, int64_t first, int k) { return arena_fmt(a, "~part:%lld:%d", (long long)first, k); }

int64_t part_whole(str key, int64_t id)
{
    int64_t first;
    if (!str_starts(key, PART_PREFIX))
        return id;
    key = str_skip(key, PART_PREFIX.len);
    return str_to_i64(str_cut(&key, ':'), &first) ? first : id;
}

// --- which accounts give how much ---------------------------------------------------------------------------------------------
typedef struct part { int64_t account, left, reserved, amount; } part;       // left: not reserved, not yet taken
typedef struct plan { part *v, **taken; size_t n, taken_n; int64_t sum, rest; } plan;

// All accounts with something left, by id; their sum counts what others owe.
static err accounts_load(tx *t, uint32_t person, str unit, plan *p)
{
    int64_t n;
    db_rows r;
    TRY(db_int(t->d, &n, 0, "SELECT count(*) FROM account WHERE owner = $1 AND owner > 0 AND unit = $2", dbi(person), dbs(unit)));
    p->v = arena_array(t->a, part, (size_t)n + 1);
    p->taken = arena_array(t->a, part *, PARTS_MAX);
    TRY(db_query(t->d, &r, "SELECT id, credited - debited - held_out, held_out FROM account WHERE owner = $1 AND owner > 0 AND"
                 " unit = $2 ORDER BY id", dbi(person), dbs(unit)));
    while (db_next(&r)) {
        part one = { .account = db_i64(&r, 0), .left = db_i64(&r, 1), .reserved = db_i64(&r, 2) };
        p->sum += one.left;
        if (one.left > 0)
            p->v[p->n++] = one;
    }
    return db_end(&r);
}

static int by_account(const void *a, const void *b)
{
    int64_t x = ((const part *)a)->account, y = ((const part *)b)->account;
    return x < y ? -1 : x > y;
}

static err take(tx *t, plan *p, part *of, int64_t at_most)
{
    int64_t some = of->left < at_most ? of->left : at_most;
    some = some < p->rest ? some : p->rest;
    if (some <= 0)
        return E_OK;
    if (of->amount == 0) {
        if (p->taken_n == PARTS_MAX)
            return fault_detail(t->f, t->a, E_LIMIT_REACHED, "more than %d accounts", PARTS_MAX);
        p->taken[p->taken_n++] = of;
    }
    of->amount += some;
    of->left -= some;
    p->rest -= some;
    return E_OK;
}

static err lots_walk(tx *t, db_rows *r, plan *p)
{
    while (p->rest > 0 && db_next(r)) {
        part *of = bsearch(&(part){ .account = db_i64(r, 0) }, p->v, p->n, sizeof *p->v, by_account);
        int64_t amount = db_i64(r, 1);
        if (!of)
            continue;
        int64_t reserved = of->reserved < amount ? of->reserved : amount;      // reservations stand on the oldest lots
        of->reserved -= reserved;
        TRY(take(t, p, of, amount - reserved));
    }
    return E_OK;
}

static err plan_make(tx *t, uint32_t person, str unit, int64_t amount, plan *ret)
{
    db_rows r;
    *ret = (plan){ .rest = amount };
    TRY(accounts_load(t, person, unit, ret));
    if (ret->sum < amount)
        return fault_field(t->f, t->a, E_BALANCE_TOO_LOW, S("amount"), 0);
    TRY(db_query(t->d, &r, "SELECT l.account, l.amount FROM account a JOIN lot l ON l.account = a.id WHERE a.owner = $1 AND"
                 " a.owner > 0 AND a.unit = $2 ORDER BY l.vintage, l.expires_us, l.account", dbi(person), dbs(unit)));
    err e = lots_walk(t, &r, ret);
    TRY(db_end(&r));
    TRY(e);
    for (size_t i = 0; i < ret->n && ret->rest > 0; i++)       // a unit without lots: the oldest account first
        TRY(take(t, ret, &ret->v[i], ret->rest));
    return E_OK;
}

// --- writing ------------------------------------------------------------------------------------------------------------------
typedef struct writing { const spending *s; str print; int64_t months, house; posted *ret; } writing;

static err part_write(tx *t, const writing *w, const part *p, int k)
{
    const spending *s = w->s;
    side debit, credit;
    posted one;
    str key = k ? part_key(t->a, w->ret->entry, k) : s->key;
    TRY(side_load(t, p->account, &debit));
    TRY(side_load(t, w->house, &credit));
    movement m = { .debit = &debit, .credit = &credit, .amount = p->amount, .key = key, .print = w->print, .reason = s->reason,
                   .group = s->group ? s->group : k ? w->ret->entry : 0, .cause_no = s->cause_no, .made_by = s->made_by };
    TRY(totals_check(t, &m));
    if (s->hold) {
        TRY(hold_write(t, &(holding){ .key = key, .debit = p->account, .credit = w->house, .amount = p->amount, .reason = s->reason,
                                      .deadline_us = s->deadline_us, .cause_no = s->cause_no, .made_by = s->made_by },
                       w->print, &debit, &credit, &one));
    } else {
        TRY(lots_load(t, &debit));
        movement_plan(t, &m, w->months);
        TRY(movement_write(t, &m, &one));
    }
    posted_add(w->ret, &one, k == 0);
    return E_OK;
}

void posted_add(posted *to, const posted *one, bool first)
{
    if (first) {
        *to = *one;
        return;
    }
    to->debit_balance += one->debit_balance;
    to->credit_balance = one->credit_balance;
    to->balance += one->balance;
    to->event_no = one->event_no ? one->event_no : to->event_no;
}

// --- the call -----------------------------------------------------------------------------------------------------------------
// What the caller said, not which accounts it came to: those change when people join and part.
static str print_spending(tx *t, const spending *s)
{
    return print_of(t->a, s->hold ? 'W' : 'Y', s->person, 0, s->amount, arena_fmt(t->a, STR_FMT "|" STR_FMT, STR_ARG(s->unit),
                    STR_ARG(s->reason)), s->deadline_us);
}

static err spent_before(tx *t, const spending *s, str print, bool *ret_again, bool *ret_mismatch, posted *ret)
{
    *ret_again = *ret_mismatch = false;
    if (s->hold)
        return hold_known(t, s->key, print, ret_again, ret_mismatch, ret);
    entry_row e;
    TRY(entry_by_key(t, s->key, &e));
    *ret_again = e.found && str_eq(e.print, print);
    *ret_mismatch = e.found && !*ret_again;
    return *ret_again ? entry_again(t, &e, ret) : E_OK;
}

err spend(tx *t, const spending *s, posted *ret)
{
    bool again, mismatch;
    plan p;
    writing w = { .s = s, .print = print_spending(t, s), .ret = ret };
    uint32_t person = person_now(t, s->person);
    if (s->amount <= 0 || s->amount > LEDGER_SUM_MAX)
        return fault_field(t->f, t->a, E_AMOUNT_INVALID, S("amount"), 0);
    TRY(spent_before(t, s, w.print, &again, &mismatch, ret));
    if (again)
        return E_OK;
    TRY(reason_expires(t, s->reason, s->unit, &w.months));
    if (mismatch)
        return fault_field(t->f, t->a, E_ENTRY_MISMATCH, S("key"), 0);
    if (s->deadline_us && s->deadline_us <= t->now_us)
        return fault_field(t->f, t->a, E_FIELD_TOO_SMALL, S("deadline"), 0);
    TRY(lots_settle_others(t, person, s->unit, 0));
    TRY(plan_make(t, person, s->unit, s->amount, &p));
    TRY(ledger_account_named(t, OWNER_SYSTEM, NAME_USED, s->unit, &w.house));
    for (size_t i = 0; i < p.taken_n; i++)
        TRY(part_write(t, &w, p.taken[i], (int)i));
    return E_OK;
}
