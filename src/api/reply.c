// From a handler's result to the bytes of an answer.
#include "api/api_impl.h"
#include "base/log.h"

#define JSON_TYPE "application/json; charset=utf-8"

// --- Judging -----------------------------------------------------------------------------------------------------------------------
// What any route may answer without declaring it: operating trouble, and what its own shapes and path already can.
static bool implied(const route *r, err e)
{
    switch (e) {
    case E_IO: case E_DISK_FULL: case E_DB: case E_CORRUPT: case E_INTERNAL: case E_OVERLOADED: case E_SHUTTING_DOWN: return true;
    case E_NOT_FOUND: return strchr(r->path, '{') != NULL;
    case E_BODY_REQUIRED: case E_JSON_INVALID: case E_JSON_TOO_DEEP: return r->body || r->lenient;
    default: return e >= E_FIELD_REQUIRED && e <= E_FIELD_UTF8 && (r->body || r->query || r->lenient);
    }
}

static bool declared(const route *r, err e)
{
    for (const err *x = r->errors ? r->errors : route_no_errors; *x != E_OK; x++)
        if (*x == e)
            return true;
    return implied(r, e);
}

static err bug(call *c, str code, str at, str detail)
{
    const route *r = route_of(c);
    log_event(LOG_ERROR, "api.undeclared", log_s("route", arena_fmt(c->r.a, "%s %s", method_names[r->method], r->path)),
              log_s("code", code), log_s("field", at), log_s("detail", detail), log_s("request", c->r.request_id));
    c->bug = true;
    return fault_field(&c->r.f, c->r.a, E_UNDECLARED, (str){ 0 }, 0);
}

err call_judge(call *c, err e)
{
    if (e == E_OK)
        return E_OK;
    if (c->r.f.code != e)                     // the code is always the function's result; a fault may be left from a try before
        c->r.f = (fault){ .code = e };
    if (declared(route_of(c), e))
        return e;
    return bug(c, str_c(err_info_of(e)->code), c->r.f.field, c->r.f.detail);
}

err call_encode(call *c)
{
    const route *r = route_of(c);
    c->status = c->r.status ? c->r.status : r->reply || r->raw ? 200 : 204;
    if (!r->reply || c->status == 204)
        return E_OK;
    buf_clear(&c->body);
    jw w = { .b = &c->body };
    if (shape_write(r->reply, c->r.reply, &w, &c->r.f, c->r.a) == E_OK)
        return E_OK;
    return bug(c, S("reply"), c->r.f.field, c->r.f.detail);
}

// --- Headers -----------------------------------------------------------------------------------------------------------------------
typedef struct headers {
    http_header v[REQ_HEADERS_MAX + 16];
    size_t n;
} headers;

static void set(headers *h, str name, str value) { h->v[h->n++] = (http_header){ name, value }; }

// What the handler set itself stands.
static void set_default(headers *h, str name, str value)
{
    for (size_t i = 0; i < h->n; i++)
        if (str_eq_nocase(h->v[i].name, name))
            return;
    set(h, name, value);
}

// draft-ietf-httpapi-ratelimit-headers: the policy, and what is left of it.
static void set_limits(headers *h, const call *c)
{
    if (!c->limited)
        return;
    set(h, S("ratelimit-policy"), arena_fmt(c->r.a, "\"default\";q=%d;w=60", c->allowed.limit));
    set(h, S("ratelimit"), arena_fmt(c->r.a, "\"default\";r=%d;t=%lld", c->allowed.left, (long long)c->allowed.reset_s));
}

static void set_trouble(headers *h, const call *c)
{
    if (c->outcome == E_RATE_LIMITED)
        set(h, S("retry-after"), arena_fmt(c->r.a, "%lld", (long long)c->r.f.limit));
    else if (c->outcome == E_OVERLOADED || c->outcome == E_SHUTTING_DOWN)
        set(h, S("retry-after"), c->outcome == E_OVERLOADED ? S("1") : S("5"));
    if (c->status == 401)
        set(h, S("www-authenticate"), S("Bearer realm=\"lianyi\""));
}

