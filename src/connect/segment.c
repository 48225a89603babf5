#include "connect/segment.h"
#include "connect/ingest_internal.h"
#include "base/time.h"

typedef struct body_facts {
    const ingest *in;
    const caller *who;
    arena *a;
    int64_t received_us;
    const jval *context;           // of the batch, merged under each event's own
    bool has_sent;
    int64_t sent_us;               // of the batch
    const plan_context_field *plan;            // context fields that are kept
    size_t plan_n;
} body_facts;

// --- The six types --------------------------------------------------------------------------------------------------
typedef struct event_type {
    str name;
    str part;                      // where its properties are
    const char *texts[4];          // further fields kept as properties
    bool page;                     // a page's name is its title, not a person's: it goes under a name of its own
    bool alias;                    // joins previousId
} event_type;

static const event_type types[] = {
    { { "track", 5 }, { "properties", 10 }, { 0 }, false, false },
    { { "identify", 8 }, { "traits", 6 }, { 0 }, false, false },
    { { "page", 4 }, { "properties", 10 }, { "name", "category" }, true, false },
    { { "screen", 6 }, { "properties", 10 }, { "name", "category" }, true, false },
    { { "group", 5 }, { "traits", 6 }, { "groupId" }, false, false },
    { { "alias", 5 }, { 0 }, { "previousId" }, false, true },
};

// --- Parts of an event ------------------------------------------------------------------------------------------------------
static const jval *at_path(const jval *v, str path)
{
    while (path.len && v)
        v = json_get(v, str_cut(&path, '.'));
    return v;
}

static bool is_obj(const jval *v) { return yyjson_is_obj((jval *)(uintptr_t)v); }
static bool is_str(const jval *v) { return yyjson_is_str((jval *)(uintptr_t)v); }

// Ids come as strings or, from careless callers, as numbers.
static str id_of(const jval *ev, str name, arena *a)
{
    const jval *v = json_get(ev, name);
    int64_t i;
    if (is_str(v))
        return str_trim(json_str(v));
    if (json_i64(v, &i))
        return arena_fmt(a, "%lld", (long long)i);
    return (str){ 0 };
}

// Of a page: its name is its title, its addresses lose their query, and the query by itself is not kept.
static void add_page_text(const body_facts *b, ingest_event *e, str key, str text)
{
    bool is_address = str_eq(key, S("url")) || str_eq(key, S("referrer"));
    str rest = text;
    if (str_eq(key, S("name")))
        ingest_add_text(b->in, e, b->a, S("page_name"), text);
    else if (is_address)
        ingest_add_text(b->in, e, b->a, key, str_cut(&rest, '?'));
    else if (str_eq(key, S("search")))
        e->dropped++;
    else
        ingest_add_text(b->in, e, b->a, key, text);
}

static void add_object(const body_facts *b, ingest_event *e, const event_type *ty, const jval *ev)
{
    jval *v = (jval *)(uintptr_t)json_get(ev, ty->part), *key, *item;
    size_t i, n;
    if (!v || yyjson_is_null(v))
        return;
    if (!yyjson_is_obj(v)) {
        ingest_refuse(e, E_FIELD_TYPE, ty->part, S("object"));
        return;
    }
    yyjson_obj_foreach(v, i, n, key, item)
    {
        if (ty->page && yyjson_is_str(item))
            add_page_text(b, e, json_str(key), json_str(item));
        else
            ingest_add_json(b->in, e, b->a, json_str(key), item);
    }
}

static void add_text(const body_facts *b, ingest_event *e, const jval *ev, str name, str as)
{
    const jval *v = json_get(ev, name);
    if (is_str(v) && json_str(v).len)
        ingest_add_text(b->in, e, b->a, as, json_str(v));
}

// A name in a context is that of a thing (os.name, campaign.name), unless it stands among the person's traits.
static bool context_is_personal(str path)
{
    vault_kind kind;
    return str_starts(path, S("traits.")) || (vault_is_personal(path, &kind) && kind != VAULT_NAME);
}

