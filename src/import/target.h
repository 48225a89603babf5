// What files can bring: one list (targets.c). A target declares its fields as a shape, whether its rows name a person, and how a
// row is written. Everything else — mapping, guessing, checking, progress, reconciliation, docs, console — comes from here.
#ifndef IMPORT_TARGET_H
#define IMPORT_TARGET_H
#include "connect/ingest.h"
#include "import/sheet.h"
#include "record/record.h"

typedef enum import_outcome { IMPORTED_CREATED, IMPORTED_MERGED, IMPORTED_REFUSED, IMPORT_OUTCOMES } import_outcome;
extern const char *const import_outcomes[IMPORT_OUTCOMES + 1];         // "created" "merged" "refused"

// One row on its way: made on a worker thread, written by the teller.
typedef struct import_row {
    int64_t no, line;
    void *fields;                  // struct of the target's shape; NULL when refused while reading
    const record *record;          // of targets that are one
    ingest_event *who;             // identities and further columns (personal ones sealed); targets with .person
    err code;                      // of a refusal
    str column, detail;
    int64_t limit;
    import_outcome got;            // the teller's
} import_row;

// What the writing side of a target knows.
typedef struct import_ctx {
    tx *t;
    ingest *in;
    const caller *who;             // source and effects of what it brings
    str mark;                      // the import's id: what keys are made of
    import_sums *sums;
    str made_kind;                 // what the row made that is no event, by its id; 0: nothing
    int64_t made;
} import_ctx;

struct row_maker;

#define IMPORT_EVENTS_PER_ROW 2

typedef struct import_target {
    const char *name, *zh, *en;
    const shape *fields;
    bool person;                   // a row names somebody: at least one column is an identity
    bool further;                  // columns that are no field may be kept: properties of events, traits of people
    bool once;                     // rows are facts by themselves: the same contents count once, whatever the mapping
    bool quiet;                    // its events must at least do what quiet ones do: stage, consents, vehicles
    bool tells;                    // no target of events, but what its rows write is told by events that rules may hear
    bool news;                     // created means: the person is new
    uint32_t slice;                // rows an operation writes: about 5 ms of the teller
    const record *record;          // a declared record
    // Targets of events: a row becomes one or two of them, stored by the path of ingest, a slice at once. Worker thread. A row that
    // cannot be used is one refused event. The target "event" itself has .kind instead: what row.c knows.
    uint32_t (*events)(const struct row_maker *k, const import_row *row, arena *a, ingest_event out[IMPORT_EVENTS_PER_ROW]);
    bool plain;                    // the target "event": fields are read in place
    // What came and what was booked of a row's events, once stored. NULL: nothing is summed.
    void (*sum)(const import_row *row, import_outcome got, import_sums *sums);
    // All others: one row inside a savepoint of its own. A user's fault refuses the row with the field's path in t->f.
    err (*write)(import_ctx *c, const import_row *row, import_outcome *ret);
} import_target;

// The i-th; false: no more.
bool import_target_at(size_t i, import_target *ret);
bool import_target_named(str name, import_target *ret);
int import_field(const import_target *t, str name);                    // by name or by what people call it; -1: none
int import_shape_field(const shape *sh, str name);
// Rows name somebody, or may.
static inline bool import_target_names(const import_target *t) { return t->person || (t->record && record_takes_identities(t->record)); }
static inline bool import_target_events(const import_target *t) { return t->plain || t->events; }

// Whether rows may come with these effects. Consents and owners come about by quiet rules: tried only, nothing of them would be there.
static inline bool import_effects_fit(const import_target *t, str effects_name)
{
    return !(t->quiet && str_eq(effects_name, S("shadow")));
}

extern const import_target import_target_person, import_target_consent, import_target_vehicle, import_target_points, import_target_staff,
    import_target_tag;
err import_seal_record(const engine *e, const record *k, void *fields, arena *a, fault *f);
err import_write_record(import_ctx *c, const import_row *row, import_outcome *ret);
// Fields of the target "event", by their place in its shape.
enum { IMPORT_EVENT_NAME, IMPORT_EVENT_TIME, IMPORT_EVENT_MESSAGE_ID };

#endif
