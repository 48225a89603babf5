// Quarantine for staff: what waits and why, in groups and one by one; mend, replay, discard.
#include "api/shape_rows.h"
#include "connect/ingest_internal.h"
#include "plan/plan_api.h"
#include "record/audit.h"

static const char *const state_names[] = { "waiting", "ready", "replayed", "discarded", NULL };
static const enum_labels quarantine_state_labels = { "quarantine_state", state_names };

#define QUARANTINE_QUERY(F, T)                                                                                          \
    F(T, ENUM(quarantine_state), state, .doc = "waiting when absent; ready: to be replayed in the background.")         \
    F(T, STR, kind, .min = 1, .max = 200, .doc = "Only of this kind.")                                                  \
    F(T, I64, source, .min = 0, .max = 4294967295, .doc = "Only of this source.")                                       \
    F(T, STR, code, .min = 1, .max = 60, .doc = "Only with this reason code.")                                          \
    F(T, STR, field, .min = 1, .max = 400, .doc = "Only with this field to blame.")                                     \
    F(T, I64, person, .min = 1, .max = 4294967295, .doc = "Only those that name this person.")                          \
    F(T, I64, before, .min = 1, .max = 9007199254740991, .doc = "Only ids below this: the last one of the page before.") \
    F(T, I64, limit, .min = 1, .max = 100, .doc = "Page size; 30 when absent.")
SHAPE_STRUCT(quarantine_query, QUARANTINE_QUERY);
SHAPE_TABLE(quarantine_query, QUARANTINE_QUERY);

#define QUARANTINE_ROW(F, T)                                                                                            \
    F(T, I64, id, .required = true, .doc = "Id.")                                                                       \
    F(T, ENUM(quarantine_state), state, .required = true, .doc = "Waiting, ready to be replayed, replayed, discarded.") \
    F(T, I64, version, .required = true, .doc = "Raised by every change.")                                              \
    F(T, STR, kind, .required = true, .max = 400, .doc = "Kind of the event.")                                          \
    F(T, I64, source, .required = true, .doc = "Number of its source.")                                                 \
    F(T, STR, source_name, .max = 120, .doc = "Name of the source's key.")                                              \
    F(T, STR, code, .required = true, .max = 60, .doc = "Why: an error code.")                                          \
    F(T, STR, field, .required = true, .max = 400, .doc = "The field to blame; may be empty.")                          \
    F(T, STR, detail, .required = true, .max = 400, .doc = "What was expected.")                                        \
    F(T, STR, reason, .required = true, .max = 1000, .doc = "The same for people, in the caller's language.")           \
    F(T, STR, message_id, .max = 128, .doc = "As sent.")                                                                \
    F(T, I64, event_no, .doc = "Its number on the timeline, once replayed.")                                            \
    F(T, TIME, time, .required = true, .doc = "When it happened.")                                                      \
    F(T, TIME, received, .required = true, .doc = "When it came; it is kept for 30 days.")
SHAPE_STRUCT(quarantine_row, QUARANTINE_ROW);
SHAPE_TABLE(quarantine_row, QUARANTINE_ROW);

#define QUARANTINE_PAGE(F, T)                                                                                           \
    F(T, LIST(quarantine_row), items, .required = true, .max = 100, .doc = "Newest first.")                             \
    F(T, I64, waiting, .required = true, .doc = "Events that wait, in all.")                                            \
    F(T, I64, bytes, .required = true, .doc = "Bytes they take.")                                                       \
    F(T, I64, limit, .required = true, .doc = "How many may wait; beyond, events are refused.")                         \
    F(T, I64, overflow, .required = true, .doc = "Events refused since the start because it was full.")
SHAPE_STRUCT(quarantine_page, QUARANTINE_PAGE);
SHAPE_TABLE(quarantine_page, QUARANTINE_PAGE);

