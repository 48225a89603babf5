// Events of SensorsData's SDKs: what each type means, whose it is, and what of its properties is kept.
#include "connect/sensors.h"
#include "connect/ingest_internal.h"
#include "people/traits.h"

typedef struct facts {
    const ingest *in;
    const caller *who;
    arena *a;
    int64_t received_us;
} facts;

// --- Types ------------------------------------------------------------------------------------------------------------------------
// keep_ids: phone numbers and the like that stand as ids are kept in the vault, because this is where they become known.
typedef enum part { PART_EVENT, PART_PROFILE, PART_NUMBERS, PART_LISTS, PART_NAMES, PART_NONE, PART_ITEM } part;
typedef struct event_type {
    str name, kind;                // kind: empty, the event's own name
    part part;                     // what its properties are
    bool keep_ids, unbind, gone;
} event_type;
#define TYPE(name, kind, ...) { { name, sizeof name - 1 }, { kind, sizeof kind - 1 }, __VA_ARGS__ }
static const event_type types[] = {
    TYPE("track", "", PART_EVENT),
    TYPE("track_signup", "$SignUp", PART_EVENT, .keep_ids = true),
    TYPE("track_id_bind", "$BindID", PART_EVENT, .keep_ids = true),
    TYPE("track_id_unbind", "$UnbindID", PART_EVENT, .unbind = true),
    TYPE("profile_set", "identify", PART_PROFILE, .keep_ids = true),
    TYPE("profile_set_once", "profile.set_once", PART_PROFILE),
    TYPE("profile_increment", "profile.incremented", PART_NUMBERS),
    TYPE("profile_append", "profile.appended", PART_LISTS),
    TYPE("profile_unset", "profile.unset", PART_NAMES),
    TYPE("profile_delete", "profile.deleted", PART_NONE),
    TYPE("item_set", "item.set", PART_ITEM),
    TYPE("item_delete", "item.deleted", PART_ITEM, .gone = true),
};

// --- Presets ----------------------------------------------------------------------------------------------------------------------
// Properties that begin with $ are the SDK's, thirty and more on every event. These are kept of an event; the others are counted and
// dropped. Addresses lose what follows '?': queries carry tokens and phone numbers. Of a profile all are kept.
typedef struct preset { str name; bool address; } preset;
#define KEEP(name) { { name, sizeof name - 1 }, false }
#define ADDRESS(name) { { name, sizeof name - 1 }, true }
static const preset presets[] = {
    KEEP("$lib"), KEEP("$lib_version"), KEEP("$app_version"), KEEP("$app_id"), KEEP("$app_name"), KEEP("$os"), KEEP("$os_version"),
    KEEP("$manufacturer"), KEEP("$brand"), KEEP("$model"), KEEP("$network_type"), KEEP("$is_first_day"), KEEP("$is_first_time"),
    ADDRESS("$url"), ADDRESS("$url_path"), KEEP("$title"), ADDRESS("$referrer"), KEEP("$referrer_host"), KEEP("$scene"), KEEP("$latest_scene"),
    KEEP("$latest_traffic_source_type"), KEEP("$latest_search_keyword"), KEEP("$latest_referrer_host"), KEEP("$utm_source"),
    KEEP("$utm_medium"), KEEP("$utm_campaign"), KEEP("$utm_content"), KEEP("$utm_term"), KEEP("$latest_utm_source"),
    KEEP("$latest_utm_medium"), KEEP("$latest_utm_campaign"), KEEP("$latest_utm_content"), KEEP("$latest_utm_term"), KEEP("$share_depth"),
    KEEP("$share_method"), KEEP("$channel_device_info"), KEEP("$event_duration"), KEEP("$screen_name"), KEEP("$element_id"),
    KEEP("$element_type"), KEEP("$element_content"), KEEP("$element_name"), KEEP("$resume_from_background"),
};

static const preset *preset_named(str name)
{
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++)
        if (str_eq(presets[i].name, name))
            return &presets[i];
    return NULL;
}

static bool is_address(str name)
{
    const preset *p = preset_named(name);
    return (p && p->address) || str_ends(name, S("_referrer")) || str_ends(name, S("_url"));
}

