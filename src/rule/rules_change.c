// Changing rules: by the playbook, which a rule follows until somebody changes it, and by staff. Every change is a version, kept with
// who made it and when; what the playbook says now stands beside (`book`), so that a changed rule can go back to it.
#include "rule/rules_inside.h"
#include "base/hash.h"
#include "base/personal.h"
#include "rule/rule_api.h"
#include "rule/run.h"

#define VERSIONS_KEPT 200              // of a rule, the newest

// --- Versions -----------------------------------------------------------------------------------------------------------------
// What the rule is now, as one of its versions. Of a rule that was there before versions were kept, `by` nobody.
static err version_note(tx *t, int64_t id, enum rule_change change, const rule_author *by)
{
    return db_exec(t->d,
                   "INSERT INTO rule_version (rule, version, change, state, body, by_kind, by_id, by_name, at_us)"
                   " SELECT id, version, $2, state, body, $3, $4, $5, at_us FROM rule WHERE id = $1 ON CONFLICT (rule, version) DO NOTHING",
                   dbi(id), dbi(change), dbi(by->kind), dbi(by->id), dbs(by->name));
}

static const rule_author nobody = { .name = { "", 0 } }, playbook = { .name = { "playbook", 8 } };

// The rule's row has changed: one version more.
static err version_next(tx *t, int64_t id, enum rule_change change, const rule_author *by, int64_t *ret_version)
{
    TRY(version_note(t, id, change, by));
    TRY(db_int(t->d, ret_version, 0, "SELECT version FROM rule WHERE id = $1", dbi(id)));
    return db_exec(t->d, "DELETE FROM rule_version WHERE rule = $1 AND version <= $2", dbi(id), dbi(*ret_version - VERSIONS_KEPT));
}

// --- By the playbook ------------------------------------------------------------------------------------------------------------
// Where rules come from, and the state new ones begin in.
typedef struct loading { str origin; int state; } loading;
typedef struct stored_rule { int64_t id; str base, body, origin; } stored_rule;

static str fingerprint(str text, arena *a)
{
    uint8_t h[32];
    char out[33];
    hash_blake2b(h, text);
    for (int i = 0; i < 16; i++)
        snprintf(out + 2 * i, 3, "%02x", h[i]);
    return arena_str(a, str_of(out, 32));
}

static err stored_read(tx *t, str key, stored_rule *ret)
{
    db_rows r;
    bool found;
    *ret = (stored_rule){ 0 };
    TRY(db_query_one(t->d, &r, &found, "SELECT id, base, body, origin FROM rule WHERE key = $1", dbs(key)));
    if (found)
        *ret = (stored_rule){ db_i64(&r, 0), arena_str(t->a, db_str(&r, 1)), arena_str(t->a, db_str(&r, 2)), arena_str(t->a, db_str(&r, 3)) };
    return db_end(&r);
}

static err insert_rule(tx *t, str key, str body, const loading *l, int64_t position, const rule_author *by, int64_t *ret_id)
{
    int64_t n, version;
    TRY(db_int(t->d, &n, 0, "SELECT count(*) FROM rule"));
    if (n >= RULES_MAX)
        return fault_field(t->f, t->a, E_LIMIT_REACHED, S("rules"), RULES_MAX);
    *ret_id = tx_id(t);
    TRY(db_exec(t->d,
                "INSERT INTO rule (id, key, version, position, state, origin, base, body, book, at_us)"
                " VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9)",
                dbi(*ret_id), dbs(key), dbi(position), dbi(l->state), dbs(l->origin), dbs(fingerprint(body, t->a)), dbs(body),
                dbs(str_eq(l->origin, S(RULE_BY_STAFF)) ? S("") : body), dbi(t->now_us)));
    return version_next(t, *ret_id, RULE_MADE, by, &version);
}

