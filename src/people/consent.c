// Consents: what was said, by which subject, and what counts for the person.
#include "people/consent.h"
#include "people/people_internal.h"

// --- What counts --------------------------------------------------------------------------------------------------------------

err people_consent(db *d, uint32_t person, str purpose, int *ret)
{
    int64_t refused, given;
    TRY(db_int(d, &refused, 0,
               "SELECT count(*) FROM consent c WHERE c.person = $1 AND c.purpose = $2 AND c.given = 0 AND NOT EXISTS (SELECT 1 "
               "FROM consent a"
               " WHERE a.subject = c.answered AND a.purpose = c.purpose AND a.person = c.person AND a.given = 1)",
               dbi(person), dbs(purpose)));
    TRY(db_int(d, &given, 0, "SELECT count(*) FROM consent WHERE person = $1 AND purpose = $2 AND given = 1", dbi(person),
               dbs(purpose)));
    *ret = refused ? 0 : given ? 1 : -1;
    return E_OK;
}

err consent_given(db *d, uint32_t person, str purpose, bool *ret)
{
    int given;
    TRY(people_consent(d, person, purpose, &given));
    *ret = given == 1;
    return E_OK;
}

// --- Saying -------------------------------------------------------------------------------------------------------------------

typedef struct saying {
    tx *t;
    uint32_t subject, person;
    bool given;
    str version, place;
    int64_t no, at_us;
} saying;

// Every word is kept with the event that proves it, also one that does not count.
static err word_keep(const saying *s, str purpose)
{
    return db_exec(s->t->d,
                   "INSERT INTO consent_word (subject, purpose, event_no, person, given, text_version, place, at_us)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (subject, purpose, event_no) DO NOTHING",
                   dbi(s->subject), dbs(purpose), dbi(s->no), dbi(s->person), dbi(s->given), dbs(str_take(s->version, 40)),
                   dbs(str_take(s->place, CONSENT_PLACE_MAX)), dbi(s->at_us));
}

// The subject's latest word; and refusals of the same person's other subjects that it answers, or a later word that answers it.
static err consent_say(const saying *s, str purpose)
{
    int64_t answered = 0;
    TRY(word_keep(s, purpose));
    if (!s->given)
        TRY(db_int(s->t->d, &answered, 0,
                   "SELECT subject FROM consent WHERE person = $1 AND purpose = $2 AND subject <> $3 AND given = 1 AND at_us > $4"
                   " ORDER BY at_us DESC LIMIT 1",
                   dbi(s->person), dbs(purpose), dbi(s->subject), dbi(s->at_us)));
    TRY(db_exec(
        s->t->d,
        "INSERT INTO consent (subject, purpose, person, given, text_version, event_no, at_us, answered, place)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (subject, purpose) DO UPDATE SET given = excluded.given,"
        " text_version = excluded.text_version, event_no = excluded.event_no, at_us = excluded.at_us, answered = "
        "excluded.answered,"
        " place = excluded.place WHERE consent.at_us <= excluded.at_us",
        dbi(s->subject), dbs(purpose), dbi(s->person), dbi(s->given), dbs(str_take(s->version, 40)), dbi(s->no), dbi(s->at_us),
        dbi(answered), dbs(str_take(s->place, CONSENT_PLACE_MAX))));
    return s->given
               ? db_exec(s->t->d,
                         "UPDATE consent SET answered = $3 WHERE person = $1 AND purpose = $2 AND subject <> $3 AND given = 0"
                         " AND at_us <= $4",
                         dbi(s->person), dbs(purpose), dbi(s->subject), dbi(s->at_us))
               : E_OK;
}

#define COMPANIES_MAX 100

