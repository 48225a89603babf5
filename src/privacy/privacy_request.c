// Requests: asked for by whoever talks to the person, decided by whoever answers for personal data, on a clock (K20).
#include "api/shape_rows.h"
#include "base/calendar.h"
#include "privacy/privacy_api.h"
#include "record/audit.h"

#define OF_PERSON_MAX 20
#define FETCH_DAYS 7               // a granted export waits so long
#define DUE_HOURS (15 * 9)         // K20: 15 working days of 9 hours

#define COLUMNS                                                                                                             \
    "SELECT subject AS _subject, asked_kind AS _asked_kind, asked_by AS _asked_by, erased_rows AS _rows, erased_events AS _events, id,"  \
    " kind, state, person, reason, answer, asked_us AS asked, asked_name AS asked_by, due_us AS due, decided_us AS decided,"             \
    " decided_name AS decided_by, until_us AS until, done_us AS done, version FROM privacy_request"

static void view_fill(req *r, db_rows *rows, privacy_request_view *v)
{
    shape_row(&privacy_request_view_shape, rows, r->a, v);
    if (v->kind != PRIVACY_ERASE || v->state < PRIVACY_GRANTED)
        return;
    SET(v, privacy_request_view, erased_rows, db_i64(rows, 3));
    SET(v, privacy_request_view, erased_events, db_i64(rows, 4));
}

typedef struct request { privacy_request_view v; int64_t asked_kind, asked_by; uint32_t subject; } request;

static err request_read(req *r, int64_t id, request *ret)
{
    db_rows rows;
    bool found;
    *ret = (request){ 0 };
    TRY(db_query_one(r->d, &rows, &found, COLUMNS " WHERE id = $1", dbi(id)));
    if (found) {
        view_fill(r, &rows, &ret->v);
        ret->subject = (uint32_t)db_i64(&rows, 0);
        ret->asked_kind = db_i64(&rows, 1);
        ret->asked_by = db_i64(&rows, 2);
    }
    TRY(db_end(&rows));
    return found ? E_OK : req_fail_detail(r, E_NOT_FOUND, "request");
}

// --- Lists ----------------------------------------------------------------------------------------------------------------------

// What waits in one state is worked off from its oldest; the whole is a history, read from its end.
static err list_query(req *r, const privacy_query *q, int64_t due, int64_t id, int64_t limit, db_rows *rows)
{
    if (HAS(q, privacy_query, state))
        return db_query(r->d, rows, COLUMNS " WHERE state = $1 AND (due_us, id) > ($2, $3) ORDER BY due_us, id LIMIT $4", dbi(q->state),
                        dbi(due), dbi(id), dbi(limit));
    return db_query(r->d, rows, COLUMNS " WHERE (due_us, id) < ($1, $2) ORDER BY due_us DESC, id DESC LIMIT $3", dbi(due), dbi(id), dbi(limit));
}

err privacy_list(req *r)
{
    const privacy_query *q = r->query;
    privacy_page *out = r->reply;
    int64_t due = HAS(q, privacy_query, state) ? INT64_MIN : INT64_MAX, id = 0, limit = HAS(q, privacy_query, limit) ? q->limit : 30;
    TRY(req_cursor(r, q->cursor, &due, &id));
    privacy_request_view *v = arena_array(r->a, privacy_request_view, (size_t)limit + 1);
    uint32_t n = 0;
    db_rows rows;
    TRY(list_query(r, q, due, id, limit + 1, &rows));
    while (db_next(&rows))
        view_fill(r, &rows, &v[n++]);
    TRY(db_end(&rows));
    if (rows_more(&n, limit))
        SET(out, privacy_page, next, req_next(r, v[n - 1].due, v[n - 1].id));
    LIST_SET(out, privacy_page, items, v, n);
    return E_OK;
}

static err person_known(req *r, int64_t *ret)
{
    TRY(people_current(r->d, r->path_id[0], ret));
    return *ret ? E_OK : req_fail_detail(r, E_NOT_FOUND, "person");
}

#define HOLDS "SELECT person AS _person, id, reason, set_us AS \"set\", set_name AS set_by, ended_us AS ended FROM privacy_hold"

static err holds_fill(req *r, int64_t person, privacy_person *out)
{
    db_rows rows;
    TRY(db_query(r->d, &rows, HOLDS " WHERE person = $1 ORDER BY id DESC LIMIT $2", dbi(person), dbi(OF_PERSON_MAX)));
    return ROWS_SET(r->a, &rows, out, privacy_person, holds);
}

static err requests_fill(req *r, int64_t person, privacy_person *out)
{
    privacy_request_view *v = arena_array(r->a, privacy_request_view, OF_PERSON_MAX);
    uint32_t n = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows, COLUMNS " WHERE person = $1 ORDER BY id DESC LIMIT $2", dbi(person), dbi(OF_PERSON_MAX)));
    while (db_next(&rows))
        view_fill(r, &rows, &v[n++]);
    LIST_SET(out, privacy_person, requests, v, n);
    return db_end(&rows);
}

