// Traits against a model that remembers every statement and folds all of them each time it is asked.
#include "domain.h"
#include "people/traits.h"
#include <stdio.h>
#include <stdlib.h>

#define MIN INT64_C(60000000)
static const int64_t T0 = INT64_C(1773000000000000);

// --- Saying by hand -----------------------------------------------------------------------------------------------------------
typedef struct say { trait_said s; trait_outcome out; } say;

static err run_say(tx *t, void *p)
{
    say *x = p;
    return traits_say(t, &x->s, &x->out);
}

static trait_outcome say_at(world *w, uint32_t subject, trait_op how, const char *name, const char *operand, int64_t minute, int64_t no)
{
    say x = { .s = { subject, how, str_c(name), str_c(operand), T0 + minute * MIN, no, S("test") } };
    assert_ok(world_run(w, run_say, &x));
    return x.out;
}

static const char *now_of(world *w, int64_t person, const char *name)
{
    trait_value v;
    assert_ok(traits_now(w->d, person, str_c(name), w->a, &v));
    return arena_cstr(w->a, v.value);
}

static const char *at_of(world *w, int64_t person, const char *name, int64_t minute, int64_t known_us)
{
    trait_value v;
    assert_ok(traits_at(w->d, person, str_c(name), T0 + minute * MIN, known_us, w->a, &v));
    return arena_cstr(w->a, v.value);
}

static uint32_t somebody(world *w, const char *user)
{
    happening h = { .user = user, .kind = "hello", .at_us = w->now_us };
    assert_ok(world_happen(w, &h));
    return h.who.subject;
}

