// Who is joined by the machine, who is asked about, and what stewards decide; values that join nobody; many joins at once.
// A merge and its split leave what everybody has as it was, whatever happened in between.
//   test_steward [people]
#include "base/hash.h"
#include "one_world.h"
#include "loyalty/ledger.h"
#include "people/doubt.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int crowd = 120;

typedef struct said { identity_kind kind; const char *value; } said;
typedef struct naming { said ids[4]; const char *event; event_prop props[4]; size_t props_n; int64_t at_us; resolved who; } naming;

static err name_them(tx *t, void *p)
{
    naming *n = p;
    identity ids[4];
    size_t k = 0;
    for (; k < 4 && n->ids[k].value; k++)
        ids[k] = people_identity(engine_of(t)->vault, n->ids[k].kind, str_c(n->ids[k].value));
    TRY(people_resolve(t, ids, k, n->at_us, S("test"), &n->who));
    if (!n->event)
        return E_OK;
    return engine_emit(t, &(event_new){ .subject = n->who.subject, .kind = str_c(n->event), .time_us = n->at_us, .props = n->props,
                                        .props_n = n->props_n }, NULL);
}

static uint32_t named(naming n)
{
    assert_ok(world_run(&w, name_them, &n));
    return n.who.person;
}
#define NAMED(...) named((naming){ .ids = { __VA_ARGS__ } })
#define U(v) { IDENTITY_USER_ID, v }
#define D(v) { IDENTITY_DEVICE_ID, v }
#define P(v) { IDENTITY_PHONE, v }
#define C(v) { IDENTITY_CRM_ID, v }

static int64_t count(const char *sql) { return world_int(&w, sql); }

// --- The rules ----------------------------------------------------------------------------------------------------------------

// Each row: two messages, then one that names both sides; what becomes of it.
typedef struct joining { said one, other, both[3]; bool joined; const char *doubt; } joining;
static const joining joinings[] = {
    { U("a1"), D("a2"), { U("a1"), D("a2") }, true, NULL },
    { U("b1"), P("13900000001"), { U("b1"), P("13900000001") }, true, NULL },
    { C("c1"), P("13900000002"), { C("c1"), P("13900000002") }, true, NULL },
    { U("d1"), C("d2"), { U("d1"), C("d2") }, true, NULL },
    { { IDENTITY_UNIONID, "e1" }, { IDENTITY_OPENID, "app:e2" }, { { IDENTITY_UNIONID, "e1" }, { IDENTITY_OPENID, "app:e2" } }, true, NULL },
    { { IDENTITY_EMAIL, "f@x.cn" }, { IDENTITY_WECOM_EXTERNAL_ID, "f2" }, { { IDENTITY_EMAIL, "F@X.CN" }, { IDENTITY_WECOM_EXTERNAL_ID, "f2" } }, true, NULL },
};

static void what_one_message_names_is_one_person(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof joinings / sizeof *joinings; i++) {
        const joining *j = &joinings[i];
        uint32_t one = NAMED(j->one), other = NAMED(j->other);
        assert_int_not_equal(one, other);
        naming both = { .ids = { j->both[0], j->both[1] } };
        assert_int_equal(named(both), one < other ? one : other);
    }
    assert_int_equal(count("SELECT count(*) FROM doubt"), 0);
    assert_int_equal(count("SELECT count(*) FROM edge WHERE ended_us = 0"), 6);
}

// A server's event that comes before the client's link: whatever the order, one person.
static void the_order_of_arrival_does_not_matter(void **state)
{
    (void)state;
    static const int orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
    for (int i = 0; i < 6; i++) {
        const char *user = arena_fmt(w.a, "u%d", i).s, *device = arena_fmt(w.a, "d%d", i).s;
        for (int k = 0; k < 3; k++) {
            naming all[] = { { .ids = { U(user) }, .event = "order.changed" }, { .ids = { D(device) }, .event = "app.active" },
                             { .ids = { U(user), D(device) }, .event = "app.active" } };
            named(all[orders[i][k]]);
        }
        assert_int_equal(NAMED(U(user)), NAMED(D(device)));
        const event *v;
        uint32_t n, mine = 0;
        assert_ok(timeline_person_events(w.tl, NAMED(D(device)), teller_head(w.e.teller), INT64_MAX, INT64_MAX, 100, w.a, &v, &n));
        for (uint32_t k = 0; k < n; k++)
            mine += (v[k].flags & EVENT_SYSTEM) == 0;
        assert_int_equal(mine, 3);
    }
}

