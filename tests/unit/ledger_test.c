// The ledger on the real database and teller, on a made-up machine; beside it a model that keeps every single point as a coin.
#include "base/time.h"
#include "loyalty/ledger.h"
#include "sim/os_sim.h"
#include "store/migrate.h"
#include "tests.h"
#include <stdio.h>
#include <stdlib.h>

typedef struct world {
    struct engine e; // first: tx.user
    struct loyalty hook;
    os_sim *sim;
    db *d;
    arena *a;
    fault f;
    ledger_moved last[4]; // most recent first
    int64_t told;
} world;

typedef struct step {
    op op;
    err (*fn)(tx *t, void *p);
    void *p;
    world *w;
    err outcome;
} step;

static err step_run(op *o, tx *t)
{
    step *s = (step *)o;
    s->w->f = (fault){ 0 };
    t->f = &s->w->f;
    return s->fn(t, s->p);
}
static void step_done(op *o, err outcome) { ((step *)o)->outcome = outcome; }

// Inside an operation of the teller; committed when it gives E_OK.
static err in_tx(world *w, err (*fn)(tx *t, void *p), void *p)
{
    step s = { .op = { .run = step_run, .done = step_done }, .fn = fn, .p = p, .w = w };
    bool worked;
    assert_true(teller_submit(w->e.teller, &s.op));
    assert_ok(teller_step(w->e.teller, &worked));
    return s.outcome;
}

static err on_moved(tx *t, const ledger_moved *m, int64_t *ret_no)
{
    world *w = (world *)engine_of(t);
    memmove(w->last + 1, w->last, sizeof w->last - sizeof *w->last);
    w->last[0] = *m;
    *ret_no = ++w->told;
    return E_OK;
}

static int64_t at_local(int y, int mo, int d, int h) { return civil_to_us((civil){ y, mo, d, h, 0, 0, 0 }, ZONE_OFFSET_US); }

static int setup(void **state)
{
    world *w = calloc(1, sizeof *w);
    w->hook.on_moved = on_moved;
    w->e.loyalty = &w->hook;
    w->sim = os_sim_create(7);
    os_sim_set_now(w->sim, at_local(2026, 1, 15, 12));
    w->a = arena_create();
    assert_ok(db_open(os_sim_os(w->sim), "t.db", DB_WRITER, &w->d));
    size_t applied;
    assert_ok(migrate(w->d, migrations, migrations_count, 0, NULL, w->a, &applied));
    assert_ok(teller_open(&(teller_config){ .o = os_sim_os(w->sim), .d = w->d, .user = w }, NULL, w->a, &w->e.teller));
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    world *w = *state;
    teller_close(w->e.teller);
    os_sim_destroy(w->sim);
    arena_destroy(w->a);
    free(w);
    return 0;
}

static void check_clean(world *w)
{
    buf b = { 0 };
    assert_ok(ledger_check(w->d, &b));
    if (b.len)
        fail_msg("%.*s", (int)b.len, b.s);
    buf_free(&b);
}

static int64_t number(world *w, const char *what) // for tests only: SQL that is no literal
{
    db_rows r;
    assert_ok(db_query_text(w->d, &r, str_c(what), NULL, 0));
    assert_true(db_next(&r));
    int64_t v = db_i64(&r, 0);
    assert_ok(db_end(&r));
    return v;
}

// --- the calls, wrapped for in_tx ---------------------------------------------------------------------------------------------
static posted got; // of the last call
static int64_t got_id;

