// What each kind of question counts. Every definition stands once, at the function that counts by it, and with an example in
// docs/reference/questions.md.
#include "base/map.h"
#include "base/time.h"
#include "base/vec.h"
#include "timeline/naive.h"
#include <stdlib.h>

static void *new_state(size_t size)
{
    void *p = calloc(1, size);
    ENSURE(p);
    return p;
}

// --- Numbers of a property ------------------------------------------------------------------------------------------------
// Sums of integers are exact; one fraction among the numbers makes the sum a double.
typedef struct numbers {
    int64_t n;
    bool fraction;
    __int128 whole;
    double sum;
    value min, max;
} numbers;

static void numbers_add(numbers *m, const value *v)
{
    if (!v || !value_is_number(v))
        return;
    m->min = !m->n || value_number_cmp(v, &m->min) < 0 ? *v : m->min;
    m->max = !m->n || value_number_cmp(v, &m->max) > 0 ? *v : m->max;
    m->n++;
    m->fraction = m->fraction || v->k == V_F64;
    m->whole += v->k == V_I64 ? v->i : 0;
    m->sum += v->k == V_F64 ? v->f : 0;
}

static void write_sum(jw *w, const numbers *m)
{
    jw_key(w, S("sum"));
    if (!m->fraction && m->whole >= INT64_MIN && m->whole <= INT64_MAX)
        jw_i64(w, (int64_t)m->whole);
    else
        jw_f64(w, (double)m->whole + m->sum);
}

// --- Counts per value of a property ---------------------------------------------------------------------------------------
typedef struct tally_row {
    value v;
    int64_t events, people;
    bool any;
    uint32_t last_person; // the last one counted: people come one after the other
    numbers sum;
    int64_t steps[QUESTION_STEPS_MAX];
} tally_row;

typedef struct tally {
    mapstr at; // canonical text of the value → row
    VEC(tally_row) rows;
    arena *a;
} tally;

static void tally_free(tally *y)
{
    mapstr_free(&y->at);
    vec_free(&y->rows);
}

// 5 and 5.0 are one value; the string "5" is another.
static value canonical(const value *v)
{
    bool whole = v && v->k == V_F64 && v->f >= -9007199254740992.0 && v->f <= 9007199254740992.0 &&
                 !(v->f < (double)(int64_t)v->f) && !(v->f > (double)(int64_t)v->f);
    if (whole)
        return (value){ .k = V_I64, .i = (int64_t)v->f };
    return v ? *v : (value){ 0 };
}

static tally_row *tally_row_of(tally *y, const value *given)
{
    value v = canonical(given);
    buf key = { 0 };
    uint64_t i;
    buf_add_u8(&key, (uint8_t)v.k);
    if (v.k == V_STR || v.k == V_JSON)
        buf_add_str(&key, v.s);
    else if (v.k == V_F64)
        buf_add(&key, &v.f, sizeof v.f);
    else
        buf_add_u64(&key, (uint64_t)v.i);
    if (!mapstr_get(&y->at, buf_str(&key), &i)) {
        i = y->rows.n;
        mapstr_put(&y->at, buf_str(&key), i);
        v.s = arena_str(y->a, v.s);
        vec_push(&y->rows, ((tally_row){ .v = v }));
    }
    buf_free(&key);
    return &y->rows.v[i];
}

static void tally_count(tally_row *r, uint32_t person)
{
    r->events++;
    if (person && (!r->any || r->last_person != person)) {
        r->people++;
        r->any = true;
        r->last_person = person;
    }
}

static int value_order(const value *x, const value *y)
{
    if (value_is_number(x) && value_is_number(y))
        return value_number_cmp(x, y);
    if (x->k != y->k)
        return x->k < y->k ? -1 : 1;
    return x->k == V_BOOL ? (x->i < y->i ? -1 : x->i > y->i) : str_cmp(x->s, y->s);
}

// Most events first; among equals the smaller value.
static int by_events(const void *x, const void *y)
{
    const tally_row *p = x, *q = y;
    if (p->events != q->events)
        return p->events > q->events ? -1 : 1;
    return value_order(&p->v, &q->v);
}

static size_t tally_sort(tally *y, int64_t limit)
{
    if (y->rows.n)
        qsort(y->rows.v, y->rows.n, sizeof *y->rows.v, by_events);
    return y->rows.n < (size_t)limit ? y->rows.n : (size_t)limit;
}

// --- count: events in the window that match, and the different people who did them ----------------------------------------
typedef struct count_state {
    tally_row all;
    int64_t first_us, last_us;
    numbers of;
    tally by;
} count_state;

