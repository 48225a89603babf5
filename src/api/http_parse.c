// Bytes in, whole requests out. llhttp splits them; what it hands over piece by piece is gathered and capped here.
// llhttp is paused after each head and after each request, so everything that decides something happens outside its callbacks and
// the outcome does not depend on how the bytes were cut (the fuzz target holds it to that).
// All lenient flags of llhttp stay off: each of them opens a way to smuggle one request inside another.
#include "api/http_parts.h"

#define FRAMING_BYTES (64 * 1024)            // chunk sizes, extensions and trailers, besides as much again as the body may have
#define CHUNK_EXTENSION_BYTES 1024

static http_parse *of(llhttp_t *ll) { return ll->data; }

static int stop(http_parse *p, err code, size_t limit, const char *detail)
{
    http_parse_fail(p, code, (int64_t)limit, detail);
    return HPE_USER;
}

static int on_message_begin(llhttp_t *ll)
{
    http_parse *p = of(ll);
    p->call = http_pool_take(p->pool);
    p->field_open = false;
    return 0;
}

// How long the address that is arriving may be: longer than others only when its path, whole by then, says so.
static size_t address_max(http_parse *p, str target)
{
    const http_config *c = p->config;
    size_t max = c->limits.uri_bytes;
    const char *query = memchr(target.s, '?', target.len < max ? target.len : max);
    if (target.len <= max || !query || !c->address_limit)
        return max;
    size_t longer = c->address_limit(c->user, str_c(llhttp_method_name(llhttp_get_method(&p->ll))),
                                     str_of(target.s, (size_t)(query - target.s)), p->call->rq.a);
    return longer > max ? longer : max;
}

static int on_url(llhttp_t *ll, const char *at, size_t n)
{
    http_parse *p = of(ll);
    const http_limits *l = &p->config->limits;
    size_t had = p->call->target_len, excess = had > l->uri_bytes ? had : l->uri_bytes;
    buf_add(&p->call->head, at, n);
    p->call->target_len = p->call->head.len;
    size_t max = address_max(p, buf_str(&p->call->head));
    if (p->call->target_len > max)
        return stop(p, E_URI_TOO_LONG, max, "");
    if (p->call->target_len <= l->uri_bytes)
        return 0;
    p->raw_max = max + l->headers_bytes + 64;
    return http_pool_charge(p->call, p->call->target_len - excess) ? 0 : stop(p, E_OVERLOADED, 0, "");
}

// Names and values count as if sent with ": " and CRLF. Trailers are counted and dropped: nothing may be decided by them.
static int count_header(http_parse *p, size_t n)
{
    size_t max = p->config->limits.headers_bytes;
    size_t have = p->call->head.len - p->call->target_len + 4 * p->call->marks.n;
    if (p->at == AT_BODY)
        have = p->extra_len += n;
    return have > max ? stop(p, E_HEADERS_TOO_LARGE, max, "") : 0;
}

static int on_header_field(llhttp_t *ll, const char *at, size_t n)
{
    http_parse *p = of(ll);
    http_call *c = p->call;
    if (p->at == AT_BODY)
        return count_header(p, n);
    if (!p->field_open) {
        vec_push(&c->marks, ((http_mark){ .name = (uint32_t)c->head.len }));
        if (c->marks.n > p->config->limits.headers_n)
            return stop(p, E_HEADERS_TOO_LARGE, p->config->limits.headers_bytes, "");
        p->field_open = true;
    }
    buf_reserve(&c->head, n);
    for (size_t i = 0; i < n; i++)
        c->head.s[c->head.len++] = at[i] >= 'A' && at[i] <= 'Z' ? (char)(at[i] + 32) : at[i];
    c->marks.v[c->marks.n - 1].name_len += (uint32_t)n;
    return count_header(p, n);
}

static int on_header_field_complete(llhttp_t *ll)
{
    of(ll)->field_open = false;
    return 0;
}

static int on_header_value(llhttp_t *ll, const char *at, size_t n)
{
    http_parse *p = of(ll);
    http_call *c = p->call;
    if (p->at == AT_BODY)
        return count_header(p, n);
    http_mark *m = &c->marks.v[c->marks.n - 1];
    if (!m->value_len)
        m->value = (uint32_t)c->head.len;
    buf_add(&c->head, at, n);
    m->value_len += (uint32_t)n;
    return count_header(p, n);
}

static int on_headers_complete(llhttp_t *ll)
{
    ll->upgrade = 0;                         // Upgrade is ignored, as RFC 9110 7.8 allows: h2c is offered by ordinary clients
    return HPE_PAUSED;
}

static int on_chunk_extension(llhttp_t *ll, const char *at, size_t n)
{
    (void)at;
    http_parse *p = of(ll);
    p->extra_len += n;
    return p->extra_len > CHUNK_EXTENSION_BYTES ? stop(p, E_BAD_REQUEST, 0, "chunk extensions are too long") : 0;
}

