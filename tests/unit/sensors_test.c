// SensorsData's wire: envelopes, types, identities, what is kept and what is sealed.
#include "tests.h"
#include "connect/items.h"
#include "connect/sensors.h"
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define NOW INT64_C(1773088620000000)      /* 2026-03-09T20:37:00Z */
#define EVENT64                                                                                                                    \
    "eyJkaXN0aW5jdF9pZCI6InUxIiwidGltZSI6MTcwMDAwMDAwMDAwMCwidHlwZSI6InRyYWNrIiwiZXZlbnQiOiJCdXlDYXIiLCJfdHJhY2tfaWQiOjEyMzQ1Njc4OSwicHJv" \
    "cGVydGllcyI6eyLovablnosiOiJFVDciLCJwcmljZSI6NDQ4MDAwLjV9fQ=="
#define EVENT_GZIP64                                                                                                               \
    "H4sIAAAAAAAAA0XMQQrCMBBG4bv86yCJpqbOUvEG7kRKSWcxiDWkU6GUnsA7uPQWHkfwGGI3vu0H7ziikU6ljVpJA0LvYKByYZAL9p+BDolB0FzHMwz4xq2CsO2HXZ1hUM0yX9xy5Yt1" \
    "KDcGKV8TZxXuQCM+r+f7cQdhfwj4oUQGeV9aaxfFNJ2+sf06J5AAAAA="

typedef struct bench { arena *a; vault *v; ingest *in; char dir[64]; } bench;

