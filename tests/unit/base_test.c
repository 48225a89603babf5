#include "tests.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/map.h"
#include "base/time.h"
#include "base/vec.h"
#include <math.h>
#include <stdlib.h>

static uint64_t rnd_state = 42;
static uint64_t rnd(void)       // splitmix64
{
    uint64_t z = (rnd_state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct { const char *s; bool ok; int64_t v; } cases[] = {
        { "0", true, 0 }, { "-5", true, -5 }, { "007", true, 7 }, { "9223372036854775807", true, INT64_MAX },
        { "-9223372036854775808", true, INT64_MIN }, { "9223372036854775808", false, 0 }, { "-9223372036854775809", false, 0 },
        { "", false, 0 }, { "-", false, 0 }, { "+1", false, 0 }, { " 1", false, 0 }, { "1 ", false, 0 }, { "1e3", false, 0 },
        { "99999999999999999999", false, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t v = 77;
        assert_int_equal(str_to_i64(str_c(cases[i].s), &v), cases[i].ok);
        assert_int_equal(v, cases[i].ok ? cases[i].v : 77);
    }
}

static void test_utf8(void **state)
{
    (void)state;
    static const struct { str s; bool ok; size_t count; } cases[] = {
        { { "", 0 }, true, 0 }, { { "涟漪", 6 }, true, 2 }, { { "a\xF0\x9F\x9A\x97", 5 }, true, 2 },
        { { "\xED\xA0\x80", 3 }, false, 0 } /* surrogate */, { { "\xC0\x80", 2 }, false, 0 } /* overlong */,
        { { "\xE0\x9F\xBF", 3 }, false, 0 }, { { "\xF4\x90\x80\x80", 4 }, false, 0 } /* > 10FFFF */,
        { { "a\0b", 3 }, false, 0 } /* NUL */, { { "\xE6\xB6", 2 }, false, 0 } /* cut */, { { "\x80", 1 }, false, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(str_utf8_valid(cases[i].s), cases[i].ok);
        if (cases[i].ok)
            assert_int_equal(str_utf8_count(cases[i].s), cases[i].count);
    }
}

static void test_cut_and_trim(void **state)
{
    (void)state;
    str rest = S("a,,b");
    assert_str(str_cut(&rest, ','), S("a"));
    assert_str(str_cut(&rest, ','), S(""));
    assert_str(str_cut(&rest, ','), S("b"));
    assert_null(rest.s);
    assert_str(str_trim(S(" \t x y\r\n")), S("x y"));
    assert_str(str_skip(S("ab"), 5), S(""));
    assert_true(str_cmp(S("a"), S("ab")) < 0 && str_cmp(S("b"), S("ab")) > 0 && str_cmp(S(""), S("")) == 0);
    assert_true(str_eq_nocase(S("Content-TYPE"), S("content-type")) && !str_eq_nocase(S("a"), S("b")));
    assert_true(str_starts(S("abc"), S("ab")) && !str_starts(S("a"), S("ab")) && str_ends(S("abc"), S("bc")));
}

static void test_arena(void **state)
{
    (void)state;
    arena *a = arena_create();
    char *first = arena_array(a, char, 100);
    first[99] = 7;
    arena_mark m = arena_save(a);
    for (int i = 0; i < 1000; i++)
        memset(arena_alloc(a, 1, (size_t)(i * 37 % 5000) + 1, 8), 0xEE, (size_t)(i * 37 % 5000) + 1);
    arena_release(a, m);
    assert_int_equal(arena_bytes(a), 100);
    int64_t *zeroed = arena_array(a, int64_t, 64);
    for (int i = 0; i < 64; i++)
        assert_int_equal(zeroed[i], 0);
    assert_int_equal(first[99], 7);
    assert_int_equal((uintptr_t)arena_alloc(a, 1, 1, 16) % 16, 0);
    assert_str(arena_fmt(a, "%d-%s", 5, "五"), S("5-五"));
    assert_str(arena_join(a, S("x"), S("yz")), S("xyz"));
    arena_reset(a);
    assert_int_equal(arena_bytes(a), 0);
    arena_destroy(a);
}

static void test_varints(void **state)
{
    (void)state;
    static const int64_t edges[] = { 0, 1, -1, 63, 64, -64, -65, 127, 128, 300, INT64_MAX, INT64_MIN, INT64_MAX - 1 };
    buf b = { 0 };
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        buf_add_zigzag(&b, edges[i]);
        buf_add_varint(&b, (uint64_t)edges[i]);
        buf_add_u64(&b, (uint64_t)edges[i]);
        buf_add_u32(&b, (uint32_t)edges[i]);
        buf_add_lenstr(&b, S("涟漪"));
    }
    cursor c = cursor_of(b.s, b.len);
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        assert_true(cursor_zigzag(&c) == edges[i]);
        assert_true(cursor_varint(&c) == (uint64_t)edges[i]);
        assert_true(cursor_u64(&c) == (uint64_t)edges[i]);
        assert_true(cursor_u32(&c) == (uint32_t)edges[i]);
        assert_str(cursor_lenstr(&c), S("涟漪"));
    }
    assert_int_equal(cursor_left(&c), 0);
    assert_false(c.bad);
    // Every shorter prefix ends in `bad` and reads zeros from there.
    for (size_t n = 0; n < b.len; n++) {
        cursor p = cursor_of(b.s, n);
        for (size_t i = 0; i < sizeof edges / sizeof *edges && !p.bad; i++) {
            cursor_zigzag(&p), cursor_varint(&p), cursor_u64(&p), cursor_u32(&p), cursor_lenstr(&p);
        }
        assert_true(p.bad);
        assert_int_equal(cursor_u8(&p), 0);
    }
    cursor endless = cursor_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10);
    cursor_varint(&endless);
    assert_true(endless.bad);
    cursor liar = cursor_of("\xff\xff\xff\xff\x0f" "abc", 8);
    assert_int_equal(cursor_lenstr(&liar).len, 0);
    assert_true(liar.bad);
    buf_free(&b);
}

