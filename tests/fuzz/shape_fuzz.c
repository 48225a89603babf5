// Bytes into the reader of shapes, as a body and as a query. What is refused names a field or is no JSON; what is accepted keeps its
// shape's limits, so that it can be written, and what was written reads back as itself.
#include "api/shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum fuzz_tier { FUZZ_FIRST, FUZZ_SECOND };
static const char *const tier_names[] = { "first", "second", NULL };
static const enum_labels fuzz_tier_labels = { "fuzz_tier", tier_names };

#define INNER(F, T)                                                                            \
    F(T, STR, city, .required = true, .min = 1, .max = 4, .doc = "City.")                      \
    F(T, STRS, tags, .max = 2, .item_max = 3, .doc = "Tags.")
SHAPE_STRUCT(fuzz_inner, INNER);
SHAPE_TABLE(fuzz_inner, INNER);

#define OUTER(F, T)                                                                            \
    F(T, STR, name, .required = true, .min = 1, .max = 6, .doc = "Name.")                      \
    F(T, I64, size, .nullable = true, .min = -5, .max = 100, .doc = "Size.")                   \
    F(T, I64, big, .doc = "Any integer.")                                                      \
    F(T, F64, ratio, .min = 0, .max = 1, .doc = "Share.")                                      \
    F(T, BOOL, open, .nullable = true, .doc = "Open.")                                         \
    F(T, TIME, since, .doc = "Since.")                                                         \
    F(T, ENUM(fuzz_tier), tier, .doc = "Tier.")                                                \
    F(T, OBJ(fuzz_inner), home, .nullable = true, .doc = "Inner.")                             \
    F(T, LIST(fuzz_inner), doors, .max = 3, .doc = "Inners.")                                  \
    F(T, I64S, ids, .min = 1, .max = 3, .doc = "Ids.")                                         \
    F(T, JSON, extra, .max = 60, .doc = "Anything.")                                           \
    F(T, STR, phone, .max = 20, .pattern = "phone", .doc = "Phone.")                           \
    F(T, STR, mail, .max = 40, .pattern = "email", .doc = "Mail.")                             \
    F(T, STR, day, .max = 10, .pattern = "date", .doc = "Day.")
SHAPE_STRUCT(fuzz_outer, OUTER);
SHAPE_TABLE(fuzz_outer, OUTER);

#define ASKED(F, T)                                                                            \
    F(T, STR, q, .max = 4, .doc = "Text.")                                                     \
    F(T, I64, limit, .min = 1, .max = 100, .doc = "Rows.")                                     \
    F(T, TIME, from, .doc = "From.")                                                           \
    F(T, STRS, tags, .max = 2, .item_max = 3, .doc = "Tags.")                                  \
    F(T, I64S, ids, .max = 2, .doc = "Ids.")
SHAPE_STRUCT(fuzz_asked, ASKED);
SHAPE_TABLE(fuzz_asked, ASKED);

static bool names_a_field(err e) { return e >= E_FIELD_REQUIRED && e <= E_FIELD_UTF8; }

static void write_out(const shape *sh, const void *in, arena *a, buf *out)
{
    fault f = { 0 };
    jw w = { .b = out };
    ENSURE(shape_write(sh, in, &w, &f, a) == E_OK);
    ENSURE(str_utf8_valid(buf_str(out)));
}

static void body(str text, arena *a)
{
    fault f = { 0 };
    fuzz_outer in, again;
    err e = shape_read_text(&fuzz_outer_shape, text, a, &f, &in);
    ENSURE(e == f.code && names_a_field(e) == (f.field.len > 0));
    if (e != E_OK)
        return;
    buf once = { 0 }, twice = { 0 };
    write_out(&fuzz_outer_shape, &in, a, &once);
    ENSURE(shape_read_text(&fuzz_outer_shape, buf_str(&once), a, &f, &again) == E_OK);
    write_out(&fuzz_outer_shape, &again, a, &twice);
    ENSURE(str_eq(buf_str(&once), buf_str(&twice)));
    buf_free(&once);
    buf_free(&twice);
}

static void asked(str text, arena *a)
{
    fault f = { 0 };
    fuzz_asked in;
    err e = shape_read_query(&fuzz_asked_shape, text, a, &f, &in);
    ENSURE(e == f.code && (e == E_OK || e == E_BAD_REQUEST || names_a_field(e)));
    ENSURE(str_utf8_valid(f.field));
    buf out = { 0 };
    if (e == E_OK)
        write_out(&fuzz_asked_shape, &in, a, &out);
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    arena *a = arena_create();
    body(str_of((const char *)data, n), a);
    asked(str_of((const char *)data, n), a);
    arena_destroy(a);
    return 0;
}
