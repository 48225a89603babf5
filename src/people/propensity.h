// Who may become an owner: a score of a person with a lead, and why (INVENTORY DAT-06). docs/decisions/portrait.md
//
// The model is a logistic regression with a ridge (Hosmer & Lemeshow, Applied Logistic Regression; le Cessie & van Houwelingen 1992)
// over what was known of people, and what they had done in the 28 days before, at their first lead: each value a feature, there or not.
// Pure arithmetic here: no database, no clock.
#ifndef PEOPLE_PROPENSITY_H
#define PEOPLE_PROPENSITY_H
#include "base/arena.h"

#define PROPENSITY_FEATURES_MAX 40     // of the model: those that tell most
#define PROPENSITY_BINS 10
#define PROPENSITY_LEADS_MIN 200       // of leads old enough to tell
#define PROPENSITY_EACH_MIN 30         // of those who became one, and of those who did not
#define PROPENSITY_VALUE_MIN 20        // people a value must hold of, and not hold of, to be a feature

typedef struct propensity_case { uint32_t person; bool became; const uint32_t *has; uint32_t n; } propensity_case;  // ids of values, any order

typedef struct propensity_feature { uint32_t value; double weight, mean; int64_t people, became; } propensity_feature;
typedef struct propensity_bin { double predicted; int64_t people, became; } propensity_bin;
typedef struct propensity_model {
    double intercept;
    propensity_feature v[PROPENSITY_FEATURES_MAX];
    uint32_t n;
    int64_t learned, became;           // leads it was fitted on, and how many of them became owners
    // On leads it has not seen, a fifth of them: what it said against what came, from the lowest scores to the highest.
    int64_t held_out, held_became;
    propensity_bin bins[PROPENSITY_BINS];
    uint32_t bins_n;
    double auc;                        // of two people, one of whom became an owner, how often that one had the higher score
} propensity_model;

// `values`: how many different ones the ids go up to. False: too few leads, or too few on one side.
bool propensity_fit(const propensity_case *v, size_t n, uint32_t values, arena *a, propensity_model *ret);
// Of somebody who has these features of the model (by place). parts, may be NULL: what each of the model's features adds to the
// log-odds against the average lead; they and the average's own log-odds add up to the score's.
double propensity_score(const propensity_model *m, const bool *has, double *parts);
// Whether a person is of the fifth that is held out: the same in every fit.
bool propensity_held(uint32_t person);

#endif
