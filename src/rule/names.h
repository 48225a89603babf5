// Dictionaries of event kinds and property names: dense ids from 1, learned from what arrives, kept in the database.
// Public write keys can mint names, so there are limits; what is beyond is refused (E_LIMIT_REACHED) and counted.
// The teller's thread learns and looks up without a lock; every other thread reads under a lock.
#ifndef RULE_NAMES_H
#define RULE_NAMES_H
#include "store/teller.h"
#include "timeline/timeline.h"

#define NAMES_KINDS_MAX 2000
#define NAMES_PROPS_MAX 4000           // distinct property names in all
#define NAMES_PROPS_PER_KIND_MAX 200
#define NAMES_BYTES_MAX 200            // of one name

typedef struct names names;

err names_open(db *d, names **ret);
void names_close(names *n);

// Teller only. Found or learned; what was learned is forgotten when the operation is undone.
// E_FIELD_VALUE: empty, too long, not UTF-8. E_LIMIT_REACHED: a dictionary is full.
// by: the subject whose event uses it; the first NAMES_USERS_MAX are noted. A name learned is starred where it looks personal, and
// where it says what is known of them.
#define NAMES_BRAND 0                  // the plan, rules, Lianyi itself
#define NAMES_USERS_MAX 8
err names_kind(tx *t, names *n, str name, uint32_t by, uint32_t *ret);
err names_prop(tx *t, names *n, uint32_t kind, str name, value_kind type, uint32_t by, uint32_t *ret);
// Takes out of a name what is known of the subject. *name itself: nothing. Set by people_open.
typedef err names_hush(tx *t, uint32_t subject, str *name);
void names_hush_by(names *n, names_hush *hush);
// A name as a dictionary, which never forgets it, would learn it from this subject's event. *name itself: nothing to take out.
err names_clean(tx *t, const names *n, uint32_t by, str *name);
// Teller only: whether the event's names are known or may still be learned; 0, or the limit that would be passed.
int64_t names_room(const names *n, str kind, const str *props, size_t props_n);
// Teller only: an event that arrived had these properties. Counted in memory; names_flush writes what was counted, some hundred
// rows a call. What a crash loses is at most what was not yet written.
void names_count(names *n, uint32_t kind, const prop *props, size_t props_n, int64_t at_us);
err names_flush(tx *t, names *n, bool *ret_more);
// Teller only: what people call an event kind. (The names in memory stay when the operation is undone.)
err names_declare(tx *t, names *n, str name, str zh, str en);
// Teller only: 0 when unknown. Sees what the open group learned.
uint32_t names_kind_known(const names *n, str name);
uint32_t names_prop_known(const names *n, str name);

// --- Names that may say who somebody is (names_own.c) ---
typedef enum names_word_kind { NAMES_WORD_KIND, NAMES_WORD_PROP } names_word_kind;
typedef struct names_word { names_word_kind kind; uint32_t id; str name; } names_word;
// Any connection: names that only events of this person used, from fewer than NAMES_USERS_MAX subjects, and never the brand itself; those
// people could be called by (personal_spoken).
err names_own(db *d, int64_t person, arena *a, names_word **ret, size_t *ret_n);
// Teller: the word is called `name` from now on, with its number behind it when another is called so already.
err names_rename(tx *t, names *n, const names_word *w, str name);

// Any thread: 0 and empty when unknown. Names are copied into the arena.
uint32_t names_kind_find(names *n, str name);
uint32_t names_prop_find(names *n, str name);
str names_kind_name(names *n, uint32_t id, arena *a);
str names_prop_name(names *n, uint32_t id, arena *a);
str names_kind_label(names *n, uint32_t id, lang l, arena *a);   // what people call it; empty when not declared
dictionary names_dictionary(names *n);          // for timeline_ask
uint32_t names_kind_count(names *n);            // any thread
int64_t names_refused(names *n);                // names refused since the start; any thread

#endif
