// What files can bring: one list (targets.c). A target declares its fields as a shape, whether its rows name a person, and how a
// row is written. Everything else — mapping, guessing, checking, progress, reconciliation, docs, console — comes from here.
#ifndef IMPORT_TARGET_H
#define IMPORT_TARGET_H
#include "connect/ingest.h"

typedef enum import_outcome { IMPORTED_CREATED, IMPORTED_MERGED, IMPORTED_REFUSED, IMPORT_OUTCOMES } import_outcome;
extern const char *const import_outcomes[IMPORT_OUTCOMES + 1];         // "created" "merged" "refused"

// One row on its way: made on a worker thread, written by the teller.
typedef struct import_row {
    int64_t no, line;
    void *fields;                  // struct of the target's shape; NULL when refused while reading
    ingest_event *who;             // identities and further columns (personal ones sealed); targets with .person
    err code;                      // of a refusal
    str column, detail;
    int64_t limit;
    import_outcome got;            // the teller's
} import_row;

// Fields of the target "event", by their place in its shape.
enum { IMPORT_EVENT_NAME, IMPORT_EVENT_TIME, IMPORT_EVENT_MESSAGE_ID };

typedef struct import_sums import_sums;                                // sheet.h

// What the writing side of a target knows.
typedef struct import_ctx {
    tx *t;
    ingest *in;
    const caller *who;             // source and effects of what it brings
    int64_t import;
    str mark;                      // 16 letters of the file's digest: what keys are made of
    import_sums *sums;
} import_ctx;

typedef struct import_target {
    const char *name, *zh, *en;
    const shape *fields;
    bool person;                   // a row names somebody: at least one column is an identity
    bool further;                  // columns that are no field may be kept: properties of events, traits of people
    uint32_t slice;                // rows an operation writes: about 5 ms of the teller
    // Writes one row inside a savepoint of its own. A user's fault refuses the row with the field's path in t->f.
    err (*write)(import_ctx *c, const import_row *row, import_outcome *ret);
    bool events;                   // the whole slice at once, by the path of ingest; write is NULL
    bool once;                     // rows are facts by themselves: the same contents count once, whatever the mapping
} import_target;

extern const import_target *const import_targets[];                    // NULL-terminated
const import_target *import_target_named(str name);                    // NULL: none
int import_field(const import_target *t, str name);                    // by name or by what people call it; -1: none

#endif
