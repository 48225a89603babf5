// Tiers: where people stand follows what is known of them, by change; ladders edited, gone through in slices, previewed; joined and
// parted people; a naive placing of everybody beside it.
#include "one_world.h"
#include "tier/tier_internal.h"
#include "profile/profile.h"
#include <stdio.h>
#include <stdlib.h>

static const event_prop agrees[] = { { { "consent_call", 12 }, { .k = V_BOOL, .i = 1 } } };
#define PLAN(v) { { { "plan_to_buy", 11 }, { .k = V_STR, .s = { v, sizeof v - 1 } } } }

static str level_of(uint32_t person, const char *ladder)
{
    str level;
    assert_ok(tier_standing(w.d, person, str_c(ladder), w.a, &level));
    return level;
}
#define assert_level(person_, ladder_, level_) assert_str(level_of((person_), (ladder_)), S(level_))

static uint32_t lead(const char *user, const char *phone)
{
    happening h = { .user = user, .kind = "lead.captured", .phone = phone, .props = agrees, .n = 1 };
    assert_ok(world_happen(&w, &h));
    return h.who.person;
}

static str tiers_of_person(uint32_t person)
{
    return world_get(&w, world_route(&tier_routes, M_GET, "/api/v1/people/{id}/tiers"), person, NULL);
}
static str save(const char *body) { return world_post(&w, world_route(&tier_routes, M_POST, "/api/v1/tiers"), 0, body); }
static str preview(const char *body) { return world_post(&w, world_route(&tier_routes, M_POST, "/api/v1/tiers/preview"), 0, body); }

static void everybody(void)
{
    bool more = true;
    for (int i = 0; more && i < 1000; i++) {
        more = false;
        assert_ok(world_run(&w, (err (*)(tx *, void *))(void *)tier_step, &more));
    }
    assert_false(more);
}

// --- The life of a prospect ---------------------------------------------------------------------------------------------------

static void a_prospect_climbs_and_falls(void **state)
{
    (void)state;
    static const event_prop month[] = PLAN("一个月内"), none[] = PLAN("none");
    uint32_t id = lead("u1", "13812346207");
    assert_level(id, "prospect", "C");
    assert_int_equal(world_told(&w, "tier.moved"), 1);
    w.now_us += US_PER_HOUR;
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "lead.contacted", .props = month, .n = 1));
    assert_level(id, "prospect", "B");
    w.now_us += US_PER_HOUR;
    happening drive = { .user = "u1", .kind = "test_drive.booked" };
    assert_ok(world_happen(&w, &drive));
    assert_level(id, "prospect", "A");
    str json = tiers_of_person(id);
    assert_has(json, "\"ladder\":\"prospect\",\"zh\":\"潜客分级\"");
    assert_has(json, "\"why_zh\":\"有标签「一个月内购车」，且（阶段在「体验」到「转介绍」之间，或有标签「已约试驾」");
    assert_has(json, arena_cstr(w.a, arena_fmt(w.a, "\"level\":\"A\",\"at\":\"2026-03-09T04:00:00.000000Z\"")));
    // The move's cause is in the drive's chain: the tag the drive brought.
    assert_int_equal(world_int(&w, "SELECT count(*) FROM tier_move"), 3);
    assert_true(world_int(&w, "SELECT max(cause_no) FROM tier_move") > drive.no);
    // What they say later counts: no plan any more.
    w.now_us += US_PER_HOUR;
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "survey.submitted", .props = none, .n = 1));
    assert_level(id, "prospect", "D");
    json = tiers_of_person(id);
    assert_has(json, "\"lacking\":[{\"level\":\"A\"");
    assert_has(json, "\"level\":\"C\",\"zh\":\"并非（有标签「暂无购车计划」）\"");
}

