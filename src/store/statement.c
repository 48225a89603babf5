// Prepared statements: $n to ?n, found again by address or content, arguments bound.
#include "store/sqlite_db.h"
#include <stdlib.h>

#define SQL_TEXTS_MAX 512

// Skips a quoted string, quoted name or comment that starts at p; NULL when none starts there.
static char *skip_quoted(char *p, char *end)
{
    const char *close = NULL;
    if (*p == '\'' || *p == '"' || *p == '`')
        close = p;
    else if (p + 1 < end && p[0] == '-' && p[1] == '-')
        close = "\n";
    else if (p + 1 < end && p[0] == '/' && p[1] == '*')
        close = "*/";
    if (!close)
        return NULL;
    size_t n = close[0] == '*' ? 2 : 1;
    char *at = memmem(p + n, (size_t)(end - p) - n, close, n);
    return at ? at + n : end;
}

// SQLite numbers $1 by the order of appearance; ?1 is what PostgreSQL means by $1. Same length, so in place.
static void number_parameters(char *sql, size_t len)
{
    char *end = sql + len;
    for (char *p = sql; p < end;) {
        char *after = skip_quoted(p, end);
        if (after) {
            p = after;
            continue;
        }
        bool inside_name = p > sql && (p[-1] == '_' || p[-1] == '$' || (p[-1] >= '0' && p[-1] <= '9') || (p[-1] | 32) >= 'a');
        if (*p == '$' && p + 1 < end && p[1] >= '1' && p[1] <= '9' && !inside_name)
            *p = '?';
        p++;
    }
}

static bool only_space(const char *p, const char *end)
{
    for (; p < end; p++)
        if (*p != ' ' && *p != '\n' && *p != '\t' && *p != '\r' && *p != ';')
            return false;
    return true;
}

static err prepare(db *d, str sql, sqlite3_stmt **ret)
{
    if (sql.len > INT32_MAX / 2 || memchr(sql.s, 0, sql.len))
        return sqlite_refuse(d, "not an SQL text");
    char *copy = malloc(sql.len + 1);
    ENSURE(copy);
    memcpy(copy, sql.s, sql.len);
    copy[sql.len] = 0;
    number_parameters(copy, sql.len);
    const char *tail = NULL;
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v3(d->c, copy, (int)sql.len + 1, SQLITE_PREPARE_PERSISTENT, &s, &tail);
    err e = sqlite_err(d, rc, copy);
    if (e == E_OK && !s)
        e = sqlite_refuse(d, "an empty statement");
    if (e == E_OK && !only_space(tail, copy + sql.len))
        e = sqlite_refuse(d, "more than one statement: %.200s", copy);
    if (e != E_OK)
        sqlite3_finalize(s);
    else
        *ret = s;
    free(copy);
    return e;
}

static err take(db *d, sql_slot *slot, str sql, statement **ret)
{
    // After a full disk SQLite may have rolled back by itself. What follows would commit statement by statement.
    if (d->in_tx && sqlite3_get_autocommit(d->c))
        return d->lost;
    statement *st = slot->idle;
    if (st) {
        slot->idle = st->next;
    } else {
        sqlite3_stmt *s = NULL;
        TRY(prepare(d, sql, &s));
        st = malloc(sizeof *st);
        ENSURE(st);
        st->s = s;
        st->slot = slot;
    }
    st->next = NULL;
    st->done = false;
    slot->in_use++;
    d->in_use++;
    *ret = st;
    return E_OK;
}

static sql_slot *slot_create(void)
{
    sql_slot *slot = calloc(1, sizeof *slot);
    ENSURE(slot);
    return slot;
}

err statement_take(db *d, const char *literal, statement **ret)
{
    uint64_t found;
    if (!map64_get(&d->by_address, (uint64_t)(uintptr_t)literal, &found)) {
        found = (uint64_t)(uintptr_t)slot_create();
        map64_put(&d->by_address, (uint64_t)(uintptr_t)literal, found);
    }
    return take(d, (sql_slot *)(uintptr_t)found, str_c(literal), ret);
}

static void statement_free(statement *st)
{
    sqlite3_finalize(st->s);
    free(st);
}

