#include "tests.h"
#include "base/calendar.h"

// "2026-03-09 20:37" in the brand's zone.
static int64_t at(const char *local)
{
    int64_t us;
    arena *a = arena_create();
    str iso = arena_fmt(a, "%s:00+08:00", local);
    if (!time_parse_iso(iso, &us))
        fail_msg("not a time: %s", local);
    arena_destroy(a);
    return us;
}

static void same_time(int64_t actual, const char *expected, const char *of)
{
    if (actual != at(expected)) {
        arena *a = arena_create();
        fail_msg("%s gives " STR_FMT ", not %s", of, STR_ARG(time_local(a, actual)), expected);
    }
}

typedef struct promise { const char *at; int hours; const char *due; } promise;

// WORKFLOWS W2: the ten leads, the five reserves, the blackout.
static const promise w2[] = {
    { "2026-03-09 09:10", 12, "2026-03-09 21:10" }, { "2026-03-09 14:00", 12, "2026-03-10 02:00" },
    { "2026-03-09 19:59", 12, "2026-03-10 07:59" }, { "2026-03-09 20:00", 12, "2026-03-10 08:00" },
    { "2026-03-09 20:01", 12, "2026-03-10 09:01" }, { "2026-03-09 20:37", 12, "2026-03-10 09:37" },
    { "2026-03-09 21:30", 12, "2026-03-10 10:00" }, { "2026-03-09 22:00", 12, "2026-03-10 10:00" },
    { "2026-03-09 23:59", 12, "2026-03-10 11:59" }, { "2026-03-10 08:59", 12, "2026-03-10 20:59" },
    { "2026-03-09 10:00", 2, "2026-03-09 12:00" },  { "2026-03-09 19:10", 2, "2026-03-09 21:10" },
    { "2026-03-09 20:30", 2, "2026-03-10 09:30" },  { "2026-03-09 23:30", 2, "2026-03-10 10:00" },
    { "2026-03-10 07:30", 2, "2026-03-10 10:00" },
    // New Year's Eve is 2026-02-16: the clock pauses from its noon to the end of the first day.
    { "2026-02-16 13:00", 12, "2026-02-18 12:00" }, { "2026-02-16 10:00", 12, "2026-02-18 10:00" },
    { "2026-02-17 15:00", 12, "2026-02-18 12:00" }, { "2026-02-16 11:30", 2, "2026-02-18 09:30" },
    { "2026-02-15 23:00", 12, "2026-02-16 11:00" },
};

static void test_call_promise(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof w2 / sizeof *w2; i++)
        same_time(calendar_call_due(at(w2[i].at), w2[i].hours), w2[i].due, w2[i].at);
}

static void test_working_days(void **state)
{
    (void)state;
    // Friday 17:00 + 2 working hours; into the Spring Festival and out by a make-up Saturday.
    same_time(calendar_add(CAL_WORKING, at("2026-03-06 17:00"), 2 * US_PER_HOUR), "2026-03-09 10:00", "weekend");
    same_time(calendar_add(CAL_WORKING, at("2026-02-13 17:30"), US_PER_HOUR), "2026-02-14 09:30", "make-up Saturday");
    same_time(calendar_add(CAL_WORKING, at("2026-02-14 17:30"), US_PER_HOUR), "2026-02-24 09:30", "Spring Festival");
    same_time(calendar_add(CAL_WORKING, at("2026-10-10 08:00"), US_PER_HOUR), "2026-10-10 10:00", "make-up Saturday in October");
    same_time(calendar_next_open(CAL_WORKING, at("2026-05-01 10:00")), "2026-05-06 09:00", "Labour Day");
    same_time(calendar_next_open(CAL_STORE, at("2026-05-01 21:00")), "2026-05-02 10:00", "store at closing time");
    same_time(calendar_next_open(CAL_DUTY, at("2026-05-01 08:30")), "2026-05-01 08:30", "duty at its first minute");
    assert_int_equal(calendar_open_between(CAL_CALLING, at("2026-03-09 20:37"), at("2026-03-09 20:45")), 8 * US_PER_MIN);
    assert_int_equal(calendar_open_between(CAL_CALLING, at("2026-02-16 09:00"), at("2026-02-18 10:00")), 4 * US_PER_HOUR);
    assert_int_equal(calendar_open_between(CAL_WORKING, at("2026-03-10 09:00"), at("2026-03-09 09:00")), 0);
}

// Days off besides plain weekends, as the notices count them: 2026 has 33 days in its seven holidays and 6 make-up days.
static void test_published_years(void **state)
{
    (void)state;
    static const struct { int year, holidays, makeups; } expect[] = { { 2024, 30, 8 }, { 2025, 28, 5 }, { 2026, 33, 6 } };
    for (size_t i = 0; i < 3; i++) {
        int holidays = 0, makeups = 0;
        for (int32_t d = (int32_t)civil_to_days(expect[i].year, 1, 1); d < (int32_t)civil_to_days(expect[i].year + 1, 1, 1); d++) {
            day_kind k = calendar_day_kind(d);
            holidays += k == DAY_HOLIDAY;
            makeups += k == DAY_MAKEUP;
            if (k == DAY_MAKEUP)
                assert_true(time_weekday(d) >= 6);
        }
        assert_int_equal(holidays, expect[i].holidays);
        assert_int_equal(makeups, expect[i].makeups);
    }
    assert_false(calendar_known((int32_t)civil_to_days(2023, 12, 31)));
    assert_true(calendar_known((int32_t)civil_to_days(2026, 12, 31)));
}

static void test_new_year(void **state)
{
    (void)state;
    static const struct { int y, m, d; } known[] = { { 1985, 2, 20 }, { 2000, 2, 5 },  { 2024, 2, 10 }, { 2025, 1, 29 },
                                                     { 2026, 2, 17 }, { 2027, 2, 6 },  { 2030, 2, 3 },  { 2033, 1, 31 },
                                                     { 2034, 2, 19 }, { 2050, 1, 23 }, { 2100, 2, 9 } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_int_equal(calendar_new_year(known[i].y), civil_to_days(known[i].y, known[i].m, known[i].d));
}

// Naive model: walk minute by minute and count open ones.
static void test_against_minutes(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int round = 0; round < 60; round++) {
        seed = seed * 1664525 + 1013904223;
        int64_t t = at("2026-02-10 00:00") + (int64_t)(seed >> 8) % (20 * 24 * 60) * US_PER_MIN;
        cal c = (cal)(seed % CAL_COUNT);
        int want = 1 + (int)(seed >> 20) % 900, left = want;
        int64_t end = t;
        while (left) {
            left -= calendar_next_open(c, end) == end;
            end += US_PER_MIN;
        }
        assert_int_equal(calendar_add(c, t, want * US_PER_MIN), end);
        assert_int_equal(calendar_open_between(c, t, end), want * US_PER_MIN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_call_promise), cmocka_unit_test(test_working_days), cmocka_unit_test(test_published_years),
        cmocka_unit_test(test_new_year), cmocka_unit_test(test_against_minutes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
