#include "tests.h"
#include "api/shape_rows.h"
#include "api/route.h"

static err nothing(req *r)
{
    (void)r;
    return E_OK;
}

#define THING(F, T) F(T, STR, name, .required = true, .max = 10, .doc = "Name.")
SHAPE_STRUCT(thing, THING);
SHAPE_TABLE(thing, THING);

#define READS .where = RUN_INLINE, .idem = IDEM_READ, .doc = "d", .tag = "t", .handler = nothing, .perm = PERM_PEOPLE_READ
#define WRITES .where = RUN_TELLER, .doc = "d", .tag = "t", .handler = nothing, .perm = PERM_PEOPLE_WRITE
static const route some[] = {
    { M_GET, "/api/v1/people", READS },
    { M_POST, "/api/v1/people", WRITES, .idem = IDEM_KEY, .body = &thing_shape },
    { M_GET, "/api/v1/people/{id}", READS, .reply = &thing_shape },
    { M_GET, "/api/v1/people/me", READS },
    { M_GET, "/api/v1/people/{id}/tags/{tag:str}", READS },
    { M_DELETE, "/api/v1/people/{id}/tags/{tag:str}", WRITES, .idem = IDEM_NATURAL },
    { M_GET, "/api/v1/people/me/cars", READS },
    { M_GET, "/console/{path:rest}", READS, .raw = "text/html" },
    { M_GET, "/", READS },
};
static const route_table some_table = ROUTE_TABLE("some", some);
static const route_table *const tables[] = { &some_table, NULL };

static void test_find(void **state)
{
    (void)state;
    static const struct { method m; const char *path; int route; const char *p0, *p1; bool known; } cases[] = {
        { M_GET, "/api/v1/people", 0, "", "", true },
        { M_HEAD, "/api/v1/people", 0, "", "", true },
        { M_POST, "/api/v1/people", 1, "", "", true },
        { M_PUT, "/api/v1/people", -1, "", "", true },
        { M_GET, "/api/v1/people/7", 2, "7", "", true },
        { M_GET, "/api/v1/people/me", 3, "", "", true },
        { M_GET, "/api/v1/people/%6De", 3, "", "", true },
        { M_GET, "/api/v1/people/7/tags/a%2Fb", 4, "7", "a/b", true },
        { M_DELETE, "/api/v1/people/7/tags/%E6%B6%9F", 5, "7", "涟", true },
        { M_GET, "/api/v1/people/me/cars", 6, "", "", true },
        { M_GET, "/api/v1/people/me/tags/x", 4, "me", "x", true },      // back from the literal to the parameter
        { M_GET, "/console/", 7, "", "", true },
        { M_GET, "/console/assets/a%20b.js", 7, "assets/a b.js", "", true },
        { M_GET, "/", 8, "", "", true },
        { M_GET, "", -1, "", "", false },
        { M_GET, "/console", -1, "", "", false },
        { M_GET, "/api/v1/people/", -1, "", "", false },
        { M_GET, "//api/v1/people", -1, "", "", false },
        { M_GET, "/api/v1", -1, "", "", false },
        { M_GET, "/api/v1/People", -1, "", "", false },
        { M_GET, "/api/v1/people/7/tags", -1, "", "", false },
        { M_GET, "/api/v1/people/7/tags/", -1, "", "", false },
        { M_GET, "/api/v1/people/7/tags/%00", -1, "", "", false },
        { M_GET, "/api/v1/people/7/tags/%ff", -1, "", "", false },
        { M_GET, "/api/v1/people/7/tags/%4", -1, "", "", false },
        { M_GET, "*", -1, "", "", false },
    };
    arena *a = arena_create();
    router *m = router_build(tables);
    assert_int_equal(router_count(m), sizeof some / sizeof *some);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        route_match f = router_find(m, cases[i].m, str_c(cases[i].path), a);
        if (f.route != (cases[i].route < 0 ? NULL : &some[cases[i].route]) || (f.methods != 0) != cases[i].known)
            fail_msg("%s %s", method_names[cases[i].m], cases[i].path);
        if (f.route && cases[i].route != 3 && cases[i].route != 6) {
            assert_str(f.params[0], str_c(cases[i].p0));
            assert_str(f.params[1], str_c(cases[i].p1));
        }
        if (f.route)
            assert_ptr_equal(router_at(m, f.index), f.route);
    }
    route_match f = router_find(m, M_PUT, S("/api/v1/people"), a);
    assert_int_equal(f.methods, 1u << M_GET | 1u << M_POST);
    router_free(m);
    arena_destroy(a);
}

static void test_params(void **state)
{
    (void)state;
    route_param p[ROUTE_PATH_PARAMS_MAX];
    assert_int_equal(route_params("/api/v1/people/{id}/tags/{tag:str}", p), 2);
    assert_str(p[0].name, S("id"));
    assert_int_equal(p[0].kind, PARAM_ID);
    assert_str(p[1].name, S("tag"));
    assert_int_equal(p[1].kind, PARAM_STR);
    assert_int_equal(route_params("/", p), 0);
}