// Rows of the declared tables that would go: their export has a row for each.
static err rows_count(req *r, int64_t person, int64_t *ret)
{
    const person_table *table;
    const db_arg who = dbi(person);
    for (size_t i = 0; people_table(r->app, i, &table); i++) {
        db_rows rows;
        if (!table->erase || !table->exported)
            continue;
        TRY(db_query_args(r->d, &rows, table->exported, &who, 1));
        while (db_next(&rows))
            ++*ret;
        TRY(db_end(&rows));
    }
    return E_OK;
}

static err counts_fill(req *r, int64_t person, privacy_person *out)
{
    const engine *e = r->app;
    int64_t n, rows = 0;
    SET(out, privacy_person, events, e->tl ? timeline_person_count(e->tl, (uint32_t)person, r->head) : 0);
    TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM vault WHERE subject = $1 OR subject IN (SELECT subject FROM link WHERE person = $1)",
               dbi(person)));
    SET(out, privacy_person, values, n);
    TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM identity WHERE subject = $1 OR subject IN (SELECT subject FROM link WHERE person = $1)",
               dbi(person)));
    SET(out, privacy_person, identities, n);
    TRY(rows_count(r, person, &rows));
    SET(out, privacy_person, rows, rows);
    TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM task WHERE person = $1 AND open = 1", dbi(person)));
    SET(out, privacy_person, tasks_open, n);
    TRY(db_int(r->d, &n, 0, "SELECT sum(credited - debited) FROM account WHERE owner = $1 AND unit = 'points'", dbi(person)));
    SET(out, privacy_person, points, n);
    return E_OK;
}

err privacy_of_person(req *r)
{
    int64_t person;
    TRY(person_known(r, &person));
    TRY(requests_fill(r, person, r->reply));
    TRY(holds_fill(r, person, r->reply));
    return counts_fill(r, person, r->reply);
}

// --- Asking ---------------------------------------------------------------------------------------------------------------------

err privacy_ask(req *r)
{
    const privacy_new *in = r->body;
    tx *t = r->tx;
    int64_t person, open, id = tx_id(t);
    TRY(person_known(r, &person));
    TRY(db_int(r->d, &open, 0, "SELECT count(*) FROM privacy_request WHERE person = $1 AND kind = $2 AND state IN (0, 2)", dbi(person),
               dbi(in->kind)));
    if (open)
        return req_fail_detail(r, E_CONFLICT, "such a request is open already");
    TRY(db_exec(t->d,
                "INSERT INTO privacy_request (id, version, kind, state, subject, person, reason, answer, asked_us, asked_kind, asked_by,"
                " asked_name, due_us, decided_us, decided_name, until_us, done_us, erased_rows, erased_events)"
                " VALUES ($1, 1, $2, 0, $3, $3, $4, '', $5, $6, $7, $8, $9, 0, '', 0, 0, 0, 0)",
                dbi(id), dbi(in->kind), dbi(person), dbs(in->reason), dbi(t->now_us), dbi(r->who.kind), dbi(r->who.id), dbs(r->who.name),
                dbi(calendar_due(CAL_WORKING, t->now_us, DUE_HOURS * US_PER_HOUR))));
    TRY(audit_by(r, S("privacy.requested"), S("person"), person,
                 arena_fmt(r->a, "{\"request\":%lld,\"kind\":\"%s\"}", (long long)id, privacy_kind_labels.labels[in->kind])));
    TRY(engine_emit(t, &(event_new){ .subject = (uint32_t)person, .kind = S("privacy.requested"), .flags = EVENT_SYSTEM, .props_n = 2,
                                     .props = (const event_prop[]){ prop_i64(S("request"), id),
                                                                    prop_str(S("kind"), str_c(privacy_kind_labels.labels[in->kind])) } },
                    NULL));
    request done;
    TRY(request_read(r, id, &done));
    *(privacy_request_view *)r->reply = done.v;
    req_set_version(r, done.v.version);
    return E_OK;
}

// --- Deciding -------------------------------------------------------------------------------------------------------------------

static err may_be_erased(req *r, const request *q)
{
    db_rows rows;
    bool held;
    if (q->asked_kind == (int64_t)r->who.kind && q->asked_by == r->who.id)
        return req_fail_detail(r, E_CONFLICT, "who asked for an erasure does not grant it");
    TRY(db_query_one(r->d, &rows, &held, "SELECT reason FROM privacy_hold WHERE person = $1 AND ended_us = 0 LIMIT 1", dbi(q->v.person)));
    str why = held ? req_text(r, &rows, 0) : (str){ 0 };
    TRY(db_end(&rows));
    return held ? fault_detail(&r->f, r->a, E_CONFLICT, "legal hold: " STR_FMT, STR_ARG(why)) : E_OK;
}

