// What readers of the timeline see of its memory. Private to the timeline; implemented in timeline.c.
#ifndef TIMELINE_RECENT_H
#define TIMELINE_RECENT_H
#include "timeline/link.h"
#include "timeline/timeline.h"

// Reads payloads: a block of the log at a time, so that neighbours come from memory. One thread; lives in its arena.
typedef struct event_reader event_reader;
event_reader *event_reader_new(timeline *t, arena *a, size_t block_bytes);
// The event with its payload; strings and props in `into` (which may be reset between calls). E_CORRUPT, E_IO.
err event_reader_get(event_reader *r, int64_t no, arena *into, event *ret);

// Every event of a person up to `head`, in order of (time, no), in the arena.
void timeline_person_refs(timeline *t, uint32_t person, int64_t head, arena *a, event_ref **ret, size_t *ret_n);
// Every person that has an event up to `head`, ascending; nobody (0) is not among them.
void timeline_persons(timeline *t, int64_t head, arena *a, uint32_t **ret, size_t *ret_n);

#endif
