// What the files of src/admin share.
#ifndef ADMIN_INTERNAL_H
#define ADMIN_INTERNAL_H
#include "admin/admin.h"
#include "api/limits.h"
#include "base/time.h"
#include "people/vault.h"
#include "record/audit.h"
#include <pthread.h>

enum staff_state { STAFF_ACTIVE, STAFF_CLOSED, STAFF_STATE_COUNT };
extern const enum_labels staff_state_labels, key_effects_labels;
// In the order of enum effects (rule/engine.h).
enum key_effects { KEY_EFFECTS_ALL, KEY_EFFECTS_QUIET, KEY_EFFECTS_NONE, KEY_EFFECTS_SHADOW, KEY_EFFECTS_COUNT };

#define SESSION_IDLE_US (12 * US_PER_HOUR)
#define SESSION_LIFE_US (7 * US_PER_DAY)
#define SESSION_TOUCH_US (5 * US_PER_MIN)
#define LOGIN_FAILED_PER_MINUTE 5             // of one login
#define ADDRESS_FAILED_PER_MINUTE 20          // of one address
#define LOGIN_MAX 60
#define STAFF_NAME_MAX 60

// --- Cache of who is behind a hash (admin_cache.c): any thread -------------------------------------------------------------------
#define CACHE_SLOTS 4096
typedef struct cached {
    hash128 hash;
    caller who;                               // name points to `name`
    char name[STAFF_NAME_MAX * 4];
    int64_t seen_us, created_us;              // of sessions
} cached;

struct admin {
    pthread_mutex_t lock;                     // guards the two below
    cached *slots;                            // by hash; a slot holds whoever came last
    uint64_t generation;                      // counts the times it was emptied
    pthread_mutex_t limit_lock;
    limiter *failed;                          // log-ins that failed
};

bool cache_get(struct admin *m, hash128 h, arena *a, cached *ret);     // ret->who.name in the arena
uint64_t cache_generation(struct admin *m);
// Kept only when nothing was emptied since `generation` was read: what was read before a change must not outlive it.
void cache_put(struct admin *m, uint64_t generation, const cached *c);
// After the commit of anything that changes what keys and sessions may: forgets all.
void cache_empty_after(tx *t);
// Moves a session's seen_us by an operation of its own, without waiting; at most every SESSION_TOUCH_US per session.
void cache_touch(engine *e, const cached *c, int64_t now_us);

// A wrong password becomes a line of audit by an operation of its own, without waiting. staff 0: a login that does not exist.
void audit_login_failed(engine *e, int64_t staff);

// --- Passwords and tokens (admin_secret.c) -------------------------------------------------------------------------------------------
bool password_right(str hash, str password);  // slow thread
// True for an unknown login's hash as for a known one: the answer takes as long.
extern const char password_nobody[];
str secret_key(os *o, arena *a);              // lyk_ and 32 characters
str secret_token(os *o, arena *a);            // 43 characters
hash128 secret_hash(const engine *e, str purpose, str secret);
str hash_bytes(const hash128 *h);             // the 16 bytes as stored
#define HASH_OF_KEY S("api_key")
#define HASH_OF_SESSION S("staff_session")

static inline engine *engine_of_req(const req *r) { return r->app; }

// Reads an enum's column by its label; the CHECK of the column holds the list.
int label_index(const enum_labels *l, str label);
static inline str label_of(const enum_labels *l, int i) { return str_c(l->labels[i]); }

// Handlers (admin_session_api.c, admin_staff_api.c, admin_key_api.c).
extern const shape session_new_shape, session_view_shape, staff_new_shape, staff_change_shape, staff_view_shape, staff_list_shape,
    password_change_shape, key_new_shape, key_made_shape, key_list_shape, permission_list_shape;
err session_limit(req *r);
err session_check(req *r);
err session_post(req *r);
err session_get(req *r);
err session_delete(req *r);
err staff_get_all(req *r);
err staff_get(req *r);
err staff_hash(req *r);
err staff_post(req *r);
err staff_patch(req *r);
err password_work(req *r);
err password_post(req *r);
err key_get_all(req *r);
err key_post(req *r);
err key_delete(req *r);
err permission_get_all(req *r);

#endif