static err decide(req *r, const request *q, bool grant, str answer)
{
    tx *t = r->tx;
    int64_t wait = q->v.kind == PRIVACY_EXPORT ? FETCH_DAYS * US_PER_DAY : ERASURE_DAYS * US_PER_DAY;
    const char *kind = privacy_kind_labels.labels[q->v.kind];
    TRY(db_exec(t->d,
                "UPDATE privacy_request SET state = $2, answer = $3, decided_us = $4, decided_name = $5, until_us = $6, version = version + 1"
                " WHERE id = $1",
                dbi(q->v.id), dbi(grant ? PRIVACY_GRANTED : PRIVACY_REFUSED), dbs(answer), dbi(t->now_us), dbs(r->who.name),
                dbi(grant ? t->now_us + wait : 0)));
    // Its task ends before the rows about the person do.
    TRY(engine_emit(t, &(event_new){ .subject = q->subject, .kind = S("privacy.decided"), .flags = EVENT_SYSTEM, .props_n = 3,
                                     .props = (const event_prop[]){ prop_i64(S("request"), q->v.id), prop_str(S("kind"), str_c(kind)),
                                                                    prop_bool(S("granted"), grant) } },
                    NULL));
    return audit_by(r, S("privacy.decided"), S("privacy_request"), q->v.id,
                    arena_fmt(r->a, "{\"kind\":\"%s\",\"granted\":%s}", kind, grant ? "true" : "false"));
}

err privacy_decide(req *r)
{
    const privacy_decision *in = r->body;
    request q;
    int64_t rows = 0;
    TRY(request_read(r, r->path_id[0], &q));
    TRY(req_check_version(r, q.v.version));
    if (q.v.state != PRIVACY_ASKED)
        return req_fail_detail(r, E_CONFLICT, "the request is decided");
    if (!in->grant && !HAS(in, privacy_decision, answer))
        return req_fail_field(r, E_FIELD_REQUIRED, "answer");
    bool erases = in->grant && q.v.kind == PRIVACY_ERASE;
    if (erases)
        TRY(may_be_erased(r, &q));
    TRY(decide(r, &q, in->grant, HAS(in, privacy_decision, answer) ? in->answer : (str){ "", 0 }));
    if (erases) {
        TRY(privacy_erase(r->tx, q.v.person, q.v.id, &rows));
        TRY(audit_by(r, S("person.erased"), S("privacy_request"), q.v.id, arena_fmt(r->a, "{\"rows\":%lld}", (long long)rows)));
    }
    TRY(request_read(r, q.v.id, &q));
    *(privacy_request_view *)r->reply = q.v;
    req_set_version(r, q.v.version);
    return E_OK;
}

// --- Holds ----------------------------------------------------------------------------------------------------------------------

static err hold_read(req *r, int64_t id, privacy_hold_view *v, int64_t *ret_person)
{
    db_rows rows;
    bool found;
    TRY(db_query_one(r->d, &rows, &found, HOLDS " WHERE id = $1", dbi(id)));
    if (found) {
        shape_row(&privacy_hold_view_shape, &rows, r->a, v);
        *ret_person = db_i64(&rows, 0);
    }
    TRY(db_end(&rows));
    return found ? E_OK : req_fail_detail(r, E_NOT_FOUND, "hold");
}

err privacy_hold_set(req *r)
{
    const privacy_hold_new *in = r->body;
    int64_t person, open, id = tx_id(r->tx);
    TRY(person_known(r, &person));
    TRY(db_int(r->d, &open, 0, "SELECT count(*) FROM privacy_hold WHERE person = $1 AND ended_us = 0", dbi(person)));
    if (open >= OF_PERSON_MAX)
        return fault_field(&r->f, r->a, E_LIMIT_REACHED, (str){ 0 }, OF_PERSON_MAX);
    TRY(db_exec(r->d,
                "INSERT INTO privacy_hold (id, subject, person, reason, set_us, set_name, ended_us, ended_name)"
                " VALUES ($1, $2, $2, $3, $4, $5, 0, '')",
                dbi(id), dbi(person), dbs(in->reason), dbi(r->tx->now_us), dbs(r->who.name)));
    TRY(audit_by(r, S("privacy.held"), S("person"), person, arena_fmt(r->a, "{\"hold\":%lld}", (long long)id)));
    return hold_read(r, id, r->reply, &person);
}

err privacy_hold_end(req *r)
{
    privacy_hold_view v = { 0 };
    int64_t person;
    TRY(hold_read(r, r->path_id[0], &v, &person));
    if (HAS(&v, privacy_hold_view, ended))
        return E_OK;
    TRY(db_exec(r->d, "UPDATE privacy_hold SET ended_us = $2, ended_name = $3 WHERE id = $1", dbi(v.id), dbi(r->tx->now_us), dbs(r->who.name)));
    return audit_by(r, S("privacy.hold_ended"), S("person"), person, arena_fmt(r->a, "{\"hold\":%lld}", (long long)v.id));
}
