// What to do next beside a count by definition, over random lives; the interval beside a published example.
#include "one_world.h"
#include "tier/funnel_next_api.h"
#include <math.h>
#include <stdlib.h>

#define PEOPLE 160
static unsigned seed = 20261129;
static unsigned any(unsigned n)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 16) % n;
}

static void run(const char *sql) { assert_true(world_int(&w, sql) >= 0); }

// A stay, and what was done during it, before or after.
static int64_t made;
static void deed(uint32_t person, int64_t at)
{
    made++;
    switch (any(4)) {
    case 0:
        run(arena_fmt(w.a, "INSERT INTO person_note (id, subject, person, channel, text, at_us, staff, event_no) VALUES (%lld, %u, %u, 'call', 't', %lld, 1, 1)"
                           " RETURNING id", (long long)made, person, person, (long long)at).s);
        return;
    case 1:
        run(arena_fmt(w.a, "INSERT INTO invitation (subject, campaign, person, channel, at_us, staff, rule, target, event_no)"
                           " VALUES (%u, %lld, %u, 'call', %lld, 1, '', '', 1) RETURNING staff", person, (long long)made, person, (long long)at).s);
        return;
    case 2:
        run(arena_fmt(w.a, "INSERT INTO test_drive (id, version, subject, person, number, state, model, slot_us, booked_us, created_us, changed_us, archived_us)"
                           " VALUES (%lld, 1, %u, %u, 'T%lld', '%s', 'E7', 1, %s, %lld, 1, 0) RETURNING id", (long long)made, person, person, (long long)made,
                      any(3) ? "booked" : "cancelled", any(2) ? "NULL" : arena_fmt(w.a, "%lld", (long long)at).s, (long long)at).s);
        return;
    default:
        run(arena_fmt(w.a, "INSERT INTO task (id, version, clock, role, title_zh, title_en, state, assignee, assignee_name, person, opportunity, opened_us, warn_us,"
                           " due_us, closed_us, first_us, attempts, outcome, note, rule, cause, escalates, open, subject) VALUES (%lld, 1, 'K', 'r', '', '', 1, 0, '', %u,"
                           " 0, 1, 1, 1, %lld, 0, 1, %u, '', '', 0, 0, 0, %u) RETURNING id", (long long)(1000000 + made), person, (long long)at, any(9), person).s);
    }
}

static void live(unsigned who)
{
    static const char *const kinds[] = { "test_drive.completed", "reserve.placed", "order.placed", "lead.lost", "app.active" };
    char user[16], phone[16];
    snprintf(user, sizeof user, "u%u", who);
    snprintf(phone, sizeof phone, "139%08u", who);
    const event_prop props[] = { { S("consent_call"), { .k = V_BOOL, .i = 1 } }, prop_str(S("reason"), S("price")), prop_str(S("order"), str_c(user)) };
    int64_t from = w.now_us;
    happening lead = { .user = user, .kind = "lead.captured", .phone = phone, .props = props, .n = 3 };
    assert_ok(world_happen(&w, &lead));
    for (unsigned k = any(4); k > 0; k--) {
        w.now_us += any(9 * 24) * US_PER_HOUR;
        assert_ok(HAPPEN(&w, .user = user, .kind = kinds[any(5)], .phone = phone, .props = props, .n = 3));
    }
    for (unsigned k = any(4); k > 0; k--)
        deed(lead.who.person, from + any(30 * 24) * US_PER_HOUR - any(2) * US_PER_DAY);
    w.now_us = from + any(5) * US_PER_HOUR;
}

// --- By definition --------------------------------------------------------------------------------------------------------------
typedef struct stay { int64_t person, stage, from, left; } stay;
typedef struct done { int64_t person, at; int action; } done;
static VEC(stay) stays;
static VEC(done) deeds;

static void read_all(void)
{
    db_rows r;
    stays.n = deeds.n = 0;
    assert_ok(db_query(w.d, &r, "SELECT person, stage, entered_us, left_us FROM stage_stay"));
    while (db_next(&r))
        vec_push(&stays, ((stay){ db_i64(&r, 0), db_i64(&r, 1), db_i64(&r, 2), db_i64(&r, 3) }));
    assert_ok(db_end(&r));
    assert_ok(db_query(w.d, &r, "SELECT person, at_us, 1 FROM person_note UNION ALL SELECT person, at_us, 2 FROM invitation"
                                " UNION ALL SELECT person, COALESCE(booked_us, created_us), 3 FROM test_drive WHERE state <> 'cancelled'"
                                " UNION ALL SELECT person, closed_us, 0 FROM task WHERE open = 0 AND outcome IN (0, 1, 2, 3, 7)"));
    while (db_next(&r))
        vec_push(&deeds, ((done){ db_i64(&r, 0), db_i64(&r, 1), (int)db_i64(&r, 2) }));
    assert_ok(db_end(&r));
}

static bool had(const stay *s, int action, int64_t until)
{
    for (size_t i = 0; i < deeds.n; i++)
        if (deeds.v[i].person == s->person && deeds.v[i].action == action && deeds.v[i].at >= s->from && deeds.v[i].at <= until)
            return true;
    return false;
}

static bool further(const stay *s)
{
    for (size_t i = 0; i < stays.n; i++)
        if (stays.v[i].person == s->person && stays.v[i].stage > s->stage && stays.v[i].from >= s->from)
            return true;
    return false;
}

