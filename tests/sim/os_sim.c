// The made-up machine's port: counts calls, decides which of them fail, hands the rest to the disk.
#include "os_sim.h"
#include "sim_disk.h"
#include <stdlib.h>

#define BEGINNING_US INT64_C(1773014400000000)     // 2026-03-09 00:00 UTC

struct os_sim {
    os o;
    sim_rng rng;               // decides what survives
    sim_rng given;             // what programs get as random bytes; apart, so that asking for some changes no crash
    sim_disk disk;
    int64_t now_us, mono_us;
    int64_t calls, writes, syncs;
    int64_t crash_at, crash_at_write;
    int64_t fail_at, fail_sync_at;
    err fail_with;
    bool fail_sticky, crashed;
    int64_t limit;
    int life;                  // counts restarts: files of an earlier life are dead
    int open_files;
};

typedef struct sim_file {
    os_file f;
    sim_inode *inode;
    bool writable;
    int life;
} sim_file;

static os_sim *sim_of(os *o) { return (os_sim *)o; }

// --- what happens to a call ------------------------------------------------------------------------------------------
typedef enum need { NEEDS_NOTHING, CHANGES, NEEDS_ROOM } need;
typedef enum fate { FINE, FAILS, POWER_CUT } fate;

// Counts the call. POWER_CUT: the machine dies during it, so it may do its work but must answer E_IO.
static fate fate_of(os_sim *s, need n, err *ret)
{
    *ret = E_IO;
    if (s->crashed)
        return FAILS;
    s->calls++;
    s->writes += n != NEEDS_NOTHING;
    if (s->calls == s->crash_at || (n != NEEDS_NOTHING && s->writes == s->crash_at_write)) {
        s->crashed = true;
        return POWER_CUT;
    }
    if (!s->fail_at || s->calls < s->fail_at || (s->fail_with == E_DISK_FULL && n != NEEDS_ROOM))
        return FINE;
    if (!s->fail_sticky)
        s->fail_at = 0;
    *ret = s->fail_with;
    return FAILS;
}

static fate file_fate(sim_file *f, need n, err *ret)
{
    os_sim *s = sim_of(f->f.o);
    *ret = E_IO;
    return f->life == s->life ? fate_of(s, n, ret) : FAILS;
}

// --- files -----------------------------------------------------------------------------------------------------------
static err sim_open(os *o, const char *path, int flags, os_file **ret)
{
    os_sim *s = sim_of(o);
    sim_name *name = sim_find(&s->disk.now, path);
    bool create = !name && (flags & OS_CREATE);
    err e;
    fate what = fate_of(s, create ? NEEDS_ROOM : NEEDS_NOTHING, &e);
    if (what == FAILS)
        return e;
    if (name && (flags & OS_CREATE) && (flags & OS_EXCLUSIVE))
        return E_EXISTS;
    if ((!name && !create) || !sim_is_dir(&s->disk, sim_parent(path)))
        return E_NOT_FOUND;
    if (name && !name->inode)
        return E_IO;
    sim_inode *inode = create ? sim_inode_create(&s->disk) : name->inode;
    if (create)
        sim_name_change(&s->disk, path, inode, NULL);
    if (what == POWER_CUT)
        return E_IO;
    sim_file *f = calloc(1, sizeof *f);
    ENSURE(f);
    *f = (sim_file){ { o }, inode, flags & OS_WRITE, s->life };
    inode->opened++;
    s->open_files++;
    *ret = &f->f;
    return E_OK;
}

static void sim_close(os_file *file)
{
    sim_file *f = (sim_file *)file;
    if (f->inode->locked_by == f)
        f->inode->locked_by = NULL;
    f->inode->opened--;
    sim_of(file->o)->open_files--;
    free(f);
}

static err sim_read_at(os_file *file, void *p, size_t n, int64_t at, size_t *ret_n)
{
    sim_file *f = (sim_file *)file;
    err e;
    if (file_fate(f, NEEDS_NOTHING, &e) != FINE)
        return e;
    const buf *now = &f->inode->now;
    size_t got = (size_t)at >= now->len ? 0 : now->len - (size_t)at;
    got = got < n ? got : n;
    for (size_t i = 0; i < f->inode->bad.n; i++)
        if (f->inode->bad.v[i] >= at && f->inode->bad.v[i] < at + (int64_t)got)
            return E_IO;
    if (got)
        memcpy(p, now->s + at, got);
    *ret_n = got;
    return E_OK;
}

static size_t room_for(const os_sim *s, const sim_inode *i, size_t n, int64_t at)
{
    int64_t grows = at + (int64_t)n - (int64_t)i->now.len;
    if (s->limit < 0 || grows <= 0)
        return n;
    int64_t left = s->limit - sim_disk_bytes(&s->disk), lacking = grows - (left > 0 ? left : 0);
    return lacking <= 0 ? n : lacking >= (int64_t)n ? 0 : n - (size_t)lacking;
}

