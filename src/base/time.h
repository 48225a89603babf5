// Instants are int64 microseconds UTC since 1970. The brand's zone is Asia/Shanghai: UTC+8 the year round
// (no summer time since 1991), so a local day is plain arithmetic.
#ifndef BASE_TIME_H
#define BASE_TIME_H
#include "base/arena.h"

#define US_PER_MS INT64_C(1000)
#define US_PER_S INT64_C(1000000)
#define US_PER_MIN (60 * US_PER_S)
#define US_PER_HOUR (60 * US_PER_MIN)
#define US_PER_DAY (24 * US_PER_HOUR)
#define ZONE_OFFSET_US (8 * US_PER_HOUR)      // Asia/Shanghai

typedef struct civil { int year, month, day, hour, minute, second, us; } civil;   // month and day from 1

int64_t civil_to_days(int year, int month, int day);          // days since 1970-01-01, proleptic Gregorian
civil civil_from_us(int64_t us, int64_t offset_us);           // offset 0: UTC; ZONE_OFFSET_US: the brand's day
int64_t civil_to_us(civil c, int64_t offset_us);
int32_t time_local_day(int64_t us);                           // days since 1970-01-01 in the brand's zone
int64_t time_local_day_start(int32_t day);                    // the instant that day begins
int time_weekday(int32_t day);                                // 1 Monday … 7 Sunday

// ISO 8601 as SDKs send it: 2026-03-09T20:37:00.123Z, or ±hh:mm, ±hhmm; fraction of 1–9 digits; 'T' or a space;
// seconds may be missing, zone may not. Strict about ranges. False: not a time.
bool time_parse_iso(str s, int64_t *ret_us);
str time_iso(arena *a, int64_t us);                           // 2026-03-09T12:37:00.123456Z
str time_local(arena *a, int64_t us);                         // 2026-03-09 20:37, the brand's zone

#endif
