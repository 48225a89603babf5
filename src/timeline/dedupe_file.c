#include "timeline/dedupe_file.h"
#include <stdlib.h>

#define SEALED_VERSION 1
#define HEAD_BYTES 68
#define PRINT_BYTES 16
#define BLOCK_PRINTS 256
#define BLOCK_BYTES (BLOCK_PRINTS * PRINT_BYTES)
#define FILTER_BYTES 64
#define FILTER_BITS 480
#define FILTER_PRINTS 48 // per filter block: 10 bits a print, about 1 in 60 passes for nothing
#define FILTER_PROBES 6
#define INDEX_BYTES 20
static const char sealed_magic[8] = { 'L', 'Y', 'S', 'E', 'E', 'N', '\r', '\n' };

typedef struct index_row {
    hash128 first;
    uint32_t crc;
} index_row;

struct sealed {
    os_file *f;
    sealed_head h;
    index_row *index;
    size_t blocks;
};

static size_t blocks_for(int64_t count) { return (size_t)((count + BLOCK_PRINTS - 1) / BLOCK_PRINTS); }
static int64_t filter_at(const sealed_head *h) { return HEAD_BYTES + h->count * PRINT_BYTES; }
static int64_t index_at(const sealed_head *h) { return filter_at(h) + (int64_t)h->filter_blocks * FILTER_BYTES; }

// --- Filter -----------------------------------------------------------------------------------------------------------------
// The low half chooses the block, the high half the bits in it: both halves of a fingerprint are uniform.
static size_t filter_block(hash128 p, uint32_t blocks) { return (size_t)(((unsigned __int128)p.lo * blocks) >> 64); }
static unsigned filter_bit(hash128 p, int probe) { return (unsigned)((p.hi >> (9 * probe)) & 511) * FILTER_BITS / 512; }

static void filter_set(uint8_t *filter, uint32_t blocks, hash128 p)
{
    uint8_t *b = filter + filter_block(p, blocks) * FILTER_BYTES;
    for (int i = 0; i < FILTER_PROBES; i++)
        b[filter_bit(p, i) / 8] |= (uint8_t)(1u << filter_bit(p, i) % 8);
}

static void filter_seal(uint8_t *filter, uint32_t blocks)
{
    for (uint32_t i = 0; i < blocks; i++) {
        uint8_t *b = filter + (size_t)i * FILTER_BYTES;
        uint32_t crc = hash_crc32c(0, b, FILTER_BITS / 8);
        for (int k = 0; k < 4; k++)
            b[FILTER_BITS / 8 + k] = (uint8_t)(crc >> (8 * k));
    }
}

static err filter_may_have(const sealed *s, hash128 p, bool *ret)
{
    uint8_t b[FILTER_BYTES];
    size_t got;
    int64_t at = filter_at(&s->h) + (int64_t)(filter_block(p, s->h.filter_blocks) * FILTER_BYTES);
    TRY(os_read_at(s->f, b, sizeof b, at, &got));
    cursor c = cursor_of(b + FILTER_BITS / 8, 4);
    if (got != sizeof b || cursor_u32(&c) != hash_crc32c(0, b, FILTER_BITS / 8))
        return E_CORRUPT;
    bool may = true;
    for (int i = 0; i < FILTER_PROBES; i++)
        may = may && b[filter_bit(p, i) / 8] >> filter_bit(p, i) % 8 & 1;
    *ret = may;
    return E_OK;
}

// --- Writing ------------------------------------------------------------------------------------------------------------------
typedef struct writer {
    os_file *f;
    sealed_head h;
    int64_t at; // where the next block goes
    buf block, index;
    uint8_t *filter;
    hash128 first, last; // of the block, of all
} writer;

static err write_block(writer *w)
{
    if (!w->block.len)
        return E_OK;
    TRY(os_write_at(w->f, w->block.s, w->block.len, w->at));
    buf_add_u64(&w->index, w->first.hi);
    buf_add_u64(&w->index, w->first.lo);
    buf_add_u32(&w->index, hash_crc32c(0, w->block.s, w->block.len));
    w->at += (int64_t)w->block.len;
    buf_clear(&w->block);
    return E_OK;
}

static err write_print(writer *w, hash128 p)
{
    if (w->h.count && print_cmp(w->last, p) == 0)
        return E_OK;
    ENSURE(!w->h.count || print_cmp(w->last, p) < 0);
    if (!w->block.len)
        w->first = p;
    w->last = p;
    w->h.count++;
    buf_add_u64(&w->block, p.hi);
    buf_add_u64(&w->block, p.lo);
    filter_set(w->filter, w->h.filter_blocks, p);
    return w->block.len == BLOCK_BYTES ? write_block(w) : E_OK;
}

