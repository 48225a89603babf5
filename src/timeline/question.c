// From JSON to question: one walk that checks everything and names what is wrong by its path.
#include "timeline/question.h"
#include "base/time.h"

#define DEPTH_MAX 8
#define ITEMS_MAX 50
#define WHERE_MAX 20
#define IN_MAX 1000
#define NAME_MAX_CHARS 200
#define DURATION_MAX_US (3660 * US_PER_DAY)

const char *const question_stages[QUESTION_STAGES] = { "visitor", "follow", "lead",  "trial",
                                                       "reserve", "order",  "owner", "advocate" };
const char *const question_ops[OP_COUNT + 1] = { "=", "!=", "<", "<=", ">", ">=", "in", "exists", NULL };
const char *const question_units[UNITS + 1] = { "day", "week", "month", NULL };

typedef struct parser {
    arena *a;
    fault *f;
    const dictionary *dict;
    int64_t now_us;
} parser;

// --- What can be wrong ------------------------------------------------------------------------------------------------------
static err wrong(parser *p, err code, str path, int64_t limit, const char *detail)
{
    fault_field(p->f, p->a, code, path, limit);
    if (p->f)
        p->f->detail = str_c(detail);
    return code;
}

static str at_key(parser *p, str path, str key)
{
    return path.len ? arena_fmt(p->a, STR_FMT "." STR_FMT, STR_ARG(path), STR_ARG(key)) : key;
}

static str at_item(parser *p, str path, size_t i) { return arena_fmt(p->a, STR_FMT "[%zu]", STR_ARG(path), i); }

static bool listed(str key, const char *keys)
{
    str rest = str_c(keys);
    while (rest.len)
        if (str_eq(str_cut(&rest, ' '), key))
            return true;
    return false;
}

// An object with no keys but those listed, separated by spaces.
static err check_object(parser *p, jval *v, str path, const char *keys)
{
    if (!yyjson_is_obj(v))
        return wrong(p, E_FIELD_TYPE, path, 0, "object");
    yyjson_obj_iter it = yyjson_obj_iter_with(v);
    for (jval *k; (k = yyjson_obj_iter_next(&it));)
        if (!listed(json_str(k), keys))
            return wrong(p, E_FIELD_UNKNOWN, at_key(p, path, json_str(k)), 0, "");
    return E_OK;
}

// --- Scalars ----------------------------------------------------------------------------------------------------------------
static err read_text(parser *p, jval *v, str path, str *ret)
{
    if (!v)
        return wrong(p, E_FIELD_REQUIRED, path, 0, "");
    if (!yyjson_is_str(v))
        return wrong(p, E_FIELD_TYPE, path, 0, "string");
    str s = json_str(v);
    if (!str_utf8_valid(s))
        return wrong(p, E_FIELD_UTF8, path, 0, "");
    if (!s.len)
        return wrong(p, E_FIELD_TOO_SHORT, path, 1, "");
    if (str_utf8_count(s) > NAME_MAX_CHARS)
        return wrong(p, E_FIELD_TOO_LONG, path, NAME_MAX_CHARS, "");
    *ret = arena_str(p->a, s);
    return E_OK;
}

static err read_optional_text(parser *p, jval *obj, str path, const char *key, str *ret)
{
    jval *v = json_get(obj, str_c(key));
    return v ? read_text(p, v, at_key(p, path, str_c(key)), ret) : E_OK;
}

static err read_int(parser *p, jval *obj, str path, const char *key, int64_t least, int64_t most, int64_t *ret)
{
    jval *v = json_get(obj, str_c(key));
    int64_t n;
    path = at_key(p, path, str_c(key));
    if (!v)
        return E_OK;
    if (!json_i64(v, &n))
        return wrong(p, E_FIELD_TYPE, path, 0, "integer");
    if (n < least)
        return wrong(p, E_FIELD_TOO_SMALL, path, least, "");
    if (n > most)
        return wrong(p, E_FIELD_TOO_LARGE, path, most, "");
    *ret = n;
    return E_OK;
}

