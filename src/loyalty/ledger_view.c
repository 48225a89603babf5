// Reading the ledger for people.
#include "api/shape_rows.h"
#include "loyalty/ledger_impl.h"
#include "loyalty/ledger_routes.h"
#include <stdlib.h>

err account_get(req *r)
{
    account_state a;
    account_view *out = r->reply;
    TRY(ledger_account(r->d, r->path_id[0], r->a, &r->f, &a));
    SET(out, account_view, id, a.id);
    SET(out, account_view, unit, a.unit);
    SET(out, account_view, owner_kind, (enum account_owner)a.owner_kind);
    if (a.owner)
        SET(out, account_view, owner, a.owner);
    SET(out, account_view, name, a.name);
    SET(out, account_view, balance, account_balance(&a));
    SET(out, account_view, available, account_available(&a));
    SET(out, account_view, credited, a.credited);
    SET(out, account_view, debited, a.debited);
    SET(out, account_view, held_in, a.held_in);
    SET(out, account_view, held_out, a.held_out);
    SET(out, account_view, floor, a.floor);
    SET(out, account_view, closed, a.closed);
    SET(out, account_view, opened, a.opened_us);
    return E_OK;
}

// --- what a person holds -----------------------------------------------------------------------------------------------------------
#define ACCOUNTS_MAX 100

typedef struct own { int64_t id; str unit; } own;

// The person's accounts; a joined person answers to its own id only, as everywhere.
static err own_accounts(req *r, str unit, own *ret, size_t *ret_n)
{
    size_t n = 0;
    db_rows rows;
    if (r->path_id[0] <= 0 || r->path_id[0] > UINT32_MAX)
        return req_fail_detail(r, E_NOT_FOUND, "person");
    TRY(db_query(r->d, &rows, "SELECT id, unit FROM account WHERE owner = $1 AND owner > 0 ORDER BY unit, id LIMIT $2",
                 dbi(r->path_id[0]),
                 dbi(ACCOUNTS_MAX)));
    while (db_next(&rows)) {
        own o = { db_i64(&rows, 0), arena_str(r->a, db_str(&rows, 1)) };
        if (!unit.len || str_eq(unit, o.unit))
            ret[n++] = o;
    }
    *ret_n = n;
    return db_end(&rows);
}

static err holding_fill(req *r, const ledger_balance *b, const own *accounts, size_t n, holding_view *out)
{
    db_rows rows;
    bool found;
    int64_t *ids = arena_array(r->a, int64_t, n + 1);
    uint32_t ids_n = 0;
    for (size_t i = 0; i < n; i++)
        if (str_eq(accounts[i].unit, b->unit))
            ids[ids_n++] = accounts[i].id;
    SET(out, holding_view, unit, b->unit);
    SET(out, holding_view, unit_zh, b->unit);
    SET(out, holding_view, unit_en, b->unit);
    SET(out, holding_view, balance, b->balance);
    SET(out, holding_view, available, b->available);
    SET(out, holding_view, pending, b->pending);
    SET(out, holding_view, expiring, b->expiring);
    if (b->expiring)
        SET(out, holding_view, expiring_at, b->expiring_us);
    SET(out, holding_view, accounts, (list_i64s){ ids, ids_n });
    TRY(db_query(r->d, &rows, "SELECT zh AS unit_zh, en AS unit_en FROM unit WHERE code = $1", dbs(b->unit)));
    return shape_one(&holding_view_shape, &rows, r->a, out, &found);
}

err person_accounts_get(req *r)
{
    own accounts[ACCOUNTS_MAX];
    size_t n, balances_n;
    const ledger_balance *b;
    TRY(own_accounts(r, (str){ 0 }, accounts, &n));
    TRY(ledger_balances(r->d, (uint32_t)r->path_id[0], r->now_us, r->a, &b, &balances_n));
    holding_view *v = arena_array(r->a, holding_view, balances_n + 1);
    for (size_t i = 0; i < balances_n; i++)
        TRY(holding_fill(r, &b[i], accounts, n, &v[i]));
    LIST_OF((holding_list *)r->reply, holding_list, items, v, balances_n);
    return E_OK;
}

// --- a person's movements ------------------------------------------------------------------------------------------------------------
typedef struct found { int64_t id; own *of; bool credited; } found;

typedef struct gathering { found *v; size_t n; } gathering;

