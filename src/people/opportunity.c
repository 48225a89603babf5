// Opportunities 购车机会: a person × an intended car. What one is (stage, state, touches, contact, model) follows from its steps
// ordered by time alone, of those that belong to its own person: so arrival order, repeats and late events cannot change the
// outcome, and neither do joins and splits. A joined person may have several open ones; the oldest is shown as the open one.
#include "people/opportunity.h"
#include "rule/timers.h"

static const char *const reason_words[] = {
#define X(id, word, zh, en) word,
    LOST_REASON_LIST(X)
#undef X
    NULL };
static const char *const reason_zh[] = {
#define X(id, word, zh, en) zh,
    LOST_REASON_LIST(X)
#undef X
};
static const char *const reason_en[] = {
#define X(id, word, zh, en) en,
    LOST_REASON_LIST(X)
#undef X
};

err people_contacted(db *d, int64_t person, int64_t *ret_us)
{
    return db_int(d, ret_us, 0, "SELECT max(at_us) FROM opportunity_step WHERE person = $1 AND what = $2", dbi(person), dbi(STEP_CONTACT));
}

bool lost_reason_called(str word, str *zh, str *en)
{
    for (size_t i = 0; reason_words[i]; i++)
        if (str_eq(word, str_c(reason_words[i]))) {
            *zh = str_c(reason_zh[i]);
            *en = str_c(reason_en[i]);
            return true;
        }
    return false;
}

bool lost_reason(str text, str *ret)
{
    for (size_t i = 0; reason_words[i]; i++)
        if (str_eq(text, str_c(reason_words[i])) || str_eq(text, str_c(reason_zh[i]))) {
            *ret = str_c(reason_words[i]);
            return true;
        }
    return false;
}

static str stage_name(enum stage s) { return str_c(stage_labels.labels[s]); }

static err emit_about(tx *t, const mover *m, str kind, const event_prop *props, size_t n, int64_t *ret_no)
{
    return engine_emit(t, &(event_new){ .subject = m->subject, .kind = kind, .time_us = m->at_us, .flags = EVENT_SYSTEM, .props = props,
                                        .props_n = n }, ret_no);
}

// --- Reading ------------------------------------------------------------------------------------------------------------------

static opp opp_of(const db_rows *r)
{
    return (opp){ .id = db_i64(r, 0), .subject = (uint32_t)db_i64(r, 1), .person = (uint32_t)db_i64(r, 2),
                  .state = (enum opportunity_state)db_i64(r, 3), .opened_us = db_i64(r, 4), .contact_us = db_i64(r, 5) };
}

static err opp_by_id(db *d, int64_t id, opp *ret, bool *ret_found)
{
    db_rows r;
    TRY(db_query_one(d, &r, ret_found, "SELECT id, subject, person, state, opened_us, contact_us FROM opportunity WHERE id = $1", dbi(id)));
    *ret = *ret_found ? opp_of(&r) : (opp){ 0 };
    return db_end(&r);
}

// The one an event of the subject is about: its own, else the oldest. subject 0: the oldest.
static err opp_open(db *d, uint32_t person, uint32_t subject, opp *ret, bool *ret_found)
{
    db_rows r;
    TRY(db_query_one(d, &r, ret_found,
                     "SELECT id, subject, person, state, opened_us, contact_us FROM opportunity WHERE person = $1 AND state = 0"
                     " ORDER BY CASE WHEN subject = $2 THEN 0 ELSE 1 END, opened_us, id LIMIT 1",
                     dbi(person), dbi(subject)));
    *ret = *ret_found ? opp_of(&r) : (opp){ 0 };
    return db_end(&r);
}

err people_opportunity(db *d, uint32_t person, int64_t *ret)
{
    opp o;
    bool found;
    TRY(opp_open(d, person, 0, &o, &found));
    *ret = found ? o.id : 0;
    return E_OK;
}

// Several only after joins.
#define OPEN_MAX 64
static err opps_open(db *d, uint32_t person, opp list[OPEN_MAX], size_t *ret_n)
{
    db_rows r;
    size_t n = 0;
    TRY(db_query(d, &r, "SELECT id, subject, person, state, opened_us, contact_us FROM opportunity WHERE person = $1 AND state = 0"
                        " ORDER BY opened_us, id LIMIT $2", dbi(person), dbi(OPEN_MAX)));
    while (db_next(&r))
        list[n++] = opp_of(&r);
    *ret_n = n;
    return db_end(&r);
}

// --- Opening ------------------------------------------------------------------------------------------------------------------

err opp_insert(tx *t, const mover *m, uint32_t person, const reached *how, opp *ret)
{
    int64_t id = tx_id(t);
    str hash = how->phone ? str_of((const char *)how->phone, sizeof *how->phone) : (str){ "", 0 };
    TRY(db_exec(
        t->d,
        "INSERT INTO opportunity (id, person, state, stage, model, source, trigger_kind, trigger_no, phone, touches, opened_us,"
        " contact_us, closed_us, reason, subject) VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8, 0, $9, $9, 0, '', $10)",
        dbi(id), dbi(person), dbi(STAGE_LEAD), dbs(str_take(how->model, 60)), dbs(str_take(how->source, 120)), dbs(m->kind), dbi(m->no),
        dbb(hash), dbi(m->at_us), dbi(m->subject)));
    TRY(timer_set(t, m->at_us + IDLE_US, opportunity_timer.name, id, (str){ "", 0 }));
    *ret = (opp){ .id = id, .subject = m->subject, .person = person, .opened_us = m->at_us, .contact_us = m->at_us };
    return E_OK;
}

