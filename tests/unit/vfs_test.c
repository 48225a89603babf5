// The SQLite VFS: connections of one process beside each other, programs from outside, and a power cut at every write.
#include "tests.h"
#include "base/vfs.h"
#include "sim/os_sim.h"
#include "store/backup.h"
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DB "/t.db"

static db *open_db(os *o, const char *path, db_mode mode)
{
    db *d;
    assert_ok(db_open(o, path, mode, &d));
    return d;
}

static int64_t number(db *d, const char *sql)
{
    db_rows r;
    assert_ok(db_query_text(d, &r, str_c(sql), NULL, 0));
    assert_true(db_next(&r));
    int64_t n = db_i64(&r, 0);
    assert_ok(db_end(&r));
    return n;
}

static void test_reader_keeps_its_moment(void **state)
{
    (void)state;
    os_sim *s = os_sim_create(3);
    os *o = os_sim_os(s);
    db *w = open_db(o, DB, DB_WRITER);
    assert_ok(db_exec(w, "CREATE TABLE t (n BIGINT)"));
    db *r = open_db(o, DB, DB_READER);
    assert_ok(db_begin_read(r));
    bool busy;
    for (int i = 0; i < 50; i++) {
        assert_ok(db_exec(w, "INSERT INTO t VALUES ($1)", dbi(i)));
        assert_ok(db_checkpoint(w, &busy));
        assert_true(busy);                        // the reader's moment is before these
        assert_int_equal(number(r, "SELECT count(*) FROM t"), 0);
    }
    assert_true(db_wal_bytes(w) > 0);
    assert_ok(db_end_read(r));
    assert_int_equal(number(r, "SELECT count(*) FROM t"), 50);
    assert_ok(db_checkpoint(w, &busy));
    assert_false(busy);
    assert_int_equal(db_wal_bytes(w), 0);
    assert_ok(db_exec(w, "INSERT INTO t VALUES (50)"));
    assert_int_equal(number(r, "SELECT count(*) FROM t"), 51);
    assert_err(db_exec(r, "INSERT INTO t VALUES (51)"), E_DB);
    db_close(r);
    db_close(w);
    assert_false(os_exists(o, DB "-wal"));        // copied and removed by the last to leave
    os_sim_destroy(s);
}

static void test_second_writer_is_refused(void **state)
{
    (void)state;
    os_sim *s = os_sim_create(3);
    os *o = os_sim_os(s);
    db *w = open_db(o, DB, DB_WRITER), *second, *r = NULL;
    assert_err(db_open(o, DB, DB_WRITER, &second), E_LOCKED);
    assert_err(db_open(o, "/none.db", DB_READER, &second), E_IO);
    assert_false(os_exists(o, "/none.db"));
    os_file *foreign;
    assert_ok(os_open(o, DB, OS_READ | OS_WRITE, &foreign));
    assert_err(os_lock(foreign), E_LOCKED);
    os_close(foreign);
    r = open_db(o, DB, DB_READER);
    db_close(w);
    w = open_db(o, DB, DB_WRITER);                // while a reader stays
    assert_ok(db_exec(w, "CREATE TABLE t (n BIGINT)"));
    assert_int_equal(number(r, "SELECT count(*) FROM t"), 0);
    db_close(w);
    db_close(r);
    os_sim_destroy(s);
}

