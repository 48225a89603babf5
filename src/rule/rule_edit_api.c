// Rules by staff: written, tried, put back to the playbook; their versions.
#include "rule/rule_api.h"
#include "rule/run.h"

static const char *const change_labels[] = { "made", "edited", "switched", "followed", "returned", NULL };
const enum_labels rule_change_labels = { "rule_change", change_labels };

SHAPE_TABLE(rule_new, RULE_NEW);
SHAPE_TABLE(rule_edit, RULE_EDIT);
SHAPE_TABLE(rule_draft, RULE_DRAFT);
SHAPE_TABLE(rule_checked, RULE_CHECKED);
SHAPE_TABLE(rule_version_view, RULE_VERSION_VIEW);
SHAPE_TABLE(rule_versions, RULE_VERSIONS);

// What is wrong with a rule is told by its place in the body, in the caller's language.
static err told(req *r, err e)
{
    if (e == E_OK || err_info_of(e)->http >= 500)
        return e;
    if (r->f.field.len)
        r->f.field = str_eq(r->f.field, S("rule")) ? S("body") : arena_fmt(r->a, "body." STR_FMT, STR_ARG(r->f.field));
    r->f.detail = rule_word(r->f.detail, r->who.lang);
    return e;
}

static err body_of(req *r, str text, jval **ret)
{
    err e = json_parse(r->a, text, &r->f, ret);
    return e == E_OK ? E_OK : told(r, e);
}

static rule_author author(const req *r) { return (rule_author){ r->who.kind, r->who.id, r->who.name }; }

static err tell_change(req *r, str verb, const rule_view *v)
{
    engine *e = r->app;
    str state = str_c(rule_state_labels.labels[v->state]);
    if (e->audit)
        TRY(e->audit(r, verb, S("rule"), v->id,
                     arena_fmt(r->a, "{\"state\":\"" STR_FMT "\",\"version\":%lld}", STR_ARG(state), (long long)v->version)));
    return engine_emit(r->tx, &(event_new){
        .kind = S("rule.changed"), .flags = EVENT_SYSTEM, .props_n = 4,
        .props = (const event_prop[]){ prop_str(S("rule"), v->key), prop_str(S("state"), state), prop_i64(S("version"), v->version),
                                       prop_i64(S("by"), r->who.id) } }, NULL);
}

static err answer(req *r, int64_t id, str verb)
{
    rule_view *v = r->reply;
    TRY(rule_view_read(r, id, v));
    req_set_version(r, v->version);
    return tell_change(r, verb, v);
}

static err rule_post(req *r)
{
    const rule_new *in = r->body;
    const rule_author by = author(r);
    jval *body;
    int64_t id;
    TRY(body_of(r, in->body, &body));
    TRY(told(r, rules_make(r->tx, body, HAS(in, rule_new, state) ? (int)in->state : RULE_SHADOW, &by, &id)));
    r->status = 201;
    return answer(r, id, S("rule.made"));
}

static err rule_put(req *r)
{
    const rule_edit *in = r->body;
    const rule_author by = author(r);
    int64_t now, id = r->path_id[0], version;
    int state = HAS(in, rule_edit, state) ? (int)in->state : RULE_SHADOW;
    bool back = HAS(in, rule_edit, playbook) && in->playbook;
    jval *body;
    TRY(db_int(r->d, &now, 0, "SELECT version FROM rule WHERE id = $1", dbi(id)));
    if (now == 0)
        return req_fail_detail(r, E_NOT_FOUND, "rule");
    TRY(req_check_version(r, now));
    if (back == HAS(in, rule_edit, body))
        return req_fail_field(r, back ? E_FIELD_VALUE : E_FIELD_REQUIRED, "body");
    if (back) {
        TRY(told(r, rules_return(r->tx, id, state, &by, &version)));
    } else {
        TRY(body_of(r, in->body, &body));
        TRY(told(r, rules_edit(r->tx, id, body, state, &by, &version)));
    }
    return answer(r, id, back ? S("rule.returned") : S("rule.edited"));
}

static err rule_check_post(req *r)
{
    const rule_draft *in = r->body;
    rule_checked *out = r->reply;
    engine *e = r->app;
    jval *body, *item;
    TRY(body_of(r, in->body, &body));
    TRY(told(r, rule_check(&(checking){ r->a, &r->f, e }, body)));
    SET(out, rule_checked, sentence_zh, rule_sentence(r, body, LANG_ZH));
    SET(out, rule_checked, sentence_en, rule_sentence(r, body, LANG_EN));
    str *unknown = arena_array(r->a, str, RULE_EVENTS_MAX);
    uint32_t n = 0;
    size_t i, max;
    jval *on = json_get(json_get(body, S("when")), S("event"));
    if (yyjson_is_str(on) && !names_kind_find(e->names, json_str(on)))
        unknown[n++] = json_str(on);
    yyjson_arr_foreach(on, i, max, item)
        if (!names_kind_find(e->names, json_str(item)))
            unknown[n++] = json_str(item);
    SET(out, rule_checked, unknown, (list_strs){ unknown, n });
    return E_OK;
}