// --- One statement after another, as a table ------------------------------------------------------------------------------------
static void test_operations(void **state)
{
    (void)state;
    world w;
    world_open(&w);
    uint32_t p = somebody(&w, "u");
    static const struct { trait_op how; const char *name, *operand; int minute; trait_outcome out; const char *now; } rows[] = {
        { TRAIT_SET, "city", "\"上海\"", 10, TRAIT_CHANGED, "\"上海\"" },
        { TRAIT_SET, "city", "\"上海\"", 20, TRAIT_SAME, "\"上海\"" },
        { TRAIT_SET, "city", "\"杭州\"", 15, TRAIT_SAME, "\"上海\"" },            // late: between two of the same
        { TRAIT_SET, "city", "\"杭州\"", 30, TRAIT_CHANGED, "\"杭州\"" },
        { TRAIT_SET_ONCE, "first", "1", 20, TRAIT_CHANGED, "1" },
        { TRAIT_SET_ONCE, "first", "2", 30, TRAIT_SAME, "1" },
        { TRAIT_SET_ONCE, "first", "3", 10, TRAIT_CHANGED, "3" },                 // earlier, though it came later
        { TRAIT_INCREMENT, "n", "5", 10, TRAIT_CHANGED, "5" },
        { TRAIT_INCREMENT, "n", "-7", 20, TRAIT_CHANGED, "-2" },
        { TRAIT_INCREMENT, "n", "0.5", 30, TRAIT_CHANGED, "-1.5" },
        { TRAIT_SET, "n", "100", 15, TRAIT_CHANGED, "93.5" },                     // late: what came after it still counts
        { TRAIT_INCREMENT, "n", "\"x\"", 40, TRAIT_SAME, "93.5" },
        { TRAIT_SET, "big", "9007199254740993", 1, TRAIT_CHANGED, "9007199254740993" },
        { TRAIT_INCREMENT, "big", "1", 2, TRAIT_CHANGED, "9007199254740994" },
        { TRAIT_APPEND, "likes", "[\"a\",\"b\"]", 10, TRAIT_CHANGED, "[\"a\",\"b\"]" },
        { TRAIT_APPEND, "likes", "[\"b\",\"ab\",\"a\"]", 20, TRAIT_CHANGED, "[\"a\",\"b\",\"ab\"]" },
        { TRAIT_APPEND, "likes", "[\"a\"]", 30, TRAIT_SAME, "[\"a\",\"b\",\"ab\"]" },
        { TRAIT_INCREMENT, "likes", "1", 31, TRAIT_SAME, "[\"a\",\"b\",\"ab\"]" },
        { TRAIT_APPEND, "city", "[\"x\"]", 31, TRAIT_SAME, "\"杭州\"" },
        { TRAIT_UNSET, "city", "", 32, TRAIT_CHANGED, "" },
        { TRAIT_SET, "city", "\"苏州\"", 31, TRAIT_SAME, "" },
        { TRAIT_SET, "x", "null", 1, TRAIT_SAME, "" },
        { TRAIT_SET, "", "1", 1, TRAIT_REFUSED, "" },
        { TRAIT_SET, "y", "", 1, TRAIT_REFUSED, "" },
        { TRAIT_UNSET, "y", "1", 1, TRAIT_REFUSED, "" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(say_at(&w, p, rows[i].how, rows[i].name, rows[i].operand, rows[i].minute, 1000 + (int64_t)i), rows[i].out);
        assert_string_equal(now_of(&w, p, rows[i].name), rows[i].now);
    }
    assert_string_equal(at_of(&w, p, "city", 12, INT64_MAX), "\"上海\"");
    assert_string_equal(at_of(&w, p, "city", 17, INT64_MAX), "\"杭州\"");
    assert_string_equal(at_of(&w, p, "city", 25, INT64_MAX), "\"上海\"");
    assert_string_equal(at_of(&w, p, "city", 9, INT64_MAX), "");
    world_close(&w);
}

// What was so when, and when we knew.
static void test_known(void **state)
{
    (void)state;
    world w;
    world_open(&w);
    uint32_t p = somebody(&w, "u");
    int64_t first = w.now_us += MIN;
    say_at(&w, p, TRAIT_SET, "level", "1", 10, 900);
    int64_t second = w.now_us += MIN;
    say_at(&w, p, TRAIT_SET, "level", "2", 5, 901);                // arrives later, was so earlier
    assert_string_equal(at_of(&w, p, "level", 7, first), "");
    assert_string_equal(at_of(&w, p, "level", 7, second), "2");
    assert_string_equal(at_of(&w, p, "level", 12, first), "1");
    assert_string_equal(at_of(&w, p, "level", 12, second), "1");
    world_close(&w);
}

static void test_limits(void **state)
{
    (void)state;
    world w;
    world_open(&w);
    uint32_t p = somebody(&w, "u");
    for (int i = 1; i <= 3 * TRAIT_ROWS_MAX; i++)
        say_at(&w, p, TRAIT_INCREMENT, "n", "1", i, 1000 + i);
    assert_string_equal(now_of(&w, p, "n"), "300");
    assert_true(world_int(&w, "SELECT count(*) FROM person_trait WHERE name = 'n'") <= TRAIT_ROWS_MAX);
    assert_string_equal(at_of(&w, p, "n", 290, INT64_MAX), "290");
    for (int i = 1; i < TRAIT_NAMES_MAX; i++)
        assert_int_equal(say_at(&w, p, TRAIT_SET, arena_fmt(w.a, "t%d", i).s, "1", 1, 2000 + i), TRAIT_CHANGED);
    assert_int_equal(say_at(&w, p, TRAIT_SET, "one-too-many", "1", 1, 5000), TRAIT_REFUSED);
    assert_int_equal(say_at(&w, p, TRAIT_SET, "t1", "2", 2, 5001), TRAIT_CHANGED);
    char *long_value = arena_alloc(w.a, 1, TRAIT_BYTES_MAX + 3, 1);
    memset(long_value, 'x', TRAIT_BYTES_MAX + 2);
    long_value[0] = long_value[TRAIT_BYTES_MAX + 1] = '"';
    assert_int_equal(say_at(&w, p, TRAIT_SET, "t1", long_value, 3, 5002), TRAIT_REFUSED);
    assert_string_equal(now_of(&w, p, "t1"), "2");
    world_close(&w);
}

// --- The model ------------------------------------------------------------------------------------------------------------------
typedef struct statement { int64_t minute, no; trait_op how; int operand; } statement;
typedef struct model { statement v[400]; size_t n; } model;

static int statement_order(const void *x, const void *y)
{
    const statement *p = x, *q = y;
    return p->minute != q->minute ? (p->minute > q->minute) - (p->minute < q->minute) : (p->no > q->no) - (p->no < q->no);
}

// Numbers only: -1000 stands for no value.
#define NONE (-1000)
static int model_at(model *m, int64_t minute)
{
    int v = NONE;
    qsort(m->v, m->n, sizeof *m->v, statement_order);
    for (size_t i = 0; i < m->n && m->v[i].minute <= minute; i++)
        switch (m->v[i].how) {
        case TRAIT_SET: v = m->v[i].operand; break;
        case TRAIT_SET_ONCE: v = v == NONE ? m->v[i].operand : v; break;
        case TRAIT_INCREMENT: v = (v == NONE ? 0 : v) + m->v[i].operand; break;
        case TRAIT_UNSET: v = NONE; break;
        case TRAIT_APPEND: case TRAIT_OP_COUNT: break;
        }
    return v;
}

static void model_say(model *m, statement s)
{
    if (s.how != TRAIT_SET_ONCE || model_at(m, s.minute) == NONE)
        m->v[m->n++] = s;
}

static void expect(world *w, const char *got, int want, unsigned seed, size_t step)
{
    const char *text = want == NONE ? "" : arena_fmt(w->a, "%d", want).s;
    if (strcmp(got, text) != 0)
        fail_msg("seed %u, step %zu: \"%s\" instead of \"%s\"", seed, step, got, text);
}

// Two subjects of one person say something of one trait. `late`: in any order of time, and then only the current value is promised.
static void random_life(world *w, unsigned seed, bool late)
{
    static const trait_op hows[] = { TRAIT_SET, TRAIT_SET, TRAIT_SET, TRAIT_SET_ONCE, TRAIT_INCREMENT, TRAIT_UNSET };
    srandom(seed);
    const char *user = arena_fmt(w->a, "u%u%d", seed, late).s, *name = arena_fmt(w->a, "n%u%d", seed, late).s;
    happening h = { .user = user, .device = arena_fmt(w->a, "d-%s", user).s, .kind = "hello", .at_us = w->now_us };
    assert_ok(world_happen(w, &h));
    happening d = { .device = h.device, .kind = "hello", .at_us = w->now_us };
    assert_ok(world_happen(w, &d));
    assert_int_equal(h.who.person, d.who.person);
    assert_int_not_equal(h.who.subject, d.who.subject);
    model m = { .n = 0 };
    for (size_t i = 0; i < 80; i++) {
        trait_op how = hows[random() % 6];
        int operand = how == TRAIT_INCREMENT ? (int)(random() % 5) - 2 : (int)(random() % 3);
        int64_t minute = late ? random() % 60 : (int64_t)i / 2;
        const char *text = how == TRAIT_UNSET ? "" : arena_fmt(w->a, "%d", operand).s;
        say_at(w, random() % 2 ? h.who.subject : d.who.subject, how, name, text, minute, 10000 + (int64_t)i);
        model_say(&m, (statement){ minute, 10000 + (int64_t)i, how, operand });
        expect(w, now_of(w, h.who.person, name), model_at(&m, 1000), seed, i);
        int64_t when = random() % 60;
        if (!late)
            expect(w, at_of(w, h.who.person, name, when, INT64_MAX), model_at(&m, when), seed, i);
    }
}

static void test_model(void **state)
{
    (void)state;
    world w;
    world_open(&w);
    for (unsigned seed = 1; seed <= 40; seed++)
        random_life(&w, seed, seed % 2 == 0);
    world_close(&w);
}

// --- Persons joined -------------------------------------------------------------------------------------------------------------
static void test_joined(void **state)
{
    (void)state;
    world w;
    world_open(&w);
    happening d = { .device = "dev", .kind = "hello", .at_us = w.now_us };
    assert_ok(world_happen(&w, &d));
    uint32_t user = somebody(&w, "u");
    say_at(&w, d.who.subject, TRAIT_SET, "city", "\"上海\"", 20, 800);
    say_at(&w, user, TRAIT_SET, "city", "\"杭州\"", 10, 801);
    say_at(&w, d.who.subject, TRAIT_INCREMENT, "visits", "2", 5, 802);
    say_at(&w, user, TRAIT_INCREMENT, "visits", "3", 6, 803);
    assert_string_equal(now_of(&w, user, "city"), "\"杭州\"");
    happening both = { .user = "u", .device = "dev", .kind = "login", .at_us = w.now_us };
    assert_ok(world_happen(&w, &both));
    assert_string_equal(now_of(&w, both.who.person, "city"), "\"上海\"");
    assert_string_equal(now_of(&w, both.who.person, "visits"), "5");
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person WHERE city = '上海'"), 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_trait"), 4);          // both keep their own
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_operations), cmocka_unit_test(test_known), cmocka_unit_test(test_limits),
                                        cmocka_unit_test(test_model), cmocka_unit_test(test_joined) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
