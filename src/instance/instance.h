// One brand: a data directory, opened. Puts the layers together and nothing more.
//
//   DIR/LOCK            held by whoever has DIR open
//   DIR/control.sock    commands to the running server
//   DIR/brand.db        the database (WAL beside it): the only commit point
//   DIR/log/            the timeline's segments, copied from the database after commit
//   DIR/seen/           sealed generations of known message ids
//   DIR/master.key      seals personal data and keys; in no backup
#ifndef INSTANCE_INSTANCE_H
#define INSTANCE_INSTANCE_H
#include "base/log.h"
#include "connect/segment.h"
#include "loyalty/ledger.h"
#include "people/people.h"
#include "rule/rules.h"
#include "store/idem.h"
#include "store/lock.h"
#include "task/task.h"

typedef struct instance instance;

struct instance {
    engine e;                      // first: tx.user and req.app are this
    os *o;
    arena *a;                      // for the life of the instance
    const char *dir, *db_path;
    dir_lock lock;
    db *writer;                    // the teller owns it
    idem *idem;
    bool recovering;               // the teller brings back what the log lacks
    bool threaded;                 // the teller runs on a thread of its own; otherwise instance_do steps it
    struct jobs *jobs;             // jobs.c
    struct live *live;             // live.c; NULL for commands
    int64_t started_us;
    int64_t erase_next_us;         // the tidier's: when it looks for erasures again
    int64_t copies_next_us;        // and for copies beyond their time
    int64_t copies_overdue, copies_deleted;        // relaxed atomics: at the last look; since the start
    int64_t told_late_events, told_late_people;    // relaxed atomics: events starred, people looked at, since the start
};

#define DATABASE_ID_BYTES 16

typedef struct init_options {
    str brand_zh, brand_en;
    bool demo;                     // a small brand with people and a login that is printed
} init_options;

// Makes DIR: key, database, playbook. E_EXISTS when there is one already. What it printed for the person goes to `out`.
err instance_init(os *o, const char *dir, const init_options *opt, buf *out, fault *f, arena *a);

// Opens DIR: lock, migrations, recovery of database and log, memory. E_LOCKED, E_NOT_FOUND, E_CORRUPT, E_TOO_NEW …
err instance_open(os *o, const char *dir, fault *f, arena *a, instance **ret);
void instance_close(instance *in);

// Runs fn inside an operation of the teller and waits for the commit. Not from the teller's or a loop thread.
err instance_do(instance *in, err (*fn)(tx *t, void *p), void *p, fault *f);

// Runs fn on the teller's connection while no transaction is open, and waits.
err instance_between(instance *in, err (*fn)(db *d, void *p), void *p);

// A reader of its own for a command or a thread; db_close it.
err instance_reader(instance *in, db **ret);

// Repeated work (timers, expiry), as bulk operations: call about once a second with the loop's clock; never blocks.
void instance_tick(instance *in);

// Every check there is. One line per violation; nothing written is a clean bill.
err instance_check(instance *in, buf *report);

// Commands (key, query, doctor, backup …), the same when the server runs and when it does not.
typedef struct command {
    const char *name, *usage;
    err (*run)(instance *in, const str *args, size_t n, str input, buf *out, fault *f, arena *a);
    const char *reads;             // which file is its input: "FILE", its first argument; an option's, if given; NULL: none. "-": standard input
    bool apart;                    // only reads and may take minutes: other commands are served meanwhile
} command;
extern const command instance_commands[];
extern const size_t instance_commands_n;
const command *command_find(str name);

// DIR/control.sock: the server's end, on a thread of its own, and the client's.
typedef struct control control;
err control_open(instance *in, control **ret);
void control_close(control *c);
// E_NOT_FOUND: no server listens there.
err control_call(const char *dir, const str *args, size_t n, str input, buf *out, int *ret_exit, arena *a);

#endif
