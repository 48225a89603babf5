#include "tests.h"
#include "api/shape.h"

enum tier { TIER_FIRST, TIER_SECOND };
static const char *const tier_names[] = { "first", "second", NULL };
static const enum_labels tier_labels = { "tier", tier_names };

#define PLACE(F, T)                                                                            \
    F(T, STR, city, .required = true, .min = 1, .max = 4, .doc = "City.")                      \
    F(T, STR, street, .max = 10, .pii = true, .doc = "Street.")
SHAPE_STRUCT(place, PLACE);
SHAPE_TABLE(place, PLACE);

#define SHOP(F, T)                                                                             \
    F(T, STR, name, .required = true, .min = 1, .max = 6, .doc = "Name.")                      \
    F(T, I64, size, .min = 1, .max = 100, .doc = "Square metres.")                             \
    F(T, I64, big, .doc = "Any integer.")                                                      \
    F(T, I64, least, .min = 5, .doc = "From five up.")                                         \
    F(T, F64, ratio, .min = 0, .max = 1, .doc = "Share.")                                      \
    F(T, BOOL, open, .nullable = true, .doc = "Open now.")                                     \
    F(T, TIME, since, .doc = "First day.")                                                     \
    F(T, ENUM(tier), tier, .nullable = true, .doc = "Tier.")                                   \
    F(T, OBJ(place), home, .nullable = true, .doc = "Main entrance.")                          \
    F(T, LIST(place), doors, .max = 3, .doc = "Other entrances.")                              \
    F(T, STRS, tags, .max = 2, .item_max = 3, .doc = "Tags.")                                  \
    F(T, I64S, ids, .min = 1, .max = 3, .doc = "Ids.")                                         \
    F(T, JSON, extra, .max = 40, .doc = "Anything.")                                           \
    F(T, STR, phone, .max = 20, .pattern = "phone", .pii = true, .doc = "Phone.", .example = "13800138000") \
    F(T, I64, id, .readonly = true, .doc = "Id.")
SHAPE_STRUCT(shop, SHOP);
SHAPE_TABLE(shop, SHOP);

#define LOOSE(F, T) F(T, STR, messageId, .max = 10, .doc = "Id.")
SHAPE_STRUCT(loose, LOOSE);
SHAPE_TABLE_OPEN(loose, LOOSE);

#define QUERY(F, T)                                                                            \
    F(T, STR, q, .max = 4, .doc = "Text.")                                                     \
    F(T, I64, limit, .min = 1, .max = 100, .doc = "Rows.")                                     \
    F(T, BOOL, all, .doc = "All.")                                                             \
    F(T, TIME, from, .doc = "From.")                                                           \
    F(T, ENUM(tier), tier, .doc = "Tier.")                                                     \
    F(T, STRS, tags, .max = 2, .item_max = 3, .doc = "Tags.")                                  \
    F(T, I64S, ids, .max = 2, .doc = "Ids.")
SHAPE_STRUCT(query, QUERY);
SHAPE_TABLE(query, QUERY);

