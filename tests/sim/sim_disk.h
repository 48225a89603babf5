// The made-up disk: what programs see now, what is durable, and what lies between the two until a sync or a power cut.
#ifndef TESTS_SIM_SIM_DISK_H
#define TESTS_SIM_SIM_DISK_H
#include "base/buf.h"
#include "base/vec.h"

typedef uint64_t sim_rng;                     // state of splitmix64
uint64_t sim_draw(sim_rng *r);

// One unsynced change of a file's bytes.
typedef struct sim_write {
    bool truncate;                            // to `at` bytes; else `bytes` at `at`
    int64_t at;
    buf bytes;
} sim_write;

typedef struct sim_inode {
    buf now, disk;
    VEC(sim_write) pending;                   // in the order they were made; disk + pending = now, unless a sync failed
    VEC(int64_t) bad;                         // unreadable bytes
    int opened;
    const void *locked_by;                    // an open file
    bool seen;                                // for the sweep
} sim_inode;

typedef struct sim_name {
    char *path;
    sim_inode *inode;                         // NULL: a directory
} sim_name;

typedef VEC(sim_name) sim_names;

// One unsynced change of names: `unset` goes, `set` comes, both at once.
typedef struct sim_naming {
    char *set, *unset;
    sim_inode *inode;
} sim_naming;

typedef struct sim_disk {
    sim_names now, disk;
    VEC(sim_naming) pending;
    VEC(sim_inode *) inodes;
    bool harsh;                               // a torn sector harms its neighbours' bytes
} sim_disk;

void sim_disk_free(sim_disk *d);
sim_name *sim_find(const sim_names *names, const char *path);
bool sim_is_dir(const sim_disk *d, str path);     // "/" and "." always are
str sim_parent(const char *path);

sim_inode *sim_inode_create(sim_disk *d);
void sim_name_change(sim_disk *d, const char *set, sim_inode *inode, const char *unset);   // each may be NULL
void sim_names_sync(sim_disk *d, str dir);

void sim_inode_write(sim_inode *i, const void *p, size_t n, int64_t at);
void sim_inode_truncate(sim_inode *i, int64_t size);
void sim_inode_sync(sim_inode *i);
void sim_inode_sync_failed(sim_inode *i, sim_rng *r);

// Decides what of everything pending is on disk, and makes that what programs see.
void sim_disk_power_cut(sim_disk *d, sim_rng *r);
void sim_disk_unlock(sim_disk *d);
int64_t sim_disk_bytes(const sim_disk *d);

#endif
