// Roles on a vehicle, delegated votes, fleets, households. Periods [from, until): who it was at any moment stays answerable.
#include "profile/vehicle.h"
#include "base/time.h"

static const char *const roles[] = { "payer", "main_user", "authorised", NULL };
static const char *const roles_zh[] = { "购车人", "主用车人", "授权用户", NULL };
const enum_labels vehicle_role_labels = { "vehicle_role", roles, roles_zh };
static const char *const kinds[] = { "head", "spouse", "child", "parent", "other", NULL };
static const char *const kinds_zh[] = { "户主", "配偶", "子女", "父母", "其他", NULL };
const enum_labels household_kind_labels = { "household_kind", kinds, kinds_zh };

err vehicle_owner_at(db *d, str vehicle, int64_t at_us, int64_t *ret_person)
{
    return db_int(d, ret_person, 0,
                  "SELECT person FROM ownership WHERE vehicle = $1 AND from_us <= $2 AND (until_us = 0 OR until_us > $2) ORDER "
                  "BY from_us DESC LIMIT 1",
                  dbs(vehicle), dbi(at_us));
}

static err tell(tx *t, const relating *g, const char *kind, const event_prop *own, size_t own_n, int64_t *ret_no)
{
    event_prop props[6];
    size_t n = 0;
    for (; n < own_n; n++)
        props[n] = own[n];
    if (g->vehicle.len)
        props[n++] = prop_str(S("vehicle"), g->vehicle);
    if (g->staff) {
        props[n++] = prop_i64(S("by"), g->staff);
        props[n++] = prop_str(S("reason"), g->reason);
    }
    return engine_emit(t,
                       &(event_new) { .subject = g->subject,
                                      .kind = str_c(kind),
                                      .time_us = g->at_us,
                                      .flags = EVENT_SYSTEM,
                                      .props = props,
                                      .props_n = n },
                       ret_no);
}

// --- Roles --------------------------------------------------------------------------------------------------------------------

static err role_tell(tx *t, const relating *g, const char *kind, enum vehicle_role role, int64_t *ret_no)
{
    return tell(t, g, kind, (const event_prop[]) { prop_str(S("role"), str_c(roles[role])) }, 1, ret_no);
}

err role_begin(tx *t, const relating *g, enum vehicle_role role, int64_t *ret_event)
{
    int64_t n;
    uint32_t person = people_person_of(t, g->subject);
    *ret_event = 0;
    TRY(db_int(t->d, &n, 0, "SELECT count(*) FROM vehicle_role WHERE vehicle = $1 AND role = $2 AND person = $3 AND until_us = 0",
               dbs(g->vehicle), dbi(role), dbi(person)));
    if (n)
        return E_OK;
    if (role == ROLE_AUTHORISED) {
        TRY(db_int(t->d, &n, 0,
                   "SELECT count(DISTINCT person) FROM vehicle_role WHERE vehicle = $1 AND role = $2 AND until_us = 0",
                   dbs(g->vehicle), dbi(role)));
        if (n >= AUTHORISED_MAX)
            return fault_field(t->f, t->a, E_LIMIT_REACHED, S("role"), AUTHORISED_MAX);
    } else
        TRY(db_exec(t->d,
                    "UPDATE vehicle_role SET until_us = CASE WHEN from_us > $3 THEN from_us ELSE $3 END"
                    " WHERE vehicle = $1 AND role = $2 AND until_us = 0",
                    dbs(g->vehicle), dbi(role), dbi(g->at_us)));
    TRY(role_tell(t, g, "vehicle.role_given", role, ret_event));
    return db_exec(t->d,
                   "INSERT INTO vehicle_role (subject, vehicle, role, from_us, person, until_us, event_no) VALUES ($1, $2, $3, "
                   "$4, $5, 0, $6)"
                   " ON CONFLICT (subject, vehicle, role, from_us) DO UPDATE SET until_us = 0",
                   dbi(g->subject), dbs(g->vehicle), dbi(role), dbi(g->at_us), dbi(person),
                   dbi(g->event_no ? g->event_no : *ret_event));
}

