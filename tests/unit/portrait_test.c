// Portraits: counted by hand, with the rules for small numbers; and of a birthday only five years of birth, and only with consent.
#include "domain.h"
#include "people/people_api.h"
#include <math.h>
#include <stdio.h>

static jval *ask(world *w, const char *body)
{
    const route *rt = world_route(&portrait_routes, M_POST, "/api/v1/portrait");
    void *in = arena_alloc(w->a, 1, rt->body->size, 16), *out = arena_alloc(w->a, 1, rt->reply->size, 16);
    fault f = { 0 };
    assert_ok(shape_read_text(rt->body, str_c(body), w->a, &f, in));
    req r = { .route = rt, .a = w->a, .now_us = w->now_us, .body = in, .reply = out, .d = w->d, .app = &w->e, .head = teller_head(w->e.teller) };
    err e = rt->handler(&r);
    if (e != E_OK)
        fail_msg("%s: %s " STR_FMT, body, err_info_of(e)->code, STR_ARG(r.f.field));
    buf b = { 0 };
    jw j = { .b = &b };
    jval *v;
    assert_ok(shape_write(rt->reply, out, &j, &f, w->a));
    assert_ok(json_parse(w->a, arena_str(w->a, buf_str(&b)), NULL, &v));
    buf_free(&b);
    return v;
}

static jval *group_of(jval *v, const char *kind, const char *name)
{
    size_t i, n;
    jval *g;
    yyjson_arr_foreach(json_get(v, S("groups")), i, n, g)
        if (str_eq(json_str(json_get(g, S("kind"))), str_c(kind)) && (!name || str_eq(json_str(json_get(g, S("name"))), str_c(name))))
            return g;
    fail_msg("no group %s", kind);
    return NULL;
}

static jval *row_of(jval *g, const char *text)
{
    size_t i, n;
    jval *r;
    yyjson_arr_foreach(json_get(g, S("values")), i, n, r)
        if (str_eq(json_str(json_get(r, S("value"))), str_c(text)))
            return r;
    return NULL;
}

static void close_to(jval *row, const char *name, double want)
{
    double got = yyjson_get_num(json_get(row, str_c(name)));
    if (fabs(got - want) > 0.0005)
        fail_msg("%s is %f, not %f", name, got, want);
}

static int64_t i64(jval *v, const char *name)
{
    int64_t n = -1;
    json_i64(json_get(v, str_c(name)), &n);
    return n;
}

// 40 who drove: 20 from 上海, 17 from 杭州, 3 from 北京. 60 more who did not: 10 from 上海, 50 from 杭州.
static void make(world *w)
{
    for (int i = 0; i < 100; i++) {
        bool drove = i < 40;
        const char *city = drove ? (i < 20 ? "上海" : i < 37 ? "杭州" : "北京") : i < 50 ? "上海" : "杭州";
        const event_prop props[] = { prop_str(S("city"), str_c(city)) };
        char user[16];
        snprintf(user, sizeof user, "u%d", i);
        assert_ok(HAPPEN(w, .user = user, .kind = "profile.completed", .props = props, .n = 1));
        if (drove)
            assert_ok(HAPPEN(w, .user = user, .kind = "test_drive.completed"));
    }
}

static void shares_lift_and_intervals(void **state)
{
    (void)state;
    world w;
    world_open(&w);
    world_playbook(&w);
    make(&w);
    jval *v = ask(&w, "{\"who\":{\"did\":{\"event\":\"test_drive.completed\"}}}"), *cities = group_of(v, "trait", "city");
    assert_int_equal(i64(v, "people"), 40);
    assert_int_equal(i64(v, "others"), 100);
    jval *sh = row_of(cities, "上海");
    assert_int_equal(i64(sh, "people"), 20);
    assert_int_equal(i64(sh, "others"), 30);
    close_to(sh, "share", 0.5);
    close_to(sh, "share_others", 0.3);
    close_to(sh, "lift", 0.5 / 0.3);
    close_to(sh, "low", 0.3520);                       // Wilson of 20 in 40
    close_to(sh, "high", 0.6480);
    assert_true(yyjson_get_bool(json_get(sh, S("certain"))));
    close_to(row_of(cities, "杭州"), "lift", 0.425 / 0.67);
    assert_null(row_of(cities, "北京"));                // three people are nobody's business
    assert_int_equal(i64(cities, "hidden"), 1);
    assert_non_null(row_of(group_of(v, "did", NULL), "test_drive.completed"));
    assert_str(json_str(json_get(row_of(group_of(v, "did", NULL), "test_drive.completed"), S("zh"))), S("完成试驾"));
    // Below 30 no share is told; below 5 nothing at all.
    v = ask(&w, "{\"who\":{\"all\":[{\"did\":{\"event\":\"test_drive.completed\"}},{\"trait\":[\"city\",\"=\",\"上海\"]}]}}");
    sh = row_of(group_of(v, "trait", "city"), "上海");
    assert_int_equal(i64(sh, "people"), 20);
    assert_null(json_get(sh, S("share")));
    assert_null(json_get(sh, S("lift")));
    v = ask(&w, "{\"who\":{\"trait\":[\"city\",\"=\",\"北京\"]}}");
    assert_true(yyjson_get_bool(json_get(v, S("too_few"))));
    assert_int_equal(yyjson_arr_size(json_get(v, S("groups"))), 0);
    world_close(&w);
}

