// Who owned which vehicle from when to when. Periods [from, until) of one vehicle never overlap, whatever order they are told in:
// who gets it ends the period it falls into, and owns it until the next one begins.
#include "people/people_internal.h"

typedef struct period {
    bool found;
    int64_t from_us;
    uint32_t person, subject;
} period;

static err period_at(db *d, str vehicle, int64_t at_us, period *ret)
{
    db_rows r;
    TRY(db_query_one(
        d, &r, &ret->found,
        "SELECT from_us, person, subject FROM ownership WHERE vehicle = $1 AND from_us <= $2 AND (until_us = 0 OR until_us > $2)"
        " ORDER BY from_us DESC LIMIT 1",
        dbs(vehicle), dbi(at_us)));
    *ret = ret->found ? (period) { true, db_i64(&r, 0), (uint32_t)db_i64(&r, 1), (uint32_t)db_i64(&r, 2) } : (period) { 0 };
    return db_end(&r);
}

static err period_after(db *d, str vehicle, int64_t at_us, period *ret)
{
    db_rows r;
    TRY(db_query_one(
        d, &r, &ret->found,
        "SELECT from_us, person, subject FROM ownership WHERE vehicle = $1 AND from_us > $2 ORDER BY from_us LIMIT 1",
        dbs(vehicle), dbi(at_us)));
    *ret = ret->found ? (period) { true, db_i64(&r, 0), (uint32_t)db_i64(&r, 1), (uint32_t)db_i64(&r, 2) } : (period) { 0 };
    return db_end(&r);
}

static err owned_count(tx *t, uint32_t person)
{
    return db_exec(t->d,
                   "UPDATE person SET owned = (SELECT count(*) FROM ownership WHERE person = $1 AND until_us = 0) WHERE id = $1",
                   dbi(person));
}

// Owning nothing any more they leave the stages of owners (stays_settle).
static err owned_settle(tx *t, uint32_t person)
{
    TRY(owned_count(t, person));
    return stays_settle(t, person);
}

static err owner_settle(tx *t, uint32_t person, const mover *m, moved *ret)
{
    *ret = (moved) { .why = { "", 0 } };
    TRY(owned_settle(t, person));
    TRY(stage_settle(t, person, m, ret));
    return people_changed(t, person);
}

// What the car itself says (identity vin) is its owner's of that time. A vehicle without a VIN says nothing.
static bool vehicle_identity(str vehicle, identity *ret)
{
    uint64_t half[2] = { 0, 0 };
    *ret = (identity) { .kind = IDENTITY_VIN, .label = { "", 0 } };
    for (size_t i = 0; i < vehicle.len; i++) {
        char c = vehicle.s[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0 || i >= 32)
            return false;
        half[i / 16] = half[i / 16] << 4 | (uint64_t)digit;
    }
    ret->hash.hi = half[0];
    ret->hash.lo = half[1];
    return vehicle.len == 32;
}

// The period that begins at from_us, and the one after it, which may be of somebody whose the identity was not yet.
static err identity_follows(tx *t, str vehicle, int64_t from_us, uint32_t subject, const period *next)
{
    identity id;
    if (!vehicle_identity(vehicle, &id))
        return E_OK;
    TRY(identity_owned_from(t, &id, from_us, subject));
    return next->found ? identity_owned_from(t, &id, next->from_us, next->subject) : E_OK;
}

err vehicle_gone(tx *t, uint32_t person, str vehicle, const mover *m, moved *ret)
{
    int64_t n;
    *ret = (moved) { .why = { "", 0 } };
    TRY(db_exec_count(t->d, &n,
                      "UPDATE ownership SET until_us = $3 WHERE vehicle = $1 AND person = $2 AND from_us < $3 AND (until_us = 0 "
                      "OR until_us > $3)",
                      dbs(vehicle), dbi(person), dbi(m->at_us)));
    if (n == 0) {
        ret->why = S("not_owned");
        return E_OK;
    }
    period next;
    TRY(period_after(t->d, vehicle, m->at_us - 1, &next));
    if (!next.found || next.from_us > m->at_us)
        TRY(identity_follows(t, vehicle, m->at_us, 0, &next));
    return owner_settle(t, person, m, ret);
}

