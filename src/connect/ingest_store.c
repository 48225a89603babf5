// The storing half of ingest: one operation of the teller for a whole batch.
// What it costs per plain event: one look-up of the message id, one of each identity, one of each name; no SQL.
#include "connect/ingest_internal.h"
#include "base/personal.h"
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
    return in;
}

void ingest_close(ingest *in)
{
    if (!in)
        return;
    map64_free(&in->minted);
    free(in);
}

static void count(int64_t *at, int64_t n) { __atomic_fetch_add(at, n, __ATOMIC_RELAXED); }

ingest_stats ingest_stats_now(const ingest *in)
{
    return (ingest_stats){ __atomic_load_n(&in->stats.stored, __ATOMIC_RELAXED), __atomic_load_n(&in->stats.duplicate, __ATOMIC_RELAXED),
                           __atomic_load_n(&in->stats.refused, __ATOMIC_RELAXED),
                           __atomic_load_n(&in->stats.dropped_fields, __ATOMIC_RELAXED) };
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

// *ret_told: another system has told this very event before (record/natural.h).
static err emit(tx *t, const caller *who, ingest_event *e, int64_t received_us, bool *ret_told)
{
    resolved who_is = { 0 };               // an item is nobody's
    TRY(ingest_check_rows(t, e));
    if (!e->item)
        TRY(people_resolve(t, e->ids, e->ids_n, e->time_us, who->name, &who_is));
    e->person = who_is.person;
    event_prop *props;
    TRY(props_of(t, who_is.subject, e, &props));
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

static err store_one(tx *t, ingest *in, const caller *who, ingest_batch *b, ingest_event *e)
{
    bool known = false;
    if (!str_empty(e->message_id))
        TRY(duplicate(t, e, &known));
    if (known) {
        e->verdict = INGEST_DUPLICATE;
        return E_OK;
    }
    err code = !b->history && people_is_new(t, e->ids, e->ids_n, e->time_us) && !may_mint(t, in, who->source) ? E_RATE_LIMITED : E_OK;
    e->rings_from = b->rings->n;
    if (code == E_OK)
        code = emit(t, who, e, b->received_us, &known);
    e->rings_n = b->rings->n - e->rings_from;
    if (code == E_OK) {
        e->verdict = known ? INGEST_DUPLICATE : INGEST_STORED;
        return E_OK;
    }
    if (!users_fault(code))
        return code;
    // The event is refused, the others stand; sent again it must be looked at again.
    if (!str_empty(e->message_id))
        dedupe_forget(engine_of(t)->dd, e->print);
    ingest_refuse(e, code, t->f ? arena_str(t->a, t->f->field) : (str){ 0 }, (str){ 0 });
    return E_OK;
}

// --- The live stream ---------------------------------------------------------------------------------------------------------
typedef struct live { ingest *in; str json; } live;

static void publish(void *p)
{
    live *l = p;
    l->in->config.publish(l->in->config.user, l->json);
}

static const char *const verdicts[] = { "stored", "duplicate", "refused", NULL };
static const enum_labels ingest_verdict_labels = { "ingest_verdict", verdicts };

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

static void tell_live(tx *t, ingest *in, const caller *who, const ingest_batch *b)
{
    if (b->history || !in->config.publish || !in->config.listening(in->config.user))
        return;
    names *known = engine_of(t)->names;
    buf out = { 0 };
    for (uint32_t i = 0; i < b->n; i++) {
        const ingest_event *e = &b->v[i];
        buf_clear(&out);
        jw w = { .b = &out };
        jw_obj(&w);
        jw_ki64(&w, "no", e->no);
        jw_kstr(&w, "time", time_iso(t->a, e->time_us));
        jw_kstr(&w, "received", time_iso(t->a, b->received_us));
        jw_kstr(&w, "kind", e->kind);
        uint32_t kind = names_kind_known(known, e->kind);
        jw_kstr(&w, "name_zh", kind ? names_kind_label(known, kind, LANG_ZH, t->a) : S(""));
        jw_kstr(&w, "name_en", kind ? names_kind_label(known, kind, LANG_EN, t->a) : S(""));
        jw_ki64(&w, "person", e->person);
        jw_kstr(&w, "source", who->name);
        jw_kstr(&w, "verdict", str_c(verdicts[e->verdict]));
        jw_kstr(&w, "code", e->verdict == INGEST_REFUSED ? str_c(err_info_of(e->code)->code) : S(""));
        jw_kstr(&w, "field", e->field);
        write_rings(&w, b, e);
        jw_end_obj(&w);
        live *l = arena_new(t->a, live);
        *l = (live){ in, arena_str(t->a, buf_str(&out)) };
        tx_after(t, publish, l);
    }
    buf_free(&out);
}

typedef struct counted { ingest *in; ingest_stats add; } counted;

static void count_after(void *p)
{
    counted *c = p;
    count(&c->in->stats.stored, c->add.stored);
    count(&c->in->stats.duplicate, c->add.duplicate);
    count(&c->in->stats.refused, c->add.refused);
    count(&c->in->stats.dropped_fields, c->add.dropped_fields);
}

err ingest_store(tx *t, ingest *in, const caller *who, ingest_batch *b)
{
    b->rings = arena_new(t->a, ring_log);
    engine_collect(t, b->rings);
    for (uint32_t i = 0; i < b->n; i++)
        if (b->v[i].verdict != INGEST_REFUSED)
            TRY(store_one(t, in, who, b, &b->v[i]));
    engine_collect(t, NULL);
    counted *c = arena_new(t->a, counted);
    c->in = in;
    for (uint32_t i = 0; i < b->n; i++) {
        c->add.stored += b->v[i].verdict == INGEST_STORED;
        c->add.duplicate += b->v[i].verdict == INGEST_DUPLICATE;
        c->add.refused += b->v[i].verdict == INGEST_REFUSED;
        c->add.dropped_fields += b->v[i].dropped;
    }
    tx_after(t, count_after, c);
    tell_live(t, in, who, b);
    return E_OK;
}

// --- The answer ------------------------------------------------------------------------------------------------------------
SHAPE_TABLE(ingest_result, INGEST_RESULT);
SHAPE_TABLE(ingest_reply, INGEST_REPLY);

static void fill_result(const ingest_batch *b, const ingest_event *e, arena *a, lang l, ingest_result *out)
{
    SET(out, ingest_result, message_id, str_utf8_valid(e->message_id) ? str_take(e->message_id, 128) : (str){ 0 });
    SET(out, ingest_result, verdict, e->verdict);
    if (e->verdict == INGEST_REFUSED) {
        fault f = { .code = e->code, .field = e->field, .detail = e->reason };
        SET(out, ingest_result, code, str_c(err_info_of(e->code)->code));
        SET(out, ingest_result, reason, fault_text(&f, a, l));
        if (!str_empty(e->field))
            SET(out, ingest_result, field, e->field);
        return;
    }
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
        if (e->verdict == INGEST_REFUSED || e->rings_n)
            fill_result(b, e, a, l, &list[listed++]);
    }
    SET(out, ingest_reply, success, true);
    SET(out, ingest_reply, stored, n[INGEST_STORED]);
    SET(out, ingest_reply, duplicate, n[INGEST_DUPLICATE]);
    SET(out, ingest_reply, refused, n[INGEST_REFUSED]);
    out->events.v = list;
    out->events.n = listed;
    out->has |= UINT64_C(1) << ingest_reply_events_bit;
}
