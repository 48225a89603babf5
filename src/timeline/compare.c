// compare: a set of people against another, value by value of what is known of them and of what they did. TIMELINE "cohort compare".
// Definitions, each also in docs/reference/questions.md:
//   the set      people of whom `who` holds; the others: of whom `against` holds, everybody when it is absent (the set included)
//   the moment   now; with `at`, the person's first such event, and people who have none are in neither. What is known and done is
//                what stands at or before that moment, so that what came of it cannot explain it
//   trait        the last `trait.set` of that name, or the property of that name of the last event of a kind in `said_by`
//   tag          the last of tag.added and tag.removed with it added it
//   did          an event of that kind within `window` before the moment; kinds that Lianyi tells itself are left out
//   consent      a trait listed under `consents` counts only for people whose last word on that purpose, by now, is yes
#include "base/map.h"
#include "base/time.h"
#include "base/vec.h"
#include "timeline/naive.h"
#include <stdlib.h>

#define ROWS_MAX 50000                 // different values in all; what comes after them is only counted as dropped
#define VALUE_BYTES_MAX 200

typedef struct compare_row { uint32_t group; str value; int64_t set, others; } compare_row;

typedef struct compare_state {
    arena *a;
    int64_t set, others, dropped;
    int64_t *known_set, *known_others;         // by group: people of whom a value is known
    mapstr at;                                 // group and value → row
    VEC(compare_row) rows;
    map64 own_kinds;                           // kind → 1: told by Lianyi, 2: not
} compare_state;

// Groups: the traits in their order, then tags, then deeds.
static uint32_t group_tag(const question *q) { return (uint32_t)q->traits_n; }
static uint32_t group_did(const question *q) { return (uint32_t)q->traits_n + 1; }

static void *compare_start(naive *x)
{
    compare_state *s = calloc(1, sizeof *s);
    ENSURE(s);
    s->a = x->a;
    s->known_set = arena_array(x->a, int64_t, x->q->traits_n + 2);
    s->known_others = arena_array(x->a, int64_t, x->q->traits_n + 2);
    return s;
}

static void compare_end(compare_state *s)
{
    mapstr_free(&s->at);
    map64_free(&s->own_kinds);
    vec_free(&s->rows);
    free(s);
}

static void count_value(compare_state *s, uint32_t group, str text, bool in_set, bool in_others)
{
    buf key = { 0 };
    uint64_t i;
    buf_add_u64(&key, group);
    buf_add_str(&key, str_take(text, VALUE_BYTES_MAX));
    if (!mapstr_get(&s->at, buf_str(&key), &i)) {
        i = s->rows.n;
        if (i < ROWS_MAX) {
            mapstr_put(&s->at, buf_str(&key), i);
            vec_push(&s->rows, ((compare_row){ .group = group, .value = arena_str(s->a, str_take(text, VALUE_BYTES_MAX)) }));
        }
    }
    buf_free(&key);
    s->dropped += i >= ROWS_MAX;
    if (i >= ROWS_MAX)
        return;
    s->rows.v[i].set += in_set;
    s->rows.v[i].others += in_others;
}

// --- What is known at the moment -------------------------------------------------------------------------------------------------
static str text_of(naive *x, const value *v)
{
    jval *j;
    if (!v || v->k == V_NULL)
        return (str){ 0 };
    if (v->k == V_STR)
        return v->s;
    if (v->k == V_I64)
        return arena_fmt(x->one, "%lld", (long long)v->i);
    if (v->k == V_BOOL)
        return v->i ? S("true") : S("false");
    if (v->k == V_JSON && json_parse(x->one, v->s, NULL, &j) == E_OK && yyjson_is_str(j))
        return json_str(j);
    return v->k == V_JSON ? v->s : arena_fmt(x->one, "%g", v->f);
}

static bool says(const question *q, uint32_t kind)
{
    for (size_t i = 0; i < q->said_by_n; i++)
        if (q->said_by[i] && q->said_by[i] == kind)
            return true;
    return false;
}

static str trait_at(naive *x, history *h, size_t n, const compare_trait *t)
{
    const struct own_names *own = &x->q->own;
    str last = { 0 };
    for (size_t i = 0; i < n; i++) {
        if (own->trait_set && h->refs[i].kind == own->trait_set) {
            const value *name = history_value(x, h, i, own->trait);
            name = name ? name : history_value(x, h, i, own->name);
            if (name && name->k == V_STR && str_eq(name->s, t->name))
                last = text_of(x, history_value(x, h, i, own->value));
        } else if (says(x->q, h->refs[i].kind)) {
            const value *v = history_value(x, h, i, t->prop);
            last = v ? text_of(x, v) : last;
        }
    }
    return last;
}

