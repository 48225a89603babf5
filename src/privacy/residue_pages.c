// Values that SQLite split over pages: a row longer than a page goes on in others, each of which begins with the number of the next, so
// that raw bytes do not show what stands over the seam. Here the two sides of each seam are laid side by side. Nothing is opened: a copy
// stays byte for byte what it was. https://www.sqlite.org/fileformat2.html, sections 1.5 to 1.7.
#include "privacy/residue.h"
#include <stdlib.h>

#define HEADER_BYTES 100
enum { INDEX_INNER = 0x02, INDEX_LEAF = 0x0A, TABLE_LEAF = 0x0D };

typedef struct pages {
    os_file *f;
    const residue_seams *s;
    uint8_t *page, *seam;
    size_t bytes, usable;              // of a page; less what is reserved at its end
    int64_t n;
} pages;

static uint32_t be(const uint8_t *p, int n)
{
    uint32_t v = 0;
    for (int i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

static bool read_part(const pages *g, int64_t no, size_t at, void *to, size_t n)
{
    size_t got;
    return no >= 1 && no <= g->n && os_read_at(g->f, to, n, (no - 1) * (int64_t)g->bytes + (int64_t)at, &got) == E_OK && got == n;
}

// Bytes of a varint at p; 0: it goes over the end.
static size_t varint(const uint8_t *p, const uint8_t *end, uint64_t *ret)
{
    uint64_t v = 0;
    for (size_t i = 0; i < 9 && p + i < end; i++) {
        v = i == 8 ? v << 8 | p[i] : v << 7 | (p[i] & 0x7F);
        if (i == 8 || !(p[i] & 0x80)) {
            *ret = v;
            return i + 1;
        }
    }
    return 0;
}

// How much of a payload stands in the cell itself.
static size_t local_bytes(const pages *g, uint8_t type, uint64_t payload)
{
    size_t u = g->usable, most = type == TABLE_LEAF ? u - 35 : (u - 12) * 64 / 255 - 23, least = (u - 12) * 32 / 255 - 23;
    if (payload <= most)
        return (size_t)payload;
    size_t k = least + (size_t)((payload - least) % (u - 4));
    return k <= most ? k : least;
}

// The end of what stands before, and the beginning of page `no`; then what follows it.
static void follow(const pages *g, const uint8_t *tail, size_t tail_n, uint32_t no, uint64_t left)
{
    size_t side = g->s->overlap;
    uint8_t next[4];
    for (int64_t steps = 0; no && left && steps < g->n; steps++) {
        size_t here = left < g->usable - 4 ? (size_t)left : g->usable - 4, head = here < side ? here : side;
        memmove(g->seam, tail, tail_n);
        if (!read_part(g, no, 4, g->seam + tail_n, head) || !read_part(g, no, 0, next, 4))
            return;
        g->s->look(g->s->p, (no - 1) * (int64_t)g->bytes, str_of((const char *)g->seam, tail_n + head));
        left -= here;
        tail_n = here < side ? here : side;
        tail = g->seam + 2 * side;
        if (!read_part(g, no, 4 + here - tail_n, g->seam + 2 * side, tail_n))
            return;
        no = be(next, 4);
    }
}

static void cell(const pages *g, uint8_t type, size_t at)
{
    const uint8_t *end = g->page + g->usable, *p = g->page + at + (type == INDEX_INNER ? 4 : 0);
    uint64_t payload, row;
    size_t n = p < end ? varint(p, end, &payload) : 0;
    if (!n || payload > INT32_MAX)
        return;
    p += n;
    if (type == TABLE_LEAF)
        p += varint(p, end, &row);
    size_t local = local_bytes(g, type, payload);
    if (local == payload || p >= end || (size_t)(end - p) < local + 4)
        return;
    size_t tail = local < g->s->overlap ? local : g->s->overlap;
    follow(g, p + local - tail, tail, be(p + local, 4), payload - local);
}

static void leaf(const pages *g, int64_t no)
{
    size_t head = no == 1 ? HEADER_BYTES : 0;
    uint8_t type = g->page[head];
    if (type != INDEX_INNER && type != INDEX_LEAF && type != TABLE_LEAF)
        return;
    size_t cells = be(g->page + head + 3, 2), first = head + (type == INDEX_INNER ? 12 : 8);
    for (size_t i = 0; i < cells && first + 2 * i + 2 <= g->usable; i++)
        cell(g, type, be(g->page + first + 2 * i, 2));
}

static bool header(os_file *f, pages *g)
{
    uint8_t h[HEADER_BYTES];
    size_t got;
    int64_t size;
    if (os_read_at(f, h, sizeof h, 0, &got) != E_OK || got < sizeof h || memcmp(h, "SQLite format 3", 16) != 0 || os_size(f, &size) != E_OK)
        return false;
    g->bytes = be(h + 16, 2) == 1 ? 65536 : be(h + 16, 2);
    g->usable = g->bytes - h[20];
    g->n = g->bytes ? size / (int64_t)g->bytes : 0;
    return g->bytes >= 512 && g->usable >= 480;
}

void residue_pages(os_file *f, const residue_seams *s)
{
    pages g = { .f = f, .s = s };
    if (!header(f, &g))
        return;
    g.page = malloc(g.bytes);
    g.seam = malloc(3 * s->overlap);
    ENSURE(g.page && g.seam);
    for (int64_t no = 1; no <= g.n; no++)
        if (read_part(&g, no, 0, g.page, g.bytes))
            leaf(&g, no);
    free(g.page);
    free(g.seam);
}