static err opp_new(tx *t, uint32_t person, enum stage s, const mover *m, const reached *how, opp *ret)
{
    TRY(opp_insert(t, m, person, how, ret));
    return emit_about(t, m, S("opportunity.opened"),
                      (const event_prop[]){ prop_i64(S("opportunity"), ret->id), prop_str(S("stage"), stage_name(s)),
                                            prop_str(S("model"), how->model), prop_str(S("source"), how->source) }, 4, NULL);
}

// --- Closing ------------------------------------------------------------------------------------------------------------------

static err opp_close(tx *t, const opp *o, enum step_what how, const closing *c, const mover *m)
{
    static const enum opportunity_state states[] = { [STEP_LOST] = OPPORTUNITY_LOST, [STEP_WON] = OPPORTUNITY_WON,
                                                     [STEP_IDLE] = OPPORTUNITY_IDLE };
    TRY(step_add(t, o, m, &(step){ .what = how, .n = 1, .reason = c->reason, .note = c->note }));
    TRY(opp_settle(t, o->id));
    return emit_about(t, m, S("opportunity.closed"),
                      (const event_prop[]){ prop_i64(S("opportunity"), o->id),
                                            prop_str(S("state"), str_c(opportunity_state_labels.labels[states[how]])),
                                            prop_str(S("reason"), c->reason) }, 3, NULL);
}

static const closing no_reason = { { "", 0 }, { "", 0 } };

// All that are open: they are one human's one intention, joined from several records of it.
static err close_open(tx *t, uint32_t person, enum step_what how, const closing *c, const mover *m, int64_t *ret_first)
{
    opp open[OPEN_MAX];
    size_t n;
    TRY(opps_open(t->d, person, open, &n));
    for (size_t i = 0; i < n; i++)
        TRY(opp_close(t, &open[i], how, c, m));
    *ret_first = n ? open[0].id : 0;
    return E_OK;
}

// A lead after 90 days without contact is another intention.
static err close_idle(tx *t, uint32_t person, const mover *m)
{
    opp open[OPEN_MAX];
    size_t n;
    TRY(opps_open(t->d, person, open, &n));
    for (size_t i = 0; i < n; i++)
        if (m->at_us - open[i].contact_us >= IDLE_US)
            TRY(opp_close(t, &open[i], STEP_IDLE, &no_reason, m));
    return E_OK;
}

err opportunity_close(tx *t, uint32_t person, enum opportunity_state how, const closing *c, const mover *m, moved *ret)
{
    *ret = (moved){ .why = { "", 0 } };
    TRY(close_open(t, person, how == OPPORTUNITY_LOST ? STEP_LOST : STEP_WON, c, m, &ret->opportunity));
    if (!ret->opportunity) {
        ret->why = S("no_opportunity");
        return E_OK;
    }
    return stage_settle(t, person, m, ret);
}

// --- Reaching -----------------------------------------------------------------------------------------------------------------

// An event from the time of an opportunity that is closed by now: its history is completed, nothing else moves.
static err step_in_past(tx *t, uint32_t person, enum stage s, const mover *m, bool *ret_found)
{
    // A lead of the very moment of closing is the next one; anything else of that moment belongs to what was closed.
    int64_t id, at = s == STAGE_LEAD ? m->at_us + 1 : m->at_us;
    opp o;
    TRY(db_int(t->d, &id, 0,
               "SELECT id FROM opportunity WHERE person = $1 AND state <> 0 AND opened_us <= $2 AND closed_us >= $2 ORDER BY "
               "opened_us DESC LIMIT 1",
               dbi(person), dbi(at)));
    *ret_found = false;
    if (id)
        TRY(opp_by_id(t->d, id, &o, ret_found));
    if (!*ret_found)
        return E_OK;
    TRY(step_add(t, &o, m, &(step){ .what = STEP_REACHED, .stage = s, .n = 1 }));
    return opp_settle(t, id);
}

// Its home is the opportunity's: the event is somebody else's.
static err touch_by_number(tx *t, const opp *o, const mover *m)
{
    TRY(step_add(t, o, &(mover){ o->subject, 0, m->at_us, m->kind }, &(step){ .what = STEP_TOUCH, .n = 1 }));
    return opp_settle(t, o->id);
}

// The same number asked for a call as somebody else, and that opportunity is still young: one more touch of it.
static err phone_known(tx *t, uint32_t person, const hash128 *phone, const mover *m, bool *ret)
{
    int64_t id = 0;
    opp o;
    bool found = false;
    if (phone)
        TRY(db_int(t->d, &id, 0,
                   "SELECT id FROM opportunity WHERE phone = $1 AND state = 0 AND opened_us > $2 AND person <> $3 ORDER BY opened_us LIMIT 1",
                   dbb(str_of((const char *)phone, sizeof *phone)), dbi(m->at_us - IDLE_US), dbi(person)));
    if (id)
        TRY(opp_by_id(t->d, id, &o, &found));
    *ret = found;
    if (!found)
        return E_OK;
    return touch_by_number(t, &o, m);
}

