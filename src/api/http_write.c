// From replies to the socket: in order, one write under way at a time, what does not fit now waits.
#include "api/http_loop.h"

static void on_written(uv_write_t *w, int status);

// Sends what the socket takes now. False when the connection is broken.
static bool try_send(http_conn *k, const char *p, size_t n, size_t *ret_sent)
{
    uv_buf_t b = uv_buf_init((char *)(uintptr_t)p, (unsigned)n);
    int rc = uv_try_write((uv_stream_t *)&k->tcp, &b, 1);
    if (rc < 0 && rc != UV_EAGAIN)
        return false;
    *ret_sent = rc > 0 ? (size_t)rc : 0;
    http_count(&k->server->stats.bytes_out, (int64_t)*ret_sent);
    return true;
}

static void flush(http_conn *k)
{
    size_t sent;
    if (k->writing || !k->out.len || k->closing)
        return;
    if (!try_send(k, k->out.s, k->out.len, &sent)) {
        http_conn_close(k);
        return;
    }
    if (sent == k->out.len) {
        buf_free(&k->out);
        return;
    }
    k->sending = k->out;
    k->out = (buf){ 0 };
    k->writing = true;
    k->write_due_ms = http_now_ms(k->server) + k->server->config.limits.write_ms;
    uv_buf_t rest = uv_buf_init(k->sending.s + sent, (unsigned)(k->sending.len - sent));
    http_count(&k->server->stats.bytes_out, (int64_t)rest.len);
    k->write_left = rest.len;
    if (uv_write(&k->write, (uv_stream_t *)&k->tcp, &rest, 1, on_written) < 0)
        http_conn_close(k);
}

bool http_write_stalled(http_conn *k, int64_t now_ms)
{
    if (!k->writing || now_ms < k->write_due_ms)
        return false;
    size_t left = uv_stream_get_write_queue_size((uv_stream_t *)&k->tcp);
    if (left + HTTP_WRITE_LEAST > k->write_left)
        return true;
    k->write_left = left;
    k->write_due_ms = now_ms + k->server->config.limits.write_ms;
    return false;
}

static void on_written(uv_write_t *w, int status)
{
    http_conn *k = w->handle->data;
    buf_free(&k->sending);
    k->writing = false;
    k->write_due_ms = 0;
    if (k->closing)
        return;
    if (status < 0)
        http_conn_close(k);
    else
        http_conn_settle(k);
}

// A lone reply goes from its call straight to the socket; only the rest is kept by the connection.
static void send_reply(http_conn *k, http_call *c)
{
    bool lone = !k->out.len && !k->writing && !(c->next && c->next->state == CALL_READY);
    size_t sent = 0;
    if (lone && c->out.len && !try_send(k, c->out.s, c->out.len, &sent)) {
        http_conn_close(k);
        return;
    }
    buf_add(&k->out, c->out.s + sent, c->out.len - sent);
}

static void pop(http_conn *k)
{
    http_call *c = k->first;
    k->first = c->next;
    if (!k->first)
        k->last = NULL;
    k->calls_n--;
    c->next = NULL;
}

static void keep_stream(http_conn *k, http_call *c)
{
    c->conn = NULL;
    c->next = k->streams;
    k->streams = c;
}

void http_write_drop_calls(http_conn *k)
{
    while (k->first) {
        http_call *c = k->first;
        pop(k);
        c->conn = NULL;
        if (c->state == CALL_READY)
            http_pool_give(c);
        else if (c->state != CALL_WAITING)
            keep_stream(k, c);
    }
}

static void end_output(http_conn *k)
{
    k->ending = k->input_over = true;
    http_write_drop_calls(k);
}

static void pump_ready(http_conn *k, http_call *c)
{
    bool last = c->close || c->silent;
    k->silent = c->silent;
    if (!c->silent)
        send_reply(k, c);
    if (k->closing)                          // which took the call with it
        return;
    pop(k);
    http_pool_give(c);
    if (last)
        end_output(k);
}

static void pump_stream(http_conn *k, http_call *c)
{
    buf_add_str(&k->out, buf_str(&c->out));
    buf_clear(&c->out);
    if (c->state != CALL_ENDED)
        return;
    pop(k);
    keep_stream(k, c);
    end_output(k);
}

// All is said. The other side is told so and given a moment to read it: closing at once while it still sends would make its kernel
// throw the answer away.
static void on_shutdown(uv_shutdown_t *s, int status)
{
    (void)s;
    (void)status;
}

static void end_connection(http_conn *k)
{
    if (k->silent || k->eof || uv_shutdown(&k->shutdown, (uv_stream_t *)&k->tcp, on_shutdown) < 0) {
        http_conn_close(k);
        return;
    }
    k->lingering = true;
    k->read_due_ms = http_now_ms(k->server) + k->server->config.limits.linger_ms;
}

void http_write_pump(http_conn *k)
{
    while (!k->closing && !k->ending && k->first && k->first->state == CALL_READY)
        pump_ready(k, k->first);
    if (!k->closing && !k->ending && k->first && (k->first->state == CALL_STREAM || k->first->state == CALL_ENDED))
        pump_stream(k, k->first);
    if (k->continue_due && !k->first && !k->ending && !k->closing) {
        k->continue_due = false;
        buf_add_str(&k->out, S("HTTP/1.1 100 Continue\r\n\r\n"));
    }
    flush(k);
    if (k->ending && !k->lingering && !k->closing && !http_unsent(k))
        end_connection(k);
}
