// What the two halves of ingest share.
#ifndef CONNECT_INGEST_INTERNAL_H
#define CONNECT_INGEST_INTERNAL_H
#include "base/map.h"
#include "connect/ingest.h"

// ingest_rows.c: rows that are part of the event. Before anything is written: may they be? E_LIMIT_REACHED.
err ingest_check_rows(tx *t, const ingest_event *e);
void ingest_with_rows(tx *t, const caller *who, ingest_event *e, event_new *n);
err ingest_unbind(tx *t, const ingest_event *e);               // after it

struct ingest {
    ingest_config config;
    map64 minted;                  // teller: new subjects per source in `minted_minute`
    int64_t minted_minute;
    ingest_stats stats;            // relaxed atomics
};

#endif