err role_end(tx *t, const relating *g, enum vehicle_role role, int64_t *ret_event)
{
    int64_t n;
    *ret_event = 0;
    TRY(db_exec_count(t->d, &n,
                      "UPDATE vehicle_role SET until_us = CASE WHEN from_us > $4 THEN from_us ELSE $4 END"
                      " WHERE vehicle = $1 AND role = $2 AND person = $3 AND until_us = 0",
                      dbs(g->vehicle), dbi(role), dbi(people_person_of(t, g->subject)), dbi(g->at_us)));
    return n ? role_tell(t, g, "vehicle.role_ended", role, ret_event) : E_OK;
}

err vote_delegate(tx *t, const relating *g, bool on, int64_t *ret_event)
{
    int64_t owner, main_user, n;
    uint32_t person = people_person_of(t, g->subject);
    *ret_event = 0;
    TRY(vehicle_owner_at(t->d, g->vehicle, g->at_us, &owner));
    if (owner != person)
        return fault_detail(t->f, t->a, E_CONFLICT, "not the registered owner");
    TRY(db_int(t->d, &main_user, 0, "SELECT person FROM vehicle_role WHERE vehicle = $1 AND role = $2 AND until_us = 0 LIMIT 1",
               dbs(g->vehicle), dbi(ROLE_MAIN_USER)));
    if (on && !main_user)
        return fault_detail(t->f, t->a, E_CONFLICT, "no main user");
    TRY(db_int(t->d, &n, 0, "SELECT count(*) FROM vote_delegation WHERE vehicle = $1 AND person = $2 AND until_us = 0",
               dbs(g->vehicle), dbi(person)));
    if ((n > 0) == on)
        return E_OK;
    TRY(tell(t, g, on ? "vehicle.vote_delegated" : "vehicle.vote_taken_back", NULL, 0, ret_event));
    if (!on)
        return db_exec(t->d, "UPDATE vote_delegation SET until_us = $3 WHERE vehicle = $1 AND person = $2 AND until_us = 0",
                       dbs(g->vehicle), dbi(person), dbi(g->at_us));
    return db_exec(
        t->d,
        "INSERT INTO vote_delegation (subject, vehicle, from_us, person, until_us, event_no) VALUES ($1, $2, $3, $4, 0, $5)"
        " ON CONFLICT (subject, vehicle, from_us) DO UPDATE SET until_us = 0",
        dbi(g->subject), dbs(g->vehicle), dbi(g->at_us), dbi(person), dbi(*ret_event));
}

// --- Fleets -------------------------------------------------------------------------------------------------------------------

static err fleet_tell(tx *t, const char *kind, str vehicle, str organisation, int64_t *ret_no)
{
    return engine_emit(t,
                       &(event_new) { .kind = str_c(kind),
                                      .flags = EVENT_SYSTEM,
                                      .props_n = 2,
                                      .props = (const event_prop[]) { prop_str(S("vehicle"), vehicle),
                                                                      prop_str(S("organisation"), organisation) } },
                       ret_no);
}

err fleet_end(tx *t, str vehicle, int64_t at_us, int64_t event_no, int64_t *ret_event)
{
    int64_t n;
    (void)event_no;
    *ret_event = 0;
    TRY(db_exec_count(
        t->d, &n,
        "UPDATE fleet_vehicle SET until_us = CASE WHEN from_us > $2 THEN from_us ELSE $2 END WHERE vehicle = $1 AND until_us = 0",
        dbs(vehicle), dbi(at_us)));
    return n ? fleet_tell(t, "fleet.vehicle_gone", vehicle, S(""), ret_event) : E_OK;
}

