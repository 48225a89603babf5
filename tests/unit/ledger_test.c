// The ledger on the real database and teller, on a made-up machine; beside it a model that keeps every single point as a coin.
#include "ledger_kit.h"

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
    return n->person ? ledger_account_for(t, (uint32_t)n->person, 0, str_c(n->unit), &got_id)
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
    assert_ok(ledger_balances(w->d, (uint32_t)person, 0, w->a, &b, &n));
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
        assert_ok(ledger_balances(w->d, (uint32_t)i + 1, 0, w->a, &b, &n));
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
    // An expiry reversed out of goodwill: the vintage lives for 30 more days.
    assert_ok(reverse_now(w, "grace", number(w, "SELECT MAX(id) FROM entry WHERE reason = 'expiry'")));
    assert_int_equal(balance_of(w, 8), 10);
    assert_int_equal(number(w, "SELECT expires_us FROM lot"), at_local(2032, 2, 1, 0));
    assert_int_equal(number(w, "SELECT vintage FROM lot"), 2029 * 12 + 11);
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
    assert_ok(ledger_balances(w->d, 9, 0, w->a, &b, &n));
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
        { "DELETE FROM reason WHERE code = 'expiry'", "lacks the reason expiry" },
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

// --- beside a model --------------------------------------------------------------------------------------------------------------
// Every point is a coin with its vintage and its end; below zero is a debt. No lots, no totals, no index: only what is meant.
#define COINS 6000
#define PEOPLE 5
#define ACCOUNTS 9                     // 0–4 people, 5 and 6 budgets, 7 used, 8 expired
#define ENTRIES 30000
#define HOLDS 8000
#define KEYS 30000

typedef struct coin { int64_t vintage, ends; } coin;
typedef struct purse { coin *c; size_t n; int64_t balance, out, in; } purse;
typedef struct m_entry { int64_t id, at; int debit, credit, amount; bool reversed, reverses; coin *took; int took_n; } m_entry;
typedef struct m_hold { int64_t id, deadline; int debit, credit, amount, entry; enum { M_OPEN, M_POSTED, M_VOID } state; } m_hold;
typedef struct m_key { bool used; char kind; int64_t a, b, c; int64_t result; } m_key;   // contents and first result

typedef struct model {
    world *w;
    uint64_t seed;
    int64_t now, id[ACCOUNTS];
    purse p[ACCOUNTS];
    m_entry *e;
    m_hold *h;
    int e_n, h_n, next_key;
    m_key post[KEYS], hold[KEYS], rev[KEYS];
    int64_t refused, again, done;
} model;

static uint64_t roll(model *m, uint64_t n)
{
    m->seed = m->seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (m->seed >> 33) % n;
}

// Mostly a new key, sometimes one used before.
static int pick_key(model *m) { return roll(m, 5) && m->next_key < KEYS ? m->next_key++ : (int)roll(m,
                                                                                                    (uint64_t)m->next_key + 1); }

static int64_t month_of(int64_t us)
{
    civil c = civil_from_us(us, ZONE_OFFSET_US);
    return c.year * 12 + c.month - 1;
}

static bool older(coin a, coin b) { return a.vintage != b.vintage ? a.vintage < b.vintage : a.ends < b.ends; }
static int by_age(const void *a, const void *b) { return older(*(const coin *)a, *(const coin *)b) ? -1
                                                  : older(*(const coin *)b, *(const coin *)a); }

static void m_receive(model *m, int who, coin c)
{
    purse *p = &m->p[who];
    bool debt = p->balance < 0;
    p->balance++;
    if (who < PEOPLE && !debt) {
        assert_true(p->n < COINS);
        p->c[p->n++] = c;
    }
}

static coin fresh(model *m)
{
    int64_t month = month_of(m->now), end = month + 25;
    return (coin){ month, civil_to_us((civil){ (int)(end / 12), (int)(end % 12) + 1, 1, 0, 0, 0, 0 }, ZONE_OFFSET_US) };
}

