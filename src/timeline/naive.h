// The plain evaluator's insides: one pass over people, each with all events in order. Private to naive.c and answer.c.
#ifndef TIMELINE_NAIVE_H
#define TIMELINE_NAIVE_H
#include "timeline/question.h"
#include "timeline/recent.h"

// One person's events in order of (time, no); payload is read when somebody looks.
typedef struct history {
    uint32_t person;               // 0: the brand's own events, which are nobody's
    const event_ref *refs;
    size_t n;
    const event **events;          // NULL until read
} history;

typedef struct naive {
    timeline *t;
    const question *q;
    const dictionary *dict;
    arena *a;                      // lives as long as the answer
    arena *one;                    // lives as long as one person
    event_reader *reader;
    err trouble;                   // the first error of reading; everything after it counts for nothing
} naive;

const event *history_event(naive *x, history *h, size_t i);                    // NULL: trouble
const value *history_value(naive *x, history *h, size_t i, uint32_t id);      // NULL: absent
// Is event i what the selector means?
bool selector_matches(naive *x, history *h, size_t i, const selector *s);
bool condition_holds(naive *x, history *h, const condition *c);
static inline bool window_has(const window *w, int64_t us) { return us >= w->from_us && us < w->to_us; }

// What each kind of question does with a person, and what it says at the end (answer.c).
typedef struct answer_kind {
    bool brand;                    // brand events count too when nobody in particular is asked about
    void *(*start)(naive *x);
    void (*person)(naive *x, void *state, history *h);
    void (*finish)(naive *x, void *state, jw *w);      // writes members, frees the state
} answer_kind;
extern const answer_kind answer_compare;              // compare.c
// Everybody's history, or one person's; fn false stops.
err naive_each(naive *x, int64_t head, uint32_t person, bool (*fn)(naive *x, void *p, history *h), void *p);
extern const answer_kind *const answer_kinds[ASK_KINDS];      // ASK_TIMELINE has none

void write_value(jw *w, const value *v, arena *a);
void write_time(jw *w, arena *a, int64_t us);

#endif
