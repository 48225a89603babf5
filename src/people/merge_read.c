// Reading the merge review: the queue with both sides, blocked values, what made somebody one person.
#include "people/doubt.h"
#include "loyalty/ledger.h"
#include "people/merge_routes.h"

#define COUNTED_MAX 1000
static str kind_name(int64_t kind)
{
    return kind >= 0 && kind < (int64_t)IDENTITY_COUNT ? str_c(identity_infos[kind].name) : (str){ "", 0 };
}

static err cursor_of_page(req *r, bool has, str text_, int64_t *at, int64_t *id)
{
    *at = INT64_MAX;
    *id = INT64_MAX;
    if (!has)
        return E_OK;
    str rest = text_, first = str_cut(&rest, '-');
    return str_to_i64(first, at) && str_to_i64(rest, id) ? E_OK : req_fail(r, E_CURSOR_INVALID);
}

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
        str kind = kind_name(db_i64(&rows, 0)), label = db_str(&rows, 1);
        list[n++] = label.len ? arena_fmt(r->a, STR_FMT " " STR_FMT, STR_ARG(kind), STR_ARG(label)) : kind;
    }
    SET(v, merge_side, identities, (list_strs){ list, n });
    return db_end(&rows);
}

static err side_head(req *r, int64_t person, merge_side *v)
{
    db_rows rows;
    bool found;
    TRY(db_query_one(r->d, &rows, &found, "SELECT stage, city, source, owned, created_us, seen_us FROM person WHERE id = $1", dbi(person)));
    SET(v, merge_side, id, person);
    SET(v, merge_side, stage, found ? (enum stage)db_i64(&rows, 0) : STAGE_VISITOR);
    SET(v, merge_side, vehicles, found ? db_i64(&rows, 3) : 0);
    SET(v, merge_side, created, found ? db_i64(&rows, 4) : 0);
    SET(v, merge_side, seen, found ? db_i64(&rows, 5) : 0);
    if (found && db_str(&rows, 1).len)
        SET(v, merge_side, city, req_text(r, &rows, 1));
    if (found && db_str(&rows, 2).len)
        SET(v, merge_side, source, req_text(r, &rows, 2));
    return db_end(&rows);
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

static void doubt_row(req *r, const db_rows *rows, doubt_view *v, pair *sides)
{
    SET(v, doubt_view, id, db_i64(rows, 0));
    SET(v, doubt_view, what, (enum doubt_kind)db_i64(rows, 1));
    *sides = (pair){ db_i64(rows, 2), db_i64(rows, 3) };
    SET(v, doubt_view, why, req_text(r, rows, 4));
    if (db_i64(rows, 5) >= 0)
        SET(v, doubt_view, kind, kind_name(db_i64(rows, 5)));
    if (db_str(rows, 6).len)
        SET(v, doubt_view, source, req_text(r, rows, 6));
    SET(v, doubt_view, times, db_i64(rows, 7));
    SET(v, doubt_view, at, db_i64(rows, 8));
    SET(v, doubt_view, last, db_i64(rows, 9));
    SET(v, doubt_view, state, (enum doubt_state)db_i64(rows, 10));
    if (db_i64(rows, 11)) {
        SET(v, doubt_view, signed_id, db_i64(rows, 11));
        SET(v, doubt_view, signed_by, req_text(r, rows, 12));
    }
    if (db_i64(rows, 13)) {
        SET(v, doubt_view, decided_by, req_text(r, rows, 14));
        SET(v, doubt_view, decided, db_i64(rows, 15));
    }
    if (db_str(rows, 16).len)
        SET(v, doubt_view, note, req_text(r, rows, 16));
}

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
    int64_t at, id, limit = HAS(q, doubt_query, limit) ? q->limit : 20;
    TRY(cursor_of_page(r, HAS(q, doubt_query, cursor), q->cursor, &at, &id));
    doubt_view *v = arena_array(r->a, doubt_view, (size_t)limit + 1);
    pair *sides = arena_array(r->a, pair, (size_t)limit + 1);
    uint32_t n = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT id, what, one, other, why, kind, source, times, at_us, last_us, state, first_by, first_name, decided_by, decided_name,"
                 " decided_us, note FROM doubt WHERE state = $1 AND (last_us, id) < ($2, $3) ORDER BY last_us DESC, id DESC LIMIT $4",
                 dbi(HAS(q, doubt_query, state) ? (int64_t)q->state : 0), dbi(at), dbi(id), dbi(limit + 1)));
    for (; db_next(&rows); n++)
        doubt_row(r, &rows, &v[n], &sides[n]);
    TRY(db_end(&rows));
    uint32_t page = n > limit ? (uint32_t)limit : n;
    for (uint32_t i = 0; i < page; i++) {
        TRY(side_fill(r, sides[i].one, &v[i].one));
        TRY(side_fill(r, sides[i].other, &v[i].other));
        v[i].has |= UINT64_C(1) << doubt_view_one_bit | UINT64_C(1) << doubt_view_other_bit;
        SET(&v[i], doubt_view, two_signatures, v[i].one.high_value || v[i].other.high_value);
    }
    LIST_SET(out, doubt_page, items, v, page);
    if (n > page)
        SET(out, doubt_page, next, arena_fmt(r->a, "%lld-%lld", (long long)v[page - 1].last, (long long)v[page - 1].id));
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
    int64_t at, id;
    TRY(cursor_of_page(r, HAS(q, blocked_query, cursor), q->cursor, &at, &id));
    blocked_view *v = arena_array(r->a, blocked_view, 51);
    blocked_row *b = arena_array(r->a, blocked_row, 51);
    int64_t *changed = arena_array(r->a, int64_t, 51);
    uint32_t n = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT id, kind, hash, label, why, persons, state, at_us, changed_by, changed_us FROM blocked WHERE state = $1"
                 " AND (changed_us, id) < ($2, $3) ORDER BY changed_us DESC, id DESC LIMIT 51",
                 dbi(HAS(q, blocked_query, state) ? (int64_t)q->state : 0), dbi(at), dbi(id)));
    for (; db_next(&rows); n++) {
        b[n] = (blocked_row){ db_i64(&rows, 1), arena_str(r->a, db_blob(&rows, 2)), req_text(r, &rows, 3) };
        changed[n] = db_i64(&rows, 9);
        SET(&v[n], blocked_view, id, db_i64(&rows, 0));
        SET(&v[n], blocked_view, kind, kind_name(db_i64(&rows, 1)));
        SET(&v[n], blocked_view, why, req_text(r, &rows, 4));
        SET(&v[n], blocked_view, persons, db_i64(&rows, 5));
        SET(&v[n], blocked_view, state, (enum blocked_state)db_i64(&rows, 6));
        SET(&v[n], blocked_view, at, db_i64(&rows, 7));
        if (db_str(&rows, 8).len)
            SET(&v[n], blocked_view, by, req_text(r, &rows, 8));
    }
    TRY(db_end(&rows));
    uint32_t page = n > 50 ? 50 : n;
    for (uint32_t i = 0; i < page; i++)
        TRY(blocked_finish(r, &b[i], &v[i]));
    LIST_SET(out, blocked_page, items, v, page);
    if (n > page)
        SET(out, blocked_page, next, arena_fmt(r->a, "%lld-%lld", (long long)changed[page - 1], (long long)v[page - 1].id));
    return E_OK;
}

