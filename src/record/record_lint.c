// The tables as they are, against the shapes as declared.
#include "record/record_sql.h"
#include <stdio.h>

#define LINES(b, k, ...) (buf_addf(b, "%s: ", (k)->name), buf_addf(b, __VA_ARGS__), buf_add_char(b, '\n'))

// --- The declaration by itself ------------------------------------------------------------------------------------------------
static const char *type_of(const field *fd) { return fd->pii ? "BIGINT" : fd->k == K_STR || fd->k == K_ENUM ? "TEXT" : "BIGINT"; }

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
    vault_kind kind;
    if (fd->pii && (fd->k != K_STR || !vault_is_personal(str_c(name), &kind) || fd->filter || fd->sort))
        LINES(report, k, "field %s is personal: a text the vault knows by its name, no filter and no sort", name);
    if (is_person(fd) && (!fd->nullable || strcmp(name, "person") != 0))
        LINES(report, k, "field %s refers to a person: it must be called person and be nullable", name);
    if (str_ends(str_c(name), S("_fen")) && (fd->k != K_I64 || fd->min < 0))
        LINES(report, k, "field %s is money: a whole number of fen, not below 0", name);
    if (fd->sort && !fd->required)
        LINES(report, k, "field %s is sorted by but may be absent", name);
    if (fd->sort && fd->k == K_STR && fd->max > RECORD_TEXT_MAX)
        LINES(report, k, "field %s is sorted by but too long for a cursor", name);
    if (fd->ref && (fd->k != K_I64 || (!is_person(fd) && !declared(list, fd->ref))))
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

static bool is_label(const enum_labels *l, const char *name)
{
    for (int i = 0; l->labels[i]; i++)
        if (strcmp(l->labels[i], name) == 0)
            return true;
    return false;
}

static void lint_state_name(const record *k, const enum_labels *l, const char *name, buf *report)
{
    if (name && !is_label(l, name))
        LINES(report, k, "%s is no state of it", name);
}

static void lint_named(const record *k, const char *name, buf *report)
{
    if (name && record_field(k->view, name) < 0)
        LINES(report, k, "an event names field %s, which it has not", name);
}

static void lint_events(const record *k, const enum_labels *l, buf *report)
{
    for (const record_event *v = k->events; v->kind; v++) {
        lint_state_name(k, l, v->from, report);
        lint_state_name(k, l, v->to, report);
        lint_named(k, v->field, report);
        lint_named(k, v->at, report);
        if (!v->field && !v->to)
            LINES(report, k, "event %s has neither a state nor a field", v->kind);
    }
    for (const record_prop *p = k->props; p && p->prop; p++)
        lint_named(k, p->field, report);
    if (!k->other || record_person_field(k) < 0)
        LINES(report, k, "it tells events, so it is about a person and has a kind for other changes");
}

static void lint_states(const record *k, buf *report)
{
    int at = k->state ? record_field(k->input, k->state) : -1;
    if (at < 0 || k->input->fields[at].k != K_ENUM || !k->input->fields[at].required) {
        if (k->state || k->events || k->held)
            LINES(report, k, "its state must be a required ENUM");
        return;
    }
    const enum_labels *l = k->input->fields[at].labels;
    bool begins = false;
    for (const record_move *m = k->moves; m && m->to; m++) {
        begins = begins || !m->from;
        lint_state_name(k, l, m->from, report);
        lint_state_name(k, l, m->to, report);
    }
    if (!begins)
        LINES(report, k, "no state begins it");
    lint_state_name(k, l, k->held, report);
    if (k->events)
        lint_events(k, l, report);
}

