// Names, validator, conditions, effects in savepoints, chains, once and caps, delays, timers, sentences.
#include "one_world.h"
#include "base/json.h"

static int setup(void **state)
{
    (void)state;
    world_open(&w);
    return 0;
}

// --- Names --------------------------------------------------------------------------------------------------------------------

typedef struct naming { const char *kind; int props, from; bool fail; uint32_t id; } naming;

static err learn(tx *t, void *p)
{
    naming *n = p;
    names *d = engine_of(t)->names;
    uint32_t prop_id;
    TRY(names_kind(t, d, str_c(n->kind), NAMES_BRAND, &n->id));
    for (int i = 0; i < n->props; i++)
        TRY(names_prop(t, d, n->id, arena_fmt(t->a, "p%d", n->from + i), V_I64, NAMES_BRAND, &prop_id));
    return n->fail ? E_CONFLICT : E_OK;
}

static void names_are_learned_and_forgotten(void **state)
{
    (void)state;
    naming first = { .kind = "预约试驾", .props = 2 }, undone = { .kind = "gone", .props = 3, .from = 10, .fail = true };
    assert_ok(world_run(&w, learn, &first));
    assert_err(world_run(&w, learn, &undone), E_CONFLICT);
    assert_int_equal(names_kind_find(w.e.names, S("预约试驾")), first.id);
    assert_str(names_kind_name(w.e.names, first.id, w.a), S("预约试驾"));
    assert_int_equal(names_kind_find(w.e.names, S("gone")), 0);
    assert_int_equal(names_prop_find(w.e.names, S("p10")), 0);
    assert_int_not_equal(names_prop_find(w.e.names, S("p1")), 0);
    world_reopen(&w);
    assert_int_equal(names_kind_find(w.e.names, S("预约试驾")), first.id);
    undone.fail = false;
    assert_ok(world_run(&w, learn, &undone));
    assert_int_not_equal(undone.id, first.id);
}

static void names_have_limits(void **state)
{
    (void)state;
    naming wide = { .kind = "wide", .props = NAMES_PROPS_PER_KIND_MAX }, wider = { .kind = "wide", .props = 1, .from = 500 };
    assert_ok(world_run(&w, learn, &wide));
    assert_err(world_run(&w, learn, &wider), E_LIMIT_REACHED);
    assert_int_equal(names_prop_find(w.e.names, S("p500")), 0);
    naming empty = { .kind = "" }, bad = { .kind = "\xff" };
    assert_err(world_run(&w, learn, &empty), E_FIELD_VALUE);
    assert_err(world_run(&w, learn, &bad), E_FIELD_VALUE);
    naming again = { .kind = "other", .props = 1, .from = 500 };
    assert_ok(world_run(&w, learn, &again));
    assert_true(names_refused(w.e.names) == 1);
}

// --- The validator --------------------------------------------------------------------------------------------------------------

#define HEAD "{\"key\":\"k\",\"name\":{\"zh\":\"一\",\"en\":\"one\"},\"when\":{\"event\":\"e\"}"
#define THEN ",\"then\":[{\"tag\":{\"add\":\"x\"}}]"

