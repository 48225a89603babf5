#include "tests.h"
#include "api_fixture.h"
#include "api/http.h"
#include "people/people_api.h"
#include "connect/segment.h"
#include "loyalty/ledger.h"
#include "profile/profile.h"
#include "record/record.h"
#include "rule/rules.h"
#include "task/task.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

// --- Routes that try the choke point -------------------------------------------------------------------------------------------
enum probe_mode { PROBE_OK, PROBE_CONFLICT, PROBE_UNDECLARED, PROBE_BAD_REPLY, PROBE_LONG, PROBE_MODE_COUNT };
static const char *const mode_names[] = { "ok", "conflict", "undeclared", "bad_reply", "long", NULL };
static const enum_labels probe_mode_labels = { "probe_mode", mode_names };

#define PROBE_NEW(F, T)                                                                                     \
    F(T, STR, name, .required = true, .min = 1, .max = 20, .pattern = "code", .doc = "Name.")               \
    F(T, ENUM(probe_mode), mode, .doc = "What shall happen.")                                               \
    F(T, I64, size, .min = 1, .max = 9, .doc = "Size.")                                                     \
    F(T, STRS, tags, .max = 2, .item_max = 5, .doc = "Tags.")
SHAPE_STRUCT(probe_new, PROBE_NEW);
SHAPE_TABLE(probe_new, PROBE_NEW);

#define PROBE_VIEW(F, T)                                                                                    \
    F(T, I64, id, .required = true, .doc = "Id.")                                                           \
    F(T, I64, rows, .required = true, .doc = "Rows written so far.")                                        \
    F(T, STR, text, .max = 2000, .doc = "Text.")
SHAPE_STRUCT(probe_view, PROBE_VIEW);
SHAPE_TABLE(probe_view, PROBE_VIEW);

#define PROBE_QUERY(F, T)                                                                                   \
    F(T, I64, limit, .min = 1, .max = 100, .doc = "Rows.")                                                  \
    F(T, ENUM(probe_mode), mode, .doc = "What shall happen.")
SHAPE_STRUCT(probe_query, PROBE_QUERY);
SHAPE_TABLE(probe_query, PROBE_QUERY);

static err view(req *r, int64_t id)
{
    probe_view *out = r->reply;
    int64_t rows;
    TRY(db_int(r->d, &rows, 0, "SELECT count(*) FROM probe"));
    SET(out, probe_view, id, id);
    SET(out, probe_view, rows, rows);
    return E_OK;
}

static err get_probe(req *r)
{
    const probe_query *q = r->query;
    if (HAS(q, probe_query, mode) && q->mode == PROBE_UNDECLARED)
        return req_fail_detail(r, E_HOLD_CLOSED, "secret");
    if (HAS(q, probe_query, mode) && q->mode == PROBE_BAD_REPLY)
        return E_OK;
    return view(r, HAS(q, probe_query, limit) ? q->limit : r->path_id[0]);
}

static err get_versioned(req *r)
{
    req_set_version(r, 7);
    return view(r, r->path_id[0]);
}

static err put_versioned(req *r)
{
    TRY(req_check_version(r, 7));
    req_set_version(r, 8);
    return view(r, r->path_id[0]);
}

static err post_probe(req *r)
{
    const probe_new *in = r->body;
    TRY(db_exec(r->d, "INSERT INTO probe (name) VALUES ($1)", dbs(in->name)));
    if (HAS(in, probe_new, mode) && in->mode == PROBE_CONFLICT)
        return req_fail_detail(r, E_CONFLICT, "as asked");
    if (HAS(in, probe_new, mode) && in->mode == PROBE_UNDECLARED)
        return E_HOLD_CLOSED;
    if (HAS(in, probe_new, mode) && in->mode == PROBE_BAD_REPLY)
        return E_OK;
    TRY(view(r, tx_id(r->tx)));
    if (HAS(in, probe_new, mode) && in->mode == PROBE_LONG)
        SET((probe_view *)r->reply, probe_view, text, str_of(memset(arena_alloc(r->a, 1500, 1, 1), 'x', 1500), 1500));
    r->status = 201;
    return E_OK;
}

static err post_lenient(req *r)
{
    buf_add_str(r->raw, r->body_text);
    buf_addf(r->raw, " from %u", r->who.source);
    return E_OK;
}

