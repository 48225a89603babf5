// The log on disk: torn tails, damage, foreign logs, failing disks.
#include "timeline_kit.h"

#include "sim/os_sim.h"

typedef struct fixture {
    arena *a;
    os_sim *sim;
    os *o;
    timeline_config c;
    timeline *t;
    int64_t last;
    fault f;
} fixture;

static void fixture_open(fixture *x)
{
    err e = timeline_open(&x->c, &x->f, x->a, &x->t, &x->last);
    if (e != E_OK)
        fail_msg("%s: " STR_FMT, err_info_of(e)->code, STR_ARG(fault_text(&x->f, x->a, LANG_EN)));
}

static fixture fixture_new(void)
{
    fixture x = { .a = arena_create(), .sim = os_sim_create(42) };
    x.o = os_sim_os(x.sim);
    x.c = (timeline_config){ .o = x.o, .dir = "/log" };
    memset(x.c.database, 0xD1, 16);
    fixture_open(&x);
    return x;
}

static void fixture_reopen(fixture *x)
{
    timeline_close(x->t);
    x->t = NULL;
    fixture_open(x);
}

static void fixture_end(fixture *x)
{
    timeline_close(x->t);
    os_sim_destroy(x->sim);
    arena_destroy(x->a);
}

// Group number i: i % 3 + 1 events, whose content follows from their numbers.
static void group_of(kit_group *k, int i, int64_t first_no, arena *a)
{
    kit_group_start(k, first_no, 1000 + i);
    for (int j = 0; j <= i % 3; j++) {
        uint64_t seed = (uint64_t)(first_no + j) * 7919;
        event e = kit_event(&seed, a, 20);
        hash128 h = { (uint64_t)(first_no + j), 5 };
        kit_group_add(k, &e, j == 0 ? &h : NULL);
    }
}

static err append_groups(fixture *x, int from, int to, int64_t *no, bool sync)
{
    kit_group k = { 0 };
    err e = E_OK;
    for (int i = from; i < to && e == E_OK; i++) {
        group_of(&k, i, *no, x->a);
        timeline_add(x->t, &k.g);
        e = timeline_append(x->t, &k.g);
        if (e == E_OK && sync)
            e = timeline_sync(x->t);
        *no += e == E_OK ? k.g.count : 0;
    }
    kit_group_free(&k);
    return e;
}

typedef struct seen {
    int64_t no;
    arena *a;
} seen;

static bool same_as_made(void *p, const event *e)
{
    seen *s = p;
    uint64_t seed = (uint64_t)(s->no + 1) * 7919;
    event want = kit_event(&seed, s->a, 20);
    assert_int_equal(e->no, ++s->no);
    assert_true(kit_event_eq(&want, e));
    return true;
}

static void check_all(fixture *x, int64_t last)
{
    seen s = { 0, x->a };
    assert_ok(timeline_each(x->t, 1, last, same_as_made, &s));
    assert_int_equal(s.no, last);
}

static bool frame_in_order(void *p, const frame *g)
{
    int64_t *no = p;
    hash128 h;
    assert_int_equal(g->first_no, *no);
    assert_true(frame_print(g, 0, &h) && h.lo == (uint64_t)*no && h.hi == 5);
    assert_true(g->count == 1 || !frame_print(g, 1, &h));
    *no += g->count;
    return true;
}

static str segment_path(fixture *x, int64_t first_no) { return arena_fmt(x->a, "%s/%016llx.seg", x->c.dir, (long long)first_no); }

static void what_was_appended_is_there_again(void **state)
{
    (void)state;
    fixture x = fixture_new();
    int64_t no = 1, frames = 1;
    assert_int_equal(x.last, 0);
    assert_ok(append_groups(&x, 0, 50, &no, false));
    check_all(&x, no - 1); // not synced: from memory
    assert_int_equal(timeline_logged(x.t), 0);
    assert_ok(timeline_sync(x.t));
    assert_int_equal(timeline_logged(x.t), no - 1);
    check_all(&x, no - 1); // from the log
    assert_int_equal(timeline_stats_now(x.t).pending_bytes, 0);
    fixture_reopen(&x);
    assert_int_equal(x.last, no - 1);
    check_all(&x, no - 1);
    assert_ok(timeline_frames(x.t, 1, frame_in_order, &frames, &x.f, x.a));
    assert_int_equal(frames, no);
    assert_ok(append_groups(&x, 50, 60, &no, true));
    check_all(&x, no - 1);
    fixture_end(&x);
}

