// Declared records through the choke point, over real connections: life of one, a model beside the lists, imports, exports, the lint.
#include "tests.h"
#include "api_fixture.h"
#include "base/json.h"
#include "domain.h"
#include "record/record.h"
#include "record/record_csv.h"
#include <stdio.h>
#include <stdlib.h>

static answer send(fixture *x, const char *how, const char *target, const char *head, const char *json)
{
    return ask_key(x, SCOPE_ADMIN, how, target, head, json);
}

static void expect(const answer *a, int status, const char *has, const char *what)
{
    if (a->status != status || !memmem(a->body.s, a->body.len, has, strlen(has)))
        fail_msg("%s: %d without %s: " STR_FMT, what, a->status, has, STR_ARG(str_take(a->body, 400)));
}

static int64_t number(fixture *x, const answer *a, const char *name)
{
    jval *v;
    int64_t n = -1;
    assert_ok(json_parse(x->a, a->body, NULL, &v));
    json_i64(json_get(v, str_c(name)), &n);
    return n;
}

// --- The life of one ---------------------------------------------------------------------------------------------------------------
#define STORE_A "{\"code\":\"SH-1\",\"name\":\"上海\",\"kind\":\"house\",\"owner\":\"direct\",\"city\":\"上海\",\"state\":\"open\",\"address\":\"南京路\"}"
#define STORE_B "{\"code\":\"SH-2\",\"name\":\"二\",\"kind\":\"space\",\"owner\":\"partner\",\"city\":\"上海\",\"state\":\"open\",\"capacity\":5}"

typedef struct step { const char *how, *path, *head, *json; int status; const char *has; } step;

// {A} stands for the id of the first store.
static void take(fixture *x, const step *s, int64_t id)
{
    str rest = str_c(s->path), front = str_cut(&rest, '#');
    str path = rest.s ? arena_fmt(x->a, STR_FMT "%lld" STR_FMT, STR_ARG(front), (long long)id, STR_ARG(rest)) : front;
    str body = str_c(s->json);
    if (s->json && strstr(s->json, "@ID"))
        body = arena_fmt(x->a, "%.*s%lld%s", (int)(strstr(s->json, "@ID") - s->json), s->json, (long long)id, strstr(s->json, "@ID") + 3);
    answer a = send(x, s->how, arena_cstr(x->a, path), s->head, s->json ? arena_cstr(x->a, body) : NULL);
    expect(&a, s->status, s->has, arena_fmt(x->a, "%s %s %s", s->how, path.s, s->json ? s->json : "").s);
}

#define S_ "/api/v1/stores"
#define C_ "/api/v1/campaigns"
#define CAMPAIGN(code, rest) "{\"code\":\"" code "\",\"name\":\"春\",\"state\":\"planned\",\"starts\":\"2026-03-09T00:00:00Z\"," \
                             "\"ends\":\"2026-04-09T00:00:00Z\",\"budget_fen\":100" rest "}"
