// Personal data: recognised by its looks, found by index and permission, exported whole, erased everywhere.
#include "one_world.h"
#include "base/personal.h"
#include "api/http.h"
#include "import/import.h"
#include "people/people_routes.h"
#include "people/consent.h"
#include "privacy/automobile.h"
#include "privacy/privacy_api.h"
#include "record/audit.h"

static int setup(void **state)
{
    (void)state;
    world_open(&w);
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
        { "沪A12345停在沪AD12345旁", "*******停在********旁" }, { "沪A·12345", "********" }, { "京剧ABCDE", "京剧ABCDE" },
        { "沪A1234", "沪A1234" }, { "沪A12345678", "沪A12345678" },
        { "写给 wang.xm@example.com 吧", "写给 ******************* 吧" }, { "@example.com a@b", "@example.com a@b" },
        { "1712345678901", "1712345678901" },                                              // milliseconds
        { "9f86d081884c7d659a2feaa0c55ad015a13812346207b0f0", "9f86d081884c7d659a2feaa0c55ad015a13812346207b0f0" },       // of a hash
        { "{\"term\":\"a13812346207b0f0\"}", "{\"term\":\"a13812346207b0f0\"}" }, { "dad 13812346207b", "dad ***********b" },
        { "a13812346207b0f", "a***********b0f" },
        { "7f0c1d9e-13ab-4b1c-9e21-1a2b3c4d5e6f", "7f0c1d9e-13ab-4b1c-9e21-1a2b3c4d5e6f" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str in = str_c(cases[i].in), out = personal_starred(in, w.a);
        assert_str(out, str_c(cases[i].out));
        assert_int_equal(personal_in(in), !str_eq(in, out));
    }
    // What a text could hold at all is asked first: whatever stands around, none is missed.
    static const char *const samples[] = { "13812346207", "+86 138-1234-6207", "310105199003071236", "lfv3a23c9j3012345", "a@b.cn", "沪A12345", "沪A·1234E" };
    static const char *const before[] = { "", " ", "，", "见：", "@ ", "12 ", "abcdefghijklmnopqrstuvwxyz ", "\n" };
    static const char *const after[] = { "", " ", "，", "：见", " @", " 12", " abcdefghijklmnopqrstuvwxyz", "\n" };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        for (size_t k = 0; k < 64; k++)
            if (!personal_in(arena_fmt(w.a, "%s%s%s", before[k / 8], samples[i], after[k % 8])))
                fail_msg("missed: '%s%s%s'", before[k / 8], samples[i], after[k % 8]);
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
        ("SELECT COALESCE(l.person, g.subject) FROM vault_gram g LEFT JOIN link l ON l.subject = g.subject WHERE g.gram = $1"
         " AND EXISTS (SELECT 1 FROM vault_gram h WHERE h.gram = $2 AND h.subject = g.subject AND h.vault = g.vault) LIMIT $3"),
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

// --- Requests -------------------------------------------------------------------------------------------------------------------

typedef struct asking { const route *rt; int64_t id; const void *body; caller who; str if_match; void *reply; buf *raw; } asking;

static err ask(tx *t, void *p)
{
    asking *q = p;
    req r = { .route = q->rt, .a = w.a, .now_us = w.now_us, .path_id = { q->id }, .body = q->body, .d = t->d, .tx = t, .app = &w.e,
              .head = teller_head(w.e.teller), .who = q->who, .header_if_match = q->if_match, .raw = q->raw };
    http_header room[REQ_HEADERS_MAX];
    r.headers = room;
    q->reply = r.reply = q->rt->reply ? arena_alloc(w.a, 1, q->rt->reply->size, 16) : NULL;
    err e = q->rt->work ? q->rt->work(&r) : E_OK;
    if (e == E_OK)
        e = q->rt->handler(&r);
    w.f = r.f;
    fault_keep(&w.f, w.a);
    return e;
}

static const caller agent = { .kind = CALLER_STAFF, .id = 7, .name = { "李", 3 }, .permissions = UINT64_MAX };
static const caller dpo = { .kind = CALLER_STAFF, .id = 8, .name = { "安", 3 }, .permissions = UINT64_MAX };

static err post(method m, const char *path, int64_t id, const void *body, caller who, asking *ret)
{
    *ret = (asking){ .rt = world_route(&privacy_routes, m, path), .id = id, .body = body, .who = who, .if_match = S("*") };
    return world_run(&w, ask, ret);
}

static int64_t request_of(int64_t person, enum privacy_kind kind)
{
    privacy_new in = { 0 };
    asking q;
    SET(&in, privacy_new, kind, kind);
    SET(&in, privacy_new, reason, S("来信要求"));
    assert_ok(post(M_POST, "/api/v1/people/{id}/privacy-requests", person, &in, agent, &q));
    return ((privacy_request_view *)q.reply)->id;
}

static err decision(int64_t id, bool grant, const char *answer, caller who, asking *q)
{
    privacy_decision in = { 0 };
    SET(&in, privacy_decision, grant, grant);
    if (answer)
        SET(&in, privacy_decision, answer, str_c(answer));
    return post(M_PATCH, "/api/v1/privacy/requests/{id}", id, &in, who, q);
}

#define VIN "LFV3A23C9J3012345"
static const event_prop agrees[] = { { { "consent_call", 12 }, { .k = V_BOOL, .i = 1 } }, { { "city", 4 }, { .k = V_STR, .s = { "上海", 6 } } } };

// Somebody with two subjects, a lead, a drive, a car, points, tasks, tags; returns the person.
static uint32_t live(const char *user, const char *device, const char *phone)
{
    static const char *const kinds[] = { "follow.started", "app.registered", "lead.captured", "test_drive.completed", "reserve.placed",
                                         "delivery.completed" };
    uint32_t person = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        w.now_us += US_PER_HOUR;
        happening h = { .user = i > 1 ? user : NULL, .device = device, .kind = kinds[i], .props = agrees, .n = 2, .phone = phone,
                        .vin = i == 5 ? VIN : NULL };
        assert_ok(world_happen(&w, &h));
        person = h.who.person;
    }
    return person;
}

