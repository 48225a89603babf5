// API keys, and the table of permissions.
#include "admin/admin_internal.h"
#include "api/shape_rows.h"

#define KEY_NEW(F, T)                                                                                                        \
    F(T, STR, name, .required = true, .min = 1, .max = STAFF_NAME_MAX, .pattern = "line", .doc = "What it is for.")          \
    F(T, ENUM(key_scope), scope, .required = true, .doc = "What it may do.")                                                 \
    F(T, ENUM(key_effects), effects, .doc = "ingest: what its events may set in motion; all when absent.")
SHAPE_STRUCT(key_new, KEY_NEW);
SHAPE_TABLE(key_new, KEY_NEW);

#define KEY_VIEW(F, T)                                                                                                       \
    F(T, I64, id, .required = true, .doc = "Id.")                                                                            \
    F(T, STR, name, .required = true, .max = STAFF_NAME_MAX, .doc = "What it is for.")                                       \
    F(T, ENUM(key_scope), scope, .required = true, .doc = "What it may do.")                                                 \
    F(T, STR, tail, .required = true, .max = 4, .doc = "Its last characters.")                                               \
    F(T, I64, source, .required = true, .doc = "Number its events carry; 0 unless it sends events.")                         \
    F(T, ENUM(key_effects), effects, .required = true, .doc = "What its events may set in motion.")                          \
    F(T, TIME, created, .required = true, .doc = "Since when.")                                                              \
    F(T, TIME, revoked, .doc = "Since when it is void; absent: in use.")
SHAPE_STRUCT(key_view, KEY_VIEW);
SHAPE_TABLE(key_view, KEY_VIEW);

#define KEYS_MAX 1000
#define KEY_LIST(F, T) F(T, LIST(key_view), items, .required = true, .max = KEYS_MAX, .doc = "Newest first.")
SHAPE_STRUCT(key_list, KEY_LIST);
SHAPE_TABLE(key_list, KEY_LIST);

#define KEY_MADE(F, T)                                                                                                       \
    F(T, STR, key, .required = true, .max = 40, .pii = true, .doc = "The key itself: shown now and never again.")           \
    F(T, OBJ(key_view), about, .required = true, .doc = "What is known of it afterwards.")
SHAPE_STRUCT(key_made, KEY_MADE);
SHAPE_TABLE(key_made, KEY_MADE);

#define COLUMNS "SELECT id, name, scope, tail, source, effects, created_us AS created, revoked_us AS revoked FROM api_key"

err key_get_all(req *r)
{
    db_rows rows;
    TRY(db_query(r->d, &rows, COLUMNS " ORDER BY id DESC LIMIT $1", dbi(KEYS_MAX)));
    return ROWS_SET(r->a, &rows, r->reply, key_list, items);
}

typedef struct key_row {
    str name;
    enum key_scope scope;
    enum key_effects effects;
} key_row;

static err make(tx *t, const key_row *k, arena *a, int64_t *ret_id, str *ret_secret)
{
    engine *e = engine_of(t);
    int64_t n, source = 0;
    TRY(db_int(t->d, &n, 0, "SELECT count(*) FROM api_key"));
    if (n >= KEYS_MAX)
        return fault_field(t->f, t->a, E_LIMIT_REACHED, (str){ 0 }, KEYS_MAX);
    if (k->scope != SCOPE_READ)            // whoever may send events is a source of its own
        TRY(db_int(t->d, &source, 0, "SELECT COALESCE(max(source), 0) + 1 FROM api_key"));
    str secret = secret_key(e->o, a);
    hash128 h = secret_hash(e, HASH_OF_KEY, secret);
    int64_t id = tx_id(t);
    TRY(db_exec(t->d, "INSERT INTO api_key (id, name, scope, hash, tail, source, effects, created_us, revoked_us) "
                      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)",
                dbi(id), dbs(k->name), dbs(label_of(&key_scope_labels, (int)k->scope)), dbb(hash_bytes(&h)),
                dbs(str_skip(secret, secret.len - 4)), dbi(source), dbs(label_of(&key_effects_labels, (int)k->effects)), dbi(t->now_us)));
    *ret_id = id;
    *ret_secret = secret;
    return E_OK;
}

static str payload_key(arena *a, const key_row *k)
{
    return arena_fmt(a, "{\"scope\":\"%s\",\"effects\":\"%s\"}", key_scope_labels.labels[k->scope], key_effects_labels.labels[k->effects]);
}

