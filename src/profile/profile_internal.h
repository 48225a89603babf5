// Inside profile/ only.
#ifndef PROFILE_INTERNAL_H
#define PROFILE_INTERNAL_H
#include "people/people.h"
#include "profile/classes.h"
#include "profile/profile.h"
#include "rule/rules.h"

#define KOC_TAG "KOC"                  // who has it has been appointed

// Any connection: how a person stands at a moment, from the rows themselves. E_NOT_FOUND: nobody.
err class_facts_read(db *d, arena *a, int64_t person, int64_t now_us, class_facts *ret);

err class_history_since(tx *t, const rehoming *r);      // class_history.c

void class_register(rules *r);
extern const person_table class_tables[];
extern const size_t class_tables_n;

#endif
