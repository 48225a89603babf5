// Stages and opportunities (DEFAULTS §1). The stage of an opportunity follows from its steps ordered by time alone, so arrival
// order, repeats and late events cannot change the outcome; the person shows the highest of the open one, or owner while owning.
#include "base/time.h"
#include "people/people_internal.h"
#include "rule/timers.h"

#define IDLE_US (90 * US_PER_DAY)      // without two-way contact; also how long one phone means one opportunity

typedef struct opp { int64_t id, opened_us, contact_us; enum stage stage; } opp;

static err emit_about(tx *t, const mover *m, str kind, const event_prop *props, size_t n, int64_t *ret_no)
{
    return engine_emit(
        t,
        &(event_new){
            .subject = m->subject, .kind = kind, .time_us = m->at_us, .flags = EVENT_SYSTEM, .props = props, .props_n = n },
        ret_no);
}

err people_changed(tx *t, uint32_t person)
{
    const engine *e = engine_of(t);
    return e->person_changed ? e->person_changed(t, person) : E_OK;
}

static str stage_name(enum stage s)
{
    return str_c(stage_labels.labels[s]);
}

// --- Stays --------------------------------------------------------------------------------------------------------------------

static err stay_leave(tx *t, uint32_t person, int64_t opportunity, int64_t at_us)
{
    return db_exec(t->d,
                   "UPDATE stage_stay SET left_us = CASE WHEN entered_us > $3 THEN entered_us ELSE $3 END"
                   " WHERE person = $1 AND opportunity = $2 AND left_us = 0",
                   dbi(person), dbi(opportunity), dbi(at_us));
}

static err stay_enter(tx *t, uint32_t person, int64_t opportunity, enum stage s, const mover *m)
{
    return db_exec(
        t->d,
        "INSERT INTO stage_stay (subject, opportunity, event_no, person, stage, entered_us, left_us) VALUES ($6, $2, $3, $1, $4, $5, 0)"
        " ON CONFLICT (subject, opportunity, event_no) DO UPDATE SET stage = excluded.stage, left_us = 0",
        dbi(person), dbi(opportunity), dbi(m->no), dbi(s), dbi(m->at_us), dbi(m->subject));
}

// --- The person's stage -------------------------------------------------------------------------------------------------------

static err stage_now(tx *t, uint32_t person, enum stage *ret_shown, enum stage *ret_due)
{
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found,
                     "SELECT p.stage, p.owned, p.advocate_us, p.follow_us,"
                     " COALESCE((SELECT max(o.stage) FROM opportunity o WHERE o.person = p.id AND o.state = 0), 0) FROM person p "
                     "WHERE p.id = $1",
                     dbi(person)));
    if (found) {
        bool owns = db_i64(&r, 1) > 0, advocate = db_i64(&r, 2) > 0, follows = db_i64(&r, 3) > 0;
        enum stage open = (enum stage)db_i64(&r, 4);
        *ret_shown = (enum stage)db_i64(&r, 0);
        *ret_due = owns ? (advocate ? STAGE_ADVOCATE : STAGE_OWNER) : open ? open : follows ? STAGE_FOLLOW : STAGE_VISITOR;
    }
    TRY(db_end(&r));
    return found ? E_OK : fault_detail(t->f, t->a, E_NOT_FOUND, "person");
}

err stage_settle(tx *t, uint32_t person, const mover *m, moved *ret)
{
    TRY(stage_now(t, person, &ret->from, &ret->to));
    if (ret->from == ret->to)
        return E_OK;
    TRY(db_exec(t->d, "UPDATE person SET stage = $2 WHERE id = $1", dbi(person), dbi(ret->to)));
    TRY(emit_about(t, m, S("stage.moved"),
                      (const event_prop[]){ prop_str(S("from"), stage_name(ret->from)), prop_str(S("to"), stage_name(ret->to)),
                                            prop_i64(S("opportunity"), ret->opportunity) },
                      3, &ret->event_no));
    return people_changed(t, person);
}

// --- Opportunities ------------------------------------------------------------------------------------------------------------

static err opp_read(db *d, uint32_t person, opp *ret, bool *ret_found)
{
    db_rows r;
    TRY(db_query_one(
        d, &r, ret_found,
        "SELECT id, stage, opened_us, contact_us FROM opportunity WHERE person = $1 AND state = 0 ORDER BY opened_us, id LIMIT 1",
        dbi(person)));
    *ret = *ret_found ? (opp){ db_i64(&r, 0), db_i64(&r, 2), db_i64(&r, 3), (enum stage)db_i64(&r, 1) } : (opp){ 0 };
    return db_end(&r);
}

