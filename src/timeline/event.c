// The bytes of one event. Version 1:
//   u8 version · varint kind, subject · zigzag received − EPOCH, received − time, sent − time · varint source, flags, cause_no
//   · length and bytes of message_id · varint number of props · per prop: varint id − id before, u8 tag, value
// Times are stored as differences because an event happens, is sent and is received within minutes: 7 + 3 + 1 bytes, not 24.
// Differences wrap, so every int64 survives the round trip.
#include "timeline/timeline.h"
#include "base/personal.h"
#include <math.h>

#define EVENT_VERSION 1
#define ERASED_VERSION 2               // as version 1 without message id and properties; zero bytes may follow
#define EPOCH_US INT64_C(1704067200000000) // 2024-01-01T00:00:00Z: until 2032 a time takes 7 bytes

// One byte per value kind; booleans carry their value.
enum { TAG_NULL, TAG_FALSE, TAG_TRUE, TAG_I64, TAG_F64, TAG_STR, TAG_JSON };

static int64_t minus(int64_t x, int64_t y) { return (int64_t)((uint64_t)x - (uint64_t)y); }
static int64_t plus(int64_t x, int64_t y) { return (int64_t)((uint64_t)x + (uint64_t)y); }

static void value_encode(buf *b, const value *v)
{
    switch (v->k) {
    case V_NULL:
        buf_add_u8(b, TAG_NULL);
        return;
    case V_BOOL:
        buf_add_u8(b, v->i ? TAG_TRUE : TAG_FALSE);
        return;
    case V_I64:
        buf_add_u8(b, TAG_I64);
        buf_add_zigzag(b, v->i);
        return;
    case V_F64: {
        uint64_t bits;
        ENSURE(isfinite(v->f));
        memcpy(&bits, &v->f, 8);
        buf_add_u8(b, TAG_F64);
        buf_add_u64(b, bits);
        return;
    }
    case V_STR:
    case V_JSON:
        ENSURE(str_utf8_valid(v->s));
        buf_add_u8(b, v->k == V_STR ? TAG_STR : TAG_JSON);
        buf_add_lenstr(b, v->s);
        return;
    }
    panic(__FILE__, __LINE__, "a value without a kind: %d", (int)v->k);
}

void event_encode(buf *b, const event *e)
{
    ENSURE(e->kind && e->cause_no >= 0 && e->message_id.len <= EVENT_MESSAGE_ID_MAX && str_utf8_valid(e->message_id));
    ENSURE(e->props_n <= EVENT_PROPS_MAX);
    ENSURE(!e->erased || (e->props_n == 0 && e->message_id.len == 0));
    buf_add_u8(b, e->erased ? ERASED_VERSION : EVENT_VERSION);
    buf_add_varint(b, e->kind);
    buf_add_varint(b, e->subject);
    buf_add_zigzag(b, minus(e->received_us, EPOCH_US));
    buf_add_zigzag(b, minus(e->received_us, e->time_us));
    buf_add_zigzag(b, minus(e->sent_us, e->time_us));
    buf_add_varint(b, e->source);
    buf_add_varint(b, e->flags);
    buf_add_varint(b, (uint64_t)e->cause_no);
    buf_add_lenstr(b, e->message_id);
    buf_add_varint(b, e->props_n);
    uint32_t before = 0;
    for (uint32_t i = 0; i < e->props_n; i++) {
        ENSURE(e->props[i].id > before);
        buf_add_varint(b, e->props[i].id - before);
        before = e->props[i].id;
        value_encode(b, &e->props[i].v);
    }
}

static uint32_t read_u32(cursor *c)
{
    uint64_t v = cursor_varint(c);
    if (v > UINT32_MAX)
        c->bad = true;
    return (uint32_t)v;
}

static str read_text(cursor *c)
{
    str s = cursor_lenstr(c);
    if (!str_utf8_valid(s))
        c->bad = true;
    return s;
}

static value read_value(cursor *c)
{
    value v = { 0 };
    uint64_t bits;
    switch (cursor_u8(c)) {
    case TAG_NULL:
        break;
    case TAG_FALSE:
        v.k = V_BOOL;
        break;
    case TAG_TRUE:
        v.k = V_BOOL;
        v.i = 1;
        break;
    case TAG_I64:
        v.k = V_I64;
        v.i = cursor_zigzag(c);
        break;
    case TAG_F64:
        v.k = V_F64;
        bits = cursor_u64(c);
        memcpy(&v.f, &bits, 8);
        if (!isfinite(v.f))
            c->bad = true;
        break;
    case TAG_STR:
        v.k = V_STR;
        v.s = read_text(c);
        break;
    case TAG_JSON:
        v.k = V_JSON;
        v.s = read_text(c);
        break;
    default:
        c->bad = true;
    }
    return v;
}

static bool read_props(cursor *c, arena *a, event *e)
{
    e->props_n = read_u32(c);
    if (c->bad || e->props_n > EVENT_PROPS_MAX)
        return false;
    prop *p = arena_array(a, prop, e->props_n + 1);
    uint32_t before = 0;
    for (uint32_t i = 0; i < e->props_n; i++) {
        uint32_t step = read_u32(c);
        if (c->bad || step == 0 || step > UINT32_MAX - before)
            return false;
        before = p[i].id = before + step;
        p[i].v = read_value(c);
        if (c->bad)
            return false;
    }
    e->props = p;
    return true;
}

