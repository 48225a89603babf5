// A copy of the running database, some pages at a time between the teller's groups. SQLite writes what the same connection
// changes meanwhile into the copy too, so it never starts over. Nothing is synced on the way; at the end the whole file
// once, then it gets its name.
#include "store/backup.h"
#include "base/vfs.h"
#include "store/sqlite_db.h"
#include <stdio.h>
#include <stdlib.h>

#define PAGES_AT_ONCE 1024

struct db_backup {
    db *d;
    sqlite3 *to;
    sqlite3_backup *b;
    arena *a;
    const char *path, *temp;   // copied under another name, so that `path` is whole or not there
    err e;                     // the first error: it stays
    bool done;
};

static void close_copy(db_backup *b)
{
    if (b->b)
        sqlite3_backup_finish(b->b);
    sqlite3_close(b->to);
    if (b->to)
        vfs_give_back(b->d->o);
    b->b = NULL;
    b->to = NULL;
}

static err open_copy(db_backup *b)
{
    err e = os_remove(b->d->o, b->temp);
    if (e != E_OK && e != E_NOT_FOUND)
        return e;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int rc = sqlite3_open_v2(b->temp, &b->to, flags, vfs_take(b->d->o));
    ENSURE(b->to);
    sqlite3_extended_result_codes(b->to, 1);
    // A torn copy is thrown away, so it needs no journal.
    for (const char *const *p = (const char *const[]){ "PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", NULL };
         rc == SQLITE_OK && *p; p++) {
        sqlite3_stmt *s = NULL;
        rc = sqlite3_prepare_v2(b->to, *p, -1, &s, NULL);
        while (rc == SQLITE_OK || rc == SQLITE_ROW)
            rc = sqlite3_step(s);
        sqlite3_finalize(s);
        rc = rc == SQLITE_DONE ? SQLITE_OK : rc;
    }
    TRY(sqlite_err(b->d, rc, "open the copy"));
    b->b = sqlite3_backup_init(b->to, "main", b->d->c, "main");
    return b->b ? E_OK : sqlite_err(b->d, sqlite3_errcode(b->to), "start the copy");
}

err db_backup_start(db *d, const char *path, db_backup **ret)
{
    db_backup *b = calloc(1, sizeof *b);
    ENSURE(b);
    b->d = d;
    b->a = arena_create();
    b->path = arena_cstr(b->a, str_c(path));
    b->temp = arena_fmt(b->a, "%s.new", path).s;
    err e = open_copy(b);
    if (e == E_OK)
        *ret = b;
    else
        db_backup_end(b);
    return e;
}

static err sync_and_name(db_backup *b)
{
    os *o = b->d->o;
    os_file *f;
    TRY(os_open(o, b->temp, OS_READ | OS_WRITE, &f));
    err e = os_sync(f);
    os_close(f);
    TRY(e);
    TRY(os_rename(o, b->temp, b->path));
    str dir = str_c(b->path);
    while (dir.len && dir.s[dir.len - 1] != '/')
        dir.len--;
    return os_sync_dir(o, dir.len > 1 ? arena_cstr(b->a, str_take(dir, dir.len - 1)) : dir.len ? "/" : ".");
}

static err step(db_backup *b, int pages)
{
    ENSURE(sqlite3_get_autocommit(b->d->c));      // between groups, not inside one
    int rc = sqlite3_backup_step(b->b, pages);
    if (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
        return E_OK;
    if (rc != SQLITE_DONE)
        return sqlite_err(b->d, rc, "copy");
    rc = sqlite3_backup_finish(b->b);
    b->b = NULL;
    TRY(sqlite_err(b->d, rc, "end the copy"));
    close_copy(b);
    TRY(sync_and_name(b));
    b->done = true;
    return E_OK;
}

err db_backup_step(db_backup *b, int pages, bool *ret_done)
{
    if (b->e == E_OK && !b->done)
        b->e = step(b, pages);
    if (b->e == E_OK)
        *ret_done = b->done;
    return b->e;
}

void db_backup_end(db_backup *b)
{
    if (!b)
        return;
    close_copy(b);
    if (!b->done)
        os_remove(b->d->o, b->temp);
    arena_destroy(b->a);
    free(b);
}

err backup_database(db *d, const char *path)
{
    db_backup *b;
    TRY(db_backup_start(d, path, &b));
    bool done = false;
    err e = E_OK;
    while (e == E_OK && !done)
        e = db_backup_step(b, PAGES_AT_ONCE, &done);
    db_backup_end(b);
    return e;
}

err backup_verify(os *o, const char *path, arena *a, str *ret_report)
{
    if (!os_exists(o, path))
        return E_NOT_FOUND;
    db *d;
    TRY(db_open(o, path, DB_WRITER, &d));         // the writer leaves no log beside it when it closes
    err e = db_integrity(d, a, ret_report);
    db_close(d);
    return e;
}
