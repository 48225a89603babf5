// The validator: every violation is named by its path.
#include "base/time.h"
#include "rule/rules.h"

err check_fail(const checking *c, str path, const char *detail)
{
    err e = fault_field(c->f, c->a, E_FIELD_VALUE, path, 0);
    if (c->f)
        c->f->detail = str_c(detail);
    return e;
}

static err fail_type(const checking *c, str path, const char *detail)
{
    err e = fault_field(c->f, c->a, E_FIELD_TYPE, path, 0);
    if (c->f)
        c->f->detail = str_c(detail);
    return e;
}

static str path_join(const checking *c, str path, str name)
{
    return str_empty(path) ? arena_str(c->a, name) : arena_fmt(c->a, STR_FMT "." STR_FMT, STR_ARG(path), STR_ARG(name));
}

static str path_index(const checking *c, str path, size_t i)
{
    return arena_fmt(c->a, STR_FMT "[%zu]", STR_ARG(path), i);
}

bool arg_duration(const jval *v, int64_t *ret_us)
{
    str s = json_str(v);
    int64_t n;
    if (s.len < 2 || s.len > 6 || !str_to_i64(str_take(s, s.len - 1), &n) || n < 1)
        return false;
    char unit = s.s[s.len - 1];
    if (unit != 'd' && unit != 'h' && unit != 'm')
        return false;
    *ret_us = n * (unit == 'd' ? US_PER_DAY : unit == 'h' ? US_PER_HOUR : US_PER_MIN);
    return true;
}

bool arg_label(const jval *v, const char *const *labels, size_t *ret)
{
    for (size_t i = 0; labels[i]; i++)
        if (str_eq(json_str(v), str_c(labels[i]))) {
            *ret = i;
            return true;
        }
    return false;
}

static bool is_value(const jval *v, int depth)
{
    jval *m = (jval *)(uintptr_t)v;
    if (yyjson_is_str(m) || yyjson_is_num(m) || yyjson_is_bool(m))
        return true;
    if (depth || !yyjson_is_arr(m) || yyjson_arr_size(m) == 0 || yyjson_arr_size(m) > 100)
        return false;
    size_t i, n;
    jval *item;
    yyjson_arr_foreach(m, i, n, item)
        if (!is_value(item, 1))
            return false;
    return true;
}

static err text_check(const checking *c, const arg *p, const jval *v, str path)
{
    str s = json_str(v);
    if (!s.s)
        return fail_type(c, path, "text");
    if (p->from_event && s.len > 1 && s.s[0] == '$')
        return E_OK;
    int64_t count = (int64_t)str_utf8_count(s);
    if (count < (p->min ? p->min : 1))
        return fault_field(c->f, c->a, E_FIELD_TOO_SHORT, path, p->min ? p->min : 1);
    if (p->max && count > p->max)
        return fault_field(c->f, c->a, E_FIELD_TOO_LONG, path, p->max);
    size_t label;
    if (p->labels && !arg_label(v, p->labels, &label))
        return check_fail(c, path, "not one of the known words");
    return E_OK;
}

static err number_check(const checking *c, const arg *p, const jval *v, str path)
{
    int64_t n;
    if (p->from_event && json_str(v).len > 1 && json_str(v).s[0] == '$')
        return E_OK;
    if (!json_i64(v, &n))
        return fail_type(c, path, "a whole number");
    if (n < p->min)
        return fault_field(c->f, c->a, E_FIELD_TOO_SMALL, path, p->min);
    if (p->max && n > p->max)
        return fault_field(c->f, c->a, E_FIELD_TOO_LARGE, path, p->max);
    return E_OK;
}

static err texts_check(const checking *c, const jval *v, str path)
{
    static const arg both[] = { { "zh", ARG_STR, .required = true, .max = 120 },
                                { "en", ARG_STR, .required = true, .max = 120 } };
    return args_check(c, v, path, both, 2);
}

static err arg_check(const checking *c, const arg *p, const jval *v, str path)
{
    int64_t us;
    switch (p->kind) {
    case ARG_STR: return text_check(c, p, v, path);
    case ARG_I64: return number_check(c, p, v, path);
    case ARG_BOOL: return yyjson_is_bool((jval *)(uintptr_t)v) ? E_OK : fail_type(c, path, "true or false");
    case ARG_VALUE: return is_value(v, 0) ? E_OK : fail_type(c, path, "text, a number, true, false or a list of them");
    case ARG_TEXTS: return texts_check(c, v, path);
    case ARG_DURATION: return arg_duration(v, &us) ? E_OK : check_fail(c, path, "a duration like 30d, 12h or 15m");
    }
    return E_INTERNAL;
}

static const arg *arg_named(const arg *list, size_t n, str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(str_c(list[i].name), name))
            return &list[i];
    return NULL;
}

err args_check(const checking *c, const jval *v, str path, const arg *list, size_t n)
{
    jval *m = (jval *)(uintptr_t)v;
    if (!yyjson_is_obj(m))
        return fail_type(c, path, "an object");
    size_t i, count;
    jval *key, *item;
    yyjson_obj_foreach(m, i, count, key, item) {
        str at = path_join(c, path, json_str(key));
        const arg *p = arg_named(list, n, json_str(key));
        if (!p)
            return fault_field(c->f, c->a, E_FIELD_UNKNOWN, at, 0);
        TRY(arg_check(c, p, item, at));
    }
    for (size_t k = 0; k < n; k++)
        if (list[k].required && !json_get(v, str_c(list[k].name)))
            return fault_field(c->f, c->a, E_FIELD_REQUIRED, path_join(c, path, str_c(list[k].name)), 0);
    return E_OK;
}

