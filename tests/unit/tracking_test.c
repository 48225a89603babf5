// The tracking plan: what it decides, by table; what becomes of events that do not fit; the playbook and those who edited it.
#include "domain.h"
#include "connect/ingest.h"
#include "connect/quarantine.h"
#include "connect/segment.h"
#include "connect/sources.h"
#include "plan/plan_api.h"
#include <stdlib.h>
#include <unistd.h>

typedef struct bench { world w; ingest *in; dedupe *dd; char seen[80]; } bench;

static void ingest_start(bench *b)
{
    int64_t last;
    b->in = ingest_open(&(ingest_config){ .vault = b->w.e.vault, .engine = &b->w.e, .new_subjects_per_minute = 5 });
    b->w.e.ingest = b->in;
    assert_ok(ingest_load(b->in, b->w.d));
    assert_ok(dedupe_open(&(dedupe_config){ .o = &b->w.o, .dir = b->seen }, &b->w.f, b->w.a, &b->dd, &last));
    b->w.e.dd = b->dd;
}

static void ingest_end(bench *b)
{
    ingest_close(b->in);
    dedupe_close(b->dd);
}

static int setup(void **state)
{
    bench *b = calloc(1, sizeof *b);
    world_open(&b->w);
    snprintf(b->seen, sizeof b->seen, "%s.seen", b->w.dir);
    ingest_start(b);
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    bench *b = *state;
    ingest_end(b);
    rmdir(b->seen);
    world_close(&b->w);
    free(b);
    return 0;
}

static const caller app = { .kind = CALLER_KEY, .source = 7, .name = { "app", 3 } };

static err store(tx *t, void *p)
{
    bench *b = ((void **)p)[0];
    return ingest_store(t, b->in, &app, ((void **)p)[1]);
}

static ingest_batch send(bench *b, const char *body)
{
    ingest_batch out;
    fault f = { 0 };
    assert_ok(segment_parse(b->in, &app, S(""), str_c(body), b->w.now_us, b->w.a, &f, &out));
    assert_ok(world_run(&b->w, store, (void *[]){ b, &out }));
    return out;
}

static ingest_event send_one(bench *b, const char *kind, const char *props)
{
    ingest_batch x = send(b, arena_fmt(b->w.a, "{\"batch\":[{\"type\":\"track\",\"userId\":\"u\",\"event\":\"%s\",\"properties\":%s}]}", kind, props).s);
    return x.v[0];
}

// --- Decisions -----------------------------------------------------------------------------------------------------------------
static const char plan_text[] =
    "{\"events\":[{\"kind\":\"k\",\"zh\":\"事\",\"en\":\"K\",\"props\":["
    "{\"name\":\"t\",\"type\":\"text\",\"values\":[\"a\",\"b\"]},{\"name\":\"i\",\"type\":\"integer\",\"min\":0,\"max\":10},"
    "{\"name\":\"n\",\"type\":\"number\",\"max\":5},{\"name\":\"b\",\"type\":\"boolean\"},{\"name\":\"at\",\"type\":\"time\"},"
    "{\"name\":\"l\",\"type\":\"list\"},{\"name\":\"o\",\"type\":\"object\"},{\"name\":\"code\",\"type\":\"integer\",\"values\":[\"1\",\"2\"]}]},"
    "{\"kind\":\"must\",\"props\":[{\"name\":\"x\",\"required\":true},{\"name\":\"phone\",\"type\":\"text\",\"required\":true}]},"
    "{\"kind\":\"warns\",\"mode\":\"warn\",\"props\":[{\"name\":\"x\",\"type\":\"integer\"}]},"
    "{\"kind\":\"refuses\",\"mode\":\"refuse\",\"props\":[{\"name\":\"x\",\"type\":\"integer\"}]},"
    "{\"kind\":\"soon\",\"state\":\"planned\",\"props\":[{\"name\":\"x\",\"type\":\"integer\"}]},"
    "{\"kind\":\"old\",\"state\":\"retired\"},{\"kind\":\"old.warns\",\"state\":\"retired\",\"mode\":\"warn\"}]}";

