// Records from CSV and to CSV. An import is read and checked as a whole on a slow thread, then written: at once when it is one
// slice, otherwise slice by slice by a job. No row is written unless every row was good.
#include "base/map.h"
#include "base/time.h"
#include "record/record_csv.h"
#include "record/record_internal.h"

#define ERRORS_MAX 100

static const char *const effects_names[] = { "all", "quiet", "none", NULL };
static const enum_labels record_import_effects_labels = { "record_import_effects", effects_names, NULL };
enum record_import_effects { IMPORT_ALL, IMPORT_QUIET, IMPORT_NONE };       // in the order of enum effects

#define IMPORT_QUERY(F, T)                                                                                               \
    F(T, BOOL, dry_run, .doc = "true: only check.")                                                                      \
    F(T, BOOL, update, .doc = "true: a row whose key is there already changes that record where it differs.")            \
    F(T, ENUM(record_import_effects), effects, .doc = "What its events may set in motion; none when absent.")
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
    const engine *e;
    arena *a;
    db *d;
    lang lang;
    csv in;
    bool updates;                  // rows may be there already
    bool sealed;                   // personal data is sealed already: a slice of our own
    const shape *input, *ids;      // shapes the cells are read by
    int at[CSV_CELLS_MAX];         // field of each column; -1: not looked at
    int who[CSV_CELLS_MAX];        // the same of the identities
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

static int named(const shape *sh, unsigned n, str head)
{
    for (unsigned i = 0; i < n; i++)
        if (str_eq(head, str_c(sh->fields[i].name)) || (sh->fields[i].zh && str_eq(head, str_c(sh->fields[i].zh))))
            return (int)i;
    return -1;
}

static bool takes_identities(const record *k) { return record_columns(k) < k->input->n; }