static const step steps[] = {
    { "GET", S_ "/#", "", NULL, 200, "\"address\":\"南京路\"" },
    { "POST", S_, "Idempotency-Key: a\r\n", STORE_A, 201, "\"version\":1" },                                    // once more: the same answer
    { "POST", S_, "Idempotency-Key: a\r\n", STORE_B, 409, "idempotency_mismatch" },
    { "POST", S_, "Idempotency-Key: b\r\n", STORE_A, 409, "\"exists\"" },
    { "POST", S_, "", STORE_B, 400, "idempotency_key_required" },
    { "POST", S_, "Idempotency-Key: c\r\n", STORE_B, 201, "\"capacity\":5" },
    { "POST", S_, "Idempotency-Key: d\r\n", "{\"code\":\"x\"}", 422, "field_required" },
    { "POST", S_, "Idempotency-Key: d\r\n", "{\"id\":5}", 422, "field_unknown" },
    { "GET", S_ "/999", "", NULL, 404, "not_found" },
    { "GET", S_ "?code=SH-2", "", NULL, 200, "\"total\":1,\"more_than_total\":false" },
    { "GET", S_ "?sort=address", "", NULL, 422, "code, city, name" },
    { "GET", S_ "?address=x", "", NULL, 422, "field_unknown" },
    { "GET", S_ "?cursor=code.a.1.x", "", NULL, 422, "cursor_invalid" },
    { "GET", S_ "?sort=code&cursor=code.d.1.x", "", NULL, 422, "cursor_invalid" },
    { "GET", C_ "?sort=starts&cursor=starts.a.1.x", "", NULL, 422, "cursor_invalid" },
    { "PATCH", S_ "/#", "", "{\"name\":\"新\"}", 428, "version_required" },
    { "PATCH", S_ "/#", "If-Match: \"2\"\r\n", "{\"name\":\"新\"}", 412, "version_stale" },
    { "PATCH", S_ "/#", "If-Match: \"1\"\r\n", "{\"name\":null}", 422, "field_null" },
    { "PATCH", S_ "/#", "If-Match: \"1\"\r\n", "{\"version\":7}", 422, "field_unknown" },
    { "PATCH", S_ "/#", "If-Match: \"1\"\r\n", "{\"code\":\"SH-2\"}", 409, "\"exists\"" },
    { "PATCH", S_ "/#", "If-Match: \"1\"\r\n", "{\"code\":\"SH-1\",\"name\":\"新\",\"address\":null}", 200, "\"version\":2" },
    { "PATCH", S_ "/#", "If-Match: \"1\"\r\n", "{\"name\":\"旧\"}", 412, "version_stale" },
    { "GET", S_ "/#", "", NULL, 200, "\"name\":\"新\",\"created\"" },                                           // no address any more
    { "POST", C_, "Idempotency-Key: e\r\n", CAMPAIGN("c1", ",\"store\":@ID"), 201, "\"store\":" },
    { "POST", C_, "Idempotency-Key: f\r\n", CAMPAIGN("c2", ",\"store\":12345"), 422, "no store has this id" },
    { "POST", C_, "Idempotency-Key: g\r\n", CAMPAIGN("c3", ",\"paid\":false,\"store\":null"), 201, "\"paid\":false" },
    { "DELETE", S_ "/#", "", NULL, 428, "version_required" },
    { "DELETE", S_ "/#", "If-Match: \"1\"\r\n", NULL, 412, "version_stale" },
    { "DELETE", S_ "/#", "If-Match: \"2\"\r\n", NULL, 204, "" },
    { "DELETE", S_ "/#", "If-Match: *\r\n", NULL, 204, "" },                                                    // already: nothing more
    { "GET", S_ "/#", "", NULL, 200, "\"version\":3" },
    { "PATCH", S_ "/#", "If-Match: \"3\"\r\n", "{\"name\":\"再\"}", 409, "conflict" },
    { "GET", S_, "", NULL, 200, "\"total\":1" },
    { "GET", S_ "?archived=true", "", NULL, 200, "\"total\":2" },
    { "POST", S_, "Idempotency-Key: h\r\n", STORE_A, 409, "\"exists\"" },                                       // its code stays taken
    { "GET", "/api/v1/audit?object=store&object_id=#&verb=store.changed", "", NULL, 200, "{\"fields\":[\"code\",\"name\",\"address\"]}" },
    { "GET", "/api/v1/audit?object=store&object_id=#&verb=store.archived", "", NULL, 200, "\"payload\":{}" },
};

