// store/db.h over SQLite: every function, refused inputs, and random statements beside a naive model.
#include "tests.h"
#include "api/shape_rows.h"
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

// Counts the rows of t, two levels of the same statement open at once.
static int64_t pairs(db *d, int depth)
{
    db_rows r;
    int64_t n = 0;
    assert_ok(db_query(d, &r, "SELECT n FROM t ORDER BY n"));
    while (db_next(&r))
        n += depth ? pairs(d, depth - 1) : db_i64(&r, 0);
    assert_ok(db_end(&r));
    return n;
}

static void test_statement_used_inside_itself(void **state)
{
    db *d = ((world *)*state)->d;
    assert_ok(db_exec(d, "CREATE TABLE t (n BIGINT)"));
    assert_ok(db_exec(d, "INSERT INTO t VALUES (1), (2), (3)"));
    for (int i = 0; i < 3; i++)                   // again: the statements made for it are found again
        assert_int_equal(pairs(d, 3), 27 * 6);
}

static void test_texts_are_cached_by_content(void **state)
{
    db *d = ((world *)*state)->d;
    arena *a = ((world *)*state)->a;
    db_rows open;
    const db_arg args[] = { dbi(5) };
    assert_ok(db_query_text(d, &open, S("SELECT $1"), args, 1));
    assert_true(db_next(&open));
    for (int i = 0; i < 1200; i++) {              // more than are kept, while one of them stays in use
        db_rows r;
        assert_ok(db_query_text(d, &r, arena_fmt(a, "SELECT $1 + %d", i % 600), args, 1));
        assert_true(db_next(&r));
        assert_int_equal(db_i64(&r, 0), 5 + i % 600);
        assert_ok(db_end(&r));
    }
    assert_int_equal(db_i64(&open, 0), 5);
    assert_ok(db_end(&open));
    assert_ok(db_exec_text(d, S("CREATE TABLE t (n BIGINT) ; \n"), NULL, 0));
}

// What a statement is refused with, and that the connection works afterwards.
static void test_refused(void **state)
{
    static const struct { const char *sql; size_t n; db_arg arg; const char *fault; } cases[] = {
        { "SELECT", 0, { 0 }, "incomplete input" },
        { "", 0, { 0 }, "an empty statement" },
        { " -- only a comment", 0, { 0 }, "an empty statement" },
        { "SELECT lacking FROM t", 0, { 0 }, "no such column" },
        { "SELECT * FROM missing", 0, { 0 }, "no such table" },
        { "SELECT 1; SELECT 2", 0, { 0 }, "more than one statement" },
        { "SELECT $1", 0, { 0 }, "1 arguments wanted, 0 given" },
        { "SELECT 1", 1, { 0 }, "0 arguments wanted, 1 given" },
        { "SELECT $2", 1, { 0 }, "2 arguments wanted, 1 given" },
        { "SELECT $1", 1, { .kind = DB_TEXT, .s = { "a\0b", 3 } }, "U+0000 in the text of $1" },
        { "SELECT \"a string\"", 0, { 0 }, "no such column" },
        { "INSERT INTO t (id) VALUES (1)", 0, { 0 }, "UNIQUE constraint failed" },
        { "INSERT INTO t (id, n) VALUES (2, -1)", 0, { 0 }, "CHECK constraint failed" },
        { "INSERT INTO t (id, up) VALUES (2, 99)", 0, { 0 }, "FOREIGN KEY constraint failed" },
        { "PRAGMA writable_schema = 1; ", 0, { 0 }, NULL },       // accepted and, being defensive, without effect:
        { "DELETE FROM sqlite_schema", 0, { 0 }, "may not be modified" },
    };
    db *d = ((world *)*state)->d;
    assert_ok(db_exec(d, "CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT CHECK (n > 0), up BIGINT REFERENCES t (id))"));
    assert_ok(db_exec(d, "INSERT INTO t VALUES (1, 1, NULL)"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        err e = db_exec_text(d, str_c(cases[i].sql), &cases[i].arg, cases[i].n);
        assert_int_equal(e, cases[i].fault ? E_DB : E_OK);
        if (cases[i].fault && !strstr(db_fault(d), cases[i].fault))
            fail_msg("%s: %s", cases[i].sql, db_fault(d));
        db_rows r;
        e = db_query_text(d, &r, str_c(cases[i].sql), &cases[i].arg, cases[i].n);
        while (db_next(&r))
            ;
        assert_int_equal(db_end(&r), cases[i].fault ? E_DB : E_OK);
        int64_t n;
        assert_ok(db_int(d, &n, 0, "SELECT count(*) FROM t"));
        assert_int_equal(n, 1);
    }
}

static void test_open_refused(void **state)
{
    world *w = *state;
    db *d;
    const char *path = arena_fmt(w->a, "%s/other", w->dir).s;
    assert_err(db_open(os_posix(), path, DB_READER, &d), E_IO);
    assert_err(db_open(os_posix(), "/nowhere/t.db", DB_WRITER, &d), E_IO);
    assert_err(db_open(os_posix(), w->path, DB_WRITER, &d), E_LOCKED);
    assert_ok(os_write_file(os_posix(), path, S("this is no database, though it begins with more bytes than a header has, a hundred it is")));
    assert_err(db_open(os_posix(), path, DB_WRITER, &d), E_CORRUPT);
}

static void test_scripts(void **state)
{
    db *d = ((world *)*state)->d;
    assert_ok(db_script(d, S("")));
    assert_ok(db_script(d, S(" -- nothing\n")));
    assert_ok(db_script(d, S("CREATE TABLE t (n BIGINT); INSERT INTO t VALUES (1), (2);;\n-- end")));
    assert_ok(db_script(d, S("SELECT * FROM t")));
    static const char *const bad[] = { "BEGIN", "COMMIT", "SAVEPOINT x", "INSERT INTO t VALUES (3); ROLLBACK",
                                       "SELECT 1; nonsense" };
    assert_ok(db_begin(d));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_err(db_script(d, str_c(bad[i])), E_DB);
    assert_err(db_script(d, str_of("SELECT 1;\0", 10)), E_DB);
    assert_ok(db_rollback(d));
    int64_t n;
    assert_ok(db_int(d, &n, 0, "SELECT count(*) FROM t"));
    assert_int_equal(n, 2);
}

static void test_reader_sees_the_moment_it_began(void **state)
{
    world *w = *state;
    assert_ok(db_exec(w->d, "CREATE TABLE t (n BIGINT)"));
    db *r;
    int64_t n;
    assert_ok(db_open(os_posix(), w->path, DB_READER, &r));
    assert_ok(db_begin_read(r));                  // nothing read yet, the moment is fixed all the same
    assert_ok(db_exec(w->d, "INSERT INTO t VALUES (1)"));
    assert_ok(db_int(r, &n, -1, "SELECT count(*) FROM t"));
    assert_int_equal(n, 0);
    assert_ok(db_end_read(r));
    assert_ok(db_int(r, &n, -1, "SELECT count(*) FROM t"));
    assert_int_equal(n, 1);
    static const char *const writes[] = { "INSERT INTO t VALUES (2)", "CREATE TABLE u (n BIGINT)", "PRAGMA user_version = 5",
                                          "BEGIN IMMEDIATE" };
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++)
        assert_err(db_exec_text(r, str_c(writes[i]), NULL, 0), E_DB);
    db_close(r);
}