#define QUARANTINE_GROUPS_MAX 200
#define QUARANTINE_GROUP(F, T)                                                                                          \
    F(T, STR, kind, .required = true, .max = 400, .doc = "Kind of the events.")                                         \
    F(T, STR, code, .required = true, .max = 60, .doc = "Why: an error code.")                                          \
    F(T, STR, field, .required = true, .max = 400, .doc = "The field to blame.")                                        \
    F(T, STR, reason, .required = true, .max = 1000, .doc = "The same for people, in the caller's language.")           \
    F(T, I64, n, .required = true, .doc = "Events that wait for this reason.")                                          \
    F(T, I64, ready, .required = true, .doc = "Of them, those being replayed.")                                         \
    F(T, I64, sources, .required = true, .doc = "Sources they come from.")                                              \
    F(T, TIME, first, .required = true, .doc = "When the first came.")                                                  \
    F(T, TIME, last, .required = true, .doc = "When the last came.")
SHAPE_STRUCT(quarantine_group, QUARANTINE_GROUP);
SHAPE_TABLE(quarantine_group, QUARANTINE_GROUP);
#define QUARANTINE_GROUPS(F, T) \
    F(T, LIST(quarantine_group), items, .required = true, .max = QUARANTINE_GROUPS_MAX, .doc = "Most events first.")
SHAPE_STRUCT(quarantine_groups, QUARANTINE_GROUPS);
SHAPE_TABLE(quarantine_groups, QUARANTINE_GROUPS);

#define QUARANTINE_PROP(F, T)                                                                                           \
    F(T, STR, name, .required = true, .max = 200, .doc = "Name.")                                                       \
    F(T, ENUM(plan_seen_type), type, .required = true, .doc = "Type as it came.")                                       \
    F(T, STR, value, .required = true, .max = 1000, .doc = "Value, cut; empty when personal.")                          \
    F(T, STR, personal, .max = 40, .doc = "Kind of personal data: it stays sealed.")
SHAPE_STRUCT(quarantine_prop, QUARANTINE_PROP);
SHAPE_TABLE(quarantine_prop, QUARANTINE_PROP);
#define QUARANTINE_VIEW(F, T)                                                                                           \
    F(T, OBJ(quarantine_row), about, .required = true, .doc = "Its row of the list.")                                   \
    F(T, STRS, identities, .required = true, .max = IDENTITY_COUNT, .item_max = 300, .doc = "Whom it names; secret ones without their value.") \
    F(T, LIST(quarantine_prop), props, .required = true, .max = EVENT_PROPS_MAX, \
        .doc = "Its properties; none once it was replayed or discarded.")
SHAPE_STRUCT(quarantine_view, QUARANTINE_VIEW);
SHAPE_TABLE(quarantine_view, QUARANTINE_VIEW);

#define QUARANTINE_PATCH(F, T)                                                                                          \
    F(T, STR, kind, .min = 1, .max = 200, .pattern = "line", .doc = "Another kind.")                                    \
    F(T, JSON, rename, .max = 20000, .doc = "{\"old name\": \"new name\"}; a sealed value stays sealed.")               \
    F(T, JSON, set, .max = 100000, .doc = "{\"name\": value}: these properties instead of, or beside, what came.")      \
    F(T, STRS, drop, .max = EVENT_PROPS_MAX, .item_max = 200, .doc = "Without these properties.")
SHAPE_STRUCT(quarantine_patch, QUARANTINE_PATCH);
SHAPE_TABLE(quarantine_patch, QUARANTINE_PATCH);

#define QUARANTINE_AT_ONCE 100
#define QUARANTINE_MARK_MAX 5000
#define QUARANTINE_CHOICE(F, T)                                                                                         \
    F(T, I64S, ids, .max = QUARANTINE_AT_ONCE, .doc = "These, at once. Otherwise all that wait and match, in the background.") \
    F(T, STR, kind, .min = 1, .max = 200, .doc = "All of this kind.")                                                   \
    F(T, I64, source, .min = 0, .max = 4294967295, .doc = "All of this source.")                                        \
    F(T, STR, code, .min = 1, .max = 60, .doc = "All with this reason code.")                                           \
    F(T, STR, field, .min = 1, .max = 400, .doc = "All with this field to blame.")                                      \
    F(T, BOOL, all, .doc = "All that wait.")
SHAPE_STRUCT(quarantine_choice, QUARANTINE_CHOICE);
SHAPE_TABLE(quarantine_choice, QUARANTINE_CHOICE);

