// Readers of files: what rows they give, and what they refuse.
#include "tests.h"
#include "base/buf.h"
#include "import/guess.h"
#include <iconv.h>
#include <stdio.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_rows(buf *out, source *s, arena *a)
{
    for (bool more = true; more;) {
        source_row r;
        arena_mark before = arena_save(a);
        assert_ok(source_next(s, a, &r, &more));
        if (!more)
            return;
        buf_addf(out, "|%lld", (long long)r.line);
        if (r.code != E_OK)
            buf_addf(out, "!%s", err_info_of(r.code)->code);
        else
            for (size_t i = 0; i < r.n; i++)
                buf_addf(out, "[" STR_FMT "]", STR_ARG(r.cells[i]));
        arena_release(a, before);
    }
}

// Columns, then a row behind every |: its line, and its cells in [ ] or what is wrong with it.
static str rows_as(arena *a, str bytes, const source_format *f)
{
    input in;
    source *s;
    fault fa = { 0 };
    buf b = { 0 };
    input_open_bytes(bytes, &in);
    err e = source_open(&in, f, a, &fa, &s);
    if (e != E_OK)
        return arena_fmt(a, "NO %s", err_info_of(e)->code);
    size_t n;
    const str *columns = source_columns(s, &n);
    for (size_t i = 0; i < n; i++)
        buf_addf(&b, "%s" STR_FMT, i ? "," : "", STR_ARG(columns[i]));
    add_rows(&b, s, a);
    source_close(s);
    str out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

#define CSV_BY(by, head, ...) { .kind = SOURCE_CSV, .delimiter = by, .header = head, ##__VA_ARGS__ }
#define CSV() CSV_BY(',', true)
static const struct { const char *text; source_format f; const char *rows; } csv_rows[] = {
    { "a,b\n1,2\n3,4\n", CSV(), "a,b|2[1][2]|3[3][4]" },
    { "a,b\r\n1,2\r\n", CSV(), "a,b|2[1][2]" },
    { "a,b\n1,2", CSV(), "a,b|2[1][2]" },
    { "\xEF\xBB\xBF" "a,b\n1,2", CSV(), "a,b|2[1][2]" },
    { "a;b\n1;2,5", CSV_BY(';', true), "a,b|2[1][2,5]" },
    { "a\tb\n1\t", CSV_BY('\t', true), "a,b|2[1][]" },
    { "a,b\n\n\n1,2\n", CSV(), "a,b|4[1][2]" },
    { "a,b\n\"x,\"\"y\",2\n", CSV(), "a,b|2[x,\"y][2]" },
    { "a,b\n\"x\ny\n\nz\",2\n5,6\n", CSV(), "a,b|2[x\ny\n\nz][2]|6[5][6]" },
    { "a,b\n\"x\r\ny\",\"\"\r\n", CSV(), "a,b|2[x\r\ny][]" },
    { "a,b\n5\" pipe,2\n", CSV(), "a,b|2[5\" pipe][2]" },
    { "a,b\n\"x\"y,2\n3,4\n", CSV(), "a,b|2!row_quote|3[3][4]" },
    { "a,b\n\"open,2\n3,4\n", CSV(), "a,b|2!row_quote|3[3][4]" },
    { "a,b\n1\n1,2,3\n1,2\n", CSV(), "a,b|2!row_cells|3!row_cells|4[1][2]" },
    { "a,b\n1,\xFF\n1,2\n", CSV(), "a,b|2!field_utf8|3[1][2]" },
    { "1,2\n3,4\n", CSV_BY(',', false), "c1,c2|1[1][2]|2[3][4]" },
    { " a ,\n1,2\n", CSV(), "a,c2|2[1][2]" },
    { "", CSV(), "NO bad_request" },
    { "a,b\n", CSV(), "a,b" },
};

static void test_csv(void **state)
{
    (void)state;
    arena *a = arena_create();
    for (size_t i = 0; i < sizeof csv_rows / sizeof *csv_rows; i++)
        assert_string_equal(rows_as(a, str_c(csv_rows[i].text), &csv_rows[i].f).s, csv_rows[i].rows);
    arena_destroy(a);
}

// Names given replace the file's, or stand for those it has not.
static void test_names(void **state)
{
    (void)state;
    arena *a = arena_create();
    str given[] = { S("x"), S("y") };
    source_format f = CSV_BY(',', true, .columns = given, .columns_n = 2);
    assert_string_equal(rows_as(a, S("a,b\n1,2\n"), &f).s, "x,y|2[1][2]");
    f.header = false;
    assert_string_equal(rows_as(a, S("a,b\n1,2\n"), &f).s, "x,y|1[a][b]|2[1][2]");
    arena_destroy(a);
}

static void test_lines(void **state)
{
    (void)state;
    arena *a = arena_create();
    fixed_column at[] = { { 1, 3 }, { 4, 6 }, { 8, 99 } };
    str given[] = { S("a"), S("b"), S("c") };
    source_format fixed = { .kind = SOURCE_FIXED, .columns = given, .fixed = at, .columns_n = 3 }, nd = { .kind = SOURCE_NDJSON };
    assert_string_equal(rows_as(a, S("123 45 x y\r\n\n上海城 2\n"), &fixed).s, "a,b,c|1[123][45][x y]|3[上海城][2][]");
    assert_string_equal(rows_as(a, S("{\"a\":1}\n\n[1]\n{\"a\":\n{\"b\":2}"), &nd).s, "|1|3!row_object|4!json_invalid|5");
    arena_destroy(a);
}

// A row at the limit, one beyond it, and an open quote that would swallow the rest: each costs its own row.
static void test_long(void **state)
{
    (void)state;
    arena *a = arena_create();
    buf b = { 0 };
    const source_format f = CSV();
    buf_add_str(&b, S("a,b\n1,"));
    for (int i = 0; i < SOURCE_ROW_BYTES_MAX; i++)
        buf_add_char(&b, 'x');
    buf_add_str(&b, S("\n3,4\n\"open,"));
    for (int i = 0; i < 40000; i++)
        buf_add_str(&b, S("a line of forty characters, more or less\n"));
    buf_add_str(&b, S("5,6\n"));
    str rows = rows_as(a, buf_str(&b), &f);
    assert_true(str_starts(rows, S("a,b|2!row_too_long|3[3][4]|4!row_too_long|5[a line of forty characters][ more or less]|6[")));
    assert_true(str_ends(rows, S("|40004[5][6]")));
    buf_free(&b);
    arena_destroy(a);
}

// --- GB 18030: 49 columns, quoted line breaks, more than a block of it ------------------------------------------------------------------
#define COLUMNS 49
#define ROWS 3000

static str to_gb18030(arena *a, str utf8)
{
    iconv_t cd = iconv_open("GB18030", "UTF-8");
    char *from = (char *)(uintptr_t)utf8.s, *out = arena_alloc(a, utf8.len * 2, 1, 1), *to = out;
    size_t left = utf8.len, room = utf8.len * 2;
    assert_int_equal(iconv(cd, &from, &left, &to, &room), 0);
    iconv_close(cd);
    return str_of(out, (size_t)(to - out));
}

static str gb_cell(arena *a, int row, int column)
{
    return column % 7 == 3 ? arena_fmt(a, "第%d行\n第%d列，\"引号\"，𠮷", row, column) : arena_fmt(a, "上海%d-%d", row, column);
}

static void test_gb18030(void **state)
{
    (void)state;
    arena *a = arena_create();
    buf b = { 0 };
    for (int c = 0; c < COLUMNS; c++)
        buf_addf(&b, "%s列%d", c ? "," : "", c);
    for (int r = 0; r < ROWS; r++) {
        buf_add_str(&b, S("\r\n"));
        for (int c = 0; c < COLUMNS; c++) {
            str v = gb_cell(a, r, c);
            buf_add_str(&b, c ? S(",") : S(""));
            if (c % 7 != 3) {
                buf_add_str(&b, v);
                continue;
            }
            buf_add_char(&b, '"');
            for (size_t i = 0; i < v.len; i++) {
                if (v.s[i] == '"')
                    buf_add_char(&b, '"');
                buf_add_char(&b, v.s[i]);
            }
            buf_add_char(&b, '"');
        }
    }
    str gb = to_gb18030(a, buf_str(&b));
    input in;
    source_format f;
    source *s;
    fault fa = { 0 };
    size_t n;
    input_open_bytes(gb, &in);
    assert_ok(source_sniff(&in, S("客户.csv"), a, &f));
    assert_int_equal(f.encoding, ENCODING_GB18030);
    assert_ok(source_open(&in, &f, a, &fa, &s));
    assert_string_equal(arena_cstr(a, source_columns(s, &n)[48]), "列48");
    assert_int_equal(n, COLUMNS);
    for (int r = 0; r < ROWS; r++) {
        source_row row;
        bool more;
        arena *t = arena_create();
        assert_ok(source_next(s, t, &row, &more));
        assert_true(more && row.code == E_OK && row.n == COLUMNS && row.no == r + 1);
        assert_int_equal(row.line, 2 + r * (1 + 7));
        for (int c = 0; c < COLUMNS; c++)
            assert_true(str_eq(row.cells[c], gb_cell(t, r, c)));
        arena_destroy(t);
    }
    source_close(s);
    buf_free(&b);
    // A broken character refuses the row it stands in, no other.
    char broken[] = "a,b\n1,\x80\x20\n3,\xC9\xCF\n";
    const source_format g = CSV_BY(',', true, .encoding = ENCODING_GB18030);
    assert_string_equal(rows_as(a, str_of(broken, sizeof broken - 1), &g).s, "a,b|2!field_utf8|3[3][上]");
    arena_destroy(a);
}

static void test_sniff(void **state)
{
    (void)state;
    static const struct { const char *bytes; size_t n; enum source_kind k; enum source_encoding e; char delimiter; bool header; } t[] = {
#define B(text) text, sizeof text - 1
        { B("user,item\n1,2\n"), SOURCE_CSV, ENCODING_UTF8, ',', true },
        { B("1;2\n3;4\n"), SOURCE_CSV, ENCODING_UTF8, ';', false },
        { B("a\tb, c\n1\t2\nx\ty\n"), SOURCE_CSV, ENCODING_UTF8, '\t', true },
        { B("{\"a\":1}\n"), SOURCE_NDJSON, ENCODING_UTF8, ',', true },
        { B("PK\x03\x04xx"), SOURCE_XLSX, ENCODING_UTF8, 0, true },
        { B("\xD0\xD5\xC3\xFB,\xB3\xC7\xCA\xD0\n"), SOURCE_CSV, ENCODING_GB18030, ',', true },
        { B("\xFF\xFE" "a\0,\0b\0\n\0" "1\0,\0" "2\0\n\0"), SOURCE_CSV, ENCODING_UTF16LE, ',', true },
    };
    arena *a = arena_create();
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        input in;
        source_format f;
        input_open_bytes(str_of(t[i].bytes, t[i].n), &in);
        assert_ok(source_sniff(&in, S("x"), a, &f));
        assert_int_equal(f.kind, t[i].k);
        assert_int_equal(f.encoding, t[i].e);
        assert_int_equal(f.header, t[i].header);
        assert_true(f.delimiter == t[i].delimiter || f.kind != SOURCE_CSV);
    }
    const source_format wide = CSV_BY(',', true, .encoding = ENCODING_UTF16LE);
    assert_string_equal(rows_as(a, str_of(t[6].bytes, t[6].n), &wide).s, "a,b|2[1][2]");
    arena_destroy(a);
}

