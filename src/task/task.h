// Tasks: what staff owe a person, each on a clock of DEFAULTS §6. Opened by rules, closed by an outcome, escalated once when late.
#ifndef TASK_TASK_H
#define TASK_TASK_H
#include "rule/engine.h"

enum task_state { TASK_OPEN, TASK_DONE, TASK_CANCELLED, TASK_ESCALATED, TASK_STATE_COUNT };

// What came of it, one tap. closes: the task is done · reached: two-way contact.
#define TASK_OUTCOME_LIST(X)                                                                  \
    X(REACHED, "reached", true, true, "已接通", "Reached")                                      \
    X(REACHED_LATER, "reached_later", true, true, "已接通，暂缓", "Reached, not now")             \
    X(BOOKED, "booked", true, true, "已约成", "Booked")                                         \
    X(REFUSED, "refused", true, true, "已接通，拒绝", "Reached, declined")                       \
    X(NOT_REACHED, "not_reached", false, false, "未接", "No answer")                            \
    X(INVALID_NUMBER, "invalid_number", true, false, "空号停机", "Invalid number")               \
    X(WRONG_PERSON, "wrong_person", true, false, "非本人", "Wrong person")                       \
    X(DO_NOT_CALL, "do_not_call", true, true, "别再打", "Do not call")                          \
    X(DONE, "done", true, false, "已完成", "Done")

#define TASK_OUTCOME_ENUM(id, name, closes, reached, zh, en) OUTCOME_##id,
enum task_outcome { TASK_OUTCOME_LIST(TASK_OUTCOME_ENUM) TASK_OUTCOME_COUNT };
#undef TASK_OUTCOME_ENUM
// Those that reached somebody, for SQL: as the list above says (task_test).
#define TASK_REACHED "0, 1, 2, 3, 7"

// Registers the effects `task` and `task_done` and the timers of tasks. Before rules_open.
err task_register(engine *e);

#endif
