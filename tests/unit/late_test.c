// What is told of somebody later is taken out of what was said before: events in the log, rows about them, whoever they turn out to be.
#include "base/personal.h"
#include "ingest_world.h"
#include "connect/quarantine.h"
#include "people/late.h"
#include "privacy/copies.h"
#include "record/record_internal.h"
#include <stdlib.h>

static bench *b;

static int setup(void **state)
{
    (void)state;
    b = calloc(1, sizeof *b);
    world_open(&b->w);
    world_playbook(&b->w);
    bench_begin(b);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bench_close(b);
    return 0;
}

static err store(tx *t, void *p)
{
    static const caller app = { .kind = CALLER_KEY, .source = 7, .name = { "app", 3 } };
    return ingest_store(t, b->w.e.ingest, &app, p);
}

// The number of the last event of the batch.
static int64_t send(const char *batch)
{
    static const caller app = { .kind = CALLER_KEY, .source = 7, .name = { "app", 3 } };
    ingest_batch out;
    fault f = { 0 };
    b->w.now_us += US_PER_S;
    assert_ok(segment_parse(b->w.e.ingest, &app, S(""), arena_fmt(b->w.a, "{\"batch\":[%s]}", batch), b->w.now_us, b->w.a, &f, &out));
    assert_ok(world_run(&b->w, store, &out));
    for (uint32_t i = 0; i < out.n; i++)
        assert_int_equal(out.v[i].verdict, INGEST_STORED);
    return out.v[out.n - 1].no;
}

#define COMMENT(who, text) "{\"type\":\"track\"," who ",\"event\":\"comment\",\"properties\":{\"note\":\"" text "\"}}"
#define U(id) "\"userId\":\"" id "\""
#define D(id) "\"anonymousId\":\"" id "\""
#define NAMED(who, name) "{\"type\":\"identify\"," who ",\"traits\":{\"name\":\"" name "\"}}"

// A property of an event as the log has it now.
static str note_of(int64_t no, const char *name)
{
    str found = S("(none)");
    arena *a = b->w.a;
    event_ref ref = timeline_ref(b->w.tl, no);
    uint32_t person = timeline_person_at(b->w.tl, ref.subject, ref.time_us), n;
    const event *v;
    assert_ok(timeline_person_events(b->w.tl, person, timeline_head(b->w.tl), INT64_MAX, INT64_MAX, 10000, a, &v, &n));
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < v[i].props_n && v[i].no == no; k++)
            if (str_eq(names_prop_name(b->w.e.names, v[i].props[k].id, a), str_c(name)))
                found = v[i].props[k].v.s;
    return found;
}

typedef struct ending { late_found l; int64_t starred; } ending;

static err start(tx *t, void *p) { return late_begin(t, &((ending *)p)->l); }
static err finish(tx *t, void *p) { return late_finish(t, &((ending *)p)->l, 0); }

static int64_t waiting(void)
{
    int64_t n;
    assert_ok(late_waiting(b->w.d, INT64_MAX, &n));
    return n;
}

static ending look(void)
{
    ending e = { 0 };
    assert_ok(late_look(&b->w.e, b->w.d, INT64_MAX, b->w.a, &e.l));
    return e;
}

// As the server does it (instance/erase.c).
static int64_t sweep(void)
{
    ending e = look();
    int64_t left = 0;
    assert_ok(world_run(&b->w, start, &e));
    world_ship(&b->w);
    assert_ok(timeline_roll(b->w.tl));
    assert_ok(timeline_star(b->w.tl, e.l.events, e.l.events_n, &e.starred, &left));
    assert_int_equal(left, 0);
    assert_int_equal(e.starred, e.l.events_n);
    assert_ok(world_run(&b->w, finish, &e));
    assert_int_equal(waiting(), 0);
    assert_int_equal(look().l.events_n, 0);
    return e.starred;
}

static void says_in(int64_t no, const char *text) { assert_str(note_of(no, "note"), str_c(text)); }