static bool consents(naive *x, history *h, str purpose)
{
    const struct own_names *own = &x->q->own;
    bool given = false;
    for (size_t i = 0; i < h->n; i++) {
        uint32_t kind = h->refs[i].kind;
        bool yes = own->consent_given && kind == own->consent_given, no = own->consent_withdrawn && kind == own->consent_withdrawn;
        const value *of = yes || no ? history_value(x, h, i, own->purpose) : NULL;
        if (of && of->k == V_STR && str_eq(of->s, purpose))
            given = yes;
    }
    return given;
}

// found: what is done with each value; group as above.
typedef struct counting counting;
struct counting {
    naive *x;
    compare_state *s;
    history *h;
    size_t n;
    int64_t at_us;
    bool in_set, in_others;
    void (*found)(counting *c, uint32_t group, str value);
    VEC(str) described;
};

static void found_counts(counting *c, uint32_t group, str v)
{
    if (group < c->x->q->traits_n) {
        c->s->known_set[group] += c->in_set;
        c->s->known_others[group] += c->in_others;
    }
    count_value(c->s, group, v, c->in_set, c->in_others);
}

static void count_traits(counting *c)
{
    const question *q = c->x->q;
    for (uint32_t g = 0; g < q->traits_n; g++) {
        if (q->traits[g].consent.len && !consents(c->x, c->h, q->traits[g].consent))
            continue;
        str v = trait_at(c->x, c->h, c->n, &q->traits[g]);
        if (!v.len)
            continue;
        c->found(c, g, v);
    }
}

typedef struct tag_seen { str tag; bool on; } tag_seen;

static void count_tags(counting *c)
{
    const struct own_names *own = &c->x->q->own;
    tag_seen *v = arena_array(c->x->one, tag_seen, c->n + 1);
    size_t seen = 0;
    for (size_t i = 0; i < c->n; i++) {
        uint32_t kind = c->h->refs[i].kind;
        bool on = own->tag_added && kind == own->tag_added, off = kind && (kind == own->tag_removed || kind == own->tag_faded);
        const value *tag = on || off ? history_value(c->x, c->h, i, own->tag) : NULL;
        if (!tag || tag->k != V_STR)
            continue;
        size_t k = 0;
        while (k < seen && !str_eq(v[k].tag, tag->s))
            k++;
        v[k] = (tag_seen){ tag->s, on };
        seen += k == seen;
    }
    for (size_t k = 0; k < seen; k++)
        if (v[k].on)
            c->found(c, group_tag(c->x->q), v[k].tag);
}

// --- What they did ----------------------------------------------------------------------------------------------------------------
static bool own_kind(naive *x, compare_state *s, uint32_t kind)
{
    static const char *const prefixes[] = { "stage.", "tag.", "trait.", "consent.", "points.", "task.", "opportunity.", "person.", "rule.",
                                            "timer.", "class.", "claim.", "identity.", "identify", "profile.", "record.",
                                            "tier.", "campaign.", "note.", "privacy." };
    uint64_t known;
    if (map64_get(&s->own_kinds, kind, &known))
        return known == 1;
    str name = x->dict->kind_name(x->dict->user, kind, x->one);
    bool own = false;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        own = own || str_starts(name, str_c(prefixes[i]));
    map64_put(&s->own_kinds, kind, own ? 1 : 2);
    return own;
}

static void count_deeds(counting *c)
{
    uint32_t *done = arena_array(c->x->one, uint32_t, c->n + 1);
    size_t done_n = 0;
    for (size_t i = c->n; i-- > 0 && c->h->refs[i].time_us >= c->at_us - c->x->q->window_us;) {
        uint32_t kind = c->h->refs[i].kind;
        size_t k = 0;
        while (k < done_n && done[k] != kind)
            k++;
        if (k < done_n || own_kind(c->x, c->s, kind))
            continue;
        done[done_n++] = kind;
        c->found(c, group_did(c->x->q), c->x->dict->kind_name(c->x->dict->user, kind, c->x->one));
    }
}

// --- One person ----------------------------------------------------------------------------------------------------------------------
// Everything up to the moment, what happened at that very instant included.
static bool find_moment(counting *c)
{
    const question *q = c->x->q;
    c->at_us = q->now_us;
    if (q->at.event.len) {
        size_t i = 0;
        while (i < c->h->n && !selector_matches(c->x, c->h, i, &q->at))
            i++;
        if (i == c->h->n)
            return false;
        c->at_us = c->h->refs[i].time_us;
    }
    c->n = 0;
    while (c->n < c->h->n && c->h->refs[c->n].time_us <= c->at_us)
        c->n++;
    return true;
}

