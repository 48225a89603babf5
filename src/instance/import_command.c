// `lianyi import DIR FILE …`: asks the running server to import, or does it here when there is none; watches until it is done.
#include "instance/import_command.h"
#include "import/guess.h"
#include "import/import.h"
#include "import/removal.h"
#include "instance/instance.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WATCH_US 500000u
#define WATCH_HERE_US 50000u

// --- What is asked (in the server, or here) -----------------------------------------------------------------------------------------
static str option_of(const str *args, size_t n, str name, str otherwise)
{
    for (size_t i = 0; i + 1 < n; i++)
        if (str_eq(args[i], name))
            return args[i + 1];
    return otherwise;
}

static bool flag_of(const str *args, size_t n, str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(args[i], name))
            return true;
    return false;
}

static str name_of(str path)
{
    const char *slash = path.len ? memrchr(path.s, '/', path.len) : NULL;
    return slash ? str_skip(path, (size_t)(slash - path.s) + 1) : path;
}

static err run_guess(instance *in, const str *args, size_t n, str text, buf *out, fault *f, arena *a)
{
    (void)text;
    input file;
    guess g;
    str target = option_of(args, n, S("--target"), (str){ 0 });
    import_target t;
    if (n < 1)
        return fault_field(f, a, E_FIELD_REQUIRED, S("FILE"), 0);
    if (target.len && !import_target_named(target, &t))
        return fault_field(f, a, E_FIELD_VALUE, S("--target"), 0);
    if (input_open_plain(in->o, arena_cstr(a, args[0]), &file) != E_OK)
        return fault_detail(f, a, E_NOT_FOUND, STR_FMT, STR_ARG(args[0]));
    err e = guess_file(&file, name_of(args[0]), target.len ? &t : NULL, NULL, a, f, &g);
    input_close(&file);
    TRY(e);
    jw w = { .b = out };
    mapping_write(&g.m, &w);
    buf_add_char(out, '\n');
    return E_OK;
}

typedef struct starting { import_new n; int64_t id; } starting;

static err start(tx *t, void *p)
{
    starting *s = p;
    return import_start(t, &s->n, &s->id);
}

static err run_start(instance *in, const str *args, size_t n, str text, buf *out, fault *f, arena *a)
{
    input file;
    jval *v;
    mapping m;
    str effects_name = option_of(args, n, S("--effects"), S("none"));
    starting s = { .n = { .mapping = text, .effects = effects_name, .dry = flag_of(args, n, S("--dry-run")) } };
    if (n < 1)
        return fault_field(f, a, E_FIELD_REQUIRED, S("FILE"), 0);
    bool known = false;
    for (size_t i = 0; import_effects_labels.labels[i]; i++)
        known |= str_eq(effects_name, str_c(import_effects_labels.labels[i]));
    if (!known)
        return fault_field(f, a, E_FIELD_VALUE, S("--effects"), 0);
    TRY(json_parse(a, text, f, &v));
    TRY(mapping_read(v, a, f, &m));
    if (!import_effects_fit(&m.target, effects_name))
        return fault_field(f, a, E_FIELD_VALUE, S("--effects"), 0);
    if (input_open_plain(in->o, arena_cstr(a, args[0]), &file) != E_OK)
        return fault_detail(f, a, E_NOT_FOUND, STR_FMT, STR_ARG(args[0]));
    s.n.place = args[0];
    s.n.name = name_of(args[0]);
    s.n.bytes = file.size;
    input_close(&file);
    TRY(instance_do(in, start, &s, f));
    importer_wake(in->e.importer);
    buf_addf(out, "%lld", (long long)s.id);
    return E_OK;
}

typedef err (*writer)(instance *in, db *d, int64_t id, arena *a, buf *out);

