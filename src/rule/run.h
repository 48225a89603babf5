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
};

err run_event(tx *t, rule_list_ref list, const event *ev, str bytes);
// A delayed rule's moment (timer "rule").
err run_delayed(tx *t, int64_t rule, str payload);

// --- Shadow (shadow.c) ----------------------------------------------------------------------------------------------------------
#define SHADOW_KEPT_MAX 2000                           // effects kept one by one, per rule, source, kind and outcome
#define SHADOW_KEEP_US (30 * INT64_C(86400000000))
typedef err (*shadow_body)(rule_ctx *c, const rule_def *d);
// Runs the body and undoes it; writes down what it would have done. *ret_any: it would have done something.
err shadow_try(rule_ctx *c, const rule_def *d, shadow_body body, bool *ret_any);
err shadow_note(rule_ctx *c, const ring *g);           // one line of that
err shadow_clear(tx *t, int64_t rule);

#endif
