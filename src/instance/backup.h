// A copy of a whole brand, taken while it serves: database pages between groups, then the log.
//   TARGET/brand.db   one moment of the database
//   TARGET/log/       segments (hard links on the same file system, else copies), at least up to that moment
//   TARGET/backup.json  event number and time of the moment, its segments
// master.key is not in it: a backup without the key shows no personal data. Keep the key elsewhere; restore asks for it.
#ifndef INSTANCE_BACKUP_H
#define INSTANCE_BACKUP_H
#include "instance/instance.h"

// TARGET must not exist (E_EXISTS). An error leaves a TARGET that restore refuses (backup.json is written last).
err backup_make(instance *in, const char *target, fault *f, arena *a);

// Makes DIR (which must not exist) from a backup and a master key.
err backup_restore(os *o, const char *from, const char *key_path, const char *dir, fault *f, arena *a);

#endif
