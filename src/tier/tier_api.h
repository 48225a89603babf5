// Shapes of tiers on the wire.
#ifndef TIER_TIER_API_H
#define TIER_TIER_API_H
#include "people/people_api.h"

#define TIER_LADDERS_MAX 8
#define TIER_LEVELS_MAX 9
#define TIER_KEY_MAX 40
#define TIER_LEVEL_MAX 20
#define TIER_CONDITION_MAX 4096

// POST /api/v1/tiers, and how a ladder is stored.
#define TIER_RIGHTS_MAX 12
#define TIER_RIGHT_BODY(F, T)                                                                                                 \
    F(T, STR, code, .required = true, .min = 1, .max = 40, .pattern = "code", .doc = "What rules and programs call it: drive_first.") \
    F(T, STR, zh, .required = true, .min = 1, .max = 40, .pattern = "line", .doc = "Name in Chinese.")                        \
    F(T, STR, en, .required = true, .min = 1, .max = 60, .pattern = "line", .doc = "Name in English.")
SHAPE_STRUCT(tier_right, TIER_RIGHT_BODY);
// How a level is treated: in a ladder's body, and as it is shown.
#define TIER_MEANS(F, T)                                                                                                      \
    F(T, LIST(tier_right), rights, .max = TIER_RIGHTS_MAX, .doc = "What whoever stands on it may have.")                      \
    F(T, I64, invites, .min = 0, .max = 30, .doc = "At most so many invitations in 30 days; absent: 4.")                      \
    F(T, I64, touch_days, .min = 1, .max = 365, .doc = "After so many days without being spoken to `tier.touch_due` is told; absent: never.")
#define TIER_LEVEL_BODY(F, T)                                                                                                 \
    F(T, STR, key, .required = true, .min = 1, .max = TIER_LEVEL_MAX, .pattern = "id", .doc = "Its short name, e.g. A.")      \
    F(T, STR, zh, .required = true, .min = 1, .max = 40, .pattern = "line", .doc = "Name in Chinese.")                        \
    F(T, STR, en, .required = true, .min = 1, .max = 40, .pattern = "line", .doc = "Name in English.")                        \
    F(T, JSON, condition, .max = TIER_CONDITION_MAX, .doc = "A condition of rules; absent (the last level only): all others.") \
    TIER_MEANS(F, T)
SHAPE_STRUCT(tier_level_body, TIER_LEVEL_BODY);
#define TIER_BODY(F, T)                                                                                                       \
    F(T, STR, key, .required = true, .min = 1, .max = TIER_KEY_MAX, .pattern = "code", .doc = "The ladder's short name, e.g. prospect.") \
    F(T, STR, zh, .required = true, .min = 1, .max = 40, .pattern = "line", .doc = "Name in Chinese.")                        \
    F(T, STR, en, .required = true, .min = 1, .max = 40, .pattern = "line", .doc = "Name in English.")                        \
    F(T, BOOL, off, .doc = "Nobody stands on it.")                                                                            \
    F(T, JSON, who, .max = TIER_CONDITION_MAX, .doc = "Whom it is for, a condition of rules; absent: everybody.")             \
    F(T, LIST(tier_level_body), levels, .required = true, .min = 1, .max = TIER_LEVELS_MAX,                                   \
      .doc = "From the top: the first whose condition holds is a person's.")
SHAPE_STRUCT(tier_body, TIER_BODY);
#define TIER_NEW(F, T)                                                                                                        \
    F(T, OBJ(tier_body), ladder, .required = true, .doc = "The ladder.")                                                      \
    F(T, I64, version, .required = true, .min = 0, .max = 1000000, .doc = "The version it was made from; 0: a new ladder.")   \
    F(T, STR, reason, .required = true, .min = 2, .max = 200, .pattern = "line", .free = true, .doc = "Why: kept with the version.")
SHAPE_STRUCT(tier_new, TIER_NEW);

// GET /api/v1/tiers
#define TIER_LEVEL_VIEW(F, T)                                                                                                 \
    F(T, STR, key, .required = true, .max = TIER_LEVEL_MAX, .doc = "Short name.")                                             \
    F(T, STR, zh, .required = true, .max = 40, .doc = "Name in Chinese.")                                                     \
    F(T, STR, en, .required = true, .max = 40, .doc = "Name in English.")                                                     \
    F(T, JSON, condition, .max = TIER_CONDITION_MAX, .doc = "Its condition; absent: all others.")                             \
    F(T, STR, sentence_zh, .required = true, .max = 2000, .doc = "The condition as a Chinese sentence; empty: all others.")   \
    F(T, STR, sentence_en, .required = true, .max = 2000, .doc = "The same in English.")                                      \
    F(T, I64, people, .required = true, .doc = "People on it now.")                                                            \
    TIER_MEANS(F, T)
