// What the files of the choke point share: the process's api and one call on its way through it.
#ifndef API_IMPL_H
#define API_IMPL_H
#include "api/dispatch.h"
#include "api/limits.h"
#include "api/stream.h"
#include <pthread.h>
#include <stdatomic.h>
#include <uv.h>

typedef struct call call;

// --- Metrics (metrics.c): each loop counts its own, any loop adds them up ------------------------------------------------------
#define LATENCY_BUCKETS 12
extern const int64_t latency_bounds_us[LATENCY_BUCKETS];
typedef struct route_metrics {
    _Atomic uint64_t by_class[6];             // [2] counts 2xx …
    _Atomic uint64_t bucket[LATENCY_BUCKETS + 1];
    _Atomic uint64_t sum_us;
} route_metrics;
void metrics_count(route_metrics *m, int status, int64_t us);
void metrics_write(api *p, buf *out);         // Prometheus text

// --- Reader threads (pool.c) ----------------------------------------------------------------------------------------------------
typedef struct pool pool;
// `run` is called on a thread of the pool with a reader in no transaction; it hands the call on. What it asks the database ends with
// E_OVERLOADED after most_us.
err pool_open(os *o, const char *db_path, int threads, size_t queue_max, int64_t most_us, void (*run)(call *c, db *d), fault *f, arena *a,
              pool **ret);
bool pool_submit(pool *p, call *c);           // false: full or closing
size_t pool_waiting(pool *p);
void pool_stop(pool *p);                      // runs what waits, for five seconds, joins
void pool_close(pool *p);                     // frees; NULL is fine

// --- Streams (stream.c): one hub a loop, for its own listeners; touched by its loop thread, but for publishing -----------------------
typedef struct api_loop api_loop;
typedef struct message message;
typedef struct hub {
    pthread_mutex_t lock;                     // guards first, last, waiting, closed
    message *first, *last;
    size_t waiting;
    bool closed;
    atomic_int listeners;                     // of this loop
    atomic_ullong dropped;
    call *calls;
    uv_async_t wake;
    uv_timer_t beat;
} hub;
void hub_open(api_loop *l);
void hub_join(call *c);                       // opens the stream of a call whose handler chose a channel
void hub_shut(api_loop *l);                   // loop thread: ends all streams, closes its handles
void hub_free(api_loop *l);

// --- The api and a call ------------------------------------------------------------------------------------------------------------
struct api {
    api_config c;
    router *routes;
    api_loop *loops;                          // loops_n of them; the first listens, the others share its socket
    int loops_n;
    pool *readers, *slow;
    pthread_mutex_t limits_lock;              // guards limits
    limiter *limits;
    atomic_int listeners;                     // streams of all loops
    buf openapi;
    atomic_bool stopping;
};

// What one loop thread has to itself: its connections, its reader, its counts. A call stays on the loop it came in by.
struct api_loop {
    api *api;
    http_server *http;
    db *reader;
    route_metrics *metrics;                   // per route, and one more for requests without
    _Atomic uint64_t undeclared;              // replies that were bugs of ours
    uint32_t boot;                            // first half of request ids
    uint32_t count;                           // second half
    uv_async_t stop;
    bool shut;                                // the handles on the loop are given back
    uv_timer_t hold;                          // hold.c
    call *held;
    hub hub;
    pthread_t thread;                         // of all but the first, which runs on its caller's
    bool started;
};

// Only the loop's own thread adds, so no locked instruction is needed.
static inline void count_own(_Atomic uint64_t *n, uint64_t more)
{
    atomic_store_explicit(n, atomic_load_explicit(n, memory_order_relaxed) + more, memory_order_relaxed);
}

struct call {
    req r;
    api *api;
    api_loop *loop;
    http_call *http;
    const http_request *rq;
    size_t index;                             // of the route, for metrics
    int64_t started_us;                       // monotonic
    err outcome;                              // what r.f explains
    int status;
    buf body;                                 // of the reply; freed when it is sent
    bool bug;                                 // outcome was undeclared: told in the log, counted when sent
    bool replayed;
    bool cookie;                              // authenticated by the session cookie
    bool limited;                             // `allowed` is set
    bool prepared;                            // route.prepare has run
    allowance allowed;
    // RUN_TELLER
    op op;
    hash128 idem_hash, idem_body;
    // Queue of a pool, list of a hub
    call *next;
    int64_t stream_end_us;
};

static inline const route *route_of(const call *c) { return c->r.route; }

// The stages before running (dispatch.c, auth.c). E_OK: go on. Otherwise c->r.f explains the answer.
err call_authenticate(call *c);
err call_check_origin(call *c);
allowance call_limit(call *c, str who, uint64_t bucket, int32_t per_minute);   // one request of all loops' together

extern const http_config http_handlers;       // dispatch.c: what becomes of a request; user is its api_loop

// Running (run.c): starts the call on the thread its route names. It answers by itself.
void call_run(call *c);
void run_on_reader(call *c, db *d);           // pool bodies
void run_work(call *c, db *d);

// Holding (hold.c): waits and is tried again, or ends as overloaded. Loop thread.
void hold_open(api_loop *l);
void hold_shut(api_loop *l);
void call_hold(call *c);
err hush_body(call *c);                       // before a handler that writes: hush.c
void call_again(call *c);                     // dispatch.c: from where it was refused

// Replying (reply.c).
err call_judge(call *c, err e);               // what the handler returned, against what it declared
err call_encode(call *c);                     // r.reply against its shape, into c->body
void call_send(call *c);                      // loop thread; the call is gone after it
void call_send_from(call *c);                 // any thread
void call_end(call *c, err e);                // loop thread: sets the outcome and sends


#endif
