#include "base/time.h"

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

// Days from a civil date: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (the era of 400 years).
int64_t civil_to_days(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

static void days_to_civil(int64_t days, civil *c)
{
    days += 719468;
    int64_t era = floor_div(days, 146097);
    int64_t doe = days - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    c->day = (int)(doy - (153 * mp + 2) / 5 + 1);
    c->month = (int)(mp < 10 ? mp + 3 : mp - 9);
    c->year = (int)(yoe + era * 400 + (c->month <= 2));
}

civil civil_from_us(int64_t us, int64_t offset_us)
{
    us += offset_us;
    int64_t days = floor_div(us, US_PER_DAY), left = us - days * US_PER_DAY;
    civil c = { .hour = (int)(left / US_PER_HOUR), .minute = (int)(left / US_PER_MIN % 60), .second = (int)(left / US_PER_S % 60),
                .us = (int)(left % US_PER_S) };
    days_to_civil(days, &c);
    return c;
}

int64_t civil_to_us(civil c, int64_t offset_us)
{
    return civil_to_days(c.year, c.month, c.day) * US_PER_DAY + c.hour * US_PER_HOUR + c.minute * US_PER_MIN + c.second * US_PER_S + c.us -
           offset_us;
}

int32_t time_local_day(int64_t us) { return (int32_t)floor_div(us + ZONE_OFFSET_US, US_PER_DAY); }
int64_t time_local_day_start(int32_t day) { return day * US_PER_DAY - ZONE_OFFSET_US; }

int time_weekday(int32_t day)
{
    int64_t d = (day + INT64_C(3)) % 7;         // 1970-01-01 was a Thursday
    return (int)(d < 0 ? d + 8 : d + 1);
}

// Exactly n digits off the front; -1 when they are not there.
static int digits(str *s, size_t n)
{
    if (s->len < n)
        return -1;
    int v = 0;
    for (size_t i = 0; i < n; i++) {
        if (s->s[i] < '0' || s->s[i] > '9')
            return -1;
        v = v * 10 + (s->s[i] - '0');
    }
    *s = str_skip(*s, n);
    return v;
}

static bool expect(str *s, char c)
{
    if (!s->len || s->s[0] != c)
        return false;
    *s = str_skip(*s, 1);
    return true;
}

static bool fraction(str *s, int *ret_us)
{
    int us = 0, scale = 100000, n = 0;
    for (; s->len && s->s[0] >= '0' && s->s[0] <= '9'; n++, scale /= 10) {
        us += (s->s[0] - '0') * scale;           // digits beyond the sixth are dropped: scale is 0
        *s = str_skip(*s, 1);
    }
    *ret_us = us;
    return n >= 1 && n <= 9;
}

static bool zone(str *s, int64_t *ret_us)
{
    if (expect(s, 'Z') || expect(s, 'z')) {
        *ret_us = 0;
        return s->len == 0;
    }
    bool west = s->len && s->s[0] == '-';
    if (!west && !(s->len && s->s[0] == '+'))
        return false;
    *s = str_skip(*s, 1);
    int h = digits(s, 2);
    if (s->len && s->s[0] == ':')
        *s = str_skip(*s, 1);
    int m = digits(s, 2);
    if (h < 0 || h > 18 || m < 0 || m > 59 || s->len)
        return false;
    int64_t us = h * US_PER_HOUR + m * US_PER_MIN;
    *ret_us = west ? -us : us;
    return true;
}

static int month_days(int year, int month)
{
    static const int n[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return n[month - 1] + (month == 2 && leap);
}

bool time_parse_iso(str s, int64_t *ret_us)
{
    civil c = { 0 };
    int64_t offset;
    if ((c.year = digits(&s, 4)) < 0 || !expect(&s, '-') || (c.month = digits(&s, 2)) < 1 || c.month > 12 || !expect(&s, '-'))
        return false;
    if ((c.day = digits(&s, 2)) < 1 || c.day > month_days(c.year, c.month) || !(expect(&s, 'T') || expect(&s, 't') || expect(&s, ' ')))
        return false;
    if ((c.hour = digits(&s, 2)) < 0 || c.hour > 23 || !expect(&s, ':') || (c.minute = digits(&s, 2)) < 0 || c.minute > 59)
        return false;
    if (expect(&s, ':') && ((c.second = digits(&s, 2)) < 0 || c.second > 59))
        return false;
    if (expect(&s, '.') && !fraction(&s, &c.us))
        return false;
    if (!zone(&s, &offset))
        return false;
    *ret_us = civil_to_us(c, offset);
    return true;
}

str time_iso(arena *a, int64_t us)
{
    civil c = civil_from_us(us, 0);
    return arena_fmt(a, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", c.year, c.month, c.day, c.hour, c.minute, c.second, c.us);
}

str time_local(arena *a, int64_t us)
{
    civil c = civil_from_us(us, ZONE_OFFSET_US);
    return arena_fmt(a, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}
