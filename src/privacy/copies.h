// Copies of the brand that are older than an erasure: what has to be deleted when its time is over. The files themselves are the
// business of whoever made them (instance/copies.h); here is what is known of them, and what staff see.
#ifndef PRIVACY_COPIES_H
#define PRIVACY_COPIES_H
#include "api/route.h"
#include "rule/engine.h"

typedef struct copy_row {
    int64_t id, at_us, event_no;
    str path, keys_path, manifest, keys;          // digests in hexadecimal; empty: not noted
} copy_row;

#define COPIES_AT_ONCE 100

err copy_note(tx *t, const copy_row *c);
// Any connection: made before an erasure whose time was over at now_us, and not known to be gone; oldest first, at most COPIES_AT_ONCE.
err copies_overdue(db *d, int64_t now_us, arena *a, copy_row **ret, size_t *ret_n);
// A later one that should be there: without one, the last copy of a brand is not deleted. Empty path: none.
err copy_after(db *d, const copy_row *c, arena *a, copy_row *ret);
// All that are not known to be gone, newest first, at most COPIES_KNOWN_MAX.
#define COPIES_KNOWN_MAX 1000
err copies_known(db *d, arena *a, copy_row **ret, size_t *ret_n);
err copy_keys_are(tx *t, int64_t id, str digest);     // its file of keys was written anew
// They are deleted when their time is over, unless somebody wants only to be told.
err copies_deleted(db *d, bool *ret);
err copy_deleted(tx *t, int64_t id);              // we did; with a line of audit
int64_t copies_overdue_count(db *d, int64_t now_us);

extern const route_table copy_routes;

#endif
