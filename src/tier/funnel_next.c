// What to do next (INVENTORY LIF-01): of the people who stood at a stage, who had some deed of the brand's while they stood there, how many
// came further, with it and without. What people did themselves is not asked: a brand cannot do it for them (portrait.c tells of it).
// It says what went together, not why; of few stays nothing. Reads at most STAYS_MAX stays a stage, whatever the base.
#include "base/time.h"
#include "task/task.h"
#include "tier/funnel_next_api.h"
#include <math.h>
#include <stdlib.h>

#define STAYS_MAX 20000                // of a stage, the newest
#define DECIDED_DAYS 28                // who stands there for so long has not come further
#define WAITING_MAX 10000              // counted, of those who wait
#define FEW 30                         // stays on one side: no share is told (METRICS, small numbers)

static const char *const action_names[] = { "contact", "note", "invite", "drive", NULL };
const enum_labels next_action_labels = { "next_action", action_names };

SHAPE_TABLE(next_query, NEXT_QUERY);
SHAPE_TABLE(next_action_row, NEXT_ACTION_ROW);
SHAPE_TABLE(next_stage, NEXT_STAGE);
SHAPE_TABLE(next_view, NEXT_VIEW);
SHAPE_TABLE(next_people_query, NEXT_PEOPLE_QUERY);

// Was it done to s.person from s.entered_us until s.until_us? Times of rows are those of the deed.
#define DURING(t, at) "EXISTS (SELECT 1 FROM " t " x WHERE x.person = s.person AND x." at " BETWEEN s.entered_us AND s.until_us"
#define CONTACT DURING("task", "closed_us") " AND x.open = 0 AND x.outcome IN (" TASK_REACHED "))"
#define NOTE DURING("person_note", "at_us") ")"
#define INVITE DURING("invitation", "at_us") ")"
#define DRIVE "EXISTS (SELECT 1 FROM test_drive x WHERE x.person = s.person AND x.state <> 'cancelled'" \
    " AND COALESCE(x.booked_us, x.created_us) BETWEEN s.entered_us AND s.until_us)"

// --- Counting -------------------------------------------------------------------------------------------------------------------
typedef struct counted { share all, with[NEXT_COUNT]; } counted;

// One row per set of deeds, further or not. (stage + 0: a person's few stays by the person, not by the stage's many.)
static err count_stays(req *r, enum stage s, int64_t from_us, counted *ret)
{
    db_rows rows;
    *ret = (counted){ { 0, 0 }, { { 0, 0 } } };
    TRY(db_query(r->d, &rows,
                 "SELECT came, a, b, c, d, count(*) FROM (SELECT s.came, " CONTACT " AS a, " NOTE " AS b, " INVITE " AS c, " DRIVE " AS d"
                 " FROM (SELECT y.person, y.entered_us, CASE WHEN y.left_us > 0 THEN y.left_us ELSE $4 END AS until_us,"
                 " EXISTS (SELECT 1 FROM stage_stay z WHERE z.person = y.person AND z.stage + 0 > y.stage AND z.entered_us >= y.entered_us)"
                 " AS came"
                 " FROM stage_stay y WHERE y.stage = $1 AND y.entered_us >= $2 AND (y.left_us > 0 OR y.entered_us <= $3)"
                 " ORDER BY y.entered_us DESC LIMIT $5) s) q GROUP BY 1, 2, 3, 4, 5",
                 dbi(s), dbi(from_us), dbi(r->now_us - DECIDED_DAYS * US_PER_DAY), dbi(r->now_us), dbi(STAYS_MAX)));
    while (db_next(&rows)) {
        int64_t n = db_i64(&rows, 5), on = db_i64(&rows, 0) ? n : 0;
        ret->all.n += n;
        ret->all.on += on;
        for (int k = 0; k < NEXT_COUNT; k++)
            if (db_i64(&rows, 1 + k)) {
                ret->with[k].n += n;
                ret->with[k].on += on;
            }
    }
    return db_end(&rows);
}

// People who stand there now, in the stay they are in, without it. The one place that says so: for how many, and for who.
#define STANDING_WITHOUT(deed)                                                                                                   \
    "FROM (SELECT p.id AS person, (SELECT max(y.entered_us) FROM stage_stay y WHERE y.person = p.id AND y.stage + 0 = $1) AS entered_us," \
    " $2 AS until_us FROM person p WHERE p.stage = $1 AND p.id > $3) s WHERE s.entered_us IS NOT NULL AND NOT (" deed ")"
#define COUNT(deed) "SELECT count(*) FROM (SELECT 1 " STANDING_WITHOUT(deed) " LIMIT $4) c"
#define LIST(deed) "SELECT s.person " STANDING_WITHOUT(deed) " ORDER BY s.person LIMIT $4"
static const char *const count_sql[NEXT_COUNT] = { COUNT(CONTACT), COUNT(NOTE), COUNT(INVITE), COUNT(DRIVE) };
static const char *const list_sql[NEXT_COUNT] = { LIST(CONTACT), LIST(NOTE), LIST(INVITE), LIST(DRIVE) };

static err count_waiting(req *r, enum stage s, enum next_action a, int64_t *ret)
{
    const db_arg args[] = { dbi(s), dbi(r->now_us), dbi(0), dbi(WAITING_MAX) };
    return db_int_args(r->d, ret, 0, count_sql[a], args, 4);
}

