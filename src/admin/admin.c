// Roles, scopes, and how the choke point learns who calls.
#include "admin/admin_internal.h"

#define P(name) (UINT64_C(1) << PERM_##name)
#define FINDS (P(PEOPLE_READ) | P(PEOPLE_FIND))
#define READS (FINDS | P(TIMELINE_READ) | P(TASK_READ) | P(LEDGER_READ) | P(RULE_READ) | P(RECORD_READ) | P(SALES_READ))
#define WRITES (P(PEOPLE_WRITE) | P(PEOPLE_MERGE) | P(TASK_WRITE) | P(LEDGER_POST) | P(RULE_WRITE) | P(PLAN_WRITE) | P(RECORD_WRITE) \
    | P(SALES_WRITE))
#define SEES (P(TIMELINE_READ) | P(TASK_READ) | P(RECORD_READ))         // what every role may see
#define SERVES (SEES | FINDS | P(TASK_WRITE) | P(SALES_READ))           // who deals with people
#define EVERYTHING (READS | WRITES | P(PRIVACY) | P(INGEST) | P(IMPORT) | P(ADMIN) | P(AUDIT_READ) | P(METRICS))

static const char *const role_names[] = { "head", "operator", "lead_agent", "advisor", "desk", "dpo", "auditor", NULL };
const enum_labels staff_role_labels = { "staff_role", role_names };
static const char *const scope_names[] = { "ingest", "read", "write", "admin", NULL };
const enum_labels key_scope_labels = { "key_scope", scope_names };
static const char *const state_names[] = { "active", "closed", NULL };
const enum_labels staff_state_labels = { "staff_state", state_names };
static const char *const effects_names[] = { "all", "quiet", "none", "shadow", NULL };
const enum_labels key_effects_labels = { "key_effects", effects_names };

uint64_t role_permissions(enum staff_role r)
{
    static const uint64_t sets[STAFF_ROLE_COUNT] = {
        [ROLE_HEAD] = EVERYTHING,
        [ROLE_OPERATOR] = READS | WRITES,
        [ROLE_LEAD_AGENT] = SERVES | P(PEOPLE_WRITE),
        [ROLE_ADVISOR] = SERVES | P(LEDGER_READ) | P(SALES_WRITE),
        [ROLE_DESK] = SERVES | P(PEOPLE_WRITE) | P(LEDGER_READ),
        [ROLE_DPO] = SEES | FINDS | P(PRIVACY) | P(PEOPLE_WRITE) | P(SALES_READ) | P(AUDIT_READ),
        [ROLE_AUDITOR] = SEES | P(LEDGER_READ) | P(RULE_READ) | P(AUDIT_READ),
    };
    return sets[r] | P(PUBLIC) | P(SELF);
}

uint64_t scope_permissions(enum key_scope s)
{
    static const uint64_t sets[KEY_SCOPE_COUNT] = {
        [SCOPE_INGEST] = P(INGEST),
        [SCOPE_READ] = READS | P(METRICS),
        [SCOPE_WRITE] = READS | WRITES | P(INGEST) | P(METRICS),
        [SCOPE_ADMIN] = EVERYTHING,
    };
    return sets[s] | P(PUBLIC);
}

int label_index(const enum_labels *l, str label)
{
    for (int i = 0; l->labels[i]; i++)
        if (str_eq(label, str_c(l->labels[i])))
            return i;
    return -1;
}

// --- Doors: loop thread ----------------------------------------------------------------------------------------------------------------
static err read_key(db *d, hash128 h, arena *a, cached *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found, "SELECT id, name, scope, source, effects FROM api_key WHERE hash = $1 AND revoked_us = 0",
                     dbb(hash_bytes(&h))));
    if (found) {
        int scope = label_index(&key_scope_labels, db_str(&r, 2)), allowed = label_index(&key_effects_labels, db_str(&r, 4));
        ENSURE(scope >= 0 && allowed >= 0);
        *ret = (cached){ .hash = h, .who = { .kind = CALLER_KEY, .id = db_i64(&r, 0), .name = arena_str(a, db_str(&r, 1)),
                                             .permissions = scope_permissions((enum key_scope)scope),
                                             .source = (uint32_t)db_i64(&r, 3), .effects = allowed } };
    }
    TRY(db_end(&r));
    return found ? E_OK : E_KEY_INVALID;
}

static err by_key(void *user, db *d, str key, int64_t now_us, arena *a, caller *ret)
{
    (void)now_us;
    engine *e = user;
    hash128 h = secret_hash(e, HASH_OF_KEY, key);
    cached c;
    uint64_t generation = cache_generation(e->admin);
    if (!cache_get(e->admin, h, a, &c)) {
        TRY(read_key(d, h, a, &c));
        cache_put(e->admin, generation, &c);
    }
    *ret = c.who;
    return E_OK;
}

static err read_session(db *d, hash128 h, arena *a, cached *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found,
                     "SELECT x.id, x.created_us, x.seen_us, s.id, s.name, s.role FROM staff_session x JOIN staff s ON s.id = x.staff_id "
                     "WHERE x.hash = $1 AND s.state = 'active'", dbb(hash_bytes(&h))));
    if (found) {
        int role = label_index(&staff_role_labels, db_str(&r, 5));
        ENSURE(role >= 0);
        *ret = (cached){ .hash = h, .created_us = db_i64(&r, 1), .seen_us = db_i64(&r, 2),
                         .who = { .kind = CALLER_STAFF, .session = db_i64(&r, 0), .id = db_i64(&r, 3), .name = arena_str(a, db_str(&r, 4)),
                                  .permissions = role_permissions((enum staff_role)role) } };
    }
    TRY(db_end(&r));
    return found ? E_OK : E_SESSION_EXPIRED;
}

