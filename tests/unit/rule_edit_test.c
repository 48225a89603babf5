// Rules by staff: what is refused and where, versions, the trial that comes first, the way back to the playbook.
#include "one_world.h"
#include "rule/rule_api.h"

static int setup(void **state)
{
    (void)state;
    world_open(&w);
    return 0;
}

#define BODY(key, tag) "{\"key\":\"" key "\",\"name\":{\"zh\":\"甲\",\"en\":\"A\"},\"when\":{\"event\":\"x\"},\"then\":[{\"tag\":{\"add\":\"" tag "\"}}]}"
#define MAKE(body) world_post(&w, world_route(&rule_edit_routes, M_POST, "/api/v1/rules"), 0, "{\"body\":" body "}")
#define CHECK(body) world_post(&w, world_route(&rule_edit_routes, M_POST, "/api/v1/rules/check"), 0, "{\"body\":" body "}")
#define PUT(id, text) world_post(&w, world_route(&rule_edit_routes, M_PUT, "/api/v1/rules/{id}"), (id), text)
#define VERSIONS(id) world_get(&w, world_route(&rule_edit_routes, M_GET, "/api/v1/rules/{id}/versions"), (id), NULL)

static int64_t id_of(const char *key) { return world_int(&w, arena_fmt(w.a, "SELECT id FROM rule WHERE key = '%s'", key).s); }
static bool says(str json, const char *text) { return memmem(json.s, json.len, text, strlen(text)) != NULL; }
static int64_t tags(const char *user)
{
    assert_ok(HAPPEN(&w, .user = user, .kind = "x"));
    return world_int(&w, "SELECT count(*) FROM person_tag");
}

static const struct { const char *body, *code, *field, *why; } refused[] = {
    { "{\"body\":7}", "field_type", "body", NULL },
    { "{\"body\":{}}", "field_required", "body.key", NULL },
    { "{\"body\":" BODY("Bad Key", "t") "}", "field_value", "body.key", "只能用小写字母、数字、点和下划线" },
    { "{\"body\":{\"key\":\"k\",\"name\":{\"zh\":\"甲\",\"en\":\"A\"},\"when\":{\"event\":\"x\",\"after\":\"soon\"},\"then\":[{\"tag\":{\"add\":\"t\"}}]}}", "field_value",
      "body.when.after", "应为时长，如 30d、12h、15m" },
    { "{\"body\":{\"key\":\"k\",\"name\":{\"zh\":\"甲\",\"en\":\"A\"},\"when\":{\"event\":\"x\"},\"then\":[{\"tag\":{\"add\":\"t\"}},{\"tag\":{}}]}}", "field_value",
      "body.then[1].tag", "add 和 remove 应当且只能写一个" },
    { "{\"body\":{\"key\":\"k\",\"name\":{\"zh\":\"甲\",\"en\":\"A\"},\"when\":{\"event\":\"x\"},\"if\":{\"all\":[{\"stage\":\"king\"}]},\"then\":[{\"tag\":{\"add\":\"t\"}}]}}",
      "field_value", "body.if.all[0].stage", "不是七个阶段之一" },
    { "{\"body\":{\"key\":\"k\",\"name\":{\"zh\":\"甲\",\"en\":\"A\"},\"when\":{\"event\":\"x\"},\"then\":[{\"fly\":{}}]}}", "field_unknown", "body.then[0].fly", NULL },
    { "{\"body\":{\"key\":\"k\",\"name\":{\"zh\":\"甲\",\"en\":\"A\"},\"when\":{\"event\":\"x\"},\"then\":[{\"tag\":{\"add\":\"t\"}}],\"note\":\"call 13800138000\"}}", "field_value",
      "body.note", "里面有像个人信息的内容" },
};

