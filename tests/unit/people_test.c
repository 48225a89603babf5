// The journey of a person: stages whatever the order of arrival, consents, identities and joins, vehicles, the vault, the views.
#include "one_world.h"
#include "loyalty/ledger.h"
#include <stdio.h>

#define PHONE "13812346207"
static const event_prop agrees[] = { { { "consent_call", 12 }, { .k = V_BOOL, .i = 1 } },
                                     { { "consent_version", 15 }, { .k = V_STR, .s = { "v3", 2 } } },
                                     { { "model", 5 }, { .k = V_STR, .s = { "E7", 2 } } },
                                     { { "city", 4 }, { .k = V_STR, .s = { "上海", 6 } } },
                                     { { "source", 6 }, { .k = V_STR, .s = { "搜索", 6 } } } };

static int64_t stage_of(uint32_t person)
{
    return world_int(&w, arena_fmt(w.a, "SELECT stage FROM person WHERE id = %u", person).s);
}

static str tags_of(uint32_t person)
{
    db_rows r;
    str all = { "", 0 };
    assert_ok(db_query(w.d, &r, "SELECT DISTINCT tag FROM person_tag WHERE person = $1 ORDER BY tag", dbi(person)));
    while (db_next(&r))
        all = arena_fmt(w.a, STR_FMT " " STR_FMT, STR_ARG(all), STR_ARG(db_str(&r, 0)));
    assert_ok(db_end(&r));
    return all;
}

// --- The journey
// ----------------------------------------------------------------------------------------------------------------

typedef struct leg { const char *kind; enum stage stage; int64_t points, pending; int tasks; } leg;
static const leg legs[] = {
    { "follow.started", STAGE_FOLLOW, 0, 0, 0 },        { "app.registered", STAGE_LEAD, 100, 0, 1 },
    { "lead.captured", STAGE_LEAD, 100, 0, 1 },         { "test_drive.booked", STAGE_LEAD, 100, 0, 1 },
    { "test_drive.completed", STAGE_TRIAL, 400, 0, 1 }, { "reserve.placed", STAGE_RESERVE, 400, 500, 2 },
    { "order.placed", STAGE_ORDER, 900, 2000, 3 },      { "delivery.completed", STAGE_OWNER, 7900, 0, 7 },
    { "referral.delivered", STAGE_ADVOCATE, 7900, 0, 7 },
};

static void the_journey_and_its_repeats(void **state)
{
    (void)state;
    uint32_t person = 0;
    for (size_t i = 0; i < sizeof legs / sizeof *legs; i++) {
        w.now_us += US_PER_HOUR;
        for (int again = 0; again < 3; again++) {
            happening h = {
                .user = "u1", .kind = legs[i].kind, .props = agrees, .n = 5, .phone = PHONE, .vin = i >= 7 ? "LSVE70001" : NULL
            };
            assert_ok(world_happen(&w, &h));
            person = h.who.person;
            if (stage_of(person) != (int64_t)legs[i].stage)
                fail_msg("%s, time %d: stage %lld", legs[i].kind, again, (long long)stage_of(person));
            assert_int_equal(world_balance(&w, person, "points", false), legs[i].points);
            assert_int_equal(world_balance(&w, person, "points", true), legs[i].pending);
            if (world_int(&w, "SELECT count(*) FROM task WHERE open = 1") != legs[i].tasks)
                fail_msg("%s, time %d: %lld tasks", legs[i].kind, again,
                         (long long)world_int(&w, "SELECT count(*) FROM task WHERE open = 1"));
            assert_int_equal(world_int(&w, "SELECT count(*) FROM opportunity"), i >= 1);
        }
    }
    assert_int_equal(world_int(&w, "SELECT state FROM opportunity"), OPPORTUNITY_WON);
    assert_int_equal(world_int(&w, "SELECT touches FROM opportunity"), 6);
    assert_int_equal(world_told(&w, "stage.moved"), 7);
    assert_int_equal(world_told(&w, "opportunity.opened"), 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM effect WHERE outcome >= 2"), 0);
    assert_str(tags_of(person), S(" 推荐购车 种子车主 车主"));
    assert_int_equal(world_balance(&w, person, "growth", false), 50 + 100 + 100 + 500 + 2000);
}

static void the_reply_tells_points_and_balance(void **state)
{
    (void)state;
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "app.registered", .phone = PHONE, .props = agrees, .n = 5));
    const ring *points = world_ring(&w, "points", RING_DONE), *stage = world_ring(&w, "stage", RING_DONE),
               *task = world_ring(&w, "task", RING_DONE);
    assert_non_null(points);
    assert_int_equal(points->amount, 100);
    assert_int_equal(points->balance, 100);
    assert_str(points->what, S("register"));
    assert_non_null(stage);
    assert_non_null(task);
    assert_str(task->what, S("K01"));
    assert_int_equal(task->due_us, local_us("2026-03-09 22:00"));
}

// One letter per event at its minute: L lead, T trial, R reserve, O order, D delivery, r and o the cancellations.
static const struct { char letter; const char *kind; } letters[] = {
    { 'L', "lead.captured" },     { 'T', "test_drive.completed" }, { 'R', "reserve.placed" },   { 'r', "reserve.cancelled" },
    { 'O', "order.placed" },      { 'o', "order.cancelled" },      { 'D', "delivery.completed" },
};
static const struct { const char *story; enum stage stage;
} stories[] = {
    { "L", STAGE_LEAD },        { "LT", STAGE_TRIAL },   { "LO", STAGE_ORDER },     { "LTR", STAGE_RESERVE },
    { "LTRr", STAGE_TRIAL },    { "LRr", STAGE_LEAD },   { "LRrR", STAGE_RESERVE }, { "LTRO", STAGE_ORDER },
    { "LTROo", STAGE_RESERVE }, { "LROor", STAGE_LEAD }, { "LTOo", STAGE_TRIAL },
};

