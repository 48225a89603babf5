// Reading people: list, one person, reveal.
#include "api/shape_rows.h"
#include "base/time.h"
#include "people/people_internal.h"
#include "people/people_routes.h"
#include "record/audit.h"

#define TOTAL_MAX 10000
#define TAGS_IN_ROW 20

// A value of the vault, in full or masked; empty when it is gone.
static err vault_text(req *r, int64_t id, bool masked, str *ret)
{
    engine *e = r->app;
    vault_kind kind;
    str plain;
    *ret = (str){ "", 0 };
    err x = id ? vault_read(r->d, e->vault, id, r->a, &kind, &plain) : E_NOT_FOUND;
    if (x == E_OK)
        *ret = masked ? vault_mask(r->a, kind, plain) : plain;
    return x == E_NOT_FOUND ? E_OK : x;
}

err person_name(req *r, int64_t person, str *ret_name, str *ret_phone)
{
    db_rows rows;
    bool found;
    int64_t name = 0, phone = 0;
    TRY(db_query_one(r->d, &rows, &found, "SELECT name_vault, phone_vault FROM person WHERE id = $1", dbi(person)));
    if (found) {
        name = db_i64(&rows, 0);
        phone = db_i64(&rows, 1);
    }
    TRY(db_end(&rows));
    TRY(vault_text(r, name, false, ret_name));
    // A name has up to 60 characters on the wire.
    if (str_utf8_count(*ret_name) > 60)
        *ret_name = (str){ "", 0 };
    return vault_text(r, phone, true, ret_phone);
}

err people_names_set(req *r, const shape *sh, unsigned list, void *out)
{
    const shape *of = sh->fields[list].elem;
    const any_list *l = (const void *)((const char *)out + sh->fields[list].off);
    int person = field_index(of, S("person")), name = field_index(of, S("name"));
    for (uint32_t i = 0; i < l->n; i++) {
        char *item = (char *)(uintptr_t)l->v + i * of->size;
        str called, phone;
        TRY(person_name(r, *(const int64_t *)(const void *)(item + of->fields[person].off), &called, &phone));
        if (!called.len)
            continue;
        memcpy(item + of->fields[name].off, &called, sizeof called);
        ((presence *)(void *)item)->has |= UINT64_C(1) << name;
    }
    return E_OK;
}

err people_names_get(req *r)
{
    const names_query *q = r->query;
    people_names *out = r->reply;
    person_called *v = arena_array(r->a, person_called, q->ids.n + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < q->ids.n; i++) {
        int64_t person;
        str name, phone;
        bool again = false;
        for (uint32_t k = 0; k < i; k++)
            again |= q->ids.v[k] == q->ids.v[i];
        if (again)
            continue;
        TRY(people_current(r->d, q->ids.v[i], &person));
        if (!person)
            continue;
        TRY(person_name(r, person, &name, &phone));
        person_called *x = &v[n++];
        *x = (person_called) { 0 };
        SET(x, person_called, id, q->ids.v[i]);
        SET(x, person_called, person, person);
        if (name.len)
            SET(x, person_called, name, name);
        if (phone.len)
            SET(x, person_called, phone, phone);
    }
    SET(out, people_names, items, (typeof(out->items)) { v, n });
    return E_OK;
}

// --- A row of the list --------------------------------------------------------------------------------------------------------

static err row_tags(req *r, int64_t id, person_row *row)
{
    str *tags = arena_array(r->a, str, TAGS_IN_ROW);
    uint32_t n = 0;
    db_rows rows;
    TRY(db_query(
        r->d, &rows,
        "SELECT tag FROM person_tag t WHERE person = $1 AND (until_us = 0 OR until_us > $2)"
        " AND NOT EXISTS (SELECT 1 FROM tag_type l WHERE l.name = t.tag AND (l.sensitive = 1 OR l.purpose IS NOT NULL))"
        " AND NOT EXISTS (SELECT 1 FROM tag_type l JOIN tag_type m ON m.family = l.family AND m.class = 'audience' JOIN person_tag o"
        " ON o.tag = m.name WHERE l.name = t.tag AND l.class = 'audience' AND o.person = t.person AND o.tag <> t.tag"
        " AND (o.until_us = 0 OR o.until_us > $2) AND (o.seen_us, m.level) > (t.seen_us, l.level)) GROUP BY tag"
        " ORDER BY min(since_us) DESC, tag LIMIT $3",
        dbi(id), dbi(r->now_us), dbi(TAGS_IN_ROW)));
    while (db_next(&rows))
        tags[n++] = req_text(r, &rows, 0);
    SET(row, person_row, tags, (list_strs){ tags, n });
    return db_end(&rows);
}