static err read_label(parser *p, jval *v, str path, const char *const *labels, const char *which, size_t *ret)
{
    str s;
    TRY(read_text(p, v, path, &s));
    for (size_t i = 0; labels[i]; i++)
        if (str_eq(s, str_c(labels[i]))) {
            *ret = i;
            return E_OK;
        }
    return wrong(p, E_FIELD_VALUE, path, 0, which);
}

// "30d": a whole number and w, d, h, m or s.
static err read_duration(parser *p, jval *v, str path, int64_t *ret)
{
    static const struct {
        char unit;
        int64_t us;
    } units[] = {
        { 'w', 7 * US_PER_DAY }, { 'd', US_PER_DAY }, { 'h', US_PER_HOUR }, { 'm', US_PER_MIN }, { 's', US_PER_S },
    };
    str s;
    int64_t n = 0, us = 0;
    TRY(read_text(p, v, path, &s));
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (s.s[s.len - 1] == units[i].unit)
            us = units[i].us;
    if (!us || !str_to_i64(str_take(s, s.len - 1), &n))
        return wrong(p, E_FIELD_VALUE, path, 0, "a duration like 30d, 12h or 45m");
    if (n < 1 || n > DURATION_MAX_US / us)
        return wrong(p, E_FIELD_VALUE, path, 0, "a duration between 1s and 3660d");
    *ret = n * us;
    return E_OK;
}

// An instant, or a day of the brand's zone (its beginning).
static err read_time(parser *p, jval *v, str path, int64_t *ret)
{
    str s;
    TRY(read_text(p, v, path, &s));
    str whole = s.len == 10 ? arena_join(p->a, s, S("T00:00:00+08:00")) : s;
    return time_parse_iso(whole, ret) ? E_OK : wrong(p, E_FIELD_VALUE, path, 0, "ISO 8601, or a day like 2026-03-09");
}

static err read_window(parser *p, jval *obj, str path, window *ret)
{
    jval *within = json_get(obj, S("within")), *from = json_get(obj, S("from")), *to = json_get(obj, S("to"));
    *ret = (window){ INT64_MIN, INT64_MAX, 0 };
    if (within){
        if (from || to)
            return wrong(p, E_FIELD_VALUE, at_key(p, path, S("within")), 0, "either within, or from and to");
        TRY(read_duration(p, within, at_key(p, path, S("within")), &ret->within_us));
        // Up to now, this very microsecond included: the event that asks is part of it.
        ret->from_us = p->now_us - ret->within_us;
        ret->to_us = p->now_us + 1;
        return E_OK;
    }
    if (from)
        TRY(read_time(p, from, at_key(p, path, S("from")), &ret->from_us));
    if (to)
        TRY(read_time(p, to, at_key(p, path, S("to")), &ret->to_us));
    if (ret->from_us >= ret->to_us)
        return wrong(p, E_FIELD_VALUE, at_key(p, path, S("to")), 0, "later than from");
    return E_OK;
}

// --- Comparisons ------------------------------------------------------------------------------------------------------------
static err read_value(parser *p, jval *v, str path, bool order, value *ret)
{
    int64_t n;
    if (json_i64(v, &n))
        *ret = (value){ .k = V_I64, .i = n };
    else if (yyjson_is_num(v))
        *ret = (value){ .k = V_F64, .f = yyjson_get_num(v) };
    else if (yyjson_is_bool(v) && !order)
        *ret = (value){ .k = V_BOOL, .i = yyjson_get_bool(v) };
    else if (yyjson_is_str(v) && !order)
        *ret = (value){ .k = V_STR, .s = arena_str(p->a, json_str(v)) };
    else
        return wrong(p, E_FIELD_TYPE, path, 0, order ? "number" : "string, number or boolean");
    if (ret->k == V_STR && !str_utf8_valid(ret->s))
        return wrong(p, E_FIELD_UTF8, path, 0, "");
    return E_OK;
}