static void tell(const char *user, char letter, int minute)
{
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (letters[i].letter == letter)
            assert_ok(HAPPEN(&w, .user = user, .kind = letters[i].kind, .phone = user, .props = agrees, .n = 5,
                             .at_us = w.now_us + minute * US_PER_MIN - US_PER_HOUR));
}

// The lead comes first; everything after it in every order: the outcome is the same.
static void permute(const char *story, int *order, size_t n, size_t done, int *users, enum stage expected)
{
    if (done == n) {
        char user[16];
        snprintf(user, sizeof user, "1390000%04d", (*users)++);
        for (size_t i = 0; i < n; i++)
            tell(user, story[order[i]], order[i]);
        uint32_t person = (uint32_t)world_int(&w, "SELECT max(id) FROM person");
        if (stage_of(person) != (int64_t)expected)
            fail_msg("%s as %d %d %d: stage %lld", story, order[0], n > 1 ? order[1] : 0, n > 2 ? order[2] : 0,
                     (long long)stage_of(person));
        assert_int_equal(world_int(&w, arena_fmt(w.a, "SELECT count(*) FROM opportunity WHERE person = %u", person).s), 1);
        return;
    }
    for (size_t i = done; i < n; i++) {
        int x = order[done];
        order[done] = order[i];
        order[i] = x;
        permute(story, order, n, done + 1, users, expected);
        order[i] = order[done];
        order[done] = x;
    }
}

static void stages_do_not_depend_on_arrival(void **state)
{
    (void)state;
    int users = 0;
    for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
        int order[8];
        size_t n = strlen(stories[i].story);
        for (size_t k = 0; k < n; k++)
            order[k] = (int)k;
        permute(stories[i].story, order, n, 1, &users, stories[i].stage);
    }
}

static void cancelled_promises_fall_away(void **state)
{
    (void)state;
    happening h = { .user = "u1", .kind = "lead.captured", .phone = PHONE, .props = agrees, .n = 5 };
    assert_ok(world_happen(&w, &h));
    for (int i = 0; i < 2; i++) {
        w.now_us += US_PER_MIN;
        assert_ok(HAPPEN(&w, .user = "u1", .kind = "reserve.placed"));
        assert_int_equal(world_balance(&w, h.who.person, "points", true), 500);
        assert_int_equal(world_int(&w, "SELECT count(*) FROM task WHERE open = 1 AND clock = 'K02'"), 1);
        w.now_us += US_PER_MIN;
        assert_ok(HAPPEN(&w, .user = "u1", .kind = "reserve.cancelled"));
        assert_int_equal(world_balance(&w, h.who.person, "points", true), 0);
        assert_int_equal(world_int(&w, "SELECT count(*) FROM task WHERE open = 1 AND clock = 'K02'"), 0);
        assert_int_equal(stage_of(h.who.person), STAGE_LEAD);
    }
    assert_int_equal(world_balance(&w, h.who.person, "points", false), 100);      // the registration stays
}

// --- Consent
// -----------------------------------------------------------------------------------------------------------------------

static void no_consent_no_call(void **state)
{
    (void)state;
    happening h = { .user = "u1", .kind = "app.registered", .phone = PHONE };
    assert_ok(world_happen(&w, &h));
    assert_int_equal(stage_of(h.who.person), STAGE_FOLLOW);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM opportunity"), 0);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task"), 0);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM vault"), 1);
    assert_str(world_ring(&w, "rule", RING_SUPPRESSED)->why, S("consent:call"));
    assert_int_equal(world_balance(&w, h.who.person, "points", false), 100);
    // Consent without a number: nobody to call.
    happening silent = { .user = "u2", .kind = "lead.captured", .props = agrees, .n = 5 };
    assert_ok(world_happen(&w, &silent));
    assert_str(world_ring(&w, "stage", RING_SUPPRESSED)->why, S("no_phone"));
    assert_str(world_ring(&w, "task", RING_SUPPRESSED)->why, S("no_opportunity"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task"), 0);
    // The number is known and consent comes later: now it is a lead.
    assert_ok(
        HAPPEN(&w, .user = "u1", .kind = "consent.given", .props = (event_prop[]) { prop_str(S("purpose"), S("call")) }, .n = 1));
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "lead.captured"));
    assert_int_equal(stage_of(h.who.person), STAGE_LEAD);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task"), 1);
}

static void a_foreign_reference_is_only_text(void **state)
{
    (void)state;
    assert_ok(HAPPEN(&w, .user = "owner", .kind = "app.registered", .phone = PHONE));
    str stolen = arena_fmt(w.a, "vault:%lld", (long long)world_int(&w, "SELECT id FROM vault"));
    event_prop p[] = { agrees[0], prop_str(S("phone"), stolen) };
    happening thief = { .device = "d9", .kind = "lead.captured", .props = p, .n = 2 };
    assert_ok(world_happen(&w, &thief));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person"), 2);
    assert_str(world_ring(&w, "stage", RING_SUPPRESSED)->why, S("no_phone"));
    const route *line = world_route(&people_routes, M_GET, "/api/v1/people/{id}/timeline");
    str seen = world_get(&w, line, thief.who.person, NULL);
    assert_non_null(memmem(seen.s, seen.len, stolen.s, stolen.len));
    assert_null(memmem(seen.s, seen.len, "6207", 4));
}

