#include "connect/quarantine.h"
#include "connect/ingest_internal.h"
#include "rule/rules.h"

#define STEP_BUDGET_US 5000
#define EXPIRE_ROWS 300

err quarantine_load(quarantine *q, db *d)
{
    TRY(db_int(d, &q->rows, 0, "SELECT count(*) FROM quarantine WHERE state <= 1"));
    return db_int(d, &q->bytes, 0, "SELECT sum(length(body)) FROM quarantine WHERE state <= 1");
}

// --- How much waits: goes back with the operation ------------------------------------------------------------------------------
typedef struct weighed { quarantine *q; int64_t rows, bytes; } weighed;

static void put(int64_t *at, int64_t v) { __atomic_store_n(at, v, __ATOMIC_RELAXED); }

static void weigh_undo(void *p)
{
    weighed *w = p;
    put(&w->q->rows, w->q->rows - w->rows);
    put(&w->q->bytes, w->q->bytes - w->bytes);
}

static void weigh(tx *t, quarantine *q, int64_t rows, int64_t bytes)
{
    weighed *w = arena_new(t->a, weighed);
    *w = (weighed){ q, rows, bytes };
    put(&q->rows, q->rows + rows);
    put(&q->bytes, q->bytes + bytes);
    tx_undo(t, weigh_undo, w);
}

// --- Keeping --------------------------------------------------------------------------------------------------------------------
static str hash_text(const hash128 *h) { return str_of((const char *)h, sizeof *h); }

static err identities_put(tx *t, int64_t id, const ingest_event *e)
{
    for (uint32_t i = 0; i < e->ids_n; i++)
        TRY(db_exec(t->d, "INSERT INTO quarantine_identity (id, kind, hash) VALUES ($1, $2, $3)", dbi(id), dbi(e->ids[i].kind),
                    dbb(hash_text(&e->ids[i].hash))));
    return E_OK;
}

// What waits is nobody's yet, but its ids tell whose it will be: its texts do not name them in the meantime.
static err bytes_of(tx *t, const ingest_event *e, str *ret, str *ret_message_id)
{
    buf b = { 0 };
    uint32_t subject;
    ingest_event mine = *e;
    TRY(people_subject(t, e->ids, e->ids_n, e->time_us, &subject));
    if (subject)
        TRY(ingest_hush(t, subject, &mine));
    quarantine_encode(&b, &mine);
    *ret_message_id = str_take(mine.message_id, INGEST_MESSAGE_ID_MAX);
    *ret = arena_str(t->a, buf_str(&b));
    buf_free(&b);
    return E_OK;
}

err quarantine_keep(tx *t, quarantine *q, uint32_t source, const ingest_event *e, int64_t received_us, bool *ret_known)
{
    str bytes, message_id;
    TRY(bytes_of(t, e, &bytes, &message_id));
    int64_t id = tx_id(t), n;
    bool full = q->rows >= QUARANTINE_ROWS_MAX || q->bytes + (int64_t)bytes.len > QUARANTINE_BYTES_MAX;
    *ret_known = false;
    if (full) {
        put(&q->full, q->full + 1);
        return fault_field(t->f, t->a, E_LIMIT_REACHED, S("quarantine"), QUARANTINE_ROWS_MAX);
    }
    TRY(db_exec_count(t->d, &n,
                      "INSERT INTO quarantine (id, state, print, source, kind, code, field, detail, message_id, body, event_no, version,"
                      " time_us, at_us) VALUES ($1, 0, $2, $3, $4, $5, $6, $7, $8, $9, 0, 1, $10, $11) ON CONFLICT (print) DO NOTHING",
                      dbi(id), e->message_id.len ? dbb(hash_text(&e->print)) : dbn(), dbi(source), dbs(e->kind),
                      dbs(str_c(err_info_of(e->code)->code)), dbs(e->field), dbs(e->reason),
                      dbs(message_id), dbb(bytes), dbi(e->time_us), dbi(received_us)));
    *ret_known = n == 0;
    if (n == 0)
        return E_OK;
    weigh(t, q, 1, (int64_t)bytes.len);
    return identities_put(t, id, e);
}

// --- Reading --------------------------------------------------------------------------------------------------------------------
err quarantine_read(db *d, int64_t id, arena *a, ingest_event *ret, uint32_t *ret_source, int64_t *ret_received, int64_t *ret_version)
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found, "SELECT body, source, at_us, version FROM quarantine WHERE id = $1 AND state <= 1", dbi(id)));
    str bytes = found ? arena_str(a, db_blob(&r, 0)) : (str){ 0 };
    uint32_t source = found ? (uint32_t)db_i64(&r, 1) : 0;
    int64_t received = found ? db_i64(&r, 2) : 0, version = found ? db_i64(&r, 3) : 0;
    TRY(db_end(&r));
    if (!found)
        return E_NOT_FOUND;
    TRY(quarantine_decode(bytes, a, ret));
    *ret_source = source;
    *ret_received = received;
    *ret_version = version;
    return E_OK;
}