static void a_request_has_a_clock_and_an_answer(void **state)
{
    (void)state;
    world_playbook(&w);
    uint32_t person = live("u-1", "d-1", "13812346207");
    int64_t id = request_of(person, PRIVACY_EXPORT);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task WHERE clock = 'K20' AND role = 'dpo' AND open = 1"), 1);
    // 2026-03-09 16:00 and 15 working days; early April has the Qingming holiday only on the 4th to 6th.
    assert_int_equal(world_int(&w, "SELECT due_us FROM privacy_request"), local_us("2026-03-30 16:00"));
    privacy_new in = { 0 };
    asking q;
    SET(&in, privacy_new, kind, PRIVACY_EXPORT);
    SET(&in, privacy_new, reason, S("again"));
    assert_err(post(M_POST, "/api/v1/people/{id}/privacy-requests", person, &in, agent, &q), E_CONFLICT);
    assert_err(post(M_POST, "/api/v1/people/{id}/privacy-requests", 999, &in, agent, &q), E_NOT_FOUND);
    assert_err(decision(id, false, NULL, dpo, &q), E_FIELD_REQUIRED);
    assert_ok(decision(id, false, "身份无法核实", dpo, &q));
    assert_int_equal(((privacy_request_view *)q.reply)->state, PRIVACY_REFUSED);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task WHERE clock = 'K20' AND open = 1"), 0);
    assert_err(decision(id, true, NULL, dpo, &q), E_CONFLICT);
    assert_err(decision(12345, true, NULL, dpo, &q), E_NOT_FOUND);
}

// --- Export ---------------------------------------------------------------------------------------------------------------------

static str exported(uint32_t person)
{
    req r = { .a = w.a, .now_us = w.now_us, .d = w.d, .app = &w.e, .head = teller_head(w.e.teller) };
    buf b = { 0 };
    assert_ok(privacy_person_json(&r, person, &b));
    str json = arena_str(w.a, buf_str(&b));
    buf_free(&b);
    return json;
}

// On purpose: what rules would have done, which never was; and which events were made of which records, both exported already.
static bool left_out(str table)
{
    return str_eq(table, S("shadow_effect")) || str_eq(table, S("natural_event"));
}

