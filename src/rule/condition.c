// Conditions: all, any, not, and a comparison of the event's properties; modules bring the others.
// The grammar is the one of questions (TIMELINE); "did" and the like read a timeline and are refused here.
#include "rule/rules.h"

#define CONDITION_DEPTH_MAX 8
#define CONDITION_ITEMS_MAX 20

typedef enum cmp { CMP_EQ, CMP_NE, CMP_LT, CMP_LE, CMP_GT, CMP_GE, CMP_IN, CMP_HAS } cmp;
static const char *const cmps[] = { "=", "!=", "<", "<=", ">", ">=", "in", "exists", NULL };
static const char *const cmps_zh[] = { "是", "不是", "小于", "至多", "大于", "至少", "属于", "有值" };
static const char *const cmps_en[] = { "is",       "is not",      "is below",  "is at most",
                                       "is above", "is at least", "is one of", "is known" };

typedef struct comparison { str name; cmp op; jval *operand; } comparison;

static bool comparison_read(const jval *v, comparison *ret)
{
    jval *m = (jval *)(uintptr_t)v;
    size_t which = 0, n = yyjson_arr_size(m);
    if (!yyjson_is_arr(m) || n < 2 || n > 3 || !yyjson_is_str(yyjson_arr_get(m, 0)) ||
        !arg_label(yyjson_arr_get(m, 1), cmps, &which))
        return false;
    *ret = (comparison){ json_str(yyjson_arr_get(m, 0)), (cmp)which, yyjson_arr_get(m, 2) };
    return (ret->op == CMP_HAS) == (n == 2) && (ret->op == CMP_IN) == (ret->operand && yyjson_is_arr(ret->operand));
}

static bool operand_ok(const comparison *c)
{
    bool number = yyjson_is_num(c->operand), scalar = number || yyjson_is_str(c->operand) || yyjson_is_bool(c->operand);
    switch (c->op) {
    case CMP_HAS: return true;
    case CMP_IN: return yyjson_arr_size(c->operand) > 0 && yyjson_arr_size(c->operand) <= 100;
    case CMP_EQ: case CMP_NE: return scalar;
    default: return number;
    }
}

err comparison_check(const checking *c, const jval *v, str path)
{
    comparison k;
    if (!comparison_read(v, &k) || !operand_ok(&k) || str_empty(k.name))
        return check_fail(c, path, "[name, = != < <= > >= in exists, value]");
    return E_OK;
}

static bool value_equals(const value *v, jval *x)
{
    int64_t n;
    switch (v->k) {
    case V_BOOL: return yyjson_is_bool(x) && yyjson_get_bool(x) == (v->i != 0);
    case V_I64: return json_i64(x, &n) && n == v->i;
    case V_F64: return yyjson_is_num(x) && !(yyjson_get_num(x) < v->f) && !(yyjson_get_num(x) > v->f);
    case V_STR: return yyjson_is_str(x) && str_eq(json_str(x), v->s);
    default: return false;
    }
}

static bool value_in(const value *v, jval *list)
{
    size_t i, n;
    jval *item;
    yyjson_arr_foreach(list, i, n, item)
        if (value_equals(v, item))
            return true;
    return false;
}

// Order of numbers; anything else is neither below nor above.
static bool value_ordered(const value *v, cmp how, jval *x)
{
    int64_t n;
    int sign;
    if (v->k == V_I64 && json_i64(x, &n))
        sign = v->i < n ? -1 : v->i > n;
    else if (v->k == V_I64 || v->k == V_F64) {
        double mine = v->k == V_I64 ? (double)v->i : v->f, other = yyjson_get_num(x);
        sign = mine < other ? -1 : mine > other;
    } else
        return false;
    return how == CMP_LT ? sign < 0 : how == CMP_LE ? sign <= 0 : how == CMP_GT ? sign > 0 : sign >= 0;
}

bool comparison_holds(const jval *v, const value *actual)
{
    comparison c;
    if (!comparison_read(v, &c))
        return false;
    bool known = actual && actual->k != V_NULL;
    switch (c.op) {
    case CMP_HAS: return known;
    case CMP_EQ: return known && value_equals(actual, c.operand);
    case CMP_NE: return !known || !value_equals(actual, c.operand);
    case CMP_IN: return known && value_in(actual, c.operand);
    default: return known && value_ordered(actual, c.op, c.operand);
    }
}