static void a_tag_that_fades_tells_so(void **state)
{
    (void)state;
    static const event_prop month[] = PLAN("1m");
    uint32_t id = lead("u1", "13812346207");
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "survey.submitted", .props = month, .n = 1));
    assert_level(id, "prospect", "B");
    world_set_time(&w, "2026-04-23 09:59");
    assert_true(world_timers(&w));
    assert_level(id, "prospect", "B");
    world_set_time(&w, "2026-04-23 10:00");
    assert_true(world_timers(&w));
    assert_level(id, "prospect", "C");
}

static void an_owner_leaves_the_prospects(void **state)
{
    (void)state;
    uint32_t id = lead("u1", "13812346207");
    w.now_us += US_PER_HOUR;
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "delivery.completed", .vin = "LSVE70001"));
    assert_level(id, "prospect", "");
    assert_level(id, "owner", "C");
    assert_has(tiers_of_person(id), "\"why_zh\":\"不再满足：阶段在「留资」到「大定」之间\"");
    w.now_us += US_PER_HOUR;
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "comment.created"));
    assert_level(id, "owner", "B");
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "koc.appointed"));
    assert_level(id, "owner", "S");
    assert_has(tiers_of_person(id), "\"why_zh\":\"有标签「KOC」\"");
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "koc.ended"));
    assert_level(id, "owner", "B");
    // Silence is told by the class, four weeks after the last word.
    world_set_time(&w, "2026-04-20 00:00");
    assert_true(world_timers(&w));
    assert_level(id, "owner", "C");
    // Value: growth reaches 6,000.
    world_load(&w, "{\"rules\": [{\"key\": \"t.grow\", \"name\": {\"zh\": \"a\", \"en\": \"a\"}, \"when\": {\"event\": \"grow\"},"
                   " \"then\": [{\"points\": {\"reason\": \"order.firm\", \"amount\": 1, \"growth\": 6000}}]}]}");
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "grow"));
    assert_level(id, "owner", "A");
    assert_has(tiers_of_person(id), "\"why_zh\":\"成长值 至少 6000\"");
}

static void rules_answer_a_move(void **state)
{
    (void)state;
    world_load(&w, "{\"rules\": [{\"key\": \"t.b\", \"name\": {\"zh\": \"a\", \"en\": \"a\"}, \"when\": {\"event\": \"tier.moved\"},"
                   " \"if\": {\"all\": [{\"prop\": [\"to\", \"=\", \"B\"]}, {\"tier\": \"prospect:B\"}, {\"not\": {\"tier\": [\"prospect:A\", \"owner:B\"]}}]},"
                   " \"then\": [{\"tag\": {\"add\": \"重点跟进\"}}]}]}");
    static const event_prop quarter[] = PLAN("3m");
    uint32_t id = lead("u1", "13812346207");
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "survey.submitted", .props = quarter, .n = 1));
    assert_level(id, "prospect", "B");
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag WHERE tag = '重点跟进'"), 1);
}

// Two levels that each undo the other's ground: an operation ends, and says where it stopped.
static void a_quarrel_ends(void **state)
{
    (void)state;
    world_load(&w, "{\"tiers\": [{\"key\": \"q\", \"zh\": \"争\", \"en\": \"q\", \"levels\": [{\"key\": \"X\", \"zh\": \"x\", \"en\": \"x\", \"condition\": {\"tag\": \"t\"}},"
                   " {\"key\": \"Y\", \"zh\": \"y\", \"en\": \"y\"}]}], \"rules\": ["
                   "{\"key\": \"q.x\", \"name\": {\"zh\": \"a\", \"en\": \"a\"}, \"when\": {\"event\": \"tier.moved\"}, \"if\": {\"tier\": \"q:X\"}, \"then\": [{\"tag\": {\"remove\": \"t\"}}]},"
                   "{\"key\": \"q.y\", \"name\": {\"zh\": \"a\", \"en\": \"a\"}, \"when\": {\"event\": \"tier.moved\"}, \"if\": {\"tier\": \"q:Y\"}, \"then\": [{\"tag\": {\"add\": \"t\"}}]}]}");
    lead("u1", "13812346207");
    assert_true(world_told(&w, "tier.moved") >= 4 && world_told(&w, "tier.moved") <= 20);
}

