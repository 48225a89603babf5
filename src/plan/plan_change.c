// Declarations: checked, stored with every version, compiled, loaded from the playbook and exported again.
#include "base/hash.h"
#include "plan/plan_internal.h"

static const char *const state_names[] = { "planned", "live", "retired", NULL };
static const char *const state_zh[] = { "计划中", "在用", "停用", NULL };
const enum_labels plan_state_labels = { "plan_state", state_names, state_zh };
static const char *const mode_names[] = { "warn", "quarantine", "refuse", NULL };
static const char *const mode_zh[] = { "提醒", "隔离", "拒收", NULL };
const enum_labels plan_mode_labels = { "plan_mode", mode_names, mode_zh };
const char *const plan_types[] = { "any", "text", "integer", "number", "boolean", "time", "list", "object", NULL };
static const char *const type_zh[] = { "任意", "文本", "整数", "数值", "是否", "时间", "列表", "对象", NULL };
const enum_labels plan_type_labels = { "plan_type", plan_types, type_zh };
#define PERSONAL_NAME(id, name) name,
static const char *const personal_names[] = { "none", VAULT_LIST(PERSONAL_NAME) NULL };
const enum_labels plan_personal_labels = { "plan_personal", personal_names };

SHAPE_TABLE(plan_prop_body, PLAN_PROP_BODY);
SHAPE_TABLE(plan_kind_body, PLAN_KIND_BODY);

// --- Checking and compiling ---------------------------------------------------------------------------------------------------
static err prop_check(const plan_kind_body *in, uint32_t i, arena *a, fault *f)
{
    const plan_prop_body *p = &in->props.v[i];
    if (p->name.len > NAMES_BYTES_MAX)
        return fault_field(f, a, E_FIELD_TOO_LONG, arena_fmt(a, "props[%u].name", i), NAMES_BYTES_MAX);
    for (uint32_t k = 0; k < i; k++)
        if (str_eq(in->props.v[k].name, p->name)) {
            err e = fault_field(f, a, E_FIELD_VALUE, arena_fmt(a, "props[%u].name", i), 0);
            if (f)
                f->detail = S("declared twice");
            return e;
        }
    if (HAS(p, plan_prop_body, min) && HAS(p, plan_prop_body, max) && p->min > p->max)
        return fault_field(f, a, E_FIELD_TOO_SMALL, arena_fmt(a, "props[%u].max", i), p->min);
    return E_OK;
}

err plan_body_check(const plan_kind_body *in, arena *a, fault *f)
{
    if (in->kind.len > NAMES_BYTES_MAX)
        return fault_field(f, a, E_FIELD_TOO_LONG, S("kind"), NAMES_BYTES_MAX);
    for (uint32_t i = 0; i < in->props.n; i++)
        TRY(prop_check(in, i, a, f));
    return E_OK;
}

err plan_body_read(const jval *v, arena *a, fault *f, plan_kind_body *ret)
{
    TRY(shape_read(&plan_kind_body_shape, v, a, f, ret));
    return plan_body_check(ret, a, f);
}

static void prop_compile(const plan_prop_body *in, plan_prop *out)
{
    bool said = HAS(in, plan_prop_body, personal);
    *out = (plan_prop){
        .name = in->name, .type = HAS(in, plan_prop_body, type) ? in->type : PLAN_ANY, .required = in->required,
        .has_min = HAS(in, plan_prop_body, min), .has_max = HAS(in, plan_prop_body, max), .min = in->min, .max = in->max,
        .values = in->values.v, .values_n = in->values.n,
        .privacy = !said ? PLAN_BY_NAME : in->personal == PLAN_PERSONAL_NONE ? PLAN_OPEN : PLAN_PERSONAL,
        .personal = said && in->personal != PLAN_PERSONAL_NONE ? (vault_kind)(in->personal - PLAN_PERSONAL_FIRST) : (vault_kind)0,
    };
}

err plan_compile(str body, arena *a, plan_kind *ret)
{
    jval *v;
    plan_kind_body in;
    fault f = { 0 };
    TRY(json_parse(a, body, &f, &v));
    TRY(plan_body_read(v, a, &f, &in));
    plan_prop *props = arena_array(a, plan_prop, in.props.n + 1);
    for (uint32_t i = 0; i < in.props.n; i++)
        prop_compile(&in.props.v[i], &props[i]);
    *ret = (plan_kind){ .name = in.kind, .state = HAS(&in, plan_kind_body, state) ? in.state : PLAN_LIVE,
                        .mode = HAS(&in, plan_kind_body, mode) ? in.mode : PLAN_QUARANTINE, .props = props, .props_n = in.props.n };
    return E_OK;
}

