// The outcomes docs/decisions/commit.md promises, one by one: what the server does when this or that goes wrong, at every place
// where it can. Prints what is broken; the last line is "N passed, N failed".
#include "life.h"
#include <stdio.h>

#define SEED 4711

static const char wal[] = LIFE_DIR "/lianyi.db-wal", database[] = LIFE_DIR "/lianyi.db";

static void broken(life *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void broken(life *l, const char *fmt, ...)
{
    arena *a = arena_create();
    va_list ap;
    va_start(ap, fmt);
    buf_add_str(&l->report, arena_vfmt(a, fmt, ap));
    va_end(ap);
    buf_add_char(&l->report, '\n');
    arena_destroy(a);
}

#define EXPECT(l, cond) ((cond) ? (void)0 : broken((l), "%s:%d: %s", __FILE__, __LINE__, #cond))

// --- a day's work ----------------------------------------------------------------------------------------------------
static void some_work(life *l, int groups)
{
    for (int i = 0; i < groups && !life_over(l); i++) {
        for (int k = 0; k < 4; k++)
            life_submit(l);
        life_step(l);
        if (!life_over(l) && i % 3 == 2)
            life_ship(l);
        if (!life_over(l) && i % 4 == 3)
            life_checkpoint(l, true);
    }
}

static void start_well(life *l)
{
    if (life_start(l) != E_OK)
        broken(l, "does not start: " STR_FMT, STR_ARG(l->f.detail));
    else
        life_check(l);
}

static void restart_well(life *l, bool power_cut)
{
    life_end(l, false);
    life_restart(l, power_cut);
    start_well(l);
}

// --- the table's rows ------------------------------------------------------------------------------------------------
// A full disk, at every call that needs room: nobody is told yes, nothing is half there, and service goes on once there is room.
// Returns false when the run ended before the n-th call.
static bool disk_full_at(life *l, int64_t n, bool sticky)
{
    start_well(l);
    some_work(l, 3);
    int64_t at = os_sim_calls(l->os) + n;
    os_sim_fail_at(l->os, at, E_DISK_FULL, sticky);
    some_work(l, 8);
    bool struck = os_sim_calls(l->os) >= at;
    EXPECT(l, !l->dead);
    life_calm(l);
    int64_t acked = l->m.acked + l->m.replayed;
    some_work(l, 4);
    EXPECT(l, !l->dead && l->m.acked + l->m.replayed > acked);
    EXPECT(l, teller_stats_now(l->s.t).ship_trouble == E_OK);
    restart_well(l, n % 2 == 0);
    return struck;
}

static bool disk_full_once(life *l, int64_t n) { return disk_full_at(l, n, false); }
static bool disk_full_stays(life *l, int64_t n) { return disk_full_at(l, n, true); }

static bool disk_full_at_start(life *l, int64_t n)
{
    start_well(l);
    some_work(l, 5);
    life_end(l, false);
    life_restart(l, n % 2 == 0);
    int64_t at = os_sim_calls(l->os) + n;
    os_sim_fail_at(l->os, at, E_DISK_FULL, true);
    err e = life_start(l);
    bool struck = os_sim_calls(l->os) >= at;
    EXPECT(l, e == E_OK || e == E_DISK_FULL);
    if (e == E_OK)
        life_end(l, false);
    life_restart(l, false);
    start_well(l);
    return struck;
}

// A failed fsync ends the process, whichever it was; nothing is acknowledged after it. Then the cache still shows what the disk
// does not hold: the next process must not build on that. So it works on, and only then the power goes.
static bool failed_fsync(life *l, int64_t n)
{
    start_well(l);
    os_sim_fail_sync_at(l->os, n);
    some_work(l, 9);
    bool struck = l->dead;
    if (struck) {
        EXPECT(l, teller_stats_now(l->s.t).queue_now == 0);
        bool worked;
        EXPECT(l, teller_step(l->s.t, &worked) == E_IO && teller_ship(l->s.t, &worked) == E_IO);
    }
    restart_well(l, false);
    if (!l->report.len && n % 3)
        some_work(l, (int)(n % 3));
    if (!l->report.len)
        restart_well(l, true);
    return struck;
}

static bool failed_fsync_then_power_cut(life *l, int64_t n)
{
    start_well(l);
    os_sim_fail_sync_at(l->os, n);
    some_work(l, 9);
    bool struck = l->dead;
    restart_well(l, true);
    return struck;
}

// Any single call fails: a read in an operation costs its group, a write or sync perhaps the process; what was said stays true.
static bool call_fails(life *l, int64_t n)
{
    start_well(l);
    int64_t at = os_sim_calls(l->os) + n;
    os_sim_fail_at(l->os, at, E_IO, false);
    some_work(l, 9);
    bool struck = os_sim_calls(l->os) >= at;
    restart_well(l, n % 2);
    return struck;
}

// Power cut during the n-th write: torn pages and torn frames are left behind and recovered from.
static bool power_cut(life *l, int64_t n)
{
    start_well(l);
    os_sim_crash_at_write(l->os, os_sim_writes(l->os) + n);
    some_work(l, 9);
    bool struck = os_sim_crashed(l->os);
    restart_well(l, true);
    return struck;
}

static bool killed(life *l, int64_t n)
{
    start_well(l);
    os_sim_crash_at_write(l->os, os_sim_writes(l->os) + n);
    some_work(l, 9);
    bool struck = os_sim_crashed(l->os);
    restart_well(l, false);
    if (!l->report.len)
        restart_well(l, true);
    return struck;
}

// --- damage at rest --------------------------------------------------------------------------------------------------
static void files_of_log(life *l, str **ret, size_t *ret_n)
{
    EXPECT(l, os_list(os_sim_os(l->os), LIFE_DIR "/log", l->a, ret, ret_n) == E_OK);
}

static int64_t size_of(life *l, const char *path)
{
    os_file *f;
    int64_t size = 0;
    if (os_open(os_sim_os(l->os), path, OS_READ, &f) != E_OK)
        return 0;
    os_size(f, &size);
    os_close(f);
    return size;
}

static bool refused_naming(life *l, const char *name)
{
    err e = life_start(l);
    bool named = e == E_CORRUPT && memmem(l->f.detail.s, l->f.detail.len, name, strlen(name));
    if (e == E_OK)
        life_end(l, false);
    return named;
}

// The log: any flipped bit in an event that the database no longer has is found at start, and the file named.
static bool flip_in_log(life *l, int64_t n)
{
    start_well(l);
    some_work(l, 18);
    life_ship(l);
    life_end(l, false);
    life_restart(l, true);
    str *names;
    size_t count;
    files_of_log(l, &names, &count);
    int64_t at = (n - 1) * 397;
    for (size_t i = 0; i < count; i++) {
        const char *path = arena_fmt(l->a, LIFE_DIR "/log/%s", names[i].s).s;
        int64_t size = size_of(l, path);
        if (at >= size) {
            at -= size;
            continue;
        }
        os_sim_flip_bit(l->os, path, at, (int)n);
        if (!refused_naming(l, LIFE_DIR "/log"))
            broken(l, "bit %d of byte %lld of %s: not refused (" STR_FMT ")", (int)n & 7, (long long)at, path, STR_ARG(l->f.detail));
        return true;
    }
    return false;
}

// What the shipper does before it notes how far it came.
static void ship_without_noting(life *l)
{
    db_rows r;
    db_query(l->s.d, &r, "SELECT first_no, count, at_us, body, prints FROM batch ORDER BY first_no");
    while (db_next(&r))
        EXPECT(l, timeline_append(l->s.tl, &(frame){ db_i64(&r, 0), (uint32_t)db_i64(&r, 1), db_i64(&r, 2), db_blob(&r, 3), db_blob(&r, 4) }) == E_OK);
    EXPECT(l, db_end(&r) == E_OK && timeline_sync(l->s.tl) == E_OK);
}

// … and one in the last segment's end that the database still has is mended: cut as torn, and shipped again.
static bool flip_in_unnoted_tail(life *l, int64_t n)
{
    start_well(l);
    some_work(l, 3);
    str *names;
    size_t count;
    files_of_log(l, &names, &count);
    const char *path = arena_fmt(l->a, LIFE_DIR "/log/%s", names[count - 1].s).s;
    int64_t before = size_of(l, path), segments = (int64_t)count;
    some_work(l, 2);
    ship_without_noting(l);
    files_of_log(l, &names, &count);
    if ((int64_t)count > segments) {
        path = arena_fmt(l->a, LIFE_DIR "/log/%s", names[count - 1].s).s;
        before = 48;                           // behind the segment's header
    }
    int64_t after = size_of(l, path), at = before + (n - 1) * 61;
    life_end(l, false);
    life_restart(l, n % 2);
    if (at < after)
        os_sim_flip_bit(l->os, path, at, (int)n);
    start_well(l);
    return n < 20;
}

// The database has no checksums of its own over values, so not every flip can be found; but none crashes the process, and a page
// whose structure suffers is reported.
static bool flip_in_database(life *l, int64_t n)
{
    start_well(l);
    some_work(l, 8);
    life_ship(l);
    life_checkpoint(l, true);
    life_end(l, true);
    int64_t at = (n - 1) * 7019;
    if (at >= size_of(l, database))
        return false;
    os_sim_flip_bit(l->os, database, at, (int)n);
    err e = life_start(l);
    if (e == E_OK) {
        buf seen = { 0 };
        str whole;
        teller_check(l->s.d, &seen);
        db_integrity(l->s.d, l->a, &whole);
        buf_free(&seen);
        some_work(l, 3);
        life_end(l, false);
    }
    EXPECT(l, e == E_OK || e == E_CORRUPT || e == E_DB || e == E_TOO_NEW || e == E_LIMIT_REACHED);
    return true;
}

// A flip in the write-ahead log looks like its torn end: an older moment, whole in itself; or, when the log had copied more than
// that, a log ahead of the database, refused.
static bool flip_in_wal(life *l, int64_t n)
{
    start_well(l);
    some_work(l, 7);
    life_end(l, false);
    life_restart(l, true);
    int64_t at = (n - 1) * 11003;
    if (at >= size_of(l, wal))
        return false;
    os_sim_flip_bit(l->os, wal, at, (int)n);
    err e = life_start(l);
    EXPECT(l, e == E_OK || (e == E_CORRUPT && memmem(l->f.detail.s, l->f.detail.len, "ahead", 5)));
    if (e == E_OK) {
        str whole;
        EXPECT(l, teller_check(l->s.d, &l->report) == E_OK);
        EXPECT(l, db_integrity(l->s.d, l->a, &whole) == E_OK && str_eq(whole, S("ok")));
        life_end(l, false);
    }
    return true;
}

// --- what does not belong together -----------------------------------------------------------------------------------
static void copy(life *l, const char *from, const char *to)
{
    str bytes;
    if (os_read_file(os_sim_os(l->os), from, l->a, &bytes) == E_OK)
        EXPECT(l, os_write_file(os_sim_os(l->os), to, bytes) == E_OK);
}

static bool log_ahead(life *l, int64_t n)
{
    start_well(l);
    some_work(l, 6);
    life_end(l, true);
    copy(l, database, "/older.db");
    start_well(l);
    some_work(l, (int)n);
    life_ship(l);
    life_end(l, true);
    copy(l, "/older.db", database);
    EXPECT(l, refused_naming(l, "the log is ahead: it ends at event"));
    return n < 3;
}

static bool log_of_another(life *l, int64_t n)
{
    server other;
    EXPECT(l, server_open(&other, os_sim_os(l->os), "/", "/other", l->a, &l->f) == E_OK);
    server_close(&other);
    start_well(l);
    some_work(l, n == 1 ? 0 : 9);
    life_end(l, true);
    str *names;
    size_t count;
    files_of_log(l, &names, &count);
    for (size_t i = 1; i < count; i++)
        EXPECT(l, os_remove(os_sim_os(l->os), arena_fmt(l->a, LIFE_DIR "/log/%s", names[i].s).s) == E_OK);
    copy(l, "/other/log/0000000000000001.seg", LIFE_DIR "/log/0000000000000001.seg");
    EXPECT(l, refused_naming(l, "belongs to database"));
    return n < 2;
}

static bool log_lost(life *l, int64_t n)
{
    start_well(l);
    some_work(l, 18);
    life_ship(l);
    life_end(l, n % 2);
    life_restart(l, true);
    str *names;
    size_t count;
    files_of_log(l, &names, &count);
    if ((size_t)n > count)
        return false;
    EXPECT(l, os_remove(os_sim_os(l->os), arena_fmt(l->a, LIFE_DIR "/log/%s", names[n - 1].s).s) == E_OK);
    EXPECT(l, refused_naming(l, LIFE_DIR "/log"));
    return true;
}

static bool two_processes(life *l, int64_t n)
{
    (void)n;
    start_well(l);
    server second;
    fault f = { 0 };
    EXPECT(l, server_open(&second, os_sim_os(l->os), "/", LIFE_DIR, l->a, &f) == E_LOCKED);
    some_work(l, 3);
    restart_well(l, false);
    return false;
}

// --- running them ----------------------------------------------------------------------------------------------------
// Every `stride`th place, at most `most` of them; a row ends earlier when its place lies behind the end of the run.
static const struct { const char *name; bool (*at)(life *l, int64_t n); int64_t stride, most; } rows[] = {
    { "disk full once", disk_full_once, 7, 60 },
    { "disk full for long", disk_full_stays, 11, 60 },
    { "disk full at start", disk_full_at_start, 1, 60 },
    { "failed fsync", failed_fsync, 1, 60 },
    { "failed fsync, power cut", failed_fsync_then_power_cut, 1, 60 },
    { "a call fails", call_fails, 13, 60 },
    { "power cut", power_cut, 5, 60 },
    { "killed", killed, 11, 60 },
    { "bit flip in the log", flip_in_log, 1, 60 },
    { "bit flip in the log's unnoted tail", flip_in_unnoted_tail, 1, 60 },
    { "bit flip in the database", flip_in_database, 1, 60 },
    { "bit flip in the write-ahead log", flip_in_wal, 1, 60 },
    { "log ahead of the database", log_ahead, 1, 60 },
    { "log of another database", log_of_another, 1, 60 },
    { "log lost", log_lost, 1, 60 },
    { "two processes", two_processes, 1, 60 },
};

int main(int argc, char **argv)
{
    int64_t passed = 0, failed = 0, seed = SEED;
    if (argc > 2 || (argc == 2 && !str_to_i64(str_c(argv[1]), &seed))) {
        fprintf(stderr, "usage: test_outcomes [seed]\n");
        return 2;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool more = true;
        int64_t n = 1, bad = 0, times = 0;
        for (; more && bad < 3 && times < rows[i].most; n += rows[i].stride, times++) {
            life l;
            life_init(&l, (uint64_t)(seed + n));
            more = rows[i].at(&l, n);
            if (l.s.a)
                life_end(&l, false);
            if (l.report.len) {
                printf("%s at %lld:\n%.*s", rows[i].name, (long long)n, (int)l.report.len, l.report.s);
                bad++;
            }
            life_free(&l);
        }
        passed += times - bad;
        failed += bad;
        printf("note: %s: %lld places\n", rows[i].name, (long long)times);
    }
    printf("%lld passed, %lld failed\n", (long long)passed, (long long)failed);
    return failed ? 1 : 0;
}