// --- Orders in which it comes ---------------------------------------------------------------------------------------------------
static void said_then_told(void **state)
{
    (void)state;
    assert_ok(db_exec(b->w.d, "INSERT INTO backup_made (id, path, at_us, event_no) VALUES (1, '/copy', $1, 0)", dbi(b->w.now_us)));
    int64_t mine = send(COMMENT(U("u"), "王涟漪的车在响，问王涟漪")), other = send(COMMENT(U("other"), "王涟漪的车在响"));
    assert_int_equal(waiting(), 0);                 // nobody has told anything
    send(NAMED(U("u"), "王涟漪"));
    assert_int_equal(waiting(), 1);
    says_in(mine, "王涟漪的车在响，问王涟漪");
    assert_int_equal(sweep(), 1);
    says_in(mine, "＊＊＊的车在响，问＊＊＊");
    says_in(other, "王涟漪的车在响");                // of somebody else it is a word
    assert_int_equal(world_int(&b->w, "SELECT events FROM starred_late"), 1);
    // A copy of before says it still: in thirty days it has to be gone.
    assert_int_equal(copies_overdue_count(b->w.d, b->w.now_us + 29 * US_PER_DAY), 0);
    assert_int_equal(copies_overdue_count(b->w.d, b->w.now_us + 31 * US_PER_DAY), 1);
    // Told again it is nothing new, and the first to tell of somebody has nothing to look at.
    send(NAMED(U("u"), "王涟漪"));
    send(NAMED(U("new"), "欧阳若水"));
    assert_int_equal(waiting(), 0);
    // In one request, in one message's order.
    int64_t last = send(COMMENT(U("one"), "上官云飞来过") "," NAMED(U("one"), "上官云飞"));
    assert_int_equal(waiting(), 1);
    assert_int_equal(sweep(), 1);
    says_in(last - 1, "＊＊＊＊来过");
    // After a restart it is what the log says.
    bench_end(b);
    world_reopen(&b->w);
    bench_begin(b);
    says_in(mine, "＊＊＊的车在响，问＊＊＊");
}

static void whoever_they_turn_out_to_be(void **state)
{
    (void)state;
    send(NAMED(U("u"), "王涟漪"));
    int64_t away = send(COMMENT(D("d"), "我是王涟漪"));
    says_in(away, "我是王涟漪");
    send("{\"type\":\"identify\"," U("u") "," D("d") "}");
    assert_true(waiting() > 0);
    assert_int_equal(sweep(), 1);
    says_in(away, "我是＊＊＊");
    // A message id, a list, a name that is all there is.
    int64_t no = send("{\"type\":\"track\"," D("e") ",\"event\":\"c\",\"messageId\":\"m-欧阳\",\"properties\":{\"note\":\"欧阳\",\"list\":[\"问欧阳好\",{\"欧阳\":1}]}}");
    send(NAMED(U("v"), "欧阳"));
    send("{\"type\":\"alias\"," U("v") ",\"previousId\":\"e\"}");
    assert_int_equal(sweep(), 1);
    says_in(no, "＊＊");
    assert_str(note_of(no, "list"), S("[\"问＊＊好\",{\"＊＊\":1}]"));
}

// Lists and objects stand in the log as JSON, where a line break is two letters.
static void lines_in_lists(void **state)
{
    (void)state;
    int64_t one = send("{\"type\":\"track\"," U("u") ",\"event\":\"c\",\"properties\":{\"list\":[\"hello\\nAnna Bell, or \\\"anna bell\\\"\"]}}");
    int64_t two = send("{\"type\":\"track\"," U("v") ",\"event\":\"c\",\"properties\":{\"list\":[\"hello\\nancy said\",\"nancy\"]}}");
    send(NAMED(U("u"), "Anna Bell"));
    send(NAMED(U("v"), "nancy"));
    assert_int_equal(sweep(), 2);
    assert_str(note_of(one, "list"), S("[\"hello\\n*********, or \\\"*********\\\"\"]"));
    assert_str(note_of(two, "list"), S("[\"hello\\nancy said\",\"*****\"]"));
    // A quote in a name is two letters there as well.
    int64_t three = send("{\"type\":\"track\"," U("w") ",\"event\":\"c\",\"properties\":{\"list\":[\"hi Bo \\\"B\\\" Li\",\"欧阳\\\\风来\"]}}");
    send(NAMED(U("w"), "Bo \\\"B\\\" Li"));
    send(NAMED(U("w"), "欧阳\\\\风"));
    assert_int_equal(sweep(), 1);
    assert_str(note_of(three, "list"), S("[\"hi ***********\",\"＊＊**＊来\"]"));
}

