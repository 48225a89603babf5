// The owner roll (METRICS "owner"): the vehicles that have a vote at a moment, one each, and who casts it. A vehicle counts when
// its VIN is known, somebody is its registered owner then, and it belongs to no fleet: an organisation with five or more at that
// moment. Counting and listing walk the ownerships of the moment; both run on a reader thread.
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
    TRY(db_query_one(r->d, &rows, &found,
                     "SELECT count(*), count(DISTINCT o.person), COALESCE(sum(CASE WHEN" PROVED
                     " THEN 1 ELSE 0 END), 0), count(" DELEGATE ")"
                     " FROM ownership o WHERE" HAS_VOTE,
                     dbi(at)));
    SET(out, roll_view, votes, db_i64(&rows, 0));
    SET(out, roll_view, owners, db_i64(&rows, 1));
    SET(out, roll_view, verified, db_i64(&rows, 2));
    SET(out, roll_view, delegated, db_i64(&rows, 3));
    TRY(db_end(&rows));
    TRY(db_query_one(r->d, &rows, &found,
                     "SELECT COALESCE(sum(n), 0), count(*) FROM (SELECT count(*) AS n FROM fleet_vehicle WHERE from_us <= $1"
                     " AND (until_us = 0 OR until_us > $1) GROUP BY organisation HAVING count(*) >= 5) AS f",
                     dbi(at)));
    SET(out, roll_view, fleet_vehicles, db_i64(&rows, 0));
    SET(out, roll_view, fleets, db_i64(&rows, 1));
    TRY(db_end(&rows));
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
    roll_row *v = arena_array(r->a, roll_row, (size_t)limit + 1);
    uint32_t n = 0;
    db_rows rows;
    TRY(roll_counts(r, at, out));
    TRY(db_query(r->d, &rows,
                 "SELECT o.vehicle, o.person, COALESCE(" DELEGATE ", o.person), CASE WHEN" PROVED
                 " THEN 1 ELSE 0 END FROM ownership o"
                 " WHERE o.vehicle > $2 AND" HAS_VOTE " ORDER BY o.vehicle LIMIT $3",
                 dbi(at), dbs(HAS(q, roll_query, cursor) ? q->cursor : S("")), dbi(limit + 1)));
    while (db_next(&rows)) {
        SET(&v[n], roll_row, vehicle, arena_str(r->a, db_str(&rows, 0)));
        SET(&v[n], roll_row, owner, db_i64(&rows, 1));
        SET(&v[n], roll_row, voter, db_i64(&rows, 2));
        SET(&v[n], roll_row, verified, db_i64(&rows, 3) == 1);
        n++;
    }
    TRY(db_end(&rows));
    uint32_t page = n > limit ? (uint32_t)limit : n;
    SET(out, roll_view, at, at);
    LIST_SET(out, roll_view, items, v, page);
    if (n > page)
        SET(out, roll_view, next, v[page - 1].vehicle);
    return E_OK;
}

// M35 and M35b of METRICS: bound means the owner proved the ownership or binds the car in the app (a claim of evidence app).
err online_get(req *r)
{
    online_view *out = r->reply;
    db_rows rows;
    bool found;
    TRY(db_query_one(
        r->d, &rows, &found,
        "SELECT count(*), COALESCE(sum(bound), 0), COALESCE(sum(CASE WHEN seen_us >= $2 THEN bound ELSE 0 END), 0) FROM"
        " (SELECT p.seen_us, CASE WHEN EXISTS (SELECT 1 FROM owner_claim c WHERE c.vehicle = o.vehicle AND c.person = o.person"
        " AND (c.state = 1 OR (c.state = 0 AND c.evidence = 'app'))) THEN 1 ELSE 0 END AS bound"
        " FROM ownership o JOIN person p ON p.id = o.person WHERE" HAS_VOTE ") AS v",
        dbi(r->now_us), dbi(r->now_us - ONLINE_US)));
    SET(out, online_view, vehicles, db_i64(&rows, 0));
    SET(out, online_view, bound, db_i64(&rows, 1));
    SET(out, online_view, online, db_i64(&rows, 2));
    return db_end(&rows);
}
