// GET /api/v1/audit: newest first, filtered, page by page.
#include "record/audit.h"
#include "api/shape_rows.h"

#define PAGE_MAX 100
#define PAGE_USUAL 50

static const char *const who_names[] = { "nobody", "key", "staff", "person", "system", NULL };
static const enum_labels audit_who_labels = { "audit_who", who_names };

#define AUDIT_QUERY(F, T)                                                                                                   \
    F(T, STR, object, .min = 1, .max = AUDIT_NAME_MAX, .pattern = "code", .doc = "Only about things of this kind: person, store …") \
    F(T, I64, object_id, .min = 1, .max = 9007199254740991, .doc = "Only about this one; together with `object`.")          \
    F(T, ENUM(audit_who), who, .doc = "Only what such a caller did.")                                                       \
    F(T, I64, who_id, .min = 1, .max = 9007199254740991, .doc = "Only this one of them; together with `who`.")              \
    F(T, STR, verb, .min = 1, .max = AUDIT_NAME_MAX, .pattern = "code", .doc = "Only this: person.revealed, rule.changed …") \
    F(T, TIME, from, .doc = "Not before.")                                                                                  \
    F(T, TIME, to, .doc = "Before.")                                                                                        \
    F(T, STR, cursor, .max = 20, .doc = "`next` of the page before.")                                                       \
    F(T, I64, limit, .min = 1, .max = PAGE_MAX, .doc = "Page size; 50 when absent.")
SHAPE_STRUCT(audit_query, AUDIT_QUERY);
SHAPE_TABLE(audit_query, AUDIT_QUERY);

#define AUDIT_LINE(F, T)                                                                                                    \
    F(T, I64, seq, .required = true, .doc = "Its place in the chain, from 1 without gaps.")                                 \
    F(T, TIME, at, .required = true, .doc = "When.")                                                                        \
    F(T, ENUM(audit_who), who, .required = true, .doc = "What kind of caller did it.")                                      \
    F(T, I64, who_id, .doc = "Which one.")                                                                                  \
    F(T, STR, who_name, .max = 240, .doc = "What they are called now: staff and keys.")                                     \
    F(T, STR, verb, .required = true, .max = AUDIT_NAME_MAX, .doc = "What was done.")                                       \
    F(T, STR, object, .required = true, .max = AUDIT_NAME_MAX, .doc = "To what kind of thing.")                             \
    F(T, I64, object_id, .doc = "To which one.")                                                                            \
    F(T, JSON, payload, .max = AUDIT_PAYLOAD_MAX, .doc = "Details without personal data; absent: erased.")                  \
    F(T, STR, chain, .required = true, .max = 64, .doc = "The chain's value here, hexadecimal. Kept elsewhere, it proves the lines up to it.")
SHAPE_STRUCT(audit_line, AUDIT_LINE);
SHAPE_TABLE(audit_line, AUDIT_LINE);

#define AUDIT_PAGE(F, T)                                                                                                    \
    F(T, LIST(audit_line), items, .required = true, .max = PAGE_MAX, .doc = "Newest first.")                                \
    F(T, STR, next, .max = 20, .doc = "Cursor of the next page; absent on the last.")
SHAPE_STRUCT(audit_page, AUDIT_PAGE);
SHAPE_TABLE(audit_page, AUDIT_PAGE);

typedef struct filter { str object, verb; int64_t object_id, who, who_id, from, to, before, limit; } filter;

static err filter_of(req *r, filter *f)
{
    const audit_query *q = r->query;
    *f = (filter){ .object = HAS(q, audit_query, object) ? q->object : S(""), .verb = HAS(q, audit_query, verb) ? q->verb : S(""),
                   .object_id = HAS(q, audit_query, object_id) ? q->object_id : 0, .who = HAS(q, audit_query, who) ? (int64_t)q->who : -1,
                   .who_id = HAS(q, audit_query, who_id) ? q->who_id : 0, .from = HAS(q, audit_query, from) ? q->from : INT64_MIN,
                   .to = HAS(q, audit_query, to) ? q->to : INT64_MAX, .before = INT64_MAX,
                   .limit = HAS(q, audit_query, limit) ? q->limit : PAGE_USUAL };
    if (f->object_id && !f->object.len)
        return req_fail_field(r, E_FIELD_REQUIRED, "object");
    if (f->who_id && f->who < 0)
        return req_fail_field(r, E_FIELD_REQUIRED, "who");
    if (HAS(q, audit_query, cursor) && (!str_to_i64(q->cursor, &f->before) || f->before <= 0))
        return req_fail(r, E_CURSOR_INVALID);
    return E_OK;
}

