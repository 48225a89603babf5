// Helpers over the port, the same for every implementation of it.
#include "base/os.h"

#define FILE_BYTES_MAX (64 * 1024 * 1024)

err os_read_file(os *o, const char *path, arena *a, str *ret) { return os_read_up_to(o, path, FILE_BYTES_MAX, a, ret); }

err os_read_up_to(os *o, const char *path, int64_t max, arena *a, str *ret)
{
    os_file *f;
    TRY(os_open(o, path, OS_READ, &f));
    int64_t size = 0;
    size_t got = 0;
    err e = os_size(f, &size);
    if (e == E_OK && size > max)
        e = E_BODY_TOO_LARGE;
    char *p = e == E_OK ? arena_alloc(a, (size_t)size + 1, 1, 1) : NULL;
    if (e == E_OK)
        e = os_read_at(f, p, (size_t)size, 0, &got);
    os_close(f);
    if (e == E_OK)
        *ret = (str){ p, got };
    return e;
}

static err write_temp(os *o, const char *temp, str bytes)
{
    os_file *f;
    err e = os_remove(o, temp);
    if (e != E_OK && e != E_NOT_FOUND)
        return e;
    TRY(os_open(o, temp, OS_READ | OS_WRITE | OS_CREATE | OS_EXCLUSIVE, &f));
    e = os_write_at(f, bytes.s, bytes.len, 0);
    if (e == E_OK)
        e = os_sync(f);
    os_close(f);
    return e;
}

err os_write_file(os *o, const char *path, str bytes)
{
    arena *a = arena_create();
    const char *temp = arena_fmt(a, "%s.new", path).s;
    str dir = str_c(path);
    while (dir.len && dir.s[dir.len - 1] != '/')
        dir.len--;
    const char *in = dir.len > 1 ? arena_cstr(a, str_take(dir, dir.len - 1)) : dir.len ? "/" : ".";
    err e = write_temp(o, temp, bytes);
    if (e == E_OK)
        e = os_rename(o, temp, path);
    if (e == E_OK)
        e = os_sync_dir(o, in);
    arena_destroy(a);
    return e;
}
