// Profile: what kind of person somebody is, and who belongs to a vehicle. Tags in three classes (audience, behaviour, facts),
// classes and types (DEFAULTS §1), verified owners, relations, the owner roll. docs/reference/profile.md.
//
// Rows about a person keep their home (`subject`) for ever; a join only re-points `person`. Where joined subjects bring the same
// fact twice both rows stay, and readers combine:
//   tags       the same tag counts once; of one audience family the one said last is shown
//   activity   days are united, counts added
//   classes    the row whose subject is the person itself counts; it is recomputed from the activity of all
//   roles      counted once per person and vehicle
#ifndef PROFILE_PROFILE_H
#define PROFILE_PROFILE_H
#include "rule/engine.h"
#include "api/route.h"

// Effects `activity`, `relation` …, conditions `class` …, timers. After people_open, before rules_open.
void profile_register(engine *e);
// What a playbook file says of this module; keys it does not know are others'. E_FIELD_* with the path.
err profile_load(tx *t, str json);

// Recomputes what follows from a person's rows, tells what changed (class.changed).
err class_settle(tx *t, uint32_t person);

// A tag another system had given somebody: of the library, with the consent it needs. evidence: words, personal data in them is starred.
// until_us 0: as the library says. *ret_new: it was not there. E_FIELD_VALUE with the field.
typedef struct tag_said { uint32_t subject; str tag, source, evidence; int64_t at_us, until_us, confidence; effects effects; } tag_said;
err profile_tag_said(tx *t, const tag_said *s, bool *ret_new);

// Whether a person has a tag: not faded, permitted, and the one shown of its audience family.
err profile_tag_stands(db *d, arena *a, int64_t person, str tag, int64_t now_us, bool *ret);

extern const route_table profile_routes;

#endif
