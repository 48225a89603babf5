#include "instance/backup.h"
#include "instance/erase.h"
#include "instance/keys.h"
#include "instance/copies.h"
#include "people/vault.h"
#include "privacy/copies.h"
#include "privacy/privacy.h"
#include <stdlib.h>

// Pages copied per piece of work: 256 × 4 KB, a few milliseconds between two groups.
#define PAGES_PER_STEP 256

// A segment as it was at the moment of the database: the newest one grows on, what is beyond belongs to later moments.
typedef struct segment { str name; int64_t bytes; } segment;

typedef struct copying {
    os *o;
    const char *path, *log;
    arena *a;
    db_backup *b;
    bool done;
    int64_t head;
    segment *segments;
    size_t segments_n;
} copying;

static err start(db *d, void *p)
{
    copying *c = p;
    return db_backup_start(d, c->path, &c->b);
}

static err file_size(os *o, const char *path, int64_t *ret)
{
    os_file *f;
    TRY(os_open(o, path, OS_READ, &f));
    err e = os_size(f, ret);
    os_close(f);
    return e;
}

static err note_log(copying *c)
{
    str *found;
    TRY(os_list(c->o, c->log, c->a, &found, &c->segments_n));
    c->segments = arena_array(c->a, segment, c->segments_n);
    for (size_t i = 0; i < c->segments_n; i++) {
        c->segments[i].name = found[i];
        TRY(file_size(c->o, arena_fmt(c->a, "%s/" STR_FMT, c->log, STR_ARG(found[i])).s, &c->segments[i].bytes));
    }
    return E_OK;
}

// The last step and the look at the log are one piece of work on the teller's thread: no group commits and nothing is shipped
// in between, so both are of one moment, and the log is not ahead of it.
static err step(db *d, void *p)
{
    copying *c = p;
    TRY(db_backup_step(c->b, PAGES_PER_STEP, &c->done));
    if (!c->done)
        return E_OK;
    TRY(head_event_no(d, &c->head));
    return note_log(c);
}

static err finish(db *d, void *p)
{
    (void)d;
    db_backup_end(((copying *)p)->b);
    return E_OK;
}

static err copy_database(instance *in, copying *c)
{
    TRY(instance_between(in, start, c));
    err e = E_OK;
    while (e == E_OK && !c->done)
        e = instance_between(in, step, c);
    err ended = instance_between(in, finish, c);
    return e != E_OK ? e : ended;
}

// The first `bytes` of a file; negative: all of it.
static err copy_bytes(os_file *in, os_file *out, int64_t bytes)
{
    char block[64 * 1024];
    for (int64_t at = 0; bytes < 0 || at < bytes;) {
        size_t want = sizeof block, got;
        if (bytes >= 0 && bytes - at < (int64_t)want)
            want = (size_t)(bytes - at);
        TRY(os_read_at(in, block, want, at, &got));
        if (got == 0)
            return bytes < 0 ? E_OK : E_CORRUPT;       // shorter than it was
        TRY(os_write_at(out, block, got, at));
        at += (int64_t)got;
    }
    return E_OK;
}

static err copy_file(os *o, const char *from, const char *to, int64_t bytes)
{
    os_file *in, *out;
    TRY(os_open(o, from, OS_READ, &in));
    err e = os_open(o, to, OS_READ | OS_WRITE | OS_CREATE | OS_EXCLUSIVE, &out);
    if (e == E_OK) {
        e = copy_bytes(in, out, bytes);
        if (e == E_OK)
            e = os_sync(out);
        os_close(out);
    }
    os_close(in);
    return e;
}

// Closed segments never change, so a hard link is a copy; the newest is copied. On another file system all are.
static err copy_log(const copying *c, const char *to)
{
    TRY(os_mkdir(c->o, to));
    for (size_t i = 0; i < c->segments_n; i++) {
        const char *src = arena_fmt(c->a, "%s/" STR_FMT, c->log, STR_ARG(c->segments[i].name)).s;
        const char *dst = arena_fmt(c->a, "%s/" STR_FMT, to, STR_ARG(c->segments[i].name)).s;
        if (i + 1 < c->segments_n && os_link(c->o, src, dst) == E_OK)
            continue;
        TRY(copy_file(c->o, src, dst, c->segments[i].bytes));
    }
    return os_sync_dir(c->o, to);
}

