// Values that are known, taken out of running text: what the function finds, what a message says of itself, what the vault knew of
// whom a later message is about.
#include "base/json.h"
#include "base/personal.h"
#include "ingest_world.h"
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

static int setup(void **state)
{
    bench *b = calloc(1, sizeof *b);
    world_open(&b->w);
    bench_begin(b);
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    bench_close(*state);
    return 0;
}

// --- The function -----------------------------------------------------------------------------------------------------------------
static const str values[] = { { "王涟漪", 9 }, { "Bob Li", 6 }, { "LDP12345978901234", 17 }, { "anna", 4 }, { "anna lee", 8 },
                              { "nancy", 5 }, { "u001b", 5 } };
#define VALUES (sizeof values / sizeof *values)

static void known_values_are_found(void **state)
{
    (void)state;
    arena *a = arena_create();
    static const struct { const char *in, *out, *json; } cases[] = {
        { "", "", "" },
        { "没有人", "没有人", "没有人" },
        { "王涟漪", "***", "王涟漪" },                             // of JSON only strings
        { "\"王涟漪\"", "\"***\"", "\"***\"" },
        { "王王涟漪漪，王涟", "王***漪，王涟", "王王涟漪漪，王涟" },
        { "问BOB LI好 bob lin", "问******好 bob lin", "问BOB LI好 bob lin" },
        { "xldp12345978901234 ldp12345978901234", "xldp12345978901234 *****************", "xldp12345978901234 ldp12345978901234" },
        { "anna lee, Susanna, anna", "********, Susanna, ****", "anna lee, Susanna, anna" },
        { "{\"a\":\"x\\\"王涟漪\",\"王涟漪\":anna}", "{\"a\":\"x\\\"***\",\"***\":****}", "{\"a\":\"x\\\"***\",\"***\":anna}" },
        { "\"anna\\", "\"****\\", "\"****\\" },
        { "\"x\\nanna\"", "\"x\\nanna\"", "\"x\\n****\"" },           // a new line is no letter of hers
        { "\"\\nancy\"", "\"\\*****\"", "\"\\nancy\"" },             // nor the beginning of a name
        { "\"\\u001b anna\"", "\"\\***** ****\"", "\"\\u001b ****\"" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str in = str_c(cases[i].in), out = personal_hushed(in, values, VALUES, a), json = personal_hushed_json(in, values, VALUES, a);
        if (!str_eq(out, str_c(cases[i].out)) || !str_eq(json, str_c(cases[i].json)))
            fail_msg("%s: " STR_FMT " and " STR_FMT, cases[i].in, STR_ARG(out), STR_ARG(json));
        assert_true((out.s == in.s) == str_eq(in, out));           // not copied for nothing
    }
    arena_destroy(a);
}

// The plain way: every value at every place, word for word.
static str naive(str text, arena *a)
{
    char *copy = arena_cstr(a, text);
    bool stars[256] = { false };
    for (size_t v = 0; v < VALUES; v++)
        for (size_t i = 0; i + values[v].len <= text.len; i++) {
            bool word = (uint8_t)values[v].s[0] < 0x80, before = i && isalnum((uint8_t)text.s[i - 1]),
                 behind = i + values[v].len < text.len && isalnum((uint8_t)text.s[i + values[v].len]);
            if (strncasecmp(text.s + i, values[v].s, values[v].len) == 0 && !(word && (before || behind)))
                memset(stars + i, true, values[v].len);
        }
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        if (!stars[i] || (text.s[i] & 0xC0) != 0x80)
            copy[n++] = stars[i] ? '*' : text.s[i];
    return str_of(copy, n);
}

static str as_json(str text, arena *a)
{
    buf b = { 0 };
    jw_str(&(jw){ .b = &b }, text);
    str r = arena_str(a, buf_str(&b));
    buf_free(&b);
    return r;
}

// JSON stays JSON, and its strings say what they would have said outside of it, whatever had to be escaped.
static void known_values_in_json_as_outside(void **state)
{
    (void)state;
    static const char *const parts[] = { "王涟漪", "anna", "ANNA", "ancy", "nancy", "u001b", "\n", "\t", "\x1b", "\"", "\\", "n", " ", "漪" };
    uint32_t seed = 11;
    for (int round = 0; round < 20000; round++) {
        arena *a = arena_create();
        buf b = { 0 };
        for (int i = 0; i < 8; i++, seed = seed * 1664525 + 1013904223)
            buf_add_str(&b, str_c(parts[(seed >> 16) % 14]));
        str text = arena_str(a, buf_str(&b)), is = personal_hushed_json(as_json(text, a), values, VALUES, a), shall = as_json(naive(text, a), a);
        if (!str_eq(is, shall))
            fail_msg(STR_FMT ": " STR_FMT ", not " STR_FMT, STR_ARG(as_json(text, a)), STR_ARG(is), STR_ARG(shall));
        buf_free(&b);
        arena_destroy(a);
    }
}

static void known_values_as_a_naive_search(void **state)
{
    (void)state;
    static const char *const parts[] = { "王", "涟", "漪", "王涟漪", "anna", "ANNA", " ", "lee", "li", "Bob", "n", "，", "LDP12345978901234", "1" };
    arena *a = arena_create();
    uint32_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        buf b = { 0 };
        for (int i = 0; i < 12; i++, seed = seed * 1664525 + 1013904223)
            buf_add_str(&b, str_c(parts[(seed >> 16) % 14]));
        str text = buf_str(&b);
        if (!str_eq(personal_hushed(text, values, VALUES, a), naive(text, a)))
            fail_msg(STR_FMT ": " STR_FMT, STR_ARG(text), STR_ARG(personal_hushed(text, values, VALUES, a)));
        buf_free(&b);
    }
    arena_destroy(a);
}

