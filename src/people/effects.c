// What rules may do to a person: identity, stage, opportunity, vehicle. All of them also for quiet events.
#include "base/time.h"
#include "people/people_internal.h"

static const char *const stage_words[] = { "follow", "lead", "trial", "reserve", "order", "owner", "advocate", NULL };
static const char *const stage_zh[] = { "访客", "关注", "留资", "体验", "小订", "大定", "购买", "转介绍" };
static mover mover_of(const rule_ctx *c)
{
    return (mover){ c->ev->subject, c->ev->no, c->ev->time_us, c->kind };
}

err need_person(rule_ctx *c)
{
    return c->person ? E_OK : fault_detail(c->t->f, c->t->a, E_NOT_FOUND, "the event is nobody's");
}

static enum stage stage_named(str name)
{
    size_t i = 0;
    while (stage_words[i] && !str_eq(str_c(stage_words[i]), name))
        i++;
    return stage_words[i] ? (enum stage)(i + STAGE_FOLLOW) : STAGE_VISITOR;
}

static void ring_of_move(rule_ctx *c, const moved *m, str what, ring *r)
{
    (void)c;
    r->what = what;
    r->ref = m->opportunity;
    r->event_no = m->event_no;
    if (m->why.len) {
        r->outcome = RING_SUPPRESSED;
        r->why = m->why;
    } else if (m->from == m->to && !m->opened)
        r->outcome = RING_NOTHING;
}

// --- identity: {"kind": "phone", "from": "phone"}
// -------------------------------------------------------------------------------

static const char *const claimable[] = { "phone", NULL };
static const arg identity_args[] = { { "kind", ARG_STR, .required = true, .labels = claimable },
                                     { "from", ARG_STR, .required = true, .max = NAMES_BYTES_MAX } };

static err identity_check(const checking *c, const jval *v, str path)
{
    return args_check(c, v, path, identity_args, 2);
}

static err identity_apply(rule_ctx *c, const jval *v, ring *r)
{
    hash128 h;
    int64_t id;
    TRY(need_person(c));
    TRY(vault_ref_of(c->t->d, c->ev->subject, ctx_prop_str(c, ctx_text(c, v, S("from"))), &id));
    r->outcome = RING_NOTHING;
    if (!id)
        return E_OK;
    TRY(vault_hash_of(c->t->d, id, &h));
    TRY(people_claim(c->t, c->ev->subject, IDENTITY_PHONE, h, c->ev->time_us, &r->why));
    if (r->why.len) {
        r->outcome = RING_SUPPRESSED;
        r->what = S("phone");
    }
    c->person = people_person_of(c->t, c->ev->subject);
    return E_OK;
}

static void identity_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    (void)v;
    buf_add_str(b, l == LANG_ZH ? S("认出手机号") : S("recognise the phone"));
}

// --- stage: {"to": "lead"} or {"undo": "reserve"}
// -------------------------------------------------------------------------------

static const arg stage_args[] = { { "to", ARG_STR, .labels = stage_words }, { "undo", ARG_STR, .labels = stage_words } };

static err stage_check(const checking *c, const jval *v, str path)
{
    TRY(args_check(c, v, path, stage_args, 2));
    enum stage undo = stage_named(json_str(json_get(v, S("undo"))));
    if ((json_get(v, S("to")) != NULL) == (json_get(v, S("undo")) != NULL))
        return check_fail(c, path, "either to or undo");
    return json_get(v, S("undo")) && undo != STAGE_RESERVE && undo != STAGE_ORDER && undo != STAGE_TRIAL
               ? check_fail(c, path, "only trial, reserve and order can be undone")
               : E_OK;
}

// The number a call is wanted at: of this event, or known before. NULL: none.
static err phone_of(rule_ctx *c, hash128 *buffer, const hash128 **ret)
{
    int64_t id;
    TRY(vault_ref_of(c->t->d, c->ev->subject, ctx_prop_str(c, S("phone")), &id));
    if (!id)
        TRY(db_int(c->t->d, &id, 0, "SELECT phone_vault FROM person WHERE id = $1", dbi(c->person)));
    err e = id ? vault_hash_of(c->t->d, id, buffer) : E_NOT_FOUND;
    *ret = e == E_OK ? buffer : NULL;
    return e == E_NOT_FOUND ? E_OK : e;
}

static err own_vehicle(rule_ctx *c, const mover *by, bool *ret_again);