static const struct refusal { const char *body; err code; const char *field; } refusals[] = {
    { "[]", E_FIELD_TYPE, "rule" },
    { "{}", E_FIELD_REQUIRED, "key" },
    { "{\"key\":\"A b\"" THEN "}", E_FIELD_VALUE, "key" },
    { "{\"key\":\"k\",\"when\":{\"event\":\"e\"}" THEN "}", E_FIELD_REQUIRED, "name" },
    { "{\"key\":\"k\",\"name\":{\"zh\":\"一\"},\"when\":{\"event\":\"e\"}" THEN "}", E_FIELD_REQUIRED, "name.en" },
    { HEAD "}", E_FIELD_REQUIRED, "then" },
    { HEAD ",\"then\":[]}", E_FIELD_TOO_SHORT, "then" },
    { HEAD ",\"then\":[{\"fly\":{}}]}", E_FIELD_UNKNOWN, "then[0].fly" },
    { HEAD ",\"then\":[{\"tag\":{}}]}", E_FIELD_VALUE, "then[0].tag" },
    { HEAD ",\"then\":[{\"tag\":{\"add\":\"x\",\"colour\":\"red\"}}]}", E_FIELD_UNKNOWN, "then[0].tag.colour" },
    { HEAD ",\"then\":[{\"tag\":{\"add\":\"x\"},\"stage\":{\"to\":\"lead\"}}]}", E_FIELD_TYPE, "then[0]" },
    { HEAD ",\"then\":[{\"tag\":{\"add\":\"x\",\"for\":\"3 days\"}}]}", E_FIELD_VALUE, "then[0].tag.for" },
    { HEAD ",\"then\":[{\"stage\":{\"to\":\"king\"}}]}", E_FIELD_VALUE, "then[0].stage.to" },
    { HEAD ",\"then\":[{\"stage\":{\"undo\":\"owner\"}}]}", E_FIELD_VALUE, "then[0].stage" },
    { HEAD ",\"then\":[{\"stage\":{\"undo\":\"order\",\"to\":\"lead\"}}]}", E_FIELD_VALUE, "then[0].stage" },
    { HEAD ",\"then\":[{\"consent\":{\"give\":\"spam\"}}]}", E_FIELD_VALUE, "then[0].consent.give" },
    { HEAD ",\"then\":[{\"trait\":{\"name\":\"city\"}}]}", E_FIELD_REQUIRED, "then[0].trait.value" },
    { HEAD ",\"then\":[{\"trait\":{\"name\":\"n\",\"op\":\"double\",\"value\":1}}]}", E_FIELD_VALUE, "then[0].trait.op" },
    { HEAD ",\"then\":[{\"trait\":{\"name\":\"n\",\"op\":\"increment\",\"value\":\"x\"}}]}", E_FIELD_VALUE, "then[0].trait" },
    { HEAD ",\"then\":[{\"trait\":{\"name\":\"n\",\"op\":\"unset\",\"value\":1}}]}", E_FIELD_VALUE, "then[0].trait" },
    { HEAD ",\"if\":{\"moon\":\"full\"}" THEN "}", E_FIELD_UNKNOWN, "if.moon" },
    { HEAD ",\"if\":{\"all\":[{\"tag\":\"a\"},{\"prop\":[\"n\",\"~\",1]}]}" THEN "}", E_FIELD_VALUE, "if.all[1].prop" },
    { HEAD ",\"if\":{\"prop\":[\"n\",\"<\",\"text\"]}" THEN "}", E_FIELD_VALUE, "if.prop" },
    { HEAD ",\"if\":{\"prop\":[\"n\",\"in\",\"text\"]}" THEN "}", E_FIELD_VALUE, "if.prop" },
    { HEAD ",\"if\":{\"prop\":[\"n\",\"exists\",1]}" THEN "}", E_FIELD_VALUE, "if.prop" },
    { HEAD ",\"if\":{\"all\":[]}" THEN "}", E_FIELD_VALUE, "if.all" },
    { HEAD ",\"if\":{\"did\":{\"event\":\"e\"}}" THEN "}", E_FIELD_VALUE, "if.did" },
    { HEAD ",\"if\":{\"not\":{\"consent\":\"spam\"}}" THEN "}", E_FIELD_VALUE, "if.not.consent" },
    { HEAD ",\"if\":{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":{\"tag\":\"x\"}}}}}}}}}}" THEN "}", E_FIELD_VALUE,
      "if.not.not.not.not.not.not.not.not.not" },
    { HEAD ",\"once\":{\"within\":\"30d\"}" THEN "}", E_FIELD_REQUIRED, "once.per" },
    { HEAD ",\"cap\":{\"per\":\"hour\",\"max\":2}" THEN "}", E_FIELD_VALUE, "cap.per" },
    { HEAD ",\"cap\":{\"per\":\"day\",\"max\":0}" THEN "}", E_FIELD_TOO_SMALL, "cap.max" },
    { HEAD ",\"colour\":\"red\"" THEN "}", E_FIELD_UNKNOWN, "colour" },
    { "{\"key\":\"k\",\"name\":{\"zh\":\"一\",\"en\":\"one\"},\"when\":{\"event\":[]}" THEN "}", E_FIELD_TOO_MANY, "when.event" },
    { "{\"key\":\"k\",\"name\":{\"zh\":\"一\",\"en\":\"one\"},\"when\":{\"event\":\"e\",\"after\":\"soon\"}" THEN "}", E_FIELD_VALUE, "when.after" },
    { "{\"key\":\"k\",\"name\":{\"zh\":\"一\",\"en\":\"one\"},\"when\":{\"timer\":\"e\"}" THEN "}", E_FIELD_UNKNOWN, "when.timer" },
};

static const char *const accepted[] = {
    HEAD THEN "}",
    HEAD ",\"if\":{\"all\":[{\"tag\":\"a\"},{\"any\":[{\"stage\":\"lead\"},{\"stage\":{\"from\":\"trial\"}}]},{\"not\":{\"consent\":\"call\"}}]}" THEN "}",
    HEAD ",\"if\":{\"prop\":[\"n\",\"in\",[\"a\",1,true]]},\"once\":{\"per\":\"person\",\"within\":\"365d\"},\"note\":\"why\"" THEN "}",
    HEAD ",\"cap\":{\"per\":\"week\",\"max\":2},\"then\":[{\"tag\":{\"add\":\"$tag\"}},{\"trait\":{\"name\":\"n\",\"value\":[1,2]}},{\"trait\":{\"name\":\"n\",\"op\":\"unset\"}},"
         "{\"trait\":{\"name\":\"m\",\"op\":\"increment\",\"value\":\"$n\"}}]}",
    "{\"key\":\"k.1_a\",\"name\":{\"zh\":\"一\",\"en\":\"one\"},\"when\":{\"event\":[\"a\",\"预约试驾\"],\"after\":\"48h\"}" THEN "}",
};

static void validator_names_the_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        fault f = { 0 };
        jval *body;
        assert_ok(json_parse(w.a, str_c(refusals[i].body), &f, &body));
        err e = rule_check(&(checking){ w.a, &f, &w.e }, body);
        if (e != refusals[i].code || !str_eq(f.field, str_c(refusals[i].field)))
            fail_msg("%s: %s at " STR_FMT, refusals[i].body, err_info_of(e)->code, STR_ARG(f.field));
    }
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        fault f = { 0 };
        jval *body;
        assert_ok(json_parse(w.a, str_c(accepted[i]), &f, &body));
        if (rule_check(&(checking){ w.a, &f, &w.e }, body) != E_OK)
            fail_msg("%s: refused at " STR_FMT, accepted[i], STR_ARG(f.field));
    }
}

