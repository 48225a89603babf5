// SQLite's files over the os port, so that whoever owns the port owns every byte of the database.
//
// Only one process ever has a database open (DIR/LOCK and the lock on the file itself say so), hence the index of the
// write-ahead log lives in this process's heap and the locks between its connections are plain counters under a mutex.
// A program from outside, SQLite's shell for example, is told "database is locked" because the whole file is locked
// through the port. Promises to SQLite about the disk are the fewest possible: no atomic writes, no safe appends,
// a torn sector may harm its neighbours' bytes (no POWERSAFE_OVERWRITE), so commits are padded to whole sectors.
//
// A file whose sync failed takes no more writes: Linux drops the pages it could not write, and a second, successful sync
// would cover the hole. Names are durable too: the first sync of each file syncs its directory.
#ifndef BASE_VFS_H
#define BASE_VFS_H
#include "base/os.h"

// Name to give to sqlite3_open_v2. Counted: give it back once per take, after the connection is closed. Any thread.
const char *vfs_take(os *o);
void vfs_give_back(os *o);

#endif