// --- Doubts -------------------------------------------------------------------------------------------------------------------

typedef struct deciding { int64_t id; steward by; bool refuse; decided out; int64_t edge; uint32_t one, other; } deciding;

static err decide(tx *t, void *p)
{
    deciding *d = p;
    if (d->edge)
        return steward_split(t, d->edge, &d->by, S("看过录音"), &d->out);
    if (d->one)
        return steward_join(t, d->one, d->other, &d->by, S("同一人"), &d->out);
    return d->refuse ? doubt_refuse(t, d->id, &d->by, S("两个人")) : doubt_accept(t, d->id, &d->by, S("同一人"), &d->out);
}

static const steward li = { 7, { "李", 3 } }, wang = { 8, { "王", 3 } };

static void two_logins_with_one_phone_are_asked_about(void **state)
{
    (void)state;
    uint32_t a = NAMED(U("a"), P("13900000009")), b = NAMED(U("b"));
    for (int i = 0; i < 3; i++)
        NAMED(U("b"), P("13900000009"));
    assert_int_not_equal(NAMED(U("b")), a);
    assert_int_equal(count("SELECT count(*) FROM doubt"), 1);
    assert_int_equal(count("SELECT times FROM doubt"), 3);
    assert_int_equal(count("SELECT why = 'strong' AND kind = 1 AND state = 0 FROM doubt"), 1);
    deciding d = { .id = count("SELECT id FROM doubt"), .by = li };
    assert_ok(world_run(&w, decide, &d));
    assert_true(d.out.done);
    assert_int_equal(NAMED(U("b")), a);
    assert_err(world_run(&w, decide, &d), E_CONFLICT);
    assert_err(world_run(&w, decide, &(deciding){ .id = 1, .by = li }), E_NOT_FOUND);
    // Split again: the same evidence does not join them, and asks nobody.
    deciding s = { .edge = count("SELECT id FROM edge WHERE why = 'staff'"), .by = li };
    assert_ok(world_run(&w, decide, &s));
    assert_int_equal(NAMED(U("b"), P("13900000009")), b);
    assert_int_equal(count("SELECT count(*) FROM doubt WHERE state = 0"), 0);
    assert_int_equal(NAMED(U("b")), b);
    // A device both use is no reason to ask anybody.
    NAMED(U("a"), D("ipad"));
    NAMED(U("b"), D("ipad"));
    assert_int_equal(count("SELECT count(*) FROM doubt WHERE state = 0"), 0);
    const people_counts c = people_counts_now(&w.e);
    assert_int_equal(c.joins, 1);
    assert_int_equal(c.splits, 1);
    assert_int_equal(c.doubts, 2);   // the one asked, and what the steward's split remembers
    assert_int_equal(c.blocked, 0);
}

static void refused_stays_apart(void **state)
{
    (void)state;
    uint32_t a = NAMED(C("a"), P("13900000008"));
    NAMED(C("b"), P("13900000008"));
    assert_int_equal(count("SELECT why = 'too_many:crm_id' FROM doubt"), 1);
    deciding d = { .id = count("SELECT id FROM doubt"), .by = li, .refuse = true };
    assert_ok(world_run(&w, decide, &d));
    NAMED(C("b"), P("13900000008"));
    assert_int_not_equal(NAMED(C("b")), a);
    assert_int_equal(count("SELECT state FROM doubt"), DOUBT_REFUSED);
    assert_err(world_run(&w, decide, &d), E_CONFLICT);
    // A steward may change their mind.
    deciding join = { .one = NAMED(C("a")), .other = NAMED(C("b")), .by = li };
    assert_ok(world_run(&w, decide, &join));
    assert_int_equal(NAMED(C("b")), a);
    assert_err(world_run(&w, decide, &join), E_CONFLICT);
}

