// Consents: purposes as data, named companies, texts and proof, refusals that win, channels withdrawn at once and what that stops.
#include "one_world.h"
#include "people/consent.h"
#include "profile/consent_api.h"


static str post(const char *path, int64_t id, const char *body) { return world_post(&w, world_route(&profile_routes, M_POST, path), id, body); }
static str get(const char *path, int64_t id) { return world_get(&w, world_route(&profile_routes, M_GET, path), id, NULL); }
static str says(int64_t id, const char *body) { return post("/api/v1/people/{id}/consents", id, body); }

static int counts(uint32_t person, const char *what)
{
    int given;
    assert_ok(people_consent(w.d, person, str_c(what), &given));
    return given;
}

static uint32_t somebody(const char *user)
{
    happening h = { .user = user, .kind = "follow.started" };
    assert_ok(world_happen(&w, &h));
    return h.who.person;
}

static void store_text(const char *purpose_key)
{
    assert_has(post("/api/v1/consent-texts", 0,
                    arena_fmt(w.a, "{\"purpose\": \"%s\", \"version\": \"v3\", \"zh\": \"我同意被联系\", \"en\": \"I agree to this\"}", purpose_key).s),
               "\"hash\":\"");
}

// --- Purposes and texts -----------------------------------------------------------------------------------------------------------

static const struct { const char *text; bool known; } spoken[] = {
    { "call", true }, { "share_dealer:SH-001", true }, { "share_partner:a.b_c-1", true }, { "share_dealer", false }, { "share_dealer:", false },
    { "share_dealer:a b", false }, { "call:SH-001", false }, { "marketing", false }, { "", false }, { "channels", false },
    { "share_dealer:0123456789012345678901234567", false },
};

static void purposes_are_data(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof spoken / sizeof *spoken; i++)
        if ((purpose_of(&w.e, str_c(spoken[i].text)) != NULL) != spoken[i].known)
            fail_msg("%s", spoken[i].text);
    const char *body = "{\"key\": \"research\", \"zh\": \"学术研究\", \"en\": \"Research\", \"named\": true}";
    assert_has(post("/api/v1/consent-purposes", 0, body), "\"named\":true,\"given\":0");
    assert_str(post("/api/v1/consent-purposes", 0, body), S("exists"));
    assert_str(post("/api/v1/consent-purposes", 0, "{\"key\": \"call\", \"zh\": \"x\", \"en\": \"x\"}"), S("exists"));
    assert_non_null(purpose_of(&w.e, S("research:uni")));
    world_reopen(&w);
    assert_non_null(purpose_of(&w.e, S("research:uni")));
    assert_has(get("/api/v1/consent-purposes", 0), "{\"key\":\"research\",\"zh\":\"学术研究\",\"en\":\"Research\"");
    // Its names may change; what it means may not, nor anything of a built-in one.
    const route *change = world_route(&profile_routes, M_PATCH, "/api/v1/consent-purposes/{key:str}");
    assert_has(world_post_at(&w, change, S("research"), 0, "{\"zh\": \"科研\", \"channel\": true}"), "\"zh\":\"科研\",\"en\":\"Research\",\"channel\":true");
    assert_str(world_post_at(&w, change, S("call"), 0, "{\"zh\": \"科研\"}"), S("conflict"));
    assert_str(world_post_at(&w, change, S("none"), 0, "{\"zh\": \"科研\"}"), S("not_found"));
    assert_true(purpose_of(&w.e, S("research:uni"))->channel);
}

static err add_and_fail(tx *t, void *p)
{
    (void)p;
    TRY(purpose_add(t, &(purpose_info){ S("undone"), S("x"), S("x"), false, false }));
    ENSURE(purpose_of(engine_of(t), S("undone")));
    return E_CONFLICT;
}

static void an_undone_purpose_is_forgotten(void **state)
{
    (void)state;
    assert_err(world_run(&w, add_and_fail, NULL), E_CONFLICT);
    assert_null(purpose_of(&w.e, S("undone")));
}

