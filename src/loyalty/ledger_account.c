// Accounts: opening on first use, reading, closing, moving with their people.
#include "loyalty/ledger_impl.h"

const char *const owner_kinds[OWNER_KIND_COUNT + 1] = { "person", "issuer", "system", NULL };

static owner_kind owner_kind_of(str name)
{
    int k = 0;
    while (k < OWNER_SYSTEM && !str_eq(name, str_c(owner_kinds[k])))
        k++;
    return (owner_kind)k;
}

// Columns as account_take reads them.
#define ACCOUNT_COLUMNS                                                                                       \
    "a.id, a.unit, a.owner_kind, a.owner, a.name, a.floor, a.closed, a.credited, a.debited, a.held_in, a.held_out," \
    " a.opened_us, u.lots, a.opened_for"

static void account_take(const db_rows *r, arena *a, account_state *ret)
{
    *ret = (account_state){ .id = db_i64(r, 0), .unit = arena_str(a, db_str(r, 1)), .owner_kind = owner_kind_of(db_str(r, 2)),
                            .owner = db_i64(r, 3),
                      .name = arena_str(a, db_str(r, 4)), .floor = db_i64(r, 5), .closed = db_i64(r, 6) != 0,
                          .credited = db_i64(r, 7),
                      .debited = db_i64(r, 8), .held_in = db_i64(r, 9), .held_out = db_i64(r, 10), .opened_us = db_i64(r, 11),
                            .home = db_i64(r, 13) };
}

static err load(db *d, int64_t id, arena *a, fault *f, account_state *ret, bool *ret_lots)
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found, "SELECT " ACCOUNT_COLUMNS " FROM account a JOIN unit u ON u.code = a.unit WHERE a.id ="
                     " $1", dbi(id)));
    if (found) {
        account_take(&r, a, ret);
        *ret_lots = db_i64(&r, 12) != 0;
    }
    TRY(db_end(&r));
    return found ? E_OK : fault_detail(f, a, E_ACCOUNT_UNKNOWN, "%lld", (long long)id);
}

err ledger_account(db *d, int64_t id, arena *a, fault *f, account_state *ret)
{
    bool lots;
    return load(d, id, a, f, ret, &lots);
}

err side_load(tx *t, int64_t id, side *ret)
{
    bool lots;
    *ret = (side){ 0 };
    TRY(load(t->d, id, t->a, t->f, &ret->a, &lots));
    ret->has_lots = lots && ret->a.owner_kind == OWNER_PERSON;
    return E_OK;
}

// --- opening --------------------------------------------------------------------------------------------------------------------
err unit_floor(tx *t, str unit, int64_t *ret)
{
    int64_t floor;
    TRY(db_int(t->d, &floor, 1, "SELECT person_floor FROM unit WHERE code = $1", dbs(unit)));
    if (floor > 0)
        return fault_detail(t->f, t->a, E_NOT_FOUND, "unit " STR_FMT, STR_ARG(unit));
    *ret = floor;
    return E_OK;
}

static err open_account(tx *t, owner_kind kind, int64_t owner, str name, str unit, int64_t *ret_id)
{
    int64_t floor;
    TRY(unit_floor(t, unit, &floor));
    if (kind != OWNER_PERSON)
        floor = -LEDGER_SUM_MAX;               // no budget set: unlimited
    // A subject that was joined away keeps its account; asked for again, it is found by the natural key.
    TRY(db_exec(t->d, "INSERT INTO account (id, unit, owner_kind, owner, opened_for, name, floor, closed, credited, debited,"
                " held_in, held_out, opened_us) VALUES ($1, $2, $3, $4, $4, $5, $6, 0, 0, 0, 0, 0, $7) ON CONFLICT (opened_for, unit,"
                    " owner_kind, name) DO NOTHING",
                dbi(tx_id(t)), dbs(unit), dbs(str_c(owner_kinds[kind])), dbi(owner), dbs(name), dbi(floor), dbi(t->now_us)));
    return db_int(t->d, ret_id, 0, "SELECT id FROM account WHERE opened_for = $1 AND unit = $2 AND owner_kind = $3 AND name = $4",
                  dbi(owner), dbs(unit), dbs(str_c(owner_kinds[kind])), dbs(name));
}