static err write_end(writer *w)
{
    TRY(write_block(w));
    filter_seal(w->filter, w->h.filter_blocks);
    TRY(os_write_at(w->f, w->filter, (size_t)w->h.filter_blocks * FILTER_BYTES, filter_at(&w->h)));
    buf_add_u32(&w->index, hash_crc32c(0, w->index.s, w->index.len));
    TRY(os_write_at(w->f, w->index.s, w->index.len, index_at(&w->h)));
    buf_clear(&w->block);
    buf_add(&w->block, sealed_magic, sizeof sealed_magic);
    buf_add_u32(&w->block, SEALED_VERSION);
    buf_add_u32(&w->block, w->h.filter_blocks);
    const int64_t fields[] = { w->h.count, w->h.first_no, w->h.last_no, w->h.min_us, w->h.max_us };
    for (size_t i = 0; i < 5; i++)
        buf_add_u64(&w->block, (uint64_t)fields[i]);
    uint32_t crc = hash_crc32c(0, w->block.s, w->block.len);
    buf_add_u32(&w->block, crc);
    buf_add_u64(&w->block, 0); // room for what a later version needs
    ENSURE(w->block.len == HEAD_BYTES);
    TRY(os_write_at(w->f, w->block.s, w->block.len, 0));
    return os_sync(w->f);
}

typedef err (*fill_fn)(writer *w, void *p);

static err write_temp(os *o, const char *temp, const sealed_head *h, int64_t most, fill_fn fill, void *p)
{
    writer w = { .h = *h, .at = HEAD_BYTES };
    err e = os_remove(o, temp);
    if (e != E_OK && e != E_NOT_FOUND)
        return e;
    TRY(os_open(o, temp, OS_READ | OS_WRITE | OS_CREATE | OS_EXCLUSIVE, &w.f));
    w.h.count = 0;
    w.h.filter_blocks = (uint32_t)(most / FILTER_PRINTS + 1);
    w.filter = calloc(w.h.filter_blocks, FILTER_BYTES);
    ENSURE(w.filter);
    e = fill(&w, p);
    if (e == E_OK)
        e = write_end(&w);
    os_close(w.f);
    buf_free(&w.block);
    buf_free(&w.index);
    free(w.filter);
    return e;
}

// The file appears whole, synced, under its name, or not at all.
static err write_file(os *o, const char *path, const sealed_head *h, int64_t most, fill_fn fill, void *p, sealed **ret)
{
    arena *a = arena_create();
    const char *temp = arena_fmt(a, "%s.new", path).s;
    str dir = str_c(path);
    while (dir.len && dir.s[dir.len - 1] != '/')
        dir.len--;
    ENSURE(dir.len > 1);
    err e = write_temp(o, temp, h, most, fill, p);
    if (e == E_OK)
        e = os_rename(o, temp, path);
    if (e == E_OK)
        e = os_sync_dir(o, arena_cstr(a, str_take(dir, dir.len - 1)));
    arena_destroy(a);
    return e == E_OK ? sealed_open(o, path, ret) : e;
}

typedef struct list {
    const hash128 *v;
    size_t n;
} list;

static err fill_list(writer *w, void *p)
{
    list *l = p;
    for (size_t i = 0; i < l->n; i++)
        TRY(write_print(w, l->v[i]));
    return E_OK;
}

err sealed_write(os *o, const char *path, const sealed_head *h, const hash128 *prints, size_t n, sealed **ret)
{
    return write_file(o, path, h, (int64_t)n, fill_list, &(list){ prints, n }, ret);
}

// --- Reading ------------------------------------------------------------------------------------------------------------------
static err head_decode(const char *p, size_t n, sealed_head *ret)
{
    cursor c = cursor_of(p, n);
    if (n != HEAD_BYTES || memcmp(p, sealed_magic, sizeof sealed_magic) != 0)
        return E_CORRUPT;
    cursor_bytes(&c, sizeof sealed_magic);
    uint32_t version = cursor_u32(&c);
    sealed_head h = { .filter_blocks = cursor_u32(&c) };
    int64_t *fields[] = { &h.count, &h.first_no, &h.last_no, &h.min_us, &h.max_us };
    for (size_t i = 0; i < 5; i++)
        *fields[i] = (int64_t)cursor_u64(&c);
    if (cursor_u32(&c) != hash_crc32c(0, p, HEAD_BYTES - 12))
        return E_CORRUPT;
    if (version != SEALED_VERSION)
        return E_TOO_NEW;
    if (h.count < 0 || h.count > INT64_C(1) << 40 || h.filter_blocks == 0)
        return E_CORRUPT;
    *ret = h;
    return E_OK;
}

static err load_index(sealed *s)
{
    int64_t size;
    TRY(os_size(s->f, &size));
    s->blocks = blocks_for(s->h.count);
    size_t n = s->blocks * INDEX_BYTES + 4, got;
    if (size != index_at(&s->h) + (int64_t)n)
        return E_CORRUPT;
    s->index = calloc(s->blocks + 1, sizeof *s->index);
    char *bytes = malloc(n);
    ENSURE(s->index && bytes);
    err e = os_read_at(s->f, bytes, n, index_at(&s->h), &got);
    cursor c = cursor_of(bytes, e == E_OK ? got : 0);
    for (size_t i = 0; i < s->blocks; i++) {
        s->index[i].first.hi = cursor_u64(&c);
        s->index[i].first.lo = cursor_u64(&c);
        s->index[i].crc = cursor_u32(&c);
    }
    uint32_t crc = cursor_u32(&c);
    if (e == E_OK && (c.bad || crc != hash_crc32c(0, bytes, n - 4)))
        e = E_CORRUPT;
    free(bytes);
    return e;
}

