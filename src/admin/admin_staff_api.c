// Members of staff.
#include "admin/admin_internal.h"
#include "api/shape_rows.h"

#define STAFF_NEW(F, T)                                                                                                      \
    F(T, STR, login, .required = true, .min = 1, .max = LOGIN_MAX, .pattern = "login", .doc = "Login.", .example = "li.wei") \
    F(T, STR, name, .required = true, .min = 1, .max = STAFF_NAME_MAX, .pattern = "line", .doc = "Name.")                    \
    F(T, ENUM(staff_role), role, .required = true, .doc = "Role.")                                                           \
    F(T, STR, password, .required = true, .min = PASSWORD_MIN, .max = PASSWORD_MAX, .pii = true, .doc = "First password.")
SHAPE_STRUCT(staff_new, STAFF_NEW);
SHAPE_TABLE(staff_new, STAFF_NEW);

#define STAFF_CHANGE(F, T)                                                                                                   \
    F(T, STR, name, .min = 1, .max = STAFF_NAME_MAX, .pattern = "line", .doc = "Name.")                                      \
    F(T, ENUM(staff_role), role, .doc = "Role.")                                                                             \
    F(T, ENUM(staff_state), state, .doc = "A closed account cannot log in.")
SHAPE_STRUCT(staff_change, STAFF_CHANGE);
SHAPE_TABLE(staff_change, STAFF_CHANGE);

#define STAFF_VIEW(F, T)                                                                                                     \
    F(T, I64, id, .required = true, .doc = "Id.")                                                                            \
    F(T, STR, login, .required = true, .max = LOGIN_MAX, .doc = "Login.")                                                    \
    F(T, STR, name, .required = true, .max = STAFF_NAME_MAX, .doc = "Name.")                                                 \
    F(T, ENUM(staff_role), role, .required = true, .doc = "Role.")                                                           \
    F(T, ENUM(staff_state), state, .required = true, .doc = "active or closed.")                                             \
    F(T, I64, version, .required = true, .doc = "For If-Match, in quotes.")                                                  \
    F(T, TIME, created, .required = true, .doc = "Since when.")
SHAPE_STRUCT(staff_view, STAFF_VIEW);
SHAPE_TABLE(staff_view, STAFF_VIEW);

#define STAFF_MAX 2000
#define STAFF_LIST(F, T) F(T, LIST(staff_view), items, .required = true, .max = STAFF_MAX, .doc = "By login.")
SHAPE_STRUCT(staff_list, STAFF_LIST);
SHAPE_TABLE(staff_list, STAFF_LIST);

#define COLUMNS "SELECT id, login, name, role, state, version, created_us AS created FROM staff"

err staff_get_all(req *r)
{
    db_rows rows;
    TRY(db_query(r->d, &rows, COLUMNS " ORDER BY login LIMIT $1", dbi(STAFF_MAX)));
    return ROWS_SET(r->a, &rows, r->reply, staff_list, items);
}

static err view(req *r, int64_t id, staff_view *out)
{
    db_rows rows;
    bool found;
    TRY(db_query(r->d, &rows, COLUMNS " WHERE id = $1", dbi(id)));
    TRY(shape_one(&staff_view_shape, &rows, r->a, out, &found));
    if (found)
        req_set_version(r, out->version);
    return found ? E_OK : req_fail(r, E_NOT_FOUND);
}

err staff_get(req *r) { return view(r, r->path_id[0], r->reply); }

// --- Adding -----------------------------------------------------------------------------------------------------------------------------
err staff_hash(req *r)
{
    str *made = arena_new(r->a, str);
    TRY(admin_password_hash(((const staff_new *)r->body)->password, r->a, made));
    r->prepared = made;
    return E_OK;
}

