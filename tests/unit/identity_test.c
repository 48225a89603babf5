// Identities, joins, splits and hand-overs: random histories beside a naive model that keeps what was said and works out
// everything else anew each time; a merge and its split leave what everybody has as it was.
//   test_identity [sequences [seed]]
#include "one_world.h"
#include "loyalty/ledger.h"
#include "people/people_internal.h"
#include <stdio.h>
#include <stdlib.h>

static uint64_t seed = 20260309;
static int sequences = 60;

static const char rules_of_test[] =
    "{\"rules\": ["
    "{\"key\": \"t.tag\", \"name\": {\"zh\": \"标\", \"en\": \"t\"}, \"when\": {\"event\": \"t.tag\"}, \"then\": [{\"tag\": {\"add\": \"$tag\"}}]},"
    "{\"key\": \"t.once\", \"name\": {\"zh\": \"一\", \"en\": \"o\"}, \"when\": {\"event\": \"t.once\"}, \"once\": {\"per\": \"person\"},"
    " \"then\": [{\"tag\": {\"add\": \"$mark\"}}]},"
    "{\"key\": \"t.points\", \"name\": {\"zh\": \"分\", \"en\": \"p\"}, \"when\": {\"event\": \"t.points\"},"
    " \"then\": [{\"points\": {\"reason\": \"sign_in\", \"amount\": \"$n\"}}]},"
    "{\"key\": \"t.city\", \"name\": {\"zh\": \"城\", \"en\": \"c\"}, \"when\": {\"event\": \"t.city\"},"
    " \"then\": [{\"trait\": {\"name\": \"city\", \"value\": \"$city\"}}]},"
    "{\"key\": \"t.step\", \"name\": {\"zh\": \"阶\", \"en\": \"s\"}, \"when\": {\"event\": \"t.order\"}, \"then\": [{\"stage\": {\"to\": \"order\"}}]},"
    "{\"key\": \"t.drive\", \"name\": {\"zh\": \"驾\", \"en\": \"d\"}, \"when\": {\"event\": \"t.drive\"}, \"then\": [{\"stage\": {\"to\": \"trial\"}}]}"
    "]}";

static int setup(void **state)
{
    (void)state;
    world_open(&w);
    world_load(&w, rules_of_test);
    return 0;
}

static uint32_t rnd(uint32_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % n;
}

// --- The model ----------------------------------------------------------------------------------------------------------------

#define SUBJECTS_MAX 200
#define EDGES_MAX 400
#define TAGS 4

#define DEEDS_MAX 64

enum what { DEED_TAG, DEED_ONCE, DEED_POINTS, DEED_CITY, DEED_ORDER, DEED_DRIVE };
typedef struct m_deed { enum what what; int n; int64_t at_us, no; bool counts; } m_deed;     // counts: a rule that fires once did
typedef struct m_subject {
    uint32_t id;
    identity_kind kind;
    int value;
    int64_t from_us, until_us;
    m_deed deeds[DEEDS_MAX];
    size_t deeds_n;
    bool again;                        // said the same of itself twice: a row keeps the first and the last saying only
    int64_t times[64];                 // of its events
    size_t times_n;
} m_subject;
typedef struct m_edge { int one, other; bool living, staff; int64_t said_us; } m_edge;       // positions in the list of subjects

static struct { m_subject s[SUBJECTS_MAX]; m_edge e[EDGES_MAX]; int n, edges; int number; } m;

static int m_person(int i)             // position of the oldest subject of its component
{
    bool in[SUBJECTS_MAX] = { false }, grew = true;
    int least = i;
    in[i] = true;
    while (grew) {
        grew = false;
        for (int k = 0; k < m.edges; k++)
            if (m.e[k].living && in[m.e[k].one] != in[m.e[k].other])
                in[m.e[k].one] = in[m.e[k].other] = grew = true;
    }
    for (int k = 0; k < m.n; k++)
        if (in[k] && m.s[k].id < m.s[least].id)
            least = k;
    return least;
}

static int m_find(identity_kind kind, int which, int64_t at_us)
{
    for (int i = 0; i < m.n; i++)
        if (m.s[i].kind == kind && m.s[i].value == which && m.s[i].from_us <= at_us && (!m.s[i].until_us || m.s[i].until_us > at_us))
            return i;
    return -1;
}

