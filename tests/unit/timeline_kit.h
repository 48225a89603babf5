// What the timeline's tests share: random events, groups of them, folders of their own.
#ifndef TIMELINE_KIT_H
#define TIMELINE_KIT_H
#include "tests.h"
#include "fuzz/fuzz.h"
#include "timeline/timeline.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// xorshift: the same numbers on every machine.
static inline uint64_t kit_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}
static inline uint32_t kit_below(uint64_t *seed, uint32_t n) { return (uint32_t)(kit_random(seed) >> 33) % n; }

static inline str kit_dir(arena *a)
{
    char *path = arena_cstr(a, S("/tmp/lianyi-timeline-XXXXXX"));
    assert_non_null(mkdtemp(path));
    return str_c(path);
}

// Removes a folder of files.
static inline void kit_remove(arena *a, str dir)
{
    str *names;
    size_t n;
    os *o = os_posix();
    if (os_list(o, dir.s, a, &names, &n) != E_OK)
        return;
    for (size_t i = 0; i < n; i++) {
        str path = arena_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(dir), STR_ARG(names[i]));
        if (os_remove(o, path.s) != E_OK)
            kit_remove(a, path);
    }
    rmdir(dir.s);
}

typedef struct kit_group {
    buf body, prints;
    frame g;
} kit_group;

static inline void kit_group_start(kit_group *k, int64_t first_no, int64_t at_us)
{
    buf_clear(&k->body);
    buf_clear(&k->prints);
    k->g = (frame){ .first_no = first_no, .at_us = at_us };
}

static inline void kit_group_add(kit_group *k, const event *e, const hash128 *print)
{
    buf one = { 0 };
    event_encode(&one, e);
    buf_add_lenstr(&k->body, buf_str(&one));
    buf_free(&one);
    buf_add_u8(&k->prints, print != NULL);
    buf_add_u64(&k->prints, print ? print->lo : 0);
    buf_add_u64(&k->prints, print ? print->hi : 0);
    k->g.count++;
    k->g.body = buf_str(&k->body);
    k->g.prints = buf_str(&k->prints);
}

static inline void kit_group_free(kit_group *k)
{
    buf_free(&k->body);
    buf_free(&k->prints);
}

static inline value kit_value(uint64_t *seed, arena *a)
{
    switch (kit_below(seed, 7)) {
    case 0:
        return (value){ 0 };
    case 1:
        return (value){ .k = V_BOOL, .i = kit_below(seed, 2) };
    case 2:
        return (value){ .k = V_I64, .i = (int64_t)kit_random(seed) };
    case 3:
        return (value){ .k = V_I64, .i = (int64_t)kit_below(seed, 100) - 50 };
    case 4:
        return (value){ .k = V_F64, .f = (double)kit_below(seed, 1000) / 8 };
    case 5:
        return (value){ .k = V_STR, .s = arena_fmt(a, "上海-%02u", kit_below(seed, 20)) };
    default:
        return (value){ .k = V_JSON, .s = S("[1,{\"a\":\"b\"}]") };
    }
}

static inline event kit_event(uint64_t *seed, arena *a, uint32_t subjects)
{
    int64_t at = INT64_C(1774000000000000) + (int64_t)kit_below(seed, 1000000) * 1000000;
    event e = { .subject = kit_below(seed, subjects), .kind = 1 + kit_below(seed, 6), .time_us = at };
    e.received_us = at + kit_below(seed, 100000000);
    e.sent_us = at - (int64_t)kit_below(seed, 5000000);
    e.source = kit_below(seed, 4);
    e.flags = kit_below(seed, 8);
    e.cause_no = kit_below(seed, 3) ? 0 : kit_below(seed, 1000000);
    e.message_id = kit_below(seed, 2) ? arena_fmt(a, "m-%u", kit_below(seed, 1000000)) : (str){ 0 };
    e.props_n = kit_below(seed, 5);
    prop *p = arena_array(a, prop, e.props_n + 1);
    for (uint32_t i = 0, id = 0; i < e.props_n; i++)
        p[i] = (prop){ id += 1 + kit_below(seed, 4), kit_value(seed, a) };
    e.props = p;
    return e;
}

static inline bool kit_value_eq(value x, value y)
{
    if (x.k != y.k)
        return false;
    return x.k == V_NULL ? true : x.k == V_F64 ? x.f == y.f : x.k == V_STR || x.k == V_JSON ? str_eq(x.s, y.s) : x.i == y.i;
}

static inline bool kit_event_eq(const event *x, const event *y)
{
    if (x->subject != y->subject || x->kind != y->kind || x->time_us != y->time_us || x->sent_us != y->sent_us ||
        x->received_us != y->received_us || x->source != y->source || x->flags != y->flags || x->cause_no != y->cause_no ||
        !str_eq(x->message_id, y->message_id) || x->props_n != y->props_n)
        return false;
    for (uint32_t i = 0; i < x->props_n; i++)
        if (x->props[i].id != y->props[i].id || !kit_value_eq(x->props[i].v, y->props[i].v))
            return false;
    return true;
}

// Every input a fuzzer is started with, through the same function; at least `least` of them, so that a lost folder is noticed.
static inline void kit_replay(const char *corpus, size_t least)
{
    arena *a = arena_create();
    os *o = os_posix();
    str dir = arena_fmt(a, "%s/fuzz/corpus/%s", TESTS_DIR, corpus), *names, bytes;
    size_t n;
    assert_ok(os_list(o, dir.s, a, &names, &n));
    assert_true(n >= least);
    for (size_t i = 0; i < n; i++) {
        assert_ok(os_read_file(o, arena_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(dir), STR_ARG(names[i])).s, a, &bytes));
        assert_int_equal(LLVMFuzzerTestOneInput((const uint8_t *)bytes.s, bytes.len), 0);
    }
    arena_destroy(a);
}

#endif