// The purposes a word is about: one, every channel, or, taking back a named purpose as a whole, all companies that were ever
// named.
static err purposes_meant(tx *t, uint32_t person, str text, bool given, str *v, size_t *ret_n)
{
    const engine *e = engine_of(t);
    const purpose_list *l = purposes_now(e);
    const purpose_info *k = purpose_keyed(e, text);
    size_t n = 0;
    if (!given && str_eq(text, S(CONSENT_CHANNELS))) {
        for (size_t i = 0; i < l->n; i++)
            if (l->v[i].channel)
                v[n++] = l->v[i].key;
    } else if (!given && k && k->named) {
        db_rows r;
        str from = arena_fmt(t->a, STR_FMT ":", STR_ARG(text)), to = arena_fmt(t->a, STR_FMT ";", STR_ARG(text));
        TRY(db_query(
            t->d, &r,
            "SELECT DISTINCT purpose FROM consent WHERE person = $1 AND purpose > $2 AND purpose < $3 ORDER BY purpose LIMIT $4",
            dbi(person), dbs(from), dbs(to), dbi(COMPANIES_MAX)));
        while (db_next(&r))
            v[n++] = arena_str(t->a, db_str(&r, 0));
        TRY(db_end(&r));
    } else if (purpose_of(e, text))
        v[n++] = text;
    else
        return fault_detail(t->f, t->a, E_FIELD_VALUE, "an unknown purpose of consent, or one that must name a company");
    *ret_n = n;
    return E_OK;
}

static err say_all(const saying *s, str text, bool *ret_changed)
{
    str v[PURPOSES_MAX + COMPANIES_MAX];
    size_t n;
    TRY(purposes_meant(s->t, s->person, text, s->given, v, &n));
    for (size_t i = 0; i < n; i++) {
        int before, after;
        TRY(people_consent(s->t->d, s->person, v[i], &before));
        TRY(consent_say(s, v[i]));
        TRY(people_consent(s->t->d, s->person, v[i], &after));
        *ret_changed = *ret_changed || before != after;
    }
    return E_OK;
}

err people_withdraw_channels(tx *t, uint32_t subject, int64_t event_no)
{
    bool changed = false;
    const saying s = { t, subject, people_person_of(t, subject), false, { "", 0 }, S("call"), event_no, t->now_us };
    TRY(say_all(&s, S(CONSENT_CHANNELS), &changed));
    return engine_emit(t,
                       &(event_new) { .subject = subject,
                                      .kind = S("consent.withdrawn"),
                                      .flags = EVENT_SYSTEM,
                                      .cause_no = event_no,
                                      .props = (const event_prop[]) { prop_str(S("purpose"), S(CONSENT_CHANNELS)) },
                                      .props_n = 1 },
                       NULL);
}

// Would it change anything? So that the same word said twice by hand leaves one event.
static err say_news(const saying *s, str text, bool *ret)
{
    str v[PURPOSES_MAX + COMPANIES_MAX];
    size_t n;
    *ret = false;
    TRY(purposes_meant(s->t, s->person, text, s->given, v, &n));
    for (size_t i = 0; !*ret && i < n; i++) {
        int now;
        int64_t same;
        TRY(people_consent(s->t->d, s->person, v[i], &now));
        TRY(db_int(s->t->d, &same, 0,
                   "SELECT count(*) FROM consent WHERE subject = $1 AND purpose = $2 AND given = $3 AND text_version = $4",
                   dbi(s->subject), dbs(v[i]), dbi(s->given), dbs(s->version)));
        *ret = now != (int)s->given || (s->given && !same); // agreed to another text: news as well
    }
    return E_OK;
}

err people_consent_say(tx *t, const consent_saying *in, int64_t *ret_event)
{
    saying s = { t, in->subject, people_person_of(t, in->subject), in->given, in->version, in->place, 0, t->now_us };
    bool news, changed = false;
    event_prop props[5] = { prop_str(S("purpose"), in->purpose), prop_str(S("version"), in->version),
                            prop_str(S("place"), in->place) };
    size_t n = 3;
    *ret_event = 0;
    TRY(say_news(&s, in->purpose, &news));
    if (!news)
        return E_OK;
    if (in->staff) {
        props[n++] = prop_i64(S("by"), in->staff);
        props[n++] = prop_str(S("reason"), in->reason);
    }
    TRY(engine_emit(t,
                    &(event_new) { .subject = in->subject,
                                   .kind = in->given ? S("consent.given") : S("consent.withdrawn"),
                                   .flags = EVENT_SYSTEM,
                                   .props = props,
                                   .props_n = n },
                    &s.no));
    TRY(say_all(&s, in->purpose, &changed));
    *ret_event = s.no;
    return E_OK;
}

