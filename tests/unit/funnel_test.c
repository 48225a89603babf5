// The funnel by groups and its drop-offs beside a count by definition, over random lives.
#include "one_world.h"
#include "people/funnel_api.h"
#include <stdlib.h>

#define PEOPLE 90
static const char *const cities[] = { "上海", "北京", "成都", "拉萨", "" };
static const char *const sources[] = { "抖音", "展厅", "转介绍" };
static const char *const kinds[] = { "follow.started", "lead.captured", "test_drive.completed", "reserve.placed", "order.placed", "lead.lost", "app.active" };
static const char *const reasons[] = { "price", "competitor", "other" };

static unsigned seed = 20261129;
static unsigned any(unsigned n)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 16) % n;
}

static void live(unsigned who)
{
    char user[16], phone[16];
    snprintf(user, sizeof user, "u%u", who);
    snprintf(phone, sizeof phone, "139%08u", who);
    // Of the fourth city there are too few to be shown.
    const char *city = who < 3 ? cities[3] : who % 4 == 3 ? cities[4] : cities[who % 3], *source = sources[who % 7 ? who % 2 : 2];
    const event_prop props[] = { { S("consent_call"), { .k = V_BOOL, .i = 1 } }, prop_str(S("city"), str_c(city)),
                                 prop_str(S("source"), str_c(source)), prop_str(S("reason"), str_c(reasons[any(3)])),
                                 prop_str(S("order"), str_c(user)) };
    for (unsigned k = 0, steps = 1 + any(5); k < steps; k++) {
        w.now_us += any(16) * US_PER_HOUR;
        assert_ok(HAPPEN(&w, .user = user, .kind = kinds[k == 0 ? any(2) : any(7)], .phone = phone, .props = props, .n = 5));
    }
}

// --- By definition ----------------------------------------------------------------------------------------------------------------
typedef struct stay { int64_t person, stage, at; str group; } stay;
typedef VEC(stay) stays;

static void read_stays(stays *v, enum funnel_by by)
{
    db_rows rows;
    assert_ok(db_query(w.d, &rows, "SELECT s.person, s.stage, s.entered_us, p.source, p.city, p.model FROM stage_stay s JOIN person p ON p.id = s.person"));
    while (db_next(&rows))
        vec_push(v, ((stay){ db_i64(&rows, 0), db_i64(&rows, 1), db_i64(&rows, 2), arena_str(w.a, db_str(&rows, 3 + (int)by)) }));
    assert_ok(db_end(&rows));
    if (by != BY_SOURCE)
        return;
    // Of the person's leads the first that says where it came from.
    assert_ok(db_query(w.d, &rows, "SELECT person, source FROM opportunity ORDER BY opened_us DESC, id DESC"));
    while (db_next(&rows))
        for (size_t i = 0; i < v->n && db_str(&rows, 1).len; i++)
            if (v->v[i].person == db_i64(&rows, 0))
                v->v[i].group = arena_str(w.a, db_str(&rows, 1));
    assert_ok(db_end(&rows));
}

static bool first_of_person(const stays *v, size_t i, int64_t stage, int64_t from)
{
    for (size_t k = 0; k < i; k++)
        if (v->v[k].person == v->v[i].person && (stage < 0 || v->v[k].stage == stage) && v->v[k].stage >= 1 && v->v[k].at >= from)
            return false;
    return true;
}

static bool went_on(const stays *v, const stay *of, int64_t from)
{
    for (size_t a = 0; a < v->n; a++)
        for (size_t b = 0; b < v->n && v->v[a].person == of->person && v->v[a].stage == of->stage && v->v[a].at >= from; b++)
            if (v->v[b].person == of->person && v->v[b].stage > of->stage && v->v[b].at >= v->v[a].at)
                return true;
    return false;
}

// "people/entered,…/on,…" of a group.
static str naive(const stays *v, str group, int64_t from, int64_t *ret_people)
{
    int64_t entered[8] = { 0 }, on[8] = { 0 };
    *ret_people = 0;
    for (size_t i = 0; i < v->n; i++) {
        const stay *s = &v->v[i];
        if (!str_eq(s->group, group) || s->stage < 1 || s->at < from)
            continue;
        *ret_people += first_of_person(v, i, -1, from);
        if (!first_of_person(v, i, s->stage, from))
            continue;
        entered[s->stage]++;
        on[s->stage] += went_on(v, s, from);
    }
    str out = S("\"entered\":[");
    for (int k = 1; k < 8; k++)
        out = arena_fmt(w.a, STR_FMT "%lld%s", STR_ARG(out), (long long)entered[k], k < 7 ? "," : "],\"on\":[");
    for (int k = 1; k < 8; k++)
        out = arena_fmt(w.a, STR_FMT "%lld%s", STR_ARG(out), (long long)on[k], k < 7 ? "," : "]");
    return out;
}