static void segments_roll_and_join(void **state)
{
    (void)state;
    fixture x = fixture_new();
    timeline_close(x.t);
    x.c.segment_bytes = 700;
    fixture_open(&x);
    int64_t no = 1, frames = 1;
    assert_ok(append_groups(&x, 0, 100, &no, false));
    assert_true(timeline_stats_now(x.t).segments > 8);
    assert_ok(timeline_sync(x.t));
    fixture_reopen(&x);
    assert_int_equal(x.last, no - 1);
    check_all(&x, no - 1);
    assert_ok(timeline_frames(x.t, 1, frame_in_order, &frames, &x.f, x.a));
    assert_int_equal(frames, no);
    frames = 28; // 1 + 2 + 3 events per three groups: a group begins at 28
    assert_ok(timeline_frames(x.t, 28, frame_in_order, &frames, &x.f, x.a));
    assert_int_equal(frames, no);
    fixture_end(&x);
}

static void repeated_groups_are_skipped_and_gaps_refused(void **state)
{
    (void)state;
    fixture x = fixture_new();
    kit_group k = { 0 };
    int64_t no = 1;
    assert_ok(append_groups(&x, 0, 9, &no, true));
    group_of(&k, 4, 8, x.a); // 8…9, there already
    assert_ok(timeline_append(x.t, &k.g));
    assert_int_equal(timeline_stats_now(x.t).head_no, no - 1);
    group_of(&k, 9, no + 1, x.a);
    assert_err(timeline_append(x.t, &k.g), E_CORRUPT);
    group_of(&k, 9, no, x.a); // recovery: appended before anybody made it readable
    assert_ok(timeline_append(x.t, &k.g));
    assert_int_equal(timeline_head(x.t), no + k.g.count - 1);
    kit_group_free(&k);
    fixture_end(&x);
}

// A crash may leave any prefix of what was not synced: the whole groups of it survive, nothing else, at every offset.
static void a_torn_tail_is_cut_at_every_offset(void **state)
{
    (void)state;
    fixture x = fixture_new();
    int64_t no = 1;
    assert_ok(append_groups(&x, 0, 2, &no, true));
    int64_t synced = timeline_stats_now(x.t).log_bytes, ends[6], nos[6];
    for (int i = 0; i < 4; i++) {
        assert_ok(append_groups(&x, 2 + i, 3 + i, &no, false));
        ends[i] = timeline_stats_now(x.t).log_bytes;
        nos[i] = no - 1;
    }
    assert_ok(timeline_sync(x.t));
    str whole, path = segment_path(&x, 1);
    assert_ok(os_read_file(x.o, path.s, x.a, &whole));
    for (int64_t size = synced; size <= (int64_t)whole.len; size++) {
        int64_t expect = 3;
        for (int i = 0; i < 4; i++)
            expect = size >= ends[i] ? nos[i] : expect;
        timeline_close(x.t);
        x.t = NULL;
        assert_ok(os_write_file(x.o, path.s, str_take(whole, (size_t)size)));
        fixture_open(&x);
        assert_int_equal(x.last, expect);
        check_all(&x, expect);
        assert_int_equal(timeline_stats_now(x.t).torn_bytes + timeline_stats_now(x.t).log_bytes, size);
    }
    fixture_end(&x);
}