static err sim_write_at(os_file *file, const void *p, size_t n, int64_t at)
{
    sim_file *f = (sim_file *)file;
    os_sim *s = sim_of(file->o);
    err e;
    bool grows = at + (int64_t)n > (int64_t)f->inode->now.len;
    fate what = file_fate(f, grows ? NEEDS_ROOM : CHANGES, &e);
    if (s->crashed && what == FAILS)
        return e;
    if (!f->writable || f->life != s->life)
        return E_IO;
    size_t fits = room_for(s, f->inode, n, at);
    size_t done = what == FAILS ? (n ? sim_draw(&s->rng) % n : 0) : n;      // a write that fails may have begun
    sim_inode_write(f->inode, p, done < fits ? done : fits, at);
    return what != FINE ? e : fits < n ? E_DISK_FULL : E_OK;
}

static err sim_sync(os_file *file)
{
    sim_file *f = (sim_file *)file;
    os_sim *s = sim_of(file->o);
    err e;
    fate what = file_fate(f, CHANGES, &e);
    s->syncs++;
    if (what == FINE && s->syncs == s->fail_sync_at)
        what = FAILS;
    if (what == FINE)
        sim_inode_sync(f->inode);
    else if (what == FAILS && !s->crashed && f->life == s->life)
        sim_inode_sync_failed(f->inode, &s->rng);
    return what == FINE ? E_OK : e;
}

static err sim_truncate(os_file *file, int64_t size)
{
    sim_file *f = (sim_file *)file;
    err e;
    fate what = file_fate(f, CHANGES, &e);
    if (what == FAILS)
        return e;
    if (!f->writable || size < 0)
        return E_IO;
    sim_inode_truncate(f->inode, size);
    return what == FINE ? E_OK : e;
}

static err sim_size(os_file *file, int64_t *ret)
{
    sim_file *f = (sim_file *)file;
    err e;
    if (file_fate(f, NEEDS_NOTHING, &e) != FINE)
        return e;
    *ret = (int64_t)f->inode->now.len;
    return E_OK;
}

static err sim_lock(os_file *file)
{
    sim_file *f = (sim_file *)file;
    err e;
    if (file_fate(f, NEEDS_NOTHING, &e) != FINE)
        return e;
    if (f->inode->locked_by && f->inode->locked_by != f)
        return E_LOCKED;
    f->inode->locked_by = f;
    return E_OK;
}

// --- names -----------------------------------------------------------------------------------------------------------
static err sim_remove(os *o, const char *path)
{
    os_sim *s = sim_of(o);
    err e;
    fate what = fate_of(s, CHANGES, &e);
    if (what == FAILS)
        return e;
    const sim_name *name = sim_find(&s->disk.now, path);
    if (!name || !name->inode)
        return name ? E_IO : E_NOT_FOUND;
    sim_name_change(&s->disk, NULL, NULL, path);
    return what == FINE ? E_OK : e;
}

static err sim_rename(os *o, const char *from, const char *to)
{
    os_sim *s = sim_of(o);
    err e;
    fate what = fate_of(s, NEEDS_ROOM, &e);
    if (what == FAILS)
        return e;
    const sim_name *name = sim_find(&s->disk.now, from), *old = sim_find(&s->disk.now, to);
    if (!name || !sim_is_dir(&s->disk, sim_parent(to)))
        return E_NOT_FOUND;
    if (old && (!old->inode || !name->inode))
        return E_IO;
    if (name != old)
        sim_name_change(&s->disk, to, name->inode, from);
    return what == FINE ? E_OK : e;
}

static err new_name(os *o, const char *path, const char *from)
{
    os_sim *s = sim_of(o);
    err e;
    fate what = fate_of(s, NEEDS_ROOM, &e);
    if (what == FAILS)
        return e;
    const sim_name *source = from ? sim_find(&s->disk.now, from) : NULL;
    if ((from && !source) || !sim_is_dir(&s->disk, sim_parent(path)))
        return E_NOT_FOUND;
    if (sim_find(&s->disk.now, path))
        return E_EXISTS;
    if (from && !source->inode)
        return E_IO;
    sim_name_change(&s->disk, path, source ? source->inode : NULL, NULL);
    return what == FINE ? E_OK : e;
}

static err sim_link(os *o, const char *from, const char *to) { return new_name(o, to, from); }
static err sim_mkdir(os *o, const char *path) { return new_name(o, path, NULL); }

static err sim_sync_dir(os *o, const char *path)
{
    os_sim *s = sim_of(o);
    err e;
    if (fate_of(s, CHANGES, &e) != FINE)
        return e;
    if (!sim_is_dir(&s->disk, str_c(path)))
        return E_NOT_FOUND;
    sim_names_sync(&s->disk, str_c(path));
    return E_OK;
}

static int by_name(const void *x, const void *y) { return str_cmp(*(const str *)x, *(const str *)y); }

