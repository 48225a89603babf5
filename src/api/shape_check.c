#include "api/shape_check.h"

#define PATH_NAME_MAX 100

static void path_write(const path *p, buf *b)
{
    if (p->up)
        path_write(p->up, b);
    if (!p->name.len) {
        buf_addf(b, "[%lld]", (long long)p->index);
        return;
    }
    if (p->up)
        buf_add_char(b, '.');
    // Names of unknown fields come from outside: the head of one, up to a whole character, is enough to find it.
    size_t n = p->name.len < PATH_NAME_MAX ? p->name.len : PATH_NAME_MAX;
    while (n < p->name.len && ((unsigned char)p->name.s[n] & 0xC0) == 0x80)
        n--;
    buf_add_str(b, str_take(p->name, n));
}

str path_text(const path *p, arena *a)
{
    if (!p)
        return S("$");
    buf b = { 0 };
    path_write(p, &b);
    str out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

#define SOUND ((flaw){ E_OK, 0, NULL })

static flaw flaw_of_text(str v, int64_t min, int64_t max, const char *pattern)
{
    if (!str_utf8_valid(v))
        return (flaw){ E_FIELD_UTF8, 0, NULL };
    int64_t n = (int64_t)str_utf8_count(v);
    if (max > 0 && n > max)
        return (flaw){ E_FIELD_TOO_LONG, max, NULL };
    if (n < min)
        return (flaw){ E_FIELD_TOO_SHORT, min, NULL };
    if (pattern && !shape_pattern_ok(pattern, v))
        return (flaw){ E_FIELD_VALUE, 0, pattern };
    return SOUND;
}

flaw flaw_of_str(const field *fd, str v) { return flaw_of_text(v, fd->min, fd->max, fd->pattern); }
flaw flaw_of_item(const field *fd, str v) { return flaw_of_text(v, 1, fd->item_max, fd->pattern); }

static bool bounded_above(const field *fd) { return fd->max >= fd->min && !(fd->min == 0 && fd->max == 0); }
static bool bounded_below(const field *fd) { return !(fd->min == 0 && fd->max == 0); }

flaw flaw_of_i64(const field *fd, int64_t v)
{
    if (bounded_below(fd) && v < fd->min)
        return (flaw){ E_FIELD_TOO_SMALL, fd->min, NULL };
    if (bounded_above(fd) && v > fd->max)
        return (flaw){ E_FIELD_TOO_LARGE, fd->max, NULL };
    return SOUND;
}

flaw flaw_of_f64(const field *fd, double v)
{
    if (bounded_below(fd) && v < (double)fd->min)
        return (flaw){ E_FIELD_TOO_SMALL, fd->min, NULL };
    if (bounded_above(fd) && v > (double)fd->max)
        return (flaw){ E_FIELD_TOO_LARGE, fd->max, NULL };
    return SOUND;
}

flaw flaw_of_count(const field *fd, size_t n)
{
    if ((int64_t)n > fd->max)
        return (flaw){ E_FIELD_TOO_MANY, fd->max, NULL };
    if ((int64_t)n < fd->min)
        return (flaw){ E_FIELD_TOO_SHORT, fd->min, NULL };
    return SOUND;
}

uint32_t labels_count(const enum_labels *l)
{
    uint32_t n = 0;
    while (l->labels[n])
        n++;
    return n;
}

str labels_text(const enum_labels *l, arena *a)
{
    buf b = { 0 };
    for (uint32_t i = 0; l->labels[i]; i++)
        buf_addf(&b, "%s%s", i ? ", " : "", l->labels[i]);
    str out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

err reader_refuse(reader *r, const path *p, flaw w)
{
    fault_field(r->f, r->a, w.code, path_text(p, r->a), w.limit);
    if (r->f && w.detail)
        r->f->detail = arena_str(r->a, str_c(w.detail));
    return w.code;
}

err reader_wrong_type(reader *r, const path *p, const char *expected) { return reader_refuse(r, p, (flaw){ E_FIELD_TYPE, 0, expected }); }

err reader_enum(reader *r, const field *fd, str name, const path *p, void *at)
{
    for (int i = 0; fd->labels->labels[i]; i++) {
        if (str_eq(name, str_c(fd->labels->labels[i]))) {
            memcpy(at, &i, sizeof i);         // every enum of ours is an int to the compiler
            return E_OK;
        }
    }
    reader_refuse(r, p, (flaw){ E_FIELD_VALUE, 0, NULL });
    if (r->f)
        r->f->detail = labels_text(fd->labels, r->a);
    return E_FIELD_VALUE;
}

int field_index(const shape *sh, str name)
{
    for (unsigned i = 0; i < sh->n; i++)
        if (str_eq(name, str_c(sh->fields[i].name)))
            return (int)i;
    return -1;
}

err reader_mark(reader *r, const shape *sh, int i, const path *p, presence *seen)
{
    if (seen->has >> i & 1)
        return reader_refuse(r, p, (flaw){ E_FIELD_DUPLICATE, 0, NULL });
    if (sh->fields[i].readonly)
        return reader_refuse(r, p, (flaw){ E_FIELD_VALUE, 0, "set by the server" });
    seen->has |= UINT64_C(1) << i;
    return E_OK;
}

err reader_check_required(reader *r, const shape *sh, const path *p, const presence *seen)
{
    for (unsigned i = 0; i < sh->n; i++) {
        const field *fd = &sh->fields[i];
        if (!fd->required || sh->partial || fd->readonly || (seen->has >> i & 1))
            continue;
        path here = { p, str_c(fd->name), 0 };
        return reader_refuse(r, &here, (flaw){ E_FIELD_REQUIRED, 0, NULL });
    }
    return E_OK;
}