// Written last: a backup without it is none.
static err write_manifest(const copying *c, const char *target)
{
    buf b = { 0 };
    jw w = { .b = &b };
    uint64_t id[2];                                        // no two copies have the same manifest
    os_random(c->o, id, sizeof id);
    jw_obj(&w);
    jw_ki64(&w, "format", 1);
    jw_kstr(&w, "id", arena_fmt(c->a, "%016llx%016llx", (unsigned long long)id[0], (unsigned long long)id[1]));
    jw_ki64(&w, "event_no", c->head);
    jw_kstr(&w, "at", time_iso(c->a, os_now_us(c->o)));
    jw_key(&w, S("segments"));
    jw_arr(&w);
    for (size_t i = 0; i < c->segments_n; i++)
        jw_str(&w, c->segments[i].name);
    jw_end_arr(&w);
    jw_end_obj(&w);
    buf_add_char(&b, '\n');
    err e = os_write_file(c->o, arena_fmt(c->a, "%s/backup.json", target).s, buf_str(&b));
    buf_free(&b);
    return e;
}

static const char *keys_path(const char *target, const char *keys, arena *a)
{
    str t = str_c(target);
    while (t.len > 1 && t.s[t.len - 1] == '/')
        t.len--;
    return keys ? keys : arena_fmt(a, STR_FMT ".keys", STR_ARG(t)).s;
}

static err note(tx *t, void *p) { return copy_note(t, p); }

// Where it is wherever the next server is started from.
static str whole_path(const char *path, arena *a)
{
    char *whole = realpath(path, NULL);
    str out = arena_str(a, str_c(whole ? whole : path));
    free(whole);
    return out;
}

static err describe(const copying *c, const char *target, const char *keys, int64_t at_us, copy_row *ret)
{
    *ret = (copy_row){ .at_us = at_us, .event_no = c->head, .path = whole_path(target, c->a), .keys_path = whole_path(keys, c->a) };
    TRY(copies_digest(c->o, arena_fmt(c->a, "%s/backup.json", target).s, c->a, &ret->manifest));
    return copies_digest(c->o, keys, c->a, &ret->keys);
}

err backup_make(instance *in, const char *target, const char *keys, fault *f, arena *a)
{
    int64_t began = os_now_us(in->o);
    err e = os_mkdir(in->o, target);
    if (e != E_OK)
        return fault_field(f, a, e, str_c(target), 0);
    copying c = { .o = in->o, .a = a, .path = arena_fmt(a, "%s/brand.db", target).s, .log = arena_fmt(a, "%s/log", in->dir).s };
    TRY(copy_database(in, &c));
    TRY(keys_take(in->o, in->e.vault, c.path, keys_path(target, keys, a)));
    TRY(copy_log(&c, arena_fmt(a, "%s/log", target).s));
    TRY(write_manifest(&c, target));
    copy_row made;
    TRY(describe(&c, target, keys_path(target, keys, a), began, &made));
    return instance_do(in, note, &made, f);
}

err backup_manifest(os *o, const char *from, fault *f, arena *a, jval **ret_segments)
{
    str text;
    jval *v;
    err e = os_read_file(o, arena_fmt(a, "%s/backup.json", from).s, a, &text);
    if (e != E_OK)
        return fault_detail(f, a, e, "%s/backup.json is missing: this is no complete backup", from);
    TRY(json_parse(a, text, f, &v));
    *ret_segments = json_get(v, S("segments"));
    if (!yyjson_is_arr(*ret_segments))
        return fault_detail(f, a, E_CORRUPT, "%s/backup.json lists no segments", from);
    return E_OK;
}

static err restore_log(os *o, const char *from, const char *to, jval *segments, arena *a)
{
    size_t i, n;
    jval *name;
    TRY(os_mkdir(o, to));
    yyjson_arr_foreach(segments, i, n, name)
    {
        str s = json_str(name);
        TRY(copy_file(o, arena_fmt(a, "%s/" STR_FMT, from, STR_ARG(s)).s, arena_fmt(a, "%s/" STR_FMT, to, STR_ARG(s)).s, -1));
    }
    return os_sync_dir(o, to);
}

