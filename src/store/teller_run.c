// The thread body: steps while there is work, ships in the pauses, or when enough has gathered.
#include "base/time.h"
#include "store/teller_impl.h"

#define SHIP_AFTER_US (20 * US_PER_MS)        // of nothing to do: a lone write must not wait for the log's fsync
#define SHIP_LATEST_US (500 * US_PER_MS)
#define SHIP_EVENTS 20000
#define SHIP_RETRY_US US_PER_S                // after the log refused

// Ships until nothing is left or the log refuses. *ret_refused_us: when it refused, 0 when not.
static err ship_all(teller *t, int64_t *ret_refused_us)
{
    bool more = true;
    while (more && t->shipped_no < t->event_no)
        TRY(teller_ship(t, &more));
    *ret_refused_us = t->c.ship && t->shipped_no < t->event_no ? os_mono_us(t->c.o) : 0;
    return E_OK;
}

err teller_run(teller *t)
{
    int64_t shipped_us = os_mono_us(t->c.o), refused_us = 0;
    for (;;) {
        bool worked, closing = queue_closing(t);   // asked first: nothing comes in afterwards
        TRY(teller_step(t, &worked));
        TRY(teller_checkpoint(t, false));
        int64_t now = os_mono_us(t->c.o), waiting = t->event_no - t->shipped_no;
        if (!worked && closing)
            break;
        bool due = waiting && (now - shipped_us >= SHIP_LATEST_US || waiting >= SHIP_EVENTS);
        if (!worked && !due) {
            queue_wait(t, waiting ? SHIP_AFTER_US : US_PER_S);
            due = waiting && os_mono_us(t->c.o) - now >= SHIP_AFTER_US;
        }
        if (due && (!refused_us || now - refused_us >= SHIP_RETRY_US)) {
            TRY(ship_all(t, &refused_us));
            shipped_us = os_mono_us(t->c.o);
        }
    }
    return ship_all(t, &refused_us);
}
