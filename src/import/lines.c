// Formats of one line a row: NDJSON, and columns of fixed width.
#include "import/source_internal.h"

// The next line that is not blank. *ret_more false: none.
static err next_line(source *s, str *ret, source_row *r, bool *ret_more)
{
    for (;;) {
        size_t end;
        bool found, too_long;
        TRY(text_line(&s->text, 0, &end, &found, &too_long));
        *ret_more = found || end;
        if (!*ret_more)
            return E_OK;
        r->line = s->line++;
        if (too_long) {
            row_refuse(r, E_ROW_TOO_LONG, NULL, SOURCE_ROW_BYTES_MAX);
            *ret = (str){ 0 };
            return text_skip_line(&s->text);
        }
        *ret = str_take(text_left(&s->text), end);
        s->text.from += end + found;
        if (str_trim(*ret).len)
            return E_OK;
    }
}

err ndjson_row(source *s, arena *a, source_row *r, bool *ret_more)
{
    str line;
    TRY(next_line(s, &line, r, ret_more));
    if (!*ret_more || r->code != E_OK)
        return E_OK;
    fault f = { 0 };
    jval *v = NULL;
    err e = json_parse(a, line, &f, &v);
    if (e != E_OK)
        row_refuse(r, e, f.detail.len ? arena_cstr(a, f.detail) : NULL, f.limit);
    else if (!yyjson_is_obj(v))
        row_refuse(r, E_ROW_OBJECT, NULL, 0);
    r->json = r->code == E_OK ? v : NULL;
    return E_OK;
}

// Byte offset of the n-th code point; the length when there are fewer.
static size_t offset_of(str v, int64_t n)
{
    size_t i = 0;
    for (; i < v.len && n > 0; n--)
        do
            i++;
        while (i < v.len && ((uint8_t)v.s[i] & 0xC0) == 0x80);
    return i;
}

err fixed_row(source *s, arena *a, source_row *r, bool *ret_more)
{
    str line;
    TRY(next_line(s, &line, r, ret_more));
    if (!*ret_more || r->code != E_OK)
        return E_OK;
    line = arena_str(a, line);
    if (!str_utf8_valid(line))
        row_refuse(r, E_FIELD_UTF8, NULL, 0);
    str *v = arena_array(a, str, s->columns_n);
    for (size_t i = 0; i < s->columns_n; i++) {
        size_t from = offset_of(line, s->f.fixed[i].from - 1), to = offset_of(line, s->f.fixed[i].to);
        v[i] = str_trim(str_of(line.s + from, to > from ? to - from : 0));
    }
    r->cells = v;
    r->n = s->columns_n;
    return E_OK;
}
