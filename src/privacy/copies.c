#include "privacy/copies.h"
#include "api/shape_rows.h"
#include "base/time.h"
#include "record/audit.h"

#define LIST_MAX 200
#define REMIND "copies.remind"     // in `meta`: "1" when copies beyond their time are only told of
enum copy_end { COPY_STANDS, COPY_DELETED, COPY_SAID_GONE };

// An erasure made after the copy whose time is over: of those the first is over first.
// So is what was starred in the log after it: an earlier text that says somebody's name, which was told later.
#define OVERDUE "(EXISTS (SELECT 1 FROM erased e WHERE e.at_us > b.at_us AND e.due_us < $1)"                                  \
                " OR EXISTS (SELECT 1 FROM starred_late s WHERE s.at_us > b.at_us AND s.due_us < $1))"
#define COLUMNS "SELECT b.id, b.at_us, b.event_no, b.path, b.keys_path, b.manifest, b.keys FROM backup_made b"

err copy_note(tx *t, const copy_row *c)
{
    return db_exec(t->d,
                   "INSERT INTO backup_made (id, path, at_us, event_no, keys_path, manifest, keys, version, ended_us, ended_how, ended_by)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 0, 0, '')",
                   dbi(tx_id(t)), dbs(c->path), dbi(c->at_us), dbi(c->event_no), dbs(c->keys_path), dbs(c->manifest), dbs(c->keys));
}

static copy_row row_at(const db_rows *r, arena *a)
{
    return (copy_row){ db_i64(r, 0), db_i64(r, 1), db_i64(r, 2), arena_str(a, db_str(r, 3)), arena_str(a, db_str(r, 4)),
                       arena_str(a, db_str(r, 5)), arena_str(a, db_str(r, 6)) };
}

err copies_overdue(db *d, int64_t now_us, arena *a, copy_row **ret, size_t *ret_n)
{
    db_rows r;
    *ret = arena_array(a, copy_row, COPIES_AT_ONCE);
    *ret_n = 0;
    TRY(db_query(d, &r, COLUMNS " WHERE b.ended_us = 0 AND " OVERDUE " ORDER BY b.at_us LIMIT $2", dbi(now_us), dbi(COPIES_AT_ONCE)));
    while (db_next(&r))
        (*ret)[(*ret_n)++] = row_at(&r, a);
    return db_end(&r);
}

err copies_known(db *d, arena *a, copy_row **ret, size_t *ret_n)
{
    db_rows r;
    *ret = arena_array(a, copy_row, COPIES_KNOWN_MAX);
    *ret_n = 0;
    TRY(db_query(d, &r, COLUMNS " WHERE b.ended_us = 0 ORDER BY b.at_us DESC LIMIT $1", dbi(COPIES_KNOWN_MAX)));
    while (db_next(&r))
        (*ret)[(*ret_n)++] = row_at(&r, a);
    return db_end(&r);
}

err copy_keys_are(tx *t, int64_t id, str digest)
{
    return db_exec(t->d, "UPDATE backup_made SET keys = $2, version = version + 1 WHERE id = $1", dbi(id), dbs(digest));
}

err copy_after(db *d, const copy_row *c, arena *a, copy_row *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found, COLUMNS " WHERE b.ended_us = 0 AND b.at_us > $1 ORDER BY b.at_us DESC LIMIT 1", dbi(c->at_us)));
    *ret = found ? row_at(&r, a) : (copy_row){ 0 };
    return db_end(&r);
}

err copies_deleted(db *d, bool *ret)
{
    int64_t n;
    TRY(db_int(d, &n, 0, "SELECT count(*) FROM meta WHERE key = $1 AND value = '1'", dbs(S(REMIND))));
    *ret = n == 0;
    return E_OK;
}

static err end(tx *t, int64_t id, enum copy_end how, str by)
{
    return db_exec(t->d, "UPDATE backup_made SET ended_us = $2, ended_how = $3, ended_by = $4, version = version + 1"
                         " WHERE id = $1 AND ended_us = 0",
                   dbi(id), dbi(t->now_us), dbi(how), dbs(by));
}

