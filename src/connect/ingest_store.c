// The storing half of ingest: one operation of the teller for a whole batch.
// What it costs per plain event: one look-up of the message id, one of each identity, one of each name; no SQL.
#include "connect/ingest_internal.h"
#include "base/personal.h"
#include "people/late.h"
#include "record/natural.h"
#include <stdlib.h>

#define NEW_SUBJECTS_PER_MINUTE 60000

ingest *ingest_open(const ingest_config *c)
{
    ingest *in = calloc(1, sizeof *in);
    ENSURE(in);
    in->config = *c;
    if (!in->config.new_subjects_per_minute)
        in->config.new_subjects_per_minute = NEW_SUBJECTS_PER_MINUTE;
    sources_open(&in->sources);
    return in;
}

err ingest_load(ingest *in, db *d)
{
    TRY(sources_load(&in->sources, d));
    return quarantine_load(&in->quarantine, d);
}

quarantine *ingest_quarantine(ingest *in) { return &in->quarantine; }
sources *ingest_sources(ingest *in) { return &in->sources; }

void ingest_close(ingest *in)
{
    if (!in)
        return;
    map64_free(&in->minted);
    sources_close(&in->sources);
    free(in);
}

static void count(int64_t *at, int64_t n) { __atomic_fetch_add(at, n, __ATOMIC_RELAXED); }

static int64_t read_count(const int64_t *at) { return __atomic_load_n(at, __ATOMIC_RELAXED); }

ingest_stats ingest_stats_now(const ingest *in)
{
    const ingest_stats *s = &in->stats;
    return (ingest_stats){ read_count(&s->stored), read_count(&s->duplicate), read_count(&s->refused), read_count(&s->quarantined),
                           read_count(&s->warned), read_count(&s->dropped_fields) };
}

// --- One event -----------------------------------------------------------------------------------------------------------
typedef struct seen { dedupe *d; hash128 print; } seen;

static void unsee(void *p)
{
    seen *s = p;
    dedupe_forget(s->d, s->print);
}

// Was this message stored before? Remembers it otherwise, until the operation is undone.
static err duplicate(tx *t, const ingest_event *e, bool *ret_known)
{
    engine *g = engine_of(t);
    TRY(dedupe_seen(g->dd, e->print, t->now_us, e->age_us, ret_known));
    if (*ret_known)
        return E_OK;
    seen *s = arena_new(t->a, seen);
    *s = (seen){ g->dd, e->print };
    tx_undo(t, unsee, s);
    return E_OK;
}

// Its event was taken back with the file it came with: once more it is new.
static err may_come_again(tx *t, const ingest_event *e, bool *ret)
{
    int64_t n;
    TRY(db_exec_count(t->d, &n, "DELETE FROM message_again WHERE hi = $1 AND lo = $2", dbi((int64_t)e->print.hi), dbi((int64_t)e->print.lo)));
    *ret = n > 0;
    return E_OK;
}

static bool may_mint(tx *t, ingest *in, uint32_t source)
{
    int64_t minute = t->now_us / US_PER_MIN;
    if (in->minted_minute != minute) {
        map64_free(&in->minted);
        in->minted_minute = minute;
    }
    uint64_t n = 0;
    map64_get(&in->minted, source, &n);
    if (n >= in->config.new_subjects_per_minute)
        return false;
    map64_put(&in->minted, source, n + 1);
    return true;
}

static err props_of(tx *t, uint32_t subject, const ingest_event *e, event_prop **ret)
{
    event_prop *out = arena_array(t->a, event_prop, e->props_n ? e->props_n : 1);
    for (uint32_t i = 0; i < e->props_n; i++) {
        out[i] = (event_prop){ e->props[i].name, e->props[i].v };
        if (e->props[i].sealed) {
            str ref;
            TRY(people_keep(t, subject, e->props[i].sealed, &ref));
            out[i].v = (value){ .k = V_STR, .s = ref };
        }
    }
    *ret = out;
    return E_OK;
}