err sealed_open(os *o, const char *path, sealed **ret)
{
    char head[HEAD_BYTES];
    size_t got;
    sealed *s = calloc(1, sizeof *s);
    ENSURE(s);
    err e = os_open(o, path, OS_READ, &s->f);
    if (e == E_OK)
        e = os_read_at(s->f, head, sizeof head, 0, &got);
    if (e == E_OK)
        e = head_decode(head, got, &s->h);
    if (e == E_OK)
        e = load_index(s);
    if (e != E_OK)
        sealed_close(s);
    else
        *ret = s;
    return e;
}

void sealed_close(sealed *s)
{
    if (!s)
        return;
    os_close(s->f);
    free(s->index);
    free(s);
}

const sealed_head *sealed_head_of(const sealed *s) { return &s->h; }
int64_t sealed_bytes(const sealed *s) { return index_at(&s->h) + (int64_t)s->blocks * INDEX_BYTES + 4; }
int64_t sealed_memory(const sealed *s) { return (int64_t)(s->blocks * sizeof(index_row) + sizeof *s); }

// Prints of one block, checked.
static err read_block(const sealed *s, size_t i, hash128 *ret, size_t *ret_n)
{
    char bytes[BLOCK_BYTES];
    int64_t left = s->h.count - (int64_t)i * BLOCK_PRINTS;
    size_t n = left < BLOCK_PRINTS ? (size_t)left : BLOCK_PRINTS, got;
    TRY(os_read_at(s->f, bytes, n * PRINT_BYTES, HEAD_BYTES + (int64_t)i * BLOCK_BYTES, &got));
    if (got != n * PRINT_BYTES || hash_crc32c(0, bytes, got) != s->index[i].crc)
        return E_CORRUPT;
    cursor c = cursor_of(bytes, got);
    for (size_t k = 0; k < n; k++) {
        ret[k].hi = cursor_u64(&c);
        ret[k].lo = cursor_u64(&c);
    }
    *ret_n = n;
    return E_OK;
}

err sealed_has(sealed *s, hash128 print, bool *ret)
{
    hash128 block[BLOCK_PRINTS];
    size_t lo = 0, hi = s->blocks, n = 0;
    bool may;
    TRY(filter_may_have(s, print, &may));
    *ret = false;
    if (!may || !s->blocks)
        return E_OK;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (print_cmp(s->index[mid].first, print) <= 0)
            lo = mid;
        else
            hi = mid;
    }
    TRY(read_block(s, lo, block, &n));
    for (size_t i = 0; i < n && !*ret; i++)
        *ret = print_cmp(block[i], print) == 0;
    return E_OK;
}

// --- Merging ------------------------------------------------------------------------------------------------------------------
typedef struct stream {
    const sealed *s;
    size_t block, i, n;
    hash128 v[BLOCK_PRINTS];
} stream;

static err stream_fill(stream *x)
{
    if (x->i < x->n || x->block >= x->s->blocks)
        return E_OK;
    x->i = 0;
    return read_block(x->s, x->block++, x->v, &x->n);
}

typedef struct merging {
    stream *x;
    size_t n;
} merging;

static err fill_merged(writer *w, void *p)
{
    merging *m = p;
    for (;;) {
        stream *least = NULL;
        for (size_t i = 0; i < m->n; i++) {
            stream *x = &m->x[i];
            TRY(stream_fill(x));
            if (x->i < x->n && (!least || print_cmp(x->v[x->i], least->v[least->i]) < 0))
                least = x;
        }
        if (!least)
            return E_OK;
        TRY(write_print(w, least->v[least->i++]));
    }
}

err sealed_merge(os *o, const char *path, sealed *const *from, size_t n, sealed **ret)
{
    ENSURE(n > 0);
    sealed_head h = from[0]->h;
    int64_t most = 0;
    merging m = { calloc(n, sizeof(stream)), n };
    ENSURE(m.x);
    for (size_t i = 0; i < n; i++) {
        const sealed_head *x = &from[i]->h;
        h.first_no = x->first_no < h.first_no ? x->first_no : h.first_no;
        h.last_no = x->last_no > h.last_no ? x->last_no : h.last_no;
        h.min_us = x->min_us < h.min_us ? x->min_us : h.min_us;
        h.max_us = x->max_us > h.max_us ? x->max_us : h.max_us;
        most += x->count;
        m.x[i].s = from[i];
    }
    err e = write_file(o, path, &h, most, fill_merged, &m, ret);
    free(m.x);
    return e;
}
