// Traits in rules, and their table: the effect {"trait": {"name": "city", "value": "$city"}} and the condition {"trait": ["city", "=", "上海"]}.
#include "people/people_internal.h"
#include "people/traits.h"

static const arg trait_args[] = { { "name", ARG_STR, .required = true, .max = NAMES_BYTES_MAX },
                                  { "value", ARG_VALUE },
                                  { "op", ARG_STR, .labels = trait_ops } };

static trait_op op_of(const jval *v)
{
    size_t at;
    const jval *given = json_get(v, S("op"));
    return given && arg_label(given, trait_ops, &at) ? (trait_op)at : TRAIT_SET;
}

// "$city": the event's property of that name.
static bool names_property(const jval *given)
{
    str s = yyjson_is_str((jval *)(uintptr_t)given) ? json_str(given) : S("");
    return s.len > 1 && s.s[0] == '$';
}

// A literal must fit its operation; what an event brings is looked at when it comes.
static err trait_check(const checking *c, const jval *v, str path)
{
    TRY(args_check(c, v, path, trait_args, 3));
    jval *operand = json_get(v, S("value"));
    trait_op how = op_of(v);
    if ((how == TRAIT_UNSET) == (operand != NULL))
        return operand ? check_fail(c, path, "unset takes no value")
                       : fault_field(c->f, c->a, E_FIELD_REQUIRED, arena_fmt(c->a, STR_FMT ".value", STR_ARG(path)), 0);
    bool number = names_property(operand) || yyjson_is_num(operand);
    return how == TRAIT_INCREMENT && !number ? check_fail(c, path, "increment takes a number") : E_OK;
}

// False: the event lacks the property the value is taken from.
static bool trait_operand(rule_ctx *c, const jval *v, trait_op how, str *ret)
{
    jval *given = json_get(v, S("value"));
    buf b = { 0 };
    *ret = (str){ "", 0 };
    if (how == TRAIT_UNSET)
        return true;
    bool event_value = names_property(given);
    const value *p = event_value ? ctx_prop(c, str_skip(json_str(given), 1)) : NULL;
    bool list = yyjson_is_arr(given) || (p && p->k == V_JSON);
    if (event_value && (!p || p->k == V_NULL))
        return false;
    jw w = { .b = &b };
    if (how == TRAIT_APPEND && !list)
        buf_add_char(&b, '[');
    if (p)
        trait_json(p, &b);
    else
        jw_val(&w, given);
    if (how == TRAIT_APPEND && !list)
        buf_add_char(&b, ']');
    *ret = arena_str(c->t->a, buf_str(&b));
    buf_free(&b);
    return true;
}

static err trait_tell(rule_ctx *c, str name, ring *r)
{
    trait_value now;
    TRY(traits_now(c->t->d, c->person, name, c->t->a, &now));
    const value v = now.value.len ? (value){ .k = V_JSON, .s = now.value } : (value){ .k = V_NULL };
    return engine_emit(c->t, &(event_new){
        .subject = c->ev->subject, .kind = S("trait.set"), .time_us = c->ev->time_us, .flags = EVENT_SYSTEM, .props_n = 2,
        .props = (const event_prop[]){ prop_str(S("trait"), name), { S("value"), v } } }, &r->event_no);
}

static err trait_effect(rule_ctx *c, const jval *v, ring *r)
{
    TRY(need_person(c));
    trait_outcome outcome;
    trait_said s = { .subject = c->ev->subject, .op = op_of(v), .name = json_str(json_get(v, S("name"))), .at_us = c->ev->time_us,
                     .event_no = c->ev->no, .source = c->rule_key };
    r->what = s.name;
    r->outcome = RING_NOTHING;
    if (!trait_operand(c, v, s.op, &s.value))
        return E_OK;
    TRY(traits_say(c->t, &s, &outcome));
    if (outcome != TRAIT_CHANGED)
        return E_OK;
    r->outcome = RING_DONE;
    return trait_tell(c, s.name, r);
}

