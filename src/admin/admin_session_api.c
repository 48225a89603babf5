// Logging in and out.
#include "admin/admin_internal.h"

#define SESSION_NEW(F, T)                                                                                   \
    F(T, STR, login, .required = true, .min = 1, .max = LOGIN_MAX, .doc = "Login.", .example = "li.wei")    \
    F(T, STR, password, .required = true, .min = 1, .max = PASSWORD_MAX, .pii = true, .doc = "Password.")
SHAPE_STRUCT(session_new, SESSION_NEW);
SHAPE_TABLE(session_new, SESSION_NEW);

#define SESSION_VIEW(F, T)                                                                                              \
    F(T, I64, staff, .required = true, .doc = "Id of the member of staff.")                                            \
    F(T, STR, login, .required = true, .max = LOGIN_MAX, .doc = "Login.")                                              \
    F(T, STR, name, .required = true, .max = STAFF_NAME_MAX, .doc = "Name.")                                           \
    F(T, ENUM(staff_role), role, .required = true, .doc = "Role.")                                                     \
    F(T, STRS, permissions, .required = true, .max = 64, .item_max = 40, .doc = "What the role may do.")              \
    F(T, TIME, ends, .required = true, .doc = "When the session ends at the latest; 12 hours without a request end it too.")
SHAPE_STRUCT(session_view, SESSION_VIEW);
SHAPE_TABLE(session_view, SESSION_VIEW);

// What route.work found out, for the handler.
typedef struct checked {
    int64_t staff;
    str login, name, hash;
    int role;
} checked;

static list_strs permission_names(uint64_t set, arena *a)
{
    str *v = arena_array(a, str, PERM_COUNT);
    uint32_t n = 0;
    for (int p = PERM_SELF; p < PERM_COUNT; p++)
        if (set >> p & 1)
            v[n++] = str_c(permissions[p].name);
    return (list_strs){ v, n };
}

static void fill(session_view *out, const checked *c, int64_t created_us, arena *a)
{
    SET(out, session_view, staff, c->staff);
    SET(out, session_view, login, c->login);
    SET(out, session_view, name, c->name);
    SET(out, session_view, role, (enum staff_role)c->role);
    SET(out, session_view, permissions, permission_names(role_permissions((enum staff_role)c->role), a));
    SET(out, session_view, ends, created_us + SESSION_LIFE_US);
}

static void set_cookie(req *r, str token, int64_t max_age_s)
{
    req_header(r, S("set-cookie"), arena_fmt(r->a, SESSION_COOKIE "=" STR_FMT "; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld%s",
                                             STR_ARG(token), (long long)max_age_s, r->https ? "; Secure" : ""));
}

// --- Log in ---------------------------------------------------------------------------------------------------------------------------
// Logins and addresses that failed too often wait, whether the password is right this time or not.
static err limited(req *r, str login, bool take)
{
    struct admin *m = engine_of_req(r)->admin;
    int64_t now = os_mono_us(engine_of_req(r)->o);
    pthread_mutex_lock(&m->limit_lock);
    allowance by_login = take ? limiter_take(m->failed, login, 1, LOGIN_FAILED_PER_MINUTE, now)
                              : limiter_look(m->failed, login, 1, LOGIN_FAILED_PER_MINUTE, now);
    allowance by_address = take ? limiter_take(m->failed, r->remote, 2, ADDRESS_FAILED_PER_MINUTE, now)
                                : limiter_look(m->failed, r->remote, 2, ADDRESS_FAILED_PER_MINUTE, now);
    pthread_mutex_unlock(&m->limit_lock);
    if (by_login.ok && by_address.ok)
        return E_OK;
    int64_t wait = by_login.retry_s > by_address.retry_s ? by_login.retry_s : by_address.retry_s;
    return fault_field(&r->f, r->a, E_RATE_LIMITED, (str){ 0 }, wait);
}

err session_limit(req *r) { return limited(r, ((const session_new *)r->body)->login, false); }

static err find_staff(db *d, str login, arena *a, checked *ret)
{
    db_rows rows;
    bool found;
    TRY(db_query_one(d, &rows, &found, "SELECT id, login, name, role, password FROM staff WHERE login = $1 AND state = 'active'",
                     dbs(login)));
    *ret = (checked){ .hash = str_c(password_nobody) };
    if (found)
        *ret = (checked){ db_i64(&rows, 0), arena_str(a, db_str(&rows, 1)), arena_str(a, db_str(&rows, 2)), arena_str(a, db_str(&rows, 4)),
                          label_index(&staff_role_labels, db_str(&rows, 3)) };
    return db_end(&rows);
}

// Slow thread. An unknown login costs as much as a wrong password.
err session_check(req *r)
{
    const session_new *in = r->body;
    checked *c = arena_new(r->a, checked);
    TRY(find_staff(r->d, in->login, r->a, c));
    if (!password_right(c->hash, in->password) || !c->staff) {
        limited(r, in->login, true);
        audit_login_failed(engine_of_req(r), c->staff);
        return req_fail(r, E_LOGIN_FAILED);
    }
    r->prepared = c;
    return E_OK;
}