#define J(text) S(text)
static const struct refused { str json; err code; const char *field; } refused_cases[] = {
    { J(""), E_BODY_REQUIRED, "" },
    { J("  \n"), E_BODY_REQUIRED, "" },
    { J("{"), E_JSON_INVALID, "" },
    { J("{\"name\":\"a\"} x"), E_JSON_INVALID, "" },
    { J("{\"name\":\"a\",}"), E_JSON_INVALID, "" },
    { J("{\"name\":\"\xff\"}"), E_JSON_INVALID, "" },
    { J("{\"name\":\"\\ud800\"}"), E_JSON_INVALID, "" },
    { J("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"), E_JSON_TOO_DEEP, "" },
    { J("[]"), E_FIELD_TYPE, "$" },
    { J("null"), E_FIELD_TYPE, "$" },
    { J("{}"), E_FIELD_REQUIRED, "name" },
    { J("{\"name\":null}"), E_FIELD_NULL, "name" },
    { J("{\"name\":1}"), E_FIELD_TYPE, "name" },
    { J("{\"name\":\"\"}"), E_FIELD_TOO_SHORT, "name" },
    { J("{\"name\":\"涟漪涟漪涟漪涟\"}"), E_FIELD_TOO_LONG, "name" },
    { J("{\"name\":\"a\\u0000b\"}"), E_FIELD_UTF8, "name" },
    { J("{\"name\":\"a\",\"name\":\"a\"}"), E_FIELD_DUPLICATE, "name" },
    { J("{\"name\":\"a\",\"Name\":\"a\"}"), E_FIELD_UNKNOWN, "Name" },
    { J("{\"name\":\"a\",\"\":1}"), E_FIELD_UNKNOWN, "$" },
    { J("{\"name\":\"a\",\"size\":0}"), E_FIELD_TOO_SMALL, "size" },
    { J("{\"name\":\"a\",\"size\":101}"), E_FIELD_TOO_LARGE, "size" },
    { J("{\"name\":\"a\",\"size\":\"5\"}"), E_FIELD_TYPE, "size" },
    { J("{\"name\":\"a\",\"size\":5.5}"), E_FIELD_TYPE, "size" },
    { J("{\"name\":\"a\",\"size\":true}"), E_FIELD_TYPE, "size" },
    { J("{\"name\":\"a\",\"big\":9223372036854775808}"), E_FIELD_TYPE, "big" },
    { J("{\"name\":\"a\",\"big\":1e300}"), E_FIELD_TYPE, "big" },
    { J("{\"name\":\"a\",\"least\":4}"), E_FIELD_TOO_SMALL, "least" },
    { J("{\"name\":\"a\",\"ratio\":1.01}"), E_FIELD_TOO_LARGE, "ratio" },
    { J("{\"name\":\"a\",\"ratio\":-0.01}"), E_FIELD_TOO_SMALL, "ratio" },
    { J("{\"name\":\"a\",\"ratio\":\"1\"}"), E_FIELD_TYPE, "ratio" },
    { J("{\"name\":\"a\",\"open\":0}"), E_FIELD_TYPE, "open" },
    { J("{\"name\":\"a\",\"since\":\"2026-03-09\"}"), E_FIELD_VALUE, "since" },
    { J("{\"name\":\"a\",\"since\":1773059857}"), E_FIELD_TYPE, "since" },
    { J("{\"name\":\"a\",\"tier\":\"third\"}"), E_FIELD_VALUE, "tier" },
    { J("{\"name\":\"a\",\"tier\":0}"), E_FIELD_TYPE, "tier" },
    { J("{\"name\":\"a\",\"home\":[]}"), E_FIELD_TYPE, "home" },
    { J("{\"name\":\"a\",\"home\":{}}"), E_FIELD_REQUIRED, "home.city" },
    { J("{\"name\":\"a\",\"home\":{\"city\":\"上海\",\"zip\":1}}"), E_FIELD_UNKNOWN, "home.zip" },
    { J("{\"name\":\"a\",\"doors\":{}}"), E_FIELD_TYPE, "doors" },
    { J("{\"name\":\"a\",\"doors\":[{\"city\":\"a\"},{\"city\":\"b\"},{\"city\":\"abcde\"}]}"), E_FIELD_TOO_LONG, "doors[2].city" },
    { J("{\"name\":\"a\",\"doors\":[{\"city\":\"a\"},5]}"), E_FIELD_TYPE, "doors[1]" },
    { J("{\"name\":\"a\",\"doors\":[null]}"), E_FIELD_TYPE, "doors[0]" },
    { J("{\"name\":\"a\",\"doors\":[{},{},{},{}]}"), E_FIELD_TOO_MANY, "doors" },
    { J("{\"name\":\"a\",\"tags\":[\"a\",\"b\",\"c\"]}"), E_FIELD_TOO_MANY, "tags" },
    { J("{\"name\":\"a\",\"tags\":[\"a\",\"abcd\"]}"), E_FIELD_TOO_LONG, "tags[1]" },
    { J("{\"name\":\"a\",\"tags\":[\"\"]}"), E_FIELD_TOO_SHORT, "tags[0]" },
    { J("{\"name\":\"a\",\"tags\":[3]}"), E_FIELD_TYPE, "tags[0]" },
    { J("{\"name\":\"a\",\"tags\":\"a\"}"), E_FIELD_TYPE, "tags" },
    { J("{\"name\":\"a\",\"ids\":[]}"), E_FIELD_TOO_SHORT, "ids" },
    { J("{\"name\":\"a\",\"ids\":[1,\"2\"]}"), E_FIELD_TYPE, "ids[1]" },
    { J("{\"name\":\"a\",\"extra\":{\"a\":{\"b\":1,\"c\":2,\"b\":3}}}"), E_FIELD_DUPLICATE, "extra.a.b" },
    { J("{\"name\":\"a\",\"extra\":[1,\"\\u0000\"]}"), E_FIELD_UTF8, "extra[1]" },
    { J("{\"name\":\"a\",\"extra\":\"0123456789012345678901234567890123456789\"}"), E_FIELD_TOO_LONG, "extra" },
    { J("{\"name\":\"a\",\"extra\":null}"), E_FIELD_NULL, "extra" },
    { J("{\"name\":\"a\",\"phone\":\"12800138000\"}"), E_FIELD_VALUE, "phone" },
    { J("{\"name\":\"a\",\"id\":7}"), E_FIELD_VALUE, "id" },
};

