#include "import/mapping.h"
#include "base/time.h"

static const char *const types[BIND_TYPES + 1] = { "auto", "string", "integer", "number", "boolean", "time", "json", "yuan", NULL };
static const char *const forms[TIME_PATTERN + 1] = { "any", "unix_s", "unix_ms", "unix_us", "excel", NULL };

static int index_of(const char *const *labels, str v)
{
    for (int i = 0; labels[i]; i++)
        if (str_eq(str_c(labels[i]), v))
            return i;
    return -1;
}

bool time_form_named(str name, time_form *ret, str *ret_pattern)
{
    int i = index_of(forms, name);
    bool pattern = i < 0 && name.len && memchr(name.s, '%', name.len);
    *ret = i >= 0 ? (time_form)i : TIME_PATTERN;
    *ret_pattern = pattern ? name : (str){ "", 0 };
    return i >= 0 || pattern;
}

// --- Reading ---------------------------------------------------------------------------------------------------------------------
typedef struct reading { arena *a; fault *f; mapping *m; } reading;

static err wrong(const reading *r, str path, const char *expected)
{
    if (r->f)
        *r->f = (fault){ .code = E_FIELD_TYPE, .field = path, .detail = str_c(expected) };
    return E_FIELD_TYPE;
}

static err unusable(const reading *r, str path, const char *why)
{
    if (r->f)
        *r->f = (fault){ .code = E_FIELD_VALUE, .field = path, .detail = str_c(why) };
    return E_FIELD_VALUE;
}

static str path_of(const reading *r, str up, str name)
{
    return up.len ? arena_fmt(r->a, STR_FMT "." STR_FMT, STR_ARG(up), STR_ARG(str_take(name, 80))) : name;
}

// Text of a member; absent: empty.
static err text_at(const reading *r, const jval *obj, str name, str up, str *ret)
{
    jval *v = json_get(obj, name);
    *ret = (str){ "", 0 };
    if (!v)
        return E_OK;
    if (!yyjson_is_str(v))
        return wrong(r, path_of(r, up, name), "string");
    *ret = json_str(v);
    if (!str_utf8_valid(*ret))
        return fault_field(r->f, r->a, E_FIELD_UTF8, path_of(r, up, name), 0);
    return ret->len <= 400 ? E_OK : fault_field(r->f, r->a, E_FIELD_TOO_LONG, path_of(r, up, name), 400);
}

static err known_members(const reading *r, jval *obj, str up, const char *const *known)
{
    jval *key, *item;
    size_t i, max;
    yyjson_obj_foreach(obj, i, max, key, item) if (index_of(known, json_str(key)) < 0)
        return fault_field(r->f, r->a, E_FIELD_UNKNOWN, path_of(r, up, json_str(key)), 0);
    return E_OK;
}

static err read_values(const reading *r, jval *v, str path, binding *b)
{
    jval *key, *item;
    size_t i, max;
    if (!v)
        return E_OK;
    if (!yyjson_is_obj(v))
        return wrong(r, path, "object");
    if (yyjson_obj_size(v) > MAPPING_VALUES_MAX)
        return fault_field(r->f, r->a, E_FIELD_TOO_MANY, path, MAPPING_VALUES_MAX);
    value_pair *list = arena_array(r->a, value_pair, yyjson_obj_size(v) + 1);
    yyjson_obj_foreach(v, i, max, key, item)
    {
        if (!yyjson_is_str(item))
            return wrong(r, path_of(r, path, json_str(key)), "string");
        list[b->values_n++] = (value_pair){ json_str(key), json_str(item) };
    }
    b->values = list;
    return E_OK;
}

static err read_target_field(const reading *r, str name, str path, binding *b)
{
    b->field = import_field(&r->m->target, name);
    if (b->field < 0)
        return unusable(r, path_of(r, path, S("field")), "the target has no such field");
    return E_OK;
}