err opportunity_open_of(db *d, uint32_t person, int64_t *ret)
{
    opp o;
    bool found;
    TRY(opp_read(d, person, &o, &found));
    *ret = found ? o.id : 0;
    return E_OK;
}

err people_opportunity(db *d, uint32_t person, int64_t *ret)
{
    return opportunity_open_of(d, person, ret);
}

// Highest stage reached and not cancelled since.
static err opp_fold(tx *t, int64_t id, enum stage *ret)
{
    bool standing[STAGE_COUNT] = { false };
    db_rows r;
    TRY(db_query(t->d, &r, "SELECT stage, cancelled FROM opportunity_step WHERE opportunity = $1 ORDER BY at_us, event_no",
                 dbi(id)));
    while (db_next(&r))
        standing[db_i64(&r, 0)] = db_i64(&r, 1) == 0;
    *ret = STAGE_LEAD;
    for (int s = STAGE_LEAD; s <= STAGE_OWNER; s++)
        if (standing[s])
            *ret = (enum stage)s;
    return db_end(&r);
}

static err opp_settle(tx *t, uint32_t person, const opp *o, const mover *m)
{
    enum stage now;
    TRY(opp_fold(t, o->id, &now));
    if (now == o->stage)
        return E_OK;
    TRY(db_exec(t->d, "UPDATE opportunity SET stage = $2 WHERE id = $1", dbi(o->id), dbi(now)));
    TRY(stay_leave(t, person, o->id, m->at_us));
    return stay_enter(t, person, o->id, now, m);
}

static err step_add(tx *t, int64_t opportunity, enum stage s, bool cancelled, const mover *m)
{
    return db_exec(t->d,
                   "INSERT INTO opportunity_step (opportunity, event_no, stage, cancelled, at_us) VALUES ($1, $2, $3, $4, $5)"
                   " ON CONFLICT (opportunity, event_no) DO NOTHING",
                   dbi(opportunity), dbi(m->no), dbi(s), dbi(cancelled), dbi(m->at_us));
}

static err opp_open(tx *t, uint32_t person, enum stage s, const mover *m, str model, str source, const hash128 *phone, opp *ret)
{
    int64_t id = tx_id(t);
    str hash = phone ? str_of((const char *)phone, sizeof *phone) : (str){ "", 0 };
    TRY(db_exec(
        t->d,
        "INSERT INTO opportunity (id, person, state, stage, model, source, trigger_kind, trigger_no, phone, touches, opened_us,"
        " contact_us, closed_us, reason, subject) VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8, 0, $9, $9, 0, '', $10)",
        dbi(id), dbi(person), dbi(s), dbs(str_take(model, 60)), dbs(str_take(source, 120)), dbs(m->kind), dbi(m->no), dbb(hash),
        dbi(m->at_us), dbi(m->subject)));
    TRY(stay_leave(t, person, 0, m->at_us));
    TRY(stay_enter(t, person, id, s, m));
    TRY(timer_set(t, m->at_us + IDLE_US, opportunity_timer.name, id, (str){ "", 0 }));
    *ret = (opp){ id, m->at_us, m->at_us, s };
    return emit_about(t, m, S("opportunity.opened"),
                      (const event_prop[]) { prop_i64(S("opportunity"), id), prop_str(S("stage"), stage_name(s)),
                                             prop_str(S("model"), model), prop_str(S("source"), source) },
                      4, NULL);
}

static err opp_close(tx *t, uint32_t person, const opp *o, enum opportunity_state how, str reason, const mover *m)
{
    TRY(db_exec(t->d, "UPDATE opportunity SET state = $2, closed_us = $3, reason = $4 WHERE id = $1", dbi(o->id), dbi(how),
                dbi(m->at_us), dbs(str_take(reason, 200))));
    if (how != OPPORTUNITY_WON)
        TRY(stay_leave(t, person, o->id, m->at_us));
    TRY(timer_cancel(t, opportunity_timer.name, o->id));
    return emit_about(t, m, S("opportunity.closed"),
                      (const event_prop[]) { prop_i64(S("opportunity"), o->id),
                                             prop_str(S("state"), str_c(opportunity_state_labels.labels[how])),
                                             prop_str(S("reason"), reason) },
                      3, NULL);
}