static void the_latest_word_on_consent_counts(void **state)
{
    (void)state;
    static const struct {
        int minute;
        bool give;
        int64_t given;
    } words[] = { { 10, true, 1 }, { 20, false, 0 }, { 15, true, 0 }, { 30, true, 1 }, { 5, false, 1 } };
    for (size_t i = 0; i < 5; i++) {
        assert_ok(HAPPEN(&w, .user = "u1", .kind = words[i].give ? "consent.given" : "consent.withdrawn", .n = 1,
                         .props = (event_prop[]) { prop_str(S("purpose"), S("sms")) },
                         .at_us = w.now_us - US_PER_HOUR + words[i].minute * US_PER_MIN));
        assert_int_equal(world_int(&w, "SELECT given FROM consent WHERE purpose = 'sms'"), words[i].given);
    }
    assert_ok(
        HAPPEN(&w, .user = "u1", .kind = "consent.given", .props = (event_prop[]) { prop_str(S("purpose"), S("spam")) }, .n = 1));
    assert_non_null(world_ring(&w, "consent", RING_FAILED));
}

// --- Identities and joins
// --------------------------------------------------------------------------------------------------------------

static void a_device_becomes_its_user(void **state)
{
    (void)state;
    happening anon = { .device = "d1", .kind = "group.joined" }, both = { .device = "d1", .user = "u1", .kind = "app.active" },
              later = { .device = "d1", .kind = "app.active" }, other = { .device = "d2", .user = "u1", .kind = "app.active" };
    assert_ok(world_happen(&w, &anon));
    assert_ok(world_happen(&w, &both));
    assert_ok(world_happen(&w, &later));
    assert_ok(world_happen(&w, &other));
    assert_int_equal(anon.who.subject, 1);
    assert_int_equal(both.who.subject, 2);       // the user's, though the device was known first
    assert_int_equal(both.who.person, 1);        // the oldest subject's
    assert_true(both.who.joined);
    assert_int_equal(later.who.subject, 1);
    assert_int_equal(later.who.person, 1);
    assert_int_equal(other.who.subject, 2);
    assert_str(tags_of(1), S(" 粉丝群成员"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person"), 1);
    world_reopen(&w);
    happening again = { .device = "d2", .kind = "app.active" };
    assert_ok(world_happen(&w, &again));
    assert_int_equal(again.who.person, 1);
}

static void a_device_of_two_users_stays_with_the_first(void **state)
{
    (void)state;
    happening a = { .device = "d1", .user = "u1", .kind = "app.active" },
              b = { .device = "d1", .user = "u2", .kind = "app.active" }, anon = { .device = "d1", .kind = "app.active" };
    assert_ok(world_happen(&w, &a));
    assert_ok(world_happen(&w, &b));
    assert_ok(world_happen(&w, &anon));
    assert_int_not_equal(a.who.person, b.who.person);
    assert_int_equal(anon.who.person, a.who.person);
}

static void one_phone_from_three_sources_is_one_opportunity(void **state)
{
    (void)state;
    static const char *const sources[] = { "搜索", "官号", "户外" };
    for (int i = 0; i < 3; i++) {
        event_prop p[] = { agrees[0], prop_str(S("source"), str_c(sources[i])) };
        assert_ok(HAPPEN(&w, .device = arena_fmt(w.a, "d%d", i).s, .kind = "lead.captured",
                         .phone = i == 1 ? "+86 138-1234-6207" : PHONE, .props = p, .n = 2));
    }
    assert_int_equal(world_int(&w, "SELECT count(*) FROM opportunity"), 1);
    assert_int_equal(world_int(&w, "SELECT touches FROM opportunity"), 3);
    assert_int_equal(world_int(&w, "SELECT source = '搜索' FROM opportunity"), 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task"), 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person"), 1);
    // Two users with accounts of their own stay two people, and still the number means one opportunity.
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "app.active"));
    assert_ok(HAPPEN(&w, .device = "d0", .user = "u2", .kind = "app.active"));
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "lead.captured", .phone = PHONE, .props = agrees, .n = 5));
    assert_str(world_ring(&w, "identity", RING_SUPPRESSED)->why, S("strong"));
    assert_str(world_ring(&w, "stage", RING_SUPPRESSED)->why, S("phone_known"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM opportunity"), 1);
    assert_int_equal(world_int(&w, "SELECT touches FROM opportunity"), 4);
}

static void a_join_loses_nothing(void **state)
{
    (void)state;
    // A user who owns points and an opportunity, and a device that has its own; then the device logs in.
    happening user = { .user = "u1", .kind = "app.registered", .phone = PHONE, .props = agrees, .n = 5 },
              device = { .device = "d1", .kind = "lead.captured", .phone = "13900001111", .props = agrees, .n = 5 };
    assert_ok(world_happen(&w, &device));
    w.now_us += US_PER_MIN;
    assert_ok(world_happen(&w, &user));
    assert_ok(HAPPEN(&w, .device = "d1", .kind = "group.joined"));
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "test_drive.completed"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM opportunity WHERE state = 0"), 2);
    happening login = { .device = "d1", .user = "u1", .kind = "app.active" };
    assert_ok(world_happen(&w, &login));
    uint32_t person = login.who.person;
    assert_int_equal(person, device.who.subject);
    assert_int_equal(stage_of(person), STAGE_TRIAL);
    assert_int_equal(world_balance(&w, person, "points", false), 500);
    // Both opportunities stay, each its subject's; the older is the open one, the person shows the highest.
    assert_int_equal(world_int(&w, "SELECT count(*) FROM opportunity"), 2);
    assert_int_equal(world_int(&w, "SELECT count(DISTINCT subject) FROM opportunity"), 2);
    int64_t open;
    assert_ok(people_opportunity(w.d, person, &open));
    assert_int_equal(open, world_int(&w, "SELECT id FROM opportunity ORDER BY opened_us LIMIT 1"));
    assert_int_equal(world_told(&w, "person.joined"), 1);
    assert_str(tags_of(person), S(" 意向潜客 潜客 粉丝群成员"));   // the device's row stays; the last word is shown
    static const char *const tables[] = { "opportunity", "stage_stay", "person_tag", "person_trait",
                                          "consent",     "rule_once",  "task",       "promised" };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        assert_int_equal(
            world_int(&w, arena_fmt(w.a, "SELECT count(*) FROM %s WHERE person NOT IN (0, %u)", tables[i], person).s), 0);
    // Registering again as the joined person pays nothing more.
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "app.registered", .phone = PHONE, .props = agrees, .n = 5));
    assert_int_equal(world_balance(&w, person, "points", false), 500);
}

