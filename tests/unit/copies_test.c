// Copies that are older than an erasure: deleted when its time is over, if they are what was made, and never the last one.
#include "connect/segment.h"
#include "instance/backup.h"
#include "instance/copies.h"
#include "connect/quarantine.h"
#include "instance/erase.h"
#include "instance/keys.h"
#include "privacy/copies.h"
#include "privacy/privacy.h"
#include "privacy/privacy_api.h"
#include "privacy/residue.h"
#include "tests.h"
#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

// A brand on the machine's files, with a clock that a test moves.
typedef struct brand { os o; os_ops ops; int64_t ahead_us; char top[40]; arena *a; instance *in; fault f; } brand;
static brand b;

static int64_t now_us(os *o) { return os_now_us(os_posix()) + ((brand *)(void *)o)->ahead_us; }
static const char *at(const char *name) { return arena_fmt(b.a, "%s/%s", b.top, name).s; }

static int setup(void **state)
{
    (void)state;
    b = (brand){ .a = arena_create(), .top = "/tmp/copies-XXXXXX" };
    b.ops = *os_posix()->ops;
    b.ops.now_us = now_us;
    b.o.ops = &b.ops;
    assert_non_null(mkdtemp(b.top));
    buf told = { 0 };
    const init_options opt = { .brand_zh = S("试"), .brand_en = S("Test") };
    assert_ok(instance_init(&b.o, at("brand"), &opt, &told, &b.f, b.a));
    assert_ok(instance_open(&b.o, at("brand"), &b.f, b.a, &b.in));
    buf_free(&told);
    return 0;
}

static int drop(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    return remove(path);
}

static int teardown(void **state)
{
    (void)state;
    instance_close(b.in);
    nftw(b.top, drop, 8, FTW_DEPTH | FTW_PHYS);
    arena_destroy(b.a);
    return 0;
}

static err bring(tx *t, void *body)
{
    const caller app = { .kind = CALLER_KEY, .source = 7, .name = { "app", 3 } };
    ingest_batch batch;
    TRY(segment_parse(b.in->e.ingest, &app, S(""), str_c(body), t->now_us, t->a, t->f, &batch));
    TRY(ingest_store(t, b.in->e.ingest, &app, &batch));
    return batch.v[0].verdict == INGEST_STORED ? E_OK : E_INTERNAL;
}

static err bring_waiting(tx *t, void *body)
{
    const caller app = { .kind = CALLER_KEY, .source = 7, .name = { "app", 3 } };
    ingest_batch batch;
    TRY(segment_parse(b.in->e.ingest, &app, S(""), str_c(body), t->now_us, t->a, t->f, &batch));
    TRY(ingest_store(t, b.in->e.ingest, &app, &batch));
    return batch.v[0].verdict == INGEST_QUARANTINED ? E_OK : E_INTERNAL;
}

static void waits(const char *body) { assert_ok(instance_do(b.in, bring_waiting, (void *)(uintptr_t)body, &b.f)); }

static void say(const char *body) { assert_ok(instance_do(b.in, bring, (void *)(uintptr_t)body, &b.f)); }

static err erase(tx *t, void *p)
{
    int64_t person, rows;
    (void)p;
    TRY(db_int(t->d, &person, 0, "SELECT max(id) FROM person"));
    return privacy_erase(t, person, tx_id(t), &rows);
}

static void copy(const char *name) { b.ahead_us += US_PER_S; assert_ok(backup_make(b.in, at(name), NULL, &b.f, b.a)); b.ahead_us += US_PER_S; }

static void forget(void)
{
    erased done;
    b.ahead_us += US_PER_S;
    assert_ok(instance_do(b.in, erase, NULL, &b.f));
    assert_ok(erase_now(b.in, &done));
    assert_int_equal(done.waiting, false);
}

static void look_after_days(int64_t days, int64_t deleted, int64_t left)
{
    copies_told told;
    b.ahead_us += days * US_PER_DAY;
    assert_ok(copies_now(b.in, &told));
    if (told.deleted != deleted || told.left != left)
        fail_msg("after %lld days %lld deleted, %lld left", (long long)days, (long long)told.deleted, (long long)told.left);
}

static bool stands(const char *name) { return os_exists(&b.o, at(name)); }

// In everything below the folder, the files of keys and the copies' hard links of the log too.
static bool canary_stands(void)
{
    const str canary = S("龚沁岚"), also = str_c(b.top);
    buf found = { 0 }, told = { 0 };
    residue c = { .o = &b.o, .dir = at("brand"), .tl = b.in->e.tl, .canaries = &canary, .canaries_n = 1, .also = &also, .also_n = 1 };
    assert_ok(instance_reader(b.in, &c.d));
    assert_ok(residue_check(&c, &found, &told));
    db_close(c.d);
    bool any = memmem(found.s, found.len, "canary 1", 8) != NULL;
    buf_free(&found);
    buf_free(&told);
    return any;
}