static void high_value_people_need_two_signatures(void **state)
{
    (void)state;
    happening owner = { .user = "owner", .kind = "delivery.completed", .vin = "LSVE70001" };
    assert_ok(world_happen(&w, &owner));
    uint32_t other = NAMED(C("c9"));
    deciding d = { .one = owner.who.person, .other = other, .by = li };
    assert_ok(world_run(&w, decide, &d));
    assert_false(d.out.done);
    assert_int_not_equal(NAMED(C("c9")), owner.who.person);
    deciding again = { .id = d.out.doubt, .by = li }, second = { .id = d.out.doubt, .by = wang };
    assert_err(world_run(&w, decide, &again), E_CONFLICT);
    assert_ok(world_run(&w, decide, &second));
    assert_true(second.out.done);
    assert_int_equal(NAMED(C("c9")), owner.who.person);
    assert_int_equal(count("SELECT first_by = 7 AND decided_by = 8 FROM doubt"), 1);
    // So does taking it back.
    deciding split = { .edge = count("SELECT id FROM edge WHERE why = 'staff'"), .by = wang };
    assert_ok(world_run(&w, decide, &split));
    assert_false(split.out.done);
    deciding sign = { .id = split.out.doubt, .by = li };
    assert_ok(world_run(&w, decide, &sign));
    assert_int_equal(NAMED(C("c9")), other);
}

// --- Alias --------------------------------------------------------------------------------------------------------------------

typedef struct aliasing { said one, other; int64_t at_us; resolved who; } aliasing;

static err alias(tx *t, void *p)
{
    aliasing *a = p;
    const identity one = people_identity(engine_of(t)->vault, a->one.kind, str_c(a->one.value));
    const identity other = people_identity(engine_of(t)->vault, a->other.kind, str_c(a->other.value));
    return people_alias(t, &one, &other, a->at_us, S("crm"), &a->who);
}

static resolved aliased(aliasing a)
{
    assert_ok(world_run(&w, alias, &a));
    return a.who;
}
#define ALIASED(...) aliased((aliasing){ __VA_ARGS__ })

// Two ids said to be one person: joined as if one message had named both, told as an alias, refused where a message would be, and
// taken back by a split.
static void an_alias_is_evidence_as_a_message_is(void **state)
{
    (void)state;
    uint32_t user = NAMED(U("a")), device = NAMED(D("d"));
    resolved r = ALIASED(D("d"), U("a"));
    assert_true(r.joined);
    assert_int_equal(r.subject, user);                 // of the first identity by priority, in whatever order they are said
    assert_int_equal(r.person, user);
    assert_int_equal(NAMED(D("d")), user);
    assert_int_equal(count("SELECT count(*) FROM edge WHERE why = 'alias' AND confidence = 95 AND source = 'crm' AND ended_us = 0"), 1);
    assert_int_equal(world_told(&w, "person.joined"), 1);
    r = ALIASED(U("a"), D("d"));                       // again: nothing
    assert_false(r.joined);
    assert_int_equal(count("SELECT count(*) FROM edge"), 1);
    // An id nobody has named yet is somebody from then on; two of them are one person.
    assert_int_equal(ALIASED(U("a"), D("new")).person, user);
    assert_int_equal(NAMED(D("new")), user);
    assert_int_equal(ALIASED(C("c7"), D("d7")).person, NAMED(D("d7")));
    deciding split = { .edge = count("SELECT id FROM edge ORDER BY id LIMIT 1"), .by = li };
    assert_ok(world_run(&w, decide, &split));
    assert_int_equal(NAMED(D("d")), device);
    // Split by a steward, the same word does not join them again.
    assert_false(ALIASED(D("d"), U("a")).joined);
    assert_int_equal(NAMED(D("d")), device);
}

