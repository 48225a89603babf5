// Commands on a data directory. The same code runs inside the server (asked through DIR/control.sock) and without one.
#include "admin/admin.h"
#include "instance/backup.h"
#include "instance/erase.h"
#include "instance/import_command.h"
#include "instance/parts.h"
#include "privacy/automobile.h"
#include "privacy/residue.h"

#define ERASE_TRIES 50
#define ERASE_WAIT_US 100000

// --- key -----------------------------------------------------------------------------------------------------------------
typedef struct new_key { str scope, name; arena *a; str secret; } new_key;

static err make_key(tx *t, void *p)
{
    new_key *k = p;
    return admin_key_create(t, k->name, k->scope, k->a, &k->secret);
}

// The value of "--name x" among the arguments, empty when absent.
static str option(const str *args, size_t n, str name)
{
    for (size_t i = 0; i + 1 < n; i++)
        if (str_eq(args[i], name))
            return args[i + 1];
    return (str){ 0 };
}

static err run_key(instance *in, const str *args, size_t n, str input, buf *out, fault *f, arena *a)
{
    (void)input;
    new_key k = { .scope = option(args, n, S("--scope")), .name = option(args, n, S("--name")), .a = a };
    if (str_empty(k.scope) || str_empty(k.name))
        return fault_field(f, a, E_FIELD_REQUIRED, str_empty(k.scope) ? S("--scope") : S("--name"), 0);
    TRY(instance_do(in, make_key, &k, f));
    buf_add_str(out, k.secret);
    buf_add_char(out, '\n');
    return E_OK;
}

// --- query ---------------------------------------------------------------------------------------------------------------
static err run_query(instance *in, const str *args, size_t n, str input, buf *out, fault *f, arena *a)
{
    (void)args, (void)n;
    jval *question;
    TRY(json_parse(a, input, f, &question));
    dictionary dict = names_dictionary(in->e.names);
    TRY(timeline_ask(in->e.tl, &dict, question, os_now_us(in->o), timeline_head(in->e.tl), a, f, out));
    buf_add_char(out, '\n');
    return E_OK;
}

// --- doctor --------------------------------------------------------------------------------------------------------------
typedef struct memory_check { instance *in; buf *report; int64_t head; } memory_check;

// Between groups memory and database agree exactly: what one knows the other must.
static err check_memory(db *d, void *p)
{
    memory_check *c = p;
    int64_t readable = timeline_head(c->in->e.tl);
    TRY(head_event_no(d, &c->head));
    if (readable != c->head)
        buf_addf(c->report, "timeline: readable to event %lld, committed to %lld\n", (long long)readable, (long long)c->head);
    return people_check_links(&c->in->e, d, c->report);
}

static bool count_event(void *p, const event *ev)
{
    (void)ev;
    ++*(int64_t *)p;
    return true;
}

static err check_timeline(instance *in, buf *report)
{
    memory_check c = { in, report, 0 };
    int64_t read = 0;
    TRY(instance_between(in, check_memory, &c));
    if (c.head > timeline_head(in->e.tl))
        return E_OK;
    err e = timeline_each(in->e.tl, 1, c.head, count_event, &read);
    if (e != E_OK)
        buf_addf(report, "timeline: event %lld of %lld cannot be read\n", (long long)read + 1, (long long)c.head);
    return E_OK;
}

err instance_check(instance *in, buf *report)
{
    db *d;
    TRY(instance_reader(in, &d));
    err e = db_begin_read(d);
    for (size_t i = 0; e == E_OK && i < parts_checks_n; i++) {
        buf found = { 0 };
        e = parts_checks[i].run(d, &found);
        str rest = buf_str(&found);
        while (rest.len) {
            str line = str_cut(&rest, '\n');
            buf_addf(report, "%s: " STR_FMT "\n", parts_checks[i].name, STR_ARG(line));
        }
        buf_free(&found);
    }
    db_close(d);
    return e == E_OK ? check_timeline(in, report) : e;
}

static bool flag(const str *args, size_t n, str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(args[i], name))
            return true;
    return false;
}

// One planted value a line.
static void canaries_read(str text, arena *a, residue *c)
{
    str *v = arena_array(a, str, text.len + 1);
    for (str rest = text; rest.len;) {
        str line = str_trim(str_cut(&rest, '\n'));
        if (line.len)
            v[c->canaries_n++] = line;
    }
    c->canaries = v;
}

// What is misspelt must not pass for clean.
static err also_read(os *o, const str *args, size_t n, fault *f, arena *a, residue *c)
{
    str *v = arena_array(a, str, n + 1);
    for (size_t i = 0; i + 1 < n; i++) {
        if (!str_eq(args[i], S("--also")))
            continue;
        if (!os_exists(o, arena_cstr(a, args[++i])))
            return fault_detail(f, a, E_NOT_FOUND, STR_FMT, STR_ARG(args[i]));
        v[c->also_n++] = args[i];
    }
    c->also = v;
    return E_OK;
}

