// The tracking plan: which kinds of events a brand expects, what their properties mean and must look like, and which of them
// are personal. Kinds and properties that are not on it are taken and learned (rule/names.h); what is on it and does not fit is
// warned about, quarantined or refused, as the kind says.
//
// Declarations are JSON (plan_api.h, PLAN_KIND_BODY), kept in `plan_kind` with every version, and compiled into a set that
// never changes: the teller puts a new set in place inside the operation that changes the plan. Threads that parse read it
// under a lock; the teller, which alone writes it, reads without.
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H
#include "people/vault.h"
#include "rule/engine.h"

typedef struct plan plan;

#define PLAN_PROPS_MAX NAMES_PROPS_PER_KIND_MAX
#define PLAN_VALUES_MAX 50
#define PLAN_CONTEXT_MAX 50

enum plan_state { PLAN_PLANNED, PLAN_LIVE, PLAN_RETIRED, PLAN_STATE_COUNT };
enum plan_mode { PLAN_WARN, PLAN_QUARANTINE, PLAN_REFUSE, PLAN_MODE_COUNT };
enum plan_type { PLAN_ANY, PLAN_TEXT, PLAN_INTEGER, PLAN_NUMBER, PLAN_BOOLEAN, PLAN_TIME, PLAN_LIST, PLAN_OBJECT, PLAN_TYPE_COUNT };

err plan_open(engine *e, db *d);               // sets e->plan. E_CORRUPT: a declaration that no longer reads
void plan_close(engine *e);

// --- While parsing: any thread ------------------------------------------------------------------------------------------------
// Is this property of this kind personal? By its name (vault_is_personal), unless the plan says. `path`: with its parents, joined
// by points. p may be NULL: the name decides.
typedef enum plan_privacy { PLAN_BY_NAME, PLAN_OPEN, PLAN_PERSONAL } plan_privacy;
plan_privacy plan_privacy_of(plan *p, str kind, str path, vault_kind *ret);

// Fields of an event's context that are kept, as properties "context.<path>". address: what follows '?' is cut off.
typedef struct plan_context_field { str path, name; bool address; } plan_context_field;
// The list, in the arena; p may be NULL: the default of 14.
const plan_context_field *plan_context(plan *p, arena *a, size_t *ret_n);

// --- Judging: teller ----------------------------------------------------------------------------------------------------------
// How the judge looks at an event: the value of a property, NULL when it has none. *ret_sealed: personal, only its presence counts.
typedef const value *(*plan_look)(const void *facts, str name, bool *ret_sealed);
typedef struct plan_verdict {
    enum plan_mode mode;
    err code;                      // E_FIELD_TYPE, E_FIELD_REQUIRED, E_FIELD_VALUE
    str field, why;                // path; what was expected, in no language
} plan_verdict;
// True: it fits, or the kind is not on the plan. The first violation counts. Costs no SQL.
bool plan_judge(const plan *p, str kind, const void *facts, plan_look look, arena *a, plan_verdict *ret);

// --- Changing: teller ---------------------------------------------------------------------------------------------------------
typedef struct plan_tally { int64_t created, changed, same, kept; } plan_tally;   // kept: edited by staff, so the playbook does not touch it
// {"events": [declaration …], "context": ["page.path", {"path": "page.url", "address": true} …]}, either or both. E_FIELD_* with the path.
// by: who changes it, PLAN_BY_PLAYBOOK, an id of staff, or below zero that of a key. What the playbook declares follows it from
// version to version until somebody changes it.
#define PLAN_BY_PLAYBOOK 0
err plan_load(tx *t, const jval *root, int64_t by, plan_tally *ret);
err plan_load_playbook(tx *t, str json);       // a file of the playbook, which may hold neither

#endif
