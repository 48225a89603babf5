#include "import/row.h"
#include "base/time.h"
#include <stdlib.h>

// --- Cells -----------------------------------------------------------------------------------------------------------------------
// A member by its name, or along dots: "address.city".
static const jval *member(const jval *root, str column)
{
    const jval *v = json_get(root, column);
    while (!v && column.len && root) {
        root = json_get(root, str_cut(&column, '.'));
        v = column.len ? json_get(root, column) : root;
    }
    return v;
}

static str mapped(const binding *b, str v)
{
    for (size_t i = 0; i < b->values_n; i++)
        if (str_eq(b->values[i].from, v))
            return b->values[i].to;
    return v;
}

str row_text(const binding *b, const source_row *from, arena *a)
{
    if (!b->column.len)
        return b->constant;
    str v = from->json ? json_text(a, member(from->json, b->column)) : from->cells[b->at];
    return mapped(b, str_trim(v));
}

// --- Values ----------------------------------------------------------------------------------------------------------------------
static const char *const yes[] = { "true", "yes", "y", "1", "是", "有", "同意", NULL };
static const char *const no[] = { "false", "no", "n", "0", "否", "无", "不同意", NULL };

static bool among(const char *const *list, str v)
{
    for (size_t i = 0; list[i]; i++)
        if (str_eq_nocase(str_c(list[i]), v))
            return true;
    return false;
}

static bool read_bool(str v, bool *ret)
{
    *ret = among(yes, v);
    return *ret || among(no, v);
}

static bool read_double(str v, double *ret)
{
    char text[64], *end;
    if (!v.len || v.len >= sizeof text)
        return false;
    memcpy(text, v.s, v.len);
    text[v.len] = 0;
    for (size_t i = 0; i < v.len; i++)
        if (!memchr("0123456789.+-eE", text[i], 15))     // no inf, no nan, no hex
            return false;
    *ret = strtod(text, &end);
    return *end == 0 && *ret - *ret == 0;
}

// "12", "12.3", "12.34" → 1200, 1230, 1234. Exact.
static bool read_yuan(str v, int64_t *ret)
{
    str rest = v, whole = str_cut(&rest, '.');
    bool negative = str_starts(whole, S("-"));
    int64_t yuan, fen = 0;
    if (!str_to_i64(whole, &yuan) || yuan > INT64_MAX / 1000 || yuan < -INT64_MAX / 1000 || rest.len > 2 || str_starts(rest, S("-")))
        return false;
    if (rest.len && !str_to_i64(rest, &fen))
        return false;
    fen *= rest.len == 1 ? 10 : 1;
    *ret = yuan * 100 + (negative ? -fen : fen);
    return true;
}

static bool read_value(const binding *b, const mapping *m, str v, value *ret)
{
    bool truth;
    switch (b->type) {
    case TYPE_INTEGER: ret->k = V_I64; return str_to_i64(v, &ret->i);
    case TYPE_YUAN: ret->k = V_I64; return read_yuan(v, &ret->i);
    case TYPE_NUMBER: ret->k = V_F64; return read_double(v, &ret->f);
    case TYPE_BOOLEAN: ret->k = V_BOOL; ret->i = read_bool(v, &truth) && truth; return read_bool(v, &truth);
    case TYPE_TIME: ret->k = V_I64; return time_read(v, b->form, b->pattern, m->zone_us, &ret->i);
    default: ret->k = V_STR; ret->s = v; return true;
    }
}

static const char *const expected[BIND_TYPES] = {
    [TYPE_INTEGER] = "a whole number", [TYPE_YUAN] = "an amount in yuan", [TYPE_NUMBER] = "a number", [TYPE_BOOLEAN] = "yes or no",
    [TYPE_TIME] = "a time", [TYPE_JSON] = "JSON",
};

static str column_name(const binding *b) { return b->column.len ? str_take(b->column, 200) : S("constants"); }

static void add_property(const row_maker *k, const binding *b, const source_row *from, arena *a, ingest_event *e)
{
    const jval *json = from->json && b->column.len && b->type == TYPE_AUTO && !b->values_n ? member(from->json, b->column) : NULL;
    if (json && !yyjson_is_null((jval *)(uintptr_t)json)) {
        ingest_add_json(k->in, e, a, b->name, json);
        return;
    }
    str v = row_text(b, from, a);
    if (!v.len)
        return;
    value x = { 0 };
    jval *parsed;
    if (b->personal)
        ingest_add_personal(k->in, e, a, b->name, b->vault, v);
    else if (b->type == TYPE_JSON && json_parse(a, v, NULL, &parsed) == E_OK)
        ingest_add_json(k->in, e, a, b->name, parsed);
    else if (b->type == TYPE_JSON || !read_value(b, k->m, v, &x))
        ingest_refuse(e, E_FIELD_TYPE, column_name(b), str_c(expected[b->type]));
    else if (x.k == V_STR)
        ingest_add_text(k->in, e, a, b->name, v);
    else if (b->type == TYPE_TIME)
        ingest_add_text(k->in, e, a, b->name, time_iso(a, x.i));
    else
        ingest_add_value(k->in, e, a, b->name, x);
}

