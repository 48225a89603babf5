// Reading the registry: rows from the database, examples from the newest events of the timeline, so that an erased person's
// values are never kept here.
#include "plan/plan_view.h"
#include "api/shape_rows.h"
#include "base/map.h"
#include "plan/plan_internal.h"

static const char *const standing_names[] = { "learned", "planned", "live", "retired", NULL };
const enum_labels plan_standing_labels = { "plan_standing", standing_names };
static const char *const seen_names[] = { "null", "boolean", "integer", "number", "text", "json", NULL };
const enum_labels plan_seen_type_labels = { "plan_seen_type", seen_names };

SHAPE_TABLE(plan_kind_row, PLAN_KIND_ROW);
SHAPE_TABLE(plan_kind_list, PLAN_KIND_LIST);
SHAPE_TABLE(plan_kind_query, PLAN_KIND_QUERY);
SHAPE_TABLE(plan_prop_seen, PLAN_PROP_SEEN);
SHAPE_TABLE(plan_source_seen, PLAN_SOURCE_SEEN);
SHAPE_TABLE(plan_kind_view, PLAN_KIND_VIEW);
SHAPE_TABLE(plan_version_view, PLAN_VERSION_VIEW);
SHAPE_TABLE(plan_version_list, PLAN_VERSION_LIST);
SHAPE_TABLE(plan_put_view, PLAN_PUT_VIEW);
SHAPE_TABLE(plan_import, PLAN_IMPORT);
SHAPE_TABLE(plan_tally_view, PLAN_TALLY_VIEW);
SHAPE_TABLE(plan_context_item, PLAN_CONTEXT_ITEM);
SHAPE_TABLE(plan_context_list, PLAN_CONTEXT_LIST);

#define SAMPLE_EVENTS 5000             // newest events looked at for examples

// --- Rows -----------------------------------------------------------------------------------------------------------------------
static void declared_fill(const plan_kind_body *b, plan_kind_row *v)
{
    SET(v, plan_kind_row, standing, (enum plan_standing)((HAS(b, plan_kind_body, state) ? b->state : PLAN_LIVE) + PLAN_STANDING_PLANNED));
    SET(v, plan_kind_row, mode, HAS(b, plan_kind_body, mode) ? b->mode : PLAN_QUARANTINE);
    if (b->owner.len)
        SET(v, plan_kind_row, owner, b->owner);
}

static err body_of(str text, arena *a, plan_kind_body *ret)
{
    jval *v;
    TRY(json_parse(a, arena_str(a, text), NULL, &v));
    return shape_read(&plan_kind_body_shape, v, a, NULL, ret) == E_OK ? E_OK : E_CORRUPT;
}

static err row_finish(str body_text, arena *a, plan_kind_row *v, plan_kind_body *body)
{
    SET(v, plan_kind_row, standing, PLAN_STANDING_LEARNED);
    if (!v->version)
        return E_OK;
    TRY(body_of(body_text, a, body));
    declared_fill(body, v);
    return E_OK;
}

err plan_kinds_get(req *r)
{
    plan_kind_list *out = r->reply;
    plan_kind_row *v = arena_array(r->a, plan_kind_row, NAMES_KINDS_MAX);
    uint32_t n = 0;
    err bad = E_OK;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT p.body AS _body, k.name AS kind, k.zh, k.en, k.first_us AS first, COALESCE(p.version, 0) AS version,"
                 " COALESCE(c.n, 0) AS props, COALESCE(s.stored, 0) AS stored, COALESCE(s.warned, 0) AS warned,"
                 " COALESCE(s.quarantined, 0) AS quarantined, s.last_us AS last FROM kind k"
                 " LEFT JOIN plan_kind p ON p.kind = k.id"
                 " LEFT JOIN (SELECT kind, count(*) AS n FROM kind_prop GROUP BY kind) c ON c.kind = k.id"
                 " LEFT JOIN (SELECT kind, sum(stored) AS stored, sum(warned) AS warned, sum(quarantined) AS quarantined,"
                 " max(last_us) AS last_us FROM kind_seen GROUP BY kind) s ON s.kind = k.id"
                 " ORDER BY k.name LIMIT $1",
                 dbi(NAMES_KINDS_MAX)));
    while (bad == E_OK && db_next(&rows)) {
        plan_kind_body body = { 0 };
        shape_row(&plan_kind_row_shape, &rows, r->a, &v[n]);
        bad = row_finish(db_str(&rows, 0), r->a, &v[n++], &body);
    }
    TRY(db_end(&rows));
    SET(out, plan_kind_list, items, (typeof(out->items)){ v, n });
    SET(out, plan_kind_list, limit, NAMES_KINDS_MAX);
    return bad;
}