static void add_context_field(const body_facts *b, ingest_event *e, const plan_context_field *f, const jval *v)
{
    if (!is_str(v) || context_is_personal(f->path)) {
        ingest_add_json(b->in, e, b->a, f->name, v);
        return;
    }
    str rest = json_str(v);
    ingest_add_text(b->in, e, b->a, f->name, f->address ? str_cut(&rest, '?') : rest);
}

static void add_context(const body_facts *b, ingest_event *e, const jval *ev)
{
    const jval *own = json_get(ev, S("context"));
    uint32_t kept = 0;
    for (size_t i = 0; i < b->plan_n; i++) {
        const jval *v = at_path(own, b->plan[i].path);
        if (!v)
            v = at_path(b->context, b->plan[i].path);
        if (!v || yyjson_is_null((jval *)(uintptr_t)v) || (is_str(v) && !json_str(v).len))
            continue;
        kept++;
        add_context_field(b, e, &b->plan[i], v);
    }
    size_t had = is_obj(own) ? yyjson_obj_size((jval *)(uintptr_t)own) : 0;
    e->dropped += had > kept ? (uint32_t)(had - kept) : 0;
}

// Absent: false. Anything that is no time is treated as absent: a broken clock must not lose the event.
static bool time_of(const jval *ev, str name, int64_t *ret)
{
    const jval *v = json_get(ev, name);
    int64_t ms;
    if (is_str(v))
        return time_parse_iso(json_str(v), ret);
    if (json_i64(v, &ms) && ms > 0 && ms < INT64_MAX / 1000) {     // some SDKs send milliseconds
        *ret = ms * 1000;
        return true;
    }
    return false;
}

static void add_times(const body_facts *b, ingest_event *e, const jval *ev)
{
    int64_t time_us = 0, sent_us = 0;
    bool has_time = time_of(ev, S("originalTimestamp"), &time_us) || time_of(ev, S("timestamp"), &time_us);
    bool has_sent = time_of(ev, S("sentAt"), &sent_us);
    if (!has_sent) {
        has_sent = b->has_sent;
        sent_us = b->sent_us;
    }
    // A source without effects is an import: its times are its own.
    ingest_set_times(e, b->received_us, has_time, time_us, has_sent, sent_us, b->who->effects == EFFECTS_NONE);
}

// --- One event ------------------------------------------------------------------------------------------------------------------
static const event_type *type_named(str name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_eq(types[i].name, name))
            return &types[i];
    return NULL;
}

static str kind_of(const event_type *ty, const jval *ev, ingest_event *e)
{
    if (ty != &types[0])
        return ty->name;
    const jval *v = json_get(ev, S("event"));
    str kind = is_str(v) ? str_trim(json_str(v)) : (str){ 0 };
    if (str_empty(kind))
        ingest_refuse(e, E_FIELD_REQUIRED, S("event"), S(""));
    else if (kind.len > NAMES_BYTES_MAX)
        ingest_refuse(e, E_FIELD_TOO_LONG, S("event"), S(""));
    return kind;
}

static void add_identities(const body_facts *b, ingest_event *e, const event_type *ty, const jval *ev)
{
    str user = id_of(ev, S("userId"), b->a), anonymous = id_of(ev, S("anonymousId"), b->a);
    if (ty->alias) {
        str previous = id_of(ev, S("previousId"), b->a);
        if (str_empty(previous))
            ingest_refuse(e, E_FIELD_REQUIRED, S("previousId"), S(""));
        anonymous = previous;
        e->alias = true;
        ingest_set_former(b->in, e, previous);
    }
    if (str_empty(user) && str_empty(anonymous))
        ingest_refuse(e, E_FIELD_REQUIRED, S("userId"), S("userId or anonymousId"));
    bool keep = ty->alias || str_eq(ty->name, S("identify"));
    ingest_add_identity(b->in, e, b->a, IDENTITY_USER_ID, user, keep);
    ingest_add_identity(b->in, e, b->a, IDENTITY_ANONYMOUS_ID, anonymous, keep);
}

static str text_name(const char *field_name) { return strcmp(field_name, "name") == 0 ? S("page_name") : str_c(field_name); }

