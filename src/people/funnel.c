// The funnel: seven stages of everybody, of each source, city or model, and who dropped off on the way.
#include "api/shape_rows.h"
#include "base/map.h"
#include "base/time.h"
#include "base/vec.h"
#include "people/funnel_api.h"
#include "people/people_internal.h"
#include "people/people_routes.h"
#include <stdlib.h>

#define GROUPS_MAX 20
#define CITY_PEOPLE_MIN 5              // fewer people of one city are not shown apart (METRICS, small numbers)
#define STAGES (STAGE_ADVOCATE - STAGE_FOLLOW + 1)
#define STAYS_MAX 8000000              // begun in a window: 128 MB while they are counted

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

// --- Counting -------------------------------------------------------------------------------------------------------------------
// All stays that began in the window are read once, from an index, and put in order of people: what a query that looks for each stay's
// successors took twenty times as long for (300,000 people, 840,000 stays).

typedef struct stay { uint32_t person, stage; int64_t at_us; } stay;
typedef struct tally { int64_t people, entered[STAGES], on[STAGES]; } tally;
typedef struct group { str value; tally n; } group;

typedef struct counting {
    req *r;
    int64_t from;
    bool by_group;
    enum funnel_by by;
    VEC(stay) stays;
    VEC(group) groups;
    mapstr of_value;                   // group → its place
    tally all;
} counting;

static void counting_free(counting *c)
{
    vec_free(&c->stays);
    vec_free(&c->groups);
    mapstr_free(&c->of_value);
}

static err stays_of(counting *c, enum stage s)
{
    db_rows rows;
    TRY(db_query(c->r->d, &rows, "SELECT person, entered_us FROM stage_stay WHERE stage = $1 AND entered_us >= $2", dbi(s), dbi(c->from)));
    while (db_next(&rows) && c->stays.n < STAYS_MAX)
        vec_push(&c->stays, ((stay){ (uint32_t)db_i64(&rows, 0), (uint32_t)s, db_i64(&rows, 1) }));
    TRY(db_end(&rows));
    return c->stays.n < STAYS_MAX ? E_OK : fault_field(&c->r->f, c->r->a, E_LIMIT_REACHED, S("days"), STAYS_MAX);
}

static int by_person(const void *x, const void *y)
{
    const stay *a = x, *b = y;
    return a->person != b->person ? (a->person < b->person ? -1 : 1) : a->stage != b->stage ? (a->stage < b->stage ? -1 : 1)
           : a->at_us < b->at_us ? -1 : a->at_us > b->at_us;
}

// One person's stays, by stage and time: from a stage's first one on, did a further stage begin?
static void tally_add(tally *t, const stay *v, size_t n)
{
    t->people++;
    for (size_t i = 0; i < n; i++) {
        bool on = false;
        if (i && v[i].stage == v[i - 1].stage)
            continue;
        for (size_t k = i + 1; k < n && !on; k++)
            on = v[k].stage > v[i].stage && v[k].at_us >= v[i].at_us;
        t->entered[v[i].stage - STAGE_FOLLOW]++;
        t->on[v[i].stage - STAGE_FOLLOW] += on;
    }
}

// The source of the first lead that names one; of whoever has none, who first told of them.
static err value_of(counting *c, int64_t person, db_rows *rows, bool *found)
{
    if (c->by == BY_SOURCE)
        return db_query_one(c->r->d, rows, found,
                            "SELECT COALESCE((SELECT o.source FROM opportunity o WHERE o.person = p.id AND o.source <> ''"
                            " ORDER BY o.opened_us, o.id LIMIT 1), p.source) FROM person p WHERE p.id = $1",
                            dbi(person));
    return db_query_one(c->r->d, rows, found, "SELECT CASE WHEN $2 = 1 THEN city ELSE model END FROM person WHERE id = $1", dbi(person),
                        dbi(c->by == BY_CITY));
}

static err group_of(counting *c, int64_t person, group **ret)
{
    db_rows rows;
    bool found;
    uint64_t at;
    TRY(value_of(c, person, &rows, &found));
    str called = found ? db_str(&rows, 0) : S("");
    if (!mapstr_get(&c->of_value, called, &at)) {
        at = c->groups.n;
        mapstr_put(&c->of_value, called, at);
        vec_push(&c->groups, ((group){ .value = arena_str(c->r->a, called) }));
    }
    *ret = &c->groups.v[at];
    return db_end(&rows);
}

static err count_all(counting *c)
{
    for (enum stage s = STAGE_FOLLOW; s <= STAGE_ADVOCATE; s++)
        TRY(stays_of(c, s));
    if (c->stays.n)
        qsort(c->stays.v, c->stays.n, sizeof *c->stays.v, by_person);
    for (size_t i = 0, n; i < c->stays.n; i += n) {
        group *g;
        for (n = 1; i + n < c->stays.n && c->stays.v[i + n].person == c->stays.v[i].person;)
            n++;
        tally_add(&c->all, &c->stays.v[i], n);
        if (!c->by_group)
            continue;
        TRY(group_of(c, c->stays.v[i].person, &g));
        tally_add(&g->n, &c->stays.v[i], n);
    }
    return E_OK;
}

// --- Everybody ------------------------------------------------------------------------------------------------------------------

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return a < b ? -1 : a > b;
}

