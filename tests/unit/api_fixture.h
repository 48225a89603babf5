// A whole server in the test's process: database in a fresh directory, teller and loop on threads, routes that try the choke
// point, the routes of admin. And a client that says exactly what it is told.
#ifndef API_FIXTURE_H
#define API_FIXTURE_H
#include "admin/admin.h"
#include "api/stream.h"
#include "store/migrate.h"
#include <pthread.h>
#include <stdatomic.h>

typedef struct fixture {
    os o;                              // the machine's, with a clock that can be moved on
    os_ops ops;
    _Atomic int64_t ahead_us;
    _Atomic int64_t stands_us;     // the monotonic clock stands here and goes only ahead_us further; 0: it goes
    engine e;
    arena *a;
    char dir[64], path[96];
    db *d;
    idem *idem;
    api *api;
    pthread_t loop, teller;
    pthread_mutex_t lock;              // the gate that /probe/gate waits at
    pthread_cond_t moved;
    bool open;
    int waiting;
    str key[KEY_SCOPE_COUNT];
    str login, password;
    const route_table *const *tables;
    int64_t head_id;
} fixture;

fixture *fixture_open(int readers, size_t queue, int port);
void fixture_close(fixture *x);
void fixture_gate_wait(fixture *x, int n);     // until n requests stand at the gate
void fixture_gate_open(fixture *x);

typedef struct answer {
    int status;
    str head, body;                    // names of headers in lower case
} answer;

// One request on a connection of its own. `head`: further header lines, each ended by \r\n.
answer ask(fixture *x, const char *how, const char *target, const char *head, str body);
// The same with a key's Authorization and a JSON body.
answer ask_key(fixture *x, enum key_scope s, const char *how, const char *target, const char *head, const char *json);
str answer_header(const answer *a, const char *name);
int fixture_connect(fixture *x);

#endif