static err write_status(instance *in, db *d, int64_t id, arena *a, buf *out)
{
    import_status s;
    TRY(import_status_of(d, id, a, &s));
    jw w = { .b = out };
    jw_obj(&w);
    jw_kstr(&w, "state", str_c(import_state_labels.labels[s.state]));
    jw_kbool(&w, "dry_run", s.dry);
    jw_kstr(&w, "target", s.target);
    jw_ki64(&w, "rows", s.rows);
    jw_ki64(&w, "created", s.created);
    jw_ki64(&w, "merged", s.merged);
    jw_ki64(&w, "refused", s.refused);
    jw_ki64(&w, "bytes", s.bytes);
    jw_ki64(&w, "bytes_done", s.bytes_done);
    jw_ki64(&w, "as_import", s.as_import);
    jw_ki64(&w, "took_us", s.began_us ? (s.ended_us ? s.ended_us : os_now_us(in->o)) - s.began_us : 0);
    jw_kstr(&w, "code", s.code);
    jw_kstr(&w, "detail", s.detail);
    jw_end_obj(&w);
    return E_OK;
}

static err write_errors(instance *in, db *d, int64_t id, arena *a, buf *out) { return import_write_errors(d, in->e.vault, id, a, out); }
static err write_sheet(instance *in, db *d, int64_t id, arena *a, buf *out) { return (void)in, import_write_sheet(d, id, a, out); }

static err read_job(instance *in, const str *args, size_t n, writer fn, buf *out, fault *f, arena *a)
{
    db *d;
    int64_t id;
    if (n < 1 || !str_to_i64(args[0], &id))
        return fault_field(f, a, E_FIELD_REQUIRED, S("ID"), 0);
    TRY(instance_reader(in, &d));
    err e = fn(in, d, id, a, out);
    db_close(d);
    return e == E_NOT_FOUND ? fault_detail(f, a, e, "import " STR_FMT, STR_ARG(args[0])) : e;
}

static err run_status(instance *in, const str *args, size_t n, str text, buf *out, fault *f, arena *a)
{
    return (void)text, read_job(in, args, n, write_status, out, f, a);
}
static err run_errors(instance *in, const str *args, size_t n, str text, buf *out, fault *f, arena *a)
{
    return (void)text, read_job(in, args, n, write_errors, out, f, a);
}
static err run_sheet(instance *in, const str *args, size_t n, str text, buf *out, fault *f, arena *a)
{
    return (void)text, read_job(in, args, n, write_sheet, out, f, a);
}

static err write_removal(instance *in, db *d, int64_t id, arena *a, buf *out) { return (void)in, removal_write(d, id, a, out); }

static err run_made(instance *in, const str *args, size_t n, str text, buf *out, fault *f, arena *a)
{
    return (void)text, read_job(in, args, n, write_removal, out, f, a);
}

static err remove_start(tx *t, void *id) { return removal_start(t, *(int64_t *)id, CALLER_NOBODY, 0); }
static err remove_step(tx *t, void *more) { return removal_step(t, more); }

// Its slices are run here, beside the server's own job: each is an operation with its cursor, whoever asks for it.
static err run_remove(instance *in, const str *args, size_t n, str text, buf *out, fault *f, arena *a)
{
    int64_t id;
    bool more = true;
    if (n < 1 || !str_to_i64(args[0], &id))
        return fault_field(f, a, E_FIELD_REQUIRED, S("ID"), 0);
    TRY(instance_do(in, remove_start, &id, f));
    while (more)
        TRY(instance_do(in, remove_step, &more, f));
    return run_made(in, args, n, text, out, f, a);
}

const command import_commands[] = {
    { "import.guess", NULL, run_guess, NULL },   { "import.start", NULL, run_start, NULL }, { "import.status", NULL, run_status, NULL },
    { "import.errors", NULL, run_errors, NULL }, { "import.sheet", NULL, run_sheet, NULL },
    { "import.made", NULL, run_made, NULL },     { "import.remove", NULL, run_remove, NULL },
};
const size_t import_commands_n = sizeof import_commands / sizeof *import_commands;

// --- Asking ------------------------------------------------------------------------------------------------------------------------
typedef struct asker {
    const char *dir;
    instance *in;                  // when no server runs
    pthread_t teller;
    importer *importer;
    arena *a;
    fault *f;
} asker;

