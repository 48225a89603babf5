// lianyi: one binary. `lianyi help` prints the commands.
#include "base/log.h"
#include "instance/backup.h"
#include "instance/import_command.h"
#include "instance/instance.h"
#include "instance/serve.h"
#include "api/dispatch.h"
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define VERSION "0.1.0"

typedef struct args { const str *v; size_t n; } args;

typedef struct verb {
    const char *name, *usage;
    err (*run)(args in, arena *a, fault *f, buf *out);
} verb;

static const char *option(args in, str name, const char *otherwise, arena *a)
{
    for (size_t i = 0; i + 1 < in.n; i++)
        if (str_eq(in.v[i], name))
            return arena_cstr(a, in.v[i + 1]);
    return otherwise;
}

static bool flag(args in, str name)
{
    for (size_t i = 0; i < in.n; i++)
        if (str_eq(in.v[i], name))
            return true;
    return false;
}

// --- Verbs that make or hold a data directory ------------------------------------------------------------------------------
static err run_init(args in, arena *a, fault *f, buf *out)
{
    const init_options opt = { .brand_zh = str_c(option(in, S("--brand"), "青屿汽车", a)), .brand_en = S("Qingyu Auto"),
                               .demo = flag(in, S("--demo")) };
    return instance_init(os_posix(), arena_cstr(a, in.v[0]), &opt, out, f, a);
}

static bool listen_address(str text, serve_options *opt, arena *a)
{
    int64_t port;
    const char *colon = text.len ? memrchr(text.s, ':', text.len) : NULL;
    if (!colon || !str_to_i64(str_skip(text, (size_t)(colon - text.s) + 1), &port) || port < 0 || port > 65535)
        return false;
    opt->host = arena_cstr(a, str_take(text, (size_t)(colon - text.s)));
    opt->port = (int)port;
    return true;
}

static err run_serve(args in, arena *a, fault *f, buf *out)
{
    (void)out;
    serve_options opt = { .version = VERSION };
    str address = str_c(option(in, S("--listen"), "127.0.0.1:7921", a));
    if (!listen_address(address, &opt, a))
        return fault_detail(f, a, E_BAD_REQUEST, "--listen wants HOST:PORT, not " STR_FMT, STR_ARG(address));
    int64_t threads = 0;
    if (!str_to_i64(str_c(option(in, S("--threads"), "0", a)), &threads) || threads < 0 || threads > API_LOOPS_MAX)
        return fault_detail(f, a, E_BAD_REQUEST, "--threads wants a number from 1 to %d; 0: one per core", API_LOOPS_MAX);
    opt.threads = (int)threads;
    return serve(os_posix(), arena_cstr(a, in.v[0]), &opt, f, a);
}

static err run_restore(args in, arena *a, fault *f, buf *out)
{
    const char *key = option(in, S("--key"), NULL, a);
    if (in.n < 2 || !key)
        return fault_field(f, a, E_FIELD_REQUIRED, in.n < 2 ? S("DIR") : S("--key"), 0);
    TRY(backup_restore(os_posix(), arena_cstr(a, in.v[0]), key, option(in, S("--keys"), NULL, a), arena_cstr(a, in.v[1]), f, a));
    buf_addf(out, "restored into " STR_FMT "\n", STR_ARG(in.v[1]));
    return E_OK;
}

static err run_import(args in, arena *a, fault *f, buf *out)
{
    return import_command(arena_cstr(a, in.v[0]), in.v + 1, in.n - 1, out, f, a);
}

static err run_openapi(args in, arena *a, fault *f, buf *out)
{
    (void)in, (void)a, (void)f;
    router *m = router_build(route_tables);
    openapi_write(m, VERSION, out);
    router_free(m);
    buf_add_char(out, '\n');
    return E_OK;
}

static const verb verbs[] = {
    { "init", "init DIR [--demo] [--brand NAME]        make a data directory; prints the first login", run_init },
    { "serve", "serve DIR [--listen HOST:PORT] [--threads N]   serve it (127.0.0.1:7921; a thread per core)", run_serve },
    { "restore", "restore BACKUP DIR --key MASTER_KEY [--keys FILE]   make DIR from a backup", run_restore },
    { "import",
      "import DIR FILE... [--map M] [--target T] [--guess] [--dry-run] [--effects none|shadow|quiet|all] [--errors CSV] [--sheet CSV]"
      "\n         import DIR --remove ID [--yes]   what an import made; taken back",
      run_import },
    { "openapi", "openapi                                 print the description of the API", run_openapi },
};
#define VERBS_N (sizeof verbs / sizeof *verbs)

