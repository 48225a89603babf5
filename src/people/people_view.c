// One person: everything known, and the timeline.
#include "api/shape_rows.h"
#include "people/people_internal.h"
#include "people/people_routes.h"
#include "people/traits.h"

#define OPPORTUNITIES_MAX 20
#define STEPS_MAX 50
#define CONTACTS_MAX 50
#define IDENTITIES_MAX 100
#define TAGS_MAX 200
#define CONSENTS_MAX 40

static err head_fill(req *r, int64_t id, person_view *out)
{
    db_rows rows;
    bool found;
    TRY(db_query(r->d, &rows,
                 "SELECT id, stage, city, model, source, owned AS vehicles, created_us AS created, seen_us AS seen FROM person WHERE id = $1",
                 dbi(id)));
    TRY(shape_one(&person_view_shape, &rows, r->a, out, &found));
    if (!found)
        return req_fail_detail(r, E_NOT_FOUND, "person");
    SET(out, person_view, band, band_of(out->stage));
    str name, phone;
    TRY(person_name(r, id, &name, &phone));
    if (name.len)
        SET(out, person_view, name, name);
    int64_t tasks;
    TRY(db_int(r->d, &tasks, 0, "SELECT count(*) FROM task WHERE person = $1 AND open = 1", dbi(id)));
    SET(out, person_view, tasks_open, tasks);
    return E_OK;
}

// What two of their subjects have both is one value.
static err contacts_fill(req *r, int64_t id, person_view *out)
{
    engine *e = r->app;
    void *items;
    uint32_t n, kept = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT max(id) AS id, max(at_us) AS at FROM vault WHERE subject = $1 OR subject IN"
                 " (SELECT subject FROM link WHERE person = $1) GROUP BY kind, hash ORDER BY kind, max(at_us) DESC, max(id) LIMIT $2",
                 dbi(id), dbi(CONTACTS_MAX)));
    TRY(shape_rows(&contact_view_shape, &rows, r->a, &items, &n));
    contact_view *v = items;
    for (uint32_t i = 0; i < n; i++) {
        vault_kind kind;
        str plain;
        err x = vault_read(r->d, e->vault, v[i].id, r->a, &kind, &plain);
        if (x == E_NOT_FOUND)
            continue;
        TRY(x);
        v[kept] = v[i];
        SET(&v[kept], contact_view, kind, (enum personal_kind)kind);
        SET(&v[kept], contact_view, masked, vault_mask(r->a, kind, plain));
        kept++;
    }
    LIST_SET(out, person_view, contacts, v, kept);
    return E_OK;
}

static err identities_fill(req *r, int64_t id, person_view *out)
{
    db_rows rows;
    TRY(db_query(
        r->d, &rows,
        "SELECT kind, label, subject FROM identity WHERE subject = $1 OR subject IN (SELECT subject FROM link WHERE person = $1)"
        " ORDER BY subject, kind LIMIT $2",
        dbi(id), dbi(IDENTITIES_MAX)));
    return ROWS_SET(r->a, &rows, out, person_view, identities);
}

static err steps_fill(req *r, int64_t person, opportunity_view *o)
{
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT stage, entered_us AS entered, left_us AS \"left\", event_no AS event FROM stage_stay WHERE person = $1"
                 " AND opportunity = $2 ORDER BY entered_us, event_no LIMIT $3",
                 dbi(person), dbi(o->id), dbi(STEPS_MAX)));
    return ROWS_SET(r->a, &rows, o, opportunity_view, steps);
}

static err opportunities_fill(req *r, int64_t id, person_view *out)
{
    void *items;
    uint32_t n;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT id, state, stage, model, source, trigger_kind AS trigger, touches, opened_us AS opened, closed_us AS closed, reason"
                 " FROM opportunity WHERE person = $1 ORDER BY opened_us DESC, id DESC LIMIT $2",
                 dbi(id), dbi(OPPORTUNITIES_MAX)));
    TRY(shape_rows(&opportunity_view_shape, &rows, r->a, &items, &n));
    opportunity_view *v = items;
    for (uint32_t i = 0; i < n; i++)
        TRY(steps_fill(r, id, &v[i]));
    LIST_SET(out, person_view, opportunities, v, n);
    return E_OK;
}

// The kind of the event that is a tag's evidence is read from the timeline when it is there.
static err tags_fill(req *r, int64_t id, person_view *out)
{
    db_rows rows;
    TRY(db_query(
        r->d, &rows,
        "SELECT t.tag, t.source, t.event_no AS event, t.since_us AS since, t.until_us AS until FROM person_tag t WHERE t.person = $1"
        " AND (t.until_us = 0 OR t.until_us > $2)"
        " AND NOT EXISTS (SELECT 1 FROM tag_type l WHERE l.name = t.tag AND (l.sensitive = 1 OR l.purpose IS NOT NULL))"
        " AND NOT EXISTS (SELECT 1 FROM person_tag o WHERE o.person = t.person AND o.tag = t.tag AND (o.until_us = 0 OR o.until_us > $2)"
        " AND (o.since_us, o.subject) < (t.since_us, t.subject)) ORDER BY t.since_us DESC, t.tag LIMIT $3",
        dbi(id), dbi(r->now_us), dbi(TAGS_MAX)));
    return ROWS_SET(r->a, &rows, out, person_view, tags);
}

static err traits_fill(req *r, int64_t id, person_view *out)
{
    trait_value *all;
    uint32_t n;
    TRY(traits_all(r->d, id, INT64_MAX, INT64_MAX, r->a, &all, &n));
    trait_view *v = arena_array(r->a, trait_view, n + 1);
    for (uint32_t i = 0; i < n; i++)
        trait_view_of(&all[i], &v[i]);
    LIST_SET(out, person_view, traits, v, n);
    return E_OK;
}

