// Rows of a file, whatever its format: CSV, NDJSON, XLSX or columns of fixed width; UTF-8, GB 18030 or UTF-16. Files are read
// as a stream, never as a whole. A row that cannot be used comes with its reason and is followed by the next one.
#ifndef IMPORT_SOURCE_H
#define IMPORT_SOURCE_H
#include "base/buf.h"
#include "base/json.h"
#include "import/input.h"

#define SOURCE_ROW_BYTES_MAX (1024 * 1024)
#define SOURCE_COLUMNS_MAX 1024

enum source_kind { SOURCE_CSV, SOURCE_NDJSON, SOURCE_XLSX, SOURCE_FIXED, SOURCE_KIND_COUNT };
enum source_encoding { ENCODING_UTF8, ENCODING_GB18030, ENCODING_UTF16LE, ENCODING_UTF16BE, ENCODING_COUNT };
extern const char *const source_kinds[SOURCE_KIND_COUNT + 1];          // "csv" "ndjson" "xlsx" "fixed"
extern const char *const source_encodings[ENCODING_COUNT + 1];         // "utf-8" "gb18030" "utf-16le" "utf-16be"

typedef struct fixed_column { int64_t from, to; } fixed_column;        // code points of the line, from 1, both included

typedef struct source_format {
    enum source_kind kind;
    enum source_encoding encoding;
    char delimiter;                // CSV
    bool header;                   // CSV, XLSX: the first row names the columns
    str sheet;                     // XLSX: its name; empty: the first
    str *columns;                  // names, where the file has none; FIXED: all of them
    fixed_column *fixed;           // FIXED: beside columns
    size_t columns_n;
} source_format;

typedef struct source_row {
    int64_t no;                    // from 1, counting every row that is not empty, the header not
    int64_t line;                  // of the file or sheet on which it begins, from 1
    const str *cells;              // one per column; NULL for NDJSON
    size_t n;
    jval *json;                    // NDJSON: an object
    err code;                      // not E_OK: cannot be used
    const char *why;               // in English, may be NULL
    int64_t limit;
} source_row;

typedef struct source source;

// What the first bytes and the name say. Fills a format that source_open takes; never fails on content it cannot place: CSV then.
err source_sniff(input *in, str name, arena *a, source_format *ret);

// The input stays the caller's and must outlive the source. E_BAD_REQUEST: unreadable as that format (fault says why).
err source_open(input *in, const source_format *f, arena *a, fault *fa, source **ret);
void source_close(source *s);
const str *source_columns(const source *s, size_t *ret_n);             // empty for NDJSON
// The next row, cells in `a`. *ret_more false: the end. An error is of the machine, or a file that ends in its middle.
err source_next(source *s, arena *a, source_row *ret, bool *ret_more);
int64_t source_at(const source *s);                                    // bytes of the file read so far

#endif
