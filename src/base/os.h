// The port to the operating system: time, randomness and files. Everything that must survive a crash goes through here,
// so a simulator can run years in seconds, fail the n-th call, tear unsynced pages and lose power between any two steps.
// Two implementations: os_posix.c (the machine) and tests/sim/os_sim.c (a made-up one).
#ifndef BASE_OS_H
#define BASE_OS_H
#include "base/err.h"

typedef struct os os;
typedef struct os_file os_file;

enum { OS_READ = 1, OS_WRITE = 2, OS_CREATE = 4, OS_EXCLUSIVE = 8 };   // EXCLUSIVE: with CREATE, fail when it exists

typedef struct os_ops {
    int64_t (*now_us)(os *o);                               // wall clock, microseconds UTC since 1970
    int64_t (*mono_us)(os *o);                              // never goes back; its zero means nothing
    void (*random)(os *o, void *p, size_t n);               // unpredictable bytes; the simulator's are seeded
    void (*sleep_us)(os *o, int64_t us);                    // about that long; the simulator moves its clocks instead

    err (*open)(os *o, const char *path, int flags, os_file **ret);       // E_NOT_FOUND, E_EXISTS, E_IO
    void (*close)(os_file *f);
    err (*read_at)(os_file *f, void *p, size_t n, int64_t at, size_t *ret_n);   // short only at the end of the file
    err (*write_at)(os_file *f, const void *p, size_t n, int64_t at);     // all or an error; E_DISK_FULL, E_IO
    err (*sync)(os_file *f);                                // data and length; E_IO means: never write this file again
    err (*truncate)(os_file *f, int64_t size);
    err (*size)(os_file *f, int64_t *ret);
    err (*lock)(os_file *f);                                // exclusive, of the whole file, until close; E_LOCKED

    err (*remove)(os *o, const char *path);                 // E_NOT_FOUND
    err (*rename)(os *o, const char *from, const char *to); // replaces; durable after sync_dir
    err (*link)(os *o, const char *from, const char *to);   // hard link; E_EXISTS
    err (*mkdir)(os *o, const char *path);                  // E_EXISTS
    err (*sync_dir)(os *o, const char *path);               // names made, renamed or removed in it are durable
    err (*list)(os *o, const char *path, arena *a, str **ret_names, size_t *ret_n);   // without . and .., sorted
    bool (*exists)(os *o, const char *path);
} os_ops;

struct os { const os_ops *ops; };
struct os_file { os *o; };

os *os_posix(void);                           // the machine; one static instance

static inline int64_t os_now_us(os *o) { return o->ops->now_us(o); }
static inline int64_t os_mono_us(os *o) { return o->ops->mono_us(o); }
static inline void os_random(os *o, void *p, size_t n) { o->ops->random(o, p, n); }
static inline void os_sleep_us(os *o, int64_t us) { o->ops->sleep_us(o, us); }
static inline err os_open(os *o, const char *path, int flags, os_file **ret) { return o->ops->open(o, path, flags, ret); }
static inline void os_close(os_file *f) { if (f) f->o->ops->close(f); }
static inline err os_read_at(os_file *f, void *p, size_t n, int64_t at, size_t *ret_n)
{
    return f->o->ops->read_at(f, p, n, at, ret_n);
}
static inline err os_write_at(os_file *f, const void *p, size_t n, int64_t at) { return f->o->ops->write_at(f, p, n, at); }
static inline err os_sync(os_file *f) { return f->o->ops->sync(f); }
static inline err os_truncate(os_file *f, int64_t size) { return f->o->ops->truncate(f, size); }
static inline err os_size(os_file *f, int64_t *ret) { return f->o->ops->size(f, ret); }
static inline err os_lock(os_file *f) { return f->o->ops->lock(f); }
static inline err os_remove(os *o, const char *path) { return o->ops->remove(o, path); }
static inline err os_rename(os *o, const char *from, const char *to) { return o->ops->rename(o, from, to); }
static inline err os_link(os *o, const char *from, const char *to) { return o->ops->link(o, from, to); }
static inline err os_mkdir(os *o, const char *path) { return o->ops->mkdir(o, path); }
static inline err os_sync_dir(os *o, const char *path) { return o->ops->sync_dir(o, path); }
static inline err os_list(os *o, const char *path, arena *a, str **ret_names, size_t *ret_n)
{
    return o->ops->list(o, path, a, ret_names, ret_n);
}
static inline bool os_exists(os *o, const char *path) { return o->ops->exists(o, path); }

// Whole small files (≤ 64 MB). Writing is atomic: a temporary beside it, synced, renamed, directory synced.
err os_read_file(os *o, const char *path, arena *a, str *ret);
err os_read_up_to(os *o, const char *path, int64_t max, arena *a, str *ret);       // max: bytes
err os_write_file(os *o, const char *path, str bytes);

#endif