static err read_values(parser *p, jval *v, str path, comparison *c)
{
    bool order = c->op >= OP_LT && c->op <= OP_GE, list = c->op == OP_IN;
    size_t n = list ? yyjson_arr_size(v) : 1;
    if (list && !yyjson_is_arr(v))
        return wrong(p, E_FIELD_TYPE, path, 0, "list");
    if (n == 0)
        return wrong(p, E_FIELD_TOO_SHORT, path, 1, "");
    if (n > IN_MAX)
        return wrong(p, E_FIELD_TOO_MANY, path, IN_MAX, "");
    value *values = arena_array(p->a, value, n);
    for (size_t i = 0; i < n; i++)
        TRY(read_value(p, list ? yyjson_arr_get(v, i) : v, list ? at_item(p, path, i) : path, order, &values[i]));
    c->values = values;
    c->values_n = n;
    return E_OK;
}

static uint32_t prop_of(parser *p, str name) { return p->dict ? p->dict->prop(p->dict->user, name) : 0; }
static uint32_t kind_of(parser *p, str name) { return p->dict ? p->dict->kind(p->dict->user, name) : 0; }

static err read_comparison(parser *p, jval *v, str path, comparison *ret)
{
    size_t op = 0, n = yyjson_arr_size(v);
    if (!yyjson_is_arr(v))
        return wrong(p, E_FIELD_TYPE, path, 0, "[name, operator, value]");
    TRY(read_text(p, yyjson_arr_get(v, 0), at_item(p, path, 0), &ret->name));
    TRY(read_label(p, yyjson_arr_get(v, 1), at_item(p, path, 1), question_ops, "one of = != < <= > >= in exists", &op));
    ret->op = (compare_op)op;
    ret->prop = prop_of(p, ret->name);
    if (n != (ret->op == OP_EXISTS ? 2 : 3))
        return wrong(p, E_FIELD_VALUE, path, 0, ret->op == OP_EXISTS ? "two members" : "three members");
    return ret->op == OP_EXISTS ? E_OK : read_values(p, yyjson_arr_get(v, 2), at_item(p, path, 2), ret);
}

static err read_selector(parser *p, jval *obj, str path, selector *ret)
{
    TRY(read_text(p, json_get(obj, S("event")), at_key(p, path, S("event")), &ret->event));
    ret->any = str_eq(ret->event, S("*"));
    ret->kind = ret->any ? 0 : kind_of(p, ret->event);
    jval *where = json_get(obj, S("where"));
    path = at_key(p, path, S("where"));
    if (!where)
        return E_OK;
    size_t n = yyjson_arr_size(where);
    if (!yyjson_is_arr(where))
        return wrong(p, E_FIELD_TYPE, path, 0, "list");
    if (n > WHERE_MAX)
        return wrong(p, E_FIELD_TOO_MANY, path, WHERE_MAX, "");
    comparison *list = arena_array(p->a, comparison, n + 1);
    for (size_t i = 0; i < n; i++)
        TRY(read_comparison(p, yyjson_arr_get(where, i), at_item(p, path, i), &list[i]));
    ret->where = list;
    ret->where_n = n;
    return E_OK;
}

// --- Conditions -------------------------------------------------------------------------------------------------------------
static err read_condition(parser *p, jval *v, str path, int depth, condition *ret);

