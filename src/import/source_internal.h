// What the readers of formats share: a stream of decoded text in a window, and the row being made.
#ifndef IMPORT_SOURCE_INTERNAL_H
#define IMPORT_SOURCE_INTERNAL_H
#include "import/source.h"
#include <iconv.h>

// Decoded bytes of a text file. The window holds what was read and not yet taken.
typedef struct text_stream {
    input *in;
    int64_t at;                    // of the file's bytes
    buf window, raw;               // raw: bytes before iconv that do not make a whole character yet
    size_t from;                   // in the window: what is taken
    iconv_t cd;                    // (iconv_t)-1: UTF-8, no conversion
    bool ended;                    // the file is
} text_stream;

err text_open(input *in, enum source_encoding enc, text_stream *ret);
void text_close(text_stream *t);
// Reads more into the window, which may move: offsets count from `from`. E_OK with `ended` when nothing is left.
err text_more(text_stream *t);
static inline str text_left(const text_stream *t)
{
    return t->window.s ? str_of(t->window.s + t->from, t->window.len - t->from) : (str){ "", 0 };      // of an empty file there is none
}
// The length of the next line without its break, searching from `seen` on. *ret_found false: the file ends before one.
// *ret_long: longer than a row may be.
err text_line(text_stream *t, size_t seen, size_t *ret_end, bool *ret_found, bool *ret_long);
// A line was longer than a row may be: takes all of it.
err text_skip_line(text_stream *t);
// Bytes of the window are UTF-8 without NUL; decoding put bytes into it that are not where the file's were wrong.
static inline bool text_valid(str s) { return str_utf8_valid(s); }

struct source {
    source_format f;
    input *in;
    text_stream text;                    // all but XLSX
    struct xlsx *xlsx;
    str *columns;
    size_t columns_n;
    int64_t rows, line;            // given so far; of the next line, from 1
};

err csv_row(source *s, arena *a, source_row *ret, bool *ret_more);
err ndjson_row(source *s, arena *a, source_row *ret, bool *ret_more);
err fixed_row(source *s, arena *a, source_row *ret, bool *ret_more);

err xlsx_open(input *in, str sheet, fault *f, arena *a, struct xlsx **ret);
void xlsx_close(struct xlsx *x);
// Cells up to the last one that is not empty; line is the sheet's.
err xlsx_row(struct xlsx *x, arena *a, source_row *ret, bool *ret_more);
int64_t xlsx_at(const struct xlsx *x);

static inline void row_refuse(source_row *r, err code, const char *why, int64_t limit)
{
    if (r->code != E_OK)
        return;
    r->code = code;
    r->why = why;
    r->limit = limit;
}

#endif