err session_post(req *r)
{
    const checked *c = r->prepared;
    engine *e = engine_of_req(r);
    int64_t now = r->tx->now_us;
    // Looked at again: the account may have been closed since the password was checked.
    int64_t active;
    TRY(db_int(r->d, &active, 0, "SELECT count(*) FROM staff WHERE id = $1 AND state = 'active' AND password = $2", dbi(c->staff),
               dbs(c->hash)));
    if (!active)
        return req_fail(r, E_LOGIN_FAILED);
    TRY(db_exec(r->d, "DELETE FROM staff_session WHERE staff_id = $1 AND (seen_us <= $2 OR created_us <= $3)", dbi(c->staff),
                dbi(now - SESSION_IDLE_US), dbi(now - SESSION_LIFE_US)));
    str token = secret_token(e->o, r->a);
    hash128 h = secret_hash(e, HASH_OF_SESSION, token);
    TRY(audit_note(r->tx, &(audit_entry){ AUDIT_STAFF, c->staff, S("session.opened"), S("staff"), c->staff, { 0 } }));
    TRY(db_exec(r->d, "INSERT INTO staff_session (id, staff_id, hash, created_us, seen_us) VALUES ($1, $2, $3, $4, $4)", dbi(tx_id(r->tx)),
                dbi(c->staff), dbb(hash_bytes(&h)), dbi(now)));
    set_cookie(r, token, SESSION_LIFE_US / US_PER_S);
    fill(r->reply, c, now, r->a);
    r->status = 201;
    return E_OK;
}

// --- Who am I, log out --------------------------------------------------------------------------------------------------------------------
err session_get(req *r)
{
    db_rows rows;
    bool found;
    TRY(db_query_one(r->d, &rows, &found,
                     "SELECT s.id, s.login, s.name, s.role, x.created_us FROM staff_session x JOIN staff s ON s.id = x.staff_id WHERE x.id = $1",
                     dbi(r->who.session)));
    if (found) {
        checked c = { db_i64(&rows, 0), arena_str(r->a, db_str(&rows, 1)), arena_str(r->a, db_str(&rows, 2)), { 0 },
                      label_index(&staff_role_labels, db_str(&rows, 3)) };
        fill(r->reply, &c, db_i64(&rows, 4), r->a);
    }
    TRY(db_end(&rows));
    return found ? E_OK : req_fail(r, E_SESSION_EXPIRED);
}

err session_delete(req *r)
{
    TRY(db_exec(r->d, "DELETE FROM staff_session WHERE id = $1", dbi(r->who.session)));
    cache_empty_after(r->tx);
    set_cookie(r, S(""), 0);
    return audit_by(r, S("session.closed"), S("staff"), r->who.id, (str){ 0 });
}

// --- Passwords ------------------------------------------------------------------------------------------------------------------------------
#define PASSWORD_CHANGE(F, T)                                                                                          \
    F(T, STR, old, .min = 1, .max = PASSWORD_MAX, .pii = true, .doc = "The present password; required for one's own.") \
    F(T, STR, password, .required = true, .min = PASSWORD_MIN, .max = PASSWORD_MAX, .pii = true, .doc = "The new one.")
SHAPE_STRUCT(password_change, PASSWORD_CHANGE);
SHAPE_TABLE(password_change, PASSWORD_CHANGE);

// Slow thread: one's own needs the old one, others' the permission.
err password_work(req *r)
{
    const password_change *in = r->body;
    db_rows rows;
    bool found;
    if (r->path_id[0] != r->who.id && !caller_may(&r->who, PERM_ADMIN))
        return req_fail_detail(r, E_FORBIDDEN, "%s", permissions[PERM_ADMIN].name);
    TRY(db_query_one(r->d, &rows, &found, "SELECT login, password FROM staff WHERE id = $1", dbi(r->path_id[0])));
    str login = { 0 }, hash = { 0 };
    if (found)
        login = arena_str(r->a, db_str(&rows, 0)), hash = arena_str(r->a, db_str(&rows, 1));
    TRY(db_end(&rows));
    if (!found)
        return req_fail(r, E_NOT_FOUND);
    if (r->path_id[0] == r->who.id) {
        if (!HAS(in, password_change, old))
            return req_fail_field(r, E_FIELD_REQUIRED, "old");
        TRY(limited(r, login, false));
        if (!password_right(hash, in->old)) {
            limited(r, login, true);
            audit_login_failed(engine_of_req(r), r->who.id);
            return req_fail(r, E_LOGIN_FAILED);
        }
    }
    str *made = arena_new(r->a, str);
    TRY(admin_password_hash(in->password, r->a, made));
    r->prepared = made;
    return E_OK;
}

err password_post(req *r)
{
    TRY(db_exec(r->d, "UPDATE staff SET password = $2, version = staff.version + 1 WHERE id = $1", dbi(r->path_id[0]),
                dbs(*(str *)r->prepared)));
    TRY(db_exec(r->d, "DELETE FROM staff_session WHERE staff_id = $1 AND id <> $2", dbi(r->path_id[0]), dbi(r->who.session)));
    cache_empty_after(r->tx);
    return audit_by(r, S("staff.password_changed"), S("staff"), r->path_id[0], (str){ 0 });
}