static void what_is_undone_touches_nobody(void **state)
{
    (void)state;
    uint32_t id = lead("u1", "13812346207");
    static const event_prop month[] = PLAN("1m");
    // A rule in shadow whose effects are undone: the place stays.
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "survey.submitted", .props = month, .n = 1, .flags = EVENT_SHADOW));
    assert_level(id, "prospect", "C");
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag WHERE tag = '一个月内购车'"), 0);
}

// --- Joined and parted ----------------------------------------------------------------------------------------------------------

static err part(tx *t, void *p)
{
    int64_t edge;
    uint32_t went;
    (void)p;
    TRY(db_int(t->d, &edge, 0, "SELECT max(id) FROM edge WHERE ended_us = 0"));
    return people_split(t, edge, S("staff"), &went);
}

static void joined_people_stand_once(void **state)
{
    (void)state;
    uint32_t owner = 0;
    happening device = { .device = "d1", .kind = "lead.captured", .phone = "13900001111", .props = agrees, .n = 1 };
    happening user = { .user = "u1", .kind = "delivery.completed", .vin = "LSVE70001" };
    assert_ok(world_happen(&w, &user));
    owner = user.who.person;
    w.now_us += US_PER_HOUR;
    assert_ok(world_happen(&w, &device));
    uint32_t prospect = device.who.person;
    assert_level(owner, "owner", "C");
    assert_level(prospect, "prospect", "C");
    w.now_us += US_PER_HOUR;
    assert_ok(HAPPEN(&w, .device = "d1", .user = "u1", .kind = "page"));
    assert_level(owner, "owner", "C");
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tier WHERE subject = person AND level <> ''"), 1);
    assert_has(world_get(&w, world_route(&tier_routes, M_GET, "/api/v1/tiers"), 0, NULL), "\"key\":\"C\",\"zh\":\"三个月以后\"");
    w.now_us += US_PER_HOUR;
    assert_ok(world_run(&w, part, NULL));
    assert_level(owner, "owner", "C");
    assert_level(owner, "prospect", "");
    assert_level(prospect, "prospect", "C");
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tier WHERE subject = person AND level <> ''"), 2);
    // Each has its own moves again.
    assert_int_equal(world_int(&w, "SELECT count(*) FROM tier_move WHERE subject <> person"), 0);
}

// --- A ladder is edited -----------------------------------------------------------------------------------------------------------

#define SIMPLE(levels_) "{\"ladder\": {\"key\": \"vip\", \"zh\": \"贵宾\", \"en\": \"VIP\", \"levels\": [" levels_ "]}, \"version\": 0, \"reason\": \"试一试\"}"
#define LEVEL(key_, cond_) "{\"key\": \"" key_ "\", \"zh\": \"级\", \"en\": \"level\", \"condition\": " cond_ "}"

