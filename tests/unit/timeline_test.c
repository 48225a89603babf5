// Readable memory against a naive list, links in time, pages, power cuts, readers beside the writer.
#include "timeline_kit.h"

#include "base/vec.h"
#include "sim/os_sim.h"
#include "timeline/link.h"
#include "timeline/recent.h"
#include <pthread.h>
#include <stdatomic.h>

typedef struct store {
    os_sim *sim;
    arena *a;
    timeline_config c;
    timeline *t;
    uint64_t seed;
    VEC(event) all;        // the naive model: every event, in order of arrival
    VEC(kit_group) groups; // what the batch rows hold: everything, in these tests
    event_span hides[3];
    size_t hides_n;
} store;

static void store_open(store *s)
{
    int64_t last;
    fault f = { 0 };
    if (timeline_open(&s->c, &f, s->a, &s->t, &last) != E_OK)
        fail_msg(STR_FMT, STR_ARG(fault_text(&f, s->a, LANG_EN)));
    assert_in_range(last, 0, s->all.n);
    for (size_t i = 0; i < s->groups.n; i++)
        timeline_add(s->t, &s->groups.v[i].g);
    assert_int_equal(timeline_head(s->t), s->all.n);
}

static store *store_new(uint64_t seed)
{
    store *s = calloc(1, sizeof *s);
    assert_non_null(s);
    *s = (store){ .sim = os_sim_create(seed), .a = arena_create(), .seed = seed * 31 + 7 };
    s->c = (timeline_config){ .o = os_sim_os(s->sim), .dir = "/log", .segment_bytes = 3000 };
    store_open(s);
    return s;
}

static void store_end(store *s)
{
    timeline_close(s->t);
    os_sim_destroy(s->sim);
    for (size_t i = 0; i < s->groups.n; i++)
        kit_group_free(&s->groups.v[i]);
    vec_free(&s->groups);
    vec_free(&s->all);
    arena_destroy(s->a);
    free(s);
}

static void store_add(store *s, uint32_t subjects)
{
    kit_group k = { 0 };
    kit_group_start(&k, (int64_t)s->all.n + 1, 5);
    for (uint32_t i = 0, n = 1 + kit_below(&s->seed, 4); i < n; i++) {
        event e = kit_event(&s->seed, s->a, subjects);
        e.time_us -= e.time_us % 100000000; // many ties
        e.no = (int64_t)s->all.n + 1;
        vec_push(&s->all, e);
        kit_group_add(&k, &e, NULL);
    }
    timeline_add(s->t, &k.g);
    vec_push(&s->groups, k);
}

static err store_ship(store *s)
{
    for (size_t i = 0; i < s->groups.n; i++)
        TRY(timeline_append(s->t, &s->groups.v[i].g));
    return timeline_sync(s->t);
}

// --- The naive model of links: who owned each subject at each time, as the calls said -------------------------------------
typedef struct link_call {
    uint32_t subject, person;
    int64_t from_us, to_us;
} link_call;
typedef VEC(link_call) link_calls;

static uint32_t owner_naive(const link_calls *calls, uint32_t subject, int64_t at)
{
    for (size_t i = calls->n; i-- > 0;) {
        const link_call *c = &calls->v[i];
        if (c->subject == subject && at >= c->from_us && (at < c->to_us || c->to_us == INT64_MAX))
            return c->person;
    }
    return subject;
}

static bool hidden_naive(const store *s, int64_t no)
{
    bool hidden = false;
    for (size_t i = 0; i < s->hides_n; i++)
        hidden = hidden || (no >= s->hides[i].from && no <= s->hides[i].to);
    return hidden;
}

static int later_first(const void *x, const void *y)
{
    const event *p = *(const event *const *)x, *q = *(const event *const *)y;
    return p->time_us != q->time_us ? (p->time_us > q->time_us ? -1 : 1) : p->no > q->no ? -1 : p->no < q->no;
}

