// Public holidays and make-up working days of mainland China, from the yearly notices of the General Office of the State
// Council on the arrangement of holidays (2024: October 2023; 2025: November 2024; 2026: November 2025). A new year is added
// here when its notice appears, in one commit with the test that counts its days.
#include "base/calendar_cn.h"

const int calendar_cn_first_year = 2024, calendar_cn_last_year = 2026;

const holiday calendar_cn_holidays[] = {
    { 20240101, 20240101 }, { 20240210, 20240217 }, { 20240404, 20240406 }, { 20240501, 20240505 },
    { 20240608, 20240610 }, { 20240915, 20240917 }, { 20241001, 20241007 },
    { 20250101, 20250101 }, { 20250128, 20250204 }, { 20250404, 20250406 }, { 20250501, 20250505 },
    { 20250531, 20250602 }, { 20251001, 20251008 },
    { 20260101, 20260103 }, { 20260215, 20260223 }, { 20260404, 20260406 }, { 20260501, 20260505 },
    { 20260619, 20260621 }, { 20260925, 20260927 }, { 20261001, 20261007 },
};
const size_t calendar_cn_holidays_n = sizeof calendar_cn_holidays / sizeof *calendar_cn_holidays;

const int calendar_cn_makeups[] = {
    20240204, 20240218, 20240407, 20240428, 20240511, 20240914, 20240929, 20241012,
    20250126, 20250208, 20250427, 20250928, 20251011,
    20260104, 20260214, 20260228, 20260509, 20260920, 20261010,
};
const size_t calendar_cn_makeups_n = sizeof calendar_cn_makeups / sizeof *calendar_cn_makeups;

// The day (UTC+8) of the new moon that begins the first lunar month, computed with the series of J. Meeus, Astronomical
// Algorithms, 2nd ed., chapter 49; the two moons within minutes of midnight (2027, 2030) agree with the published almanacs.
const int calendar_cn_lunar_first = 1970, calendar_cn_lunar_last = 2100;
const short calendar_cn_lunar[] = {
    206, 127, 215, 203, 123, 211, 131, 218, 207, 128, 216, 205, 125, 213, 202,
    220, 209, 129, 217, 206, 127, 215, 204, 123, 210, 131, 219, 207, 128, 216,
    205, 124, 212, 201, 122, 209, 129, 218, 207, 126, 214, 203, 123, 210, 131,
    219, 208, 128, 216, 205, 125, 212, 201, 122, 210, 129, 217, 206, 126, 213,
    203, 123, 211, 131, 219, 208, 128, 215, 204, 124, 212, 201, 122, 210, 130,
    217, 206, 126, 214, 202, 123, 211, 201, 219, 208, 128, 215, 204, 124, 212,
    202, 121, 209, 129, 217, 205, 126, 214, 203, 123, 211, 131, 219, 207, 127,
    215, 205, 124, 212, 202, 122, 209, 129, 217, 206, 126, 214, 203, 124, 210,
    130, 218, 207, 127, 215, 205, 125, 212, 201, 121, 209,
};
