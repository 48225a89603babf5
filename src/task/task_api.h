// Shapes of tasks on the wire.
#ifndef TASK_TASK_API_H
#define TASK_TASK_API_H
#include "people/people_api.h"
#include "task/task.h"

ENUM_DECLARE(task_state);
ENUM_DECLARE(task_outcome);
enum task_filter { TASK_FILTER_OPEN, TASK_FILTER_DONE, TASK_FILTER_CANCELLED, TASK_FILTER_ALL };
ENUM_DECLARE(task_filter);
enum task_whose { TASK_WHOSE_ME, TASK_WHOSE_NONE, TASK_WHOSE_ANY };
ENUM_DECLARE(task_whose);

// GET /api/v1/tasks
#define TASK_QUERY(F, T)                                                                                       \
    F(T, ENUM(task_filter), state, .doc = "open (also escalated ones) when absent.")                           \
    F(T, ENUM(task_whose), assignee, .doc = "me, none, or any when absent.")                                   \
    F(T, BOOL, late, .doc = "Only overdue (true) or only not yet due (false).")                                \
    F(T, I64, person, .min = 1, .max = 4294967295, .doc = "Only about this person.")                           \
    F(T, STR, cursor, .max = 100, .doc = "`next` of the page before.")                                         \
    F(T, I64, limit, .min = 1, .max = 100, .doc = "Page size; 50 when absent.")
SHAPE_STRUCT(task_query, TASK_QUERY);

#define TASK_VIEW(F, T)                                                                                        \
    F(T, I64, id, .required = true, .doc = "Id.")                                                              \
    F(T, I64, version, .required = true, .doc = "For If-Match.")                                               \
    F(T, STR, clock, .required = true, .max = 20, .doc = "Which promise: K01 …")                               \
    F(T, STR, role, .required = true, .max = 40, .doc = "Who should do it: lead_agent, advisor …")             \
    F(T, STR, title_zh, .required = true, .max = 120, .doc = "What to do, in Chinese.")                        \
    F(T, STR, title_en, .required = true, .max = 120, .doc = "What to do, in English.")                        \
    F(T, ENUM(task_state), state, .required = true, .doc = "Where it stands.")                                 \
    F(T, I64, assignee, .doc = "Staff id; absent: nobody yet.")                                                \
    F(T, STR, assignee_name, .max = 60, .doc = "Their name.")                                                  \
    F(T, I64, person, .required = true, .doc = "Whom it is about.")                                            \
    F(T, STR, person_name, .max = 60, .pii = true, .doc = "Their name, when known.")                           \
    F(T, STR, phone, .max = 20, .doc = "Masked.")                                                              \
    F(T, ENUM(stage), stage, .required = true, .doc = "Their stage now.")                                      \
    F(T, STR, city, .max = 60, .doc = "Their city.")                                                           \
    F(T, STR, model, .max = 60, .doc = "Model they intend.")                                                   \
    F(T, I64, opportunity, .doc = "The opportunity.")                                                          \
    F(T, TIME, opened, .required = true, .doc = "Start of the clock.")                                         \
    F(T, TIME, warn, .required = true, .doc = "When it turns red.")                                            \
    F(T, TIME, due, .required = true, .doc = "When it is due.")                                                \
    F(T, TIME, closed, .doc = "When it was done or cancelled.")                                                \
    F(T, BOOL, late, .required = true, .doc = "Open after due, or done after due.")                            \
    F(T, I64, attempts, .required = true, .doc = "Outcomes noted so far.")                                     \
    F(T, ENUM(task_outcome), outcome, .doc = "The last one.")                                                  \
    F(T, STR, note, .max = 500, .doc = "Its note.")                                                            \
    F(T, STR, rule, .max = 80, .doc = "Key of the rule that opened it.")                                       \
    F(T, I64, cause, .required = true, .doc = "Number of the event that opened it.")                           \
    F(T, I64, escalates, .doc = "The task it backs up.")
SHAPE_STRUCT(task_view, TASK_VIEW);

#define TASK_PAGE(F, T)                                                                          \
    F(T, LIST(task_view), items, .required = true, .max = 100, .doc = "By due time; closed ones newest first.") \
    F(T, I64, total, .required = true, .doc = "How many match, counted up to 1,000.")            \
    F(T, BOOL, more_than_total, .required = true, .doc = "There are more than were counted.")    \
    F(T, STR, next, .max = 100, .doc = "Cursor of the next page; absent on the last.")
SHAPE_STRUCT(task_page, TASK_PAGE);

// POST /api/v1/tasks/{id}/outcome
#define TASK_OUTCOME_NEW(F, T)                                                                                   \
    F(T, ENUM(task_outcome), outcome, .required = true, .doc = "What came of it.")                               \
    F(T, STR, note, .max = 500, .free = true, .doc = "Anything worth keeping. Phone numbers and the like in it are starred.")
SHAPE_STRUCT(task_outcome_new, TASK_OUTCOME_NEW);
#define TASK_OUTCOME_DONE(F, T)                                                                                  \
    F(T, OBJ(task_view), task, .required = true, .doc = "The task as it stands now.")                            \
    F(T, LIST(ring_view), rings, .required = true, .max = 256, .doc = "What it set in motion.")
SHAPE_STRUCT(task_outcome_done, TASK_OUTCOME_DONE);

// PATCH /api/v1/tasks/{id}
#define TASK_PATCH(F, T)                                                                                         \
    F(T, I64, assignee, .required = true, .nullable = true, .min = 1, .max = 9007199254740991, .doc = "Staff id; null: nobody.")
SHAPE_STRUCT(task_patch, TASK_PATCH);

extern const route_table task_routes;

#endif
