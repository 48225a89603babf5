// A small server on the library level, as the real one is put together: lock, database, teller, timeline log, idempotency.
// On any os port, so the simulator and the kill harness run the same.
#ifndef TESTS_SIM_SERVER_H
#define TESTS_SIM_SERVER_H
#include "store/idem.h"
#include "store/lock.h"
#include "store/teller.h"
#include "timeline/timeline.h"

typedef struct server {
    os *o;
    const char *above, *dir;           // DIR and the directory it lies in
    arena *a;                          // of this life
    dir_lock lock;
    db *d;                             // the teller's
    teller *t;
    timeline *tl;
    idem *idem;
    int64_t log_last;                  // where the log ended when opened
} server;

// Everything up to ready, recovery included. On an error all is closed again and *f says why.
err server_open(server *s, os *o, const char *above, const char *dir, arena *fa, fault *f);
void server_close(server *s);
err server_reader(server *s, db **ret);

#endif
