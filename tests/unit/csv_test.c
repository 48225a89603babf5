#include "tests.h"
#include "base/os.h"
#include "record/record_csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

// Rows as text: cells between [ ], a row per line; then END, or BAD with its line and reason.
static str shown(arena *a, str text)
{
    csv c = csv_open(text);
    str cells[CSV_CELLS_MAX], out = { "", 0 };
    size_t n;
    csv_got got;
    while ((got = csv_next(&c, a, cells, &n)) == CSV_ROW) {
        out = arena_fmt(a, STR_FMT "%lld", STR_ARG(out), (long long)c.line);
        for (size_t i = 0; i < n; i++)
            out = arena_fmt(a, STR_FMT "[" STR_FMT "]", STR_ARG(out), STR_ARG(cells[i]));
        out = arena_fmt(a, STR_FMT "|", STR_ARG(out));
    }
    return got == CSV_END ? arena_fmt(a, STR_FMT "END", STR_ARG(out)) : arena_fmt(a, STR_FMT "BAD %lld %s", STR_ARG(out), (long long)c.line, c.why);
}

static const struct { str text; const char *shown; } read_as[] = {
    { { "", 0 }, "END" },
    { { "\n\r\n\n", 4 }, "END" },
    { { "a", 1 }, "1[a]|END" },
    { { "a\n", 2 }, "1[a]|END" },
    { { "a\r\n", 3 }, "1[a]|END" },
    { { "a,b\nc,d", 7 }, "1[a][b]|2[c][d]|END" },
    { { ",", 1 }, "1[][]|END" },
    { { "a,", 2 }, "1[a][]|END" },
    { { ",\n", 2 }, "1[][]|END" },
    { { "\"\"", 2 }, "1[]|END" },
    { { "\"\"\"\"", 4 }, "1[\"]|END" },
    { { "\"a\"\"b\",c", 8 }, "1[a\"b][c]|END" },
    { { "\"a,b\",c\n", 8 }, "1[a,b][c]|END" },
    { { "\"a\nb\",c\nd,e", 11 }, "1[a\nb][c]|3[d][e]|END" },
    { { "\"a\r\nb\"\r\nc", 9 }, "1[a\r\nb]|3[c]|END" },
    { { "\xEF\xBB\xBF\xE5\x9F\x8E,x", 8 }, "1[\xE5\x9F\x8E][x]|END" },
    { { "\n\na\n\n\nb\n", 8 }, "3[a]|6[b]|END" },
    { { " a , b ", 7 }, "1[ a ][ b ]|END" },
    { { "\xEF\xBB\xBF", 3 }, "END" },
    // Refused
    { { "\"a", 2 }, "BAD 1 a quote is not closed" },
    { { "a\n\"b\n\n", 6 }, "1[a]|BAD 2 a quote is not closed" },
    { { "\"", 1 }, "BAD 1 a quote is not closed" },
    { { "\"a\"b", 4 }, "BAD 1 something after a closing quote" },
    { { "\"a\" ,b", 6 }, "BAD 1 something after a closing quote" },
    { { "a\"b", 3 }, "BAD 1 a quote inside a cell that does not begin with one" },
    { { " \"a\"", 4 }, "BAD 1 a quote inside a cell that does not begin with one" },
    { { "a\rb", 3 }, "BAD 1 a carriage return without a line feed" },
    { { "a\r", 2 }, "BAD 1 a carriage return without a line feed" },
    { { "a\n\"b\"\r", 6 }, "1[a]|BAD 2 a carriage return without a line feed" },
    { { "\xFF", 1 }, "BAD 1 not UTF-8 text" },
    { { "a\nb,\xE5\x9F", 6 }, "1[a]|BAD 2 not UTF-8 text" },
    { { "a,\0", 3 }, "BAD 1 not UTF-8 text" },
};

static void test_reading(void **state)
{
    (void)state;
    arena *a = arena_create();
    for (size_t i = 0; i < sizeof read_as / sizeof *read_as; i++)
        assert_str(shown(a, read_as[i].text), str_c(read_as[i].shown));
    arena_destroy(a);
}