static err resolve_and_fail(tx *t, void *p)
{
    resolved r;
    identity ids[] = { people_identity(engine_of(t)->vault, IDENTITY_USER_ID, S("u9")),
                       people_identity(engine_of(t)->vault, IDENTITY_ANONYMOUS_ID, S("d1")) };
    TRY(people_resolve(t, ids, 2, 0, S("x"), &r));
    *(resolved *)p = r;
    return E_CONFLICT;
}

static err give(tx *t, void *person)
{
    posted p;
    return ledger_post(t, &(posting){ .person = *(uint32_t *)person, .amount = 5, .reason = S("sign_in"), .key = S("give"), .made_by = S("t") }, &p);
}

// A number nobody has gets no account: it would be nobody's for ever, or the next newcomer's.
static void points_go_to_people_only(void **state)
{
    (void)state;
    happening h = { .user = "u1", .kind = "app.active" };
    assert_ok(world_happen(&w, &h));
    uint32_t nobody = h.who.person + 1;
    assert_err(world_run(&w, give, &nobody), E_NOT_FOUND);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM account WHERE owner > 0"), 0);
    assert_ok(world_run(&w, give, &h.who.person));
    assert_int_equal(world_balance(&w, h.who.person, "points", false), 5);
}

static err flush(tx *t, void *more) { return people_flush_seen(t, more); }

// When somebody was last seen is written behind the events, in slices, wherever the last one ended.
static void last_seen_is_written_in_slices(void **state)
{
    (void)state;
    bool more = true;
    for (int round = 0; round < 2; round++) {
        w.now_us += US_PER_DAY;
        for (int i = 0; i < 700; i++)
            assert_ok(HAPPEN(&w, .user = arena_fmt(w.a, "seen%d", i).s, .kind = "app.active"));
        int slices = 0;
        do {
            assert_ok(world_run(&w, flush, &more));
            slices++;
        } while (more && slices < 200);
        assert_in_range(slices, 2, 199);
        assert_int_equal(world_int(&w, arena_fmt(w.a, "SELECT count(*) FROM identity WHERE seen_us = %lld", (long long)w.now_us).s), 700);
        assert_int_equal(world_int(&w, arena_fmt(w.a, "SELECT count(*) FROM person WHERE seen_us = %lld", (long long)w.now_us).s), 700);
    }
}

