// A segment of the log whose bytes are anything: opening refuses it or cuts it, and what it kept reads back.
// The first bytes patch a good segment, so that the search does not have to guess checksums; the rest follows it.
#include "fuzz.h"
#include "sim/os_sim.h"
#include "timeline/timeline.h"

static bool count_event(void *p, const event *e)
{
    ENSURE(e->no == ++*(int64_t *)p);
    return true;
}

static void write_group(timeline *t, int64_t no, size_t size)
{
    buf one = { 0 }, body = { 0 };
    event_encode(&one, &(event){ .subject = 1, .kind = 1, .time_us = (int64_t)size });
    buf_add_lenstr(&body, buf_str(&one));
    ENSURE(timeline_append(t, &(frame){ no, 1, 7, buf_str(&body), { 0 } }) == E_OK);
    buf_free(&one);
    buf_free(&body);
}

// Bytes 0…2: where and what to flip. Byte 3: whether the third group is synced. The rest is appended.
static void spoil(os *o, const uint8_t *data, size_t size)
{
    os_file *f;
    int64_t end;
    ENSURE(os_open(o, "/log/0000000000000001.seg", OS_READ | OS_WRITE, &f) == E_OK);
    ENSURE(os_size(f, &end) == E_OK);
    int64_t at = (data[0] | data[1] << 8) % end;
    char c;
    size_t got;
    ENSURE(os_read_at(f, &c, 1, at, &got) == E_OK);
    c = (char)(c ^ data[2]);
    ENSURE(os_write_at(f, &c, 1, at) == E_OK);
    ENSURE(os_write_at(f, data + 4, size - 4, end) == E_OK);
    os_close(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4)
        return 0;
    arena *a = arena_create();
    os_sim *sim = os_sim_create(1);
    timeline_config c = { .o = os_sim_os(sim), .dir = "/log" };
    timeline *t;
    int64_t last, seen = 0;
    fault f = { 0 };
    ENSURE(timeline_open(&c, &f, a, &t, &last) == E_OK);
    for (int64_t no = 1; no <= 3; no++) {
        write_group(t, no, size);
        if (no < 3 || data[3] % 2)
            ENSURE(timeline_sync(t) == E_OK);
    }
    timeline_close(t);
    spoil(c.o, data, size);
    err e = timeline_open(&c, &f, a, &t, &last);
    ENSURE(e == E_OK || (e == E_CORRUPT && f.detail.len > 0) || e == E_TOO_NEW);
    if (e == E_OK) {
        ENSURE(last >= 2 || (last >= 1 && data[2]) || data[2]);
        ENSURE(timeline_each(t, 1, last, count_event, &seen) == E_OK && seen == last);
        timeline_close(t);
    }
    os_sim_destroy(sim);
    arena_destroy(a);
    return 0;
}
