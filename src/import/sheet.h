// Sums that must come out equal: what the file said and what was booked, per measure and period. Gathered per slice in memory and
// written with it.
#ifndef IMPORT_SHEET_H
#define IMPORT_SHEET_H
#include "store/teller.h"

#define SUMS_MAX 2000

typedef struct import_sum { str measure, period; int64_t came, booked; } import_sum;
typedef struct import_sums { import_sum *v; size_t n, cap; arena *a; } import_sums;

// Adds; names are copied. Beyond SUMS_MAX different ones of a slice the rest goes to the period "…".
void sums_add(import_sums *s, str measure, str period, int64_t came, int64_t booked);
err sums_write(tx *t, int64_t import, const import_sums *s);

#endif
