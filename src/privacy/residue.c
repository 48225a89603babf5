// Looks for what is personal: first as planted values in every form (residue_forms.c), then by looks, place by place. SQLite may split
// a value over two pages, which raw bytes do not show: the seams are looked at (residue_pages.c), and the brand's own values are read
// one by one as well.
#include "privacy/residue.h"
#include "base/personal.h"
#include "base/time.h"
#include "base/vec.h"
#include <stdlib.h>
#include <zlib.h>

#define CHUNK_BYTES (1 << 20)
#define UNPACKED_MAX (32 << 20)    // of one packed stream
#define DEPTH_MAX 6
#define LOOKS_BYTES 128            // longer than anything that is known by its looks
#define LINES_MAX 1000             // of the report

typedef struct needle { size_t canary; const char *form; str bytes; uint64_t turn; } needle;

typedef struct scan {
    const residue *c;
    buf *found, *places;
    arena *a;
    VEC(needle) needles;
    uint8_t begins[8192];      // a bit per pair of bytes that a needle begins with: most positions are left by it
    uint64_t turn;             // of look(): each needle is told once in what it is given
    size_t longest, lines;
    // Of the place being looked at.
    int64_t files, bytes, values;
} scan;

// --- Bytes ----------------------------------------------------------------------------------------------------------------------

static size_t pair_at(const char *p) { return (size_t)(uint8_t)p[0] << 8 | (uint8_t)p[1]; }

static void needle_add(void *p, const char *form, str bytes)
{
    scan *s = p;
    for (size_t i = 0; i < s->needles.n; i++)
        if (str_eq(s->needles.v[i].bytes, bytes))
            return;
    vec_push(&s->needles, ((needle){ s->values ? (size_t)s->values - 1 : 0, form, arena_str(s->a, bytes) }));
    size_t pair = pair_at(bytes.s);
    s->begins[pair / 8] |= (uint8_t)(1u << pair % 8);
    s->longest = bytes.len > s->longest ? bytes.len : s->longest;
}

static void tell(scan *s, const char *where, const char *what, int64_t at)
{
    if (s->lines++ < LINES_MAX)
        buf_addf(s->found, "%s: %s, byte %lld\n", where, what, (long long)at);
}

static void look_at(scan *s, const char *where, const char *how, int64_t at, str rest)
{
    for (size_t i = 0; i < s->needles.n; i++) {
        needle *n = &s->needles.v[i];
        if (n->turn == s->turn || !str_starts(rest, n->bytes))
            continue;
        n->turn = s->turn;
        tell(s, where, arena_fmt(s->a, "canary %zu, %s%s", n->canary + 1, n->form, how).s, at);
    }
}

static void look(scan *s, const char *where, const char *how, int64_t at, str bytes)
{
    s->turn++;
    for (size_t i = 0; i + 1 < bytes.len; i++) {
        size_t pair = pair_at(bytes.s + i);
        if (s->begins[pair / 8] >> pair % 8 & 1)
            look_at(s, where, how, at + (int64_t)i, str_skip(bytes, i));
    }
}

// The first line that looks personal. Only of files of text: in others, what stands side by side belongs to different values.
static void look_lines(scan *s, const char *where, int64_t at, str bytes)
{
    for (str rest = bytes; rest.len;) {
        str line = str_cut(&rest, '\n');
        if (!memchr(line.s, 0, line.len) && str_utf8_valid(line) && personal_in(line)) {
            tell(s, where, "a text that looks personal", at + (line.s - bytes.s));
            return;
        }
    }
}

// What a gzip member that begins here holds.
static void look_packed(scan *s, const char *where, int64_t at, str packed)
{
    z_stream z = { .next_in = (Bytef *)(uintptr_t)packed.s, .avail_in = (uInt)packed.len };
    buf out = { 0 };
    if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
        return;
    int rc = Z_OK;
    while (rc == Z_OK && out.len < UNPACKED_MAX) {
        buf_reserve(&out, CHUNK_BYTES);
        z.next_out = (Bytef *)out.s + out.len;
        z.avail_out = CHUNK_BYTES;
        rc = inflate(&z, Z_NO_FLUSH);
        out.len += CHUNK_BYTES - z.avail_out;
        if (z.avail_in == 0 && z.avail_out > 0)
            break;
    }
    inflateEnd(&z);
    look(s, where, ", packed", at, buf_str(&out));
    buf_free(&out);
}

