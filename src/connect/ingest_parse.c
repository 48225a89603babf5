// The parsing half of ingest: loop thread, no database. Personal data is sealed here, so plain values end with the request.
#include "connect/ingest_internal.h"
#include "base/personal.h"
#include <stdio.h>

void ingest_refuse(ingest_event *e, err code, str path, str why)
{
    if (e->verdict == INGEST_REFUSED)
        return;                                // the first reason counts
    e->verdict = INGEST_REFUSED;
    e->code = code;
    e->field = path;
    e->reason = why;
}

// Names of events and properties are learned, shown to whoever watches, and never forgotten.
void ingest_set_kind(ingest_event *e, arena *a, str kind) { e->kind = personal_starred(kind, a); }

void ingest_set_message(const ingest *in, ingest_event *e, const caller *who, str message_id)
{
    e->message_id = message_id;
    if (!str_empty(message_id))
        ingest_set_print(in, e, who, message_id);
}

void ingest_set_print(const ingest *in, ingest_event *e, const caller *who, str text)
{
    char small[8 + 256], *p = small;
    arena *scratch = NULL;
    size_t n = 4 + text.len;
    if (n > sizeof small) {
        scratch = arena_create();
        p = arena_alloc(scratch, n, 1, 1);
    }
    memcpy(p, &who->source, 4);
    memcpy(p + 4, text.s, text.len);
    e->print = vault_hash_named(in->config.vault, S("message"), str_of(p, n));
    arena_destroy(scratch);
}

// --- Properties ----------------------------------------------------------------------------------------------------------
static ingest_prop *new_prop(ingest_event *e, arena *a, str name)
{
    if (str_empty(name) || name.len > NAMES_BYTES_MAX || !str_utf8_valid(name)) {
        ingest_refuse(e, name.len > NAMES_BYTES_MAX ? E_FIELD_TOO_LONG : E_FIELD_VALUE, str_take(name, NAMES_BYTES_MAX),
                      S("property name"));
        return NULL;
    }
    if (e->props_n == EVENT_PROPS_MAX) {
        ingest_refuse(e, E_FIELD_TOO_MANY, S("properties"), S("at most 200"));
        return NULL;
    }
    if (e->props_n == e->props_cap) {
        uint32_t cap = e->props_cap ? e->props_cap * 2 : 16;
        ingest_prop *grown = arena_array(a, ingest_prop, cap);
        if (e->props_n)
            memcpy(grown, e->props, e->props_n * sizeof *grown);
        e->props = grown;
        e->props_cap = cap;
    }
    ingest_prop *p = &e->props[e->props_n++];
    *p = (ingest_prop){ .name = personal_starred(name, a) };
    return p;
}

void ingest_keep_prop(ingest_event *e, arena *a, const ingest_prop *p)
{
    ingest_prop *mine = new_prop(e, a, p->name);
    if (mine)
        *mine = (ingest_prop){ .name = mine->name, .v = p->v, .sealed = p->sealed };
}

// What stands alone and looks personal is sealed under whatever name it comes.
static bool looks_personal(str s, vault_kind *ret)
{
    static const vault_kind kinds[] = { [LOOKS_PHONE] = VAULT_PHONE, [LOOKS_ID_NUMBER] = VAULT_ID_NUMBER, [LOOKS_VIN] = VAULT_VIN,
                                        [LOOKS_PLATE] = VAULT_PLATE, [LOOKS_EMAIL] = VAULT_EMAIL };
    looks what = personal_looks(s);
    if (what == LOOKS_NOTHING)
        return false;
    *ret = kinds[what];
    return true;
}

bool ingest_personal(const ingest *in, const ingest_event *e, str path, str text, vault_kind *ret)
{
    plan_privacy said = path.len ? plan_privacy_of(ingest_plan(in), e->kind, path, ret) : PLAN_BY_NAME;
    if (said == PLAN_PERSONAL)
        return true;
    return text.len && looks_personal(text, ret);      // whatever the plan says: nobody declares a phone number to be none
}

// A phone number, with 86 before it or without, or an ID number that comes as a number is one too. Empty: i is none, by its size.
static str digits_of(int64_t i, char small[24])
{
    bool may = (i >= INT64_C(13000000000) && i < INT64_C(20000000000)) || (i >= INT64_C(8613000000000) && i < INT64_C(8620000000000)) ||
               (i >= INT64_C(100000000000000000) && i < INT64_C(1000000000000000000));
    return may ? str_of(small, (size_t)snprintf(small, 24, "%lld", (long long)i)) : (str){ 0 };
}