static void test_refused(void **state)
{
    (void)state;
    arena *a = arena_create();
    for (size_t i = 0; i < sizeof refused_cases / sizeof *refused_cases; i++) {
        const struct refused *c = &refused_cases[i];
        fault f = { 0 };
        shop out;
        err e = shape_read_text(&shop_shape, c->json, a, &f, &out);
        if (e != c->code || f.code != c->code || !str_eq(f.field, str_c(c->field)))
            fail_msg("%.*s: %s \"" STR_FMT "\"", STR_ARG(c->json), err_info_of(e)->code, STR_ARG(f.field));
    }
    arena_destroy(a);
}

static void test_accepted_are_written_back(void **state)
{
    (void)state;
    static const str same[] = {
        J("{\"name\":\"涟漪涟漪涟漪\"}"),
        J("{\"name\":\"a\",\"size\":100,\"big\":-9223372036854775808,\"least\":5}"),
        J("{\"name\":\"a\",\"big\":9223372036854775807,\"ratio\":0.25,\"open\":true}"),
        J("{\"name\":\"a\",\"open\":null,\"tier\":null,\"home\":null}"),
        J("{\"name\":\"a\",\"since\":\"2026-03-09T12:37:00.000000Z\",\"tier\":\"second\"}"),
        J("{\"name\":\"a\",\"home\":{\"city\":\"上海\",\"street\":\"\"},\"doors\":[{\"city\":\"a\"},{\"city\":\"b\"}]}"),
        J("{\"name\":\"a\",\"doors\":[],\"tags\":[\"a\",\"涟漪涟\"],\"ids\":[1,-2,3]}"),
        J("{\"name\":\"a\",\"extra\":{\"b\":[1,2.5,null,\"c\"],\"a\":{}},\"phone\":\"+8613800138000\"}"),
    };
    arena *a = arena_create();
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        shop in;
        fault f = { 0 };
        assert_ok(shape_read_text(&shop_shape, same[i], a, &f, &in));
        buf b = { 0 };
        jw w = { .b = &b };
        assert_ok(shape_write(&shop_shape, &in, &w, &f, a));
        assert_str(buf_str(&b), same[i]);
        buf_free(&b);
    }
    shop in;
    assert_ok(shape_read_text(&shop_shape, J("{\"name\":\"a\",\"size\":5.0,\"open\":null}"), a, NULL, &in));
    assert_int_equal(in.size, 5);
    assert_true(HAS(&in, shop, open) && IS_NULL(&in, shop, open));
    assert_false(HAS(&in, shop, tier));
    loose l;
    assert_ok(shape_read_text(&loose_shape, J("{\"other\":1,\"messageId\":\"m\",\"other\":2}"), a, NULL, &l));
    assert_str(l.messageId, S("m"));
    arena_destroy(a);
}

static void test_bad_replies(void **state)
{
    (void)state;
    arena *a = arena_create();
    struct reply { shop s; const char *field; } bad[6] = { 0 };
    bad[0].field = "name";                                       // required, not set
    for (int i = 1; i < 6; i++)
        SET(&bad[i].s, shop, name, S("a"));
    SET(&bad[1].s, shop, name, S("abcdefg")), bad[1].field = "name";
    SET(&bad[2].s, shop, tier, (enum tier)2), bad[2].field = "tier";
    SET_NULL(&bad[3].s, shop, size), bad[3].field = "size";
    static const place nowhere[1];
    SET(&bad[4].s, shop, doors, (typeof(bad[4].s.doors)){ nowhere, 1 }), bad[4].field = "doors[0].city";
    SET(&bad[5].s, shop, extra, S("{oops")), bad[5].field = "extra";
    for (int i = 0; i < 6; i++) {
        buf b = { 0 };
        jw w = { .b = &b };
        fault f = { 0 };
        assert_err(shape_write(&shop_shape, &bad[i].s, &w, &f, a), E_UNDECLARED);
        assert_str(f.field, str_c(bad[i].field));
        buf_free(&b);
    }
    arena_destroy(a);
}