// --- XLSX ---------------------------------------------------------------------------------------------------------------------------------
typedef struct packed { const char *name; str text; bool deflate; } packed;

static void add_u16(buf *b, unsigned v)
{
    buf_add_u8(b, (uint8_t)v);
    buf_add_u8(b, (uint8_t)(v >> 8));
}

static str deflated(arena *a, str v)
{
    z_stream z = { 0 };
    size_t most = v.len + v.len / 100 + 64;
    char *out = arena_alloc(a, most, 1, 1);
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)v.s;
    z.avail_in = (uInt)v.len;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)most;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return str_of(out, z.total_out);
}

static str zip_of(arena *a, const packed *v, size_t n)
{
    buf b = { 0 }, central = { 0 };
    for (size_t i = 0; i < n; i++) {
        str data = v[i].deflate ? deflated(a, v[i].text) : v[i].text;
        uint32_t at = (uint32_t)b.len;
        for (int c = 0; c < 2; c++) {
            buf *to = c ? &central : &b;
            buf_add_str(to, c ? S("PK\x01\x02\x14\0\x14\0\0\0") : S("PK\x03\x04\x14\0\0\0"));
            add_u16(to, v[i].deflate ? 8 : 0);
            buf_add_u32(to, 0);
            buf_add_u32(to, 0);
            buf_add_u32(to, (uint32_t)data.len);
            buf_add_u32(to, (uint32_t)v[i].text.len);
            add_u16(to, (unsigned)strlen(v[i].name));
            add_u16(to, 0);
            if (c) {
                add_u16(to, 0);
                add_u16(to, 0);
                add_u16(to, 0);
                buf_add_u32(to, 0);
                buf_add_u32(to, at);
            }
            buf_add_str(to, str_c(v[i].name));
        }
        buf_add_str(&b, data);
    }
    uint32_t at = (uint32_t)b.len;
    buf_add_str(&b, buf_str(&central));
    buf_add_str(&b, S("PK\x05\x06\0\0\0\0"));
    add_u16(&b, (unsigned)n);
    add_u16(&b, (unsigned)n);
    buf_add_u32(&b, (uint32_t)central.len);
    buf_add_u32(&b, at);
    add_u16(&b, 0);
    str out = arena_str(a, buf_str(&b));
    buf_free(&b);
    buf_free(&central);
    return out;
}

