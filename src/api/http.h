// HTTP/1.1 on libuv and llhttp: connections, deadlines, limits, gzip both ways, pipelining, draining. Knows nothing of routes.
// One loop thread per `http_server`. Several may serve one port: the first listens, the others share its socket (listen_fd).
// What it answers to which input is written down in docs/reference/http.md, and tests/raw holds it to that.
#ifndef API_HTTP_H
#define API_HTTP_H
#include "base/buf.h"
#include "base/err.h"

typedef struct http_server http_server;
typedef struct http_call http_call;          // one request and its reply; stays valid until http_reply, whatever the connection does

typedef struct http_header { str name, value; } http_header;    // names lower-cased, values without white space around them

typedef struct http_request {
    str method, path, query;                 // path as sent before '?', percent-encoded but checked; query after it, unchecked
    const http_header *headers;
    size_t headers_n;
    str body;                                // inflated when Content-Encoding was gzip
    str remote;                              // "127.0.0.1"
    arena *a;                                // lives until http_reply
    bool head;                               // a HEAD request: the reply's body is not sent
} http_request;

typedef struct http_limits {
    size_t uri_bytes, headers_bytes, headers_n, body_bytes, inflated_bytes;     // 8 KB, 32 KB, 100, 4 MB, 16 MB
    size_t memory_bytes;                     // bodies, and addresses over uri_bytes, of all requests together: 256 MB, beyond it 503
    size_t stream_bytes;                     // unsent bytes of a stream: 1 MB
    size_t linger_bytes;                     // read and dropped after a refusal, so that the client sees the answer: 16 MB
    int64_t header_ms, body_ms;              // 10 s from the first byte; 30 s, and 1 s more for each 64 KB that has come
    int64_t idle_ms, write_ms;               // 60 s between requests; 30 s in which a reader must take 64 KB, or all there is
    int64_t linger_ms, drain_ms;             // 2 s for the client to hang up after the last reply; 10 s after http_stop
    int connections_max, pipeline_max;       // 4096, 16
} http_limits;
extern const http_limits http_limits_default;

typedef struct http_config {
    const char *host;                        // "127.0.0.1"
    int port;                                // 0: any; http_port tells
    int listen_fd;                           // > 0: share the socket of another server (http_fd), host and port are not looked at
    http_limits limits;                      // fields that are 0 are taken from http_limits_default
    void *user;
    // A whole request has arrived (loop thread). Answer now or later with http_reply, exactly once.
    void (*on_request)(void *user, http_call *c, const http_request *rq);
    // Before the body is read: the largest body this request may have, sent or inflated. NULL: limits.body_bytes and inflated_bytes.
    // rq has no body yet. 0 is an answer: any body is refused with 413.
    size_t (*body_limit)(void *user, const http_request *rq);
    // While an address arrives that is longer than limits.uri_bytes: how long one with this method and path may be; at most uri_bytes:
    // 414 now. The path is as sent, unchecked. NULL: none is longer.
    size_t (*address_limit)(void *user, str method, str path, arena *a);
    // An error found below routes (bad request, time-out, too large): the body to send with it. Fills `body` and its content type.
    // `headers` are those of the request, none when it failed before they were complete. NULL: the error's code as text.
    void (*on_error)(void *user, const fault *f, const http_header *headers, size_t headers_n, buf *body, const char **ret_type);
} http_config;

// The configuration is copied, the pointers in it are not. E_IO (detail names it) when the address cannot be had.
err http_open(const http_config *c, fault *f, arena *a, http_server **ret);
int http_port(const http_server *h);
int http_fd(const http_server *h);           // of the listening socket, for other servers' listen_fd
void *http_loop(http_server *h);             // uv_loop_t *: timers and asyncs of others may live on it
err http_run(http_server *h);                // thread body; returns after http_stop and the drain
void http_stop(http_server *h);              // from any thread: stop accepting, finish what runs (≤ drain_ms), close
// Frees, after http_run has returned (or was never called). Whoever still holds calls must have stopped; what they handed over
// with http_reply_from runs here. Handles of others on the loop must have been given to uv_close before.
void http_close(http_server *h);

typedef struct http_response {
    int status;
    const http_header *headers;              // besides Content-Length, Content-Type, Date, Connection, Vary: Accept-Encoding
    size_t headers_n;
    str type;                                // empty: no Content-Type
    str body;                                // copied (or gzipped) before the call returns
    bool close;                              // end the connection after it
    bool no_gzip;                            // precompressed, or tiny
    bool silent;                             // no answer at all: end the connection (overload of /sa*)
} http_response;
// Loop thread. The call, its request and its arena are gone when this returns. A header with a control character makes it a 500.
void http_reply(http_call *c, const http_response *rs);
// Any thread: fn runs on the loop thread, always, also when the connection has ended meanwhile; it calls http_reply.
void http_reply_from(http_call *c, void (*fn)(http_call *c, void *p), void *p);
void *http_user(http_call *c);               // config.user
const http_request *http_request_of(http_call *c);
bool http_gone(const http_call *c);          // loop thread: the connection has ended, nobody will read the reply

// Streams (server-sent events): headers now, then chunks. on_close is called exactly once, from the loop and never from within
// these functions; the call is gone after it. Slow readers beyond limits.stream_bytes of unsent bytes are cut. A stream ends its
// connection. All on the loop thread.
void http_stream_open(http_call *c, const http_response *rs, void (*on_close)(http_call *c, void *p), void *p);
bool http_stream_write(http_call *c, str bytes);         // false: closed, or cut by this write
void http_stream_end(http_call *c);

typedef struct http_stats {
    int64_t accepted, open, requests, refused, timeouts, bytes_in, bytes_out, inflated;
} http_stats;
http_stats http_stats_now(const http_server *h);         // any thread

// The value of the request's header with this lower-case name, empty when absent; the first of several.
str http_header_get(const http_request *rq, str name);

#endif
