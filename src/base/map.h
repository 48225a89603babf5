// Hash maps that own their memory: open addressing, linear probing, tombstone-free deletion (backward shift).
// map64: uint64 key → uint64 value. mapstr: bytes → uint64 value (keys are copied). Keyed hashing (SipHash) for strings,
// because keys come from outside. Not thread-safe.
#ifndef BASE_MAP_H
#define BASE_MAP_H
#include "base/str.h"

typedef struct map64 {
    uint64_t *keys, *values;
    uint8_t *full;
    size_t n, cap;
} map64;

void map64_free(map64 *m);
bool map64_get(const map64 *m, uint64_t key, uint64_t *ret);      // ret may be NULL
bool map64_put(map64 *m, uint64_t key, uint64_t value);           // true when the key is new; replaces otherwise
bool map64_del(map64 *m, uint64_t key);
// Walks all pairs: for (size_t i = 0; map64_next(m, &i, &k, &v);) — no changes meanwhile.
bool map64_next(const map64 *m, size_t *i, uint64_t *ret_key, uint64_t *ret_value);

typedef struct mapstr_slot {
    char *key;
    uint32_t len;
    uint64_t hash, value;
} mapstr_slot;

typedef struct mapstr {
    mapstr_slot *slots;
    size_t n, cap;
} mapstr;

void mapstr_free(mapstr *m);
bool mapstr_get(const mapstr *m, str key, uint64_t *ret);
bool mapstr_put(mapstr *m, str key, uint64_t value);
bool mapstr_del(mapstr *m, str key);
bool mapstr_next(const mapstr *m, size_t *i, str *ret_key, uint64_t *ret_value);

#endif
