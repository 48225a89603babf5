// store/teller.h on the machine's files. Operations are little programs, one letter each:
//   w3 row 3 (twice: E_DB)   e event   d dense number   u undo that leaves a trace   a after-callback that leaves one
//   f fail with E_NOT_FOUND   x fail with E_IO   ( … ) nested, its error swallowed   [ … ] nested, its error passed on
#include "tests.h"
#include "base/time.h"
#include "store/lock.h"
#include "store/migrate.h"
#include "store/teller.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct prog {
    op o;
    struct world *w;
    const char *text, *at;
    err outcome;
    bool done;
} prog;

typedef struct world {
    os o;                              // the machine's, with a clock of ours
    os_ops ops;
    int64_t now_us, tick_us;
    char dir[64], path[96];
    db *d;
    arena *a;
    teller *t;
    buf trace;                         // what callbacks left, in order
    buf shipped;                       // bodies
    int64_t shipped_no, visible_no;
    err ship_err, sync_err, hook_err;
    int64_t last_id;
    uint32_t last_dense;
    prog progs[64];
    int progs_n;
} world;

static world *of_os(os *o) { return (world *)(void *)o; }
static int64_t fake_now(os *o) { return of_os(o)->now_us; }
static int64_t fake_mono(os *o) { return of_os(o)->now_us += of_os(o)->tick_us; }

static void visible(void *user, const group_frame *g)
{
    world *w = user;
    assert_int_equal(g->first_no, w->visible_no + 1);
    w->visible_no += g->count;
    buf_addf(&w->trace, "v%u", g->count);
}

static err ship(void *user, const group_frame *g)
{
    world *w = user;
    if (w->ship_err != E_OK)
        return w->ship_err;
    if (g->first_no <= w->shipped_no)
        return E_OK;
    assert_int_equal(g->first_no, w->shipped_no + 1);
    w->shipped_no += g->count;
    buf_add_str(&w->shipped, g->body);
    return E_OK;
}

static err ship_sync(void *user) { return ((world *)user)->sync_err; }
static err on_event(tx *t, int64_t no, str bytes) { return (void)no, (void)bytes, ((world *)t->user)->hook_err; }

static err open_teller(world *w)
{
    assert_ok(db_open(&w->o, w->path, DB_WRITER, &w->d));
    size_t applied;
    assert_ok(migrate(w->d, migrations, migrations_count, w->now_us, NULL, w->a, &applied));
    assert_ok(db_script(w->d, S("CREATE TABLE IF NOT EXISTS t (id BIGINT PRIMARY KEY)")));
    fault f = { 0 };
    err e = teller_open(&(teller_config){ .o = &w->o, .d = w->d, .user = w, .on_event = on_event, .on_visible = visible, .ship = ship,
                                          .ship_sync = ship_sync, .queue_max = 32, .group_bytes_max = 100 }, &f, w->a, &w->t);
    if (e != E_OK) {
        buf_add_str(&w->trace, f.detail);
        db_close(w->d);
        w->t = NULL;
    }
    return e;
}

static void reopen(world *w)
{
    teller_close(w->t);
    assert_ok(open_teller(w));
}