// However long it would take, it ends by then, and the reader reads on.
static void test_limit(void **state)
{
    world *w = *state;
    db *r;
    int64_t n;
    _Atomic int64_t ends = INT64_MAX;
    assert_ok(db_open(os_posix(), w->path, DB_READER, &r));
    db_limit(r, os_mono_us(os_posix()) + 20000, NULL);
    assert_err(db_int(r, &n, 0, "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"), E_OVERLOADED);
    db_limit(r, os_mono_us(os_posix()) + 60000000, &ends);
    assert_ok(db_int(r, &n, 0, "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 100000) SELECT count(*) FROM c"));
    assert_int_equal(n, 100000);
    ends = os_mono_us(os_posix());             // somebody else says so
    assert_err(db_int(r, &n, 0, "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"), E_OVERLOADED);
    db_limit(r, 0, NULL);
    assert_ok(db_int(r, &n, 0, "SELECT 7"));
    assert_int_equal(n, 7);
    db_close(r);
}

static void test_scans(void **state)
{
    static const struct { const char *sql; bool scans; } cases[] = {
        { "SELECT * FROM t", true },
        { "SELECT * FROM t WHERE n = $1", true },
        { "SELECT count(*) FROM t", true },
        { "SELECT * FROM t WHERE id = $1", false },
        { "SELECT * FROM t WHERE city = $1 AND id < $2 ORDER BY id DESC LIMIT 50", false },
        { "SELECT * FROM t ORDER BY city, id LIMIT 5", true },    // by index, but all of it if nothing stops it
        { "SELECT a.* FROM t AS a JOIN t AS b ON b.id = a.n WHERE a.id = $1", false },
        { "SELECT a.* FROM t AS a JOIN t AS b ON b.n = a.n WHERE a.id = $1", true },
        { "SELECT $1 + 1", false },
        { "INSERT INTO t (id) VALUES ($1)", false },
        { "UPDATE t SET n = $2 WHERE id = $1", false },
        { "DELETE FROM t WHERE n = 1", true },
        { "SELECT j.value FROM t, json_each(t.city) AS j WHERE t.id = $1", false },
    };
    db *d = ((world *)*state)->d;
    bool scans;
    assert_ok(db_script(d, S("CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT, city TEXT);"
                             "CREATE INDEX t_city ON t (city, id)")));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_ok(db_scans(d, str_c(cases[i].sql), &scans));
        if (scans != cases[i].scans)
            fail_msg("%s: %s", cases[i].sql, scans ? "scans" : "does not scan");
    }
    assert_err(db_scans(d, S("SELECT * FROM nowhere"), &scans), E_DB);
}

