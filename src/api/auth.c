// Who calls: a key (Bearer, Basic, or in the body where a wire format puts it there), a session cookie, or nobody.
#include "api/api_impl.h"
#include <sodium.h>

static bool scheme_is(str header, str scheme, str *ret_rest)
{
    if (!str_eq_nocase(str_take(header, scheme.len), scheme) || header.len <= scheme.len || header.s[scheme.len] != ' ')
        return false;
    *ret_rest = str_trim(str_skip(header, scheme.len));
    return true;
}

// "Basic base64(key:)": the key is the user name, as Segment's SDKs send it.
static bool basic_user(arena *a, str encoded, str *ret)
{
    unsigned char *out = arena_alloc(a, encoded.len + 1, 1, 1);
    size_t n = 0;
    if (sodium_base642bin(out, encoded.len + 1, encoded.s, encoded.len, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 &&
        sodium_base642bin(out, encoded.len + 1, encoded.s, encoded.len, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0)
        return false;
    str rest = str_of((char *)out, n);
    *ret = str_cut(&rest, ':');
    return ret->len > 0;
}

static str cookie_named(str header, str name)
{
    while (header.len) {
        str value = str_trim(str_cut(&header, ';')), key = str_cut(&value, '=');
        if (str_eq(key, name))
            return value;
    }
    return (str){ 0 };
}

// The key a request carries. False: it tried and what it sent is no key at all.
static bool key_of(call *c, str *ret)
{
    const route *r = route_of(c);
    str header = http_header_get(c->rq, S("authorization")), rest;
    *ret = (str){ 0 };
    if (scheme_is(header, S("Bearer"), ret))
        return ret->len > 0;
    if (scheme_is(header, S("Basic"), &rest))
        return basic_user(c->r.a, rest, ret);
    if (header.len)
        return false;
    if (r->key_in_body)
        *ret = r->key_in_body(&c->r);
    return true;
}

static err ask(call *c)
{
    const api_doors *doors = &c->api->c.doors;
    str key, cookie = { 0 };
    if (!key_of(c, &key))
        return fault_field(&c->r.f, c->r.a, E_KEY_INVALID, (str){ 0 }, 0);
    // A foreign page may post to a lenient route, so a cookie says nothing there.
    if (!key.len && !route_of(c)->lenient)
        cookie = cookie_named(http_header_get(c->rq, S("cookie")), S(SESSION_COOKIE));
    if (!key.len && !cookie.len)
        return E_OK;
    caller who = { 0 };
    c->cookie = !key.len;
    err e = key.len ? doors->by_key(doors->user, c->loop->reader, key, c->r.now_us, c->r.a, &who)
                    : doors->by_session(doors->user, c->loop->reader, cookie, c->r.now_us, c->r.a, &who);
    if (e != E_OK)
        return fault_field(&c->r.f, c->r.a, e, (str){ 0 }, 0);
    who.lang = c->r.who.lang;
    c->r.who = who;
    return E_OK;
}

err call_authenticate(call *c)
{
    err e = ask(c);
    if (e == E_OK)
        return E_OK;
    // Somebody whose session ran out must still be able to log in; bad credentials never help, so they cannot hurt here.
    if (route_of(c)->perm == PERM_PUBLIC && (e == E_SESSION_EXPIRED || e == E_KEY_INVALID)) {
        c->cookie = false;
        c->r.f = (fault){ 0 };
        return E_OK;
    }
    if (err_info_of(e)->http != 401)
        return e;
    allowance left = call_limit(c, c->rq->remote, UINT64_MAX, API_RATE_FAILED_PER_MINUTE);
    if (left.ok)
        return e;
    c->limited = true;
    c->allowed = left;
    return fault_field(&c->r.f, c->r.a, E_RATE_LIMITED, (str){ 0 }, left.retry_s);
}

// Writes from a browser must come from our own pages. Fetch metadata first; browsers without it send Origin.
err call_check_origin(call *c)
{
    const route *r = route_of(c);
    if (r->lenient || r->method == M_GET || c->r.who.kind == CALLER_KEY)
        return E_OK;
    str site = http_header_get(c->rq, S("sec-fetch-site")), origin = http_header_get(c->rq, S("origin"));
    bool ours = !c->cookie;                   // without either header it is no browser, and only a cookie could be misused
    if (site.len) {
        ours = str_eq(site, S("same-origin")) || str_eq(site, S("none"));
    } else if (origin.len) {
        str host = str_starts(origin, S("https://")) ? str_skip(origin, 8) : str_starts(origin, S("http://")) ? str_skip(origin, 7) : S("");
        ours = host.len && str_eq_nocase(host, http_header_get(c->rq, S("host")));
    }
    return ours ? E_OK : fault_field(&c->r.f, c->r.a, E_CSRF, (str){ 0 }, 0);
}