static void look_gzip(scan *s, const char *where, int64_t at, str bytes)
{
    static const char magic[] = { 0x1F, (char)0x8B, 0x08 };
    for (const char *p = bytes.s, *end = bytes.s + bytes.len; p && p < end; p++) {
        p = memmem(p, (size_t)(end - p), magic, sizeof magic);
        if (!p)
            return;
        look_packed(s, where, at + (p - bytes.s), str_of(p, (size_t)(end - p)));
    }
}

// --- Files ----------------------------------------------------------------------------------------------------------------------

typedef struct seams { scan *s; const char *path; } seams;

static void look_seam(void *p, int64_t at, str bytes)
{
    const seams *x = p;
    look(x->s, x->path, ", over two pages", at, bytes);
}

// Chunks overlap by the longest form. A packed stream is unpacked as far as its chunk goes.
static err scan_file(scan *s, const char *path, os_file *f)
{
    size_t overlap = s->longest > LOOKS_BYTES ? s->longest : LOOKS_BYTES, got = 0;
    char *block = malloc(CHUNK_BYTES + overlap);
    ENSURE(block);
    err e = E_OK;
    bool text = true;
    for (int64_t at = 0; e == E_OK; at += CHUNK_BYTES) {
        e = os_read_at(f, block, CHUNK_BYTES + overlap, at, &got);
        if (e != E_OK || got == 0)
            break;
        text = text && !memchr(block, 0, got);
        look(s, path, "", at, str_of(block, got));
        look_gzip(s, path, at, str_of(block, got));
        if (text)
            look_lines(s, path, at, str_of(block, got));
        s->bytes += (int64_t)(got < CHUNK_BYTES ? got : CHUNK_BYTES);
        if (got <= CHUNK_BYTES)
            break;
    }
    free(block);
    s->files++;
    seams x = { s, path };
    if (s->longest)
        residue_pages(f, &(residue_seams){ s->longest, look_seam, &x });
    return e;
}

static bool skipped(str name) { return str_eq(name, S("master.key")) || str_eq(name, S("control.sock")); }

static err scan_path(scan *s, const char *path, int depth);

static err scan_names(scan *s, const char *path, const str *entries, size_t n, int depth)
{
    for (size_t i = 0; i < n; i++)
        if (!skipped(entries[i]))
            TRY(scan_path(s, arena_fmt(s->a, "%s/" STR_FMT, path, STR_ARG(entries[i])).s, depth + 1));
    return E_OK;
}

static err scan_path(scan *s, const char *path, int depth)
{
    str *entries;
    size_t n;
    os_file *f;
    if (depth < DEPTH_MAX && os_list(s->c->o, path, s->a, &entries, &n) == E_OK)
        return scan_names(s, path, entries, n, depth);
    err e = os_open(s->c->o, path, OS_READ, &f);
    if (e != E_OK)
        return e == E_NOT_FOUND ? E_OK : e;    // gone meanwhile
    e = scan_file(s, path, f);
    os_close(f);
    return e;
}

// --- Values ---------------------------------------------------------------------------------------------------------------------

// Logins of staff are e-mail addresses or numbers if they like.
static bool may_look_personal(str table) { return str_eq(table, S("staff")); }

static void scan_value(void *p, str table, str column, str bytes, bool text)
{
    scan *s = p;
    const char *where = arena_fmt(s->a, "brand.db, " STR_FMT "." STR_FMT, STR_ARG(table), STR_ARG(column)).s;
    s->values++;
    look(s, where, "", 0, bytes);
    look_gzip(s, where, 0, bytes);
    if (text && !may_look_personal(table) && personal_in(bytes))
        tell(s, where, "a text that looks personal", 0);
}

static void scan_text(scan *s, const char *where, str text)
{
    look(s, where, "", 0, text);
    if (personal_in(text))
        tell(s, where, "a text that looks personal", 0);
    s->values++;
}

