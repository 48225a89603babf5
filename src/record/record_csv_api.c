// Records from CSV and to CSV. An import is read and checked as a whole on a slow thread, then written: at once when it is one
// slice, otherwise slice by slice by a job. No row is written unless every row was good.
#include "base/map.h"
#include "base/time.h"
#include "record/record_csv.h"
#include "record/record_internal.h"

#define ERRORS_MAX 100

#define IMPORT_QUERY(F, T) F(T, BOOL, dry_run, .doc = "true: only check.")
SHAPE_STRUCT(record_import_query, IMPORT_QUERY);
SHAPE_TABLE(record_import_query, IMPORT_QUERY);

#define IMPORT_ERROR(F, T)                                                                                               \
    F(T, I64, line, .required = true, .doc = "Line of the file on which the row begins, from 1.")                        \
    F(T, STR, field, .max = 400, .doc = "The field to blame.")                                                           \
    F(T, STR, code, .required = true, .max = 60, .doc = "Error code, as elsewhere.")                                     \
    F(T, STR, text, .required = true, .max = 1000, .doc = "The same for people.")
SHAPE_STRUCT(record_import_error, IMPORT_ERROR);
SHAPE_TABLE(record_import_error, IMPORT_ERROR);

enum record_import_state { IMPORT_CHECKED, IMPORT_REFUSED, IMPORT_WRITTEN, IMPORT_RUNNING };
static const char *const state_names[] = { "checked", "refused", "written", "running", NULL };
static const enum_labels record_import_state_labels = { "record_import_state", state_names, NULL };

#define IMPORT_VIEW(F, T)                                                                                                \
    F(T, ENUM(record_import_state), state, .required = true,                                                             \
      .doc = "checked: dry run, all good. refused: nothing written. written: done. running: accepted, see `import`.")    \
    F(T, I64, rows, .required = true, .doc = "Rows in the file.")                                                        \
    F(T, I64, errors_total, .required = true, .doc = "Rows with an error, counted all.")                                 \
    F(T, LIST(record_import_error), errors, .required = true, .max = ERRORS_MAX, .doc = "The first of them.")            \
    F(T, I64, import, .doc = "Id of a running import.")
SHAPE_STRUCT(record_import_view, IMPORT_VIEW);
SHAPE_TABLE(record_import_view, IMPORT_VIEW);

typedef struct importing {
    const record *k;
    arena *a;
    db *d;
    lang lang;
    csv in;
    int at[CSV_CELLS_MAX];         // field of each column; -1: not looked at
    size_t columns;
    char *rows;                    // structs of k->input
    int64_t *lines;
    size_t n, cap;
    record_import_error *errors;
    size_t errors_n;
    int64_t errors_total;
} importing;

static void *row_at(const importing *m, size_t i) { return m->rows + i * m->k->input->size; }

// --- Reading ----------------------------------------------------------------------------------------------------------------
static void note(importing *m, int64_t line, const fault *f)
{
    if (m->errors_total++ >= ERRORS_MAX)
        return;
    record_import_error *e = &m->errors[m->errors_n++];
    SET(e, record_import_error, line, line);
    if (f->field.len)
        SET(e, record_import_error, field, f->field);
    SET(e, record_import_error, code, str_c(err_info_of(f->code)->code));
    SET(e, record_import_error, text, fault_text(f, m->a, m->lang));
}

static void note_code(importing *m, int64_t line, err code, str name, const char *detail)
{
    fault f = { .code = code, .field = name, .detail = str_c(detail) };
    note(m, line, &f);
}

// A head that is no column may be anything: as much of it as an answer can hold.
static str shown(str head)
{
    size_t n = head.len < 100 ? head.len : 100;
    while (n && n < head.len && ((uint8_t)head.s[n] & 0xC0) == 0x80)
        n--;
    return str_take(head, n);
}

// By name or by what people call it; columns the server sets are let be, so that an export can come back.
static int column_of(const record *k, str head, arena *a)
{
    for (unsigned i = 0; i < k->input->n; i++)
        if (str_eq(head, str_c(k->input->fields[i].name)) || (k->input->fields[i].zh && str_eq(head, str_c(k->input->fields[i].zh))))
            return (int)i;
    int of_view = record_field(k->view, arena_cstr(a, head));
    return of_view >= 0 && k->view->fields[of_view].readonly ? -1 : -2;
}