#define QUARANTINE_OUTCOME(F, T)                                                                                        \
    F(T, I64, id, .required = true, .doc = "Id in quarantine.")                                                         \
    F(T, STR, verdict, .required = true, .max = 20, .doc = "stored, duplicate, quarantined again, refused, or gone.")   \
    F(T, STR, reason, .max = 1000, .doc = "Why it waits on.")                                                           \
    F(T, I64, event_no, .doc = "Its number on the timeline.")                                                           \
    F(T, LIST(ring_view), effects, .max = RINGS_MAX, .doc = "What it set in motion.")
SHAPE_STRUCT(quarantine_outcome, QUARANTINE_OUTCOME);
SHAPE_TABLE(quarantine_outcome, QUARANTINE_OUTCOME);
#define QUARANTINE_DONE(F, T)                                                                                           \
    F(T, I64, n, .required = true, .doc = "Replayed or discarded now, or marked for the background.")                   \
    F(T, BOOL, more, .required = true, .doc = "More match: ask again.")                                                 \
    F(T, LIST(quarantine_outcome), items, .required = true, .max = QUARANTINE_AT_ONCE, .doc = "What became of each that was named.")
SHAPE_STRUCT(quarantine_done, QUARANTINE_DONE);
SHAPE_TABLE(quarantine_done, QUARANTINE_DONE);

static ingest *ingest_of(const req *r) { return ((engine *)r->app)->ingest; }

// --- Reading --------------------------------------------------------------------------------------------------------------------
static err code_named(str code)
{
    for (int i = 0; i < ERR_COUNT; i++)
        if (str_eq(str_c(err_info_of((err)i)->code), code))
            return (err)i;
    return E_FIELD_VALUE;
}

static str reason_of(const req *r, str code, str path, str detail)
{
    fault f = { .code = code_named(code), .field = path, .detail = detail };
    str_to_i64(detail, &f.limit);
    return fault_text(&f, r->a, r->who.lang);
}

#define COLUMNS                                                                                                                     \
    "SELECT q.id, q.state, q.version, q.kind, q.source, q.code, q.field, q.detail, q.message_id, NULLIF(q.event_no, 0) AS event_no," \
    " q.time_us AS time, q.at_us AS received, k.name AS source_name"                                                                \
    " FROM quarantine q LEFT JOIN api_key k ON k.source = q.source AND q.source > 0"

static void row_finish(const req *r, quarantine_row *v)
{
    SET(v, quarantine_row, reason, reason_of(r, v->code, v->field, v->detail));
    if (HAS(v, quarantine_row, message_id) && !str_utf8_valid(v->message_id))
        v->has &= ~(UINT64_C(1) << quarantine_row_message_id_bit);
}

static int64_t source_or_any(bool has, int64_t source) { return has ? source : -1; }

static err list_get(req *r)
{
    const quarantine_query *q = r->query;
    quarantine_page *out = r->reply;
    const quarantine *now = ingest_quarantine(ingest_of(r));
    int64_t limit = HAS(q, quarantine_query, limit) ? q->limit : 30;
    void *items;
    uint32_t n;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 COLUMNS " WHERE q.state = $1 AND ($2 = '' OR q.kind = $2) AND ($3 < 0 OR q.source = $3) AND ($4 = '' OR q.code = $4)"
                 " AND ($5 = '' OR q.field = $5) AND q.id < $6 AND ($7 = 0 OR q.id IN (SELECT x.id FROM quarantine_identity x"
                 " JOIN identity i ON i.hash = x.hash AND i.kind = x.kind WHERE i.subject = $7"
                 " OR i.subject IN (SELECT subject FROM link WHERE person = $7)))"
                 " ORDER BY q.id DESC LIMIT $8",
                 dbi(HAS(q, quarantine_query, state) ? (int64_t)q->state : QUARANTINE_WAITING), dbs(q->kind.s ? q->kind : S("")),
                 dbi(source_or_any(HAS(q, quarantine_query, source), q->source)), dbs(q->code.s ? q->code : S("")),
                 dbs(q->field.s ? q->field : S("")), dbi(HAS(q, quarantine_query, before) ? q->before : INT64_MAX),
                 dbi(HAS(q, quarantine_query, person) ? q->person : 0), dbi(limit)));
    TRY(shape_rows(&quarantine_row_shape, &rows, r->a, &items, &n));
    quarantine_row *v = items;
    for (uint32_t i = 0; i < n; i++)
        row_finish(r, &v[i]);
    LIST_SET(out, quarantine_page, items, v, n);
    SET(out, quarantine_page, waiting, __atomic_load_n(&now->rows, __ATOMIC_RELAXED));
    SET(out, quarantine_page, bytes, __atomic_load_n(&now->bytes, __ATOMIC_RELAXED));
    SET(out, quarantine_page, limit, QUARANTINE_ROWS_MAX);
    SET(out, quarantine_page, overflow, __atomic_load_n(&now->full, __ATOMIC_RELAXED));
    return E_OK;
}

