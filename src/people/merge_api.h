// Shapes of the merge review: doubts, blocked values, who became one person and why, many joins at once.
#ifndef PEOPLE_MERGE_API_H
#define PEOPLE_MERGE_API_H
#include "people/people_api.h"

#define MERGE_PEOPLE_MAX 5000

enum doubt_state { DOUBT_IS_OPEN, DOUBT_IS_DONE, DOUBT_IS_REFUSED, DOUBT_IS_OVERTAKEN };
ENUM_DECLARE(doubt_state);
enum doubt_kind { DOUBT_IS_JOIN, DOUBT_IS_SPLIT };
ENUM_DECLARE(doubt_kind);
enum blocked_state { BLOCKED_IS_BLOCKED, BLOCKED_IS_RELEASED };
ENUM_DECLARE(blocked_state);

// One side of a doubt: enough to tell who it is.
#define MERGE_SIDE(F, T)                                                                                                   \
    F(T, I64, id, .required = true, .doc = "The person now.")                                                              \
    F(T, STR, name, .max = 60, .pii = true, .doc = "Name; absent when unknown.")                                           \
    F(T, STR, phone, .max = 20, .doc = "Masked.")                                                                          \
    F(T, ENUM(stage), stage, .required = true, .doc = "Stage.")                                                            \
    F(T, STR, city, .max = 60, .doc = "City.")                                                                             \
    F(T, STR, source, .max = 120, .doc = "First source.")                                                                  \
    F(T, I64, vehicles, .required = true, .doc = "Cars owned now.")                                                        \
    F(T, I64, points, .required = true, .doc = "Balance.")                                                                 \
    F(T, BOOL, high_value, .required = true, .doc = "Owner, KOC or a high balance: two stewards sign.")                    \
    F(T, STRS, identities, .required = true, .max = 8, .item_max = 300, .doc = "Kinds and ids; of secret ones the kind alone.") \
    F(T, TIME, created, .required = true, .doc = "First seen.")                                                            \
    F(T, TIME, seen, .required = true, .doc = "Last seen.")
SHAPE_STRUCT(merge_side, MERGE_SIDE);

// GET /api/v1/merges/doubts
#define DOUBT_QUERY(F, T)                                                                                                  \
    F(T, ENUM(doubt_state), state, .doc = "open when absent.")                                                             \
    F(T, STR, cursor, .max = 100, .doc = "`next` of the page before.")                                                     \
    F(T, I64, limit, .min = 1, .max = 50, .doc = "Page size; 20 when absent.")
SHAPE_STRUCT(doubt_query, DOUBT_QUERY);
#define DOUBT_VIEW(F, T)                                                                                                   \
    F(T, I64, id, .required = true, .doc = "Id.")                                                                          \
    F(T, ENUM(doubt_kind), what, .required = true, .doc = "Whether to join two, or to split one.")                         \
    F(T, ENUM(doubt_state), state, .required = true, .doc = "Where it stands.")                                            \
    F(T, STR, why, .required = true, .max = 80, \
      .doc = "strong: both have a login; too_many:<kind>: more than one may have; staff: asked for by a steward.") \
    F(T, ENUM(identity_kind), kind, .doc = "Kind of the identity that is the evidence.")                                   \
    F(T, STR, source, .max = 120, .doc = "Who brought the evidence.")                                                      \
    F(T, I64, times, .required = true, .doc = "How often it came.")                                                        \
    F(T, TIME, at, .required = true, .doc = "First.")                                                                      \
    F(T, TIME, last, .required = true, .doc = "Last.")                                                                     \
    F(T, OBJ(merge_side), one, .required = true, .doc = "The older one.")                                                  \
    F(T, OBJ(merge_side), other, .required = true, .doc = "The other.")                                                    \
    F(T, BOOL, two_signatures, .required = true, .doc = "Two stewards have to accept.")                                    \
    F(T, STR, signed_by, .max = 80, .doc = "Who gave the first signature.")                                                \
    F(T, I64, signed_id, .doc = "Their id.")                                                                               \
    F(T, STR, decided_by, .max = 80, .doc = "Who decided.")                                                                \
    F(T, TIME, decided, .doc = "When.")                                                                                    \
    F(T, STR, note, .max = 200, .doc = "Their words.")
