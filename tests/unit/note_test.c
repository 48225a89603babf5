// Notes of conversations, and the tags their words speak for.
#include "one_world.h"
#include "profile/profile.h"
#include "profile/tag_words.h"
#include <stdio.h>

#define P_STR(n, v) { { n, sizeof n - 1 }, { .k = V_STR, .s = { v, sizeof v - 1 } } }

// --- Words --------------------------------------------------------------------------------------------------------------------

static const struct { const char *text; bool speaks; } said[] = {
    // Of 孩子、儿子; kids, son.
    { "周末要带孩子去露营", true },              { "没有孩子", false },                      { "家里没孩子，想买小一点的", false },
    { "还没有小孩子", false },                   { "孩子还没有", false },                    { "不是没有孩子，只是在国外", true },
    { "有孩子吗？", false },                     { "您有孩子吗", false },                    { "如果有孩子再换大车", false },
    { "朋友家的孩子坐过", false },               { "邻居有孩子", false },                    { "不但有孩子，还有老人", true },
    { "不太会开车但是有孩子要接送", true },      { "没有车位，孩子上学要接送", true },       { "不喜欢孩子", false },
    { "暂时不考虑要孩子", false },               { "孩子，没有", true },                     { "住别墅，两个儿子", true },
    { "他说孩子不错", true },                    { "没有孩子、老人", false },                { "He has two kids", true },
    { "no kids yet", false },                    { "they don't have kids", false },          { "not only kids but dogs", true },
    { "do you have kids?", false },              { "a person from Sonoma", false },          { "her SON drives", true },
    { "without a garage; kids in the back", true }, { "", false },                           { "无锡人，孩子五岁", true },
};

static void words_speak_or_keep_silent(void **state)
{
    (void)state;
    str found[TAG_WORDS_FOUND_MAX];
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        size_t n = tag_words_in(str_c(said[i].text), S("孩子、儿子，kids, son"), w.a, found);
        if ((n > 0) != said[i].speaks)
            fail_msg("%s: %zu", said[i].text, n);
    }
    assert_int_equal(tag_words_in(S("带帐篷去露营，露营真好"), S("露营、帐篷、天幕"), w.a, found), 2);
    assert_str(found[0], S("露营"));
    assert_str(found[1], S("帐篷"));
    assert_int_equal(tag_words_in(S("露营"), S("、,，"), w.a, found), 0);
    // Bytes that are no text end nowhere.
    assert_int_equal(tag_words_in(str_of("\xe5\xad", 2), S("孩子"), w.a, found), 0);
}

// --- Notes --------------------------------------------------------------------------------------------------------------------

static const route *of(method m, const char *path) { return world_route(&profile_routes, m, path); }
static str note(uint32_t id, const char *text)
{
    return world_post(&w, of(M_POST, "/api/v1/people/{id}/notes"), id, arena_cstr(w.a, arena_fmt(w.a, "{\"text\": \"%s\", \"channel\": \"call\"}", text)));
}
static str suggestions(uint32_t id) { return world_get(&w, of(M_GET, "/api/v1/people/{id}/tags/suggestions"), id, NULL); }
static str tag(uint32_t id, const char *name, int64_t no)
{
    return world_post(&w, of(M_POST, "/api/v1/people/{id}/tags"), id,
                      arena_cstr(w.a, arena_fmt(w.a, "{\"tag\": \"%s\", \"reason\": \"电话里说的\", \"event\": %lld}", name, (long long)no)));
}
static uint32_t somebody(const char *user)
{
    happening h = { .user = user, .kind = "app.registered" };
    assert_ok(world_happen(&w, &h));
    return h.who.person;
}

static void a_note_suggests_and_is_the_evidence(void **state)
{
    (void)state;
    uint32_t id = somebody("u1");
    assert_has(note(id, "周末常去露营，带两个孩子；不抽烟。"), "\"channel\":\"call\"");
    int64_t no = world_int(&w, "SELECT event_no FROM person_note");
    str json = suggestions(id);
    assert_has(json, "\"tag\":\"露营\",\"en\":\"Camping\",\"words\":[\"露营\"]");
    // What needs a consent says so.
    assert_has(json, "\"tag\":\"有子女\",\"en\":\"Has children\",\"words\":[\"孩子\"]");
    assert_has(json, "\"purpose\":\"family\",\"permitted\":false");
    assert_has(tag(id, "有子女", no), "\"why\":\"consent:family\"");
    assert_has(tag(id, "露营", no), "\"done\":true");
    assert_int_equal(world_int(&w, "SELECT event_no FROM person_tag WHERE tag = '露营'"), no);
    assert_lacks(suggestions(id), "\"tag\":\"露营\"");            // what they have is not suggested
    // Evidence is an event of this very person.
    uint32_t other = somebody("u2");
    tag(other, "摄影", no);
    assert_str(w.f.field, S("event"));
    assert_lacks(suggestions(other), "\"tag\":\"露营\"");
    // The text is in no event.
    assert_int_equal(world_told(&w, "note.taken"), 1);
    assert_has(world_get(&w, of(M_GET, "/api/v1/people/{id}/notes"), id, NULL), "\"text\":\"周末常去露营，带两个孩子；不抽烟。\"");
}

static void what_they_wrote_themselves_suggests(void **state)
{
    (void)state;
    static const event_prop post[] = { P_STR("content", "国庆带着帐篷跑了趟川藏线，风景太美"), P_STR("source", "露营") };
    happening h = { .user = "u1", .kind = "post.created", .props = post, .n = 2 };
    assert_ok(world_happen(&w, &h));
    str json = suggestions(h.who.person);
    assert_has(json, "\"tag\":\"露营\",\"en\":\"Camping\",\"words\":[\"帐篷\"]");
    assert_has(json, "\"tag\":\"自驾\"");
    assert_has(json, "\"kind\":\"post.created\"");
    assert_lacks(json, "\"note\":");
}

static err forget(tx *t, void *p)
{
    const uint32_t *subject = p;
    int64_t rows;
    return people_erase(t, subject, 1, &rows);
}

static void a_note_goes_with_its_person(void **state)
{
    (void)state;
    uint32_t id = somebody("u1");
    note(id, "爱拍照");
    const person_table *table;
    bool exported = false;
    for (size_t i = 0; people_table(&w.e, i, &table); i++)
        exported = exported || (strcmp(table->table, "person_note") == 0 && strstr(table->exported, "text"));
    assert_true(exported);
    assert_ok(world_run(&w, forget, &id));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_note"), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(words_speak_or_keep_silent), T(a_note_suggests_and_is_the_evidence), T(what_they_wrote_themselves_suggests), T(a_note_goes_with_its_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
