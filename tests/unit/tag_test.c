// Tags: three classes, counting and fading, consent, hands of staff, joined people, how the library is used.
#include "one_world.h"
#include "profile/tag_api.h"
#include <stdio.h>


static bool stands(uint32_t person, const char *tag)
{
    bool yes;
    assert_ok(tag_stands(w.d, w.a, person, str_c(tag), w.now_us, &yes));
    return yes;
}

static str tags_of(uint32_t person) { return world_get(&w, world_route(&profile_routes, M_GET, "/api/v1/people/{id}/tags"), person, NULL); }
static str give(uint32_t person, const char *body) { return world_post(&w, world_route(&profile_routes, M_POST, "/api/v1/people/{id}/tags"), person, body); }
static str take(uint32_t person, const char *body)
{
    return world_post(&w, world_route(&profile_routes, M_POST, "/api/v1/people/{id}/tags/remove"), person, body);
}

static uint32_t happens(const char *user, const char *kind, const char *at)
{
    happening h = { .user = user, .kind = kind };
    if (at) {
        h.at_us = local_us(at);
        w.now_us = w.now_us > h.at_us ? w.now_us : h.at_us;
    }
    assert_ok(world_happen(&w, &h));
    return h.who.person;
}

// --- Audience --------------------------------------------------------------------------------------------------------------------

static const event_prop agrees[] = { { { "consent_call", 12 }, { .k = V_BOOL, .i = 1 } } };

static void one_of_an_audience_family(void **state)
{
    (void)state;
    static const struct { const char *kind, *tag; } steps[] = {
        { "follow.started", "粉丝" },     { "lead.captured", "潜客" },      { "test_drive.completed", "意向潜客" },
        { "delivery.completed", "车主" }, { "vehicle.sold", "粉丝" },
    };
    static const char *const family[] = { "粉丝", "潜客", "意向潜客", "车主" };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        w.now_us += US_PER_HOUR;
        happening h = { .user = "u1", .kind = steps[i].kind, .phone = "13812346207", .props = agrees, .n = 1, .vin = i >= 3 ? "LSVE70001" : NULL };
        assert_ok(world_happen(&w, &h));
        for (size_t k = 0; k < 4; k++)
            if (stands(h.who.person, family[k]) != (strcmp(family[k], steps[i].tag) == 0))
                fail_msg("after %s: %s", steps[i].kind, family[k]);
    }
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag t JOIN tag_type l ON l.name = t.tag WHERE l.family = '人群'"), 1);
    assert_true(stands(1, "粉丝") && !stands(1, "新车主"));
    // The others of a family go as well when staff give one; another family is left alone.
    assert_has(give(1, "{\"tag\": \"KOC\", \"reason\": \"聘任\"}"), "\"done\":true");
    assert_has(give(1, "{\"tag\": \"潜客\", \"reason\": \"到店了\"}"), "\"done\":true");
    assert_true(stands(1, "潜客") && !stands(1, "粉丝") && stands(1, "KOC"));
}

static void joined_people_keep_their_rows(void **state)
{
    (void)state;
    happening device = { .device = "d1", .kind = "lead.captured", .phone = "13900001111", .props = agrees, .n = 1 },
              user = { .user = "u1", .kind = "delivery.completed", .vin = "LSVE70001" }, login = { .device = "d1", .user = "u1", .kind = "page" };
    assert_ok(world_happen(&w, &user));
    w.now_us += US_PER_HOUR;
    assert_ok(world_happen(&w, &device));
    int64_t rows = world_int(&w, "SELECT count(*) FROM person_tag");
    assert_true(stands(user.who.person, "车主") && stands(device.who.person, "潜客"));
    w.now_us += US_PER_HOUR;
    assert_ok(world_happen(&w, &login));
    // The prospect's row came later, but an owner is who they are; no row was dropped or made.
    assert_true(stands(login.who.person, "车主") && !stands(login.who.person, "潜客"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag"), rows);
    assert_has(tags_of(login.who.person), "\"tag\":\"潜客\",\"locked\":false,\"en\":\"Prospect\",\"class\":\"audience\",\"family\":\"人群\",\"family_en\":\"Audience\",\"level\":2,\"covered\":true");
    assert_ok(HAPPEN(&w, .device = "d1", .kind = "vehicle.sold", .vin = "LSVE70001"));
    assert_true(!stands(login.who.person, "车主"));
}

// --- Behaviour -------------------------------------------------------------------------------------------------------------------

// When somebody shared, and whether the tag stands then: three times within 30 days, for 60 days.
static const struct { const char *at; bool stands; } shared[] = {
    { "2026-03-10 10:00", false }, { "2026-03-10 11:00", false }, { "2026-04-09 10:00", false }, { "2026-04-10 10:00", false },
    { "2026-04-20 10:00", true },  { "2026-05-30 10:00", true },
};

static void enough_within_the_window(void **state)
{
    (void)state;
    uint32_t id = 0;
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++) {
        id = happens("u1", "content.shared", shared[i].at);
        if (stands(id, "内容分享") != shared[i].stands)
            fail_msg("at %s", shared[i].at);
    }
    str json = tags_of(id);
    assert_has(json, "\"origin\":\"rule\",\"rule\":\"tag.shares\"");
    assert_has(json, "\"deeds\":[{\"day\":\"2026-05-30\",\"n\":1,");
    // Fades sixty days after the last time there were enough, and is told once.
    world_set_time(&w, "2026-06-19 09:59");
    assert_true(world_timers(&w));
    assert_true(stands(id, "内容分享"));
    world_set_time(&w, "2026-06-19 10:00");
    assert_true(world_timers(&w));
    assert_int_equal(world_told(&w, "tag.faded"), 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag WHERE tag = '内容分享'"), 0);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM timer WHERE kind = 'profile.fade'"), 0);
}

