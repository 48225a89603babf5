// Tags of one person, one tag on many, and how the library is used.
#include "profile/tag_api.h"
#include "api/shape_rows.h"
#include "base/time.h"
#include "profile/profile_routes.h"
#include "record/audit.h"

SHAPE_TABLE(tag_evidence, TAG_EVIDENCE);
SHAPE_TABLE(held_tag, HELD_TAG);
SHAPE_TABLE(held_tags, HELD_TAGS);
SHAPE_TABLE(tag_new, TAG_NEW);
SHAPE_TABLE(tag_gone, TAG_GONE);
SHAPE_TABLE(tag_done, TAG_DONE);
SHAPE_TABLE(tag_apply, TAG_APPLY);
SHAPE_TABLE(tag_applied, TAG_APPLIED);
SHAPE_TABLE(tag_use, TAG_USE);
SHAPE_TABLE(tag_coverage, TAG_COVERAGE);

err person_of_path(req *r, int64_t *ret)
{
    TRY(people_current(r->d, r->path_id[0], ret));
    return *ret ? E_OK : req_fail_detail(r, E_NOT_FOUND, "person");
}

// --- Of one person ------------------------------------------------------------------------------------------------------------

static err deeds_fill(req *r, int64_t person, held_tag *v)
{
    tag_evidence *d = arena_array(r->a, tag_evidence, 40);
    uint32_t n = 0;
    db_rows rows;
    TRY(db_query(
        r->d, &rows,
        "SELECT day AS _day, sum(n) AS n, max(event_no) AS event FROM tag_deed WHERE person = $1 AND tag = $2"
        " GROUP BY day ORDER BY day DESC LIMIT 40",
        dbi(person), dbs(v->tag)));
    while (db_next(&rows)) {
        SET(&d[n], tag_evidence, day, str_take(time_local(r->a, time_local_day_start((int32_t)db_i64(&rows, 0))), 10));
        shape_row(&tag_evidence_shape, &rows, r->a, &d[n++]);
    }
    LIST_SET(v, held_tag, deeds, d, n);
    return db_end(&rows);
}

// Of the same tag from several subjects the one that lasts longest is shown.
static bool held_twice(const held_tag *v, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (str_eq(v[i].tag, v[n].tag))
            return true;
    return false;
}

static bool held_covered(const held_tag *v, uint32_t n, const held_tag *x)
{
    if (!str_eq(x->class, S("audience")))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        bool later = v[i].seen > x->seen || (v[i].seen == x->seen && v[i].level > x->level);
        if (later && str_eq(v[i].class, S("audience")) && str_eq(v[i].family, x->family))
            return true;
    }
    return false;
}

static err held_finish(req *r, int64_t person, held_tag *v, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        int given = 1;
        if (HAS(&v[i], held_tag, purpose))
            TRY(people_consent(r->d, (uint32_t)person, v[i].purpose, &given));
        SET(&v[i], held_tag, locked, given != 1);
        SET(&v[i], held_tag, covered, held_covered(v, n, &v[i]));
        TRY(deeds_fill(r, person, &v[i]));
        if (given == 1)
            continue;
        // What must not be used is not shown: only that there is something of this family.
        v[i].has &= ~(UINT64_C(1) << held_tag_tag_bit | UINT64_C(1) << held_tag_en_bit | UINT64_C(1) << held_tag_reason_bit |
                      UINT64_C(1) << held_tag_level_bit);
        v[i].deeds.n = 0;
    }
    return E_OK;
}

err person_tags_get(req *r)
{
    int64_t person;
    TRY(person_of_path(r, &person));
    held_tag *v = arena_array(r->a, held_tag, HELD_TAGS_MAX + 1);
    uint32_t n = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT t.tag, t.origin, t.source AS rule, t.reason, t.confidence, t.event_no AS event, t.since_us AS since, t.seen_us AS seen,"
                 " t.until_us AS until, l.class, l.family, l.level, l.en, l.purpose, l.family_en"
                 " FROM person_tag t LEFT JOIN tag_type l ON l.name = t.tag"
                 " WHERE t.person = $1 AND (t.until_us = 0 OR t.until_us > $2)"
                 " ORDER BY COALESCE(l.class, 'z'), t.since_us DESC, t.tag, CASE WHEN t.until_us = 0 THEN 0 ELSE 1 END, "
                 "t.until_us DESC LIMIT $3",
                 dbi(person), dbi(r->now_us), dbi(HELD_TAGS_MAX * 2)));
    while (n < HELD_TAGS_MAX && db_next(&rows)) {
        v[n] = (held_tag) { .class = { "", 0 }, .family = { "", 0 } };
        shape_row(&held_tag_shape, &rows, r->a, &v[n]);
        n += !held_twice(v, n);
    }
    TRY(db_end(&rows));
    TRY(held_finish(r, person, v, n));
    LIST_SET((held_tags *)r->reply, held_tags, items, v, n);
    return E_OK;
}

