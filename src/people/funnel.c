// The funnel: seven stages of everybody, of each source, city or model, and who dropped off on the way.
#include "api/shape_rows.h"
#include "base/time.h"
#include "people/funnel_api.h"
#include "people/people_internal.h"
#include "people/people_routes.h"

#define GROUPS_MAX 20
#define CITY_PEOPLE_MIN 5              // fewer people of one city are not shown apart (METRICS, small numbers)
#define STAGES (STAGE_ADVOCATE - STAGE_FOLLOW + 1)

static const char *const by_names[] = { "source", "city", "model", NULL };
const enum_labels funnel_by_labels = { "funnel_by", by_names };
static const char *const dropped_names[] = { "lost", "idle", NULL };
const enum_labels dropped_state_labels = { "dropped_state", dropped_names };

SHAPE_TABLE(funnel_query, FUNNEL_QUERY);
SHAPE_TABLE(funnel_stage, FUNNEL_STAGE);
SHAPE_TABLE(funnel_group, FUNNEL_GROUP);
SHAPE_TABLE(funnel_view, FUNNEL_VIEW);
SHAPE_TABLE(dropped_query, DROPPED_QUERY);
SHAPE_TABLE(dropped_stage, DROPPED_STAGE);
SHAPE_TABLE(dropped_reason, DROPPED_REASON);
SHAPE_TABLE(dropped_one, DROPPED_ONE);
SHAPE_TABLE(dropped_view, DROPPED_VIEW);

// --- Everybody ------------------------------------------------------------------------------------------------------------------

static err entered(req *r, enum stage s, int64_t from, int64_t *ret)
{
    return db_int(r->d, ret, 0, "SELECT count(DISTINCT person) FROM stage_stay WHERE stage = $1 AND entered_us >= $2", dbi(s),
                  dbi(from));
}

static err median_stay(req *r, enum stage s, int64_t from, funnel_stage *v)
{
    int64_t n, us;
    TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM stage_stay WHERE stage = $1 AND left_us >= $2", dbi(s), dbi(from)));
    if (n == 0)
        return E_OK;
    TRY(db_int(r->d, &us, 0,
               "SELECT left_us - entered_us FROM stage_stay WHERE stage = $1 AND left_us >= $2 ORDER BY left_us - entered_us "
               "LIMIT 1 OFFSET $3",
               dbi(s), dbi(from), dbi((n - 1) / 2)));
    SET(v, funnel_stage, stay_s, us / US_PER_S);
    return E_OK;
}

static err stage_fill(req *r, enum stage s, int64_t from, funnel_stage *v)
{
    int64_t now, in, of, previous;
    TRY(db_int(r->d, &now, 0, "SELECT count(*) FROM person WHERE stage = $1", dbi(s)));
    TRY(entered(r, s, from, &in));
    SET(v, funnel_stage, stage, s);
    SET(v, funnel_stage, now, now);
    SET(v, funnel_stage, entered, in);
    if (s > STAGE_FOLLOW) {
        TRY(entered(r, (enum stage)(s - 1), from, &previous));
        TRY(db_int(r->d, &of, 0,
                   "SELECT count(DISTINCT a.person) FROM stage_stay a WHERE a.stage = $1 AND a.entered_us >= $2 AND EXISTS"
                   " (SELECT 1 FROM stage_stay b WHERE b.person = a.person AND b.stage > $1 AND b.entered_us >= a.entered_us)",
                   dbi(s - 1), dbi(from)));
        SET(v, funnel_stage, previous, previous);
        SET(v, funnel_stage, of_previous, of);
    }
    return median_stay(r, s, from, v);
}

// --- Groups ---------------------------------------------------------------------------------------------------------------------
// $1 the window's beginning, $2 enum funnel_by. A person's first entry of each stage in it.
#define CAME                                                                                                                             \
    "WITH came AS (SELECT CASE $2 WHEN 0 THEN COALESCE((SELECT o.source FROM opportunity o WHERE o.person = p.id AND o.source <> ''"     \
    " ORDER BY o.opened_us, o.id LIMIT 1), p.source) WHEN 1 THEN p.city ELSE p.model END AS value, s.stage, s.person,"                   \
    " min(s.entered_us) AS at_us FROM stage_stay s JOIN person p ON p.id = s.person WHERE s.stage BETWEEN 1 AND 7"                       \
    " AND s.entered_us >= $1 GROUP BY s.person, s.stage),"                                                                               \
    " largest AS (SELECT value, count(DISTINCT person) AS people FROM came GROUP BY value)"