static bool scan_event(void *p, const event *e)
{
    scan *s = p;
    const char *where = arena_fmt(s->a, "event %lld", (long long)e->no).s;
    scan_text(s, where, e->message_id);
    for (uint32_t i = 0; i < e->props_n; i++)
        if (e->props[i].v.k == V_STR || e->props[i].v.k == V_JSON)
            scan_text(s, where, e->props[i].v.s);
    return true;
}

// --- Places ---------------------------------------------------------------------------------------------------------------------

static err place_files(scan *s) { return scan_path(s, s->c->dir, 0); }
static err place_values(scan *s) { return db_each_value(s->c->d, scan_value, s); }
static err place_events(scan *s) { return timeline_each(s->c->tl, 1, timeline_head(s->c->tl), scan_event, s); }

static err place_also(scan *s)
{
    for (size_t i = 0; i < s->c->also_n; i++)
        TRY(scan_path(s, arena_cstr(s->a, s->c->also[i]), 0));
    return E_OK;
}

typedef struct copy { str path; int64_t at_us; } copy;

// A copy from before an erasure whose time is over still has the rows and events of who was erased, if not their names. The file of
// keys made with it has their keys.
static err judge_copy(scan *s, const copy *c)
{
    int64_t n;
    const char *keys = arena_fmt(s->a, STR_FMT ".keys", STR_ARG(c->path)).s;
    bool stands = os_exists(s->c->o, arena_cstr(s->a, c->path)), opens = os_exists(s->c->o, keys);
    TRY(db_int(s->c->d, &n, 0, "SELECT count(*) FROM erased WHERE at_us > $1 AND due_us < $2", dbi(c->at_us), dbi(os_now_us(s->c->o))));
    if (n && stands)
        buf_addf(s->found, STR_FMT ": a backup of %s, from before %lld erasures whose time is over: delete it\n", STR_ARG(c->path),
                 time_iso(s->a, c->at_us).s, (long long)n);
    if (n && opens)
        buf_addf(s->found, "%s: a file of keys from before %lld erasures whose time is over: delete it\n", keys, (long long)n);
    return stands ? scan_path(s, arena_cstr(s->a, c->path), 0) : E_OK;
}

static err place_backups(scan *s)
{
    VEC(copy) copies = { 0 };
    db_rows r;
    TRY(db_query(s->c->d, &r, "SELECT path, at_us FROM backup_made ORDER BY at_us"));
    while (db_next(&r))
        vec_push(&copies, ((copy){ arena_str(s->a, db_str(&r, 0)), db_i64(&r, 1) }));
    err e = db_end(&r);
    for (size_t i = 0; e == E_OK && i < copies.n; i++)
        e = judge_copy(s, &copies.v[i]);
    vec_free(&copies);
    return e;
}

static const struct place { const char *name, *how; err (*run)(scan *s); } places[] = {
    { "files", "every file of the directory but the master key, raw bytes (database with free pages, its log, the timeline's log, known message"
               " ids, uploads); packed streams unpacked", place_files },
    { "values", "every text and blob of every table, as stored", place_values },
    { "events", "message ids and texts of every event", place_events },
    { "backups", "every copy that was made and is still there, raw bytes; what should be deleted by now", place_backups },
    { "also", "files and folders named on the command line (logs, copies), raw bytes", place_also },
};

err residue_check(const residue *c, buf *found, buf *told)
{
    scan s = { .c = c, .found = found, .places = told, .a = arena_create() };
    err e = E_OK;
    for (size_t i = 0; i < c->canaries_n; i++) {
        s.values = (int64_t)i + 1;
        residue_forms(c->canaries[i], needle_add, &s);
    }
    for (size_t i = 0; e == E_OK && i < sizeof places / sizeof *places; i++) {
        s.files = s.bytes = s.values = 0;
        e = places[i].run(&s);
        buf_addf(told, "%s: %s; %lld files, %lld bytes, %lld values\n", places[i].name, places[i].how, (long long)s.files, (long long)s.bytes,
                 (long long)s.values);
    }
    if (s.lines > LINES_MAX)
        buf_addf(found, "and %zu more\n", s.lines - LINES_MAX);
    vec_free(&s.needles);
    arena_destroy(s.a);
    return e;
}
