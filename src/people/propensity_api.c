// Who may become an owner: the model is fitted on asking and kept as a version with the figures it was made from; scores are worked out
// when somebody looks, for one person or in one pass for the list. Nothing is kept about a person, nothing happens on each event.
#include "base/map.h"
#include "base/time.h"
#include "base/vec.h"
#include "people/people_api.h"
#include "people/propensity.h"
#include <math.h>
#include <stdlib.h>

#define VALUES_MAX 50000
#define VERSIONS_KEPT 50
#define REASONS_MAX 4
#define LIST_MAX 200
#define LEAD_DAYS 180

// --- Shapes -----------------------------------------------------------------------------------------------------------------------
#define PROPENSITY_VALUE(F, T)                                                                                            \
    F(T, STR, kind, .required = true, .max = 20, .doc = "trait, tag or did (in the 28 days before the lead).")            \
    F(T, STR, name, .max = 200, .doc = "Of a trait: city, model, birth_band.")                                            \
    F(T, STR, value, .required = true, .max = 200,                                                                    \
      .doc = "Its value; empty: none that the model knows.")                                                          \
    F(T, STR, zh, .max = 200, .doc = "What people call it in Chinese, when it has another name.")                         \
    F(T, STR, en, .max = 200, .doc = "The same in English.")

#define PROPENSITY_FEATURE(F, T)                                                                                          \
    PROPENSITY_VALUE(F, T)                                                                                                \
    F(T, F64, weight, .required = true, .doc = "What it adds to the log-odds.")                                           \
    F(T, I64, people, .required = true, .doc = "Leads it held of, of those learned from.")                                \
    F(T, I64, became, .required = true, .doc = "How many of them became owners.")
SHAPE_STRUCT(propensity_feature_view, PROPENSITY_FEATURE);
SHAPE_TABLE(propensity_feature_view, PROPENSITY_FEATURE);

#define PROPENSITY_BIN(F, T)                                                                                              \
    F(T, F64, predicted, .required = true, .doc = "Mean score of these people.")                                          \
    F(T, I64, people, .required = true, .doc = "How many.")                                                               \
    F(T, I64, became, .required = true, .doc = "How many of them became owners.")                                         \
    F(T, F64, low, .required = true, .doc = "Lower end of the 95 % Wilson interval of became / people.")                  \
    F(T, F64, high, .required = true, .doc = "Upper end.")
SHAPE_STRUCT(propensity_bin_view, PROPENSITY_BIN);
SHAPE_TABLE(propensity_bin_view, PROPENSITY_BIN);

#define PROPENSITY_VIEW(F, T)                                                                                             \
    F(T, I64, version, .required = true, .doc = "Number of the model.")                                                   \
    F(T, TIME, made, .required = true, .doc = "When.")                                                                    \
    F(T, STR, by, .required = true, .max = 120, .doc = "Who asked for it.")                                               \
    F(T, I64, lead_days, .required = true, .doc = "Leads at least so old were learned from: younger ones may still become owners.") \
    F(T, F64, intercept, .required = true, .doc = "score = 1 / (1 + exp(-(intercept + the weights of what holds))).")     \
    F(T, I64, learned, .required = true, .doc = "Leads it was fitted on.")                                                \
    F(T, I64, became, .required = true, .doc = "How many of them became owners.")                                         \
    F(T, I64, held_out, .required = true, .doc = "Leads kept apart to judge it by.")                                      \
    F(T, I64, held_became, .required = true, .doc = "How many of them became owners.")                                    \
    F(T, F64, auc, .required = true, .doc = "Of two of these, one of whom became an owner, how often that one scored higher.") \
    F(T, LIST(propensity_bin_view), bins, .required = true, .max = PROPENSITY_BINS,                                       \
      .doc = "Those kept apart, lowest scores first: said against came.")                                                 \
    F(T, LIST(propensity_feature_view), features, .required = true, .max = PROPENSITY_FEATURES_MAX, .doc = "What tells most first.")
