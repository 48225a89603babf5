// /openapi.json: OpenAPI 3.1 from the tables, written once at start.
#include "api/api_impl.h"
#include "api/shape_set.h"

#define PROBLEM(F, T)                                                                                              \
    F(T, STR, type, .required = true, .max = 100, .doc = "urn:lianyi:error: and the code.")                        \
    F(T, STR, title, .required = true, .max = 100, .doc = "The code in words, the same for every occurrence.")     \
    F(T, I64, status, .required = true, .min = 400, .max = 599, .doc = "HTTP status.")                             \
    F(T, STR, detail, .required = true, .max = 2000, .doc = "For people, in the language of Accept-Language (zh, en).") \
    F(T, STR, code, .required = true, .max = 60, .doc = "Stable; programs decide by it.")                          \
    F(T, STR, field, .max = 400, .doc = "Path of the field to blame: items[2].city; $ is the whole body.")         \
    F(T, BOOL, retry, .required = true, .doc = "The same request may succeed later.")                              \
    F(T, STR, request_id, .max = 40, .doc = "As in X-Request-Id.")
SHAPE_STRUCT(problem, PROBLEM);
SHAPE_TABLE(problem, PROBLEM);

static const char *const idem_names[] = { [IDEM_READ] = "read", [IDEM_KEY] = "key", [IDEM_MESSAGE_ID] = "message_id",
                                          [IDEM_NATURAL] = "natural", [IDEM_NONE] = "none" };

