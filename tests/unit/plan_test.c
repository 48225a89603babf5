// What statements cost. Routes that answer on the loop thread may look up and range, never walk a table. Each of them is run here against a brand that
// has data, with no query and with every parameter it knows; what its connection prepared meanwhile is then explained. A route
// added tomorrow is walked too; when nothing in the brand lets it succeed, it wants a line in seed().
#include "tests.h"
#include "admin/admin.h"
#include "base/json.h"
#include "base/vec.h"
#include "instance/instance.h"
#include "people/people_internal.h"
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

typedef VEC(int64_t) ids;
typedef VEC(str) texts;

typedef struct plans {
    instance *in;
    arena *a;
    api *api;                          // never run: /readyz asks it whether it stops
    db *explain;                       // what is prepared here is not what routes ran
    ids known;                         // numbers that stand in some column that names a row, a few of each
    str login_key;
    size_t routes, statements;
    buf report;
} plans;

// --- A brand with something of everything -------------------------------------------------------------------------------------
// The demo brand, and what it lacks.
static err seed(tx *t, void *p)
{
    plans *x = p;
    TRY(admin_key_create(t, S("plans"), S("admin"), x->a, &x->login_key));
    TRY(db_exec(t->d, "INSERT INTO staff_session (id, staff_id, hash, created_us, seen_us) SELECT 70, id, $1, 1, 1 FROM staff LIMIT 1",
                dbb(S("hash"))));
    TRY(db_exec(t->d, "INSERT INTO store (id, version, code, name, kind, city, state, owner, created_us, changed_us, archived_us)"
                      " VALUES (71, 1, 'SH-1', '上海', 'house', '上海', 'open', 'direct', 1, 1, 0)"));
    TRY(db_exec(t->d, "INSERT INTO campaign (id, version, code, name, state, starts_us, ends_us, store, budget_fen, created_us,"
                      " changed_us, archived_us) VALUES (72, 1, 'spring', '春', 'planned', 1, 2, 71, 100, 1, 1, 0)"));
    return db_exec(t->d, "INSERT INTO record_import (id, record, at_us, who_kind, who_id, rows, written, refused)"
                         " VALUES (73, 'store', 1, 2, 1, 10, 5, 1)");
}

static void know(plans *x, str table, str column)
{
    db_rows r;
    str sql = arena_fmt(x->a, "SELECT DISTINCT \"" STR_FMT "\" FROM \"" STR_FMT "\" ORDER BY 1 DESC LIMIT 20", STR_ARG(column), STR_ARG(table));
    assert_ok(db_query_text(x->explain, &r, sql, NULL, 0));
    while (db_next(&r)) {
        int64_t n = db_i64(&r, 0);
        bool old = n <= 0;
        for (size_t i = 0; i < x->known.n && !old; i++)
            old = x->known.v[i] == n;
        if (!old)
            vec_push(&x->known, n);
    }
    assert_ok(db_end(&r));
}

// Columns `id` and `person` of every table.
static void know_all(plans *x)
{
    texts pairs = { 0 };
    db_rows r;
    assert_ok(db_query(x->explain, &r, "SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c"
                                       " WHERE m.type = 'table' AND c.name IN ('id', 'person', 'owner') AND c.type = 'BIGINT'"));
    while (db_next(&r)) {
        vec_push(&pairs, arena_str(x->a, db_str(&r, 0)));
        vec_push(&pairs, arena_str(x->a, db_str(&r, 1)));
    }
    assert_ok(db_end(&r));
    for (size_t i = 0; i + 1 < pairs.n; i += 2)
        know(x, pairs.v[i], pairs.v[i + 1]);
    vec_free(&pairs);
}

static plans *brand_open(void)
{
    char dir[] = "/tmp/plans-XXXXXX";
    assert_non_null(mkdtemp(dir));
    plans *x = calloc(1, sizeof *x);
    assert_non_null(x);
    x->a = arena_create();
    buf told = { 0 };
    fault f = { 0 };
    const init_options opt = { .brand_zh = S("试"), .brand_en = S("Test"), .demo = true };
    assert_ok(instance_init(os_posix(), dir, &opt, &told, &f, x->a));
    assert_ok(instance_open(os_posix(), dir, &f, x->a, &x->in));
    assert_ok(instance_do(x->in, seed, x, &f));
    assert_ok(instance_reader(x->in, &x->explain));
    const api_config c = { .o = x->in->o, .db_path = x->in->db_path, .teller = x->in->e.teller, .idem = x->in->idem, .app = x->in,
                           .tables = route_tables, .doors = admin_doors(&x->in->e), .host = "127.0.0.1", .version = "test" };
    assert_ok(api_open(&c, &f, x->a, &x->api));
    know_all(x);
    buf_free(&told);
    return x;
}

