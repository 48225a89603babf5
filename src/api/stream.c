#include "api/api_impl.h"
#include <stdlib.h>

#define BEAT_MS 15000
#define STREAM_US (15 * INT64_C(60000000))

struct message {
    message *next;
    size_t channel_n, n;
    stream_label labels[STREAM_LABELS_MAX];   // values behind what is sent
    size_t labels_n;
    char bytes[];                             // the channel's name, what is sent, the values of the labels
};

// --- Publishing: any thread -----------------------------------------------------------------------------------------------------------
static void add_data(buf *b, str data)
{
    do {
        buf_add_str(b, S("data: "));
        buf_add_str(b, str_cut(&data, '\n'));
        buf_add_char(b, '\n');
    } while (data.s);
}

static message *message_new(str channel, str event, int64_t id, str data, const stream_label *labels, size_t labels_n)
{
    buf b = { 0 };
    if (id)
        buf_addf(&b, "id: %lld\n", (long long)id);
    if (event.len)
        buf_addf(&b, "event: " STR_FMT "\n", STR_ARG(event));
    add_data(&b, data);
    buf_add_char(&b, '\n');
    size_t sent = b.len;
    for (size_t i = 0; i < labels_n; i++)
        buf_add_str(&b, labels[i].value);
    message *m = malloc(sizeof *m + channel.len + b.len);
    ENSURE(m);
    *m = (message){ .channel_n = channel.len, .n = sent, .labels_n = labels_n };
    memcpy(m->bytes, channel.s, channel.len);
    memcpy(m->bytes + channel.len, b.s, b.len);
    const char *at = m->bytes + channel.len + sent;
    for (size_t i = 0; i < labels_n; at += labels[i++].value.len)
        m->labels[i] = (stream_label){ labels[i].name, str_of(at, labels[i].value.len) };
    buf_free(&b);
    return m;
}

bool stream_listening(const api *p) { return atomic_load_explicit(&p->listeners, memory_order_relaxed) > 0; }

// The loop's copy of a message. Nobody there: none.
static void give(hub *h, message *m)
{
    pthread_mutex_lock(&h->lock);
    bool taken = !h->closed && h->waiting < STREAM_WAITING_MAX;
    if (taken) {
        if (h->last)
            h->last->next = m;
        else
            h->first = m;
        h->last = m;
        if (h->waiting++ == 0)
            uv_async_send(&h->wake);
    } else {
        atomic_fetch_add_explicit(&h->dropped, 1, memory_order_relaxed);
    }
    pthread_mutex_unlock(&h->lock);
    if (!taken)
        free(m);
}

void stream_publish(api *p, str channel, str event, int64_t id, str data, const stream_label *labels, size_t labels_n)
{
    if (!stream_listening(p))
        return;
    ENSURE(channel.len && channel.len <= STREAM_CHANNEL_MAX && labels_n <= STREAM_LABELS_MAX);
    for (int i = 0; i < p->loops_n; i++)
        if (atomic_load(&p->loops[i].hub.listeners) > 0)
            give(&p->loops[i].hub, message_new(channel, event, id, data, labels, labels_n));
}

// --- Sending: loop thread ---------------------------------------------------------------------------------------------------------------
static bool holds(str all, str part)
{
    for (size_t i = 0; i + part.len <= all.len; i++)
        if (str_eq_nocase(str_of(all.s + i, part.len), part))
            return true;
    return false;
}

static bool want_met(const stream_want *w, const message *m)
{
    for (size_t i = 0; i < m->labels_n; i++)
        if (strcmp(m->labels[i].name, w->name) == 0 && (w->part ? holds(m->labels[i].value, w->value) : str_eq(m->labels[i].value, w->value)))
            return true;
    return false;
}

static bool wanted(const req *r, const message *m)
{
    for (size_t i = 0; i < r->wants_n; i++) {
        bool met = false;
        for (size_t k = 0; k < r->wants_n && !met; k++)
            met = strcmp(r->wants[k].name, r->wants[i].name) == 0 && want_met(&r->wants[k], m);
        if (!met)
            return false;
    }
    return true;
}

// A stream that is cut tells through on_gone.
static void beat(hub *h)
{
    for (call *c = h->calls; c; c = c->next)
        http_stream_write(c->http, S(": beat\n\n"));
}