// A lead by the opportunity's own number that another subject of the person left: whoever it turns out to be, the number means this
// opportunity, as phone_known has it for other persons.
static err by_its_number(tx *t, const opp *o, const hash128 *phone, const mover *m, bool *ret)
{
    int64_t n = 0;
    if (phone && m->subject != o->subject && o->opened_us > m->at_us - IDLE_US)
        TRY(db_int(t->d, &n, 0, "SELECT count(*) FROM opportunity WHERE id = $1 AND phone = $2", dbi(o->id),
                   dbb(str_of((const char *)phone, sizeof *phone))));
    *ret = n > 0;
    return E_OK;
}

static err reach_in(tx *t, const opp *o, enum stage s, const mover *m, str model)
{
    // A lead is a touch; only the first of a subject is a step. A drive, a reserve, an order is two-way contact.
    bool again = false;
    if (s == STAGE_LEAD)
        TRY(lead_again(t, o, m, &again));
    TRY(step_add(t, o, again ? &(mover){ m->subject, 0, m->at_us, m->kind } : m,
                 &(step){ .what = again ? STEP_TOUCH : STEP_REACHED, .stage = s, .n = 1, .model = str_take(model, 60) }));
    return opp_settle(t, o->id);
}

err opportunity_reach(tx *t, uint32_t person, enum stage s, const mover *m, const reached *how, moved *ret)
{
    opp o;
    bool found, past = false, elsewhere = false;
    int64_t first;
    if (s == STAGE_LEAD)
        TRY(close_idle(t, person, m));
    TRY(opp_open(t->d, person, m->subject, &o, &found));
    if (!found)
        TRY(step_in_past(t, person, s, m, &past));
    if (past)
        return E_OK;
    if (!found && s == STAGE_LEAD)
        TRY(phone_known(t, person, how->phone, m, &elsewhere));
    if (elsewhere) {
        ret->why = S("phone_known");
        return E_OK;
    }
    if (!found)
        TRY(opp_new(t, person, s, m, how, &o));
    ret->opened = !found;
    ret->opportunity = o.id;
    if (found && s == STAGE_LEAD)
        TRY(by_its_number(t, &o, how->phone, m, &elsewhere));
    TRY(elsewhere ? touch_by_number(t, &o, m) : reach_in(t, &o, s, m, how->model));
    if (s == STAGE_OWNER)
        TRY(close_open(t, person, STEP_WON, &no_reason, m, &first));
    return ret->opened || s == STAGE_OWNER ? stays_settle(t, person) : E_OK;
}

err stage_cancel(tx *t, uint32_t person, enum stage what, const mover *m, moved *ret)
{
    opp o;
    bool found;
    *ret = (moved){ .why = { "", 0 } };
    TRY(opp_open(t->d, person, m->subject, &o, &found));
    if (!found) {
        ret->why = S("no_opportunity");
        return E_OK;
    }
    ret->opportunity = o.id;
    TRY(step_add(t, &o, m, &(step){ .what = STEP_CANCELLED, .stage = what, .n = 1 }));
    TRY(opp_settle(t, o.id));
    return stage_settle(t, person, m, ret);
}

err opportunity_contact(tx *t, uint32_t person, uint32_t subject, int64_t at_us)
{
    opp open[OPEN_MAX];
    size_t n;
    TRY(opps_open(t->d, person, open, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(step_add(t, &open[i], &(mover){ .subject = subject, .at_us = at_us, .kind = { "", 0 } }, &(step){ .what = STEP_CONTACT, .n = 1 }));
        TRY(opp_settle(t, open[i].id));
    }
    return E_OK;
}

// --- Idle ---------------------------------------------------------------------------------------------------------------------

static err idle_fire(tx *t, int64_t ref, str payload)
{
    (void)payload;
    opp o;
    bool found;
    int64_t no;
    moved m = { .opportunity = ref, .why = { "", 0 } };
    TRY(opp_by_id(t->d, ref, &o, &found));
    if (!found || o.state != OPPORTUNITY_OPEN)
        return E_OK;
    if (t->now_us - o.contact_us < IDLE_US)
        return timer_set(t, o.contact_us + IDLE_US, opportunity_timer.name, ref, (str){ "", 0 });
    const mover first = { o.subject, 0, t->now_us, S("opportunity.idle") };
    TRY(emit_about(t, &first, S("opportunity.idle"), (const event_prop[]){ prop_i64(S("opportunity"), ref) }, 1, &no));
    const mover by = { o.subject, no, t->now_us, S("opportunity.idle") };
    TRY(opp_close(t, &o, STEP_IDLE, &no_reason, &by));
    return stage_settle(t, o.person, &by, &m);
}

const timer_kind opportunity_timer = { "opportunity.idle", idle_fire };
