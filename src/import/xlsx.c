// Rows of an Excel workbook (ECMA-376 part 1: 18.2 workbook, 18.3 sheets, 18.4 shared strings, 18.8 styles). Sheets are streamed;
// shared strings are held, up to a limit. Cells come as text: dates as 2026-03-09 20:37:00, whole numbers without an exponent.
#include "base/time.h"
#include "base/vec.h"
#include "import/source_internal.h"
#include "import/zip.h"
#include <expat.h>
#include <stdio.h>
#include <stdlib.h>

#define SHEET_BYTES_MAX (INT64_C(8) << 30)
#define STRINGS_BYTES_MAX (INT64_C(512) << 20)         // of XML
#define PART_BYTES_MAX (INT64_C(64) << 20)             // of any other part
#define STRINGS_TEXT_MAX ((size_t)256 << 20)
#define STYLES_MAX 65536
#define CHUNK (16 * 1024)

typedef struct piece { size_t from, len; } piece;      // of a buf
typedef VEC(piece) pieces;

typedef struct xlsx {
    arena *a;
    zip z;
    str sheet, sheet_id, sheet_path;
    bool date1904;
    buf strings;
    pieces string_at;
    VEC(int64_t) date_ids;
    VEC(bool) style_is_date;
    // The sheet being read.
    zip_stream stream;
    XML_Parser parser;
    bool streaming, suspended, fed_all, row_done;
    err e;
    const char *why;
    // The row being read: texts of its cells one behind the other.
    buf cells;
    pieces cell_at;
    int64_t line;
    bool too_long, too_many;
    // The cell being read.
    char type[12];
    size_t column;
    bool is_date, in_text, phonetic, in_xfs;
    char chunk[CHUNK];
} xlsx;

// --- Any part: parsed whole, or row by row --------------------------------------------------------------------------------------
static str attr(const XML_Char **atts, const char *name)
{
    for (size_t i = 0; atts[i]; i += 2) {
        const char *colon = strrchr(atts[i], ':');
        if (strcmp(colon ? colon + 1 : atts[i], name) == 0)
            return str_c(atts[i + 1]);
    }
    return (str){ 0 };
}

static bool is(const XML_Char *name, const char *local)
{
    const char *colon = strrchr(name, ':');
    return strcmp(colon ? colon + 1 : name, local) == 0;
}

static void XMLCALL refuse_doctype(void *p, const XML_Char *name, const XML_Char *sys, const XML_Char *pub, int internal)
{
    (void)name, (void)sys, (void)pub, (void)internal;
    xlsx *x = p;
    x->e = E_BAD_REQUEST;                      // no spreadsheet has one; entities are for bombs
    XML_StopParser(x->parser, XML_FALSE);
}

static XML_Parser parser_for(xlsx *x, XML_StartElementHandler begin, XML_EndElementHandler end, XML_CharacterDataHandler text)
{
    XML_Parser p = XML_ParserCreate("UTF-8");
    ENSURE(p);
    XML_SetUserData(p, x);
    XML_SetElementHandler(p, begin, end);
    XML_SetCharacterDataHandler(p, text);
    XML_SetStartDoctypeDeclHandler(p, refuse_doctype);
    return p;
}

static err parse_part(xlsx *x, str name, int64_t most, XML_StartElementHandler begin, XML_EndElementHandler end, XML_CharacterDataHandler text)
{
    const zip_entry *entry = zip_find(&x->z, name);
    size_t n;
    if (!entry)
        return E_OK;
    TRY(zip_stream_open(&x->z, entry, most, &x->stream));
    x->parser = parser_for(x, begin, end, text);
    x->e = E_OK;
    err e;
    do {
        e = zip_stream_read(&x->stream, x->chunk, CHUNK, &n);
        if (e == E_OK && XML_Parse(x->parser, x->chunk, (int)n, n == 0) != XML_STATUS_OK)
            e = x->e != E_OK ? x->e : E_BAD_REQUEST;
    } while (e == E_OK && n > 0);
    XML_ParserFree(x->parser);
    x->parser = NULL;
    zip_stream_close(&x->stream);
    return e;
}

// --- Which sheet, where it lies ----------------------------------------------------------------------------------------------------
static void XMLCALL workbook_begin(void *p, const XML_Char *name, const XML_Char **atts)
{
    xlsx *x = p;
    if (is(name, "workbookPr")) {
        str v = attr(atts, "date1904");
        x->date1904 = str_eq(v, S("1")) || str_eq(v, S("true"));
    }
    if (!is(name, "sheet") || x->sheet_id.len || (x->sheet.len && !str_eq(x->sheet, attr(atts, "name"))))
        return;
    for (size_t i = 0; atts[i]; i += 2)        // r:id, not sheetId
        if (str_ends(str_c(atts[i]), S(":id")))
            x->sheet_id = arena_str(x->a, str_c(atts[i + 1]));
}

