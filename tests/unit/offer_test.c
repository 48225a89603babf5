// The matrix of activities and invitations: what is offered to whom, why not, and that inviting asks.
#include "one_world.h"
#include "tier/offer.h"
#include <stdio.h>

static const event_prop agrees[] = { { { "consent_call", 12 }, { .k = V_BOOL, .i = 1 } } };
#define P_STR(n, v) { { n, sizeof n - 1 }, { .k = V_STR, .s = { v, sizeof v - 1 } } }

#define GATHERING 71
#define TOUR 72
#define OVER 73
#define UNDECIDED 74

static err campaigns(tx *t, void *p)
{
    static const struct { int64_t id; const char *code, *state, *kind; int days; } list[] = {
        { GATHERING, "tea", "running", "gathering", 10 }, { TOUR, "tour", "planned", "tour", 10 }, { OVER, "over", "ended", "gathering", 10 },
        { UNDECIDED, "odd", "running", NULL, 10 },
    };
    (void)p;
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        TRY(db_exec(t->d,
                    "INSERT INTO campaign (id, version, code, name, state, starts_us, ends_us, store, budget_fen, created_us, changed_us, archived_us, kind)"
                    " VALUES ($1, 1, $2, '茶会', $3, $4, $5, NULL, 0, $4, $4, 0, $6)",
                    dbi(list[i].id), dbs(str_c(list[i].code)), dbs(str_c(list[i].state)), dbi(t->now_us),
                    dbi(t->now_us + list[i].days * US_PER_DAY), dbs_or_null(list[i].kind != NULL, str_c(list[i].kind ? list[i].kind : ""))));
    return E_OK;
}

static int begin(void **state)
{
    world_begin(state);
    assert_ok(world_run(&w, campaigns, NULL));
    return 0;
}

static uint32_t happens(const char *user, const char *kind, const event_prop *props, size_t n)
{
    happening h = { .user = user, .kind = kind, .props = props, .n = n, .phone = "13812346207" };
    w.now_us += US_PER_MIN;
    assert_ok(world_happen(&w, &h));
    return h.who.person;
}
// A prospect of tier B.
static uint32_t prospect(const char *user)
{
    static const event_prop quarter[] = { P_STR("plan_to_buy", "3m") };
    happens(user, "lead.captured", agrees, 1);
    return happens(user, "survey.submitted", quarter, 1);
}

static str ask(method m, const char *path, int64_t id, const char *body)
{
    const route *rt = world_route(&tier_routes, m, path);
    return m == M_GET ? world_get(&w, rt, id, body) : world_post(&w, rt, id, body);
}
static str offers_of(uint32_t id) { return ask(M_GET, "/api/v1/people/{id}/offers", id, NULL); }
static str invites(int64_t campaign, const char *body) { return ask(M_POST, "/api/v1/campaigns/{id}/invitations", campaign, body); }
static char *fmt(const char *f, unsigned id) { return arena_cstr(w.a, arena_fmt(w.a, f, id)); }

static void the_matrix_says_why(void **state)
{
    (void)state;
    uint32_t id = prospect("u1");
    str json = offers_of(id);
    assert_has(json, "\"code\":\"tea\",\"name\":\"茶会\"");
    assert_has(json, "\"may\":true,\"target\":\"tier:prospect:B\",\"channels\":[\"call\"]");
    assert_has(json, "\"may\":false,\"why\":\"matrix:nobody\"");           // the tour is for owners
    assert_has(json, "\"may\":false,\"why\":\"matrix:none\"");             // nobody has decided
    assert_lacks(json, "\"code\":\"over\"");
    // One refusal stands above every offer.
    static const event_prop invalid[] = { P_STR("outcome", "invalid_number") };
    happens("u1", "lead.contacted", invalid, 1);
    assert_has(offers_of(id), "\"may\":false,\"why\":\"matrix:no\",\"target\":\"tag:空号\"");
}

static void inviting_asks(void **state)
{
    (void)state;
    uint32_t id = prospect("u1");
    char *body = fmt("{\"people\": [%u, 999999], \"channel\": \"call\"}", id);
    assert_has(invites(GATHERING, fmt("{\"people\": [%u], \"channel\": \"call\", \"dry_run\": true}", id)), "\"dry_run\":true,\"invited\":1");
    assert_int_equal(world_told(&w, "campaign.invited"), 0);
    assert_has(invites(GATHERING, fmt("{\"people\": [%u], \"channel\": \"sms\"}", id)), "\"why\":\"consent:sms\"");
    assert_has(invites(TOUR, body), "\"why\":\"matrix:nobody\"");
    assert_has(invites(OVER, body), "\"why\":\"campaign:ended\"");
    assert_has(invites(UNDECIDED, body), "\"why\":\"matrix:none\"");
    assert_has(invites(12345, body), "not_found");
    assert_int_equal(world_int(&w, "SELECT count(*) FROM invitation"), 0);
    str json = invites(GATHERING, body);
    assert_has(json, "\"invited\":1");
    assert_has(json, "\"person\":999999,\"why\":\"unknown\"");
    assert_int_equal(world_told(&w, "campaign.invited"), 1);
    assert_has(invites(GATHERING, body), "\"invited\":0");
    assert_has(offers_of(id), "\"why\":\"invited\",\"target\":\"tier:prospect:B\"");
    assert_has(offers_of(id), "\"recent\":1");
    assert_has(ask(M_GET, "/api/v1/campaigns/{id}/invitations", GATHERING, NULL), "\"channel\":\"call\"");
}

