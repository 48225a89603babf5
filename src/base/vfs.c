#include "base/vfs_inside.h"
#include <stdio.h>
#include <stdlib.h>

#define PATH_MAX_BYTES 512
#define SECTOR_BYTES 4096
#define JULIAN_EPOCH_MS INT64_C(210866760000000)   // 1970-01-01 as SQLite counts: milliseconds since noon 4714-11-24 BC

static vfs *vfs_of(sqlite3_vfs *v) { return (vfs *)v; }

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

// --- the rest of a file ----------------------------------------------------------------------------------------------
static int x_control(sqlite3_file *f, int what, void *p) { return (void)f, (void)what, (void)p, SQLITE_NOTFOUND; }
static int x_sector(sqlite3_file *f) { return (void)f, SECTOR_BYTES; }
static int x_promises(sqlite3_file *f) { return (void)f, 0; }

static int x_close(sqlite3_file *f)
{
    handle *h = handle_of(f);
    enter(h->v);
    vfs_drop_locks(h);
    if (h->n->writer == h)
        h->n->writer = NULL;
    node_release(h->v, h->n);
    leave(h->v);
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2, .xClose = x_close, .xRead = x_read, .xWrite = x_write, .xTruncate = x_truncate, .xSync = x_sync,
    .xFileSize = x_size, .xLock = vfs_lock, .xUnlock = vfs_unlock, .xCheckReservedLock = vfs_check_reserved,
    .xFileControl = x_control, .xSectorSize = x_sector, .xDeviceCharacteristics = x_promises,
    .xShmMap = vfs_shm_map, .xShmLock = vfs_shm_lock, .xShmBarrier = vfs_shm_barrier, .xShmUnmap = vfs_shm_unmap,
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

// Before main, while there is one thread: SQLite's count of its memory is a mutex that all connections would share.
__attribute__((constructor)) static void no_shared_counters(void) { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

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