err fleet_begin(tx *t, str vehicle, str organisation, int64_t at_us, int64_t event_no, int64_t *ret_event)
{
    int64_t n;
    *ret_event = 0;
    TRY(db_int(t->d, &n, 0, "SELECT count(*) FROM fleet_vehicle WHERE vehicle = $1 AND organisation = $2 AND until_us = 0",
               dbs(vehicle), dbs(organisation)));
    if (n)
        return E_OK;
    TRY(fleet_end(t, vehicle, at_us, event_no, ret_event));
    TRY(fleet_tell(t, "fleet.vehicle_got", vehicle, organisation, ret_event));
    return db_exec(t->d,
                   "INSERT INTO fleet_vehicle (vehicle, from_us, until_us, organisation, event_no) VALUES ($1, $2, 0, $3, $4)"
                   " ON CONFLICT (vehicle, from_us) DO UPDATE SET until_us = 0, organisation = excluded.organisation",
                   dbs(vehicle), dbi(at_us), dbs(organisation), dbi(event_no ? event_no : *ret_event));
}

// --- Households ---------------------------------------------------------------------------------------------------------------

static err household_of(db *d, uint32_t person, int64_t *ret)
{
    return db_int(d, ret, 0,
                  "SELECT household FROM household_member WHERE person = $1 AND until_us = 0 ORDER BY from_us DESC LIMIT 1",
                  dbi(person));
}

err household_leave(tx *t, const relating *g, int64_t *ret_event)
{
    int64_t n;
    *ret_event = 0;
    TRY(db_exec_count(t->d, &n,
                      "UPDATE household_member SET until_us = CASE WHEN from_us > $2 THEN from_us ELSE $2 END WHERE person = $1 "
                      "AND until_us = 0",
                      dbi(people_person_of(t, g->subject)), dbi(g->at_us)));
    return n ? tell(t, g, "household.left", NULL, 0, ret_event) : E_OK;
}

static err member_put(tx *t, uint32_t subject, int64_t household, enum household_kind kind, int64_t at_us, int64_t event_no)
{
    return db_exec(t->d,
                   "INSERT INTO household_member (subject, household, from_us, person, until_us, kind, event_no) VALUES ($1, $2, "
                   "$3, $4, 0, $5, $6)"
                   " ON CONFLICT (subject, household, from_us) DO UPDATE SET until_us = 0, kind = excluded.kind",
                   dbi(subject), dbi(household), dbi(at_us), dbi(people_person_of(t, subject)), dbi(kind), dbi(event_no));
}

err household_join(tx *t, const relating *g, uint32_t with, enum household_kind kind, int64_t *ret_event)
{
    int64_t household, mine, n;
    uint32_t person = people_person_of(t, g->subject), other = people_person_of(t, with);
    *ret_event = 0;
    if (person == other)
        return fault_detail(t->f, t->a, E_CONFLICT, "the same person");
    TRY(household_of(t->d, other, &household));
    TRY(household_of(t->d, person, &mine));
    if (household && household == mine)
        return E_OK;
    TRY(db_int(t->d, &n, 0, "SELECT count(DISTINCT person) FROM household_member WHERE household = $1 AND until_us = 0",
               dbi(household)));
    if (household && n >= HOUSEHOLD_MAX)
        return fault_field(t->f, t->a, E_LIMIT_REACHED, S("with"), HOUSEHOLD_MAX);
    TRY(household_leave(t, g, ret_event));
    bool fresh = household == 0;
    if (fresh)
        household = tx_id(t);
    TRY(tell(t, g, "household.joined",
             (const event_prop[]) { prop_i64(S("household"), household), prop_str(S("kind"), str_c(kinds[kind])) }, 2,
             ret_event));
    if (fresh)
        TRY(member_put(t, with, household, HOUSEHOLD_HEAD, g->at_us, *ret_event));
    return member_put(t, g->subject, household, kind, g->at_us, *ret_event);
}

// --- relation: {"role": "main_user", "vehicle": "$vin"}, {"fleet": "$organisation", "vehicle": "$vin"} -------------------------