static err gather_side(req *r, own *o, bool credited, int64_t before, int64_t limit, gathering *g)
{
    db_rows rows;
    if (credited)
        TRY(db_query(r->d, &rows, "SELECT id FROM entry WHERE credit = $1 AND id < $2 ORDER BY id DESC LIMIT $3", dbi(o->id),
                     dbi(before), dbi(limit)));
    else
        TRY(db_query(r->d, &rows, "SELECT id FROM entry WHERE debit = $1 AND id < $2 ORDER BY id DESC LIMIT $3", dbi(o->id),
                     dbi(before), dbi(limit)));
    while (db_next(&rows))
        g->v[g->n++] = (found){ db_i64(&rows, 0), o, credited };
    return db_end(&rows);
}

static int newest_first(const void *x, const void *y)
{
    int64_t a = ((const found *)x)->id, b = ((const found *)y)->id;
    return a < b ? 1 : a > b ? -1 : 0;
}

static err entry_read(req *r, const found *f, entry_view *out)
{
    db_rows rows;
    bool there;
    SET(out, entry_view, unit, f->of->unit);
    SET(out, entry_view, account, f->of->id);
    TRY(db_query(r->d, &rows,
                 "SELECT e.id, e.at_us AS at, CASE WHEN $2 = 1 THEN e.amount ELSE -e.amount END AS amount,"
                 " CASE WHEN $2 = 1 THEN e.credit_after ELSE e.debit_after END AS balance, e.reason, COALESCE(s.zh, e.reason) AS reason_zh,"
                 " COALESCE(s.en, e.reason) AS reason_en, o.name AS other, e.key, NULLIF(e.reverses, 0) AS reverses, x.id AS reversed_by,"
                 " NULLIF(e.hold, 0) AS hold, NULLIF(e.cause_no, 0) AS event, e.made_by FROM entry e"
                 " JOIN account o ON o.id = CASE WHEN $2 = 1 THEN e.debit ELSE e.credit END"
                 " LEFT JOIN reason s ON s.code = e.reason AND s.unit = $3 LEFT JOIN entry x ON x.reverses = e.id AND x.reverses <> 0"
                 " WHERE e.id = $1", dbi(f->id), dbi(f->credited), dbs(f->of->unit)));
    return shape_one(&entry_view_shape, &rows, r->a, out, &there);
}

// Each side of each account by its own index range, then merged: nothing is walked beyond the page.
err person_entries_get(req *r)
{
    const entry_query *q = r->query;
    entry_page *out = r->reply;
    own accounts[ACCOUNTS_MAX];
    size_t n;
    int64_t before = LEDGER_SUM_MAX, limit = HAS(q, entry_query, limit) ? q->limit : 30;
    if (HAS(q, entry_query, cursor) && (!str_to_i64(q->cursor, &before) || before <= 0))
        return req_fail(r, E_CURSOR_INVALID);
    TRY(own_accounts(r, HAS(q, entry_query, unit) ? q->unit : (str){ 0 }, accounts, &n));
    gathering g = { arena_array(r->a, found, n * 2 * (size_t)(limit + 1) + 1), 0 };
    for (size_t i = 0; i < n; i++) {
        TRY(gather_side(r, &accounts[i], true, before, limit + 1, &g));
        TRY(gather_side(r, &accounts[i], false, before, limit + 1, &g));
    }
    qsort(g.v, g.n, sizeof *g.v, newest_first);
    size_t page = g.n > (size_t)limit ? (size_t)limit : g.n;
    entry_view *v = arena_array(r->a, entry_view, page + 1);
    for (size_t i = 0; i < page; i++)
        TRY(entry_read(r, &g.v[i], &v[i]));
    LIST_OF(out, entry_page, items, v, page);
    if (g.n > page)
        SET(out, entry_page, next, arena_fmt(r->a, "%lld", (long long)g.v[page - 1].id));
    return E_OK;
}

// --- reasons and the whole -------------------------------------------------------------------------------------------------------------
err reasons_get(req *r)
{
    enum { REASONS_MAX = 1000 };
    db_rows rows;
    TRY(db_query(r->d, &rows, "SELECT r.code, r.unit, r.issuer,"
                 " CASE WHEN r.expires_months < 0 THEN u.expires_months ELSE r.expires_months END AS expires_months,"
                 " r.zh, r.en, r.doc FROM reason r JOIN unit u ON u.code = r.unit ORDER BY r.unit, r.code LIMIT $1",
                 dbi(REASONS_MAX)));
    return ROWS_SET(r->a, &rows, r->reply, reason_list, items);
}

