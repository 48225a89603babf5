// DIR/LOCK: whoever holds it is the only process that opens DIR. Held until released or until the process ends, however it ends.
#ifndef STORE_LOCK_H
#define STORE_LOCK_H
#include "base/os.h"

typedef struct dir_lock { os_file *file; } dir_lock;

// E_LOCKED when another process holds it. The file stays behind; only the lock on it counts.
err lock_take(os *o, const char *dir, dir_lock *ret);
void lock_release(dir_lock *l);               // a second release is fine

#endif