static const char workbook[] =
    "<workbook xmlns:r=\"r\"><workbookPr/><sheets><sheet name=\"说明\" sheetId=\"1\" r:id=\"rId7\"/>"
    "<sheet name=\"客户\" sheetId=\"2\" r:id=\"rId8\"/></sheets></workbook>";
static const char rels[] = "<Relationships><Relationship Id=\"rId7\" Target=\"worksheets/sheet1.xml\"/>"
                           "<Relationship Id=\"rId8\" Target=\"/xl/worksheets/sheet2.xml\"/></Relationships>";
static const char strings[] = "<sst><si><t>姓名</t></si><si><r><t>电</t></r><r><t>话</t></r><rPh><t>x</t></rPh></si><si><t>a&amp;b</t></si></sst>";
static const char styles[] = "<styleSheet><numFmts><numFmt numFmtId=\"170\" formatCode=\"yyyy/m/d\"/><numFmt numFmtId=\"171\" formatCode=\"0.0&quot;d&quot;\"/>"
                             "</numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"170\"/><xf numFmtId=\"171\"/></cellXfs></styleSheet>";
static const char sheet[] =
    "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"inlineStr\"><is><t>日期</t></is></c></row>"
    "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\"><v>1.3800138E10</v></c><c r=\"C2\" s=\"1\"><v>46090</v></c></row>"
    "<row r=\"3\"/>"
    "<row r=\"7\"><c r=\"A7\" t=\"b\"><v>1</v></c><c r=\"C7\" s=\"2\"><v>46090.5</v></c></row>"
    "<row r=\"8\"><c r=\"B8\" s=\"3\"><v>2.5</v></c></row>"
    "<row r=\"9\"><c r=\"D9\"><v>1</v></c></row></sheetData></worksheet>";

