#include "base/zip.h"
#include "base/err.h"
#include "base/time.h"
#include <stdlib.h>
#include <zlib.h>

#define LOCAL 0x04034B50u          // the signatures of 4.3.7, 4.3.12 and 4.3.16
#define CENTRAL 0x02014B50u
#define END 0x06054B50u
#define VERSION 20                 // 4.4.3: deflate
#define UTF8 0x0800                // 4.4.4, bit 11
#define DEFLATED 8

static void add_u16(buf *b, uint32_t v)
{
    buf_add_u8(b, (uint8_t)v);
    buf_add_u8(b, (uint8_t)(v >> 8));
}

// MS-DOS date and time: what the format knows; two seconds exact, from 1980 on.
static uint32_t dos_time(int64_t us)
{
    civil c = civil_from_us(us, ZONE_OFFSET_US);
    int year = c.year < 1980 ? 0 : c.year - 1980;
    return (uint32_t)(year << 25 | c.month << 21 | c.day << 16 | c.hour << 11 | c.minute << 5 | c.second / 2);
}

typedef struct member { uint32_t time, crc, packed, size; } member;

// What the local header and the directory both say.
static void describe(buf *b, const member *m, str name)
{
    add_u16(b, VERSION);
    add_u16(b, UTF8);
    add_u16(b, DEFLATED);
    buf_add_u32(b, m->time);
    buf_add_u32(b, m->crc);
    buf_add_u32(b, m->packed);
    buf_add_u32(b, m->size);
    add_u16(b, (uint32_t)name.len);
    add_u16(b, 0);
}

static void deflate_into(buf *b, str bytes)
{
    z_stream s = { 0 };
    ENSURE(deflateInit2(&s, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    size_t most = deflateBound(&s, bytes.len);
    buf_reserve(b, most);
    s.next_in = (Bytef *)(uintptr_t)bytes.s;
    s.avail_in = (uInt)bytes.len;
    s.next_out = (Bytef *)b->s + b->len;
    s.avail_out = (uInt)most;
    ENSURE(deflate(&s, Z_FINISH) == Z_STREAM_END);
    b->len += s.total_out;
    deflateEnd(&s);
}

void zip_add(zip *z, str name, str bytes, int64_t at_us)
{
    ENSURE(bytes.len < INT32_MAX && z->out->len < INT32_MAX && name.len < 256 && z->n < UINT16_MAX);
    uint32_t at = (uint32_t)z->out->len;
    buf packed = { 0 };
    deflate_into(&packed, bytes);
    member m = { dos_time(at_us), (uint32_t)crc32(0, (const Bytef *)bytes.s, (uInt)bytes.len), (uint32_t)packed.len, (uint32_t)bytes.len };
    buf_add_u32(z->out, LOCAL);
    describe(z->out, &m, name);
    buf_add_str(z->out, name);
    buf_add_str(z->out, buf_str(&packed));
    buf_free(&packed);
    buf_add_u32(&z->directory, CENTRAL);
    add_u16(&z->directory, VERSION);
    describe(&z->directory, &m, name);
    for (int i = 0; i < 5; i++)                // comment's length, disk, attributes
        add_u16(&z->directory, 0);
    buf_add_u32(&z->directory, at);
    buf_add_str(&z->directory, name);
    z->n++;
}

void zip_end(zip *z)
{
    uint32_t at = (uint32_t)z->out->len, size = (uint32_t)z->directory.len;
    buf_add_str(z->out, buf_str(&z->directory));
    buf_add_u32(z->out, END);
    buf_add_u32(z->out, 0);                    // disks
    add_u16(z->out, z->n);
    add_u16(z->out, z->n);
    buf_add_u32(z->out, size);
    buf_add_u32(z->out, at);
    add_u16(z->out, 0);
    buf_free(&z->directory);
}
