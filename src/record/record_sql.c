#include "record/record_sql.h"
#include "api/shape_rows.h"

// --- Building ---------------------------------------------------------------------------------------------------------------
#define TEXT(s, literal) buf_add_str(&(s)->text, S(literal))

// Names come from shapes and records: lower_snake, checked by the lints.
static void add_name(sql *s, const char *name) { buf_add_str(&s->text, str_c(name)); }

static void add_arg(sql *s, db_arg v)
{
    ENSURE(s->n < SQL_ARGS_MAX);
    s->args[s->n++] = v;
    buf_addf(&s->text, "$%zu", s->n);
}

static void add_column(sql *s, const field *fd)
{
    char name[COLUMN_MAX];
    add_name(s, record_column(fd, name));
}

unsigned record_columns(const record *k)
{
    unsigned n = 0;
    while (n < k->input->n && k->input->fields[n].k != K_OBJ)
        n++;
    return n;
}

int record_person_field(const record *k)
{
    for (unsigned i = 0; i < k->input->n; i++)
        if (is_person(&k->input->fields[i]))
            return (int)i;
    return -1;
}

const char *record_column(const field *fd, char out[COLUMN_MAX])
{
    ENSURE(snprintf(out, COLUMN_MAX, "%s%s", fd->name, fd->k == K_TIME ? "_us" : "") < COLUMN_MAX);
    return out;
}

int record_field(const shape *sh, const char *name)
{
    for (unsigned i = 0; i < sh->n; i++)
        if (strcmp(sh->fields[i].name, name) == 0)
            return (int)i;
    return -1;
}

db_arg record_arg(const shape *sh, int i, const void *in)
{
    const field *fd = &sh->fields[i];
    const void *at = record_at(fd, in);
    if (!record_has(in, i) || record_null(in, i))
        return dbn();
    if (fd->k == K_BOOL)
        return dbi(*(const bool *)at);
    if (fd->k == K_STR)
        return dbs(*(const str *)at);
    if (fd->k == K_ENUM)
        return dbs(str_c(fd->labels->labels[*(const unsigned *)at]));
    ENSURE(fd->k == K_I64 || fd->k == K_TIME);     // the lint lets no other kind through, and identities are no column
    return dbi(*(const int64_t *)at);
}

static err run(db *d, sql *s)
{
    err e = db_exec_text(d, buf_str(&s->text), s->args, s->n);
    buf_free(&s->text);
    return e;
}

static err ask(db *d, sql *s, db_rows *rows)
{
    err e = db_query_text(d, rows, buf_str(&s->text), s->args, s->n);
    buf_free(&s->text);
    return e;
}

static err ask_i64(db *d, sql *s, int64_t *ret)
{
    db_rows rows;
    TRY(ask(d, s, &rows));
    *ret = db_next(&rows) ? db_i64(&rows, 0) : 0;
    return db_end(&rows);
}

// --- Rows ---------------------------------------------------------------------------------------------------------------------
static void add_view(sql *s, const record *k)
{
    TEXT(s, "SELECT ");
    for (unsigned i = 0; i < k->view->n; i++) {
        if (i)
            TEXT(s, ", ");
        add_column(s, &k->view->fields[i]);
    }
    TEXT(s, " FROM ");
    add_name(s, record_table(k));
}

err record_row(const record *k, const db_rows *rows, arena *a, void *view)
{
    memset(view, 0, k->view->size);
    for (unsigned i = 0; i < k->view->n; i++) {
        const field *fd = &k->view->fields[i];
        bool zero_is_none = i + 1 == k->view->n || is_person(fd) || fd->pii;      // archived_us, the last; nobody; erased
        if (db_is_null(rows, (int)i) || (zero_is_none && db_i64(rows, (int)i) == 0))
            continue;
        if (fd->pii)
            *(str *)record_at(fd, view) = arena_fmt(a, "vault:%lld", (long long)db_i64(rows, (int)i));
        else if (!shape_column(fd, rows, (int)i, a, record_at(fd, view)))
            return E_CORRUPT;
        record_mark(view, (int)i);
    }
    return E_OK;
}

err record_sql_one(db *d, const record *k, int64_t id, arena *a, void *view, bool *ret_found)
{
    sql s = { 0 };
    db_rows rows;
    add_view(&s, k);
    TEXT(&s, " WHERE id = ");
    add_arg(&s, dbi(id));
    TRY(ask(d, &s, &rows));
    bool found = db_next(&rows);
    err e = found ? record_row(k, &rows, a, view) : E_OK, end = db_end(&rows);
    *ret_found = found;
    return e != E_OK ? e : end;
}