static void read_head(importing *m)
{
    str cells[CSV_CELLS_MAX];
    csv_got got = csv_next(&m->in, m->a, cells, &m->columns);
    if (got != CSV_ROW) {
        m->columns = 0;
        note_code(m, 1, E_BAD_REQUEST, (str){ 0 }, got == CSV_END ? "the file is empty" : m->in.why);
        return;
    }
    for (size_t i = 0; i < m->columns; i++) {
        str head = str_trim(cells[i]);
        m->at[i] = column_of(m->k, head, m->a);
        if (m->at[i] == -2)
            note_code(m, m->in.line, E_FIELD_UNKNOWN, shown(head), NULL);
        for (size_t j = 0; j < i; j++)
            if (m->at[i] >= 0 && m->at[i] == m->at[j])
                note_code(m, m->in.line, E_FIELD_DUPLICATE, shown(head), NULL);
    }
}

static void grow(importing *m)
{
    size_t cap = m->cap ? 2 * m->cap : 64, size = m->k->input->size;
    char *rows = arena_alloc(m->a, cap, size, alignof(max_align_t));
    int64_t *lines = arena_array(m->a, int64_t, cap);
    if (m->n) {
        memcpy(rows, m->rows, m->n * size);
        memcpy(lines, m->lines, m->n * sizeof *lines);
    }
    m->rows = rows;
    m->lines = lines;
    m->cap = cap;
}