// --- consent: {"give": "call", "version": "$consent_version"} or {"withdraw": "channels"} -------------------------------------

static const arg consent_args[] = { { "give", ARG_STR, .from_event = true, .max = PURPOSE_BYTES_MAX },
                                    { "withdraw", ARG_STR, .from_event = true, .max = PURPOSE_BYTES_MAX },
                                    { "version", ARG_STR, .from_event = true, .max = 40 },
                                    { "place", ARG_STR, .from_event = true, .max = CONSENT_PLACE_MAX } };

// A literal purpose, "$property", or a named purpose whose company is a property: "share_dealer:$store".
static bool purpose_text_ok(const engine *e, str s)
{
    str company = s, key = str_cut(&company, ':');
    const purpose_info *k = purpose_keyed(e, key);
    return s.len > 1 && s.s[0] == '$' ? true : company.len > 1 && company.s[0] == '$' ? k && k->named : purpose_of(e, s) != NULL;
}

static str purpose_text(const rule_ctx *c, str s)
{
    str company = s, key = str_cut(&company, ':');
    if (company.len > 1 && company.s[0] == '$')
        return arena_fmt(c->t->a, STR_FMT ":" STR_FMT, STR_ARG(key), STR_ARG(ctx_prop_str(c, str_skip(company, 1))));
    return s;
}

static err consent_check(const checking *c, const jval *v, str path)
{
    TRY(args_check(c, v, path, consent_args, sizeof consent_args / sizeof *consent_args));
    str give = json_str(json_get(v, S("give"))), withdraw = json_str(json_get(v, S("withdraw")));
    if ((give.len > 0) == (withdraw.len > 0))
        return check_fail(c, path, "either give or withdraw");
    bool fine = give.len
                    ? purpose_text_ok(c->e, give)
                    : str_eq(withdraw, S(CONSENT_CHANNELS)) || purpose_keyed(c->e, withdraw) || purpose_text_ok(c->e, withdraw);
    str at = arena_fmt(c->a, STR_FMT ".%s", STR_ARG(path), give.len ? "give" : "withdraw");
    return fine ? E_OK
                : check_fail(c, at,
                             "a purpose (with its company where it must name one), or channels for all that reach the person");
}

static err consent_tell(rule_ctx *c, const saying *s, str text, ring *r)
{
    return engine_emit(
        c->t,
        &(event_new) { .subject = c->ev->subject,
                       .kind = s->given ? S("consent.given") : S("consent.withdrawn"),
                       .time_us = c->ev->time_us,
                       .flags = EVENT_SYSTEM,
                       .props = (const event_prop[]) { prop_str(S("purpose"), text), prop_str(S("version"), s->version) },
                       .props_n = 2 },
        &r->event_no);
}

static err consent_apply(rule_ctx *c, const jval *v, ring *r)
{
    TRY(need_person(c));
    str give = purpose_text(c, ctx_text(c, v, S("give"))), withdraw = purpose_text(c, ctx_text(c, v, S("withdraw")));
    str place = ctx_text(c, v, S("place")), own = ctx_prop_str(c, S("place"));
    const saying s = { c->t,
                       c->ev->subject,
                       c->person,
                       give.len > 0,
                       ctx_text(c, v, S("version")),
                       place.len ? place : own.len ? own : c->kind,
                       c->ev->no,
                       c->ev->time_us };
    bool changed = false;
    r->what = give.len ? give : withdraw;
    // Lianyi's own consent events tell of what has been recorded with the word itself.
    bool telling = (c->ev->flags & EVENT_SYSTEM) && str_starts(c->kind, S("consent."));
    if (!telling)
        TRY(say_all(&s, r->what, &changed));
    if (!changed) {
        r->outcome = RING_NOTHING;
        return E_OK;
    }
    // An event that says so itself is the history; others are told about.
    return str_starts(c->kind, S("consent.")) ? E_OK : consent_tell(c, &s, r->what, r);
}

