// Inside of the VFS: what its two files share. vfs.c: files, bytes and names. vfs_lock.c: who may do what when.
#ifndef BASE_VFS_INSIDE_H
#define BASE_VFS_INSIDE_H
#include "base/buf.h"
#include "base/vec.h"
#include "base/vfs.h"
#include <pthread.h>
#include <sqlite3.h>

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

static inline handle *handle_of(sqlite3_file *f) { return (handle *)f; }
static inline void enter(vfs *v) { pthread_mutex_lock(&v->mutex); }
static inline void leave(vfs *v) { pthread_mutex_unlock(&v->mutex); }

int vfs_lock(sqlite3_file *f, int level);
int vfs_unlock(sqlite3_file *f, int level);
int vfs_check_reserved(sqlite3_file *f, int *ret);
int vfs_shm_map(sqlite3_file *f, int region, int bytes, int extend, void volatile **ret);
int vfs_shm_lock(sqlite3_file *f, int first, int count, int flags);
void vfs_shm_barrier(sqlite3_file *f);
int vfs_shm_unmap(sqlite3_file *f, int remove);
void vfs_drop_locks(handle *h);               // all of one connection, when it closes; the mutex is held

#endif