static const char *decode_head(cursor *c, event *e)
{
    uint8_t version = cursor_u8(c);
    if (version != EVENT_VERSION && version != ERASED_VERSION)
        return "unknown version of an event";
    e->erased = version == ERASED_VERSION;
    e->kind = read_u32(c);
    e->subject = read_u32(c);
    e->received_us = plus(cursor_zigzag(c), EPOCH_US);
    e->time_us = minus(e->received_us, cursor_zigzag(c));
    if (!c->bad && e->kind == 0)
        return "an event without a kind";
    return c->bad ? "an event's head ends early or is out of range" : NULL;
}

static bool only_zeros(cursor *c)
{
    while (cursor_left(c))
        if (cursor_u8(c))
            return false;
    return true;
}

static const char *decode(cursor *c, arena *a, event *e)
{
    const char *why = decode_head(c, e);
    if (why)
        return why;
    e->sent_us = plus(e->time_us, cursor_zigzag(c));
    e->source = read_u32(c);
    e->flags = read_u32(c);
    uint64_t cause = cursor_varint(c);
    e->message_id = read_text(c);
    if (c->bad)
        return "an event's fields end early or are out of range";
    if (cause > INT64_MAX)
        return "an event's cause is out of range";
    if (e->message_id.len > EVENT_MESSAGE_ID_MAX)
        return "an event's message id is too long";
    e->cause_no = (int64_t)cause;
    if (!read_props(c, a, e))
        return "an event's properties are malformed";
    if (e->erased && (e->message_id.len || e->props_n))
        return "an erased event that says something";
    if (e->erased ? !only_zeros(c) : cursor_left(c) > 0)
        return "bytes follow an event";
    return NULL;
}

err event_decode_why(str bytes, arena *a, event *ret, const char **ret_why)
{
    cursor c = cursor_of(bytes.s, bytes.len);
    event e = { 0 };
    const char *why = decode(&c, a, &e);
    if (why && ret_why)
        *ret_why = why;
    if (why)
        return E_CORRUPT;
    *ret = e;
    return E_OK;
}

err event_erase(char *bytes, size_t n, arena *a, bool *ret_had)
{
    event e;
    TRY(event_decode(str_of(bytes, n), a, &e));
    *ret_had = !e.erased;
    if (!*ret_had)
        return E_OK;
    e = (event){ .subject = e.subject, .kind = e.kind, .time_us = e.time_us, .sent_us = e.time_us, .received_us = e.received_us,
                 .source = e.source, .flags = e.flags, .cause_no = e.cause_no, .erased = true };
    buf b = { 0 };
    event_encode(&b, &e);
    ENSURE(b.len <= n);                        // every field it keeps takes what it took, the others a byte each
    memcpy(bytes, b.s, b.len);
    memset(bytes + b.len, 0, n - b.len);
    buf_free(&b);
    return E_OK;
}

static size_t said_by_us(const str *values, size_t n, arena *a, const str **ret)
{
    str *out = arena_array(a, str, n + 1);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!personal_program_word(values[i]))
            out[kept++] = values[i];
    *ret = out;
    return kept;
}

// "vault:12" stands for a value and says none.
static bool reference(str s)
{
    bool is = str_starts(s, S("vault:")) && s.len > 6;
    for (size_t i = 6; is && i < s.len; i++)
        is = s.s[i] >= '0' && s.s[i] <= '9';
    return is;
}

err event_star(char *bytes, size_t n, const str *values, size_t values_n, arena *a, bool *ret_had)
{
    event e;
    TRY(event_decode(str_of(bytes, n), a, &e));
    *ret_had = false;
    if (e.flags & EVENT_SYSTEM)
        values_n = said_by_us(values, values_n, a, &values);
    for (uint32_t i = 0; i < e.props_n; i++) {
        const value *v = &e.props[i].v;
        if ((v->k == V_STR && !reference(v->s)) || v->k == V_JSON)
            *ret_had |= personal_hush_here(bytes + (v->s.s - bytes), v->s.len, values, values_n, v->k == V_JSON, a);
    }
    *ret_had |= personal_hush_here(bytes + (e.message_id.s - bytes), e.message_id.len, values, values_n, false, a);
    return E_OK;
}

err event_decode_head(str bytes, event *ret)
{
    cursor c = cursor_of(bytes.s, bytes.len);
    event e = { 0 };
    if (decode_head(&c, &e))
        return E_CORRUPT;
    *ret = e;
    return E_OK;
}

const value *event_prop_of(const event *e, uint32_t id)
{
    uint32_t lo = 0, hi = e->props_n;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (e->props[mid].id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < e->props_n && e->props[lo].id == id ? &e->props[lo].v : NULL;
}

frame_walk frame_walk_of(const frame *g) { return (frame_walk){ cursor_of(g->body.s, g->body.len), g->count, false }; }

bool frame_walk_next(frame_walk *w, str *ret_bytes)
{
    if (w->left == 0) {
        w->bad = w->bad || w->c.bad || cursor_left(&w->c) > 0;
        return false;
    }
    str bytes = cursor_lenstr(&w->c);
    if (w->c.bad) {
        w->bad = true;
        return false;
    }
    w->left--;
    *ret_bytes = bytes;
    return true;
}

bool frame_print(const frame *g, uint32_t i, hash128 *ret)
{
    if (g->prints.len != (size_t)g->count * 17)
        return false;
    cursor c = cursor_of(g->prints.s + (size_t)i * 17, 17);
    if (cursor_u8(&c) == 0)
        return false;
    ret->lo = cursor_u64(&c);
    ret->hi = cursor_u64(&c);
    return true;
}
