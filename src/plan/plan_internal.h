// Inside plan/ only: a declaration as it is judged by.
#ifndef PLAN_INTERNAL_H
#define PLAN_INTERNAL_H
#include "plan/plan_api.h"

typedef struct plan_prop {
    str name;
    enum plan_type type;
    bool required, has_min, has_max;
    int64_t min, max;
    const str *values;
    size_t values_n;
    plan_privacy privacy;
    vault_kind personal;
} plan_prop;

typedef struct plan_kind {
    str name;
    enum plan_state state;
    enum plan_mode mode;
    const plan_prop *props;
    size_t props_n;
} plan_kind;

extern const char *const plan_types[];         // names of plan_type

// Strings point into `body`, the rest is in the arena.
err plan_compile(str body, arena *a, plan_kind *ret);
err plan_body_read(const jval *v, arena *a, fault *f, plan_kind_body *ret);
err plan_body_check(const plan_kind_body *in, arena *a, fault *f);             // what the shape cannot say

#endif
