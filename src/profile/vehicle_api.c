// One vehicle: who owned it, who belongs to it, and what staff may change about that.
#include "profile/vehicle_api.h"
#include "api/shape_rows.h"
#include "base/time.h"
#include "profile/profile_routes.h"
#include "record/audit.h"

SHAPE_TABLE(owner_period, OWNER_PERIOD);
SHAPE_TABLE(role_period, ROLE_PERIOD);
SHAPE_TABLE(ownership_view, OWNERSHIP_VIEW);
SHAPE_TABLE(role_new, ROLE_NEW);
SHAPE_TABLE(transfer_new, TRANSFER_NEW);
SHAPE_TABLE(delegation_new, DELEGATION_NEW);
SHAPE_TABLE(fleet_new, FLEET_NEW);
SHAPE_TABLE(deed_done, DEED_DONE);

#define OWNERS_MAX 50
#define ROLES_MAX 100

// --- Reading ------------------------------------------------------------------------------------------------------------------

static bool hash_of_text(str vehicle, hash128 *ret)
{
    uint64_t v[2] = { 0 };
    if (vehicle.len != 32)
        return false;
    for (size_t i = 0; i < 32; i++) {
        char c = vehicle.s[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0)
            return false;
        v[i / 16] = v[i / 16] << 4 | (uint64_t)digit;
    }
    *ret = (hash128) { .hi = v[0], .lo = v[1] };
    return true;
}

err vehicle_masked(req *r, str vehicle, str *ret)
{
    engine *e = r->app;
    hash128 h;
    int64_t id = 0;
    vault_kind kind;
    str plain;
    *ret = (str) { "", 0 };
    if (!hash_of_text(vehicle, &h))
        return E_OK;
    TRY(db_int(r->d, &id, 0, "SELECT id FROM vault WHERE kind = $1 AND hash = $2 LIMIT 1", dbi(VAULT_VIN),
               dbb(str_of((const char *)&h, sizeof h))));
    err x = id ? vault_read(r->d, e->vault, id, r->a, &kind, &plain) : E_NOT_FOUND;
    if (x == E_OK)
        *ret = vault_mask(r->a, kind, plain);
    return x == E_NOT_FOUND ? E_OK : x;
}

err vehicle_known(req *r, str vehicle)
{
    int64_t n;
    TRY(db_int(
        r->d, &n, 0,
        "SELECT (SELECT count(*) FROM ownership WHERE vehicle = $1) + (SELECT count(*) FROM fleet_vehicle WHERE vehicle = $1)"
        " + (SELECT count(*) FROM vehicle_role WHERE vehicle = $1)",
        dbs(vehicle)));
    return n ? E_OK : req_fail_detail(r, E_NOT_FOUND, "vehicle");
}

static err owners_fill(req *r, str vehicle, ownership_view *out)
{
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT o.person, o.from_us AS \"from\", o.until_us AS until, (SELECT count(*) FROM owner_claim c"
                 " WHERE c.vehicle = o.vehicle AND c.person = o.person AND c.state = 1) AS verified"
                 " FROM ownership o WHERE o.vehicle = $1 ORDER BY o.from_us DESC LIMIT $2",
                 dbs(vehicle), dbi(OWNERS_MAX)));
    TRY(ROWS_SET(r->a, &rows, out, ownership_view, owners));
    return NAMES_SET(r, out, ownership_view, owners);
}

static err roles_fill(req *r, str vehicle, ownership_view *out)
{
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT person, role, from_us AS \"from\", until_us AS until FROM vehicle_role WHERE vehicle = $1"
                 " ORDER BY from_us DESC, role, person LIMIT $2",
                 dbs(vehicle), dbi(ROLES_MAX)));
    TRY(ROWS_SET(r->a, &rows, out, ownership_view, roles));
    return NAMES_SET(r, out, ownership_view, roles);
}

err ownership_get(req *r)
{
    ownership_view *out = r->reply;
    str vehicle = r->path_param[0], vin;
    int64_t n;
    db_rows rows;
    bool found;
    TRY(vehicle_known(r, vehicle));
    SET(out, ownership_view, vehicle, vehicle);
    TRY(vehicle_masked(r, vehicle, &vin));
    if (vin.len)
        SET(out, ownership_view, vin, vin);
    TRY(db_query(r->d, &rows, "SELECT organisation FROM fleet_vehicle WHERE vehicle = $1 AND until_us = 0", dbs(vehicle)));
    TRY(shape_one(&ownership_view_shape, &rows, r->a, out, &found));
    TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM fleet_vehicle WHERE organisation = $1 AND until_us = 0",
               dbs(found ? out->organisation : S(""))));
    SET(out, ownership_view, fleet, n >= FLEET_MIN);
    TRY(db_int(r->d, &n, 0,
               "SELECT count(*) FROM vote_delegation d JOIN ownership o ON o.vehicle = d.vehicle AND o.person = d.person AND "
               "o.until_us = 0"
               " WHERE d.vehicle = $1 AND d.until_us = 0",
               dbs(vehicle)));
    SET(out, ownership_view, delegated, n > 0);
    TRY(owners_fill(r, vehicle, out));
    return roles_fill(r, vehicle, out);
}