// --- Writes ---------------------------------------------------------------------------------------------------------------------
// Columns and values of one field: a person is two columns, what is personal is a vault id and its keyed hash.
typedef struct column_value { const char *suffix; db_arg v; } column_value;

static size_t values_of(const record *k, unsigned i, const void *input, const record_kept *kept, column_value out[2])
{
    const field *fd = &k->input->fields[i];
    if (is_person(fd)) {
        out[0] = (column_value){ NULL, dbi(kept->person) };
        return 1;
    }
    out[0] = (column_value){ "", record_arg(k->input, (int)i, input) };
    if (!fd->pii)
        return 1;
    bool there = kept->vault[i] != 0;
    out[0].v = dbi_or_null(there, kept->vault[i]);
    out[1] = (column_value){ "_hash", there ? dbb(str_of((const char *)&kept->hash[i], sizeof kept->hash[i])) : dbn() };
    return 2;
}

static void add_value_name(sql *s, const field *fd, const column_value *v)
{
    add_column(s, fd);
    if (v->suffix)
        add_name(s, v->suffix);
}

err record_sql_insert(db *d, const record *k, int64_t id, int64_t now_us, const void *input, const record_kept *kept)
{
    sql s = { 0 };
    column_value v[2];
    unsigned n = record_columns(k);
    TEXT(&s, "INSERT INTO ");
    add_name(&s, record_table(k));
    TEXT(&s, " (id, version, created_us, changed_us, archived_us");
    if (record_person_field(k) >= 0)
        TEXT(&s, ", subject");
    for (unsigned i = 0; i < n; i++)
        for (size_t c = 0, m = values_of(k, i, input, kept, v); c < m; c++) {
            TEXT(&s, ", ");
            add_value_name(&s, &k->input->fields[i], &v[c]);
        }
    TEXT(&s, ") VALUES (");
    add_arg(&s, dbi(id));
    TEXT(&s, ", 1, ");
    add_arg(&s, dbi(now_us));
    TEXT(&s, ", ");
    add_arg(&s, dbi(now_us));
    TEXT(&s, ", 0");
    if (record_person_field(k) >= 0) {
        TEXT(&s, ", ");
        add_arg(&s, dbi(kept->subject));
    }
    for (unsigned i = 0; i < n; i++)
        for (size_t c = 0, m = values_of(k, i, input, kept, v); c < m; c++) {
            TEXT(&s, ", ");
            add_arg(&s, v[c].v);
        }
    TEXT(&s, ")");
    return run(d, &s);
}

static void add_set(sql *s, const record *k, unsigned i, const void *change, const record_kept *kept)
{
    column_value v[2];
    for (size_t c = 0, m = values_of(k, i, change, kept, v); c < m; c++) {
        TEXT(s, ", ");
        add_value_name(s, &k->input->fields[i], &v[c]);
        TEXT(s, " = ");
        add_arg(s, v[c].v);
    }
}

err record_sql_update(db *d, const record *k, int64_t id, int64_t now_us, const void *change, const record_kept *kept)
{
    sql s = { 0 };
    TEXT(&s, "UPDATE ");
    add_name(&s, record_table(k));
    TEXT(&s, " SET version = version + 1, changed_us = ");
    add_arg(&s, dbi(now_us));
    if (kept->who) {
        TEXT(&s, ", subject = ");
        add_arg(&s, dbi(kept->subject));
    }
    for (unsigned i = 0, n = record_columns(k); i < n; i++) {
        const field *fd = &k->input->fields[i];
        bool kept_now = kept->personal >> i & 1;             // given, moved to another vault, or gone with the person
        if (is_person(fd) ? kept->who : fd->pii ? kept_now : record_has(change, (int)i))
            add_set(&s, k, i, change, kept);
    }
    TEXT(&s, " WHERE id = ");
    add_arg(&s, dbi(id));
    return run(d, &s);
}

err record_sql_archive(db *d, const record *k, int64_t id, int64_t now_us, int64_t archived_us)
{
    sql s = { 0 };
    TEXT(&s, "UPDATE ");
    add_name(&s, record_table(k));
    TEXT(&s, " SET version = version + 1, changed_us = ");
    add_arg(&s, dbi(now_us));
    TEXT(&s, ", archived_us = ");
    add_arg(&s, dbi(archived_us));
    TEXT(&s, " WHERE id = ");
    add_arg(&s, dbi(id));
    return run(d, &s);
}

