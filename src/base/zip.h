// A ZIP file in memory (APPNOTE.TXT 6.3.3): deflated members, names in UTF-8, all of it below 4 GB.
#ifndef BASE_ZIP_H
#define BASE_ZIP_H
#include "base/buf.h"

typedef struct zip { buf *out; buf directory; uint32_t n; } zip;   // start with { .out = b }

void zip_add(zip *z, str name, str bytes, int64_t at_us);          // its time as in the brand's zone
void zip_end(zip *z);                                              // writes the directory, frees its memory

#endif