err copy_deleted(tx *t, int64_t id)
{
    TRY(end(t, id, COPY_DELETED, (str){ "", 0 }));
    return audit_note(t, &(audit_entry){ .who = AUDIT_SYSTEM, .verb = S("copy.deleted"), .object = S("copy"), .object_id = id,
                                         .payload = S("{}") });
}

int64_t copies_overdue_count(db *d, int64_t now_us)
{
    int64_t n;
    return db_int(d, &n, 0, "SELECT count(*) FROM backup_made b WHERE b.ended_us = 0 AND " OVERDUE, dbi(now_us)) == E_OK ? n : 0;
}

// --- What staff see ---------------------------------------------------------------------------------------------------------------
#define COPY_STATES(X) X(kept) X(due) X(overdue) X(deleted) X(gone)
#define STATE_NAME(name) #name,
static const char *const state_names[] = { COPY_STATES(STATE_NAME) NULL };
#undef STATE_NAME
enum copy_state { STATE_KEPT, STATE_DUE, STATE_OVERDUE, STATE_DELETED, STATE_GONE };
static const enum_labels copy_state_labels = { "copy_state", state_names };

#define COPY_VIEW(F, T)                                                                                                  \
    F(T, I64, id, .required = true, .doc = "Id.")                                                                        \
    F(T, I64, version, .required = true, .doc = "Of the row, for If-Match.")                                             \
    F(T, STR, path, .required = true, .max = 4096, .doc = "Where it was put, on the machine that serves.")               \
    F(T, TIME, made, .required = true, .doc = "The moment it is of.")                                                    \
    F(T, I64, event_no, .required = true, .doc = "Its last event.")                                                      \
    F(T, ENUM(copy_state), state, .required = true,                                                                      \
      .doc = "kept: nobody was erased since, nor a value starred that was told later · due: somebody was, or one was ·"  \
             " overdue: their time is over · deleted: by Lianyi · gone: somebody says so.")                              \
    F(T, BOOL, here, .required = true, .doc = "Something stands at its path. If not, it may be elsewhere: only people can delete it there.") \
    F(T, TIME, due, .doc = "To be deleted by then: 30 days after the first erasure or starring since.")                              \
    F(T, TIME, ended, .doc = "Since when it is gone.")                                                                   \
    F(T, STR, ended_by, .max = 240, .doc = "Who said so.")
SHAPE_STRUCT(copy_view, COPY_VIEW);
SHAPE_TABLE(copy_view, COPY_VIEW);

#define COPY_LIST(F, T)                                                                                                  \
    F(T, BOOL, deletes, .required = true, .doc = "Copies beyond their time are deleted; false: only told of.")           \
    F(T, LIST(copy_view), items, .required = true, .max = 200, .doc = "Newest first, at most 200.")
SHAPE_STRUCT(copy_list, COPY_LIST);
SHAPE_TABLE(copy_list, COPY_LIST);

#define COPY_SETTING(F, T) F(T, BOOL, deletes, .required = true, .doc = "Whether copies beyond their time are deleted.")
SHAPE_STRUCT(copy_setting, COPY_SETTING);
SHAPE_TABLE(copy_setting, COPY_SETTING);

#define COPY_END(F, T) F(T, BOOL, gone, .required = true, .doc = "True: every piece of it was deleted, wherever it was.")
SHAPE_STRUCT(copy_said, COPY_END);
SHAPE_TABLE(copy_said, COPY_END);

#define VIEWED                                                                                                           \
    "SELECT (SELECT min(e.due_us) FROM (SELECT due_us FROM erased WHERE at_us > b.at_us UNION ALL"                        \
    " SELECT due_us FROM starred_late WHERE at_us > b.at_us) e) AS _due, b.ended_how AS _how, b.id, b.path, b.at_us AS made,"  \
    " b.event_no, b.version, b.ended_us AS ended, b.ended_by FROM backup_made b"

static enum copy_state state_of(const db_rows *r, const copy_view *v, int64_t now_us)
{
    if (HAS(v, copy_view, ended))
        return db_i64(r, 1) == COPY_DELETED ? STATE_DELETED : STATE_GONE;
    return db_is_null(r, 0) ? STATE_KEPT : db_i64(r, 0) < now_us ? STATE_OVERDUE : STATE_DUE;
}

