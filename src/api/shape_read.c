#include "api/shape_check.h"
#include "base/personal.h"
#include "base/time.h"
#include <stdlib.h>

static err read_object(reader *r, const shape *sh, const jval *cv, const path *p, void *out);

// --- One value of each kind ----------------------------------------------------------------------------------------------
static err read_bool(reader *r, const field *fd, jval *v, const path *p, void *at)
{
    (void)fd;
    if (!yyjson_is_bool(v))
        return reader_wrong_type(r, p, "true or false");
    *(bool *)at = yyjson_get_bool(v);
    return E_OK;
}

static err read_i64(reader *r, const field *fd, jval *v, const path *p, void *at)
{
    int64_t n;
    if (!json_i64(v, &n))
        return reader_wrong_type(r, p, "integer");
    REFUSE_FLAW(r, p, flaw_of_i64(fd, n));
    *(int64_t *)at = n;
    return E_OK;
}

static err read_f64(reader *r, const field *fd, jval *v, const path *p, void *at)
{
    if (!yyjson_is_num(v))
        return reader_wrong_type(r, p, "number");
    double d = yyjson_get_num(v);
    REFUSE_FLAW(r, p, flaw_of_f64(fd, d));
    *(double *)at = d;
    return E_OK;
}

static err read_str(reader *r, const field *fd, jval *v, const path *p, void *at)
{
    if (!yyjson_is_str(v))
        return reader_wrong_type(r, p, "string");
    REFUSE_FLAW(r, p, flaw_of_str(fd, json_str(v)));
    *(str *)at = fd->free ? personal_starred(json_str(v), r->a) : json_str(v);
    return E_OK;
}

static err read_time(reader *r, const field *fd, jval *v, const path *p, void *at)
{
    (void)fd;
    if (!yyjson_is_str(v))
        return reader_wrong_type(r, p, "time");
    if (!time_parse_iso(json_str(v), (int64_t *)at))
        return reader_refuse(r, p, (flaw){ E_FIELD_VALUE, 0, TIME_EXPECTED });
    return E_OK;
}

static err read_enum(reader *r, const field *fd, jval *v, const path *p, void *at)
{
    if (!yyjson_is_str(v))
        return reader_wrong_type(r, p, "string");
    return reader_enum(r, fd, json_str(v), p, at);
}

static err read_obj(reader *r, const field *fd, jval *v, const path *p, void *at) { return read_object(r, fd->elem, v, p, at); }

static err read_list(reader *r, const field *fd, jval *v, const path *p, void *at)
{
    if (!yyjson_is_arr(v))
        return reader_wrong_type(r, p, "list");
    size_t n = yyjson_arr_size(v), i, max;
    REFUSE_FLAW(r, p, flaw_of_count(fd, n));
    char *items = arena_alloc(r->a, n, fd->elem->size, alignof(max_align_t));
    jval *item;
    yyjson_arr_foreach(v, i, max, item)
    {
        path here = { p, { 0 }, (int64_t)i };
        TRY(read_object(r, fd->elem, item, &here, items + i * fd->elem->size));
    }
    *(any_list *)at = (any_list){ items, (uint32_t)n };
    return E_OK;
}

static err read_strs(reader *r, const field *fd, jval *v, const path *p, void *at)
{
    if (!yyjson_is_arr(v))
        return reader_wrong_type(r, p, "list of strings");
    size_t n = yyjson_arr_size(v), i, max;
    REFUSE_FLAW(r, p, flaw_of_count(fd, n));
    str *items = arena_array(r->a, str, n);
    jval *item;
    yyjson_arr_foreach(v, i, max, item)
    {
        path here = { p, { 0 }, (int64_t)i };
        if (!yyjson_is_str(item))
            return reader_wrong_type(r, &here, "string");
        REFUSE_FLAW(r, &here, flaw_of_item(fd, json_str(item)));
        items[i] = json_str(item);
    }
    *(list_strs *)at = (list_strs){ items, (uint32_t)n };
    return E_OK;
}

static err read_i64s(reader *r, const field *fd, jval *v, const path *p, void *at)
{
    if (!yyjson_is_arr(v))
        return reader_wrong_type(r, p, "list of integers");
    size_t n = yyjson_arr_size(v), i, max;
    REFUSE_FLAW(r, p, flaw_of_count(fd, n));
    int64_t *items = arena_array(r->a, int64_t, n);
    jval *item;
    yyjson_arr_foreach(v, i, max, item)
    {
        path here = { p, { 0 }, (int64_t)i };
        if (!json_i64(item, &items[i]))
            return reader_wrong_type(r, &here, "integer");
    }
    *(list_i64s *)at = (list_i64s){ items, (uint32_t)n };
    return E_OK;
}