static err stage_apply(rule_ctx *c, const jval *v, ring *r)
{
    TRY(need_person(c));
    const mover by = mover_of(c);
    moved m;
    enum stage undo = stage_named(json_str(json_get(v, S("undo")))), to = stage_named(json_str(json_get(v, S("to"))));
    r->what = str_c(stage_labels.labels[undo ? undo : to]);
    if (undo) {
        TRY(stage_cancel(c->t, c->person, undo, &by, &m));
    } else {
        hash128 buffer;
        const hash128 *phone = NULL;
        bool agreed = true;
        if (to == STAGE_LEAD) {
            TRY(phone_of(c, &buffer, &phone));
            TRY(consent_given(c->t->d, c->person, S("call"), &agreed));
        }
        if (!agreed || (to == STAGE_LEAD && !phone)) {
            r->outcome = RING_SUPPRESSED;
            r->why = agreed ? S("no_phone") : S("consent:call");
            return E_OK;
        }
        bool again = false;
        if (to == STAGE_OWNER)
            TRY(own_vehicle(c, &by, &again));
        if (again) {
            r->outcome = RING_NOTHING;
            return E_OK;
        }
        TRY(stage_reach(c->t, c->person, to, &by, &(reached){ ctx_prop_str(c, S("model")), ctx_prop_str(c, S("source")), phone }, &m));
    }
    ring_of_move(c, &m, str_c(stage_labels.labels[m.to ? m.to : to]), r);
    return E_OK;
}

// Becoming an owner means owning something: the car of the VIN, or, when none was said, one car at most.
// *ret_again: it is known already, and no opportunity waits to be won: this delivery was told before.
static err own_vehicle(rule_ctx *c, const mover *by, bool *ret_again)
{
    moved m;
    int64_t owned, open;
    str vin = ctx_prop_str(c, S("vin"));
    if (vin.len)
        TRY(db_int(c->t->d, &owned, 0, "SELECT count(*) FROM ownership WHERE vehicle = $1 AND person = $2 AND until_us = 0",
                   dbs(c->e->value_key(c->t, vin)), dbi(c->person)));
    else
        TRY(db_int(c->t->d, &owned, 0, "SELECT owned FROM person WHERE id = $1", dbi(c->person)));
    TRY(people_opportunity(c->t->d, c->person, &open));
    *ret_again = owned && !open;
    if (owned)
        return E_OK;
    vin = vin.len ? c->e->value_key(c->t, vin) : arena_fmt(c->t->a, "event:%lld", (long long)c->ev->no);
    return vehicle_got(c->t, c->person, vin, by, &m);
}

static void stage_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    enum stage to = stage_named(json_str(json_get(v, S("to")))), undo = stage_named(json_str(json_get(v, S("undo"))));
    if (l == LANG_ZH)
        buf_addf(b, to ? "阶段到「%s」" : "撤回「%s」", stage_zh[to ? to : undo]);
    else
        buf_addf(b, to ? "stage reaches %s" : "take back %s", stage_labels.labels[to ? to : undo]);
}

// --- opportunity: {"close": "lost", "reason": "$reason"} or {"contact": true}
// -------------------------------------------------------

static const char *const closings[] = { "lost", "won", NULL };
static const arg opportunity_args[] = { { "close", ARG_STR, .labels = closings },
                                        { "reason", ARG_STR, .from_event = true, .max = 200 },
                                        { "contact", ARG_BOOL } };

static err opportunity_check(const checking *c, const jval *v, str path)
{
    TRY(args_check(c, v, path, opportunity_args, 3));
    bool close = json_get(v, S("close")) != NULL, contact = json_get(v, S("contact")) != NULL;
    return close == contact ? check_fail(c, path, "either close or contact") : E_OK;
}

static err lost_refused(ring *r, str why)
{
    r->what = S("lost");
    r->outcome = RING_SUPPRESSED;
    r->why = why;
    return E_OK;
}

static err opportunity_apply(rule_ctx *c, const jval *v, ring *r)
{
    TRY(need_person(c));
    if (json_get(v, S("contact"))) {
        r->outcome = RING_NOTHING;
        return opportunity_contact(c->t, c->person, c->ev->subject, c->ev->time_us);
    }
    bool lost = str_eq(json_str(json_get(v, S("close"))), S("lost"));
    const mover by = mover_of(c);
    moved m;
    closing why = { { "", 0 }, ctx_prop_str(c, S("note")) };
    if (lost && !lost_reason(ctx_text(c, v, S("reason")), &why.reason))
        return lost_refused(r, S("reason_required"));
    if (lost && str_eq(why.reason, S("other")) && str_empty(str_trim(why.note)))
        return lost_refused(r, S("note_required"));
    TRY(opportunity_close(c->t, c->person, lost ? OPPORTUNITY_LOST : OPPORTUNITY_WON, &why, &by, &m));
    ring_of_move(c, &m, lost ? S("lost") : S("won"), r);
    return E_OK;
}

