// Why a body is no rule, in Chinese. Checks say it in English; tests/tidy.py wants every such text here.
#include "rule/rule_api.h"

static const char *const words[][2] = {
    { "[name, = != < <= > >= in exists, value]", "应写成 [名称, = != < <= > >= in exists 之一, 值]" },
    { "a class of this axis, or a list of them", "应为这一分类里的一个类别，或它们的列表" },
    { "a duration like 30d, 12h or 15m", "应为时长，如 30d、12h、15m" },
    { "a level or a list of levels", "应为一个级别，或级别的列表" },
    { "a word kept for those on no level", "这个词留给不在任何级别的人" },
    { "cannot be used here", "这里不能用这个条件" },
    { "compared with a number", "要与数字比较" },
    { "the code of a right", "权益的代号" },
    { "ladder and level, as prospect:A", "应写成“体系:级别”，如 prospect:A" },
    { "one of points, growth, vehicles, orders, spent_fen, drives", "应为 points、growth、vehicles、orders、spent_fen、drives 之一" },
    { "there is no event to look at", "这里没有事件可看" },
    { "used twice", "重复了" },
    { "a list of conditions", "应为条件的列表" },
    { "a list", "列表" },
    { "a purpose (with its company where it must name one), or channels for all that reach the person",
      "应为一个同意用途（须指名公司的要写明公司），或用 channels 表示所有能联系到本人的渠道" },
    { "a rule keeps its key", "规则的 key 不能改" },
    { "a whole number", "整数" },
    { "an object of one condition", "应为只含一个条件的对象" },
    { "an object of one effect", "只含一个动作的对象" },
    { "an object", "对象" },
    { "behaviour, type, path or user", "应为 behaviour、type、path 或 user" },
    { "either add or remove", "add 和 remove 应当且只能写一个" },
    { "either amount or settle", "amount 和 settle 应当且只能写一个" },
    { "either close or contact", "close 和 contact 应当且只能写一个" },
    { "either give or withdraw", "give 和 withdraw 应当且只能写一个" },
    { "either got or gone", "got 和 gone 应当且只能写一个" },
    { "either role or fleet", "role 和 fleet 应当且只能写一个" },
    { "either to or undo", "to 和 undo 应当且只能写一个" },
    { "increment takes a number", "increment 的值应为数字" },
    { "lower-case letters, digits, points and underscores", "只能用小写字母、数字、点和下划线" },
    { "nested deeper than 8", "嵌套超过 8 层" },
    { "not one of the known words", "不是可用的词" },
    { "not one of the purposes of consent", "不是已有的同意用途" },
    { "not one of the stages", "不是七个阶段之一" },
    { "one of active, spoke, asked, posted, featured, accepted, drove, referred, or a list of them",
      "应为 active、spoke、asked、posted、featured、accepted、drove、referred 之一，或它们的列表" },
    { "only trial, reserve and order can be undone", "只有 trial、reserve、order 可以撤回" },
    { "reads a timeline: not available at once", "要读时间线的条件还不能用" },
    { "settle stands alone", "写了 settle 就不能再写别的" },
    { "something in it looks personal", "里面有像个人信息的内容" },
    { "text", "文字" },
    { "text, a number, true, false or a list of them", "文字、数字、true、false 或它们的列表" },
    { "times and within go together", "times 和 within 要一起写" },
    { "true or false", "true 或 false" },
    { "unset takes no value", "unset 不带值" },
    { "within: whole days, at most 365d", "within 应为整天，最多 365d" },
    { "it is not of the playbook", "它不在起步规则里" },
};

str rule_word(str english, lang l)
{
    for (size_t i = 0; l == LANG_ZH && i < sizeof words / sizeof *words; i++)
        if (str_eq(english, str_c(words[i][0])))
            return str_c(words[i][1]);
    return english;
}
