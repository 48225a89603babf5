// Spending over several accounts: by hand, and beside a model in which people join and part at random and every point is a coin.
#include "ledger_kit.h"

static posted got; // of the last call

static err do_award(tx *t, void *p) { return ledger_award(t, p, &got); }
static err do_post(tx *t, void *p) { return ledger_post(t, p, &got); }
static err do_hold(tx *t, void *p) { return ledger_hold(t, p, &got); }
static err do_reverse(tx *t, void *p) { return ledger_reverse(t, p, &got); }
static err do_void(tx *t, void *p) { return ledger_hold_void(t, *(int64_t *)p, 0); }
typedef struct pointing { uint32_t subject, person; } pointing;
static err do_repoint(tx *t, void *p) { return ledger_repoint(t, ((pointing *)p)->subject, ((pointing *)p)->person); }
typedef struct hold_end { int64_t hold, amount; } hold_end;
static err do_hold_post(tx *t, void *p)
{
    return ledger_hold_post(t, ((hold_end *)p)->hold, ((hold_end *)p)->amount, 0, S("test"), &got);
}

static err give(world *w, const char *key, uint32_t person, uint32_t subject, int64_t amount)
{
    return in_tx(w, do_award, &(award){ .person = person, .subject = subject, .reason = S("test_drive"), .amount = amount,
                                        .key = str_c(key), .made_by = S("test") });
}
static err spend_now(world *w, const char *key, uint32_t person, int64_t amount)
{
    return in_tx(w, do_award, &(award){ .person = person, .reason = S("mall.order"), .amount = -amount, .key = str_c(key),
                                        .made_by = S("test") });
}
static void point(world *w, uint32_t subject, uint32_t person)
{
    assert_ok(in_tx(w, do_repoint, &(pointing){ subject, person }));
}
static ledger_balance points_of(world *w, uint32_t person)
{
    const ledger_balance *b;
    size_t n;
    assert_ok(ledger_balances(w->d, person, os_now_us(w->e.o), w->a, &b, &n));
    for (size_t i = 0; i < n; i++)
        if (str_eq(b[i].unit, S("points")))
            return b[i];
    return (ledger_balance){ 0 };
}
static int64_t balance_of(world *w, uint32_t person) { return points_of(w, person).balance; }
static int64_t account_of(world *w, uint32_t subject)
{
    int64_t id;
    assert_ok(db_int(w->d, &id, 0, "SELECT id FROM account WHERE opened_for = $1 AND unit = 'points'", dbi(subject)));
    return id;
}

// Two people of 300 each, joined: the younger's points are older.
static void two_joined(world *w)
{
    os_sim_set_now(w->sim, at_local(2026, 1, 15, 12));
    assert_ok(give(w, "g9", 9, 9, 300));
    os_sim_set_now(w->sim, at_local(2026, 3, 15, 12));
    assert_ok(give(w, "g7", 7, 7, 300));
    point(w, 9, 7);
}

// --- by hand ------------------------------------------------------------------------------------------------------------------
static void test_spends_what_it_has(void **state)
{
    world *w = *state;
    two_joined(w);
    assert_err(spend_now(w, "too-much", 7, 601), E_BALANCE_TOO_LOW);
    assert_ok(spend_now(w, "s", 7, 500));
    posted first = got;
    assert_int_equal(first.debit_balance, 100);
    assert_int_equal(balance_of(w, 7), 100);
    assert_ok(spend_now(w, "s", 7, 500));
    assert_true(got.again && got.entry == first.entry && got.debit_balance == first.debit_balance);
    assert_err(spend_now(w, "s", 7, 400), E_ENTRY_MISMATCH);
    point(w, 9, 9);                                     // they part: the oldest points are gone, of the other a hundred is left
    assert_int_equal(balance_of(w, 9), 0);
    assert_int_equal(balance_of(w, 7), 100);
    assert_ok(spend_now(w, "s", 7, 500));               // and the same call has the same answer still
    assert_true(got.again && got.entry == first.entry && got.debit_balance == first.debit_balance);
    check_clean(w);
}

