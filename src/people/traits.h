// Traits: what is known of a person under a name (city, model, level …), with its history: what was so when, and since when we know.
// A statement belongs to the subject of the event that made it; the value is the fold of all statements of a person's subjects in
// the order of their time, so late events land where they belong, and joins and splits need nothing but the person column.
//
//   set        the value                          set_once   the value, unless the trait has one at that time
//   increment  adds to a number                   append     adds to a list what it does not hold yet
//   unset      takes the value away
// An operation that does not fit the value it meets (increment of a text) changes nothing. Set_once where a value stands leaves no
// trace. The same set again is no new row: the row remembers the first time and the last. What arrives late and falls between them is
// put in its place, but that the value was said again in between is forgotten: the current value is always exact, the past is as far
// as nothing came late.
#ifndef PEOPLE_TRAITS_H
#define PEOPLE_TRAITS_H
#include "rule/engine.h"

typedef enum trait_op { TRAIT_SET, TRAIT_SET_ONCE, TRAIT_INCREMENT, TRAIT_APPEND, TRAIT_UNSET, TRAIT_OP_COUNT } trait_op;
extern const char *const trait_ops[TRAIT_OP_COUNT + 1];       // "set" "set_once" "increment" "append" "unset"

#define TRAIT_BYTES_MAX 1024       // of a value; longer ones are no traits
#define TRAIT_NAMES_MAX 200        // of one subject
#define TRAIT_ROWS_MAX 100         // of one subject and name; beyond, the two oldest become one
#define TRAIT_SOURCE_MAX 80

typedef struct trait_said {
    uint32_t subject;
    trait_op op;
    str name, value;               // value: JSON; empty for unset
    int64_t at_us, event_no;
    str source;                    // key of the rule, or name of the key that brought the event
} trait_said;

typedef enum trait_outcome { TRAIT_CHANGED, TRAIT_SAME, TRAIT_REFUSED } trait_outcome;   // of the value it has now
// Teller. Refused: name or value unusable, or one name too many; nothing was written. City and model are mirrored in the person's row.
err traits_say(tx *t, const trait_said *s, trait_outcome *ret);
// Every value the person has now is taken away, told by this event.
err traits_unset_all(tx *t, uint32_t subject, int64_t at_us, int64_t event_no, str source);
// After rows came to a person or left it: what stands in the person's row is the current value again.
err traits_settle(tx *t, uint32_t person);

// Which kinds of event say traits, one operation for all their properties; false: none. *ret_all: profile.deleted, which names none.
bool traits_of_kind(str kind, trait_op *ret, bool *ret_all);

// --- Reading: any connection --------------------------------------------------------------------------------------------------
typedef struct trait_value trait_value;
struct trait_value {
    str name, value;               // JSON; empty: no value
    int64_t since_us, event_no;    // who said so first, of those that still hold
    str source;
};
err traits_now(db *d, int64_t person, str name, arena *a, trait_value *ret);
// As it was at `as_of_us`, going by what had arrived by `known_us`; INT64_MAX: now.
err traits_at(db *d, int64_t person, str name, int64_t as_of_us, int64_t known_us, arena *a, trait_value *ret);
// All that have a value, by name.
err traits_all(db *d, int64_t person, int64_t as_of_us, int64_t known_us, arena *a, trait_value **ret, uint32_t *ret_n);

typedef struct trait_step {
    trait_op op;
    str said, value, source;       // the operand; the value after it, empty: none
    int64_t at_us, last_us, event_no, known_us;       // last_us: when it was last said unchanged
} trait_step;
// Every change, newest first; at most `max`.
err traits_history(db *d, int64_t person, str name, uint32_t max, arena *a, trait_step **ret, uint32_t *ret_n);

void trait_json(const value *v, buf *b);       // a property's value as JSON

#endif