static share by_definition(int64_t stage, int action, bool with)
{
    share out = { 0, 0 };
    for (size_t i = 0; i < stays.n; i++) {
        const stay *s = &stays.v[i];
        bool decided = s->left > 0 || s->from <= w.now_us - 28 * US_PER_DAY;
        if (s->stage != stage || s->from < w.now_us - 180 * US_PER_DAY || !decided || had(s, action, s->left ? s->left : w.now_us) != with)
            continue;
        out.n++;
        out.on += further(s);
    }
    return out;
}

static int64_t waits(int64_t stage, int action)
{
    int64_t n = 0;
    db_rows r;
    assert_ok(db_query(w.d, &r, "SELECT id FROM person WHERE stage = $1", dbi(stage)));
    while (db_next(&r)) {
        stay now = { db_i64(&r, 0), stage, -1, 0 };
        for (size_t i = 0; i < stays.n; i++)
            if (stays.v[i].person == now.person && stays.v[i].stage == stage && stays.v[i].from > now.from)
                now.from = stays.v[i].from;
        n += now.from >= 0 && !had(&now, action, w.now_us);
    }
    assert_ok(db_end(&r));
    return n;
}

static const char *const actions[] = { "contact", "note", "invite", "drive" };

static int64_t number(jval *v, const char *name)
{
    int64_t n = -1;
    assert_true(json_i64(json_get(v, str_c(name)), &n));
    return n;
}

static void check_stage(jval *s, int64_t stage)
{
    size_t i, n;
    jval *row;
    double last = 3;
    yyjson_arr_foreach(json_get(s, S("actions")), i, n, row) {
        int action = 0;
        while (!str_eq(json_str(json_get(row, S("action"))), str_c(actions[action])))
            action++;
        share with = by_definition(stage, action, true), without = by_definition(stage, action, false);
        assert_int_equal(number(row, "done"), with.n);
        assert_int_equal(number(row, "done_on"), with.on);
        assert_int_equal(number(row, "without"), without.n);
        assert_int_equal(number(row, "without_on"), without.on);
        assert_int_equal(number(row, "waiting"), waits(stage, action));
        bool enough = with.n >= 30 && without.n >= 30;
        assert_int_equal(json_get(row, S("more")) != NULL, enough);
        double low = enough ? yyjson_get_num(json_get(row, S("low"))) : -2;
        assert_true(low <= last);
        last = low;
        if (i == 0 && enough && low > 0)
            assert_str(json_str(json_get(s, S("best"))), str_c(actions[action]));
    }
    assert_int_equal(n, 4);
}

static void as_by_definition(void **state)
{
    (void)state;
    for (unsigned who = 0; who < PEOPLE; who++)
        live(who);
    w.now_us += 20 * US_PER_DAY;
    read_all();
    jval *v, *s;
    size_t i, n;
    assert_ok(json_parse(w.a, world_get(&w, world_route(&next_routes, M_GET, "/api/v1/funnel/next"), 0, NULL), NULL, &v));
    yyjson_arr_foreach(json_get(v, S("stages")), i, n, s)
        check_stage(s, STAGE_LEAD + (int64_t)i);
    assert_int_equal(n, 4);
    assert_true(number(yyjson_arr_get(json_get(v, S("stages")), 0), "stays") >= 100);
    vec_free(&stays);
    vec_free(&deeds);
}

// Every one of those who wait, once.
static void who_waits(void **state)
{
    (void)state;
    for (unsigned who = 0; who < 70; who++)
        live(who);
    read_all();
    const route *rt = world_route(&next_routes, M_GET, "/api/v1/funnel/next/people");
    next_people_query q = { 0 };
    SET(&q, next_people_query, stage, STAGE_LEAD);
    SET(&q, next_people_query, action, NEXT_INVITE);
    SET(&q, next_people_query, limit, 10);
    size_t seen = 0;
    for (bool more = true; more;) {
        char *json = arena_cstr(w.a, world_get(&w, rt, 0, &q));
        for (const char *p = json; (p = strstr(p, "\"seen\":")); p++)
            seen++;
        char *next = strstr(json, "\"next\":\"");
        more = next != NULL;
        if (more)
            SET(&q, next_people_query, cursor, str_of(next + 8, strcspn(next + 8, "\"")));
        assert_true(seen < 100);
    }
    assert_int_equal(seen, waits(STAGE_LEAD, NEXT_INVITE));
    assert_true(seen > 10);
    SET(&q, next_people_query, cursor, S("x"));
    assert_str(world_get(&w, rt, 0, &q), S("cursor_invalid"));
    q = (next_people_query){ 0 };
    SET(&q, next_people_query, stage, STAGE_OWNER);
    assert_str(world_get(&w, rt, 0, &q), S("field_value"));
    vec_free(&stays);
    vec_free(&deeds);
}

// Newcombe 1998, Statistics in Medicine 17, 873–890, table II, method 10: 56/70 against 48/80, and 9/10 against 3/10.
static void the_interval(void **state)
{
    (void)state;
    share_difference d = next_difference((share){ 70, 56 }, (share){ 80, 48 });
    assert_true(fabs(d.more - 0.2) < 1e-9 && fabs(d.low - 0.0524) < 0.00005 && fabs(d.high - 0.3339) < 0.00005);
    d = next_difference((share){ 10, 9 }, (share){ 10, 3 });
    assert_true(fabs(d.low - 0.1705) < 0.00005 && fabs(d.high - 0.8090) < 0.00005);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, world_begin, world_end)
    const struct CMUnitTest tests[] = { T(as_by_definition), T(who_waits), T(the_interval) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
