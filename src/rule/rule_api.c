#include "rule/rule_api.h"
#include "api/shape_rows.h"

static const char *const outcome_labels[] = { "done", "suppressed", "failed", "cut", "would", NULL };
const enum_labels ring_kind_outcome_labels = { "ring_outcome", outcome_labels };
static const char *const state_labels[] = { "on", "off", "shadow", NULL };
const enum_labels rule_state_labels = { "rule_state", state_labels };

SHAPE_TABLE(ring_view, RING_VIEW);
SHAPE_TABLE(rule_view, RULE_VIEW);
SHAPE_TABLE(rule_list, RULE_LIST);
SHAPE_TABLE(rule_patch, RULE_PATCH);
SHAPE_TABLE(rule_failures_query, RULE_FAILURES_QUERY);
SHAPE_TABLE(rule_failure, RULE_FAILURE);
SHAPE_TABLE(rule_failures, RULE_FAILURES);

void ring_view_of(const ring *r, ring_view *v)
{
    *v = (ring_view){ 0 };
    SET(v, ring_view, kind, str_c(r->kind));
    SET(v, ring_view, outcome, (enum ring_kind_outcome)r->outcome);
    if (r->rule_key.len)
        SET(v, ring_view, rule, r->rule_key);
    if (r->what.len)
        SET(v, ring_view, what, r->what);
    if (r->why.len)
        SET(v, ring_view, why, r->why);
    if (r->amount) {
        SET(v, ring_view, amount, r->amount);
        SET(v, ring_view, balance, r->balance);
    }
    if (r->ref)
        SET(v, ring_view, ref, r->ref);
    if (r->due_us)
        SET(v, ring_view, due, r->due_us);
    if (r->event_no)
        SET(v, ring_view, event, r->event_no);
}

void ring_views_of(const ring_log *log, arena *a, const ring_view **ret, uint32_t *ret_n)
{
    ring_view *v = arena_array(a, ring_view, log->n + 1);
    for (uint32_t i = 0; i < log->n; i++)
        ring_view_of(&log->v[i], &v[i]);
    *ret = v;
    *ret_n = log->n;
}

static void json_i64_or_0(const jval *v, const char *name, int64_t *ret)
{
    *ret = 0;
    jval *x = json_get(v, str_c(name));
    if (x)
        json_i64(x, ret);
}

static ring ring_of_row(const db_rows *r, arena *a)
{
    jval *detail = NULL;
    ring v = { .kind = arena_cstr(a, db_str(r, 0)),
               .outcome = (ring_outcome)db_i64(r, 1),
               .rule_key = arena_str(a, db_str(r, 3)) };
    if (json_parse(a, arena_str(a, db_str(r, 2)), NULL, &detail) != E_OK)
        return v;
    v.what = json_str(json_get(detail, S("what")));
    v.why = json_str(json_get(detail, S("why")));
    json_i64_or_0(detail, "amount", &v.amount);
    json_i64_or_0(detail, "balance", &v.balance);
    json_i64_or_0(detail, "ref", &v.ref);
    json_i64_or_0(detail, "due", &v.due_us);
    json_i64_or_0(detail, "event", &v.event_no);
    return v;
}

err ring_views_of_cause(db *d, int64_t cause, arena *a, const ring_view **ret, uint32_t *ret_n)
{
    db_rows r;
    ring_view *v = arena_array(a, ring_view, CHAIN_EFFECTS_MAX);
    uint32_t n = 0;
    TRY(db_query(d, &r,
                 "SELECT e.kind, e.outcome, e.detail, r.key FROM effect e JOIN rule r ON r.id = e.rule"
                 " WHERE e.cause = $1 ORDER BY r.position, e.place LIMIT $2",
                 dbi(cause), dbi(CHAIN_EFFECTS_MAX)));
    while (db_next(&r)) {
        ring g = ring_of_row(&r, a);
        ring_view_of(&g, &v[n++]);
    }
    *ret = v;
    *ret_n = n;
    return db_end(&r);
}

// --- Rules --------------------------------------------------------------------------------------------------------------------

str rule_sentence(req *r, const jval *body, lang l)
{
    engine *e = r->app;
    buf b = { 0 };
    rule_print(e->rules, body, &(speech){ l, &b, r->a, e, r->d });
    str text = arena_str(r->a, buf_str(&b));
    buf_free(&b);
    return text;
}

static void view_body(req *r, const jval *body, rule_view *v)
{
    jval *name = json_get(body, S("name")), *on = json_get(json_get(body, S("when")), S("event"));
    SET(v, rule_view, name_zh, json_str(json_get(name, S("zh"))));
    SET(v, rule_view, name_en, json_str(json_get(name, S("en"))));
    SET(v, rule_view, sentence_zh, rule_sentence(r, body, LANG_ZH));
    SET(v, rule_view, sentence_en, rule_sentence(r, body, LANG_EN));
    str *kinds = arena_array(r->a, str, RULE_EVENTS_MAX);
    uint32_t n = 0;
    if (yyjson_is_str(on))
        kinds[n++] = json_str(on);
    size_t i, count;
    jval *item;
    yyjson_arr_foreach(on, i, count, item)
        kinds[n++] = json_str(item);
    SET(v, rule_view, events, (list_strs){ kinds, n });
}

