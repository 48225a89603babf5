#include "base/vfs.h"
#include "base/buf.h"
#include "base/vec.h"
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define PATH_MAX_BYTES 512
#define SECTOR_BYTES 4096
#define JULIAN_EPOCH_MS INT64_C(210866760000000)   // 1970-01-01 as SQLite counts: milliseconds since noon 4714-11-24 BC

typedef struct handle handle;

// One file, shared by all connections that have it open. The lock fields belong to vfs.mutex.
typedef struct node {
    char *path;                // "" once removed: new opens make another
    os_file *f;                // NULL: a temporary file, in `mem`
    buf mem;
    int refs;
    bool named;                // its name is durable
    bool failed;               // a sync failed: no more writes (set and read by the only writer)
    const handle *writer;      // main database: the one connection that may write
    int shared;                // connections holding SHARED or more
    const handle *reserved, *pending;
    VEC(void *) regions;       // the log's index
    int shm_users;
    int shm_shared[SQLITE_SHM_NLOCK];
    const handle *shm_exclusive[SQLITE_SHM_NLOCK];
} node;

typedef struct vfs {
    sqlite3_vfs base;
    os *o;
    char name[40];
    int users;                 // under SQLite's static application mutex
    pthread_mutex_t mutex;
    VEC(node *) nodes;
} vfs;

// What one connection holds of a node.
struct handle {
    sqlite3_file base;
    vfs *v;
    node *n;
    int level;                 // SQLITE_LOCK_*
    bool mapped;
    unsigned shm_shared, shm_exclusive;           // bit per lock
};

static vfs *vfs_of(sqlite3_vfs *v) { return (vfs *)v; }
static handle *handle_of(sqlite3_file *f) { return (handle *)f; }
static void enter(vfs *v) { pthread_mutex_lock(&v->mutex); }
static void leave(vfs *v) { pthread_mutex_unlock(&v->mutex); }

static int code_of(err e, int otherwise) { return e == E_OK ? SQLITE_OK : e == E_DISK_FULL ? SQLITE_FULL : otherwise; }

static err sync_parent(os *o, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return os_sync_dir(o, slash ? "/" : ".");
    arena *a = arena_create();
    err e = os_sync_dir(o, arena_cstr(a, str_of(path, (size_t)(slash - path))));
    arena_destroy(a);
    return e;
}

// --- nodes -----------------------------------------------------------------------------------------------------------
static node *node_find(vfs *v, const char *path)
{
    for (size_t i = 0; i < v->nodes.n; i++)
        if (strcmp(v->nodes.v[i]->path, path) == 0)
            return v->nodes.v[i];
    return NULL;
}

static node *node_create(vfs *v, const char *path, os_file *f)
{
    node *n = calloc(1, sizeof *n);
    ENSURE(n);
    n->path = strdup(path);
    ENSURE(n->path);
    n->f = f;
    vec_push(&v->nodes, n);
    return n;
}

static void node_release(vfs *v, node *n)
{
    if (--n->refs > 0)
        return;
    size_t i = 0;
    while (v->nodes.v[i] != n)
        i++;
    v->nodes.v[i] = v->nodes.v[--v->nodes.n];
    ENSURE(n->regions.n == 0 && n->shared == 0);
    os_close(n->f);
    vec_free(&n->regions);
    buf_free(&n->mem);
    free(n->path);
    free(n);
}

// Opened for writing even by readers: the descriptor is shared, and locking it wants that.
static int node_open(vfs *v, const char *path, int flags, node **ret)
{
    bool main = flags & SQLITE_OPEN_MAIN_DB;
    int mode = OS_READ | OS_WRITE;
    mode |= flags & SQLITE_OPEN_CREATE ? OS_CREATE : 0;
    mode |= flags & SQLITE_OPEN_EXCLUSIVE ? OS_EXCLUSIVE : 0;
    os_file *f;
    err e = os_open(v->o, path, mode, &f);
    if (e != E_OK)
        return code_of(e, e == E_IO ? SQLITE_IOERR : SQLITE_CANTOPEN);
    e = main ? os_lock(f) : E_OK;
    if (e != E_OK) {
        os_close(f);
        return e == E_LOCKED ? SQLITE_BUSY : SQLITE_IOERR_LOCK;
    }
    *ret = node_create(v, path, f);
    return SQLITE_OK;
}

