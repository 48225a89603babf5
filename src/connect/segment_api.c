// Routes of the Segment tracking API. One event that cannot be used is an error of the request; in a batch it is one verdict
// among others, because an SDK answers 400 by dropping the whole batch.
#include "connect/segment.h"

static ingest *ingest_of(const req *r) { return ((engine *)r->app)->ingest; }

static err prepare(req *r, str type)
{
    ingest_batch *b = arena_new(r->a, ingest_batch);
    TRY(segment_parse(ingest_of(r), &r->who, type, r->body_text, r->now_us, r->a, &r->f, b));
    bool single = b->n == 1 && !str_empty(type);
    if (single && b->v[0].verdict == INGEST_REFUSED) {
        ingest_tell_refused(ingest_of(r), &r->who, b, r->a);
        r->f = (fault){ .code = b->v[0].code, .field = b->v[0].field, .detail = b->v[0].reason, .limit = NAMES_BYTES_MAX };
        return b->v[0].code;
    }
    r->prepared = b;
    return E_OK;
}

static err store(req *r)
{
    ingest_batch *b = r->prepared;
    TRY(ingest_store(r->tx, ingest_of(r), &r->who, b));
    ingest_fill_reply(b, r->a, r->who.lang, r->reply);
    return E_OK;
}

static err prepare_batch(req *r) { return prepare(r, (str){ 0 }); }
static err prepare_track(req *r) { return prepare(r, S("track")); }
static err prepare_identify(req *r) { return prepare(r, S("identify")); }
static err prepare_page(req *r) { return prepare(r, S("page")); }
static err prepare_screen(req *r) { return prepare(r, S("screen")); }
static err prepare_group(req *r) { return prepare(r, S("group")); }
static err prepare_alias(req *r) { return prepare(r, S("alias")); }
static str key_in_body(req *r) { return segment_write_key(r->body_text, r->a); }

static const err ingest_errors[] = {
    E_BODY_REQUIRED, E_BAD_REQUEST, E_JSON_INVALID, E_JSON_TOO_DEEP, E_FIELD_TOO_MANY, E_FIELD_REQUIRED, E_FIELD_TYPE,
    E_FIELD_VALUE, E_FIELD_TOO_LONG, E_FIELD_UTF8, E_LIMIT_REACHED, E_RATE_LIMITED, E_OK,
};

#define SEGMENT(path_, prepare_, doc_)                                                                                      \
    { .method = M_POST, .path = path_, .perm = PERM_INGEST, .reply = &ingest_reply_shape, .errors = ingest_errors,      \
      .where = RUN_TELLER, .idem = IDEM_MESSAGE_ID, .doc = doc_, .tag = "segment", .prepare = prepare_, .handler = store,     \
      .body_bytes_max = INGEST_BODY_BYTES_MAX, .rate_per_minute = 600000, .lenient = true, .key_in_body = key_in_body }

static const route routes[] = {
    SEGMENT("/v1/batch", prepare_batch, "Segment: many events in one request."),
    SEGMENT("/v1/import", prepare_batch, "Segment: many events, as old SDKs name it."),
    SEGMENT("/v1/b", prepare_batch, "Segment: many events from a browser, also while its page unloads."),
    SEGMENT("/v1/track", prepare_track, "Segment: somebody did something."),
    SEGMENT("/v1/t", prepare_track, "Segment: track from a browser."),
    SEGMENT("/v1/identify", prepare_identify, "Segment: who somebody is; personal traits are sealed."),
    SEGMENT("/v1/i", prepare_identify, "Segment: identify from a browser."),
    SEGMENT("/v1/page", prepare_page, "Segment: a page was seen."),
    SEGMENT("/v1/p", prepare_page, "Segment: page from a browser."),
    SEGMENT("/v1/screen", prepare_screen, "Segment: a screen of an app was seen."),
    SEGMENT("/v1/s", prepare_screen, "Segment: screen from a browser."),
    SEGMENT("/v1/group", prepare_group, "Segment: somebody belongs to a group."),
    SEGMENT("/v1/g", prepare_group, "Segment: group from a browser."),
    SEGMENT("/v1/alias", prepare_alias, "Segment: two ids are one person."),
    SEGMENT("/v1/a", prepare_alias, "Segment: alias from a browser."),
};
const route_table segment_routes = ROUTE_TABLE("segment", routes);
