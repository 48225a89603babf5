// Inside of the SQLite connection, shared by the files that implement db.h and by nobody else.
#ifndef STORE_SQLITE_DB_H
#define STORE_SQLITE_DB_H
#include "base/map.h"
#include "store/db.h"
#include <sqlite3.h>

// One SQL text: its idle prepared statements. A text used again while it runs gets a second statement, kept afterwards.
typedef struct sql_slot {
    struct statement *idle;
    int in_use;
    bool dropped;              // no longer in the map: its last statement in use frees it
} sql_slot;

typedef struct statement {
    sqlite3_stmt *s;
    sql_slot *slot;
    struct statement *next;    // in slot->idle
    bool done;                 // stepped to its end: stepping again would start it over
} statement;

struct db {
    sqlite3 *c;
    os *o;
    db_mode mode;
    char *path;
    map64 by_address;          // literal's address → sql_slot *
    mapstr by_text;            // content → sql_slot *, at most SQL_TEXTS_MAX
    int in_use;                // statements between db_query and db_end
    bool in_tx;                // between db_begin and db_commit or db_rollback, as the caller sees it
    err lost;                  // what made SQLite roll back by itself; E_DB when unknown
    int64_t wal_bytes;         // of the log as of the last commit or checkpoint
    int64_t deadline_us;       // db_limit
    const _Atomic int64_t *ends_us;
    char fault[512];
};

#define BUSY_MS 5000           // only recovery and closing ever make a connection of this process wait for another

// Maps SQLite's result code and keeps its text (and the statement's) for db_fault. SQLITE_OK, ROW and DONE give E_OK.
err sqlite_err(db *d, int rc, const char *sql);
// The same for the outcome of a statement: E_DISK_FULL outside a transaction means undone for good (log_withdraw), E_IO
// that only a restart can tell.
err sqlite_outcome(db *d, int rc, const char *sql);
err sqlite_refuse(db *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));   // E_DB with a text of ours

// A statement ready to be bound and stepped; by the literal's address, or by content.
err statement_take(db *d, const char *literal, statement **ret);
err statement_take_text(db *d, str sql, statement **ret);
// `transient`: the arguments may be gone before the statement is (rows are read later), so SQLite copies them.
err statement_bind(db *d, statement *st, const db_arg *args, size_t n, bool transient);
void statement_give_back(db *d, statement *st);
void statements_free(db *d);

// The write-ahead log (sqlite_log.c): its length kept in wal_bytes; what recovery found in it made durable; what a failed
// commit left in it struck out.
void log_watch(db *d);
err log_secure(db *d);
err log_withdraw(db *d);

#endif