static err read_items(parser *p, jval *v, str path, int depth, condition *ret)
{
    size_t n = yyjson_arr_size(v);
    if (!yyjson_is_arr(v))
        return wrong(p, E_FIELD_TYPE, path, 0, "list");
    if (n == 0)
        return wrong(p, E_FIELD_TOO_SHORT, path, 1, "");
    if (n > ITEMS_MAX)
        return wrong(p, E_FIELD_TOO_MANY, path, ITEMS_MAX, "");
    condition *items = arena_array(p->a, condition, n);
    for (size_t i = 0; i < n; i++)
        TRY(read_condition(p, yyjson_arr_get(v, i), at_item(p, path, i), depth + 1, &items[i]));
    ret->items = items;
    ret->items_n = n;
    return E_OK;
}

static err read_not(parser *p, jval *v, str path, int depth, condition *ret)
{
    condition *one = arena_new(p->a, condition);
    ret->items = one;
    ret->items_n = 1;
    return read_condition(p, v, path, depth + 1, one);
}

static err read_did(parser *p, jval *v, str path, int depth, condition *ret)
{
    (void)depth;
    TRY(check_object(p, v, path, "event where at_least at_most within from to"));
    TRY(read_selector(p, v, path, &ret->did));
    TRY(read_window(p, v, path, &ret->when));
    ret->at_least = json_get(v, S("at_most")) ? 0 : 1;
    ret->at_most = -1;
    TRY(read_int(p, v, path, "at_least", 0, 1000000, &ret->at_least));
    TRY(read_int(p, v, path, "at_most", 0, 1000000, &ret->at_most));
    if (ret->at_most >= 0 && ret->at_most < ret->at_least)
        return wrong(p, E_FIELD_TOO_SMALL, at_key(p, path, S("at_most")), ret->at_least, "");
    return E_OK;
}

static err read_stage_name(parser *p, jval *v, str path, size_t *ret)
{
    const char *labels[QUESTION_STAGES + 1] = { 0 };
    memcpy(labels, question_stages, sizeof question_stages);
    return read_label(p, v, path, labels, "a stage, from visitor to advocate", ret);
}

// "lead" · {"in": ["lead", "trial"]} · {"from": "lead"} · {"to": "order"}: both ends belong to it.
static err read_stage(parser *p, jval *v, str path, int depth, condition *ret)
{
    size_t from = 0, to = QUESTION_STAGES - 1, at;
    (void)depth;
    if (yyjson_is_str(v)) {
        TRY(read_stage_name(p, v, path, &at));
        ret->stages = 1u << at;
        return E_OK;
    }
    TRY(check_object(p, v, path, "in from to"));
    jval *in = json_get(v, S("in")), *first = json_get(v, S("from")), *last = json_get(v, S("to"));
    if (in){
        str list = at_key(p, path, S("in"));
        if (first || last)
            return wrong(p, E_FIELD_VALUE, path, 0, "either in, or from and to");
        if (!yyjson_is_arr(in) || !yyjson_arr_size(in))
            return wrong(p, E_FIELD_TYPE, list, 0, "list of stages");
        for (size_t i = 0; i < yyjson_arr_size(in); i++) {
            TRY(read_stage_name(p, yyjson_arr_get(in, i), at_item(p, list, i), &at));
            ret->stages |= 1u << at;
        }
        return E_OK;
    }
    if (!first && !last)
        return wrong(p, E_FIELD_REQUIRED, at_key(p, path, S("from")), 0, "");
    if (first)
        TRY(read_stage_name(p, first, at_key(p, path, S("from")), &from));
    if (last)
        TRY(read_stage_name(p, last, at_key(p, path, S("to")), &to));
    if (from > to)
        return wrong(p, E_FIELD_VALUE, at_key(p, path, S("to")), 0, "not before from");
    for (size_t i = from; i <= to; i++)
        ret->stages |= 1u << i;
    return E_OK;
}

static err read_name(parser *p, jval *v, str path, int depth, condition *ret)
{
    (void)depth;
    return read_text(p, v, path, &ret->name);
}