static const arg relation_args[] = { { "role", ARG_STR, .labels = roles },
                                     { "end", ARG_BOOL },
                                     { "fleet", ARG_STR, .from_event = true, .max = ORGANISATION_CHARS_MAX },
                                     { "vehicle", ARG_STR, .required = true, .from_event = true, .max = VEHICLE_BYTES_MAX } };

static err relation_check(const checking *c, const jval *v, str path)
{
    TRY(args_check(c, v, path, relation_args, sizeof relation_args / sizeof *relation_args));
    return (json_get(v, S("role")) != NULL) == (json_get(v, S("fleet")) != NULL) ? check_fail(c, path, "either role or fleet")
                                                                                 : E_OK;
}

static err relation_apply(rule_ctx *c, const jval *v, ring *r)
{
    size_t role;
    str vehicle = ctx_text(c, v, S("vehicle")), fleet = ctx_text(c, v, S("fleet"));
    bool end = yyjson_is_true(json_get(v, S("end")));
    r->outcome = RING_NOTHING;
    if (!vehicle.len)
        return E_OK;
    vehicle = c->e->value_key(c->t, vehicle);
    if (fleet.len) {
        r->what = S("fleet");
        TRY(end ? fleet_end(c->t, vehicle, c->ev->time_us, c->ev->no, &r->event_no)
                : fleet_begin(c->t, vehicle, fleet, c->ev->time_us, c->ev->no, &r->event_no));
    } else if (arg_label(json_get(v, S("role")), roles, &role)) {
        if (!c->person)
            return fault_detail(c->t->f, c->t->a, E_NOT_FOUND, "the event is nobody's");
        const relating g = {
            .subject = c->ev->subject, .vehicle = vehicle, .at_us = c->ev->time_us, .event_no = c->ev->no, .reason = { "", 0 }
        };
        r->what = str_c(roles[role]);
        TRY(end ? role_end(c->t, &g, (enum vehicle_role)role, &r->event_no)
                : role_begin(c->t, &g, (enum vehicle_role)role, &r->event_no));
    }
    if (r->event_no)
        r->outcome = RING_DONE;
    return E_OK;
}

static void relation_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    size_t role = 0;
    bool end = yyjson_is_true(json_get(v, S("end")));
    if (!arg_label(json_get(v, S("role")), roles, &role))
        buf_add_str(b, l == LANG_ZH ? (end ? S("移出企业车队") : S("记入企业车队"))
                       : end        ? S("take out of the fleet")
                                    : S("note as a fleet's"));
    else if (l == LANG_ZH)
        buf_addf(b, "%s%s", end ? "不再是" : "记为", roles_zh[role]);
    else
        buf_addf(b, end ? "no longer %s" : "note as %s", roles[role]);
}

static const effect_kind relation_effect = { "relation", true, relation_check, relation_apply, relation_print };

void vehicle_register(rules *r)
{
    rules_add_effect(r, &relation_effect);
    claim_register(r);
}

const person_table vehicle_tables[] = {
    { PERSON_TABLE_SINCE("vehicle_role", "from_us", "vehicle, role, from_us, until_us, event_no"), CODES("vehicle"),
      UNSAID("vehicle_role", "event_no") },
    { PERSON_TABLE_SINCE("vote_delegation", "from_us", "vehicle, from_us, until_us, event_no"), CODES("vehicle"),
      UNSAID("vote_delegation", "event_no") },
    { PERSON_TABLE_SINCE("household_member", "from_us", "household, kind, from_us, until_us, event_no"),
      UNSAID("household_member", "event_no") },
    { PERSON_TABLE_SINCE("owner_claim", "at_us", "id, vehicle, evidence, reference, state, reason, at_us, decided_us, ended_us"),
      TEXTS(TEXT_OF("owner_claim", "reference"), TEXT_OF("owner_claim", "reason")), CODES("vehicle, evidence") },
};
const size_t vehicle_tables_n = sizeof vehicle_tables / sizeof *vehicle_tables;