static void check_person(store *s, const link_calls *calls, uint32_t person, int64_t head, uint32_t page)
{
    VEC(const event *) want = { 0 };
    for (size_t i = 0; i < (size_t)head; i++)
        if (owner_naive(calls, s->all.v[i].subject, s->all.v[i].time_us) == person && !hidden_naive(s, (int64_t)i + 1))
            vec_push(&want, &s->all.v[i]);
    if (want.n)
        qsort(want.v, want.n, sizeof *want.v, later_first);
    int64_t before_us = INT64_MAX, before_no = INT64_MAX;
    size_t at = 0;
    for (uint32_t n = page; n == page;) {
        const event *got;
        arena_mark m = arena_save(s->a);
        assert_ok(timeline_person_events(s->t, person, head, before_us, before_no, page, s->a, &got, &n));
        for (uint32_t i = 0; i < n; i++) {
            assert_true(at < want.n);
            assert_int_equal(got[i].no, want.v[at]->no);
            assert_true(kit_event_eq(&got[i], want.v[at]));
            before_us = got[i].time_us;
            before_no = got[i].no;
            at++;
        }
        arena_release(s->a, m);
    }
    assert_int_equal(at, want.n);
    vec_free(&want);
}

static void people_have_the_events_the_list_says(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        store *s = store_new(seed);
        link_calls calls = { 0 };
        for (int i = 0; i < 250; i++) {
            store_add(s, 12);
            if (kit_below(&s->seed, 5) == 0)
                assert_ok(store_ship(s));
            if (kit_below(&s->seed, 6) == 0) {
                int64_t from = INT64_C(1774000000000000) + (int64_t)kit_below(&s->seed, 900) * 1000000000;
                link_call c = { 1 + kit_below(&s->seed, 11), 1 + kit_below(&s->seed, 11),
                                kit_below(&s->seed, 2) ? INT64_MIN : from,
                                kit_below(&s->seed, 2) ? INT64_MAX : from + 200000000000 };
                vec_push(&calls, c);
                timeline_link(s->t, c.subject, c.person, c.from_us, c.to_us);
            }
        }
        // Some are taken back: over the ends of groups, of what is in the log, and beyond the last event.
        for (s->hides_n = 0; s->hides_n < 3 && seed > 1; s->hides_n++) {
            int64_t from = 1 + kit_below(&s->seed, (uint32_t)s->all.n);
            s->hides[s->hides_n] = (event_span){ from, from + kit_below(&s->seed, 40) };
            timeline_hide(s->t, s->hides[s->hides_n]);
        }
        for (uint32_t p = 1; p < 13; p++) {
            check_person(s, &calls, p, (int64_t)s->all.n, 1 + kit_below(&s->seed, 9));
            check_person(s, &calls, p, (int64_t)s->all.n / 2, 200);
            assert_int_equal(timeline_person(s->t, p), owner_naive(&calls, p, INT64_MAX));
        }
        uint32_t *persons;
        size_t n;
        timeline_persons(s->t, (int64_t)s->all.n, s->a, &persons, &n);
        bool there[16] = { 0 };
        for (size_t i = 0; i < s->all.n; i++)
            if (!hidden_naive(s, (int64_t)i + 1))
                there[owner_naive(&calls, s->all.v[i].subject, s->all.v[i].time_us)] = true;
        there[0] = false;
        for (uint32_t p = 0; p < 16; p++) {
            bool found = false;
            for (size_t i = 0; i < n; i++)
                found = found || persons[i] == p;
            assert_int_equal(found, there[p]);
        }
        timeline_stats st = timeline_stats_now(s->t);
        assert_int_equal(st.events, s->all.n);
        assert_in_range(st.subjects, 1, 12);
        assert_true(st.log_bytes > 0 && st.memory_bytes > 24 * st.events && st.links > 0);
        vec_free(&calls);
        store_end(s);
    }
}

typedef struct each {
    store *s;
    int64_t next;
} each;

static bool same_event(void *p, const event *e)
{
    each *x = p;
    assert_int_equal(e->no, x->next);
    assert_true(kit_event_eq(e, &x->s->all.v[x->next - 1]));
    return ++x->next <= (int64_t)x->s->all.n;
}

static void every_event_comes_in_order(void **state)
{
    (void)state;
    store *s = store_new(9);
    for (int i = 0; i < 100; i++)
        store_add(s, 1000);
    for (int shipped = 0; shipped < 2; shipped++) {
        each x = { s, 1 };
        assert_ok(timeline_each(s->t, 1, (int64_t)s->all.n, same_event, &x));
        assert_int_equal(x.next, s->all.n + 1);
        x.next = 17;
        assert_ok(timeline_each(s->t, 17, 20, same_event, &x));
        assert_int_equal(x.next, 21);
        assert_ok(store_ship(s));
    }
    store_end(s);
}

