// A rule as a sentence, zh and en: audit, approval, console and API say the same.
#include "rule/rules.h"

static void say(const speech *s, str zh, str en)
{
    buf_add_str(s->b, s->l == LANG_ZH ? zh : en);
}

static void print_kind(const jval *v, const speech *s)
{
    str name = json_str(v);
    names *n = s->e ? s->e->names : NULL;
    str label = n ? names_kind_label(n, names_kind_find(n, name), s->l, s->a) : (str){ 0 };
    buf_addf(s->b, s->l == LANG_ZH ? "「" STR_FMT "」" : "\"" STR_FMT "\"", STR_ARG(label.len ? label : name));
}

static void print_duration(str d, const speech *s)
{
    char unit = d.len ? d.s[d.len - 1] : 'd';
    buf_add_str(s->b, str_take(d, d.len - 1));
    say(s,
        unit == 'd'   ? S(" 天")
        : unit == 'h' ? S(" 小时")
                      : S(" 分钟"),
        unit == 'd'   ? S(" days")
        : unit == 'h' ? S(" hours")
                      : S(" minutes"));
}

static void print_when(const jval *when, const speech *s)
{
    jval *on = json_get(when, S("event"));
    str after = json_str(json_get(when, S("after")));
    say(s, S("当"), S("When "));
    if (yyjson_is_str(on))
        print_kind(on, s);
    size_t i, count;
    jval *item;
    yyjson_arr_foreach(on, i, count, item) {
        if (i)
            say(s, S("或"), S(" or "));
        print_kind(item, s);
    }
    say(s, S("发生"), S(" happens"));
    if (after.len) {
        say(s, S("满 "), S(", after "));
        print_duration(after, s);
    }
}

static void print_then(const rules *r, const jval *then, const speech *s)
{
    size_t i, n;
    jval *item;
    yyjson_arr_foreach((jval *)(uintptr_t)then, i, n, item) {
        yyjson_obj_iter it = yyjson_obj_iter_with(item);
        jval *key = yyjson_obj_iter_next(&it);
        const effect_kind *k = rules_effect(r, json_str(key));
        if (i)
            say(s, S("；"), S("; "));
        if (k)
            k->print(yyjson_obj_iter_get_val(key), s);
    }
}

static void print_limits(const jval *body, const speech *s)
{
    jval *once = json_get(body, S("once")), *cap = json_get(body, S("cap"));
    if (once) {
        str per = json_str(json_get(once, S("per"))), within = json_str(json_get(once, S("within")));
        say(s, S("。每"), S(". Once per "));
        str_eq(per, S("person")) ? say(s, S("人"), S("person"))
                                 : buf_addf(s->b, s->l == LANG_ZH ? "个 " STR_FMT " " : STR_FMT, STR_ARG(per));
        if (within.len) {
            say(s, S("每 "), S(" in "));
            print_duration(within, s);
        }
        say(s, S("一次"), S(""));
    }
    if (cap) {
        int64_t max = 0;
        json_i64(json_get(cap, S("max")), &max);
        char per = json_str(json_get(cap, S("per"))).s[0];
        say(s, per == 'd' ? S("。每人每天至多 ") : per == 'w' ? S("。每人每周至多 ") : S("。每人每月至多 "), S(". At most "));
        buf_addf(s->b, "%lld", (long long)max);
        say(s, S(" 次"), per == 'd' ? S(" times a day") : per == 'w' ? S(" times a week") : S(" times a month"));
    }
}

void rule_print(const rules *r, const jval *body, const speech *s)
{
    print_when(json_get(body, S("when")), s);
    jval *cond = json_get(body, S("if"));
    if (cond) {
        say(s, S("，如果"), S(", if "));
        condition_print(r, cond, s);
    }
    say(s, S("，则："), S(": "));
    print_then(r, json_get(body, S("then")), s);
    print_limits(body, s);
    say(s, S("。"), S("."));
}
