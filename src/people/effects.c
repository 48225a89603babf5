// What rules may do to a person: identity, stage, opportunity, vehicle, tag, trait, consent. All of them also for quiet events.
#include "base/time.h"
#include "people/people_internal.h"

static const char *const stage_words[] = { "follow", "lead", "trial", "reserve", "order", "owner", "advocate", NULL };
static const char *const stage_zh[] = { "访客", "关注", "留资", "体验", "小订", "大定", "购买", "转介绍" };
static const char *const purposes[] = { "call", "sms", "wecom", "push", "personalise", "reuse", "location", "family", "income",
                                        "survey_weighting", "share_dealer", "share_partner", NULL };
static const char *const purposes_zh[] = { "营销电话", "营销短信", "企微群发", "推送", "个性化推荐", "内容二次传播", "行踪", "家庭信息", "收入",
                                           "调研加权", "向经销商提供", "向合作方提供" };
// What "别再打" withdraws: every purpose that reaches a person on a channel.
static const char *const channels[] = { "call", "sms", "wecom", "push", NULL };

static mover mover_of(const rule_ctx *c)
{
    return (mover){ c->ev->subject, c->ev->no, c->ev->time_us, c->kind };
}

static err need_person(rule_ctx *c)
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
    TRY(people_claim(c->t, c->ev->subject, IDENTITY_PHONE, h, &r->why));
    if (r->why.len) {
        r->outcome = RING_SUPPRESSED;
        r->what = S("phone");
    }
    c->person = people_person_of(c->t, c->ev->subject);
    return E_OK;
}

