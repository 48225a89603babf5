// Joins in doubt, and what stewards decide. With high-value people two of them sign.
#include "people/doubt.h"
#include "loyalty/ledger.h"

err doubt_note(tx *t, const doubt_new *d, int64_t *ret_id)
{
    uint32_t one = d->one < d->other ? d->one : d->other, other = d->one < d->other ? d->other : d->one;
    int64_t asked;
    TRY(db_int(t->d, &asked, 0, "SELECT count(*) FROM doubt WHERE one = $1 AND other = $2 AND what = $3 AND edge = $4", dbi(one), dbi(other),
               dbi(d->what), dbi(d->edge)));
    if (!asked)
        people_count(t, &engine_of(t)->people->counts.doubts);
    // Decided ones are not asked again; one that was overtaken or set aside is.
    TRY(db_exec(t->d,
                "INSERT INTO doubt (id, what, one, other, edge, why, kind, source, times, at_us, last_us, state, first_by, first_name, first_us,"
                " decided_by, decided_name, decided_us, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9, 0, 0, '', 0, 0, '', 0, '')"
                " ON CONFLICT (one, other, what, edge) DO UPDATE SET times = doubt.times + 1, last_us = excluded.last_us,"
                " state = CASE WHEN doubt.state = 3 THEN 0 ELSE doubt.state END",
                dbi(tx_id(t)), dbi(d->what), dbi(one), dbi(other), dbi(d->edge), dbs(str_take(d->why, 80)), dbi(d->kind),
                dbs(str_take(d->source, 120)), dbi(t->now_us)));
    if (!ret_id)
        return E_OK;
    return db_int(t->d, ret_id, 0, "SELECT id FROM doubt WHERE one = $1 AND other = $2 AND what = $3 AND edge = $4", dbi(one), dbi(other),
                  dbi(d->what), dbi(d->edge));
}

err doubts_set_aside(tx *t, uint32_t subject, identity_kind kind)
{
    return db_exec(t->d,
                   "UPDATE doubt SET state = $3, decided_us = $4, note = 'shared' WHERE id IN (SELECT id FROM doubt WHERE one = $1 UNION ALL"
                   " SELECT id FROM doubt WHERE other = $1) AND what = 0 AND kind = $2 AND state = 0 AND first_by = 0",
                   dbi(subject), dbi(kind), dbi(DOUBT_OVERTAKEN), dbi(t->now_us));
}

// --- Apart --------------------------------------------------------------------------------------------------------------------

err set_apart(tx *t, uint32_t one, uint32_t other)
{
    return db_exec(t->d, "INSERT INTO apart (one, other, at_us) VALUES ($1, $2, $3), ($2, $1, $3) ON CONFLICT (one, other) DO NOTHING",
                   dbi(one), dbi(other), dbi(t->now_us));
}

// Any subject of the one was told apart from any of the other. Costs the smaller id's side: the one that would move.
err are_apart(tx *t, uint32_t one_person, uint32_t other_person, bool *ret)
{
    int64_t n;
    uint32_t moves = one_person > other_person ? one_person : other_person, stays = one_person > other_person ? other_person : one_person;
    TRY(db_int(t->d, &n, 0,
               "SELECT count(*) FROM apart a LEFT JOIN link l ON l.subject = a.other WHERE (a.one = $1 OR a.one IN"
               " (SELECT subject FROM link WHERE person = $1)) AND COALESCE(l.person, a.other) = $2",
               dbi(moves), dbi(stays)));
    *ret = n > 0;
    return E_OK;
}

static err not_apart(tx *t, uint32_t one, uint32_t other)
{
    return db_exec(t->d, "DELETE FROM apart WHERE (one = $1 AND other = $2) OR (one = $2 AND other = $1)", dbi(one), dbi(other));
}

// --- Who needs two signatures -------------------------------------------------------------------------------------------------

err high_value(db *d, int64_t person, bool *ret)
{
    int64_t owned, koc, points;
    TRY(db_int(d, &owned, 0, "SELECT owned FROM person WHERE id = $1", dbi(person)));
    TRY(db_int(d, &koc, 0, "SELECT 1 FROM person_tag WHERE person = $1 AND tag = 'KOC' LIMIT 1", dbi(person)));
    TRY(ledger_total(d, (uint32_t)person, S("points"), &points));
    *ret = owned > 0 || koc || points >= HIGH_VALUE_POINTS;
    return E_OK;
}

// --- Deciding -----------------------------------------------------------------------------------------------------------------

typedef struct doubt { int64_t id, edge, first_by; uint32_t one, other; enum doubt_what what; enum doubt_state_db state; } doubt;

static err doubt_read(tx *t, int64_t id, doubt *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found, "SELECT what, one, other, edge, state, first_by FROM doubt WHERE id = $1", dbi(id)));
    if (found)
        *ret = (doubt){ .id = id, .what = (enum doubt_what)db_i64(&r, 0), .one = (uint32_t)db_i64(&r, 1), .other = (uint32_t)db_i64(&r, 2),
                        .edge = db_i64(&r, 3), .state = (enum doubt_state_db)db_i64(&r, 4), .first_by = db_i64(&r, 5) };
    TRY(db_end(&r));
    return found ? E_OK : fault_detail(t->f, t->a, E_NOT_FOUND, "doubt");
}

