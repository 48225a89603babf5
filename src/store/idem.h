// Answers to writes with an Idempotency-Key, kept for 24 hours: the same write sent again gets the same answer and has no
// second effect. Part of the transaction it answers for, so it exists exactly when the effects do.
// Teller thread only. Which of the last 25 hours knows a key is kept in memory, so that a new key costs no SQL at all and a
// known one a single look-up by (hour, hash).
#ifndef STORE_IDEM_H
#define STORE_IDEM_H
#include "store/teller.h"

typedef struct idem idem;

#define IDEM_ANSWER_MAX 1024
#define IDEM_HOURS 24

typedef enum idem_state {
    IDEM_NEW,              // never seen, or longer ago than 24 hours: run it, then idem_save
    IDEM_DONE,             // the same write was done: answer as then
    IDEM_OTHER_BODY        // the same key came with another body: E_IDEMPOTENCY_MISMATCH
} idem_state;

typedef struct idem_answer {
    int status;            // of the reply given then
    bool kept;             // false: it was longer than IDEM_ANSWER_MAX; say "done, read it again"
    str body;              // in the arena given; empty when not kept
} idem_answer;

// Fingerprint of who asks (caller and route) and the key they chose. Stable for ever: unkeyed.
hash128 idem_hash(str caller, str route, str key);
// Fingerprint of a request's body under the box's key: bodies may differ by a phone number alone, and whoever had nothing but the
// database could try them all. Any thread.
hash128 idem_body_hash(const idem *m, str body);

// Reads which keys are known (one scan of the index).
err idem_open(db *d, idem **ret);
void idem_close(idem *m);                     // NULL is fine

// `now_us` is tx.now_us. ret_answer is set when the state is IDEM_DONE.
err idem_find(idem *m, db *d, arena *a, int64_t now_us, hash128 hash, hash128 body, idem_state *ret, idem_answer *ret_answer);
// Keeps the answer; undone with the savepoint. The key must be IDEM_NEW.
err idem_save(idem *m, tx *t, hash128 hash, hash128 body, int status, str answer);
// Removes at most `max` answers that are too old: one slice of bulk work. *ret_more: call again.
err idem_expire(idem *m, tx *t, int64_t max, bool *ret_more);

// Answers tell of people, so they are kept sealed: with this set, before the first write, answers are sealed when saved and opened when
// found. One that cannot be opened counts as not kept. key: of the fingerprints of bodies, always the same for a brand.
#define IDEM_KEY_BYTES 32
typedef struct idem_box {
    const void *user;
    str (*seal)(const void *user, str plain, arena *a);
    bool (*open)(const void *user, str sealed, arena *a, str *ret);
    uint8_t key[IDEM_KEY_BYTES];
} idem_box;
void idem_set_box(idem *m, const idem_box *box);

int64_t idem_known(const idem *m);            // keys in memory

#endif