static void broadcast(hub *h, const message *m)
{
    str channel = str_of(m->bytes, m->channel_n);
    for (call *c = h->calls; c; c = c->next)
        if (str_eq(c->r.channel, channel) && wanted(&c->r, m))
            http_stream_write(c->http, str_of(m->bytes + m->channel_n, m->n));
}

static message *take_all(hub *h)
{
    pthread_mutex_lock(&h->lock);
    message *m = h->first;
    h->first = h->last = NULL;
    h->waiting = 0;
    pthread_mutex_unlock(&h->lock);
    return m;
}

static void on_wake(uv_async_t *w)
{
    hub *h = &((api_loop *)w->data)->hub;
    for (message *m = take_all(h), *next; m; m = next) {
        next = m->next;
        broadcast(h, m);
        free(m);
    }
}

static void on_beat(uv_timer_t *t)
{
    api_loop *l = t->data;
    int64_t now = os_mono_us(l->api->c.o);
    beat(&l->hub);
    for (call *c = l->hub.calls; c; c = c->next)
        if (now >= c->stream_end_us)
            http_stream_end(c->http);
}

static void on_gone(http_call *hc, void *p)
{
    (void)hc;
    call *c = p;
    hub *h = &c->loop->hub;
    for (call **at = &h->calls; *at; at = &(*at)->next) {
        if (*at == c) {
            *at = c->next;
            break;
        }
    }
    atomic_fetch_sub(&h->listeners, 1);
    atomic_fetch_sub(&c->api->listeners, 1);
    buf_free(&c->body);
}

void hub_join(call *c)
{
    hub *h = &c->loop->hub;
    ENSURE(c->r.channel.len && c->r.channel.len <= STREAM_CHANNEL_MAX);
    bool full = atomic_fetch_add(&c->api->listeners, 1) >= STREAM_LISTENERS_MAX;
    if (h->closed || full) {
        atomic_fetch_sub(&c->api->listeners, 1);
        call_end(c, h->closed ? E_SHUTTING_DOWN : E_OVERLOADED);
        return;
    }
    atomic_fetch_add(&h->listeners, 1);
    c->next = h->calls;
    h->calls = c;
    c->stream_end_us = c->started_us + STREAM_US;
    metrics_count(&c->loop->metrics[c->index], 200, os_mono_us(c->api->c.o) - c->started_us);
    const http_header headers[] = {
        { S("x-request-id"), c->r.request_id },
        { S("cache-control"), S("no-store") },
        { S("x-content-type-options"), S("nosniff") },
        { S("x-accel-buffering"), S("no") },              // proxies must not hold events back
    };
    http_response rs = { .status = 200, .headers = headers, .headers_n = sizeof headers / sizeof *headers,
                         .type = S("text/event-stream; charset=utf-8"), .no_gzip = true };
    http_stream_open(c->http, &rs, on_gone, c);
    http_stream_write(c->http, S("retry: 2000\n\n"));
}

// --- Life ---------------------------------------------------------------------------------------------------------------------------------
void hub_open(api_loop *l)
{
    hub *h = &l->hub;
    pthread_mutex_init(&h->lock, NULL);
    h->wake.data = l;
    h->beat.data = l;
    ENSURE(uv_async_init(http_loop(l->http), &h->wake, on_wake) == 0);
    ENSURE(uv_timer_init(http_loop(l->http), &h->beat) == 0);
    ENSURE(uv_timer_start(&h->beat, on_beat, BEAT_MS, BEAT_MS) == 0);
}

void hub_shut(api_loop *l)
{
    hub *h = &l->hub;
    pthread_mutex_lock(&h->lock);
    h->closed = true;                         // from here on nobody touches `wake`
    pthread_mutex_unlock(&h->lock);
    for (call *c = h->calls; c; c = c->next)
        http_stream_end(c->http);
    uv_close((uv_handle_t *)&h->wake, NULL);
    uv_close((uv_handle_t *)&h->beat, NULL);
}

void hub_free(api_loop *l)
{
    for (message *m = take_all(&l->hub), *next; m; m = next) {
        next = m->next;
        free(m);
    }
    pthread_mutex_destroy(&l->hub.lock);
}
