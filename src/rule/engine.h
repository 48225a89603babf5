// The engine: what every operation on the teller's thread works with. `tx.user` and `req.app` point to it.
// It turns events named by strings into the timeline's bytes, wakes the rules, and collects what they did ("rings").
//
//   ring_log rings = { 0 };
//   engine_collect(t, &rings);                                       // optional: for the reply and the live stream
//   TRY(engine_emit(t, &(event_new){ .subject = s, .kind = S("lead.captured"), .props = p, .props_n = 2 }, &no));
//   engine_collect(t, NULL);
//
// Everything here belongs to the teller's thread unless it says "any thread".
#ifndef RULE_ENGINE_H
#define RULE_ENGINE_H
#include "rule/names.h"

typedef struct engine engine;
typedef struct rules rules;
typedef struct ring_log ring_log;
typedef struct rule_run rule_run;
struct req;

struct engine {
    os *o;
    teller *teller;
    timeline *tl;                  // may be NULL in tests of one module
    dedupe *dd;
    names *names;
    rules *rules;
    struct vault *vault;           // people/vault.h
    struct people *people;         // people/people.h
    struct admin *admin;           // admin/admin.h
    const struct loyalty *loyalty;     // loyalty/ledger.h
    struct plan *plan;             // plan/plan.h; NULL in tests of one module
    struct ingest *ingest;         // connect/ingest.h
    struct tiers *tiers;           // tier/tier.h
    struct importer *importer;     // import/import.h; NULL: no thread runs imports here
    struct natural *natural;       // record/natural.h
    // Whose events these are: the person of a subject, 0 for subject 0. Set by people_open; NULL: the subject itself.
    uint32_t (*person_of)(tx *t, uint32_t subject);
    // Is there such a person now? Set by people_open; NULL: everybody is known.
    err (*person_known)(tx *t, uint32_t person, bool *ret);
    // A person's stage or vehicles changed, or who they are: whoever derives something from it. Set by profile_register; may be NULL.
    err (*person_changed)(tx *t, uint32_t person);
    // Something about a person may differ now: with every event (`no` is its number), and when rows of theirs came or went (by NULL).
    // Only takes note. Set by tier_register; may be NULL.
    void (*touch)(tx *t, uint32_t subject, const event *by, int64_t no);
    // What stands for a property's text in "once per property": the same for all references to one personal value. NULL: the text.
    str (*value_key)(tx *t, str text);
    // Writes a line of audit about what a request did; record/audit.h (audit_by). NULL in tests of one module.
    err (*audit)(struct req *r, str verb, str object, int64_t object_id, str payload);
    ring_log *rings;               // engine_collect
    const struct emitting *emitting;      // the event being appended, so that on_event need not decode it
    rule_run *run;                 // the rule being run: cause and depth of what its effects emit
    void *more;                    // whoever assembles the process: its own context (instance/instance.h)
};
static inline engine *engine_of(const tx *t) { return t->user; }

// --- Events by name ---------------------------------------------------------------------------------------------------
typedef struct event_prop { str name; value v; } event_prop;
static inline event_prop prop_str(str name, str v) { return (event_prop){ name, { .k = V_STR, .s = v } }; }
static inline event_prop prop_i64(str name, int64_t v) { return (event_prop){ name, { .k = V_I64, .i = v } }; }
static inline event_prop prop_bool(str name, bool v) { return (event_prop){ name, { .k = V_BOOL, .i = v } }; }

typedef enum effects { EFFECTS_ALL, EFFECTS_QUIET, EFFECTS_NONE, EFFECTS_SHADOW } effects;   // declared by the source that brought the event

typedef struct event_new {
    uint32_t subject;              // people_resolve; 0: the brand's own event
    str kind;                      // name; learned when new
    int64_t time_us;               // 0: the group's time
    int64_t sent_us, received_us;  // 0: the group's time
    uint32_t source;               // 0: Lianyi
    uint32_t flags;                // EVENT_*; EVENT_SYSTEM for what Lianyi itself makes
    int64_t cause_no;              // 0: the event whose rule is being run, if any
    str message_id;
    const event_prop *props;       // any order; a name given twice: the last counts; V_NULL is kept
    size_t props_n;
    bool has_print;                // fingerprint for de-duplication (the caller asked dedupe_seen)
    hash128 print;
    effects effects;
    // Called with its number before any rule wakes: rows that are part of the event itself (traits). NULL: none.
    // Only operating trouble may come back: what is wrong with an event is found before it is emitted.
    err (*numbered)(tx *t, int64_t no, void *p);
    void *numbered_p;
} event_new;

// Appends the event and runs the rules it wakes, in the causing operation. Names are learned through names.h.
// E_LIMIT_REACHED (names, events per operation), E_FIELD_VALUE (a name), E_FIELD_TOO_MANY (properties), operating trouble.
// A failing effect does not fail the event. ret_no may be NULL.
err engine_emit(tx *t, const event_new *e, int64_t *ret_no);

// teller_config.on_event.
err engine_on_event(tx *t, int64_t no, str bytes);

// --- Rings: what an event set in motion ---------------------------------------------------------------------------------
// RING_WOULD: in shadow, undone; never written down as an effect.
typedef enum ring_outcome { RING_DONE, RING_SUPPRESSED, RING_FAILED, RING_CUT, RING_WOULD, RING_OUTCOME_COUNT } ring_outcome;
extern const char *const ring_outcomes[RING_OUTCOME_COUNT + 1];      // "done" "suppressed" "failed" "cut" "would"

typedef struct ring {
    const char *kind;              // effect: "stage" "tag" "points" "task" "task_done" "opportunity" "consent" "trait" …
    ring_outcome outcome;
    int64_t cause_no;              // the event that woke the rule
    int64_t event_no;              // the event that tells of the effect; 0 none
    int64_t rule;                  // 0: no rule (directly by an operation)
    str rule_key;
    str what;                      // stage's, tag's, purpose's name · points' reason code · task's clock
    str why;                       // suppressed, failed, cut: reason code, e.g. "consent:call", "quiet", "depth"
    int64_t amount, balance;       // points posted and the new balance
    int64_t ref;                   // task's, opportunity's, entry's id
    int64_t due_us;                // of a task
    uint32_t person;
} ring;

#define RINGS_MAX 256              // per collection; more are counted only
struct ring_log { ring v[RINGS_MAX]; uint32_t n, dropped; };

// From now on rings of this operation go there, until engine_collect(t, NULL) or the operation is undone.
// Strings of rings live in the group's arena (t->a).
void engine_collect(tx *t, ring_log *to);
void engine_ring(tx *t, const ring *r);            // effects add theirs; nothing is collected when nobody listens

// --- Opening --------------------------------------------------------------------------------------------------------------
// Order of assembly, after the migrations: zeroed engine with o, tl → names_open → rules_create → vault_open → loyalty → people_open →
// task_register … → rules_open (after every module registered its effects and conditions). See rule/rules.h.

#endif