static int m_count(int person, identity_kind kind)
{
    int n = 0;
    for (int i = 0; i < m.n; i++)
        n += m.s[i].kind == kind && !m.s[i].until_us && m_person(i) == person;
    return n;
}

static void m_edge_add(int one, int other, int64_t said_us)
{
    assert_true(m.edges < EDGES_MAX);
    m.e[m.edges++] = (m_edge){ one, other, true, said_us == 0, said_us };
}

static int m_mint(identity_kind kind, int which, int64_t from_us)
{
    assert_true(m.n < SUBJECTS_MAX);
    uint32_t last = 0;
    for (int i = 0; i < m.n; i++)
        last = m.s[i].id > last ? m.s[i].id : last;
    m.s[m.n] = (m_subject){ .kind = kind, .value = which, .from_us = from_us };
    return m.n++;
}

static bool m_may_be_one(int a, int b)
{
    for (int k = 0; k < (int)IDENTITY_COUNT; k++)
        if (m_count(a, (identity_kind)k) + m_count(b, (identity_kind)k) > identity_infos[k].most)
            return false;
    return true;
}

// --- Doing the same to both ---------------------------------------------------------------------------------------------------

typedef struct named { identity_kind kind; int value; } named;
typedef struct message { named ids[3]; int n; int64_t at_us; const char *kind; event_prop prop; uint32_t subject, fresh[3]; } message;

static identity identity_of(const engine *e, named x)
{
    str text = arena_fmt(w.a, x.kind == IDENTITY_PHONE ? "139%04d%04d" : "s%d-%d", m.number % 10000, x.value);
    return people_identity(e->vault, x.kind, text);
}

static err send(tx *t, void *p)
{
    message *msg = p;
    identity ids[3];
    resolved r;
    for (int i = 0; i < msg->n; i++)
        ids[i] = identity_of(engine_of(t), msg->ids[i]);
    TRY(people_resolve(t, ids, (size_t)msg->n, msg->at_us, S("t"), &r));
    msg->subject = r.subject;
    for (int i = 0; i < msg->n; i++)
        TRY(identity_find(t, &ids[i], msg->at_us, &msg->fresh[i]));
    return engine_emit(t, &(event_new){ .subject = r.subject, .kind = str_c(msg->kind), .time_us = msg->at_us, .props = &msg->prop,
                                        .props_n = 1 }, NULL);
}

static void by_rank(named *v, int n)
{
    for (int i = 1; i < n; i++)
        for (int k = i; k > 0 && identity_infos[v[k - 1].kind].rank > identity_infos[v[k].kind].rank; k--) {
            named x = v[k];
            v[k] = v[k - 1];
            v[k - 1] = x;
        }
}

static void m_name(int at, named x, uint32_t id)
{
    (void)x;
    m.s[at].id = id;
}

// What the message says about who is who, by the rules of the page: nothing of it is looked up in the product.
static int m_send(message *msg)
{
    int main = m_find(msg->ids[0].kind, msg->ids[0].value, msg->at_us);
    if (main < 0) {
        int other = -1;
        for (int i = 1; i < msg->n && other < 0; i++)
            other = m_find(msg->ids[i].kind, msg->ids[i].value, msg->at_us);
        bool may = other >= 0 && m_count(m_person(other), msg->ids[0].kind) < identity_infos[msg->ids[0].kind].most;
        main = m_mint(msg->ids[0].kind, msg->ids[0].value, 0);
        m_name(main, msg->ids[0], msg->subject);
        if (may)
            m_edge_add(main, other, msg->at_us);
    }
    for (int i = 1; i < msg->n; i++) {
        int at = m_find(msg->ids[i].kind, msg->ids[i].value, msg->at_us);
        if (at < 0) {
            bool may = m_count(m_person(main), msg->ids[i].kind) < identity_infos[msg->ids[i].kind].most;
            at = m_mint(msg->ids[i].kind, msg->ids[i].value, 0);
            m_name(at, msg->ids[i], msg->fresh[i]);
            if (may)
                m_edge_add(at, main, msg->at_us);
        } else if (m_person(at) != m_person(main) && m_may_be_one(m_person(at), m_person(main)))
            m_edge_add(main, at, msg->at_us);
    }
    assert_int_equal(m.s[main].id, msg->subject);
    if (m.s[main].times_n < 64)
        m.s[main].times[m.s[main].times_n++] = msg->at_us;
    return main;
}

