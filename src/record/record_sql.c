#include "record/record_sql.h"

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
    ENSURE(fd->k == K_I64 || fd->k == K_TIME);     // the lint lets no other kind through
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
    add_name(s, k->name);
}

static bool read_enum(const field *fd, str label, void *at)
{
    for (int i = 0; fd->labels->labels[i]; i++) {
        if (!str_eq(label, str_c(fd->labels->labels[i])))
            continue;
        memcpy(at, &i, sizeof i);
        return true;
    }
    return false;
}

static bool read_column(const field *fd, const db_rows *rows, int col, arena *a, void *at)
{
    switch (fd->k) {
    case K_BOOL: *(bool *)at = db_i64(rows, col) != 0; return true;
    case K_I64: case K_TIME: *(int64_t *)at = db_i64(rows, col); return true;
    case K_STR: *(str *)at = arena_str(a, db_str(rows, col)); return true;
    case K_ENUM: return read_enum(fd, db_str(rows, col), at);
    default: return false;
    }
}

err record_row(const record *k, const db_rows *rows, arena *a, void *view)
{
    memset(view, 0, k->view->size);
    for (unsigned i = 0; i < k->view->n; i++) {
        bool in_use = i + 1 == k->view->n && db_i64(rows, (int)i) == 0;       // archived_us, the last
        if (db_is_null(rows, (int)i) || in_use)
            continue;
        if (!read_column(&k->view->fields[i], rows, (int)i, a, record_at(&k->view->fields[i], view)))
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
err record_sql_insert(db *d, const record *k, int64_t id, int64_t now_us, const void *input)
{
    sql s = { 0 };
    TEXT(&s, "INSERT INTO ");
    add_name(&s, k->name);
    TEXT(&s, " (id, version, created_us, changed_us, archived_us");
    for (unsigned i = 0; i < k->input->n; i++) {
        TEXT(&s, ", ");
        add_column(&s, &k->input->fields[i]);
    }
    TEXT(&s, ") VALUES (");
    add_arg(&s, dbi(id));
    TEXT(&s, ", 1, ");
    add_arg(&s, dbi(now_us));
    TEXT(&s, ", ");
    add_arg(&s, dbi(now_us));
    TEXT(&s, ", 0");
    for (unsigned i = 0; i < k->input->n; i++) {
        TEXT(&s, ", ");
        add_arg(&s, record_arg(k->input, (int)i, input));
    }
    TEXT(&s, ")");
    return run(d, &s);
}

err record_sql_update(db *d, const record *k, int64_t id, int64_t now_us, const void *change)
{
    sql s = { 0 };
    TEXT(&s, "UPDATE ");
    add_name(&s, k->name);
    TEXT(&s, " SET version = version + 1, changed_us = ");
    add_arg(&s, dbi(now_us));
    for (unsigned i = 0; i < k->change->n; i++) {
        if (!record_has(change, (int)i))
            continue;
        TEXT(&s, ", ");
        add_column(&s, &k->change->fields[i]);
        TEXT(&s, " = ");
        add_arg(&s, record_arg(k->change, (int)i, change));
    }
    TEXT(&s, " WHERE id = ");
    add_arg(&s, dbi(id));
    return run(d, &s);
}

err record_sql_archive(db *d, const record *k, int64_t id, int64_t now_us)
{
    sql s = { 0 };
    TEXT(&s, "UPDATE ");
    add_name(&s, k->name);
    TEXT(&s, " SET version = version + 1, changed_us = ");
    add_arg(&s, dbi(now_us));
    TEXT(&s, ", archived_us = ");
    add_arg(&s, dbi(now_us));
    TEXT(&s, " WHERE id = ");
    add_arg(&s, dbi(id));
    return run(d, &s);
}

err record_sql_key_taken(db *d, const record *k, str key, int64_t but_id, bool *ret)
{
    sql s = { 0 };
    int64_t id;
    TEXT(&s, "SELECT id FROM ");
    add_name(&s, k->name);
    TEXT(&s, " WHERE ");
    add_name(&s, k->key);
    TEXT(&s, " = ");
    add_arg(&s, dbs(key));
    TRY(ask_i64(d, &s, &id));
    *ret = id != 0 && id != but_id;
    return E_OK;
}

err record_sql_exists(db *d, const char *name, int64_t id, bool *ret)
{
    sql s = { 0 };
    int64_t found;
    TEXT(&s, "SELECT id FROM ");
    add_name(&s, name);
    TEXT(&s, " WHERE id = ");
    add_arg(&s, dbi(id));
    TRY(ask_i64(d, &s, &found));
    *ret = found != 0;
    return E_OK;
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
        add_arg(s, record_arg(l->shape, i, l->in));
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
    add_name(&s, l->k->name);
    add_filters(&s, l);
    TEXT(&s, " LIMIT ");
    add_arg(&s, dbi(most));
    TEXT(&s, ") AS c");
    return ask_i64(d, &s, ret);
}
