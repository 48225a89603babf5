#include "api/shape_rows.h"
#include "connect/items.h"
#include "base/personal.h"

// --- Parsing: loop thread ---------------------------------------------------------------------------------------------------------
static bool of_a_person(str name)
{
    vault_kind kind;
    return vault_is_personal(name, &kind) && kind != VAULT_NAME && kind != VAULT_ADDRESS && kind != VAULT_BIRTHDAY;
}

static bool has_number(const jval *cv)
{
    jval *v = (jval *)(uintptr_t)cv, *item;
    size_t i, n;
    if (yyjson_is_str(v))
        return personal_in(json_str(v));
    if (yyjson_is_arr(v))
        yyjson_arr_foreach(v, i, n, item) if (has_number(item)) return true;
    return false;
}

static bool plain(const jval *cv)
{
    jval *v = (jval *)(uintptr_t)cv, *item;
    size_t i, n;
    if (yyjson_is_obj(v))
        return false;
    if (yyjson_is_arr(v))
        yyjson_arr_foreach(v, i, n, item) if (yyjson_is_ctn(item)) return false;
    return !yyjson_is_str(v) || str_utf8_valid(json_str(v));
}

static str props_of(ingest_event *e, arena *a, const jval *props)
{
    jval *key, *item;
    size_t i, n;
    buf b = { 0 };
    jw w = { .b = &b };
    jw_obj(&w);
    if (props && yyjson_is_obj((jval *)(uintptr_t)props)) {
        yyjson_obj_foreach((jval *)(uintptr_t)props, i, n, key, item)
        {
            str name = json_str(key);
            if (!name.len || name.len > NAMES_BYTES_MAX || !str_utf8_valid(name) || !plain(item))
                ingest_refuse(e, E_FIELD_VALUE, S("properties"), S("names of 1 to 200 bytes; texts, numbers, and lists of them"));
            else if (of_a_person(name) || has_number(item))
                e->dropped++;
            else {
                jw_key(&w, name);
                jw_val(&w, item);
            }
        }
    }
    jw_end_obj(&w);
    str out = b.len <= ITEM_PROPS_MAX ? arena_str(a, buf_str(&b)) : (str){ "", 0 };
    buf_free(&b);
    if (!out.len)
        ingest_refuse(e, E_FIELD_TOO_LONG, S("properties"), S("16 KB"));
    return out;
}

static void check_text(ingest_event *e, str path, str text, size_t max)
{
    if (!str_utf8_valid(text))
        ingest_refuse(e, E_FIELD_UTF8, path, S("text"));
    else if (str_utf8_count(text) > max)
        ingest_refuse(e, E_FIELD_TOO_LONG, path, S(""));
    else if (personal_in(text))
        ingest_refuse(e, E_FIELD_VALUE, path, S("not a person's number"));
}

void ingest_set_item(const ingest *in, ingest_event *e, arena *a, str type, str id, const jval *props, bool gone)
{
    check_text(e, S("item_type"), type, ITEM_TYPE_MAX);
    check_text(e, S("item_id"), id, ITEM_ID_MAX);
    if (e->verdict == INGEST_REFUSED)
        return;
    ingest_add_text(in, e, a, S("item_type"), type);
    ingest_add_text(in, e, a, S("item_id"), id);
    ingest_item *i = arena_new(a, ingest_item);
    *i = (ingest_item){ type, id, props_of(e, a, props), gone };
    e->item = i;
}

// --- Writing: the teller ------------------------------------------------------------------------------------------------------------
typedef struct item_row { str props; bool found, gone; int64_t at_us; } item_row;

static err row_read(tx *t, const ingest_item *i, item_row *ret)
{
    db_rows r;
    *ret = (item_row){ .props = { "{}", 2 } };
    TRY(db_query_one(t->d, &r, &ret->found, "SELECT props, gone, at_us FROM item WHERE type = $1 AND id = $2", dbs(i->type), dbs(i->id)));
    if (ret->found)
        *ret = (item_row){ arena_str(t->a, db_str(&r, 0)), true, db_i64(&r, 1) != 0, db_i64(&r, 2) };
    return db_end(&r);
}

static void copy_missing(jw *w, const jval *from, const jval *but)
{
    jval *key, *item;
    size_t i, n;
    yyjson_obj_foreach((jval *)(uintptr_t)from, i, n, key, item)
    {
        if (but && json_get(but, json_str(key)))
            continue;
        jw_key(w, json_str(key));
        jw_val(w, item);
    }
}

// Of two statements the later one counts, property by property.
static err merged(tx *t, str older, str newer, str *ret)
{
    jval *old, *new;
    TRY(json_parse(t->a, older, NULL, &old));
    TRY(json_parse(t->a, newer, NULL, &new));
    buf b = { 0 };
    jw w = { .b = &b };
    jw_obj(&w);
    copy_missing(&w, old, new);
    copy_missing(&w, new, NULL);
    jw_end_obj(&w);
    *ret = arena_str(t->a, buf_str(&b));
    buf_free(&b);
    return E_OK;
}

// What the row becomes; false: nothing changes (a statement older than the deletion).
static err row_after(tx *t, const ingest_item *i, int64_t at_us, item_row *r, bool *ret)
{
    bool late = r->found && at_us < r->at_us;
    *ret = !(late && (r->gone || i->gone));
    if (!*ret)
        return E_OK;
    if (i->gone || r->gone)
        r->props = i->props;
    else
        TRY(merged(t, late ? i->props : r->props, late ? r->props : i->props, &r->props));
    r->gone = i->gone;
    r->at_us = late ? r->at_us : at_us;
    return E_OK;
}

