// The residue check: every form a value is looked for in, against constants made elsewhere; where it is found; and what should have
// been deleted by now.
#include "domain.h"
#include "privacy/privacy.h"
#include "privacy/residue.h"
#include <unistd.h>

static world w;

static int setup(void **state)
{
    (void)state;
    world_open(&w);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

// --- Forms ----------------------------------------------------------------------------------------------------------------------

typedef struct wanted { const char *form; str bytes; bool seen; } wanted;

static void mark(void *p, const char *form, str bytes)
{
    for (wanted *x = p; x->form; x++)
        x->seen = x->seen || (strcmp(x->form, form) == 0 && str_eq(x->bytes, bytes));
}

static void forms_are_what_others_make(const char *planted, wanted *all)
{
    residue_forms(str_c(planted), mark, all);
    for (wanted *x = all; x->form; x++)
        if (!x->seen)
            fail_msg("%s has no form %s as expected", planted, x->form);
}

static void every_form_is_looked_for(void **state)
{
    (void)state;
    wanted phone[] = {
        { "plain", S("13812346207"), 0 }, { "written apart", S("138-1234-6207"), 0 }, { "written apart", S("138 1234 6207"), 0 },
        { "base64", S("MTM4MTIzNDYyMD"), 0 }, { "hexadecimal", S("3133383132333436323037"), 0 },
        { "UTF-16BE", S("\0001\0003\0008\0001\0002\0003\0004\0006\0002\0000\0007"), 0 },
        { "number", S("\x00\x03\x37\x47\xad\x5f"), 0 },                                           // as SQLite keeps it
        { "SHA-256", S("a854ee1292dc958ab513ca9131bc24931f2083abdcdd85af314d943ef3d0dcd7"), 0 },
        { NULL, S(""), 0 },
    };
    wanted name[] = {
        { "plain", S("王小明"), 0 }, { "percent-encoded", S("%E7%8E%8B%E5%B0%8F%E6%98%8E"), 0 }, { "JSON escapes", S("\\u738b\\u5c0f\\u660e"), 0 },
        { "GB 18030", S("\xcd\xf5\xd0\xa1\xc3\xf7"), 0 }, { "UTF-16LE", S("\x8b\x73\x0f\x5c\x0e\x66"), 0 }, { NULL, S(""), 0 },
    };
    wanted plate[] = { { "written apart", S("沪A·12345"), 0 }, { "small letters", S("沪a12345"), 0 }, { NULL, S(""), 0 } };
    forms_are_what_others_make("13812346207", phone);
    forms_are_what_others_make("王小明", name);
    forms_are_what_others_make("沪A12345", plate);
}

// Behind 0, 1 and 2 other bytes: one of the three forms stands in the whole.
static void base64_is_found_at_every_offset(void **state)
{
    (void)state;
    static const char *const wholes[] = { "MTM4MTIzNDYyMDc=", "eDEzODEyMzQ2MjA3", "eHgxMzgxMjM0NjIwNw==" };      // of "", "x", "xx" before it
    for (size_t i = 0; i < 3; i++) {
        str whole = str_c(wholes[i]);
        str forms[3] = { S("MTM4MTIzNDYyMD"), S("EzODEyMzQ2MjA3"), S("xMzgxMjM0NjIwN") };
        wanted all[] = { { "base64", forms[i], 0 }, { NULL, S(""), 0 } };
        forms_are_what_others_make("13812346207", all);
        assert_non_null(memmem(whole.s, whole.len, forms[i].s, forms[i].len));
    }
}

// --- Places ---------------------------------------------------------------------------------------------------------------------

static str check(const str *canaries, size_t n)
{
    buf found = { 0 }, said = { 0 };
    residue c = { .o = &w.o, .dir = w.dir, .d = w.d, .tl = w.tl, .canaries = canaries, .canaries_n = n };
    assert_ok(residue_check(&c, &found, &said));
    str out = arena_str(w.a, buf_str(&found));
    buf_free(&found);
    buf_free(&said);
    return out;
}

static bool says(str text, const char *what) { return memmem(text.s, text.len, what, strlen(what)) != NULL; }

static err leak(tx *t, void *text) { return db_exec(t->d, "INSERT INTO meta (key, value) VALUES ('leak', $1)", dbs(str_c(text))); }

static void a_value_is_told_with_its_place_and_not_itself(void **state)
{
    (void)state;
    const str canary = S("13812346207");
    assert_str(check(&canary, 1), S(""));
    assert_ok(world_run(&w, leak, "Anruf 138-1234-6207"));
    str said = check(&canary, 1);
    assert_true(says(said, "brand.db, meta.value: canary 1, written apart, byte 6") && says(said, "meta.value: a text that looks personal"));
    assert_true(!says(said, "6207"));
    assert_true(says(check(NULL, 0), "meta.value: a text that looks personal"));
}

static void what_was_sealed_is_no_residue(void **state)
{
    (void)state;
    const str canaries[] = { S("13812346207"), S("LFV3A23C9J3012345") };
    assert_ok(HAPPEN(&w, .user = "u-1", .kind = "app.active", .phone = "13812346207", .vin = "LFV3A23C9J3012345"));
    world_ship(&w);
    assert_true(world_int(&w, "SELECT count(*) FROM vault") == 2);
    assert_str(check(canaries, 2), S(""));
}

static err forgotten(tx *t, void *copy)
{
    TRY(db_exec(t->d, "INSERT INTO backup_made (id, path, at_us, event_no) VALUES ($1, $2, $3, 0)", dbi(tx_id(t)), dbs(str_c(copy)),
                dbi(t->now_us - US_PER_DAY)));
    return db_exec(t->d, "INSERT INTO erased (subject, request, at_us, due_us, done_us) VALUES (7, 1, $1, $2, $1)", dbi(t->now_us),
                   dbi(t->now_us + ERASURE_DAYS * US_PER_DAY));
}

static void a_copy_and_its_keys_are_told_when_their_time_is_over(void **state)
{
    (void)state;
    const char *copy = arena_fmt(w.a, "%s-copy", w.dir).s, *keys = arena_fmt(w.a, "%s-copy.keys", w.dir).s;
    assert_ok(os_mkdir(&w.o, copy));
    assert_ok(os_write_file(&w.o, keys, S("LYKEYS1\n")));
    assert_ok(world_run(&w, forgotten, (void *)(uintptr_t)copy));
    assert_str(check(NULL, 0), S(""));
    w.now_us += ERASURE_DAYS * US_PER_DAY + 1;
    str said = check(NULL, 0);
    assert_true(says(said, "-copy: a backup of") && says(said, "-copy.keys: a file of keys"));
    assert_ok(os_remove(&w.o, keys));
    said = check(NULL, 0);
    assert_true(says(said, "-copy: a backup of") && !says(said, "a file of keys"));
    rmdir(copy);
    assert_str(check(NULL, 0), S(""));
}

// --- Seams of pages ---------------------------------------------------------------------------------------------------------------

static void keep_seam(void *p, int64_t at, str bytes)
{
    (void)at;
    buf_add_str(p, bytes);
    buf_add_char(p, '\n');
}

#define RECORD 16                      // bytes of the text for each value
#define RECORDS 560

// Texts over three pages and more, full of values, shifted byte by byte: raw bytes show each, or a seam does.
static int split_values(db *d, const char *path, size_t shift)
{
    char text[RECORD * RECORDS + RECORD + 1];
    arena *a = arena_create();
    buf seams = { 0 };
    os_file *f;
    int64_t size;
    size_t got;
    bool busy;
    int split = 0;
    memset(text, 'x', sizeof text);
    for (int i = 0; i < RECORDS; i++)
        memcpy(text + shift + (size_t)i * RECORD, arena_fmt(a, "138%08d", i).s, 11);
    assert_ok(db_exec(d, "UPDATE t SET v = $1", dbs(str_of(text, sizeof text))));
    assert_ok(db_empty_wal(d, &busy));
    assert_ok(os_open(&w.o, path, OS_READ, &f));
    assert_ok(os_size(f, &size));
    char *bytes = arena_alloc(a, (size_t)size, 1, 1);
    assert_ok(os_read_at(f, bytes, (size_t)size, 0, &got));
    residue_pages(f, &(residue_seams){ 64, keep_seam, &seams });
    os_close(f);
    for (int i = 0; i < RECORDS; i++) {
        str v = arena_fmt(a, "138%08d", i);
        bool whole = memmem(bytes, got, v.s, v.len) != NULL;
        if (!whole && !memmem(seams.s, seams.len, v.s, v.len))
            fail_msg("missed %d of the texts shifted by %zu", i, shift);
        split += !whole;
    }
    buf_free(&seams);
    arena_destroy(a);
    return split;
}

static void a_value_over_two_pages_is_found(void **state)
{
    (void)state;
    const char *path = arena_fmt(w.a, "%s/seams.db", w.dir).s;
    db *d;
    int split = 0;
    assert_ok(db_open(&w.o, path, DB_WRITER, &d));
    assert_ok(db_exec(d, "CREATE TABLE t (id BIGINT PRIMARY KEY, v TEXT NOT NULL)"));
    assert_ok(db_exec(d, "INSERT INTO t (id, v) VALUES (1, '')"));
    for (size_t shift = 0; shift < RECORD; shift++)
        split += split_values(d, path, shift);
    assert_true(split >= RECORD);
    // In an index, with cells inside the tree as well.
    assert_ok(db_exec(d, "CREATE INDEX t_v ON t (v)"));
    for (int i = 2; i < 20; i++)
        assert_ok(db_exec(d, "INSERT INTO t (id, v) VALUES ($1, '')", dbi(i)));
    for (size_t shift = 0; shift < RECORD; shift += 3)
        assert_true(split_values(d, path, shift) >= 0);
    db_close(d);
}

static void broken_pages_are_left(void **state)
{
    (void)state;
    char bytes[4096 * 3];
    const char *path = arena_fmt(w.a, "%s/broken.db", w.dir).s;
    uint32_t seed = 3;
    for (int round = 0; round < 60; round++) {
        os_file *f;
        buf seams = { 0 };
        for (size_t i = 0; i < sizeof bytes; i++, seed = seed * 1664525 + 1013904223)
            bytes[i] = (char)(seed >> 24);
        memcpy(bytes, "SQLite format 3\0\x10\0\1\1", 20);
        bytes[20] = (char)(round % 3);
        bytes[100] = bytes[4096] = bytes[8192] = (char)((const char[]){ 0x0D, 0x0A, 0x02 }[round % 3]);
        assert_ok(os_write_file(&w.o, path, str_of(bytes, sizeof bytes)));
        assert_ok(os_open(&w.o, path, OS_READ, &f));
        residue_pages(f, &(residue_seams){ 64, keep_seam, &seams });
        os_close(f);
        buf_free(&seams);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_form_is_looked_for, setup, teardown),
        cmocka_unit_test_setup_teardown(base64_is_found_at_every_offset, setup, teardown),
        cmocka_unit_test_setup_teardown(a_value_is_told_with_its_place_and_not_itself, setup, teardown),
        cmocka_unit_test_setup_teardown(a_value_over_two_pages_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(broken_pages_are_left, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_sealed_is_no_residue, setup, teardown),
        cmocka_unit_test_setup_teardown(a_copy_and_its_keys_are_told_when_their_time_is_over, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
