// The choke point, over real connections.
#include "tests.h"
#include "api_fixture.h"
#include "api/api_impl.h"
#include "api/limits.h"
#include "base/json.h"
#include "base/time.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void expect(const answer *a, int status, const char *has, const char *what)
{
    str head = str_take(a->body, 300);
    if (a->status != status)
        fail_msg("%s: %d " STR_FMT, what, a->status, STR_ARG(head));
    if (!memmem(a->body.s, a->body.len, has, strlen(has)))
        fail_msg("%s: no %s in " STR_FMT, what, has, STR_ARG(head));
}

// Requests of one key, in order: the later ones see what the earlier did.
static const struct step {
    enum key_scope key;
    const char *method, *target, *head, *json;
    int status;
    const char *has;
} steps[] = {
    { SCOPE_READ, "GET", "/probe/inline/5", "", NULL, 200, "{\"id\":5,\"rows\":0}" },
    { SCOPE_READ, "GET", "/probe/pool/5?limit=9", "", NULL, 200, "{\"id\":9,\"rows\":0}" },
    { SCOPE_READ, "GET", "/probe/pool/5?limit=0", "", NULL, 422, "\"code\":\"field_too_small\"" },
    { SCOPE_READ, "GET", "/probe/pool/5?limit=101", "", NULL, 422, "\"field\":\"limit\"" },
    { SCOPE_READ, "GET", "/probe/pool/5?nolimit=1", "", NULL, 422, "field_unknown" },
    { SCOPE_READ, "GET", "/probe/pool/5?mode=undeclared", "", NULL, 500, "\"code\":\"undeclared\"" },
    { SCOPE_READ, "GET", "/probe/inline/5?mode=bad_reply", "", NULL, 500, "\"code\":\"undeclared\"" },
    { SCOPE_READ, "GET", "/probe/inline/0", "", NULL, 404, "not_found" },
    { SCOPE_READ, "GET", "/probe/inline/-1", "", NULL, 404, "not_found" },
    { SCOPE_READ, "GET", "/probe/inline/9223372036854775808", "", NULL, 404, "not_found" },
    { SCOPE_READ, "GET", "/probe/inline/x", "", NULL, 404, "not_found" },
    { SCOPE_READ, "GET", "/probe/nothing", "", NULL, 404, "route_unknown" },
    { SCOPE_READ, "DELETE", "/probe/inline/5", "", NULL, 405, "method_not_allowed" },
    { SCOPE_READ, "GET", "/probe/inline/5", "", "{}", 400, "bad_request" },
    { SCOPE_READ, "POST", "/probe/rows", "Idempotency-Key: a\r\n", "{\"name\":\"a\"}", 403, "forbidden" },
    { SCOPE_INGEST, "GET", "/probe/inline/5", "", NULL, 403, "people.read" },
    { SCOPE_WRITE, "POST", "/probe/rows", "", "{\"name\":\"a\"}", 400, "idempotency_key_required" },
    { SCOPE_WRITE, "POST", "/probe/rows", "Idempotency-Key: a b\r\n", "{\"name\":\"a\"}", 400, "idempotency_key_invalid" },
    { SCOPE_WRITE, "POST", "/probe/rows", "Idempotency-Key: k\r\n", "", 400, "body_required" },
    { SCOPE_WRITE, "POST", "/probe/rows", "Idempotency-Key: k\r\n", "{\"name\":\"A\"}", 422, "\"field\":\"name\"" },
    { SCOPE_WRITE, "POST", "/probe/rows?x=1", "Idempotency-Key: k\r\n", "{\"name\":\"a\"}", 422, "\"field\":\"x\"" },
    { SCOPE_WRITE, "POST", "/probe/rows", "Idempotency-Key: 1\r\n", "{\"name\":\"a\"}", 201, "\"rows\":1" },
    { SCOPE_WRITE, "POST", "/probe/rows", "Idempotency-Key: 1\r\n", "{\"name\":\"a\"}", 201, "\"rows\":1" },
    { SCOPE_WRITE, "POST", "/probe/rows", "Idempotency-Key: 1\r\n", "{\"name\":\"b\"}", 409, "idempotency_mismatch" },
    { SCOPE_ADMIN, "POST", "/probe/rows", "Idempotency-Key: 1\r\n", "{\"name\":\"b\"}", 201, "\"rows\":2" },
    { SCOPE_WRITE, "POST", "/probe/rows", "Idempotency-Key: 2\r\n", "{\"name\":\"a\",\"mode\":\"conflict\"}", 409, "as asked" },
    { SCOPE_WRITE, "POST", "/probe/rows", "Idempotency-Key: 3\r\n", "{\"name\":\"a\",\"mode\":\"undeclared\"}", 500, "undeclared" },
    { SCOPE_WRITE, "POST", "/probe/rows", "Idempotency-Key: 4\r\n", "{\"name\":\"a\",\"mode\":\"bad_reply\"}", 500, "undeclared" },
    { SCOPE_WRITE, "POST", "/probe/rows", "Idempotency-Key: 2\r\n", "{\"name\":\"a\"}", 201, "\"rows\":3" },     // what failed left no trace
    { SCOPE_WRITE, "POST", "/probe/rows", "Idempotency-Key: 5\r\n", "{\"name\":\"a\",\"mode\":\"long\"}", 201, "xxx" },
    { SCOPE_WRITE, "POST", "/probe/rows", "Idempotency-Key: 5\r\n", "{\"name\":\"a\",\"mode\":\"long\"}", 409, "idempotency_done" },
    { SCOPE_READ, "GET", "/probe/inline/5", "", NULL, 200, "\"rows\":4" },
    { SCOPE_WRITE, "PUT", "/probe/rows/5", "", "{\"name\":\"a\"}", 428, "version_required" },
    { SCOPE_WRITE, "PUT", "/probe/rows/5", "If-Match: \"6\"\r\n", "{\"name\":\"a\"}", 412, "version_stale" },
    { SCOPE_WRITE, "PUT", "/probe/rows/5", "If-Match: \"7\"\r\n", "{\"name\":\"a\"}", 200, "\"id\":5" },
    { SCOPE_WRITE, "PUT", "/probe/rows/5", "If-Match: *\r\n", "{\"name\":\"a\"}", 200, "\"id\":5" },
    { SCOPE_READ, "GET", "/probe/rows/5", "If-None-Match: \"7\"\r\n", NULL, 304, "" },
    { SCOPE_READ, "GET", "/probe/rows/5", "If-None-Match: \"6\"\r\n", NULL, 200, "\"id\":5" },
    { SCOPE_INGEST, "POST", "/probe/lenient?any=thing", "", "not json", 200, "not json from 1" },
};

