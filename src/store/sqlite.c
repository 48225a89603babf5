// db.h over SQLite: connections, statements run, rows read, transactions.
#include "base/vfs.h"
#include "store/sqlite_db.h"
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define WAL_KEEP_BYTES "67108864" // a log that grew beyond is cut back when it starts over

// --- errors ----------------------------------------------------------------------------------------------------------
static err code_of(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return E_OK;
    case SQLITE_FULL:
        return E_DISK_FULL;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return E_IO;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return E_CORRUPT;
    case SQLITE_INTERRUPT:
        return E_OVERLOADED;               // over_limit, and nothing else, interrupts
    default:
        return E_DB;
    }
}

err sqlite_err(db *d, int rc, const char *sql)
{
    err e = code_of(rc);
    if (e == E_OK)
        return E_OK;
    ENSURE(rc != SQLITE_NOMEM && rc != SQLITE_IOERR_NOMEM);
    if (d->in_tx && d->lost == E_DB)
        d->lost = e;
    snprintf(d->fault, sizeof d->fault, "%s (%d): %.200s", sqlite3_errmsg(d->c), rc, sql ? sql : "");
    return e;
}

err sqlite_refuse(db *d, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(d->fault, sizeof d->fault, fmt, ap);
    va_end(ap);
    return E_DB;
}

err sqlite_outcome(db *d, int rc, const char *sql)
{
    err e = sqlite_err(d, rc, sql);
    bool undone = e == E_DISK_FULL && d->mode == DB_WRITER && sqlite3_get_autocommit(d->c);
    return undone && log_withdraw(d) != E_OK ? E_IO : e;
}

const char *db_fault(const db *d) { return d->fault; }

// --- open and close --------------------------------------------------------------------------------------------------
static void harden(sqlite3 *c, db_mode mode)
{
    static const struct { int option, value; } options[] = {
        { SQLITE_DBCONFIG_DEFENSIVE, 1 }, { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 }, { SQLITE_DBCONFIG_DQS_DML, 0 },
        { SQLITE_DBCONFIG_DQS_DDL, 0 }, { SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
        // A plan does not depend on what is bound. Otherwise a statement whose argument might decide about a partial index is
        // compiled again each time it is bound, and what EXPLAIN says is not what runs.
        { SQLITE_DBCONFIG_ENABLE_QPSG, 1 },
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        sqlite3_db_config(c, options[i].option, options[i].value, NULL);
    sqlite3_db_config(c, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, mode == DB_READER, NULL);
    sqlite3_extended_result_codes(c, 1);
    sqlite3_busy_timeout(c, BUSY_MS);
    sqlite3_wal_autocheckpoint(c, 0);
}

#define LIMIT_STEPS 20000      // of the database's machine between two looks at the clock: about a millisecond

static int over_limit(void *p)
{
    const db *d = p;
    int64_t now = os_mono_us(d->o);
    return (d->deadline_us && now > d->deadline_us) || (d->ends_us && now > atomic_load_explicit(d->ends_us, memory_order_relaxed));
}

void db_limit(db *d, int64_t deadline_us, const _Atomic int64_t *ends_us)
{
    ENSURE(d->mode == DB_READER);
    d->deadline_us = deadline_us;
    d->ends_us = ends_us;
    sqlite3_progress_handler(d->c, LIMIT_STEPS, deadline_us || ends_us ? over_limit : NULL, d);
}

// The writer recovers the log with its first read; a reader's first read only proves the file is a database.
static err set_up(db *d)
{
    harden(d->c, d->mode);
    if (d->mode == DB_READER)
        return db_script(d, S("PRAGMA query_only = 1; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192;"
                              "PRAGMA cell_size_check = 1; SELECT 1 FROM sqlite_schema LIMIT 1"));
    TRY(db_script(d, S("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"
                       "PRAGMA cache_size = -32768; PRAGMA cell_size_check = 1; PRAGMA secure_delete = ON;"
                       "PRAGMA journal_size_limit = " WAL_KEEP_BYTES ";"
                       "SELECT 1 FROM sqlite_schema LIMIT 1")));
    log_watch(d);
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found, "PRAGMA journal_mode"));
    bool wal = found && str_eq(db_str(&r, 0), S("wal"));
    TRY(db_end(&r));
    return wal ? log_secure(d) : sqlite_refuse(d, "no write-ahead log on this file");
}