// --- Storing ------------------------------------------------------------------------------------------------------------------
static str fingerprint(str text, arena *a)
{
    uint8_t h[32];
    hash_blake2b(h, text);
    str out = { "", 0 };
    for (int i = 0; i < 16; i++)
        out = arena_fmt(a, STR_FMT "%02x", STR_ARG(out), h[i]);
    return out;
}

static err body_text(tx *t, const plan_kind_body *in, str *ret)
{
    buf b = { 0 };
    jw w = { .b = &b };
    err e = shape_write(&plan_kind_body_shape, in, &w, t->f, t->a);
    if (e == E_OK)
        *ret = arena_str(t->a, buf_str(&b));
    buf_free(&b);
    return e;
}

static err owner_check(tx *t, const plan_kind_body *in)
{
    int64_t known = 1;
    if (!str_empty(in->owner))
        TRY(db_int(t->d, &known, 0, "SELECT count(*) FROM staff WHERE login = $1 AND state = 'active'", dbs(in->owner)));
    if (known)
        return E_OK;
    err e = fault_field(t->f, t->a, E_FIELD_VALUE, S("owner"), 0);
    if (t->f)
        t->f->detail = S("nobody of that login");
    return e;
}

typedef struct standing { int64_t version; str base, body; } standing;

static err standing_read(tx *t, uint32_t kind, standing *ret)
{
    db_rows r;
    bool found;
    *ret = (standing){ 0 };
    TRY(db_query_one(t->d, &r, &found, "SELECT version, base, body FROM plan_kind WHERE kind = $1", dbi(kind)));
    if (found)
        *ret = (standing){ db_i64(&r, 0), arena_str(t->a, db_str(&r, 1)), arena_str(t->a, db_str(&r, 2)) };
    return db_end(&r);
}

static err store(tx *t, uint32_t kind, int64_t version, str base, str body, int64_t by)
{
    TRY(db_exec(t->d, "INSERT INTO plan_kind (kind, version, origin, base, body, at_us) VALUES ($1, $2, $3, $4, $5, $6)"
                      " ON CONFLICT (kind) DO UPDATE SET version = excluded.version, origin = excluded.origin, base = excluded.base,"
                      " body = excluded.body, at_us = excluded.at_us",
                dbi(kind), dbi(version), dbs(by ? S("staff") : S("playbook")), dbs(base), dbs(body), dbi(t->now_us)));
    return db_exec(t->d, "INSERT INTO plan_version (kind, version, body, made_by, at_us) VALUES ($1, $2, $3, $4, $5)", dbi(kind),
                   dbi(version), dbs(body), dbi(by), dbi(t->now_us));
}

err plan_put(tx *t, const plan_kind_body *in, int64_t by, plan_put_result *ret)
{
    uint32_t kind;
    str body;
    standing was;
    TRY(names_kind(t, engine_of(t)->names, in->kind, NAMES_BRAND, &kind));
    if (by)
        TRY(owner_check(t, in));
    TRY(body_text(t, in, &body));
    TRY(standing_read(t, kind, &was));
    bool edited = was.version && (str_empty(was.base) || !str_eq(fingerprint(was.body, t->a), was.base));
    *ret = (plan_put_result){ .version = was.version, .created = was.version == 0, .kept = !by && edited };
    if (ret->kept || (was.version && str_eq(was.body, body)))
        return E_OK;
    ret->changed = was.version != 0;
    ret->version = was.version + 1;
    TRY(store(t, kind, ret->version, by ? was.base : fingerprint(body, t->a), body, by));
    return names_declare(t, engine_of(t)->names, in->kind, in->zh, in->en);
}

err plan_put_context(tx *t, const plan_context_field *list, size_t n)
{
    TRY(db_exec(t->d, "DELETE FROM plan_context"));
    for (size_t i = 0; i < n; i++)
        TRY(db_exec(t->d, "INSERT INTO plan_context (position, path, address) VALUES ($1, $2, $3)", dbi((int64_t)i), dbs(list[i].path),
                    dbi(list[i].address)));
    return E_OK;
}

// --- Loading ------------------------------------------------------------------------------------------------------------------
static err within(tx *t, err e, const char *list, size_t i)
{
    if (e != E_OK && t->f)
        t->f->field = arena_fmt(t->a, "%s[%zu]%s" STR_FMT, list, i, t->f->field.len ? "." : "", STR_ARG(t->f->field));
    return e;
}

