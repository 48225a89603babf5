#include "import/job.h"
#include "base/personal.h"
#include "base/time.h"
#include <sodium.h>

static const char *const states[] = { "uploading", "ready", "waiting", "running", "done", "failed", "cancelled", NULL };
static const char *const states_zh[] = { "上传中", "待检查", "排队", "运行中", "已完成", "失败", "已取消", NULL };
const enum_labels import_state_labels = { "import_state", states, states_zh };
static const char *const effects_names[] = { "all", "quiet", "none", "shadow", NULL };           // of enum effects
static const char *const effects_zh[] = { "全部", "安静", "无", "试跑", NULL };
const enum_labels import_effects_labels = { "import_effects", effects_names, effects_zh };
const char *const import_outcomes[IMPORT_OUTCOMES + 1] = { "created", "merged", "refused", NULL };

#define CELLS_BYTES_MAX 8192
#define SEAL_EXTRA (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)

str job_upload_path(arena *a, const char *dir, int64_t id) { return arena_fmt(a, "%s/imports/%lld", dir, (long long)id); }

err job_read(db *d, int64_t id, arena *a, job *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found,
                     "SELECT state, name, place, salt, mapping, effects, digest, bytes, parts, row_count, dry, who_kind, who_id FROM import_job"
                     " WHERE id = $1", dbi(id)));
    if (found)
        *ret = (job){ .id = id, .state = (enum import_state)db_i64(&r, 0), .name = arena_str(a, db_str(&r, 1)),
                      .place = arena_str(a, db_str(&r, 2)), .salt = arena_str(a, db_blob(&r, 3)), .mapping = arena_str(a, db_str(&r, 4)),
                      .effects = arena_str(a, db_str(&r, 5)), .digest = arena_str(a, db_blob(&r, 6)), .bytes = db_i64(&r, 7),
                      .parts = db_i64(&r, 8), .rows = db_i64(&r, 9), .dry = db_i64(&r, 10) != 0,
                      .who_kind = (enum caller_kind)db_i64(&r, 11), .who_id = db_i64(&r, 12) };
    TRY(db_end(&r));
    return found ? E_OK : E_NOT_FOUND;
}

err job_next(db *d, int64_t *ret_id)
{
    return db_int(d, ret_id, 0, "SELECT id FROM import_job WHERE state IN ($1, $2) ORDER BY state DESC, id LIMIT 1", dbi(IMPORT_WAITING),
                  dbi(IMPORT_RUNNING));
}

// --- A run -----------------------------------------------------------------------------------------------------------------------
static err mark_read(db *d, str digest, int64_t *ret_rows, bool *ret_done, int64_t *ret_import)
{
    db_rows r;
    bool found;
    *ret_rows = *ret_import = 0;
    *ret_done = false;
    TRY(db_query_one(d, &r, &found, "SELECT row_count, done, import FROM import_mark WHERE digest = $1", dbb(digest)));
    if (found) {
        *ret_rows = db_i64(&r, 0);
        *ret_done = db_i64(&r, 1) != 0;
        *ret_import = db_i64(&r, 2);
    }
    return db_end(&r);
}

// Another job had brought some of it, or this one before it was stopped. A run of its own starts with clean counters.
static err adopt(tx *t, const job_begin *b, int64_t import)
{
    if (import == b->id && !b->dry && b->skip)
        return E_OK;
    TRY(db_exec(t->d, "DELETE FROM import_error WHERE import = $1", dbi(b->id)));
    TRY(db_exec(t->d, "DELETE FROM import_sum WHERE import = $1", dbi(b->id)));
    return db_exec(t->d,
                   "UPDATE import_job SET row_count = $2, created = 0, merged = $2, refused = 0, bytes_done = 0, as_import = $3 WHERE id = $1",
                   dbi(b->id), dbi(b->skip), dbi(import == b->id ? 0 : import));
}

