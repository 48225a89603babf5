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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reader_keeps_its_moment), cmocka_unit_test(test_second_writer_is_refused),
        cmocka_unit_test(test_foreign_program_is_locked_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