static void what_is_refused_is_named_by_its_place(void **state)
{
    (void)state;
    const route *make = world_route(&rule_edit_routes, M_POST, "/api/v1/rules");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        str got = world_post(&w, make, 0, refused[i].body);
        if (!str_eq(got, str_c(refused[i].code)) || !str_eq(w.f.field, str_c(refused[i].field))
            || (refused[i].why && !str_eq(w.f.detail, str_c(refused[i].why))))
            fail_msg("%s: " STR_FMT " at " STR_FMT ": " STR_FMT, refused[i].body, STR_ARG(got), STR_ARG(w.f.field), STR_ARG(w.f.detail));
    }
    assert_int_equal(world_int(&w, "SELECT count(*) FROM rule"), 0);
    str ok = CHECK(BODY("k", "t"));
    assert_true(says(ok, "打标签「t」") && says(ok, "tag \\\"t\\\"") && says(ok, "\"unknown\":[\"x\"]"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM rule"), 0);
}

// Written it is tried; switched on it runs; written again it is tried anew. Each step is a version with its author.
static void written_tried_switched_written_again(void **state)
{
    (void)state;
    str made = MAKE(BODY("ours", "t"));
    int64_t id = id_of("ours");
    assert_true(says(made, "\"state\":\"shadow\"") && says(made, "\"origin\":\"staff\"") && says(made, "\"edited\":false"));
    assert_str(MAKE(BODY("ours", "u")), S("exists"));
    assert_str(w.f.field, S("body.key"));
    assert_int_equal(tags("a"), 0);
    assert_int_equal(world_int(&w, "SELECT n FROM shadow_count"), 1);
    assert_true(says(PUT(id, "{\"body\":" BODY("ours", "t2") ",\"state\":\"on\"}"), "\"version\":2"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM shadow_count"), 0);           // of the old text
    assert_int_equal(tags("a"), 1);
    w.if_match = S("\"1\"");
    assert_str(PUT(id, "{\"body\":" BODY("ours", "t3") "}"), S("version_stale"));
    w.if_match = S("\"2\"");
    PUT(id, "{\"body\":" BODY("ours", "t3") "}");
    w.if_match = S("");
    assert_int_equal(tags("a"), 1);
    assert_str(PUT(id, "{\"body\":" BODY("theirs", "t3") "}"), S("field_value"));
    assert_str(w.f.field, S("body.key"));
    assert_str(PUT(id, "{\"playbook\":true}"), S("conflict"));
    assert_str(PUT(id, "{}"), S("field_required"));
    assert_str(PUT(id + 1, "{\"body\":" BODY("ours", "t3") "}"), S("not_found"));
    world_reopen(&w);
    str all = VERSIONS(id);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM rule_version WHERE by_name = '李' AND by_id = 7"), 3);
    assert_true(says(all, "\"version\":3,\"change\":\"edited\",\"state\":\"shadow\"") && says(all, "\"version\":1,\"change\":\"made\"") && !says(all, "\"book\""));
    assert_int_equal(world_told(&w, "rule.changed"), 3);
}

#define ONE(tag) "{\"rules\":[" BODY("book", tag) "]}"
static err follow(tx *t, void *p) { return rules_follow(t, str_c(p)); }

// A changed rule stays as it is while the playbook moves on, and goes back to what that says now; then it follows again.
static void back_to_the_playbook(void **state)
{
    (void)state;
    world_load(&w, ONE("one"));
    int64_t id = id_of("book");
    assert_true(says(PUT(id, "{\"body\":" BODY("book", "mine") ",\"state\":\"on\"}"), "\"edited\":true"));
    assert_ok(world_run(&w, follow, (void *)(uintptr_t)ONE("two")));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM rule WHERE body LIKE '%mine%' AND book LIKE '%two%'"), 1);
    assert_true(says(VERSIONS(id), "\"book\":{\"key\":\"book\""));
    str back = PUT(id, "{\"playbook\":true}");
    assert_true(says(back, "\"edited\":false") && says(back, "\"state\":\"shadow\"") && says(back, "\"add\":\"two\""));
    assert_ok(world_run(&w, follow, (void *)(uintptr_t)ONE("three")));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM rule WHERE body LIKE '%three%' AND state = 2"), 1);
    str all = VERSIONS(id);
    static const char *const in[] = { "\"version\":1,\"change\":\"made\"", "\"version\":2,\"change\":\"edited\"", "\"version\":3,\"change\":\"returned\"",
                                      "\"version\":4,\"change\":\"followed\",\"state\":\"shadow\",\"by\":\"playbook\"" };
    for (size_t i = 0; i < sizeof in / sizeof *in; i++)
        assert_true(says(all, in[i]));
}

// A rule from before versions were kept: what it was is the first of them.
static void rules_from_before(void **state)
{
    (void)state;
    world_load(&w, ONE("one"));
    int64_t id = id_of("book");
    world_int(&w, "DELETE FROM rule_version RETURNING 1");
    assert_true(says(VERSIONS(id), "\"version\":1,\"change\":\"made\""));
    PUT(id, "{\"body\":" BODY("book", "mine") "}");
    assert_int_equal(world_int(&w, "SELECT count(*) FROM rule_version WHERE version = 1 AND body LIKE '%one%'"), 1);
    for (int i = 0; i < 210; i++)
        PUT(id, "{\"body\":" BODY("book", "mine") "}");
    assert_int_equal(world_int(&w, "SELECT count(*) FROM rule_version"), 200);
}

static void failures_are_listed(void **state)
{
    (void)state;
    world_load(&w, "{\"rules\":[{\"key\":\"f\",\"name\":{\"zh\":\"甲\",\"en\":\"A\"},\"when\":{\"event\":\"x\"},\"then\":[{\"points\":{\"reason\":\"nonsense\",\"amount\":5}}]}]}");
    assert_ok(HAPPEN(&w, .user = "a", .kind = "x"));
    assert_true(says(world_get(&w, world_route(&rule_routes, M_GET, "/api/v1/rules/failures"), 0, &(rule_failures_query){ 0 }), "\"rule\":\"f\""));
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(what_is_refused_is_named_by_its_place), T(written_tried_switched_written_again), T(back_to_the_playbook), T(rules_from_before),
        T(failures_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
