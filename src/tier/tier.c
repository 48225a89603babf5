// Ladders: checked, stored with every version, read into memory. A set never changes; a new version makes a new set inside the
// operation, and undoing the operation brings the old one back.
#include "tier/offer.h"

SHAPE_TABLE(tier_right, TIER_RIGHT_BODY);
SHAPE_TABLE(tier_level_body, TIER_LEVEL_BODY);
SHAPE_TABLE(tier_body, TIER_BODY);
SHAPE_TABLE(tier_new, TIER_NEW);

// --- Reading a body -----------------------------------------------------------------------------------------------------------

static tier_means means_of(const tier_level_body *in, arena *a)
{
    tier_right *v = arena_array(a, tier_right, in->rights.n + 1);
    for (uint32_t i = 0; i < in->rights.n; i++) {
        SET(&v[i], tier_right, code, arena_str(a, in->rights.v[i].code));
        SET(&v[i], tier_right, zh, arena_str(a, in->rights.v[i].zh));
        SET(&v[i], tier_right, en, arena_str(a, in->rights.v[i].en));
    }
    return (tier_means){ v, in->rights.n, HAS(in, tier_level_body, invites) ? in->invites : -1,
                         HAS(in, tier_level_body, touch_days) ? in->touch_days : 0 };
}

err tier_ladder_of(const tier_body *in, arena *a, fault *f, tier_ladder *ret)
{
    jval *v;
    *ret = (tier_ladder){ .key = arena_str(a, in->key), .zh = arena_str(a, in->zh), .en = arena_str(a, in->en),
                          .off = HAS(in, tier_body, off) && in->off, .levels_n = in->levels.n };
    if (HAS(in, tier_body, who)) {
        TRY(json_parse(a, arena_str(a, in->who), f, &v));
        ret->who = v;
    }
    for (uint32_t i = 0; i < in->levels.n; i++) {
        const tier_level_body *x = &in->levels.v[i];
        ret->levels[i] = (tier_level){ .key = arena_str(a, x->key), .zh = arena_str(a, x->zh), .en = arena_str(a, x->en),
                                        .means = means_of(x, a) };
        if (!HAS(x, tier_level_body, condition))
            continue;
        TRY(json_parse(a, arena_str(a, x->condition), f, &v));
        ret->levels[i].condition = v;
    }
    return E_OK;
}

static str below(const checking *c, str path, const char *name)
{
    return path.len ? arena_fmt(c->a, STR_FMT ".%s", STR_ARG(path), name) : str_c(name);
}

static err rights_check(const checking *c, const tier_means *m, str path)
{
    for (uint32_t i = 0; i < m->rights_n; i++)
        for (uint32_t k = 0; k < i; k++)
            if (str_eq(m->rights[k].code, m->rights[i].code))
                return check_fail(c, arena_fmt(c->a, STR_FMT "[%u].code", STR_ARG(path), i), "used twice");
    return E_OK;
}

static err level_check(const checking *c, const tier_ladder *l, uint32_t i, str path)
{
    const tier_level *x = &l->levels[i];
    str at = arena_fmt(c->a, STR_FMT "[%u]", STR_ARG(below(c, path, "levels")), i), key = below(c, at, "key");
    if (str_eq(x->key, S("none")))
        return check_fail(c, key, "a word kept for those on no level");
    for (uint32_t k = 0; k < i; k++)
        if (str_eq(l->levels[k].key, x->key))
            return check_fail(c, key, "used twice");
    TRY(rights_check(c, &x->means, below(c, at, "rights")));
    if (x->condition)
        return condition_check(c, x->condition, below(c, at, "condition"), 0);
    return i + 1 == l->levels_n ? E_OK : fault_field(c->f, c->a, E_FIELD_REQUIRED, below(c, at, "condition"), 0);
}

err tier_body_check(const checking *c, const tier_body *in, str path, tier_ladder *ret)
{
    const checking own = { c->a, c->f, c->e, true };
    TRY(tier_ladder_of(in, c->a, c->f, ret));
    if (ret->who)
        TRY(condition_check(&own, ret->who, below(c, path, "who"), 0));
    for (uint32_t i = 0; i < ret->levels_n; i++)
        TRY(level_check(&own, ret, i, path));
    return E_OK;
}

err tier_body_read(str text, arena *a, fault *f, tier_body *ret)
{
    jval *v;
    TRY(json_parse(a, text, f, &v));
    return shape_read(&tier_body_shape, v, a, f, ret);
}

// --- The set ------------------------------------------------------------------------------------------------------------------

err tier_set_read(engine *e, db *d, arena *a, tier_set *ret)
{
    db_rows r;
    err bad = E_OK;
    *ret = (tier_set){ .a = a };
    TRY(db_query(d, &r, "SELECT body, version FROM tier_ladder ORDER BY position, key LIMIT $1", dbi(TIER_LADDERS_MAX)));
    while (bad == E_OK && db_next(&r)) {
        tier_body in;
        fault f = { 0 };
        const checking c = { a, &f, e, true };
        bad = tier_body_read(arena_str(a, db_str(&r, 0)), a, &f, &in);
        if (bad == E_OK)
            bad = tier_body_check(&c, &in, S(""), &ret->v[ret->n]);
        ret->v[ret->n++].version = db_i64(&r, 1);
    }
    err end = db_end(&r);
    return bad != E_OK ? E_CORRUPT : end;
}

static err set_create(engine *e, db *d, tier_set **ret)
{
    arena *a = arena_create();
    tier_set *s = arena_new(a, tier_set);
    err r = tier_set_read(e, d, a, s);
    if (r != E_OK)
        arena_destroy(a);
    else
        *ret = s;
    return r;
}

