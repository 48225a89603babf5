// The matrix and invitations over HTTP.
#include "api/shape_rows.h"
#include "base/time.h"
#include "record/audit.h"
#include "tier/offer.h"

SHAPE_TABLE(offer_cell, OFFER_CELL);
SHAPE_TABLE(offer_row, OFFER_ROW);
SHAPE_TABLE(offer_matrix, OFFER_MATRIX);
SHAPE_TABLE(offer_new, OFFER_NEW);
SHAPE_TABLE(offer_view, OFFER_VIEW);
SHAPE_TABLE(person_offers, PERSON_OFFERS);
SHAPE_TABLE(invite_new, INVITE_NEW);
SHAPE_TABLE(invite_outcome, INVITE_OUTCOME);
SHAPE_TABLE(invite_done, INVITE_DONE);
SHAPE_TABLE(invitation_query, INVITATION_QUERY);
SHAPE_TABLE(invitation_view, INVITATION_VIEW);
SHAPE_TABLE(invitation_page, INVITATION_PAGE);

// --- The matrix ---------------------------------------------------------------------------------------------------------------

static const struct { const char *key, *zh, *en; } kinds[] = {
    { "test_drive", "试驾体验", "Test drives" }, { "gathering", "圈层活动", "Gatherings" },   { "tour", "工厂参观", "Factory tours" },
    { "launch", "新品品鉴", "Launches" },        { "co_creation", "共创", "Co-creation" }, { "content", "内容与问卷", "Content and surveys" },
};
#define KINDS_N (sizeof kinds / sizeof *kinds)

static err row_fill(req *r, str activity, str zh, str en, offer_row *out)
{
    int64_t version;
    db_rows rows;
    TRY(db_int(r->d, &version, 0, "SELECT version FROM offer_row WHERE activity = $1", dbs(activity)));
    TRY(db_query(r->d, &rows, "SELECT target, offered FROM offer_cell WHERE activity = $1 ORDER BY target LIMIT $2", dbs(activity),
                 dbi(OFFER_CELLS_MAX)));
    SET(out, offer_row, activity, activity);
    SET(out, offer_row, zh, zh);
    SET(out, offer_row, en, en);
    SET(out, offer_row, version, version);
    return ROWS_SET(r->a, &rows, out, offer_row, cells);
}

typedef struct open_campaign { int64_t id, starts_us; str code, name, kind; } open_campaign;

static err campaigns_open(req *r, int64_t now_us, open_campaign *v, uint32_t *n)
{
    db_rows rows;
    *n = 0;
    TRY(db_query(r->d, &rows,
                 "SELECT id, starts_us, code, name, COALESCE(kind, '') FROM campaign WHERE state IN ('planned', 'running') AND ends_us > $1"
                 " AND archived_us = 0 ORDER BY starts_us, id LIMIT $2",
                 dbi(now_us), dbi(OFFER_CAMPAIGNS_MAX)));
    while (db_next(&rows))
        v[(*n)++] = (open_campaign){ db_i64(&rows, 0), db_i64(&rows, 1), req_text(r, &rows, 2), req_text(r, &rows, 3), req_text(r, &rows, 4) };
    return db_end(&rows);
}

err offer_matrix_get(req *r)
{
    open_campaign *c = arena_array(r->a, open_campaign, OFFER_CAMPAIGNS_MAX);
    offer_row *v = arena_array(r->a, offer_row, KINDS_N + OFFER_CAMPAIGNS_MAX);
    uint32_t n = 0, campaigns;
    for (size_t i = 0; i < KINDS_N; i++)
        TRY(row_fill(r, arena_fmt(r->a, "kind:%s", kinds[i].key), str_c(kinds[i].zh), str_c(kinds[i].en), &v[n++]));
    TRY(campaigns_open(r, r->tx ? r->tx->now_us : r->now_us, c, &campaigns));
    for (uint32_t i = 0; i < campaigns; i++) {
        TRY(row_fill(r, arena_fmt(r->a, "campaign:%lld", (long long)c[i].id), c[i].name, c[i].name, &v[n]));
        if (c[i].kind.len)
            SET(&v[n], offer_row, kind, c[i].kind);
        n++;
    }
    LIST_SET((offer_matrix *)r->reply, offer_matrix, items, v, n);
    return E_OK;
}