// The test a new table fails when it is forgotten: whatever has rows of the person has as many in the export.
static void the_export_has_every_row_of_every_table(void **state)
{
    (void)state;
    world_playbook(&w);
    uint32_t person = live("u-1", "d-1", "13812346207");
    live("u-2", "d-2", "13912340000");
    request_of(person, PRIVACY_EXPORT);
    jval *root;
    assert_ok(json_parse(w.a, exported(person), &w.f, &root));
    db_rows r;
    size_t looked = 0, rows = 0;
    VEC(str) found_in = { 0 };
    assert_ok(db_query(w.d, &r, "SELECT m.name FROM sqlite_schema m WHERE m.type = 'table' AND m.name <> 'link'"
                                " AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.name = 'person')"));
    while (db_next(&r))
        vec_push(&found_in, arena_str(w.a, db_str(&r, 0)));
    assert_ok(db_end(&r));
    for (size_t i = 0; i < found_in.n; i++, looked++) {
        int64_t n = world_int(&w, arena_fmt(w.a, "SELECT count(*) FROM " STR_FMT " WHERE person = %u", STR_ARG(found_in.v[i]), person).s);
        if (left_out(found_in.v[i]))
            continue;
        jval *list = json_get(json_get(root, S("tables")), found_in.v[i]);
        if (!yyjson_is_arr(list) || (int64_t)yyjson_arr_size(list) != n)
            fail_msg(STR_FMT " has %lld rows of the person, the export %zu", STR_ARG(found_in.v[i]), (long long)n, yyjson_arr_size(list));
        rows += (size_t)n;
    }
    vec_free(&found_in);
    assert_true(looked >= 10 && rows >= 20);
    const struct { const char *key, *sql; } others[] = {
        { "identities", "SELECT count(*) FROM identity WHERE subject = %u OR subject IN (SELECT subject FROM link WHERE person = %u)" },
        { "personal_data", "SELECT count(*) FROM vault WHERE subject = %u OR subject IN (SELECT subject FROM link WHERE person = %u)" },
        { "accounts", "SELECT count(*) FROM account WHERE owner = %u AND owner = %u" },
        { "entries", "SELECT count(*) FROM entry e JOIN account a ON a.id IN (e.debit, e.credit) WHERE a.owner = %u AND a.owner = %u" },
        { "audit", "SELECT count(*) FROM audit WHERE object = 'person' AND object_id = %u AND object_id = %u" },
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        int64_t n = world_int(&w, arena_fmt(w.a, others[i].sql, person, person).s);
        assert_true(n > 0);
        assert_int_equal(yyjson_arr_size(json_get(root, str_c(others[i].key))), n);
    }
    assert_int_equal(yyjson_arr_size(json_get(root, S("timeline"))), timeline_person_count(w.tl, person, teller_head(w.e.teller)));
}

static bool says(str text, const char *what) { return memmem(text.s, text.len, what, strlen(what)) != NULL; }

static void the_export_says_all_in_full_and_is_given_once(void **state)
{
    (void)state;
    world_playbook(&w);
    uint32_t person = live("u-1", "d-1", "13812346207");
    live("u-2", "d-2", "13912340000");
    str json = exported(person);
    assert_true(says(json, "13812346207") && says(json, VIN) && says(json, "上海") && !says(json, "vault:") && !says(json, "13912340000"));
    buf html = { 0 };
    assert_ok(privacy_html(json, w.a, &w.f, &html));
    assert_true(says(buf_str(&html), "13812346207") && says(buf_str(&html), "购车机会") && !says(buf_str(&html), "vault:"));
    buf_free(&html);
    int64_t id = request_of(person, PRIVACY_EXPORT);
    asking q;
    buf file = { 0 };
    static const char path[] = "/api/v1/privacy/requests/{id}/download";
    assert_err(post(M_POST, path, id, NULL, dpo, &q), E_CONFLICT);         // not granted yet
    assert_ok(decision(id, true, NULL, dpo, &q));
    q = (asking){ .rt = world_route(&privacy_routes, M_POST, path), .id = id, .who = dpo, .raw = &file };
    assert_ok(world_run(&w, ask, &q));
    assert_true(file.len > 500 && memcmp(file.s, "PK\3\4", 4) == 0 && says(buf_str(&file), "data.json"));
    assert_err(world_run(&w, ask, &q), E_CONFLICT);
    buf_free(&file);
    int64_t late = request_of(person, PRIVACY_EXPORT);
    assert_ok(decision(late, true, NULL, dpo, &q));
    w.now_us += 8 * US_PER_DAY;
    assert_err(post(M_POST, path, late, NULL, dpo, &q), E_CONFLICT);       // nobody came in time
}

