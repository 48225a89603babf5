// Locks between the connections of this process, and the index of the write-ahead log they share.
#include "base/vfs_inside.h"
#include <stdatomic.h>
#include <stdlib.h>

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

int vfs_lock(sqlite3_file *f, int level)
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

int vfs_unlock(sqlite3_file *f, int level)
{
    handle *h = handle_of(f);
    enter(h->v);
    unlock_level(h, level);
    leave(h->v);
    return SQLITE_OK;
}

int vfs_check_reserved(sqlite3_file *f, int *ret)
{
    handle *h = handle_of(f);
    enter(h->v);
    *ret = h->n->reserved || h->n->pending;
    leave(h->v);
    return SQLITE_OK;
}

// --- the log's index -------------------------------------------------------------------------------------------------
int vfs_shm_map(sqlite3_file *f, int region, int bytes, int extend, void volatile **ret)
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

int vfs_shm_lock(sqlite3_file *f, int first, int count, int flags)
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
void vfs_shm_barrier(sqlite3_file *f)
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

int vfs_shm_unmap(sqlite3_file *f, int remove)
{
    (void)remove;
    handle *h = handle_of(f);
    enter(h->v);
    shm_unmap(h);
    leave(h->v);
    return SQLITE_OK;
}

void vfs_drop_locks(handle *h)
{
    shm_unmap(h);
    unlock_level(h, SQLITE_LOCK_NONE);
}