static void nobody_is_invited_too_often(void **state)
{
    (void)state;
    uint32_t id = prospect("u1");
    w.now_us += US_PER_DAY;
    assert_true(3 < INVITES_MAX);
    for (int i = 0; i < 3; i++) {              // of level B, which says three; the usual would be four
        assert_lacks(offers_of(id), "\"why\":\"often\"");
        assert_int_equal(world_int(&w, arena_cstr(w.a, arena_fmt(w.a,
            "INSERT INTO invitation (subject, campaign, person, channel, at_us, staff, rule, target, event_no) VALUES (%u, %d, %u, 'call', %lld, 7, '', '', %d)"
            " RETURNING staff", id, 900 + i, id, (long long)w.now_us, i + 1))), 7);
    }
    assert_has(offers_of(id), "\"why\":\"often\"");
    assert_has(invites(GATHERING, fmt("{\"people\": [%u], \"channel\": \"call\"}", id)), "\"why\":\"often\"");
}

static void a_row_is_decided_as_a_whole(void **state)
{
    (void)state;
    uint32_t id = prospect("u1");
    assert_has(ask(M_POST, "/api/v1/offers", 0, "{\"activity\": \"campaign:72\", \"version\": 0, \"cells\": [{\"target\": \"tier:prospect:B\", \"offered\": true}]}"),
               "\"activity\":\"campaign:72\",\"zh\":\"茶会\",\"en\":\"茶会\",\"kind\":\"tour\",\"version\":1");
    assert_has(invites(TOUR, fmt("{\"people\": [%u], \"channel\": \"call\", \"dry_run\": true}", id)), "\"invited\":1");
    static const struct { const char *body, *field; } refused[] = {
        { "{\"activity\": \"kind:party\", \"version\": 0, \"cells\": []}", "activity" },
        { "{\"activity\": \"campaign:5\", \"version\": 0, \"cells\": []}", "activity" },
        { "{\"activity\": \"kind:tour\", \"version\": 1, \"cells\": [{\"target\": \"tier:prospect:Z\", \"offered\": true}]}", "cells[0].target" },
        { "{\"activity\": \"kind:tour\", \"version\": 1, \"cells\": [{\"target\": \"tag:无此标签\", \"offered\": true}]}", "cells[0].target" },
        { "{\"activity\": \"kind:tour\", \"version\": 1, \"cells\": [{\"target\": \"tag:KOC\", \"offered\": true}, {\"target\": \"tag:KOC\", \"offered\": false}]}", "cells[1].target" },
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        ask(M_POST, "/api/v1/offers", 0, refused[i].body);
        assert_str(w.f.field, str_c(refused[i].field));
    }
    assert_has(ask(M_POST, "/api/v1/offers", 0, "{\"activity\": \"kind:tour\", \"version\": 7, \"cells\": []}"), "conflict");
    // Without cells the campaign is its kind's again.
    ask(M_POST, "/api/v1/offers", 0, "{\"activity\": \"campaign:72\", \"version\": 1, \"cells\": []}");
    assert_has(invites(TOUR, fmt("{\"people\": [%u], \"channel\": \"call\", \"dry_run\": true}", id)), "matrix:nobody");
}

static void a_rule_invites_and_is_refused(void **state)
{
    (void)state;
    world_load(&w, "{\"rules\": [{\"key\": \"t.invite\", \"name\": {\"zh\": \"邀请\", \"en\": \"Invite\"}, \"when\": {\"event\": \"event.published\"},"
                   " \"then\": [{\"invite\": {\"campaign\": \"$campaign\", \"channel\": \"call\"}}]}]}");
    static const event_prop tea[] = { P_STR("campaign", "tea") }, tour[] = { P_STR("campaign", "tour") }, none[] = { P_STR("campaign", "nowhere") };
    prospect("u1");
    happens("u1", "event.published", tour, 1);
    assert_str(world_ring(&w, "invite", RING_SUPPRESSED)->why, S("matrix:nobody"));
    happens("u1", "event.published", none, 1);
    assert_str(world_ring(&w, "invite", RING_SUPPRESSED)->why, S("campaign:ended"));
    happens("u1", "event.published", tea, 1);
    assert_non_null(world_ring(&w, "invite", RING_DONE));
    happens("u1", "event.published", tea, 1);
    assert_str(world_ring(&w, "invite", RING_SUPPRESSED)->why, S("invited"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM invitation WHERE rule = 't.invite' AND staff = 0"), 1);
}

static void candidates_are_those_who_may(void **state)
{
    (void)state;
    uint32_t a = prospect("u1");
    happening h = { .user = "u9", .kind = "lead.captured", .phone = "13900000009", .props = agrees, .n = 1 };
    assert_ok(world_happen(&w, &h));          // tier C: not asked to gatherings
    str json = ask(M_GET, "/api/v1/campaigns/{id}/candidates", GATHERING, NULL);
    assert_has(json, fmt("\"id\":%u,", a));
    assert_lacks(json, fmt("\"id\":%u,", h.who.person));
    invites(GATHERING, fmt("{\"people\": [%u], \"channel\": \"call\"}", a));
    assert_has(ask(M_GET, "/api/v1/campaigns/{id}/candidates", GATHERING, NULL), "\"items\":[]");
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_matrix_says_why), T(inviting_asks), T(nobody_is_invited_too_often), T(a_row_is_decided_as_a_whole),
        T(a_rule_invites_and_is_refused), T(candidates_are_those_who_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