static err groups_get(req *r)
{
    quarantine_groups *out = r->reply;
    quarantine_group *v = arena_array(r->a, quarantine_group, QUARANTINE_GROUPS_MAX);
    uint32_t n = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT kind, code, field, min(detail) AS _detail, count(*) AS n, sum(CASE WHEN state = 1 THEN 1 ELSE 0 END) AS ready,"
                 " count(DISTINCT source) AS sources, min(at_us) AS first, max(at_us) AS last FROM quarantine WHERE state <= 1"
                 " GROUP BY kind, code, field"
                 " ORDER BY count(*) DESC, kind, field LIMIT $1",
                 dbi(QUARANTINE_GROUPS_MAX)));
    while (db_next(&rows)) {
        quarantine_group *g = &v[n++];
        shape_row(&quarantine_group_shape, &rows, r->a, g);
        SET(g, quarantine_group, reason, reason_of(r, g->code, g->field, arena_str(r->a, db_str(&rows, 3))));
    }
    LIST_SET(out, quarantine_groups, items, v, n);
    return db_end(&rows);
}

static str cut(str v, size_t most)
{
    size_t n = v.len < most ? v.len : most;
    while (n && n < v.len && ((unsigned char)v.s[n] & 0xC0) == 0x80)
        n--;
    return str_take(v, n);
}

static str value_text(const value *v, arena *a)
{
    switch (v->k) {
    case V_BOOL: return v->i ? S("true") : S("false");
    case V_I64: return arena_fmt(a, "%lld", (long long)v->i);
    case V_F64: return arena_fmt(a, "%.17g", v->f);
    case V_STR:
    case V_JSON: return cut(v->s.s ? v->s : S(""), 900);
    default: return S("null");
    }
}

static void event_fill(req *r, const ingest_event *e, quarantine_view *out)
{
    quarantine_prop *v = arena_array(r->a, quarantine_prop, e->props_n + 1);
    str *ids = arena_array(r->a, str, IDENTITY_COUNT);
    for (uint32_t i = 0; i < e->ids_n; i++)
        ids[i] = e->ids[i].label.len ? e->ids[i].label : S("••••");
    for (uint32_t i = 0; i < e->props_n; i++) {
        const ingest_prop *p = &e->props[i];
        SET(&v[i], quarantine_prop, name, p->name);
        SET(&v[i], quarantine_prop, type, p->sealed ? PLAN_SEEN_TEXT : (enum plan_seen_type)p->v.k);
        SET(&v[i], quarantine_prop, value, p->sealed ? S("") : value_text(&p->v, r->a));
        if (p->sealed)
            SET(&v[i], quarantine_prop, personal, str_c(vault_kinds[p->sealed->kind]));
    }
    SET(out, quarantine_view, identities, (list_strs){ ids, e->ids_n });
    SET(out, quarantine_view, props, (typeof(out->props)){ v, e->props_n });
}

