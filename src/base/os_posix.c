// The machine: Linux files, clocks and randomness behind base/os.h. No state, so any thread may use it.
#include "base/os.h"
#include "base/vec.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct posix_file {
    os_file f;
    int fd;
} posix_file;

static int fd_of(os_file *f) { return ((posix_file *)f)->fd; }

static err err_of(int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return E_NOT_FOUND;
    case EEXIST:
        return E_EXISTS;
    case ENOSPC:
    case EDQUOT:
        return E_DISK_FULL;
    default:
        return E_IO;
    }
}

static err result(int rc) { return rc == 0 ? E_OK : err_of(errno); }

static int64_t clock_us(clockid_t id)
{
    struct timespec t;
    ENSURE(clock_gettime(id, &t) == 0);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t posix_now_us(os *o) { return (void)o, clock_us(CLOCK_REALTIME); }
static int64_t posix_mono_us(os *o) { return (void)o, clock_us(CLOCK_MONOTONIC); }

static void posix_random(os *o, void *p, size_t n)
{
    (void)o;
    for (char *at = p; n > 0;) {
        ssize_t got = getrandom(at, n, 0);
        ENSURE(got > 0 || errno == EINTR);        // without randomness nothing may go on
        if (got > 0) {
            at += got;
            n -= (size_t)got;
        }
    }
}

static void posix_sleep_us(os *o, int64_t us)
{
    (void)o;
    nanosleep(&(struct timespec){ us / 1000000, us % 1000000 * 1000 }, NULL);
}

// Files hold people's data: only the owner may read them.
static err posix_open(os *o, const char *path, int flags, os_file **ret)
{
    int mode = flags & OS_WRITE ? O_RDWR : O_RDONLY;
    mode |= flags & OS_CREATE ? O_CREAT : 0;
    mode |= flags & OS_EXCLUSIVE ? O_EXCL : 0;
    int fd;
    do
        fd = open(path, mode | O_CLOEXEC, 0600);
    while (fd < 0 && errno == EINTR);
    if (fd < 0)
        return err_of(errno);
    posix_file *f = calloc(1, sizeof *f);
    ENSURE(f);
    f->f.o = o;
    f->fd = fd;
    *ret = &f->f;
    return E_OK;
}

// close is not retried: after EINTR Linux has closed the descriptor, and its number may be another file's by now.
static void posix_close(os_file *f)
{
    close(fd_of(f));
    free(f);
}

static err posix_read_at(os_file *f, void *p, size_t n, int64_t at, size_t *ret_n)
{
    size_t done = 0;
    while (done < n) {
        ssize_t got = pread(fd_of(f), (char *)p + done, n - done, at + (int64_t)done);
        if (got < 0 && errno != EINTR)
            return err_of(errno);
        if (got == 0)
            break;
        if (got > 0)
            done += (size_t)got;
    }
    *ret_n = done;
    return E_OK;
}

static err posix_write_at(os_file *f, const void *p, size_t n, int64_t at)
{
    size_t done = 0;
    while (done < n) {
        ssize_t put = pwrite(fd_of(f), (const char *)p + done, n - done, at + (int64_t)done);
        if (put < 0 && errno != EINTR)
            return err_of(errno);
        if (put == 0)
            return E_IO;
        if (put > 0)
            done += (size_t)put;
    }
    return E_OK;
}

// fdatasync brings data and every attribute needed to read it back, so the length too. Never repeated after an error:
// Linux forgets the failed pages and a second call would claim success.
static err posix_sync(os_file *f) { return result(fdatasync(fd_of(f))); }

static err posix_truncate(os_file *f, int64_t size)
{
    int rc;
    do
        rc = ftruncate(fd_of(f), size);
    while (rc != 0 && errno == EINTR);
    return result(rc);
}

static err posix_size(os_file *f, int64_t *ret)
{
    struct stat st;
    if (fstat(fd_of(f), &st) != 0)
        return err_of(errno);
    *ret = st.st_size;
    return E_OK;
}

// An open-file-description lock over the whole file: it conflicts with the POSIX locks of other programs (SQLite's own
// tools among them) and, unlike those, is not lost when another descriptor of the same file is closed.
static err posix_lock(os_file *f)
{
    struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    if (fcntl(fd_of(f), F_OFD_SETLK, &l) == 0)
        return E_OK;
    return errno == EAGAIN || errno == EACCES ? E_LOCKED : err_of(errno);
}

static err posix_remove(os *o, const char *path) { return (void)o, result(unlink(path)); }
static err posix_rename(os *o, const char *from, const char *to) { return (void)o, result(rename(from, to)); }
static err posix_link(os *o, const char *from, const char *to) { return (void)o, result(link(from, to)); }
static err posix_mkdir(os *o, const char *path) { return (void)o, result(mkdir(path, 0700)); }

static err posix_sync_dir(os *o, const char *path)
{
    (void)o;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_of(errno);
    err e = result(fsync(fd));
    close(fd);
    return e;
}

static int by_name(const void *x, const void *y) { return str_cmp(*(const str *)x, *(const str *)y); }

static err posix_list(os *o, const char *path, arena *a, str **ret_names, size_t *ret_n)
{
    (void)o;
    DIR *d = opendir(path);
    if (!d)
        return err_of(errno);
    VEC(str) names = { 0 };
    struct dirent *entry;
    for (errno = 0; (entry = readdir(d)) != NULL; errno = 0)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            vec_push(&names, arena_str(a, str_c(entry->d_name)));
    err e = errno ? err_of(errno) : E_OK;
    closedir(d);
    if (e == E_OK) {
        str *out = arena_array(a, str, names.n + 1);
        if (names.n) {
            memcpy(out, names.v, names.n * sizeof *out);
            qsort(out, names.n, sizeof *out, by_name);
        }
        *ret_names = out;
        *ret_n = names.n;
    }
    vec_free(&names);
    return e;
}

static bool posix_exists(os *o, const char *path) { return (void)o, access(path, F_OK) == 0; }

static const os_ops posix_ops = {
    .now_us = posix_now_us, .mono_us = posix_mono_us, .random = posix_random, .sleep_us = posix_sleep_us,
    .open = posix_open, .close = posix_close, .read_at = posix_read_at, .write_at = posix_write_at,
    .sync = posix_sync, .truncate = posix_truncate, .size = posix_size, .lock = posix_lock,
    .remove = posix_remove, .rename = posix_rename, .link = posix_link, .mkdir = posix_mkdir,
    .sync_dir = posix_sync_dir, .list = posix_list, .exists = posix_exists,
};

os *os_posix(void)
{
    static os machine = { &posix_ops };           // never changed; not const only because the port passes os *
    return &machine;
}