static err activity_known(req *r, str activity)
{
    str rest = activity, sort = str_cut(&rest, ':');
    int64_t id, n = 0;
    for (size_t i = 0; str_eq(sort, S("kind")) && i < KINDS_N; i++)
        n += str_eq(rest, str_c(kinds[i].key));
    if (str_eq(sort, S("campaign")) && str_to_i64(rest, &id))
        TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM campaign WHERE id = $1 AND archived_us = 0", dbi(id)));
    return n ? E_OK : req_fail_field(r, E_FIELD_VALUE, "activity");
}

// Levels and tags that are there now.
static err target_known(req *r, const tier_set *s, const offer_new *in, uint32_t i)
{
    str rest = in->cells.v[i].target, sort = str_cut(&rest, ':'), ladder, level;
    int64_t n = 0;
    bool again = false;
    if (str_eq(sort, S("tag")))
        TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM tag_type WHERE name = $1 AND archived_us = 0", dbs(rest)));
    if (str_eq(sort, S("tier")) && tier_parts(rest, &ladder, &level)) {
        const tier_ladder *l = tier_named(s, ladder);
        n = l && tier_level_named(l, level) != TIER_PLACE_NONE;
    }
    for (uint32_t k = 0; k < i; k++)
        again = again || str_eq(in->cells.v[k].target, in->cells.v[i].target);
    return n && !again ? E_OK : fault_field(&r->f, r->a, E_FIELD_VALUE, arena_fmt(r->a, "cells[%u].target", i), 0);
}

static err row_write(req *r, const offer_new *in, int64_t version)
{
    db *d = r->tx->d;
    TRY(db_exec(d, "DELETE FROM offer_cell WHERE activity = $1", dbs(in->activity)));
    if (in->cells.n == 0)
        return db_exec(d, "DELETE FROM offer_row WHERE activity = $1", dbs(in->activity));
    for (uint32_t i = 0; i < in->cells.n; i++)
        TRY(db_exec(d, "INSERT INTO offer_cell (activity, target, offered) VALUES ($1, $2, $3)", dbs(in->activity), dbs(in->cells.v[i].target),
                    dbi(in->cells.v[i].offered)));
    return db_exec(d,
                   "INSERT INTO offer_row (activity, version, changed_us, staff) VALUES ($1, $2, $3, $4) ON CONFLICT (activity) DO UPDATE SET"
                   " version = excluded.version, changed_us = excluded.changed_us, staff = excluded.staff",
                   dbs(in->activity), dbi(version), dbi(r->tx->now_us), dbi(r->who.id));
}

static void cells_print(const offer_new *in, buf *b)
{
    jw w = { .b = b };
    jw_obj(&w);
    jw_kstr(&w, "activity", in->activity);
    jw_key(&w, S("to"));
    jw_arr(&w);
    for (uint32_t i = 0; i < in->cells.n; i++)
        if (in->cells.v[i].offered)
            jw_str(&w, in->cells.v[i].target);
    jw_end_arr(&w);
    jw_key(&w, S("not"));
    jw_arr(&w);
    for (uint32_t i = 0; i < in->cells.n; i++)
        if (!in->cells.v[i].offered)
            jw_str(&w, in->cells.v[i].target);
    jw_end_arr(&w);
    jw_end_obj(&w);
}

err offer_matrix_post(req *r)
{
    const offer_new *in = r->body;
    const engine *e = r->app;
    int64_t now;
    buf b = { 0 };
    TRY(activity_known(r, in->activity));
    for (uint32_t i = 0; i < in->cells.n; i++)
        TRY(target_known(r, e->tiers->set, in, i));
    TRY(db_int(r->d, &now, 0, "SELECT version FROM offer_row WHERE activity = $1", dbs(in->activity)));
    if (in->version != now)
        return req_fail_detail(r, E_CONFLICT, "the row was changed meanwhile");
    TRY(row_write(r, in, now + 1));
    cells_print(in, &b);
    str told = arena_str(r->a, str_take(buf_str(&b), AUDIT_PAYLOAD_MAX));
    bool whole = b.len <= AUDIT_PAYLOAD_MAX;
    buf_free(&b);
    if (e->audit)
        TRY(e->audit(r, S("offer.changed"), S("offer"), 0, whole ? told : arena_fmt(r->a, "{\"cells\":%u}", in->cells.n)));
    return offer_matrix_get(r);
}

// --- One person -----------------------------------------------------------------------------------------------------------------