err job_begin_run(tx *t, void *p)
{
    job_begin *b = p;
    int64_t import, n;
    TRY(db_exec_count(t->d, &n,
                      "UPDATE import_job SET state = $2, began_us = $3, ended_us = 0, digest = $4, target = $5, bytes = $6, code = '',"
                      " detail = '' WHERE id = $1 AND state IN ($7, $2)",
                      dbi(b->id), dbi(IMPORT_RUNNING), dbi(t->now_us), dbb(b->digest), dbs(b->target), dbi(b->bytes), dbi(IMPORT_WAITING)));
    if (n == 0)
        return E_CONFLICT;
    TRY(mark_read(t->d, b->digest, &b->skip, &b->done, &import));
    if (b->dry) {
        b->skip = 0;
        b->done = false;
    }
    TRY(adopt(t, b, b->dry ? b->id : import));
    return b->done ? db_exec(t->d, "UPDATE import_job SET state = $2, ended_us = $3, bytes_done = bytes WHERE id = $1", dbi(b->id),
                             dbi(IMPORT_DONE), dbi(t->now_us))
                   : E_OK;
}

err job_end_run(tx *t, void *p)
{
    const job_end *x = p;
    if (x->state == IMPORT_DONE && !x->dry)
        TRY(db_exec(t->d,
                    "INSERT INTO import_mark (digest, import, row_count, done) VALUES ($1, $2, 0, 1)"
                    " ON CONFLICT (digest) DO UPDATE SET done = 1",
                    dbb(x->digest), dbi(x->id)));
    return db_exec(t->d,
                   "UPDATE import_job SET state = $2, ended_us = $3, code = $4, detail = $5, bytes_done = CASE WHEN $2 = $6 THEN bytes ELSE"
                   " bytes_done END WHERE id = $1 AND state = $7",
                   dbi(x->id), dbi(x->state), dbi(t->now_us), dbs(x->code),
                   dbs(personal_starred(str_take(x->detail, 400), t->a)), dbi(IMPORT_DONE),
                   dbi(IMPORT_RUNNING));
}

err job_slice(tx *t, const slice_note *n)
{
    int64_t changed;
    TRY(db_exec_count(t->d, &changed,
                      "UPDATE import_job SET row_count = row_count + $3, created = created + $4, merged = merged + $5, refused = refused + $6,"
                      " bytes_done = $7 WHERE id = $1 AND row_count = $2 AND state = $8",
                      dbi(n->id), dbi(n->from_row), dbi(n->rows), dbi(n->outcome[IMPORTED_CREATED]), dbi(n->outcome[IMPORTED_MERGED]),
                      dbi(n->outcome[IMPORTED_REFUSED]), dbi(n->bytes_done), dbi(IMPORT_RUNNING)));
    if (changed == 0)
        return E_CONFLICT;
    return n->dry ? E_OK
                  : db_exec(t->d,
                            "INSERT INTO import_mark (digest, import, row_count, done) VALUES ($1, $2, $3, 0)"
                            " ON CONFLICT (digest) DO UPDATE SET row_count = excluded.row_count, import = excluded.import",
                            dbb(n->digest), dbi(n->id), dbi(n->from_row + n->rows));
}

// --- Refused rows --------------------------------------------------------------------------------------------------------------------
void job_cells_json(const str *cells, size_t n, buf *b)
{
    jw w = { .b = b };
    jw_arr(&w);
    for (size_t i = 0; i < n && b->len < CELLS_BYTES_MAX; i++)
        jw_str(&w, str_utf8_valid(cells[i]) && cells[i].len < CELLS_BYTES_MAX ? cells[i] : S("…"));
    jw_end_arr(&w);
}

err job_refusal(tx *t, const vault *v, int64_t id, str salt, const refusal *x)
{
    uint8_t key[32];
    str plain = x->cells;
    uint8_t *box = arena_alloc(t->a, plain.len + SEAL_EXTRA, 1, 1);
    vault_derive(v, S("import"), salt, key);
    os_random(engine_of(t)->o, box, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(box + crypto_secretbox_NONCEBYTES, (const uint8_t *)plain.s, plain.len, box, key);
    vault_wipe(key, sizeof key);
    return db_exec(t->d,
                   "INSERT INTO import_error (import, row_no, line, col, code, detail, most, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                   " ON CONFLICT (import, row_no) DO NOTHING",
                   dbi(id), dbi(x->row_no), dbi(x->line), dbs(x->column), dbs(x->code), dbs(x->detail), dbi(x->most),
                   dbb(str_of((char *)box, plain.len + SEAL_EXTRA)));
}

// --- Reading them ----------------------------------------------------------------------------------------------------------------------
err import_status_of(db *d, int64_t id, arena *a, import_status *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found,
                     "SELECT state, dry, row_count, created, merged, refused, bytes, bytes_done, as_import, began_us, ended_us, code, detail,"
                     " target, name FROM import_job WHERE id = $1", dbi(id)));
    if (found)
        *ret = (import_status){ (enum import_state)db_i64(&r, 0), db_i64(&r, 1) != 0, db_i64(&r, 2), db_i64(&r, 3), db_i64(&r, 4),
                                db_i64(&r, 5), db_i64(&r, 6), db_i64(&r, 7), db_i64(&r, 8), db_i64(&r, 9), db_i64(&r, 10),
                                arena_str(a, db_str(&r, 11)), arena_str(a, db_str(&r, 12)), arena_str(a, db_str(&r, 13)),
                                arena_str(a, db_str(&r, 14)) };
    TRY(db_end(&r));
    return found ? E_OK : E_NOT_FOUND;
}