// --- Conditions -----------------------------------------------------------------------------------------------------------------

static const event_prop seven_props[] = { { { "n", 1 }, { .k = V_I64, .i = 7 } }, { { "s", 1 }, { .k = V_STR, .s = { "杭州", 6 } } },
                                          { { "b", 1 }, { .k = V_BOOL, .i = 1 } }, { { "f", 1 }, { .k = V_F64, .f = 2.5 } },
                                          { { "z", 1 }, { .k = V_NULL } } };

static const struct { const char *cond; bool holds; } tried[] = {
    { "{\"prop\":[\"n\",\"=\",7]}", true },       { "{\"prop\":[\"n\",\"=\",8]}", false },    { "{\"prop\":[\"n\",\"!=\",8]}", true },
    { "{\"prop\":[\"n\",\">=\",7]}", true },      { "{\"prop\":[\"n\",\"<\",7]}", false },    { "{\"prop\":[\"n\",\"<=\",7.5]}", true },
    { "{\"prop\":[\"n\",\"=\",\"7\"]}", false },  { "{\"prop\":[\"s\",\"=\",\"杭州\"]}", true }, { "{\"prop\":[\"s\",\"in\",[\"上海\",\"杭州\"]]}", true },
    { "{\"prop\":[\"s\",\">\",1]}", false },      { "{\"prop\":[\"b\",\"=\",true]}", true },  { "{\"prop\":[\"b\",\"=\",1]}", false },
    { "{\"prop\":[\"f\",\">\",2]}", true },       { "{\"prop\":[\"z\",\"exists\"]}", false }, { "{\"prop\":[\"z\",\"!=\",1]}", true },
    { "{\"prop\":[\"no\",\"exists\"]}", false },  { "{\"prop\":[\"no\",\"!=\",1]}", true },   { "{\"prop\":[\"no\",\"<\",1]}", false },
    { "{\"not\":{\"prop\":[\"n\",\"=\",7]}}", false },
    { "{\"all\":[{\"prop\":[\"n\",\"=\",7]},{\"prop\":[\"b\",\"=\",false]}]}", false },
    { "{\"any\":[{\"prop\":[\"n\",\"=\",8]},{\"prop\":[\"b\",\"=\",true]}]}", true },
    { "{\"any\":[{\"prop\":[\"n\",\"=\",8]},{\"tag\":\"none\"}]}", false },
    { "{\"stage\":\"lead\"}", false },            { "{\"stage\":{\"to\":\"lead\"}}", true },  { "{\"consent\":\"call\"}", false },
    { "{\"not\":{\"consent\":\"call\"}}", true }, { "{\"trait\":[\"city\",\"exists\"]}", false },
};