typedef struct handing { identity id; int64_t at_us; uint32_t subject; } handing;

static err hand_over(tx *t, void *p)
{
    const handing *h = p;
    uint32_t next;
    return people_hand_over(t, &h->id, h->at_us, h->subject, &next);
}

static void a_device_handed_on(void **state)
{
    (void)state;
    int64_t before = send(COMMENT(D("d"), "石磊来电话"));
    b->w.now_us += US_PER_DAY;
    int64_t at_us = b->w.now_us;
    b->w.now_us += US_PER_DAY;
    int64_t after = send(COMMENT(D("d"), "石磊来电话"));
    send(NAMED(U("shi"), "石磊"));
    says_in(after, "石磊来电话");
    // Told late: since a day before that comment the device is Shi Lei's.
    handing h = { people_identity(b->w.e.vault, IDENTITY_ANONYMOUS_ID, S("d")), at_us, (uint32_t)world_int(&b->w, "SELECT max(id) FROM person") };
    assert_ok(world_run(&b->w, hand_over, &h));
    assert_true(waiting() > 0);
    assert_int_equal(sweep(), 1);
    says_in(after, "＊＊来电话");
    says_in(before, "石磊来电话");                  // of the one before it is a word
}

// --- Rows ---------------------------------------------------------------------------------------------------------------------------
static err write_rows(tx *t, void *p)
{
    (void)p;
    TRY(db_exec(t->d, "INSERT INTO person_note (id, subject, person, channel, text, at_us, staff, event_no) VALUES (1, 1, 1, 'call', $1, 1, 1, 1)",
                dbs(S("王涟漪问续航"))));
    TRY(db_exec(t->d, "INSERT INTO person_note (id, subject, person, channel, text, at_us, staff, event_no) VALUES (2, 2, 2, 'call', $1, 1, 1, 1)",
                dbs(S("王涟漪问续航"))));
    return db_exec(t->d, "INSERT INTO privacy_hold (id, subject, person, reason, set_us, set_name, ended_us, ended_name)"
                         " VALUES (1, 1, 1, $1, 1, '', 0, '')", dbs(S("王涟漪起诉")));
}

static void rows_about_them(void **state)
{
    (void)state;
    send(COMMENT(U("u"), "hello there"));
    send(COMMENT(U("other"), "hello there"));
    send("{\"type\":\"identify\"," U("u") ",\"traits\":{\"签名\":\"王涟漪在路上\"}}");
    send("{\"type\":\"track\"," U("u") ",\"event\":\"consent.given\",\"properties\":{\"purpose\":\"sms\",\"version\":\"王涟漪\",\"place\":\"王涟漪家\"}}");
    assert_ok(world_run(&b->w, write_rows, NULL));
    send(NAMED(U("u"), "王涟漪"));
    assert_int_equal(look().l.texts_n, 7);
    sweep();
    assert_int_equal(world_int(&b->w, "SELECT text = '***问续航' FROM person_note WHERE id = 1"), 1);
    assert_int_equal(world_int(&b->w, "SELECT text = '王涟漪问续航' FROM person_note WHERE id = 2"), 1);
    assert_int_equal(world_int(&b->w, "SELECT reason = '***起诉' FROM privacy_hold"), 1);
    assert_int_equal(world_int(&b->w, "SELECT value = '\"***在路上\"' FROM person_trait WHERE name = '签名'"), 1);
    assert_int_equal(world_int(&b->w, "SELECT texts FROM starred_late"), 7);
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM consent WHERE text_version = '***' AND place = '***家'"), 1);
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM consent_word WHERE text_version = '***' AND place = '***家'"), 1);
}

