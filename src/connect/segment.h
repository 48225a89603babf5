// The Segment tracking API: unmodified Segment and RudderStack SDKs point here. protocols: docs/reference/segment.md.
#ifndef CONNECT_SEGMENT_H
#define CONNECT_SEGMENT_H
#include "connect/ingest.h"

extern const route_table segment_routes;

// Parses a body: one event of `type` (when not empty), or whatever its own "type" says, or {"batch": […]}.
// Events that cannot be used are refused one by one; an unreadable body is an error. Loop thread.
err segment_parse(const ingest *in, const caller *who, str type, str body, int64_t received_us, arena *a, fault *f, ingest_batch *ret);

// The write key a body carries, empty when none.
str segment_write_key(str body, arena *a);

#endif