static void an_undone_join_never_was(void **state)
{
    (void)state;
    resolved r;
    happening before = { .device = "d1", .kind = "app.active" }, after = { .device = "d1", .kind = "app.active" },
              u9 = { .user = "u9", .kind = "app.active" };
    assert_ok(world_happen(&w, &before));
    assert_err(world_run(&w, resolve_and_fail, &r), E_CONFLICT);
    assert_true(r.created && r.joined);
    assert_ok(world_happen(&w, &after));
    assert_ok(world_happen(&w, &u9));
    assert_int_equal(after.who.person, 1);
    assert_true(u9.who.created);
    assert_int_not_equal(u9.who.person, 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM link"), 0);
}

// A number handed on: each has only their own time of it, in the timeline, in rows and in search.
static err hand_over(tx *t, void *p)
{
    const happening *to = p;
    const identity id = people_identity(engine_of(t)->vault, IDENTITY_PHONE, S(PHONE));
    uint32_t next;
    return people_hand_over(t, &id, to->at_us, to->who.subject, &next);
}

static err called_from_phone(tx *t, void *p)
{
    happening *h = p;
    const identity id = people_identity(engine_of(t)->vault, IDENTITY_PHONE, S(PHONE));
    TRY(people_resolve(t, &id, 1, h->at_us, S("hotline"), &h->who));
    return engine_emit(t, &(event_new){ .subject = h->who.subject, .kind = S("hotline.called"), .time_us = h->at_us }, &h->no);
}

static size_t events_of(uint32_t person)
{
    const event *v;
    uint32_t n, calls = 0;
    assert_ok(timeline_person_events(w.tl, person, teller_head(w.e.teller), INT64_MAX, INT64_MAX, 100, w.a, &v, &n));
    for (uint32_t i = 0; i < n; i++)
        calls += str_eq(names_kind_name(w.e.names, v[i].kind, w.a), S("hotline.called"));
    return calls;
}

static void a_number_handed_on_is_cut_by_time(void **state)
{
    (void)state;
    int64_t start = w.now_us;
    happening a = { .user = "a", .kind = "app.registered", .phone = PHONE, .props = agrees, .n = 5 },
              b = { .user = "b", .kind = "app.active" };
    assert_ok(world_happen(&w, &a));
    assert_ok(world_happen(&w, &b));
    happening before = { .at_us = start + US_PER_HOUR }, after = { .at_us = start + 3 * US_PER_HOUR };
    w.now_us = start + 4 * US_PER_HOUR;
    assert_ok(world_run(&w, called_from_phone, &before));
    assert_ok(world_run(&w, called_from_phone, &after));           // not known yet that the number has gone
    assert_int_equal(after.who.person, a.who.person);
    assert_int_equal(events_of(a.who.person), 2);
    happening to = b;
    to.at_us = start + 2 * US_PER_HOUR;
    assert_ok(world_run(&w, hand_over, &to));
    assert_err(world_run(&w, hand_over, &(happening){ .at_us = start + US_PER_HOUR }), E_CONFLICT);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(events_of(a.who.person), 1 + again);
        assert_int_equal(events_of(b.who.person), 1 + again);
        happening late = { .at_us = start + US_PER_HOUR + 1 }, now = { .at_us = 0 };
        assert_ok(world_run(&w, called_from_phone, &late));
        assert_ok(world_run(&w, called_from_phone, &now));
        assert_int_equal(late.who.person, a.who.person);
        assert_int_equal(now.who.person, b.who.person);
        world_reopen(&w);
    }
    // The number is not one to call a at any more, and does not find them.
    assert_int_equal(world_int(&w, arena_fmt(w.a, "SELECT phone_vault FROM person WHERE id = %u", a.who.person).s), 0);
    const people_query q = { .has = UINT64_C(1) << people_query_q_bit, .q = S(PHONE) };
    str found = world_get(&w, world_route(&people_routes, M_GET, "/api/v1/people"), 0, &q);
    assert_null(memmem(found.s, found.len, "6207", 4));
}

static void a_table_about_a_person_must_be_declared(void **state)
{
    (void)state;
    buf report = { 0 };
    assert_ok(db_script(w.d, S("CREATE TABLE forgotten (subject BIGINT PRIMARY KEY, person BIGINT NOT NULL)")));
    assert_ok(people_lint(&w.e, w.d, &report));
    assert_str(buf_str(&report), S("table forgotten names a person and is not declared by people_add_tables\n"));
    buf_clear(&report);
    assert_ok(db_script(w.d, S("DROP TABLE forgotten; DROP INDEX task_subject")));
    assert_ok(people_lint(&w.e, w.d, &report));
    assert_non_null(memmem(report.s, report.len, "table task needs", 16));
    // A text that nobody said what to do with is a text a name told later would stay in.
    buf_clear(&report);
    assert_ok(db_script(w.d, S("CREATE INDEX task_subject ON task (subject); ALTER TABLE task ADD COLUMN remark TEXT")));
    assert_ok(people_lint(&w.e, w.d, &report));
    assert_str(buf_str(&report), S("table task: column remark is neither among its texts nor its codes\n"));
    buf_free(&report);
}

// Two subjects' words: the refusal wins, until the same person takes it back.
static void of_two_consents_the_refusal_wins(void **state)
{
    (void)state;
    int given;
    happening device = { .device = "d1", .kind = "consent.withdrawn", .n = 1, .props = (event_prop[]){ prop_str(S("purpose"), S("sms")) } },
              user = { .user = "u1", .kind = "consent.given", .n = 1, .props = (event_prop[]){ prop_str(S("purpose"), S("sms")) } };
    assert_ok(world_happen(&w, &device));
    w.now_us += US_PER_MIN;
    assert_ok(world_happen(&w, &user));
    assert_ok(HAPPEN(&w, .user = "u1", .device = "d1", .kind = "app.active"));
    assert_ok(people_consent(w.d, 1, S("sms"), &given));
    assert_int_equal(given, 0);
    w.now_us += US_PER_MIN;
    assert_ok(world_happen(&w, &user));
    assert_ok(people_consent(w.d, 1, S("sms"), &given));
    assert_int_equal(given, 1);
    w.now_us += US_PER_MIN;
    assert_ok(world_happen(&w, &device));
    assert_ok(people_consent(w.d, 1, S("sms"), &given));
    assert_int_equal(given, 0);
    assert_ok(people_consent(w.d, 1, S("push"), &given));
    assert_int_equal(given, -1);
}

// --- Opportunities over time, vehicles
// ----------------------------------------------------------------------------------------------------

static void opportunities_close_and_open_again(void **state)
{
    (void)state;
    happening h = { .user = "u1", .kind = "lead.captured", .phone = PHONE, .props = agrees, .n = 5 };
    assert_ok(world_happen(&w, &h));
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "lead.lost", .props = (event_prop[]){ prop_str(S("reason"), S("价格")) }, .n = 1));
    assert_int_equal(world_int(&w, "SELECT state FROM opportunity"), OPPORTUNITY_LOST);
    assert_int_equal(stage_of(h.who.person), STAGE_VISITOR);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task WHERE open = 1"), 0);
    w.now_us += US_PER_DAY;
    assert_ok(world_happen(&w, &h));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM opportunity"), 2);
    w.now_us += 91 * US_PER_DAY;
    assert_true(world_timers(&w));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM opportunity WHERE state = 3"), 1);
    assert_int_equal(stage_of(h.who.person), STAGE_VISITOR);
    assert_int_equal(world_told(&w, "opportunity.idle"), 1);
    // A late event of the closed one completes its history and moves nothing.
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "test_drive.completed", .at_us = w.now_us - 90 * US_PER_DAY));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM opportunity"), 2);
    assert_int_equal(stage_of(h.who.person), STAGE_VISITOR);
}