// Of addresses: values of parameters whose names say that they are personal (?name=…&phone=…), starred. None: `text` itself.
static str parameters_starred(str text, arena *a)
{
    char *copy = NULL;
    vault_kind kind;
    bool any = text.len && memchr(text.s, '=', text.len);
    for (size_t i = 0; any && i < text.len; i++) {
        if (!strchr("?&#", text.s[i]) || !text.s[i])
            continue;
        size_t key = i + 1, eq = key, end;
        while (eq < text.len && !strchr("=?&# ", text.s[eq]))
            eq++;
        if (eq >= text.len || text.s[eq] != '=' || !vault_is_personal(str_of(text.s + key, eq - key), &kind))
            continue;
        for (end = eq + 1; end < text.len && !strchr("&# \"'\t\r\n", text.s[end]); end++)
            continue;
        if (!copy)
            copy = arena_cstr(a, text);
        memset(copy + eq + 1, '*', end - eq - 1);
        i = end - 1;
    }
    return copy ? str_of(copy, text.len) : text;
}

// What of a text may stand outside the vault.
static str open_text(str text, arena *a) { return personal_starred(parameters_starred(text, a), a); }

static bool personal(const ingest *in, const ingest_event *e, str path, const jval *cv, vault_kind *ret)
{
    char small[24];
    int64_t i;
    jval *v = (jval *)(uintptr_t)cv;
    str text = yyjson_is_str(v) ? json_str(v) : yyjson_is_int(v) && json_i64(v, &i) ? digits_of(i, small) : (str){ 0 };
    return ingest_personal(in, e, path, text, ret);
}

static bool scalar(const jval *v) { return !yyjson_is_ctn((jval *)(uintptr_t)v); }

static void seal_text(const ingest *in, ingest_event *e, arena *a, str name, vault_kind kind, str plain)
{
    if (str_empty(str_trim(plain)))
        return;
    ingest_prop *p = new_prop(e, a, name);
    if (!p)
        return;
    ingest_note_told(e, a, kind, plain);
    vault_item *item = arena_new(a, vault_item);
    err code = vault_seal(in->config.vault, kind, str_take(plain, VAULT_VALUE_MAX), item);
    if (code != E_OK)
        ingest_refuse(e, code, name, S("cannot be sealed"));
    else
        p->sealed = item;
}

static void add_sealed(const ingest *in, ingest_event *e, arena *a, str name, vault_kind kind, const jval *v)
{
    seal_text(in, e, a, name, kind, json_text(a, v));
}

static str path_join(arena *a, str path, str key) { return path.len ? arena_fmt(a, STR_FMT "." STR_FMT, STR_ARG(path), STR_ARG(key)) : key; }

// Items of a list stand under the list's own path.
static bool has_personal(const ingest *in, const ingest_event *e, arena *a, str path, const jval *cv, bool named)
{
    jval *v = (jval *)(uintptr_t)cv, *key, *item;
    size_t i, n;
    vault_kind kind;
    if (personal(in, e, named ? path : (str){ 0 }, v, &kind) || (yyjson_is_str(v) && open_text(json_str(v), a).s != json_str(v).s))
        return true;
    if (yyjson_is_obj(v)) {
        yyjson_obj_foreach(v, i, n, key, item) if (has_personal(in, e, a, path_join(a, path, json_str(key)), item, true)) return true;
    } else if (yyjson_is_arr(v)) {
        yyjson_arr_foreach(v, i, n, item) if (has_personal(in, e, a, path, item, false)) return true;
    }
    return false;
}

