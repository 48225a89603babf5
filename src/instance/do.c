// Operations for commands and tests.
#include "instance/instance.h"

err instance_do(instance *in, err (*fn)(tx *t, void *p), void *p, fault *f)
{
    return teller_await(in->e.teller, &(awaited){ .fn = fn, .p = p, .f = f, .a = in->a, .steps = !in->threaded });
}

err instance_between(instance *in, err (*fn)(db *d, void *p), void *p)
{
    return teller_await(in->e.teller, &(awaited){ .between = fn, .p = p, .lane = LANE_BETWEEN, .steps = !in->threaded });
}