static err by_session(void *user, db *d, str token, int64_t now_us, arena *a, caller *ret)
{
    engine *e = user;
    hash128 h = secret_hash(e, HASH_OF_SESSION, token);
    cached c;
    uint64_t generation = cache_generation(e->admin);
    if (!cache_get(e->admin, h, a, &c)) {
        TRY(read_session(d, h, a, &c));
        cache_put(e->admin, generation, &c);
    }
    if (now_us >= c.seen_us + SESSION_IDLE_US || now_us >= c.created_us + SESSION_LIFE_US)
        return E_SESSION_EXPIRED;
    cache_touch(e, &c, now_us);
    *ret = c.who;
    return E_OK;
}

api_doors admin_doors(engine *e) { return (api_doors){ .user = e, .by_key = by_key, .by_session = by_session }; }

// --- Routes -------------------------------------------------------------------------------------------------------------------------------
static const route routes[] = {
    { M_POST, "/api/v1/session", PERM_PUBLIC, .body = &session_new_shape, .reply = &session_view_shape, .where = RUN_TELLER,
      .idem = IDEM_NONE, .idem_why = "every log-in makes a session of its own", .tag = "admin", .doc = "Log in; sets the session cookie.",
      .errors = ROUTE_ERRORS(E_LOGIN_FAILED, E_RATE_LIMITED), .prepare = session_limit, .work = session_check, .handler = session_post },
    { M_GET, "/api/v1/session", PERM_SELF, .reply = &session_view_shape, .where = RUN_INLINE, .idem = IDEM_READ, .tag = "admin",
      .doc = "Who is logged in, and what they may do.", .errors = ROUTE_ERRORS(E_SESSION_EXPIRED), .handler = session_get },
    { M_DELETE, "/api/v1/session", PERM_SELF, .where = RUN_TELLER, .idem = IDEM_NATURAL, .tag = "admin", .doc = "Log out.",
      .handler = session_delete },
    { M_GET, "/api/v1/staff", PERM_TASK_READ, .reply = &staff_list_shape, .where = RUN_POOL, .idem = IDEM_READ, .tag = "admin",
      .doc = "All staff, closed accounts too.", .handler = staff_get_all },
    { M_POST, "/api/v1/staff", PERM_ADMIN, .body = &staff_new_shape, .reply = &staff_view_shape, .where = RUN_TELLER, .idem = IDEM_KEY,
      .tag = "admin", .doc = "Add a member of staff.", .errors = ROUTE_ERRORS(E_EXISTS), .work = staff_hash, .handler = staff_post },
    { M_GET, "/api/v1/staff/{id}", PERM_TASK_READ, .reply = &staff_view_shape, .where = RUN_INLINE, .idem = IDEM_READ, .tag = "admin",
      .doc = "One member of staff; the ETag is their version.", .handler = staff_get },
    { M_PATCH, "/api/v1/staff/{id}", PERM_ADMIN, .body = &staff_change_shape, .reply = &staff_view_shape, .where = RUN_TELLER,
      .idem = IDEM_NATURAL, .tag = "admin", .doc = "Change name, role or state; a new role ends their sessions.",
      .errors = ROUTE_ERRORS(E_VERSION_REQUIRED, E_VERSION_STALE, E_CONFLICT), .handler = staff_patch },
    { M_POST, "/api/v1/staff/{id}/password", PERM_SELF, .body = &password_change_shape, .where = RUN_TELLER, .idem = IDEM_NONE,
      .idem_why = "the same password set twice is the same password", .tag = "admin",
      .doc = "Set a password: one's own with the old one, others' as admin. Ends all sessions but this.",
      .errors = ROUTE_ERRORS(E_FORBIDDEN, E_LOGIN_FAILED, E_RATE_LIMITED), .work = password_work, .handler = password_post },
    { M_GET, "/api/v1/keys", PERM_ADMIN, .reply = &key_list_shape, .where = RUN_POOL, .idem = IDEM_READ, .tag = "admin",
      .doc = "All API keys, without the keys themselves.", .handler = key_get_all },
    { M_POST, "/api/v1/keys", PERM_ADMIN, .body = &key_new_shape, .reply = &key_made_shape, .where = RUN_TELLER, .idem = IDEM_NONE,
      .idem_why = "the key is shown once and kept nowhere, not even as an answer", .tag = "admin", .doc = "Make an API key.",
      .errors = ROUTE_ERRORS(E_LIMIT_REACHED), .handler = key_post },
    { M_DELETE, "/api/v1/keys/{id}", PERM_ADMIN, .where = RUN_TELLER, .idem = IDEM_NATURAL, .tag = "admin",
      .doc = "Revoke an API key, at once and for ever.", .handler = key_delete },
    { M_GET, "/api/v1/permissions", PERM_SELF, .reply = &permission_list_shape, .where = RUN_LOOP, .idem = IDEM_READ, .tag = "admin",
      .doc = "Permissions, and which roles and key scopes hold them.", .handler = permission_get_all },
};
const route_table admin_table = ROUTE_TABLE("admin", routes);
