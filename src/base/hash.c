#include "base/hash.h"
#include "base/err.h"
#include <sodium.h>

_Static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_siphashx24_KEYBYTES == 16, "SipHash keys are 16 bytes");

void hash_random_key(hash_key *k) { randombytes_buf(k->k, sizeof k->k); }

uint64_t hash_sip64(const hash_key *k, str v)
{
    uint64_t out;
    crypto_shorthash((unsigned char *)&out, (const unsigned char *)(v.s ? v.s : ""), v.len, k->k);
    return out;
}

hash128 hash_sip128(const hash_key *k, str a, str b)
{
    // (a, b) as length of a, a, b: two different pairs never give the same bytes.
    unsigned char small[512], *p = small;
    size_t n = 8 + a.len + b.len;
    arena *scratch = NULL;
    if (n > sizeof small) {
        scratch = arena_create();
        p = arena_alloc(scratch, n, 1, 1);
    }
    uint64_t len = a.len;
    memcpy(p, &len, 8);
    if (a.len)
        memcpy(p + 8, a.s, a.len);
    if (b.len)
        memcpy(p + 8 + a.len, b.s, b.len);
    hash128 out;
    _Static_assert(sizeof out == crypto_shorthash_siphashx24_BYTES, "128 bits");
    crypto_shorthash_siphashx24((unsigned char *)&out, p, n, k->k);
    arena_destroy(scratch);
    return out;
}

// Reflected polynomial of CRC-32C (Castagnoli), RFC 3720 B.4.
static const uint32_t *crc_table(void)
{
    static uint32_t table[256];
    static bool made;
    if (!__atomic_load_n(&made, __ATOMIC_ACQUIRE)) {
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t c = i;
            for (int k = 0; k < 8; k++)
                c = c & 1 ? (c >> 1) ^ UINT32_C(0x82F63B78) : c >> 1;
            __atomic_store_n(&table[i], c, __ATOMIC_RELAXED);      // racing threads write the same values
        }
        __atomic_store_n(&made, true, __ATOMIC_RELEASE);
    }
    return table;
}

static uint32_t crc_by_table(uint32_t c, const uint8_t *s, size_t n)
{
    const uint32_t *t = crc_table();
    for (size_t i = 0; i < n; i++)
        c = (c >> 8) ^ t[(c ^ s[i]) & 0xFF];
    return c;
}

// Processors have an instruction for just this polynomial: eight bytes a step. The whole log is checked at every start.
#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc_by_instruction(uint32_t c, const uint8_t *s, size_t n)
{
    uint64_t wide = c, word;
    for (; n >= sizeof word; n -= sizeof word, s += sizeof word) {
        memcpy(&word, s, sizeof word);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    c = (uint32_t)wide;
    for (; n > 0; n--)
        c = __builtin_ia32_crc32qi(c, *s++);
    return c;
}
#define CRC(c, s, n) (__builtin_cpu_supports("sse4.2") ? crc_by_instruction(c, s, n) : crc_by_table(c, s, n))
#else
#define CRC(c, s, n) crc_by_table(c, s, n)
#endif

uint32_t hash_crc32c(uint32_t seed, const void *p, size_t n) { return ~CRC(~seed, p, n); }
uint32_t hash_crc32c_plain(uint32_t seed, const void *p, size_t n) { return ~crc_by_table(~seed, p, n); }

void hash_blake2b(uint8_t out[32], str v)
{
    crypto_generichash(out, 32, (const unsigned char *)(v.s ? v.s : ""), v.len, NULL, 0);
}

void hash_blake2b_keyed(uint8_t out[32], str key, str v)
{
    ENSURE(key.len >= crypto_generichash_KEYBYTES_MIN && key.len <= crypto_generichash_KEYBYTES_MAX);
    crypto_generichash(out, 32, (const unsigned char *)(v.s ? v.s : ""), v.len, (const unsigned char *)key.s, key.len);
}