SHAPE_STRUCT(propensity_view, PROPENSITY_VIEW);
SHAPE_TABLE(propensity_view, PROPENSITY_VIEW);

#define PROPENSITY_NEW(F, T) F(T, I64, lead_days, .min = 30, .max = 730, .doc = "180 when absent.")
SHAPE_STRUCT(propensity_new, PROPENSITY_NEW);
SHAPE_TABLE(propensity_new, PROPENSITY_NEW);

#define PROPENSITY_REASON(F, T)                                                                                           \
    PROPENSITY_VALUE(F, T)                                                                                                \
    F(T, BOOL, holds, .required = true,                                                                                   \
      .doc = "It holds of the person, or it does not; of a trait: its value is one the model knows.")                                   \
    F(T, F64, adds, .required = true, .doc = "To the log-odds, against the average lead.")
SHAPE_STRUCT(propensity_reason, PROPENSITY_REASON);
SHAPE_TABLE(propensity_reason, PROPENSITY_REASON);

#define PROPENSITY_PERSON(F, T)                                                                                           \
    F(T, I64, person, .required = true, .doc = "Id.")                                                                     \
    F(T, I64, version, .required = true, .doc = "Of the model.")                                                          \
    F(T, TIME, lead, .doc = "Their first lead, as of which they are looked at; absent: they have none, and no score.")    \
    F(T, BOOL, owner, .required = true, .doc = "They own or owned one already.")                                          \
    F(T, F64, score, .doc = "From 0 to 1; absent: no lead.")                                                              \
    F(T, LIST(propensity_reason), reasons, .required = true, .max = REASONS_MAX, .doc = "What moves it most, first.")
SHAPE_STRUCT(propensity_person, PROPENSITY_PERSON);
SHAPE_TABLE(propensity_person, PROPENSITY_PERSON);

#define PROPENSITY_QUERY(F, T) F(T, I64, limit, .min = 1, .max = LIST_MAX, .doc = "At most so many; 50 when absent.")
SHAPE_STRUCT(propensity_query, PROPENSITY_QUERY);
SHAPE_TABLE(propensity_query, PROPENSITY_QUERY);
#define PROPENSITY_LIST(F, T)                                                                                             \
    F(T, I64, version, .required = true, .doc = "Of the model.")                                                          \
    F(T, I64, open, .required = true, .doc = "People with a lead who are no owners.")                                     \
    F(T, LIST(propensity_person), items, .required = true, .max = LIST_MAX, .doc = "Those with an open opportunity, best first.")
SHAPE_STRUCT(propensity_list, PROPENSITY_LIST);
SHAPE_TABLE(propensity_list, PROPENSITY_LIST);

// --- What is asked of the timeline --------------------------------------------------------------------------------------------------
#define OWNED "{\"did\":{\"event\":\"stage.moved\",\"where\":[[\"to\",\"=\",\"owner\"]]}}"
static const char leads[] =
    "{\"ask\":\"compare\",\"who\":" OWNED ",\"against\":{\"not\":" OWNED "},\"at\":{\"event\":\"lead.captured\"},"
    "\"traits\":[\"city\",\"model\",{\"name\":\"birth_band\",\"consent\":\"personalise\"}],\"said_by\":[\"identify\",\"profile.set\"]}";

// Tags that need a consent, and sensitive ones, are not what people are ordered by.
static err tags_left_out(db *d, arena *a, mapstr *ret)
{
    db_rows r;
    TRY(db_query(d, &r, "SELECT name FROM tag_type WHERE sensitive = 1 OR COALESCE(purpose, '') <> ''"));
    while (db_next(&r))
        mapstr_put(ret, arena_fmt(a, "tag " STR_FMT, STR_ARG(db_str(&r, 0))), 1);
    return db_end(&r);
}