static void test_life(void **state)
{
    fixture *x = *state;
    answer a = send(x, "POST", S_, "Idempotency-Key: a\r\n", STORE_A);
    expect(&a, 201, "\"city\":\"上海\"", "create");
    assert_str(answer_header(&a, "etag"), S("\"1\""));
    int64_t id = number(x, &a, "id");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        take(x, &steps[i], id);
    // One event and one line each: 2 stores created, 1 changed, 1 archived, 2 campaigns created.
    assert_int_equal(teller_head(x->e.teller), 6);
    a = send(x, "GET", "/api/v1/audit?object=store", "", NULL);
    jval *v;
    assert_ok(json_parse(x->a, a.body, NULL, &v));
    static const char *const verbs[] = { "store.archived", "store.changed", "store.created", "store.created" };
    assert_int_equal(yyjson_arr_size(json_get(v, S("items"))), 4);
    for (size_t i = 0; i < 4; i++)
        assert_str(json_str(json_get(yyjson_arr_get(json_get(v, S("items")), i), S("verb"))), str_c(verbs[i]));
    assert_null(memmem(a.body.s, a.body.len, "南京路", strlen("南京路")));
    uint32_t created = names_kind_find(x->e.names, S("campaign.created"));
    assert_true(created > 0);
    a = ask_key(x, SCOPE_READ, "POST", S_, "Idempotency-Key: r\r\n", STORE_B);
    expect(&a, 403, "record.write", "a key that reads");
    a = ask_key(x, SCOPE_INGEST, "GET", S_, "", NULL);
    expect(&a, 403, "record.read", "a key that sends events");
}

// --- Import helpers ------------------------------------------------------------------------------------------------------------------
static answer import(fixture *x, const char *path, const char *key, str file)
{
    const char *head = arena_fmt(x->a, "Authorization: Bearer " STR_FMT "\r\nContent-Type: text/csv\r\nIdempotency-Key: %s\r\n",
                                 STR_ARG(x->key[SCOPE_ADMIN]), key).s;
    return ask(x, "POST", path, head, file);
}

typedef struct stepping { op op; bool more; err outcome; pthread_mutex_t m; pthread_cond_t c; bool done; } stepping;

static err step_run(op *o, tx *t)
{
    return record_import_step(t, &((stepping *)(void *)o)->more);
}

static void step_done(op *o, err outcome)
{
    stepping *s = (stepping *)(void *)o;
    pthread_mutex_lock(&s->m);
    s->outcome = outcome;
    s->done = true;
    pthread_cond_signal(&s->c);
    pthread_mutex_unlock(&s->m);
}

// One slice of whatever import waits; false: none did.
static bool import_step(fixture *x)
{
    stepping s = { .op = { .run = step_run, .done = step_done, .lane = LANE_BULK }, .m = PTHREAD_MUTEX_INITIALIZER,
                   .c = PTHREAD_COND_INITIALIZER };
    assert_true(teller_submit(x->e.teller, &s.op));
    pthread_mutex_lock(&s.m);
    while (!s.done)
        pthread_cond_wait(&s.c, &s.m);
    pthread_mutex_unlock(&s.m);
    assert_ok(s.outcome);
    return s.more;
}

// --- A model beside the lists ----------------------------------------------------------------------------------------------------------
#define ROWS 500
static const char *const kinds[] = { "house", "space", "delivery", "service", "popup", "dealer" };
static const char *const states[] = { "planned", "open", "closed" };
static const char *const owners[] = { "direct", "partner", "dealer" };
static const char *const cities[] = { "上海", "北京", "广州", "a,b", "=city", "O'Hara", "x\"y" };
typedef struct model { str code, city, name; int kind, state, owner; bool archived; int64_t id; } model;

static uint32_t pick(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % n;
}

static str model_csv(fixture *x, model *m, uint32_t *seed)
{
    buf b = { 0 };
    buf_add_str(&b, S("门店编码,城市,名称,类型,状态,owner\r\n"));
    for (uint32_t i = 0; i < ROWS; i++) {
        m[i] = (model){ .code = arena_fmt(x->a, "S%u.%03u", pick(seed, 7), i), .city = str_c(cities[pick(seed, 7)]),
                        .name = arena_fmt(x->a, "店%u", pick(seed, 20)), .kind = (int)pick(seed, 6), .state = (int)pick(seed, 3),
                        .owner = (int)pick(seed, 3) };
        csv_add_cell(&b, m[i].code, true);
        csv_add_cell(&b, csv_guard(x->a, m[i].city), false);
        csv_add_cell(&b, m[i].name, false);
        csv_add_cell(&b, str_c(kinds[m[i].kind]), false);
        csv_add_cell(&b, str_c(states[m[i].state]), false);
        csv_add_cell(&b, str_c(owners[m[i].owner]), false);
        csv_add_end(&b);
    }
    str out = arena_str(x->a, buf_str(&b));
    buf_free(&b);
    return out;
}