static err get_sink(req *r)
{
    if (memmem(r->http->query.s ? r->http->query.s : "", r->http->query.len, "fail", 4))
        return E_IO;
    buf_add_str(r->raw, S("taken"));
    return E_OK;
}

static str key_after_colon(req *r)
{
    str rest = r->body_text;
    str_cut(&rest, ':');
    return rest;
}

// The engine is the fixture's member.
static fixture *fixture_of(req *r) { return (fixture *)(void *)((char *)r->app - offsetof(fixture, e)); }

static err get_gate(req *r)
{
    fixture *x = fixture_of(r);
    pthread_mutex_lock(&x->lock);
    x->waiting++;
    pthread_cond_broadcast(&x->moved);
    while (!x->open)
        pthread_cond_wait(&x->moved, &x->lock);
    pthread_mutex_unlock(&x->lock);
    return view(r, 1);
}

static err get_live(req *r)
{
    r->channel = S("live");
    return E_OK;
}

#define READ .idem = IDEM_READ, .tag = "probe", .doc = "Probe.", .perm = PERM_PEOPLE_READ
#define WRITE .where = RUN_TELLER, .tag = "probe", .doc = "Probe.", .perm = PERM_PEOPLE_WRITE
static const route probes[] = {
    { M_GET, "/probe/inline/{id}", READ, .query = &probe_query_shape, .reply = &probe_view_shape, .where = RUN_INLINE, .handler = get_probe },
    { M_GET, "/probe/pool/{id}", READ, .query = &probe_query_shape, .reply = &probe_view_shape, .where = RUN_POOL, .handler = get_probe },
    { M_GET, "/probe/gate", READ, .reply = &probe_view_shape, .where = RUN_POOL, .handler = get_gate },
    { M_GET, "/probe/live", READ, .where = RUN_STREAM, .handler = get_live },
    { M_GET, "/probe/rare", READ, .reply = &probe_view_shape, .where = RUN_INLINE, .handler = get_versioned, .rate_per_minute = 2 },
    { M_POST, "/probe/rows", WRITE, .body = &probe_new_shape, .reply = &probe_view_shape, .idem = IDEM_KEY, .handler = post_probe,
      .errors = ROUTE_ERRORS(E_CONFLICT) },
    { M_GET, "/probe/rows/{id}", READ, .reply = &probe_view_shape, .where = RUN_INLINE, .handler = get_versioned },
    { M_PUT, "/probe/rows/{id}", WRITE, .body = &probe_new_shape, .reply = &probe_view_shape, .idem = IDEM_NATURAL, .handler = put_versioned,
      .errors = ROUTE_ERRORS(E_VERSION_REQUIRED, E_VERSION_STALE) },
    { M_POST, "/probe/lenient", .where = RUN_TELLER, .tag = "probe", .doc = "Probe.", .perm = PERM_INGEST, .raw = "text/plain", .lenient = true,
      .idem = IDEM_MESSAGE_ID, .key_in_body = key_after_colon, .handler = post_lenient, .rate_per_minute = -1 },
    { M_GET, "/probe/sink", .where = RUN_TELLER, .tag = "probe", .doc = "Probe.", .perm = PERM_INGEST, .raw = "text/plain", .lenient = true,
      .idem = IDEM_MESSAGE_ID, .sink = true, .handler = get_sink, .rate_per_minute = 60 },
};
static const route_table probe_table = ROUTE_TABLE("probe", probes);
static const route_table *const tables[] = { &api_table, &admin_table, &audit_routes, &record_routes, &store_routes,
    &campaign_routes, &tag_type_routes, &order_routes, &test_drive_routes, &vehicle_routes, &segment_routes, &people_routes, &probe_table, NULL };

// --- Life ----------------------------------------------------------------------------------------------------------------------------
static fixture *of_os(os *o) { return (fixture *)(void *)o; }
static int64_t now_ahead(os *o) { return os_now_us(os_posix()) + atomic_load(&of_os(o)->ahead_us); }
static int64_t mono_ahead(os *o)
{
    int64_t stands = atomic_load(&of_os(o)->stands_us);
    return (stands ? stands : os_mono_us(os_posix())) + atomic_load(&of_os(o)->ahead_us);
}

