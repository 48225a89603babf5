#include "record/record_csv.h"

// --- Reading ----------------------------------------------------------------------------------------------------------------
csv csv_open(str text)
{
    if (str_starts(text, S(CSV_BOM)))
        text = str_skip(text, 3);
    return (csv){ .rest = text, .next_line = 1 };
}

static csv_got bad(csv *c, const char *why)
{
    c->why = why;
    c->rest = (str){ 0 };
    return CSV_BAD;
}

// Takes a line break at the front. False: none there.
static bool take_break(csv *c)
{
    size_t n = str_starts(c->rest, S("\r\n")) ? 2 : str_starts(c->rest, S("\n")) ? 1 : 0;
    c->rest = str_skip(c->rest, n);
    c->next_line += n > 0;
    return n > 0;
}

// After the opening quote: up to the closing one, "" meaning one quote.
static csv_got quoted(csv *c, arena *a, str *ret)
{
    str from = c->rest;
    size_t i = 0, doubled = 0;
    for (;; i++) {
        if (i == from.len)
            return bad(c, "a quote is not closed");
        c->next_line += from.s[i] == '\n';
        if (from.s[i] != '"')
            continue;
        if (i + 1 == from.len || from.s[i + 1] != '"')
            break;
        doubled++;
        i++;
    }
    c->rest = str_skip(from, i + 1);
    *ret = str_take(from, i);
    if (!doubled)
        return CSV_ROW;
    char *out = arena_alloc(a, i - doubled + 1, 1, 1);
    size_t n = 0;
    for (size_t k = 0; k < i; k++) {
        out[n++] = from.s[k];
        k += from.s[k] == '"';
    }
    *ret = str_of(out, n);
    return CSV_ROW;
}

static csv_got plain(csv *c, str *ret)
{
    size_t n = 0;
    while (n < c->rest.len && c->rest.s[n] != ',' && c->rest.s[n] != '\n' && c->rest.s[n] != '\r') {
        if (c->rest.s[n] == '"')
            return bad(c, "a quote inside a cell that does not begin with one");
        n++;
    }
    *ret = str_take(c->rest, n);
    c->rest = str_skip(c->rest, n);
    return CSV_ROW;
}

static csv_got cell(csv *c, arena *a, str *ret)
{
    if (!str_starts(c->rest, S("\"")))
        return plain(c, ret);
    c->rest = str_skip(c->rest, 1);
    return quoted(c, a, ret);
}

csv_got csv_next(csv *c, arena *a, str cells[CSV_CELLS_MAX], size_t *ret_n)
{
    while (take_break(c))
        ;
    if (c->why)
        return CSV_BAD;
    if (!c->rest.len)
        return CSV_END;
    c->line = c->next_line;
    for (size_t n = 0; n < CSV_CELLS_MAX;) {
        if (cell(c, a, &cells[n]) != CSV_ROW)
            return CSV_BAD;
        if (!str_utf8_valid(cells[n++]))
            return bad(c, "not UTF-8 text");
        if (!c->rest.len || take_break(c)) {
            *ret_n = n;
            return CSV_ROW;
        }
        if (c->rest.s[0] != ',')
            return bad(c, c->rest.s[0] == '\r' ? "a carriage return without a line feed" : "something after a closing quote");
        c->rest = str_skip(c->rest, 1);
    }
    return bad(c, "too many cells");
}

// --- Writing ----------------------------------------------------------------------------------------------------------------
void csv_add_cell(buf *b, str v, bool first)
{
    bool quote = false;
    for (size_t i = 0; i < v.len && !quote; i++)
        quote = v.s[i] == ',' || v.s[i] == '"' || v.s[i] == '\n' || v.s[i] == '\r';
    if (!first)
        buf_add_char(b, ',');
    if (!quote) {
        buf_add_str(b, v);
        return;
    }
    buf_add_char(b, '"');
    for (size_t i = 0; i < v.len; i++) {
        if (v.s[i] == '"')
            buf_add_char(b, '"');
        buf_add_char(b, v.s[i]);
    }
    buf_add_char(b, '"');
}

void csv_add_end(buf *b) { buf_add_str(b, S("\r\n")); }

static bool dangerous(str v) { return v.len && memchr("=+-@\t\r'", v.s[0], 7); }

str csv_guard(arena *a, str v) { return dangerous(v) ? arena_join(a, S("'"), v) : v; }

str csv_unguard(str v) { return v.len > 1 && v.s[0] == '\'' && dangerous(str_skip(v, 1)) ? str_skip(v, 1) : v; }
