// Reading the merge review: the queue with both sides, blocked values, what made somebody one person.
#include "people/doubt.h"
#include "api/shape_rows.h"
#include "loyalty/ledger.h"
#include "people/merge_routes.h"

#define COUNTED_MAX 1000
// --- A side -------------------------------------------------------------------------------------------------------------------

#define SIDE_IDENTITIES 8

static err side_identities(req *r, int64_t person, merge_side *v)
{
    str *list = arena_array(r->a, str, SIDE_IDENTITIES);
    uint32_t n = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT kind, label FROM identity WHERE until_us = 0 AND (subject = $1 OR subject IN"
                 " (SELECT subject FROM link WHERE person = $1)) ORDER BY subject LIMIT $2",
                 dbi(person), dbi(SIDE_IDENTITIES)));
    while (db_next(&rows)) {
        str kind = str_c(identity_infos[db_i64(&rows, 0)].name), label = db_str(&rows, 1);
        list[n++] = label.len ? arena_fmt(r->a, STR_FMT " " STR_FMT, STR_ARG(kind), STR_ARG(label)) : kind;
    }
    SET(v, merge_side, identities, (list_strs){ list, n });
    return db_end(&rows);
}

static err side_head(req *r, int64_t person, merge_side *v)
{
    db_rows rows;
    bool found;
    SET(v, merge_side, id, person);
    SET(v, merge_side, stage, STAGE_VISITOR);
    SET(v, merge_side, vehicles, 0);
    SET(v, merge_side, created, 0);
    SET(v, merge_side, seen, 0);
    TRY(db_query(r->d, &rows, "SELECT stage, city, source, owned AS vehicles, created_us AS created, seen_us AS seen FROM person WHERE id = $1",
                 dbi(person)));
    return shape_one(&merge_side_shape, &rows, r->a, v, &found);
}

static err side_fill(req *r, int64_t subject, merge_side *v)
{
    int64_t person, points;
    bool high;
    str name, phone;
    TRY(people_current(r->d, subject, &person));
    TRY(side_head(r, person, v));
    TRY(person_name(r, person, &name, &phone));
    if (name.len)
        SET(v, merge_side, name, name);
    if (phone.len)
        SET(v, merge_side, phone, phone);
    TRY(ledger_total(r->d, (uint32_t)person, S("points"), &points));
    SET(v, merge_side, points, points);
    TRY(high_value(r->d, person, &high));
    SET(v, merge_side, high_value, high);
    return side_identities(r, person, v);
}

// --- The queue ----------------------------------------------------------------------------------------------------------------

typedef struct pair { int64_t one, other; } pair;

static err counts_fill(req *r, doubt_page *out)
{
    int64_t open, blocked;
    TRY(db_int(r->d, &open, 0, "SELECT count(*) FROM (SELECT 1 FROM doubt WHERE state = 0 LIMIT $1) AS c", dbi(COUNTED_MAX)));
    TRY(db_int(r->d, &blocked, 0, "SELECT count(*) FROM (SELECT 1 FROM blocked WHERE state = 0 LIMIT $1) AS c", dbi(COUNTED_MAX)));
    SET(out, doubt_page, open, open);
    SET(out, doubt_page, blocked, blocked);
    return E_OK;
}

err doubts_get(req *r)
{
    const doubt_query *q = r->query;
    doubt_page *out = r->reply;
    int64_t at = INT64_MAX, id = INT64_MAX, limit = HAS(q, doubt_query, limit) ? q->limit : 20;
    TRY(req_cursor(r, q->cursor, &at, &id));
    doubt_view *v = arena_array(r->a, doubt_view, (size_t)limit + 1);
    pair *sides = arena_array(r->a, pair, (size_t)limit + 1);
    uint32_t n = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT one AS _one, other AS _other, id, what, why, NULLIF(kind, -1) AS kind, source, times, at_us AS at, last_us AS last,"
                 " state, NULLIF(first_by, 0) AS signed_id, first_name AS signed_by, decided_name AS decided_by, decided_us AS decided, note"
                 " FROM doubt WHERE state = $1 AND (last_us, id) < ($2, $3) ORDER BY last_us DESC, id DESC LIMIT $4",
                 dbi(HAS(q, doubt_query, state) ? (int64_t)q->state : 0), dbi(at), dbi(id), dbi(limit + 1)));
    for (; db_next(&rows); n++) {
        shape_row(&doubt_view_shape, &rows, r->a, &v[n]);
        sides[n] = (pair){ db_i64(&rows, 0), db_i64(&rows, 1) };
    }
    TRY(db_end(&rows));
    if (rows_more(&n, limit))
        SET(out, doubt_page, next, req_next(r, v[n - 1].last, v[n - 1].id));
    for (uint32_t i = 0; i < n; i++) {
        TRY(side_fill(r, sides[i].one, &v[i].one));
        TRY(side_fill(r, sides[i].other, &v[i].other));
        v[i].has |= UINT64_C(1) << doubt_view_one_bit | UINT64_C(1) << doubt_view_other_bit;
        SET(&v[i], doubt_view, two_signatures, v[i].one.high_value || v[i].other.high_value);
    }
    LIST_SET(out, doubt_page, items, v, n);
    return counts_fill(r, out);
}

// --- Blocked values -----------------------------------------------------------------------------------------------------------

