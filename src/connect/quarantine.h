// Quarantine: events that do not fit the tracking plan or its limits, kept with their reason for 30 days, to be mended (the plan
// or the event) and replayed by the ordinary way, once. Personal data stays sealed as it was on arrival; a person's rows are
// found by the hashes of the identities they name. Teller, unless it says otherwise.
//
// A row that was replayed or discarded keeps its reason and what became of it, but not its body. Its state is what a bulk replay
// goes by, so a restart goes on where it was.
#ifndef CONNECT_QUARANTINE_H
#define CONNECT_QUARANTINE_H
#include "api/route.h"
#include "rule/engine.h"

struct ingest;
struct ingest_event;
struct ingest_batch;

#define QUARANTINE_KEEP_US (30 * INT64_C(86400000000))
#define QUARANTINE_ROWS_MAX 50000                      // waiting ones
#define QUARANTINE_BYTES_MAX (64 * 1024 * 1024)        // of their bodies
enum quarantine_state { QUARANTINE_WAITING, QUARANTINE_READY, QUARANTINE_REPLAYED, QUARANTINE_DISCARDED, QUARANTINE_STATE_COUNT };

typedef struct quarantine { int64_t rows, bytes, full; } quarantine;   // waiting now (teller; read relaxed) · refused because it was full

err quarantine_load(quarantine *q, db *d);
// Keeps an event that was judged quarantined. *ret_known: the same message waits or was replayed already. E_LIMIT_REACHED: full.
err quarantine_keep(tx *t, quarantine *q, uint32_t source, const struct ingest_event *e, int64_t received_us, bool *ret_known);
// Replays one row: *ret_e holds the verdict. Stored and known ones are done with; the others wait on with their new reason.
err quarantine_replay(tx *t, struct ingest *in, int64_t id, struct ingest_batch *ret_b);
err quarantine_discard(tx *t, quarantine *q, int64_t id);              // E_NOT_FOUND: none that waits
err quarantine_step(tx *t, struct ingest *in, bool *ret_more);        // bulk: replays what was marked, some at a time
err quarantine_expire(tx *t, quarantine *q, bool *ret_more);          // bulk: deletes what is older than 30 days
// Puts another body in the place of a waiting row's.
err quarantine_mend(tx *t, quarantine *q, int64_t id, const struct ingest_event *e);
// A waiting row's event, strings in the arena; *ret_received when it came.
err quarantine_read(db *d, int64_t id, arena *a, struct ingest_event *ret, uint32_t *ret_source, int64_t *ret_received, int64_t *ret_version);
// Its bytes (quarantine_code.c).
void quarantine_encode(buf *b, const struct ingest_event *e);
err quarantine_decode(str bytes, arena *a, struct ingest_event *ret);

// Those that wait and name one of the person's ids, at most QUARANTINE_OF_MAX. Any connection.
#define QUARANTINE_OF_MAX 200
err quarantine_of(db *d, int64_t person, int64_t ids[QUARANTINE_OF_MAX], size_t *ret_n);
// Its texts say nobody's value the vault knows by now. Nothing when it is gone.
err quarantine_hush(tx *t, quarantine *q, int64_t id);

extern const route_table quarantine_routes;

#endif
