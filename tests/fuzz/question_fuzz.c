// Any text as a question: an error that names a field, or an answer and a sentence that are well-formed.
#include "fuzz.h"
#include "sim/os_sim.h"
#include "timeline/timeline.h"

#define NOW_US INT64_C(1775000000000000)

static uint32_t find(void *user, str name)
{
    (void)user;
    return name.len ? 1 + (uint32_t)(unsigned char)name.s[0] % 4 : 0;
}

static str name_of(void *user, uint32_t id, arena *a)
{
    (void)user;
    return arena_fmt(a, "n%u", id);
}

static void some_events(timeline *t)
{
    buf one = { 0 }, body = { 0 };
    const uint32_t n = 24;
    for (uint32_t i = 0; i < n; i++) {
        const prop p[] = { { 1, { .k = V_I64, .i = i } }, { 2, { .k = V_STR, .s = S("lead") } }, { 3, { .k = V_F64, .f = 0.5 * i } } };
        const event e = { .subject = i % 5, .kind = 1 + i % 4, .time_us = NOW_US - (int64_t)i * i * 3600000000, .props = p, .props_n = i % 4 };
        buf_clear(&one);
        event_encode(&one, &e);
        buf_add_lenstr(&body, buf_str(&one));
    }
    timeline_add(t, &(frame){ 1, n, NOW_US, buf_str(&body), { 0 } });
    buf_free(&one);
    buf_free(&body);
}

static void check_answer(timeline *t, jval *v, arena *a)
{
    const dictionary dict = { NULL, find, find, name_of, name_of };
    fault f = { 0 };
    buf b = { 0 };
    jval *answer;
    err e = timeline_ask(t, &dict, v, NOW_US, timeline_head(t), a, &f, &b);
    ENSURE(e == E_OK ? json_parse(a, buf_str(&b), NULL, &answer) == E_OK : b.len == 0 && f.code == e && (f.field.len > 0 || e == E_FIELD_UNKNOWN));
    for (lang l = LANG_ZH; e == E_OK && l <= LANG_EN; l++) {
        buf_clear(&b);
        ENSURE(question_sentence(v, NOW_US, l, NULL, a, NULL, &b) == E_OK && str_utf8_valid(buf_str(&b)));
    }
    buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena *a = arena_create();
    jval *v;
    if (json_parse(a, (str){ (const char *)data, size }, NULL, &v) == E_OK) {
        os_sim *sim = os_sim_create(1);
        timeline_config c = { .o = os_sim_os(sim), .dir = "/log" };
        timeline *t;
        int64_t last;
        ENSURE(timeline_open(&c, NULL, a, &t, &last) == E_OK);
        some_events(t);
        check_answer(t, v, a);
        timeline_close(t);
        os_sim_destroy(sim);
    }
    arena_destroy(a);
    return 0;
}
