// Mappings: what is read, what is refused and where; times as files write them; what is guessed.
#include "tests.h"
#include "base/time.h"
#include "import/guess.h"

#define MINUTE INT64_C(60000000)

static void test_times(void **state)
{
    (void)state;
    static const struct { const char *text; time_form form; const char *pattern, *iso; } t[] = {
        { "2026-03-09T12:37:00Z", TIME_ANY, "", "2026-03-09T12:37:00.000000Z" },
        { "2026-03-09T12:37:00+08:00", TIME_ANY, "", "2026-03-09T04:37:00.000000Z" },
        { "2026-03-09 12:37:00.5", TIME_ANY, "", "2026-03-09T04:37:00.500000Z" },
        { "2026-03-09", TIME_ANY, "", "2026-03-08T16:00:00.000000Z" },
        { "2026/3/9 8:05", TIME_ANY, "", "2026-03-09T00:05:00.000000Z" },
        { "2026.3.9", TIME_ANY, "", "2026-03-08T16:00:00.000000Z" },
        { "2026年3月9日", TIME_ANY, "", "2026-03-08T16:00:00.000000Z" },
        { "2026年3月9日 8时5分", TIME_ANY, "", "2026-03-09T00:05:00.000000Z" },
        { "20260309", TIME_ANY, "", "2026-03-08T16:00:00.000000Z" },
        { "20260309083001", TIME_ANY, "", "2026-03-09T00:30:01.000000Z" },
        { "1511658000", TIME_UNIX_S, "", "2017-11-26T01:00:00.000000Z" },
        { "1511658000123", TIME_UNIX_MS, "", "2017-11-26T01:00:00.123000Z" },
        { "46090.5", TIME_EXCEL, "", "2026-03-09T04:00:00.000000Z" },
        { "09/03/2026 08:05", TIME_PATTERN, "%d/%m/%Y %H:%M", "2026-03-09T00:05:00.000000Z" },
        { "2024-02-29", TIME_ANY, "", "2024-02-28T16:00:00.000000Z" },
        { "2026-02-29", TIME_ANY, "", NULL },  { "2026-13-01", TIME_ANY, "", NULL },      { "2026-3", TIME_ANY, "", NULL },
        { "202603", TIME_ANY, "", NULL },      { "yesterday", TIME_ANY, "", NULL },       { "", TIME_ANY, "", NULL },
        { "1.5", TIME_UNIX_S, "", NULL },      { "2026-03-09 25:00", TIME_ANY, "", NULL }, { "99999999999999999", TIME_UNIX_S, "", NULL },
        { "09-03-2026", TIME_PATTERN, "%d/%m/%Y", NULL }, { "2026-03-09x", TIME_ANY, "", NULL }, { "-1", TIME_EXCEL, "", NULL },
    };
    arena *a = arena_create();
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        int64_t us;
        bool read = time_read(str_c(t[i].text), t[i].form, str_c(t[i].pattern), ZONE_OFFSET_US, &us);
        assert_string_equal(read ? time_iso(a, us).s : "no time", t[i].iso ? t[i].iso : "no time");
    }
    arena_destroy(a);
}

