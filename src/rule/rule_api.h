// Shapes of rules on the wire, and of rings: what an event set in motion.
#ifndef RULE_RULE_API_H
#define RULE_RULE_API_H
#include "api/route.h"
#include "rule/engine.h"

#define ENUM_DECLARE(e) extern const enum_labels e##_labels

enum ring_kind_outcome { RING_OUT_DONE, RING_OUT_SUPPRESSED, RING_OUT_FAILED, RING_OUT_CUT };
ENUM_DECLARE(ring_kind_outcome);
enum rule_state { RULE_ON, RULE_OFF, RULE_SHADOW, RULE_STATE_COUNT };
ENUM_DECLARE(rule_state);

// What one effect did. Which members come depends on the kind.
#define RING_VIEW(F, T)                                                                                                       \
    F(T, STR, kind, .required = true, .max = 40, .doc = "Effect: stage, tag, trait, points, task, task_done, opportunity, consent.") \
    F(T, ENUM(ring_kind_outcome), outcome, .required = true, .doc = "Done, or why not: suppressed, failed, cut.")             \
    F(T, STR, rule, .max = 80, .doc = "Key of the rule; absent when an operation did it directly.")                          \
    F(T, STR, what, .max = 200, .doc = "Stage's or tag's name, purpose of a consent, reason code of points, clock of a task.") \
    F(T, STR, why, .max = 200, .doc = "Why it was not done, e.g. consent:call, quiet, depth.")                                \
    F(T, I64, amount, .doc = "Points moved.")                                                                                \
    F(T, I64, balance, .doc = "Points after it.")                                                                            \
    F(T, I64, ref, .doc = "Id of the task, opportunity or entry made.")                                                      \
    F(T, TIME, due, .doc = "When the task is due.")                                                                          \
    F(T, I64, event, .doc = "Number of the event that tells of it.")
SHAPE_STRUCT(ring_view, RING_VIEW);
void ring_view_of(const ring *r, ring_view *ret);
void ring_views_of(const ring_log *log, arena *a, const ring_view **ret, uint32_t *ret_n);

// From what is written down, for one event.
err ring_views_of_cause(db *d, int64_t cause, arena *a, const ring_view **ret, uint32_t *ret_n);

#define RULE_VIEW(F, T)                                                                                        \
    F(T, I64, id, .required = true, .doc = "Id.")                                                             \
    F(T, STR, key, .required = true, .max = 80, .doc = "Stable name, e.g. lead.call.")                        \
    F(T, I64, version, .required = true, .doc = "Raised by every change.")                                    \
    F(T, ENUM(rule_state), state, .required = true, .doc = "On, off, or shadow: counts but does nothing.")    \
    F(T, STR, origin, .required = true, .max = 40, .doc = "Where it came from: playbook, staff.")             \
    F(T, STR, name_zh, .required = true, .max = 120, .doc = "Name in Chinese.")                               \
    F(T, STR, name_en, .required = true, .max = 120, .doc = "Name in English.")                               \
    F(T, STR, sentence_zh, .required = true, .max = 4000, .doc = "The whole rule as a Chinese sentence.")     \
    F(T, STR, sentence_en, .required = true, .max = 4000, .doc = "The whole rule as an English sentence.")    \
    F(T, STRS, events, .max = 8, .item_max = 200, .doc = "Event kinds that wake it.")                         \
    F(T, JSON, body, .required = true, .max = 16384, .doc = "The rule itself.")                               \
    F(T, I64, fired, .required = true, .doc = "Times its condition held, since the server started.")          \
    F(T, I64, failed, .required = true, .doc = "Its failures on record.")
SHAPE_STRUCT(rule_view, RULE_VIEW);

#define RULE_LIST(F, T) F(T, LIST(rule_view), items, .required = true, .max = 1000, .doc = "In the order they run.")
SHAPE_STRUCT(rule_list, RULE_LIST);

#define RULE_PATCH(F, T) F(T, ENUM(rule_state), state, .required = true, .doc = "The new state.")
SHAPE_STRUCT(rule_patch, RULE_PATCH);

#define RULE_FAILURES_QUERY(F, T) \
    F(T, I64, limit, .min = 1, .max = 200, .doc = "At most so many; 50 when absent.") \
    F(T, I64, before, .min = 1, .max = 9007199254740991, .doc = "Only of events before this number.")
SHAPE_STRUCT(rule_failures_query, RULE_FAILURES_QUERY);

#define RULE_FAILURE(F, T)                                                                                    \
    F(T, I64, cause, .required = true, .doc = "Number of the event that woke the rule.")                     \
    F(T, STR, rule, .required = true, .max = 80, .doc = "Key of the rule.")                                  \
    F(T, I64, effect, .required = true, .doc = "Place of the effect in the rule, from 0.")                   \
    F(T, STR, kind, .required = true, .max = 40, .doc = "Kind of the effect.")                               \
    F(T, ENUM(ring_kind_outcome), outcome, .required = true, .doc = "Failed or cut.")                        \
    F(T, STR, why, .required = true, .max = 200, .doc = "Error code or limit.")                              \
    F(T, I64, person, .required = true, .doc = "Whom it was about; 0 nobody.")                               \
    F(T, TIME, at, .required = true, .doc = "When.")
SHAPE_STRUCT(rule_failure, RULE_FAILURE);
#define RULE_FAILURES(F, T) F(T, LIST(rule_failure), items, .required = true, .max = 200, .doc = "Newest first.")
SHAPE_STRUCT(rule_failures, RULE_FAILURES);

extern const route_table rule_routes;

#endif
