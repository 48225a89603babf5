// Personal data: recognised by its looks, found by index and permission, exported whole, erased everywhere.
#include "domain.h"
#include "base/personal.h"
#include "people/people_routes.h"
#include "record/audit.h"

static world w;

static int setup(void **state)
{
    (void)state;
    world_open(&w);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

// --- Looks ----------------------------------------------------------------------------------------------------------------------

static void what_looks_personal_is_starred(void **state)
{
    (void)state;
    static const struct { const char *in, *out; } cases[] = {
        { "", "" }, { "没有号码", "没有号码" },
        { "打 13812346207 给他", "打 *********** 给他" },
        { "138 1234 6207,138-1234-6207", "*************,*************" },
        { "+86 13812346207", "***************" }, { "8613812346207", "*************" }, { "008613812346207", "***************" },
        { "213812346207 1381234620 138123462070", "213812346207 1381234620 138123462070" },
        { "12812346207", "12812346207" },                                                  // no such prefix
        { "车架号LFV3A23C9J3012345好", "车架号*****************好" }, { "lfv3a23c9j3012345", "*****************" },
        { "LFV3A23C0J3012345", "LFV3A23C0J3012345" },                                      // its check digit is wrong
        { "xLFV3A23C9J3012345", "xLFV3A23C9J3012345" },
        { "证件310105199003071236。", "证件******************。" }, { "310105199003071237", "310105199003071237" },
        { "沪A12345停在沪AD12345旁", "*********停在**********旁" }, { "沪A·12345", "***********" }, { "京剧ABCDE", "京剧ABCDE" },
        { "沪A1234", "沪A1234" }, { "沪A12345678", "沪A12345678" },
        { "写给 wang.xm@example.com 吧", "写给 ******************* 吧" }, { "@example.com a@b", "@example.com a@b" },
        { "1712345678901", "1712345678901" },                                              // milliseconds
        { "7f0c1d9e-13ab-4b1c-9e21-1a2b3c4d5e6f", "7f0c1d9e-13ab-4b1c-9e21-1a2b3c4d5e6f" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str in = str_c(cases[i].in), out = personal_starred(in, w.a);
        assert_str(out, str_c(cases[i].out));
        assert_int_equal(personal_in(in), !str_eq(in, out));
    }
    assert_int_equal(personal_looks(S("13812346207")), LOOKS_PHONE);
    assert_int_equal(personal_looks(S("沪AD12345")), LOOKS_PLATE);
    assert_int_equal(personal_looks(S("13812346207 ")), LOOKS_NOTHING);
}

// --- Search ---------------------------------------------------------------------------------------------------------------------

typedef struct planted { const char *user, *name, *phone, *vin, *plate, *email; uint32_t person; } planted;
static planted people_[] = {
    { "u-1", "王小明", "13812346207", "LFV3A23C9J3012345", "沪A12345", "xm@example.com" },
    { "u-2", "欧阳小明", "13912346207", "LSVAU218XN2183294", "沪AD12345", "oy@example.com" },
    { "u-3", "Anna Maria Berg", "15812340001", NULL, NULL, NULL },
    { "u-4", "王小明", "15812340002", NULL, NULL, NULL },
};

static err keep_one(tx *t, const planted *p, vault_kind kind, const char *text)
{
    vault_item item;
    str ref;
    if (!text)
        return E_OK;
    TRY(vault_seal(engine_of(t)->vault, kind, str_c(text), &item));
    return people_keep(t, p->person, &item, &ref);
}

static err plant(tx *t, void *x)
{
    planted *p = x;
    identity id = people_identity(engine_of(t)->vault, IDENTITY_USER_ID, str_c(p->user));
    resolved who;
    TRY(people_resolve(t, &id, 1, 0, S("test"), &who));
    p->person = who.person;
    TRY(keep_one(t, p, VAULT_NAME, p->name));
    TRY(keep_one(t, p, VAULT_PHONE, p->phone));
    TRY(keep_one(t, p, VAULT_VIN, p->vin));
    TRY(keep_one(t, p, VAULT_PLATE, p->plate));
    return keep_one(t, p, VAULT_EMAIL, p->email);
}

static void plant_all(void)
{
    for (size_t i = 0; i < sizeof people_ / sizeof *people_; i++)
        assert_ok(world_run(&w, plant, &people_[i]));
}

static err nothing(tx *t, void *p)
{
    (void)t, (void)p;
    return E_OK;
}

// Persons found as digits of their place in people_ from 1, in order; or the error.
static str find(const char *q, uint64_t may)
{
    req r = { .route = world_route(&people_routes, M_GET, "/api/v1/people"), .a = w.a, .now_us = w.now_us, .d = w.d, .app = &w.e,
              .who = { .kind = CALLER_STAFF, .id = 7, .permissions = may } };
    int64_t *ids;
    size_t n;
    err e = people_find(&r, str_c(q), &ids, &n);
    bool worked;
    assert_ok(teller_step(w.e.teller, &worked));       // the line of audit
    if (e != E_OK)
        return str_c(err_info_of(e)->code);
    str all = { "", 0 };
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < sizeof people_ / sizeof *people_; k++)
            if (people_[k].person == ids[i])
                all = arena_fmt(w.a, STR_FMT "%zu", STR_ARG(all), k + 1);
    return all;
}

#define MAY_READ (UINT64_C(1) << PERM_PEOPLE_READ)
#define MAY_FIND (MAY_READ | UINT64_C(1) << PERM_PEOPLE_FIND)

static void people_are_found_by_what_the_vault_knows(void **state)
{
    (void)state;
    plant_all();
    static const struct { const char *q, *found; } cases[] = {
        { "u-1", "1" }, { "u-9", "" }, { "13812346207", "1" }, { "+86 138-1234-6207", "1" }, { "13812346208", "" },
        { "6207", "12" }, { "0001", "3" }, { "0003", "" },
        { "王小明", "14" }, { "小明", "124" }, { "王小", "14" }, { "欧阳", "2" }, { "欧阳明", "" }, { "王", "" },
        { "anna", "3" }, { "Maria Anna", "3" }, { "Berg", "3" }, { "ann", "" },
        { "lfv3a23c9j3012345", "1" }, { "LSVAU218XN2183294", "2" }, { "沪A12345", "1" }, { "沪ad12345", "2" }, { "XM@example.com", "1" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str got = find(cases[i].q, MAY_FIND);
        if (!str_eq(got, str_c(cases[i].found)))
            fail_msg("%s finds " STR_FMT ", not %s", cases[i].q, STR_ARG(got), cases[i].found);
    }
}

static void searching_needs_its_permission_and_has_limits(void **state)
{
    (void)state;
    plant_all();
    assert_str(find("u-1", MAY_READ), S("1"));
    assert_str(find("13812346207", MAY_READ), S("forbidden"));
    assert_str(find("小明", MAY_READ), S("forbidden"));
    for (int i = 0; i < 10; i++)
        assert_str(find("6207", MAY_FIND), S("12"));
    assert_str(find("6207", MAY_FIND), S("rate_limited"));
    assert_str(find("13812346207", MAY_FIND), S("1"));         // a limit of its own
}

static void searches_are_audited_without_their_term(void **state)
{
    (void)state;
    plant_all();
    find("u-1", MAY_FIND);
    int64_t before = world_int(&w, "SELECT count(*) FROM audit WHERE verb = 'people.searched'");
    find("13812346207", MAY_FIND);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM audit WHERE verb = 'people.searched' AND who_kind = 2 AND who_id = 7"), before + 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM audit_payload WHERE payload LIKE '%\"phone\"%' AND payload LIKE '%\"found\":1%'"), 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM audit_payload WHERE payload LIKE '%13812346207%'"), 0);
}

// No statement of a search walks a table.
static void searches_use_an_index(void **state)
{
    (void)state;
    static const char *const asked[] = {
        "SELECT COALESCE(l.person, v.subject) FROM vault v LEFT JOIN link l ON l.subject = v.subject WHERE v.kind = $1 AND v.hash = $2 LIMIT $3",
        "SELECT COALESCE(l.person, v.subject) FROM vault v LEFT JOIN link l ON l.subject = v.subject WHERE v.last4 = $1 LIMIT $2",
        "SELECT COALESCE(l.person, g.subject) FROM vault_gram g LEFT JOIN link l ON l.subject = g.subject WHERE g.gram = $1"
        " AND EXISTS (SELECT 1 FROM vault_gram h WHERE h.gram = $2 AND h.subject = g.subject AND h.vault = g.vault) LIMIT $3",
    };
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        bool scans = true;
        assert_ok(db_scans(w.d, str_c(asked[i]), &scans));
        assert_false(scans);
    }
}

static void an_id_that_is_a_phone_number_keeps_no_label(void **state)
{
    (void)state;
    happening h = { .user = "13812346207", .kind = "app.active" };
    assert_ok(world_happen(&w, &h));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM identity WHERE label LIKE '%1381234%'"), 0);
    happening again = { .user = "13812346207", .kind = "app.active" };
    assert_ok(world_happen(&w, &again));
    assert_int_equal(again.who.subject, h.who.subject);
    assert_ok(world_run(&w, nothing, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_looks_personal_is_starred, setup, teardown),
        cmocka_unit_test_setup_teardown(people_are_found_by_what_the_vault_knows, setup, teardown),
        cmocka_unit_test_setup_teardown(searching_needs_its_permission_and_has_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(searches_are_audited_without_their_term, setup, teardown),
        cmocka_unit_test_setup_teardown(searches_use_an_index, setup, teardown),
        cmocka_unit_test_setup_teardown(an_id_that_is_a_phone_number_keeps_no_label, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
