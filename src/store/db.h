// The one SQL interface. SQL text is portable (SQLite and PostgreSQL), arguments are $1, $2 …, and the text is always a
// literal at the call site — except in store/record.c, which assembles it from constant tables only.
//
//   err e = db_exec(d, "UPDATE task SET state = $2 WHERE id = $1", dbi(id), dbs(state));
//   db_rows r;
//   TRY(db_query(d, &r, "SELECT id, name FROM store WHERE city = $1", dbs(city)));
//   while (db_next(&r)) use(db_i64(&r, 0), db_str(&r, 1));       // text lives until the next db_next
//   TRY(db_end(&r));
//
// Statements are prepared once per connection and found again by the address of their literal. A connection belongs to one
// thread at a time. Readers are query_only; the teller's is the only connection that writes and checkpoints.
#ifndef STORE_DB_H
#define STORE_DB_H
#include "base/err.h"
#include "base/os.h"

typedef struct db db;

typedef struct db_arg {
    enum { DB_NULL, DB_I64, DB_TEXT, DB_BLOB } kind;
    int64_t i;
    str s;
} db_arg;

static inline db_arg dbi(int64_t v) { return (db_arg){ .kind = DB_I64, .i = v }; }
static inline db_arg dbs(str v) { return (db_arg){ .kind = DB_TEXT, .s = v }; }
static inline db_arg dbb(str v) { return (db_arg){ .kind = DB_BLOB, .s = v }; }
static inline db_arg dbn(void) { return (db_arg){ .kind = DB_NULL }; }
static inline db_arg dbi_or_null(bool has, int64_t v) { return has ? dbi(v) : dbn(); }
static inline db_arg dbs_or_null(bool has, str v) { return has ? dbs(v) : dbn(); }

typedef enum db_mode { DB_WRITER, DB_READER } db_mode;

// The database is one file `path` on the os port (WAL beside it). The writer must be opened first: it recovers.
// E_IO, E_DISK_FULL, E_CORRUPT, E_DB. ret only on success.
err db_open(os *o, const char *path, db_mode mode, db **ret);
void db_close(db *d);

#define DB_ARGS_(...) (const db_arg[]){ { 0 }, ##__VA_ARGS__ } + 1, sizeof((const db_arg[]){ { 0 }, ##__VA_ARGS__ }) / sizeof(db_arg) - 1

// Runs a statement to its end; rows are not looked at. E_DB with the database's text in db_fault, E_DISK_FULL, E_IO, E_CORRUPT.
#define db_exec(d, sql, ...) db_exec_args((d), "" sql, DB_ARGS_(__VA_ARGS__))
err db_exec_args(db *d, const char *sql, const db_arg *args, size_t n);
// The same, and how many rows it changed.
#define db_exec_count(d, ret, sql, ...) db_exec_count_args((d), (ret), "" sql, DB_ARGS_(__VA_ARGS__))
err db_exec_count_args(db *d, int64_t *ret, const char *sql, const db_arg *args, size_t n);

typedef struct db_rows { db *d; void *stmt; err e; bool row; } db_rows;

#define db_query(d, rows, sql, ...) db_query_args((d), (rows), "" sql, DB_ARGS_(__VA_ARGS__))
err db_query_args(db *d, db_rows *rows, const char *sql, const db_arg *args, size_t n);
bool db_next(db_rows *r);
err db_end(db_rows *r);                       // frees the statement for its next use; the error db_next met, if any
void db_stop(db_rows *r, err e);              // no more rows: db_end tells `e` (whoever reads a row found it wrong)
bool db_is_null(const db_rows *r, int col);
bool db_is_text(const db_rows *r, int col);
bool db_is_blob(const db_rows *r, int col);
int64_t db_i64(const db_rows *r, int col);    // 0 for null
str db_str(const db_rows *r, int col);        // empty for null; valid until the next db_next or db_end
str db_blob(const db_rows *r, int col);
int db_columns(const db_rows *r);
str db_column_name(const db_rows *r, int col);

// One row: E_OK with *ret_found false when there is none. Then read columns and db_end as above.
#define db_query_one(d, rows, found, sql, ...) db_query_one_args((d), (rows), (found), "" sql, DB_ARGS_(__VA_ARGS__))
err db_query_one_args(db *d, db_rows *rows, bool *ret_found, const char *sql, const db_arg *args, size_t n);
// One integer; `otherwise` when there is no row or it is null.
#define db_int(d, ret, otherwise, sql, ...) db_int_args((d), (ret), (otherwise), "" sql, DB_ARGS_(__VA_ARGS__))
err db_int_args(db *d, int64_t *ret, int64_t otherwise, const char *sql, const db_arg *args, size_t n);

// For SQL that is not a literal: store/record.c and migrations only (the tidy test holds the list). Cached by content.
err db_query_text(db *d, db_rows *rows, str sql, const db_arg *args, size_t n);
err db_exec_text(db *d, str sql, const db_arg *args, size_t n);
err db_script(db *d, str sql);                // several statements, no arguments: migrations

// What a reader asks from now on ends by then: its statements tell E_OVERLOADED when os_mono_us is past deadline_us (0: never), or past
// *ends_us, which another thread may set (NULL: nobody does). A plan that walks what nobody meant to walk holds no thread for ever.
void db_limit(db *d, int64_t deadline_us, const _Atomic int64_t *ends_us);

// Transactions and savepoints. Readers: db_begin_read … db_end_read see one moment.
err db_begin(db *d);
// E_DISK_FULL and E_DB: undone, and no restart will find it. E_IO: only a restart can tell, so the process must end.
// Every db_query must have met its db_end before a transaction or its connection ends.
err db_commit(db *d);
err db_rollback(db *d);
err db_savepoint(db *d);                      // nests
err db_release(db *d);
err db_rollback_to(db *d);                    // and releases
err db_begin_read(db *d);
err db_end_read(db *d);

// Checkpoint of the WAL (writer only): *ret_busy true when readers held part of it back.
err db_checkpoint(db *d, bool *ret_busy);
int64_t db_wal_bytes(db *d);
// The same, and the file of the WAL is emptied: what was deleted stands nowhere any more. *ret_busy: readers held it back, nothing is lost.
err db_empty_wal(db *d, bool *ret_busy);

// Copies some hundred pages of the whole database to `path` between groups; *ret_done when it stands there synced.
typedef struct db_backup db_backup;
err db_backup_start(db *d, const char *path, db_backup **ret);
err db_backup_step(db_backup *b, int pages, bool *ret_done);
void db_backup_end(db_backup *b);

const char *db_fault(const db *d);            // text of the last error
err db_integrity(db *d, arena *a, str *ret_report);     // "ok" or what is wrong
// Every text and every blob of every table, one after the other: for doctor, on a quiet or small database.
err db_each_value(db *d, void (*fn)(void *p, str table, str column, str bytes, bool text), void *p);
// True when EXPLAIN QUERY PLAN of the statement walks a whole table or index (a test asserts that inline routes do not).
// Also for ORDER BY … LIMIT without a range: whether the limit stops it early, the plan does not say.
err db_scans(db *d, str sql, bool *ret);
// Every SQL text this connection has prepared and still keeps, in no order: what was really run, whoever wrote it. steps: of the
// database's machine for it so far, which is what work costs whatever the computer does meanwhile. Tests ask.
void db_each_text(db *d, void (*fn)(void *user, str sql, int64_t steps), void *user);

#endif
