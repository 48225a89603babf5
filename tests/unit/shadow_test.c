// Shadow: what would have happened is counted and kept, and nothing of it stays; the playbook's rules follow it until edited.
#include "domain.h"
#include "rule/rule_api.h"
#include "rule/run.h"
#include <stdlib.h>

static int setup(void **state)
{
    world *w = calloc(1, sizeof *w);
    world_open(w);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    world_close(*state);
    free(*state);
    return 0;
}

#define RULE(key, rest) "{\"key\":\"" key "\",\"name\":{\"zh\":\"甲\",\"en\":\"A\"}," rest "}"
#define GIVE "\"then\":[{\"tag\":{\"add\":\"t\"}},{\"points\":{\"reason\":\"register\",\"amount\":50}}]"

static const char rules_text[] =
    "{\"rules\":[" RULE("first", "\"when\":{\"event\":\"x\"}," GIVE ",\"once\":{\"per\":\"person\"}") ","
    RULE("chained", "\"when\":{\"event\":\"tag.added\"},\"then\":[{\"tag\":{\"add\":\"u\"}}],\"once\":{\"per\":\"person\"}") "]}";

static err set_state(tx *t, void *p)
{
    int64_t *v = p, version;
    return rules_set_state(t, v[0], (int)v[1], NULL, &version);
}

static void put(world *w, const char *key, int rule_state)
{
    int64_t v[2] = { world_int(w, arena_fmt(w->a, "SELECT id FROM rule WHERE key = '%s'", key).s), rule_state };
    assert_ok(world_run(w, set_state, v));
}

static int64_t rows_of_all(world *w)
{
    return world_int(w, "SELECT (SELECT count(*) FROM person_tag) + (SELECT count(*) FROM entry) + (SELECT count(*) FROM effect)"
                        " + (SELECT count(*) FROM rule_once WHERE rule > 0) + (SELECT count(*) FROM timer) + (SELECT count(*) FROM promised)");
}

static void test_a_rule_in_shadow_changes_nothing(void **state)
{
    world *w = *state;
    world_load(w, rules_text);
    put(w, "first", RULE_SHADOW);
    assert_ok(HAPPEN(w, .user = "a", .kind = "x"));
    // Told to whoever asked: the whole chain.
    assert_non_null(world_ring(w, "tag", RING_WOULD));
    assert_int_equal(world_ring(w, "points", RING_WOULD)->amount, 50);
    assert_null(world_ring(w, "tag", RING_DONE));
    assert_int_equal(rows_of_all(w), 0);
    assert_int_equal(world_told(w, "tag.added"), 0);
    assert_int_equal(world_told(w, "points.posted"), 0);
    assert_int_equal(world_int(w, "SELECT count(*) FROM shadow_effect WHERE kind = 'tag' AND outcome = 0"), 2);
    assert_int_equal(world_int(w, "SELECT count(*) FROM shadow_effect WHERE by_key = 'chained' AND outcome = 0"), 1);
    assert_int_equal(world_int(w, "SELECT amount FROM shadow_count WHERE kind = 'points' AND outcome = 0"), 50);
    assert_int_equal(world_int(w, "SELECT min(person) FROM shadow_effect"), 1);

    // "once" counts in shadow as it will: the same person is not counted twice, the next one is.
    assert_ok(HAPPEN(w, .user = "a", .kind = "x"));
    assert_ok(HAPPEN(w, .user = "b", .kind = "x"));
    assert_int_equal(world_int(w, "SELECT n FROM shadow_count WHERE kind = 'points' AND outcome = 0"), 2);

    // Switched on it begins as if it had never been tried.
    put(w, "first", RULE_ON);
    assert_ok(HAPPEN(w, .user = "a", .kind = "x"));
    assert_non_null(world_ring(w, "points", RING_DONE));
    assert_int_equal(world_told(w, "points.posted"), 1);
    assert_int_equal(world_told(w, "tag.added"), 2);
}

static void test_what_holds_a_rule_back_is_counted_too(void **state)
{
    world *w = *state;
    world_load(w, "{\"rules\":[" RULE("asks", "\"when\":{\"event\":\"x\"},\"if\":{\"consent\":\"call\"}," GIVE) "]}");
    put(w, "asks", RULE_SHADOW);
    assert_ok(HAPPEN(w, .user = "a", .kind = "x"));
    assert_int_equal(world_int(w, "SELECT n FROM shadow_count WHERE kind = 'rule' AND outcome = 1"), 1);
    assert_int_equal(world_int(w, "SELECT count(*) FROM shadow_effect WHERE why = 'consent:call'"), 1);
}

typedef struct sourced { world *w; happening h; effects effects; } sourced;

