// Reversal 冲正: the opposite entry, linked to the first, at most one.
#include "loyalty/ledger_impl.h"

typedef struct reverse_call { const reversing *r; posted *ret; } reverse_call;

static err once_only(tx *t, int64_t entry)
{
    int64_t done;
    TRY(db_int(t->d, &done, 0, "SELECT id FROM entry WHERE reverses = $1 AND reverses <> 0", dbi(entry)));
    return done ? fault_detail(t->f, t->a, E_ALREADY_REVERSED, "by entry %lld", (long long)done) : E_OK;
}

// The key's first use, if this is a repetition: *ret_again. Another use of the key: *ret_mismatch.
static err known_key(tx *t, const reversing *r, str print, bool *ret_again, bool *ret_mismatch, posted *ret)
{
    entry_row before;
    TRY(entry_by_key(t, r->key, &before));
    *ret_again = before.found && str_eq(before.print, print);
    *ret_mismatch = before.found && !*ret_again;
    return *ret_again ? entry_again(t, &before, ret) : E_OK;
}

// A reversal below the floor of this account, covered by what the person has in others.
static err floor_follow(tx *t, const side *s)
{
    int64_t left = account_balance(&s->a) - s->a.held_out, floor;
    if (s->a.owner_kind != OWNER_PERSON)
        return E_OK;
    TRY(unit_floor(t, s->a.unit, &floor));
    floor = left < floor ? left : floor;
    return floor == s->a.floor ? E_OK : db_exec(t->d, "UPDATE account SET floor = $2 WHERE id = $1", dbi(s->a.id), dbi(floor));
}

// One part: the opposite of this entry.
static err part_reverse(tx *t, const reversing *r, const entry_row *e, str print, int k, posted *ret)
{
    side debit, credit;
    int64_t months;
    posted one;
    TRY(once_only(t, e->id));
    TRY(side_load(t, e->credit, &debit));
    TRY(side_load(t, e->debit, &credit));
    if (debit.a.closed || credit.a.closed)
        return fault_field(t->f, t->a, E_ACCOUNT_CLOSED, (str){ 0 }, 0);
    TRY(reason_expires(t, e->reason, debit.a.unit, &months));
    TRY(debit_settle(t, &debit));
    TRY(floor_check(t, &debit, e->amount, true));
    movement m = { .debit = &debit, .credit = &credit, .amount = e->amount, .key = k ? part_key(t->a, ret->entry, k) : r->key,
                   .print = print, .reason = e->reason, .reverses = e->id, .group = k ? ret->entry : 0, .cause_no = r->cause_no,
                   .made_by = r->made_by };
    TRY(totals_check(t, &m));
    // What was given is taken from its own month first.
    lots_plan_take(t, &debit, m.amount, lot_vintage(e->at_us), &m.take, &m.take_n);
    TRY(lots_plan_return(t, &credit, e->id, m.amount, months, &m.give, &m.give_n));
    TRY(movement_write(t, &m, &one));
    posted_add(ret, &one, k == 0);
    return floor_follow(t, &debit);
}

static err reverse_one(tx *t, void *arg)
{
    reverse_call *c = arg;
    const reversing *r = c->r;
    entry_row e;
    bool again, mismatch;
    TRY(key_check(t, r->key));
    TRY(entry_by_id(t, r->entry, &e));
    int64_t first = e.found ? part_whole(e.key, e.id) : r->entry;
    if (first != r->entry)
        TRY(entry_by_id(t, first, &e));
    str print = print_of(t->a, 'R', first, 0, 0, (str){ 0 }, 0);
    TRY(known_key(t, r, print, &again, &mismatch, c->ret));
    if (again)
        return E_OK;
    if (!e.found)
        return fault_detail(t->f, t->a, E_NOT_FOUND, "entry %lld", (long long)r->entry);
    if (e.reverses)
        return fault_detail(t->f, t->a, E_CONFLICT, "a reversal is not reversed; post again");
    if (mismatch)
        return fault_field(t->f, t->a, E_ENTRY_MISMATCH, S("key"), 0);
    for (int k = 0; e.found; k++) {
        TRY(part_reverse(t, r, &e, print, k, c->ret));
        TRY(entry_by_key(t, part_key(t->a, first, k + 1), &e));
    }
    return E_OK;
}

err ledger_reverse(tx *t, const reversing *r, posted *ret)
{
    return tx_nested(t, reverse_one, &(reverse_call){ r, ret });
}
