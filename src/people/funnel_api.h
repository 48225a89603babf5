// Shapes of the funnel: stages, groups, who dropped off.
#ifndef PEOPLE_FUNNEL_API_H
#define PEOPLE_FUNNEL_API_H
#include "people/people_api.h"

enum funnel_by { BY_SOURCE, BY_CITY, BY_MODEL };
ENUM_DECLARE(funnel_by);
enum dropped_state { DROPPED_LOST, DROPPED_IDLE };
ENUM_DECLARE(dropped_state);

// GET /api/v1/funnel
#define FUNNEL_DAYS(F, T) F(T, I64, days, .min = 1, .max = 365, .doc = "Window that ends now; 28 when absent.")
#define FUNNEL_QUERY(F, T)                                                                                        \
    FUNNEL_DAYS(F, T)                                                                                              \
    F(T, ENUM(funnel_by), by, .doc = "Each group apart as well: source of the person's first lead (else who first told of them), city or model.")
SHAPE_STRUCT(funnel_query, FUNNEL_QUERY);
#define FUNNEL_STAGE(F, T)                                                                                        \
    F(T, ENUM(stage), stage, .required = true, .doc = "Stage.")                                                   \
    F(T, I64, now, .required = true, .doc = "People who stand there now.")                                        \
    F(T, I64, entered, .required = true, .doc = "People who entered it in the window.")                           \
    F(T, I64, of_previous, .doc = "Of those who entered the stage before, how many came here or beyond.")         \
    F(T, I64, previous, .doc = "How many entered the stage before in the window.")                                \
    F(T, I64, stay_s, .doc = "Median stay of those who left it in the window, seconds; absent when nobody did.")
SHAPE_STRUCT(funnel_stage, FUNNEL_STAGE);
#define FUNNEL_GROUP(F, T)                                                                                        \
    F(T, STR, value, .required = true, .max = 200, .doc = "Source, city or model; empty: not known.")             \
    F(T, I64, people, .required = true, .doc = "People who entered any stage in the window.")                     \
    F(T, I64S, entered, .required = true, .max = 7, .doc = "Of each stage from follow to advocate: who entered it in the window.") \
    F(T, I64S, on, .required = true, .max = 7, .doc = "Of those, how many came further.")
SHAPE_STRUCT(funnel_group, FUNNEL_GROUP);
#define FUNNEL_VIEW(F, T)                                                                                         \
    F(T, I64, days, .required = true, .doc = "The window.")                                                       \
    F(T, TIME, from, .required = true, .doc = "Its beginning.")                                                   \
    F(T, LIST(funnel_stage), stages, .required = true, .max = 7, .doc = "From follow to advocate.")               \
    F(T, LIST(funnel_group), groups, .max = 20, .doc = "With `by`: the largest groups, largest first.")           \
    F(T, I64, groups_left, .doc = "With `by`: groups that are not shown, beyond the twentieth or, of cities, with fewer than five people.")
SHAPE_STRUCT(funnel_view, FUNNEL_VIEW);

// GET /api/v1/funnel/dropped
#define DROPPED_QUERY(F, T)                                                                                       \
    FUNNEL_DAYS(F, T)                                                                                              \
    F(T, ENUM(stage), stage, .doc = "Only who came as far as this stage, lead to order.")                         \
    F(T, ENUM(dropped_state), state, .doc = "Only lost ones, or only idle ones.")                                 \
    F(T, STR, reason, .min = 1, .max = 40, .doc = "Only lost for this reason.")                                   \
    F(T, STR, cursor, .max = 60, .doc = "`next` of the page before.")
SHAPE_STRUCT(dropped_query, DROPPED_QUERY);
#define DROPPED_STAGE(F, T)                                                                                       \
    F(T, ENUM(stage), stage, .required = true, .doc = "How far they had come.")                                   \
    F(T, I64, lost, .required = true, .doc = "Opportunities lost there.")                                         \
    F(T, I64, idle, .required = true, .doc = "Opportunities that fell idle there.")
SHAPE_STRUCT(dropped_stage, DROPPED_STAGE);
#define DROPPED_REASON(F, T)                                                                                      \
    F(T, STR, reason, .required = true, .max = 40, .doc = "Word of the reason; empty: none was given.")           \
    F(T, STR, zh, .max = 40, .doc = "In Chinese.")                                                                \
    F(T, STR, en, .max = 40, .doc = "In English.")                                                                \
    F(T, I64, lost, .required = true, .doc = "Opportunities lost for it.")
SHAPE_STRUCT(dropped_reason, DROPPED_REASON);
#define DROPPED_ONE(F, T)                                                                                         \
    F(T, I64, id, .required = true, .doc = "Opportunity.")                                                        \
    F(T, I64, person, .required = true, .doc = "Whose.")                                                          \
    F(T, STR, name, .max = 60, .pii = true, .doc = "Name; absent when unknown.")                                  \
    F(T, ENUM(dropped_state), state, .required = true, .doc = "Lost, or idle: nothing happened for long.")        \
    F(T, ENUM(stage), stage, .required = true, .doc = "How far they had come.")                                   \
    F(T, STR, model, .max = 60, .doc = "Intended model.")                                                         \
    F(T, STR, source, .max = 120, .doc = "Source of the first lead.")                                             \
    F(T, STR, reason, .max = 200, .doc = "Why it was lost.")                                                      \
    F(T, TIME, at, .required = true, .doc = "When.")
SHAPE_STRUCT(dropped_one, DROPPED_ONE);
#define DROPPED_VIEW(F, T)                                                                                        \
    F(T, I64, days, .required = true, .doc = "The window.")                                                       \
    F(T, LIST(dropped_stage), stages, .required = true, .max = 5, .doc = "Lead to order; all that dropped off in the window.") \
    F(T, LIST(dropped_reason), reasons, .required = true, .max = 40, .doc = "Most frequent first; of all that were lost in the window.") \
    F(T, LIST(dropped_one), items, .required = true, .max = 50, .doc = "Those asked for, latest first.")          \
    F(T, STR, next, .max = 60, .doc = "Cursor of the next page; absent on the last.")
SHAPE_STRUCT(dropped_view, DROPPED_VIEW);

#endif
