// Which column means what. A mapping is JSON that a person writes or that is guessed from the file (guess.h):
//
//   {"target": "event", "zone": "+08:00",
//    "format": {"kind": "csv", "encoding": "utf-8", "delimiter": ",", "header": false, "columns": ["user", "item", "what", "at"]},
//    "columns": {"user": {"identity": "user_id"}, "item": {"property": "item"},
//                "what": {"field": "event", "values": {"buy": "order.placed"}}, "at": {"field": "time", "time": "unix_s"}},
//    "constants": [{"property": "shop", "value": "online"}]}
//
// docs/reference/import.md
#ifndef IMPORT_MAPPING_H
#define IMPORT_MAPPING_H
#include "import/source.h"
#include "import/target.h"

#define MAPPING_BYTES_MAX 65536
#define MAPPING_BINDS_MAX 256
#define MAPPING_VALUES_MAX 500

typedef enum bind_to { BIND_FIELD, BIND_IDENTITY, BIND_PROPERTY } bind_to;
typedef enum bind_type {
    TYPE_AUTO, TYPE_STRING, TYPE_INTEGER, TYPE_NUMBER, TYPE_BOOLEAN, TYPE_TIME, TYPE_JSON, TYPE_YUAN, BIND_TYPES
} bind_type;
typedef enum time_form { TIME_ANY, TIME_UNIX_S, TIME_UNIX_MS, TIME_UNIX_US, TIME_EXCEL, TIME_PATTERN } time_form;

typedef struct value_pair { str from, to; } value_pair;

typedef struct binding {
    str column;                    // empty: a constant
    str constant;
    int at;                        // the column's index; -1: a constant, or a file without columns (NDJSON)
    bind_to to;
    int field;                     // BIND_FIELD: of the target's shape
    identity_kind identity;        // BIND_IDENTITY
    str name;                      // BIND_PROPERTY
    bind_type type;
    bool personal;                 // sealed, as this kind
    vault_kind vault;
    time_form form;
    str pattern;                   // TIME_PATTERN: %Y %m %d %H %M %S and what stands between them
    const value_pair *values;
    size_t values_n;
} binding;

typedef struct mapping {
    import_target target;
    source_format format;
    bool has_format;               // false: sniff the file
    str pass;                      // tells a second use of the same file from the first
    int64_t zone_us;               // of times without a zone
    binding *v;
    size_t n;
} mapping;

// E_FIELD_* with the path in the mapping. Strings point into `v`'s memory and the arena.
err mapping_read(const jval *v, arena *a, fault *f, mapping *ret);
// Finds the columns in the file's. E_FIELD_VALUE: the file has no such column.
err mapping_bind(mapping *m, const str *columns, size_t n, arena *a, fault *f);
void mapping_write(const mapping *m, jw *w);

bool identity_kind_named(str name, identity_kind *ret);
str identity_kind_name(identity_kind k);
bool time_form_named(str name, time_form *ret, str *ret_pattern);
// A time as files write it: ISO 8601 with or without a zone, 2026/3/9 8:05, 20260309, 2026年3月9日 …
bool time_read(str v, time_form form, str pattern, int64_t zone_us, int64_t *ret);

#endif
