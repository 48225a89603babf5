// A copy of a whole brand, taken while it serves: database pages between groups, then the log.
//   TARGET/brand.db   one moment of the database
//   TARGET/log/       segments (hard links on the same file system, else copies), at least up to that moment
//   TARGET/backup.json  event number and time of the moment, its segments
//   KEYS                (TARGET.keys unless said otherwise) the data keys of people, sealed by the master key (keys.h)
// Neither master.key nor any data key is in TARGET: without both it shows no personal data. Keep both elsewhere, and of KEYS only
// the newest; restore asks for them, and forgets again who was erased since.
#ifndef INSTANCE_BACKUP_H
#define INSTANCE_BACKUP_H
#include "instance/instance.h"

// TARGET must not exist (E_EXISTS). An error leaves a TARGET that restore refuses (backup.json is written last).
// keys NULL: TARGET.keys.
err backup_make(instance *in, const char *target, const char *keys, fault *f, arena *a);

// The names of its segments. E_NOT_FOUND, E_CORRUPT: no complete backup.
err backup_manifest(os *o, const char *from, fault *f, arena *a, jval **ret_segments);

// Makes DIR (which must not exist) from a backup, a master key and a file of keys (NULL: FROM.keys), then erases again whoever any
// file of keys of this brand beside that file or the backup (*.keys) lists as erased.
err backup_restore(os *o, const char *from, const char *key_path, const char *keys, const char *dir, fault *f, arena *a);

#endif
