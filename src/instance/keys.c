#include "instance/keys_internal.h"

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

// A file as it is read: the three lists.
typedef struct key_of { int64_t whose; str sealed; } key_of;      // a subject's, or a row's
typedef struct lists { key_of *people; size_t people_n; uint32_t *erased; size_t erased_n; key_of *waiting; size_t waiting_n; } lists;

static void write_key(buf *b, bool wide, int64_t whose, str sealed)
{
    if (wide)
        buf_add_u64(b, (uint64_t)whose);
    else
        buf_add_u32(b, (uint32_t)whose);
    buf_add_lenstr(b, sealed);
}

static void write_lists(buf *b, const lists *l)
{
    buf_add_u32(b, (uint32_t)l->people_n);
    for (size_t i = 0; i < l->people_n; i++)
        write_key(b, false, l->people[i].whose, l->people[i].sealed);
    buf_add_u32(b, (uint32_t)l->erased_n);
    for (size_t i = 0; i < l->erased_n; i++)
        buf_add_u32(b, l->erased[i]);
    buf_add_u32(b, (uint32_t)l->waiting_n);
    for (size_t i = 0; i < l->waiting_n; i++)
        write_key(b, true, l->waiting[i].whose, l->waiting[i].sealed);
}

static err write_file(os *o, const char *path, const char id[ID_HEX_BYTES], const lists *l)
{
    buf b = { 0 };
    uint8_t hash[HASH_BYTES];
    buf_add_str(&b, S(MAGIC));
    buf_add(&b, id, ID_HEX_BYTES);
    write_lists(&b, l);
    hash_blake2b(hash, buf_str(&b));
    buf_add(&b, hash, sizeof hash);
    err e = os_write_file(o, path, buf_str(&b));
    buf_free(&b);
    return e;
}

// --- Taking -------------------------------------------------------------------------------------------------------------------
static err people_keys(db *d, arena *a, lists *l)
{
    int64_t n;
    db_rows r;
    TRY(db_int(d, &n, 0, "SELECT count(*) FROM vault_key"));
    l->people = arena_array(a, key_of, (size_t)n + 1);
    TRY(db_query(d, &r, "SELECT subject, sealed FROM vault_key ORDER BY subject LIMIT $1", dbi(n)));
    while (db_next(&r))
        l->people[l->people_n++] = (key_of){ db_i64(&r, 0), arena_str(a, db_blob(&r, 1)) };
    return db_end(&r);
}

static err erased_all(db *d, arena *a, lists *l)
{
    int64_t n;
    db_rows r;
    TRY(db_int(d, &n, 0, "SELECT count(*) FROM erased"));
    l->erased = arena_array(a, uint32_t, (size_t)n + 1);
    TRY(db_query(d, &r, "SELECT subject FROM erased ORDER BY subject LIMIT $1", dbi(n)));
    while (db_next(&r))
        l->erased[l->erased_n++] = (uint32_t)db_i64(&r, 0);
    return db_end(&r);
}

// What dies within days here; in a copy it would live on. Answers kept for repeated writes are told to be done, not what they were.
static err forget_passing(db *d)
{
    TRY(db_exec(d, "DELETE FROM import_error"));
    TRY(db_exec(d, "UPDATE import_job SET salt = $1 WHERE length(salt) > 0", dbb(S(""))));
    return db_exec(d, "UPDATE idem SET kept = 0, answer = $1 WHERE kept = 1", dbb(S("")));
}