static const struct asked { str query; err code; const char *field; } asked_cases[] = {
    { J(""), E_OK, "" },
    { J("q=%E6%B6%9F&limit=5&all=true&tier=first&tags=a,b&ids=1,-2&from=2026-03-09T12:37:00Z"), E_OK, "" },
    { J("q=a+b&&"), E_OK, "" },
    { J("q="), E_OK, "" },
    { J("Q=1"), E_FIELD_UNKNOWN, "Q" },
    { J("q=1&q=2"), E_FIELD_DUPLICATE, "q" },
    { J("q=%"), E_BAD_REQUEST, "" },
    { J("q=%4"), E_BAD_REQUEST, "" },
    { J("q=%zz"), E_BAD_REQUEST, "" },
    { J("=1"), E_BAD_REQUEST, "" },
    { J("q=%00"), E_FIELD_UTF8, "q" },
    { J("q=%ff"), E_FIELD_UTF8, "q" },
    { J("q=abcde"), E_FIELD_TOO_LONG, "q" },
    { J("limit"), E_FIELD_TYPE, "limit" },
    { J("limit=1.0"), E_FIELD_TYPE, "limit" },
    { J("limit=0"), E_FIELD_TOO_SMALL, "limit" },
    { J("all=1"), E_FIELD_TYPE, "all" },
    { J("from=yesterday"), E_FIELD_VALUE, "from" },
    { J("tier=third"), E_FIELD_VALUE, "tier" },
    { J("tags=a,,b"), E_FIELD_TOO_MANY, "tags" },
    { J("tags=a,"), E_FIELD_TOO_SHORT, "tags[1]" },
    { J("ids=1,x"), E_FIELD_TYPE, "ids[1]" },
};

static void test_query(void **state)
{
    (void)state;
    arena *a = arena_create();
    for (size_t i = 0; i < sizeof asked_cases / sizeof *asked_cases; i++) {
        const struct asked *c = &asked_cases[i];
        fault f = { 0 };
        query out;
        err e = shape_read_query(&query_shape, c->query, a, &f, &out);
        if (e != c->code || !str_eq(f.field, str_c(c->field)))
            fail_msg("%.*s: %s \"" STR_FMT "\"", STR_ARG(c->query), err_info_of(e)->code, STR_ARG(f.field));
    }
    query out;
    assert_ok(shape_read_query(&query_shape, asked_cases[1].query, a, NULL, &out));
    assert_str(out.q, S("涟"));
    assert_int_equal(out.ids.v[1], -2);
    assert_str(out.tags.v[1], S("b"));
    arena_destroy(a);
}

