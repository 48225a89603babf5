// The smallest server over api/http: what tests/raw sends abuse to. usage: echo_server [name=value …] (names of http_limits).
// Prints its port, ends with SIGTERM after a drain, or when stdin closes: a test that dies leaves nothing behind.
//   any      → 200, "METHOD path?query\n" and the body         /slow    → the same after 200 ms, from another thread
//   /big?n   → n bytes of text                                  /noise?n → n bytes that do not compress
//   /close   → Connection: close                                /silent  → no answer
//   /inject  → a header with CR LF in it                        /stream  → events until the client leaves; /stream?n: n events
//   /stats   → http_stats as text                               /none    → 204
#include "api/http.h"
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <uv.h>

typedef struct app { http_server *h; uv_signal_t term; uv_pipe_t in; int64_t streams; } app;

static void reply_text(http_call *c, str body, bool close)
{
    http_response rs = { .status = 200, .type = S("text/plain"), .body = body, .close = close };
    http_reply(c, &rs);
}

static void reply_echo(http_call *c, void *p)
{
    (void)p;
    const http_request *rq = http_request_of(c);
    buf b = { 0 };
    buf_add_str(&b, rq->method);
    buf_add_char(&b, ' ');
    buf_add_str(&b, rq->path);
    if (rq->query.len) {
        buf_add_char(&b, '?');
        buf_add_str(&b, rq->query);
    }
    buf_add_char(&b, '\n');
    buf_add_str(&b, rq->body);
    reply_text(c, buf_str(&b), false);
    buf_free(&b);
}

typedef struct job { uv_work_t work; http_call *c; } job;

static void slow_work(uv_work_t *w)
{
    job *j = (job *)w;
    uv_sleep(200);
    http_reply_from(j->c, reply_echo, NULL);
}

static void slow_done(uv_work_t *w, int status)
{
    (void)status;
    free(w);
}

static void route_slow(app *a, http_call *c, const http_request *rq)
{
    (void)rq;
    job *j = calloc(1, sizeof *j);
    j->c = c;
    uv_queue_work(http_loop(a->h), &j->work, slow_work, slow_done);
}

static int64_t number(str v, int64_t otherwise)
{
    int64_t n = otherwise;
    return str_to_i64(v, &n) ? n : otherwise;
}

static void route_big(app *a, http_call *c, const http_request *rq)
{
    (void)a;
    size_t n = (size_t)number(rq->query, 0);
    char *p = arena_alloc(rq->a, n + 1, 1, 1);
    memset(p, 'x', n);
    reply_text(c, str_of(p, n), false);
}

static void route_noise(app *a, http_call *c, const http_request *rq)
{
    (void)a;
    size_t n = (size_t)number(rq->query, 0);
    char *p = arena_alloc(rq->a, n + 1, 1, 1);
    for (size_t i = 0, x = 88172645463325252u; i < n; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        p[i] = (char)(x >> 32);
    }
    reply_text(c, str_of(p, n), false);
}

static void route_close(app *a, http_call *c, const http_request *rq)
{
    (void)a, (void)rq;
    reply_text(c, S("bye\n"), true);
}

static void route_silent(app *a, http_call *c, const http_request *rq)
{
    (void)a, (void)rq;
    http_reply(c, &(http_response){ .silent = true });
}

static void route_inject(app *a, http_call *c, const http_request *rq)
{
    (void)a, (void)rq;
    http_header bad = { S("location"), S("/x\r\nSet-Cookie: a=b") };
    http_reply(c, &(http_response){ .status = 302, .headers = &bad, .headers_n = 1 });
}

static void stream_closed(http_call *c, void *p)
{
    (void)c;
    ((app *)p)->streams--;
}

static void route_stream(app *a, http_call *c, const http_request *rq)
{
    int64_t n = number(rq->query, -1);
    a->streams++;
    http_stream_open(c, &(http_response){ .status = 200, .type = S("text/event-stream") }, stream_closed, a);
    for (int64_t i = 0; i < n; i++)
        http_stream_write(c, S("data: ripple\n\n"));
    if (n >= 0)
        http_stream_end(c);
    else
        http_stream_write(c, S("data: open\n\n"));
}

