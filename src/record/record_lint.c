// The tables as they are, against the shapes as declared.
#include "record/record_sql.h"

#define LINES(b, k, ...) (buf_addf(b, "%s: ", (k)->name), buf_addf(b, __VA_ARGS__), buf_add_char(b, '\n'))

// --- The declaration by itself ------------------------------------------------------------------------------------------------
static const char *type_of(const field *fd) { return fd->k == K_STR || fd->k == K_ENUM ? "TEXT" : "BIGINT"; }

static bool storable(field_kind kind) { return kind == K_BOOL || kind == K_I64 || kind == K_STR || kind == K_TIME || kind == K_ENUM; }

static bool declared(const record *const *list, const char *name)
{
    for (; *list; list++)
        if (strcmp((*list)->name, name) == 0)
            return true;
    return false;
}

static void lint_field(const record *const *list, const record *k, unsigned i, buf *report)
{
    const field *fd = &k->input->fields[i];
    const char *name = fd->name;
    if (!storable(fd->k))
        LINES(report, k, "field %s has a kind no column holds", name);
    if (fd->required == fd->nullable)
        LINES(report, k, "field %s must be either required or nullable", name);
    if (fd->pii)
        LINES(report, k, "field %s is personal data, which records do not seal", name);
    if (fd->sort && !fd->required)
        LINES(report, k, "field %s is sorted by but may be absent", name);
    if (fd->sort && fd->k == K_STR && fd->max > RECORD_TEXT_MAX)
        LINES(report, k, "field %s is sorted by but too long for a cursor", name);
    if (fd->ref && (fd->k != K_I64 || !declared(list, fd->ref)))
        LINES(report, k, "field %s refers to %s, which is no record", name, fd->ref);
    if (strcmp(k->view->fields[i + 2].name, name) != 0)
        LINES(report, k, "field %s does not stand third in the view and so on", name);
}

static void lint_filters(const record *k, buf *report)
{
    int n = record_field(k->slice, "sort"), flagged = 0;
    for (unsigned i = 0; i < k->input->n; i++)
        flagged += k->input->fields[i].filter;
    for (int i = 0; i < n; i++)
        if (!k->slice->fields[i].filter)
            LINES(report, k, "field %s stands among the filters without being one", k->slice->fields[i].name);
    if (flagged != n)
        LINES(report, k, "%d fields are filters, %d stand among them", flagged, n);
}

static bool lint_declaration(const record *const *list, const record *k, buf *report)
{
    int key = record_field(k->input, k->key);
    if (key < 0 || k->input->fields[key].k != K_STR || !k->input->fields[key].required)
        LINES(report, k, "the key %s is no required text", k->key);
    if (k->view->n != k->input->n + 5) {
        LINES(report, k, "the view is not head, fields and tail");
        return false;
    }
    for (unsigned i = 0; i < k->input->n; i++)
        lint_field(list, k, i, report);
    lint_filters(k, report);
    return true;
}

// Asked of SQLite's catalogue; PostgreSQL's answers the same two questions (columns, indexes) when it is there.
// --- The table ------------------------------------------------------------------------------------------------------------------
typedef struct column { str name, type; bool not_null; } column;
#define COLUMNS_MAX 80

static err table_columns(db *d, const record *k, arena *a, column *out, size_t *ret_n)
{
    db_rows r;
    size_t n = 0;
    TRY(db_query(d, &r, "SELECT name, type, \"notnull\", pk FROM pragma_table_info($1)", dbs(str_c(k->name))));
    while (n < COLUMNS_MAX && db_next(&r))
        out[n++] = (column){ arena_str(a, db_str(&r, 0)), arena_str(a, db_str(&r, 1)), db_i64(&r, 2) || db_i64(&r, 3) };
    *ret_n = n;
    return db_end(&r);
}

static const column *column_named(const column *v, size_t n, str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(v[i].name, name))
            return &v[i];
    return NULL;
}

// Of the view's field i: the last, archived_us, is never null though the field may be absent.
static void lint_column(const record *k, unsigned i, const column *v, size_t n, buf *report)
{
    const field *fd = &k->view->fields[i];
    char name[COLUMN_MAX];
    const column *c = column_named(v, n, str_c(record_column(fd, name)));
    bool not_null = fd->required || i + 1 == k->view->n;
    if (!c) {
        LINES(report, k, "column %s is missing", name);
        return;
    }
    if (!str_eq(c->type, str_c(type_of(fd))))
        LINES(report, k, "column %s is " STR_FMT ", not %s", name, STR_ARG(c->type), type_of(fd));
    if (c->not_null != not_null)
        LINES(report, k, "column %s %s NOT NULL", name, not_null ? "must be" : "must not be");
}

static void lint_extra(const record *k, const column *v, size_t n, buf *report)
{
    char name[COLUMN_MAX];
    for (size_t i = 0; i < n; i++) {
        bool known = false;
        for (unsigned j = 0; j < k->view->n && !known; j++)
            known = str_eq(v[i].name, str_c(record_column(&k->view->fields[j], name)));
        if (!known)
            LINES(report, k, "column " STR_FMT " is not declared", STR_ARG(v[i].name));
    }
}

static err lint_index(db *d, const record *k, const field *fd, bool unique, buf *report)
{
    char name[COLUMN_MAX];
    int64_t found;
    record_column(fd, name);
    TRY(db_int(d, &found, 0,
               "SELECT count(*) FROM pragma_index_list($1) l WHERE l.partial = 0 AND ($3 = 0 OR l.\"unique\" = 1) AND"
               " (SELECT i.name FROM pragma_index_info(l.name) i WHERE i.seqno = 0) = $2"
               " AND ($3 = 0 OR (SELECT count(*) FROM pragma_index_info(l.name)) = 1)",
               dbs(str_c(k->name)), dbs(str_c(name)), dbi(unique)));
    if (!found)
        LINES(report, k, "column %s has no %sindex", name, unique ? "unique " : "");
    return E_OK;
}

static err lint_table(db *d, const record *k, buf *report)
{
    arena *a = arena_create();
    column *v = arena_array(a, column, COLUMNS_MAX);
    size_t n;
    err e = table_columns(d, k, a, v, &n);
    for (unsigned i = 0; e == E_OK && i < k->view->n; i++)
        lint_column(k, i, v, n, report);
    if (e == E_OK)
        lint_extra(k, v, n, report);
    for (unsigned i = 0; e == E_OK && i < k->input->n; i++) {
        const field *fd = &k->input->fields[i];
        bool unique = strcmp(fd->name, k->key) == 0;
        if (fd->filter || fd->sort || unique)
            e = lint_index(d, k, fd, unique, report);
    }
    arena_destroy(a);
    return e;
}

err record_lint_list(db *d, const record *const *list, buf *report)
{
    for (const record *const *k = list; *k; k++)
        if (lint_declaration(list, *k, report))
            TRY(lint_table(d, *k, report));
    return E_OK;
}

err record_lint(db *d, buf *report) { return record_lint_list(d, records, report); }