static err channels_of(req *r, int64_t person, list_strs *ret)
{
    str *v = arena_array(r->a, str, INVITE_CHANNEL_COUNT);
    uint32_t n = 0;
    for (int i = 0; i < INVITE_CHANNEL_COUNT; i++) {
        int given;
        str channel = str_c(invite_channel_labels.labels[i]);
        TRY(people_consent(r->d, (uint32_t)person, channel, &given));
        if (given == 1)
            v[n++] = channel;
    }
    *ret = (list_strs){ v, n };
    return E_OK;
}

static err offer_fill(req *r, int64_t person, const open_campaign *c, list_strs reach, offer_view *out)
{
    offered o;
    int64_t invited;
    TRY(offer_of(r->d, r->a, person, c->id, S(""), r->now_us, &o));
    TRY(db_int(r->d, &invited, 0, "SELECT max(at_us) FROM invitation WHERE person = $1 AND campaign = $2", dbi(person), dbi(c->id)));
    SET(out, offer_view, campaign, c->id);
    SET(out, offer_view, code, c->code);
    SET(out, offer_view, name, c->name);
    SET(out, offer_view, starts, c->starts_us);
    SET(out, offer_view, may, o.may);
    if (o.why.len)
        SET(out, offer_view, why, o.why);
    if (o.target.len)
        SET(out, offer_view, target, o.target);
    SET(out, offer_view, channels, reach);
    if (invited)
        SET(out, offer_view, invited, invited);
    return E_OK;
}

err person_offers_get(req *r)
{
    open_campaign *c = arena_array(r->a, open_campaign, OFFER_CAMPAIGNS_MAX);
    offer_view *v = arena_array(r->a, offer_view, OFFER_CAMPAIGNS_MAX);
    uint32_t n;
    int64_t person, recent;
    list_strs reach;
    TRY(people_current(r->d, r->path_id[0], &person));
    if (!person)
        return req_fail_detail(r, E_NOT_FOUND, "person");
    TRY(channels_of(r, person, &reach));
    TRY(campaigns_open(r, r->now_us, c, &n));
    for (uint32_t i = 0; i < n; i++)
        TRY(offer_fill(r, person, &c[i], reach, &v[i]));
    TRY(db_int(r->d, &recent, 0, "SELECT count(*) FROM invitation WHERE person = $1 AND at_us > $2", dbi(person),
               dbi(r->now_us - INVITES_DAYS * US_PER_DAY)));
    SET((person_offers *)r->reply, person_offers, recent, recent);
    LIST_SET((person_offers *)r->reply, person_offers, items, v, n);
    return E_OK;
}

// --- Inviting -----------------------------------------------------------------------------------------------------------------

static err campaign_known(req *r)
{
    int64_t n;
    TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM campaign WHERE id = $1", dbi(r->path_id[0])));
    return n ? E_OK : req_fail_detail(r, E_NOT_FOUND, "campaign");
}

static err invite_one(req *r, int64_t id, const invite_new *in, bool dry, invite_outcome *out)
{
    int64_t person, no;
    offered o = { false, S("unknown"), { "", 0 }, { "", 0 } };
    str channel = str_c(invite_channel_labels.labels[in->channel]), name, phone;
    TRY(people_current(r->d, id, &person));
    if (person && dry)
        TRY(offer_of(r->d, r->a, person, r->path_id[0], channel, r->tx->now_us, &o));
    else if (person)
        TRY(invite(r->tx, &(inviting){ .subject = (uint32_t)person, .campaign = r->path_id[0], .staff = r->who.id, .channel = channel,
                                       .rule = { "", 0 } }, &o, &no));
    SET(out, invite_outcome, person, id);
    TRY(person_name(r, person, &name, &phone));
    if (name.len)
        SET(out, invite_outcome, name, name);
    if (!o.may)
        SET(out, invite_outcome, why, arena_str(r->a, o.why));
    if (o.target.len)
        SET(out, invite_outcome, target, arena_str(r->a, o.target));
    return E_OK;
}