// A rule that still says what the playbook said follows it; its state stays. One that somebody changed stays as it is.
static err follow_rule(tx *t, const stored_rule *was, str body, const loading *l)
{
    int64_t version;
    bool edited = !str_eq(was->origin, l->origin) || (was->base.len && !str_eq(was->base, fingerprint(was->body, t->a)));
    TRY(db_exec(t->d, "UPDATE rule SET book = $2 WHERE id = $1 AND book <> $2", dbi(was->id), dbs(body)));
    if (edited || str_eq(was->body, body))
        return E_OK;
    TRY(version_note(t, was->id, RULE_MADE, &nobody));
    TRY(db_exec(t->d, "UPDATE rule SET body = $2, base = $3, version = version + 1, at_us = $4 WHERE id = $1", dbi(was->id), dbs(body),
                dbs(fingerprint(body, t->a)), dbi(t->now_us)));
    return version_next(t, was->id, RULE_FOLLOWED, &playbook, &version);
}

// Checked, its kinds known; as the text that is kept.
static err body_read(tx *t, const jval *body, rule_def *ret, str *ret_text)
{
    engine *e = engine_of(t);
    uint32_t kind;
    TRY(rule_check(&(checking){ t->a, t->f, e }, body));
    *ret = (rule_def){ 0 };
    rule_compile(ret, body);
    for (uint32_t i = 0; i < ret->events_n; i++)
        TRY(names_kind(t, e->names, ret->events[i], NAMES_BRAND, &kind));
    buf b = { 0 };
    jw w = { .b = &b };
    jw_val(&w, body);
    *ret_text = arena_str(t->a, buf_str(&b));
    buf_free(&b);
    return ret_text->len > RULE_BYTES_MAX ? fault_field(t->f, t->a, E_FIELD_TOO_LONG, ret->key, RULE_BYTES_MAX) : E_OK;
}

static err load_rule(tx *t, const jval *body, const loading *l, int64_t position)
{
    rule_def d;
    str text;
    stored_rule was;
    int64_t id;
    TRY(body_read(t, body, &d, &text));
    TRY(stored_read(t, d.key, &was));
    return was.id ? follow_rule(t, &was, text, l) : insert_rule(t, d.key, text, l, position, &playbook, &id);
}

static err load_rules(tx *t, jval *list, const loading *l)
{
    int64_t n;
    TRY(db_int(t->d, &n, 0, "SELECT count(*) FROM rule"));
    size_t i, count;
    jval *item;
    yyjson_arr_foreach(list, i, count, item) {
        err e = load_rule(t, item, l, n + (int64_t)i);
        if (e != E_OK && t->f && t->f->field.len)
            t->f->field = arena_fmt(t->a, "rules[%zu]." STR_FMT, i, STR_ARG(t->f->field));
        TRY(e);
    }
    return E_OK;
}

static err load_aliases(tx *t, jval *map)
{
    names *n = engine_of(t)->names;
    size_t i, count;
    jval *key, *item;
    yyjson_obj_foreach(map, i, count, key, item) {
        uint32_t from, means;
        TRY(names_kind(t, n, json_str(key), NAMES_BRAND, &from));
        TRY(names_kind(t, n, json_str(item), NAMES_BRAND, &means));
        TRY(db_exec(
            t->d, "INSERT INTO kind_alias (kind, means) VALUES ($1, $2) ON CONFLICT (kind) DO UPDATE SET means = excluded.means",
            dbi(from), dbi(means)));
    }
    return E_OK;
}

static err load(tx *t, str json, const loading *l)
{
    jval *root;
    TRY(json_parse(t->a, json, t->f, &root));
    TRY(load_aliases(t, json_get(root, S("aliases"))));
    TRY(load_rules(t, json_get(root, S("rules")), l));
    return rules_reload(t);
}

err rules_load(tx *t, str json, str origin) { return load(t, json, &(loading){ origin, RULE_ON }); }

