#include "tests.h"
#include "connect/segment.h"
#include <stdlib.h>
#include <unistd.h>

#define NOW INT64_C(1773088620000000)      /* 2026-03-09T20:37:00Z */

typedef struct bench { arena *a; vault *v; ingest *in; char dir[64]; } bench;

static int setup(void **state)
{
    bench *b = calloc(1, sizeof *b);
    b->a = arena_create();
    snprintf(b->dir, sizeof b->dir, "/tmp/lianyi-segment-XXXXXX");
    assert_non_null(mkdtemp(b->dir));
    const char *key = arena_fmt(b->a, "%s/key", b->dir).s;
    assert_ok(vault_create(os_posix(), key));
    assert_ok(vault_open(os_posix(), key, b->a, &b->v));
    b->in = ingest_open(&(ingest_config){ .vault = b->v });
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    bench *b = *state;
    ingest_close(b->in);
    vault_close(b->v);
    assert_int_equal(unlink(arena_fmt(b->a, "%s/key", b->dir).s), 0);
    assert_int_equal(rmdir(b->dir), 0);
    arena_destroy(b->a);
    free(b);
    return 0;
}

static const caller app = { .kind = CALLER_KEY, .source = 7, .name = { "app", 3 } };

static ingest_batch parse(bench *b, const char *type, const char *body)
{
    ingest_batch out;
    fault f = { 0 };
    assert_ok(segment_parse(b->in, &app, str_c(type), str_c(body), NOW, b->a, &f, &out));
    return out;
}

static const ingest_prop *prop_named(const ingest_event *e, const char *name)
{
    for (uint32_t i = 0; i < e->props_n; i++)
        if (str_eq(e->props[i].name, str_c(name)))
            return &e->props[i];
    return NULL;
}

