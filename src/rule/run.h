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
};

err run_event(tx *t, rule_list_ref list, const event *ev, str bytes);
// A delayed rule's moment (timer "rule").
err run_delayed(tx *t, int64_t rule, str payload);

#endif
