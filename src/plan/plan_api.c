// The plan's routes: the registry, one kind with what was seen of it, its versions, export and import, context fields.
#include "plan/plan_api.h"
#include "plan/plan_internal.h"
#include "plan/plan_view.h"
#include "record/audit.h"

static int64_t by_of(const req *r) { return r->who.kind == CALLER_STAFF ? r->who.id : -r->who.id; }

// --- Changing one kind ----------------------------------------------------------------------------------------------------------
static err change(req *r)
{
    const plan_kind_body *in = r->body;
    int64_t now = 0;
    plan_put_result put;
    uint32_t kind = names_kind_known(((engine *)r->app)->names, in->kind);
    if (kind)
        TRY(db_int(r->d, &now, 0, "SELECT version FROM plan_kind WHERE kind = $1", dbi(kind)));
    TRY(req_check_version(r, now));
    TRY(plan_body_check(in, r->a, &r->f));
    TRY(plan_put(r->tx, in, by_of(r), &put));
    TRY(plan_reload(r->tx));
    plan_put_view *out = r->reply;
    SET(out, plan_put_view, version, put.version);
    SET(out, plan_put_view, changed, put.changed || put.created);
    req_set_version(r, put.version);
    if (!put.changed && !put.created)
        return E_OK;
    kind = names_kind_known(((engine *)r->app)->names, in->kind);
    return audit_by(r, S("plan.changed"), S("kind"), kind, arena_fmt(r->a, "{\"version\":%lld}", (long long)put.version));
}

// --- Export and import ----------------------------------------------------------------------------------------------------------
static err export(req *r) { return plan_export(r->d, ((engine *)r->app)->plan, r->a, r->raw); }

typedef struct importing { const jval *root; int64_t by; bool dry; plan_tally n; } importing;

static err import_nested(tx *t, void *p)
{
    importing *i = p;
    TRY(plan_load(t, i->root, i->by, &i->n));
    return i->dry ? E_CONFLICT : E_OK;         // a dry run is undone
}

static err import(req *r)
{
    const plan_import *in = r->body;
    jval *root;
    TRY(json_parse(r->a, in->plan, &r->f, &root));
    if (!yyjson_is_obj(root))
        return req_fail_field(r, E_FIELD_TYPE, "plan");
    importing i = { .root = root, .by = by_of(r), .dry = in->dry_run };
    err e = tx_nested(r->tx, import_nested, &i);
    if (e != E_OK && !(i.dry && e == E_CONFLICT)) {
        r->f.field = r->f.field.len ? arena_join(r->a, S("plan."), r->f.field) : S("plan");
        return e;
    }
    plan_tally_view *out = r->reply;
    SET(out, plan_tally_view, created, i.n.created);
    SET(out, plan_tally_view, changed, i.n.changed);
    SET(out, plan_tally_view, same, i.n.same);
    if (i.dry || i.n.created + i.n.changed == 0)
        return E_OK;
    return audit_by(r, S("plan.imported"), S("plan"), 0,
                    arena_fmt(r->a, "{\"created\":%lld,\"changed\":%lld}", (long long)i.n.created, (long long)i.n.changed));
}

// --- Context --------------------------------------------------------------------------------------------------------------------
static void context_fill(req *r, const plan_context_field *list, size_t n)
{
    plan_context_item *v = arena_array(r->a, plan_context_item, n + 1);
    for (size_t i = 0; i < n; i++) {
        SET(&v[i], plan_context_item, path, list[i].path);
        SET(&v[i], plan_context_item, address, list[i].address);
    }
    SET((plan_context_list *)r->reply, plan_context_list, items, (typeof(((plan_context_list *)0)->items)){ v, (uint32_t)n });
}

static err context_get(req *r)
{
    size_t n;
    const plan_context_field *list = plan_context(((engine *)r->app)->plan, r->a, &n);
    context_fill(r, list, n);
    return E_OK;
}

static err context_put(req *r)
{
    const plan_context_list *in = r->body;
    plan_context_field *list = arena_array(r->a, plan_context_field, in->items.n + 1);
    for (uint32_t i = 0; i < in->items.n; i++) {
        list[i] = (plan_context_field){ .path = in->items.v[i].path, .address = in->items.v[i].address };
        for (uint32_t k = 0; k < i; k++)
            if (str_eq(list[k].path, list[i].path))
                return fault_field(&r->f, r->a, E_FIELD_DUPLICATE, arena_fmt(r->a, "items[%u].path", i), 0);
    }
    TRY(plan_put_context(r->tx, list, in->items.n));
    TRY(plan_reload(r->tx));
    context_fill(r, list, in->items.n);
    return audit_by(r, S("plan.context"), S("plan"), 0, arena_fmt(r->a, "{\"fields\":%u}", in->items.n));
}

