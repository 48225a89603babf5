// One person: classes, vehicles with their periods, claims, household.
#include "api/shape_rows.h"
#include "base/time.h"
#include "profile/profile_routes.h"
#include "profile/vehicle_api.h"

SHAPE_TABLE(own_vehicle, OWN_VEHICLE);
SHAPE_TABLE(household_person, HOUSEHOLD_PERSON);
SHAPE_TABLE(person_vehicles, PERSON_VEHICLES);
SHAPE_TABLE(household_new, HOUSEHOLD_NEW);
SHAPE_TABLE(reason_only, REASON_ONLY);

#define VEHICLES_MAX 50

static own_vehicle *vehicle_of(req *r, own_vehicle *v, uint32_t *n, str vehicle)
{
    for (uint32_t i = 0; i < *n; i++)
        if (str_eq(v[i].vehicle, vehicle) && !HAS(&v[i], own_vehicle, until))
            return &v[i];
    if (*n == VEHICLES_MAX)
        return NULL;
    own_vehicle *x = &v[(*n)++];
    *x = (own_vehicle) { 0 };
    SET(x, own_vehicle, vehicle, arena_str(r->a, vehicle));
    SET(x, own_vehicle, owner, false);
    SET(x, own_vehicle, verified, false);
    SET(x, own_vehicle, delegated, false);
    SET(x, own_vehicle, roles, (list_strs) { arena_array(r->a, str, VEHICLE_ROLE_COUNT), 0 });
    return x;
}

static err owned_fill(req *r, int64_t person, own_vehicle *v, uint32_t *n)
{
    db_rows rows;
    TRY(db_query(
        r->d, &rows,
        "SELECT o.vehicle, 1 AS owner, o.from_us AS \"from\", o.until_us AS until,"
        " o.until_us = 0 AND EXISTS (SELECT 1 FROM owner_claim c WHERE c.vehicle = o.vehicle AND c.person = o.person AND c.state = 1)"
        " AS verified,"
        " o.until_us = 0 AND EXISTS (SELECT 1 FROM vote_delegation d WHERE d.vehicle = o.vehicle AND d.person = o.person AND d.until_us = 0)"
        " AS delegated FROM ownership o WHERE o.person = $1 ORDER BY CASE WHEN o.until_us = 0 THEN 0 ELSE 1 END, o.from_us DESC LIMIT $2",
        dbi(person), dbi(VEHICLES_MAX)));
    while (db_next(&rows)) {
        own_vehicle *x = &v[(*n)++];
        shape_row(&own_vehicle_shape, &rows, r->a, x);
        SET(x, own_vehicle, roles, (list_strs) { arena_array(r->a, str, VEHICLE_ROLE_COUNT), 0 });
    }
    return db_end(&rows);
}

static err roles_fill(req *r, int64_t person, own_vehicle *v, uint32_t *n)
{
    db_rows rows;
    TRY(db_query(
        r->d, &rows,
        "SELECT DISTINCT vehicle, role FROM vehicle_role WHERE person = $1 AND until_us = 0 ORDER BY vehicle, role LIMIT 200",
        dbi(person)));
    while (db_next(&rows)) {
        own_vehicle *x = vehicle_of(r, v, n, db_str(&rows, 0));
        if (x && x->roles.n < VEHICLE_ROLE_COUNT)
            ((str *)(uintptr_t)x->roles.v)[x->roles.n++] = str_c(vehicle_role_labels.labels[db_i64(&rows, 1)]);
    }
    return db_end(&rows);
}

static err vehicle_finish(req *r, own_vehicle *v)
{
    str vin;
    db_rows rows;
    bool found;
    TRY(vehicle_masked(r, v->vehicle, &vin));
    if (vin.len)
        SET(v, own_vehicle, vin, vin);
    TRY(db_query(r->d, &rows, "SELECT organisation FROM fleet_vehicle WHERE vehicle = $1 AND until_us = 0", dbs(v->vehicle)));
    return shape_one(&own_vehicle_shape, &rows, r->a, v, &found);
}

static err vehicles_fill(req *r, int64_t person, person_vehicles *out)
{
    own_vehicle *v = arena_array(r->a, own_vehicle, VEHICLES_MAX);
    uint32_t n = 0;
    bool verified = false;
    TRY(owned_fill(r, person, v, &n));
    TRY(roles_fill(r, person, v, &n));
    for (uint32_t i = 0; i < n; i++) {
        TRY(vehicle_finish(r, &v[i]));
        verified = verified || v[i].verified;
    }
    SET(out, person_vehicles, verified, verified);
    LIST_SET(out, person_vehicles, vehicles, v, n);
    return E_OK;
}

static err household_fill(req *r, int64_t person, person_vehicles *out)
{
    db_rows rows;
    TRY(db_query(
        r->d, &rows,
        "SELECT m.person, min(m.kind) AS kind, min(m.from_us) AS since FROM household_member m WHERE m.until_us = 0 AND m.household ="
        " (SELECT h.household FROM household_member h WHERE h.person = $1 AND h.until_us = 0 ORDER BY h.from_us DESC LIMIT 1)"
        " GROUP BY m.person ORDER BY min(m.kind), m.person LIMIT $2",
        dbi(person), dbi(HOUSEHOLD_MAX)));
    TRY(ROWS_SET(r->a, &rows, out, person_vehicles, household));
    return NAMES_SET(r, out, person_vehicles, household);
}

err person_vehicles_get(req *r)
{
    person_vehicles *out = r->reply;
    int64_t person;
    class_facts f;
    uint32_t n;
    const claim_view *v;
    TRY(person_of_path(r, &person));
    TRY(class_facts_read(r->d, r->a, person, r->now_us, &f));
    const classes c = classes_on(&f, time_local_day(r->now_us));
    SET(out, person_vehicles, user_class, str_c(user_class_labels.labels[user_class_of(f.stage)]));
    SET(out, person_vehicles, behaviour, str_c(behaviour_class_labels.labels[c.v[AXIS_BEHAVIOUR]]));
    SET(out, person_vehicles, type, str_c(user_type_labels.labels[c.v[AXIS_TYPE]]));
    SET(out, person_vehicles, path, str_c(life_path_labels.labels[c.v[AXIS_PATH]]));
    TRY(vehicles_fill(r, person, out));
    TRY(household_fill(r, person, out));
    TRY(claims_of_person(r, person, &v, &n));
    LIST_SET(out, person_vehicles, claims, v, n);
    return E_OK;
}

// --- Household ----------------------------------------------------------------------------------------------------------------

static relating by_staff(const req *r, int64_t person, str reason)
{
    return (relating) {
        .subject = (uint32_t)person, .vehicle = { "", 0 }, .at_us = r->tx->now_us, .staff = r->who.id, .reason = reason
    };
}

err household_post(req *r)
{
    const household_new *in = r->body;
    int64_t person, with, told;
    TRY(person_of_path(r, &person));
    TRY(person_named(r, in->with, "with", &with));
    const relating g = by_staff(r, person, in->reason);
    TRY(household_join(r->tx, &g, (uint32_t)with, in->kind, &told));
    return deed_answer(r, "household.joined", "person", person, told);
}

err household_leave_post(req *r)
{
    const reason_only *in = r->body;
    int64_t person, told;
    TRY(person_of_path(r, &person));
    const relating g = by_staff(r, person, in->reason);
    TRY(household_leave(r->tx, &g, &told));
    return deed_answer(r, "household.left", "person", person, told);
}