static void *count_start(naive *x)
{
    count_state *s = new_state(sizeof *s);
    s->by.a = x->a;
    return s;
}

static void count_person(naive *x, void *state, history *h)
{
    count_state *s = state;
    const question *q = x->q;
    for (size_t i = 0; i < h->n; i++) {
        int64_t at = h->refs[i].time_us;
        if (!window_has(&q->when, at) || !selector_matches(x, h, i, &q->event))
            continue;
        s->first_us = !s->all.events || at < s->first_us ? at : s->first_us;
        s->last_us = !s->all.events || at > s->last_us ? at : s->last_us;
        tally_count(&s->all, h->person);
        if (q->of.len)
            numbers_add(&s->of, history_value(x, h, i, q->of_prop));
        if (q->by.len)
            tally_count(tally_row_of(&s->by, history_value(x, h, i, q->by_prop)), h->person);
    }
}

static void write_values(naive *x, tally *y, jw *w, bool sums)
{
    size_t n = tally_sort(y, x->q->limit);
    jw_ki64(w, "distinct", (int64_t)y->rows.n);
    jw_key(w, S("values"));
    jw_arr(w);
    for (size_t i = 0; i < n; i++) {
        const tally_row *r = &y->rows.v[i];
        jw_obj(w);
        jw_key(w, S("value"));
        write_value(w, &r->v, x->a);
        jw_ki64(w, "events", r->events);
        jw_ki64(w, "people", r->people);
        if (sums)
            write_sum(w, &r->sum);
        jw_end_obj(w);
    }
    jw_end_arr(w);
}

static void write_time_or_null(jw *w, arena *a, bool has, int64_t us)
{
    if (has)
        write_time(w, a, us);
    else
        jw_null(w);
}

static void count_finish(naive *x, void *state, jw *w)
{
    count_state *s = state;
    jw_ki64(w, "events", s->all.events);
    jw_ki64(w, "people", s->all.people);
    jw_key(w, S("first"));
    write_time_or_null(w, x->a, s->all.events > 0, s->first_us);
    jw_key(w, S("last"));
    write_time_or_null(w, x->a, s->all.events > 0, s->last_us);
    if (x->q->of.len) {
        jw_ki64(w, "numbers", s->of.n);
        write_sum(w, &s->of);
        jw_key(w, S("min"));
        write_value(w, &s->of.min, x->a);
        jw_key(w, S("max"));
        write_value(w, &s->of.max, x->a);
    }
    if (x->q->by.len)
        write_values(x, &s->by, w, false);
    tally_free(&s->by);
    free(s);
}

// --- top: the same per value of `of`, where there is one, with the sum of another property --------------------------------
static void top_person(naive *x, void *state, history *h)
{
    tally *y = state;
    const question *q = x->q;
    for (size_t i = 0; i < h->n; i++) {
        if (!window_has(&q->when, h->refs[i].time_us) || !selector_matches(x, h, i, &q->event))
            continue;
        const value *v = history_value(x, h, i, q->of_prop);
        if (!v || v->k == V_NULL)
            continue;
        tally_row *r = tally_row_of(y, v);
        tally_count(r, h->person);
        if (q->by.len)
            numbers_add(&r->sum, history_value(x, h, i, q->by_prop));
    }
}

static void *top_start(naive *x)
{
    tally *y = new_state(sizeof *y);
    y->a = x->a;
    return y;
}

static void top_finish(naive *x, void *state, jw *w)
{
    write_values(x, state, w, x->q->by.len > 0);
    tally_free(state);
    free(state);
}

// --- trend: count, per calendar period of the window ----------------------------------------------------------------------
typedef struct trend_state {
    tally_row *periods;
    size_t n;
} trend_state;

static void *trend_start(naive *x)
{
    trend_state *s = new_state(sizeof *s);
    const question *q = x->q;
    s->n = (size_t)(period_no(q->unit, q->when.to_us - 1) - period_no(q->unit, q->when.from_us) + 1);
    s->periods = arena_array(x->a, tally_row, s->n);
    return s;
}

static void trend_person(naive *x, void *state, history *h)
{
    trend_state *s = state;
    const question *q = x->q;
    int64_t first = period_no(q->unit, q->when.from_us);
    for (size_t i = 0; i < h->n; i++)
        if (window_has(&q->when, h->refs[i].time_us) && selector_matches(x, h, i, &q->event))
            tally_count(&s->periods[period_no(q->unit, h->refs[i].time_us) - first], h->person);
}