static void operand_print(jval *x, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    if (yyjson_is_str(x))
        buf_addf(b, l == LANG_ZH ? "「" STR_FMT "」" : "\"" STR_FMT "\"", STR_ARG(json_str(x)));
    else if (yyjson_is_bool(x))
        buf_add_str(b, l == LANG_ZH ? (yyjson_get_bool(x) ? S("是") : S("否")) : (yyjson_get_bool(x) ? S("yes") : S("no")));
    else {
        jw w = { .b = b };
        jw_val(&w, x);
    }
}

void comparison_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    comparison c;
    if (!comparison_read(v, &c))
        return;
    // "是 是" says nothing in Chinese.
    bool yes_or_no = l == LANG_ZH && c.op != CMP_IN && c.op != CMP_HAS && yyjson_is_bool(c.operand);
    buf_addf(b, STR_FMT " %s", STR_ARG(c.name), yes_or_no ? (str_eq(S("!="), json_str(yyjson_arr_get((jval *)(uintptr_t)v, 1))) ? "不为" : "为")
                                                : l == LANG_ZH ? cmps_zh[c.op] : cmps_en[c.op]);
    if (c.op == CMP_HAS)
        return;
    buf_add_char(b, ' ');
    if (c.op != CMP_IN) {
        operand_print(c.operand, s);
        return;
    }
    size_t i, n;
    jval *item;
    yyjson_arr_foreach(c.operand, i, n, item) {
        buf_add_str(b, i == 0 ? S("") : l == LANG_ZH ? S("、") : S(", "));
        operand_print(item, s);
    }
}

const value *ctx_prop(const rule_ctx *c, str name)
{
    uint32_t id = names_prop_known(c->e->names, name);
    for (uint32_t i = 0; id && i < c->ev->props_n; i++)
        if (c->ev->props[i].id == id)
            return &c->ev->props[i].v;
    return NULL;
}

str ctx_prop_str(const rule_ctx *c, str name)
{
    const value *v = ctx_prop(c, name);
    if (!v)
        return (str){ "", 0 };
    if (v->k == V_I64)
        return arena_fmt(c->t->a, "%lld", (long long)v->i);
    return v->k == V_STR ? v->s : (str){ "", 0 };
}

str ctx_text(const rule_ctx *c, const jval *params, str name)
{
    str s = json_str(json_get(params, name));
    return s.len > 1 && s.s[0] == '$' ? ctx_prop_str(c, str_skip(s, 1)) : s.s ? s : (str){ "", 0 };
}

bool ctx_i64(const rule_ctx *c, const jval *params, str name, int64_t *ret)
{
    jval *v = json_get(params, name);
    str s = json_str(v);
    if (s.len < 2 || s.s[0] != '$')
        return v && json_i64(v, ret);
    const value *p = ctx_prop(c, str_skip(s, 1));
    if (!p || p->k != V_I64)
        return false;
    *ret = p->i;
    return true;
}

static err list_check(const checking *c, const jval *v, str path, int depth)
{
    jval *m = (jval *)(uintptr_t)v;
    if (!yyjson_is_arr(m) || yyjson_arr_size(m) == 0)
        return check_fail(c, path, "a list of conditions");
    if (yyjson_arr_size(m) > CONDITION_ITEMS_MAX)
        return fault_field(c->f, c->a, E_FIELD_TOO_MANY, path, CONDITION_ITEMS_MAX);
    size_t i, n;
    jval *item;
    yyjson_arr_foreach(m, i, n, item)
        TRY(condition_check(c, item, arena_fmt(c->a, STR_FMT "[%zu]", STR_ARG(path), i), depth + 1));
    return E_OK;
}

// The one member of a condition. False: not an object of one member.
static bool condition_read(const jval *v, str *ret_name, jval **ret_params)
{
    jval *m = (jval *)(uintptr_t)v;
    if (!yyjson_is_obj(m) || yyjson_obj_size(m) != 1)
        return false;
    yyjson_obj_iter it = yyjson_obj_iter_with(m);
    jval *key = yyjson_obj_iter_next(&it);
    *ret_name = json_str(key);
    *ret_params = yyjson_obj_iter_get_val(key);
    return true;
}

