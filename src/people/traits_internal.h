// What the halves of traits share: rows as they stand in the table.
#ifndef PEOPLE_TRAITS_INTERNAL_H
#define PEOPLE_TRAITS_INTERNAL_H
#include "people/traits.h"

typedef struct trait_row {
    trait_op op;
    str value, source;
    int64_t at_us, event_no, place, known_us, last_us, last_no, last_known_us;
} trait_row;

// Of a query for: op, value, source, at_us, event_no, place, known_us, last_us, last_no, last_known_us. Strings go to the arena.
void trait_row_read(const db_rows *r, arena *a, trait_row *ret);
// The value after an operation on it; empty: none.
str trait_apply(arena *a, str before, trait_op how, str operand);

#endif