// Into a file beside it first, and only then out of the copy: at no moment are they nowhere.
static err take(os *o, const vault *v, db *d, const char *path, arena *a)
{
    char id[ID_HEX_BYTES];
    lists l = { 0 };
    waiting_key *waiting;
    bool busy;
    TRY(read_id(d, id));
    TRY(people_keys(d, a, &l));
    TRY(erased_all(d, a, &l));
    TRY(waiting_keys(d, v, a, &waiting, &l.waiting_n));
    l.waiting = arena_array(a, key_of, l.waiting_n + 1);
    for (size_t i = 0; i < l.waiting_n; i++)
        l.waiting[i] = (key_of){ waiting[i].row, vault_box(v, str_of((const char *)waiting[i].key, VAULT_KEY_BYTES), a) };
    TRY(write_file(o, path, id, &l));
    TRY(db_exec(d, "DELETE FROM vault_key"));          // overwritten where they stood: secure_delete
    TRY(waiting_seal(d, v, waiting, l.waiting_n));
    TRY(forget_passing(d));
    return db_empty_wal(d, &busy);
}

err keys_take(os *o, const vault *v, const char *database, const char *path)
{
    db *d;
    TRY(db_open(o, database, DB_WRITER, &d));
    arena *a = arena_create();
    err e = take(o, v, d, path, a);
    arena_destroy(a);
    db_close(d);
    return e;
}

// --- Reading ------------------------------------------------------------------------------------------------------------------
static bool read_keys(cursor *c, bool wide, arena *a, key_of **ret, size_t *ret_n)
{
    size_t n = cursor_u32(c), each_min = wide ? 9 : 5;
    if (c->bad || n > cursor_left(c) / each_min)
        return false;
    *ret = arena_array(a, key_of, n + 1);
    for (size_t i = 0; i < n; i++) {
        int64_t whose = wide ? (int64_t)cursor_u64(c) : (int64_t)cursor_u32(c);
        (*ret)[i] = (key_of){ whose, cursor_lenstr(c) };
    }
    *ret_n = n;
    return !c->bad;
}

// Keys are of the bytes given, which outlive the lists.
static err read_lists(str body, arena *a, lists *ret)
{
    cursor c = cursor_of(body.s, body.len);
    *ret = (lists){ 0 };
    if (!read_keys(&c, false, a, &ret->people, &ret->people_n))
        return E_CORRUPT;
    size_t n = cursor_u32(&c);
    if (c.bad || n > cursor_left(&c) / 4)
        return E_CORRUPT;
    ret->erased = arena_array(a, uint32_t, n + 1);
    for (size_t i = 0; i < n; i++)
        ret->erased[ret->erased_n++] = cursor_u32(&c);
    if (cursor_left(&c) && !read_keys(&c, true, a, &ret->waiting, &ret->waiting_n))
        return E_CORRUPT;
    return cursor_left(&c) ? E_CORRUPT : E_OK;
}

// A million people's keys are more than os_read_file takes.
err keys_read(os *o, const char *path, arena *a, keys_file *ret)
{
    uint8_t hash[HASH_BYTES];
    size_t head = sizeof MAGIC - 1 + ID_HEX_BYTES;
    TRY(os_read_up_to(o, path, KEYS_BYTES_MAX, a, &ret->bytes));
    if (ret->bytes.len < head + HASH_BYTES || !str_starts(ret->bytes, S(MAGIC)))
        return E_CORRUPT;
    str body = str_take(ret->bytes, ret->bytes.len - HASH_BYTES);
    hash_blake2b(hash, body);
    if (memcmp(hash, body.s + body.len, HASH_BYTES) != 0)
        return E_CORRUPT;
    lists l;
    TRY(read_lists(str_skip(body, head), a, &l));
    ret->erased = l.erased;
    ret->erased_n = l.erased_n;
    return E_OK;
}

static str lists_of(const keys_file *k)
{
    size_t head = sizeof MAGIC - 1 + ID_HEX_BYTES;
    return str_take(str_skip(k->bytes, head), k->bytes.len - head - HASH_BYTES);
}

// --- Putting back -------------------------------------------------------------------------------------------------------------
static err put_people(db *d, const lists *l)
{
    TRY(db_begin(d));
    // Only of those whose values the copy has: somebody new may get a number that was given out after it.
    for (size_t i = 0; i < l->people_n; i++)
        TRY(db_exec(d,
                    "INSERT INTO vault_key (subject, sealed) SELECT $1, $2 WHERE EXISTS (SELECT 1 FROM vault WHERE subject = $1)"
                    " ON CONFLICT (subject) DO NOTHING",
                    dbi(l->people[i].whose), dbb(l->people[i].sealed)));
    return db_commit(d);
}

