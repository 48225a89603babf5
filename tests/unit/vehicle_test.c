// Vehicles and their people: periods cut by time whatever order they are told in, roles, delegated votes, fleets, households, claims, the roll.
#include "one_world.h"
#include "profile/vehicle_api.h"
#include <stdio.h>


static str post(const char *path, const char *vehicle, int64_t id, const char *body)
{
    return world_post_at(&w, world_route(&profile_routes, M_POST, path), str_c(vehicle), id, body);
}

static str get(const char *path, int64_t id) { return world_get(&w, world_route(&profile_routes, M_GET, path), id, NULL); }

static uint32_t happens(const char *user, const char *kind, const char *vin, int64_t at_us)
{
    happening h = { .user = user, .kind = kind, .vin = vin, .at_us = at_us };
    assert_ok(world_happen(&w, &h));
    return h.who.person;
}

static const char *vehicle_of_vin(const char *vin)
{
    hash128 h = vault_hash(w.e.vault, VAULT_VIN, str_c(vin));
    return arena_fmt(w.a, "%016llx%016llx", (unsigned long long)h.hi, (unsigned long long)h.lo).s;
}

#define VIN "LSJA24U62KS000001"      // its check digit is wrong on purpose: see claims
#define GOOD "LSVAU218XN2183294"

// --- Periods --------------------------------------------------------------------------------------------------------------------

// a takes delivery at 1, b binds at 2, c binds at 3, c sells at 4: told in every order.
typedef struct told_step { const char *user, *kind; int at; } told_step;
static const told_step story[] = { { "a", "delivery.completed", 1 }, { "b", "vehicle.bound", 2 }, { "c", "vehicle.bound", 3 }, { "c", "vehicle.sold", 4 } };

static str periods_of(const char *vin)
{
    db_rows r;
    str all = { "", 0 };
    assert_ok(db_query(w.d, &r, "SELECT i.label, o.from_us, o.until_us FROM ownership o JOIN identity i ON i.subject = o.subject"
                                " WHERE o.vehicle = $1 AND (o.until_us = 0 OR o.until_us > o.from_us) ORDER BY o.from_us", dbs(str_c(vehicle_of_vin(vin)))));
    while (db_next(&r)) {
        int64_t base = local_us("2026-03-01 00:00");
        all = arena_fmt(w.a, STR_FMT " " STR_FMT "%lld-%lld", STR_ARG(all), STR_ARG(db_str(&r, 0)), (long long)((db_i64(&r, 1) - base) / US_PER_DAY),
                        (long long)(db_i64(&r, 2) ? (db_i64(&r, 2) - base) / US_PER_DAY : 0));
    }
    assert_ok(db_end(&r));
    return all;
}

static void permute(int *order, size_t done, int *cars)
{
    if (done == 4) {
        char vin[18];
        snprintf(vin, sizeof vin, "LSVX%08d", (*cars)++);
        bool sold_first = false;
        for (int i = 0; i < 4; i++) {
            const told_step *s = &story[order[i]];
            // A sale of what one does not own yet is not remembered: c must have bound before.
            sold_first = sold_first || (order[i] == 3 && !(order[0] == 2 || (i > 1 && order[1] == 2) || (i > 2 && order[2] == 2)));
            happens(s->user, s->kind, vin, local_us("2026-03-01 00:00") + s->at * US_PER_DAY);
        }
        assert_str(periods_of(vin), sold_first ? S(" a1-2 b2-3 c3-0") : S(" a1-2 b2-3 c3-4"));
        return;
    }
    for (int i = (int)done; i < 4; i++) {
        int x = order[done];
        order[done] = order[i];
        order[i] = x;
        permute(order, done + 1, cars);
        order[i] = order[done];
        order[done] = x;
    }
}

static void periods_do_not_depend_on_arrival(void **state)
{
    (void)state;
    int order[] = { 0, 1, 2, 3 }, cars = 0;
    permute(order, 0, &cars);
    assert_int_equal(cars, 24);
    // Counts and stages follow: nobody owns at two places, and who owns nothing is no owner.
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person p WHERE p.owned <> (SELECT count(*) FROM ownership o WHERE o.person = p.id AND o.until_us = 0)"), 0);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person WHERE owned = 0 AND stage >= 6"), 0);
}