static void a_late_deed_counts_on_its_day(void **state)
{
    (void)state;
    happens("u1", "content.shared", "2026-04-01 10:00");
    happens("u1", "content.shared", "2026-04-20 10:00");
    uint32_t id = happens("u1", "content.shared", "2026-04-10 10:00");
    assert_true(stands(id, "内容分享"));
    assert_int_equal(world_int(&w, "SELECT sum(n) FROM tag_deed"), 3);
}

static void prolonged_never_shortened(void **state)
{
    (void)state;
    world_load(&w, "{\"rules\": [{\"key\": \"t.a\", \"name\": {\"zh\": \"a\", \"en\": \"a\"}, \"when\": {\"event\": \"a\"}, \"then\": [{\"tag\": {\"add\": \"x\", \"for\": \"10d\"}}]},"
                   "{\"key\": \"t.b\", \"name\": {\"zh\": \"b\", \"en\": \"b\"}, \"when\": {\"event\": \"b\"}, \"then\": [{\"tag\": {\"add\": \"x\"}}]}]}");
    uint32_t id = happens("u1", "a", "2026-04-10 10:00");
    happens("u1", "a", "2026-04-12 10:00");
    happens("u1", "a", "2026-04-11 10:00");
    assert_int_equal(world_int(&w, "SELECT until_us FROM person_tag WHERE tag = 'x'"), local_us("2026-04-22 10:00"));
    happens("u1", "b", "2026-04-13 10:00");
    assert_int_equal(world_int(&w, "SELECT until_us FROM person_tag WHERE tag = 'x'"), 0);
    happens("u1", "a", "2026-04-14 10:00");
    assert_int_equal(world_int(&w, "SELECT until_us FROM person_tag WHERE tag = 'x'"), 0);
    assert_int_equal(world_told(&w, "tag.added"), 1);
    assert_true(stands(id, "x"));
}

static void taken_away_the_count_begins_anew(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        happens("u1", "content.shared", NULL);
    assert_true(stands(1, "内容分享"));
    assert_has(take(1, "{\"tag\": \"内容分享\", \"reason\": \"是员工自己\"}"), "\"done\":true");
    assert_has(take(1, "{\"tag\": \"内容分享\", \"reason\": \"是员工自己\"}"), "\"why\":\"not_tagged\"");
    happens("u1", "content.shared", NULL);
    assert_false(stands(1, "内容分享"));
}

static void a_late_word_takes_nothing_said_since(void **state)
{
    (void)state;
    world_load(&w, "{\"rules\": [{\"key\": \"t.a\", \"name\": {\"zh\": \"a\", \"en\": \"a\"}, \"when\": {\"event\": \"a\"}, \"then\": [{\"tag\": {\"add\": \"x\"}}]},"
                   "{\"key\": \"t.r\", \"name\": {\"zh\": \"r\", \"en\": \"r\"}, \"when\": {\"event\": \"r\"}, \"then\": [{\"tag\": {\"remove\": \"x\"}}]}]}");
    uint32_t id = happens("u1", "a", "2026-04-10 10:00");
    happens("u1", "a", "2026-04-12 10:00");
    happens("u1", "r", "2026-04-11 10:00");
    assert_true(stands(id, "x"));
    assert_int_equal(world_told(&w, "tag.removed"), 0);
    happens("u1", "r", "2026-04-12 10:00");
    assert_false(stands(id, "x"));
    assert_int_equal(world_told(&w, "tag.removed"), 1);
}

