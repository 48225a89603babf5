// Replies: encoded into their call at once, sent when their turn comes. Streams write on.
#include "api/http_loop.h"

#define GZIP_MIN 1024                        // smaller bodies fit into one packet anyway
#define GZIP_MAX (1024 * 1024)               // larger ones would stop the loop for more than some 10 ms

typedef struct status_row { int status; const char *phrase; } status_row;
static const status_row phrases[] = {
    { 200, "OK" },
    { 201, "Created" },
    { 202, "Accepted" },
    { 204, "No Content" },
    { 206, "Partial Content" },
    { 302, "Found" },
    { 303, "See Other" },
    { 304, "Not Modified" },
    { 307, "Temporary Redirect" },
    { 400, "Bad Request" },
    { 401, "Unauthorized" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 408, "Request Timeout" },
    { 409, "Conflict" },
    { 412, "Precondition Failed" },
    { 413, "Content Too Large" },
    { 414, "URI Too Long" },
    { 415, "Unsupported Media Type" },
    { 417, "Expectation Failed" },
    { 422, "Unprocessable Content" },
    { 428, "Precondition Required" },
    { 429, "Too Many Requests" },
    { 431, "Request Header Fields Too Large" },
    { 500, "Internal Server Error" },
    { 503, "Service Unavailable" },
    { 507, "Insufficient Storage" },
};

static const char *phrase_of(int status)
{
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return "";
}

static void add_header(buf *b, str name, str value)
{
    buf_add_str(b, name);
    buf_add(b, ": ", 2);
    buf_add_str(b, value);
    buf_add(b, "\r\n", 2);
}

static void add_length(buf *b, size_t n)
{
    char digits[24];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + n % 10);
    while (n /= 10);
    add_header(b, S("Content-Length"), str_of(digits + at, sizeof digits - at));
}

static bool printable(str v)
{
    for (size_t i = 0; i < v.len; i++)
        if (((unsigned char)v.s[i] < 0x20 && v.s[i] != '\t') || v.s[i] == 0x7F)
            return false;
    return true;
}

// Header values may carry what a user wrote; a line end in one would start a header, or a reply, of that user's making.
static bool headers_clean(const http_response *rs)
{
    bool clean = printable(rs->type);
    for (size_t i = 0; i < rs->headers_n; i++)
        clean = clean && rs->headers[i].name.len && printable(rs->headers[i].name) && printable(rs->headers[i].value);
    return clean;
}

static void add_status(buf *b, const http_server *h, int status)
{
    char line[12] = { 'H', 'T', 'T', 'P', '/', '1', '.', '1', ' ' };
    ENSURE(status >= 200 && status <= 599);
    for (int i = 2, n = status; i >= 0; i--, n /= 10)
        line[9 + i] = (char)('0' + n % 10);
    buf_add(b, line, sizeof line);
    buf_add(b, " ", 1);
    buf_add_str(b, str_c(phrase_of(status)));
    buf_add(b, "\r\n", 2);
    add_header(b, S("Date"), str_c(h->date));
}

// All but the lines that frame the body, and the empty line.
static void add_head(http_call *c, const http_response *rs)
{
    buf *b = &c->out;
    add_status(b, c->server, rs->status);
    if (rs->type.len)
        add_header(b, S("Content-Type"), rs->type);
    for (size_t i = 0; i < rs->headers_n; i++)
        add_header(b, rs->headers[i].name, rs->headers[i].value);
    if (c->close)
        add_header(b, S("Connection"), S("close"));
    else if (c->http10)
        add_header(b, S("Connection"), S("keep-alive"));
}

static bool encoded_already(const http_response *rs)
{
    for (size_t i = 0; i < rs->headers_n; i++)
        if (str_eq_nocase(rs->headers[i].name, S("content-encoding")))
            return true;
    return false;
}

// The body as it will be sent: gzipped into the server's scratch when that is wanted and pays.
static str pack_body(http_call *c, const http_response *rs)
{
    http_server *h = c->server;
    if (rs->no_gzip || rs->body.len <= GZIP_MIN || rs->body.len > GZIP_MAX || encoded_already(rs))
        return rs->body;
    add_header(&c->out, S("Vary"), S("Accept-Encoding"));
    buf_clear(&h->scratch);
    if (!http_accepts_gzip(&c->rq) || !http_deflate_all(&h->deflate, rs->body, &h->scratch))
        return rs->body;
    add_header(&c->out, S("Content-Encoding"), S("gzip"));
    return buf_str(&h->scratch);
}