static void a_resold_car_by_approval(void **state)
{
    (void)state;
    uint32_t a = happens("a", "delivery.completed", GOOD, local_us("2026-03-01 10:00")), b = happens("b", "follow.started", NULL, 0);
    const char *car = vehicle_of_vin(GOOD);
    str body = arena_fmt(w.a, "{\"person\": %u, \"at\": \"2026-03-05T02:00:00Z\", \"reason\": \"过户登记\"}", b);
    assert_has(post("/api/v1/ownerships/{vehicle:str}/transfer", car, 0, body.s), "\"done\":true");
    assert_has(post("/api/v1/ownerships/{vehicle:str}/transfer", car, 0, body.s), "\"done\":false");
    assert_str(periods_of(GOOD), S(" a0-4 b4-0"));
    assert_int_equal(world_int(&w, arena_fmt(w.a, "SELECT stage FROM person WHERE id = %u", a).s), STAGE_VISITOR);
    assert_int_equal(world_int(&w, arena_fmt(w.a, "SELECT stage FROM person WHERE id = %u", b).s), STAGE_OWNER);
    str json = get("/api/v1/people/{id}/profile", a);
    assert_has(json, "\"owner\":true,\"from\":\"2026-03-01T02:00:00.000000Z\",\"until\":\"2026-03-05T02:00:00.000000Z\",\"verified\":false");
    assert_has(json, "\"vin\":\"");
    assert_str(post("/api/v1/ownerships/{vehicle:str}/transfer", car, 0, "{\"person\": 99, \"reason\": \"过户登记\"}"), S("field_value"));
    assert_str(post("/api/v1/ownerships/{vehicle:str}/transfer", "0000", 0, "{\"reason\": \"报废\"}"), S("not_found"));
    assert_has(post("/api/v1/ownerships/{vehicle:str}/transfer", car, 0, "{\"reason\": \"报废\"}"), "\"done\":true");
    assert_int_equal(world_int(&w, "SELECT count(*) FROM ownership WHERE until_us = 0"), 0);
}

// --- What the car says ------------------------------------------------------------------------------------------------------------

typedef struct saying { const char *user; int at; resolved who; } saying;

// The car charges; with a user: its app tells whose it is.
static err car_says(tx *t, void *p)
{
    saying *s = p;
    identity ids[2] = { people_identity(engine_of(t)->vault, IDENTITY_VIN, S(GOOD)) };
    size_t n = 1;
    if (s->user)
        ids[n++] = people_identity(engine_of(t)->vault, IDENTITY_USER_ID, str_c(s->user));
    int64_t at_us = local_us("2026-03-01 00:00") + s->at * US_PER_HOUR;
    TRY(people_resolve(t, ids, n, at_us, S("car"), &s->who));
    return engine_emit(t, &(event_new) { .subject = s->who.subject, .kind = S("vehicle.charged"), .time_us = at_us }, NULL);
}

static uint32_t car(const char *user, int at)
{
    saying s = { .user = user, .at = at };
    assert_ok(world_run(&w, car_says, &s));
    return s.who.person;
}

// How often the car said something while it was this person's.
static int charged(uint32_t person)
{
    const event *v;
    uint32_t n;
    int found = 0;
    assert_ok(timeline_person_events(w.tl, person, teller_head(w.e.teller), INT64_MAX, INT64_MAX, 500, w.a, &v, &n));
    for (uint32_t i = 0; i < n; i++)
        found += str_eq(names_kind_name(w.e.names, v[i].kind, w.a), S("vehicle.charged"));
    return found;
}

static int64_t has_vin(uint32_t person)
{
    return world_int(&w, arena_fmt(w.a, "SELECT count(*) FROM identity WHERE kind = 10 AND until_us = 0 AND (subject = %u OR subject IN"
                                        " (SELECT subject FROM link WHERE person = %u))", person, person).s);
}

static void consistent(void)
{
    buf report = { 0 };
    assert_ok(people_check_links(&w.e, w.d, &report));
    assert_str(buf_str(&report), S(""));
    buf_free(&report);
}

