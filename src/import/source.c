#include "import/source_internal.h"
#include <stdlib.h>

const char *const source_kinds[SOURCE_KIND_COUNT + 1] = { "csv", "ndjson", "xlsx", "fixed", NULL };
const char *const source_encodings[ENCODING_COUNT + 1] = { "utf-8", "gb18030", "utf-16le", "utf-16be", NULL };

#define SNIFF_BYTES (256 * 1024)

// --- What it looks like --------------------------------------------------------------------------------------------------------
// Whole characters only: the last one may be cut by the end of what was read.
static bool looks_utf8(str head)
{
    for (size_t cut = 0; cut < 4 && cut <= head.len; cut++)
        if (str_utf8_valid(str_take(head, head.len - cut)))
            return true;
    return false;
}

static enum source_encoding encoding_of(str head)
{
    if (str_starts(head, S("\xFF\xFE")))
        return ENCODING_UTF16LE;
    if (str_starts(head, S("\xFE\xFF")))
        return ENCODING_UTF16BE;
    return looks_utf8(head) ? ENCODING_UTF8 : ENCODING_GB18030;
}

static size_t cells_of(str line, char delimiter)
{
    size_t n = 1;
    bool quoted = false;
    for (size_t i = 0; i < line.len; i++) {
        quoted ^= line.s[i] == '"';
        n += !quoted && line.s[i] == delimiter;
    }
    return n;
}

#define DELIMITER_LINES 10

// The delimiter that cuts the first lines into as many cells as the first of them; of several the one that cuts most.
static char delimiter_of(str head)
{
    static const char candidates[] = { ',', '\t', ';', '|' };
    char best = ',';
    size_t most = 0;
    for (size_t k = 0; k < sizeof candidates; k++) {
        str rest = head;
        size_t first = cells_of(str_cut(&rest, '\n'), candidates[k]), alike = 1;
        for (size_t i = 0; i < DELIMITER_LINES && memchr(rest.s ? rest.s : "", '\n', rest.len); i++)
            alike += cells_of(str_cut(&rest, '\n'), candidates[k]) == first;
        if (first > 1 && alike * 1000 + first > most) {
            most = alike * 1000 + first;
            best = candidates[k];
        }
    }
    return best;
}

static bool numeric(str v)
{
    bool digit = false;
    for (size_t i = 0; i < v.len; i++) {
        digit |= v.s[i] >= '0' && v.s[i] <= '9';
        if (!memchr("0123456789.-+:/ ", v.s[i], 16))
            return false;
    }
    return digit;
}

// A row names columns when none of its cells is a number or a date.
static bool names_columns(str head, char delimiter)
{
    str rest = head, line = str_trim(str_cut(&rest, '\n'));
    if (str_starts(line, S("\xEF\xBB\xBF")))
        line = str_skip(line, 3);
    while (line.len) {
        str cell = str_trim(str_cut(&line, delimiter));
        if (numeric(cell))
            return false;
    }
    return true;
}

err source_sniff(input *in, str name, arena *a, source_format *ret)
{
    char *raw = arena_alloc(a, SNIFF_BYTES, 1, 1);
    size_t n;
    TRY(input_read(in, raw, SNIFF_BYTES, 0, &n));
    str head = str_of(raw, n);
    source_format f = { .kind = SOURCE_CSV, .header = true, .delimiter = ',' };
    if (str_starts(head, S("PK\x03\x04"))) {
        *ret = (source_format){ .kind = SOURCE_XLSX, .header = true };
        return E_OK;
    }
    f.encoding = encoding_of(head);
    text_stream t;
    err e = text_open(in, f.encoding, &t);
    str text = e == E_OK ? text_left(&t) : (str){ 0 };
    bool json = str_starts(str_trim(str_take(text, 4096)), S("{")) || str_ends(name, S(".ndjson")) || str_ends(name, S(".jsonl"));
    f.kind = json ? SOURCE_NDJSON : SOURCE_CSV;
    f.delimiter = delimiter_of(text);
    f.header = json || names_columns(text, f.delimiter);
    text_close(&t);
    *ret = f;
    return e;
}

