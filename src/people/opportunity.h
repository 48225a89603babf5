// Inside people/ only: opportunities and the steps they follow from.
#ifndef PEOPLE_OPPORTUNITY_H
#define PEOPLE_OPPORTUNITY_H
#include "base/time.h"
#include "people/people_internal.h"

#define IDLE_US (90 * US_PER_DAY)      // without two-way contact; also how long one phone means one opportunity
#define STEPS_MAX 1000                 // of one opportunity; what comes after that is not kept

typedef struct opp { int64_t id, opened_us, contact_us; uint32_t subject, person; enum opportunity_state state; } opp;

// Values stand in the database.
enum step_what { STEP_REACHED, STEP_CANCELLED, STEP_CONTACT, STEP_LOST, STEP_WON, STEP_IDLE, STEP_TOUCH };
typedef struct step { enum step_what what; enum stage stage; int64_t n; str model, reason, note; } step;

// The mover's subject is the step's home. A contact is the latest of its subject; touches are counted.
err step_add(tx *t, const opp *o, const mover *m, const step *s);
err lead_again(tx *t, const opp *o, const mover *m, bool *ret);      // the subject's lead stands there already
// Row, stays and timer of an opportunity as its steps say.
err opp_settle(tx *t, int64_t id);
err opp_insert(tx *t, const mover *m, uint32_t person, const reached *how, opp *ret);     // a row alone: nothing is told

#endif
