#include "instance/erase.h"
#include "instance/copies.h"
#include "base/time.h"
#include "import/removal.h"
#include "privacy/privacy.h"

#define GATHER_US US_PER_HOUR
#define LOOK_US US_PER_MIN

typedef struct round {
    instance *in;
    int64_t import;                // of whose events, taken back, the contents go too; 0: none
    event_span *spans;
    size_t spans_n;
    uint32_t *subjects;
    size_t n;
    int64_t oldest_us, events;
    bool busy;
} round;

static err find(instance *in, arena *a, round *r)
{
    db *d;
    TRY(instance_reader(in, &d));
    err e = privacy_waiting(d, a, &r->subjects, &r->n, &r->oldest_us);
    if (e == E_OK)
        e = removal_waiting(d, a, &r->import, &r->spans, &r->spans_n);
    db_close(d);
    return e;
}

// On the teller's thread: it is the log's writer.
static err roll(db *d, void *p)
{
    (void)d;
    return timeline_roll(((round *)p)->in->e.tl);
}

static err empty_wal(db *d, void *p) { return db_empty_wal(d, &((round *)p)->busy); }

static err finish(tx *t, void *p)
{
    const round *r = p;
    if (r->import)
        TRY(removal_emptied(t, r->import));
    return r->n == 0 ? E_OK : privacy_finish(t, r->subjects, r->n, r->events);
}

// A server ships by itself; a command has to.
static err ship(instance *in)
{
    bool worked = !in->threaded;
    while (worked)
        TRY(teller_ship(in->e.teller, &worked));
    return E_OK;
}

static err run(instance *in, round *r, erased *ret)
{
    int64_t left;
    TRY(ship(in));
    TRY(instance_between(in, roll, r));
    TRY(timeline_erase(in->e.tl, r->subjects, r->n, &r->events, &left));
    int64_t events = 0, more = 0;
    TRY(timeline_erase_spans(in->e.tl, r->spans, r->spans_n, &events, &more));
    ret->waiting = left + more > 0;
    if (ret->waiting)
        return E_OK;
    TRY(instance_between(in, empty_wal, r));
    ret->waiting = r->busy;
    if (r->busy)
        return E_OK;
    TRY(copies_renew_keys(in));
    TRY(instance_do(in, finish, r, NULL));
    ret->subjects = (int64_t)r->n;
    ret->imports = r->import != 0;
    ret->events = r->events + events;
    return E_OK;
}

err erase_now(instance *in, erased *ret)
{
    arena *a = arena_create();
    round r = { .in = in };
    *ret = (erased){ 0 };
    err e = find(in, a, &r);
    if (e == E_OK && (r.n || r.import))
        e = run(in, &r, ret);
    arena_destroy(a);
    return e;
}

void erase_when_due(instance *in)
{
    int64_t mono = os_mono_us(in->o);
    if (mono < in->erase_next_us)
        return;
    in->erase_next_us = mono + LOOK_US;
    arena *a = arena_create();
    round r = { .in = in };
    erased done = { 0 };
    err e = find(in, a, &r);
    if (e == E_OK && (r.import || (r.n && r.oldest_us <= os_now_us(in->o) - GATHER_US)))
        e = run(in, &r, &done);
    if (e != E_OK && e != E_SHUTTING_DOWN)
        log_event(LOG_ERROR, "erasure.failed", log_s("code", str_c(err_info_of(e)->code)));
    else if (done.subjects || done.imports)
        log_event(LOG_INFO, "erasure.done", log_i("subjects", done.subjects), log_i("events", done.events));
    arena_destroy(a);
}
