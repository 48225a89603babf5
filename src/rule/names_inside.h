// Inside rule/names*.c only.
#ifndef RULE_NAMES_INSIDE_H
#define RULE_NAMES_INSIDE_H
#include "base/map.h"
#include "base/vec.h"
#include "rule/names.h"
#include <pthread.h>
#include <stdatomic.h>

// The first to use a name. Full: it is everybody's.
typedef struct name_users { uint32_t n, v[NAMES_USERS_MAX]; } name_users;

// One dictionary: name → id and id → name. Names are owned here and never move, so a reader may copy them under the lock.
typedef struct dict {
    names_word_kind kind;
    mapstr ids;
    VEC(str) names;                    // [id]; [0] is empty
    VEC(name_users) users;             // [id]; the teller's thread only
} dict;

// Names of declared kinds for people, by kind. Owned.
typedef struct label { str zh, en; } label;

// A property seen with a kind: how often since it was last written.
typedef struct pair { uint32_t kind, prop; int64_t n, last_us; } pair;

struct names {
    dict kinds, props;
    VEC(label) labels;                 // [kind]
    map64 pairs;                       // kind << 32 | prop → index of seen_pairs
    VEC(pair) seen_pairs;
    VEC(uint32_t) counted;             // indexes of those that have something to write
    map64 props_of;                    // kind → how many properties were seen with it
    names_hush *hush;                  // NULL: nothing is known of anybody
    pthread_rwlock_t lock;             // the teller's thread writes; it reads without, because nobody else writes
    atomic_int_fast64_t refused;
};

void names_dict_put(dict *d, uint32_t id, str name);
void names_dict_drop(dict *d, uint32_t id);

err names_users_load(names *n, db *d);
void names_users_free(names *n);
// Teller: an event of this subject uses the name; 0: the brand does.
err names_user(tx *t, dict *d, uint32_t id, uint32_t subject);

#endif