err item_prepare(tx *t, const ingest_item *i, int64_t at_us)
{
    item_row r;
    int64_t types, n;
    bool changes;
    TRY(row_read(t, i, &r));
    bool found = r.found;
    TRY(row_after(t, i, at_us, &r, &changes));
    if (r.props.len > ITEM_PROPS_MAX)
        return fault_field(t->f, t->a, E_LIMIT_REACHED, S("properties"), ITEM_PROPS_MAX);
    if (found)
        return E_OK;
    TRY(db_int(t->d, &n, -1, "SELECT n FROM item_type WHERE type = $1", dbs(i->type)));
    TRY(db_int(t->d, &types, 0, "SELECT count(*) FROM item_type"));
    if (n < 0 && types >= ITEM_TYPES_MAX)
        return fault_field(t->f, t->a, E_LIMIT_REACHED, S("item_type"), ITEM_TYPES_MAX);
    return n >= ITEMS_PER_TYPE_MAX ? fault_field(t->f, t->a, E_LIMIT_REACHED, S("item_id"), ITEMS_PER_TYPE_MAX) : E_OK;
}

err item_write(tx *t, const ingest_item *i, int64_t at_us, int64_t event_no)
{
    item_row r;
    bool changes;
    TRY(row_read(t, i, &r));
    bool found = r.found;
    TRY(row_after(t, i, at_us, &r, &changes));
    if (!changes)
        return E_OK;
    if (!found)
        TRY(db_exec(t->d, "INSERT INTO item_type (type, n) VALUES ($1, 1) ON CONFLICT (type) DO UPDATE SET n = item_type.n + 1",
                    dbs(i->type)));
    return db_exec(t->d,
                   "INSERT INTO item (type, id, props, gone, at_us, event_no) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (type, id)"
                   " DO UPDATE SET props = excluded.props, gone = excluded.gone, at_us = excluded.at_us, event_no = excluded.event_no",
                   dbs(i->type), dbs(i->id), dbs(r.props), dbi(r.gone), dbi(r.at_us), dbi(event_no));
}

// --- GET /api/v1/items ----------------------------------------------------------------------------------------------------------------
#define ITEMS_QUERY(F, T)                                                                                     \
    F(T, STR, type, .min = 1, .max = ITEM_TYPE_MAX, .doc = "Items of this type; only the types when absent.")  \
    F(T, STR, cursor, .max = ITEM_ID_MAX, .doc = "`next` of the page before.")                                \
    F(T, I64, limit, .min = 1, .max = 200, .doc = "Page size; 50 when absent.")
SHAPE_STRUCT(items_query, ITEMS_QUERY);
SHAPE_TABLE(items_query, ITEMS_QUERY);

#define ITEM_VIEW(F, T)                                                                                       \
    F(T, STR, id, .required = true, .max = ITEM_ID_MAX, .doc = "Its id.")                                     \
    F(T, JSON, props, .required = true, .max = ITEM_PROPS_MAX, .doc = "Its properties.")                      \
    F(T, TIME, at, .required = true, .doc = "When it was last said.")                                         \
    F(T, I64, event, .required = true, .doc = "Number of the event that said so.")
SHAPE_STRUCT(item_view, ITEM_VIEW);
SHAPE_TABLE(item_view, ITEM_VIEW);

#define ITEM_TYPE_VIEW(F, T)                                                                                  \
    F(T, STR, type, .required = true, .max = ITEM_TYPE_MAX, .doc = "Type.")                                   \
    F(T, I64, count, .required = true, .doc = "Items of it there ever were.")
SHAPE_STRUCT(item_type_view, ITEM_TYPE_VIEW);
SHAPE_TABLE(item_type_view, ITEM_TYPE_VIEW);

#define ITEMS_PAGE(F, T)                                                                                      \
    F(T, LIST(item_type_view), types, .required = true, .max = ITEM_TYPES_MAX, .doc = "All types.")           \
    F(T, LIST(item_view), items, .required = true, .max = 200, .doc = "By id; deleted ones left out.")        \
    F(T, STR, next, .max = ITEM_ID_MAX, .doc = "Cursor of the next page; absent on the last.")
SHAPE_STRUCT(items_page, ITEMS_PAGE);
SHAPE_TABLE(items_page, ITEMS_PAGE);

static err types_fill(req *r, items_page *out)
{
    db_rows rows;
    TRY(db_query(r->d, &rows, "SELECT type, n AS count FROM item_type ORDER BY type LIMIT $1", dbi(ITEM_TYPES_MAX)));
    return ROWS_SET(r->a, &rows, out, items_page, types);
}

static err items_get(req *r)
{
    const items_query *q = r->query;
    items_page *out = r->reply;
    int64_t limit = HAS(q, items_query, limit) ? q->limit : 50;
    db_rows rows;
    TRY(types_fill(r, out));
    TRY(db_query(r->d, &rows,
                 "SELECT id, props, at_us AS at, event_no AS event FROM item WHERE type = $1 AND id > $2 AND gone = 0 ORDER BY id LIMIT $3",
                 dbs(HAS(q, items_query, type) ? q->type : S("")), dbs(HAS(q, items_query, cursor) ? q->cursor : S("")), dbi(limit + 1)));
    TRY(ROWS_SET(r->a, &rows, out, items_page, items));
    if (rows_more(&out->items.n, limit))
        SET(out, items_page, next, out->items.v[limit - 1].id);
    return E_OK;
}

static const route routes[] = {
    { .method = M_GET, .path = "/api/v1/items", .perm = PERM_RECORD_READ, .query = &items_query_shape, .reply = &items_page_shape,
      .where = RUN_POOL, .idem = IDEM_READ, .doc = "Items: what events refer to by id, as item_set brought them.", .tag = "events",
      .handler = items_get },
};
const route_table items_routes = ROUTE_TABLE("items", routes);
