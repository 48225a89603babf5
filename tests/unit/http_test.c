#include "tests.h"
#include "api/http_loop.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

// ── the wheel beside a list that is searched ──

#define TIMERS 300
typedef struct model { http_timer t[TIMERS]; int64_t due[TIMERS]; int64_t now; size_t fired; http_wheel w; uint32_t seed; } model;

static uint32_t next(model *m) { return (m->seed = m->seed * 1664525u + 1013904223u) >> 8; }

static void on_due(http_timer *t, void *user)
{
    model *m = user;
    size_t i = (size_t)(t - m->t);
    assert_true(m->due[i] && m->due[i] <= m->now);
    m->due[i] = 0;
    m->fired++;
    if (next(m) % 4 == 0) {                      // sets itself again, at a time that may have passed
        m->due[i] = m->now + next(m) % 300;
        http_wheel_set(&m->w, t, m->due[i]);
    }
}

static void test_wheel(void **state)
{
    (void)state;
    static model m;
    m.seed = 7;
    m.now = 123456;
    http_wheel_init(&m.w, m.now);
    for (int step = 0; step < 20000; step++) {
        size_t i = next(&m) % TIMERS;
        if (next(&m) % 8 == 0) {
            http_wheel_del(&m.t[i]);
            m.due[i] = 0;
        } else {
            m.due[i] = m.now + (next(&m) % 16 ? next(&m) % 5000 : next(&m) % 200000);
            http_wheel_set(&m.w, &m.t[i], m.due[i]);
        }
        m.now += next(&m) % 64 ? next(&m) % 120 : next(&m) % 90000;
        http_wheel_advance(&m.w, m.now, on_due, &m);
        for (size_t k = 0; k < TIMERS; k++)      // late by less than one tick, or set again just now
            assert_true(!m.due[k] || m.due[k] + 2 * WHEEL_TICK_MS > m.now);
    }
    assert_true(m.fired > 5000);
}

// ── the parser ──

typedef struct head_case { const char *bytes; err code; const char *path, *query, *body; } head_case;
#define HOST "Host: a\r\n"

static const head_case head_cases[] = {
    { "GET /a/b?c=d HTTP/1.1\r\n" HOST "\r\n", E_OK, "/a/b", "c=d", "" },
    { "GET /%E6%B6%9F HTTP/1.1\r\n" HOST "\r\n", E_OK, "/%E6%B6%9F", "", "" },
    { "GET http://A:80/x?y HTTP/1.1\r\nHost: a:80\r\n\r\n", E_OK, "/x", "y", "" },
    { "GET http://a?y HTTP/1.1\r\n" HOST "\r\n", E_OK, "/", "y", "" },
    { "POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", E_OK, "/", "", "abc" },
    { "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", E_OK, "/", "", "abc" },
    { "GET / HTTP/1.0\r\n\r\n", E_OK, "/", "", "" },
    { "GET / HTTP/1.1\r\n\r\n", E_HOST_REQUIRED, "", "", "" },
    { "GET / HTTP/1.1\r\n" HOST HOST "\r\n", E_BAD_REQUEST, "", "", "" },
    { "GET /%zz HTTP/1.1\r\n" HOST "\r\n", E_BAD_REQUEST, "", "", "" },
    { "GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\n", E_URI_TOO_LONG, "", "", "" },
    { "GET / HTTP/1.1\r\nA: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\n", E_HEADERS_TOO_LARGE, "", "", "" },
    { "POST / HTTP/1.1\r\n" HOST "Content-Length: 11\r\n\r\n", E_BODY_TOO_LARGE, "", "", "" },
    { "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nB\r\n", E_BODY_TOO_LARGE, "", "", "" },
    { "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n5\r\n", E_BODY_TOO_LARGE, "", "", "" },
    { "POST / HTTP/1.1\r\n" HOST "Expect: x\r\nContent-Length: 1\r\n\r\n", E_EXPECT_UNSUPPORTED, "", "", "" },
    { "POST / HTTP/1.1\r\n" HOST "Content-Encoding: br\r\nContent-Length: 1\r\n\r\n", E_ENCODING_UNSUPPORTED, "", "", "" },
    { "POST / HTTP/1.1\r\n" HOST "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", E_GZIP_INVALID, "", "", "" },
    { "POST / HTTP/1.1\r\n" HOST "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", E_BAD_REQUEST, "", "", "" },
};