// Who the event is about. The previous id of an alias is a user's when a user is known by it, else an anonymous visitor's.
static err whose(tx *t, const caller *who, const ingest_event *e, resolved *ret)
{
    if (!e->alias || e->ids_n != 2)
        return people_resolve(t, e->ids, e->ids_n, e->time_us, who->name, ret);
    bool user = e->has_former && !people_is_new(t, &e->former, 1, e->time_us);
    return people_alias(t, &e->ids[0], user ? &e->former : &e->ids[1], e->time_us, who->name, ret);
}

static bool has_sealed(const ingest_event *e)
{
    bool any = false;
    for (uint32_t i = 0; i < e->props_n; i++)
        any = any || e->props[i].sealed;
    return any;
}

// *ret_told: another system has told this very event before (record/natural.h).
static err emit(tx *t, const quarantine *q, const caller *who, ingest_event *e, int64_t received_us, bool *ret_told)
{
    resolved who_is = { 0 };               // an item is nobody's
    TRY(ingest_check_rows(t, e));
    if (!e->item)
        TRY(whose(t, who, e, &who_is));
    e->person = who_is.person;
    e->created = who_is.created && who_is.person == who_is.subject;
    if (e->texts && !who_is.created && !e->item)
        TRY(ingest_hush(t, who_is.subject, e));
    event_prop *props;
    TRY(props_of(t, who_is.subject, e, &props));
    if (e->created && q->rows && has_sealed(e))            // what they said before may wait as nobody's
        TRY(late_told(t, who_is.subject));
    TRY(natural_known(t, e->kind, props, e->props_n, e->time_us, ret_told));
    if (*ret_told)
        return E_OK;
    event_new n = {
        .subject = who_is.subject, .kind = e->kind, .time_us = e->time_us, .sent_us = e->sent_us, .received_us = received_us,
        .source = who->source, .flags = e->flags, .message_id = personal_starred(str_take(e->message_id, INGEST_MESSAGE_ID_MAX), t->a),
        .props = props, .props_n = e->props_n, .has_print = !str_empty(e->message_id), .print = e->print, .effects = (effects)who->effects,
    };
    ingest_with_rows(t, who, e, &n);
    TRY(engine_emit(t, &n, &e->no));
    TRY(natural_note(t, e->kind, props, e->props_n, who_is.subject, e->time_us, e->no));
    return ingest_unbind(t, e);
}

static bool users_fault(err e) { return err_info_of(e)->http < 500; }

// --- The plan and its limits ----------------------------------------------------------------------------------------------
static const value *look(const void *facts, str name, bool *ret_sealed)
{
    const ingest_event *e = facts;
    for (uint32_t i = e->props_n; i > 0; i--)              // of a name given twice the last counts
        if (str_eq(e->props[i - 1].name, name)) {
            *ret_sealed = e->props[i - 1].sealed != NULL;
            return &e->props[i - 1].v;
        }
    return NULL;
}

static void set_aside(ingest_event *e, ingest_verdict verdict, err code, str path, str why)
{
    e->verdict = verdict;
    e->code = code;
    e->field = path;
    e->reason = why;
}

// True: room for its names, and for its subject if that is new.
static bool within_limits(tx *t, ingest *in, const caller *who, const ingest_batch *b, ingest_event *e)
{
    str *props = arena_array(t->a, str, e->props_n + 1);
    for (uint32_t i = 0; i < e->props_n; i++)
        props[i] = e->props[i].name;
    int64_t most = names_room(engine_of(t)->names, e->kind, props, e->props_n);
    if (most) {
        set_aside(e, INGEST_QUARANTINED, E_LIMIT_REACHED, most == NAMES_KINDS_MAX ? S("event") : S("properties"), arena_fmt(t->a, "%lld",
            (long long)most));
        return false;
    }
    if (!b->history && people_is_new(t, e->ids, e->ids_n, e->time_us) && !may_mint(t, in, who->source)) {
        set_aside(e, INGEST_QUARANTINED, E_RATE_LIMITED, S("userId"), S("60"));
        return false;
    }
    return true;
}