static err consents_fill(req *r, int64_t id, person_view *out)
{
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 // The row that decides: a refusal nobody took back, else the latest word.
                 "SELECT c.purpose, c.given, c.text_version, c.event_no AS event, c.at_us AS at FROM consent c WHERE c.person = $1"
                 " AND c.subject = (SELECT o.subject FROM consent o WHERE o.person = c.person AND o.purpose = c.purpose"
                 " ORDER BY CASE WHEN o.given = 0 AND NOT EXISTS (SELECT 1 FROM consent a WHERE a.subject = o.answered"
                 " AND a.purpose = o.purpose AND a.person = o.person"
                 " AND a.given = 1)"
                 " THEN 0 ELSE 1 END, o.at_us DESC, o.subject LIMIT 1) ORDER BY c.purpose LIMIT $2",
                 dbi(id), dbi(CONSENTS_MAX)));
    return ROWS_SET(r->a, &rows, out, person_view, consents);
}

static err (*const parts[])(req *r, int64_t id, person_view *out) = {
    head_fill, contacts_fill, identities_fill, opportunities_fill, tags_fill, traits_fill, consents_fill, person_balances,
};

static err person_known(req *r, int64_t *ret)
{
    TRY(people_current(r->d, r->path_id[0], ret));
    return *ret ? E_OK : req_fail_detail(r, E_NOT_FOUND, "person");
}

err people_get(req *r)
{
    int64_t id;
    TRY(person_known(r, &id));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        TRY(parts[i](r, id, r->reply));
    return E_OK;
}

// --- Timeline -----------------------------------------------------------------------------------------------------------------

// A reference is shown masked; one that is not this subject's own is only text somebody sent.
static err reference_write(req *r, const event *e, str as_sent, jw *w)
{
    const engine *g = r->app;
    vault_kind kind;
    str plain;
    int64_t mine;
    TRY(vault_ref_of(r->d, e->subject, as_sent, &mine));
    err x = mine ? vault_read(r->d, g->vault, mine, r->a, &kind, &plain) : E_NOT_FOUND;
    if (x != E_OK && x != E_NOT_FOUND)
        return x;
    jw_str(w, x == E_OK ? vault_mask(r->a, kind, plain) : mine ? S("••••") : as_sent);
    return E_OK;
}

static err prop_write(req *r, const event *e, const prop *p, jw *w)
{
    const engine *g = r->app;
    jw_key(w, names_prop_name(g->names, p->id, r->a));
    switch (p->v.k) {
    case V_NULL: jw_null(w); return E_OK;
    case V_BOOL: jw_bool(w, p->v.i != 0); return E_OK;
    case V_I64: jw_i64(w, p->v.i); return E_OK;
    case V_F64: jw_f64(w, p->v.f); return E_OK;
    case V_JSON: jw_raw(w, p->v.s); return E_OK;
    case V_STR: break;
    }
    if (vault_ref(p->v.s))
        return reference_write(r, e, p->v.s, w);
    jw_str(w, p->v.s);
    return E_OK;
}

static err props_write(req *r, const event *e, str *ret)
{
    buf b = { 0 };
    jw w = { .b = &b };
    err x = E_OK;
    jw_obj(&w);
    for (uint32_t i = 0; x == E_OK && i < e->props_n; i++)
        x = prop_write(r, e, &e->props[i], &w);
    jw_end_obj(&w);
    *ret = b.len <= 65536 ? arena_str(r->a, buf_str(&b)) : S("{}");
    buf_free(&b);
    return x;
}

static err event_fill(req *r, const event *e, event_view *v)
{
    const engine *g = r->app;
    str zh = names_kind_label(g->names, e->kind, LANG_ZH, r->a), props;
    SET(v, event_view, no, e->no);
    SET(v, event_view, kind, names_kind_name(g->names, e->kind, r->a));
    if (zh.len) {
        SET(v, event_view, name_zh, zh);
        SET(v, event_view, name_en, names_kind_label(g->names, e->kind, LANG_EN, r->a));
    }
    SET(v, event_view, at, e->time_us);
    SET(v, event_view, received, e->received_us);
    SET(v, event_view, source, e->source);
    SET(v, event_view, system, (e->flags & EVENT_SYSTEM) != 0);
    SET(v, event_view, quiet, (e->flags & EVENT_QUIET) != 0);
    if (e->cause_no)
        SET(v, event_view, cause, e->cause_no);
    TRY(props_write(r, e, &props));
    SET(v, event_view, props, props);
    const ring_view *rings;
    uint32_t n;
    TRY(ring_views_of_cause(r->d, e->no, r->a, &rings, &n));
    LIST_SET(v, event_view, rings, rings, n);
    return E_OK;
}

err people_timeline(req *r)
{
    const timeline_query *q = r->query;
    timeline_page *out = r->reply;
    const engine *g = r->app;
    int64_t id, before_us = INT64_MAX, before_no = INT64_MAX, limit = HAS(q, timeline_query, limit) ? q->limit : 50;
    TRY(req_cursor(r, q->cursor, &before_us, &before_no));
    TRY(person_known(r, &id));
    const event *events = NULL;
    uint32_t n = 0;
    if (g->tl)
        TRY(timeline_person_events(g->tl, (uint32_t)id, r->head, before_us, before_no, (uint32_t)limit + 1, r->a, &events, &n));
    if (rows_more(&n, limit))
        SET(out, timeline_page, next, req_next(r, events[n - 1].time_us, events[n - 1].no));
    event_view *v = arena_array(r->a, event_view, n + 1);
    for (uint32_t i = 0; i < n; i++)
        TRY(event_fill(r, &events[i], &v[i]));
    LIST_SET(out, timeline_page, items, v, n);
    return E_OK;
}