static void check_head(const head_case *t)
{
    http_config config = { .limits = { .uri_bytes = 64, .headers_bytes = 200, .headers_n = 4, .body_bytes = 10, .inflated_bytes = 20 } };
    http_pool pool = { .memory_max = 100000 };
    http_parse p;
    size_t used;
    http_parse_init(&p, &config, &pool, "127.0.0.1");
    http_fed fed = http_parse_feed(&p, t->bytes, strlen(t->bytes), &used);
    if (p.code != t->code || fed != (t->code == E_OK ? FED_REQUEST : FED_FAILED))
        fail_msg("%s: %s, fed %d", t->bytes, err_info_of(p.code)->code, (int)fed);
    if (fed == FED_REQUEST) {
        assert_str(p.call->rq.path, str_c(t->path));
        assert_str(p.call->rq.query, str_c(t->query));
        assert_str(p.call->rq.body, str_c(t->body));
        assert_int_equal(used, strlen(t->bytes));
    }
    http_parse_free(&p);
    assert_int_equal(pool.memory, 0);
    http_pool_free(&pool);
}

static void test_heads(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof head_cases / sizeof *head_cases; i++)
        check_head(&head_cases[i]);
}

// 20 MB of zeros in less than 100 KB: refused at the cap, with no more memory than the cap and a step.
static void test_bomb(void **state)
{
    (void)state;
    http_deflate d = { 0 };
    buf zeros = { 0 }, bomb = { 0 }, bytes = { 0 };
    buf_reserve(&zeros, 20 << 20);
    memset(zeros.s, 0, 20 << 20);
    assert_true(http_deflate_all(&d, str_of(zeros.s, 20 << 20), &bomb));
    buf_addf(&bytes, "POST / HTTP/1.1\r\n" HOST "Content-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", bomb.len);
    buf_add_str(&bytes, buf_str(&bomb));
    http_config config = { .limits = http_limits_default };
    config.limits.inflated_bytes = 100000;
    http_pool pool = { .memory_max = 1 << 20 };
    http_parse p;
    size_t used;
    http_parse_init(&p, &config, &pool, "127.0.0.1");
    assert_int_equal(http_parse_feed(&p, bytes.s, bytes.len, &used), FED_FAILED);
    assert_int_equal(p.code, E_BODY_TOO_LARGE);
    assert_int_equal(p.call->body.len, 100001);
    assert_true(p.call->body.cap <= 2 * 131072);
    http_parse_free(&p);
    http_pool_free(&pool);
    http_deflate_free(&d);
    buf_free(&zeros);
    buf_free(&bomb);
    buf_free(&bytes);
}

static void test_corpus(void **state)
{
    (void)state;
    static uint8_t bytes[1 << 16];
    DIR *d = opendir(TESTS_DIR "/fuzz/corpus/http");
    size_t n = 0;
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));) {
        if (e->d_name[0] == '.')
            continue;
        char path[1024];
        snprintf(path, sizeof path, TESTS_DIR "/fuzz/corpus/http/%s", e->d_name);
        FILE *f = fopen(path, "rb");
        assert_non_null(f);
        size_t len = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        LLVMFuzzerTestOneInput(bytes, len);
        n++;
    }
    closedir(d);
    assert_true(n > 90);
}

// ── a server in a thread ──

typedef struct site {
    http_server *h;
    pthread_t thread;
    arena *a;
    _Atomic(http_call *) held;                   // what /hold left for another thread
    atomic_int ran, closed;
    size_t limit;
} site;

static void reply_path(http_call *c, void *p)
{
    site *s = p;
    const http_request *rq = http_request_of(c);
    atomic_fetch_add(&s->ran, 1);
    http_reply(c, &(http_response){ .status = 200, .type = S("text/plain"), .body = rq->path });
}