typedef struct born { const char *user; str day; } born;
static err keep_birthday(tx *t, void *p)
{
    born *b = p;
    resolved r;
    vault_item item;
    str ref;
    const identity id = people_identity(engine_of(t)->vault, IDENTITY_USER_ID, str_c(b->user));
    TRY(people_resolve(t, &id, 1, 0, S("t"), &r));
    TRY(vault_seal(engine_of(t)->vault, VAULT_BIRTHDAY, b->day, &item));
    return people_keep(t, r.subject, &item, &ref);
}

static void consent(world *w, const char *user, bool give)
{
    const event_prop props[] = { prop_str(S("purpose"), S("personalise")), prop_str(S("version"), S("1")) };
    assert_ok(HAPPEN(w, .user = user, .kind = give ? "consent.given" : "consent.withdrawn", .props = props, .n = 2));
}

static void birth_bands_need_consent(void **state)
{
    (void)state;
    world w;
    char user[16];
    world_open(&w);
    world_playbook(&w);
    for (int i = 0; i < 12; i++) {                     // 6 agreed before, 6 never
        snprintf(user, sizeof user, "b%d", i);
        assert_ok(HAPPEN(&w, .user = user, .kind = "app.active"));
        if (i < 6)
            consent(&w, user, true);
        born b = { user, i % 2 ? S("1997-05-03") : S("1999/12/31") };
        assert_ok(world_run(&w, keep_birthday, &b));
        assert_ok(world_run(&w, keep_birthday, &b));   // said again: nothing more
    }
    assert_int_equal(world_told(&w, "trait.set"), 6);
    jval *g = group_of(ask(&w, "{\"who\":{\"did\":{\"event\":\"app.active\"}}}"), "trait", "birth_band");
    assert_int_equal(i64(g, "known"), 6);
    assert_int_equal(i64(row_of(g, "1995"), "people"), 6);
    consent(&w, "b0", false);                          // what was agreed to and is not any more counts no longer
    g = group_of(ask(&w, "{\"who\":{\"did\":{\"event\":\"app.active\"}}}"), "trait", "birth_band");
    assert_int_equal(i64(g, "known"), 5);
    world_close(&w);
}

// As each was at the first lead: what came of becoming an owner explains nothing.
static void becoming_looks_at_the_lead(void **state)
{
    (void)state;
    world w;
    char user[16], vin[20];
    world_open(&w);
    world_playbook(&w);
    for (int i = 0; i < 20; i++) {
        snprintf(user, sizeof user, "o%d", i);
        snprintf(vin, sizeof vin, "LSJA24U62KS%06d", i);
        const event_prop first[] = { prop_str(S("city"), S("上海")) }, later[] = { prop_str(S("city"), S("杭州")) };
        assert_ok(HAPPEN(&w, .user = user, .kind = "profile.completed", .props = first, .n = 1));
        assert_ok(HAPPEN(&w, .user = user, .kind = "lead.captured"));
        w.now_us += US_PER_HOUR;
        if (i < 8)
            assert_ok(HAPPEN(&w, .user = user, .kind = "delivery.completed", .vin = vin));
        assert_ok(HAPPEN(&w, .user = user, .kind = "profile.completed", .props = later, .n = 1));
    }
    jval *v = ask(&w, "{\"ready\":\"becoming\"}"), *cities = group_of(v, "trait", "city");
    assert_int_equal(i64(v, "people"), 8);
    assert_int_equal(i64(v, "others"), 12);
    assert_int_equal(i64(row_of(cities, "上海"), "people"), 8);
    assert_null(row_of(cities, "杭州"));
    assert_null(row_of(group_of(v, "did", NULL), "delivery.completed"));
    v = ask(&w, "{\"ready\":\"owners\"}");
    assert_int_equal(i64(v, "people"), 8);
    assert_int_equal(i64(row_of(group_of(v, "trait", "city"), "杭州"), "people"), 8);
    world_close(&w);
}

// The question is said in the words of the brand, in both languages, as rules say it.
static void the_question_in_words(void **state)
{
    (void)state;
    world w;
    world_open(&w);
    world_playbook(&w);
    jval *v = ask(&w, "{\"who\":{\"all\":[{\"class\":{\"behaviour\":\"high\"}},{\"tag\":\"一个月内购车\"},{\"tier\":\"prospect:A\"},{\"consent\":\"call\"},"
                      "{\"did\":{\"event\":\"test_drive.completed\"}}]}}");
    assert_str(json_str(json_get(v, S("question_zh"))),
               S("符合条件的人：（行为分层是「高活跃」，并且有标签「一个月内购车」，并且分级是「潜客分级 A 一个月内」，并且已同意「营销电话」，并且任何时候发生 「完成试驾」 至少 1 次）；相比：所有人。"));
    assert_str(json_str(json_get(v, S("question_en"))),
               S("people of whom this holds: (behaviour is high, and tagged \"Buys within a month\", and tier is \"Prospects A Within a month\", and consent"
                 " given to \"Marketing calls\", and at any time did \"Test drive done\" at least once); against everybody."));
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_lift_and_intervals), cmocka_unit_test(birth_bands_need_consent), cmocka_unit_test(becoming_looks_at_the_lead),
        cmocka_unit_test(the_question_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