// "prospect:A": ladder and level.
static err read_tier(parser *p, jval *v, str path, int depth, condition *ret)
{
    (void)depth;
    TRY(read_text(p, v, path, &ret->level));
    ret->name = str_cut(&ret->level, ':');
    return ret->name.len && ret->level.len ? E_OK : wrong(p, E_FIELD_VALUE, path, 0, "ladder and level, as prospect:A");
}

// {"path": "new_owner"}: one axis and one of its classes (docs/reference/profile.md). The first of each is where everybody begins. `user`
// follows from the stage.
static const struct { const char *axis; const char *classes[8]; } class_axes[] = {
    { "behaviour", { "lurker", "low", "asking", "high", "loyal", "koc" } }, { "type", { "consumer", "producer", "valuable" } },
    { "path", { "none", "prospect", "new_owner", "old_owner", "seed_owner" } }, { "user", { "potential", "intent", "experience", "owner" } },
};
// Bits per place in question_stages of each class of `user`.
static const uint32_t user_stages[] = { 0x03, 0x34, 0x08, 0xc0 };

static err read_class(parser *p, jval *v, str path, int depth, condition *ret)
{
    size_t at;
    (void)depth;
    TRY(check_object(p, v, path, "behaviour type path user"));
    if (yyjson_obj_size(v) != 1)
        return wrong(p, E_FIELD_VALUE, path, 0, "one of behaviour type path user");
    yyjson_obj_iter it = yyjson_obj_iter_with(v);
    jval *key = yyjson_obj_iter_next(&it);
    for (size_t i = 0; i < sizeof class_axes / sizeof *class_axes; i++) {
        if (!str_eq(json_str(key), str_c(class_axes[i].axis)))
            continue;
        TRY(read_label(p, yyjson_obj_iter_get_val(key), at_key(p, path, json_str(key)), class_axes[i].classes, "a class of this axis", &at));
        ret->name = str_c(class_axes[i].axis);
        ret->level = str_c(class_axes[i].classes[at]);
        ret->first = at == 0;
        ret->stages = i == 3 ? user_stages[at] : 0;
        return E_OK;
    }
    return E_INTERNAL;
}

static err read_trait(parser *p, jval *v, str path, int depth, condition *ret)
{
    (void)depth;
    return read_comparison(p, v, path, &ret->trait);
}

static const struct {
    const char *key;
    condition_kind kind;
    err (*read)(parser *, jval *, str, int, condition *);
} conditions[] = {
    { "all", IF_ALL, read_items },     { "any", IF_ANY, read_items },        { "not", IF_NOT, read_not },
    { "did", IF_DID, read_did },       { "stage", IF_STAGE, read_stage },    { "tag", IF_TAG, read_name },
    { "trait", IF_TRAIT, read_trait }, { "consent", IF_CONSENT, read_name }, { "tier", IF_TIER, read_tier },
    { "class", IF_CLASS, read_class },
};

static err read_condition(parser *p, jval *v, str path, int depth, condition *ret)
{
    TRY(check_object(p, v, path, "all any not did stage tag trait consent tier class"));
    if (yyjson_obj_size(v) != 1)
        return wrong(p, E_FIELD_VALUE, path, 0, "one of all any not did stage tag trait consent tier class");
    if (depth > DEPTH_MAX)
        return wrong(p, E_FIELD_VALUE, path, DEPTH_MAX, "nested too deep");
    yyjson_obj_iter it = yyjson_obj_iter_with(v);
    jval *key = yyjson_obj_iter_next(&it);
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
        if (str_eq(json_str(key), str_c(conditions[i].key))) {
            ret->kind = conditions[i].kind;
            ret->said = v;
            return conditions[i].read(p, yyjson_obj_iter_get_val(key), at_key(p, path, json_str(key)), depth, ret);
        }
    return E_INTERNAL;
}

// --- Questions --------------------------------------------------------------------------------------------------------------
static err read_count(parser *p, jval *v, question *q)
{
    q->limit = 100;
    TRY(read_selector(p, v, S(""), &q->event));
    TRY(read_optional_text(p, v, S(""), "by", &q->by));
    TRY(read_optional_text(p, v, S(""), "of", &q->of));
    return read_int(p, v, S(""), "limit", 1, 1000, &q->limit);
}