// Naive model: an array of pairs searched from the start.
static void test_map64(void **state)
{
    (void)state;
    enum { KEYS = 200 };
    uint64_t value[KEYS];
    bool present[KEYS] = { false };
    map64 m = { 0 };
    for (int i = 0; i < 20000; i++) {
        uint64_t k = rnd() % KEYS, key = k * 64;          // keys that share low bits
        if (rnd() % 3) {
            assert_int_equal(map64_put(&m, key, value[k] = rnd()), !present[k]);
            present[k] = true;
        } else {
            assert_int_equal(map64_del(&m, key), present[k]);
            present[k] = false;
        }
        uint64_t probe = rnd() % KEYS, got = 0;
        assert_int_equal(map64_get(&m, probe * 64, &got), present[probe]);
        if (present[probe])
            assert_true(got == value[probe]);
    }
    size_t n = 0, walked = 0;
    for (int i = 0; i < KEYS; i++)
        n += present[i];
    uint64_t k, v;
    for (size_t i = 0; map64_next(&m, &i, &k, &v); walked++)
        assert_true(k / 64 < KEYS && present[k / 64] && value[k / 64] == v);
    assert_int_equal(walked, n);
    assert_int_equal(m.n, n);
    map64_free(&m);
}

static void test_mapstr(void **state)
{
    (void)state;
    enum { KEYS = 150 };
    uint64_t value[KEYS];
    bool present[KEYS] = { false };
    mapstr m = { 0 };
    for (int i = 0; i < 10000; i++) {
        uint64_t k = rnd() % KEYS;
        char key[32];
        int len = snprintf(key, sizeof key, "用户-%llu", (unsigned long long)k);
        if (rnd() % 3) {
            assert_int_equal(mapstr_put(&m, str_of(key, (size_t)len), value[k] = rnd()), !present[k]);
            present[k] = true;
        } else {
            assert_int_equal(mapstr_del(&m, str_of(key, (size_t)len)), present[k]);
            present[k] = false;
        }
        uint64_t got;
        assert_int_equal(mapstr_get(&m, str_of(key, (size_t)len), &got), present[k]);
    }
    assert_true(mapstr_put(&m, S(""), 9));
    assert_true(mapstr_get(&m, S(""), NULL));
    mapstr_free(&m);
}

