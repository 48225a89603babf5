// The port to the operating system: one table of steps run against both implementations, then what only the made-up
// machine can do: fail, lose power, forget.
#include "tests.h"
#include "base/os.h"
#include "sim/os_sim.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// --- both implementations --------------------------------------------------------------------------------------------
typedef enum act { WRITE, APPEND, READ, SIZE, TRUNCATE, REMOVE, RENAME, LINK, MKDIR, SYNC_DIR, LIST, EXISTS, OPEN } act;

// Each step in order, in a fresh directory. `text`: bytes to write or expected, or the other name; `n`: position or flags.
static const struct step { act act; const char *path, *text; int64_t n; err want; } steps[] = {
    { OPEN, "a", "", OS_READ, E_NOT_FOUND },
    { OPEN, "no/a", "", OS_READ | OS_WRITE | OS_CREATE, E_NOT_FOUND },
    { OPEN, "a", "", OS_READ | OS_WRITE | OS_CREATE | OS_EXCLUSIVE, E_OK },
    { OPEN, "a", "", OS_READ | OS_WRITE | OS_CREATE | OS_EXCLUSIVE, E_EXISTS },
    { WRITE, "a", "hello", 0, E_OK },
    { READ, "a", "hello", 0, E_OK },
    { READ, "a", "llo", 2, E_OK },
    { READ, "a", "", 5, E_OK },
    { READ, "a", "", 500, E_OK },
    { WRITE, "a", "XY", 7, E_OK },
    { SIZE, "a", "", 9, E_OK },
    { READ, "a", "o", 4, E_OK },
    { TRUNCATE, "a", "", 3, E_OK },
    { READ, "a", "hel", 0, E_OK },
    { TRUNCATE, "a", "", 4, E_OK },
    { SIZE, "a", "", 4, E_OK },
    { EXISTS, "a", "yes", 0, E_OK },
    { EXISTS, "b", "no", 0, E_OK },
    { LINK, "a", "b", 0, E_OK },
    { LINK, "a", "b", 0, E_EXISTS },
    { LINK, "zz", "c", 0, E_NOT_FOUND },
    { WRITE, "b", "H", 0, E_OK },
    { READ, "a", "H", 0, E_OK },
    { REMOVE, "a", "", 0, E_OK },
    { REMOVE, "a", "", 0, E_NOT_FOUND },
    { SIZE, "b", "", 4, E_OK },
    { MKDIR, "d", "", 0, E_OK },
    { MKDIR, "d", "", 0, E_EXISTS },
    { MKDIR, "x/y", "", 0, E_NOT_FOUND },
    { RENAME, "b", "d/b", 0, E_OK },
    { RENAME, "b", "d/c", 0, E_NOT_FOUND },
    { RENAME, "d/b", "x/b", 0, E_NOT_FOUND },
    { WRITE, "d/a", "1", 0, E_OK },
    { RENAME, "d/a", "d/b", 0, E_OK },            // replaces
    { SIZE, "d/b", "", 1, E_OK },
    { LIST, "d", "b ", 0, E_OK },
    { LIST, "", "d ", 0, E_OK },
    { LIST, "x", "", 0, E_NOT_FOUND },
    { SYNC_DIR, "d", "", 0, E_OK },
    { SYNC_DIR, "x", "", 0, E_NOT_FOUND },
    { RENAME, "d", "e", 0, E_OK },                // a directory, with what is in it
    { LIST, "e", "b ", 0, E_OK },
    { LIST, "d", "", 0, E_NOT_FOUND },
    { WRITE, "e/c", "3", 0, E_OK },
    { WRITE, "e/a", "2", 0, E_OK },
    { LIST, "e", "a b c ", 0, E_OK },             // sorted
    { REMOVE, "e/a", "", 0, E_OK },
    { REMOVE, "e/b", "", 0, E_OK },
    { REMOVE, "e/c", "", 0, E_OK },
};

static err on_file(os *o, const char *path, const struct step *s)
{
    os_file *f;
    TRY(os_open(o, path, s->act == READ || s->act == SIZE ? OS_READ : OS_READ | OS_WRITE | OS_CREATE, &f));
    err e = E_OK;
    char got[16];
    size_t n = 0;
    int64_t size = 0;
    if (s->act == WRITE) {
        e = os_write_at(f, s->text, strlen(s->text), s->n);
    } else if (s->act == TRUNCATE) {
        e = os_truncate(f, s->n);
    } else if (s->act == READ) {
        e = os_read_at(f, got, strlen(s->text) + (s->n >= 5), s->n, &n);
        assert_str(str_of(got, n), str_c(s->text));
    } else {
        e = os_size(f, &size);
        assert_int_equal(size, s->n);
    }
    if (e == E_OK)
        e = os_sync(f);
    os_close(f);
    return e;
}