static err view(req *r, int64_t id, quarantine_view *out)
{
    db_rows rows;
    bool found;
    quarantine_row about = { 0 };
    ingest_event e = { 0 };
    uint32_t source;
    int64_t received, version;
    TRY(db_query(r->d, &rows, COLUMNS " WHERE q.id = $1", dbi(id)));
    TRY(shape_one(&quarantine_row_shape, &rows, r->a, &about, &found));
    if (!found)
        return req_fail_detail(r, E_NOT_FOUND, "quarantine");
    row_finish(r, &about);
    if (about.state <= QUARANTINE_READY)
        TRY(quarantine_read(r->d, id, r->a, &e, &source, &received, &version));
    SET(out, quarantine_view, about, about);
    event_fill(r, &e, out);
    req_set_version(r, about.version);
    return E_OK;
}

static err view_get(req *r) { return view(r, r->path_id[0], r->reply); }

// --- Mending --------------------------------------------------------------------------------------------------------------------
// The new values are sealed on the loop thread, as on arrival; by the kind the event will have, which only the teller knows when
// the change does not say it, so names that are personal anywhere are.
static err patch_prepare(req *r)
{
    const quarantine_patch *in = r->body;
    ingest_event *set = arena_new(r->a, ingest_event);
    jval *v, *key, *item;
    size_t i, n;
    set->kind = HAS(in, quarantine_patch, kind) ? in->kind : S("");
    if (HAS(in, quarantine_patch, set)) {
        TRY(json_parse(r->a, in->set, &r->f, &v));
        if (!yyjson_is_obj(v))
            return req_fail_field(r, E_FIELD_TYPE, "set");
        yyjson_obj_foreach(v, i, n, key, item) ingest_add_json(ingest_of(r), set, r->a, json_str(key), item);
        if (set->verdict == INGEST_REFUSED) {
            r->f = (fault){ .code = set->code, .field = arena_join(r->a, S("set."), set->field), .detail = set->reason,
                .limit = NAMES_BYTES_MAX };
            return set->code;
        }
    }
    ingest_event_end(set, r->a);
    r->prepared = set;
    return E_OK;
}

static str renamed(const jval *map, str name)
{
    const jval *to = map ? json_get(map, name) : NULL;
    return to && yyjson_is_str((jval *)(uintptr_t)to) && json_str(to).len ? json_str(to) : name;
}

static bool named(const quarantine_patch *in, const ingest_event *set, str name)
{
    for (uint32_t i = 0; i < in->drop.n; i++)
        if (str_eq(in->drop.v[i], name))
            return true;
    for (uint32_t i = 0; i < set->props_n; i++)
        if (str_eq(set->props[i].name, name))
            return true;
    return false;
}

static err patch_apply(req *r, const ingest_event *was, ingest_event *out)
{
    const quarantine_patch *in = r->body;
    const ingest_event *set = r->prepared;
    jval *map = NULL;
    if (HAS(in, quarantine_patch, rename)) {
        TRY(json_parse(r->a, in->rename, &r->f, &map));
        if (!yyjson_is_obj(map))
            return req_fail_field(r, E_FIELD_TYPE, "rename");
    }
    *out = *was;
    out->props = NULL;
    out->props_n = out->props_cap = 0;
    if (HAS(in, quarantine_patch, kind))
        ingest_set_kind(out, r->a, in->kind);
    for (uint32_t i = 0; i < was->props_n; i++) {
        ingest_prop p = was->props[i];
        p.name = renamed(map, p.name);
        if (!named(in, set, p.name))
            ingest_keep_prop(out, r->a, &p);
    }
    for (uint32_t i = 0; i < set->props_n; i++)
        ingest_keep_prop(out, r->a, &set->props[i]);
    if (out->verdict != INGEST_REFUSED)
        return E_OK;
    r->f = (fault){ .code = out->code, .field = out->field, .detail = out->reason, .limit = NAMES_BYTES_MAX };
    return out->code;
}

static err patch(req *r)
{
    ingest_event was, now;
    uint32_t source;
    int64_t received, version;
    err e = quarantine_read(r->d, r->path_id[0], r->tx->a, &was, &source, &received, &version);
    if (e == E_NOT_FOUND)
        return req_fail_detail(r, E_NOT_FOUND, "quarantine");
    TRY(e);
    TRY(req_check_version(r, version));
    TRY(patch_apply(r, &was, &now));
    TRY(quarantine_mend(r->tx, ingest_quarantine(ingest_of(r)), r->path_id[0], &now));
    TRY(audit_by(r, S("quarantine.mended"), S("quarantine"), r->path_id[0], (str){ 0 }));
    return view(r, r->path_id[0], r->reply);
}

