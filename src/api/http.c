// The server: its loop, its listening socket, its clock, and how it ends.
#include "api/http_loop.h"
#include "base/time.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define BACKLOG 1024
#define MB ((size_t)1024 * 1024)

const http_limits http_limits_default = {
    .uri_bytes = 8 * 1024,
    .headers_bytes = 32 * 1024,
    .headers_n = 100,
    .body_bytes = 4 * MB,
    .inflated_bytes = 16 * MB,
    .memory_bytes = 256 * MB,
    .stream_bytes = MB,
    .linger_bytes = 16 * MB,
    .header_ms = 10000,
    .body_ms = 30000,
    .idle_ms = 60000,
    .write_ms = 30000,
    .linger_ms = 2000,
    .drain_ms = 10000,
    .connections_max = 4096,
    .pipeline_max = 16,
};

#define DEFAULT(field)                                                                               \
    if (!l->field)                                                                                   \
    l->field = http_limits_default.field

static void fill_limits(http_limits *l)
{
    DEFAULT(uri_bytes);
    DEFAULT(headers_bytes);
    DEFAULT(headers_n);
    DEFAULT(body_bytes);
    DEFAULT(inflated_bytes);
    DEFAULT(memory_bytes);
    DEFAULT(stream_bytes);
    DEFAULT(linger_bytes);
    DEFAULT(header_ms);
    DEFAULT(body_ms);
    DEFAULT(idle_ms);
    DEFAULT(write_ms);
    DEFAULT(linger_ms);
    DEFAULT(drain_ms);
    DEFAULT(connections_max);
    DEFAULT(pipeline_max);
}

// ── clock ──

static void renew_date(http_server *h)
{
    static const char days[] = "ThuFriSatSunMonTueWed";          // 1970-01-01 was a Thursday
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t now = (int64_t)time(NULL);
    if (now == h->date_s)
        return;
    h->date_s = now;
    civil t = civil_from_us(now * US_PER_S, 0);
    int64_t day = civil_to_days(t.year, t.month, t.day);
    snprintf(h->date, sizeof h->date, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", days + 3 * (day % 7), t.day,
             months + 3 * (t.month - 1), t.year, t.hour, t.minute, t.second);
}

static void close_all(http_server *h)
{
    for (http_conn *k = h->conns; k; k = k->next)
        http_conn_close(k);
}

static void on_tick(uv_timer_t *t)
{
    http_server *h = t->data;
    renew_date(h);
    http_wheel_advance(&h->wheel, http_now_ms(h), http_conn_on_timer, NULL);
    if (h->stopping && http_now_ms(h) >= h->drain_at_ms)
        close_all(h);
}

// ── the door ──

static void on_connection(uv_stream_t *s, int status)
{
    if (status == 0)
        http_conn_accept(s->data);
}

static int listen_on(http_server *h)
{
    const http_config *c = &h->config;
    struct sockaddr_storage addr;
    int rc;
    if (c->listen_fd > 0) {
        int fd = dup(c->listen_fd);
        rc = fd < 0 ? UV_EMFILE : uv_tcp_open(&h->listener, fd);
    } else {
        rc = uv_ip4_addr(c->host, c->port, (struct sockaddr_in *)&addr);
        if (rc < 0)
            rc = uv_ip6_addr(c->host, c->port, (struct sockaddr_in6 *)&addr);
        if (rc == 0)
            rc = uv_tcp_bind(&h->listener, (struct sockaddr *)&addr, 0);
    }
    if (rc == 0)
        rc = uv_listen((uv_stream_t *)&h->listener, BACKLOG, on_connection);
    int n = sizeof addr;
    if (rc == 0)
        rc = uv_tcp_getsockname(&h->listener, (struct sockaddr *)&addr, &n);
    if (rc == 0)                              // the port stands at the same place in both families
        h->port = ntohs(((struct sockaddr_in *)&addr)->sin_port);
    return rc;
}

// ── from other threads ──

static void run_handed(http_server *h)
{
    uv_mutex_lock(&h->lock);
    http_handed_vec now = h->handed;
    h->handed = (http_handed_vec){ 0 };
    uv_mutex_unlock(&h->lock);
    for (size_t i = 0; i < now.n; i++)
        now.v[i].fn(now.v[i].c, now.v[i].p);
    vec_free(&now);
}

