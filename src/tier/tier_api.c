// Ladders over HTTP: all with their counts, saving one, its versions, and how many would stand where before it is saved.
#include "api/shape_rows.h"
#include "base/time.h"
#include "tier/offer.h"

SHAPE_TABLE(tier_level_view, TIER_LEVEL_VIEW);
SHAPE_TABLE(tier_view, TIER_VIEW);
SHAPE_TABLE(tier_views, TIER_VIEWS);
SHAPE_TABLE(tier_version_view, TIER_VERSION_VIEW);
SHAPE_TABLE(tier_versions, TIER_VERSIONS);
SHAPE_TABLE(tier_preview_level, TIER_PREVIEW_LEVEL);
SHAPE_TABLE(tier_preview, TIER_PREVIEW);

// --- All ----------------------------------------------------------------------------------------------------------------------

static str json_of(arena *a, const jval *v)
{
    buf b = { 0 };
    jw w = { .b = &b };
    jw_val(&w, v);
    str text = arena_str(a, buf_str(&b));
    buf_free(&b);
    return text;
}

static err levels_fill(req *r, const tier_ladder *l, tier_view *out)
{
    tier_level_view *v = arena_array(r->a, tier_level_view, l->levels_n);
    for (uint32_t i = 0; i < l->levels_n; i++) {
        int64_t many;
        const tier_level *x = &l->levels[i];
        TRY(db_int(r->d, &many, 0, "SELECT count(*) FROM person_tier WHERE ladder = $1 AND level = $2 AND subject = person", dbs(l->key),
                   dbs(x->key)));
        SET(&v[i], tier_level_view, key, x->key);
        SET(&v[i], tier_level_view, zh, x->zh);
        SET(&v[i], tier_level_view, en, x->en);
        if (x->condition)
            SET(&v[i], tier_level_view, condition, json_of(r->a, x->condition));
        SET(&v[i], tier_level_view, sentence_zh, tier_sentence(r, x->condition, LANG_ZH));
        SET(&v[i], tier_level_view, sentence_en, tier_sentence(r, x->condition, LANG_EN));
        SET(&v[i], tier_level_view, people, many);
        MEANS_SET(&v[i], tier_level_view, &x->means);
    }
    LIST_SET(out, tier_view, levels, v, l->levels_n);
    return E_OK;
}

static err progress_fill(req *r, const tier_ladder *l, tier_view *out)
{
    db_rows rows;
    bool found;
    TRY(db_query_one(r->d, &rows, &found, "SELECT changed_us, looked_at, last_id, moved FROM tier_ladder WHERE key = $1", dbs(l->key)));
    ENSURE(found);
    int64_t at = db_i64(&rows, 1), last = db_i64(&rows, 2);
    SET(out, tier_view, changed, db_i64(&rows, 0));
    SET(out, tier_view, moved, db_i64(&rows, 3));
    if (at < last)
        SET(out, tier_view, progress, (double)at / (double)last);
    return db_end(&rows);
}

static err ladder_fill(req *r, const tier_ladder *l, tier_view *out)
{
    SET(out, tier_view, key, l->key);
    SET(out, tier_view, zh, l->zh);
    SET(out, tier_view, en, l->en);
    SET(out, tier_view, off, l->off);
    SET(out, tier_view, version, l->version);
    if (l->who)
        SET(out, tier_view, who, json_of(r->a, l->who));
    SET(out, tier_view, who_zh, tier_sentence(r, l->who, LANG_ZH));
    SET(out, tier_view, who_en, tier_sentence(r, l->who, LANG_EN));
    TRY(progress_fill(r, l, out));
    return levels_fill(r, l, out);
}

static err ladders_fill(req *r, tier_views *out)
{
    tier_set s;
    TRY(tier_set_read(r->app, r->d, r->a, &s));
    tier_view *v = arena_array(r->a, tier_view, s.n + 1);
    for (uint32_t i = 0; i < s.n; i++)
        TRY(ladder_fill(r, &s.v[i], &v[i]));
    LIST_SET(out, tier_views, items, v, s.n);
    return E_OK;
}

err tiers_get(req *r) { return ladders_fill(r, r->reply); }

// --- Saving -------------------------------------------------------------------------------------------------------------------

// What is wrong with it is said in the caller's language.
static err body_check(req *r, const tier_body *in, str path, tier_ladder *ret)
{
    const checking c = { r->a, &r->f, r->app, true };
    err e = tier_body_check(&c, in, path, ret);
    if (e != E_OK && r->f.detail.len)
        r->f.detail = rule_word(r->f.detail, r->who.lang);
    return e;
}