static err describe(req *r, uint32_t person, bool (*fn)(void *p, const described *d), void *p)
{
    engine *e = r->app;
    jval *q;
    int64_t head;
    dictionary dict = names_dictionary(e->names);
    TRY(head_event_no(r->d, &head));
    if (!teller_wait_visible(e->teller, head))
        return E_SHUTTING_DOWN;
    TRY(json_parse(r->a, str_c(leads), &r->f, &q));
    return timeline_describe(e->tl, &dict, q, r->now_us, head, person, r->a, &r->f, fn, p);
}

// --- Learning -----------------------------------------------------------------------------------------------------------------------
typedef struct learning {
    arena *a;
    int64_t until_us;
    mapstr ids, out;
    VEC(str) values;
    VEC(propensity_case) cases;
} learning;

static bool learn_one(void *p, const described *d)
{
    learning *l = p;
    if (d->at_us > l->until_us)
        return true;
    uint32_t *has = arena_array(l->a, uint32_t, d->n + 1), n = 0;
    for (size_t i = 0; i < d->n; i++) {
        uint64_t id;
        if (mapstr_get(&l->out, d->v[i], &id))
            continue;
        if (!mapstr_get(&l->ids, d->v[i], &id)) {
            if (l->values.n >= VALUES_MAX)
                continue;
            id = l->values.n;
            vec_push(&l->values, arena_str(l->a, d->v[i]));
            mapstr_put(&l->ids, l->values.v[id], id);
        }
        has[n++] = (uint32_t)id;
    }
    vec_push(&l->cases, ((propensity_case){ d->person, d->in_set, has, n }));
    return true;
}

typedef struct fitted { propensity_model m; str values[PROPENSITY_FEATURES_MAX]; int64_t lead_days; } fitted;

// On a slow thread: the pass and the arithmetic.
static err fit_work(req *r)
{
    const propensity_new *in = r->body;
    fitted *f = arena_new(r->a, fitted);
    f->lead_days = HAS(in, propensity_new, lead_days) ? in->lead_days : LEAD_DAYS;
    learning l = { .a = r->a, .until_us = r->now_us - f->lead_days * US_PER_DAY };
    err e = tags_left_out(r->d, r->a, &l.out);
    if (e == E_OK)
        e = describe(r, 0, learn_one, &l);
    if (e == E_OK && !propensity_fit(l.cases.v, l.cases.n, (uint32_t)l.values.n, r->a, &f->m))
        e = req_fail_detail(r, E_CONFLICT, "%zu leads are old enough; %d are needed, %d of them owners and %d not", l.cases.n,
                            PROPENSITY_LEADS_MIN, PROPENSITY_EACH_MIN, PROPENSITY_EACH_MIN);
    for (uint32_t i = 0; e == E_OK && i < f->m.n; i++)
        f->values[i] = l.values.v[f->m.v[i].value];
    mapstr_free(&l.ids);
    mapstr_free(&l.out);
    vec_free(&l.values);
    vec_free(&l.cases);
    r->prepared = f;
    return e;
}

// --- As it is kept ------------------------------------------------------------------------------------------------------------------
static str model_json(const fitted *f, arena *a)
{
    buf b = { 0 };
    jw w = { .b = &b };
    jw_obj(&w);
    jw_key(&w, S("intercept"));
    jw_f64(&w, f->m.intercept);
    jw_ki64(&w, "learned", f->m.learned);
    jw_ki64(&w, "became", f->m.became);
    jw_ki64(&w, "held_out", f->m.held_out);
    jw_ki64(&w, "held_became", f->m.held_became);
    jw_key(&w, S("auc"));
    jw_f64(&w, f->m.auc);
    jw_key(&w, S("bins"));
    jw_arr(&w);
    for (uint32_t i = 0; i < f->m.bins_n; i++) {
        jw_arr(&w);
        jw_f64(&w, f->m.bins[i].predicted);
        jw_i64(&w, f->m.bins[i].people);
        jw_i64(&w, f->m.bins[i].became);
        jw_end_arr(&w);
    }
    jw_end_arr(&w);
    jw_key(&w, S("features"));
    jw_arr(&w);
    for (uint32_t i = 0; i < f->m.n; i++) {
        jw_arr(&w);
        jw_str(&w, f->values[i]);
        jw_f64(&w, f->m.v[i].weight);
        jw_f64(&w, f->m.v[i].mean);
        jw_i64(&w, f->m.v[i].people);
        jw_i64(&w, f->m.v[i].became);
        jw_end_arr(&w);
    }
    jw_end_arr(&w);
    jw_end_obj(&w);
    str text = arena_str(a, buf_str(&b));
    buf_free(&b);
    return text;
}