static void on_stream_closed(http_call *c, void *p)
{
    assert_false(http_stream_write(c, S("late")));
    atomic_fetch_add(&((site *)p)->closed, 1);
}

static void on_request(void *user, http_call *c, const http_request *rq)
{
    site *s = user;
    assert_ptr_equal(http_user(c), s);
    assert_str(rq->remote, S("127.0.0.1"));
    if (str_eq(rq->path, S("/hold")))
        atomic_store(&s->held, c);
    else if (str_eq(rq->path, S("/stream"))) {
        http_stream_open(c, &(http_response){ .status = 200, .type = S("text/event-stream") }, on_stream_closed, s);
        assert_true(http_stream_write(c, S("one")));
    } else
        reply_path(c, s);
}

static size_t body_limit(void *user, const http_request *rq)
{
    return str_eq(rq->path, S("/tiny")) ? 2 : ((site *)user)->limit;
}

static void on_error(void *user, const fault *f, const http_header *headers, size_t n, buf *body, const char **ret_type)
{
    (void)user;
    *ret_type = "application/problem+json";
    buf_addf(body, "%s %lld %zu", err_info_of(f->code)->code, (long long)f->limit, n);
    for (size_t i = 0; i < n; i++)
        if (str_eq(headers[i].name, S("accept-language")))
            buf_addf(body, " " STR_FMT, STR_ARG(headers[i].value));
}

static void *run(void *p)
{
    assert_ok(http_run(((site *)p)->h));
    return NULL;
}

static void site_open(site *s, http_config c)
{
    c.host = "127.0.0.1";
    c.user = s;
    c.on_request = on_request;
    c.body_limit = body_limit;
    c.on_error = on_error;
    s->a = arena_create();
    s->limit = 1000;
    assert_ok(http_open(&c, NULL, s->a, &s->h));
    assert_int_equal(pthread_create(&s->thread, NULL, run, s), 0);
}

static void site_close(site *s)
{
    http_stop(s->h);
    pthread_join(s->thread, NULL);
    http_close(s->h);
    arena_destroy(s->a);
}

static int dial(const site *s)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(s->h)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void say(int fd, const char *text) { assert_int_equal(write(fd, text, strlen(text)), strlen(text)); }

// Reads until `until` has come, or the end; the text stays valid until the next call.
static const char *hear(int fd, const char *until)
{
    static char got[1 << 16];
    size_t n = 0;
    got[0] = 0;
    while (!until || !strstr(got, until)) {
        ssize_t more = read(fd, got + n, sizeof got - n - 1);
        if (more <= 0)
            break;
        n += (size_t)more;
        got[n] = 0;
    }
    if (until && !strstr(got, until))
        fail_msg("\"%s\" without \"%s\"", got, until);
    return got;
}

static http_call *wait_held(site *s)
{
    http_call *c;
    while (!(c = atomic_exchange(&s->held, NULL)))
        usleep(200);
    return c;
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static void test_replies(void **state)
{
    (void)state;
    site s = { 0 };
    site_open(&s, (http_config){ 0 });
    int fd = dial(&s);
    say(fd, GET("/one") GET("/two"));
    hear(fd, "/two");
    say(fd, GET("/hold") GET("/after"));
    http_reply_from(wait_held(&s), reply_path, &s);
    const char *got = hear(fd, "/after");
    assert_true(strstr(got, "/hold") < strstr(got, "/after"));
    close(fd);
    assert_int_equal(http_stats_now(s.h).requests, 4);
    site_close(&s);
}

static void test_errors(void **state)
{
    (void)state;
    static const struct { const char *bytes, *body; } cases[] = {
        { "GET / HTTP/1.1\r\nAccept-Language: en\r\n\r\n", "host_required 0 1 en" },
        { "POST /tiny HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", "body_too_large 2 2" },
        { "POST /more HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n", "body_too_large 1000 2" },
        { "BAD\r\n\r\n", "bad_request 0 0" },
    };
    site s = { 0 };
    site_open(&s, (http_config){ 0 });
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int fd = dial(&s);
        say(fd, cases[i].bytes);
        const char *got = hear(fd, NULL);
        if (!strstr(got, cases[i].body) || !strstr(got, "Content-Type: application/problem+json\r\n"))
            fail_msg("%s gave %s", cases[i].bytes, got);
        close(fd);
    }
    assert_int_equal(http_stats_now(s.h).refused, sizeof cases / sizeof *cases);
    site_close(&s);
}

