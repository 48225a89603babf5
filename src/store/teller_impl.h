// Inside the teller; included by teller*.c only.
#ifndef STORE_TELLER_IMPL_H
#define STORE_TELLER_IMPL_H
#include "base/vec.h"
#include "store/teller.h"
#include <stdatomic.h>
#include <uv.h>

#define PRINT_BYTES 17

typedef struct call { void (*fn)(void *p); void *p; } call;
typedef struct ending { err (*fn)(tx *t, void *p); void *p; } ending;

// A place in the group to which a savepoint can go back: everything the group remembers outside the database.
typedef struct mark {
    size_t undo_n, after_n, ends_n, body_len, prints_len;
    uint32_t events_n;
    int64_t last_id;
    uint32_t dense[COUNTER_COUNT];
} mark;

// The open group. Memory is reused from group to group.
typedef struct group {
    tx tx;
    VEC(call) undo;        // run backwards when a savepoint or the group is undone
    VEC(call) after;       // run forwards once the group is durable and visible
    VEC(ending) ends;      // of the running operation, before its savepoint is released
    buf body, prints;      // of the frame to be
    uint32_t events_n;
    uint32_t op_events;    // events_n when the running operation began
    mark start;
    op *ran, **ran_end;    // operations in the order they ran
    int64_t ran_n, stood_n, bulk_n;
    int64_t mono_us;       // when it began
    int64_t commit_us;     // how long COMMIT took
    err trouble;           // why the whole group must be undone
} group;

typedef struct op_lane { op *first, **end; size_t n; } op_lane;

struct teller {
    teller_config c;
    // The teller's thread only: the head as committed, or as the open group would have it.
    int64_t event_no, shipped_no, last_id, last_us;
    uint32_t dense[COUNTER_COUNT];
    group g;
    err dead;              // the final error
    int64_t checkpoint_at; // WAL bytes
    // Any thread.
    _Atomic int64_t head_no, visible_no;
    uv_mutex_t lock;       // guards what follows
    uv_cond_t submitted, seen;
    op_lane lanes[LANE_COUNT];
    bool closing, failed;
    teller_stats stats;
};

// teller_queue.c
void queue_init(teller *t);
void queue_destroy(teller *t);
op *queue_take(teller *t, bool bulk_too);
op *queue_take_between(teller *t);
op *queue_take_all(teller *t);                // and accepts no more
bool queue_closing(teller *t);
void queue_wait(teller *t, int64_t us);       // until something waits, or closing, or so long

// teller_tx.c
mark group_mark(const teller *t);
void group_undo_to(teller *t, const mark *m);
void group_clear(group *g);
void group_free(group *g);
bool is_trouble(err e);

// teller.c: remembers a final error, refuses all further work.
err teller_die(teller *t, err e);
void teller_refuse_waiting(teller *t);        // answers what was never run, after the operations that were
void teller_note_stall(teller *t, int64_t began_us, bool checkpoint);

// teller_check.c
typedef struct head { int64_t event_no, shipped_no, deleted_no, last_id, last_us; } head;
err head_read(db *d, head *ret);
bool frame_whole(const group_frame *g);       // count, body and prints agree

extern const char *const counter_names[COUNTER_COUNT];

#endif