// Traits in a context: kept only as far as the plan says, but whoever they name is not named by the event's texts either.
static void note_traits(const body_facts *b, ingest_event *e, const jval *context)
{
    jval *traits = (jval *)(uintptr_t)json_get(context, S("traits")), *key, *item;
    size_t i, n;
    vault_kind kind;
    if (!yyjson_is_obj(traits))
        return;
    yyjson_obj_foreach(traits, i, n, key, item) if (yyjson_is_str(item) && vault_is_personal(json_str(key), &kind))
        ingest_note_told(e, b->a, kind, json_str(item));
}

static void parse_parts(const body_facts *b, str type, const jval *ev, ingest_event *e)
{
    if (!is_obj(ev)) {
        ingest_refuse(e, E_FIELD_TYPE, S("batch"), S("object"));
        return;
    }
    const jval *named = json_get(ev, S("type"));
    const event_type *ty = type_named(str_empty(type) && is_str(named) ? json_str(named) : type);
    const jval *id = json_get(ev, S("messageId"));
    ingest_set_message(b->in, e, b->who, is_str(id) ? json_str(id) : (str){ 0 });
    if (!ty) {
        err code = named ? E_FIELD_VALUE : E_FIELD_REQUIRED;
        ingest_refuse(e, code, S("type"), S("track, identify, page, screen, group, alias"));
        return;
    }
    ingest_set_kind(e, b->a, kind_of(ty, ev, e));      // before its properties: the plan goes by kind
    add_identities(b, e, ty, ev);
    add_times(b, e, ev);
    if (ty->part.len)
        add_object(b, e, ty, ev);
    for (int i = 0; ty->texts[i]; i++)
        add_text(b, e, ev, str_c(ty->texts[i]), text_name(ty->texts[i]));
    add_context(b, e, ev);
    note_traits(b, e, json_get(ev, S("context")));
    note_traits(b, e, b->context);
}

static void parse_event(const body_facts *b, str type, const jval *ev, ingest_event *e)
{
    parse_parts(b, type, ev, e);
    ingest_event_end(e, b->a);
}

// --- Bodies -----------------------------------------------------------------------------------------------------------------
static err parse_batch(body_facts *b, jval *root, fault *f, ingest_batch *out)
{
    jval *list = json_get(root, S("batch")), *item;
    if (!yyjson_is_arr(list))
        return fault_detail(f, b->a, E_BAD_REQUEST, "\"batch\" must be a list of events");
    size_t n = yyjson_arr_size(list), i, max;
    if (n > INGEST_BATCH_MAX)
        return fault_field(f, b->a, E_FIELD_TOO_MANY, S("batch"), INGEST_BATCH_MAX);
    b->context = json_get(root, S("context"));
    b->has_sent = time_of(root, S("sentAt"), &b->sent_us);
    out->v = arena_array(b->a, ingest_event, n ? n : 1);
    yyjson_arr_foreach(list, i, max, item) parse_event(b, (str){ 0 }, item, &out->v[out->n++]);
    return E_OK;
}

err segment_parse(const ingest *in, const caller *who, str type, str body, int64_t received_us, arena *a, fault *f, ingest_batch *ret)
{
    jval *root;
    if (str_empty(body))
        return fault_field(f, a, E_BODY_REQUIRED, (str){ 0 }, 0);
    TRY(json_parse(a, body, f, &root));
    if (!is_obj(root))
        return fault_detail(f, a, E_BAD_REQUEST, "the body must be a JSON object");
    body_facts b = { .in = in, .who = who, .a = a, .received_us = received_us };
    b.plan = plan_context(ingest_plan(in), a, &b.plan_n);
    ingest_batch out = { .received_us = received_us };
    if (json_get(root, S("batch"))) {
        TRY(parse_batch(&b, root, f, &out));
    } else {
        out.v = arena_new(a, ingest_event);
        out.n = 1;
        parse_event(&b, type, root, out.v);
    }
    *ret = out;
    return E_OK;
}

str segment_write_key(str body, arena *a)
{
    jval *root;
    if (json_parse(a, body, NULL, &root) != E_OK)
        return (str){ 0 };
    const jval *v = json_get(root, S("writeKey"));
    return is_str(v) ? json_str(v) : (str){ 0 };
}