// --- Replaying and discarding -----------------------------------------------------------------------------------------------------
static void outcome_fill(req *r, int64_t id, const ingest_batch *b, quarantine_outcome *o)
{
    const ingest_event *e = b->v;
    SET(o, quarantine_outcome, id, id);
    SET(o, quarantine_outcome, verdict, str_c(ingest_verdict_labels.labels[e->verdict]));
    if (e->verdict == INGEST_QUARANTINED || e->verdict == INGEST_REFUSED) {
        SET(o, quarantine_outcome, reason, arena_str(r->a, reason_of(r, str_c(err_info_of(e->code)->code), e->field, e->reason)));
        return;
    }
    if (e->no)
        SET(o, quarantine_outcome, event_no, e->no);
    const ring_view *rings;
    uint32_t n;
    ring_views_of(b->rings, r->a, &rings, &n);
    SET(o, quarantine_outcome, effects, (typeof(o->effects)){ rings, n });
}

static err one(req *r, bool replay, int64_t id, quarantine_outcome *o)
{
    ingest_batch b;
    err e = replay ? quarantine_replay(r->tx, ingest_of(r), id, &b) : quarantine_discard(r->tx, ingest_quarantine(ingest_of(r)), id);
    if (e == E_OK && replay) {
        outcome_fill(r, id, &b, o);
        return E_OK;
    }
    if (e != E_OK && e != E_NOT_FOUND)
        return e;
    r->f = (fault){ 0 };
    SET(o, quarantine_outcome, id, id);
    SET(o, quarantine_outcome, verdict, e == E_OK ? S("discarded") : S("gone"));
    return E_OK;
}

static err mark(req *r, const quarantine_choice *in, int64_t *ret_n)
{
    return db_exec_count(r->tx->d, ret_n,
                         "UPDATE quarantine SET state = 1, version = version + 1 WHERE id IN (SELECT id FROM quarantine WHERE state = 0"
                         " AND ($1 = '' OR kind = $1) AND ($2 < 0 OR source = $2) AND ($3 = '' OR code = $3) AND ($4 = '' OR field = $4)"
                         " ORDER BY id LIMIT $5)",
                         dbs(in->kind.s ? in->kind : S("")), dbi(source_or_any(HAS(in, quarantine_choice, source), in->source)),
                         dbs(in->code.s ? in->code : S("")), dbs(in->field.s ? in->field : S("")), dbi(QUARANTINE_MARK_MAX));
}

static err sweep(req *r, const quarantine_choice *in, int64_t *ret_n)
{
    int64_t *ids = arena_array(r->a, int64_t, QUARANTINE_MARK_MAX), n = 0;
    db_rows rows;
    TRY(db_query(r->tx->d, &rows,
                 "SELECT id FROM quarantine WHERE state = 0 AND ($1 = '' OR kind = $1) AND ($2 < 0 OR source = $2) AND ($3 = '' OR code = $3)"
                 " AND ($4 = '' OR field = $4) ORDER BY id LIMIT $5",
                 dbs(in->kind.s ? in->kind : S("")), dbi(source_or_any(HAS(in, quarantine_choice, source), in->source)),
                 dbs(in->code.s ? in->code : S("")), dbs(in->field.s ? in->field : S("")), dbi(500)));
    while (db_next(&rows))
        ids[n++] = db_i64(&rows, 0);
    TRY(db_end(&rows));
    for (int64_t i = 0; i < n; i++)
        TRY(quarantine_discard(r->tx, ingest_quarantine(ingest_of(r)), ids[i]));
    *ret_n = n;
    return E_OK;
}