// However a file is cut off, the rows before the cut are those of the whole file: nothing is guessed from what follows.
static void test_every_cut(void **state)
{
    (void)state;
    static const char whole[] = "code,name\r\nA,\"x, \"\"y\"\"\"\r\n\"B\n2\",\r\n\r\n\xE9\x97\xA8,'=1\r\n";
    arena *a = arena_create();
    str all = shown(a, str_of(whole, sizeof whole - 1));
    assert_true(str_ends(all, S("END")));
    for (size_t n = 0; n < sizeof whole; n++) {
        char *own = arena_alloc(a, n + 1, 1, 1);
        memcpy(own, whole, n);
        str got = shown(a, str_of(own, n)), rest = got;
        // All rows but the last one, which may be cut short, and the verdict.
        size_t bars = 0, at = 0;
        for (size_t i = 0; i < got.len; i++)
            bars += got.s[i] == '|';
        for (size_t i = 0, seen = 0; i < got.len && seen + 1 < bars; i++)
            if (got.s[i] == '|')
                seen++, at = i + 1;
        rest = str_take(got, at);
        assert_true(str_starts(all, rest));
    }
    arena_destroy(a);
}

static void test_width(void **state)
{
    (void)state;
    arena *a = arena_create();
    buf b = { 0 };
    str cells[CSV_CELLS_MAX];
    size_t n;
    for (int i = 0; i < CSV_CELLS_MAX; i++)
        csv_add_cell(&b, S("x"), i == 0);
    csv c = csv_open(buf_str(&b));
    assert_int_equal(csv_next(&c, a, cells, &n), CSV_ROW);
    assert_int_equal(n, CSV_CELLS_MAX);
    csv_add_cell(&b, S("x"), false);
    c = csv_open(buf_str(&b));
    assert_int_equal(csv_next(&c, a, cells, &n), CSV_BAD);
    assert_int_equal(csv_next(&c, a, cells, &n), CSV_BAD);
    buf_free(&b);
    arena_destroy(a);
}

static const struct { const char *plain, *guarded; } guards[] = {
    { "", "" }, { "a", "a" }, { "=1+1", "'=1+1" }, { "+86", "'+86" }, { "-5", "'-5" }, { "@x", "'@x" }, { "\tx", "'\tx" }, { "\rx", "'\rx" },
    { "'", "''" }, { "'=x", "''=x" }, { "''", "'''" }, { "a=b", "a=b" }, { "门店", "门店" },
};

static void test_guard(void **state)
{
    (void)state;
    arena *a = arena_create();
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++) {
        assert_str(csv_guard(a, str_c(guards[i].plain)), str_c(guards[i].guarded));
        assert_str(csv_unguard(str_c(guards[i].guarded)), str_c(guards[i].plain));
    }
    assert_str(csv_unguard(S("'a")), S("'a"));
    arena_destroy(a);
}

static void test_corpus(void **state)
{
    (void)state;
    arena *a = arena_create();
    str *names, bytes;
    size_t n;
    assert_ok(os_list(os_posix(), TESTS_DIR "/fuzz/corpus/csv", a, &names, &n));
    assert_true(n > 3);
    for (size_t i = 0; i < n; i++) {
        assert_ok(os_read_file(os_posix(), arena_fmt(a, TESTS_DIR "/fuzz/corpus/csv/" STR_FMT, STR_ARG(names[i])).s, a, &bytes));
        LLVMFuzzerTestOneInput((const uint8_t *)bytes.s, bytes.len);
    }
    for (size_t i = 0; i < sizeof read_as / sizeof *read_as; i++)
        LLVMFuzzerTestOneInput((const uint8_t *)read_as[i].text.s, read_as[i].text.len);
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading), cmocka_unit_test(test_every_cut), cmocka_unit_test(test_width),
        cmocka_unit_test(test_guard),   cmocka_unit_test(test_corpus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