// A secret one is shown masked, when anybody's vault has it.
static err blocked_label(req *r, int64_t kind, str hash, str *ret)
{
    int64_t id, vault_of = kind == IDENTITY_PHONE ? VAULT_PHONE : kind == IDENTITY_EMAIL ? VAULT_EMAIL : VAULT_VIN;
    vault_kind k;
    str plain;
    engine *e = r->app;
    TRY(db_int(r->d, &id, 0, "SELECT id FROM vault WHERE kind = $1 AND hash = $2 LIMIT 1", dbi(vault_of), dbb(hash)));
    err x = id ? vault_read(r->d, e->vault, id, r->a, &k, &plain) : E_NOT_FOUND;
    *ret = x == E_OK ? vault_mask(r->a, k, plain) : (str){ "", 0 };
    return x == E_NOT_FOUND ? E_OK : x;
}

typedef struct blocked_row { int64_t kind; str hash, label; } blocked_row;

static err blocked_finish(req *r, const blocked_row *b, blocked_view *v)
{
    int64_t joins;
    str label = b->label;
    if (identity_infos[b->kind].secret)
        TRY(blocked_label(r, b->kind, b->hash, &label));
    if (label.len)
        SET(v, blocked_view, label, label);
    TRY(db_int(r->d, &joins, 0,
               "SELECT count(*) FROM edge e JOIN identity i ON e.one = i.subject OR e.other = i.subject WHERE i.kind = $1 AND i.hash = $2"
               " AND e.ended_us = 0",
               dbi(b->kind), dbb(b->hash)));
    SET(v, blocked_view, joins, joins);
    return E_OK;
}

err blocked_get(req *r)
{
    const blocked_query *q = r->query;
    blocked_page *out = r->reply;
    int64_t at = INT64_MAX, id = INT64_MAX;
    TRY(req_cursor(r, q->cursor, &at, &id));
    blocked_view *v = arena_array(r->a, blocked_view, 51);
    blocked_row *b = arena_array(r->a, blocked_row, 51);
    int64_t *changed = arena_array(r->a, int64_t, 51);
    uint32_t n = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT kind AS _kind, hash AS _hash, label AS _label, changed_us AS _changed, id, kind, why, persons, state, at_us AS at,"
                 " changed_by AS \"by\" FROM blocked WHERE state = $1 AND (changed_us, id) < ($2, $3)"
                 " ORDER BY changed_us DESC, id DESC LIMIT 51",
                 dbi(HAS(q, blocked_query, state) ? (int64_t)q->state : 0), dbi(at), dbi(id)));
    for (; db_next(&rows); n++) {
        b[n] = (blocked_row){ db_i64(&rows, 0), arena_str(r->a, db_blob(&rows, 1)), req_text(r, &rows, 2) };
        changed[n] = db_i64(&rows, 3);
        shape_row(&blocked_view_shape, &rows, r->a, &v[n]);
    }
    TRY(db_end(&rows));
    if (rows_more(&n, 50))
        SET(out, blocked_page, next, req_next(r, changed[n - 1], v[n - 1].id));
    for (uint32_t i = 0; i < n; i++)
        TRY(blocked_finish(r, &b[i], &v[i]));
    LIST_SET(out, blocked_page, items, v, n);
    return E_OK;
}

// --- What made somebody one person --------------------------------------------------------------------------------------------

#define LIFE_MAX 200

static err lives_fill(req *r, int64_t person, merges_view *out)
{
    void *items;
    uint32_t n;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT subject, kind, label, from_us AS \"from\", until_us AS until FROM identity WHERE subject = $1 OR subject IN"
                 " (SELECT subject FROM link WHERE person = $1) ORDER BY subject LIMIT $2",
                 dbi(person), dbi(LIFE_MAX)));
    TRY(shape_rows(&identity_life_shape, &rows, r->a, &items, &n));
    identity_life *v = items;
    for (uint32_t i = 0; i < n; i++)
        SET(&v[i], identity_life, hands, identity_infos[v[i].kind].hands);
    LIST_SET(out, merges_view, identities, v, n);
    return E_OK;
}

err merges_get(req *r)
{
    merges_view *out = r->reply;
    int64_t person;
    TRY(people_current(r->d, r->path_id[0], &person));
    if (!person)
        return req_fail_detail(r, E_NOT_FOUND, "person");
    TRY(lives_fill(r, person, out));
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "WITH mine AS (SELECT $1 AS subject UNION ALL SELECT subject FROM link WHERE person = $1)"
                 " SELECT id, one, other, why, NULLIF(kind, -1) AS kind, confidence, source, made_by AS \"by\", at_us AS at, ended_us AS ended,"
                 " ended_by FROM edge"
                 " WHERE one IN (SELECT subject FROM mine) OR other IN (SELECT subject FROM mine) ORDER BY at_us DESC, id DESC LIMIT $2",
                 dbi(person), dbi(LIFE_MAX)));
    return ROWS_SET(r->a, &rows, out, merges_view, merges);
}

// --- Jobs ---------------------------------------------------------------------------------------------------------------------

err merge_job_view_fill(req *r, int64_t id, merge_job_view *v)
{
    db_rows rows;
    bool found;
    TRY(db_query(r->d, &rows,
                 "SELECT id, NULLIF(undo, 0) AS undo, total, done, refused, state = 2 AS finished, survivor, reason AS note,"
                 " by_name AS \"by\", at_us AS at FROM merge_job WHERE id = $1",
                 dbi(id)));
    TRY(shape_one(&merge_job_view_shape, &rows, r->a, v, &found));
    return found ? E_OK : req_fail_detail(r, E_NOT_FOUND, "merge job");
}

err merge_job_get(req *r) { return merge_job_view_fill(r, r->path_id[0], r->reply); }