static int setup(void **state)
{
    bench *b = calloc(1, sizeof *b);
    b->a = arena_create();
    snprintf(b->dir, sizeof b->dir, "/tmp/lianyi-sensors-XXXXXX");
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

// --- The envelope ---------------------------------------------------------------------------------------------------------------
static void test_crc(void **state)
{
    (void)state;
    static const struct { const char *text; int32_t crc; } rows[] = {
        { "", 0 }, { "a", 97 }, { "hello", 99162322 }, { "eyJhIjoxfQ==", -1930075513 }, { EVENT64, -684362880 }, { EVENT_GZIP64, 664104223 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(sensors_crc(str_c(rows[i].text)), rows[i].crc);
}

static void test_envelopes(void **state)
{
    bench *b = *state;
    static const struct { const char *query, *body; err code; } rows[] = {
        { "project=p&data=eyJhIjoxfQ%3D%3D&ext=crc%3D-1930075513", "", E_OK },
        { "project=p", "data=eyJhIjoxfQ%3D%3D&ext=crc%3D-1930075513", E_OK },
        { "", "data=eyJhIjoxfQ%3D%3D&crc=-1930075513", E_OK },
        { "", "data=eyJhIjoxfQ", E_OK },                                              // without padding
        { "", "gzip=1&data_list=" EVENT_GZIP64 "&crc=664104223", E_OK },              // its + / = as they are
        { "", "data_list=" EVENT_GZIP64, E_OK },                                      // gzip by its looks
        { "", "instant_event=true&gzip=0&data=eyJhIjoxfQ==", E_OK },
        { "data=eyJhIjoyfQ%3D%3D", "data=eyJhIjoxfQ==&crc=-1930075513", E_OK },       // the body wins
        { "", "", E_BAD_REQUEST },
        { "", "gzip=1", E_BAD_REQUEST },
        { "", "data=eyJhIjoxfQ==&crc=1", E_BAD_REQUEST },
        { "", "data=eyJhIjoxfQ==&crc=x", E_BAD_REQUEST },
        { "data=eyJhIjoxfQ%3D%3D&ext=crc%3D1", "", E_BAD_REQUEST },
        { "", "data=%4", E_BAD_REQUEST },
        { "", "data=%zz", E_BAD_REQUEST },
        { "", "data=*", E_BAD_REQUEST },
        { "", "data=eyJhIjoxfQ==&gzip=9", E_BAD_REQUEST },
        { "", "data=eyJhIjoxfQ==&gzip=1", E_GZIP_INVALID },
        { "", "gzip=1&data_list=H4sIAAAAAAAAA0XMQQrCMBBG4bv8", E_GZIP_INVALID },
        { "", "data=eyJhIjox", E_JSON_INVALID },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sensors_form form;
        jval *root = NULL;
        fault f = { 0 };
        err e = sensors_form_read(str_c(rows[i].query), str_c(rows[i].body), b->a, &f, &form);
        if (e == E_OK)
            e = sensors_open(&form, b->a, &f, &root);
        if (e != rows[i].code)
            fail_msg("%s | %.60s: %s", rows[i].query, rows[i].body, err_info_of(e)->code);
        assert_true(e != E_OK || root);
    }
}

static str open_text(bench *b, str form_text)
{
    sensors_form form;
    jval *root;
    fault f = { 0 };
    assert_ok(sensors_form_read((str){ 0 }, form_text, b->a, &f, &form));
    assert_ok(sensors_open(&form, b->a, &f, &root));
    return json_str(json_get(root, S("a")));
}

// {"a":"🚗"} as two surrogates of three bytes, {"a":"\xFF"}, and half a pair.
static void test_text(void **state)
{
    bench *b = *state;
    assert_str(open_text(b, S("data=eyJhIjoi7aC97bqXIn0=")), S("🚗"));
    assert_str(open_text(b, S("data=eyJhIjoi/yJ9")), S("\xEF\xBF\xBD"));
    assert_str(open_text(b, S("data=eyJhIjoi7aC9eCJ9")), S("\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDx"));
}

// `size` blanks in gzip and base64, as a form.
static str bomb(bench *b, size_t size)
{
    char *blanks = arena_alloc(b->a, size, 1, 1);
    memset(blanks, ' ', size);
    unsigned char *packed = arena_alloc(b->a, size / 500 + 1000, 1, 1);
    z_stream z = { .next_in = (Bytef *)blanks, .avail_in = (uInt)size, .next_out = packed, .avail_out = (uInt)(size / 500 + 1000) };
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    size_t n = z.total_out, room = n * 2 + 16;
    char *text = arena_alloc(b->a, room, 1, 1);
    sodium_bin2base64(text, room, packed, n, sodium_base64_VARIANT_ORIGINAL);
    return arena_fmt(b->a, "gzip=1&data_list=%s", text);
}

static err opened(bench *b, str form_text)
{
    sensors_form form;
    jval *root;
    fault f = { 0 };
    assert_ok(sensors_form_read((str){ 0 }, form_text, b->a, &f, &form));
    return sensors_open(&form, b->a, &f, &root);
}

static void test_bomb(void **state)
{
    bench *b = *state;
    assert_err(opened(b, bomb(b, SENSORS_INFLATED_MAX)), E_JSON_INVALID);             // taken, and blank
    assert_err(opened(b, bomb(b, SENSORS_INFLATED_MAX + 1)), E_BODY_TOO_LARGE);
    str cut = bomb(b, 1000);
    assert_err(opened(b, str_take(cut, cut.len - 8)), E_GZIP_INVALID);
    assert_err(opened(b, S("gzip=1&data_list=" EVENT_GZIP64 "AAAA")), E_BAD_REQUEST);       // something behind its padding
}

static void test_keys(void **state)
{
    bench *b = *state;
    static const struct { const char *query, *body, *key; } rows[] = {
        { "project=default&token=lyk_a", "", "lyk_a" }, { "project=lyk_b", "", "lyk_b" },
        { "project=lyk_b&token=", "", "lyk_b" },        { "token=lyk_a&project=lyk_b", "", "lyk_a" },
        { "token=other&project=lyk_b", "", "lyk_b" },   { "token=other&project=default", "", "other" },
        { "project=default", "", "" },                  { "", "token=lyk_c&data=eyJhIjoxfQ==", "lyk_c" },
        { "project=default", "data=eyJ0b2tlbiI6Imx5a19kIn0=", "lyk_d" },      // {"token":"lyk_d"}
        { "project=default", "data_list=W3sicHJvamVjdCI6Imx5a19lIn1d", "lyk_e" },      // [{"project":"lyk_e"}]
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_str(sensors_key(str_c(rows[i].query), str_c(rows[i].body), b->a), str_c(rows[i].key));
}

// --- Events ---------------------------------------------------------------------------------------------------------------------
static const caller app = { .kind = CALLER_KEY, .source = 7, .name = { "app", 3 } };

static ingest_batch parse(bench *b, const char *json)
{
    ingest_batch out;
    fault f = { 0 };
    jval *root;
    assert_ok(json_parse(b->a, str_c(json), &f, &root));
    assert_ok(sensors_parse(b->in, &app, root, NOW, b->a, &f, &out));
    return out;
}

// Identities as text: kind:label, or kind:* for those without.
static const char *ids_of(bench *b, const identity *ids, uint32_t n)
{
    str out = { "", 0 };
    for (uint32_t i = 0; i < n; i++)
        out = arena_fmt(b->a, STR_FMT "%s%s:" STR_FMT, STR_ARG(out), i ? " " : "", identity_infos[ids[i].kind].name,
                        STR_ARG(ids[i].label.len ? ids[i].label : S("*")));
    return arena_cstr(b->a, out);
}

static void test_whose(void **state)
{
    bench *b = *state;
#define T(type) "{\"type\":\"" type "\",\"event\":\"e\",\"time\":1,"
    static const struct { const char *json, *ids, *gone; } rows[] = {
        { T("track") "\"distinct_id\":\"d\"}", "anonymous_id:d", "" },
        { T("track") "\"distinct_id\":17}", "anonymous_id:17", "" },
        { T("track") "\"distinct_id\":\"d\",\"properties\":{\"$is_login_id\":true}}", "user_id:d", "" },
        { T("track") "\"distinct_id\":\"c\",\"anonymous_id\":\"c\",\"identities\":{\"$identity_cookie_id\":\"c\"}}", "anonymous_id:c", "" },
        { T("track") "\"distinct_id\":\"u\",\"login_id\":\"u\",\"anonymous_id\":\"c\",\"identities\":{\"$identity_cookie_id\":\"c\",\"$identity_login_id\":\"u\"}}",
          "anonymous_id:c user_id:u", "" },
        { T("track") "\"distinct_id\":\"m\",\"anonymous_id\":\"m\",\"identities\":{\"$identity_mp_id\":\"m\",\"$identity_anonymous_id\":\"m\"}}",
          "mp_id:m anonymous_id:m", "" },
        { T("track") "\"distinct_id\":\"x\",\"identities\":{\"$mp_wx9_openid\":\"o\",\"$identity_mp_unionid\":\"n\",\"$identity_android_id\":\"x\"}}",
          "openid:wx9:o unionid:n device_id:x", "" },
        { T("track") "\"distinct_id\":\"o\",\"identities\":{\"$identity_mp_openid\":\"o\"},\"properties\":{\"$app_id\":\"wx1\"}}", "openid:wx1:o", "" },
        { T("track") "\"distinct_id\":\"$identity_mobile+13800138000\"}", "phone:*", "" },
        { T("track") "\"distinct_id\":\"13800138000\"}", "phone:*", "" },
        { T("track") "\"distinct_id\":\"13800138000\",\"properties\":{\"$is_login_id\":true}}", "user_id:* phone:*", "" },
        { T("track") "\"distinct_id\":\"a@b.cn\",\"properties\":{\"$is_login_id\":true}}", "user_id:* email:*", "" },
        { T("track") "\"distinct_id\":\"d\",\"identities\":{\"crm_id\":\"k7\",\"nonsense\":\"z\"}}", "crm_id:k7 anonymous_id:d", "" },
        { T("profile_increment") "\"distinct_id\":\"d\",\"properties\":{\"$is_login_id\":true,\"n\":1}}", "user_id:d", "" },
        { T("track_signup") "\"distinct_id\":\"u\",\"original_id\":\"o\"}", "user_id:u anonymous_id:o", "" },
        { T("track_id_bind") "\"distinct_id\":\"u\",\"login_id\":\"u\",\"identities\":{\"$identity_login_id\":\"u\",\"$identity_mobile\":\"13800138000\"}}",
          "user_id:u phone:*", "" },
        { T("track_id_unbind") "\"distinct_id\":\"$identity_mobile+13800138000\",\"identities\":{\"$identity_mobile\":\"13800138000\"}}", "phone:*", "phone:*" },
        { T("track_id_unbind") "\"distinct_id\":\"u\",\"login_id\":\"u\",\"anonymous_id\":\"c\",\"identities\":{\"$identity_mobile\":\"13800138000\"}}",
          "user_id:u anonymous_id:c", "phone:*" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ingest_batch x = parse(b, rows[i].json);
        const ingest_event *e = &x.v[0];
        if (e->verdict != INGEST_STORED)
            fail_msg("%s: %s", rows[i].json, err_info_of(e->code)->code);
        assert_string_equal(ids_of(b, e->ids, e->ids_n), rows[i].ids);
        assert_string_equal(ids_of(b, e->gone, e->gone_n), rows[i].gone);
    }
}

static void test_refused(void **state)
{
    bench *b = *state;
    static const struct { const char *json; err code; const char *field; } rows[] = {
        { "[7]", E_FIELD_TYPE, "data_list" },
        { "{\"distinct_id\":\"d\"}", E_FIELD_REQUIRED, "type" },
        { "{\"distinct_id\":\"d\",\"type\":\"dance\"}", E_FIELD_VALUE, "type" },
        { "{\"distinct_id\":\"d\",\"type\":\"track\"}", E_FIELD_REQUIRED, "event" },
        { "{\"type\":\"track\",\"event\":\"e\"}", E_FIELD_REQUIRED, "distinct_id" },
        { "{\"type\":\"track\",\"event\":\"e\",\"distinct_id\":\"d\",\"properties\":[1]}", E_FIELD_TYPE, "properties" },
        { "{\"type\":\"profile_increment\",\"distinct_id\":\"d\",\"properties\":{\"n\":\"5\"}}", E_FIELD_TYPE, "properties.n" },
        { "{\"type\":\"profile_append\",\"distinct_id\":\"d\",\"properties\":{\"l\":5}}", E_FIELD_TYPE, "properties.l" },
        { "{\"type\":\"track_id_unbind\",\"event\":\"$UnbindID\",\"distinct_id\":\"d\"}", E_FIELD_REQUIRED, "identities" },
        { "{\"type\":\"track_id_bind\",\"event\":\"$BindID\",\"distinct_id\":\"d\",\"identities\":{\"$identity_mobile\":\"x\"}}", E_FIELD_VALUE, "phone" },
        { "{\"type\":\"item_set\",\"item_id\":\"1\"}", E_FIELD_REQUIRED, "item_type" },
        { "{\"type\":\"item_set\",\"item_type\":\"t\",\"item_id\":\"1\",\"properties\":{\"o\":{}}}", E_FIELD_VALUE, "properties" },
        { "{\"type\":\"item_set\",\"item_type\":\"t\",\"item_id\":\"13800138000\"}", E_FIELD_VALUE, "item_id" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ingest_batch x = parse(b, rows[i].json);
        assert_int_equal(x.v[0].verdict, INGEST_REFUSED);
        if (x.v[0].code != rows[i].code || !str_eq(x.v[0].field, str_c(rows[i].field)))
            fail_msg("%s: %s " STR_FMT, rows[i].json, err_info_of(x.v[0].code)->code, STR_ARG(x.v[0].field));
    }
}

static const ingest_prop *prop_named(const ingest_event *e, const char *name)
{
    for (uint32_t i = 0; i < e->props_n; i++)
        if (str_eq(e->props[i].name, str_c(name)))
            return &e->props[i];
    return NULL;
}

static void test_kinds(void **state)
{
    bench *b = *state;
    static const struct { const char *type, *kind; } rows[] = {
        { "track", "e" }, { "track_signup", "$SignUp" }, { "track_id_bind", "$BindID" }, { "profile_set", "identify" },
        { "profile_set_once", "profile.set_once" }, { "profile_increment", "profile.incremented" }, { "profile_append", "profile.appended" },
        { "profile_unset", "profile.unset" }, { "profile_delete", "profile.deleted" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ingest_batch x = parse(b, arena_fmt(b->a, "{\"type\":\"%s\",\"event\":\"e\",\"distinct_id\":\"d\"}", rows[i].type).s);
        assert_int_equal(x.v[0].verdict, INGEST_STORED);
        assert_str(x.v[0].kind, str_c(rows[i].kind));
    }
}

static void test_properties(void **state)
{
    bench *b = *state;
    ingest_batch x = parse(b, "{\"type\":\"track\",\"event\":\"e\",\"distinct_id\":\"d\",\"lib\":{\"$lib\":\"js\",\"$lib_version\":\"1\",\"$lib_detail\":\"x\"},"
                              "\"properties\":{\"车型\":\"ET7\",\"price\":448000.5,\"tags\":[\"a\"],\"手机号\":\"13800138000\",\"note\":\"打 13800138000\","
                              "\"$os\":\"iOS\",\"$screen_width\":390,\"$ip\":\"1.2.3.4\",\"$user_agent\":\"x\",\"$is_login_id\":true,"
                              "\"$url\":\"https://a.cn/p?phone=13800138000\",\"$referrer\":\"https://b.cn/?t=1\",\"$title\":\"王 13800138000\"}}");
    const ingest_event *e = &x.v[0];
    assert_int_equal(e->verdict, INGEST_STORED);
    assert_str(prop_named(e, "车型")->v.s, S("ET7"));
    assert_true(prop_named(e, "price")->v.f == 448000.5);
    assert_str(prop_named(e, "tags")->v.s, S("[\"a\"]"));
    assert_non_null(prop_named(e, "手机号")->sealed);
    assert_str(prop_named(e, "note")->v.s, S("打 ***********"));
    assert_str(prop_named(e, "$os")->v.s, S("iOS"));
    assert_str(prop_named(e, "$url")->v.s, S("https://a.cn/p"));
    assert_str(prop_named(e, "$referrer")->v.s, S("https://b.cn/"));
    assert_str(prop_named(e, "$title")->v.s, S("王 ***********"));
    assert_str(prop_named(e, "$lib")->v.s, S("js"));
    assert_null(prop_named(e, "$lib_detail"));
    assert_null(prop_named(e, "$screen_width"));
    assert_null(prop_named(e, "$ip"));
    assert_null(prop_named(e, "$is_login_id"));
    assert_int_equal(e->dropped, 3);
    x = parse(b, "{\"type\":\"profile_unset\",\"distinct_id\":\"d\",\"properties\":{\"phone\":true,\"city\":true,\"$utm_source\":true}}");
    assert_int_equal(x.v[0].verdict, INGEST_STORED);
    assert_int_equal(x.v[0].props_n, 3);
    assert_null(prop_named(&x.v[0], "phone")->sealed);
    x = parse(b, "{\"type\":\"profile_set\",\"distinct_id\":\"13900139000\",\"properties\":{\"$first_referrer\":\"https://a.cn/?x=1\",\"$screen_width\":1}}");
    assert_str(prop_named(&x.v[0], "$first_referrer")->v.s, S("https://a.cn/"));
    assert_non_null(prop_named(&x.v[0], "$screen_width"));
    assert_non_null(prop_named(&x.v[0], "phone")->sealed);                 // the id itself is kept where people become known
}

static void test_times(void **state)
{
    bench *b = *state;
    // The device is an hour slow; the event is ten seconds older than its sending.
    ingest_batch x = parse(b, "{\"type\":\"track\",\"event\":\"e\",\"distinct_id\":\"d\",\"time\":1773085010000,\"_flush_time\":1773085020000}");
    assert_int_equal(x.v[0].time_us, NOW - 10 * US_PER_S);
    assert_int_equal(x.v[0].sent_us, INT64_C(1773085010000000));
    // Two events of a right clock that came the other way round, a second late: theirs is the order.
    x = parse(b, "[{\"type\":\"track\",\"event\":\"e\",\"distinct_id\":\"d\",\"time\":1773088619001,\"_flush_time\":1773088619001},"
                 "{\"type\":\"track\",\"event\":\"e\",\"distinct_id\":\"d\",\"time\":1773088619000,\"_flush_time\":1773088619000}]");
    assert_int_equal(x.v[0].time_us, INT64_C(1773088619001000));
    assert_int_equal(x.v[1].time_us, INT64_C(1773088619000000));
    x = parse(b, "{\"type\":\"track\",\"event\":\"e\",\"distinct_id\":\"d\",\"time\":1500000000000}");
    assert_int_equal(x.v[0].time_us, NOW - INGEST_PAST_US);
    assert_int_equal(x.v[0].flags & EVENT_CLAMPED, EVENT_CLAMPED);
    x = parse(b, "{\"type\":\"track\",\"event\":\"e\",\"distinct_id\":\"d\",\"time\":1500000000000,\"time_free\":true}");
    assert_int_equal(x.v[0].time_us, INT64_C(1500000000000000));
    x = parse(b, "{\"type\":\"track\",\"event\":\"e\",\"distinct_id\":\"d\",\"time\":\"soon\"}");
    assert_int_equal(x.v[0].time_us, NOW);
}

static bool same_message(bench *b, const char *one, const char *other)
{
    ingest_batch x = parse(b, one), y = parse(b, other);
    return hash128_eq(x.v[0].print, y.v[0].print);
}

static void test_messages(void **state)
{
    bench *b = *state;
#define M(more) "{\"type\":\"track\",\"event\":\"e\",\"distinct_id\":\"13800138000\",\"time\":5," more "}"
    assert_true(same_message(b, M("\"_track_id\":1,\"_flush_time\":6"), M("\"_track_id\":1,\"_flush_time\":7")));
    assert_false(same_message(b, M("\"_track_id\":1"), M("\"_track_id\":2")));
    assert_true(same_message(b, M("\"properties\":{\"a\":1},\"_flush_time\":6"), M("\"properties\":{\"a\":1},\"_flush_time\":7")));
    assert_false(same_message(b, M("\"properties\":{\"a\":1}"), M("\"properties\":{\"a\":2}")));
    ingest_batch x = parse(b, M("\"_track_id\":1234567890"));
    assert_str(x.v[0].message_id, S("sa-1234567890-5"));
}

static void test_items(void **state)
{
    bench *b = *state;
    ingest_batch x = parse(b, "{\"type\":\"item_set\",\"item_type\":\"门店\",\"item_id\":\"SH-1\",\"properties\":{\"name\":\"浦东店\",\"phone\":\"13800138000\","
                              "\"contact\":\"13800138000\",\"tags\":[\"a\",\"b\"],\"seats\":12}}");
    assert_int_equal(x.v[0].verdict, INGEST_STORED);
    assert_str(x.v[0].item->props, S("{\"name\":\"浦东店\",\"tags\":[\"a\",\"b\"],\"seats\":12}"));
    assert_int_equal(x.v[0].dropped, 2);
    assert_int_equal(x.v[0].ids_n, 0);
    x = parse(b, "{\"type\":\"item_delete\",\"item_type\":\"门店\",\"item_id\":\"SH-1\"}");
    assert_true(x.v[0].item->gone);
}

static void test_corpus(void **state)
{
    bench *b = *state;
    str *files, bytes;
    size_t n;
    assert_ok(os_list(os_posix(), TESTS_DIR "/fuzz/corpus/sensors", b->a, &files, &n));
    assert_true(n > 10);
    for (size_t i = 0; i < n; i++) {
        assert_ok(os_read_file(os_posix(), arena_fmt(b->a, TESTS_DIR "/fuzz/corpus/sensors/" STR_FMT, STR_ARG(files[i])).s, b->a, &bytes));
        for (size_t cut = 0; cut <= bytes.len; cut += 1 + cut / 8)       // and every other beginning of it
            LLVMFuzzerTestOneInput((const uint8_t *)bytes.s, bytes.len - cut);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crc),        cmocka_unit_test(test_envelopes), cmocka_unit_test(test_text),     cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_keys),       cmocka_unit_test(test_whose),     cmocka_unit_test(test_refused),  cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_properties), cmocka_unit_test(test_times),     cmocka_unit_test(test_messages), cmocka_unit_test(test_items),
        cmocka_unit_test(test_corpus),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
