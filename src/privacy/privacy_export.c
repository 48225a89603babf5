// Everything about a person, made when it is fetched: no copy of it stands anywhere. Rows come from the list of tables that name a
// person, so a table that is new there is in it.
#include "base/time.h"
#include "base/zip.h"
#include "privacy/privacy_api.h"
#include "record/audit.h"

#define EVENTS_MAX 200000          // beyond, the file says so
#define VALUES_MAX 10000
#define AUDIT_MAX 10000

typedef struct making { req *r; jw *w; int64_t person; privacy_subjects who; } making;

static str text(const making *m, const db_rows *rows, int col) { return arena_str(m->r->a, db_str(rows, col)); }

static bool theirs(const making *m, int64_t subject)
{
    for (size_t i = 0; i < m->who.n; i++)
        if ((int64_t)m->who.v[i] == subject)
            return true;
    return false;
}

// A text as it is; what refers to a value of their vault, in full.
static err text_write(making *m, str v)
{
    const engine *e = m->r->app;
    int64_t id = vault_ref(v), subject = 0;
    vault_kind kind;
    str plain = v;
    if (id)
        TRY(db_int(m->r->d, &subject, 0, "SELECT subject FROM vault WHERE id = $1", dbi(id)));
    if (subject && theirs(m, subject)) {
        err x = vault_read(m->r->d, e->vault, id, m->r->a, &kind, &plain);
        if (x != E_OK && x != E_NOT_FOUND)
            return x;
    }
    jw_str(m->w, plain);
    return E_OK;
}

// --- Rows -----------------------------------------------------------------------------------------------------------------------

// One row as an object: times (…_us) as ISO, 0 as null; bytes, which are hashes, left out.
static err row_write(making *m, const db_rows *rows)
{
    jw_obj(m->w);
    for (int c = 0; c < db_columns(rows); c++) {
        str name = db_column_name(rows, c);
        bool time = str_ends(name, S("_us"));
        if (db_is_blob(rows, c))
            continue;
        jw_key(m->w, time ? str_take(name, name.len - 3) : name);
        if (db_is_null(rows, c) || (time && db_i64(rows, c) == 0))
            jw_null(m->w);
        else if (time)
            jw_str(m->w, time_iso(m->r->a, db_i64(rows, c)));
        else if (db_is_text(rows, c))
            TRY(text_write(m, text(m, rows, c)));
        else
            jw_i64(m->w, db_i64(rows, c));
    }
    jw_end_obj(m->w);
    return E_OK;
}

// Ends the query.
static err rows_write(making *m, db_rows *rows)
{
    err e = E_OK;
    jw_arr(m->w);
    while (e == E_OK && db_next(rows)) {
        arena_mark before = arena_save(m->r->a);
        e = row_write(m, rows);
        arena_release(m->r->a, before);
    }
    jw_end_arr(m->w);
    err end = db_end(rows);
    return e != E_OK ? e : end;
}

static err tables_write(making *m)
{
    const person_table *table;
    const db_arg who = dbi(m->person);
    jw_key(m->w, S("tables"));
    jw_obj(m->w);
    for (size_t i = 0; people_table(m->r->app, i, &table); i++) {
        db_rows rows;
        if (!table->exported)
            continue;
        TRY(db_query_args(m->r->d, &rows, table->exported, &who, 1));
        jw_key(m->w, str_c(table->table));
        TRY(rows_write(m, &rows));
    }
    jw_end_obj(m->w);
    return E_OK;
}

static err section(making *m, str name, db_rows *rows)
{
    jw_key(m->w, name);
    return rows_write(m, rows);
}

static err profile_write(making *m)
{
    db_rows rows;
    TRY(db_query(m->r->d, &rows,
                 "SELECT id, stage, city, model, source, owned, created_us, seen_us, follow_us, advocate_us FROM person WHERE id = $1",
                 dbi(m->person)));
    TRY(section(m, S("person"), &rows));
    jw_key(m->w, S("subjects"));
    jw_arr(m->w);
    for (size_t i = 0; i < m->who.n; i++)
        jw_i64(m->w, m->who.v[i]);
    jw_end_arr(m->w);
    return E_OK;
}

