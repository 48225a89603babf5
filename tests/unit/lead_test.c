// One phone is one opportunity for 90 days and the first source stays, whoever leaves the number: one person, two of them, two that are
// merged and split again.
#include "one_world.h"
#include "people/doubt.h"

#define PHONE "13812346207"
static const steward li = { 7, { "李", 3 } };

static happening lead(const char *user, const char *source)
{
    static event_prop p[2];
    p[0] = (event_prop){ S("consent_call"), { .k = V_BOOL, .i = 1 } };
    p[1] = prop_str(S("source"), str_c(source));
    happening h = { .user = user, .kind = "lead.captured", .phone = PHONE, .props = p, .n = 2 };
    w.now_us += US_PER_MIN;
    assert_ok(world_happen(&w, &h));
    return h;
}

static int64_t count(const char *sql) { return world_int(&w, sql); }
static int64_t leads_of(uint32_t person)
{
    return count(arena_fmt(w.a, "SELECT count(*) FROM opportunity WHERE person = %u", person).s);
}

typedef struct deciding { uint32_t one, other; int64_t edge; decided out; } deciding;
static err decide(tx *t, void *p)
{
    deciding *d = p;
    return d->edge ? steward_split(t, d->edge, &li, S("两个人"), &d->out) : steward_join(t, d->one, d->other, &li, S("同一人"), &d->out);
}

static void merge(uint32_t one, uint32_t other)
{
    deciding d = { .one = one, .other = other };
    assert_ok(world_run(&w, decide, &d));
    assert_true(d.out.done);
}

static void split(void)
{
    deciding d = { .edge = count("SELECT max(id) FROM edge WHERE why = 'staff' AND ended_us = 0") };
    assert_ok(world_run(&w, decide, &d));
    assert_true(d.out.done);
}

// first: whose is the older person. Both leave the number before, while they are one, and after.
static void across_a_merge(bool first)
{
    const char *owner = first ? "a" : "b", *other = first ? "b" : "a";
    happening a = { .user = "a", .kind = "app.active" }, b = { .user = "b", .kind = "app.active" };
    assert_ok(world_happen(&w, &a));
    assert_ok(world_happen(&w, &b));
    uint32_t mine = first ? a.who.person : b.who.person, theirs = first ? b.who.person : a.who.person;
    int64_t touches = 0;
#define ONE_LEAD(n)                                                                                     \
    do {                                                                                                \
        touches += n;                                                                                   \
        assert_int_equal(count("SELECT count(*) FROM opportunity"), 1);                                 \
        assert_int_equal(count("SELECT source = '搜索' AND state = 0 FROM opportunity"), 1);             \
        assert_int_equal(count("SELECT touches FROM opportunity"), touches);                            \
    } while (0)
    lead(owner, "搜索");
    ONE_LEAD(1);
    lead(other, "官号");
    ONE_LEAD(1);
    assert_int_equal(leads_of(theirs), 0);
    merge(mine, theirs);
    ONE_LEAD(0);
    lead(other, "户外");
    ONE_LEAD(1);
    lead(owner, "车展");
    ONE_LEAD(1);
    world_reopen(&w);
    split();
    ONE_LEAD(0);
    assert_int_equal(leads_of(mine), 1);
    assert_int_equal(leads_of(theirs), 0);
    assert_int_equal(count(arena_fmt(w.a, "SELECT stage FROM person WHERE id = %u", theirs).s), STAGE_VISITOR);
    lead(other, "门店");
    ONE_LEAD(1);
    merge(theirs, mine);
    split();
    ONE_LEAD(0);
    assert_int_equal(leads_of(theirs), 0);
    // After 90 days the number is another intention, of whoever leaves it then, and the first keeps its source.
    w.now_us += 91 * US_PER_DAY;
    lead(other, "短视频");
    assert_int_equal(leads_of(mine), 1);
    assert_int_equal(leads_of(theirs), 1);
    merge(mine, theirs);
    split();
    assert_int_equal(count(arena_fmt(w.a, "SELECT source = '搜索' FROM opportunity WHERE person = %u", mine).s), 1);
    assert_int_equal(count(arena_fmt(w.a, "SELECT source = '短视频' FROM opportunity WHERE person = %u", theirs).s), 1);
    assert_int_equal(count("SELECT count(*) FROM opportunity"), 2);
}

static void the_older_left_it_first(void **state)
{
    (void)state;
    across_a_merge(true);
}

static void the_younger_left_it_first(void **state)
{
    (void)state;
    across_a_merge(false);
}

// Both had a lead of their own number before: two numbers are two opportunities, merged and split.
static void two_numbers_are_two(void **state)
{
    (void)state;
    happening a = lead("a", "搜索");
    happening b = { .user = "b", .kind = "lead.captured", .phone = "13900001111", .props = a.props, .n = 1 };
    assert_ok(world_happen(&w, &b));
    assert_int_equal(count("SELECT count(*) FROM opportunity"), 2);
    merge(a.who.person, b.who.person);
    lead("a", "官号");
    lead("b", "官号");                     // b by a's number, while one: no third
    assert_int_equal(count("SELECT count(*) FROM opportunity"), 2);
    split();
    assert_int_equal(leads_of(a.who.person), 1);
    assert_int_equal(leads_of(b.who.person), 1);
    assert_int_equal(count(arena_fmt(w.a, "SELECT source = '搜索' FROM opportunity WHERE person = %u", a.who.person).s), 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = { T(the_older_left_it_first), T(the_younger_left_it_first), T(two_numbers_are_two) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