static void route_stats(app *a, http_call *c, const http_request *rq)
{
    http_stats s = http_stats_now(a->h);
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    struct mallinfo2 m = mallinfo2();            // zeros under ASan
    int64_t cpu_us = (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
    str text = arena_fmt(rq->a,
                         "accepted %lld\nopen %lld\nrequests %lld\nrefused %lld\ntimeouts %lld\nin %lld\nout %lld\ninflated %lld\n"
                         "streams %lld\ncpu_us %lld\nheap %zu\n",
                         (long long)s.accepted, (long long)s.open, (long long)s.requests, (long long)s.refused, (long long)s.timeouts,
                         (long long)s.bytes_in, (long long)s.bytes_out, (long long)s.inflated, (long long)a->streams, (long long)cpu_us,
                         m.uordblks + m.hblkhd);
    reply_text(c, text, false);
}

static void route_none(app *a, http_call *c, const http_request *rq)
{
    (void)a, (void)rq;
    http_reply(c, &(http_response){ .status = 204 });
}

typedef struct row { str path; void (*fn)(app *a, http_call *c, const http_request *rq); } row;
static const row rows[] = {
    { { "/slow", 5 }, route_slow },     { { "/big", 4 }, route_big },       { { "/noise", 6 }, route_noise },
    { { "/close", 6 }, route_close },   { { "/silent", 7 }, route_silent }, { { "/inject", 7 }, route_inject },
    { { "/stream", 7 }, route_stream }, { { "/stats", 6 }, route_stats },   { { "/none", 5 }, route_none },
};

static void on_request(void *user, http_call *c, const http_request *rq)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_eq(rq->path, rows[i].path)) {
            rows[i].fn(user, c, rq);
            return;
        }
    reply_echo(c, NULL);
}

static bool set_limit(http_limits *l, str arg)
{
    str value = arg;
    str name = str_cut(&value, '=');
    int64_t v;
    if (!str_to_i64(value, &v))
        return false;
#define LIMIT(field)                            \
    if (str_eq(name, S(#field)))                \
        return l->field = (typeof(l->field))v, true
    LIMIT(uri_bytes);
    LIMIT(headers_bytes);
    LIMIT(headers_n);
    LIMIT(body_bytes);
    LIMIT(inflated_bytes);
    LIMIT(memory_bytes);
    LIMIT(stream_bytes);
    LIMIT(linger_bytes);
    LIMIT(header_ms);
    LIMIT(body_ms);
    LIMIT(idle_ms);
    LIMIT(write_ms);
    LIMIT(linger_ms);
    LIMIT(drain_ms);
    LIMIT(connections_max);
    LIMIT(pipeline_max);
#undef LIMIT
    return false;
}

static void stop(app *a)
{
    if (uv_is_closing((uv_handle_t *)&a->term))
        return;
    uv_close((uv_handle_t *)&a->term, NULL);
    uv_close((uv_handle_t *)&a->in, NULL);
    http_stop(a->h);
}

static void on_term(uv_signal_t *s, int signum)
{
    (void)signum;
    stop(s->data);
}

static void on_alloc(uv_handle_t *h, size_t n, uv_buf_t *ret)
{
    (void)n;
    static char sink[256];
    (void)h;
    *ret = uv_buf_init(sink, sizeof sink);
}

static void on_in(uv_stream_t *s, ssize_t n, const uv_buf_t *b)
{
    (void)b;
    if (n < 0)
        stop(s->data);
}

// What a route may declare: addresses of 64 KB.
static size_t address_limit(void *user, str method, str path, arena *m)
{
    (void)user;
    (void)m;
    return str_eq(path, S("/long")) && str_eq(method, S("GET")) ? 64 * 1024 : 0;
}

int main(int argc, char **argv)
{
    app a = { 0 };
    http_config c = { .host = "127.0.0.1", .user = &a, .on_request = on_request, .address_limit = address_limit };
    for (int i = 1; i < argc; i++)
        if (!set_limit(&c.limits, str_c(argv[i]))) {
            fprintf(stderr, "echo_server: no such limit: %s\n", argv[i]);
            return 2;
        }
    arena *m = arena_create();
    fault f = { 0 };
    if (http_open(&c, &f, m, &a.h) != E_OK) {
        fprintf(stderr, "echo_server: %s\n", f.detail.s);
        return 1;
    }
    uv_signal_init(http_loop(a.h), &a.term);
    uv_pipe_init(http_loop(a.h), &a.in, 0);
    a.term.data = a.in.data = &a;
    uv_signal_start(&a.term, on_term, SIGTERM);
    if (uv_pipe_open(&a.in, 0) == 0)
        uv_read_start((uv_stream_t *)&a.in, on_alloc, on_in);
    printf("%d\n", http_port(a.h));
    fflush(stdout);
    http_run(a.h);
    http_close(a.h);
    arena_destroy(m);
    return 0;
}
