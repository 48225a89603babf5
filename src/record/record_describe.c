// GET /api/v1/records: the declarations, for whoever makes pages or programs of them.
#include "record/record_internal.h"

#define CHOICE(F, T)                                                                                                     \
    F(T, STR, value, .required = true, .max = 60, .doc = "As it is sent.")                                               \
    F(T, STR, zh, .required = true, .max = 60, .doc = "What people call it in Chinese.")                                 \
    F(T, STR, en, .required = true, .max = 60, .doc = "The same in English.")
SHAPE_STRUCT(record_choice, CHOICE);
SHAPE_TABLE(record_choice, CHOICE);

enum record_field_kind { FIELD_BOOL, FIELD_NUMBER, FIELD_MONEY, FIELD_TEXT, FIELD_DATE, FIELD_TIME, FIELD_CHOICE, FIELD_RECORD, FIELD_PERSON,
                         FIELD_PERSONAL };
static const char *const kind_names[] = { "bool", "number", "money", "text", "date", "time", "choice", "record", "person", "personal", NULL };
static const enum_labels record_field_kind_labels = { "record_field_kind", kind_names, NULL };

#define FIELD_INFO(F, T)                                                                                                 \
    F(T, STR, name, .required = true, .max = 60, .doc = "As it is sent.")                                                \
    F(T, STR, zh, .required = true, .max = 60, .doc = "What people call it in Chinese.")                                 \
    F(T, STR, en, .required = true, .max = 60, .doc = "The same in English.")                                            \
    F(T, STR, doc, .required = true, .max = 300, .doc = "What it means.")                                                \
    F(T, ENUM(record_field_kind), kind, .required = true, .doc = "money: fen. personal: shown masked, sent in full. record: id, see `ref`.") \
    F(T, BOOL, required, .required = true, .doc = "It must be there.")                                                   \
    F(T, BOOL, filter, .required = true, .doc = "The list can be filtered by it.")                                       \
    F(T, BOOL, sort, .required = true, .doc = "The list can be sorted by it.")                                           \
    F(T, I64, max, .doc = "Of a text: its longest.")                                                                     \
    F(T, STR, example, .max = 100, .doc = "One.")                                                                        \
    F(T, STR, ref, .max = 60, .doc = "Name of the record it is an id of.")                                               \
    F(T, LIST(record_choice), choices, .max = 64, .doc = "Of a choice: in their order.")
SHAPE_STRUCT(record_field_info, FIELD_INFO);
SHAPE_TABLE(record_field_info, FIELD_INFO);

#define MOVE_INFO(F, T)                                                                                                  \
    F(T, STR, from, .max = 60, .doc = "State; absent: where one begins.")                                                \
    F(T, STR, to, .required = true, .max = 60, .doc = "State it may come to.")
SHAPE_STRUCT(record_move_info, MOVE_INFO);
SHAPE_TABLE(record_move_info, MOVE_INFO);

#define RECORD_INFO(F, T)                                                                                                \
    F(T, STR, name, .required = true, .max = 60, .doc = "Of audit and events.")                                          \
    F(T, STR, path, .required = true, .max = 60, .doc = "/api/v1/<path>.")                                               \
    F(T, STR, zh, .required = true, .max = 60, .doc = "What people call it in Chinese.")                                 \
    F(T, STR, en, .required = true, .max = 60, .doc = "The same in English.")                                            \
    F(T, STR, key, .required = true, .max = 60, .doc = "The field that tells one from another.")                         \
    F(T, STR, read, .required = true, .max = 60, .doc = "Permission to see it.")                                         \
    F(T, STR, write, .required = true, .max = 60, .doc = "Permission to change it.")                                     \
    F(T, STR, state, .max = 60, .doc = "The field that is its state.")                                                   \
    F(T, STR, held, .max = 60, .doc = "The state in which it has a person, and no other; absent: it always has one, or never.") \
    F(T, LIST(record_move_info), moves, .required = true, .max = 200, .doc = "Moves its state may make.")                \
    F(T, LIST(record_field_info), fields, .required = true, .max = 64, .doc = "In the order of a form.")
SHAPE_STRUCT(record_info, RECORD_INFO);
SHAPE_TABLE(record_info, RECORD_INFO);

#define RECORD_LIST_INFO(F, T) F(T, LIST(record_info), items, .required = true, .max = 100, .doc = "All of them, whoever may see them.")
SHAPE_STRUCT(record_list_info, RECORD_LIST_INFO);
SHAPE_TABLE(record_list_info, RECORD_LIST_INFO);