static err read_unit(parser *p, jval *v, time_unit *ret)
{
    size_t unit = 0;
    if (json_get(v, S("by")))
        TRY(read_label(p, json_get(v, S("by")), S("by"), question_units, "one of day week month", &unit));
    *ret = (time_unit)unit;
    return E_OK;
}

static err check_bounded(parser *p, const question *q)
{
    if (q->when.from_us == INT64_MIN)
        return wrong(p, E_FIELD_REQUIRED, S("from"), 0, "");
    if (q->when.to_us == INT64_MAX)
        return wrong(p, E_FIELD_REQUIRED, S("to"), 0, "");
    if (period_no(q->unit, q->when.to_us - 1) - period_no(q->unit, q->when.from_us) >= QUESTION_BUCKETS_MAX)
        return wrong(p, E_FIELD_TOO_MANY, S("from"), QUESTION_BUCKETS_MAX, "");
    return E_OK;
}

static err read_trend(parser *p, jval *v, question *q)
{
    TRY(read_selector(p, v, S(""), &q->event));
    TRY(read_unit(p, v, &q->unit));
    return check_bounded(p, q);
}

static err read_step(parser *p, jval *v, str path, selector *ret)
{
    if (!v)
        return wrong(p, E_FIELD_REQUIRED, path, 0, "");
    TRY(check_object(p, v, path, "event where"));
    return read_selector(p, v, path, ret);
}

static err read_funnel(parser *p, jval *v, question *q)
{
    jval *steps = json_get(v, S("steps"));
    size_t n = yyjson_arr_size(steps);
    if (!steps)
        return wrong(p, E_FIELD_REQUIRED, S("steps"), 0, "");
    if (!yyjson_is_arr(steps))
        return wrong(p, E_FIELD_TYPE, S("steps"), 0, "list");
    if (n < 2)
        return wrong(p, E_FIELD_TOO_SHORT, S("steps"), 2, "");
    if (n > QUESTION_STEPS_MAX)
        return wrong(p, E_FIELD_TOO_MANY, S("steps"), QUESTION_STEPS_MAX, "");
    selector *list = arena_array(p->a, selector, n);
    for (size_t i = 0; i < n; i++)
        TRY(read_step(p, yyjson_arr_get(steps, i), at_item(p, S("steps"), i), &list[i]));
    q->steps = list;
    q->steps_n = n;
    q->limit = 100;
    TRY(read_duration(p, json_get(v, S("window")), S("window"), &q->window_us));
    TRY(read_int(p, v, S(""), "limit", 1, 1000, &q->limit));
    return read_optional_text(p, v, S(""), "by", &q->by);
}

static err read_retention(parser *p, jval *v, question *q)
{
    selector *list = arena_array(p->a, selector, 2);
    q->limit = 12;
    TRY(read_step(p, json_get(v, S("first")), S("first"), &list[0]));
    TRY(read_step(p, json_get(v, S("return")), S("return"), &list[1]));
    q->steps = list;
    q->steps_n = 2;
    TRY(read_unit(p, v, &q->unit));
    TRY(read_int(p, v, S(""), "periods", 1, 100, &q->limit));
    return check_bounded(p, q);
}

static err read_audience(parser *p, jval *v, question *q)
{
    q->limit = 100;
    if (!q->who)
        return wrong(p, E_FIELD_REQUIRED, S("who"), 0, "");
    return read_int(p, v, S(""), "sample", 0, 100, &q->limit);
}

static err read_top(parser *p, jval *v, question *q)
{
    q->limit = 20;
    TRY(read_selector(p, v, S(""), &q->event));
    TRY(read_text(p, json_get(v, S("of")), S("of"), &q->of));
    TRY(read_optional_text(p, v, S(""), "sum", &q->by));
    return read_int(p, v, S(""), "limit", 1, 1000, &q->limit);
}

