// Records that only need create, read, change, list, archive, import and export are declared, not coded (ARCHITECTURE §4):
// a row in a list — shape, table, permissions — and from it come eight routes, their SQL, an event and a line of audit per
// change, CSV in and out, a description for generic pages, and a start-up check of the table against the shape.
//
//   #define STORE_FILTERS(F, T)                                  fields one can filter by: query parameters, an index each
//       F(T, STR, code, .required = true, .max = 40, .pattern = "code", .filter = true, .sort = true, .zh = "编码", .doc = "…")
//   #define STORE_REST(F, T)                                     all others
//       F(T, STR, address, .nullable = true, .max = 200, .zh = "地址", .doc = "…")
//   RECORD_SHAPES(store, STORE);                                 structs and descriptors
//   RECORD(store, "stores", "code", "门店", "Store", PERM_RECORD_READ, PERM_RECORD_WRITE)
//   static const route routes[] = { RECORD_ROUTES(store, "stores", PERM_RECORD_READ, PERM_RECORD_WRITE) };
//
// Kinds a field may have: BOOL, I64, STR, TIME, ENUM. A field that is not required is nullable: null takes its value away.
// The column has the field's name, TIME with _us behind it; NOT NULL exactly when the field is required; enums hold labels.
//   …_fen          money: a whole number of fen, never yuan
//   .ref = "store" an id of that record, checked
//   .ref = "person" who it is about: columns `person` and `subject` (people.h, person_table), 0 when nobody. On the wire an id, or
//                  `identities` beside it (RECORD_IDENTITIES, last of the input): whoever has this phone, user id … is found or made
//   .pii = true    personal data by the field's name (vault.h): sealed where the request is parsed, kept in the vault; the columns
//                  are its id and <name>_hash, its keyed hash, UNIQUE when it is the record's key; views show it masked
// A record may declare the field that is its state, the moves that state may make (E_TRANSITION otherwise), and which change
// means which event on the person's timeline: record_event. Then its changes are those events and no `<name>.changed`.
// Wire: GET /api/v1/<path> and /{id}, POST, PATCH, DELETE (archives), POST /import, GET /export.csv. docs/reference/records.md.
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H
#include "people/people.h"
#include "record/audit.h"
#include "rule/engine.h"

typedef struct record_move { const char *from, *to; } record_move;      // from NULL: it may begin there

// What a change means on the timeline of the person it is about. The rows stand in the order of a life: a record that comes in late,
// already in a later state, tells all of it that it has times for.
typedef struct record_event {
    const char *kind;          // METRICS §1
    const char *from, *to;     // the state it left (NULL: any) and came to
    const char *field;         // instead: this field got a value, or another one; told after the moves of the state
    const char *at;            // the TIME field that says when; NULL or absent: now
    bool former;               // about the person it was about before
} record_event;

typedef struct record_prop { const char *prop, *field; } record_prop;      // a property of these events; references by their key

typedef struct record {
    const char *name;          // of events ("store.created") and audit
    const char *table;         // NULL: called as the record is
    const char *path;          // /api/v1/<path>
    const char *key;           // the field that tells one from another: UNIQUE, also among archived ones
    const char *zh, *en;       // what people call it
    permission read, write;
    const char *state;         // the ENUM field that is its state; NULL: none
    const record_move *moves;  // ended by one without `to`
    const char *held;          // the state in which there is a person; leaving it leaves the person
    const record_event *events;        // ended by one without a kind; NULL: its changes are `<name>.created`, .changed, .archived
    const record_prop *props;  // ended by one without a prop
    const char *other;         // kind of event for any other change; with `events` only
    // `view` is id, version, the fields of `input` without identities, created, changed, archived. `change` is `input` with nothing required.
    // `slice` is the filters, sort, desc, archived; `query` is `slice`, cursor, limit. `page` is items, total, more_than_total, next.
    const shape *view, *input, *change, *slice, *query, *page;
} record;

extern const record *const records[];         // all of them; NULL-terminated (kinds.c)
extern const route_table record_routes;       // those of no record in particular
extern const route_table store_routes, campaign_routes, tag_type_routes, order_routes, test_drive_routes, vehicle_routes;