static int node_take(vfs *v, const char *path, int flags, const handle *h, node **ret)
{
    node *n = path ? node_find(v, path) : node_create(v, "", NULL);
    if (n && path && (flags & SQLITE_OPEN_EXCLUSIVE))
        return SQLITE_CANTOPEN;
    int rc = n ? SQLITE_OK : node_open(v, path, flags, &n);
    if (rc != SQLITE_OK)
        return rc;
    if ((flags & SQLITE_OPEN_MAIN_DB) && (flags & SQLITE_OPEN_READWRITE)) {
        if (n->writer)
            return SQLITE_BUSY;                   // a second writing connection is a mistake, and refused
        n->writer = h;
    }
    n->refs++;
    *ret = n;
    return SQLITE_OK;
}

// --- bytes -----------------------------------------------------------------------------------------------------------
static int x_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    const node *t = handle_of(f)->n;
    size_t want = (size_t)n, got = 0;
    if (t->f) {
        if (os_read_at(t->f, p, want, at, &got) != E_OK)
            return SQLITE_IOERR_READ;
    } else if ((size_t)at < t->mem.len) {
        got = t->mem.len - (size_t)at < want ? t->mem.len - (size_t)at : want;
        memcpy(p, t->mem.s + at, got);
    }
    if (got == want)
        return SQLITE_OK;
    memset((char *)p + got, 0, want - got);
    return SQLITE_IOERR_SHORT_READ;
}

static void mem_resize(buf *b, size_t size)
{
    if (size > b->len) {
        buf_reserve(b, size - b->len);
        memset(b->s + b->len, 0, size - b->len);
    }
    b->len = size;
}

static int x_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    node *t = handle_of(f)->n;
    if (t->f)
        return t->failed ? SQLITE_IOERR_WRITE : code_of(os_write_at(t->f, p, (size_t)n, at), SQLITE_IOERR_WRITE);
    if ((size_t)at + (size_t)n > t->mem.len)
        mem_resize(&t->mem, (size_t)at + (size_t)n);
    memcpy(t->mem.s + at, p, (size_t)n);
    return SQLITE_OK;
}

static int x_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    node *t = handle_of(f)->n;
    if (t->f)
        return t->failed ? SQLITE_IOERR_TRUNCATE : code_of(os_truncate(t->f, size), SQLITE_IOERR_TRUNCATE);
    mem_resize(&t->mem, (size_t)size);
    return SQLITE_OK;
}

static int x_sync(sqlite3_file *f, int flags)
{
    (void)flags;
    node *t = handle_of(f)->n;
    if (!t->f)
        return SQLITE_OK;
    if (t->failed)
        return SQLITE_IOERR_FSYNC;
    t->failed = os_sync(t->f) != E_OK;
    if (t->failed)
        return SQLITE_IOERR_FSYNC;
    if (!t->named) {
        t->failed = sync_parent(handle_of(f)->v->o, t->path) != E_OK;
        if (t->failed)
            return SQLITE_IOERR_DIR_FSYNC;
        t->named = true;
    }
    return SQLITE_OK;
}

static int x_size(sqlite3_file *f, sqlite3_int64 *ret)
{
    const node *t = handle_of(f)->n;
    int64_t size = (int64_t)t->mem.len;
    if (t->f && os_size(t->f, &size) != E_OK)
        return SQLITE_IOERR_FSTAT;
    *ret = size;
    return SQLITE_OK;
}

