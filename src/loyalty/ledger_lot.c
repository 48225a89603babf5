// Lots: what is left of what was posted in a month. Oldest leave first; points of a month go 24 months later, at month end.
#include "base/time.h"
#include "loyalty/ledger_impl.h"

#define LOTS_MAX 1200                  // of one account: a hundred years
#define SLICE_LOTS 50                  // of expiry, per operation of the bulk lane

int64_t lot_vintage(int64_t at_us)
{
    civil c = civil_from_us(at_us, ZONE_OFFSET_US);
    return (int64_t)c.year * 12 + c.month - 1;
}

int64_t lot_expires(int64_t vintage, int64_t months)
{
    if (!months)
        return LOT_NEVER;
    int64_t next = vintage + months + 1;       // the first month without it
    return time_local_day_start((int32_t)civil_to_days((int)(next / 12), (int)(next % 12) + 1, 1));
}

err lots_load(tx *t, side *s)
{
    s->lots_n = 0;
    if (!s->has_lots)
        return E_OK;
    struct { lot *v; size_t n, cap; } list = { arena_array(t->a, lot, 32), 0, 32 };
    db_rows r;
    TRY(db_query(t->d, &r, "SELECT vintage, expires_us, amount FROM lot WHERE account = $1 ORDER BY vintage, expires_us LIMIT"
                 " $2", dbi(s->a.id), dbi(LOTS_MAX)));
    while (db_next(&r)) {
        if (list.n == list.cap) {
            lot *more = arena_array(t->a, lot, list.cap * 2);
            memcpy(more, list.v, list.n * sizeof *more);
            list.v = more;
            list.cap *= 2;
        }
        list.v[list.n++] = (lot){ db_i64(&r, 0), db_i64(&r, 1), db_i64(&r, 2) };
    }
    s->lots = list.v;
    s->lots_n = list.n;
    return db_end(&r);
}

// --- planning --------------------------------------------------------------------------------------------------------------------
static int64_t below_zero(const side *s)
{
    int64_t b = account_balance(&s->a);
    return b < 0 ? -b : 0;
}

void lots_plan_take(tx *t, const side *s, int64_t amount, int64_t first, const lot **ret, size_t *ret_n)
{
    lot *take = s->lots_n ? arena_array(t->a, lot, s->lots_n) : NULL;
    size_t n = 0;
    for (int pass = first ? 0 : 1; pass < 2; pass++)
        for (size_t i = 0; i < s->lots_n && amount > 0; i++) {
            const lot *l = &s->lots[i];
            if (first && (l->vintage == first) != (pass == 0))
                continue;
            int64_t some = l->amount < amount ? l->amount : amount;
            take[n++] = (lot){ l->vintage, l->expires_us, some };
            amount -= some;
        }
    *ret = take;
    *ret_n = n;
}

void lots_plan_give(tx *t, const side *s, int64_t amount, int64_t months, const lot **ret, size_t *ret_n)
{
    *ret_n = 0;
    int64_t rest = amount - below_zero(s);
    if (!s->has_lots || rest <= 0)
        return;
    lot *l = arena_new(t->a, lot);
    l->vintage = lot_vintage(t->now_us);
    l->expires_us = lot_expires(l->vintage, months);
    l->amount = rest;
    *ret = l;
    *ret_n = 1;
}

static int64_t revived(int64_t now_us, int64_t expires_us)
{
    return expires_us > now_us ? expires_us : time_local_day_start(time_local_day(now_us) + REVIVAL_DAYS + 1);
}

// Two lots of a month may get the same expiry by revival: together they are one.
static size_t give_add(lot *give, size_t n, lot l)
{
    for (size_t i = 0; i < n; i++)
        if (give[i].vintage == l.vintage && give[i].expires_us == l.expires_us) {
            give[i].amount += l.amount;
            return n;
        }
    give[n] = l;
    return n + 1;
}