// True: to be stored, perhaps with a warning.
static bool fits(tx *t, ingest *in, const caller *who, const ingest_batch *b, ingest_event *e)
{
    static const ingest_verdict becomes[PLAN_MODE_COUNT] = { INGEST_STORED, INGEST_QUARANTINED, INGEST_REFUSED };
    const plan *p = engine_of(t)->plan;
    plan_verdict v;
    if (p && !plan_judge(p, e->kind, e, look, t->a, &v)) {
        set_aside(e, becomes[v.mode], v.code, v.field, v.why);
        e->warned = v.mode == PLAN_WARN;
        if (!e->warned)
            return false;
    }
    return within_limits(t, in, who, b, e);
}

err ingest_try(tx *t, ingest *in, const caller *who, ingest_batch *b, ingest_event *e)
{
    bool known = false;
    if (!str_empty(e->message_id))
        TRY(duplicate(t, e, &known));
    if (known && b->history) {
        bool again;
        TRY(may_come_again(t, e, &again));
        known = !again;
    }
    if (known) {
        e->verdict = INGEST_DUPLICATE;
        return E_OK;
    }
    err code = E_OK;
    e->rings_from = b->rings->n;
    if (fits(t, in, who, b, e))
        code = emit(t, &in->quarantine, who, e, b->received_us, &known);
    e->rings_n = b->rings->n - e->rings_from;
    if (code == E_OK && e->verdict == INGEST_STORED && known)
        e->verdict = INGEST_DUPLICATE;
    if (code == E_OK && e->verdict <= INGEST_DUPLICATE)
        return E_OK;
    if (!users_fault(code))
        return code;
    // It is not stored; sent again it must be looked at again.
    if (!str_empty(e->message_id))
        dedupe_forget(engine_of(t)->dd, e->print);
    if (code != E_OK)
        ingest_refuse(e, code, t->f ? arena_str(t->a, t->f->field) : (str){ 0 }, (str){ 0 });
    return E_OK;
}

static err store_one(tx *t, ingest *in, const caller *who, ingest_batch *b, ingest_event *e)
{
    bool known;
    ENSURE(e->ended);                          // no format forgets to: plain values end on the thread that parsed them
    TRY(ingest_try(t, in, who, b, e));
    if (b->history && e->verdict == INGEST_QUARANTINED)
        e->verdict = INGEST_REFUSED;           // a row's error: it is the file that is mended and brought again
    if (e->verdict != INGEST_QUARANTINED)
        return E_OK;
    err code = quarantine_keep(t, &in->quarantine, who->source, e, b->received_us, &known);
    if (code == E_LIMIT_REACHED)
        set_aside(e, INGEST_REFUSED, code, S("quarantine"), (str){ 0 });
    else if (code == E_OK && known)
        e->verdict = INGEST_DUPLICATE;
    return code == E_LIMIT_REACHED ? E_OK : code;
}

// --- The live stream ---------------------------------------------------------------------------------------------------------
typedef struct live { ingest *in; live_facts facts; str json; } live;

static void publish(void *p)
{
    live *l = p;
    l->in->config.publish(l->in->config.user, &l->facts, l->json);
}

static const char *const verdicts[] = { "stored", "duplicate", "refused", "quarantined", NULL };
const enum_labels ingest_verdict_labels = { "ingest_verdict", verdicts };

static void write_rings(jw *w, const ingest_batch *b, const ingest_event *e)
{
    jw_key(w, S("effects"));
    jw_arr(w);
    for (uint32_t i = 0; i < e->rings_n; i++) {
        const ring *r = &b->rings->v[e->rings_from + i];
        jw_obj(w);
        jw_kstr(w, "effect", str_c(r->kind));
        jw_kstr(w, "outcome", str_c(ring_outcomes[r->outcome]));
        jw_kstr(w, "what", r->what);
        jw_kstr(w, "why", r->why);
        jw_ki64(w, "amount", r->amount);
        jw_end_obj(w);
    }
    jw_end_arr(w);
}

static bool has_reason(const ingest_event *e) { return e->warned || e->verdict == INGEST_REFUSED || e->verdict == INGEST_QUARANTINED; }

// The id its sender knows the user by; empty: only secret ones.
static str user_of(const ingest_event *e)
{
    for (uint32_t i = 0; i < e->ids_n; i++)
        if (e->ids[i].label.len)
            return e->ids[i].label;
    return (str){ "", 0 };
}