static err emit_as(tx *t, void *p)
{
    const sourced *s = p;
    identity id = people_identity(engine_of(t)->vault, IDENTITY_USER_ID, str_c(s->h.user));
    resolved who;
    TRY(people_resolve(t, &id, 1, 0, S("test"), &who));
    return engine_emit(t, &(event_new){ .subject = who.subject, .kind = str_c(s->h.kind), .source = 9, .effects = s->effects, .time_us = s->h.at_us }, NULL);
}

static void test_a_source_in_shadow(void **state)
{
    world *w = *state;
    world_load(w, "{\"rules\":[" RULE("now", "\"when\":{\"event\":\"x\"}," GIVE) ","
                  RULE("later", "\"when\":{\"event\":\"x\",\"after\":\"1h\"}," GIVE) "]}");
    sourced s = { w, { .user = "a", .kind = "x", .at_us = w->now_us }, EFFECTS_SHADOW };
    assert_ok(world_run(w, emit_as, &s));
    assert_int_equal(world_told(w, "x"), 1);                   // the event itself is stored
    assert_int_equal(world_told(w, "tag.added"), 0);
    assert_int_equal(world_int(w, "SELECT n FROM shadow_count WHERE kind = 'points' AND source = 9"), 1);
    w->now_us += 2 * US_PER_HOUR;
    assert_true(world_timers(w));
    assert_int_equal(world_told(w, "tag.added"), 0);
    assert_int_equal(world_int(w, "SELECT sum(n) FROM shadow_count WHERE kind = 'points' AND source = 9"), 2);
    // A source that is not in shadow does it.
    s.effects = EFFECTS_ALL;
    s.h.at_us = w->now_us;
    assert_ok(world_run(w, emit_as, &s));
    assert_int_equal(world_told(w, "tag.added"), 1);
}

// One gives the consent, the next needs it, the third needs what the second did: tried together each holds. Nothing stays; the books
// are those of each; what is later is listed.
static void test_rules_are_tried_together(void **state)
{
    world *w = *state;
    world_load(w, "{\"rules\":[" RULE("agree", "\"when\":{\"event\":\"x\"},\"then\":[{\"consent\":{\"give\":\"call\"}}]") ","
                  RULE("call", "\"when\":{\"event\":\"x\"},\"if\":{\"consent\":\"call\"},\"then\":[{\"tag\":{\"add\":\"t\",\"for\":\"30d\"}}],\"once\":{\"per\":\"person\"}") ","
                  RULE("tagged", "\"when\":{\"event\":\"x\"},\"if\":{\"tag\":\"t\"},\"then\":[{\"points\":{\"reason\":\"register\",\"amount\":50}}]") ","
                  RULE("woken", "\"when\":{\"event\":\"tag.added\"},\"then\":[{\"tag\":{\"add\":\"u\"}}]") ","
                  RULE("later", "\"when\":{\"event\":\"points.posted\",\"after\":\"2d\"},\"then\":[{\"tag\":{\"add\":\"v\"}}]") "]}");
    for (const char *const *key = (const char *const[]){ "agree", "call", "tagged", "woken", "later", NULL }; *key; key++)
        put(w, *key, RULE_SHADOW);
    assert_ok(HAPPEN(w, .user = "a", .kind = "x"));
    assert_int_equal(rows_of_all(w), 0);
    assert_int_equal(world_int(w, "SELECT count(*) FROM consent"), 0);
    assert_non_null(world_ring(w, "points", RING_WOULD));
    static const char *const did[][3] = { { "agree", "consent", "agree" }, { "call", "tag", "call" }, { "call", "tag", "woken" },
                                          { "tagged", "points", "tagged" }, { "tagged", "timer", "later" }, { "call", "timer", "call" } };
    for (size_t i = 0; i < sizeof did / sizeof *did; i++)
        assert_int_equal(world_int(w, arena_fmt(w->a, "SELECT count(*) FROM shadow_effect s JOIN rule r ON r.id = s.rule WHERE r.key = '%s' AND"
                                                      " s.kind = '%s' AND s.by_key = '%s' AND s.outcome = 0", did[i][0], did[i][1], did[i][2]).s), 1);
    assert_int_equal(world_int(w, "SELECT due_us FROM shadow_effect WHERE by_key = 'later'") - w->now_us, 2 * US_PER_DAY);
    // Again: "once" of the one is in its book, and so the next has nothing to hold by.
    assert_ok(HAPPEN(w, .user = "a", .kind = "x"));
    assert_int_equal(world_int(w, "SELECT n FROM shadow_count WHERE kind = 'consent'"), 2);
    assert_int_equal(world_int(w, "SELECT n FROM shadow_count WHERE kind = 'points'"), 1);
    // Alone none of the others holds.
    put(w, "agree", RULE_OFF);
    assert_ok(HAPPEN(w, .user = "b", .kind = "x"));
    assert_int_equal(world_int(w, "SELECT n FROM shadow_count WHERE kind = 'points'"), 1);
    assert_int_equal(world_int(w, "SELECT count(*) FROM shadow_effect WHERE why = 'consent:call'"), 1);
    // What runs has run before what is tried.
    put(w, "agree", RULE_ON);
    assert_ok(HAPPEN(w, .user = "b", .kind = "x"));
    assert_int_equal(world_int(w, "SELECT n FROM shadow_count WHERE kind = 'points'"), 2);
    assert_int_equal(world_int(w, "SELECT count(*) FROM person_tag"), 0);
}