static int on_chunk_header(llhttp_t *ll)
{
    http_parse *p = of(ll);
    return ll->content_length > p->wire_max - p->wire ? stop(p, E_BODY_TOO_LARGE, p->wire_max, "") : 0;
}

static int on_body(llhttp_t *ll, const char *at, size_t n)
{
    http_parse *p = of(ll);
    p->want_continue = false;
    if (n > p->wire_max - p->wire)
        return stop(p, E_BODY_TOO_LARGE, p->wire_max, "");
    p->wire += n;
    if (p->inflate) {
        err e = http_inflate_add(p->inflate, p->call, str_of(at, n), p->body_max);
        return e == E_OK ? 0 : stop(p, e, p->body_max, "");
    }
    if (!http_pool_charge(p->call, n))
        return stop(p, E_OVERLOADED, 0, "");
    buf_add(&p->call->body, at, n);
    return 0;
}

static int on_message_complete(llhttp_t *ll)
{
    http_parse *p = of(ll);
    p->call->keep = llhttp_should_keep_alive(ll);
    p->whole = true;
    return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_message_begin = on_message_begin,
    .on_url = on_url,
    .on_header_field = on_header_field,
    .on_header_field_complete = on_header_field_complete,
    .on_header_value = on_header_value,
    .on_headers_complete = on_headers_complete,
    .on_chunk_extension_name = on_chunk_extension,
    .on_chunk_extension_value = on_chunk_extension,
    .on_chunk_header = on_chunk_header,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

void http_parse_init(http_parse *p, const http_config *c, http_pool *pool, const char *remote)
{
    *p = (http_parse){ .config = c, .pool = pool, .remote = remote };
    llhttp_init(&p->ll, HTTP_REQUEST, &settings);
    p->ll.data = p;
}

void http_parse_free(http_parse *p)
{
    http_inflate_give(p->pool, p->inflate);
    p->inflate = NULL;
    if (p->call)
        http_pool_give(p->call);
    p->call = NULL;
}

static void begin_head(http_parse *p)
{
    const http_limits *l = &p->config->limits;
    p->at = AT_HEAD;
    p->raw = p->wire = p->extra_len = 0;
    p->raw_max = l->uri_bytes + l->headers_bytes + 64;
}

// False when the head is refused.
static bool begin_body(http_parse *p)
{
    if (!http_head_check(p))
        return false;
    p->at = AT_BODY;
    p->raw = 0;
    if (__builtin_add_overflow(p->wire_max, p->wire_max, &p->raw_max) ||
        __builtin_add_overflow(p->raw_max, (size_t)FRAMING_BYTES, &p->raw_max))
        p->raw_max = SIZE_MAX;
    return true;
}

static bool finish_body(http_parse *p)
{
    bool damaged = p->inflate && p->wire && !http_inflate_done(p->inflate);
    p->call->inflated = p->inflate ? p->call->body.len : 0;
    http_inflate_give(p->pool, p->inflate);
    p->inflate = NULL;
    p->want_continue = p->whole = false;
    p->at = AT_NOTHING;
    p->call->rq.body = buf_str(&p->call->body);
    return !damaged || http_parse_fail(p, E_GZIP_INVALID, 0, "");
}

static http_fed failed(http_parse *p)
{
    if (p->code == E_OK)
        http_parse_fail(p, E_BAD_REQUEST, 0, llhttp_get_error_reason(&p->ll));
    return FED_FAILED;
}

http_fed http_parse_feed(http_parse *p, const char *bytes, size_t n, size_t *ret_used)
{
    ENSURE(p->code == E_OK);
    *ret_used = 0;
    if (p->at == AT_NOTHING && n)
        begin_head(p);
    for (;;) {
        const char *from = bytes + *ret_used;
        llhttp_errno_t e = llhttp_execute(&p->ll, from, n - *ret_used);
        const char *to = e == HPE_OK ? bytes + n : llhttp_get_error_pos(&p->ll);
        size_t step = to ? (size_t)(to - from) : 0;
        *ret_used += step;
        p->raw += step;
        if (p->raw > p->raw_max && p->code == E_OK)
            http_parse_fail(p, p->at == AT_HEAD ? E_HEADERS_TOO_LARGE : E_BAD_REQUEST, (int64_t)p->config->limits.headers_bytes,
                            "more framing than body");
        if (p->code != E_OK || (e != HPE_OK && e != HPE_PAUSED))
            return failed(p);
        if (e == HPE_OK)
            return FED_MORE;
        llhttp_resume(&p->ll);
        if (p->whole)
            return finish_body(p) ? FED_REQUEST : failed(p);
        if (!begin_body(p))
            return failed(p);
    }
}

http_call *http_parse_take(http_parse *p)
{
    http_call *c = p->call;
    p->call = NULL;
    return c;
}