// A model is the brand's word or somebody's own; a rule that looks again later keeps no text.
static void words_and_later_rules(void **state)
{
    (void)state;
#define LEAD(user, phone, model)                                                                                                       \
    "{\"type\":\"track\"," U(user) ",\"event\":\"lead.captured\",\"properties\":{\"phone\":\"" phone "\",\"consent_call\":true,\"model\":\"" model "\"}}"
    world_load(&b->w, "{\"rules\":[{\"key\":\"later\",\"name\":{\"zh\":\"l\",\"en\":\"l\"},\"when\":{\"event\":\"comment\",\"after\":\"48h\"},"
                      "\"then\":[{\"tag\":{\"add\":\"x\"}}]}]}");
    // Once per what people wrote: told apart by a hash.
    world_load(&b->w, "{\"rules\":[{\"key\":\"per\",\"name\":{\"zh\":\"p\",\"en\":\"p\"},\"when\":{\"event\":\"comment\"},"
                      "\"once\":{\"per\":\"note\"},\"then\":[{\"trait\":{\"name\":\"n\",\"op\":\"increment\",\"value\":1}}]}]}");
    send(COMMENT(U("u"), "王涟漪来过"));
    send(COMMENT(U("u"), "王涟漪来过"));
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM rule_once WHERE length(scope) = 32"), 1);
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM rule_once WHERE scope LIKE '%涟%'"), 0);
    assert_true(world_int(&b->w, "SELECT count(*) FROM timer WHERE kind = 'rule'") > 0);
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM timer WHERE instr(payload, CAST('王涟漪' AS BLOB)) > 0"), 0);
    send(LEAD("u", "13812346207", "王涟漪"));
    send(NAMED(U("u"), "王涟漪"));
    send(LEAD("v", "13812346208", "Leopard5"));
    send(NAMED(U("v"), "Leopard5"));
    sweep();
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM opportunity WHERE model = '***'"), 1);
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM person WHERE model = '***'"), 1);
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM opportunity WHERE model = 'Leopard5'"), 1);
    // It fires as it would have.
    b->w.now_us += 49 * US_PER_HOUR;
    while (!world_timers(&b->w)) {}
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM person_tag WHERE tag = 'x'"), 1);
}

static err hush_waiting(tx *t, void *p)
{
    int64_t ids[QUARANTINE_OF_MAX];
    size_t n;
    TRY(quarantine_of(t->d, *(int64_t *)p, ids, &n));
    assert_int_equal(n, 1);
    return quarantine_hush(t, ingest_quarantine(b->w.e.ingest), ids[0]);
}

// What waits is nobody's until somebody's first message tells who.
static void what_waited_as_nobodys(void **state)
{
    (void)state;
    static const caller app = { .kind = CALLER_KEY, .source = 7, .name = { "app", 3 } };
    ingest_batch out;
    fault f = { 0 };
    const char *body = "{\"batch\":[{\"type\":\"track\"," U("w") ",\"event\":\"lead.captured\",\"messageId\":\"m-王涟漪\",\"properties\":{\"consent_call\":\"王涟漪说可以\"}}]}";
    assert_ok(segment_parse(b->w.e.ingest, &app, S(""), str_c(body), b->w.now_us, b->w.a, &f, &out));
    assert_ok(world_run(&b->w, store, &out));
    assert_int_equal(out.v[0].verdict, INGEST_QUARANTINED);
    send(NAMED(U("w"), "王涟漪"));
    assert_int_equal(waiting(), 1);
    int64_t person = world_int(&b->w, "SELECT max(id) FROM person");
    assert_ok(world_run(&b->w, hush_waiting, &person));
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM quarantine WHERE instr(body, CAST('王涟漪' AS BLOB)) > 0 OR message_id LIKE '%涟%'"), 0);
    sweep();
}