// --- locks between the connections of this process -------------------------------------------------------------------
// SHARED: reading. RESERVED: one means to write. PENDING: no new readers. EXCLUSIVE: no readers. (www.sqlite.org/lockingv3.html)
static int lock_level(handle *h, node *n, int level)
{
    if (n->pending && n->pending != h)
        return SQLITE_BUSY;
    if (level >= SQLITE_LOCK_RESERVED && n->reserved && n->reserved != h)
        return SQLITE_BUSY;
    if (h->level == SQLITE_LOCK_NONE) {
        n->shared++;
        h->level = SQLITE_LOCK_SHARED;
    }
    if (level == SQLITE_LOCK_RESERVED)
        n->reserved = h;
    if (level >= SQLITE_LOCK_PENDING) {
        n->pending = h;
        h->level = SQLITE_LOCK_PENDING;
    }
    if (level == SQLITE_LOCK_EXCLUSIVE && n->shared > 1)
        return SQLITE_BUSY;
    h->level = level;
    return SQLITE_OK;
}

static int x_lock(sqlite3_file *f, int level)
{
    handle *h = handle_of(f);
    if (h->level >= level)
        return SQLITE_OK;
    enter(h->v);
    int rc = lock_level(h, h->n, level);
    leave(h->v);
    return rc;
}

static void unlock_level(handle *h, int level)
{
    node *n = h->n;
    if (h->level <= level)
        return;
    if (n->pending == h)
        n->pending = NULL;
    if (n->reserved == h)
        n->reserved = NULL;
    if (level == SQLITE_LOCK_NONE)
        n->shared--;
    h->level = level;
}

static int x_unlock(sqlite3_file *f, int level)
{
    handle *h = handle_of(f);
    enter(h->v);
    unlock_level(h, level);
    leave(h->v);
    return SQLITE_OK;
}

static int x_check_reserved(sqlite3_file *f, int *ret)
{
    handle *h = handle_of(f);
    enter(h->v);
    *ret = h->n->reserved || h->n->pending;
    leave(h->v);
    return SQLITE_OK;
}

// --- the log's index -------------------------------------------------------------------------------------------------
static int x_shm_map(sqlite3_file *f, int region, int bytes, int extend, void volatile **ret)
{
    handle *h = handle_of(f);
    enter(h->v);
    node *n = h->n;
    if (!h->mapped) {
        h->mapped = true;
        n->shm_users++;
    }
    while (extend && n->regions.n <= (size_t)region) {
        void *p = calloc(1, (size_t)bytes);
        ENSURE(p);
        vec_push(&n->regions, p);
    }
    *ret = (size_t)region < n->regions.n ? n->regions.v[region] : NULL;
    leave(h->v);
    return SQLITE_OK;
}

static bool shm_free(const handle *h, int first, int count, bool exclusive)
{
    for (int i = first; i < first + count; i++) {
        bool mine = h->shm_shared & (1u << i);
        if (h->n->shm_exclusive[i] || (exclusive && h->n->shm_shared[i] > mine))
            return false;
    }
    return true;
}

static void shm_lock(handle *h, int i, bool exclusive)
{
    if (exclusive) {
        h->n->shm_exclusive[i] = h;
        h->shm_exclusive |= 1u << i;
    } else if (!(h->shm_shared & (1u << i))) {
        h->n->shm_shared[i]++;
        h->shm_shared |= 1u << i;
    }
}

static void shm_unlock(handle *h, int i)
{
    unsigned bit = 1u << i;
    if (h->shm_exclusive & bit)
        h->n->shm_exclusive[i] = NULL;
    if (h->shm_shared & bit)
        h->n->shm_shared[i]--;
    h->shm_exclusive &= ~bit;
    h->shm_shared &= ~bit;
}