// --- Opening -------------------------------------------------------------------------------------------------------------------
static err next_raw(source *s, arena *a, source_row *ret, bool *ret_more)
{
    switch (s->f.kind) {
    case SOURCE_XLSX: return xlsx_row(s->xlsx, a, ret, ret_more);
    case SOURCE_NDJSON: return ndjson_row(s, a, ret, ret_more);
    case SOURCE_FIXED: return fixed_row(s, a, ret, ret_more);
    default: return csv_row(s, a, ret, ret_more);
    }
}

// The row that names the columns, or as many names as the first row has cells.
static err learn_columns(source *s, arena *a, fault *f)
{
    source_row head = { 0 };
    bool more;
    if (s->f.kind == SOURCE_NDJSON)
        return E_OK;
    if (s->f.columns_n) {
        s->columns = s->f.columns;
        s->columns_n = s->f.columns_n;
        return E_OK;
    }
    TRY(next_raw(s, a, &head, &more));
    if (!more || head.code != E_OK)
        return fault_detail(f, a, E_BAD_REQUEST, "%s", more ? "the first row cannot be read" : "the file is empty");
    str *names = arena_array(a, str, head.n + 1);
    for (size_t i = 0; i < head.n; i++) {
        names[i] = s->f.header ? str_trim(head.cells[i]) : (str){ 0 };
        if (!names[i].len)
            names[i] = arena_fmt(a, "c%zu", i + 1);
    }
    s->columns = names;
    s->columns_n = head.n;
    return E_OK;
}

static err open_bytes(source *s, arena *a, fault *f)
{
    return s->f.kind == SOURCE_XLSX ? xlsx_open(s->in, s->f.sheet, f, a, &s->xlsx) : text_open(s->in, s->f.encoding, &s->text);
}

static void close_bytes(source *s)
{
    text_close(&s->text);
    xlsx_close(s->xlsx);
    s->xlsx = NULL;
}

err source_open(input *in, const source_format *fmt, arena *a, fault *f, source **ret)
{
    source *s = arena_new(a, source);
    *s = (source){ .f = *fmt, .in = in, .line = 1, .text.cd = (iconv_t)-1 };
    err e = open_bytes(s, a, f);
    if (e == E_OK)
        e = learn_columns(s, a, f);
    if (e == E_OK && !fmt->header && !fmt->columns_n && fmt->kind != SOURCE_NDJSON) {
        close_bytes(s);                        // the first row was data
        s->line = 1;
        e = open_bytes(s, a, f);
    }
    if (e == E_OK && fmt->header && fmt->columns_n && fmt->kind != SOURCE_FIXED && fmt->kind != SOURCE_NDJSON) {
        source_row skip = { 0 };
        bool more;
        e = next_raw(s, a, &skip, &more);      // names given replace those of the file
    }
    if (e != E_OK) {
        source_close(s);
        return e;
    }
    *ret = s;
    return E_OK;
}

void source_close(source *s)
{
    if (s)
        close_bytes(s);
}

const str *source_columns(const source *s, size_t *ret_n)
{
    *ret_n = s->columns_n;
    return s->columns;
}

// A sheet leaves out what is empty at a row's end.
static void pad(source *s, arena *a, source_row *r)
{
    if (r->n > s->columns_n)
        row_refuse(r, E_ROW_CELLS, NULL, (int64_t)s->columns_n);
    str *v = arena_array(a, str, s->columns_n + 1);
    size_t n = r->n < s->columns_n ? r->n : s->columns_n;
    if (n)
        memcpy(v, r->cells, n * sizeof *v);
    r->cells = v;
    r->n = s->columns_n;
}

err source_next(source *s, arena *a, source_row *ret, bool *ret_more)
{
    *ret = (source_row){ 0 };
    TRY(next_raw(s, a, ret, ret_more));
    if (!*ret_more)
        return E_OK;
    ret->no = ++s->rows;
    if (s->f.kind == SOURCE_XLSX)
        pad(s, a, ret);
    return E_OK;
}

int64_t source_at(const source *s) { return s->xlsx ? xlsx_at(s->xlsx) : s->text.at - (int64_t)text_left(&s->text).len; }
