// Migrations: fresh, again, newer and altered databases refused, a failing one leaves what was there.
#include "tests.h"
#include "sim/os_sim.h"
#include "store/migrate.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const migration one = { 1, "store", "one", { "-- expand: a\nCREATE TABLE a (id BIGINT PRIMARY KEY);", 52 } };

typedef struct world {
    char path[64];
    db *d;
    arena *a;
    fault f;
} world;

static int setup(void **state)
{
    world *w = calloc(1, sizeof *w);
    snprintf(w->path, sizeof w->path, "/tmp/lianyi-migrate-%d", (int)getpid());
    unlink(w->path);
    assert_ok(db_open(os_posix(), w->path, DB_WRITER, &w->d));
    w->a = arena_create();
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    world *w = *state;
    db_close(w->d);
    unlink(w->path);
    arena_destroy(w->a);
    free(w);
    return 0;
}

static migration sql(int number, const char *name, const char *text)
{
    return (migration){ number, "store", name, str_c(text) };
}

static err run(world *w, const migration *list, size_t n, size_t *ret)
{
    return migrate(w->d, list, n, 1700000000000000, &w->f, w->a, ret);
}

static int64_t tables(world *w)
{
    int64_t n;
    assert_ok(db_int(w->d, &n, -1, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name <> 'migration'"));
    return n;
}

static void test_ours_fresh_and_again(void **state)
{
    world *w = *state;
    size_t applied = 99;
    assert_ok(run(w, migrations, migrations_count, &applied));
    assert_int_equal(applied, migrations_count);
    int64_t head;
    assert_ok(db_int(w->d, &head, -1, "SELECT event_no FROM head WHERE id = 1"));
    assert_int_equal(head, 0);
    assert_ok(run(w, migrations, migrations_count, &applied));
    assert_int_equal(applied, 0);
}

static void test_newer_is_refused(void **state)
{
    world *w = *state;
    const migration list[] = { one, sql(2, "two", "-- expand: b\nCREATE TABLE b (id BIGINT PRIMARY KEY)") };
    size_t applied;
    assert_ok(run(w, list, 2, &applied));
    assert_err(run(w, list, 1, &applied), E_TOO_NEW);
    assert_non_null(strstr(w->f.detail.s, "0002 store/two"));
}

static void test_altered_is_refused(void **state)
{
    world *w = *state;
    size_t applied;
    assert_ok(run(w, &one, 1, &applied));
    const migration list[] = { sql(1, "uno", "-- expand: a\nCREATE TABLE a (id BIGINT)"),
                               sql(2, "b", "CREATE TABLE b (id BIGINT)") };
    assert_err(run(w, list, 2, &applied), E_CORRUPT);
    assert_non_null(strstr(w->f.detail.s, "store/one"));
    assert_non_null(strstr(w->f.detail.s, "store/uno"));
    assert_int_equal(tables(w), 1);               // nothing of the list was applied
}

static void test_failing_leaves_the_state_before(void **state)
{
    static const char *const bad[] = {
        "-- expand: b\nCREATE TABLE b (id BIGINT); INSERT INTO nowhere VALUES (1)",
        "-- expand: b\nCREATE TABLE b (id BIGINT); COMMIT; CREATE TABLE c (id BIGINT)",
        "-- expand: b\nCREATE TABLE b (id BIGINT); CREATE TABLE c (",
    };
    world *w = *state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const migration list[] = { one, sql(2, "two", bad[i]) };
        size_t applied = 99;
        assert_err(run(w, list, 2, &applied), E_DB);
        assert_int_equal(applied, 99);
        assert_non_null(strstr(w->f.detail.s, "0002 store/two"));
    }
    const migration good[] = { one, sql(2, "two", "-- expand: b\nCREATE TABLE b (id BIGINT)") };
    size_t applied;
    assert_ok(run(w, good, 2, &applied));
    assert_int_equal(applied, 1);
    assert_int_equal(tables(w), 2);
}

// The power goes at every write in turn: the next start finds whole migrations and applies the rest.
static void test_power_cut_in_between(void **state)
{
    (void)state;
    const migration list[] = { one, sql(2, "two", "-- expand: b\nCREATE TABLE b (id BIGINT); CREATE INDEX b_id ON b (id);"
                                                  "INSERT INTO b VALUES (1), (2), (3)"),
                               sql(3, "three", "-- contract: b\nALTER TABLE b ADD COLUMN n BIGINT; UPDATE b SET n = id * 2;"
                                               "DROP INDEX b_id") };
    bool seen[4] = { 0 };
    size_t applied = 0;
    for (int64_t n = 1; applied == 0; n++) {
        world w = { .a = arena_create() };
        os_sim *s = os_sim_create((uint64_t)n);
        os_sim_crash_at_write(s, n);
        applied = 0;
        if (db_open(os_sim_os(s), "/t.db", DB_WRITER, &w.d) == E_OK) {
            run(&w, list, 3, &applied);
            db_close(w.d);
        }
        os_sim_restart(s);
        size_t rest = 9;
        assert_ok(db_open(os_sim_os(s), "/t.db", DB_WRITER, &w.d));
        assert_ok(run(&w, list, 3, &rest));
        assert_true(applied + rest <= 3);         // nothing twice, and what was reported as done is done
        seen[rest] = true;
        int64_t sum, known;
        assert_ok(db_int(w.d, &sum, -1, "SELECT sum(n) FROM b"));
        assert_ok(db_int(w.d, &known, -1, "SELECT count(*) FROM migration"));
        assert_true(sum == 12 && known == 3 && tables(&w) == 2);
        db_close(w.d);
        os_sim_destroy(s);
        arena_destroy(w.a);
    }
    assert_true(seen[0] && seen[1] && seen[2] && seen[3]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_ours_fresh_and_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_newer_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_altered_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_failing_leaves_the_state_before, setup, teardown),
        cmocka_unit_test(test_power_cut_in_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
