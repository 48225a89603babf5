// A set of fingerprints in memory: open addressing, linear probing, backward shift on removal. Private to de-duplication.
// Fingerprints are keyed hashes already, so their own bits place them.
#ifndef TIMELINE_PRINT_SET_H
#define TIMELINE_PRINT_SET_H
#include "timeline/timeline.h"

typedef struct print_set {
    hash128 *slots;                // {0, 0}: free
    size_t n, cap;
    bool zero;                     // the one print that looks like a free slot
} print_set;

void print_set_free(print_set *s);
bool print_set_has(const print_set *s, hash128 p);
void print_set_add(print_set *s, hash128 p);
void print_set_remove(print_set *s, hash128 p);
// All of them ascending; the caller frees.
hash128 *print_set_sorted(const print_set *s);

#endif