// Each account's movement is told of its own subject, so that it goes where the account goes.
static void test_told_by_home(void **state)
{
    world *w = *state;
    two_joined(w);
    int64_t before = w->told;
    assert_ok(spend_now(w, "s", 7, 500));
    assert_int_equal(w->told, before + 2);
    assert_int_equal(w->last[1].subject, 9);
    assert_int_equal(w->last[1].amount, -300);
    assert_int_equal(w->last[0].subject, 7);
    assert_int_equal(w->last[0].person, 7);
    assert_int_equal(w->last[0].amount, -200);
}

static void test_reversed_as_a_whole(void **state)
{
    world *w = *state;
    two_joined(w);
    assert_ok(spend_now(w, "s", 7, 500));
    int64_t whole = got.entry, part;
    assert_ok(db_int(w->d, &part, 0, "SELECT id FROM entry WHERE debit = $1 AND reason = 'mall.order'", dbi(account_of(w, 7))));
    assert_int_not_equal(part, whole);
    point(w, 9, 9);
    assert_ok(in_tx(w, do_reverse, &(reversing){ .entry = part, .key = S("r") }));      // any part stands for all
    assert_int_equal(balance_of(w, 9), 300);
    assert_int_equal(balance_of(w, 7), 300);
    int64_t reversal = got.entry;
    assert_ok(in_tx(w, do_reverse, &(reversing){ .entry = whole, .key = S("r") }));
    assert_true(got.again && got.entry == reversal);
    assert_err(in_tx(w, do_reverse, &(reversing){ .entry = whole, .key = S("r2") }), E_ALREADY_REVERSED);
    check_clean(w);
}

static void test_held_over_accounts(void **state)
{
    world *w = *state;
    two_joined(w);
    holding h = { .key = S("h"), .person = 7, .amount = 500, .reason = S("mall.order") };
    assert_ok(in_tx(w, do_hold, &h));
    int64_t id = got.entry;
    assert_int_equal(points_of(w, 7).available, 100);
    assert_ok(in_tx(w, do_hold, &h));
    assert_true(got.again && got.entry == id);
    assert_err(spend_now(w, "s", 7, 101), E_BALANCE_TOO_LOW);
    assert_err(in_tx(w, do_hold_post, &(hold_end){ id, 501 }), E_AMOUNT_INVALID);
    point(w, 9, 9);
    assert_ok(in_tx(w, do_hold_post, &(hold_end){ id, 350 }));      // 300 of the first reserved, 50 of the second; 150 go back
    posted first = got;
    assert_int_equal(balance_of(w, 9), 0);
    assert_int_equal(balance_of(w, 7), 250);
    assert_int_equal(points_of(w, 7).available, 250);
    assert_ok(in_tx(w, do_hold_post, &(hold_end){ id, 350 }));
    assert_true(got.again && got.entry == first.entry && got.debit_balance == first.debit_balance);
    assert_err(in_tx(w, do_hold_post, &(hold_end){ id, 300 }), E_HOLD_CLOSED);
    assert_err(in_tx(w, do_void, &id), E_HOLD_CLOSED);
    assert_ok(in_tx(w, do_reverse, &(reversing){ .entry = first.entry, .key = S("r") }));
    assert_int_equal(balance_of(w, 9), 300);
    assert_int_equal(balance_of(w, 7), 300);
    check_clean(w);

    point(w, 9, 7);
    h.key = S("h2");
    assert_ok(in_tx(w, do_hold, &h));
    assert_ok(in_tx(w, do_void, &got.entry));
    assert_int_equal(points_of(w, 7).available, 600);
    check_clean(w);
}