static void *run_loop(void *p)
{
    assert_ok(api_run(((fixture *)p)->api));
    return NULL;
}

static void *run_teller(void *p)
{
    assert_ok(teller_run(((fixture *)p)->e.teller));
    return NULL;
}

typedef struct first { op op; fixture *x; str hash; err outcome; bool done; } first;

static err make_first(op *o, tx *t)
{
    first *f = (first *)(void *)o;
    for (int s = 0; s < KEY_SCOPE_COUNT; s++)
        TRY(admin_key_create(t, S("test"), str_c(key_scope_labels.labels[s]), f->x->a, &f->x->key[s]));
    const staff_new_row head = { f->x->login, S("李想"), ROLE_HEAD, f->hash };
    return admin_staff_create(t, &head, &f->x->head_id);
}

static void made_first(op *o, err outcome)
{
    first *f = (first *)(void *)o;
    f->outcome = outcome;
    f->done = true;
}

static void open_store(fixture *x)
{
    size_t applied;
    fault f = { 0 };
    assert_ok(db_open(&x->o, x->path, DB_WRITER, &x->d));
    assert_ok(migrate(x->d, migrations, migrations_count, os_now_us(&x->o), NULL, x->a, &applied));
    assert_ok(db_script(x->d, S("CREATE TABLE probe (name TEXT NOT NULL)")));
    assert_ok(idem_open(x->d, &x->idem));
    x->e.o = &x->o;
    assert_ok(names_open(x->d, &x->e.names));
    char key[128];
    snprintf(key, sizeof key, "%s/master.key", x->dir);
    assert_ok(vault_create(&x->o, key));
    assert_ok(vault_open(&x->o, key, x->a, &x->e.vault));
    x->e.rules = rules_create();
    ledger_open(&x->e);
    assert_ok(people_open(&x->e, x->d));
    assert_ok(task_register(&x->e));
    profile_register(&x->e);
    assert_ok(record_open(&x->e, x->d));
    assert_ok(rules_open(&x->e, x->d));
    x->e.ingest = ingest_open(&(ingest_config){ .vault = x->e.vault, .user = x });
    fault why = { 0 };
    assert_ok(dedupe_open(&(dedupe_config){ .o = &x->o, .dir = arena_fmt(x->a, "%s/seen", x->dir).s }, &why, x->a, &x->e.dd, &(int64_t){ 0 }));
    assert_ok(teller_open(&(teller_config){ .o = &x->o, .d = x->d, .user = &x->e, .on_event = engine_on_event }, &f, x->a, &x->e.teller));
    assert_ok(admin_open(&x->e));
}

fixture *fixture_open(int readers, size_t queue, int port)
{
    fixture *x = calloc(1, sizeof *x);
    assert_non_null(x);
    x->ops = *os_posix()->ops;
    x->ops.now_us = now_ahead;
    x->ops.mono_us = mono_ahead;
    x->o.ops = &x->ops;
    x->a = arena_create();
    pthread_mutex_init(&x->lock, NULL);
    pthread_cond_init(&x->moved, NULL);
    snprintf(x->dir, sizeof x->dir, "/tmp/lianyi-api-XXXXXX");
    assert_non_null(mkdtemp(x->dir));
    snprintf(x->path, sizeof x->path, "%s/brand.db", x->dir);
    open_store(x);
    x->tables = tables;
    x->login = S("li.xiang");
    x->password = S("correct horse");
    first f = { .op = { .run = make_first, .done = made_first }, .x = x };
    assert_ok(admin_password_hash(x->password, x->a, &f.hash));
    assert_true(teller_submit(x->e.teller, &f.op));
    for (bool worked; !f.done;)
        assert_ok(teller_step(x->e.teller, &worked));
    assert_ok(f.outcome);
    fault why = { 0 };
    err e = api_open(&(api_config){ .o = &x->o, .db_path = x->path, .teller = x->e.teller, .idem = x->idem, .app = &x->e, .tables = tables,
                                    .doors = admin_doors(&x->e), .host = "127.0.0.1", .port = port, .loops = 2, .readers = readers, .readers_queue = queue,
                                    .version = "test" }, &why, x->a, &x->api);
    if (e != E_OK)
        fail_msg("api_open: %s " STR_FMT, err_info_of(e)->code, STR_ARG(why.detail));
    assert_int_equal(pthread_create(&x->loop, NULL, run_loop, x), 0);
    assert_int_equal(pthread_create(&x->teller, NULL, run_teller, x), 0);
    return x;
}

