// Values that are known, found again in running text: what no pattern recognises, a name above all.
#include "base/personal.h"

static bool letter(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
static char low(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

// A bit per byte that a value begins with: most positions of a text are left by it.
typedef struct begins { uint64_t bits[4]; } begins;

static void begins_add(begins *b, char c) { b->bits[(uint8_t)c / 64] |= UINT64_C(1) << (uint8_t)c % 64; }
static bool begins_has(const begins *b, char c) { return b->bits[(uint8_t)c / 64] >> (uint8_t)c % 64 & 1; }

static begins begins_of(const str *values, size_t n)
{
    begins b = { { 0 } };
    for (size_t i = 0; i < n; i++) {
        if (!values[i].len)
            continue;
        char c = low(values[i].s[0]);
        begins_add(&b, c);
        if (c >= 'a' && c <= 'z')
            begins_add(&b, (char)(c - 32));
    }
    return b;
}

// A word of Latin letters is not looked for inside a longer one.
static bool stands_at(str text, size_t at, str value)
{
    if (value.len > text.len - at || (at && letter(value.s[0]) && letter(text.s[at - 1])))
        return false;
    size_t end = at + value.len;
    if (end < text.len && letter(value.s[value.len - 1]) && letter(text.s[end]))
        return false;
    for (size_t i = 0; i < value.len; i++)
        if (low(text.s[at + i]) != low(value.s[i]))
            return false;
    return true;
}

static size_t longest_at(str text, size_t at, const str *values, size_t n)
{
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        if (values[i].len > most && stands_at(text, at, values[i]))
            most = values[i].len;
    return most;
}

// *copy is made when the first one is found. Overlapping ones are starred all: the text that is compared stays as it came.
// What stands before `from` and behind `to` is no letter of a word.
static void star_range(str text, size_t from, size_t to, const str *values, size_t n, const begins *b, arena *a, char **copy)
{
    str part = str_of(text.s + from, to - from);
    for (size_t i = 0; i < part.len; i++) {
        size_t most = begins_has(b, part.s[i]) ? longest_at(part, i, values, n) : 0;
        if (most && !*copy)
            *copy = arena_cstr(a, text);
        if (most)
            personal_star(*copy + from + i, most);
    }
}

str personal_hushed(str text, const str *values, size_t n, arena *a)
{
    char *copy = NULL;
    const begins b = begins_of(values, n);
    star_range(text, 0, text.len, values, n, &b, a, &copy);
    return copy ? personal_squeezed(copy, text.len) : text;
}

// --- JSON -----------------------------------------------------------------------------------------------------------------------
// A string as it reads, and where each of its bytes stands in the JSON; at[text.len]: where it ends.
typedef struct reading { str text; uint32_t *at; } reading;

static size_t escape_bytes(str json, size_t at) { return at + 1 < json.len && json.s[at + 1] == 'u' ? 6 : 2; }

// What an escape of one letter reads as. \u is only written for what no value holds: a blank, so that words end there.
static char escaped(char c)
{
    switch (c) {
    case 'n': case 't': case 'r': case 'b': case 'f': case 'u': return ' ';
    default: return c;
    }
}

static reading read_string(str json, size_t from, size_t to, arena *a)
{
    char *text = arena_alloc(a, to - from + 1, 1, 1);
    reading r = { .at = arena_array(a, uint32_t, to - from + 1) };
    size_t n = 0;
    for (size_t i = from, bytes; i < to; i += bytes) {
        bool escape = json.s[i] == '\\' && i + 1 < to;
        bytes = escape ? escape_bytes(json, i) : 1;
        r.at[n] = (uint32_t)i;
        text[n++] = escape ? escaped(json.s[i + 1]) : json.s[i];
    }
    r.at[n] = (uint32_t)to;
    r.text = str_of(text, n);
    return r;
}

// A quote within a name stands there as two bytes: found as it reads, starred where it stands.
static void star_escaped(str json, size_t from, size_t to, const str *values, size_t n, const begins *b, arena *a, char **copy)
{
    char *found = NULL;
    reading r = read_string(json, from, to, a);
    star_range(r.text, 0, r.text.len, values, n, b, a, &found);
    for (size_t i = 0; found && i < r.text.len; i++) {
        if (found[i] == r.text.s[i])
            continue;
        *copy = *copy ? *copy : arena_cstr(a, json);
        (*copy)[r.at[i]] = found[i];
        memset(*copy + r.at[i] + 1, 0, r.at[i + 1] - r.at[i] - 1);
    }
}

// A string from behind its first quote. Returns where it ends.
static size_t star_string(str json, size_t from, const str *values, size_t n, const begins *b, arena *a, char **copy)
{
    size_t end = from;
    bool plain = true;
    for (; end < json.len && json.s[end] != '"'; end++)
        if (json.s[end] == '\\') {
            plain = false;
            end += escape_bytes(json, end) - 1;
        }
    end = end < json.len ? end : json.len;
    if (from < end)
        (plain ? star_range : star_escaped)(json, from, end, values, n, b, a, copy);
    return end;
}

static void star_strings(str json, const str *values, size_t n, const begins *b, arena *a, char **copy)
{
    for (size_t i = 0; i < json.len; i++)
        if (json.s[i] == '"')
            i = star_string(json, i + 1, values, n, b, a, copy);
}

str personal_hushed_json(str json, const str *values, size_t n, arena *a)
{
    char *copy = NULL;
    const begins b = begins_of(values, n);
    star_strings(json, values, n, &b, a, &copy);
    return copy ? personal_squeezed(copy, json.len) : json;
}

static void star_here(char *text, size_t len, const char *starred)
{
    for (size_t i = 0, bytes; i < len; i += bytes) {
        for (bytes = 1; i + bytes < len && (text[i + bytes] & 0xC0) == 0x80;)
            bytes++;
        if (starred[i] == text[i] && (bytes == 1 || starred[i + 1]))
            continue;
        if (bytes == 3)
            memcpy(text + i, "＊", 3);
        else
            memset(text + i, '*', bytes);
    }
}

bool personal_hush_here(char *text, size_t len, const str *values, size_t n, bool json, arena *a)
{
    char *copy = NULL;
    const begins b = begins_of(values, n);
    if (json)
        star_strings(str_of(text, len), values, n, &b, a, &copy);
    else
        star_range(str_of(text, len), 0, len, values, n, &b, a, &copy);
    if (copy)
        star_here(text, len, copy);
    return copy != NULL;
}

bool personal_program_word(str v)
{
    bool letters = false;
    for (size_t i = 0; i < v.len; i++) {
        if (!letter(v.s[i]))
            return false;
        letters = letters || v.s[i] > '9';
    }
    return letters && v.len < 17;
}

bool personal_spoken(str v)
{
    for (size_t i = 0; i < v.len; i++)
        if (v.s[i] == ' ' || (uint8_t)v.s[i] >= 0x80)
            return true;
    return false;
}

bool personal_may_name(str text)
{
    size_t run = 0;
    bool apart = false, word = true;
    if (text.len < PERSONAL_NAMING_BYTES_MIN)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        run = (uint8_t)text.s[i] >= 0x80 ? run + 1 : 0;
        word = word && letter(text.s[i]) && text.s[i] > '9';
        apart = apart || (text.s[i] == ' ' && i && letter(text.s[i - 1]) && i + 1 < text.len && letter(text.s[i + 1]));
        if (run >= 6 || apart)
            return true;
    }
    return word;
}
