// Bodies that staff and programs write — rules, ladders of tiers, tracking plans, mappings of imports, questions — changed at random: refused with the field that is wrong, or accepted and then
// said in both languages, tried and read back as themselves. Under ASan and UBSan like every unit test.
#include "one_world.h"
#include "record/audit.h"
#include "rule/rule_api.h"
#include "tier/tier.h"
#include "import/mapping.h"
#include "people/people_api.h"
#include "plan/plan_api.h"
#include <stdio.h>
#include <stdlib.h>

static unsigned seed = 20261129;
static unsigned any(unsigned n)
{
    seed = seed * 1103515245u + 12345u;
    return n ? (seed >> 8) % n : 0;
}

static VEC(str) corpus;

static void collect(const char *sql)
{
    db_rows r;
    corpus.n = 0;
    assert_ok(db_query_args(w.d, &r, sql, NULL, 0));
    while (db_next(&r))
        vec_push(&corpus, arena_str(w.a, db_str(&r, 0)));
    assert_ok(db_end(&r));
    assert_true(corpus.n > 1);
}

static const char *const tokens[] = {
    "null", "true", "0", "-1", "1e999", "9223372036854775807", "9223372036854775808", "\"\"", "\"$note\"", "\"涟漪\"", "\"\\u0000\"", "{}", "[]",
    "{\"all\":[]}", "{\"any\":[{\"not\":{\"tag\":\"x\"}}]}", "{\"prop\":[\"n\",\"in\",[1,\"a\",true]]}", "{\"right\":\"tea\"}", "{\"tier\":[\"prospect:A\"]}",
    "{\"value\":[\"growth\",\">=\",1]}", "[[[[[[[[1]]]]]]]]", "\"48h\"", "\"90d\"", "{\"zh\":\"一\",\"en\":\"a\"}", "\"points\"", "\"lead\"",
};

// Where a JSON value could begin.
static size_t value_at(str s)
{
    for (unsigned tries = 0; tries < 20; tries++) {
        size_t i = any((unsigned)s.len);
        while (i < s.len && s.s[i] != ':' && s.s[i] != '[' && s.s[i] != ',')
            i++;
        if (i + 1 < s.len)
            return i + 1;
    }
    return 0;
}

static size_t value_end(str s, size_t i)
{
    int depth = 0;
    bool in = false;
    for (; i < s.len; i++) {
        char c = s.s[i];
        if (in) {
            i += c == '\\';
            in = c != '"';
            continue;
        }
        if (c == '"')
            in = true;
        else if (c == '{' || c == '[')
            depth++;
        else if (c == '}' || c == ']') {
            if (depth-- == 0)
                return i;
        } else if (c == ',' && depth == 0)
            return i;
    }
    return s.len;
}

// A value gives way to a token, or to a value of another body; or bytes go, come or turn.
static str mutated(str s)
{
    buf b = { 0 };
    size_t from = value_at(s), to = value_end(s, from), cut;
    str other = corpus.v[any((unsigned)corpus.n)];
    switch (any(6)) {
    case 0: case 1:
        buf_addf(&b, STR_FMT "%s" STR_FMT, STR_ARG(str_take(s, from)), tokens[any(sizeof tokens / sizeof *tokens)], STR_ARG(str_skip(s, to)));
        break;
    case 2: case 3:
        cut = value_at(other);
        buf_addf(&b, STR_FMT STR_FMT STR_FMT, STR_ARG(str_take(s, from)), STR_ARG(str_of(other.s + cut, value_end(other, cut) - cut)), STR_ARG(str_skip(s, to)));
        break;
    case 4:
        cut = any((unsigned)s.len);
        buf_addf(&b, STR_FMT "%c" STR_FMT, STR_ARG(str_take(s, cut)), (int)any(256), STR_ARG(str_skip(s, cut + any(2))));
        break;
    default:
        cut = any((unsigned)s.len);
        buf_addf(&b, STR_FMT STR_FMT, STR_ARG(str_take(s, cut)), STR_ARG(str_skip(s, cut + any(12))));
    }
    str out = arena_str(w.a, buf_str(&b));
    buf_free(&b);
    return out.len < 20000 ? out : s;
}

static str some(void)
{
    str s = corpus.v[any((unsigned)corpus.n)];
    for (unsigned k = 1 + any(3); k > 0; k--)
        s = mutated(s);
    return s;
}

static bool names_a_field(err e) { return e >= E_FIELD_REQUIRED && e <= E_FIELD_UTF8; }

static void said_in_both(const jval *v)
{
    for (lang l = LANG_ZH; l <= LANG_EN; l++) {
        buf b = { 0 };
        rule_print(w.e.rules, v, &(speech){ l, &b, w.a, &w.e, w.d });
        assert_true(b.len > 0 && str_utf8_valid(buf_str(&b)));
        buf_free(&b);
    }
}

static void rules_change(void **state)
{
    (void)state;
    collect("SELECT body FROM rule");
    size_t refused = 0, taken = 0;
    for (int i = 0; i < 40000; i++) {
        arena *keep = w.a;
        w.a = arena_create();
        jval *v;
        fault f = { 0 };
        if (json_parse(w.a, some(), NULL, &v) == E_OK) {
            err e = rule_check(&(checking){ w.a, &f, &w.e }, v);
            if (e == E_OK) {
                said_in_both(v);
                taken++;
            } else {
                if (!names_a_field(e) || f.code != e || !str_utf8_valid(f.field))
                    fail_msg("%s at " STR_FMT, err_info_of(e)->code, STR_ARG(f.field));
                refused++;
            }
        }
        arena_destroy(w.a);
        w.a = keep;
    }
    printf("# note: rules: %zu refused, %zu taken\n", refused, taken);
    assert_true(refused > 2000 && taken > 500);
    vec_free(&corpus);
}