static void *teller_main(void *p)
{
    teller_run(((instance *)p)->e.teller);
    return NULL;
}

static err open_here(asker *k)
{
    TRY(instance_open(os_posix(), k->dir, k->f, k->a, &k->in));
    k->in->threaded = true;
    if (pthread_create(&k->teller, NULL, teller_main, k->in) != 0) {
        instance_close(k->in);
        k->in = NULL;
        return E_IO;
    }
    return importer_open(&k->in->e, k->in->dir, k->in->db_path, &k->importer);
}

static void close_here(asker *k)
{
    if (!k->in)
        return;
    importer_close(k->importer);
    teller_stop(k->in->e.teller);
    pthread_join(k->teller, NULL);
    instance_close(k->in);
}

static err ask(asker *k, const str *args, size_t n, str text, buf *out)
{
    int code = 0;
    err e = k->in ? E_NOT_FOUND : control_call(k->dir, args, n, text, out, &code, k->a);
    if (e == E_OK && code != 0) {
        if (k->f)
            *k->f = (fault){ 0 };              // the server's words are in `out`
        return E_INTERNAL;
    }
    if (e != E_NOT_FOUND)
        return e == E_IO ? fault_detail(k->f, k->a, E_IO, "the server went away") : e;
    if (!k->in)
        TRY(open_here(k));
    const command *c = command_find(args[0]);
    return c->run(k->in, args + 1, n - 1, text, out, k->f, k->a);
}

// --- The command -------------------------------------------------------------------------------------------------------------------------
static void progress(const jval *s)
{
    int64_t rows = 0, bytes = 0, done = 0, took = 0;
    json_i64(json_get(s, S("rows")), &rows);
    json_i64(json_get(s, S("bytes")), &bytes);
    json_i64(json_get(s, S("bytes_done")), &done);
    json_i64(json_get(s, S("took_us")), &took);
    if (!isatty(STDERR_FILENO))
        return;
    double seconds = (double)took / 1e6;
    int64_t left = done > 0 && bytes > done ? (int64_t)(seconds * (double)(bytes - done) / (double)done) : 0;
    fprintf(stderr, "\r%lld rows, %.0f rows/s, %lld%%, %lld s left   ", (long long)rows, seconds > 0 ? (double)rows / seconds : 0,
            (long long)(bytes ? done * 100 / bytes : 0), (long long)left);
    fflush(stderr);
}

static bool ended(str state) { return str_eq(state, S("done")) || str_eq(state, S("failed")) || str_eq(state, S("cancelled")); }

static err watch(asker *k, str id, buf *last, str *ret_state)
{
    const str args[] = { S("import.status"), id };
    for (;;) {
        jval *v;
        buf_clear(last);
        TRY(ask(k, args, 2, (str){ 0 }, last));
        TRY(json_parse(k->a, buf_str(last), k->f, &v));
        *ret_state = json_str(json_get(v, S("state")));
        progress(v);
        if (ended(*ret_state))
            break;
        if (!k->in || !dedupe_work(k->in->e.dd))
            usleep(k->in ? WATCH_HERE_US : WATCH_US);
    }
    if (isatty(STDERR_FILENO))
        fputc('\n', stderr);
    return E_OK;
}

static err save(asker *k, str what, str id, str path)
{
    buf b = { 0 };
    const str args[] = { what, id };
    err e = path.len ? ask(k, args, 2, (str){ 0 }, &b) : E_OK;
    if (e == E_OK && path.len)
        e = os_write_file(os_posix(), arena_cstr(k->a, path), buf_str(&b));
    buf_free(&b);
    return e;
}

typedef struct wish { str map, target, effects, errors, sheet, remove; bool guess, dry, yes; } wish;

static err mapping_for(asker *k, const wish *w, str path, buf *out)
{
    const str args[] = { S("import.guess"), path, S("--target"), w->target };
    return ask(k, args, w->target.len ? 4 : 2, (str){ 0 }, out);
}

