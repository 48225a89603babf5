// Consents per purpose. Of two subjects' words the refusal wins, unless the same person took it back later.
#include "people/people_internal.h"

static const char *const purposes[] = { "call", "sms", "wecom", "push", "personalise", "reuse", "location", "family", "income",
                                        "survey_weighting", "share_dealer", "share_partner", NULL };
static const char *const purposes_zh[] = { "营销电话", "营销短信", "企微群发", "推送", "个性化推荐", "内容二次传播", "行踪", "家庭信息", "收入",
                                           "调研加权", "向经销商提供", "向合作方提供" };
// What "别再打" withdraws: every purpose that reaches a person on a channel.
static const char *const channels[] = { "call", "sms", "wecom", "push", NULL };

// --- consent: {"give": "call", "version": "$consent_version"} or {"withdraw": "channels"} -------------------------------------

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

// --- What was said ------------------------------------------------------------------------------------------------------------

err people_consent(db *d, uint32_t person, str purpose, int *ret)
{
    int64_t refused, given;
    TRY(db_int(d, &refused, 0,
               "SELECT count(*) FROM consent c WHERE c.person = $1 AND c.purpose = $2 AND c.given = 0 AND NOT EXISTS (SELECT 1 FROM consent a"
               " WHERE a.subject = c.answered AND a.purpose = c.purpose AND a.person = c.person AND a.given = 1)",
               dbi(person), dbs(purpose)));
    TRY(db_int(d, &given, 0, "SELECT count(*) FROM consent WHERE person = $1 AND purpose = $2 AND given = 1", dbi(person), dbs(purpose)));
    *ret = refused ? 0 : given ? 1 : -1;
    return E_OK;
}

typedef struct saying { tx *t; uint32_t subject, person; bool given; str version; int64_t no, at_us; } saying;

// The subject's latest word; and refusals of the same person's other subjects that it answers, or a later word that answers it.
static err consent_say(const saying *s, str purpose)
{
    int64_t answered = 0;
    if (!s->given)
        TRY(db_int(s->t->d, &answered, 0,
                   "SELECT subject FROM consent WHERE person = $1 AND purpose = $2 AND subject <> $3 AND given = 1 AND at_us > $4"
                   " ORDER BY at_us DESC LIMIT 1",
                   dbi(s->person), dbs(purpose), dbi(s->subject), dbi(s->at_us)));
    TRY(db_exec(s->t->d,
                "INSERT INTO consent (subject, purpose, person, given, text_version, event_no, at_us, answered)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (subject, purpose) DO UPDATE SET given = excluded.given,"
                " text_version = excluded.text_version, event_no = excluded.event_no, at_us = excluded.at_us, answered = excluded.answered"
                " WHERE consent.at_us <= excluded.at_us",
                dbi(s->subject), dbs(purpose), dbi(s->person), dbi(s->given), dbs(str_take(s->version, 40)), dbi(s->no), dbi(s->at_us),
                dbi(answered)));
    return s->given ? db_exec(s->t->d,
                              "UPDATE consent SET answered = $3 WHERE person = $1 AND purpose = $2 AND subject <> $3 AND given = 0"
                              " AND at_us <= $4",
                              dbi(s->person), dbs(purpose), dbi(s->subject), dbi(s->at_us))
                    : E_OK;
}

static err consent_set(rule_ctx *c, str purpose, bool given, str version, ring *r, bool *ret_changed)
{
    int before, after;
    TRY(people_consent(c->t->d, c->person, purpose, &before));
    const saying s = { c->t, c->ev->subject, c->person, given, version, c->ev->no, c->ev->time_us };
    TRY(consent_say(&s, purpose));
    TRY(people_consent(c->t->d, c->person, purpose, &after));
    if (before == after)
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

err people_withdraw_channels(tx *t, uint32_t subject, int64_t event_no)
{
    const saying s = { t, subject, people_person_of(t, subject), false, { "", 0 }, event_no, t->now_us };
    for (size_t i = 0; channels[i]; i++)
        TRY(consent_say(&s, str_c(channels[i])));
    return engine_emit(t,
                       &(event_new){ .subject = subject,
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

err consent_given(db *d, uint32_t person, str purpose, bool *ret)
{
    int given;
    TRY(people_consent(d, person, purpose, &given));
    *ret = given == 1;
    return E_OK;
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

static const effect_kind consent_effect = { "consent", true, consent_check, consent_apply, consent_print };
static const condition_kind if_consent = { "consent", if_consent_check, if_consent_test, if_consent_print };
static const person_table tables[] = { { PERSON_TABLE("consent", "purpose, given, text_version, event_no, at_us") } };

void people_register_consents(engine *e)
{
    rules_add_effect(e->rules, &consent_effect);
    rules_add_condition(e->rules, &if_consent);
    people_add_tables(e, tables, sizeof tables / sizeof *tables);
}