static void test_steps(void **state)
{
    fixture *x = *state;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const struct step *s = &steps[i];
        answer a = ask_key(x, s->key, s->method, s->target, s->head, s->json);
        expect(&a, s->status, s->has, arena_fmt(x->a, "%s %s %s", s->method, s->target, s->json ? s->json : "").s);
        assert_true(answer_header(&a, "x-request-id").len == 16);
        if (a.status >= 400) {
            assert_str(answer_header(&a, "content-type"), S("application/problem+json"));
            assert_false(memmem(a.body.s, a.body.len, "secret", 6));
        }
    }
}

// --- Sinks: nothing but success is told -----------------------------------------------------------------------------------------
static int send_sink(fixture *x, const char *target, enum key_scope scope)
{
    int fd = fixture_connect(x);
    str text = arena_fmt(x->a, "GET %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " STR_FMT "\r\n\r\n", target, STR_ARG(x->key[scope]));
    assert_int_equal(write(fd, text.s, text.len), (ssize_t)text.len);
    return fd;
}

// The first bytes of the answer; empty: the connection ended without one.
static str heard(fixture *x, int fd)
{
    char *b = arena_alloc(x->a, 1024, 1, 1);
    ssize_t n = read(fd, b, 1024);
    close(fd);
    return str_of(b, n > 0 ? (size_t)n : 0);
}

