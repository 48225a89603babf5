// Erasure in the log: against a naive copy of every event, over restarts and power cuts, while somebody reads.
#include "timeline_kit.h"
#include "base/vec.h"
#include "sim/os_sim.h"

#define SUBJECTS 12
#define GROUPS 60
#define MARK "canary-7f3a"

typedef struct fixture {
    arena *a;
    os_sim *sim;
    os *o;
    timeline_config c;
    timeline *t;
    VEC(event) made;               // the naive copy: event i has number i + 1
    fault f;
} fixture;

static void open_log(fixture *x)
{
    int64_t last;
    err e = timeline_open(&x->c, &x->f, x->a, &x->t, &last);
    if (e != E_OK)
        fail_msg("%s: " STR_FMT, err_info_of(e)->code, STR_ARG(fault_text(&x->f, x->a, LANG_EN)));
    assert_int_equal(last, x->made.n);
}

// Every event says who it is about, so that what is left of one can be looked for.
static event make(uint64_t *seed, arena *a)
{
    event e = kit_event(seed, a, SUBJECTS);
    prop *p = arena_array(a, prop, 1);
    *p = (prop){ 1, { .k = V_STR, .s = arena_fmt(a, MARK "-%u.", e.subject) } };
    e.props = p;
    e.props_n = 1;
    e.message_id = arena_fmt(a, "m-" MARK "-%u.", e.subject);
    return e;
}

static void fill(fixture *x, int groups, uint64_t *seed)
{
    kit_group k = { 0 };
    for (int i = 0; i < groups; i++) {
        kit_group_start(&k, (int64_t)x->made.n + 1, 1000 + i);
        for (uint32_t n = 1 + kit_below(seed, 4); n > 0; n--) {
            event e = make(seed, x->a);
            e.no = (int64_t)x->made.n + 1;
            hash128 h = { (uint64_t)e.no, 9 };
            vec_push(&x->made, e);
            kit_group_add(&k, &e, &h);
        }
        assert_ok(timeline_append(x->t, &k.g));
    }
    assert_ok(timeline_sync(x->t));
    kit_group_free(&k);
}

static fixture begin(uint64_t seed)
{
    fixture x = { .a = arena_create(), .sim = os_sim_create(seed) };
    x.o = os_sim_os(x.sim);
    x.c = (timeline_config){ .o = x.o, .dir = "/log", .segment_bytes = 1500 };
    open_log(&x);
    fill(&x, GROUPS, &seed);
    return x;
}

static void end(fixture *x)
{
    timeline_close(x->t);
    vec_free(&x->made);
    os_sim_destroy(x->sim);
    arena_destroy(x->a);
}

typedef struct comparing { fixture *x; const bool *erased; } comparing;

static bool compare(void *p, const event *e)
{
    comparing *c = p;
    const event *was = &c->x->made.v[e->no - 1];
    assert_int_equal(e->kind, was->kind);
    assert_int_equal(e->subject, was->subject);
    assert_int_equal(e->time_us, was->time_us);
    assert_int_equal(e->received_us, was->received_us);
    assert_int_equal(e->cause_no, was->cause_no);
    assert_int_equal(e->erased, c->erased[was->subject]);
    assert_int_equal(e->props_n, e->erased ? 0 : 1);
    assert_int_equal(e->message_id.len, e->erased ? 0 : was->message_id.len);
    assert_int_equal(e->sent_us, e->erased ? was->time_us : was->sent_us);
    return true;
}

static bool prints(void *p, const frame *g)
{
    comparing *c = p;
    for (uint32_t i = 0; i < g->count; i++) {
        hash128 h;
        bool has = frame_print(g, i, &h);
        assert_int_equal(has, !c->erased[c->x->made.v[g->first_no + i - 1].subject]);
        assert_true(!has || (int64_t)h.lo == g->first_no + i);
    }
    return true;
}

static void check(fixture *x, const bool *erased)
{
    comparing c = { x, erased };
    assert_int_equal(timeline_head(x->t), x->made.n);
    assert_ok(timeline_each(x->t, 1, timeline_head(x->t), compare, &c));
    assert_ok(timeline_frames(x->t, 1, prints, &c, &x->f, x->a));
}

