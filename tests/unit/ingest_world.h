// A world that takes messages, with its memory of known message ids beside its directory.
#ifndef TESTS_INGEST_WORLD_H
#define TESTS_INGEST_WORLD_H
#include "connect/ingest.h"
#include "connect/segment.h"
#include "domain.h"
#include <unistd.h>

typedef struct bench { world w; dedupe *dd; char seen[80]; } bench;

// After world_open and world_reopen.
static inline void bench_begin(bench *b)
{
    int64_t last;
    snprintf(b->seen, sizeof b->seen, "%s.seen", b->w.dir);
    b->w.e.ingest = ingest_open(&(ingest_config){ .vault = b->w.e.vault, .engine = &b->w.e });
    assert_ok(ingest_load(b->w.e.ingest, b->w.d));
    assert_ok(dedupe_open(&(dedupe_config){ .o = &b->w.o, .dir = b->seen }, &b->w.f, b->w.a, &b->dd, &last));
    b->w.e.dd = b->dd;
}

static inline void bench_end(bench *b)
{
    ingest_close(b->w.e.ingest);
    dedupe_close(b->dd);
}

static inline void bench_close(bench *b)
{
    bench_end(b);
    rmdir(b->seen);
    world_close(&b->w);
    free(b);
}

#endif