// SQLite's own port, as the sqlite3 shell uses it, in another process: told that the database is locked.
static void test_foreign_program_is_locked_out(void **state)
{
    (void)state;
    char dir[] = "/tmp/lianyi-vfs-XXXXXX", path[40];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/t.db", dir);
    db *w = open_db(os_posix(), path, DB_WRITER);
    assert_ok(db_exec(w, "CREATE TABLE t (n BIGINT)"));
    sqlite3 *c;
    sqlite3_stmt *st = NULL;
    assert_int_equal(sqlite3_open_v2(path, &c, SQLITE_OPEN_READWRITE, "unix"), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(c, "INSERT INTO t VALUES (1)", -1, &st, NULL), SQLITE_BUSY);
    db *other;
    db_close(w);
    assert_int_equal(sqlite3_prepare_v2(c, "INSERT INTO t VALUES (1)", -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_DONE);
    sqlite3_finalize(st);
    assert_err(db_open(os_posix(), path, DB_WRITER, &other), E_LOCKED);   // the other way round: it holds SHARED in WAL
    sqlite3_close(c);
    w = open_db(os_posix(), path, DB_WRITER);
    assert_int_equal(number(w, "SELECT count(*) FROM t"), 1);             // one format for both
    db_close(w);
    unlink(path);
    assert_int_equal(rmdir(dir), 0);
}

// --- power cuts ------------------------------------------------------------------------------------------------------
// A run of transactions whose outcome a few lines can say: transaction i adds rows_of(i) rows of a few KB marked i, every
// seventh also removes those of i - 5, and head.n becomes i. Whatever is there after a cut must be such a state, the one
// last acknowledged or the one that was under way.
#define BODY_MAX 3000

static int rows_of(int i) { return 1 + i * 7 % 5; }
static size_t body_of(int id) { return (size_t)(id * 331 % BODY_MAX); }
static bool removed(int row, int n) { return (row + 5) % 7 == 0 && row + 5 <= n; }

static err make_schema(db *d)
{
    TRY(db_begin(d));
    err e = db_script(d, S("CREATE TABLE head (n BIGINT NOT NULL); INSERT INTO head VALUES (0);"
                           "CREATE TABLE t (id BIGINT PRIMARY KEY, tx BIGINT NOT NULL, body BLOB NOT NULL);"
                           "CREATE INDEX t_tx ON t (tx)"));
    e = e == E_OK ? db_commit(d) : e;
    if (e != E_OK)
        db_rollback(d);
    return e;
}

static err change(db *d, int i)
{
    char body[BODY_MAX];
    memset(body, i & 255, sizeof body);
    for (int k = 0; k < rows_of(i); k++) {
        int id = i * 10 + k;
        TRY(db_exec(d, "INSERT INTO t VALUES ($1, $2, $3)", dbi(id), dbi(i), dbb(str_of(body, body_of(id)))));
    }
    if (i % 7 == 0)
        TRY(db_exec(d, "DELETE FROM t WHERE tx = $1", dbi(i - 5)));
    return db_exec(d, "UPDATE head SET n = $1", dbi(i));
}

static err transaction(db *d, int i)
{
    TRY(db_begin(d));
    err e = change(d, i);
    e = e == E_OK ? db_commit(d) : e;
    if (e != E_OK)
        db_rollback(d);
    return e;
}

static void check_row(const db_rows *r, int *rows, int n)
{
    int id = (int)db_i64(r, 0), i = (int)db_i64(r, 1);
    str body = db_blob(r, 2);
    assert_true(i >= 1 && i <= n && id / 10 == i && id % 10 < rows_of(i));
    assert_int_equal(body.len, body_of(id));
    for (size_t k = 0; k < body.len; k++)
        assert_int_equal((uint8_t)body.s[k], i & 255);
    rows[i]++;
}

static void check_state(db *d, int n)
{
    int *rows = calloc((size_t)n + 1, sizeof *rows);
    db_rows r;
    assert_ok(db_query(d, &r, "SELECT id, tx, body FROM t"));
    while (db_next(&r))
        check_row(&r, rows, n);
    assert_ok(db_end(&r));
    for (int i = 1; i <= n; i++)
        assert_int_equal(rows[i], removed(i, n) ? 0 : rows_of(i));
    free(rows);
    arena *a = arena_create();
    str report;
    assert_ok(db_integrity(d, a, &report));
    assert_str(report, S("ok"));
    arena_destroy(a);
}

// The state after a restart: what was acknowledged, or the one transaction more that nobody heard about.
static int check_after(db *d, int acknowledged)
{
    if (number(d, "SELECT count(*) FROM sqlite_schema WHERE name = 'head'") == 0) {
        assert_int_equal(acknowledged, -1);
        return -1;
    }
    int n = (int)number(d, "SELECT n FROM head");
    assert_true(n >= acknowledged && n <= acknowledged + 1);
    check_state(d, n);
    return n;
}

// Runs until an error: -1 no schema yet, else the number of transactions acknowledged.
static err run_transactions(db *d, os_sim *s, int *done, int until)
{
    if (*done < 0) {
        TRY(make_schema(d));
        *done = 0;
    }
    while (*done < until) {
        TRY(transaction(d, *done + 1));
        ++*done;
        bool busy;
        if (os_sim_draw(s) % 5 == 0)
            TRY(db_checkpoint(d, &busy));
    }
    return E_OK;
}

static db *open_after_cut(os_sim *s, bool again)
{
    db *d;
    if (os_sim_draw(s) % 4)
        os_sim_restart(s);
    else
        os_sim_respawn(s);                 // only the process died; what it did not sync may yet be lost
    if (again) {                                  // the power goes a second time while the log is recovered
        os_sim_crash_at(s, os_sim_calls(s) + 1 + (int64_t)(os_sim_draw(s) % 40));
        if (db_open(os_sim_os(s), DB, DB_WRITER, &d) == E_OK)
            db_close(d);
        os_sim_restart(s);
    }
    assert_ok(db_open(os_sim_os(s), DB, DB_WRITER, &d));
    return d;
}

static void test_power_cuts(void **state)
{
    (void)state;
    int cuts = 0, lost_unheard = 0, kept_unheard = 0;
    for (uint64_t seed = 0; seed < 320; seed++) {
        os_sim *s = os_sim_create(seed);
        os_sim_set_harsh(s, seed % 3 == 0);       // the VFS does not count on a torn sector sparing its neighbours
        int done = -1;
        db *d = NULL;
        for (int life = 0; life < 3; life++) {
            os_sim_crash_at_write(s, os_sim_writes(s) + 1 + (int64_t)(os_sim_draw(s) % (life ? 150 : 60)));
            err e = d ? E_OK : db_open(os_sim_os(s), DB, DB_WRITER, &d);
            e = e == E_OK ? run_transactions(d, s, &done, done + 40) : e;
            cuts += os_sim_crashed(s);
            assert_true(e == E_OK || os_sim_crashed(s));
            db_close(d);
            d = open_after_cut(s, seed & 1);
            int n = check_after(d, done);
            lost_unheard += n == done;
            kept_unheard += n > done;
            done = n;
        }
        db_close(d);
        os_sim_destroy(s);
    }
    assert_true(cuts > 800 && lost_unheard > 100 && kept_unheard > 20);
}

// --- failing calls ---------------------------------------------------------------------------------------------------
// The n-th call fails, for every n until a run gets through. What follows an error of the disk is a restart, with or
// without a power cut; what was acknowledged before is there.
static void test_every_call_fails_once(void **state)
{
    (void)state;
    int failed = 0;
    err e = E_IO;
    for (int64_t n = 1; e != E_OK; n++) {
        os_sim *s = os_sim_create((uint64_t)n);
        os_sim_fail_at(s, n, E_IO, false);
        int done = -1;
        db *d = NULL;
        e = db_open(os_sim_os(s), DB, DB_WRITER, &d);
        e = e == E_OK ? run_transactions(d, s, &done, 12) : e;
        failed += e != E_OK;
        if (e != E_OK && e != E_IO)
            fail_msg("call %d: %s", (int)n, err_info_of(e)->code);
        db_close(d);
        bool lost = os_sim_calls(s) < n;          // the call was never made: the run is through
        os_sim_fail_at(s, 0, E_IO, false);
        if (n & 1)
            os_sim_restart(s);
        else
            os_sim_respawn(s);
        assert_ok(db_open(os_sim_os(s), DB, DB_WRITER, &d));
        check_after(d, done);
        db_close(d);
        os_sim_destroy(s);
        e = lost ? E_OK : E_IO;
    }
    assert_true(failed > 30);
}

// A commit whose sync failed is not retried into a lie: the file takes no more, and the restart decides. What a restart
// finds in the machine's memory, though no disk holds it, it makes durable before anybody builds on it.
static void test_failed_sync_is_final(void **state)
{
    (void)state;
    int undone = 0, found = 0;
    for (uint64_t seed = 0; seed < 300; seed++) {
        os_sim *s = os_sim_create(seed);
        db *d = open_db(os_sim_os(s), DB, DB_WRITER);
        int done = -1;
        assert_ok(run_transactions(d, s, &done, 3 + (int)(seed % 5)));
        assert_ok(transaction(d, ++done));        // so that the next sync is the log's, whatever was checkpointed
        os_sim_fail_sync_at(s, 1);
        assert_err(transaction(d, done + 1), E_IO);
        assert_err(transaction(d, done + 1), E_IO);
        assert_err(transaction(d, done + 1), E_IO);
        db_close(d);
        d = open_after_cut(s, false);
        int n = check_after(d, done);
        found += n > done;
        undone += n == done;
        os_sim_crash_at_write(s, os_sim_writes(s) + 1 + (int64_t)(seed % 9));
        bool busy;
        db_checkpoint(d, &busy);
        db_close(d);
        d = open_after_cut(s, false);
        assert_int_equal(check_after(d, n), n);
        db_close(d);
        os_sim_destroy(s);
    }
    assert_true(undone > 30 && found > 30);
}

// A full disk undoes the transaction and nothing else; with room again the same connection goes on.
static void test_full_disk(void **state)
{
    (void)state;
    int full = 0;
    for (int64_t room = 0; room < 400000; room += 7001) {
        os_sim *s = os_sim_create((uint64_t)room);
        db *d = open_db(os_sim_os(s), DB, DB_WRITER);
        int done = -1;
        assert_ok(run_transactions(d, s, &done, 4));
        os_sim_disk_limit(s, room);
        for (int i = 0; i < 20; i++) {
            err e = run_transactions(d, s, &done, done + 2);
            assert_true(e == E_OK || e == E_DISK_FULL);
            full += e == E_DISK_FULL;
        }
        os_sim_disk_limit(s, -1);
        assert_ok(run_transactions(d, s, &done, done + 3));
        check_state(d, done);
        db_close(d);
        d = open_after_cut(s, false);
        assert_int_equal(check_after(d, done), done);
        db_close(d);
        os_sim_destroy(s);
    }
    assert_true(full > 100);
}

// A commit refused for want of room is refused for good: no restart finds it, though its frames may be in the log but for
// the padding behind them. Each write of the commit fails in turn, and the process or the machine dies right after.
static void test_full_disk_refuses_for_good(void **state)
{
    (void)state;
    int full = 0;
    for (int before = 3; before < 9; before++) {
        for (int64_t n = 1; n <= 50; n++) {
            os_sim *s = os_sim_create((uint64_t)n);
            os_sim_set_harsh(s, n % 2);
            db *d = open_db(os_sim_os(s), DB, DB_WRITER);
            int done = -1;
            assert_ok(run_transactions(d, s, &done, before));
            os_sim_fail_at(s, os_sim_calls(s) + n, E_DISK_FULL, n % 3 == 0);
            err e = transaction(d, done + 1);
            assert_true(e == E_OK || e == E_DISK_FULL);
            done += e == E_OK;
            full += e == E_DISK_FULL;
            os_sim_crash_now(s);
            db_close(d);
            d = open_after_cut(s, false);
            assert_int_equal(check_after(d, done), done);
            db_close(d);
            os_sim_destroy(s);
        }
    }
    assert_true(full > 50);
}

static void test_damage_is_noticed(void **state)
{
    (void)state;
    os_sim *s = os_sim_create(5);
    db *d = open_db(os_sim_os(s), DB, DB_WRITER);
    int done = -1;
    assert_ok(run_transactions(d, s, &done, 30));
    db_close(d);
    for (int bit = 0; bit < 8; bit++)             // page 2 is a b-tree: its header byte says of which kind
        os_sim_flip_bit(s, DB, 4096, bit);
    d = open_db(os_sim_os(s), DB, DB_WRITER);
    arena *a = arena_create();
    str report = S("ok");
    err e = db_integrity(d, a, &report);
    assert_true(e == E_CORRUPT || (e == E_OK && !str_eq(report, S("ok"))));
    assert_err(transaction(d, done + 1), E_CORRUPT);
    db_close(d);
    os_sim_flip_bit(s, DB, 3, 2);                 // "SQLite format 3"
    assert_err(db_open(os_sim_os(s), DB, DB_WRITER, &d), E_CORRUPT);
    arena_destroy(a);
    os_sim_destroy(s);
}

// A flipped bit in the log costs what follows it, never the shape of what stands before.
static void test_damaged_log_ends_at_the_damage(void **state)
{
    (void)state;
    int shorter = 0;
    for (uint64_t seed = 0; seed < 80; seed++) {
        os_sim *s = os_sim_create(seed);
        db *d = open_db(os_sim_os(s), DB, DB_WRITER);
        assert_ok(make_schema(d));
        for (int i = 1; i <= 20; i++)
            assert_ok(transaction(d, i));
        int64_t bytes = db_wal_bytes(d);
        os_sim_crash_now(s);
        db_close(d);
        os_sim_respawn(s);
        os_sim_flip_bit(s, DB "-wal", (int64_t)(os_sim_draw(s) % (uint64_t)bytes), (int)(seed % 8));
        assert_ok(db_open(os_sim_os(s), DB, DB_WRITER, &d));
        int n = 0;
        if (number(d, "SELECT count(*) FROM sqlite_schema WHERE name = 'head'"))
            check_state(d, n = (int)number(d, "SELECT n FROM head"));
        assert_true(n <= 20);
        shorter += n < 20;
        db_close(d);
        os_sim_destroy(s);
    }
    assert_true(shorter > 40);
}

// --- threads ---------------------------------------------------------------------------------------------------------
// Readers on threads of their own beside a writer that commits and checkpoints: each read transaction sees one whole state.
#define READERS 2
#define COMMITS 150

typedef struct crowd {
    const char *path;
    int stop;
    int bad, looked;
} crowd;

static void *look(void *p)
{
    crowd *c = p;
    db *d;
    if (db_open(os_posix(), c->path, DB_READER, &d) != E_OK)
        return __atomic_add_fetch(&c->bad, 1, __ATOMIC_RELAXED), NULL;
    while (!__atomic_load_n(&c->stop, __ATOMIC_ACQUIRE)) {
        int64_t n = -1, counted = -2, marked = -3;
        err e = db_begin_read(d);
        e = e == E_OK ? db_int(d, &n, -1, "SELECT n FROM head") : e;
        e = e == E_OK ? db_int(d, &counted, 0, "SELECT count(DISTINCT tx) FROM t") : e;
        e = e == E_OK ? db_int(d, &marked, 0, "SELECT max(tx) FROM t") : e;
        e = e == E_OK ? db_end_read(d) : e;
        int gone = 0;
        for (int i = 1; i <= n; i++)
            gone += removed(i, (int)n);
        bool good = e == E_OK && n == marked && counted == n - gone;
        __atomic_add_fetch(good ? &c->looked : &c->bad, 1, __ATOMIC_RELAXED);
    }
    db_close(d);
    return NULL;
}

static void test_readers_beside_a_writer(void **state)
{
    (void)state;
    char dir[] = "/tmp/lianyi-vfs-XXXXXX", path[40];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/t.db", dir);
    db *w = open_db(os_posix(), path, DB_WRITER);
    assert_ok(make_schema(w));
    assert_ok(transaction(w, 1));
    crowd c = { .path = path };
    pthread_t readers[READERS];
    for (int i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, look, &c), 0);
    for (int i = 2; i <= COMMITS || __atomic_load_n(&c.looked, __ATOMIC_RELAXED) < 20; i++) {
        bool busy;
        assert_ok(transaction(w, i));
        if (i % 4 == 0)
            assert_ok(db_checkpoint(w, &busy));
        if (__atomic_load_n(&c.bad, __ATOMIC_RELAXED))
            break;
    }
    __atomic_store_n(&c.stop, 1, __ATOMIC_RELEASE);
    for (int i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);
    assert_int_equal(c.bad, 0);
    db_close(w);
    unlink(path);
    assert_int_equal(rmdir(dir), 0);
}