err vehicle_got(tx *t, uint32_t person, str vehicle, const mover *m, moved *ret)
{
    period had, next;
    *ret = (moved) { .why = { "", 0 } };
    TRY(period_at(t->d, vehicle, m->at_us, &had));
    if (had.found && had.person == person)
        return stage_settle(t, person, m, ret);
    // Two owners told for the same instant: the later told one comes after.
    int64_t from = had.found && had.from_us == m->at_us ? m->at_us + 1 : m->at_us;
    if (had.found)
        TRY(db_exec(t->d, "UPDATE ownership SET until_us = $3 WHERE vehicle = $1 AND from_us = $2", dbs(vehicle),
                    dbi(had.from_us), dbi(from)));
    TRY(period_after(t->d, vehicle, from - 1, &next));
    if (next.found && next.person == person) // known as the owner already, but only since later
        TRY(db_exec(t->d, "UPDATE ownership SET from_us = $3 WHERE vehicle = $1 AND from_us = $2", dbs(vehicle),
                    dbi(next.from_us), dbi(from)));
    else
        TRY(db_exec(
            t->d, "INSERT INTO ownership (vehicle, from_us, person, until_us, event_no, subject) VALUES ($1, $2, $3, $4, $5, $6)",
            dbs(vehicle), dbi(from), dbi(person), dbi(next.found ? next.from_us : 0), dbi(m->no), dbi(m->subject)));
    if (had.found || next.found)
        TRY(identity_follows(t, vehicle, from, m->subject, &next));
    if (had.found)
        TRY(owner_settle(t, had.person, &(mover) { had.subject, m->no, m->at_us, m->kind }, ret));
    return owner_settle(t, person, m, ret);
}

// A period that never was: it goes, and whoever had the car when it began has it on.
static err period_back(tx *t, str vehicle, int64_t from_us, int64_t until_us)
{
    db_rows r;
    bool found;
    uint32_t subject = 0, person = 0;
    moved m;
    identity id;
    TRY(db_exec(t->d, "DELETE FROM ownership WHERE vehicle = $1 AND from_us = $2", dbs(vehicle), dbi(from_us)));
    TRY(db_query_one(t->d, &r, &found, "SELECT subject, person FROM ownership WHERE vehicle = $1 AND from_us < $2 AND until_us = $2",
                     dbs(vehicle), dbi(from_us)));
    if (found) {
        subject = (uint32_t)db_i64(&r, 0);
        person = (uint32_t)db_i64(&r, 1);
    }
    TRY(db_end(&r));
    if (!found)
        return E_OK;
    TRY(db_exec(t->d, "UPDATE ownership SET until_us = $3 WHERE vehicle = $1 AND from_us < $2 AND until_us = $2", dbs(vehicle), dbi(from_us),
                dbi(until_us)));
    if (vehicle_identity(vehicle, &id))
        TRY(identity_owned_from(t, &id, from_us, subject));
    TRY(owned_settle(t, person));
    TRY(stage_settle_silently(t, person, &m));
    return people_changed(t, person);
}

err people_vehicles_back(tx *t, uint32_t subject, int64_t event_no, int64_t *ret_n)
{
    for (bool found = true; found;) {
        db_rows r;
        str vehicle = { "", 0 };
        int64_t from_us = 0, until_us = 0;
        TRY(db_query_one(t->d, &r, &found,
                         "SELECT vehicle, from_us, until_us FROM ownership WHERE subject = $1 AND ($2 = 0 OR event_no = $2)"
                         " ORDER BY from_us DESC LIMIT 1",
                         dbi(subject), dbi(event_no)));
        if (found) {
            vehicle = arena_str(t->a, db_str(&r, 0));
            from_us = db_i64(&r, 1);
            until_us = db_i64(&r, 2);
        }
        TRY(db_end(&r));
        if (found)
            TRY(period_back(t, vehicle, from_us, until_us));
        *ret_n += found;
    }
    return E_OK;
}

static mover by_event(uint32_t subject, int64_t at_us, int64_t event_no, str kind)
{
    return (mover) { subject, event_no, at_us, kind };
}

err people_vehicle_got(tx *t, uint32_t subject, str vehicle, int64_t at_us, int64_t event_no, str kind)
{
    moved ignored;
    const mover m = by_event(subject, at_us, event_no, kind);
    return vehicle_got(t, people_person_of(t, subject), vehicle, &m, &ignored);
}

err people_vehicle_gone(tx *t, uint32_t subject, str vehicle, int64_t at_us, int64_t event_no, str kind, bool *ret_gone)
{
    moved what;
    const mover m = by_event(subject, at_us, event_no, kind);
    TRY(vehicle_gone(t, people_person_of(t, subject), vehicle, &m, &what));
    *ret_gone = what.why.len == 0;
    return E_OK;
}

static const person_table tables[] = {
    { PERSON_TABLE_SINCE("ownership", "from_us", "vehicle, from_us, until_us, event_no"), CODES("vehicle"), .settle = owned_settle },
};

void people_register_vehicles(engine *e) { people_add_tables(e, tables, sizeof tables / sizeof *tables); }