// --- Erasure --------------------------------------------------------------------------------------------------------------------

static err hold(int64_t person, int64_t *ret_id)
{
    privacy_hold_new in = { 0 };
    asking q;
    SET(&in, privacy_hold_new, reason, S("召回调查"));
    TRY(post(M_POST, "/api/v1/people/{id}/holds", person, &in, dpo, &q));
    *ret_id = ((privacy_hold_view *)q.reply)->id;
    return E_OK;
}

static void erasure_needs_another_hand_and_no_hold(void **state)
{
    (void)state;
    world_playbook(&w);
    uint32_t person = live("u-1", "d-1", "13812346207");
    int64_t id = request_of(person, PRIVACY_ERASE), held;
    asking q;
    assert_err(decision(id, true, NULL, agent, &q), E_CONFLICT);           // who asked does not grant
    assert_ok(hold(person, &held));
    assert_err(decision(id, true, NULL, dpo, &q), E_CONFLICT);
    assert_true(says(w.f.detail, "召回调查"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM erased"), 0);
    assert_ok(post(M_DELETE, "/api/v1/privacy/holds/{id}", held, NULL, dpo, &q));
    assert_ok(decision(id, true, NULL, dpo, &q));
    assert_true(((privacy_request_view *)q.reply)->erased_rows > 10);
}

static err report_of(err (*check)(db *d, buf *report), str *ret)
{
    buf b = { 0 };
    err e = check(w.d, &b);
    *ret = arena_str(w.a, buf_str(&b));
    buf_free(&b);
    return e;
}

// Of each person: an event that waits in quarantine, found by any one of their ids, and a decision with a note.
static err put_aside(tx *t, void *whose)
{
    const uint32_t *subjects = whose;
    for (int i = 0; i < 2; i++) {
        TRY(db_exec(t->d,
                    "INSERT INTO quarantine (id, state, print, source, kind, code, field, detail, message_id, body, event_no, version, time_us, at_us)"
                    " VALUES ($1, 0, NULL, 1, 'priced', 'field_type', 'price', '', '', $2, 0, 1, 0, 0)",
                    dbi(i + 1), dbb(S("sealed"))));
        TRY(db_exec(t->d,
                    "INSERT INTO doubt (id, what, one, other, edge, why, kind, source, times, at_us, last_us, state, first_by, first_name, first_us,"
                    " decided_by, decided_name, decided_us, note) VALUES ($1, 0, $2, 999, 0, '', 0, '', 1, 0, 0, 3, 0, '', 0, 1, '', 1, '换号了')",
                    dbi(100 + i), dbi(subjects[i])));
        TRY(db_exec(t->d, "INSERT INTO quarantine_identity (id, kind, hash) SELECT $1, kind, hash FROM identity WHERE subject = $2", dbi(i + 1),
                    dbi(subjects[i])));
    }
    return E_OK;
}

// Counted as they come and go: joined, split, erased, undone; the same after a restart.
static void persons_are_counted(void) { assert_int_equal(w.e.people->persons, world_int(&w, "SELECT count(*) FROM person")); }

static err come_and_fail(tx *t, void *p)
{
    TRY(world_happen_in(t, p));
    return E_FIELD_VALUE;
}

static void more_than_a_hundred_thousand_are_told(void **state)
{
    (void)state;
    const route *rt = world_route(&automobile_routes, M_GET, "/api/v1/privacy/automobile");
    buf note = { 0 };
    assert_ok(HAPPEN(&w, .user = "u-1", .kind = "app.active"));
    assert_ok(HAPPEN(&w, .device = "d-2", .kind = "app.active"));
    assert_ok(HAPPEN(&w, .user = "u-1", .device = "d-2", .kind = "app.active"));           // joined
    assert_ok(HAPPEN(&w, .user = "u-3", .kind = "app.active"));
    persons_are_counted();
    world_reopen(&w);
    persons_are_counted();
    str said = world_get(&w, rt, 0, NULL);
    assert_has(said, "\"threshold\":100000,\"rules\":[");
    assert_has(said, "\"purpose\":\"biometric\",\"text\":false,\"delete_days\":10");
    assert_lacks(said, "report_due");
    for (str at = said; (at.s = memmem(at.s, (size_t)(said.s + said.len - at.s), "\"purpose\":\"", 11)); at.s++) {
        str rest = str_skip(str_of(at.s, (size_t)(said.s + said.len - at.s)), 11);
        if (!purpose_of(&w.e, str_cut(&rest, '"')))
            fail_msg("a consent without its purpose: " STR_FMT, STR_ARG(rest));
    }
    w.e.people->persons = PEOPLE_MANY;
    assert_err(world_run(&w, come_and_fail, &(happening){ .user = "u-4", .kind = "app.active" }), E_FIELD_VALUE);
    assert_false(people_many(&w.e));
    assert_ok(HAPPEN(&w, .user = "u-4", .kind = "app.active"));
    assert_true(people_many(&w.e));
    world_set_time(&w, "2026-12-15 00:00");
    world_reopen(&w);
    assert_true(people_many(&w.e));
    said = world_get(&w, rt, 0, NULL);
    assert_has(said, "\"since\":\"20");
    assert_has(said, "\"report_due\":\"2027-12-14T16:00:00");                                 // midnight of the brand's day
    assert_ok(automobile_note(w.d, w.a, &note));
    assert_has(buf_str(&note), "more than 100000 people");
    buf_free(&note);
}

static void who_is_erased_is_nowhere_and_others_stay(void **state)
{
    (void)state;
    world_playbook(&w);
    uint32_t person = live("u-1", "d-1", "13812346207"), other = live("u-2", "d-2", "13912340000");
    int64_t points = world_int(&w, "SELECT sum(amount) FROM entry"), events = timeline_person_count(w.tl, person, teller_head(w.e.teller)), n, left;
    str before = exported(other), why;
    asking q;
    assert_ok(world_run(&w, put_aside, (uint32_t[]){ person, other }));
    assert_ok(decision(request_of(person, PRIVACY_ERASE), true, NULL, dpo, &q));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM quarantine WHERE id = 1"), 0);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM quarantine_identity WHERE id = 1"), 0);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM quarantine WHERE id = 2"), 1);
    assert_int_equal(world_int(&w, "SELECT sum(id) FROM doubt WHERE note <> ''"), 101);       // the other's alone
    assert_str(find("13812346207", MAY_FIND), S(""));
    assert_str(find("u-1", MAY_FIND), S(""));
    const route *one = world_route(&people_routes, M_GET, "/api/v1/people/{id}");
    assert_str(world_get(&w, one, person, NULL), S("not_found"));
    db_rows r;
    VEC(str) found_in = { 0 };
    assert_ok(db_query(w.d, &r, "SELECT m.name FROM sqlite_schema m WHERE m.type = 'table' AND m.name NOT IN ('link', 'privacy_request')"
                                " AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.name = 'person')"));
    while (db_next(&r))
        vec_push(&found_in, arena_str(w.a, db_str(&r, 0)));
    assert_ok(db_end(&r));
    for (size_t i = 0; i < found_in.n; i++)
        if (world_int(&w, arena_fmt(w.a, "SELECT count(*) FROM " STR_FMT " WHERE person = %u", STR_ARG(found_in.v[i]), person).s) != 0)
            fail_msg(STR_FMT " still has rows of who was erased", STR_ARG(found_in.v[i]));
    vec_free(&found_in);
    assert_int_equal(world_int(&w, "SELECT sum(amount) FROM entry"), points);
    assert_int_equal(world_int(&w, arena_fmt(w.a, "SELECT count(*) FROM account WHERE owner = %u AND credited > 0", person).s) > 0, 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM privacy_request WHERE reason <> ''"), 0);
    assert_ok(report_of(privacy_check, &why));
    assert_str(why, S(""));
    assert_ok(report_of(audit_check, &why));
    assert_str(why, S(""));
    // Out of the log too; the numbers stay.
    uint32_t *subjects;
    size_t subjects_n;
    int64_t since;
    world_ship(&w);
    assert_ok(timeline_roll(w.tl));
    assert_ok(privacy_waiting(w.d, w.a, &subjects, &subjects_n, &since));
    assert_int_equal(subjects_n, 3);
    assert_ok(timeline_erase(w.tl, subjects, subjects_n, &n, &left));
    assert_true(n >= events && left == 0);
    assert_true(timeline_person_count(w.tl, person, teller_head(w.e.teller)) >= events);
    assert_str(exported(other), before);
    // The same phone is somebody new.
    happening again = { .user = "u-1", .device = "d-1", .kind = "app.active", .phone = "13812346207" };
    assert_ok(world_happen(&w, &again));
    assert_true(again.who.created && again.who.person > other);
    persons_are_counted();
}

// A file that was brought in before holds them still, sealed as a whole: the erasure has not ended while it can be opened.
static err bring(tx *t, void *ret_id)
{
    return import_start(t, &(import_new){ .name = S("a.csv"), .place = S("/a.csv"), .mapping = S(""), .effects = S("none") }, ret_id);
}

static err finish(tx *t, void *subject) { return privacy_finish(t, subject, 1, 5); }
static err expire(tx *t, void *ret_more) { return privacy_expire(t, ret_more); }
static err tidy(tx *t, void *ret_more) { return import_tidy(t, ret_more); }

static void an_erasure_ends_with_the_files_from_before_it(void **state)
{
    (void)state;
    world_playbook(&w);
    uint32_t person = live("u-1", "d-1", "13812346207");
    int64_t import;
    bool more;
    asking q;
    assert_ok(world_run(&w, bring, &import));
    int64_t id = request_of(person, PRIVACY_ERASE);
    assert_ok(decision(id, true, NULL, dpo, &q));
    assert_int_equal(world_int(&w, "UPDATE erased SET done_us = 1 RETURNING 0"), 0);
    assert_ok(world_run(&w, finish, &person));
    const char *state_of = arena_fmt(w.a, "SELECT state FROM privacy_request WHERE id = %lld", (long long)id).s;
    assert_int_equal(world_int(&w, state_of), PRIVACY_GRANTED);
    world_int(&w, arena_fmt(w.a, "UPDATE import_job SET state = 4, ended_us = %lld RETURNING 0", (long long)w.now_us).s);
    w.now_us += 7 * US_PER_DAY;
    assert_ok(world_run(&w, tidy, &more));
    assert_ok(world_run(&w, expire, &more));
    assert_int_equal(world_int(&w, state_of), PRIVACY_GRANTED);
    w.now_us += 1;
    assert_ok(world_run(&w, tidy, &more));
    assert_ok(world_run(&w, expire, &more));
    assert_int_equal(world_int(&w, state_of), PRIVACY_DONE);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM import_job WHERE length(salt) > 0"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_looks_personal_is_starred, setup, world_end),
        cmocka_unit_test_setup_teardown(people_are_found_by_what_the_vault_knows, setup, world_end),
        cmocka_unit_test_setup_teardown(searching_needs_its_permission_and_has_limits, setup, world_end),
        cmocka_unit_test_setup_teardown(searches_are_audited_without_their_term, setup, world_end),
        cmocka_unit_test_setup_teardown(searches_use_an_index, setup, world_end),
        cmocka_unit_test_setup_teardown(a_request_has_a_clock_and_an_answer, setup, world_end),
        cmocka_unit_test_setup_teardown(the_export_has_every_row_of_every_table, setup, world_end),
        cmocka_unit_test_setup_teardown(the_export_says_all_in_full_and_is_given_once, setup, world_end),
        cmocka_unit_test_setup_teardown(erasure_needs_another_hand_and_no_hold, setup, world_end),
        cmocka_unit_test_setup_teardown(who_is_erased_is_nowhere_and_others_stay, setup, world_end),
        cmocka_unit_test_setup_teardown(more_than_a_hundred_thousand_are_told, setup, world_end),
        cmocka_unit_test_setup_teardown(an_erasure_ends_with_the_files_from_before_it, setup, world_end),
        cmocka_unit_test_setup_teardown(an_id_that_is_a_phone_number_keeps_no_label, setup, world_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
