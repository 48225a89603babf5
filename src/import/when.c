// Times as files write them.
#include "base/time.h"
#include "import/mapping.h"

static bool take_number(str *s, size_t most, int *ret)
{
    int v = 0;
    size_t n = 0;
    while (n < s->len && n < most && s->s[n] >= '0' && s->s[n] <= '9')
        v = v * 10 + (s->s[n++] - '0');
    *s = str_skip(*s, n);
    *ret = v;
    return n > 0;
}

static bool take(str *s, str what)
{
    if (!str_starts(*s, what))
        return false;
    *s = str_skip(*s, what.len);
    return true;
}

static bool in_range(const civil *c)
{
    static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (c->year % 4 == 0 && c->year % 100 != 0) || c->year % 400 == 0;
    return c->year >= 1 && c->year <= 9999 && c->month >= 1 && c->month <= 12 && c->day >= 1 && c->day <= days[c->month - 1]
           && (c->month != 2 || c->day <= (leap ? 29 : 28)) && c->hour <= 23 && c->minute <= 59 && c->second <= 59;
}

// A pattern takes digits greedily up to a field's width; other characters stand for themselves.
static bool by_pattern(str v, str pattern, civil *c)
{
    for (; pattern.len; pattern = str_skip(pattern, 1)) {
        if (pattern.s[0] != '%' || pattern.len < 2) {
            if (!take(&v, str_take(pattern, 1)))
                return false;
            continue;
        }
        pattern = str_skip(pattern, 1);
        int *at = pattern.s[0] == 'Y' ? &c->year : pattern.s[0] == 'm' ? &c->month : pattern.s[0] == 'd' ? &c->day
                  : pattern.s[0] == 'H' ? &c->hour : pattern.s[0] == 'M' ? &c->minute : pattern.s[0] == 'S' ? &c->second : NULL;
        if (!at || !take_number(&v, pattern.s[0] == 'Y' ? 4 : 2, at))
            return false;
    }
    return v.len == 0;
}

static void fraction(str *v, civil *c)
{
    int scale = 100000;
    if (!take(v, S(".")))
        return;
    for (; v->len && v->s[0] >= '0' && v->s[0] <= '9'; scale /= 10) {
        c->us += (v->s[0] - '0') * scale;
        *v = str_skip(*v, 1);
    }
}

// A date, and perhaps a time: 2026-03-09, 2026/3/9 8:05, 2026年3月9日 8时5分, 20260309, 20260309083000.
static bool any_form(str v, civil *c)
{
    if (!take_number(&v, 4, &c->year) || c->year < 100)
        return false;
    bool packed = v.len && v.s[0] >= '0' && v.s[0] <= '9';
    if (!packed && !take(&v, S("-")) && !take(&v, S("/")) && !take(&v, S(".")) && !take(&v, S("年")))
        return false;
    if (!take_number(&v, 2, &c->month))
        return false;
    if (!packed && !take(&v, S("-")) && !take(&v, S("/")) && !take(&v, S(".")) && !take(&v, S("月")))
        return false;
    if (!take_number(&v, 2, &c->day))
        return false;
    take(&v, S("日"));
    if (!take(&v, S("T")))
        v = str_trim(v);
    if (!v.len)
        return true;
    if (!take_number(&v, 2, &c->hour))
        return false;
    if (!packed && !take(&v, S(":")) && !take(&v, S("时")) && !take(&v, S("点")))
        return false;
    if (!take_number(&v, 2, &c->minute))
        return false;
    take(&v, S("分"));
    if (v.len && (packed || take(&v, S(":")) || (v.s[0] >= '0' && v.s[0] <= '9')) && !take_number(&v, 2, &c->second))
        return false;
    fraction(&v, c);
    take(&v, S("秒"));
    return v.len == 0;
}

static bool unix_time(str v, int64_t unit_us, int64_t *ret)
{
    int64_t n;
    if (!str_to_i64(v, &n) || n > INT64_MAX / 1000000 || n < -INT64_MAX / 1000000)
        return false;
    *ret = n * unit_us;
    return true;
}

#define EXCEL_DAYS_MAX 2958466          // year 9999

static bool excel_time(str v, int64_t zone_us, int64_t *ret)
{
    int64_t days, part = 0, scale = 1;
    str rest = v;
    if (!str_to_i64(str_cut(&rest, '.'), &days) || days < 0 || days > EXCEL_DAYS_MAX || rest.len > 15)
        return false;
    if (rest.len && (!str_to_i64(rest, &part) || part < 0))
        return false;
    for (size_t i = 0; i < rest.len; i++)
        scale *= 10;
    int64_t s = (int64_t)((double)part / (double)scale * 86400 + 0.5);
    *ret = (civil_to_days(1899, 12, 30) + days) * US_PER_DAY + s * US_PER_S - zone_us;
    return true;
}

// Four digits, '-', …, 'T' or ' ' at place 10, and a zone at the end: what programs write.
static bool iso(str v, int64_t *ret) { return v.len >= 17 && v.s[4] == '-' && time_parse_iso(v, ret); }

bool time_read(str v, time_form form, str pattern, int64_t zone_us, int64_t *ret)
{
    civil c = { .month = 1, .day = 1 };
    switch (form) {
    case TIME_UNIX_S: return unix_time(v, US_PER_S, ret);
    case TIME_UNIX_MS: return unix_time(v, US_PER_MS, ret);
    case TIME_UNIX_US: return unix_time(v, 1, ret);
    case TIME_EXCEL: return excel_time(v, zone_us, ret);
    default: break;
    }
    if (form == TIME_ANY && iso(v, ret))
        return true;
    if (!(form == TIME_PATTERN ? by_pattern(v, pattern, &c) : any_form(v, &c)) || !in_range(&c))
        return false;
    *ret = civil_to_us(c, zone_us);
    return true;
}