static void conditions_hold_or_not(void **state)
{
    (void)state;
    buf b = { 0 };
    buf_add_str(&b, S("{\"rules\":["));
    for (size_t i = 0; i < sizeof tried / sizeof *tried; i++)
        buf_addf(&b, "%s{\"key\":\"c%zu\",\"name\":{\"zh\":\"一\",\"en\":\"one\"},\"when\":{\"event\":\"e\"},\"if\":%s,\"then\":[{\"tag\":{\"add\":\"c%zu\"}}]}",
                 i ? "," : "", i, tried[i].cond, i);
    buf_add_str(&b, S("]}"));
    buf_add_char(&b, 0);
    world_load(&w, b.s);
    buf_free(&b);
    assert_ok(HAPPEN(&w, .user = "u", .kind = "e", .props = seven_props, .n = 5));
    for (size_t i = 0; i < sizeof tried / sizeof *tried; i++) {
        bool got = world_int(&w, arena_fmt(w.a, "SELECT count(*) FROM person_tag WHERE tag = 'c%zu'", i).s) == 1;
        if (got != tried[i].holds)
            fail_msg("%s %s", tried[i].cond, got ? "held" : "did not hold");
    }
}

// --- Running --------------------------------------------------------------------------------------------------------------------

#define RULE(key, event, rest) "{\"key\":\"" key "\",\"name\":{\"zh\":\"一\",\"en\":\"one\"},\"when\":{\"event\":\"" event "\"}," rest "}"
#define RULES(list) "{\"rules\":[" list "]}"

