// A shape as JSON Schema 2020-12, and the start-up lint of shapes.
#include "api/shape_check.h"

const shape empty_shape = { .name = "empty", .size = sizeof(struct empty) };

// --- Schema ----------------------------------------------------------------------------------------------------------------
static void type_of(jw *w, const field *fd, const char *type)
{
    jw_key(w, S("type"));
    if (!fd->nullable) {
        jw_str(w, str_c(type));
        return;
    }
    jw_arr(w);
    jw_str(w, str_c(type));
    jw_str(w, S("null"));
    jw_end_arr(w);
}

static void ref_to(jw *w, const shape *sh)
{
    buf b = { 0 };
    buf_addf(&b, "#/components/schemas/%s", sh->name);
    jw_kstr(w, "$ref", buf_str(&b));
    buf_free(&b);
}

static void limits_of_number(jw *w, const field *fd)
{
    if (fd->min == 0 && fd->max == 0)
        return;
    jw_ki64(w, "minimum", fd->min);
    if (fd->max >= fd->min)
        jw_ki64(w, "maximum", fd->max);
}

static void limits_of_text(jw *w, int64_t min, int64_t max, const char *pattern)
{
    if (min > 0)
        jw_ki64(w, "minLength", min);
    jw_ki64(w, "maxLength", max);
    if (!pattern)
        return;
    jw_kstr(w, "pattern", str_c(shape_pattern_regex(pattern)));
    jw_kstr(w, "x-pattern", str_c(pattern));
}

static void schema_plain(jw *w, const field *fd, const char *type, const char *format)
{
    type_of(w, fd, type);
    if (format)
        jw_kstr(w, "format", str_c(format));
}

static void schema_enum(jw *w, const field *fd)
{
    type_of(w, fd, "string");
    jw_key(w, S("enum"));
    jw_arr(w);
    for (int i = 0; fd->labels->labels[i]; i++)
        jw_str(w, str_c(fd->labels->labels[i]));
    if (fd->nullable)
        jw_null(w);
    jw_end_arr(w);
    if (!fd->labels->zh)
        return;
    jw_key(w, S("x-enum-zh"));
    jw_arr(w);
    for (int i = 0; fd->labels->labels[i]; i++)
        jw_str(w, str_c(fd->labels->zh[i]));
    jw_end_arr(w);
}

static void schema_obj(jw *w, const field *fd)
{
    if (!fd->nullable) {
        ref_to(w, fd->elem);
        return;
    }
    jw_key(w, S("anyOf"));
    jw_arr(w);
    jw_obj(w);
    ref_to(w, fd->elem);
    jw_end_obj(w);
    jw_obj(w);
    jw_kstr(w, "type", S("null"));
    jw_end_obj(w);
    jw_end_arr(w);
}

static void schema_items(jw *w, const field *fd)
{
    type_of(w, fd, "array");
    if (fd->min > 0)
        jw_ki64(w, "minItems", fd->min);
    jw_ki64(w, "maxItems", fd->max);
    jw_key(w, S("items"));
    jw_obj(w);
    if (fd->k == K_LIST) {
        ref_to(w, fd->elem);
    } else if (fd->k == K_STRS) {
        jw_kstr(w, "type", S("string"));
        limits_of_text(w, 1, fd->item_max, fd->pattern);
    } else {
        jw_kstr(w, "type", S("integer"));
        jw_kstr(w, "format", S("int64"));
    }
    jw_end_obj(w);
}

static void schema_kind(jw *w, const field *fd)
{
    switch (fd->k) {
    case K_BOOL: schema_plain(w, fd, "boolean", NULL); break;
    case K_I64:
        schema_plain(w, fd, "integer", "int64");
        limits_of_number(w, fd);
        break;
    case K_F64:
        schema_plain(w, fd, "number", "double");
        limits_of_number(w, fd);
        break;
    case K_STR:
        schema_plain(w, fd, "string", NULL);
        limits_of_text(w, fd->min, fd->max, fd->pattern);
        break;
    case K_TIME: schema_plain(w, fd, "string", "date-time"); break;
    case K_ENUM: schema_enum(w, fd); break;
    case K_OBJ: schema_obj(w, fd); break;
    case K_LIST:
    case K_STRS:
    case K_I64S: schema_items(w, fd); break;
    case K_JSON: jw_ki64(w, "x-max-bytes", fd->max); break;
    }
}