// --- Versions -----------------------------------------------------------------------------------------------------------------
static err book_read(req *r, rule_versions *out)
{
    db_rows rows;
    bool found;
    TRY(db_query_one(r->d, &rows, &found, "SELECT book FROM rule WHERE id = $1", dbi(r->path_id[0])));
    if (found && db_str(&rows, 0).len)
        SET(out, rule_versions, book, req_text(r, &rows, 0));
    TRY(db_end(&rows));
    return found ? E_OK : req_fail_detail(r, E_NOT_FOUND, "rule");
}

// Of a rule that has not changed since versions are kept there is none yet: what it is now stands for it.
static err versions_get(req *r)
{
    rule_versions *out = r->reply;
    rule_version_view *v = arena_array(r->a, rule_version_view, 200);
    uint32_t n = 0;
    db_rows rows;
    TRY(book_read(r, out));
    TRY(db_query(r->d, &rows,
                 "SELECT version, change, state, by_name, at_us, body FROM rule_version WHERE rule = $1"
                 " UNION ALL SELECT version, 0, state, '', at_us, body FROM rule WHERE id = $1"
                 " AND NOT EXISTS (SELECT 1 FROM rule_version x WHERE x.rule = $1) ORDER BY version DESC LIMIT 200",
                 dbi(r->path_id[0])));
    for (; n < 200 && db_next(&rows); n++) {
        SET(&v[n], rule_version_view, version, db_i64(&rows, 0));
        SET(&v[n], rule_version_view, change, (enum rule_change)db_i64(&rows, 1));
        SET(&v[n], rule_version_view, state, (enum rule_state)db_i64(&rows, 2));
        SET(&v[n], rule_version_view, by, req_text(r, &rows, 3));
        SET(&v[n], rule_version_view, at, db_i64(&rows, 4));
        SET(&v[n], rule_version_view, body, req_text(r, &rows, 5));
    }
    SET(out, rule_versions, items, (typeof(out->items)){ v, n });
    return db_end(&rows);
}

static err rule_get(req *r)
{
    TRY(rule_view_read(r, r->path_id[0], r->reply));
    req_set_version(r, ((rule_view *)r->reply)->version);
    return E_OK;
}

#define BODY_ERRORS E_JSON_INVALID, E_JSON_TOO_DEEP, E_FIELD_REQUIRED, E_FIELD_UNKNOWN, E_FIELD_TYPE, E_FIELD_VALUE, E_FIELD_TOO_MANY, \
                    E_FIELD_TOO_SHORT, E_FIELD_TOO_LONG, E_FIELD_TOO_SMALL, E_FIELD_TOO_LARGE, E_FIELD_UTF8

static const route routes[] = {
    { M_GET, "/api/v1/rules/{id}", PERM_RULE_READ, .reply = &rule_view_shape, .where = RUN_POOL, .idem = IDEM_READ, .doc = "One rule.",
      .errors = ROUTE_ERRORS(E_NOT_FOUND), .tag = "rule", .handler = rule_get },
    { M_POST, "/api/v1/rules", PERM_RULE_WRITE, .body = &rule_new_shape, .reply = &rule_view_shape, .where = RUN_TELLER, .idem = IDEM_KEY,
      .errors = ROUTE_ERRORS(BODY_ERRORS, E_EXISTS, E_LIMIT_REACHED), .tag = "rule", .doc = "A rule of one's own; it runs after all others.",
      .handler = rule_post },
    { M_PUT, "/api/v1/rules/{id}", PERM_RULE_WRITE, .body = &rule_edit_shape, .reply = &rule_view_shape, .where = RUN_TELLER,
      .idem = IDEM_NATURAL, .errors = ROUTE_ERRORS(BODY_ERRORS, E_NOT_FOUND, E_CONFLICT, E_LIMIT_REACHED, E_VERSION_STALE, E_VERSION_REQUIRED),
      .tag = "rule", .doc = "Write a rule anew, or put it back to the playbook; what it would have done so far is forgotten.",
      .handler = rule_put },
    { M_POST, "/api/v1/rules/check", PERM_RULE_WRITE, .body = &rule_draft_shape, .reply = &rule_checked_shape, .where = RUN_TELLER,
      .idem = IDEM_NONE, .idem_why = "It looks only and writes nothing.", .errors = ROUTE_ERRORS(BODY_ERRORS), .rate_per_minute = 240,
      .tag = "rule", .doc = "Is this a rule, and what does it say? Nothing is kept.", .handler = rule_check_post },
    { M_GET, "/api/v1/rules/{id}/versions", PERM_RULE_READ, .reply = &rule_versions_shape, .where = RUN_POOL, .idem = IDEM_READ,
      .errors = ROUTE_ERRORS(E_NOT_FOUND), .tag = "rule", .doc = "What a rule said and when, by whom; and what the playbook says.",
      .handler = versions_get },
};
const route_table rule_edit_routes = ROUTE_TABLE("rule", routes);
