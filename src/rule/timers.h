// Moments to come: rows (due, kind, ref), fired once each by timers_run, which is an operation of the bulk lane.
// A firing is a nested savepoint that also deletes the row; one that fails is tried again after 1, 2, 4, 8 minutes, then given up
// with an event `timer.failed`. No threads, no clock of its own: t->now_us decides, so a simulator can drive it.
#ifndef RULE_TIMERS_H
#define RULE_TIMERS_H
#include "rule/engine.h"

#define TIMER_TRIES_MAX 5

typedef struct timer_kind {
    const char *name;
    err (*fire)(tx *t, int64_t ref, str payload);
} timer_kind;

void timers_add(rules *r, const timer_kind *k);        // before rules_open; `k` outlives the rules
err timer_set(tx *t, int64_t due_us, const char *kind, int64_t ref, str payload);
err timer_cancel(tx *t, const char *kind, int64_t ref);          // all of that ref
// Fires what is due, until `budget_us` of os time have passed (at least one). *ret_more: some are still due.
err timers_run(tx *t, int64_t budget_us, bool *ret_more);
err timers_next(db *d, int64_t *ret_due_us);           // when the next is due; INT64_MAX: none

const timer_kind *rules_timer(const rules *r, str name);

#endif