static int64_t whole(jval *v)
{
    int64_t n = 0;
    json_i64(v, &n);
    return n;
}

static double real(jval *v) { return yyjson_get_num(v); }

static void model_of_json(jval *v, fitted *f)
{
    jval *bins = json_get(v, S("bins")), *features = json_get(v, S("features")), *x;
    size_t i, n;
    f->m.intercept = real(json_get(v, S("intercept")));
    f->m.learned = whole(json_get(v, S("learned")));
    f->m.became = whole(json_get(v, S("became")));
    f->m.held_out = whole(json_get(v, S("held_out")));
    f->m.held_became = whole(json_get(v, S("held_became")));
    f->m.auc = real(json_get(v, S("auc")));
    yyjson_arr_foreach(bins, i, n, x)
        if (i < PROPENSITY_BINS)
            f->m.bins[f->m.bins_n++] =
                (propensity_bin){ real(yyjson_arr_get(x, 0)), whole(yyjson_arr_get(x, 1)), whole(yyjson_arr_get(x, 2)) };
    yyjson_arr_foreach(features, i, n, x)
        if (i < PROPENSITY_FEATURES_MAX) {
            f->values[f->m.n] = json_str(yyjson_arr_get(x, 0));
            f->m.v[f->m.n++] = (propensity_feature){ .weight = real(yyjson_arr_get(x, 1)), .mean = real(yyjson_arr_get(x, 2)),
                                                     .people = whole(yyjson_arr_get(x, 3)), .became = whole(yyjson_arr_get(x, 4)) };
        }
}

typedef struct kept { fitted f; int64_t version, made_us; str by; } kept;

static err newest(req *r, kept *ret)
{
    db_rows rows;
    bool found;
    jval *v = NULL;
    *ret = (kept){ .by = { "", 0 } };
    TRY(db_query_one(r->d, &rows, &found,
                     "SELECT version, made_us, by_name, lead_days, body FROM propensity_model ORDER BY version DESC LIMIT 1"));
    if (found) {
        ret->version = db_i64(&rows, 0);
        ret->made_us = db_i64(&rows, 1);
        ret->by = req_text(r, &rows, 2);
        ret->f.lead_days = db_i64(&rows, 3);
        err e = json_parse(r->a, req_text(r, &rows, 4), NULL, &v);
        if (e == E_OK)
            model_of_json(v, &ret->f);
    }
    TRY(db_end(&rows));
    return !found ? req_fail_detail(r, E_NOT_FOUND, "a model; it is made by asking for one") : v ? E_OK : E_CORRUPT;
}

// --- As it is shown -------------------------------------------------------------------------------------------------------------------
// "trait city 上海" → its parts; names of kinds as people say them.
typedef struct value_parts { str kind, name, value, zh, en; } value_parts;

static value_parts parts_of(const req *r, str text)
{
    engine *e = r->app;
    value_parts p = { .value = text };
    p.kind = str_cut(&p.value, ' ');
    if (str_eq(p.kind, S("trait")))
        p.name = str_cut(&p.value, ' ');
    uint32_t kind = str_eq(p.kind, S("did")) ? names_kind_find(e->names, p.value) : 0;
    if (kind) {
        p.zh = names_kind_label(e->names, kind, LANG_ZH, r->a);
        p.en = names_kind_label(e->names, kind, LANG_EN, r->a);
    }
    return p;
}