// --- Commands on a directory: asked of the running server, or run here when there is none -------------------------------------
static err read_input(str name, arena *a, str *ret)
{
    if (!str_eq(name, S("-")))
        return os_read_file(os_posix(), arena_cstr(a, name), a, ret);
    buf b = { 0 };
    for (;;) {
        buf_reserve(&b, 64 * 1024);
        size_t n = fread(b.s + b.len, 1, 64 * 1024, stdin);
        b.len += n;
        if (n == 0)
            break;
    }
    *ret = arena_str(a, buf_str(&b));
    buf_free(&b);
    return E_OK;
}

static err run_here(const char *dir, const command *c, args in, str input, buf *out, fault *f, arena *a)
{
    instance *inst;
    TRY(instance_open(os_posix(), dir, f, a, &inst));
    err e = c->run(inst, in.v, in.n, input, out, f, a);
    instance_close(inst);
    return e;
}

// The file a command reads: its first argument, or what an option names; empty: none.
static err input_name(const command *c, args in, arena *a, fault *f, str *ret)
{
    *ret = (str){ 0 };
    bool first = c->reads && str_eq(str_c(c->reads), S("FILE"));
    for (size_t i = 1; c->reads && i < in.n; i++) {
        bool named = !first && i + 1 < in.n && str_eq(in.v[i], str_c(c->reads));
        if (first || named) {
            *ret = in.v[i + named];
            break;
        }
    }
    return first && !ret->len ? fault_field(f, a, E_FIELD_REQUIRED, S("FILE"), 0) : E_OK;
}

static err run_command(const command *c, args in, arena *a, fault *f, buf *out)
{
    const char *dir = arena_cstr(a, in.v[0]);
    str input = { 0 }, from;
    TRY(input_name(c, in, a, f, &from));
    if (from.len && read_input(from, a, &input) != E_OK)
        return fault_detail(f, a, E_NOT_FOUND, STR_FMT, STR_ARG(from));
    str *asked = arena_array(a, str, in.n);
    asked[0] = str_c(c->name);
    memcpy(asked + 1, in.v + 1, (in.n - 1) * sizeof *asked);
    int code = 1;
    err e = control_call(dir, asked, in.n, input, out, &code, a);
    if (e == E_OK && code != 0) {
        f->code = E_OK;                        // the server's words are in `out` already
        return E_INTERNAL;
    }
    if (e == E_IO)
        return fault_detail(f, a, E_IO, "the server of %s went away before it had answered", dir);
    return e == E_NOT_FOUND ? run_here(dir, c, (args){ in.v + 1, in.n - 1 }, input, out, f, a) : e;
}

// --- -------------------------------------------------------------------------------------------------------------------------
static void help(FILE *to)
{
    fprintf(to, "Lianyi %s\n", VERSION);
    for (size_t i = 0; i < VERBS_N; i++)
        fprintf(to, "  lianyi %s\n", verbs[i].usage);
    for (size_t i = 0; i < instance_commands_n; i++)
        fprintf(to, "  lianyi %s\n", instance_commands[i].usage);
}

static err dispatch(str name, args in, arena *a, fault *f, buf *out, bool *ret_known)
{
    *ret_known = true;
    for (size_t i = 0; i < VERBS_N; i++)
        if (str_eq(str_c(verbs[i].name), name) && (in.n || verbs[i].run == run_openapi))
            return verbs[i].run(in, a, f, out);
    const command *c = command_find(name);
    if (c && in.n)
        return run_command(c, in, a, f, out);
    *ret_known = false;
    return E_OK;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    if (sodium_init() < 0)
        return 1;
    arena *a = arena_create();
    str *v = arena_array(a, str, (size_t)argc + 1);
    for (int i = 0; i < argc; i++)
        v[i] = str_c(argv[i]);
    if (argc < 2 || str_eq(v[1], S("help")) || str_eq(v[1], S("--help"))) {
        help(argc < 2 ? stderr : stdout);
        arena_destroy(a);
        return argc < 2 ? 2 : 0;
    }
    fault f = { 0 };
    buf out = { 0 };
    bool known;
    err e = dispatch(v[1], (args){ v + 2, (size_t)argc - 2 }, a, &f, &out, &known);
    fwrite(out.s ? out.s : "", 1, out.len, e == E_OK ? stdout : stderr);
    if (!known)
        help(stderr);
    if (e != E_OK && f.code == E_OK && !out.len)
        f.code = e;
    if (e != E_OK && f.code != E_OK)
        fprintf(stderr, "lianyi: " STR_FMT "\n", STR_ARG(fault_text(&f, a, LANG_EN)));
    buf_free(&out);
    arena_destroy(a);
    return !known ? 2 : e == E_OK ? 0 : 1;
}