// --- What it says ---------------------------------------------------------------------------------------------------------------
// Newcombe's interval of a difference of two shares, from Wilson's of each (Statistics in Medicine 17, 1998, method 10).
share_difference next_difference(share with, share without)
{
    double p = (double)with.on / (double)with.n, q = (double)without.on / (double)without.n, pl, ph, ql, qh;
    portrait_wilson(with.on, with.n, &pl, &ph);
    portrait_wilson(without.on, without.n, &ql, &qh);
    return (share_difference){ p - q, p - q - sqrt((p - pl) * (p - pl) + (qh - q) * (qh - q)),
                               p - q + sqrt((ph - p) * (ph - p) + (q - ql) * (q - ql)) };
}

static void difference_fill(share with, share without, next_action_row *v)
{
    if (with.n < FEW || without.n < FEW)
        return;
    share_difference d = next_difference(with, without);
    SET(v, next_action_row, more, d.more);
    SET(v, next_action_row, low, d.low);
    SET(v, next_action_row, high, d.high);
}

static double rank(const next_action_row *v) { return HAS(v, next_action_row, low) ? v->low : -2; }

static int by_low(const void *x, const void *y)
{
    double a = rank(x), b = rank(y);
    return a < b ? 1 : a > b ? -1 : 0;
}

static err stage_fill(req *r, enum stage s, int64_t from_us, next_stage *out)
{
    counted c;
    int64_t now;
    next_action_row *v = arena_array(r->a, next_action_row, NEXT_COUNT);
    TRY(count_stays(r, s, from_us, &c));
    TRY(db_int(r->d, &now, 0, "SELECT count(*) FROM person WHERE stage = $1", dbi(s)));
    for (int k = 0; k < NEXT_COUNT; k++) {
        int64_t waiting;
        const share without = { c.all.n - c.with[k].n, c.all.on - c.with[k].on };
        TRY(count_waiting(r, s, (enum next_action)k, &waiting));
        SET(&v[k], next_action_row, action, (enum next_action)k);
        SET(&v[k], next_action_row, done, c.with[k].n);
        SET(&v[k], next_action_row, done_on, c.with[k].on);
        SET(&v[k], next_action_row, without, without.n);
        SET(&v[k], next_action_row, without_on, without.on);
        SET(&v[k], next_action_row, waiting, waiting);
        difference_fill(c.with[k], without, &v[k]);
    }
    qsort(v, NEXT_COUNT, sizeof *v, by_low);
    SET(out, next_stage, stage, s);
    SET(out, next_stage, now, now);
    SET(out, next_stage, stays, c.all.n);
    SET(out, next_stage, on, c.all.on);
    if (rank(&v[0]) > 0)
        SET(out, next_stage, best, v[0].action);
    LIST_SET(out, next_stage, actions, v, NEXT_COUNT);
    return E_OK;
}

static err next_get(req *r)
{
    const next_query *q = r->query;
    next_view *out = r->reply;
    int64_t days = HAS(q, next_query, days) ? q->days : 180;
    next_stage *v = arena_array(r->a, next_stage, STAGE_ORDER - STAGE_LEAD + 1);
    uint32_t n = 0;
    for (enum stage s = STAGE_LEAD; s <= STAGE_ORDER; s++)
        TRY(stage_fill(r, s, r->now_us - days * US_PER_DAY, &v[n++]));
    SET(out, next_view, days, days);
    LIST_SET(out, next_view, stages, v, n);
    return E_OK;
}

// --- Who ------------------------------------------------------------------------------------------------------------------------
static err next_people_get(req *r)
{
    const next_people_query *q = r->query;
    int64_t after = 0, total, limit = HAS(q, next_people_query, limit) ? q->limit : 30;
    if (q->stage < STAGE_LEAD || q->stage > STAGE_ORDER)
        return req_fail_field(r, E_FIELD_VALUE, "stage");
    if (HAS(q, next_people_query, cursor) && !str_to_i64(q->cursor, &after))
        return req_fail(r, E_CURSOR_INVALID);
    int64_t *ids = arena_array(r->a, int64_t, (size_t)limit + 1);
    size_t n = 0;
    const db_arg args[] = { dbi(q->stage), dbi(r->now_us), dbi(after), dbi(limit + 1) };
    db_rows rows;
    TRY(db_query_args(r->d, &rows, list_sql[q->action], args, 4));
    while (db_next(&rows))
        ids[n++] = db_i64(&rows, 0);
    TRY(db_end(&rows));
    TRY(count_waiting(r, q->stage, q->action, &total));
    return people_page_fill(r, ids, n, (size_t)limit, total, r->reply);
}

static const route routes[] = {
    { M_GET, "/api/v1/funnel/next", PERM_PEOPLE_READ, .query = &next_query_shape, .reply = &next_view_shape, .where = RUN_POOL,
      .rate_per_minute = 30, .idem = IDEM_READ, .tag = "people", .handler = next_get,
      .doc = "Of each stage from lead to order: how many came further with a deed of the brand's and without, and who waits for it." },
    { M_GET, "/api/v1/funnel/next/people", PERM_PEOPLE_READ, .query = &next_people_query_shape, .reply = &people_page_shape,
      .errors = ROUTE_ERRORS(E_CURSOR_INVALID, E_FIELD_VALUE), .where = RUN_POOL, .idem = IDEM_READ, .tag = "people", .handler = next_people_get,
      .doc = "Who stands at a stage and has not had it since they came there." },
};
const route_table next_routes = ROUTE_TABLE("people", routes);