static err do_award(tx *t, void *p) { return ledger_award(t, p, &got); }
static err do_post(tx *t, void *p) { return ledger_post(t, p, &got); }
static err do_hold(tx *t, void *p) { return ledger_hold(t, p, &got); }
static err do_reverse(tx *t, void *p) { return ledger_reverse(t, p, &got); }
static err do_close(tx *t, void *p) { return ledger_close_account(t, *(int64_t *)p); }
static err do_void(tx *t, void *p) { return ledger_hold_void(t, *(int64_t *)p, 0); }
static err do_jobs(tx *t, void *p)
{
    bool more = true;
    (void)p;
    while (more)
        TRY(ledger_job_expire_holds(t, &more));
    for (more = true; more;)
        TRY(ledger_job_expire_lots(t, &more));
    return E_OK;
}
typedef struct hold_end {
    int64_t hold, amount;
} hold_end;
static err do_hold_post(tx *t, void *p)
{
    return ledger_hold_post(t, ((hold_end *)p)->hold, ((hold_end *)p)->amount, 0, S("test"), &got);
}
typedef struct naming {
    int64_t person;
    const char *name, *unit;
    owner_kind kind;
} naming;
static err do_account(tx *t, void *p)
{
    naming *n = p;
    return n->person ? ledger_account_for(t, (uint32_t)n->person, str_c(n->unit), &got_id)
                     : ledger_account_named(t, n->kind, str_c(n->name), str_c(n->unit), &got_id);
}
static int64_t person_account(world *w, int64_t person, const char *unit)
{
    assert_ok(in_tx(w, do_account, &(naming){ .person = person, .unit = unit }));
    return got_id;
}
static int64_t house_account(world *w, owner_kind kind, const char *name, const char *unit)
{
    assert_ok(in_tx(w, do_account, &(naming){ .name = name, .unit = unit, .kind = kind }));
    return got_id;
}
static err award_now(world *w, const char *key, int64_t person, int64_t amount)
{
    return in_tx(w, do_award,
                 &(award){ .person = (uint32_t)person,
                            .reason = amount > 0 ? S("test_drive") : S("mall.order"),
                            .amount = amount,
                            .key = str_c(key),
                            .made_by = S("test") });
}
static err reverse_now(world *w, const char *key, int64_t entry)
{
    return in_tx(w, do_reverse, &(reversing){ .entry = entry, .key = str_c(key), .made_by = S("test") });
}
static int64_t balance_of(world *w, int64_t person)
{
    const ledger_balance *b;
    size_t n;
    assert_ok(ledger_balances(w->d, (uint32_t)person, w->a, &b, &n));
    for (size_t i = 0; i < n; i++)
        if (str_eq(b[i].unit, S("points")))
            return b[i].balance;
    return 0;
}