// Unsynced pages may come back holding anything, also before later ones that made it.
static void holes_in_what_was_not_synced_are_cut(void **state)
{
    (void)state;
    fixture x = fixture_new();
    int64_t no = 1;
    assert_ok(append_groups(&x, 0, 2, &no, true));
    int64_t synced = timeline_stats_now(x.t).log_bytes;
    assert_ok(append_groups(&x, 2, 6, &no, false));
    timeline_close(x.t);
    x.t = NULL;
    str whole, path = segment_path(&x, 1);
    assert_ok(os_read_file(x.o, path.s, x.a, &whole));
    for (size_t at = (size_t)synced; at + 16 < whole.len; at += 7) {
        char *torn = arena_cstr(x.a, whole);
        memset(torn + at, 0xA5, 16);
        assert_ok(os_write_file(x.o, path.s, (str){ torn, whole.len }));
        fixture_open(&x);
        assert_in_range(x.last, 3, no - 1);
        check_all(&x, x.last);
        timeline_close(x.t);
        x.t = NULL;
        // The database says it no longer has event 4: now the same damage must not be cut away.
        assert_ok(os_write_file(x.o, path.s, (str){ torn, whole.len }));
        x.c.needed_no = no - 1;
        assert_err(timeline_open(&x.c, &x.f, x.a, &x.t, &x.last), E_CORRUPT);
        x.c.needed_no = 0;
        x.t = NULL;
        str after;
        assert_ok(os_read_file(x.o, path.s, x.a, &after));
        assert_int_equal(after.len, whole.len);
    }
    fixture_end(&x);
}

static void expect_refused(fixture *x, const char *says)
{
    timeline_close(x->t);
    x->t = NULL;
    err e = timeline_open(&x->c, &x->f, x->a, &x->t, &x->last);
    if (e != E_CORRUPT)
        fail_msg("opened: %s, expected \"%s\"", err_info_of(e)->code, says);
    str text = fault_text(&x->f, x->a, LANG_EN);
    if (!memmem(text.s, text.len, says, strlen(says)))
        fail_msg("\"" STR_FMT "\" does not say \"%s\"", STR_ARG(text), says);
    x->t = NULL;
}

static void damage_in_the_middle_is_refused(void **state)
{
    (void)state;
    fixture x = fixture_new();
    int64_t no = 1;
    assert_ok(append_groups(&x, 0, 5, &no, true));
    int64_t middle = timeline_stats_now(x.t).log_bytes;
    assert_ok(append_groups(&x, 5, 8, &no, true));
    str whole, path = segment_path(&x, 1);
    assert_ok(os_read_file(x.o, path.s, x.a, &whole));
    for (size_t at = 0; at < (size_t)middle; at++) {
        char *hurt = arena_cstr(x.a, whole);
        hurt[at] = (char)(hurt[at] ^ 0x20);
        assert_ok(os_write_file(x.o, path.s, (str){ hurt, whole.len }));
        timeline_close(x.t);
        x.t = NULL;
        assert_err(timeline_open(&x.c, &x.f, x.a, &x.t, &x.last), E_CORRUPT);
        x.t = NULL;
        assert_true(memmem(x.f.detail.s, x.f.detail.len, "0000000000000001.seg", 20) != NULL);
    }
    fixture_end(&x);
}

static void damage_in_an_earlier_segment_is_refused(void **state)
{
    (void)state;
    fixture x = fixture_new();
    timeline_close(x.t);
    x.c.segment_bytes = 300;
    fixture_open(&x);
    int64_t no = 1;
    assert_ok(append_groups(&x, 0, 20, &no, false));
    assert_ok(timeline_sync(x.t));
    str whole, path = segment_path(&x, 1);
    assert_ok(os_read_file(x.o, path.s, x.a, &whole));
    assert_ok(os_write_file(x.o, path.s, str_take(whole, whole.len - 1)));
    expect_refused(&x, "0000000000000001.seg, byte ");
    assert_ok(os_write_file(x.o, path.s, arena_join(x.a, whole, S("x"))));
    expect_refused(&x, "0000000000000001.seg, byte ");
    assert_ok(os_remove(x.o, path.s));
    expect_refused(&x, "the log has a gap, event 1 should follow");
    fixture_end(&x);
}