// a has the car from day 1 to 2, b to 3, c to 4, then nobody known: in whatever order it is told, what the car said is each one's own.
static void what_a_resold_car_says_is_each_owners_own(void **state)
{
    (void)state;
    static const int orders[][4] = { { 0, 1, 2, 3 }, { 0, 2, 1, 3 }, { 2, 0, 1, 3 }, { 1, 2, 3, 0 }, { 2, 3, 1, 0 } };
    int64_t start = local_us("2026-03-01 00:00");
    for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
        uint32_t who[3];
        for (int i = 0; i < 3; i++)
            who[i] = happens(story[i].user, "app.active", NULL, start);
        uint32_t first = car(story[orders[o][0]].user, 24 * story[orders[o][0]].at + 2);
        for (int hour = 24; hour < 5 * 24; hour += 12)
            car(NULL, hour + 1);
        assert_int_equal(charged(first), 9);
        for (int i = 0; i < 4; i++) {
            const told_step *s = &story[orders[o][i]];
            happens(s->user, s->kind, GOOD, start + s->at * US_PER_DAY);
            consistent();
        }
        for (int i = 0; i < 3; i++) {
            int own = strcmp(story[orders[o][0]].user, story[i].user) == 0;       // the message that named its user
            assert_int_equal(charged(who[i]), 2 + own);
            assert_int_equal(car(NULL, 24 * (i + 1) + 3), who[i]);
            assert_int_equal(charged(who[i]), 3 + own);
            assert_int_equal(has_vin(who[i]), 0);
        }
        uint32_t nobody = car(NULL, 4 * 24 + 20);
        for (int i = 0; i < 3; i++)
            assert_int_not_equal(nobody, who[i]);
        // The app of a former owner that still names the car does not bring it back.
        assert_int_equal(car("b", 3 * 24 + 5), who[1]);
        assert_int_equal(car(NULL, 3 * 24 + 6), who[2]);
        world_reopen(&w);
        consistent();
        for (int i = 0; i < 3; i++)
            assert_int_equal(car(NULL, 24 * (i + 1) + 4), who[i]);
        world_end(NULL);
        world_begin(NULL);
    }
}

// --- Roles, votes -----------------------------------------------------------------------------------------------------------------

static str role(const char *car, uint32_t person, const char *what, const char *more)
{
    return post("/api/v1/ownerships/{vehicle:str}/roles", car, 0,
                arena_fmt(w.a, "{\"person\": %u, \"role\": \"%s\", \"reason\": \"家里用车\"%s}", person, what, more).s);
}

static void roles_and_their_limits(void **state)
{
    (void)state;
    happens("a", "delivery.completed", GOOD, 0);
    const char *car = vehicle_of_vin(GOOD);
    uint32_t p[8];
    for (int i = 0; i < 8; i++)
        p[i] = happens(arena_fmt(w.a, "p%d", i).s, "follow.started", NULL, 0);
    for (int i = 0; i < 5; i++)
        assert_has(role(car, p[i], "authorised", ""), "\"done\":true");
    assert_has(role(car, p[4], "authorised", ""), "\"done\":false");
    assert_str(role(car, p[5], "authorised", ""), S("limit_reached"));
    w.now_us += US_PER_DAY;
    assert_has(role(car, p[0], "authorised", ", \"end\": true"), "\"done\":true");
    assert_has(role(car, p[0], "authorised", ", \"end\": true"), "\"done\":false");
    assert_has(role(car, p[5], "authorised", ""), "\"done\":true");
    // One main user and one payer at a time: the one before ends.
    assert_has(role(car, p[6], "main_user", ""), "\"done\":true");
    w.now_us += US_PER_DAY;
    assert_has(role(car, p[7], "main_user", ""), "\"done\":true");
    assert_int_equal(world_int(&w, "SELECT count(*) FROM vehicle_role WHERE role = 1"), 2);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM vehicle_role WHERE role = 1 AND until_us = 0"), 1);
    assert_has(get("/api/v1/people/{id}/profile", p[7]), "\"owner\":false,\"verified\":false,\"roles\":[\"main_user\"]");
    assert_str(role(car, 99, "payer", ""), S("field_value"));
    assert_int_equal(world_told(&w, "vehicle.role_given"), 8);
}