static void read_row(importing *m, str *cells, size_t n)
{
    fault f = { 0 };
    if (n != m->columns) {
        note_code(m, m->in.line, E_BAD_REQUEST, (str){ 0 }, "not as many cells as the head has");
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (m->at[i] >= 0 && m->k->input->fields[m->at[i]].k == K_STR)
            cells[i] = csv_unguard(cells[i]);
        else
            cells[i] = str_trim(cells[i]);
    if (m->n == m->cap)
        grow(m);
    if (shape_read_cells(m->k->input, m->at, cells, n, m->a, &f, row_at(m, m->n)) != E_OK)
        note(m, m->in.line, &f);
    m->lines[m->n++] = m->in.line;
}

static void read_rows(importing *m)
{
    str cells[CSV_CELLS_MAX];
    size_t n;
    csv_got got = CSV_ROW;
    while (m->n < RECORD_IMPORT_ROWS_MAX && (got = csv_next(&m->in, m->a, cells, &n)) == CSV_ROW)
        read_row(m, cells, n);
    if (got == CSV_BAD)
        note_code(m, m->in.line, E_BAD_REQUEST, (str){ 0 }, m->in.why);
    fault f = { .code = E_FIELD_TOO_MANY, .field = S("rows"), .limit = RECORD_IMPORT_ROWS_MAX };
    if (m->n == RECORD_IMPORT_ROWS_MAX && csv_next(&m->in, m->a, cells, &n) != CSV_END)
        note(m, m->in.line, &f);
}

// --- Checking what one row cannot know: keys within the file, keys and references in the database -------------------------------------
static err check_rows(importing *m)
{
    int key = record_field(m->k->input, m->k->key);
    mapstr seen = { 0 };
    err e = E_OK;
    for (size_t i = 0; e == E_OK && i < m->n; i++) {
        fault f = { 0 };
        str v = *(str *)record_at(&m->k->input->fields[key], row_at(m, i));
        uint64_t before;
        if (mapstr_get(&seen, v, &before)) {
            note_code(m, m->lines[i], E_FIELD_DUPLICATE, str_c(m->k->key), NULL);
            continue;
        }
        mapstr_put(&seen, v, i);
        e = record_check(m->d, m->k, row_at(m, i), 0, m->a, &f);
        if (e == E_EXISTS || e == E_FIELD_VALUE) {
            note(m, m->lines[i], &f);
            e = E_OK;
        }
    }
    mapstr_free(&seen);
    return e;
}

static importing *import_new(const record *k, db *d, arena *a, str text, lang l)
{
    importing *m = arena_new(a, importing);
    *m = (importing){ .k = k, .a = a, .d = d, .lang = l, .in = csv_open(text), .errors = arena_array(a, record_import_error, ERRORS_MAX) };
    read_head(m);
    if (!m->errors_total)
        read_rows(m);
    return m;
}

// Slow thread.
err record_import_read(req *r, const record *k)
{
    importing *m = import_new(k, r->d, r->a, r->body_text, r->who.lang);
    r->prepared = m;
    return m->errors_total ? E_OK : check_rows(m);
}

// --- Writing CSV --------------------------------------------------------------------------------------------------------------
static str cell_text(arena *a, const shape *sh, int i, const void *in)
{
    const field *fd = &sh->fields[i];
    if (!record_has(in, i))
        return S("");
    if (fd->k == K_TIME)
        return time_iso(a, *(int64_t *)record_at(fd, in));
    if (fd->k == K_BOOL)
        return *(bool *)record_at(fd, in) ? S("true") : S("false");
    db_arg v = record_arg(sh, i, in);
    if (v.kind == DB_I64)
        return arena_fmt(a, "%lld", (long long)v.i);
    return fd->k == K_STR ? csv_guard(a, v.s) : v.s;
}

static void add_head(buf *b, const shape *sh)
{
    for (unsigned i = 0; i < sh->n; i++)
        csv_add_cell(b, str_c(sh->fields[i].name), i == 0);
    csv_add_end(b);
}

static void add_row(buf *b, const shape *sh, const void *in, arena *a)
{
    arena_mark before = arena_save(a);
    for (unsigned i = 0; i < sh->n; i++)
        csv_add_cell(b, cell_text(a, sh, (int)i, in), i == 0);
    csv_add_end(b);
    arena_release(a, before);
}

// --- Import: writing ------------------------------------------------------------------------------------------------------------
static err write_at_once(req *r, const importing *m)
{
    int64_t id;
    for (size_t i = 0; i < m->n; i++)
        TRY(record_add(r->tx, m->k, (record_who){ (enum audit_who)r->who.kind, r->who.id }, row_at(m, i), &id));
    return E_OK;
}

static err keep_slice(req *r, const importing *m, int64_t import, size_t from)
{
    buf b = { 0 };
    add_head(&b, m->k->input);
    for (size_t i = from; i < m->n && i < from + RECORD_IMPORT_SLICE_ROWS; i++)
        add_row(&b, m->k->input, row_at(m, i), r->a);
    err e = db_exec(r->d, "INSERT INTO record_import_slice (import, place, csv) VALUES ($1, $2, $3)", dbi(import),
                    dbi((int64_t)from / RECORD_IMPORT_SLICE_ROWS), dbs(buf_str(&b)));
    buf_free(&b);
    return e;
}

static err keep(req *r, const importing *m, int64_t *ret_id)
{
    int64_t id = tx_id(r->tx);
    TRY(db_exec(r->d,
                "INSERT INTO record_import (id, record, at_us, who_kind, who_id, rows, written, refused) VALUES ($1, $2, $3, $4, $5, $6, 0, 0)",
                dbi(id), dbs(str_c(m->k->name)), dbi(r->tx->now_us), dbi((int64_t)r->who.kind), dbi(r->who.id), dbi((int64_t)m->n)));
    for (size_t from = 0; from < m->n; from += RECORD_IMPORT_SLICE_ROWS)
        TRY(keep_slice(r, m, id, from));
    *ret_id = id;
    return E_OK;
}

err record_import(req *r, const record *k)
{
    const importing *m = r->prepared;
    const record_import_query *q = r->query;
    record_import_view *out = r->reply;
    enum record_import_state state = m->errors_total ? IMPORT_REFUSED : HAS(q, record_import_query, dry_run) && q->dry_run ? IMPORT_CHECKED
                                     : m->n <= RECORD_IMPORT_SLICE_ROWS ? IMPORT_WRITTEN : IMPORT_RUNNING;
    int64_t import = 0;
    if (state == IMPORT_WRITTEN)
        TRY(write_at_once(r, m));
    if (state == IMPORT_RUNNING)
        TRY(keep(r, m, &import));
    if (state == IMPORT_WRITTEN || state == IMPORT_RUNNING)
        TRY(audit_by(r, arena_fmt(r->a, "%s.imported", k->name), str_c(k->name), import, arena_fmt(r->a, "{\"rows\":%zu}", m->n)));
    SET(out, record_import_view, state, state);
    SET(out, record_import_view, rows, (int64_t)m->n);
    SET(out, record_import_view, errors_total, m->errors_total);
    SET(out, record_import_view, errors, (typeof(out->errors)){ m->errors, (uint32_t)m->errors_n });
    if (import)
        SET(out, record_import_view, import, import);
    r->status = state == IMPORT_RUNNING ? 202 : 200;
    return E_OK;
}

// --- Import: the job ------------------------------------------------------------------------------------------------------------
typedef struct slice { int64_t import, place; str csv, record; record_who who; } slice;

static err next_slice(tx *t, slice *ret, bool *ret_found)
{
    db_rows r;
    TRY(db_query_one(t->d, &r, ret_found,
                     "SELECT s.import, s.place, s.csv, i.record, i.who_kind, i.who_id FROM record_import_slice s"
                     " JOIN record_import i ON i.id = s.import ORDER BY s.import, s.place LIMIT 1"));
    if (*ret_found)
        *ret = (slice){ db_i64(&r, 0), db_i64(&r, 1), arena_str(t->a, db_str(&r, 2)), arena_str(t->a, db_str(&r, 3)),
                        { (enum audit_who)db_i64(&r, 4), db_i64(&r, 5) } };
    return db_end(&r);
}

static const record *record_named(str name)
{
    for (const record *const *k = records; *k; k++)
        if (str_eq(name, str_c((*k)->name)))
            return *k;
    return NULL;
}

// Rows were good when the import was accepted; what has become taken since is left out and counted.
static err write_slice(tx *t, const slice *s, const record *k, int64_t *ret_written, int64_t *ret_refused)
{
    const importing *m = import_new(k, t->d, t->a, s->csv, LANG_EN);
    *ret_written = 0;
    *ret_refused = m->errors_total;
    for (size_t i = 0; !m->errors_total && i < m->n; i++) {
        int64_t id;
        err e = record_add(t, k, s->who, row_at(m, i), &id);
        if (e != E_OK && e != E_EXISTS && e != E_FIELD_VALUE)
            return e;
        *ret_written += e == E_OK;
        *ret_refused += e != E_OK;
    }
    return E_OK;
}

err record_import_step(tx *t, bool *ret_more)
{
    slice s;
    int64_t written, refused;
    TRY(next_slice(t, &s, ret_more));
    if (!*ret_more)
        return E_OK;
    const record *k = record_named(s.record);
    if (!k)
        return fault_detail(t->f, t->a, E_CORRUPT, "an import of " STR_FMT ", which is no record", STR_ARG(s.record));
    TRY(write_slice(t, &s, k, &written, &refused));
    TRY(db_exec(t->d, "DELETE FROM record_import_slice WHERE import = $1 AND place = $2", dbi(s.import), dbi(s.place)));
    return db_exec(t->d, "UPDATE record_import SET written = written + $2, refused = refused + $3 WHERE id = $1", dbi(s.import), dbi(written),
                   dbi(refused));
}

// --- Import: how far it is ------------------------------------------------------------------------------------------------------
#define PROGRESS_VIEW(F, T)                                                                                              \
    F(T, I64, id, .required = true, .doc = "Id.")                                                                        \
    F(T, STR, record, .required = true, .max = 60, .doc = "Of what.")                                                    \
    F(T, TIME, at, .required = true, .doc = "When it was accepted.")                                                     \
    F(T, I64, rows, .required = true, .doc = "Rows in the file.")                                                        \
    F(T, I64, written, .required = true, .doc = "Rows written so far.")                                                  \
    F(T, I64, refused, .required = true, .doc = "Rows left out: their key or reference was taken or gone meanwhile.")    \
    F(T, BOOL, done, .required = true, .doc = "Nothing is left to write.")
SHAPE_STRUCT(record_import_progress, PROGRESS_VIEW);
SHAPE_TABLE(record_import_progress, PROGRESS_VIEW);

err record_import_get(req *r)
{
    record_import_progress *v = r->reply;
    db_rows rows;
    bool found;
    TRY(db_query_one(r->d, &rows, &found, "SELECT id, record, at_us, rows, written, refused FROM record_import WHERE id = $1",
                     dbi(r->path_id[0])));
    if (found) {
        SET(v, record_import_progress, id, db_i64(&rows, 0));
        SET(v, record_import_progress, record, arena_str(r->a, db_str(&rows, 1)));
        SET(v, record_import_progress, at, db_i64(&rows, 2));
        SET(v, record_import_progress, rows, db_i64(&rows, 3));
        SET(v, record_import_progress, written, db_i64(&rows, 4));
        SET(v, record_import_progress, refused, db_i64(&rows, 5));
        SET(v, record_import_progress, done, v->written + v->refused >= v->rows);
    }
    TRY(db_end(&rows));
    return found ? E_OK : req_fail_detail(r, E_NOT_FOUND, "import");
}

// --- Export -----------------------------------------------------------------------------------------------------------------------
err record_export(req *r, const record *k)
{
    listing l;
    db_rows rows;
    int64_t n = 0;
    err e = E_OK;
    TRY(record_listing(r, k, k->slice, &l));
    l.limit = RECORD_EXPORT_ROWS_MAX + 1;
    buf_add_str(r->raw, S(CSV_BOM));
    add_head(r->raw, k->view);
    void *view = arena_alloc(r->a, 1, k->view->size, alignof(max_align_t));
    TRY(record_sql_list(r->d, &l, &rows));
    while (e == E_OK && n <= RECORD_EXPORT_ROWS_MAX && db_next(&rows)) {
        arena_mark before = arena_save(r->a);
        e = record_row(k, &rows, r->a, view);
        if (e == E_OK)
            add_row(r->raw, k->view, view, r->a);
        arena_release(r->a, before);
        n++;
    }
    err end = db_end(&rows);
    if (e == E_OK && n > RECORD_EXPORT_ROWS_MAX)
        return fault_field(&r->f, r->a, E_LIMIT_REACHED, (str){ 0 }, RECORD_EXPORT_ROWS_MAX);
    req_header(r, S("content-disposition"), arena_fmt(r->a, "attachment; filename=\"%s.csv\"", k->path));
    return e != E_OK ? e : end;
}
