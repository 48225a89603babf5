// The forms a value may be found in: as it is, in other letters, written apart as people do, UTF-16, GB 18030, base64 at each of
// three offsets, percent-encoded, as escapes of JSON, hexadecimal, a binary number, and its plain SHA-256, which of a phone number
// is no secret. What is packed with gzip is unpacked by whoever scans (residue.c).
#include "base/personal.h"
#include "privacy/residue.h"
#include <iconv.h>
#include <sodium.h>

static char upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 32) : c; }
static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }
static bool plain(char c) { return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z'); }

static void letters(buf *b, str v, char (*change)(char c))
{
    for (size_t i = 0; i < v.len; i++)
        buf_add_char(b, change(v.s[i]));
}

// The code point at *i of valid UTF-8.
static uint32_t next(str v, size_t *i)
{
    const unsigned char *p = (const unsigned char *)v.s + *i;
    int more = p[0] < 0x80 ? 0 : p[0] < 0xE0 ? 1 : p[0] < 0xF0 ? 2 : 3;
    uint32_t c = more == 0 ? p[0] : more == 1 ? p[0] & 0x1Fu : more == 2 ? p[0] & 0x0Fu : p[0] & 0x07u;
    for (int k = 1; k <= more && *i + (size_t)k < v.len; k++)
        c = c << 6 | (p[k] & 0x3Fu);
    *i += (size_t)more + 1;
    return c;
}

// UTF-16 without pairs: what is planted is of the basic plane.
static void utf16(buf *b, str v, bool big)
{
    for (size_t i = 0; i < v.len;) {
        uint32_t c = next(v, &i);
        buf_add_u8(b, (uint8_t)(big ? c >> 8 : c));
        buf_add_u8(b, (uint8_t)(big ? c : c >> 8));
    }
}

static void json_escapes(buf *b, str v, const char *fmt)
{
    for (size_t i = 0; i < v.len;) {
        uint32_t c = next(v, &i);
        if (c < 0x80)
            buf_add_char(b, (char)c);
        else
            buf_addf(b, fmt, c);
    }
}

static void percent(buf *b, str v, const char *fmt)
{
    for (size_t i = 0; i < v.len; i++) {
        if (plain(v.s[i]))
            buf_add_char(b, v.s[i]);
        else
            buf_addf(b, fmt, (unsigned char)v.s[i]);
    }
}

static void hex(buf *b, str v, const char *fmt)
{
    for (size_t i = 0; i < v.len; i++)
        buf_addf(b, fmt, (unsigned char)v.s[i]);
}

// Of the value behind `skip` other bytes: only the characters that depend on the value alone.
static void base64(buf *b, str v, size_t skip, const char *last_two)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    size_t from = skip == 0 ? 0 : skip == 1 ? 2 : 3, bits = (skip + v.len) * 8;
    for (size_t k = from; (k + 1) * 6 <= bits; k++) {
        uint32_t x = 0;
        for (size_t bit = k * 6; bit < k * 6 + 6; bit++)
            x = x << 1 | ((uint32_t)(unsigned char)v.s[bit / 8 - skip] >> (7 - bit % 8) & 1u);
        buf_add_char(b, x < 62 ? digits[x] : last_two[x - 62]);
    }
}

// Phones 138-1234-5678, plates 沪A·12345; `apart` stands between the groups.
static void written_apart(buf *b, str v, const char *apart)
{
    looks what = personal_looks(v);
    size_t first = what == LOOKS_PHONE ? 3 : what == LOOKS_PLATE ? 4 : 0, second = what == LOOKS_PHONE ? 7 : v.len;
    for (size_t i = 0; first && i < v.len; i++) {
        if (i == first || i == second)
            buf_add_str(b, str_c(apart));
        buf_add_char(b, v.s[i]);
    }
}

static void gb18030(buf *b, str v)
{
    iconv_t cd = iconv_open("GB18030", "UTF-8");
    char *from = (char *)(uintptr_t)v.s;
    size_t left = v.len, room = v.len * 2 + 4;
    if (cd == (iconv_t)-1)
        return;
    buf_reserve(b, room);
    char *to = b->s;
    if (iconv(cd, &from, &left, &to, &room) != (size_t)-1)
        b->len = (size_t)(to - b->s);
    iconv_close(cd);
}

// A number as the log and SQLite write it; digits only.
static void number(buf *b, str v, char how)
{
    int64_t i;
    if (v.len > 18 || !str_to_i64(v, &i) || v.s[0] < '1' || v.s[0] > '9')
        return;
    if (how == 'z')
        buf_add_zigzag(b, i);
    else if (how == 'l')
        buf_add_u64(b, (uint64_t)i);
    else
        for (int shift = i < INT64_C(1) << 47 ? 40 : 56; shift >= 0; shift -= 8)
            buf_add_u8(b, (uint8_t)(i >> shift));
}

static void sha256(buf *b, str v, const char *fmt)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const uint8_t *)v.s, v.len);
    if (fmt)
        hex(b, str_of((char *)hash, sizeof hash), fmt);
    else
        buf_add(b, hash, sizeof hash);
}

void residue_forms(str planted, void (*fn)(void *p, const char *form, str bytes), void *p)
{
    buf b = { 0 };
#define FORM(name, ...)                       \
    do {                                      \
        buf_clear(&b);                        \
        __VA_ARGS__;                          \
        if (b.len >= 4)                       \
            fn(p, name, buf_str(&b));         \
    } while (0)
    FORM("plain", buf_add_str(&b, planted));
    FORM("capitals", letters(&b, planted, upper));
    FORM("small letters", letters(&b, planted, lower));
    FORM("written apart", written_apart(&b, planted, "-"));
    FORM("written apart", written_apart(&b, planted, " "));
    FORM("written apart", written_apart(&b, planted, "·"));
    FORM("GB 18030", gb18030(&b, planted));
    FORM("UTF-16LE", utf16(&b, planted, false));
    FORM("UTF-16BE", utf16(&b, planted, true));
    for (size_t skip = 0; skip < 3; skip++) {
        FORM("base64", base64(&b, planted, skip, "+/"));
        FORM("base64url", base64(&b, planted, skip, "-_"));
    }
    FORM("percent-encoded", percent(&b, planted, "%%%02X"));
    FORM("percent-encoded", percent(&b, planted, "%%%02x"));
    FORM("JSON escapes", json_escapes(&b, planted, "\\u%04x"));
    FORM("JSON escapes", json_escapes(&b, planted, "\\u%04X"));
    FORM("hexadecimal", hex(&b, planted, "%02x"));
    FORM("hexadecimal", hex(&b, planted, "%02X"));
    FORM("number", number(&b, planted, 'z'));
    FORM("number", number(&b, planted, 'l'));
    FORM("number", number(&b, planted, 'b'));
    FORM("SHA-256", sha256(&b, planted, NULL));
    FORM("SHA-256", sha256(&b, planted, "%02x"));
    FORM("SHA-256", sha256(&b, planted, "%02X"));
#undef FORM
    buf_free(&b);
}
