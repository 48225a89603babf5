// Tiers of users 用户分级: named ladders of levels, each level an ordinary condition of rules over stage, tags, classes, traits, consents
// and value. A person stands on the first level from the top whose condition holds. INVENTORY LIF-22, docs/reference/tiers.md.
//
// Kept by change: a condition says after which events it may differ; a person such an event was about is looked at again at the end of
// the same operation. Only when a ladder itself is changed everybody is gone through, in slices (tier_step). Nothing depends on the
// clock alone: what fades or ages (tags, classes) tells so by an event of its own.
// Rows: the home of a move is the subject of the event that caused it. Of joined people the survivor's standing counts and is settled
// anew; their moves stand side by side in the order of time. What a join or split itself moves is told, but is no move of anybody's.
#ifndef TIER_TIER_H
#define TIER_TIER_H
#include "rule/engine.h"
#include "api/route.h"

// Conditions `tier` and `value`, effect `invite`, their tables. After people_open, before rules_open.
void tier_register(engine *e);
err tier_open(engine *e, db *d);               // after rules_open: reads the ladders. E_CORRUPT: one that no longer checks
void tier_close(engine *e);
// What a playbook file says of this module: {"tiers": [...], "offers": [...]}. What exists already is left as it is.
err tier_load(tx *t, str json);
err tier_step(tx *t, bool *ret_more);          // bulk: goes through everybody after a ladder was changed, a slice at a time

extern const route_table tier_routes;

#endif