// --- Names of kinds and properties --------------------------------------------------------------------------------------------------
static bool in_dictionary(const char *name)
{
    return names_kind_find(b->w.e.names, str_c(name)) || names_prop_find(b->w.e.names, str_c(name));
}

#define OWN(who, kind, prop) "{\"type\":\"track\"," who ",\"event\":\"" kind "\",\"properties\":{\"" prop "\":1}}"

static void names_only_theirs(void **state)
{
    (void)state;
    send(OWN(U("u"), "王涟漪下单", "王涟漪的备注"));
    send(OWN(D("d"), "王涟漪下单", "王涟漪的备注"));          // who turns out to be the same
    send(OWN(U("u"), "石磊下单", "红石磊色"));
    send(OWN(U("other"), "石磊下单", "红石磊色"));            // two people: a word
    send("{\"type\":\"identify\"," U("u") "," D("d") ",\"traits\":{\"王涟漪爱喝\":\"茶\",\"石磊爱喝\":\"茶\"}}");
    send(NAMED(U("u"), "王涟漪"));
    sweep();
    assert_false(in_dictionary("王涟漪下单") || in_dictionary("王涟漪的备注") || in_dictionary("王涟漪爱喝"));
    assert_true(in_dictionary("***下单") && in_dictionary("***的备注") && in_dictionary("石磊下单"));
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM kind WHERE name LIKE '%涟%'"), 0);
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM person_trait WHERE name = '***爱喝'"), 1);
    // Sent again it is what it is called now, and another one called so gets a number.
    send(OWN(U("u"), "王涟漪下单", "王涟漪的备注"));
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM kind WHERE name LIKE '%下单'"), 2);
    send(OWN(U("third"), "欧阳旋下单", "好"));
    send(NAMED(U("third"), "欧阳旋"));
    sweep();
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM kind WHERE name LIKE '***下单~%'"), 1);
    // Told before, nothing of it is learned, neither as the name of a trait.
    send("{\"type\":\"identify\"," U("u") ",\"traits\":{\"问王涟漪\":\"茶\"}}");
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM prop WHERE name = '问***'"), 1);
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM person_trait WHERE name = '问***'"), 1);
    // What several use, or the brand, stays whoever is called so; a restart knows as much.
    bench_end(b);
    world_reopen(&b->w);
    bench_begin(b);
    send(NAMED(U("u"), "石磊"));
    send(NAMED(U("other"), "石磊"));
    sweep();
    assert_true(in_dictionary("石磊下单") && in_dictionary("红石磊色") && in_dictionary("***下单"));
}

static void names_of_programs_stay(void **state)
{
    (void)state;
    for (int i = 0; i < 9; i++)
        send(arena_fmt(b->w.a, OWN("\"anonymousId\":\"d%d\"", "咨询 续航", "page_view"), i).s);
    send(OWN(U("u"), "Order Completed", "page_view"));
    send(OWN(U("u"), "咨询 续航", "one"));
    send(NAMED(U("u"), "续航"));
    send(NAMED(U("u"), "page_view"));
    sweep();
    assert_true(in_dictionary("咨询 续航") && in_dictionary("page_view") && in_dictionary("Order Completed"));
}

static err erase_one(tx *t, void *p)
{
    int64_t rows;
    return people_erase(t, p, 1, &rows);
}

// Whoever goes leaves no name of theirs, told or not.
static void names_of_the_erased(void **state)
{
    (void)state;
    send(OWN(U("u"), "王涟漪下单", "王涟漪的备注"));
    send(OWN(U("u"), "page_view", "one"));
    send(OWN(U("other"), "常见", "常用"));
    uint32_t one = 1;
    assert_ok(world_run(&b->w, erase_one, &one));
    assert_false(in_dictionary("王涟漪下单") || in_dictionary("王涟漪的备注"));
    assert_true(in_dictionary("page_view") && in_dictionary("one") && in_dictionary("常见") && in_dictionary("常用"));
}

