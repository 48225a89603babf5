#include "timeline/print_set.h"
#include "timeline/dedupe_file.h"
#include <stdlib.h>

#define CAP_FIRST 1024

static bool is_zero(hash128 p) { return p.lo == 0 && p.hi == 0; }
static size_t home(const print_set *s, hash128 p) { return (size_t)(((unsigned __int128)p.hi * s->cap) >> 64); }

void print_set_free(print_set *s)
{
    free(s->slots);
    *s = (print_set){ 0 };
}

// Its slot, or the free one where it would go.
static size_t find(const print_set *s, hash128 p)
{
    size_t i = home(s, p);
    while (!is_zero(s->slots[i]) && !hash128_eq(s->slots[i], p))
        i = i + 1 == s->cap ? 0 : i + 1;
    return i;
}

bool print_set_has(const print_set *s, hash128 p) { return is_zero(p) ? s->zero : s->cap && !is_zero(s->slots[find(s, p)]); }

static void grow(print_set *s)
{
    print_set to = { .n = s->n, .cap = s->cap ? s->cap * 2 : CAP_FIRST, .zero = s->zero };
    to.slots = calloc(to.cap, sizeof *to.slots);
    ENSURE(to.slots);
    for (size_t i = 0; i < s->cap; i++)
        if (!is_zero(s->slots[i]))
            to.slots[find(&to, s->slots[i])] = s->slots[i];
    free(s->slots);
    *s = to;
}

void print_set_add(print_set *s, hash128 p)
{
    if (print_set_has(s, p))
        return;
    s->n++;
    if (is_zero(p)) {
        s->zero = true;
        return;
    }
    if (s->n * 5 > s->cap * 4)
        grow(s);
    s->slots[find(s, p)] = p;
}

// Closes the gap: whatever stands behind it and would be found through it moves up.
static void close_gap(print_set *s, size_t gap)
{
    for (size_t i = gap;;) {
        i = i + 1 == s->cap ? 0 : i + 1;
        if (is_zero(s->slots[i]))
            break;
        size_t at = home(s, s->slots[i]);
        bool between = gap <= i ? gap < at && at <= i : gap < at || at <= i;
        if (between)
            continue;
        s->slots[gap] = s->slots[i];
        gap = i;
    }
    s->slots[gap] = (hash128){ 0 };
}

void print_set_remove(print_set *s, hash128 p)
{
    if (!print_set_has(s, p))
        return;
    s->n--;
    if (is_zero(p))
        s->zero = false;
    else
        close_gap(s, find(s, p));
}

static int by_print(const void *x, const void *y) { return print_cmp(*(const hash128 *)x, *(const hash128 *)y); }

hash128 *print_set_sorted(const print_set *s)
{
    hash128 *v = calloc(s->n + 1, sizeof *v);
    ENSURE(v);
    size_t n = s->zero; // the zero print is the first there is
    for (size_t i = 0; i < s->cap; i++)
        if (!is_zero(s->slots[i]))
            v[n++] = s->slots[i];
    ENSURE(n == s->n);
    qsort(v, n, sizeof *v, by_print);
    return v;
}