#define TIERS_IN_ROW 8

static err row_tiers(req *r, int64_t id, person_row *row)
{
    str *tiers = arena_array(r->a, str, TIERS_IN_ROW);
    uint32_t n = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows, "SELECT ladder, level FROM person_tier WHERE subject = $1 AND level <> '' ORDER BY ladder LIMIT $2", dbi(id),
                 dbi(TIERS_IN_ROW)));
    while (db_next(&rows))
        tiers[n++] = arena_fmt(r->a, STR_FMT ":" STR_FMT, STR_ARG(db_str(&rows, 0)), STR_ARG(db_str(&rows, 1)));
    SET(row, person_row, tiers, (list_strs){ tiers, n });
    return db_end(&rows);
}

static err row_fill(req *r, int64_t id, person_row *row, bool *ret_found)
{
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT id, stage, city, model, source, created_us AS created, seen_us AS seen FROM person WHERE id = $1", dbi(id)));
    TRY(shape_one(&person_row_shape, &rows, r->a, row, ret_found));
    if (!*ret_found)
        return E_OK;
    SET(row, person_row, band, band_of(row->stage));
    str name, phone;
    TRY(person_name(r, id, &name, &phone));
    if (name.len)
        SET(row, person_row, name, name);
    if (phone.len)
        SET(row, person_row, phone, phone);
    TRY(row_tiers(r, id, row));
    return row_tags(r, id, row);
}

// --- The list -----------------------------------------------------------------------------------------------------------------

typedef struct slice { enum stage from, to; int64_t seen_us, id, limit; } slice;

static void slice_of(const people_query *q, slice *s)
{
    static const struct { enum stage from, to; } bands[BAND_COUNT] = {
        [BAND_VISITOR] = { STAGE_VISITOR, STAGE_VISITOR }, [BAND_FAN] = { STAGE_FOLLOW, STAGE_FOLLOW },
        [BAND_PROSPECT] = { STAGE_LEAD, STAGE_RESERVE },   [BAND_OWNER_TO_BE] = { STAGE_ORDER, STAGE_ORDER },
        [BAND_OWNER] = { STAGE_OWNER, STAGE_ADVOCATE },
    };
    *s = (slice){ .to = STAGE_ADVOCATE, .seen_us = INT64_MAX, .id = INT64_MAX };
    if (HAS(q, people_query, band)) {
        s->from = bands[q->band].from;
        s->to = bands[q->band].to;
    }
    if (HAS(q, people_query, stage)) {
        // Both: what satisfies both; an empty range when nothing does.
        bool inside = q->stage >= s->from && q->stage <= s->to;
        s->from = inside ? q->stage : STAGE_ADVOCATE;
        s->to = inside ? q->stage : STAGE_VISITOR;
    }
    s->limit = HAS(q, people_query, limit) ? q->limit : 30;
}

static void tier_of(const people_query *q, str *ret_ladder, str *ret_level)
{
    *ret_level = q->tier;
    *ret_ladder = str_cut(ret_level, ':');
}

// With a tag too: both.
static err tier_slice(req *r, const people_query *q, const slice *s, db_rows *rows)
{
    str ladder, level, tag = HAS(q, people_query, tag) ? q->tag : S("");
    tier_of(q, &ladder, &level);
    return db_query(r->d, rows,
                    "SELECT p.id, p.seen_us FROM person_tier t JOIN person p ON p.id = t.subject WHERE t.ladder = $1 AND t.level = $2"
                    " AND t.subject = t.person AND p.stage BETWEEN $3 AND $4 AND (p.seen_us, p.id) < ($5, $6) AND ($7 = '' OR EXISTS"
                    " (SELECT 1 FROM person_tag g WHERE g.person = p.id AND g.tag = $7 AND (g.until_us = 0 OR g.until_us > $8)))"
                    " ORDER BY p.seen_us DESC, p.id DESC LIMIT $9",
                    dbs(ladder), dbs(level), dbi(s->from), dbi(s->to), dbi(s->seen_us), dbi(s->id), dbs(tag), dbi(r->now_us), dbi(s->limit + 1));
}