static int key_cmp(const void *x, const void *y) { return str_cmp(*(const str *)x, *(const str *)y); }

// A free value still has to be text every database takes and an object every reader understands alike.
// Depth is bounded by JSON_DEPTH_MAX, which json_parse enforced.
static err check_free(reader *r, jval *v, const path *p)
{
    size_t i, n;
    jval *key, *item;
    if (yyjson_is_str(v) && !str_utf8_valid(json_str(v)))
        return reader_refuse(r, p, (flaw){ E_FIELD_UTF8, 0, NULL });
    if (yyjson_is_arr(v)) {
        yyjson_arr_foreach(v, i, n, item)
        {
            path here = { p, { 0 }, (int64_t)i };
            TRY(check_free(r, item, &here));
        }
    }
    if (!yyjson_is_obj(v))
        return E_OK;
    str *keys = arena_array(r->a, str, yyjson_obj_size(v));
    yyjson_obj_foreach(v, i, n, key, item)
    {
        path here = { p, json_str(key), 0 };
        keys[i] = json_str(key);
        if (!str_utf8_valid(keys[i]))
            return reader_refuse(r, p, (flaw){ E_FIELD_UTF8, 0, NULL });
        TRY(check_free(r, item, &here));
    }
    if (n > 1)
        qsort(keys, n, sizeof *keys, key_cmp);
    for (i = 1; i < n; i++) {
        path here = { p, keys[i], 0 };
        if (str_eq(keys[i - 1], keys[i]))
            return reader_refuse(r, &here, (flaw){ E_FIELD_DUPLICATE, 0, NULL });
    }
    return E_OK;
}

static err read_json(reader *r, const field *fd, jval *v, const path *p, void *at)
{
    TRY(check_free(r, v, p));
    buf b = { 0 };
    jw w = { .b = &b };
    jw_val(&w, v);
    bool fits = (int64_t)b.len <= fd->max;
    if (fits)
        *(str *)at = arena_str(r->a, buf_str(&b));
    buf_free(&b);
    return fits ? E_OK : reader_refuse(r, p, (flaw){ E_FIELD_TOO_LONG, fd->max, NULL });
}

static err (*const readers[])(reader *r, const field *fd, jval *v, const path *p, void *at) = {
    [K_BOOL] = read_bool, [K_I64] = read_i64,   [K_F64] = read_f64,   [K_STR] = read_str,   [K_TIME] = read_time, [K_ENUM] = read_enum,
    [K_OBJ] = read_obj,   [K_LIST] = read_list, [K_STRS] = read_strs, [K_I64S] = read_i64s, [K_JSON] = read_json,
};

// --- Objects ---------------------------------------------------------------------------------------------------------------
static err read_member(reader *r, const shape *sh, int i, jval *v, const path *p, void *out)
{
    const field *fd = &sh->fields[i];
    presence *seen = out;
    TRY(reader_mark(r, sh, i, p, seen));
    if (!yyjson_is_null(v))
        return readers[fd->k](r, fd, v, p, (char *)out + fd->off);
    if (!fd->nullable)
        return reader_refuse(r, p, (flaw){ E_FIELD_NULL, 0, NULL });
    seen->null |= UINT64_C(1) << i;
    return E_OK;
}

static err read_object(reader *r, const shape *sh, const jval *cv, const path *p, void *out)
{
    jval *v = (jval *)(uintptr_t)cv;
    memset(out, 0, sh->size);
    if (!yyjson_is_obj(v))
        return reader_wrong_type(r, p, "object");
    size_t at, n;
    jval *key, *item;
    yyjson_obj_foreach(v, at, n, key, item)
    {
        path here = { p, json_str(key), 0 };
        int i = field_index(sh, here.name);
        if (i >= 0)
            TRY(read_member(r, sh, i, item, &here, out));
        else if (!sh->open)
            return reader_refuse(r, str_utf8_valid(here.name) && here.name.len ? &here : p, (flaw){ E_FIELD_UNKNOWN, 0, NULL });
    }
    return reader_check_required(r, sh, p, out);
}

err shape_read(const shape *sh, const jval *v, arena *a, fault *f, void *out)
{
    reader r = { a, f };
    return read_object(&r, sh, v, NULL, out);
}

err shape_read_text(const shape *sh, str text, arena *a, fault *f, void *out)
{
    if (!str_trim(text).len)
        return fault_field(f, a, E_BODY_REQUIRED, (str){ 0 }, 0);
    jval *v;
    TRY(json_parse(a, text, f, &v));
    return shape_read(sh, v, a, f, out);
}
