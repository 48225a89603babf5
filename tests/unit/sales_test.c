// Orders, test drives and cars through the choke point: whom they are about, what their changes mean, and that an event two systems tell
// is one event.
#include "tests.h"
#include "api_fixture.h"
#include "base/embed.h"
#include "base/json.h"
#include "base/time.h"
#include "people/people.h"
#include "record/natural.h"
#include "record/record.h"
#include "rule/rules.h"
#include <stdio.h>

#define O_ "/api/v1/orders"
#define D_ "/api/v1/test_drives"
#define V_ "/api/v1/vehicles"
#define PHONE "13800138000"
#define VIN "LSJA24U62KS000001"
#define VIN2 "LSJA24U62KS000002"

static answer send(fixture *x, const char *how, const char *target, const char *head, const char *json)
{
    return ask_key(x, SCOPE_ADMIN, how, target, head, json);
}

static void expect(const answer *a, int status, const char *has, const char *what)
{
    if (a->status != status || !memmem(a->body.s, a->body.len, has, strlen(has)))
        fail_msg("%s: %d without %s: " STR_FMT, what, a->status, has, STR_ARG(str_take(a->body, 500)));
}

static int64_t number(fixture *x, const answer *a, const char *name)
{
    jval *v;
    int64_t n = -1;
    assert_ok(json_parse(x->a, a->body, NULL, &v));
    json_i64(json_get(v, str_c(name)), &n);
    return n;
}

// --- The playbook, and looking at what was committed -------------------------------------------------------------------------------
typedef struct doing { op op; err (*fn)(tx *t, void *p); void *p; fault f; err outcome; atomic_bool done; } doing;

static err do_run(op *o, tx *t)
{
    doing *d = (doing *)(void *)o;
    t->f = &d->f;
    return d->fn(t, d->p);
}

static void do_done(op *o, err outcome)
{
    doing *d = (doing *)(void *)o;
    d->outcome = outcome;
    atomic_store(&d->done, true);
}

static void run(fixture *x, err (*fn)(tx *t, void *p), void *p)
{
    doing d = { .op = { .run = do_run, .done = do_done, .lane = LANE_INTERACTIVE }, .fn = fn, .p = p };
    assert_true(teller_submit(x->e.teller, &d.op));
    while (!atomic_load(&d.done))
        ;
    assert_ok(d.outcome);
}

static err load(tx *t, void *p)
{
    for (const embedded *f = playbook_files; f->name; f++)
        if (strcmp(f->name, p) == 0)
            return rules_load(t, f->bytes, S("playbook"));
    return E_NOT_FOUND;
}

static int64_t count(fixture *x, const char *sql)
{
    db *d;
    int64_t n;
    assert_ok(db_open(&x->o, x->path, DB_READER, &d));
    assert_ok(db_int_args(d, &n, -1, sql, NULL, 0));
    db_close(d);
    return n;
}

// Events of a kind: names are dense, the events themselves are counted where rules and tells leave rows.
static int64_t stage_of(fixture *x, int64_t person)
{
    return count(x, arena_fmt(x->a, "SELECT stage FROM person WHERE id = (SELECT COALESCE((SELECT person FROM link WHERE subject = %lld), %lld))",
                              (long long)person, (long long)person).s);
}

static int open_one(void **state)
{
    fixture *x = fixture_open(1, 16, 0);
    static char *const files[] = { "events.json", "aliases.json", "rules.json" };
    for (size_t i = 0; i < 3; i++)
        run(x, load, files[i]);
    *state = x;
    return 0;
}

static int close_one(void **state)
{
    fixture_close(*state);
    return 0;
}

static int posted;
static answer post(fixture *x, const char *path, const char *json)
{
    return send(x, "POST", path, arena_fmt(x->a, "Idempotency-Key: p%d\r\n", ++posted).s, json);
}

static answer patch(fixture *x, const char *path, int64_t id, const char *json)
{
    return send(x, "PATCH", arena_fmt(x->a, "%s/%lld", path, (long long)id).s, "If-Match: *\r\n", json);
}

static answer import(fixture *x, const char *path, const char *csv)
{
    const char *head = arena_fmt(x->a, "Authorization: Bearer " STR_FMT "\r\nContent-Type: text/csv\r\nIdempotency-Key: i%d\r\n",
                                 STR_ARG(x->key[SCOPE_ADMIN]), ++posted).s;
    return ask(x, "POST", path, head, str_c(csv));
}

