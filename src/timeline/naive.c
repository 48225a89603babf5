// What conditions mean, in loops as plain as the definitions. Faster executors are compared with this one, so it is kept
// obviously right: it looks at every person and, in order, at every event.
#include "timeline/naive.h"
#include "base/time.h"

#define BLOCK_BYTES 2048 // a person's events lie scattered in the log

const event *history_event(naive *x, history *h, size_t i)
{
    if (h->events[i] || x->trouble != E_OK)
        return h->events[i];
    event *e = arena_new(x->one, event);
    x->trouble = event_reader_get(x->reader, h->refs[i].no, x->one, e);
    if (x->trouble != E_OK)
        return NULL;
    return h->events[i] = e;
}

const value *history_value(naive *x, history *h, size_t i, uint32_t id)
{
    const event *e = id ? history_event(x, h, i) : NULL;
    return e ? event_prop_of(e, id) : NULL;
}

// --- Definitions --------------------------------------------------------------------------------------------------------------
// An event is what a selector means when its kind is (or any will do) and every comparison of `where` holds.
bool selector_matches(naive *x, history *h, size_t i, const selector *s)
{
    if (!s->any && (s->kind == 0 || h->refs[i].kind != s->kind))
        return false;
    for (size_t k = 0; k < s->where_n; k++)
        if (!where_holds(&s->where[k], history_value(x, h, i, s->where[k].prop)))
            return false;
    return x->trouble == E_OK;
}

// did: at_least ≤ number of such events in the window ≤ at_most.
static bool did_holds(naive *x, history *h, const condition *c)
{
    int64_t n = 0;
    for (size_t i = 0; i < h->n; i++)
        n += window_has(&c->when, h->refs[i].time_us) && selector_matches(x, h, i, &c->did);
    return n >= c->at_least && (c->at_most < 0 || n <= c->at_most);
}

static bool is_text(const value *v, str text) { return v && v->k == V_STR && str_eq(v->s, text); }

// stage: `to` of the last stage.moved; before the first one a visitor.
static bool stage_holds(naive *x, history *h, const condition *c)
{
    const struct own_names *own = &x->q->own;
    uint32_t stages = 1;
    for (size_t i = 0; i < h->n; i++) {
        if (!own->stage_moved || h->refs[i].kind != own->stage_moved)
            continue;
        const value *to = history_value(x, h, i, own->to);
        stages = 0;
        for (unsigned k = 0; k < QUESTION_STAGES; k++)
            if (is_text(to, str_c(question_stages[k])))
                stages = 1u << k;
    }
    return (stages & c->stages) != 0;
}

// The last event of these kinds about `name` is of the first. 0: no such kind.
static bool last_is(naive *x, history *h, uint32_t yes, uint32_t no, uint32_t nor, uint32_t about, str name)
{
    bool holds = false;
    for (size_t i = 0; i < h->n; i++) {
        uint32_t kind = h->refs[i].kind;
        bool on = yes && kind == yes, off = (no && kind == no) || (nor && kind == nor);
        if ((on || off) && is_text(history_value(x, h, i, about), name))
            holds = on;
    }
    return holds;
}

// tier: `to` of the last tier.moved of that ladder.
static bool tier_holds(naive *x, history *h, const condition *c)
{
    const struct own_names *own = &x->q->own;
    bool holds = false;
    for (size_t i = 0; i < h->n; i++)
        if (own->tier_moved && h->refs[i].kind == own->tier_moved && is_text(history_value(x, h, i, own->ladder), c->name))
            holds = is_text(history_value(x, h, i, own->to), c->level);
    return holds;
}

// class: `to` of the last class.changed of that axis; before the first one the class everybody begins in. `user` is the stage.
static bool class_holds(naive *x, history *h, const condition *c)
{
    const struct own_names *own = &x->q->own;
    bool holds = c->first;
    if (c->stages)
        return stage_holds(x, h, c);
    for (size_t i = 0; i < h->n; i++)
        if (own->class_changed && h->refs[i].kind == own->class_changed && is_text(history_value(x, h, i, own->axis), c->name))
            holds = is_text(history_value(x, h, i, own->to), c->level);
    return holds;
}

