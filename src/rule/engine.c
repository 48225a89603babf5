#include "rule/engine.h"
#include "base/time.h"
#include "rule/rules.h"
#include "rule/run.h"

const char *const ring_outcomes[RING_OUTCOME_COUNT + 1] = { "done", "suppressed", "failed", "cut", "would", NULL };

// What engine_emit hands to engine_on_event across the teller.
struct emitting { const event *ev; const event_new *in; };

static void collect_stop(void *p)
{
    engine *e = p;
    e->rings = NULL;
}

void engine_collect(tx *t, ring_log *to)
{
    engine *e = engine_of(t);
    e->rings = to;
    if (to)
        tx_undo(t, collect_stop, e);
}

void engine_ring(tx *t, const ring *r)
{
    ring_log *log = engine_of(t)->rings;
    if (!log)
        return;
    if (log->n < RINGS_MAX)
        log->v[log->n++] = *r;
    else
        log->dropped++;
}

static uint32_t user_of_names(const event_new *in) { return in->flags & EVENT_SYSTEM ? NAMES_BRAND : in->subject; }

// Resolves names and sorts by id; a name given twice: the last counts.
static err props_resolve(tx *t, engine *e, uint32_t kind, const event_new *in, prop *out, uint32_t *ret_n)
{
    uint32_t n = 0;
    for (size_t i = 0; i < in->props_n; i++) {
        uint32_t id;
        TRY(names_prop(t, e->names, kind, in->props[i].name, in->props[i].v.k, user_of_names(in), &id));
        uint32_t at = n;
        while (at > 0 && out[at - 1].id > id)
            at--;
        if (at > 0 && out[at - 1].id == id) {
            out[at - 1].v = in->props[i].v;
            continue;
        }
        memmove(out + at + 1, out + at, (n - at) * sizeof *out);
        out[at] = (prop){ id, in->props[i].v };
        n++;
    }
    *ret_n = n;
    return E_OK;
}

static uint32_t flags_of(const engine *e, const event_new *in, const event *ev)
{
    bool asked = in->effects == EFFECTS_QUIET || in->effects == EFFECTS_NONE;
    bool quiet = asked || (e->run && e->run->quiet) || ev->time_us < ev->received_us - QUIET_AFTER_US;
    return in->flags | (quiet ? EVENT_QUIET : 0) | (in->effects == EFFECTS_SHADOW ? EVENT_SHADOW : 0);
}

err engine_emit(tx *t, const event_new *in, int64_t *ret_no)
{
    engine *e = engine_of(t);
    if (in->props_n > EVENT_PROPS_MAX)
        return fault_field(t->f, t->a, E_FIELD_TOO_MANY, S("properties"), EVENT_PROPS_MAX);
    event ev = {
        .subject = in->subject, .source = in->source, .message_id = in->message_id,
        .received_us = in->received_us ? in->received_us : t->now_us,
        .cause_no = in->cause_no ? in->cause_no : e->run ? e->run->cause : 0,
    };
    ev.time_us = in->time_us ? in->time_us : ev.received_us;
    ev.sent_us = in->sent_us ? in->sent_us : ev.time_us;
    ev.flags = flags_of(e, in, &ev);
    TRY(names_kind(t, e->names, in->kind, user_of_names(in), &ev.kind));
    prop *props = arena_array(t->a, prop, in->props_n + 1);
    TRY(props_resolve(t, e, ev.kind, in, props, &ev.props_n));
    ev.props = props;

    buf b = { 0 };
    event_encode(&b, &ev);
    str bytes = arena_str(t->a, buf_str(&b));
    buf_free(&b);
    const struct emitting *outer = e->emitting;
    e->emitting = &(struct emitting){ &ev, in };
    int64_t no = 0;
    err r = tx_event(t, bytes, in->has_print, in->print, &no);
    e->emitting = outer;
    if (r != E_OK)
        return r;
    if (!(ev.flags & EVENT_SYSTEM))
        names_count(e->names, ev.kind, props, ev.props_n, ev.received_us);
    if (ret_no)
        *ret_no = no;
    return E_OK;
}

err engine_on_event(tx *t, int64_t no, str bytes)
{
    engine *e = engine_of(t);
    const struct emitting *em = e->emitting;
    if (em && em->in->numbered)
        TRY(em->in->numbered(t, no, em->in->numbered_p));
    if (e->touch && em && em->ev->subject)
        e->touch(t, em->ev->subject, em->ev, no);
    if (!e->rules || (em && em->in->effects == EFFECTS_NONE))
        return E_OK;
    event ev;
    if (em)
        ev = *em->ev;
    else
        TRY(event_decode(bytes, t->a, &ev));
    rule_list_ref list = rules_of_kind(e->rules, ev.kind);
    if (list.n == 0)
        return E_OK;
    ev.no = no;
    return run_event(t, list, &ev);
}