// An event from the time of an opportunity that is closed by now: its history is completed, nothing else moves.
static err step_in_past(tx *t, uint32_t person, enum stage s, const mover *m, bool *ret_found)
{
    // A lead of the very moment of closing is the next one; anything else of that moment belongs to what was closed.
    int64_t id, at = s == STAGE_LEAD ? m->at_us + 1 : m->at_us;
    TRY(db_int(t->d, &id, 0,
               "SELECT id FROM opportunity WHERE person = $1 AND state <> 0 AND opened_us <= $2 AND closed_us >= $2 ORDER BY "
               "opened_us DESC LIMIT 1",
               dbi(person), dbi(at)));
    *ret_found = id != 0;
    return id ? step_add(t, id, s, false, m) : E_OK;
}

// The same number asked for a call as somebody else, and that opportunity is still young: one more touch of it.
static err phone_known(tx *t, uint32_t person, const hash128 *phone, int64_t at_us, bool *ret)
{
    int64_t n = 0;
    if (phone)
        TRY(db_exec_count(
            t->d, &n,
            "UPDATE opportunity SET touches = touches + 1 WHERE id = (SELECT id FROM opportunity WHERE phone = $1 AND state = 0"
            " AND opened_us > $2 AND person <> $3 ORDER BY opened_us LIMIT 1)",
            dbb(str_of((const char *)phone, sizeof *phone)), dbi(at_us - IDLE_US), dbi(person)));
    *ret = n > 0;
    return E_OK;
}

static err opp_touch(tx *t, const opp *o, enum stage s, const mover *m, str model)
{
    // A lead is a touch; a drive, a reserve, an order is two-way contact.
    return db_exec(t->d,
                   "UPDATE opportunity SET touches = touches + $2, contact_us = CASE WHEN $3 = 1 AND contact_us < $4 THEN $4 "
                   "ELSE contact_us END,"
                   " model = CASE WHEN model = '' THEN $5 ELSE model END WHERE id = $1",
                   dbi(o->id), dbi(s == STAGE_LEAD), dbi(s > STAGE_LEAD), dbi(m->at_us), dbs(str_take(model, 60)));
}

static err reach_opportunity(tx *t, uint32_t person, enum stage s, const mover *m, str model, str source, const hash128 *phone,
                             moved *ret)
{
    opp o;
    bool found, past = false, elsewhere = false;
    TRY(opp_read(t->d, person, &o, &found));
    if (found && s == STAGE_LEAD && m->at_us - o.contact_us >= IDLE_US) {
        TRY(opp_close(t, person, &o, OPPORTUNITY_IDLE, (str){ "", 0 }, m));
        found = false;
    }
    if (!found)
        TRY(step_in_past(t, person, s, m, &past));
    if (past)
        return E_OK;
    if (!found && s == STAGE_LEAD)
        TRY(phone_known(t, person, phone, m->at_us, &elsewhere));
    if (elsewhere) {
        ret->why = S("phone_known");
        return E_OK;
    }
    if (!found)
        TRY(opp_open(t, person, s, m, model, source, phone, &o));
    ret->opened = !found;
    ret->opportunity = o.id;
    TRY(opp_touch(t, &o, s, m, model));
    TRY(step_add(t, o.id, s, false, m));
    TRY(opp_settle(t, person, &o, m));
    return s == STAGE_OWNER ? opp_close(t, person, &o, OPPORTUNITY_WON, (str){ "", 0 }, m) : E_OK;
}

static err reach_follow(tx *t, uint32_t person, const mover *m)
{
    int64_t n, open;
    TRY(db_exec_count(t->d, &n, "UPDATE person SET follow_us = $2 WHERE id = $1 AND follow_us = 0", dbi(person), dbi(m->at_us)));
    if (n == 0)
        return E_OK;
    TRY(stay_enter(t, person, 0, STAGE_FOLLOW, m));
    TRY(opportunity_open_of(t->d, person, &open));
    return open ? stay_leave(t, person, 0, m->at_us) : E_OK;
}

static err reach_advocate(tx *t, uint32_t person, const mover *m)
{
    int64_t n;
    TRY(db_exec_count(t->d, &n, "UPDATE person SET advocate_us = $2 WHERE id = $1 AND advocate_us = 0", dbi(person),
                      dbi(m->at_us)));
    return n ? stay_enter(t, person, 0, STAGE_ADVOCATE, m) : E_OK;
}