static void view_fill(req *r, db_rows *rows, copy_view *v)
{
    shape_row(&copy_view_shape, rows, r->a, v);
    SET(v, copy_view, state, state_of(rows, v, r->now_us));
    SET(v, copy_view, here, os_exists(((engine *)r->app)->o, arena_cstr(r->a, v->path)));
    if (v->state == STATE_DUE || v->state == STATE_OVERDUE)
        SET(v, copy_view, due, db_i64(rows, 0));
}

static err list(req *r)
{
    copy_list *out = r->reply;
    copy_view *v = arena_array(r->a, copy_view, LIST_MAX);
    uint32_t n = 0;
    db_rows rows;
    bool deletes;
    TRY(copies_deleted(r->d, &deletes));
    TRY(db_query(r->d, &rows, VIEWED " ORDER BY b.at_us DESC LIMIT $1", dbi(LIST_MAX)));
    while (db_next(&rows))
        view_fill(r, &rows, &v[n++]);
    TRY(db_end(&rows));
    SET(out, copy_list, deletes, deletes);
    LIST_SET(out, copy_list, items, v, n);
    return E_OK;
}

static err setting(req *r)
{
    const copy_setting *in = r->body;
    TRY(db_exec(r->d, "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", dbs(S(REMIND)),
                dbs(in->deletes ? S("0") : S("1"))));
    TRY(audit_by(r, S("copies.setting"), S("copy"), 0, in->deletes ? S("{\"deletes\":true}") : S("{\"deletes\":false}")));
    return list(r);
}

static err view(req *r, int64_t id, copy_view *out)
{
    db_rows rows;
    bool found;
    TRY(db_query_one(r->d, &rows, &found, VIEWED " WHERE b.id = $1", dbi(id)));
    if (found)
        view_fill(r, &rows, out);
    TRY(db_end(&rows));
    return found ? E_OK : req_fail_detail(r, E_NOT_FOUND, "copy");
}

static err said_gone(req *r)
{
    const copy_said *in = r->body;
    copy_view *v = arena_new(r->a, copy_view);
    TRY(view(r, r->path_id[0], v));
    TRY(req_check_version(r, v->version));
    if (!in->gone)
        return req_fail_field(r, E_FIELD_VALUE, "gone");
    if (v->here || v->state >= STATE_DELETED)
        return req_fail_detail(r, E_CONFLICT, v->here ? "it is still at its path" : "it is gone already");
    TRY(end(r->tx, v->id, COPY_SAID_GONE, r->who.name));
    TRY(audit_by(r, S("copy.gone"), S("copy"), v->id, S("{}")));
    TRY(view(r, v->id, r->reply));
    req_set_version(r, ((copy_view *)r->reply)->version);
    return E_OK;
}

static const route routes[] = {
    { M_GET, "/api/v1/privacy/copies", PERM_PRIVACY, .reply = &copy_list_shape, .errors = ROUTE_ERRORS(E_OK), .where = RUN_POOL,
      .idem = IDEM_READ, .tag = "privacy", .doc = "Copies of the brand, and by when those older than an erasure have to be gone.",
      .handler = list },
    { M_PUT, "/api/v1/privacy/copies", PERM_PRIVACY, .body = &copy_setting_shape, .reply = &copy_list_shape, .errors = ROUTE_ERRORS(E_OK),
      .where = RUN_TELLER, .idem = IDEM_NATURAL, .tag = "privacy", .doc = "Whether copies beyond their time are deleted, or only told of.",
      .handler = setting },
    { M_PATCH, "/api/v1/privacy/copies/{id}", PERM_PRIVACY, .body = &copy_said_shape, .reply = &copy_view_shape,
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_CONFLICT, E_FIELD_VALUE, E_VERSION_REQUIRED, E_VERSION_STALE), .where = RUN_TELLER,
      .idem = IDEM_NATURAL, .tag = "privacy", .doc = "A copy that was moved away, where only people can delete it, is gone.",
      .handler = said_gone },
};
const route_table copy_routes = ROUTE_TABLE("copies", routes);
