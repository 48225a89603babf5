// Routes of the SensorsData sink. SDKs read nothing but the status: Android keeps a batch and sends it again after 403, 404 and 5xx and
// forgets it after anything else; mini-programs forget it after any answer at all. So bad data is 400, a bad key 401, and when the
// server cannot take it there is no answer (route.sink).
#include "connect/sensors.h"
#include "api/http.h"

#define GIF_TYPE "image/gif"
#define ADDRESS_BYTES_MAX (64 * 1024)      // an event in an address: browsers send images of any length
// One transparent pixel.
static const char gif[] = "GIF89a\1\0\1\0\x80\0\0\0\0\0\0\0\0!\xF9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";

static ingest *ingest_of(const req *r) { return ((engine *)r->app)->ingest; }

static bool only_checks(const req *r) { return str_eq_nocase(http_header_get(r->http, S("dry-run")), S("true")); }

static err prepare(req *r)
{
    if (r->http->head)
        return req_fail_detail(r, E_BAD_REQUEST, "HEAD: an event comes by GET or POST");
    sensors_form form;
    jval *root;
    ingest_batch *b = arena_new(r->a, ingest_batch);
    TRY(sensors_form_read(r->http->query, r->body_text, r->a, &r->f, &form));
    TRY(sensors_open(&form, r->a, &r->f, &root));
    TRY(sensors_parse(ingest_of(r), &r->who, root, r->now_us, r->a, &r->f, b));
    r->prepared = b;
    // One event that cannot be used is an error of the request; in a list it is one verdict among others.
    if (form.data_list.len || b->n != 1 || b->v[0].verdict != INGEST_REFUSED)
        return E_OK;
    if (!only_checks(r))
        ingest_tell_refused(ingest_of(r), &r->who, b, r->a);
    return fault_detail(&r->f, r->a, E_BAD_REQUEST, STR_FMT ": %s " STR_FMT, STR_ARG(b->v[0].field), err_info_of(b->v[0].code)->code,
                        STR_ARG(b->v[0].reason));
}

static err store(req *r)
{
    r->status = 200;
    return ingest_store(r->tx, ingest_of(r), &r->who, r->prepared);
}

static err store_pixel(req *r)
{
    TRY(store(r));
    buf_add(r->raw, gif, sizeof gif - 1);
    return E_OK;
}

// Checked, and stored unless the SDK only wants to know; every event must be usable.
static err debug(req *r)
{
    ingest_batch *b = r->prepared;
    for (uint32_t i = 0; i < b->n; i++)
        if (b->v[i].verdict == INGEST_REFUSED)
            return fault_detail(&r->f, r->a, E_BAD_REQUEST, "[%u] " STR_FMT ": %s " STR_FMT, i, STR_ARG(b->v[i].field),
                                err_info_of(b->v[i].code)->code, STR_ARG(b->v[i].reason));
    if (only_checks(r))
        ingest_fill_reply(&(ingest_batch){ .received_us = b->received_us }, r->a, r->who.lang, r->reply);
    else {
        TRY(store(r));
        ingest_fill_reply(b, r->a, r->who.lang, r->reply);
    }
    return E_OK;
}

// Remote configuration of the mobile SDKs: nothing has changed, ever.
static err config(req *r)
{
    r->status = 304;
    return E_OK;
}

static str key_of(req *r) { return sensors_key(r->http->query, r->body_text, r->a); }

#define SINK(method_, path_, raw_, reply_, handler_, doc_)                                                                             \
    { .method = method_, .path = path_, .perm = PERM_INGEST, .raw = raw_, .reply = reply_,                                              \
      .errors = ROUTE_ERRORS(E_BAD_REQUEST, E_GZIP_INVALID, E_BODY_TOO_LARGE, E_FIELD_TOO_MANY, E_LIMIT_REACHED), .where = RUN_TELLER,    \
      .idem = IDEM_MESSAGE_ID, .doc = doc_, .tag = "sensorsdata", .prepare = prepare, .handler = handler_,                               \
      .body_bytes_max = method_ == M_GET ? 0 : INGEST_BODY_BYTES_MAX, .address_bytes_max = method_ == M_GET ? ADDRESS_BYTES_MAX : 0,      \
      .rate_per_minute = 600000, .lenient = true, .key_in_body = key_of,  \
      .sink = true }

static const route routes[] = {
    SINK(M_GET, "/sa.gif", GIF_TYPE, NULL, store_pixel, "SensorsData: one event of a browser, as an image."),
    SINK(M_POST, "/sa.gif", GIF_TYPE, NULL, store_pixel, "SensorsData: events of a browser, by ajax or beacon."),
    SINK(M_GET, "/sa", GIF_TYPE, NULL, store_pixel, "SensorsData: one event, in the address."),
    SINK(M_POST, "/sa", NULL, NULL, store, "SensorsData: events of apps, mini-programs and servers."),
    SINK(M_GET, "/debug", NULL, &ingest_reply_shape, debug, "SensorsData: checks an event; stores it unless Dry-Run: true."),
    SINK(M_POST, "/debug", NULL, &ingest_reply_shape, debug, "SensorsData: checks events; stores them unless Dry-Run: true."),
    { .method = M_GET, .path = "/config/{name:str}", .perm = PERM_PUBLIC, .where = RUN_LOOP, .idem = IDEM_READ, .lenient = true,
      .doc = "SensorsData: remote configuration of the mobile SDKs; always 304.", .tag = "sensorsdata", .handler = config },
};
const route_table sensors_routes = ROUTE_TABLE("sensorsdata", routes);