static err on_list(os *o, const char *path, const char *want)
{
    arena *a = arena_create();
    str *names, all = S("");
    size_t n;
    err e = os_list(o, path, a, &names, &n);
    for (size_t i = 0; e == E_OK && i < n; i++)
        all = arena_fmt(a, STR_FMT STR_FMT " ", STR_ARG(all), STR_ARG(names[i]));
    if (e == E_OK)
        assert_str(all, str_c(want));
    arena_destroy(a);
    return e;
}

static err take_step(os *o, arena *a, const char *dir, const struct step *s)
{
    const char *path = *s->path ? arena_fmt(a, "%s/%s", dir, s->path).s : dir;
    const char *other = arena_fmt(a, "%s/%s", dir, s->text).s;
    os_file *f;
    switch (s->act) {
    case OPEN:
        TRY(os_open(o, path, (int)s->n, &f));
        os_close(f);
        return E_OK;
    case REMOVE:
        return os_remove(o, path);
    case RENAME:
        return os_rename(o, path, other);
    case LINK:
        return os_link(o, path, other);
    case MKDIR:
        return os_mkdir(o, path);
    case SYNC_DIR:
        return os_sync_dir(o, path);
    case LIST:
        return on_list(o, path, s->text);
    case EXISTS:
        assert_int_equal(os_exists(o, path), strcmp(s->text, "yes") == 0);
        return E_OK;
    default:
        return on_file(o, path, s);
    }
}

static void run_steps(os *o, const char *dir)
{
    arena *a = arena_create();
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        err e = take_step(o, a, dir, &steps[i]);
        if (e != steps[i].want)
            fail_msg("step %zu on %s gave %s, not %s", i, steps[i].path, err_info_of(e)->code, err_info_of(steps[i].want)->code);
    }
    arena_destroy(a);
}

static void check_clocks_and_locks(os *o, const char *path)
{
    int64_t now = os_now_us(o), mono = os_mono_us(o);
    assert_true(now > INT64_C(1700000000000000));
    os_sleep_us(o, 1);
    assert_true(os_mono_us(o) > mono);
    uint8_t x[32] = { 0 }, y[32] = { 0 };
    os_random(o, x, sizeof x);
    os_random(o, y, sizeof y);
    assert_memory_not_equal(x, y, sizeof x);

    os_file *f, *g;
    assert_ok(os_open(o, path, OS_READ | OS_WRITE | OS_CREATE, &f));
    assert_ok(os_open(o, path, OS_READ | OS_WRITE, &g));
    assert_ok(os_lock(f));
    assert_ok(os_lock(f));
    assert_err(os_lock(g), E_LOCKED);
    os_close(f);
    assert_ok(os_lock(g));
    os_close(g);
    arena *a = arena_create();
    str text;
    assert_ok(os_write_file(o, path, S("一")));
    assert_ok(os_write_file(o, path, S("二")));
    assert_ok(os_read_file(o, path, a, &text));
    assert_str(text, S("二"));
    assert_err(os_read_file(o, "/nowhere/x", a, &text), E_NOT_FOUND);
    arena_destroy(a);
    assert_ok(os_remove(o, path));
}

static void test_posix(void **state)
{
    (void)state;
    char dir[] = "/tmp/lianyi-os-XXXXXX", sub[40], file[40];
    assert_non_null(mkdtemp(dir));
    run_steps(os_posix(), dir);
    snprintf(sub, sizeof sub, "%s/e", dir);
    snprintf(file, sizeof file, "%s/f", dir);
    rmdir(sub);
    check_clocks_and_locks(os_posix(), file);
    assert_int_equal(rmdir(dir), 0);              // nothing was left behind
}

static void test_sim(void **state)
{
    (void)state;
    os_sim *s = os_sim_create(1);
    assert_ok(os_mkdir(os_sim_os(s), "/d"));
    run_steps(os_sim_os(s), "/d");
    check_clocks_and_locks(os_sim_os(s), "/d/f");
    os_sim_destroy(s);
}

// --- the made-up machine only ----------------------------------------------------------------------------------------
#define PIECES 16
#define PIECE 512

static os_file *open_at(os_sim *s, const char *path)
{
    os_file *f;
    assert_ok(os_open(os_sim_os(s), path, OS_READ | OS_WRITE | OS_CREATE, &f));
    return f;
}

static str contents(os_sim *s, arena *a, const char *path)
{
    str all;
    assert_ok(os_read_file(os_sim_os(s), path, a, &all));
    return all;
}

static str filled(arena *a, char c, size_t n)
{
    char *p = arena_array(a, char, n);
    memset(p, c, n);
    return str_of(p, n);
}

