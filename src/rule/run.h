// How woken rules run: chains, their limits, and what is written down. Inside rule/ only.
#ifndef RULE_RUN_H
#define RULE_RUN_H
#include "rule/rules.h"

// One event being answered. Chained: effects emit events, which wake rules.
struct rule_run {
    int depth;                     // 1: the event that arrived
    int *effects;                  // of the whole chain
    int64_t cause;
    bool quiet;
    bool shadow;                   // of a source in shadow: nothing of what rules do stays
    bool trial;                    // inside shadow_try: everything runs as it would, and is undone
};

err run_event(tx *t, rule_list_ref list, const event *ev);
// A delayed rule's moment (timer "rule").
err run_delayed(tx *t, int64_t rule, str payload);

// --- For a trial ------------------------------------------------------------------------------------------------------------------
// why: a consent that holds it still; held: "once", "cap", "-" (no property to be once per); neither: its condition did not hold, or it fired.
typedef struct attempt { bool fired; str why, held; } attempt;
rule_ctx run_ctx(tx *t, const rule_def *d, const event *ev, bool quiet);
err run_attempt(rule_ctx *c, const rule_def *d, attempt *ret);         // inside the trial; its claims are undone with it
err run_book(rule_ctx *c, const rule_def *d);                          // afterwards: "once" and the cap in shadow's own books
void run_tell_held(rule_ctx *c, str why);

// --- Shadow (shadow.c) ----------------------------------------------------------------------------------------------------------
#define SHADOW_KEPT_MAX 2000                           // effects kept one by one, per rule, source, kind and outcome
#define SHADOW_KEEP_US (30 * INT64_C(86400000000))
// Runs these rules one after the other inside one savepoint, chains and all, undoes everything, and writes down what each would have done.
err shadow_try(tx *t, const rule_def *const *list, size_t n, const event *ev, bool quiet);
err shadow_clear(tx *t, int64_t rule);

#endif