static void test_patterns(void **state)
{
    (void)state;
    static const struct { const char *name, *ok, *bad; } cases[] = {
        { "id", "a", "" }, { "id", "Z9:x-_.", "-a" }, { "id", "0", "a b" }, { "id", "u", "涟" },
        { "code", "a1._-", "A" }, { "code", "9", "_a" }, { "login", "li.wei@x", "@li" },
        { "phone", "13800138000", "10800138000" }, { "phone", "+85291234567", "+0123456789" },
        { "phone", "19912345678", "1381234567" }, { "phone", "+1234567", "+123456" }, { "phone", "+123456789012345", "+1234567890123456" },
        { "email", "a@b.cn", "a@b" }, { "email", "a.b+c@d-e.com", "a@@b.cn" }, { "email", "x@y.z", "x@y." },
        { "email", "x@y.z.w", "x@.z" }, { "email", "x@1.2", "x y@z.cn" },
        { "date", "2024-02-29", "2026-02-29" }, { "date", "2026-12-31", "2026-13-01" }, { "date", "1970-01-01", "2026-1-1" },
        { "month", "2026-03", "2026-00" }, { "clock", "23:59", "24:00" }, { "clock", "00:00", "0:00" },
        { "url", "https://a.cn/x?y", "ftp://a.cn" }, { "url", "http://a", "https://" }, { "url", "https://涟漪.cn", "https://a b" },
        { "vin", "LSJA24U62KS000001", "LSJA24U62KS00000O" }, { "line", "", "a\nb" }, { "line", "好", "\x7f" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (!shape_pattern_ok(cases[i].name, str_c(cases[i].ok)))
            fail_msg("%s refuses %s", cases[i].name, cases[i].ok);
        if (shape_pattern_ok(cases[i].name, str_c(cases[i].bad)))
            fail_msg("%s takes %s", cases[i].name, cases[i].bad);
        assert_true(shape_pattern_ok(cases[i].name, str_c(shape_pattern_example(cases[i].name))));
    }
    assert_false(shape_pattern_known("postcode"));
}

#define BAD(F, T)                                                                              \
    F(T, STR, no_max, .doc = "x")                                                              \
    F(T, STR, no_doc, .max = 1)                                                                \
    F(T, I64, badName, .doc = "x")                                                             \
    F(T, STRS, items, .max = 3, .doc = "x")                                                    \
    F(T, STR, postcode, .max = 6, .pattern = "postcode", .doc = "x")                           \
    F(T, STR, phone, .max = 20, .pattern = "phone", .example = "12", .doc = "x")               \
    F(T, I64S, ids, .doc = "x")
SHAPE_STRUCT(bad_one, BAD);
SHAPE_TABLE(bad_one, BAD);

static void test_lint(void **state)
{
    (void)state;
    buf b = { 0 };
    shape_lint(&shop_shape, &b);
    shape_lint(&loose_shape, &b);
    shape_lint(&empty_shape, &b);
    assert_str(buf_str(&b), S(""));
    shape_lint(&bad_one_shape, &b);
    static const char *const told[] = { "no_max", "no_doc", "badName", "items", "postcode", "phone", "ids" };
    buf_add_char(&b, 0);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        assert_non_null(strstr(b.s, told[i]));
    buf_free(&b);
}

static void test_schema(void **state)
{
    (void)state;
    arena *a = arena_create();
    buf b = { 0 };
    jw w = { .b = &b };
    shape_json_schema(&shop_shape, &w);
    jval *v;
    assert_ok(json_parse(a, buf_str(&b), NULL, &v));
    jval *props = json_get(v, S("properties"));
    assert_int_equal(yyjson_obj_size(props), shop_field_count);
    assert_true(yyjson_get_bool(json_get(json_get(props, S("phone")), S("x-pii"))));
    assert_str(json_str(json_get(json_get(json_get(props, S("doors")), S("items")), S("$ref"))), S("#/components/schemas/place"));
    assert_int_equal(yyjson_get_sint(json_get(json_get(props, S("size")), S("maximum"))), 100);
    assert_null(json_get(json_get(props, S("least")), S("maximum")));
    assert_int_equal(yyjson_arr_size(json_get(v, S("required"))), 1);
    assert_false(yyjson_get_bool(json_get(v, S("additionalProperties"))));
    buf_free(&b);
    arena_destroy(a);
}

// The fuzz target over every single-byte change, cut and doubling of inputs that reach all kinds.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void fuzz(buf *b) { LLVMFuzzerTestOneInput((const uint8_t *)b->s, b->len); }

static void test_changed_bytes(void **state)
{
    (void)state;
    static const str seeds[] = {
        J("{\"name\":\"涟漪\",\"size\":5,\"big\":9223372036854775807,\"ratio\":0.5,\"open\":null,\"tier\":\"first\"}"),
        J("{\"name\":\"a\",\"since\":\"2026-03-09T12:37:00Z\",\"home\":{\"city\":\"上海\",\"tags\":[\"a\"]},\"ids\":[1,-2]}"),
        J("{\"name\":\"a\",\"doors\":[{\"city\":\"a\"},{\"city\":\"b\"}],\"extra\":{\"a\":[1,2.5,null,\"\\u00e9\"],\"b\":{}}}"),
        J("{\"name\":\"a\",\"phone\":\"13800138000\",\"mail\":\"a.b@c.cn\",\"day\":\"2024-02-29\"}"),
        J("q=%E6%B6%9F&limit=5&from=2026-03-09T12:37:00Z&tags=a,b&ids=1,-2"),
    };
    static const char bytes[] = { 0, '"', '\\', '{', '}', '[', ',', '9', '-', 'e', '.', '%', '&', '=', '+', (char)0x80, (char)0xFF };
    buf b = { 0 };
    for (size_t s = 0; s < sizeof seeds / sizeof *seeds; s++) {
        for (size_t i = 0; i < seeds[s].len; i++) {
            for (size_t k = 0; k < sizeof bytes; k++) {
                buf_clear(&b);
                buf_add_str(&b, seeds[s]);
                b.s[i] = bytes[k];
                fuzz(&b);
            }
            b.len = i;                        // cut here
            fuzz(&b);
            buf_clear(&b);
            buf_add_str(&b, str_take(seeds[s], i));
            buf_add_str(&b, seeds[s]);        // from the start again
            fuzz(&b);
        }
    }
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused), cmocka_unit_test(test_accepted_are_written_back), cmocka_unit_test(test_bad_replies),
        cmocka_unit_test(test_query),   cmocka_unit_test(test_patterns),                  cmocka_unit_test(test_lint),
        cmocka_unit_test(test_schema),  cmocka_unit_test(test_changed_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