err condition_check(const checking *c, const jval *v, str path, int depth)
{
    str name;
    jval *params;
    if (depth > CONDITION_DEPTH_MAX)
        return check_fail(c, path, "nested deeper than 8");
    if (!condition_read(v, &name, &params))
        return check_fail(c, path, "an object of one condition");
    str at = arena_fmt(c->a, STR_FMT "." STR_FMT, STR_ARG(path), STR_ARG(name));
    if (str_eq(name, S("all")) || str_eq(name, S("any")))
        return list_check(c, params, at, depth);
    if (str_eq(name, S("not")))
        return condition_check(c, params, at, depth + 1);
    if (str_eq(name, S("prop")))
        return c->standing ? check_fail(c, at, "there is no event to look at") : comparison_check(c, params, at);
    if (str_eq(name, S("did")))
        return check_fail(c, at, "reads a timeline: not available at once");
    const condition_kind *k = rules_condition(c->e->rules, name);
    if (k && c->standing && !k->moved_by)
        return check_fail(c, at, "cannot be used here");
    return k ? k->check(c, params, at) : fault_field(c->f, c->a, E_FIELD_UNKNOWN, at, 0);
}

static err list_test(rule_ctx *c, const jval *list, bool until, bool *ret)
{
    size_t i, n;
    jval *item;
    yyjson_arr_foreach((jval *)(uintptr_t)list, i, n, item) {
        bool holds;
        TRY(condition_test(c, item, &holds));
        if (holds == until) {
            *ret = until;
            return E_OK;
        }
    }
    *ret = !until;
    return E_OK;
}

err condition_test(rule_ctx *c, const jval *v, bool *ret)
{
    str name;
    jval *params;
    ENSURE(condition_read(v, &name, &params));
    if (str_eq(name, S("all")))
        return list_test(c, params, false, ret);
    if (str_eq(name, S("any")))
        return list_test(c, params, true, ret);
    if (str_eq(name, S("prop"))) {
        *ret = comparison_holds(params, ctx_prop(c, json_str(yyjson_arr_get(params, 0))));
        return E_OK;
    }
    if (str_eq(name, S("not"))) {
        str why = c->why;
        bool holds;
        TRY(condition_test(c, params, &holds));
        c->why = why;
        *ret = !holds;
        return E_OK;
    }
    const condition_kind *k = rules_condition(c->e->rules, name);
    ENSURE(k);
    return k->test(c, params, ret);
}

static void list_print(const rules *r, const jval *list, const speech *s, str between)
{
    size_t i, n;
    jval *item;
    yyjson_arr_foreach((jval *)(uintptr_t)list, i, n, item) {
        if (i)
            buf_add_str(s->b, between);
        condition_print(r, item, s);
    }
}

void condition_print(const rules *r, const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    str name;
    jval *params;
    if (!condition_read(v, &name, &params))
        return;
    if (str_eq(name, S("all")))
        list_print(r, params, s, l == LANG_ZH ? S("，且") : S(" and "));
    else if (str_eq(name, S("any"))) {
        buf_add_str(b, l == LANG_ZH ? S("（") : S("("));
        list_print(r, params, s, l == LANG_ZH ? S("，或") : S(" or "));
        buf_add_str(b, l == LANG_ZH ? S("）") : S(")"));
    } else if (str_eq(name, S("not"))) {
        buf_add_str(b, l == LANG_ZH ? S("并非（") : S("not ("));
        condition_print(r, params, s);
        buf_add_str(b, l == LANG_ZH ? S("）") : S(")"));
    } else if (str_eq(name, S("prop")))
        comparison_print(params, s);
    else {
        const condition_kind *k = rules_condition(r, name);
        if (k)
            k->print(params, s);
    }
}

static bool any_moved_by(const rules *r, const jval *list, str kind)
{
    size_t i, n;
    jval *item;
    yyjson_arr_foreach((jval *)(uintptr_t)list, i, n, item)
        if (condition_moved_by(r, item, kind))
            return true;
    return false;
}

bool condition_moved_by(const rules *r, const jval *v, str kind)
{
    str name;
    jval *params;
    if (!condition_read(v, &name, &params))
        return false;
    if (str_eq(name, S("all")) || str_eq(name, S("any")))
        return any_moved_by(r, params, kind);
    if (str_eq(name, S("not")))
        return condition_moved_by(r, params, kind);
    const condition_kind *k = rules_condition(r, name);
    for (size_t i = 0; k && k->moved_by && k->moved_by[i]; i++)
        if (str_eq(str_c(k->moved_by[i]), kind))
            return true;
    return false;
}
