// SQL of declared records: assembled from the constant tables of shapes, values always bound.
#ifndef RECORD_RECORD_SQL_H
#define RECORD_RECORD_SQL_H
#include "record/record.h"

#define SQL_ARGS_MAX 96
typedef struct sql {
    buf text;
    db_arg args[SQL_ARGS_MAX];
    size_t n;
} sql;

#define COLUMN_MAX 72
const char *record_column(const field *fd, char out[COLUMN_MAX]);        // name; name_us for times
int record_field(const shape *sh, const char *name);                     // -1: none
static inline void *record_at(const field *fd, const void *in) { return (char *)(uintptr_t)in + fd->off; }

// Presence of field i of any struct of a shape.
typedef struct record_presence { uint64_t has, null; } record_presence;
static inline bool record_has(const void *in, int i) { return ((const record_presence *)in)->has >> i & 1; }
static inline bool record_null(const void *in, int i) { return ((const record_presence *)in)->null >> i & 1; }
static inline void record_mark(void *out, int i) { ((record_presence *)out)->has |= UINT64_C(1) << i; }

db_arg record_arg(const shape *sh, int i, const void *in);               // null when absent

static inline const char *record_table(const record *k) { return k->table ? k->table : k->name; }
unsigned record_columns(const record *k);                                // fields of the input that are columns: all but identities
int record_person_field(const record *k);                                // -1: it is about nobody
static inline bool is_person(const field *fd) { return fd->ref && strcmp(fd->ref, "person") == 0; }

// What stands in the row for a person and for personal data (record_person.c).
typedef struct record_kept {
    bool who;                      // subject and person are to be written
    int64_t subject, person;
    uint64_t personal;             // bit per field of the input: what is personal and to be written
    int64_t vault[64];             // by field of the input; 0: taken away
    hash128 hash[64];
} record_kept;

// One row into a struct of k->view, personal data as "vault:<id>". E_CORRUPT: an enum's column holds no label of it.
err record_row(const record *k, const db_rows *rows, arena *a, void *view);
// *ret_found false: no such row.
err record_sql_one(db *d, const record *k, int64_t id, arena *a, void *view, bool *ret_found);
err record_sql_insert(db *d, const record *k, int64_t id, int64_t now_us, const void *input, const record_kept *kept);
// What `change` names, and version + 1. archive: only archived_us; 0 takes it out again.
err record_sql_update(db *d, const record *k, int64_t id, int64_t now_us, const void *change, const record_kept *kept);
err record_sql_archive(db *d, const record *k, int64_t id, int64_t now_us, int64_t archived_us);
err record_sql_delete(db *d, const record *k, int64_t id);
err record_sql_subject(db *d, const record *k, int64_t id, int64_t *ret);
// The row with this key: text, or the keyed hash of a personal one. 0: none.
err record_sql_by_key(db *d, const record *k, db_arg key, int64_t *ret);
err record_sql_key_of(db *d, const record *k, int64_t id, arena *a, str *ret);   // the key's text; empty: no such row

typedef struct listing {
    const record *k;
    const shape *shape;            // of `in`: k->slice or k->query
    const void *in;
    int sort;                      // field of k->input; -1: id
    bool desc, archived;
    int64_t person;                // the filter by person, as it is now
    bool after;                    // from here on, not included:
    db_arg after_value;
    int64_t after_id;
    int64_t limit;
} listing;
// Rows in columns of the view; ask for one more than a page. The caller ends it.
err record_sql_list(db *d, const listing *l, db_rows *rows);
err record_sql_count(db *d, const listing *l, int64_t most, int64_t *ret);

#endif
