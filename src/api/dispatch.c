// The choke point. Every request passes these stages in this order; the first that fails answers.
//
//   1  route         unknown path 404, wrong method 405 with Allow, OPTIONS answered here (CORS for lenient routes only)
//   2  parameters    {id} of the path are integers above 0, otherwise 404
//   3  authenticate  key or session (auth.c); wrong credentials are limited per address
//   4  permit        the route's one permission; 401 to nobody, 403 to somebody
//   5  origin        writes of a browser come from our own pages (CSRF)
//   6  limit         requests per caller, or per address of nobody
//   7  query, 8 body the route's shapes; a lenient route gets the body as it is
//   9  idempotency   the key of a POST; 10 version: If-Match where the route declares it
//   11 run           on the thread the route names (run.c); a write looks for its kept answer inside the operation
//   12 reply         judged against what the route declares, encoded, sent (reply.c)
#include "api/api_impl.h"
#include <stdlib.h>

#define FAIL(c, code) fault_field(&(c)->r.f, (c)->r.a, (code), (str){ 0 }, 0)

static method method_of(str name)
{
    for (int i = 0; i <= M_HEAD; i++)
        if (str_eq(name, str_c(method_names[i])))
            return (method)i;
    return M_HEAD + 1;
}

// --- 1, 2: route and parameters -----------------------------------------------------------------------------------------------
static str methods_text(unsigned methods, arena *a)
{
    buf b = { 0 };
    methods |= methods & 1u << M_GET ? 1u << M_HEAD : 0;
    methods |= 1u << M_OPTIONS;
    for (int i = 0; i <= M_HEAD; i++)
        if (methods >> i & 1)
            buf_addf(&b, "%s%s", b.len ? ", " : "", method_names[i]);
    str out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

// True when it was answered: OPTIONS, for whichever route stands there.
static bool answer_options(call *c, method how, unsigned methods)
{
    if (how != M_OPTIONS || !methods || c->r.route)
        return false;
    const route *post = NULL;
    for (int i = 0; i <= M_HEAD && !post; i++)
        if (methods >> i & 1)
            post = router_find(c->api->routes, (method)i, c->rq->path, c->r.a).route;
    req_header(&c->r, S("allow"), methods_text(methods, c->r.a));
    if (post && post->lenient) {
        req_header(&c->r, S("access-control-allow-origin"), S("*"));
        req_header(&c->r, S("access-control-allow-methods"), methods_text(methods, c->r.a));
        req_header(&c->r, S("access-control-allow-headers"), S("authorization, content-type, content-encoding, dry-run, x-retry-count"));
        req_header(&c->r, S("access-control-max-age"), S("600"));
    }
    c->status = 204;
    return true;
}

static err find_route(call *c, const route_match *found)
{
    c->index = found->route ? found->index : router_count(c->api->routes);
    if (found->route) {
        c->r.route = found->route;
        memcpy(c->r.path_param, found->params, sizeof found->params);
        return E_OK;
    }
    if (!found->methods)
        return FAIL(c, E_ROUTE_UNKNOWN);
    req_header(&c->r, S("allow"), methods_text(found->methods, c->r.a));
    return FAIL(c, E_METHOD_NOT_ALLOWED);
}

static err read_path(call *c)
{
    route_param params[ROUTE_PATH_PARAMS_MAX];
    unsigned n = route_params(route_of(c)->path, params);
    for (unsigned i = 0; i < n; i++)
        if (params[i].kind == PARAM_ID && (!str_to_i64(c->r.path_param[i], &c->r.path_id[i]) || c->r.path_id[i] <= 0))
            return fault_detail(&c->r.f, c->r.a, E_NOT_FOUND, STR_FMT, STR_ARG(params[i].name));
    return E_OK;
}

// --- 4, 6: permission and limits -----------------------------------------------------------------------------------------------
static err permit(call *c)
{
    const route *r = route_of(c);
    if (caller_may(&c->r.who, r->perm))
        return E_OK;
    if (c->r.who.kind == CALLER_NOBODY)
        return FAIL(c, E_UNAUTHENTICATED);
    if (r->sink)                              // 403 would make its SDKs send the same again for ever
        return FAIL(c, E_KEY_INVALID);
    return fault_detail(&c->r.f, c->r.a, E_FORBIDDEN, "%s", permissions[r->perm].name);
}

allowance call_limit(call *c, str who, uint64_t bucket, int32_t per_minute)
{
    pthread_mutex_lock(&c->api->limits_lock);
    allowance out = limiter_take(c->api->limits, who, bucket, per_minute, os_mono_us(c->api->c.o));
    pthread_mutex_unlock(&c->api->limits_lock);
    return out;
}

static err limit_rate(call *c)
{
    const route *r = route_of(c);
    int32_t rate = r->rate_per_minute ? r->rate_per_minute : c->api->c.rate_per_minute;
    if (rate < 0)
        return E_OK;
    str who = c->r.who.kind == CALLER_NOBODY ? c->rq->remote
                                             : arena_fmt(c->r.a, "%d:%lld", (int)c->r.who.kind, (long long)c->r.who.id);
    uint64_t bucket = r->rate_per_minute ? c->index + 1 : 0;
    c->allowed = call_limit(c, who, bucket, rate);
    c->limited = true;
    return c->allowed.ok ? E_OK : fault_field(&c->r.f, c->r.a, E_RATE_LIMITED, (str){ 0 }, c->allowed.retry_s);
}

// --- 7 to 10: what the request says ----------------------------------------------------------------------------------------------
static err read_query(call *c)
{
    const route *r = route_of(c);
    const shape *sh = r->query ? r->query : &empty_shape;
    if (r->lenient && !r->query)
        return E_OK;                          // foreign clients add parameters as they like
    void *out = arena_alloc(c->r.a, 1, sh->size, alignof(max_align_t));
    TRY(shape_read_query(sh, c->rq->query, c->r.a, &c->r.f, out));
    c->r.query = out;
    return E_OK;
}

static bool is_of_type(str type, const char *wanted)
{
    str kind = str_trim(str_cut(&type, ';'));
    return str_eq_nocase(kind, str_c(wanted));
}

static err read_text(call *c)
{
    if (!c->rq->body.len)
        return FAIL(c, E_BODY_REQUIRED);
    if (!is_of_type(http_header_get(c->rq, S("content-type")), route_of(c)->takes))
        return fault_detail(&c->r.f, c->r.a, E_MEDIA_TYPE, "%s", route_of(c)->takes);
    c->r.body_text = c->rq->body;
    return E_OK;
}

static err read_body(call *c)
{
    const route *r = route_of(c);
    if (r->lenient)
        return E_OK;                          // handed over before authentication: the key may be in it
    if (r->takes)
        return read_text(c);
    if (!r->body) {
        if (c->rq->body.len)
            return fault_detail(&c->r.f, c->r.a, E_BAD_REQUEST, "this route takes no body");
        return E_OK;
    }
    if (c->rq->body.len && !is_of_type(http_header_get(c->rq, S("content-type")), "application/json"))
        return fault_detail(&c->r.f, c->r.a, E_MEDIA_TYPE, "application/json");
    void *out = arena_alloc(c->r.a, 1, r->body->size, alignof(max_align_t));
    TRY(shape_read_text(r->body, c->rq->body, c->r.a, &c->r.f, out));
    c->r.body = out;
    return E_OK;
}

static err read_idempotency(call *c)
{
    const route *r = route_of(c);
    if (r->idem != IDEM_KEY)
        return E_OK;
    str key = http_header_get(c->rq, S("idempotency-key"));
    if (!key.len)
        return FAIL(c, E_IDEMPOTENCY_KEY_REQUIRED);
    bool ok = key.len <= IDEMPOTENCY_KEY_MAX;
    for (size_t i = 0; ok && i < key.len; i++)
        ok = key.s[i] > ' ' && key.s[i] < 0x7F;
    if (!ok)
        return fault_field(&c->r.f, c->r.a, E_IDEMPOTENCY_KEY_INVALID, (str){ 0 }, IDEMPOTENCY_KEY_MAX);
    // The body's fingerprint covers whatever else chooses what is written: ids in the path, and the query.
    str who = arena_fmt(c->r.a, "%d:%lld", (int)c->r.who.kind, (long long)c->r.who.id);
    str route_name = arena_fmt(c->r.a, "%s %s", method_names[r->method], r->path);
    str target = arena_fmt(c->r.a, STR_FMT "?" STR_FMT "\n", STR_ARG(c->rq->path), STR_ARG(c->rq->query));
    c->idem_hash = idem_hash(who, route_name, key);
    c->idem_body = idem_body_hash(c->api->c.idem, arena_join(c->r.a, target, c->rq->body));
    return E_OK;
}

static err read_version(call *c)
{
    c->r.header_if_match = http_header_get(c->rq, S("if-match"));
    const err *e = route_of(c)->errors ? route_of(c)->errors : route_no_errors;
    while (*e != E_OK && *e != E_VERSION_REQUIRED)
        e++;
    return *e == E_VERSION_REQUIRED && !c->r.header_if_match.len ? FAIL(c, E_VERSION_REQUIRED) : E_OK;
}

static err (*const stages[])(call *c) = { read_path,  call_authenticate, permit,           call_check_origin, limit_rate,
                                          read_query, read_body,         read_idempotency, read_version };
#define STAGES (sizeof stages / sizeof *stages)
#define STAGE_LIMIT 4

static void go_through(call *c, size_t from)
{
    err e = E_OK;
    for (size_t i = from; e == E_OK && i < STAGES; i++)
        e = stages[i](c);
    if (e == E_RATE_LIMITED && c->r.who.kind != CALLER_NOBODY && route_of(c)->sink)
        call_hold(c);
    else if (e != E_OK)
        call_end(c, e);
    else
        call_run(c);
}

void call_again(call *c)
{
    if (c->prepared)
        call_run(c);
    else
        go_through(c, STAGE_LIMIT);
}

// --- A request arrives -------------------------------------------------------------------------------------------------------------
static bool from_loopback(str remote) { return str_starts(remote, S("127.")) || str_eq(remote, S("::1")); }

static call *call_new(api_loop *l, http_call *h, const http_request *rq)
{
    call *c = arena_new(rq->a, call);
    api *p = l->api;
    c->api = p;
    c->loop = l;
    c->http = h;
    c->rq = rq;
    c->index = router_count(p->routes);
    c->started_us = os_mono_us(p->c.o);
    c->r = (req){ .a = rq->a, .now_us = os_now_us(p->c.o), .app = p->c.app, .remote = rq->remote, .http = rq, .api = p, .raw = &c->body };
    c->r.request_id = arena_fmt(rq->a, "%08x%08x", l->boot, ++l->count);
    c->r.headers = arena_array(rq->a, http_header, REQ_HEADERS_MAX);
    c->r.who.lang = lang_of_header(http_header_get(rq, S("accept-language")));
    c->r.https = from_loopback(rq->remote) && str_eq_nocase(http_header_get(rq, S("x-forwarded-proto")), S("https"));
    return c;
}

static void on_request(void *user, http_call *h, const http_request *rq)
{
    api_loop *l = user;
    method how = method_of(rq->method);
    route_match found = { 0 };
    if (how <= M_HEAD)
        found = router_find(l->api->routes, how, rq->path, rq->a);
    call *c = call_new(l, h, rq);
    if (!found.route && answer_options(c, how, found.methods)) {
        call_send(c);
        return;
    }
    err e = find_route(c, &found);
    if (e == E_OK && c->r.route->lenient)
        c->r.body_text = rq->body;
    if (e != E_OK) {
        call_end(c, e);
        return;
    }
    if (c->r.route->reply)
        c->r.reply = arena_alloc(c->r.a, 1, c->r.route->reply->size, alignof(max_align_t));
    go_through(c, 0);
}

// Before the body is read. A route without one gets room for a polite refusal.
static size_t body_limit(void *user, const http_request *rq)
{
    const api_loop *l = user;
    method how = method_of(rq->method);
    route_match found = { 0 };
    if (how <= M_HEAD)
        found = router_find(l->api->routes, how, rq->path, rq->a);
    if (!found.route || (!found.route->body && !found.route->takes && !found.route->lenient))
        return 16 * 1024;
    return found.route->body_bytes_max ? (size_t)found.route->body_bytes_max : API_BODY_BYTES_MAX;
}

static size_t address_limit(void *user, str verb, str path, arena *a)
{
    const api_loop *l = user;
    method how = method_of(verb);
    route_match found = { 0 };
    if (how <= M_HEAD)
        found = router_find(l->api->routes, how, path, a);
    return found.route ? (size_t)found.route->address_bytes_max : 0;
}

static void on_http_error(void *user, const fault *f, const http_header *headers, size_t n, buf *out, const char **ret_type)
{
    (void)user;
    arena *a = arena_create();
    http_request rq = { .headers = headers, .headers_n = n };
    problem_write(f, lang_of_header(http_header_get(&rq, S("accept-language"))), (str){ 0 }, a, out);
    *ret_type = PROBLEM_TYPE;
    arena_destroy(a);
}

const http_config http_handlers = { .on_request = on_request, .body_limit = body_limit, .address_limit = address_limit,
                                    .on_error = on_http_error };

// --- What handlers use -------------------------------------------------------------------------------------------------------------
void req_header(req *r, str name, str value)
{
    ENSURE(r->headers_n < REQ_HEADERS_MAX);
    r->headers[r->headers_n++] = (http_header){ name, value };
}

err req_cursor(req *r, str from, int64_t *at, int64_t *id)
{
    size_t cut = from.len;             // the last hyphen: a time before 1970 begins with one
    int64_t first, second;
    while (cut && from.s[cut - 1] != '-')
        cut--;
    if (!from.len)
        return E_OK;
    if (cut < 2 || !str_to_i64(str_take(from, cut - 1), &first) || !str_to_i64(str_skip(from, cut), &second))
        return req_fail(r, E_CURSOR_INVALID);
    *at = first;
    *id = second;
    return E_OK;
}

err req_check_version(req *r, int64_t version)
{
    str sent = str_trim(r->header_if_match);
    if (str_eq(sent, S("*")) || str_eq(sent, arena_fmt(r->a, "\"%lld\"", (long long)version)))
        return E_OK;
    return req_fail(r, E_VERSION_STALE);
}

void req_set_version(req *r, int64_t version) { r->etag = arena_fmt(r->a, "\"%lld\"", (long long)version).s; }