static void XMLCALL rels_begin(void *p, const XML_Char *name, const XML_Char **atts)
{
    xlsx *x = p;
    if (!is(name, "Relationship") || !str_eq(attr(atts, "Id"), x->sheet_id))
        return;
    str target = attr(atts, "Target");
    x->sheet_path = str_starts(target, S("/")) ? arena_str(x->a, str_skip(target, 1)) : arena_join(x->a, S("xl/"), target);
}

// --- Shared strings ------------------------------------------------------------------------------------------------------------------
static void XMLCALL strings_begin(void *p, const XML_Char *name, const XML_Char **atts)
{
    (void)atts;
    xlsx *x = p;
    if (is(name, "si"))
        vec_push(&x->string_at, ((piece){ x->strings.len, 0 }));
    x->phonetic |= is(name, "rPh");
    x->in_text = is(name, "t") && !x->phonetic && x->string_at.n;
}

static void XMLCALL strings_end(void *p, const XML_Char *name)
{
    xlsx *x = p;
    if (is(name, "rPh"))
        x->phonetic = false;
    if (is(name, "t"))
        x->in_text = false;
}

static void XMLCALL strings_text(void *p, const XML_Char *s, int n)
{
    xlsx *x = p;
    if (!x->in_text)
        return;
    if (x->strings.len + (size_t)n > STRINGS_TEXT_MAX) {
        x->e = E_BAD_REQUEST;
        XML_StopParser(x->parser, XML_FALSE);
        return;
    }
    buf_add(&x->strings, s, (size_t)n);
    x->string_at.v[x->string_at.n - 1].len += (size_t)n;
}

// --- Styles: which cells hold dates ----------------------------------------------------------------------------------------------------
static bool builtin_date(int64_t id)
{
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

// A format with a letter of a date outside quotes and brackets.
static bool code_is_date(str code)
{
    bool quoted = false, bracket = false;
    for (size_t i = 0; i < code.len; i++) {
        char c = code.s[i];
        if (c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '[' || c == ']'))
            bracket = c == '[';
        else if (!quoted && !bracket && memchr("ymdhsYMDHS", c, 10))
            return true;
    }
    return false;
}

static void XMLCALL styles_begin(void *p, const XML_Char *name, const XML_Char **atts)
{
    xlsx *x = p;
    int64_t id = 0;
    x->in_xfs |= is(name, "cellXfs");
    if (is(name, "numFmt") && str_to_i64(attr(atts, "numFmtId"), &id) && code_is_date(attr(atts, "formatCode")) && x->date_ids.n < STYLES_MAX)
        vec_push(&x->date_ids, id);
    if (!x->in_xfs || !is(name, "xf") || x->style_is_date.n >= STYLES_MAX)
        return;
    bool date = str_to_i64(attr(atts, "numFmtId"), &id) && builtin_date(id);
    for (size_t i = 0; i < x->date_ids.n && !date; i++)
        date = x->date_ids.v[i] == id;
    vec_push(&x->style_is_date, date);
}

static void XMLCALL styles_end(void *p, const XML_Char *name)
{
    if (is(name, "cellXfs"))
        ((xlsx *)p)->in_xfs = false;
}

// --- Cells -----------------------------------------------------------------------------------------------------------------------------
// "AB12" → 27. A cell without a reference is the next one.
static size_t column_of(str ref, size_t next)
{
    size_t n = 0, i = 0;
    for (; i < ref.len && ref.s[i] >= 'A' && ref.s[i] <= 'Z' && n < 100000; i++)
        n = n * 26 + (size_t)(ref.s[i] - 'A') + 1;
    return i ? n - 1 : next;
}

static void cell_begin(xlsx *x, const XML_Char **atts)
{
    str type = attr(atts, "t");
    int64_t style = 0;
    size_t n = type.len < sizeof x->type - 1 ? type.len : sizeof x->type - 1;
    if (n)
        memcpy(x->type, type.s, n);
    x->type[n] = 0;
    x->is_date = str_to_i64(attr(atts, "s"), &style) && style >= 0 && (size_t)style < x->style_is_date.n && x->style_is_date.v[style];
    x->column = column_of(attr(atts, "r"), x->cell_at.n);
    x->too_many |= x->column >= SOURCE_COLUMNS_MAX;
    if (x->too_many)
        return;
    while (x->cell_at.n <= x->column)
        vec_push(&x->cell_at, ((piece){ 0 }));
    x->cell_at.v[x->column] = (piece){ x->cells.len, 0 };
}

