// Taking back what one import brought: docs/reference/import.md says what that means for each target. What an import makes is noted in
// the operation that makes it, as ranges of numbers; taking back goes through them in slices of the bulk lane, each with its cursor, so a
// restart goes on. Everything that was made comes out as taken or as kept with a reason.
#ifndef IMPORT_REMOVAL_H
#define IMPORT_REMOVAL_H
#include "import/import.h"

// Of what was made: events and subjects by their numbers, entries, staff and records (by their kind's name) by their ids.
err removal_note(tx *t, int64_t import, str kind, int64_t from, int64_t to);        // from > to: nothing
// All events and subjects of the running operation between these two, and what follows from it at its end.
void *making_begin(tx *t, int64_t import);
void making_end(tx *t, void *begun);

enum removal_state { REMOVAL_RUNNING, REMOVAL_DONE };
extern const enum_labels removal_state_labels;

// E_NOT_FOUND: no such import. E_CONFLICT: it runs, or brought nothing. Asked for again: nothing new.
err removal_start(tx *t, int64_t import, int64_t by_kind, int64_t by_id);
err removal_step(tx *t, bool *ret_more);       // job of the bulk lane
// At the start: events that were taken back are shown by nothing.
err removal_open(engine *e, db *d);

// Events whose contents are to leave the log, oldest removal first; *ret_import 0: none. Then: it is done.
err removal_waiting(db *d, arena *a, int64_t *ret_import, event_span **ret, size_t *ret_n);
err removal_emptied(tx *t, int64_t import);

err removal_write(db *d, int64_t import, arena *a, buf *out);          // for the command: one JSON object
extern const route_table removal_routes;

#endif