// Writes v without its personal parts, which become properties named by their path. Depth is bounded by json_parse.
static void scrub(const ingest *in, ingest_event *e, arena *a, str path, const jval *cv, jw *w)
{
    jval *v = (jval *)(uintptr_t)cv, *key, *item;
    size_t i, n;
    vault_kind kind;
    if (yyjson_is_obj(v)) {
        jw_obj(w);
        yyjson_obj_foreach(v, i, n, key, item)
        {
            str at = path_join(a, path, json_str(key));
            if (personal(in, e, at, item, &kind)) {
                add_sealed(in, e, a, at, kind, item);
                continue;
            }
            jw_key(w, personal_starred(json_str(key), a));
            scrub(in, e, a, at, item, w);
        }
        jw_end_obj(w);
    } else if (yyjson_is_arr(v)) {
        jw_arr(w);
        yyjson_arr_foreach(v, i, n, item)
        {
            if (personal(in, e, (str){ 0 }, item, &kind))
                add_sealed(in, e, a, path, kind, item);
            else
                scrub(in, e, a, path, item, w);
        }
        jw_end_arr(w);
    } else if (yyjson_is_str(v)) {
        jw_str(w, open_text(json_str(v), a));
    } else {
        jw_val(w, v);
    }
}

static value value_of(const jval *cv, arena *a)
{
    jval *v = (jval *)(uintptr_t)cv;
    int64_t i;
    if (yyjson_is_bool(v))
        return (value){ .k = V_BOOL, .i = yyjson_get_bool(v) };
    if (!yyjson_is_real(v) && json_i64(v, &i))
        return (value){ .k = V_I64, .i = i };
    if (yyjson_is_num(v))
        return (value){ .k = V_F64, .f = yyjson_get_num(v) };
    if (yyjson_is_str(v))
        return (value){ .k = V_STR, .s = open_text(json_str(v), a) };
    return (value){ .k = V_NULL };
}

static value json_value(const ingest *in, ingest_event *e, arena *a, str name, const jval *v)
{
    buf b = { 0 };
    jw w = { .b = &b };
    if (has_personal(in, e, a, name, v, false))
        scrub(in, e, a, name, v, &w);
    else
        jw_val(&w, v);
    value out = { .k = V_JSON, .s = arena_str(a, buf_str(&b)) };
    buf_free(&b);
    return out;
}

void ingest_add_json(const ingest *in, ingest_event *e, arena *a, str name, const jval *v)
{
    vault_kind kind;
    if (personal(in, e, name, v, &kind)) {
        add_sealed(in, e, a, name, kind, v);
        return;
    }
    if (yyjson_is_str((jval *)(uintptr_t)v) && !str_utf8_valid(json_str(v))) {
        ingest_refuse(e, E_FIELD_UTF8, name, S("text"));       // U+0000, which databases refuse
        return;
    }
    value x = scalar(v) ? value_of(v, a) : json_value(in, e, a, name, v);
    ingest_prop *p = new_prop(e, a, name);
    if (p)
        p->v = x;
}

void ingest_add_text(const ingest *in, ingest_event *e, arena *a, str name, str text)
{
    if (str_empty(text))
        return;
    vault_kind kind;
    if (looks_personal(text, &kind)) {
        seal_text(in, e, a, name, kind, text);
        return;
    }
    if (!str_utf8_valid(text)) {
        ingest_refuse(e, E_FIELD_UTF8, name, S("text"));
        return;
    }
    ingest_prop *p = new_prop(e, a, name);
    if (p)
        p->v = (value){ .k = V_STR, .s = open_text(text, a) };
}

void ingest_add_personal(const ingest *in, ingest_event *e, arena *a, str name, vault_kind kind, str plain)
{
    seal_text(in, e, a, name, kind, plain);
}

void ingest_add_value(const ingest *in, ingest_event *e, arena *a, str name, value v)
{
    char small[24];
    vault_kind kind;
    ENSURE(v.k == V_BOOL || v.k == V_I64 || v.k == V_F64);     // texts go through ingest_add_text
    str digits = v.k == V_I64 ? digits_of(v.i, small) : (str){ 0 };
    if (digits.len && looks_personal(digits, &kind)) {
        seal_text(in, e, a, name, kind, digits);
        return;
    }
    ingest_prop *p = new_prop(e, a, name);
    if (p)
        p->v = v;
}

// --- Identities --------------------------------------------------------------------------------------------------------------
static void put_identity(ingest_event *e, identity id)
{
    for (uint32_t i = 0; i < e->ids_n; i++)
        if (e->ids[i].kind == id.kind && hash128_eq(e->ids[i].hash, id.hash))
            return;
    if (e->ids_n == INGEST_IDS_MAX)
        ingest_refuse(e, E_FIELD_TOO_MANY, S("identities"), S("at most 16"));
    else
        e->ids[e->ids_n++] = id;
}

