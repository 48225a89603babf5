// Conditions of levels as sentences.
#include "tier/tier_internal.h"

str tier_sentence(req *r, const jval *condition, lang in)
{
    const engine *e = r->app;
    buf b = { 0 };
    if (condition)
        condition_print(e->rules, condition, &(speech){ in, &b, r->a, e, r->d });
    str text = arena_str(r->a, str_take(buf_str(&b), 1900));
    buf_free(&b);
    return text;
}

str tier_why(req *r, const tier_ladder *l, int level, int branch, lang in)
{
    if (level == TIER_PLACE_NONE)
        return l->who ? arena_fmt(r->a, in == LANG_ZH ? "不再满足：" STR_FMT : "no longer: " STR_FMT, STR_ARG(tier_sentence(r, l->who, in)))
                      : (str){ "", 0 };
    const jval *condition = l->levels[level].condition;
    if (!condition)
        return in == LANG_ZH ? S("上面各级的条件都不满足") : S("none of the levels above");
    if (branch >= 0)
        condition = yyjson_arr_get(json_get(condition, S("any")), (size_t)branch);
    return tier_sentence(r, condition, in);
}