// An SDK says it.
static answer track(fixture *x, const char *user, const char *kind, const char *properties)
{
    str body = arena_fmt(x->a, "{\"userId\":\"%s\",\"event\":\"%s\",\"messageId\":\"m%d\",\"properties\":%s}", user, kind, ++posted, properties);
    return ask_key(x, SCOPE_INGEST, "POST", "/v1/track", "", arena_cstr(x->a, body));
}

// --- Refused -----------------------------------------------------------------------------------------------------------------------
#define ORDER(n, rest) "{\"number\":\"" n "\",\"model\":\"E7\"" rest "}"
static const struct { const char *path, *json; int status; const char *has; } refusals[] = {
    { O_, ORDER("A", ",\"state\":\"ordered\""), 422, "\"field\":\"person\"" },                                  // about nobody
    { O_, ORDER("A", ",\"state\":\"ordered\",\"person\":null"), 422, "\"field\":\"person\"" },
    { O_, ORDER("A", ",\"state\":\"ordered\",\"person\":4711"), 422, "field_value" },                           // nobody has this id
    { O_, ORDER("A", ",\"state\":\"ordered\",\"identities\":{}"), 422, "\"field\":\"identities\"" },
    { O_, ORDER("A", ",\"state\":\"ordered\",\"person\":1,\"identities\":{\"user_id\":\"u\"}"), 422, "\"field\":\"identities\"" },
    { O_, ORDER("A", ",\"state\":\"ordered\",\"identities\":{\"phone\":\"12\"}"), 422, "identities.phone" },
    { O_, ORDER("A", ",\"state\":\"ordered\",\"identities\":{\"user_id\":\"u\"},\"vin\":\"short\""), 422, "\"field\":\"vin\"" },
    { O_, ORDER("A", ",\"state\":\"ordered\",\"identities\":{\"user_id\":\"u\"},\"vin\":\"sealed:6:00:00:00\""), 422, "\"field\":\"vin\"" },
    { O_, ORDER("A", ",\"state\":\"ordered\",\"identities\":{\"user_id\":\"u\"},\"store\":99"), 422, "no store has this id" },
    { V_, "{\"vin\":\"" VIN "\",\"model\":\"E7\",\"state\":\"stock\",\"plate\":\"沪A12345\"}", 422, "\"field\":\"plate\"" },
    { V_, "{\"vin\":\"" VIN "\",\"model\":\"E7\",\"state\":\"owned\"}", 422, "\"field\":\"person\"" },          // owned by nobody
    { V_, "{\"vin\":\"" VIN "\",\"model\":\"E7\",\"state\":\"stock\",\"identities\":{\"user_id\":\"u\"}}", 422, "\"field\":\"person\"" },
};

static void test_refused(void **state)
{
    fixture *x = *state;
    int64_t before = teller_head(x->e.teller);
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        answer a = post(x, refusals[i].path, refusals[i].json);
        expect(&a, refusals[i].status, refusals[i].has, refusals[i].json);
    }
    assert_int_equal(teller_head(x->e.teller), before);
    assert_int_equal(count(x, "SELECT count(*) FROM person"), 0);
    assert_int_equal(count(x, "SELECT count(*) FROM vault"), 0);
    answer a = ask_key(x, SCOPE_READ, "POST", O_, "Idempotency-Key: r\r\n", ORDER("A", ",\"state\":\"ordered\",\"identities\":{\"user_id\":\"u\"}"));
    expect(&a, 403, "sales.write", "a key that reads");
}

// --- An order's life: the stages of whoever it is about --------------------------------------------------------------------------------
enum { FOLLOW = 1, LEAD, TRIAL, RESERVE, ORDER_STAGE, OWNER };

