// A typed growing array that owns its memory: VEC(int64_t) ids = {0}; vec_push(&ids, 5); vec_free(&ids).
// For engine structures; request code takes arrays from its arena.
#ifndef BASE_VEC_H
#define BASE_VEC_H
#include <stddef.h>

#define VEC(T) struct { T *v; size_t n, cap; }

#define vec_push(vec, item)                                                                  \
    do {                                                                                     \
        vec_grow((void **)&(vec)->v, &(vec)->cap, (vec)->n + 1, sizeof *(vec)->v);           \
        (vec)->v[(vec)->n++] = (item);                                                       \
    } while (0)
#define vec_reserve(vec, count) vec_grow((void **)&(vec)->v, &(vec)->cap, (count), sizeof *(vec)->v)
#define vec_free(vec) (vec_release((void **)&(vec)->v), (void)((vec)->n = (vec)->cap = 0))

void vec_grow(void **v, size_t *cap, size_t want, size_t item_bytes);   // at least doubles; ends the process when out of memory
void vec_release(void **v);

#endif
