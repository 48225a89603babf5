// Inside task/ only.
#ifndef TASK_INTERNAL_H
#define TASK_INTERNAL_H
#include "base/calendar.h"
#include "people/people.h"
#include "rule/rules.h"
#include "task/task.h"

// Clocks of DEFAULTS §6. id, calendar, hours (0: 20:00 of a day), warn at % of the clock, whether it is a call, once per
// opportunity, what it promises.
typedef enum call_kind { CALL_NONE, CALL_SERVICE, CALL_MARKETING } call_kind;   // service: unless told to stop; marketing: only if agreed
#define CLOCK_LIST(X)                                                                                                             \
    X("K01", CAL_CALLING, 12, 50, CALL_MARKETING, true, "留资 12 小时内联系", "Lead contacted within 12 hours")                       \
    X("K02", CAL_CALLING, 2, 75, CALL_SERVICE, false, "小订 2 小时内跟进", "Reserve followed up within 2 hours")                      \
    X("K03", CAL_NATURAL, 24, 75, CALL_NONE, false, "反馈 24 小时内解答", "Feedback answered within 24 hours")                        \
    X("K06", CAL_STORE, 2, 75, CALL_NONE, false, "经销商 2 小时内接单", "Hand-off accepted within 2 store hours")                     \
    X("K09", CAL_NATURAL, 24, 75, CALL_NONE, false, "大定 24 小时内首次进度", "First progress note within 24 hours of the order")      \
    X("K10", CAL_NATURAL, 0, 75, CALL_NONE, false, "交付首周回访", "Touches of the first week")                                       \
    X("K11", CAL_CALLING, 24, 75, CALL_SERVICE, false, "试驾后 24 小时跟进", "Test drive followed up within 24 hours")                \
    X("K19", CAL_NATURAL, 24, 75, CALL_NONE, false, "24 小时内寄出感谢信", "Referral letter within 24 hours")                         \
    X("K20", CAL_WORKING, 15 * 9, 50, CALL_NONE, false, "个人信息请求 15 个工作日内答复", "Personal-data request within 15 working days") \
    X("K24", CAL_WORKING, 4, 75, CALL_NONE, false, "待审 4 个工作小时内处理", "Approval decided within 4 working hours")                \
    X("KT", CAL_CALLING, 24, 75, CALL_MARKETING, false, "升为最高意向 24 小时内联系", "Highest intent: contacted within 24 hours")       \
    X("KC", CAL_WORKING, 27, 75, CALL_SERVICE, false, "该联系了：3 个工作日内", "Kept in touch: within 3 working days")              \
    X("KB", CAL_CALLING, 2, 50, CALL_SERVICE, false, "逾期后 2 小时内补位", "Backup within 2 hours of a missed promise")

typedef struct clock_info {
    const char *id;
    cal cal;
    int64_t hours;
    int warn_percent;
    call_kind call;
    bool once;
    const char *zh, *en;
} clock_info;
extern const clock_info clocks[];
extern const size_t clocks_n;
const clock_info *clock_named(str id);
int64_t clock_due(const clock_info *k, int64_t t_us, int64_t day);

typedef struct outcome_info { const char *name; bool closes, reached; } outcome_info;
extern const outcome_info task_outcomes[TASK_OUTCOME_COUNT];
extern const struct timer_kind task_timer;

typedef struct task_result { enum task_outcome outcome; str note; int64_t by; str by_name; } task_result;
// E_NOT_FOUND, E_CONFLICT when closed. Emits lead.contacted and, when it ends the task, task.done.
err task_note(tx *t, int64_t id, const task_result *in);
err task_assign(tx *t, int64_t id, int64_t staff, str name, int64_t by);       // staff 0: nobody
err task_close_row(tx *t, int64_t id, enum task_state state);

#endif
