// Classes: the table of DEFAULTS §1, a naive model day by day beside what is kept by change, paths by time, the matrix.
#include "one_world.h"
#include "people/people_api.h"
#include "profile/class_api.h"
#include "profile/profile_internal.h"
#include <stdio.h>


// --- The pure function ----------------------------------------------------------------------------------------------------------

// How much there was in the window: days present, days spoken, questions, posts, featured, accepted answers, friends' drives.
static const struct { int active, spoke, asked, posted, featured, accepted, drove; bool koc; enum behaviour_class is; enum user_type type; }
rows[] = {
    { 0, 0, 0, 0, 0, 0, 0, false, BEHAVIOUR_LURKER, TYPE_CONSUMER },  { 28, 0, 0, 0, 0, 0, 0, false, BEHAVIOUR_LURKER, TYPE_CONSUMER },
    { 1, 1, 0, 0, 0, 0, 0, false, BEHAVIOUR_LOW, TYPE_CONSUMER },     { 9, 9, 0, 3, 0, 0, 0, false, BEHAVIOUR_LOW, TYPE_CONSUMER },
    { 1, 1, 1, 0, 0, 0, 0, false, BEHAVIOUR_ASKING, TYPE_CONSUMER },  { 9, 9, 5, 4, 0, 0, 0, false, BEHAVIOUR_ASKING, TYPE_PRODUCER },
    { 10, 10, 0, 0, 0, 0, 0, false, BEHAVIOUR_HIGH, TYPE_CONSUMER },  { 12, 10, 2, 0, 0, 2, 0, false, BEHAVIOUR_HIGH, TYPE_CONSUMER },
    { 12, 1, 0, 0, 0, 3, 0, false, BEHAVIOUR_LOYAL, TYPE_CONSUMER },  { 12, 1, 0, 0, 0, 0, 1, false, BEHAVIOUR_LOYAL, TYPE_CONSUMER },
    { 11, 11, 0, 0, 0, 9, 9, false, BEHAVIOUR_HIGH, TYPE_CONSUMER },  { 5, 5, 0, 5, 3, 0, 0, false, BEHAVIOUR_LOW, TYPE_PRODUCER },
    { 1, 1, 0, 1, 4, 0, 0, false, BEHAVIOUR_KOC, TYPE_CONSUMER },     { 0, 0, 0, 0, 0, 0, 0, true, BEHAVIOUR_KOC, TYPE_VALUABLE },
};

static void the_first_match_from_the_top(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        activity_day d[28] = { 0 };
        for (int k = 0; k < 28; k++)
            d[k] = (activity_day){ .day = 1000 - k, .active = k < rows[i].active, .spoke = k < rows[i].spoke };
        d[27].asked = rows[i].asked;
        d[0].posted = rows[i].posted;
        d[3].featured = rows[i].featured;
        d[4].accepted = rows[i].accepted;
        d[5].drove = rows[i].drove;
        const class_facts f = { .days = d, .days_n = 28, .koc = rows[i].koc };
        const classes c = classes_on(&f, 1000);
        if (c.v[AXIS_BEHAVIOUR] != (int)rows[i].is || c.v[AXIS_TYPE] != (int)rows[i].type)
            fail_msg("row %zu: %s, %s", i, behaviour_class_labels.labels[c.v[AXIS_BEHAVIOUR]], user_type_labels.labels[c.v[AXIS_TYPE]]);
    }
}

static int32_t day_at(const char *date)
{
    return time_local_day(local_us(arena_fmt(w.a, "%s 12:00", date).s));
}

