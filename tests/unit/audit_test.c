#include "tests.h"
#include "domain.h"
#include "api/dispatch.h"
#include "people/people_api.h"
#include "record/audit.h"
#include "rule/rule_api.h"
#include "task/task_api.h"

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

// --- Routes of others that leave a line -----------------------------------------------------------------------------------------

typedef struct calling { world *w; const route_table *table; method how; const char *path, *json; int64_t id; req r; } calling;

static err run_route(tx *t, void *p)
{
    calling *c = p;
    const route *rt = NULL;
    for (size_t i = 0; i < c->table->n; i++)
        if (c->table->routes[i].method == c->how && !strcmp(c->table->routes[i].path, c->path))
            rt = &c->table->routes[i];
    assert_non_null(rt);
    c->r = (req){ .route = rt, .a = c->w->a, .d = t->d, .tx = t, .app = &c->w->e, .now_us = t->now_us, .path_id = { c->id },
                  .header_if_match = S("*"), .who = { .kind = CALLER_STAFF, .id = 77, .name = S("李想"), .permissions = ~UINT64_C(0) } };
    if (rt->body) {
        void *body = arena_alloc(c->w->a, 1, rt->body->size, alignof(max_align_t));
        assert_ok(shape_read_text(rt->body, str_c(c->json), c->w->a, &c->r.f, body));
        c->r.body = body;
    }
    if (rt->reply)
        c->r.reply = arena_alloc(c->w->a, 1, rt->reply->size, alignof(max_align_t));
    return rt->handler(&c->r);
}

// The last line of the audit: "verb object object_id payload" by staff 77.
static str last_line(world *w)
{
    db_rows r;
    assert_ok(db_query(w->d, &r, "SELECT a.verb, a.object, a.object_id, p.payload FROM audit a JOIN audit_payload p ON p.seq = a.seq"
                                 " WHERE a.who_kind = 2 AND a.who_id = 77 AND a.seq = (SELECT max(seq) FROM audit)"));
    str out = { "", 0 };
    if (db_next(&r))
        out = arena_fmt(w->a, STR_FMT " " STR_FMT " %lld " STR_FMT, STR_ARG(db_str(&r, 0)), STR_ARG(db_str(&r, 1)), (long long)db_i64(&r, 2),
                        STR_ARG(db_str(&r, 3)));
    assert_ok(db_end(&r));
    return out;
}

static void test_routes_of_others(void **state)
{
    (void)state;
    world w;
    world_open(&w);
    w.e.audit = audit_by;
    world_playbook(&w);
    const event_prop agrees[] = { prop_bool(S("consent_call"), true) };
    happening lead = { .user = "13800001111", .kind = "lead.captured", .phone = "13800001111", .props = agrees, .n = 1 };
    assert_ok(world_happen(&w, &lead));
    int64_t person = lead.who.person, rule = world_int(&w, "SELECT min(id) FROM rule"), task = world_int(&w, "SELECT min(id) FROM task");
    assert_true(person > 0 && rule > 0 && task > 0);
    const struct { const route_table *table; method how; const char *path, *json; int64_t id; const char *line; } calls[] = {
        { &people_routes, M_POST, "/api/v1/people/{id}/reveal", "{\"kind\":\"phone\",\"reason\":\"回电 13800001111\"}", person,
          "person.revealed person %lld {\"kind\":\"phone\",\"values\":1}" },
        { &rule_routes, M_PATCH, "/api/v1/rules/{id}", "{\"state\":\"off\"}", rule, "rule.changed rule %lld {\"state\":\"off\"}" },
        { &task_routes, M_PATCH, "/api/v1/tasks/{id}", "{\"assignee\":null}", task, "task.assigned task %lld {\"assignee\":0}" },
        { &task_routes, M_POST, "/api/v1/tasks/{id}/outcome", "{\"outcome\":\"not_reached\",\"note\":\"13800001111\"}", task,
          "task.outcome task %lld {\"outcome\":\"not_reached\"}" },
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        calling c = { &w, calls[i].table, calls[i].how, calls[i].path, calls[i].json, calls[i].id, { 0 } };
        err e = world_run(&w, run_route, &c);
        if (e != E_OK)
            fail_msg("%s: %s " STR_FMT, calls[i].path, err_info_of(e)->code, STR_ARG(c.r.f.detail));
        str want = str_c(calls[i].line), head = want;
        head.len = (size_t)(strstr(want.s, "%lld") - want.s);
        want = arena_fmt(w.a, STR_FMT "%lld%s", STR_ARG(head), (long long)calls[i].id, want.s + head.len + 4);
        assert_str(last_line(&w), want);
    }
    assert_str(report_of(&w), S(""));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM audit_payload WHERE payload LIKE '%1380000%'"), 0);
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
        cmocka_unit_test(test_routes_of_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
