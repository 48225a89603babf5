// The bounded queue in its lanes. Any thread puts in, the teller's takes out.
#include "store/teller_impl.h"

void queue_init(teller *t)
{
    ENSURE(uv_mutex_init(&t->lock) == 0 && uv_cond_init(&t->submitted) == 0 && uv_cond_init(&t->seen) == 0);
    for (int i = 0; i < LANE_COUNT; i++)
        t->lanes[i] = (op_lane){ NULL, &t->lanes[i].first, 0 };
}

void queue_destroy(teller *t)
{
    uv_cond_destroy(&t->seen);
    uv_cond_destroy(&t->submitted);
    uv_mutex_destroy(&t->lock);
}

bool teller_submit(teller *t, op *o)
{
    ENSURE((unsigned)o->lane < LANE_COUNT && o->done && (o->lane == LANE_BETWEEN ? o->between != NULL : o->run != NULL));
    uv_mutex_lock(&t->lock);
    op_lane *l = &t->lanes[o->lane];
    bool taken = !t->closing && l->n < t->c.queue_max;
    if (taken) {
        o->next = NULL;
        *l->end = o;
        l->end = &o->next;
        l->n++;
        uv_cond_signal(&t->submitted);
    }
    uv_mutex_unlock(&t->lock);
    return taken;
}

static op *lane_take(op_lane *l)
{
    op *o = l->first;
    if (!o)
        return NULL;
    l->first = o->next;
    l->n--;
    if (!l->first)
        l->end = &l->first;
    o->next = NULL;
    return o;
}

op *queue_take(teller *t, bool bulk_too)
{
    uv_mutex_lock(&t->lock);
    op *o = lane_take(&t->lanes[LANE_INTERACTIVE]);
    if (!o && bulk_too)
        o = lane_take(&t->lanes[LANE_BULK]);
    uv_mutex_unlock(&t->lock);
    return o;
}

op *queue_take_between(teller *t)
{
    uv_mutex_lock(&t->lock);
    op *o = lane_take(&t->lanes[LANE_BETWEEN]);
    uv_mutex_unlock(&t->lock);
    return o;
}

op *queue_take_all(teller *t)
{
    uv_mutex_lock(&t->lock);
    t->closing = true;
    *t->lanes[LANE_BULK].end = t->lanes[LANE_BETWEEN].first;
    *t->lanes[LANE_INTERACTIVE].end = t->lanes[LANE_BULK].first;
    op *all = t->lanes[LANE_INTERACTIVE].first;
    for (int i = 0; i < LANE_COUNT; i++)
        t->lanes[i] = (op_lane){ NULL, &t->lanes[i].first, 0 };
    uv_mutex_unlock(&t->lock);
    return all;
}

bool queue_closing(teller *t)
{
    uv_mutex_lock(&t->lock);
    bool closing = t->closing;
    uv_mutex_unlock(&t->lock);
    return closing;
}

void queue_wait(teller *t, int64_t us)
{
    uv_mutex_lock(&t->lock);
    bool waiting = false;
    for (int i = 0; i < LANE_COUNT; i++)
        waiting |= t->lanes[i].n > 0;
    if (!waiting && !t->closing)
        uv_cond_timedwait(&t->submitted, &t->lock, (uint64_t)us * 1000);
    uv_mutex_unlock(&t->lock);
}

void teller_stop(teller *t)
{
    uv_mutex_lock(&t->lock);
    t->closing = true;
    uv_cond_broadcast(&t->submitted);
    uv_mutex_unlock(&t->lock);
}