typedef struct swap { struct tiers *of; tier_set *before, *after; } swap;

static void swap_undo(void *p)
{
    swap *s = p;
    s->of->set = s->before;
    s->of->listens.n = 0;
    arena_destroy(s->after->a);
}

static void swap_keep(void *p)
{
    swap *s = p;
    arena_destroy(s->before->a);
}

static err set_reload(tx *t)
{
    engine *e = engine_of(t);
    swap *s = arena_new(t->a, swap);
    *s = (swap){ e->tiers, e->tiers->set, NULL };
    TRY(set_create(e, t->d, &s->after));
    e->tiers->set = s->after;
    e->tiers->listens.n = 0;
    tx_undo(t, swap_undo, s);
    tx_after(t, swap_keep, s);
    return E_OK;
}

const tier_ladder *tier_named(const tier_set *s, str key)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (str_eq(s->v[i].key, key))
            return &s->v[i];
    return NULL;
}

int tier_level_named(const tier_ladder *l, str key)
{
    for (uint32_t i = 0; i < l->levels_n; i++)
        if (str_eq(l->levels[i].key, key))
            return (int)i;
    return TIER_PLACE_NONE;
}

// --- Storing ------------------------------------------------------------------------------------------------------------------

static err body_text(tx *t, const tier_body *in, str *ret)
{
    buf b = { 0 };
    jw w = { .b = &b };
    err e = shape_write(&tier_body_shape, in, &w, t->f, t->a);
    if (e == E_OK)
        *ret = arena_str(t->a, buf_str(&b));
    buf_free(&b);
    return e;
}

err tier_save(tx *t, const tier_body *in, int64_t version, int64_t staff, str reason)
{
    str body;
    int64_t last, n;
    TRY(db_int(t->d, &n, 0, "SELECT count(*) FROM tier_ladder"));
    if (version == 1 && n >= TIER_LADDERS_MAX)
        return fault_field(t->f, t->a, E_LIMIT_REACHED, (str){ 0 }, TIER_LADDERS_MAX);
    TRY(body_text(t, in, &body));
    TRY(db_int(t->d, &last, 0, "SELECT max(id) FROM person"));
    TRY(db_exec(t->d,
                "INSERT INTO tier_ladder (key, version, position, body, changed_us, looked_at, last_id, moved)"
                " VALUES ($1, $2, $3, $4, $5, 0, $6, 0) ON CONFLICT (key) DO UPDATE SET version = excluded.version, body = excluded.body,"
                " changed_us = excluded.changed_us, looked_at = 0, last_id = excluded.last_id, moved = 0",
                dbs(in->key), dbi(version), dbi(n), dbs(body), dbi(t->now_us), dbi(last)));
    TRY(db_exec(t->d, "INSERT INTO tier_version (key, version, body, at_us, staff, reason) VALUES ($1, $2, $3, $4, $5, $6)", dbs(in->key),
                dbi(version), dbs(body), dbi(t->now_us), dbi(staff), dbs(reason)));
    tier_ladder l;
    TRY(tier_ladder_of(in, t->a, t->f, &l));
    TRY(tier_means_save(t, &l));
    return set_reload(t);
}

// --- The playbook -------------------------------------------------------------------------------------------------------------

// Ladders from before there were rows of what their levels mean.
static err means_ensure(tx *t)
{
    const tier_set *set = engine_of(t)->tiers->set;
    for (uint32_t i = 0; i < set->n; i++) {
        int64_t n;
        TRY(db_int(t->d, &n, 0, "SELECT count(*) FROM tier_level WHERE ladder = $1", dbs(set->v[i].key)));
        if (!n)
            TRY(tier_means_save(t, &set->v[i]));
    }
    return E_OK;
}

static err load_one(tx *t, jval *item, str path)
{
    int64_t n;
    tier_body in;
    tier_ladder l;
    const checking c = { t->a, t->f, engine_of(t), true };
    TRY(shape_read(&tier_body_shape, item, t->a, t->f, &in));
    TRY(tier_body_check(&c, &in, path, &l));
    TRY(db_int(t->d, &n, 0, "SELECT version FROM tier_ladder WHERE key = $1", dbs(in.key)));
    return n ? E_OK : tier_save(t, &in, 1, 0, S("playbook"));
}

err tier_load(tx *t, str json)
{
    jval *root, *item;
    size_t i, n;
    TRY(json_parse(t->a, json, t->f, &root));
    yyjson_arr_foreach(json_get(root, S("tiers")), i, n, item)
        TRY(load_one(t, item, arena_fmt(t->a, "tiers[%zu]", i)));
    TRY(means_ensure(t));
    return offer_load(t, json_get(root, S("offers")));
}

// --- Opening ------------------------------------------------------------------------------------------------------------------

void tier_register(engine *e)
{
    arena *a = arena_create();
    e->tiers = arena_new(a, struct tiers);
    e->tiers->a = a;
    e->touch = tier_touch;
    people_add_tables(e, tier_tables, tier_tables_n);
    tier_rules_register(e);
    tier_means_register(e);
    offer_register(e);
}

err tier_open(engine *e, db *d)
{
    return set_create(e, d, &e->tiers->set);
}

void tier_close(engine *e)
{
    struct tiers *s = e->tiers;
    if (!s)
        return;
    if (s->set)
        arena_destroy(s->set->a);
    vec_free(&s->listens);
    vec_free(&s->touched);
    map64_free(&s->times);
    e->tiers = NULL;
    e->touch = NULL;
    arena_destroy(s->a);
}