static void one_vehicle_one_vote(void **state)
{
    (void)state;
    uint32_t a = happens("a", "delivery.completed", GOOD, local_us("2026-03-01 10:00")), m = happens("m", "follow.started", NULL, 0);
    happens("a", "vehicle.bound", "LSVX00000002", local_us("2026-03-02 10:00"));
    happens("b", "delivery.completed", NULL, local_us("2026-03-02 10:00"));       // no VIN was said
    const char *car = vehicle_of_vin(GOOD);
    for (int i = 0; i < 6; i++) {
        happening h = { .user = arena_fmt(w.a, "f%d", i).s, .kind = "delivery.completed", .vin = arena_fmt(w.a, "LSVF%08d", i).s, .at_us = local_us("2026-03-03 10:00"),
                        .props = (const event_prop[]){ prop_str(S("organisation"), i < 5 ? S("某某出行") : S("小公司")) }, .n = 1 };
        assert_ok(world_happen(&w, &h));
    }
    str json = get("/api/v1/owner-roll", 0);
    assert_has(json, "\"votes\":3,\"owners\":2,\"verified\":0,\"delegated\":0,\"fleet_vehicles\":5,\"fleets\":1,\"without_vin\":1");
    // Only with a main user, and only by the owner.
    assert_str(post("/api/v1/ownerships/{vehicle:str}/delegation", car, 0, "{\"on\": true, \"reason\": \"本人要求\"}"), S("conflict"));
    w.now_us += US_PER_DAY;
    assert_has(role(car, m, "main_user", ""), "\"done\":true");
    assert_has(post("/api/v1/ownerships/{vehicle:str}/delegation", car, 0, "{\"on\": true, \"reason\": \"本人要求\"}"), "\"done\":true");
    json = get("/api/v1/owner-roll", 0);
    assert_has(json, "\"votes\":3,\"owners\":2,\"verified\":0,\"delegated\":1");
    assert_has(json, arena_fmt(w.a, "\"owner\":%u,\"voter\":%u", a, m).s);
    // As it was before, and in the beginning.
    roll_query q = { 0 };
    SET(&q, roll_query, at, w.now_us - 1);
    assert_has(world_get(&w, world_route(&profile_routes, M_GET, "/api/v1/owner-roll"), 0, &q), "\"delegated\":0");
    SET(&q, roll_query, at, local_us("2026-03-01 12:00"));
    assert_has(world_get(&w, world_route(&profile_routes, M_GET, "/api/v1/owner-roll"), 0, &q), "\"votes\":1,\"owners\":1");
    SET(&q, roll_query, at, local_us("2026-02-01 12:00"));
    assert_has(world_get(&w, world_route(&profile_routes, M_GET, "/api/v1/owner-roll"), 0, &q), "\"votes\":0,\"owners\":0");
    // A resold car's vote goes with it: what the owner before had delegated is over.
    w.now_us += US_PER_DAY;
    happens("m", "vehicle.bound", GOOD, 0);
    json = get("/api/v1/owner-roll", 0);
    assert_has(json, "\"delegated\":0");
    assert_has(json, arena_fmt(w.a, "\"owner\":%u,\"voter\":%u", m, m).s);
}

static void the_roll_is_paged(void **state)
{
    (void)state;
    for (int i = 0; i < 7; i++)
        happens(arena_fmt(w.a, "u%d", i).s, "delivery.completed", arena_fmt(w.a, "LSVX%08d", i).s, 0);
    roll_query q = { 0 };
    int seen = 0;
    SET(&q, roll_query, limit, 3);
    for (int page = 0; page < 3; page++) {
        str json = world_get(&w, world_route(&profile_routes, M_GET, "/api/v1/owner-roll"), 0, &q);
        const char *next = strstr(arena_cstr(w.a, json), "\"next\":\"");
        for (const char *at = json.s; (at = strstr(at, "\"voter\":")); at++)
            seen++;
        assert_int_equal(next != NULL, page < 2);
        if (next)
            SET(&q, roll_query, cursor, str_of(next + 8, 32));
    }
    assert_int_equal(seen, 7);
}