SHAPE_STRUCT(doubt_view, DOUBT_VIEW);
#define DOUBT_PAGE(F, T)                                                                                                   \
    F(T, LIST(doubt_view), items, .required = true, .max = 50, .doc = "Latest evidence first.")                            \
    F(T, I64, open, .required = true, .doc = "How many are open, counted up to 1,000.")                                    \
    F(T, I64, blocked, .required = true, .doc = "How many values are blocked, counted up to 1,000.")                       \
    F(T, STR, next, .max = 100, .doc = "Cursor of the next page; absent on the last.")
SHAPE_STRUCT(doubt_page, DOUBT_PAGE);

// POST …/accept, …/refuse, …/split, …/merge
#define MERGE_NOTE(F, T) F(T, STR, note, .required = true, .min = 2, .max = 200, .free = true, .doc = "Why: kept with the decision.")
SHAPE_STRUCT(merge_note, MERGE_NOTE);
#define MERGE_NEW(F, T)                                                                                                    \
    F(T, I64, other, .required = true, .min = 1, .max = 4294967295, .doc = "Id of the other person.")                      \
    F(T, STR, note, .required = true, .min = 2, .max = 200, .free = true, .doc = "Why: kept with the decision.")
SHAPE_STRUCT(merge_new, MERGE_NEW);
#define DECISION(F, T)                                                                                                     \
    F(T, BOOL, done, .required = true, .doc = "false: signed once; another steward has to sign.")                          \
    F(T, I64, doubt, .required = true, .doc = "The doubt it stands under.")                                                \
    F(T, I64, person, .doc = "The person now.")                                                                            \
    F(T, I64, other, .doc = "After a split: who went.")
SHAPE_STRUCT(decision, DECISION);

// GET /api/v1/people/{id}/merges
#define IDENTITY_LIFE(F, T)                                                                                                \
    F(T, I64, subject, .required = true, .doc = "Its subject.")                                                            \
    F(T, ENUM(identity_kind), kind, .required = true, .doc = "What kind of id.")                                           \
    F(T, STR, label, .max = 256, .doc = "The id; absent for secret ones.")                                                 \
    F(T, TIME, from, .doc = "Since when it is theirs; absent: since ever.")                                                \
    F(T, TIME, until, .doc = "When it went to somebody else; absent: it did not.")                                         \
    F(T, BOOL, hands, .required = true, .doc = "It can pass from hand to hand.")
SHAPE_STRUCT(identity_life, IDENTITY_LIFE);
#define MERGE_VIEW(F, T)                                                                                                   \
    F(T, I64, id, .required = true, .doc = "Id: what a split names.")                                                      \
    F(T, I64, one, .required = true, .doc = "Subject.")                                                                    \
    F(T, I64, other, .required = true, .doc = "Subject.")                                                                  \
    F(T, STR, why, .required = true, .max = 20, .doc = "identity, alias, staff or import.")                                \
    F(T, ENUM(identity_kind), kind, .doc = "Kind of the identity that was the evidence.")                                  \
    F(T, I64, confidence, .required = true, .doc = "Percent.")                                                             \
    F(T, STR, source, .max = 120, .doc = "Who brought it.")                                                                \
    F(T, STR, by, .max = 120, .doc = "Which steward.")                                                                     \
    F(T, TIME, at, .required = true, .doc = "When.")                                                                       \
    F(T, TIME, ended, .doc = "When it was split again.")                                                                   \
    F(T, STR, ended_by, .max = 120, .doc = "By whom; `identity`: the evidence changed hands.")
SHAPE_STRUCT(merge_view, MERGE_VIEW);
#define MERGES_VIEW(F, T)                                                                                                  \
    F(T, LIST(identity_life), identities, .required = true, .max = 200, .doc = "Everything known to be this person, now or then.") \
    F(T, LIST(merge_view), merges, .required = true, .max = 200, .doc = "What made them one, newest first.")
SHAPE_STRUCT(merges_view, MERGES_VIEW);