static int setup(void **state)
{
    world *w = calloc(1, sizeof *w);
    w->ops = *os_posix()->ops;
    w->ops.now_us = fake_now;
    w->ops.mono_us = fake_mono;
    w->o.ops = &w->ops;
    w->now_us = INT64_C(1704067200000000) + 5 * US_PER_MS;
    snprintf(w->dir, sizeof w->dir, "/tmp/lianyi-teller-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    snprintf(w->path, sizeof w->path, "%s/t.db", w->dir);
    w->a = arena_create();
    assert_ok(open_teller(w));
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    world *w = *state;
    teller_close(w->t);
    str *names;
    size_t n;
    assert_ok(os_list(os_posix(), w->dir, w->a, &names, &n));
    for (size_t i = 0; i < n; i++)
        assert_ok(os_remove(os_posix(), arena_fmt(w->a, "%s/%s", w->dir, names[i].s).s));
    rmdir(w->dir);
    arena_destroy(w->a);
    buf_free(&w->trace);
    buf_free(&w->shipped);
    free(w);
    return 0;
}

// --- programs --------------------------------------------------------------------------------------------------------
static void leave_undo(void *p) { buf_addf(&((prog *)p)->w->trace, "u%d", (int)((prog *)p - ((prog *)p)->w->progs)); }
static void leave_after(void *p) { buf_addf(&((prog *)p)->w->trace, "a%d", (int)((prog *)p - ((prog *)p)->w->progs)); }

static err interpret(tx *t, void *user);

static void skip_to_close(prog *p)
{
    for (int depth = 1; depth; p->at++)
        depth += *p->at == '(' || *p->at == '[' ? 1 : *p->at == ')' || *p->at == ']' ? -1 : 0;
}

static err nest(tx *t, prog *p, bool pass_on)
{
    const char *inside = p->at;
    err e = tx_nested(t, interpret, p);
    p->at = inside;
    skip_to_close(p);
    return pass_on ? e : E_OK;
}

static err letter(tx *t, prog *p, char c)
{
    int64_t no;
    switch (c) {
    case 'w':
        return db_exec(t->d, "INSERT INTO t (id) VALUES ($1)", dbi(*p->at++ - '0'));
    case 'e':
        return tx_event(t, S("event"), true, (hash128){ 1, 2 }, &no);
    case 'i':
        p->w->last_id = tx_id(t);
        return E_OK;
    case 'd':
        p->w->last_dense = tx_dense(t, COUNTER_SUBJECT);
        return E_OK;
    case 'u':
        return tx_undo(t, leave_undo, p), E_OK;
    case 'a':
        return tx_after(t, leave_after, p), E_OK;
    case 'f':
        return E_NOT_FOUND;
    case 'x':
        return E_IO;
    default:
        return nest(t, p, c == '[');
    }
}

static err interpret(tx *t, void *user)
{
    prog *p = user;
    while (*p->at && *p->at != ')' && *p->at != ']') {
        char c = *p->at++;
        TRY(letter(t, p, c));
    }
    return E_OK;
}

static err prog_run(op *o, tx *t) { return interpret(t, o); }

static void prog_done(op *o, err outcome)
{
    prog *p = (prog *)o;
    p->outcome = outcome;
    p->done = true;
    buf_addf(&p->w->trace, "%s%d", outcome == E_OK ? "+" : "-", (int)(p - p->w->progs));
}

static prog *submit_in(world *w, const char *text, lane l)
{
    prog *p = &w->progs[w->progs_n++];
    *p = (prog){ .o = { .run = prog_run, .done = prog_done, .lane = l }, .w = w, .text = text, .at = text };
    return teller_submit(w->t, &p->o) ? p : NULL;
}

static prog *submit(world *w, const char *text) { return submit_in(w, text, LANE_INTERACTIVE); }

static err step(world *w)
{
    bool worked;
    return teller_step(w->t, &worked);
}

static void expect(world *w, const char *trace, const char *rows, int64_t head)
{
    buf have = { 0 };
    db_rows r;
    assert_ok(db_query(w->d, &r, "SELECT id FROM t ORDER BY id"));
    while (db_next(&r))
        buf_addf(&have, "%d", (int)db_i64(&r, 0));
    assert_ok(db_end(&r));
    assert_str(buf_str(&w->trace), str_c(trace));
    assert_str(buf_str(&have), str_c(rows));
    int64_t no;
    assert_ok(head_event_no(w->d, &no));
    assert_int_equal(no, head);
    assert_int_equal(teller_head(w->t), head);
    buf_clear(&have);
    assert_ok(teller_check(w->d, &have));
    assert_str(buf_str(&have), S(""));
    buf_free(&have);
    buf_clear(&w->trace);
}

// --- tests -----------------------------------------------------------------------------------------------------------
// One group each, on a fresh database: programs, trace, rows, head.
static void test_groups(void **state)
{
    (void)state;
    static const struct { const char *ops[4], *trace, *rows; int head; } cases[] = {
        { { "w1e", "w2ee" }, "v3+0+1", "12", 3 },
        { { "w1", "w2" }, "+0+1", "12", 0 },
        { { "w1a", "w2a" }, "a0a1+0+1", "12", 0 },
        { { "w1e", "w2eef", "w3e" }, "v2+0-1+2", "13", 2 },                    // one undone, others stand
        { { "w1", "w1e", "w2e" }, "v1+0-1+2", "12", 1 },                       // E_DB undoes its operation only
        { { "w1uaf", "w2a" }, "u0a1-0+1", "2", 0 },                            // its callback is dropped
        { { "w1(w2euaf)w3e" }, "u0v1+0", "13", 1 },                            // nested failure alone
        { { "w1(w2(w3e)w4ef)w5e" }, "v1+0", "15", 1 },                         // what an inner one did goes with the outer
        { { "w1(w2(w3ef)w4e)w5e" }, "v2+0", "1245", 2 },
        { { "w1[w2f]w3", "w4" }, "-0+1", "4", 0 },
        { { "u(u(uf)f)f" }, "u0u0u0-0", "", 0 },
        { { "w1ef", "w2f" }, "-0-1", "", 0 },                                  // nothing stands: nothing to commit
        { { "w1eu", "w2x", "w3" }, "u0-0-1", "", 0 },
        { { "w1eu", "w2u(x)w3", "w4" }, "u1u0-0-1", "", 0 },                   // swallowed trouble dooms the group all the same
        { { "w1(w1)w2" }, "+0", "12", 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        void *fresh;
        setup(&fresh);
        world *w = fresh;
        for (int k = 0; k < 4 && cases[i].ops[k]; k++)
            assert_non_null(submit(w, cases[i].ops[k]));
        assert_ok(step(w));
        // Operations of a doomed group that had not run yet stay queued.
        expect(w, cases[i].trace, cases[i].rows, cases[i].head);
        teardown(&fresh);
    }
}

static void test_numbers(void **state)
{
    world *w = *state;
    submit(w, "did");
    assert_ok(step(w));
    int64_t first = w->last_id;
    assert_int_equal(first, 5 * 4096);
    assert_int_equal(w->last_dense, 2);
    submit(w, "didf");
    submit(w, "d");
    assert_ok(step(w));
    assert_int_equal(w->last_dense, 3);               // undone numbers are given again
    submit(w, "dii(ddd)x");
    assert_ok(step(w));
    submit(w, "idw1");
    assert_ok(step(w));
    assert_int_equal(w->last_id, first + 1);
    assert_int_equal(w->last_dense, 4);
    w->now_us -= US_PER_DAY;                          // the clock goes back; neither ids nor group times do
    reopen(w);
    submit(w, "id");
    assert_ok(step(w));
    assert_int_equal(w->last_id, first + 2);
    assert_int_equal(w->last_dense, 5);
    int64_t last_us;
    assert_ok(db_int(w->d, &last_us, 0, "SELECT last_us FROM head"));
    assert_int_equal(last_us, w->now_us + US_PER_DAY);
    w->now_us += INT64_C(100) * 366 * US_PER_DAY;     // a clock beyond 2⁵³: go on counting
    submit(w, "i");
    assert_ok(step(w));
    assert_int_equal(w->last_id, first + 3);
}

static void test_lanes(void **state)
{
    world *w = *state;
    submit_in(w, "w1", LANE_BULK);
    submit_in(w, "w2", LANE_BULK);
    submit(w, "w3");
    submit(w, "w4");
    assert_ok(step(w));
    expect(w, "+2+3+0", "134", 0);                    // overtaken; then one slice
    assert_int_equal(teller_stats_now(w->t).queue_now, 1);
    submit_in(w, "w5", LANE_BULK);
    assert_ok(step(w));
    expect(w, "+1+4", "12345", 0);                    // by itself bulk work may fill a group
    bool worked = true;
    assert_ok(teller_step(w->t, &worked));
    assert_false(worked);
}

static void test_group_ends(void **state)
{
    world *w = *state;
    for (int i = 0; i < 20; i++)
        submit(w, "eee");                             // 18 bytes each, 100 end a group
    assert_ok(step(w));
    assert_int_equal(teller_head(w->t), 18);
    w->tick_us = 2000;                                // a look at the clock takes 2 ms: the second ends it
    assert_ok(step(w));
    assert_int_equal(teller_head(w->t), 18 + 6);
    teller_stats s = teller_stats_now(w->t);
    assert_int_equal(s.groups, 2);
    assert_int_equal(s.operations, 8);
    assert_int_equal(s.queue_now, 12);
    assert_true(s.stall_longest_us >= 2000 && s.commit_us_total >= 2000);
    while (s.queue_now) {
        assert_ok(step(w));
        s = teller_stats_now(w->t);
    }
    assert_int_equal(s.head_no, 60);
}

static void test_queue_full_and_stop(void **state)
{
    world *w = *state;
    for (int i = 0; i < 32; i++)
        assert_non_null(submit(w, "e"));
    assert_null(submit(w, "e"));
    assert_non_null(submit_in(w, "e", LANE_BULK));    // lanes are full separately
    teller_stop(w->t);
    assert_null(submit_in(w, "e", LANE_BULK));
    assert_ok(teller_run(w->t));                      // what was queued is run and shipped
    assert_int_equal(teller_head(w->t), 33);
    assert_int_equal(w->shipped_no, 33);
    assert_int_equal(teller_stats_now(w->t).shipped_no, 33);
}

static int64_t batch_rows(world *w)
{
    int64_t n;
    assert_ok(db_int(w->d, &n, -1, "SELECT count(*) FROM batch"));
    return n;
}

static void test_ship(void **state)
{
    world *w = *state;
    bool worked;
    assert_ok(teller_ship(w->t, &worked));
    assert_false(worked);
    submit(w, "ee");
    assert_ok(step(w));
    submit(w, "e");
    assert_ok(step(w));
    w->ship_err = E_DISK_FULL;
    assert_ok(teller_ship(w->t, &worked));
    assert_false(worked);
    assert_int_equal(teller_stats_now(w->t).ship_trouble, E_DISK_FULL);
    assert_int_equal(batch_rows(w), 2);
    w->ship_err = E_OK;
    reopen(w);
    assert_ok(teller_ship(w->t, &worked));
    assert_true(worked);
    assert_int_equal(teller_stats_now(w->t).ship_trouble, E_OK);
    assert_int_equal(w->shipped_no, 3);
    assert_str(buf_str(&w->shipped), S("\5event\5event\5event"));
    assert_int_equal(batch_rows(w), 0);
    buf_clear(&w->trace);
    submit(w, "e");
    assert_ok(step(w));
    prog *late = submit(w, "e");
    w->sync_err = E_IO;                               // a failed fsync is final
    assert_err(teller_ship(w->t, &worked), E_IO);
    assert_int_equal(late->outcome, E_SHUTTING_DOWN);
    assert_null(submit(w, "e"));
    assert_err(step(w), E_IO);
    assert_false(teller_wait_visible(w->t, 5));
    assert_true(teller_wait_visible(w->t, 4));
    assert_int_equal(batch_rows(w), 1);
    w->sync_err = E_OK;
    reopen(w);
    assert_ok(teller_ship(w->t, &worked));
    assert_int_equal(w->shipped_no, 4);
}

static void test_events_refused(void **state)
{
    world *w = *state;
    char *many = malloc(TX_EVENTS_MAX + 2);
    memset(many, 'e', TX_EVENTS_MAX + 1);
    many[TX_EVENTS_MAX + 1] = 0;
    prog *p = submit(w, many);
    assert_ok(step(w));
    assert_int_equal(p->outcome, E_LIMIT_REACHED);
    assert_int_equal(teller_head(w->t), 0);
    many[TX_EVENTS_MAX] = 0;
    p = submit(w, many);
    assert_ok(step(w));
    assert_int_equal(p->outcome, E_OK);
    assert_int_equal(teller_head(w->t), TX_EVENTS_MAX);
    w->hook_err = E_CONFLICT;
    p = submit(w, "w1e");
    assert_ok(step(w));
    assert_int_equal(p->outcome, E_CONFLICT);
    buf_clear(&w->trace);
    expect(w, "", "", TX_EVENTS_MAX);
    free(many);
}

// Damage at rest is named, and nothing is built on it.
static void test_open_refuses(void **state)
{
    (void)state;
    static const struct { const char *damage, *says; } cases[] = {
        { "DELETE FROM batch WHERE first_no = 1", "batch: row 3 where 1 should begin\n" },
        { "DELETE FROM batch WHERE first_no = 3", "batch: row 4 where 3 should begin\n" },
        { "DELETE FROM batch WHERE first_no = 4", "batch: rows end at 3, head is 4\n" },
        { "UPDATE head SET event_no = 5", "batch: rows end at 4, head is 5\n" },
        { "UPDATE head SET event_no = 3", "batch: rows end at 4, head is 3\n" },
        { "UPDATE head SET shipped_no = 1", "head: shipped_no 1 is inside a batch row\n" },
        { "UPDATE head SET shipped_no = 2, deleted_no = 2", "batch: row 1 where 3 should begin\n" },
        { "UPDATE batch SET body = x'056576656E' WHERE first_no = 3", "batch: row 3 does not hold the 1 events it counts\n" },
        { "UPDATE batch SET count = 1 WHERE first_no = 1", "batch: row 1 does not hold the 1 events it counts\nbatch: row 3 where 2 should begin\n" },
        { "UPDATE batch SET prints = x'00' WHERE first_no = 4", "batch: row 4 does not hold the 1 events it counts\n" },
        { "DELETE FROM head", "head: the row is missing or unreadable\n" },
        { "INSERT INTO counter VALUES ('subject', -1)", "counter: subject is -1\n" },
        { "INSERT INTO counter VALUES ('moon', 1)", "counter: moon is 1\n" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        void *fresh;
        setup(&fresh);
        world *w = fresh;
        static const char *const groups[] = { "ee", "e", "e" };
        for (int k = 0; k < 3; k++) {
            submit(w, groups[k]);
            assert_ok(step(w));
        }
        buf_clear(&w->trace);
        assert_ok(db_exec_text(w->d, str_c(cases[i].damage), NULL, 0));
        teller_close(w->t);
        assert_err(open_teller(w), E_CORRUPT);
        assert_str(str_take(buf_str(&w->trace), strlen(cases[i].says)), str_c(cases[i].says));
        teardown(&fresh);
    }
}

static void *run_thread(void *p) { return (void *)(intptr_t)teller_run(p); }

typedef struct client { pthread_t th; world *w; int n, ok; pthread_mutex_t m; pthread_cond_t c; } client;
typedef struct call_op { op o; client *c; bool done; } call_op;

static err call_run(op *o, tx *t)
{
    (void)o;
    int64_t no;
    return tx_event(t, S("x"), false, (hash128){ 0 }, &no);
}

static void call_done(op *o, err e)
{
    client *c = ((call_op *)o)->c;
    pthread_mutex_lock(&c->m);
    c->ok += e == E_OK;
    ((call_op *)o)->done = true;
    pthread_cond_signal(&c->c);
    pthread_mutex_unlock(&c->m);
}

static void *client_thread(void *p)
{
    client *c = p;
    for (int i = 0; i < c->n; i++) {
        call_op call = { .o = { .run = call_run, .done = call_done, .lane = i % 3 ? LANE_INTERACTIVE : LANE_BULK }, .c = c };
        if (!teller_submit(c->w->t, &call.o))
            continue;
        pthread_mutex_lock(&c->m);
        while (!call.done)
            pthread_cond_wait(&c->c, &c->m);
        pthread_mutex_unlock(&c->m);
    }
    return NULL;
}

static void test_threads(void **state)
{
    world *w = *state;
    w->ops.mono_us = os_posix()->ops->mono_us;
    pthread_t th;
    pthread_create(&th, NULL, run_thread, w->t);
    client clients[4];
    for (int i = 0; i < 4; i++) {
        clients[i] = (client){ .w = w, .n = 100, .m = PTHREAD_MUTEX_INITIALIZER, .c = PTHREAD_COND_INITIALIZER };
        pthread_create(&clients[i].th, NULL, client_thread, &clients[i]);
    }
    int ok = 0;
    for (int i = 0; i < 4; i++) {
        pthread_join(clients[i].th, NULL);
        ok += clients[i].ok;
    }
    assert_true(teller_wait_visible(w->t, ok));
    teller_stop(w->t);
    void *outcome;
    pthread_join(th, &outcome);
    assert_int_equal((intptr_t)outcome, E_OK);
    assert_int_equal(ok, 400);
    assert_int_equal(w->visible_no, 400);
    assert_int_equal(w->shipped_no, 400);
    assert_int_equal(batch_rows(w), 0);
}

static void test_lock(void **state)
{
    world *w = *state;
    dir_lock mine = { 0 }, other = { 0 };
    assert_ok(lock_take(os_posix(), w->dir, &mine));
    assert_err(lock_take(os_posix(), w->dir, &other), E_LOCKED);
    lock_release(&mine);
    lock_release(&mine);
    assert_ok(lock_take(os_posix(), w->dir, &other));
    lock_release(&other);
    assert_err(lock_take(os_posix(), "/nowhere/at/all", &mine), E_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_open_refuses),
        cmocka_unit_test_setup_teardown(test_numbers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lanes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_group_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(test_queue_full_and_stop, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ship, setup, teardown),
        cmocka_unit_test_setup_teardown(test_events_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_threads, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lock, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
