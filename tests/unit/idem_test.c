// store/idem.h beside a naive list: random saves, repeats, other bodies, undone savepoints, lost groups, hours passing, restarts.
#include "tests.h"
#include "base/time.h"
#include "store/idem.h"
#include "store/migrate.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define KEYS 200

typedef struct known { bool is; int64_t at_us; int body, status; size_t len; } known;

typedef struct world {
    os o;
    os_ops ops;
    int64_t now_us;
    char dir[64], path[96];
    teller *t;
    db *d;
    idem *m;
    arena *a;
    uint64_t seed;
    known model[KEYS];
} world;

static int64_t fake_now(os *o) { return ((world *)(void *)o)->now_us; }

static uint64_t roll(world *w, uint64_t n)
{
    w->seed = w->seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (w->seed >> 33) % n;
}

static void open_store(world *w)
{
    assert_ok(db_open(&w->o, w->path, DB_WRITER, &w->d));
    size_t applied;
    assert_ok(migrate(w->d, migrations, migrations_count, w->now_us, NULL, w->a, &applied));
    assert_ok(teller_open(&(teller_config){ .o = &w->o, .d = w->d, .user = w }, NULL, w->a, &w->t));
    assert_ok(idem_open(w->d, &w->m));
}

static void close_store(world *w)
{
    idem_close(w->m);
    teller_close(w->t);
}