// One of the list, and what it was when it is none of them.
static void a_loss_needs_a_reason(void **state)
{
    (void)state;
    static const struct { const char *reason, *note, *why; } refused[] = {
        { NULL, NULL, "reason_required" }, { "", "x", "reason_required" }, { "不想说", "x", "reason_required" },
        { "其他", NULL, "note_required" }, { "other", "  ", "note_required" },
    };
    happening h = { .user = "u1", .kind = "lead.captured", .phone = PHONE, .props = agrees, .n = 5 };
    assert_ok(world_happen(&w, &h));
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        event_prop p[2] = { prop_str(S("reason"), str_c(refused[i].reason ? refused[i].reason : "")),
                            prop_str(S("note"), str_c(refused[i].note ? refused[i].note : "")) };
        assert_ok(HAPPEN(&w, .user = "u1", .kind = "lead.lost", .props = p, .n = refused[i].note ? 2 : refused[i].reason ? 1 : 0));
        assert_str(world_ring(&w, "opportunity", RING_SUPPRESSED)->why, str_c(refused[i].why));
        assert_int_equal(world_int(&w, "SELECT state FROM opportunity"), OPPORTUNITY_OPEN);
    }
    const event_prop said[] = { prop_str(S("reason"), S("其他")), prop_str(S("note"), S("出国了")) };
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "lead.lost", .props = said, .n = 2));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM opportunity WHERE state = 2 AND reason = 'other' AND note = '出国了'"), 1);
}

// Who owns a car and asks again has a new opportunity beside the won one, and stays an owner.
static void a_repurchase_is_an_opportunity_of_its_own(void **state)
{
    (void)state;
    happening first = { .user = "u1", .kind = "lead.captured", .phone = PHONE, .props = agrees, .n = 5 };
    assert_ok(world_happen(&w, &first));
    w.now_us += US_PER_DAY;
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "delivery.completed", .vin = "LSVE70001"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM opportunity WHERE state = 1"), 1);
    w.now_us += 30 * US_PER_DAY;
    assert_ok(world_happen(&w, &first));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM opportunity"), 2);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM opportunity WHERE state = 0"), 1);
    assert_int_equal(stage_of(first.who.person), STAGE_OWNER);
    w.now_us += US_PER_DAY;
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "delivery.completed", .vin = "LSVE70002"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM opportunity WHERE state = 1"), 2);
    assert_int_equal(world_int(&w, arena_fmt(w.a, "SELECT owned FROM person WHERE id = %u", first.who.person).s), 2);
}

