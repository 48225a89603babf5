// What must hold of a whole head, beyond what llhttp refuses by itself. Numbers of sections are those of RFC 9112 and RFC 9110.
#include "api/http_parts.h"

// Headers that decide where a request ends or whom it is for: each may stand at most once.
typedef enum sole { SOLE_HOST, SOLE_LENGTH, SOLE_TRANSFER, SOLE_ENCODING, SOLE_EXPECT, SOLE_COUNT } sole;
typedef struct sole_row { str name; err code; const char *twice; } sole_row;

static const sole_row *sole_rows(void)
{
    static const sole_row rows[SOLE_COUNT] = {
        [SOLE_HOST] = { { "host", 4 }, E_BAD_REQUEST, "Host twice" },
        [SOLE_LENGTH] = { { "content-length", 14 }, E_BAD_REQUEST, "Content-Length twice" },
        [SOLE_TRANSFER] = { { "transfer-encoding", 17 }, E_BAD_REQUEST, "Transfer-Encoding twice" },
        [SOLE_ENCODING] = { { "content-encoding", 16 }, E_ENCODING_UNSUPPORTED, "more than one" },
        [SOLE_EXPECT] = { { "expect", 6 }, E_EXPECT_UNSUPPORTED, "" },
    };
    return rows;
}

typedef struct head { http_parse *p; http_call *c; str sole[SOLE_COUNT]; bool seen[SOLE_COUNT]; } head;

static bool gather_headers(head *h)
{
    http_call *c = h->c;
    http_header *to = arena_array(c->rq.a, http_header, c->marks.n ? c->marks.n : 1);
    for (size_t i = 0; i < c->marks.n; i++) {
        http_mark m = c->marks.v[i];
        to[i].name = str_of(c->head.s + m.name, m.name_len);
        to[i].value = str_trim(str_of(c->head.s + m.value, m.value_len));
    }
    c->rq.headers = to;
    c->rq.headers_n = c->marks.n;
    for (size_t i = 0; i < c->rq.headers_n; i++)
        for (int k = 0; k < SOLE_COUNT; k++)
            if (str_eq(to[i].name, sole_rows()[k].name)) {
                if (h->seen[k])
                    return http_parse_fail(h->p, sole_rows()[k].code, 0, sole_rows()[k].twice);
                h->seen[k] = true;
                h->sole[k] = to[i].value;
            }
    return true;
}

// 1.0 and 1.1 only (llhttp also lets 0.9 and 2.0 through).
static bool check_version(head *h)
{
    uint8_t major = llhttp_get_http_major(&h->p->ll), minor = llhttp_get_http_minor(&h->p->ll);
    h->c->http10 = major == 1 && minor == 0;
    return (major == 1 && minor <= 1) || http_parse_fail(h->p, E_BAD_REQUEST, 0, "HTTP version is not 1.0 or 1.1");
}

