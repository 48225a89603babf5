#include "base/str.h"

int str_cmp(str a, str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.s, b.s, n) : 0;
    return c ? c : (a.len > b.len) - (a.len < b.len);
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

bool str_eq_nocase(str a, str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.s[i]) != lower(b.s[i]))
            return false;
    return true;
}

bool str_starts(str a, str prefix) { return a.len >= prefix.len && str_eq(str_take(a, prefix.len), prefix); }
bool str_ends(str a, str suffix) { return a.len >= suffix.len && str_eq(str_skip(a, a.len - suffix.len), suffix); }

str str_skip(str a, size_t n)
{
    if (n >= a.len)
        return (str){ a.s, 0 };
    return (str){ a.s + n, a.len - n };
}

str str_take(str a, size_t n) { return (str){ a.s, n < a.len ? n : a.len }; }

static bool space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

str str_trim(str a)
{
    while (a.len && space(a.s[0]))
        a = str_skip(a, 1);
    while (a.len && space(a.s[a.len - 1]))
        a.len--;
    return a;
}

str str_cut(str *rest, char sep)
{
    str all = *rest;
    const char *at = all.len ? memchr(all.s, sep, all.len) : NULL;
    if (!at) {
        *rest = (str){ 0 };
        return all;
    }
    size_t n = (size_t)(at - all.s);
    *rest = (str){ at + 1, all.len - n - 1 };
    return str_take(all, n);
}

bool str_to_i64(str a, int64_t *ret)
{
    bool negative = a.len && a.s[0] == '-';
    if (negative)
        a = str_skip(a, 1);
    if (a.len == 0 || a.len > 19)
        return false;
    uint64_t v = 0;
    for (size_t i = 0; i < a.len; i++) {
        if (a.s[i] < '0' || a.s[i] > '9')
            return false;
        v = v * 10 + (uint64_t)(a.s[i] - '0');      // 19 digits fit in 64 bits
    }
    uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    if (v > limit)
        return false;
    *ret = negative ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}

// Length of the well-formed sequence at p, 0 when there is none (RFC 3629: no surrogates, no overlong forms, ≤ U+10FFFF).
static size_t utf8_step(const unsigned char *p, size_t left)
{
    unsigned char c = p[0];
    if (c < 0x80)
        return c != 0;
    size_t n = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (c < 0xC2 || c > 0xF4 || n > left)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F) || (c == 0xF0 && p[1] < 0x90) || (c == 0xF4 && p[1] > 0x8F))
        return 0;
    return n;
}

// Eight bytes of ASCII without NUL at once. A byte below 0x80 keeps its high bit clear, and borrows only if it is zero.
static bool plain8(const unsigned char *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return !((w | (w - UINT64_C(0x0101010101010101))) & UINT64_C(0x8080808080808080));
}

bool str_utf8_valid(str a)
{
    const unsigned char *p = (const unsigned char *)a.s;
    for (size_t i = 0; i < a.len;) {
        if (i + 8 <= a.len && plain8(p + i)) {
            i += 8;
            continue;
        }
        size_t n = utf8_step(p + i, a.len - i);
        if (!n)
            return false;
        i += n;
    }
    return true;
}

size_t str_utf8_count(str a)
{
    size_t n = 0;
    for (size_t i = 0; i < a.len; i++)
        n += (a.s[i] & 0xC0) != 0x80;
    return n;
}