static err body_bytes(tx *t, int64_t id, int64_t *ret)
{
    return db_int(t->d, ret, -1, "SELECT length(body) FROM quarantine WHERE id = $1 AND state <= 1", dbi(id));
}

err quarantine_mend(tx *t, quarantine *q, int64_t id, const ingest_event *e)
{
    int64_t had;
    str bytes, message_id;
    TRY(bytes_of(t, e, &bytes, &message_id));
    TRY(body_bytes(t, id, &had));
    if (had < 0)
        return E_NOT_FOUND;
    weigh(t, q, 0, (int64_t)bytes.len - had);
    return db_exec(t->d, "UPDATE quarantine SET body = $2, kind = $3, message_id = $4, version = version + 1 WHERE id = $1", dbi(id), dbb(bytes),
                   dbs(e->kind), dbs(message_id));
}

err quarantine_of(db *d, int64_t person, int64_t ids[QUARANTINE_OF_MAX], size_t *ret_n)
{
    db_rows r;
    *ret_n = 0;
    TRY(db_query(d, &r,
                 "WITH mine AS (SELECT $1 AS subject UNION ALL SELECT subject FROM link WHERE person = $1)"
                 " SELECT DISTINCT q.id FROM mine m CROSS JOIN identity i CROSS JOIN quarantine_identity q WHERE i.subject = m.subject"
                 " AND q.hash = i.hash AND q.kind = i.kind LIMIT $2",
                 dbi(person), dbi(QUARANTINE_OF_MAX)));
    while (db_next(&r))
        ids[(*ret_n)++] = db_i64(&r, 0);
    return db_end(&r);
}

err quarantine_hush(tx *t, quarantine *q, int64_t id)
{
    ingest_event e;
    uint32_t source;
    int64_t received, version;
    int64_t as_it_is;
    str bytes, message_id;
    err x = quarantine_read(t->d, id, t->a, &e, &source, &received, &version);
    if (x != E_OK)
        return x == E_NOT_FOUND ? E_OK : x;
    TRY(bytes_of(t, &e, &bytes, &message_id));
    TRY(db_int(t->d, &as_it_is, 0, "SELECT count(*) FROM quarantine WHERE id = $1 AND body = $2 AND message_id = $3", dbi(id), dbb(bytes),
               dbs(message_id)));
    return as_it_is ? E_OK : quarantine_mend(t, q, id, &e);
}

// --- Being done with a row --------------------------------------------------------------------------------------------------------
static err close_row(tx *t, quarantine *q, int64_t id, enum quarantine_state as, int64_t event_no)
{
    int64_t had;
    TRY(body_bytes(t, id, &had));
    if (had < 0)
        return fault_detail(t->f, t->a, E_NOT_FOUND, "quarantine");
    weigh(t, q, -1, -had);
    TRY(db_exec(t->d, "DELETE FROM quarantine_identity WHERE id = $1", dbi(id)));
    return db_exec(t->d,
                   "UPDATE quarantine SET state = $2, event_no = $3, body = $4, message_id = '', version = version + 1 WHERE id = $1",
                   dbi(id), dbi(as), dbi(event_no), dbb((str){ "", 0 }));
}

err quarantine_discard(tx *t, quarantine *q, int64_t id) { return close_row(t, q, id, QUARANTINE_DISCARDED, 0); }

err quarantine_expire(tx *t, quarantine *q, bool *ret_more)
{
    int64_t ids[EXPIRE_ROWS], bytes[EXPIRE_ROWS];
    int n = 0;
    db_rows r;
    TRY(db_query(t->d, &r, "SELECT id, CASE WHEN state <= 1 THEN length(body) ELSE -1 END FROM quarantine WHERE at_us < $1"
                            " ORDER BY at_us LIMIT $2",
                 dbi(t->now_us - QUARANTINE_KEEP_US), dbi(EXPIRE_ROWS)));
    while (db_next(&r)) {
        ids[n] = db_i64(&r, 0);
        bytes[n++] = db_i64(&r, 1);
    }
    TRY(db_end(&r));
    for (int i = 0; i < n; i++) {
        if (bytes[i] >= 0)
            weigh(t, q, -1, -bytes[i]);
        TRY(db_exec(t->d, "DELETE FROM quarantine_identity WHERE id = $1", dbi(ids[i])));
        TRY(db_exec(t->d, "DELETE FROM quarantine WHERE id = $1", dbi(ids[i])));
    }
    *ret_more = n == EXPIRE_ROWS;
    return E_OK;
}

