// The owner roll (METRICS "owner"): the vehicles that have a vote at a moment, one each, and who casts it. A vehicle counts when
// its VIN is known, somebody is its registered owner then, and it belongs to no fleet: an organisation with five or more at that
// moment. Counting and listing walk the ownerships of the moment; both run on a reader thread.
#include "api/shape_rows.h"
#include "base/time.h"
#include "profile/profile_routes.h"
#include "profile/vehicle_api.h"

SHAPE_TABLE(roll_query, ROLL_QUERY);
SHAPE_TABLE(roll_row, ROLL_ROW);
SHAPE_TABLE(roll_view, ROLL_VIEW);
SHAPE_TABLE(online_view, ONLINE_VIEW);

#define ONLINE_US (90 * US_PER_DAY)

// Rows of ownership o that have a vote at $1.
#define HAS_VOTE                                                                                                                 \
    " o.from_us <= $1 AND (o.until_us = 0 OR o.until_us > $1) AND o.vehicle NOT LIKE 'event:%'"                                  \
    " AND NOT EXISTS (SELECT 1 FROM fleet_vehicle f WHERE f.vehicle = o.vehicle AND f.from_us <= $1"                             \
    " AND (f.until_us = 0 OR f.until_us > $1) AND (SELECT count(*) FROM fleet_vehicle g WHERE g.organisation = f.organisation"   \
    " AND g.from_us <= $1 AND (g.until_us = 0 OR g.until_us > $1)) >= 5)"
// Whether it was proved then.
#define PROVED                                                                                                                   \
    " EXISTS (SELECT 1 FROM owner_claim c WHERE c.vehicle = o.vehicle AND c.person = o.person AND c.decided_us > 0"              \
    " AND c.decided_us <= $1 AND (c.state = 1 OR (c.state = 3 AND c.ended_us > $1)))"
// The main user of that moment, where the owner lets them vote; else NULL.
#define DELEGATE                                                                                                                 \
    " (SELECT m.person FROM vehicle_role m WHERE m.vehicle = o.vehicle AND m.role = 1 AND m.from_us <= $1"                       \
    " AND (m.until_us = 0 OR m.until_us > $1) AND EXISTS (SELECT 1 FROM vote_delegation d WHERE d.vehicle = o.vehicle"           \
    " AND d.person = o.person AND d.from_us <= $1 AND (d.until_us = 0 OR d.until_us > $1)) ORDER BY m.from_us DESC LIMIT 1)"

static err roll_counts(req *r, int64_t at, roll_view *out)
{
    db_rows rows;
    bool found;
    TRY(db_query(r->d, &rows,
                 "SELECT count(*) AS votes, count(DISTINCT o.person) AS owners, COALESCE(sum(CASE WHEN" PROVED
                 " THEN 1 ELSE 0 END), 0) AS verified, count(" DELEGATE ") AS delegated FROM ownership o WHERE" HAS_VOTE,
                 dbi(at)));
    TRY(shape_one(&roll_view_shape, &rows, r->a, out, &found));
    TRY(db_query(r->d, &rows,
                 "SELECT COALESCE(sum(n), 0) AS fleet_vehicles, count(*) AS fleets FROM (SELECT count(*) AS n FROM fleet_vehicle"
                 " WHERE from_us <= $1 AND (until_us = 0 OR until_us > $1) GROUP BY organisation HAVING count(*) >= 5) AS f",
                 dbi(at)));
    TRY(shape_one(&roll_view_shape, &rows, r->a, out, &found));
    int64_t n;
    TRY(db_int(
        r->d, &n, 0,
        "SELECT count(*) FROM ownership WHERE from_us <= $1 AND (until_us = 0 OR until_us > $1) AND vehicle LIKE 'event:%'",
        dbi(at)));
    SET(out, roll_view, without_vin, n);
    return E_OK;
}

err roll_get(req *r)
{
    const roll_query *q = r->query;
    roll_view *out = r->reply;
    int64_t at = HAS(q, roll_query, at) ? q->at : r->now_us, limit = HAS(q, roll_query, limit) ? q->limit : 50;
    db_rows rows;
    TRY(roll_counts(r, at, out));
    TRY(db_query(r->d, &rows,
                 "SELECT o.vehicle, o.person AS owner, COALESCE(" DELEGATE ", o.person) AS voter, CASE WHEN" PROVED
                 " THEN 1 ELSE 0 END AS verified FROM ownership o"
                 " WHERE o.vehicle > $2 AND" HAS_VOTE " ORDER BY o.vehicle LIMIT $3",
                 dbi(at), dbs(HAS(q, roll_query, cursor) ? q->cursor : S("")), dbi(limit + 1)));
    TRY(ROWS_SET(r->a, &rows, out, roll_view, items));
    if (rows_more(&out->items.n, limit))
        SET(out, roll_view, next, out->items.v[limit - 1].vehicle);
    SET(out, roll_view, at, at);
    return E_OK;
}

// M35 and M35b of METRICS: bound means the owner proved the ownership or binds the car in the app (a claim of evidence app).
err online_get(req *r)
{
    db_rows rows;
    bool found;
    TRY(db_query(
        r->d, &rows,
        "SELECT count(*) AS vehicles, COALESCE(sum(bound), 0) AS bound,"
        " COALESCE(sum(CASE WHEN seen_us >= $2 THEN bound ELSE 0 END), 0) AS online FROM"
        " (SELECT p.seen_us, CASE WHEN EXISTS (SELECT 1 FROM owner_claim c WHERE c.vehicle = o.vehicle AND c.person = o.person"
        " AND (c.state = 1 OR (c.state = 0 AND c.evidence = 'app'))) THEN 1 ELSE 0 END AS bound"
        " FROM ownership o JOIN person p ON p.id = o.person WHERE" HAS_VOTE ") AS v",
        dbi(r->now_us), dbi(r->now_us - ONLINE_US)));
    return shape_one(&online_view_shape, &rows, r->a, r->reply, &found);
}