#define RECORD_PAGE_MAX 100
#define RECORD_PAGE_USUAL 50
#define RECORD_TOTAL_MAX 1000
#define RECORD_TEXT_MAX 500                   // code points of a text a record can be sorted by, for the cursor
#define RECORD_IMPORT_BYTES_MAX (4 * 1024 * 1024)
#define RECORD_IMPORT_ROWS_MAX 20000
#define RECORD_IMPORT_SLICE_ROWS 50           // rows an operation writes: a few milliseconds (8 under sanitizers)
#define RECORD_EXPORT_ROWS_MAX 100000

// --- Declaring ------------------------------------------------------------------------------------------------------------------
#define RECORD_HEAD(F, T)                                                                                                \
    F(T, I64, id, .required = true, .readonly = true, .doc = "Id.")                                                      \
    F(T, I64, version, .required = true, .readonly = true, .doc = "For If-Match, in quotes.")
#define RECORD_TAIL(F, T)                                                                                                \
    F(T, TIME, created, .required = true, .readonly = true, .doc = "When it was added.")                                 \
    F(T, TIME, changed, .required = true, .readonly = true, .doc = "When it was last changed.")                          \
    F(T, TIME, archived, .readonly = true, .doc = "Since when it is archived; absent: in use.")
#define RECORD_ORDER(F, T)                                                                                               \
    F(T, STR, sort, .min = 1, .max = 40, .pattern = "code", .doc = "A field marked x-sort; newest first when absent.")   \
    F(T, BOOL, desc, .doc = "From the largest down.")                                                                    \
    F(T, BOOL, archived, .doc = "true: archived ones too.")
#define RECORD_PAGING(F, T)                                                                                              \
    F(T, STR, cursor, .max = RECORD_TEXT_MAX + 100, .doc = "`next` of the page before, with the same sort.")             \
    F(T, I64, limit, .min = 1, .max = RECORD_PAGE_MAX, .doc = "Page size; 50 when absent.")
#define RECORD_PAGE(F, T, view_)                                                                                         \
    F(T, LIST(view_), items, .required = true, .max = RECORD_PAGE_MAX, .doc = "In the order asked for.")                 \
    F(T, I64, total, .required = true, .doc = "How many match, counted up to 1,000.")                                    \
    F(T, BOOL, more_than_total, .required = true, .doc = "There are more than were counted.")                            \
    F(T, STR, next, .max = RECORD_TEXT_MAX + 100, .doc = "Cursor of the next page; absent on the last.")

// Whoever the record is about, by what the sender knows of them; `person` is the same by id. Either, not both.
#define RECORD_IDENTITIES(F, T)                                                                                          \
    F(T, OBJ(record_identities), identities, .doc = "Instead of `person`: found by these, or made. At least one.")
#define RECORD_IDENTITY_FIELDS(F, T)                                                                                     \
    F(T, STR, user_id, .min = 1, .max = 256, .pattern = "line", .zh = "应用账号", .doc = "Account in the brand's app.")  \
    F(T, STR, crm_id, .min = 1, .max = 256, .pattern = "line", .zh = "客户编号", .doc = "The brand's own customer number.") \
    F(T, STR, phone, .min = 1, .max = 20, .pattern = "phone", .pii = true, .zh = "手机号", .doc = "Phone.")              \
    F(T, STR, email, .min = 1, .max = 254, .pattern = "email", .pii = true, .zh = "邮箱", .doc = "E-mail.")              \
    F(T, STR, unionid, .min = 1, .max = 256, .pattern = "line", .zh = "微信 UnionID", .doc = "WeChat UnionID.")          \
    F(T, STR, wecom_external_id, .min = 1, .max = 256, .pattern = "line", .zh = "企微客户", .doc = "WeCom contact.")     \
    F(T, STR, openid, .min = 1, .max = 256, .pattern = "line", .zh = "微信 OpenID", .doc = "WeChat OpenID: appid:openid.") \
    F(T, STR, vin, .min = 1, .max = 17, .pattern = "vin", .pii = true, .zh = "车架号", .doc = "VIN of a car of theirs.")
SHAPE_STRUCT(record_identities, RECORD_IDENTITY_FIELDS);

