// What personal data is sealed with, in a file of its own. A copy has none of it: neither the keys of people nor those of what waits in
// quarantine, and no answers kept for repeated writes. Whoever is erased has no key in the next file, and loses the one in every older
// file that is still where it was made (keys_renew), so that the copies are noise for them. The file also lists who was erased, so that
// a restored copy forgets them again.
//   keys = "LYKEYS1\n" database[16], u32 count, count × (u32 subject, varint length, sealed key), u32 count, count × u32 subject,
//          u32 count, count × (u64 row in quarantine, varint length, sealed key), BLAKE2b-256 of all before it.
//          Keys are sealed by the master key, which is in neither. Files from before the third list end without it.
#ifndef INSTANCE_KEYS_H
#define INSTANCE_KEYS_H
#include "instance/instance.h"

#define KEYS_BYTES_MAX (INT64_C(4) << 30)     // of some forty million people

typedef struct keys_file { str bytes; const uint32_t *erased; size_t erased_n; } keys_file;

// Takes the keys out of the copy `database` and writes them, with the list of the erased, to `path` (replaced as a whole).
err keys_take(os *o, const struct vault *v, const char *database, const char *path);
// E_NOT_FOUND, E_CORRUPT.
err keys_read(os *o, const char *path, arena *a, keys_file *ret);
// Puts them back into a copy. E_CORRUPT: of another brand.
err keys_put(os *o, const struct vault *v, const char *database, const keys_file *k);
// After all files were put: what no key was found for.
err keys_end(os *o, const char *database);
// Takes out of an older file what the brand itself cannot open any more. d: the brand's. *ret_changed: it was written anew.
err keys_renew(os *o, db *d, const char *path, bool *ret_changed);

#endif