static err when_check(const checking *c, const jval *v)
{
    jval *on = json_get(v, S("event"));
    if (yyjson_is_arr(on)) {
        size_t i, n = yyjson_arr_size(on);
        jval *item;
        if (n == 0 || n > RULE_EVENTS_MAX)
            return fault_field(c->f, c->a, E_FIELD_TOO_MANY, S("when.event"), RULE_EVENTS_MAX);
        yyjson_arr_foreach(on, i, n, item)
            TRY(text_check(c, &(arg){ .max = NAMES_BYTES_MAX }, item, path_index(c, S("when.event"), i)));
        static const arg rest[] = { { "event", ARG_VALUE, .required = true }, { "after", ARG_DURATION } };
        return args_check(c, v, S("when"), rest, 2);
    }
    static const arg list[] = { { "event", ARG_STR, .required = true, .max = NAMES_BYTES_MAX }, { "after", ARG_DURATION } };
    return args_check(c, v, S("when"), list, 2);
}

static err then_check(const checking *c, const jval *v)
{
    jval *m = (jval *)(uintptr_t)v;
    if (!yyjson_is_arr(m))
        return fail_type(c, S("then"), "a list");
    if (yyjson_arr_size(m) == 0)
        return fault_field(c->f, c->a, E_FIELD_TOO_SHORT, S("then"), 1);
    if (yyjson_arr_size(m) > RULE_EFFECTS_MAX)
        return fault_field(c->f, c->a, E_FIELD_TOO_MANY, S("then"), RULE_EFFECTS_MAX);
    size_t i, n;
    jval *item;
    yyjson_arr_foreach(m, i, n, item) {
        str at = path_index(c, S("then"), i);
        if (!yyjson_is_obj(item) || yyjson_obj_size(item) != 1)
            return fail_type(c, at, "an object of one effect");
        yyjson_obj_iter it = yyjson_obj_iter_with(item);
        jval *key = yyjson_obj_iter_next(&it);
        at = path_join(c, at, json_str(key));
        const effect_kind *k = rules_effect(c->e->rules, json_str(key));
        if (!k)
            return fault_field(c->f, c->a, E_FIELD_UNKNOWN, at, 0);
        TRY(k->check(c, yyjson_obj_iter_get_val(key), at));
    }
    return E_OK;
}

static err once_check(const checking *c, const jval *v)
{
    static const arg list[] = { { "per", ARG_STR, .required = true, .max = NAMES_BYTES_MAX }, { "within", ARG_DURATION } };
    return args_check(c, v, S("once"), list, 2);
}

static err cap_check(const checking *c, const jval *v)
{
    static const char *const periods[] = { "day", "week", "month", NULL };
    static const arg list[] = { { "per", ARG_STR, .required = true, .labels = periods },
                                  { "max", ARG_I64, .required = true, .min = 1, .max = 10000 } };
    return args_check(c, v, S("cap"), list, 2);
}

static err if_check(const checking *c, const jval *v)
{
    return condition_check(c, v, S("if"), 0);
}

static err key_check(const checking *c, const jval *v)
{
    str s = json_str(v);
    if (!yyjson_is_str((jval *)(uintptr_t)v))
        return fail_type(c, S("key"), "text");
    if (s.len == 0)
        return fault_field(c->f, c->a, E_FIELD_REQUIRED, S("key"), 0);
    if (s.len > RULE_KEY_MAX)
        return fault_field(c->f, c->a, E_FIELD_TOO_LONG, S("key"), RULE_KEY_MAX);
    for (size_t i = 0; i < s.len; i++)
        if (!((s.s[i] >= 'a' && s.s[i] <= 'z') || (s.s[i] >= '0' && s.s[i] <= '9') || s.s[i] == '.' || s.s[i] == '_'))
            return check_fail(c, S("key"), "lower-case letters, digits, points and underscores");
    return E_OK;
}

static err name_check(const checking *c, const jval *v)
{
    return texts_check(c, v, S("name"));
}

static err note_check(const checking *c, const jval *v)
{
    return text_check(c, &(arg){ .max = 500 }, v, S("note"));
}

static const struct part { const char *name; bool required; err (*check)(const checking *c, const jval *v); } parts[] = {
    { "key", true, key_check },   { "name", true, name_check }, { "when", true, when_check },  { "if", false, if_check },
    { "then", true, then_check }, { "once", false, once_check }, { "cap", false, cap_check }, { "note", false, note_check },
};

err rule_check(const checking *c, const jval *body)
{
    jval *m = (jval *)(uintptr_t)body;
    if (!yyjson_is_obj(m))
        return fail_type(c, S("rule"), "an object");
    size_t seen = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        jval *v = json_get(body, str_c(parts[i].name));
        if (!v && parts[i].required)
            return fault_field(c->f, c->a, E_FIELD_REQUIRED, str_c(parts[i].name), 0);
        if (!v)
            continue;
        seen++;
        TRY(parts[i].check(c, v));
    }
    if (seen == yyjson_obj_size(m))
        return E_OK;
    size_t i, n;
    jval *key, *item;
    yyjson_obj_foreach(m, i, n, key, item) {
        bool known = false;
        for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
            known = known || str_eq(json_str(key), str_c(parts[k].name));
        if (!known)
            return fault_field(c->f, c->a, E_FIELD_UNKNOWN, arena_str(c->a, json_str(key)), 0);
    }
    return E_OK;
}