static err identities_write(making *m)
{
    db_rows rows;
    TRY(db_query(m->r->d, &rows,
                 "SELECT kind, label, source, from_us, until_us, at_us FROM identity"
                 " WHERE subject = $1 OR subject IN (SELECT subject FROM link WHERE person = $1) ORDER BY subject",
                 dbi(m->person)));
    jw_key(m->w, S("identities"));
    jw_arr(m->w);
    while (db_next(&rows)) {
        jw_obj(m->w);
        jw_kstr(m->w, "kind", str_c(identity_infos[db_i64(&rows, 0)].name));
        jw_kstr(m->w, "id", db_str(&rows, 1));         // empty: a phone or the like, which is in personal_data
        jw_kstr(m->w, "source", db_str(&rows, 2));
        jw_kstr(m->w, "since", time_iso(m->r->a, db_i64(&rows, 5)));
        if (db_i64(&rows, 4))
            jw_kstr(m->w, "until", time_iso(m->r->a, db_i64(&rows, 4)));
        jw_end_obj(m->w);
    }
    jw_end_arr(m->w);
    return db_end(&rows);
}

static err values_write(making *m)
{
    const engine *e = m->r->app;
    int64_t *ids = arena_array(m->r->a, int64_t, VALUES_MAX), *at = arena_array(m->r->a, int64_t, VALUES_MAX);
    size_t n = 0;
    db_rows rows;
    TRY(db_query(m->r->d, &rows,
                 "SELECT id, at_us FROM vault WHERE subject = $1 OR subject IN (SELECT subject FROM link WHERE person = $1)"
                 " ORDER BY kind, at_us, id LIMIT $2",
                 dbi(m->person), dbi(VALUES_MAX)));
    while (db_next(&rows)) {
        ids[n] = db_i64(&rows, 0);
        at[n++] = db_i64(&rows, 1);
    }
    TRY(db_end(&rows));
    jw_key(m->w, S("personal_data"));
    jw_arr(m->w);
    for (size_t i = 0; i < n; i++) {
        vault_kind kind;
        str plain;
        TRY(vault_read(m->r->d, e->vault, ids[i], m->r->a, &kind, &plain));
        jw_obj(m->w);
        jw_kstr(m->w, "kind", str_c(vault_kinds[kind]));
        jw_kstr(m->w, "value", plain);
        jw_kstr(m->w, "since", time_iso(m->r->a, at[i]));
        jw_end_obj(m->w);
    }
    jw_end_arr(m->w);
    return E_OK;
}

// --- Events ---------------------------------------------------------------------------------------------------------------------

static err prop_write(making *m, const prop *p)
{
    const engine *e = m->r->app;
    jw_key(m->w, names_prop_name(e->names, p->id, m->r->a));
    switch (p->v.k) {
    case V_NULL: jw_null(m->w); return E_OK;
    case V_BOOL: jw_bool(m->w, p->v.i != 0); return E_OK;
    case V_I64: jw_i64(m->w, p->v.i); return E_OK;
    case V_F64: jw_f64(m->w, p->v.f); return E_OK;
    case V_JSON: jw_raw(m->w, p->v.s); return E_OK;
    case V_STR: break;
    }
    return text_write(m, p->v.s);
}

static err event_write(making *m, const event *v)
{
    const engine *e = m->r->app;
    jw_obj(m->w);
    jw_ki64(m->w, "no", v->no);
    jw_kstr(m->w, "kind", names_kind_name(e->names, v->kind, m->r->a));
    jw_kstr(m->w, "at", time_iso(m->r->a, v->time_us));
    jw_kstr(m->w, "received", time_iso(m->r->a, v->received_us));
    jw_ki64(m->w, "source", v->source);
    jw_kstr(m->w, "message_id", v->message_id);
    jw_key(m->w, S("properties"));
    jw_obj(m->w);
    for (uint32_t i = 0; i < v->props_n; i++)
        TRY(prop_write(m, &v->props[i]));
    jw_end_obj(m->w);
    jw_end_obj(m->w);
    return E_OK;
}

static err timeline_write(making *m)
{
    const engine *e = m->r->app;
    const event *events = NULL;
    uint32_t n = 0;
    if (e->tl)
        TRY(timeline_person_events(e->tl, (uint32_t)m->person, m->r->head, INT64_MAX, INT64_MAX, EVENTS_MAX, m->r->a, &events, &n));
    jw_kbool(m->w, "timeline_complete", n < EVENTS_MAX);
    jw_key(m->w, S("timeline"));
    jw_arr(m->w);
    for (uint32_t i = 0; i < n; i++)
        TRY(event_write(m, &events[i]));
    jw_end_arr(m->w);
    return E_OK;
}

// --- The whole ------------------------------------------------------------------------------------------------------------------