void shape_field_schema(const field *fd, jw *w)
{
    jw_obj(w);
    schema_kind(w, fd);
    jw_kstr(w, "description", str_c(fd->doc));
    if (fd->example && fd->k == K_STR) {
        jw_key(w, S("examples"));
        jw_arr(w);
        jw_str(w, str_c(fd->example));
        jw_end_arr(w);
    }
    if (fd->pii)
        jw_kbool(w, "x-pii", true);
    if (fd->free)
        jw_kbool(w, "x-starred", true);
    if (fd->readonly)
        jw_kbool(w, "readOnly", true);
    if (fd->ref)
        jw_kstr(w, "x-ref", str_c(fd->ref));
    if (fd->zh)
        jw_kstr(w, "x-zh", str_c(fd->zh));
    if (fd->filter)
        jw_kbool(w, "x-filter", true);
    if (fd->sort)
        jw_kbool(w, "x-sort", true);
    jw_end_obj(w);
}

static bool any_required(const shape *sh)
{
    for (unsigned i = 0; i < sh->n; i++)
        if (sh->fields[i].required && !sh->partial)
            return true;
    return false;
}

void shape_json_schema(const shape *sh, jw *w)
{
    jw_obj(w);
    jw_kstr(w, "type", S("object"));
    jw_key(w, S("properties"));
    jw_obj(w);
    for (unsigned i = 0; i < sh->n; i++) {
        jw_key(w, str_c(sh->fields[i].name));
        shape_field_schema(&sh->fields[i], w);
    }
    jw_end_obj(w);
    if (any_required(sh)) {
        jw_key(w, S("required"));
        jw_arr(w);
        for (unsigned i = 0; i < sh->n; i++)
            if (sh->fields[i].required)
                jw_str(w, str_c(sh->fields[i].name));
        jw_end_arr(w);
    }
    jw_kbool(w, "additionalProperties", sh->open);
    jw_end_obj(w);
}

// --- Lint ------------------------------------------------------------------------------------------------------------------
#define LINT_DEPTH_MAX 8

static bool lower_snake(const char *s)
{
    if (*s < 'a' || *s > 'z')
        return false;
    for (; *s; s++)
        if (!(*s >= 'a' && *s <= 'z') && !(*s >= '0' && *s <= '9') && *s != '_')
            return false;
    return true;
}

static bool lists_items(field_kind k) { return k == K_LIST || k == K_STRS || k == K_I64S; }

// What is wrong with one field, NULL when nothing: the first finding.
static const char *field_flaw(const shape *sh, const field *fd)
{
    if (!fd->doc || !*fd->doc)
        return "has no .doc";
    if (!sh->open && !lower_snake(fd->name))
        return "is not lower_snake";
    if (fd->k == K_STR && fd->max <= 0)
        return "is a string without .max";
    if (lists_items(fd->k) && fd->max <= 0)
        return "is a list without .max";
    if (fd->k == K_STRS && fd->item_max <= 0)
        return "is a list of strings without .item_max";
    if (fd->k == K_JSON && fd->max <= 0)
        return "is free JSON without .max bytes";
    if ((fd->k == K_STR || fd->k == K_STRS || lists_items(fd->k)) && fd->min > fd->max)
        return "has .min above .max";
    if ((fd->k == K_OBJ || fd->k == K_LIST) && !fd->elem)
        return "has no shape";
    if (fd->k == K_ENUM && (!fd->labels || labels_count(fd->labels) == 0))
        return "has no labels";
    if (fd->pattern && fd->k != K_STR && fd->k != K_STRS)
        return "has a .pattern but is no string";
    if (fd->pattern && !shape_pattern_known(fd->pattern))
        return "has an unknown .pattern";
    if (fd->example && fd->k == K_STR && flaw_of_str(fd, str_c(fd->example)).code != E_OK)
        return "has an .example it would refuse";
    return NULL;
}

static void lint(const shape *sh, buf *report, int depth)
{
    if (!sh->open && !lower_snake(sh->name))
        buf_addf(report, "shape %s: name is not lower_snake\n", sh->name);
    if (depth > LINT_DEPTH_MAX) {
        buf_addf(report, "shape %s: nested deeper than %d\n", sh->name, LINT_DEPTH_MAX);
        return;
    }
    for (unsigned i = 0; i < sh->n; i++) {
        const field *fd = &sh->fields[i];
        const char *why = field_flaw(sh, fd);
        if (why)
            buf_addf(report, "shape %s: field %s %s\n", sh->name, fd->name, why);
        for (unsigned j = 0; j < i; j++)
            if (strcmp(sh->fields[j].name, fd->name) == 0)
                buf_addf(report, "shape %s: field %s appears twice\n", sh->name, fd->name);
        if (fd->elem)
            lint(fd->elem, report, depth + 1);
    }
}

void shape_lint(const shape *sh, buf *report) { lint(sh, report, 0); }