static void trait_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    static const char *const zh[] = { "记下", "首次记下", "累加", "追加", "抹去" };
    static const char *const en[] = { "remember", "remember once", "add to", "append to", "forget" };
    str name = json_str(json_get(v, S("name")));
    buf_addf(b, "%s " STR_FMT, l == LANG_ZH ? zh[op_of(v)] : en[op_of(v)], STR_ARG(name));
    if (names_property(json_get(v, S("value"))) || op_of(v) == TRAIT_UNSET)
        return;
    buf_add_str(b, S(" = "));
    jw w = { .b = b };
    jw_val(&w, json_get(v, S("value")));
}

static err trait_test(rule_ctx *c, const jval *v, bool *ret)
{
    trait_value now;
    TRY(traits_now(c->t->d, c->person, json_str(yyjson_arr_get_first((jval *)(uintptr_t)v)), c->t->a, &now));
    jval *j = NULL;
    value stored = { .k = V_NULL };
    if (now.value.len && json_parse(c->t->a, now.value, NULL, &j) == E_OK) {
        if (yyjson_is_str(j))
            stored = (value){ .k = V_STR, .s = json_str(j) };
        else if (yyjson_is_bool(j))
            stored = (value){ .k = V_BOOL, .i = yyjson_get_bool(j) };
        else if (json_i64(j, &stored.i))
            stored.k = V_I64;
        else if (yyjson_is_num(j))
            stored = (value){ .k = V_F64, .f = yyjson_get_num(j) };
    }
    *ret = comparison_holds(v, &stored);
    return E_OK;
}

static const effect_kind effect = { "trait", true, trait_check, trait_effect, trait_print };
static const char *const trait_moved_by[] = { "trait.set", "identify", "profile.set_once", "profile.incremented", "profile.appended",
                                               "profile.unset", "profile.deleted", NULL };
static const condition_kind condition = { "trait", comparison_check, trait_test, comparison_print, trait_moved_by };

// What was said before and again after is of both: of the next one since it was said again.
static err traits_since(tx *t, const rehoming *r)
{
    TRY(db_exec(t->d,
                "INSERT INTO person_trait (subject, name, at_us, event_no, place, person, op, value, source, known_us, last_us, last_no,"
                " last_known_us) SELECT $2, name, last_us, last_no, place, $3, op, value, source, last_known_us, last_us, last_no,"
                " last_known_us FROM person_trait WHERE subject = $1 AND last_us >= $4",
                dbi(r->subject), dbi(r->next), dbi(r->person), dbi(r->at_us)));
    return db_exec(t->d, "UPDATE person_trait SET last_us = at_us, last_no = event_no, last_known_us = known_us"
                         " WHERE subject = $1 AND last_us >= $2", dbi(r->subject), dbi(r->at_us));
}

static const person_table tables[] = {
    { PERSON_TABLE_SINCE("person_trait", "at_us", "name, op, value, source, at_us, event_no, known_us, last_us"),
      TEXTS({ "SELECT DISTINCT value FROM person_trait WHERE person = $1",
              "UPDATE person_trait SET value = $3 WHERE person = $1 AND value = $2", true, false },
            // Behind those that are called so already.
            { "SELECT DISTINCT name FROM person_trait WHERE person = $1",
              "UPDATE person_trait SET name = $3, place = place + (SELECT COALESCE(max(x.place), -1) + 1 FROM person_trait x"
              " WHERE x.person = $1 AND x.name = $3) WHERE person = $1 AND name = $2", false, true }),
      CODES("source"), .settle = traits_settle, .since_too = traits_since, UNSAID("person_trait", "event_no") },
};

void people_register_traits(engine *e)
{
    rules_add_effect(e->rules, &effect);
    rules_add_condition(e->rules, &condition);
    people_add_tables(e, tables, sizeof tables / sizeof *tables);
}