SHAPE_STRUCT(tier_level_view, TIER_LEVEL_VIEW);
#define TIER_VIEW(F, T)                                                                                                       \
    F(T, STR, key, .required = true, .max = TIER_KEY_MAX, .doc = "Short name.")                                               \
    F(T, STR, zh, .required = true, .max = 40, .doc = "Name in Chinese.")                                                     \
    F(T, STR, en, .required = true, .max = 40, .doc = "Name in English.")                                                     \
    F(T, BOOL, off, .required = true, .doc = "Nobody stands on it.")                                                          \
    F(T, I64, version, .required = true, .doc = "Raised by every change.")                                                    \
    F(T, TIME, changed, .required = true, .doc = "When it was last changed.")                                                 \
    F(T, JSON, who, .max = TIER_CONDITION_MAX, .doc = "Whom it is for; absent: everybody.")                                   \
    F(T, STR, who_zh, .required = true, .max = 2000, .doc = "The same as a Chinese sentence; empty: everybody.")              \
    F(T, STR, who_en, .required = true, .max = 2000, .doc = "The same in English.")                                           \
    F(T, LIST(tier_level_view), levels, .required = true, .max = TIER_LEVELS_MAX, .doc = "From the top.")                     \
    F(T, F64, progress, .doc = "While everybody is gone through after a change: how far, 0 to 1.")                            \
    F(T, I64, moved, .required = true, .doc = "How many that has moved.")
SHAPE_STRUCT(tier_view, TIER_VIEW);
#define TIER_VIEWS(F, T) F(T, LIST(tier_view), items, .required = true, .max = TIER_LADDERS_MAX, .doc = "All ladders, in order.")
SHAPE_STRUCT(tier_views, TIER_VIEWS);

// GET /api/v1/tiers/{ladder}/versions
#define TIER_VERSION_VIEW(F, T)                                                                                               \
    F(T, I64, version, .required = true, .doc = "Its number.")                                                                \
    F(T, TIME, at, .required = true, .doc = "Since when.")                                                                    \
    F(T, I64, staff, .required = true, .doc = "Who changed it; 0: the playbook.")                                             \
    F(T, STR, reason, .required = true, .max = 200, .doc = "Why.")                                                            \
    F(T, JSON, body, .required = true, .max = 65536, .doc = "The ladder as it was.")
SHAPE_STRUCT(tier_version_view, TIER_VERSION_VIEW);
#define TIER_VERSIONS_MAX 50
#define TIER_VERSIONS(F, T) F(T, LIST(tier_version_view), items, .required = true, .max = TIER_VERSIONS_MAX, .doc = "Newest first.")
SHAPE_STRUCT(tier_versions, TIER_VERSIONS);

// POST /api/v1/tiers/preview
#define TIER_PREVIEW_LEVEL(F, T)                                                                                              \
    F(T, STR, key, .required = true, .max = TIER_LEVEL_MAX, .doc = "Level; empty: on none.")                                  \
    F(T, I64, people, .required = true, .doc = "How many would be on it.")                                                    \
    F(T, I64, now, .required = true, .doc = "Of those looked at, how many are on it now.")                                    \
    F(T, I64, come, .required = true, .doc = "How many would come to it from elsewhere.")
SHAPE_STRUCT(tier_preview_level, TIER_PREVIEW_LEVEL);
#define TIER_PREVIEW(F, T)                                                                                                    \
    F(T, LIST(tier_preview_level), levels, .required = true, .max = TIER_LEVELS_MAX + 1, .doc = "From the top, last: on none.") \
    F(T, I64, looked_at, .required = true, .doc = "People looked at.")                                                        \
    F(T, I64, people, .required = true, .doc = "People there are.")                                                           \
    F(T, BOOL, exact, .required = true, .doc = "All were looked at. Otherwise evenly chosen ones: counts are of them alone.") \
    F(T, I64, moves, .required = true, .doc = "Of those looked at, how many would change their level.")
SHAPE_STRUCT(tier_preview, TIER_PREVIEW);

// GET /api/v1/tiers/people
#define TIER_PEOPLE_QUERY(F, T)                                                                                               \
    F(T, STR, tier, .required = true, .min = 3, .max = 61, .pattern = "id", .doc = "Ladder and level: prospect:A.")           \
    F(T, STR, cursor, .max = 40, .doc = "`next` of the page before.")                                                         \
    F(T, I64, limit, .min = 1, .max = 100, .doc = "Page size; 30 when absent.")
SHAPE_STRUCT(tier_people_query, TIER_PEOPLE_QUERY);