err lots_plan_return(tx *t, const side *s, int64_t entry, int64_t amount, int64_t months, const lot **ret, size_t *ret_n)
{
    *ret_n = 0;
    if (!s->has_lots)
        return E_OK;
    int64_t count, from_lots;
    TRY(db_int(t->d, &count, 0, "SELECT COUNT(*) FROM entry_lot WHERE entry = $1", dbi(entry)));
    TRY(db_int(t->d, &from_lots, 0, "SELECT CAST(SUM(amount) AS BIGINT) FROM entry_lot WHERE entry = $1", dbi(entry)));
    lot *give = arena_array(t->a, lot, (size_t)count + 1);
    size_t n = 0;
    // What was overdrawn when it was taken has no vintage: it repays first, and what is over is of this month.
    int64_t debt = below_zero(s), loose = amount - from_lots;
    int64_t repaid = loose < debt ? loose : debt;
    debt -= repaid;
    loose -= repaid;
    db_rows r;
    TRY(db_query(t->d, &r, "SELECT vintage, expires_us, amount FROM entry_lot WHERE entry = $1 ORDER BY vintage, expires_us",
                 dbi(entry)));
    while (db_next(&r)) {
        lot l = { db_i64(&r, 0), revived(t->now_us, db_i64(&r, 1)), db_i64(&r, 2) };
        int64_t gone = l.amount < debt ? l.amount : debt;
        debt -= gone;
        l.amount -= gone;
        if (l.amount > 0)
            n = give_add(give, n, l);
    }
    TRY(db_end(&r));
    if (loose > 0) {
        int64_t vintage = lot_vintage(t->now_us);
        n = give_add(give, n, (lot){ vintage, lot_expires(vintage, months), loose });
    }
    *ret = give;
    *ret_n = n;
    return E_OK;
}

// --- writing ---------------------------------------------------------------------------------------------------------------------
err lots_write(tx *t, const movement *m, int64_t entry)
{
    for (size_t i = 0; i < m->take_n; i++) {
        const lot *l = &m->take[i];
        int64_t emptied;
        TRY(db_exec_count(t->d, &emptied, "DELETE FROM lot WHERE account = $1 AND vintage = $2 AND expires_us = $3 AND amount"
                          " = $4",
                          dbi(m->debit->a.id), dbi(l->vintage), dbi(l->expires_us), dbi(l->amount)));
        if (!emptied)
            TRY(db_exec(t->d, "UPDATE lot SET amount = amount - $4 WHERE account = $1 AND vintage = $2 AND expires_us = $3",
                        dbi(m->debit->a.id), dbi(l->vintage), dbi(l->expires_us), dbi(l->amount)));
        TRY(db_exec(t->d, "INSERT INTO entry_lot (entry, vintage, expires_us, amount) VALUES ($1, $2, $3, $4)",
                    dbi(entry), dbi(l->vintage), dbi(l->expires_us), dbi(l->amount)));
    }
    for (size_t i = 0; i < m->give_n; i++)
        TRY(db_exec(t->d, "INSERT INTO lot AS l (account, vintage, expires_us, amount) VALUES ($1, $2, $3, $4)"
                    " ON CONFLICT (account, vintage, expires_us) DO UPDATE SET amount = l.amount + excluded.amount",
                    dbi(m->credit->a.id), dbi(m->give[i].vintage), dbi(m->give[i].expires_us), dbi(m->give[i].amount)));
    return E_OK;
}

// --- expiry ----------------------------------------------------------------------------------------------------------------------
static err expire(tx *t, side *s, const lot *l)
{
    int64_t id;
    side gone;
    TRY(ledger_account_named(t, OWNER_SYSTEM, NAME_EXPIRED, s->a.unit, &id));
    TRY(side_load(t, id, &gone));
    movement m = { .debit = s, .credit = &gone, .amount = l->amount, .reason = REASON_EXPIRY, .made_by = S("ledger"),
                   .take = l, .take_n = 1,
                   .print = print_of(t->a, 'X', s->a.id, l->vintage, l->amount, REASON_EXPIRY, l->expires_us) };
    posted p;
    return movement_write(t, &m, &p);
}