// --- Refused events and bodies -----------------------------------------------------------------------------------------------
static void test_refused(void **state)
{
    bench *b = *state;
    static const struct { const char *type, *body; err code; const char *field; } cases[] = {
        { "track", "{\"event\":\"x\"}", E_FIELD_REQUIRED, "userId" },
        { "track", "{\"userId\":\"\",\"anonymousId\":\" \",\"event\":\"x\"}", E_FIELD_REQUIRED, "userId" },
        { "track", "{\"userId\":\"u\"}", E_FIELD_REQUIRED, "event" },
        { "track", "{\"userId\":\"u\",\"event\":7}", E_FIELD_REQUIRED, "event" },
        { "track", "{\"userId\":\"u\",\"event\":\"x\",\"properties\":[1]}", E_FIELD_TYPE, "properties" },
        { "track", "{\"userId\":\"u\",\"event\":\"x\",\"properties\":{\"\":1}}", E_FIELD_VALUE, "" },
        { "alias", "{\"userId\":\"u\"}", E_FIELD_REQUIRED, "previousId" },
        { "", "{\"userId\":\"u\",\"type\":\"dance\"}", E_FIELD_VALUE, "type" },
        { "", "{\"userId\":\"u\"}", E_FIELD_REQUIRED, "type" },
        { "track", "{\"userId\":\"u\",\"event\":\"x\",\"properties\":{\"t\":\"a\\u0000b\"}}", E_FIELD_UTF8, "t" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ingest_batch x = parse(b, cases[i].type, cases[i].body);
        assert_int_equal(x.n, 1);
        assert_int_equal(x.v[0].verdict, INGEST_REFUSED);
        if (x.v[0].code != cases[i].code || !str_eq(x.v[0].field, str_c(cases[i].field)))
            fail_msg("%s: %s " STR_FMT, cases[i].body, err_info_of(x.v[0].code)->code, STR_ARG(x.v[0].field));
    }
}

static void test_bodies(void **state)
{
    bench *b = *state;
    static const struct { const char *body; err code; } cases[] = {
        { "", E_BODY_REQUIRED }, { "{", E_JSON_INVALID }, { "[]", E_BAD_REQUEST }, { "7", E_BAD_REQUEST }, { "{\"batch\":{}}", E_BAD_REQUEST },
        { "{\"batch\":\"x\"}", E_BAD_REQUEST },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ingest_batch out;
        fault f = { 0 };
        assert_err(segment_parse(b->in, &app, (str){ 0 }, str_c(cases[i].body), NOW, b->a, &f, &out), cases[i].code);
    }
    buf big = { 0 };
    buf_add_str(&big, S("{\"batch\":[0"));
    for (int i = 0; i < INGEST_BATCH_MAX; i++)
        buf_add_str(&big, S(",0"));
    buf_add_str(&big, S("]}"));
    ingest_batch out;
    fault f = { 0 };
    assert_err(segment_parse(b->in, &app, (str){ 0 }, buf_str(&big), NOW, b->a, &f, &out), E_FIELD_TOO_MANY);
    assert_str(f.field, S("batch"));
    buf_free(&big);
    ingest_batch mixed = parse(b, "", "{\"batch\":[7,{\"type\":\"track\",\"userId\":\"u\",\"event\":\"ok\"},null]}");
    assert_int_equal(mixed.n, 3);
    assert_int_equal(mixed.v[0].verdict, INGEST_REFUSED);
    assert_int_equal(mixed.v[1].verdict, INGEST_STORED);
    assert_int_equal(mixed.v[2].verdict, INGEST_REFUSED);
}

// --- What is kept ------------------------------------------------------------------------------------------------------------
static void test_kinds(void **state)
{
    bench *b = *state;
    static const struct { const char *type, *body, *kind; } cases[] = {
        { "track", "{\"userId\":\"u\",\"event\":\" 预约 “试驾” \"}", "预约 “试驾”" }, { "identify", "{\"userId\":\"u\"}", "identify" },
        { "page", "{\"anonymousId\":\"a\",\"name\":\"首页\"}", "page" },             { "screen", "{\"anonymousId\":\"a\"}", "screen" },
        { "group", "{\"userId\":\"u\",\"groupId\":\"g\"}", "group" },              { "alias", "{\"userId\":\"u\",\"previousId\":\"p\"}", "alias" },
        { "", "{\"userId\":7,\"type\":\"track\",\"event\":\"x\"}", "x" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ingest_batch x = parse(b, cases[i].type, cases[i].body);
        assert_int_equal(x.v[0].verdict, INGEST_STORED);
        assert_str(x.v[0].kind, str_c(cases[i].kind));
        assert_true(x.v[0].ids_n >= 1);
    }
}

static void test_properties(void **state)
{
    bench *b = *state;
    ingest_batch x = parse(b, "track", "{\"userId\":\"u\",\"event\":\"x\",\"properties\":{\"n\":9007199254740993,\"f\":1.5,\"t\":\"涟\",\"yes\":true,"
                                       "\"none\":null,\"list\":[1,{\"a\":2}],\"whole\":5.0}}");
    const ingest_event *e = &x.v[0];
    assert_int_equal(prop_named(e, "n")->v.k, V_I64);
    assert_true(prop_named(e, "n")->v.i == INT64_C(9007199254740993));
    assert_int_equal(prop_named(e, "f")->v.k, V_F64);
    assert_int_equal(prop_named(e, "whole")->v.k, V_F64);
    assert_str(prop_named(e, "t")->v.s, S("涟"));
    assert_int_equal(prop_named(e, "yes")->v.k, V_BOOL);
    assert_int_equal(prop_named(e, "none")->v.k, V_NULL);
    assert_str(prop_named(e, "list")->v.s, S("[1,{\"a\":2}]"));
}

static void test_personal_data(void **state)
{
    bench *b = *state;
    ingest_batch x = parse(b, "identify",
                           "{\"userId\":\"u\",\"traits\":{\"phone\":\"138-0013-8000\",\"家庭\":{\"电话\":\"13900139000\",\"人数\":3},"
                           "\"note\":\"13700137000\",\"list\":[\"13600136000\",\"x\"],\"VIN\":\"LSJA24U61KG123456\"}}");
    const ingest_event *e = &x.v[0];
    static const char *const sealed[] = { "phone", "家庭.电话", "note", "list", "VIN" };
    for (size_t i = 0; i < sizeof sealed / sizeof *sealed; i++) {
        bool found = false;
        for (uint32_t k = 0; k < e->props_n; k++)
            found |= str_eq(e->props[k].name, str_c(sealed[i])) && e->props[k].sealed;
        if (!found)
            fail_msg("%s is not sealed", sealed[i]);
    }
    assert_str(prop_named(e, "家庭")->v.s, S("{\"人数\":3}"));
    static const char *const secrets[] = { "0013-8000", "13800138000", "13900139000", "13700137000", "13600136000", "LSJA24U61KG123456" };
    for (uint32_t i = 0; i < e->props_n; i++)
        for (size_t k = 0; k < sizeof secrets / sizeof *secrets; k++)
            if (!e->props[i].sealed && e->props[i].v.s.len)
                assert_null(memmem(e->props[i].v.s.s, e->props[i].v.s.len, secrets[k], strlen(secrets[k])));
    // The same number written differently is the same number.
    ingest_batch y = parse(b, "track", "{\"userId\":\"v\",\"event\":\"x\",\"properties\":{\"手机号\":\"+86 13800138000\"}}");
    assert_true(hash128_eq(prop_named(&y.v[0], "手机号")->sealed->hash, prop_named(e, "phone")->sealed->hash));
}

static void test_context(void **state)
{
    bench *b = *state;
    ingest_batch x = parse(b, "",
                           "{\"context\":{\"locale\":\"zh-CN\",\"ip\":\"203.0.113.9\"},\"batch\":[{\"type\":\"track\",\"userId\":\"u\",\"event\":\"x\","
                           "\"context\":{\"ip\":\"203.0.113.8\",\"page\":{\"url\":\"https://a.example/x?phone=13800138000#y\",\"path\":\"/x\"},"
                           "\"campaign\":{\"name\":\"春日同行\"},\"userAgent\":\"Mozilla\"}}]}");
    const ingest_event *e = &x.v[0];
    assert_str(prop_named(e, "context.page.url")->v.s, S("https://a.example/x"));
    assert_str(prop_named(e, "context.campaign.name")->v.s, S("春日同行"));
    assert_str(prop_named(e, "context.locale")->v.s, S("zh-CN"));
    assert_null(prop_named(e, "context.ip"));
    assert_null(prop_named(e, "context.userAgent"));
}

static void test_addresses(void **state)
{
    bench *b = *state;
    ingest_batch x = parse(b, "page", "{\"anonymousId\":\"a\",\"name\":\"首页\",\"properties\":{\"url\":\"https://a.example/x?phone=13800138000\","
                                      "\"search\":\"?phone=13800138000\",\"path\":\"/call/13800138000/now\",\"name\":\"首页\"}}");
    const ingest_event *e = &x.v[0];
    assert_str(prop_named(e, "url")->v.s, S("https://a.example/x"));
    assert_null(prop_named(e, "search"));
    assert_str(prop_named(e, "path")->v.s, S("/call/***********/now"));
    assert_str(prop_named(e, "page_name")->v.s, S("首页"));
    ingest_batch y = parse(b, "track", "{\"userId\":\"u\",\"event\":\"x\",\"properties\":{\"note\":\"打13800138000或13900139000\","
                                       "\"order\":\"913800138000\",\"deep\":{\"t\":[\"电话13800138000\"]}}}");
    assert_str(prop_named(&y.v[0], "note")->v.s, S("打***********或***********"));
    assert_str(prop_named(&y.v[0], "order")->v.s, S("913800138000"));          // twelve digits are no phone
    assert_str(prop_named(&y.v[0], "deep")->v.s, S("{\"t\":[\"电话***********\"]}"));
}

// --- Times -------------------------------------------------------------------------------------------------------------------
static void test_times(void **state)
{
    bench *b = *state;
    static const struct { const char *times; int64_t time_us, age_us; bool clamped; } cases[] = {
        { "", NOW, -1, false },
        { "\"timestamp\":\"2026-03-09T20:36:50Z\"", NOW - 10 * US_PER_S, -1, false },
        // Three hours slow: the distance between event and sending counts.
        { "\"timestamp\":\"2026-03-09T17:36:50Z\",\"sentAt\":\"2026-03-09T17:37:00Z\"", NOW - 10 * US_PER_S, 3 * US_PER_HOUR, false },
        // Fast clock: as fresh as can be.
        { "\"timestamp\":\"2026-03-09T23:00:00Z\",\"sentAt\":\"2026-03-09T23:00:05Z\"", NOW - 5 * US_PER_S, 0, false },
        { "\"originalTimestamp\":\"2026-03-09T20:36:00Z\",\"timestamp\":\"2026-03-09T20:00:00Z\"", NOW - 60 * US_PER_S, -1, false },
        { "\"timestamp\":\"1999-01-01T00:00:00Z\"", NOW - INGEST_PAST_US, -1, true },
        { "\"timestamp\":\"2030-01-01T00:00:00Z\"", NOW + INGEST_FUTURE_US, -1, true },
        { "\"timestamp\":\"gestern\"", NOW, -1, false },
        { "\"timestamp\":1773088610000", NOW - 10 * US_PER_S, -1, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str body = arena_fmt(b->a, "{\"userId\":\"u\",\"event\":\"x\"%s%s}", cases[i].times[0] ? "," : "", cases[i].times);
        ingest_batch x = parse(b, "track", body.s);
        if (x.v[0].time_us != cases[i].time_us || x.v[0].age_us != cases[i].age_us)
            fail_msg("%s: time %lld, age %lld", cases[i].times, (long long)x.v[0].time_us, (long long)x.v[0].age_us);
        assert_int_equal(!!(x.v[0].flags & EVENT_CLAMPED), cases[i].clamped);
    }
    const caller history = { .kind = CALLER_KEY, .source = 8, .effects = EFFECTS_NONE };
    ingest_batch x;
    fault f = { 0 };
    assert_ok(segment_parse(b->in, &history, S("track"), S("{\"userId\":\"u\",\"event\":\"x\",\"timestamp\":\"1997-01-01T00:00:00Z\"}"), NOW, b->a, &f, &x));
    assert_true(x.v[0].time_us == INT64_C(852076800000000) && !(x.v[0].flags & EVENT_CLAMPED));
}

static void test_message_ids(void **state)
{
    bench *b = *state;
    const caller other = { .kind = CALLER_KEY, .source = 8 };
    ingest_batch x = parse(b, "track", "{\"userId\":\"u\",\"event\":\"x\",\"messageId\":\"m\"}"), y = parse(b, "track", "{\"userId\":\"v\",\"event\":\"y\",\"messageId\":\"m\"}"), z;
    fault f = { 0 };
    assert_true(hash128_eq(x.v[0].print, y.v[0].print));                   // the id alone tells, not what the message says
    assert_ok(segment_parse(b->in, &other, S("track"), S("{\"userId\":\"u\",\"event\":\"x\",\"messageId\":\"m\"}"), NOW, b->a, &f, &z));
    assert_false(hash128_eq(x.v[0].print, z.v[0].print));                  // per source
    assert_str(segment_write_key(S("{\"writeKey\":\"lyk_1\",\"batch\":[]}"), b->a), S("lyk_1"));
    assert_str(segment_write_key(S("{\"writeKey\":5}"), b->a), S(""));
    assert_str(segment_write_key(S("not json"), b->a), S(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),    cmocka_unit_test_setup_teardown(test_bodies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_kinds, setup, teardown),      cmocka_unit_test_setup_teardown(test_properties, setup, teardown),
        cmocka_unit_test_setup_teardown(test_personal_data, setup, teardown), cmocka_unit_test_setup_teardown(test_context, setup, teardown),
        cmocka_unit_test_setup_teardown(test_addresses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_times, setup, teardown),      cmocka_unit_test_setup_teardown(test_message_ids, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