#define COLUMNS "\"columns\":{\"u\":{\"identity\":\"user_id\"},\"e\":{\"field\":\"event\"}}"
static void test_refused(void **state)
{
    (void)state;
    static const struct { const char *json; err code; const char *at; } t[] = {
        { "[]", E_FIELD_TYPE, "$" },
        { "{}", E_FIELD_REQUIRED, "target" },
        { "{\"target\":\"nothing\"}", E_FIELD_VALUE, "target" },
        { "{\"target\":7}", E_FIELD_TYPE, "target" },
        { "{\"target\":\"event\"}", E_FIELD_REQUIRED, "columns" },
        { "{\"target\":\"event\",\"columns\":[]}", E_FIELD_TYPE, "columns" },
        { "{\"target\":\"event\",\"columns\":{}}", E_FIELD_VALUE, "columns" },
        { "{\"target\":\"event\",\"columns\":{\"u\":{\"identity\":\"user_id\"}}}", E_FIELD_REQUIRED, "columns.event" },
        { "{\"target\":\"event\",\"columns\":{\"u\":{\"identity\":\"soul\"}}}", E_FIELD_VALUE, "columns.u.identity" },
        { "{\"target\":\"event\",\"columns\":{\"u\":{\"field\":\"soul\"}}}", E_FIELD_VALUE, "columns.u.field" },
        { "{\"target\":\"event\",\"columns\":{\"u\":{}}}", E_FIELD_VALUE, "columns.u" },
        { "{\"target\":\"event\",\"columns\":{\"u\":[{\"field\":\"event\"},{\"field\":\"event\",\"property\":\"x\"}]}}", E_FIELD_VALUE, "columns.u[1]" },
        { "{\"target\":\"event\",\"columns\":{\"u\":{\"property\":\"x\",\"type\":\"soul\"}}}", E_FIELD_VALUE, "columns.u.type" },
        { "{\"target\":\"event\",\"columns\":{\"u\":{\"field\":\"time\",\"time\":\"noon\"}}}", E_FIELD_VALUE, "columns.u.time" },
        { "{\"target\":\"event\",\"columns\":{\"u\":{\"property\":\"x\",\"values\":{\"a\":1}}}}", E_FIELD_TYPE, "columns.u.values.a" },
        { "{\"target\":\"event\",\"columns\":{\"u\":{\"property\":\"x\",\"colour\":\"a\"}}}", E_FIELD_UNKNOWN, "columns.u.colour" },
        { "{\"target\":\"event\",\"columns\":{\"u\":{\"property\":\"x\",\"value\":\"a\"}}}", E_FIELD_VALUE, "columns.u.value" },
        { "{\"target\":\"event\"," COLUMNS ",\"constants\":[{\"property\":\"x\"}]}", E_FIELD_REQUIRED, "constants[0].value" },
        { "{\"target\":\"event\"," COLUMNS ",\"zone\":\"Peking\"}", E_FIELD_VALUE, "zone" },
        { "{\"target\":\"event\"," COLUMNS ",\"colour\":1}", E_FIELD_UNKNOWN, "colour" },
        { "{\"target\":\"event\"," COLUMNS ",\"format\":{}}", E_FIELD_REQUIRED, "format.kind" },
        { "{\"target\":\"event\"," COLUMNS ",\"format\":{\"kind\":\"pdf\"}}", E_FIELD_VALUE, "format.kind" },
        { "{\"target\":\"event\"," COLUMNS ",\"format\":{\"kind\":\"csv\",\"encoding\":\"ebcdic\"}}", E_FIELD_VALUE, "format.encoding" },
        { "{\"target\":\"event\"," COLUMNS ",\"format\":{\"kind\":\"csv\",\"delimiter\":\"ab\"}}", E_FIELD_VALUE, "format.delimiter" },
        { "{\"target\":\"event\"," COLUMNS ",\"format\":{\"kind\":\"csv\",\"header\":1}}", E_FIELD_TYPE, "format.header" },
        { "{\"target\":\"event\"," COLUMNS ",\"format\":{\"kind\":\"fixed\"}}", E_FIELD_REQUIRED, "format.columns" },
        { "{\"target\":\"event\"," COLUMNS ",\"format\":{\"kind\":\"fixed\",\"columns\":[\"a\"]}}", E_FIELD_TYPE, "format.columns[0]" },
        { "{\"target\":\"event\"," COLUMNS ",\"format\":{\"kind\":\"fixed\",\"columns\":[{\"name\":\"a\",\"from\":3,\"to\":2}]}}", E_FIELD_VALUE, "format.columns[0]" },
    };
    arena *a = arena_create();
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        jval *v;
        mapping m;
        fault f = { 0 };
        assert_ok(json_parse(a, str_c(t[i].json), NULL, &v));
        err e = mapping_read(v, a, &f, &m);
        if (e != t[i].code || !str_eq(f.field, str_c(t[i].at)))
            fail_msg("%s: %s at " STR_FMT, t[i].json, err_info_of(e)->code, STR_ARG(f.field));
    }
    arena_destroy(a);
}