static err insert(tx *t, const staff_new_row *s, int64_t *ret_id)
{
    int64_t id = tx_id(t), n;
    TRY(db_exec_count(t->d, &n,
                      "INSERT INTO staff (id, login, name, role, state, password, version, created_us) "
                      "VALUES ($1, $2, $3, $4, 'active', $5, 1, $6) ON CONFLICT (login) DO NOTHING",
                      dbi(id), dbs(s->login), dbs(s->name), dbs(label_of(&staff_role_labels, (int)s->role)), dbs(s->password_hash),
                      dbi(t->now_us)));
    if (n == 0)
        return fault_field(t->f, t->a, E_EXISTS, S("login"), 0);
    *ret_id = id;
    return E_OK;
}

static str payload_role(arena *a, enum staff_role role, enum staff_state state)
{
    return arena_fmt(a, "{\"role\":\"%s\",\"state\":\"%s\"}", staff_role_labels.labels[role], staff_state_labels.labels[state]);
}

err admin_staff_create(tx *t, const staff_new_row *s, int64_t *ret_id)
{
    TRY(insert(t, s, ret_id));
    return audit_note(t, &(audit_entry){ AUDIT_SYSTEM, 0, S("staff.created"), S("staff"), *ret_id, payload_role(t->a, s->role, STAFF_ACTIVE) });
}

err admin_staff_take_back(tx *t, int64_t id, bool *ret_gone)
{
    int64_t n;
    TRY(db_exec_count(t->d, &n, "DELETE FROM staff WHERE id = $1 AND password = '!' AND version = 1"
                                " AND NOT EXISTS (SELECT 1 FROM staff_session x WHERE x.staff_id = $1)", dbi(id)));
    *ret_gone = n == 1;
    return n ? audit_note(t, &(audit_entry){ AUDIT_SYSTEM, 0, S("staff.taken_back"), S("staff"), id, (str){ "", 0 } }) : E_OK;
}

err staff_post(req *r)
{
    const staff_new *in = r->body;
    const staff_new_row row = { in->login, in->name, in->role, *(str *)r->prepared };
    int64_t id;
    err e = insert(r->tx, &row, &id);
    if (e == E_EXISTS)
        return req_fail_field(r, E_EXISTS, "login");
    TRY(e);
    TRY(audit_by(r, S("staff.created"), S("staff"), id, payload_role(r->a, in->role, STAFF_ACTIVE)));
    r->status = 201;
    return view(r, id, r->reply);
}

// --- Changing ---------------------------------------------------------------------------------------------------------------------------
// Somebody must remain who can let others in.
static err keep_a_head(req *r, int64_t id)
{
    int64_t others;
    TRY(db_int(r->d, &others, 0, "SELECT count(*) FROM staff WHERE role = 'head' AND state = 'active' AND id <> $1", dbi(id)));
    return others ? E_OK : req_fail_detail(r, E_CONFLICT, "the last active head");
}

err staff_patch(req *r)
{
    const staff_change *in = r->body;
    staff_view was = { 0 };
    TRY(view(r, r->path_id[0], &was));
    TRY(req_check_version(r, was.version));
    enum staff_role role = HAS(in, staff_change, role) ? in->role : was.role;
    enum staff_state state = HAS(in, staff_change, state) ? in->state : was.state;
    bool headed = was.role == ROLE_HEAD && was.state == STAFF_ACTIVE, heads = role == ROLE_HEAD && state == STAFF_ACTIVE;
    if (headed && !heads)
        TRY(keep_a_head(r, was.id));
    TRY(db_exec(r->d, "UPDATE staff SET name = $2, role = $3, state = $4, version = staff.version + 1 WHERE id = $1", dbi(was.id),
                dbs(HAS(in, staff_change, name) ? in->name : was.name), dbs(label_of(&staff_role_labels, (int)role)),
                dbs(label_of(&staff_state_labels, (int)state))));
    if (role != was.role || state == STAFF_CLOSED)
        TRY(db_exec(r->d, "DELETE FROM staff_session WHERE staff_id = $1", dbi(was.id)));
    cache_empty_after(r->tx);
    TRY(audit_by(r, S("staff.changed"), S("staff"), was.id, payload_role(r->a, role, state)));
    return view(r, was.id, r->reply);
}