// Lines are in order of time, so a range of time is a range of the chain: its two ends are found by index.
static err range_of(req *r, const filter *f, int64_t *ret_from, int64_t *ret_before)
{
    int64_t from = 0, to = INT64_MAX;
    if (f->from != INT64_MIN)
        TRY(db_int(r->d, &from, INT64_MAX, "SELECT seq FROM audit WHERE at_us >= $1 ORDER BY at_us, seq LIMIT 1", dbi(f->from)));
    if (f->to != INT64_MAX)
        TRY(db_int(r->d, &to, INT64_MAX, "SELECT seq FROM audit WHERE at_us >= $1 ORDER BY at_us, seq LIMIT 1", dbi(f->to)));
    *ret_from = from;
    *ret_before = to < f->before ? to : f->before;
    return E_OK;
}

#define COLUMNS                                                                                                             \
    "SELECT a.chain AS _chain, a.seq, a.at_us AS at, a.who_kind AS who, NULLIF(a.who_id, 0) AS who_id, a.verb, a.object,"    \
    " NULLIF(a.object_id, 0) AS object_id, p.payload,"                                                                      \
    " CASE a.who_kind WHEN 1 THEN (SELECT k.name FROM api_key k WHERE k.id = a.who_id)"                                     \
    " WHEN 2 THEN (SELECT s.name FROM staff s WHERE s.id = a.who_id) END AS who_name"                                       \
    " FROM audit a LEFT JOIN audit_payload p ON p.seq = a.seq WHERE a.seq >= $1 AND a.seq < $2"
#define NEWEST " ORDER BY a.seq DESC LIMIT $3"

// The narrowest filter chooses the index; the others are looked at row by row.
static err query(req *r, const filter *f, db_rows *rows)
{
    int64_t from, before;
    TRY(range_of(r, f, &from, &before));
    const db_arg a1 = dbi(from), a2 = dbi(before), a3 = dbi(f->limit + 1);
    if (f->object_id)
        return db_query(r->d, rows,
                        COLUMNS " AND a.object = $4 AND a.object_id = $5 AND ($6 < 0 OR a.who_kind = $6) AND ($7 = 0 OR a.who_id = $7)"
                                " AND ($8 = '' OR a.verb = $8)" NEWEST,
                        a1, a2, a3, dbs(f->object), dbi(f->object_id), dbi(f->who), dbi(f->who_id), dbs(f->verb));
    if (f->who_id)
        return db_query(r->d, rows,
                        COLUMNS " AND a.who_kind = $4 AND a.who_id = $5 AND ($6 = '' OR a.object = $6) AND ($7 = '' OR a.verb = $7)" NEWEST,
                        a1, a2, a3, dbi(f->who), dbi(f->who_id), dbs(f->object), dbs(f->verb));
    if (f->verb.len)
        return db_query(r->d, rows, COLUMNS " AND a.verb = $4 AND ($5 < 0 OR a.who_kind = $5) AND ($6 = '' OR a.object = $6)" NEWEST,
                        a1, a2, a3, dbs(f->verb), dbi(f->who), dbs(f->object));
    return db_query(r->d, rows, COLUMNS " AND ($4 < 0 OR a.who_kind = $4) AND ($5 = '' OR a.object = $5)" NEWEST, a1, a2, a3, dbi(f->who),
                    dbs(f->object));
}

static str hex(arena *a, str bytes)
{
    char *out = arena_alloc(a, 2 * bytes.len + 1, 1, 1);
    for (size_t i = 0; i < bytes.len; i++) {
        out[2 * i] = "0123456789abcdef"[(uint8_t)bytes.s[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[(uint8_t)bytes.s[i] & 15];
    }
    return str_of(out, 2 * bytes.len);
}

static err audit_get(req *r)
{
    audit_page *out = r->reply;
    filter f;
    db_rows rows;
    TRY(filter_of(r, &f));
    audit_line *v = arena_array(r->a, audit_line, (size_t)f.limit + 1);
    uint32_t n = 0;
    TRY(query(r, &f, &rows));
    while (db_next(&rows)) {
        SET(&v[n], audit_line, chain, hex(r->a, db_blob(&rows, 0)));
        shape_row(&audit_line_shape, &rows, r->a, &v[n++]);
    }
    TRY(db_end(&rows));
    if (rows_more(&n, f.limit))
        SET(out, audit_page, next, arena_fmt(r->a, "%lld", (long long)v[n - 1].seq));
    LIST_SET(out, audit_page, items, v, n);
    return E_OK;
}

static const route routes[] = {
    { M_GET, "/api/v1/audit", PERM_AUDIT_READ, .query = &audit_query_shape, .reply = &audit_page_shape, .errors = ROUTE_ERRORS(E_CURSOR_INVALID),
      .where = RUN_POOL, .idem = IDEM_READ, .doc = "Who did what, newest first: a chain in which no line can be changed unseen.", .tag = "audit",
      .handler = audit_get },
};
const route_table audit_routes = ROUTE_TABLE("record", routes);