err tiers_post(req *r)
{
    const tier_new *in = r->body;
    engine *e = r->app;
    int64_t now;
    tier_ladder l;
    TRY(body_check(r, &in->ladder, S("ladder"), &l));
    TRY(db_int(r->d, &now, 0, "SELECT version FROM tier_ladder WHERE key = $1", dbs(l.key)));
    if (in->version == 0 && now)
        return req_fail_field(r, E_EXISTS, "ladder.key");
    if (in->version != now)
        return req_fail_detail(r, E_CONFLICT, "the ladder was changed meanwhile");
    TRY(tier_save(r->tx, &in->ladder, now + 1, r->who.id, in->reason));
    if (e->audit)
        TRY(e->audit(r, S("tier.changed"), S("tier"), 0, arena_fmt(r->a, "{\"ladder\":\"" STR_FMT "\",\"version\":%lld}", STR_ARG(l.key),
                                                                  (long long)now + 1)));
    TRY(engine_emit(r->tx, &(event_new){ .kind = S("tier.changed"), .flags = EVENT_SYSTEM, .props_n = 3,
                                         .props = (const event_prop[]){ prop_str(S("ladder"), l.key), prop_i64(S("version"), now + 1),
                                                                        prop_i64(S("by"), r->who.id) } }, NULL));
    return ladders_fill(r, r->reply);
}

err tier_versions_get(req *r)
{
    tier_versions *out = r->reply;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT version, at_us AS at, staff, reason, body FROM tier_version WHERE key = $1 ORDER BY version DESC LIMIT $2",
                 dbs(r->path_param[0]), dbi(TIER_VERSIONS_MAX)));
    TRY(ROWS_SET(r->a, &rows, out, tier_versions, items));
    return out->items.n ? E_OK : req_fail_detail(r, E_NOT_FOUND, "ladder");
}

// --- Before saving --------------------------------------------------------------------------------------------------------------

#define PREVIEW_PEOPLE 20000           // beyond, so many evenly chosen ones are looked at

typedef struct counting {
    const tier_ladder *l;
    int64_t would[TIER_LEVELS_MAX + 1], now[TIER_LEVELS_MAX + 1], come[TIER_LEVELS_MAX + 1], moves, looked_at;
} counting;

static err count_one(tx *t, uint32_t person, counting *n)
{
    rule_ctx c = tier_ctx(t, person);
    tier_place place;
    str now;
    TRY(tier_place_of(&c, n->l, &place));
    TRY(tier_standing(t->d, person, n->l->key, t->a, &now));
    int was = tier_level_named(n->l, now);
    size_t to = place.level < 0 ? n->l->levels_n : (size_t)place.level, from = was < 0 ? n->l->levels_n : (size_t)was;
    n->would[to]++;
    n->now[from]++;
    n->come[to] += to != from;
    n->moves += to != from;
    n->looked_at++;
    return E_OK;
}

// The people with the smallest ids from so many evenly spaced points on; all of them when they are few.
static err count_all(req *r, int64_t all, counting *n)
{
    // Conditions read through an operation; here it only reads.
    tx reading = { .d = r->d, .a = arena_create(), .now_us = r->now_us, .f = &r->f, .user = r->app };
    int64_t last, id = 0;
    err e = db_int(r->d, &last, 0, "SELECT max(id) FROM person");
    int64_t step = all <= PREVIEW_PEOPLE ? 1 : last / PREVIEW_PEOPLE;
    for (int64_t from = 1; e == E_OK && from <= last; from = step > id - from ? from + step : id + 1) {
        arena_reset(reading.a);
        e = db_int(r->d, &id, 0, "SELECT id FROM person WHERE id >= $1 ORDER BY id LIMIT 1", dbi(from));
        if (e == E_OK && id == 0)
            break;
        if (e == E_OK)
            e = count_one(&reading, (uint32_t)id, n);
        from = id > from ? id : from;
    }
    arena_destroy(reading.a);
    return e;
}

err tiers_preview_post(req *r)
{
    const tier_body *in = r->body;
    tier_preview *out = r->reply;
    int64_t all;
    tier_ladder l;
    counting n = { .l = &l };
    TRY(body_check(r, in, S(""), &l));
    TRY(db_int(r->d, &all, 0, "SELECT count(*) FROM person"));
    TRY(count_all(r, all, &n));
    tier_preview_level *v = arena_array(r->a, tier_preview_level, l.levels_n + 1);
    for (uint32_t i = 0; i <= l.levels_n; i++) {
        SET(&v[i], tier_preview_level, key, i < l.levels_n ? l.levels[i].key : S(""));
        SET(&v[i], tier_preview_level, people, n.would[i]);
        SET(&v[i], tier_preview_level, now, n.now[i]);
        SET(&v[i], tier_preview_level, come, n.come[i]);
    }
    LIST_SET(out, tier_preview, levels, v, l.levels_n + 1);
    SET(out, tier_preview, looked_at, n.looked_at);
    SET(out, tier_preview, people, all);
    SET(out, tier_preview, exact, n.looked_at == all);
    SET(out, tier_preview, moves, n.moves);
    return E_OK;
}