// --- copies ----------------------------------------------------------------------------------------------------------
static void check_copy(os_sim *s, const char *path, int n)
{
    arena *a = arena_create();
    str report;
    assert_ok(backup_verify(os_sim_os(s), path, a, &report));
    assert_str(report, S("ok"));
    db *copy = open_db(os_sim_os(s), path, DB_WRITER);
    assert_int_equal(number(copy, "SELECT n FROM head"), n);
    check_state(copy, n);
    db_close(copy);
    arena_destroy(a);
}

static void test_copy_carries_writes_over(void **state)
{
    (void)state;
    os_sim *s = os_sim_create(9);
    os *o = os_sim_os(s);
    db *d = open_db(o, DB, DB_WRITER);
    int done = -1, steps = 0;
    assert_ok(run_transactions(d, s, &done, 60));
    db_backup *b;
    bool finished = false;
    assert_ok(db_backup_start(d, "/copy.db", &b));
    while (!finished) {
        assert_ok(db_backup_step(b, 2, &finished));
        assert_int_equal(os_exists(o, "/copy.db"), finished);     // whole, or not there
        steps++;
        if (!finished && steps < 40)
            assert_ok(run_transactions(d, s, &done, done + 1));   // changes pages copied before and pages still to come
    }
    db_backup_end(b);
    assert_true(steps > 20 && done > 90);
    os_sim_restart(s);                            // and it is on disk
    db_close(d);
    check_copy(s, "/copy.db", done);
    assert_false(os_exists(o, "/copy.db.new"));
    os_sim_destroy(s);
}