// Needs NAME_FILTERS and NAME_REST, and these three, which a macro cannot make:
//   #define STORE_FIELDS(F, T) STORE_FILTERS(F, T) STORE_REST(F, T)      … see kinds.c
#define RECORD_SHAPES(name, NAME)                                      \
    SHAPE_STRUCT(name##_view, NAME##_VIEW);                            \
    SHAPE_TABLE(name##_view, NAME##_VIEW);                             \
    SHAPE_STRUCT(name##_new, NAME##_INPUT);                            \
    SHAPE_TABLE(name##_new, NAME##_INPUT);                             \
    extern const shape name##_change_shape, name##_slice_shape, name##_query_shape; \
    SHAPE_TABLE_PARTIAL(name##_change, name##_new, NAME##_INPUT);      \
    SHAPE_STRUCT(name##_slice_fields, NAME##_SLICE);                   \
    SHAPE_TABLE_PARTIAL(name##_slice, name##_slice_fields, NAME##_SLICE); \
    SHAPE_STRUCT(name##_query_fields, NAME##_QUERY);                   \
    SHAPE_TABLE_PARTIAL(name##_query, name##_query_fields, NAME##_QUERY); \
    SHAPE_STRUCT(name##_page, NAME##_PAGE);                            \
    SHAPE_TABLE(name##_page, NAME##_PAGE)

#define RECORD_LABELS(name_, ...) static const char *const name_[] = { __VA_ARGS__, NULL }
#define RECORD_HANDLER(name, what) \
    static err name##_##what(req *r) { return record_##what(r, &name##_record); }
// Behind the permissions: what else it declares (.table, .state, .events …).
#define RECORD(name_, path_, key_, zh_, en_, read_, write_, ...)                                                         \
    const record name_##_record = { .name = #name_, .path = path_, .key = key_, .zh = zh_, .en = en_,   \
        .read = read_, .write = write_,                                                                                  \
        .view = &name_##_view_shape, .input = &name_##_new_shape, .change = &name_##_change_shape,                       \
        .slice = &name_##_slice_shape, .query = &name_##_query_shape, .page = &name_##_page_shape, __VA_ARGS__ };        \
    RECORD_HANDLER(name_, list) RECORD_HANDLER(name_, get) RECORD_HANDLER(name_, create) RECORD_HANDLER(name_, patch)   \
    RECORD_HANDLER(name_, archive) RECORD_HANDLER(name_, import_read) RECORD_HANDLER(name_, import)                      \
    RECORD_HANDLER(name_, export) RECORD_HANDLER(name_, seal) RECORD_HANDLER(name_, restore)

#define RECORD_ERRORS E_EXISTS, E_TRANSITION, E_FIELD_REQUIRED, E_FIELD_VALUE
#define RECORD_ROUTES(name_, path_, read_, write_)                                                                                    \
    { M_GET, "/api/v1/" path_, read_, .query = &name_##_query_shape, .reply = &name_##_page_shape, .where = RUN_POOL,                 \
      .idem = IDEM_READ, .errors = ROUTE_ERRORS(E_CURSOR_INVALID), .tag = "record", .doc = "List: " path_ ".", .handler = name_##_list },  \
    { M_GET, "/api/v1/" path_ "/{id}", read_, .reply = &name_##_view_shape, .where = RUN_INLINE, .idem = IDEM_READ, .tag = "record",  \
      .doc = "One; the ETag is its version.", .handler = name_##_get },                                                               \
    { M_POST, "/api/v1/" path_, write_, .body = &name_##_new_shape, .reply = &name_##_view_shape, .where = RUN_TELLER,                \
      .idem = IDEM_KEY, .errors = ROUTE_ERRORS(RECORD_ERRORS), .tag = "record", .doc = "Add one: " path_ ".",                         \
      .prepare = name_##_seal, .handler = name_##_create },                                                                           \
    { M_PATCH, "/api/v1/" path_ "/{id}", write_, .body = &name_##_change_shape, .reply = &name_##_view_shape, .where = RUN_TELLER,    \
      .idem = IDEM_NATURAL, .errors = ROUTE_ERRORS(E_VERSION_REQUIRED, E_VERSION_STALE, E_CONFLICT, RECORD_ERRORS), .tag = "record",  \
      .doc = "Change what the body names; null takes a value away.", .prepare = name_##_seal, .handler = name_##_patch },            \
    { M_DELETE, "/api/v1/" path_ "/{id}", write_, .where = RUN_TELLER, .idem = IDEM_NATURAL,                                          \
      .errors = ROUTE_ERRORS(E_VERSION_REQUIRED, E_VERSION_STALE), .tag = "record",                                                   \
      .doc = "Archive: it leaves the lists and cannot be changed, but stays.", .handler = name_##_archive },                          \
    { M_PUT, "/api/v1/" path_ "/{id}/restored", write_, .reply = &name_##_view_shape, .where = RUN_TELLER, .idem = IDEM_NATURAL,      \
      .errors = ROUTE_ERRORS(E_VERSION_REQUIRED, E_VERSION_STALE), .tag = "record", .doc = "Take it out of the archive again.",       \
      .handler = name_##_restore },                                                                                                   \
    { M_POST, "/api/v1/" path_ "/import", write_, .query = &record_import_query_shape, .takes = "text/csv",                           \
      .body_bytes_max = RECORD_IMPORT_BYTES_MAX, .rate_per_minute = 30, .reply = &record_import_view_shape, .where = RUN_TELLER,     \
      .idem = IDEM_KEY, .errors = ROUTE_ERRORS(RECORD_ERRORS), .tag = "record", .doc = "Add or change many from CSV: all rows or none.", \
      .work = name_##_import_read, .handler = name_##_import },                                                                       \
    { M_GET, "/api/v1/" path_ "/export.csv", read_, .query = &name_##_slice_shape, .raw = "text/csv; charset=utf-8",                  \
      .where = RUN_POOL, .rate_per_minute = 30, .idem = IDEM_READ, .errors = ROUTE_ERRORS(E_LIMIT_REACHED), .tag = "record",          \
      .doc = "As CSV: " path_ ".", .handler = name_##_export }

// --- Handlers, the same for all (record_api.c, record_csv_api.c) ------------------------------------------------------------------
err record_list(req *r, const record *k);
err record_get(req *r, const record *k);
err record_create(req *r, const record *k);
err record_patch(req *r, const record *k);
err record_archive(req *r, const record *k);
err record_restore(req *r, const record *k);
err record_seal(req *r, const record *k);      // loop thread: personal data of the body is sealed in place
err record_import_read(req *r, const record *k);
err record_import(req *r, const record *k);
err record_export(req *r, const record *k);
err record_import_get(req *r);
err record_describe(req *r);
extern const shape record_list_info_shape;
extern const shape record_import_query_shape, record_import_view_shape, record_import_progress_shape;

// --- For files (src/import) -----------------------------------------------------------------------------------------------------------
// The field of k->input that names the person by identities (struct record_identities); NULL: it takes none.
const field *record_takes_identities(const record *k);
// What is personal in a row that was read into the struct of k->input, sealed: any thread, before it goes to the teller.
err record_bring_seal(const engine *e, const record *k, void *input, arena *a, fault *f);
// Teller. Added, or changed where what is there differs. The errors of creating and changing one.
err record_bring(tx *t, const record *k, const caller *who, void *input, bool *ret_added, int64_t *ret_id);
// One a file brought, when it is taken back: deleted when nobody has touched it since and nothing refers to it.
// *ret: "removed", "touched", "used" or, when it is there no more, "gone".
err record_take_back(tx *t, const record *k, int64_t id, const char **ret);

// --- For the start and for doctor ---------------------------------------------------------------------------------------------------
// The tables as they are against the shapes as declared: missing and extra columns, types, NOT NULL, the unique key, an index
// whose first column is it for every field to filter or sort by. A line per violation. `list` NULL-terminated.
err record_lint_list(db *d, const record *const *list, buf *report);
err record_lint(db *d, buf *report);           // of `records`: check of doctor
// Teller: one more, as POST takes it, by Lianyi itself and setting nothing in motion (demo data).
err record_add_text(tx *t, const record *k, str json, int64_t *ret_id);
const record *record_named(str name);          // NULL: there is none
// After people_open: tells people which rows are about a person, and makes the memory of told.h.
err record_open(engine *e, db *d);
void record_close(engine *e);

// Job: writes one slice of the oldest import that waits.
err record_import_step(tx *t, bool *ret_more);

#endif