static err run_residue(instance *in, const str *args, size_t n, str input, buf *out, fault *f, arena *a)
{
    residue c = { .o = in->o, .dir = in->dir, .tl = in->e.tl };
    buf found = { 0 };
    TRY(also_read(in->o, args, n, f, a, &c));
    canaries_read(input, a, &c);
    if (flag(args, n, S("--canary")) && c.canaries_n == 0)
        return fault_field(f, a, E_FIELD_REQUIRED, S("--canary"), 0);
    TRY(instance_reader(in, &c.d));
    err e = residue_check(&c, &found, out);
    db_close(c.d);
    if (e == E_OK && found.len) {
        buf_add_str(out, buf_str(&found));
        e = fault_detail(f, a, E_CORRUPT, "doctor found residue");
    } else if (e == E_OK)
        buf_add_str(out, S("ok: no residue\n"));
    buf_free(&found);
    return e;
}

// What is in order and calls for something all the same.
static err tell_notes(instance *in, arena *a, buf *out)
{
    db *d;
    TRY(instance_reader(in, &d));
    err e = automobile_note(d, a, out);
    db_close(d);
    return e;
}

static err run_doctor(instance *in, const str *args, size_t n, str input, buf *out, fault *f, arena *a)
{
    if (flag(args, n, S("--residue")))
        return run_residue(in, args, n, input, out, f, a);
    buf report = { 0 };
    err e = instance_check(in, &report);
    if (e == E_OK && report.len == 0) {
        teller_stats s = teller_stats_now(in->e.teller);
        buf_addf(out, "ok: %zu checks, %lld events, shipped to %lld\n", parts_checks_n + 1, (long long)s.head_no, (long long)s.shipped_no);
        e = tell_notes(in, a, out);
    } else if (e == E_OK) {
        buf_add_str(out, buf_str(&report));
        e = fault_detail(f, a, E_CORRUPT, "doctor found violations");
    }
    buf_free(&report);
    return e;
}

// --- backup --------------------------------------------------------------------------------------------------------------
static err run_backup(instance *in, const str *args, size_t n, str input, buf *out, fault *f, arena *a)
{
    (void)input;
    if (n < 1)
        return fault_field(f, a, E_FIELD_REQUIRED, S("TARGET"), 0);
    str keys = option(args, n, S("--keys"));
    TRY(backup_make(in, arena_cstr(a, args[0]), keys.len ? arena_cstr(a, keys) : NULL, f, a));
    buf_addf(out, "backup in " STR_FMT "\n", STR_ARG(args[0]));
    return E_OK;
}

// --- erase ---------------------------------------------------------------------------------------------------------------
static err run_erase(instance *in, const str *args, size_t n, str input, buf *out, fault *f, arena *a)
{
    (void)args, (void)n, (void)input;
    erased all = { 0 }, done = { .subjects = 1 };
    for (int tries = 0; done.subjects || done.imports || done.told || (done.waiting && tries < ERASE_TRIES); tries++) {
        if (done.waiting)
            os_sleep_us(in->o, ERASE_WAIT_US);
        TRY(erase_now(in, &done));
        all.subjects += done.subjects;
        all.events += done.events;
        all.told += done.told;
        all.starred += done.starred;
    }
    if (done.waiting)
        return fault_detail(f, a, E_OVERLOADED, "readers or the shipper hold it back");
    buf_addf(out, "erased: %lld subjects, %lld events\n", (long long)all.subjects, (long long)all.events);
    buf_addf(out, "told later: %lld people looked at, %lld events starred\n", (long long)all.told, (long long)all.starred);
    return E_OK;
}

const command instance_commands[] = {
    { "key", "key DIR --scope ingest|read|write|admin --name NAME", run_key, NULL },
    { "query", "query DIR FILE|-", run_query, "FILE" },
    { "doctor", "doctor DIR [--residue [--canary FILE] [--also PATH]…]   every check; or what is personal outside the vault", run_doctor,
      "--canary", .apart = true },
    { "backup", "backup DIR TARGET [--keys FILE]         a copy; people's keys apart, in FILE or TARGET.keys", run_backup, NULL },
    { "erase", "erase DIR                               empty the events of erased people in the log now, star what was told later",
      run_erase, NULL },
};
const size_t instance_commands_n = sizeof instance_commands / sizeof *instance_commands;

const command *command_find(str name)
{
    for (size_t i = 0; i < instance_commands_n; i++)
        if (str_eq(str_c(instance_commands[i].name), name))
            return &instance_commands[i];
    for (size_t i = 0; i < import_commands_n; i++)
        if (str_eq(str_c(import_commands[i].name), name))
            return &import_commands[i];
    return NULL;
}