// Sentences are printed on any thread, without the brand's own list: what is built in by its name, others by their key.
static void purpose_print(str text, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    str company = text, key = str_cut(&company, ':');
    const purpose_info *k = s->e ? purpose_keyed(s->e, key) : purpose_built_in(key);
    str name = k ? (l == LANG_ZH ? k->zh : k->en) : key;
    if (str_eq(text, S(CONSENT_CHANNELS))) {
        buf_add_str(b, l == LANG_ZH ? S("全部触达渠道") : S("every channel"));
        return;
    }
    buf_addf(b, l == LANG_ZH ? "「" STR_FMT "」" : "\"" STR_FMT "\"", STR_ARG(name));
    if (company.len)
        buf_addf(b, l == LANG_ZH ? "（" STR_FMT "）" : " (" STR_FMT ")", STR_ARG(company));
}

static void consent_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    str give = json_str(json_get(v, S("give"))), withdraw = json_str(json_get(v, S("withdraw")));
    buf_add_str(b, l == LANG_ZH ? (give.len ? S("记下同意") : S("撤回同意"))
                                : (give.len ? S("record consent to ") : S("withdraw consent to ")));
    purpose_print(give.len ? give : withdraw, s);
}

// --- Condition: {"consent": "call"}, {"consent": "share_dealer:$store"}
// ---------------------------------------------------------

static err if_consent_check(const checking *c, const jval *v, str path)
{
    str s = json_str(v);
    bool fine = s.len && s.s[0] != '$' && purpose_text_ok(c->e, s);
    return fine ? E_OK : check_fail(c, path, "not one of the purposes of consent");
}

static err if_consent_test(rule_ctx *c, const jval *v, bool *ret)
{
    str purpose = purpose_text(c, json_str(v));
    TRY(consent_given(c->t->d, c->person, purpose, ret));
    if (!*ret)
        c->why = arena_fmt(c->t->a, "consent:" STR_FMT, STR_ARG(purpose));
    return E_OK;
}

static void if_consent_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    buf_add_str(b, l == LANG_ZH ? S("已同意") : S("consent given to "));
    purpose_print(json_str(v), s);
}

static const effect_kind consent_effect = { "consent", true, consent_check, consent_apply, consent_print };
static const char *const consent_moved_by[] = { "consent.given", "consent.withdrawn", NULL };
static const condition_kind if_consent = { "consent", if_consent_check, if_consent_test, if_consent_print, consent_moved_by };
// The latest word went: the one before it counts again, and what it answered is open again.
static err consents_since(tx *t, const rehoming *r)
{
    TRY(db_exec(t->d,
                "INSERT INTO consent (subject, purpose, person, given, text_version, event_no, at_us, answered, place)"
                " SELECT w.subject, w.purpose, w.person, w.given, w.text_version, w.event_no, w.at_us, 0, w.place FROM consent_word w"
                " WHERE w.subject = $1 AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.subject = $1 AND c.purpose = w.purpose)"
                " AND NOT EXISTS (SELECT 1 FROM consent_word x WHERE x.subject = $1 AND x.purpose = w.purpose"
                " AND (x.at_us > w.at_us OR (x.at_us = w.at_us AND x.event_no > w.event_no)))",
                dbi(r->subject)));
    return db_exec(t->d,
                   "UPDATE consent SET answered = 0 WHERE person = $2 AND answered = $1 AND NOT EXISTS (SELECT 1 FROM consent g"
                   " WHERE g.subject = $1 AND g.purpose = consent.purpose AND g.given = 1 AND g.at_us >= consent.at_us)",
                   dbi(r->subject), dbi(people_person_of(t, r->subject)));
}

static const person_table tables[] = {
    { PERSON_TABLE_SINCE("consent", "at_us", "purpose, given, text_version, place, event_no, at_us"), .since_too = consents_since,
      TEXTS(TEXT_OF("consent", "place"), WORD_OF("consent", "text_version")), CODES("purpose"), UNSAID("consent", "event_no") },
    { PERSON_TABLE_SINCE("consent_word", "at_us", "purpose, given, text_version, place, event_no, at_us"),
      TEXTS(TEXT_OF("consent_word", "place"), WORD_OF("consent_word", "text_version")), CODES("purpose"), UNSAID("consent_word", "event_no") },
};

void people_register_consents(engine *e)
{
    rules_add_effect(e->rules, &consent_effect);
    rules_add_condition(e->rules, &if_consent);
    people_add_tables(e, tables, sizeof tables / sizeof *tables);
}
