// What a file's columns probably mean: from their names and from the first rows.
#ifndef IMPORT_GUESS_H
#define IMPORT_GUESS_H
#include "import/mapping.h"

#define GUESS_ROWS 200
#define SAMPLE_ROWS 20

typedef struct guess {
    mapping m;
    const str *columns;
    size_t columns_n;
    const source_row *sample;      // the first rows, ≤ SAMPLE_ROWS
    size_t sample_n;
    int64_t rows;                  // looked at
} guess;

// target NULL: the one whose fields fit best. fmt NULL: sniffed. The mapping may lack what is required: mapping_read says what.
err guess_file(input *in, str name, const import_target *target, const source_format *fmt, arena *a, fault *f, guess *ret);

#endif