static void test_json(void **state)
{
    (void)state;
    arena *a = arena_create();
    jval *v;
    fault f = { 0 };
    assert_ok(json_parse(a, S("{\"id\":9007199254740993,\"n\":5.0,\"s\":\"涟\\n\",\"u\":18446744073709551615}"), &f, &v));
    int64_t n;
    assert_true(json_i64(json_get(v, S("id")), &n) && n == INT64_C(9007199254740993));
    assert_true(json_i64(json_get(v, S("n")), &n) && n == 5);
    assert_false(json_i64(json_get(v, S("u")), &n));
    assert_false(json_i64(json_get(v, S("s")), &n));
    assert_null(json_get(v, S("none")));
    // Of what is no string there is no text, however many things are in it.
    jval *other;
    assert_ok(json_parse(a, S("{\"o\":{\"a\":1},\"l\":[1,2,3],\"n\":12345678,\"b\":true,\"z\":null}"), NULL, &other));
    static const char *const none[] = { "o", "l", "n", "b", "z", "absent" };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_true(str_empty(json_str(json_get(other, str_c(none[i])))));
    static const char *const broken[] = { "", "{", "{\"a\":1,}", "nul", "[1] 2", "\"\xff\"", "{\"a\":01}", "NaN" };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_err(json_parse(a, str_c(broken[i]), &f, &v), E_JSON_INVALID);
    char deep[80];
    memset(deep, '[', 80);
    assert_err(json_parse(a, str_of(deep, 80), &f, &v), E_JSON_TOO_DEEP);
    assert_ok(json_parse(a, S("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\""), &f, &v));     // brackets in text are no depth
    buf b = { 0 };
    jw w = { .b = &b };
    assert_ok(json_parse(a, S("{\"a\":[1,-2,3.5,true,null,{}],\"b\":\"\\u0001\\\"\\\\涟\"}"), &f, &v));
    jw_val(&w, v);
    assert_str(buf_str(&b), S("{\"a\":[1,-2,3.5,true,null,{}],\"b\":\"\\u0001\\\"\\\\涟\"}"));
    buf_clear(&b);
    w = (jw){ .b = &b };
    jw_arr(&w), jw_f64(&w, 0.1), jw_f64(&w, 1e300), jw_f64(&w, (double)NAN), jw_i64(&w, INT64_MIN), jw_end_arr(&w);
    assert_str(buf_str(&b), S("[0.1,1e+300,null,-9223372036854775808]"));
    buf_free(&b);
    arena_destroy(a);
}

static void test_iso_times(void **state)
{
    (void)state;
    static const struct { const char *s; int64_t us; } good[] = {
        { "1970-01-01T00:00:00Z", 0 },
        { "2026-03-09T20:37:00.123Z", INT64_C(1773088620123000) },
        { "2026-03-10T04:37:00.123+08:00", INT64_C(1773088620123000) },
        { "2026-03-10T04:37:00.123+0800", INT64_C(1773088620123000) },
        { "2026-03-09 20:37:00.123000000Z", INT64_C(1773088620123000) },
        { "2026-03-09T20:37Z", INT64_C(1773088620000000) },
        { "2024-02-29T00:00:00Z", INT64_C(1709164800000000) },
        { "1969-12-31T23:59:59.999999Z", -1 },
        { "2000-01-01T00:00:00.123456789Z", INT64_C(946684800123456) },
    };
    static const char *const bad[] = {
        "", "2026-03-09", "2026-03-09T20:37:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-01-32T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00+19:00", "2026-1-1T00:00:00Z",
        "1773088620123", "2026-01-01T00:00:00+0", "x2026-01-01T00:00:00Z",
    };
    int64_t us;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(time_parse_iso(str_c(good[i].s), &us));
        assert_true(us == good[i].us);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (time_parse_iso(str_c(bad[i]), &us))
            fail_msg("taken as a time: %s", bad[i]);
    arena *a = arena_create();
    for (int i = 0; i < 2000; i++) {
        int64_t t = (int64_t)(rnd() % UINT64_C(8000000000000000)) - INT64_C(2000000000000000);
        assert_true(time_parse_iso(time_iso(a, t), &us) && us == t);
        assert_true(time_local_day_start(time_local_day(t)) <= t && t < time_local_day_start(time_local_day(t) + 1));
    }
    assert_int_equal(time_weekday((int32_t)civil_to_days(2026, 11, 24)), 2);
    assert_int_equal(time_weekday((int32_t)civil_to_days(1969, 12, 28)), 7);
    assert_str(time_local(a, INT64_C(1773088620123000)), S("2026-03-10 04:37"));
    arena_destroy(a);
}