static err doubt_close(tx *t, int64_t id, enum doubt_state_db state, const steward *by, str note)
{
    return db_exec(t->d, "UPDATE doubt SET state = $2, decided_by = $3, decided_name = $4, decided_us = $5, note = $6 WHERE id = $1", dbi(id),
                   dbi(state), dbi(by->id), dbs(str_take(by->name, 80)), dbi(t->now_us), dbs(str_take(note, 200)));
}

static err both_values(tx *t, const doubt *d, bool *ret)
{
    bool a, b;
    TRY(high_value(t->d, people_person_of(t, d->one), &a));
    TRY(high_value(t->d, people_person_of(t, d->other), &b));
    *ret = a || b;
    return E_OK;
}

static err carry_out(tx *t, const doubt *d, const steward *by, decided *ret)
{
    if (d->what == DOUBT_JOIN) {
        TRY(not_apart(t, d->one, d->other));
        TRY(people_join(t, &(edge_new){ d->one, d->other, EDGE_STAFF, -1, 100, S("staff"), by->name, 0 }));
        ret->person = people_person_of(t, d->one);
        return E_OK;
    }
    ret->person = people_person_of(t, d->one);
    TRY(people_split(t, d->edge, by->name, &ret->other));
    return set_apart(t, d->one, d->other);
}

// It may have been settled by other evidence, or by another steward, in the meantime.
static err overtaken(tx *t, const doubt *d, bool *ret)
{
    int64_t living = 0;
    if (d->what == DOUBT_SPLIT)
        TRY(db_int(t->d, &living, 0, "SELECT count(*) FROM edge WHERE id = $1 AND ended_us = 0", dbi(d->edge)));
    *ret = d->what == DOUBT_SPLIT ? !living : people_person_of(t, d->one) == people_person_of(t, d->other);
    return E_OK;
}

err doubt_accept(tx *t, int64_t id, const steward *by, str note, decided *ret)
{
    doubt d;
    bool late, high;
    *ret = (decided){ .doubt = id };
    TRY(doubt_read(t, id, &d));
    if (d.state != DOUBT_OPEN)
        return fault_detail(t->f, t->a, E_CONFLICT, "it is decided already");
    TRY(overtaken(t, &d, &late));
    if (late) {
        ret->done = true;
        ret->person = people_person_of(t, d.one);
        return doubt_close(t, id, DOUBT_OVERTAKEN, by, note);
    }
    TRY(both_values(t, &d, &high));
    if (high && d.first_by == by->id)
        return fault_detail(t->f, t->a, E_CONFLICT, "somebody else has to sign too");
    if (high && !d.first_by)
        return db_exec(t->d, "UPDATE doubt SET first_by = $2, first_name = $3, first_us = $4, note = $5 WHERE id = $1", dbi(id), dbi(by->id),
                       dbs(str_take(by->name, 80)), dbi(t->now_us), dbs(str_take(note, 200)));
    ret->done = true;
    TRY(carry_out(t, &d, by, ret));
    return doubt_close(t, id, DOUBT_DONE, by, note);
}

err doubt_refuse(tx *t, int64_t id, const steward *by, str note)
{
    doubt d;
    TRY(doubt_read(t, id, &d));
    if (d.state != DOUBT_OPEN)
        return fault_detail(t->f, t->a, E_CONFLICT, "it is decided already");
    if (d.what == DOUBT_JOIN)
        TRY(set_apart(t, d.one, d.other));
    return doubt_close(t, id, DOUBT_REFUSED, by, note);
}

// --- Asked for by a steward ---------------------------------------------------------------------------------------------------

static err ask(tx *t, const doubt_new *d, const steward *by, str reason, decided *ret)
{
    int64_t id;
    TRY(doubt_note(t, d, &id));
    TRY(db_exec(t->d, "UPDATE doubt SET state = 0, first_by = CASE WHEN state = 0 THEN first_by ELSE 0 END WHERE id = $1", dbi(id)));
    return doubt_accept(t, id, by, reason, ret);
}

err steward_join(tx *t, uint32_t one, uint32_t other, const steward *by, str reason, decided *ret)
{
    if (people_person_of(t, one) == people_person_of(t, other))
        return fault_detail(t->f, t->a, E_CONFLICT, "they are one person already");
    return ask(t, &(doubt_new){ DOUBT_JOIN, one, other, 0, S("staff"), -1, by->name }, by, reason, ret);
}

err steward_split(tx *t, int64_t edge, const steward *by, str reason, decided *ret)
{
    db_rows r;
    bool found;
    uint32_t ends[2] = { 0 };
    TRY(db_query_one(t->d, &r, &found, "SELECT one, other FROM edge WHERE id = $1 AND ended_us = 0", dbi(edge)));
    if (found) {
        ends[0] = (uint32_t)db_i64(&r, 0);
        ends[1] = (uint32_t)db_i64(&r, 1);
    }
    TRY(db_end(&r));
    if (!found)
        return fault_detail(t->f, t->a, E_NOT_FOUND, "merge");
    return ask(t, &(doubt_new){ DOUBT_SPLIT, ends[0], ends[1], edge, S("staff"), -1, by->name }, by, reason, ret);
}
