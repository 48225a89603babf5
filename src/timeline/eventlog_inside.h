// Inside the log only: what eventlog.c and eventlog_rewrite.c share.
#ifndef TIMELINE_EVENTLOG_INSIDE_H
#define TIMELINE_EVENTLOG_INSIDE_H
#include "base/vec.h"
#include "timeline/eventlog.h"
#include <pthread.h>

typedef struct segment {
    segment_head head;
    os_file *f;
    int64_t bytes;
} segment;

// A file somebody reads; it is closed when nobody does and it is a segment's no more.
typedef struct holding { os_file *f; int readers; bool retired; } holding;

struct eventlog {
    os *o;
    char *dir;
    uint8_t database[16];
    int64_t segment_bytes;
    pthread_mutex_t m;     // over what any thread may look at: from here to synced_bytes
    int64_t buffer_bytes;  // of tail and scratch, which are the writer's alone
    VEC(segment) segments; // in order; the last one is written
    VEC(holding) held;
    int64_t last_no, synced_no;
    int64_t synced_bytes; // of the last segment
    // The writer's own.
    int64_t unsure_at; // at opening: the first frame the database still holds, 0 none
    buf tail;          // what stands, or should stand, behind synced_bytes
    buf scratch;
    bool distrusted;        // a write or sync failed: look at the file anew before touching it
    int64_t torn_bytes;
};

static inline segment *last_segment(eventlog *l) { return &l->segments.v[l->segments.n - 1]; }
static inline str segment_path(arena *a, const char *dir, int64_t first_no)
{
    return arena_fmt(a, "%s/%016llx.seg", dir, (long long)first_no);
}

// The mutex is held: the segment's file for reading, until segment_drop, whatever becomes of the segment meanwhile.
os_file *segment_hold(eventlog *l, size_t i);
void segment_drop(eventlog *l, os_file *f);            // takes the mutex
void segment_replace(eventlog *l, segment *s, os_file *f);   // takes the mutex; the file before is closed when nobody reads it
size_t segment_index(const eventlog *l, int64_t no);   // the mutex is held

#endif