static const struct { const char *body, *code, *field; } refusals[] = {
    { "{\"ladder\":{\"key\":\"x\",\"zh\":\"x\",\"en\":\"x\",\"levels\":[{\"key\":\"A\",\"zh\":\"a\",\"en\":\"a\",\"rights\":[{\"code\":\"a\",\"zh\":\"a\","
      "\"en\":\"a\"},{\"code\":\"a\",\"zh\":\"b\",\"en\":\"b\"}]}]},\"version\":0,\"reason\":\"试试\"}", "field_value", "ladder.levels[0].rights[1].code" },
    { SIMPLE(LEVEL("A", "{\"prop\": [\"n\", \"=\", 1]}")), "field_value", "ladder.levels[0].condition.prop" },
    { SIMPLE(LEVEL("A", "{\"tier\": \"prospect:A\"}")), "field_value", "ladder.levels[0].condition.tier" },
    { SIMPLE(LEVEL("A", "{\"moon\": 1}")), "field_unknown", "ladder.levels[0].condition.moon" },
    { SIMPLE(LEVEL("A", "{\"all\": [{\"tag\": \"x\"}, {\"value\": [\"luck\", \">=\", 1]}]}")), "field_value", "ladder.levels[0].condition.all[1].value" },
    { SIMPLE(LEVEL("A", "{\"value\": [\"points\", \"=\", \"x\"]}")), "field_value", "ladder.levels[0].condition.value" },
    { SIMPLE("{\"key\": \"A\", \"zh\": \"级\", \"en\": \"l\"}, {\"key\": \"B\", \"zh\": \"级\", \"en\": \"l\"}"), "field_required", "ladder.levels[0].condition" },
    { SIMPLE(LEVEL("A", "{\"tag\": \"x\"}") ", " LEVEL("A", "{\"tag\": \"y\"}")), "field_value", "ladder.levels[1].key" },
    { SIMPLE(LEVEL("none", "{\"tag\": \"x\"}")), "field_value", "ladder.levels[0].key" },
    { "{\"ladder\": {\"key\": \"prospect\", \"zh\": \"a\", \"en\": \"a\", \"levels\": [" LEVEL("A", "{\"tag\": \"x\"}") "]}, \"version\": 0, \"reason\": \"试一试\"}",
      "exists", "ladder.key" },
    { "{\"ladder\": {\"key\": \"prospect\", \"zh\": \"a\", \"en\": \"a\", \"levels\": [" LEVEL("A", "{\"tag\": \"x\"}") "]}, \"version\": 7, \"reason\": \"试一试\"}",
      "conflict", "" },
};

static void an_editor_is_told_where(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        str got = save(refusals[i].body);
        if (!strstr(arena_cstr(w.a, got), refusals[i].code) || !str_eq(w.f.field.s ? w.f.field : S(""), str_c(refusals[i].field)))
            fail_msg("%s: " STR_FMT " at " STR_FMT, refusals[i].body, STR_ARG(got), STR_ARG(w.f.field));
    }
    assert_int_equal(world_int(&w, "SELECT count(*) FROM tier_ladder"), 2);
}

static void edited_and_gone_through(void **state)
{
    (void)state;
    char user[20], phone[20];
    for (int i = 0; i < 230; i++) {
        snprintf(user, sizeof user, "u%d", i);
        snprintf(phone, sizeof phone, "138%08d", i);
        lead(user, phone);
    }
    static const char body[] = "{\"key\": \"prospect\", \"zh\": \"潜客\", \"en\": \"P\", \"levels\": [" LEVEL("H", "{\"value\": [\"points\", \">=\", 100]}") ","
                               LEVEL("L", "{\"stage\": \"lead\"}") "]}";
    str before = preview(body);
    assert_has(before, "{\"key\":\"H\",\"people\":230,\"now\":0,\"come\":230}");
    assert_has(before, "\"looked_at\":230,\"people\":230,\"exact\":true,\"moves\":230");
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tier WHERE level = 'H'"), 0);
    int64_t tasks = world_int(&w, "SELECT count(*) FROM task");
    world_load(&w, "{\"rules\": [{\"key\": \"t.h\", \"name\": {\"zh\": \"a\", \"en\": \"a\"}, \"when\": {\"event\": \"tier.moved\"},"
                   " \"then\": [{\"task\": {\"clock\": \"K09\", \"role\": \"advisor\", \"title\": {\"zh\": \"a\", \"en\": \"a\"}}}]}]}");
    assert_has(save(arena_cstr(w.a, arena_fmt(w.a, "{\"ladder\": %s, \"version\": 1, \"reason\": \"积分分级\"}", body))), "\"progress\":0");
    everybody();
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tier WHERE level = 'H'"), 230);
    assert_int_equal(world_int(&w, "SELECT moved FROM tier_ladder WHERE key = 'prospect'"), 230);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task"), tasks);              // quietly
    assert_has(tiers_of_person(1), "\"version\":1,\"why_zh\":\"并非（有标签「暂无购车计划」）\"");   // the reason of then, in the words of then
    assert_has(world_get(&w, world_route(&tier_routes, M_GET, "/api/v1/tiers"), 0, NULL), "\"moved\":230");
    // Who comes while nobody has been gone through yet stands by the new version at once.
    uint32_t id = lead("late", "13700000000");
    assert_level(id, "prospect", "H");
    // A restart knows the ladders of the last version.
    world_reopen(&w);
    id = lead("later", "13700000001");
    assert_level(id, "prospect", "H");
    assert_has(save("{\"ladder\": {\"key\": \"prospect\", \"zh\": \"潜客\", \"en\": \"P\", \"off\": true, \"levels\": [" LEVEL("H", "{\"tag\": \"x\"}") "]}, \"version\": 2, \"reason\": \"停用\"}"),
               "\"off\":true");
    everybody();
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tier WHERE ladder = 'prospect' AND level <> ''"), 0);
}

