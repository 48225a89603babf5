// What the files of declared records share.
#ifndef RECORD_RECORD_INTERNAL_H
#define RECORD_RECORD_INTERNAL_H
#include "record/record_sql.h"

// Who writes: of a request, or of the import being written.
typedef struct record_who { enum audit_who kind; int64_t id; } record_who;

// The one way in: checks key and references, inserts, emits <name>.created, writes audit. E_EXISTS, E_FIELD_VALUE with the field.
err record_add(tx *t, const record *k, record_who who, const void *input, int64_t *ret_id);
// Checks alone, on any connection.
err record_check(db *d, const record *k, const void *input, int64_t but_id, arena *a, fault *f);

// From the query's sort, desc and archived. E_FIELD_VALUE: not a field to sort by.
err record_listing(req *r, const record *k, const shape *sh, listing *ret);

#endif