static err read_timeline(parser *p, jval *v, question *q)
{
    int64_t person = 0;
    jval *before = json_get(v, S("before"));
    q->limit = 50;
    q->before_us = q->before_no = INT64_MAX;
    if (!json_get(v, S("person")))
        return wrong(p, E_FIELD_REQUIRED, S("person"), 0, "");
    TRY(read_int(p, v, S(""), "person", 1, UINT32_MAX, &person));
    TRY(read_int(p, v, S(""), "limit", 1, 200, &q->limit));
    q->person = (uint32_t)person;
    if (!before)
        return E_OK;
    TRY(check_object(p, before, S("before"), "time no"));
    TRY(read_time(p, json_get(before, S("time")), S("before.time"), &q->before_us));
    return read_int(p, before, S("before"), "no", 1, INT64_MAX, &q->before_no);
}

// "city", or {"name": "birth_band", "consent": "personalise"}.
static err read_compare_trait(parser *p, jval *v, str path, compare_trait *ret)
{
    if (yyjson_is_str(v)) {
        TRY(read_text(p, v, path, &ret->name));
    } else {
        TRY(check_object(p, v, path, "name consent"));
        TRY(read_text(p, json_get(v, S("name")), at_key(p, path, S("name")), &ret->name));
        TRY(read_text(p, json_get(v, S("consent")), at_key(p, path, S("consent")), &ret->consent));
    }
    ret->prop = prop_of(p, ret->name);
    return E_OK;
}

static err read_list(parser *p, jval *v, str path, size_t most, size_t *ret_n)
{
    *ret_n = 0;
    if (!v)
        return E_OK;
    if (!yyjson_is_arr(v))
        return wrong(p, E_FIELD_TYPE, path, 0, "list");
    if (yyjson_arr_size(v) > most)
        return wrong(p, E_FIELD_TOO_MANY, path, (int64_t)most, "");
    *ret_n = yyjson_arr_size(v);
    return E_OK;
}

static err read_compare(parser *p, jval *v, question *q)
{
    jval *traits = json_get(v, S("traits")), *said_by = json_get(v, S("said_by")), *against = json_get(v, S("against"));
    if (!q->who)
        return wrong(p, E_FIELD_REQUIRED, S("who"), 0, "");
    q->set = q->who;
    q->who = NULL;                     // everybody is looked at: the others too
    if (against) {
        condition *c = arena_new(p->a, condition);
        TRY(read_condition(p, against, S("against"), 1, c));
        q->against = c;
    }
    if (json_get(v, S("at")))
        TRY(read_step(p, json_get(v, S("at")), S("at"), &q->at));
    TRY(read_list(p, traits, S("traits"), COMPARE_TRAITS_MAX, &q->traits_n));
    compare_trait *list = arena_array(p->a, compare_trait, q->traits_n + 1);
    for (size_t i = 0; i < q->traits_n; i++)
        TRY(read_compare_trait(p, yyjson_arr_get(traits, i), at_item(p, S("traits"), i), &list[i]));
    q->traits = list;
    TRY(read_list(p, said_by, S("said_by"), COMPARE_TRAITS_MAX, &q->said_by_n));
    uint32_t *kinds = arena_array(p->a, uint32_t, q->said_by_n + 1);
    for (size_t i = 0; i < q->said_by_n; i++) {
        str kind;
        TRY(read_text(p, yyjson_arr_get(said_by, i), at_item(p, S("said_by"), i), &kind));
        kinds[i] = kind_of(p, kind);
    }
    q->said_by = kinds;
    q->window_us = 28 * US_PER_DAY;
    q->limit = 20;
    if (json_get(v, S("window")))
        TRY(read_duration(p, json_get(v, S("window")), S("window"), &q->window_us));
    return read_int(p, v, S(""), "limit", 1, 200, &q->limit);
}