void fixture_close(fixture *x)
{
    fixture_gate_open(x);
    api_stop(x->api);
    pthread_join(x->loop, NULL);
    teller_stop(x->e.teller);
    pthread_join(x->teller, NULL);
    api_close(x->api);
    idem_close(x->idem);
    teller_close(x->e.teller);
    admin_close(&x->e);
    ingest_close(x->e.ingest);
    dedupe_close(x->e.dd);
    rules_close(x->e.rules);
    record_close(&x->e);
    people_close(&x->e);
    ledger_close(&x->e);
    vault_close(x->e.vault);
    names_close(x->e.names);
    char path[128];
    static const char *const files[] = { "brand.db", "brand.db-wal", "brand.db-shm", "master.key" };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", x->dir, files[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/seen", x->dir);
    rmdir(path);
    rmdir(x->dir);
    pthread_mutex_destroy(&x->lock);
    pthread_cond_destroy(&x->moved);
    arena_destroy(x->a);
    free(x);
}

void fixture_gate_wait(fixture *x, int n)
{
    pthread_mutex_lock(&x->lock);
    while (x->waiting < n)
        pthread_cond_wait(&x->moved, &x->lock);
    pthread_mutex_unlock(&x->lock);
}

void fixture_gate_open(fixture *x)
{
    pthread_mutex_lock(&x->lock);
    x->open = true;
    pthread_cond_broadcast(&x->moved);
    pthread_mutex_unlock(&x->lock);
}

// --- Client --------------------------------------------------------------------------------------------------------------------------
int fixture_connect(fixture *x)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)api_port(x->api)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static answer parse(fixture *x, const buf *in)
{
    str all = arena_str(x->a, buf_str(in));
    char *s = arena_cstr(x->a, all), *end = strstr(s, "\r\n\r\n");
    assert_non_null(end);
    for (char *p = s, *name = s; p < end; p++) {
        name = p[0] == '\n' ? p : p[0] == ':' ? NULL : name;          // names are lowered, values stay as they are
        if (name && *p >= 'A' && *p <= 'Z')
            *p = (char)(*p + 32);
    }
    answer a = { .head = str_of(s, (size_t)(end - s + 2)), .body = str_of(end + 4, all.len - (size_t)(end - s) - 4) };
    int64_t status = 0;
    assert_true(str_to_i64(str_of(s + 9, 3), &status));
    a.status = (int)status;
    return a;
}

answer ask(fixture *x, const char *how, const char *target, const char *head, str body)
{
    buf out = { 0 }, in = { 0 };
    int fd = fixture_connect(x);
    buf_addf(&out, "%s %s HTTP/1.1\r\nHost: brand.test\r\nConnection: close\r\n%s", how, target, head);
    if (body.len)
        buf_addf(&out, "Content-Length: %zu\r\n", body.len);
    buf_add_str(&out, S("\r\n"));
    buf_add_str(&out, body);
    assert_int_equal(write(fd, out.s, out.len), (ssize_t)out.len);
    char part[4096];
    for (ssize_t n; (n = read(fd, part, sizeof part)) > 0;)
        buf_add(&in, part, (size_t)n);
    close(fd);
    answer a = parse(x, &in);
    buf_free(&out);
    buf_free(&in);
    return a;
}

answer ask_key(fixture *x, enum key_scope s, const char *how, const char *target, const char *head, const char *json)
{
    str all = arena_fmt(x->a, "Authorization: Bearer " STR_FMT "\r\n%s%s", STR_ARG(x->key[s]), json ? "Content-Type: application/json\r\n" : "", head);
    return ask(x, how, target, all.s, str_c(json));
}

str answer_header(const answer *a, const char *name)
{
    for (str rest = a->head; rest.len;) {
        str line = str_cut(&rest, '\n'), text = line;
        if (str_eq(str_cut(&text, ':'), str_c(name)))
            return str_trim(text);
    }
    return (str){ 0 };
}