// A brand from before numbers were kept as hashes: once, at the first start since, and nothing else is touched.
static void numbers_of_before(void **state)
{
    (void)state;
    world *w = &b->w;
    assert_ok(db_exec(w->d, "INSERT INTO car_order (id, version, subject, person, number, state, model, created_us, changed_us, archived_us)"
                            " VALUES (1, 1, 0, 0, '13812346207', 'reserved', 'E7', 1, 1, 0), (2, 1, 0, 0, 'SO-2', 'reserved', 'E7', 1, 1, 0)"));
    assert_ok(db_exec(w->d, "DELETE FROM meta WHERE key = 'record_numbers'"));
    assert_ok(record_numbers_keep(&w->e, w->d));
    str kept = record_key_kept(&w->e, S("13812346207"), w->a);
    int64_t n;
    assert_ok(db_int(w->d, &n, 0, "SELECT count(*) FROM car_order WHERE (id = 1 AND number = $1) OR (id = 2 AND number = 'SO-2')", dbs(kept)));
    assert_int_equal(n, 2);
    assert_ok(db_exec(w->d, "UPDATE car_order SET number = '13812346208' WHERE id = 2"));
    assert_ok(record_numbers_keep(&w->e, w->d));           // not looked at again
    assert_int_equal(world_int(w, "SELECT count(*) FROM car_order WHERE number = '13812346208'"), 1);
}

// --- What stays as it is --------------------------------------------------------------------------------------------------------------
static void words_of_ours_stay(void **state)
{
    (void)state;
    send("{\"type\":\"track\"," U("u") ",\"event\":\"lead.captured\",\"properties\":{\"phone\":\"13812346207\",\"consent_call\":true,\"note\":\"a lead of ours\"}}");
    send(NAMED(U("u"), "lead"));
    sweep();
    int64_t tells = 0;
    for (size_t i = 0; i < b->w.events.n; i++)
        if (str_eq(b->w.events.v[i].kind, S("stage.moved")))
                tells = b->w.events.v[i].no;
    assert_true(tells > 0);
    assert_str(note_of(tells, "to"), S("lead"));
    says_in(1, "a **** of ours");
}

// Nothing said it: no segment is written, nobody waits, copies stay.
static void nothing_is_written_for_nothing(void **state)
{
    (void)state;
    send(COMMENT(U("u"), "续航怎么样"));
    send(NAMED(U("u"), "王涟漪"));
    ending e = look();
    assert_int_equal(e.l.rows_n, 1);
    assert_false(late_says(&e.l));
    assert_ok(world_run(&b->w, start, &e));
    assert_ok(world_run(&b->w, finish, &e));
    assert_int_equal(waiting(), 0);
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM starred_late"), 0);
}

// Whoever is told something between the look and the end is looked at again; whoever is erased is not.
static void told_meanwhile(void **state)
{
    (void)state;
    int64_t no = send(COMMENT(U("u"), "王涟漪和石磊同去"));
    send(NAMED(U("u"), "王涟漪"));
    ending e = look();
    assert_ok(world_run(&b->w, start, &e));
    send(NAMED(U("u"), "石磊"));
    world_ship(&b->w);
    assert_ok(timeline_roll(b->w.tl));
    int64_t left;
    assert_ok(timeline_star(b->w.tl, e.l.events, e.l.events_n, &e.starred, &left));
    assert_ok(world_run(&b->w, finish, &e));
    assert_int_equal(waiting(), 1);
    sweep();
    says_in(no, "＊＊＊和＊＊同去");
    send(NAMED(U("u"), "上官云飞"));
    assert_int_equal(waiting(), 1);
    uint32_t one = 1;
    assert_ok(world_run(&b->w, erase_one, &one));
    assert_int_equal(waiting(), 0);
}