static void test_life(void **state)
{
    fixture *x = *state;
    answer a = post(x, O_, ORDER("SO-1", ",\"state\":\"reserved\",\"identities\":{\"phone\":\"" PHONE "\"}"));
    expect(&a, 201, "\"person\":", "reserve");
    int64_t id = number(x, &a, "id"), person = number(x, &a, "person");
    assert_int_equal(stage_of(x, person), RESERVE);
    a = patch(x, O_, id, "{\"state\":\"delivered\",\"vin\":\"" VIN "\"}");
    expect(&a, 409, "reserved → delivered", "a step too far");
    a = patch(x, O_, id, "{\"state\":\"ordered\",\"amount_fen\":25980000,\"delivery_on\":\"2026-12-24\"}");
    expect(&a, 200, "\"state\":\"ordered\"", "order");
    assert_int_equal(stage_of(x, person), ORDER_STAGE);
    a = patch(x, O_, id, "{\"state\":\"delivered\",\"vin\":\"" VIN "\"}");
    expect(&a, 200, "LSJ••••0001", "delivery, the VIN masked");
    assert_int_equal(stage_of(x, person), OWNER);
    assert_int_equal(count(x, "SELECT owned FROM person"), 1);
    a = patch(x, O_, id, "{\"state\":\"cancelled\"}");
    expect(&a, 409, "\"code\":\"transition\"", "what was delivered is not cancelled");
    a = send(x, "GET", arena_fmt(x->a, O_ "?person=%lld&state=delivered", (long long)person).s, "", NULL);
    expect(&a, 200, "\"total\":1", "the person's orders");
    // The same phone is the same person, whoever says it.
    a = post(x, D_, "{\"number\":\"TD-1\",\"model\":\"E7\",\"state\":\"booked\",\"slot\":\"2026-12-01T02:00:00Z\",\"identities\":{\"phone\":\"" PHONE "\"}}");
    assert_int_equal(number(x, &a, "person"), person);
    static const char *const once[] = { "reserve.placed", "order.placed", "delivery.scheduled", "delivery.completed", "test_drive.booked" };
    for (size_t i = 0; i < sizeof once / sizeof *once; i++)
        assert_true(names_kind_find(x->e.names, str_c(once[i])) > 0);
    // One that comes in late tells its whole life, as far as it has times for it: this one only its end.
    a = post(x, O_, ORDER("SO-2", ",\"state\":\"delivered\",\"delivered\":\"2026-11-01T02:00:00Z\",\"identities\":{\"user_id\":\"late\"}"));
    assert_int_equal(a.status, 201);
    assert_int_equal(stage_of(x, number(x, &a, "person")), OWNER);
    // What is personal stands in the vault alone.
    assert_int_equal(count(x, "SELECT count(*) FROM audit_payload WHERE payload LIKE '%" VIN "%' OR payload LIKE '%" PHONE "%'"), 0);
    assert_int_equal(count(x, "SELECT count(*) FROM vault v JOIN car_order o ON o.vin = v.id AND o.subject = v.subject"), 1);
}

// --- Two systems tell the same ------------------------------------------------------------------------------------------------------

static void test_never_twice(void **state)
{
    fixture *x = *state;
    // The app first, the order system after it; then the other way round.
    answer a = track(x, "u1", "order.placed", "{\"order\":\"SO-7\",\"model\":\"E7\"}");
    expect(&a, 200, "\"stored\":1", "the app's order");
    int64_t head = teller_head(x->e.teller), tasks = count(x, "SELECT count(*) FROM task");
    assert_int_equal(tasks, 1);
    a = post(x, O_, ORDER("SO-7", ",\"state\":\"ordered\",\"identities\":{\"user_id\":\"u1\"}"));
    assert_int_equal(a.status, 201);
    assert_int_equal(teller_head(x->e.teller), head);
    int64_t id = number(x, &a, "id");
    a = patch(x, O_, id, "{\"state\":\"delivered\",\"vin\":\"" VIN "\"}");
    assert_int_equal(a.status, 200);
    head = teller_head(x->e.teller);
    int64_t entries = count(x, "SELECT count(*) FROM entry");
    a = track(x, "u1", "delivery.completed", "{\"vin\":\"" VIN "\"}");
    expect(&a, 200, "\"duplicate\":1", "the app's delivery, by VIN alone");
    a = track(x, "u1", "交付", "{\"order\":\"SO-7\"}");
    expect(&a, 200, "\"duplicate\":1", "the same by its other name and the order's number");
    assert_int_equal(teller_head(x->e.teller), head);
    assert_int_equal(count(x, "SELECT count(*) FROM entry"), entries);
    assert_int_equal(count(x, "SELECT owned FROM person"), 1);
    // Another order, and a car that comes back to be delivered again much later, are events of their own.
    a = track(x, "u2", "order.placed", "{\"order\":\"SO-8\"}");
    expect(&a, 200, "\"stored\":1", "another order");
    a = track(x, "u2", "order.placed", "{\"model\":\"E7\"}");
    expect(&a, 200, "\"stored\":1", "an order without a number is always told");
    atomic_fetch_add(&x->ahead_us, 200 * US_PER_DAY);
    a = track(x, "u2", "delivery.completed", "{\"vin\":\"" VIN "\"}");
    expect(&a, 200, "\"stored\":1", "the car's second delivery");
    assert_int_equal(count(x, "SELECT count(*) FROM natural_event"), 4);       // two orders; a delivery by its order and by its VIN
}

