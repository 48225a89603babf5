// Routes: one row each. Modules export a table; api/dispatch.c is the one choke point that authenticates, permits, limits,
// reads the request into its shape, runs the handler where the row says, checks the reply and writes it.
#ifndef API_ROUTE_H
#define API_ROUTE_H
#include "api/shape.h"
#include "store/teller.h"

typedef struct req req;
typedef struct route route;

// Permissions are one list; roles hold sets of them. Deny by default: a route names exactly one.
#define PERMISSION_LIST(X)                                                                      \
    X(PUBLIC, "public", "无需登录", "No login")                                                  \
    X(SELF, "self", "任何已登录者", "Anybody logged in")                                          \
    X(INGEST, "ingest", "上报事件", "Send events")                                               \
    X(PEOPLE_READ, "people.read", "查看用户", "See people")                                      \
    X(PEOPLE_WRITE, "people.write", "修改用户", "Change people")                                 \
    X(PEOPLE_MERGE, "people.merge", "合并与拆分用户", "Join and split people")                         \
    X(PEOPLE_FIND, "people.find", "按手机号、姓名、车牌、车架号找人", "Find people by personal data")            \
    X(PRIVACY, "privacy", "处理个人信息请求", "Decide on requests about personal data")             \
    X(TIMELINE_READ, "timeline.read", "查询事件", "Ask the timeline")                            \
    X(TASK_READ, "task.read", "查看任务", "See tasks")                                           \
    X(TASK_WRITE, "task.write", "处理任务", "Work on tasks")                                     \
    X(LEDGER_READ, "ledger.read", "查看账本", "See the ledger")                                  \
    X(LEDGER_POST, "ledger.post", "记账", "Post to the ledger")                                  \
    X(RULE_READ, "rule.read", "查看规则", "See rules")                                           \
    X(RULE_WRITE, "rule.write", "修改规则", "Change rules")                                      \
    X(PLAN_WRITE, "plan.write", "管理埋点方案", "Manage the tracking plan")                          \
    X(RECORD_READ, "record.read", "查看资料", "See records")                                     \
    X(RECORD_WRITE, "record.write", "修改资料", "Change records")                                \
    X(SALES_READ, "sales.read", "查看订单、试驾与车辆", "See orders, drives and cars")               \
    X(SALES_WRITE, "sales.write", "修改订单、试驾与车辆", "Change orders, drives and cars")          \
    X(IMPORT, "import", "导入数据", "Import data")                                               \
    X(ADMIN, "admin", "系统管理", "Administer")                                                  \
    X(AUDIT_READ, "audit.read", "查看审计", "See the audit")                                     \
    X(METRICS, "metrics", "读取运行指标", "Read operating metrics")

#define PERMISSION_ENUM(id, name, zh, en) PERM_##id,
typedef enum permission { PERMISSION_LIST(PERMISSION_ENUM) PERM_COUNT } permission;
#undef PERMISSION_ENUM
typedef struct permission_info { const char *name, *zh, *en; } permission_info;
extern const permission_info permissions[PERM_COUNT];

// Who calls. Filled by the choke point from a key (Bearer or Basic), a session cookie, or nothing.
typedef enum caller_kind { CALLER_NOBODY, CALLER_KEY, CALLER_STAFF, CALLER_PERSON } caller_kind;
typedef struct caller {
    caller_kind kind;
    int64_t id;                // key's or staff's id
    int64_t session;           // staff and people: the session they came with
    uint64_t permissions;      // bit per permission
    str name;                  // shown in audit
    uint32_t source;           // for keys: the source number of its events
    int effects;               // for keys: what their events may set in motion: enum effects of rule/engine.h (0: all, 1: quiet, 2: none)
    lang lang;
} caller;
static inline bool caller_may(const caller *c, permission p) { return p == PERM_PUBLIC || ((c->permissions >> p) & 1); }

