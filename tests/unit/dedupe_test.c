// De-duplication against a naive model: random ids and times, undo, reopening, crashes, damage.
#include "timeline_kit.h"

#include "base/map.h"
#include "base/time.h"
#include "base/vec.h"
#include "sim/os_sim.h"
#include "timeline/dedupe_file.h"
#include "timeline/print_set.h"

#define DIR_NAME "/seen"
#define START_US INT64_C(1774000000000000)

typedef struct sent {
    hash128 print;
    int64_t sent_us, arrived_us, no;
} sent; // no: event it was stored as, 0 not

typedef struct model {
    os_sim *sim;
    arena *a;
    dedupe_config c;
    dedupe *d;
    uint64_t seed;
    int64_t now_us, no;
    VEC(sent) all; // stored messages, in order
} model;

static hash128 fresh(model *m) { return (hash128){ kit_random(&m->seed), kit_random(&m->seed) }; }

// Opens and feeds what the files lack, one event per group, as the log would.
static err model_open(model *m)
{
    int64_t last;
    m->c.head_no = m->no;
    TRY(dedupe_open(&m->c, NULL, m->a, &m->d, &last));
    assert_in_range(last, 0, m->no);
    kit_group k = { 0 };
    for (size_t i = 0; i < m->all.n; i++) {
        const sent *s = &m->all.v[i];
        if (s->no <= last)
            continue;
        kit_group_start(&k, s->no, s->arrived_us);
        kit_group_add(&k, &(event){ .kind = 1 }, &s->print);
        dedupe_feed(m->d, &k.g, last + 1);
    }
    kit_group_free(&k);
    return E_OK;
}

static model *model_new(uint64_t seed)
{
    model *m = calloc(1, sizeof *m);
    assert_non_null(m);
    *m = (model){ .sim = os_sim_create(seed), .a = arena_create(), .seed = seed * 77 + 1, .now_us = START_US };
    m->c = (dedupe_config){ .o = os_sim_os(m->sim), .dir = DIR_NAME, .generation_max = 60 };
    assert_ok(model_open(m));
    return m;
}

static void model_end(model *m)
{
    dedupe_close(m->d);
    os_sim_destroy(m->sim);
    arena_destroy(m->a);
    vec_free(&m->all);
    free(m);
}

// Sends something new, or something old again; checks the answer; stores it, or takes it back. False: the disk is gone.
static bool model_send(model *m)
{
    bool again = m->all.n && kit_below(&m->seed, 3) == 0, known;
    size_t back = kit_below(&m->seed, 2) ? 40 : 4000;
    sent s = { fresh(m), m->now_us - kit_below(&m->seed, 1200) * US_PER_S, m->now_us, 0 };
    if (again){
        s = m->all.v[m->all.n - 1 - kit_below(&m->seed, (uint32_t)(m->all.n < back ? m->all.n : back))];
        // A sender's clock is off by at most ten minutes: what it claims is between what is true and that.
        s.sent_us -= kit_below(&m->seed, 600) * US_PER_S;
    }
    int64_t age = kit_below(&m->seed, 5) ? m->now_us - s.sent_us : -1;
    err e = dedupe_seen(m->d, s.print, m->now_us, age, &known);
    if (os_sim_crashed(m->sim))
        return false;
    assert_ok(e);
    if (!again)
        assert_false(known);
    else if (m->now_us - s.arrived_us <= 7 * US_PER_DAY)
        assert_true(known);
    if (known)
        return true;
    if (kit_below(&m->seed, 8) == 0) {
        dedupe_forget(m->d, s.print);
        return true;
    }
    s.no = ++m->no;
    s.arrived_us = m->now_us;
    vec_push(&m->all, s);
    dedupe_note(m->d, m->no, m->now_us);
    return !os_sim_crashed(m->sim);
}