#define COMMENT "{\"type\":\"track\",\"userId\":\"u\",\"event\":\"comment\",\"properties\":{\"note\":\"龚沁岚的车在响\"}}"
#define NAMED "{\"type\":\"identify\",\"userId\":\"u\",\"traits\":{\"name\":\"龚沁岚\"}}"

// A comment from before anybody knew the name stays until the erasure; in the copy from before it, until its time is over.
static void nothing_is_left_when_the_time_is_over(void **state)
{
    (void)state;
    say(COMMENT);
    say(NAMED);
    copy("old");
    assert_true(canary_stands());
    forget();
    assert_true(canary_stands());
    copy("new");
    look_after_days(ERASURE_DAYS - 1, 0, 0);
    assert_true(stands("old/brand.db") && stands("old.keys"));
    look_after_days(2, 1, 0);
    assert_true(!stands("old/brand.db") && !stands("old/backup.json") && !stands("old.keys"));
    assert_true(stands("new/brand.db") && stands("new.keys"));
    assert_false(canary_stands());
    look_after_days(1, 0, 0);
    buf report = { 0 };
    assert_ok(instance_check(b.in, &report));
    assert_int_equal(report.len, 0);
    // What is left can be made a brand again.
    assert_ok(backup_restore(&b.o, at("new"), at("brand/master.key"), NULL, at("again"), &b.f, b.a));
    buf_free(&report);
}

// --- Keys ---------------------------------------------------------------------------------------------------------------------

// Somebody has a copy, every file beside it and the master key, and does not ask the program: what do they read?
typedef struct thief { db *d; vault *v; } thief;

static thief steal(const char *copy)
{
    thief x;
    keys_file k;
    const char *database = arena_fmt(b.a, "%s/%s/brand.db", b.top, copy).s;
    assert_ok(vault_open(&b.o, at("brand/master.key"), b.a, &x.v));
    assert_ok(keys_read(&b.o, arena_fmt(b.a, "%s/%s.keys", b.top, copy).s, b.a, &k));
    assert_ok(keys_put(&b.o, x.v, database, &k));
    assert_ok(db_open(&b.o, database, DB_WRITER, &x.d));
    return x;
}

static bool reads_name(const thief *x, const char *name)
{
    int64_t ids[20];
    size_t n = 0;
    bool any = false;
    db_rows r;
    assert_ok(db_query(x->d, &r, "SELECT id FROM vault WHERE kind = $1 LIMIT 20", dbi(VAULT_NAME)));
    while (db_next(&r))
        ids[n++] = db_i64(&r, 0);
    assert_ok(db_end(&r));
    for (size_t i = 0; i < n; i++) {
        vault_kind kind;
        str plain;
        any = any || (vault_read(x->d, x->v, ids[i], b.a, &kind, &plain) == E_OK && str_eq(plain, str_c(name)));
    }
    return any;
}

// A row of the quarantine by its message; its sealed values are opened by the brand's key, so being decoded is being read.
static bool reads_waiting(const thief *x, const char *message)
{
    db_rows r;
    bool found;
    ingest_event e = { 0 };
    assert_ok(db_query_one(x->d, &r, &found, "SELECT body FROM quarantine WHERE message_id = $1", dbs(str_c(message))));
    assert_true(found);
    str body = arena_str(b.a, db_blob(&r, 0));
    assert_ok(db_end(&r));
    return quarantine_decode(body, b.a, &e) == E_OK;
}

static void away(thief *x)
{
    db_close(x->d);
    vault_close(x->v);
}

static int64_t answers_kept(const thief *x)
{
    int64_t n;
    assert_ok(db_int(x->d, &n, -1, "SELECT count(*) FROM idem WHERE kept = 1 OR length(answer) > 0"));
    return n;
}

static err answer(tx *t, void *p)
{
    (void)p;
    return idem_save(b.in->idem, t, (hash128){ 1, 2 }, (hash128){ 3, 4 }, 200, S("{\"name\":\"李\"}"));
}

static err no_rules(tx *t, void *p)
{
    (void)p;
    return db_exec(t->d, "DELETE FROM rule");              // whoever comes in sets nothing in motion
}