static void an_alias_that_is_refused(void **state)
{
    (void)state;
    uint32_t a = NAMED(U("a")), b = NAMED(U("b"));
    // Two logins are never joined by the machine: a steward is asked.
    assert_false(ALIASED(U("a"), U("b")).joined);
    assert_int_equal(NAMED(U("b")), b);
    assert_int_equal(count("SELECT count(*) FROM doubt WHERE why = 'strong' AND state = 0"), 1);
    deciding no = { .id = count("SELECT id FROM doubt"), .by = li, .refuse = true };
    assert_ok(world_run(&w, decide, &no));
    ALIASED(U("b"), U("a"));
    assert_int_equal(count("SELECT count(*) FROM doubt WHERE state = 0"), 0);
    // A placeholder is nobody's other name; an alias of nothing but placeholders joins nobody either.
    assert_false(ALIASED(U("a"), D("00000000")).joined);
    ALIASED(U("b"), D("00000000"));
    ALIASED(U("null"), D("00000000"));
    assert_int_equal(NAMED(U("a")), a);
    assert_int_equal(NAMED(U("b")), b);
    assert_int_equal(count("SELECT count(*) FROM edge"), 0);
}

// --- Blocked values -----------------------------------------------------------------------------------------------------------

static void placeholders_join_nobody(void **state)
{
    (void)state;
    static const char *const bad[] = { "null", "Undefined", "0", "00000000", "00000000-0000-0000-0000-000000000000", "aaaaaaa", "123456", "" " test " };
    static const char *const good[] = { "a", "u1", "10001", "88", "abc1", "0755" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_true(identity_placeholder(str_c(bad[i])));
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_false(identity_placeholder(str_c(good[i])));
    uint32_t a = NAMED(D("d1"), U("null")), b = NAMED(D("d2"), U("null"));
    assert_int_not_equal(a, b);
    assert_int_equal(count("SELECT count(*) FROM blocked WHERE why = 'placeholder'"), 1);
    assert_int_equal(people_counts_now(&w.e).blocked, 1);
    assert_int_equal(count("SELECT count(*) FROM identity"), 2);
    assert_int_not_equal(NAMED(U("null")), a);         // alone: somebody, joined to nobody
    NAMED(U("null"), D("d1"));
    assert_int_equal(count("SELECT count(*) FROM edge"), 0);
}

static err release(tx *t, void *p) { return blocked_set(t, *(int64_t *)p, false, S("李")); }

static void a_value_of_too_many_is_learned(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++)
        NAMED(P("13812340000"), D(arena_fmt(w.a, "shop%d", i).s));
    assert_int_equal(count("SELECT count(*) FROM edge"), SHARED_MAX);
    assert_int_equal(count("SELECT why = 'shared' AND persons = 41 AND state = 0 FROM blocked"), 1);
    assert_int_equal(count("SELECT count(*) FROM identity"), 61);
    assert_int_equal(count("SELECT count(*) FROM person"), 21);
    world_reopen(&w);
    NAMED(P("13812340000"), D("shop61"));
    assert_int_equal(count("SELECT count(*) FROM person"), 22);
    // The same by claims of logins: forty are asked about, then nobody any more.
    for (int i = 0; i < 50; i++)
        NAMED(U(arena_fmt(w.a, "m%d", i).s), P("13812349999"));
    assert_int_equal(count("SELECT count(*) FROM doubt"), SHARED_MAX - 1);
    assert_int_equal(count("SELECT count(*) FROM blocked"), 2);
    assert_int_equal(count("SELECT count(*) FROM doubt WHERE state = 0"), 0);       // nobody decides thirty-nine times the same
    int64_t shop = count("SELECT id FROM blocked ORDER BY id DESC LIMIT 1");
    assert_ok(world_run(&w, release, &shop));
    NAMED(U("m1"), P("13812349999"));
    assert_int_equal(count("SELECT count(*) FROM doubt WHERE state = 0"), 1);
    int64_t id = count("SELECT id FROM blocked WHERE persons = 41 ORDER BY id LIMIT 1");
    assert_ok(world_run(&w, release, &id));
    NAMED(P("13812340000"), D("shop62"));
    assert_int_equal(count("SELECT count(*) FROM edge WHERE one = (SELECT subject FROM identity WHERE label = 'shop62')"), 1);
    int64_t none = 5;
    assert_err(world_run(&w, release, &none), E_NOT_FOUND);
}