typedef enum where {
    RUN_INLINE,                // on the loop thread: by key or bounded index range
    RUN_POOL,                  // on a reader thread: a read transaction of its own
    RUN_TELLER,                // a write: inside an operation of the teller
    RUN_STREAM,                // server-sent events: the handler subscribes, see api/stream.h
    RUN_LOOP,                  // on the loop thread, without a database (metrics, health)
} where;

typedef enum idem_kind { IDEM_READ, IDEM_KEY, IDEM_MESSAGE_ID, IDEM_NATURAL, IDEM_NONE } idem_kind;

typedef enum method { M_GET, M_POST, M_PUT, M_PATCH, M_DELETE, M_OPTIONS, M_HEAD } method;

struct route {
    method method;
    const char *path;          // "/api/v1/people/{id}": {names} are int64 path parameters, {name:str} any text of one
                               // segment, {name:rest} (last) whatever follows, slashes and all, also nothing
    permission perm;
    const shape *query;        // NULL: none allowed
    const shape *body;         // NULL: none allowed
    const shape *reply;        // NULL: 204, or `raw`
    const err *errors;         // E_OK-terminated: what the handler itself may return; the choke point's own are implied
    where where;
    idem_kind idem;
    const char *idem_why;      // for IDEM_NONE
    const char *doc;           // one line, English
    const char *tag;           // group in the reference: module name
    err (*prepare)(req *r);    // optional, RUN_TELLER: on the loop thread before the operation is queued, for parsing and
                               // sealing that need no database; may set r->prepared. Its error answers at once.
    err (*work)(req *r);       // optional, RUN_TELLER: after prepare, on a slow thread with a reader in a read transaction, for what
                               // costs milliseconds (password hashes). Its error answers at once.
    err (*handler)(req *r);
    const char *takes;         // content type of a body that is no JSON shape ("text/csv"): handed over in r->body_text. Never empty
    const char *raw;           // content type of a reply that is no JSON shape ("text/csv"): handler fills r->raw
    int64_t body_bytes_max;    // 0: 1 MB
    int64_t address_bytes_max; // of path and query; 0: 8 KB
    int32_t rate_per_minute;   // per caller, of this route alone; 0: counts towards the caller's 600; below 0: no limit
    const char *about;         // RUN_TELLER: whose the body's free texts are, a statement from the path's first id ($1) to persons
                               // (up to four). NULL: of /people/{id}/… that person's, else nobody's
    bool sink;                 // of SDKs that take any answer for success: a GET may carry an event; what cannot be taken now is held
                               // for up to 10 s, and then, as after any failure of ours, the connection ends without an answer (hold.c)
    bool lenient;              // foreign wire formats: body handed over as it is in r->body_text, no CSRF check, CORS open
    str (*key_in_body)(req *r);   // wire formats that carry the key in the body (beacons): called when no Authorization came;
                                  // empty: none. The choke point checks the key like any other.
};

#define ROUTE_ERRORS(...) (const err[]){ __VA_ARGS__, E_OK }
#define ROUTE_PATH_PARAMS_MAX 4

// part: anywhere in the label's value, letters of ASCII in either case.
typedef struct stream_want { const char *name; str value; bool part; } stream_want;