static bool lint_declaration(const record *const *list, const record *k, buf *report)
{
    int key = record_field(k->input, k->key);
    if (key < 0 || k->input->fields[key].k != K_STR || !k->input->fields[key].required)
        LINES(report, k, "the key %s is no required text", k->key);
    unsigned n = record_columns(k);
    if (n + (record_person_field(k) >= 0) != k->input->n || (n < k->input->n && strcmp(k->input->fields[n].name, "identities") != 0))
        LINES(report, k, "identities stand last in the input of a record about a person, and nowhere else");
    if (k->view->n != n + 5) {
        LINES(report, k, "the view is not head, fields and tail");
        return false;
    }
    for (unsigned i = 0; i < n; i++)
        lint_field(list, k, i, report);
    lint_filters(k, report);
    lint_states(k, report);
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
    TRY(db_query(d, &r, "SELECT name, type, \"notnull\", pk FROM pragma_table_info($1)", dbs(str_c(record_table(k)))));
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
    bool not_null = fd->required || i + 1 == k->view->n || is_person(fd);
    if (!c) {
        LINES(report, k, "column %s is missing", name);
        return;
    }
    if (!str_eq(c->type, str_c(type_of(fd))))
        LINES(report, k, "column %s is " STR_FMT ", not %s", name, STR_ARG(c->type), type_of(fd));
    if (c->not_null != not_null)
        LINES(report, k, "column %s %s NOT NULL", name, not_null ? "must be" : "must not be");
}

// The second column of a person and of personal data.
static bool beside(const field *fd, str col)
{
    if (is_person(fd))
        return str_eq(col, S("subject"));
    return fd->pii && str_ends(col, S("_hash")) && str_eq(str_take(col, col.len - 5), str_c(fd->name));
}

static void lint_beside(const record *k, const field *fd, const column *v, size_t n, buf *report)
{
    const column *c = NULL;
    for (size_t i = 0; i < n; i++)
        if (beside(fd, v[i].name))
            c = &v[i];
    if (!c)
        LINES(report, k, "field %s has no second column (subject, %s_hash)", fd->name, fd->name);
    else if (!str_eq(c->type, is_person(fd) ? S("BIGINT") : S("BLOB")) || c->not_null != (is_person(fd) || fd->required))
        LINES(report, k, "column " STR_FMT " is not what a second column is", STR_ARG(c->name));
}

static void lint_extra(const record *k, const column *v, size_t n, buf *report)
{
    char name[COLUMN_MAX];
    for (size_t i = 0; i < n; i++) {
        bool known = false;
        for (unsigned j = 0; j < k->view->n && !known; j++)
            known = str_eq(v[i].name, str_c(record_column(&k->view->fields[j], name))) || beside(&k->view->fields[j], v[i].name);
        if (!known)
            LINES(report, k, "column " STR_FMT " is not declared", STR_ARG(v[i].name));
    }
}

static err lint_index(db *d, const record *k, const char *name, bool unique, buf *report)
{
    int64_t found;
    TRY(db_int(d, &found, 0,
               "SELECT count(*) FROM pragma_index_list($1) l WHERE l.partial = 0 AND ($3 = 0 OR l.\"unique\" = 1) AND"
               " (SELECT i.name FROM pragma_index_info(l.name) i WHERE i.seqno = 0) = $2"
               " AND ($3 = 0 OR (SELECT count(*) FROM pragma_index_info(l.name)) = 1)",
               dbs(str_c(record_table(k))), dbs(str_c(name)), dbi(unique)));
    if (!found)
        LINES(report, k, "column %s has no %sindex", name, unique ? "unique " : "");
    return E_OK;
}

static err lint_indexes(db *d, const record *k, buf *report)
{
    char name[COLUMN_MAX];
    for (unsigned i = 0, n = record_columns(k); i < n; i++) {
        const field *fd = &k->input->fields[i];
        bool unique = strcmp(fd->name, k->key) == 0;
        record_column(fd, name);
        if (fd->pii)
            ENSURE(snprintf(name, sizeof name, "%s_hash", fd->name) < COLUMN_MAX);
        if (fd->filter || fd->sort || fd->pii || unique)
            TRY(lint_index(d, k, name, unique, report));
    }
    return record_person_field(k) >= 0 ? lint_index(d, k, "subject", false, report) : E_OK;
}

static err lint_table(db *d, const record *k, buf *report)
{
    arena *a = arena_create();
    column *v = arena_array(a, column, COLUMNS_MAX);
    size_t n;
    err e = table_columns(d, k, a, v, &n);
    for (unsigned i = 0; e == E_OK && i < k->view->n; i++) {
        const field *fd = &k->view->fields[i];
        lint_column(k, i, v, n, report);
        if (is_person(fd) || fd->pii)
            lint_beside(k, fd, v, n, report);
    }
    if (e == E_OK)
        lint_extra(k, v, n, report);
    if (e == E_OK)
        e = lint_indexes(d, k, report);
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
