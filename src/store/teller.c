// Groups: open, run operations in savepoints, commit once, make visible, acknowledge. The state machine and what each failure
// means are in docs/decisions/commit.md.
#include "store/teller_impl.h"
#include <stdlib.h>

#define QUEUE_MAX 4096
#define GROUP_BYTES_MAX (1024 * 1024)
#define GROUP_US_MAX 4000
#define WAL_BYTES_MAX (4 * 1024 * 1024)

// --- Opening and closing ---------------------------------------------------------------------------------------------
static err counters_read(teller *t)
{
    db_rows r;
    TRY(db_query(t->c.d, &r, "SELECT name, value FROM counter"));
    while (db_next(&r))
        for (int i = 0; i < COUNTER_COUNT; i++)
            if (str_eq(db_str(&r, 0), str_c(counter_names[i])))
                t->dense[i] = (uint32_t)db_i64(&r, 1);
    return db_end(&r);
}

static err recover(teller *t, fault *f, arena *a)
{
    db *d = t->c.d;
    buf report = { 0 };
    err e = teller_check(d, &report);
    if (e == E_OK && report.len)
        e = E_CORRUPT;
    if (e == E_CORRUPT)
        fault_detail(f, a, E_CORRUPT, "%.*s", (int)report.len, report.s ? report.s : "");
    buf_free(&report);
    TRY(e);
    head h;
    TRY(head_read(d, &h));
    TRY(counters_read(t));
    t->event_no = h.event_no;
    t->shipped_no = h.shipped_no;
    t->last_id = h.last_id;
    t->last_us = h.last_us;
    atomic_store(&t->head_no, h.event_no);
    atomic_store(&t->visible_no, h.event_no);
    t->stats.head_no = h.event_no;
    t->stats.shipped_no = h.shipped_no;
    t->stats.deleted_no = h.deleted_no;
    return teller_checkpoint(t, true);
}

err teller_open(const teller_config *c, fault *f, arena *a, teller **ret)
{
    ENSURE(c->o && c->d && !c->ship == !c->ship_sync);
    teller *t = calloc(1, sizeof *t);
    ENSURE(t);
    t->c = *c;
    t->c.queue_max = c->queue_max ? c->queue_max : QUEUE_MAX;
    t->c.group_bytes_max = c->group_bytes_max ? c->group_bytes_max : GROUP_BYTES_MAX;
    t->c.group_us_max = c->group_us_max ? c->group_us_max : GROUP_US_MAX;
    t->c.wal_bytes_max = c->wal_bytes_max ? c->wal_bytes_max : WAL_BYTES_MAX;
    t->g.tx = (tx){ .d = c->d, .teller = t, .a = arena_create(), .user = c->user };
    queue_init(t);
    err e = recover(t, f, a);
    if (e != E_OK) {
        t->c.d = NULL;                         // the caller's again
        teller_close(t);
        return e;
    }
    *ret = t;
    return E_OK;
}

void teller_close(teller *t)
{
    if (!t)
        return;
    queue_destroy(t);
    group_free(&t->g);
    if (t->c.d)
        db_close(t->c.d);
    free(t);
}

// --- A group ---------------------------------------------------------------------------------------------------------
static err op_run(tx *t, void *p)
{
    group *g = &t->teller->g;
    TRY(((op *)p)->run(p, t));
    for (size_t i = 0; i < g->ends.n; i++)
        TRY(g->ends.v[i].fn(t, g->ends.v[i].p));
    g->ends.n = 0;
    return E_OK;
}

static void group_open(teller *t)
{
    group *g = &t->g;
    group_clear(g);
    int64_t now = os_now_us(t->c.o);
    g->mono_us = os_mono_us(t->c.o);
    g->tx.now_us = now > t->last_us ? now : t->last_us;
    g->start = group_mark(t);
    g->trouble = db_begin(t->c.d);
}

