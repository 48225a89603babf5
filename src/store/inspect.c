// Questions about the database itself: is it whole, and does a statement walk a whole table.
#include "base/buf.h"
#include "base/vec.h"
#include "store/sqlite_db.h"

#define LINES_MAX 100

static err report_rows(db *d, str sql, const char *what, buf *out)
{
    db_rows r;
    TRY(db_query_text(d, &r, sql, NULL, 0));
    for (int i = 0; i < LINES_MAX && db_next(&r); i++) {
        if (db_columns(&r) == 1 && str_eq(db_str(&r, 0), S("ok")))
            continue;
        buf_addf(out, "%s:", what);
        for (int c = 0; c < db_columns(&r); c++) {
            buf_add_char(out, ' ');
            buf_add_str(out, db_str(&r, c));
        }
        buf_add_char(out, '\n');
    }
    return db_end(&r);
}

err db_integrity(db *d, arena *a, str *ret_report)
{
    buf out = { 0 };
    err e = report_rows(d, S("PRAGMA integrity_check"), "integrity", &out);
    if (e == E_OK)
        e = report_rows(d, S("PRAGMA foreign_key_check"), "foreign key", &out);
    if (e == E_OK)
        *ret_report = out.len ? arena_str(a, buf_str(&out)) : S("ok");
    buf_free(&out);
    return e;
}

typedef void (*value_fn)(void *p, str table, str column, str bytes, bool text);

static err each_of_table(db *d, str table, arena *a, value_fn fn, void *p)
{
    db_rows r;
    TRY(db_query_text(d, &r, arena_fmt(a, "SELECT * FROM \"" STR_FMT "\"", STR_ARG(table)), NULL, 0));
    while (db_next(&r))
        for (int c = 0; c < db_columns(&r); c++)
            if (db_is_text(&r, c) || db_is_blob(&r, c))
                fn(p, table, db_column_name(&r, c), db_is_text(&r, c) ? db_str(&r, c) : db_blob(&r, c), db_is_text(&r, c));
    return db_end(&r);
}

err db_each_value(db *d, value_fn fn, void *p)
{
    arena *a = arena_create();
    VEC(str) tables = { 0 };
    db_rows r;
    err e = db_query(d, &r, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
    if (e == E_OK) {
        while (db_next(&r))
            vec_push(&tables, arena_str(a, db_str(&r, 0)));
        e = db_end(&r);
    }
    for (size_t i = 0; e == E_OK && i < tables.n; i++)
        e = each_of_table(d, tables.v[i], a, fn, p);
    vec_free(&tables);
    arena_destroy(a);
    return e;
}

// SQLite says "SCAN t" for a walk over all rows, with or without an index; "SEARCH t" for a range. Constant rows,
// subqueries' results and FTS or json_each tables ("SCAN x VIRTUAL TABLE") are no tables of ours.
static bool walks_table(str detail)
{
    return str_starts(detail, S("SCAN ")) && !str_eq(detail, S("SCAN CONSTANT ROW")) && !str_starts(detail, S("SCAN (")) &&
           !memmem(detail.s, detail.len, " VIRTUAL TABLE ", 15);
}

err db_scans(db *d, str sql, bool *ret)
{
    statement *st;
    TRY(statement_take_text(d, sql, &st));
    statement_give_back(d, st);                   // only to learn that it is one good statement
    arena *a = arena_create();
    db_rows r;
    err e = statement_take_text(d, arena_join(a, S("EXPLAIN QUERY PLAN "), sql), &st);
    bool scans = false;
    if (e == E_OK) {
        r = (db_rows){ .d = d, .stmt = st };      // the plan does not depend on what is bound
        while (db_next(&r))
            scans |= walks_table(db_str(&r, 3));
        e = db_end(&r);
    }
    arena_destroy(a);
    if (e == E_OK)
        *ret = scans;
    return e;
}