static void again(void)
{
    bench_end(b);
    world_reopen(&b->w);
    bench_begin(b);
}

// Rows, log, queue, in this order: ended behind any of them, the next start looks at the same people and goes on. The notes of what
// copies say are not lost with it.
static void ended_in_between(void **state)
{
    (void)state;
    int64_t no = send(COMMENT(U("u"), "王涟漪的车"));
    send(OWN(U("u"), "给王涟漪回电", "n"));
    send("{\"type\":\"identify\"," U("u") ",\"traits\":{\"签名\":\"王涟漪在路上\"}}");
    send(NAMED(U("u"), "王涟漪"));
    ending e = look();
    assert_int_equal(e.l.events_n, 2);         // the comment, and the trait in its event
    assert_ok(world_run(&b->w, start, &e));
    again();
    assert_int_equal(waiting(), 1);
    says_in(no, "王涟漪的车");
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM starred_late"), 1);
    e = look();
    assert_int_equal(e.l.texts_n + e.l.names_n, 0);            // done already
    assert_int_equal(e.l.events_n, 2);
    world_ship(&b->w);
    assert_ok(timeline_roll(b->w.tl));
    int64_t left;
    assert_ok(timeline_star(b->w.tl, e.l.events, e.l.events_n, &e.starred, &left));
    again();
    assert_int_equal(waiting(), 1);
    says_in(no, "＊＊＊的车");
    assert_int_equal(sweep(), 0);
    assert_false(in_dictionary("给王涟漪回电"));
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM starred_late"), 1);
}

// --- Beside a naive model -------------------------------------------------------------------------------------------------------------
#define USERS 8
#define SAID_MAX 400
static const char *const called[] = { "王涟漪", "石磊", "欧阳若水", "Bob Li", "anna", "上官云飞" };
static const char *const words[] = { "王涟漪", "石磊", "欧阳若水", "Bob Li", "ANNA", "王", "漪", "的车", "，", " ", "susanna", "anna", "上官云飞" };

#define JOINS_MAX 200
typedef struct model {
    int group[USERS];                       // users who are one person
    uint32_t subject[USERS];
    struct { int u, v; int64_t edge; } joins[JOINS_MAX];      // not split again
    size_t joins_n, splits;
    bool told[USERS][6];                    // by user
    struct { int user; int64_t no; str text; } said[SAID_MAX];     // text: as it has to read now; a star stays when people are split
    size_t n;
} model;

static unsigned seed;
static unsigned any(unsigned n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 16) % n;
}

// One star a character, as the plain way finds them, of all that anybody of the person was called by now.
static void star(model *m, size_t i)
{
    str of[6];
    size_t n = 0;
    for (int k = 0; k < 6; k++)
        for (int u = 0; u < USERS; u++)
            if (m->group[u] == m->group[m->said[i].user] && m->told[u][k]) {
                of[n++] = str_c(called[k]);
                break;
            }
    m->said[i].text = personal_hushed(m->said[i].text, of, n, b->w.a);          // held beside a naive search in told_test
}

static str plainly(str text)                // "＊" is a star
{
    buf out = { 0 };
    for (size_t i = 0; i < text.len; i++)
        if (text.len - i >= 3 && memcmp(text.s + i, "＊", 3) == 0) {
            buf_add_str(&out, S("*"));
            i += 2;
        } else
            buf_add(&out, text.s + i, 1);
    str r = arena_str(b->w.a, buf_str(&out));
    buf_free(&out);
    return r;
}

static void check(model *m)
{
    for (size_t i = 0; i < m->n; i++) {
        str now = note_of(m->said[i].no, "note");
        star(m, i);
        if (!str_eq(plainly(now), m->said[i].text))
            fail_msg("became " STR_FMT ", not " STR_FMT, STR_ARG(now), STR_ARG(m->said[i].text));
    }
}

