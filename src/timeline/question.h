// A question as data: what the JSON of docs/reference/questions.md says, checked and resolved. Private to the timeline.
// One parser for questions and conditions; every executor starts from these structs. All memory is the arena's.
#ifndef TIMELINE_QUESTION_H
#define TIMELINE_QUESTION_H
#include "timeline/timeline.h"

typedef enum compare_op { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_IN, OP_EXISTS, OP_COUNT } compare_op;

// [name, op, value]: values_n is 1, more for "in", 0 for "exists".
typedef struct comparison {
    str name;
    uint32_t prop;             // 0: no event has such a property
    compare_op op;
    const value *values;
    size_t values_n;
} comparison;

typedef struct selector {
    str event;                 // "*": any
    bool any;
    uint32_t kind;             // 0: no event is of that kind
    const comparison *where;   // all must hold
    size_t where_n;
} selector;

// [from, to). INT64_MIN and INT64_MAX: open. within_us > 0: was given as a duration that ends now.
typedef struct window { int64_t from_us, to_us, within_us; } window;

typedef enum condition_kind { IF_ALL, IF_ANY, IF_NOT, IF_DID, IF_STAGE, IF_TAG, IF_TRAIT, IF_CONSENT, IF_TIER, IF_CLASS } condition_kind;

typedef struct condition {
    condition_kind kind;
    const struct condition *items;     // ALL, ANY, NOT
    size_t items_n;
    selector did;                      // DID
    window when;
    int64_t at_least, at_most;         // at_most −1: no limit
    uint32_t stages;                   // STAGE: bit per place in question_stages
    str name;                          // TAG, CONSENT: its value; TIER: the ladder; CLASS: the axis
    str level;                         // TIER; CLASS
    bool first;                        // CLASS: the one everybody begins in
    comparison trait;                  // TRAIT
    const jval *said;                  // the condition as it was sent
} condition;

typedef enum ask_kind {
    ASK_COUNT, ASK_TREND, ASK_FUNNEL, ASK_RETENTION, ASK_AUDIENCE, ASK_TOP, ASK_TIMELINE, ASK_COMPARE, ASK_KINDS
} ask_kind;
typedef enum time_unit { UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNITS } time_unit;

#define QUESTION_STEPS_MAX 10
#define QUESTION_BUCKETS_MAX 1000

// COMPARE: a trait to look at. consent: only of people who gave it; empty: of everybody.
typedef struct compare_trait { str name, consent; uint32_t prop; } compare_trait;
#define COMPARE_TRAITS_MAX 20

typedef struct question {
    ask_kind ask;
    int64_t now_us;
    const condition *who;              // NULL: everybody
    selector event;                    // COUNT, TREND, TOP
    window when;
    time_unit unit;                    // TREND, RETENTION
    const selector *steps;             // FUNNEL: steps; RETENTION: first and return
    size_t steps_n;
    int64_t window_us;                 // FUNNEL; COMPARE: how far back deeds count
    const condition *set, *against;    // COMPARE; against NULL: everybody
    selector at;                       // COMPARE: the event whose moment is looked at; empty: now
    const compare_trait *traits;
    size_t traits_n;
    const uint32_t *said_by;           // kinds whose properties are traits
    size_t said_by_n;
    // Names of properties. COUNT: values of `by`, numbers of `of`. FUNNEL: values of `by`. TOP: values of `of`, sum of `by`.
    str by, of;
    uint32_t by_prop, of_prop;
    int64_t limit;                     // values, ids, events, periods
    uint32_t person;                   // TIMELINE
    int64_t before_us, before_no;
    // Names the conditions about attributes read (see docs): kinds and properties of Lianyi's own events.
    struct own_names {
        uint32_t stage_moved, tag_added, tag_removed, tag_faded, trait_set, consent_given, consent_withdrawn;      // kinds
        uint32_t tier_moved, class_changed;                                                             // kinds
        uint32_t identify, set_once, incremented, unset, deleted;                                       // kinds that say traits
        uint32_t to, tag, trait, name, value, purpose, ladder, axis;                                               // properties
    } own;
} question;

// The stages of a person in order; who never moved stands at the first.
#define QUESTION_STAGES 8
extern const char *const question_stages[QUESTION_STAGES];
extern const char *const question_ops[OP_COUNT + 1];
extern const char *const question_units[UNITS + 1];

// dict NULL: names stay unresolved (sentences). E_FIELD_* with the path.
err question_parse(jval *v, const dictionary *dict, int64_t now_us, arena *a, fault *f, question *ret);
void question_print(const question *q, lang l, const question_words *words, arena *a, buf *b);

// Calendar periods in the brand's zone, numbered without gaps.
int64_t period_no(time_unit u, int64_t time_us);
int64_t period_start(time_unit u, int64_t no);

// Does the value satisfy the comparison? NULL: absent.
bool where_holds(const comparison *c, const value *v);
// −1, 0, 1; numbers exactly, whether integer or not. Both must be numbers.
int value_number_cmp(const value *x, const value *y);
static inline bool value_is_number(const value *v) { return v->k == V_I64 || v->k == V_F64; }

// --- The plain evaluator (naive.c, answer.c) ------------------------------------------------------------------------------
// Comparison's and condition's meaning, person by person; stays for ever as the oracle of faster executors.
err naive_ask(timeline *t, const dictionary *dict, const question *q, int64_t head, arena *a, buf *ret_json);

#endif