static void people_and_moves_of_a_level(void **state)
{
    (void)state;
    static const event_prop month[] = PLAN("1m");
    lead("u1", "13812346207");
    uint32_t id = lead("u2", "13812346208");
    w.now_us += 40 * US_PER_DAY;
    assert_ok(HAPPEN(&w, .user = "u2", .kind = "survey.submitted", .props = month, .n = 1));
    str json = world_get(&w, world_route(&tier_routes, M_GET, "/api/v1/tiers/people"), 0,
                         &(tier_people_query){ .has = 1u << tier_people_query_tier_bit, .tier = S("prospect:B") });
    assert_has(json, arena_cstr(w.a, arena_fmt(w.a, "\"id\":%u", id)));
    assert_has(json, "\"total\":1");
    json = world_get(&w, world_route(&tier_routes, M_GET, "/api/v1/tiers/moves"), 0,
                     &(tier_moves_query){ .has = 1u << tier_moves_query_ladder_bit, .ladder = S("prospect") });
    assert_has(json, "\"cells\":[{\"from\":\"C\",\"to\":\"B\",\"people\":1}]");
}

static void tiers_in_questions(void **state)
{
    (void)state;
    static const event_prop month[] = PLAN("1m");
    lead("u1", "13812346207");
    uint32_t id = lead("u2", "13812346208");
    assert_ok(HAPPEN(&w, .user = "u2", .kind = "survey.submitted", .props = month, .n = 1));
    buf b = { 0 };
    jval *q;
    dictionary dict = names_dictionary(w.e.names);
    assert_ok(json_parse(w.a, S("{\"ask\": \"audience\", \"who\": {\"tier\": \"prospect:B\"}, \"sample\": 10}"), &w.f, &q));
    assert_ok(timeline_ask(w.tl, &dict, q, w.now_us, teller_head(w.e.teller), w.a, &w.f, &b));
    assert_has(buf_str(&b), arena_cstr(w.a, arena_fmt(w.a, "\"people\":1")));
    assert_has(buf_str(&b), arena_cstr(w.a, arena_fmt(w.a, "[%u]", id)));
    buf_clear(&b);
    assert_ok(question_sentence(q, w.now_us, LANG_ZH, NULL, w.a, &w.f, &b));
    assert_has(buf_str(&b), "分级是 「B」（prospect）");
    buf_free(&b);
    assert_ok(json_parse(w.a, S("{\"ask\": \"audience\", \"who\": {\"tier\": \"B\"}}"), &w.f, &q));
    assert_err(timeline_ask(w.tl, &dict, q, w.now_us, teller_head(w.e.teller), w.a, &w.f, &b), E_FIELD_VALUE);
    assert_str(w.f.field, S("who.tier"));
}

// --- By change against everybody ------------------------------------------------------------------------------------------------
// Whatever happens in whatever order: where the table says people stand is where their ladder puts them now.