// Takes one, of month `first` if there is one, else the oldest. False: a debt.
static bool m_give(model *m, int who, int64_t first, coin *ret)
{
    purse *p = &m->p[who];
    size_t best = p->n;
    for (size_t i = 0; i < p->n; i++) {
        bool mine = p->c[i].vintage == first;
        bool best_is = best < p->n && p->c[best].vintage == first;
        if (best == p->n || (mine && !best_is) || (mine == best_is && older(p->c[i], p->c[best])))
            best = i;
    }
    p->balance--;
    if (best == p->n)
        return false;
    *ret = p->c[best];
    p->c[best] = p->c[--p->n];
    return true;
}

static void m_settle(model *m, int who)
{
    purse *p = &m->p[who];
    if (who >= PEOPLE)
        return;
    if (p->n)
        qsort(p->c, p->n, sizeof *p->c, by_age);
    size_t kept = 0;
    for (size_t i = 0; i < p->n; i++) {
        if ((int64_t)i < p->out || p->c[i].ends > m->now) {
            p->c[kept++] = p->c[i];
        } else {
            p->balance--;
            m->p[8].balance++;
        }
    }
    p->n = kept;
}

static int m_move(model *m, int64_t id, int debit, int credit, int amount, int64_t first)
{
    m_entry *e = &m->e[m->e_n];
    *e = (m_entry){ .id = id, .at = m->now, .debit = debit, .credit = credit, .amount = amount };
    e->took = calloc((size_t)amount, sizeof *e->took);
    for (int i = 0; i < amount; i++)
        e->took_n += m_give(m, debit, first, &e->took[e->took_n]);
    for (int i = 0; i < amount && first < 0; i++)
        m_receive(m, credit, fresh(m));
    return m->e_n++;
}

static int64_t m_floor(int who) { return who < PEOPLE ? 0 : who == 6 ? -3000 : -LEDGER_SUM_MAX; }
// What the account could give now, seen without touching it.
static int64_t m_spendable(model *m, int who)
{
    purse *p = &m->p[who];
    int64_t dead = 0;
    if (who < PEOPLE) {
        if (p->n)
        qsort(p->c, p->n, sizeof *p->c, by_age);
        for (size_t i = 0; i < p->n; i++)
            dead += (int64_t)i >= p->out && p->c[i].ends <= m->now;
    }
    return p->balance - p->out - dead;
}

static void pick_sides(model *m, int *debit, int *credit)
{
    int who = (int)roll(m, PEOPLE);
    bool gives = roll(m, 5) < 3;
    *debit = gives ? 5 + (int)roll(m, 2) : who;
    *credit = gives ? who : 7;
}

static void agree(model *m, err is, err expected, const char *what)
{
    if (is != expected)
        fail_msg("%s: %s, the model says %s", what, err_info_of(is)->code, err_info_of(expected)->code);
    m->done += is == E_OK;
    m->refused += is != E_OK;
}

// What a known key answers: E_OK with the first result, or E_ENTRY_MISMATCH.
static bool key_known(model *m, const m_key *k, m_key want, err *ret)
{
    if (!k->used)
        return false;
    *ret = k->kind == want.kind && k->a == want.a && k->b == want.b && k->c == want.c ? E_OK : E_ENTRY_MISMATCH;
    m->again += *ret == E_OK;
    return true;
}

static void op_post(model *m, tx *t)
{
    int debit, credit, k = pick_key(m), amount = 1 + (int)roll(m, 60);
    pick_sides(m, &debit, &credit);
    m_key want = { true, 'P', debit, credit, amount, 0 };
    if (m->post[k].used && roll(m, 2)) {
        debit = (int)m->post[k].a, credit = (int)m->post[k].b, amount = (int)m->post[k].c;
        want = (m_key){ true, 'P', debit, credit, amount, 0 };
    }
    posted p;
    err e = ledger_post(t, &(posting){ .key = arena_fmt(t->a, "p%d", k), .debit = m->id[debit], .credit = m->id[credit],
                                       .amount = amount,
                                       .reason = S("mall.order"), .made_by = S("model") }, &p);
    err expect = E_OK;
    if (key_known(m, &m->post[k], want, &expect)) {
        agree(m, e, expect, "post again");
        assert_true(e != E_OK || (p.again && p.entry == m->post[k].result));
        return;
    }
    expect = m_spendable(m, debit) - amount < m_floor(debit) ? E_BALANCE_TOO_LOW : E_OK;
    agree(m, e, expect, "post");
    if (e != E_OK)
        return;
    m_settle(m, debit);
    m_move(m, p.entry, debit, credit, amount, -1);
    want.result = p.entry;
    m->post[k] = want;
    assert_true(!p.again && p.debit_balance == m->p[debit].balance && p.credit_balance == m->p[credit].balance);
}