static void groups_as_by_definition(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PEOPLE; i++)
        live(i);
    const route *rt = world_route(&funnel_routes, M_GET, "/api/v1/funnel");
    for (int by = BY_SOURCE; by <= BY_MODEL; by++)
        for (int64_t days = 1; days <= 365; days = days * 6 + 1) {
            funnel_query q = { 0 };
            SET(&q, funnel_query, by, (enum funnel_by)by);
            SET(&q, funnel_query, days, days);
            stays v = { 0 };
            read_stays(&v, (enum funnel_by)by);
            str json = world_get(&w, rt, 0, &q);
            int64_t shown = 0, left = 0, n;
            for (size_t i = 0; i < v.n; i++) {
                bool again = false;
                for (size_t k = 0; k < i && !again; k++)
                    again = str_eq(v.v[k].group, v.v[i].group);
                str of = naive(&v, v.v[i].group, w.now_us - days * US_PER_DAY, &n);
                if (again || n == 0)
                    continue;
                bool apart = by != BY_CITY || n >= 5;
                shown += apart;
                left += !apart;
                str line = arena_fmt(w.a, "{\"value\":\"" STR_FMT "\",\"people\":%lld," STR_FMT "}", STR_ARG(v.v[i].group), (long long)n, STR_ARG(of));
                if (apart)
                    assert_has(json, line.s);
                else
                    assert_lacks(json, arena_fmt(w.a, "\"value\":\"" STR_FMT "\"", STR_ARG(v.v[i].group)).s);
            }
            assert_has(json, arena_fmt(w.a, "\"groups_left\":%lld", (long long)left).s);
            assert_true(shown > 0 || left == 0 || by == BY_CITY);
            vec_free(&v);
        }
    // Nobody asked for groups.
    funnel_query q = { 0 };
    assert_lacks(world_get(&w, rt, 0, &q), "groups");
}

static int64_t count(const char *of) { return world_int(&w, arena_fmt(w.a, "SELECT count(*) FROM opportunity WHERE %s", of).s); }

static void who_dropped_off(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PEOPLE; i++)
        live(i);
    const route *rt = world_route(&funnel_routes, M_GET, "/api/v1/funnel/dropped");
    dropped_query q = { 0 };
    SET(&q, dropped_query, days, 365);
    str all = world_get(&w, rt, 0, &q);
    assert_true(count("state = 2") > 5);
    for (int s = STAGE_LEAD; s <= STAGE_ORDER; s++) {
        int64_t lost = count(arena_fmt(w.a, "state = 2 AND stage = %d", s).s);
        str line = arena_fmt(w.a, "{\"stage\":\"%s\",\"lost\":%lld,\"idle\":0}", stage_labels.labels[s], (long long)lost);
        if (lost)
            assert_has(all, line.s);
    }
    size_t known = 0;
    for (size_t i = 0; i < 3; i++) {
        int64_t n = count(arena_fmt(w.a, "state = 2 AND reason = '%s'", reasons[i]).s);
        if (n == 0)
            continue;
        char *of = strstr(arena_cstr(w.a, all), arena_fmt(w.a, "{\"reason\":\"%s\",\"zh\":", reasons[i]).s);
        assert_non_null(of);
        of[strcspn(of, "}") + 1] = 0;
        assert_has(str_c(of), arena_fmt(w.a, "\"lost\":%lld}", (long long)n).s);
        known++;
    }
    assert_true(known >= 2);
    // Only what was asked for.
    SET(&q, dropped_query, reason, S("price"));
    str price = world_get(&w, rt, 0, &q);
    assert_lacks(strstr(arena_cstr(w.a, price), "\"items\"") ? str_c(strstr(arena_cstr(w.a, price), "\"items\"")) : price, "\"reason\":\"competitor\"");
    SET(&q, dropped_query, state, DROPPED_IDLE);
    assert_has(world_get(&w, rt, 0, &q), "\"items\":[]");
    // A window that began after all of it; a cursor that is none.
    w.now_us += 40 * US_PER_DAY;
    q = (dropped_query){ 0 };
    assert_has(world_get(&w, rt, 0, &q), "\"stages\":[],\"reasons\":[],\"items\":[]");
    SET(&q, dropped_query, cursor, S("x"));
    assert_str(world_get(&w, rt, 0, &q), S("cursor_invalid"));
}

// Every page once, latest first.
static void pages_of_the_dropped(void **state)
{
    (void)state;
    const event_prop props[] = { { S("consent_call"), { .k = V_BOOL, .i = 1 } }, prop_str(S("reason"), S("price")) };
    for (unsigned i = 0; i < 120; i++) {
        char user[16], phone[16];
        snprintf(user, sizeof user, "p%u", i);
        snprintf(phone, sizeof phone, "137%08u", i);
        assert_ok(HAPPEN(&w, .user = user, .kind = "lead.captured", .phone = phone, .props = props, .n = 2));
        w.now_us += i % 3 ? 0 : US_PER_MIN;
        assert_ok(HAPPEN(&w, .user = user, .kind = "lead.lost", .phone = phone, .props = props, .n = 2));
    }
    const route *rt = world_route(&funnel_routes, M_GET, "/api/v1/funnel/dropped");
    dropped_query q = { 0 };
    size_t seen = 0, pages = 0;
    for (bool more = true; more; pages++) {
        char *json = arena_cstr(w.a, world_get(&w, rt, 0, &q));
        for (const char *p = json; (p = strstr(p, "\"person\":")); p++)
            seen++;
        char *next = strstr(json, "\"next\":\"");
        more = next != NULL;
        if (more)
            SET(&q, dropped_query, cursor, str_of(next + 8, strcspn(next + 8, "\"")));
        assert_true(pages < 10);
    }
    assert_int_equal(seen, 120);
    assert_int_equal(pages, 3);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, world_begin, world_end)
    const struct CMUnitTest tests[] = { T(groups_as_by_definition), T(who_dropped_off), T(pages_of_the_dropped) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