static int drop(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

static void brand_close(plans *x)
{
    api_close(x->api);
    db_close(x->explain);
    const char *dir = arena_cstr(x->a, str_c(x->in->dir));
    instance_close(x->in);
    nftw(dir, drop, 8, FTW_DEPTH | FTW_PHYS);
    vec_free(&x->known);
    buf_free(&x->report);
    arena_destroy(x->a);
    free(x);
}

// --- One request, as the loop thread runs it -------------------------------------------------------------------------------------
typedef struct asked { arena *a; db *d; str reply; fault f; } asked;

static err run(plans *x, const route *rt, int64_t id, str query, asked *out)
{
    const http_request none = { .a = out->a, .remote = S("127.0.0.1") };
    buf raw = { 0 };
    req r = { .route = rt, .a = out->a, .now_us = os_now_us(x->in->o), .app = x->in, .d = out->d, .raw = &raw, .http = &none, .api = x->api,
              .remote = none.remote, .who = { .kind = CALLER_STAFF, .id = 1, .session = 70, .permissions = ~UINT64_C(0), .name = S("a") } };
    r.headers = arena_array(out->a, http_header, REQ_HEADERS_MAX);
    for (int i = 0; i < ROUTE_PATH_PARAMS_MAX; i++)
        r.path_id[i] = id;
    if (rt->query) {
        void *q = arena_alloc(out->a, 1, rt->query->size, alignof(max_align_t));
        TRY(shape_read_query(rt->query, query, out->a, &out->f, q));
        r.query = q;
    }
    if (rt->reply)
        r.reply = arena_alloc(out->a, 1, rt->reply->size, alignof(max_align_t));
    assert_ok(db_begin_read(out->d));
    assert_ok(head_event_no(out->d, &r.head));
    err e = rt->handler(&r);
    assert_ok(db_end_read(out->d));
    if (e == E_OK && rt->reply) {
        jw w = { .b = &raw };
        assert_ok(shape_write(rt->reply, r.reply, &w, &out->f, out->a));
    }
    out->reply = arena_str(out->a, buf_str(&raw));
    buf_free(&raw);
    return e;
}

// The id among those known with which the route succeeds; 0: with none.
static int64_t find_id(plans *x, const route *rt, asked *q)
{
    if (!strchr(rt->path, '{'))
        return run(x, rt, 1, S(""), q) == E_OK ? 1 : 0;
    for (size_t i = 0; i < x->known.n; i++)
        if (run(x, rt, x->known.v[i], S(""), q) == E_OK)
            return x->known.v[i];
    return 0;
}

// --- Its parameters, one at a time ----------------------------------------------------------------------------------------------
static str sample(const field *fd, arena *a, int64_t id, int enum_at)
{
    switch (fd->k) {
    case K_BOOL:
        return S("true");
    case K_I64:
    case K_I64S:
        return arena_fmt(a, "%lld", (long long)(fd->max > 0 && fd->max < id ? fd->max : id));
    case K_TIME:
        return S("2026-03-09T00:00:00Z");
    case K_ENUM:
        return str_c(fd->labels->labels[enum_at]);
    default:
        return str_c(fd->example ? fd->example : fd->pattern ? shape_pattern_example(fd->pattern) : "a");
    }
}

// A cursor is what the page before gave; answers like E_NOT_FOUND and refused cursors have run their statements as well.
static void run_parameters(plans *x, const route *rt, int64_t id, asked *q)
{
    jval *page;
    str next = { 0 };
    if (json_parse(q->a, q->reply, NULL, &page) == E_OK)
        next = json_str(json_get(page, S("next")));
    for (unsigned i = 0; rt->query && i < rt->query->n; i++) {
        const field *fd = &rt->query->fields[i];
        int values = 1;
        while (fd->k == K_ENUM && fd->labels->labels[values])
            values++;
        for (int v = 0; v < values; v++) {
            str given = strcmp(fd->name, "cursor") == 0 && next.len ? next : sample(fd, q->a, id, v);
            q->f = (fault){ 0 };
            err e = run(x, rt, id, arena_fmt(q->a, "%s=" STR_FMT, fd->name, STR_ARG(given)), q);
            if (e == E_FIELD_TYPE || e == E_FIELD_VALUE)
                fail_msg("%s: no good value for ?%s=" STR_FMT ": %s", rt->path, fd->name, STR_ARG(given), err_info_of(e)->code);
        }
    }
}

// --- What was prepared, explained -------------------------------------------------------------------------------------------------
typedef struct listing { plans *x; str who; } listing;

static void explain(void *user, str sql, int64_t steps)
{
    (void)steps;
    const listing *l = user;
    bool scans;
    if (str_eq(sql, S("BEGIN")) || str_eq(sql, S("COMMIT")) || str_starts(sql, S("SELECT 1 FROM sqlite_schema")))
        return;                        // db_begin_read and db_end_read themselves
    assert_ok(db_scans(l->x->explain, sql, &scans));
    l->x->statements++;
    if (scans)
        buf_addf(&l->x->report, STR_FMT ": scans: " STR_FMT "\n", STR_ARG(l->who), STR_ARG(sql));
}

static void judge(plans *x, const route *rt)
{
    asked q = { .a = arena_create() };
    assert_ok(instance_reader(x->in, &q.d));
    int64_t id = find_id(x, rt, &q);
    if (id)
        run_parameters(x, rt, id, &q);
    else
        buf_addf(&x->report, "GET %s: nothing in this brand lets it succeed: add a row to seed()\n", rt->path);
    x->routes++;
    listing l = { x, str_c(rt->path) };
    db_each_text(q.d, explain, &l);
    db_close(q.d);
    arena_destroy(q.a);
}

// The report, once, so that the next test is judged by itself.
static void expect_clean(plans *x)
{
    str report = arena_str(x->a, buf_str(&x->report));
    buf_clear(&x->report);
    if (report.len)
        fail_msg("\n" STR_FMT, STR_ARG(report));
}

static void test_routes_on_the_loop_do_not_scan(void **state)
{
    plans *x = *state;
    for (const route_table *const *t = route_tables; *t; t++)
        for (size_t i = 0; i < (*t)->n; i++)
            if ((*t)->routes[i].where == RUN_INLINE || (*t)->routes[i].where == RUN_STREAM)
                judge(x, &(*t)->routes[i]);
    expect_clean(x);
    assert_true(x->routes >= 9 && x->statements >= x->routes);
}

static void test_credentials_do_not_scan(void **state)
{
    plans *x = *state;
    arena *a = arena_create();
    db *d;
    caller who = { 0 };
    const api_doors doors = admin_doors(&x->in->e);
    assert_ok(instance_reader(x->in, &d));
    assert_ok(doors.by_key(doors.user, d, x->login_key, os_now_us(x->in->o), a, &who));
    assert_err(doors.by_session(doors.user, d, S("nobody's"), os_now_us(x->in->o), a, &who), E_SESSION_EXPIRED);
    size_t before = x->statements;
    listing l = { x, S("credentials") };
    db_each_text(d, explain, &l);
    db_close(d);
    arena_destroy(a);
    assert_int_equal(x->statements - before, 2);
    expect_clean(x);
}

// The test itself: a statement that scans is found wherever it hides in a handler.
static err scanning(req *r)
{
    int64_t n;
    if (r->path_id[0] != 71)
        return E_NOT_FOUND;
    return db_int(r->d, &n, 0, "SELECT count(*) FROM store WHERE address = $1", dbs(S("x")));
}

static void test_a_scan_is_found(void **state)
{
    plans *x = *state;
    const route bad = { M_GET, "/{id}", .where = RUN_INLINE, .handler = scanning };
    judge(x, &bad);
    assert_non_null(memmem(x->report.s ? x->report.s : "", x->report.len, "scans: SELECT count(*) FROM store", 33));
    buf_clear(&x->report);
}

// --- Cost follows the change, never the base -------------------------------------------------------------------------------------
// The same work in a small brand and in one twenty times as large must cost about as many steps of the database's machine. An
// index that is led by the wrong column is found here: the plan calls that a search as well.
typedef struct spent { str sql; int64_t steps; } spent;
typedef VEC(spent) bill;
// What is done: an event each; two people who turn out to be one (three events each); a join taken back.
enum doing { DOING_EVENT, DOING_LEAD, DOING_JOIN, DOING_SPLIT };
typedef struct work { plans *x; const char *kind; int from, n; enum doing doing; bill before, after; } work;

static void add_to_bill(void *p, str sql, int64_t steps)
{
    bill *b = p;
    vec_push(b, ((spent){ sql, steps }));
}

static int64_t on_bill(const bill *b, str sql)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->v[i].sql.s == sql.s)           // two call sites may say the same
            return b->v[i].steps;
    return 0;
}

