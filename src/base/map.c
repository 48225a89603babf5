#include "base/map.h"
#include "base/err.h"
#include "base/hash.h"
#include <stdlib.h>

// --- uint64 → uint64 -------------------------------------------------------------------------------------------------
// murmur3's finalizer: ids are dense, so their bits must be spread before masking.
static uint64_t mix(uint64_t k)
{
    k ^= k >> 33;
    k *= UINT64_C(0xff51afd7ed558ccd);
    k ^= k >> 33;
    k *= UINT64_C(0xc4ceb9fe1a85ec53);
    return k ^ (k >> 33);
}

void map64_free(map64 *m)
{
    free(m->keys);
    free(m->values);
    free(m->full);
    *m = (map64){ 0 };
}

static size_t find64(const map64 *m, uint64_t key)
{
    size_t i = mix(key) & (m->cap - 1);
    while (m->full[i] && m->keys[i] != key)
        i = (i + 1) & (m->cap - 1);
    return i;
}

static void resize64(map64 *m, size_t cap)
{
    map64 old = *m;
    *m = (map64){ malloc(cap * 8), malloc(cap * 8), calloc(cap, 1), old.n, cap };
    ENSURE(m->keys && m->values && m->full);
    for (size_t i = 0; i < old.cap; i++) {
        if (!old.full[i])
            continue;
        size_t at = find64(m, old.keys[i]);
        m->keys[at] = old.keys[i];
        m->values[at] = old.values[i];
        m->full[at] = 1;
    }
    map64_free(&old);
}

bool map64_get(const map64 *m, uint64_t key, uint64_t *ret)
{
    if (!m->cap)
        return false;
    size_t i = find64(m, key);
    if (!m->full[i])
        return false;
    if (ret)
        *ret = m->values[i];
    return true;
}

bool map64_put(map64 *m, uint64_t key, uint64_t value)
{
    if ((m->n + 1) * 4 > m->cap * 3)
        resize64(m, m->cap ? m->cap * 2 : 16);
    size_t i = find64(m, key);
    bool fresh = !m->full[i];
    m->keys[i] = key;
    m->values[i] = value;
    m->full[i] = 1;
    m->n += fresh;
    return fresh;
}

bool map64_del(map64 *m, uint64_t key)
{
    if (!m->cap)
        return false;
    size_t mask = m->cap - 1, hole = find64(m, key);
    if (!m->full[hole])
        return false;
    for (size_t i = (hole + 1) & mask; m->full[i]; i = (i + 1) & mask) {
        size_t home = mix(m->keys[i]) & mask;
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            m->keys[hole] = m->keys[i];
            m->values[hole] = m->values[i];
            hole = i;
        }
    }
    m->full[hole] = 0;
    m->n--;
    return true;
}

bool map64_next(const map64 *m, size_t *i, uint64_t *ret_key, uint64_t *ret_value)
{
    for (; *i < m->cap; ++*i)
        if (m->full[*i]) {
            *ret_key = m->keys[*i];
            *ret_value = m->values[*i];
            ++*i;
            return true;
        }
    return false;
}

// --- bytes → uint64 --------------------------------------------------------------------------------------------------
// The key is per process, so nobody outside can aim at one bucket.
static const hash_key *process_key(void)
{
    static hash_key k;
    static bool made;
    if (!__atomic_load_n(&made, __ATOMIC_ACQUIRE)) {
        static bool taken;
        if (!__atomic_exchange_n(&taken, true, __ATOMIC_ACQ_REL)) {
            hash_random_key(&k);
            __atomic_store_n(&made, true, __ATOMIC_RELEASE);
        }
        while (!__atomic_load_n(&made, __ATOMIC_ACQUIRE))
            ;
    }
    return &k;
}

static uint64_t hash_of(str key) { return hash_sip64(process_key(), key); }

void mapstr_free(mapstr *m)
{
    for (size_t i = 0; i < m->cap; i++)
        free(m->slots[i].key);
    free(m->slots);
    *m = (mapstr){ 0 };
}

static size_t findstr(const mapstr *m, str key, uint64_t h)
{
    size_t i = h & (m->cap - 1);
    while (m->slots[i].key && !(m->slots[i].hash == h && str_eq(str_of(m->slots[i].key, m->slots[i].len), key)))
        i = (i + 1) & (m->cap - 1);
    return i;
}

static void resizestr(mapstr *m, size_t cap)
{
    mapstr old = *m;
    *m = (mapstr){ calloc(cap, sizeof *m->slots), old.n, cap };
    ENSURE(m->slots);
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].key)
            m->slots[findstr(m, str_of(old.slots[i].key, old.slots[i].len), old.slots[i].hash)] = old.slots[i];
    free(old.slots);
}

bool mapstr_get(const mapstr *m, str key, uint64_t *ret)
{
    if (!m->cap)
        return false;
    const mapstr_slot *s = &m->slots[findstr(m, key, hash_of(key))];
    if (!s->key)
        return false;
    if (ret)
        *ret = s->value;
    return true;
}

bool mapstr_put(mapstr *m, str key, uint64_t value)
{
    ENSURE(key.len < UINT32_MAX);
    if ((m->n + 1) * 4 > m->cap * 3)
        resizestr(m, m->cap ? m->cap * 2 : 16);
    uint64_t h = hash_of(key);
    mapstr_slot *s = &m->slots[findstr(m, key, h)];
    if (s->key) {
        s->value = value;
        return false;
    }
    char *copy = malloc(key.len + 1);
    ENSURE(copy);
    if (key.len)
        memcpy(copy, key.s, key.len);
    copy[key.len] = 0;
    *s = (mapstr_slot){ copy, (uint32_t)key.len, h, value };
    m->n++;
    return true;
}

bool mapstr_del(mapstr *m, str key)
{
    if (!m->cap)
        return false;
    size_t mask = m->cap - 1, hole = findstr(m, key, hash_of(key));
    if (!m->slots[hole].key)
        return false;
    free(m->slots[hole].key);
    for (size_t i = (hole + 1) & mask; m->slots[i].key; i = (i + 1) & mask) {
        size_t home = m->slots[i].hash & mask;
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            m->slots[hole] = m->slots[i];
            hole = i;
        }
    }
    m->slots[hole] = (mapstr_slot){ 0 };
    m->n--;
    return true;
}

bool mapstr_next(const mapstr *m, size_t *i, str *ret_key, uint64_t *ret_value)
{
    for (; *i < m->cap; ++*i)
        if (m->slots[*i].key) {
            *ret_key = str_of(m->slots[*i].key, m->slots[*i].len);
            *ret_value = m->slots[*i].value;
            ++*i;
            return true;
        }
    return false;
}