// What is reserved does not expire while it is, and reservations stand on the oldest lots.
err lots_settle(tx *t, side *s)
{
    TRY(lots_load(t, s));
    int64_t reserved = s->a.held_out;
    size_t kept = 0;
    for (size_t i = 0; i < s->lots_n; i++) {
        lot l = s->lots[i];
        int64_t keep = l.expires_us > t->now_us ? l.amount : reserved < l.amount ? reserved : l.amount;
        reserved -= reserved < l.amount ? reserved : l.amount;
        if (keep < l.amount)
            TRY(expire(t, s, &(lot){ l.vintage, l.expires_us, l.amount - keep }));
        if (keep > 0)
            s->lots[kept++] = (lot){ l.vintage, l.expires_us, keep };
    }
    s->lots_n = kept;
    return E_OK;
}

err lots_settle_others(tx *t, uint32_t person, str unit, int64_t but)
{
    int64_t most;
    TRY(db_int(t->d, &most, 0, "SELECT count(DISTINCT l.account) FROM account a JOIN lot l ON l.account = a.id WHERE a.owner = $1"
               " AND a.owner > 0 AND a.unit = $2 AND l.expires_us <= $3", dbi(person), dbs(unit), dbi(t->now_us)));
    if (!most)
        return E_OK;
    int64_t *ids = arena_array(t->a, int64_t, (size_t)most);
    size_t n = 0;
    db_rows r;
    TRY(db_query(t->d, &r, "SELECT DISTINCT l.account FROM account a JOIN lot l ON l.account = a.id WHERE a.owner = $1"
                 " AND a.owner > 0 AND a.unit = $2 AND l.expires_us <= $3", dbi(person), dbs(unit), dbi(t->now_us)));
    while (db_next(&r))
        ids[n++] = db_i64(&r, 0);
    TRY(db_end(&r));
    for (size_t i = 0; i < n; i++) {
        side s;
        if (ids[i] == but)
            continue;
        TRY(side_load(t, ids[i], &s));
        TRY(lots_settle(t, &s));
    }
    return E_OK;
}

err debit_settle(tx *t, side *s)
{
    TRY(lots_settle(t, s));
    return s->has_lots ? lots_settle_others(t, (uint32_t)s->a.owner, s->a.unit, s->a.id) : E_OK;
}

// One slice: from the cursor on along the index of due lots. Lots kept by a reservation are passed, and met again when the
// walk starts over.
err ledger_job_expire_lots(tx *t, bool *ret_more)
{
    lot last = { 0 };
    int64_t account = 0, accounts[SLICE_LOTS];
    size_t n = 0;
    db_rows r;
    TRY(db_query(t->d, &r, "SELECT l.expires_us, l.account, l.vintage FROM lot l JOIN lot_cursor c ON c.id = 1"
                 " WHERE l.expires_us <= $1 AND (l.expires_us, l.account, l.vintage) > (c.expires_us, c.account, c.vintage)"
                 " ORDER BY l.expires_us, l.account, l.vintage LIMIT $2", dbi(t->now_us), dbi(SLICE_LOTS)));
    while (db_next(&r)) {
        last = (lot){ .expires_us = db_i64(&r, 0), .vintage = db_i64(&r, 2) };
        account = db_i64(&r, 1);
        accounts[n++] = account;
    }
    TRY(db_end(&r));
    for (size_t i = 0; i < n; i++) {
        side s;
        TRY(side_load(t, accounts[i], &s));
        TRY(lots_settle(t, &s));
    }
    *ret_more = n == SLICE_LOTS;
    if (n < SLICE_LOTS)
        last = (lot){ 0 }, account = 0;
    return db_exec(t->d, "UPDATE lot_cursor SET expires_us = $1, account = $2, vintage = $3 WHERE id = 1 AND (expires_us <>"
                   " $1 OR account <> $2 OR vintage <> $3)",
                   dbi(last.expires_us), dbi(account), dbi(last.vintage));
}