// --- By hand ------------------------------------------------------------------------------------------------------------------

static err listed_only(req *r, str tag, tag_info *ret)
{
    TRY(tag_info_read(r->d, r->a, tag, ret));
    if (ret->listed)
        return E_OK;
    err e = fault_field(&r->f, r->a, E_FIELD_VALUE, S("tag"), 0);
    r->f.detail = r->who.lang == LANG_ZH ? S("标签库里没有") : S("not in the library");
    return e;
}

static tagging by_staff(const req *r, int64_t person, str tag, str reason)
{
    return (tagging) { .subject = (uint32_t)person,
                       .tag = tag,
                       .rule = { "", 0 },
                       .reason = reason,
                       .origin = TAG_BY_STAFF,
                       .at_us = r->tx->now_us,
                       .confidence = 100,
                       .staff = r->who.id };
}

static err answer(req *r, const char *verb, int64_t person, int64_t told, str why)
{
    tag_done *out = r->reply;
    SET(out, tag_done, done, told != 0);
    if (told == 0) {
        SET(out, tag_done, why, why);
        return E_OK;
    }
    SET(out, tag_done, event, told);
    return audit_by(r, str_c(verb), S("person"), person, arena_fmt(r->a, "{\"event\":%lld}", (long long)told));
}

#define EVIDENCE_EVENTS 200

// An event of this very person.
static err evidence(req *r, int64_t person, int64_t no)
{
    const engine *e = r->app;
    const event *v;
    uint32_t n = 0;
    bool found = false;
    if (e->tl)
        TRY(timeline_person_events(e->tl, (uint32_t)person, teller_head(r->tx->teller), INT64_MAX, INT64_MAX, EVIDENCE_EVENTS, r->a, &v, &n));
    for (uint32_t i = 0; i < n; i++)
        found = found || v[i].no == no;
    return found ? E_OK : req_fail_field(r, E_FIELD_VALUE, "event");
}

err person_tag_post(req *r)
{
    const tag_new *in = r->body;
    int64_t person, told;
    tag_info info;
    str why;
    TRY(person_of_path(r, &person));
    TRY(listed_only(r, in->tag, &info));
    tagging g = by_staff(r, person, in->tag, in->reason);
    g.for_us = HAS(in, tag_new, days) ? in->days * US_PER_DAY : 0;
    g.confidence = HAS(in, tag_new, confidence) ? in->confidence : 100;
    if (HAS(in, tag_new, event)) {
        TRY(evidence(r, person, in->event));
        g.event_no = in->event;
    }
    TRY(tag_add(r->tx, &g, &why, &told));
    return answer(r, "person.tagged", person, told, why.len ? why : S("stands"));
}

err person_tag_remove(req *r)
{
    const tag_gone *in = r->body;
    int64_t person, told;
    TRY(person_of_path(r, &person));
    const tagging g = by_staff(r, person, in->tag, in->reason);
    TRY(tag_remove(r->tx, &g, &told));
    return answer(r, "person.untagged", person, told, S("not_tagged"));
}

// --- One tag on many ----------------------------------------------------------------------------------------------------------

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

// The people of a list as they are now, each once; *ret_unknown: ids of nobody.
static err people_named(req *r, const list_i64s *in, int64_t **ret, size_t *ret_n, int64_t *ret_unknown)
{
    int64_t *v = arena_array(r->a, int64_t, in->n + 1);
    size_t n = 0, kept = 0;
    *ret_unknown = 0;
    for (uint32_t i = 0; i < in->n; i++) {
        TRY(people_current(r->d, in->v[i], &v[n]));
        *ret_unknown += v[n] == 0;
        n += v[n] != 0;
    }
    qsort(v, n, sizeof *v, by_id);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || v[i] != v[kept - 1])
            v[kept++] = v[i];
    *ret = v;
    *ret_n = kept;
    return E_OK;
}

