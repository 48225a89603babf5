// Balances brought from another system, by vintage.
#include "base/time.h"
#include "loyalty/ledger_impl.h"

#define REASON_OPENING S("opening")

typedef struct opening_call { const opening *o; int64_t vintage, goes_us; posted *ret; } opening_call;

static err life_of(tx *t, const opening *o, int64_t *ret_vintage, int64_t *ret_goes_us)
{
    int64_t months;
    TRY(reason_expires(t, REASON_OPENING, o->unit, &months));
    int64_t at = o->earned_us ? o->earned_us : o->expires_us ? o->expires_us : t->now_us;
    *ret_vintage = lot_vintage(at) - (!o->earned_us && o->expires_us ? months : 0);
    *ret_goes_us = o->expires_us ? time_local_day_start(time_local_day(o->expires_us) + 1) : lot_expires(*ret_vintage, months);
    return E_OK;
}

static err open_one(tx *t, void *p)
{
    opening_call *c = p;
    const opening *o = c->o;
    int64_t debit_id, credit_id, months;
    side debit, credit;
    entry_row before;
    TRY(key_check(t, o->key));
    TRY(ledger_account_named(t, OWNER_ISSUER, S("migration"), o->unit, &debit_id));
    TRY(ledger_account_for(t, o->person, o->subject, o->unit, &credit_id));
    str print = print_of(t->a, 'O', debit_id, credit_id, o->amount, REASON_OPENING, c->goes_us);
    TRY(entry_by_key(t, o->key, &before));
    if (before.found && str_eq(before.print, print))
        return entry_again(t, &before, c->ret);
    TRY(posting_check(t, debit_id, credit_id, o->amount, REASON_OPENING, &debit, &credit, &months));
    if (before.found)
        return fault_field(t->f, t->a, E_ENTRY_MISMATCH, S("key"), 0);
    TRY(floor_check(t, &debit, o->amount, false));
    movement m = { .debit = &debit, .credit = &credit, .amount = o->amount, .key = o->key, .print = print, .reason = REASON_OPENING,
                   .made_by = o->made_by };
    TRY(totals_check(t, &m));
    lots_plan_give(t, &credit, o->amount, months, &m.give, &m.give_n);
    lot aged = m.give_n ? (lot){ c->vintage, c->goes_us, m.give[0].amount } : (lot){ 0 };      // less what repays a balance below zero
    m.give = &aged;
    return movement_write(t, &m, c->ret);
}

err ledger_open_balance(tx *t, const opening *o, posted *ret, int64_t *ret_goes_us)
{
    opening_call c = { .o = o, .ret = ret };
    TRY(life_of(t, o, &c.vintage, &c.goes_us));
    *ret_goes_us = c.goes_us;
    if (c.goes_us <= t->now_us) {
        err e = fault_detail(t->f, t->a, E_CONFLICT, "expired before it came");
        if (t->f)
            t->f->field = S("expires");
        return e;
    }
    return tx_nested(t, open_one, &c);
}
