// Events for programs and the console: the live stream, and questions to the timeline.
#include "api/shape_rows.h"
#include "connect/events.h"
#include "connect/ingest.h"
#include "connect/sources.h"
#include "rule/engine.h"

// --- GET /api/v1/events/live -----------------------------------------------------------------------------------------------
// Each message is one event as it was judged (connect/ingest_store.c writes it): verdict, reason, what it set in motion.
enum live_verdict { LIVE_STORED, LIVE_DUPLICATE, LIVE_REFUSED, LIVE_QUARANTINED, LIVE_PROBLEM };
static const char *const live_verdict_names[] = { "stored", "duplicate", "refused", "quarantined", LIVE_PROBLEM_LABEL, NULL };
static const enum_labels live_verdict_labels = { "live_verdict", live_verdict_names };
#define LIVE_QUERY(F, T)                                                                                             \
    F(T, I64, person, .min = 1, .max = 4294967295, .doc = "Only events of this person (id).")                        \
    F(T, STR, user, .min = 1, .max = 256, .doc = "Only events that name this user id; also those refused before it was known who that is.") \
    F(T, STR, source, .min = 1, .max = 120, .doc = "Only of sources whose name holds this.")                         \
    F(T, STR, kind, .min = 1, .max = 200, .doc = "Only of kinds whose name holds this.")                             \
    F(T, ENUM(live_verdict), verdict, .doc = "Only with this verdict; problem: refused, quarantined, or stored with a warning.")
SHAPE_STRUCT(live_query, LIVE_QUERY);
SHAPE_TABLE(live_query, LIVE_QUERY);

static void want(req *r, stream_want *list, const char *name, str text, bool part)
{
    if (text.len)
        list[r->wants_n++] = (stream_want){ name, text, part };
}

static err live(req *r)
{
    const live_query *q = r->query;
    stream_want *list = arena_array(r->a, stream_want, live_query_field_count);
    r->channel = S(LIVE_CHANNEL);
    if (HAS(q, live_query, person))
        want(r, list, "person", arena_fmt(r->a, "%lld", (long long)q->person), false);
    want(r, list, "user", q->user, false);
    want(r, list, "source", q->source, true);
    want(r, list, "kind", q->kind, true);
    if (HAS(q, live_query, verdict))
        want(r, list, "verdict", str_c(live_verdict_names[q->verdict]), false);
    r->wants = list;
    return E_OK;
}

// --- GET /api/v1/sources ------------------------------------------------------------------------------------------------------
#define SOURCE_VIEW(F, T)                                                                                            \
    F(T, I64, source, .required = true, .doc = "Number; 0: what came without a key of its own.")                     \
    F(T, STR, name, .max = 120, .doc = "Name of its key.")                                                           \
    F(T, STR, effects, .max = 20, .doc = "What its events may set in motion.")                                       \
    F(T, BOOL, revoked, .required = true, .doc = "Its key is void.")                                                 \
    F(T, I64, stored, .required = true, .doc = "Events stored.")                                                     \
    F(T, I64, duplicate, .required = true, .doc = "Events known already.")                                           \
    F(T, I64, warned, .required = true, .doc = "Events stored though they did not fit the plan.")                    \
    F(T, I64, quarantined, .required = true, .doc = "Events quarantined.")                                           \
    F(T, I64, refused, .required = true, .doc = "Events refused.")                                                   \
    F(T, I64, late, .required = true, .doc = "Events that came more than an hour after they happened.")              \
    F(T, I64, dropped, .required = true, .doc = "Context fields that are not on the plan.")                          \
    F(T, I64, skew_ms, \
      .doc = "How far its clocks are behind ours, the last 64 events or so; below zero: ahead. Absent: it does not say when it sends.") \
    F(T, TIME, last, .doc = "When the last one came.")
SHAPE_STRUCT(source_view, SOURCE_VIEW);
SHAPE_TABLE(source_view, SOURCE_VIEW);
#define SOURCE_LIST(F, T) F(T, LIST(source_view), items, .required = true, .max = SOURCES_MAX, .doc = "Newest first.")
SHAPE_STRUCT(source_list, SOURCE_LIST);
SHAPE_TABLE(source_list, SOURCE_LIST);

static void source_fill(const source_stat *s, source_view *v)
{
    SET(v, source_view, stored, s->stored);
    SET(v, source_view, duplicate, s->duplicate);
    SET(v, source_view, warned, s->warned);
    SET(v, source_view, quarantined, s->quarantined);
    SET(v, source_view, refused, s->refused);
    SET(v, source_view, late, s->late);
    SET(v, source_view, dropped, s->dropped);
    if (s->skew_n)
        SET(v, source_view, skew_ms, s->skew_us / 1000);
    if (s->last_us)
        SET(v, source_view, last, s->last_us);
}