static model *model_of(model *m, str code)
{
    for (size_t i = 0; i < ROWS; i++)
        if (str_eq(m[i].code, code))
            return &m[i];
    fail_msg("no " STR_FMT, STR_ARG(code));
    return NULL;
}

typedef struct asking { int kind, state, owner, city; int sort; bool desc, archived; int64_t limit; } asking;     // -1: not asked
static const char *const sorts[] = { "code", "city", "name" };

static str sort_value(const model *m, int sort) { return sort == 0 ? m->code : sort == 1 ? m->city : m->name; }

static bool matches(const model *m, const asking *q)
{
    return (q->archived || !m->archived) && (q->kind < 0 || m->kind == q->kind) && (q->state < 0 || m->state == q->state) &&
           (q->owner < 0 || m->owner == q->owner) && (q->city < 0 || str_eq(m->city, str_c(cities[q->city])));
}

static bool before(const model *p, const model *q, const asking *how)
{
    int c = how->sort < 0 ? 0 : str_cmp(sort_value(p, how->sort), sort_value(q, how->sort));
    if (c == 0)
        c = p->id < q->id ? -1 : 1;
    return how->desc ? c > 0 : c < 0;
}

static size_t model_list(model *m, const asking *q, const model **out)
{
    size_t n = 0;
    for (size_t i = 0; i < ROWS; i++) {
        if (!matches(&m[i], q))
            continue;
        size_t at = n++;
        for (; at > 0 && before(&m[i], out[at - 1], q); at--)
            out[at] = out[at - 1];
        out[at] = &m[i];
    }
    return n;
}

static str escaped(arena *a, str v)
{
    str out = { "", 0 };
    for (size_t i = 0; i < v.len; i++)
        out = arena_fmt(a, STR_FMT "%%%02X", STR_ARG(out), (unsigned)(uint8_t)v.s[i]);
    return out;
}

static str target_of(fixture *x, const asking *q, const char *path)
{
    str t = arena_fmt(x->a, "%s?archived=%s", path, q->archived ? "true" : "false");
    if (q->kind >= 0)
        t = arena_fmt(x->a, STR_FMT "&kind=%s", STR_ARG(t), kinds[q->kind]);
    if (q->state >= 0)
        t = arena_fmt(x->a, STR_FMT "&state=%s", STR_ARG(t), states[q->state]);
    if (q->owner >= 0)
        t = arena_fmt(x->a, STR_FMT "&owner=%s", STR_ARG(t), owners[q->owner]);
    if (q->city >= 0)
        t = arena_fmt(x->a, STR_FMT "&city=" STR_FMT, STR_ARG(t), STR_ARG(escaped(x->a, str_c(cities[q->city]))));
    if (q->sort >= 0)
        t = arena_fmt(x->a, STR_FMT "&sort=%s", STR_ARG(t), sorts[q->sort]);
    return arena_fmt(x->a, STR_FMT "&desc=%s", STR_ARG(t), q->desc ? "true" : "false");
}

static void check_pages(fixture *x, model *m, const asking *q)
{
    const model **want = arena_array(x->a, const model *, ROWS);
    size_t n = model_list(m, q, want), at = 0;
    str target = arena_fmt(x->a, STR_FMT "&limit=%lld", STR_ARG(target_of(x, q, S_)), (long long)q->limit), page = target;
    for (;;) {
        answer a = send(x, "GET", page.s, "", NULL);
        assert_int_equal(a.status, 200);
        jval *v, *item;
        size_t i, max;
        assert_ok(json_parse(x->a, a.body, NULL, &v));
        assert_int_equal(yyjson_get_uint(json_get(v, S("total"))), n);
        yyjson_arr_foreach(json_get(v, S("items")), i, max, item) {
            assert_true(at < n);
            assert_str(json_str(json_get(item, S("code"))), want[at]->code);
            assert_str(json_str(json_get(item, S("city"))), want[at++]->city);
        }
        jval *next = json_get(v, S("next"));
        assert_int_equal(next != NULL, at < n);
        if (!next)
            return;
        assert_int_equal(max, q->limit);
        page = arena_fmt(x->a, STR_FMT "&cursor=" STR_FMT, STR_ARG(target), STR_ARG(escaped(x->a, json_str(next))));
    }
}

