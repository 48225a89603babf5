// What the two halves of ingest share.
#ifndef CONNECT_INGEST_INTERNAL_H
#define CONNECT_INGEST_INTERNAL_H
#include "base/map.h"
#include "connect/ingest.h"
#include "connect/quarantine.h"
#include "connect/sources.h"

// ingest_rows.c: rows that are part of the event. Before anything is written: may they be? E_LIMIT_REACHED.
err ingest_check_rows(tx *t, const ingest_event *e);
void ingest_with_rows(tx *t, const caller *who, ingest_event *e, event_new *n);
err ingest_unbind(tx *t, const ingest_event *e);               // after it

struct ingest {
    ingest_config config;
    map64 minted;                  // teller: new subjects per source in `minted_minute`
    int64_t minted_minute;
    ingest_stats stats;            // relaxed atomics
    quarantine quarantine;
    sources sources;
};

static inline plan *ingest_plan(const ingest *in) { return in->config.engine ? in->config.engine->plan : NULL; }
// Personal, as the plan says or by its name or look; path with its parents. ingest_parse.c.
bool ingest_personal(const ingest *in, const ingest_event *e, str path, str text, vault_kind *ret);
void ingest_keep_prop(ingest_event *e, arena *a, const ingest_prop *p);        // as it is
// Teller: what the vault knows of the subject's person is starred in the texts of an event. ingest_told.c.
err ingest_hush(tx *t, uint32_t subject, ingest_event *e);
// After the commit: counts the batch and shows it to whoever listens.
void ingest_tell(tx *t, ingest *in, const caller *who, ingest_batch *b);

#endif
