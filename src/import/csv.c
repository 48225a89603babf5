// CSV as the world writes it: any delimiter, quotes around cells that hold it, line breaks or quotes; CRLF or LF. A quote inside
// an unquoted cell is text. What is ambiguous (a quote that does not close, bytes behind a closing one) refuses that line, and
// reading goes on with the next: one broken line must not swallow the file.
#include "import/source_internal.h"

static str without_cr(str line) { return line.len && line.s[line.len - 1] == '\r' ? str_take(line, line.len - 1) : line; }

typedef struct cells { str *v; size_t n; bool many; } cells;

static void add(cells *c, str v)
{
    if (c->n < SOURCE_COLUMNS_MAX)
        c->v[c->n++] = v;
    else
        c->many = true;
}

// A line without a quote: most of them.
static void split_plain(str line, char delimiter, cells *out)
{
    const char *p = line.s, *end = line.s + line.len;
    for (;;) {
        const char *at = memchr(p, delimiter, (size_t)(end - p));
        add(out, str_of(p, (size_t)((at ? at : end) - p)));
        if (!at)
            return;
        p = at + 1;
    }
}

// Where the row that begins at `from` ends. The state goes on from call to call, so that a long row is looked at once.
typedef struct scan { size_t i; bool open, begin; } scan;

// False: the bytes end inside an open quote.
static bool scan_line(scan *s, str all, size_t end, char delimiter)
{
    while (s->i < end) {
        if (s->open) {
            const char *q = memchr(all.s + s->i, '"', end - s->i);
            s->i = q ? (size_t)(q - all.s) + 1 : end;
            if (!q)
                break;
            if (s->i < end && all.s[s->i] == '"')
                s->i++;
            else
                s->open = s->begin = false;
            continue;
        }
        char c = all.s[s->i++];
        s->open = c == '"' && s->begin;
        s->begin = c == delimiter;
    }
    return !s->open;
}

// Cells of a row known to be whole; quotes are taken out in place. False: something behind a closing quote.
static bool split_quoted(char *p, size_t n, char delimiter, cells *out)
{
    size_t i = 0;
    for (;;) {
        if (i < n && p[i] == '"') {
            size_t to = ++i, from = i;
            for (; i < n; i++) {
                if (p[i] == '"' && (i + 1 == n || p[i + 1] != '"'))
                    break;
                i += p[i] == '"';
                p[to++] = p[i];
            }
            add(out, str_of(p + from, to - from));
            i++;
            if (i < n && p[i] != delimiter)
                return false;
        } else {
            const char *at = i < n ? memchr(p + i, delimiter, n - i) : NULL;
            size_t end = at ? (size_t)(at - p) : n;
            add(out, str_of(p + i, end - i));
            i = end;
        }
        if (i >= n)
            return true;
        i++;
    }
}

// The extent of the next row in the window. *ret_line: bytes up to its first line break, to go on behind when it is bad.
static err row_extent(source *s, size_t *ret_len, size_t *ret_line, bool *ret_found, source_row *r)
{
    text_stream *t = &s->text;
    size_t end;
    bool found, too_long;
    TRY(text_line(t, 0, &end, &found, &too_long));
    str left = text_left(t);
    *ret_line = *ret_len = end;
    *ret_found = found;
    if (too_long || (found ? end == 0 : left.len == 0) || !memchr(left.s, '"', end))
        return too_long ? (row_refuse(r, E_ROW_TOO_LONG, NULL, SOURCE_ROW_BYTES_MAX), E_OK) : E_OK;
    scan c = { .begin = true };
    while (!scan_line(&c, left, end, s->f.delimiter)) {
        if (end > SOURCE_ROW_BYTES_MAX || !found) {
            row_refuse(r, E_ROW_QUOTE, "a quote is not closed", 0);
            *ret_len = *ret_line;
            return E_OK;
        }
        c.i = end;
        TRY(text_line(t, end + 1, &end, &found, &too_long));
        left = text_left(t);
        if (too_long) {
            row_refuse(r, E_ROW_TOO_LONG, NULL, SOURCE_ROW_BYTES_MAX);
            return E_OK;
        }
    }
    *ret_len = end;
    *ret_found = found;
    return E_OK;
}

static int64_t breaks(str v)
{
    int64_t n = 0;
    for (const char *p = v.s, *end = v.s + v.len; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        n++;
    return n;
}

static void fill(source *s, arena *a, str line, source_row *r)
{
    char *own = arena_cstr(a, line);
    str *v = arena_array(a, str, s->columns_n && s->columns_n < SOURCE_COLUMNS_MAX ? s->columns_n + 1 : SOURCE_COLUMNS_MAX);
    str big[SOURCE_COLUMNS_MAX];
    cells c = { .v = s->columns_n ? big : v };
    bool good = true;
    if (memchr(own, '"', line.len))
        good = split_quoted(own, line.len, s->f.delimiter, &c);
    else
        split_plain(str_of(own, line.len), s->f.delimiter, &c);
    if (!good)
        row_refuse(r, E_ROW_QUOTE, "something behind a closing quote", 0);
    if (c.many)
        row_refuse(r, E_ROW_CELLS, NULL, SOURCE_COLUMNS_MAX);
    if (!str_utf8_valid(line))
        row_refuse(r, E_FIELD_UTF8, NULL, 0);
    if (s->columns_n && c.n != s->columns_n)
        row_refuse(r, E_ROW_CELLS, NULL, (int64_t)s->columns_n);
    if (s->columns_n) {
        c.n = c.n < s->columns_n ? c.n : s->columns_n;
        memcpy(v, big, c.n * sizeof *v);
    }
    r->cells = v;
    r->n = c.n;
}

err csv_row(source *s, arena *a, source_row *r, bool *ret_more)
{
    size_t len, first;
    bool found;
    for (;;) {
        r->line = s->line;
        TRY(row_extent(s, &len, &first, &found, r));
        str line = str_take(text_left(&s->text), len);
        *ret_more = found || len;
        if (!*ret_more)
            return E_OK;
        if (r->code == E_ROW_TOO_LONG) {
            s->line++;
            return text_skip_line(&s->text);
        }
        s->line += breaks(line) + 1;
        s->text.from += len + found;
        line = without_cr(line);
        if (!line.len)
            continue;
        fill(s, a, line, r);
        return E_OK;
    }
}