static void check_export(fixture *x, model *m, const asking *q)
{
    const model **want = arena_array(x->a, const model *, ROWS);
    size_t n = model_list(m, q, want), cells_n;
    answer a = send(x, "GET", target_of(x, q, S_ "/export.csv").s, "", NULL);
    assert_int_equal(a.status, 200);
    assert_str(answer_header(&a, "content-type"), S("text/csv; charset=utf-8"));
    assert_true(str_starts(a.body, S(CSV_BOM "id,version,code,kind,owner,city,state,name,address,opened,capacity,created,changed,archived\r\n")));
    csv c = csv_open(a.body);
    str cells[CSV_CELLS_MAX];
    assert_int_equal(csv_next(&c, x->a, cells, &cells_n), CSV_ROW);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(csv_next(&c, x->a, cells, &cells_n), CSV_ROW);
        assert_str(cells[2], want[i]->code);
        assert_str(csv_unguard(cells[5]), want[i]->city);
        assert_true(str_starts(want[i]->city, S("=")) == str_starts(cells[5], S("'=")));
        assert_int_equal(cells[13].len > 0, want[i]->archived);
    }
    assert_int_equal(csv_next(&c, x->a, cells, &cells_n), CSV_END);
}

static void learn_ids(fixture *x, model *m)
{
    for (str more = { "", 0 };;) {
        answer a = send(x, "GET", arena_fmt(x->a, S_ "?limit=100" STR_FMT, STR_ARG(more)).s, "", NULL);
        jval *v, *item;
        size_t i, n;
        assert_ok(json_parse(x->a, a.body, NULL, &v));
        yyjson_arr_foreach(json_get(v, S("items")), i, n, item)
            model_of(m, json_str(json_get(item, S("code"))))->id = yyjson_get_sint(json_get(item, S("id")));
        if (!json_get(v, S("next")))
            return;
        more = arena_fmt(x->a, "&cursor=" STR_FMT, STR_ARG(json_str(json_get(v, S("next")))));
    }
}

static void test_model(void **state)
{
    fixture *x = *state;
    uint32_t seed = 7;
    model *m = arena_array(x->a, model, ROWS);
    str file = model_csv(x, m, &seed);
    answer a = import(x, S_ "/import?dry_run=true", "dry", file);
    expect(&a, 200, "{\"state\":\"checked\",\"rows\":500,\"errors_total\":0,\"errors\":[]}", "dry run");
    a = import(x, S_ "/import", "wet", file);
    expect(&a, 202, "{\"state\":\"running\",\"rows\":500,", "import");
    int64_t id = number(x, &a, "import");
    a = import(x, S_ "/import", "wet", file);
    assert_int_equal(number(x, &a, "import"), id);
    assert_str(answer_header(&a, "idempotent-replay"), S("true"));
    assert_true(import_step(x));
    const char *progress = arena_fmt(x->a, "/api/v1/records/imports/%lld", (long long)id).s;
    a = send(x, "GET", progress, "", NULL);
    expect(&a, 200, "\"rows\":500,\"written\":50,\"refused\":0,\"done\":false", "one slice");
    // A row of a later slice is taken meanwhile: left out and counted.
    a = send(x, "POST", S_, "Idempotency-Key: thief\r\n",
             arena_fmt(x->a, "{\"code\":\"" STR_FMT "\",\"name\":\"%s\",\"kind\":\"%s\",\"owner\":\"%s\",\"city\":\"上海\",\"state\":\"%s\"}",
                       STR_ARG(m[450].code), m[450].name.s, kinds[m[450].kind], owners[m[450].owner], states[m[450].state]).s);
    assert_int_equal(a.status, 201);
    m[450].city = S("上海");
    while (import_step(x))
        ;
    a = send(x, "GET", progress, "", NULL);
    expect(&a, 200, "\"written\":499,\"refused\":1,\"done\":true", "all slices");
    assert_int_equal(teller_head(x->e.teller), 500);
    learn_ids(x, m);
    for (int i = 0; i < 40; i++) {
        model *gone = &m[pick(&seed, ROWS)];
        a = send(x, "DELETE", arena_fmt(x->a, S_ "/%lld", (long long)gone->id).s, "If-Match: *\r\n", NULL);
        assert_int_equal(a.status, 204);
        gone->archived = true;
    }
    for (int i = 0; i < 40; i++) {
        atomic_fetch_add(&x->ahead_us, 60 * US_PER_S);      // limits of calls per minute
        asking q = { .kind = (int)pick(&seed, 9), .state = (int)pick(&seed, 9), .owner = (int)pick(&seed, 9), .city = (int)pick(&seed, 20),
                     .sort = (int)pick(&seed, 4) - 1, .desc = pick(&seed, 2), .archived = pick(&seed, 2), .limit = 1 + pick(&seed, 100) };
        q.kind = q.kind > 5 ? -1 : q.kind;
        q.state = q.state > 2 ? -1 : q.state;
        q.owner = q.owner > 2 ? -1 : q.owner;
        q.city = q.city > 6 ? -1 : q.city;
        q.limit = q.limit < 5 && q.kind < 0 ? 5 : q.limit;
        check_pages(x, m, &q);
        check_export(x, m, &q);
    }
}