// --- What made somebody one person --------------------------------------------------------------------------------------------

#define LIFE_MAX 200

static err lives_fill(req *r, int64_t person, merges_view *out)
{
    identity_life *v = arena_array(r->a, identity_life, LIFE_MAX);
    uint32_t n = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT subject, kind, label, from_us, until_us FROM identity WHERE subject = $1 OR subject IN"
                 " (SELECT subject FROM link WHERE person = $1) ORDER BY subject LIMIT $2",
                 dbi(person), dbi(LIFE_MAX)));
    for (; db_next(&rows); n++) {
        SET(&v[n], identity_life, subject, db_i64(&rows, 0));
        SET(&v[n], identity_life, kind, kind_name(db_i64(&rows, 1)));
        SET(&v[n], identity_life, hands, identity_infos[db_i64(&rows, 1)].hands);
        if (db_str(&rows, 2).len)
            SET(&v[n], identity_life, label, req_text(r, &rows, 2));
        if (db_i64(&rows, 3))
            SET(&v[n], identity_life, from, db_i64(&rows, 3));
        if (db_i64(&rows, 4))
            SET(&v[n], identity_life, until, db_i64(&rows, 4));
    }
    LIST_SET(out, merges_view, identities, v, n);
    return db_end(&rows);
}

static void merge_row(req *r, const db_rows *rows, merge_view *v)
{
    SET(v, merge_view, id, db_i64(rows, 0));
    SET(v, merge_view, one, db_i64(rows, 1));
    SET(v, merge_view, other, db_i64(rows, 2));
    SET(v, merge_view, why, req_text(r, rows, 3));
    if (db_i64(rows, 4) >= 0)
        SET(v, merge_view, kind, kind_name(db_i64(rows, 4)));
    SET(v, merge_view, confidence, db_i64(rows, 5));
    if (db_str(rows, 6).len)
        SET(v, merge_view, source, req_text(r, rows, 6));
    if (db_str(rows, 7).len)
        SET(v, merge_view, by, req_text(r, rows, 7));
    SET(v, merge_view, at, db_i64(rows, 8));
    if (db_i64(rows, 9))
        SET(v, merge_view, ended, db_i64(rows, 9));
    if (db_str(rows, 10).len)
        SET(v, merge_view, ended_by, req_text(r, rows, 10));
}

