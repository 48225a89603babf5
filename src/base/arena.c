#include "base/arena.h"
#include "base/err.h"
#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define POISONED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISONED 1
#endif
#endif
#ifdef POISONED
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#define GAP 16                                 // red zone between two allocations
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define GAP 0
#endif

#define CHUNK_BYTES (size_t)(16 * 1024)

typedef struct chunk {
    struct chunk *before;
    size_t cap, used;
    alignas(max_align_t) char bytes[];
} chunk;

struct arena {
    chunk *top;
    size_t total;
};

arena *arena_create(void)
{
    arena *a = calloc(1, sizeof *a);
    ENSURE(a);
    return a;
}

static void chunk_free(chunk *c)
{
    UNPOISON(c->bytes, c->cap);
    free(c);
}

void arena_destroy(arena *a)
{
    if (!a)
        return;
    while (a->top) {
        chunk *c = a->top;
        a->top = c->before;
        chunk_free(c);
    }
    free(a);
}

void arena_reset(arena *a)
{
    while (a->top && a->top->before) {
        chunk *c = a->top;
        a->top = c->before;
        chunk_free(c);
    }
    if (a->top && a->top->cap > 4 * CHUNK_BYTES) {       // one large request must not be kept for ever
        chunk_free(a->top);
        a->top = NULL;
    }
    if (a->top) {
        a->top->used = 0;
        POISON(a->top->bytes, a->top->cap);
    }
    a->total = 0;
}

size_t arena_bytes(const arena *a) { return a->total; }

static void grow(arena *a, size_t need)
{
    size_t cap = a->top && a->top->cap * 2 <= 1024 * 1024 ? a->top->cap * 2 : CHUNK_BYTES;
    if (cap < need)
        cap = need;
    chunk *c = malloc(sizeof *c + cap);
    ENSURE(c);
    *c = (chunk){ .before = a->top, .cap = cap };
    POISON(c->bytes, cap);
    a->top = c;
}

void *arena_alloc(arena *a, size_t count, size_t size, size_t align)
{
    size_t bytes;
    ENSURE(!__builtin_mul_overflow(count, size, &bytes) && bytes < SIZE_MAX / 4);
    ENSURE(align <= alignof(max_align_t));
    if (!a->top)
        grow(a, bytes + align + GAP);
    size_t at = (a->top->used + align - 1) & ~(align - 1);
    if (at + bytes + GAP > a->top->cap) {
        grow(a, bytes + align + GAP);
        at = 0;
    }
    void *p = a->top->bytes + at;
    a->top->used = at + bytes + GAP;
    a->total += bytes;
    UNPOISON(p, bytes);
    return memset(p, 0, bytes);
}

arena_mark arena_save(const arena *a) { return (arena_mark){ a->top, a->top ? a->top->used : 0, a->total }; }

void arena_release(arena *a, arena_mark m)
{
    while (a->top != m.chunk) {
        chunk *c = a->top;
        ENSURE(c);
        a->top = c->before;
        chunk_free(c);
    }
    if (a->top) {
        POISON(a->top->bytes + m.used, a->top->cap - m.used);
        a->top->used = m.used;
    }
    a->total = m.total;
}

char *arena_cstr(arena *a, str v)
{
    char *p = arena_alloc(a, v.len + 1, 1, 1);
    if (v.len)
        memcpy(p, v.s, v.len);
    return p;
}

str arena_str(arena *a, str v) { return (str){ arena_cstr(a, v), v.len }; }

str arena_vfmt(arena *a, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    ENSURE(n >= 0);
    char *p = arena_alloc(a, (size_t)n + 1, 1, 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (str){ p, (size_t)n };
}

str arena_fmt(arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    str v = arena_vfmt(a, fmt, ap);
    va_end(ap);
    return v;
}

str arena_join(arena *a, str x, str y)
{
    char *p = arena_alloc(a, x.len + y.len + 1, 1, 1);
    if (x.len)
        memcpy(p, x.s, x.len);
    if (y.len)
        memcpy(p + x.len, y.s, y.len);
    return (str){ p, x.len + y.len };
}