// --- Imports that are refused, and what they say -------------------------------------------------------------------------------------------
#define HEAD "code,name,kind,owner,city,state"
static const struct { const char *csv, *says[4]; } imports[] = {
    { HEAD "\na,n,house,direct,c,open\n", { "\"state\":\"written\",\"rows\":1" } },
    { "\xEF\xBB\xBF编码,名称\n", { "{\"line\":1,\"field\":\"编码\",\"code\":\"field_unknown\"" } },
    { "门店编码,名称,类型,归属,城市,状态,开业日期\r\nz1,\"n\n2\",体验中心,经销商,c,营业,\r\n", { "\"refused\"", "{\"line\":2,\"field\":\"name\",\"code\":\"field_value\"" } },
    { "门店编码,名称,类型,归属,城市,状态,开业日期,id,archived\r\nz2,n,体验中心,经销商,c,营业,2026-03-09,5,\r\n", { "\"state\":\"written\",\"rows\":1" } },
    { HEAD "\nb,n,house,direct,c,open\nb,n,house,direct,c,open\n", { "\"refused\",\"rows\":2,\"errors_total\":1", "{\"line\":3,\"field\":\"code\",\"code\":\"field_duplicate\"" } },
    { HEAD "\na,n,house,direct,c,open\nb,n,house,direct,c,open\n", { "\"refused\"", "{\"line\":2,\"field\":\"code\",\"code\":\"exists\"" } },
    { HEAD "\nb,n,castle,direct,c,open\n,n,house,direct,c,open\nc,n,house\n\nd,n,house,direct,c,ajar\n",
      { "\"rows\":3,\"errors_total\":4", "{\"line\":2,\"field\":\"kind\",\"code\":\"field_value\"", "{\"line\":3,\"field\":\"code\",\"code\":\"field_required\"", "{\"line\":6,\"field\":\"state\"" } },
    { HEAD ",capacity\nb,n,house,direct,c,open,many\n", { "{\"line\":2,\"field\":\"capacity\",\"code\":\"field_type\"" } },
    { HEAD ",capacity\nb,n,house,direct,c,open,-1\n", { "{\"line\":2,\"field\":\"capacity\",\"code\":\"field_too_small\"" } },
    { HEAD ",colour\nb,n,house,direct,c,open,x\n", { "\"rows\":0,\"errors_total\":1", "{\"line\":1,\"field\":\"colour\",\"code\":\"field_unknown\"" } },
    { HEAD ",名称\nb,n,house,direct,c,open,x\n", { "{\"line\":1,\"field\":\"名称\",\"code\":\"field_duplicate\"" } },
    { HEAD "\nb,\"n,house,direct,c,open\n", { "{\"line\":2,\"code\":\"bad_request\"", "a quote is not closed" } },
    { "\xEF\xBB\xBF", { "the file is empty" } },
    { HEAD "\nb,n,house,direct,\xFF,open\n", { "{\"line\":2,\"code\":\"bad_request\"", "not UTF-8 text" } },
};

