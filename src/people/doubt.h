// Inside people/ only: values that join nobody, joins a steward is to decide, and many joins at once.
#ifndef PEOPLE_DOUBT_H
#define PEOPLE_DOUBT_H
#include "people/people_internal.h"

#define SHARED_MAX 40                  // a value that has been of so many persons joins no more
#define HIGH_VALUE_POINTS 20000        // two signatures from this balance on; also for owners and KOCs

// --- Blocked values (blocked.c) -----------------------------------------------------------------------------------------------
bool identity_placeholder(str text);                                            // any thread
err blocked_load(people *p, db *d);
err identity_blocked(tx *t, const identity *id, bool *ret);                     // lists a placeholder when it is first seen
err identity_block(tx *t, const identity *id, const char *why, int64_t persons);
err identity_shared(tx *t, const identity *id, uint32_t subject, bool *ret);    // learns: true when it joins no more from now on
err blocked_set(tx *t, int64_t id, bool blocked, str by);                       // E_NOT_FOUND

// --- Doubts (doubt.c) -----------------------------------------------------------------------------------------------------------
enum doubt_what { DOUBT_JOIN, DOUBT_SPLIT };
enum doubt_state_db { DOUBT_OPEN, DOUBT_DONE, DOUBT_REFUSED, DOUBT_OVERTAKEN };
typedef struct doubt_new { enum doubt_what what; uint32_t one, other; int64_t edge; str why; int kind; str source; } doubt_new;
// What is asked because of an identity that turned out to be of too many: nobody has to decide it. Asked again when it is released.
err doubts_set_aside(tx *t, uint32_t subject, identity_kind kind);
err doubt_note(tx *t, const doubt_new *d, int64_t *ret_id);      // the same pair again: counted
err set_apart(tx *t, uint32_t one, uint32_t other);
err are_apart(tx *t, uint32_t one_person, uint32_t other_person, bool *ret);
err high_value(db *d, int64_t person, bool *ret);                // owner, balance, KOC

typedef struct steward { int64_t id; str name; } steward;
typedef struct decided { bool done; int64_t doubt; uint32_t person, other; } decided;   // not done: another signature is needed
// Accepts, or gives the first of two signatures. E_NOT_FOUND. E_CONFLICT: decided already, or the second signature of the same.
err doubt_accept(tx *t, int64_t id, const steward *by, str note, decided *ret);
err doubt_refuse(tx *t, int64_t id, const steward *by, str note);
// Asked for by a steward: done at once, or with high-value people signed once.
err steward_join(tx *t, uint32_t one, uint32_t other, const steward *by, str reason, decided *ret);
err steward_split(tx *t, int64_t edge, const steward *by, str reason, decided *ret);

// --- Many at once (merge_job.c) -------------------------------------------------------------------------------------------------
// A job's joins are made in slices, and taken back as a whole by another.
err merge_job_start(tx *t, const int64_t *people, size_t n, const steward *by, str reason, int64_t *ret_id);
err merge_job_undo(tx *t, int64_t job, const steward *by, str reason, int64_t *ret_id);

#endif