// 3.2: exactly one in 1.1. Only what a name, an address and a port are made of: nothing that could be read as two hosts or a path.
static bool check_host(head *h)
{
    str host = h->sole[SOLE_HOST];
    if (!h->seen[SOLE_HOST])
        return h->c->http10 || http_parse_fail(h->p, E_HOST_REQUIRED, 0, "");
    if (!host.len)
        return http_parse_fail(h->p, E_HOST_REQUIRED, 0, "");
    for (size_t i = 0; i < host.len; i++) {
        char c = host.s[i];
        if (!((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || memchr(".-_:[]%~", c, 8)))
            return http_parse_fail(h->p, E_BAD_REQUEST, 0, "Host has an unusable character");
    }
    return true;
}

// 6.1, 6.3: a body is framed by one plain length or by chunks, never both, never anything else.
static bool check_framing(head *h)
{
    if (h->seen[SOLE_TRANSFER] && (h->seen[SOLE_LENGTH] || h->c->http10))
        return http_parse_fail(h->p, E_BAD_REQUEST, 0, "Transfer-Encoding beside Content-Length, or in HTTP/1.0");
    if (h->seen[SOLE_TRANSFER] && !str_eq_nocase(h->sole[SOLE_TRANSFER], S("chunked")))
        return http_parse_fail(h->p, E_BAD_REQUEST, 0, "Transfer-Encoding is not chunked");
    int64_t n;
    str length = h->sole[SOLE_LENGTH];
    if (h->seen[SOLE_LENGTH] && (!str_to_i64(length, &n) || length.s[0] == '-'))
        return http_parse_fail(h->p, E_BAD_REQUEST, 0, "Content-Length is not a number");
    return true;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Percent signs must mean something, and nothing that ends a line or a C string may hide behind one.
static bool check_path(head *h, str path)
{
    for (size_t i = 0; i < path.len; i++) {
        if ((unsigned char)path.s[i] >= 0x7F)
            return http_parse_fail(h->p, E_BAD_REQUEST, 0, "the path has a character that must be percent-encoded");
        if (path.s[i] != '%')
            continue;
        int high = i + 2 < path.len ? hex(path.s[i + 1]) : -1, low = high < 0 ? -1 : hex(path.s[i + 2]);
        if (low < 0)
            return http_parse_fail(h->p, E_BAD_REQUEST, 0, "the path has a broken percent-encoding");
        int c = high * 16 + low;
        if (c == 0 || c == '\r' || c == '\n')
            return http_parse_fail(h->p, E_BAD_REQUEST, 0, "the path has an encoded NUL, CR or LF");
    }
    return true;
}

// 3.2.2: http://host/path is what proxies get; taken when host is the Host header, so that nobody can mean two.
static bool cut_absolute(head *h, str *target)
{
    str rest = *target;
    str scheme = str_cut(&rest, ':');
    if ((!str_eq_nocase(scheme, S("http")) && !str_eq_nocase(scheme, S("https"))) || !str_starts(rest, S("//")))
        return http_parse_fail(h->p, E_BAD_REQUEST, 0, "the address is neither a path nor http://");
    rest = str_skip(rest, 2);
    size_t n = 0;
    while (n < rest.len && rest.s[n] != '/' && rest.s[n] != '?')
        n++;
    if (!n || (h->seen[SOLE_HOST] && !str_eq_nocase(str_take(rest, n), h->sole[SOLE_HOST])))
        return http_parse_fail(h->p, E_BAD_REQUEST, 0, "the address names another host than the Host header");
    *target = str_skip(rest, n);
    return true;
}

static bool check_target(head *h)
{
    http_request *rq = &h->c->rq;
    str target = str_of(h->c->head.s, h->c->target_len);
    llhttp_method_t method = llhttp_get_method(&h->p->ll);
    if (method == HTTP_CONNECT)
        return http_parse_fail(h->p, E_BAD_REQUEST, 0, "CONNECT: this is no proxy");
    if (memchr(target.s, '#', target.len))
        return http_parse_fail(h->p, E_BAD_REQUEST, 0, "the address has a fragment");
    if (str_eq(target, S("*"))) {
        rq->path = target;
        return method == HTTP_OPTIONS || http_parse_fail(h->p, E_BAD_REQUEST, 0, "* is for OPTIONS only");
    }
    if (target.s[0] != '/' && !cut_absolute(h, &target))
        return false;
    rq->path = str_cut(&target, '?');
    rq->query = target;
    if (!rq->path.len)
        rq->path = S("/");
    return check_path(h, rq->path);
}

static bool check_encoding(head *h)
{
    str coding = h->sole[SOLE_ENCODING];
    if (!coding.len || str_eq_nocase(coding, S("identity")))
        return true;
    if (!str_eq_nocase(coding, S("gzip")) && !str_eq_nocase(coding, S("x-gzip")))
        return http_parse_fail(h->p, E_ENCODING_UNSUPPORTED, 0, "only gzip is read");
    h->p->inflate = http_inflate_take(h->p->pool);
    return true;
}

// How much the body may have, before any of it is read; and 100 Continue only when it would be taken (9110, 10.1.1).
static bool check_body(head *h)
{
    http_parse *p = h->p;
    const http_config *cfg = p->config;
    int64_t length = 0;
    p->wire_max = cfg->limits.body_bytes;
    p->body_max = cfg->limits.inflated_bytes;
    if (cfg->body_limit)
        p->wire_max = p->body_max = cfg->body_limit(cfg->user, &h->c->rq);
    if (h->seen[SOLE_LENGTH] && str_to_i64(h->sole[SOLE_LENGTH], &length) && (uint64_t)length > p->wire_max)
        return http_parse_fail(p, E_BODY_TOO_LARGE, (int64_t)p->wire_max, "");
    bool body = length > 0 || h->seen[SOLE_TRANSFER];
    if (body && !check_encoding(h))
        return false;
    if (!h->seen[SOLE_EXPECT] || h->c->http10)
        return true;
    if (!str_eq_nocase(h->sole[SOLE_EXPECT], S("100-continue")))
        return http_parse_fail(p, E_EXPECT_UNSUPPORTED, 0, "");
    p->want_continue = body;
    return true;
}

bool http_head_check(http_parse *p)
{
    head h = { .p = p, .c = p->call };
    http_request *rq = &h.c->rq;
    llhttp_method_t method = llhttp_get_method(&p->ll);
    rq->method = str_c(llhttp_method_name(method));
    rq->head = method == HTTP_HEAD;
    rq->remote = str_c(p->remote);
    return gather_headers(&h) && check_version(&h) && check_host(&h) && check_framing(&h) && check_target(&h) && check_body(&h);
}

str http_header_get(const http_request *rq, str name)
{
    for (size_t i = 0; i < rq->headers_n; i++)
        if (str_eq(rq->headers[i].name, name))
            return rq->headers[i].value;
    return (str){ 0 };
}