static bool silent_for(int fd, int ms)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    return poll(&p, 1, ms) == 0;
}

static void test_sink(void **state)
{
    fixture *x = *state;
    atomic_store(&x->stands_us, os_mono_us(os_posix()));         // a slow machine makes no room by its slowness
    assert_true(str_starts(heard(x, send_sink(x, "/probe/sink", SCOPE_INGEST)), S("HTTP/1.1 200")));
    assert_true(str_starts(heard(x, send_sink(x, "/probe/sink", SCOPE_READ)), S("HTTP/1.1 401")));      // never 403
    assert_int_equal(heard(x, send_sink(x, "/probe/sink?fail=1", SCOPE_INGEST)).len, 0);               // trouble of ours: no answer
    for (int i = 0; i < 58; i++)
        assert_true(str_starts(heard(x, send_sink(x, "/probe/sink", SCOPE_INGEST)), S("HTTP/1.1 200")));
    // Too many: held, taken when there is room again.
    int fd = send_sink(x, "/probe/sink", SCOPE_INGEST);
    bool held = silent_for(fd, 150);
    atomic_fetch_add(&x->ahead_us, 2 * US_PER_S);
    assert_true(str_starts(heard(x, fd), S("HTTP/1.1 200")));
    assert_true(held);
    // Too many for too long: the connection ends and says nothing.
    int fds[4];
    for (int i = 0; i < 4; i++)
        fds[i] = send_sink(x, "/probe/sink", SCOPE_INGEST);
    assert_true(silent_for(fds[3], 100));
    atomic_fetch_add(&x->ahead_us, 11 * US_PER_S);
    assert_int_equal(heard(x, fds[3]).len, 0);
    for (int i = 0; i < 3; i++)
        close(fds[i]);
}

static void test_headers(void **state)
{
    fixture *x = *state;
    ask_key(x, SCOPE_WRITE, "POST", "/probe/rows", "Idempotency-Key: h\r\n", "{\"name\":\"a\"}");
    answer a = ask_key(x, SCOPE_WRITE, "POST", "/probe/rows", "Idempotency-Key: h\r\n", "{\"name\":\"a\"}");
    assert_str(answer_header(&a, "idempotent-replay"), S("true"));
    assert_str(answer_header(&a, "cache-control"), S("no-store"));
    assert_str(answer_header(&a, "x-content-type-options"), S("nosniff"));
    assert_true(answer_header(&a, "ratelimit").len > 0 && answer_header(&a, "ratelimit-policy").len > 0);
    a = ask_key(x, SCOPE_READ, "GET", "/probe/rows/5", "", NULL);
    assert_str(answer_header(&a, "etag"), S("\"7\""));
    a = ask_key(x, SCOPE_READ, "PATCH", "/probe/rows/5", "", NULL);
    assert_str(answer_header(&a, "allow"), S("GET, PUT, OPTIONS, HEAD"));
    a = ask(x, "OPTIONS", "/probe/rows/5", "", S(""));
    assert_int_equal(a.status, 204);
    assert_false(answer_header(&a, "access-control-allow-origin").len > 0);
    a = ask(x, "OPTIONS", "/probe/lenient", "Origin: https://app.example\r\n", S(""));
    assert_str(answer_header(&a, "access-control-allow-origin"), S("*"));
    a = ask_key(x, SCOPE_READ, "HEAD", "/probe/inline/5", "", NULL);
    assert_int_equal(a.status, 200);
    assert_int_equal(a.body.len, 0);
    a = ask_key(x, SCOPE_WRITE, "POST", "/probe/rows", "Idempotency-Key: t\r\nAccept-Language: en-GB, zh;q=0.5\r\n", "{}");
    expect(&a, 422, "\\\"name\\\" is required", "english");
    a = ask_key(x, SCOPE_WRITE, "POST", "/probe/rows", "Idempotency-Key: t\r\nAccept-Language: fr, zh;q=0.5, en;q=0.1\r\n", "{}");
    expect(&a, 422, "「name」必填", "chinese");
    str all = arena_fmt(x->a, "Authorization: Bearer " STR_FMT "\r\nContent-Type: text/plain\r\nIdempotency-Key: t\r\n",
                        STR_ARG(x->key[SCOPE_WRITE]));
    a = ask(x, "POST", "/probe/rows", all.s, S("{\"name\":\"a\"}"));
    expect(&a, 415, "media_type", "text/plain");
}