static void owners_stay_owners_while_they_own(void **state)
{
    (void)state;
    happening a = { .user = "a", .kind = "delivery.completed", .vin = "LSVE70001" },
              b = { .user = "b", .kind = "vehicle.bound", .vin = "lsve70001" };
    assert_ok(world_happen(&w, &a));
    assert_int_equal(stage_of(a.who.person), STAGE_OWNER);
    // A second car: the open opportunity does not hide the owner.
    assert_ok(HAPPEN(&w, .user = "a", .kind = "lead.captured", .phone = PHONE, .props = agrees, .n = 5));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM opportunity WHERE state = 0"), 1);
    assert_int_equal(stage_of(a.who.person), STAGE_OWNER);
    // Sold to b, told by b's binding alone.
    w.now_us += US_PER_HOUR;
    assert_ok(world_happen(&w, &b));
    assert_int_equal(stage_of(b.who.person), STAGE_OWNER);
    assert_int_equal(stage_of(a.who.person), STAGE_LEAD);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM ownership WHERE until_us = 0"), 1);
    w.now_us += US_PER_HOUR;
    assert_ok(HAPPEN(&w, .user = "b", .kind = "vehicle.sold", .vin = "LSVE70001"));
    assert_int_equal(stage_of(b.who.person), STAGE_VISITOR);
    // The delivery of this VIN paid once.
    assert_ok(HAPPEN(&w, .user = "c", .kind = "delivery.completed", .vin = "LSVE70001"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM entry WHERE reason = 'delivery'"), 2);
}

// --- The vault
// ----------------------------------------------------------------------------------------------------------------------------------

// True when the bytes stand in a file of the directory.
static bool stands_in(const char *dir, const char *bytes, size_t n)
{
    str *files, all;
    size_t count;
    assert_ok(os_list(os_posix(), dir, w.a, &files, &count));
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        assert_ok(os_read_file(os_posix(), arena_fmt(w.a, "%s/%s", dir, files[i].s).s, w.a, &all));
        if (memmem(all.s, all.len, bytes, n))
            return true;
    }
    return false;
}

static void the_canary_is_nowhere(void **state)
{
    (void)state;
    static const char *const canaries[] = { "13912345678", "LCANARY12345678" };
    assert_ok(HAPPEN(&w, .user = "u1", .device = "d1", .kind = "lead.captured", .phone = canaries[0], .vin = canaries[1],
                     .props = agrees, .n = 5));
    world_ship(&w);
    world_reopen(&w);
    const char *const dirs[] = { w.dir, w.log };
    for (size_t d = 0; d < 2; d++) {
        for (size_t c = 0; c < 2; c++)
            if (stands_in(dirs[d], canaries[c], strlen(canaries[c])))
                fail_msg("%s stands in %s", canaries[c], dirs[d]);
        assert_true(stands_in(dirs[d], "consent_version", 15) || stands_in(dirs[d], "vault:", 6));       // what is there is found
    }
    for (size_t i = 0; i < w.events.n; i++)
        for (uint32_t k = 0; k < w.events.v[i].e.props_n; k++)
            assert_false(w.events.v[i].e.props[k].v.k == V_STR && str_eq(w.events.v[i].e.props[k].v.s, str_c(canaries[0])));
    vault_kind kind;
    str plain;
    int64_t id = world_int(&w, "SELECT id FROM vault WHERE kind = 0");
    assert_ok(vault_read(w.d, w.e.vault, id, w.a, &kind, &plain));
    assert_str(plain, S("13912345678"));
    // Without the subject's key the row says nothing.
    assert_ok(db_exec(w.d, "DELETE FROM vault_key"));
    assert_err(vault_read(w.d, w.e.vault, id, w.a, &kind, &plain), E_NOT_FOUND);
}

static void values_are_sealed_and_masked(void **state)
{
    (void)state;
    static const struct { vault_kind kind; const char *plain, *masked;
    } cases[] = {
        { VAULT_PHONE, "138 1234 6207", "138••••6207" },
        { VAULT_PHONE, "+8613812346207", "138••••6207" },
        { VAULT_PHONE, "12345", "••••" },
        { VAULT_EMAIL, "Li.Na@Example.com", "l••••@example.com" },
        { VAULT_NAME, "李娜", "李••••" },
        { VAULT_VIN, "lsve12345678", "LSV••••5678" },
        { VAULT_PLATE, "沪A12345", "沪A••••5" },
        { VAULT_BIRTHDAY, "1990-01-02", "••••" },
        { VAULT_ID_NUMBER, "31010119900101123x", "3••••X" },
        { VAULT_ADDRESS, "上海市黄浦区人民大道1号", "上海市黄••••" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vault_item a, b;
        assert_ok(vault_seal(w.e.vault, cases[i].kind, str_c(cases[i].plain), &a));
        assert_ok(vault_seal(w.e.vault, cases[i].kind, str_c(cases[i].plain), &b));
        assert_true(hash128_eq(a.hash, b.hash) &&
                    hash128_eq(a.hash, vault_hash(w.e.vault, cases[i].kind, str_c(cases[i].plain))));
        assert_true(memcmp(a.box, b.box, a.box_n) != 0);
        // The mask is of the normal form, as it comes back from the vault.
        str plain = str_c(cases[i].plain);
        if (cases[i].kind == VAULT_PHONE && i < 2)
            plain = S("13812346207");
        if (cases[i].kind == VAULT_EMAIL)
            plain = S("li.na@example.com");
        if (cases[i].kind == VAULT_VIN)
            plain = S("LSVE12345678");
        if (cases[i].kind == VAULT_ID_NUMBER)
            plain = S("31010119900101123X");
        assert_str(vault_mask(w.a, cases[i].kind, plain), str_c(cases[i].masked));
    }
    vault_item x;
    assert_err(vault_seal(w.e.vault, VAULT_PHONE, S("none"), &x), E_FIELD_VALUE);
    assert_err(vault_seal(w.e.vault, VAULT_NAME, S("  "), &x), E_FIELD_VALUE);
    static const struct {
        const char *name;
        int kind;
    } named[] = { { "phone", VAULT_PHONE }, { "家庭.手机号", VAULT_PHONE },
                  { "Email", VAULT_EMAIL }, { "firstName", VAULT_NAME },
                  { "vin", VAULT_VIN },     { "phones", -1 },
                  { "city", -1 },           { "filename", -1 },
                  { "vin.colour", -1 } };
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        vault_kind k;
        assert_int_equal(vault_is_personal(str_c(named[i].name), &k) ? (int)k : -1, named[i].kind);
    }
}

// --- Views
// ----------------------------------------------------------------------------------------------------------------------------------------

static bool says(str json, const char *what)
{
    return memmem(json.s, json.len, what, strlen(what)) != NULL;
}

static void views_answer_within_their_shapes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof legs / sizeof *legs; i++) {
        w.now_us += US_PER_HOUR;
        assert_ok(HAPPEN(&w, .user = "u1", .device = "d1", .kind = legs[i].kind, .props = agrees, .n = 5, .phone = PHONE,
                         .vin = i == 7 ? "LSVE70001" : NULL));
    }
    assert_ok(HAPPEN(&w, .device = "d2", .kind = "follow.started"));
    str one = world_get(&w, world_route(&people_routes, M_GET, "/api/v1/people/{id}"), 1, NULL);
    assert_true(says(one, "\"stage\":\"advocate\"") && says(one, "138••••6207") && says(one, "\"city\":\"上海\"") &&
                !says(one, PHONE));
    assert_true(says(one, "\"touches\":2") && says(one, "\"text_version\":\"v3\"") && says(one, "\"amount\":7900"));
    assert_str(world_get(&w, world_route(&people_routes, M_GET, "/api/v1/people/{id}"), 99, NULL), S("not_found"));
    const route *list = world_route(&people_routes, M_GET, "/api/v1/people");
    people_query q = { 0 };
    assert_true(says(world_get(&w, list, 0, &q), "\"total\":2"));
    SET(&q, people_query, limit, 1);
    str first = world_get(&w, list, 0, &q);
    assert_true(says(first, "\"next\":"));
    const struct {
        const char *q;
        bool found;
    } searches[] = { { PHONE, true }, { "+86 13812346207", true }, { "6207", true }, { "6208", false },
                     { "u1", true },  { "13812346208", false } };
    for (size_t i = 0; i < sizeof searches / sizeof *searches; i++) {
        q = (people_query){ 0 };
        SET(&q, people_query, q, str_c(searches[i].q));
        assert_int_equal(says(world_get(&w, list, 0, &q), "\"id\":1,"), searches[i].found);
    }
    const struct {
        int stage, band;
        const char *tag;
        int n;
    } filters[] = { { STAGE_ADVOCATE, -1, NULL, 1 }, { STAGE_LEAD, -1, NULL, 0 },           { -1, BAND_OWNER, NULL, 1 },
                    { -1, BAND_FAN, NULL, 1 },       { STAGE_FOLLOW, BAND_OWNER, NULL, 0 }, { -1, -1, "车主", 1 },
                    { STAGE_LEAD, -1, "车主", 0 } };
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        q = (people_query){ 0 };
        if (filters[i].stage >= 0)
            SET(&q, people_query, stage, (enum stage)filters[i].stage);
        if (filters[i].band >= 0)
            SET(&q, people_query, band, (enum band)filters[i].band);
        if (filters[i].tag)
            SET(&q, people_query, tag, str_c(filters[i].tag));
        assert_true(says(world_get(&w, list, 0, &q), arena_fmt(w.a, "\"total\":%d,", filters[i].n).s));
    }
    int64_t asked[] = { 1, 999, 1 };
    names_query called = { 0 };
    SET(&called, names_query, ids, (list_i64s) { asked, 3 });
    assert_str(world_get(&w, world_route(&people_routes, M_GET, "/api/v1/people/names"), 0, &called),
               S("{\"items\":[{\"id\":1,\"person\":1,\"phone\":\"138••••6207\"}]}"));
    str funnel = world_get(&w, world_route(&funnel_routes, M_GET, "/api/v1/funnel"), 0, NULL);
    assert_true(says(funnel, "{\"stage\":\"follow\",\"now\":1,\"entered\":2,\"stay_s\":3600}"));
    assert_true(says(funnel, "{\"stage\":\"lead\",\"now\":0,\"entered\":1,\"of_previous\":1,\"previous\":2,\"stay_s\":10800}"));
    assert_true(says(funnel, "{\"stage\":\"advocate\",\"now\":1,\"entered\":1,\"of_previous\":1,\"previous\":1}"));
    const route *line = world_route(&people_routes, M_GET, "/api/v1/people/{id}/timeline");
    str events = world_get(&w, line, 1, NULL);
    assert_true(says(events, "\"name_zh\":\"完成交付\"") && says(events, "\"phone\":\"138••••6207\"") && !says(events, "vault:"));
    assert_true(says(events, "\"kind\":\"points\",\"outcome\":\"done\",\"rule\":\"points.delivery\",\"what\":\"delivery\",\"amount\":5000"));
    assert_true(says(events, "\"system\":true,\"quiet\":false,\"cause\":"));
    timeline_query page = { 0 };
    SET(&page, timeline_query, limit, 2);
    int pages = 0, more = 1;
    while (more && pages < 1000) {
        str got = world_get(&w, line, 1, &page);
        const char *next = memmem(got.s, got.len, "\"next\":\"", 8);
        more = next != NULL;
        if (next) {
            str rest = str_of(next + 8, (size_t)(got.s + got.len - next - 8));
            SET(&page, timeline_query, cursor, str_cut(&rest, '"'));
        }
        pages++;
    }
    // Two events a page, all of this person's.
    int64_t mine = 0;
    for (size_t i = 0; i < w.events.n; i++)
        mine += w.events.v[i].e.subject == 1 || w.events.v[i].e.subject == 2 || w.events.v[i].e.subject == 3;
    assert_int_equal(pages, (mine + 1) / 2);
    assert_true(says(world_get(&w, world_route(&rule_routes, M_GET, "/api/v1/rules"), 0, NULL), "12 小时内联系"));
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_journey_and_its_repeats),
        T(the_reply_tells_points_and_balance),
        T(stages_do_not_depend_on_arrival),
        T(cancelled_promises_fall_away),
        T(no_consent_no_call),
        T(a_foreign_reference_is_only_text),
        T(the_latest_word_on_consent_counts),
        T(a_device_becomes_its_user),
        T(a_device_of_two_users_stays_with_the_first),
        T(one_phone_from_three_sources_is_one_opportunity),
        T(a_join_loses_nothing),
        T(last_seen_is_written_in_slices),
        T(points_go_to_people_only),
        T(an_undone_join_never_was),
        T(a_number_handed_on_is_cut_by_time),
        T(a_table_about_a_person_must_be_declared),
        T(of_two_consents_the_refusal_wins),
        T(opportunities_close_and_open_again),
        T(a_loss_needs_a_reason),
        T(a_repurchase_is_an_opportunity_of_its_own),
        T(owners_stay_owners_while_they_own),
        T(the_canary_is_nowhere),
        T(values_are_sealed_and_masked),
        T(views_answer_within_their_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
