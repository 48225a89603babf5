#include "sim_disk.h"
#include "base/err.h"
#include <stdlib.h>

uint64_t sim_draw(sim_rng *r)
{
    uint64_t z = (*r += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static char *copy_of(const char *s)
{
    char *p = s ? strdup(s) : NULL;
    ENSURE(!s || p);
    return p;
}

// --- bytes -----------------------------------------------------------------------------------------------------------
static void set_size(buf *b, size_t size)
{
    if (size > b->len) {
        buf_reserve(b, size - b->len);
        memset(b->s + b->len, 0, size - b->len);
    }
    b->len = size;
}

static void put(buf *b, const void *p, size_t n, int64_t at)
{
    if ((size_t)at + n > b->len)
        set_size(b, (size_t)at + n);
    if (n)
        memcpy(b->s + at, p, n);
}

static void copy_bytes(buf *to, const buf *from)
{
    buf_clear(to);
    buf_add(to, from->s, from->len);
}

static void apply(buf *b, const sim_write *w)
{
    if (w->truncate)
        set_size(b, (size_t)w->at);
    else
        put(b, w->bytes.s, w->bytes.len, w->at);
}

static void forget_pending(sim_inode *i)
{
    for (size_t k = 0; k < i->pending.n; k++)
        buf_free(&i->pending.v[k].bytes);
    i->pending.n = 0;
}

static void heal(sim_inode *i, int64_t from, int64_t to)
{
    size_t kept = 0;
    for (size_t k = 0; k < i->bad.n; k++)
        if (i->bad.v[k] < from || i->bad.v[k] >= to)
            i->bad.v[kept++] = i->bad.v[k];
    i->bad.n = kept;
}

void sim_inode_write(sim_inode *i, const void *p, size_t n, int64_t at)
{
    sim_write w = { .at = at };
    buf_add(&w.bytes, p, n);
    vec_push(&i->pending, w);
    put(&i->now, p, n, at);
    heal(i, at, at + (int64_t)n);
}

void sim_inode_truncate(sim_inode *i, int64_t size)
{
    vec_push(&i->pending, ((sim_write){ .truncate = true, .at = size }));
    set_size(&i->now, (size_t)size);
    heal(i, size, INT64_MAX);
}

void sim_inode_sync(sim_inode *i)
{
    for (size_t k = 0; k < i->pending.n; k++)
        apply(&i->disk, &i->pending.v[k]);
    forget_pending(i);
}

// How much survives is drawn once per cut (all, nothing, some), so that the plain cases are met as often as the torn ones.
typedef struct odds {
    uint64_t of256;
    int64_t piece;             // bytes that live or die together; 0: a whole write
} odds;

static odds draw_odds(sim_rng *r)
{
    static const int64_t pieces[] = { 512, 4096, 0 };
    uint64_t k = sim_draw(r);
    uint64_t some[] = { 0, 256, 128, (k >> 8) & 255 };
    return (odds){ some[k & 3], pieces[(k >> 16) % 3] };
}

static bool survives(odds o, sim_rng *r) { return (sim_draw(r) & 255) < o.of256; }

static void apply_pieces(buf *b, const sim_write *w, odds o, sim_rng *r)
{
    int64_t end = w->at + (int64_t)w->bytes.len;
    for (int64_t at = w->at; at < end;) {
        int64_t next = o.piece ? (at / o.piece + 1) * o.piece : end;
        if (next > end)
            next = end;
        if (survives(o, r))
            put(b, w->bytes.s + (at - w->at), (size_t)(next - at), at);
        at = next;
    }
}

#define SECTOR 4096

// The sectors at both ends of a write that begins or ends inside one.
static void harm_neighbours(buf *b, const sim_write *w, sim_rng *r)
{
    int64_t ends[] = { w->at, w->at + (int64_t)w->bytes.len };
    for (int k = 0; k < 2; k++) {
        if (ends[k] % SECTOR == 0 || sim_draw(r) % 4)
            continue;
        int64_t at = ends[k] / SECTOR * SECTOR;
        for (int64_t i = at; i < at + SECTOR && i < (int64_t)b->len; i++)
            b->s[i] = (char)sim_draw(r);
    }
}

static void settle(sim_inode *i, odds o, sim_rng *r)
{
    for (size_t k = 0; k < i->pending.n; k++) {
        const sim_write *w = &i->pending.v[k];
        if (!w->truncate)
            apply_pieces(&i->disk, w, o, r);
        else if (survives(o, r))
            apply(&i->disk, w);
    }
    forget_pending(i);
}

// As Linux does it: the pages are clean afterwards whatever the disk holds; programs may go on seeing the lost bytes,
// or not once the cache dropped them.
void sim_inode_sync_failed(sim_inode *i, sim_rng *r)
{
    settle(i, draw_odds(r), r);
    if (sim_draw(r) & 1)
        copy_bytes(&i->now, &i->disk);
}

sim_inode *sim_inode_create(sim_disk *d)
{
    sim_inode *i = calloc(1, sizeof *i);
    ENSURE(i);
    vec_push(&d->inodes, i);
    return i;
}

static void inode_free(sim_inode *i)
{
    forget_pending(i);
    vec_free(&i->pending);
    vec_free(&i->bad);
    buf_free(&i->now);
    buf_free(&i->disk);
    free(i);
}

// --- names -----------------------------------------------------------------------------------------------------------
sim_name *sim_find(const sim_names *names, const char *path)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->v[i].path, path) == 0)
            return &names->v[i];
    return NULL;
}