static void test_decisions(void **state)
{
    bench *b = *state;
    world_load(&b->w, plan_text);
    static const struct { const char *kind, *props; ingest_verdict verdict; err code; const char *field; } cases[] = {
        { "k", "{}", INGEST_STORED, E_OK, "" },
        { "k", "{\"t\":\"a\",\"i\":10,\"n\":4.5,\"b\":false,\"at\":\"2026-03-09T12:00:00Z\",\"l\":[1],\"o\":{\"x\":1},\"code\":2}", INGEST_STORED, E_OK, "" },
        { "k", "{\"t\":null,\"i\":null}", INGEST_STORED, E_OK, "" },
        { "k", "{\"new\":1}", INGEST_STORED, E_OK, "" },
        { "k", "{\"t\":\"c\"}", INGEST_QUARANTINED, E_FIELD_VALUE, "properties.t" },
        { "k", "{\"t\":5}", INGEST_QUARANTINED, E_FIELD_TYPE, "properties.t" },
        { "k", "{\"i\":11}", INGEST_QUARANTINED, E_FIELD_VALUE, "properties.i" },
        { "k", "{\"i\":-1}", INGEST_QUARANTINED, E_FIELD_VALUE, "properties.i" },
        { "k", "{\"i\":1.5}", INGEST_QUARANTINED, E_FIELD_TYPE, "properties.i" },
        { "k", "{\"i\":\"1\"}", INGEST_QUARANTINED, E_FIELD_TYPE, "properties.i" },
        { "k", "{\"n\":5}", INGEST_STORED, E_OK, "" },
        { "k", "{\"n\":5.1}", INGEST_QUARANTINED, E_FIELD_VALUE, "properties.n" },
        { "k", "{\"b\":\"true\"}", INGEST_QUARANTINED, E_FIELD_TYPE, "properties.b" },
        { "k", "{\"at\":\"soon\"}", INGEST_QUARANTINED, E_FIELD_TYPE, "properties.at" },
        { "k", "{\"at\":1773088620000}", INGEST_STORED, E_OK, "" },
        { "k", "{\"l\":{}}", INGEST_QUARANTINED, E_FIELD_TYPE, "properties.l" },
        { "k", "{\"o\":[]}", INGEST_QUARANTINED, E_FIELD_TYPE, "properties.o" },
        { "k", "{\"code\":3}", INGEST_QUARANTINED, E_FIELD_VALUE, "properties.code" },
        { "must", "{\"x\":1,\"phone\":\"13800138000\"}", INGEST_STORED, E_OK, "" },
        { "must", "{\"phone\":\"13800138000\"}", INGEST_QUARANTINED, E_FIELD_REQUIRED, "properties.x" },
        { "must", "{\"x\":null,\"phone\":\"13800138000\"}", INGEST_QUARANTINED, E_FIELD_REQUIRED, "properties.x" },
        { "must", "{\"x\":1}", INGEST_QUARANTINED, E_FIELD_REQUIRED, "properties.phone" },
        { "warns", "{\"x\":\"1\"}", INGEST_STORED, E_FIELD_TYPE, "properties.x" },
        { "refuses", "{\"x\":\"1\"}", INGEST_REFUSED, E_FIELD_TYPE, "properties.x" },
        { "refuses", "{\"x\":1}", INGEST_STORED, E_OK, "" },
        { "soon", "{\"x\":\"1\"}", INGEST_QUARANTINED, E_FIELD_TYPE, "properties.x" },
        { "old", "{}", INGEST_QUARANTINED, E_FIELD_VALUE, "event" },
        { "old.warns", "{}", INGEST_STORED, E_FIELD_VALUE, "event" },
        { "never declared", "{\"t\":5}", INGEST_STORED, E_OK, "" },
    };
    int64_t quarantined = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ingest_event e = send_one(b, cases[i].kind, cases[i].props);
        if (e.verdict != cases[i].verdict || e.code != cases[i].code || !str_eq(e.field, str_c(cases[i].field)))
            fail_msg("%s %s: verdict %d, %s at " STR_FMT, cases[i].kind, cases[i].props, e.verdict, err_info_of(e.code)->code, STR_ARG(e.field));
        assert_int_equal(e.warned, e.verdict == INGEST_STORED && e.code != E_OK);
        assert_int_equal(e.no != 0, e.verdict == INGEST_STORED);
        quarantined += e.verdict == INGEST_QUARANTINED;
    }
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM quarantine"), quarantined);
    assert_int_equal(ingest_quarantine(b->in)->rows, quarantined);
}