// Any thread. Bad UTF-8 that was refused is not shown.
static str live_json(names *known, const caller *who, const ingest_batch *b, const ingest_event *e, arena *a)
{
    buf out = { 0 };
    jw w = { .b = &out };
    uint32_t kind = names_kind_find(known, e->kind);
    jw_obj(&w);
    jw_ki64(&w, "no", e->no);
    jw_kstr(&w, "time", time_iso(a, e->time_us ? e->time_us : b->received_us));
    jw_kstr(&w, "received", time_iso(a, b->received_us));
    jw_kstr(&w, "kind", str_utf8_valid(e->kind) ? e->kind : S("?"));
    jw_kstr(&w, "name_zh", kind ? names_kind_label(known, kind, LANG_ZH, a) : S(""));
    jw_kstr(&w, "name_en", kind ? names_kind_label(known, kind, LANG_EN, a) : S(""));
    jw_ki64(&w, "person", e->person);
    jw_kstr(&w, "source", who->name);
    jw_kstr(&w, "verdict", str_c(verdicts[e->verdict]));
    jw_kbool(&w, "warned", e->warned);
    jw_kstr(&w, "code", has_reason(e) ? str_c(err_info_of(e->code)->code) : S(""));
    jw_kstr(&w, "field", has_reason(e) && str_utf8_valid(e->field) ? personal_starred(e->field, a) : S(""));
    jw_kstr(&w, "reason", has_reason(e) && str_utf8_valid(e->reason) ? personal_starred(e->reason, a) : S(""));
    write_rings(&w, b, e);
    jw_end_obj(&w);
    str json = arena_str(a, buf_str(&out));
    buf_free(&out);
    return json;
}

static live_facts facts_of(const caller *who, const ingest_event *e)
{
    return (live_facts){ e->kind, who->name, str_c(verdicts[e->verdict]), user_of(e), e->person, has_reason(e) };
}

static void tell_live(tx *t, ingest *in, const caller *who, const ingest_batch *b)
{
    if (b->history || !in->config.publish || !in->config.listening(in->config.user))
        return;
    for (uint32_t i = 0; i < b->n; i++) {
        const live_facts f = facts_of(who, &b->v[i]);
        live *l = arena_new(t->a, live);
        *l = (live){ in, { arena_str(t->a, f.kind), arena_str(t->a, f.source), f.verdict, arena_str(t->a, f.user), f.person, f.problem },
                     live_json(engine_of(t)->names, who, b, &b->v[i], t->a) };
        tx_after(t, publish, l);
    }
}

// --- Counting ----------------------------------------------------------------------------------------------------------------
static source_event counted_of(names *known, const caller *who, const ingest_batch *b, const ingest_event *e)
{
    return (source_event){
        .source = who->source, .kind = known ? names_kind_find(known, e->kind) : 0, .verdict = (int)e->verdict, .warned = e->warned,
        .late = !b->history && e->time_us && e->time_us < b->received_us - SOURCE_LATE_US, .has_skew = e->has_skew, .skew_us = e->skew_us,
        .at_us = b->received_us, .dropped = e->dropped,
    };
}

static void count_all(ingest *in, const source_event *v, uint32_t n)
{
    ingest_stats add = { 0 };
    for (uint32_t i = 0; i < n; i++) {
        add.stored += v[i].verdict == INGEST_STORED;
        add.duplicate += v[i].verdict == INGEST_DUPLICATE;
        add.refused += v[i].verdict == INGEST_REFUSED;
        add.quarantined += v[i].verdict == INGEST_QUARANTINED;
        add.warned += v[i].warned;
        add.dropped_fields += v[i].dropped;
    }
    count(&in->stats.stored, add.stored);
    count(&in->stats.duplicate, add.duplicate);
    count(&in->stats.refused, add.refused);
    count(&in->stats.quarantined, add.quarantined);
    count(&in->stats.warned, add.warned);
    count(&in->stats.dropped_fields, add.dropped_fields);
    sources_count(&in->sources, v, n);
}

typedef struct counted { ingest *in; source_event *v; uint32_t n; } counted;

