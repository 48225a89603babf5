// All shapes that routes use, directly or nested, each once.
#ifndef API_SHAPE_SET_H
#define API_SHAPE_SET_H
#include "api/route.h"

typedef struct shape_set {
    arena *a;
    const shape **v;
    size_t n, cap;
} shape_set;

void shape_set_add(shape_set *s, const shape *sh);       // NULL is fine
void shape_set_add_route(shape_set *s, const route *r);  // its body and reply; a query is no schema of its own

#endif