static err read_property(const reading *r, str name, str path, binding *b)
{
    if (!r->m->target.further)
        return unusable(r, path_of(r, path, S("property")), "the target takes no further columns");
    if (name.len > NAMES_BYTES_MAX)
        return fault_field(r->f, r->a, E_FIELD_TOO_LONG, path_of(r, path, S("property")), NAMES_BYTES_MAX);
    b->name = name;
    b->personal = vault_is_personal(name, &b->vault);
    return E_OK;
}

static err read_what(const reading *r, const jval *v, str path, binding *b)
{
    str to, id, property;
    TRY(text_at(r, v, S("field"), path, &to));
    TRY(text_at(r, v, S("identity"), path, &id));
    TRY(text_at(r, v, S("property"), path, &property));
    if ((to.len > 0) + (id.len > 0) + (property.len > 0) != 1)
        return unusable(r, path, "one of field, identity, property");
    b->to = to.len ? BIND_FIELD : id.len ? BIND_IDENTITY : BIND_PROPERTY;
    if (to.len)
        return read_target_field(r, to, path, b);
    if (property.len)
        return read_property(r, property, path, b);
    if (!import_target_names(&r->m->target))
        return unusable(r, path_of(r, path, S("identity")), "rows of this target name nobody");
    if (r->m->target.record && import_shape_field(&record_identities_shape, id) < 0)
        return unusable(r, path_of(r, path, S("identity")), "records are not found by this kind of identity");
    return identity_kind_named(id, &b->identity) ? E_OK : unusable(r, path_of(r, path, S("identity")), "no such kind of identity");
}

static err read_bind(const reading *r, jval *v, str path, str column, bool constant)
{
    static const char *const members[] = { "field", "identity", "property", "type", "time", "values", "value", NULL };
    str type, form, given;
    binding b = { .column = column, .at = -1, .field = -1 };
    if (!yyjson_is_obj(v))
        return wrong(r, path, "object");
    TRY(known_members(r, v, path, members));
    TRY(read_what(r, v, path, &b));
    TRY(text_at(r, v, S("type"), path, &type));
    TRY(text_at(r, v, S("time"), path, &form));
    TRY(text_at(r, v, S("value"), path, &given));
    TRY(read_values(r, json_get(v, S("values")), path_of(r, path, S("values")), &b));
    int t = type.len ? index_of(types, type) : TYPE_AUTO;
    if (t < 0)
        return unusable(r, path_of(r, path, S("type")), "auto, string, integer, number, boolean, time, json or yuan");
    b.type = (bind_type)t;
    if (form.len && !time_form_named(form, &b.form, &b.pattern))
        return unusable(r, path_of(r, path, S("time")), "any, unix_s, unix_ms, unix_us, excel, or a pattern with %Y %m %d %H %M %S");
    if (constant != (given.len > 0))
        return constant ? fault_field(r->f, r->a, E_FIELD_REQUIRED, path_of(r, path, S("value")), 0)
                        : unusable(r, path_of(r, path, S("value")), "only of constants");
    b.constant = given;
    if (r->m->n == MAPPING_BINDS_MAX)
        return fault_field(r->f, r->a, E_FIELD_TOO_MANY, S("columns"), MAPPING_BINDS_MAX);
    r->m->v[r->m->n++] = b;
    return E_OK;
}

static err read_columns(const reading *r, jval *v)
{
    jval *key, *item, *one;
    size_t i, max, k, many;
    if (!yyjson_is_obj(v))
        return v ? wrong(r, S("columns"), "object") : fault_field(r->f, r->a, E_FIELD_REQUIRED, S("columns"), 0);
    yyjson_obj_foreach(v, i, max, key, item)
    {
        str path = path_of(r, S("columns"), json_str(key));
        if (!yyjson_is_arr(item)) {
            TRY(read_bind(r, item, path, json_str(key), false));
            continue;
        }
        yyjson_arr_foreach(item, k, many, one) TRY(read_bind(r, one, arena_fmt(r->a, STR_FMT "[%zu]", STR_ARG(path), k), json_str(key), false));
    }
    return E_OK;
}

