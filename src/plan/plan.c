// The compiled plan: kinds by name, each with its properties.
#include "plan/plan.h"
#include "base/map.h"
#include "base/time.h"
#include "base/vec.h"
#include "plan/plan_internal.h"
#include <pthread.h>

#define CONTEXT(path, address) { { path, sizeof path - 1 }, { "context." path, sizeof path + 7 }, address }
static const plan_context_field context_default[] = {
    CONTEXT("page.path", false),       CONTEXT("page.url", true),         CONTEXT("page.referrer", true),   CONTEXT("page.title", false),
    CONTEXT("campaign.name", false),   CONTEXT("campaign.source", false), CONTEXT("campaign.medium", false), CONTEXT("campaign.content", false),
    CONTEXT("campaign.term", false),   CONTEXT("app.version", false),     CONTEXT("device.type", false),    CONTEXT("os.name", false),
    CONTEXT("locale", false),          CONTEXT("library.name", false),
};
#define CONTEXT_DEFAULT_N (sizeof context_default / sizeof *context_default)

typedef struct plan_set {
    arena *a;
    mapstr names;                  // → index of kinds
    VEC(const plan_kind *) kinds;
    const plan_context_field *context;
    size_t context_n;
} plan_set;

struct plan {
    arena *a;                      // its own
    plan_set *set;
    pthread_rwlock_t lock;
};

static void set_free(plan_set *s)
{
    if (!s)
        return;
    mapstr_free(&s->names);
    vec_free(&s->kinds);
    arena_destroy(s->a);
}

// --- Reading ------------------------------------------------------------------------------------------------------------------
static err context_read(plan_set *s, db *d)
{
    plan_context_field *list = arena_array(s->a, plan_context_field, PLAN_CONTEXT_MAX);
    db_rows r;
    TRY(db_query(d, &r, "SELECT path, address FROM plan_context ORDER BY position LIMIT $1", dbi(PLAN_CONTEXT_MAX)));
    while (db_next(&r)) {
        str path = arena_str(s->a, db_str(&r, 0));
        list[s->context_n++] = (plan_context_field){ path, arena_join(s->a, S("context."), path), db_i64(&r, 1) != 0 };
    }
    s->context = s->context_n ? list : context_default;
    s->context_n = s->context_n ? s->context_n : CONTEXT_DEFAULT_N;
    return db_end(&r);
}

static err set_read(plan_set *s, db *d)
{
    db_rows r;
    err bad = E_OK;
    TRY(db_query(d, &r, "SELECT body FROM plan_kind ORDER BY kind"));
    while (bad == E_OK && db_next(&r)) {
        plan_kind *k = arena_new(s->a, plan_kind);
        bad = plan_compile(arena_str(s->a, db_str(&r, 0)), s->a, k) == E_OK ? E_OK : E_CORRUPT;
        mapstr_put(&s->names, k->name, s->kinds.n);
        vec_push(&s->kinds, k);
    }
    err end = db_end(&r);
    TRY(bad);
    TRY(end);
    return context_read(s, d);
}

static err set_create(db *d, plan_set **ret)
{
    arena *a = arena_create();
    plan_set *s = arena_new(a, plan_set);
    s->a = a;
    err e = set_read(s, d);
    if (e != E_OK) {
        set_free(s);
        return e;
    }
    *ret = s;
    return E_OK;
}

err plan_open(engine *e, db *d)
{
    plan_set *s;
    TRY(set_create(d, &s));
    arena *a = arena_create();
    plan *p = arena_new(a, plan);
    *p = (plan){ .a = a, .set = s };
    ENSURE(pthread_rwlock_init(&p->lock, NULL) == 0);
    e->plan = p;
    return E_OK;
}

void plan_close(engine *e)
{
    plan *p = e->plan;
    if (!p)
        return;
    set_free(p->set);
    pthread_rwlock_destroy(&p->lock);
    arena_destroy(p->a);
    e->plan = NULL;
}

// --- Changing -----------------------------------------------------------------------------------------------------------------
typedef struct swap { plan *p; plan_set *before, *after; } swap;

static void set_put(plan *p, plan_set *s)
{
    pthread_rwlock_wrlock(&p->lock);
    p->set = s;
    pthread_rwlock_unlock(&p->lock);
}

static void swap_undo(void *x)
{
    swap *s = x;
    set_put(s->p, s->before);
    set_free(s->after);
}

static void swap_keep(void *x) { set_free(((swap *)x)->before); }

err plan_reload(tx *t)
{
    plan *p = engine_of(t)->plan;
    swap *s = arena_new(t->a, swap);
    *s = (swap){ .p = p, .before = p->set };
    TRY(set_create(t->d, &s->after));
    set_put(p, s->after);
    tx_undo(t, swap_undo, s);
    tx_after(t, swap_keep, s);
    return E_OK;
}

// --- While parsing ------------------------------------------------------------------------------------------------------------
static const plan_kind *kind_named(const plan_set *s, str name)
{
    uint64_t at;
    return mapstr_get(&s->names, name, &at) ? s->kinds.v[at] : NULL;
}

static const plan_prop *prop_named(const plan_kind *k, str name)
{
    for (size_t i = 0; k && i < k->props_n; i++)
        if (str_eq(k->props[i].name, name))
            return &k->props[i];
    return NULL;
}