#define SET_VALUE(v_, shape_, p_)                       \
    do {                                                \
        SET(v_, shape_, kind, (p_).kind);               \
        SET(v_, shape_, value, (p_).value);             \
        if ((p_).name.len)                              \
            SET(v_, shape_, name, (p_).name);           \
        if ((p_).zh.len)                                \
            SET(v_, shape_, zh, (p_).zh);               \
        if ((p_).en.len)                                \
            SET(v_, shape_, en, (p_).en);               \
    } while (0)

static void show_model(req *r, const kept *k, propensity_view *out)
{
    const propensity_model *m = &k->f.m;
    propensity_bin_view *bins = arena_array(r->a, propensity_bin_view, m->bins_n + 1);
    propensity_feature_view *features = arena_array(r->a, propensity_feature_view, m->n + 1);
    SET(out, propensity_view, version, k->version);
    SET(out, propensity_view, made, k->made_us);
    SET(out, propensity_view, by, k->by);
    SET(out, propensity_view, lead_days, k->f.lead_days);
    SET(out, propensity_view, intercept, m->intercept);
    SET(out, propensity_view, learned, m->learned);
    SET(out, propensity_view, became, m->became);
    SET(out, propensity_view, held_out, m->held_out);
    SET(out, propensity_view, held_became, m->held_became);
    SET(out, propensity_view, auc, m->auc);
    for (uint32_t i = 0; i < m->bins_n; i++) {
        double low, high;
        portrait_wilson(m->bins[i].became, m->bins[i].people ? m->bins[i].people : 1, &low, &high);
        SET(&bins[i], propensity_bin_view, predicted, m->bins[i].predicted);
        SET(&bins[i], propensity_bin_view, people, m->bins[i].people);
        SET(&bins[i], propensity_bin_view, became, m->bins[i].became);
        SET(&bins[i], propensity_bin_view, low, low);
        SET(&bins[i], propensity_bin_view, high, high);
    }
    for (uint32_t i = 0; i < m->n; i++) {
        const value_parts p = parts_of(r, k->f.values[i]);
        SET_VALUE(&features[i], propensity_feature_view, p);
        SET(&features[i], propensity_feature_view, weight, m->v[i].weight);
        SET(&features[i], propensity_feature_view, people, m->v[i].people);
        SET(&features[i], propensity_feature_view, became, m->v[i].became);
    }
    SET(out, propensity_view, bins, (typeof(out->bins)){ bins, m->bins_n });
    SET(out, propensity_view, features, (typeof(out->features)){ features, m->n });
}

// What moves a score: a tag, a deed, or a trait as a whole: all its values together, shown as the one that holds.
typedef struct moved_by { value_parts p; bool holds; double adds; } moved_by;

static uint32_t moved_of(const req *r, const kept *k, const bool *has, const double *parts, moved_by *v)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < k->f.m.n; i++) {
        const value_parts p = parts_of(r, k->f.values[i]);
        uint32_t at = 0;
        while (at < n && !(p.name.len && str_eq(v[at].p.name, p.name)))
            at++;
        if (at == n) {
            v[n++] = (moved_by){ .p = p };
            if (p.name.len)
                v[at].p.value = S("");         // another than those the model knows, until one is found to hold
        }
        v[at].adds += parts[i];
        if (has[i]) {
            v[at].holds = true;
            v[at].p = p;
        }
    }
    return n;
}

static int most_moving(const void *x, const void *y)
{
    double p = fabs(((const moved_by *)x)->adds), q = fabs(((const moved_by *)y)->adds);
    return p > q ? -1 : p < q;
}

