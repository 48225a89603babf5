#include "base/buf.h"
#include "base/err.h"
#include <stdio.h>
#include <stdlib.h>

void buf_free(buf *b)
{
    free(b->s);
    *b = (buf){ 0 };
}

void buf_clear(buf *b) { b->len = 0; }

void buf_reserve(buf *b, size_t more)
{
    ENSURE(more < SIZE_MAX / 4);
    if (b->len + more <= b->cap)
        return;
    size_t cap = b->cap ? b->cap : 64;
    while (cap < b->len + more)
        cap *= 2;
    b->s = realloc(b->s, cap);
    ENSURE(b->s);
    b->cap = cap;
}

void buf_add(buf *b, const void *p, size_t n)
{
    if (!n)
        return;
    buf_reserve(b, n);
    memcpy(b->s + b->len, p, n);
    b->len += n;
}

void buf_add_str(buf *b, str v) { buf_add(b, v.s, v.len); }
void buf_add_char(buf *b, char c) { buf_add(b, &c, 1); }

void buf_addf(buf *b, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    ENSURE(n >= 0);
    buf_reserve(b, (size_t)n + 1);
    vsnprintf(b->s + b->len, (size_t)n + 1, fmt, again);
    b->len += (size_t)n;
    va_end(again);
    va_end(ap);
}

void buf_add_u8(buf *b, uint8_t v) { buf_add(b, &v, 1); }

void buf_add_u32(buf *b, uint32_t v)
{
    uint8_t p[4];
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (8 * i));
    buf_add(b, p, 4);
}

void buf_add_u64(buf *b, uint64_t v)
{
    uint8_t p[8];
    for (int i = 0; i < 8; i++)
        p[i] = (uint8_t)(v >> (8 * i));
    buf_add(b, p, 8);
}

void buf_add_varint(buf *b, uint64_t v)
{
    uint8_t p[10];
    size_t n = 0;
    for (; v >= 0x80; v >>= 7)
        p[n++] = (uint8_t)(v | 0x80);
    p[n++] = (uint8_t)v;
    buf_add(b, p, n);
}

void buf_add_zigzag(buf *b, int64_t v) { buf_add_varint(b, ((uint64_t)v << 1) ^ (uint64_t)(v >> 63)); }

void buf_add_lenstr(buf *b, str v)
{
    buf_add_varint(b, v.len);
    buf_add_str(b, v);
}

cursor cursor_of(const void *p, size_t n) { return (cursor){ p, n ? (const uint8_t *)p + n : p, false }; }
size_t cursor_left(const cursor *c) { return c->bad ? 0 : (size_t)(c->end - c->p); }

static const uint8_t *take(cursor *c, size_t n)
{
    if (c->bad || n > (size_t)(c->end - c->p)) {
        c->bad = true;
        return NULL;
    }
    const uint8_t *p = c->p;
    c->p += n;
    return p;
}

uint8_t cursor_u8(cursor *c)
{
    const uint8_t *p = take(c, 1);
    return p ? *p : 0;
}

uint32_t cursor_u32(cursor *c)
{
    const uint8_t *p = take(c, 4);
    uint32_t v = 0;
    for (int i = 0; p && i < 4; i++)
        v |= (uint32_t)p[i] << (8 * i);
    return v;
}

uint64_t cursor_u64(cursor *c)
{
    const uint8_t *p = take(c, 8);
    uint64_t v = 0;
    for (int i = 0; p && i < 8; i++)
        v |= (uint64_t)p[i] << (8 * i);
    return v;
}

uint64_t cursor_varint(cursor *c)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const uint8_t *p = take(c, 1);
        if (!p)
            return 0;
        if (shift == 63 && *p > 1)
            break;
        v |= (uint64_t)(*p & 0x7F) << shift;
        if (!(*p & 0x80))
            return v;
    }
    c->bad = true;
    return 0;
}

int64_t cursor_zigzag(cursor *c)
{
    uint64_t v = cursor_varint(c);
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

str cursor_bytes(cursor *c, size_t n)
{
    const uint8_t *p = take(c, n);
    return p ? (str){ (const char *)p, n } : (str){ 0 };
}

str cursor_lenstr(cursor *c)
{
    uint64_t n = cursor_varint(c);
    if (n > cursor_left(c)) {
        c->bad = true;
        return (str){ 0 };
    }
    return cursor_bytes(c, (size_t)n);
}
