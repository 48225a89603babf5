// A whole engine on a directory of its own, driven by hand: a clock that stands still unless a test moves it, operations run
// one at a time, every committed event kept with its kind's name.
#ifndef TESTS_DOMAIN_H
#define TESTS_DOMAIN_H
#include "tests.h"
#include "base/time.h"
#include "people/people_internal.h"
#include "rule/rules.h"
#include "rule/timers.h"
#include "task/task.h"

typedef struct told { int64_t no, cause; str kind; event e; } told;

typedef struct world {
    os o;
    os_ops ops;
    int64_t now_us;
    char dir[64], path[96], key[96], log[96];       // the log beside the directory
    timeline *tl;                      // stays open over world_reopen
    arena *a;
    engine e;
    db *d;
    ring_log rings;                    // of the last operation
    fault f;
    str if_match;                      // of world_post; empty: *
    VEC(told) events;                  // committed, in order
} world;

void world_open(world *w);             // empty database, all modules, no rules
void world_reopen(world *w);           // closes and opens again, as a restart does
void world_close(world *w);
void world_shut(world *w);             // lets go of every file; memory is gone, as after a kill
void world_start(world *w);            // from what is on disk
// One operation, rings collected; its error.
err world_run(world *w, err (*fn)(tx *t, void *p), void *p);
void world_load(world *w, const char *json);          // rules, as a playbook file
void world_playbook(world *w);                        // all of playbook/
void world_ship(world *w);                            // all committed events are in the log
bool world_timers(world *w);                          // runs what is due; true: nothing is left
int64_t world_balance(world *w, uint32_t person, const char *unit, bool pending);
// A GET handler on the writer's connection between operations; its reply must pass its shape. Returns the JSON.
str world_get(world *w, const route *rt, int64_t id, const void *query);
// A POST handler as an operation: `body` is read by the route's shape, prepare runs before. The reply as JSON, or the error's code.
str world_post(world *w, const route *rt, int64_t id, const char *body);
str world_post_at(world *w, const route *rt, str param, int64_t id, const char *body);    // with a path parameter that is text
const route *world_route(const route_table *t, method m, const char *path);
str world_file(const char *name);                     // of the playbook
void world_set_time(world *w, const char *local);     // "2026-03-09 20:37"
int64_t local_us(const char *local);

typedef struct happening { const char *user, *device, *kind; const event_prop *props; size_t n; int64_t at_us; uint32_t flags;
                           const char *phone, *vin; int64_t received_us; resolved who; int64_t no; } happening;
// An event as ingest brings it: identities resolved, phone and vin sealed and kept.
err world_happen(world *w, happening *h);
err world_happen_in(tx *t, void *happening);            // the same inside an operation
#define HAPPEN(w, ...) world_happen((w), &(happening){ __VA_ARGS__ })
int64_t world_int(world *w, const char *sql);         // of the writer's connection, between operations
size_t world_told(const world *w, const char *kind);  // committed events of that kind
const ring *world_ring(const world *w, const char *kind, ring_outcome outcome);     // first such ring of the last operation
size_t world_rings(const world *w);

#endif
