// Inside instance/keys*.c only.
#ifndef INSTANCE_KEYS_INTERNAL_H
#define INSTANCE_KEYS_INTERNAL_H
#include "instance/keys.h"
#include "people/vault.h"

typedef struct waiting_key { int64_t row; uint8_t key[VAULT_KEY_BYTES]; } waiting_key;

err waiting_keys(db *d, const vault *v, arena *a, waiting_key **ret, size_t *ret_n);       // one for every row that waits
err waiting_seal(db *d, const vault *v, const waiting_key *k, size_t n);
err waiting_open(db *d, const waiting_key *k, size_t n);
err waiting_give_up(db *d);
err waiting_still(db *d, int64_t row, bool *ret);

#endif