// A login that gathers many browsers is no such value.
static void many_browsers_of_one_login_are_one_person(void **state)
{
    (void)state;
    for (int i = 0; i < 80; i++)
        NAMED(U("u1"), { IDENTITY_ANONYMOUS_ID, arena_fmt(w.a, "browser%d", i).s });
    assert_int_equal(count("SELECT count(*) FROM person"), 1);
    assert_int_equal(count("SELECT count(*) FROM blocked"), 0);
}

// --- A merge and its split ----------------------------------------------------------------------------------------------------

typedef struct print { uint64_t sum; size_t rows; } print;

static void print_add(print *p, str row)
{
    static const hash_key key = { { 1 } };
    hash128 h = hash_sip128(&key, S("row"), row);
    p->sum += h.lo ^ h.hi;                     // order does not matter
    p->rows++;
}

// What Lianyi itself tells after this event is about the merge: who was joined, split, shown with another tag meanwhile.
static int64_t merged_at = INT64_MAX;

#define EVENTS_AT_ONCE 200
static arena *scratch;                     // of one print: a crowd has many

static void events_print(uint32_t person, print *p)
{
    int64_t time = INT64_MAX, no = INT64_MAX;
    const event *v;
    uint32_t n;
    do {
        assert_ok(timeline_person_events(w.tl, person, teller_head(w.e.teller), time, no, EVENTS_AT_ONCE, scratch, &v, &n));
        for (uint32_t i = 0; i < n; i++)
            if (v[i].no <= merged_at || !(v[i].flags & EVENT_SYSTEM))
                print_add(p, arena_fmt(scratch, "%u event %lld", person, (long long)v[i].no));
        time = n ? v[n - 1].time_us : 0;
        no = n ? v[n - 1].no : 0;
    } while (n == EVENTS_AT_ONCE);
}

static int64_t balance_of(uint32_t person, const char *unit)
{
    const ledger_balance *b;
    size_t n;
    assert_ok(ledger_balances(w.d, person, 0, scratch, &b, &n));
    for (size_t i = 0; i < n; i++)
        if (str_eq(b[i].unit, str_c(unit)))
            return b[i].balance;
    return 0;
}

// Everything the declared tables say of a person, row by row, and what they did, and what they hold.
static void person_print(uint32_t person, print *p)
{
    const person_table *table;
    for (size_t i = 0; people_table(&w.e, i, &table); i++) {
        if (!table->exported)
            continue;
        db_rows r;
        const db_arg args[] = { dbi(person) };
        assert_ok(db_query_args(w.d, &r, table->exported, args, 1));
        while (db_next(&r)) {
            buf b = { 0 };
            buf_addf(&b, "%u %s", person, table->table);
            for (int c = 0; c < db_columns(&r); c++)
                buf_addf(&b, "|" STR_FMT, STR_ARG(db_str(&r, c)));
            print_add(p, buf_str(&b));
            buf_free(&b);
        }
        assert_ok(db_end(&r));
    }
    events_print(person, p);
    print_add(p, arena_fmt(scratch, "%u points %lld growth %lld", person, (long long)balance_of(person, "points"),
                           (long long)balance_of(person, "growth")));
}

static void row_print(uint32_t person, print *p)
{
    db_rows r;
    bool found;
    assert_ok(db_query_one(w.d, &r, &found, "SELECT stage, strong, name_vault, phone_vault, city, model, source, created_us, follow_us, owned,"
                                            " advocate_us FROM person WHERE id = $1", dbi(person)));
    assert_true(found);
    buf b = { 0 };
    for (int c = 0; c < db_columns(&r); c++)
        buf_addf(&b, "|" STR_FMT, STR_ARG(db_str(&r, c)));
    print_add(p, buf_str(&b));
    buf_free(&b);
    assert_ok(db_end(&r));
}