// What the table of cuts must have shown at least once over the seeds.
enum { ALL = 1, NONE = 2, TORN = 4 };

static int survived(str all, str before, str after)
{
    bool all_new = str_eq(all, after), all_old = str_eq(all, before);
    for (size_t i = 0; i < all.len; i += PIECE) {                 // each piece is wholly old or wholly new
        str piece = str_take(str_skip(all, i), PIECE);
        assert_true(str_eq(piece, str_take(str_skip(before, i), PIECE)) || str_eq(piece, str_take(str_skip(after, i), PIECE)));
    }
    return all_new ? ALL : all_old ? NONE : TORN;
}

static void test_power_cut_keeps_the_synced(void **state)
{
    (void)state;
    int seen = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        arena *a = arena_create();
        os_sim *s = os_sim_create(seed);
        str old = filled(a, 'o', PIECES * PIECE), new = filled(a, 'n', PIECES * PIECE);
        os_file *f = open_at(s, "/f");
        assert_ok(os_write_at(f, old.s, old.len, 0));
        assert_ok(os_sync(f));
        assert_ok(os_sync_dir(os_sim_os(s), "/"));
        assert_ok(os_lock(f));
        os_sim_crash_at(s, os_sim_calls(s) + 1);
        assert_err(os_write_at(f, new.s, new.len, 0), E_IO);
        assert_true(os_sim_crashed(s));
        assert_err(os_sync(f), E_IO);
        os_sim_restart(s);
        assert_err(os_write_at(f, "x", 1, 0), E_IO);              // files of the life before stay dead
        os_close(f);
        seen |= survived(contents(s, a, "/f"), old, new);
        f = open_at(s, "/f");
        assert_ok(os_lock(f));                                    // and locks are gone
        os_close(f);
        os_sim_destroy(s);
        arena_destroy(a);
    }
    assert_int_equal(seen, ALL | NONE | TORN);
}

static void test_names_need_their_directory_synced(void **state)
{
    (void)state;
    int made = 0, moved = 0, gone = 0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        os_sim *s = os_sim_create(seed);
        os *o = os_sim_os(s);
        for (const char *const *p = (const char *const[]){ "/kept", "/moving", "/going", NULL }; *p; p++)
            os_close(open_at(s, *p));
        assert_ok(os_sync_dir(o, "/"));
        os_close(open_at(s, "/made"));
        assert_ok(os_rename(o, "/moving", "/moved"));
        assert_ok(os_remove(o, "/going"));
        os_sim_restart(s);
        assert_true(os_exists(o, "/kept"));
        assert_true(os_exists(o, "/moving") != os_exists(o, "/moved"));   // one of both, never none
        made += os_exists(o, "/made");
        moved += os_exists(o, "/moved");
        gone += !os_exists(o, "/going");
        os_sim_destroy(s);
    }
    assert_true(made > 10 && made < 90 && moved > 10 && moved < 90 && gone > 10 && gone < 90);
}

static void test_failed_sync_is_not_made_good_by_the_next(void **state)
{
    (void)state;
    int lost = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        arena *a = arena_create();
        os_sim *s = os_sim_create(seed);
        str old = filled(a, 'o', PIECES * PIECE), new = filled(a, 'n', PIECES * PIECE);
        os_file *f = open_at(s, "/f");
        assert_ok(os_write_at(f, old.s, old.len, 0));
        assert_ok(os_sync(f));
        assert_ok(os_sync_dir(os_sim_os(s), "/"));
        assert_ok(os_write_at(f, new.s, new.len, 0));
        os_sim_fail_sync_at(s, 1);
        assert_err(os_sync(f), E_IO);
        assert_ok(os_sync(f));
        os_sim_restart(s);
        os_close(f);
        lost += survived(contents(s, a, "/f"), old, new) != ALL;
        os_sim_destroy(s);
        arena_destroy(a);
    }
    assert_true(lost > 10 && lost < 60);
}

