// One connection: reads into the parser, keeps requests in order, watches deadlines, ends in good order.
#include "api/http_loop.h"
#include <stdlib.h>

#define REFUSED_MAX 256                      // connections beyond connections_max that still get an answer

static bool has_stream(const http_conn *k)
{
    for (const http_call *c = k->first; c; c = c->next)
        if (c->state == CALL_STREAM || c->state == CALL_ENDED)
            return true;
    return false;
}

// ── closing ──

static void on_closed(uv_handle_t *handle)
{
    http_conn *k = handle->data;
    http_server *h = k->server;
    while (k->streams) {
        http_call *c = k->streams;
        k->streams = c->next;
        c->on_close(c, c->on_close_p);
        http_pool_give(c);
    }
    http_parse_free(&k->parse);
    buf_free(&k->out);
    buf_free(&k->sending);
    buf_free(&k->held);
    if (k->prev)
        k->prev->next = k->next;
    else
        h->conns = k->next;
    if (k->next)
        k->next->prev = k->prev;
    h->conns_n--;
    http_count(&h->stats.open, -1);
    free(k);
    if (h->stopping && !h->conns)
        uv_stop(&h->loop);
}

void http_conn_close(http_conn *k)
{
    if (k->closing)
        return;
    k->closing = k->input_over = true;
    http_wheel_del(&k->timer);
    http_write_drop_calls(k);
    uv_close((uv_handle_t *)&k->tcp, on_closed);
}

// ── deadlines ──

static int64_t read_due(const http_conn *k)
{
    const http_limits *l = &k->server->config.limits;
    if (k->lingering)
        return k->read_due_ms;
    if (k->input_over || k->paused)
        return 0;
    if (k->parse.at == AT_HEAD)
        return k->head_since_ms + l->header_ms;
    if (k->parse.at == AT_BODY)
        return k->body_since_ms + l->body_ms + (int64_t)(k->parse.wire / 65536) * 1000;
    return k->calls_n || http_unsent(k) ? 0 : http_now_ms(k->server) + l->idle_ms;
}

static void set_deadline(http_conn *k)
{
    k->read_due_ms = read_due(k);
    int64_t due = k->read_due_ms;
    if (k->writing && (!due || k->write_due_ms < due))
        due = k->write_due_ms;
    if (due)
        http_wheel_set(&k->server->wheel, &k->timer, due);
    else
        http_wheel_del(&k->timer);
}

// ── requests ──

static void enqueue(http_conn *k, http_call *c)
{
    c->conn = k;
    c->server = k->server;
    c->state = CALL_WAITING;
    c->next = NULL;
    if (k->last)
        k->last->next = c;
    else
        k->first = c;
    k->last = c;
    k->calls_n++;
}

static void begin_call(http_conn *k, http_call *c)
{
    http_server *h = k->server;
    enqueue(k, c);
    http_count(&h->stats.requests, 1);
    http_count(&h->stats.inflated, (int64_t)c->inflated);
    if (!c->keep || h->stopping)
        k->input_over = true;
    h->config.on_request(h->config.user, c, &c->rq);
}

// What cannot be answered by a route: an answer of its own kind, in its turn, then the end.
static void refuse(http_conn *k, const fault *f)
{
    http_call *c = http_parse_take(&k->parse);
    if (!c)
        c = http_pool_take(&k->server->pool);
    c->keep = false;
    k->input_over = true;
    k->continue_due = false;
    http_count(&k->server->stats.refused, 1);
    enqueue(k, c);
    http_reply_fault(c, f);
}

static bool backlog(const http_conn *k)
{
    return k->calls_n >= k->server->config.limits.pipeline_max || http_unsent(k) >= HTTP_UNSENT_MAX;
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *b);
static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *ret)
{
    (void)size;
    http_conn *k = handle->data;
    *ret = uv_buf_init(k->server->read, HTTP_READ_BYTES);
}

static void hold(http_conn *k, const char *bytes, size_t n)
{
    buf_add(&k->held, bytes, n);
    k->paused = true;
    uv_read_stop((uv_stream_t *)&k->tcp);
}

static void feed_once(http_conn *k, const char **bytes, size_t *n)
{
    http_parse *p = &k->parse;
    int64_t now = http_now_ms(k->server);
    size_t used;
    http_at before = p->at;
    if (before == AT_NOTHING)
        k->head_since_ms = now;
    http_fed fed = http_parse_feed(p, *bytes, *n, &used);
    *bytes += used;
    *n -= used;
    if (fed == FED_FAILED) {
        fault f = { .code = p->code, .limit = p->limit, .detail = str_c(p->detail) };
        refuse(k, &f);
        return;
    }
    if (p->at == AT_BODY && before != AT_BODY)
        k->body_since_ms = now;
    k->continue_due = p->at == AT_BODY && p->want_continue;
    if (p->at == AT_BODY && k->continue_due)
        p->want_continue = false;
    if (fed == FED_REQUEST)
        begin_call(k, http_parse_take(p));
}

