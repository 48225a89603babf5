#include "instance/erase.h"
#include "instance/copies.h"
#include "base/time.h"
#include "connect/ingest.h"
#include "connect/quarantine.h"
#include "import/removal.h"
#include "people/late.h"
#include "privacy/privacy.h"

#define GATHER_US US_PER_HOUR
#define LOOK_US US_PER_MIN
#define WAITS_MAX 2000             // in quarantine, mended in one round; each is hushed again when it is replayed

typedef struct round {
    instance *in;
    int64_t import;                // of whose events, taken back, the contents go too; 0: none
    event_span *spans;
    size_t spans_n;
    late_found told;               // whose texts say what was told later
    int64_t starred, *waits;       // events of theirs that wait to be mended
    size_t waits_n, ended;         // ended: rows of the queue
    uint32_t *subjects;
    size_t n;
    int64_t oldest_us, events, emptied;        // emptied: those of imports taken back too
    bool busy;
} round;

static err waiting_of(db *d, arena *a, round *r)
{
    r->waits = arena_array(a, int64_t, WAITS_MAX + QUARANTINE_OF_MAX);
    for (size_t i = 0; r->in->e.ingest && i < r->told.rows_n && r->waits_n < WAITS_MAX; i++) {
        int64_t person;
        size_t n;
        TRY(people_current(d, r->told.rows[i].subject, &person));
        TRY(quarantine_of(d, person, r->waits + r->waits_n, &n));
        r->waits_n += n;
    }
    return E_OK;
}

static err find(instance *in, int64_t told_before_us, arena *a, round *r)
{
    db *d;
    TRY(instance_reader(in, &d));
    err e = privacy_waiting(d, a, &r->subjects, &r->n, &r->oldest_us);
    if (e == E_OK)
        e = removal_waiting(d, a, &r->import, &r->spans, &r->spans_n);
    if (e == E_OK)
        e = late_look(&in->e, d, told_before_us, a, &r->told);
    if (e == E_OK)
        e = waiting_of(d, a, r);
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

static err begin_told(tx *t, void *p)
{
    const round *r = p;
    for (size_t i = 0; i < r->waits_n; i++)
        TRY(quarantine_hush(t, ingest_quarantine(r->in->e.ingest), r->waits[i]));
    return late_begin(t, &r->told);
}

static err finish_told(tx *t, void *p)
{
    const round *r = p;
    return late_finish(t, &r->told, r->ended);
}

static err end_told(instance *in, round *r)
{
    for (r->ended = 0; r->ended < r->told.rows_n; r->ended += LATE_SLICE)
        TRY(instance_do(in, finish_told, r, NULL));
    return E_OK;
}

static err finish(tx *t, void *p)
{
    const round *r = p;
    if (r->import)
        TRY(removal_emptied(t, r->import));
    return r->n ? privacy_finish(t, r->subjects, r->n, r->events) : E_OK;
}

// A server ships by itself; a command has to.
static err ship(instance *in)
{
    bool worked = !in->threaded;
    while (worked)
        TRY(teller_ship(in->e.teller, &worked));
    return E_OK;
}

// What the log says. Left over: it stands in no closed segment yet.
static err rewrite(instance *in, round *r, int64_t *ret_left)
{
    int64_t spanned = 0, left[3] = { 0 };
    TRY(ship(in));
    TRY(instance_between(in, roll, r));
    TRY(timeline_erase(in->e.tl, r->subjects, r->n, &r->events, &left[0]));
    TRY(timeline_erase_spans(in->e.tl, r->spans, r->spans_n, &spanned, &left[1]));
    TRY(timeline_star(in->e.tl, r->told.events, r->told.events_n, &r->starred, &left[2]));
    r->emptied = r->events + spanned;
    *ret_left = left[0] + left[1] + left[2];
    return E_OK;
}

static err run(instance *in, round *r, erased *ret)
{
    int64_t left = 0;
    if (r->told.rows_n)
        TRY(instance_do(in, begin_told, r, NULL));
    if (r->n || r->import || r->told.events_n)
        TRY(rewrite(in, r, &left));
    ret->waiting = left > 0;
    if (ret->waiting)
        return E_OK;
    TRY(instance_between(in, empty_wal, r));
    ret->waiting = r->busy;
    if (r->busy)
        return E_OK;
    if (r->n || r->import)
        TRY(copies_renew_keys(in));
    if (r->n || r->import)
        TRY(instance_do(in, finish, r, NULL));
    TRY(end_told(in, r));
    ret->subjects = (int64_t)r->n;
    ret->imports = r->import != 0;
    ret->events = r->emptied;
    ret->starred = r->starred;
    return E_OK;
}

// Nothing in the log has to change for those who were told of: the usual end, without writing a segment.
static bool only_looked(const round *r) { return r->n == 0 && !r->import && !late_says(&r->told) && r->waits_n == 0; }

static err do_round(instance *in, round *r, erased *ret)
{
    err e = E_OK;
    if (!only_looked(r))
        e = run(in, r, ret);
    else
        e = end_told(in, r);
    __atomic_fetch_add(&in->told_late_events, ret->starred, __ATOMIC_RELAXED);
    __atomic_fetch_add(&in->told_late_people, e == E_OK && !ret->waiting ? (int64_t)r->told.rows_n : 0, __ATOMIC_RELAXED);
    ret->told = e == E_OK && !ret->waiting ? (int64_t)r->told.rows_n : 0;
    return e;
}

err erase_now(instance *in, erased *ret)
{
    arena *a = arena_create();
    round r = { .in = in };
    *ret = (erased){ 0 };
    err e = find(in, INT64_MAX, a, &r);
    if (e == E_OK)
        e = do_round(in, &r, ret);
    late_wipe(&r.told);
    arena_destroy(a);
    return e;
}

// Erasures that have not gathered yet are left for later, whatever else is due.
static void leave_young(instance *in, round *r)
{
    if (r->n && r->oldest_us > os_now_us(in->o) - GATHER_US)
        r->n = 0;
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
    err e = find(in, os_now_us(in->o) - GATHER_US, a, &r);
    leave_young(in, &r);
    if (e == E_OK)
        e = do_round(in, &r, &done);
    if (e == E_OK && r.told.more && !done.waiting)
        in->erase_next_us = mono;              // many were told of at once: on with the next
    if (e != E_OK && e != E_SHUTTING_DOWN)
        log_event(LOG_ERROR, "erasure.failed", log_s("code", str_c(err_info_of(e)->code)));
    else if (done.subjects || done.imports)
        log_event(LOG_INFO, "erasure.done", log_i("subjects", done.subjects), log_i("events", done.events));
    if (done.starred || r.told.texts_n)
        log_event(LOG_INFO, "told_late.starred", log_i("people", done.told), log_i("events", done.starred),
                  log_i("texts", (int64_t)r.told.texts_n));
    late_wipe(&r.told);
    arena_destroy(a);
}