static void it_knows_what_the_model_knows(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        model *m = model_new(seed);
        for (int i = 0; i < 6000; i++) {
            m->now_us += kit_below(&m->seed, 240) * US_PER_S;
            assert_true(model_send(m));
            if (kit_below(&m->seed, 700) == 0) {
                dedupe_close(m->d);
                assert_ok(model_open(m));
            }
        }
        dedupe_stats s = dedupe_stats_now(m->d);
        assert_true(s.sealed > 3 && s.trouble == E_OK && !s.shortened);
        assert_true(s.covered_us >= 7 * US_PER_DAY && s.covered_us < 9 * US_PER_DAY);
        assert_true(s.generations < 40);
        model_end(m);
    }
}

static void power_cuts_lose_nothing(void **state)
{
    (void)state;
    model *m = model_new(11);
    for (int round = 0; round < 60; round++) {
        os_sim_crash_at_write(m->sim, os_sim_writes(m->sim) + 1 + (int64_t)kit_below(&m->seed, 80));
        for (int i = 0; i < 2000 && model_send(m); i++)
            m->now_us += kit_below(&m->seed, 120) * US_PER_S;
        dedupe_close(m->d);
        os_sim_restart(m->sim);
        assert_ok(model_open(m));
    }
    assert_true(m->no > 1000);
    model_end(m);
}

static void failing_writes_are_tried_again(void **state)
{
    (void)state;
    model *m = model_new(12);
    bool troubled = false;
    for (int i = 0; i < 3000; i++) {
        m->now_us += kit_below(&m->seed, 120) * US_PER_S;
        if (i % 40 == 0)
            os_sim_fail_at(m->sim, os_sim_calls(m->sim) + 12, E_DISK_FULL, false);
        assert_true(model_send(m));
        troubled = troubled || dedupe_stats_now(m->d).trouble == E_DISK_FULL;
    }
    os_sim_fail_at(m->sim, 0, E_DISK_FULL, false);
    assert_true(troubled);
    for (int i = 0; i < 200; i++)
        assert_true(model_send(m));
    assert_int_equal(dedupe_stats_now(m->d).trouble, E_OK);
    model_end(m);
}

// A flipped bit anywhere: either the file is thrown away at the next start and fed again, or a lookup says it cannot know.
static void damage_is_never_an_answer(void **state)
{
    (void)state;
    model *m = model_new(13);
    int refused = 0;
    for (int i = 0; i < 400; i++) {
        m->now_us += 60 * US_PER_S;
        assert_true(model_send(m));
    }
    for (int round = 0; round < 60; round++) {
        str *names;
        size_t n;
        int64_t size;
        os_file *f;
        os *o = os_sim_os(m->sim);
        assert_ok(os_list(o, DIR_NAME, m->a, &names, &n));
        assert_true(n > 0);
        str path = arena_fmt(m->a, DIR_NAME "/" STR_FMT, STR_ARG(names[kit_below(&m->seed, (uint32_t)n)]));
        assert_ok(os_open(o, path.s, OS_READ, &f));
        assert_ok(os_size(f, &size));
        os_close(f);
        dedupe_close(m->d);
        os_sim_flip_bit(m->sim, path.s, kit_below(&m->seed, (uint32_t)size), (int)kit_below(&m->seed, 8));
        assert_ok(model_open(m));
        for (size_t i = 0; i < m->all.n; i++) {
            bool known = false;
            err e = dedupe_seen(m->d, m->all.v[i].print, m->now_us, -1, &known);
            assert_true(e == E_CORRUPT || (e == E_OK && known));
            refused += e == E_CORRUPT;
        }
        dedupe_close(m->d);
        assert_ok(model_open(m)); // what was found damaged is gone now
        for (size_t i = 0; i < m->all.n; i++) {
            bool known = false;
            assert_ok(dedupe_seen(m->d, m->all.v[i].print, m->now_us, -1, &known));
            assert_true(known);
        }
    }
    assert_true(refused > 0);
    model_end(m);
}

