// Bytes of segments and frames, both ways.
#include "timeline/eventlog.h"

#define SEGMENT_VERSION 1
static const char segment_magic[8] = { 'L', 'Y', 'L', 'O', 'G', '\r', '\n', 0x1A };
static const char frame_magic[4] = { 'L', 'Y', 'F', '1' };

void segment_head_encode(buf *b, const segment_head *h)
{
    size_t from = b->len;
    buf_add(b, segment_magic, sizeof segment_magic);
    buf_add_u32(b, SEGMENT_VERSION);
    buf_add_u32(b, 0);
    buf_add(b, h->database, sizeof h->database);
    buf_add_u64(b, (uint64_t)h->first_no);
    buf_add_u32(b, h->salt);
    buf_add_u32(b, hash_crc32c(0, b->s + from, b->len - from));
    ENSURE(b->len - from == SEGMENT_HEADER_BYTES);
}

err segment_head_decode(str bytes, segment_head *ret, const char **ret_why)
{
    if (bytes.len < SEGMENT_HEADER_BYTES || memcmp(bytes.s, segment_magic, sizeof segment_magic) != 0)
        return *ret_why = "not a segment of the log", E_CORRUPT;
    cursor c = cursor_of(bytes.s + sizeof segment_magic, SEGMENT_HEADER_BYTES - sizeof segment_magic);
    segment_head h;
    uint32_t version = cursor_u32(&c);
    cursor_u32(&c);
    memcpy(h.database, cursor_bytes(&c, sizeof h.database).s, sizeof h.database);
    h.first_no = (int64_t)cursor_u64(&c);
    h.salt = cursor_u32(&c);
    if (cursor_u32(&c) != hash_crc32c(0, bytes.s, SEGMENT_HEADER_BYTES - 4))
        return *ret_why = "the segment's header is damaged", E_CORRUPT;
    if (version != SEGMENT_VERSION)
        return *ret_why = "the segment is of another version", E_TOO_NEW;
    *ret = h;
    return E_OK;
}

void frame_encode(buf *b, uint32_t salt, int64_t synced_no, const frame *g)
{
    ENSURE(g->count > 0 && g->body.len < FRAME_BYTES_MAX && g->prints.len < FRAME_BYTES_MAX);
    buf_reserve(b, FRAME_HEADER_BYTES + g->body.len + g->prints.len + 4);
    size_t from = b->len;
    buf_add(b, frame_magic, sizeof frame_magic);
    buf_add_u32(b, (uint32_t)g->body.len);
    buf_add_u32(b, (uint32_t)g->prints.len);
    buf_add_u32(b, g->count);
    buf_add_u64(b, (uint64_t)g->first_no);
    buf_add_u64(b, (uint64_t)g->at_us);
    buf_add_u64(b, (uint64_t)synced_no);
    uint32_t crc = hash_crc32c(salt, b->s + from, b->len - from);
    buf_add_u32(b, crc);
    from = b->len;
    buf_add_str(b, g->body);
    buf_add_str(b, g->prints);
    buf_add_u32(b, hash_crc32c(crc, b->s + from, b->len - from));
}

typedef struct frame_head {
    uint32_t body_len, prints_len, count, crc;
    int64_t first_no, at_us, synced_no;
} frame_head;

static const char *head_decode(const char *p, uint32_t salt, frame_head *ret)
{
    if (memcmp(p, frame_magic, sizeof frame_magic) != 0)
        return "no frame begins here";
    cursor c = cursor_of(p + sizeof frame_magic, FRAME_HEADER_BYTES - sizeof frame_magic);
    ret->body_len = cursor_u32(&c);
    ret->prints_len = cursor_u32(&c);
    ret->count = cursor_u32(&c);
    ret->first_no = (int64_t)cursor_u64(&c);
    ret->at_us = (int64_t)cursor_u64(&c);
    ret->synced_no = (int64_t)cursor_u64(&c);
    ret->crc = cursor_u32(&c);
    if (ret->crc != hash_crc32c(salt, p, FRAME_HEADER_BYTES - 4))
        return "a frame's header is damaged";
    if (ret->count == 0 || ret->first_no < 1 || ret->body_len >= FRAME_BYTES_MAX || ret->prints_len >= FRAME_BYTES_MAX)
        return "a frame's header makes no sense";
    return NULL;
}

// Exactly n bytes at `at` into r->b, at its end; false when the file ends before.
static err fill(frame_reader *r, int64_t at, size_t n, bool *ret_whole)
{
    size_t got = 0;
    *ret_whole = false;
    if (r->end - at < (int64_t)n)
        return E_OK;
    buf_reserve(&r->b, n);
    TRY(os_read_at(r->f, r->b.s + r->b.len, n, at, &got));
    r->b.len += got;
    *ret_whole = got == n;
    return E_OK;
}

static err broken(frame_reader *r, const char *why)
{
    r->why = why;
    return E_CORRUPT;
}

err frame_reader_next(frame_reader *r, frame *ret, bool *ret_found)
{
    bool whole;
    frame_head h = { 0 };
    *ret_found = false;
    if (r->at >= r->end)
        return E_OK;
    buf_clear(&r->b);
    TRY(fill(r, r->at, FRAME_HEADER_BYTES, &whole));
    if (!whole)
        return broken(r, "the file ends within a frame's header");
    const char *why = head_decode(r->b.s, r->salt, &h);
    if (why)
        return broken(r, why);
    size_t payload = (size_t)h.body_len + h.prints_len;
    TRY(fill(r, r->at + FRAME_HEADER_BYTES, payload + 4, &whole));
    if (!whole)
        return broken(r, "the file ends within a frame");
    const char *body = r->b.s + FRAME_HEADER_BYTES;
    cursor c = cursor_of(body + payload, 4);
    if (cursor_u32(&c) != hash_crc32c(h.crc, body, payload))
        return broken(r, "a frame's checksum is wrong");
    *ret = (frame){ h.first_no, h.count, h.at_us, { body, h.body_len }, { body + h.body_len, h.prints_len } };
    r->body_at = r->at + FRAME_HEADER_BYTES;
    r->synced_no = h.synced_no;
    r->at += (int64_t)(FRAME_HEADER_BYTES + payload + 4);
    *ret_found = true;
    return E_OK;
}

err frame_reader_proof(frame_reader *r, int64_t no, bool *ret)
{
    bool whole;
    frame_head h;
    *ret = false;
    buf_clear(&r->b);
    TRY(fill(r, r->at, (size_t)(r->end - r->at), &whole));
    const char *p = r->b.s, *end = r->b.s + r->b.len;
    while ((p = memmem(p, (size_t)(end - p), frame_magic, sizeof frame_magic)) && end - p >= FRAME_HEADER_BYTES) {
        if (!head_decode(p, r->salt, &h) && h.synced_no >= no) {
            *ret = true;
            return E_OK;
        }
        p++;
    }
    return E_OK;
}

err frame_reader_check(frame_reader *r, int64_t next, int64_t *ret_next)
{
    frame g;
    bool found = true;
    err e = E_OK;
    while (e == E_OK && found) {
        e = frame_reader_next(r, &g, &found);
        if (e == E_OK && found && g.first_no != next)
            e = E_CORRUPT;
        if (e == E_OK && found)
            next += g.count;
    }
    buf_free(&r->b);
    *ret_next = next;
    return e;
}