// --- Messages ---------------------------------------------------------------------------------------------------------------------
static err store(tx *t, void *p)
{
    static const caller app = { .kind = CALLER_KEY, .source = 7, .name = { "app", 3 } };
    bench *b = ((void **)p)[0];
    return ingest_store(t, b->w.e.ingest, &app, ((void **)p)[1]);
}

// What the last event of it says under that name.
static str say(bench *b, const char *type, const char *rest, const char *name)
{
    static const caller app = { .kind = CALLER_KEY, .source = 7, .name = { "app", 3 } };
    ingest_batch out;
    fault f = { 0 };
    str body = arena_fmt(b->w.a, "{\"batch\":[{\"type\":\"%s\",%s}]}", type, rest);
    assert_ok(segment_parse(b->w.e.ingest, &app, S(""), body, b->w.now_us, b->w.a, &f, &out));
    assert_int_equal(out.v[0].told_n, 0);                          // nothing plain leaves the thread
    assert_ok(world_run(&b->w, store, (void *[]){ b, &out }));
    assert_int_equal(out.v[0].verdict, INGEST_STORED);
    for (uint32_t i = 0; i < out.v[0].props_n; i++)
        if (str_eq(out.v[0].props[i].name, str_c(name)))
            return out.v[0].props[i].v.s;
    return S("(none)");
}

#define says(type, rest, name, text) assert_str(say(b, type, rest, name), S(text))
#define STARS "***"