static void test_copy_given_up_or_failing_leaves_nothing(void **state)
{
    (void)state;
    os_sim *s = os_sim_create(9);
    os *o = os_sim_os(s);
    db *d = open_db(o, DB, DB_WRITER);
    int done = -1;
    assert_ok(run_transactions(d, s, &done, 40));
    db_backup *b;
    bool finished = false;
    assert_ok(db_backup_start(d, "/copy.db", &b));
    assert_ok(db_backup_step(b, 2, &finished));
    db_backup_end(b);
    assert_false(finished || os_exists(o, "/copy.db") || os_exists(o, "/copy.db.new"));
    assert_err(db_backup_start(d, "/none/copy.db", &b), E_IO);
    int failed = 0;
    err e = E_IO;
    for (int64_t n = 1; e != E_OK; n += 1 + n / 8) {
        os_sim_fail_at(s, os_sim_calls(s) + n, failed & 1 ? E_IO : E_DISK_FULL, true);
        e = backup_database(d, "/copy.db");
        os_sim_fail_at(s, 0, E_IO, false);
        failed += e != E_OK;
        assert_true(e != E_OK || os_exists(o, "/copy.db"));
        check_state(d, done);                     // the database itself did not suffer
    }
    assert_ok(run_transactions(d, s, &done, done + 1));
    assert_true(failed > 20);
    db_close(d);
    arena *a = arena_create();
    str report;
    assert_err(backup_verify(o, "/none.db", a, &report), E_NOT_FOUND);
    arena_destroy(a);
    os_sim_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reader_keeps_its_moment),
        cmocka_unit_test(test_second_writer_is_refused),
        cmocka_unit_test(test_foreign_program_is_locked_out),
        cmocka_unit_test(test_power_cuts),
        cmocka_unit_test(test_every_call_fails_once),
        cmocka_unit_test(test_failed_sync_is_final),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_full_disk_refuses_for_good),
        cmocka_unit_test(test_damage_is_noticed),
        cmocka_unit_test(test_damaged_log_ends_at_the_damage),
        cmocka_unit_test(test_readers_beside_a_writer),
        cmocka_unit_test(test_copy_carries_writes_over),
        cmocka_unit_test(test_copy_given_up_or_failing_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