// --- The routes -----------------------------------------------------------------------------------------------------------------

// clang-format off
#define READS(path_, query_, reply_, doc_, handler_)                                                                             \
    { M_GET, path_, PERM_PEOPLE_READ, .query = query_, .reply = &reply_##_shape,                                                 \
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_CURSOR_INVALID, E_FIELD_VALUE), .where = RUN_POOL, .idem = IDEM_READ, .doc = doc_,   \
      .tag = "tier", .handler = handler_ }
// clang-format on

static const route routes[] = {
    READS("/api/v1/tiers", NULL, tier_views, "The ladders of tiers: levels, conditions, how many stand on each.", tiers_get),
    READS("/api/v1/tiers/people", &tier_people_query_shape, people_page, "Who stands on a level.", tier_people_get),
    READS("/api/v1/tiers/moves", &tier_moves_query_shape, tier_moves, "Who moved from which level to which in a window.", tier_moves_get),
    READS("/api/v1/tiers/{ladder:str}/versions", NULL, tier_versions, "What a ladder was, version by version.", tier_versions_get),
    READS("/api/v1/people/{id}/tiers", NULL, person_tiers, "Where a person stands, why, what is lacking for more, and every move.",
          person_tiers_get),
    { M_POST, "/api/v1/tiers", PERM_RULE_WRITE, .body = &tier_new_shape, .reply = &tier_views_shape,
      .errors = ROUTE_ERRORS(E_EXISTS, E_CONFLICT, E_LIMIT_REACHED, E_FIELD_VALUE, E_FIELD_UNKNOWN, E_FIELD_TYPE, E_FIELD_REQUIRED,
                             E_FIELD_TOO_MANY, E_FIELD_TOO_LONG, E_FIELD_TOO_SHORT, E_FIELD_TOO_LARGE, E_FIELD_TOO_SMALL),
      .where = RUN_TELLER, .idem = IDEM_KEY, .doc = "Save a ladder. Everybody is gone through in the background, quietly.", .tag = "tier",
      .handler = tiers_post },
    { M_POST, "/api/v1/tiers/preview", PERM_PEOPLE_READ, .body = &tier_body_shape, .reply = &tier_preview_shape,
      .errors = ROUTE_ERRORS(E_FIELD_VALUE, E_FIELD_UNKNOWN, E_FIELD_TYPE, E_FIELD_REQUIRED, E_FIELD_TOO_MANY, E_FIELD_TOO_LONG,
                             E_FIELD_TOO_SHORT, E_FIELD_TOO_LARGE, E_FIELD_TOO_SMALL),
      .where = RUN_POOL, .rate_per_minute = 60, .idem = IDEM_READ,
      .doc = "How many would stand where with such a ladder. Looks at 20,000 people at most.", .tag = "tier", .handler = tiers_preview_post },
    READS("/api/v1/offers", NULL, offer_matrix, "The matrix: which activity is offered to which tier and tag.", offer_matrix_get),
    READS("/api/v1/people/{id}/offers", NULL, person_offers, "What may be offered to a person, and why not.", person_offers_get),
    READS("/api/v1/campaigns/{id}/invitations", &invitation_query_shape, invitation_page, "Who was invited, newest first.", invitations_get),
    READS("/api/v1/campaigns/{id}/candidates", &invitation_query_shape, people_page, "Whom the matrix offers it to and who was not invited yet.",
          candidates_get),
    { M_POST, "/api/v1/offers", PERM_RULE_WRITE, .body = &offer_new_shape, .reply = &offer_matrix_shape,
      .errors = ROUTE_ERRORS(E_CONFLICT, E_FIELD_VALUE), .where = RUN_TELLER, .idem = IDEM_KEY, .doc = "Decide a row of the matrix as a whole.",
      .tag = "tier", .handler = offer_matrix_post },
    { M_POST, "/api/v1/campaigns/{id}/invitations", PERM_PEOPLE_WRITE, .body = &invite_new_shape, .reply = &invite_done_shape,
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_FIELD_VALUE), .where = RUN_TELLER, .idem = IDEM_KEY,
      .doc = "Invite people: the matrix, their consent to the channel and how often they were invited are asked first; dry_run only says.",
      .tag = "tier", .handler = invitations_post },
};
const route_table tier_routes = ROUTE_TABLE("tier", routes);