// --- by hand -------------------------------------------------------------------------------------------------------------------
static void test_order_of_errors(void **state)
{
    world *w = *state;
    int64_t p1 = person_account(w, 1, "points"), p2 = person_account(w, 2, "points"), g1 = person_account(w, 1, "growth");
    int64_t m = house_account(w, OWNER_ISSUER, "marketing", "points"), used = house_account(w, OWNER_SYSTEM, "used", "points");
    int64_t shut = person_account(w, 3, "points");
    assert_ok(in_tx(w, do_close, &shut));
    assert_ok(in_tx(w, do_post, &(posting){ .key = S("k"), .debit = m, .credit = p1, .amount = 10, .reason = S("register") }));
    int64_t first = got.entry;
    const struct {
        const char *key;
        int64_t debit, credit, amount;
        const char *reason;
        err expect;
        const char *field;
    } cases[] = {
        // Each case breaks its own rule and as many of the later ones as can be broken together.
        { "", -1, -1, 0, "nonsense", E_FIELD_VALUE, "key" },
        { "~k", -1, -1, 0, "nonsense", E_FIELD_VALUE, "key" },
        { "k k", -1, -1, 0, "nonsense", E_FIELD_VALUE, "key" },
        { "12345678901234567890123456789012345678901234567890123456789012345", -1, -1, 0, "nonsense", E_FIELD_VALUE, "key" },
        { "k", -1, -1, 0, "nonsense", E_AMOUNT_INVALID, "amount" },
        { "k", -1, -1, -5, "nonsense", E_AMOUNT_INVALID, "amount" },
        { "k", -1, -1, LEDGER_SUM_MAX + 1, "nonsense", E_AMOUNT_INVALID, "amount" },
        { "k", -1, shut, 99, "nonsense", E_ACCOUNT_UNKNOWN, "" },
        { "k", shut, -1, 99, "nonsense", E_ACCOUNT_UNKNOWN, "" },
        { "k", shut, g1, 99, "nonsense", E_ACCOUNT_CLOSED, "debit" },
        { "k", g1, shut, 99, "nonsense", E_ACCOUNT_CLOSED, "credit" },
        { "k", p1, g1, 99, "nonsense", E_REASON_UNKNOWN, "" },
        { "k", g1, p1, 99, "mall.order", E_REASON_UNKNOWN, "" }, // declared for points only
        { "k", p1, g1, 99, "register", E_UNITS_DIFFER, "credit" },
        { "k", p1, p2, 99, "register", E_FORBIDDEN, "" },
        { "k", p1, p1, 99, "register", E_FORBIDDEN, "" },
        { "k", m, m, 99, "register", E_FORBIDDEN, "" },
        { "k", p1, used, 99, "register", E_ENTRY_MISMATCH, "key" },
        { "k", m, p1, 11, "register", E_ENTRY_MISMATCH, "key" },
        { "k", m, p1, 10, "profile", E_ENTRY_MISMATCH, "key" },
        { "n", p1, used, 11, "register", E_BALANCE_TOO_LOW, "amount" },
        { "n", m, p1, LEDGER_SUM_MAX - 9, "register", E_BALANCE_TOO_LOW, "amount" }, // the unlimited budget, used up by 10
        { "k", m, p1, 10, "register", E_OK, "" },
        { "n", p1, used, 10, "register", E_OK, "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        posting p = { .key = str_c(cases[i].key),
                      .debit = cases[i].debit,
                      .credit = cases[i].credit,
                      .amount = cases[i].amount,
                      .reason = str_c(cases[i].reason) };
        assert_err(in_tx(w, do_post, &p), cases[i].expect);
        if (cases[i].expect != E_OK)
            assert_str(w->f.field, str_c(cases[i].field));
        if (!strcmp(cases[i].key, "k") && cases[i].expect == E_OK)
            assert_true(got.again && got.entry == first && got.balance == 10);
    }
    assert_int_equal(number(w, "SELECT COUNT(*) FROM entry"), 2);
    check_clean(w);
}

// The first result again, whatever has changed since; also after the account is closed.
static void test_again(void **state)
{
    world *w = *state;
    assert_ok(award_now(w, "a", 5, 100));
    posted first = got;
    assert_int_equal(first.balance, 100);
    assert_ok(award_now(w, "b", 5, -100));
    int64_t told = w->told, id = person_account(w, 5, "points");
    assert_ok(in_tx(w, do_close, &id));
    assert_ok(award_now(w, "a", 5, 100));
    assert_true(got.again);
    assert_int_equal(got.entry, first.entry);
    assert_int_equal(got.at_us, first.at_us);
    assert_int_equal(got.balance, 100);
    assert_int_equal(w->told, told);
    assert_err(award_now(w, "c", 5, 1), E_ACCOUNT_CLOSED);
    assert_err(award_now(w, "a", 5, 101), E_ACCOUNT_CLOSED);
    check_clean(w);
}