static void a_failing_effect_is_undone_alone(void **state)
{
    (void)state;
    // The tag of the middle effect comes from a property that is not there.
    world_load(&w, RULES(RULE("r", "e", "\"then\":[{\"tag\":{\"add\":\"a\"}},{\"tag\":{\"add\":\"$none\"}},{\"tag\":{\"add\":\"b\"}}]")));
    assert_ok(HAPPEN(&w, .user = "u", .kind = "e"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag"), 2);
    assert_int_equal(world_told(&w, "tag.added"), 2);
    const ring *failed = world_ring(&w, "tag", RING_FAILED);
    assert_non_null(failed);
    assert_str(failed->why, S("field_value"));
    assert_int_equal(world_int(&w, "SELECT place FROM effect WHERE outcome = 2"), 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM effect WHERE outcome = 0"), 2);
    for (size_t i = 0; i < w.events.n; i++)
        if (str_eq(w.events.v[i].kind, S("tag.added")))
            assert_int_equal(w.events.v[i].cause, 1);
}

static void chains_are_cut(void **state)
{
    (void)state;
    // Each tag wakes the rule again, with a tag that grows: nothing but the limit ends it.
    world_load(
        &w, RULES(RULE("a", "e", "\"then\":[{\"tag\":{\"add\":\"t\"}}]") "," RULE(
                "b", "tag.added", "\"then\":[{\"tag\":{\"remove\":\"t\"}}]") "," RULE("c", "tag.removed",
                                                                                      "\"then\":[{\"tag\":{\"add\":\"t\"}}]")));
    assert_ok(HAPPEN(&w, .user = "u", .kind = "e"));
    const ring *cut = world_ring(&w, "rule", RING_CUT);
    assert_non_null(cut);
    assert_str(cut->why, S("depth"));
    assert_int_equal(world_told(&w, "tag.added") + world_told(&w, "tag.removed"), CHAIN_DEPTH_MAX);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM effect WHERE outcome = 3"), 1);
}

static void effects_of_a_chain_are_limited(void **state)
{
    (void)state;
    buf b = { 0 };
    buf_add_str(&b, S("{\"rules\":["));
    for (int r = 0; r < 5; r++) {
        buf_addf(&b, "%s{\"key\":\"r%d\",\"name\":{\"zh\":\"一\",\"en\":\"one\"},\"when\":{\"event\":\"e\"},\"then\":[",
                 r ? "," : "", r);
        for (int i = 0; i < RULE_EFFECTS_MAX; i++)
            buf_addf(&b, "%s{\"tag\":{\"add\":\"t%d.%d\"}}", i ? "," : "", r, i);
        buf_add_str(&b, S("]}"));
    }
    buf_add_str(&b, S("]}"));
    buf_add_char(&b, 0);
    world_load(&w, b.s);
    buf_free(&b);
    assert_ok(HAPPEN(&w, .user = "u", .kind = "e"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag"), CHAIN_EFFECTS_MAX);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM effect WHERE outcome = 3"), 5 * RULE_EFFECTS_MAX - CHAIN_EFFECTS_MAX);
}

static void once_and_caps(void **state)
{
    (void)state;
    world_load(
        &w,
        RULES(
            RULE("ever", "e", "\"once\":{\"per\":\"person\"},\"then\":[{\"trait\":{\"name\":\"a\",\"value\":\"$n\"}}]") "," RULE(
                "year", "e",
                "\"once\":{\"per\":\"person\",\"within\":\"365d\"},\"then\":[{\"trait\":{\"name\":\"b\",\"value\":\"$n\"}}"
                "]") "," RULE("day", "e",
                              "\"cap\":{\"per\":\"day\",\"max\":2},\"then\":[{\"trait\":{\"name\":\"c\",\"value\":\"$n\"}}"
                              "]") "," RULE("car", "e",
                                            "\"once\":{\"per\":\"vin\"},\"then\":[{\"trait\":{\"name\":\"d\",\"value\":\"$"
                                            "n\"}}]")));
    for (int i = 1; i <= 4; i++) {
        event_prop p[] = { prop_i64(S("n"), i) };
        if (i == 4)
            w.now_us += 366 * US_PER_DAY;
        assert_ok(HAPPEN(&w, .user = "u", .kind = "e", .props = p, .n = 1, .vin = i < 3 ? "LA1" : i == 3 ? "la1 " : "LA2"));
    }
    assert_int_equal(world_int(&w, "SELECT CAST(value AS INTEGER) FROM person_trait WHERE name = 'a' ORDER BY last_us DESC, last_no DESC"), 1);
    assert_int_equal(world_int(&w, "SELECT CAST(value AS INTEGER) FROM person_trait WHERE name = 'b' ORDER BY last_us DESC, last_no DESC"), 4);
    assert_int_equal(world_int(&w, "SELECT CAST(value AS INTEGER) FROM person_trait WHERE name = 'c' ORDER BY last_us DESC, last_no DESC"), 4);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM effect e JOIN rule r ON r.id = e.rule WHERE r.key = 'day'"), 3);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM effect e JOIN rule r ON r.id = e.rule WHERE r.key = 'car'"), 2);
    // The same car of another person is still the same car.
    event_prop p[] = { prop_i64(S("n"), 9) };
    assert_ok(HAPPEN(&w, .user = "v", .kind = "e", .props = p, .n = 1, .vin = "LA1"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM effect e JOIN rule r ON r.id = e.rule WHERE r.key = 'car'"), 2);
}

static void a_rule_that_did_nothing_keeps_its_once(void **state)
{
    (void)state;
    world_load(&w, RULES(RULE("r", "e", "\"once\":{\"per\":\"person\"},\"then\":[{\"tag\":{\"add\":\"$t\"}}]")));
    event_prop p[] = { prop_str(S("t"), S("x")) };
    assert_ok(HAPPEN(&w, .user = "u", .kind = "e"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM rule_once"), 0);
    assert_ok(HAPPEN(&w, .user = "u", .kind = "e", .props = p, .n = 1));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag"), 1);
}

static void old_and_quiet_events_move_only_facts(void **state)
{
    (void)state;
    world_load(&w, RULES(RULE("r", "e", "\"then\":[{\"tag\":{\"add\":\"a\"}},{\"task\":{\"clock\":\"K09\",\"role\":\"advisor\","
                                        "\"title\":{\"zh\":\"联系\",\"en\":\"Call\"}}}]")));
    assert_ok(HAPPEN(&w, .user = "u", .kind = "e", .at_us = w.now_us - 25 * US_PER_HOUR));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag"), 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task"), 0);
    assert_str(world_ring(&w, "task", RING_SUPPRESSED)->why, S("quiet"));
    assert_true(w.events.v[0].e.flags & EVENT_QUIET);
    assert_true(w.events.v[1].e.flags & EVENT_QUIET);
    assert_ok(HAPPEN(&w, .user = "u", .kind = "e", .at_us = w.now_us - 23 * US_PER_HOUR));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task"), 1);
}

static void aliases_wake(void **state)
{
    (void)state;
    world_load(&w, "{\"aliases\":{\"预约试驾\":\"e\"},\"events\":[{\"kind\":\"e\",\"zh\":\"事\",\"en\":\"Thing\"}],\"rules\":["
                   RULE("r", "e", "\"then\":[{\"tag\":{\"add\":\"a\"}}]") "]}");
    assert_ok(HAPPEN(&w, .user = "u", .kind = "预约试驾"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag"), 1);
    assert_int_equal(world_told(&w, "预约试驾"), 1);
}

typedef struct switching { int64_t id; int state; bool fail; } switching;

static err switch_rule(tx *t, void *p)
{
    switching *s = p;
    int64_t version;
    TRY(rules_set_state(t, s->id, s->state, NULL, &version));
    return s->fail ? E_CONFLICT : E_OK;
}

static void rules_are_switched(void **state)
{
    (void)state;
    world_load(&w, RULES(RULE("r", "e", "\"then\":[{\"tag\":{\"add\":\"$t\"}}]")));
    int64_t id = world_int(&w, "SELECT id FROM rule");
    const struct {
        int state;
        bool fail;
        int tags;
    } steps[] = { { 1, true, 1 }, { 1, false, 1 }, { 2, false, 1 }, { 0, false, 2 } };
    for (size_t i = 0; i < 4; i++) {
        switching s = { id, steps[i].state, steps[i].fail };
        event_prop p[] = { prop_str(S("t"), arena_fmt(w.a, "t%zu", i)) };
        assert_err(world_run(&w, switch_rule, &s), steps[i].fail ? E_CONFLICT : E_OK);
        assert_ok(HAPPEN(&w, .user = "u", .kind = "e", .props = p, .n = 1));
        assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag"), steps[i].tags);
    }
    assert_int_equal(rules_fired(w.e.rules, id), 3);
    switching none = { 12345, 1, false };
    assert_err(world_run(&w, switch_rule, &none), E_NOT_FOUND);
}

// --- Timers
// -----------------------------------------------------------------------------------------------------------------------

static err run_timers(tx *t, void *p)
{
    return timers_run(t, US_PER_S, p);
}

static void delayed_rules_look_again(void **state)
{
    (void)state;
    bool more;
    world_load(&w, RULES("{\"key\":\"d\",\"name\":{\"zh\":\"一\",\"en\":\"one\"},\"when\":{\"event\":\"e\",\"after\":\"48h\"},"
                         "\"if\":{\"not\":{\"tag\":\"done\"}},\"then\":[{\"tag\":{\"add\":\"$t\"}}]},"
                         RULE("f", "f", "\"then\":[{\"tag\":{\"add\":\"done\"}}]")));
    event_prop late[] = { prop_str(S("t"), S("late")) };
    assert_ok(HAPPEN(&w, .user = "u", .kind = "e", .props = late, .n = 1));
    assert_ok(HAPPEN(&w, .user = "v", .kind = "e", .props = late, .n = 1));
    assert_ok(HAPPEN(&w, .user = "v", .kind = "f"));
    assert_ok(world_run(&w, run_timers, &more));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM timer"), 2);
    world_reopen(&w);
    w.now_us += 48 * US_PER_HOUR;
    assert_ok(world_run(&w, run_timers, &more));
    assert_false(more);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag WHERE tag = 'late'"), 1);
    assert_int_equal(world_int(&w, "SELECT person FROM person_tag WHERE tag = 'late'"), 1);
    assert_int_equal(world_int(&w, "SELECT cause FROM effect WHERE kind = 'tag' ORDER BY cause LIMIT 1"), 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM timer"), 0);
}

static int fired, failing;

static err fire_test(tx *t, int64_t ref, str payload)
{
    (void)t;
    (void)payload;
    fired += ref == 1;
    return failing && ref == 2 ? E_CONFLICT : E_OK;
}

static const timer_kind test_kind = { "test", fire_test };

static err set_timers(tx *t, void *p)
{
    (void)p;
    TRY(timer_set(t, t->now_us + US_PER_HOUR, "test", 1, S("x")));
    TRY(timer_set(t, t->now_us + US_PER_HOUR, "test", 2, S("")));
    TRY(timer_set(t, t->now_us + US_PER_HOUR, "test", 3, S("")));
    return timer_cancel(t, "test", 3);
}

static void timers_fire_once_and_failures_are_tried_again(void **state)
{
    (void)state;
    bool more;
    int64_t due;
    timers_add(w.e.rules, &test_kind);
    fired = 0;
    failing = 1;
    assert_ok(world_run(&w, set_timers, NULL));
    assert_ok(timers_next(w.d, &due));
    assert_true(due == w.now_us + US_PER_HOUR);
    for (int i = 0; i < 10; i++) {
        w.now_us += 30 * US_PER_MIN;
        assert_ok(world_run(&w, run_timers, &more));
    }
    assert_int_equal(fired, 1);
    assert_int_equal(world_told(&w, "timer.failed"), 1);
    assert_ok(timers_next(w.d, &due));
    assert_true(due == INT64_MAX);
}

// --- Sentences
// --------------------------------------------------------------------------------------------------------------------

static void rules_read_as_sentences(void **state)
{
    (void)state;
    world_load(&w, "{\"events\":[{\"kind\":\"lead.captured\",\"zh\":\"留资\",\"en\":\"Lead captured\"}]}");
    static const struct { const char *body, *zh, *en;
    } cases[] = {
        { HEAD THEN "}", "当「e」发生，则：打标签「x」。", "When \"e\" happens: tag \"x\"." },
        { "{\"when\":{\"event\":\"lead.captured\",\"after\":\"48h\"},\"if\":{\"all\":[{\"consent\":\"call\"},{\"prop\":[\"n\",\">"
          "=\",2]}]},"
          "\"then\":[{\"stage\":{\"to\":\"lead\"}},{\"consent\":{\"withdraw\":\"channels\"}}],\"once\":{\"per\":\"person\","
          "\"within\":\"365d\"}}",
          "当「留资」发生满 48 小时，如果已同意「营销电话」，且n 至少 2，则：阶段到「留资」；撤回同意全部触达渠道。每人每 365 "
          "天一次。",
          "When \"Lead captured\" happens, after 48 hours, if consent given to \"Marketing calls\" and n is at least 2: stage reaches lead; "
          "withdraw consent to"
          " every channel. Once per person in 365 days." },
        { HEAD ",\"if\":{\"not\":{\"any\":[{\"tag\":\"a\"},{\"stage\":{\"from\":\"order\"}}]}},\"cap\":{\"per\":\"day\",\"max\":"
               "2}" THEN "}",
          "当「e」发生，如果并非（（有标签「a」，或阶段在「大定」到「转介绍」之间）），则：打标签「x」。每人每天至多 2 次。",
          "When \"e\" happens, if not ((tagged \"a\" or stage is from order to advocate)): tag \"x\". At most 2 times a day." },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        jval *body;
        buf zh = { 0 }, en = { 0 };
        assert_ok(json_parse(w.a, str_c(cases[i].body), NULL, &body));
        rule_print(w.e.rules, body, &(speech){ LANG_ZH, &zh, w.a, &w.e, w.d });
        rule_print(w.e.rules, body, &(speech){ LANG_EN, &en, w.a, &w.e, w.d });
        assert_str(buf_str(&zh), str_c(cases[i].zh));
        assert_str(buf_str(&en), str_c(cases[i].en));
        buf_free(&zh);
        buf_free(&en);
    }
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(names_are_learned_and_forgotten),
        T(names_have_limits),
        T(validator_names_the_path),
        T(conditions_hold_or_not),
        T(a_failing_effect_is_undone_alone),
        T(chains_are_cut),
        T(effects_of_a_chain_are_limited),
        T(once_and_caps),
        T(a_rule_that_did_nothing_keeps_its_once),
        T(old_and_quiet_events_move_only_facts),
        T(aliases_wake),
        T(rules_are_switched),
        T(delayed_rules_look_again),
        T(timers_fire_once_and_failures_are_tried_again),
        T(rules_read_as_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
