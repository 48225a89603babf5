#include "import/run.h"
#include "import/removal.h"
#include "base/time.h"
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define WORKERS_MAX 4
#define SLICE_BYTES_MAX (512 * 1024)       // of rows as read
#define SLICE_ROWS_LOUD 50                 // whose effects are wanted: a collection holds RINGS_MAX of them
#define SUBMIT_WAIT_US 1000

typedef struct pipeline pipeline;

typedef struct slice {
    op op;                         // first
    pipeline *p;
    arena *a;
    uint64_t no;
    source_row *from;
    size_t n;
    ingest_batch events;           // targets of events: what the rows became, in order
    uint32_t *row_of;              // of each event: its place in `from`
    import_row *rows;              // all but the plain target
    slice_note note;
    bool dry_done;
    fault f;
    struct slice *next;
} slice;

struct pipeline {
    run *r;
    pthread_mutex_t reading;       // the source: one worker at a time
    uint64_t read;                 // slices read
    bool ended;
    pthread_mutex_t m;             // all below
    pthread_cond_t changed;
    uint64_t submitted;
    slice *idle;
    size_t under_way;
    err e;                         // the first error; everybody stops
    size_t slice_rows;
    int64_t row_count;             // rows read: where the next slice begins; under `reading`
};

// --- The teller's side -------------------------------------------------------------------------------------------------------------
// A field is named as the file names it.
static str column_of(const mapping *m, str name)
{
    int at = name.len ? import_field(&m->target, name) : -1;
    for (size_t i = 0; i < m->n && at >= 0; i++)
        if (m->v[i].to == BIND_FIELD && m->v[i].field == at && m->v[i].column.len)
            return str_take(m->v[i].column, 200);
    return name.s ? name : (str){ "", 0 };
}

static void note_refusal(slice *s, tx *t, size_t i, err code, str column, str detail, int64_t most, err *e)
{
    run *r = s->p->r;
    s->note.outcome[IMPORTED_REFUSED]++;
    if (*e != E_OK || r->refused++ >= IMPORT_ERRORS_MAX)
        return;
    buf cells = { 0 };
    const source_row *row = &s->from[i];
    jw w = { .b = &cells };
    if (row->json)
        jw_val(&w, row->json);
    else
        job_cells_json(row->cells, row->n, &cells);
    const refusal x = { row->no, row->line, column_of(r->map, column), str_c(err_info_of(code)->code), detail.s ? str_take(detail, 400) : S(""),
                        most, buf_str(&cells) };
    *e = job_refusal(t, r->e->vault, r->job->id, r->job->salt, &x);
    buf_free(&cells);
}

// What a refusal's text says is the most.
static int64_t limit_of(const source_row *from, const ingest_event *bad)
{
    return from->code != E_OK ? from->limit : bad->code == E_FIELD_TOO_LONG ? IDENTITY_BYTES_MAX : NAMES_BYTES_MAX;
}

// What was set in motion, and what would have been: by kind, and by rule, so that it can be judged before it is let loose.
static void add_effects(const ring_log *log, import_sums *sums)
{
    for (uint32_t i = 0; i < log->n; i++) {
        const ring *g = &log->v[i];
        if (g->outcome == RING_DONE)
            sums_add(sums, S("effect"), str_c(g->kind), 1, 1);
        if (g->outcome == RING_WOULD) {
            sums_add(sums, S("would"), str_c(g->kind), 1, 1);
            sums_add(sums, S("would_rule"), str_take(g->rule_key, 60), 1, 1);
        }
    }
    if (log->dropped)
        sums_add(sums, S("effect"), S("…"), log->dropped, log->dropped);
}

static err write_events(slice *s, tx *t, import_sums *sums)
{
    run *r = s->p->r;
    TRY(ingest_store(t, r->e->ingest, &r->who, &s->events));
    add_effects(s->events.rings, sums);
    return E_OK;
}