// What one account owes, the others do not spend; and what others have covers a reversal.
static void test_floor_of_the_sum(void **state)
{
    world *w = *state;
    two_joined(w);
    assert_ok(give(w, "big", 7, 9, 5000));
    int64_t grant = got.entry;
    assert_ok(spend_now(w, "s", 7, 5300));              // all of the account of 9
    assert_ok(give(w, "more", 7, 7, 2500));
    assert_err(in_tx(w, do_reverse, &(reversing){ .entry = grant, .key = S("r") }), E_BALANCE_TOO_LOW);     // −2,200 together
    assert_ok(give(w, "and-more", 7, 7, 200));
    assert_ok(in_tx(w, do_reverse, &(reversing){ .entry = grant, .key = S("r") }));
    assert_int_equal(balance_of(w, 7), -2000);
    assert_int_equal(points_of(w, 7).available, 0);
    check_clean(w);
    int64_t used;
    assert_ok(db_int(w->d, &used, 0, "SELECT id FROM account WHERE name = 'used'"));
    posting by_account = { .key = S("x"), .debit = account_of(w, 7), .credit = used, .amount = 1, .reason = S("mall.order") };
    assert_err(in_tx(w, do_post, &by_account), E_BALANCE_TOO_LOW);
    assert_err(spend_now(w, "y", 7, 1), E_BALANCE_TOO_LOW);
    assert_ok(give(w, "again", 7, 9, 2100));
    assert_int_equal(points_of(w, 7).available, 100);
    assert_ok(spend_now(w, "y", 7, 100));
    point(w, 9, 9);                                     // the debt stays with the account it came from
    assert_int_equal(balance_of(w, 9), -2900);
    assert_int_equal(balance_of(w, 7), 2900);
    check_clean(w);
}

// An account named itself gives what it has, no more, whoever it belongs to.
static void test_an_account_by_name(void **state)
{
    world *w = *state;
    two_joined(w);
    int64_t used;
    assert_ok(spend_now(w, "s", 7, 1));
    assert_ok(db_int(w->d, &used, 0, "SELECT id FROM account WHERE name = 'used'"));
    posting p = { .key = S("x"), .debit = account_of(w, 9), .credit = used, .amount = 300, .reason = S("mall.order") };
    assert_err(in_tx(w, do_post, &p), E_BALANCE_TOO_LOW);
    p.amount = 299;
    assert_ok(in_tx(w, do_post, &p));
    assert_int_equal(balance_of(w, 7), 300);
    check_clean(w);
}

// A person of hundreds of accounts: up to 200 of them give, in a unit without lots too.
static void test_many_accounts(void **state)
{
    world *w = *state;
    for (uint32_t i = 1; i <= 210; i++)
        for (int unit = 0; unit < 2; unit++)
            assert_ok(in_tx(w, do_award, &(award){ .person = 1, .subject = i, .unit = unit ? S("growth") : S("points"), .amount = 2,
                                                   .reason = S("test_drive"), .key = arena_fmt(w->a, "g%u.%d", i, unit) }));
    assert_ok(spend_now(w, "s", 1, 399));
    assert_int_equal(balance_of(w, 1), 21);
    assert_ok(give(w, "more", 1, 1, 400));
    assert_err(in_tx(w, do_award, &(award){ .person = 1, .unit = S("growth"), .amount = -401, .reason = S("test_drive"), .key = S("g") }),
               E_LIMIT_REACHED);
    assert_ok(in_tx(w, do_award, &(award){ .person = 1, .unit = S("growth"), .amount = -400, .reason = S("test_drive"), .key = S("g") }));
    check_clean(w);
}

// --- beside a model -----------------------------------------------------------------------------------------------------------
#define PEOPLE 7                       // and as many subjects, each with an account
#define COINS 4000
#define ENTRIES 20000
#define HOLDS 4000
#define FLOOR (-150)