// --- Replaying --------------------------------------------------------------------------------------------------------------------
static err source_caller(tx *t, uint32_t source, caller *ret)
{
    static const char *const effects_names[] = { "all", "quiet", "none", "shadow" };
    db_rows r;
    bool found;
    *ret = (caller){ .kind = CALLER_KEY, .source = source, .name = S("quarantine") };
    TRY(db_query_one(t->d, &r, &found, "SELECT name, effects FROM api_key WHERE source = $1 AND source > 0", dbi(source)));
    if (found) {
        ret->name = arena_str(t->a, db_str(&r, 0));
        for (int i = 0; i < (int)(sizeof effects_names / sizeof *effects_names); i++)
            if (str_eq(db_str(&r, 1), str_c(effects_names[i])))
                ret->effects = i;
    }
    return db_end(&r);
}

// What the plan calls personal by now.
static void seal_again(ingest *in, ingest_event *e, arena *a)
{
    ingest_event old = *e;
    vault_kind kind;
    e->props = NULL;
    e->props_n = e->props_cap = 0;
    for (uint32_t i = 0; i < old.props_n; i++) {
        const ingest_prop *p = &old.props[i];
        if (!p->sealed && p->v.k == V_STR && ingest_personal(in, e, p->name, p->v.s, &kind))
            ingest_add_personal(in, e, a, p->name, kind, p->v.s);
        else
            ingest_keep_prop(e, a, p);
    }
    ingest_event_end(e, a);
}

static err note_again(tx *t, int64_t id, const ingest_event *e)
{
    return db_exec(t->d, "UPDATE quarantine SET state = 0, code = $2, field = $3, detail = $4, version = version + 1 WHERE id = $1", dbi(id),
                   dbs(str_c(err_info_of(e->code)->code)), dbs(e->field), dbs(e->reason));
}

err quarantine_replay(tx *t, ingest *in, int64_t id, ingest_batch *ret_b)
{
    ingest_event *e = arena_new(t->a, ingest_event);
    caller who;
    uint32_t source;
    int64_t received, version;
    TRY(quarantine_read(t->d, id, t->a, e, &source, &received, &version));
    TRY(source_caller(t, source, &who));
    seal_again(in, e, t->a);
    // What happened more than a day ago is quiet, as it would be on arrival.
    if (who.effects == EFFECTS_ALL && e->time_us < t->now_us - QUIET_AFTER_US)
        who.effects = EFFECTS_QUIET;
    *ret_b = (ingest_batch){ .v = e, .n = 1, .received_us = received, .rings = arena_new(t->a, ring_log) };
    engine_collect(t, ret_b->rings);
    if (e->verdict != INGEST_REFUSED)
        TRY(ingest_try(t, in, &who, ret_b, e));
    engine_collect(t, NULL);
    bool again = e->verdict == INGEST_QUARANTINED || e->verdict == INGEST_REFUSED;
    TRY(again ? note_again(t, id, e) : close_row(t, &in->quarantine, id, QUARANTINE_REPLAYED, e->no));
    if (!again)
        ingest_tell(t, in, &who, ret_b);
    return E_OK;
}

typedef struct stepping { ingest *in; int64_t id; } stepping;

static err step_nested(tx *t, void *p)
{
    stepping *s = p;
    ingest_batch b;
    err e = quarantine_replay(t, s->in, s->id, &b);
    return e == E_CORRUPT ? E_FIELD_VALUE : e;         // one row that cannot be read does not hold up the others
}

err quarantine_step(tx *t, ingest *in, bool *ret_more)
{
    os *o = engine_of(t)->o;
    int64_t began = os_mono_us(o);
    do {
        stepping s = { .in = in };
        TRY(db_int(t->d, &s.id, 0, "SELECT min(id) FROM quarantine WHERE state = 1"));
        *ret_more = s.id != 0;
        if (!s.id)
            return E_OK;
        err e = tx_nested(t, step_nested, &s);
        if (e != E_OK && err_info_of(e)->http >= 500)
            return e;
        if (e != E_OK)
            TRY(db_exec(t->d, "UPDATE quarantine SET state = 0, code = $2, version = version + 1 WHERE id = $1", dbi(s.id),
                        dbs(str_c(err_info_of(e)->code))));
    } while (os_mono_us(o) - began < STEP_BUDGET_US);
    return E_OK;
}