// --- One kind -------------------------------------------------------------------------------------------------------------------
typedef struct sampling {
    arena *a;
    uint32_t kind;
    int64_t n;
    map64 at;                          // property → index of v
    plan_prop_seen *v;
    str (*examples)[PLAN_EXAMPLES_MAX];
    timeline *tl;
} sampling;

static str example_of(const value *v, arena *a)
{
    switch (v->k) {
    case V_BOOL: return v->i ? S("true") : S("false");
    case V_I64: return arena_fmt(a, "%lld", (long long)v->i);
    case V_F64: return arena_fmt(a, "%g", v->f);
    case V_STR: break;
    case V_JSON: return v->s.len && v->s.s[0] == '[' ? S("[…]") : S("{…}");
    default: return S("null");
    }
    if (vault_ref(v->s))
        return S("••••");
    size_t n = v->s.len < 60 ? v->s.len : 60;
    while (n && n < v->s.len && ((unsigned char)v->s.s[n] & 0xC0) == 0x80)
        n--;
    return n < v->s.len ? arena_join(a, str_take(v->s, n), S("…")) : arena_str(a, v->s);
}

static bool sample(void *p, const event *e)
{
    sampling *s = p;
    if (e->kind != s->kind || timeline_ref(s->tl, e->no).kind == 0)      // or taken back
        return true;
    s->n++;
    for (uint32_t i = 0; i < e->props_n; i++) {
        uint64_t at;
        if (!map64_get(&s->at, e->props[i].id, &at))
            continue;
        plan_prop_seen *v = &s->v[at];
        v->sampled++;
        if (v->examples.n == PLAN_EXAMPLES_MAX)
            continue;
        str text = example_of(&e->props[i].v, s->a);
        bool known = false;
        for (uint32_t k = 0; k < v->examples.n; k++)
            known = known || str_eq(s->examples[at][k], text);
        if (!known)
            s->examples[at][v->examples.n++] = text;
    }
    return true;
}

static err seen_fill(req *r, uint32_t kind, plan_kind_view *out)
{
    engine *e = r->app;
    sampling s = { .a = r->a, .tl = e->tl, .kind = kind, .v = arena_array(r->a, plan_prop_seen, NAMES_PROPS_PER_KIND_MAX),
                   .examples = arena_alloc(r->a, NAMES_PROPS_PER_KIND_MAX, sizeof *s.examples, alignof(str)) };
    uint32_t n = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows, "SELECT p.id AS _id, p.name, kp.type, kp.n, kp.first_us AS first, kp.last_us AS last FROM kind_prop kp"
                              " JOIN prop p ON p.id = kp.prop WHERE kp.kind = $1 ORDER BY kp.n DESC, p.name LIMIT $2",
                 dbi(kind), dbi(NAMES_PROPS_PER_KIND_MAX)));
    while (db_next(&rows)) {
        shape_row(&plan_prop_seen_shape, &rows, r->a, &s.v[n]);
        map64_put(&s.at, (uint64_t)db_i64(&rows, 0), n++);
    }
    err bad = db_end(&rows);
    int64_t from = r->head > SAMPLE_EVENTS ? r->head - SAMPLE_EVENTS + 1 : 1;
    if (bad == E_OK && e->tl)
        bad = timeline_each(e->tl, from, r->head, sample, &s);
    for (uint32_t i = 0; i < n; i++) {
        s.v[i].has |= UINT64_C(1) << plan_prop_seen_sampled_bit;
        SET(&s.v[i], plan_prop_seen, examples, (list_strs){ s.examples[i], s.v[i].examples.n });
    }
    map64_free(&s.at);
    SET(out, plan_kind_view, seen, (typeof(out->seen)){ s.v, n });
    SET(out, plan_kind_view, sampled, s.n);
    return bad;
}