err db_open(os *o, const char *path, db_mode mode, db **ret)
{
    db *d = calloc(1, sizeof *d);
    ENSURE(d);
    d->o = o;
    d->mode = mode;
    d->path = strdup(path);
    ENSURE(d->path);
    int flags = SQLITE_OPEN_NOMUTEX | (mode == DB_WRITER ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
    err e = sqlite_err(d, sqlite3_open_v2(path, &d->c, flags, vfs_take(o)), "open");
    if (e == E_OK)
        e = set_up(d);
    if (e == E_DB && (sqlite3_errcode(d->c) & 0xff) == SQLITE_BUSY)
        e = E_LOCKED;                             // another program holds the file
    if (e != E_OK)
        db_close(d);
    else
        *ret = d;
    return e;
}

void db_close(db *d)
{
    if (!d)
        return;
    statements_free(d);
    ENSURE(sqlite3_close(d->c) == SQLITE_OK);     // refuses only while statements or backups of it are open
    vfs_give_back(d->o);
    free(d->path);
    free(d);
}

// --- running ---------------------------------------------------------------------------------------------------------
static err run_to_end(db *d, statement *st, const db_arg *args, size_t n)
{
    err e = statement_bind(d, st, args, n, false);
    int rc = SQLITE_ROW;
    while (e == E_OK && rc == SQLITE_ROW)
        rc = sqlite3_step(st->s);
    if (e == E_OK)
        e = sqlite_outcome(d, rc, sqlite3_sql(st->s));
    statement_give_back(d, st);
    return e;
}

err db_exec_args(db *d, const char *sql, const db_arg *args, size_t n)
{
    statement *st;
    TRY(statement_take(d, sql, &st));
    return run_to_end(d, st, args, n);
}

err db_exec_text(db *d, str sql, const db_arg *args, size_t n)
{
    statement *st;
    TRY(statement_take_text(d, sql, &st));
    return run_to_end(d, st, args, n);
}

err db_exec_count_args(db *d, int64_t *ret, const char *sql, const db_arg *args, size_t n)
{
    TRY(db_exec_args(d, sql, args, n));
    *ret = sqlite3_changes(d->c);
    return E_OK;
}

// A script may not begin or end a transaction behind its caller's back.
static int no_transactions(void *p, int action, const char *x, const char *y, const char *z, const char *trigger)
{
    (void)p, (void)x, (void)y, (void)z, (void)trigger;
    return action == SQLITE_TRANSACTION || action == SQLITE_SAVEPOINT ? SQLITE_DENY : SQLITE_OK;
}

static err run_script(db *d, str sql)
{
    const char *p = sql.s, *end = sql.s + sql.len;
    while (p < end) {
        sqlite3_stmt *s = NULL;
        int rc = sqlite3_prepare_v2(d->c, p, (int)(end - p), &s, &p);
        while (rc == SQLITE_OK || rc == SQLITE_ROW)
            rc = s ? sqlite3_step(s) : SQLITE_DONE;
        err e = sqlite_outcome(d, rc, s ? sqlite3_sql(s) : "script");
        sqlite3_finalize(s);
        TRY(e);
    }
    return E_OK;
}

err db_script(db *d, str sql)
{
    if (sql.len > INT32_MAX / 2 || memchr(sql.s, 0, sql.len))
        return sqlite_refuse(d, "not an SQL script");
    sqlite3_set_authorizer(d->c, no_transactions, NULL);
    err e = run_script(d, sql);
    sqlite3_set_authorizer(d->c, NULL, NULL);
    return e;
}

// --- rows ------------------------------------------------------------------------------------------------------------
static err start_rows(db_rows *rows, statement *st, const db_arg *args, size_t n)
{
    err e = statement_bind(rows->d, st, args, n, true);
    if (e != E_OK)
        statement_give_back(rows->d, st);
    else
        rows->stmt = st;
    return rows->e = e;
}

err db_query_args(db *d, db_rows *rows, const char *sql, const db_arg *args, size_t n)
{
    *rows = (db_rows){ .d = d };
    statement *st;
    rows->e = statement_take(d, sql, &st);
    return rows->e == E_OK ? start_rows(rows, st, args, n) : rows->e;
}

err db_query_text(db *d, db_rows *rows, str sql, const db_arg *args, size_t n)
{
    *rows = (db_rows){ .d = d };
    statement *st;
    rows->e = statement_take_text(d, sql, &st);
    return rows->e == E_OK ? start_rows(rows, st, args, n) : rows->e;
}

bool db_next(db_rows *r)
{
    statement *st = r->stmt;
    r->row = false;
    if (!st || st->done)
        return false;
    int rc = sqlite3_step(st->s);
    r->row = rc == SQLITE_ROW;
    st->done = !r->row;
    r->e = sqlite_outcome(r->d, rc, sqlite3_sql(st->s));
    return r->row;
}

void db_stop(db_rows *r, err e)
{
    ((statement *)r->stmt)->done = true;
    r->e = e;
}

err db_end(db_rows *r)
{
    if (r->stmt)
        statement_give_back(r->d, r->stmt);
    r->stmt = NULL;
    r->row = false;
    return r->e;
}

static sqlite3_stmt *at_row(const db_rows *r)
{
    ENSURE(r->row);
    return ((const statement *)r->stmt)->s;
}

bool db_is_null(const db_rows *r, int col) { return sqlite3_column_type(at_row(r), col) == SQLITE_NULL; }
bool db_is_text(const db_rows *r, int col) { return sqlite3_column_type(at_row(r), col) == SQLITE_TEXT; }
bool db_is_blob(const db_rows *r, int col) { return sqlite3_column_type(at_row(r), col) == SQLITE_BLOB; }
int64_t db_i64(const db_rows *r, int col) { return sqlite3_column_int64(at_row(r), col); }

str db_str(const db_rows *r, int col)
{
    const unsigned char *p = sqlite3_column_text(at_row(r), col);
    return p ? str_of((const char *)p, (size_t)sqlite3_column_bytes(at_row(r), col)) : S("");
}

str db_blob(const db_rows *r, int col)
{
    const void *p = sqlite3_column_blob(at_row(r), col);
    return p ? str_of(p, (size_t)sqlite3_column_bytes(at_row(r), col)) : S("");
}

int db_columns(const db_rows *r) { return sqlite3_column_count(((const statement *)r->stmt)->s); }
str db_column_name(const db_rows *r, int col) { return str_c(sqlite3_column_name(((const statement *)r->stmt)->s, col)); }

err db_query_one_args(db *d, db_rows *rows, bool *ret_found, const char *sql, const db_arg *args, size_t n)
{
    TRY(db_query_args(d, rows, sql, args, n));
    bool found = db_next(rows);
    if (!found)
        TRY(db_end(rows));
    *ret_found = found;
    return E_OK;
}

err db_int_args(db *d, int64_t *ret, int64_t otherwise, const char *sql, const db_arg *args, size_t n)
{
    db_rows r;
    bool found;
    TRY(db_query_one_args(d, &r, &found, sql, args, n));
    int64_t value = found && !db_is_null(&r, 0) ? db_i64(&r, 0) : otherwise;
    TRY(db_end(&r));
    *ret = value;
    return E_OK;
}

// --- transactions ----------------------------------------------------------------------------------------------------
// Rows still open across the end of a transaction would hold its moment, and the log with it, for ever.
err db_begin(db *d)
{
    ENSURE(!d->in_tx);
    TRY(db_exec(d, "BEGIN IMMEDIATE"));
    d->in_tx = true;
    d->lost = E_DB;
    return E_OK;
}

err db_commit(db *d)
{
    ENSURE(d->in_use == 0);
    TRY(db_exec(d, "COMMIT"));
    d->in_tx = false;
    return E_OK;
}

// After a full disk or a failed read SQLite may have rolled back by itself; that is what was asked for.
err db_rollback(db *d)
{
    if (!sqlite3_get_autocommit(d->c))
        TRY(db_exec(d, "ROLLBACK"));
    d->in_tx = false;
    return E_OK;
}

// Savepoints of one name nest: each statement means the innermost.
err db_savepoint(db *d) { return db_exec(d, "SAVEPOINT s"); }
err db_release(db *d) { return db_exec(d, "RELEASE s"); }

err db_rollback_to(db *d)
{
    TRY(db_exec(d, "ROLLBACK TO s"));
    return db_exec(d, "RELEASE s");
}

// BEGIN alone sees nothing yet: the first read fixes the moment, so one is made here.
err db_begin_read(db *d)
{
    TRY(db_exec(d, "BEGIN"));
    err e = db_exec(d, "SELECT 1 FROM sqlite_schema LIMIT 1");
    if (e != E_OK)
        db_rollback(d);
    return e;
}

err db_end_read(db *d)
{
    ENSURE(d->in_use == 0);
    return sqlite3_get_autocommit(d->c) ? E_OK : db_exec(d, "COMMIT");
}