// What is written is read again as the same.
static void test_round(void **state)
{
    (void)state;
    const char *json =
        "{\"target\":\"event\",\"zone\":\"-03:30\",\"pass\":\"two\",\"format\":{\"kind\":\"csv\",\"encoding\":\"gb18030\",\"delimiter\":\"tab\",\"header\":true},"
        "\"columns\":{\"u\":{\"identity\":\"user_id\"},\"e\":[{\"field\":\"event\",\"values\":{\"a\":\"b\"}},{\"property\":\"raw\"}],"
        "\"t\":{\"field\":\"time\",\"time\":\"%Y%m%d\"},\"n\":{\"property\":\"n\",\"type\":\"yuan\"}},\"constants\":[{\"property\":\"shop\",\"value\":\"x\"}]}";
    arena *a = arena_create();
    jval *v;
    mapping m;
    fault f = { 0 };
    buf b = { 0 };
    jw w = { .b = &b };
    assert_ok(json_parse(a, str_c(json), NULL, &v));
    assert_ok(mapping_read(v, a, &f, &m));
    assert_int_equal(m.zone_us, -(3 * 60 + 30) * MINUTE);
    mapping_write(&m, &w);
    assert_string_equal(arena_cstr(a, buf_str(&b)), json);
    const str columns[] = { S("t"), S("u"), S("n") };
    assert_int_equal(mapping_bind(&m, columns, 3, a, &f), E_FIELD_VALUE);
    assert_string_equal(arena_cstr(a, f.field), "columns.e");
    buf_free(&b);
    arena_destroy(a);
}

static void test_guess(void **state)
{
    (void)state;
    static const struct { const char *text, *mapping; } t[] = {
        { "用户ID,事件,发生时间,手机号,金额,备注\n7,buy,2026-03-09 08:00,13800138000,12.5,好\n",
          "\"columns\":{\"用户ID\":{\"identity\":\"user_id\"},\"事件\":{\"field\":\"event\"},\"发生时间\":{\"field\":\"time\"},"
          "\"手机号\":{\"identity\":\"phone\"},\"金额\":{\"property\":\"金额\",\"type\":\"number\"},\"备注\":{\"property\":\"备注\"}}" },
        { "1,9,pv,1511658000\n2,8,buy,1511658001\n",
          "\"columns\":{\"c1\":{\"property\":\"c1\",\"type\":\"integer\"},\"c2\":{\"property\":\"c2\",\"type\":\"integer\"},"
          "\"c3\":{\"property\":\"c3\"},\"c4\":{\"field\":\"time\",\"time\":\"unix_s\"}}" },
        { "{\"uid\":\"7\",\"event\":\"x\",\"mobile_of_wife\":\"13800138000\"}\n",
          "\"columns\":{\"uid\":{\"identity\":\"user_id\"},\"event\":{\"field\":\"event\"},\"mobile_of_wife\":{\"identity\":\"phone\"}}" },
    };
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        arena *a = arena_create();
        input in;
        guess g;
        fault f = { 0 };
        buf b = { 0 };
        jw w = { .b = &b };
        import_target events;
        assert_true(import_target_named(S("event"), &events));
        input_open_bytes(str_c(t[i].text), &in);
        assert_ok(guess_file(&in, S("x.txt"), &events, NULL, a, &f, &g));
        mapping_write(&g.m, &w);
        if (!strstr(arena_cstr(a, buf_str(&b)), t[i].mapping))
            fail_msg("%s: " STR_FMT, t[i].mapping, STR_ARG(buf_str(&b)));
        buf_free(&b);
        arena_destroy(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times), cmocka_unit_test(test_refused), cmocka_unit_test(test_round), cmocka_unit_test(test_guess),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