static err sources_fill(req *r, uint32_t kind, plan_kind_view *out)
{
    db_rows rows;
    TRY(db_query(r->d, &rows, "SELECT s.source, k.name, s.stored, s.warned, s.quarantined, s.refused, s.last_us AS last FROM kind_seen s"
                              " LEFT JOIN api_key k ON k.source = s.source AND s.source > 0 WHERE s.kind = $1 ORDER BY s.last_us DESC LIMIT $2",
                 dbi(kind), dbi(PLAN_SOURCES_MAX)));
    return ROWS_SET(r->a, &rows, out, plan_kind_view, sources);
}

err plan_kind_get(req *r)
{
    const plan_kind_query *q = r->query;
    engine *e = r->app;
    plan_kind_view *out = r->reply;
    plan_kind_row about = { 0 };
    plan_kind_body body = { 0 };
    uint32_t kind = names_kind_find(e->names, q->name);
    bool found, edited = false;
    db_rows rows;
    TRY(db_query_one(r->d, &rows, &found,
                     "SELECT p.body AS _body, COALESCE(p.origin, '') AS _origin, k.name AS kind, k.zh, k.en, k.first_us AS first,"
                     " COALESCE(p.version, 0) AS version, (SELECT count(*) FROM kind_prop c WHERE c.kind = k.id) AS props,"
                     " (SELECT COALESCE(sum(stored), 0) FROM kind_seen s WHERE s.kind = k.id) AS stored,"
                     " (SELECT COALESCE(sum(warned), 0) FROM kind_seen s WHERE s.kind = k.id) AS warned,"
                     " (SELECT COALESCE(sum(quarantined), 0) FROM kind_seen s WHERE s.kind = k.id) AS quarantined,"
                     " (SELECT max(last_us) FROM kind_seen s WHERE s.kind = k.id) AS last"
                     " FROM kind k LEFT JOIN plan_kind p ON p.kind = k.id WHERE k.id = $1",
                     dbi(kind)));
    err bad = found ? E_OK : req_fail_detail(r, E_NOT_FOUND, "kind");
    if (found) {
        shape_row(&plan_kind_row_shape, &rows, r->a, &about);
        bad = row_finish(db_str(&rows, 0), r->a, &about, &body);
        edited = str_eq(db_str(&rows, 1), S("staff"));
    }
    err end = db_end(&rows);
    TRY(bad);
    TRY(end);
    SET(out, plan_kind_view, about, about);
    if (about.version)
        SET(out, plan_kind_view, declared, body);
    SET(out, plan_kind_view, edited, edited);
    TRY(seen_fill(r, kind, out));
    TRY(sources_fill(r, kind, out));
    req_set_version(r, about.version);
    return E_OK;
}

err plan_versions_get(req *r)
{
    const plan_kind_query *q = r->query;
    plan_version_list *out = r->reply;
    plan_version_view *v = arena_array(r->a, plan_version_view, PLAN_VERSIONS_MAX);
    uint32_t n = 0, kind = names_kind_find(((engine *)r->app)->names, q->name);
    err bad = E_OK;
    db_rows rows;
    if (!kind)
        return req_fail_detail(r, E_NOT_FOUND, "kind");
    TRY(db_query(r->d, &rows, "SELECT v.body AS _body, v.version, v.at_us AS at, COALESCE(s.name, k.name, '') AS \"by\" FROM plan_version v"
                              " LEFT JOIN staff s ON s.id = v.made_by LEFT JOIN api_key k ON k.id = -v.made_by"
                              " WHERE v.kind = $1 ORDER BY v.version DESC LIMIT $2", dbi(kind), dbi(PLAN_VERSIONS_MAX)));
    while (bad == E_OK && db_next(&rows)) {
        plan_version_view *x = &v[n++];
        plan_kind_body body = { 0 };
        shape_row(&plan_version_view_shape, &rows, r->a, x);
        bad = body_of(db_str(&rows, 0), r->a, &body);
        SET(x, plan_version_view, body, body);
    }
    TRY(db_end(&rows));
    SET(out, plan_version_list, items, (typeof(out->items)){ v, n });
    return bad;
}