static void test_month_ends(void **state)
{
    world *w = *state;
    static const struct {
        int y, mo, d, h;
        int ey, emo;
    } cases[] = {
        // posted (local) → gone at 00:00 of the first of
        { 2026, 1, 1, 0, 2028, 2 },     { 2026, 1, 31, 23, 2028, 2 },  { 2026, 2, 1, 0, 2028, 3 },   { 2026, 2, 28, 23, 2028, 3 },
        { 2027, 11, 30, 23, 2029, 12 }, { 2027, 12, 31, 23, 2030, 1 }, { 2028, 2, 29, 12, 2030, 3 }, { 2029, 12, 1, 0, 2032, 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        os_sim_set_now(w->sim, at_local(cases[i].y, cases[i].mo, cases[i].d, cases[i].h));
        assert_ok(award_now(w, arena_fmt(w->a, "m%zu", i).s, (int64_t)i + 1, 10));
        const ledger_balance *b;
        size_t n;
        assert_ok(ledger_balances(w->d, (uint32_t)i + 1, w->a, &b, &n));
        assert_int_equal(n, 1);
        assert_int_equal(b[0].expiring_us, at_local(cases[i].ey, cases[i].emo, 1, 0));
        assert_int_equal(b[0].expiring, 10);
    }
    // One microsecond before the end it stands, at the end it goes.
    os_sim_set_now(w->sim, at_local(2032, 1, 1, 0) - 10);
    assert_ok(in_tx(w, do_jobs, NULL));
    assert_int_equal(balance_of(w, 7), 0);
    assert_int_equal(balance_of(w, 8), 10);
    os_sim_set_now(w->sim, at_local(2032, 1, 1, 0));
    assert_ok(in_tx(w, do_jobs, NULL));
    assert_int_equal(balance_of(w, 8), 0);
    assert_str(w->last[0].reason, S("expiry"));
    assert_int_equal(w->last[0].amount, -10);
    check_clean(w);
}

// FIFO over vintages, the example of METRICS M72; then a refund gives the same vintages back, expired ones for 30 days.
static void test_fifo_and_refund(void **state)
{
    world *w = *state;
    static const struct {
        int y, mo;
        int64_t amount;
    } grants[] = { { 2026, 1, 100 }, { 2026, 2, 50 }, { 2026, 4, 30 } };
    for (size_t i = 0; i < 3; i++) {
        os_sim_set_now(w->sim, at_local(grants[i].y, grants[i].mo, 20, 9));
        assert_ok(award_now(w, arena_fmt(w->a, "g%zu", i).s, 1, grants[i].amount));
    }
    assert_ok(award_now(w, "spend", 1, -120));
    int64_t spend = got.entry;
    assert_int_equal(got.balance, 60);
    assert_int_equal(number(w, "SELECT COUNT(*) FROM lot WHERE vintage = 2026 * 12 + 0"), 0);
    assert_int_equal(number(w, "SELECT amount FROM lot WHERE vintage = 2026 * 12 + 1"), 30);
    assert_int_equal(number(w, "SELECT amount FROM lot WHERE vintage = 2026 * 12 + 3"), 30);
    // In the middle of February 2028 January's are over, February's not.
    os_sim_set_now(w->sim, at_local(2028, 2, 10, 9));
    assert_ok(reverse_now(w, "refund", spend));
    assert_int_equal(got.balance, 180);
    assert_int_equal(number(w, "SELECT amount FROM lot WHERE vintage = 2026 * 12 + 1"), 50);
    assert_int_equal(number(w, "SELECT amount FROM lot WHERE vintage = 2026 * 12 + 0"), 100);
    assert_int_equal(number(w, "SELECT expires_us FROM lot WHERE vintage = 2026 * 12 + 0"), at_local(2028, 3, 12, 0));
    check_clean(w);
    os_sim_set_now(w->sim, at_local(2028, 3, 11, 23)); // February's went on the 1st
    assert_ok(in_tx(w, do_jobs, NULL));
    assert_int_equal(balance_of(w, 1), 130);
    os_sim_set_now(w->sim, at_local(2028, 3, 12, 0));
    assert_err(award_now(w, "late", 1, -31), E_BALANCE_TOO_LOW); // nothing expired is spent, job or no job
    assert_ok(award_now(w, "late", 1, -30));
    assert_int_equal(number(w, "SELECT credited FROM account WHERE name = 'expired'"), 150);
    check_clean(w);
}

static void test_reversal(void **state)
{
    world *w = *state;
    assert_ok(award_now(w, "g1", 1, 2500));
    int64_t g1 = got.entry;
    assert_ok(award_now(w, "g2", 1, 500));
    int64_t g2 = got.entry;
    assert_ok(award_now(w, "s", 1, -2600));
    int64_t s = got.entry;
    assert_err(reverse_now(w, "r1", g1), E_BALANCE_TOO_LOW); // 400 − 2,500 < −2,000
    assert_int_equal(w->f.limit, -2000);
    assert_ok(reverse_now(w, "r2", g2));
    assert_int_equal(got.balance, -100);
    posted first = got;
    assert_ok(reverse_now(w, "r2", g2));
    assert_true(got.again && got.entry == first.entry);
    assert_err(reverse_now(w, "r3", g2), E_ALREADY_REVERSED);
    assert_err(reverse_now(w, "r2", g1), E_ENTRY_MISMATCH);
    assert_err(reverse_now(w, "r2", 12345), E_NOT_FOUND);
    assert_err(reverse_now(w, "r4", first.entry), E_CONFLICT);
    assert_err(award_now(w, "s2", 1, -1), E_BALANCE_TOO_LOW); // below zero nothing is spent
    assert_ok(award_now(w, "g3", 1, 150));                    // repays first
    assert_int_equal(got.balance, 50);
    assert_int_equal(number(w, "SELECT SUM(amount) FROM lot"), 50);
    assert_ok(reverse_now(w, "r5", s));
    assert_int_equal(got.balance, 2650);
    check_clean(w);
}

static void test_holds(void **state)
{
    world *w = *state;
    int64_t day = 86400 * US_PER_S, now = at_local(2026, 1, 15, 12);
    assert_ok(award_now(w, "g", 1, 100));
    int64_t p1 = person_account(w, 1, "points"), used = house_account(w, OWNER_SYSTEM, "used", "points");
    holding h = { .key = S("h"), .debit = p1, .credit = used, .amount = 70, .reason = S("mall.order"), .deadline_us = now + day };
    assert_ok(in_tx(w, do_hold, &h));
    int64_t hold = got.entry;
    assert_ok(in_tx(w, do_hold, &h));
    assert_true(got.again && got.entry == hold);
    assert_err(award_now(w, "s", 1, -31), E_BALANCE_TOO_LOW);
    h.amount = 71;
    assert_err(in_tx(w, do_hold, &h), E_ENTRY_MISMATCH);
    h.key = S("h2");
    assert_err(in_tx(w, do_hold, &h), E_BALANCE_TOO_LOW);
    h.amount = 30;
    assert_ok(in_tx(w, do_hold, &h));
    int64_t other = got.entry;
    assert_err(in_tx(w, do_hold_post, &(hold_end){ hold, 71 }), E_AMOUNT_INVALID);
    assert_err(in_tx(w, do_hold_post, &(hold_end){ 5, 0 }), E_NOT_FOUND);
    assert_ok(in_tx(w, do_hold_post, &(hold_end){ hold, 60 }));
    posted first = got;
    assert_int_equal(first.balance, 40);
    assert_ok(in_tx(w, do_hold_post, &(hold_end){ hold, 60 }));
    assert_true(got.again && got.entry == first.entry && got.balance == 40);
    assert_err(in_tx(w, do_hold_post, &(hold_end){ hold, 0 }), E_HOLD_CLOSED);
    assert_err(in_tx(w, do_void, &hold), E_HOLD_CLOSED);
    check_clean(w);
    os_sim_set_now(w->sim, now + day); // its deadline: over, though no job has run
    assert_err(in_tx(w, do_hold_post, &(hold_end){ other, 0 }), E_HOLD_CLOSED);
    assert_ok(in_tx(w, do_jobs, NULL));
    assert_int_equal(number(w, "SELECT COUNT(*) FROM hold WHERE state = 'expired'"), 1);
    assert_ok(in_tx(w, do_void, &other));
    assert_ok(award_now(w, "s", 1, -40));
    check_clean(w);
}

// A promise 待入账: counted apart, told as pending, and in the balance when posted.
static void test_pending(void **state)
{
    world *w = *state;
    award p = {
        .person = 9, .reason = S("order.firm"), .amount = 2000, .key = S("order:1"), .pending = true, .made_by = S("test")
    };
    assert_ok(in_tx(w, do_award, &p));
    int64_t hold = got.entry;
    assert_int_equal(got.balance, 0);
    assert_true(w->last[0].promise && w->last[0].amount == 2000 && w->last[0].pending == 2000 && w->last[0].person == 9);
    const ledger_balance *b;
    size_t n;
    assert_ok(ledger_balances(w->d, 9, w->a, &b, &n));
    assert_true(n == 1 && b[0].pending == 2000 && b[0].available == 0 && b[0].balance == 0);
    os_sim_set_now(w->sim, at_local(2026, 5, 2, 9));
    assert_ok(in_tx(w, do_hold_post, &(hold_end){ hold, 0 }));
    assert_int_equal(got.balance, 2000);
    assert_true(!w->last[1].promise && w->last[1].amount == 2000 && w->last[1].balance == 2000);
    assert_true(w->last[0].promise && w->last[0].amount == -2000 && w->last[0].pending == 0);
    assert_int_equal(number(w, "SELECT vintage FROM lot"), 2026 * 12 + 4); // of the month it became real
    p.key = S("order:2");
    assert_ok(in_tx(w, do_award, &p));
    hold = got.entry;
    assert_ok(in_tx(w, do_void, &hold));
    assert_ok(in_tx(w, do_void, &hold));
    assert_err(in_tx(w, do_hold_post, &(hold_end){ hold, 0 }), E_HOLD_CLOSED);
    assert_int_equal(balance_of(w, 9), 2000);
    check_clean(w);
}

// What is reserved does not expire while it is; the oldest points stand for it.
static void test_reserved_does_not_expire(void **state)
{
    world *w = *state;
    assert_ok(award_now(w, "a", 1, 60));
    os_sim_set_now(w->sim, at_local(2026, 3, 15, 12));
    assert_ok(award_now(w, "b", 1, 40));
    os_sim_set_now(w->sim, at_local(2028, 1, 31, 12));
    assert_ok(
        in_tx(w, do_award, &(award){ .person = 1, .reason = S("mall.order"), .amount = -45, .key = S("h"), .pending = true }));
    int64_t hold = got.entry;
    os_sim_set_now(w->sim, at_local(2028, 2, 1, 0));
    assert_ok(in_tx(w, do_jobs, NULL));
    assert_ok(in_tx(w, do_jobs, NULL));
    assert_int_equal(balance_of(w, 1), 85);
    check_clean(w);
    assert_ok(in_tx(w, do_void, &hold));
    assert_ok(in_tx(w, do_jobs, NULL));
    assert_int_equal(balance_of(w, 1), 40);
    check_clean(w);
}

// --- budgets, batches, joins
// -----------------------------------------------------------------------------------------------------
typedef struct floor_call {
    int64_t account, floor;
} floor_call;
static err do_floor(tx *t, void *p) { return ledger_set_floor(t, ((floor_call *)p)->account, ((floor_call *)p)->floor); }

static void test_budget(void **state)
{
    world *w = *state;
    assert_ok(award_now(w, "a", 1, 300));
    int64_t m = house_account(w, OWNER_ISSUER, "marketing", "points");
    assert_err(in_tx(w, do_floor, &(floor_call){ m, -299 }), E_BALANCE_TOO_LOW);
    assert_err(in_tx(w, do_floor, &(floor_call){ m, 1 }), E_AMOUNT_INVALID);
    assert_ok(in_tx(w, do_floor, &(floor_call){ m, -500 }));
    assert_err(award_now(w, "b", 1, 201), E_BALANCE_TOO_LOW);
    assert_int_equal(w->f.limit, -500);
    assert_ok(award_now(w, "b", 1, 200));
    assert_err(award_now(w, "c", 1, 1), E_BALANCE_TOO_LOW);
    int64_t p1 = person_account(w, 1, "points");
    assert_err(in_tx(w, do_close, &p1), E_CONFLICT);
    assert_err(in_tx(w, do_account, &(naming){ .person = 1, .unit = "shells" }), E_NOT_FOUND);
    check_clean(w);
}

typedef struct batch {
    posting p[4];
    size_t n;
    bool together;
    posting_result r[4];
} batch;
static err do_batch(tx *t, void *p)
{
    batch *b = p;
    return ledger_post_all(t, b->p, b->n, b->together, b->r);
}

static void test_batch(void **state)
{
    world *w = *state;
    int64_t m = house_account(w, OWNER_ISSUER, "marketing", "points"), used = house_account(w, OWNER_SYSTEM, "used", "points");
    int64_t p1 = person_account(w, 1, "points");
    batch b = { .p = { { .key = S("1"), .debit = m, .credit = p1, .amount = 50, .reason = S("register") },
                       { .key = S("2"), .debit = p1, .credit = used, .amount = 60, .reason = S("mall.order") },
                       { .key = S("3"), .debit = p1, .credit = used, .amount = 20, .reason = S("mall.order") },
                       { .key = S("1"), .debit = m, .credit = p1, .amount = 50, .reason = S("register") } },
                .n = 4,
                .together = true };
    assert_err(in_tx(w, do_batch, &b), E_BALANCE_TOO_LOW);
    assert_int_equal(b.r[0].code, E_OK);
    assert_int_equal(b.r[1].code, E_BALANCE_TOO_LOW);
    assert_int_equal(number(w, "SELECT COUNT(*) FROM entry"), 0);
    b.together = false;
    assert_ok(in_tx(w, do_batch, &b));
    assert_int_equal(b.r[0].code, E_OK);
    assert_int_equal(b.r[1].code, E_BALANCE_TOO_LOW);
    assert_str(b.r[1].f.field, S("amount"));
    assert_int_equal(b.r[2].p.balance, 30);
    assert_true(b.r[3].p.again && b.r[3].p.entry == b.r[0].p.entry);
    b.p[0].key = S("4");
    b.p[1].key = S("5");
    b.n = 2;
    b.together = true;
    assert_ok(in_tx(w, do_batch, &b));
    assert_int_equal(number(w, "SELECT COUNT(*) FROM (SELECT group_id FROM entry GROUP BY group_id HAVING COUNT(*) = 2) x"), 1);
    assert_int_equal(balance_of(w, 1), 20);
    check_clean(w);
}

static err do_join(tx *t, void *p)
{
    (void)p;
    return ledger_repoint(t, 8, 3);
}
static err do_split(tx *t, void *p)
{
    (void)p;
    return ledger_repoint(t, 8, 8);
}

static void test_join_and_split(void **state)
{
    world *w = *state;
    assert_ok(award_now(w, "a", 3, 30));
    assert_ok(award_now(w, "b", 8, 50));
    int64_t of8 = person_account(w, 8, "points"), of3 = person_account(w, 3, "points");
    assert_ok(in_tx(w, do_join, NULL));
    assert_int_equal(balance_of(w, 3), 80);
    assert_int_equal(balance_of(w, 8), 0);
    assert_int_equal(person_account(w, 3, "points"), of3);
    assert_int_equal(person_account(w, 8, "points"), of8); // who still knows the old id finds the old account
    assert_ok(award_now(w, "a", 3, 30));
    assert_true(got.again);
    check_clean(w);
    assert_ok(in_tx(w, do_split, NULL));
    assert_int_equal(balance_of(w, 3), 30);
    assert_int_equal(balance_of(w, 8), 50);
}

// The proof finds what is broken: every rule of ledger_check is made to speak.
static void test_check_speaks(void **state)
{
    world *w = *state;
    assert_ok(award_now(w, "a", 1, 100));
    assert_ok(award_now(w, "b", 1, -30));
    int64_t spend = got.entry;
    assert_ok(reverse_now(w, "c", spend));
    assert_ok(
        in_tx(w, do_award, &(award){ .person = 1, .reason = S("mall.order"), .amount = -5, .key = S("h"), .pending = true }));
    assert_ok(in_tx(w, do_hold_post, &(hold_end){ got.entry, 5 }));
    assert_ok(
        in_tx(w, do_award, &(award){ .person = 1, .reason = S("mall.order"), .amount = -5, .key = S("h2"), .pending = true }));
    check_clean(w);
    static const struct {
        const char *damage, *says;
    } cases[] = {
        { "UPDATE account SET credited = credited + 1 WHERE owner = 1", "does not sum to zero" },
        { "UPDATE account SET credited = credited + 1 WHERE owner = 1", "credited is not the sum" },
        { "UPDATE account SET debited = debited + 1 WHERE owner = 1", "debited is not the sum" },
        { "UPDATE account SET floor = 500 WHERE owner = 1", "below its floor" },
        { "UPDATE account SET closed = 1 WHERE owner = 1", "closed account is not empty" },
        { "UPDATE entry SET credit = 77 WHERE key = 'a'", "do not exist or differ" },
        { "DROP INDEX entry_key; UPDATE entry SET key = 'a' WHERE key = 'b'", "a key is used twice" },
        { "DROP INDEX hold_key; UPDATE hold SET key = 'h'", "hold's key is used twice" },
        { "UPDATE entry SET reverses = (SELECT id FROM entry WHERE key = 'a') WHERE key = 'c'", "reversal is not the opposite" },
        { "DROP INDEX entry_reverses; UPDATE entry SET reverses = (SELECT reverses FROM entry WHERE key = 'c') WHERE key = 'a'",
          "reversed twice" },
        { "UPDATE entry SET debit_after = 1, credit_after = 1 WHERE hold <> 0", "does not show the balance" },
        { "UPDATE lot SET amount = amount - 1", "lots are not the balance" },
        { "INSERT INTO lot (account, vintage, expires_us, amount) VALUES (5, 1, 1, 1)", "lot of no account" },
        { "UPDATE entry_lot SET amount = amount + 100", "took more from lots" },
        { "UPDATE account SET held_out = 6 WHERE owner = 1", "held_out is not" },
        { "UPDATE account SET held_in = 6 WHERE owner = 1", "held_in is not" },
        { "UPDATE hold SET amount = 1 WHERE state = 'posted'", "posted hold and its entry differ" },
        { "UPDATE entry SET hold = 7 WHERE key = 'a'", "not posted by it" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf b = { 0 };
        assert_ok(db_begin(w->d));
        assert_ok(db_script(w->d, str_c(cases[i].damage)));
        assert_ok(ledger_check(w->d, &b));
        buf_add_char(&b, 0);
        if (!strstr(b.s, cases[i].says))
            fail_msg("%s: \"%s\" lacks \"%s\"", cases[i].damage, b.s, cases[i].says);
        buf_free(&b);
        assert_ok(db_rollback(w->d));
    }
    check_clean(w);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_order_of_errors), T(test_again), T(test_month_ends),     T(test_fifo_and_refund),
        T(test_reversal),        T(test_holds), T(test_pending),        T(test_reserved_does_not_expire),
        T(test_budget),          T(test_batch), T(test_join_and_split), T(test_check_speaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
