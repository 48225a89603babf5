// Sinks (route.sink): their SDKs take any answer for success, so one that cannot be served now is not told so. It waits here and is
// tried again; after ten seconds its connection ends without an answer, and the SDK sends again. Loop thread.
#include "api/api_impl.h"

#define HOLD_US (10 * INT64_C(1000000))
#define HOLD_TICK_MS 50

static bool over(const call *c) { return c->api->stopping || os_mono_us(c->api->c.o) - c->started_us >= HOLD_US; }

static void on_tick(uv_timer_t *t)
{
    api_loop *l = t->data;
    call *list = l->held;
    l->held = NULL;
    while (list) {
        call *c = list;
        list = c->next;
        c->next = NULL;
        if (http_gone(c->http) || over(c))
            call_end(c, E_OVERLOADED);
        else
            call_again(c);                    // may come back
    }
    if (!l->held)
        uv_timer_stop(t);
}

void hold_open(api_loop *l)
{
    l->hold.data = l;
    ENSURE(uv_timer_init(http_loop(l->http), &l->hold) == 0);
}

void call_hold(call *c)
{
    api_loop *l = c->loop;
    if (!route_of(c) || !route_of(c)->sink || over(c)) {
        call_end(c, E_OVERLOADED);
        return;
    }
    c->next = l->held;
    l->held = c;
    if (!uv_is_active((uv_handle_t *)&l->hold))
        uv_timer_start(&l->hold, on_tick, HOLD_TICK_MS, HOLD_TICK_MS);
}

void hold_shut(api_loop *l)
{
    uv_timer_stop(&l->hold);
    on_tick(&l->hold);                        // stopping: all of them end
    uv_close((uv_handle_t *)&l->hold, NULL);
}