static err tier_count(req *r, const people_query *q, const slice *s, int64_t *ret)
{
    str ladder, level, tag = HAS(q, people_query, tag) ? q->tag : S("");
    tier_of(q, &ladder, &level);
    return db_int(r->d, ret, 0,
                  "SELECT count(*) FROM (SELECT 1 FROM person_tier t JOIN person p ON p.id = t.subject WHERE t.ladder = $1 AND t.level = $2"
                  " AND t.subject = t.person AND p.stage BETWEEN $3 AND $4 AND ($5 = '' OR EXISTS (SELECT 1 FROM person_tag g"
                  " WHERE g.person = p.id AND g.tag = $5 AND (g.until_us = 0 OR g.until_us > $6))) LIMIT $7) AS c",
                  dbs(ladder), dbs(level), dbi(s->from), dbi(s->to), dbs(tag), dbi(r->now_us), dbi(TOTAL_MAX + 1));
}

// One more than the page, so that `next` is known.
static err query_slice(req *r, const people_query *q, const slice *s, db_rows *rows)
{
    if (HAS(q, people_query, tier))
        return tier_slice(r, q, s, rows);
    if (HAS(q, people_query, tag))
        return db_query(r->d, rows,
                        "SELECT DISTINCT p.id, p.seen_us FROM person_tag t JOIN person p ON p.id = t.person WHERE t.tag = $1"
                        " AND (t.until_us = 0 OR t.until_us > $7) AND p.stage BETWEEN $2 AND $3 AND (p.seen_us, p.id) < ($4, $5)"
                        " ORDER BY p.seen_us DESC, p.id DESC LIMIT $6",
                        dbs(q->tag), dbi(s->from), dbi(s->to), dbi(s->seen_us), dbi(s->id), dbi(s->limit + 1), dbi(r->now_us));
    if (s->from == s->to)
        return db_query(r->d, rows,
                        "SELECT id, seen_us FROM person WHERE stage = $1 AND (seen_us, id) < ($2, $3) ORDER BY seen_us DESC, id "
                        "DESC LIMIT $4",
                        dbi(s->from), dbi(s->seen_us), dbi(s->id), dbi(s->limit + 1));
    return db_query(r->d, rows,
                    "SELECT id, seen_us FROM person WHERE stage BETWEEN $1 AND $2 AND (seen_us, id) < ($3, $4)"
                    " ORDER BY seen_us DESC, id DESC LIMIT $5",
                    dbi(s->from), dbi(s->to), dbi(s->seen_us), dbi(s->id), dbi(s->limit + 1));
}

static err count_slice(req *r, const people_query *q, const slice *s, int64_t *ret)
{
    if (HAS(q, people_query, tier))
        return tier_count(r, q, s, ret);
    if (HAS(q, people_query, tag))
        return db_int(r->d, ret, 0,
                      "SELECT count(*) FROM (SELECT DISTINCT p.id FROM person_tag t JOIN person p ON p.id = t.person WHERE t.tag = $1"
                      " AND (t.until_us = 0 OR t.until_us > $5) AND p.stage BETWEEN $2 AND $3 LIMIT $4) AS c",
                      dbs(q->tag), dbi(s->from), dbi(s->to), dbi(TOTAL_MAX + 1), dbi(r->now_us));
    return db_int(r->d, ret, 0, "SELECT count(*) FROM (SELECT 1 FROM person WHERE stage BETWEEN $1 AND $2 LIMIT $3) AS c",
                  dbi(s->from), dbi(s->to), dbi(TOTAL_MAX + 1));
}

static err page_fill(req *r, const int64_t *ids, size_t n, people_page *out)
{
    person_row *v = arena_array(r->a, person_row, n + 1);
    uint32_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        bool found;
        TRY(row_fill(r, ids[i], &v[kept], &found));
        kept += found;
    }
    out->items.v = v;
    out->items.n = kept;
    out->has |= UINT64_C(1) << people_page_items_bit;
    return E_OK;
}