typedef struct coin { int64_t vintage, ends; } coin;
typedef struct purse { coin c[COINS]; size_t n; int64_t balance, out; int owner; } purse;
typedef struct m_part { int who, amount, took_n; coin *took; } m_part;
typedef struct m_entry { int64_t id, at, key; m_part part[PEOPLE]; int n, person, amount; bool given, reversed; } m_entry;
typedef struct m_hold { int64_t id, deadline; m_part part[PEOPLE]; int n, amount; enum { M_OPEN, M_POSTED, M_VOID } state; } m_hold;

typedef struct model {
    world *w;
    uint64_t seed;
    int64_t now, next_key, refused, over_several, again;
    int64_t account[PEOPLE];
    purse p[PEOPLE];
    m_entry *e;
    m_hold *h;
    int e_n, h_n;
} model;

static int64_t roll(model *m, int64_t n)
{
    m->seed = m->seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (int64_t)((m->seed >> 33) % (uint64_t)n);
}

static int64_t month_of(int64_t us)
{
    civil c = civil_from_us(us, ZONE_OFFSET_US);
    return c.year * 12 + c.month - 1;
}

static int by_age(const void *a, const void *b)
{
    const coin *x = a, *y = b;
    return x->vintage != y->vintage ? (x->vintage < y->vintage ? -1 : 1) : x->ends < y->ends ? -1 : x->ends > y->ends;
}

static void m_sort(purse *p) { qsort(p->c, p->n, sizeof *p->c, by_age); }

static void m_receive(purse *p, coin c)
{
    if (p->balance++ >= 0) {
        assert_true(p->n < COINS);
        p->c[p->n++] = c;
    }
}

static coin fresh(const model *m)
{
    int64_t month = month_of(m->now), end = month + 25;
    return (coin){ month, civil_to_us((civil){ (int)(end / 12), (int)(end % 12) + 1, 1, 0, 0, 0, 0 }, ZONE_OFFSET_US) };
}

static void m_settle(model *m, int who)
{
    purse *p = &m->p[who];
    size_t kept = 0;
    m_sort(p);
    for (size_t i = 0; i < p->n; i++)
        if ((int64_t)i < p->out || p->c[i].ends > m->now)
            p->c[kept++] = p->c[i];
        else
            p->balance--;
    p->n = kept;
}

static int64_t m_free(model *m, int person)
{
    int64_t sum = 0;
    for (int i = 0; i < PEOPLE; i++)
        if (m->p[i].owner == person) {
            m_settle(m, i);
            sum += m->p[i].balance - m->p[i].out;
        }
    return sum;
}

// The oldest coin nobody has reserved, of all the purses of a person. `skip`: of each purse, what this very planning has taken already.
static int m_oldest(model *m, int person, const int *skip)
{
    int best = -1;
    for (int i = 0; i < PEOPLE; i++) {
        purse *p = &m->p[i];
        if (p->owner != person || p->balance - p->out - skip[i] <= 0)
            continue;
        const coin *c = &p->c[p->out + skip[i]], *b = best < 0 ? NULL : &m->p[best].c[m->p[best].out + skip[best]];
        int order = b ? by_age(c, b) : -1;
        if (order < 0 || (order == 0 && m->account[i] < m->account[best]))
            best = i;
    }
    return best;
}

static int m_plan(model *m, int person, int amount, m_part *ret)
{
    int skip[PEOPLE] = { 0 }, n = 0;
    for (; amount > 0; amount--) {
        int who = m_oldest(m, person, skip), k = 0;
        assert_true(who >= 0);
        skip[who]++;
        while (k < n && ret[k].who != who)
            k++;
        n += k == n;
        ret[k].who = who;
        ret[k].amount++;
    }
    return n;
}

// What of it was there: the rest is a debt. `first`: the month that goes before all others.
static void m_take(model *m, m_part *of, int64_t first)
{
    purse *p = &m->p[of->who];
    of->took = calloc((size_t)of->amount, sizeof *of->took);
    of->took_n = 0;
    m_sort(p);
    for (int i = 0; i < of->amount; i++, p->balance--) {
        size_t at = 0;
        for (size_t k = 0; k < p->n; k++)
            if (p->c[k].vintage == first) {
                at = k;
                break;
            }
        if (p->n == 0)
            continue;
        of->took[of->took_n++] = p->c[at];
        memmove(p->c + at, p->c + at + 1, (--p->n - at) * sizeof *p->c);
    }
}

