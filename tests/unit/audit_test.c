#include "tests.h"
#include "domain.h"
#include "api/dispatch.h"
#include "record/audit.h"

typedef struct noting { const audit_entry *v; size_t n; bool fail; } noting;

static err note_all(tx *t, void *p)
{
    const noting *n = p;
    for (size_t i = 0; i < n->n; i++)
        TRY(audit_note(t, &n->v[i]));
    return n->fail ? E_CONFLICT : E_OK;
}

static const audit_entry lines[] = {
    { AUDIT_STAFF, 7, { "store.created", 13 }, { "store", 5 }, 11, { "{\"fields\":[\"code\"]}", 19 } },
    { AUDIT_STAFF, 8, { "store.changed", 13 }, { "store", 5 }, 11, { 0 } },
    { AUDIT_KEY, 7, { "store.changed", 13 }, { "store", 5 }, 12, { 0 } },
    { AUDIT_SYSTEM, 0, { "key.created", 11 }, { "key", 3 }, 11, { "{}", 2 } },
    { AUDIT_STAFF, 7, { "person.revealed", 15 }, { "person", 6 }, 3, { "{\"kind\":\"phone\"}", 16 } },
};
#define LINES (sizeof lines / sizeof *lines)

static void note_lines(world *w)
{
    noting n = { lines, LINES, false };
    assert_ok(world_run(w, note_all, &n));
}

static str report_of(world *w)
{
    buf b = { 0 };
    assert_ok(audit_check(w->d, &b));
    str out = arena_str(w->a, buf_str(&b));
    buf_free(&b);
    return out;
}

static void test_chain(void **state)
{
    (void)state;
    world w;
    world_open(&w);
    assert_str(report_of(&w), S(""));
    note_lines(&w);
    note_lines(&w);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM audit"), 2 * LINES);
    assert_int_equal(world_int(&w, "SELECT max(seq) FROM audit"), 2 * LINES);
    assert_int_equal(world_int(&w, "SELECT count(DISTINCT salt) FROM audit_payload"), 2 * LINES);
    assert_int_equal(world_int(&w, "SELECT count(DISTINCT chain) FROM audit"), 2 * LINES);
    assert_str(report_of(&w), S(""));
    world_close(&w);
}

static void test_undone_with_its_operation(void **state)
{
    (void)state;
    world w;
    world_open(&w);
    note_lines(&w);
    noting n = { lines, LINES, true };
    assert_err(world_run(&w, note_all, &n), E_CONFLICT);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM audit"), LINES);
    world_reopen(&w);
    note_lines(&w);
    assert_int_equal(world_int(&w, "SELECT max(seq) FROM audit"), 2 * LINES);
    assert_str(report_of(&w), S(""));
    world_close(&w);
}

// What somebody with the database's file could do, and which line doctor names.
static const struct { const char *sql, *says; } forgeries[] = {
    { "UPDATE audit SET who_id = 9 WHERE seq = 1", "line 1: changed" },
    { "UPDATE audit SET who_kind = 1 WHERE seq = 2", "line 2: changed" },
    { "UPDATE audit SET at_us = at_us + 1 WHERE seq = 3", "line 3: changed" },
    { "UPDATE audit SET id = id + 1 WHERE seq = 3", "line 3: changed" },
    { "UPDATE audit SET verb = 'store.created' WHERE seq = 2", "line 2: changed" },
    { "UPDATE audit SET object = 'campaign' WHERE seq = 2", "line 2: changed" },
    { "UPDATE audit SET object_id = 13 WHERE seq = 2", "line 2: changed" },
    { "UPDATE audit SET verb = 'store.changeds', object = 'tore' WHERE seq = 2", "line 2: changed" },
    { "UPDATE audit SET commitment = (SELECT commitment FROM audit WHERE seq = 1) WHERE seq = 5", "line 5: changed" },
    { "UPDATE audit SET chain = (SELECT chain FROM audit WHERE seq = 1) WHERE seq = 4", "line 4: changed" },
    { "UPDATE audit_payload SET payload = '{\"kind\":\"email\"}' WHERE seq = 5", "line 5: its payload" },
    { "UPDATE audit_payload SET salt = (SELECT salt FROM audit_payload WHERE seq = 1) WHERE seq = 5", "line 5: its payload" },
    { "UPDATE audit_payload SET seq = 9 WHERE seq = 5", "1 payloads without a line" },
    { "DELETE FROM audit WHERE seq = 3", "line 4: the lines before it are missing" },
    { "DELETE FROM audit WHERE seq = 1", "line 2: the lines before it are missing" },
    { "DELETE FROM audit WHERE seq = 5", "1 payloads without a line" },
    { "DELETE FROM audit_payload WHERE seq = 5", "" },
};

static void test_forged(void **state)
{
    (void)state;
    world w;
    world_open(&w);
    note_lines(&w);
    for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
        assert_ok(db_begin(w.d));
        assert_ok(db_script(w.d, str_c(forgeries[i].sql)));
        str report = report_of(&w);
        if (*forgeries[i].says ? !str_starts(report, str_c(forgeries[i].says)) : report.len > 0)
            fail_msg("%s: \"" STR_FMT "\"", forgeries[i].sql, STR_ARG(report));
        assert_ok(db_rollback(w.d));
    }
    assert_str(report_of(&w), S(""));
    world_close(&w);
}