static void a_full_store_forgets_early_and_says_so(void **state)
{
    (void)state;
    model *m = model_new(14);
    dedupe_close(m->d);
    m->c.bytes_max = 8000;
    assert_ok(model_open(m));
    for (int i = 0; i < 3000; i++) {
        hash128 p = fresh(m);
        bool known;
        m->now_us += 10 * US_PER_S;
        assert_ok(dedupe_seen(m->d, p, m->now_us, -1, &known));
        dedupe_note(m->d, ++m->no, m->now_us);
    }
    dedupe_stats s = dedupe_stats_now(m->d);
    assert_true(s.shortened && s.file_bytes <= 8000 && s.covered_us < US_PER_DAY);
    model_end(m);
}

static void files_of_another_history_are_thrown_away(void **state)
{
    (void)state;
    model *m = model_new(15);
    for (int i = 0; i < 400; i++) {
        m->now_us += 60 * US_PER_S;
        assert_true(model_send(m));
    }
    dedupe_close(m->d);
    int64_t last;
    m->c.head_no = 100; // a backup was restored
    assert_ok(dedupe_open(&m->c, NULL, m->a, &m->d, &last));
    assert_in_range(last, 0, 100);
    dedupe_close(m->d);
    m->c.head_no = 0;
    assert_ok(dedupe_open(&m->c, NULL, m->a, &m->d, &last));
    assert_int_equal(last, 0);
    assert_int_equal(dedupe_stats_now(m->d).known, 0);
    model_end(m);
}

// What was sent within ten minutes is not looked for where it cannot be: a file that is damaged but too old does no harm.
static void young_messages_are_sought_among_the_young(void **state)
{
    (void)state;
    model *m = model_new(16);
    hash128 old = fresh(m);
    bool known;
    assert_ok(dedupe_seen(m->d, old, m->now_us, 0, &known));
    dedupe_note(m->d, ++m->no, m->now_us);
    for (int i = 0; i < 200; i++) {
        m->now_us += US_PER_MIN;
        assert_ok(dedupe_seen(m->d, fresh(m), m->now_us, 0, &known));
        dedupe_note(m->d, ++m->no, m->now_us);
    }
    static const struct {
        int64_t age_us;
        bool known;
    } cases[] = {
        { 0, false }, { 10 * US_PER_MIN, false }, { 10 * US_PER_MIN + 1, true }, { 200 * US_PER_MIN, true }, { -1, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_ok(dedupe_seen(m->d, old, m->now_us, cases[i].age_us, &known));
        assert_int_equal(known, cases[i].known);
        if (!known)
            dedupe_forget(m->d, old);
    }
    model_end(m);
}

static void the_set_is_a_set(void **state)
{
    (void)state;
    print_set s = { 0 };
    bool in[64] = { 0 };
    size_t n = 0;
    uint64_t seed = 5;
    for (int i = 0; i < 20000; i++) {
        uint32_t k = kit_below(&seed, 64);
        hash128 p = { k / 8, (uint64_t)(k % 8) << 61 }; // crowded homes, and the zero print
        if (kit_below(&seed, 2)) {
            print_set_add(&s, p);
            n += !in[k];
            in[k] = true;
        } else {
            print_set_remove(&s, p);
            n -= in[k];
            in[k] = false;
        }
        assert_int_equal(s.n, n);
        for (uint32_t j = 0; j < 64; j++)
            assert_int_equal(print_set_has(&s, (hash128){ j / 8, (uint64_t)(j % 8) << 61 }), in[j]);
    }
    hash128 *v = print_set_sorted(&s);
    for (size_t i = 1; i < s.n; i++)
        assert_true(print_cmp(v[i - 1], v[i]) < 0);
    free(v);
    print_set_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_set_is_a_set),
        cmocka_unit_test(it_knows_what_the_model_knows),
        cmocka_unit_test(power_cuts_lose_nothing),
        cmocka_unit_test(failing_writes_are_tried_again),
        cmocka_unit_test(damage_is_never_an_answer),
        cmocka_unit_test(a_full_store_forgets_early_and_says_so),
        cmocka_unit_test(files_of_another_history_are_thrown_away),
        cmocka_unit_test(young_messages_are_sought_among_the_young),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