static void texts_are_never_changed(void **state)
{
    (void)state;
    store_text("call");
    assert_str(post("/api/v1/consent-texts", 0, "{\"purpose\": \"call\", \"version\": \"v3\", \"zh\": \"我同意别的\", \"en\": \"I agree to else\"}"), S("exists"));
    assert_str(post("/api/v1/consent-texts", 0, "{\"purpose\": \"nope\", \"version\": \"v3\", \"zh\": \"我同意别的\", \"en\": \"I agree to else\"}"), S("field_value"));
    str json = get("/api/v1/consent-texts", 0);
    assert_has(json, "\"zh\":\"我同意被联系\"");
    uint8_t h[32];
    hash_blake2b(h, str_of("我同意被联系\0I agree to this", 18 + 1 + 15));
    assert_has(json, arena_fmt(w.a, "\"hash\":\"%02x%02x%02x%02x", h[0], h[1], h[2], h[3]).s);
}

// --- By hand ----------------------------------------------------------------------------------------------------------------------

static void said_by_hand_with_text_place_and_proof(void **state)
{
    (void)state;
    uint32_t id = somebody("u1");
    store_text("sms");
    store_text("share_dealer");
    static const struct { const char *body, *answer; } cases[] = {
        { "{\"purpose\": \"sms\", \"given\": true, \"place\": \"store\", \"reason\": \"当面同意\"}", "field_required" },
        { "{\"purpose\": \"sms\", \"given\": true, \"version\": \"v9\", \"place\": \"store\", \"reason\": \"当面同意\"}", "field_value" },
        { "{\"purpose\": \"nope\", \"given\": true, \"version\": \"v3\", \"place\": \"store\", \"reason\": \"当面同意\"}", "field_value" },
        { "{\"purpose\": \"share_dealer\", \"given\": true, \"version\": \"v3\", \"place\": \"store\", \"reason\": \"当面同意\"}", "field_value" },
        { "{\"purpose\": \"channels\", \"given\": true, \"version\": \"v3\", \"place\": \"store\", \"reason\": \"当面同意\"}", "field_value" },
        { "{\"purpose\": \"sms\", \"given\": true, \"version\": \"v3\", \"place\": \"store\", \"reason\": \"当面同意\"}", "{\"done\":true," },
        { "{\"purpose\": \"sms\", \"given\": true, \"version\": \"v3\", \"place\": \"store\", \"reason\": \"又说一遍\"}", "{\"done\":false}" },
        { "{\"purpose\": \"share_dealer:SH-001\", \"given\": true, \"version\": \"v3\", \"place\": \"store\", \"reason\": \"当面同意\"}", "{\"done\":true," },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        w.now_us += US_PER_MIN;
        assert_has(says(id, cases[i].body), cases[i].answer);
    }
    assert_int_equal(counts(id, "sms"), 1);
    // Consent to one dealer is consent to no other.
    assert_int_equal(counts(id, "share_dealer:SH-001"), 1);
    assert_int_equal(counts(id, "share_dealer:SH-002"), -1);
    str json = get("/api/v1/people/{id}/consents", id);
    assert_has(json, "{\"purpose\":\"sms\",\"zh\":\"营销短信\",\"en\":\"Marketing SMS\",\"state\":\"given\",\"text_version\":\"v3\",\"text_known\":true,\"place\":\"store\",\"event\":");
    assert_has(json, "\"company\":\"SH-001\",\"state\":\"given\"");
    assert_has(json, "{\"purpose\":\"call\",\"zh\":\"营销电话\",\"en\":\"Marketing calls\",\"state\":\"unasked\",\"text_known\":false}");
    assert_int_equal(world_told(&w, "consent.given"), 2);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM consent_word"), 2);
    assert_has(get("/api/v1/consent-purposes", 0), "\"key\":\"share_dealer\",\"zh\":\"向经销商提供\",\"en\":\"Sharing with a dealer\",\"channel\":false,\"named\":true,\"given\":1,\"text_version\":\"v3\"");
    // Taken back as a whole: every company that was named.
    w.now_us += US_PER_MIN;
    assert_has(says(id, "{\"purpose\": \"share_dealer\", \"given\": false, \"place\": \"call\", \"reason\": \"来电要求\"}"), "{\"done\":true,");
    assert_int_equal(counts(id, "share_dealer:SH-001"), 0);
    assert_has(get("/api/v1/people/{id}/consents", id), "{\"purpose\":\"share_dealer:SH-001\",\"given\":false,");
}

