// The set of rules: read from the database, compiled, found by event kind. A set never changes; changing a rule makes a new
// set inside the operation, and undoing the operation brings the old one back. Teller's thread only, but for rules_fired.
#include "rule/rules.h"
#include "base/map.h"
#include "base/vec.h"
#include "rule/rules_inside.h"
#include "rule/run.h"
#include "rule/timers.h"
#include <stdatomic.h>
#include <stdlib.h>

#define KINDS_OF_RULES_MAX 64          // condition, effect and timer kinds each

typedef VEC(const rule_def *) rule_vec;

typedef struct rule_set {
    arena *a;
    VEC(rule_def *) all;               // by position
    map64 by_kind;                     // kind → index of `lists`
    VEC(rule_vec) lists;
} rule_set;

struct rules {
    rule_set *set;
    const condition_kind *conditions[KINDS_OF_RULES_MAX];
    const effect_kind *effects[KINDS_OF_RULES_MAX];
    const timer_kind *timers[KINDS_OF_RULES_MAX];
    size_t conditions_n, effects_n, timers_n;
    // Counters by slot; a rule keeps its slot for the life of the process. Written by the teller, read by anybody.
    atomic_int_fast64_t slot_id[RULES_MAX], slot_fired[RULES_MAX];
};

static err timer_fire_rule(tx *t, int64_t ref, str payload)
{
    return run_delayed(t, ref, payload);
}

static const timer_kind timer_of_rules = { "rule", timer_fire_rule };

rules *rules_create(void)
{
    rules *r = calloc(1, sizeof *r);
    ENSURE(r);
    timers_add(r, &timer_of_rules);
    return r;
}

static void set_free(rule_set *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->lists.n; i++)
        vec_free(&s->lists.v[i]);
    vec_free(&s->lists);
    vec_free(&s->all);
    map64_free(&s->by_kind);
    arena_destroy(s->a);
    free(s);
}

void rules_close(rules *r)
{
    if (!r)
        return;
    set_free(r->set);
    free(r);
}

void rules_add_condition(rules *r, const condition_kind *k)
{
    ENSURE(r->conditions_n < KINDS_OF_RULES_MAX && !rules_condition(r, str_c(k->name)));
    r->conditions[r->conditions_n++] = k;
}

void rules_add_effect(rules *r, const effect_kind *k)
{
    ENSURE(r->effects_n < KINDS_OF_RULES_MAX && !rules_effect(r, str_c(k->name)));
    r->effects[r->effects_n++] = k;
}

void timers_add(rules *r, const timer_kind *k)
{
    ENSURE(r->timers_n < KINDS_OF_RULES_MAX && !rules_timer(r, str_c(k->name)));
    r->timers[r->timers_n++] = k;
}

const condition_kind *rules_condition(const rules *r, str name)
{
    for (size_t i = 0; i < r->conditions_n; i++)
        if (str_eq(str_c(r->conditions[i]->name), name))
            return r->conditions[i];
    return NULL;
}

const effect_kind *rules_effect(const rules *r, str name)
{
    for (size_t i = 0; i < r->effects_n; i++)
        if (str_eq(str_c(r->effects[i]->name), name))
            return r->effects[i];
    return NULL;
}

const timer_kind *rules_timer(const rules *r, str name)
{
    for (size_t i = 0; i < r->timers_n; i++)
        if (str_eq(str_c(r->timers[i]->name), name))
            return r->timers[i];
    return NULL;
}

// --- Compiling ----------------------------------------------------------------------------------------------------------------

static void compile_when(rule_def *d, const jval *when)
{
    jval *on = json_get(when, S("event"));
    size_t i, n;
    jval *item;
    if (yyjson_is_str(on))
        d->events[d->events_n++] = json_str(on);
    yyjson_arr_foreach(on, i, n, item)
        d->events[d->events_n++] = json_str(item);
    arg_duration(json_get(when, S("after")), &d->after_us);
}

// The body must have passed rule_check.
void rule_compile(rule_def *d, const jval *body)
{
    d->key = json_str(json_get(body, S("key")));
    d->cond = json_get(body, S("if"));
    d->then = json_get(body, S("then"));
    compile_when(d, json_get(body, S("when")));
    jval *once = json_get(body, S("once")), *cap = json_get(body, S("cap"));
    if (once) {
        d->once = json_str(json_get(once, S("per")));
        arg_duration(json_get(once, S("within")), &d->once_within_us);
    }
    if (cap) {
        int64_t max = 0;
        json_i64(json_get(cap, S("max")), &max);
        d->cap_max = (int)max;
        d->cap_per = json_str(json_get(cap, S("per"))).s[0];
    }
}

static void index_one(rule_set *s, uint32_t kind, const rule_def *d)
{
    uint64_t at;
    if (!map64_get(&s->by_kind, kind, &at)) {
        at = s->lists.n;
        map64_put(&s->by_kind, kind, at);
        vec_push(&s->lists, (rule_vec){ 0 });
    }
    vec_push(&s->lists.v[at], d);
}

