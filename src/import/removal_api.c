// Taking an import back: what it made, the asking, what became of it.
#include "import/removal.h"
#include "record/audit.h"

#define COUNTS_MAX 100

#define IMPORT_COUNT(F, T)                                                                                               \
    F(T, STR, kind, .required = true, .max = 60,                                                                         \
      .doc = "event, identity, person, entry (points), earned (by rules), staff, row (of somebody who stays), or a record's name.") \
    F(T, STR, outcome, .required = true, .max = 20,                                                                      \
      .doc = "made; then removed, or why kept: touched since, joined with somebody, spent, closed, used by another record, held, gone before.") \
    F(T, I64, n, .required = true, .doc = "How many.")
SHAPE_STRUCT(import_count, IMPORT_COUNT);
SHAPE_TABLE(import_count, IMPORT_COUNT);

#define IMPORT_REMOVAL_VIEW(F, T)                                                                                        \
    F(T, ENUM(removal_state), state, .doc = "Absent: it has not been asked for.")                                        \
    F(T, TIME, asked, .doc = "When it was asked for.")                                                                   \
    F(T, TIME, done, .doc = "When the last row was taken back.")                                                         \
    F(T, BOOL, emptied, .required = true, .doc = "Its events are out of the log too.")                                   \
    F(T, LIST(import_count), made, .required = true, .max = COUNTS_MAX, .doc = "What there is to take back.")            \
    F(T, LIST(import_count), taken, .required = true, .max = COUNTS_MAX, .doc = "What became of it so far.")
SHAPE_STRUCT(import_removal_view, IMPORT_REMOVAL_VIEW);
SHAPE_TABLE(import_removal_view, IMPORT_REMOVAL_VIEW);

#define IMPORT_REMOVAL_NEW(F, T)                                                                                         \
    F(T, STR, name, .required = true, .min = 1, .max = 200, .pattern = "line", .doc = "The name of its file, once more: it cannot be undone.")
SHAPE_STRUCT(import_removal_new, IMPORT_REMOVAL_NEW);
SHAPE_TABLE(import_removal_new, IMPORT_REMOVAL_NEW);

static err counts_read(db_rows *r, arena *a, bool outcomes, const import_count **ret, uint32_t *ret_n)
{
    import_count *v = arena_array(a, import_count, COUNTS_MAX);
    uint32_t n = 0;
    for (; n < COUNTS_MAX && db_next(r); n++) {
        str kind = arena_str(a, db_str(r, 0));
        SET(&v[n], import_count, kind, str_eq(kind, S("subject")) ? S("identity") : kind);
        SET(&v[n], import_count, outcome, outcomes ? arena_str(a, db_str(r, 2)) : S("made"));
        SET(&v[n], import_count, n, db_i64(r, 1));
    }
    *ret = v;
    *ret_n = n;
    return db_end(r);
}

static err removal_read(db *d, arena *a, int64_t id, import_removal_view *out)
{
    db_rows r;
    bool found;
    const import_count *v;
    uint32_t n;
    TRY(db_query_one(d, &r, &found, "SELECT state, asked_us, done_us, emptied FROM import_removal WHERE import = $1", dbi(id)));
    SET(out, import_removal_view, emptied, found && db_i64(&r, 3));
    if (found) {
        SET(out, import_removal_view, state, (enum removal_state)db_i64(&r, 0));
        SET(out, import_removal_view, asked, db_i64(&r, 1));
        if (db_i64(&r, 2))
            SET(out, import_removal_view, done, db_i64(&r, 2));
    }
    TRY(db_end(&r));
    TRY(db_query(d, &r,
                 "SELECT kind, CAST(sum(to_id - from_id + 1) AS BIGINT) FROM import_made WHERE import = $1 AND kind <> 'undo' GROUP BY kind"
                 " ORDER BY kind LIMIT 100",
                 dbi(id)));
    TRY(counts_read(&r, a, false, &v, &n));
    SET(out, import_removal_view, made, (typeof(out->made)){ v, n });
    TRY(db_query(d, &r, "SELECT kind, n, outcome FROM import_taken WHERE import = $1 ORDER BY kind, outcome DESC LIMIT 100", dbi(id)));
    TRY(counts_read(&r, a, true, &v, &n));
    SET(out, import_removal_view, taken, (typeof(out->taken)){ v, n });
    return E_OK;
}

err removal_write(db *d, int64_t id, arena *a, buf *out)
{
    import_removal_view v = { 0 };
    TRY(removal_read(d, a, id, &v));
    jw w = { .b = out };
    jw_obj(&w);
    jw_kstr(&w, "state", HAS(&v, import_removal_view, state) ? str_c(removal_state_labels.labels[v.state]) : S("none"));
    for (int taken = 0; taken < 2; taken++) {
        jw_key(&w, str_c(taken ? "taken" : "made"));
        jw_obj(&w);
        for (uint32_t i = 0; i < (taken ? v.taken.n : v.made.n); i++) {
            const import_count *c = taken ? &v.taken.v[i] : &v.made.v[i];
            jw_key(&w, taken ? arena_fmt(a, STR_FMT " " STR_FMT, STR_ARG(c->kind), STR_ARG(c->outcome)) : c->kind);
            jw_i64(&w, c->n);
        }
        jw_end_obj(&w);
    }
    jw_end_obj(&w);
    return E_OK;
}

// --- Routes -----------------------------------------------------------------------------------------------------------------------
static err removal_get(req *r)
{
    int64_t known;
    TRY(db_int(r->d, &known, 0, "SELECT count(*) FROM import_job WHERE id = $1", dbi(r->path_id[0])));
    return known ? removal_read(r->d, r->a, r->path_id[0], r->reply) : req_fail_detail(r, E_NOT_FOUND, "import");
}

static err removal_post(req *r)
{
    const import_removal_new *in = r->body;
    int64_t same;
    TRY(db_int(r->d, &same, -1, "SELECT CASE WHEN name = $2 THEN 1 ELSE 0 END FROM import_job WHERE id = $1", dbi(r->path_id[0]),
               dbs(in->name)));
    if (same < 0)
        return req_fail_detail(r, E_NOT_FOUND, "import");
    if (!same)
        return req_fail_field(r, E_FIELD_VALUE, "name");
    TRY(removal_start(r->tx, r->path_id[0], r->who.kind, r->who.id));
    TRY(audit_by(r, S("import.removal_asked"), S("import"), r->path_id[0], (str){ "{}", 2 }));
    r->status = 202;
    return removal_read(r->d, r->a, r->path_id[0], r->reply);
}

static const route routes[] = {
    { M_GET, "/api/v1/imports/{id}/removal", PERM_IMPORT, .reply = &import_removal_view_shape, .where = RUN_POOL, .idem = IDEM_READ,
      .tag = "import", .errors = ROUTE_ERRORS(E_NOT_FOUND), .doc = "What an import made, and what became of it when it was taken back.",
      .handler = removal_get },
    { M_POST, "/api/v1/imports/{id}/removal", PERM_IMPORT, .body = &import_removal_new_shape, .reply = &import_removal_view_shape,
      .where = RUN_TELLER, .idem = IDEM_KEY, .errors = ROUTE_ERRORS(E_NOT_FOUND, E_CONFLICT, E_FIELD_VALUE), .tag = "import",
      .doc = "Take back everything this import made, in slices behind the answer; what has been touched since stays, counted with its reason.",
      .handler = removal_post },
};
const route_table removal_routes = ROUTE_TABLE("import", routes);
