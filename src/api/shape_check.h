// Shared by reading and writing shapes: paths, and the limits that hold in both directions.
#ifndef API_SHAPE_CHECK_H
#define API_SHAPE_CHECK_H
#include "api/shape.h"

// Where we are, as a chain on the stack; turned into text only when something is wrong.
typedef struct path {
    const struct path *up;
    str name;              // of a field
    int64_t index;         // of an item, when the name is empty
} path;

str path_text(const path *p, arena *a);       // "items[2].city"; "$" for the root (NULL)

// Why a value is refused. E_OK: it is not.
typedef struct flaw {
    err code;
    int64_t limit;
    const char *detail;
} flaw;

flaw flaw_of_str(const field *fd, str v);                 // K_STR
flaw flaw_of_item(const field *fd, str v);                // an item of K_STRS
flaw flaw_of_i64(const field *fd, int64_t v);
flaw flaw_of_f64(const field *fd, double v);
flaw flaw_of_count(const field *fd, size_t n);            // items of a list

// What reads: from JSON (shape_read.c) or from a query string (shape_query.c).
typedef struct reader {
    arena *a;
    fault *f;
} reader;

err reader_refuse(reader *r, const path *p, flaw w);
err reader_wrong_type(reader *r, const path *p, const char *expected);
#define TIME_EXPECTED "ISO 8601 with a zone, as 2026-03-09T12:37:00Z"
err reader_enum(reader *r, const field *fd, str name, const path *p, void *at);

#define REFUSE_FLAW(r, p, expr)                 \
    do {                                        \
        flaw w_ = (expr);                       \
        if (w_.code != E_OK)                    \
            return reader_refuse((r), (p), w_); \
    } while (0)

// Marks field i as come. Refuses what came twice and what only the server sets.
err reader_mark(reader *r, const shape *sh, int i, const path *p, presence *seen);
err reader_check_required(reader *r, const shape *sh, const path *p, const presence *seen);

// Number of labels of an enum, and the values joined for people.
uint32_t labels_count(const enum_labels *l);
str labels_text(const enum_labels *l, arena *a);

#endif
