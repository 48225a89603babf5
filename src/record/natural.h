// Events two systems may tell, each in its own words: the app says order.placed of order SO-1, and the order system's record says it
// too. They are one event, known by what they are about: the first one counts, whichever comes first; the other is a duplicate.
// docs/reference/records.md lists kinds and keys. An event that names none of its keys is told every time.
#ifndef RECORD_NATURAL_H
#define RECORD_NATURAL_H
#include "rule/engine.h"

err natural_open(engine *e, db *d);            // reads the playbook's other names of these kinds; sets e->natural
void natural_close(engine *e);

// Teller. Costs nothing for other kinds: no SQL. *ret: it was told before.
err natural_known(tx *t, str kind, const event_prop *props, size_t n, int64_t at_us, bool *ret);
// After the event was emitted: remembers what it is about.
err natural_note(tx *t, str kind, const event_prop *props, size_t n, uint32_t subject, int64_t at_us, int64_t event_no);

#endif
