#include "base/vec.h"
#include "base/err.h"
#include <stdlib.h>

void vec_grow(void **v, size_t *cap, size_t want, size_t item_bytes)
{
    if (want <= *cap)
        return;
    size_t n = *cap ? *cap * 2 : 8, bytes;
    if (n < want)
        n = want;
    ENSURE(!__builtin_mul_overflow(n, item_bytes, &bytes));
    *v = realloc(*v, bytes);
    ENSURE(*v);
    *cap = n;
}

void vec_release(void **v)
{
    free(*v);
    *v = NULL;
}