err stage_reach(tx *t, uint32_t person, enum stage to, const mover *m, str model, str source, const hash128 *phone, moved *ret)
{
    *ret = (moved){ .why = { "", 0 } };
    if (to == STAGE_FOLLOW)
        TRY(reach_follow(t, person, m));
    else if (to == STAGE_ADVOCATE)
        TRY(reach_advocate(t, person, m));
    else
        TRY(reach_opportunity(t, person, to, m, model, source, phone, ret));
    return stage_settle(t, person, m, ret);
}

err stage_cancel(tx *t, uint32_t person, enum stage what, const mover *m, moved *ret)
{
    opp o;
    bool found;
    *ret = (moved){ .why = { "", 0 } };
    TRY(opp_read(t->d, person, &o, &found));
    if (!found) {
        ret->why = S("no_opportunity");
        return E_OK;
    }
    ret->opportunity = o.id;
    TRY(step_add(t, o.id, what, true, m));
    TRY(opp_settle(t, person, &o, m));
    return stage_settle(t, person, m, ret);
}

err opportunity_close(tx *t, uint32_t person, enum opportunity_state how, str reason, const mover *m, moved *ret)
{
    opp o;
    bool found;
    *ret = (moved){ .why = { "", 0 } };
    TRY(opp_read(t->d, person, &o, &found));
    if (!found) {
        ret->why = S("no_opportunity");
        return E_OK;
    }
    ret->opportunity = o.id;
    TRY(opp_close(t, person, &o, how, reason, m));
    return stage_settle(t, person, m, ret);
}

err opportunity_contact(tx *t, uint32_t person, int64_t at_us)
{
    return db_exec(t->d, "UPDATE opportunity SET contact_us = $2 WHERE person = $1 AND state = 0 AND contact_us < $2",
                   dbi(person), dbi(at_us));
}

// --- Idle ---------------------------------------------------------------------------------------------------------------------

static err idle_fire(tx *t, int64_t ref, str payload)
{
    (void)payload;
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found, "SELECT person, stage, opened_us, contact_us, subject FROM opportunity WHERE id = $1 AND state = 0",
                     dbi(ref)));
    uint32_t person = found ? (uint32_t)db_i64(&r, 0) : 0, subject = found ? (uint32_t)db_i64(&r, 4) : 0;
    opp o = found ? (opp){ ref, db_i64(&r, 2), db_i64(&r, 3), (enum stage)db_i64(&r, 1) } : (opp){ 0 };
    TRY(db_end(&r));
    if (!found)
        return E_OK;
    if (t->now_us - o.contact_us < IDLE_US)
        return timer_set(t, o.contact_us + IDLE_US, opportunity_timer.name, ref, (str){ "", 0 });
    moved m;
    int64_t no;
    const mover first = { subject, 0, t->now_us, S("opportunity.idle") };
    TRY(emit_about(t, &first, S("opportunity.idle"), (const event_prop[]){ prop_i64(S("opportunity"), ref) }, 1, &no));
    const mover by = { subject, no, t->now_us, S("opportunity.idle") };
    TRY(opp_close(t, person, &o, OPPORTUNITY_IDLE, (str){ "", 0 }, &by));
    m = (moved){ .opportunity = ref, .why = { "", 0 } };
    return stage_settle(t, person, &by, &m);
}

const timer_kind opportunity_timer = { "opportunity.idle", idle_fire };

// --- After a join or a split --------------------------------------------------------------------------------------------------

// Follow and advocate: since the first time any of the subjects did.
static err stays_settle(tx *t, uint32_t person)
{
    return db_exec(t->d,
                   "UPDATE person SET"
                   " follow_us = COALESCE((SELECT min(entered_us) FROM stage_stay WHERE person = $1 AND opportunity = 0 AND stage = $2), 0),"
                   " advocate_us = COALESCE((SELECT min(entered_us) FROM stage_stay WHERE person = $1 AND opportunity = 0 AND stage = $3), 0)"
                   " WHERE id = $1",
                   dbi(person), dbi(STAGE_FOLLOW), dbi(STAGE_ADVOCATE));
}

static const person_table tables[] = {
    { PERSON_TABLE("opportunity", "id, state, stage, model, source, trigger_kind, trigger_no, touches, opened_us, contact_us,"
                                  " closed_us, reason") },
    { PERSON_TABLE("stage_stay", "opportunity, event_no, stage, entered_us, left_us"), .settle = stays_settle },
};

void people_register_stages(engine *e)
{
    people_add_tables(e, tables, sizeof tables / sizeof *tables);
}