// --- By the API ------------------------------------------------------------------------------------------------------------------------
#define UPLOADS_MAX 100

// What is kept of a job outlives its file. A phone number among the columns is a file whose first row is no head.
static err nothing_personal(tx *t, const char *which, str text, const char *why)
{
    if (!personal_in(text))
        return E_OK;
    err e = fault_detail(t->f, t->a, E_FIELD_VALUE, "%s", why);
    if (t->f)
        t->f->field = str_c(which);
    return e;
}

static err mapping_kept(tx *t, str mapping)
{
    return nothing_personal(t, "mapping", mapping, "a name of a column or a constant looks personal; is the first row a head?");
}

static err insert(tx *t, const import_new *n, enum import_state state, int64_t who_kind, int64_t who_id, int64_t *ret_id)
{
    uint8_t salt[INPUT_SALT_BYTES];
    int64_t id = tx_id(t);
    os_random(engine_of(t)->o, salt, sizeof salt);
    TRY(db_exec(t->d,
                "INSERT INTO import_job (id, state, name, place, salt, bytes, parts, target, mapping, effects, dry, digest, as_import, who_kind,"
                " who_id, made_us, began_us, ended_us, row_count, created, merged, refused, bytes_done, code, detail)"
                " VALUES ($1, $2, $3, $4, $5, $6, 0, '', $7, $8, $9, $10, 0, $12, $13, $11, 0, 0, 0, 0, 0, 0, 0, '', '')",
                dbi(id), dbi(state), dbs(personal_starred(n->name, t->a)), dbs(n->place), dbb(str_of((char *)salt, sizeof salt)), dbi(n->bytes),
                dbs(n->mapping), dbs(n->effects), dbi(n->dry), dbb(S("")), dbi(t->now_us), dbi(who_kind), dbi(who_id)));
    *ret_id = id;
    return E_OK;
}

err import_start(tx *t, const import_new *n, int64_t *ret_id)
{
    TRY(nothing_personal(t, "FILE", n->place, "the name of the file looks personal and would be kept: rename it"));
    TRY(mapping_kept(t, n->mapping));
    return insert(t, n, IMPORT_WAITING, CALLER_NOBODY, 0, ret_id);
}

err job_create(tx *t, str name, int64_t bytes, enum caller_kind who_kind, int64_t who_id, int64_t *ret_id)
{
    int64_t open;
    const import_new n = { .name = name, .bytes = bytes, .mapping = S(""), .place = S(""), .effects = S("none") };
    TRY(db_int(t->d, &open, 0, "SELECT count(*) FROM import_job WHERE state IN ($1, $2)", dbi(IMPORT_UPLOADING), dbi(IMPORT_READY)));
    if (open >= UPLOADS_MAX)
        return fault_field(t->f, t->a, E_LIMIT_REACHED, (str){ 0 }, UPLOADS_MAX);
    return insert(t, &n, IMPORT_UPLOADING, who_kind, who_id, ret_id);
}

err job_part(tx *t, int64_t id, int64_t part)
{
    return db_exec(t->d,
                   "UPDATE import_job SET parts = $2 + 1, state = CASE WHEN ($2 + 1) * $3 >= bytes THEN $4 ELSE state END"
                   " WHERE id = $1 AND state = $5 AND parts = $2",
                   dbi(id), dbi(part), dbi(INPUT_PART_BYTES), dbi(IMPORT_READY), dbi(IMPORT_UPLOADING));
}