static err read_constants(const reading *r, jval *v)
{
    jval *item;
    size_t i, max;
    if (v && !yyjson_is_arr(v))
        return wrong(r, S("constants"), "array");
    yyjson_arr_foreach(v, i, max, item) TRY(read_bind(r, item, arena_fmt(r->a, "constants[%zu]", i), (str){ "", 0 }, true));
    return E_OK;
}

// --- The file's format -----------------------------------------------------------------------------------------------------------
static err read_format_column(const reading *r, jval *v, str path, source_format *out)
{
    static const char *const members[] = { "name", "from", "to", NULL };
    str *name = &out->columns[out->columns_n];
    fixed_column *at = &out->fixed[out->columns_n++];
    if (yyjson_is_str(v)) {
        *name = json_str(v);
        return out->kind == SOURCE_FIXED ? wrong(r, path, "object with name, from, to") : E_OK;
    }
    if (!yyjson_is_obj(v))
        return wrong(r, path, "string or object");
    TRY(known_members(r, v, path, members));
    TRY(text_at(r, v, S("name"), path, name));
    if (!json_i64(json_get(v, S("from")), &at->from) || !json_i64(json_get(v, S("to")), &at->to) || at->from < 1 || at->to < at->from
        || at->to > SOURCE_ROW_BYTES_MAX)
        return unusable(r, path, "from and to are places in the line, from 1");
    return name->len ? E_OK : fault_field(r->f, r->a, E_FIELD_REQUIRED, path_of(r, path, S("name")), 0);
}

static err read_format_columns(const reading *r, jval *v, source_format *out)
{
    jval *item;
    size_t i, max;
    if (!v)
        return out->kind == SOURCE_FIXED ? fault_field(r->f, r->a, E_FIELD_REQUIRED, S("format.columns"), 0) : E_OK;
    if (!yyjson_is_arr(v))
        return wrong(r, S("format.columns"), "array");
    if (yyjson_arr_size(v) > SOURCE_COLUMNS_MAX)
        return fault_field(r->f, r->a, E_FIELD_TOO_MANY, S("format.columns"), SOURCE_COLUMNS_MAX);
    out->columns = arena_array(r->a, str, yyjson_arr_size(v) + 1);
    out->fixed = arena_array(r->a, fixed_column, yyjson_arr_size(v) + 1);
    yyjson_arr_foreach(v, i, max, item) TRY(read_format_column(r, item, arena_fmt(r->a, "format.columns[%zu]", i), out));
    return E_OK;
}

static err read_delimiter(const reading *r, str v, source_format *out)
{
    if (!v.len)
        return E_OK;
    if (str_eq(v, S("tab")))
        v = S("\t");
    if (v.len != 1 || !memchr(",;\t|", v.s[0], 4))
        return unusable(r, S("format.delimiter"), "one of , ; | tab");
    out->delimiter = v.s[0];
    return E_OK;
}

static err read_format(const reading *r, jval *v)
{
    static const char *const members[] = { "kind", "encoding", "delimiter", "header", "sheet", "columns", NULL };
    source_format *out = &r->m->format;
    str kind, encoding, delimiter;
    if (!v)
        return E_OK;
    if (!yyjson_is_obj(v))
        return wrong(r, S("format"), "object");
    TRY(known_members(r, v, S("format"), members));
    TRY(text_at(r, v, S("kind"), S("format"), &kind));
    TRY(text_at(r, v, S("encoding"), S("format"), &encoding));
    TRY(text_at(r, v, S("delimiter"), S("format"), &delimiter));
    TRY(text_at(r, v, S("sheet"), S("format"), &out->sheet));
    int k = index_of(source_kinds, kind), e = encoding.len ? index_of(source_encodings, encoding) : ENCODING_UTF8;
    if (k < 0)
        return kind.len ? unusable(r, S("format.kind"), "csv, ndjson, xlsx or fixed")
                        : fault_field(r->f, r->a, E_FIELD_REQUIRED, S("format.kind"), 0);
    if (e < 0)
        return unusable(r, S("format.encoding"), "utf-8, gb18030, utf-16le or utf-16be");
    jval *header = json_get(v, S("header"));
    if (header && !yyjson_is_bool(header))
        return wrong(r, S("format.header"), "boolean");
    out->kind = (enum source_kind)k;
    out->encoding = (enum source_encoding)e;
    out->header = header ? yyjson_get_bool(header) : k != SOURCE_FIXED;
    out->delimiter = ',';
    TRY(read_delimiter(r, delimiter, out));
    r->m->has_format = true;
    return read_format_columns(r, json_get(v, S("columns")), out);
}

