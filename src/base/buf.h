// A growing byte buffer that owns its memory (malloc). For outputs of unknown length: replies, frames, files.
#ifndef BASE_BUF_H
#define BASE_BUF_H
#include "base/str.h"
#include <stdarg.h>

typedef struct buf {
    char *s;
    size_t len, cap;
} buf;

void buf_free(buf *b);                        // and zeroes it; a zeroed buf is an empty one
void buf_clear(buf *b);                       // length 0, memory kept
void buf_reserve(buf *b, size_t more);        // room for `more` bytes beyond len
void buf_add(buf *b, const void *p, size_t n);
void buf_add_str(buf *b, str v);
void buf_add_char(buf *b, char c);
void buf_addf(buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static inline str buf_str(const buf *b) { return (str){ b->s, b->len }; }

// Binary, little-endian. A varint is LEB128, ≤ 10 bytes; zigzag carries signed values.
void buf_add_u8(buf *b, uint8_t v);
void buf_add_u32(buf *b, uint32_t v);
void buf_add_u64(buf *b, uint64_t v);
void buf_add_varint(buf *b, uint64_t v);
void buf_add_zigzag(buf *b, int64_t v);
void buf_add_lenstr(buf *b, str v);           // varint length, then the bytes

// Reading back from bytes that are not trusted: any overrun sets `bad` and every later read gives 0 or empty.
typedef struct cursor {
    const uint8_t *p, *end;
    bool bad;
} cursor;

cursor cursor_of(const void *p, size_t n);
size_t cursor_left(const cursor *c);
uint8_t cursor_u8(cursor *c);
uint32_t cursor_u32(cursor *c);
uint64_t cursor_u64(cursor *c);
uint64_t cursor_varint(cursor *c);
int64_t cursor_zigzag(cursor *c);
str cursor_bytes(cursor *c, size_t n);        // points into the source
str cursor_lenstr(cursor *c);

#endif