static err sim_list(os *o, const char *path, arena *a, str **ret_names, size_t *ret_n)
{
    os_sim *s = sim_of(o);
    err e;
    if (fate_of(s, NEEDS_NOTHING, &e) != FINE)
        return e;
    if (!sim_is_dir(&s->disk, str_c(path)))
        return E_NOT_FOUND;
    str *out = arena_array(a, str, s->disk.now.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s->disk.now.n; i++) {
        const char *full = s->disk.now.v[i].path, *slash = strrchr(full, '/');
        if (str_eq(sim_parent(full), str_c(path)))
            out[n++] = arena_str(a, str_c(slash ? slash + 1 : full));
    }
    qsort(out, n, sizeof *out, by_name);
    *ret_names = out;
    *ret_n = n;
    return E_OK;
}

static bool sim_exists(os *o, const char *path)
{
    os_sim *s = sim_of(o);
    return !s->crashed && (sim_find(&s->disk.now, path) || sim_is_dir(&s->disk, str_c(path)));
}

// --- clocks, chance --------------------------------------------------------------------------------------------------
static int64_t sim_now_us(os *o) { return sim_of(o)->now_us; }
static int64_t sim_mono_us(os *o) { return sim_of(o)->mono_us; }
static void sim_sleep_us(os *o, int64_t us) { os_sim_advance(sim_of(o), us); }

static void sim_random(os *o, void *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((uint8_t *)p)[i] = (uint8_t)sim_draw(&sim_of(o)->given);
}

static const os_ops sim_ops = {
    .now_us = sim_now_us, .mono_us = sim_mono_us, .random = sim_random, .sleep_us = sim_sleep_us,
    .open = sim_open, .close = sim_close, .read_at = sim_read_at, .write_at = sim_write_at,
    .sync = sim_sync, .truncate = sim_truncate, .size = sim_size, .lock = sim_lock,
    .remove = sim_remove, .rename = sim_rename, .link = sim_link, .mkdir = sim_mkdir,
    .sync_dir = sim_sync_dir, .list = sim_list, .exists = sim_exists,
};

// --- for tests -------------------------------------------------------------------------------------------------------
os_sim *os_sim_create(uint64_t seed)
{
    os_sim *s = calloc(1, sizeof *s);
    ENSURE(s);
    *s = (os_sim){ .o = { &sim_ops }, .rng = seed, .given = ~seed, .now_us = BEGINNING_US, .limit = -1 };
    return s;
}

void os_sim_destroy(os_sim *s)
{
    ENSURE(s->open_files == 0);
    sim_disk_free(&s->disk);
    free(s);
}

os *os_sim_os(os_sim *s) { return &s->o; }
int64_t os_sim_calls(const os_sim *s) { return s->calls; }
int64_t os_sim_writes(const os_sim *s) { return s->writes; }
void os_sim_crash_at(os_sim *s, int64_t nth_call) { s->crash_at = nth_call; }
void os_sim_crash_at_write(os_sim *s, int64_t nth_write) { s->crash_at_write = nth_write; }
void os_sim_crash_now(os_sim *s) { s->crashed = true; }
bool os_sim_crashed(const os_sim *s) { return s->crashed; }

void os_sim_respawn(os_sim *s)
{
    sim_disk_unlock(&s->disk);
    s->life++;
    s->crashed = false;
    s->crash_at = s->crash_at_write = s->fail_at = s->fail_sync_at = 0;
}

void os_sim_restart(os_sim *s)
{
    sim_disk_power_cut(&s->disk, &s->rng);
    os_sim_respawn(s);
}

void os_sim_fail_at(os_sim *s, int64_t nth_call, err e, bool sticky)
{
    ENSURE(e == E_IO || e == E_DISK_FULL);
    s->fail_at = nth_call;
    s->fail_with = e;
    s->fail_sticky = sticky;
}

void os_sim_fail_sync_at(os_sim *s, int64_t nth_sync) { s->fail_sync_at = nth_sync > 0 ? s->syncs + nth_sync : 0; }
void os_sim_disk_limit(os_sim *s, int64_t bytes) { s->limit = bytes; }

static sim_inode *file_named(os_sim *s, const char *path, int64_t byte)
{
    const sim_name *name = sim_find(&s->disk.now, path);
    ENSURE(name && name->inode && byte >= 0 && (size_t)byte < name->inode->now.len);
    return name->inode;
}

void os_sim_bad_byte(os_sim *s, const char *path, int64_t byte)
{
    sim_inode *i = file_named(s, path, byte);
    vec_push(&i->bad, byte);
}

void os_sim_flip_bit(os_sim *s, const char *path, int64_t byte, int bit)
{
    sim_inode *i = file_named(s, path, byte);
    i->now.s[byte] ^= (char)(1 << (bit & 7));
    if ((size_t)byte < i->disk.len)
        i->disk.s[byte] ^= (char)(1 << (bit & 7));
}

void os_sim_advance(os_sim *s, int64_t us)
{
    ENSURE(us >= 0);
    s->now_us += us;
    s->mono_us += us;
}

void os_sim_set_now(os_sim *s, int64_t us) { s->now_us = us; }
void os_sim_set_harsh(os_sim *s, bool harsh) { s->disk.harsh = harsh; }
uint64_t os_sim_draw(os_sim *s) { return sim_draw(&s->rng); }
