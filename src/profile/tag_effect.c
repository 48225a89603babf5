// What rules do with tags: {"tag": {"add": "内容分享", "times": 3, "within": "30d", "for": "60d"}}, {"tag": {"remove": "空号"}}.
#include "base/time.h"
#include "profile/tag.h"
#include "rule/timers.h"

static const char *const sources[] = { "survey", "order", "self", NULL };
static const arg tag_args[] = { { "add", ARG_STR, .from_event = true, .max = TAG_CHARS_MAX },
                                { "remove", ARG_STR, .from_event = true, .max = TAG_CHARS_MAX },
                                { "for", ARG_DURATION },
                                { "times", ARG_I64, .min = 2, .max = 100 },
                                { "within", ARG_DURATION },
                                { "from", ARG_STR, .labels = sources },
                                { "confidence", ARG_I64, .min = 1, .max = 100 } };

static err tag_check(const checking *c, const jval *v, str path)
{
    int64_t within;
    TRY(args_check(c, v, path, tag_args, sizeof tag_args / sizeof *tag_args));
    if ((json_get(v, S("add")) != NULL) == (json_get(v, S("remove")) != NULL))
        return check_fail(c, path, "either add or remove");
    if ((json_get(v, S("times")) != NULL) != (json_get(v, S("within")) != NULL))
        return check_fail(c, path, "times and within go together");
    if (arg_duration(json_get(v, S("within")), &within) && (within % US_PER_DAY != 0 || within > 365 * US_PER_DAY))
        return check_fail(c, path, "within: whole days, at most 365d");
    return E_OK;
}

// One more deed of its day. *ret: whether there are enough within the window that ends with the latest.
static err deed_count(rule_ctx *c, str tag, int64_t times, int64_t days, bool *ret)
{
    int64_t last, n;
    TRY(db_exec(c->t->d,
                "INSERT INTO tag_deed (subject, tag, day, person, n, event_no) VALUES ($1, $2, $3, $4, 1, $5) ON CONFLICT "
                "(subject, tag, day)"
                " DO UPDATE SET n = tag_deed.n + 1, event_no = excluded.event_no",
                dbi(c->ev->subject), dbs(tag), dbi(time_local_day(c->ev->time_us)), dbi(c->person), dbi(c->ev->no)));
    TRY(db_int(c->t->d, &last, 0, "SELECT max(day) FROM tag_deed WHERE person = $1 AND tag = $2", dbi(c->person), dbs(tag)));
    TRY(db_exec(c->t->d, "DELETE FROM tag_deed WHERE subject = $1 AND tag = $2 AND day <= $3", dbi(c->ev->subject), dbs(tag),
                dbi(last - days)));
    TRY(db_int(c->t->d, &n, 0, "SELECT sum(n) FROM tag_deed WHERE person = $1 AND tag = $2 AND day > $3", dbi(c->person),
               dbs(tag), dbi(last - days)));
    *ret = n >= times;
    return E_OK;
}

static err tag_apply(rule_ctx *c, const jval *v, ring *r)
{
    size_t from = 0;
    int64_t times = 0, within = 0;
    bool enough = true;
    str add = ctx_text(c, v, S("add")), remove = ctx_text(c, v, S("remove"));
    tagging g = { .subject = c->ev->subject,
                  .tag = add.len ? add : remove,
                  .rule = c->rule_key,
                  .reason = { "", 0 },
                  .event_no = c->ev->no,
                  .at_us = c->ev->time_us,
                  .confidence = 100 };
    if (!c->person)
        return fault_detail(c->t->f, c->t->a, E_NOT_FOUND, "the event is nobody's");
    if (str_empty(g.tag) || str_utf8_count(g.tag) > TAG_CHARS_MAX)
        return fault_detail(c->t->f, c->t->a, E_FIELD_VALUE, "a tag has 1 to 60 characters");
    arg_duration(json_get(v, S("for")), &g.for_us);
    ctx_i64(c, v, S("confidence"), &g.confidence);
    if (json_get(v, S("from")) && arg_label(json_get(v, S("from")), sources, &from))
        g.origin = TAG_BY_SURVEY + (enum tag_origin)from;
    r->what = g.tag;
    if (add.len && ctx_i64(c, v, S("times"), &times) && arg_duration(json_get(v, S("within")), &within))
        TRY(deed_count(c, g.tag, times, within / US_PER_DAY, &enough));
    if (enough)
        TRY(add.len ? tag_add(c->t, &g, &r->why, &r->event_no) : tag_remove(c->t, &g, &r->event_no));
    r->outcome = r->why.len ? RING_SUPPRESSED : r->event_no ? RING_DONE : RING_NOTHING;
    return E_OK;
}

// Tags are keyed by their Chinese name.
static str tag_called(const speech *s, str tag)
{
    db_rows r;
    bool found;
    if (s->l == LANG_ZH || !s->d || db_query_one(s->d, &r, &found, "SELECT en FROM tag_type WHERE name = $1", dbs(tag)) != E_OK)
        return tag;
    str en = found ? arena_str(s->a, db_str(&r, 0)) : tag;
    return db_end(&r) == E_OK && en.len ? en : tag;
}

static void tag_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    str add = json_str(json_get(v, S("add"))), remove = json_str(json_get(v, S("remove"))),
        within = json_str(json_get(v, S("within")));
    int64_t times = 0;
    if (json_i64(json_get(v, S("times")), &times) && l == LANG_ZH)
        buf_addf(b, STR_FMT " 内满 %lld 次就", STR_ARG(within), (long long)times);
    else if (times)
        buf_addf(b, "at %lld within " STR_FMT ", ", (long long)times, STR_ARG(within));
    buf_addf(b, l == LANG_ZH ? "%s「" STR_FMT "」" : "%s \"" STR_FMT "\"",
             l == LANG_ZH ? (add.len ? "打标签" : "去标签") : (add.len ? "tag" : "untag"), STR_ARG(tag_called(s, add.len ? add : remove)));
}

static err word_check(const checking *c, const jval *v, str path)
{
    str s = json_str(v);
    if (!s.s || s.len == 0)
        return check_fail(c, path, "text");
    return str_utf8_count(s) <= TAG_CHARS_MAX ? E_OK : fault_field(c->f, c->a, E_FIELD_TOO_LONG, path, TAG_CHARS_MAX);
}

static err if_tag_test(rule_ctx *c, const jval *v, bool *ret)
{
    return tag_stands(c->t->d, c->t->a, c->person, json_str(v), c->t->now_us, ret);
}

static void if_tag_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    buf_addf(b, l == LANG_ZH ? "有标签「" STR_FMT "」" : "tagged \"" STR_FMT "\"", STR_ARG(tag_called(s, json_str(v))));
}

static const effect_kind tag_effect = { "tag", true, tag_check, tag_apply, tag_print };
static const char *const tag_moved_by[] = { "tag.added", "tag.removed", "tag.faded", "consent.given", "consent.withdrawn", NULL };
static const condition_kind if_tag = { "tag", word_check, if_tag_test, if_tag_print, tag_moved_by };

void tag_register(rules *r)
{
    rules_add_effect(r, &tag_effect);
    rules_add_condition(r, &if_tag);
    tag_timer_register(r);
}