// Power goes at any write: what the batch rows hold plus what the log kept is everything, and the log is never wrong.
static void power_cuts_lose_no_event(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        store *s = store_new(seed + 100);
        for (int round = 0; round < 40; round++) {
            os_sim_crash_at_write(s->sim, os_sim_writes(s->sim) + 1 + (int64_t)kit_below(&s->seed, 30));
            while (!os_sim_crashed(s->sim)) {
                store_add(s, 30);
                if (kit_below(&s->seed, 3) == 0)
                    (void)store_ship(s);
            }
            int64_t logged = timeline_logged(s->t);
            timeline_close(s->t);
            if (kit_below(&s->seed, 4))
                os_sim_restart(s->sim);
            else
                os_sim_respawn(s->sim);
            s->c.needed_no = logged; // what was synced may have left the database
            store_open(s);
            each x = { s, 1 };
            assert_ok(timeline_each(s->t, 1, (int64_t)s->all.n, same_event, &x));
            assert_int_equal(x.next, s->all.n + 1);
        }
        assert_ok(store_ship(s));
        assert_int_equal(timeline_logged(s->t), s->all.n);
        store_end(s);
    }
}

// A failed sync, then the process goes on or dies and power goes: pages that read fine may not be on disk.
static void failed_syncs_are_not_believed(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        store *s = store_new(seed + 200);
        for (int round = 0; round < 6; round++) {
            store_add(s, 30);
            os_sim_fail_sync_at(s->sim, 1);
            store_add(s, 30);
            (void)store_ship(s);
            if (seed % 2) { // the process ends with the failure and starts again
                timeline_close(s->t);
                s->c.needed_no = 0;
                store_open(s);
            }
            os_sim_fail_sync_at(s->sim, 0);
            assert_ok(store_ship(s));
            timeline_close(s->t);
            os_sim_restart(s->sim);
            s->c.needed_no = (int64_t)s->all.n;
            store_open(s);
        }
        store_end(s);
    }
}

// --- Readers beside the writer (also run under TSan) ----------------------------------------------------------------------
typedef struct race {
    timeline *t;
    _Atomic bool over;
} race;

static void *read_along(void *p)
{
    race *r = p;
    arena *a = arena_create();
    uint64_t seed = (uint64_t)(uintptr_t)a | 1;
    while (!atomic_load(&r->over)) {
        const event *got;
        uint32_t n;
        int64_t head = timeline_head(r->t), last = INT64_MAX;
        if (timeline_person_events(r->t, 1 + kit_below(&seed, 8), head, INT64_MAX, INT64_MAX, 20, a, &got, &n) != E_OK)
            return "a reader met an error";
        for (uint32_t i = 0; i < n; last = got[i++].time_us)
            if (got[i].no > head || got[i].time_us > last)
                return "a reader saw what was not there yet";
        (void)timeline_stats_now(r->t);
        arena_reset(a);
    }
    arena_destroy(a);
    return NULL;
}

static void readers_see_whole_groups_while_one_writes(void **state)
{
    (void)state;
    arena *a = arena_create();
    str dir = kit_dir(a);
    timeline_config c = { .o = os_posix(), .dir = arena_fmt(a, STR_FMT "/log", STR_ARG(dir)).s, .segment_bytes = 20000 };
    race r = { 0 };
    int64_t last, no = 1;
    assert_ok(timeline_open(&c, NULL, a, &r.t, &last));
    pthread_t readers[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, read_along, &r), 0);
    uint64_t seed = 4;
    kit_group k = { 0 };
    for (int i = 0; i < 1500; i++) {
        arena_mark m = arena_save(a);
        kit_group_start(&k, no, 1);
        for (int j = 0; j < 3; j++) {
            event e = kit_event(&seed, a, 9);
            kit_group_add(&k, &e, NULL);
        }
        no += 3;
        timeline_add(r.t, &k.g);
        assert_ok(timeline_append(r.t, &k.g));
        if (i % 50 == 0) {
            assert_ok(timeline_sync(r.t));
            timeline_link(r.t, 1 + kit_below(&seed, 8), 1 + kit_below(&seed, 8), INT64_MIN, INT64_MAX);
        }
        arena_release(a, m);
    }
    atomic_store(&r.over, true);
    for (int i = 0; i < 2; i++) {
        void *said = NULL;
        pthread_join(readers[i], &said);
        assert_null(said);
    }
    kit_group_free(&k);
    timeline_close(r.t);
    kit_remove(a, dir);
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_have_the_events_the_list_says),
        cmocka_unit_test(every_event_comes_in_order),
        cmocka_unit_test(power_cuts_lose_no_event),
        cmocka_unit_test(failed_syncs_are_not_believed),
        cmocka_unit_test(readers_see_whole_groups_while_one_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
