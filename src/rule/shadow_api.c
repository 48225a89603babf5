// What rules in shadow would have done.
#include "rule/rule_api.h"
#include "rule/rules.h"
#include "rule/run.h"

SHAPE_TABLE(shadow_query, SHADOW_QUERY);
SHAPE_TABLE(shadow_sum, SHADOW_SUM);
SHAPE_TABLE(shadow_item, SHADOW_ITEM);
SHAPE_TABLE(shadow_page, SHADOW_PAGE);

static err sums_read(req *r, const shadow_query *q, shadow_page *out)
{
    shadow_sum *v = arena_array(r->a, shadow_sum, SHADOW_SUMS_MAX);
    uint32_t n = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT c.rule, r.key, c.source, c.kind, c.outcome, c.n, c.amount, c.first_us, c.last_us FROM shadow_count c"
                 " JOIN rule r ON r.id = c.rule WHERE ($1 = 0 OR c.rule = $1) AND ($2 < 0 OR c.source = $2)"
                 " ORDER BY r.position, c.source, c.outcome, c.kind LIMIT $3",
                 dbi(HAS(q, shadow_query, rule) ? q->rule : 0), dbi(HAS(q, shadow_query, source) ? q->source : -1), dbi(SHADOW_SUMS_MAX)));
    while (db_next(&rows)) {
        shadow_sum *s = &v[n++];
        SET(s, shadow_sum, rule, db_i64(&rows, 0));
        SET(s, shadow_sum, key, arena_str(r->a, db_str(&rows, 1)));
        SET(s, shadow_sum, source, db_i64(&rows, 2));
        SET(s, shadow_sum, kind, arena_str(r->a, db_str(&rows, 3)));
        SET(s, shadow_sum, outcome, (enum ring_kind_outcome)db_i64(&rows, 4));
        SET(s, shadow_sum, n, db_i64(&rows, 5));
        SET(s, shadow_sum, amount, db_i64(&rows, 6));
        SET(s, shadow_sum, first, db_i64(&rows, 7));
        SET(s, shadow_sum, last, db_i64(&rows, 8));
    }
    SET(out, shadow_page, sums, (typeof(out->sums)){ v, n });
    return db_end(&rows);
}

static void item_fill(req *r, const db_rows *rows, shadow_item *s)
{
    SET(s, shadow_item, id, db_i64(rows, 0));
    SET(s, shadow_item, rule, db_i64(rows, 1));
    SET(s, shadow_item, by, arena_str(r->a, db_str(rows, 2)));
    SET(s, shadow_item, source, db_i64(rows, 3));
    SET(s, shadow_item, event, db_i64(rows, 4));
    SET(s, shadow_item, person, db_i64(rows, 5));
    SET(s, shadow_item, kind, arena_str(r->a, db_str(rows, 6)));
    SET(s, shadow_item, outcome, (enum ring_kind_outcome)db_i64(rows, 7));
    if (db_str(rows, 8).len)
        SET(s, shadow_item, what, arena_str(r->a, db_str(rows, 8)));
    if (db_str(rows, 9).len)
        SET(s, shadow_item, why, arena_str(r->a, db_str(rows, 9)));
    if (db_i64(rows, 10))
        SET(s, shadow_item, amount, db_i64(rows, 10));
    if (db_i64(rows, 11))
        SET(s, shadow_item, due, db_i64(rows, 11));
    SET(s, shadow_item, at, db_i64(rows, 12));
}

static err shadow_get(req *r)
{
    const shadow_query *q = r->query;
    shadow_page *out = r->reply;
    int64_t limit = HAS(q, shadow_query, limit) ? q->limit : 50;
    shadow_item *v = arena_array(r->a, shadow_item, (size_t)limit);
    uint32_t n = 0;
    db_rows rows;
    TRY(sums_read(r, q, out));
    TRY(db_query(r->d, &rows,
                 "SELECT id, rule, by_key, source, event_no, person, kind, outcome, what, why, amount, due_us, at_us FROM shadow_effect"
                 " WHERE ($1 = 0 OR rule = $1) AND ($2 < 0 OR source = $2) AND ($3 = 0 OR person = $3) AND id < $4 ORDER BY id DESC LIMIT $5",
                 dbi(HAS(q, shadow_query, rule) ? q->rule : 0), dbi(HAS(q, shadow_query, source) ? q->source : -1),
                 dbi(HAS(q, shadow_query, person) ? q->person : 0), dbi(HAS(q, shadow_query, before) ? q->before : INT64_MAX), dbi(limit)));
    while (db_next(&rows))
        item_fill(r, &rows, &v[n++]);
    SET(out, shadow_page, items, (typeof(out->items)){ v, n });
    return db_end(&rows);
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
