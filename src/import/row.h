// From a row of a file to one that can be written: on a worker thread, no database. Personal data is sealed here.
#ifndef IMPORT_ROW_H
#define IMPORT_ROW_H
#include "import/mapping.h"

typedef struct row_maker {
    const mapping *m;
    const engine *e;
    const ingest *in;
    const caller *who;
    int64_t received_us;
} row_maker;

// Fills an event (target.events) or fields and identities. What is wrong with the row is told in it, never returned.
void row_event(const row_maker *k, const source_row *from, arena *a, ingest_event *out);
// Personal data is read from `who` when the target names persons: its identities and further columns.
void row_make(const row_maker *k, const source_row *from, arena *a, import_row *out);

// The events of a row that row_make made; one refused event when it cannot be used.
uint32_t row_events(const row_maker *k, const import_row *r, arena *a, ingest_event *out);

// The text of a bound cell: trimmed, through the value map; empty when absent.
str row_text(const binding *b, const source_row *from, arena *a);

#endif