static void group_run_op(teller *t, op *o)
{
    group *g = &t->g;
    *g->ran_end = o;
    g->ran_end = &o->next;
    g->ran_n++;
    g->bulk_n += o->lane == LANE_BULK;
    g->op_events = g->events_n;
    g->tx.f = NULL;
    if (g->trouble == E_OK)
        o->outcome = tx_nested(&g->tx, op_run, o);
    g->stood_n += o->outcome == E_OK;
}

// Interactive operations, then bulk ones while none of the others wait; a slice of bulk per group that holds interactive ones.
static op *group_next(teller *t)
{
    group *g = &t->g;
    if (g->trouble != E_OK || g->body.len >= t->c.group_bytes_max || os_mono_us(t->c.o) - g->mono_us >= t->c.group_us_max)
        return NULL;
    return queue_take(t, g->bulk_n == 0 || g->bulk_n == g->ran_n);
}

static err counters_write(teller *t)
{
    for (int i = 0; i < COUNTER_COUNT; i++)
        if (t->dense[i] != t->g.start.dense[i])
            TRY(db_exec(t->c.d, "INSERT INTO counter (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                        dbs(str_c(counter_names[i])), dbi(t->dense[i])));
    return E_OK;
}

static group_frame group_as_frame(const teller *t)
{
    const group *g = &t->g;
    return (group_frame){ t->event_no + 1, g->events_n, g->tx.now_us, buf_str(&g->body), buf_str(&g->prints) };
}

// The last statements of the transaction: the events, the counters, the head.
static err group_write(teller *t)
{
    group_frame f = group_as_frame(t);
    if (f.count) {
        ENSURE(frame_whole(&f));
        TRY(db_exec(t->c.d, "INSERT INTO batch (first_no, count, at_us, body, prints) VALUES ($1, $2, $3, $4, $5)", dbi(f.first_no),
                    dbi(f.count), dbi(f.at_us), dbb(f.body), dbb(f.prints)));
    }
    TRY(counters_write(t));
    return db_exec(t->c.d, "UPDATE head SET event_no = $1, last_id = $2, last_us = $3 WHERE id = 1", dbi(t->event_no + f.count),
                   dbi(t->last_id), dbi(f.at_us));
}

// E_OK: on disk. After E_DISK_FULL and E_DB the transaction can be rolled back; anything else leaves open whether the
// commit record survives, so only a restart can tell.
static err group_commit(teller *t)
{
    TRY(group_write(t));
    int64_t began = os_mono_us(t->c.o);
    err e = db_commit(t->c.d);
    t->g.commit_us = os_mono_us(t->c.o) - began;
    teller_note_stall(t, began, false);
    return e == E_OK || e == E_DISK_FULL || e == E_DB ? e : teller_die(t, e);
}

// Memory goes back wholly, then the database; every operation gets the error, for each may have built on the others.
static void group_undo(teller *t, err e)
{
    group_undo_to(t, &t->g.start);
    for (op *o = t->g.ran; o; o = o->next)
        o->outcome = e;
    if (t->dead != E_OK)
        return;
    err undone = db_rollback(t->c.d);
    if (undone != E_OK)
        teller_die(t, undone);
}

static void group_show(teller *t)
{
    group *g = &t->g;
    group_frame f = group_as_frame(t);
    t->event_no += f.count;
    t->last_us = f.at_us;
    atomic_store(&t->head_no, t->event_no);
    if (f.count && t->c.on_visible)
        t->c.on_visible(t->c.user, &f);
    uv_mutex_lock(&t->lock);
    atomic_store(&t->visible_no, t->event_no);
    uv_cond_broadcast(&t->seen);
    uv_mutex_unlock(&t->lock);
    for (size_t i = 0; i < g->after.n; i++)
        g->after.v[i].fn(g->after.v[i].p);
}

static void group_count(teller *t, bool committed)
{
    const group *g = &t->g;
    uv_mutex_lock(&t->lock);
    t->stats.groups++;
    t->stats.commit_us_total += g->commit_us;
    t->stats.operations += g->ran_n;
    t->stats.undone += committed ? g->ran_n - g->stood_n : g->ran_n;
    t->stats.events += committed ? g->events_n : 0;
    t->stats.commits_failed += !committed && g->stood_n > 0;
    t->stats.head_no = t->event_no;
    uv_mutex_unlock(&t->lock);
}

static void answer(op *o)
{
    while (o) {
        op *next = o->next;                    // done may free it
        o->done(o, o->outcome);
        o = next;
    }
}

static void group_close(teller *t)
{
    group *g = &t->g;
    err e = g->trouble;
    bool empty = e == E_OK && g->stood_n == 0;  // every operation was undone: nothing to make durable
    if (e == E_OK && !empty)
        e = group_commit(t);
    bool committed = e == E_OK && !empty;
    if (committed) {
        group_show(t);
    } else if (empty) {
        err undone = db_rollback(t->c.d);
        if (undone != E_OK)
            teller_die(t, undone);
    } else {
        group_undo(t, e);
    }
    group_count(t, committed);
    answer(g->ran);
}

void teller_refuse_waiting(teller *t)
{
    op *waiting = queue_take_all(t);
    for (op *o = waiting; o; o = o->next)
        o->outcome = E_SHUTTING_DOWN;
    answer(waiting);
}

static bool run_between(teller *t)
{
    op *o = queue_take_between(t);
    if (!o)
        return false;
    int64_t began_us = os_mono_us(t->c.o);
    o->outcome = o->between(o, t->c.d);
    teller_note_stall(t, began_us, false);
    answer(o);
    return true;
}

err teller_step(teller *t, bool *ret_worked)
{
    *ret_worked = false;
    if (t->dead != E_OK)
        return t->dead;
    *ret_worked = run_between(t);
    op *o = queue_take(t, true);
    if (!o)
        return E_OK;
    *ret_worked = true;
    group_open(t);
    for (; o; o = group_next(t))
        group_run_op(t, o);
    group_close(t);
    if (t->dead != E_OK)
        teller_refuse_waiting(t);
    return t->dead;
}

// --- State for others ------------------------------------------------------------------------------------------------
err teller_die(teller *t, err e)
{
    t->dead = e;
    uv_mutex_lock(&t->lock);
    t->closing = t->failed = true;
    uv_cond_broadcast(&t->seen);
    uv_mutex_unlock(&t->lock);
    return e;
}

void teller_note_stall(teller *t, int64_t began_us, bool checkpoint)
{
    int64_t took = os_mono_us(t->c.o) - began_us;
    uv_mutex_lock(&t->lock);
    teller_stats *s = &t->stats;
    s->stall_longest_us = took > s->stall_longest_us ? took : s->stall_longest_us;
    s->checkpoint_longest_us = checkpoint && took > s->checkpoint_longest_us ? took : s->checkpoint_longest_us;
    s->checkpoints += checkpoint;
    uv_mutex_unlock(&t->lock);
}

int64_t teller_head(const teller *t) { return atomic_load(&t->head_no); }

bool teller_wait_visible(teller *t, int64_t no)
{
    if (atomic_load(&t->visible_no) >= no)
        return true;
    uv_mutex_lock(&t->lock);
    while (atomic_load(&t->visible_no) < no && !t->failed)
        uv_cond_wait(&t->seen, &t->lock);
    uv_mutex_unlock(&t->lock);
    return atomic_load(&t->visible_no) >= no;
}

teller_stats teller_stats_now(teller *t)
{
    uv_mutex_lock(&t->lock);
    teller_stats s = t->stats;
    s.queue_now = (int64_t)(t->lanes[LANE_INTERACTIVE].n + t->lanes[LANE_BULK].n);
    uv_mutex_unlock(&t->lock);
    return s;
}
