// The log: append-only segments of checksummed frames, copied from the database's batch rows after their commit.
// Private to the timeline. DIR/log/<first event number, 16 hex digits>.seg:
//
//   segment  = header frame*
//   header   = magic "LYLOG\r\n\x1a", u32 version, u32 0, database[16], u64 first_no, u32 salt, u32 crc            (48 bytes)
//   frame    = "LYF1", u32 body_len, prints_len, count, u64 first_no, at_us, synced_no, u32 head_crc,                (44 bytes)
//              body, prints, u32 crc
//
// CRC-32C, little-endian. head_crc is seeded with the segment's random salt, crc with head_crc: bytes an outsider puts into an
// event can therefore not pass for a frame. synced_no is what the writer knew to be durable: it is what tells a torn tail
// (nothing behind the damage was written after the damaged place had been synced) from damage.
// A segment is created whole (header synced, then named) and synced before the next one exists: only the last one can be torn.
#ifndef TIMELINE_EVENTLOG_H
#define TIMELINE_EVENTLOG_H
#include "timeline/timeline.h"

#define SEGMENT_HEADER_BYTES 48
#define FRAME_HEADER_BYTES 44
#define FRAME_BYTES_MAX (UINT32_C(1) << 30)

// --- Format (eventlog_frame.c) ------------------------------------------------------------------------------------------
typedef struct segment_head { uint8_t database[16]; int64_t first_no; uint32_t salt; } segment_head;
void segment_head_encode(buf *b, const segment_head *h);
err segment_head_decode(str bytes, segment_head *ret, const char **ret_why);

void frame_encode(buf *b, uint32_t salt, int64_t synced_no, const frame *g);

// Reads frames one after the other from `at` to `end`.
typedef struct frame_reader {
    os_file *f;
    uint32_t salt;
    int64_t at, end;
    buf b;                 // the frame last read; frame.body points into it
    int64_t body_at;       // where its body stands in the file
    int64_t synced_no;     // of the frame last read: what its writer knew to be durable
    const char *why;       // after E_CORRUPT
} frame_reader;
// E_OK with *ret_found false at the end. E_CORRUPT: no whole valid frame at r->at (which stays). Trouble of the disk as it is.
err frame_reader_next(frame_reader *r, frame *ret, bool *ret_found);
// Reads to the end: every frame whole and following the one before, the first beginning with event `next`. *ret_next: what would
// follow the last. E_CORRUPT otherwise. Frees the reader's memory.
err frame_reader_check(frame_reader *r, int64_t next, int64_t *ret_next);
// Is there behind r->at a header whose writer knew event `no` to be durable?
err frame_reader_proof(frame_reader *r, int64_t no, bool *ret);

// --- Log (eventlog.c) -----------------------------------------------------------------------------------------------------
typedef struct eventlog eventlog;
// body_at: where g->body stands in its segment.
typedef bool (*eventlog_fn)(void *p, const frame *g, uint32_t body_at);

// Scans everything and hands each frame to fn (may be NULL).
err eventlog_open(const timeline_config *c, eventlog_fn fn, void *p, fault *f, arena *a, eventlog **ret);
void eventlog_close(eventlog *l);
// One thread at a time: append, sync. Any thread: the rest.
err eventlog_append(eventlog *l, const frame *g, uint32_t *ret_body_at);
err eventlog_sync(eventlog *l);
err eventlog_roll(eventlog *l);               // what is written so far stands in closed segments; the writer's thread
// What becomes of an event's bytes, in place. EMPTY: it says nothing any more, so its fingerprint goes too.
typedef enum rewritten { REWRITTEN_NOT, REWRITTEN_PARTLY, REWRITTEN_EMPTY } rewritten;
typedef err (*rewrite_fn)(void *p, int64_t no, char *bytes, size_t n, arena *a, rewritten *ret);
// Writes the closed segment of event `no` again with what fn makes of each of its events. *ret_open: it is not closed, nothing was
// done. *ret_changed: how many events; 0 leaves the file as it is. One thread at a time, any.
err eventlog_rewrite(eventlog *l, int64_t no, rewrite_fn fn, void *p, int64_t *ret_changed, bool *ret_open);
int64_t eventlog_last(eventlog *l);           // appended
int64_t eventlog_synced(eventlog *l);
// Bytes at offset `at` of the segment that holds event `no`; short where its synced bytes end. E_CORRUPT: there are none.
err eventlog_read(eventlog *l, int64_t no, int64_t at, void *p, size_t n, size_t *ret_n);
int64_t eventlog_segment_of(eventlog *l, int64_t no);     // its first event number
// Synced frames from the one that holds `from` on.
err eventlog_frames(eventlog *l, int64_t from, eventlog_fn fn, void *p, fault *f, arena *a);
void eventlog_figures(eventlog *l, timeline_stats *s);

#endif