static err act(req *r, bool replay)
{
    const quarantine_choice *in = r->body;
    quarantine_done *out = r->reply;
    quarantine_outcome *v = arena_array(r->a, quarantine_outcome, QUARANTINE_AT_ONCE);
    bool filtered = HAS(in, quarantine_choice, kind) || HAS(in, quarantine_choice, source) || HAS(in, quarantine_choice, code) ||
                    HAS(in, quarantine_choice, field) || in->all;
    int64_t n = 0;
    if (!filtered && !HAS(in, quarantine_choice, ids))
        return req_fail_field(r, E_FIELD_REQUIRED, "ids");
    for (uint32_t i = 0; i < in->ids.n; i++) {
        TRY(one(r, replay, in->ids.v[i], &v[i]));
        n += !str_eq(v[i].verdict, S("gone")) && !str_eq(v[i].verdict, S("quarantined")) && !str_eq(v[i].verdict, S("refused"));
    }
    if (!HAS(in, quarantine_choice, ids))
        TRY(replay ? mark(r, in, &n) : sweep(r, in, &n));
    SET(out, quarantine_done, n, n);
    SET(out, quarantine_done, more, !HAS(in, quarantine_choice, ids) && n == (replay ? QUARANTINE_MARK_MAX : 500));
    SET(out, quarantine_done, items, (typeof(out->items)){ v, in->ids.n });
    return n ? audit_by(r, replay ? S("quarantine.replayed") : S("quarantine.discarded"), S("quarantine"), in->ids.n == 1 ? in->ids.v[0] : 0,
                        arena_fmt(r->a, "{\"n\":%lld}", (long long)n))
             : E_OK;
}

static err replay(req *r) { return act(r, true); }
static err discard(req *r) { return act(r, false); }

static const route routes[] = {
    { M_GET, "/api/v1/quarantine", PERM_TIMELINE_READ, .query = &quarantine_query_shape, .reply = &quarantine_page_shape,
      .errors = ROUTE_ERRORS(E_OK), .where = RUN_POOL, .idem = IDEM_READ, .doc = "Events kept aside, newest first, each with its reason.",
      .tag = "quarantine", .handler = list_get },
    { M_GET, "/api/v1/quarantine/groups", PERM_TIMELINE_READ, .reply = &quarantine_groups_shape, .errors = ROUTE_ERRORS(E_OK),
      .where = RUN_POOL, .idem = IDEM_READ, .doc = "What waits, by kind and reason.", .tag = "quarantine", .handler = groups_get },
    { M_GET, "/api/v1/quarantine/{id}", PERM_TIMELINE_READ, .reply = &quarantine_view_shape, .errors = ROUTE_ERRORS(E_NOT_FOUND),
      .where = RUN_POOL, .idem = IDEM_READ, .doc = "One event with its properties; personal ones stay sealed.", .tag = "quarantine",
          .handler = view_get },
    { M_PATCH, "/api/v1/quarantine/{id}", PERM_PLAN_WRITE, .body = &quarantine_patch_shape, .reply = &quarantine_view_shape,
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_VERSION_STALE, E_VERSION_REQUIRED, E_FIELD_TYPE, E_FIELD_VALUE, E_FIELD_TOO_LONG, E_FIELD_TOO_MANY,
                             E_FIELD_UTF8, E_JSON_INVALID, E_JSON_TOO_DEEP),
      .where = RUN_TELLER, .idem = IDEM_NATURAL, .doc = "Mend an event that waits: another kind, other names, other values.",
          .tag = "quarantine",
      .prepare = patch_prepare, .handler = patch },
    { M_POST, "/api/v1/quarantine/replay", PERM_PLAN_WRITE, .body = &quarantine_choice_shape, .reply = &quarantine_done_shape,
      .errors = ROUTE_ERRORS(E_FIELD_REQUIRED), .where = RUN_TELLER, .idem = IDEM_KEY,
      .doc = "Replay by the ordinary way, each once: named ones at once, others in the background.", .tag = "quarantine", .handler = replay },
    { M_POST, "/api/v1/quarantine/discard", PERM_PLAN_WRITE, .body = &quarantine_choice_shape, .reply = &quarantine_done_shape,
      .errors = ROUTE_ERRORS(E_FIELD_REQUIRED), .where = RUN_TELLER, .idem = IDEM_KEY,
      .doc = "Throw away what waits; at most 500 at a time.", .tag = "quarantine", .handler = discard },
};
const route_table quarantine_routes = ROUTE_TABLE("quarantine", routes);