static print print_of(uint32_t person)
{
    print p = { 0 };
    scratch = arena_create();
    person_print(person, &p);
    row_print(person, &p);
    arena_destroy(scratch);
    return p;
}

#define SAME(a, b)                                                                                            \
    do {                                                                                                       \
        print a_ = (a), b_ = (b);                                                                              \
        assert_int_equal(a_.rows, b_.rows);                                                                    \
        assert_int_equal(a_.sum, b_.sum);                                                                      \
    } while (0)

static const event_prop agrees[] = { { { "consent_call", 12 }, { .k = V_BOOL, .i = 1 } }, { { "model", 5 }, { .k = V_STR, .s = { "E7", 2 } } },
                                     { { "city", 4 }, { .k = V_STR, .s = { "上海", 6 } } }, { { "source", 6 }, { .k = V_STR, .s = { "搜索", 6 } } } };

static err live(tx *t, int i, uint32_t *ret_person)
{
    static const char *const paths[][4] = { { "follow.started", "app.registered", "group.joined", NULL },
                                            { "app.registered", "lead.captured", "test_drive.completed", NULL },
                                            { "app.active", "reserve.placed", NULL },
                                            { "follow.started", "lead.captured", "consent.withdrawn", NULL } };
    const char *user = arena_fmt(w.a, "u%d", i).s, *phone = arena_fmt(w.a, "1370%07d", i).s;
    for (int k = 0; paths[i % 4][k]; k++) {
        happening h = { .user = user, .kind = paths[i % 4][k], .phone = phone, .props = agrees, .n = 4 };
        const event_prop call = prop_str(S("purpose"), S("call"));
        if (str_eq(str_c(h.kind), S("consent.withdrawn"))) {
            h.props = &call;
            h.n = 1;
        }
        TRY(world_happen_in(t, &h));
        *ret_person = h.who.person;
    }
    return E_OK;
}

typedef struct living { int from, n; int64_t *ids; } living;

static err live_some(tx *t, void *p)
{
    const living *l = p;
    for (int i = 0; i < l->n; i++) {
        uint32_t person = 0;
        TRY(live(t, l->from + i, &person));
        l->ids[i] = person;
    }
    return E_OK;
}

static uint32_t lives(int i)
{
    int64_t id;
    w.now_us += US_PER_S;
    assert_ok(world_run(&w, live_some, &(living){ i, 1, &id }));
    return (uint32_t)id;
}

static void two_merged_and_split_are_as_before(void **state)
{
    (void)state;
    for (int round = 0; round < 8; round++) {
        uint32_t a = lives(round * 2), b = lives(round * 2 + 1 + round % 3);
        if (a == b)
            continue;
        merged_at = INT64_MAX;
        print before[] = { print_of(a), print_of(b) };
        merged_at = teller_head(w.e.teller);
        deciding join = { .one = a, .other = b, .by = li };
        assert_ok(world_run(&w, decide, &join));
        assert_true(join.out.done);
        assert_int_equal(count("SELECT count(*) FROM edge WHERE why = 'staff' AND ended_us = 0"), 1);
        world_reopen(&w);
        deciding split = { .edge = count("SELECT id FROM edge WHERE why = 'staff' AND ended_us = 0"), .by = li };
        assert_ok(world_run(&w, decide, &split));
        print after[] = { print_of(a), print_of(b) };
        for (int i = 0; i < 2; i++)
            SAME(before[i], after[i]);
    }
}

typedef struct crowding { int64_t *ids; size_t n; int64_t job; } crowding;

static err crowd_join(tx *t, void *p)
{
    crowding *c = p;
    return merge_job_start(t, c->ids, c->n, &li, S("同一编号"), &c->job);
}

