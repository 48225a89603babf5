// A question as a sentence, zh and en: what the console shows beside the builder and what an approver signs.
#include "base/time.h"
#include "timeline/question.h"

typedef struct printer {
    lang l;
    arena *a;
    buf *b;
    const question_words *words;       // NULL: programs' own
} printer;

static void say(printer *p, const char *zh, const char *en) { buf_add_str(p->b, str_c(p->l == LANG_ZH ? zh : en)); }
static void quote(printer *p, str s) { buf_addf(p->b, p->l == LANG_ZH ? "「" STR_FMT "」" : "\"" STR_FMT "\"", STR_ARG(s)); }

static void number(printer *p, int64_t n) { buf_addf(p->b, "%lld", (long long)n); }

static void duration(printer *p, int64_t us)
{
    static const struct {
        int64_t us;
        const char *zh, *en;
    } units[] = {
        { US_PER_DAY, " 天", " days" },
        { US_PER_HOUR, " 小时", " hours" },
        { US_PER_MIN, " 分钟", " minutes" },
        { US_PER_S, " 秒", " seconds" },
    };
    size_t i = 0;
    while (i < 3 && us % units[i].us != 0)
        i++;
    number(p, us / units[i].us);
    say(p, units[i].zh, units[i].en);
}

static void when(printer *p, const window *w)
{
    bool from = w->from_us != INT64_MIN, to = w->to_us != INT64_MAX;
    if (w->within_us) {
        say(p, "最近 ", "in the last ");
        duration(p, w->within_us);
    } else if (from || to) {
        if (from){
            say(p, "自 ", "from ");
            buf_add_str(p->b, time_local(p->a, w->from_us));
        }
        if (to){
            say(p, from ? " 至 " : "在 ", from ? " until " : "before ");
            buf_add_str(p->b, time_local(p->a, w->to_us));
            say(p, from ? "（不含）" : " 之前", "");
        }
    } else {
        say(p, "任何时候", "at any time");
    }
}

static void scalar(printer *p, const value *v)
{
    if (v->k == V_STR)
        quote(p, v->s);
    else if (v->k == V_BOOL)
        say(p, v->i ? "是" : "否", v->i ? "yes" : "no");
    else if (v->k == V_I64)
        number(p, v->i);
    else {
        jw w = { .b = p->b };
        jw_f64(&w, v->f);
    }
}

static void comparison_print(printer *p, const comparison *c)
{
    static const char *const zh[OP_COUNT] = { "是", "不是", "小于", "至多", "大于", "至少", "属于", "有值" };
    static const char *const en[OP_COUNT] = { "is",       "is not",      "is below",  "is at most",
                                              "is above", "is at least", "is one of", "is known" };
    buf_add_str(p->b, c->name);
    buf_add_char(p->b, ' ');
    say(p, zh[c->op], en[c->op]);
    for (size_t i = 0; i < c->values_n; i++) {
        if (i)
            say(p, "、", ", ");
        else
            buf_add_char(p->b, ' ');
        scalar(p, &c->values[i]);
    }
}

static void event_name(printer *p, str kind)
{
    str called = p->words ? p->words->event(p->words->user, kind, p->l, p->a) : (str){ "", 0 };
    quote(p, called.len ? called : kind);
}

static void selector_print(printer *p, const selector *s)
{
    if (s->any)
        say(p, "任何事件", "any event");
    else
        event_name(p, s->event);
    for (size_t i = 0; i < s->where_n; i++) {
        say(p, i ? "且 " : "（", i ? " and " : " (");
        comparison_print(p, &s->where[i]);
    }
    if (s->where_n)
        say(p, "）", ")");
}

static void condition_print(printer *p, const condition *c);

static void did_print(printer *p, const condition *c)
{
    bool never = c->at_least == 0 && c->at_most == 0;
    when(p, &c->when);
    say(p, never ? "没有发生 " : "发生 ", never ? " never did " : " did ");
    selector_print(p, &c->did);
    if (never)
        return;
    if (c->at_most < 0 && c->at_least == 1) {
        say(p, " 至少 1 次", " at least once");
        return;
    }
    if (c->at_most < 0) {
        say(p, " 至少 ", " at least ");
        number(p, c->at_least);
    } else if (c->at_least == 0) {
        say(p, " 至多 ", " at most ");
        number(p, c->at_most);
    } else {
        buf_addf(p->b, p->l == LANG_ZH ? " %lld 到 %lld" : " %lld to %lld", (long long)c->at_least, (long long)c->at_most);
    }
    say(p, " 次", " times");
}

static void stage_print(printer *p, const condition *c)
{
    bool first = true;
    static const char *const zh[QUESTION_STAGES] = { "访客", "关注", "留资", "体验", "小订", "大定", "购买", "转介绍" };
    say(p, "处于阶段", "is at stage ");
    for (unsigned i = 0; i < QUESTION_STAGES; i++)
        if (c->stages >> i & 1) {
            if (!first)
                say(p, "或", " or ");
            buf_addf(p->b, p->l == LANG_ZH ? "「%s」" : "%s", p->l == LANG_ZH ? zh[i] : question_stages[i]);
            first = false;
        }
}

static void items_print(printer *p, const condition *c)
{
    bool all = c->kind == IF_ALL;
    say(p, "（", "(");
    for (size_t i = 0; i < c->items_n; i++) {
        if (i)
            say(p, all ? "，并且" : "，或者", all ? ", and " : ", or ");
        condition_print(p, &c->items[i]);
    }
    say(p, "）", ")");
}

