// Shapes of what to do next: of each stage, which deed of the brand's went with moving on.
#ifndef TIER_FUNNEL_NEXT_API_H
#define TIER_FUNNEL_NEXT_API_H
#include "people/people_api.h"

enum next_action { NEXT_CONTACT, NEXT_NOTE, NEXT_INVITE, NEXT_DRIVE, NEXT_COUNT };
ENUM_DECLARE(next_action);

// GET /api/v1/funnel/next
#define NEXT_QUERY(F, T) F(T, I64, days, .min = 56, .max = 730, .doc = "Stays that began in this window, which ends now; 180 when absent.")
SHAPE_STRUCT(next_query, NEXT_QUERY);
#define NEXT_ACTION_ROW(F, T)                                                                                              \
    F(T, ENUM(next_action), action, .required = true,                                                                      \
      .doc = "contact: a task was closed that reached them. note: a conversation was noted. invite: invited to a campaign."    \
             " drive: a test drive was booked.")                                                                           \
    F(T, I64, done, .required = true, .doc = "Stays during which it was done.")                                            \
    F(T, I64, done_on, .required = true, .doc = "Of them, how many came further.")                                         \
    F(T, I64, without, .required = true, .doc = "Stays without it.")                                                       \
    F(T, I64, without_on, .required = true, .doc = "Of them, how many came further.")                                      \
    F(T, F64, more, .doc = "Difference of the two shares, −1 to 1; absent below 30 stays on either side.")                 \
    F(T, F64, low, .doc = "Where the difference lies, 95 %: from.")                                                        \
    F(T, F64, high, .doc = "To.")                                                                                          \
    F(T, I64, waiting, .required = true, .doc = "People who stand there now and have not had it since they came; counted up to 10,000.")
SHAPE_STRUCT(next_action_row, NEXT_ACTION_ROW);
#define NEXT_STAGE(F, T)                                                                                                   \
    F(T, ENUM(stage), stage, .required = true, .doc = "Stage, lead to order.")                                             \
    F(T, I64, now, .required = true, .doc = "People who stand there now.")                                                 \
    F(T, I64, stays, .required = true, .doc = "Stays looked at: those that ended or are 28 days old, the newest 20,000.")  \
    F(T, I64, on, .required = true, .doc = "Of them, how many came further.")                                              \
    F(T, ENUM(next_action), best, .doc = "The one whose difference is surely above nothing and largest at its lower end; absent: none.") \
    F(T, LIST(next_action_row), actions, .required = true, .max = 4, .doc = "Largest lower end first; those of too few stays last.")
SHAPE_STRUCT(next_stage, NEXT_STAGE);
#define NEXT_VIEW(F, T)                                                                                                    \
    F(T, I64, days, .required = true, .doc = "The window.")                                                                \
    F(T, LIST(next_stage), stages, .required = true, .max = 4, .doc = "Lead, trial, reserve, order.")
SHAPE_STRUCT(next_view, NEXT_VIEW);

// GET /api/v1/funnel/next/people
#define NEXT_PEOPLE_QUERY(F, T)                                                                                            \
    F(T, ENUM(stage), stage, .required = true, .doc = "Stage, lead to order.")                                             \
    F(T, ENUM(next_action), action, .required = true, .doc = "What they have not had since they came there.")              \
    F(T, STR, cursor, .max = 40, .doc = "`next` of the page before.")                                                      \
    F(T, I64, limit, .min = 1, .max = 100, .doc = "Page size; 30 when absent.")
SHAPE_STRUCT(next_people_query, NEXT_PEOPLE_QUERY);

// Difference of two shares and where it lies, 95 %. Both sides at least 1.
typedef struct share { int64_t n, on; } share;
typedef struct share_difference { double more, low, high; } share_difference;
share_difference next_difference(share with, share without);

extern const route_table next_routes;

#endif
