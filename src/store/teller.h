// The teller: the only writer. Operations are queued from any thread, taken in groups, each run in a savepoint of one
// transaction, and acknowledged after the one fsync. ARCHITECTURE 2; docs/decisions/commit.md holds the state machine.
//
// The teller is a step function without a thread: teller_step runs one group. teller_run is the thread body around it.
// Neither knows what events mean: they are bytes with a fingerprint, and hooks carry them to rules and to the timeline.
#ifndef STORE_TELLER_H
#define STORE_TELLER_H
#include "base/buf.h"
#include "base/hash.h"
#include "store/db.h"

typedef struct teller teller;
typedef struct tx tx;
typedef struct op op;

// LANE_BETWEEN: no operation but a piece of work on the teller's connection while no transaction is open (a step of a backup).
typedef enum lane { LANE_INTERACTIVE, LANE_BULK, LANE_BETWEEN, LANE_COUNT } lane;

// An operation. Owned by whoever submits it, untouched by them until `done` is called (on the teller's thread).
struct op {
    // Runs inside a savepoint. An error undoes everything it did, in the database and in memory; others of the group stand.
    // E_DISK_FULL, E_IO and E_CORRUPT ("trouble": the database may have dropped the transaction by itself) undo the whole
    // group, also when the operation swallows them, and every operation of it gets that error.
    err (*run)(op *o, tx *t);
    // LANE_BETWEEN instead of run: must leave no transaction open. Trouble ends only this piece of work.
    err (*between)(op *o, db *d);
    // The outcome: E_OK means on disk. Called after the commit, in the order they ran (in each lane the order of submission).
    // May free the op and may submit another. E_SHUTTING_DOWN: never run.
    void (*done)(op *o, err outcome);
    lane lane;
    op *next;              // the queue's, then the group's
    err outcome;           // the group's
};

// What an operation sees while it runs.
struct tx {
    db *d;
    teller *teller;
    arena *a;              // the group's scratch; gone after the commit
    int64_t now_us;        // one time for the whole group, never before that of the group before
    fault *f;              // where to explain an error; NULL until the op being run points it at a fault of its own
    void *user;            // teller_config.user
};

// Ids below 2⁵³ (JavaScript reads them exactly), time-ordered: milliseconds since 2024-01-01 × 4096 + count, strictly
// increasing for the life of the database whatever the clock does (head.last_id). Ids of what was undone are given again.
int64_t tx_id(tx *t);
// Dense ids from 1, never reused, also after a crash: subjects, and whatever else wants them. `counter` is a declared name.
typedef enum counter { COUNTER_SUBJECT, COUNTER_KIND, COUNTER_PROP, COUNTER_OWNER, COUNTER_COUNT } counter;
uint32_t tx_dense(tx *t, counter c);
uint32_t tx_dense_last(const tx *t, counter c);         // the last one given; 0: none yet

// One event: appended to the group's buffer, gets the next event number (from 1), then the hook `on_event` runs.
// `bytes` is the timeline's encoding. `has_print`: de-duplication fingerprint, kept in batch.ids.
// Undone with the savepoint. At most TX_EVENTS_MAX per operation, those of rules included (E_LIMIT_REACHED).
#define TX_EVENTS_MAX 10000
err tx_event(tx *t, str bytes, bool has_print, hash128 print, int64_t *ret_no);
int64_t tx_event_no(const tx *t);      // number of the last event so far, this group's included
// Those of the open group so far, in order, of earlier operations too: what no reader can see yet. Stops at an error and returns it.
err tx_events_each(tx *t, err (*each)(void *p, int64_t no, str bytes), void *p);

// Memory that must go back when the savepoint or the group does: called in reverse order. `p` lives until then or until the commit.
void tx_undo(tx *t, void (*undo)(void *p), void *p);
// Called after the commit is durable and the group is visible, in order; dropped when the savepoint or group is undone.
void tx_after(tx *t, void (*fn)(void *p), void *p);
// Called once at the end of the running operation, as part of it, in order: for what follows from all that it did. May ask for more.
// An error of it is the operation's. Dropped when the savepoint is undone.
void tx_at_end(tx *t, err (*fn)(tx *t, void *p), void *p);

// A nested savepoint: runs fn(t, p); its error undoes what it did (rows, events, memory) and is returned. Trouble is returned
// as well, and dooms the group.
err tx_nested(tx *t, err (*fn)(tx *t, void *p), void *p);

// A frame: the events of one committed group, in order. Layout of `body`: per event a varint length and its bytes.
typedef struct group_frame {
    int64_t first_no;      // number of its first event
    uint32_t count;
    int64_t at_us;         // the group's time
    str body;
    str prints;            // count × 17 bytes: u8 has, u64 lo, u64 hi (little-endian)
} group_frame;