static void test_errors(void **state)
{
    (void)state;
    arena *a = arena_create();
    fault f = { 0 };
    assert_err(fault_field(&f, a, E_FIELD_TOO_LONG, S("items[2].city"), 40), E_FIELD_TOO_LONG);
    assert_str(fault_text(&f, a, LANG_ZH), S("「items[2].city」太长，最多 40"));
    assert_str(fault_text(&f, a, LANG_EN), S("\"items[2].city\" is too long, at most 40"));
    assert_err(fault_detail(&f, a, E_IO, "segment %d", 3), E_IO);
    assert_str(fault_text(&f, a, LANG_EN), S("Input or output failed: segment 3"));
    f = (fault){ .code = E_FIELD_TYPE, .field = S("paid"), .detail = S("true or false") };
    assert_str(fault_text(&f, a, LANG_ZH), S("「paid」类型不对，应为是或否（true、false）"));
    assert_str(fault_text(&f, a, LANG_EN), S("\"paid\" has the wrong type, expected true or false"));
    for (int e = 0; e < ERR_COUNT; e++) {
        const err_info *i = err_info_of((err)e);
        assert_true(i->code[0] && i->zh[0] && i->en[0] && i->http >= 200 && i->http < 600);
        for (const char *c = i->code; *c; c++)
            assert_true((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '_');
        for (int k = 0; k < e; k++)
            assert_string_not_equal(i->code, err_info_of((err)k)->code);
        // Every place-holder is one that fault_text fills, in both languages.
        for (int l = 0; l < 2; l++)
            for (const char *p = strchr(l ? i->zh : i->en, '{'); p; p = strchr(p + 1, '{'))
                assert_true(str_starts(str_c(p), S("{field}")) || str_starts(str_c(p), S("{limit}")) || str_starts(str_c(p), S("{detail}")));
    }
    arena_destroy(a);
}

static void test_hashes(void **state)
{
    (void)state;
    assert_int_equal(hash_crc32c(0, "123456789", 9), 0xE3069283u);       // the check value of CRC-32C
    assert_int_equal(hash_crc32c(hash_crc32c(0, "1234", 4), "56789", 5), 0xE3069283u);
    unsigned char bytes[80];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 37 + 11);
    for (size_t from = 0; from < 9; from++)                              // every alignment, every remainder
        for (size_t n = 0; from + n <= sizeof bytes; n++)
            assert_int_equal(hash_crc32c(7, bytes + from, n), hash_crc32c_plain(7, bytes + from, n));
    hash_key k = { { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 } };
    uint8_t in[15] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 };
    assert_true(hash_sip64(&k, str_of((char *)in, 15)) == UINT64_C(0xa129ca6149be45e5));      // the paper's test vector
    assert_false(hash128_eq(hash_sip128(&k, S("ab"), S("c")), hash_sip128(&k, S("a"), S("bc"))));
    arena *a = arena_create();
    str big = arena_str(a, (str){ arena_alloc(a, 4000, 1, 1), 4000 });
    assert_true(hash128_eq(hash_sip128(&k, big, S("x")), hash_sip128(&k, big, S("x"))));
    arena_destroy(a);
}

static void test_vec(void **state)
{
    (void)state;
    VEC(int) v = { 0 };
    for (int i = 0; i < 1000; i++)
        vec_push(&v, i * i);
    assert_int_equal(v.n, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(v.v[i], i * i);
    vec_free(&v);
    assert_null(v.v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_utf8),   cmocka_unit_test(test_cut_and_trim), cmocka_unit_test(test_arena),
        cmocka_unit_test(test_varints), cmocka_unit_test(test_map64),  cmocka_unit_test(test_mapstr),       cmocka_unit_test(test_json),
        cmocka_unit_test(test_iso_times), cmocka_unit_test(test_errors), cmocka_unit_test(test_hashes),     cmocka_unit_test(test_vec),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
