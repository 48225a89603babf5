// Files inside a zip archive, read as streams. What an archive claims of itself is not believed: sizes are counted while inflating.
#ifndef IMPORT_ZIP_H
#define IMPORT_ZIP_H
#include "base/buf.h"
#include "import/input.h"
#include <zlib.h>

#define ZIP_ENTRIES_MAX 10000

typedef struct zip_entry { str name; int method; int64_t packed, at; } zip_entry;
typedef struct zip { input *in; const zip_entry *v; size_t n; } zip;

// E_BAD_REQUEST: no archive, encrypted, or of a form that is not read (zip64, several disks).
err zip_open(input *in, arena *a, fault *f, zip *ret);
const zip_entry *zip_find(const zip *z, str name);                     // NULL: none

typedef struct zip_stream {
    input *in;
    int64_t at, left;              // packed bytes
    int method;
    z_stream z;
    bool open, ended;
    int64_t unpacked, unpacked_max;
    uint8_t raw[16 * 1024];
} zip_stream;

// unpacked_max: E_BAD_REQUEST once it inflates to more (archives made to fill memory).
err zip_stream_open(const zip *z, const zip_entry *e, int64_t unpacked_max, zip_stream *ret);
// *ret_n 0: the end.
err zip_stream_read(zip_stream *s, void *p, size_t n, size_t *ret_n);
void zip_stream_close(zip_stream *s);

#endif