static int setup(void **state)
{
    world *w = calloc(1, sizeof *w);
    w->ops = *os_posix()->ops;
    w->ops.now_us = fake_now;
    w->o.ops = &w->ops;
    w->now_us = INT64_C(1767225600000000);
    w->seed = 1;
    snprintf(w->dir, sizeof w->dir, "/tmp/lianyi-idem-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    snprintf(w->path, sizeof w->path, "%s/t.db", w->dir);
    w->a = arena_create();
    open_store(w);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    world *w = *state;
    close_store(w);
    str *names;
    size_t n;
    assert_ok(os_list(os_posix(), w->dir, w->a, &names, &n));
    for (size_t i = 0; i < n; i++)
        assert_ok(os_remove(os_posix(), arena_fmt(w->a, "%s/%s", w->dir, names[i].s).s));
    rmdir(w->dir);
    arena_destroy(w->a);
    free(w);
    return 0;
}

typedef struct write_op {
    op o;
    world *w;
    int key, body, fail;               // fail: 0 not, 1 the operation, 2 nested and swallowed, 3 the whole group
    size_t len;
    idem_state state;
    idem_answer answer;
    str kept;
    err outcome;
    int64_t expire;
    bool more;
} write_op;

static hash128 key_hash(const write_op *p)
{
    char key[16];
    snprintf(key, sizeof key, "key-%d", p->key);
    return idem_hash(S("caller"), S("POST /x"), str_c(key));
}

static hash128 body_hash(const write_op *p) { return idem_body_hash(p->w->m, p->body ? S("{\"b\":1}") : S("{}")); }

static str answer_of(arena *a, int key, size_t len)
{
    char *p = arena_alloc(a, len + 1, 1, 1);
    memset(p, 'a' + key % 26, len);
    return str_of(p, len);
}

static err save(tx *t, void *user)
{
    write_op *p = user;
    TRY(idem_save(p->w->m, t, key_hash(p), body_hash(p), 200 + p->key, answer_of(t->a, p->key, p->len)));
    return p->fail == 2 ? E_CONFLICT : E_OK;
}

static err write_run(op *o, tx *t)
{
    write_op *p = (write_op *)o;
    world *w = p->w;
    if (p->expire)
        return idem_expire(w->m, t, p->expire, &p->more);
    TRY(idem_find(w->m, t->d, t->a, t->now_us, key_hash(p), body_hash(p), &p->state, &p->answer));
    if (p->state == IDEM_DONE)
        p->kept = arena_str(w->a, p->answer.body);
    if (p->state == IDEM_NEW) {
        err e = tx_nested(t, save, p);
        if (e != E_OK && p->fail != 2)
            return e;
    }
    return p->fail == 1 ? E_CONFLICT : p->fail == 3 ? E_IO : E_OK;
}

static void write_done(op *o, err e) { ((write_op *)o)->outcome = e; }

static write_op perform(world *w, write_op p)
{
    p.o = (op){ .run = write_run, .done = write_done };
    p.w = w;
    assert_true(teller_submit(w->t, &p.o));
    bool worked;
    assert_ok(teller_step(w->t, &worked));
    return p;
}

static idem_state expected(const world *w, const write_op *p)
{
    const known *k = &w->model[p->key];
    if (!k->is || w->now_us / US_PER_HOUR - k->at_us / US_PER_HOUR > IDEM_HOURS)
        return IDEM_NEW;
    return k->body == p->body ? IDEM_DONE : IDEM_OTHER_BODY;
}

static void one_write(world *w)
{
    write_op p = { .key = (int)roll(w, KEYS), .body = (int)roll(w, 8) == 0, .len = roll(w, 6) ? roll(w, 50) : 1020 + roll(w, 10) };
    p.fail = roll(w, 4) ? 0 : (int)roll(w, 4);
    idem_state want = expected(w, &p);
    p = perform(w, p);
    known *k = &w->model[p.key];
    assert_int_equal(p.state, want);
    assert_int_equal(p.outcome, p.fail == 1 ? E_CONFLICT : p.fail == 3 ? E_IO : E_OK);
    if (want == IDEM_DONE) {
        assert_int_equal(p.answer.status, k->status);
        assert_int_equal(p.answer.kept, k->len <= IDEM_ANSWER_MAX);
        assert_str(p.kept, answer_of(w->a, p.key, p.answer.kept ? k->len : 0));
    } else if (want == IDEM_NEW && !p.fail) {
        *k = (known){ true, w->now_us, p.body, 200 + p.key, p.len };
    }
}

static int64_t rows(world *w)
{
    int64_t n;
    assert_ok(db_int(w->d, &n, -1, "SELECT count(*) FROM idem"));
    return n;
}

static void test_model(void **state)
{
    world *w = *state;
    int done = 0;
    for (int i = 0; i < 3000; i++) {
        one_write(w);
        w->now_us += (int64_t)roll(w, (uint64_t)(2 * US_PER_MIN));
        if (roll(w, 100) == 0)
            w->now_us += (int64_t)roll(w, 3) * US_PER_HOUR;
        if (roll(w, 40) == 0)
            done += perform(w, (write_op){ .expire = 1 + (int64_t)roll(w, 5) }).more;
        if (roll(w, 100) == 0) {
            close_store(w);
            open_store(w);
        }
    }
    assert_true(done > 0);
    while (perform(w, (write_op){ .expire = 50 }).more)
        ;
    int64_t oldest;
    assert_ok(db_int(w->d, &oldest, 0, "SELECT min(hour) FROM idem"));
    assert_true(oldest >= w->now_us / US_PER_HOUR - IDEM_HOURS);
    assert_int_equal(idem_known(w->m), rows(w));      // memory is what the rows say
}

static void test_hashes(void **state)
{
    world *w = *state;
    hash128 a = idem_hash(S("ab"), S("c"), S("d"));
    assert_true(hash128_eq(a, idem_hash(S("ab"), S("c"), S("d"))));
    assert_false(hash128_eq(a, idem_hash(S("a"), S("bc"), S("d"))));    // the split counts
    assert_false(hash128_eq(a, idem_hash(S("ab"), S("cd"), S(""))));
    hash128 body = idem_body_hash(w->m, S("{}"));
    assert_false(hash128_eq(body, idem_body_hash(w->m, S("{} "))));
    assert_true(hash128_eq(body, idem_body_hash(w->m, S("{}"))));
    idem_set_box(w->m, &(idem_box){ .key = { 7 } });
    assert_false(hash128_eq(body, idem_body_hash(w->m, S("{}"))));      // another brand's secret: another fingerprint
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_model, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hashes, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
