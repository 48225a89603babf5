// Named patterns of strings: checked by hand (no regular expressions at run time), published as the regex beside the check.
#include "api/shape.h"
#include "base/time.h"

static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool lower(char c) { return c >= 'a' && c <= 'z'; }
static bool upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool alnum(char c) { return digit(c) || lower(c) || upper(c); }
static bool one_of(char c, const char *set) { return c && strchr(set, c) != NULL; }

static bool all_digits(str v)
{
    for (size_t i = 0; i < v.len; i++)
        if (!digit(v.s[i]))
            return false;
    return v.len > 0;
}

static bool is_id(str v)
{
    if (!v.len || !alnum(v.s[0]))
        return false;
    for (size_t i = 1; i < v.len; i++)
        if (!alnum(v.s[i]) && !one_of(v.s[i], "._:-"))
            return false;
    return true;
}

static bool is_code(str v)
{
    if (!v.len || !(digit(v.s[0]) || lower(v.s[0])))
        return false;
    for (size_t i = 1; i < v.len; i++)
        if (!digit(v.s[i]) && !lower(v.s[i]) && !one_of(v.s[i], "._-"))
            return false;
    return true;
}

static bool is_login(str v)
{
    if (!v.len || !(digit(v.s[0]) || lower(v.s[0])))
        return false;
    for (size_t i = 1; i < v.len; i++)
        if (!digit(v.s[i]) && !lower(v.s[i]) && !one_of(v.s[i], "._@-"))
            return false;
    return true;
}

// Mainland mobiles as people write them (11 digits), or E.164 with its plus.
static bool is_phone(str v)
{
    if (v.len && v.s[0] == '+')
        return v.len >= 8 && v.len <= 16 && all_digits(str_skip(v, 1)) && v.s[1] != '0';
    return v.len == 11 && all_digits(v) && v.s[0] == '1' && v.s[1] >= '3';
}

// One "@", a local part of atoms, a domain of at least two labels. Quoted local parts and address literals are not mail people have.
static bool is_email(str v)
{
    str domain = v, local = str_cut(&domain, '@');
    if (!local.len || local.len > 64)
        return false;
    for (size_t i = 0; i < local.len; i++)
        if (!alnum(local.s[i]) && !one_of(local.s[i], "!#$%&'*+/=?^_`{|}~.-"))
            return false;
    int labels = 0;
    for (; domain.s && (domain.len || labels == 0); labels++) {
        if (domain.s[domain.len - (domain.len > 0)] == '.')
            return false;
        str label = str_cut(&domain, '.');
        if (!label.len || label.len > 63)
            return false;
        for (size_t i = 0; i < label.len; i++)
            if (!alnum(label.s[i]) && label.s[i] != '-')
                return false;
    }
    return labels >= 2;
}

static bool is_date(str v)
{
    if (v.len != 10 || v.s[4] != '-' || v.s[7] != '-' || !all_digits(str_take(v, 4)))
        return false;
    char iso[24];
    memcpy(iso, v.s, 10);
    memcpy(iso + 10, "T00:00:00Z", 10);
    int64_t us;
    return time_parse_iso(str_of(iso, 20), &us);
}

static bool is_month(str v)
{
    if (v.len != 7)
        return false;
    char day[10];
    memcpy(day, v.s, 7);
    memcpy(day + 7, "-01", 3);
    return is_date(str_of(day, 10));
}

static bool is_clock(str v)
{
    if (v.len != 5 || v.s[2] != ':' || !all_digits(str_take(v, 2)) || !all_digits(str_skip(v, 3)))
        return false;
    return (v.s[0] < '2' || (v.s[0] == '2' && v.s[1] <= '3')) && v.s[3] <= '5';
}

static bool is_url(str v)
{
    size_t n = str_starts(v, S("https://")) ? 8 : str_starts(v, S("http://")) ? 7 : 0;
    if (!n || v.len == n || one_of(v.s[n], "/?#"))
        return false;
    for (size_t i = n; i < v.len; i++)
        if ((unsigned char)v.s[i] <= 0x20 || v.s[i] == 0x7F)
            return false;
    return true;
}

// ISO 3779, with the alphabet of GB 16735: no I, O, Q.
static bool is_vin(str v)
{
    for (size_t i = 0; i < v.len; i++)
        if (!digit(v.s[i]) && (!upper(v.s[i]) || one_of(v.s[i], "IOQ")))
            return false;
    return v.len == 17;
}

static bool is_line(str v)
{
    for (size_t i = 0; i < v.len; i++)
        if ((unsigned char)v.s[i] < 0x20 || v.s[i] == 0x7F)
            return false;
    return true;
}

static const struct pattern {
    const char *name, *regex, *example;
    bool (*ok)(str v);
} patterns[] = {
    { "id", "^[A-Za-z0-9][A-Za-z0-9._:-]*$", "u-10293", is_id },
    { "code", "^[a-z0-9][a-z0-9._-]*$", "test_drive.booked", is_code },
    { "login", "^[a-z0-9][a-z0-9._@-]*$", "li.wei", is_login },
    { "phone", "^(1[3-9][0-9]{9}|\\+[1-9][0-9]{6,14})$", "13800138000", is_phone },
    { "email", "^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([A-Za-z0-9-]{1,63}\\.)+[A-Za-z0-9-]{1,63}$", "li.wei@example.com", is_email },
    { "date", "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", "2026-03-09", is_date },
    { "month", "^[0-9]{4}-(0[1-9]|1[0-2])$", "2026-03", is_month },
    { "clock", "^([01][0-9]|2[0-3]):[0-5][0-9]$", "09:30", is_clock },
    { "url", "^https?://[^/?#\\s\\x00-\\x1F\\x7F][^\\s\\x00-\\x1F\\x7F]*$", "https://example.com/a", is_url },
    { "vin", "^[A-HJ-NPR-Z0-9]{17}$", "LSJA24U68KS000001", is_vin },
    { "line", "^[^\\x00-\\x1F\\x7F]*$", "One line", is_line },
};

static const struct pattern *find(const char *name)
{
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        if (strcmp(patterns[i].name, name) == 0)
            return &patterns[i];
    return NULL;
}

bool shape_pattern_known(const char *name) { return find(name) != NULL; }

bool shape_pattern_ok(const char *name, str v)
{
    const struct pattern *p = find(name);
    ENSURE(p);
    return p->ok(v);
}

const char *shape_pattern_regex(const char *name)
{
    const struct pattern *p = find(name);
    ENSURE(p);
    return p->regex;
}

const char *shape_pattern_example(const char *name)
{
    const struct pattern *p = find(name);
    ENSURE(p);
    return p->example;
}