static void compare_person(naive *x, void *state, history *h)
{
    compare_state *s = state;
    counting c = { .x = x, .s = s, .h = h, .found = found_counts };
    c.in_set = condition_holds(x, h, x->q->set);
    c.in_others = !x->q->against || condition_holds(x, h, x->q->against);
    if ((!c.in_set && !c.in_others) || !find_moment(&c))
        return;
    s->set += c.in_set;
    s->others += c.in_others;
    count_traits(&c);
    count_tags(&c);
    count_deeds(&c);
}

// --- The answer ------------------------------------------------------------------------------------------------------------------------
static int by_group(const void *x, const void *y)
{
    const compare_row *p = x, *q = y;
    if (p->group != q->group)
        return p->group < q->group ? -1 : 1;
    if (p->set != q->set)
        return p->set > q->set ? -1 : 1;
    if (p->others != q->others)
        return p->others > q->others ? -1 : 1;
    return str_cmp(p->value, q->value);
}

static void write_group(naive *x, const compare_state *s, uint32_t g, jw *w)
{
    const question *q = x->q;
    bool trait = g < q->traits_n;
    int64_t n = 0, distinct = 0;
    jw_obj(w);
    jw_kstr(w, "kind", trait ? S("trait") : g == group_tag(q) ? S("tag") : S("did"));
    if (trait)
        jw_kstr(w, "name", q->traits[g].name);
    jw_ki64(w, "known", trait ? s->known_set[g] : s->set);
    jw_ki64(w, "known_others", trait ? s->known_others[g] : s->others);
    jw_key(w, S("values"));
    jw_arr(w);
    for (size_t i = 0; i < s->rows.n; i++) {
        const compare_row *r = &s->rows.v[i];
        if (r->group != g)
            continue;
        distinct++;
        if (n++ >= q->limit)
            continue;
        jw_obj(w);
        jw_kstr(w, "value", r->value);
        jw_ki64(w, "people", r->set);
        jw_ki64(w, "others", r->others);
        jw_end_obj(w);
    }
    jw_end_arr(w);
    jw_ki64(w, "distinct", distinct);
    jw_end_obj(w);
}

static void compare_finish(naive *x, void *state, jw *w)
{
    compare_state *s = state;
    if (s->rows.n)
        qsort(s->rows.v, s->rows.n, sizeof *s->rows.v, by_group);
    jw_ki64(w, "people", s->set);
    jw_ki64(w, "others", s->others);
    jw_ki64(w, "dropped", s->dropped);
    jw_key(w, S("groups"));
    jw_arr(w);
    for (uint32_t g = 0; g <= group_did(x->q); g++)
        write_group(x, s, g, w);
    jw_end_arr(w);
    compare_end(s);
}

const answer_kind answer_compare = { false, compare_start, compare_person, compare_finish };

// --- Person by person ---------------------------------------------------------------------------------------------------------------------
static void found_described(counting *c, uint32_t group, str v)
{
    const question *q = c->x->q;
    v = str_take(v, VALUE_BYTES_MAX);
    if (group < q->traits_n)
        vec_push(&c->described, arena_fmt(c->x->one, "trait " STR_FMT " " STR_FMT, STR_ARG(q->traits[group].name), STR_ARG(v)));
    else
        vec_push(&c->described, arena_fmt(c->x->one, "%s " STR_FMT, group == group_tag(q) ? "tag" : "did", STR_ARG(v)));
}

typedef struct describing { compare_state *s; bool (*fn)(void *p, const described *d); void *p; } describing;

static bool describe_person(naive *x, void *p, history *h)
{
    describing *d = p;
    bool more = true;
    counting c = { .x = x, .s = d->s, .h = h, .found = found_described };
    c.in_set = condition_holds(x, h, x->q->set);
    c.in_others = !x->q->against || condition_holds(x, h, x->q->against);
    if ((c.in_set || c.in_others) && find_moment(&c)) {
        count_traits(&c);
        count_tags(&c);
        count_deeds(&c);
        const described found = { h->person, c.in_set, c.in_others, c.at_us, c.described.v, c.described.n };
        more = d->fn(d->p, &found);
    }
    vec_free(&c.described);
    return more;
}

err timeline_describe(timeline *t, const dictionary *dict, jval *asked, int64_t now_us, int64_t head, uint32_t person, arena *a, fault *f,
                      bool (*fn)(void *p, const described *d), void *p)
{
    question q;
    TRY(question_parse(asked, dict, now_us, a, f, &q));
    ENSURE(q.ask == ASK_COMPARE);
    naive x = { .t = t, .q = &q, .dict = dict, .a = a };
    describing d = { compare_start(&x), fn, p };
    err e = naive_each(&x, head, person, describe_person, &d);
    compare_end(d.s);
    return e;
}