typedef struct teller_config {
    os *o;
    db *d;                                    // the writer; the teller owns it from now on
    void *user;                               // handed to hooks and in tx.user
    err (*on_event)(tx *t, int64_t no, str bytes);          // rules; runs inside the operation. NULL: none
    void (*on_visible)(void *user, const group_frame *g);   // after commit, before replies: the group becomes readable
    // The shipper's target: append after commit, in order; then sync. NULL: batch rows stay for ever (tools, tests).
    // An error of ship is retried with the same frame, the batch rows stay meanwhile; frames already appended may come
    // again and are to be skipped. An error of ship_sync but E_DISK_FULL is final (a failed fsync is never repeated).
    err (*ship)(void *user, const group_frame *g);
    err (*ship_sync)(void *user);
    size_t queue_max;                         // operations waiting in each lane; default 4096
    size_t group_bytes_max;                   // default 1 MB of events
    int64_t group_us_max;                     // default 4000
    int64_t wal_bytes_max;                    // checkpoint beyond; default 4 MB
} teller_config;

// Reads head, counters and batch rows, which must be whole and contiguous from deleted_no + 1 to event_no; `fault` explains
// E_CORRUPT. Then checkpoints, to begin with a short WAL.
// The database must be migrated.
err teller_open(const teller_config *c, fault *f, arena *a, teller **ret);
// Then, once the log has been opened and was found to end at event `log_last`: E_CORRUPT when it is ahead of the database, or
// lacks what the database no longer has. Makes visible what it lacks (on_visible) and ships it; a log that refuses for now,
// as on a full disk, is no error.
err teller_catch_up(teller *t, int64_t log_last, fault *f, arena *a);
void teller_close(teller *t);                 // after the last step; does not commit anything; closes the database. NULL is fine

// From any thread. False: the lane is full (answer 503) or closing. `o` is the teller's until done.
bool teller_submit(teller *t, op *o);
// Submits and waits for the outcome. Not from the teller's or a loop thread. E_OVERLOADED: the lane is full.
typedef struct awaited {
    err (*fn)(tx *t, void *p);                // one of the two
    err (*between)(db *d, void *p);
    void *p;
    lane lane;
    fault *f;                                 // NULL: nobody reads the details; else kept in `a`
    arena *a;
    bool steps;                               // nobody runs the teller: the caller steps it
} awaited;
err teller_await(teller *t, const awaited *what);
// One group: takes what waits until the queue is empty, group_bytes_max or group_us_max; runs, commits, makes visible,
// acknowledges. *ret_worked false: nothing waited. A bulk operation is taken only when no interactive one waits, and at most
// one into a group that holds interactive ones.
// An error is final: the caller must end the process (a failed fsync or an undecidable commit). Every op of the group got
// that error, every op still waiting E_SHUTTING_DOWN; nothing is accepted any more.
err teller_step(teller *t, bool *ret_worked);
// Ships some batch rows (≤ 8 MB), notes them as shipped and removes them; then checkpoints when the WAL is long.
// *ret_worked false: nothing was there, or the log refused it for now (teller_stats.ship_trouble). An error is final.
err teller_ship(teller *t, bool *ret_worked);
// Only the checkpoint, when the WAL is long or `force`.
err teller_checkpoint(teller *t, bool force);
// Thread body: steps until teller_stop; waits on a condition when idle. Returns the final error, E_OK after a stop.
err teller_run(teller *t);
void teller_stop(teller *t);                  // from any thread: no new operations; those queued are still run

int64_t teller_head(const teller *t);         // last committed event number; any thread
// Readers: a transaction may see a head whose group on_visible is still copying. Call this with head_event_no inside the read
// transaction and before asking the timeline; it returns at once nearly always, and after microseconds otherwise.
// False: the teller has failed and the process is ending.
bool teller_wait_visible(teller *t, int64_t no);

typedef struct teller_stats {
    int64_t groups, operations, undone, events, commits_failed, queue_now, checkpoints;
    int64_t deleted_no, shipped_no, head_no;  // the log must hold events up to deleted_no
    int64_t stall_longest_us;                 // of a commit, shipment or checkpoint: how long nothing else could run
    int64_t checkpoint_longest_us, commit_us_total;
    err ship_trouble;                         // why the last shipment stopped; E_OK when it did not
} teller_stats;
teller_stats teller_stats_now(teller *t);     // any thread

// Head as any reading transaction sees it: events up to this number belong to the same moment as its rows.
err head_event_no(db *d, int64_t *ret);

// Checks of doctor and simulator over a closed or quiet database: deleted ≤ shipped ≤ head, batch rows contiguous from
// deleted + 1 to head, counts match their bodies. Adds one line per violation to *report; E_OK with an empty report is clean.
err teller_check(db *d, buf *report);

#endif
