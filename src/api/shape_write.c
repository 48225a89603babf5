#include "api/shape_check.h"
#include "base/time.h"

typedef struct writer {
    arena *a;
    fault *f;
    jw *w;
} writer;

// A reply that breaks its shape is our bug: the field and what was broken go to the log, never to the caller.
static err broken(writer *r, const path *p, flaw w)
{
    fault_field(r->f, r->a, E_UNDECLARED, path_text(p, r->a), w.limit);
    if (r->f)
        r->f->detail = arena_fmt(r->a, "reply: %s%s%s", err_info_of(w.code)->code, w.detail ? " " : "", w.detail ? w.detail : "");
    return E_UNDECLARED;
}

#define BROKEN_FLAW(r, p, expr)          \
    do {                                 \
        flaw w_ = (expr);                \
        if (w_.code != E_OK)             \
            return broken((r), (p), w_); \
    } while (0)

static err write_object(writer *r, const shape *sh, const void *in, const path *p);

static err write_bool(writer *r, const field *fd, const void *at, const path *p)
{
    (void)fd, (void)p;
    jw_bool(r->w, *(const bool *)at);
    return E_OK;
}

static err write_i64(writer *r, const field *fd, const void *at, const path *p)
{
    BROKEN_FLAW(r, p, flaw_of_i64(fd, *(const int64_t *)at));
    jw_i64(r->w, *(const int64_t *)at);
    return E_OK;
}

static err write_f64(writer *r, const field *fd, const void *at, const path *p)
{
    BROKEN_FLAW(r, p, flaw_of_f64(fd, *(const double *)at));
    jw_f64(r->w, *(const double *)at);
    return E_OK;
}

// What is personal leaves masked: its limits hold, its pattern is that of what comes in.
static err write_str(writer *r, const field *fd, const void *at, const path *p)
{
    field shown = *fd;
    shown.pattern = fd->pii ? NULL : fd->pattern;
    BROKEN_FLAW(r, p, flaw_of_str(&shown, *(const str *)at));
    jw_str(r->w, *(const str *)at);
    return E_OK;
}

static err write_time(writer *r, const field *fd, const void *at, const path *p)
{
    (void)fd, (void)p;
    jw_str(r->w, time_iso(r->a, *(const int64_t *)at));
    return E_OK;
}

static err write_enum(writer *r, const field *fd, const void *at, const path *p)
{
    unsigned i;
    memcpy(&i, at, sizeof i);
    if (i >= labels_count(fd->labels))
        return broken(r, p, (flaw){ E_FIELD_VALUE, 0, "beyond the labels of its enum" });
    jw_str(r->w, str_c(fd->labels->labels[i]));
    return E_OK;
}

static err write_obj(writer *r, const field *fd, const void *at, const path *p) { return write_object(r, fd->elem, at, p); }

static err write_list(writer *r, const field *fd, const void *at, const path *p)
{
    const any_list *l = at;
    BROKEN_FLAW(r, p, flaw_of_count(fd, l->n));
    jw_arr(r->w);
    for (uint32_t i = 0; i < l->n; i++) {
        path here = { p, { 0 }, i };
        TRY(write_object(r, fd->elem, (const char *)l->v + i * fd->elem->size, &here));
    }
    jw_end_arr(r->w);
    return E_OK;
}

static err write_strs(writer *r, const field *fd, const void *at, const path *p)
{
    const list_strs *l = at;
    BROKEN_FLAW(r, p, flaw_of_count(fd, l->n));
    jw_arr(r->w);
    for (uint32_t i = 0; i < l->n; i++) {
        path here = { p, { 0 }, i };
        BROKEN_FLAW(r, &here, flaw_of_item(fd, l->v[i]));
        jw_str(r->w, l->v[i]);
    }
    jw_end_arr(r->w);
    return E_OK;
}

static err write_i64s(writer *r, const field *fd, const void *at, const path *p)
{
    const list_i64s *l = at;
    BROKEN_FLAW(r, p, flaw_of_count(fd, l->n));
    jw_arr(r->w);
    for (uint32_t i = 0; i < l->n; i++)
        jw_i64(r->w, l->v[i]);
    jw_end_arr(r->w);
    return E_OK;
}

// Stored text that is no JSON would spoil the whole reply, so it is parsed once more.
static err write_json(writer *r, const field *fd, const void *at, const path *p)
{
    str text = *(const str *)at;
    jval *v;
    if ((int64_t)text.len > fd->max)
        return broken(r, p, (flaw){ E_FIELD_TOO_LONG, fd->max, NULL });
    if (json_parse(r->a, text, NULL, &v) != E_OK)
        return broken(r, p, (flaw){ E_JSON_INVALID, 0, NULL });
    jw_raw(r->w, text);
    return E_OK;
}

static err (*const writers[])(writer *r, const field *fd, const void *at, const path *p) = {
    [K_BOOL] = write_bool, [K_I64] = write_i64,   [K_F64] = write_f64,   [K_STR] = write_str,   [K_TIME] = write_time, [K_ENUM] = write_enum,
    [K_OBJ] = write_obj,   [K_LIST] = write_list, [K_STRS] = write_strs, [K_I64S] = write_i64s, [K_JSON] = write_json,
};

static err write_member(writer *r, const shape *sh, unsigned i, const void *in, const path *p)
{
    const field *fd = &sh->fields[i];
    const presence *seen = in;
    if (!(seen->has >> i & 1))
        return fd->required ? broken(r, p, (flaw){ E_FIELD_REQUIRED, 0, NULL }) : E_OK;
    jw_key(r->w, str_c(fd->name));
    if (!(seen->null >> i & 1))
        return writers[fd->k](r, fd, (const char *)in + fd->off, p);
    if (!fd->nullable)
        return broken(r, p, (flaw){ E_FIELD_NULL, 0, NULL });
    jw_null(r->w);
    return E_OK;
}

static err write_object(writer *r, const shape *sh, const void *in, const path *p)
{
    jw_obj(r->w);
    for (unsigned i = 0; i < sh->n; i++) {
        path here = { p, str_c(sh->fields[i].name), 0 };
        TRY(write_member(r, sh, i, in, &here));
    }
    jw_end_obj(r->w);
    return E_OK;
}

err shape_write(const shape *sh, const void *in, jw *w, fault *f, arena *a)
{
    writer r = { a, f, w };
    return write_object(&r, sh, in, NULL);
}