static void the_path_by_delivery_and_referral(void **state)
{
    (void)state;
    static const struct { const char *delivered, *referred, *day; enum stage stage; enum life_path is; } paths[] = {
        { NULL, NULL, "2026-03-01", STAGE_FOLLOW, PATH_NONE },
        { NULL, NULL, "2026-03-01", STAGE_LEAD, PATH_PROSPECT },
        { "2025-03-02", NULL, "2026-03-01", STAGE_OWNER, PATH_NEW_OWNER },
        { "2025-03-01", NULL, "2026-03-01", STAGE_OWNER, PATH_OLD_OWNER },
        { "2024-02-29", NULL, "2025-02-28", STAGE_OWNER, PATH_NEW_OWNER },
        { "2024-02-29", NULL, "2025-03-01", STAGE_OWNER, PATH_OLD_OWNER },
        { "2026-01-01", "2026-02-01", "2026-03-01", STAGE_ADVOCATE, PATH_SEED_OWNER },
        { "2020-01-01", "2026-02-01", "2027-01-31", STAGE_ADVOCATE, PATH_SEED_OWNER },
        { "2020-01-01", "2026-02-01", "2027-02-01", STAGE_ADVOCATE, PATH_OLD_OWNER },
        { NULL, "2026-02-01", "2026-03-01", STAGE_FOLLOW, PATH_NONE },
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const class_facts f = { .stage = paths[i].stage, .delivered_day = paths[i].delivered ? day_at(paths[i].delivered) : 0,
                                .referred_day = paths[i].referred ? day_at(paths[i].referred) : 0 };
        const classes c = classes_on(&f, day_at(paths[i].day));
        if (c.v[AXIS_PATH] != (int)paths[i].is)
            fail_msg("row %zu: %s", i, life_path_labels.labels[c.v[AXIS_PATH]]);
    }
}

// --- Beside a naive model -------------------------------------------------------------------------------------------------------

#define CROWD 12
#define LONG_DAYS 120
typedef struct told_day { int active, spoke, asked, posted, featured, accepted, drove; } told_day;
typedef struct naive_person { told_day days[LONG_DAYS]; uint32_t id; int referred; bool koc; } naive_person;
static naive_person crowd[CROWD];

static const char *const kinds[] = { "app.active", "group.message", "question.asked", "post.created", "post.featured", "answer.accepted",
                                     "referral.drive", "referral.delivered" };

static void note(naive_person *p, int day, size_t k)
{
    told_day *d = &p->days[day];
    d->active |= k <= 3;
    d->spoke |= k >= 1 && k <= 3;
    d->asked += k == 2;
    d->posted += k == 3;
    d->featured += k == 4;
    d->accepted += k == 5;
    d->drove += k == 6;
    if (k == 7)
        p->referred = day;
}

// Written out as DEFAULTS §1 says it, from every event there was.
static enum behaviour_class naive_behaviour(const naive_person *p, int day)
{
    told_day s = { 0 };
    for (int d = day > 27 ? day - 27 : 0; d <= day; d++) {
        s.active += p->days[d].active;
        s.spoke += p->days[d].spoke;
        s.asked += p->days[d].asked;
        s.featured += p->days[d].featured;
        s.accepted += p->days[d].accepted;
        s.drove += p->days[d].drove;
    }
    return p->koc || s.featured >= 4                               ? BEHAVIOUR_KOC
           : s.active >= 12 && (s.drove >= 1 || s.accepted >= 3) ? BEHAVIOUR_LOYAL
           : s.spoke >= 10                                         ? BEHAVIOUR_HIGH
           : s.asked                                               ? BEHAVIOUR_ASKING
           : s.spoke                                               ? BEHAVIOUR_LOW
                                                                   : BEHAVIOUR_LURKER;
}

static uint32_t random_of(uint64_t *x, uint32_t n)
{
    *x = *x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*x >> 33) % n;
}

static void a_day_happens(naive_person *p, int who, int day, int64_t start, uint64_t *x)
{
    // Some are always there, some come and go by fortnights, most are rare.
    bool there = who % 4 == 0 || (who % 4 == 1 && day / 14 % 2 == 0) || random_of(x, 9) == 0;
    for (uint32_t i = 0; there && i < 1 + random_of(x, 3); i++) {
        size_t k = random_of(x, 20) ? random_of(x, 3) + (random_of(x, 6) == 0) : 4 + random_of(x, 4);
        int late = random_of(x, 10) == 0 && day > 2 ? (int)random_of(x, 2) : 0;
        char user[8];
        snprintf(user, sizeof user, "c%d", who);
        happening h = { .user = user, .kind = kinds[k], .at_us = start - late * US_PER_DAY + (int64_t)random_of(x, 20 * 3600) * US_PER_S };
        if (w.now_us < h.at_us)
            w.now_us = h.at_us;
        assert_ok(world_happen(&w, &h));
        p->id = h.who.person;
        note(p, day - late, k);
    }
}