static void agree(model *m, err is, err expected, const char *what)
{
    if (is != expected)
        fail_msg("%s: %s, the model says %s", what, err_info_of(is)->code, err_info_of(expected)->code);
    m->refused += is != E_OK;
}

static void op_give(model *m, tx *t)
{
    int who = (int)roll(m, PEOPLE), amount = 1 + (int)roll(m, 40);
    posted p;
    assert_ok(ledger_award(t, &(award){ .person = (uint32_t)m->p[who].owner, .subject = (uint32_t)who + 1, .reason = S("test_drive"),
                                        .amount = amount, .key = arena_fmt(t->a, "g%lld", (long long)m->next_key++) }, &p));
    m_entry *e = &m->e[m->e_n++];
    *e = (m_entry){ .id = p.entry, .at = m->now, .n = 1, .amount = amount, .given = true, .key = -1 };
    e->part[0] = (m_part){ .who = who, .amount = amount };
    for (int i = 0; i < amount; i++)
        m_receive(&m->p[who], fresh(m));
    if (!m->account[who])
        assert_ok(db_int(t->d, &m->account[who], 0, "SELECT id FROM account WHERE opened_for = $1", dbi(who + 1)));
}

// Some spending of before, whoever it is of by now, or the same key for something else.
static bool spend_again(model *m, tx *t)
{
    const m_entry *e = m->e_n ? &m->e[roll(m, m->e_n)] : NULL;
    posted p;
    bool other = roll(m, 3) == 0;
    if (!e || e->key < 0)
        return false;
    err is = ledger_award(t, &(award){ .person = (uint32_t)e->person, .reason = S("mall.order"), .amount = -(e->amount + other),
                                       .key = arena_fmt(t->a, "s%lld", (long long)e->key) }, &p);
    agree(m, is, other ? E_ENTRY_MISMATCH : E_OK, "spent before");
    assert_true(other || (p.again && p.entry == e->id));
    m->again++;
    return true;
}

static void op_spend(model *m, tx *t)
{
    int person = 1 + (int)roll(m, 4), amount = 1 + (int)roll(m, 60);
    posted p;
    if (roll(m, 5) == 0 && spend_again(m, t))
        return;
    err is = ledger_award(t, &(award){ .person = (uint32_t)person, .reason = S("mall.order"), .amount = -amount,
                                       .key = arena_fmt(t->a, "s%lld", (long long)m->next_key) }, &p);
    agree(m, is, m_free(m, person) < amount ? E_BALANCE_TOO_LOW : E_OK, "spend");
    if (is != E_OK)
        return;
    m_entry *e = &m->e[m->e_n++];
    *e = (m_entry){ .id = p.entry, .at = m->now, .person = person, .amount = amount, .key = m->next_key++ };
    e->n = m_plan(m, person, amount, e->part);
    m->over_several += e->n > 1;
    for (int i = 0; i < e->n; i++)
        m_take(m, &e->part[i], -1);
}

static void op_hold(model *m, tx *t)
{
    int person = 1 + (int)roll(m, 4), amount = 1 + (int)roll(m, 60);
    int64_t deadline = roll(m, 2) ? 0 : m->now + 1 + roll(m, 90) * US_PER_DAY;
    posted p;
    err is = ledger_hold(t, &(holding){ .person = (uint32_t)person, .reason = S("mall.order"), .amount = amount, .deadline_us = deadline,
                                        .key = arena_fmt(t->a, "h%lld", (long long)m->next_key++) }, &p);
    agree(m, is, m_free(m, person) < amount ? E_BALANCE_TOO_LOW : E_OK, "hold");
    if (is != E_OK)
        return;
    m_hold *h = &m->h[m->h_n++];
    *h = (m_hold){ .id = p.entry, .amount = amount, .deadline = deadline };
    h->n = m_plan(m, person, amount, h->part);
    for (int i = 0; i < h->n; i++)
        m->p[h->part[i].who].out += h->part[i].amount;
}

