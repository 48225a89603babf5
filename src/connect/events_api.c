// Events for programs and the console: the live stream, and questions to the timeline.
#include "connect/events.h"
#include "rule/engine.h"

// --- GET /api/v1/events/live -----------------------------------------------------------------------------------------------
// Each message is one event as it was judged (connect/ingest_store.c writes it): verdict, reason, what it set in motion.
static err live(req *r)
{
    r->channel = S(LIVE_CHANNEL);
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
    { .method = M_GET, .path = "/api/v1/events/live", .perm = PERM_TIMELINE_READ, .where = RUN_STREAM, .idem = IDEM_READ,
      .doc = "Events as they arrive, each with its verdict, its reason and what it set in motion (server-sent events).",
      .tag = "events", .handler = live, .raw = "text/event-stream" },
    { .method = M_POST, .path = "/api/v1/query", .perm = PERM_TIMELINE_READ, .body = &query_new_shape, .reply = &query_answer_shape,
      .errors = ROUTE_ERRORS(E_FIELD_REQUIRED, E_FIELD_UNKNOWN, E_FIELD_TYPE, E_FIELD_VALUE, E_FIELD_TOO_MANY, E_FIELD_TOO_LARGE,
                             E_FIELD_TOO_SMALL, E_JSON_INVALID, E_JSON_TOO_DEEP),
      .where = RUN_POOL, .idem = IDEM_READ, .doc = "Asks the timeline a question.", .tag = "events", .handler = query },
};
const route_table events_routes = ROUTE_TABLE("events", routes);