// Bytes of the whole folder: does a subject's mark stand in them?
static bool stands(fixture *x, uint32_t subject)
{
    str *names, mark = arena_fmt(x->a, MARK "-%u.", subject);
    size_t n;
    bool found = false;
    assert_ok(os_list(x->o, x->c.dir, x->a, &names, &n));
    for (size_t i = 0; i < n; i++) {
        str bytes;
        assert_ok(os_read_file(x->o, arena_fmt(x->a, "%s/" STR_FMT, x->c.dir, STR_ARG(names[i])).s, x->a, &bytes));
        found = found || memmem(bytes.s, bytes.len, mark.s, mark.len);
    }
    return found;
}

static void what_is_erased_says_nothing_and_the_rest_stays(void **state)
{
    (void)state;
    fixture x = begin(7);
    bool erased[SUBJECTS] = { 0 };
    int64_t n, left;
    assert_ok(timeline_roll(x.t));
    for (uint32_t s = 1; s < SUBJECTS; s += 3) {
        int64_t had = 0;
        for (size_t i = 0; i < x.made.n; i++)
            had += x.made.v[i].subject == s;
        assert_true(stands(&x, s));
        assert_int_equal(timeline_person_count(x.t, s, timeline_head(x.t)), had);
        assert_ok(timeline_erase(x.t, &s, 1, &n, &left));
        assert_int_equal(n, had);
        assert_int_equal(left, 0);
        erased[s] = true;
        check(&x, erased);
        assert_false(stands(&x, s));
        assert_int_equal(timeline_person_count(x.t, s, timeline_head(x.t)), had);      // still counted
        assert_ok(timeline_erase(x.t, &s, 1, &n, &left));
        assert_int_equal(n, 0);                                                        // once is enough
    }
    timeline_close(x.t);
    open_log(&x);
    check(&x, erased);
    uint64_t seed = 99;
    fill(&x, 10, &seed);                                                               // and on it goes
    end(&x);
}

static void the_open_segment_has_to_be_closed_first(void **state)
{
    (void)state;
    fixture x = begin(11);
    x.c.segment_bytes = 0;
    const uint32_t last = x.made.v[x.made.n - 1].subject;
    int64_t n, left;
    if (!last) {
        end(&x);
        return;
    }
    assert_ok(timeline_erase(x.t, &last, 1, &n, &left));
    assert_true(left > 0 && stands(&x, last));
    assert_ok(timeline_roll(x.t));
    assert_ok(timeline_roll(x.t));                     // nothing to close: no empty segments pile up
    assert_ok(timeline_erase(x.t, &last, 1, &n, &left));
    assert_true(n > 0 && left == 0 && !stands(&x, last));
    end(&x);
}

// The power goes at every single call: after the restart each event is as it was or erased, and going on finishes it.
static void a_power_cut_at_any_moment_loses_nothing(void **state)
{
    (void)state;
    bool erased[SUBJECTS] = { 0 };
    const uint32_t who = 5;
    erased[who] = true;
    bool finished = false;
    for (int64_t at = 1; !finished; at += 7) {
        fixture x = begin(23);
        int64_t n, left;
        assert_ok(timeline_roll(x.t));
        os_sim_crash_at(x.sim, os_sim_calls(x.sim) + at);
        finished = timeline_erase(x.t, &who, 1, &n, &left) == E_OK;
        os_sim_crash_now(x.sim);
        timeline_close(x.t);
        os_sim_restart(x.sim);
        open_log(&x);
        assert_ok(timeline_erase(x.t, &who, 1, &n, &left));
        assert_int_equal(left, 0);
        check(&x, erased);
        assert_false(stands(&x, who));
        end(&x);
    }
}

// A disk that is full or fails leaves the segment as it was.
static void failing_disks_leave_the_segment(void **state)
{
    (void)state;
    const bool none[SUBJECTS] = { 0 };
    const uint32_t who = 4;
    for (int at = 1; at < 40; at += 3) {
        fixture x = begin(31);
        int64_t n, left;
        assert_ok(timeline_roll(x.t));
        os_sim_fail_at(x.sim, os_sim_calls(x.sim) + at, at % 2 ? E_IO : E_DISK_FULL, false);
        err e = timeline_erase(x.t, &who, 1, &n, &left);
        os_sim_fail_at(x.sim, 0, E_IO, false);
        bool all[SUBJECTS] = { 0 };
        all[who] = true;
        if (e != E_OK)
            assert_ok(timeline_erase(x.t, &who, 1, &n, &left));
        check(&x, all);
        assert_true(memcmp(none, all, sizeof none) != 0 && !stands(&x, who));
        end(&x);
    }
}