static err own_account(tx *t, uint32_t subject, uint32_t person, str unit, int64_t *ret_id)
{
    int64_t id;
    TRY(db_int(t->d, &id, 0, "SELECT id FROM account WHERE opened_for = $1 AND unit = $2 AND owner_kind = 'person' AND name = 'main'",
               dbi(subject), dbs(unit)));
    if (!id)
        TRY(open_account(t, OWNER_PERSON, subject, S("main"), unit, &id));
    *ret_id = id;
    return person == subject ? E_OK : db_exec(t->d, "UPDATE account SET owner = $2 WHERE id = $1 AND owner <> $2", dbi(id), dbi(person));
}

// A first account is opened by a posting; one for a number nobody has would be nobody's for ever.
static err must_be_known(tx *t, uint32_t person)
{
    const engine *e = engine_of(t);
    bool known = true;
    if (e && e->person_known)
        TRY(e->person_known(t, person, &known));
    return known ? E_OK : fault_detail(t->f, t->a, E_NOT_FOUND, "person %u", person);
}

err ledger_account_for(tx *t, uint32_t person, uint32_t subject, str unit, int64_t *ret_id)
{
    ENSURE(person > 0);
    int64_t id;
    if (subject)
        return own_account(t, subject, person, unit, ret_id);
    TRY(db_int(t->d, &id, 0, "SELECT id FROM account WHERE owner = $1 AND unit = $2 AND owner > 0 ORDER BY closed, id LIMIT 1",
               dbi(person), dbs(unit)));
    if (!id)
        TRY(must_be_known(t, person));
    if (!id)
        return open_account(t, OWNER_PERSON, person, S("main"), unit, ret_id);
    *ret_id = id;
    return E_OK;
}

uint32_t person_now(tx *t, uint32_t person)
{
    const engine *e = engine_of(t);
    return e && e->person_of ? e->person_of(t, person) : person;
}

err person_free(tx *t, uint32_t person, str unit, int64_t *ret)
{
    return db_int(t->d, ret, 0, "SELECT CAST(sum(credited - debited - held_out) AS BIGINT) FROM account WHERE owner = $1 AND"
                  " owner > 0 AND unit = $2", dbi(person), dbs(unit));
}

err ledger_total(db *d, uint32_t person, str unit, int64_t *ret)
{
    return db_int(d, ret, 0, "SELECT CAST(sum(credited - debited) AS BIGINT) FROM account WHERE owner = $1 AND owner > 0 AND unit = $2",
                  dbi(person), dbs(unit));
}

err ledger_account_named(tx *t, owner_kind kind, str name, str unit, int64_t *ret_id)
{
    ENSURE(kind != OWNER_PERSON && name.len > 0);
    int64_t id;
    TRY(db_int(t->d, &id, 0, "SELECT id FROM account WHERE opened_for = 0 AND unit = $1 AND owner_kind = $2 AND name = $3",
               dbs(unit), dbs(str_c(owner_kinds[kind])), dbs(name)));
    if (!id)
        return open_account(t, kind, 0, name, unit, ret_id);
    *ret_id = id;
    return E_OK;
}

// --- changing -------------------------------------------------------------------------------------------------------------------
err ledger_set_floor(tx *t, int64_t id, int64_t floor)
{
    account_state a;
    TRY(ledger_account(t->d, id, t->a, t->f, &a));
    if (floor < -LEDGER_SUM_MAX || floor > 0)
        return fault_field(t->f, t->a, E_AMOUNT_INVALID, S("floor"), 0);
    if (account_balance(&a) - a.held_out < floor)
        return fault_field(t->f, t->a, E_BALANCE_TOO_LOW, S("floor"), floor);
    return db_exec(t->d, "UPDATE account SET floor = $2 WHERE id = $1", dbi(id), dbi(floor));
}