static void op_hold(model *m, tx *t)
{
    int debit, credit, k = pick_key(m), amount = 1 + (int)roll(m, 60);
    int64_t deadline = roll(m, 3) ? 0 : m->now + 1 + (int64_t)roll(m, 90) * US_PER_DAY;
    pick_sides(m, &debit, &credit);
    if (m->hold[k].used && roll(m, 2))
        debit = (int)m->hold[k].a / 100, credit = (int)m->hold[k].a % 100, amount = (int)m->hold[k].b, deadline = m->hold[k].c;
    posted p;
    err e = ledger_hold(t, &(holding){ .key = arena_fmt(t->a, "h%d", k), .debit = m->id[debit], .credit = m->id[credit],
                                       .amount = amount,
                                       .reason = S("mall.order"), .deadline_us = deadline, .made_by = S("model") }, &p);
    err expect = E_OK;
    if (key_known(m, &m->hold[k], (m_key){ true, 'H', debit * 100 + credit, amount, deadline, 0 }, &expect)) {
        agree(m, e, expect, "hold again");
        return;
    }
    agree(m, e, m_spendable(m, debit) - amount < m_floor(debit) ? E_BALANCE_TOO_LOW : E_OK, "hold");
    if (e != E_OK)
        return;
    m_settle(m, debit);
    m->p[debit].out += amount;
    m->p[credit].in += amount;
    m->hold[k] = (m_key){ true, 'H', debit * 100 + credit, amount, deadline, p.entry };
    m->h[m->h_n++] = (m_hold){ p.entry, deadline, debit, credit, amount, -1, M_OPEN };
}

static void op_hold_post(model *m, tx *t)
{
    if (!m->h_n)
        return;
    m_hold *h = &m->h[roll(m, (uint64_t)m->h_n)];
    int amount = roll(m, 3) ? h->amount : 1 + (int)roll(m, (uint64_t)h->amount + 2);
    posted p;
    err e = ledger_hold_post(t, h->id, amount, 0, S("model"), &p), expect = E_OK;
    if (amount > h->amount)
        expect = E_AMOUNT_INVALID;
    else if (h->state == M_POSTED)
        expect = m->e[h->entry].amount == amount ? E_OK : E_HOLD_CLOSED;
    else if (h->state == M_VOID || (h->deadline && h->deadline <= m->now))
        expect = E_HOLD_CLOSED;
    agree(m, e, expect, "hold post");
    if (e != E_OK)
        return;
    if (h->state == M_POSTED) {
        assert_true(p.again && p.entry == m->e[h->entry].id);
        return;
    }
    m_settle(m, h->debit);
    m->p[h->debit].out -= h->amount;
    m->p[h->credit].in -= h->amount;
    h->entry = m_move(m, p.entry, h->debit, h->credit, amount, -1);
    h->state = M_POSTED;
}

static void m_give_back(model *m, m_hold *h)
{
    m->p[h->debit].out -= h->amount;
    m->p[h->credit].in -= h->amount;
    h->state = M_VOID;
}

static void op_void(model *m, tx *t)
{
    if (!m->h_n)
        return;
    m_hold *h = &m->h[roll(m, (uint64_t)m->h_n)];
    agree(m, ledger_hold_void(t, h->id, 0), h->state == M_POSTED ? E_HOLD_CLOSED : E_OK, "void");
    if (h->state == M_OPEN)
        m_give_back(m, h);
}