static void condition_print(printer *p, const condition *c)
{
    bool rules_too = c->kind >= IF_TAG;        // of these rules have conditions, written alike
    if (rules_too && p->words && p->words->condition(p->words->user, c->said, p->l, p->a, p->b))
        return;
    switch (c->kind) {
    case IF_ALL:
    case IF_ANY:
        if (c->items_n == 1)
            condition_print(p, c->items);
        else
            items_print(p, c);
        return;
    case IF_NOT:
        say(p, "并非（", "not (");
        condition_print(p, c->items);
        say(p, "）", ")");
        return;
    case IF_DID:
        did_print(p, c);
        return;
    case IF_STAGE:
        stage_print(p, c);
        return;
    case IF_TAG:
        say(p, "有标签 ", "has the tag ");
        quote(p, c->name);
        return;
    case IF_TRAIT:
        say(p, "特征 ", "whose ");
        comparison_print(p, &c->trait);
        return;
    case IF_TIER:
        say(p, "分级是 ", "is of tier ");
        quote(p, c->level);
        say(p, "（", " (");
        buf_add_str(p->b, c->name);
        say(p, "）", ")");
        return;
    case IF_CLASS:
        say(p, "类别是 ", "is of class ");
        quote(p, c->level);
        return;
    case IF_CONSENT:
        say(p, "已同意 ", "consents to ");
        quote(p, c->name);
        return;
    }
}

static void unit_print(printer *p, time_unit u)
{
    static const char *const zh[UNITS] = { "日", "周", "月" };
    say(p, zh[u], question_units[u]);
}

static void events_print(printer *p, const question *q)
{
    when(p, &q->when);
    say(p, "的 ", ": ");
    selector_print(p, &q->event);
}

static void count_print(printer *p, const question *q)
{
    events_print(p, q);
    say(p, " 的次数和人数", ", times and people");
    if (q->of.len) {
        say(p, "，以及数值 ", ", and the sum, least and greatest of ");
        buf_add_str(p->b, q->of);
        say(p, " 的合计、最小和最大", "");
    }
    if (q->by.len) {
        say(p, "，按 ", ", by ");
        buf_add_str(p->b, q->by);
        say(p, " 分列", "");
    }
}

static void trend_print(printer *p, const question *q)
{
    events_print(p, q);
    say(p, " 每", ", times and people per ");
    unit_print(p, q->unit);
    say(p, "的次数和人数", "");
}

static void top_print(printer *p, const question *q)
{
    events_print(p, q);
    say(p, " 中 ", ", the most frequent values of ");
    buf_add_str(p->b, q->of);
    buf_addf(p->b, p->l == LANG_ZH ? " 最多的 %lld 个值" : " (%lld)", (long long)q->limit);
    if (q->by.len) {
        say(p, "，并合计 ", ", with the sum of ");
        buf_add_str(p->b, q->by);
    }
}

static void funnel_print(printer *p, const question *q)
{
    when(p, &q->when);
    say(p, "进入、", " entered and within ");
    duration(p, q->window_us);
    say(p, "内依次完成 ", " went through ");
    for (size_t i = 0; i < q->steps_n; i++) {
        if (i)
            say(p, " → ", " → ");
        selector_print(p, &q->steps[i]);
    }
    say(p, " 的人数", ": people at each step");
    if (q->by.len) {
        say(p, "，按首步的 ", ", by the first step's ");
        buf_add_str(p->b, q->by);
        say(p, " 分列", "");
    }
}

static void retention_print(printer *p, const question *q)
{
    when(p, &q->when);
    say(p, "首次 ", " first did ");
    selector_print(p, &q->steps[0]);
    say(p, " 的人，按", ": by ");
    unit_print(p, q->unit);
    say(p, "分批，其后各期再 ", ", how many of them did ");
    selector_print(p, &q->steps[1]);
    buf_addf(p->b, p->l == LANG_ZH ? " 的人数（%lld 期）" : " in each of the next %lld", (long long)q->limit);
}

static void timeline_print(printer *p, const question *q)
{
    buf_addf(p->b, p->l == LANG_ZH ? "用户 %u 最近的 %lld 个事件" : "the latest %2$lld events of person %1$u", q->person,
             (long long)q->limit);
}

static void audience_print(printer *p, const question *q)
{
    say(p, "符合条件的人：", "people of whom this holds: ");
    condition_print(p, q->who);
}

static void compare_print(printer *p, const question *q)
{
    say(p, "符合条件的人：", "people of whom this holds: ");
    condition_print(p, q->set);
    say(p, "；相比：", "; against ");
    if (q->against)
        condition_print(p, q->against);
    else
        say(p, "所有人", "everybody");
    if (!q->at.event.len)
        return;
    say(p, "；看各人首次 ", "; as each was when they first did ");
    selector_print(p, &q->at);
    say(p, " 的时候", "");
}

void question_print(const question *q, lang l, const question_words *words, arena *a, buf *b)
{
    static void (*const print[ASK_KINDS])(printer *, const question *) = {
        [ASK_COUNT] = count_print,         [ASK_TREND] = trend_print,       [ASK_FUNNEL] = funnel_print,
        [ASK_RETENTION] = retention_print, [ASK_AUDIENCE] = audience_print, [ASK_TOP] = top_print,
        [ASK_TIMELINE] = timeline_print,     [ASK_COMPARE] = compare_print,
    };
    printer p = { l, a, b, words };
    print[q->ask](&p, q);
    if (q->who && q->ask != ASK_AUDIENCE) {
        say(&p, "；只看：", "; only people of whom this holds: ");
        condition_print(&p, q->who);
    }
    say(&p, "。", ".");
}