str sim_parent(const char *path)
{
    const char *slash = strrchr(path, '/');
    return !slash ? S(".") : slash == path ? S("/") : str_of(path, (size_t)(slash - path));
}

static bool is_dir(const sim_names *names, str path)
{
    if (str_eq(path, S("/")) || str_eq(path, S(".")))
        return true;
    for (size_t i = 0; i < names->n; i++)
        if (!names->v[i].inode && str_eq(str_c(names->v[i].path), path))
            return true;
    return false;
}

bool sim_is_dir(const sim_disk *d, str path) { return is_dir(&d->now, path); }

static void names_unset(sim_names *names, const char *path)
{
    sim_name *n = sim_find(names, path);
    if (!n)
        return;
    free(n->path);
    *n = names->v[--names->n];
}

// A directory's children move with it.
static void reparent(char **path, const char *from, const char *to)
{
    if (!*path || !str_starts(str_c(*path), str_c(from)) || (*path)[strlen(from)] != '/')
        return;
    buf b = { 0 };
    buf_addf(&b, "%s%s", to, *path + strlen(from));
    buf_add_char(&b, 0);
    free(*path);
    *path = b.s;
}

static void names_change(sim_names *names, const char *set, sim_inode *inode, const char *unset)
{
    if (unset)
        names_unset(names, unset);
    if (!set)
        return;
    names_unset(names, set);
    vec_push(names, ((sim_name){ copy_of(set), inode }));
    for (size_t i = 0; unset && !inode && i < names->n; i++)
        reparent(&names->v[i].path, unset, set);
}

void sim_name_change(sim_disk *d, const char *set, sim_inode *inode, const char *unset)
{
    names_change(&d->now, set, inode, unset);
    for (size_t i = 0; set && unset && !inode && i < d->pending.n; i++) {
        reparent(&d->pending.v[i].set, unset, set);
        reparent(&d->pending.v[i].unset, unset, set);
    }
    vec_push(&d->pending, ((sim_naming){ copy_of(set), copy_of(unset), inode }));
}

static bool concerns(const sim_naming *c, str dir)
{
    return (c->set && str_eq(sim_parent(c->set), dir)) || (c->unset && str_eq(sim_parent(c->unset), dir));
}

