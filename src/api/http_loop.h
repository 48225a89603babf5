// The half of the HTTP server that sits on libuv: server, connections, replies. Everything here runs on the loop thread, except
// what says otherwise.
#ifndef API_HTTP_LOOP_H
#define API_HTTP_LOOP_H
#include "api/http_parts.h"
#include <stdatomic.h>
#include <uv.h>

#define HTTP_READ_BYTES (64 * 1024)
#define HTTP_WRITE_LEAST (64 * 1024)         // a reader must take this much in each limits.write_ms
#define HTTP_UNSENT_MAX (256 * 1024)         // beyond it no further request of the connection is looked at

typedef struct http_handed { http_call *c; void (*fn)(http_call *c, void *p); void *p; } http_handed;
typedef VEC(http_handed) http_handed_vec;

struct http_server {
    uv_loop_t loop;
    uv_tcp_t listener;
    uv_async_t wake;
    uv_timer_t tick;
    http_config config;
    http_pool pool;
    http_wheel wheel;
    http_deflate deflate;
    buf scratch;                             // a gzipped reply on its way into its call
    char *read;                              // one buffer for all: libuv fills it and hands it over at once
    http_conn *conns;
    int conns_n;
    int port;
    char date[32];                           // of the Date header, renewed when the second changes
    int64_t date_s;
    bool stopping, opened;
    int64_t drain_at_ms;
    uv_mutex_t lock;                         // guards `handed`
    http_handed_vec handed;
    atomic_bool stop;
    struct {                                 // written by the loop thread, read by any
        _Atomic int64_t accepted, open, requests, refused, timeouts, bytes_in, bytes_out, inflated;
    } stats;
};

// Only the loop thread writes, so no locked instruction is needed.
static inline void http_count(_Atomic int64_t *n, int64_t more)
{
    atomic_store_explicit(n, atomic_load_explicit(n, memory_order_relaxed) + more, memory_order_relaxed);
}

// About 1 KB; buffers come and go with what is under way.
struct http_conn {
    uv_tcp_t tcp;
    uv_write_t write;
    uv_shutdown_t shutdown;
    http_server *server;
    http_conn *prev, *next;
    http_timer timer;
    int64_t head_since_ms, body_since_ms, read_due_ms, write_due_ms;     // due: 0 for none
    http_parse parse;
    http_call *first, *last;                 // requests in work and replies waiting for their turn, in order
    http_call *streams;                      // streams that lost their place; on_close comes when the socket is closed
    int calls_n;
    buf out, sending, held;                  // unsent; under way in uv_write; read but not yet looked at
    size_t write_left;                       // of the write under way, when its deadline was set
    size_t dropped;                          // bytes read after the end of what is taken
    bool feeding;                            // inside the loop over read bytes: replies wait for its end
    bool paused;                             // reading stands still until replies have left
    bool input_over;                         // nothing further is taken from the client
    bool ending;                             // `out` holds the last there is to say
    bool lingering;                          // all said; waiting for the client to hang up
    bool writing, closing, eof, silent, continue_due;
    char remote[46];
};

static inline int64_t http_now_ms(const http_server *h) { return (int64_t)uv_now(&h->loop); }

// http_conn.c
void http_conn_accept(http_server *h);
void http_conn_settle(http_conn *k);         // something changed: send what is ready, read on, set the deadline
void http_conn_close(http_conn *k);          // at once; the memory goes when libuv is done
void http_conn_drain(http_conn *k);          // the server stops
void http_conn_on_timer(http_timer *t, void *user);

// http_write.c
void http_write_pump(http_conn *k);          // moves replies whose turn it is to the socket
static inline size_t http_unsent(const http_conn *k) { return k->out.len + k->sending.len; }
bool http_write_stalled(http_conn *k, int64_t now_ms);   // the write's deadline has passed with too little taken; else renews it
void http_write_drop_calls(http_conn *k);    // nobody will read the replies of what is in the queue

// http_reply.c
void http_reply_fault(http_call *c, const fault *f);

#endif