static void test_integrity_names_what_is_wrong(void **state)
{
    world *w = *state;
    str report;
    assert_ok(db_script(w->d, S("CREATE TABLE a (id BIGINT PRIMARY KEY); CREATE TABLE b (a BIGINT REFERENCES a (id))")));
    assert_ok(db_integrity(w->d, w->a, &report));
    assert_str(report, S("ok"));
    assert_ok(db_script(w->d, S("PRAGMA foreign_keys = 0; INSERT INTO b VALUES (7); PRAGMA foreign_keys = 1")));
    assert_ok(db_integrity(w->d, w->a, &report));
    assert_str(report, S("foreign key: b 1 a 0\n"));
}

// --- beside a naive model --------------------------------------------------------------------------------------------
// Rows by number, and copies of them: one for the transaction, one per open savepoint.
#define KEYS 40
#define LEVELS 5

typedef struct model {
    int64_t rows[LEVELS + 2][KEYS];               // 0: none
    int open;                                     // 0: no transaction, 1: a transaction, 2…: savepoints in it
} model;

static int64_t *now(model *m) { return m->rows[m->open]; }

static void push(model *m)
{
    memcpy(m->rows[m->open + 1], m->rows[m->open], sizeof m->rows[0]);
    m->open++;
}

static void keep(model *m)
{
    memcpy(m->rows[m->open - 1], m->rows[m->open], sizeof m->rows[0]);
    m->open--;
}

static void change_row(db *d, model *m, int what, int key, int64_t value)
{
    int64_t changed = -1, *row = &now(m)[key], before = *row;
    if (what == 0)
        assert_int_equal(db_exec(d, "INSERT INTO t (id, n) VALUES ($1, $2)", dbi(key), dbi(value)), before ? E_DB : E_OK);
    else if (what == 1)
        assert_ok(db_exec(d, "INSERT INTO t (id, n) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET n = t.n + excluded.n",
                          dbi(key), dbi(value)));
    else if (what == 2)
        assert_ok(db_exec_count(d, &changed, "UPDATE t SET n = $2 WHERE id = $1", dbi(key), dbi(value)));
    else
        assert_ok(db_exec_count(d, &changed, "DELETE FROM t WHERE id = $1", dbi(key)));
    if (what >= 2)
        assert_int_equal(changed, before != 0);
    *row = what == 0 ? (before ? before : value) : what == 1 ? before + value : what == 2 ? (before ? value : 0) : 0;
}

static void change_level(db *d, model *m, int what)
{
    if (m->open == 0) {
        assert_ok(db_begin(d));
        push(m);
    } else if (what == 0 && m->open <= LEVELS) {
        assert_ok(db_savepoint(d));
        push(m);
    } else if (what == 1) {
        assert_ok(m->open == 1 ? db_commit(d) : db_release(d));
        keep(m);
    } else if (what == 2) {
        assert_ok(m->open == 1 ? db_rollback(d) : db_rollback_to(d));
        m->open--;
    }
}

static void compare(db *d, model *m)
{
    db_rows r;
    int key = 0;
    assert_ok(db_query(d, &r, "SELECT id, n FROM t ORDER BY id"));
    for (; db_next(&r); key++) {
        while (key < KEYS && !now(m)[key])
            key++;
        assert_int_equal(db_i64(&r, 0), key);
        assert_int_equal(db_i64(&r, 1), now(m)[key]);
    }
    assert_ok(db_end(&r));
    while (key < KEYS)
        assert_int_equal(now(m)[key++], 0);
}

