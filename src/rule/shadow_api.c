// What rules in shadow would have done.
#include "api/shape_rows.h"
#include "rule/rule_api.h"
#include "rule/rules.h"
#include "rule/run.h"

SHAPE_TABLE(shadow_query, SHADOW_QUERY);
SHAPE_TABLE(shadow_sum, SHADOW_SUM);
SHAPE_TABLE(shadow_item, SHADOW_ITEM);
SHAPE_TABLE(shadow_page, SHADOW_PAGE);

static err sums_read(req *r, const shadow_query *q, shadow_page *out)
{
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT c.rule, r.key, c.source, c.kind, c.outcome, c.n, c.amount, c.first_us AS first, c.last_us AS last FROM shadow_count c"
                 " JOIN rule r ON r.id = c.rule WHERE ($1 = 0 OR c.rule = $1) AND ($2 < 0 OR c.source = $2)"
                 " ORDER BY r.position, c.source, c.outcome, c.kind LIMIT $3",
                 dbi(HAS(q, shadow_query, rule) ? q->rule : 0), dbi(HAS(q, shadow_query, source) ? q->source : -1), dbi(SHADOW_SUMS_MAX)));
    return ROWS_SET(r->a, &rows, out, shadow_page, sums);
}

static err shadow_get(req *r)
{
    const shadow_query *q = r->query;
    shadow_page *out = r->reply;
    int64_t limit = HAS(q, shadow_query, limit) ? q->limit : 50;
    db_rows rows;
    TRY(sums_read(r, q, out));
    TRY(db_query(r->d, &rows,
                 "SELECT id, rule, by_key AS \"by\", source, event_no AS event, person, kind, outcome, what, why, NULLIF(amount, 0) AS amount,"
                 " due_us AS due, at_us AS at FROM shadow_effect WHERE ($1 = 0 OR rule = $1) AND ($2 < 0 OR source = $2)"
                 " AND ($3 = 0 OR person = $3) AND id < $4 ORDER BY id DESC LIMIT $5",
                 dbi(HAS(q, shadow_query, rule) ? q->rule : 0), dbi(HAS(q, shadow_query, source) ? q->source : -1),
                 dbi(HAS(q, shadow_query, person) ? q->person : 0), dbi(HAS(q, shadow_query, before) ? q->before : INT64_MAX), dbi(limit)));
    return ROWS_SET(r->a, &rows, out, shadow_page, items);
}

static err shadow_delete(req *r)
{
    int64_t known;
    engine *e = r->app;
    TRY(db_int(r->d, &known, 0, "SELECT count(*) FROM rule WHERE id = $1", dbi(r->path_id[0])));
    if (!known)
        return req_fail_detail(r, E_NOT_FOUND, "rule");
    TRY(shadow_clear(r->tx, r->path_id[0]));
    return e->audit ? e->audit(r, S("rule.shadow_cleared"), S("rule"), r->path_id[0], (str){ 0 }) : E_OK;
}

static const route routes[] = {
    { M_GET, "/api/v1/shadow", PERM_RULE_READ, .query = &shadow_query_shape, .reply = &shadow_page_shape, .errors = ROUTE_ERRORS(E_OK),
      .where = RUN_POOL, .idem = IDEM_READ, .doc = "What rules in shadow, and rules for sources in shadow, would have done.", .tag = "rule",
      .handler = shadow_get },
    { M_DELETE, "/api/v1/rules/{id}/shadow", PERM_RULE_WRITE, .errors = ROUTE_ERRORS(E_NOT_FOUND), .where = RUN_TELLER, .idem = IDEM_NATURAL,
      .doc = "Forget what a rule would have done, and begin anew.", .tag = "rule", .handler = shadow_delete },
};
const route_table shadow_routes = ROUTE_TABLE("shadow", routes);