// A trait's value may come as JSON text; scalars of it are compared as what they are.
static value plain_value(naive *x, const value *v)
{
    jval *j;
    int64_t n;
    if (!v || v->k != V_JSON || json_parse(x->one, v->s, NULL, &j) != E_OK)
        return v ? *v : (value){ 0 };
    if (yyjson_is_str(j))
        return (value){ .k = V_STR, .s = json_str(j) };
    if (yyjson_is_bool(j))
        return (value){ .k = V_BOOL, .i = yyjson_get_bool(j) };
    if (json_i64(j, &n))
        return (value){ .k = V_I64, .i = n };
    if (yyjson_is_num(j))
        return (value){ .k = V_F64, .f = yyjson_get_num(j) };
    return yyjson_is_null(j) ? (value){ 0 } : *v;
}

static value sum_of(const value *a, const value *b)
{
    int64_t n;
    if (a->k == V_NULL)
        return *b;
    if (!value_is_number(a) || !value_is_number(b))
        return *a;
    if (a->k == V_I64 && b->k == V_I64 && !__builtin_add_overflow(a->i, b->i, &n))
        return (value){ .k = V_I64, .i = n };
    return (value){ .k = V_F64, .f = (a->k == V_I64 ? (double)a->i : a->f) + (b->k == V_I64 ? (double)b->i : b->f) };
}

// What a statement of the kind makes of a trait's value, as people/traits.c folds them; what is given is NULL: the event is silent.
static value said(const struct own_names *own, uint32_t kind, const value *now, const value *given)
{
    if (own->deleted && kind == own->deleted)
        return (value){ 0 };
    if (!given)
        return *now;
    if (own->unset && kind == own->unset)
        return (value){ 0 };
    if (own->set_once && kind == own->set_once)
        return now->k == V_NULL ? *given : *now;
    if (own->incremented && kind == own->incremented)
        return value_is_number(given) ? sum_of(now, given) : *now;
    return own->identify && kind == own->identify ? *given : *now;
}

// trait: the comparison with the value that all its statements make in the order of time: `value` of a trait.set whose `trait` (or
// `name`) it is, and the property of that name of identify and the profile's kinds. Absent when nobody said one, or it was taken away.
static bool trait_holds(naive *x, history *h, const condition *c)
{
    const struct own_names *own = &x->q->own;
    value last = { 0 };
    for (size_t i = 0; i < h->n; i++) {
        if (!own->trait_set || h->refs[i].kind != own->trait_set) {
            const value *v = history_value(x, h, i, c->trait.prop), plain = plain_value(x, v);
            last = said(own, h->refs[i].kind, &last, v ? &plain : NULL);
            continue;
        }
        const value *name = history_value(x, h, i, own->trait);
        if (is_text(name ? name : history_value(x, h, i, own->name), c->trait.name))
            last = plain_value(x, history_value(x, h, i, own->value));
    }
    return where_holds(&c->trait, &last);
}

bool condition_holds(naive *x, history *h, const condition *c)
{
    const struct own_names *own = &x->q->own;
    size_t held = 0;
    for (size_t i = 0; i < c->items_n; i++)
        held += condition_holds(x, h, &c->items[i]);
    switch (c->kind) {
    case IF_ALL:
        return held == c->items_n;
    case IF_ANY:
        return held > 0;
    case IF_NOT:
        return held == 0;
    case IF_DID:
        return did_holds(x, h, c);
    case IF_STAGE:
        return stage_holds(x, h, c);
    case IF_TAG:
        return last_is(x, h, own->tag_added, own->tag_removed, own->tag_faded, own->tag, c->name);
    case IF_TRAIT:
        return trait_holds(x, h, c);
    case IF_TIER:
        return tier_holds(x, h, c);
    case IF_CLASS:
        return class_holds(x, h, c);
    case IF_CONSENT:
        return last_is(x, h, own->consent_given, own->consent_withdrawn, 0, own->purpose, c->name);
    }
    return false;
}

// --- The pass -----------------------------------------------------------------------------------------------------------------
static history history_of(naive *x, uint32_t person, int64_t head)
{
    event_ref *refs;
    history h = { .person = person };
    arena_reset(x->one);
    timeline_person_refs(x->t, person, head, x->one, &refs, &h.n);
    h.refs = refs;
    h.events = arena_array(x->one, const event *, h.n + 1);
    return h;
}