static void show_person(req *r, const kept *k, uint32_t person, int64_t at_us, bool owner, uint64_t mask, propensity_person *out)
{
    const propensity_model *m = &k->f.m;
    bool has[PROPENSITY_FEATURES_MAX];
    double parts[PROPENSITY_FEATURES_MAX];
    moved_by by[PROPENSITY_FEATURES_MAX];
    propensity_reason *v = arena_array(r->a, propensity_reason, REASONS_MAX);
    uint32_t n = 0;
    for (uint32_t i = 0; i < m->n; i++)
        has[i] = mask >> i & 1;
    SET(out, propensity_person, person, person);
    SET(out, propensity_person, version, k->version);
    SET(out, propensity_person, lead, at_us);
    SET(out, propensity_person, owner, owner);
    SET(out, propensity_person, score, propensity_score(m, has, parts));
    uint32_t all = moved_of(r, k, has, parts, by);
    qsort(by, all, sizeof *by, most_moving);
    for (; n < REASONS_MAX && n < all; n++) {
        SET_VALUE(&v[n], propensity_reason, by[n].p);
        SET(&v[n], propensity_reason, holds, by[n].holds);
        SET(&v[n], propensity_reason, adds, by[n].adds);
    }
    SET(out, propensity_person, reasons, (typeof(out->reasons)){ v, n });
}

// --- Routes ---------------------------------------------------------------------------------------------------------------------------
static err model_post(req *r)
{
    engine *e = r->app;
    const fitted *f = r->prepared;
    kept k = { .f = *f, .made_us = r->tx->now_us, .by = r->who.name };
    TRY(db_int(r->d, &k.version, 1, "SELECT max(version) + 1 FROM propensity_model"));
    TRY(db_exec(r->d,
                "INSERT INTO propensity_model (version, made_us, by_kind, by_id, by_name, lead_days, body)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                dbi(k.version), dbi(k.made_us), dbi(r->who.kind), dbi(r->who.id), dbs(r->who.name), dbi(f->lead_days),
                dbs(model_json(f, r->a))));
    TRY(db_exec(r->d, "DELETE FROM propensity_model WHERE version <= $1", dbi(k.version - VERSIONS_KEPT)));
    if (e->audit)
        TRY(e->audit(r, S("propensity.made"), S("propensity"), k.version, arena_fmt(r->a, "{\"learned\":%lld}", (long long)f->m.learned)));
    show_model(r, &k, r->reply);
    r->status = 201;
    return E_OK;
}

static err model_get(req *r)
{
    kept k;
    TRY(newest(r, &k));
    show_model(r, &k, r->reply);
    return E_OK;
}

typedef struct scored { double score; int64_t at_us; uint64_t mask; uint32_t person; bool owner; } scored;
typedef struct scoring { const kept *k; mapstr places; VEC(scored) v; bool owners; } scoring;

static bool score_one(void *p, const described *d)
{
    scoring *s = p;
    bool has[PROPENSITY_FEATURES_MAX] = { 0 };
    scored x = { .person = d->person, .at_us = d->at_us, .owner = d->in_set };
    for (size_t i = 0; i < d->n; i++) {
        uint64_t place;
        if (mapstr_get(&s->places, d->v[i], &place)) {
            has[place] = true;
            x.mask |= UINT64_C(1) << place;
        }
    }
    x.score = propensity_score(&s->k->f.m, has, NULL);
    if (s->owners || !d->in_set)
        vec_push(&s->v, x);
    return true;
}

static void scoring_begin(scoring *s)
{
    for (uint32_t i = 0; i < s->k->f.m.n; i++)
        mapstr_put(&s->places, s->k->f.values[i], i);
}

static void scoring_end(scoring *s)
{
    mapstr_free(&s->places);
    vec_free(&s->v);
}

static int best_first(const void *x, const void *y)
{
    const scored *p = x, *q = y;
    if (p->score != q->score)
        return p->score > q->score ? -1 : 1;
    return p->at_us != q->at_us ? (p->at_us > q->at_us ? -1 : 1) : p->person < q->person ? -1 : 1;
}