// --- Reading ----------------------------------------------------------------------------------------------------------------------
static bool is_obj(const jval *v) { return yyjson_is_obj((jval *)(uintptr_t)v); }
static bool is_str(const jval *v) { return yyjson_is_str((jval *)(uintptr_t)v); }
static bool is_true(const jval *v) { return yyjson_is_true((jval *)(uintptr_t)v); }

static str text_of(const jval *v, arena *a)
{
    int64_t i;
    if (is_str(v))
        return str_trim(json_str(v));
    return json_i64(v, &i) ? arena_fmt(a, "%lld", (long long)i) : (str){ "", 0 };
}

static str text_at(const jval *ev, str name, arena *a) { return text_of(json_get(ev, name), a); }

// Milliseconds. Anything else is treated as absent: a broken clock must not lose the event.
static bool ms_at(const jval *ev, str name, int64_t *ret_us)
{
    int64_t ms;
    if (!json_i64(json_get(ev, name), &ms) || ms <= 0 || ms >= INT64_MAX / 1000)
        return false;
    *ret_us = ms * 1000;
    return true;
}

// --- Whose ------------------------------------------------------------------------------------------------------------------------
// Keys of `identities`, in the spelling of each SDK. A brand's own keys are known when they are called as our kinds are.
typedef struct id_key { str name; identity_kind kind; } id_key;
#define ID(name, kind) { { name, sizeof name - 1 }, IDENTITY_##kind }
static const id_key id_keys[] = {
    ID("login_id", USER_ID), ID("user_id", USER_ID), ID("mobile", PHONE), ID("phone", PHONE), ID("email", EMAIL), ID("cookie_id", ANONYMOUS_ID),
    ID("anonymous_id", ANONYMOUS_ID), ID("mp_id", MP_ID), ID("idfv", DEVICE_ID), ID("idfa", DEVICE_ID), ID("ios_uuid", DEVICE_ID),
    ID("android_id", DEVICE_ID), ID("android_uuid", DEVICE_ID), ID("oaid", DEVICE_ID), ID("harmony_uuid", DEVICE_ID), ID("device_id", DEVICE_ID),
    ID("mp_unionid", UNIONID), ID("unionid", UNIONID), ID("mp_openid", OPENID), ID("openid", OPENID),
    ID("wecom_external_id", WECOM_EXTERNAL_ID), ID("crm_id", CRM_ID), ID("vin", VIN),
};

// "$mp_wx0123_openid" → wx0123; empty: no such key.
static str app_of_openid(str key)
{
    if (!str_starts(key, S("$mp_")) || !str_ends(key, S("_openid")) || key.len <= 4 + 7)
        return (str){ "", 0 };
    return str_of(key.s + 4, key.len - 4 - 7);
}

static bool kind_of_key(str key, identity_kind *ret)
{
    str name = str_starts(key, S("$identity_")) ? str_skip(key, 10) : key;
    for (size_t i = 0; i < sizeof id_keys / sizeof *id_keys; i++)
        if (str_eq(id_keys[i].name, name)) {
            *ret = id_keys[i].kind;
            return true;
        }
    *ret = IDENTITY_OPENID;
    return app_of_openid(key).len > 0;
}

// The id as it is kept: an openid is known by its app.
static str id_under(const facts *b, str key, identity_kind kind, str id, const jval *ev)
{
    str app = app_of_openid(key);
    if (kind != IDENTITY_OPENID || memchr(id.s, ':', id.len))
        return id;
    if (!app.len)
        app = text_at(json_get(ev, S("properties")), S("$app_id"), b->a);
    return app.len ? arena_fmt(b->a, STR_FMT ":" STR_FMT, STR_ARG(app), STR_ARG(id)) : id;
}

typedef struct names_given { str login, anonymous, distinct, original; } names_given;

// "$identity_mobile+13800138000": an id that says itself what it is.
static bool add_named(const facts *b, ingest_event *e, const event_type *ty, str id, const jval *ev)
{
    identity_kind kind;
    str rest = id, key = str_cut(&rest, '+');
    if (!rest.len || !str_starts(key, S("$")) || !kind_of_key(key, &kind))
        return false;
    ingest_add_identity(b->in, e, b->a, kind, id_under(b, key, kind, rest, ev), ty->keep_ids);
    return true;
}

