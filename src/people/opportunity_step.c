// What follows from the steps of an opportunity; and where steps go when a split parts them from it.
#include "people/opportunity.h"
#include "rule/timers.h"

err step_add(tx *t, const opp *o, const mover *m, const step *s)
{
    int64_t n;
    TRY(db_int(t->d, &n, 0, "SELECT count(*) FROM opportunity_step WHERE opportunity = $1", dbi(o->id)));
    if (n >= STEPS_MAX && s->what != STEP_LOST && s->what != STEP_WON && s->what != STEP_IDLE)
        return E_OK;
    return db_exec(
        t->d,
        "INSERT INTO opportunity_step (subject, opportunity, event_no, what, person, stage, at_us, n, model, reason, note, crossing)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (subject, opportunity, event_no, what) DO UPDATE SET"
        " n = CASE WHEN excluded.what = 6 THEN opportunity_step.n + 1 ELSE opportunity_step.n END,"
        " at_us = CASE WHEN excluded.what = 2 AND excluded.at_us > opportunity_step.at_us THEN excluded.at_us ELSE opportunity_step.at_us END",
        dbi(m->subject), dbi(o->id), dbi(s->what == STEP_CONTACT || s->what == STEP_TOUCH ? 0 : m->no), dbi(s->what),
        dbi(people_person_of(t, m->subject)), dbi(s->stage), dbi(m->at_us), dbi(s->n), dbs(s->model), dbs(str_take(s->reason, 200)),
        dbs(str_take(s->note, 200)), dbi(m->subject != o->subject));
}

err lead_again(tx *t, const opp *o, const mover *m, bool *ret)
{
    int64_t n;
    // A lead that is told late may be the first by time.
    TRY(db_exec_count(t->d, &n,
                      "UPDATE opportunity_step SET at_us = CASE WHEN at_us > $3 THEN $3 ELSE at_us END"
                      " WHERE subject = $1 AND opportunity = $2 AND what = 0 AND stage = $4",
                      dbi(m->subject), dbi(o->id), dbi(m->at_us), dbi(STAGE_LEAD)));
    *ret = n > 0;
    return E_OK;
}

// --- Folding ------------------------------------------------------------------------------------------------------------------

typedef struct stay { enum stage stage; int64_t event_no, entered_us, left_us; } stay;
#define STAYS_MAX 50

typedef struct fold {
    bool standing[STAGE_COUNT];
    enum stage stage;
    enum opportunity_state state;
    int64_t touches, contact_us, closed_us;
    str model, reason, note;
    stay stays[STAYS_MAX];
    size_t stays_n;
} fold;

static enum stage highest(const fold *f)
{
    enum stage s = STAGE_OWNER;
    while (s > STAGE_LEAD && !f->standing[s])
        s--;
    return s;
}

// The longest history is kept from its end: who stands where now is never lost.
static void stay_next(fold *f, enum stage s, int64_t no, int64_t at_us)
{
    if (f->stays_n > 0 && f->stays[f->stays_n - 1].stage == s)
        return;
    if (f->stays_n > 0)
        f->stays[f->stays_n - 1].left_us = at_us;
    if (f->stays_n == STAYS_MAX)
        memmove(f->stays, f->stays + 1, --f->stays_n * sizeof *f->stays);
    f->stays[f->stays_n++] = (stay){ s, no, at_us, 0 };
}

static void fold_close(fold *f, enum step_what what, int64_t at_us, str reason, str note)
{
    if (f->state != OPPORTUNITY_OPEN)
        return;                                // the first closing counts
    f->state = what == STEP_LOST ? OPPORTUNITY_LOST : what == STEP_WON ? OPPORTUNITY_WON : OPPORTUNITY_IDLE;
    f->closed_us = at_us;
    f->reason = reason;
    f->note = note;
    if (what != STEP_WON && f->stays_n > 0)
        f->stays[f->stays_n - 1].left_us = at_us;
}

static void fold_step(fold *f, const step *s, int64_t no, int64_t at_us)
{
    f->touches += s->what == STEP_TOUCH ? s->n : s->what == STEP_REACHED && s->stage == STAGE_LEAD;
    if ((s->what == STEP_CONTACT || (s->what == STEP_REACHED && s->stage > STAGE_LEAD)) && at_us > f->contact_us)
        f->contact_us = at_us;
    if (s->model.len && !f->model.len)
        f->model = s->model;
    if (s->what == STEP_REACHED || s->what == STEP_CANCELLED) {
        f->standing[s->stage] = s->what == STEP_REACHED;
        f->stage = highest(f);
        if (f->state == OPPORTUNITY_OPEN)
            stay_next(f, f->stage, no, at_us);
    } else if (s->what == STEP_LOST || s->what == STEP_WON || s->what == STEP_IDLE)
        fold_close(f, s->what, at_us, s->reason, s->note);
}