// Refusals are noted after the rows, so that a dry run's undoing does not take them. A row is refused when one of its events is.
static err note_events(slice *s, tx *t, import_sums *sums)
{
    const import_target *target = &s->p->r->map->target;
    err e = E_OK;
    for (uint32_t i = 0; i < s->events.n;) {
        uint32_t row = s->row_of[i];
        const ingest_event *bad = NULL;
        bool created = false;
        for (; i < s->events.n && s->row_of[i] == row; i++) {
            const ingest_event *ev = &s->events.v[i];
            created |= ev->verdict == INGEST_STORED && (!target->news || ev->created);
            bad = ev->verdict == INGEST_REFUSED && !bad ? ev : bad;
        }
        import_outcome got = bad ? IMPORTED_REFUSED : created ? IMPORTED_CREATED : IMPORTED_MERGED;
        if (bad)
            note_refusal(s, t, row, bad->code, bad->field, bad->reason, limit_of(&s->from[row], bad), &e);
        else
            s->note.outcome[got]++;
        if (target->sum && s->rows)
            target->sum(&s->rows[row], got, sums);
    }
    return e;
}

typedef struct one { import_ctx c; import_row *row; const import_target *target; import_outcome got; } one;

static err write_one(tx *t, void *p)
{
    one *o = p;
    o->c.t = t;
    return o->target->write(&o->c, o->row, &o->got);
}

static bool users_fault(err e) { return err_info_of(e)->http < 500; }

static err write_rows(slice *s, tx *t, import_sums *sums)
{
    run *r = s->p->r;
    str mark = arena_fmt(t->a, "%lld", (long long)s->note.id);
    ring_log *log = arena_new(t->a, ring_log);
    engine_collect(t, log);
    for (size_t i = 0; i < s->n; i++) {
        import_row *row = &s->rows[i];
        uint32_t before = log->n;
        if (row->code != E_OK)
            continue;
        fault f = { 0 };
        one o = { { t, r->e->ingest, &r->who, mark, sums, { "", 0 }, 0 }, row, &r->map->target, IMPORTED_CREATED };
        t->f = &f;
        err e = tx_nested(t, write_one, &o);
        t->f = &s->f;
        if (e != E_OK && !users_fault(e))
            return e;
        row->got = o.got;
        row->code = e;
        if (e == E_OK && o.c.made)
            TRY(removal_note(t, s->note.id, o.c.made_kind, o.c.made, o.c.made));
        if (e == E_OK)
            continue;
        log->n = before;                       // what it told is undone with it
        row->column = arena_str(s->a, f.field);
        row->detail = arena_str(s->a, f.detail);
        row->limit = f.limit;
    }
    engine_collect(t, NULL);
    add_effects(log, sums);
    return E_OK;
}

static err note_rows(slice *s, tx *t)
{
    err e = E_OK;
    for (size_t i = 0; i < s->n; i++) {
        const import_row *row = &s->rows[i];
        if (row->code != E_OK)
            note_refusal(s, t, i, row->code, row->column, row->detail, row->limit, &e);
        else
            s->note.outcome[row->got]++;
    }
    return e;
}

typedef struct writing { slice *s; import_sums *sums; } writing;

static err write_all(tx *t, void *p)
{
    writing *w = p;
    TRY(import_target_events(&w->s->p->r->map->target) ? write_events(w->s, t, w->sums) : write_rows(w->s, t, w->sums));
    w->s->dry_done = true;
    return w->s->note.dry ? E_CONFLICT : E_OK;         // a dry run is the same work, undone
}

static err slice_run(op *o, tx *t)
{
    slice *s = (slice *)o;
    import_sums sums = { .a = t->a };
    writing w = { s, &sums };
    void *made = making_begin(t, s->note.id);
    t->f = &s->f;
    err e = s->note.dry ? tx_nested(t, write_all, &w) : write_all(t, &w);
    if (s->note.dry && s->dry_done && e == E_CONFLICT)
        e = E_OK;
    TRY(e);
    TRY(import_target_events(&s->p->r->map->target) ? note_events(s, t, &sums) : note_rows(s, t));
    TRY(sums_write(t, s->note.id, &sums));
    if (!s->note.dry)
        making_end(t, made);
    return job_slice(t, &s->note);
}