static const source_stat *stat_of(const source_stat *all, size_t n, int64_t source)
{
    static const source_stat none = { 0 };
    for (size_t i = 0; i < n; i++)
        if (all[i].source == source)
            return &all[i];
    return &none;
}

static err sources_get(req *r)
{
    size_t n;
    uint32_t out_n = 0;
    const source_stat *all = sources_now(ingest_sources(((engine *)r->app)->ingest), r->a, &n);
    source_view *v = arena_array(r->a, source_view, SOURCES_MAX);
    db_rows rows;
    TRY(db_query(r->d, &rows, "SELECT source, name, effects, revoked_us <> 0 AS revoked FROM api_key WHERE source > 0"
                              " ORDER BY source DESC LIMIT $1", dbi(SOURCES_MAX - 1)));
    while (db_next(&rows)) {
        source_view *x = &v[out_n++];
        shape_row(&source_view_shape, &rows, r->a, x);
        source_fill(stat_of(all, n, x->source), x);
    }
    TRY(db_end(&rows));
    if (stat_of(all, n, 0)->last_us) {
        source_view *x = &v[out_n++];
        SET(x, source_view, source, 0);
        SET(x, source_view, revoked, false);
        source_fill(stat_of(all, n, 0), x);
    }
    SET((source_list *)r->reply, source_list, items, (typeof(((source_list *)0)->items)){ v, out_n });
    return E_OK;
}

// --- POST /api/v1/query ------------------------------------------------------------------------------------------------------
#define QUERY_NEW(F, T) \
    F(T, JSON, question, .required = true, .max = 65536, .doc = "A question to the timeline: docs/reference/questions.md.")
SHAPE_STRUCT(query_new, QUERY_NEW);
SHAPE_TABLE(query_new, QUERY_NEW);

#define QUERY_ANSWER(F, T)                                                                                 \
    F(T, JSON, answer, .required = true, .max = 4194304, .doc = "The answer; its members depend on what was asked.") \
    F(T, I64, head, .required = true, .doc = "Number of the last event it saw.")                          \
    F(T, I64, took_us, .required = true, .doc = "Microseconds it took.")
SHAPE_STRUCT(query_answer, QUERY_ANSWER);
SHAPE_TABLE(query_answer, QUERY_ANSWER);

static err query(req *r)
{
    const query_new *in = r->body;
    engine *e = r->app;
    jval *question;
    buf answer = { 0 };
    int64_t began = os_mono_us(e->o);
    TRY(json_parse(r->a, in->question, &r->f, &question));
    dictionary dict = names_dictionary(e->names);
    err code = timeline_ask(e->tl, &dict, question, r->now_us, r->head, r->a, &r->f, &answer);
    if (code == E_OK) {
        query_answer *out = r->reply;
        SET(out, query_answer, answer, arena_str(r->a, buf_str(&answer)));
        SET(out, query_answer, head, r->head);
        SET(out, query_answer, took_us, os_mono_us(e->o) - began);
    }
    buf_free(&answer);
    return code;
}

static const route routes[] = {
    { .method = M_GET, .path = "/api/v1/events/live", .perm = PERM_TIMELINE_READ, .query = &live_query_shape,
      .errors = ROUTE_ERRORS(E_OK), .where = RUN_STREAM, .idem = IDEM_READ,
      .doc = "Events as they arrive, each with its verdict, its reason and what it set in motion (server-sent events). All filters must hold.",
      .tag = "events", .handler = live, .raw = "text/event-stream" },
    { .method = M_GET, .path = "/api/v1/sources", .perm = PERM_TIMELINE_READ, .reply = &source_list_shape, .errors = ROUTE_ERRORS(E_OK),
      .where = RUN_POOL, .idem = IDEM_READ, .doc = "Delivery health of every source.", .tag = "events", .handler = sources_get },
    { .method = M_POST, .path = "/api/v1/query", .perm = PERM_TIMELINE_READ, .body = &query_new_shape, .reply = &query_answer_shape,
      .errors = ROUTE_ERRORS(E_FIELD_REQUIRED, E_FIELD_UNKNOWN, E_FIELD_TYPE, E_FIELD_VALUE, E_FIELD_TOO_MANY, E_FIELD_TOO_LARGE,
                             E_FIELD_TOO_SMALL, E_JSON_INVALID, E_JSON_TOO_DEEP),
      .where = RUN_POOL, .idem = IDEM_READ, .doc = "Asks the timeline a question.", .tag = "events", .handler = query },
};
const route_table events_routes = ROUTE_TABLE("events", routes);
