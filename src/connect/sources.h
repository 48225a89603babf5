// Delivery health of each source, and how often each kind came from it: counted in memory, written every few seconds, so that
// an event costs no SQL. What a crash loses is at most what was not yet written: ten seconds of counts, never an event. Part of each
// commit they would cost an upsert per source and one per kind in it, where a plain event has no SQL at all; and events cannot be counted
// again at the start, because those that records tell bear a source too and do not count here. Any thread.
#ifndef CONNECT_SOURCES_H
#define CONNECT_SOURCES_H
#include "base/map.h"
#include "base/vec.h"
#include "rule/engine.h"
#include <pthread.h>

#define SOURCES_MAX 1024               // beyond, they are counted as source 0
#define SOURCE_KINDS_MAX 50000         // pairs of source and kind; beyond, they are counted as kind 0
#define SOURCE_LATE_US (60 * INT64_C(60000000))

typedef struct source_stat {
    int64_t source, stored, duplicate, warned, quarantined, refused, late, skew_n, skew_us, dropped, last_us;
    bool dirty;
} source_stat;
typedef struct source_kind_stat { uint32_t source, kind; int64_t stored, warned, quarantined, refused, last_us; bool dirty; } source_kind_stat;

typedef struct sources {
    pthread_mutex_t lock;
    VEC(source_stat) all;
    map64 at;                          // source → index
    VEC(source_kind_stat) kinds;       // what was not yet written
    map64 kind_at;
} sources;

// One event as it was judged. verdict: ingest_verdict.
typedef struct source_event { uint32_t source, kind; int verdict; bool warned, late, has_skew; int64_t skew_us,
    at_us; uint32_t dropped; } source_event;

void sources_open(sources *s);
void sources_close(sources *s);
err sources_load(sources *s, db *d);
void sources_count(sources *s, const source_event *v, size_t n);
// A copy of all, in the arena.
const source_stat *sources_now(sources *s, arena *a, size_t *ret_n);
err sources_flush(tx *t, sources *s, bool *ret_more);      // a bulk operation

#endif
