// A rule as a sentence, zh and en: audit, approval, console and API say the same.
#include "rule/rules.h"

static void say(buf *b, lang l, str zh, str en)
{
    buf_add_str(b, l == LANG_ZH ? zh : en);
}

static void print_kind(names *n, const jval *v, lang l, arena *a, buf *b)
{
    str name = json_str(v);
    str label = n ? names_kind_label(n, names_kind_find(n, name), l, a) : (str){ 0 };
    buf_addf(b, l == LANG_ZH ? "「" STR_FMT "」" : "\"" STR_FMT "\"", STR_ARG(label.len ? label : name));
}

static void print_duration(str d, lang l, buf *b)
{
    char unit = d.len ? d.s[d.len - 1] : 'd';
    buf_add_str(b, str_take(d, d.len - 1));
    say(b, l,
        unit == 'd'   ? S(" 天")
        : unit == 'h' ? S(" 小时")
                      : S(" 分钟"),
        unit == 'd'   ? S(" days")
        : unit == 'h' ? S(" hours")
                      : S(" minutes"));
}

static void print_when(names *n, const jval *when, lang l, arena *a, buf *b)
{
    jval *on = json_get(when, S("event"));
    str after = json_str(json_get(when, S("after")));
    say(b, l, S("当"), S("When "));
    if (yyjson_is_str(on))
        print_kind(n, on, l, a, b);
    size_t i, count;
    jval *item;
    yyjson_arr_foreach(on, i, count, item) {
        if (i)
            say(b, l, S("或"), S(" or "));
        print_kind(n, item, l, a, b);
    }
    say(b, l, S("发生"), S(" happens"));
    if (after.len) {
        say(b, l, S("满 "), S(", after "));
        print_duration(after, l, b);
    }
}

static void print_then(const rules *r, const jval *then, lang l, buf *b)
{
    size_t i, n;
    jval *item;
    yyjson_arr_foreach((jval *)(uintptr_t)then, i, n, item) {
        yyjson_obj_iter it = yyjson_obj_iter_with(item);
        jval *key = yyjson_obj_iter_next(&it);
        const effect_kind *k = rules_effect(r, json_str(key));
        if (i)
            say(b, l, S("；"), S("; "));
        if (k)
            k->print(yyjson_obj_iter_get_val(key), l, b);
    }
}

static void print_limits(const jval *body, lang l, buf *b)
{
    jval *once = json_get(body, S("once")), *cap = json_get(body, S("cap"));
    if (once) {
        str per = json_str(json_get(once, S("per"))), within = json_str(json_get(once, S("within")));
        say(b, l, S("。每"), S(". Once per "));
        str_eq(per, S("person")) ? say(b, l, S("人"), S("person"))
                                 : buf_addf(b, l == LANG_ZH ? "个 " STR_FMT " " : STR_FMT, STR_ARG(per));
        if (within.len) {
            say(b, l, S("每 "), S(" in "));
            print_duration(within, l, b);
        }
        say(b, l, S("一次"), S(""));
    }
    if (cap) {
        int64_t max = 0;
        json_i64(json_get(cap, S("max")), &max);
        char per = json_str(json_get(cap, S("per"))).s[0];
        say(b, l, per == 'd' ? S("。每人每天至多 ") : per == 'w' ? S("。每人每周至多 ") : S("。每人每月至多 "), S(". At most "));
        buf_addf(b, "%lld", (long long)max);
        say(b, l, S(" 次"), per == 'd' ? S(" times a day") : per == 'w' ? S(" times a week") : S(" times a month"));
    }
}

void rule_print(const rules *r, names *n, const jval *body, lang l, arena *a, buf *b)
{
    print_when(n, json_get(body, S("when")), l, a, b);
    jval *cond = json_get(body, S("if"));
    if (cond) {
        say(b, l, S("，如果"), S(", if "));
        condition_print(r, cond, l, b);
    }
    say(b, l, S("，则："), S(": "));
    print_then(r, json_get(body, S("then")), l, b);
    print_limits(body, l, b);
    say(b, l, S("。"), S("."));
}