static str events_of(const work *w, arena *a)
{
    buf body = { 0 };
    buf_add_str(&body, S("{\"batch\":["));
    for (int i = w->from; i < w->from + w->n; i++) {
        buf_add_str(&body, i > w->from ? S(",") : S(""));
        if (w->doing == DOING_JOIN)
            buf_addf(&body, "{\"type\":\"track\",\"event\":\"%s\",\"userId\":\"join-%d\"},{\"type\":\"track\",\"event\":\"%s\",\"anonymousId\":"
                     "\"join-device-%d\"},", w->kind, i, w->kind, i);
        const char *who = w->doing == DOING_JOIN ? "join" : "cost";
        buf_addf(&body, "{\"type\":\"track\",\"event\":\"%s\",\"userId\":\"%s-%d\",\"anonymousId\":\"%s-device-%d\",\"properties\":{", w->kind,
                 who, i, who, i);
        if (w->doing == DOING_LEAD)
            buf_addf(&body, "\"phone\":\"1990002%04d\",\"consent_call\":true}}", i);
        else
            buf_addf(&body, "\"n\":%d}}", i);
    }
    buf_add_str(&body, S("]}"));
    str out = arena_str(a, buf_str(&body));
    buf_free(&body);
    return out;
}

static err part(tx *t, const work *w)
{
    for (int i = 0; i < w->n; i++) {
        int64_t edge;
        uint32_t went;
        TRY(db_int(t->d, &edge, 0, "SELECT max(id) FROM edge WHERE ended_us = 0"));
        TRY(people_split(t, edge, S("cost"), &went));
    }
    return E_OK;
}

