// The choke point between HTTP and handlers: every request goes through the same stages, in one order, and nothing is allowed
// that a route does not declare. dispatch.c says the order; docs/reference/api.md says it to those who call.
//
//   api *p;
//   TRY(api_open(&(api_config){ .o = o, .db_path = "DIR/lianyi.db", .teller = t, .idem = m, .tables = route_tables, … }, f, a, &p));
//   err e = api_run(p);                      // thread body; until api_stop from any thread and the drain
//   teller_stop(t), join its thread;         // it may still hold calls
//   api_close(p);
#ifndef API_DISPATCH_H
#define API_DISPATCH_H
#include "api/http.h"
#include "api/route.h"
#include "store/idem.h"

typedef struct api api;

// Who calls: asked on any loop thread, with that loop's reader outside any transaction. The credentials' store belongs to src/admin,
// which this layer must not know. They fill `ret` but for lang. E_KEY_INVALID, E_SESSION_EXPIRED, or operating trouble.
typedef struct api_doors {
    void *user;
    err (*by_key)(void *user, db *d, str key, int64_t now_us, arena *a, caller *ret);
    err (*by_session)(void *user, db *d, str token, int64_t now_us, arena *a, caller *ret);
} api_doors;

typedef struct api_config {
    os *o;
    const char *db_path;                      // readers are opened here
    teller *teller;                           // NULL in processes that only read: writes are answered 503
    idem *idem;                               // answers to writes; belongs to the teller's thread
    void *app;                                // req.app
    const route_table *const *tables;         // api_table of this layer among them
    api_doors doors;
    const char *host;
    int port;
    http_limits limits;                       // zeros: defaults
    int loops;                                // threads with connections of their own; 0: one per core, API_LOOPS_MAX at most
    int readers, slow;                        // threads for RUN_POOL and for route.work; 0: 2 and 1
    size_t readers_queue, slow_queue;         // waiting at most; 0: 256 and 32
    int32_t rate_per_minute;                  // of a caller, over all routes that say nothing else; 0: API_RATE_PER_MINUTE; below 0: no limit
    // What of a text about a person may not stand outside the vault is taken out of it (teller's thread). NULL: nothing is.
    err (*hush)(req *r, int64_t person, str text, str *ret);
    const char *version;                      // of the product, in /openapi.json
    bool (*ready)(void *app);                 // NULL: ready as soon as it listens
    void (*metrics)(void *app, buf *text);    // further lines of /metrics (any loop thread); may be NULL
} api_config;

#define SESSION_COOKIE "ly_session"
#define API_LOOPS_MAX 8
#define API_BODY_BYTES_MAX (1024 * 1024)      // of a route that says nothing else
#define API_RATE_PER_MINUTE 600
#define API_RATE_FAILED_PER_MINUTE 60         // wrong credentials from one address
#define IDEMPOTENCY_KEY_MAX 128

// E_INTERNAL: the tables break the lint, detail names the first violation. E_IO: the address. E_DB and others: the database.
err api_open(const api_config *c, fault *f, arena *a, api **ret);
int api_port(const api *p);
const router *api_router(const api *p);
http_server *api_http(const api *p);          // of the first loop, where timers of others may live
err api_run(api *p);                          // thread body: the first loop; starts and ends the threads of the others
void api_stop(api *p);                        // any thread
void api_close(api *p);                       // after api_run; the teller's thread must have ended

// The description of the API: OpenAPI 3.1, one line of JSON.
void openapi_write(const router *m, const char *version, buf *out);

// /healthz, /readyz, /metrics, /openapi.json
extern const route_table api_table;

// The OpenAPI description as served at /openapi.json, without a server: for commands and builds.
void api_describe(const route_table *const *tables, const char *version, buf *out);

// problem+json (RFC 9457) of a fault, in the caller's language. Trouble of ours (5xx) is told without its detail.
void problem_write(const fault *f, lang l, str request_id, arena *a, buf *out);
#define PROBLEM_TYPE "application/problem+json"
lang lang_of_header(str accept_language);     // zh unless en is preferred

#endif