static void slot_drop(sql_slot *slot)
{
    while (slot->idle) {
        statement *st = slot->idle;
        slot->idle = st->next;
        statement_free(st);
    }
    slot->dropped = true;
    if (slot->in_use == 0)
        free(slot);
}

static void texts_drop(db *d)
{
    str key;
    uint64_t value;
    for (size_t i = 0; mapstr_next(&d->by_text, &i, &key, &value);)
        slot_drop((sql_slot *)(uintptr_t)value);
    mapstr_free(&d->by_text);
}

err statement_take_text(db *d, str sql, statement **ret)
{
    uint64_t found;
    if (!mapstr_get(&d->by_text, sql, &found)) {
        if (d->by_text.n >= SQL_TEXTS_MAX)        // assembled texts are few; should they not be, start over
            texts_drop(d);
        found = (uint64_t)(uintptr_t)slot_create();
        mapstr_put(&d->by_text, sql, found);
    }
    return take(d, (sql_slot *)(uintptr_t)found, sql, ret);
}

static int bind_one(sqlite3_stmt *s, int at, const db_arg *a, sqlite3_destructor_type keep)
{
    const char *p = a->s.len ? a->s.s : "";       // a NULL pointer would bind NULL, not the empty text
    switch (a->kind) {
    case DB_NULL:
        return sqlite3_bind_null(s, at);
    case DB_I64:
        return sqlite3_bind_int64(s, at, a->i);
    case DB_TEXT:
        return sqlite3_bind_text64(s, at, p, a->s.len, keep, SQLITE_UTF8);
    case DB_BLOB:
        return sqlite3_bind_blob64(s, at, p, a->s.len, keep);
    }
    return SQLITE_MISUSE;
}

err statement_bind(db *d, statement *st, const db_arg *args, size_t n, bool transient)
{
    const char *sql = sqlite3_sql(st->s);
    int want = sqlite3_bind_parameter_count(st->s);
    if (n != (size_t)want)
        return sqlite_refuse(d, "%d arguments wanted, %zu given: %.200s", want, n, sql);
    for (size_t i = 0; i < n; i++) {
        if (args[i].kind == DB_TEXT && args[i].s.len && memchr(args[i].s.s, 0, args[i].s.len))
            return sqlite_refuse(d, "U+0000 in the text of $%zu: %.200s", i + 1, sql);
        int rc = bind_one(st->s, (int)i + 1, &args[i], transient ? SQLITE_TRANSIENT : SQLITE_STATIC);
        TRY(sqlite_err(d, rc, sql));
    }
    return E_OK;
}

// Its error, if any, was reported by the step before: sqlite3_reset only repeats it.
void statement_give_back(db *d, statement *st)
{
    sqlite3_reset(st->s);
    sqlite3_clear_bindings(st->s);
    sql_slot *slot = st->slot;
    slot->in_use--;
    d->in_use--;
    if (!slot->dropped) {
        st->next = slot->idle;
        slot->idle = st;
        return;
    }
    statement_free(st);
    if (slot->in_use == 0)
        free(slot);
}

void statements_free(db *d)
{
    ENSURE(d->in_use == 0);
    texts_drop(d);
    uint64_t key, value;
    for (size_t i = 0; map64_next(&d->by_address, &i, &key, &value);)
        slot_drop((sql_slot *)(uintptr_t)value);
    map64_free(&d->by_address);
}

static int64_t steps_of(uint64_t slot)
{
    int64_t n = 0;
    for (const statement *st = ((const sql_slot *)(uintptr_t)slot)->idle; st; st = st->next)
        n += sqlite3_stmt_status(st->s, SQLITE_STMTSTATUS_VM_STEP, 0);
    return n;
}

void db_each_text(db *d, void (*fn)(void *user, str sql, int64_t steps), void *user)
{
    uint64_t key, value;
    str text;
    for (size_t i = 0; map64_next(&d->by_address, &i, &key, &value);)
        fn(user, str_c((const char *)(uintptr_t)key), steps_of(value));
    for (size_t i = 0; mapstr_next(&d->by_text, &i, &text, &value);)
        fn(user, text, steps_of(value));
}
