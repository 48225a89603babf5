// What every server answers about itself.
#include "api/api_impl.h"

enum health_state { HEALTH_OK, HEALTH_STARTING };
static const char *const health_state_names[] = { "ok", "starting", NULL };
static const enum_labels health_state_labels = { "health_state", health_state_names };

#define HEALTH(F, T) F(T, ENUM(health_state), status, .required = true, .doc = "ok, or starting.")
SHAPE_STRUCT(health, HEALTH);
SHAPE_TABLE(health, HEALTH);

static err get_health(req *r)
{
    SET((health *)r->reply, health, status, HEALTH_OK);
    return E_OK;
}

// Runs inside a read transaction, so an answer also says that the database can be read.
static err get_ready(req *r)
{
    const api_config *c = &r->api->c;
    bool ready = !atomic_load(&r->api->stopping) && (!c->ready || c->ready(c->app));
    if (!ready)
        return req_fail(r, E_OVERLOADED);
    SET((health *)r->reply, health, status, HEALTH_OK);
    return E_OK;
}

static err get_metrics(req *r)
{
    metrics_write(r->api, r->raw);
    return E_OK;
}

static err get_openapi(req *r)
{
    buf_add_str(r->raw, buf_str(&r->api->openapi));
    return E_OK;
}

static const route routes[] = {
    { M_GET, "/healthz", PERM_PUBLIC, .reply = &health_shape, .where = RUN_LOOP, .idem = IDEM_READ, .tag = "system",
      .doc = "The process answers.", .handler = get_health, .rate_per_minute = -1 },
    { M_GET, "/readyz", PERM_PUBLIC, .reply = &health_shape, .where = RUN_INLINE, .idem = IDEM_READ, .tag = "system",
      .doc = "The process answers, reads its database and takes work.", .handler = get_ready, .rate_per_minute = -1 },
    { M_GET, "/metrics", PERM_METRICS, .raw = "text/plain; version=0.0.4; charset=utf-8", .where = RUN_LOOP, .idem = IDEM_READ,
      .tag = "system", .doc = "Operating metrics for Prometheus.", .handler = get_metrics },
    { M_GET, "/openapi.json", PERM_PUBLIC, .raw = "application/json", .where = RUN_LOOP, .idem = IDEM_READ, .tag = "system",
      .doc = "This description.", .handler = get_openapi },
};
const route_table api_table = ROUTE_TABLE("api", routes);