static void m_give_back(model *m, m_hold *h)
{
    for (int i = 0; i < h->n; i++)
        m->p[h->part[i].who].out -= h->part[i].amount;
    h->state = M_VOID;
}

static void op_hold_post(model *m, tx *t)
{
    m_hold *h = m->h_n ? &m->h[roll(m, m->h_n)] : NULL;
    posted p;
    if (!h || h->state == M_POSTED)
        return;
    int amount = roll(m, 2) ? h->amount : 1 + (int)roll(m, h->amount);
    bool over = h->state == M_VOID || (h->deadline && h->deadline <= m->now);
    agree(m, ledger_hold_post(t, h->id, amount, 0, S("model"), &p), over ? E_HOLD_CLOSED : E_OK, "hold post");
    if (over)
        return;
    m_entry *e = &m->e[m->e_n++];
    *e = (m_entry){ .id = p.entry, .at = m->now, .amount = amount, .key = -1 };
    for (int i = 0; i < h->n; i++) {
        int some = amount < h->part[i].amount ? amount : h->part[i].amount;
        if (some) {
            m_settle(m, h->part[i].who);
            e->part[e->n] = (m_part){ .who = h->part[i].who, .amount = some };
            m_take(m, &e->part[e->n++], -1);
        }
        m->p[h->part[i].who].out -= h->part[i].amount;
        amount -= some;
    }
    h->state = M_POSTED;
}

static void op_void(model *m, tx *t)
{
    m_hold *h = m->h_n ? &m->h[roll(m, m->h_n)] : NULL;
    if (!h)
        return;
    agree(m, ledger_hold_void(t, h->id, 0), h->state == M_POSTED ? E_HOLD_CLOSED : E_OK, "void");
    if (h->state == M_OPEN)
        m_give_back(m, h);
}

static void m_return(model *m, m_part *of)
{
    purse *p = &m->p[of->who];
    for (int i = of->took_n; i < of->amount; i++)
        m_receive(p, fresh(m));
    qsort(of->took, (size_t)of->took_n, sizeof *of->took, by_age);
    for (int i = 0; i < of->took_n; i++) {
        coin c = of->took[i];
        if (c.ends <= m->now)
            c.ends = time_local_day_start(time_local_day(m->now) + 31);
        m_receive(p, c);
    }
}

static void op_reverse(model *m, tx *t)
{
    m_entry *e = m->e_n ? &m->e[roll(m, m->e_n)] : NULL;
    posted p;
    if (!e)
        return;
    err is = ledger_reverse(t, &(reversing){ .entry = e->id, .key = arena_fmt(t->a, "r%lld", (long long)m->next_key++) }, &p);
    err expect = e->reversed                                                                          ? E_ALREADY_REVERSED
                 : e->given && m_free(m, m->p[e->part[0].who].owner) - e->amount < FLOOR              ? E_BALANCE_TOO_LOW
                                                                                                      : E_OK;
    agree(m, is, expect, "reverse");
    if (is != E_OK)
        return;
    e->reversed = true;
    for (int i = 0; i < e->n; i++)
        if (e->given)
            m_take(m, &e->part[i], month_of(e->at));
        else
            m_return(m, &e->part[i]);
}

// People join and part: any account may be anybody's next.
static void op_point(model *m, tx *t)
{
    int who = (int)roll(m, PEOPLE), person = 1 + (int)roll(m, 3);
    if (!m->account[who])
        return;
    assert_ok(ledger_repoint(t, (uint32_t)who + 1, (uint32_t)person));
    m->p[who].owner = person;
}