// Budgets and system accounts of a unit; people's total is what is missing to zero, so people need not be walked.
static err house_read(req *r, str unit, unit_summary *out)
{
    enum { BUDGETS_MAX = 100 };
    budget_view *v = arena_array(r->a, budget_view, BUDGETS_MAX);
    size_t n = 0;
    int64_t given = 0, used = 0, expired = 0, pending = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows, "SELECT id, owner_kind, name, credited - debited, held_out, floor FROM account WHERE owner = 0"
                 " AND unit = $1 ORDER BY id",
                 dbs(unit)));
    while (db_next(&rows)) {
        int64_t balance = db_i64(&rows, 3), floor = db_i64(&rows, 5);
        if (!str_eq(db_str(&rows, 1), S("issuer"))) {
            *(str_eq(db_str(&rows, 2), NAME_EXPIRED) ? &expired : &used) += balance;
            continue;
        }
        given -= balance;
        pending += db_i64(&rows, 4);
        if (n == BUDGETS_MAX)
            continue;
        budget_view *b = &v[n++];
        SET(b, budget_view, account, db_i64(&rows, 0));
        SET(b, budget_view, name, arena_str(r->a, db_str(&rows, 2)));
        SET(b, budget_view, given, -balance);
        SET(b, budget_view, promised, db_i64(&rows, 4));
        if (floor > -LEDGER_SUM_MAX)
            SET(b, budget_view, budget, -floor);
    }
    TRY(db_end(&rows));
    SET(out, unit_summary, posted, given);
    SET(out, unit_summary, used, used);
    SET(out, unit_summary, expired, expired);
    SET(out, unit_summary, balance, given - used - expired);
    SET(out, unit_summary, pending, pending);
    LIST_OF(out, unit_summary, budgets, v, n);
    return E_OK;
}

// M73: what vintages hold × worth × expected redemption, to the nearest fen. Units without vintages: what people hold.
static err liability(req *r, str unit, bool lots, int64_t fen_per_10, int64_t percent, unit_summary *out)
{
    int64_t held = out->balance > 0 ? out->balance : 0;
    if (lots)
        TRY(db_int(r->d, &held, 0, "SELECT CAST(SUM(l.amount) AS BIGINT) FROM lot l JOIN account a ON a.id = l.account"
                   " WHERE a.unit = $1 AND l.expires_us > $2",
                   dbs(unit), dbi(r->now_us)));
    int64_t fen;
    if (__builtin_mul_overflow(held, fen_per_10 * percent, &fen))
        return req_fail(r, E_LIMIT_REACHED);
    SET(out, unit_summary, liability_fen, (fen + 500) / 1000);
    return E_OK;
}

typedef struct unit_row { str code, zh, en; bool lots; int64_t fen_per_10, percent; } unit_row;

err ledger_summary_get(req *r)
{
    enum { UNITS_MAX = 200 };
    unit_row *u = arena_array(r->a, unit_row, UNITS_MAX);
    unit_summary *v = arena_array(r->a, unit_summary, UNITS_MAX);
    size_t n = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows, "SELECT code, zh, en, lots, fen_per_10, redeem_percent FROM unit ORDER BY code LIMIT $1",
                 dbi(UNITS_MAX)));
    while (db_next(&rows))
        u[n++] = (unit_row){ arena_str(r->a, db_str(&rows, 0)), arena_str(r->a, db_str(&rows, 1)),
                             arena_str(r->a, db_str(&rows, 2)),
                             db_i64(&rows, 3) != 0, db_i64(&rows, 4), db_i64(&rows, 5) };
    TRY(db_end(&rows));
    for (size_t i = 0; i < n; i++) {
        SET(&v[i], unit_summary, unit, u[i].code);
        SET(&v[i], unit_summary, zh, u[i].zh);
        SET(&v[i], unit_summary, en, u[i].en);
        TRY(house_read(r, u[i].code, &v[i]));
        TRY(liability(r, u[i].code, u[i].lots, u[i].fen_per_10, u[i].percent, &v[i]));
    }
    LIST_OF((ledger_summary *)r->reply, ledger_summary, units, v, n);
    return E_OK;
}
