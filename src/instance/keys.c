#include "instance/keys.h"

#define MAGIC "LYKEYS1\n"
#define HASH_BYTES 32
#define ID_HEX_BYTES 32

static err read_id(db *d, char id[ID_HEX_BYTES])
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found, "SELECT value FROM meta WHERE key = 'database_id'"));
    bool good = found && db_str(&r, 0).len == ID_HEX_BYTES;
    if (good)
        memcpy(id, db_str(&r, 0).s, ID_HEX_BYTES);
    TRY(db_end(&r));
    return good ? E_OK : E_CORRUPT;
}

static err write_keys(db *d, buf *b)
{
    int64_t n;
    db_rows r;
    TRY(db_int(d, &n, 0, "SELECT count(*) FROM vault_key"));
    buf_add_u32(b, (uint32_t)n);
    TRY(db_query(d, &r, "SELECT subject, sealed FROM vault_key ORDER BY subject"));
    while (db_next(&r)) {
        buf_add_u32(b, (uint32_t)db_i64(&r, 0));
        buf_add_lenstr(b, db_blob(&r, 1));
    }
    TRY(db_end(&r));
    TRY(db_int(d, &n, 0, "SELECT count(*) FROM erased"));
    buf_add_u32(b, (uint32_t)n);
    TRY(db_query(d, &r, "SELECT subject FROM erased ORDER BY subject"));
    while (db_next(&r))
        buf_add_u32(b, (uint32_t)db_i64(&r, 0));
    return db_end(&r);
}

static err describe(db *d, buf *b)
{
    char id[ID_HEX_BYTES];
    uint8_t hash[HASH_BYTES];
    TRY(read_id(d, id));
    buf_add_str(b, S(MAGIC));
    buf_add(b, id, sizeof id);
    TRY(write_keys(d, b));
    hash_blake2b(hash, buf_str(b));
    buf_add(b, hash, sizeof hash);
    return E_OK;
}

// Into a file beside it first, and only then out of the copy: at no moment are they nowhere.
static err take(os *o, db *d, const char *path, buf *b)
{
    TRY(describe(d, b));
    TRY(os_write_file(o, path, buf_str(b)));
    TRY(db_exec(d, "DELETE FROM vault_key"));          // overwritten where they stood: secure_delete
    // Refused rows of imports, and what their files are sealed with, die within a week here; in a copy they would live on.
    TRY(db_exec(d, "DELETE FROM import_error"));
    TRY(db_exec(d, "UPDATE import_job SET salt = $1 WHERE length(salt) > 0", dbb(S(""))));
    bool busy;
    return db_empty_wal(d, &busy);
}

err keys_take(os *o, const char *database, const char *path)
{
    db *d;
    buf b = { 0 };
    TRY(db_open(o, database, DB_WRITER, &d));
    err e = take(o, d, path, &b);
    db_close(d);
    buf_free(&b);
    return e;
}

static err read_list(cursor *c, arena *a, keys_file *ret)
{
    uint32_t n = cursor_u32(c);
    for (uint32_t i = 0; i < n && !c->bad; i++) {
        cursor_u32(c);
        cursor_lenstr(c);
    }
    n = cursor_u32(c);
    if (c->bad || cursor_left(c) != (size_t)n * 4)
        return E_CORRUPT;
    uint32_t *v = arena_array(a, uint32_t, (size_t)n + 1);
    for (uint32_t i = 0; i < n; i++)
        v[i] = cursor_u32(c);
    ret->erased = v;
    ret->erased_n = n;
    return E_OK;
}

// A million people's keys are more than os_read_file takes.
static err read_whole(os *o, const char *path, arena *a, str *ret)
{
    os_file *f;
    int64_t size;
    size_t got = 0;
    TRY(os_open(o, path, OS_READ, &f));
    err e = os_size(f, &size);
    char *p = e == E_OK ? arena_alloc(a, (size_t)size + 1, 1, 1) : NULL;
    if (e == E_OK)
        e = os_read_at(f, p, (size_t)size, 0, &got);
    os_close(f);
    *ret = str_of(p, got);
    return e;
}

err keys_read(os *o, const char *path, arena *a, keys_file *ret)
{
    uint8_t hash[HASH_BYTES];
    size_t head = sizeof MAGIC - 1 + ID_HEX_BYTES;
    TRY(read_whole(o, path, a, &ret->bytes));
    if (ret->bytes.len < head + HASH_BYTES || !str_starts(ret->bytes, S(MAGIC)))
        return E_CORRUPT;
    str body = str_take(ret->bytes, ret->bytes.len - HASH_BYTES);
    hash_blake2b(hash, body);
    if (memcmp(hash, body.s + body.len, HASH_BYTES) != 0)
        return E_CORRUPT;
    cursor c = cursor_of(body.s + head, body.len - head);
    return read_list(&c, a, ret);
}

static err put(db *d, const keys_file *k)
{
    char id[ID_HEX_BYTES];
    size_t head = sizeof MAGIC - 1;
    TRY(read_id(d, id));
    if (memcmp(id, k->bytes.s + head, ID_HEX_BYTES) != 0)
        return E_CORRUPT;
    cursor c = cursor_of(k->bytes.s + head + ID_HEX_BYTES, k->bytes.len - head - ID_HEX_BYTES);
    uint32_t n = cursor_u32(&c);
    TRY(db_begin(d));
    for (uint32_t i = 0; i < n; i++) {
        uint32_t subject = cursor_u32(&c);
        str sealed = cursor_lenstr(&c);
        // Only of those whose values the copy has: somebody new may get a number that was given out after it.
        TRY(db_exec(d,
                    "INSERT INTO vault_key (subject, sealed) SELECT $1, $2 WHERE EXISTS (SELECT 1 FROM vault WHERE subject = $1)"
                    " ON CONFLICT (subject) DO NOTHING",
                    dbi(subject), dbb(sealed)));
    }
    return db_commit(d);
}

err keys_put(os *o, const char *database, const keys_file *k)
{
    db *d;
    TRY(db_open(o, database, DB_WRITER, &d));
    err e = put(d, k);
    db_close(d);
    return e;
}
