// Tiers in rules: the condition {"tier": "prospect:A"}, or a list of them, and the condition {"value": ["growth", ">=", 2000]}.
#include "loyalty/ledger.h"
#include "tier/tier_internal.h"

#define TIERS_NAMED_MAX 20

bool tier_parts(str text, str *ret_ladder, str *ret_level)
{
    *ret_level = text;
    *ret_ladder = str_cut(ret_level, ':');
    return ret_ladder->len > 0 && ret_ladder->len < text.len && ret_level->len > 0 && ret_level->len <= TIER_LEVEL_MAX;
}

err tier_standing(db *d, int64_t person, str ladder, arena *a, str *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found, "SELECT level FROM person_tier WHERE subject = $1 AND ladder = $2", dbi(person), dbs(ladder)));
    *ret = found ? arena_str(a, db_str(&r, 0)) : (str){ "", 0 };
    return db_end(&r);
}

// --- tier -----------------------------------------------------------------------------------------------------------------------

// Ladders may come and go: a level that is not there is nobody's.
static err name_check(const checking *c, const jval *v, str path)
{
    str ladder, level;
    return tier_parts(json_str(v), &ladder, &level) ? E_OK : check_fail(c, path, "ladder and level, as prospect:A");
}

static err if_tier_check(const checking *c, const jval *v, str path)
{
    jval *m = (jval *)(uintptr_t)v, *item;
    size_t i, n;
    if (!yyjson_is_arr(m))
        return name_check(c, v, path);
    if (yyjson_arr_size(m) == 0)
        return check_fail(c, path, "a level or a list of levels");
    if (yyjson_arr_size(m) > TIERS_NAMED_MAX)
        return fault_field(c->f, c->a, E_FIELD_TOO_MANY, path, TIERS_NAMED_MAX);
    yyjson_arr_foreach(m, i, n, item)
        TRY(name_check(c, item, arena_fmt(c->a, STR_FMT "[%zu]", STR_ARG(path), i)));
    return E_OK;
}

static err stands(rule_ctx *c, const jval *v, bool *ret)
{
    str ladder, level, now;
    *ret = false;
    if (!tier_parts(json_str(v), &ladder, &level))
        return E_OK;
    TRY(tier_standing(c->t->d, c->person, ladder, c->t->a, &now));
    *ret = str_eq(now, level);
    return E_OK;
}

static err if_tier_test(rule_ctx *c, const jval *v, bool *ret)
{
    size_t i, n;
    jval *item;
    if (!yyjson_is_arr((jval *)(uintptr_t)v))
        return stands(c, v, ret);
    *ret = false;
    yyjson_arr_foreach((jval *)(uintptr_t)v, i, n, item) {
        TRY(stands(c, item, ret));
        if (*ret)
            return E_OK;
    }
    return E_OK;
}

static void if_tier_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    size_t i, n;
    jval *item;
    buf_add_str(b, l == LANG_ZH ? S("分级是") : S("tier is "));
    if (!yyjson_is_arr((jval *)(uintptr_t)v))
        buf_addf(b, l == LANG_ZH ? "「" STR_FMT "」" : "\"" STR_FMT "\"", STR_ARG(tier_called(s, json_str(v))));
    yyjson_arr_foreach((jval *)(uintptr_t)v, i, n, item)
        buf_addf(b, l == LANG_ZH ? "%s「" STR_FMT "」" : "%s\"" STR_FMT "\"", i == 0 ? "" : l == LANG_ZH ? "或" : " or ",
                 STR_ARG(tier_called(s, json_str(item))));
}

// No moved_by: a ladder may not lean on a ladder.
static const condition_kind if_tier = { "tier", if_tier_check, if_tier_test, if_tier_print, NULL };

// --- value ----------------------------------------------------------------------------------------------------------------------

enum value_of { VALUE_POINTS, VALUE_GROWTH, VALUE_VEHICLES, VALUE_ORDERS, VALUE_SPENT, VALUE_DRIVES };
static const char *const values[] = { "points", "growth", "vehicles", "orders", "spent_fen", "drives", NULL };
static const char *const values_zh[] = { "积分余额", "成长值", "名下车辆数", "有效订单数", "已交付订单金额（分）", "试驾次数（已约或已完成）" };
static const char *const values_en[] = { "points balance", "growth", "cars owned", "orders standing", "fen of delivered orders",
                                         "test drives booked or done" };

static err if_value_check(const checking *c, const jval *v, str path)
{
    size_t which;
    jval *m = (jval *)(uintptr_t)v;
    TRY(comparison_check(c, v, path));
    if (!arg_label(yyjson_arr_get(m, 0), values, &which))
        return check_fail(c, path, "one of points, growth, vehicles, orders, spent_fen, drives");
    return yyjson_is_num(yyjson_arr_get(m, 2)) ? E_OK : check_fail(c, path, "compared with a number");
}

static err value_read(rule_ctx *c, enum value_of which, int64_t *ret)
{
    db *d = c->t->d;
    switch (which) {
    case VALUE_POINTS: return ledger_total(d, c->person, S("points"), ret);
    case VALUE_GROWTH: return ledger_total(d, c->person, S("growth"), ret);
    case VALUE_VEHICLES: return db_int(d, ret, 0, "SELECT owned FROM person WHERE id = $1", dbi(c->person));
    case VALUE_ORDERS:
        return db_int(d, ret, 0, "SELECT count(*) FROM car_order WHERE person = $1 AND state <> 'cancelled' AND archived_us = 0",
                      dbi(c->person));
    case VALUE_SPENT:
        return db_int(d, ret, 0, "SELECT CAST(COALESCE(sum(amount_fen), 0) AS BIGINT) FROM car_order WHERE person = $1 AND state = 'delivered'"
                                 " AND archived_us = 0", dbi(c->person));
    case VALUE_DRIVES:
        return db_int(d, ret, 0, "SELECT count(*) FROM test_drive WHERE person = $1 AND state IN ('booked', 'completed') AND archived_us = 0",
                      dbi(c->person));
    }
    return E_INTERNAL;
}

static err if_value_test(rule_ctx *c, const jval *v, bool *ret)
{
    size_t which = 0;
    int64_t n;
    ENSURE(arg_label(yyjson_arr_get((jval *)(uintptr_t)v, 0), values, &which));
    TRY(value_read(c, (enum value_of)which, &n));
    const value now = { .k = V_I64, .i = n };
    *ret = comparison_holds(v, &now);
    return E_OK;
}

// The comparison's sentence, with the value's name for people in place of its own.
static void if_value_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    size_t which = 0;
    buf whole = { 0 };
    if (!arg_label(yyjson_arr_get((jval *)(uintptr_t)v, 0), values, &which))
        return;
    comparison_print(v, &(speech){ l, &whole, s->a, s->e, s->d });
    buf_add_str(b, str_c(l == LANG_ZH ? values_zh[which] : values_en[which]));
    buf_add_str(b, str_skip(buf_str(&whole), strlen(values[which])));
    buf_free(&whole);
}

static const char *const value_moved_by[] = {
    "points.posted", "stage.moved", "reserve.placed", "reserve.cancelled", "order.placed", "order.cancelled", "order.changed",
    "delivery.completed", "vehicle.sold", "test_drive.booked", "test_drive.completed", "test_drive.no_show", "test_drive.cancelled",
    "test_drive.changed", NULL,
};
static const condition_kind if_value = { "value", if_value_check, if_value_test, if_value_print, value_moved_by };

void tier_rules_register(engine *e)
{
    rules_add_condition(e->rules, &if_tier);
    rules_add_condition(e->rules, &if_value);
}
