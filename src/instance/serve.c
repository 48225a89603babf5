// `lianyi serve`: the brand on a port. Threads: loops with connections (the first is this one), the teller, readers, commands,
// and one that tidies files of known message ids, so that sealing millions of them stalls nobody.
#include "instance/serve.h"
#include "admin/admin.h"
#include "api/dispatch.h"
#include "api/stream.h"
#include "connect/events.h"
#include "connect/quarantine.h"
#include "import/import.h"
#include "instance/assets.h"
#include "instance/copies.h"
#include "instance/erase.h"
#include "instance/instance.h"
#include "instance/parts.h"
#include "people/people_api.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include <uv.h>

#define TICK_MS 1000
#define TIDY_US 200000

struct live { api *api; assets *assets; };

typedef struct serving {
    instance *in;
    struct live live;
    control *control;
    importer *importer;
    pthread_t teller, tidier;
    bool teller_started, tidier_started;
    bool stopping;                 // atomic
    err teller_end;
    uv_timer_t tick;
    uv_signal_t term, interrupt;
} serving;

// --- Live stream ---------------------------------------------------------------------------------------------------------
bool live_listening(void *user)
{
    instance *in = user;
    return in->live && stream_listening(in->live->api);
}

void live_publish(void *user, const live_facts *f, str json)
{
    instance *in = user;
    char person[16];
    int n = snprintf(person, sizeof person, "%u", f->person);
    const stream_label labels[] = { { "kind", f->kind }, { "source", f->source }, { "verdict", f->verdict }, { "user", f->user },
                                    { "person", str_of(person, (size_t)n) }, { "verdict", S(LIVE_PROBLEM_LABEL) } };
    stream_publish(in->live->api, S(LIVE_CHANNEL), S("event"), 0, json, labels, sizeof labels / sizeof *labels - !f->problem);
}

// --- Threads and signals -----------------------------------------------------------------------------------------------------
static void *teller_main(void *p)
{
    serving *s = p;
    s->teller_end = teller_run(s->in->e.teller);
    if (s->teller_end != E_OK) {
        // A failed fsync or a commit nobody can decide: nothing may be acknowledged any more; the restart decides.
        log_event(LOG_ERROR, "teller.failed", log_s("code", str_c(err_info_of(s->teller_end)->code)));
        api_stop(s->live.api);
    }
    return NULL;
}

static void *tidier_main(void *p)
{
    serving *s = p;
    while (!__atomic_load_n(&s->stopping, __ATOMIC_ACQUIRE)) {
        erase_when_due(s->in);
        copies_when_due(s->in);
        if (!dedupe_work(s->in->e.dd))
            usleep(TIDY_US);
    }
    return NULL;
}

static void on_tick(uv_timer_t *t) { instance_tick(((serving *)t->data)->in); }

static void on_signal(uv_signal_t *g, int number)
{
    serving *s = g->data;
    log_event(LOG_INFO, "server.stopping", log_i("signal", number));
    uv_close((uv_handle_t *)&s->tick, NULL);
    uv_close((uv_handle_t *)&s->term, NULL);
    uv_close((uv_handle_t *)&s->interrupt, NULL);
    api_stop(s->live.api);
}

static void watch(serving *s)
{
    uv_loop_t *loop = http_loop(api_http(s->live.api));
    s->tick.data = s->term.data = s->interrupt.data = s;
    uv_timer_init(loop, &s->tick);
    uv_timer_start(&s->tick, on_tick, TICK_MS, TICK_MS);
    uv_signal_init(loop, &s->term);
    uv_signal_start(&s->term, on_signal, SIGTERM);
    uv_signal_init(loop, &s->interrupt);
    uv_signal_start(&s->interrupt, on_signal, SIGINT);
}

// --- Metrics -------------------------------------------------------------------------------------------------------------------
static void gauge(buf *b, const char *name, const char *help, int64_t v)
{
    buf_addf(b, "# HELP %s %s\n# TYPE %s gauge\n%s %lld\n", name, help, name, name, (long long)v);
}