static void group_begin(req *r, funnel_group *g, str called, int64_t n)
{
    SET(g, funnel_group, value, arena_str(r->a, called));
    SET(g, funnel_group, people, n);
    SET(g, funnel_group, entered, (list_i64s){ arena_array(r->a, int64_t, STAGES), STAGES });
    SET(g, funnel_group, on, (list_i64s){ arena_array(r->a, int64_t, STAGES), STAGES });
}

static int64_t *at_stage(list_i64s l, int64_t stage) { return (int64_t *)(uintptr_t)&l.v[stage - STAGE_FOLLOW]; }

static err groups_fill(req *r, enum funnel_by by, int64_t from, funnel_view *out)
{
    const int64_t least = by == BY_CITY ? CITY_PEOPLE_MIN : 1;
    funnel_group *v = arena_array(r->a, funnel_group, GROUPS_MAX);
    uint32_t n = 0;
    int64_t all;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 CAME " SELECT c.value, l.people, c.stage, count(*), count(CASE WHEN EXISTS (SELECT 1 FROM stage_stay b"
                 " WHERE b.person = c.person AND b.stage > c.stage AND b.entered_us >= c.at_us) THEN 1 END)"
                 " FROM (SELECT value, people FROM largest WHERE people >= $3 ORDER BY people DESC, value LIMIT $4) l"
                 " JOIN came c ON c.value = l.value GROUP BY c.value, l.people, c.stage ORDER BY l.people DESC, c.value, c.stage",
                 dbi(from), dbi(by), dbi(least), dbi(GROUPS_MAX)));
    while (db_next(&rows)) {
        if (n == 0 || !str_eq(v[n - 1].value, db_str(&rows, 0)))
            group_begin(r, &v[n++], db_str(&rows, 0), db_i64(&rows, 1));
        *at_stage(v[n - 1].entered, db_i64(&rows, 2)) = db_i64(&rows, 3);
        *at_stage(v[n - 1].on, db_i64(&rows, 2)) = db_i64(&rows, 4);
    }
    TRY(db_end(&rows));
    TRY(db_int(r->d, &all, 0, CAME " SELECT count(*) FROM largest", dbi(from), dbi(by)));
    LIST_SET(out, funnel_view, groups, v, n);
    SET(out, funnel_view, groups_left, all - n);
    return E_OK;
}

static err funnel_get(req *r)
{
    const funnel_query *q = r->query;
    funnel_view *out = r->reply;
    int64_t days = HAS(q, funnel_query, days) ? q->days : 28, from = r->now_us - days * US_PER_DAY;
    funnel_stage *v = arena_array(r->a, funnel_stage, STAGES);
    uint32_t n = 0;
    for (enum stage s = STAGE_FOLLOW; s <= STAGE_ADVOCATE; s++)
        TRY(stage_fill(r, s, from, &v[n++]));
    SET(out, funnel_view, days, days);
    SET(out, funnel_view, from, from);
    LIST_SET(out, funnel_view, stages, v, n);
    return HAS(q, funnel_query, by) ? groups_fill(r, q->by, from, out) : E_OK;
}

// --- Who dropped off --------------------------------------------------------------------------------------------------------------
#define REASONS_MAX 40
#define DROPPED_PAGE 50

static err stages_dropped(req *r, int64_t from, dropped_view *out)
{
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT stage, count(CASE WHEN state = $2 THEN 1 END) AS lost, count(CASE WHEN state = $3 THEN 1 END) AS idle"
                 " FROM opportunity WHERE state IN ($2, $3) AND closed_us >= $1 AND stage BETWEEN $4 AND $5 GROUP BY stage ORDER BY stage",
                 dbi(from), dbi(OPPORTUNITY_LOST), dbi(OPPORTUNITY_IDLE), dbi(STAGE_LEAD), dbi(STAGE_OWNER)));
    return ROWS_SET(r->a, &rows, out, dropped_view, stages);
}