static void kept_by_change_equals_counted_from_scratch(void **state)
{
    (void)state;
    uint64_t x = 28;
    memset(crowd, 0, sizeof crowd);
    for (int day = 0; day < LONG_DAYS; day++) {
        int64_t start = time_local_day_start(time_local_day(local_us("2026-03-10 00:00")) + day);
        w.now_us = w.now_us > start ? w.now_us : start;
        while (!world_timers(&w)) {}
        for (int i = 0; i < CROWD; i++)
            a_day_happens(&crowd[i], i, day, start, &x);
        for (int i = 0; i < CROWD; i++) {
            if (!crowd[i].id)
                continue;
            int64_t kept = world_int(&w, arena_fmt(w.a, "SELECT COALESCE(max(behaviour), 0) FROM standing WHERE subject = %u", crowd[i].id).s);
            if (kept != (int64_t)naive_behaviour(&crowd[i], day))
                fail_msg("day %d, person %d: kept %lld, counted %d", day, i, (long long)kept, (int)naive_behaviour(&crowd[i], day));
        }
    }
    // Nobody is asked again who has nothing to lose: at most one timer a person.
    assert_true(world_int(&w, "SELECT count(*) FROM timer WHERE kind = 'profile.classes'") <= CROWD);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM effect WHERE outcome >= 2"), 0);
    // The last class told is the one kept.
    assert_int_equal(world_int(&w, "SELECT count(*) FROM standing s WHERE s.behaviour <> COALESCE((SELECT c.class FROM class_change c"
                                   " WHERE c.subject = s.subject AND c.axis = 0 ORDER BY c.day DESC LIMIT 1), 0)"), 0);
    assert_true(world_told(&w, "class.changed") > 50);
}

// --- Over time ------------------------------------------------------------------------------------------------------------------

static const event_prop agrees[] = { { { "consent_call", 12 }, { .k = V_BOOL, .i = 1 } } };

static str classes_of(uint32_t id)
{
    return arena_fmt(w.a, "%lld%lld%lld", (long long)world_int(&w, arena_fmt(w.a, "SELECT behaviour FROM standing WHERE subject = %u", id).s),
                     (long long)world_int(&w, arena_fmt(w.a, "SELECT kind FROM standing WHERE subject = %u", id).s),
                     (long long)world_int(&w, arena_fmt(w.a, "SELECT path FROM standing WHERE subject = %u", id).s));
}

static void an_owner_grows_old_and_sows(void **state)
{
    (void)state;
    happening h = { .user = "u1", .kind = "lead.captured", .phone = "13812346207", .props = agrees, .n = 1 };
    assert_ok(world_happen(&w, &h));
    uint32_t id = h.who.person;
    assert_str(classes_of(id), S("001"));
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "delivery.completed", .vin = "LSVE70001"));
    assert_str(classes_of(id), S("002"));
    world_set_time(&w, "2026-12-01 09:00");
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "referral.delivered"));
    assert_str(classes_of(id), S("024"));
    world_set_time(&w, "2027-11-30 23:59");
    assert_true(world_timers(&w));
    assert_str(classes_of(id), S("024"));
    world_set_time(&w, "2027-12-01 00:00");
    assert_true(world_timers(&w));
    assert_str(classes_of(id), S("003"));
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "vehicle.sold", .vin = "LSVE70001"));
    assert_str(classes_of(id), S("000"));
}