static void test_credentials(void **state)
{
    fixture *x = *state;
    answer a = ask(x, "GET", "/probe/inline/5", "", S(""));
    expect(&a, 401, "unauthenticated", "nobody");
    assert_str(answer_header(&a, "www-authenticate"), S("Bearer realm=\"lianyi\""));
    static const char *const wrong[] = { "Bearer x", "Bearer lyk_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Basic !!!", "Basic Og==", "Digest x", "Bearer" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        a = ask(x, "GET", "/probe/inline/5", arena_fmt(x->a, "Authorization: %s\r\n", wrong[i]).s, S(""));
        expect(&a, 401, "key_invalid", wrong[i]);
    }
    a = ask(x, "GET", "/healthz", "Authorization: Bearer x\r\n", S(""));
    expect(&a, 200, "\"status\":\"ok\"", "public");
    a = ask(x, "POST", "/probe/lenient", "", arena_fmt(x->a, "key:" STR_FMT, STR_ARG(x->key[SCOPE_INGEST])));
    expect(&a, 200, "from 1", "key in the body");
    a = ask(x, "POST", "/probe/lenient", "", S("key:lyk_b"));
    expect(&a, 401, "key_invalid", "wrong key in the body");
    a = ask(x, "GET", "/probe/inline/5", "Cookie: other=1; ly_session=nonsense\r\n", S(""));
    expect(&a, 401, "session_expired", "unknown session");
}

static void test_limits(void **state)
{
    fixture *x = *state;
    answer a = { 0 };
    for (int i = 0; i < 2; i++) {
        a = ask_key(x, SCOPE_READ, "GET", "/probe/rare", "", NULL);
        assert_int_equal(a.status, 200);
    }
    assert_str(answer_header(&a, "ratelimit-policy"), S("\"default\";q=2;w=60"));
    a = ask_key(x, SCOPE_READ, "GET", "/probe/rare", "", NULL);
    expect(&a, 429, "rate_limited", "third");
    int64_t wait;
    assert_true(str_to_i64(answer_header(&a, "retry-after"), &wait) && wait > 0 && wait <= 30);
    a = ask_key(x, SCOPE_ADMIN, "GET", "/probe/rare", "", NULL);
    assert_int_equal(a.status, 200);
    atomic_fetch_add(&x->ahead_us, 31 * US_PER_S);
    a = ask_key(x, SCOPE_READ, "GET", "/probe/rare", "", NULL);
    assert_int_equal(a.status, 200);
}

// One thread, one place in its queue: the first is at work, the second waits, the third is told to come again.
static void test_overload(void **state)
{
    (void)state;
    fixture *x = fixture_open(1, 1, 0);
    str key = arena_fmt(x->a, "GET /probe/gate HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " STR_FMT "\r\nConnection: close\r\n\r\n",
                        STR_ARG(x->key[SCOPE_READ]));
    int first = fixture_connect(x), second = fixture_connect(x);
    assert_int_equal(write(first, key.s, key.len), (ssize_t)key.len);
    fixture_gate_wait(x, 1);
    assert_int_equal(write(second, key.s, key.len), (ssize_t)key.len);
    while (pool_waiting(x->api->readers) == 0)                // the second may have come in by the other loop
        usleep(1000);
    answer a = ask_key(x, SCOPE_READ, "GET", "/probe/gate", "", NULL);
    expect(&a, 503, "overloaded", "third");
    assert_str(answer_header(&a, "retry-after"), S("1"));
    fixture_gate_open(x);
    char head[16];
    assert_true(read(first, head, 12) == 12 && memcmp(head, "HTTP/1.1 200", 12) == 0);
    assert_true(read(second, head, 12) == 12 && memcmp(head, "HTTP/1.1 200", 12) == 0);
    close(first);
    close(second);
    a = ask_key(x, SCOPE_READ, "GET", "/probe/gate", "", NULL);
    assert_int_equal(a.status, 200);
    fixture_close(x);
}