static void m_return(model *m, const m_entry *e)
{
    for (int i = e->took_n; i < e->amount; i++)
        m_receive(m, e->debit, fresh(m));
    for (int i = 0; i < e->took_n; i++) {
        coin c = e->took[i];
        if (c.ends <= m->now)
            c.ends = time_local_day_start(time_local_day(m->now) + 31);
        m_receive(m, e->debit, c);
    }
}

static void op_reverse(model *m, tx *t)
{
    if (!m->e_n)
        return;
    int i = (int)roll(m, (uint64_t)m->e_n), k = pick_key(m);
    m_entry *e = &m->e[i];
    posted p;
    err is = ledger_reverse(t, &(reversing){ .entry = e->id, .key = arena_fmt(t->a, "r%d", k), .made_by = S("model") }, &p),
    expect = E_OK;
    bool known = key_known(m, &m->rev[k], (m_key){ true, 'R', i, 0, 0, 0 }, &expect);
    if (known && expect == E_OK) {
        agree(m, is, E_OK, "reverse again");
        assert_true(p.again && p.entry == m->rev[k].result);
        return;
    }
    int64_t lowest = e->credit < PEOPLE ? -2000 : m_floor(e->credit);
    expect = e->reverses                                            ? E_CONFLICT
             : known                                                ? E_ENTRY_MISMATCH
             : e->reversed                                          ? E_ALREADY_REVERSED
             : m_spendable(m, e->credit) - e->amount < lowest       ? E_BALANCE_TOO_LOW
                                                                    : E_OK;
    agree(m, is, expect, "reverse");
    if (is != E_OK)
        return;
    m_settle(m, e->credit);
    int at = m_move(m, p.entry, e->credit, e->debit, e->amount, month_of(e->at));
    if (e->debit < PEOPLE)
        qsort(e->took, (size_t)e->took_n, sizeof *e->took, by_age), m_return(m, e);
    else
        m->p[e->debit].balance += e->amount;
    m->e[at].reverses = e->reversed = true;
    m->rev[k] = (m_key){ true, 'R', i, 0, 0, p.entry };
}

static void op_jobs(model *m, tx *t)
{
    assert_ok(do_jobs(t, NULL));
    for (int i = 0; i < m->h_n; i++)
        if (m->h[i].state == M_OPEN && m->h[i].deadline && m->h[i].deadline <= m->now)
            m_give_back(m, &m->h[i]);
    for (int i = 0; i < PEOPLE; i++)
        m_settle(m, i);
}

static err random_group(tx *t, void *p)
{
    model *m = p;
    static void (*const ops[])(model *, tx *) = { op_post, op_post, op_post, op_post, op_hold, op_hold_post, op_hold_post,
                                                  op_void, op_reverse };
    m->now = t->now_us;
    for (int i = 0; i < 40; i++)
        ops[roll(m, sizeof ops / sizeof *ops)](m, t);
    if (roll(m, 4) == 0)
        op_jobs(m, t);
    return E_OK;
}

static void compare(model *m)
{
    for (int i = 0; i < ACCOUNTS; i++) {
        account_state a;
        assert_ok(ledger_account(m->w->d, m->id[i], m->w->a, NULL, &a));
        assert_int_equal(account_balance(&a), m->p[i].balance);
        assert_int_equal(a.held_in, m->p[i].in);
        assert_int_equal(a.held_out, m->p[i].out);
        if (m->p[i].n)
            qsort(m->p[i].c, m->p[i].n, sizeof(coin), by_age);
        size_t at = 0;
        db_rows r;
        assert_ok(db_query(m->w->d, &r, "SELECT vintage, expires_us, amount FROM lot WHERE account = $1"
                           " ORDER BY vintage, expires_us", dbi(m->id[i])));
        while (db_next(&r))
            for (int64_t n = db_i64(&r, 2); n > 0; n--, at++)
                assert_true(at < m->p[i].n && m->p[i].c[at].vintage == db_i64(&r, 0) && m->p[i].c[at].ends == db_i64(&r, 1));
        assert_ok(db_end(&r));
        assert_int_equal(at, m->p[i].n);
    }
    arena_reset(m->w->a);
}

