// What an erasure leaves for later: its events out of the log, then what the database's files still hold of deleted rows.
#ifndef INSTANCE_ERASE_H
#define INSTANCE_ERASE_H
#include "instance/instance.h"

// told: people whose earlier texts were looked at; starred: events of theirs that said what was told later.
typedef struct erased {
    int64_t subjects, imports, events, told, starred;
    bool waiting;                  // readers or the shipper hold it back, come again
} erased;

// All erasures that wait, up to ERASURES_AT_ONCE subjects. Not from the teller's or a loop thread.
err erase_now(instance *in, erased *ret);
// The tidier's turn: erasures are gathered for an hour, because each rewrites the segments it touches.
void erase_when_due(instance *in);

#endif
