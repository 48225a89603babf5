#include "base/personal.h"

#define HASH_DIGITS_MIN 16         // hexadecimal, side by side: 64 bits and longer

static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool alnum(char c) { return digit(c) || upper(c) || (c >= 'a' && c <= 'z'); }
static bool local_part(char c) { return alnum(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-'; }
static bool ends_at(str s, size_t i, bool (*more)(char c)) { return i >= s.len || !more(s.s[i]); }

// Each takes text that begins where such a thing may begin and tells how many bytes of it are one; 0: none.

// 3-4-4 digits, the groups apart by one blank or hyphen or by nothing; before them +86, 0086 or 86.
static size_t phone_at(str s)
{
    if (s.s[0] != '1' && s.s[0] != '+' && s.s[0] != '0' && s.s[0] != '8')
        return 0;
    size_t i = str_starts(s, S("+86")) ? 3 : str_starts(s, S("0086")) ? 4 : str_starts(s, S("86")) ? 2 : 0, n = 0;
    if (i && i < s.len && (s.s[i] == ' ' || s.s[i] == '-'))
        i++;
    if (i + 11 > s.len || s.s[i] != '1' || s.s[i + 1] < '3' || s.s[i + 1] > '9')
        return 0;
    for (; i < s.len && n < 11; i++) {
        bool gap = (n == 3 || n == 7) && (s.s[i] == ' ' || s.s[i] == '-') && digit(s.s[i - 1]);
        if (!gap && !digit(s.s[i]))
            return 0;
        n += !gap;
    }
    return n == 11 && ends_at(s, i, digit) ? i : 0;
}

// Six digits of a place (GB/T 2260: 11 to 91 by region), a day, three digits, a check digit: an order numbered by eighteen digits is none.
static bool born_somewhere(str s)
{
    static const char regions[] = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91 ";
    bool place = false;
    for (size_t i = 0; i + 2 < sizeof regions; i += 3)
        place = place || memcmp(s.s, regions + i, 2) == 0;
    int year = (s.s[6] - '0') * 10 + s.s[7] - '0', month = (s.s[10] - '0') * 10 + s.s[11] - '0';
    int day = (s.s[12] - '0') * 10 + s.s[13] - '0';
    return place && (year == 18 || year == 19 || year == 20) && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static size_t id_number_at(str s)
{
    static const int weights[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    int sum = 0;
    if (s.len < 18 || !ends_at(s, 18, alnum))
        return 0;
    for (int i = 0; i < 17; i++) {
        if (!digit(s.s[i]))
            return 0;
        sum += weights[i] * (s.s[i] - '0');
    }
    char last = s.s[17] == 'x' ? 'X' : s.s[17];
    return born_somewhere(s) && last == "10X98765432"[sum % 11] ? 18 : 0;
}

// What a character counts in a VIN; -1: it stands in none.
static int vin_value(char c)
{
    static const int letters[26] = { 1, 2, 3, 4, 5, 6, 7, 8, -1, 1, 2, 3, 4, 5, -1, 7, -1, 9, 2, 3, 4, 5, 6, 7, 8, 9 };
    if (digit(c))
        return c - '0';
    c = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
    return upper(c) ? letters[c - 'A'] : -1;
}

static size_t vin_at(str s)
{
    static const int weights[17] = { 8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2 };
    int sum = 0, digits = 0;
    if (s.len < 17 || !ends_at(s, 17, alnum))
        return 0;
    for (int i = 0; i < 17; i++) {
        int v = vin_value(s.s[i]);
        if (v < 0)
            return 0;
        sum += v * weights[i];
        digits += digit(s.s[i]);
    }
    char check = s.s[8] == 'x' ? 'X' : s.s[8];
    return digits > 0 && digits < 17 && check == "0123456789X"[sum % 11] ? 17 : 0;
}

// Province, letter of the authority, perhaps a dot, five characters or six (new energy).
static size_t plate_at(str s)
{
    static const char provinces[] = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
    size_t i = 4, n = 0;
    bool known = false;
    if (s.len < 9 || !upper(s.s[3]))
        return 0;
    for (size_t p = 0; p + 3 < sizeof provinces && !known; p += 3)
        known = memcmp(s.s, provinces + p, 3) == 0;
    if (!known)
        return 0;
    i += str_starts(str_skip(s, i), S("·")) ? 2 : str_starts(str_skip(s, i), S(" ")) ? 1 : 0;
    while (i + n < s.len && n < 7 && (digit(s.s[i + n]) || upper(s.s[i + n])))
        n++;
    return (n == 5 || n == 6) && ends_at(s, i + n, alnum) ? i + n : 0;
}

static size_t email_at(str s)
{
    size_t i = 0, dot = 0, at;
    while (i < s.len && i < 64 && local_part(s.s[i]))
        i++;
    if (i == 0 || i >= s.len || s.s[i] != '@')
        return 0;
    for (at = ++i; i < s.len && (alnum(s.s[i]) || s.s[i] == '.' || s.s[i] == '-'); i++)
        if (s.s[i] == '.' && i > at && i + 1 < s.len && alnum(s.s[i + 1]))
            dot = i;
    return dot ? i : 0;
}

static const struct form { looks what; size_t (*at)(str s); } forms[] = {
    { LOOKS_PHONE, phone_at }, { LOOKS_ID_NUMBER, id_number_at }, { LOOKS_VIN, vin_at }, { LOOKS_EMAIL, email_at },
};

// Which of them a text could hold at all, as bits: every text of every event is looked at, and most hold too few digits, no long
// word and no @. One pass without a comparison of texts.
static unsigned possible_in(str s)
{
    enum { DIGIT = 1, UPPER = 2, LOWER = 4, AT = 8, HAN = 16 };
    static const uint8_t of[256] = { ['0' ... '9'] = DIGIT, ['A' ... 'Z'] = UPPER, ['a' ... 'z'] = LOWER, ['@'] = AT, [0xE4 ... 0xE9] = HAN };
    size_t digits = 0, run = 0, longest = 0;
    unsigned seen = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned c = of[(unsigned char)s.s[i]];
        seen |= c;
        digits += c & DIGIT;
        run = c & (DIGIT | UPPER | LOWER) ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return (unsigned)(digits >= 11) << LOOKS_PHONE | (unsigned)(digits >= 17) << LOOKS_ID_NUMBER |
           (unsigned)(digits && longest >= 17) << LOOKS_VIN | (unsigned)((seen & AT) != 0) << LOOKS_EMAIL |
           (unsigned)((seen & HAN) && (seen & UPPER) && longest >= 5) << LOOKS_PLATE;
}

// Latin ones begin where a word or number begins; plates begin with a Chinese character, whatever stands before.
static size_t any_at(str s, size_t i, unsigned possible, looks *ret)
{
    unsigned char c = (unsigned char)s.s[i];
    str rest = str_skip(s, i);
    *ret = LOOKS_PLATE;
    if (c >= 0xE4 && c <= 0xE9)
        return possible >> LOOKS_PLATE & 1 ? plate_at(rest) : 0;
    if (c != '+' && !alnum((char)c))
        return 0;
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
        bool begins = i == 0 || (forms[k].what == LOOKS_PHONE ? !digit(s.s[i - 1])
                                 : forms[k].what == LOOKS_EMAIL ? !local_part(s.s[i - 1]) : !alnum(s.s[i - 1]));
        size_t n = begins && possible >> forms[k].what & 1 ? forms[k].at(rest) : 0;
        *ret = forms[k].what;
        if (n)
            return n;
    }
    return 0;
}

static bool hexadecimal(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// One SHA-256 of three hundred has eleven digits in a row that could be called, and one hash of 64 bits of two thousand.
static bool in_hash(str s, size_t at, size_t n)
{
    size_t from = at, to = at + n;
    while (from > 0 && hexadecimal(s.s[from - 1]))
        from--;
    while (to < s.len && hexadecimal(s.s[to]))
        to++;
    return to - from >= HASH_DIGITS_MIN;
}

// The first one from `from` on: where, and how long; s.len when there is none.
static size_t find(str s, size_t from, unsigned possible, size_t *ret_n)
{
    looks what;
    for (size_t i = from; possible && i < s.len; i++)
        if ((*ret_n = any_at(s, i, possible, &what)) > 0 && !(what == LOOKS_PHONE && in_hash(s, i, *ret_n)))
            return i;
    return s.len;
}

looks personal_looks(str whole)
{
    looks what;
    unsigned possible = possible_in(whole);
    return possible && any_at(whole, 0, possible, &what) == whole.len ? what : LOOKS_NOTHING;
}

bool personal_in(str text)
{
    size_t n;
    return find(text, 0, possible_in(text), &n) < text.len;
}

void personal_star(char *at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        at[i] = at[i] == 0 || (at[i] & 0xC0) == 0x80 ? 0 : '*';
}

str personal_squeezed(char *copy, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        if (copy[i])
            copy[n++] = copy[i];
    return str_of(copy, n);
}

str personal_starred(str text, arena *a)
{
    unsigned possible = possible_in(text);
    size_t n, at = find(text, 0, possible, &n);
    if (at == text.len)
        return text;
    char *copy = arena_cstr(a, text);
    for (; at < text.len; at = find(text, at + n, possible, &n))
        personal_star(copy + at, n);
    return personal_squeezed(copy, text.len);
}
