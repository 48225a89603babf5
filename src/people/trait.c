// Traits: of several subjects' words the latest counts.
#include "people/people_internal.h"

// --- trait: {"name": "city", "value": "$city"} --------------------------------------------------------------------------------

static const arg trait_args[] = { { "name", ARG_STR, .required = true, .max = NAMES_BYTES_MAX },
                                  { "value", ARG_VALUE, .required = true } };

static err trait_check(const checking *c, const jval *v, str path)
{
    return args_check(c, v, path, trait_args, 2);
}

static void value_json(const value *v, buf *b)
{
    jw w = { .b = b };
    switch (v->k) {
    case V_NULL: jw_null(&w); break;
    case V_BOOL: jw_bool(&w, v->i != 0); break;
    case V_I64: jw_i64(&w, v->i); break;
    case V_F64: jw_f64(&w, v->f); break;
    case V_STR: jw_str(&w, v->s); break;
    case V_JSON: jw_raw(&w, v->s); break;
    }
}

#define TRAIT_BYTES_MAX 1024

// False: the event lacks the property the value is taken from.
static bool trait_value(rule_ctx *c, const jval *v, str *ret)
{
    jval *given = json_get(v, S("value"));
    str s = json_str(given);
    buf b = { 0 };
    if (s.len > 1 && s.s[0] == '$') {
        const value *p = ctx_prop(c, str_skip(s, 1));
        if (!p || p->k == V_NULL)
            return false;
        value_json(p, &b);
    } else {
        jw w = { .b = &b };
        jw_val(&w, given);
    }
    *ret = arena_str(c->t->a, buf_str(&b));
    buf_free(&b);
    return ret->len <= TRAIT_BYTES_MAX;
}

// City and model stand in the person's row too: lists show them.
static err trait_mirror(tx *t, uint32_t person, str name, str json)
{
    str text = json.len >= 2 && json.s[0] == '"' ? str_of(json.s + 1, json.len - 2) : (str){ "", 0 };
    jval *parsed;
    if (text.len && json_parse(t->a, json, NULL, &parsed) == E_OK)
        text = json_str(parsed);
    if (str_eq(name, S("city")))
        return db_exec(t->d, "UPDATE person SET city = $2 WHERE id = $1", dbi(person),
                       dbs(str_utf8_count(text) <= 60 ? text : S("")));
    if (str_eq(name, S("model")))
        return db_exec(t->d, "UPDATE person SET model = $2 WHERE id = $1", dbi(person),
                       dbs(str_utf8_count(text) <= 60 ? text : S("")));
    return E_OK;
}

// The latest word of all subjects; ret_at -1: nobody said anything.
static err trait_latest(db *d, uint32_t person, str name, arena *a, str *ret, int64_t *ret_at)
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found, "SELECT value, at_us FROM person_trait WHERE person = $1 AND name = $2 ORDER BY at_us DESC, event_no DESC"
                                    " LIMIT 1", dbi(person), dbs(name)));
    *ret = found ? arena_str(a, db_str(&r, 0)) : (str){ "", 0 };
    *ret_at = found ? db_i64(&r, 1) : -1;
    return db_end(&r);
}

static err trait_changes(rule_ctx *c, str name, str json, bool *ret)
{
    str now;
    int64_t at;
    TRY(trait_latest(c->t->d, c->person, name, c->t->a, &now, &at));
    *ret = at <= c->ev->time_us && !str_eq(now, json);
    return E_OK;
}

static err trait_settle(tx *t, uint32_t person)
{
    static const char *const mirrored[] = { "city", "model" };
    for (size_t i = 0; i < 2; i++) {
        str now;
        int64_t at;
        TRY(trait_latest(t->d, person, str_c(mirrored[i]), t->a, &now, &at));
        TRY(trait_mirror(t, person, str_c(mirrored[i]), now));
    }
    return E_OK;
}

static err trait_apply(rule_ctx *c, const jval *v, ring *r)
{
    TRY(need_person(c));
    str json, name = json_str(json_get(v, S("name")));
    bool changes;
    r->what = name;
    r->outcome = RING_NOTHING;
    if (!trait_value(c, v, &json))
        return E_OK;
    TRY(trait_changes(c, name, json, &changes));
    TRY(db_exec(c->t->d,
                "INSERT INTO person_trait (subject, name, person, value, event_no, at_us) VALUES ($1, $2, $3, $4, $5, $6)"
                " ON CONFLICT (subject, name) DO UPDATE SET value = excluded.value, event_no = excluded.event_no, at_us = excluded.at_us"
                " WHERE person_trait.at_us <= excluded.at_us AND (person_trait.value <> excluded.value OR $7 = 1)",
                dbi(c->ev->subject), dbs(name), dbi(c->person), dbs(json), dbi(c->ev->no), dbi(c->ev->time_us), dbi(changes)));
    if (!changes)
        return E_OK;
    r->outcome = RING_DONE;
    TRY(trait_mirror(c->t, c->person, name, json));
    return engine_emit(
        c->t,
        &(event_new){ .subject = c->ev->subject,
                       .kind = S("trait.set"),
                       .time_us = c->ev->time_us,
                       .flags = EVENT_SYSTEM,
                       .props = (const event_prop[]) { prop_str(S("trait"), name), { S("value"), { .k = V_JSON, .s = json } } },
                       .props_n = 2 },
        &r->event_no);
}

static void trait_print(const jval *v, lang l, buf *b)
{
    str name = json_str(json_get(v, S("name"))), from = json_str(json_get(v, S("value")));
    bool event_value = from.len > 1 && from.s[0] == '$';
    buf_addf(b, l == LANG_ZH ? "记下 " STR_FMT : "remember " STR_FMT, STR_ARG(name));
    if (event_value)
        return;
    buf_add_str(b, S(" = "));
    jw w = { .b = b };
    jw_val(&w, json_get(v, S("value")));
}

static err if_trait_test(rule_ctx *c, const jval *v, bool *ret)
{
    db_rows r;
    bool found;
    str text = { 0 };
    TRY(db_query_one(c->t->d, &r, &found, "SELECT value FROM person_trait WHERE person = $1 AND name = $2"
                     " ORDER BY at_us DESC, event_no DESC LIMIT 1", dbi(c->person),
                     dbs(json_str(yyjson_arr_get_first((jval *)(uintptr_t)v)))));
    if (found)
        text = arena_str(c->t->a, db_str(&r, 0));
    TRY(db_end(&r));
    jval *j = NULL;
    value stored = { .k = V_NULL };
    if (found && json_parse(c->t->a, text, NULL, &j) == E_OK) {
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

static const effect_kind trait_effect = { "trait", true, trait_check, trait_apply, trait_print };
static const condition_kind if_trait = { "trait", comparison_check, if_trait_test, comparison_print };
static const person_table tables[] = { { PERSON_TABLE("person_trait", "name, value, event_no, at_us"), .settle = trait_settle } };

void people_register_traits(engine *e)
{
    rules_add_effect(e->rules, &trait_effect);
    rules_add_condition(e->rules, &if_trait);
    people_add_tables(e, tables, sizeof tables / sizeof *tables);
}