static void a_message_does_not_say_whom_it_names(void **state)
{
    bench *b = *state;
    static const char *const of[] = { "note", "deep", "list", "url" };
    const char *props = "\"userId\":\"u\",\"event\":\"e\",\"properties\":{\"note\":\"王涟漪的车在响\",\"deep\":{\"a\":[\"问王涟漪\"]},\"list\":[\"王涟漪们\"],"
                        "\"url\":\"https://a.cn/王涟漪\",\"姓名\":\"王涟漪\",\"city\":\"上海\",\"王涟漪\":1}";
    static const char *const expected[] = { STARS "的车在响", "{\"a\":[\"问" STARS "\"]}", "[\"" STARS "们\"]", "https://a.cn/" STARS };
    for (size_t i = 0; i < 4; i++)
        assert_str(say(b, "track", props, of[i]), str_c(expected[i]));
    says("track", props, "city", "上海");
    says("track", props, "王涟漪", "(none)");
    // Traits in a context are not kept, and are personal all the same.
    says("track", "\"userId\":\"u2\",\"event\":\"e\",\"context\":{\"traits\":{\"name\":\"欧阳若水\"}},\"properties\":{\"note\":\"欧阳若水来电\"}", "note",
         "****来电");
    // Words that programs use stay what they are.
    says("track", "\"userId\":\"u3\",\"event\":\"e\",\"properties\":{\"name\":\"model\",\"model\":\"E7\",\"flag\":\"x\"}", "model", "E7");
    ingest_batch out;
    fault f = { 0 };
    assert_ok(segment_parse(b->w.e.ingest, &(caller){ .kind = CALLER_KEY, .source = 7 }, S("track"),
                            S("{\"userId\":\"王涟漪\",\"messageId\":\"m-王涟漪\",\"event\":\"找王涟漪\",\"properties\":{\"name\":\"王涟漪\"}}"), b->w.now_us,
                            b->w.a, &f, &out));
    assert_str(out.v[0].kind, S("找" STARS));
    assert_str(out.v[0].message_id, S("m-" STARS));
    assert_str(out.v[0].ids[0].label, S(""));
}

static void a_later_text_does_not_say_whom_the_vault_knows(void **state)
{
    bench *b = *state;
#define NOTE(user) "\"userId\":\"" user "\",\"event\":\"comment\",\"properties\":{\"note\":\"王涟漪的车在响\"}"
    says("track", NOTE("u"), "note", "王涟漪的车在响");             // nobody knows them yet
    says("identify", "\"userId\":\"u\",\"anonymousId\":\"d\",\"traits\":{\"name\":\"王涟漪\"}", "note", "(none)");
    says("track", NOTE("u"), "note", STARS "的车在响");
    says("track", "\"anonymousId\":\"d\",\"event\":\"comment\",\"properties\":{\"note\":[\"王涟漪的车\"]}", "note", "[\"" STARS "的车\"]");
    says("track", NOTE("other"), "note", "王涟漪的车在响");         // of somebody else it is a word
    says("track", "\"userId\":\"u\",\"event\":\"comment\",\"properties\":{\"note\":\"叫我小漪吧，大家好\"}", "note", "叫我小漪吧，大家好");
    // Another name, and the one before.
    says("identify", "\"userId\":\"u\",\"traits\":{\"name\":\"欧阳若水\"}", "note", "(none)");
    says("track", "\"userId\":\"u\",\"event\":\"c\",\"properties\":{\"note\":\"欧阳若水即王涟漪\"}", "note", "****即" STARS);
    // Whoever turns out to be them.
    says("track", "\"anonymousId\":\"e\",\"event\":\"c\",\"properties\":{\"note\":\"王涟漪到店了\"}", "note", "王涟漪到店了");
    says("alias", "\"userId\":\"u\",\"previousId\":\"e\"", "note", "(none)");
    says("track", "\"anonymousId\":\"e\",\"event\":\"c\",\"properties\":{\"note\":\"王涟漪到店了\"}", "note", STARS "到店了");
    // A name that is all there is of a text: two characters, one word.
    says("identify", "\"userId\":\"v\",\"traits\":{\"name\":\"王漪\"}", "note", "(none)");
    says("track", "\"userId\":\"v\",\"event\":\"c\",\"properties\":{\"note\":\"王漪\",\"city\":\"上海\"}", "note", "**");
    says("track", "\"userId\":\"v\",\"event\":\"c\",\"properties\":{\"note\":\"王漪\",\"city\":\"上海\"}", "city", "上海");
    says("identify", "\"userId\":\"w\",\"traits\":{\"name\":\"Eason\"}", "note", "(none)");
    says("track", "\"userId\":\"w\",\"event\":\"c\",\"properties\":{\"signed\":\"eason\",\"step\":\"checkout\"}", "signed", "*****");
    // A restart forgets what memory knew, not what the vault does.
    bench_end(b);
    world_reopen(&b->w);
    bench_begin(b);
    says("track", NOTE("u"), "note", STARS "的车在响");
}