static void add_as(const facts *b, ingest_event *e, const event_type *ty, identity_kind kind, str id, const jval *ev)
{
    if (id.len && !add_named(b, e, ty, id, ev))
        ingest_add_identity(b->in, e, b->a, kind, id, ty->keep_ids);
}

// Every identity the message lists; *ret_listed: the distinct id is one of them, so it is no id of its own.
static void add_listed(const facts *b, ingest_event *e, const event_type *ty, const jval *ev, str distinct, bool *ret_listed)
{
    jval *list = (jval *)(uintptr_t)json_get(ev, S("identities")), *key, *item;
    size_t i, n;
    *ret_listed = false;
    if (!is_obj(list))
        return;
    yyjson_obj_foreach(list, i, n, key, item)
    {
        identity_kind kind;
        str id = text_of(item, b->a);
        if (!id.len)
            continue;
        if (!kind_of_key(json_str(key), &kind)) {
            e->dropped++;
            continue;
        }
        *ret_listed = *ret_listed || str_eq(id, distinct);
        add_as(b, e, ty, kind, id_under(b, json_str(key), kind, id, ev), ev);
    }
}

static bool says_login(const jval *ev) { return is_true(json_get(json_get(ev, S("properties")), S("$is_login_id"))); }

// What an unbind takes away is what it lists; whose it is the rest says, or, when it says nothing else, the same.
static void add_unbound(const facts *b, ingest_event *e, const event_type *ty, const jval *ev)
{
    bool listed;
    ingest_event apart = { .verdict = INGEST_STORED };
    add_listed(b, &apart, ty, ev, (str){ "", 0 }, &listed);
    if (apart.verdict == INGEST_REFUSED)
        ingest_refuse(e, apart.code, apart.field, apart.reason);
    if (!apart.ids_n)
        ingest_refuse(e, E_FIELD_REQUIRED, S("identities"), S("the identity to unbind"));
    for (uint32_t i = 0; i < apart.ids_n && e->gone_n < INGEST_IDS_MAX; i++)
        e->gone[e->gone_n++] = apart.ids[i];
}

static bool is_gone(const ingest_event *e, const identity *id)
{
    for (uint32_t i = 0; i < e->gone_n; i++)
        if (e->gone[i].kind == id->kind && hash128_eq(e->gone[i].hash, id->hash))
            return true;
    return false;
}

static void without_gone(ingest_event *e)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < e->ids_n; i++)
        if (!is_gone(e, &e->ids[i]))
            e->ids[kept++] = e->ids[i];
    e->ids_n = kept;
    for (uint32_t i = 0; kept == 0 && i < e->gone_n; i++)
        e->ids[e->ids_n++] = e->gone[i];
}

static void add_identities(const facts *b, ingest_event *e, const event_type *ty, const jval *ev)
{
    bool signup = str_eq(ty->name, S("track_signup")), listed = false;
    const names_given n = { text_at(ev, S("login_id"), b->a), text_at(ev, S("anonymous_id"), b->a), text_at(ev, S("distinct_id"), b->a),
                            text_at(ev, S("original_id"), b->a) };
    if (ty->unbind)
        add_unbound(b, e, ty, ev);
    else
        add_listed(b, e, ty, ev, n.distinct, &listed);
    add_as(b, e, ty, IDENTITY_USER_ID, n.login, ev);
    bool login = signup || says_login(ev) || (n.login.len && str_eq(n.login, n.distinct));
    if (login || (!listed && !str_eq(n.distinct, n.anonymous)))
        add_as(b, e, ty, login ? IDENTITY_USER_ID : IDENTITY_ANONYMOUS_ID, n.distinct, ev);
    if (!listed || !str_eq(n.distinct, n.anonymous))
        add_as(b, e, ty, IDENTITY_ANONYMOUS_ID, n.anonymous, ev);
    if (signup)
        add_as(b, e, ty, IDENTITY_ANONYMOUS_ID, n.original, ev);
    if (ty->unbind)
        without_gone(e);
    if (e->ids_n == 0)
        ingest_refuse(e, E_FIELD_REQUIRED, S("distinct_id"), S(""));
}

// --- Properties -------------------------------------------------------------------------------------------------------------------
// The SDK's own notes to the sink.
static bool is_note(str name)
{
    return str_eq(name, S("$is_login_id")) || str_eq(name, S("$project")) || str_eq(name, S("$token")) || str_eq(name, S("$time"));
}

