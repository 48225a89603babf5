// POST /api/v1/events: events in our own shape. docs/reference/events.md. What breaks the shape refuses the whole request and names the
// field; what is wrong with one event alone is that event's verdict.
#include "connect/events.h"
#include "connect/ingest.h"

#define ID_MAX 256
#define NATIVE_IDENTITIES(F, T)                                                                                                  \
    F(T, STR, user_id, .min = 1, .max = ID_MAX, .doc = "Account in the brand's app: the login.")                               \
    F(T, STR, crm_id, .min = 1, .max = ID_MAX, .doc = "The brand's own customer number.")                                      \
    F(T, STR, phone, .min = 1, .max = 40, .pii = true, .doc = "Phone number; sealed.")                                         \
    F(T, STR, email, .min = 1, .max = ID_MAX, .pii = true, .doc = "E-mail address; sealed.")                                   \
    F(T, STR, unionid, .min = 1, .max = ID_MAX, .doc = "WeChat unionid.")                                                      \
    F(T, STR, wecom_external_id, .min = 1, .max = ID_MAX, .doc = "External contact of WeCom.")                                 \
    F(T, STR, openid, .min = 1, .max = ID_MAX, .doc = "WeChat openid as appid:openid.")                                        \
    F(T, STR, mp_id, .min = 1, .max = ID_MAX, .doc = "User of a mini-program as its SDK names them.")                          \
    F(T, STR, device_id, .min = 1, .max = ID_MAX, .doc = "Device.")                                                            \
    F(T, STR, vin, .min = 1, .max = 40, .pii = true, .doc = "Vehicle; sealed.")                                                \
    F(T, STR, anonymous_id, .min = 1, .max = ID_MAX, .doc = "Somebody not yet known: a cookie.")
SHAPE_STRUCT(native_identities, NATIVE_IDENTITIES);
SHAPE_TABLE(native_identities, NATIVE_IDENTITIES);

#define NATIVE_EVENT(F, T)                                                                                                       \
    F(T, STR, id, .required = true, .min = 1, .max = 128, .doc = "The sender's id of this message; sent again it is a duplicate.") \
    F(T, STR, kind, .required = true, .min = 1, .max = 60, .doc = "What happened: lead.captured, 预约试驾 …")                      \
    F(T, TIME, time, .doc = "When; now when absent.")                                                                           \
    F(T, OBJ(native_identities), identities, .required = true, .doc = "Whose; at least one.")                                  \
    F(T, JSON, properties, .max = 65536, .doc = "An object; personal data in it is sealed.")
SHAPE_STRUCT(native_event, NATIVE_EVENT);
SHAPE_TABLE(native_event, NATIVE_EVENT);

#define NATIVE_EVENTS(F, T)                                                                                                      \
    F(T, LIST(native_event), events, .required = true, .min = 1, .max = INGEST_BATCH_MAX, .doc = "In any order.")              \
    F(T, TIME, sent_at, .doc = "The sender's clock when it sent this: corrects the times when that clock is wrong.")
SHAPE_STRUCT(native_events, NATIVE_EVENTS);
SHAPE_TABLE(native_events, NATIVE_EVENTS);

// The kinds of people.h under the shape's names, in its order.
static const identity_kind kinds[] = { IDENTITY_USER_ID, IDENTITY_CRM_ID, IDENTITY_PHONE, IDENTITY_EMAIL, IDENTITY_UNIONID,
                                       IDENTITY_WECOM_EXTERNAL_ID, IDENTITY_OPENID, IDENTITY_MP_ID, IDENTITY_DEVICE_ID, IDENTITY_VIN,
                                       IDENTITY_ANONYMOUS_ID };
_Static_assert(sizeof kinds / sizeof *kinds == (size_t)native_identities_field_count, "one kind for every field");

static void add_identities(req *r, const native_identities *ids, ingest_event *e)
{
    const ingest *in = ((engine *)r->app)->ingest;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const field *fd = &native_identities_shape.fields[i];
        if ((ids->has >> i) & 1)
            ingest_add_identity(in, e, r->a, kinds[i], *(const str *)(const void *)((const char *)ids + fd->off), true);
    }
    if (e->ids_n == 0)
        ingest_refuse(e, E_FIELD_REQUIRED, S("identities"), S("at least one"));
}

static void add_properties(req *r, str json, ingest_event *e)
{
    const ingest *in = ((engine *)r->app)->ingest;
    jval *root, *key, *item;
    size_t i, n;
    if (json_parse(r->a, json, NULL, &root) != E_OK || !yyjson_is_obj(root)) {
        ingest_refuse(e, E_FIELD_TYPE, S("properties"), S("object"));
        return;
    }
    yyjson_obj_foreach(root, i, n, key, item) ingest_add_json(in, e, r->a, json_str(key), item);
}

static void parse_event(req *r, const native_events *all, const native_event *ev, ingest_event *e)
{
    ingest_set_message(((engine *)r->app)->ingest, e, &r->who, ev->id);
    ingest_set_kind(e, r->a, ev->kind);        // before its properties: the plan goes by kind
    ingest_set_times(e, r->now_us, HAS(ev, native_event, time), ev->time, HAS(all, native_events, sent_at), all->sent_at,
                     r->who.effects == EFFECTS_NONE);
    add_identities(r, &ev->identities, e);
    if (HAS(ev, native_event, properties))
        add_properties(r, ev->properties, e);
    ingest_event_end(e, r->a);
}

static err prepare(req *r)
{
    const native_events *in = r->body;
    ingest_batch *b = arena_new(r->a, ingest_batch);
    *b = (ingest_batch){ .v = arena_array(r->a, ingest_event, in->events.n), .received_us = r->now_us };
    for (; b->n < in->events.n; b->n++)
        parse_event(r, in, &in->events.v[b->n], &b->v[b->n]);
    r->prepared = b;
    return E_OK;
}

static err store(req *r)
{
    ingest_batch *b = r->prepared;
    TRY(ingest_store(r->tx, ((engine *)r->app)->ingest, &r->who, b));
    ingest_fill_reply(b, r->a, r->who.lang, r->reply);
    return E_OK;
}

static const route routes[] = {
    { .method = M_POST, .path = "/api/v1/events", .perm = PERM_INGEST, .body = &native_events_shape, .reply = &ingest_reply_shape,
      .errors = ROUTE_ERRORS(E_LIMIT_REACHED), .where = RUN_TELLER, .idem = IDEM_MESSAGE_ID,
      .doc = "Events in our own shape; each message once, with a verdict on every one that was not simply stored.", .tag = "events",
      .prepare = prepare, .handler = store, .body_bytes_max = INGEST_BODY_BYTES_MAX, .rate_per_minute = 600000 },
};
const route_table native_routes = ROUTE_TABLE("native", routes);
