// Which subject's events belong to whom, and when. Not thread-safe: the timeline's lock is held around it.
// Subjects and persons are dense numbers, so what begins at one is an array by it: a brand of a million people with three
// identities each has two million links, at some 60 bytes each.
#ifndef TIMELINE_LINK_H
#define TIMELINE_LINK_H
#include "base/vec.h"
#include <stdbool.h>
#include <stdint.h>

// Places are counted from 1; 0: none.
typedef struct link_span { int64_t from_us, to_us; uint32_t person, next; } link_span;     // [from, to); never the subject itself
typedef struct link_seat { uint32_t subject, person, next_of_person, next_of_subject; } link_seat;
typedef VEC(uint32_t) link_firsts;

typedef struct links {
    link_firsts spans_of;          // per subject: its first span; disjoint, in order of time
    link_firsts seats_of, held_by; // per person: every subject that has or had a span of it; per subject: by whom
    VEC(link_span) spans;
    VEC(link_seat) seats;
    uint32_t spare;                // first of the spans that are free
    int64_t count;                 // spans in use
} links;

void links_free(links *l);
void links_set(links *l, uint32_t subject, uint32_t person, int64_t from_us, int64_t to_us);
uint32_t links_owner(const links *l, uint32_t subject, int64_t time_us);    // INT64_MAX: now
bool links_any(const links *l, uint32_t subject);                           // it has a link
// Every subject that is or was the person's, itself not: for (uint32_t at = 0, s; links_next(l, person, &at, &s);)
bool links_next(const links *l, uint32_t person, uint32_t *at, uint32_t *ret_subject);
int64_t links_count(const links *l);
int64_t links_bytes(const links *l);

#endif
