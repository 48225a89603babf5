// store/db.h over SQLite: every function, refused inputs, and random statements beside a naive model.
#include "tests.h"
#include "store/db.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct world {
    char dir[64], path[96];
    db *d;
    arena *a;
} world;

static int setup(void **state)
{
    world *w = calloc(1, sizeof *w);
    snprintf(w->dir, sizeof w->dir, "/tmp/lianyi-db-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    snprintf(w->path, sizeof w->path, "%s/t.db", w->dir);
    assert_ok(db_open(os_posix(), w->path, DB_WRITER, &w->d));
    w->a = arena_create();
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    world *w = *state;
    db_close(w->d);
    str *names;
    size_t n;
    assert_ok(os_list(os_posix(), w->dir, w->a, &names, &n));
    for (size_t i = 0; i < n; i++)
        assert_ok(os_remove(os_posix(), arena_fmt(w->a, "%s/%s", w->dir, names[i].s).s));
    rmdir(w->dir);
    arena_destroy(w->a);
    free(w);
    return 0;
}

static void test_rows(void **state)
{
    db *d = ((world *)*state)->d;
    assert_ok(db_exec(d, "CREATE TABLE t (id BIGINT PRIMARY KEY, name TEXT, data BLOB, n BIGINT)"));
    assert_ok(db_exec(d, "INSERT INTO t (name, id, data, n) /* $9 */ VALUES ($2 || '$1', $1, $3, $4) -- $9", dbi(7),
                      dbs(S("涟漪")), dbb(str_of("\0\1\2", 3)), dbn()));
    assert_ok(db_exec(d, "INSERT INTO t VALUES ($1, $2, $3, $4)", dbi(INT64_MIN), dbs((str){ 0 }), dbb((str){ 0 }),
                      dbi_or_null(true, 5)));
    db_rows r;
    assert_ok(db_query(d, &r, "SELECT id, name, data, n FROM t ORDER BY id DESC"));
    assert_int_equal(db_columns(&r), 4);
    assert_str(db_column_name(&r, 1), S("name"));
    assert_true(db_next(&r));
    assert_int_equal(db_i64(&r, 0), 7);
    assert_str(db_str(&r, 1), S("涟漪$1"));
    assert_str(db_blob(&r, 2), str_of("\0\1\2", 3));
    assert_true(db_is_null(&r, 3));
    assert_int_equal(db_i64(&r, 3), 0);
    assert_true(db_next(&r));
    assert_true(db_i64(&r, 0) == INT64_MIN);
    assert_false(db_is_null(&r, 1));              // an empty text is not null
    assert_str(db_str(&r, 1), S(""));
    assert_false(db_is_null(&r, 2));
    assert_int_equal(db_i64(&r, 3), 5);
    assert_false(db_next(&r));
    assert_false(db_next(&r));                    // and does not start over
    assert_ok(db_end(&r));
}

static void test_one_row_and_one_number(void **state)
{
    db *d = ((world *)*state)->d;
    assert_ok(db_exec(d, "CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT)"));
    assert_ok(db_exec(d, "INSERT INTO t VALUES (1, 10), (2, NULL)"));
    db_rows r;
    bool found = false;
    assert_ok(db_query_one(d, &r, &found, "SELECT n FROM t WHERE id = $1", dbi(1)));
    assert_true(found);
    assert_int_equal(db_i64(&r, 0), 10);
    assert_ok(db_end(&r));
    assert_ok(db_query_one(d, &r, &found, "SELECT n FROM t WHERE id = $1", dbi(3)));
    assert_false(found);
    assert_ok(db_end(&r));                        // allowed, not needed
    static const struct { int64_t id, want; } cases[] = { { 1, 10 }, { 2, -1 }, { 3, -1 } };
    for (size_t i = 0; i < 3; i++) {
        int64_t got;
        assert_ok(db_int(d, &got, -1, "SELECT n FROM t WHERE id = $1", dbi(cases[i].id)));
        assert_int_equal(got, cases[i].want);
    }
    int64_t changed;
    assert_ok(db_exec_count(d, &changed, "UPDATE t SET n = n + 1"));
    assert_int_equal(changed, 2);
    assert_ok(db_exec_count(d, &changed, "DELETE FROM t WHERE id = $1", dbi(9)));
    assert_int_equal(changed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_one_row_and_one_number, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