// The rows of an import are where people become known: numbers that are ids are kept in the vault as well.
static void add_identity(const row_maker *k, const binding *b, const source_row *from, arena *a, ingest_event *e)
{
    ingest_add_identity(k->in, e, a, b->identity, row_text(b, from, a), true);
}

static void refuse_source(const source_row *from, ingest_event *e) { ingest_refuse(e, from->code, (str){ "", 0 }, str_c(from->why)); }

// --- Events ------------------------------------------------------------------------------------------------------------------------
typedef struct event_texts { str kind, message; int64_t time_us; bool has_time; } event_texts;

static void add_event_field(const row_maker *k, const binding *b, const source_row *from, arena *a, ingest_event *e, event_texts *x)
{
    str v = row_text(b, from, a);
    if (b->field == IMPORT_EVENT_NAME) {
        x->kind = v;
    } else if (b->field == IMPORT_EVENT_MESSAGE_ID) {          // several columns make one id
        x->message = x->message.len ? arena_fmt(a, STR_FMT "|" STR_FMT, STR_ARG(x->message), STR_ARG(v)) : v;
    } else if (v.len) {
        x->has_time = time_read(v, b->form, b->pattern, k->m->zone_us, &x->time_us);
        if (!x->has_time)
            ingest_refuse(e, E_FIELD_TYPE, column_name(b), str_c(expected[TYPE_TIME]));
    }
}

void row_event(const row_maker *k, const source_row *from, arena *a, ingest_event *e)
{
    event_texts x = { 0 };
    *e = (ingest_event){ .age_us = -1 };
    if (from->code != E_OK) {
        refuse_source(from, e);
        return;
    }
    for (size_t i = 0; i < k->m->n; i++) {
        const binding *b = &k->m->v[i];
        if (b->to == BIND_FIELD)
            add_event_field(k, b, from, a, e, &x);
        else if (b->to == BIND_IDENTITY)
            add_identity(k, b, from, a, e);
        else
            add_property(k, b, from, a, e);
    }
    ingest_set_kind(e, a, x.kind);
    if (!x.kind.len || x.kind.len > NAMES_BYTES_MAX)
        ingest_refuse(e, x.kind.len ? E_FIELD_TOO_LONG : E_FIELD_REQUIRED, S("event"), (str){ "", 0 });
    if (!e->ids_n)
        ingest_refuse(e, E_ROW_NOBODY, (str){ "", 0 }, (str){ "", 0 });
    if (x.message.len)
        ingest_set_message(k->in, e, k->who, x.message);
    ingest_set_times(e, k->received_us, x.has_time, x.time_us, false, 0, true);
}

// --- Anything else -----------------------------------------------------------------------------------------------------------------
static void refuse(import_row *r, err code, str column, const char *why, int64_t limit)
{
    if (r->code != E_OK)
        return;
    r->code = code;
    r->column = column;
    r->detail = str_c(why);
    r->limit = limit;
}

// The text of a field as shape_read_cells wants it.
static str field_text(const row_maker *k, const binding *b, str v, arena *a, import_row *r)
{
    const field *fd = &k->m->target.fields->fields[b->field];
    int64_t n;
    bool truth;
    if (!v.len)
        return v;
    if (fd->k == K_TIME) {
        if (time_read(v, b->form, b->pattern, k->m->zone_us, &n))
            return time_iso(a, n);
        refuse(r, E_FIELD_TYPE, column_name(b), expected[TYPE_TIME], 0);
    } else if (fd->k == K_BOOL && read_bool(v, &truth)) {
        return truth ? S("true") : S("false");
    } else if (fd->pattern && strcmp(fd->pattern, "date") == 0 && time_read(v, b->form, b->pattern, k->m->zone_us, &n)) {
        civil c = civil_from_us(n, k->m->zone_us);
        return arena_fmt(a, "%04d-%02d-%02d", c.year, c.month, c.day);
    } else if (b->type == TYPE_YUAN) {
        if (read_yuan(v, &n))
            return arena_fmt(a, "%lld", (long long)n);
        refuse(r, E_FIELD_TYPE, column_name(b), expected[TYPE_YUAN], 0);
    }
    return v;
}

