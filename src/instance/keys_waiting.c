// What waits in quarantine, in a copy: each row sealed by a key of its own, which stands in the file of keys beside people's. Whose row
// it is nobody knows yet, so it cannot be sealed by a person's key; once it is done with, or its person erased, its key goes.
#include "instance/keys_internal.h"

#define SEALED '\xC8'                  // first byte of a sealed body; an open one begins with its version (connect/quarantine_code.c)

err waiting_keys(db *d, const vault *v, arena *a, waiting_key **ret, size_t *ret_n)
{
    db_rows r;
    int64_t n;
    TRY(db_int(d, &n, 0, "SELECT count(*) FROM quarantine WHERE state <= 1"));
    *ret = arena_array(a, waiting_key, (size_t)n + 1);
    *ret_n = 0;
    TRY(db_query(d, &r, "SELECT id FROM quarantine WHERE state <= 1 ORDER BY id LIMIT $1", dbi(n)));
    while (db_next(&r)) {
        waiting_key *k = &(*ret)[(*ret_n)++];
        k->row = db_i64(&r, 0);
        vault_key_new(v, k->key);
    }
    return db_end(&r);
}

static err body_of(db *d, int64_t row, arena *a, str *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found, "SELECT body FROM quarantine WHERE id = $1 AND state <= 1", dbi(row)));
    *ret = found ? arena_str(a, db_blob(&r, 0)) : (str){ 0 };
    return db_end(&r);
}

static err body_set(db *d, int64_t row, str body)
{
    return db_exec(d, "UPDATE quarantine SET body = $2 WHERE id = $1", dbi(row), dbb(body));
}

static err seal_one(db *d, const vault *v, const waiting_key *k, arena *a)
{
    str body;
    TRY(body_of(d, k->row, a, &body));
    str box = vault_box_by(v, k->key, body, a);
    buf b = { 0 };
    buf_add_char(&b, SEALED);
    buf_add_str(&b, box);
    err e = body_set(d, k->row, buf_str(&b));
    buf_free(&b);
    return e;
}

static err each(db *d, const vault *v, const waiting_key *k, size_t n, err (*one)(db *d, const vault *v, const waiting_key *k, arena *a))
{
    err e = db_begin(d);
    for (size_t i = 0; e == E_OK && i < n; i++) {
        arena *a = arena_create();
        e = one(d, v, &k[i], a);
        arena_destroy(a);
    }
    return e == E_OK ? db_commit(d) : e;
}

err waiting_seal(db *d, const vault *v, const waiting_key *k, size_t n) { return each(d, v, k, n, seal_one); }

// What another copy's key does not open stays as it is.
static err open_one(db *d, const vault *v, const waiting_key *k, arena *a)
{
    str body, plain;
    (void)v;
    TRY(body_of(d, k->row, a, &body));
    if (body.len < 2 || body.s[0] != SEALED || !vault_unbox_by(k->key, str_skip(body, 1), a, &plain))
        return E_OK;
    return body_set(d, k->row, plain);
}

err waiting_open(db *d, const waiting_key *k, size_t n) { return each(d, NULL, k, n, open_one); }

// Its key was in none of the files: of what waited only that it did is left.
err waiting_give_up(db *d)
{
    const str sealed = S("\xC8");
    TRY(db_exec(d, "DELETE FROM quarantine_identity WHERE id IN (SELECT id FROM quarantine WHERE state <= 1 AND substr(body, 1, 1) = $1)",
                dbb(sealed)));
    return db_exec(d, "UPDATE quarantine SET state = 3, body = $2, version = version + 1 WHERE state <= 1 AND substr(body, 1, 1) = $1",
                   dbb(sealed), dbb((str){ "", 0 }));
}

err waiting_still(db *d, int64_t row, bool *ret)
{
    int64_t n;
    TRY(db_int(d, &n, 0, "SELECT 1 FROM quarantine WHERE id = $1 AND state <= 1", dbi(row)));
    *ret = n == 1;
    return E_OK;
}
