// The write-ahead log from outside SQLite: how long it is, when it is copied, and what an accident may leave in it.
#include "store/sqlite_db.h"
#include <stdlib.h>

#define CHUNK_BYTES (1 << 20)
#define HEADER_BYTES 32            // of the log, and of each frame in it: www.sqlite.org/fileformat2.html, 4.1
#define FRAME_HEADER_BYTES 24
#define INDEX_BYTES 32768          // the first region of the log's index: www.sqlite.org/walformat.html, 2.1

static sqlite3_file *file_of(db *d, int which)
{
    sqlite3_file *f = NULL;
    int rc = sqlite3_file_control(d->c, "main", which, &f);
    return rc == SQLITE_OK && f && f->pMethods ? f : NULL;
}

static int count_frames(void *p, sqlite3 *c, const char *name, int frames)
{
    (void)c, (void)name;
    ((db *)p)->wal_bytes = (int64_t)frames * 4096;
    return SQLITE_OK;
}

void log_watch(db *d) { sqlite3_wal_hook(d->c, count_frames, d); }

// What recovery found in the log may be in the machine's memory only: a process killed between writing and syncing, or
// ended by a failed sync, leaves commits that are read again but would not survive a power cut. Whoever builds on them
// (the timeline's log, a checkpoint) must not be ahead of the disk, so they are made durable first; and written again,
// because after a failed sync the machine takes the lost pages for clean and a sync alone would bring nothing to the disk.
static int rewrite(sqlite3_file *log, char *p, int64_t size)
{
    int rc = SQLITE_OK;
    for (int64_t at = 0; rc == SQLITE_OK && at < size; at += CHUNK_BYTES) {
        int n = size - at < CHUNK_BYTES ? (int)(size - at) : CHUNK_BYTES;
        rc = log->pMethods->xRead(log, p, n, at);
        if (rc == SQLITE_OK)
            rc = log->pMethods->xWrite(log, p, n, at);
    }
    return rc == SQLITE_OK ? log->pMethods->xSync(log, SQLITE_SYNC_NORMAL) : rc;
}

err log_secure(db *d)
{
    sqlite3_int64 size = 0;
    sqlite3_file *log = file_of(d, SQLITE_FCNTL_JOURNAL_POINTER);
    int rc = log ? log->pMethods->xFileSize(log, &size) : SQLITE_OK;
    if (rc == SQLITE_OK && size > 0) {
        char *p = malloc(CHUNK_BYTES);
        ENSURE(p);
        rc = rewrite(log, p, size);
        free(p);
    }
    return sqlite_err(d, rc, "secure the recovered log");
}

// Where the next frame goes, by the index all connections share; -1: there is no log.
static int64_t log_end(db *d)
{
    void volatile *region = NULL;
    sqlite3_file *f = file_of(d, SQLITE_FCNTL_FILE_POINTER);
    if (!f || f->pMethods->xShmMap(f, 0, INDEX_BYTES, 0, &region) != SQLITE_OK || !region)
        return -1;
    uint32_t frames = ((const volatile uint32_t *)region)[4], page = ((const volatile uint16_t *)region)[7];
    return HEADER_BYTES + (int64_t)frames * (FRAME_HEADER_BYTES + (page == 1 ? 65536 : page));
}

// A commit that ran out of room may have written all its frames and failed in the padding behind them: undone here, but
// found by the next recovery. So the first of them is struck out, durably, before anybody is told that it was refused.
// Only outside a transaction: an open one may have frames there that it still needs.
err log_withdraw(db *d)
{
    static const char zeros[FRAME_HEADER_BYTES];
    sqlite3_file *log = file_of(d, SQLITE_FCNTL_JOURNAL_POINTER);
    int64_t at = log ? log_end(d) : -1;
    sqlite3_int64 size = 0;
    int rc = at < 0 ? SQLITE_OK : log->pMethods->xFileSize(log, &size);
    if (rc == SQLITE_OK && at >= 0 && at < size) {
        int n = size - at < FRAME_HEADER_BYTES ? (int)(size - at) : FRAME_HEADER_BYTES;
        rc = log->pMethods->xWrite(log, zeros, n, at);
        if (rc == SQLITE_OK)
            rc = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
    }
    return rc == SQLITE_OK ? E_OK : E_IO;
}

// PASSIVE never waits: what readers still need stays in the log. Once all of it is copied, the next commit starts it over.
err db_checkpoint(db *d, bool *ret_busy)
{
    int log = 0, copied = 0;
    int rc = sqlite3_wal_checkpoint_v2(d->c, NULL, SQLITE_CHECKPOINT_PASSIVE, &log, &copied);
    TRY(sqlite_err(d, rc, "checkpoint"));
    d->wal_bytes = log > copied ? (int64_t)log * 4096 : 0;
    *ret_busy = log > copied;
    return E_OK;
}

// Deleted rows are overwritten where they stood (secure_delete), but the log still holds pages as they were before.
err db_empty_wal(db *d, bool *ret_busy)
{
    sqlite3_busy_timeout(d->c, 0);             // never waits for readers: it is tried again
    int rc = sqlite3_wal_checkpoint_v2(d->c, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(d->c, BUSY_MS);
    *ret_busy = (rc & 0xFF) == SQLITE_BUSY;
    if (*ret_busy)
        return E_OK;
    TRY(sqlite_err(d, rc, "empty the log"));
    d->wal_bytes = 0;
    return E_OK;
}

int64_t db_wal_bytes(db *d) { return d->wal_bytes; }