static void begin_stop(http_server *h)
{
    h->stopping = true;
    h->drain_at_ms = http_now_ms(h) + h->config.limits.drain_ms;
    uv_close((uv_handle_t *)&h->listener, NULL);
    for (http_conn *k = h->conns; k; k = k->next)
        http_conn_drain(k);
    if (!h->conns)
        uv_stop(&h->loop);
}

static void on_wake(uv_async_t *a)
{
    http_server *h = a->data;
    run_handed(h);
    if (!h->stopping && atomic_load(&h->stop))
        begin_stop(h);
}

void http_reply_from(http_call *c, void (*fn)(http_call *c, void *p), void *p)
{
    http_server *h = c->server;
    uv_mutex_lock(&h->lock);
    vec_push(&h->handed, ((http_handed){ c, fn, p }));
    uv_mutex_unlock(&h->lock);
    uv_async_send(&h->wake);
}

void http_stop(http_server *h)
{
    atomic_store(&h->stop, true);
    uv_async_send(&h->wake);
}

// ── life ──

err http_open(const http_config *c, fault *f, arena *a, http_server **ret)
{
    http_server *h = calloc(1, sizeof *h);
    ENSURE(h && c->on_request);
    h->config = *c;
    fill_limits(&h->config.limits);
    h->pool.memory_max = h->config.limits.memory_bytes;
    h->read = malloc(HTTP_READ_BYTES);
    ENSURE(h->read);
    ENSURE(uv_loop_init(&h->loop) == 0 && uv_mutex_init(&h->lock) == 0);
    ENSURE(uv_async_init(&h->loop, &h->wake, on_wake) == 0);
    uv_timer_init(&h->loop, &h->tick);
    uv_tcp_init(&h->loop, &h->listener);
    h->wake.data = h->tick.data = h->listener.data = h;
    http_wheel_init(&h->wheel, http_now_ms(h));
    renew_date(h);
    uv_timer_start(&h->tick, on_tick, WHEEL_TICK_MS, WHEEL_TICK_MS);
    int rc = listen_on(h);
    if (rc < 0) {
        http_close(h);
        return fault_detail(f, a, E_IO, "%s:%d: %s", c->host ? c->host : "", c->port, uv_strerror(rc));
    }
    *ret = h;
    return E_OK;
}

int http_port(const http_server *h) { return h->port; }
void *http_loop(http_server *h) { return &h->loop; }

int http_fd(const http_server *h)
{
    uv_os_fd_t fd = -1;
    return uv_fileno((const uv_handle_t *)&h->listener, &fd) == 0 ? fd : -1;
}

err http_run(http_server *h)
{
    uv_run(&h->loop, UV_RUN_DEFAULT);
    return E_OK;
}

static void close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

void http_close(http_server *h)
{
    run_handed(h);
    close_all(h);
    close_handle((uv_handle_t *)&h->listener);
    close_handle((uv_handle_t *)&h->tick);
    while (h->conns)
        uv_run(&h->loop, UV_RUN_ONCE);
    run_handed(h);
    close_handle((uv_handle_t *)&h->wake);
    uv_run(&h->loop, UV_RUN_DEFAULT);
    ENSURE(uv_loop_close(&h->loop) == 0);
    http_pool_free(&h->pool);
    http_deflate_free(&h->deflate);
    buf_free(&h->scratch);
    vec_free(&h->handed);
    uv_mutex_destroy(&h->lock);
    free(h->read);
    free(h);
}

void *http_user(http_call *c) { return c->server->config.user; }
const http_request *http_request_of(http_call *c) { return &c->rq; }
bool http_gone(const http_call *c) { return !c->conn; }

http_stats http_stats_now(const http_server *h)
{
#define NOW(field) .field = atomic_load_explicit(&h->stats.field, memory_order_relaxed)
    return (http_stats){ NOW(accepted), NOW(open),     NOW(requests),  NOW(refused),
                         NOW(timeouts), NOW(bytes_in), NOW(bytes_out), NOW(inflated) };
#undef NOW
}