static err load_plan(tx *t, void *p) { return plan_load_playbook(t, *(str *)p); }

static void test_declarations_refused(void **state)
{
    bench *b = *state;
    static const struct { const char *json; err code; const char *field; } cases[] = {
        { "{\"events\":{}}", E_FIELD_TYPE, "events" },
        { "{\"events\":[{}]}", E_FIELD_REQUIRED, "events[0].kind" },
        { "{\"events\":[{\"kind\":\"a\",\"colour\":1}]}", E_FIELD_UNKNOWN, "events[0].colour" },
        { "{\"events\":[{\"kind\":\"a\"},{\"kind\":\"b\",\"mode\":\"loud\"}]}", E_FIELD_VALUE, "events[1].mode" },
        { "{\"events\":[{\"kind\":\"a\",\"props\":[{\"name\":\"x\"},{\"name\":\"x\"}]}]}", E_FIELD_VALUE, "events[0].props[1].name" },
        { "{\"events\":[{\"kind\":\"a\",\"props\":[{\"name\":\"x\",\"min\":3,\"max\":2}]}]}", E_FIELD_TOO_SMALL, "events[0].props[0].max" },
        { "{\"events\":[{\"kind\":\"a\",\"props\":[{\"name\":\"x\",\"type\":\"blob\"}]}]}", E_FIELD_VALUE, "events[0].props[0].type" },
        { "{\"context\":[7]}", E_FIELD_TYPE, "context[0]" },
        { "{\"context\":[\"a\",\"a\"]}", E_FIELD_DUPLICATE, "context[1].path" },
        { "{\"context\":[\"\"]}", E_FIELD_VALUE, "context[0].path" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str text = str_c(cases[i].json);
        assert_int_equal(world_run(&b->w, load_plan, &text), cases[i].code);
        assert_str(b->w.f.field, str_c(cases[i].field));
    }
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM plan_kind"), 0);
}

// --- Personal data ---------------------------------------------------------------------------------------------------------------
static const ingest_prop *prop_of(const ingest_event *e, const char *name)
{
    for (uint32_t i = 0; i < e->props_n; i++)
        if (str_eq(e->props[i].name, str_c(name)))
            return &e->props[i];
    return NULL;
}

static void test_the_plan_says_what_is_personal(void **state)
{
    bench *b = *state;
    world_load(&b->w, "{\"events\":[{\"kind\":\"bought\",\"props\":[{\"name\":\"name\",\"personal\":\"none\"},{\"name\":\"items.name\",\"personal\":\"none\"},"
                      "{\"name\":\"nick\",\"personal\":\"name\"},{\"name\":\"note\",\"personal\":\"none\"}]}]}");
    ingest_event e = send_one(b, "bought", "{\"name\":\"机油\",\"nick\":\"小王\",\"items\":[{\"name\":\"滤芯\",\"phone\":\"13900139000\"}],\"note\":\"13800138000\"}");
    assert_null(prop_of(&e, "name")->sealed);
    assert_int_equal(prop_of(&e, "nick")->sealed->kind, VAULT_NAME);
    assert_str(prop_of(&e, "items")->v.s, S("[{\"name\":\"滤芯\"}]"));
    assert_non_null(prop_of(&e, "items.phone")->sealed);
    assert_non_null(prop_of(&e, "note")->sealed);              // a phone number stays one
    // Elsewhere the name decides, as before.
    e = send_one(b, "talked", "{\"name\":\"王芳\",\"items\":[{\"name\":\"王芳\"}]}");
    assert_non_null(prop_of(&e, "name")->sealed);
    assert_non_null(prop_of(&e, "items.name")->sealed);
}

static void test_context_is_data(void **state)
{
    bench *b = *state;
    const char *body = "{\"batch\":[{\"type\":\"track\",\"userId\":\"u\",\"event\":\"x\",\"context\":{\"locale\":\"zh\",\"screen\":{\"width\":390},"
                       "\"traits\":{\"email\":\"a@b.cn\"},\"page\":{\"url\":\"https://a.cn/?t=1\"},\"os\":{\"name\":\"iOS\"}}}]}";
    ingest_batch x = send(b, body);
    assert_non_null(prop_of(&x.v[0], "context.locale"));
    assert_null(prop_of(&x.v[0], "context.screen.width"));
    world_load(&b->w, "{\"context\":[\"screen.width\",\"traits.email\",\"os.name\",{\"path\":\"page.url\",\"address\":true}]}");
    x = send(b, body);
    assert_null(prop_of(&x.v[0], "context.locale"));
    assert_int_equal(prop_of(&x.v[0], "context.screen.width")->v.i, 390);
    assert_non_null(prop_of(&x.v[0], "context.traits.email")->sealed);
    assert_null(prop_of(&x.v[0], "context.os.name")->sealed);
    assert_str(prop_of(&x.v[0], "context.page.url")->v.s, S("https://a.cn/"));
}

// --- Quarantine ------------------------------------------------------------------------------------------------------------------
typedef struct asking { bench *b; int64_t id; ingest_batch out; ingest_event v; } asking;

static err replay(tx *t, void *p)
{
    asking *q = p;
    TRY(quarantine_replay(t, q->b->in, q->id, &q->out));
    q->v = q->out.v[0];
    return E_OK;
}

static err step(tx *t, void *p)
{
    bool more;
    return quarantine_step(t, ((bench *)p)->in, &more);
}

static const char late_text[] = "{\"batch\":[{\"type\":\"track\",\"userId\":\"u\",\"event\":\"lead\",\"messageId\":\"m1\",\"properties\":"
                                "{\"phone\":\"13800138000\",\"price\":\"12\"}}]}";

static void test_mended_and_replayed_once(void **state)
{
    bench *b = *state;
    world_load(&b->w, "{\"events\":[{\"kind\":\"lead\",\"props\":[{\"name\":\"price\",\"type\":\"integer\"}]}],"
                      "\"rules\":[{\"key\":\"r\",\"name\":{\"zh\":\"甲\",\"en\":\"A\"},\"when\":{\"event\":\"lead\"},\"then\":[{\"tag\":{\"add\":\"t\"}}]}]}");
    assert_int_equal(send(b, late_text).v[0].verdict, INGEST_QUARANTINED);
    assert_int_equal(send(b, late_text).v[0].verdict, INGEST_DUPLICATE);       // the sender's retry waits once
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM quarantine"), 1);
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM person"), 0);      // nobody is made for what is not stored
    asking q = { .b = b, .id = world_int(&b->w, "SELECT id FROM quarantine") };

    // Not mended yet: it waits on. Nothing happened.
    assert_ok(world_run(&b->w, replay, &q));
    assert_int_equal(q.v.verdict, INGEST_QUARANTINED);
    assert_int_equal(world_told(&b->w, "lead"), 0);

    // A restart in between: de-duplication and counts come back.
    ingest_end(b);
    world_reopen(&b->w);
    ingest_start(b);
    assert_int_equal(ingest_quarantine(b->in)->rows, 1);

    world_load(&b->w, "{\"events\":[{\"kind\":\"lead\",\"props\":[{\"name\":\"price\"}]}]}");
    assert_int_equal(world_int(&b->w, "SELECT version FROM plan_kind"), 2);
    assert_ok(world_run(&b->w, replay, &q));
    assert_int_equal(q.v.verdict, INGEST_STORED);
    assert_int_equal(world_told(&b->w, "lead"), 1);
    assert_int_equal(world_told(&b->w, "tag.added"), 1);
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM vault"), 1);       // the phone went in sealed and came out in the vault
    assert_int_equal(ingest_quarantine(b->in)->rows, 0);
    assert_int_equal(ingest_quarantine(b->in)->bytes, 0);
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM quarantine_identity"), 0);

    // Once: neither the row nor the message again.
    assert_int_equal(world_run(&b->w, replay, &q), E_NOT_FOUND);
    assert_int_equal(send(b, late_text).v[0].verdict, INGEST_DUPLICATE);
    assert_int_equal(world_told(&b->w, "lead"), 1);
}

static void test_replayed_late_is_quiet(void **state)
{
    bench *b = *state;
    world_load(&b->w, "{\"events\":[{\"kind\":\"lead\",\"props\":[{\"name\":\"price\",\"type\":\"integer\"}]}],"
                      "\"rules\":[{\"key\":\"r\",\"name\":{\"zh\":\"甲\",\"en\":\"A\"},\"when\":{\"event\":\"lead\"},\"then\":[{\"tag\":{\"add\":\"t\"}},"
                      "{\"points\":{\"reason\":\"register\",\"amount\":5}}]}]}");
    for (int i = 0; i < 3; i++)
        assert_int_equal(send_one(b, "lead", "{\"price\":\"12\"}").verdict, INGEST_QUARANTINED);
    world_load(&b->w, "{\"events\":[{\"kind\":\"lead\"}]}");
    b->w.now_us += 25 * US_PER_HOUR;
    // In bulk: marked, then by the job.
    assert_int_equal(world_int(&b->w, "UPDATE quarantine SET state = 1 RETURNING 1"), 1);
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM quarantine WHERE state = 1"), 3);
    for (int i = 0; i < 4; i++)
        assert_ok(world_run(&b->w, step, b));
    assert_int_equal(world_told(&b->w, "lead"), 3);
    assert_int_equal(world_told(&b->w, "tag.added"), 1);       // the same tag, three times
    assert_int_equal(world_told(&b->w, "points.posted"), 0);
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM quarantine WHERE state = 2 AND event_no > 0 AND length(body) = 0"), 3);
}

static err expire(tx *t, void *p)
{
    bool more;
    return quarantine_expire(t, ingest_quarantine(((bench *)p)->in), &more);
}

static void test_kept_for_30_days(void **state)
{
    bench *b = *state;
    world_load(&b->w, "{\"events\":[{\"kind\":\"lead\",\"props\":[{\"name\":\"price\",\"type\":\"integer\"}]}]}");
    send_one(b, "lead", "{\"price\":\"12\"}");
    b->w.now_us += 29 * US_PER_DAY;
    assert_ok(world_run(&b->w, expire, b));
    assert_int_equal(ingest_quarantine(b->in)->rows, 1);
    b->w.now_us += 2 * US_PER_DAY;
    assert_ok(world_run(&b->w, expire, b));
    assert_int_equal(world_int(&b->w, "SELECT count(*) FROM quarantine"), 0);
    assert_int_equal(ingest_quarantine(b->in)->rows, 0);
}

static void test_codec(void **state)
{
    bench *b = *state;
    ingest_batch x;
    fault f = { 0 };
    const char *body = "{\"batch\":[{\"type\":\"track\",\"userId\":\"涟\",\"anonymousId\":\"a\",\"event\":\"e\",\"messageId\":\"m\",\"properties\":"
                       "{\"i\":-9007199254740993,\"f\":0.1,\"b\":true,\"n\":null,\"t\":\"文\",\"o\":{\"x\":[1]},\"phone\":\"13800138000\"}}]}";
    assert_ok(segment_parse(b->in, &app, S(""), str_c(body), b->w.now_us, b->w.a, &f, &x));
    buf bytes = { 0 }, again = { 0 };
    ingest_event e;
    quarantine_encode(&bytes, &x.v[0]);
    assert_ok(quarantine_decode(buf_str(&bytes), b->w.a, &e));
    quarantine_encode(&again, &e);
    assert_str(buf_str(&again), buf_str(&bytes));
    assert_int_equal(prop_of(&e, "i")->v.i, INT64_C(-9007199254740993));
    assert_true(prop_of(&e, "f")->v.f == 0.1);
    assert_null(memmem(bytes.s, bytes.len, "13800138000", 11));
    for (size_t n = 0; n < bytes.len; n++)                     // cut anywhere: told, not believed
        assert_int_equal(quarantine_decode(str_of(bytes.s, n), b->w.a, &e), E_CORRUPT);
    buf_free(&bytes);
    buf_free(&again);
}

// --- Alias ----------------------------------------------------------------------------------------------------------------------
// The previous id of an alias is a user's when a user is known by it: then the two are for a steward; else an anonymous visitor's,
// who is joined. One that had to wait in quarantine says the same when it is read back.
static void test_alias_of_a_former_user(void **state)
{
    bench *b = *state;
    world *w = &b->w;
    const char *alias = "{\"batch\":[{\"type\":\"alias\",\"userId\":\"new\",\"previousId\":\"%s\"}]}";
    send(b, "{\"batch\":[{\"type\":\"track\",\"userId\":\"old\",\"event\":\"x\"},{\"type\":\"track\",\"userId\":\"new\",\"event\":\"x\"},"
            "{\"type\":\"track\",\"anonymousId\":\"visitor\",\"event\":\"x\"}]}");
    ingest_batch x = send(b, arena_fmt(w->a, alias, "old").s);
    assert_int_equal(x.v[0].verdict, INGEST_STORED);
    assert_int_equal(world_int(w, "SELECT count(*) FROM identity WHERE kind = 2"), 1);           // nobody was invented for "old"
    assert_int_equal(world_int(w, "SELECT count(*) FROM doubt WHERE why = 'strong' AND state = 0"), 1);
    assert_int_equal(world_int(w, "SELECT count(*) FROM link"), 0);
    send(b, arena_fmt(w->a, alias, "visitor").s);
    assert_int_equal(world_int(w, "SELECT count(*) FROM link"), 1);
    buf bytes = { 0 };
    ingest_event e;
    quarantine_encode(&bytes, &x.v[0]);
    assert_ok(quarantine_decode(buf_str(&bytes), w->a, &e));
    assert_true(e.alias && e.has_former && hash128_eq(e.former.hash, x.v[0].former.hash));
    buf_free(&bytes);
}

// --- Limits ----------------------------------------------------------------------------------------------------------------------
static void test_limits_are_quarantined(void **state)
{
    bench *b = *state;
    world *w = &b->w;
    for (int i = 0; i < 6; i++) {              // five new subjects a minute
        ingest_batch x = send(b, arena_fmt(w->a, "{\"batch\":[{\"type\":\"track\",\"userId\":\"n%d\",\"event\":\"x\"}]}", i).s);
        assert_int_equal(x.v[0].verdict, i < 5 ? INGEST_STORED : INGEST_QUARANTINED);
        assert_int_equal(x.v[0].code, i < 5 ? E_OK : E_RATE_LIMITED);
    }
    buf props = { 0 };
    for (int i = 0; i < 150; i++)
        buf_addf(&props, "%s\"p%d\":1", i ? "," : "{", i);
    buf_addf(&props, "}");
    assert_int_equal(send(b, arena_fmt(w->a, "{\"batch\":[{\"type\":\"track\",\"userId\":\"n1\",\"event\":\"wide\",\"properties\":%.*s}]}",
                                       (int)props.len, props.s).s).v[0].verdict, INGEST_STORED);
    props.len = 0;
    for (int i = 100; i < 201; i++)
        buf_addf(&props, "%s\"p%d\":1", i > 100 ? "," : "{", i);
    buf_addf(&props, "}");
    ingest_event e = send(b, arena_fmt(w->a, "{\"batch\":[{\"type\":\"track\",\"userId\":\"n1\",\"event\":\"wide\",\"properties\":%.*s}]}",
                                       (int)props.len, props.s).s).v[0];
    assert_int_equal(e.verdict, INGEST_QUARANTINED);
    assert_int_equal(e.code, E_LIMIT_REACHED);
    assert_int_equal(world_int(w, "SELECT count(*) FROM kind_prop"), 150);     // none of its names was learned
    buf_free(&props);
    size_t n;
    const source_stat *s = sources_now(ingest_sources(b->in), w->a, &n);
    assert_int_equal(n, 1);
    assert_int_equal(s[0].source, 7);
    assert_int_equal(s[0].stored, 6);
    assert_int_equal(s[0].quarantined, 2);
}

static err flush(tx *t, void *p)
{
    bench *b = p;
    bool more = true;
    while (more)
        TRY(sources_flush(t, ingest_sources(b->in), &more));
    more = true;
    while (more)
        TRY(names_flush(t, b->w.e.names, &more));
    return E_OK;
}

static void test_counted_without_sql(void **state)
{
    bench *b = *state;
    world *w = &b->w;
    for (int i = 0; i < 4; i++)
        send_one(b, "seen", i % 2 ? "{\"a\":1}" : "{\"a\":1,\"b\":\"x\"}");
    assert_int_equal(world_int(w, "SELECT sum(n) FROM kind_prop"), 0);
    assert_ok(world_run(w, flush, b));
    assert_int_equal(world_int(w, "SELECT kp.n FROM kind_prop kp JOIN prop p ON p.id = kp.prop WHERE p.name = 'a'"), 4);
    assert_int_equal(world_int(w, "SELECT kp.n FROM kind_prop kp JOIN prop p ON p.id = kp.prop WHERE p.name = 'b'"), 2);
    assert_int_equal(world_int(w, "SELECT stored FROM kind_seen s JOIN kind k ON k.id = s.kind WHERE k.name = 'seen' AND source = 7"), 4);
    send_one(b, "seen", "{}");
    assert_ok(world_run(w, flush, b));
    assert_int_equal(world_int(w, "SELECT stored FROM kind_seen s JOIN kind k ON k.id = s.kind WHERE k.name = 'seen'"), 5);
    ingest_end(b);
    ingest_start(b);
    size_t n;
    assert_int_equal(sources_now(ingest_sources(b->in), w->a, &n)[0].stored, 5);
}

// --- The playbook and those who edit ----------------------------------------------------------------------------------------------
typedef struct putting { const char *json; int64_t by; plan_tally n; } putting;

static err put(tx *t, void *p)
{
    putting *x = p;
    jval *root;
    TRY(json_parse(t->a, str_c(x->json), t->f, &root));
    return plan_load(t, root, x->by, &x->n);
}

static void test_playbook_follows_until_edited(void **state)
{
    bench *b = *state;
    world *w = &b->w;
    static const struct { const char *json; int64_t by; int64_t created, changed, same, kept, version; } steps[] = {
        { "{\"events\":[{\"kind\":\"a\",\"zh\":\"甲\"}]}", 0, 1, 0, 0, 0, 1 },
        { "{\"events\":[{\"kind\":\"a\",\"zh\":\"甲\"}]}", 0, 0, 0, 1, 0, 1 },
        { "{\"events\":[{\"kind\":\"a\",\"zh\":\"乙\"}]}", 0, 0, 1, 0, 0, 2 },      // untouched: follows
        { "{\"events\":[{\"kind\":\"a\",\"zh\":\"我们的\"}]}", 7, 0, 1, 0, 0, 3 },
        { "{\"events\":[{\"kind\":\"a\",\"zh\":\"丙\"}]}", 0, 0, 0, 0, 1, 3 },      // edited: stays
        { "{\"events\":[{\"kind\":\"a\",\"zh\":\"乙\"}]}", 7, 0, 1, 0, 0, 4 },      // put back: follows again
        { "{\"events\":[{\"kind\":\"a\",\"zh\":\"丁\"}]}", 0, 0, 1, 0, 0, 5 },
        { "{\"events\":[{\"kind\":\"b\",\"zh\":\"自建\"}]}", 7, 1, 0, 0, 0, 1 },
        { "{\"events\":[{\"kind\":\"b\",\"zh\":\"后来\"}]}", 0, 0, 0, 0, 1, 1 },    // staff had it first
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        putting x = { steps[i].json, steps[i].by, { 0 } };
        assert_ok(world_run(w, put, &x));
        assert_int_equal(x.n.created, steps[i].created);
        assert_int_equal(x.n.changed, steps[i].changed);
        assert_int_equal(x.n.same, steps[i].same);
        assert_int_equal(x.n.kept, steps[i].kept);
        assert_int_equal(world_int(w, i < 7 ? "SELECT version FROM plan_kind p JOIN kind k ON k.id = p.kind WHERE k.name = 'a'"
                                            : "SELECT version FROM plan_kind p JOIN kind k ON k.id = p.kind WHERE k.name = 'b'"), steps[i].version);
    }
    assert_int_equal(world_int(w, "SELECT count(*) FROM plan_version"), 6);
    assert_str(names_kind_label(w->e.names, names_kind_known(w->e.names, S("a")), LANG_ZH, w->a), S("丁"));
}

static void test_export_round_trips(void **state)
{
    bench *b = *state;
    world *w = &b->w;
    world_load(w, plan_text);
    world_load(w, "{\"context\":[\"locale\",{\"path\":\"page.url\",\"address\":true}]}");
    buf first = { 0 }, second = { 0 };
    assert_ok(plan_export(w->d, w->e.plan, w->a, &first));
    putting x = { arena_cstr(w->a, buf_str(&first)), 7, { 0 } };
    assert_ok(world_run(w, put, &x));
    assert_int_equal(x.n.same, 7);
    assert_int_equal(x.n.created + x.n.changed, 0);
    assert_ok(plan_export(w->d, w->e.plan, w->a, &second));
    assert_str(buf_str(&second), buf_str(&first));
    buf_free(&first);
    buf_free(&second);
}

static void test_undone_plan_is_not_judged_by(void **state)
{
    bench *b = *state;
    putting x = { "{\"events\":[{\"kind\":\"a\",\"state\":\"retired\"},{\"kind\":\"a\",\"nonsense\":1}]}", 7, { 0 } };
    assert_int_equal(world_run(&b->w, put, &x), E_FIELD_UNKNOWN);
    assert_int_equal(send_one(b, "a", "{}").verdict, INGEST_STORED);
}

static void test_views(void **state)
{
    bench *b = *state;
    world *w = &b->w;
    world_load(w, plan_text);
    send_one(b, "k", "{\"t\":\"a\",\"phone\":\"13800138000\"}");
    send_one(b, "k", "{\"t\":\"c\",\"phone\":\"13800138000\"}");
    send_one(b, "k", "{\"t\":\"b\"}");
    assert_ok(world_run(w, flush, b));
    const route *list = world_route(&plan_routes, M_GET, "/api/v1/plan/kinds"), *kind = world_route(&plan_routes, M_GET, "/api/v1/plan/kind");
    str json = world_get(w, list, 0, NULL);
    assert_non_null(strstr(json.s, "\"kind\":\"k\",\"zh\":\"事\",\"en\":\"K\",\"standing\":\"live\",\"mode\":\"quarantine\",\"version\":1"));
    char *q = arena_alloc(w->a, 1, kind->query->size, 16);
    memcpy(q + kind->query->fields[0].off, &S("k"), sizeof(str));
    json = world_get(w, kind, 0, q);
    assert_non_null(strstr(json.s, "\"sampled\":2"));
    assert_non_null(strstr(json.s, "\"examples\":[\"a\",\"b\"]"));
    assert_non_null(strstr(json.s, "\"examples\":[\"••••\"]"));
    assert_null(strstr(json.s, "13800138000"));
    const route *groups = world_route(&quarantine_routes, M_GET, "/api/v1/quarantine/groups");
    json = world_get(w, groups, 0, NULL);
    assert_non_null(strstr(json.s, "\"kind\":\"k\",\"code\":\"field_value\",\"field\":\"properties.t\""));
    json = world_get(w, world_route(&quarantine_routes, M_GET, "/api/v1/quarantine/{id}"), world_int(w, "SELECT id FROM quarantine"), NULL);
    assert_non_null(strstr(json.s, "\"personal\":\"phone\""));
    assert_null(strstr(json.s, "13800138000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(test_decisions), T(test_declarations_refused), T(test_the_plan_says_what_is_personal), T(test_context_is_data),
        T(test_mended_and_replayed_once), T(test_replayed_late_is_quiet), T(test_kept_for_30_days), T(test_codec),
        T(test_alias_of_a_former_user), T(test_limits_are_quarantined), T(test_counted_without_sql), T(test_playbook_follows_until_edited), T(test_export_round_trips),
        T(test_undone_plan_is_not_judged_by), T(test_views),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