// Only steps of the opportunity's own person: what somebody else did while they were joined is theirs.
static err fold_read(tx *t, int64_t id, uint32_t person, int64_t opened_us, fold *f)
{
    db_rows r;
    *f = (fold){ .stage = STAGE_LEAD, .contact_us = opened_us, .model = { "", 0 }, .reason = { "", 0 }, .note = { "", 0 } };
    TRY(db_query(t->d, &r,
                 "SELECT what, stage, at_us, event_no, n, model, reason, note FROM opportunity_step WHERE opportunity = $1 AND person = $2"
                 " ORDER BY at_us, event_no, what",
                 dbi(id), dbi(person)));
    while (db_next(&r)) {
        const step s = { (enum step_what)db_i64(&r, 0), (enum stage)db_i64(&r, 1), db_i64(&r, 4), arena_str(t->a, db_str(&r, 5)),
                         arena_str(t->a, db_str(&r, 6)), arena_str(t->a, db_str(&r, 7)) };
        fold_step(f, &s, db_i64(&r, 3), db_i64(&r, 2));
    }
    return db_end(&r);
}

// --- Writing it down ----------------------------------------------------------------------------------------------------------

static err stays_same(tx *t, uint32_t subject, int64_t id, const fold *f, bool *ret)
{
    db_rows r;
    size_t n = 0;
    bool same = true;
    TRY(db_query(t->d, &r, "SELECT stage, event_no, entered_us, left_us FROM stage_stay WHERE subject = $1 AND opportunity = $2"
                           " ORDER BY entered_us, event_no", dbi(subject), dbi(id)));
    while (db_next(&r)) {
        const stay *s = &f->stays[n];
        same = same && n < f->stays_n && (int64_t)s->stage == db_i64(&r, 0) && s->event_no == db_i64(&r, 1) &&
               s->entered_us == db_i64(&r, 2) && (s->left_us == db_i64(&r, 3) || s->stage == STAGE_OWNER);
        n += n < STAYS_MAX - 1;
    }
    *ret = same && n == f->stays_n;
    return db_end(&r);
}

static err stays_write(tx *t, const opp *o, const fold *f)
{
    bool same;
    TRY(stays_same(t, o->subject, o->id, f, &same));
    if (same)
        return E_OK;
    TRY(db_exec(t->d, "DELETE FROM stage_stay WHERE subject = $1 AND opportunity = $2", dbi(o->subject), dbi(o->id)));
    for (size_t i = 0; i < f->stays_n; i++)
        TRY(db_exec(t->d,
                    "INSERT INTO stage_stay (subject, opportunity, event_no, person, stage, entered_us, left_us)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (subject, opportunity, event_no) DO UPDATE SET"
                    " stage = excluded.stage, entered_us = excluded.entered_us, left_us = excluded.left_us",
                    dbi(o->subject), dbi(o->id), dbi(f->stays[i].event_no), dbi(o->person), dbi(f->stays[i].stage),
                    dbi(f->stays[i].entered_us), dbi(f->stays[i].left_us)));
    return E_OK;
}

err opp_settle(tx *t, int64_t id)
{
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found, "SELECT subject, person, state, opened_us FROM opportunity WHERE id = $1", dbi(id)));
    opp o = { .id = id };
    if (found)
        o = (opp){ .id = id, .subject = (uint32_t)db_i64(&r, 0), .person = (uint32_t)db_i64(&r, 1),
                   .state = (enum opportunity_state)db_i64(&r, 2), .opened_us = db_i64(&r, 3) };
    TRY(db_end(&r));
    if (!found)
        return E_OK;
    fold f;
    TRY(fold_read(t, id, o.person, o.opened_us, &f));
    TRY(db_exec(t->d,
                "UPDATE opportunity SET state = $2, stage = $3, touches = $4, contact_us = $5, closed_us = $6, reason = $7, note = $8,"
                " model = CASE WHEN $9 <> '' THEN $9 ELSE model END WHERE id = $1",
                dbi(id), dbi(f.state), dbi(f.stage), dbi(f.touches), dbi(f.contact_us), dbi(f.closed_us), dbs(f.reason), dbs(f.note),
                dbs(f.model)));
    TRY(stays_write(t, &o, &f));
    if ((o.state == OPPORTUNITY_OPEN) == (f.state == OPPORTUNITY_OPEN))
        return E_OK;
    return f.state == OPPORTUNITY_OPEN ? timer_set(t, f.contact_us + IDLE_US, opportunity_timer.name, id, (str){ "", 0 })
                                       : timer_cancel(t, opportunity_timer.name, id);
}

// --- After a join or a split --------------------------------------------------------------------------------------------------

typedef struct crossing { int64_t opportunity, owner; } crossing;
#define CROSSINGS_MAX 1000