err invitations_post(req *r)
{
    const invite_new *in = r->body;
    const engine *e = r->app;
    invite_done *out = r->reply;
    bool dry = HAS(in, invite_new, dry_run) && in->dry_run;
    invite_outcome *v = arena_array(r->a, invite_outcome, in->people.n + 1);
    int64_t invited = 0;
    TRY(campaign_known(r));
    for (uint32_t i = 0; i < in->people.n; i++) {
        TRY(invite_one(r, in->people.v[i], in, dry, &v[i]));
        invited += !HAS(&v[i], invite_outcome, why);
    }
    SET(out, invite_done, dry_run, dry);
    SET(out, invite_done, invited, invited);
    LIST_SET(out, invite_done, items, v, in->people.n);
    if (dry || invited == 0 || !e->audit)
        return E_OK;
    return e->audit(r, S("campaign.invited"), S("campaign"), r->path_id[0], arena_fmt(r->a, "{\"people\":%lld}", (long long)invited));
}

// "time-event": newest first.
err invitations_get(req *r)
{
    const invitation_query *q = r->query;
    invitation_page *out = r->reply;
    int64_t limit = HAS(q, invitation_query, limit) ? q->limit : 30, at = INT64_MAX, no = INT64_MAX, total;
    db_rows rows;
    TRY(req_cursor(r, q->cursor, &at, &no));
    TRY(campaign_known(r));
    TRY(db_query(r->d, &rows,
                 "SELECT person, channel, at_us AS at, staff, rule, target, event_no AS event FROM invitation WHERE campaign = $1"
                 " AND (at_us, event_no) < ($2, $3) ORDER BY at_us DESC, event_no DESC LIMIT $4",
                 dbi(r->path_id[0]), dbi(at), dbi(no), dbi(limit + 1)));
    TRY(ROWS_SET(r->a, &rows, out, invitation_page, items));
    const invitation_view *v = out->items.v;
    if (rows_more(&out->items.n, limit))
        SET(out, invitation_page, next, req_next(r, v[limit - 1].at, v[limit - 1].event));
    TRY(db_int(r->d, &total, 0, "SELECT count(*) FROM invitation WHERE campaign = $1", dbi(r->path_id[0])));
    SET(out, invitation_page, total, total);
    return NAMES_SET(r, out, invitation_page, items);
}

// --- Who may be invited -----------------------------------------------------------------------------------------------------------

#define CANDIDATES_READ 500            // of those on the levels and with the tags, looked at for one page

// People of the row's levels and tags by id, from `after` on.
static err candidates_read(req *r, str activity, int64_t after, int64_t *ids, size_t *n)
{
    db_rows rows;
    *n = 0;
    TRY(db_query(r->d, &rows,
                 "SELECT person FROM (SELECT t.subject AS person FROM offer_cell c JOIN person_tier t"
                 " ON 'tier:' || t.ladder || ':' || t.level = c.target WHERE c.activity = $1 AND c.offered = 1 AND t.subject > $2"
                 " AND t.subject = t.person"
                 " UNION SELECT g.person FROM offer_cell c JOIN person_tag g ON 'tag:' || g.tag = c.target"
                 " WHERE c.activity = $1 AND c.offered = 1 AND g.person > $2) AS both ORDER BY person LIMIT $3",
                 dbs(activity), dbi(after), dbi(CANDIDATES_READ)));
    while (db_next(&rows))
        ids[(*n)++] = db_i64(&rows, 0);
    return db_end(&rows);
}

err candidates_get(req *r)
{
    const invitation_query *q = r->query;
    size_t n, kept = 0, i = 0, limit = HAS(q, invitation_query, limit) ? (size_t)q->limit : 30;
    int64_t after = 0, *ids = arena_array(r->a, int64_t, CANDIDATES_READ), *fit = arena_array(r->a, int64_t, limit + 1);
    people_page *out = r->reply;
    offered o;
    if (HAS(q, invitation_query, cursor) && !str_to_i64(q->cursor, &after))
        return req_fail(r, E_CURSOR_INVALID);
    TRY(campaign_known(r));
    TRY(offer_of(r->d, r->a, 0, r->path_id[0], S(""), r->now_us, &o));
    TRY(candidates_read(r, o.row, after, ids, &n));
    for (; i < n && kept < limit; i++) {
        TRY(offer_of(r->d, r->a, ids[i], r->path_id[0], S(""), r->now_us, &o));
        if (o.may)
            fit[kept++] = ids[i];
        after = ids[i];
    }
    TRY(people_page_fill(r, fit, kept, limit, (int64_t)kept, out));
    bool more = i < n || n == CANDIDATES_READ;
    SET(out, people_page, more_than_total, more);
    if (more)
        SET(out, people_page, next, arena_fmt(r->a, "%lld", (long long)after));
    return E_OK;
}