static str workbook_of(arena *a, const char *rows, bool deflate)
{
    const packed parts[] = { { "xl/workbook.xml", str_c(workbook), deflate }, { "xl/_rels/workbook.xml.rels", str_c(rels), false },
                             { "xl/sharedStrings.xml", str_c(strings), deflate }, { "xl/styles.xml", str_c(styles), deflate },
                             { "xl/worksheets/sheet1.xml", S("<worksheet/>"), deflate }, { "xl/worksheets/sheet2.xml", str_c(rows), deflate } };
    return zip_of(a, parts, 6);
}

static void test_xlsx(void **state)
{
    (void)state;
    arena *a = arena_create();
    const source_format f = { .kind = SOURCE_XLSX, .header = true, .sheet = S("客户") }, none = { .kind = SOURCE_XLSX, .sheet = S("无") };
    const char *want = "姓名,电话,日期|2[a&b][13800138000][2026-03-09]|7[true][][2026-03-09 12:00:00]|8[][2.5][]|9!row_cells";
    for (int i = 0; i < 2; i++)
        assert_string_equal(rows_as(a, workbook_of(a, sheet, i), &f).s, want);
    assert_string_equal(rows_as(a, workbook_of(a, sheet, true), &none).s, "NO bad_request");
    arena_destroy(a);
}

