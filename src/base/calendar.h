// Clocks that count only some hours (DEFAULTS §6). N natural, C calling window, W working hours, S store, D duty.
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H
#include "base/time.h"

typedef enum cal { CAL_NATURAL, CAL_CALLING, CAL_WORKING, CAL_STORE, CAL_DUTY, CAL_COUNT } cal;

extern const char *const cal_names[CAL_COUNT];    // "N" "C" "W" "S" "D"

// National holidays and make-up working days as published by the State Council each autumn (sources in calendar_cn.c).
// Days outside the published years fall back to weekends only; calendar_known says whether a day is covered.
typedef enum day_kind { DAY_WORKING, DAY_WEEKEND, DAY_HOLIDAY, DAY_MAKEUP } day_kind;
day_kind calendar_day_kind(int32_t local_day);
bool calendar_known(int32_t local_day);

// Lunar New Year's Day of the civil year (1970–2100 table), as a local day number.
int32_t calendar_new_year(int year);

// Next instant ≥ t at which the calendar is open; time that passes while open between two instants (microseconds).
int64_t calendar_next_open(cal c, int64_t t_us);
int64_t calendar_open_between(cal c, int64_t from_us, int64_t to_us);
// The instant at which `open_us` of open time have passed since t.
int64_t calendar_add(cal c, int64_t t_us, int64_t open_us);

// The call promise: the later of t + hours and the instant at which 60 minutes of the calling window have passed since t.
// The New Year's blackout (eve 12:00 – first day 24:00) pauses the clock: both parts start counting again at its end.
int64_t calendar_call_due(int64_t t_us, int hours);

// hours of calendar `c` after t: N is plain time, W counts working hours only, C is the call promise.
int64_t calendar_due(cal c, int64_t t_us, int64_t duration_us);

#endif