static err crowd_split(tx *t, void *p)
{
    crowding *c = p;
    return merge_job_undo(t, c->job, &li, S("不是一个人"), &c->job);
}

static err step(tx *t, void *p) { return people_merge_step(t, p); }

static int64_t longest_us;

static void run_jobs(void)
{
    int slices = 0;
    for (bool more = true; more;) {
        int64_t from = os_mono_us(os_posix());
        assert_ok(world_run(&w, step, &more));
        longest_us = os_mono_us(os_posix()) - from > longest_us ? os_mono_us(os_posix()) - from : longest_us;
        if (++slices % 50 && more)
            continue;
        world_ship(&w);
        assert_ok(teller_checkpoint(w.e.teller, false));
    }
}

// Many merged as a job and split again, with things happening in between: what happened is each one's own.
static void a_crowd_merged_and_split(void **state)
{
    (void)state;
    crowding c = { .ids = arena_array(w.a, int64_t, (size_t)crowd), .n = (size_t)crowd };
    print *before = arena_array(w.a, print, (size_t)crowd);
    for (int i = 0; i < crowd; i += 20) {
        w.now_us += US_PER_S;
        assert_ok(world_run(&w, live_some, &(living){ i, crowd - i < 20 ? crowd - i : 20, c.ids + i }));
        world_ship(&w);
        assert_ok(teller_checkpoint(w.e.teller, false));
    }
    assert_int_equal(count("SELECT count(*) FROM person"), crowd);
    merged_at = INT64_MAX;
    for (int i = 0; i < crowd; i++)
        before[i] = print_of((uint32_t)c.ids[i]);
    merged_at = teller_head(w.e.teller);
    int64_t links = count("SELECT count(*) FROM link");
    int64_t began = os_mono_us(os_posix());
    assert_ok(world_run(&w, crowd_join, &c));
    assert_err(world_run(&w, crowd_split, &(crowding){ .job = c.job }), E_CONFLICT);
    run_jobs();
    int64_t joined = os_mono_us(os_posix());
    int64_t persons = count("SELECT count(*) FROM person");
    assert_int_equal(persons, 1);
    world_reopen(&w);
    // In between: fifty, by those whose number is a multiple of three.
    for (int i = 0; i < 50; i++) {
        const char *user = arena_fmt(w.a, "u%d", i * 3 % crowd).s;
        w.now_us += US_PER_S;
        happening h = { .user = user, .kind = i % 2 ? "app.active" : "order.changed", .props = agrees + 1, .n = 1 };
        assert_ok(world_happen(&w, &h));
        assert_int_equal(h.who.person, c.ids[0]);
    }
    int64_t splitting = os_mono_us(os_posix());
    assert_ok(world_run(&w, crowd_split, &c));
    run_jobs();
    print_message("%d people: joined in %lld ms, split in %lld ms, longest operation %lld ms\n", crowd, (long long)(joined - began) / 1000,
                  (long long)(os_mono_us(os_posix()) - splitting) / 1000, (long long)longest_us / 1000);
    assert_int_equal(count("SELECT count(*) FROM edge WHERE job > 0 AND ended_us = 0"), 0);
    assert_int_equal(count("SELECT count(*) FROM person"), crowd);
    assert_int_equal(count("SELECT count(*) FROM link"), links);
    for (int i = 0; i < crowd; i++) {
        print after = print_of((uint32_t)c.ids[i]);
        int between = 0;
        for (int k = 0; k < 50; k++)
            between += k * 3 % crowd == i;
        if (between == 0)
            SAME(before[i], after);
        else
            assert_true(after.rows >= before[i].rows + (size_t)between);
    }
    assert_err(world_run(&w, crowd_split, &c), E_NOT_FOUND);
}

// --- Killed while a job runs --------------------------------------------------------------------------------------------------

#define FEW 40

// In a process of its own: some slices of the job, then SIGKILL, inside a slice (nothing of it is on disk) or right after its commit
// (the timeline's log lacks it). Ends with 0 when the job is done.
static err step_and_die(tx *t, void *p)
{
    TRY(people_merge_step(t, p));
    kill(getpid(), SIGKILL);
    return E_OK;
}