static const route routes[] = {
    { M_GET, "/api/v1/plan/kinds", PERM_TIMELINE_READ, .reply = &plan_kind_list_shape, .errors = ROUTE_ERRORS(E_OK),
      .where = RUN_POOL, .idem = IDEM_READ, .doc = "The registry of event kinds: declared and learned, with how often each came.",
      .tag = "plan", .handler = plan_kinds_get },
    { M_GET, "/api/v1/plan/kind", PERM_TIMELINE_READ, .query = &plan_kind_query_shape, .reply = &plan_kind_view_shape,
      .errors = ROUTE_ERRORS(E_NOT_FOUND), .where = RUN_POOL, .idem = IDEM_READ,
      .doc = "One kind: its declaration, every property seen with it, masked examples of recent events, and its sources.", .tag = "plan",
      .handler = plan_kind_get },
    { M_GET, "/api/v1/plan/versions", PERM_TIMELINE_READ, .query = &plan_kind_query_shape, .reply = &plan_version_list_shape,
      .errors = ROUTE_ERRORS(E_NOT_FOUND), .where = RUN_POOL, .idem = IDEM_READ, .doc = "Every version a kind's declaration had.",
      .tag = "plan", .handler = plan_versions_get },
    { M_PUT, "/api/v1/plan/kinds", PERM_PLAN_WRITE, .body = &plan_kind_body_shape, .reply = &plan_put_view_shape,
      .errors = ROUTE_ERRORS(E_VERSION_STALE, E_VERSION_REQUIRED, E_FIELD_VALUE, E_FIELD_TOO_LONG, E_FIELD_TOO_SMALL, E_LIMIT_REACHED),
      .where = RUN_TELLER, .idem = IDEM_NATURAL, .doc = "Declare a kind, or change its declaration; If-Match: its version, 0 when it has none.",
      .tag = "plan", .handler = change },
    { M_GET, "/api/v1/plan", PERM_TIMELINE_READ, .errors = ROUTE_ERRORS(E_OK), .where = RUN_POOL, .idem = IDEM_READ,
      .doc = "The whole plan as JSON, as import and the playbook take it.", .tag = "plan", .handler = export, .raw = "application/json" },
    { M_POST, "/api/v1/plan", PERM_PLAN_WRITE, .body = &plan_import_shape, .reply = &plan_tally_view_shape,
      .errors = ROUTE_ERRORS(E_JSON_INVALID, E_JSON_TOO_DEEP, E_FIELD_REQUIRED, E_FIELD_UNKNOWN, E_FIELD_TYPE, E_FIELD_NULL,
          E_FIELD_VALUE, E_FIELD_UTF8,
                             E_FIELD_TOO_LONG, E_FIELD_TOO_SHORT, E_FIELD_TOO_SMALL, E_FIELD_TOO_LARGE, E_FIELD_TOO_MANY,
                                 E_FIELD_DUPLICATE, E_LIMIT_REACHED),
      .where = RUN_TELLER, .idem = IDEM_KEY, .doc = "Load declarations and context fields; kinds that are not in it stay as they are.",
      .tag = "plan", .handler = import, .body_bytes_max = 4 * 1024 * 1024 },
    { M_GET, "/api/v1/plan/context", PERM_TIMELINE_READ, .reply = &plan_context_list_shape, .errors = ROUTE_ERRORS(E_OK),
      .where = RUN_POOL, .idem = IDEM_READ, .doc = "Context fields of events that are kept.", .tag = "plan", .handler = context_get },
    { M_PUT, "/api/v1/plan/context", PERM_PLAN_WRITE, .body = &plan_context_list_shape, .reply = &plan_context_list_shape,
      .errors = ROUTE_ERRORS(E_FIELD_DUPLICATE), .where = RUN_TELLER, .idem = IDEM_NATURAL,
      .doc = "Keep these context fields from now on; the others are counted and dropped.", .tag = "plan", .handler = context_put },
};
const route_table plan_routes = ROUTE_TABLE("plan", routes);