static void test_random_statements_beside_a_model(void **state)
{
    world *w = *state;
    model m = { 0 };
    uint64_t x = 42;
    assert_ok(db_exec(w->d, "CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)"));
    for (int i = 0; i < 3000; i++) {
        x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint64_t pick = x >> 33;
        if (pick % 4 == 0)
            change_level(w->d, &m, (int)(pick >> 2) % 3);
        else
            change_row(w->d, &m, (int)(pick >> 2) % 4, (int)(pick >> 4) % KEYS, 1 + (int64_t)(pick >> 10) % 1000);
        compare(w->d, &m);
        if (m.open == 0 && pick % 16 == 0) {      // what was committed is what the next opening finds
            db_close(w->d);
            assert_ok(db_open(os_posix(), w->path, DB_WRITER, &w->d));
        }
    }
    assert_ok(db_rollback(w->d));
    assert_ok(db_rollback(w->d));                 // nothing open: nothing to do
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

// --- Rows as a reply says them ----------------------------------------------------------------------------------------------------
enum hue { HUE_RED, HUE_BLUE };
static const char *const hues[] = { "red", "blue", NULL };
static const enum_labels hue_labels = { "hue", hues };
#define CAR(F, T)                                           \
    F(T, I64, id, .required = true, .doc = "Id.")           \
    F(T, STR, name, .max = 20, .doc = "Name.")              \
    F(T, STR, place, .required = true, .max = 20, .doc = "Place.") \
    F(T, TIME, from, .required = true, .doc = "From.")      \
    F(T, TIME, until, .doc = "Until.")                      \
    F(T, BOOL, open, .doc = "Open.")                        \
    F(T, I64, n, .doc = "A number.")                        \
    F(T, ENUM(hue), hue, .doc = "Colour.")
SHAPE_STRUCT(car, CAR);
SHAPE_TABLE(car, CAR);
#define PARK(F, T) F(T, LIST(car), cars, .required = true, .max = 100, .doc = "Cars.")
SHAPE_STRUCT(park, PARK);
SHAPE_TABLE(park, PARK);

static err ask_cars(world *w, const char *sql, park *p)
{
    db_rows rows;
    *p = (park){ 0 };
    TRY(db_query_text(w->d, &rows, str_c(sql), NULL, 0));
    return ROWS_SET(w->a, &rows, p, park, cars);
}

static void test_rows_as_shapes(void **state)
{
    world *w = *state;
    park p;
    assert_ok(ask_cars(w, "SELECT 1 AS id, '' AS name, '' AS place, 0 AS \"from\", 0 AS until, 0 AS open, 0 AS n, 1 AS hue, 9 AS _mine"
                          " UNION ALL SELECT 2, 'a', 'b', 3, 4, 1, 5, 'red', NULL UNION ALL SELECT 3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1", &p));
    assert_true(HAS(&p, park, cars));
    assert_int_equal(p.cars.n, 3);
    const car *one = &p.cars.v[0], *two = &p.cars.v[1], *three = &p.cars.v[2];
    assert_true(HAS(one, car, id) && !HAS(one, car, name) && HAS(one, car, place) && HAS(one, car, from) && !HAS(one, car, until));
    assert_true(HAS(one, car, open) && !one->open && HAS(one, car, n) && one->hue == HUE_BLUE);
    assert_true(two->id == 2 && two->from == 3 && two->until == 4 && two->open && two->n == 5 && two->hue == HUE_RED && HAS(two, car, hue));
    assert_str(two->name, S("a"));
    assert_int_equal(three->has, UINT64_C(1) << car_id_bit);

    // More than the first room; in order.
    assert_ok(ask_cars(w, "WITH RECURSIVE c(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM c WHERE id < 1000) SELECT id FROM c", &p));
    assert_int_equal(p.cars.n, 1000);
    for (uint32_t i = 0; i < p.cars.n; i++)
        assert_int_equal(p.cars.v[i].id, i + 1);
    assert_ok(ask_cars(w, "SELECT 1 AS id WHERE 1 = 0", &p));
    assert_true(HAS(&p, park, cars) && p.cars.n == 0);

    // Mistakes of ours: a column that is no field, a value that does not fit; the statement has ended each time.
    static const char *const wrong[] = { "SELECT 1 AS id, 2 AS other", "SELECT 'x' AS id", "SELECT 1 AS name", "SELECT 'green' AS hue", "SELECT 2 AS hue",
                                         "SELECT -1 AS hue", "SELECT 'x' AS open UNION ALL SELECT 1" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_err(ask_cars(w, wrong[i], &p), E_UNDECLARED);

    bool found;
    db_rows rows;
    car c = { 0 };
    assert_ok(db_query(w->d, &rows, "SELECT 7 AS id"));
    assert_ok(shape_one(&car_shape, &rows, w->a, &c, &found));
    assert_true(found && c.id == 7);
    assert_ok(db_query(w->d, &rows, "SELECT 7 AS id WHERE 1 = 0"));
    assert_ok(shape_one(&car_shape, &rows, w->a, &c, &found));
    assert_false(found);
    assert_ok(db_query(w->d, &rows, "SELECT 7 AS what"));
    assert_err(shape_one(&car_shape, &rows, w->a, &c, &found), E_UNDECLARED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_rows),
        T(test_rows_as_shapes),
        T(test_one_row_and_one_number),
        T(test_statement_used_inside_itself),
        T(test_texts_are_cached_by_content),
        T(test_refused),
        T(test_open_refused),
        T(test_scripts),
        T(test_reader_sees_the_moment_it_began),
        T(test_limit), T(test_scans),
        T(test_integrity_names_what_is_wrong),
        T(test_random_statements_beside_a_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
