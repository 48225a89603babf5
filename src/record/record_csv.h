// CSV by RFC 4180, as spreadsheets write it: UTF-8 with or without a byte order mark, CRLF or LF, quotes around cells that hold
// commas, quotes or line breaks. Empty lines are skipped. What is ambiguous is refused, with its line.
#ifndef RECORD_RECORD_CSV_H
#define RECORD_RECORD_CSV_H
#include "base/arena.h"
#include "base/buf.h"

#define CSV_CELLS_MAX 100

typedef enum csv_got { CSV_ROW, CSV_END, CSV_BAD } csv_got;

typedef struct csv {
    str rest;
    int64_t line;          // of the row given last, from 1
    int64_t next_line;
    const char *why;       // after CSV_BAD; reading stops there
} csv;

csv csv_open(str text);
// The next row: cells point into the text, or into the arena where quotes had to be taken out. CSV_BAD: a quote that does not
// close, or stands where none may, bytes after a closing quote, a lone CR, no UTF-8, more than CSV_CELLS_MAX cells.
csv_got csv_next(csv *c, arena *a, str cells[CSV_CELLS_MAX], size_t *ret_n);

#define CSV_BOM "\xEF\xBB\xBF"
void csv_add_cell(buf *b, str v, bool first);  // quoted where needed
void csv_add_end(buf *b);                      // CRLF

// A text that a spreadsheet would run as a formula (it begins with = + - @ tab CR) gets an apostrophe in front, and so does one
// that begins with an apostrophe, so that csv_unguard gives back exactly what was there.
str csv_guard(arena *a, str v);
str csv_unguard(str v);

#endif