static void model_open(model *m, world *w)
{
    *m = (model){ .w = w, .seed = 11, .e = calloc(ENTRIES, sizeof *m->e), .h = calloc(HOLDS, sizeof *m->h) };
    for (int i = 0; i < PEOPLE; i++) {
        m->id[i] = person_account(w, i + 1, "points");
        m->p[i].c = calloc(COINS, sizeof(coin));
    }
    m->id[5] = house_account(w, OWNER_ISSUER, "marketing", "points");
    m->id[6] = house_account(w, OWNER_ISSUER, "goodwill", "points");
    m->id[7] = house_account(w, OWNER_SYSTEM, "used", "points");
    m->id[8] = house_account(w, OWNER_SYSTEM, "expired", "points");
    assert_ok(in_tx(w, do_floor, &(floor_call){ m->id[6], -3000 }));
}

static void model_close(model *m)
{
    for (int i = 0; i < m->e_n; i++)
        free(m->e[i].took);
    for (int i = 0; i < PEOPLE; i++)
        free(m->p[i].c);
    free(m->e);
    free(m->h);
}

// 20,000 operations over some forty years.
static void test_beside_model(void **state)
{
    world *w = *state;
    model *m = calloc(1, sizeof *m);
    model_open(m, w);
    for (int g = 0; g < 500; g++) {
        os_sim_advance(w->sim, roll(m, 5) ? (int64_t)roll(m, 20) * US_PER_DAY : (int64_t)roll(m, 400) * US_PER_DAY);
        assert_ok(in_tx(w, random_group, m));
        if (g % 10 == 0) {
            compare(m);
            check_clean(w);
        }
    }
    compare(m);
    check_clean(w);
    assert_true(m->done > 5000 && m->refused > 1000 && m->again > 300);
    model_close(m);
    free(m);
}

// --- routes ------------------------------------------------------------------------------------------------------------------------
typedef struct wire { world *w; method how; const char *path; int64_t id; const char *json, *query; buf out; err e; } wire;

static const route *route_find(method how, const char *path)
{
    for (size_t i = 0; i < ledger_routes.n; i++)
        if (ledger_routes.routes[i].method == how && !strcmp(ledger_routes.routes[i].path, path))
            return &ledger_routes.routes[i];
    fail_msg("no route %s", path);
    return NULL;
}

// As the choke point does it: shapes read, the handler run, its error among the declared ones, its reply checked.
static err wire_run(tx *t, void *p)
{
    wire *x = p;
    const route *rt = route_find(x->how, x->path);
    req r = { .route = rt, .a = t->a, .who = { .kind = CALLER_STAFF, .id = 7 }, .now_us = t->now_us, .path_id = { x->id },
              .d = t->d, .tx = t };
    t->f = &r.f;
    if (rt->body) {
        void *body = arena_alloc(t->a, 1, rt->body->size, 16);
        TRY(shape_read_text(rt->body, str_c(x->json), t->a, &r.f, body));
        r.body = body;
    }
    if (rt->query) {
        void *query = arena_alloc(t->a, 1, rt->query->size, 16);
        TRY(shape_read_query(rt->query, str_c(x->query ? x->query : ""), t->a, &r.f, query));
        r.query = query;
    }
    if (rt->reply)
        r.reply = arena_alloc(t->a, 1, rt->reply->size, 16);
    err e = rt->handler(&r);
    x->w->f = r.f;
    if (e == E_OK && rt->reply) {
        jw w = { .b = &x->out };
        assert_ok(shape_write(rt->reply, r.reply, &w, &r.f, t->a));
    }
    bool declared = e == E_OK;
    for (const err *known = rt->errors; known && *known != E_OK; known++)
        declared = declared || *known == e;
    if (!declared)
        fail_msg("%s gave %s, which it does not declare", x->path, err_info_of(e)->code);
    return e;
}

static void expect(world *w, wire x, err code, const char *has)
{
    x.w = w;
    assert_err(in_tx(w, wire_run, &x), code);
    buf_add_char(&x.out, 0);
    if (code == E_OK && !strstr(x.out.s, has))
        fail_msg("%s: %s lacks %s", x.path, x.out.s, has);
    if (code != E_OK)
        assert_non_null(strstr(arena_cstr(w->a, w->f.field), has));
    buf_free(&x.out);
}