// --- Cars and whose they are ------------------------------------------------------------------------------------------------------------
static void test_cars(void **state)
{
    fixture *x = *state;
    answer a = post(x, V_, "{\"vin\":\"" VIN "\",\"model\":\"E7\",\"state\":\"stock\"}");
    expect(&a, 201, "\"vin\":\"LSJ••••0001\"", "a car in stock");
    int64_t id = number(x, &a, "id");
    a = post(x, V_, "{\"vin\":\"" VIN "\",\"model\":\"E7\",\"state\":\"stock\"}");
    expect(&a, 409, "\"field\":\"vin\"", "the same VIN");
    a = patch(x, V_, id, "{\"state\":\"owned\",\"identities\":{\"user_id\":\"first\"},\"plate\":\"沪A12345\"}");
    expect(&a, 200, "\"plate\":\"沪A••••5\"", "sold to the first");
    int64_t first = number(x, &a, "person");
    assert_int_equal(count(x, "SELECT count(*) FROM ownership WHERE until_us = 0"), 1);
    a = patch(x, V_, id, "{\"identities\":{\"user_id\":\"second\"}}");
    int64_t second = number(x, &a, "person");
    assert_int_not_equal(first, second);
    assert_int_equal(stage_of(x, second), OWNER);
    assert_true(stage_of(x, first) < OWNER);
    assert_int_equal(count(x, "SELECT count(*) FROM ownership"), 2);
    a = patch(x, V_, id, "{\"state\":\"scrapped\"}");
    expect(&a, 200, "\"state\":\"scrapped\"", "scrapped");
    assert_null(memmem(a.body.s, a.body.len, "\"person\"", 8));
    assert_int_equal(count(x, "SELECT count(*) FROM ownership WHERE until_us = 0"), 0);
    a = patch(x, V_, id, "{\"state\":\"stock\"}");
    expect(&a, 409, "transition", "back from the scrapyard");
    // The VIN of a car that is nobody's belongs to no person's vault.
    assert_int_equal(count(x, "SELECT count(*) FROM vault WHERE subject = 0 AND id = (SELECT vin FROM vehicle)"), 1);
    assert_int_equal(count(x, "SELECT count(*) FROM vehicle WHERE plate IS NOT NULL"), 0);      // it went with the owner
}

// --- Imports ------------------------------------------------------------------------------------------------------------------------------
#define HEAD "订单号,手机号,state,车型,大定时间,车架号\n"
static void test_imports(void **state)
{
    fixture *x = *state;
    answer a = import(x, O_ "/import?dry_run=true", HEAD "S1," PHONE ",大定,E7,2026-11-01T02:00:00Z,\nS2,123,大定,E7,,\nS4," PHONE ",大定,E7,,XX\n");
    expect(&a, 200, "\"errors_total\":2", "dry run");
    expect(&a, 200, "{\"line\":3,\"field\":\"phone\"", "a phone that is none");
    expect(&a, 200, "{\"line\":4,\"field\":\"vin\"", "a VIN that is none");
    a = import(x, O_ "/import", HEAD "S1," PHONE ",大定,E7,,\nS3,,大定,E7,,\n");
    expect(&a, 200, "{\"line\":3,\"field\":\"person\"", "about nobody");
    // Quiet unless asked: history moves nobody.
    a = import(x, O_ "/import", HEAD "S1," PHONE ",大定,E7,2026-11-01T02:00:00Z,\n");
    expect(&a, 200, "\"state\":\"written\"", "import");
    assert_int_equal(count(x, "SELECT max(stage) FROM person"), 0);
    assert_int_equal(count(x, "SELECT count(*) FROM natural_event WHERE kind = 'order.placed' AND key = 'order:S1'"), 1);
    a = import(x, O_ "/import", HEAD "S1," PHONE ",已交付,E7,,\n");
    expect(&a, 200, "\"code\":\"exists\"", "there already");
    a = import(x, O_ "/import?update=true", HEAD "S1," PHONE ",小订,E7,,\n");
    expect(&a, 200, "\"code\":\"transition\"", "back to the reserve");
    a = import(x, O_ "/import?update=true&effects=all", HEAD "S1," PHONE ",已交付,E7,,\nS5," PHONE ",大定,E7,,\n");
    expect(&a, 200, "\"state\":\"written\"", "changed and added");
    assert_int_equal(count(x, "SELECT max(stage) FROM person"), OWNER);
    int64_t head = teller_head(x->e.teller), lines = count(x, "SELECT count(*) FROM audit");
    a = import(x, O_ "/import?update=true&effects=all", HEAD "S1," PHONE ",已交付,E7,,\nS5," PHONE ",大定,E7,,\n");
    expect(&a, 200, "\"state\":\"written\"", "the same file again");
    assert_int_equal(teller_head(x->e.teller), head);
    assert_int_equal(count(x, "SELECT count(*) FROM audit"), lines + 1);                       // the import itself
}