// What another person has from a moment on is not erased with the one before.
static void what_was_handed_on_stays(void **state)
{
    (void)state;
    fixture x = begin(41);
    const uint32_t who = 3;
    int64_t from = INT64_C(1774500000000000), n, left, mine = 0, theirs = 0;
    timeline_link(x.t, who, 99, from, INT64_MAX);
    assert_ok(timeline_roll(x.t));
    for (size_t i = 0; i < x.made.n; i++) {
        mine += x.made.v[i].subject == who && x.made.v[i].time_us < from;
        theirs += x.made.v[i].subject == who && x.made.v[i].time_us >= from;
    }
    assert_true(mine > 0 && theirs > 0);
    assert_ok(timeline_erase(x.t, &who, 1, &n, &left));
    assert_int_equal(n, mine);
    const uint32_t next = 99;
    assert_ok(timeline_erase(x.t, &next, 1, &n, &left));
    assert_int_equal(n, theirs);
    end(&x);
}

// --- Starred -------------------------------------------------------------------------------------------------------------------------
// Of one person the values are starred where they stand; everything else of every event, its fingerprint too, is what it was.
typedef struct starring { fixture *x; uint32_t who; } starring;

static bool compare_starred(void *p, const event *e)
{
    starring *c = p;
    const event *was = &c->x->made.v[e->no - 1];
    assert_true(e->kind == was->kind && e->subject == was->subject && e->time_us == was->time_us && e->received_us == was->received_us);
    assert_true(e->sent_us == was->sent_us && e->cause_no == was->cause_no && e->flags == was->flags && e->source == was->source);
    assert_int_equal(e->props_n, 1);
    str mark = arena_fmt(c->x->a, MARK "-%u", was->subject), stars = arena_fmt(c->x->a, "%.*s.", (int)mark.len, "********************");
    bool says = was->subject == c->who;
    assert_str(e->props[0].v.s, says ? stars : arena_fmt(c->x->a, STR_FMT ".", STR_ARG(mark)));
    assert_str(e->message_id, says ? arena_fmt(c->x->a, "m-" STR_FMT, STR_ARG(stars)) : was->message_id);
    return true;
}

static bool prints_stay(void *p, const frame *g)
{
    (void)p;
    for (uint32_t i = 0; i < g->count; i++) {
        hash128 h;
        assert_true(frame_print(g, i, &h) && (int64_t)h.lo == g->first_no + i);
    }
    return true;
}

static err star(fixture *x, uint32_t who, int64_t *ret_left)
{
    const str values[] = { arena_fmt(x->a, MARK "-%u", who) };
    event_said *said = NULL;
    size_t n = 0;
    int64_t starred = 0;
    *ret_left = 0;
    TRY(timeline_saying(x->t, who, values, 1, x->a, &said, &n));
    return timeline_star(x->t, said, n, &starred, ret_left);
}

static void a_power_cut_while_starring_loses_nothing(void **state)
{
    (void)state;
    const uint32_t who = 5;
    bool finished = false;
    for (int64_t at = 1; !finished; at += 7) {
        fixture x = begin(23);
        starring c = { .x = &x, .who = who };
        int64_t left;
        assert_ok(timeline_roll(x.t));
        os_sim_crash_at(x.sim, os_sim_calls(x.sim) + at);
        finished = star(&x, who, &left) == E_OK;
        os_sim_crash_now(x.sim);
        timeline_close(x.t);
        os_sim_restart(x.sim);
        open_log(&x);
        assert_ok(star(&x, who, &left));
        assert_int_equal(left, 0);
        assert_ok(timeline_each(x.t, 1, timeline_head(x.t), compare_starred, &c));
        assert_ok(timeline_frames(x.t, 1, prints_stay, NULL, &x.f, x.a));
        assert_false(stands(&x, who));
        end(&x);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_erased_says_nothing_and_the_rest_stays), cmocka_unit_test(the_open_segment_has_to_be_closed_first),
        cmocka_unit_test(a_power_cut_at_any_moment_loses_nothing),        cmocka_unit_test(failing_disks_leave_the_segment),
        cmocka_unit_test(what_was_handed_on_stays), cmocka_unit_test(a_power_cut_while_starring_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