// --- Facts -----------------------------------------------------------------------------------------------------------------------

static const event_prop family[] = { { { "purpose", 7 }, { .k = V_STR, .s = { "family", 6 } } },
                                     { { "version", 7 }, { .k = V_STR, .s = { "v1", 2 } } } };

static void facts_need_their_consent(void **state)
{
    (void)state;
    uint32_t id = happens("u1", "follow.started", NULL);
    assert_has(give(id, "{\"tag\": \"有子女\", \"reason\": \"聊天提到\"}"), "\"done\":false,\"why\":\"consent:family\"");
    assert_false(stands(id, "有子女"));
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "consent.given", .props = family, .n = 2));
    assert_has(give(id, "{\"tag\": \"有子女\", \"reason\": \"聊天提到\", \"confidence\": 70}"), "\"done\":true");
    assert_true(stands(id, "有子女"));
    assert_has(tags_of(id), "\"confidence\":70");
    w.now_us += US_PER_HOUR;
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "consent.withdrawn", .props = family, .n = 1));
    assert_false(stands(id, "有子女"));
    str json = tags_of(id);
    assert_has(json, "{\"locked\":true,\"purpose\":\"family\",\"class\":\"fact\",\"family\":\"家庭\"");
    assert_lacks(json, "有子女");
    assert_lacks(json, "聊天");
    // Nowhere among the tags shown in lists either, also while permitted.
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "consent.given", .props = family, .n = 2));
    assert_lacks(world_get(&w, world_route(&people_routes, M_GET, "/api/v1/people"), 0, NULL), "有子女");
}

static void facts_name_their_source(void **state)
{
    (void)state;
    world_load(&w, "{\"rules\": [{\"key\": \"t.s\", \"name\": {\"zh\": \"a\", \"en\": \"a\"}, \"when\": {\"event\": \"survey.submitted\"},"
                   " \"then\": [{\"tag\": {\"add\": \"露营\", \"from\": \"survey\", \"confidence\": 80}}]}]}");
    uint32_t id = happens("u1", "survey.submitted", NULL);
    assert_has(tags_of(id), "\"origin\":\"survey\",\"rule\":\"t.s\",\"confidence\":80");
}

// --- By hand ---------------------------------------------------------------------------------------------------------------------

static void only_listed_tags_by_hand(void **state)
{
    (void)state;
    uint32_t id = happens("u1", "follow.started", NULL);
    assert_str(give(id, "{\"tag\": \"没有的\", \"reason\": \"试试\"}"), S("field_value"));
    assert_str(give(id, "{\"tag\": \"露营\"}"), S("field_required"));
    assert_str(give(id + 9, "{\"tag\": \"露营\", \"reason\": \"试试\"}"), S("not_found"));
    assert_has(give(id, "{\"tag\": \"露营\", \"reason\": \"聊天提到\", \"days\": 30}"), "\"done\":true");
    assert_has(give(id, "{\"tag\": \"露营\", \"reason\": \"又提到\"}"), "\"done\":false,\"why\":\"stands\"");
    assert_has(tags_of(id), "\"origin\":\"staff\",\"reason\":\"聊天提到\"");
    assert_int_equal(world_told(&w, "tag.added"), 2);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag WHERE tag = '露营' AND event_no > 0 AND staff = 7"), 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM audit WHERE verb = 'person.tagged'"), 1);
}

static void a_list_is_previewed_then_written(void **state)
{
    (void)state;
    const route *apply = world_route(&profile_routes, M_POST, "/api/v1/tags/apply");
    for (int i = 1; i <= 3; i++)
        happens(arena_fmt(w.a, "u%d", i).s, "follow.started", NULL);
    give(2, "{\"tag\": \"露营\", \"reason\": \"提到\"}");
    int64_t events = (int64_t)w.events.n;
    static const char result[] = "\"people\":3,\"unknown\":1,\"stands\":1,\"refused\":0,\"replaced\":0,\"added\":2";
    assert_has(world_post(&w, apply, 0, "{\"tag\": \"露营\", \"people\": [1,2,3,2,99], \"reason\": \"营地名单\", \"dry_run\": true}"), result);
    assert_int_equal((int64_t)w.events.n, events);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag WHERE tag = '露营'"), 1);
    assert_has(world_post(&w, apply, 0, "{\"tag\": \"露营\", \"people\": [1,2,3,2,99], \"reason\": \"营地名单\"}"), result);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag WHERE tag = '露营'"), 3);
    assert_has(world_post(&w, apply, 0, "{\"tag\": \"潜客\", \"people\": [1], \"reason\": \"到店\"}"), "\"replaced\":1,\"added\":1");
    assert_has(world_post(&w, apply, 0, "{\"tag\": \"有子女\", \"people\": [1,2], \"reason\": \"名单\"}"), "\"refused\":2,\"replaced\":0,\"added\":0");
}