// By name or by what people call it; columns the server sets are let be, so that an export can come back.
static int column_of(const record *k, str head, arena *a)
{
    int i = named(k->input, record_columns(k), head);
    if (i >= 0)
        return i;
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
        m->who[i] = m->at[i] == -2 && takes_identities(m->k) ? named(&record_identities_shape, record_identities_shape.n, head) : -1;
        if (m->who[i] >= 0)
            m->at[i] = -1;
        if (m->at[i] == -2)
            note_code(m, m->in.line, E_FIELD_UNKNOWN, shown(head), NULL);
        for (size_t j = 0; j < i; j++)
            if ((m->at[i] >= 0 && m->at[i] == m->at[j]) || (m->who[i] >= 0 && m->who[i] == m->who[j]))
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

// Columns of identities make the object they are part of.
static err read_identities(importing *m, str *cells, size_t n, fault *f, void *row)
{
    int at = record_field(m->input, "identities");
    bool any = false;
    for (size_t i = 0; i < n; i++)
        any = any || (m->who[i] >= 0 && cells[i].len);
    if (!any)
        return E_OK;
    record_mark(row, at);
    return shape_read_cells(m->ids, m->who, cells, n, m->a, f, record_at(&m->input->fields[at], row));
}

static err read_cells(importing *m, str *cells, size_t n, fault *f, void *row)
{
    TRY(shape_read_cells(m->input, m->at, cells, n, m->a, f, row));
    TRY(read_identities(m, cells, n, f, row));
    return m->sealed ? E_OK : record_seal_row(m->e, m->k, row, m->a, f);
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
    if (read_cells(m, cells, n, &f, row_at(m, m->n)) != E_OK)
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
static bool refusal(err e) { return e == E_EXISTS || e == E_FIELD_VALUE || e == E_FIELD_REQUIRED || e == E_TRANSITION; }

static str key_text(const importing *m, size_t i)
{
    db_arg key = record_key(m->k, row_at(m, i), m->a);
    return key.s;
}

// Against what is there now: free, or the record it changes.
static err check_row(importing *m, size_t i, fault *f)
{
    int64_t id = 0;
    bool found;
    void *before = NULL;
    if (m->updates)
        TRY(record_sql_by_key(m->d, m->k, record_key(m->k, row_at(m, i), m->a), &id));
    if (id) {
        before = arena_alloc(m->a, 1, m->k->view->size, alignof(max_align_t));
        TRY(record_sql_one(m->d, m->k, id, m->a, before, &found));
        if (record_has(before, (int)m->k->view->n - 1))
            return fault_field(f, m->a, E_EXISTS, str_c(m->k->key), 0);
    }
    return record_check(m->d, m->k, row_at(m, i), before, id, m->a, f);
}

static err check_rows(importing *m)
{
    mapstr seen = { 0 };
    err e = E_OK;
    for (size_t i = 0; e == E_OK && i < m->n; i++) {
        fault f = { 0 };
        str v = key_text(m, i);
        uint64_t before;
        if (mapstr_get(&seen, v, &before)) {
            note_code(m, m->lines[i], E_FIELD_DUPLICATE, str_c(m->k->key), NULL);
            continue;
        }
        mapstr_put(&seen, v, i);
        e = check_row(m, i, &f);
        if (refusal(e)) {
            note(m, m->lines[i], &f);
            e = E_OK;
        }
    }
    mapstr_free(&seen);
    return e;
}

static importing *import_new(const record *k, const engine *e, db *d, arena *a, str text, lang l, bool sealed)
{
    importing *m = arena_new(a, importing);
    *m = (importing){ .k = k, .e = e, .a = a, .d = d, .lang = l, .in = csv_open(text), .sealed = sealed,
                      .input = sealed ? record_sealed_shape(k->input, a) : k->input,
                      .ids = sealed ? record_sealed_shape(&record_identities_shape, a) : &record_identities_shape,
                      .errors = arena_array(a, record_import_error, ERRORS_MAX) };
    read_head(m);
    if (!m->errors_total)
        read_rows(m);
    return m;
}

static bool updates(const req *r)
{
    const record_import_query *q = r->query;
    return HAS(q, record_import_query, update) && q->update;
}

// Slow thread: parses, seals what is personal, checks.
err record_import_read(req *r, const record *k)
{
    importing *m = import_new(k, r->app, r->d, r->a, r->body_text, r->who.lang, false);
    m->updates = updates(r);
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
static effects effects_of(const req *r)
{
    const record_import_query *q = r->query;
    return HAS(q, record_import_query, effects) ? (effects)q->effects : EFFECTS_NONE;
}

static err write_row(tx *t, const importing *m, size_t i, const record_who *who, bool *ret_changed)
{
    bool added;
    int64_t id;
    *ret_changed = true;
    return m->updates ? record_put(t, m->k, who, row_at(m, i), &added, ret_changed, &id) : record_add(t, m->k, who, row_at(m, i), &id);
}

static err write_at_once(req *r, const importing *m)
{
    const record_who who = { (enum audit_who)r->who.kind, r->who.id, r->who.name, r->who.source, effects_of(r) };
    bool changed;
    for (size_t i = 0; i < m->n; i++)
        TRY(write_row(r->tx, m, i, &who, &changed));
    return E_OK;
}

// A slice as CSV: the columns of the input, identities as columns of their own.
static void add_slice_head(buf *b, const record *k)
{
    unsigned n = record_columns(k);
    for (unsigned i = 0; i < n; i++)
        csv_add_cell(b, str_c(k->input->fields[i].name), i == 0);
    for (unsigned i = 0; takes_identities(k) && i < record_identities_shape.n; i++)
        if (record_field(k->view, record_identities_shape.fields[i].name) < 0)         // a field of that name is the record's own
            csv_add_cell(b, str_c(record_identities_shape.fields[i].name), false);
    csv_add_end(b);
}

static void add_slice_row(buf *b, const record *k, const void *row, arena *a)
{
    arena_mark before = arena_save(a);
    unsigned n = record_columns(k);
    for (unsigned i = 0; i < n; i++)
        csv_add_cell(b, cell_text(a, k->input, (int)i, row), i == 0);
    const void *ids = takes_identities(k) && record_has(row, (int)n) ? record_at(&k->input->fields[n], row) : NULL;
    for (unsigned i = 0; takes_identities(k) && i < record_identities_shape.n; i++)
        if (record_field(k->view, record_identities_shape.fields[i].name) < 0)
            csv_add_cell(b, ids ? cell_text(a, &record_identities_shape, (int)i, ids) : S(""), false);
    csv_add_end(b);
    arena_release(a, before);
}

static err keep_slice(req *r, const importing *m, int64_t import, size_t from)
{
    buf b = { 0 };
    add_slice_head(&b, m->k);
    for (size_t i = from; i < m->n && i < from + RECORD_IMPORT_SLICE_ROWS; i++)
        add_slice_row(&b, m->k, row_at(m, i), r->a);
    err e = db_exec(r->d, "INSERT INTO record_import_slice (import, place, csv) VALUES ($1, $2, $3)", dbi(import),
                    dbi((int64_t)from / RECORD_IMPORT_SLICE_ROWS), dbs(buf_str(&b)));
    buf_free(&b);
    return e;
}

static err keep(req *r, const importing *m, int64_t *ret_id)
{
    int64_t id = tx_id(r->tx);
    TRY(db_exec(r->d,
                "INSERT INTO record_import (id, record, at_us, who_kind, who_id, rows, written, refused, effects, updates, updated)"
                " VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, $8, 0)",
                dbi(id), dbs(str_c(m->k->name)), dbi(r->tx->now_us), dbi((int64_t)r->who.kind), dbi(r->who.id), dbi((int64_t)m->n),
                dbi(effects_of(r)), dbi(m->updates)));
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
typedef struct slice { int64_t import, place; str csv, record; record_who who; bool updates; } slice;
typedef struct counts { int64_t written, refused, changed; } counts;

static err next_slice(tx *t, slice *ret, bool *ret_found)
{
    db_rows r;
    TRY(db_query_one(t->d, &r, ret_found,
                     "SELECT s.import, s.place, s.csv, i.record, i.who_kind, i.who_id, i.effects, i.updates FROM record_import_slice s"
                     " JOIN record_import i ON i.id = s.import ORDER BY s.import, s.place LIMIT 1"));
    if (*ret_found)
        *ret = (slice){ db_i64(&r, 0), db_i64(&r, 1), arena_str(t->a, db_str(&r, 2)), arena_str(t->a, db_str(&r, 3)),
                        { (enum audit_who)db_i64(&r, 4), db_i64(&r, 5), S("import"), 0, (effects)db_i64(&r, 6) }, db_i64(&r, 7) != 0 };
    return db_end(&r);
}

// Rows were good when the import was accepted; what has become taken since is left out and counted.
static err write_slice(tx *t, const slice *s, const record *k, counts *ret)
{
    importing *m = import_new(k, engine_of(t), t->d, t->a, s->csv, LANG_EN, true);
    m->updates = s->updates;
    *ret = (counts){ .refused = m->errors_total };
    for (size_t i = 0; !m->errors_total && i < m->n; i++) {
        bool changed;
        err e = write_row(t, m, i, &s->who, &changed);
        if (e != E_OK && !refusal(e))
            return e;
        ret->written += e == E_OK;
        ret->refused += e != E_OK;
        ret->changed += e == E_OK && changed;
    }
    return E_OK;
}

err record_import_step(tx *t, bool *ret_more)
{
    slice s;
    counts n;
    TRY(next_slice(t, &s, ret_more));
    if (!*ret_more)
        return E_OK;
    const record *k = record_named(s.record);
    if (!k)
        return fault_detail(t->f, t->a, E_CORRUPT, "an import of " STR_FMT ", which is no record", STR_ARG(s.record));
    TRY(write_slice(t, &s, k, &n));
    TRY(db_exec(t->d, "DELETE FROM record_import_slice WHERE import = $1 AND place = $2", dbi(s.import), dbi(s.place)));
    return db_exec(t->d, "UPDATE record_import SET written = written + $2, refused = refused + $3, updated = updated + $4 WHERE id = $1",
                   dbi(s.import), dbi(n.written), dbi(n.refused), dbi(n.changed));
}

// --- Import: how far it is ------------------------------------------------------------------------------------------------------
#define PROGRESS_VIEW(F, T)                                                                                              \
    F(T, I64, id, .required = true, .doc = "Id.")                                                                        \
    F(T, STR, record, .required = true, .max = 60, .doc = "Of what.")                                                    \
    F(T, TIME, at, .required = true, .doc = "When it was accepted.")                                                     \
    F(T, I64, rows, .required = true, .doc = "Rows in the file.")                                                        \
    F(T, I64, written, .required = true, .doc = "Rows written so far.")                                                  \
    F(T, I64, refused, .required = true, .doc = "Rows left out: their key or reference was taken or gone meanwhile.")    \
    F(T, BOOL, done, .required = true, .doc = "Nothing is left to write.")                                               \
    F(T, I64, changed, .required = true, .doc = "Rows that were new, or made a difference.")
SHAPE_STRUCT(record_import_progress, PROGRESS_VIEW);
SHAPE_TABLE(record_import_progress, PROGRESS_VIEW);

err record_import_get(req *r)
{
    record_import_progress *v = r->reply;
    db_rows rows;
    bool found;
    TRY(db_query_one(r->d, &rows, &found, "SELECT id, record, at_us, rows, written, refused, updated FROM record_import WHERE id = $1",
                     dbi(r->path_id[0])));
    if (found) {
        SET(v, record_import_progress, id, db_i64(&rows, 0));
        SET(v, record_import_progress, record, arena_str(r->a, db_str(&rows, 1)));
        SET(v, record_import_progress, at, db_i64(&rows, 2));
        SET(v, record_import_progress, rows, db_i64(&rows, 3));
        SET(v, record_import_progress, written, db_i64(&rows, 4));
        SET(v, record_import_progress, refused, db_i64(&rows, 5));
        SET(v, record_import_progress, changed, db_i64(&rows, 6));
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
            e = record_mask(r->d, r->app, k, r->a, view);
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