// A call outlives its connection; what is handed over still runs, and frees it.
static void test_gone(void **state)
{
    (void)state;
    site s = { 0 };
    site_open(&s, (http_config){ 0 });
    for (int i = 0; i < 3; i++) {
        int fd = dial(&s);
        say(fd, GET("/hold"));
        http_call *c = wait_held(&s);
        struct linger hard = { 1, 0 };
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close(fd);
        while (http_stats_now(s.h).open)
            usleep(200);
        http_reply_from(c, reply_path, &s);
        while (atomic_load(&s.ran) != i + 1)
            usleep(200);
    }
    site_close(&s);
}

// Never answered: the drain ends, and closing frees. Handed over too late for the loop: runs while closing.
static void test_close_with_calls(void **state)
{
    (void)state;
    site s = { 0 };
    site_open(&s, (http_config){ .limits = { .drain_ms = 150 } });
    int a = dial(&s), b = dial(&s);
    say(a, GET("/hold"));
    wait_held(&s);
    say(b, GET("/hold"));
    http_call *late = wait_held(&s);
    http_stop(s.h);
    pthread_join(s.thread, NULL);
    http_reply_from(late, reply_path, &s);
    http_close(s.h);
    assert_int_equal(atomic_load(&s.ran), 1);
    arena_destroy(s.a);
    close(a);
    close(b);
}

static void test_streams(void **state)
{
    (void)state;
    site s = { 0 };
    site_open(&s, (http_config){ 0 });
    int a = dial(&s), b = dial(&s);
    say(a, GET("/stream"));
    say(b, GET("/stream"));
    hear(a, "3\r\none\r\n");
    hear(b, "3\r\none\r\n");
    close(a);
    while (atomic_load(&s.closed) != 1)
        usleep(200);
    site_close(&s);                              // ends the other
    assert_int_equal(atomic_load(&s.closed), 2);
    close(b);
}

static void test_shared_socket(void **state)
{
    (void)state;
    site s = { 0 }, t = { 0 };
    site_open(&s, (http_config){ 0 });
    site_open(&t, (http_config){ .listen_fd = http_fd(s.h) });
    assert_int_equal(http_port(s.h), http_port(t.h));
    for (int i = 0; i < 50; i++) {
        int fd = dial(&s);
        say(fd, GET("/x"));
        hear(fd, "/x");
        close(fd);
    }
    assert_int_equal(http_stats_now(s.h).requests + http_stats_now(t.h).requests, 50);
    site_close(&s);
    site_close(&t);
}

static void test_open_refused(void **state)
{
    (void)state;
    site s = { 0 };
    site_open(&s, (http_config){ 0 });
    http_server *h = NULL;
    arena *a = arena_create();
    fault f = { 0 };
    http_config c = { .host = "127.0.0.1", .port = http_port(s.h), .on_request = on_request };
    assert_err(http_open(&c, &f, a, &h), E_IO);
    assert_true(f.detail.len > 0);
    c.host = "not an address";
    assert_err(http_open(&c, &f, a, &h), E_IO);
    assert_null(h);
    arena_destroy(a);
    site_close(&s);
}

static void test_idle_memory(void **state)
{
    (void)state;
    assert_true(sizeof(http_conn) < 2048);       // an idle connection holds no buffer besides
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wheel),         cmocka_unit_test(test_heads),   cmocka_unit_test(test_corpus),
        cmocka_unit_test(test_replies),       cmocka_unit_test(test_errors),  cmocka_unit_test(test_gone),
        cmocka_unit_test(test_close_with_calls), cmocka_unit_test(test_streams), cmocka_unit_test(test_shared_socket),
        cmocka_unit_test(test_open_refused),  cmocka_unit_test(test_idle_memory), cmocka_unit_test(test_bomb),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