static void naming_free(sim_naming *c)
{
    free(c->set);
    free(c->unset);
}

static void sweep(sim_disk *d);

void sim_names_sync(sim_disk *d, str dir)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->pending.n; i++) {
        sim_naming *c = &d->pending.v[i];
        if (!concerns(c, dir)) {
            d->pending.v[kept++] = *c;
            continue;
        }
        names_change(&d->disk, c->set, c->inode, c->unset);
        naming_free(c);
    }
    d->pending.n = kept;
    sweep(d);
}

// --- the whole disk --------------------------------------------------------------------------------------------------
static void mark(const sim_names *names)
{
    for (size_t i = 0; i < names->n; i++)
        if (names->v[i].inode)
            names->v[i].inode->seen = true;
}

// Files without a name, durable or not, and without anybody who has them open.
static void sweep(sim_disk *d)
{
    for (size_t i = 0; i < d->inodes.n; i++)
        d->inodes.v[i]->seen = d->inodes.v[i]->opened > 0;
    mark(&d->now);
    mark(&d->disk);
    for (size_t i = 0; i < d->pending.n; i++)
        if (d->pending.v[i].inode)
            d->pending.v[i].inode->seen = true;
    size_t kept = 0;
    for (size_t i = 0; i < d->inodes.n; i++) {
        sim_inode *inode = d->inodes.v[i];
        if (inode->seen)
            d->inodes.v[kept++] = inode;
        else
            inode_free(inode);
    }
    d->inodes.n = kept;
}

static void drop_orphans(sim_names *names)
{
    for (size_t i = 0; i < names->n;) {
        if (is_dir(names, sim_parent(names->v[i].path))) {
            i++;
            continue;
        }
        names_unset(names, names->v[i].path);
        i = 0;                                    // its children, seen before, are orphans now
    }
}

static void names_free(sim_names *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->v[i].path);
    names->n = 0;
}

void sim_disk_power_cut(sim_disk *d, sim_rng *r)
{
    odds o = draw_odds(r);
    for (size_t i = 0; i < d->pending.n; i++) {
        sim_naming *c = &d->pending.v[i];
        if (survives(o, r))
            names_change(&d->disk, c->set, c->inode, c->unset);
        naming_free(c);
    }
    d->pending.n = 0;
    drop_orphans(&d->disk);
    names_free(&d->now);
    for (size_t i = 0; i < d->disk.n; i++)
        vec_push(&d->now, ((sim_name){ copy_of(d->disk.v[i].path), d->disk.v[i].inode }));
    o = draw_odds(r);
    for (size_t i = 0; i < d->inodes.n; i++) {
        sim_inode *inode = d->inodes.v[i];
        const sim_write *last = inode->pending.n ? &inode->pending.v[inode->pending.n - 1] : NULL;
        if (d->harsh && last && !last->truncate)
            harm_neighbours(&inode->disk, last, r);
        settle(inode, o, r);
        copy_bytes(&inode->now, &inode->disk);
    }
    sweep(d);
}

void sim_disk_unlock(sim_disk *d)
{
    for (size_t i = 0; i < d->inodes.n; i++)
        d->inodes.v[i]->locked_by = NULL;
}

int64_t sim_disk_bytes(const sim_disk *d)
{
    int64_t sum = 0;
    for (size_t i = 0; i < d->inodes.n; i++)
        sum += (int64_t)d->inodes.v[i]->now.len;
    return sum;
}

void sim_disk_free(sim_disk *d)
{
    for (size_t i = 0; i < d->pending.n; i++)
        naming_free(&d->pending.v[i]);
    names_free(&d->now);
    names_free(&d->disk);
    for (size_t i = 0; i < d->inodes.n; i++)
        inode_free(d->inodes.v[i]);
    vec_free(&d->pending);
    vec_free(&d->now);
    vec_free(&d->disk);
    vec_free(&d->inodes);
}