static void test_failures(void **state)
{
    (void)state;
    os_sim *s = os_sim_create(7);
    os *o = os_sim_os(s);
    os_file *f = open_at(s, "/f");
    char got[8];
    size_t n;
    os_sim_fail_at(s, os_sim_calls(s) + 2, E_IO, false);
    assert_ok(os_write_at(f, "12345678", 8, 0));
    assert_err(os_read_at(f, got, 8, 0, &n), E_IO);
    assert_ok(os_read_at(f, got, 8, 0, &n));
    os_sim_fail_at(s, os_sim_calls(s) + 1, E_DISK_FULL, true);
    assert_ok(os_read_at(f, got, 8, 0, &n));                      // needs no room
    assert_err(os_write_at(f, "12345678", 8, 8), E_DISK_FULL);
    assert_err(os_mkdir(o, "/d"), E_DISK_FULL);
    os_sim_fail_at(s, 0, E_IO, false);
    assert_ok(os_mkdir(o, "/d"));

    assert_ok(os_truncate(f, 8));
    os_sim_disk_limit(s, 10);
    assert_ok(os_write_at(f, "AB", 2, 8));
    assert_ok(os_write_at(f, "12345678", 8, 0));                  // over what is there
    assert_err(os_write_at(f, "CD", 2, 10), E_DISK_FULL);
    os_sim_disk_limit(s, -1);
    os_sim_bad_byte(s, "/f", 3);
    assert_err(os_read_at(f, got, 4, 0, &n), E_IO);
    assert_ok(os_read_at(f, got, 4, 4, &n));
    assert_ok(os_write_at(f, "1234", 4, 0));
    assert_ok(os_read_at(f, got, 4, 0, &n));
    os_sim_flip_bit(s, "/f", 0, 1);
    assert_ok(os_read_at(f, got, 1, 0, &n));
    assert_int_equal(got[0], '1' ^ 2);
    os_close(f);

    int64_t mono = os_mono_us(o), now = os_now_us(o);
    assert_true(os_mono_us(o) == mono && os_now_us(o) == now);    // clocks stand still
    os_sim_advance(s, 5);
    os_sim_set_now(s, now - 100);
    assert_true(os_mono_us(o) == mono + 5 && os_now_us(o) == now - 100);
    os_sim_destroy(s);
}

// On the harsh disk an append may harm synced bytes of its sector, and no others.
static void test_harsh_disk(void **state)
{
    (void)state;
    int harmed = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        arena *a = arena_create();
        os_sim *s = os_sim_create(seed);
        os_sim_set_harsh(s, true);
        str old = filled(a, 'o', 5000);
        os_file *f = open_at(s, "/f");
        assert_ok(os_write_at(f, old.s, old.len, 0));
        assert_ok(os_sync(f));
        assert_ok(os_sync_dir(os_sim_os(s), "/"));
        assert_ok(os_write_at(f, old.s, 100, 5000));
        os_sim_restart(s);
        os_close(f);
        str all = contents(s, a, "/f");
        assert_str(str_take(all, 4096), str_take(old, 4096));
        harmed += !str_eq(str_take(all, 5000), old);
        os_sim_destroy(s);
        arena_destroy(a);
    }
    assert_true(harmed > 5 && harmed < 50);
}

// A killed process loses nothing it wrote; a power cut afterwards still does.
static void test_kill(void **state)
{
    (void)state;
    int lost = 0;
    for (uint64_t seed = 0; seed < 40; seed++) {
        os_sim *s = os_sim_create(seed);
        os *o = os_sim_os(s);
        os_file *f = open_at(s, "/f");
        assert_ok(os_lock(f));
        os_sim_crash_at(s, os_sim_calls(s) + 1);
        assert_err(os_write_at(f, "x", 1, 0), E_IO);
        os_sim_respawn(s);
        assert_err(os_write_at(f, "y", 1, 0), E_IO);
        os_close(f);
        arena *a = arena_create();
        assert_str(contents(s, a, "/f"), S("x"));
        f = open_at(s, "/f");
        assert_ok(os_lock(f));
        os_close(f);
        os_sim_restart(s);
        lost += !os_exists(o, "/f") || !str_eq(contents(s, a, "/f"), S("x"));
        arena_destroy(a);
        os_sim_destroy(s);
    }
    assert_true(lost > 5 && lost < 35);
}

// The same seed and calls: the same bytes after the cut.
static void test_same_seed_same_world(void **state)
{
    (void)state;
    arena *a = arena_create();
    str first = { 0 };
    for (int round = 0; round < 2; round++) {
        os_sim *s = os_sim_create(12);
        os_file *f = open_at(s, "/f");
        assert_ok(os_sync_dir(os_sim_os(s), "/"));
        for (int i = 0; i < 50; i++) {
            uint8_t bytes[700];
            os_random(os_sim_os(s), bytes, sizeof bytes);
            assert_ok(os_write_at(f, bytes, sizeof bytes, i * 300));
        }
        os_sim_restart(s);
        os_close(f);
        str all = contents(s, a, "/f");
        if (round == 0)
            first = all;
        else
            assert_str(all, first);
        os_sim_destroy(s);
    }
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_posix),
        cmocka_unit_test(test_sim),
        cmocka_unit_test(test_power_cut_keeps_the_synced),
        cmocka_unit_test(test_names_need_their_directory_synced),
        cmocka_unit_test(test_failed_sync_is_not_made_good_by_the_next),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_kill),
        cmocka_unit_test(test_harsh_disk),
        cmocka_unit_test(test_same_seed_same_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
