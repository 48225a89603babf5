// The console's files, from inside the binary. Hashed files are immutable; index.html is never stored and answers every
// path of the console that is no file, because the router in the browser knows them.
#include "instance/assets.h"
#include "api/http.h"
#include "base/embed.h"
#include <sodium.h>

struct assets {
    mapstr by_path;                // "/console/…" → index into web_files
    str csp;
    bool present;
};

typedef struct mime { const char *ending, *type; bool packed; } mime;
static const mime types[] = {
    { ".html", "text/html; charset=utf-8", false }, { ".js", "text/javascript; charset=utf-8", false },
    { ".css", "text/css; charset=utf-8", false },   { ".svg", "image/svg+xml", false },
    { ".json", "application/json", false },         { ".txt", "text/plain; charset=utf-8", false },
    { ".woff2", "font/woff2", true },               { ".png", "image/png", true },
    { ".ico", "image/x-icon", true },
};

static const mime *type_of(str path)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_ends(path, str_c(types[i].ending)))
            return &types[i];
    return NULL;
}

// Content-Security-Policy with the hash of each inline script of the page: nothing else inline runs.
static str policy(str html, arena *a)
{
    buf b = { 0 };
    buf_add_str(&b, S("default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; "
                      "form-action 'self'; object-src 'none'; script-src 'self'"));
    for (const char *at = html.s, *end = html.s + html.len; at && at < end;) {
        at = memmem(at, (size_t)(end - at), "<script>", 8);
        if (!at)
            break;
        at += 8;
        const char *shut = memmem(at, (size_t)(end - at), "</script>", 9);
        if (!shut)
            break;
        unsigned char hash[crypto_hash_sha256_BYTES];
        char text[sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)];
        crypto_hash_sha256(hash, (const unsigned char *)at, (size_t)(shut - at));
        sodium_bin2base64(text, sizeof text, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
        buf_addf(&b, " 'sha256-%s'", text);
        at = shut;
    }
    str out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

assets *assets_open(arena *a)
{
    assets *s = arena_new(a, assets);
    for (size_t i = 0; web_files[i].name; i++) {
        str path = arena_fmt(a, "/%s", web_files[i].name);
        mapstr_put(&s->by_path, path, i);
        if (str_eq(path, S("/console/index.html"))) {
            s->csp = policy(web_files[i].bytes, a);
            s->present = true;
        }
    }
    return s;
}

void assets_close(assets *s)
{
    if (s)
        mapstr_free(&s->by_path);
}

// --- Routes ---------------------------------------------------------------------------------------------------------------
static bool takes_gzip(const req *r)
{
    str v = http_header_get(r->http, S("accept-encoding"));
    return v.len && memmem(v.s, v.len, "gzip", 4);
}

static err reply_file(const assets *s, req *r, const embedded *file, bool page)
{
    const mime *m = type_of(str_c(file->name));
    r->gzipped = (!m || !m->packed) && takes_gzip(r);
    r->type = m ? m->type : "application/octet-stream";
    req_header(r, S("cache-control"), page ? S("no-store") : S("public, max-age=31536000, immutable"));
    req_header(r, S("referrer-policy"), S("same-origin"));
    req_header(r, S("vary"), S("accept-encoding"));
    if (page)
        req_header(r, S("content-security-policy"), s->csp);
    buf_add_str(r->raw, r->gzipped ? file->gzip : file->bytes);
    return E_OK;
}

static err to_console(req *r)
{
    r->status = 302;
    req_header(r, S("location"), S("/console/"));
    return E_OK;
}

static err get_file(req *r)
{
    const assets *s = assets_of(r);
    uint64_t i;
    str path = arena_fmt(r->a, "/console/" STR_FMT, STR_ARG(r->path_param[0]));
    bool file = mapstr_get(&s->by_path, path, &i);
    if (!file && (!s->present || str_starts(path, S("/console/assets/"))))
        return req_fail_detail(r, E_NOT_FOUND, STR_FMT, STR_ARG(path));
    if (!file)
        mapstr_get(&s->by_path, S("/console/index.html"), &i);
    return reply_file(s, r, &web_files[i], !file || str_ends(path, S(".html")));
}

#define FILES(path_, doc_, handler_)                                                                                 \
    { .method = M_GET, .path = path_, .perm = PERM_PUBLIC, .errors = ROUTE_ERRORS(E_NOT_FOUND), .where = RUN_LOOP,     \
      .idem = IDEM_READ, .doc = doc_, .tag = "console", .handler = handler_, .raw = "text/html; charset=utf-8",        \
      .rate_per_minute = -1, .lenient = true }

static const route routes[] = {
    FILES("/", "Leads to the console.", to_console),
    FILES("/console", "Leads to the console.", to_console),
    FILES("/console/{path:rest}", "The console's pages and files.", get_file),
};
const route_table assets_routes = ROUTE_TABLE("console", routes);