static void groups(model *m)
{
    for (int u = 0; u < USERS; u++)
        m->group[u] = u;
    for (size_t i = 0; i < m->joins_n; i++) {
        int from = m->group[m->joins[i].v], to = m->group[m->joins[i].u];
        for (int k = 0; k < USERS; k++)
            m->group[k] = m->group[k] == from ? to : m->group[k];
    }
}

static err join_two(tx *t, void *p)
{
    const uint32_t *who = p;
    return people_join(t, &(edge_new){ .one = who[0], .other = who[1], .why = EDGE_STAFF, .kind = -1, .confidence = 100, .source = S("test") });
}

static err split_one(tx *t, void *p)
{
    uint32_t went;
    return people_split(t, *(int64_t *)p, S("test"), &went);
}

static void join_some(model *m, int u, int v)
{
    if (m->group[u] == m->group[v] || m->joins_n == JOINS_MAX)
        return;
    assert_ok(world_run(&b->w, join_two, (uint32_t[]){ m->subject[u], m->subject[v] }));
    m->joins[m->joins_n].u = u;
    m->joins[m->joins_n].v = v;
    m->joins[m->joins_n++].edge = world_int(&b->w, "SELECT max(id) FROM edge");
    groups(m);
}

static void split_some(model *m)
{
    if (!m->joins_n)
        return;
    size_t i = any((unsigned)m->joins_n);
    assert_ok(world_run(&b->w, split_one, &m->joins[i].edge));
    m->joins[i] = m->joins[--m->joins_n];
    m->splits++;
    groups(m);
}

static void step(model *m)
{
    int u = (int)any(USERS);
    unsigned what = any(11);
    if (what < 6 && m->n < SAID_MAX) {
        buf text = { 0 };
        buf_addf(&text, "说%zu句，", m->n);
        for (unsigned k = 1 + any(6); k > 0; k--)
            buf_add_str(&text, str_c(words[any(13)]));
        str said = arena_str(b->w.a, buf_str(&text));
        buf_free(&text);
        m->said[m->n].user = u;
        m->said[m->n].text = said;
        star(m, m->n);                      // what the vault knew when it came
        m->said[m->n++].no = send(arena_fmt(b->w.a, "{\"type\":\"track\",\"anonymousId\":\"u%d\",\"event\":\"comment\",\"properties\":{\"note\":\"" STR_FMT "\"}}", u,
                                            STR_ARG(said)).s);
    } else if (what < 8) {
        int k = (int)any(6);
        send(arena_fmt(b->w.a, "{\"type\":\"identify\",\"anonymousId\":\"u%d\",\"traits\":{\"name\":\"%s\"}}", u, called[k]).s);
        m->told[u][k] = true;
    } else if (what == 8) {
        join_some(m, u, (int)any(USERS));
    } else if (what == 9) {
        split_some(m);
    } else {
        sweep();
        check(m);
    }
}

static void random_orders(void **state)
{
    (void)state;
    model m = { 0 };
    seed = 20261129;
    for (int u = 0; u < USERS; u++) {
        m.group[u] = u;
        int64_t no = send(arena_fmt(b->w.a, "{\"type\":\"track\",\"anonymousId\":\"u%d\",\"event\":\"app.active\"}", u).s);
        m.subject[u] = timeline_ref(b->w.tl, no).subject;
    }
    for (int i = 0; i < 320; i++)
        step(&m);
    sweep();
    check(&m);
    assert_true(m.n > 50 && m.splits > 10);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(said_then_told), T(whoever_they_turn_out_to_be), T(lines_in_lists), T(a_device_handed_on), T(rows_about_them),
        T(words_and_later_rules), T(what_waited_as_nobodys), T(names_only_theirs), T(names_of_programs_stay), T(names_of_the_erased), T(numbers_of_before),
        T(words_of_ours_stay), T(nothing_is_written_for_nothing), T(told_meanwhile), T(ended_in_between), T(random_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