static void count_after(void *p)
{
    counted *c = p;
    count_all(c->in, c->v, c->n);
}

void ingest_tell(tx *t, ingest *in, const caller *who, ingest_batch *b)
{
    counted *c = arena_new(t->a, counted);
    *c = (counted){ in, arena_array(t->a, source_event, b->n + 1), b->n };
    for (uint32_t i = 0; i < b->n; i++)
        c->v[i] = counted_of(engine_of(t)->names, who, b, &b->v[i]);
    tx_after(t, count_after, c);
    tell_live(t, in, who, b);
}

void ingest_tell_refused(ingest *in, const caller *who, ingest_batch *b, arena *a)
{
    names *known = in->config.engine ? in->config.engine->names : NULL;
    for (uint32_t i = 0; i < b->n; i++) {
        const source_event one = counted_of(known, who, b, &b->v[i]);
        count_all(in, &one, 1);
        if (known && in->config.publish && in->config.listening(in->config.user)) {
            const live_facts f = facts_of(who, &b->v[i]);
            in->config.publish(in->config.user, &f, live_json(known, who, b, &b->v[i], a));
        }
    }
}

err ingest_store(tx *t, ingest *in, const caller *who, ingest_batch *b)
{
    b->rings = arena_new(t->a, ring_log);
    engine_collect(t, b->rings);
    for (uint32_t i = 0; i < b->n; i++)
        if (b->v[i].verdict != INGEST_REFUSED)
            TRY(store_one(t, in, who, b, &b->v[i]));
    engine_collect(t, NULL);
    ingest_tell(t, in, who, b);
    return E_OK;
}

// --- The answer ------------------------------------------------------------------------------------------------------------
SHAPE_TABLE(ingest_result, INGEST_RESULT);
SHAPE_TABLE(ingest_reply, INGEST_REPLY);

static void fill_result(const ingest_batch *b, const ingest_event *e, arena *a, lang l, ingest_result *out)
{
    SET(out, ingest_result, message_id, str_utf8_valid(e->message_id) ? str_take(e->message_id, 128) : (str){ 0 });
    SET(out, ingest_result, verdict, e->verdict);
    if (has_reason(e)) {
        fault f = { .code = e->code, .field = e->field, .detail = e->reason };
        str_to_i64(e->reason, &f.limit);
        SET(out, ingest_result, code, str_c(err_info_of(e->code)->code));
        SET(out, ingest_result, reason, fault_text(&f, a, l));
        if (!str_empty(e->field))
            SET(out, ingest_result, field, e->field);
    }
    if (e->verdict != INGEST_STORED)
        return;
    SET(out, ingest_result, event_no, e->no);
    ring_view *rings = arena_array(a, ring_view, e->rings_n ? e->rings_n : 1);
    for (uint32_t i = 0; i < e->rings_n; i++)
        ring_view_of(&b->rings->v[e->rings_from + i], &rings[i]);
    out->effects.v = rings;
    out->effects.n = e->rings_n;
    out->has |= UINT64_C(1) << ingest_result_effects_bit;
}

void ingest_fill_reply(const ingest_batch *b, arena *a, lang l, ingest_reply *out)
{
    int64_t n[INGEST_VERDICT_COUNT] = { 0 };
    ingest_result *list = arena_array(a, ingest_result, b->n ? b->n : 1);
    uint32_t listed = 0;
    for (uint32_t i = 0; i < b->n; i++) {
        const ingest_event *e = &b->v[i];
        n[e->verdict]++;
        if (has_reason(e) || e->rings_n)
            fill_result(b, e, a, l, &list[listed++]);
    }
    SET(out, ingest_reply, success, true);
    SET(out, ingest_reply, stored, n[INGEST_STORED]);
    SET(out, ingest_reply, duplicate, n[INGEST_DUPLICATE]);
    SET(out, ingest_reply, refused, n[INGEST_REFUSED]);
    SET(out, ingest_reply, quarantined, n[INGEST_QUARANTINED]);
    out->events.v = list;
    out->events.n = listed;
    out->has |= UINT64_C(1) << ingest_reply_events_bit;
}