static void opportunity_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    if (json_get(v, S("contact")))
        buf_add_str(b, l == LANG_ZH ? S("记为双向联系") : S("note two-way contact"));
    else if (str_eq(json_str(json_get(v, S("close"))), S("lost")))
        buf_add_str(b, l == LANG_ZH ? S("购车机会战败") : S("close the opportunity as lost"));
    else
        buf_add_str(b, l == LANG_ZH ? S("购车机会赢单") : S("close the opportunity as won"));
}

// --- vehicle: {"got": "$vin"} or {"gone": "$vin"}
// -----------------------------------------------------------------------------------

static const arg vehicle_args[] = { { "got", ARG_STR, .from_event = true, .max = 100 },
                                    { "gone", ARG_STR, .from_event = true, .max = 100 } };

static err vehicle_check(const checking *c, const jval *v, str path)
{
    TRY(args_check(c, v, path, vehicle_args, 2));
    return (json_get(v, S("got")) != NULL) == (json_get(v, S("gone")) != NULL) ? check_fail(c, path, "either got or gone") : E_OK;
}

static err vehicle_apply(rule_ctx *c, const jval *v, ring *r)
{
    TRY(need_person(c));
    bool got = json_get(v, S("got")) != NULL;
    str vehicle = ctx_text(c, v, got ? S("got") : S("gone"));
    vehicle = vehicle.len ? c->e->value_key(c->t, vehicle)
              : got       ? arena_fmt(c->t->a, "event:%lld", (long long)c->ev->no)
                          : vehicle;
    const mover by = mover_of(c);
    moved m;
    TRY(got ? vehicle_got(c->t, c->person, vehicle, &by, &m) : vehicle_gone(c->t, c->person, vehicle, &by, &m));
    ring_of_move(c, &m, got ? S("got") : S("gone"), r);
    return E_OK;
}

static void vehicle_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    bool got = json_get(v, S("got")) != NULL;
    buf_add_str(b, l == LANG_ZH ? (got ? S("记为车主") : S("车辆转出"))
                                : (got ? S("note the vehicle as owned") : S("note the vehicle as gone")));
}

// --- The condition: stage ---------------------------------------------------------------------------------------------------------

// {"stage": "owner"} or {"stage": {"from": "lead", "to": "order"}}
static const arg range_args[] = { { "from", ARG_STR, .labels = stage_words }, { "to", ARG_STR, .labels = stage_words } };

static err if_stage_check(const checking *c, const jval *v, str path)
{
    if (!yyjson_is_str((jval *)(uintptr_t)v))
        return args_check(c, v, path, range_args, 2);
    return stage_named(json_str(v)) ? E_OK : check_fail(c, path, "not one of the stages");
}

static void range_of(const jval *v, enum stage *from, enum stage *to)
{
    bool one = yyjson_is_str((jval *)(uintptr_t)v);
    *from = stage_named(one ? json_str(v) : json_str(json_get(v, S("from"))));
    *to = one ? *from : stage_named(json_str(json_get(v, S("to"))));
    if (*to == STAGE_VISITOR)
        *to = STAGE_ADVOCATE;
}

static err if_stage_test(rule_ctx *c, const jval *v, bool *ret)
{
    enum stage from, to;
    int64_t now;
    range_of(v, &from, &to);
    TRY(db_int(c->t->d, &now, STAGE_VISITOR, "SELECT stage FROM person WHERE id = $1", dbi(c->person)));
    *ret = now >= from && now <= to;
    return E_OK;
}

static void if_stage_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    enum stage from, to;
    range_of(v, &from, &to);
    const char *const *words = l == LANG_ZH ? stage_zh : stage_labels.labels;
    if (from == to)
        buf_addf(b, l == LANG_ZH ? "阶段是「%s」" : "stage is %s", words[from]);
    else
        buf_addf(b, l == LANG_ZH ? "阶段在「%s」到「%s」之间" : "stage is from %s to %s", words[from], words[to]);
}

static const effect_kind effects_of_people[] = {
    { "identity", true, identity_check, identity_apply, identity_print },
    { "stage", true, stage_check, stage_apply, stage_print },
    { "opportunity", true, opportunity_check, opportunity_apply, opportunity_print },
    { "vehicle", true, vehicle_check, vehicle_apply, vehicle_print },
};
static const char *const stage_moved_by[] = { "stage.moved", NULL };
static const condition_kind if_stage = { "stage", if_stage_check, if_stage_test, if_stage_print, stage_moved_by };

void people_register_effects(engine *e)
{
    for (size_t i = 0; i < sizeof effects_of_people / sizeof *effects_of_people; i++)
        rules_add_effect(e->rules, &effects_of_people[i]);
    rules_add_condition(e->rules, &if_stage);
}
