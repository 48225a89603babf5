// A sealed generation of fingerprints: one immutable file, sorted, with a filter, every block of it checksummed. Private.
//
//   header   magic "LYSEEN\r\n", u32 version, u32 blocks of the filter, u64 count, first_no, last_no, min_us, max_us, u32 crc,
//            8 spare bytes                                                                                            (68 bytes)
//   prints   count × (u64 hi, u64 lo), ascending by (hi, lo), in blocks of 256
//   filter   blocks of 64 bytes: 480 bits and a CRC-32C over them; 6 bits per print in one block
//   index    per block of prints: its first print, CRC-32C of the block; then CRC-32C of the index
//
// The index (20 bytes per 256 prints) stays in memory; a lookup costs one read of 64 bytes, and one of 4 KB when the filter
// says so.
#ifndef TIMELINE_DEDUPE_FILE_H
#define TIMELINE_DEDUPE_FILE_H
#include "timeline/timeline.h"

typedef struct sealed_head {
    int64_t count, first_no, last_no, min_us, max_us;
    uint32_t filter_blocks;
} sealed_head;

typedef struct sealed sealed;

static inline int print_cmp(hash128 x, hash128 y)
{
    return x.hi != y.hi ? (x.hi < y.hi ? -1 : 1) : x.lo != y.lo ? (x.lo < y.lo ? -1 : 1) : 0;
}

// Writes `n` sorted prints, durably, under its final name; h->count and filter_blocks are set. Opens it.
err sealed_write(os *o, const char *path, const sealed_head *h, const hash128 *prints, size_t n, sealed **ret);
// Merges sealed files into one that covers their ranges; a print in several stands once.
err sealed_merge(os *o, const char *path, sealed *const *from, size_t n, sealed **ret);
err sealed_open(os *o, const char *path, sealed **ret);      // E_CORRUPT: header or index damaged
void sealed_close(sealed *s);
const sealed_head *sealed_head_of(const sealed *s);
int64_t sealed_bytes(const sealed *s);                       // on disk
int64_t sealed_memory(const sealed *s);
err sealed_has(sealed *s, hash128 print, bool *ret);         // E_CORRUPT, E_IO: not known whether

#endif
