// What the two halves of ingest share.
#ifndef CONNECT_INGEST_INTERNAL_H
#define CONNECT_INGEST_INTERNAL_H
#include "base/map.h"
#include "connect/ingest.h"

struct ingest {
    ingest_config config;
    map64 minted;                  // teller: new subjects per source in `minted_minute`
    int64_t minted_minute;
    ingest_stats stats;            // relaxed atomics
};

#endif
