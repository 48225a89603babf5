// Rate limits in memory: GCRA, one instant per key, the time at which its bucket would be full again. A slot whose instant has
// passed is free, so the table never grows. Not thread-safe.
#ifndef API_LIMITS_H
#define API_LIMITS_H
#include "base/hash.h"

#define LIMIT_SETS 2048
#define LIMIT_WAYS 4
typedef struct limiter {
    hash_key key;                             // hash_random_key; the rest zero
    struct { uint64_t who; int64_t full_us; } v[LIMIT_SETS][LIMIT_WAYS];
} limiter;

typedef struct allowance {
    bool ok;
    int32_t limit, left;
    int64_t reset_s, retry_s;                 // until the bucket is full; until the next request would pass
} allowance;

// `who` tells callers apart, `bucket` their buckets of `per_minute` (> 0). Takes one when there is one.
allowance limiter_take(limiter *l, str who, uint64_t bucket, int32_t per_minute, int64_t mono_us);
// The same without taking.
allowance limiter_look(const limiter *l, str who, uint64_t bucket, int32_t per_minute, int64_t mono_us);

#endif