static void add_preset(const facts *b, ingest_event *e, str name, const jval *v)
{
    str rest = json_str(v);
    if (is_str(v) && is_address(name))
        ingest_add_text(b->in, e, b->a, name, str_cut(&rest, '?'));
    else if (is_str(v))
        ingest_add_text(b->in, e, b->a, name, rest);
    else
        ingest_add_json(b->in, e, b->a, name, v);
}

static void add_property(const facts *b, ingest_event *e, const event_type *ty, str name, const jval *v)
{
    bool own = !str_starts(name, S("$"));
    if (ty->part == PART_NAMES)
        ingest_add_value(b->in, e, b->a, name, (value){ .k = V_BOOL, .i = 1 });      // whatever it was: only its name counts
    else if (own)
        ingest_add_json(b->in, e, b->a, name, v);
    else if (ty->part != PART_EVENT || preset_named(name))
        add_preset(b, e, name, v);
    else
        e->dropped++;
}

// The operand an operation needs. A text for an append is a list of one.
static bool fits(part p, const jval *v)
{
    if (p == PART_NUMBERS)
        return yyjson_is_num((jval *)(uintptr_t)v);
    return p != PART_LISTS || yyjson_is_arr((jval *)(uintptr_t)v) || is_str(v);
}

static void add_properties(const facts *b, ingest_event *e, const event_type *ty, const jval *ev)
{
    jval *v = (jval *)(uintptr_t)json_get(ev, S("properties")), *key, *item;
    size_t i, n;
    if (!v || yyjson_is_null(v) || ty->part == PART_NONE)
        return;
    if (!yyjson_is_obj(v)) {
        ingest_refuse(e, E_FIELD_TYPE, S("properties"), S("object"));
        return;
    }
    yyjson_obj_foreach(v, i, n, key, item)
    {
        str name = json_str(key);
        if (is_note(name))
            continue;
        if (fits(ty->part, item))
            add_property(b, e, ty, name, item);
        else
            ingest_refuse(e, E_FIELD_TYPE, arena_fmt(b->a, "properties." STR_FMT, STR_ARG(str_take(name, NAMES_BYTES_MAX))),
                          ty->part == PART_NUMBERS ? S("number") : S("list of texts"));
    }
}

static bool has_prop(const ingest_event *e, str name)
{
    for (uint32_t i = 0; i < e->props_n; i++)
        if (str_eq(e->props[i].name, name))
            return true;
    return false;
}

// What `lib` says and the properties do not: profiles and servers have it only there.
static void add_lib(const facts *b, ingest_event *e, const jval *ev)
{
    static const char *const kept[] = { "$lib", "$lib_version", "$app_version" };
    const jval *lib = json_get(ev, S("lib"));
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const jval *v = json_get(lib, str_c(kept[i]));
        if (is_str(v) && json_str(v).len && !has_prop(e, str_c(kept[i])))
            ingest_add_text(b->in, e, b->a, str_c(kept[i]), json_str(v));
    }
}

// --- Items ------------------------------------------------------------------------------------------------------------------------
static void add_item(const facts *b, ingest_event *e, const event_type *ty, const jval *ev)
{
    str type = text_at(ev, S("item_type"), b->a), id = text_at(ev, S("item_id"), b->a);
    const jval *props = json_get(ev, S("properties"));
    if (!type.len || !id.len)
        ingest_refuse(e, E_FIELD_REQUIRED, type.len ? S("item_id") : S("item_type"), S(""));
    if (props && !yyjson_is_null((jval *)(uintptr_t)props) && !is_obj(props))
        ingest_refuse(e, E_FIELD_TYPE, S("properties"), S("object"));
    ingest_set_item(b->in, e, b->a, type, id, ty->gone ? NULL : props, ty->gone);
}

// --- One event --------------------------------------------------------------------------------------------------------------------
static const event_type *type_named(str name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_eq(types[i].name, name))
            return &types[i];
    return NULL;
}

static str kind_of(const event_type *ty, const jval *ev, ingest_event *e)
{
    if (ty->kind.len)
        return ty->kind;
    str kind = is_str(json_get(ev, S("event"))) ? str_trim(json_str(json_get(ev, S("event")))) : (str){ "", 0 };
    if (!kind.len)
        ingest_refuse(e, E_FIELD_REQUIRED, S("event"), S(""));
    else if (kind.len > NAMES_BYTES_MAX)
        ingest_refuse(e, E_FIELD_TOO_LONG, S("event"), S(""));
    return kind;
}