// --- Households -------------------------------------------------------------------------------------------------------------------

static void people_who_live_together(void **state)
{
    (void)state;
    uint32_t a = happens("a", "follow.started", NULL, 0), b = happens("b", "follow.started", NULL, 0), c = happens("c", "follow.started", NULL, 0);
    const char *join = "/api/v1/people/{id}/household";
    assert_has(post(join, "", b, arena_fmt(w.a, "{\"with\": %u, \"kind\": \"spouse\", \"reason\": \"本人告知\"}", a).s), "\"done\":true");
    assert_has(post(join, "", b, arena_fmt(w.a, "{\"with\": %u, \"kind\": \"spouse\", \"reason\": \"本人告知\"}", a).s), "\"done\":false");
    assert_has(post(join, "", c, arena_fmt(w.a, "{\"with\": %u, \"kind\": \"child\", \"reason\": \"本人告知\"}", b).s), "\"done\":true");
    assert_str(post(join, "", a, arena_fmt(w.a, "{\"with\": %u, \"kind\": \"child\", \"reason\": \"本人告知\"}", a).s), S("conflict"));
    str json = get("/api/v1/people/{id}/profile", a);
    assert_has(json, arena_fmt(w.a, "{\"person\":%u,\"kind\":\"head\"", a).s);
    assert_has(json, arena_fmt(w.a, "{\"person\":%u,\"kind\":\"child\"", c).s);
    w.now_us += US_PER_DAY;
    assert_has(post("/api/v1/people/{id}/household/leave", "", c, "{\"reason\": \"搬走了\"}"), "\"done\":true");
    assert_has(get("/api/v1/people/{id}/profile", c), "\"household\":[]");
    assert_int_equal(world_int(&w, "SELECT count(*) FROM household_member"), 3);
}

// --- Claims -----------------------------------------------------------------------------------------------------------------------

static const struct { const char *vin; vin_verdict is; } vins[] = {
    { "LSVAU218XN2183294", VIN_GOOD },  { "1M8GDM9AXKP042788", VIN_GOOD },  { "WVWZZZ1JZXW000001", VIN_GOOD }, { "LSVAU2180N2183294", VIN_DIGIT },
    { "1M8GDM9A1KP042788", VIN_DIGIT }, { "LSVAU218XN218329", VIN_FORM },   { "LSVAU218XN21832944", VIN_FORM }, { "LSVAUI180N2183294", VIN_FORM },
    { "LSVAUO180N2183294", VIN_FORM },  { "LSVAUQ180N2183294", VIN_FORM },  { "lsvau218xn2183294", VIN_FORM },  { "LSVAU218XN21832-4", VIN_FORM },
    { "", VIN_FORM },                   { "11111111111111111", VIN_GOOD },
};

static void vins_have_their_digit(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vins / sizeof *vins; i++)
        if (vin_check(str_c(vins[i].vin)) != vins[i].is)
            fail_msg("%s", vins[i].vin);
}

static str claim(uint32_t person, const char *vin)
{
    return post("/api/v1/people/{id}/claims", "", person, arena_fmt(w.a, "{\"vin\": \"%s\", \"evidence\": \"registration\", \"reference\": \"SH-2026-1\"}", vin).s);
}

static str decide(int64_t id, const char *how)
{
    return post("/api/v1/claims/{id}/decide", "", id, arena_fmt(w.a, "{\"decision\": \"%s\", \"reason\": \"行驶证相符\"}", how).s);
}