static void set_common(headers *h, const call *c)
{
    const route *r = c->r.route;
    for (size_t i = 0; i < c->r.headers_n; i++)
        set(h, c->r.headers[i].name, c->r.headers[i].value);
    set(h, S("x-request-id"), c->r.request_id);
    if (c->r.etag && c->outcome == E_OK)
        set(h, S("etag"), str_c(c->r.etag));
    if (c->replayed)
        set(h, S("idempotent-replay"), S("true"));
    if (c->r.gzipped && c->outcome == E_OK)
        set(h, S("content-encoding"), S("gzip"));
    if (r && r->lenient)
        set_default(h, S("access-control-allow-origin"), S("*"));
    set_default(h, S("cache-control"), S("no-store"));
    set_default(h, S("x-content-type-options"), S("nosniff"));
    set_default(h, S("referrer-policy"), S("no-referrer"));
    set_default(h, S("content-security-policy"), S("default-src 'none'; frame-ancestors 'none'"));
}

static str type_of(const call *c)
{
    if (c->outcome != E_OK)
        return S(PROBLEM_TYPE);
    if (!c->body.len && !(c->r.route && c->r.route->raw))
        return (str){ 0 };
    if (c->r.type)
        return str_c(c->r.type);
    return c->r.route && c->r.route->raw ? str_c(c->r.route->raw) : S(JSON_TYPE);
}

// --- Sending -----------------------------------------------------------------------------------------------------------------------
static bool not_modified(const call *c)
{
    str known = http_header_get(c->rq, S("if-none-match"));
    if (c->outcome != E_OK || !c->r.etag || !known.len || c->r.route->method != M_GET)
        return false;
    while (known.len) {
        str tag = str_trim(str_cut(&known, ','));
        tag = str_starts(tag, S("W/")) ? str_skip(tag, 2) : tag;
        if (str_eq(tag, str_c(c->r.etag)) || str_eq(tag, S("*")))
            return true;
    }
    return false;
}

static void make_problem(call *c)
{
    if (c->r.f.code != c->outcome)
        c->r.f = (fault){ .code = c->outcome };
    c->status = err_info_of(c->outcome)->http;
    if (c->status >= 500 && !c->bug && c->outcome != E_OVERLOADED && c->outcome != E_SHUTTING_DOWN)
        log_event(LOG_ERROR, "api.trouble", log_s("code", str_c(err_info_of(c->outcome)->code)), log_s("detail", c->r.f.detail),
                  log_s("request", c->r.request_id));
    buf_clear(&c->body);
    problem_write(&c->r.f, c->r.who.lang, c->r.request_id, c->r.a, &c->body);
    // What the handler meant to send with a success does not go out with a failure (cookies above all).
    if (c->outcome != E_METHOD_NOT_ALLOWED)
        c->r.headers_n = 0;
}

void call_send(call *c)
{
    api_loop *l = c->loop;
    if (c->outcome != E_OK)
        make_problem(c);
    else if (not_modified(c))
        c->status = 304;
    if (c->status == 304 || c->status == 204)
        buf_clear(&c->body);
    headers h = { .n = 0 };
    set_common(&h, c);
    set_limits(&h, c);
    set_trouble(&h, c);
    buf body = c->body;
    http_response rs = { .status = c->status, .headers = h.v, .headers_n = h.n, .body = buf_str(&body), .no_gzip = c->r.gzipped };
    // Of a sink: an SDK would take the answer for success and forget what it sent.
    rs.silent = c->r.route && c->r.route->sink && c->outcome != E_OK && c->status >= 500;
    rs.type = c->status == 304 || c->status == 204 ? (str){ 0 } : type_of(c);
    count_own(&l->undeclared, c->bug);
    metrics_count(&l->metrics[c->index], c->status, os_mono_us(l->api->c.o) - c->started_us);
    http_reply(c->http, &rs);                 // the call and its arena are gone
    buf_free(&body);
}

static void send_on_loop(http_call *h, void *call_)
{
    (void)h;
    call_send(call_);
}

void call_send_from(call *c) { http_reply_from(c->http, send_on_loop, c); }

void call_end(call *c, err e)
{
    c->outcome = e;
    call_send(c);
}
