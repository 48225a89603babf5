#include "record/audit.h"
#include "rule/engine.h"

#define HASH_BYTES 32
#define SALT_BYTES 16
#define CHECK_LINES_MAX 100        // of the report: one forged line breaks no other, a lost table breaks all

typedef struct line {
    int64_t seq, id, at_us, who_kind, who_id;
    str verb, object;
    int64_t object_id;
} line;

// --- Hashes -----------------------------------------------------------------------------------------------------------------

static void commit_to(uint8_t out[HASH_BYTES], str salt, str payload, buf *scratch)
{
    buf_clear(scratch);
    buf_add_lenstr(scratch, salt);
    buf_add_str(scratch, payload);
    hash_blake2b(out, buf_str(scratch));
}

// The canonical bytes of a line: fixed order, integers as u64 little-endian, texts with their length before them.
static void chain_to(uint8_t out[HASH_BYTES], str before, const line *l, str commitment, buf *scratch)
{
    buf_clear(scratch);
    buf_add_lenstr(scratch, before);
    const int64_t numbers[] = { l->seq, l->id, l->at_us, l->who_kind, l->who_id, l->object_id };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        buf_add_u64(scratch, (uint64_t)numbers[i]);
    buf_add_lenstr(scratch, l->verb);
    buf_add_lenstr(scratch, l->object);
    buf_add_lenstr(scratch, commitment);
    hash_blake2b(out, buf_str(scratch));
}

// --- Writing ----------------------------------------------------------------------------------------------------------------

// The end of the chain is asked of the database each time (one step in its primary key): memory of it would be a second truth
// to undo with every operation. `chain` is empty before the first line.
static err last_line(tx *t, int64_t *ret_seq, str *ret_chain)
{
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found, "SELECT seq, chain FROM audit ORDER BY seq DESC LIMIT 1"));
    *ret_seq = found ? db_i64(&r, 0) : 0;
    *ret_chain = found ? arena_str(t->a, db_blob(&r, 1)) : (str){ "", 0 };
    return db_end(&r);
}

static err insert(tx *t, const line *l, str commitment, str chain)
{
    return db_exec(t->d,
                   "INSERT INTO audit (seq, id, at_us, who_kind, who_id, verb, object, object_id, commitment, chain)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                   dbi(l->seq), dbi(l->id), dbi(l->at_us), dbi(l->who_kind), dbi(l->who_id), dbs(l->verb), dbs(l->object),
                   dbi(l->object_id), dbb(commitment), dbb(chain));
}

static bool name_fits(str v) { return v.len > 0 && v.len <= AUDIT_NAME_MAX && shape_pattern_ok("code", v); }

err audit_note(tx *t, const audit_entry *e)
{
    ENSURE(name_fits(e->verb) && name_fits(e->object) && e->payload.len <= AUDIT_PAYLOAD_MAX);
    line l = { .id = tx_id(t), .at_us = t->now_us, .who_kind = (int64_t)e->who, .who_id = e->who_id, .verb = e->verb, .object = e->object,
               .object_id = e->object_id };
    str before, payload = e->payload.len ? e->payload : S("{}");
    uint8_t salt[SALT_BYTES], commitment[HASH_BYTES], chain[HASH_BYTES];
    buf scratch = { 0 };
    TRY(last_line(t, &l.seq, &before));
    l.seq++;
    os_random(engine_of(t)->o, salt, sizeof salt);
    commit_to(commitment, str_of((char *)salt, sizeof salt), payload, &scratch);
    chain_to(chain, before, &l, str_of((char *)commitment, HASH_BYTES), &scratch);
    buf_free(&scratch);
    TRY(insert(t, &l, str_of((char *)commitment, HASH_BYTES), str_of((char *)chain, HASH_BYTES)));
    return db_exec(t->d, "INSERT INTO audit_payload (seq, salt, payload) VALUES ($1, $2, $3)", dbi(l.seq),
                   dbb(str_of((char *)salt, sizeof salt)), dbs(payload));
}

err audit_by(req *r, str verb, str object, int64_t object_id, str payload)
{
    _Static_assert((int)AUDIT_NOBODY == (int)CALLER_NOBODY && (int)AUDIT_PERSON == (int)CALLER_PERSON, "the same order");
    return audit_note(r->tx, &(audit_entry){ (enum audit_who)r->who.kind, r->who.id, verb, object, object_id, payload });
}

err audit_erase(tx *t, str object, int64_t object_id, int64_t *ret_n)
{
    return db_exec_count(t->d, ret_n,
                         "DELETE FROM audit_payload WHERE seq IN (SELECT seq FROM audit WHERE object = $1 AND object_id = $2)", dbs(object),
                         dbi(object_id));
}

// --- Checking ---------------------------------------------------------------------------------------------------------------

typedef struct walk {
    buf *report, scratch;
    int64_t seq, told;         // of the line before
    uint8_t chain[HASH_BYTES];
    size_t chain_len;          // 0 before the first line
} walk;

static void tell(walk *w, int64_t seq, const char *what)
{
    if (w->told++ < CHECK_LINES_MAX)
        buf_addf(w->report, "line %lld: %s\n", (long long)seq, what);
}

static void check_line(walk *w, const db_rows *r)
{
    const line l = { db_i64(r, 0), db_i64(r, 1), db_i64(r, 2), db_i64(r, 3), db_i64(r, 4), db_str(r, 5), db_str(r, 6), db_i64(r, 7) };
    str commitment = db_blob(r, 8), chain = db_blob(r, 9);
    uint8_t want[HASH_BYTES];
    if (l.seq != w->seq + 1)
        tell(w, l.seq, "the lines before it are missing");
    chain_to(want, str_of((char *)w->chain, w->chain_len), &l, commitment, &w->scratch);
    if (!str_eq(chain, str_of((char *)want, HASH_BYTES)))
        tell(w, l.seq, "changed after it was written, or the line before it is not the one it was chained to");
    if (!db_is_null(r, 10)) {
        commit_to(want, db_blob(r, 10), db_str(r, 11), &w->scratch);
        if (!str_eq(commitment, str_of((char *)want, HASH_BYTES)))
            tell(w, l.seq, "its payload is not the one that was committed to");
    }
    // On from what stands there, so that one forged line is named alone.
    w->chain_len = chain.len < HASH_BYTES ? chain.len : HASH_BYTES;
    if (w->chain_len)
        memcpy(w->chain, chain.s, w->chain_len);
    w->seq = l.seq;
}

err audit_check(db *d, buf *report)
{
    walk w = { .report = report };
    db_rows r;
    int64_t orphans;
    TRY(db_query(d, &r,
                 "SELECT a.seq, a.id, a.at_us, a.who_kind, a.who_id, a.verb, a.object, a.object_id, a.commitment, a.chain, p.salt, p.payload"
                 " FROM audit a LEFT JOIN audit_payload p ON p.seq = a.seq ORDER BY a.seq"));
    while (db_next(&r))
        check_line(&w, &r);
    buf_free(&w.scratch);
    TRY(db_end(&r));
    TRY(db_int(d, &orphans, 0, "SELECT count(*) FROM audit_payload p WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = p.seq)"));
    if (orphans)
        buf_addf(report, "%lld payloads without a line\n", (long long)orphans);
    if (w.told > CHECK_LINES_MAX)
        buf_addf(report, "and %lld lines more\n", (long long)(w.told - CHECK_LINES_MAX));
    return E_OK;
}
