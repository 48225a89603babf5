// Who stands on a level, who moved, and one person's standing with its reasons.
#include "api/shape_rows.h"
#include "base/time.h"
#include "tier/tier_internal.h"

SHAPE_TABLE(tier_people_query, TIER_PEOPLE_QUERY);
SHAPE_TABLE(tier_moves_query, TIER_MOVES_QUERY);
SHAPE_TABLE(tier_cell, TIER_CELL);
SHAPE_TABLE(tier_moves, TIER_MOVES);
SHAPE_TABLE(tier_move_view, TIER_MOVE_VIEW);
SHAPE_TABLE(tier_lack, TIER_LACK);
SHAPE_TABLE(stands_on, STANDS_ON);
SHAPE_TABLE(person_tiers, PERSON_TIERS);

// --- Who ------------------------------------------------------------------------------------------------------------------------

err tier_people_get(req *r)
{
    const tier_people_query *q = r->query;
    int64_t after = 0, total, limit = HAS(q, tier_people_query, limit) ? q->limit : 30;
    str ladder, level;
    if (!tier_parts(q->tier, &ladder, &level))
        return req_fail_field(r, E_FIELD_VALUE, "tier");
    if (HAS(q, tier_people_query, cursor) && !str_to_i64(q->cursor, &after))
        return req_fail(r, E_CURSOR_INVALID);
    int64_t *ids = arena_array(r->a, int64_t, (size_t)limit + 1);
    size_t n = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT subject FROM person_tier WHERE ladder = $1 AND level = $2 AND subject > $3 AND subject = person"
                 " ORDER BY subject LIMIT $4",
                 dbs(ladder), dbs(level), dbi(after), dbi(limit + 1)));
    while (db_next(&rows))
        ids[n++] = db_i64(&rows, 0);
    TRY(db_end(&rows));
    TRY(db_int(r->d, &total, 0, "SELECT count(*) FROM person_tier WHERE ladder = $1 AND level = $2 AND subject = person", dbs(ladder),
               dbs(level)));
    return people_page_fill(r, ids, n, (size_t)limit, total, r->reply);
}

// --- Who moved ------------------------------------------------------------------------------------------------------------------

#define CELLS_MAX 400

err tier_moves_get(req *r)
{
    const tier_moves_query *q = r->query;
    tier_moves *out = r->reply;
    int64_t known, from = r->now_us - (HAS(q, tier_moves_query, days) ? q->days : 28) * US_PER_DAY;
    db_rows rows;
    TRY(db_int(r->d, &known, 0, "SELECT 1 FROM tier_ladder WHERE key = $1", dbs(q->ladder)));
    if (!known)
        return req_fail_detail(r, E_NOT_FOUND, "ladder");
    TRY(db_query(r->d, &rows,
                 "SELECT was AS \"from\", is_now AS \"to\", count(*) AS people FROM (SELECT"
                 " COALESCE((SELECT b.level FROM tier_move b WHERE b.person = m.person AND b.ladder = $1 AND b.at_us < $2"
                 " ORDER BY b.at_us DESC, b.event_no DESC LIMIT 1), '') AS was,"
                 " COALESCE((SELECT t.level FROM person_tier t WHERE t.subject = m.person AND t.ladder = $1), '') AS is_now"
                 " FROM (SELECT DISTINCT person FROM tier_move WHERE ladder = $1 AND at_us >= $2) AS m) AS c"
                 " WHERE was <> is_now GROUP BY was, is_now ORDER BY was, is_now LIMIT $3",
                 dbs(q->ladder), dbi(from), dbi(CELLS_MAX)));
    SET(out, tier_moves, ladder, q->ladder);
    SET(out, tier_moves, from, from);
    return ROWS_SET(r->a, &rows, out, tier_moves, cells);
}

// --- One person -----------------------------------------------------------------------------------------------------------------

// The ladder as it was in that version; NULL: not known any more. Of the same version again the one read before.
static const tier_ladder *version_of(req *r, const tier_ladder *now, int64_t version, const tier_ladder *last)
{
    db_rows rows;
    bool found;
    tier_body in;
    if (version == now->version)
        return now;
    if (last && last->version == version)
        return last;
    tier_ladder *l = arena_new(r->a, tier_ladder);
    if (db_query_one(r->d, &rows, &found, "SELECT body FROM tier_version WHERE key = $1 AND version = $2", dbs(now->key), dbi(version)) != E_OK)
        return NULL;
    str body = found ? req_text(r, &rows, 0) : (str){ "", 0 };
    if (db_end(&rows) != E_OK || tier_body_read(body, r->a, NULL, &in) != E_OK || tier_ladder_of(&in, r->a, NULL, l) != E_OK)
        return NULL;
    l->version = version;
    return l;
}

static void why_of(req *r, const tier_ladder *l, str level, int branch, str *ret_zh, str *ret_en)
{
    *ret_zh = *ret_en = (str){ "", 0 };
    int at = l ? tier_level_named(l, level) : TIER_PLACE_NONE;
    if (!l || (level.len && at == TIER_PLACE_NONE))
        return;
    *ret_zh = tier_why(r, l, at, branch, LANG_ZH);
    *ret_en = tier_why(r, l, at, branch, LANG_EN);
}

