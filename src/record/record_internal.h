// What the files of declared records share.
#ifndef RECORD_RECORD_INTERNAL_H
#define RECORD_RECORD_INTERNAL_H
#include "record/record_sql.h"

// Who writes: of a request, or of the import being written.
typedef struct record_who {
    enum audit_who kind;
    int64_t id;
    str name;                  // first source of people that are new
    uint32_t source;           // of the events
    effects effects;           // what they may set in motion
} record_who;

// The one way in: checks, keeps what is personal, inserts, tells (record_tell.c). The errors of RECORD_ERRORS with the field.
err record_add(tx *t, const record *k, const record_who *who, const void *input, int64_t *ret_id);
// A row of an import that may change what is there: added, or changed where it differs. *ret_changed false: nothing did.
err record_put(tx *t, const record *k, const record_who *who, void *input, bool *ret_added, bool *ret_changed, int64_t *ret_id);
// Checks alone, on any connection: key, references, the move of the state, whom it is about. `before`: the view as it is, NULL when new.
err record_check(db *d, const record *k, const void *input, const void *before, int64_t id, arena *a, fault *f);

// From the query's sort, desc and archived. E_FIELD_VALUE: not a field to sort by.
err record_listing(req *r, const record *k, const shape *sh, listing *ret);

const char *record_label(const shape *sh, const char *name, const void *in);      // of an ENUM field; NULL: absent
str record_field_names(const record *k, const void *input, arena *a, const char *between);

// --- record_person.c: whom it is about, and what is personal in it -------------------------------------------------------------------
// Personal data of an input struct, sealed where it was parsed: from then on its fields hold "sealed:…", which only record_keep opens.
str record_key_kept(const engine *e, str key, arena *a);                // as rows have it; the key itself when nothing personal is in it
err record_numbers_keep(engine *e, db *d);      // writer, before the teller: rows from before keys were kept so
err record_seal_row(const engine *e, const record *k, void *input, arena *a, fault *f);
// The same shape for reading such a struct back from an import's slice.
const shape *record_sealed_shape(const shape *sh, arena *a);
db_arg record_key(const record *k, const void *input, arena *a);        // for record_sql_by_key
err record_check_person(db *d, const record *k, const void *input, const void *before, arena *a, fault *f);
// Teller. Finds or makes the person, keeps personal data in the vault. `subject`: of the row as it is; 0 when new or nobody's.
err record_keep(tx *t, const record *k, const record_who *who, const void *input, const void *before, int64_t subject, record_kept *ret);
// "vault:<id>" of a row, for an event of this subject.
err record_vault_of(tx *t, str ref, uint32_t subject, str *ret);
// A view's personal fields as people may see them; what was erased is absent. Any connection.
err record_mask(db *d, const engine *e, const record *k, arena *a, void *view);

// --- record_tell.c: what a change means ---------------------------------------------------------------------------------------------
typedef struct record_change {
    int64_t id;
    const char *what;                  // "created" "changed" "archived" "restored"
    const void *input;                 // NULL: archived, restored
    const void *before, *after;        // views as stored; before NULL: new
    int64_t subject_before, subject;   // 0: nobody
} record_change;
err record_tell(tx *t, const record *k, const record_who *who, const record_change *c);

#endif