static void read_until(int fd, buf *in, const char *want)
{
    char part[1024];
    while (!in->len || !memmem(in->s, in->len, want, strlen(want))) {
        ssize_t n = read(fd, part, sizeof part);
        assert_true(n > 0);
        buf_add(in, part, (size_t)n);
    }
}

static void test_stream(void **state)
{
    fixture *x = *state;
    assert_false(stream_listening(x->api));
    int fd = fixture_connect(x);
    str rq = arena_fmt(x->a, "GET /probe/live HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " STR_FMT "\r\n\r\n", STR_ARG(x->key[SCOPE_READ]));
    assert_int_equal(write(fd, rq.s, rq.len), (ssize_t)rq.len);
    buf in = { 0 };
    read_until(fd, &in, "retry: 2000");
    assert_non_null(memmem(in.s, in.len, "text/event-stream", 17));
    assert_true(stream_listening(x->api));
    stream_publish(x->api, S("other"), S("event"), 1, S("{\"no\":1}"), NULL, 0);
    stream_publish(x->api, S("live"), S("event"), 2, S("a\nb"), NULL, 0);
    read_until(fd, &in, "data: b\n\n");
    assert_non_null(memmem(in.s, in.len, "id: 2\nevent: event\ndata: a\ndata: b\n\n", 36));
    assert_null(memmem(in.s, in.len, "\"no\":1", 6));
    close(fd);
    buf_free(&in);
}

// --- Two loops share one port (the fixture has two) -----------------------------------------------------------------------------------
#define CONNECTIONS 24
#define ASKED 60

static int64_t open_on(const fixture *x, int loop) { return http_stats_now(x->api->loops[loop].http).open; }

// Connections until both loops have some: whichever is free takes the next.
static int connect_to_both(fixture *x, int *fds, int max)
{
    int n = 0;
    while (n < max && (n < CONNECTIONS || open_on(x, 0) == 0 || open_on(x, 1) == 0)) {
        fds[n++] = fixture_connect(x);
        usleep(1000);
    }
    assert_true(open_on(x, 0) > 0 && open_on(x, 1) > 0);
    return n;
}

typedef struct asking { fixture *x; int fd, allowed, refused, other; } asking;

// A write, then reads of a route that its key may call twice a minute: on one connection, as fast as it goes.
static void *ask_on(void *p)
{
    asking *q = p;
    arena *a = arena_create();
    buf in = { 0 };
    for (int i = 0; i < ASKED; i++) {
        bool rare = i > 0;
        str body = rare ? S("") : S("{\"name\":\"a\"}");
        str rq = arena_fmt(a, "%s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " STR_FMT "\r\nIdempotency-Key: two-%d\r\n%sContent-Length: %zu\r\n\r\n" STR_FMT,
                           rare ? "GET /probe/rare" : "POST /probe/rows", STR_ARG(q->x->key[SCOPE_WRITE]), q->fd,
                           rare ? "" : "Content-Type: application/json\r\n", body.len, STR_ARG(body));
        buf_clear(&in);
        ENSURE(write(q->fd, rq.s, rq.len) == (ssize_t)rq.len);
        read_until(q->fd, &in, "\r\n\r\n");
        int status = atoi(in.s + 9);
        q->allowed += rare && status == 200;
        q->refused += rare && status == 429;
        q->other += rare ? status != 200 && status != 429 : status != 201;
        while (!memmem(in.s, in.len, "}", 1))
            read_until(q->fd, &in, "}");
    }
    buf_free(&in);
    arena_destroy(a);
    return NULL;
}

