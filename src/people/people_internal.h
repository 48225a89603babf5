// Inside people/ only.
#ifndef PEOPLE_INTERNAL_H
#define PEOPLE_INTERNAL_H
#include "base/map.h"
#include "base/vec.h"
#include "people/people.h"
#include "people/people_api.h"
#include "rule/rules.h"

#define PERSON_COLUMN_LISTS_MAX 8

// Known identities: 64 bits of the hash lead to a slot that holds the rest.
typedef struct known { uint64_t hi; uint32_t subject, kind; } known;

struct people {
    map64 links;                       // subject → person, joined subjects only: all of them, always
    map64 ids;                         // hash.lo mixed with the kind → slot of `slots`; bounded, refilled from the database
    VEC(known) slots;
    map64 seen;                        // person → last seen, not yet written
    const person_column *columns[PERSON_COLUMN_LISTS_MAX];
    size_t columns_n[PERSON_COLUMN_LISTS_MAX], lists_n;
};

// join.c: two persons become one; the older id stays. Links, memory, rows, stage, event person.joined.
err people_join(tx *t, uint32_t subject, uint32_t one, uint32_t other);
err people_link(tx *t, uint32_t subject, uint32_t person);       // a row, memory, and the timeline after the commit

// Stages (stage.c). `what_no`, `at_us`, `kind`: the event that moved it.
typedef struct mover { uint32_t subject; int64_t no, at_us; str kind; } mover;
typedef struct moved { enum stage from, to; int64_t opportunity, event_no; bool opened; str why; } moved;
err stage_reach(tx *t, uint32_t person, enum stage to, const mover *m, str model, str source, const hash128 *phone, moved *ret);
err stage_cancel(tx *t, uint32_t person, enum stage what, const mover *m, moved *ret);
err opportunity_close(tx *t, uint32_t person, enum opportunity_state how, str reason, const mover *m, moved *ret);
err opportunity_contact(tx *t, uint32_t person, int64_t at_us);
err opportunity_open_of(db *d, uint32_t person, int64_t *ret);   // 0: none
err vehicle_got(tx *t, uint32_t person, str vehicle, const mover *m, moved *ret);
err vehicle_gone(tx *t, uint32_t person, str vehicle, const mover *m, moved *ret);
// Recomputes the person's stage from what is stored; emits stage.moved when it changed.
err stage_settle(tx *t, uint32_t person, const mover *m, moved *ret);
err opportunity_merge(tx *t, uint32_t winner, const mover *m);   // of two open ones the older stays
extern const struct timer_kind opportunity_timer;
err people_changed(tx *t, uint32_t person);      // tells engine.person_changed

err consent_given(db *d, uint32_t person, str purpose, bool *ret);
void people_register_points(engine *e);
void people_register_effects(rules *r);
void people_register_conditions(rules *r);

#endif