static err compare(tx *t, void *p)
{
    (void)p;
    db_rows r;
    uint32_t ids[64], n = 0;
    TRY(db_query(t->d, &r, "SELECT id FROM person ORDER BY id"));
    while (n < 64 && db_next(&r))
        ids[n++] = (uint32_t)db_i64(&r, 0);
    TRY(db_end(&r));
    const tier_set *s = w.e.tiers->set;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < s->n; k++) {
            rule_ctx c = tier_ctx(t, ids[i]);
            tier_place place;
            str now;
            TRY(tier_place_of(&c, &s->v[k], &place));
            TRY(tier_standing(t->d, ids[i], s->v[k].key, t->a, &now));
            assert_str(now, place.level < 0 ? S("") : s->v[k].levels[place.level].key);
        }
    return E_OK;
}

static void by_change_as_by_everybody(void **state)
{
    (void)state;
    static const event_prop month[] = PLAN("1m"), later[] = PLAN("later"), none[] = PLAN("none");
    static const char *const kinds[] = { "lead.captured", "test_drive.booked", "test_drive.completed", "reserve.placed", "reserve.cancelled",
                                         "order.placed", "order.cancelled", "delivery.completed", "vehicle.sold", "comment.created",
                                         "koc.appointed", "koc.ended", "follow.started", "app.signed_in", "page" };
    unsigned seed = 11;
    for (int i = 0; i < 400; i++) {
        unsigned x = (unsigned)rand_r(&seed);
        char user[8], device[8];
        snprintf(user, sizeof user, "u%u", x % 6);
        snprintf(device, sizeof device, "d%u", x / 6 % 6);
        const event_prop *plan = x / 36 % 4 == 0 ? month : x / 36 % 4 == 1 ? later : x / 36 % 4 == 2 ? none : agrees;
        happening h = { .kind = plan == agrees ? kinds[x / 144 % 15] : "survey.submitted", .props = plan, .n = 1, .phone = x % 5 == 0 ? "13812346207" : NULL,
                        .user = x / 7 % 3 ? user : NULL, .device = x / 7 % 3 != 1 ? device : NULL, .vin = x % 2 ? "LSVE70001" : "LSVE70002" };
        assert_ok(world_happen(&w, &h));
        w.now_us += (int64_t)(x / 13 % 30) * US_PER_HOUR;
        if (x % 11 == 0)
            world_run(&w, part, NULL);
        world_timers(&w);
        assert_ok(world_run(&w, compare, NULL));
    }
    assert_true(world_told(&w, "tier.moved") > 40);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_begin, world_end)

// Sentences of the whole playbook: in English everything by its English name, in Chinese no word of programs where people have one.
static void sentences_in_both_languages(void **state)
{
    (void)state;
    const str lists[] = { world_get(&w, world_route(&tier_routes, M_GET, "/api/v1/tiers"), 0, NULL),
                          world_get(&w, world_route(&rule_routes, M_GET, "/api/v1/rules"), 0, NULL) };
    size_t seen = 0;
    for (size_t i = 0; i < 2; i++)
        for (const char *p = arena_cstr(w.a, lists[i]); (p = strstr(p, "_en\":\"")); seen++) {
            const char *from = p += 6;
            for (; *p && !(*p == '"' && p[-1] != '\\'); p++)
                // Values that are compared stand as events say them.
                if ((*p & 0x80) && !memmem(from, (size_t)(p - from), "plan_to_buy", 11))
                    fail_msg("%.200s", from);
        }
    assert_true(seen > 30);
    assert_has(lists[0], "tagged \\\"Buys within a month\\\"");
    assert_has(lists[0], "path is seed owner");
    assert_lacks(lists[0], "seed_owner\\\"");
    assert_has(lists[0], "有标签「一个月内购车」");
    assert_has(lists[1], "consent given to \\\"Marketing calls\\\"");
    assert_lacks(lists[1], "是 是");
}