static err index_all(rule_set *s, engine *e, db *d)
{
    for (size_t i = 0; i < s->all.n; i++)
        for (uint32_t k = 0; k < s->all.v[i]->events_n; k++)
            index_one(s, names_kind_known(e->names, s->all.v[i]->events[k]), s->all.v[i]);
    db_rows r;
    TRY(db_query(d, &r, "SELECT kind, means FROM kind_alias"));
    while (db_next(&r)) {
        uint64_t at;
        // Two steps: index_one may move the lists.
        rule_vec list = map64_get(&s->by_kind, (uint64_t)db_i64(&r, 1), &at) ? s->lists.v[at] : (rule_vec){ 0 };
        for (size_t i = 0; i < list.n; i++)
            index_one(s, (uint32_t)db_i64(&r, 0), list.v[i]);
    }
    return db_end(&r);
}

static err set_read_one(rule_set *s, engine *e, const db_rows *r)
{
    fault f = { 0 };
    jval *body;
    checking c = { s->a, &f, e };
    if (json_parse(s->a, arena_str(s->a, db_str(r, 3)), &f, &body) != E_OK || rule_check(&c, body) != E_OK)
        return E_CORRUPT;
    rule_def *d = arena_new(s->a, rule_def);
    *d = (rule_def){ .id = db_i64(r, 0), .position = db_i64(r, 1), .state = (int)db_i64(r, 2) };
    rule_compile(d, body);
    vec_push(&s->all, d);
    return E_OK;
}

static err set_read(engine *e, db *d, rule_set *s)
{
    db_rows r;
    err bad = E_OK;
    TRY(db_query(d, &r, "SELECT id, position, state, body FROM rule ORDER BY position, id"));
    while (bad == E_OK && db_next(&r))
        bad = set_read_one(s, e, &r);
    err end = db_end(&r);
    return bad != E_OK ? bad : end != E_OK ? end : index_all(s, e, d);
}

static err set_create(engine *e, db *d, rule_set **ret)
{
    rule_set *s = calloc(1, sizeof *s);
    ENSURE(s);
    s->a = arena_create();
    err r = set_read(e, d, s);
    if (r != E_OK) {
        set_free(s);
        return r;
    }
    *ret = s;
    return E_OK;
}

err rules_open(engine *e, db *d)
{
    rule_set *s;
    TRY(set_create(e, d, &s));
    set_free(e->rules->set);
    e->rules->set = s;
    return E_OK;
}

// --- Changing -----------------------------------------------------------------------------------------------------------------

typedef struct swap { rules *r; rule_set *before, *after; } swap;

static void swap_undo(void *p)
{
    swap *s = p;
    s->r->set = s->before;
    set_free(s->after);
}

static void swap_keep(void *p)
{
    swap *s = p;
    set_free(s->before);
}

err rules_reload(tx *t)
{
    engine *e = engine_of(t);
    swap *s = arena_new(t->a, swap);
    *s = (swap){ .r = e->rules, .before = e->rules->set };
    TRY(set_create(e, t->d, &s->after));
    e->rules->set = s->after;
    tx_undo(t, swap_undo, s);
    tx_after(t, swap_keep, s);
    return E_OK;
}

// --- Finding ------------------------------------------------------------------------------------------------------------------

rule_list_ref rules_of_kind(const rules *r, uint32_t kind)
{
    uint64_t at;
    if (!r->set || !map64_get(&r->set->by_kind, kind, &at))
        return (rule_list_ref){ 0 };
    return (rule_list_ref){ r->set->lists.v[at].v, r->set->lists.v[at].n };
}

const rule_def *rules_by_id(const rules *r, int64_t id)
{
    for (size_t i = 0; r->set && i < r->set->all.n; i++)
        if (r->set->all.v[i]->id == id)
            return r->set->all.v[i];
    return NULL;
}

void rules_note_fired(rules *r, const rule_def *d)
{
    for (size_t i = 0; i < RULES_MAX; i++) {
        int_fast64_t id = atomic_load_explicit(&r->slot_id[i], memory_order_relaxed);
        if (id == 0)
            atomic_store_explicit(&r->slot_id[i], d->id, memory_order_relaxed);
        if (id == 0 || id == d->id) {
            atomic_fetch_add_explicit(&r->slot_fired[i], 1, memory_order_relaxed);
            return;
        }
    }
}

int64_t rules_fired(rules *r, int64_t id)
{
    for (size_t i = 0; i < RULES_MAX; i++)
        if (atomic_load_explicit(&r->slot_id[i], memory_order_relaxed) == id)
            return atomic_load_explicit(&r->slot_fired[i], memory_order_relaxed);
    return 0;
}
