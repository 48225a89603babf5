// Shapes: one list of fields becomes a C struct and a constant descriptor; parsing, validation, limits, OpenAPI, the
// TypeScript client, record tables and generated negative tests walk the descriptor.
//
//   #define STORE_NEW(F, T)                                                        (continued lines, as any macro)
//       F(T, STR, name, .required = true, .min = 1, .max = 60, .doc = "Name shown to users.")
//       F(T, ENUM(city_tier), tier, .doc = "Tier of its city.")
//       F(T, LIST(address), places, .max = 5, .doc = "Entrances.")
//   SHAPE_STRUCT(store_new, STORE_NEW);      in a header or on top of the .c: struct store_new
//   SHAPE_TABLE(store_new, STORE_NEW);       in one .c: const shape store_new_shape
//
// Absent, null and invalid are three facts: `has` bit i says the field came, `null` bit i that it came as null
// (only for .nullable). A shape is closed: unknown fields are refused by path. SHAPE_TABLE_OPEN is for foreign wire formats.
// Every string and list has a .max, every field a .doc (the start-up lint refuses otherwise).
#ifndef API_SHAPE_H
#define API_SHAPE_H
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

typedef struct shape shape;

typedef struct enum_labels {
    const char *name;
    const char *const *labels;   // NULL-terminated, in order of the C enum
    const char *const *zh;       // what people call them, in the same order; may be NULL
} enum_labels;

typedef enum field_kind { K_BOOL, K_I64, K_F64, K_STR, K_TIME, K_ENUM, K_OBJ, K_LIST, K_STRS, K_I64S, K_JSON } field_kind;

typedef struct field {
    const char *name, *doc;
    field_kind k;
    size_t off;
    const shape *elem;           // K_OBJ, K_LIST
    const enum_labels *labels;   // K_ENUM
    int64_t min, max;            // value range of K_I64 and K_F64 (0,0: any; max 0 below min: no upper end); code points of
                                 // K_STR; items of lists; bytes of K_JSON
    int64_t item_max;            // code points of each item of K_STRS
    const char *pattern;         // K_STR, items of K_STRS: "id", "phone", "email", "code", "date", "url" … (shape_pattern.c)
    const char *example;
    bool required, nullable, pii;
    bool free;                   // what people write about people: what looks personal in it is starred when it is read (K_STR)
    bool filter, sort;           // records: an index must exist
    bool readonly;               // records: set by the server; refused in input
    const char *ref;             // records: id of a record of that name
    const char *zh;              // what people call it: heads of forms and of CSV columns; may be NULL
    const char *en;              // the same in English; NULL: the name, written as words
} field;

struct shape {
    const char *name;
    size_t size;
    const field *fields;
    unsigned n;
    bool open;                   // unknown fields are skipped, not refused
    bool partial;                // no field is required, whatever the fields say: changes and filters made of a record's fields
};

typedef struct list_strs { const str *v; uint32_t n; } list_strs;
typedef struct list_i64s { const int64_t *v; uint32_t n; } list_i64s;

// C types and descriptor columns per kind; dispatched by token pasting.
#define SHAPE_C_BOOL bool
#define SHAPE_C_I64 int64_t
#define SHAPE_C_F64 double
#define SHAPE_C_STR str
#define SHAPE_C_TIME int64_t     /* microseconds UTC; ISO 8601 on the wire */
#define SHAPE_C_ENUM(e) enum e
#define SHAPE_C_OBJ(s) struct s
#define SHAPE_C_LIST(s) struct { const struct s *v; uint32_t n; }
#define SHAPE_C_STRS list_strs
#define SHAPE_C_I64S list_i64s
#define SHAPE_C_JSON str         /* any JSON value, as text */
#define SHAPE_T_BOOL .k = K_BOOL
#define SHAPE_T_I64 .k = K_I64
#define SHAPE_T_F64 .k = K_F64
#define SHAPE_T_STR .k = K_STR
#define SHAPE_T_TIME .k = K_TIME
#define SHAPE_T_ENUM(e) .k = K_ENUM, .labels = &e##_labels
#define SHAPE_T_OBJ(s) .k = K_OBJ, .elem = &s##_shape
#define SHAPE_T_LIST(s) .k = K_LIST, .elem = &s##_shape
#define SHAPE_T_STRS .k = K_STRS
#define SHAPE_T_I64S .k = K_I64S
#define SHAPE_T_JSON .k = K_JSON

#define SHAPE_BIT(T, kind_, name_, ...) T##_##name_##_bit,
#define SHAPE_MEMBER(T, kind_, name_, ...) SHAPE_C_##kind_ name_;
#define SHAPE_ROW(T, kind_, name_, ...) { .name = #name_, SHAPE_T_##kind_, .off = offsetof(struct T, name_), __VA_ARGS__ },

