// HTTP/1.1 on libuv and llhttp: connections, deadlines, limits, gzip both ways, pipelining, draining. Knows nothing of routes.
// One loop thread per `http_server`; several may listen on one port (SO_REUSEPORT is not used: the first accepts and hands over).
#ifndef API_HTTP_H
#define API_HTTP_H
#include "base/buf.h"
#include "base/err.h"

typedef struct http_server http_server;
typedef struct http_call http_call;          // one request and its reply; lives until http_reply or the connection's end

typedef struct http_header { str name, value; } http_header;    // names lower-cased

typedef struct http_request {
    str method, path, query;                 // raw: path as sent before '?', query after it
    const http_header *headers;
    size_t headers_n;
    str body;                                // inflated when Content-Encoding was gzip
    str remote;                              // "127.0.0.1"
    arena *a;                                // lives until the reply is sent
    bool head;                               // a HEAD request: the reply's body is not sent
} http_request;

typedef struct http_limits {
    size_t uri_bytes, headers_bytes, headers_n, body_bytes, inflated_bytes;     // 8 KB, 32 KB, 100, 4 MB, 16 MB
    int64_t header_ms, body_ms, idle_ms, write_ms;           // 10 s, 30 s (+1 s per 64 KB), 60 s, 30 s
    int connections_max, pipeline_max;                       // 4096, 16
} http_limits;
extern const http_limits http_limits_default;

typedef struct http_config {
    const char *host;                        // "127.0.0.1"
    int port;                                // 0: any; http_port tells
    http_limits limits;
    void *user;
    // A whole request has arrived (loop thread). Answer now or later with http_reply, exactly once.
    void (*on_request)(void *user, http_call *c, const http_request *rq);
    // Before the body is read: the largest body this request may have (after Expect, before allocation). NULL: limits.body_bytes.
    size_t (*body_limit)(void *user, const http_request *rq);
    // An error found below routes (bad request, time-out, too large): the body to send with it. Fills `body` and its content type.
    void (*on_error)(void *user, err code, int64_t limit, const http_header *headers, size_t headers_n, buf *body, const char **ret_type);
} http_config;

err http_open(const http_config *c, fault *f, arena *a, http_server **ret);
int http_port(const http_server *h);
void *http_loop(http_server *h);             // uv_loop_t *: timers and asyncs of others may live on it
err http_run(http_server *h);                // thread body; returns after http_stop and the drain
void http_stop(http_server *h);              // from any thread: stop accepting, finish what runs (≤ 10 s), close
void http_close(http_server *h);             // frees

typedef struct http_response {
    int status;
    const http_header *headers;              // besides Content-Length, Content-Type, Date, Connection
    size_t headers_n;
    str type;                                // empty: no body
    str body;                                // copied (or gzipped) before the call returns
    bool close;                              // end the connection after it
    bool no_gzip;                            // precompressed, or tiny
    bool silent;                             // no answer at all: end the connection (overload of /sa*)
} http_response;
void http_reply(http_call *c, const http_response *rs);              // loop thread
void http_reply_from(http_call *c, void (*fn)(http_call *c, void *p), void *p);   // any thread: fn runs on the loop thread
void *http_user(http_call *c);
const http_request *http_request_of(http_call *c);

// Streams (server-sent events): headers now, then chunks; the connection's end calls on_close once. Slow readers beyond
// 1 MB of unsent bytes are cut. All on the loop thread.
void http_stream_open(http_call *c, const http_response *rs, void (*on_close)(http_call *c, void *p), void *p);
bool http_stream_write(http_call *c, str bytes);         // false: closed
void http_stream_end(http_call *c);

typedef struct http_stats { int64_t accepted, open, requests, refused, timeouts, bytes_in, bytes_out, inflated; } http_stats;
http_stats http_stats_now(const http_server *h);         // any thread

#endif