err rules_follow(tx *t, str json) { return load(t, json, &(loading){ S("playbook"), RULE_SHADOW }); }

// --- By staff -----------------------------------------------------------------------------------------------------------------
err rules_set_state(tx *t, int64_t id, int state, const rule_author *by, int64_t *ret_version)
{
    int64_t n;
    TRY(version_note(t, id, RULE_MADE, &nobody));
    TRY(db_exec_count(t->d, &n, "UPDATE rule SET state = $2, version = version + 1, at_us = $3 WHERE id = $1", dbi(id), dbi(state),
                      dbi(t->now_us)));
    if (n == 0)
        return fault_detail(t->f, t->a, E_NOT_FOUND, "rule");
    TRY(version_next(t, id, RULE_SWITCHED, by ? by : &nobody, ret_version));
    return rules_reload(t);
}

// What is kept of a rule is shown to everybody who may see rules, and goes into sentences.
static err nothing_personal(tx *t, str text)
{
    if (!personal_in(text))
        return E_OK;
    err e = fault_detail(t->f, t->a, E_FIELD_VALUE, "something in it looks personal");
    if (t->f)
        t->f->field = S("note");
    return e;
}

err rules_make(tx *t, const jval *body, int state, const rule_author *by, int64_t *ret_id)
{
    rule_def d;
    str text;
    stored_rule was;
    int64_t position;
    TRY(body_read(t, body, &d, &text));
    TRY(nothing_personal(t, text));
    TRY(stored_read(t, d.key, &was));
    if (was.id)
        return fault_field(t->f, t->a, E_EXISTS, S("key"), 0);
    TRY(db_int(t->d, &position, 0, "SELECT max(position) + 1 FROM rule"));
    TRY(insert_rule(t, d.key, text, &(loading){ S(RULE_BY_STAFF), state }, position, by, ret_id));
    return rules_reload(t);
}

// A new text begins its trial anew.
static err put_body(tx *t, int64_t id, str text, int state, enum rule_change change, const rule_author *by, int64_t *ret_version)
{
    TRY(version_note(t, id, RULE_MADE, &nobody));
    TRY(db_exec(t->d, "UPDATE rule SET body = $2, state = $3, version = version + 1, at_us = $4 WHERE id = $1", dbi(id), dbs(text), dbi(state),
                dbi(t->now_us)));
    TRY(shadow_clear(t, id));
    TRY(version_next(t, id, change, by, ret_version));
    return rules_reload(t);
}

err rules_edit(tx *t, int64_t id, const jval *body, int state, const rule_author *by, int64_t *ret_version)
{
    rule_def d;
    str text;
    stored_rule was;
    TRY(body_read(t, body, &d, &text));
    TRY(nothing_personal(t, text));
    TRY(stored_read(t, d.key, &was));
    if (was.id != id) {
        err e = fault_detail(t->f, t->a, E_FIELD_VALUE, "a rule keeps its key");
        if (t->f)
            t->f->field = S("key");
        return e;
    }
    return put_body(t, id, text, state, RULE_EDITED, by, ret_version);
}

err rules_return(tx *t, int64_t id, int state, const rule_author *by, int64_t *ret_version)
{
    db_rows r;
    bool found;
    str book = { "", 0 };
    TRY(db_query_one(t->d, &r, &found, "SELECT book FROM rule WHERE id = $1", dbi(id)));
    if (found)
        book = arena_str(t->a, db_str(&r, 0));
    TRY(db_end(&r));
    if (!book.len)
        return found ? fault_detail(t->f, t->a, E_CONFLICT, "it is not of the playbook") : fault_detail(t->f, t->a, E_NOT_FOUND, "rule");
    TRY(db_exec(t->d, "UPDATE rule SET base = $2, origin = 'playbook' WHERE id = $1", dbi(id), dbs(fingerprint(book, t->a))));
    return put_body(t, id, book, state, RULE_RETURNED, by, ret_version);
}