static void a_foreign_log_is_refused_naming_both(void **state)
{
    (void)state;
    fixture x = fixture_new();
    int64_t no = 1;
    assert_ok(append_groups(&x, 0, 3, &no, true));
    memset(x.c.database, 0xE2, 16);
    expect_refused(&x, "belongs to database d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1, this is database e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2");
    fixture_end(&x);
}

static void a_log_that_lacks_what_the_database_gave_up_is_refused(void **state)
{
    (void)state;
    fixture x = fixture_new();
    int64_t no = 1;
    assert_ok(append_groups(&x, 0, 3, &no, true));
    x.c.needed_no = 6;
    fixture_reopen(&x);
    x.c.needed_no = 7;
    expect_refused(&x, "ends at event 6, the database needs it up to 7");
    fixture_end(&x);
}

// Bytes of an event that look like a frame must not be taken for one, wherever a crash leaves them.
static void a_frame_inside_an_event_is_no_frame(void **state)
{
    (void)state;
    fixture x = fixture_new();
    int64_t no = 1;
    assert_ok(append_groups(&x, 0, 2, &no, true));
    str whole, path = segment_path(&x, 1);
    timeline_close(x.t);
    assert_ok(os_read_file(x.o, path.s, x.a, &whole));
    static const char fake[44] = "LYF1\1\0\0\0\0\0\0\0\1\0\0\0\377\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\377\377";
    str tail = arena_join(x.a, S("LYF1 torn"), (str){ fake, sizeof fake });
    assert_ok(os_write_file(x.o, path.s, arena_join(x.a, whole, tail)));
    fixture_open(&x);
    assert_int_equal(x.last, 3);
    fixture_end(&x);
}

// A write that fails half-way, a sync that fails and spoils pages: the same groups come again, and all is there at the end,
// also after the power went.
static void failing_disks_lose_nothing(void **state)
{
    (void)state;
    for (int at = 0; at < 60; at++) {
        fixture x = fixture_new();
        timeline_close(x.t);
        x.c.segment_bytes = 900;
        fixture_open(&x);
        int64_t no = 1;
        int failures = 0;
        if (at < 20)
            os_sim_fail_sync_at(x.sim, 1 + at / 3);
        else
            os_sim_fail_at(x.sim, os_sim_calls(x.sim) + 1 + at - 20, at % 2 ? E_IO : E_DISK_FULL, false);
        for (int i = 0; i < 12;) {
            err e = append_groups(&x, i, i + 1, &no, false);
            i += e == E_OK;
            failures += e != E_OK;
            if (e == E_OK && i % 2 == 0)
                failures += timeline_sync(x.t) != E_OK;
            if (at < 20)                           // later ones fail any call, reads too
                check_all(&x, timeline_head(x.t));
        }
        assert_true(failures > 0 || at >= 18);
        os_sim_fail_at(x.sim, 0, E_IO, false);
        os_sim_fail_sync_at(x.sim, 0);
        assert_ok(timeline_sync(x.t));
        check_all(&x, no - 1);
        timeline_close(x.t);
        os_sim_restart(x.sim);
        x.c.needed_no = no - 1;
        fixture_open(&x);
        check_all(&x, no - 1);
        fixture_end(&x);
    }
}

static void the_corpus_of_the_fuzzer_holds(void **state)
{
    (void)state;
    kit_replay("frame", 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_appended_is_there_again),
        cmocka_unit_test(segments_roll_and_join),
        cmocka_unit_test(repeated_groups_are_skipped_and_gaps_refused),
        cmocka_unit_test(a_torn_tail_is_cut_at_every_offset),
        cmocka_unit_test(holes_in_what_was_not_synced_are_cut),
        cmocka_unit_test(damage_in_the_middle_is_refused),
        cmocka_unit_test(damage_in_an_earlier_segment_is_refused),
        cmocka_unit_test(a_foreign_log_is_refused_naming_both),
        cmocka_unit_test(a_log_that_lacks_what_the_database_gave_up_is_refused),
        cmocka_unit_test(a_frame_inside_an_event_is_no_frame),
        cmocka_unit_test(failing_disks_lose_nothing),
        cmocka_unit_test(the_corpus_of_the_fuzzer_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