static err view_row(req *r, db_rows *rows, rule_view *v)
{
    engine *e = r->app;
    jval *body;
    *v = (rule_view){ 0 };
    shape_row(&rule_view_shape, rows, r->a, v);
    TRY(json_parse(r->a, v->body, &r->f, &body));
    SET(v, rule_view, fired, rules_fired(e->rules, v->id));
    view_body(r, body, v);
    return E_OK;
}

static err rule_list_get(req *r)
{
    rule_list *out = r->reply;
    rule_view *v = arena_array(r->a, rule_view, RULES_MAX);
    uint32_t n = 0;
    err bad = E_OK;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT r.id, r.key, r.version, r.state, r.origin, r.body,"
                 " CASE WHEN r.book <> '' AND r.book <> r.body THEN 1 ELSE 0 END AS edited,"
                 " (SELECT count(*) FROM (SELECT 1 FROM effect e WHERE e.outcome >= 2 AND e.rule = r.id LIMIT 1000) AS f) AS failed"
                 " FROM rule r ORDER BY r.position, r.id LIMIT $1",
                 dbi(RULES_MAX)));
    while (bad == E_OK && db_next(&rows))
        bad = view_row(r, &rows, &v[n++]);
    err end = db_end(&rows);
    out->items.v = v;
    out->items.n = n;
    out->has |= UINT64_C(1) << rule_list_items_bit;
    return bad != E_OK ? bad : end;
}

err rule_view_read(req *r, int64_t id, rule_view *out)
{
    db_rows rows;
    bool found;
    TRY(db_query_one(
        r->d, &rows, &found,
        "SELECT id, key, version, state, origin, body, CASE WHEN book <> '' AND book <> body THEN 1 ELSE 0 END AS edited,"
        " (SELECT count(*) FROM effect WHERE outcome >= 2 AND rule = $1) AS failed"
        " FROM rule WHERE id = $1",
        dbi(id)));
    err e = found ? view_row(r, &rows, out) : req_fail_detail(r, E_NOT_FOUND, "rule");
    err end = db_end(&rows);
    return e != E_OK ? e : end;
}

static err rule_change(req *r)
{
    const rule_patch *in = r->body;
    int64_t version, now;
    TRY(db_int(r->d, &now, 0, "SELECT version FROM rule WHERE id = $1", dbi(r->path_id[0])));
    if (now == 0)
        return req_fail_detail(r, E_NOT_FOUND, "rule");
    TRY(req_check_version(r, now));
    const rule_author by = { r->who.kind, r->who.id, r->who.name };
    TRY(rules_set_state(r->tx, r->path_id[0], (int)in->state, &by, &version));
    TRY(rule_view_read(r, r->path_id[0], r->reply));
    const rule_view *v = r->reply;
    req_set_version(r, version);
    engine *e = r->app;
    if (e->audit)
        TRY(e->audit(r, S("rule.changed"), S("rule"), v->id, arena_fmt(r->a, "{\"state\":\"%s\"}", state_labels[in->state])));
    return engine_emit(r->tx, &(event_new){
        .kind = S("rule.changed"), .flags = EVENT_SYSTEM, .props_n = 4,
        .props = (const event_prop[]){ prop_str(S("rule"), v->key), prop_str(S("state"), str_c(state_labels[in->state])),
                                       prop_i64(S("version"), version), prop_i64(S("by"), r->who.id) } }, NULL);
}

static err rule_failures_get(req *r)
{
    const rule_failures_query *q = r->query;
    rule_failures *out = r->reply;
    int64_t limit = HAS(q, rule_failures_query, limit) ? q->limit : 50;
    int64_t before = HAS(q, rule_failures_query, before) ? q->before : INT64_MAX;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT e.cause, r.key AS rule, e.place AS effect, e.kind, e.outcome, COALESCE(CAST(e.detail->>'why' AS TEXT), '') AS why,"
                 " e.at_us AS at FROM effect e JOIN rule r ON r.id = e.rule"
                 " WHERE e.outcome >= 2 AND e.cause < $1 ORDER BY e.cause DESC, e.rule, e.place LIMIT $2",
                 dbi(before), dbi(limit)));
    return ROWS_SET(r->a, &rows, out, rule_failures, items);
}

static const route routes[] = {
    { M_GET, "/api/v1/rules", PERM_RULE_READ, .reply = &rule_list_shape, .errors = ROUTE_ERRORS(E_OK), .where = RUN_POOL,
      .idem = IDEM_READ, .doc = "All rules in the order they run, each with its sentence.", .tag = "rule",
      .handler = rule_list_get },
    { M_PATCH, "/api/v1/rules/{id}", PERM_RULE_WRITE, .body = &rule_patch_shape, .reply = &rule_view_shape,
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_VERSION_STALE, E_VERSION_REQUIRED), .where = RUN_TELLER, .idem = IDEM_NATURAL,
      .doc = "Switch a rule on, off, or to shadow.", .tag = "rule", .handler = rule_change },
    { M_GET, "/api/v1/rules/failures", PERM_RULE_READ, .query = &rule_failures_query_shape, .reply = &rule_failures_shape,
      .errors = ROUTE_ERRORS(E_OK), .where = RUN_POOL, .idem = IDEM_READ, .doc = "Effects that failed or were cut, newest first.",
      .tag = "rule", .handler = rule_failures_get },
};
const route_table rule_routes = ROUTE_TABLE("rule", routes);