static void a_claim_by_the_owner_is_proved_by_the_delivery(void **state)
{
    (void)state;
    uint32_t a = happens("a", "delivery.completed", GOOD, local_us("2026-03-01 10:00"));
    assert_has(claim(a, GOOD), "\"state\":\"approved\"");
    assert_has(get("/api/v1/people/{id}/profile", a), "{\"verified\":true,\"user_class\":\"owner\"");
    assert_int_equal(world_told(&w, "owner.verified"), 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task WHERE clock = 'K24'"), 0);
    assert_has(claim(a, GOOD), "\"state\":\"approved\"");
    assert_int_equal(world_int(&w, "SELECT count(*) FROM owner_claim"), 1);
    assert_has(get("/api/v1/owner-online", 0), "{\"vehicles\":1,\"bound\":1,\"online\":1}");
    // In the database there is a reference, nowhere the VIN.
    assert_int_equal(world_int(&w, "SELECT count(*) FROM owner_claim WHERE vehicle LIKE '%LSV%' OR reference LIKE '%LSV%'"), 0);
    // Sold: the badge goes with the car.
    w.now_us += US_PER_DAY;
    happens("b", "vehicle.bound", GOOD, 0);
    assert_has(get("/api/v1/people/{id}/profile", a), "{\"verified\":false,");
}

static void a_claim_of_somebody_else_waits(void **state)
{
    (void)state;
    uint32_t a = happens("a", "delivery.completed", GOOD, local_us("2026-03-01 10:00")), b = happens("b", "follow.started", NULL, 0);
    assert_has(claim(b, GOOD), "\"state\":\"waiting\",\"owner\":1");
    int64_t id = world_int(&w, "SELECT id FROM owner_claim");
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task WHERE clock = 'K24' AND open = 1"), 1);
    assert_has(get("/api/v1/claims", 0), "\"state\":\"waiting\"");
    assert_str(decide(id, "revoke"), S("conflict"));
    assert_str(decide(id + 1, "approve"), S("not_found"));
    w.now_us += US_PER_HOUR;
    assert_has(decide(id, "approve"), "\"state\":\"approved\"");
    assert_str(decide(id, "refuse"), S("conflict"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task WHERE clock = 'K24' AND open = 1"), 0);
    // Approved means theirs from now on; the one before keeps their time.
    assert_int_equal(world_int(&w, "SELECT person FROM ownership WHERE until_us = 0"), b);
    assert_int_equal(world_int(&w, arena_fmt(w.a, "SELECT count(*) FROM ownership WHERE person = %u AND until_us > 0", a).s), 1);
    assert_has(get("/api/v1/owner-roll", 0), "\"votes\":1,\"owners\":1,\"verified\":1");
    w.now_us += US_PER_HOUR;
    assert_has(decide(id, "revoke"), "\"state\":\"revoked\"");
    assert_has(get("/api/v1/owner-roll", 0), "\"verified\":0");
    roll_query q = { 0 };
    SET(&q, roll_query, at, w.now_us - 1);
    assert_has(world_get(&w, world_route(&profile_routes, M_GET, "/api/v1/owner-roll"), 0, &q), "\"verified\":1");
}

static void binding_alone_proves_nothing(void **state)
{
    (void)state;
    happens("b", "vehicle.bound", GOOD, 0);
    assert_int_equal(world_int(&w, "SELECT state FROM owner_claim"), CLAIM_WAITING);
    assert_has(get("/api/v1/owner-online", 0), "{\"vehicles\":1,\"bound\":1,\"online\":1}");
    assert_has(get("/api/v1/owner-roll", 0), "\"votes\":1,\"owners\":1,\"verified\":0");
    // Bound again after the delivery: proved.
    happens("c", "delivery.completed", "LSVX00000009", 0);
    w.now_us += US_PER_HOUR;
    happens("c", "vehicle.bound", "LSVX00000009", 0);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM owner_claim WHERE state = 1"), 1);
}

static void a_wrong_vin_is_refused_before_it_goes_anywhere(void **state)
{
    (void)state;
    uint32_t a = happens("a", "follow.started", NULL, 0);
    assert_str(claim(a, VIN), S("field_value"));
    assert_str(w.f.field, S("vin"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM vault"), 0);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM owner_claim"), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)
    const struct CMUnitTest tests[] = {
        TEST(periods_do_not_depend_on_arrival), TEST(a_resold_car_by_approval),
        TEST(what_a_resold_car_says_is_each_owners_own), TEST(roles_and_their_limits), TEST(one_vehicle_one_vote),
        TEST(the_roll_is_paged), TEST(people_who_live_together), TEST(vins_have_their_digit), TEST(a_claim_by_the_owner_is_proved_by_the_delivery),
        TEST(a_claim_of_somebody_else_waits), TEST(binding_alone_proves_nothing), TEST(a_wrong_vin_is_refused_before_it_goes_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