static void test_routes(void **state)
{
    world *w = *state;
    static const route_table *const tables[] = { &ledger_routes, NULL };
    buf lint = { 0 };
    route_lint(tables, &lint);
    if (lint.len)
        fail_msg("%.*s", (int)lint.len, lint.s);
    buf_free(&lint);
    const char *entries = "/api/v1/entries", *of = "/api/v1/people/{id}/entries", *hold = "/api/v1/holds/{id}/post";
    int64_t p1 = person_account(w, 1, "points"), used = house_account(w, OWNER_SYSTEM, "used", "points");
    expect(w, (wire){ .how = M_POST, .path = entries, .json = "{\"entries\":[{\"key\":\"a\",\"person\":1,\"amount\":300,\"reason\":\"test_drive\"},"
                      "{\"key\":\"b\",\"person\":1,\"amount\":0,\"reason\":\"test_drive\"},{\"key\":\"a\",\"person\":1,\"amount\":300,\"reason\":\"test_drive\"}]}" },
           E_OK, "{\"code\":\"amount_invalid\",\"field\":\"amount\"}");
    assert_int_equal(balance_of(w, 1), 300);
    static const struct { const char *json; err e; const char *field; } refused[] = {
        { "{\"entries\":[{\"key\":\"x\",\"amount\":1,\"reason\":\"test_drive\"}]}", E_FIELD_REQUIRED, "entries[0].debit" },
        { "{\"entries\":[{\"key\":\"x\",\"debit\":5,\"amount\":1,\"reason\":\"test_drive\"}]}", E_FIELD_REQUIRED,
          "entries[0].credit" },
        { "{\"entries\":[{\"key\":\"x\",\"debit\":5,\"person\":1,\"amount\":1,\"reason\":\"test_drive\"}]}", E_FIELD_VALUE,
          "entries[0].person" },
        { "{\"together\":true,\"entries\":[{\"key\":\"y\",\"person\":2,\"amount\":1,\"reason\":\"test_drive\"},"
          "{\"key\":\"a\",\"person\":1,\"amount\":2,\"reason\":\"test_drive\"}]}", E_ENTRY_MISMATCH, "entries[1].key" },
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        expect(w, (wire){ .how = M_POST, .path = entries, .json = refused[i].json }, refused[i].e, refused[i].field);
    assert_int_equal(number(w, "SELECT COUNT(*) FROM entry"), 1);
    expect(w, (wire){ .how = M_POST, .path = "/api/v1/holds", .json = arena_fmt(w->a,
                                                                                "{\"key\":\"h\",\"debit\":%lld,\"credit\":%lld,\"amount\":100,"
                      "\"reason\":\"mall.order\",\"deadline\":\"2027-01-01T00:00:00Z\"}", (long long)p1, (long long)used).s },
                      E_OK, "\"code\":\"ok\"");
    int64_t id = number(w, "SELECT id FROM hold");
    expect(w, (wire){ .how = M_GET, .path = "/api/v1/people/{id}/accounts", .id = 1 }, E_OK,
           "\"balance\":300,\"available\":200,\"pending\":0,\"expiring\":300");
    expect(w, (wire){ .how = M_POST, .path = hold, .id = id, .json = "{\"amount\":-1}" }, E_AMOUNT_INVALID, "amount");
    expect(w, (wire){ .how = M_POST, .path = hold, .id = id, .json = "{\"amount\":40}" }, E_OK, "\"debit_balance\":260");
    expect(w, (wire){ .how = M_POST, .path = "/api/v1/holds/{id}/void", .id = id }, E_HOLD_CLOSED, "");
    int64_t spent = number(w, "SELECT entry FROM hold");
    expect(w, (wire){ .how = M_POST, .path = "/api/v1/entries/{id}/reverse", .id = spent, .json = "{\"key\":\"r\"}" }, E_OK,
           "\"credit_balance\":300");
    expect(w, (wire){ .how = M_POST, .path = "/api/v1/entries/{id}/reverse", .id = spent, .json = "{\"key\":\"r2\"}" },
           E_ALREADY_REVERSED, "");
    expect(w, (wire){ .how = M_GET, .path = of, .id = 1, .query = "limit=1" }, E_OK, "\"amount\":40,\"balance\":300");
    int64_t last = number(w, "SELECT MAX(id) FROM entry");
    expect(w, (wire){ .how = M_GET, .path = of, .id = 1, .query = "limit=1" }, E_OK, arena_fmt(w->a, "\"next\":\"%lld\"",
                                                                                               (long long)last).s);
    expect(w, (wire){ .how = M_GET, .path = of, .id = 1, .query = arena_fmt(w->a, "limit=1&cursor=%lld", (long long)last).s },
           E_OK, "\"amount\":-40,\"balance\":260");
    expect(w, (wire){ .how = M_GET, .path = of, .id = 1, .query = "cursor=x" }, E_CURSOR_INVALID, "");
    expect(w, (wire){ .how = M_GET, .path = "/api/v1/accounts/{id}", .id = p1 }, E_OK, "\"credited\":340,\"debited\":40");
    expect(w, (wire){ .how = M_GET, .path = "/api/v1/accounts/{id}", .id = 5 }, E_ACCOUNT_UNKNOWN, "");
    expect(w, (wire){ .how = M_GET, .path = "/api/v1/reasons" }, E_OK, "\"code\":\"mall.order\"");
    expect(w, (wire){ .how = M_GET, .path = "/api/v1/ledger/summary" }, E_OK,
           "\"posted\":300,\"used\":0,\"expired\":0,\"balance\":300,\"pending\":0,\"liability_fen\":2550");
    expect(w, (wire){ .how = M_POST, .path = entries, .json = "{\"entries\":[{\"key\":\"s\",\"person\":1,\"amount\":-301,\"reason\":\"mall.order\"},"
                      "{\"key\":\"s\",\"person\":1,\"amount\":-50,\"reason\":\"mall.order\"}]}" }, E_OK, "\"debit_balance\":250");
    expect(w, (wire){ .how = M_POST, .path = "/api/v1/holds", .json = "{\"key\":\"hp\",\"person\":1,\"amount\":250,\"reason\":\"mall.order\"}" },
           E_OK, "\"code\":\"ok\"");
    expect(w, (wire){ .how = M_GET, .path = "/api/v1/people/{id}/accounts", .id = 1 }, E_OK, "\"balance\":250,\"available\":0");
    expect(w, (wire){ .how = M_POST, .path = "/api/v1/holds", .json = "{\"key\":\"hx\",\"person\":1,\"debit\":5,\"amount\":1,"
                      "\"reason\":\"mall.order\"}" }, E_FIELD_VALUE, "person");
    expect(w, (wire){ .how = M_POST, .path = "/api/v1/holds", .json = "{\"key\":\"hx\",\"debit\":5,\"amount\":1,\"reason\":\"mall.order\"}" },
           E_FIELD_REQUIRED, "credit");
    // A line of audit for each request that moved something, none for those refused.
    assert_int_equal(number(w, "SELECT count(*) FROM audit"), 6);
    assert_int_equal(number(w, "SELECT count(*) FROM audit WHERE verb = 'entry.posted' AND object_id = (SELECT min(id) FROM entry)"), 1);
    assert_int_equal(number(w, "SELECT count(*) FROM audit WHERE verb IN ('hold.made', 'hold.posted') AND object_id = (SELECT id FROM hold"
                            " WHERE key = 'h')"), 2);
    assert_int_equal(number(w, "SELECT count(*) FROM audit WHERE verb = 'entry.reversed'"), 1);
    check_clean(w);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_order_of_errors), T(test_again), T(test_month_ends),     T(test_fifo_and_refund),
        T(test_reversal),        T(test_holds), T(test_pending),        T(test_reserved_does_not_expire),
        T(test_budget),          T(test_batch), T(test_join_and_split), T(test_check_speaks), T(test_beside_model),
        T(test_routes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
