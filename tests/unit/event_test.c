// The codec: round trips, golden bytes, and what damage may never do.
#include "timeline_kit.h"

static void events_survive_the_round_trip(void **state)
{
    (void)state;
    arena *a = arena_create();
    uint64_t seed = 7;
    for (int i = 0; i < 5000; i++) {
        event e = kit_event(&seed, a, 1000), back, head;
        buf b = { 0 };
        event_encode(&b, &e);
        assert_ok(event_decode(buf_str(&b), a, &back));
        assert_true(kit_event_eq(&e, &back));
        assert_ok(event_decode_head(buf_str(&b), &head));
        assert_true(head.kind == e.kind && head.subject == e.subject && head.time_us == e.time_us &&
                    head.received_us == e.received_us);
        buf_free(&b);
        if (i % 100 == 0)
            arena_reset(a);
    }
    arena_destroy(a);
}

static void extremes_survive(void **state)
{
    (void)state;
    arena *a = arena_create();
    static const int64_t times[] = { INT64_MIN, -1, 0, 1, INT64_MAX };
    char id[EVENT_MESSAGE_ID_MAX];
    memset(id, 'x', sizeof id);
    prop props[EVENT_PROPS_MAX];
    for (uint32_t i = 0; i < EVENT_PROPS_MAX; i++)
        props[i] = (prop){ i + 1, { .k = V_I64, .i = i % 2 ? INT64_MIN : INT64_MAX } };
    props[EVENT_PROPS_MAX - 1].id = UINT32_MAX;
    for (int i = 0; i < 125; i++) {
        event e = { .subject = UINT32_MAX,
                    .kind = UINT32_MAX,
                    .time_us = times[i % 5],
                    .sent_us = times[i / 5 % 5],
                    .received_us = times[i / 25],
                    .source = UINT32_MAX,
                    .flags = UINT32_MAX,
                    .cause_no = INT64_MAX,
                    .message_id = { id, sizeof id },
                    .props = props,
                    .props_n = EVENT_PROPS_MAX },
              back;
        buf b = { 0 };
        event_encode(&b, &e);
        assert_ok(event_decode(buf_str(&b), a, &back));
        assert_true(kit_event_eq(&e, &back));
        buf_free(&b);
    }
    arena_destroy(a);
}

// The format is on people's disks: a change of these bytes is a new version, never an edit of this test.
static void bytes_stay_what_they_are(void **state)
{
    (void)state;
    static const uint8_t golden[] = {
        1,    3,    5,                                            // version, kind, subject
        0x80, 0x80, 0x80, 0xBA, 0xBB, 0xC8, 0x2E,                 // received: 102,400,000 s after the epoch, zigzag
        0x80, 0x9B, 0xEE, 0x02, 0xFF, 0x9E, 0x49,                 // 3 s after it happened; sent 0.6 s before it did
        2,    4,    9,    2,    'm',  '1',                        // source, flags, cause, message id
        3,    1,    2,    3,    3,    7,    1,    5, 2, 'o', 'k', // 1: true · 4: −4 · 5: "ok"
    };
    prop p[] = { { 1, { .k = V_BOOL, .i = 1 } }, { 4, { .k = V_I64, .i = -4 } }, { 5, { .k = V_STR, .s = S("ok") } } };
    int64_t t = INT64_C(1704067200000000) + INT64_C(400000000000) * 256;
    event e = { .subject = 5,
                .kind = 3,
                .received_us = t,
                .time_us = t - 3000000,
                .sent_us = t - 3600000,
                .source = 2,
                .flags = 4,
                .cause_no = 9,
                .message_id = S("m1"),
                .props = p,
                .props_n = 3 };
    buf b = { 0 };
    event_encode(&b, &e);
    if (b.len != sizeof golden || memcmp(b.s, golden, b.len) != 0) {
        for (size_t i = 0; i < b.len; i++)
            print_message("0x%02X, ", (unsigned)(uint8_t)b.s[i]);
        fail_msg("the bytes of an event changed (%zu)", b.len);
    }
    buf_free(&b);
}

// Whatever decodes must encode to something that decodes to the same.
static void check_stable(str bytes, arena *a)
{
    event e, again;
    if (event_decode(bytes, a, &e) != E_OK)
        return;
    buf b = { 0 };
    event_encode(&b, &e);
    assert_ok(event_decode(buf_str(&b), a, &again));
    assert_true(kit_event_eq(&e, &again));
    buf_free(&b);
}