// "no_show" → "No show".
static str words(const char *name, arena *a)
{
    char *out = arena_cstr(a, str_c(name));
    for (char *p = out; *p; p++)
        *p = *p == '_' ? ' ' : p == out && *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
    return str_c(out);
}

static str or_words(const char *label, const char *name, arena *a) { return label ? str_c(label) : words(name, a); }

static enum record_field_kind kind_of(const field *fd)
{
    if (fd->ref)
        return is_person(fd) ? FIELD_PERSON : FIELD_RECORD;
    if (fd->pii)
        return FIELD_PERSONAL;
    switch (fd->k) {
    case K_BOOL: return FIELD_BOOL;
    case K_TIME: return FIELD_TIME;
    case K_ENUM: return FIELD_CHOICE;
    case K_I64: return str_ends(str_c(fd->name), S("_fen")) ? FIELD_MONEY : FIELD_NUMBER;
    default: return fd->pattern && strcmp(fd->pattern, "date") == 0 ? FIELD_DATE : FIELD_TEXT;
    }
}

static void fill_choices(const enum_labels *l, arena *a, record_field_info *out)
{
    uint32_t n = 0;
    while (l->labels[n])
        n++;
    record_choice *v = arena_array(a, record_choice, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        SET(&v[i], record_choice, value, str_c(l->labels[i]));
        SET(&v[i], record_choice, zh, l->zh ? str_c(l->zh[i]) : str_c(l->labels[i]));
        SET(&v[i], record_choice, en, words(l->labels[i], a));
    }
    SET(out, record_field_info, choices, (typeof(out->choices)){ v, n });
}

static void fill_field(const record *k, const field *fd, arena *a, record_field_info *out)
{
    SET(out, record_field_info, name, str_c(fd->name));
    SET(out, record_field_info, zh, fd->zh ? str_c(fd->zh) : words(fd->name, a));
    SET(out, record_field_info, en, or_words(fd->en, fd->name, a));
    SET(out, record_field_info, doc, str_c(fd->doc));
    SET(out, record_field_info, kind, kind_of(fd));
    SET(out, record_field_info, required, fd->required || (is_person(fd) && !k->held));
    SET(out, record_field_info, filter, fd->filter);
    SET(out, record_field_info, sort, fd->sort);
    if (fd->k == K_STR)
        SET(out, record_field_info, max, fd->max);
    if (fd->example)
        SET(out, record_field_info, example, str_c(fd->example));
    if (fd->ref)
        SET(out, record_field_info, ref, str_c(fd->ref));
    if (fd->k == K_ENUM)
        fill_choices(fd->labels, a, out);
}

static void fill_moves(const record *k, arena *a, record_info *out)
{
    uint32_t n = 0;
    while (k->moves && k->moves[n].to)
        n++;
    record_move_info *v = arena_array(a, record_move_info, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        if (k->moves[i].from)
            SET(&v[i], record_move_info, from, str_c(k->moves[i].from));
        SET(&v[i], record_move_info, to, str_c(k->moves[i].to));
    }
    SET(out, record_info, moves, (typeof(out->moves)){ v, n });
}

static void fill(const record *k, arena *a, record_info *out)
{
    uint32_t n = record_columns(k);
    record_field_info *v = arena_array(a, record_field_info, n);
    for (uint32_t i = 0; i < n; i++)
        fill_field(k, &k->input->fields[i], a, &v[i]);
    SET(out, record_info, name, str_c(k->name));
    SET(out, record_info, path, str_c(k->path));
    SET(out, record_info, zh, str_c(k->zh));
    SET(out, record_info, en, str_c(k->en));
    SET(out, record_info, key, str_c(k->key));
    SET(out, record_info, read, str_c(permissions[k->read].name));
    SET(out, record_info, write, str_c(permissions[k->write].name));
    if (k->state)
        SET(out, record_info, state, str_c(k->state));
    if (k->held)
        SET(out, record_info, held, str_c(k->held));
    fill_moves(k, a, out);
    SET(out, record_info, fields, (typeof(out->fields)){ v, n });
}

err record_describe(req *r)
{
    record_list_info *out = r->reply;
    uint32_t n = 0;
    while (records[n])
        n++;
    record_info *v = arena_array(r->a, record_info, n);
    for (uint32_t i = 0; i < n; i++)
        fill(records[i], r->a, &v[i]);
    SET(out, record_list_info, items, (typeof(out->items)){ v, n });
    return E_OK;
}