static int x_shm_lock(sqlite3_file *f, int first, int count, int flags)
{
    handle *h = handle_of(f);
    bool exclusive = flags & SQLITE_SHM_EXCLUSIVE, release = flags & SQLITE_SHM_UNLOCK;
    unsigned bits = ((1u << count) - 1) << first;
    if (!release && (h->shm_exclusive & bits) == bits)
        return SQLITE_OK;
    enter(h->v);
    bool can = release || shm_free(h, first, count, exclusive);
    for (int i = first; can && i < first + count; i++) {
        if (release)
            shm_unlock(h, i);
        else
            shm_lock(h, i, exclusive);
    }
    leave(h->v);
    return can ? SQLITE_OK : SQLITE_BUSY;
}

// Readers look at the index without a lock, between two barriers; the mutex is the stronger form every checker understands.
static void x_shm_barrier(sqlite3_file *f)
{
    atomic_thread_fence(memory_order_seq_cst);
    enter(handle_of(f)->v);
    leave(handle_of(f)->v);
}

static void shm_unmap(handle *h)
{
    node *n = h->n;
    if (!h->mapped)
        return;
    for (int i = 0; i < SQLITE_SHM_NLOCK; i++)
        shm_unlock(h, i);
    h->mapped = false;
    if (--n->shm_users > 0)
        return;
    for (size_t i = 0; i < n->regions.n; i++)
        free(n->regions.v[i]);
    n->regions.n = 0;
}

static int x_shm_unmap(sqlite3_file *f, int remove)
{
    (void)remove;
    handle *h = handle_of(f);
    enter(h->v);
    shm_unmap(h);
    leave(h->v);
    return SQLITE_OK;
}

// --- the rest of a file ----------------------------------------------------------------------------------------------
static int x_control(sqlite3_file *f, int what, void *p) { return (void)f, (void)what, (void)p, SQLITE_NOTFOUND; }
static int x_sector(sqlite3_file *f) { return (void)f, SECTOR_BYTES; }
static int x_promises(sqlite3_file *f) { return (void)f, 0; }

static int x_close(sqlite3_file *f)
{
    handle *h = handle_of(f);
    enter(h->v);
    shm_unmap(h);
    unlock_level(h, SQLITE_LOCK_NONE);
    if (h->n->writer == h)
        h->n->writer = NULL;
    node_release(h->v, h->n);
    leave(h->v);
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2, .xClose = x_close, .xRead = x_read, .xWrite = x_write, .xTruncate = x_truncate, .xSync = x_sync,
    .xFileSize = x_size, .xLock = x_lock, .xUnlock = x_unlock, .xCheckReservedLock = x_check_reserved,
    .xFileControl = x_control, .xSectorSize = x_sector, .xDeviceCharacteristics = x_promises,
    .xShmMap = x_shm_map, .xShmLock = x_shm_lock, .xShmBarrier = x_shm_barrier, .xShmUnmap = x_shm_unmap,
};

// --- names -----------------------------------------------------------------------------------------------------------
static int x_open(sqlite3_vfs *base, const char *path, sqlite3_file *f, int flags, int *ret_flags)
{
    handle *h = handle_of(f);
    *h = (handle){ .v = vfs_of(base) };
    enter(h->v);
    int rc = node_take(h->v, path, flags, h, &h->n);
    leave(h->v);
    if (rc != SQLITE_OK)
        return rc;                                // base.pMethods stays NULL: SQLite will not close it
    h->base.pMethods = &methods;
    if (ret_flags)
        *ret_flags = flags;
    return SQLITE_OK;
}

static int x_delete(sqlite3_vfs *base, const char *path, int sync_dir)
{
    vfs *v = vfs_of(base);
    err e = os_remove(v->o, path);
    if (e != E_OK)
        return e == E_NOT_FOUND ? SQLITE_IOERR_DELETE_NOENT : SQLITE_IOERR_DELETE;
    enter(v);
    node *n = node_find(v, path);
    if (n)
        n->path[0] = 0;
    leave(v);
    return sync_dir && sync_parent(v->o, path) != E_OK ? SQLITE_IOERR_DIR_FSYNC : SQLITE_OK;
}

