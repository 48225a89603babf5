#include "store/idem.h"
#include "base/map.h"
#include "base/time.h"
#include <stdlib.h>

// Memory: first 64 bits of a fingerprint → the hour its answer is filed under (the newest, should it be filed twice).
// 23 to 45 bytes a key: a million writes a day cost some 40 MB.
struct idem { map64 hours; idem_box box; };

static int64_t hour_of(int64_t us) { return us / US_PER_HOUR; }

static str hash_bytes(const hash128 *h) { return str_of((const char *)h, sizeof *h); }

static hash128 hash_of_bytes(str v)
{
    hash128 h = { 0 };
    if (v.len == sizeof h)
        memcpy(&h, v.s, sizeof h);
    return h;
}

static hash128 blake128(const buf *b)
{
    uint8_t out[32];
    hash_blake2b(out, buf_str(b));
    return hash_of_bytes(str_of((const char *)out, sizeof(hash128)));
}

hash128 idem_hash(str caller, str route, str key)
{
    buf b = { 0 };
    buf_add_lenstr(&b, caller);
    buf_add_lenstr(&b, route);
    buf_add_lenstr(&b, key);
    hash128 h = blake128(&b);
    buf_free(&b);
    return h;
}

hash128 idem_body_hash(const idem *m, str body)
{
    uint8_t out[32];
    hash_blake2b_keyed(out, str_of((const char *)m->box.key, IDEM_KEY_BYTES), body);
    return hash_of_bytes(str_of((const char *)out, sizeof(hash128)));
}

err idem_open(db *d, idem **ret)
{
    idem *m = calloc(1, sizeof *m);
    ENSURE(m);
    db_rows r;
    err e = db_query(d, &r, "SELECT hour, hash FROM idem ORDER BY hour, hash");
    if (e == E_OK) {
        while (db_next(&r))
            map64_put(&m->hours, hash_of_bytes(db_blob(&r, 1)).lo, (uint64_t)db_i64(&r, 0));
        e = db_end(&r);
    }
    if (e != E_OK) {
        idem_close(m);
        return e;
    }
    *ret = m;
    return E_OK;
}

void idem_close(idem *m)
{
    if (!m)
        return;
    map64_free(&m->hours);
    free(m);
}

void idem_set_box(idem *m, const idem_box *box) { m->box = *box; }

int64_t idem_known(const idem *m) { return (int64_t)m->hours.n; }

// Rows and memory agree, so a key in memory costs one look-up and a key not there none.
err idem_find(idem *m, db *d, arena *a, int64_t now_us, hash128 hash, hash128 body, idem_state *ret, idem_answer *ret_answer)
{
    uint64_t hour;
    bool known = map64_get(&m->hours, hash.lo, &hour) && (int64_t)hour >= hour_of(now_us) - IDEM_HOURS;
    db_rows r;
    if (known)
        TRY(db_query_one(d, &r, &known, "SELECT body, status, kept, answer FROM idem WHERE hour = $1 AND hash = $2", dbi((int64_t)hour),
                         dbb(hash_bytes(&hash))));
    if (!known) {
        *ret = IDEM_NEW;
        return E_OK;
    }
    bool same = str_eq(db_blob(&r, 0), hash_bytes(&body));
    idem_answer found = { (int)db_i64(&r, 1), db_i64(&r, 2) != 0, same ? arena_str(a, db_blob(&r, 3)) : (str){ 0 } };
    TRY(db_end(&r));
    if (found.kept && same && m->box.open)
        found.kept = m->box.open(m->box.user, found.body, a, &found.body);
    *ret = same ? IDEM_DONE : IDEM_OTHER_BODY;
    if (same)
        *ret_answer = found;
    return E_OK;
}

typedef struct idem_undo { idem *m; uint64_t key, hour; bool had; } idem_undo;

static void undo_save(void *p)
{
    idem_undo *u = p;
    if (u->had)
        map64_put(&u->m->hours, u->key, u->hour);
    else
        map64_del(&u->m->hours, u->key);
}

err idem_save(idem *m, tx *t, hash128 hash, hash128 body, int status, str answer)
{
    int64_t hour = hour_of(t->now_us);
    bool kept = answer.len <= IDEM_ANSWER_MAX;
    str sealed = kept && m->box.seal ? m->box.seal(m->box.user, answer, t->a) : answer;
    TRY(db_exec(t->d, "INSERT INTO idem (hour, hash, body, status, kept, answer) VALUES ($1, $2, $3, $4, $5, $6)", dbi(hour),
                dbb(hash_bytes(&hash)), dbb(hash_bytes(&body)), dbi(status), dbi(kept), dbb(kept ? sealed : (str){ 0 })));
    idem_undo *u = arena_new(t->a, idem_undo);
    *u = (idem_undo){ .m = m, .key = hash.lo };
    u->had = map64_get(&m->hours, hash.lo, &u->hour);
    map64_put(&m->hours, hash.lo, (uint64_t)hour);
    tx_undo(t, undo_save, u);
    return E_OK;
}

// --- Expiry ----------------------------------------------------------------------------------------------------------
typedef struct idem_gone { idem *m; uint64_t *keys, *hours; size_t n; } idem_gone;

// Memory forgets after the commit only; until then idem_find judges by the hour. A key filed anew since then stays.
static void forget(void *p)
{
    idem_gone *g = p;
    uint64_t hour;
    for (size_t i = 0; i < g->n; i++)
        if (map64_get(&g->m->hours, g->keys[i], &hour) && hour == g->hours[i])
            map64_del(&g->m->hours, g->keys[i]);
}

err idem_expire(idem *m, tx *t, int64_t max, bool *ret_more)
{
    ENSURE(max > 0);
    idem_gone *g = arena_new(t->a, idem_gone);
    *g = (idem_gone){ m, arena_array(t->a, uint64_t, (size_t)max), arena_array(t->a, uint64_t, (size_t)max), 0 };
    db_rows r;
    TRY(db_query(t->d, &r,
                 "DELETE FROM idem WHERE (hour, hash) IN (SELECT i.hour, i.hash FROM idem i WHERE i.hour < $1 ORDER BY i.hour, i.hash LIMIT $2) "
                 "RETURNING hour, hash",
                 dbi(hour_of(t->now_us) - IDEM_HOURS), dbi(max)));
    while (db_next(&r)) {
        ENSURE(g->n < (size_t)max);
        g->hours[g->n] = (uint64_t)db_i64(&r, 0);
        g->keys[g->n++] = hash_of_bytes(db_blob(&r, 1)).lo;
    }
    TRY(db_end(&r));
    tx_after(t, forget, g);
    *ret_more = g->n == (size_t)max;
    return E_OK;
}
