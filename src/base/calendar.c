#include "base/calendar.h"
#include "base/calendar_cn.h"
#include "base/err.h"

const char *const cal_names[CAL_COUNT] = { "N", "C", "W", "S", "D" };

// Opening hours as minutes of the local day; W is open on working days only, C pauses in the New Year's blackout.
typedef struct hours { int from_min, to_min; bool workdays, blackout; } hours;

static const hours calendars[] = {
    [CAL_NATURAL] = { 0, 24 * 60, false, false },
    [CAL_CALLING] = { 9 * 60, 21 * 60, false, true },
    [CAL_WORKING] = { 9 * 60, 18 * 60, true, false },
    [CAL_STORE] = { 10 * 60, 21 * 60, false, false },
    [CAL_DUTY] = { 8 * 60 + 30, 22 * 60 + 30, false, false },
};
// Plain hours that pause in the blackout: the "t + H" half of the call promise.
static const hours promise_hours = { 0, 24 * 60, false, true };

// A promise further away than this is a mistake in its definition.
#define DAYS_MAX 20000

// --- Days --------------------------------------------------------------------------------------------------------------
static int date_of(int32_t local_day)
{
    civil c = civil_from_us(time_local_day_start(local_day), ZONE_OFFSET_US);
    return c.year * 10000 + c.month * 100 + c.day;
}

static bool listed(const int *list, size_t n, int date)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == date)
            return true;
    return false;
}

bool calendar_known(int32_t local_day)
{
    int year = date_of(local_day) / 10000;
    return year >= calendar_cn_first_year && year <= calendar_cn_last_year;
}

day_kind calendar_day_kind(int32_t local_day)
{
    int date = date_of(local_day);
    if (listed(calendar_cn_makeups, calendar_cn_makeups_n, date))
        return DAY_MAKEUP;
    for (size_t i = 0; i < calendar_cn_holidays_n; i++)
        if (date >= calendar_cn_holidays[i].first && date <= calendar_cn_holidays[i].last)
            return DAY_HOLIDAY;
    return time_weekday(local_day) >= 6 ? DAY_WEEKEND : DAY_WORKING;
}

int32_t calendar_new_year(int year)
{
    ENSURE(year >= calendar_cn_lunar_first && year <= calendar_cn_lunar_last);
    int md = calendar_cn_lunar[year - calendar_cn_lunar_first];
    return (int32_t)civil_to_days(year, md / 100, md % 100);
}

// --- Open hours of a day -----------------------------------------------------------------------------------------------
// The one open interval of a local day, as instants; false when it has none.
static bool open_hours(const hours *h, int32_t day, int64_t *ret_from, int64_t *ret_to)
{
    if (h->workdays) {
        day_kind k = calendar_day_kind(day);
        if (k == DAY_WEEKEND || k == DAY_HOLIDAY)
            return false;
    }
    int to_min = h->to_min;
    if (h->blackout) {
        int year = date_of(day) / 10000;
        if (year < calendar_cn_lunar_first || year > calendar_cn_lunar_last)
            year = calendar_cn_lunar_last;
        int32_t new_year = calendar_new_year(year);
        if (day == new_year)
            return false;
        if (day == new_year - 1 && to_min > 12 * 60)
            to_min = 12 * 60;
    }
    int64_t start = time_local_day_start(day);
    *ret_from = start + h->from_min * US_PER_MIN;
    *ret_to = start + to_min * US_PER_MIN;
    return true;
}

static int64_t add_open(const hours *h, int64_t t, int64_t open_us)
{
    ENSURE(open_us >= 0);
    int32_t first = time_local_day(t);
    for (int32_t day = first; day < first + DAYS_MAX; day++) {
        int64_t from, to;
        if (!open_hours(h, day, &from, &to) || to <= t)
            continue;
        if (from < t)
            from = t;
        if (to - from >= open_us)
            return from + open_us;
        open_us -= to - from;
    }
    panic(__FILE__, __LINE__, "a clock of %lld us never ends", (long long)open_us);
}

int64_t calendar_next_open(cal c, int64_t t_us)
{
    const hours *h = &calendars[c];
    for (int32_t day = time_local_day(t_us);; day++) {
        int64_t from, to;
        if (open_hours(h, day, &from, &to) && to > t_us)
            return from > t_us ? from : t_us;
    }
}

int64_t calendar_add(cal c, int64_t t_us, int64_t open_us)
{
    return add_open(&calendars[c], t_us, open_us);
}

int64_t calendar_open_between(cal c, int64_t from_us, int64_t to_us)
{
    int64_t sum = 0;
    for (int32_t day = time_local_day(from_us); from_us < to_us && time_local_day_start(day) < to_us; day++) {
        int64_t from, to;
        if (!open_hours(&calendars[c], day, &from, &to))
            continue;
        from = from > from_us ? from : from_us;
        to = to < to_us ? to : to_us;
        sum += to > from ? to - from : 0;
    }
    return sum;
}

static int64_t call_due(int64_t t_us, int64_t plain_us)
{
    int64_t plain = add_open(&promise_hours, t_us, plain_us);
    int64_t hour = add_open(&calendars[CAL_CALLING], t_us, US_PER_HOUR);
    return plain > hour ? plain : hour;
}

int64_t calendar_call_due(int64_t t_us, int hours_) { return call_due(t_us, hours_ * US_PER_HOUR); }

int64_t calendar_due(cal c, int64_t t_us, int64_t duration_us)
{
    return c == CAL_CALLING ? call_due(t_us, duration_us) : add_open(&calendars[c], t_us, duration_us);
}