static err keep_and_fail(tx *t, void *p)
{
    str values_of[PEOPLE_VALUES_MAX], ref;
    size_t n;
    vault_item item;
    uint32_t subject = *(uint32_t *)p;
    TRY(vault_seal(engine_of(t)->vault, VAULT_NAME, S("王涟漪"), &item));
    TRY(people_keep(t, subject, &item, &ref));
    TRY(people_values(t, subject, values_of, &n));
    assert_int_equal(n, 1);
    return E_FIELD_VALUE;
}

static err erase_and_fail(tx *t, void *p)
{
    str values_of[PEOPLE_VALUES_MAX];
    size_t n;
    int64_t rows;
    TRY(people_erase(t, p, 1, &rows));
    TRY(people_values(t, *(uint32_t *)p, values_of, &n));
    assert_int_equal(n, 0);
    return E_FIELD_VALUE;
}

static void memory_goes_back_with_the_operation(void **state)
{
    bench *b = *state;
    say(b, "track", "\"userId\":\"u\",\"event\":\"e\"", "x");
    uint32_t u = (uint32_t)world_int(&b->w, "SELECT min(id) FROM person");
    assert_err(world_run(&b->w, keep_and_fail, &u), E_FIELD_VALUE);
    says("track", NOTE("u"), "note", "王涟漪的车在响");
    says("identify", "\"userId\":\"u\",\"traits\":{\"name\":\"王涟漪\"}", "note", "(none)");
    assert_err(world_run(&b->w, erase_and_fail, &u), E_FIELD_VALUE);
    says("track", NOTE("u"), "note", STARS "的车在响");
}

static err said(tx *t, void *p)
{
    *(bool *)p = true;
    for (uint32_t i = 1; i < 40; i++)          // whoever says it again and again does not make it common
        assert_false(people_said_by_many(t, 1, S("王涟漪的车又在响")));
    for (uint32_t person = 1; person < 8; person++)
        assert_false(people_said_by_many(t, person, S("上海市")));
    assert_true(people_said_by_many(t, 8, S("上海市")));
    assert_true(people_said_by_many(t, 3, S("上海市")));
    char text[] = "每人说一句自己的话 00000";
    for (int i = 0; i < 40000; i++) {          // what is still said stays, whatever else is
        snprintf(text + sizeof text - 6, 6, "%05d", i);
        assert_false(people_said_by_many(t, (uint32_t)i, str_c(text)));
        assert_true(people_said_by_many(t, (uint32_t)i, S("上海市")));
    }
    return E_OK;
}

static void common_texts_are_nobodys(void **state)
{
    bench *b = *state;
    bool ran = false;
    assert_ok(world_run(&b->w, said, &ran));
    assert_true(ran);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values_are_found),
        cmocka_unit_test(known_values_as_a_naive_search), cmocka_unit_test(known_values_in_json_as_outside),
        cmocka_unit_test_setup_teardown(a_message_does_not_say_whom_it_names, setup, teardown),
        cmocka_unit_test_setup_teardown(a_later_text_does_not_say_whom_the_vault_knows, setup, teardown),
        cmocka_unit_test_setup_teardown(memory_goes_back_with_the_operation, setup, teardown),
        cmocka_unit_test_setup_teardown(common_texts_are_nobodys, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