// "/a/{id}/{tag:str}" → "/a/{id}/{tag}".
static str plain_path(const char *path, arena *a)
{
    buf b = { 0 };
    for (bool skip = false; *path; path++) {
        skip = *path == ':' || (skip && *path != '}');
        if (!skip)
            buf_add_char(&b, *path);
    }
    str out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

static bool has_rest(const route *r) { return strstr(r->path, ":rest}") != NULL; }

// "get_people_by_id": the method, then the path without /api/v1.
static str operation_id(const route *r, arena *a)
{
    buf b = { 0 };
    str rest = str_skip(str_c(r->path), str_starts(str_c(r->path), S("/api/v1/")) ? 8 : 1);
    for (const char *m = method_names[r->method]; *m; m++)
        buf_add_char(&b, (char)(*m + 32));
    while (rest.s) {
        str segment = str_cut(&rest, '/');
        bool param = str_starts(segment, S("{"));
        if (param)
            segment = str_of(segment.s + 1, segment.len - 2), segment = str_cut(&segment, ':');
        buf_add_str(&b, param ? S("_by_") : S("_"));
        for (size_t i = 0; i < segment.len; i++)
            buf_add_char(&b, (segment.s[i] >= 'a' && segment.s[i] <= 'z') || (segment.s[i] >= '0' && segment.s[i] <= '9') ? segment.s[i] : '_');
    }
    str out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

static void schema_ref(jw *w, const shape *sh, arena *a)
{
    jw_obj(w);
    jw_kstr(w, "$ref", arena_fmt(a, "#/components/schemas/%s", sh->name));
    jw_end_obj(w);
}

// --- Parameters --------------------------------------------------------------------------------------------------------------------
static void parameter(jw *w, str name, const char *in, bool required, str doc)
{
    jw_kstr(w, "name", name);
    jw_kstr(w, "in", str_c(in));
    jw_kbool(w, "required", required);
    jw_kstr(w, "description", doc);
}

static void path_parameters(jw *w, const route *r)
{
    route_param p[ROUTE_PATH_PARAMS_MAX];
    unsigned n = route_params(r->path, p);
    for (unsigned i = 0; i < n; i++) {
        jw_obj(w);
        parameter(w, p[i].name, "path", true, p[i].kind == PARAM_ID ? S("Id.") : S("As it is, percent-encoded."));
        jw_key(w, S("schema"));
        jw_obj(w);
        jw_kstr(w, "type", p[i].kind == PARAM_ID ? S("integer") : S("string"));
        if (p[i].kind == PARAM_ID) {
            jw_kstr(w, "format", S("int64"));
            jw_ki64(w, "minimum", 1);
        }
        jw_end_obj(w);
        jw_end_obj(w);
    }
}

static void query_parameters(jw *w, const shape *sh)
{
    for (unsigned i = 0; sh && i < sh->n; i++) {
        const field *fd = &sh->fields[i];
        jw_obj(w);
        field one = *fd;
        one.required = fd->required && !sh->partial;
        one.nullable = fd->nullable && !sh->partial;
        parameter(w, str_c(fd->name), "query", one.required, str_c(fd->doc));
        if (fd->k == K_STRS || fd->k == K_I64S) {
            jw_kstr(w, "style", S("form"));
            jw_kbool(w, "explode", false);
        }
        jw_key(w, S("schema"));
        shape_field_schema(&one, w);
        jw_end_obj(w);
    }
}

static void header_parameter(jw *w, str name, str doc, int64_t max)
{
    jw_obj(w);
    parameter(w, name, "header", true, doc);
    jw_key(w, S("schema"));
    jw_obj(w);
    jw_kstr(w, "type", S("string"));
    jw_ki64(w, "minLength", 1);
    jw_ki64(w, "maxLength", max);
    jw_end_obj(w);
    jw_end_obj(w);
}

static bool declares(const route *r, err e)
{
    for (const err *x = r->errors ? r->errors : route_no_errors; *x != E_OK; x++)
        if (*x == e)
            return true;
    return false;
}

static void parameters(jw *w, const route *r)
{
    jw_key(w, S("parameters"));
    jw_arr(w);
    path_parameters(w, r);
    query_parameters(w, r->query);
    if (r->idem == IDEM_KEY)
        header_parameter(w, S("Idempotency-Key"), S("Chosen by the client; the same key and body give the same answer for 24 hours."),
                         IDEMPOTENCY_KEY_MAX);
    if (declares(r, E_VERSION_REQUIRED))
        header_parameter(w, S("If-Match"), S("The ETag of what is to be changed."), 40);
    jw_end_arr(w);
}

// --- Bodies and replies ----------------------------------------------------------------------------------------------------------------
static void request_body(jw *w, const route *r, arena *a)
{
    if (!r->body && !r->takes && !r->lenient)
        return;
    jw_key(w, S("requestBody"));
    jw_obj(w);
    jw_kbool(w, "required", r->body || r->takes);
    jw_key(w, S("content"));
    jw_obj(w);
    jw_key(w, str_c(r->body ? "application/json" : r->takes ? r->takes : "*/*"));
    jw_obj(w);
    if (r->body) {
        jw_key(w, S("schema"));
        schema_ref(w, r->body, a);
    }
    jw_end_obj(w);
    jw_end_obj(w);
    jw_end_obj(w);
}

static void content(jw *w, const char *type, const shape *sh, arena *a)
{
    jw_key(w, S("content"));
    jw_obj(w);
    jw_key(w, str_c(type));
    jw_obj(w);
    jw_key(w, S("schema"));
    if (sh) {
        schema_ref(w, sh, a);
    } else {
        jw_obj(w);
        jw_kstr(w, "type", S("string"));
        jw_end_obj(w);
    }
    jw_end_obj(w);
    jw_end_obj(w);
}

static void success(jw *w, const route *r, arena *a)
{
    bool body = r->reply || r->raw || r->where == RUN_STREAM;
    jw_key(w, body ? S("2XX") : S("204"));
    jw_obj(w);
    jw_kstr(w, "description", body ? S("Done.") : S("Done; nothing to tell."));
    if (body)
        content(w, r->reply ? "application/json" : r->raw ? r->raw : "text/event-stream", r->reply, a);
    jw_end_obj(w);
}

// What the choke point itself may answer on this route, besides what the handler declares.
static bool choke_point_may(const route *r, err e)
{
    switch (e) {
    case E_BAD_REQUEST: case E_RATE_LIMITED: case E_OVERLOADED: case E_UNDECLARED: return true;
    case E_UNAUTHENTICATED: case E_KEY_INVALID: case E_SESSION_EXPIRED: case E_FORBIDDEN: return r->perm != PERM_PUBLIC;
    case E_CSRF: return !r->lenient && r->method != M_GET;
    case E_NOT_FOUND: return strchr(r->path, '{') != NULL;
    case E_MEDIA_TYPE: return r->body || r->takes;
    case E_JSON_INVALID: case E_JSON_TOO_DEEP: case E_FIELD_NULL: return r->body || r->lenient;
    case E_BODY_REQUIRED: case E_BODY_TOO_LARGE: return r->body || r->takes || r->lenient;
    case E_IDEMPOTENCY_KEY_REQUIRED: case E_IDEMPOTENCY_KEY_INVALID: case E_IDEMPOTENCY_MISMATCH: case E_IDEMPOTENCY_DONE:
        return r->idem == IDEM_KEY;
    default: return e >= E_FIELD_REQUIRED && e <= E_FIELD_UTF8 && (r->body || r->query || r->lenient);
    }
}

static bool may(const route *r, err e) { return declares(r, e) || choke_point_may(r, e); }

static void failure(jw *w, const route *r, int status, arena *a)
{
    jw_key(w, arena_fmt(a, "%d", status));
    jw_obj(w);
    buf b = { 0 };
    for (int e = 1; e < ERR_COUNT; e++)
        if (err_info_of((err)e)->http == status && may(r, (err)e))
            buf_addf(&b, "%s%s", b.len ? ", " : "", err_info_of((err)e)->code);
    jw_kstr(w, "description", buf_str(&b));
    buf_free(&b);
    content(w, PROBLEM_TYPE, &problem_shape, a);
    jw_end_obj(w);
}

static void responses(jw *w, const route *r, arena *a)
{
    jw_key(w, S("responses"));
    jw_obj(w);
    success(w, r, a);
    for (int status = 400; status < 600; status++) {
        bool any = false;
        for (int e = 1; e < ERR_COUNT && !any; e++)
            any = err_info_of((err)e)->http == status && may(r, (err)e);
        if (any)
            failure(w, r, status, a);
    }
    jw_end_obj(w);
    jw_key(w, S("x-errors"));
    jw_arr(w);
    for (int e = 1; e < ERR_COUNT; e++)
        if (may(r, (err)e))
            jw_str(w, str_c(err_info_of((err)e)->code));
    jw_end_arr(w);
}

// --- Operations and paths ----------------------------------------------------------------------------------------------------------------
static void security(jw *w, const route *r)
{
    static const char *const ways[] = { "key", "basic", "session" };
    jw_key(w, S("security"));
    jw_arr(w);
    for (int i = 0; r->perm != PERM_PUBLIC && i < (r->lenient ? 2 : 3); i++) {
        jw_obj(w);
        jw_key(w, str_c(ways[i]));
        jw_arr(w);
        jw_end_arr(w);
        jw_end_obj(w);
    }
    jw_end_arr(w);
}

static void operation(jw *w, const route *r, arena *a)
{
    static const char *const lower[] = { "get", "post", "put", "patch", "delete", "options", "head" };
    jw_key(w, str_c(lower[r->method]));
    jw_obj(w);
    jw_kstr(w, "operationId", operation_id(r, a));
    jw_kstr(w, "summary", str_c(r->doc));
    jw_key(w, S("tags"));
    jw_arr(w);
    jw_str(w, str_c(r->tag));
    jw_end_arr(w);
    jw_kstr(w, "x-permission", str_c(permissions[r->perm].name));
    jw_kstr(w, "x-idempotency", str_c(idem_names[r->idem]));
    if (r->lenient)
        jw_kbool(w, "x-lenient", true);       // a foreign wire format: what it takes is not described here
    if (r->idem == IDEM_NONE)
        jw_kstr(w, "x-idempotency-why", str_c(r->idem_why));
    security(w, r);
    parameters(w, r);
    request_body(w, r, a);
    responses(w, r, a);
    jw_end_obj(w);
}

static void paths(jw *w, const router *m, arena *a)
{
    jw_key(w, S("paths"));
    jw_obj(w);
    for (size_t i = 0; i < router_count(m); i++) {
        str path = plain_path(router_at(m, i)->path, a);
        bool first = !has_rest(router_at(m, i));
        for (size_t j = 0; j < i && first; j++)
            first = !str_eq(path, plain_path(router_at(m, j)->path, a));
        if (!first)
            continue;
        jw_key(w, path);
        jw_obj(w);
        for (size_t j = i; j < router_count(m); j++)
            if (str_eq(path, plain_path(router_at(m, j)->path, a)))
                operation(w, router_at(m, j), a);
        jw_end_obj(w);
    }
    jw_end_obj(w);
}

static void schemas(jw *w, const router *m, arena *a)
{
    shape_set set = { .a = a };
    shape_set_add(&set, &problem_shape);
    for (size_t i = 0; i < router_count(m); i++)
        shape_set_add_route(&set, router_at(m, i));
    jw_key(w, S("schemas"));
    jw_obj(w);
    for (size_t i = 0; i < set.n; i++) {
        jw_key(w, str_c(set.v[i]->name));
        shape_json_schema(set.v[i], w);
    }
    jw_end_obj(w);
}

void openapi_write(const router *m, const char *version, buf *out)
{
    arena *a = arena_create();
    jw w = { .b = out };
    jw_obj(&w);
    jw_kstr(&w, "openapi", S("3.1.0"));
    jw_key(&w, S("info"));
    jw_raw(&w, arena_fmt(a, "{\"title\":\"Lianyi 涟漪\",\"version\":\"%s\",\"description\":\"Made from the tables the server itself runs by.\","
                            "\"license\":{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}}", version));
    jw_key(&w, S("servers"));
    jw_raw(&w, S("[{\"url\":\"/\"}]"));
    paths(&w, m, a);
    jw_key(&w, S("components"));
    jw_obj(&w);
    schemas(&w, m, a);
    jw_key(&w, S("securitySchemes"));
    jw_raw(&w, S("{\"key\":{\"type\":\"http\",\"scheme\":\"bearer\",\"description\":\"An API key: Authorization: Bearer lyk_…\"},"
                 "\"basic\":{\"type\":\"http\",\"scheme\":\"basic\",\"description\":\"An API key as the user name, no password.\"},"
                 "\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"" SESSION_COOKIE "\","
                 "\"description\":\"Set by POST /api/v1/session.\"}}"));
    jw_end_obj(&w);
    jw_end_obj(&w);
    arena_destroy(a);
}

void api_describe(const route_table *const *tables, const char *version, buf *out)
{
    router *m = router_build(tables);
    openapi_write(m, version, out);
    router_free(m);
}