static void totals_set(people_page *out, int64_t total)
{
    SET(out, people_page, total, total > TOTAL_MAX ? TOTAL_MAX : total);
    SET(out, people_page, more_than_total, total > TOTAL_MAX);
}

err people_page_fill(req *r, const int64_t *ids, size_t n, size_t limit, int64_t total, people_page *out)
{
    size_t page = n > limit ? limit : n;
    TRY(page_fill(r, ids, page, out));
    if (n > page)
        SET(out, people_page, next, arena_fmt(r->a, "%lld", (long long)ids[page - 1]));
    totals_set(out, total);
    return E_OK;
}

// --- Search ---------------------------------------------------------------------------------------------------------------------

static err people_search(req *r, const people_query *q)
{
    people_page *out = r->reply;
    int64_t *ids;
    size_t n, limit = HAS(q, people_query, limit) ? (size_t)q->limit : PEOPLE_FOUND_MAX;
    TRY(people_find(r, q->q, &ids, &n));
    TRY(page_fill(r, ids, n < limit ? n : limit, out));
    SET(out, people_page, total, n > PEOPLE_FOUND_MAX ? PEOPLE_FOUND_MAX : (int64_t)n);
    SET(out, people_page, more_than_total, n > PEOPLE_FOUND_MAX);
    return E_OK;
}

err people_list(req *r)
{
    const people_query *q = r->query;
    people_page *out = r->reply;
    if (HAS(q, people_query, q))
        return people_search(r, q);
    slice s;
    slice_of(q, &s);
    TRY(req_cursor(r, q->cursor, &s.seen_us, &s.id));
    int64_t *ids = arena_array(r->a, int64_t, (size_t)s.limit + 1), *seen = arena_array(r->a, int64_t, (size_t)s.limit + 1),
            total;
    size_t n = 0;
    db_rows rows;
    TRY(query_slice(r, q, &s, &rows));
    while (db_next(&rows)) {
        ids[n] = db_i64(&rows, 0);
        seen[n++] = db_i64(&rows, 1);
    }
    TRY(db_end(&rows));
    size_t page = n > (size_t)s.limit ? (size_t)s.limit : n;
    TRY(page_fill(r, ids, page, out));
    if (n > page)
        SET(out, people_page, next, req_next(r, seen[page - 1], ids[page - 1]));
    TRY(count_slice(r, q, &s, &total));
    totals_set(out, total);
    return E_OK;
}

// --- Reveal -------------------------------------------------------------------------------------------------------------------

err people_reveal(req *r)
{
    const reveal_new *in = r->body;
    revealed *out = r->reply;
    engine *e = r->app;
    int64_t person, ids[20];
    TRY(people_current(r->d, r->path_id[0], &person));
    if (!person)
        return req_fail_detail(r, E_NOT_FOUND, "person");
    uint32_t n = 0, kept = 0;
    db_rows rows;
    TRY(db_query(
        r->d, &rows,
        "SELECT max(id) FROM vault WHERE kind = $2 AND (subject = $1 OR subject IN (SELECT subject FROM link WHERE person = $1))"
        " GROUP BY hash ORDER BY max(at_us) DESC, max(id) DESC LIMIT 20",
        dbi(person), dbi(in->kind)));
    while (db_next(&rows))
        ids[n++] = db_i64(&rows, 0);
    TRY(db_end(&rows));
    str *v = arena_array(r->a, str, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        vault_kind kind;
        err x = vault_read(r->d, e->vault, ids[i], r->a, &kind, &v[kept]);
        kept += x == E_OK;
        if (x != E_OK && x != E_NOT_FOUND)
            return x;
    }
    SET(out, revealed, values, (list_strs){ v, kept });
    TRY(audit_by(r, S("person.revealed"), S("person"), person,
                 arena_fmt(r->a, "{\"kind\":\"%s\",\"values\":%u}", vault_kinds[in->kind], kept)));
    return engine_emit(r->tx, &(event_new){
        .subject = (uint32_t)person, .kind = S("person.revealed"), .flags = EVENT_SYSTEM, .props_n = 4,
        .props = (const event_prop[]){ prop_str(S("kind"), str_c(vault_kinds[in->kind])), prop_str(S("reason"), in->reason),
                                       prop_i64(S("by"), r->who.id), prop_str(S("by_name"), r->who.name) } }, NULL);
}