// --- Changing -----------------------------------------------------------------------------------------------------------------

err deed_answer(req *r, const char *verb, const char *object, int64_t id, int64_t told)
{
    deed_done *out = r->reply;
    SET(out, deed_done, done, told != 0);
    if (!told)
        return E_OK;
    SET(out, deed_done, event, told);
    return audit_by(r, str_c(verb), str_c(object), id, arena_fmt(r->a, "{\"event\":%lld}", (long long)told));
}

err person_named(req *r, int64_t id, const char *at, int64_t *ret)
{
    TRY(people_current(r->d, id, ret));
    return *ret ? E_OK : fault_field(&r->f, r->a, E_FIELD_VALUE, str_c(at), 0);
}

static relating by_staff(const req *r, int64_t person, str reason)
{
    return (relating) {
        .subject = (uint32_t)person, .vehicle = r->path_param[0], .at_us = r->tx->now_us, .staff = r->who.id, .reason = reason
    };
}

err ownership_role_post(req *r)
{
    const role_new *in = r->body;
    int64_t person, told;
    TRY(vehicle_known(r, r->path_param[0]));
    TRY(person_named(r, in->person, "person", &person));
    const relating g = by_staff(r, person, in->reason);
    bool end = HAS(in, role_new, end) && in->end;
    TRY(end ? role_end(r->tx, &g, in->role, &told) : role_begin(r->tx, &g, in->role, &told));
    return deed_answer(r, end ? "vehicle.role_ended" : "vehicle.role_given", "person", person, told);
}

err ownership_delegation_post(req *r)
{
    const delegation_new *in = r->body;
    int64_t owner, told;
    TRY(vehicle_known(r, r->path_param[0]));
    TRY(vehicle_owner_at(r->d, r->path_param[0], r->tx->now_us, &owner));
    if (!owner)
        return req_fail_detail(r, E_CONFLICT, "no registered owner");
    const relating g = by_staff(r, owner, in->reason);
    TRY(vote_delegate(r->tx, &g, in->on, &told));
    return deed_answer(r, in->on ? "vehicle.vote_delegated" : "vehicle.vote_taken_back", "person", owner, told);
}

err ownership_fleet_post(req *r)
{
    const fleet_new *in = r->body;
    int64_t told;
    TRY(vehicle_known(r, r->path_param[0]));
    TRY(HAS(in, fleet_new, organisation) ? fleet_begin(r->tx, r->path_param[0], in->organisation, r->tx->now_us, 0, &told)
                                         : fleet_end(r->tx, r->path_param[0], r->tx->now_us, 0, &told));
    return deed_answer(r, "vehicle.fleet_changed", "vehicle", 0, told);
}

// Resale by approval: the period of the one before ends at that moment, whatever was told when.
err ownership_transfer_post(req *r)
{
    const transfer_new *in = r->body;
    int64_t owner, next = 0, told, at = HAS(in, transfer_new, at) ? in->at : r->tx->now_us;
    bool gone;
    if (at > r->tx->now_us)
        return req_fail_field(r, E_FIELD_VALUE, "at");
    TRY(vehicle_known(r, r->path_param[0]));
    if (HAS(in, transfer_new, person))
        TRY(person_named(r, in->person, "person", &next));
    TRY(vehicle_owner_at(r->d, r->path_param[0], at, &owner));
    if (owner == next)
        return deed_answer(r, "vehicle.transferred", "person", owner, 0);
    TRY(engine_emit(
        r->tx,
        &(event_new) { .subject = (uint32_t)(next ? next : owner),
                       .kind = S("vehicle.transferred"),
                       .time_us = at,
                       .flags = EVENT_SYSTEM,
                       .props_n = 3,
                       .props = (const event_prop[]) { prop_str(S("vehicle"), r->path_param[0]), prop_i64(S("by"), r->who.id),
                                                       prop_str(S("reason"), in->reason) } },
        &told));
    if (next)
        TRY(people_vehicle_got(r->tx, (uint32_t)next, r->path_param[0], at, told, S("vehicle.transferred")));
    else
        TRY(people_vehicle_gone(r->tx, (uint32_t)owner, r->path_param[0], at, told, S("vehicle.transferred"), &gone));
    return deed_answer(r, "vehicle.transferred", "person", next ? next : owner, told);
}
