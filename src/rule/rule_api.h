// Shapes of rules on the wire, and of rings: what an event set in motion.
#ifndef RULE_RULE_API_H
#define RULE_RULE_API_H
#include "api/route.h"
#include "rule/rules.h"

#define ENUM_DECLARE(e) extern const enum_labels e##_labels

enum ring_kind_outcome { RING_OUT_DONE, RING_OUT_SUPPRESSED, RING_OUT_FAILED, RING_OUT_CUT, RING_OUT_WOULD };
ENUM_DECLARE(ring_kind_outcome);
enum rule_state { RULE_ON, RULE_OFF, RULE_SHADOW, RULE_STATE_COUNT };
ENUM_DECLARE(rule_state);

// Why there is a version: it came, its body was written, it was switched, it followed the playbook, it went back to it.
enum rule_change { RULE_MADE, RULE_EDITED, RULE_SWITCHED, RULE_FOLLOWED, RULE_RETURNED };
ENUM_DECLARE(rule_change);

// What one effect did. Which members come depends on the kind.
#define RING_VIEW(F, T)                                                                                                       \
    F(T, STR, kind, .required = true, .max = 40, .doc = "Effect: stage, tag, trait, points, task, task_done, opportunity, consent.") \
    F(T, ENUM(ring_kind_outcome), outcome, .required = true, .doc = "Done, or why not: suppressed, failed, cut; would: in shadow, undone.") \
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
    F(T, ENUM(rule_state), state, .required = true, .doc = "On, off, or shadow: says what it would do.")      \
    F(T, STR, origin, .required = true, .max = 40, .doc = "Where it came from: playbook, staff.")             \
    F(T, STR, name_zh, .required = true, .max = 120, .doc = "Name in Chinese.")                               \
    F(T, STR, name_en, .required = true, .max = 120, .doc = "Name in English.")                               \
    F(T, STR, sentence_zh, .required = true, .max = 4000, .doc = "The whole rule as a Chinese sentence.")     \
    F(T, STR, sentence_en, .required = true, .max = 4000, .doc = "The whole rule as an English sentence.")    \
    F(T, STRS, events, .max = 8, .item_max = 200, .doc = "Event kinds that wake it.")                         \
    F(T, JSON, body, .required = true, .max = 16384, .doc = "The rule itself.")                               \
    F(T, BOOL, edited, .required = true, .doc = "Of the playbook, and says something else than it.")         \
    F(T, I64, fired, .required = true, .doc = "Times its condition held, since the server started.")          \
    F(T, I64, failed, .required = true, .doc = "Its failures on record.")
SHAPE_STRUCT(rule_view, RULE_VIEW);

#define RULE_LIST(F, T) F(T, LIST(rule_view), items, .required = true, .max = 1000, .doc = "In the order they run.")
SHAPE_STRUCT(rule_list, RULE_LIST);

#define RULE_PATCH(F, T) F(T, ENUM(rule_state), state, .required = true, .doc = "The new state.")
SHAPE_STRUCT(rule_patch, RULE_PATCH);

#define RULE_NEW(F, T)                                                                                         \
    F(T, JSON, body, .required = true, .max = RULE_BYTES_MAX, .doc = "The rule: docs/reference/rules.md.")     \
    F(T, ENUM(rule_state), state, .doc = "shadow when absent: it is tried first.")
SHAPE_STRUCT(rule_new, RULE_NEW);

#define RULE_EDIT(F, T)                                                                                        \
    F(T, JSON, body, .max = RULE_BYTES_MAX, .doc = "The rule as it shall be; its key stays.")                  \
    F(T, BOOL, playbook, .doc = "Instead, true: back to what the playbook says now.")                          \
    F(T, ENUM(rule_state), state, .doc = "shadow when absent: it is tried first.")
SHAPE_STRUCT(rule_edit, RULE_EDIT);

#define RULE_DRAFT(F, T) F(T, JSON, body, .required = true, .max = RULE_BYTES_MAX, .doc = "A rule.")
SHAPE_STRUCT(rule_draft, RULE_DRAFT);

#define RULE_CHECKED(F, T)                                                                                     \
    F(T, STR, sentence_zh, .required = true, .max = 4000, .doc = "What it says, in Chinese.")                 \
    F(T, STR, sentence_en, .required = true, .max = 4000, .doc = "The same in English.")                      \
    F(T, STRS, unknown, .required = true, .max = 8, .item_max = 200, .doc = "Kinds of events nobody has sent or declared yet.")
SHAPE_STRUCT(rule_checked, RULE_CHECKED);

#define RULE_VERSION_VIEW(F, T)                                                                                \
    F(T, I64, version, .required = true, .doc = "Number.")                                                    \
    F(T, ENUM(rule_change), change, .required = true, .doc = "Why it came.")                                  \
    F(T, ENUM(rule_state), state, .required = true, .doc = "State from then on.")                             \
    F(T, STR, by, .required = true, .max = 120, .doc = "Who: a name, playbook; empty: not known.")            \
    F(T, TIME, at, .required = true, .doc = "When.")                                                          \
    F(T, JSON, body, .required = true, .max = RULE_BYTES_MAX, .doc = "What it said.")