// --- Refusals ---------------------------------------------------------------------------------------------------------------------

static const event_prop agrees[] = { { { "consent_call", 12 }, { .k = V_BOOL, .i = 1 } }, { { "consent_version", 15 }, { .k = V_STR, .s = { "v3", 2 } } } };

static void do_not_call_stops_every_channel_and_its_tasks(void **state)
{
    (void)state;
    happening h = { .user = "u1", .kind = "lead.captured", .phone = "13812346207", .props = agrees, .n = 2 };
    assert_ok(world_happen(&w, &h));
    assert_int_equal(counts(h.who.person, "call"), 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM consent WHERE purpose = 'call' AND place = 'lead.captured' AND text_version = 'v3'"), 1);
    w.now_us += US_PER_HOUR;
    assert_has(says(h.who.person, "{\"purpose\": \"channels\", \"given\": false, \"place\": \"call\", \"reason\": \"别再打\"}"), "{\"done\":true,");
    static const char *const channels[] = { "call", "sms", "wecom", "push" };
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(counts(h.who.person, channels[i]), 0);
    assert_int_equal(counts(h.who.person, "personalise"), -1);
    // Later rules say why they hold still: no call after a drive, none for a reserve.
    w.now_us += US_PER_HOUR;
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "test_drive.completed"));
    assert_non_null(world_ring(&w, "task", RING_SUPPRESSED));
    assert_str(world_ring(&w, "task", RING_SUPPRESSED)->why, S("consent:call"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task WHERE clock = 'K11'"), 0);
    // A new lead with the old tick, told late, opens nothing either: the refusal is younger.
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "lead.captured", .phone = "13812346207", .props = agrees, .n = 2, .at_us = w.now_us - 90 * US_PER_MIN));
    assert_int_equal(counts(h.who.person, "call"), 0);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM consent_word WHERE purpose = 'call'"), 3);
}

static const event_prop give_sms[] = { { { "purpose", 7 }, { .k = V_STR, .s = { "sms", 3 } } }, { { "version", 7 }, { .k = V_STR, .s = { "v1", 2 } } } };

static void of_two_words_the_refusal_wins(void **state)
{
    (void)state;
    // A user agreed after the device had refused; nobody knew then that they are one.
    assert_ok(HAPPEN(&w, .device = "d1", .kind = "consent.withdrawn", .props = give_sms, .n = 1));
    w.now_us += US_PER_HOUR;
    happening user = { .user = "u1", .kind = "consent.given", .props = give_sms, .n = 2 };
    assert_ok(world_happen(&w, &user));
    assert_int_equal(counts(user.who.person, "sms"), 1);
    w.now_us += US_PER_HOUR;
    happening both = { .user = "u1", .device = "d1", .kind = "page" };
    assert_ok(world_happen(&w, &both));
    assert_int_equal(counts(both.who.person, "sms"), 0);
    assert_has(get("/api/v1/people/{id}/consents", both.who.person), "\"purpose\":\"sms\",\"zh\":\"营销短信\",\"en\":\"Marketing SMS\",\"state\":\"refused\"");
    assert_int_equal(world_int(&w, "SELECT count(*) FROM consent WHERE purpose = 'sms'"), 2);
    // Known as one, they say yes: that answers the refusal.
    w.now_us += US_PER_HOUR;
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "consent.given", .props = give_sms, .n = 2));
    assert_int_equal(counts(both.who.person, "sms"), 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM consent_word WHERE purpose = 'sms'"), 3);
}