plan_privacy plan_privacy_of(plan *p, str kind, str path, vault_kind *ret)
{
    plan_privacy said = PLAN_BY_NAME;
    if (p) {
        pthread_rwlock_rdlock(&p->lock);
        const plan_prop *x = prop_named(kind_named(p->set, kind), path);
        if (x && x->privacy != PLAN_BY_NAME) {
            said = x->privacy;
            *ret = x->personal;
        }
        pthread_rwlock_unlock(&p->lock);
    }
    if (said != PLAN_BY_NAME)
        return said;
    return vault_is_personal(path, ret) ? PLAN_PERSONAL : PLAN_BY_NAME;
}

const plan_context_field *plan_context(plan *p, arena *a, size_t *ret_n)
{
    if (!p) {
        *ret_n = CONTEXT_DEFAULT_N;
        return context_default;
    }
    pthread_rwlock_rdlock(&p->lock);
    const plan_context_field *now = p->set->context;
    size_t n = p->set->context_n;
    if (now != context_default) {              // a set may be replaced while the request is parsed
        plan_context_field *copy = arena_array(a, plan_context_field, n);
        for (size_t i = 0; i < n; i++)
            copy[i] = (plan_context_field){ arena_str(a, now[i].path), arena_str(a, now[i].name), now[i].address };
        now = copy;
    }
    pthread_rwlock_unlock(&p->lock);
    *ret_n = n;
    return now;
}

// --- Judging ------------------------------------------------------------------------------------------------------------------
static bool type_fits(enum plan_type want, const value *v, bool sealed)
{
    int64_t us;
    if (sealed)
        return want == PLAN_ANY || want == PLAN_TEXT || want == PLAN_TIME || want == PLAN_OBJECT || want == PLAN_LIST;
    switch (want) {
    case PLAN_TEXT: return v->k == V_STR;
    case PLAN_INTEGER: return v->k == V_I64;
    case PLAN_NUMBER: return v->k == V_I64 || v->k == V_F64;
    case PLAN_BOOLEAN: return v->k == V_BOOL;
    case PLAN_TIME: return (v->k == V_I64 && v->i > 0) || (v->k == V_STR && time_parse_iso(v->s, &us));
    case PLAN_LIST: return v->k == V_JSON && v->s.len > 0 && v->s.s[0] == '[';
    case PLAN_OBJECT: return v->k == V_JSON && v->s.len > 0 && v->s.s[0] == '{';
    default: return true;
    }
}

static bool value_fits(const plan_prop *p, const value *v)
{
    char digits[24];
    if (p->values_n == 0)
        return true;
    str text = v->k == V_STR ? v->s : v->k == V_I64 ? str_of(digits, (size_t)snprintf(digits, sizeof digits, "%lld",
        (long long)v->i)) : (str){ 0 };
    for (size_t i = 0; i < p->values_n; i++)
        if (str_eq(p->values[i], text))
            return true;
    return false;
}

static bool range_fits(const plan_prop *p, const value *v)
{
    if (v->k == V_I64)
        return !(p->has_min && v->i < p->min) && !(p->has_max && v->i > p->max);
    if (v->k == V_F64)
        return !(p->has_min && v->f < (double)p->min) && !(p->has_max && v->f > (double)p->max);
    return true;
}

static str values_text(const plan_prop *p, arena *a)
{
    buf b = { 0 };
    for (size_t i = 0; i < p->values_n && b.len < 200; i++)
        buf_addf(&b, "%s" STR_FMT, i ? ", " : "", STR_ARG(p->values[i]));
    str text = arena_str(a, buf_str(&b));
    buf_free(&b);
    return text;
}

static str range_text(const plan_prop *p, arena *a)
{
    if (p->has_min && p->has_max)
        return arena_fmt(a, "%lld…%lld", (long long)p->min, (long long)p->max);
    return p->has_min ? arena_fmt(a, "≥ %lld", (long long)p->min) : arena_fmt(a, "≤ %lld", (long long)p->max);
}

static err prop_judge(const plan_prop *p, const value *v, bool sealed, arena *a, str *ret_why)
{
    if (!v || (!sealed && v->k == V_NULL))
        return p->required ? E_FIELD_REQUIRED : E_OK;
    if (!type_fits(p->type, v, sealed)) {
        *ret_why = str_c(plan_types[p->type]);
        return E_FIELD_TYPE;
    }
    if (!sealed && !value_fits(p, v)) {
        *ret_why = values_text(p, a);
        return E_FIELD_VALUE;
    }
    if (!sealed && !range_fits(p, v)) {
        *ret_why = range_text(p, a);
        return E_FIELD_VALUE;
    }
    return E_OK;
}

bool plan_judge(const plan *p, str kind, const void *facts, plan_look look, arena *a, plan_verdict *ret)
{
    const plan_kind *k = kind_named(p->set, kind);
    if (!k)
        return true;
    if (k->state == PLAN_RETIRED) {
        *ret = (plan_verdict){ k->mode, E_FIELD_VALUE, S("event"), S("retired") };
        return false;
    }
    for (size_t i = 0; i < k->props_n; i++) {
        bool sealed = false;
        str why = { 0 };
        const value *v = look(facts, k->props[i].name, &sealed);
        err code = prop_judge(&k->props[i], v, sealed, a, &why);
        if (code != E_OK) {
            *ret = (plan_verdict){ k->mode, code, arena_join(a, S("properties."), k->props[i].name), why };
            return false;
        }
    }
    return true;
}
