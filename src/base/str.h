// Strings are {pointer, length}: UTF-8, not NUL-terminated, never owned by the struct itself.
#ifndef BASE_STR_H
#define BASE_STR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct str {
    const char *s;
    size_t len;
} str;

// S("literal") is a str; STR_FMT/STR_ARG print one with %.*s.
#define S(literal) ((str){ "" literal, sizeof(literal) - 1 })
#define STR_FMT "%.*s"
#define STR_ARG(v) (int)(v).len, ((v).s ? (v).s : "")

static inline str str_of(const char *s, size_t len) { return (str){ s, len }; }
static inline str str_c(const char *s) { return (str){ s, s ? strlen(s) : 0 }; }
static inline bool str_empty(str a) { return a.len == 0; }

static inline bool str_eq(str a, str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.s, b.s, a.len) == 0);
}

int str_cmp(str a, str b);                    // bytewise order, as COLLATE "C"
bool str_eq_nocase(str a, str b);             // ASCII letters only
bool str_starts(str a, str prefix);
bool str_ends(str a, str suffix);
str str_skip(str a, size_t n);                // without its first n bytes; empty when shorter
str str_take(str a, size_t n);                // its first n bytes; all when shorter
str str_trim(str a);                          // without ASCII white space at both ends

// Cuts *rest at the first `sep`: returns what stands before it, leaves what follows. Without sep: all, and nothing.
str str_cut(str *rest, char sep);

// The whole string as a decimal int64 ("-5", no plus, no spaces). False on anything else or overflow.
bool str_to_i64(str a, int64_t *ret);

// True when the bytes are well-formed UTF-8 without U+0000 (databases refuse NUL in text).
bool str_utf8_valid(str a);

// Number of Unicode code points; the bytes must be valid UTF-8.
size_t str_utf8_count(str a);

#endif