static const struct {
    const char *name, *keys;
    err (*read)(parser *, jval *, question *);
} asks[ASK_KINDS] = {
    [ASK_COUNT] = { "count", "ask who event where within from to by of limit", read_count },
    [ASK_TREND] = { "trend", "ask who event where within from to by", read_trend },
    [ASK_FUNNEL] = { "funnel", "ask who steps window within from to by limit", read_funnel },
    [ASK_RETENTION] = { "retention", "ask who first return within from to by periods", read_retention },
    [ASK_AUDIENCE] = { "audience", "ask who sample", read_audience },
    [ASK_TOP] = { "top", "ask who event where within from to of sum limit", read_top },
    [ASK_TIMELINE] = { "timeline", "ask person before limit", read_timeline },
    [ASK_COMPARE] = { "compare", "ask who against at traits said_by window limit", read_compare },
};

static struct own_names own_names(parser *p)
{
    return (struct own_names) {
        kind_of(p, S("stage.moved")), kind_of(p, S("tag.added")),     kind_of(p, S("tag.removed")), kind_of(p, S("tag.faded")),
        kind_of(p, S("trait.set")),   kind_of(p, S("consent.given")), kind_of(p, S("consent.withdrawn")),
        kind_of(p, S("tier.moved")), kind_of(p, S("class.changed")),
        kind_of(p, S("identify")),    kind_of(p, S("profile.set_once")), kind_of(p, S("profile.incremented")),
        kind_of(p, S("profile.unset")), kind_of(p, S("profile.deleted")),
        prop_of(p, S("to")),          prop_of(p, S("tag")),           prop_of(p, S("trait")),
        prop_of(p, S("name")),        prop_of(p, S("value")),         prop_of(p, S("purpose")),
        prop_of(p, S("ladder")),      prop_of(p, S("axis")),
    };
}

err question_parse(jval *v, const dictionary *dict, int64_t now_us, arena *a, fault *f, question *ret)
{
    parser p = { a, f, dict, now_us };
    const char *names[ASK_KINDS + 1] = { 0 };
    question q = { .now_us = now_us, .own = own_names(&p) };
    size_t kind = 0;
    if (!yyjson_is_obj(v))
        return wrong(&p, E_FIELD_TYPE, S("ask"), 0, "object");
    for (size_t i = 0; i < ASK_KINDS; i++)
        names[i] = asks[i].name;
    TRY(read_label(&p, json_get(v, S("ask")), S("ask"), names, "one of count trend funnel retention audience top timeline compare",
                   &kind));
    q.ask = (ask_kind)kind;
    TRY(check_object(&p, v, S(""), asks[kind].keys));
    if (json_get(v, S("who"))) {
        condition *who = arena_new(a, condition);
        TRY(read_condition(&p, json_get(v, S("who")), S("who"), 1, who));
        q.who = who;
    }
    TRY(read_window(&p, v, S(""), &q.when));
    TRY(asks[kind].read(&p, v, &q));
    q.by_prop = q.by.len ? prop_of(&p, q.by) : 0;
    q.of_prop = q.of.len ? prop_of(&p, q.of) : 0;
    *ret = q;
    return E_OK;
}

err question_sentence(jval *v, int64_t now_us, lang l, const question_words *words, arena *a, fault *f, buf *ret)
{
    question q;
    TRY(question_parse(v, NULL, now_us, a, f, &q));
    question_print(&q, l, words, a, ret);
    return E_OK;
}

err timeline_ask(timeline *t, const dictionary *dict, jval *v, int64_t now_us, int64_t head, arena *a, fault *f, buf *ret_json)
{
    question q;
    TRY(question_parse(v, dict, now_us, a, f, &q));
    return naive_ask(t, dict, &q, head, a, ret_json);
}