// Saving one is tried as far as the look ahead, which places everybody by it.
static void ladders_change(void **state)
{
    (void)state;
    collect("SELECT body FROM tier_ladder");
    static const event_prop agrees[] = { { { "consent_call", 12 }, { .k = V_BOOL, .i = 1 } } };
    assert_ok(HAPPEN(&w, .user = "u", .kind = "lead.captured", .phone = "13812346207", .props = agrees, .n = 1));
    const route *rt = world_route(&tier_routes, M_POST, "/api/v1/tiers/preview");
    size_t refused = 0, taken = 0;
    for (int i = 0; i < 16000; i++) {
        arena *keep = w.a;
        w.a = arena_create();
        str text = some(), got = world_post(&w, rt, 0, arena_cstr(w.a, text));
        bool answered = got.len && got.s[0] == '{';
        if (!answered && !str_starts(got, S("field_")) && !str_starts(got, S("json_")))
            fail_msg(STR_FMT " of " STR_FMT, STR_ARG(got), STR_ARG(text));
        taken += answered;
        refused += !answered;
        arena_destroy(w.a);
        w.a = keep;
    }
    printf("# note: ladders: %zu refused, %zu taken\n", refused, taken);
    assert_true(refused > 1000 && taken > 300);
    vec_free(&corpus);
}

// Routes that take JSON of a form of their own, as the field `name` of their body.
static void asked_of(const route *rt, const char *name, const char *rest, int times)
{
    size_t refused = 0, taken = 0;
    for (int i = 0; i < times; i++) {
        arena *keep = w.a;
        w.a = arena_create();
        str text = some(), got = world_post(&w, rt, 0, arena_fmt(w.a, "{\"%s\":" STR_FMT "%s}", name, STR_ARG(text), rest).s);
        bool answered = got.len && got.s[0] == '{';
        if (!answered && !str_starts(got, S("field_")) && !str_starts(got, S("json_")) && !str_eq(got, S("limit_reached")))
            fail_msg(STR_FMT " of " STR_FMT, STR_ARG(got), STR_ARG(text));
        taken += answered;
        refused += !answered;
        arena_destroy(w.a);
        w.a = keep;
    }
    printf("# note: %s: %zu refused, %zu taken\n", rt->path, refused, taken);
    assert_true(refused > 300 && taken > 30);
}

static void plans_change(void **state)
{
    (void)state;
    corpus.n = 0;
    vec_push(&corpus, S("{\"events\":[{\"kind\":\"a.b\",\"zh\":\"甲\",\"en\":\"A\",\"state\":\"live\",\"mode\":\"warn\",\"props\":[{\"name\":\"n\",\"type\":\"integer\",\"min\":1,"
                       "\"max\":9,\"required\":true},{\"name\":\"s\",\"type\":\"text\",\"values\":[\"x\",\"y\"]}]}]}"));
    vec_push(&corpus, S("{\"context\":[\"page.path\",{\"path\":\"page.url\",\"address\":true}]}"));
    asked_of(world_route(&plan_routes, M_POST, "/api/v1/plan"), "plan", ",\"dry_run\":true", 4000);
    vec_free(&corpus);
}

static void questions_change(void **state)
{
    (void)state;
    corpus.n = 0;
    vec_push(&corpus, S("{\"all\":[{\"class\":{\"behaviour\":\"high\"}},{\"tag\":\"一个月内购车\"},{\"tier\":\"prospect:A\"},{\"consent\":\"call\"}]}"));
    vec_push(&corpus, S("{\"not\":{\"did\":{\"event\":\"test_drive.completed\",\"where\":[[\"n\",\">=\",1]],\"at_least\":2,\"within\":\"36h\"}}}"));
    vec_push(&corpus, S("{\"any\":[{\"stage\":{\"from\":\"lead\",\"to\":\"order\"}},{\"trait\":[\"city\",\"in\",[\"上海\",\"北京\"]]}]}"));
    asked_of(world_route(&portrait_routes, M_POST, "/api/v1/portrait"), "who", "", 4000);
    vec_free(&corpus);
}

static void mappings_change(void **state)
{
    (void)state;
    size_t refused = 0, taken = 0;
    corpus.n = 0;
    vec_push(&corpus, S("{\"target\":\"event\",\"columns\":{\"u\":{\"identity\":\"user_id\"},\"备注\":{\"property\":\"note\"},\"t\":{\"field\":\"time\",\"time\":\"any\"}},"
                       "\"constants\":[{\"field\":\"event\",\"value\":\"visit\"}]}"));
    vec_push(&corpus, S("{\"target\":\"person\",\"columns\":{\"手机\":{\"identity\":\"phone\"},\"城市\":{\"trait\":\"city\"}}}"));
    for (int i = 0; i < 30000; i++) {
        arena *a = w.a, *own = arena_create();
        w.a = own;
        jval *v;
        mapping m;
        fault f = { 0 };
        if (json_parse(own, some(), NULL, &v) == E_OK) {
            err e = mapping_read(v, own, &f, &m);
            if (e != E_OK && (!names_a_field(e) || !str_utf8_valid(f.field)))
                fail_msg("%s at " STR_FMT, err_info_of(e)->code, STR_ARG(f.field));
            taken += e == E_OK;
            refused += e != E_OK;
        }
        w.a = a;
        arena_destroy(own);
    }
    printf("# note: mappings: %zu refused, %zu taken\n", refused, taken);
    assert_true(refused > 1000 && taken > 100);
    vec_free(&corpus);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, world_begin, world_end)
    const struct CMUnitTest tests[] = { T(rules_change), T(ladders_change), T(plans_change), T(questions_change), T(mappings_change) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
