// The keys people's personal data is sealed with, in a file of its own. A backup has none of them: whoever is erased has no key in
// the next file, and since only the newest file is kept, no old backup can show them any more. The file also lists who was erased,
// so that a restored backup forgets them again.
//   keys = "LYKEYS1\n" database[16], u32 count, count × (u32 subject, varint length, sealed key), u32 count, count × u32 subject,
//          BLAKE2b-256 of all before it. Keys are sealed by the master key, which is in neither.
#ifndef INSTANCE_KEYS_H
#define INSTANCE_KEYS_H
#include "instance/instance.h"

typedef struct keys_file { str bytes; const uint32_t *erased; size_t erased_n; } keys_file;

// Takes the keys out of the copy `database` and writes them, with the list of the erased, to `path` (replaced as a whole).
err keys_take(os *o, const char *database, const char *path);
// E_NOT_FOUND, E_CORRUPT.
err keys_read(os *o, const char *path, arena *a, keys_file *ret);
// Puts them back into a copy. E_CORRUPT: of another brand.
err keys_put(os *o, const char *database, const keys_file *k);

#endif