// Archives made to do harm: each is refused, none is believed.
static void test_xlsx_bad(void **state)
{
    (void)state;
    arena *a = arena_create();
    const source_format f = { .kind = SOURCE_XLSX, .header = true, .sheet = S("客户") };
    const char *bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>";
    input in;
    source *s;
    fault fa = { 0 };
    input_open_bytes(workbook_of(a, bomb, true), &in);
    assert_int_equal(source_open(&in, &f, a, &fa, &s), E_BAD_REQUEST);
    str good = workbook_of(a, sheet, true);
    for (size_t cut = 0; cut < good.len; cut += 37) {              // cut anywhere, or with a byte turned
        char *x = arena_cstr(a, good);
        rows_as(a, str_of(x, cut), &f);
        x[cut] = (char)(x[cut] ^ 0x55);
        input_open_bytes(str_of(x, good.len), &in);
        if (source_open(&in, &f, a, &fa, &s) == E_OK) {
            bool more = true;
            for (source_row r; more && source_next(s, a, &r, &more) == E_OK;)
                ;
            source_close(s);
        }
    }
    // 700 MB of XML in a few hundred kilobytes: more than shared strings may hold.
    size_t n = (size_t)700 << 20;
    char *zeros = calloc(1, n);
    memset(zeros, ' ', n);
    const packed parts[] = { { "xl/workbook.xml", str_c(workbook), true }, { "xl/_rels/workbook.xml.rels", str_c(rels), false },
                             { "xl/sharedStrings.xml", str_of(zeros, n), true } };
    str z = zip_of(a, parts, 3);
    free(zeros);
    assert_string_equal(rows_as(a, z, &f).s, "NO bad_request");
    arena_destroy(a);
}

static void test_any_bytes(void **state)
{
    (void)state;
    uint64_t x = 88172645463325252ull;
    static const char alphabet[] = "a1,;\"\n\r\t{}[]:\xE5\x9F\x8E\x81\x30PK\x03\x04\x05\x06";
    for (int i = 0; i < 3000; i++) {
        uint8_t text[200];
        size_t n = 0;
        for (; n < 20 + (size_t)(i % 180); n++) {
            x ^= x << 13, x ^= x >> 7, x ^= x << 17;
            text[n] = n ? (uint8_t)alphabet[x % (sizeof alphabet - 1)] : (uint8_t)x;
        }
        LLVMFuzzerTestOneInput(text, n);
    }
    arena *a = arena_create();
    str book = workbook_of(a, sheet, true);
    uint8_t *own = arena_alloc(a, book.len + 1, 1, 1);
    own[0] = SOURCE_XLSX;
    memcpy(own + 1, book.s, book.len);
    for (int i = 0; i < 400; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        size_t at = 1 + x % book.len;
        uint8_t before = own[at];
        own[at] = (uint8_t)(x >> 32);
        LLVMFuzzerTestOneInput(own, book.len + 1);
        own[at] = before;
    }
    arena_destroy(a);
}

// What the fuzzer begins with, whole and cut.
static void test_corpus(void **state)
{
    (void)state;
    arena *a = arena_create();
    str *files, bytes;
    size_t n;
    assert_ok(os_list(os_posix(), TESTS_DIR "/fuzz/corpus/source", a, &files, &n));
    assert_true(n >= 10);
    for (size_t i = 0; i < n; i++) {
        assert_ok(os_read_file(os_posix(), arena_fmt(a, TESTS_DIR "/fuzz/corpus/source/" STR_FMT, STR_ARG(files[i])).s, a, &bytes));
        for (size_t len = bytes.len; len > 0; len -= 1 + len / 20)
            LLVMFuzzerTestOneInput((const uint8_t *)bytes.s, len);
    }
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv), cmocka_unit_test(test_names), cmocka_unit_test(test_lines), cmocka_unit_test(test_long),
        cmocka_unit_test(test_gb18030), cmocka_unit_test(test_sniff), cmocka_unit_test(test_xlsx), cmocka_unit_test(test_xlsx_bad),
        cmocka_unit_test(test_any_bytes), cmocka_unit_test(test_corpus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