static void encode(http_call *c, const http_response *rs)
{
    buf_clear(&c->out);
    buf_reserve(&c->out, 512);
    add_head(c, rs);
    bool bodyless = rs->status == 204 || rs->status == 304;
    str body = { 0 };
    if (!bodyless) {
        body = pack_body(c, rs);
        add_length(&c->out, body.len);
    }
    buf_add(&c->out, "\r\n", 2);
    if (!c->rq.head)
        buf_add_str(&c->out, body);
}

static bool must_close(const http_call *c, const http_response *rs)
{
    bool last = !c->next;                    // while stopping, only the last of several says goodbye
    return rs->close || !c->keep || (c->server->stopping && last);
}

void http_reply(http_call *c, const http_response *rs)
{
    ENSURE(c->state == CALL_WAITING);
    http_conn *k = c->conn;
    if (!k) {
        http_pool_give(c);
        return;
    }
    if (!headers_clean(rs)) {
        c->keep = false;
        http_reply_fault(c, &(fault){ .code = E_INTERNAL, .detail = S("a header of the reply has a control character") });
        return;
    }
    c->silent = rs->silent;
    c->close = must_close(c, rs);
    if (!rs->silent)
        encode(c, rs);
    c->state = CALL_READY;
    http_conn_settle(k);
}

void http_reply_fault(http_call *c, const fault *f)
{
    const http_config *cfg = &c->server->config;
    const err_info *info = err_info_of(f->code);
    buf body = { 0 };
    const char *type = "text/plain";
    if (cfg->on_error)
        cfg->on_error(cfg->user, f, c->rq.headers, c->rq.headers_n, &body, &type);
    else
        buf_addf(&body, "%s\n", info->code);
    http_header extra = { 0 };
    if (f->code == E_OVERLOADED)
        extra = (http_header){ S("Retry-After"), S("1") };
    if (f->code == E_ENCODING_UNSUPPORTED)
        extra = (http_header){ S("Accept-Encoding"), S("gzip") };
    http_response rs = { .status = info->http, .headers = &extra, .headers_n = extra.name.len ? 1 : 0, .type = str_c(type),
                         .body = buf_str(&body), .close = !c->keep, .no_gzip = true };
    http_reply(c, &rs);
    buf_free(&body);
}

static void run_orphan(http_call *c, void *p)
{
    (void)p;
    c->on_close(c, c->on_close_p);
    http_pool_give(c);
}

void http_stream_open(http_call *c, const http_response *rs, void (*on_close)(http_call *c, void *p), void *p)
{
    ENSURE(c->state == CALL_WAITING && headers_clean(rs));
    c->on_close = on_close;
    c->on_close_p = p;
    c->state = CALL_STREAM;
    if (!c->conn) {
        http_reply_from(c, run_orphan, NULL);
        return;
    }
    c->close = c->conn->input_over = true;   // what the client sends further is dropped; its hanging up is seen
    add_head(c, rs);
    if (!c->http10)
        add_header(&c->out, S("Transfer-Encoding"), S("chunked"));
    buf_add(&c->out, "\r\n", 2);
    if (c->rq.head)
        c->state = CALL_ENDED;
    http_conn_settle(c->conn);
}

bool http_stream_write(http_call *c, str bytes)
{
    http_conn *k = c->conn;
    if (!k || k->closing || c->state != CALL_STREAM)
        return false;
    if (http_unsent(k) + c->out.len + bytes.len > c->server->config.limits.stream_bytes) {
        http_conn_close(k);
        return false;
    }
    if (!bytes.len)                          // an empty chunk would be the end
        return true;
    if (!c->http10)
        buf_addf(&c->out, "%zx\r\n", bytes.len);
    buf_add_str(&c->out, bytes);
    if (!c->http10)
        buf_add(&c->out, "\r\n", 2);
    http_conn_settle(k);
    return c->conn != NULL;
}

void http_stream_end(http_call *c)
{
    if (!c->conn || c->state != CALL_STREAM)
        return;
    if (!c->http10)
        buf_add_str(&c->out, S("0\r\n\r\n"));
    c->state = CALL_ENDED;
    http_conn_settle(c->conn);
}