err record_sql_delete(db *d, const record *k, int64_t id)
{
    sql s = { 0 };
    TEXT(&s, "DELETE FROM ");
    add_name(&s, record_table(k));
    TEXT(&s, " WHERE id = ");
    add_arg(&s, dbi(id));
    return run(d, &s);
}

// --- Looking up -------------------------------------------------------------------------------------------------------------------
err record_sql_subject(db *d, const record *k, int64_t id, int64_t *ret)
{
    sql s = { 0 };
    *ret = 0;
    if (record_person_field(k) < 0)
        return E_OK;
    TEXT(&s, "SELECT subject FROM ");
    add_name(&s, record_table(k));
    TEXT(&s, " WHERE id = ");
    add_arg(&s, dbi(id));
    return ask_i64(d, &s, ret);
}

err record_sql_by_key(db *d, const record *k, db_arg key, int64_t *ret)
{
    sql s = { 0 };
    TEXT(&s, "SELECT id FROM ");
    add_name(&s, record_table(k));
    TEXT(&s, " WHERE ");
    add_name(&s, k->key);
    if (key.kind == DB_BLOB)
        TEXT(&s, "_hash");
    TEXT(&s, " = ");
    add_arg(&s, key);
    return ask_i64(d, &s, ret);
}

const record *record_named(str name)
{
    for (const record *const *k = records; *k; k++)
        if (str_eq(name, str_c((*k)->name)))
            return *k;
    return NULL;
}

err record_sql_key_of(db *d, const record *k, int64_t id, arena *a, str *ret)
{
    sql s = { 0 };
    db_rows rows;
    TEXT(&s, "SELECT ");
    add_name(&s, k->key);
    TEXT(&s, " FROM ");
    add_name(&s, record_table(k));
    TEXT(&s, " WHERE id = ");
    add_arg(&s, dbi(id));
    TRY(ask(d, &s, &rows));
    *ret = db_next(&rows) ? arena_str(a, db_str(&rows, 0)) : (str){ "", 0 };
    return db_end(&rows);
}

// --- Lists ------------------------------------------------------------------------------------------------------------------------
// The filters of a slice stand before `sort`.
static void add_filters(sql *s, const listing *l)
{
    int n = record_field(l->shape, "sort");
    TEXT(s, " WHERE ");
    TEXT(s, "archived_us <= ");
    add_arg(s, dbi(l->archived ? INT64_MAX : 0));
    for (int i = 0; i < n; i++) {
        if (!record_has(l->in, i))
            continue;
        TEXT(s, " AND ");
        add_column(s, &l->shape->fields[i]);
        TEXT(s, " = ");
        add_arg(s, is_person(&l->shape->fields[i]) ? dbi(l->person) : record_arg(l->shape, i, l->in));
    }
}

static void add_after(sql *s, const listing *l)
{
    if (!l->after)
        return;
    if (l->sort < 0) {
        TEXT(s, " AND id");
    } else {
        TEXT(s, " AND (");
        add_column(s, &l->k->input->fields[l->sort]);
        TEXT(s, ", id)");
    }
    buf_add_str(&s->text, l->desc ? S(" < ") : S(" > "));
    if (l->sort < 0) {
        add_arg(s, dbi(l->after_id));
        return;
    }
    TEXT(s, "(");
    add_arg(s, l->after_value);
    TEXT(s, ", ");
    add_arg(s, dbi(l->after_id));
    TEXT(s, ")");
}

static void add_order(sql *s, const listing *l)
{
    str way = l->desc ? S(" DESC") : S("");
    TEXT(s, " ORDER BY ");
    if (l->sort >= 0) {
        add_column(s, &l->k->input->fields[l->sort]);
        buf_add_str(&s->text, way);
        TEXT(s, ", ");
    }
    TEXT(s, "id");
    buf_add_str(&s->text, way);
    TEXT(s, " LIMIT ");
    add_arg(s, dbi(l->limit));
}

err record_sql_list(db *d, const listing *l, db_rows *rows)
{
    sql s = { 0 };
    add_view(&s, l->k);
    add_filters(&s, l);
    add_after(&s, l);
    add_order(&s, l);
    return ask(d, &s, rows);
}

err record_sql_count(db *d, const listing *l, int64_t most, int64_t *ret)
{
    sql s = { 0 };
    TEXT(&s, "SELECT count(*) FROM (SELECT 1 FROM ");
    add_name(&s, record_table(l->k));
    add_filters(&s, l);
    TEXT(&s, " LIMIT ");
    add_arg(&s, dbi(most));
    TEXT(&s, ") AS c");
    return ask_i64(d, &s, ret);
}