static void XMLCALL sheet_begin(void *p, const XML_Char *name, const XML_Char **atts)
{
    xlsx *x = p;
    int64_t line;
    if (is(name, "row")) {
        x->line = str_to_i64(attr(atts, "r"), &line) && line > 0 ? line : x->line + 1;
        buf_clear(&x->cells);
        x->cell_at.n = 0;
        x->too_long = x->too_many = false;
    } else if (is(name, "c")) {
        cell_begin(x, atts);
    } else {
        x->phonetic |= is(name, "rPh");
        x->in_text = (is(name, "v") || is(name, "t")) && !x->phonetic && !x->too_many && x->cell_at.n > x->column;
    }
}

static void set_cell(xlsx *x, str v)
{
    piece *at = &x->cell_at.v[x->column];
    x->cells.len = at->from;
    buf_add_str(&x->cells, v);
    at->len = v.len;
}

// Days since 1899-12-30 (1904-01-01), as people write it in China: no zone of its own.
static void set_date(xlsx *x, str number)
{
    char text[64], out[40];
    snprintf(text, sizeof text, STR_FMT, STR_ARG(str_take(number, 60)));
    char *end;
    double days = strtod(text, &end);
    if (*end || end == text || days < 0 || days > 2958466)
        return;
    int64_t us = (int64_t)(days * 86400 + 0.5) * US_PER_S;
    civil c = civil_from_us(us + civil_to_days(x->date1904 ? 1904 : 1899, x->date1904 ? 1 : 12, x->date1904 ? 1 : 30) * US_PER_DAY, 0);
    if (days < 1)
        snprintf(out, sizeof out, "%02d:%02d:%02d", c.hour, c.minute, c.second);
    else
        snprintf(out, sizeof out, us % US_PER_DAY ? "%04d-%02d-%02d %02d:%02d:%02d" : "%04d-%02d-%02d", c.year, c.month, c.day, c.hour,
                 c.minute, c.second);
    set_cell(x, str_c(out));
}

// 1.3800138E10 is a telephone number.
static void set_number(xlsx *x, str number)
{
    char text[64], out[40];
    if (!number.len || number.len > 60 || (!memchr(number.s, 'E', number.len) && !memchr(number.s, 'e', number.len)))
        return;
    snprintf(text, sizeof text, STR_FMT, STR_ARG(number));
    char *end;
    double v = strtod(text, &end);
    if (*end || v < -9007199254740992.0 || v > 9007199254740992.0 || v != (double)(int64_t)v)
        return;
    snprintf(out, sizeof out, "%lld", (long long)v);
    set_cell(x, str_c(out));
}

static void cell_end(xlsx *x)
{
    if (x->too_many || x->cell_at.n <= x->column)
        return;
    piece at = x->cell_at.v[x->column];
    char copy[80];
    size_t n = at.len < sizeof copy ? at.len : 0;      // longer ones are texts
    if (n)
        memcpy(copy, x->cells.s + at.from, n);
    str v = str_of(copy, n);
    int64_t i;
    if (strcmp(x->type, "s") == 0) {
        bool known = str_to_i64(v, &i) && i >= 0 && (size_t)i < x->string_at.n;
        piece s = known ? x->string_at.v[i] : (piece){ 0 };
        x->too_long |= at.from + s.len > SOURCE_ROW_BYTES_MAX;
        if (!x->too_long)
            set_cell(x, s.len ? str_of(x->strings.s + s.from, s.len) : (str){ "", 0 });
    } else if (strcmp(x->type, "b") == 0) {
        set_cell(x, str_eq(v, S("1")) ? S("true") : S("false"));
    } else if (!x->type[0] || strcmp(x->type, "n") == 0) {
        if (x->is_date)
            set_date(x, v);
        else
            set_number(x, v);
    }
}

static void XMLCALL sheet_end(void *p, const XML_Char *name)
{
    xlsx *x = p;
    if (is(name, "rPh"))
        x->phonetic = false;
    if (is(name, "v") || is(name, "t"))
        x->in_text = false;
    if (is(name, "c"))
        cell_end(x);
    if (is(name, "row")) {
        x->row_done = true;
        XML_StopParser(x->parser, XML_TRUE);
    }
}

static void XMLCALL sheet_text(void *p, const XML_Char *s, int n)
{
    xlsx *x = p;
    if (!x->in_text)
        return;
    x->too_long |= x->cells.len + (size_t)n > SOURCE_ROW_BYTES_MAX;
    if (x->too_long)
        return;
    buf_add(&x->cells, s, (size_t)n);
    x->cell_at.v[x->column].len += (size_t)n;
}

