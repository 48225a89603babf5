// What the demo brand's people did, for what is made of it.
#ifndef INSTANCE_DEMO_H
#define INSTANCE_DEMO_H
#include "store/teller.h"

#define DEMO_STEPS_MAX 12
typedef struct demo_step { const char *kind; int64_t at_us; } demo_step;
typedef struct demo_person {
    int number;                        // demo-007
    const char *city, *model;
    demo_step steps[DEMO_STEPS_MAX];
    size_t steps_n;
} demo_person;

str demo_vin(arena *a, int number);    // of a person's car; stock cars have numbers from 9000

// demo_records.c: stores, a campaign and cars in stock; then each person's orders, drives and cars. Their events were told by
// the app already and are not told again (record/natural.h).
err demo_brand_records(tx *t, void *p);
err demo_person_records(tx *t, void *p);       // p: a demo_person

#endif
