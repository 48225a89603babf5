// Who may do what: staff, their sessions, API keys. Passwords are argon2id (19 MiB, t = 2) and cost milliseconds, so they are
// made and checked on a slow thread, never on a loop or the teller. Tokens and keys are random; only keyed hashes are stored.
#ifndef ADMIN_ADMIN_H
#define ADMIN_ADMIN_H
#include "api/dispatch.h"
#include "rule/engine.h"

enum staff_role { ROLE_HEAD, ROLE_OPERATOR, ROLE_LEAD_AGENT, ROLE_ADVISOR, ROLE_DESK, ROLE_DPO, ROLE_AUDITOR, STAFF_ROLE_COUNT };
enum key_scope { SCOPE_INGEST, SCOPE_READ, SCOPE_WRITE, SCOPE_ADMIN, KEY_SCOPE_COUNT };
extern const enum_labels staff_role_labels, key_scope_labels;

uint64_t role_permissions(enum staff_role r);  // bit per permission
uint64_t scope_permissions(enum key_scope s);

// Sets e->admin. e->o and e->vault (keyed hashes) must be there; e->teller when sessions are to slide.
err admin_open(engine *e);
void admin_close(engine *e);
// How the choke point asks who calls.
api_doors admin_doors(engine *e);
extern const route_table admin_table;

// A password's argon2id string, in the arena; about 18 ms and 19 MiB: not on the teller, not on a loop.
#define PASSWORD_MIN 8
#define PASSWORD_MAX 128
err admin_password_hash(str password, arena *a, str *ret);
// A password for a first log-in: 20 letters and digits, 100 bits.
str admin_password_random(os *o, arena *a);

typedef struct staff_new_row {
    str login;             // pattern "login", ≤ 60
    str name;              // ≤ 60 code points
    enum staff_role role;
    str password_hash;     // admin_password_hash
} staff_new_row;
// E_EXISTS: the login is taken.
err admin_staff_create(tx *t, const staff_new_row *s, int64_t *ret_id);
// Somebody a file brought, when it is taken back. *ret_gone false: they have been let in meanwhile, and stay.
err admin_staff_take_back(tx *t, int64_t id, bool *ret_gone);

// The key itself (lyk_…) is given once, here. scope: "ingest", "read", "write", "admin"; E_FIELD_VALUE otherwise.
err admin_key_create(tx *t, str name, str scope, arena *a, str *ret_secret);

#endif