// --- Opening, rows -----------------------------------------------------------------------------------------------------------------------
static err open_sheet(xlsx *x, fault *f, arena *a)
{
    const zip_entry *e = x->sheet_path.len ? zip_find(&x->z, x->sheet_path) : NULL;
    if (!e)
        return fault_detail(f, a, E_BAD_REQUEST, "the workbook has no such sheet");
    TRY(zip_stream_open(&x->z, e, SHEET_BYTES_MAX, &x->stream));
    x->streaming = true;
    x->parser = parser_for(x, sheet_begin, sheet_end, sheet_text);
    return E_OK;
}

static err read_parts(xlsx *x)
{
    TRY(parse_part(x, S("xl/workbook.xml"), PART_BYTES_MAX, workbook_begin, NULL, NULL));
    TRY(parse_part(x, S("xl/_rels/workbook.xml.rels"), PART_BYTES_MAX, rels_begin, NULL, NULL));
    TRY(parse_part(x, S("xl/styles.xml"), PART_BYTES_MAX, styles_begin, styles_end, NULL));
    return parse_part(x, S("xl/sharedStrings.xml"), STRINGS_BYTES_MAX, strings_begin, strings_end, strings_text);
}

err xlsx_open(input *in, str sheet, fault *f, arena *a, xlsx **ret)
{
    xlsx *x = arena_new(a, xlsx);
    x->a = a;
    x->sheet = sheet;
    err e = zip_open(in, a, f, &x->z);
    if (e == E_OK)
        e = read_parts(x);
    if (e == E_OK)
        e = open_sheet(x, f, a);
    if (e != E_OK) {
        xlsx_close(x);
        return f && f->code == E_OK ? fault_detail(f, a, E_BAD_REQUEST, "the workbook cannot be read") : e;
    }
    *ret = x;
    return E_OK;
}

void xlsx_close(xlsx *x)
{
    if (!x)
        return;
    if (x->parser)
        XML_ParserFree(x->parser);
    if (x->streaming)
        zip_stream_close(&x->stream);
    x->parser = NULL;
    x->streaming = false;
    buf_free(&x->strings);
    buf_free(&x->cells);
    vec_free(&x->string_at);
    vec_free(&x->cell_at);
    vec_free(&x->date_ids);
    vec_free(&x->style_is_date);
}

// Parses on until a row is whole or the sheet ends.
static err advance(xlsx *x, bool *ret_row)
{
    x->row_done = false;
    while (!x->row_done && (x->suspended || !x->fed_all)) {
        enum XML_Status st;
        if (x->suspended) {
            x->suspended = false;
            st = XML_ResumeParser(x->parser);
        } else {
            size_t n;
            TRY(zip_stream_read(&x->stream, x->chunk, CHUNK, &n));
            x->fed_all = n == 0;
            st = XML_Parse(x->parser, x->chunk, (int)n, n == 0);
        }
        if (st == XML_STATUS_ERROR)
            return E_BAD_REQUEST;
        x->suspended = st == XML_STATUS_SUSPENDED;
    }
    *ret_row = x->row_done;
    return E_OK;
}

err xlsx_row(xlsx *x, arena *a, source_row *r, bool *ret_more)
{
    for (;;) {
        TRY(advance(x, ret_more));
        size_t n = x->cell_at.n;
        while (n && !x->cell_at.v[n - 1].len)
            n--;
        if (!*ret_more)
            return E_OK;
        if (!n && !x->too_long && !x->too_many)
            continue;
        str text = x->cells.len ? arena_str(a, buf_str(&x->cells)) : (str){ "", 0 };
        str *v = arena_array(a, str, n + 1);
        for (size_t i = 0; i < n; i++)
            v[i] = str_of(text.s + x->cell_at.v[i].from, x->cell_at.v[i].len);
        r->cells = v;
        r->n = n;
        r->line = x->line;
        if (x->too_long)
            row_refuse(r, E_ROW_TOO_LONG, NULL, SOURCE_ROW_BYTES_MAX);
        if (x->too_many)
            row_refuse(r, E_ROW_CELLS, NULL, SOURCE_COLUMNS_MAX);
        for (size_t i = 0; i < n && r->code == E_OK; i++)
            if (!str_utf8_valid(v[i]))
                row_refuse(r, E_FIELD_UTF8, NULL, 0);
        return E_OK;
    }
}

int64_t xlsx_at(const xlsx *x) { return x->z.in->size - x->stream.left < x->z.in->size ? x->z.in->size - x->stream.left : x->z.in->size; }
