// Shapes of the matrix and of invitations on the wire.
#ifndef TIER_OFFER_API_H
#define TIER_OFFER_API_H
#include "people/people_api.h"

enum invite_channel { INVITE_CALL, INVITE_SMS, INVITE_WECOM, INVITE_PUSH, INVITE_CHANNEL_COUNT };
ENUM_DECLARE(invite_channel);

// GET /api/v1/offers, POST /api/v1/offers
#define OFFER_CELLS_MAX 80
#define OFFER_CELL(F, T)                                                                                                       \
    F(T, STR, target, .required = true, .min = 5, .max = 80, .pattern = "line", .doc = "tier:<ladder>:<level> or tag:<tag>.") \
    F(T, BOOL, offered, .required = true, .doc = "Offered to them; false: not, whatever else holds.")
SHAPE_STRUCT(offer_cell, OFFER_CELL);
#define OFFER_ROW(F, T)                                                                                                        \
    F(T, STR, activity, .required = true, .max = 80, .doc = "kind:<kind> or campaign:<id>.")                                   \
    F(T, STR, zh, .required = true, .max = 60, .doc = "What it is called in Chinese.")                                         \
    F(T, STR, en, .required = true, .max = 60, .doc = "In English; a campaign has one name.")                                  \
    F(T, STR, kind, .max = 20, .doc = "Of a campaign: its kind.")                                                              \
    F(T, I64, version, .required = true, .doc = "Raised by every change; 0: it has no row of its own.")                        \
    F(T, LIST(offer_cell), cells, .required = true, .max = OFFER_CELLS_MAX, .doc = "What was decided.")
SHAPE_STRUCT(offer_row, OFFER_ROW);
#define OFFER_CAMPAIGNS_MAX 100
#define OFFER_MATRIX(F, T)                                                                                                     \
    F(T, LIST(offer_row), items, .required = true, .max = 110, .doc = "All kinds, then campaigns that have not ended.")
SHAPE_STRUCT(offer_matrix, OFFER_MATRIX);
#define OFFER_NEW(F, T)                                                                                                        \
    F(T, STR, activity, .required = true, .min = 6, .max = 80, .pattern = "id", .doc = "kind:<kind> or campaign:<id>.")        \
    F(T, I64, version, .required = true, .min = 0, .max = 1000000, .doc = "The version it was made from.")                     \
    F(T, LIST(offer_cell), cells, .required = true, .max = OFFER_CELLS_MAX, .doc = "All of them. None: the row is gone.")
SHAPE_STRUCT(offer_new, OFFER_NEW);

// GET /api/v1/people/{id}/offers
#define OFFER_VIEW(F, T)                                                                                                       \
    F(T, I64, campaign, .required = true, .doc = "Its id.")                                                                    \
    F(T, STR, code, .required = true, .max = 40, .doc = "Its code.")                                                           \
    F(T, STR, name, .required = true, .max = 60, .doc = "Its name.")                                                           \
    F(T, TIME, starts, .required = true, .doc = "From when.")                                                                  \
    F(T, BOOL, may, .required = true, .doc = "The matrix offers it, and they have not been invited.")                          \
    F(T, STR, why, .max = 60, .doc = "Why not: matrix:no, matrix:nobody, matrix:none, invited, often.")                        \
    F(T, STR, target, .max = 80, .doc = "The level or tag that decided.")                                                      \
    F(T, STRS, channels, .required = true, .max = 4, .item_max = 10, .doc = "Channels they may be reached by, consent given.") \
    F(T, TIME, invited, .doc = "When they were invited.")
SHAPE_STRUCT(offer_view, OFFER_VIEW);
#define PERSON_OFFERS(F, T)                                                                                                    \
    F(T, LIST(offer_view), items, .required = true, .max = OFFER_CAMPAIGNS_MAX, .doc = "Campaigns that have not ended, soonest first.") \
    F(T, I64, recent, .required = true, .doc = "Invitations of the last 30 days; 4 are the most.")
SHAPE_STRUCT(person_offers, PERSON_OFFERS);

// POST /api/v1/campaigns/{id}/invitations
#define INVITE_PEOPLE_MAX 500
#define INVITE_NEW(F, T)                                                                                                       \
    F(T, I64S, people, .required = true, .min = 1, .max = INVITE_PEOPLE_MAX, .doc = "Ids of people.")                          \
    F(T, ENUM(invite_channel), channel, .required = true, .doc = "How they are to be reached.")                                \
    F(T, BOOL, dry_run, .doc = "Only say who would be invited.")
SHAPE_STRUCT(invite_new, INVITE_NEW);
#define INVITE_OUTCOME(F, T)                                                                                                   \
    F(T, I64, person, .required = true, .doc = "Id as it was asked for.")                                                      \
    F(T, STR, name, .max = 60, .pii = true, .doc = "Name; absent when unknown.")                                               \
    F(T, STR, why, .max = 60, .doc = "Why not; absent: invited.")                                                              \
    F(T, STR, target, .max = 80, .doc = "The level or tag that decided.")
SHAPE_STRUCT(invite_outcome, INVITE_OUTCOME);
#define INVITE_DONE(F, T)                                                                                                      \
    F(T, BOOL, dry_run, .required = true, .doc = "Nobody was invited.")                                                        \
    F(T, I64, invited, .required = true, .doc = "How many were, or would be.")                                                 \
    F(T, LIST(invite_outcome), items, .required = true, .max = INVITE_PEOPLE_MAX, .doc = "One by one, as asked.")
SHAPE_STRUCT(invite_done, INVITE_DONE);

// GET /api/v1/campaigns/{id}/invitations and …/candidates
#define INVITATION_QUERY(F, T)                                                                                                 \
    F(T, STR, cursor, .max = 60, .doc = "`next` of the page before.")                                                          \
    F(T, I64, limit, .min = 1, .max = 100, .doc = "Page size; 30 when absent.")
SHAPE_STRUCT(invitation_query, INVITATION_QUERY);
#define INVITATION_VIEW(F, T)                                                                                                  \
    F(T, I64, person, .required = true, .doc = "Who that is now.")                                                             \
    F(T, STR, name, .max = 60, .pii = true, .doc = "Name; absent when unknown.")                                               \
    F(T, ENUM(invite_channel), channel, .required = true, .doc = "How.")                                                       \
    F(T, TIME, at, .required = true, .doc = "When.")                                                                           \
    F(T, I64, staff, .required = true, .doc = "Who invited; 0: a rule.")                                                       \
    F(T, STR, rule, .max = 80, .doc = "Key of the rule.")                                                                      \
    F(T, STR, target, .max = 80, .doc = "The level or tag it was offered to.")                                                 \
    F(T, I64, event, .required = true, .doc = "Number of the event campaign.invited.")
SHAPE_STRUCT(invitation_view, INVITATION_VIEW);
#define INVITATION_PAGE(F, T)                                                                                                  \
    F(T, LIST(invitation_view), items, .required = true, .max = 100, .doc = "Newest first.")                                   \
    F(T, I64, total, .required = true, .doc = "How many were invited.")                                                        \
    F(T, STR, next, .max = 60, .doc = "Cursor of the next page; absent on the last.")
SHAPE_STRUCT(invitation_page, INVITATION_PAGE);

#endif
