#include "admin/admin_internal.h"
#include <sodium.h>

// RFC 9106's second choice scaled to OWASP's minimum of 2023: argon2id, 19 MiB, two passes, one lane.
#define ARGON_BYTES (19456u * 1024u)
#define ARGON_PASSES 2

// Of a password nobody knows, with the same costs.
const char password_nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$bGlhbnlpLW5vYm9keS0wMA$d29yZHNub2JvZHlrbm93c2FuZG5vYm9keXdpbGxldmU";

err admin_password_hash(str password, arena *a, str *ret)
{
    char out[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(out, password.s, password.len, ARGON_PASSES, ARGON_BYTES, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return E_OVERLOADED;                  // no 19 MiB to be had
    *ret = arena_str(a, str_c(out));
    return E_OK;
}

bool password_right(str hash, str password)
{
    char text[crypto_pwhash_STRBYTES] = { 0 };
    if (hash.len >= sizeof text)
        return false;
    memcpy(text, hash.s, hash.len);
    return crypto_pwhash_str_verify(text, password.s, password.len) == 0;
}

static str base32(const uint8_t *p, size_t n, arena *a)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
    char *out = arena_alloc(a, n * 8 / 5 + 1, 1, 1);
    size_t len = 0, bits = 0;
    uint32_t word = 0;
    for (size_t i = 0; i < n; i++) {
        word = word << 8 | p[i];
        for (bits += 8; bits >= 5; bits -= 5)
            out[len++] = digits[word >> (bits - 5) & 31];
    }
    return str_of(out, len);
}

str secret_key(os *o, arena *a)
{
    uint8_t p[20];
    os_random(o, p, sizeof p);
    return arena_join(a, S("lyk_"), base32(p, sizeof p, a));
}

str admin_password_random(os *o, arena *a)
{
    uint8_t p[13];
    os_random(o, p, sizeof p);
    return str_take(base32(p, sizeof p, a), 20);
}

str secret_token(os *o, arena *a)
{
    uint8_t p[32];
    os_random(o, p, sizeof p);
    size_t room = sodium_base64_ENCODED_LEN(sizeof p, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = arena_alloc(a, room, 1, 1);
    sodium_bin2base64(out, room, p, sizeof p, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_c(out);
}

hash128 secret_hash(const engine *e, str purpose, str secret) { return vault_hash_named(e->vault, purpose, secret); }
str hash_bytes(const hash128 *h) { return str_of((const char *)h, sizeof *h); }