#define SHAPE_STRUCT(T, FIELDS)                                                        \
    enum { FIELDS(SHAPE_BIT, T) T##_field_count };                                     \
    _Static_assert(T##_field_count <= 64, #T " has more fields than presence bits");   \
    struct T { uint64_t has, null; FIELDS(SHAPE_MEMBER, T) };                          \
    typedef struct T T;                                                                \
    extern const shape T##_shape
#define SHAPE_TABLE_(T, FIELDS, open_)                                                                   \
    const shape T##_shape = { .name = #T, .size = sizeof(struct T), .n = T##_field_count, .open = open_, \
                              .fields = (const field[]){ FIELDS(SHAPE_ROW, T) } }
// The same fields under another name, none of them required: T is the struct they are read into.
#define SHAPE_TABLE_PARTIAL(name_, T, FIELDS)                                                                   \
    const shape name_##_shape = { .name = #name_, .size = sizeof(struct T), .n = T##_field_count, .partial = true, \
                                  .fields = (const field[]){ FIELDS(SHAPE_ROW, T) } }
#define SHAPE_TABLE(T, FIELDS) SHAPE_TABLE_(T, FIELDS, false)
#define SHAPE_TABLE_OPEN(T, FIELDS) SHAPE_TABLE_(T, FIELDS, true)

// Presence, by field name: HAS(in, store_new, city), IS_NULL(…), and for replies SET(out, store_out, city, value).
#define HAS(p, T, name_) (((p)->has >> T##_##name_##_bit) & 1)
#define IS_NULL(p, T, name_) (((p)->null >> T##_##name_##_bit) & 1)
#define SET(p, T, name_, ...) ((p)->name_ = (__VA_ARGS__), (p)->has |= UINT64_C(1) << T##_##name_##_bit)
#define LIST_SET(p, T, name_, items_, count_) \
    ((p)->name_.v = (items_), (p)->name_.n = (count_), (p)->has |= UINT64_C(1) << T##_##name_##_bit)
#define SET_NULL(p, T, name_) ((p)->has |= UINT64_C(1) << T##_##name_##_bit, (p)->null |= UINT64_C(1) << T##_##name_##_bit)

// How every shape's struct begins, and what every list is, for whoever walks them by their descriptor.
typedef struct presence { uint64_t has, null; } presence;
typedef struct any_list { const void *v; uint32_t n; } any_list;
int field_index(const shape *sh, str name);   // -1: no such field

// Reads a JSON object into `out` (zeroed first; strings point into the JSON's memory or the arena).
// The first violation is returned with its path ("items[2].city", "$" for the whole): E_FIELD_*, and nothing after it is
// looked at. Fields are read in the order they came; what is missing is told last, in the order of the shape.
err shape_read(const shape *sh, const jval *v, arena *a, fault *f, void *out);
// From text: parses (E_JSON_*), then reads. An empty text is E_BODY_REQUIRED.
err shape_read_text(const shape *sh, str text, arena *a, fault *f, void *out);
// From a query string (after '?', percent-decoded here): scalars, enums, times; K_STRS and K_I64S comma-separated.
err shape_read_query(const shape *sh, str query, arena *a, fault *f, void *out);

// From the cells of a table: cell i is for field at[i] (an index into the shape; below 0: not looked at), an empty cell is an
// absent field. Enums by label or by what people call them.
err shape_read_cells(const shape *sh, const int *at, const str *cells, size_t n, arena *a, fault *f, void *out);

// Writes a reply and checks it against its shape: a required field that was not set, a string beyond its limit, an enum out of
// range is a bug of ours: E_UNDECLARED with the path. Fields without their `has` bit are left out.
err shape_write(const shape *sh, const void *in, jw *w, fault *f, arena *a);

// Lint of one shape (docs, limits, patterns known, names lower_snake, no duplicates). Adds a line per violation.
void shape_lint(const shape *sh, buf *report);

// Named patterns of strings, one list: name, a POSIX-free checker, the regex OpenAPI publishes, example.
bool shape_pattern_known(const char *name);
bool shape_pattern_ok(const char *name, str v);
const char *shape_pattern_regex(const char *name);
const char *shape_pattern_example(const char *name);

// %41 → A; with `plus`, + → space. False: malformed. The result may hold any byte.
bool shape_percent_decode(arena *a, str v, bool plus, str *ret);

// The schema of a shape as JSON Schema 2020-12 (an OpenAPI 3.1 component).
void shape_json_schema(const shape *sh, jw *w);
void shape_field_schema(const field *fd, jw *w);      // of one field, as in a query parameter

// An empty object, and common small shapes.
#define EMPTY_FIELDS(F, T)
struct empty { uint64_t has, null; };
extern const shape empty_shape;

#endif