static void test_two_loops(void **state)
{
    fixture *x = *state;
    int fds[1024], n = connect_to_both(x, fds, 1024);
    pthread_t threads[CONNECTIONS];
    asking asked[CONNECTIONS] = { 0 };
    int allowed = 0;
    for (int i = 0; i < CONNECTIONS; i++) {
        asked[i] = (asking){ .x = x, .fd = fds[n - 1 - i] };
        assert_int_equal(pthread_create(&threads[i], NULL, ask_on, &asked[i]), 0);
    }
    for (int i = 0; i < CONNECTIONS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(asked[i].other, 0);
        allowed += asked[i].allowed;
    }
    assert_int_equal(allowed, 2);                              // the limit is the key's, not the loop's
    answer a = ask_key(x, SCOPE_READ, "GET", "/metrics", "", NULL);
    expect(&a, 200, "lianyi_http_loops 2\n", "loops");
    expect(&a, 200, arena_fmt(x->a, "lianyi_http_requests_total{route=\"POST /probe/rows\",class=\"2xx\"} %d\n", CONNECTIONS).s, "counted over both");
    for (int i = 0; i < n; i++)
        close(fds[i]);
}

// A message reaches the listeners of every loop, in order.
static void test_stream_over_two_loops(void **state)
{
    fixture *x = *state;
    int fds[1024], n = connect_to_both(x, fds, 1024);
    str rq = arena_fmt(x->a, "GET /probe/live HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " STR_FMT "\r\n\r\n", STR_ARG(x->key[SCOPE_READ]));
    buf in = { 0 };
    for (int i = 0; i < n; i++) {
        assert_int_equal(write(fds[i], rq.s, rq.len), (ssize_t)rq.len);
        buf_clear(&in);
        read_until(fds[i], &in, "retry: 2000");
    }
    stream_publish(x->api, S("live"), S("event"), 1, S("first"), NULL, 0);
    stream_publish(x->api, S("live"), S("event"), 2, S("second"), NULL, 0);
    for (int i = 0; i < n; i++) {
        buf_clear(&in);
        read_until(fds[i], &in, "data: second\n\n");
        assert_non_null(memmem(in.s, in.len, "data: first\n\n", 13));
        close(fds[i]);
    }
    buf_free(&in);
}

static void test_system(void **state)
{
    fixture *x = *state;
    answer a = ask(x, "GET", "/readyz", "", S(""));
    expect(&a, 200, "ok", "ready");
    a = ask(x, "GET", "/openapi.json", "", S(""));
    jval *v;
    assert_ok(json_parse(x->a, a.body, NULL, &v));
    jval *post = json_get(json_get(json_get(v, S("paths")), S("/probe/rows")), S("post"));
    assert_str(json_str(json_get(post, S("x-permission"))), S("people.write"));
    assert_str(json_str(json_get(post, S("operationId"))), S("post_probe_rows"));
    assert_non_null(json_get(json_get(json_get(v, S("components")), S("schemas")), S("probe_new")));
    buf b = { 0 };
    api_describe(x->tables, "test", &b);
    assert_str(buf_str(&b), a.body);
    buf_free(&b);
    ask_key(x, SCOPE_READ, "GET", "/probe/inline/5?mode=undeclared", "", NULL);
    a = ask_key(x, SCOPE_READ, "GET", "/metrics", "", NULL);
    expect(&a, 200, "lianyi_http_requests_total{route=\"GET /probe/inline/{id}\",class=\"5xx\"} ", "metrics");
    expect(&a, 200, "lianyi_http_request_seconds_bucket{route=\"GET /probe/inline/{id}\",le=\"+Inf\"} ", "metrics");
    assert_null(memmem(a.body.s, a.body.len, "lianyi_api_undeclared_total 0\n", 30));
    a = ask(x, "GET", "/metrics", "", S(""));
    assert_int_equal(a.status, 401);
}