static err read_zone(const reading *r, str v, int64_t *ret)
{
    int64_t at;
    *ret = ZONE_OFFSET_US;
    if (!v.len)
        return E_OK;
    if (!time_parse_iso(arena_fmt(r->a, "1970-01-02T00:00:00" STR_FMT, STR_ARG(v)), &at))
        return unusable(r, S("zone"), "an offset, as +08:00");
    *ret = US_PER_DAY - at;
    return E_OK;
}

// Every required field is somewhere, and a row names somebody where it must.
static err check_complete(const reading *r)
{
    const import_target *t = &r->m->target;
    bool who = !t->person;
    for (size_t i = 0; i < r->m->n; i++)
        who |= r->m->v[i].to == BIND_IDENTITY;
    if (!who)
        return unusable(r, S("columns"), "no column is an identity");
    for (unsigned k = 0; k < t->fields->n; k++) {
        bool there = !t->fields->fields[k].required;
        for (size_t i = 0; i < r->m->n; i++)
            there |= r->m->v[i].to == BIND_FIELD && r->m->v[i].field == (int)k;
        if (!there)
            return fault_field(r->f, r->a, E_FIELD_REQUIRED, path_of(r, S("columns"), str_c(t->fields->fields[k].name)), 0);
    }
    return E_OK;
}

err mapping_read(const jval *cv, arena *a, fault *f, mapping *ret)
{
    static const char *const members[] = { "target", "format", "zone", "pass", "columns", "constants", NULL };
    jval *v = (jval *)(uintptr_t)cv;
    mapping m = { .v = arena_array(a, binding, MAPPING_BINDS_MAX) };
    reading r = { a, f, &m };
    str target, zone;
    if (!yyjson_is_obj(v))
        return wrong(&r, S("$"), "object");
    TRY(known_members(&r, v, (str){ 0 }, members));
    TRY(text_at(&r, v, S("target"), (str){ 0 }, &target));
    TRY(text_at(&r, v, S("zone"), (str){ 0 }, &zone));
    TRY(text_at(&r, v, S("pass"), (str){ 0 }, &m.pass));
    if (!target.len)
        return fault_field(f, a, E_FIELD_REQUIRED, S("target"), 0);
    if (!import_target_named(target, &m.target))
        return unusable(&r, S("target"), "no such target");
    TRY(read_zone(&r, zone, &m.zone_us));
    TRY(read_format(&r, json_get(v, S("format"))));
    TRY(read_columns(&r, json_get(v, S("columns"))));
    TRY(read_constants(&r, json_get(v, S("constants"))));
    TRY(check_complete(&r));
    *ret = m;
    return E_OK;
}

err mapping_bind(mapping *m, const str *columns, size_t n, arena *a, fault *f)
{
    for (size_t i = 0; i < m->n; i++) {
        binding *b = &m->v[i];
        if (!b->column.len || m->format.kind == SOURCE_NDJSON)
            continue;
        for (size_t k = 0; k < n && b->at < 0; k++)
            if (str_eq(columns[k], b->column))
                b->at = (int)k;
        if (b->at < 0) {
            if (f)
                *f = (fault){ .code = E_FIELD_VALUE, .field = arena_fmt(a, "columns." STR_FMT, STR_ARG(str_take(b->column, 80))),
                              .detail = S("the file has no such column") };
            return E_FIELD_VALUE;
        }
    }
    return E_OK;
}