static void test_imports(void **state)
{
    fixture *x = *state;
    for (size_t i = 0; i < sizeof imports / sizeof *imports; i++) {
        answer a = import(x, S_ "/import", arena_fmt(x->a, "k%zu", i).s, str_c(imports[i].csv));
        for (size_t k = 0; k < 4 && imports[i].says[k]; k++)
            expect(&a, 200, imports[i].says[k], imports[i].csv);
    }
    answer a = send(x, "GET", S_, "", NULL);
    expect(&a, 200, "\"total\":2", "only what was good");
    assert_int_equal(teller_head(x->e.teller), 2);
    a = import(x, S_ "/import", "none", S(""));
    expect(&a, 400, "body_required", "nothing");
    a = send(x, "POST", S_ "/import", "Idempotency-Key: json\r\n", "{}");
    expect(&a, 415, "media_type", "JSON");
    // References and the answer's language.
    a = import(x, C_ "/import", "ref", S("code,name,state,starts,ends,budget_fen,store,paid\n"
                                         "c1,n,进行中,2026-03-09T00:00:00Z,2026-03-10T00:00:00Z,0,77,true\n"));
    expect(&a, 200, "{\"line\":2,\"field\":\"store\",\"code\":\"field_value\",\"text\":\"「store」的值不可用：no store has this id\"", "reference");
    buf b = { 0 };
    buf_add_str(&b, S(HEAD "\n"));
    for (int i = 0; i <= RECORD_IMPORT_ROWS_MAX; i++)
        buf_addf(&b, "r%d,n,house,direct,c,open\n", i);
    a = import(x, S_ "/import", "many", buf_str(&b));
    expect(&a, 200, "{\"line\":20002,\"field\":\"rows\",\"code\":\"field_too_many\"", "too many rows");
    buf_free(&b);
}

// What one brand exports, another imports and exports again: the same but for ids, versions and times.
static str without_own(fixture *x, str file)
{
    csv c = csv_open(file);
    str cells[CSV_CELLS_MAX];
    size_t n;
    buf b = { 0 };
    while (csv_next(&c, x->a, cells, &n) == CSV_ROW)
        for (size_t i = 2; i + 3 < n; i++)
            csv_add_cell(&b, cells[i], i == 2);
    str out = arena_str(x->a, buf_str(&b));
    buf_free(&b);
    return out;
}

static void test_round_trip(void **state)
{
    fixture *x = *state, *y = fixture_open(1, 16, 0);
    static const char *const rows[] = {
        CAMPAIGN("a", ",\"goal\":\"=SUM(1)\\n\\\"two\\\", three\\r\\n\",\"paid\":true"), CAMPAIGN("b", ",\"goal\":\"'quoted\""),
        CAMPAIGN("c", ",\"goal\":\"-1\",\"paid\":false"), CAMPAIGN("d", ",\"goal\":\" spaces \""), CAMPAIGN("e", ""),
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        answer a = send(x, "POST", C_, arena_fmt(x->a, "Idempotency-Key: %zu\r\n", i).s, rows[i]);
        assert_int_equal(a.status, 201);
    }
    answer first = send(x, "GET", C_ "/export.csv?sort=code", "", NULL), a = import(y, C_ "/import", "all", first.body);
    expect(&a, 200, "\"state\":\"written\",\"rows\":5", "import of an export");
    answer second = send(y, "GET", C_ "/export.csv?sort=code", "", NULL);
    assert_str(without_own(x, second.body), without_own(x, first.body));
    assert_non_null(memmem(first.body.s, first.body.len, "\"'=SUM(1)\n\"\"two\"\", three\r\n\"", 27));
    assert_non_null(memmem(first.body.s, first.body.len, ",100,''quoted,", 14));
    fixture_close(y);
}