static err clear(tx *t, void *p) { return shadow_clear(t, *(int64_t *)p); }
static err expire(tx *t, void *p) { return shadow_expire(t, p); }

static void test_seen_cleared_and_forgotten(void **state)
{
    world *w = *state;
    world_load(w, rules_text);
    put(w, "first", RULE_SHADOW);
    assert_ok(HAPPEN(w, .user = "a", .kind = "x"));
    const route *get = world_route(&shadow_routes, M_GET, "/api/v1/shadow");
    str json = world_get(w, get, 0, NULL);
    assert_non_null(strstr(json.s, "\"key\":\"first\",\"source\":1,\"kind\":\"points\",\"outcome\":\"done\",\"n\":1,\"amount\":50"));
    assert_non_null(strstr(json.s, "\"by\":\"chained\""));
    bool more;
    w->now_us += 31 * US_PER_DAY;
    assert_ok(world_run(w, expire, &more));
    assert_int_equal(world_int(w, "SELECT count(*) FROM shadow_effect"), 0);
    assert_int_equal(world_int(w, "SELECT count(*) FROM shadow_count"), 3);
    int64_t id = world_int(w, "SELECT id FROM rule WHERE key = 'first'");
    assert_ok(world_run(w, clear, &id));
    assert_int_equal(world_int(w, "SELECT (SELECT count(*) FROM shadow_count) + (SELECT count(*) FROM rule_once)"), 0);
    assert_ok(HAPPEN(w, .user = "a", .kind = "x"));
    assert_int_equal(world_int(w, "SELECT n FROM shadow_count WHERE kind = 'points'"), 1);
}

static void test_detail_is_bounded(void **state)
{
    world *w = *state;
    world_load(w, "{\"rules\":[" RULE("r", "\"when\":{\"event\":\"x\"},\"then\":[{\"points\":{\"reason\":\"register\",\"amount\":1}}]") "]}");
    put(w, "r", RULE_SHADOW);
    for (int i = 0; i < SHADOW_KEPT_MAX + 20; i++)
        assert_ok(HAPPEN(w, .user = "a", .kind = "x"));
    assert_int_equal(world_int(w, "SELECT n FROM shadow_count"), SHADOW_KEPT_MAX + 20);
    assert_int_equal(world_int(w, "SELECT count(*) FROM shadow_effect"), SHADOW_KEPT_MAX);
}

// --- The playbook ------------------------------------------------------------------------------------------------------------------
static err follow(tx *t, void *p) { return rules_follow(t, str_c(p)); }

#define ONE(note) "{\"rules\":[" RULE("r", "\"when\":{\"event\":\"x\"},\"then\":[{\"tag\":{\"add\":\"" note "\"}}]") "]}"

static void test_rules_follow_the_playbook_until_edited(void **state)
{
    world *w = *state;
    world_load(w, ONE("one"));
    put(w, "r", RULE_OFF);
    assert_ok(world_run(w, follow, (void *)(uintptr_t) "{\"rules\":[" RULE("r", "\"when\":{\"event\":\"x\"},\"then\":[{\"tag\":{\"add\":\"two\"}}]") ","
                                                       RULE("fresh", "\"when\":{\"event\":\"x\"}," GIVE) "]}"));
    assert_int_equal(world_int(w, "SELECT count(*) FROM rule WHERE key = 'r' AND body LIKE '%two%' AND version = 3"), 1);
    assert_int_equal(world_int(w, "SELECT state FROM rule WHERE key = 'r'"), RULE_OFF);           // whoever switched it off is heard
    assert_int_equal(world_int(w, "SELECT state FROM rule WHERE key = 'fresh'"), RULE_SHADOW);    // what is new is tried first
    assert_ok(HAPPEN(w, .user = "a", .kind = "x"));
    assert_non_null(world_ring(w, "points", RING_WOULD));

    world_int(w, "UPDATE rule SET body = replace(body, 'two', 'ours') WHERE key = 'r' RETURNING 1");
    assert_ok(world_run(w, follow, (void *)(uintptr_t)ONE("three")));
    assert_int_equal(world_int(w, "SELECT count(*) FROM rule WHERE key = 'r' AND body LIKE '%ours%'"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(test_a_rule_in_shadow_changes_nothing), T(test_what_holds_a_rule_back_is_counted_too), T(test_a_source_in_shadow), T(test_rules_are_tried_together),
        T(test_seen_cleared_and_forgotten), T(test_detail_is_bounded), T(test_rules_follow_the_playbook_until_edited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