// Sent again, an event is the same but for the time of sending.
static str as_ever(const jval *ev, arena *a)
{
    jval *key, *item;
    size_t i, n;
    buf b = { 0 };
    jw w = { .b = &b };
    jw_obj(&w);
    yyjson_obj_foreach((jval *)(uintptr_t)ev, i, n, key, item)
    {
        if (str_eq(json_str(key), S("_flush_time")))
            continue;
        jw_key(&w, json_str(key));
        jw_val(&w, item);
    }
    jw_end_obj(&w);
    str out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

// What tells a message: SDKs number them by chance, ten digits, so its person, time and name belong to it. The id that is kept and
// shown names no person.
static void set_message(const facts *b, ingest_event *e, const jval *ev)
{
    str track = text_at(ev, S("_track_id"), b->a), time = text_at(ev, S("time"), b->a);
    str text = track.len ? arena_fmt(b->a, STR_FMT "\n" STR_FMT "\n" STR_FMT "\n" STR_FMT "\n" STR_FMT,
                                     STR_ARG(text_at(ev, S("distinct_id"), b->a)), STR_ARG(track), STR_ARG(time),
                                     STR_ARG(text_at(ev, S("type"), b->a)), STR_ARG(text_at(ev, S("event"), b->a)))
                         : as_ever(ev, b->a);
    ingest_set_print(b->in, e, b->who, text);
    e->message_id = track.len && track.len <= 20 ? arena_fmt(b->a, "sa-" STR_FMT "-" STR_FMT, STR_ARG(track), STR_ARG(str_take(time, 20)))
                                                 : arena_fmt(b->a, "sa-%016llx", (unsigned long long)e->print.lo);
}

static void parse_parts(const facts *b, const jval *ev, ingest_event *e)
{
    if (!is_obj(ev)) {
        ingest_refuse(e, E_FIELD_TYPE, S("data_list"), S("object"));
        return;
    }
    const event_type *ty = type_named(text_at(ev, S("type"), b->a));
    set_message(b, e, ev);
    if (!ty) {
        ingest_refuse(e, json_get(ev, S("type")) ? E_FIELD_VALUE : E_FIELD_REQUIRED, S("type"), S("track, profile_set, item_set …"));
        return;
    }
    ingest_set_kind(e, b->a, kind_of(ty, ev, e));      // before its properties: the plan goes by kind
    int64_t time_us = 0, sent_us = 0;
    bool has_time = ms_at(ev, S("time"), &time_us), has_sent = ms_at(ev, S("_flush_time"), &sent_us);
    bool history = b->who->effects == EFFECTS_NONE || is_true(json_get(ev, S("time_free")));
    ingest_set_times(e, b->received_us, has_time, time_us, has_sent, sent_us, history);
    if (ty->part == PART_ITEM) {
        add_item(b, e, ty, ev);
        return;
    }
    add_identities(b, e, ty, ev);
    add_properties(b, e, ty, ev);
    add_lib(b, e, ev);
}

static void parse_event(const facts *b, const jval *ev, ingest_event *e)
{
    parse_parts(b, ev, e);
    ingest_event_end(e, b->a);
}

err sensors_parse(const ingest *in, const caller *who, const jval *croot, int64_t received_us, arena *a, fault *f, ingest_batch *ret)
{
    jval *root = (jval *)(uintptr_t)croot, *item;
    const facts b = { in, who, a, received_us };
    ingest_batch out = { .received_us = received_us };
    size_t n = yyjson_is_arr(root) ? yyjson_arr_size(root) : 1, i, max;
    if (n > INGEST_BATCH_MAX)
        return fault_field(f, a, E_FIELD_TOO_MANY, S("data_list"), INGEST_BATCH_MAX);
    out.v = arena_array(a, ingest_event, n ? n : 1);
    if (yyjson_is_arr(root))
        yyjson_arr_foreach(root, i, max, item) parse_event(&b, item, &out.v[out.n++]);
    else
        parse_event(&b, root, &out.v[out.n++]);
    *ret = out;
    return E_OK;
}