static err load_events(tx *t, const jval *list, int64_t by, plan_tally *n)
{
    size_t i, max;
    jval *item;
    if (list && !yyjson_is_arr((jval *)(uintptr_t)list))
        return fault_field(t->f, t->a, E_FIELD_TYPE, S("events"), 0);
    if (yyjson_arr_size((jval *)(uintptr_t)list) > NAMES_KINDS_MAX)
        return fault_field(t->f, t->a, E_FIELD_TOO_MANY, S("events"), NAMES_KINDS_MAX);
    yyjson_arr_foreach((jval *)(uintptr_t)list, i, max, item) {
        plan_kind_body in;
        plan_put_result put = { 0 };
        TRY(within(t, plan_body_read(item, t->a, t->f, &in), "events", i));
        TRY(within(t, plan_put(t, &in, by, &put), "events", i));
        n->created += put.created;
        n->changed += put.changed;
        n->kept += put.kept;
        n->same += !put.created && !put.changed && !put.kept;
    }
    return E_OK;
}

static err context_item(tx *t, const jval *item, size_t i, plan_context_field *ret)
{
    bool plain = yyjson_is_str((jval *)(uintptr_t)item);
    str path = json_str(plain ? item : json_get(item, S("path")));
    if (!plain && !yyjson_is_obj((jval *)(uintptr_t)item))
        return fault_field(t->f, t->a, E_FIELD_TYPE, arena_fmt(t->a, "context[%zu]", i), 0);
    if (str_empty(path) || path.len > NAMES_BYTES_MAX - 8 || !str_utf8_valid(path))
        return fault_field(t->f, t->a, E_FIELD_VALUE, arena_fmt(t->a, "context[%zu].path", i), 0);
    *ret = (plan_context_field){ path, (str){ 0 }, !plain && yyjson_is_true(json_get(item, S("address"))) };
    return E_OK;
}

static err load_context(tx *t, const jval *list)
{
    size_t i, max, n = 0;
    jval *item;
    plan_context_field fields[PLAN_CONTEXT_MAX];
    if (!yyjson_is_arr((jval *)(uintptr_t)list))
        return fault_field(t->f, t->a, E_FIELD_TYPE, S("context"), 0);
    if (yyjson_arr_size((jval *)(uintptr_t)list) > PLAN_CONTEXT_MAX)
        return fault_field(t->f, t->a, E_FIELD_TOO_MANY, S("context"), PLAN_CONTEXT_MAX);
    yyjson_arr_foreach((jval *)(uintptr_t)list, i, max, item) {
        TRY(context_item(t, item, i, &fields[n]));
        for (size_t k = 0; k < n; k++)
            if (str_eq(fields[k].path, fields[n].path))
                return fault_field(t->f, t->a, E_FIELD_DUPLICATE, arena_fmt(t->a, "context[%zu].path", i), 0);
        n++;
    }
    return plan_put_context(t, fields, n);
}

err plan_load(tx *t, const jval *root, int64_t by, plan_tally *ret)
{
    plan_tally n = { 0 };
    TRY(load_events(t, json_get(root, S("events")), by, &n));
    if (json_get(root, S("context")))
        TRY(load_context(t, json_get(root, S("context"))));
    *ret = n;
    return plan_reload(t);
}

err plan_load_playbook(tx *t, str json)
{
    jval *root;
    plan_tally n;
    TRY(json_parse(t->a, json, t->f, &root));
    return plan_load(t, root, PLAN_BY_PLAYBOOK, &n);
}

// --- Exporting ----------------------------------------------------------------------------------------------------------------
// What plan_load takes.
err plan_export(db *d, plan *p, arena *a, buf *out)
{
    db_rows r;
    jw w = { .b = out };
    size_t n;
    const plan_context_field *context = plan_context(p, a, &n);
    TRY(db_query(d, &r, "SELECT p.body FROM plan_kind p JOIN kind k ON k.id = p.kind ORDER BY k.name"));
    jw_obj(&w);
    jw_key(&w, S("events"));
    jw_arr(&w);
    while (db_next(&r))
        jw_raw(&w, db_str(&r, 0));
    TRY(db_end(&r));
    jw_end_arr(&w);
    jw_key(&w, S("context"));
    jw_arr(&w);
    for (size_t i = 0; i < n; i++) {
        jw_obj(&w);
        jw_kstr(&w, "path", context[i].path);
        jw_kbool(&w, "address", context[i].address);
        jw_end_obj(&w);
    }
    jw_end_arr(&w);
    jw_end_obj(&w);
    return E_OK;
}
