// The naive model beside the store: every operation asked for and how it was answered. After each restart it says what must be
// found, and looks.
#ifndef TESTS_SIM_MODEL_H
#define TESTS_SIM_MODEL_H
#include "base/map.h"
#include "base/vec.h"
#include "work.h"

typedef enum fate {
    FATE_UNSURE,           // asked, and not answered or answered by a dying teller: wholly there or not at all
    FATE_THERE,            // acknowledged, or found after a restart: there for ever
    FATE_ABSENT            // refused: never there
} fate;

typedef struct model_op {
    uint64_t seed;
    int64_t key, body, replay_of;
    fate fate;
    // What the last look found.
    bool found;
    int64_t at_us, parts, events, effects;
} model_op;

typedef struct model {
    VEC(model_op) ops;                 // by serial − 1
    int64_t job_acked[JOBS + 1];       // slices known to be done
    int64_t acked, replayed, refused, unsure, unsure_found;
} model;

void model_free(model *m);
// Fills in the request: seed, serial, key and body.
void model_ask(model *m, work *w, uint64_t *chance);
// `sure`: the teller lives on, so an error means that nothing happened.
void model_answer(model *m, const work *w, err outcome, bool sure);
// Compares with a server just opened. Every difference is a line of the report; what was unsure is settled.
void model_check(model *m, server *s, buf *report);

#endif
