// Copies this brand made, when the time of an erasure they are older than is over: their files are deleted, if they are still where
// they were put and still the same. docs/decisions/erasure.md
#ifndef INSTANCE_COPIES_H
#define INSTANCE_COPIES_H
#include "instance/instance.h"

typedef struct copies_told { int64_t deleted, left; } copies_told;     // left: overdue all the same; the log says why

// Not from the teller's or a loop thread.
err copies_now(instance *in, copies_told *ret);
void copies_when_due(instance *in);            // the tidier's turn, every hour
// Out of the files of keys of all copies that are still where they were made: what the brand itself cannot open any more. What cannot
// be written is logged and left to the deletion of the copy.
err copies_renew_keys(instance *in);
// BLAKE2b-256 of a file, in hexadecimal.
err copies_digest(os *o, const char *path, arena *a, str *ret);

#endif