// --- Rules ------------------------------------------------------------------------------------------------------------------------

static void a_rule_names_the_company_of_the_event(void **state)
{
    (void)state;
    world_load(&w, "{\"rules\": [{\"key\": \"t.share\", \"name\": {\"zh\": \"a\", \"en\": \"a\"}, \"when\": {\"event\": \"form.signed\"},"
                   " \"then\": [{\"consent\": {\"give\": \"share_dealer:$store\", \"version\": \"v3\"}}]},"
                   "{\"key\": \"t.hand\", \"name\": {\"zh\": \"b\", \"en\": \"b\"}, \"when\": {\"event\": \"lead.handed\"},"
                   " \"if\": {\"consent\": \"share_dealer:$store\"}, \"then\": [{\"tag\": {\"add\": \"已转店\"}}]}]}");
    const event_prop one[] = { prop_str(S("store"), S("SH-001")) }, two[] = { prop_str(S("store"), S("SH-002")) };
    happening h = { .user = "u1", .kind = "form.signed", .props = one, .n = 1 };
    assert_ok(world_happen(&w, &h));
    assert_int_equal(counts(h.who.person, "share_dealer:SH-001"), 1);
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "lead.handed", .props = two, .n = 1));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag WHERE tag = '已转店'"), 0);
    assert_str(world_ring(&w, "rule", RING_SUPPRESSED)->why, S("consent:share_dealer:SH-002"));
    assert_ok(HAPPEN(&w, .user = "u1", .kind = "lead.handed", .props = one, .n = 1));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag WHERE tag = '已转店'"), 1);
    // An event without the company: the effect fails, nothing is agreed to.
    assert_ok(HAPPEN(&w, .user = "u2", .kind = "form.signed"));
    assert_non_null(world_ring(&w, "consent", RING_FAILED));
}

static const struct { const char *effect; bool good; } bodies[] = {
    { "{\"give\": \"call\"}", true }, { "{\"give\": \"$purpose\"}", true }, { "{\"give\": \"share_dealer:SH-001\"}", true },
    { "{\"give\": \"share_dealer:$store\"}", true }, { "{\"withdraw\": \"channels\"}", true }, { "{\"withdraw\": \"share_dealer\"}", true },
    { "{\"give\": \"call\", \"place\": \"store\"}", true }, { "{\"give\": \"share_dealer\"}", false }, { "{\"give\": \"call:$store\"}", false },
    { "{\"give\": \"channels\"}", false }, { "{\"give\": \"nope\"}", false }, { "{\"withdraw\": \"nope\"}", false }, { "{}", false },
    { "{\"give\": \"call\", \"withdraw\": \"call\"}", false },
};

static void bodies_are_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        fault f = { 0 };
        jval *body;
        const checking c = { w.a, &f, &w.e };
        assert_ok(json_parse(w.a, arena_fmt(w.a, "{\"key\": \"t\", \"name\": {\"zh\": \"a\", \"en\": \"a\"}, \"when\": {\"event\": \"a\"}, \"then\": [{\"consent\": %s}]}",
                                            bodies[i].effect), &f, &body));
        err e = rule_check(&c, body);
        if ((e == E_OK) != bodies[i].good)
            fail_msg("%s: %s at " STR_FMT, bodies[i].effect, err_info_of(e)->code, STR_ARG(f.field));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)
    const struct CMUnitTest tests[] = {
        TEST(purposes_are_data), TEST(an_undone_purpose_is_forgotten), TEST(texts_are_never_changed), TEST(said_by_hand_with_text_place_and_proof),
        TEST(do_not_call_stops_every_channel_and_its_tasks), TEST(of_two_words_the_refusal_wins), TEST(a_rule_names_the_company_of_the_event),
        TEST(bodies_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
