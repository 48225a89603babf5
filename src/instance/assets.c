// The console's files, from inside the binary. Hashed files are immutable; index.html is never stored and answers every
// route of the console that is no file, because the router in the browser knows them.
#include "instance/assets.h"
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

static bool takes_gzip(const http_request *rq)
{
    str v = http_header_get(rq, S("accept-encoding"));
    return v.len && memmem(v.s, v.len, "gzip", 4);
}

static void reply_file(const assets *s, http_call *c, const http_request *rq, const embedded *file, bool page)
{
    const mime *m = type_of(str_c(file->name));
    bool gzip = (!m || !m->packed) && takes_gzip(rq);
    http_header h[8];
    size_t n = 0;
    h[n++] = (http_header){ S("cache-control"), page ? S("no-store") : S("public, max-age=31536000, immutable") };
    h[n++] = (http_header){ S("x-content-type-options"), S("nosniff") };
    h[n++] = (http_header){ S("vary"), S("accept-encoding") };
    h[n++] = (http_header){ S("referrer-policy"), S("same-origin") };
    if (page)
        h[n++] = (http_header){ S("content-security-policy"), s->csp };
    if (gzip)
        h[n++] = (http_header){ S("content-encoding"), S("gzip") };
    http_reply(c, &(http_response){ .status = 200, .headers = h, .headers_n = n, .type = str_c(m ? m->type : "application/octet-stream"),
                                    .body = gzip ? file->gzip : file->bytes, .no_gzip = true });
}

static void redirect(http_call *c)
{
    http_header h = { S("location"), S("/console/") };
    http_reply(c, &(http_response){ .status = 302, .headers = &h, .headers_n = 1 });
}

bool assets_serve(const assets *s, http_call *c, const http_request *rq)
{
    bool reads = str_eq(rq->method, S("GET")) || str_eq(rq->method, S("HEAD"));
    if (!reads || !s->present)
        return false;
    if (str_eq(rq->path, S("/")) || str_eq(rq->path, S("/console"))) {
        redirect(c);
        return true;
    }
    if (!str_starts(rq->path, S("/console/")))
        return false;
    uint64_t i;
    bool file = mapstr_get(&s->by_path, rq->path, &i);
    if (!file && str_starts(rq->path, S("/console/assets/")))
        return false;
    if (!file)
        mapstr_get(&s->by_path, S("/console/index.html"), &i);
    reply_file(s, c, rq, &web_files[i], !file || str_ends(rq->path, S(".html")));
    return true;
}