static err step(tx *t, void *p) { return record_import_step(t, p); }

// Rows that wait their turn are sealed; what waits can be read by nobody.
static void test_sealed_slices(void **state)
{
    fixture *x = *state;
    buf b = { 0 };
    bool more = true;
    buf_add_str(&b, S("number,phone,state,model,vin\n"));
    for (int i = 0; i < 120; i++)
        buf_addf(&b, "L%d,139%08d,ordered,E7,LSJA24U62KS%06d\n", i, i, i);
    answer a = import(x, O_ "/import", arena_cstr(x->a, buf_str(&b)));
    buf_free(&b);
    expect(&a, 202, "\"state\":\"running\"", "accepted");
    assert_true(count(x, "SELECT count(*) FROM record_import_slice") == 3);
    assert_int_equal(count(x, "SELECT count(*) FROM record_import_slice WHERE csv LIKE '%13900000%' OR csv LIKE '%LSJA24%'"), 0);
    while (more)
        run(x, step, &more);
    assert_int_equal(count(x, "SELECT count(*) FROM car_order"), 120);
    assert_int_equal(count(x, "SELECT count(*) FROM person"), 120);
    assert_int_equal(count(x, "SELECT count(*) FROM vault v JOIN car_order o ON o.vin = v.id AND o.subject = v.subject"), 120);
    a = send(x, "GET", O_ "/export.csv", "", NULL);
    assert_int_equal(a.status, 200);
    assert_non_null(memmem(a.body.s, a.body.len, "LSJ••••0119", strlen("LSJ••••0119")));
    assert_null(memmem(a.body.s, a.body.len, "LSJA24", 6));
}

// --- Two persons become one: what is theirs comes along ---------------------------------------------------------------------------------
static void test_joined(void **state)
{
    fixture *x = *state;
    answer a = post(x, O_, ORDER("J-1", ",\"state\":\"ordered\",\"identities\":{\"phone\":\"" PHONE "\"}"));
    int64_t one = number(x, &a, "person");
    a = post(x, O_, ORDER("J-2", ",\"state\":\"ordered\",\"identities\":{\"user_id\":\"u\"}"));
    int64_t other = number(x, &a, "person");
    assert_int_not_equal(one, other);
    a = post(x, D_, "{\"number\":\"J-3\",\"model\":\"E7\",\"state\":\"booked\",\"slot\":\"2026-12-01T02:00:00Z\",\"identities\":{\"phone\":\"" PHONE "\",\"user_id\":\"u\"}}");
    assert_int_equal(a.status, 201);
    int64_t now = number(x, &a, "person");
    for (int i = 0; i < 2; i++) {              // the old ids answer too
        a = send(x, "GET", arena_fmt(x->a, O_ "?person=%lld", (long long)(i ? one : other)).s, "", NULL);
        expect(&a, 200, "\"total\":2", "both orders");
    }
    assert_int_equal(count(x, arena_fmt(x->a, "SELECT count(*) FROM car_order WHERE person = %lld", (long long)now).s), 2);
    assert_int_equal(count(x, "SELECT count(DISTINCT subject) FROM car_order"), 2);
}

// --- Somebody is erased: the books keep the order, nobody's ----------------------------------------------------------------------------
static err erase(tx *t, void *p)
{
    const person_table *table;
    for (size_t i = 0; people_table(engine_of(t), i, &table); i++) {
        db_rows r;
        const db_arg subject[] = { dbi(*(int64_t *)p) };
        if (table->exported) {
            TRY(db_query_args(t->d, &r, table->exported, subject, 1));
            bool some = db_next(&r);
            TRY(db_end(&r));
            assert_true(some || strcmp(table->table, "car_order") != 0);
        }
        if (table->erase)
            TRY(db_exec_args(t->d, table->erase, subject, 1));
    }
    return E_OK;
}

