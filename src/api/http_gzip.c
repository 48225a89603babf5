// gzip both ways, on zlib. Requests are inflated while they arrive and capped while inflating; replies in one go.
#include "api/http_parts.h"
#include <stdlib.h>

#define INFLATE_STEP (16 * 1024)
#define INFLATE_COST (44 * 1024)             // what zlib holds per stream, counted against the pool
#define GZIP_WINDOW (15 + 16)                // zlib: gzip wrapping
#define GZIP_LEVEL 1                         // replies are made on the loop thread: 2 to 3 times the speed of the default

http_inflate *http_inflate_take(http_pool *p)
{
    http_inflate *i = p->inflates;
    if (i) {
        p->inflates = i->next;
        ENSURE(inflateReset2(&i->z, GZIP_WINDOW) == Z_OK);
    } else {
        i = calloc(1, sizeof *i);
        ENSURE(i && inflateInit2(&i->z, GZIP_WINDOW) == Z_OK);
    }
    i->ended = false;
    i->next = NULL;
    p->memory += INFLATE_COST;
    return i;
}

void http_inflate_give(http_pool *p, http_inflate *i)
{
    if (!i)
        return;
    p->memory -= INFLATE_COST;
    i->next = p->inflates;
    p->inflates = i;
}

// One inflate call into the body's tail.
static err inflate_step(http_inflate *i, http_call *c, size_t max)
{
    size_t room = max - c->body.len + 1;                         // one more than allowed shows that there is more
    if (room > INFLATE_STEP)
        room = INFLATE_STEP;
    buf_reserve(&c->body, room);
    i->z.next_out = (Bytef *)c->body.s + c->body.len;
    i->z.avail_out = (uInt)room;
    int rc = inflate(&i->z, Z_NO_FLUSH);
    size_t made = room - i->z.avail_out;
    c->body.len += made;
    i->ended = rc == Z_STREAM_END;
    if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
        return E_GZIP_INVALID;
    if (c->body.len > max)
        return E_BODY_TOO_LARGE;
    return http_pool_charge(c, made) ? E_OK : E_OVERLOADED;
}

err http_inflate_add(http_inflate *i, http_call *c, str bytes, size_t max)
{
    i->z.next_in = (Bytef *)(uintptr_t)bytes.s;
    i->z.avail_in = (uInt)bytes.len;
    do {
        if (i->ended)
            return i->z.avail_in ? E_GZIP_INVALID : E_OK;        // something after the one member
        TRY(inflate_step(i, c, max));
    } while (i->z.avail_in || (!i->ended && i->z.avail_out == 0));
    return E_OK;
}

bool http_inflate_done(const http_inflate *i) { return i->ended; }

// q=0, q=0.0, q=0.00, q=0.000 refuse; anything else, also a broken value, accepts less eagerly, which is still accepting.
static bool weight_is_zero(str params)
{
    while (params.len) {
        str one = str_trim(str_cut(&params, ';'));
        if (one.len < 3 || (one.s[0] | 32) != 'q' || one.s[1] != '=')
            continue;
        for (size_t i = 2; i < one.len; i++)
            if (one.s[i] != '0' && one.s[i] != '.')
                return false;
        return true;
    }
    return false;
}

bool http_accepts_gzip(const http_request *rq)
{
    bool any = false;
    for (size_t i = 0; i < rq->headers_n; i++) {
        if (!str_eq(rq->headers[i].name, S("accept-encoding")))
            continue;
        str list = rq->headers[i].value;
        while (list.len) {
            str params = str_cut(&list, ',');
            str coding = str_trim(str_cut(&params, ';'));
            if (str_eq_nocase(coding, S("gzip")) || str_eq_nocase(coding, S("x-gzip")))
                return !weight_is_zero(params);
            if (str_eq(coding, S("*")))
                any = !weight_is_zero(params);
        }
    }
    return any;
}

bool http_deflate_all(http_deflate *d, str bytes, buf *out)
{
    if (!d->ready)
        ENSURE(deflateInit2(&d->z, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    else
        ENSURE(deflateReset(&d->z) == Z_OK);
    d->ready = true;
    size_t room = bytes.len - bytes.len / 16;                    // less than a sixteenth saved is no gain
    buf_reserve(out, room);
    d->z.next_in = (Bytef *)(uintptr_t)bytes.s;
    d->z.avail_in = (uInt)bytes.len;
    d->z.next_out = (Bytef *)out->s + out->len;
    d->z.avail_out = (uInt)room;
    if (deflate(&d->z, Z_FINISH) != Z_STREAM_END)
        return false;
    out->len += room - d->z.avail_out;
    return true;
}

void http_deflate_free(http_deflate *d)
{
    if (d->ready)
        deflateEnd(&d->z);
    d->ready = false;
}
