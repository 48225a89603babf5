// What clients of the simulated server ask for. An operation's effects follow from its number and seed alone, so that whoever
// knows these two can say what must be found afterwards.
#ifndef TESTS_SIM_WORK_H
#define TESTS_SIM_WORK_H
#include "server.h"

#define WORK_PARTS 3
#define WORK_EVENTS 3
#define WORK_KEYS 12
#define JOBS 3
#define JOB_SLICES 40
#define JOB_EXPIRY (-1)                 // removes old idempotency answers
#define JOB_ROWS 5

// Kinds of simulated events. One that wakes has a rule whose effect is a row, unique by cause, and an event.
enum { KIND_PLAIN = 1, KIND_WAKES, KIND_WAKES_FAILING, KIND_EFFECT, KIND_JOB };

typedef struct work_part {
    int events, dense;
    bool nested, fails;                // in a savepoint of its own; fails after all its writes
    int kind[WORK_EVENTS], bytes[WORK_EVENTS];
} work_part;

typedef struct work_plan {
    work_part part[WORK_PARTS];
    int parts;
    bool fails;                        // all of it: a part fails that is not nested
} work_plan;

work_plan work_plan_of(uint64_t seed);
bool work_part_stays(const work_plan *p, int part);
int64_t work_events_of(const work_plan *p);            // effects included
str work_event_name(arena *a, int64_t serial, int part, int i, bool effect);
void work_event_encode(buf *b, int64_t serial, const work_plan *p, int part, int i);
void work_effect_encode(buf *b, str cause_name, int64_t cause_no);
void work_job_encode(buf *b, int64_t job, int64_t slice);

hash128 work_hash(int64_t v);                          // of a key, or of a body

// The request. `key` 0: none; the same key with another `body` is refused. Bulk: a slice of job `job` instead.
typedef struct work {
    op o;
    int64_t serial, key, body, job;
    uint64_t seed;
    void (*answered)(struct work *w, err outcome);
    void *user;
    int64_t replay_of;                 // serial of the first that came with this key; 0: this is the first
    int64_t job_at;                    // slices done, this one included
} work;

void work_init(work *w);                               // after the fields above the line are set
err work_on_event(tx *t, int64_t no, str bytes);       // tx.user is the server
uint64_t work_mix(uint64_t *state);                    // splitmix64

#endif