// POST /api/v1/people/{id}/identities/{id}/end
#define IDENTITY_END(F, T)                                                                                                 \
    F(T, TIME, at, .doc = "From when on it is not theirs; now when absent.")                                               \
    F(T, I64, to, .min = 1, .max = 4294967295, .doc = "Whose it is from then on; nobody known when absent.")               \
    F(T, STR, note, .required = true, .min = 2, .max = 200, .free = true, .doc = "Why: audited.")
SHAPE_STRUCT(identity_end, IDENTITY_END);
#define IDENTITY_ENDED(F, T) F(T, I64, subject, .required = true, .doc = "The subject it stands for from then on.")
SHAPE_STRUCT(identity_ended, IDENTITY_ENDED);

// GET /api/v1/merges/blocked
#define BLOCKED_QUERY(F, T)                                                                                                \
    F(T, ENUM(blocked_state), state, .doc = "blocked when absent.")                                                        \
    F(T, STR, cursor, .max = 100, .doc = "`next` of the page before.")
SHAPE_STRUCT(blocked_query, BLOCKED_QUERY);
#define BLOCKED_VIEW(F, T)                                                                                                 \
    F(T, I64, id, .required = true, .doc = "Id.")                                                                          \
    F(T, ENUM(identity_kind), kind, .required = true, .doc = "Kind of identity.")                                          \
    F(T, STR, label, .max = 256, .doc = "The value; masked for secret kinds, absent when it is not known.")                \
    F(T, STR, why, .required = true, .max = 20, .doc = "placeholder, or shared: of too many people.")                      \
    F(T, I64, persons, .required = true, .doc = "Of how many people it was when it was blocked; 0: a placeholder.")        \
    F(T, I64, joins, .required = true, .doc = "Joins it made that still stand.")                                           \
    F(T, ENUM(blocked_state), state, .required = true, .doc = "Blocked, or released by a steward.")                        \
    F(T, TIME, at, .required = true, .doc = "Since when.")                                                                 \
    F(T, STR, by, .max = 120, .doc = "Who changed it last.")
SHAPE_STRUCT(blocked_view, BLOCKED_VIEW);
#define BLOCKED_PAGE(F, T)                                                                                                 \
    F(T, LIST(blocked_view), items, .required = true, .max = 50, .doc = "Newest first.")                                   \
    F(T, STR, next, .max = 100, .doc = "Cursor of the next page; absent on the last.")
SHAPE_STRUCT(blocked_page, BLOCKED_PAGE);
#define BLOCKED_SET(F, T)                                                                                                  \
    F(T, ENUM(blocked_state), state, .required = true, .doc = "What it shall be.")                                         \
    F(T, STR, note, .required = true, .min = 2, .max = 200, .free = true, .doc = "Why: audited.")
SHAPE_STRUCT(blocked_put, BLOCKED_SET);

// POST /api/v1/merges/jobs, …/undo; GET /api/v1/merges/jobs/{id}
#define MERGE_JOB_NEW(F, T)                                                                                                \
    F(T, I64S, people, .required = true, .min = 2, .max = MERGE_PEOPLE_MAX, .doc = "People who are one.")                  \
    F(T, STR, note, .required = true, .min = 2, .max = 200, .free = true, .doc = "Why: kept with the job.")
SHAPE_STRUCT(merge_job_new, MERGE_JOB_NEW);
#define MERGE_JOB_VIEW(F, T)                                                                                               \
    F(T, I64, id, .required = true, .doc = "Id.")                                                                          \
    F(T, I64, undo, .doc = "The job whose joins it takes back.")                                                           \
    F(T, I64, total, .required = true, .doc = "How many it looks at.")                                                     \
    F(T, I64, done, .required = true, .doc = "Of them so far.")                                                            \
    F(T, I64, refused, .required = true, .doc = "High-value people, left to two stewards.")                                \
    F(T, BOOL, finished, .required = true, .doc = "Nothing is left to do.")                                                \
    F(T, I64, survivor, .required = true, .doc = "The person they become.")                                                \
    F(T, STR, note, .required = true, .max = 200, .doc = "Why.")                                                           \
    F(T, STR, by, .max = 80, .doc = "Who asked for it.")                                                                   \
    F(T, TIME, at, .required = true, .doc = "When.")
SHAPE_STRUCT(merge_job_view, MERGE_JOB_VIEW);

extern const route_table merge_routes;

#endif