// --- Lint -----------------------------------------------------------------------------------------------------------------------------------
static const struct { const char *sql, *says; } drifts[] = {
    { "DROP INDEX store_city", "store: column city has no index\n" },
    { "DROP INDEX campaign_budget", "campaign: column budget_fen has no index\n" },
    { "ALTER TABLE store ADD COLUMN colour TEXT", "store: column colour is not declared\n" },
    { "ALTER TABLE store DROP COLUMN address", "store: column address is missing\n" },
    { "ALTER TABLE campaign DROP COLUMN paid; ALTER TABLE campaign ADD COLUMN paid TEXT", "campaign: column paid is TEXT, not BIGINT\n" },
    { "ALTER TABLE store DROP COLUMN opened; ALTER TABLE store ADD COLUMN opened TEXT NOT NULL DEFAULT ''", "store: column opened must not be NOT NULL\n" },
    { "ALTER TABLE campaign DROP COLUMN ends_us; ALTER TABLE campaign ADD COLUMN ends_us BIGINT", "campaign: column ends_us must be NOT NULL\n" },
    { "ALTER TABLE store RENAME COLUMN capacity TO room", "store: column capacity is missing\nstore: column room is not declared\n" },
};

static str lint_of(world *w, const record *const *list)
{
    buf b = { 0 };
    assert_ok(record_lint_list(w->d, list, &b));
    str out = arena_str(w->a, buf_str(&b));
    buf_free(&b);
    return out;
}

static void test_lint(void **state)
{
    (void)state;
    world w;
    world_open(&w);
    assert_str(lint_of(&w, records), S(""));
    for (size_t i = 0; i < sizeof drifts / sizeof *drifts; i++) {
        assert_ok(db_begin(w.d));
        assert_ok(db_script(w.d, str_c(drifts[i].sql)));
        assert_str(lint_of(&w, records), str_c(drifts[i].says));
        assert_ok(db_rollback(w.d));
    }
    // A key nobody keeps unique, a filter that is none, a reference to nothing.
    record odd = *records[0];
    odd.key = "name";
    assert_str(lint_of(&w, (const record *const[]){ &odd, NULL }), S("store: column name has no unique index\n"));
    odd = *records[0];
    odd.key = "capacity";
    assert_true(str_starts(lint_of(&w, (const record *const[]){ &odd, NULL }), S("store: the key capacity is no required text\n")));
    assert_str(lint_of(&w, (const record *const[]){ records[1], NULL }), S("campaign: field store refers to store, which is no record\n"));
    odd = *records[0];
    odd.slice = records[1]->slice;
    assert_true(str_starts(lint_of(&w, (const record *const[]){ &odd, NULL }), S("store: 5 fields are filters, 4 stand among them\n")));
    buf b = { 0 };
    route_lint((const route_table *const[]){ &record_routes, &store_routes, &campaign_routes, &tag_type_routes, &order_routes,
                                             &test_drive_routes, &vehicle_routes, NULL }, &b);
    assert_str(buf_str(&b), S(""));
    buf_free(&b);
    world_close(&w);
}

static int open_one(void **state) { return (*state = fixture_open(1, 16, 0)) ? 0 : -1; }

static int close_one(void **state)
{
    fixture *x = *state;
    buf b = { 0 };
    db *d;
    assert_ok(db_open(&x->o, x->path, DB_READER, &d));
    assert_ok(audit_check(d, &b));
    assert_str(buf_str(&b), S(""));
    db_close(d);
    buf_free(&b);
    fixture_close(x);
    return 0;
}

#define WITH_SERVER(fn) cmocka_unit_test_setup_teardown(fn, open_one, close_one)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SERVER(test_life), WITH_SERVER(test_model), WITH_SERVER(test_imports), WITH_SERVER(test_round_trip), cmocka_unit_test(test_lint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