static err bring(tx *t, void *p)
{
    work *w = p;
    ingest *in = w->x->in->e.ingest;
    const caller who = { .kind = CALLER_KEY, .name = S("cost"), .effects = EFFECTS_ALL };
    ingest_batch b = { 0 };
    db_each_text(t->d, add_to_bill, &w->before);
    if (w->doing == DOING_SPLIT) {
        TRY(part(t, w));
        db_each_text(t->d, add_to_bill, &w->after);
        return E_OK;
    }
    TRY(segment_parse(in, &who, (str){ 0 }, events_of(w, t->a), t->now_us, t->a, t->f, &b));
    TRY(ingest_store(t, in, &who, &b));
    for (uint32_t i = 0; i < b.n; i++)
        if (b.v[i].verdict != INGEST_STORED)
            return E_INTERNAL;
    db_each_text(t->d, add_to_bill, &w->after);
    return E_OK;
}

#define TRIED 20
#define MANY 2000
typedef struct kind_of_work { const char *kind; bool fresh; enum doing doing; } kind_of_work;
static const kind_of_work works[] = {
    { "cost.plain", .fresh = true }, { "cost.plain" }, { "lead.captured", true, DOING_LEAD }, { "test_drive.booked" }, { "app.signed_in" },
    { "test_drive.completed" }, { "order.placed" }, { "cost.joined", true, DOING_JOIN }, { "cost.split", .doing = DOING_SPLIT },
};
enum { WORKS = sizeof works / sizeof *works };

// What each statement cost an event of this work.
static bill cost(plans *x, const kind_of_work *k, int from, int n)
{
    work w = { .x = x, .kind = k->kind, .from = from, .n = n, .doing = k->doing };
    bill out = { 0 };
    assert_ok(instance_do(x->in, bring, &w, NULL));
    for (size_t i = 0; i < w.after.n; i++) {
        int64_t steps = (w.after.v[i].steps - on_bill(&w.before, w.after.v[i].sql)) / n;
        if (steps > 0)
            vec_push(&out, ((spent){ w.after.v[i].sql, steps }));
    }
    vec_free(&w.before);
    vec_free(&w.after);
    return out;
}

static void compare(plans *x, const kind_of_work *k, const bill *few, const bill *many)
{
    for (size_t i = 0; i < many->n; i++) {
        int64_t before = on_bill(few, many->v[i].sql);
        if (many->v[i].steps > 2 * before + 50)
            buf_addf(&x->report, "%s%s: %lld steps an event among few, %lld among many: " STR_FMT "\n", k->kind, k->fresh ? " of new people" : "",
                     (long long)before, (long long)many->v[i].steps, STR_ARG(many->v[i].sql));
    }
}

static void test_cost_follows_the_change(void **state)
{
    plans *x = *state;
    static const kind_of_work crowd = { "lead.captured", true, DOING_LEAD };
    bill few[WORKS] = { 0 };
    int next = 0;
    for (int round = 0; round < 3; round++) {            // the first warms what is kept in memory
        for (int i = 0; i < WORKS; i++) {
            int from = works[i].fresh ? next : 0;
            next += works[i].fresh ? TRIED : 0;
            bill now = cost(x, &works[i], from, TRIED);
            if (round == 2)
                compare(x, &works[i], &few[i], &now);
            vec_free(&few[i]);
            few[i] = now;
        }
        for (int end = next + (round == 1 ? MANY : 0); next < end; next += 200) {
            bill unread = cost(x, &crowd, next, 200);
            vec_free(&unread);
        }
    }
    for (int i = 0; i < WORKS; i++)
        vec_free(&few[i]);
    expect_clean(x);
}

static int open_all(void **state)
{
    *state = brand_open();
    return 0;
}

static int close_all(void **state)
{
    brand_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_scan_is_found),
        cmocka_unit_test(test_routes_on_the_loop_do_not_scan),
        cmocka_unit_test(test_credentials_do_not_scan),
        cmocka_unit_test(test_cost_follows_the_change),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
