#include "store/lock.h"

err lock_take(os *o, const char *dir, dir_lock *ret)
{
    arena *a = arena_create();
    os_file *f;
    err e = os_open(o, arena_fmt(a, "%s/LOCK", dir).s, OS_READ | OS_WRITE | OS_CREATE, &f);
    arena_destroy(a);
    TRY(e);
    e = os_lock(f);
    if (e != E_OK) {
        os_close(f);
        return e;
    }
    ret->file = f;
    return E_OK;
}

void lock_release(dir_lock *l)
{
    os_close(l->file);
    l->file = NULL;
}