static void damage_is_an_error_or_another_event(void **state)
{
    (void)state;
    arena *a = arena_create();
    uint64_t seed = 99;
    for (int i = 0; i < 60; i++) {
        event e = kit_event(&seed, a, 100), back;
        buf b = { 0 };
        event_encode(&b, &e);
        for (size_t cut = 0; cut < b.len; cut++) {
            char *exact = malloc(cut + 1); // of exactly that size, so that ASan sees one byte too many
            memcpy(exact, b.s, cut);
            char *fits = realloc(exact, cut ? cut : 1);
            assert_err(event_decode((str){ fits, cut }, a, &back), E_CORRUPT);
            free(fits);
        }
        for (size_t at = 0; at < b.len; at++)
            for (int bit = 0; bit < 8; bit++) {
                b.s[at] = (char)(b.s[at] ^ (1 << bit));
                check_stable(buf_str(&b), a);
                b.s[at] = (char)(b.s[at] ^ (1 << bit));
            }
        buf_free(&b);
        arena_reset(a);
    }
    arena_destroy(a);
}

static void malformed_bytes_say_why(void **state)
{
    (void)state;
    arena *a = arena_create();
    static const struct {
        const char *bytes;
        size_t n;
        const char *why;
    } cases[] = {
        { "", 0, "unknown version of an event" },
        { "\x03\x01\x01", 3, "unknown version of an event" },
        { "\x01\x00\x01\x00\x00", 5, "an event without a kind" },
        { "\x01\x01\xFF\xFF\xFF\xFF\x7F\x00\x00", 9, "an event's head ends early or is out of range" },
        { "\x01\x01\x01\x00\x00\x00\x00\x00\x00", 9, "an event's fields end early or are out of range" },
        { "\x01\x01\x01\x00\x00\x00\x00\x00\x00\x01\xFF\x00", 12, "an event's fields end early or are out of range" },
        { "\x01\x01\x01\x00\x00\x00\x00\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x00\x00", 20,
          "an event's cause is out of range" },
        { "\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\xC9\x01", 12, "an event's properties are malformed" },
        { "\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00", 13, "an event's properties are malformed" },
        { "\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x01\x01\x07", 13, "an event's properties are malformed" },
        { "\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x01\x01\x04\x00\x00\x00\x00\x00\x00\xF0\x7F", 21,
          "an event's properties are malformed" },
        { "\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x01\x01\x05\x01\xC3", 15, "an event's properties are malformed" },
        { "\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00", 12, "bytes follow an event" },
        { "\x02\x01\x01\x00\x00\x00\x00\x00\x00\x01m\x00", 12, "an erased event that says something" },
        { "\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x01\x01\x00", 13, "an erased event that says something" },
        { "\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01", 13, "bytes follow an event" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        event e;
        const char *why = "";
        assert_err(event_decode_why((str){ cases[i].bytes, cases[i].n }, a, &e, &why), E_CORRUPT);
        assert_string_equal(why, cases[i].why);
    }
    arena_destroy(a);
}

static void properties_are_found(void **state)
{
    (void)state;
    prop p[] = { { 2, { .k = V_I64, .i = 20 } }, { 7, { .k = V_I64, .i = 70 } }, { 9, { .k = V_I64, .i = 90 } } };
    event e = { .kind = 1, .props = p, .props_n = 3 };
    for (uint32_t id = 0; id < 12; id++) {
        const value *v = event_prop_of(&e, id);
        bool there = id == 2 || id == 7 || id == 9;
        assert_true(there == (v != NULL));
        assert_true(!v || v->i == id * 10);
    }
    assert_null(event_prop_of(&(event){ .kind = 1 }, 1));
}

static void the_corpus_of_the_fuzzer_holds(void **state)
{
    (void)state;
    kit_replay("event", 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_survive_the_round_trip), cmocka_unit_test(extremes_survive),
        cmocka_unit_test(bytes_stay_what_they_are),      cmocka_unit_test(damage_is_an_error_or_another_event),
        cmocka_unit_test(malformed_bytes_say_why),       cmocka_unit_test(properties_are_found),
        cmocka_unit_test(the_corpus_of_the_fuzzer_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