err admin_key_create(tx *t, str name, str scope, arena *a, str *ret_secret)
{
    int s = label_index(&key_scope_labels, scope);
    if (s < 0)
        return fault_field(t->f, t->a, E_FIELD_VALUE, S("scope"), 0);
    if (!name.len || !str_utf8_valid(name) || str_utf8_count(name) > STAFF_NAME_MAX)
        return fault_field(t->f, t->a, E_FIELD_TOO_LONG, S("name"), STAFF_NAME_MAX);
    int64_t id;
    const key_row k = { name, (enum key_scope)s, KEY_EFFECTS_ALL };
    TRY(make(t, &k, a, &id, ret_secret));
    return audit_note(t, &(audit_entry){ AUDIT_SYSTEM, 0, S("key.created"), S("key"), id, payload_key(a, &k) });
}

err key_post(req *r)
{
    const key_new *in = r->body;
    key_made *out = r->reply;
    const key_row k = { in->name, in->scope, HAS(in, key_new, effects) ? in->effects : KEY_EFFECTS_ALL };
    int64_t id;
    str secret;
    key_view v = { 0 };
    db_rows rows;
    bool found;
    TRY(make(r->tx, &k, r->a, &id, &secret));
    TRY(audit_by(r, S("key.created"), S("key"), id, payload_key(r->a, &k)));
    TRY(db_query(r->d, &rows, COLUMNS " WHERE id = $1", dbi(id)));
    TRY(shape_one(&key_view_shape, &rows, r->a, &v, &found));
    SET(out, key_made, key, secret);
    SET(out, key_made, about, v);
    r->status = 201;
    return E_OK;
}

err key_delete(req *r)
{
    int64_t known;
    TRY(db_int(r->d, &known, 0, "SELECT count(*) FROM api_key WHERE id = $1", dbi(r->path_id[0])));
    if (!known)
        return req_fail(r, E_NOT_FOUND);
    TRY(db_exec(r->d, "UPDATE api_key SET revoked_us = $2 WHERE id = $1 AND revoked_us = 0", dbi(r->path_id[0]), dbi(r->tx->now_us)));
    cache_empty_after(r->tx);
    return audit_by(r, S("key.revoked"), S("key"), r->path_id[0], (str){ 0 });
}

// --- Permissions ----------------------------------------------------------------------------------------------------------------------------
#define PERMISSION_VIEW(F, T)                                                                                                \
    F(T, STR, name, .required = true, .max = 40, .doc = "Name.")                                                             \
    F(T, STR, zh, .required = true, .max = 60, .doc = "In Chinese.")                                                         \
    F(T, STR, en, .required = true, .max = 60, .doc = "In English.")                                                         \
    F(T, STRS, roles, .required = true, .max = 20, .item_max = 20, .doc = "Roles that hold it.")                             \
    F(T, STRS, scopes, .required = true, .max = 10, .item_max = 20, .doc = "Scopes of keys that hold it.")
SHAPE_STRUCT(permission_view, PERMISSION_VIEW);
SHAPE_TABLE(permission_view, PERMISSION_VIEW);
#define PERMISSION_ROWS(F, T) F(T, LIST(permission_view), items, .required = true, .max = 64, .doc = "In the order of the list.")
SHAPE_STRUCT(permission_list, PERMISSION_ROWS);
SHAPE_TABLE(permission_list, PERMISSION_ROWS);

static list_strs holders(const enum_labels *l, uint64_t (*set_of)(int), int p, arena *a)
{
    str *v = arena_array(a, str, 20);
    uint32_t n = 0;
    for (int i = 0; l->labels[i]; i++)
        if (set_of(i) >> p & 1)
            v[n++] = str_c(l->labels[i]);
    return (list_strs){ v, n };
}

static uint64_t of_role(int i) { return role_permissions((enum staff_role)i); }
static uint64_t of_scope(int i) { return scope_permissions((enum key_scope)i); }

err permission_get_all(req *r)
{
    permission_view *v = arena_array(r->a, permission_view, PERM_COUNT);
    for (int p = 0; p < PERM_COUNT; p++) {
        SET(&v[p], permission_view, name, str_c(permissions[p].name));
        SET(&v[p], permission_view, zh, str_c(permissions[p].zh));
        SET(&v[p], permission_view, en, str_c(permissions[p].en));
        SET(&v[p], permission_view, roles, holders(&staff_role_labels, of_role, p, r->a));
        SET(&v[p], permission_view, scopes, holders(&key_scope_labels, of_scope, p, r->a));
    }
    SET((permission_list *)r->reply, permission_list, items, (typeof(((permission_list *)0)->items)){ v, PERM_COUNT });
    return E_OK;
}
