// The matrix of activities 活动与分级标签的对应: which activity is offered to which tier and tag; and invitations, which it is asked for.
// INVENTORY DAT-17. Inside tier/.
//
// A row is a kind of activity, or one campaign, whose own row then stands instead of its kind's. A cell says yes or no to a level or a
// tag. Of a person: one "no" that holds refuses; else one "yes" that holds offers; a row that says neither of them does not offer, and an
// activity without a row is not offered to anybody: nobody has decided.
#ifndef TIER_OFFER_H
#define TIER_OFFER_H
#include "tier/offer_api.h"
#include "tier/tier_internal.h"

#define INVITES_MAX 4                  // of one person within INVITES_DAYS, unless their level says otherwise
#define INVITES_DAYS 30

typedef struct offered {
    bool may;
    str why;                           // "campaign:ended" "matrix:none" "matrix:no" "matrix:nobody" "invited" "often" "consent:sms"; empty: may
    str row, target;                   // the row that decided, and the cell; empty: none
} offered;

// Any connection. channel empty: only what the matrix says.
err offer_of(db *d, arena *a, int64_t person, int64_t campaign, str channel, int64_t now_us, offered *ret);

typedef struct inviting { uint32_t subject; int64_t campaign, staff; str channel, rule; } inviting;
// Asks first. *ret_no: campaign.invited; 0: not invited, ret->why says why.
err invite(tx *t, const inviting *i, offered *ret, int64_t *ret_no);

err offer_load(tx *t, jval *list);
void offer_register(engine *e);
extern const person_table offer_tables[];
extern const size_t offer_tables_n;

err offer_matrix_get(req *r);
err offer_matrix_post(req *r);
err person_offers_get(req *r);
err invitations_get(req *r);
err invitations_post(req *r);
err candidates_get(req *r);

#endif