// An empty file counts as none, as SQLite's own port has it: an empty journal has nothing to say.
static int x_access(sqlite3_vfs *base, const char *path, int flags, int *ret)
{
    (void)flags;
    os *o = vfs_of(base)->o;
    os_file *f;
    err e = os_open(o, path, OS_READ, &f);
    int64_t size = 0;
    if (e == E_OK) {
        e = os_size(f, &size);
        os_close(f);
    }
    *ret = size > 0;
    return e == E_OK || e == E_NOT_FOUND ? SQLITE_OK : SQLITE_IOERR_ACCESS;
}

static int x_full_path(sqlite3_vfs *base, const char *path, int room, char *ret)
{
    (void)base;
    size_t n = strlen(path);
    if (n >= (size_t)room)
        return SQLITE_CANTOPEN;
    memcpy(ret, path, n + 1);
    return SQLITE_OK;
}

static int x_random(sqlite3_vfs *base, int n, char *p)
{
    os_random(vfs_of(base)->o, p, (size_t)n);
    return n;
}

static int x_sleep(sqlite3_vfs *base, int us)
{
    os_sleep_us(vfs_of(base)->o, us);
    return us;
}

static int x_time_ms(sqlite3_vfs *base, sqlite3_int64 *ret)
{
    *ret = JULIAN_EPOCH_MS + os_now_us(vfs_of(base)->o) / 1000;
    return SQLITE_OK;
}

static int x_time_days(sqlite3_vfs *base, double *ret)
{
    sqlite3_int64 ms;
    x_time_ms(base, &ms);
    *ret = (double)ms / 86400000.0;
    return SQLITE_OK;
}

static int x_last_error(sqlite3_vfs *base, int n, char *p) { return (void)base, (void)n, (void)p, 0; }

// --- registration ----------------------------------------------------------------------------------------------------
// SQLite's own list is the registry; its static mutex guards finding and counting.
static vfs *vfs_create(os *o, const char *name)
{
    vfs *v = calloc(1, sizeof *v);
    ENSURE(v);
    v->o = o;
    memcpy(v->name, name, strlen(name) + 1);
    pthread_mutex_init(&v->mutex, NULL);
    v->base = (sqlite3_vfs){
        .iVersion = 2, .szOsFile = sizeof(handle), .mxPathname = PATH_MAX_BYTES, .zName = v->name,
        .xOpen = x_open, .xDelete = x_delete, .xAccess = x_access, .xFullPathname = x_full_path, .xRandomness = x_random,
        .xSleep = x_sleep, .xCurrentTime = x_time_days, .xCurrentTimeInt64 = x_time_ms, .xGetLastError = x_last_error,
    };
    ENSURE(sqlite3_vfs_register(&v->base, 0) == SQLITE_OK);
    return v;
}

static sqlite3_mutex *registry(void)
{
    ENSURE(sqlite3_initialize() == SQLITE_OK);
    return sqlite3_mutex_alloc(SQLITE_MUTEX_STATIC_APP1);
}

static vfs *registered(os *o, char name[40])
{
    snprintf(name, 40, "lianyi-%p", (void *)o);
    return (vfs *)sqlite3_vfs_find(name);
}

const char *vfs_take(os *o)
{
    char name[40];
    sqlite3_mutex *m = registry();
    sqlite3_mutex_enter(m);
    vfs *v = registered(o, name);
    if (!v)
        v = vfs_create(o, name);
    v->users++;
    sqlite3_mutex_leave(m);
    return v->name;
}

void vfs_give_back(os *o)
{
    char name[40];
    sqlite3_mutex *m = registry();
    sqlite3_mutex_enter(m);
    vfs *v = registered(o, name);
    ENSURE(v && v->users > 0);
    if (--v->users == 0) {
        ENSURE(v->nodes.n == 0);
        sqlite3_vfs_unregister(&v->base);
        vec_free(&v->nodes);
        pthread_mutex_destroy(&v->mutex);
        free(v);
    }
    sqlite3_mutex_leave(m);
}