static void metrics(void *app, buf *text)
{
    instance *in = app;
    teller_stats t = teller_stats_now(in->e.teller);
    ingest_stats i = ingest_stats_now(in->e.ingest);
    gauge(text, "lianyi_head_event", "Last committed event.", t.head_no);
    gauge(text, "lianyi_shipped_event", "Last event synced in the log.", t.shipped_no);
    gauge(text, "lianyi_teller_queue", "Operations waiting.", t.queue_now);
    gauge(text, "lianyi_teller_groups", "Groups committed since the start.", t.groups);
    gauge(text, "lianyi_teller_operations", "Operations run since the start.", t.operations);
    gauge(text, "lianyi_teller_stall_longest_us", "Longest time nothing else could run.", t.stall_longest_us);
    gauge(text, "lianyi_ingest_stored", "Events stored since the start.", i.stored);
    gauge(text, "lianyi_ingest_duplicate", "Duplicates since the start.", i.duplicate);
    gauge(text, "lianyi_ingest_refused", "Events refused since the start.", i.refused);
    gauge(text, "lianyi_ingest_quarantined", "Events quarantined since the start.", i.quarantined);
    gauge(text, "lianyi_ingest_warned", "Events stored though they do not fit the tracking plan, since the start.", i.warned);
    const quarantine *q = ingest_quarantine(in->e.ingest);
    gauge(text, "lianyi_quarantine_waiting", "Events waiting in quarantine.", __atomic_load_n(&q->rows, __ATOMIC_RELAXED));
    gauge(text, "lianyi_quarantine_bytes", "Their bytes.", __atomic_load_n(&q->bytes, __ATOMIC_RELAXED));
    gauge(text, "lianyi_quarantine_full", "Events refused because the quarantine was full, since the start.", __atomic_load_n(&q->full,
        __ATOMIC_RELAXED));
    const people_counts p = people_counts_now(&in->e);
    gauge(text, "lianyi_people_joins", "Persons joined since the start.", (int64_t)p.joins);
    gauge(text, "lianyi_people_splits", "Persons split since the start.", (int64_t)p.splits);
    gauge(text, "lianyi_people_doubts", "Joins and splits that stewards were asked about since the start.", (int64_t)p.doubts);
    gauge(text, "lianyi_people_blocked_values", "Identities blocked since the start: placeholders, shared by too many.", (int64_t)p.blocked);
    gauge(text, "lianyi_copies_overdue", "Copies older than an erasure whose time is over that are still known of.",
          __atomic_load_n(&in->copies_overdue, __ATOMIC_RELAXED));
    gauge(text, "lianyi_copies_deleted", "Copies deleted because the time of an erasure was over, since the start.",
          __atomic_load_n(&in->copies_deleted, __ATOMIC_RELAXED));
    gauge(text, "lianyi_told_late_people", "People whose earlier texts were looked at: a value of theirs was told later; since the start.",
          __atomic_load_n(&in->told_late_people, __ATOMIC_RELAXED));
    gauge(text, "lianyi_told_late_events", "Events in which such a value was starred in the log, since the start.",
          __atomic_load_n(&in->told_late_events, __ATOMIC_RELAXED));
    gauge(text, "lianyi_people_many", "1: more than 100,000 people are known, whose personal data is important data.", people_many(&in->e));
    gauge(text, "lianyi_names_kinds", "Event kinds known.", names_kind_count(in->e.names));
    gauge(text, "lianyi_dedupe_known", "Message ids remembered.", dedupe_stats_now(in->e.dd).known);
}

const assets *assets_of(const req *r) { return ((instance *)r->app)->live->assets; }

// --- Start and end -------------------------------------------------------------------------------------------------------------
static err open_api(serving *s, const serve_options *opt, fault *f, arena *a)
{
    instance *in = s->in;
    const api_config c = {
        .o = in->o, .db_path = in->db_path, .teller = in->e.teller, .idem = in->idem, .app = in, .tables = route_tables,
        .doors = admin_doors(&in->e), .host = opt->host, .port = opt->port, .loops = opt->threads, .version = opt->version, .metrics = metrics,
        .hush = people_hush,
    };
    TRY(api_open(&c, f, a, &s->live.api));
    s->live.assets = assets_open(in->a);
    in->jobs = jobs_open(in);
    in->live = &s->live;
    in->threaded = true;
    return E_OK;
}

static err run(serving *s, const serve_options *opt, fault *f, arena *a)
{
    TRY(open_api(s, opt, f, a));
    if (pthread_create(&s->teller, NULL, teller_main, s) != 0)
        return fault_detail(f, a, E_IO, "no thread for the teller");
    s->teller_started = true;
    if (pthread_create(&s->tidier, NULL, tidier_main, s) != 0)
        return fault_detail(f, a, E_IO, "no thread for tidying");
    s->tidier_started = true;
    if (importer_open(&s->in->e, s->in->dir, s->in->db_path, &s->importer) != E_OK)
        return fault_detail(f, a, E_IO, "no thread for imports");
    TRY(control_open(s->in, &s->control));
    watch(s);
    printf("Lianyi serves %s on http://%s:%d\n", s->in->dir, opt->host, api_port(s->live.api));
    fflush(stdout);
    log_event(LOG_INFO, "server.ready", log_i("port", api_port(s->live.api)), log_i("events", teller_head(s->in->e.teller)),
              log_i("start_us", os_now_us(s->in->o) - s->in->started_us));
    return api_run(s->live.api);
}

err serve(os *o, const char *dir, const serve_options *opt, fault *f, arena *a)
{
    serving *s = arena_new(a, serving);
    TRY(instance_open(o, dir, f, a, &s->in));
    err e = playbook_follow(s->in, f);
    if (e == E_OK)
        e = run(s, opt, f, a);
    control_close(s->control);
    importer_close(s->importer);
    if (s->teller_started) {
        teller_stop(s->in->e.teller);
        pthread_join(s->teller, NULL);
    }
    __atomic_store_n(&s->stopping, true, __ATOMIC_RELEASE);
    if (s->tidier_started)
        pthread_join(s->tidier, NULL);
    s->in->live = NULL;
    if (s->live.api)
        api_close(s->live.api);
    assets_close(s->live.assets);
    if (e == E_OK)
        e = s->teller_end;
    log_event(LOG_INFO, "server.stopped", log_s("code", str_c(err_info_of(e)->code)));
    instance_close(s->in);
    return e;
}
