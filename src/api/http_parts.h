// What the files of the HTTP server share: http_parse, http_head, http_gzip and http_wheel know nothing of sockets, so a fuzzer
// can feed them; http_conn, http_reply and http put them on libuv. Nobody else includes this.
#ifndef API_HTTP_PARTS_H
#define API_HTTP_PARTS_H
#include "api/http.h"
#include "base/vec.h"
#include <llhttp.h>
#include <zlib.h>

typedef struct http_conn http_conn;

// A body on its way through inflate, piece by piece as it arrives. About 44 KB each, reused.
typedef struct http_inflate {
    z_stream z;
    bool ended;
    struct http_inflate *next;
} http_inflate;

// ── calls ──

typedef enum call_state {
    CALL_ARRIVING,            // the parser fills it
    CALL_WAITING,             // in work
    CALL_READY,               // `out` holds the whole reply, waiting for its turn
    CALL_STREAM,              // its owner writes until http_stream_end
    CALL_ENDED,               // stream after http_stream_end
} call_state;

typedef struct http_mark { uint32_t name, name_len, value, value_len; } http_mark;   // offsets into `head`

struct http_call {
    http_call *next;                       // in its connection's queue, or among the pool's idle ones
    http_call *live_prev, *live_next;      // all calls in use
    struct http_pool *pool;
    http_conn *conn;                       // NULL: the connection has ended
    http_server *server;                   // NULL in a parser without one
    call_state state;
    http_request rq;
    buf head, body, out;                   // head: target, then names and values as they arrive
    VEC(http_mark) marks;
    size_t target_len, charged, inflated;  // charged: bytes counted in pool->memory; inflated: size of a body that came as gzip
    bool close, silent, http10, keep;      // keep: the client wants the connection to go on
    void (*on_close)(http_call *c, void *p);
    void *on_close_p;
};

// Calls are reused with their memory; the pool also counts what all bodies hold. One per server, on its loop thread.
typedef struct http_pool {
    http_call *idle, *live;
    size_t idle_n, memory, memory_max;
    http_inflate *inflates;                // idle inflaters
} http_pool;

http_call *http_pool_take(http_pool *p);
void http_pool_give(http_call *c);         // back to its pool: arena reset
bool http_pool_charge(http_call *c, size_t bytes);       // false: all bodies together would be too large
void http_pool_free(http_pool *p);

// ── gzip ──

http_inflate *http_inflate_take(http_pool *p);
void http_inflate_give(http_pool *p, http_inflate *i);
// Appends what `bytes` inflate to. E_BODY_TOO_LARGE beyond max (at most one step of 16 KB was made for nothing), E_GZIP_INVALID,
// E_OVERLOADED when the pool has no memory left.
err http_inflate_add(http_inflate *i, http_call *c, str bytes, size_t max);
bool http_inflate_done(const http_inflate *i);           // exactly one member, ended, its checksum right
bool http_accepts_gzip(const http_request *rq);
typedef struct http_deflate { z_stream z; bool ready; } http_deflate;
bool http_deflate_all(http_deflate *d, str bytes, buf *out);         // false: no gain, out unchanged
void http_deflate_free(http_deflate *d);

// ── the parser: bytes in, whole requests out ──

typedef enum http_at { AT_NOTHING, AT_HEAD, AT_BODY } http_at;
typedef enum http_fed { FED_MORE, FED_REQUEST, FED_FAILED } http_fed;

typedef struct http_parse {
    llhttp_t ll;
    const http_config *config;
    http_pool *pool;
    const char *remote;                    // lives as long as the parser
    http_call *call;                       // arriving; NULL between requests
    http_at at;
    bool field_open, whole;                // inside a header's name; llhttp has paused after a whole request
    bool want_continue;                    // the client waits for 100 before it sends the body
    size_t raw, raw_max, wire, wire_max, body_max;       // bytes of this part as sent; body bytes as sent; their caps
    size_t extra_len;                      // of trailers and chunk extensions
    http_inflate *inflate;
    err code;                              // why it failed
    int64_t limit;
    const char *detail;
} http_parse;

void http_parse_init(http_parse *p, const http_config *c, http_pool *pool, const char *remote);
void http_parse_free(http_parse *p);
// Takes bytes until they are used up or a request is whole (p->call is the caller's then) or broken; *ret_used tells how many.
// After FED_FAILED the parser takes nothing more; p->call is what had arrived (NULL when nothing).
http_fed http_parse_feed(http_parse *p, const char *bytes, size_t n, size_t *ret_used);
http_call *http_parse_take(http_parse *p);               // the call, which leaves the parser; NULL when there is none

// The head has arrived whole: builds c->rq and checks what llhttp does not. Sets p->code and returns false when it is refused.
bool http_head_check(http_parse *p);
static inline bool http_parse_fail(http_parse *p, err code, int64_t limit, const char *detail)
{
    p->code = code;
    p->limit = limit;
    p->detail = detail;
    return false;
}

// ── deadlines: a wheel of 512 slots of 100 ms; later ones go round again ──

#define WHEEL_SLOTS 512
#define WHEEL_TICK_MS 100

typedef struct http_timer {
    struct http_timer *prev, *next;        // NULL: not set
    int64_t due_ms;
} http_timer;

typedef struct http_wheel {
    http_timer slots[WHEEL_SLOTS];         // heads of rings
    int64_t tick;                          // all slots up to this one have been looked at
} http_wheel;

void http_wheel_init(http_wheel *w, int64_t now_ms);
void http_wheel_set(http_wheel *w, http_timer *t, int64_t due_ms);       // also moves one that is set
void http_wheel_del(http_timer *t);
// Calls fn for each timer due by now, unset before. fn may set and delete any timer.
void http_wheel_advance(http_wheel *w, int64_t now_ms, void (*fn)(http_timer *t, void *user), void *user);

#endif