static void joined_people_are_counted_together(void **state)
{
    (void)state;
    happening a = { .user = "u1", .kind = "group.message" }, b = { .device = "d1", .kind = "group.message" };
    for (int day = 0; day < 6; day++) {
        assert_ok(world_happen(&w, &a));
        w.now_us += US_PER_DAY;
        assert_ok(world_happen(&w, &b));
        w.now_us += US_PER_DAY;
    }
    assert_str(classes_of(a.who.person), S("100"));
    assert_str(classes_of(b.who.person), S("100"));
    happening both = { .user = "u1", .device = "d1", .kind = "page" };
    assert_ok(world_happen(&w, &both));
    assert_str(classes_of(both.who.person), S("300"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM activity WHERE person <> subject"), 6);
}

// --- The wire -------------------------------------------------------------------------------------------------------------------

static void the_matrix_counts_who_moved(void **state)
{
    (void)state;
    const route *matrix = world_route(&profile_routes, M_GET, "/api/v1/classes/matrix");
    world_set_time(&w, "2026-03-10 10:00");
    assert_ok(HAPPEN(&w, .user = "a", .kind = "question.asked"));
    assert_ok(HAPPEN(&w, .user = "b", .kind = "group.message"));
    world_set_time(&w, "2026-03-20 10:00");
    assert_ok(HAPPEN(&w, .user = "b", .kind = "question.asked"));
    assert_ok(HAPPEN(&w, .user = "c", .kind = "question.asked"));
    world_set_time(&w, "2026-04-08 10:00");
    assert_true(world_timers(&w));
    matrix_query q = { 0 };
    SET(&q, matrix_query, from, S("2026-03-12"));
    SET(&q, matrix_query, to, S("2026-04-08"));
    str json = world_get(&w, matrix, 0, &q);
    assert_has(json, "\"people\":3,");
    assert_has(json, "{\"from\":\"lurker\",\"to\":\"asking\",\"people\":1}");
    assert_has(json, "{\"from\":\"low\",\"to\":\"asking\",\"people\":1}");
    assert_has(json, "{\"from\":\"asking\",\"to\":\"lurker\",\"people\":1}");
    SET(&q, matrix_query, to, S("2026-03-12"));
    assert_str(world_get(&w, matrix, 0, &q), S("field_value"));
}

static void classes_are_counted_and_listed(void **state)
{
    (void)state;
    assert_ok(HAPPEN(&w, .user = "a", .kind = "question.asked"));
    assert_ok(HAPPEN(&w, .user = "b", .kind = "group.message"));
    assert_ok(HAPPEN(&w, .user = "c", .kind = "follow.started"));
    str json = world_get(&w, world_route(&profile_routes, M_GET, "/api/v1/classes"), 0, NULL);
    assert_has(json, "{\"class\":\"asking\",\"zh\":\"提问\",\"people\":1}");
    assert_has(json, "{\"class\":\"potential\",\"zh\":\"潜在用户\",\"people\":3}");
    const route *listing = world_route(&profile_routes, M_GET, "/api/v1/classes/people");
    class_people_query q = { 0 };
    SET(&q, class_people_query, axis, AXIS_BEHAVIOUR);
    SET(&q, class_people_query, class, S("asking"));
    json = world_get(&w, listing, 0, &q);
    assert_has(json, "\"total\":1,");
    SET(&q, class_people_query, class, S("owner"));
    assert_str(world_get(&w, listing, 0, &q), S("field_value"));
}

// --- Rules ----------------------------------------------------------------------------------------------------------------------

static void rules_read_classes(void **state)
{
    (void)state;
    world_load(&w, "{\"rules\": [{\"key\": \"t.class\", \"name\": {\"zh\": \"a\", \"en\": \"a\"}, \"when\": {\"event\": \"class.changed\"},"
                   " \"if\": {\"class\": {\"behaviour\": [\"asking\", \"high\"], \"user\": \"potential\"}}, \"then\": [{\"tag\": {\"add\": \"爱问\"}}]}]}");
    assert_ok(HAPPEN(&w, .user = "a", .kind = "group.message"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag WHERE tag = '爱问'"), 0);
    assert_ok(HAPPEN(&w, .user = "a", .kind = "question.asked"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag WHERE tag = '爱问'"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_first_match_from_the_top, world_begin, world_end),
        cmocka_unit_test_setup_teardown(the_path_by_delivery_and_referral, world_begin, world_end),
        cmocka_unit_test_setup_teardown(kept_by_change_equals_counted_from_scratch, world_begin, world_end),
        cmocka_unit_test_setup_teardown(an_owner_grows_old_and_sows, world_begin, world_end),
        cmocka_unit_test_setup_teardown(joined_people_are_counted_together, world_begin, world_end),
        cmocka_unit_test_setup_teardown(the_matrix_counts_who_moved, world_begin, world_end),
        cmocka_unit_test_setup_teardown(classes_are_counted_and_listed, world_begin, world_end),
        cmocka_unit_test_setup_teardown(rules_read_classes, world_begin, world_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