static err state_of(tx *t, int64_t id, int64_t *ret)
{
    TRY(db_int(t->d, ret, -1, "SELECT state FROM import_job WHERE id = $1", dbi(id)));
    return *ret < 0 ? E_NOT_FOUND : E_OK;
}

err job_enqueue(tx *t, int64_t id, str mapping, str allowed, bool dry)
{
    int64_t state, n;
    TRY(state_of(t, id, &state));
    TRY(mapping_kept(t, mapping));
    TRY(db_exec_count(t->d, &n,
                      "UPDATE import_job SET state = $2, mapping = $3, effects = $4, dry = $5, code = '', detail = '' WHERE id = $1"
                      " AND state IN ($6, $7, $8, $9) AND length(salt) > 0",
                      dbi(id), dbi(IMPORT_WAITING), dbs(mapping), dbs(allowed), dbi(dry), dbi(IMPORT_READY), dbi(IMPORT_DONE),
                      dbi(IMPORT_FAILED), dbi(IMPORT_CANCELLED)));
    return n ? E_OK : E_CONFLICT;
}

err job_cancel(tx *t, int64_t id)
{
    int64_t state, n;
    TRY(state_of(t, id, &state));
    TRY(db_exec_count(t->d, &n, "UPDATE import_job SET state = $2, ended_us = $3 WHERE id = $1 AND state IN ($4, $5, $6, $7)", dbi(id),
                      dbi(IMPORT_CANCELLED), dbi(t->now_us), dbi(IMPORT_UPLOADING), dbi(IMPORT_READY), dbi(IMPORT_WAITING),
                      dbi(IMPORT_RUNNING)));
    return n ? E_OK : E_CONFLICT;
}

err job_forget(tx *t, int64_t id)
{
    int64_t state, n;
    TRY(state_of(t, id, &state));
    TRY(db_exec_count(t->d, &n,
                      "UPDATE import_job SET salt = $2, state = CASE WHEN state IN ($3, $4) THEN $5 ELSE state END WHERE id = $1"
                      " AND state NOT IN ($6, $7)",
                      dbi(id), dbb(S("")), dbi(IMPORT_UPLOADING), dbi(IMPORT_READY), dbi(IMPORT_CANCELLED), dbi(IMPORT_WAITING),
                      dbi(IMPORT_RUNNING)));
    return n ? db_exec(t->d, "DELETE FROM import_error WHERE import = $1", dbi(id)) : E_CONFLICT;
}

// --- Tidying ---------------------------------------------------------------------------------------------------------------------------
#define KEPT_US (7 * US_PER_DAY)

err import_tidy(tx *t, bool *ret_more)
{
    int64_t id, last;
    *ret_more = false;
    TRY(db_int(t->d, &id, 0,
               "SELECT id FROM import_job WHERE length(salt) > 0 AND state NOT IN ($1, $2) AND made_us < $3 AND ended_us < $3"
               " ORDER BY id LIMIT 1",
               dbi(IMPORT_WAITING), dbi(IMPORT_RUNNING), dbi(t->now_us - KEPT_US)));
    if (id) {
        *ret_more = true;
        return job_forget(t, id);
    }
    TRY(db_exec(t->d, "DELETE FROM message_again WHERE at_us < $1", dbi(t->now_us - KEPT_US - US_PER_DAY)));
    TRY(db_int(t->d, &last, 0, "SELECT id FROM import_job ORDER BY id DESC LIMIT 1 OFFSET $1", dbi(IMPORT_JOBS_MAX)));
    TRY(db_exec(t->d, "DELETE FROM import_sum WHERE import <= $1", dbi(last)));
    return db_exec(t->d, "DELETE FROM import_job WHERE id <= $1 AND state >= $2", dbi(last), dbi(IMPORT_DONE));
}

// Whether the upload of a job is still wanted.
err job_keeps_file(db *d, int64_t id, bool *ret)
{
    int64_t n;
    TRY(db_int(d, &n, 0, "SELECT count(*) FROM import_job WHERE id = $1 AND length(salt) > 0 AND NOT (state = $2 AND dry = 0)", dbi(id),
               dbi(IMPORT_DONE)));
    *ret = n == 1;
    return E_OK;
}
