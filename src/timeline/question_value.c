// Calendar periods, and what the operators of a comparison mean.
#include "base/time.h"
#include "timeline/question.h"

static int64_t floor_div(int64_t x, int64_t y) { return x / y - (x % y < 0); }

// Day 0 was a Thursday: weeks begin on Monday, three days before.
int64_t period_no(time_unit u, int64_t time_us)
{
    // Far beyond any calendar, so that no sum of times overflows.
    const int64_t most = INT64_C(1) << 60;
    time_us = time_us > most ? most : time_us < -most ? -most : time_us;
    int64_t day = time_local_day(time_us);
    if (u == UNIT_DAY)
        return day;
    if (u == UNIT_WEEK)
        return floor_div(day + 3, 7);
    civil c = civil_from_us(time_us, ZONE_OFFSET_US);
    return (int64_t)c.year * 12 + c.month - 1;
}

int64_t period_start(time_unit u, int64_t no)
{
    if (u == UNIT_MONTH)
        return civil_to_days((int)floor_div(no, 12), (int)(no - floor_div(no, 12) * 12) + 1, 1) * US_PER_DAY - ZONE_OFFSET_US;
    return time_local_day_start((int32_t)(u == UNIT_DAY ? no : no * 7 - 3));
}

// An integer against a fraction: as a double the integer might round, so its whole part is compared as an integer.
static int mixed_cmp(int64_t i, double f)
{
    if (f >= 9223372036854775808.0)
        return -1;
    if (f < -9223372036854775808.0)
        return 1;
    int64_t whole = (int64_t)f;
    if (i != whole)
        return i < whole ? -1 : 1;
    double rest = f - (double)whole;
    return rest > 0 ? -1 : rest < 0;
}

int value_number_cmp(const value *x, const value *y)
{
    if (x->k == V_I64 && y->k == V_I64)
        return x->i < y->i ? -1 : x->i > y->i;
    if (x->k == V_F64 && y->k == V_F64)
        return x->f < y->f ? -1 : x->f > y->f;
    return x->k == V_I64 ? mixed_cmp(x->i, y->f) : -mixed_cmp(y->i, x->f);
}

static bool value_equals(const value *x, const value *y)
{
    if (value_is_number(x) && value_is_number(y))
        return value_number_cmp(x, y) == 0;
    if (x->k != y->k)
        return false;
    return x->k == V_BOOL ? x->i == y->i : x->k == V_STR && str_eq(x->s, y->s);
}

static bool value_among(const comparison *c, const value *v)
{
    for (size_t i = 0; i < c->values_n; i++)
        if (value_equals(v, &c->values[i]))
            return true;
    return false;
}

bool where_holds(const comparison *c, const value *v)
{
    bool known = v && v->k != V_NULL;
    if (c->op == OP_EXISTS)
        return known;
    if (c->op == OP_NE)
        return !known || !value_among(c, v);
    if (!known)
        return false;
    if (c->op == OP_EQ || c->op == OP_IN)
        return value_among(c, v);
    if (!value_is_number(v))
        return false;
    int sign = value_number_cmp(v, &c->values[0]);
    return c->op == OP_LT ? sign < 0 : c->op == OP_LE ? sign <= 0 : c->op == OP_GT ? sign > 0 : sign >= 0;
}
