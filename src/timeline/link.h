// Which subject's events belong to whom, and when. Not thread-safe: the timeline's lock is held around it.
#ifndef TIMELINE_LINK_H
#define TIMELINE_LINK_H
#include "base/map.h"
#include "base/vec.h"

typedef struct link_span { int64_t from_us, to_us; uint32_t person; } link_span;     // [from, to); never the subject itself
typedef VEC(link_span) link_spans;
typedef VEC(uint32_t) link_members;

typedef struct links {
    map64 by_subject;              // subject → index into spans
    map64 by_person;               // person → index into members
    VEC(link_spans) spans;         // per subject: disjoint, in order of time
    VEC(link_members) members;     // per person: every subject that has or had a span of it
} links;

void links_free(links *l);
void links_set(links *l, uint32_t subject, uint32_t person, int64_t from_us, int64_t to_us);
uint32_t links_owner(const links *l, uint32_t subject, int64_t time_us);    // INT64_MAX: now
bool links_any(const links *l, uint32_t subject);                           // it has or had a link
const link_members *links_members(const links *l, uint32_t person);         // NULL: nobody but itself
int64_t links_count(const links *l);
int64_t links_bytes(const links *l);

#endif