// Opportunities with steps of this person that are not their own subject's.
static err crossings(tx *t, uint32_t person, crossing *list, size_t *ret_n)
{
    db_rows r;
    size_t n = 0;
    TRY(db_query(t->d, &r,
                 "SELECT DISTINCT s.opportunity, o.person FROM opportunity_step s JOIN opportunity o ON o.id = s.opportunity"
                 " WHERE s.person = $1 AND s.crossing = 1 ORDER BY s.opportunity LIMIT $2",
                 dbi(person), dbi(CROSSINGS_MAX)));
    while (db_next(&r))
        list[n++] = (crossing){ db_i64(&r, 0), db_i64(&r, 1) };
    *ret_n = n;
    return db_end(&r);
}

// Where steps parted from their opportunity go: an opportunity of this person that covers their time, the nearest otherwise; a new
// one when they reached something and there is none. 0: nowhere, they stay as they are (a contact, a closing).
static err home_for(tx *t, uint32_t person, int64_t from, int64_t *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found,
                     "SELECT subject, event_no, at_us, model FROM opportunity_step WHERE opportunity = $1 AND person = $2 AND what = 0"
                     " ORDER BY at_us, event_no LIMIT 1",
                     dbi(from), dbi(person)));
    const mover m = found ? (mover){ (uint32_t)db_i64(&r, 0), db_i64(&r, 1), db_i64(&r, 2), S("person.split") } : (mover){ 0 };
    str model = found ? arena_str(t->a, db_str(&r, 3)) : (str){ "", 0 };
    TRY(db_end(&r));
    TRY(db_int(t->d, ret, 0,
               "SELECT id FROM opportunity WHERE person = $1 ORDER BY CASE WHEN opened_us <= $2 AND (closed_us = 0 OR closed_us >= $2)"
               " THEN 0 ELSE 1 END, opened_us, id LIMIT 1",
               dbi(person), dbi(m.at_us)));
    if (*ret || !found)
        return E_OK;
    opp o;
    TRY(opp_insert(t, &m, person, &(reached){ .model = model, .source = { "", 0 } }, &o));
    *ret = o.id;
    return E_OK;
}

static err adopt_steps(tx *t, uint32_t person, int64_t from)
{
    int64_t to;
    TRY(home_for(t, person, from, &to));
    if (to)
        TRY(db_exec(t->d,
                    "UPDATE opportunity_step SET opportunity = $3,"
                    " crossing = CASE WHEN subject = (SELECT o.subject FROM opportunity o WHERE o.id = $3) THEN 0 ELSE 1 END"
                    " WHERE opportunity = $1 AND person = $2 AND NOT EXISTS (SELECT 1 FROM opportunity_step x WHERE"
                    " x.subject = opportunity_step.subject AND x.opportunity = $3 AND x.event_no = opportunity_step.event_no"
                    " AND x.what = opportunity_step.what)",
                    dbi(from), dbi(person), dbi(to)));
    TRY(opp_settle(t, from));
    return to ? opp_settle(t, to) : E_OK;
}

static err steps_settle(tx *t, uint32_t person)
{
    crossing *list = arena_array(t->a, crossing, CROSSINGS_MAX);
    size_t n;
    TRY(crossings(t, person, list, &n));
    for (size_t i = 0; i < n; i++)
        TRY(list[i].owner == (int64_t)person ? opp_settle(t, list[i].opportunity) : adopt_steps(t, person, list[i].opportunity));
    return E_OK;
}

static const person_table tables[] = {
    { PERSON_TABLE_SINCE("opportunity", "opened_us", "id, state, stage, model, source, trigger_kind, trigger_no, touches, opened_us, contact_us,"
                                  " closed_us, reason, note"),
      TEXTS(TEXT_OF("opportunity", "note"), WORD_OF("opportunity", "source"), WORD_OF("opportunity", "model"),
            WORD_OF("opportunity", "trigger_kind")), CODES("reason"),
      .unsaid = "DELETE FROM opportunity WHERE subject = $1 AND trigger_no = $2 AND NOT EXISTS (SELECT 1 FROM opportunity_step s"
                " WHERE s.opportunity = opportunity.id AND s.event_no > 0 AND s.event_no <> $2)" },
    { PERSON_TABLE("opportunity_step", "opportunity, event_no, what, stage, at_us, n, model, reason, note"), .settle = steps_settle,
      TEXTS(TEXT_OF("opportunity_step", "note"), WORD_OF("opportunity_step", "model")), CODES("reason"), UNSAID("opportunity_step", "event_no"),
      .since = "UPDATE opportunity_step SET subject = $2, person = $3, crossing = CASE WHEN (SELECT o.subject FROM opportunity o"
               " WHERE o.id = opportunity_step.opportunity) = $2 THEN 0 ELSE 1 END WHERE subject = $1 AND at_us >= $4" },
};

void people_register_opportunities(engine *e)
{
    people_add_tables(e, tables, sizeof tables / sizeof *tables);
    timers_add(e->rules, &opportunity_timer);
}