static err erase(tx *t, void *p) { return audit_erase(t, S("store"), 11, p); }

static void test_erased(void **state)
{
    (void)state;
    world w;
    world_open(&w);
    note_lines(&w);
    int64_t n;
    assert_ok(world_run(&w, erase, &n));
    assert_int_equal(n, 2);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM audit_payload"), LINES - 2);
    assert_str(report_of(&w), S(""));
    note_lines(&w);
    assert_str(report_of(&w), S(""));
    world_close(&w);
}

// --- The route: seqs it gives for a query, newest first -------------------------------------------------------------------------

static str seqs_of(world *w, const char *query, err *ret)
{
    const route *rt = &audit_routes.routes[0];
    arena *a = arena_create();
    req r = { .route = rt, .a = a, .d = w->d, .app = &w->e, .now_us = w->now_us };
    void *q = arena_alloc(a, 1, rt->query->size, alignof(max_align_t));
    r.reply = arena_alloc(a, 1, rt->reply->size, alignof(max_align_t));
    r.query = q;
    *ret = shape_read_query(rt->query, str_c(query), a, &r.f, q);
    if (*ret == E_OK)
        *ret = rt->handler(&r);
    buf b = { 0 };
    jw out = { .b = &b };
    str seqs = { "", 0 };
    if (*ret == E_OK) {
        assert_ok(shape_write(rt->reply, r.reply, &out, &r.f, a));
        jval *v, *item;
        size_t i, n;
        assert_ok(json_parse(a, buf_str(&b), NULL, &v));
        yyjson_arr_foreach(json_get(v, S("items")), i, n, item)
            seqs = arena_fmt(w->a, STR_FMT "%s%lld", STR_ARG(seqs), i ? " " : "", (long long)yyjson_get_sint(json_get(item, S("seq"))));
        if (json_get(v, S("next")))
            seqs = arena_fmt(w->a, STR_FMT " >" STR_FMT, STR_ARG(seqs), STR_ARG(json_str(json_get(v, S("next")))));
    }
    buf_free(&b);
    arena_destroy(a);
    return seqs;
}

static const struct { const char *query; err e; const char *seqs; } asked[] = {
    { "", E_OK, "10 9 8 7 6 5 4 3 2 1" },
    { "limit=3", E_OK, "10 9 8 >8" },
    { "limit=3&cursor=8", E_OK, "7 6 5 >5" },
    { "limit=10", E_OK, "10 9 8 7 6 5 4 3 2 1" },
    { "object=store", E_OK, "8 7 6 3 2 1" },
    { "object=store&object_id=11", E_OK, "7 6 2 1" },
    { "object=store&object_id=11&who=staff&who_id=8", E_OK, "7 2" },
    { "object=store&object_id=11&verb=store.created", E_OK, "6 1" },
    { "object=store&object_id=11&limit=1&cursor=6", E_OK, "2 >2" },
    { "who=staff", E_OK, "10 7 6 5 2 1" },
    { "who=staff&who_id=7", E_OK, "10 6 5 1" },
    { "who=key&who_id=7&object=store&verb=store.changed", E_OK, "8 3" },
    { "who=system", E_OK, "9 4" },
    { "verb=store.changed", E_OK, "8 7 3 2" },
    { "verb=store.changed&who=key", E_OK, "8 3" },
    { "verb=store.gone", E_OK, "" },
    { "from=2026-03-09T12:00:00%2B08:00", E_OK, "10 9 8 7 6" },
    { "to=2026-03-09T12:00:00%2B08:00&limit=2", E_OK, "5 4 >4" },
    { "to=2026-03-09T12:00:00%2B08:00&limit=2&cursor=4", E_OK, "3 2 >2" },
    { "from=2026-03-09T13:00:00%2B08:00", E_OK, "" },
    { "to=2026-03-09T09:00:00%2B08:00", E_OK, "" },
    { "from=2026-03-09T12:00:00%2B08:00&verb=key.created", E_OK, "9" },
    { "object_id=11", E_FIELD_REQUIRED, "" },
    { "who_id=7", E_FIELD_REQUIRED, "" },
    { "cursor=x", E_CURSOR_INVALID, "" },
    { "cursor=-4", E_CURSOR_INVALID, "" },
    { "limit=101", E_FIELD_TOO_LARGE, "" },
    { "who=boss", E_FIELD_VALUE, "" },
    { "verb=Store%20Changed", E_FIELD_VALUE, "" },
};

static void test_route(void **state)
{
    (void)state;
    world w;
    world_open(&w);
    note_lines(&w);
    world_set_time(&w, "2026-03-09 12:00");
    note_lines(&w);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        err e;
        str seqs = seqs_of(&w, asked[i].query, &e);
        if (e != asked[i].e || !str_eq(seqs, str_c(asked[i].seqs)))
            fail_msg("%s: %s \"" STR_FMT "\"", asked[i].query, err_info_of(e)->code, STR_ARG(seqs));
    }
    world_close(&w);
}

static void test_lint(void **state)
{
    (void)state;
    buf b = { 0 };
    route_lint((const route_table *const[]){ &audit_routes, NULL }, &b);
    assert_str(buf_str(&b), S(""));
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chain),  cmocka_unit_test(test_undone_with_its_operation), cmocka_unit_test(test_forged),
        cmocka_unit_test(test_erased), cmocka_unit_test(test_route),                     cmocka_unit_test(test_lint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
