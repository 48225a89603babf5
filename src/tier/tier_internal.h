// Inside tier/ only.
#ifndef TIER_INTERNAL_H
#define TIER_INTERNAL_H
#include "base/map.h"
#include "base/vec.h"
#include "people/people.h"
#include "rule/rules.h"
#include "tier/tier.h"
#include "tier/tier_api.h"

typedef struct tier_means {            // invites -1, touch_days 0: not said
    const tier_right *rights;
    uint32_t rights_n;
    int64_t invites, touch_days;
} tier_means;
typedef struct tier_level { str key, zh, en; const jval *condition; tier_means means; } tier_level;       // condition NULL: all others
typedef struct tier_ladder {
    str key, zh, en;
    int64_t version;
    bool off;
    const jval *who;                   // NULL: everybody
    tier_level levels[TIER_LEVELS_MAX];
    uint32_t levels_n;
} tier_ladder;

// All ladders at one time; never changes. Its memory is its own.
typedef struct tier_set { arena *a; tier_ladder v[TIER_LADDERS_MAX]; uint32_t n; } tier_set;

// rows: not by an event; rows of theirs came or went (a join, a split, a change of hands).
typedef struct touched { uint32_t subject; int64_t no, at_us; bool quiet, rows; } touched;

// The teller's thread only.
struct tiers {
    arena *a;                          // this struct's
    tier_set *set;
    VEC(uint8_t) listens;              // by kind of event: 0 not asked yet, 1 no, 2 some condition may differ after it
    // Of the running operation.
    bool open;
    VEC(touched) touched;
    map64 times;                       // subject → how often it was put there, and, while it waits, where
};

#define TIER_PLACE_NONE (-1)
typedef struct tier_place { int level, branch; } tier_place;       // level: index or TIER_PLACE_NONE; branch: see person_tier

// tier.c: ladders.
// From a body as it is stored or sent; memory of `a`. With `c`: also checked, E_FIELD_* below `path`.
err tier_ladder_of(const tier_body *in, arena *a, fault *f, tier_ladder *ret);
err tier_body_check(const checking *c, const tier_body *in, str path, tier_ladder *ret);
err tier_body_read(str text, arena *a, fault *f, tier_body *ret);
err tier_save(tx *t, const tier_body *in, int64_t version, int64_t staff, str reason);
err tier_set_read(engine *e, db *d, arena *a, tier_set *ret);       // any connection
const tier_ladder *tier_named(const tier_set *s, str key);
int tier_level_named(const tier_ladder *l, str key);                // TIER_PLACE_NONE

// tier_settle.c: people.
void tier_touch(tx *t, uint32_t subject, const event *by, int64_t no);
err tier_place_of(rule_ctx *c, const tier_ladder *l, tier_place *ret);
rule_ctx tier_ctx(tx *t, uint32_t person);                         // conditions without an event
extern const person_table tier_tables[];
extern const size_t tier_tables_n;

// Into a shape that has TIER_MEANS.
#define MEANS_SET(p, T, m)                                                              \
    do {                                                                                \
        if ((m)->rights_n)                                                              \
            LIST_SET(p, T, rights, (tier_right *)(uintptr_t)(m)->rights, (m)->rights_n); \
        if ((m)->invites >= 0)                                                          \
            SET(p, T, invites, (m)->invites);                                           \
        if ((m)->touch_days)                                                            \
            SET(p, T, touch_days, (m)->touch_days);                                     \
    } while (0)

// tier_means.c: rights, how often somebody is invited, how long nobody speaks with them.
err tier_means_save(tx *t, const tier_ladder *l);
// Sets the moment at which they were not spoken to for as long as their levels allow, if that is sooner than the one that is set.
err tier_touch_arm(tx *t, uint32_t person);
// spoken: when somebody last spoke with them; due: the moment that is set. 0: never.
err tier_spoken(db *d, int64_t person, int64_t *ret_spoken, int64_t *ret_due);
// What people call "prospect:A": 潜客分级 A 一个月内; itself when there is no such level.
str tier_called(const speech *s, str tier);
void tier_means_register(engine *e);

// tier_rule.c
void tier_rules_register(engine *e);
// "prospect:A" in its two parts. False: not of that form.
bool tier_parts(str text, str *ret_ladder, str *ret_level);
// Where they stand now, by the table; empty: nowhere.
err tier_standing(db *d, int64_t person, str ladder, arena *a, str *ret);

// tier_print.c: the condition that put somebody there.
str tier_why(req *r, const tier_ladder *l, int level, int branch, lang in);
str tier_sentence(req *r, const jval *condition, lang in);

// tier_api.c, tier_people_api.c
err tiers_get(req *r);
err tiers_post(req *r);
err tiers_preview_post(req *r);
err tier_versions_get(req *r);
err tier_people_get(req *r);
err tier_moves_get(req *r);
err person_tiers_get(req *r);

#endif