static void slice_done(op *o, err outcome)
{
    slice *s = (slice *)o;
    pipeline *p = s->p;
    pthread_mutex_lock(&p->m);
    if (outcome != E_OK && p->e == E_OK)
        p->e = outcome;
    s->next = p->idle;
    p->idle = s;
    p->under_way--;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->m);
}

// --- Workers -----------------------------------------------------------------------------------------------------------------------
static bool halted(const pipeline *p) { return p->e != E_OK || __atomic_load_n(p->r->stop, __ATOMIC_ACQUIRE); }

static slice *take_idle(pipeline *p)
{
    pthread_mutex_lock(&p->m);
    while (!p->idle && !halted(p))
        pthread_cond_wait(&p->changed, &p->m);
    slice *s = halted(p) ? NULL : p->idle;
    if (s)
        p->idle = s->next;
    pthread_mutex_unlock(&p->m);
    return s;
}

static void give_back(pipeline *p, slice *s, err e)
{
    pthread_mutex_lock(&p->m);
    if (e != E_OK && p->e == E_OK)
        p->e = e;
    s->next = p->idle;
    p->idle = s;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->m);
}

// Reads a slice's rows. *ret_got false: the file had ended.
static err read_slice(pipeline *p, slice *s, bool *ret_got)
{
    err e = E_OK;
    bool more = true;
    arena_reset(s->a);
    s->from = arena_array(s->a, source_row, p->slice_rows);
    s->n = 0;
    pthread_mutex_lock(&p->reading);
    while (!p->ended && s->n < p->slice_rows && arena_bytes(s->a) < SLICE_BYTES_MAX && more) {
        e = source_next(p->r->source, s->a, &s->from[s->n], &more);
        if (e != E_OK)
            break;
        s->n += more;
        p->ended = !more;
    }
    *ret_got = e == E_OK && s->n > 0;
    if (*ret_got) {
        s->no = p->read++;
        s->note = (slice_note){ .id = p->r->job->id, .from_row = p->row_count, .rows = (int64_t)s->n, .bytes_done = source_at(p->r->source),
                                .digest = p->r->digest, .dry = p->r->job->dry };
        p->row_count += (int64_t)s->n;
    }
    pthread_mutex_unlock(&p->reading);
    return e;
}

static void make_events(pipeline *p, slice *s)
{
    const run *r = p->r;
    const import_target *target = &r->map->target;
    size_t per = target->plain ? 1 : IMPORT_EVENTS_PER_ROW;
    s->events = (ingest_batch){ .v = arena_array(s->a, ingest_event, s->n * per), .received_us = r->maker.received_us, .history = true };
    s->row_of = arena_array(s->a, uint32_t, s->n * per);
    s->rows = target->plain ? NULL : arena_array(s->a, import_row, s->n);
    for (uint32_t i = 0; i < s->n; i++) {
        ingest_event *at = &s->events.v[s->events.n];
        uint32_t n = 1;
        if (target->plain) {
            row_event(&r->maker, &s->from[i], s->a, at);
        } else {
            row_make(&r->maker, &s->from[i], s->a, &s->rows[i]);
            n = row_events(&r->maker, &s->rows[i], s->a, at);
        }
        for (uint32_t k = 0; k < n; k++) {
            ingest_event_end(&s->events.v[s->events.n], s->a);
            s->row_of[s->events.n++] = i;
        }
    }
}

static void make_slice(pipeline *p, slice *s)
{
    const run *r = p->r;
    s->dry_done = false;
    s->f = (fault){ 0 };
    if (import_target_events(&r->map->target)) {
        make_events(p, s);
        return;
    }
    s->rows = arena_array(s->a, import_row, s->n);
    for (size_t i = 0; i < s->n; i++)
        row_make(&r->maker, &s->from[i], s->a, &s->rows[i]);
}

