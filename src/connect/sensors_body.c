// The envelope of SensorsData requests. Everything in it was chosen by whoever sent it.
#include "connect/sensors.h"
#include <sodium.h>
#include <zlib.h>

// --- The form -------------------------------------------------------------------------------------------------------------------
// A plus stays a plus: base64 has them, and SDKs that do not escape them mean them. A space was one before some proxy.
static bool value_of(arena *a, str raw, str *ret)
{
    if (!shape_percent_decode(a, raw, false, ret))
        return false;
    if (!memchr(ret->s ? ret->s : "", ' ', ret->len))
        return true;
    char *copy = arena_cstr(a, *ret);
    for (size_t i = 0; i < ret->len; i++)
        if (copy[i] == ' ')
            copy[i] = '+';
    *ret = str_of(copy, ret->len);
    return true;
}

static str *place_of(sensors_form *f, str name)
{
    const struct { str name; str *at; } list[] = {
        { { "data", 4 }, &f->data }, { { "data_list", 9 }, &f->data_list }, { { "crc", 3 }, &f->crc },         { { "ext", 3 }, &f->ext },
        { { "gzip", 4 }, &f->gzip }, { { "token", 5 }, &f->token },         { { "project", 7 }, &f->project },
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (str_eq(list[i].name, name))
            return list[i].at;
    return NULL;
}

static err pairs_read(str text, arena *a, fault *f, sensors_form *ret)
{
    while (text.len) {
        str rest = str_cut(&text, '&'), name = str_cut(&rest, '=');
        str *at = place_of(ret, name);
        if (at && !value_of(a, rest, at))
            return fault_detail(f, a, E_BAD_REQUEST, "percent-encoding of " STR_FMT, STR_ARG(name));
    }
    return E_OK;
}

err sensors_form_read(str query, str body, arena *a, fault *f, sensors_form *ret)
{
    sensors_form form = { 0 };
    TRY(pairs_read(query, a, f, &form));
    TRY(pairs_read(body, a, f, &form));
    *ret = form;
    return E_OK;
}

// --- crc ------------------------------------------------------------------------------------------------------------------------
int32_t sensors_crc(str text)
{
    uint32_t h = 0;
    for (size_t i = 0; i < text.len; i++)
        h = 31 * h + (unsigned char)text.s[i];
    return (int32_t)h;
}

// In `crc`, or in `ext` as "crc=…". Absent: nothing to compare.
static bool crc_agrees(const sensors_form *f, str text)
{
    str told = f->crc;
    int64_t n;
    if (!told.len && str_starts(f->ext, S("crc="))) {
        told = str_skip(f->ext, 4);
        told = str_cut(&told, '&');
    }
    return !told.len || (str_to_i64(told, &n) && n == sensors_crc(text));
}

// --- base64 and gzip --------------------------------------------------------------------------------------------------------------
static bool base64_decode(arena *a, str text, str *ret)
{
    while (text.len && text.s[text.len - 1] == '=')
        text.len--;
    unsigned char *out = arena_alloc(a, text.len / 4 * 3 + 4, 1, 1);
    size_t n = 0;
    if (sodium_base642bin(out, text.len / 4 * 3 + 4, text.s, text.len, "\r\n", &n, NULL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0 &&
        sodium_base642bin(out, text.len / 4 * 3 + 4, text.s, text.len, "\r\n", &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return false;
    *ret = str_of((char *)out, n);
    return true;
}

// One member, whole, nothing behind it, and never more than `max` bytes of it.
static err inflate_into(z_stream *z, size_t max, buf *out)
{
    for (;;) {
        size_t room = max - out->len + 1 < 65536 ? max - out->len + 1 : 65536;
        buf_reserve(out, room);
        z->next_out = (Bytef *)out->s + out->len;
        z->avail_out = (uInt)room;
        int rc = inflate(z, Z_NO_FLUSH);
        out->len += room - z->avail_out;
        if (rc != Z_OK && rc != Z_STREAM_END)
            return E_GZIP_INVALID;
        if (out->len > max)
            return E_BODY_TOO_LARGE;
        if (rc == Z_STREAM_END)
            return z->avail_in ? E_GZIP_INVALID : E_OK;
    }
}

static err gunzip(arena *a, str bytes, str *ret)
{
    buf out = { 0 };
    z_stream z = { .next_in = (Bytef *)(uintptr_t)bytes.s, .avail_in = (uInt)bytes.len };
    ENSURE(inflateInit2(&z, 15 + 16) == Z_OK);
    err e = inflate_into(&z, SENSORS_INFLATED_MAX, &out);
    inflateEnd(&z);
    if (e == E_OK)
        *ret = arena_str(a, buf_str(&out));
    buf_free(&out);
    return e;
}

// --- Text -------------------------------------------------------------------------------------------------------------------------
// Mini-program SDKs write what is beyond U+FFFF as two surrogates of three bytes each (CESU-8). These become one character again;
// whatever else is no UTF-8 becomes U+FFFD, because a strange letter must not lose a list of events.
static uint32_t surrogate_at(str t, size_t i)
{
    const unsigned char *p = (const unsigned char *)t.s + i;
    if (i + 3 > t.len || p[0] != 0xED || (p[1] & 0xE0) != 0xA0 || (p[2] & 0xC0) != 0x80)
        return 0;
    return 0xD000u | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
}

static size_t pair_at(str t, size_t i, buf *out)
{
    uint32_t high = surrogate_at(t, i), low = surrogate_at(t, i + 3);
    if (high < 0xD800 || high > 0xDBFF || low < 0xDC00)
        return 0;
    uint32_t c = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    const char utf8[4] = { (char)(0xF0 | c >> 18), (char)(0x80 | (c >> 12 & 0x3F)), (char)(0x80 | (c >> 6 & 0x3F)), (char)(0x80 | (c & 0x3F)) };
    buf_add(out, utf8, 4);
    return 6;
}

static size_t character_at(str t, size_t i, buf *out)
{
    for (size_t n = 1; n <= 4 && i + n <= t.len; n++)
        if (str_utf8_valid(str_of(t.s + i, n)) || t.s[i] == 0) {
            buf_add(out, t.s + i, n);
            return n;
        }
    buf_add_str(out, S("\xEF\xBF\xBD"));
    return 1;
}

static str mended(arena *a, str text)
{
    buf out = { 0 };
    for (size_t i = 0; i < text.len;) {
        size_t n = pair_at(text, i, &out);
        i += n ? n : character_at(text, i, &out);
    }
    str ret = arena_str(a, buf_str(&out));
    buf_free(&out);
    return ret;
}

// --- Opening -----------------------------------------------------------------------------------------------------------------------
static bool looks_gzipped(str b) { return b.len > 2 && (unsigned char)b.s[0] == 0x1F && (unsigned char)b.s[1] == 0x8B; }

err sensors_open(const sensors_form *form, arena *a, fault *f, jval **ret)
{
    str text = form->data_list.len ? form->data_list : form->data, bytes;
    if (!text.len)
        return fault_detail(f, a, E_BAD_REQUEST, "neither data nor data_list");
    if (str_eq(form->gzip, S("9")))
        return fault_detail(f, a, E_BAD_REQUEST, "gzip=9: encrypted by the SDK, which is not supported; switch its encryption off");
    if (!crc_agrees(form, text))
        return fault_detail(f, a, E_BAD_REQUEST, "crc does not agree with the data");
    if (!base64_decode(a, text, &bytes))
        return fault_detail(f, a, E_BAD_REQUEST, "base64");
    if (str_eq(form->gzip, S("1")) || looks_gzipped(bytes)) {
        err e = gunzip(a, bytes, &bytes);
        if (e != E_OK)
            return fault_field(f, a, e, (str){ 0 }, SENSORS_INFLATED_MAX);
    }
    return json_parse(a, str_utf8_valid(bytes) ? bytes : mended(a, bytes), f, ret);
}

// --- The key ----------------------------------------------------------------------------------------------------------------------
static bool is_key(str s) { return str_starts(s, S("lyk_")); }

// Whichever looks like a key; a token that looks like none is tried all the same, so that the answer says it is wrong.
static str choose(str token, str project) { return is_key(token) ? token : is_key(project) ? project : token; }

static str text_at(const jval *v, str name)
{
    const jval *x = json_get(v, name);
    return yyjson_is_str((jval *)(uintptr_t)x) ? json_str(x) : (str){ "", 0 };
}

str sensors_key(str query, str body, arena *a)
{
    sensors_form form = { 0 };
    jval *root;
    // What cannot be read is told as bad data, not as a bad key: the key may stand before it.
    bool whole = pairs_read(query, a, NULL, &form) == E_OK;
    whole = pairs_read(body, a, NULL, &form) == E_OK && whole;
    str outside = choose(form.token, form.project);
    if (is_key(outside) || !whole || sensors_open(&form, a, NULL, &root) != E_OK)
        return outside;
    const jval *first = yyjson_is_arr(root) ? yyjson_arr_get_first(root) : root;
    str inside = choose(text_at(first, S("token")), text_at(first, S("project")));
    return inside.len ? inside : outside;
}
