#include "admin/admin_internal.h"
#include <stdlib.h>

static size_t slot_of(hash128 h) { return (size_t)(h.lo % CACHE_SLOTS); }

bool cache_get(struct admin *m, hash128 h, arena *a, cached *ret)
{
    pthread_mutex_lock(&m->lock);
    const cached *c = &m->slots[slot_of(h)];
    bool hit = c->who.kind != CALLER_NOBODY && hash128_eq(c->hash, h);
    if (hit) {
        *ret = *c;
        ret->who.name = arena_str(a, str_of(c->name, c->who.name.len));
    }
    pthread_mutex_unlock(&m->lock);
    return hit;
}

uint64_t cache_generation(struct admin *m)
{
    pthread_mutex_lock(&m->lock);
    uint64_t g = m->generation;
    pthread_mutex_unlock(&m->lock);
    return g;
}

void cache_put(struct admin *m, uint64_t generation, const cached *c)
{
    ENSURE(c->who.name.len <= sizeof c->name);
    pthread_mutex_lock(&m->lock);
    if (m->generation == generation) {
        cached *at = &m->slots[slot_of(c->hash)];
        *at = *c;
        memcpy(at->name, c->who.name.s ? c->who.name.s : "", c->who.name.len);
    }
    pthread_mutex_unlock(&m->lock);
}

static void empty(void *p)
{
    struct admin *m = p;
    pthread_mutex_lock(&m->lock);
    m->generation++;
    memset(m->slots, 0, CACHE_SLOTS * sizeof *m->slots);
    pthread_mutex_unlock(&m->lock);
}

void cache_empty_after(tx *t) { tx_after(t, empty, engine_of(t)->admin); }

// --- Touching ----------------------------------------------------------------------------------------------------------------------
typedef struct touch {
    op op;
    int64_t session, now_us;
} touch;

static err touch_run(op *o, tx *t)
{
    const touch *w = (const touch *)(const void *)o;
    return db_exec(t->d, "UPDATE staff_session SET seen_us = $2 WHERE id = $1 AND seen_us < $2", dbi(w->session), dbi(w->now_us));
}

// A touch that is lost costs nothing: the next request of the session tries again.
static void touch_done(op *o, err outcome)
{
    (void)outcome;
    free(o);
}

void cache_touch(engine *e, const cached *c, int64_t now_us)
{
    if (!e->teller || now_us - c->seen_us < SESSION_TOUCH_US)
        return;
    touch *w = calloc(1, sizeof *w);
    ENSURE(w);
    *w = (touch){ .op = { .run = touch_run, .done = touch_done, .lane = LANE_INTERACTIVE }, .session = c->who.session, .now_us = now_us };
    if (!teller_submit(e->teller, &w->op)) {
        free(w);
        return;
    }
    pthread_mutex_lock(&e->admin->lock);
    cached *at = &e->admin->slots[slot_of(c->hash)];
    if (at->who.kind == CALLER_STAFF && hash128_eq(at->hash, c->hash))
        at->seen_us = now_us;
    pthread_mutex_unlock(&e->admin->lock);
}

// --- Log-ins that failed ---------------------------------------------------------------------------------------------------------------
typedef struct failed_login { op op; int64_t staff; } failed_login;

static err failed_run(op *o, tx *t)
{
    int64_t staff = ((failed_login *)(void *)o)->staff;
    return audit_note(t, &(audit_entry){ AUDIT_NOBODY, 0, S("session.refused"), S("staff"), staff, { 0 } });
}

// Lost only when the queue is full or the disk is: the answer to the caller is the same.
void audit_login_failed(engine *e, int64_t staff)
{
    if (!e->teller)
        return;
    failed_login *w = calloc(1, sizeof *w);
    ENSURE(w);
    *w = (failed_login){ .op = { .run = failed_run, .done = touch_done, .lane = LANE_INTERACTIVE }, .staff = staff };
    if (!teller_submit(e->teller, &w->op))
        free(w);
}

// --- Life --------------------------------------------------------------------------------------------------------------------------
err admin_open(engine *e)
{
    struct admin *m = calloc(1, sizeof *m);
    ENSURE(m);
    m->slots = calloc(CACHE_SLOTS, sizeof *m->slots);
    m->failed = calloc(1, sizeof *m->failed);
    ENSURE(m->slots && m->failed);
    hash_random_key(&m->failed->key);
    pthread_mutex_init(&m->lock, NULL);
    pthread_mutex_init(&m->limit_lock, NULL);
    e->admin = m;
    return E_OK;
}

void admin_close(engine *e)
{
    struct admin *m = e->admin;
    if (!m)
        return;
    pthread_mutex_destroy(&m->lock);
    pthread_mutex_destroy(&m->limit_lock);
    free(m->slots);
    free(m->failed);
    free(m);
    e->admin = NULL;
}