static err median_stay(const counting *c, enum stage s, funnel_stage *v)
{
    VEC(int64_t) us = { 0 };
    db_rows rows;
    TRY(db_query(c->r->d, &rows, "SELECT left_us - entered_us FROM stage_stay WHERE stage = $1 AND left_us >= $2", dbi(s), dbi(c->from)));
    while (db_next(&rows) && us.n < STAYS_MAX)
        vec_push(&us, db_i64(&rows, 0));
    err e = db_end(&rows);
    if (e == E_OK && us.n) {
        qsort(us.v, us.n, sizeof *us.v, by_number);
        SET(v, funnel_stage, stay_s, us.v[(us.n - 1) / 2] / US_PER_S);
    }
    vec_free(&us);
    return e;
}

static err stage_fill(const counting *c, enum stage s, funnel_stage *v)
{
    const int k = (int)s - (int)STAGE_FOLLOW;
    int64_t now;
    TRY(db_int(c->r->d, &now, 0, "SELECT count(*) FROM person WHERE stage = $1", dbi(s)));
    SET(v, funnel_stage, stage, s);
    SET(v, funnel_stage, now, now);
    SET(v, funnel_stage, entered, c->all.entered[k]);
    if (k > 0) {
        SET(v, funnel_stage, previous, c->all.entered[k - 1]);
        SET(v, funnel_stage, of_previous, c->all.on[k - 1]);
    }
    return median_stay(c, s, v);
}

static err stages_fill(const counting *c, funnel_view *out)
{
    funnel_stage *v = arena_array(c->r->a, funnel_stage, STAGES);
    for (int k = 0; k < STAGES; k++)
        TRY(stage_fill(c, (enum stage)(STAGE_FOLLOW + k), &v[k]));
    LIST_SET(out, funnel_view, stages, v, STAGES);
    return E_OK;
}

// --- Groups ---------------------------------------------------------------------------------------------------------------------

static int by_people(const void *x, const void *y)
{
    const group *a = x, *b = y;
    return a->n.people != b->n.people ? (a->n.people > b->n.people ? -1 : 1) : str_cmp(a->value, b->value);
}

static list_i64s numbers(arena *a, const int64_t v[STAGES])
{
    int64_t *copy = arena_array(a, int64_t, STAGES);
    memcpy(copy, v, STAGES * sizeof *copy);
    return (list_i64s){ copy, STAGES };
}

static void groups_fill(counting *c, funnel_view *out)
{
    const int64_t least = c->by == BY_CITY ? CITY_PEOPLE_MIN : 1;
    funnel_group *v = arena_array(c->r->a, funnel_group, GROUPS_MAX);
    uint32_t n = 0;
    if (c->groups.n)
        qsort(c->groups.v, c->groups.n, sizeof *c->groups.v, by_people);
    for (; n < c->groups.n && n < GROUPS_MAX && c->groups.v[n].n.people >= least; n++) {
        const group *g = &c->groups.v[n];
        SET(&v[n], funnel_group, value, g->value);
        SET(&v[n], funnel_group, people, g->n.people);
        SET(&v[n], funnel_group, entered, numbers(c->r->a, g->n.entered));
        SET(&v[n], funnel_group, on, numbers(c->r->a, g->n.on));
    }
    LIST_SET(out, funnel_view, groups, v, n);
    SET(out, funnel_view, groups_left, (int64_t)c->groups.n - n);
}

static err funnel_get(req *r)
{
    const funnel_query *q = r->query;
    funnel_view *out = r->reply;
    int64_t days = HAS(q, funnel_query, days) ? q->days : 28;
    counting c = { .r = r, .from = r->now_us - days * US_PER_DAY, .by_group = HAS(q, funnel_query, by), .by = q->by };
    SET(out, funnel_view, days, days);
    SET(out, funnel_view, from, c.from);
    err e = count_all(&c);
    if (e == E_OK)
        e = stages_fill(&c, out);
    if (e == E_OK && c.by_group)
        groups_fill(&c, out);
    counting_free(&c);
    return e;
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
    TRY(req_cursor(r, q->cursor, &at, &id));
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
    if (rows_more(&n, DROPPED_PAGE))
        SET(out, dropped_view, next, req_next(r, v[n - 1].at, v[n - 1].id));
    LIST_SET(out, dropped_view, items, v, n);
    return NAMES_SET(r, out, dropped_view, items);
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
    { M_GET, "/api/v1/funnel", PERM_PEOPLE_READ, .query = &funnel_query_shape, .reply = &funnel_view_shape,
      .errors = ROUTE_ERRORS(E_LIMIT_REACHED), .where = RUN_POOL, .idem = IDEM_READ, .tag = "people", .handler = funnel_get,
      .doc = "The seven stages: who stands there, who came, how many came on, how long they stayed; on request of each source, city or model." },
    { M_GET, "/api/v1/funnel/dropped", PERM_PEOPLE_READ, .query = &dropped_query_shape, .reply = &dropped_view_shape,
      .errors = ROUTE_ERRORS(E_CURSOR_INVALID), .where = RUN_POOL, .idem = IDEM_READ, .tag = "people", .handler = dropped_get,
      .doc = "Opportunities that were lost or fell idle: at which stage, for which reason, whose." },
};
const route_table funnel_routes = ROUTE_TABLE("people", routes);