static err one_file(asker *k, const wish *w, str path, buf *out)
{
    buf b = { 0 }, id = { 0 }, last = { 0 };
    str state = { 0 }, map = w->map;
    err e = E_OK;
    if (!map.len || w->guess)
        e = mapping_for(k, w, path, &b);
    if (e != E_OK || w->guess) {
        buf_add_str(out, buf_str(&b));
        buf_free(&b);
        return e;
    }
    map = map.len ? map : buf_str(&b);
    const str args[] = { S("import.start"), path, S("--effects"), w->effects.len ? w->effects : S("none"), S("--dry-run") };
    e = ask(k, args, w->dry ? 5 : 4, map, &id);
    if (e != E_OK)
        buf_add_str(out, buf_str(&id));
    if (e == E_OK)
        e = watch(k, buf_str(&id), &last, &state);
    if (e == E_OK)
        e = save(k, S("import.errors"), buf_str(&id), w->errors);
    if (e == E_OK)
        e = save(k, S("import.sheet"), buf_str(&id), w->sheet);
    if (e == E_OK) {
        buf_addf(out, STR_FMT ": import " STR_FMT " ", STR_ARG(name_of(path)), STR_ARG(buf_str(&id)));
        buf_add_str(out, buf_str(&last));
        buf_add_char(out, '\n');
        if (!str_eq(state, S("done")))
            e = fault_detail(k->f, k->a, E_CONFLICT, "the import has " STR_FMT, STR_ARG(state));
    }
    buf_free(&b);
    buf_free(&id);
    buf_free(&last);
    return e;
}

// Options take the argument behind them; all others are files.
static err read_wish(const str *args, size_t n, arena *a, fault *f, wish *w, str *files, size_t *ret_files)
{
    struct { str name; str *at; } takes[] = { { S("--map"), &w->map }, { S("--target"), &w->target }, { S("--effects"), &w->effects },
                                              { S("--errors"), &w->errors }, { S("--sheet"), &w->sheet }, { S("--remove"), &w->remove } };
    const size_t takes_n = sizeof takes / sizeof *takes;
    *ret_files = 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < takes_n && !str_eq(takes[k].name, args[i]))
            k++;
        if (k < takes_n && i + 1 < n) {
            *takes[k].at = args[++i];
        } else if (str_eq(args[i], S("--guess"))) {
            w->guess = true;
        } else if (str_eq(args[i], S("--yes"))) {
            w->yes = true;
        } else if (str_eq(args[i], S("--dry-run"))) {
            w->dry = true;
        } else if (str_starts(args[i], S("--"))) {
            return fault_detail(f, a, E_BAD_REQUEST, "what is " STR_FMT "?", STR_ARG(args[i]));
        } else {
            char *full = realpath(arena_cstr(a, args[i]), NULL);
            if (!full)
                return fault_detail(f, a, E_NOT_FOUND, STR_FMT, STR_ARG(args[i]));
            files[(*ret_files)++] = arena_str(a, str_c(full));
            free(full);
        }
    }
    return *ret_files || w->remove.len ? E_OK : fault_field(f, a, E_FIELD_REQUIRED, S("FILE"), 0);
}

err import_command(const char *dir, const str *args, size_t n, buf *out, fault *f, arena *a)
{
    wish w = { 0 };
    str *files = arena_array(a, str, n + 1);
    size_t files_n;
    asker k = { .dir = dir, .a = a, .f = f };
    TRY(read_wish(args, n, a, f, &w, files, &files_n));
    if (w.map.len && os_read_file(os_posix(), arena_cstr(a, w.map), a, &w.map) != E_OK)
        return fault_detail(f, a, E_NOT_FOUND, STR_FMT, STR_ARG(w.map));
    // Asked without --yes it says what there is to take back, and takes nothing.
    const str take[] = { w.yes ? S("import.remove") : S("import.made"), w.remove };
    err e = w.remove.len ? ask(&k, take, 2, (str){ 0 }, out) : E_OK;
    if (w.remove.len && e == E_OK)
        buf_add_char(out, '\n');
    for (size_t i = 0; e == E_OK && i < files_n; i++)
        e = one_file(&k, &w, files[i], out);
    close_here(&k);
    return e;
}
