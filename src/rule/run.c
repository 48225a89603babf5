#include "rule/run.h"
#include "base/time.h"
#include "rule/rule_api.h"
#include "rule/timers.h"

// Operating trouble undoes the group; everything else is one rule's own failure.
static bool is_trouble(err e)
{
    return e == E_IO || e == E_DISK_FULL || e == E_DB || e == E_CORRUPT;
}

static err effect_note(rule_ctx *c, const ring *r)
{
    buf b = { 0 };
    jw w = { .b = &b };
    jw_obj(&w);
    jw_kstr(&w, "what", r->what);
    jw_kstr(&w, "why", r->why);
    jw_ki64(&w, "amount", r->amount);
    jw_ki64(&w, "balance", r->balance);
    jw_ki64(&w, "ref", r->ref);
    jw_ki64(&w, "due", r->due_us);
    jw_ki64(&w, "event", r->event_no);
    jw_end_obj(&w);
    err e = db_exec(
        c->t->d,
        "INSERT INTO effect (cause, rule, place, kind, outcome, detail, at_us) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        dbi(c->ev->no), dbi(c->rule), dbi(c->place), dbs(str_c(r->kind)), dbi(r->outcome), dbs(buf_str(&b)), dbi(c->t->now_us));
    buf_free(&b);
    return e;
}

static ring ring_new(const rule_ctx *c, const char *kind, ring_outcome outcome, str why)
{
    return (ring){ .kind = kind, .outcome = outcome, .cause_no = c->ev->no, .rule = c->rule, .rule_key = c->rule_key,
                   .what = { "", 0 }, .why = why, .person = c->person };
}

static err ring_tell(rule_ctx *c, const char *kind, ring_outcome outcome, str why)
{
    ring r = ring_new(c, kind, outcome, why);
    engine_ring(c->t, &r);
    return effect_note(c, &r);
}

typedef struct effect_call { rule_ctx *c; const effect_kind *k; const jval *params; ring r; } effect_call;

static err effect_nested(tx *t, void *p)
{
    effect_call *call = p;
    (void)t;
    TRY(call->k->apply(call->c, call->params, &call->r));
    return call->r.outcome == RING_NOTHING ? E_OK : effect_note(call->c, &call->r);
}

// One effect in its own savepoint. *ret_done: it did something.
static err effect_run(rule_ctx *c, const effect_kind *k, const jval *params, bool *ret_done)
{
    engine *e = c->e;
    ring_log *log = e->rings;
    uint32_t before = log ? log->n : 0;
    fault *outer = c->t->f;
    fault mine = { 0 };
    effect_call call = { c, k, params, ring_new(c, k->name, RING_DONE, (str){ "", 0 }) };
    c->t->f = &mine;
    err r = tx_nested(c->t, effect_nested, &call);
    c->t->f = outer;
    *ret_done = r == E_OK && call.r.outcome == RING_DONE;
    if (r == E_OK) {
        if (call.r.outcome != RING_NOTHING)
            engine_ring(c->t, &call.r);
        return E_OK;
    }
    e->rings = log;                     // undoing the savepoint may have stopped a collection begun inside it
    if (log)
        log->n = before;                // what nested rules told is undone with it
    if (is_trouble(r))
        return r;
    return ring_tell(c, k->name, RING_FAILED, str_c(err_info_of(r)->code));
}

static err effects_run(rule_ctx *c, const rule_def *d, bool *ret_any)
{
    int *used = c->e->run->effects;
    size_t i, n;
    jval *item;
    yyjson_arr_foreach((jval *)(uintptr_t)d->then, i, n, item) {
        yyjson_obj_iter it = yyjson_obj_iter_with(item);
        jval *key = yyjson_obj_iter_next(&it);
        const effect_kind *k = rules_effect(c->e->rules, json_str(key));
        ENSURE(k);
        c->place = (int)i;
        bool done = false;
        if (c->quiet && !k->quiet)
            TRY(ring_tell(c, k->name, RING_SUPPRESSED, S("quiet")));
        else if (++*used > CHAIN_EFFECTS_MAX)
            TRY(ring_tell(c, k->name, RING_CUT, S("effects")));
        else
            TRY(effect_run(c, k, yyjson_obj_iter_get_val(key), &done));
        *ret_any = *ret_any || done;
    }
    return E_OK;
}

// --- Once and caps ------------------------------------------------------------------------------------------------------------

typedef struct scope { int64_t subject, person; str text; } scope;      // text: nobody's, once per value of a property

// False: a rule once per property, and the event has none.
static bool scope_of(const rule_ctx *c, const rule_def *d, scope *ret)
{
    if (str_eq(d->once, S("person")))
        *ret = (scope){ c->ev->subject, c->person, S("") };
    else
        *ret = (scope){ 0, 0, c->e->value_key ? c->e->value_key(c->t, ctx_prop_str(c, d->once)) : ctx_prop_str(c, d->once) };
    return ret->person != 0 || ret->text.len > 0;
}

// Rows are a subject's; what any subject of the person did counts.
static err once_claim(rule_ctx *c, const rule_def *d, const scope *s, bool *ret)
{
    int64_t n, since = d->once_within_us ? c->ev->time_us - d->once_within_us : INT64_MIN;
    TRY(db_int(c->t->d, &n, 0, "SELECT count(*) FROM rule_once WHERE person = $1 AND rule = $2 AND scope = $3 AND at_us > $4",
               dbi(s->person), dbi(d->id), dbs(s->text), dbi(since)));
    *ret = n == 0;
    return n ? E_OK
             : db_exec(c->t->d,
                       "INSERT INTO rule_once (rule, subject, scope, person, at_us, event_no) VALUES ($1, $2, $3, $4, $5, $6)"
                       " ON CONFLICT (subject, rule, scope) DO UPDATE SET at_us = excluded.at_us, event_no = excluded.event_no",
                       dbi(d->id), dbi(s->subject), dbs(s->text), dbi(s->person), dbi(c->ev->time_us), dbi(c->ev->no));
}

// Days count from 1970; weeks are the Monday's day; months are negative so that they never meet a day.
static int64_t period_of(char per, int64_t at_us)
{
    int32_t day = time_local_day(at_us);
    civil c = civil_from_us(at_us, ZONE_OFFSET_US);
    return per == 'd' ? day : per == 'w' ? day - time_weekday(day) + 1 : -(int64_t)(c.year * 12 + c.month);
}

static err cap_claim(rule_ctx *c, const rule_def *d, bool *ret)
{
    int64_t n, period = period_of(d->cap_per, c->ev->time_us);
    TRY(db_int(c->t->d, &n, 0, "SELECT CAST(sum(n) AS BIGINT) FROM rule_count WHERE person = $1 AND rule = $2 AND period = $3",
               dbi(c->person), dbi(d->id), dbi(period)));
    *ret = n < d->cap_max;
    return !*ret ? E_OK
                 : db_exec(c->t->d,
                           "INSERT INTO rule_count (rule, subject, period, person, n) VALUES ($1, $2, $3, $4, 1)"
                           " ON CONFLICT (subject, rule, period) DO UPDATE SET n = rule_count.n + 1",
                           dbi(d->id), dbi(c->ev->subject), dbi(period), dbi(c->person));
}

static err once_release(rule_ctx *c, const rule_def *d, const scope *s)
{
    return db_exec(c->t->d, "DELETE FROM rule_once WHERE rule = $1 AND subject = $2 AND scope = $3 AND event_no = $4", dbi(d->id),
                   dbi(s->subject), dbs(s->text), dbi(c->ev->no));
}

// *ret_held empty: neither "once" nor the cap is in the way; then both are claimed. "-": the event has not the property it is once per.
static err claim(rule_ctx *c, const rule_def *d, scope *s, str *ret_held)
{
    bool mine = true;
    *ret_held = (str){ "", 0 };
    if (d->once.len && !scope_of(c, d, s)) {
        *ret_held = S("-");
        return E_OK;
    }
    if (d->once.len)
        TRY(once_claim(c, d, s, &mine));
    if (!mine) {
        *ret_held = S("once");
        return E_OK;
    }
    if (d->cap_max)
        TRY(cap_claim(c, d, &mine));
    if (mine)
        return E_OK;
    *ret_held = S("cap");
    return d->once.len ? once_release(c, d, s) : E_OK;
}

void run_tell_held(rule_ctx *c, str why)
{
    ring r = ring_new(c, "rule", RING_SUPPRESSED, why);
    if (!str_eq(why, S("-")))
        engine_ring(c->t, &r);             // told in the reply, not written down: repeats are the normal case
}

static err rule_fire(rule_ctx *c, const rule_def *d)
{
    bool any = false;
    scope s = { 0 };
    str held;
    TRY(claim(c, d, &s, &held));
    if (held.len) {
        run_tell_held(c, held);
        return E_OK;
    }
    TRY(effects_run(c, d, &any));
    return any || !d->once.len ? E_OK : once_release(c, d, &s);
}

static err condition_of(rule_ctx *c, const rule_def *d, bool *ret)
{
    *ret = true;
    return d->cond ? condition_test(c, d->cond, ret) : E_OK;
}

static err rule_run_one(rule_ctx *c, const rule_def *d)
{
    bool holds;
    TRY(condition_of(c, d, &holds));
    if (!holds)
        return c->why.len ? ring_tell(c, "rule", RING_SUPPRESSED, c->why) : E_OK;
    rules_note_fired(c->e->rules, d);
    return rule_fire(c, d);
}

// --- For a trial (shadow.c) -----------------------------------------------------------------------------------------------------

// The same rule in shadow's own books.
static rule_def in_shadow(const rule_def *d)
{
    rule_def own = *d;
    own.id = -d->id;
    return own;
}

err run_attempt(rule_ctx *c, const rule_def *d, attempt *ret)
{
    bool holds;
    const rule_def own = in_shadow(d);
    scope s = { 0 };
    *ret = (attempt){ .why = { "", 0 }, .held = { "", 0 } };
    TRY(condition_of(c, d, &holds));
    if (!holds) {
        ret->why = c->why;
        return E_OK;
    }
    TRY(claim(c, &own, &s, &ret->held));
    if (ret->held.len)
        return E_OK;
    ret->fired = true;
    return rule_fire(c, d);
}

err run_book(rule_ctx *c, const rule_def *d)
{
    const rule_def own = in_shadow(d);
    scope s = { 0 };
    str held;
    return claim(c, &own, &s, &held);
}

// --- Waking -------------------------------------------------------------------------------------------------------------------

// "after": a timer that carries the event's number: what the event says is starred and erased in one place.
static err rule_delay(rule_ctx *c, const rule_def *d)
{
    if (c->quiet)
        return E_OK;
    buf b = { 0 };
    buf_add_varint(&b, (uint64_t)c->ev->no);
    err e = timer_set(c->t, c->ev->time_us + d->after_us, "rule", d->id, buf_str(&b));
    buf_free(&b);
    return e;
}

static uint32_t person_of(tx *t, uint32_t subject)
{
    engine *e = engine_of(t);
    return subject == 0 ? 0 : e->person_of ? e->person_of(t, subject) : subject;
}

rule_ctx run_ctx(tx *t, const rule_def *d, const event *ev, bool quiet)
{
    engine *e = engine_of(t);
    return (rule_ctx){ .t = t, .e = e, .ev = ev, .kind = names_kind_name(e->names, ev->kind, t->a), .person = person_of(t, ev->subject),
                       .rule = d->id, .rule_key = arena_str(t->a, d->key), .place = -1, .quiet = quiet, .why = { "", 0 } };
}

// To be tried: inside a trial everything runs as it would.
static bool tried(const rule_run *run, const rule_def *d) { return !run->trial && (run->shadow || d->state == RULE_SHADOW); }

// Those that are tried come after those that run, together.
static err rules_wake(tx *t, rule_list_ref list, const event *ev, bool quiet, bool too_deep)
{
    const rule_run *run = engine_of(t)->run;
    const rule_def **later = NULL;
    size_t later_n = 0;
    for (size_t i = 0; i < list.n; i++) {
        const rule_def *d = list.v[i];
        if (d->state == RULE_OFF)
            continue;
        // A rule before this one may have joined persons: ask again each time.
        rule_ctx c = run_ctx(t, d, ev, quiet);
        if (too_deep) {
            TRY(ring_tell(&c, "rule", RING_CUT, S("depth")));
        } else if (d->after_us) {
            TRY(rule_delay(&c, d));
        } else if (tried(run, d)) {
            later = later ? later : arena_array(t->a, const rule_def *, list.n);
            later[later_n++] = d;
        } else {
            TRY(rule_run_one(&c, d));
        }
    }
    return later_n ? shadow_try(t, later, later_n, ev, quiet) : E_OK;
}

err run_event(tx *t, rule_list_ref list, const event *ev)
{
    engine *e = engine_of(t);
    rule_run *outer = e->run;
    int used = 0;
    rule_run mine = { .depth = outer ? outer->depth + 1 : 1, .effects = outer ? outer->effects : &used, .cause = ev->no,
                      .quiet = (ev->flags & EVENT_QUIET) != 0, .shadow = (ev->flags & EVENT_SHADOW) != 0,
                      .trial = outer && outer->trial };
    e->run = &mine;
    err r = rules_wake(t, list, ev, mine.quiet, mine.depth > CHAIN_DEPTH_MAX);
    e->run = outer;
    return r;
}

err run_delayed(tx *t, int64_t rule, str payload)
{
    engine *e = engine_of(t);
    const rule_def *d = rules_by_id(e->rules, rule);
    if (!d || d->state == RULE_OFF)
        return E_OK;
    cursor c = cursor_of(payload.s, payload.len);
    int64_t no = (int64_t)cursor_varint(&c);
    if (c.bad || no < 1 || no > timeline_head(e->tl))
        return E_CORRUPT;
    event ev;
    TRY(timeline_event(e->tl, no, t->a, &ev));
    if (ev.erased)
        return E_OK;
    int used = 0;
    rule_run mine = { .depth = 1, .effects = &used, .cause = no, .shadow = (ev.flags & EVENT_SHADOW) != 0 };
    rule_ctx ctx = run_ctx(t, d, &ev, false);
    e->run = &mine;
    err r = tried(&mine, d) ? shadow_try(t, &d, 1, &ev, false) : rule_run_one(&ctx, d);
    e->run = NULL;
    return r;
}