// --- Starting ------------------------------------------------------------------------------------------------------------------------
static err no_handler_needed(req *r) { return (void)r, E_OK; }

static void test_refuses_to_start(void **state)
{
    fixture *x = *state;
    static const route undocumented[] = { { M_GET, "/a", .where = RUN_LOOP, .tag = "t", .handler = no_handler_needed } };
    static const route_table table = ROUTE_TABLE("bad", undocumented);
    static const route_table *const bad[] = { &table, NULL };
    api_config c = { .o = &x->o, .db_path = x->path, .tables = bad, .host = "127.0.0.1" };
    fault f = { 0 };
    api *p;
    assert_err(api_open(&c, &f, x->a, &p), E_INTERNAL);
    assert_str(f.detail, S("route GET /a (bad): no doc"));
    c.tables = x->tables;
    c.port = api_port(x->api);
    assert_err(api_open(&c, &f, x->a, &p), E_IO);
    c.port = 0;
    c.db_path = "/nowhere/brand.db";
    assert_true(api_open(&c, &f, x->a, &p) != E_OK);
    c.db_path = x->path;
    assert_ok(api_open(&c, &f, x->a, &p));    // and one that never runs can be closed
    api_close(p);
}

// Against a list of the times at which each caller was let in.
static void test_limiter_beside_a_list(void **state)
{
    (void)state;
    limiter *l = calloc(1, sizeof *l);
    assert_non_null(l);
    hash_random_key(&l->key);
    int64_t tokens[40], seen[40], now = 1, each = 60 * US_PER_S / 7;
    uint64_t seed = 42;
    for (int i = 0; i < 40; i++)
        tokens[i] = 7 * each, seen[i] = now;
    for (int i = 0; i < 20000; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        now += (int64_t)(seed >> 44);         // about half a second
        int who = (int)(seed >> 33) % 40;
        tokens[who] += now - seen[who];
        seen[who] = now;
        int64_t most = 60 * US_PER_S;
        tokens[who] = tokens[who] > most ? most : tokens[who];
        bool expected = tokens[who] >= each;
        char name[8];
        snprintf(name, sizeof name, "c%d", who);
        assert_int_equal(limiter_look(l, str_c(name), 0, 7, now).ok, expected);
        allowance a = limiter_take(l, str_c(name), 0, 7, now);
        assert_int_equal(a.ok, expected);
        tokens[who] -= expected ? each : 0;
        assert_int_equal(a.left, tokens[who] / each);
        if (!a.ok)
            assert_true(a.retry_s >= 1 && limiter_look(l, str_c(name), 0, 7, now + a.retry_s * US_PER_S).ok);
    }
    free(l);
}

static int open_one(void **state) { return (*state = fixture_open(2, 16, 0)) ? 0 : -1; }

static int close_one(void **state)
{
    fixture_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_steps, open_one, close_one),
        cmocka_unit_test_setup_teardown(test_headers, open_one, close_one),
        cmocka_unit_test_setup_teardown(test_sink, open_one, close_one),
        cmocka_unit_test_setup_teardown(test_credentials, open_one, close_one),
        cmocka_unit_test_setup_teardown(test_limits, open_one, close_one),
        cmocka_unit_test(test_overload),
        cmocka_unit_test(test_limiter_beside_a_list),
        cmocka_unit_test_setup_teardown(test_refuses_to_start, open_one, close_one),
        cmocka_unit_test_setup_teardown(test_stream, open_one, close_one),
        cmocka_unit_test_setup_teardown(test_two_loops, open_one, close_one),
        cmocka_unit_test_setup_teardown(test_stream_over_two_loops, open_one, close_one),
        cmocka_unit_test_setup_teardown(test_system, open_one, close_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