static void child_runs(int slices, bool inside)
{
    bool more = true;
    world_start(&w);
    for (int i = 0; more && i < slices; i++) {
        if (world_run(&w, step, &more) != E_OK)
            _exit(9);
        if (i % 3 == 1)
            world_ship(&w);
    }
    if (more && world_run(&w, inside ? step_and_die : step, &more) != E_OK)
        _exit(9);
    if (more)
        kill(getpid(), SIGKILL);
    _exit(0);
}

// How often it was killed until the job was done. After each kill everything that says who is whom agrees.
static int killed_until_done(void)
{
    int kills = 0, status;
    for (bool done = false; !done; kills += !done) {
        assert_true(kills < 500);
        world_shut(&w);
        pid_t pid = fork();
        if (pid == 0)
            child_runs(kills % 3, kills % 2 == 0);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        done = WIFEXITED(status);
        assert_true(done ? WEXITSTATUS(status) == 0 : WTERMSIG(status) == SIGKILL);
        buf report = { 0 };
        world_start(&w);
        assert_ok(people_check_links(&w.e, w.d, &report));
        assert_ok(ledger_check(w.d, &report));
        assert_str(buf_str(&report), S(""));
        buf_free(&report);
        assert_int_equal(count("SELECT count(*) FROM person") + count("SELECT count(*) FROM edge WHERE job > 0 AND ended_us = 0"), FEW);
    }
    return kills;
}

// The same end as without kills: one person of all, and after the job is taken back everybody as they were.
static void a_job_goes_on_after_a_kill(void **state)
{
    (void)state;
    crowding c = { .ids = arena_array(w.a, int64_t, FEW), .n = FEW };
    print before[FEW];
    int64_t points = 0;
    assert_ok(world_run(&w, live_some, &(living){ 0, FEW, c.ids }));
    world_ship(&w);
    merged_at = INT64_MAX;
    for (int i = 0; i < FEW; i++) {
        before[i] = print_of((uint32_t)c.ids[i]);
        points += world_balance(&w, (uint32_t)c.ids[i], "points", false);
    }
    merged_at = teller_head(w.e.teller);
    int64_t links = count("SELECT count(*) FROM link");
    assert_ok(world_run(&w, crowd_join, &c));
    int kills = killed_until_done();
    assert_int_equal(count("SELECT count(*) FROM person"), 1);
    assert_int_equal(count("SELECT count(*) FROM merge_job WHERE state = 2 AND done = total AND refused = 0"), 1);
    assert_int_equal(count("SELECT count(*) FROM edge WHERE job > 0 AND ended_us = 0"), FEW - 1);
    assert_int_equal(world_balance(&w, (uint32_t)c.ids[0], "points", false), points);
    assert_ok(world_run(&w, crowd_split, &c));
    kills += killed_until_done();
    print_message("%d kills\n", kills);
    assert_true(kills >= 4);
    assert_int_equal(count("SELECT count(*) FROM person"), FEW);
    assert_int_equal(count("SELECT count(*) FROM link"), links);
    for (int i = 0; i < FEW; i++)
        SAME(before[i], print_of((uint32_t)c.ids[i]));
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, world_begin, world_end)

int main(int argc, char **argv)
{
    if (argc > 1)
        crowd = atoi(argv[1]);
    const struct CMUnitTest tests[] = {
        T(what_one_message_names_is_one_person),
        T(the_order_of_arrival_does_not_matter),
        T(two_logins_with_one_phone_are_asked_about),
        T(refused_stays_apart),
        T(high_value_people_need_two_signatures),
        T(an_alias_is_evidence_as_a_message_is),
        T(an_alias_that_is_refused),
        T(placeholders_join_nobody),
        T(a_value_of_too_many_is_learned),
        T(many_browsers_of_one_login_are_one_person),
        T(two_merged_and_split_are_as_before),
        T(a_crowd_merged_and_split),
        T(a_job_goes_on_after_a_kill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