static err value_write(making *m)
{
    db_rows rows;
    TRY(db_query(m->r->d, &rows,
                 "SELECT id, unit, credited, debited, held_in, held_out, opened_us FROM account WHERE owner = $1 ORDER BY id", dbi(m->person)));
    TRY(section(m, S("accounts"), &rows));
    TRY(db_query(m->r->d, &rows,
                 "SELECT e.id, a.unit, CASE WHEN e.credit = a.id THEN e.amount ELSE -e.amount END AS amount, e.reason, e.at_us,"
                 " CASE WHEN e.credit = a.id THEN e.credit_after ELSE e.debit_after END AS balance, e.cause_no AS event"
                 " FROM account a JOIN entry e ON e.credit = a.id OR e.debit = a.id WHERE a.owner = $1 ORDER BY e.id",
                 dbi(m->person)));
    TRY(section(m, S("entries"), &rows));
    TRY(db_query(m->r->d, &rows,
                 "SELECT a.at_us, a.verb, a.who_kind, a.who_id, p.payload AS details FROM audit a LEFT JOIN audit_payload p ON p.seq = a.seq"
                 " WHERE a.object = 'person' AND (a.object_id = $1 OR a.object_id IN (SELECT subject FROM link WHERE person = $1))"
                 " ORDER BY a.seq LIMIT $2",
                 dbi(m->person), dbi(AUDIT_MAX)));
    return section(m, S("audit"), &rows);
}

err privacy_person_json(req *r, int64_t person, buf *out)
{
    jw w = { .b = out };
    making m = { .r = r, .w = &w, .person = person };
    TRY(privacy_subjects_of(r->d, person, r->a, &m.who));
    jw_obj(&w);
    jw_kstr(&w, "format", S("lianyi.person.1"));
    jw_kstr(&w, "made", time_iso(r->a, r->now_us));
    TRY(profile_write(&m));
    TRY(identities_write(&m));
    TRY(values_write(&m));
    TRY(tables_write(&m));
    TRY(value_write(&m));
    TRY(timeline_write(&m));
    jw_end_obj(&w);
    return E_OK;
}

// --- Fetching -------------------------------------------------------------------------------------------------------------------

// The granted export of this request; E_CONFLICT when it was fetched, refused or waited too long.
static err ready(req *r, int64_t now_us, int64_t *ret_person)
{
    db_rows rows;
    bool found;
    TRY(db_query_one(r->d, &rows, &found, "SELECT person, kind, state, until_us FROM privacy_request WHERE id = $1", dbi(r->path_id[0])));
    bool good = found && db_i64(&rows, 1) == PRIVACY_EXPORT && db_i64(&rows, 2) == PRIVACY_GRANTED && db_i64(&rows, 3) > now_us;
    *ret_person = found ? db_i64(&rows, 0) : 0;
    TRY(db_end(&rows));
    if (!found)
        return req_fail_detail(r, E_NOT_FOUND, "request");
    return good ? E_OK : req_fail_detail(r, E_CONFLICT, "there is nothing to fetch");
}

static err pack(req *r, int64_t person, buf *json, buf *html, buf *file)
{
    TRY(privacy_person_json(r, person, json));
    TRY(privacy_html(buf_str(json), r->a, &r->f, html));
    zip z = { .out = file };
    zip_add(&z, S("index.html"), buf_str(html), r->now_us);
    zip_add(&z, S("data.json"), buf_str(json), r->now_us);
    zip_end(&z);
    r->prepared = arena_new(r->a, str);
    *(str *)r->prepared = arena_str(r->a, buf_str(file));
    return E_OK;
}

err privacy_export_make(req *r)
{
    int64_t person;
    buf json = { 0 }, html = { 0 }, file = { 0 };
    TRY(ready(r, r->now_us, &person));
    err e = pack(r, person, &json, &html, &file);
    if (json.s)
        vault_wipe(json.s, json.len);
    if (html.s)
        vault_wipe(html.s, html.len);
    buf_free(&json);
    buf_free(&html);
    buf_free(&file);
    return e;
}

// In the operation, so that of two who fetch at once only one gets it.
err privacy_export_give(req *r)
{
    const str *file = r->prepared;
    int64_t person;
    TRY(ready(r, r->tx->now_us, &person));
    TRY(db_exec(r->d, "UPDATE privacy_request SET state = $2, done_us = $3, version = version + 1 WHERE id = $1", dbi(r->path_id[0]),
                dbi(PRIVACY_DONE), dbi(r->tx->now_us)));
    TRY(audit_by(r, S("person.exported"), S("person"), person,
                 arena_fmt(r->a, "{\"request\":%lld,\"bytes\":%zu}", (long long)r->path_id[0], file->len)));
    buf_add_str(r->raw, *file);
    req_header(r, S("content-disposition"), arena_fmt(r->a, "attachment; filename=\"person-%lld.zip\"", (long long)person));
    req_header(r, S("cache-control"), S("no-store"));
    return E_OK;
}
