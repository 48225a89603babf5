#include "store/migrate.h"
#include "base/hash.h"

#define HASH_BYTES 32

static const migration *find(const migration *list, size_t n, int64_t number)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].number == number)
            return &list[i];
    return NULL;
}

static err refuse_row(const db_rows *r, const migration *m, fault *f, arena *a)
{
    str module = db_str(r, 1), name = db_str(r, 2);
    if (!m)
        return fault_detail(f, a, E_TOO_NEW, "migration %04d %.*s/%.*s is not known here", (int)db_i64(r, 0), STR_ARG(module),
                            STR_ARG(name));
    uint8_t ours[HASH_BYTES];
    hash_blake2b(ours, m->sql);
    str theirs = db_blob(r, 3);
    if (str_eq(theirs, str_of((const char *)ours, sizeof ours)))
        return E_OK;
    return fault_detail(f, a, E_CORRUPT, "migration %04d: the database was made by another text of it: %.*s/%.*s there, %s/%s"
                        " here", m->number, STR_ARG(module), STR_ARG(name), m->module, m->name);
}

// Before anything is changed: everything the database has seen must be known here, by the same text.
static err check_applied(db *d, const migration *list, size_t n, fault *f, arena *a)
{
    db_rows r;
    TRY(db_query(d, &r, "SELECT number, module, name, hash FROM migration ORDER BY number DESC"));
    err e = E_OK;
    while (e == E_OK && db_next(&r))
        e = refuse_row(&r, find(list, n, db_i64(&r, 0)), f, a);
    err ended = db_end(&r);
    return e != E_OK ? e : ended;
}

static err apply_inside(db *d, const migration *m, int64_t now_us)
{
    uint8_t hash[HASH_BYTES];
    hash_blake2b(hash, m->sql);
    TRY(db_script(d, m->sql));
    return db_exec(d, "INSERT INTO migration (number, module, name, hash, applied_us) VALUES ($1, $2, $3, $4, $5)",
                   dbi(m->number), dbs(str_c(m->module)), dbs(str_c(m->name)), dbb(str_of((const char *)hash, sizeof hash)),
                   dbi(now_us));
}

static err apply(db *d, const migration *m, int64_t now_us, fault *f, arena *a)
{
    TRY(db_begin(d));
    err e = apply_inside(d, m, now_us);
    if (e == E_OK)
        e = db_commit(d);
    if (e == E_OK)
        return E_OK;
    fault_detail(f, a, e, "migration %04d %s/%s: %s", m->number, m->module, m->name, db_fault(d));
    db_rollback(d);
    return e;
}

err migrate(db *d, const migration *list, size_t n, int64_t now_us, fault *f, arena *a, size_t *ret_applied)
{
    for (size_t i = 1; i < n; i++)
        ENSURE(list[i - 1].number < list[i].number);
    err e = db_exec(d, "CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY, module TEXT NOT NULL,"
                       " name TEXT NOT NULL, hash BLOB NOT NULL, applied_us BIGINT NOT NULL)");
    if (e != E_OK)
        return fault_detail(f, a, e, "%s", db_fault(d));
    TRY(check_applied(d, list, n, f, a));
    size_t applied = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t count;
        e = db_int(d, &count, 0, "SELECT count(*) FROM migration WHERE number = $1", dbi(list[i].number));
        if (e != E_OK)
            return fault_detail(f, a, e, "%s", db_fault(d));
        if (count)
            continue;
        TRY(apply(d, &list[i], now_us, f, a));
        applied++;
    }
    *ret_applied = applied;
    return E_OK;
}
