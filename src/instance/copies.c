#include "instance/copies.h"
#include "base/time.h"
#include "instance/backup.h"
#include "instance/keys.h"
#include "privacy/copies.h"

#define LOOK_US US_PER_HOUR
#define HASH_BYTES 32

err copies_digest(os *o, const char *path, arena *a, str *ret)
{
    str bytes;
    uint8_t hash[HASH_BYTES];
    TRY(os_read_up_to(o, path, KEYS_BYTES_MAX, a, &bytes));
    hash_blake2b(hash, bytes);
    char *hex = arena_alloc(a, 1, 2 * HASH_BYTES + 1, 1);
    for (size_t i = 0; i < HASH_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    *ret = str_of(hex, 2 * HASH_BYTES);
    return E_OK;
}

static bool same(os *o, const char *path, str digest, arena *a)
{
    str now;
    return digest.len && copies_digest(o, path, a, &now) == E_OK && str_eq(now, digest);
}

static err gone(os *o, const char *path)
{
    err e = os_remove(o, path);
    return e == E_NOT_FOUND ? E_OK : e;
}

// Keys first: with them gone the rest says little. The manifest last: what a crash leaves is known again by it.
static err delete_files(os *o, const copy_row *c, arena *a)
{
    static const char *const files[] = { "brand.db", "brand.db-wal", "brand.db-shm" };
    const char *dir = arena_cstr(a, c->path), *keys = arena_cstr(a, c->keys_path);
    jval *segments, *name;
    size_t i, n;
    fault f = { 0 };
    TRY(backup_manifest(o, dir, &f, a, &segments));
    if (same(o, keys, c->keys, a))
        TRY(gone(o, keys));
    for (i = 0; i < sizeof files / sizeof *files; i++)
        TRY(gone(o, arena_fmt(a, "%s/%s", dir, files[i]).s));
    yyjson_arr_foreach(segments, i, n, name)
    {
        str s = json_str(name);
        if (!memchr(s.s, '/', s.len))
            TRY(gone(o, arena_fmt(a, "%s/log/" STR_FMT, dir, STR_ARG(s)).s));
    }
    TRY(os_sync_dir(o, arena_fmt(a, "%s/log", dir).s));
    TRY(gone(o, arena_fmt(a, "%s/backup.json", dir).s));
    return os_sync_dir(o, dir);
}

// NULL: it may be deleted.
static const char *why_not(instance *in, db *d, const copy_row *c, arena *a)
{
    const char *dir = arena_cstr(a, c->path);
    copy_row later;
    bool deletes;
    if (copies_deleted(d, &deletes) != E_OK || !deletes)
        return "only told of";
    if (!os_exists(in->o, dir)) {
        const char *keys = arena_cstr(a, c->keys_path);        // what stayed behind of a copy that was moved
        if (same(in->o, keys, c->keys, a))
            (void)gone(in->o, keys);
        return "not at its path";
    }
    if (os_exists(in->o, arena_fmt(a, "%s/master.key", dir).s) || os_exists(in->o, arena_fmt(a, "%s/LOCK", dir).s))
        return "somebody made a brand of it";
    if (!same(in->o, arena_fmt(a, "%s/backup.json", dir).s, c->manifest, a))
        return "not the copy that was made";
    if (copy_after(d, c, a, &later) != E_OK || !later.path.len ||
        !os_exists(in->o, arena_fmt(a, STR_FMT "/backup.json", STR_ARG(later.path)).s))
        return "the last copy there is: make another";
    return NULL;
}

static err ended(tx *t, void *p) { return copy_deleted(t, ((const copy_row *)p)->id); }

static err one(instance *in, db *d, copy_row *c, arena *a, copies_told *told)
{
    const char *why = why_not(in, d, c, a);
    err e = why ? E_OK : delete_files(in->o, c, a);
    if (!why && e == E_OK)
        e = instance_do(in, ended, c, NULL);
    told->deleted += !why && e == E_OK;
    told->left += why || e != E_OK;
    if (why || e != E_OK)
        log_event(LOG_WARN, "copy.overdue", log_s("path", c->path), log_s("why", str_c(why ? why : err_info_of(e)->code)));
    else
        log_event(LOG_INFO, "copy.deleted", log_s("path", c->path));
    return e == E_SHUTTING_DOWN ? e : E_OK;
}

// What `fn` does with each copy, in a read of its own: those that are overdue, or all that are known.
typedef err (*copy_fn)(instance *in, db *d, copy_row *c, arena *a, copies_told *told);

static err each_copy(instance *in, bool overdue, copy_fn fn, copies_told *told)
{
    arena *a = arena_create();
    copy_row *v;
    size_t n = 0;
    db *d;
    err e = instance_reader(in, &d);
    if (e == E_OK) {
        e = overdue ? copies_overdue(d, os_now_us(in->o), a, &v, &n) : copies_known(d, a, &v, &n);
        for (size_t i = 0; e == E_OK && i < n; i++)
            e = fn(in, d, &v[i], a, told);
        db_close(d);
    }
    arena_destroy(a);
    return e;
}

err copies_now(instance *in, copies_told *ret)
{
    *ret = (copies_told){ 0 };
    err e = each_copy(in, true, one, ret);
    __atomic_store_n(&in->copies_overdue, ret->left, __ATOMIC_RELAXED);
    __atomic_fetch_add(&in->copies_deleted, ret->deleted, __ATOMIC_RELAXED);
    return e;
}

typedef struct renewed { int64_t id; str digest; } renewed;

static err note_keys(tx *t, void *p) { return copy_keys_are(t, ((const renewed *)p)->id, ((const renewed *)p)->digest); }

static err renew_one(instance *in, db *d, copy_row *c, arena *a, copies_told *told)
{
    (void)told;
    const char *path = c->keys_path.len ? arena_cstr(a, c->keys_path) : arena_fmt(a, STR_FMT ".keys", STR_ARG(c->path)).s;
    renewed r = { .id = c->id };
    bool changed = false;
    if (!os_exists(in->o, path))
        return E_OK;
    err e = keys_renew(in->o, d, path, &changed);
    if (e == E_OK && changed)
        e = copies_digest(in->o, path, a, &r.digest);
    if (e == E_OK && changed)
        return instance_do(in, note_keys, &r, NULL);
    if (e != E_OK)
        log_event(LOG_WARN, "copy.keys", log_s("path", str_c(path)), log_s("why", str_c(err_info_of(e)->code)));
    return E_OK;
}

err copies_renew_keys(instance *in) { return each_copy(in, false, renew_one, NULL); }

void copies_when_due(instance *in)
{
    int64_t mono = os_mono_us(in->o);
    copies_told told;
    if (mono < in->copies_next_us)
        return;
    in->copies_next_us = mono + LOOK_US;
    err e = copies_now(in, &told);
    if (e != E_OK && e != E_SHUTTING_DOWN)
        log_event(LOG_ERROR, "copies.failed", log_s("code", str_c(err_info_of(e)->code)));
}