static const identity_kind kinds[] = { IDENTITY_USER_ID, IDENTITY_PHONE, IDENTITY_DEVICE_ID, IDENTITY_ANONYMOUS_ID, IDENTITY_CRM_ID };

static named any(void) { return (named){ kinds[rnd(5)], (int)rnd(4) }; }

static void op_message(void)
{
    static const char *const cities[] = { "上海", "杭州", "成都", "沈阳" };
    message msg = { .n = 1 + (int)rnd(3), .at_us = w.now_us - rnd(3) * US_PER_MIN };
    for (int i = 0; i < msg.n; i++) {
        msg.ids[i] = any();
        for (int k = 0; k < i; k++)
            if (msg.ids[k].kind == msg.ids[i].kind)
                msg.n = i;                     // one of a kind, as a message has
    }
    by_rank(msg.ids, msg.n);
    int what = (int)rnd(6), n = (int)rnd(TAGS);
    msg.kind = (const char *const[]){ "t.tag", "t.once", "t.points", "t.city", "t.order", "t.drive" }[what];
    msg.prop = what == 0   ? prop_str(S("tag"), arena_fmt(w.a, "T%d", n))
               : what == 1 ? prop_str(S("mark"), S("once"))
               : what == 2 ? prop_i64(S("n"), n + 1)
               : what == 3 ? prop_str(S("city"), str_c(cities[n]))
                           : prop_str(S("x"), S("y"));
    assert_ok(world_run(&w, send, &msg));
    int at = m_send(&msg), person = m_person(at);
    m_subject *x = &m.s[at];
    m_deed d = { (enum what)what, n, msg.at_us, teller_head(w.e.teller), what == DEED_ONCE };
    for (int i = 0; i < m.n; i++)
        for (size_t k = 0; k < m.s[i].deeds_n; k++)
            d.counts = d.counts && !(m_person(i) == person && m.s[i].deeds[k].counts);
    for (size_t k = 0; k < x->deeds_n; k++)
        x->again = x->again || (x->deeds[k].what == d.what && (d.what == DEED_CITY || (d.what == DEED_TAG && x->deeds[k].n == n)));
    assert_true(x->deeds_n < DEEDS_MAX);
    x->deeds[x->deeds_n++] = d;
}

typedef struct handing { identity id; int64_t at_us; uint32_t to, next; err outcome; } handing;

static err hand(tx *t, void *p)
{
    handing *h = p;
    h->outcome = people_hand_over(t, &h->id, h->at_us, h->to, &h->next);
    return err_info_of(h->outcome)->http >= 500 ? h->outcome : E_OK;
}

static void op_hand_over(void)
{
    named x = any();
    int to = m.n ? (int)rnd((uint32_t)m.n + 1) - 1 : -1;
    int now = m_find(x.kind, x.value, INT64_MAX / 2), person = now < 0 ? -1 : m_person(now);
    int64_t late_us = now >= 0 && m.s[now].again ? 0 : rnd(6) * US_PER_MIN;
    handing h = { .id = identity_of(&w.e, x), .at_us = w.now_us - late_us, .to = to < 0 ? 0 : m.s[to].id };
    assert_ok(world_run(&w, hand, &h));
    bool theirs = now >= 0 && to >= 0 && m_person(to) == person;
    assert_int_equal(h.outcome, now < 0 ? E_NOT_FOUND : theirs ? E_OK : h.at_us <= m.s[now].from_us ? E_CONFLICT : E_OK);
    if (h.outcome != E_OK || theirs)
        return;
    m.s[now].until_us = h.at_us;
    int next = m_mint(x.kind, x.value, h.at_us);
    m.s[next].id = h.next;
    if (to >= 0)
        m_edge_add(next, to, h.at_us);
    // So is what was named together with it from then on only, if they may be one.
    for (int k = 0, n = m.edges; k < n; k++)
        if (m.e[k].living && !m.e[k].staff && m.e[k].said_us >= h.at_us && (m.e[k].one == now || m.e[k].other == now)) {
            int with = m.e[k].one == now ? m.e[k].other : m.e[k].one;
            m.e[k].living = false;
            if (m_may_be_one(m_person(with), m_person(next)))
                m_edge_add(with, next, m.e[k].said_us);
        }
    // Told late: what was done from then on is the next one's.
    m_subject *had = &m.s[now], *has = &m.s[next];
    size_t kept = 0;
    for (size_t k = 0; k < had->deeds_n; k++)
        if (had->deeds[k].at_us >= h.at_us)
            has->deeds[has->deeds_n++] = had->deeds[k];
        else
            had->deeds[kept++] = had->deeds[k];
    had->deeds_n = kept;
}