static void feed(http_conn *k, const char *bytes, size_t n)
{
    k->feeding = true;
    while (n && !k->input_over) {
        if (backlog(k))
            http_write_pump(k);
        if (k->input_over)
            break;
        if (backlog(k)) {
            hold(k, bytes, n);
            break;
        }
        feed_once(k, &bytes, &n);
    }
    k->feeding = false;
}

static void resume(http_conn *k)
{
    buf held = k->held;
    k->held = (buf){ 0 };
    k->paused = false;
    feed(k, held.s, held.len);
    buf_free(&held);
    if (!k->paused && !k->closing)
        uv_read_start((uv_stream_t *)&k->tcp, on_alloc, on_read);
}

// Nothing more will come and nothing is left to say.
static bool finished(const http_conn *k)
{
    if (k->ending || k->first || http_unsent(k))
        return false;
    return k->input_over || (k->server->stopping && !k->parse.call);
}

void http_conn_settle(http_conn *k)
{
    if (k->feeding || k->closing)
        return;
    http_write_pump(k);
    while (!k->closing && k->paused && !k->input_over && !backlog(k)) {
        resume(k);
        http_write_pump(k);
    }
    if (!k->closing && finished(k)) {
        k->ending = true;
        http_write_pump(k);
    }
    if (!k->closing)
        set_deadline(k);
}

// ── reading ──

// What comes after the last request that is taken is dropped, up to a bound: a client that is still sending a refused body would
// otherwise never see why.
static void drop(http_conn *k, size_t n)
{
    k->dropped += n;
    if (k->dropped <= k->server->config.limits.linger_bytes)
        return;
    if (k->lingering)
        http_conn_close(k);
    else
        uv_read_stop((uv_stream_t *)&k->tcp);
}

// The client has said all it will. It may have closed only its half: what is in work is still answered.
static void on_eof(http_conn *k)
{
    k->eof = true;
    uv_read_stop((uv_stream_t *)&k->tcp);
    if (k->lingering || has_stream(k)) {
        http_conn_close(k);
        return;
    }
    if (!k->input_over && k->parse.call)
        refuse(k, &(fault){ .code = E_BAD_REQUEST, .detail = S("the request ends early") });
    k->input_over = true;
    http_conn_settle(k);
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *b)
{
    http_conn *k = s->data;
    if (n > 0)
        http_count(&k->server->stats.bytes_in, n);
    if (n == UV_EOF)
        on_eof(k);
    else if (n < 0)
        http_conn_close(k);
    else if (k->input_over)
        drop(k, (size_t)n);
    else if (n > 0) {
        feed(k, b->base, (size_t)n);
        http_conn_settle(k);
    }
}

void http_conn_on_timer(http_timer *t, void *user)
{
    (void)user;
    http_conn *k = (http_conn *)(void *)((char *)t - offsetof(http_conn, timer));
    http_server *h = k->server;
    int64_t now = http_now_ms(h);
    bool slow_reader = http_write_stalled(k, now);
    bool slow_sender = k->read_due_ms && now >= k->read_due_ms;
    if (!slow_reader && !slow_sender) {
        set_deadline(k);
        return;
    }
    bool silent = slow_reader || k->lingering || !k->parse.call;
    http_count(&h->stats.timeouts, silent && !slow_reader ? 0 : 1);
    if (silent) {
        http_conn_close(k);
        return;
    }
    int64_t limit_ms = k->parse.at == AT_HEAD ? h->config.limits.header_ms : h->config.limits.body_ms;
    refuse(k, &(fault){ .code = E_REQUEST_TIMEOUT, .limit = (limit_ms + 999) / 1000 });
    http_conn_settle(k);
}

void http_conn_drain(http_conn *k)
{
    if (has_stream(k)) {
        http_conn_close(k);
        return;
    }
    if (!k->parse.call)
        k->input_over = true;
    http_conn_settle(k);
}

// ── accepting ──

static void name_remote(http_conn *k)
{
    struct sockaddr_storage ss;
    int n = sizeof ss;
    if (uv_tcp_getpeername(&k->tcp, (struct sockaddr *)&ss, &n) == 0)
        uv_ip_name((struct sockaddr *)&ss, k->remote, sizeof k->remote);
}

void http_conn_accept(http_server *h)
{
    http_conn *k = calloc(1, sizeof *k);
    ENSURE(k);
    k->server = h;
    uv_tcp_init(&h->loop, &k->tcp);
    k->tcp.data = k;
    k->next = h->conns;
    if (h->conns)
        h->conns->prev = k;
    h->conns = k;
    h->conns_n++;
    http_count(&h->stats.open, 1);
    http_parse_init(&k->parse, &h->config, &h->pool, k->remote);
    if (uv_accept((uv_stream_t *)&h->listener, (uv_stream_t *)&k->tcp) < 0) {
        http_conn_close(k);
        return;
    }
    http_count(&h->stats.accepted, 1);
    uv_tcp_nodelay(&k->tcp, 1);
    name_remote(k);
    uv_read_start((uv_stream_t *)&k->tcp, on_alloc, on_read);
    if (h->conns_n > h->config.limits.connections_max + REFUSED_MAX)
        http_conn_close(k);
    else if (h->conns_n > h->config.limits.connections_max)
        refuse(k, &(fault){ .code = E_OVERLOADED });
    http_conn_settle(k);
}