static void the_library_shows_its_use(void **state)
{
    (void)state;
    happens("u1", "follow.started", NULL);
    happens("u2", "follow.started", NULL);
    give(1, "{\"tag\": \"露营\", \"reason\": \"提到\"}");
    w.now_us += 91 * US_PER_DAY;
    give(2, "{\"tag\": \"露营\", \"reason\": \"提到\"}");
    world_load(&w, "{\"rules\": [{\"key\": \"t.u\", \"name\": {\"zh\": \"a\", \"en\": \"a\"}, \"when\": {\"event\": \"a\"}, \"then\": [{\"tag\": {\"add\": \"库外\"}}]}]}");
    happens("u2", "a", NULL);
    str json = world_get(&w, world_route(&profile_routes, M_GET, "/api/v1/tags/coverage"), 0, NULL);
    assert_has(json, "{\"people\":2,\"tagged\":2,");
    assert_has(json, "\"tag\":\"露营\",\"listed\":true,");
    assert_has(json, "\"family\":\"兴趣爱好\",\"family_en\":\"Interests\",\"level\":1,\"owner\":\"社区运营\",\"owner_en\":\"Community team\",\"days\":730,\"people\":2,\"stale\":1,");
    assert_has(json, "\"tag\":\"库外\",\"listed\":false,\"people\":1,\"stale\":0,");
}

// --- Rules ----------------------------------------------------------------------------------------------------------------------

static const struct { const char *effect; bool good; } bodies[] = {
    { "{\"add\": \"x\"}", true }, { "{\"add\": \"$tag\"}", true }, { "{\"add\": \"x\", \"for\": \"30d\"}", true },
    { "{\"add\": \"x\", \"times\": 3, \"within\": \"30d\"}", true }, { "{\"remove\": \"x\"}", true },
    { "{\"add\": \"x\", \"from\": \"survey\", \"confidence\": 70}", true }, { "{}", false }, { "{\"add\": \"x\", \"remove\": \"x\"}", false },
    { "{\"add\": \"x\", \"times\": 3}", false }, { "{\"add\": \"x\", \"within\": \"30d\"}", false },
    { "{\"add\": \"x\", \"times\": 1, \"within\": \"30d\"}", false }, { "{\"add\": \"x\", \"times\": 3, \"within\": \"5h\"}", false },
    { "{\"add\": \"x\", \"times\": 3, \"within\": \"400d\"}", false }, { "{\"add\": \"x\", \"from\": \"rumour\"}", false },
    { "{\"add\": \"x\", \"confidence\": 101}", false }, { "{\"add\": 5}", false },
};

static void bodies_are_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        fault f = { 0 };
        jval *body;
        const checking c = { w.a, &f, &w.e };
        assert_ok(json_parse(w.a, arena_fmt(w.a, "{\"key\": \"t\", \"name\": {\"zh\": \"a\", \"en\": \"a\"}, \"when\": {\"event\": \"a\"}, \"then\": [{\"tag\": %s}]}",
                                            bodies[i].effect), &f, &body));
        err e = rule_check(&c, body);
        if ((e == E_OK) != bodies[i].good)
            fail_msg("%s: %s at " STR_FMT, bodies[i].effect, err_info_of(e)->code, STR_ARG(f.field));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)
    const struct CMUnitTest tests[] = {
        TEST(one_of_an_audience_family), TEST(joined_people_keep_their_rows), TEST(enough_within_the_window), TEST(a_late_deed_counts_on_its_day),
        TEST(prolonged_never_shortened), TEST(taken_away_the_count_begins_anew), TEST(a_late_word_takes_nothing_said_since), TEST(facts_need_their_consent), TEST(facts_name_their_source),
        TEST(only_listed_tags_by_hand), TEST(a_list_is_previewed_then_written), TEST(the_library_shows_its_use), TEST(bodies_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