static err random_group(tx *t, void *p)
{
    model *m = p;
    static void (*const ops[])(model *, tx *) = { op_give, op_give, op_give, op_spend, op_spend, op_hold, op_hold_post, op_void,
                                                  op_reverse, op_point, op_point };
    bool more = true;
    m->now = t->now_us;
    for (int i = 0; i < 30; i++)
        ops[roll(m, sizeof ops / sizeof *ops)](m, t);
    while (more)
        TRY(ledger_job_expire_holds(t, &more));
    for (more = true; more;)
        TRY(ledger_job_expire_lots(t, &more));
    for (int i = 0; i < m->h_n; i++)
        if (m->h[i].state == M_OPEN && m->h[i].deadline && m->h[i].deadline <= m->now)
            m_give_back(m, &m->h[i]);
    for (int i = 0; i < PEOPLE; i++)
        m_settle(m, i);
    return E_OK;
}

static void compare_account(model *m, int who)
{
    const purse *p = &m->p[who];
    account_state a;
    size_t at = 0;
    db_rows r;
    assert_ok(ledger_account(m->w->d, m->account[who], m->w->a, NULL, &a));
    assert_int_equal(account_balance(&a), p->balance);
    assert_int_equal(a.held_out, p->out);
    assert_int_equal(a.owner, p->owner);
    assert_ok(db_query(m->w->d, &r, "SELECT vintage, expires_us, amount FROM lot WHERE account = $1 ORDER BY vintage, expires_us",
                       dbi(m->account[who])));
    while (db_next(&r))
        for (int64_t n = db_i64(&r, 2); n > 0; n--, at++)
            assert_true(at < p->n && p->c[at].vintage == db_i64(&r, 0) && p->c[at].ends == db_i64(&r, 1));
    assert_ok(db_end(&r));
    assert_int_equal(at, p->n);
}

static void compare(model *m)
{
    for (int i = 0; i < PEOPLE; i++)
        if (m->account[i])
            compare_account(m, i);
    for (int person = 1; person <= PEOPLE; person++) {
        int64_t left = m_free(m, person);
        assert_int_equal(points_of(m->w, (uint32_t)person).available, left > 0 ? left : 0);
    }
    arena_reset(m->w->a);
}

static err lower_floor(tx *t, void *p)
{
    (void)p;
    return db_exec(t->d, "UPDATE unit SET person_floor = $1 WHERE code = 'points'", dbi(FLOOR));
}

static void test_beside_model(void **state)
{
    model *m = calloc(1, sizeof *m);
    *m = (model){ .w = *state, .seed = 23, .e = calloc(ENTRIES, sizeof *m->e), .h = calloc(HOLDS, sizeof *m->h) };
    for (int i = 0; i < PEOPLE; i++)
        m->p[i].owner = i + 1;
    assert_ok(in_tx(m->w, lower_floor, NULL));
    int64_t now = at_local(2026, 1, 15, 12);
    for (int round = 0; round < 400; round++) {
        now += roll(m, 40) * US_PER_DAY + roll(m, US_PER_DAY);
        os_sim_set_now(m->w->sim, now);
        assert_ok(in_tx(m->w, random_group, m));
        compare(m);
        if (round % 20 == 0)
            check_clean(m->w);
    }
    check_clean(m->w);
    print_message("%d entries, %d holds; %lld spendings over several accounts, %lld refused, %lld again\n", m->e_n, m->h_n,
                  (long long)m->over_several, (long long)m->refused, (long long)m->again);
    assert_true(m->over_several > 200 && m->refused > 500 && m->again > 20);
    for (int i = 0; i < m->e_n; i++)
        for (int k = 0; k < m->e[i].n; k++)
            free(m->e[i].part[k].took);
    free(m->e);
    free(m->h);
    free(m);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_spends_what_it_has), T(test_told_by_home), T(test_reversed_as_a_whole), T(test_held_over_accounts),
        T(test_floor_of_the_sum), T(test_an_account_by_name), T(test_many_accounts), T(test_beside_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