#define NOTED(F, T) F(T, OBJ(thing), inner, .doc = "Inner.")
SHAPE_STRUCT(noted, NOTED);
SHAPE_TABLE(noted, NOTED);

static const struct { route r; const char *told; } bad[] = {
    { { M_GET, "/a", READS, .reply = &thing_shape, .raw = "x" }, "both a reply" },
    { { M_GET, "a", READS }, "begin with /" },
    { { M_GET, "/a/{b", READS }, "half a parameter" },
    { { M_GET, "/{b:rest}/a", READS }, "not the last" },
    { { M_GET, "/{a}/{b}/{c}/{d}/{e}", READS }, "too many path" },
    { { M_GET, "/a", .where = RUN_INLINE, .doc = "", .tag = "t", .handler = nothing }, "no doc" },
    { { M_GET, "/a", .where = RUN_INLINE, .doc = "d", .tag = "t" }, "no handler" },
    { { M_GET, "/a", READS, .body = &thing_shape }, "GET with a body" },
    { { M_GET, "/a", WRITES, .idem = IDEM_NATURAL }, "GET must not write" },
    { { M_POST, "/a", WRITES, .idem = IDEM_READ }, "without idempotency" },
    { { M_POST, "/a", WRITES, .idem = IDEM_NONE }, "without a reason" },
    { { M_PUT, "/a", WRITES, .idem = IDEM_KEY }, "IDEM_KEY is for POST" },
    { { M_POST, "/a", WRITES, .idem = IDEM_NATURAL }, "not for POST" },
    { { M_POST, "/a", READS, .prepare = nothing }, "belong to RUN_TELLER" },
    { { M_POST, "/a", .where = RUN_TELLER, .idem = IDEM_KEY, .doc = "d", .tag = "t", .handler = nothing, .perm = PERM_TASK_READ },
      "permission to read" },
    { { M_POST, "/a", .where = RUN_TELLER, .idem = IDEM_KEY, .doc = "d", .tag = "t", .handler = nothing, .perm = PERM_PUBLIC },
      "public write" },
    { { M_PUT, "/a", WRITES, .idem = IDEM_NATURAL, .errors = ROUTE_ERRORS(E_VERSION_STALE) }, "go together" },
    { { M_PUT, "/a", WRITES, .idem = IDEM_NATURAL, .errors = ROUTE_ERRORS(E_UNDECLARED) }, "error of bugs" },
    { { M_POST, "/a", WRITES, .idem = IDEM_KEY, .body = &thing_shape, .lenient = true }, "itself" },
    { { M_GET, "/a", READS, .query = &noted_shape }, "cannot carry" },
    { { M_POST, "/a", .where = RUN_STREAM, .doc = "d", .tag = "t", .handler = nothing }, "a stream is a GET" },
    { { M_GET, "/api/v1/people/{other}", READS }, "declared twice" },
};

static void test_lint(void **state)
{
    (void)state;
    buf b = { 0 };
    route_lint(tables, &b);
    assert_str(buf_str(&b), S(""));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const route_table one = { "bad", &bad[i].r, 1 };
        const route_table *const with[] = { &some_table, &one, NULL };
        buf_clear(&b);
        route_lint(with, &b);
        buf_add_char(&b, 0);
        if (!strstr(b.s, bad[i].told))
            fail_msg("%s not told, but: %s", bad[i].told, b.s);
    }
    buf_free(&b);
}

// What a page ends with is where the next begins; anything else is refused and changes nothing.
static void test_cursors(void **state)
{
    (void)state;
    req r = { .a = arena_create() };
    int64_t at = 5, id = 6;
    static const int64_t pairs[][2] = { { 0, 0 }, { INT64_C(1775000000000000), 42 }, { -3600000000, 7 }, { INT64_MAX, INT64_MAX }, { INT64_MIN, 1 } };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_ok(req_cursor(&r, req_next(&r, pairs[i][0], pairs[i][1]), &at, &id));
        assert_true(at == pairs[i][0] && id == pairs[i][1]);
    }
    at = 5, id = 6;
    assert_ok(req_cursor(&r, S(""), &at, &id));            // the first page
    static const char *const wrong[] = { "x", "7", "-", "7-", "-7", "7-x", "x-7", "7 -8", "7-8 ", "9223372036854775808-1", "1-9223372036854775808" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_err(req_cursor(&r, str_c(wrong[i]), &at, &id), E_CURSOR_INVALID);
    assert_true(at == 5 && id == 6);
    uint32_t n = 31;
    assert_true(rows_more(&n, 30) && n == 30);
    assert_false(rows_more(&n, 30));
    arena_destroy(r.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_find), cmocka_unit_test(test_params), cmocka_unit_test(test_lint),
                                        cmocka_unit_test(test_cursors) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
