// Finding a route: a tree over the segments of the path, built once. And the start-up lint of the tables.
#include "api/shape_set.h"

#define PERMISSION_ROW(id, name, zh, en) { name, zh, en },
const permission_info permissions[PERM_COUNT] = { PERMISSION_LIST(PERMISSION_ROW) };
#undef PERMISSION_ROW
_Static_assert(PERM_COUNT <= 64, "a caller's permissions are one word");

const char *const method_names[M_HEAD + 1] = { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD" };
const err route_no_errors[] = { E_OK };

// --- Parameters --------------------------------------------------------------------------------------------------------------
// "{id}", "{name:str}", "{path:rest}". False: a literal segment.
static bool param_of(str segment, route_param *ret)
{
    if (segment.len < 3 || segment.s[0] != '{' || segment.s[segment.len - 1] != '}')
        return false;
    str kind = str_take(str_skip(segment, 1), segment.len - 2), name = str_cut(&kind, ':');
    *ret = (route_param){ name, str_eq(kind, S("str")) ? PARAM_STR : str_eq(kind, S("rest")) ? PARAM_REST : PARAM_ID };
    return true;
}

unsigned route_params(const char *path, route_param out[ROUTE_PATH_PARAMS_MAX])
{
    unsigned n = 0;
    str rest = str_skip(str_c(path), 1);
    route_param p;
    while (rest.s && n < ROUTE_PATH_PARAMS_MAX)
        if (param_of(str_cut(&rest, '/'), &p))
            out[n++] = p;
    return n;
}

// --- The tree ----------------------------------------------------------------------------------------------------------------
typedef struct node node;
struct node {
    str name;                                 // of a literal segment
    node *next;                               // sibling
    node *literals, *params[PARAM_REST + 1];
    const route *by_method[M_HEAD + 1];
    size_t index[M_HEAD + 1];
};

struct router {
    arena *a;
    node *root;
    const route **all;
    size_t n;
};

static node *literal_of(const node *at, str name)
{
    for (node *c = at->literals; c; c = c->next)
        if (str_eq(c->name, name))
            return c;
    return NULL;
}

static node *step_or_make(router *m, node *at, str segment)
{
    route_param p;
    if (param_of(segment, &p)) {
        if (!at->params[p.kind])
            at->params[p.kind] = arena_new(m->a, node);
        return at->params[p.kind];
    }
    node *c = literal_of(at, segment);
    if (c)
        return c;
    c = arena_new(m->a, node);
    *c = (node){ .name = segment, .next = at->literals };
    at->literals = c;
    return c;
}

static void add(router *m, const route *r)
{
    node *at = m->root;
    str rest = str_skip(str_c(r->path), 1);
    while (rest.s)
        at = step_or_make(m, at, str_cut(&rest, '/'));
    ENSURE(!at->by_method[r->method]);        // route_lint told
    at->by_method[r->method] = r;
    at->index[r->method] = m->n;
    m->all[m->n++] = r;
}

router *router_build(const route_table *const *tables)
{
    arena *a = arena_create();
    router *m = arena_new(a, router);
    size_t n = 0;
    for (const route_table *const *t = tables; *t; t++)
        n += (*t)->n;
    *m = (router){ .a = a, .root = arena_new(a, node), .all = arena_array(a, const route *, n) };
    for (const route_table *const *t = tables; *t; t++)
        for (size_t i = 0; i < (*t)->n; i++)
            add(m, &(*t)->routes[i]);
    return m;
}

void router_free(router *m)
{
    if (m)
        arena_destroy(m->a);
}

size_t router_count(const router *m) { return m->n; }
const route *router_at(const router *m, size_t i) { return m->all[i]; }

static bool serves(const node *at)
{
    for (int i = 0; i <= M_HEAD; i++)
        if (at->by_method[i])
            return true;
    return false;
}

// `rest.s` NULL: the path is used up. Literals first, then parameters; a dead end goes back one step (depth = segments).
static const node *walk(const node *at, str rest, str *params, unsigned n, arena *a)
{
    if (!rest.s)
        return serves(at) ? at : NULL;
    str tail = rest, segment = str_cut(&tail, '/'), value = segment;
    bool escaped = segment.len && memchr(segment.s, '%', segment.len);
    if (escaped && !shape_percent_decode(a, segment, false, &value))
        return NULL;
    const node *c = literal_of(at, value), *hit = c ? walk(c, tail, params, n, a) : NULL;
    for (int kind = PARAM_ID; !hit && kind <= PARAM_STR; kind++) {
        if (!at->params[kind] || !value.len || !str_utf8_valid(value))
            continue;
        params[n] = value;
        hit = walk(at->params[kind], tail, params, n + 1, a);
    }
    if (hit || !at->params[PARAM_REST] || !shape_percent_decode(a, rest, false, &value) || !str_utf8_valid(value))
        return hit;
    params[n] = value;
    return at->params[PARAM_REST];
}

route_match router_find(const router *m, method how, str path, arena *a)
{
    route_match found = { 0 };
    if (!str_starts(path, S("/")))
        return found;
    const node *at = walk(m->root, str_of(path.s + 1, path.len - 1), found.params, 0, a);
    if (!at)
        return found;
    for (int i = 0; i <= M_HEAD; i++)
        if (at->by_method[i])
            found.methods |= 1u << i;
    if (how == M_HEAD && !at->by_method[M_HEAD])
        how = M_GET;
    found.route = at->by_method[how];
    found.index = at->index[how];
    return found;
}

// --- Lint ----------------------------------------------------------------------------------------------------------------------
typedef struct lint {
    buf *report;
    const route *r;
    const char *module;
} lint;

static void tell(lint *l, const char *what)
{
    const char *how = (unsigned)l->r->method <= M_HEAD ? method_names[l->r->method] : "?";
    buf_addf(l->report, "route %s %s (%s): %s\n", how, l->r->path ? l->r->path : "?", l->module, what);
}

static bool same_path(const char *x, const char *y)
{
    str a = str_c(x), b = str_c(y);
    route_param p, q;
    while (a.s && b.s) {
        str s = str_cut(&a, '/'), t = str_cut(&b, '/');
        bool ps = param_of(s, &p), pt = param_of(t, &q);
        if (ps != pt || (ps ? p.kind != q.kind : !str_eq(s, t)))
            return false;
    }
    return !a.s && !b.s;
}

static void lint_path(lint *l)
{
    str rest = str_c(l->r->path);
    unsigned params = 0;
    route_param p;
    if (str_cut(&rest, '/').len || !rest.s)
        tell(l, "the path does not begin with /");
    while (rest.s) {
        str segment = str_cut(&rest, '/');
        if (param_of(segment, &p)) {
            params++;
            if (p.kind == PARAM_REST && rest.s)
                tell(l, "{name:rest} is not the last segment");
        } else if (segment.len && memchr(segment.s, '{', segment.len)) {
            tell(l, "a segment is half a parameter");
        }
    }
    if (params > ROUTE_PATH_PARAMS_MAX)
        tell(l, "too many path parameters");
}

static void lint_text(lint *l)
{
    const route *r = l->r;
    if (!r->doc || !*r->doc)
        tell(l, "no doc");
    if (!r->tag || !*r->tag)
        tell(l, "no tag");
    if (!r->handler)
        tell(l, "no handler");
    if (r->reply && r->raw)
        tell(l, "both a reply shape and raw");
    if ((unsigned)r->perm >= PERM_COUNT)
        tell(l, "no permission");
    for (const err *e = r->errors ? r->errors : route_no_errors; *e != E_OK; e++) {
        if ((unsigned)*e < ERR_COUNT)
            continue;
        tell(l, "an error outside the list");
        return;
    }
}

static bool declares(const route *r, err e)
{
    for (const err *x = r->errors ? r->errors : route_no_errors; *x != E_OK; x++)
        if (*x == e)
            return true;
    return false;
}

static void lint_write(lint *l)
{
    const route *r = l->r;
    bool writes = r->where == RUN_TELLER, reads = r->idem == IDEM_READ;
    if (writes && reads)
        tell(l, "a write without idempotency");
    if (writes && r->method == M_GET && !r->sink)
        tell(l, "GET must not write");
    if (!writes && r->where != RUN_LOOP && !reads)
        tell(l, "idempotency for what writes nothing");
    if (r->idem == IDEM_NONE && (!r->idem_why || !*r->idem_why))
        tell(l, "IDEM_NONE without a reason");
    if (r->idem == IDEM_KEY && r->method != M_POST)
        tell(l, "IDEM_KEY is for POST");
    if (r->idem == IDEM_NATURAL && r->method == M_POST)
        tell(l, "IDEM_NATURAL is not for POST");
    if (writes && (unsigned)r->perm < PERM_COUNT && str_ends(str_c(permissions[r->perm].name), S(".read")))
        tell(l, "a write under a permission to read");
    if (writes && r->perm == PERM_PUBLIC && r->idem != IDEM_NONE)
        tell(l, "a public write must say why (IDEM_NONE)");
    if (r->method == M_GET && (r->body || r->takes || r->body_bytes_max))
        tell(l, "GET with a body");
    if (r->where == RUN_STREAM && r->method != M_GET)
        tell(l, "a stream is a GET");
    if (r->sink && (!writes || !r->lenient || r->work))
        tell(l, "a sink is a lenient write");
    if ((r->prepare || r->work) && !writes)
        tell(l, "prepare and work belong to RUN_TELLER");
    if (r->lenient && (r->body || r->takes))
        tell(l, "a lenient route reads its body itself");
    if (r->body && r->takes)
        tell(l, "both a body shape and a type it takes");
    if (declares(r, E_VERSION_STALE) != declares(r, E_VERSION_REQUIRED))
        tell(l, "version_required and version_stale go together");
    if (declares(r, E_UNDECLARED))
        tell(l, "declares the error of bugs");
}

static void lint_shapes(lint *l)
{
    const route *r = l->r;
    for (unsigned i = 0; r->query && i < r->query->n; i++) {
        const field *fd = &r->query->fields[i];
        if (fd->k == K_OBJ || fd->k == K_LIST || fd->k == K_JSON || fd->k == K_F64 || (fd->nullable && !r->query->partial))
            tell(l, "a query field that a query string cannot carry");
    }
    if (r->query)
        shape_lint(r->query, l->report);
    if (r->body)
        shape_lint(r->body, l->report);
    if (r->reply)
        shape_lint(r->reply, l->report);
}

static void lint_duplicates(lint *l, const route_table *const *tables)
{
    for (const route_table *const *t = tables; *t; t++)
        for (size_t i = 0; i < (*t)->n; i++) {
            const route *other = &(*t)->routes[i];
            if (other == l->r)
                return;
            if (other->path && other->method == l->r->method && same_path(other->path, l->r->path))
                tell(l, "declared twice");
        }
}

// One name, one shape: names are the keys of the published schemas.
static void lint_names(const shape_set *s, buf *report)
{
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(s->v[i]->name, s->v[j]->name) == 0)
                buf_addf(report, "shape %s: two shapes have this name\n", s->v[i]->name);
}

void route_lint(const route_table *const *tables, buf *report)
{
    shape_set shapes = { .a = arena_create() };
    for (const route_table *const *t = tables; *t; t++) {
        for (size_t i = 0; i < (*t)->n; i++) {
            lint l = { report, &(*t)->routes[i], (*t)->module };
            if (!l.r->path || (unsigned)l.r->method > M_HEAD) {
                tell(&l, "no path or no method");
                continue;
            }
            lint_path(&l);
            lint_text(&l);
            lint_write(&l);
            lint_shapes(&l);
            lint_duplicates(&l, tables);
            shape_set_add_route(&shapes, l.r);
        }
    }
    lint_names(&shapes, report);
    arena_destroy(shapes.a);
}