typedef struct pair { uint32_t one, other; } pair;

static err staff_join(tx *t, void *p)
{
    const pair *x = p;
    return people_join(t, &(edge_new){ x->one, x->other, EDGE_STAFF, -1, 100, S("staff"), S("李"), 0 });
}

static void op_join(void)
{
    if (m.n < 2)
        return;
    int a = (int)rnd((uint32_t)m.n), b = (int)rnd((uint32_t)m.n);
    if (m_person(a) == m_person(b))
        return;
    pair x = { m.s[a].id, m.s[b].id };
    assert_ok(world_run(&w, staff_join, &x));
    m_edge_add(a, b, 0);
}

static err staff_split(tx *t, void *p)
{
    const pair *x = p;
    int64_t edge;
    uint32_t went;
    TRY(db_int(t->d, &edge, 0, "SELECT id FROM edge WHERE ended_us = 0 AND ((one = $1 AND other = $2) OR (one = $2 AND other = $1))",
               dbi(x->one), dbi(x->other)));
    assert_true(edge != 0);
    return people_split(t, edge, S("李"), &went);
}

static void op_split(void)
{
    if (!m.edges)
        return;
    m_edge *e = &m.e[rnd((uint32_t)m.edges)];
    if (!e->living)
        return;
    pair x = { m.s[e->one].id, m.s[e->other].id };
    assert_ok(world_run(&w, staff_split, &x));
    e->living = false;
}

// An operation that fails after it joined, handed over and split leaves nothing.
static err all_and_fail(tx *t, void *p)
{
    (void)p;
    int64_t edge;
    uint32_t went, next;
    identity ids[2];
    resolved r;
    for (int i = 0; i < 2; i++)
        ids[i] = identity_of(engine_of(t), (named){ i ? IDENTITY_DEVICE_ID : IDENTITY_USER_ID, (int)rnd(4) });
    TRY(people_resolve(t, ids, 2, 0, S("t"), &r));
    err e = people_hand_over(t, &ids[1], t->now_us, 0, &next);
    assert_true(e == E_OK || e == E_CONFLICT || e == E_NOT_FOUND);
    TRY(db_int(t->d, &edge, 0, "SELECT max(id) FROM edge WHERE ended_us = 0"));
    if (edge)
        TRY(people_split(t, edge, S("李"), &went));
    return E_CONFLICT;
}

static void op_undone(void) { assert_err(world_run(&w, all_and_fail, NULL), E_CONFLICT); }

// --- Comparing ----------------------------------------------------------------------------------------------------------------

static int64_t one_int(const char *sql, uint32_t person) { return world_int(&w, arena_fmt(w.a, sql, person).s); }

static void check_person(int at)
{
    uint32_t id = m.s[at].id;
    int64_t points = 0, city_at = -1, city_no = -1, once = 0;
    int stage = 0, city = 0;
    bool tag[TAGS] = { false };
    for (int i = 0; i < m.n; i++)
        for (size_t k = 0; m_person(i) == at && k < m.s[i].deeds_n; k++) {
            const m_deed *d = &m.s[i].deeds[k];
            int step = d->what == DEED_ORDER ? STAGE_ORDER : d->what == DEED_DRIVE ? STAGE_TRIAL : 0;
            points += d->what == DEED_POINTS ? d->n + 1 : 0;
            once += d->counts;
            stage = step > stage ? step : stage;
            if (d->what == DEED_TAG)
                tag[d->n] = true;
            if (d->what == DEED_CITY && (d->at_us > city_at || (d->at_us == city_at && d->no > city_no))) {
                city = d->n + 1;
                city_at = d->at_us;
                city_no = d->no;
            }
        }
    assert_int_equal(world_balance(&w, id, "points", false), points);
    for (int k = 0; k < TAGS; k++)
        assert_int_equal(world_int(&w, arena_fmt(w.a, "SELECT count(*) > 0 FROM person_tag WHERE person = %u AND tag = 'T%d'", id, k).s), tag[k]);
    assert_int_equal(one_int("SELECT count(*) FROM rule_once WHERE person = %u", id), once);
    if (one_int("SELECT stage FROM person WHERE id = %u", id) != stage)
        fail_msg("person %u: stage %lld, the model says %d", id, (long long)one_int("SELECT stage FROM person WHERE id = %u", id), stage);
    static const char *const cities[] = { "", "上海", "杭州", "成都", "沈阳" };
    if (world_int(&w, arena_fmt(w.a, "SELECT city = '%s' FROM person WHERE id = %u", cities[city], id).s) != 1)
        fail_msg("person %u: not in %s", id, cities[city]);
}

