// One made-up machine with a server on it, the works its clients have open, and the model: what test_sim and test_outcomes share.
#ifndef TESTS_SIM_LIFE_H
#define TESTS_SIM_LIFE_H
#include "model.h"
#include "os_sim.h"

#define LIFE_DIR "/brand"
#define WORKS_MAX 64

typedef struct life {
    os_sim *os;
    uint64_t chance;
    server s;
    model m;
    buf report;                        // empty: all as it should be
    arena *a;
    fault f;                           // of the last start
    work *open[WORKS_MAX];             // submitted and not yet told to the model
    size_t open_n;
    bool dead;                         // the teller returned a final error
} life;

void life_init(life *l, uint64_t seed);
void life_free(life *l);
uint64_t life_draw(life *l, uint64_t n);               // below n
bool life_one_in(life *l, uint64_t n);

err life_start(life *l);
void life_submit(life *l);
err life_step(life *l);                                // the teller's; tells the model
err life_ship(life *l);
err life_checkpoint(life *l, bool force);
bool life_over(const life *l);                         // dead, or the machine is
// Without `orderly` the process is killed: closing does nothing.
void life_end(life *l, bool orderly);
// After an end that was not orderly: did the machine lose power, or only the process its life? Ends all accidents planned.
void life_restart(life *l, bool power_cut);
void life_calm(life *l);                               // no accidents any more
void life_check(life *l);                              // the model looks at the server, which must be running

#endif
