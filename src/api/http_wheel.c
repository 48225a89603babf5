// Deadlines of connections. Setting and deleting cost O(1); a timer fires at the first tick at or after its time.
#include "api/http_parts.h"

static void ring_init(http_timer *head) { head->prev = head->next = head; }

static void ring_add(http_timer *head, http_timer *t)
{
    t->next = head;
    t->prev = head->prev;
    head->prev->next = t;
    head->prev = t;
}

void http_wheel_init(http_wheel *w, int64_t now_ms)
{
    for (size_t i = 0; i < WHEEL_SLOTS; i++)
        ring_init(&w->slots[i]);
    w->tick = now_ms / WHEEL_TICK_MS;
}

void http_wheel_set(http_wheel *w, http_timer *t, int64_t due_ms)
{
    http_wheel_del(t);
    t->due_ms = due_ms;
    int64_t tick = (due_ms + WHEEL_TICK_MS - 1) / WHEEL_TICK_MS;
    if (tick <= w->tick)
        tick = w->tick + 1;
    if (tick >= w->tick + WHEEL_SLOTS)           // too far: looked at once on the way
        tick = w->tick + WHEEL_SLOTS - 1;
    ring_add(&w->slots[tick % WHEEL_SLOTS], t);
}

void http_wheel_del(http_timer *t)
{
    if (!t->next)
        return;
    t->prev->next = t->next;
    t->next->prev = t->prev;
    t->prev = t->next = NULL;
}

static void fire_slot(http_wheel *w, http_timer *slot, int64_t now_ms, void (*fn)(http_timer *t, void *user), void *user)
{
    if (slot->next == slot)
        return;
    http_timer ring = *slot;                     // taken off, so that what fn sets anew is not met again
    ring.next->prev = ring.prev->next = &ring;
    ring_init(slot);
    while (ring.next != &ring) {
        http_timer *t = ring.next;
        http_wheel_del(t);
        if (t->due_ms > now_ms)
            http_wheel_set(w, t, t->due_ms);
        else
            fn(t, user);
    }
}

void http_wheel_advance(http_wheel *w, int64_t now_ms, void (*fn)(http_timer *t, void *user), void *user)
{
    int64_t until = now_ms / WHEEL_TICK_MS;
    int64_t from = w->tick + 1;
    if (until - from >= WHEEL_SLOTS)             // the loop stood still for long: once round is all
        from = until - WHEEL_SLOTS + 1;
    for (int64_t tick = from; tick <= until; tick++) {
        w->tick = tick;
        fire_slot(w, &w->slots[tick % WHEEL_SLOTS], now_ms, fn, user);
    }
}