// Whose an event of that subject and time is: handed on, the next one's.
static int m_owner(int at, int64_t time_us)
{
    while (m.s[at].until_us && time_us >= m.s[at].until_us)
        for (int i = 0; i < m.n; i++)
            if (m.s[i].kind == m.s[at].kind && m.s[i].value == m.s[at].value && m.s[i].from_us == m.s[at].until_us) {
                at = i;
                break;
            }
    return m_person(at);
}

static void check_timeline(int person)
{
    const event *v;
    uint32_t n, mine = 0, expected = 0;
    assert_ok(timeline_person_events(w.tl, m.s[person].id, teller_head(w.e.teller), INT64_MAX, INT64_MAX, 2000, w.a, &v, &n));
    for (uint32_t i = 0; i < n; i++)
        mine += str_starts(names_kind_name(w.e.names, v[i].kind, w.a), S("t."));
    for (int i = 0; i < m.n; i++)
        for (size_t k = 0; k < m.s[i].times_n; k++)
            expected += m_owner(i, m.s[i].times[k]) == person;
    assert_int_equal(mine, expected);
}

static err persons_of_all(tx *t, void *p)
{
    (void)p;
    for (int i = 0; i < m.n; i++)
        if (people_person_of(t, m.s[i].id) != m.s[m_person(i)].id)
            fail_msg("subject %u is %u, the model says %u", m.s[i].id, people_person_of(t, m.s[i].id), m.s[m_person(i)].id);
    return E_OK;
}

static void check_all(void)
{
    buf report = { 0 };
    assert_ok(world_run(&w, persons_of_all, NULL));
    assert_ok(people_check_links(&w.e, w.d, &report));        // what doctor asks
    assert_str(buf_str(&report), S(""));
    buf_free(&report);
    for (int i = 0; i < m.n; i++) {
        uint32_t id = m.s[m_person(i)].id;
        assert_int_equal(one_int("SELECT count(*) FROM person WHERE id = %u", m.s[i].id), m.s[i].id == id);
        assert_int_equal(world_int(&w, arena_fmt(w.a, "SELECT count(*) FROM link WHERE subject = %u AND person = %u", m.s[i].id, id).s),
                         m.s[i].id != id);
        if (m.s[i].id == id) {
            check_person(i);
            check_timeline(i);
        }
    }
}

static void random_histories(void **state)
{
    (void)state;
    static void (*const ops[])(void) = { op_message, op_message, op_message, op_message, op_message, op_join, op_split, op_split,
                                         op_hand_over, op_undone };
    uint64_t first = seed;
    for (int i = 0; i < sequences; i++) {
        memset(&m, 0, sizeof m);
        m.number = i;
        int steps = 8 + (int)rnd(24);
        for (int k = 0; k < steps; k++) {
            w.now_us += US_PER_MIN;
            ops[rnd(sizeof ops / sizeof *ops)]();
            if (rnd(8) == 0)
                check_all();
        }
        check_all();
        if (i % 50 == 49) {
            world_reopen(&w);
            check_all();
        }
    }
    print_message("%d sequences, seed %llu\n", sequences, (unsigned long long)first);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        sequences = atoi(argv[1]);
    if (argc > 2)
        seed = strtoull(argv[2], NULL, 10);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(random_histories, setup, world_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