// Of a record that may name its person by identities.
static void read_identities(const row_maker *k, const source_row *from, arena *a, import_row *r)
{
    const shape *sh = &record_identities_shape;
    const field *fd = k->m->target.record ? record_takes_identities(k->m->target.record) : NULL;
    str *cells = arena_array(a, str, sh->n);
    int *at = arena_array(a, int, sh->n);
    bool any = false;
    fault f = { 0 };
    for (unsigned i = 0; i < sh->n; i++)
        at[i] = -1;
    for (size_t i = 0; fd && i < k->m->n; i++) {
        const binding *b = &k->m->v[i];
        int n = b->to == BIND_IDENTITY ? import_shape_field(sh, identity_kind_name(b->identity)) : -1;
        str v = n >= 0 ? row_text(b, from, a) : (str){ "", 0 };
        if (!v.len)
            continue;
        cells[n] = v;
        at[n] = n;
        any = true;
    }
    if (!any || r->code != E_OK)
        return;
    err e = shape_read_cells(sh, at, cells, sh->n, a, &f, (char *)r->fields + fd->off);
    if (e != E_OK) {
        refuse(r, e, f.field, NULL, f.limit);
        r->detail = f.detail;
        return;
    }
    uint64_t *has = r->fields;                 // every shape's struct begins with its presence bits
    *has |= UINT64_C(1) << (fd - k->m->target.fields->fields);
}

static void read_fields(const row_maker *k, const source_row *from, arena *a, import_row *r)
{
    const shape *sh = k->m->target.fields;
    str *cells = arena_array(a, str, sh->n + 1);
    int *at = arena_array(a, int, sh->n + 1);
    fault f = { 0 };
    for (unsigned i = 0; i < sh->n; i++)
        at[i] = -1;
    for (size_t i = 0; i < k->m->n; i++) {
        const binding *b = &k->m->v[i];
        if (b->to != BIND_FIELD)
            continue;
        str v = field_text(k, b, row_text(b, from, a), a, r);
        if (!v.len)
            continue;
        cells[b->field] = v;                   // the last column that has a value counts
        at[b->field] = b->field;
    }
    r->fields = arena_alloc(a, 1, sh->size, alignof(max_align_t));
    err e = r->code == E_OK ? shape_read_cells(sh, at, cells, sh->n, a, &f, r->fields) : E_OK;
    if (e != E_OK) {
        refuse(r, e, f.field, NULL, f.limit);
        r->detail = f.detail;
    }
    read_identities(k, from, a, r);
}

// What is personal in a record is sealed before it leaves this thread.
static void seal_record(const row_maker *k, arena *a, import_row *r)
{
    fault f = { 0 };
    err e = import_seal_record(k->e, k->m->target.record, r->fields, a, &f);
    if (e != E_OK)
        refuse(r, e, f.field, NULL, f.limit);
}

void row_make(const row_maker *k, const source_row *from, arena *a, import_row *r)
{
    *r = (import_row){ .no = from->no, .line = from->line, .record = k->m->target.record };
    if (from->code != E_OK) {
        refuse(r, from->code, (str){ "", 0 }, from->why, from->limit);
        return;
    }
    if (k->m->target.person) {
        ingest_event *e = r->who = arena_new(a, ingest_event);
        e->age_us = -1;
        for (size_t i = 0; i < k->m->n; i++)
            if (k->m->v[i].to == BIND_IDENTITY)
                add_identity(k, &k->m->v[i], from, a, e);
            else if (k->m->v[i].to == BIND_PROPERTY)
                add_property(k, &k->m->v[i], from, a, e);
        if (!e->ids_n)
            ingest_refuse(e, E_ROW_NOBODY, (str){ "", 0 }, (str){ "", 0 });
        if (e->verdict == INGEST_REFUSED)
            refuse(r, e->code, e->field, arena_cstr(a, e->reason), NAMES_BYTES_MAX);
    }
    read_fields(k, from, a, r);
    if (r->code == E_OK && k->m->target.record)
        seal_record(k, a, r);
}

uint32_t row_events(const row_maker *k, const import_row *r, arena *a, ingest_event *out)
{
    if (r->code == E_OK)
        return k->m->target.events(k, r, a, out);
    *out = (ingest_event){ .age_us = -1 };
    ingest_refuse(out, r->code, r->column, r->detail);
    return 1;
}