static err moves_fill(req *r, const tier_ladder *l, int64_t person, stands_on *out)
{
    tier_move_view *v = arena_array(r->a, tier_move_view, TIER_MOVES_SHOWN);
    int branches[TIER_MOVES_SHOWN];
    uint32_t n = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT branch AS _branch, level, at_us AS at, version, cause_no AS cause, event_no AS event FROM tier_move"
                 " WHERE person = $1 AND ladder = $2"
                 " ORDER BY at_us DESC, event_no DESC LIMIT $3",
                 dbi(person), dbs(l->key), dbi(TIER_MOVES_SHOWN)));
    while (db_next(&rows)) {
        branches[n] = (int)db_i64(&rows, 0);
        shape_row(&tier_move_view_shape, &rows, r->a, &v[n++]);
    }
    TRY(db_end(&rows));
    const tier_ladder *at = NULL;
    for (uint32_t i = 0; i < n; i++) {
        str zh, en;
        at = version_of(r, l, v[i].version, at);
        why_of(r, at, v[i].level, branches[i], &zh, &en);
        SET(&v[i], tier_move_view, why_zh, zh);
        SET(&v[i], tier_move_view, why_en, en);
    }
    LIST_SET(out, stands_on, moves, v, n);
    return E_OK;
}

// Of a condition that does not hold, what of it is lacking: of several that must all hold, those that do not.
static err lack_of(req *r, rule_ctx *c, const jval *condition, tier_lack *out)
{
    size_t i, n;
    jval *item;
    bool holds;
    str zh = { "", 0 }, en = { "", 0 };
    const jval *all = json_get(condition, S("all"));
    yyjson_arr_foreach((jval *)(uintptr_t)all, i, n, item) {
        TRY(condition_test(c, item, &holds));
        if (holds)
            continue;
        zh = arena_fmt(r->a, STR_FMT "%s" STR_FMT, STR_ARG(zh), zh.len ? "，且" : "", STR_ARG(tier_sentence(r, item, LANG_ZH)));
        en = arena_fmt(r->a, STR_FMT "%s" STR_FMT, STR_ARG(en), en.len ? " and " : "", STR_ARG(tier_sentence(r, item, LANG_EN)));
    }
    SET(out, tier_lack, zh, str_take(all ? zh : tier_sentence(r, condition, LANG_ZH), 1900));
    SET(out, tier_lack, en, str_take(all ? en : tier_sentence(r, condition, LANG_EN), 1900));
    return E_OK;
}

static err lacking_fill(req *r, const tier_ladder *l, int64_t person, int level, stands_on *out)
{
    tx reading = { .d = r->d, .a = r->a, .now_us = r->now_us, .f = &r->f, .user = r->app };
    rule_ctx c = tier_ctx(&reading, (uint32_t)person);
    tier_lack *v = arena_array(r->a, tier_lack, TIER_LEVELS_MAX);
    uint32_t n = 0;
    for (int i = 0; i < level; i++) {
        SET(&v[n], tier_lack, level, l->levels[i].key);
        TRY(lack_of(r, &c, l->levels[i].condition, &v[n++]));
    }
    LIST_SET(out, stands_on, lacking, v, n);
    return E_OK;
}

static err spoken_fill(req *r, int64_t person, bool asked, stands_on *out)
{
    int64_t spoken, due;
    TRY(tier_spoken(r->d, person, &spoken, &due));
    if (spoken)
        SET(out, stands_on, spoken, spoken);
    if (asked && due)
        SET(out, stands_on, touch_due, due);
    return E_OK;
}

static err ladder_fill(req *r, const tier_ladder *l, int64_t person, stands_on *out, bool *ret_any)
{
    db_rows rows;
    int branch = -1, at;
    int64_t version = 0, since = 0;
    str level = { "", 0 }, zh, en;
    TRY(db_query_one(r->d, &rows, ret_any, "SELECT level, since_us, version, branch FROM person_tier WHERE subject = $1 AND ladder = $2",
                     dbi(person), dbs(l->key)));
    if (*ret_any) {
        level = req_text(r, &rows, 0);
        since = db_i64(&rows, 1);
        version = db_i64(&rows, 2);
        branch = (int)db_i64(&rows, 3);
    }
    TRY(db_end(&rows));
    if (!*ret_any)
        return E_OK;
    at = tier_level_named(l, level);
    why_of(r, version_of(r, l, version, NULL), level, branch, &zh, &en);
    SET(out, stands_on, ladder, l->key);
    SET(out, stands_on, zh, l->zh);
    SET(out, stands_on, en, l->en);
    SET(out, stands_on, level, level);
    SET(out, stands_on, level_zh, at < 0 ? level : l->levels[at].zh);
    SET(out, stands_on, level_en, at < 0 ? level : l->levels[at].en);
    SET(out, stands_on, since, since);
    if (at >= 0)
        MEANS_SET(out, stands_on, &l->levels[at].means);
    TRY(spoken_fill(r, person, at >= 0 && l->levels[at].means.touch_days, out));
    SET(out, stands_on, why_zh, zh);
    SET(out, stands_on, why_en, en);
    TRY(lacking_fill(r, l, person, at, out));
    return moves_fill(r, l, person, out);
}

err person_tiers_get(req *r)
{
    int64_t person;
    tier_set s;
    uint32_t n = 0;
    TRY(people_current(r->d, r->path_id[0], &person));
    if (!person)
        return req_fail_detail(r, E_NOT_FOUND, "person");
    TRY(tier_set_read(r->app, r->d, r->a, &s));
    stands_on *v = arena_array(r->a, stands_on, s.n + 1);
    for (uint32_t i = 0; i < s.n; i++) {
        bool any;
        TRY(ladder_fill(r, &s.v[i], person, &v[n], &any));
        n += any;
    }
    LIST_SET((person_tiers *)r->reply, person_tiers, items, v, n);
    return E_OK;
}