static err list_fill(req *r, const scoring *s, propensity_list *out)
{
    const propensity_query *q = r->query;
    int64_t limit = HAS(q, propensity_query, limit) ? q->limit : 50, open;
    propensity_person *v = arena_array(r->a, propensity_person, (size_t)limit + 1);
    uint32_t n = 0;
    for (size_t i = 0; i < s->v.n && n < limit; i++) {
        TRY(people_opportunity(r->d, s->v.v[i].person, &open));
        if (open)
            show_person(r, s->k, s->v.v[i].person, s->v.v[i].at_us, false, s->v.v[i].mask, &v[n++]);
    }
    SET(out, propensity_list, version, s->k->version);
    SET(out, propensity_list, open, (int64_t)s->v.n);
    SET(out, propensity_list, items, (typeof(out->items)){ v, n });
    return E_OK;
}

static err list_get(req *r)
{
    kept k;
    TRY(newest(r, &k));
    scoring s = { .k = &k };
    scoring_begin(&s);
    err e = describe(r, 0, score_one, &s);
    if (s.v.n)
        qsort(s.v.v, s.v.n, sizeof *s.v.v, best_first);
    if (e == E_OK)
        e = list_fill(r, &s, r->reply);
    scoring_end(&s);
    return e;
}

static err person_get(req *r)
{
    kept k;
    int64_t person;
    propensity_person *out = r->reply;
    TRY(people_current(r->d, r->path_id[0], &person));
    if (!person)
        return req_fail_detail(r, E_NOT_FOUND, "person");
    TRY(newest(r, &k));
    scoring s = { .k = &k, .owners = true };
    scoring_begin(&s);
    err e = describe(r, (uint32_t)person, score_one, &s);
    SET(out, propensity_person, person, person);
    SET(out, propensity_person, version, k.version);
    SET(out, propensity_person, owner, false);
    SET(out, propensity_person, reasons, (typeof(out->reasons)){ 0 });
    if (e == E_OK && s.v.n)
        show_person(r, &k, (uint32_t)person, s.v.v[0].at_us, s.v.v[0].owner, s.v.v[0].mask, out);
    scoring_end(&s);
    return e;
}

static const route routes[] = {
    { M_GET, "/api/v1/propensity", PERM_TIMELINE_READ, .reply = &propensity_view_shape, .where = RUN_POOL, .idem = IDEM_READ, .tag = "people",
      .errors = ROUTE_ERRORS(E_NOT_FOUND), .doc = "The newest model of who becomes an owner: what it weighs, and how well it says it.",
      .handler = model_get },
    { M_POST, "/api/v1/propensity", PERM_RULE_WRITE, .body = &propensity_new_shape, .reply = &propensity_view_shape, .where = RUN_TELLER,
      .idem = IDEM_KEY, .rate_per_minute = 6, .errors = ROUTE_ERRORS(E_CONFLICT), .tag = "people",
      .doc = "Make a new model from the leads that are old enough. Walks all people.", .work = fit_work, .handler = model_post },
    { M_GET, "/api/v1/propensity/prospects", PERM_TIMELINE_READ, .query = &propensity_query_shape, .reply = &propensity_list_shape,
      .where = RUN_POOL, .idem = IDEM_READ, .rate_per_minute = 12, .errors = ROUTE_ERRORS(E_NOT_FOUND), .tag = "people",
      .doc = "Open prospects, best first, each with its reasons. Walks all people.", .handler = list_get },
    { M_GET, "/api/v1/people/{id}/propensity", PERM_TIMELINE_READ, .reply = &propensity_person_shape, .where = RUN_POOL, .idem = IDEM_READ,
      .errors = ROUTE_ERRORS(E_NOT_FOUND), .tag = "people", .doc = "A person's score and its reasons, worked out now.", .handler = person_get },
};
const route_table propensity_routes = ROUTE_TABLE("people", routes);
