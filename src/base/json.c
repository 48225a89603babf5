#include "base/json.h"
#include <math.h>
#include <stdio.h>

// --- Reading -----------------------------------------------------------------------------------------------------------
static void *mem_alloc(void *ctx, size_t n) { return arena_alloc(ctx, n, 1, alignof(max_align_t)); }
static void mem_free(void *ctx, void *p) { (void)ctx, (void)p; }

static void *mem_realloc(void *ctx, void *p, size_t old, size_t n)
{
    void *q = mem_alloc(ctx, n);
    memcpy(q, p, old < n ? old : n);
    return q;
}

static bool too_deep(str text)
{
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.s[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > JSON_DEPTH_MAX)
                return true;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return false;
}

err json_parse(arena *a, str text, fault *f, jval **ret)
{
    if (too_deep(text))
        return fault_field(f, a, E_JSON_TOO_DEEP, (str){ 0 }, JSON_DEPTH_MAX);
    yyjson_alc alc = { mem_alloc, mem_realloc, mem_free, a };
    yyjson_read_err e = { 0 };
    // Not in situ: the caller's bytes stay as they came, for fingerprints and quarantine.
    yyjson_doc *doc = yyjson_read_opts((char *)(uintptr_t)(text.s ? text.s : ""), text.len, 0, &alc, &e);
    if (!doc)
        return fault_detail(f, a, E_JSON_INVALID, "%s at byte %zu", e.msg ? e.msg : "unreadable", e.pos);
    *ret = yyjson_doc_get_root(doc);
    return E_OK;
}

jval *json_get(const jval *obj, str key) { return yyjson_obj_getn((jval *)(uintptr_t)obj, key.s, key.len); }

bool json_i64(const jval *cv, int64_t *ret)
{
    jval *v = (jval *)(uintptr_t)cv;
    if (yyjson_is_sint(v)) {
        *ret = yyjson_get_sint(v);
        return true;
    }
    if (yyjson_is_uint(v)) {
        uint64_t u = yyjson_get_uint(v);
        *ret = (int64_t)u;
        return u <= INT64_MAX;
    }
    if (!yyjson_is_real(v))
        return false;
    double d = yyjson_get_real(v);
    if (!(d >= -9007199254740992.0 && d <= 9007199254740992.0) || d != floor(d))
        return false;
    *ret = (int64_t)d;
    return true;
}

// --- Writing -----------------------------------------------------------------------------------------------------------
static void comma(jw *w)
{
    if (w->comma)
        buf_add_char(w->b, ',');
    w->comma = true;
}

static void open(jw *w, char c)
{
    comma(w);
    buf_add_char(w->b, c);
    w->comma = false;
}

static void shut(jw *w, char c)
{
    buf_add_char(w->b, c);
    w->comma = true;
}

void jw_obj(jw *w) { open(w, '{'); }
void jw_end_obj(jw *w) { shut(w, '}'); }
void jw_arr(jw *w) { open(w, '['); }
void jw_end_arr(jw *w) { shut(w, ']'); }

static void quoted(buf *b, str v)
{
    static const char hex[] = "0123456789abcdef";
    buf_reserve(b, v.len + 2);
    buf_add_char(b, '"');
    size_t from = 0;
    for (size_t i = 0; i < v.len; i++) {
        unsigned char c = (unsigned char)v.s[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_add(b, v.s + from, i - from);
        from = i + 1;
        switch (c) {
        case '"': buf_add(b, "\\\"", 2); break;
        case '\\': buf_add(b, "\\\\", 2); break;
        case '\n': buf_add(b, "\\n", 2); break;
        case '\r': buf_add(b, "\\r", 2); break;
        case '\t': buf_add(b, "\\t", 2); break;
        default: {
            char u[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
            buf_add(b, u, 6);
        }
        }
    }
    buf_add(b, v.len ? v.s + from : "", v.len - from);
    buf_add_char(b, '"');
}

void jw_key(jw *w, str key)
{
    comma(w);
    quoted(w->b, key);
    buf_add_char(w->b, ':');
    w->comma = false;
}

void jw_str(jw *w, str v)
{
    comma(w);
    quoted(w->b, v);
}

void jw_i64(jw *w, int64_t v)
{
    comma(w);
    buf_addf(w->b, "%lld", (long long)v);
}

void jw_f64(jw *w, double v)
{
    comma(w);
    if (!isfinite(v)) {
        buf_add(w->b, "null", 4);
        return;
    }
    // The shortest of 15 to 17 digits that reads back as the same number.
    char s[32];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(s, sizeof s, "%.*g", digits, v);
        double back = 0;
        if (sscanf(s, "%lf", &back) == 1 && back == v)
            break;
    }
    buf_add_str(w->b, str_c(s));
}

void jw_bool(jw *w, bool v)
{
    comma(w);
    buf_add_str(w->b, v ? S("true") : S("false"));
}

void jw_null(jw *w)
{
    comma(w);
    buf_add(w->b, "null", 4);
}

void jw_raw(jw *w, str json)
{
    comma(w);
    buf_add_str(w->b, json);
}

// Depth is bounded by JSON_DEPTH_MAX, which json_parse enforced.
void jw_val(jw *w, const jval *cv)
{
    jval *v = (jval *)(uintptr_t)cv;
    size_t i, n;
    jval *key, *item;
    switch (yyjson_get_type(v)) {
    case YYJSON_TYPE_BOOL: jw_bool(w, yyjson_get_bool(v)); break;
    case YYJSON_TYPE_STR: jw_str(w, json_str(v)); break;
    case YYJSON_TYPE_NUM:
        if (yyjson_is_real(v))
            jw_f64(w, yyjson_get_real(v));
        else if (yyjson_is_uint(v)) {
            comma(w);
            buf_addf(w->b, "%llu", (unsigned long long)yyjson_get_uint(v));
        } else
            jw_i64(w, yyjson_get_sint(v));
        break;
    case YYJSON_TYPE_ARR:
        jw_arr(w);
        yyjson_arr_foreach(v, i, n, item) jw_val(w, item);
        jw_end_arr(w);
        break;
    case YYJSON_TYPE_OBJ:
        jw_obj(w);
        yyjson_obj_foreach(v, i, n, key, item)
        {
            jw_key(w, json_str(key));
            jw_val(w, item);
        }
        jw_end_obj(w);
        break;
    default: jw_null(w);
    }
}

str json_text(arena *a, const jval *v)
{
    if (!v || yyjson_is_null((jval *)(uintptr_t)v))
        return (str){ "", 0 };
    if (yyjson_is_str((jval *)(uintptr_t)v))
        return json_str(v);
    buf b = { 0 };
    jw w = { .b = &b };
    jw_val(&w, v);
    str out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}
