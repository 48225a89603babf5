#include "api/api_impl.h"

#define WINDOW_US (60 * INT64_C(1000000))

allowance limiter_take(limiter *l, str who, uint64_t bucket, int32_t per_minute, int64_t mono_us)
{
    uint64_t key = hash_sip64(&l->key, who) ^ (bucket * UINT64_C(0x9E3779B97F4A7C15));
    key += key == 0;
    size_t set = (size_t)(key % LIMIT_SETS), way = 0;
    // The caller's own slot, else the one that loses least: whose bucket is full again, or soonest will be.
    for (size_t i = 0; i < LIMIT_WAYS; i++) {
        if (l->v[set][i].who == key) {
            way = i;
            break;
        }
        if (l->v[set][i].full_us < l->v[set][way].full_us)
            way = i;
    }
    bool mine = l->v[set][way].who == key;
    int64_t full = mine && l->v[set][way].full_us > mono_us ? l->v[set][way].full_us : mono_us;
    int64_t each = WINDOW_US / per_minute, owed = full - mono_us;
    allowance out = { .limit = per_minute, .ok = owed + each <= WINDOW_US };
    if (out.ok) {
        owed += each;
        l->v[set][way].who = key;
        l->v[set][way].full_us = mono_us + owed;
    } else {
        out.retry_s = (owed + each - WINDOW_US + 999999) / 1000000;
    }
    out.left = (int32_t)((WINDOW_US - owed) / each);
    out.reset_s = (owed + 999999) / 1000000;
    return out;
}