static err reasons_dropped(req *r, int64_t from, dropped_view *out)
{
    void *items;
    uint32_t n;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT reason, count(*) AS lost FROM opportunity WHERE state = $2 AND closed_us >= $1 GROUP BY reason"
                 " ORDER BY count(*) DESC, reason LIMIT $3",
                 dbi(from), dbi(OPPORTUNITY_LOST), dbi(REASONS_MAX)));
    TRY(shape_rows(&dropped_reason_shape, &rows, r->a, &items, &n));
    dropped_reason *v = items;
    for (uint32_t i = 0; i < n; i++) {
        str zh, en;
        if (!lost_reason_called(v[i].reason, &zh, &en))
            continue;
        SET(&v[i], dropped_reason, zh, zh);
        SET(&v[i], dropped_reason, en, en);
    }
    LIST_SET(out, dropped_view, reasons, v, n);
    return E_OK;
}

static err people_dropped(req *r, int64_t from, dropped_view *out)
{
    const dropped_query *q = r->query;
    int64_t at = INT64_MAX, id = INT64_MAX;
    void *items;
    uint32_t n;
    db_rows rows;
    if (HAS(q, dropped_query, cursor)) {
        str rest = q->cursor, first = str_cut(&rest, '-');
        if (!str_to_i64(first, &at) || !str_to_i64(rest, &id))
            return req_fail(r, E_CURSOR_INVALID);
    }
    TRY(db_query(r->d, &rows,
                 "SELECT id, person, CASE WHEN state = $1 THEN 0 ELSE 1 END AS state, stage, model, source, reason, closed_us AS at"
                 " FROM opportunity WHERE state IN ($1, $2) AND closed_us >= $3 AND (closed_us, id) < ($4, $5) AND ($6 < 0 OR stage = $6)"
                 " AND ($7 < 0 OR state = $7) AND ($8 = '' OR (state = $1 AND reason = $8)) ORDER BY closed_us DESC, id DESC LIMIT $9",
                 dbi(OPPORTUNITY_LOST), dbi(OPPORTUNITY_IDLE), dbi(from), dbi(at), dbi(id),
                 dbi(HAS(q, dropped_query, stage) ? (int64_t)q->stage : -1),
                 dbi(!HAS(q, dropped_query, state) ? -1 : q->state == DROPPED_LOST ? OPPORTUNITY_LOST : OPPORTUNITY_IDLE),
                 dbs(HAS(q, dropped_query, reason) ? q->reason : S("")), dbi(DROPPED_PAGE + 1)));
    TRY(shape_rows(&dropped_one_shape, &rows, r->a, &items, &n));
    dropped_one *v = items;
    uint32_t page = n > DROPPED_PAGE ? DROPPED_PAGE : n;
    NAMES_SET(r, v, page, dropped_one);
    LIST_SET(out, dropped_view, items, v, page);
    if (n > page)
        SET(out, dropped_view, next, arena_fmt(r->a, "%lld-%lld", (long long)v[page - 1].at, (long long)v[page - 1].id));
    return E_OK;
}

static err dropped_get(req *r)
{
    const dropped_query *q = r->query;
    dropped_view *out = r->reply;
    int64_t days = HAS(q, dropped_query, days) ? q->days : 28, from = r->now_us - days * US_PER_DAY;
    SET(out, dropped_view, days, days);
    TRY(stages_dropped(r, from, out));
    TRY(reasons_dropped(r, from, out));
    return people_dropped(r, from, out);
}

static const route routes[] = {
    { M_GET, "/api/v1/funnel", PERM_PEOPLE_READ, .query = &funnel_query_shape, .reply = &funnel_view_shape, .errors = ROUTE_ERRORS(E_OK),
      .where = RUN_POOL, .idem = IDEM_READ, .tag = "people", .handler = funnel_get,
      .doc = "The seven stages: who stands there, who came, how many came on, how long they stayed; on request of each source, city or model." },
    { M_GET, "/api/v1/funnel/dropped", PERM_PEOPLE_READ, .query = &dropped_query_shape, .reply = &dropped_view_shape,
      .errors = ROUTE_ERRORS(E_CURSOR_INVALID), .where = RUN_POOL, .idem = IDEM_READ, .tag = "people", .handler = dropped_get,
      .doc = "Opportunities that were lost or fell idle: at which stage, for which reason, whose." },
};
const route_table funnel_routes = ROUTE_TABLE("people", routes);