// GET /api/v1/tiers/moves
#define TIER_MOVES_QUERY(F, T)                                                                                                \
    F(T, STR, ladder, .required = true, .min = 1, .max = TIER_KEY_MAX, .pattern = "code", .doc = "Which ladder.")             \
    F(T, I64, days, .min = 1, .max = 365, .doc = "Window that ends now; 28 when absent.")
SHAPE_STRUCT(tier_moves_query, TIER_MOVES_QUERY);
#define TIER_CELL(F, T)                                                                                                       \
    F(T, STR, from, .required = true, .max = TIER_LEVEL_MAX, .doc = "Level at the beginning; empty: none.")                   \
    F(T, STR, to, .required = true, .max = TIER_LEVEL_MAX, .doc = "Level now; empty: none.")                                  \
    F(T, I64, people, .required = true, .doc = "How many went from one to the other.")
SHAPE_STRUCT(tier_cell, TIER_CELL);
#define TIER_MOVES(F, T)                                                                                                      \
    F(T, STR, ladder, .required = true, .max = TIER_KEY_MAX, .doc = "Which ladder.")                                          \
    F(T, TIME, from, .required = true, .doc = "Beginning of the window.")                                                     \
    F(T, LIST(tier_cell), cells, .required = true, .max = 400, .doc = "Who stands elsewhere than at the beginning.")
SHAPE_STRUCT(tier_moves, TIER_MOVES);

// GET /api/v1/people/{id}/tiers
#define TIER_MOVE_VIEW(F, T)                                                                                                  \
    F(T, STR, level, .required = true, .max = TIER_LEVEL_MAX, .doc = "Level come to; empty: left the ladder.")                \
    F(T, TIME, at, .required = true, .doc = "When.")                                                                          \
    F(T, I64, version, .required = true, .doc = "Version of the ladder that said so.")                                        \
    F(T, STR, why_zh, .required = true, .max = 2000, .doc = "The condition that decided, in Chinese.")                        \
    F(T, STR, why_en, .required = true, .max = 2000, .doc = "The same in English.")                                           \
    F(T, I64, cause, .required = true, .doc = "Number of the event after which it was so; 0: the ladder or its people changed.") \
    F(T, I64, event, .required = true, .doc = "Number of the event tier.moved.")
SHAPE_STRUCT(tier_move_view, TIER_MOVE_VIEW);
#define TIER_LACK(F, T)                                                                                                       \
    F(T, STR, level, .required = true, .max = TIER_LEVEL_MAX, .doc = "A level above.")                                        \
    F(T, STR, zh, .required = true, .max = 2000, .doc = "What is lacking for it, in Chinese.")                                \
    F(T, STR, en, .required = true, .max = 2000, .doc = "The same in English.")
SHAPE_STRUCT(tier_lack, TIER_LACK);
#define TIER_MOVES_SHOWN 50
#define STANDS_ON(F, T)                                                                                                       \
    F(T, STR, ladder, .required = true, .max = TIER_KEY_MAX, .doc = "Ladder.")                                                \
    F(T, STR, zh, .required = true, .max = 40, .doc = "Its name in Chinese.")                                                 \
    F(T, STR, en, .required = true, .max = 40, .doc = "Its name in English.")                                                 \
    F(T, STR, level, .required = true, .max = TIER_LEVEL_MAX, .doc = "Level; empty: none.")                                   \
    F(T, STR, level_zh, .required = true, .max = 40, .doc = "Its name in Chinese.")                                           \
    F(T, STR, level_en, .required = true, .max = 40, .doc = "Its name in English.")                                           \
    F(T, TIME, since, .doc = "Since when; absent: never stood on it.")                                                        \
    F(T, STR, why_zh, .required = true, .max = 2000, .doc = "The condition that decided, in Chinese.")                        \
    F(T, STR, why_en, .required = true, .max = 2000, .doc = "The same in English.")                                           \
    TIER_MEANS(F, T)                                                                                                          \
    F(T, TIME, spoken, .doc = "When somebody last spoke with them: a note, a task that reached them, a test drive.")          \
    F(T, TIME, touch_due, .doc = "When `tier.touch_due` is told next.")                                                       \
    F(T, LIST(tier_lack), lacking, .required = true, .max = TIER_LEVELS_MAX, .doc = "What the levels above ask that is not so.") \
    F(T, LIST(tier_move_view), moves, .required = true, .max = TIER_MOVES_SHOWN, .doc = "Newest first.")
SHAPE_STRUCT(stands_on, STANDS_ON);
#define PERSON_TIERS(F, T) F(T, LIST(stands_on), items, .required = true, .max = TIER_LADDERS_MAX, .doc = "Ladders this person is or was on.")
SHAPE_STRUCT(person_tiers, PERSON_TIERS);

#endif