// --- What a level means ---------------------------------------------------------------------------------------------------------
#define MEANS(touch) "{\"ladder\":{\"key\":\"prospect\",\"zh\":\"潜\",\"en\":\"p\",\"who\":{\"stage\":{\"from\":\"lead\",\"to\":\"order\"}},\"levels\":[" \
    "{\"key\":\"A\",\"zh\":\"甲\",\"en\":\"A\",\"condition\":{\"tag\":\"一个月内购车\"},\"invites\":0," touch \
    "\"rights\":[{\"code\":\"drive_first\",\"zh\":\"优先试驾\",\"en\":\"Drives first\"},{\"code\":\"tea\",\"zh\":\"茶\",\"en\":\"Tea\"}]}," \
    "{\"key\":\"B\",\"zh\":\"乙\",\"en\":\"B\"}]},\"version\":%d,\"reason\":\"试试\"}"

static int64_t touch_due(uint32_t person)
{
    return world_int(&w, arena_fmt(w.a, "SELECT COALESCE(min(due_us), 0) FROM timer WHERE kind = 'tier_touch' AND ref = %u", person).s);
}

static int64_t keeping(void) { return world_int(&w, "SELECT count(*) FROM task WHERE clock = 'KC' AND open = 1"); }

static void timers(void)
{
    while (!world_timers(&w)) {}
}

// Seven days without a word and it is told, and again after seven more; a word puts it off.
static void nobody_speaks_with_them(void **state)
{
    (void)state;
    static const event_prop month[] = PLAN("一个月内");
    uint32_t id = lead("u1", "13812346207");
    assert_int_equal(touch_due(id), 0);                    // C asks for nothing
    assert_lacks(tiers_of_person(id), "\"spoken\":");      // they spoke, nobody spoke with them
    static const event_prop spoke[] = { { { "reached", 7 }, { .k = V_BOOL, .i = 1 } } };
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "lead.contacted", .props = spoke, .n = 1));
    w.now_us += US_PER_HOUR;
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "survey.submitted", .props = month, .n = 1));
    assert_level(id, "prospect", "B");
    int64_t from = w.now_us;
    assert_int_equal(touch_due(id), from + 21 * US_PER_DAY);
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "test_drive.booked"));
    assert_level(id, "prospect", "A");
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task WHERE clock = 'KT' AND role = 'advisor'"), 1);
    assert_int_equal(touch_due(id), w.now_us + 7 * US_PER_DAY);
    w.now_us += 7 * US_PER_DAY - 1;
    timers();
    assert_int_equal(world_told(&w, "tier.touch_due"), 0);
    w.now_us += 1;
    timers();
    assert_int_equal(world_told(&w, "tier.touch_due"), 1);
    assert_int_equal(keeping(), 1);
    w.now_us += 7 * US_PER_DAY;
    timers();
    assert_int_equal(world_told(&w, "tier.touch_due"), 2);
    assert_int_equal(keeping(), 1);                        // one promise at a time
    // Somebody reaches them: the task is done, and seven days begin then.
    w.now_us += US_PER_DAY;
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "lead.contacted", .props = spoke, .n = 1));
    assert_int_equal(keeping(), 0);
    int64_t spoken = w.now_us;
    w.now_us += 6 * US_PER_DAY;
    timers();
    assert_int_equal(world_told(&w, "tier.touch_due"), 2);
    assert_int_equal(touch_due(id), spoken + 7 * US_PER_DAY);
    assert_has(tiers_of_person(id), "\"touch_due\":");
    assert_has(tiers_of_person(id), "\"spoken\":");
    // Whoever left the level, or is nobody any more, is left alone.
    static const event_prop none[] = PLAN("none");
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "survey.submitted", .props = none, .n = 1));
    w.now_us += 60 * US_PER_DAY;
    timers();
    assert_int_equal(world_told(&w, "tier.touch_due"), 2);
    assert_int_equal(touch_due(id), 0);
}

// What is known of somebody is read when a reminder is due, not when it is set: a join costs what it joins.
static void count_reading(void *p, str sql, int64_t steps)
{
    if (memmem(sql.s, sql.len, "FROM person_note WHERE person", 29))
        *(int64_t *)p += steps + 1;
}

