// The person's stage (DEFAULTS §1): the highest of the open opportunities, or owner while owning. Follow and advocate are the
// person's own. Everything here follows from what is stored, so a join or a split only settles it again.
#include "base/time.h"
#include "base/vec.h"
#include "people/people_internal.h"

err people_changed(tx *t, uint32_t person)
{
    const engine *e = engine_of(t);
    if (e->touch)
        e->touch(t, person, NULL, 0);
    return e->person_changed ? e->person_changed(t, person) : E_OK;
}

static str stage_name(enum stage s) { return str_c(stage_labels.labels[s]); }

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

err stage_settle_silently(tx *t, uint32_t person, moved *ret)
{
    TRY(stage_now(t, person, &ret->from, &ret->to));
    if (ret->from == ret->to)
        return E_OK;
    return db_exec(t->d, "UPDATE person SET stage = $2 WHERE id = $1", dbi(person), dbi(ret->to));
}

err stage_settle(tx *t, uint32_t person, const mover *m, moved *ret)
{
    TRY(stage_settle_silently(t, person, ret));
    if (ret->from == ret->to)
        return E_OK;
    const event_prop props[] = { prop_str(S("from"), stage_name(ret->from)), prop_str(S("to"), stage_name(ret->to)),
                                 prop_i64(S("opportunity"), ret->opportunity) };
    TRY(engine_emit(t, &(event_new){ .subject = m->subject, .kind = S("stage.moved"), .time_us = m->at_us, .flags = EVENT_SYSTEM,
                                     .props = props, .props_n = 3 }, &ret->event_no));
    return people_changed(t, person);
}

// --- Follow and advocate ------------------------------------------------------------------------------------------------------

typedef struct follow { int64_t subject, event_no, entered_us, left_us; } follow;
typedef struct span { int64_t opened_us, closed_us; } span;
typedef VEC(follow) follows;
typedef VEC(span) spans;

static err follows_read(db *d, uint32_t person, follows *ret)
{
    db_rows r;
    TRY(db_query(d, &r,
                 "SELECT subject, event_no, entered_us, left_us FROM stage_stay WHERE person = $1 AND opportunity = 0 AND stage = $2"
                 " ORDER BY entered_us",
                 dbi(person), dbi(STAGE_FOLLOW)));
    while (db_next(&r))
        vec_push(ret, ((follow){ db_i64(&r, 0), db_i64(&r, 1), db_i64(&r, 2), db_i64(&r, 3) }));
    return db_end(&r);
}

static err spans_read(db *d, uint32_t person, spans *ret)
{
    db_rows r;
    TRY(db_query(d, &r, "SELECT opened_us, closed_us FROM opportunity WHERE person = $1 ORDER BY opened_us", dbi(person)));
    while (db_next(&r))
        vec_push(ret, ((span){ db_i64(&r, 0), db_i64(&r, 1) ? db_i64(&r, 1) : INT64_MAX }));
    return db_end(&r);
}

// A follow ends with the next opportunity, at once when one covers it. Both in the order of time, so that one pass is enough
// however many subjects there are.
static err follows_write(tx *t, const follows *f, const spans *o)
{
    size_t next = 0;
    int64_t covered_us = 0;
    for (size_t i = 0; i < f->n; i++) {
        const follow *x = &f->v[i];
        for (; next < o->n && o->v[next].opened_us <= x->entered_us; next++)
            covered_us = o->v[next].closed_us > covered_us ? o->v[next].closed_us : covered_us;
        int64_t left = covered_us > x->entered_us ? x->entered_us : next < o->n ? o->v[next].opened_us : 0;
        if (left != x->left_us)
            TRY(db_exec(t->d, "UPDATE stage_stay SET left_us = $3 WHERE subject = $1 AND opportunity = 0 AND event_no = $2", dbi(x->subject),
                        dbi(x->event_no), dbi(left)));
    }
    return E_OK;
}

static err follows_settle(tx *t, uint32_t person)
{
    follows f = { 0 };
    spans o = { 0 };
    err e = follows_read(t->d, person, &f);
    if (e == E_OK && f.n)
        e = spans_read(t->d, person, &o);
    if (e == E_OK)
        e = follows_write(t, &f, &o);
    vec_free(&f);
    vec_free(&o);
    return e;
}

// Since the first time any of the subjects did. Whatever owning brought ends with the last car.
err stays_settle(tx *t, uint32_t person)
{
    TRY(db_exec(t->d,
                "UPDATE person SET"
                " follow_us = COALESCE((SELECT min(entered_us) FROM stage_stay WHERE person = $1 AND opportunity = 0 AND stage = $2), 0),"
                " advocate_us = COALESCE((SELECT min(entered_us) FROM stage_stay WHERE person = $1 AND opportunity = 0 AND stage = $3), 0)"
                " WHERE id = $1",
                dbi(person), dbi(STAGE_FOLLOW), dbi(STAGE_ADVOCATE)));
    TRY(follows_settle(t, person));
    int64_t owned, sold_us, left;
    TRY(db_int(t->d, &owned, 0, "SELECT owned FROM person WHERE id = $1", dbi(person)));
    TRY(db_int(t->d, &sold_us, 0, "SELECT max(until_us) FROM ownership WHERE person = $1", dbi(person)));
    left = owned > 0 ? 0 : sold_us;
    return db_exec(t->d,
                   "UPDATE stage_stay SET left_us = CASE WHEN $3 >= entered_us THEN $3 ELSE 0 END WHERE person = $1 AND stage >= $2"
                   " AND left_us <> CASE WHEN $3 >= entered_us THEN $3 ELSE 0 END",
                   dbi(person), dbi(STAGE_OWNER), dbi(left));
}

// Each subject's first.
static err reach_own(tx *t, uint32_t person, enum stage s, const mover *m)
{
    int64_t n;
    TRY(db_int(t->d, &n, 0, "SELECT count(*) FROM stage_stay WHERE subject = $1 AND opportunity = 0 AND stage = $2", dbi(m->subject),
               dbi(s)));
    if (n)
        return E_OK;
    TRY(db_exec(t->d,
                "INSERT INTO stage_stay (subject, opportunity, event_no, person, stage, entered_us, left_us) VALUES ($1, 0, $2, $3, $4, $5, 0)"
                " ON CONFLICT (subject, opportunity, event_no) DO NOTHING",
                dbi(m->subject), dbi(m->no), dbi(person), dbi(s), dbi(m->at_us)));
    return stays_settle(t, person);
}

err stage_reach(tx *t, uint32_t person, enum stage to, const mover *m, const reached *how, moved *ret)
{
    *ret = (moved){ .why = { "", 0 } };
    if (to == STAGE_FOLLOW || to == STAGE_ADVOCATE)
        TRY(reach_own(t, person, to, m));
    else
        TRY(opportunity_reach(t, person, to, m, how, ret));
    return stage_settle(t, person, m, ret);
}

static const person_table tables[] = {
    // Those of an opportunity that is parted follow from its steps.
    { PERSON_TABLE("stage_stay", "opportunity, event_no, stage, entered_us, left_us"), .settle = stays_settle,
      UNSAID("stage_stay", "event_no"),
      .since = "UPDATE stage_stay SET subject = $2, person = $3 WHERE subject = $1 AND entered_us >= $4 AND (opportunity = 0"
               " OR (SELECT o.subject FROM opportunity o WHERE o.id = stage_stay.opportunity) = $2)" },
};

void people_register_stages(engine *e)
{
    people_add_tables(e, tables, sizeof tables / sizeof *tables);
}
