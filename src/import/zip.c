// PKWARE APPNOTE 6.3: 4.3.16 end of central directory, 4.3.12 central directory, 4.3.7 local header; methods 0 and 8.
#include "import/zip.h"

#define END_BYTES 22
#define END_SEARCH (64 * 1024 + END_BYTES)
#define CENTRAL_BYTES 46
#define LOCAL_BYTES 30
#define DIRECTORY_MAX (8 * 1024 * 1024)

static uint32_t u16(const uint8_t *p) { return (uint32_t)p[0] | (uint32_t)p[1] << 8; }
static uint32_t u32(const uint8_t *p) { return u16(p) | u16(p + 2) << 16; }

static err unreadable(fault *f, arena *a, const char *why) { return fault_detail(f, a, E_BAD_REQUEST, "%s", why); }

static err find_end(input *in, arena *a, fault *f, const uint8_t **ret)
{
    size_t n = in->size < END_SEARCH ? (size_t)in->size : END_SEARCH;
    uint8_t *tail = arena_alloc(a, n + 1, 1, 1);
    TRY(input_read(in, tail, n, in->size - (int64_t)n, &n));
    for (size_t i = n < END_BYTES ? 0 : n - END_BYTES + 1; i-- > 0;)
        if (memcmp(tail + i, "PK\x05\x06", 4) == 0) {
            *ret = tail + i;
            return E_OK;
        }
    return unreadable(f, a, "the archive has no directory");
}

static err read_directory(input *in, const uint8_t *end, arena *a, fault *f, zip *z)
{
    uint32_t count = u16(end + 10), bytes = u32(end + 12), at = u32(end + 16);
    size_t n;
    if (count == 0xFFFF || at == 0xFFFFFFFF || count > ZIP_ENTRIES_MAX || bytes > DIRECTORY_MAX || u16(end + 4) != 0)
        return unreadable(f, a, "an archive of this form is not read");
    uint8_t *p = arena_alloc(a, bytes + 1, 1, 1), *stop = p + bytes;
    zip_entry *v = arena_array(a, zip_entry, count + 1);
    TRY(input_read(in, p, bytes, at, &n));
    if (n != bytes)
        return unreadable(f, a, "the archive's directory is cut");
    for (uint32_t i = 0; i < count; i++) {
        if (stop - p < CENTRAL_BYTES || memcmp(p, "PK\x01\x02", 4) != 0)
            return unreadable(f, a, "the archive's directory is damaged");
        uint32_t name = u16(p + 28), skip = CENTRAL_BYTES + name + u16(p + 30) + u16(p + 32);
        if ((uint32_t)(stop - p) < skip)
            return unreadable(f, a, "the archive's directory is damaged");
        if (u16(p + 8) & 1)
            return unreadable(f, a, "the archive is encrypted");
        v[i] = (zip_entry){ str_of((char *)p + CENTRAL_BYTES, name), (int)u16(p + 10), u32(p + 20), u32(p + 42) };
        p += skip;
    }
    z->v = v;
    z->n = count;
    return E_OK;
}

err zip_open(input *in, arena *a, fault *f, zip *ret)
{
    const uint8_t *end;
    zip z = { .in = in };
    TRY(find_end(in, a, f, &end));
    TRY(read_directory(in, end, a, f, &z));
    *ret = z;
    return E_OK;
}

const zip_entry *zip_find(const zip *z, str name)
{
    for (size_t i = 0; i < z->n; i++)
        if (str_eq(z->v[i].name, name))
            return &z->v[i];
    return NULL;
}

err zip_stream_open(const zip *z, const zip_entry *e, int64_t unpacked_max, zip_stream *s)
{
    uint8_t head[LOCAL_BYTES];
    size_t n;
    *s = (zip_stream){ .in = z->in, .left = e->packed, .method = e->method, .unpacked_max = unpacked_max };
    TRY(input_read(z->in, head, sizeof head, e->at, &n));
    if (n != sizeof head || memcmp(head, "PK\x03\x04", 4) != 0 || (e->method != 0 && e->method != 8))
        return E_BAD_REQUEST;
    s->at = e->at + LOCAL_BYTES + u16(head + 26) + u16(head + 28);
    if (e->method == 8 && inflateInit2(&s->z, -MAX_WBITS) != Z_OK)
        return E_INTERNAL;
    s->open = e->method == 8;
    return E_OK;
}

static err refill(zip_stream *s)
{
    size_t want = s->left < (int64_t)sizeof s->raw ? (size_t)s->left : sizeof s->raw, n;
    TRY(input_read(s->in, s->raw, want, s->at, &n));
    if (n == 0)
        return E_BAD_REQUEST;                  // cut
    s->at += (int64_t)n;
    s->left -= (int64_t)n;
    s->z.next_in = s->raw;
    s->z.avail_in = (uInt)n;
    return E_OK;
}

static err counted(zip_stream *s, size_t n)
{
    s->unpacked += (int64_t)n;
    return s->unpacked > s->unpacked_max ? E_BAD_REQUEST : E_OK;
}

static err read_stored(zip_stream *s, void *p, size_t n, size_t *ret_n)
{
    size_t want = s->left < (int64_t)n ? (size_t)s->left : n;
    TRY(input_read(s->in, p, want, s->at, ret_n));
    s->at += (int64_t)*ret_n;
    s->left -= (int64_t)*ret_n;
    return counted(s, *ret_n);
}

err zip_stream_read(zip_stream *s, void *p, size_t n, size_t *ret_n)
{
    if (s->method == 0)
        return read_stored(s, p, n, ret_n);
    s->z.next_out = p;
    s->z.avail_out = (uInt)n;
    while (s->z.avail_out == n && !s->ended) {
        if (s->z.avail_in == 0)
            TRY(refill(s));
        int rc = inflate(&s->z, Z_NO_FLUSH);
        s->ended = rc == Z_STREAM_END;
        if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
            return E_BAD_REQUEST;
    }
    *ret_n = n - s->z.avail_out;
    return counted(s, *ret_n);
}

void zip_stream_close(zip_stream *s)
{
    if (s->open)
        inflateEnd(&s->z);
    s->open = false;
}
