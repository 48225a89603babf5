// Bytes into the parser of api/http, twice: in one piece, and cut at places the input chooses. What comes out must be the same, and
// whatever is let through must keep what routes rely on. No sockets.
#include "api/http_parts.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const http_limits small = {
    .uri_bytes = 64,
    .headers_bytes = 256,
    .headers_n = 8,
    .body_bytes = 128,
    .inflated_bytes = 512,
};

typedef struct outcome { buf requests; bool failed; http_at at; } outcome;

static void check_request(const http_request *rq)
{
    ENSURE(rq->path.len && (rq->path.s[0] == '/' || str_eq(rq->path, S("*"))));
    ENSURE(rq->path.len + rq->query.len <= small.uri_bytes && rq->headers_n <= small.headers_n);
    ENSURE(rq->body.len <= small.inflated_bytes);
    ENSURE(str_eq(rq->method, S("HEAD")) == rq->head && !str_eq(rq->method, S("CONNECT")));
    for (size_t i = 0; i < rq->path.len; i++)
        ENSURE((unsigned char)rq->path.s[i] > ' ' && (unsigned char)rq->path.s[i] < 0x7F && rq->path.s[i] != '#');
    for (size_t i = 0; i < rq->headers_n; i++) {
        str name = rq->headers[i].name, value = rq->headers[i].value;
        ENSURE(name.len && !memchr(name.s, ' ', name.len) && !memchr(name.s, ':', name.len));
        for (size_t k = 0; k < value.len; k++)
            ENSURE(value.s[k] != '\r' && value.s[k] != '\n' && value.s[k] != 0);
    }
}

static void note_request(buf *b, const http_call *c)
{
    buf_add_lenstr(b, c->rq.method);
    buf_add_lenstr(b, c->rq.path);
    buf_add_lenstr(b, c->rq.query);
    for (size_t i = 0; i < c->rq.headers_n; i++) {
        buf_add_lenstr(b, c->rq.headers[i].name);
        buf_add_lenstr(b, c->rq.headers[i].value);
    }
    buf_add_lenstr(b, c->rq.body);
    buf_add_u8(b, c->keep);
}

// Like a connection: feeds until a request says the connection ends, or the parser refuses.
static bool feed(http_parse *p, const char *bytes, size_t n, outcome *o)
{
    while (n) {
        size_t used;
        http_fed fed = http_parse_feed(p, bytes, n, &used);
        ENSURE(used <= n && (used || fed != FED_MORE));
        bytes += used;
        n -= used;
        o->failed = fed == FED_FAILED;
        if (fed != FED_REQUEST)
            return fed == FED_MORE;
        http_call *c = http_parse_take(p);
        check_request(&c->rq);
        note_request(&o->requests, c);
        bool keep = c->keep;
        http_pool_give(c);
        if (!keep)
            return false;
    }
    return true;
}

// cuts: 0 for one piece, otherwise where a generator starts.
static outcome run(const char *bytes, size_t n, uint32_t cuts)
{
    http_config config = { .limits = small };
    http_pool pool = { .memory_max = 256 * 1024 };
    http_parse p;
    outcome o = { 0 };
    http_parse_init(&p, &config, &pool, "127.0.0.1");
    for (size_t at = 0; at < n;) {
        size_t piece = n - at;
        if (cuts) {
            cuts = cuts * 1664525u + 1013904223u;
            size_t most = 1 + (cuts >> 24) % 16;
            piece = piece < most ? piece : most;
        }
        char *own = malloc(piece);           // of its own, so that reading beyond it is seen
        ENSURE(own);
        memcpy(own, bytes + at, piece);
        bool more = feed(&p, own, piece, &o);
        free(own);
        if (!more)
            break;
        at += piece;
    }
    o.at = p.at;
    http_parse_free(&p);
    ENSURE(pool.memory == 0 && !pool.live);
    http_pool_free(&pool);
    return o;
}

// The first byte chooses the cuts, the rest is what a client sends.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n < 2)
        return 0;
    const char *bytes = (const char *)data + 1;
    outcome whole = run(bytes, n - 1, 0), cut = run(bytes, n - 1, 1 + data[0] * 2654435761u);
    ENSURE(str_eq(buf_str(&whole.requests), buf_str(&cut.requests)));
    ENSURE(whole.failed == cut.failed && (whole.failed || whole.at == cut.at));
    buf_free(&whole.requests);
    buf_free(&cut.requests);
    return 0;
}