static void trend_finish(naive *x, void *state, jw *w)
{
    trend_state *s = state;
    int64_t first = period_no(x->q->unit, x->q->when.from_us);
    jw_key(w, S("periods"));
    jw_arr(w);
    for (size_t i = 0; i < s->n; i++) {
        jw_obj(w);
        jw_key(w, S("start"));
        write_time(w, x->a, period_start(x->q->unit, first + (int64_t)i));
        jw_ki64(w, "events", s->periods[i].events);
        jw_ki64(w, "people", s->periods[i].people);
        jw_end_obj(w);
    }
    jw_end_arr(w);
    free(s);
}

// --- audience: people of whom the condition holds -------------------------------------------------------------------------
typedef struct audience_state {
    int64_t people;
    VEC(uint32_t) sample;
} audience_state;

static void *audience_start(naive *x)
{
    (void)x;
    return new_state(sizeof(audience_state));
}

static void audience_person(naive *x, void *state, history *h)
{
    audience_state *s = state;
    if (s->people++ < x->q->limit)
        vec_push(&s->sample, h->person);
}

static void audience_finish(naive *x, void *state, jw *w)
{
    audience_state *s = state;
    (void)x;
    jw_ki64(w, "people", s->people);
    jw_key(w, S("ids"));
    jw_arr(w);
    for (size_t i = 0; i < s->sample.n; i++)
        jw_i64(w, s->sample.v[i]);
    jw_end_arr(w);
    vec_free(&s->sample);
    free(s);
}

// --- funnel ---------------------------------------------------------------------------------------------------------------
// A person enters with an event of the first step in [from, to). From an entry, step k is reached by an event after that of
// step k − 1 (in order of time, then arrival) and less than `window` after the entry; it may lie behind `to`. One event is one
// step. Of several entries the one that reaches furthest counts, the earliest of equals; a person counts once.
typedef struct funnel_state {
    int64_t steps[QUESTION_STEPS_MAX];
    VEC(int64_t) took_us; // of those who reached the last step: from entry to last step
    tally by;             // by the property of the counting entry
} funnel_state;

static void *funnel_start(naive *x)
{
    funnel_state *s = new_state(sizeof *s);
    s->by.a = x->a;
    return s;
}

// How many steps the entry at event i reaches; the earliest next event is always the best one. *ret_last: of the last of them.
static size_t funnel_reach(naive *x, history *h, size_t i, size_t *ret_last)
{
    const question *q = x->q;
    size_t reached = 1;
    *ret_last = i;
    for (size_t k = i + 1; k < h->n && reached < q->steps_n; k++) {
        if ((uint64_t)h->refs[k].time_us - (uint64_t)h->refs[i].time_us >= (uint64_t)q->window_us)
            break;
        if (selector_matches(x, h, k, &q->steps[reached])) {
            reached++;
            *ret_last = k;
        }
    }
    return reached;
}

static void funnel_person(naive *x, void *state, history *h)
{
    funnel_state *s = state;
    const question *q = x->q;
    size_t best = 0, entry = 0, end = 0, last;
    for (size_t i = 0; i < h->n && best < q->steps_n; i++) {
        if (!window_has(&q->when, h->refs[i].time_us) || !selector_matches(x, h, i, &q->steps[0]))
            continue;
        size_t reached = funnel_reach(x, h, i, &last);
        if (reached > best) {
            best = reached;
            entry = i;
            end = last;
        }
    }
    if (!best)
        return;
    for (size_t k = 0; k < best; k++)
        s->steps[k]++;
    if (best == q->steps_n)
        vec_push(&s->took_us, h->refs[end].time_us - h->refs[entry].time_us);
    if (!q->by.len)
        return;
    tally_row *r = tally_row_of(&s->by, history_value(x, h, entry, q->by_prop));
    tally_count(r, h->person);
    for (size_t k = 0; k < best; k++)
        r->steps[k]++;
}

static void write_steps(jw *w, const int64_t *steps, size_t n)
{
    jw_key(w, S("steps"));
    jw_arr(w);
    for (size_t i = 0; i < n; i++)
        jw_i64(w, steps[i]);
    jw_end_arr(w);
}

static int by_number(const void *x, const void *y)
{
    int64_t p = *(const int64_t *)x, q = *(const int64_t *)y;
    return p < q ? -1 : p > q;
}

// Median: the middle one, or the mean of the two middle ones; in whole seconds, rounded down.
static void write_median(jw *w, int64_t *v, size_t n)
{
    jw_key(w, S("median_s"));
    if (!n) {
        jw_null(w);
        return;
    }
    qsort(v, n, sizeof *v, by_number);
    int64_t low = v[(n - 1) / 2], high = v[n / 2];
    jw_i64(w, (low + (high - low) / 2) / US_PER_S);
}