err naive_each(naive *x, int64_t head, uint32_t person, bool (*fn)(naive *x, void *p, history *h), void *p)
{
    uint32_t *persons = &person;
    size_t n = 1;
    bool more = true;
    x->one = arena_create();
    x->reader = event_reader_new(x->t, x->a, BLOCK_BYTES);
    if (!person)
        timeline_persons(x->t, head, x->a, &persons, &n);
    for (size_t i = 0; more && i < n && x->trouble == E_OK; i++) {
        history h = history_of(x, persons[i], head);
        more = fn(x, p, &h);
    }
    arena_destroy(x->one);
    return x->trouble;
}

static void visit(naive *x, const answer_kind *kind, void *state, uint32_t person, int64_t head)
{
    history h = history_of(x, person, head);
    if (!x->q->who || condition_holds(x, &h, x->q->who))
        kind->person(x, state, &h);
}

static err ask_people(naive *x, int64_t head, jw *w)
{
    const answer_kind *kind = answer_kinds[x->q->ask];
    uint32_t *persons;
    size_t n;
    timeline_persons(x->t, head, x->a, &persons, &n);
    void *state = kind->start(x);
    if (kind->brand && !x->q->who)
        visit(x, kind, state, 0, head);
    for (size_t i = 0; i < n && x->trouble == E_OK; i++)
        visit(x, kind, state, persons[i], head);
    kind->finish(x, state, w);
    return x->trouble;
}

// --- One person's timeline ------------------------------------------------------------------------------------------------
void write_time(jw *w, arena *a, int64_t us) { jw_str(w, time_iso(a, us)); }

void write_value(jw *w, const value *v, arena *a)
{
    jval *j;
    switch (v->k) {
    case V_NULL:
        jw_null(w);
        return;
    case V_BOOL:
        jw_bool(w, v->i != 0);
        return;
    case V_I64:
        jw_i64(w, v->i);
        return;
    case V_F64:
        jw_f64(w, v->f);
        return;
    case V_STR:
        jw_str(w, v->s);
        return;
    case V_JSON:
        // It came through bytes of a disk: only what parses is written as it is.
        if (json_parse(a, v->s, NULL, &j) == E_OK)
            jw_raw(w, v->s);
        else
            jw_str(w, v->s);
        return;
    }
}

static err ask_timeline(naive *x, const dictionary *dict, int64_t head, jw *w)
{
    const event *events;
    uint32_t n;
    const question *q = x->q;
    TRY(timeline_person_events(x->t, q->person, head, q->before_us, q->before_no, (uint32_t)q->limit, x->a, &events, &n));
    jw_key(w, S("events"));
    jw_arr(w);
    for (uint32_t i = 0; i < n; i++) {
        const event *e = &events[i];
        jw_obj(w);
        jw_ki64(w, "no", e->no);
        jw_kstr(w, "kind", dict->kind_name(dict->user, e->kind, x->a));
        jw_kstr(w, "time", time_iso(x->a, e->time_us));
        jw_key(w, S("props"));
        jw_obj(w);
        for (uint32_t k = 0; k < e->props_n; k++) {
            jw_key(w, dict->prop_name(dict->user, e->props[k].id, x->a));
            write_value(w, &e->props[k].v, x->a);
        }
        jw_end_obj(w);
        jw_end_obj(w);
    }
    jw_end_arr(w);
    return E_OK;
}

err naive_ask(timeline *t, const dictionary *dict, const question *q, int64_t head, arena *a, buf *ret_json)
{
    ENSURE(head <= timeline_head(t));
    size_t before = ret_json->len;
    naive x = { .t = t, .q = q, .dict = dict, .a = a, .one = arena_create() };
    x.reader = event_reader_new(t, a, BLOCK_BYTES);
    jw w = { .b = ret_json };
    jw_obj(&w);
    err e = q->ask == ASK_TIMELINE ? ask_timeline(&x, dict, head, &w) : ask_people(&x, head, &w);
    jw_end_obj(&w);
    arena_destroy(x.one);
    if (e != E_OK)
        ret_json->len = before;
    return e;
}
