// Bytes of an event, from a disk: an error, or an event that survives its own round trip.
#include "fuzz.h"
#include "timeline/timeline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena *a = arena_create();
    event e, again;
    if (event_decode((str){ (const char *)data, size }, a, &e) == E_OK) {
        buf b = { 0 };
        event_encode(&b, &e);
        ENSURE(event_decode(buf_str(&b), a, &again) == E_OK);
        ENSURE(again.time_us == e.time_us && again.sent_us == e.sent_us && again.props_n == e.props_n && again.kind == e.kind);
        ENSURE(str_eq(again.message_id, e.message_id));
        for (uint32_t i = 0; i < e.props_n; i++)
            ENSURE(event_prop_of(&again, e.props[i].id)->k == e.props[i].v.k);
        buf_free(&b);
    }
    arena_destroy(a);
    return 0;
}
