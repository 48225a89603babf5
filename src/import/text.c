// Decoding: blocks of the file become UTF-8 in a window. Bytes that are no characters become 0xFF, which no valid text holds,
// so that exactly the rows they stand in are refused.
#include "import/source_internal.h"
#include <errno.h>

#define READ_BYTES (256 * 1024)

static const char *const iconv_names[ENCODING_COUNT] = { NULL, "GB18030", "UTF-16LE", "UTF-16BE" };

err text_open(input *in, enum source_encoding enc, text_stream *ret)
{
    text_stream t = { .in = in, .cd = (iconv_t)-1 };
    if (enc != ENCODING_UTF8) {
        t.cd = iconv_open("UTF-8", iconv_names[enc]);
        if (t.cd == (iconv_t)-1)
            return E_INTERNAL;
    }
    *ret = t;
    err e = text_more(ret);
    if (e == E_OK && str_starts(text_left(ret), S("\xEF\xBB\xBF")))    // UTF-16's mark has become this one too
        ret->from = 3;
    return e;
}

void text_close(text_stream *t)
{
    if (t->cd != (iconv_t)-1)
        iconv_close(t->cd);
    buf_free(&t->window);
    buf_free(&t->raw);
    *t = (text_stream){ .cd = (iconv_t)-1 };
}

// Converts what is whole; keeps an unfinished character for the next block.
static void convert(text_stream *t)
{
    char *from = t->raw.s;
    size_t left = t->raw.len;
    while (left) {
        buf_reserve(&t->window, left * 2 + 64);
        char *to = t->window.s + t->window.len;
        size_t room = t->window.cap - t->window.len;
        size_t rc = iconv(t->cd, &from, &left, &to, &room);
        int why = errno;
        t->window.len = (size_t)(to - t->window.s);
        if (rc != (size_t)-1 || why == E2BIG)
            continue;
        if (why == EINVAL && !t->ended)
            break;
        buf_add_u8(&t->window, 0xFF);
        from++;
        left--;
    }
    memmove(t->raw.s, from, left);
    t->raw.len = left;
}

err text_more(text_stream *t)
{
    size_t n;
    if (t->ended)
        return E_OK;
    if (t->from) {
        memmove(t->window.s, t->window.s + t->from, t->window.len - t->from);
        t->window.len -= t->from;
        t->from = 0;
    }
    buf *to = t->cd == (iconv_t)-1 ? &t->window : &t->raw;
    buf_reserve(to, READ_BYTES);
    TRY(input_read(t->in, to->s + to->len, READ_BYTES, t->at, &n));
    to->len += n;
    t->at += (int64_t)n;
    t->ended = n == 0;
    if (t->cd != (iconv_t)-1 && t->raw.len)
        convert(t);
    return E_OK;
}

err text_line(text_stream *t, size_t seen, size_t *ret_end, bool *ret_found, bool *ret_long)
{
    *ret_long = false;
    for (;;) {
        str left = text_left(t);
        const char *at = left.len > seen ? memchr(left.s + seen, '\n', left.len - seen) : NULL;
        *ret_found = at != NULL;
        *ret_end = at ? (size_t)(at - left.s) : left.len;
        *ret_long = *ret_end > SOURCE_ROW_BYTES_MAX;
        if (at || t->ended || *ret_long)
            return E_OK;
        seen = left.len;
        TRY(text_more(t));
    }
}

err text_skip_line(text_stream *t)
{
    for (;;) {
        str left = text_left(t);
        const char *at = left.len ? memchr(left.s, '\n', left.len) : NULL;
        t->from += at ? (size_t)(at - left.s) + 1 : left.len;
        if (at || t->ended)
            return E_OK;
        TRY(text_more(t));
    }
}
