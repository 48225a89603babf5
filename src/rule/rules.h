// Rules: WHEN an event IF a condition THEN effects. ARCHITECTURE 2 (rules at once), docs/reference/rules.md.
//
//   {"key": "lead.call", "when": {"event": "lead.captured"}, "if": {"consent": "call"},
//    "then": [{"stage": {"to": "lead"}}, {"task": {"clock": "K01", "role": "lead_agent", "title": {"zh": "…", "en": "…"}}}],
//    "once": {"per": "person", "within": "365d"}, "cap": {"per": "day", "max": 2}, "name": {"zh": "…", "en": "…"}}
//
// Modules bring kinds of conditions and effects: a name, a checker, what it does, and how it reads as a sentence.
// A new kind also needs: its row in docs/reference/rules.md, a refused and an accepted body in tests/unit/rule_test.c.
#ifndef RULE_RULES_H
#define RULE_RULES_H
#include "rule/engine.h"

#define RULES_MAX 1000
#define RULE_BYTES_MAX 16384
#define RULE_EVENTS_MAX 8
#define RULE_EFFECTS_MAX 16
#define RULE_KEY_MAX 80
#define CHAIN_DEPTH_MAX 8          // events caused by effects of events …
#define CHAIN_EFFECTS_MAX 64       // effects one arriving event may set in motion
#define QUIET_AFTER_US (24 * US_PER_HOUR)      // older events move only stages, tags and traits

// --- Checking -------------------------------------------------------------------------------------------------------------
// standing: of what holds of a person at any time, without an event; only kinds that say after which events they may differ are allowed.
typedef struct checking { arena *a; fault *f; struct engine *e; bool standing; } checking;

// Parameters of conditions and effects are declared, as everything else. ARG_VALUE: text, number, bool or list of them.
// `labels`: one of these. `from_event`: "$name" is allowed too and means that property of the event.
typedef enum arg_kind { ARG_STR, ARG_I64, ARG_BOOL, ARG_VALUE, ARG_TEXTS, ARG_DURATION } arg_kind;
typedef struct arg {
    const char *name;
    arg_kind kind;
    bool required, from_event;
    int64_t min, max;              // code points of text, value of integers
    const char *const *labels;
} arg;
err args_check(const checking *c, const jval *v, str path, const arg *list, size_t n);
err check_fail(const checking *c, str path, const char *detail);          // E_FIELD_VALUE
bool arg_duration(const jval *v, int64_t *ret_us);   // "30d", "12h", "15m"
bool arg_label(const jval *v, const char *const *labels, size_t *ret);

// --- Running ----------------------------------------------------------------------------------------------------------------
// A rule at work. Strings live in the group's arena.
typedef struct rule_ctx {
    tx *t;
    engine *e;
    const event *ev;               // the event that woke it, with its number
    str kind;                      // name of the event's kind
    uint32_t person;               // whose event; 0 nobody's
    int64_t rule;
    str rule_key;
    int place;                     // of the effect in the rule
    bool quiet;
    str why;                       // a consent was missing: "consent:call"
} rule_ctx;

const value *ctx_prop(const rule_ctx *c, str name);        // NULL: the event has no such property
str ctx_prop_str(const rule_ctx *c, str name);             // text of it; integers in digits; empty when absent
// Text of a parameter, "$name" replaced by the event's property. Empty when absent.
str ctx_text(const rule_ctx *c, const jval *params, str name);
bool ctx_i64(const rule_ctx *c, const jval *params, str name, int64_t *ret);

// A sentence that is being written: language, where to, and who knows what things are called. d NULL: tags are called by their keys.
typedef struct speech { lang l; buf *b; arena *a; const engine *e; db *d; } speech;

typedef struct condition_kind {
    const char *name;
    err (*check)(const checking *c, const jval *params, str path);
    err (*test)(rule_ctx *c, const jval *params, bool *ret);
    void (*print)(const jval *params, const speech *s);
    const char *const *moved_by;   // kinds of event after which it may hold or no longer hold, ended by NULL; NULL: not said
} condition_kind;

