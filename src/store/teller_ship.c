// The shipper: copies committed batch rows to the log in order, notes how far the log is durable, removes them; and the
// checkpoints of the WAL. Runs between groups on the teller's thread, because there is one writing connection.
#include "store/teller_impl.h"

#define SHIP_BYTES_MAX (8 * 1024 * 1024)

static group_frame frame_of_row(const db_rows *r)
{
    return (group_frame){ db_i64(r, 0), (uint32_t)db_i64(r, 1), db_i64(r, 2), db_blob(r, 3), db_blob(r, 4) };
}

// Appends rows in order until nothing is left, enough was shipped, or the log refuses. *to: last event number appended.
static err ship_rows(teller *t, int64_t *to)
{
    db_rows r;
    size_t bytes = 0;
    err e = E_OK;
    TRY(db_query(t->c.d, &r, "SELECT first_no, count, at_us, body, prints FROM batch WHERE first_no > $1 ORDER BY first_no",
                 dbi(t->shipped_no)));
    while (e == E_OK && bytes < SHIP_BYTES_MAX && db_next(&r)) {
        group_frame g = frame_of_row(&r);
        bytes += g.body.len + g.prints.len;
        // What would break the log's order must never reach it.
        e = g.first_no == *to + 1 && frame_whole(&g) ? t->c.ship(t->c.user, &g) : E_CORRUPT;
        if (e == E_OK)
            *to = g.first_no + g.count - 1;
    }
    err ended = db_end(&r);
    return e != E_OK ? e : ended;
}

static err trim_rows(db *d, int64_t to)
{
    TRY(db_exec(d, "UPDATE head SET shipped_no = $1, deleted_no = $1 WHERE id = 1", dbi(to)));
    return db_exec(d, "DELETE FROM batch WHERE first_no <= $1", dbi(to));
}

// Only called once the log is synced up to `to`.
static err trim(teller *t, int64_t to)
{
    db *d = t->c.d;
    TRY(db_begin(d));
    err e = trim_rows(d, to);
    bool committing = e == E_OK;
    if (committing)
        e = db_commit(d);
    if (e == E_OK) {
        t->shipped_no = to;
        return E_OK;
    }
    if (committing && e != E_DISK_FULL && e != E_DB)
        return teller_die(t, e);
    err undone = db_rollback(d);
    return undone == E_OK ? e : teller_die(t, undone);
}

static void ship(teller *t, bool *ret_worked)
{
    int64_t to = t->shipped_no;
    err refused = ship_rows(t, &to);
    if (to > t->shipped_no) {
        err e = t->c.ship_sync(t->c.user);
        if (e == E_OK)
            e = trim(t, to);
        else if (e != E_DISK_FULL)             // that one had to write first, after an append that found no room
            teller_die(t, e);
        *ret_worked = e == E_OK;
        refused = e != E_OK ? e : refused;
    }
    uv_mutex_lock(&t->lock);
    t->stats.ship_trouble = refused;
    t->stats.shipped_no = t->stats.deleted_no = t->shipped_no;
    uv_mutex_unlock(&t->lock);
}

err teller_checkpoint(teller *t, bool force)
{
    if (t->dead != E_OK)
        return t->dead;
    if (!force && db_wal_bytes(t->c.d) < t->checkpoint_at)
        return E_OK;
    bool busy = false;
    int64_t began = os_mono_us(t->c.o);
    err e = db_checkpoint(t->c.d, &busy);
    teller_note_stall(t, began, true);
    // A failed fsync may hide behind E_IO; a full disk only means later.
    if (e != E_OK && e != E_DISK_FULL && e != E_DB) {
        teller_die(t, e);
        teller_refuse_waiting(t);
        return e;
    }
    // Readers held it back, or the disk is full: not again before the WAL has grown as much once more.
    t->checkpoint_at = t->c.wal_bytes_max + (busy || e != E_OK ? db_wal_bytes(t->c.d) : 0);
    return E_OK;
}

err teller_ship(teller *t, bool *ret_worked)
{
    *ret_worked = false;
    if (t->dead != E_OK)
        return t->dead;
    if (t->c.ship && t->shipped_no < t->event_no) {
        int64_t began = os_mono_us(t->c.o);
        ship(t, ret_worked);
        teller_note_stall(t, began, false);
    }
    if (t->dead != E_OK)
        teller_refuse_waiting(t);
    return teller_checkpoint(t, false);
}

static err show_missing(teller *t, int64_t log_last)
{
    db_rows r;
    TRY(db_query(t->c.d, &r, "SELECT first_no, count, at_us, body, prints FROM batch WHERE first_no > $1 ORDER BY first_no", dbi(log_last)));
    while (db_next(&r)) {
        group_frame g = frame_of_row(&r);
        t->c.on_visible(t->c.user, &g);
    }
    return db_end(&r);
}

err teller_catch_up(teller *t, int64_t log_last, fault *f, arena *a)
{
    teller_stats s = teller_stats_now(t);
    if (log_last > s.head_no)
        return fault_detail(f, a, E_CORRUPT, "the log is ahead: it ends at event %lld, the database at %lld", (long long)log_last,
                            (long long)s.head_no);
    if (log_last < s.deleted_no)
        return fault_detail(f, a, E_CORRUPT, "the log ends at event %lld, the database needs it up to %lld", (long long)log_last,
                            (long long)s.deleted_no);
    if (t->c.on_visible)
        TRY(show_missing(t, log_last));
    bool more = true;
    while (more)
        TRY(teller_ship(t, &more));
    return E_OK;
}