err merges_get(req *r)
{
    merges_view *out = r->reply;
    int64_t person;
    TRY(people_current(r->d, r->path_id[0], &person));
    if (!person)
        return req_fail_detail(r, E_NOT_FOUND, "person");
    TRY(lives_fill(r, person, out));
    merge_view *v = arena_array(r->a, merge_view, LIFE_MAX);
    uint32_t n = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "WITH mine AS (SELECT $1 AS subject UNION ALL SELECT subject FROM link WHERE person = $1)"
                 " SELECT id, one, other, why, kind, confidence, source, made_by, at_us, ended_us, ended_by FROM edge"
                 " WHERE one IN (SELECT subject FROM mine) OR other IN (SELECT subject FROM mine) ORDER BY at_us DESC, id DESC LIMIT $2",
                 dbi(person), dbi(LIFE_MAX)));
    for (; db_next(&rows); n++)
        merge_row(r, &rows, &v[n]);
    LIST_SET(out, merges_view, merges, v, n);
    return db_end(&rows);
}

// --- Jobs ---------------------------------------------------------------------------------------------------------------------

err merge_job_view_fill(req *r, int64_t id, merge_job_view *v)
{
    db_rows rows;
    bool found;
    TRY(db_query_one(r->d, &rows, &found,
                     "SELECT undo, total, done, refused, state, survivor, reason, by_name, at_us FROM merge_job WHERE id = $1", dbi(id)));
    if (found) {
        SET(v, merge_job_view, id, id);
        if (db_i64(&rows, 0))
            SET(v, merge_job_view, undo, db_i64(&rows, 0));
        SET(v, merge_job_view, total, db_i64(&rows, 1));
        SET(v, merge_job_view, done, db_i64(&rows, 2));
        SET(v, merge_job_view, refused, db_i64(&rows, 3));
        SET(v, merge_job_view, finished, db_i64(&rows, 4) == 2);
        SET(v, merge_job_view, survivor, db_i64(&rows, 5));
        SET(v, merge_job_view, note, req_text(r, &rows, 6));
        SET(v, merge_job_view, by, req_text(r, &rows, 7));
        SET(v, merge_job_view, at, db_i64(&rows, 8));
    }
    TRY(db_end(&rows));
    return found ? E_OK : req_fail_detail(r, E_NOT_FOUND, "merge job");
}

err merge_job_get(req *r) { return merge_job_view_fill(r, r->path_id[0], r->reply); }