// One request as a handler sees it.
struct req {
    const route *route;
    arena *a;                  // lives until the reply is sent
    caller who;
    int64_t now_us;            // of arrival; writes use tx->now_us
    str path_param[ROUTE_PATH_PARAMS_MAX];       // in order of the path, percent-decoded
    int64_t path_id[ROUTE_PATH_PARAMS_MAX];      // as integers, checked
    const void *query, *body;  // structs of the declared shapes
    str body_text;             // the inflated body, for lenient routes and those that say what they take
    void *reply;               // zeroed struct of the reply's shape: fill it with SET
    buf *raw;                  // for raw replies
    db *d;                     // reader in a read transaction, or the teller's connection
    tx *tx;                    // RUN_TELLER only
    int64_t head;              // event number this request sees
    fault f;
    void *app;                 // the instance (instance/instance.h)
    str header_if_match;       // as sent; empty when absent
    str remote;                // address of the client, for rate limits and audit
    str request_id;            // also in X-Request-Id
    bool https;                // the client came over TLS (told by a proxy on this machine)
    int status;                // 0: 200, 204 without a reply; the handler may set another 2xx or 3xx
    const char *etag;          // reply's ETag with its quotes, arena; GET: If-None-Match is answered with 304
    const char *type;          // raw replies: content type instead of route.raw
    bool gzipped;              // raw replies: the bytes are gzip already
    str channel;               // RUN_STREAM: what to listen to (stream.h)
    const struct stream_want *wants;   // RUN_STREAM: only messages with these labels
    size_t wants_n;
    const struct http_request *http;          // headers: http_header_get
    struct http_header *headers;              // further headers of the reply: req_header
    size_t headers_n;
    struct api *api;           // dispatch.h; NULL in tests of handlers
    void *prepared;            // what route.prepare made
};

// Errors with the field's path, from a handler.
#define req_fail(r, code) fault_field(&(r)->f, (r)->a, (code), (str){ 0 }, 0)
#define req_fail_field(r, code, path) fault_field(&(r)->f, (r)->a, (code), S(path), 0)
// A text column that outlives the row.
static inline str req_text(req *r, const db_rows *rows, int col) { return arena_str(r->a, db_str(rows, col)); }
// Cursors of lists in order of two numbers, "at-id" of the page's last row. None leaves both as they are.
err req_cursor(req *r, str from, int64_t *at, int64_t *id);
static inline str req_next(req *r, int64_t at, int64_t id) { return arena_fmt(r->a, "%lld-%lld", (long long)at, (long long)id); }
#define req_fail_detail(r, code, ...) fault_detail(&(r)->f, (r)->a, (code), __VA_ARGS__)

typedef struct route_table { const char *module; const route *routes; size_t n; } route_table;
#define ROUTE_TABLE(module_, routes_) { module_, routes_, sizeof(routes_) / sizeof *(routes_) }

// Adds a header to the reply. At most REQ_HEADERS_MAX.
#define REQ_HEADERS_MAX 8
void req_header(req *r, str name, str value);
// Versions of NATURAL writes. A route that declares E_VERSION_REQUIRED is refused without If-Match before it runs; the handler
// then compares: E_VERSION_STALE unless If-Match is "*" or names this version. req_set_version makes the reply's ETag.
err req_check_version(req *r, int64_t version);
void req_set_version(req *r, int64_t version);

// All tables of the product, in one place (instance/routes.c): ended by NULL.
extern const route_table *const route_tables[];

// --- Finding (route.c) -------------------------------------------------------------------------------------------------------
extern const char *const method_names[M_HEAD + 1];
extern const err route_no_errors[];           // an empty list

typedef struct router router;
// Built once at start, read by any thread. The tables must be clean (route_lint).
router *router_build(const route_table *const *tables);
void router_free(router *m);
size_t router_count(const router *m);
const route *router_at(const router *m, size_t i);            // in order of the tables

typedef struct route_match {
    const route *route;                       // NULL: none
    size_t index;                             // router_at
    str params[ROUTE_PATH_PARAMS_MAX];        // percent-decoded
    unsigned methods;                         // bit per method the path knows; 0: no such path
} route_match;
// Literal segments win over parameters. A HEAD request finds the GET route.
route_match router_find(const router *m, method how, str path, arena *a);

// Parameters of a path in order: names and kinds, for documentation. Returns how many.
typedef enum param_kind { PARAM_ID, PARAM_STR, PARAM_REST } param_kind;
typedef struct route_param { str name; param_kind kind; } route_param;
unsigned route_params(const char *path, route_param out[ROUTE_PATH_PARAMS_MAX]);

// Adds a line per violation: duplicates, missing docs, writes without idempotency, a permission that does not fit, shapes.
void route_lint(const route_table *const *tables, buf *report);

#endif