static void funnel_finish(naive *x, void *state, jw *w)
{
    funnel_state *s = state;
    size_t steps = x->q->steps_n;
    write_steps(w, s->steps, steps);
    write_median(w, s->took_us.v, s->took_us.n);
    if (x->q->by.len) {
        size_t n = tally_sort(&s->by, x->q->limit);
        jw_ki64(w, "distinct", (int64_t)s->by.rows.n);
        jw_key(w, S("values"));
        jw_arr(w);
        for (size_t i = 0; i < n; i++) {
            jw_obj(w);
            jw_key(w, S("value"));
            write_value(w, &s->by.rows.v[i].v, x->a);
            write_steps(w, s->by.rows.v[i].steps, steps);
            jw_end_obj(w);
        }
        jw_end_arr(w);
    }
    vec_free(&s->took_us);
    tally_free(&s->by);
    free(s);
}

// --- retention ------------------------------------------------------------------------------------------------------------
// A person's first `first` event in [from, to) puts it into the cohort of that calendar period. It returned in period k when a
// `return` event after the first one (in order) lies in the k-th period after the cohort's; k = 0 is the cohort's own.
// A period that is not over at `now` is null for the cohort: too young to compare.
typedef struct retention_state {
    int64_t *people, *returned;
    size_t cohorts, periods;
} retention_state;

static void *retention_start(naive *x)
{
    retention_state *s = new_state(sizeof *s);
    const question *q = x->q;
    s->cohorts = (size_t)(period_no(q->unit, q->when.to_us - 1) - period_no(q->unit, q->when.from_us) + 1);
    s->periods = (size_t)q->limit + 1;
    s->people = arena_array(x->a, int64_t, s->cohorts);
    s->returned = arena_array(x->a, int64_t, s->cohorts * s->periods);
    return s;
}

static void retention_person(naive *x, void *state, history *h)
{
    retention_state *s = state;
    const question *q = x->q;
    size_t i = 0;
    while (i < h->n && !(window_has(&q->when, h->refs[i].time_us) && selector_matches(x, h, i, &q->steps[0])))
        i++;
    if (i == h->n)
        return;
    int64_t born = period_no(q->unit, h->refs[i].time_us);
    size_t cohort = (size_t)(born - period_no(q->unit, q->when.from_us));
    bool *back = arena_array(x->one, bool, s->periods);
    s->people[cohort]++;
    for (size_t k = i + 1; k < h->n; k++) {
        int64_t after = period_no(q->unit, h->refs[k].time_us) - born;
        if (after < (int64_t)s->periods && !back[after] && selector_matches(x, h, k, &q->steps[1]))
            back[after] = true;
    }
    for (size_t k = 0; k < s->periods; k++)
        s->returned[cohort * s->periods + k] += back[k];
}

static void retention_finish(naive *x, void *state, jw *w)
{
    retention_state *s = state;
    const question *q = x->q;
    int64_t first = period_no(q->unit, q->when.from_us);
    jw_key(w, S("cohorts"));
    jw_arr(w);
    for (size_t c = 0; c < s->cohorts; c++) {
        jw_obj(w);
        jw_key(w, S("start"));
        write_time(w, x->a, period_start(q->unit, first + (int64_t)c));
        jw_ki64(w, "people", s->people[c]);
        jw_key(w, S("returned"));
        jw_arr(w);
        for (size_t k = 0; k < s->periods; k++)
            if (period_start(q->unit, first + (int64_t)(c + k) + 1) <= q->now_us)
                jw_i64(w, s->returned[c * s->periods + k]);
            else
                jw_null(w);
        jw_end_arr(w);
        jw_end_obj(w);
    }
    jw_end_arr(w);
    free(s);
}

static const answer_kind count = { true, count_start, count_person, count_finish };
static const answer_kind trend = { true, trend_start, trend_person, trend_finish };
static const answer_kind top = { true, top_start, top_person, top_finish };
static const answer_kind funnel = { false, funnel_start, funnel_person, funnel_finish };
static const answer_kind retention = { false, retention_start, retention_person, retention_finish };
static const answer_kind audience = { false, audience_start, audience_person, audience_finish };

const answer_kind *const answer_kinds[ASK_KINDS] = {
    [ASK_COUNT] = &count,         [ASK_TREND] = &trend,       [ASK_TOP] = &top,         [ASK_FUNNEL] = &funnel,
    [ASK_RETENTION] = &retention, [ASK_AUDIENCE] = &audience, [ASK_COMPARE] = &answer_compare,
};
