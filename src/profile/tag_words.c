#include "profile/tag_words.h"

#define REACH 8                        // characters before a word that a denial reaches over; after it as many to the clause's end

static bool has_at(str text, size_t at, str word)
{
    return at + word.len <= text.len && str_eq_nocase(str_of(text.s + at, word.len), word);
}

// Length of the first of the words that stands there; 0: none.
static size_t any_at(str text, size_t at, const str *words)
{
    for (; words->len; words++)
        if (has_at(text, at, *words))
            return words->len;
    return 0;
}

static bool latin(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

static size_t char_len(const char *p)
{
    unsigned char c = (unsigned char)*p;
    return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

// A Latin word must not begin or end inside another.
static bool whole(str text, size_t at, str word)
{
    bool before = at > 0 && latin(text.s[at - 1]) && latin(word.s[0]);
    bool after = at + word.len < text.len && latin(text.s[at + word.len]) && latin(word.s[word.len - 1]);
    return !before && !after;
}

// --- Clauses --------------------------------------------------------------------------------------------------------------------

#define W(s) { s, sizeof s - 1 }
static const str stops[] = { W("，"), W("。"), W("！"), W("？"), W("；"), W("："), W(","), W("."), W("!"), W("?"), W(";"), W("\n"), W("但是"), W("但"),
                             W("可是"), W("不过"), W("而是"), W(" but "), W("") };
static const str asks[] = { W("？"), W("?"), W("") };

typedef struct clause { str text; bool asks; } clause;

static clause clause_at(str text, size_t at)
{
    size_t from = 0, i = 0, n;
    for (; i < at; i += n ? n : char_len(text.s + i)) {
        n = any_at(text, i, stops);
        from = n ? i + n : from;
    }
    for (i = at; i < text.len && !any_at(text, i, stops); i += char_len(text.s + i))
        ;
    str c = str_trim(str_of(text.s + from, i - from));
    return (clause){ str_of(text.s + from, i - from), any_at(text, i, asks) || str_ends(c, S("吗")) || str_ends(c, S("么")) };
}

// --- Denials --------------------------------------------------------------------------------------------------------------------

// Look like denials and are none. They come first.
static const str no_denials[] = { W("不但"), W("不仅"), W("不光"), W("不只"), W("不止"), W("不错"), W("没错"), W("无论"), W("不论"), W("不管"), W("没想到"),
                                  W("非常"), W("特别"), W("别克"), W("别墅"), W("别人"), W("区别"), W("差不多"), W("不少"), W("不得不"), W("未来"),
                                  W("无锡"), W("not only"), W("") };
static const str denials[] = { W("没有"), W("没"), W("无"), W("不"), W("未"), W("别"), W("非"), W("否认"), W("") };
static const str denials_en[] = { W("not"), W("no"), W("never"), W("without"), W("don't"), W("doesn't"), W("didn't"), W("isn't"), W("hasn't"),
                                  W("haven't"), W("none"), W("neither"), W("nor"), W("") };
static const str supposes[] = { W("如果"), W("要是"), W("假如"), W("万一"), W("等有了"), W("等以后"), W("") };
static const str others[] = { W("朋友"), W("邻居"), W("同事"), W("亲戚"), W("别人"), W("同学"), W("哥哥"), W("姐姐"), W("弟弟"), W("妹妹"), W("") };

static size_t denial_at(str c, size_t i)
{
    size_t n = any_at(c, i, denials);
    if (n || (i > 0 && latin(c.s[i - 1])))
        return n;
    n = any_at(c, i, denials_en);
    return n && whole(c, i, str_of(c.s + i, n)) ? n : 0;
}

static size_t chars(str c) { return str_utf8_count(c); }

// Denials in a stretch of text that reach to its end (before the word) or its beginning (after it).
static int denials_in(str c, size_t reach, bool before)
{
    int n = 0;
    bool english = c.len > 0 && chars(c) == c.len;
    for (size_t i = 0, len; i < c.len; i += len) {
        len = any_at(c, i, no_denials);
        if (len)
            continue;
        len = denial_at(c, i);
        size_t apart = before ? chars(str_skip(c, i + len)) : chars(str_take(c, i));
        n += len && apart <= (english ? 4 * reach : reach);
        len = len ? len : char_len(c.s + i);
    }
    return n;
}

static bool holds_any(str c, const str *words)
{
    for (size_t i = 0; i < c.len; i += char_len(c.s + i))
        if (any_at(c, i, words))
            return true;
    return false;
}

// "…朋友家的": whose it is stands right before the word.
static bool somebody_elses(str before)
{
    static const str between[] = { W("家里的"), W("家的"), W("家里"), W("家"), W("的"), W("有"), W("") };
    for (size_t i = 0; i < before.len; i += char_len(before.s + i)) {
        size_t n = any_at(before, i, others), m = n ? any_at(before, i + n, between) : 0;
        if (n && i + n + m == before.len)
            return true;
    }
    return false;
}

static bool speaks(str text, size_t at, str word)
{
    clause c = clause_at(text, at);
    size_t from = (size_t)(text.s + at - c.text.s);
    str before = str_take(c.text, from), after = str_skip(c.text, from + word.len);
    if (c.asks || holds_any(before, supposes) || somebody_elses(before))
        return false;
    // "孩子还没有", "露营不感兴趣": only when little else follows.
    int n = denials_in(before, REACH, true) + (chars(after) <= REACH ? denials_in(after, 3, false) : 0);
    return n % 2 == 0;
}

static bool found(str text, str word)
{
    for (size_t i = 0; i + word.len <= text.len; i += char_len(text.s + i))
        if (has_at(text, i, word) && whole(text, i, word) && speaks(text, i, word))
            return true;
    return false;
}

size_t tag_words_in(str text, str declared, arena *a, str ret[TAG_WORDS_FOUND_MAX])
{
    static const str between[] = { W("、"), W("，"), W(","), W("；"), W(";"), W("") };
    size_t n = 0, from = 0;
    for (size_t i = 0, len; i <= declared.len && n < TAG_WORDS_FOUND_MAX; i += len) {
        bool end = i == declared.len;
        size_t gap = end ? 1 : any_at(declared, i, between);
        len = gap ? gap : char_len(declared.s + i);
        if (!gap)
            continue;
        str word = str_trim(str_of(declared.s + from, i - from));
        from = i + len;
        if (word.len > 1 && found(text, word))
            ret[n++] = arena_str(a, word);
    }
    return n;
}