static err put_waiting(db *d, const vault *v, const lists *l, arena *a)
{
    waiting_key *k = arena_array(a, waiting_key, l->waiting_n + 1);
    size_t n = 0;
    for (size_t i = 0; i < l->waiting_n; i++) {
        str key;
        if (!vault_unbox(v, l->waiting[i].sealed, a, &key) || key.len != VAULT_KEY_BYTES)
            continue;
        k[n].row = l->waiting[i].whose;
        memcpy(k[n++].key, key.s, VAULT_KEY_BYTES);
    }
    return waiting_open(d, k, n);
}

static err put(db *d, const vault *v, const keys_file *k, arena *a)
{
    char id[ID_HEX_BYTES];
    lists l;
    TRY(read_id(d, id));
    if (memcmp(id, k->bytes.s + sizeof MAGIC - 1, ID_HEX_BYTES) != 0)
        return E_CORRUPT;
    TRY(read_lists(lists_of(k), a, &l));
    TRY(put_people(d, &l));
    return put_waiting(d, v, &l, a);
}

err keys_put(os *o, const vault *v, const char *database, const keys_file *k)
{
    db *d;
    TRY(db_open(o, database, DB_WRITER, &d));
    arena *a = arena_create();
    err e = put(d, v, k, a);
    arena_destroy(a);
    db_close(d);
    return e;
}

err keys_end(os *o, const char *database)
{
    db *d;
    TRY(db_open(o, database, DB_WRITER, &d));
    err e = waiting_give_up(d);
    db_close(d);
    return e;
}

// --- Older files --------------------------------------------------------------------------------------------------------------
static bool erased_has(const lists *l, int64_t subject)
{
    size_t from = 0, to = l->erased_n;
    while (from < to) {
        size_t mid = (from + to) / 2;
        if (l->erased[mid] == (uint32_t)subject)
            return true;
        if (l->erased[mid] < (uint32_t)subject)
            from = mid + 1;
        else
            to = mid;
    }
    return false;
}

static err without_gone(db *d, const lists *now, lists *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->people_n; i++)
        if (!erased_has(now, l->people[i].whose))
            l->people[n++] = l->people[i];
    l->people_n = n;
    n = 0;
    for (size_t i = 0; i < l->waiting_n; i++) {
        bool waits;
        TRY(waiting_still(d, l->waiting[i].whose, &waits));
        if (waits)
            l->waiting[n++] = l->waiting[i];
    }
    l->waiting_n = n;
    return E_OK;
}

static err renew(os *o, db *d, const char *path, arena *a, bool *ret_changed)
{
    char id[ID_HEX_BYTES];
    keys_file k;
    lists l, now = { 0 };
    TRY(read_id(d, id));
    TRY(keys_read(o, path, a, &k));
    if (memcmp(id, k.bytes.s + sizeof MAGIC - 1, ID_HEX_BYTES) != 0)
        return E_CORRUPT;
    TRY(read_lists(lists_of(&k), a, &l));
    TRY(erased_all(d, a, &now));
    size_t had = l.people_n + l.waiting_n;
    TRY(without_gone(d, &now, &l));
    *ret_changed = l.people_n + l.waiting_n < had;
    // Who was erased since is told by it as well: whoever restores with this file alone forgets them again.
    l.erased = now.erased;
    l.erased_n = now.erased_n;
    return *ret_changed ? write_file(o, path, id, &l) : E_OK;
}

err keys_renew(os *o, db *d, const char *path, bool *ret_changed)
{
    arena *a = arena_create();
    *ret_changed = false;
    err e = renew(o, d, path, a, ret_changed);
    arena_destroy(a);
    return e;
}