#define WAITS(user, id) "{\"type\":\"track\",\"userId\":\"" user "\",\"messageId\":\"" id "\",\"event\":\"lead.captured\",\"properties\":" \
                        "{\"phone\":\"13876540917\",\"consent_call\":\"maybe\"}}"

static void an_old_copy_with_every_file_says_nothing_of_whom_was_erased(void **state)
{
    (void)state;
    assert_ok(instance_do(b.in, no_rules, NULL, &b.f));
    say("{\"type\":\"identify\",\"userId\":\"stays\",\"traits\":{\"name\":\"石磊\"}}");
    say(NAMED);
    waits(WAITS("u", "of-u"));
    waits(WAITS("stays", "of-stays"));
    assert_ok(instance_do(b.in, answer, NULL, &b.f));
    copy("old");
    copy("used");
    copy("kept");

    thief x = steal("used");                               // before: by all of them together it can be read
    assert_true(reads_name(&x, "龚沁岚") && reads_name(&x, "石磊") && reads_waiting(&x, "of-u") && reads_waiting(&x, "of-stays"));
    assert_int_equal(answers_kept(&x), 0);
    away(&x);

    forget();
    x = steal("old");                                      // at once, not only when the time is over
    assert_true(!reads_name(&x, "龚沁岚") && reads_name(&x, "石磊") && !reads_waiting(&x, "of-u") && reads_waiting(&x, "of-stays"));
    away(&x);

    // Restored by the program, what waits comes back, but theirs.
    instance *in;
    db *d;
    int64_t n;
    assert_ok(backup_restore(&b.o, at("kept"), at("brand/master.key"), NULL, at("again"), &b.f, b.a));
    assert_ok(instance_open(&b.o, at("again"), &b.f, b.a, &in));
    assert_ok(instance_reader(in, &d));
    assert_ok(db_int(d, &n, -1, "SELECT count(*) FROM quarantine WHERE state = 0 AND message_id = 'of-stays'"));
    assert_int_equal(n, 1);
    assert_ok(db_int(d, &n, -1, "SELECT count(*) FROM quarantine WHERE length(body) > 0"));
    assert_int_equal(n, 1);
    db_close(d);
    instance_close(in);
}

static err remind(tx *t, void *p) { (void)p; return db_exec(t->d, "INSERT INTO meta (key, value) VALUES ('copies.remind', '1')"); }
static err delete_again(tx *t, void *p) { (void)p; return db_exec(t->d, "UPDATE meta SET value = '0' WHERE key = 'copies.remind'"); }
static void put(const char *name, str bytes) { assert_ok(os_write_file(&b.o, at(name), bytes)); }

static void what_is_not_ours_to_delete_stays(void **state)
{
    (void)state;
    say(NAMED);
    copy("last");
    copy("other");
    copy("brand-of-its-own");
    copy("moved");
    copy("mixed");
    forget();
    look_after_days(ERASURE_DAYS + 1, 4, 1);           // the last one that stands is kept
    assert_true(!stands("last/brand.db") && stands("mixed/brand.db"));
    copy("fresh");
    look_after_days(0, 1, 0);

    say(NAMED);
    copy("told-of");
    copy("other2");
    copy("used");
    copy("moved2");
    copy("mixed2");
    forget();
    copy("new");
    assert_ok(instance_do(b.in, remind, NULL, &b.f));
    look_after_days(ERASURE_DAYS + 1, 0, 6);           // "fresh" is older than this erasure as well
    assert_true(stands("told-of/brand.db"));
    assert_ok(instance_do(b.in, delete_again, NULL, &b.f));
    put("other2/backup.json", S("{\"segments\":[]}\n"));
    put("used/master.key", S("not ours"));
    put("mixed2/letter.txt", S("not ours"));
    assert_int_equal(rename(at("moved2"), at("elsewhere")), 0);
    look_after_days(0, 3, 3);
    assert_true(stands("other2/brand.db") && stands("used/brand.db") && stands("elsewhere/brand.db"));
    assert_true(!stands("moved2.keys"));               // what stayed behind
    assert_true(stands("mixed2/letter.txt") && !stands("mixed2/brand.db"));
    assert_true(!stands("told-of/brand.db") && !stands("fresh/brand.db"));
    buf report = { 0 };
    assert_ok(instance_check(b.in, &report));
    if (!memmem(report.s, report.len, "3 copies from before an erasure", 31))
        fail_msg(STR_FMT, STR_ARG(buf_str(&report)));
    buf_free(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_is_left_when_the_time_is_over, setup, teardown),
        cmocka_unit_test_setup_teardown(an_old_copy_with_every_file_says_nothing_of_whom_was_erased, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_ours_to_delete_stays, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
