// The tables behind calendar.h. Dates are yyyymmdd in the brand's zone.
#ifndef BASE_CALENDAR_CN_H
#define BASE_CALENDAR_CN_H
#include <stddef.h>

typedef struct holiday { int first, last; } holiday;

extern const int calendar_cn_first_year, calendar_cn_last_year;      // years whose holidays are published and listed
extern const holiday calendar_cn_holidays[];
extern const size_t calendar_cn_holidays_n;
extern const int calendar_cn_makeups[];                              // weekend days worked instead
extern const size_t calendar_cn_makeups_n;
extern const int calendar_cn_lunar_first, calendar_cn_lunar_last;
extern const short calendar_cn_lunar[];                              // New Year's Day as month × 100 + day

#endif