SHAPE_STRUCT(rule_version_view, RULE_VERSION_VIEW);
#define RULE_VERSIONS(F, T)                                                                                    \
    F(T, LIST(rule_version_view), items, .required = true, .max = 200, .doc = "Newest first.")                \
    F(T, JSON, book, .max = RULE_BYTES_MAX, .doc = "What the playbook says now; absent: it has no such rule.")
SHAPE_STRUCT(rule_versions, RULE_VERSIONS);

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
    F(T, TIME, at, .required = true, .doc = "When.")
SHAPE_STRUCT(rule_failure, RULE_FAILURE);
#define RULE_FAILURES(F, T) F(T, LIST(rule_failure), items, .required = true, .max = 200, .doc = "Newest first.")
SHAPE_STRUCT(rule_failures, RULE_FAILURES);

#define SHADOW_QUERY(F, T)                                                                                    \
    F(T, I64, rule, .min = 1, .max = 9007199254740991, .doc = "Only of this rule.")                          \
    F(T, I64, source, .min = 0, .max = 4294967295, .doc = "Only for events of this source.")                 \
    F(T, I64, person, .min = 1, .max = 4294967295, .doc = "Only what concerns this person.")                 \
    F(T, I64, before, .min = 1, .max = 9007199254740991, .doc = "Only items below this id.")                 \
    F(T, I64, limit, .min = 1, .max = 100, .doc = "At most so many items; 50 when absent.")
SHAPE_STRUCT(shadow_query, SHADOW_QUERY);

#define SHADOW_SUMS_MAX 2000
#define SHADOW_SUM(F, T)                                                                                      \
    F(T, I64, rule, .required = true, .doc = "Id of the rule.")                                              \
    F(T, STR, key, .required = true, .max = 80, .doc = "Its key.")                                           \
    F(T, I64, source, .required = true, .doc = "Number of the source whose events woke it.")                 \
    F(T, STR, kind, .required = true, .max = 40, .doc = "Kind of effect.")                                   \
    F(T, ENUM(ring_kind_outcome), outcome, .required = true, .doc = "done: it would have been; or why not.") \
    F(T, I64, n, .required = true, .doc = "How often.")                                                      \
    F(T, I64, amount, .required = true, .doc = "Points, in all.")                                            \
    F(T, TIME, first, .required = true, .doc = "First time.")                                                \
    F(T, TIME, last, .required = true, .doc = "Last time.")
SHAPE_STRUCT(shadow_sum, SHADOW_SUM);
#define SHADOW_ITEM(F, T)                                                                                     \
    F(T, I64, id, .required = true, .doc = "Id.")                                                            \
    F(T, I64, rule, .required = true, .doc = "Id of the rule in shadow.")                                    \
    F(T, STR, by, .required = true, .max = 80, .doc = "Key of the rule whose effect it is; another one when a chain woke it.") \
    F(T, I64, source, .required = true, .doc = "Number of the source.")                                      \
    F(T, I64, event, .required = true, .doc = "Number of the event that woke it.")                           \
    F(T, I64, person, .required = true, .doc = "Whom it concerns; 0 nobody.")                                \
    F(T, STR, kind, .required = true, .max = 40, .doc = "Kind of effect.")                                   \
    F(T, ENUM(ring_kind_outcome), outcome, .required = true, .doc = "done: it would have been; or why not.") \
    F(T, STR, what, .max = 200, .doc = "Stage's or tag's name, reason code of points, clock of a task.")     \
    F(T, STR, why, .max = 200, .doc = "Why it would not have been done.")                                    \
    F(T, I64, amount, .doc = "Points.")                                                                      \
    F(T, TIME, due, .doc = "When the task would be due.")                                                    \
    F(T, TIME, at, .required = true, .doc = "When.")
SHAPE_STRUCT(shadow_item, SHADOW_ITEM);
#define SHADOW_PAGE(F, T)                                                                                     \
    F(T, LIST(shadow_sum), sums, .required = true, .max = SHADOW_SUMS_MAX, .doc = "Counts per rule, source and effect.") \
    F(T, LIST(shadow_item), items, .required = true, .max = 100, .doc = "Newest first; the first 2,000 of each count, for 30 days.")
SHAPE_STRUCT(shadow_page, SHADOW_PAGE);

// One rule as the API shows it. E_NOT_FOUND.
err rule_view_read(req *r, int64_t id, rule_view *ret);
str rule_sentence(req *r, const jval *body, lang l);
// A reason a check gives, in the caller's language (rule_words.c).
str rule_word(str english, lang l);

extern const route_table rule_routes, rule_edit_routes, shadow_routes;

#endif