err ledger_close_account(tx *t, int64_t id)
{
    account_state a;
    TRY(ledger_account(t->d, id, t->a, t->f, &a));
    if (account_balance(&a) != 0 || a.held_in || a.held_out)
        return fault_detail(t->f, t->a, E_CONFLICT, "the account is not empty");
    return db_exec(t->d, "UPDATE account SET closed = 1 WHERE id = $1", dbi(id));
}

err ledger_repoint(tx *t, uint32_t opened_for, uint32_t person)
{
    ENSURE(opened_for > 0 && person > 0);
    return db_exec(t->d, "UPDATE account SET owner = $2 WHERE opened_for = $1", dbi(opened_for), dbi(person));
}

// --- reading --------------------------------------------------------------------------------------------------------------------
// What is due and not reserved is gone, account by account: reservations stand on the oldest lots of theirs.
static err due_take(db *d, uint32_t person, int64_t now_us, ledger_balance *b)
{
    db_rows r;
    TRY(db_query(d, &r, "SELECT CAST(SUM(l.amount) AS BIGINT), a.held_out FROM account a JOIN lot l ON l.account = a.id"
                 " WHERE a.owner = $1 AND a.owner > 0 AND a.unit = $2 AND l.expires_us <= $3 GROUP BY a.id, a.held_out",
                 dbi(person), dbs(b->unit), dbi(now_us)));
    while (db_next(&r)) {
        int64_t due = db_i64(&r, 0), held = db_i64(&r, 1);
        b->available -= due > held ? due - held : 0;
    }
    b->available = b->available > 0 ? b->available : 0;        // one account may owe what the others have
    return db_end(&r);
}

static err expiring_add(db *d, uint32_t person, ledger_balance *b)
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found, "SELECT l.expires_us, SUM(l.amount) FROM account a JOIN lot l ON l.account = a.id"
                     " WHERE a.owner = $1 AND a.owner > 0 AND a.unit = $2 AND l.expires_us < $3 GROUP BY l.expires_us ORDER"
                         " BY l.expires_us LIMIT 1",
                     dbi(person), dbs(b->unit), dbi(LOT_NEVER)));
    if (found) {
        b->expiring_us = db_i64(&r, 0);
        b->expiring = db_i64(&r, 1);
    }
    return db_end(&r);
}

err ledger_balances(db *d, uint32_t person, int64_t now_us, arena *a, const ledger_balance **ret, size_t *ret_n)
{
    enum { UNITS_MAX = 64 };
    ledger_balance *list = arena_array(a, ledger_balance, UNITS_MAX);
    size_t n = 0;
    db_rows r;
    TRY(db_query(d, &r, "SELECT " ACCOUNT_COLUMNS " FROM account a JOIN unit u ON u.code = a.unit WHERE a.owner = $1 AND"
                 " a.owner > 0"
                 " ORDER BY a.unit, a.id", dbi(person)));
    while (db_next(&r)) {
        account_state one;
        account_take(&r, a, &one);
        if (!n || !str_eq(list[n - 1].unit, one.unit)) {
            if (n == UNITS_MAX)
                break;
            list[n++].unit = one.unit;
        }
        ledger_balance *b = &list[n - 1];
        b->balance += account_balance(&one);
        b->available += account_balance(&one) - one.held_out;
        b->pending += one.held_in;
    }
    TRY(db_end(&r));
    for (size_t i = 0; i < n; i++) {
        TRY(due_take(d, person, now_us, &list[i]));
        TRY(expiring_add(d, person, &list[i]));
    }
    *ret = list;
    *ret_n = n;
    return E_OK;
}