static void test_erased(void **state)
{
    fixture *x = *state;
    answer a = post(x, O_, ORDER("E-1", ",\"state\":\"ordered\",\"vin\":\"" VIN "\",\"identities\":{\"user_id\":\"u\"}"));
    int64_t person = number(x, &a, "person"), id = number(x, &a, "id");
    a = post(x, V_, "{\"vin\":\"" VIN "\",\"model\":\"E7\",\"state\":\"owned\",\"plate\":\"沪A12345\",\"identities\":{\"user_id\":\"u\"}}");
    assert_int_equal(a.status, 201);
    run(x, erase, &person);
    a = send(x, "GET", arena_fmt(x->a, O_ "/%lld", (long long)id).s, "", NULL);
    expect(&a, 200, "\"number\":\"E-1\"", "the order stays");
    assert_null(memmem(a.body.s, a.body.len, "\"person\"", 8));
    assert_null(memmem(a.body.s, a.body.len, "\"vin\"", 5));
    assert_int_equal(count(x, "SELECT count(*) FROM vehicle WHERE person = 0 AND plate IS NULL AND state = 'resold'"), 1);
    assert_int_equal(count(x, "SELECT count(*) FROM natural_event"), 0);
    a = patch(x, O_, id, "{\"state\":\"cancelled\"}");
    expect(&a, 200, "\"state\":\"cancelled\"", "and can be closed, about nobody");
}

// --- What generic pages are made of ---------------------------------------------------------------------------------------------------------
static void test_described(void **state)
{
    fixture *x = *state;
    answer a = send(x, "GET", "/api/v1/records", "", NULL);
    static const char *const says[] = {
        "\"name\":\"order\",\"path\":\"orders\",\"zh\":\"订单\",\"en\":\"Order\",\"key\":\"number\",\"read\":\"sales.read\"",
        "{\"from\":\"reserved\",\"to\":\"ordered\"}", "\"name\":\"person\",\"zh\":\"购车人\",\"en\":\"Buyer\"",
        "{\"value\":\"no_show\",\"zh\":\"爽约\",\"en\":\"No show\"}", "\"kind\":\"money\"", "\"kind\":\"personal\"", "\"held\":\"owned\"",
    };
    for (size_t i = 0; i < sizeof says / sizeof *says; i++)
        expect(&a, 200, says[i], "the description");
}

// A key that looks personal is kept as a hash, by which it is found: written again, asked for, imported. An order of eighteen digits is none.
static void test_personal_keys(void **state)
{
    fixture *x = *state;
    answer a = post(x, O_, ORDER(PHONE, ",\"state\":\"reserved\",\"identities\":{\"user_id\":\"u\"}"));
    expect(&a, 201, "\"number\":\"x-", "kept as a hash");
    int64_t id = number(x, &a, "id");
    a = post(x, O_, ORDER(PHONE, ",\"state\":\"reserved\",\"identities\":{\"user_id\":\"u\"}"));
    expect(&a, 409, "\"code\":\"exists\"", "the same number again");
    a = send(x, "GET", O_ "?number=" PHONE, "", NULL);
    expect(&a, 200, "\"total\":1", "asked for by its number");
    a = import(x, O_ "/import", "number,state,model,user_id\n" PHONE ",ordered,E7,u\nSO-" PHONE "-1,ordered,E7,u\n");
    expect(&a, 200, "\"code\":\"exists\"", "the same number in a file");
    a = patch(x, O_, id, "{\"number\":\"SO-" PHONE "\"}");
    expect(&a, 200, "\"number\":\"x-", "changed to another");
    assert_int_equal(count(x, "SELECT count(*) FROM car_order WHERE number LIKE '%" PHONE "%'"), 0);
    assert_int_equal(count(x, "SELECT count(*) FROM audit_payload WHERE payload LIKE '%" PHONE "%'"), 0);
    a = post(x, O_, ORDER("202603091234567892", ",\"state\":\"reserved\",\"identities\":{\"user_id\":\"u\"}"));
    expect(&a, 201, "\"number\":\"202603091234567892\"", "a number like a date");
}

#define WITH_SERVER(fn) cmocka_unit_test_setup_teardown(fn, open_one, close_one)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SERVER(test_refused), WITH_SERVER(test_life),           WITH_SERVER(test_never_twice), WITH_SERVER(test_cars),
        WITH_SERVER(test_imports), WITH_SERVER(test_sealed_slices), WITH_SERVER(test_joined),      WITH_SERVER(test_erased),
        WITH_SERVER(test_described), WITH_SERVER(test_personal_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
