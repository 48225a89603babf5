#include "instance/backup.h"

// Pages copied per bulk operation: 256 × 4 KB, a few milliseconds between two groups.
#define PAGES_PER_STEP 256

typedef struct copying { const char *path; db_backup *b; bool done; } copying;

static err start(tx *t, void *p)
{
    copying *c = p;
    return db_backup_start(t->d, c->path, &c->b);
}

static err step(tx *t, void *p)
{
    (void)t;
    copying *c = p;
    return db_backup_step(c->b, PAGES_PER_STEP, &c->done);
}

static err finish(tx *t, void *p)
{
    (void)t;
    db_backup_end(((copying *)p)->b);
    return E_OK;
}

static err copy_database(instance *in, const char *path, fault *f)
{
    copying c = { .path = path };
    TRY(instance_do(in, start, &c, f));
    err e = E_OK;
    while (e == E_OK && !c.done)
        e = instance_do(in, step, &c, f);
    err ended = instance_do(in, finish, &c, f);
    return e != E_OK ? e : ended;
}

static err copy_file(os *o, const char *from, const char *to)
{
    os_file *in, *out;
    TRY(os_open(o, from, OS_READ, &in));
    err e = os_open(o, to, OS_READ | OS_WRITE | OS_CREATE | OS_EXCLUSIVE, &out);
    if (e != E_OK) {
        os_close(in);
        return e;
    }
    char block[64 * 1024];
    size_t got = sizeof block;
    for (int64_t at = 0; e == E_OK && got == sizeof block; at += (int64_t)got) {
        e = os_read_at(in, block, sizeof block, at, &got);
        if (e == E_OK)
            e = os_write_at(out, block, got, at);
    }
    if (e == E_OK)
        e = os_sync(out);
    os_close(in);
    os_close(out);
    return e;
}

// Sealed segments never change, so a hard link is a copy. The newest one still grows: its tail beyond the database's moment is
// cut by restore, so it is copied, not linked.
static err copy_log(os *o, const char *from, const char *to, bool may_link, arena *a)
{
    str *names;
    size_t n;
    TRY(os_mkdir(o, to));
    TRY(os_list(o, from, a, &names, &n));
    for (size_t i = 0; i < n; i++) {
        const char *src = arena_fmt(a, "%s/" STR_FMT, from, STR_ARG(names[i])).s;
        const char *dst = arena_fmt(a, "%s/" STR_FMT, to, STR_ARG(names[i])).s;
        if (may_link && i + 1 < n && os_link(o, src, dst) == E_OK)
            continue;
        TRY(copy_file(o, src, dst));
    }
    return os_sync_dir(o, to);
}

static err write_manifest(instance *in, const char *target, const char *path, arena *a)
{
    db *d;
    int64_t head = 0;
    TRY(db_open(in->o, path, DB_WRITER, &d));
    err e = head_event_no(d, &head);
    db_close(d);
    TRY(e);
    buf b = { 0 };
    jw w = { .b = &b };
    jw_obj(&w);
    jw_ki64(&w, "format", 1);
    jw_ki64(&w, "event_no", head);
    jw_kstr(&w, "at", time_iso(a, os_now_us(in->o)));
    jw_end_obj(&w);
    buf_add_char(&b, '\n');
    e = os_write_file(in->o, arena_fmt(a, "%s/backup.json", target).s, buf_str(&b));
    buf_free(&b);
    return e;
}

err backup_make(instance *in, const char *target, fault *f, arena *a)
{
    const char *database = arena_fmt(a, "%s/brand.db", target).s;
    err e = os_mkdir(in->o, target);
    if (e == E_EXISTS)
        return fault_field(f, a, E_EXISTS, str_c(target), 0);
    TRY(e);
    // First the database, then the log: whatever the database's moment has shipped stands in the log by then, and what it has
    // not is in its own batch rows.
    TRY(copy_database(in, database, f));
    TRY(copy_log(in->o, arena_fmt(a, "%s/log", in->dir).s, arena_fmt(a, "%s/log", target).s, true, a));
    return write_manifest(in, target, database, a);
}

static err manifest_event_no(os *o, const char *from, fault *f, arena *a, int64_t *ret)
{
    str text;
    jval *v;
    err e = os_read_file(o, arena_fmt(a, "%s/backup.json", from).s, a, &text);
    if (e != E_OK)
        return fault_detail(f, a, e, "%s/backup.json is missing: this is no complete backup", from);
    TRY(json_parse(a, text, f, &v));
    if (!json_i64(json_get(v, S("event_no")), ret))
        return fault_detail(f, a, E_CORRUPT, "%s/backup.json names no event_no", from);
    return E_OK;
}

err backup_restore(os *o, const char *from, const char *key_path, const char *dir, fault *f, arena *a)
{
    int64_t event_no;
    str key;
    TRY(manifest_event_no(o, from, f, a, &event_no));
    err e = os_read_file(o, key_path, a, &key);
    if (e != E_OK)
        return fault_detail(f, a, e, "the master key %s cannot be read", key_path);
    e = os_mkdir(o, dir);
    if (e != E_OK)
        return fault_field(f, a, e, str_c(dir), 0);
    TRY(copy_log(o, arena_fmt(a, "%s/log", from).s, arena_fmt(a, "%s/log", dir).s, false, a));
    TRY(timeline_cut(o, arena_fmt(a, "%s/log", dir).s, event_no, f, a));
    TRY(os_write_file(o, arena_fmt(a, "%s/master.key", dir).s, key));
    TRY(copy_file(o, arena_fmt(a, "%s/brand.db", from).s, arena_fmt(a, "%s/brand.db", dir).s));
    return os_sync_dir(o, dir);
}