#define RING_NOTHING RING_OUTCOME_COUNT        // an effect that changed nothing: no ring
typedef struct effect_kind {
    const char *name;
    bool quiet;                    // also for quiet events: touches only stage, tags, traits, consents
    err (*check)(const checking *c, const jval *params, str path);
    // Fills what, amount, balance, ref, due_us, event_no; outcome and why when suppressed. Anything but operating trouble is
    // undone alone and recorded as failed.
    err (*apply)(rule_ctx *c, const jval *params, ring *r);
    void (*print)(const jval *params, const speech *s);
} effect_kind;

// `k` must outlive the rules. Before rules_open.
void rules_add_condition(rules *r, const condition_kind *k);
void rules_add_effect(rules *r, const effect_kind *k);

rules *rules_create(void);                     // empty; engine.rules from the start of assembly on
err rules_open(engine *e, db *d);              // reads the rules of the database. E_CORRUPT: one that no longer checks
void rules_close(rules *r);

// --- Changing ---------------------------------------------------------------------------------------------------------------
// {"aliases": {"预约试驾": "test_drive.booked"}, "rules": [...]}, either or both. What else a file of the playbook holds is its module's.
// A rule whose key exists already follows its origin until somebody changes it: then it stays. E_FIELD_* with the path.
err rules_load(tx *t, str json, str origin);
err rules_follow(tx *t, str json);             // a newer playbook in a brand that lives: rules new to it begin in shadow
err rule_check(const checking *c, const jval *body);           // the validator alone
// Who changed a rule, kept with the version: kind as caller_kind; name: staff's, or the key's.
typedef struct rule_author { int64_t kind, id; str name; } rule_author;
#define RULE_BY_STAFF "staff"
err rules_set_state(tx *t, int64_t id, int state, const rule_author *by, int64_t *ret_version);      // E_NOT_FOUND; by NULL: nobody
// The body checked as the playbook's is: E_FIELD_* with the path in it. E_EXISTS "key"; E_LIMIT_REACHED.
err rules_make(tx *t, const jval *body, int state, const rule_author *by, int64_t *ret_id);
err rules_edit(tx *t, int64_t id, const jval *body, int state, const rule_author *by, int64_t *ret_version);       // its key stays
// To what the playbook says now. E_CONFLICT: it has no such rule.
err rules_return(tx *t, int64_t id, int state, const rule_author *by, int64_t *ret_version);
void rule_print(const rules *r, const jval *body, const speech *s);       // any thread
int64_t rules_fired(rules *r, int64_t id);     // any thread

err shadow_expire(tx *t, bool *ret_more);      // bulk: forgets what rules in shadow would have done more than 30 days ago

// --- Inside the engine --------------------------------------------------------------------------------------------------------
typedef struct rule_def {
    int64_t id, position;
    int state;                                 // enum rule_state
    str key;
    const jval *cond, *then;                   // cond NULL: always
    str events[RULE_EVENTS_MAX];
    uint32_t events_n;
    int64_t after_us;                          // 0: at once
    str once;                                  // empty: any number of times; "person"; or a property's name
    int64_t once_within_us;                    // 0: for ever
    int cap_max;                               // 0: no cap
    char cap_per;                              // 'd' 'w' 'm'
} rule_def;

typedef struct rule_list_ref { const rule_def *const *v; size_t n; } rule_list_ref;
rule_list_ref rules_of_kind(const rules *r, uint32_t kind);    // in the order they run
const rule_def *rules_by_id(const rules *r, int64_t id);
void rules_note_fired(rules *r, const rule_def *d);
const condition_kind *rules_condition(const rules *r, str name);
const effect_kind *rules_effect(const rules *r, str name);

// ["name", "=", value]: of a property, and of whatever a module compares so (traits).
err comparison_check(const checking *c, const jval *v, str path);
bool comparison_holds(const jval *v, const value *actual);     // NULL: not known
void comparison_print(const jval *v, const speech *s);

err condition_check(const checking *c, const jval *v, str path, int depth);
err condition_test(rule_ctx *c, const jval *v, bool *ret);
void condition_print(const rules *r, const jval *v, const speech *s);
bool condition_moved_by(const rules *r, const jval *v, str kind);        // whether an event of that kind may change it

#endif