static bool what_was_said_was_read(void)
{
    int64_t n = 0;
    db_each_text(w.d, count_reading, &n);
    return n > 0;
}

// Two who turn out to be one are reminded of once; parted again, each of them.
static void joined_people_are_reminded_of_once(void **state)
{
    (void)state;
    static const event_prop month[] = PLAN("一个月内");
    happening device = { .device = "d1", .kind = "lead.captured", .phone = "13900001111", .props = agrees, .n = 1 };
    happening user = { .user = "u1", .kind = "lead.captured", .phone = "13900002222", .props = agrees, .n = 1 };
    assert_ok(world_happen(&w, &user));
    assert_ok(world_happen(&w, &device));
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "survey.submitted", .props = month, .n = 1));
    assert_ok(HAPPEN(&w, .device = "d1", .kind = "survey.submitted", .props = month, .n = 1));
    assert_true(touch_due(user.who.person) && touch_due(device.who.person));
    w.now_us += US_PER_HOUR;
    assert_ok(HAPPEN(&w, .device = "d1", .user = "u1", .kind = "page"));
    assert_false(what_was_said_was_read());
    w.now_us += 22 * US_PER_DAY;
    timers();
    assert_true(what_was_said_was_read());
    assert_int_equal(world_told(&w, "tier.touch_due"), 1);
    assert_int_equal(touch_due(device.who.person), 0);
    assert_ok(world_run(&w, part, NULL));
    assert_true(touch_due(user.who.person) && touch_due(device.who.person));
    w.now_us += 22 * US_PER_DAY;
    timers();
    assert_int_equal(world_told(&w, "tier.touch_due"), 3);
}

static void a_level_gives_rights(void **state)
{
    (void)state;
    static const event_prop month[] = PLAN("一个月内");
    uint32_t id = lead("u1", "13812346207");
    world_load(&w, "{\"rules\":[{\"key\":\"t.right\",\"name\":{\"zh\":\"r\",\"en\":\"r\"},\"when\":{\"event\":\"ask\"},"
                   "\"if\":{\"right\":\"tea\"},\"then\":[{\"tag\":{\"add\":\"喝茶\"}}]}]}");
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "ask"));
    assert_has(save(arena_fmt(w.a, MEANS("\"touch_days\":3,"), 1).s), "\"rights\":[{\"code\":\"drive_first\"");
    everybody();
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "ask"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag WHERE tag = '喝茶'"), 0);
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "survey.submitted", .props = month, .n = 1));
    assert_level(id, "prospect", "A");
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "ask"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag WHERE tag = '喝茶'"), 1);
    assert_has(tiers_of_person(id), "\"invites\":0,\"touch_days\":3");
    // The ladder changes: who stays is asked for otherwise, and never at once.
    int64_t due = touch_due(id);
    w.now_us += 2 * US_PER_DAY;
    assert_has(save(arena_fmt(w.a, MEANS("\"touch_days\":1,"), 2).s), "\"touch_days\":1");
    everybody();
    assert_true(touch_due(id) <= due && touch_due(id) == w.now_us + US_PER_DAY);
    assert_has(save(arena_fmt(w.a, MEANS(""), 3).s), "\"version\":4");
    everybody();
    w.now_us += 9 * US_PER_DAY;
    timers();
    assert_int_equal(world_told(&w, "tier.touch_due"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_prospect_climbs_and_falls), T(a_tag_that_fades_tells_so), T(an_owner_leaves_the_prospects), T(rules_answer_a_move), T(a_quarrel_ends),
        T(what_is_undone_touches_nobody), T(joined_people_stand_once), T(an_editor_is_told_where), T(edited_and_gone_through),
        T(people_and_moves_of_a_level), T(tiers_in_questions), T(nobody_speaks_with_them), T(joined_people_are_reminded_of_once), T(a_level_gives_rights),
        T(sentences_in_both_languages), T(by_change_as_by_everybody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
