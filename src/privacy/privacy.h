// What a person may ask about their data: a copy of all of it, and that it is forgotten. docs/decisions/erasure.md
#ifndef PRIVACY_PRIVACY_H
#define PRIVACY_PRIVACY_H
#include "people/people.h"
#include "api/route.h"

void privacy_open(engine *e);                 // after people_open: its tables
extern const route_table privacy_routes;

// --- Erasure, for whoever puts the process together --------------------------------------------------------------------------
#define ERASURE_DAYS 30                       // until nothing of it is in the log either
#define ERASURES_AT_ONCE 4096

// Any connection: subjects whose events are still in the log, sorted, and since when the oldest of them waits (0: nobody).
err privacy_waiting(db *d, arena *a, uint32_t **ret_subjects, size_t *ret_n, int64_t *ret_oldest_us);
// Their events have been emptied in the log and nothing older is in the database's files.
err privacy_finish(tx *t, const uint32_t *subjects, size_t n, int64_t events);
// A restored brand: forgets again who was forgotten since the copy was made. Those it never knew are left out.
err privacy_erase_again(tx *t, const uint32_t *subjects, size_t n);
// A job: requests nobody fetched in time; erasures nothing is left of.
err privacy_expire(tx *t, bool *ret_more);
// Checks of doctor: erasures and files beyond their time, rows of erased subjects. Copies beyond it: copies.h.
err privacy_check(db *d, buf *report);

#endif
