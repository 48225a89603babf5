// Audit: who did what to what, as a hash chain over commitments. A line is written in the operation it tells of and is undone
// with it. Its payload (JSON) stands apart with a random salt; both can be erased and the chain still verifies, because only
// BLAKE2b(salt ‖ payload) is chained. docs/decisions/records.md says what the chain can prove and what not.
//
//   TRY(audit_by(r, S("key.created"), S("key"), id, arena_fmt(r->a, "{\"scope\":\"%s\"}", scope)));
//
// Payloads hold no personal data: names of fields, states, amounts, ids. Never a person's name, phone, address or free text.
#ifndef RECORD_AUDIT_H
#define RECORD_AUDIT_H
#include "api/route.h"

// The first four are caller_kind (api/route.h) in its order.
enum audit_who { AUDIT_NOBODY, AUDIT_KEY, AUDIT_STAFF, AUDIT_PERSON, AUDIT_SYSTEM };

typedef struct audit_entry {
    enum audit_who who;
    int64_t who_id;            // 0: nobody, or Lianyi itself
    str verb;                  // what happened, as an event's kind: "store.changed"; ≤ AUDIT_NAME_MAX bytes, pattern "code"
    str object;                // to what: "store", "person", "staff"; the same limits
    int64_t object_id;         // 0: none
    str payload;               // JSON object; empty: {}
} audit_entry;
#define AUDIT_NAME_MAX 80
#define AUDIT_PAYLOAD_MAX 4000

// Teller. engine_of(t)->o gives the salt. Operating trouble only.
err audit_note(tx *t, const audit_entry *e);
// The same for what the caller of a request does.
err audit_by(req *r, str verb, str object, int64_t object_id, str payload);

// For reads: written by an operation of its own, a moment after the answer. E_OVERLOADED: it could not be asked for, so answer that.
err audit_apart(req *r, str verb, str object, int64_t object_id, str payload);

// Takes away what the lines about this object said; that they were written stays. *ret_n: how many.
err audit_erase(tx *t, str object, int64_t object_id, int64_t *ret_n);

// Check of doctor: walks the whole chain. A line in the report per broken link, forged payload, gap and orphan.
err audit_check(db *d, buf *report);

extern const route_table audit_routes;         // GET /api/v1/audit

#endif
