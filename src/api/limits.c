#include "api/limits.h"

#define WINDOW_US (60 * INT64_C(1000000))

typedef struct place { uint64_t key; size_t set, way; bool mine; } place;

// The caller's own slot, else the one that loses least: whose bucket is full again, or soonest will be.
static place find(const limiter *l, str who, uint64_t bucket)
{
    place p = { .key = hash_sip64(&l->key, who) ^ (bucket * UINT64_C(0x9E3779B97F4A7C15)) };
    p.key += p.key == 0;
    p.set = (size_t)(p.key % LIMIT_SETS);
    for (size_t i = 0; i < LIMIT_WAYS && !p.mine; i++) {
        p.mine = l->v[p.set][i].who == p.key;
        if (p.mine || l->v[p.set][i].full_us < l->v[p.set][p.way].full_us)
            p.way = i;
    }
    return p;
}

static allowance judge(const limiter *l, const place *p, int32_t per_minute, int64_t mono_us, int64_t *ret_full)
{
    int64_t full = p->mine && l->v[p->set][p->way].full_us > mono_us ? l->v[p->set][p->way].full_us : mono_us;
    int64_t each = WINDOW_US / per_minute, owed = full - mono_us;
    allowance out = { .limit = per_minute, .ok = owed + each <= WINDOW_US };
    if (out.ok)
        owed += each;
    else
        out.retry_s = (owed + each - WINDOW_US + 999999) / 1000000;
    out.left = (int32_t)((WINDOW_US - owed) / each);
    out.reset_s = (owed + 999999) / 1000000;
    *ret_full = mono_us + owed;
    return out;
}

allowance limiter_look(const limiter *l, str who, uint64_t bucket, int32_t per_minute, int64_t mono_us)
{
    place p = find(l, who, bucket);
    int64_t full;
    return judge(l, &p, per_minute, mono_us, &full);
}

allowance limiter_take(limiter *l, str who, uint64_t bucket, int32_t per_minute, int64_t mono_us)
{
    place p = find(l, who, bucket);
    int64_t full;
    allowance out = judge(l, &p, per_minute, mono_us, &full);
    if (out.ok) {
        l->v[p.set][p.way].who = p.key;
        l->v[p.set][p.way].full_us = full;
    }
    return out;
}