static void identity_print(const jval *v, lang l, buf *b)
{
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
        TRY(stage_reach(c->t, c->person, to, &by, ctx_prop_str(c, S("model")), ctx_prop_str(c, S("source")), phone, &m));
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

static void stage_print(const jval *v, lang l, buf *b)
{
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

static err opportunity_apply(rule_ctx *c, const jval *v, ring *r)
{
    TRY(need_person(c));
    if (json_get(v, S("contact"))) {
        r->outcome = RING_NOTHING;
        return opportunity_contact(c->t, c->person, c->ev->time_us);
    }
    bool lost = str_eq(json_str(json_get(v, S("close"))), S("lost"));
    const mover by = mover_of(c);
    moved m;
    TRY(opportunity_close(c->t, c->person, lost ? OPPORTUNITY_LOST : OPPORTUNITY_WON, ctx_text(c, v, S("reason")), &by, &m));
    ring_of_move(c, &m, lost ? S("lost") : S("won"), r);
    return E_OK;
}

static void opportunity_print(const jval *v, lang l, buf *b)
{
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

static void vehicle_print(const jval *v, lang l, buf *b)
{
    bool got = json_get(v, S("got")) != NULL;
    buf_add_str(b, l == LANG_ZH ? (got ? S("记为车主") : S("车辆转出"))
                                : (got ? S("note the vehicle as owned") : S("note the vehicle as gone")));
}

// --- tag: {"add": "亲子", "for": "180d"} or {"remove": "亲子"}
// ------------------------------------------------------------------------

static const arg tag_args[] = { { "add", ARG_STR, .from_event = true, .max = 60 },
                                { "remove", ARG_STR, .from_event = true, .max = 60 },
                                { "for", ARG_DURATION } };

static err tag_check(const checking *c, const jval *v, str path)
{
    TRY(args_check(c, v, path, tag_args, 3));
    return (json_get(v, S("add")) != NULL) == (json_get(v, S("remove")) != NULL) ? check_fail(c, path, "either add or remove")
                                                                                 : E_OK;
}

static err tag_emit(rule_ctx *c, str kind, str tag, ring *r)
{
    return engine_emit(c->t,
                       &(event_new){ .subject = c->ev->subject,
                                      .kind = kind,
                                      .time_us = c->ev->time_us,
                                      .flags = EVENT_SYSTEM,
                                      .props = (const event_prop[]) { prop_str(S("tag"), tag) },
                                      .props_n = 1 },
                       &r->event_no);
}

static err tag_add(rule_ctx *c, str tag, int64_t for_us, ring *r)
{
    int64_t until = for_us ? c->ev->time_us + for_us : 0, n;
    // A tag that has faded counts as absent; one that stands is only prolonged.
    TRY(db_exec_count(c->t->d, &n, "DELETE FROM person_tag WHERE person = $1 AND tag = $2 AND until_us > 0 AND until_us <= $3",
                      dbi(c->person), dbs(tag), dbi(c->t->now_us)));
    TRY(db_exec_count(c->t->d, &n,
                      "INSERT INTO person_tag (person, tag, source, event_no, since_us, until_us) VALUES ($1, $2, $3, $4, $5, $6)"
                      " ON CONFLICT (person, tag) DO NOTHING",
                      dbi(c->person), dbs(tag), dbs(c->rule_key), dbi(c->ev->no), dbi(c->ev->time_us), dbi(until)));
    if (n > 0)
        return tag_emit(c, S("tag.added"), tag, r);
    r->outcome = RING_NOTHING;
    return db_exec(
        c->t->d,
        "UPDATE person_tag SET until_us = $3 WHERE person = $1 AND tag = $2 AND until_us > 0 AND ($3 = 0 OR until_us < $3)",
        dbi(c->person), dbs(tag), dbi(until));
}

static err tag_apply(rule_ctx *c, const jval *v, ring *r)
{
    TRY(need_person(c));
    int64_t for_us = 0, n;
    str add = ctx_text(c, v, S("add")), remove = ctx_text(c, v, S("remove"));
    arg_duration(json_get(v, S("for")), &for_us);
    r->what = add.len ? add : remove;
    if (str_empty(r->what) || str_utf8_count(r->what) > 60)
        return fault_detail(c->t->f, c->t->a, E_FIELD_VALUE, "a tag has 1 to 60 characters");
    if (add.len)
        return tag_add(c, add, for_us, r);
    TRY(db_exec_count(c->t->d, &n, "DELETE FROM person_tag WHERE person = $1 AND tag = $2", dbi(c->person), dbs(remove)));
    if (n == 0) {
        r->outcome = RING_NOTHING;
        return E_OK;
    }
    return tag_emit(c, S("tag.removed"), remove, r);
}

static void tag_print(const jval *v, lang l, buf *b)
{
    str add = json_str(json_get(v, S("add"))), remove = json_str(json_get(v, S("remove")));
    buf_addf(b, l == LANG_ZH ? "%s「" STR_FMT "」" : "%s \"" STR_FMT "\"",
             l == LANG_ZH ? (add.len ? "打标签" : "去标签") : (add.len ? "tag" : "untag"), STR_ARG(add.len ? add : remove));
}

// --- trait: {"name": "city", "value": "$city"}
// -------------------------------------------------------------------------------------

static const arg trait_args[] = { { "name", ARG_STR, .required = true, .max = NAMES_BYTES_MAX },
                                  { "value", ARG_VALUE, .required = true } };

static err trait_check(const checking *c, const jval *v, str path)
{
    return args_check(c, v, path, trait_args, 2);
}

static void value_json(const value *v, buf *b)
{
    jw w = { .b = b };
    switch (v->k) {
    case V_NULL: jw_null(&w); break;
    case V_BOOL: jw_bool(&w, v->i != 0); break;
    case V_I64: jw_i64(&w, v->i); break;
    case V_F64: jw_f64(&w, v->f); break;
    case V_STR: jw_str(&w, v->s); break;
    case V_JSON: jw_raw(&w, v->s); break;
    }
}

#define TRAIT_BYTES_MAX 1024

// False: the event lacks the property the value is taken from.
static bool trait_value(rule_ctx *c, const jval *v, str *ret)
{
    jval *given = json_get(v, S("value"));
    str s = json_str(given);
    buf b = { 0 };
    if (s.len > 1 && s.s[0] == '$') {
        const value *p = ctx_prop(c, str_skip(s, 1));
        if (!p || p->k == V_NULL)
            return false;
        value_json(p, &b);
    } else {
        jw w = { .b = &b };
        jw_val(&w, given);
    }
    *ret = arena_str(c->t->a, buf_str(&b));
    buf_free(&b);
    return ret->len <= TRAIT_BYTES_MAX;
}

// City and model stand in the person's row too: lists show them.
static err trait_mirror(rule_ctx *c, str name, str json)
{
    str text = json.len >= 2 && json.s[0] == '"' ? str_of(json.s + 1, json.len - 2) : (str){ "", 0 };
    jval *parsed;
    if (text.len && json_parse(c->t->a, json, NULL, &parsed) == E_OK)
        text = json_str(parsed);
    if (str_eq(name, S("city")))
        return db_exec(c->t->d, "UPDATE person SET city = $2 WHERE id = $1", dbi(c->person),
                       dbs(str_utf8_count(text) <= 60 ? text : S("")));
    if (str_eq(name, S("model")))
        return db_exec(c->t->d, "UPDATE person SET model = $2 WHERE id = $1", dbi(c->person),
                       dbs(str_utf8_count(text) <= 60 ? text : S("")));
    return E_OK;
}

static err trait_apply(rule_ctx *c, const jval *v, ring *r)
{
    TRY(need_person(c));
    str json, name = json_str(json_get(v, S("name")));
    int64_t n = 0;
    r->what = name;
    r->outcome = RING_NOTHING;
    if (!trait_value(c, v, &json))
        return E_OK;
    TRY(db_exec_count(
        c->t->d, &n,
        "INSERT INTO person_trait (person, name, value, event_no, at_us) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (person, name) DO UPDATE SET value = excluded.value, event_no = excluded.event_no, at_us = excluded.at_us"
        " WHERE person_trait.at_us <= excluded.at_us AND person_trait.value <> excluded.value",
        dbi(c->person), dbs(name), dbs(json), dbi(c->ev->no), dbi(c->ev->time_us)));
    if (n == 0)
        return E_OK;
    r->outcome = RING_DONE;
    TRY(trait_mirror(c, name, json));
    return engine_emit(
        c->t,
        &(event_new){ .subject = c->ev->subject,
                       .kind = S("trait.set"),
                       .time_us = c->ev->time_us,
                       .flags = EVENT_SYSTEM,
                       .props = (const event_prop[]) { prop_str(S("trait"), name), { S("value"), { .k = V_JSON, .s = json } } },
                       .props_n = 2 },
        &r->event_no);
}

static void trait_print(const jval *v, lang l, buf *b)
{
    str name = json_str(json_get(v, S("name"))), from = json_str(json_get(v, S("value")));
    bool event_value = from.len > 1 && from.s[0] == '$';
    buf_addf(b, l == LANG_ZH ? "记下 " STR_FMT : "remember " STR_FMT, STR_ARG(name));
    if (event_value)
        return;
    buf_add_str(b, S(" = "));
    jw w = { .b = b };
    jw_val(&w, json_get(v, S("value")));
}

// --- consent: {"give": "call", "version": "$consent_version"} or {"withdraw": "channels"}
// -----------------------------------------------

static const arg consent_args[] = { { "give", ARG_STR, .from_event = true, .labels = purposes },
                                    { "withdraw", ARG_STR, .from_event = true, .max = 40 },
                                    { "version", ARG_STR, .from_event = true, .max = 40 } };

static bool purpose_known(str purpose)
{
    for (size_t i = 0; purposes[i]; i++)
        if (str_eq(str_c(purposes[i]), purpose))
            return true;
    return false;
}

static err consent_check(const checking *c, const jval *v, str path)
{
    TRY(args_check(c, v, path, consent_args, 3));
    str withdraw = json_str(json_get(v, S("withdraw")));
    if ((json_get(v, S("give")) != NULL) == (withdraw.len > 0))
        return check_fail(c, path, "either give or withdraw");
    bool fine = !withdraw.len || withdraw.s[0] == '$' || str_eq(withdraw, S("channels")) || purpose_known(withdraw);
    return fine ? E_OK : check_fail(c, path, "a purpose, or channels for all that reach the person");
}

static err consent_set(rule_ctx *c, str purpose, bool given, str version, ring *r, bool *ret_changed)
{
    int64_t n, before;
    TRY(db_int(c->t->d, &before, -1, "SELECT given FROM consent WHERE person = $1 AND purpose = $2", dbi(c->person),
               dbs(purpose)));
    TRY(db_exec_count(
        c->t->d, &n,
        "INSERT INTO consent (person, purpose, given, text_version, event_no, at_us) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (person, purpose) DO UPDATE SET given = excluded.given, text_version = excluded.text_version,"
        " event_no = excluded.event_no, at_us = excluded.at_us WHERE consent.at_us <= excluded.at_us",
        dbi(c->person), dbs(purpose), dbi(given), dbs(str_take(version, 40)), dbi(c->ev->no), dbi(c->ev->time_us)));
    if (n == 0 || before == given)
        return E_OK;
    *ret_changed = true;
    // An event that says so itself is the history; others are told about.
    if (str_starts(c->kind, S("consent.")))
        return E_OK;
    return engine_emit(
        c->t,
        &(event_new){ .subject = c->ev->subject,
                       .kind = given ? S("consent.given") : S("consent.withdrawn"),
                       .time_us = c->ev->time_us,
                       .flags = EVENT_SYSTEM,
                       .props = (const event_prop[]) { prop_str(S("purpose"), purpose), prop_str(S("version"), version) },
                       .props_n = 2 },
        &r->event_no);
}

static err consent_apply(rule_ctx *c, const jval *v, ring *r)
{
    TRY(need_person(c));
    str give = ctx_text(c, v, S("give")), withdraw = ctx_text(c, v, S("withdraw")), version = ctx_text(c, v, S("version"));
    bool changed = false;
    r->what = give.len ? give : withdraw;
    if (str_eq(withdraw, S("channels"))) {
        for (size_t i = 0; channels[i]; i++)
            TRY(consent_set(c, str_c(channels[i]), false, version, r, &changed));
    } else if (purpose_known(r->what))
        TRY(consent_set(c, r->what, give.len > 0, version, r, &changed));
    else
        return fault_detail(c->t->f, c->t->a, E_FIELD_VALUE, "an unknown purpose of consent");
    if (!changed)
        r->outcome = RING_NOTHING;
    return E_OK;
}

err people_withdraw_channels(tx *t, uint32_t person, int64_t event_no)
{
    for (size_t i = 0; channels[i]; i++)
        TRY(db_exec(
            t->d,
            "INSERT INTO consent (person, purpose, given, text_version, event_no, at_us) VALUES ($1, $2, 0, '', $3, $4)"
            " ON CONFLICT (person, purpose) DO UPDATE SET given = 0, event_no = excluded.event_no, at_us = excluded.at_us",
            dbi(person), dbs(str_c(channels[i])), dbi(event_no), dbi(t->now_us)));
    return engine_emit(t,
                       &(event_new){ .subject = person,
                                      .kind = S("consent.withdrawn"),
                                      .flags = EVENT_SYSTEM,
                                      .cause_no = event_no,
                                      .props = (const event_prop[]) { prop_str(S("purpose"), S("channels")) },
                                      .props_n = 1 },
                       NULL);
}

static void purpose_print(str purpose, lang l, buf *b)
{
    for (size_t i = 0; purposes[i]; i++)
        if (l == LANG_ZH && str_eq(str_c(purposes[i]), purpose)) {
            buf_addf(b, "「%s」", purposes_zh[i]);
            return;
        }
    if (str_eq(purpose, S("channels")))
        buf_add_str(b, l == LANG_ZH ? S("全部触达渠道") : S("every channel"));
    else
        buf_addf(b, l == LANG_ZH ? "「" STR_FMT "」" : "\"" STR_FMT "\"", STR_ARG(purpose));
}

static void consent_print(const jval *v, lang l, buf *b)
{
    str give = json_str(json_get(v, S("give"))), withdraw = json_str(json_get(v, S("withdraw")));
    buf_add_str(b, l == LANG_ZH ? (give.len ? S("记下同意") : S("撤回同意"))
                                : (give.len ? S("record consent to ") : S("withdraw consent to ")));
    purpose_print(give.len ? give : withdraw, l, b);
}

static const effect_kind effects_of_people[] = {
    { "identity", true, identity_check, identity_apply, identity_print },
    { "stage", true, stage_check, stage_apply, stage_print },
    { "opportunity", true, opportunity_check, opportunity_apply, opportunity_print },
    { "vehicle", true, vehicle_check, vehicle_apply, vehicle_print },
    { "tag", true, tag_check, tag_apply, tag_print },
    { "trait", true, trait_check, trait_apply, trait_print },
    { "consent", true, consent_check, consent_apply, consent_print },
};

void people_register_effects(rules *r)
{
    for (size_t i = 0; i < sizeof effects_of_people / sizeof *effects_of_people; i++)
        rules_add_effect(r, &effects_of_people[i]);
}

err consent_given(db *d, uint32_t person, str purpose, bool *ret)
{
    int64_t given;
    TRY(db_int(d, &given, 0, "SELECT given FROM consent WHERE person = $1 AND purpose = $2", dbi(person), dbs(purpose)));
    *ret = given == 1;
    return E_OK;
}

// --- Conditions: stage, tag, trait, consent
// ---------------------------------------------------------------------------------------------

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

static void if_stage_print(const jval *v, lang l, buf *b)
{
    enum stage from, to;
    range_of(v, &from, &to);
    const char *const *words = l == LANG_ZH ? stage_zh : stage_labels.labels;
    if (from == to)
        buf_addf(b, l == LANG_ZH ? "阶段是「%s」" : "stage is %s", words[from]);
    else
        buf_addf(b, l == LANG_ZH ? "阶段在「%s」到「%s」之间" : "stage is from %s to %s", words[from], words[to]);
}

static err word_check(const checking *c, const jval *v, str path)
{
    str s = json_str(v);
    if (!s.s || s.len == 0)
        return check_fail(c, path, "text");
    return str_utf8_count(s) <= 60 ? E_OK : fault_field(c->f, c->a, E_FIELD_TOO_LONG, path, 60);
}

static err if_tag_test(rule_ctx *c, const jval *v, bool *ret)
{
    int64_t n;
    TRY(db_int(c->t->d, &n, 0, "SELECT 1 FROM person_tag WHERE person = $1 AND tag = $2 AND (until_us = 0 OR until_us > $3)",
               dbi(c->person), dbs(json_str(v)), dbi(c->t->now_us)));
    *ret = n == 1;
    return E_OK;
}

static void if_tag_print(const jval *v, lang l, buf *b)
{
    buf_addf(b, l == LANG_ZH ? "有标签「" STR_FMT "」" : "tagged \"" STR_FMT "\"", STR_ARG(json_str(v)));
}

static err if_consent_check(const checking *c, const jval *v, str path)
{
    return purpose_known(json_str(v)) ? E_OK : check_fail(c, path, "not one of the purposes of consent");
}

static err if_consent_test(rule_ctx *c, const jval *v, bool *ret)
{
    TRY(consent_given(c->t->d, c->person, json_str(v), ret));
    if (!*ret)
        c->why = arena_fmt(c->t->a, "consent:" STR_FMT, STR_ARG(json_str(v)));
    return E_OK;
}

static void if_consent_print(const jval *v, lang l, buf *b)
{
    buf_add_str(b, l == LANG_ZH ? S("已同意") : S("consent given to "));
    purpose_print(json_str(v), l, b);
}

static err if_trait_test(rule_ctx *c, const jval *v, bool *ret)
{
    db_rows r;
    bool found;
    str text = { 0 };
    TRY(db_query_one(c->t->d, &r, &found, "SELECT value FROM person_trait WHERE person = $1 AND name = $2", dbi(c->person),
                     dbs(json_str(yyjson_arr_get_first((jval *)(uintptr_t)v)))));
    if (found)
        text = arena_str(c->t->a, db_str(&r, 0));
    TRY(db_end(&r));
    jval *j = NULL;
    value stored = { .k = V_NULL };
    if (found && json_parse(c->t->a, text, NULL, &j) == E_OK) {
        if (yyjson_is_str(j))
            stored = (value){ .k = V_STR, .s = json_str(j) };
        else if (yyjson_is_bool(j))
            stored = (value){ .k = V_BOOL, .i = yyjson_get_bool(j) };
        else if (json_i64(j, &stored.i))
            stored.k = V_I64;
        else if (yyjson_is_num(j))
            stored = (value){ .k = V_F64, .f = yyjson_get_num(j) };
    }
    *ret = comparison_holds(v, &stored);
    return E_OK;
}

static const condition_kind conditions_of_people[] = {
    { "stage", if_stage_check, if_stage_test, if_stage_print },
    { "tag", word_check, if_tag_test, if_tag_print },
    { "consent", if_consent_check, if_consent_test, if_consent_print },
    { "trait", comparison_check, if_trait_test, comparison_print },
};

void people_register_conditions(rules *r)
{
    for (size_t i = 0; i < sizeof conditions_of_people / sizeof *conditions_of_people; i++)
        rules_add_condition(r, &conditions_of_people[i]);
}