// --- Writing ---------------------------------------------------------------------------------------------------------------------
static void write_format(const source_format *f, jw *w)
{
    char delimiter[2] = { f->delimiter, 0 };
    jw_obj(w);
    jw_kstr(w, "kind", str_c(source_kinds[f->kind]));
    if (f->kind != SOURCE_XLSX)
        jw_kstr(w, "encoding", str_c(source_encodings[f->encoding]));
    if (f->kind == SOURCE_CSV)
        jw_kstr(w, "delimiter", f->delimiter == '\t' ? S("tab") : str_c(delimiter));
    if (f->kind == SOURCE_CSV || f->kind == SOURCE_XLSX)
        jw_kbool(w, "header", f->header);
    if (f->sheet.len)
        jw_kstr(w, "sheet", f->sheet);
    if (f->columns_n) {
        jw_key(w, S("columns"));
        jw_arr(w);
        for (size_t i = 0; i < f->columns_n; i++) {
            if (f->kind != SOURCE_FIXED) {
                jw_str(w, f->columns[i]);
                continue;
            }
            jw_obj(w);
            jw_kstr(w, "name", f->columns[i]);
            jw_ki64(w, "from", f->fixed[i].from);
            jw_ki64(w, "to", f->fixed[i].to);
            jw_end_obj(w);
        }
        jw_end_arr(w);
    }
    jw_end_obj(w);
}

static void write_bind(const mapping *m, const binding *b, jw *w)
{
    jw_obj(w);
    if (b->to == BIND_FIELD)
        jw_kstr(w, "field", str_c(m->target.fields->fields[b->field].name));
    else if (b->to == BIND_IDENTITY)
        jw_kstr(w, "identity", identity_kind_name(b->identity));
    else
        jw_kstr(w, "property", b->name);
    if (b->type != TYPE_AUTO)
        jw_kstr(w, "type", str_c(types[b->type]));
    if (b->form != TIME_ANY)
        jw_kstr(w, "time", b->form == TIME_PATTERN ? b->pattern : str_c(forms[b->form]));
    if (b->values_n) {
        jw_key(w, S("values"));
        jw_obj(w);
        for (size_t i = 0; i < b->values_n; i++) {
            jw_key(w, b->values[i].from);
            jw_str(w, b->values[i].to);
        }
        jw_end_obj(w);
    }
    if (!b->column.len)
        jw_kstr(w, "value", b->constant);
    jw_end_obj(w);
}

// Columns that are bound twice stand together: the list is written in the order of their first use.
static void write_column(const mapping *m, size_t first, jw *w)
{
    size_t n = 0;
    for (size_t i = first; i < m->n; i++)
        n += str_eq(m->v[i].column, m->v[first].column);
    jw_key(w, m->v[first].column);
    if (n > 1)
        jw_arr(w);
    for (size_t i = first; i < m->n; i++)
        if (str_eq(m->v[i].column, m->v[first].column))
            write_bind(m, &m->v[i], w);
    if (n > 1)
        jw_end_arr(w);
}

void mapping_write(const mapping *m, jw *w)
{
    int64_t minutes = m->zone_us / US_PER_MIN, away = minutes < 0 ? -minutes : minutes;
    char zone[16];
    snprintf(zone, sizeof zone, "%c%02d:%02d", minutes < 0 ? '-' : '+', (int)(away / 60 % 24), (int)(away % 60));
    jw_obj(w);
    jw_kstr(w, "target", str_c(m->target.name));
    jw_kstr(w, "zone", str_c(zone));
    if (m->pass.len)
        jw_kstr(w, "pass", m->pass);
    if (m->has_format) {
        jw_key(w, S("format"));
        write_format(&m->format, w);
    }
    jw_key(w, S("columns"));
    jw_obj(w);
    for (size_t i = 0; i < m->n; i++) {
        bool seen = !m->v[i].column.len;
        for (size_t k = 0; k < i && !seen; k++)
            seen = str_eq(m->v[k].column, m->v[i].column);
        if (!seen)
            write_column(m, i, w);
    }
    jw_end_obj(w);
    jw_key(w, S("constants"));
    jw_arr(w);
    for (size_t i = 0; i < m->n; i++)
        if (!m->v[i].column.len)
            write_bind(m, &m->v[i], w);
    jw_end_arr(w);
    jw_end_obj(w);
}