typedef struct personal_id { identity_kind kind; vault_kind vault; const char *name; } personal_id;
static const personal_id personal_ids[] = { { IDENTITY_PHONE, VAULT_PHONE, "phone" },
                                            { IDENTITY_EMAIL, VAULT_EMAIL, "email" },
                                            { IDENTITY_VIN, VAULT_VIN, "vin" } };

// What a text is as an identity of its own, by its kind or by its looks; NULL: an id like any other.
static const personal_id *personal_id_of(identity_kind kind, str id)
{
    looks l = personal_looks(id);
    identity_kind seen = l == LOOKS_PHONE ? IDENTITY_PHONE : l == LOOKS_EMAIL ? IDENTITY_EMAIL : kind;
    for (size_t i = 0; i < sizeof personal_ids / sizeof *personal_ids; i++)
        if (personal_ids[i].kind == kind)
            return &personal_ids[i];
    for (size_t i = 0; i < sizeof personal_ids / sizeof *personal_ids; i++)
        if (personal_ids[i].kind == seen)
            return &personal_ids[i];
    return NULL;
}

// An account named by its phone number stays an account, without a label; a weaker id is the number and nothing else.
static void add_personal_id(const ingest *in, ingest_event *e, arena *a, identity_kind kind, const personal_id *p, str id, bool keep)
{
    vault_item sealed;
    ingest_note_told(e, a, p->vault, id);
    err code = vault_seal(in->config.vault, p->vault, id, &sealed);
    if (code != E_OK) {
        ingest_refuse(e, code, str_c(p->name), S("identity"));
        return;
    }
    if (kind != p->kind && identity_infos[kind].strong) {
        identity account = people_identity(in->config.vault, kind, id);
        account.label = (str){ "", 0 };
        put_identity(e, account);
    }
    put_identity(e, (identity){ p->kind, sealed.hash, { "", 0 } });
    if (keep)
        seal_text(in, e, a, str_c(p->name), p->vault, id);
}

void ingest_add_identity(const ingest *in, ingest_event *e, arena *a, identity_kind kind, str id, bool keep)
{
    if (str_empty(id))
        return;
    if (id.len > IDENTITY_BYTES_MAX || !str_utf8_valid(id)) {
        ingest_refuse(e, id.len > IDENTITY_BYTES_MAX ? E_FIELD_TOO_LONG : E_FIELD_UTF8, S("userId"), S("identity"));
        return;
    }
    const personal_id *p = personal_id_of(kind, id);
    if (p) {
        add_personal_id(in, e, a, kind, p, id, keep);
        return;
    }
    identity x = people_identity(in->config.vault, kind, id);
    if (personal_in(id))
        x.label = (str){ "", 0 };
    put_identity(e, x);
}

void ingest_set_former(const ingest *in, ingest_event *e, str id)
{
    if (str_empty(id) || id.len > IDENTITY_BYTES_MAX)
        return;
    e->former = people_identity(in->config.vault, IDENTITY_USER_ID, id);
    e->has_former = true;
}

// --- Times -----------------------------------------------------------------------------------------------------------------
void ingest_set_times(ingest_event *e, int64_t received_us, bool has_time, int64_t time_us, bool has_sent, int64_t sent_us, bool history)
{
    e->sent_us = has_time ? time_us : 0;
    e->age_us = has_sent ? received_us - sent_us : -1;
    e->has_skew = has_sent && !history;
    e->skew_us = e->has_skew ? e->age_us : 0;
    if (has_sent && e->age_us < 0)
        e->age_us = 0;                         // a clock ahead of ours: as fresh as can be
    bool wrong = has_sent && !history && (received_us - sent_us > INGEST_CLOCK_RIGHT_US || sent_us - received_us > INGEST_CLOCK_RIGHT_US);
    e->time_us = !has_time ? received_us : wrong ? received_us - (sent_us - time_us) : time_us;
    if (history)
        return;
    int64_t least = received_us - INGEST_PAST_US, most = received_us + INGEST_FUTURE_US;
    if (e->time_us < least || e->time_us > most) {
        e->time_us = e->time_us < least ? least : most;
        e->flags |= EVENT_CLAMPED;
    }
}