// --- Who was erased since ---------------------------------------------------------------------------------------------------
// The file of keys made with an old copy does not list who was erased later; one made later does. All that lie there are heard.
typedef struct heard { keys_file *v; size_t n; } heard;

static str folder_of(str path)
{
    while (path.len > 1 && path.s[path.len - 1] == '/')
        path.len--;
    while (path.len && path.s[path.len - 1] != '/')
        path.len--;
    return path.len ? path : S("./");
}

// Files of keys beside `path`; what is none, or another brand's, is let be.
static void hear_beside(os *o, const vault *v, const char *path, const char *database, arena *a, heard *h)
{
    str *files, folder = folder_of(str_c(path));
    size_t n;
    if (os_list(o, arena_cstr(a, folder), a, &files, &n) != E_OK)
        return;
    keys_file *all = arena_array(a, keys_file, h->n + n + 1);
    memcpy(all, h->v, h->n * sizeof *all);
    h->v = all;
    for (size_t i = 0; i < n; i++)
        if (str_ends(files[i], S(".keys")) &&
            keys_read(o, arena_fmt(a, STR_FMT STR_FMT, STR_ARG(folder), STR_ARG(files[i])).s, a, &h->v[h->n]) == E_OK &&
            keys_put(o, v, database, &h->v[h->n]) == E_OK)
            h->n++;
}

static err hear_all(os *o, const vault *v, const char *from, const char *named, const char *database, arena *a, heard *h)
{
    TRY(keys_put(o, v, database, h->v));
    hear_beside(o, v, from, database, a, h);
    hear_beside(o, v, named, database, a, h);
    return keys_end(o, database);
}

static err hear(os *o, const char *from, const char *named, const char *dir, const char *database, arena *a, heard *h)
{
    vault *v;
    TRY(vault_open(o, arena_fmt(a, "%s/master.key", dir).s, a, &v));
    err e = hear_all(o, v, from, named, database, a, h);
    vault_close(v);
    return e;
}

static err erase_again(tx *t, void *p)
{
    const heard *h = p;
    for (size_t i = 0; i < h->n; i++)
        TRY(privacy_erase_again(t, h->v[i].erased, h->v[i].erased_n));
    return E_OK;
}

// Whoever was erased since the copy was made is in it: rows, ids, and what their events say.
static err forget_again(os *o, const char *dir, heard *h, fault *f, arena *a)
{
    instance *in;
    erased done = { .subjects = 1 };
    TRY(instance_open(o, dir, f, a, &in));
    err e = instance_do(in, erase_again, h, f);
    while (e == E_OK && done.subjects)
        e = erase_now(in, &done);
    instance_close(in);
    return e;
}

err backup_restore(os *o, const char *from, const char *key_path, const char *keys, const char *dir, fault *f, arena *a)
{
    jval *segments;
    keys_file k;
    str key;
    const char *named = keys_path(from, keys, a), *database = arena_fmt(a, "%s/brand.db", dir).s;
    TRY(backup_manifest(o, from, f, a, &segments));
    err e = os_read_file(o, key_path, a, &key);
    if (e != E_OK)
        return fault_detail(f, a, e, "the master key %s cannot be read", key_path);
    e = keys_read(o, named, a, &k);
    if (e != E_OK)
        return fault_detail(f, a, e, "the file of keys %s is missing or damaged; name it with --keys", named);
    e = os_mkdir(o, dir);
    if (e != E_OK)
        return fault_field(f, a, e, str_c(dir), 0);
    TRY(restore_log(o, arena_fmt(a, "%s/log", from).s, arena_fmt(a, "%s/log", dir).s, segments, a));
    TRY(os_write_file(o, arena_fmt(a, "%s/master.key", dir).s, key));
    TRY(copy_file(o, arena_fmt(a, "%s/brand.db", from).s, database, -1));
    heard h = { &k, 1 };
    e = hear(o, from, named, dir, database, a, &h);
    if (e != E_OK)
        return fault_detail(f, a, e, "the file of keys %s belongs to another brand", named);
    TRY(os_sync_dir(o, dir));
    return forget_again(o, dir, &h, f, a);
}
