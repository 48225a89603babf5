// Hashes: SipHash-2-4 keyed (64 and 128 bit) for anything an outsider can choose, CRC-32C for torn bytes on disk,
// BLAKE2b for commitments and fingerprints of bodies. All from libsodium but the CRC: the processor's instruction, or a table of ours.
#ifndef BASE_HASH_H
#define BASE_HASH_H
#include "base/str.h"

typedef struct hash_key { uint8_t k[16]; } hash_key;
typedef struct hash128 { uint64_t lo, hi; } hash128;

void hash_random_key(hash_key *k);              // from the machine, not from the os port: for tables in memory only
uint64_t hash_sip64(const hash_key *k, str v);
hash128 hash_sip128(const hash_key *k, str a, str b);          // of (a, b); the split between them counts
uint32_t hash_crc32c(uint32_t seed, const void *p, size_t n);  // seed 0 to start; chain by passing the result
uint32_t hash_crc32c_plain(uint32_t seed, const void *p, size_t n);   // the same by the table alone: the oracle of its test
void hash_blake2b(uint8_t out[32], str v);                     // 256 bit, unkeyed
void hash_blake2b_keyed(uint8_t out[32], str key, str v);      // key: 16 to 64 bytes
static inline bool hash128_eq(hash128 a, hash128 b) { return a.lo == b.lo && a.hi == b.hi; }

#endif
