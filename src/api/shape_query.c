#include "api/shape_check.h"
#include "base/time.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool shape_percent_decode(arena *a, str v, bool plus, str *ret)
{
    char *out = arena_alloc(a, v.len + 1, 1, 1);
    size_t n = 0;
    for (size_t i = 0; i < v.len; i++) {
        char c = v.s[i];
        if (c == '%') {
            int hi = i + 2 < v.len ? hex(v.s[i + 1]) : -1, lo = i + 2 < v.len ? hex(v.s[i + 2]) : -1;
            if (hi < 0 || lo < 0)
                return false;
            c = (char)(hi << 4 | lo);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        out[n++] = c;
    }
    *ret = str_of(out, n);
    return true;
}

static err query_bool(reader *r, const field *fd, str v, const path *p, void *at)
{
    (void)fd;
    bool yes = str_eq(v, S("true"));
    if (!yes && !str_eq(v, S("false")))
        return reader_wrong_type(r, p, "true or false");
    *(bool *)at = yes;
    return E_OK;
}

static err query_i64(reader *r, const field *fd, str v, const path *p, void *at)
{
    int64_t n;
    if (!str_to_i64(v, &n))
        return reader_wrong_type(r, p, "integer");
    REFUSE_FLAW(r, p, flaw_of_i64(fd, n));
    *(int64_t *)at = n;
    return E_OK;
}

static err query_str(reader *r, const field *fd, str v, const path *p, void *at)
{
    REFUSE_FLAW(r, p, flaw_of_str(fd, v));
    *(str *)at = v;
    return E_OK;
}

static err query_time(reader *r, const field *fd, str v, const path *p, void *at)
{
    (void)fd;
    if (!time_parse_iso(v, (int64_t *)at))
        return reader_refuse(r, p, (flaw){ E_FIELD_VALUE, 0, TIME_EXPECTED });
    return E_OK;
}

static err query_enum(reader *r, const field *fd, str v, const path *p, void *at) { return reader_enum(r, fd, v, p, at); }

static size_t items_of(str v)
{
    size_t n = v.len > 0;
    for (size_t i = 0; i < v.len; i++)
        n += v.s[i] == ',';
    return n;
}

static err query_strs(reader *r, const field *fd, str v, const path *p, void *at)
{
    size_t n = items_of(v);
    REFUSE_FLAW(r, p, flaw_of_count(fd, n));
    str *items = arena_array(r->a, str, n);
    for (size_t i = 0; i < n; i++) {
        path here = { p, { 0 }, (int64_t)i };
        items[i] = str_cut(&v, ',');
        REFUSE_FLAW(r, &here, flaw_of_item(fd, items[i]));
    }
    *(list_strs *)at = (list_strs){ items, (uint32_t)n };
    return E_OK;
}

static err query_i64s(reader *r, const field *fd, str v, const path *p, void *at)
{
    size_t n = items_of(v);
    REFUSE_FLAW(r, p, flaw_of_count(fd, n));
    int64_t *items = arena_array(r->a, int64_t, n);
    for (size_t i = 0; i < n; i++) {
        path here = { p, { 0 }, (int64_t)i };
        if (!str_to_i64(str_cut(&v, ','), &items[i]))
            return reader_wrong_type(r, &here, "integer");
    }
    *(list_i64s *)at = (list_i64s){ items, (uint32_t)n };
    return E_OK;
}

static err (*const query_readers[])(reader *r, const field *fd, str v, const path *p, void *at) = {
    [K_BOOL] = query_bool, [K_I64] = query_i64,   [K_STR] = query_str,   [K_TIME] = query_time,
    [K_ENUM] = query_enum, [K_STRS] = query_strs, [K_I64S] = query_i64s,
    [K_OBJ] = NULL,        [K_LIST] = NULL,       [K_F64] = NULL,        [K_JSON] = NULL,
};

static err read_text(reader *r, const shape *sh, int i, str value, const path *p, void *out)
{
    const field *fd = &sh->fields[i];
    TRY(reader_mark(r, sh, i, p, out));
    ENSURE(query_readers[fd->k]);             // route_lint and record_lint refuse other kinds
    if (!str_utf8_valid(value))
        return reader_refuse(r, p, (flaw){ E_FIELD_UTF8, 0, NULL });
    return query_readers[fd->k](r, fd, value, p, (char *)out + fd->off);
}

static err query_pair(reader *r, const shape *sh, str pair, void *out)
{
    str value = pair, name = str_cut(&value, '=');
    if (!shape_percent_decode(r->a, name, true, &name) || !shape_percent_decode(r->a, value, true, &value))
        return fault_detail(r->f, r->a, E_BAD_REQUEST, "percent-encoding of the query");
    path here = { NULL, name, 0 };
    if (!name.len || !str_utf8_valid(name))
        return fault_detail(r->f, r->a, E_BAD_REQUEST, "a query parameter without a name");
    int i = field_index(sh, name);
    if (i < 0)
        return reader_refuse(r, &here, (flaw){ E_FIELD_UNKNOWN, 0, NULL });
    return read_text(r, sh, i, value, &here, out);
}

err shape_read_query(const shape *sh, str query, arena *a, fault *f, void *out)
{
    reader r = { a, f };
    memset(out, 0, sh->size);
    while (query.len) {
        str pair = str_cut(&query, '&');
        if (pair.len)
            TRY(query_pair(&r, sh, pair, out));
    }
    return reader_check_required(&r, sh, NULL, out);
}

// What people call the value of an enum → its label; anything else stays as it is.
static str label_of_cell(const field *fd, str v)
{
    for (int i = 0; fd->k == K_ENUM && fd->labels->zh && fd->labels->labels[i]; i++)
        if (str_eq(v, str_c(fd->labels->zh[i])))
            return str_c(fd->labels->labels[i]);
    return v;
}

err shape_read_cells(const shape *sh, const int *at, const str *cells, size_t n, arena *a, fault *f, void *out)
{
    reader r = { a, f };
    memset(out, 0, sh->size);
    for (size_t i = 0; i < n; i++) {
        if (at[i] < 0 || !cells[i].len)
            continue;
        const field *fd = &sh->fields[at[i]];
        path here = { NULL, str_c(fd->name), 0 };
        TRY(read_text(&r, sh, at[i], label_of_cell(fd, cells[i]), &here, out));
    }
    return reader_check_required(&r, sh, NULL, out);
}