// In the order they were read. False: halted, the slice was not submitted.
static bool submit(pipeline *p, slice *s)
{
    pthread_mutex_lock(&p->m);
    while (p->submitted != s->no && !halted(p))
        pthread_cond_wait(&p->changed, &p->m);
    bool go = !halted(p);
    while (go && !teller_submit(p->r->e->teller, &s->op)) {
        pthread_mutex_unlock(&p->m);
        usleep(SUBMIT_WAIT_US);                // the lane is full
        pthread_mutex_lock(&p->m);
        go = !halted(p);
    }
    if (go) {
        p->under_way++;
        p->submitted++;
        pthread_cond_broadcast(&p->changed);
    }
    pthread_mutex_unlock(&p->m);
    return go;
}

static void *work(void *x)
{
    pipeline *p = x;
    for (slice *s; (s = take_idle(p)) != NULL;) {
        bool got;
        err e = read_slice(p, s, &got);
        if (got)
            make_slice(p, s);
        if (got && submit(p, s))
            continue;
        give_back(p, s, e);
        if (!got)
            return NULL;
    }
    return NULL;
}

// --- A run ---------------------------------------------------------------------------------------------------------------------------
static err skip_rows(pipeline *p)
{
    arena *a = arena_create();
    err e = E_OK;
    for (bool more = true; e == E_OK && more && p->row_count < p->r->skip; p->row_count += more) {
        source_row row;
        e = source_next(p->r->source, a, &row, &more);
        if (arena_bytes(a) > SLICE_BYTES_MAX)
            arena_reset(a);
    }
    arena_destroy(a);
    return e;
}

static void prepare(run *r)
{
    // Labels are in the order of enum effects.
    int i = 0;
    while (import_effects_labels.labels[i] && !str_eq(str_c(import_effects_labels.labels[i]), r->job->effects))
        i++;
    r->who = (caller){ .kind = r->job->who_kind, .id = r->job->who_id, .name = S("import"), .source = IMPORT_SOURCE,
                       .effects = import_effects_labels.labels[i] ? i : EFFECTS_NONE };
    if (r->map->target.quiet && r->who.effects == EFFECTS_NONE)
        r->who.effects = EFFECTS_QUIET;
    r->maker = (row_maker){ r->map, r->e, r->e->ingest, &r->who, os_now_us(r->e->o) };
}

static void start_workers(pipeline *p, size_t workers)
{
    pthread_t threads[WORKERS_MAX];
    size_t started = 0;
    while (started < workers && pthread_create(&threads[started], NULL, work, p) == 0)
        started++;
    if (!started)
        work(p);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_lock(&p->m);
    while (p->under_way)
        pthread_cond_wait(&p->changed, &p->m);
    pthread_mutex_unlock(&p->m);
}

err run_rows(run *r)
{
    prepare(r);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t workers = cores > 2 ? (size_t)cores - 1 : 1, slices;
    workers = workers < WORKERS_MAX ? workers : WORKERS_MAX;
    slices = 2 * workers + 4;
    pipeline p = { .r = r, .slice_rows = r->map->target.slice };
    if (r->who.effects != EFFECTS_NONE && r->map->target.plain && p.slice_rows > SLICE_ROWS_LOUD)
        p.slice_rows = SLICE_ROWS_LOUD;
    pthread_mutex_init(&p.reading, NULL);
    pthread_mutex_init(&p.m, NULL);
    pthread_cond_init(&p.changed, NULL);
    slice *all = calloc(slices, sizeof *all);
    ENSURE(all);
    for (size_t i = 0; i < slices; i++) {
        all[i] = (slice){ .op = { .run = slice_run, .done = slice_done, .lane = LANE_BULK }, .p = &p, .a = arena_create(), .next = p.idle };
        p.idle = &all[i];
    }
    p.e = skip_rows(&p);
    if (p.e == E_OK)
        start_workers(&p, workers);
    for (size_t i = 0; i < slices; i++)
        arena_destroy(all[i].a);
    free(all);
    pthread_cond_destroy(&p.changed);
    pthread_mutex_destroy(&p.m);
    pthread_mutex_destroy(&p.reading);
    return p.e != E_OK ? p.e : __atomic_load_n(r->stop, __ATOMIC_ACQUIRE) ? E_SHUTTING_DOWN : E_OK;
}