static err apply_one(req *r, const tag_apply *in, const tag_info *info, int64_t person, tag_applied *out)
{
    int given = 1;
    int64_t n;
    TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM person_tag WHERE person = $1 AND tag = $2 AND (until_us = 0 OR until_us > $3)",
               dbi(person), dbs(in->tag), dbi(r->tx->now_us)));
    if (info->purpose.len)
        TRY(people_consent(r->d, (uint32_t)person, info->purpose, &given));
    if (n || given != 1) {
        out->stands += n != 0;
        out->refused += n == 0;
        return E_OK;
    }
    out->added++;
    TRY(db_int(r->d, &n, 0,
               "SELECT count(*) FROM person_tag t JOIN tag_type l ON l.name = t.tag WHERE t.person = $1 AND l.class = 'audience' "
               "AND l.family = $2",
               dbi(person), dbs(info->family)));
    out->replaced += info->class == TAG_AUDIENCE && n > 0;
    if (out->dry_run)
        return E_OK;
    str why;
    const tagging g = by_staff(r, person, in->tag, in->reason);
    return tag_add(r->tx, &g, &why, &n);
}

err tag_apply_post(req *r)
{
    const tag_apply *in = r->body;
    tag_applied *out = r->reply;
    tag_info info;
    int64_t *ids;
    size_t n;
    TRY(listed_only(r, in->tag, &info));
    *out = (tag_applied) { .has = (UINT64_C(1) << tag_applied_field_count) - 1,
                           .dry_run = HAS(in, tag_apply, dry_run) && in->dry_run };
    TRY(people_named(r, &in->people, &ids, &n, &out->unknown));
    out->people = (int64_t)n;
    for (size_t i = 0; i < n; i++)
        TRY(apply_one(r, in, &info, ids[i], out));
    if (out->dry_run || out->added == 0)
        return E_OK;
    return audit_by(r, S("tag.applied"), S("tag"), 0, arena_fmt(r->a, "{\"people\":%lld}", (long long)out->added));
}

// --- How the library is used --------------------------------------------------------------------------------------------------

#define COVERAGE_MAX 1000

static err library_fill(req *r, tag_use *v, uint32_t *n)
{
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT name AS tag, 1 AS listed, id, en, class, family, level, owner, NULLIF(days, 0) AS days, purpose, family_en, owner_en,"
                 " note, note_en, words, words_en, 0 AS people, 0 AS stale FROM tag_type WHERE archived_us = 0"
                 " ORDER BY class, family, level DESC, name LIMIT 500"));
    while (db_next(&rows)) {
        tag_use *u = &v[(*n)++];
        *u = (tag_use) { 0 };
        shape_row(&tag_use_shape, &rows, r->a, u);
    }
    return db_end(&rows);
}

static tag_use *use_of(req *r, tag_use *v, uint32_t *n, str tag)
{
    for (uint32_t i = 0; i < *n; i++)
        if (str_eq(v[i].tag, tag))
            return &v[i];
    tag_use *u = &v[(*n)++];
    *u = (tag_use) { 0 };
    SET(u, tag_use, tag, arena_str(r->a, tag));
    SET(u, tag_use, listed, false);
    return u;
}

err tag_coverage_get(req *r)
{
    tag_coverage *out = r->reply;
    tag_use *v = arena_array(r->a, tag_use, COVERAGE_MAX + 1);
    uint32_t n = 0;
    int64_t count;
    db_rows rows;
    TRY(library_fill(r, v, &n));
    TRY(db_query(r->d, &rows,
                 "SELECT tag AS _tag, count(DISTINCT person) AS people, count(DISTINCT CASE WHEN seen_us < $2 THEN person END) AS stale,"
                 " max(since_us) AS newest FROM person_tag"
                 " WHERE until_us = 0 OR until_us > $1 GROUP BY tag ORDER BY tag",
                 dbi(r->now_us), dbi(r->now_us - STALE_DAYS * US_PER_DAY)));
    while (n < COVERAGE_MAX && db_next(&rows))
        shape_row(&tag_use_shape, &rows, r->a, use_of(r, v, &n, db_str(&rows, 0)));
    TRY(db_end(&rows));
    TRY(db_int(r->d, &count, 0, "SELECT count(*) FROM person"));
    SET(out, tag_coverage, people, count);
    TRY(db_int(r->d, &count, 0, "SELECT count(DISTINCT person) FROM person_tag WHERE until_us = 0 OR until_us > $1",
               dbi(r->now_us)));
    SET(out, tag_coverage, tagged, count);
    LIST_SET(out, tag_coverage, items, v, n);
    return E_OK;
}
