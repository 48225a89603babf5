// An arena owns everything made for one purpose (a request, a group) and frees it at once.
// Domain code allocates only here and never frees. Memory is junk in debug builds and poisoned under ASan until given out.
// Not thread-safe: an arena belongs to one thread at a time. Out of memory ends the process: a server that can no longer
// say what it did is safer restarted, and the database decides what happened.
#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include "base/str.h"
#include <stdalign.h>
#include <stdarg.h>

typedef struct arena arena;

arena *arena_create(void);
void arena_destroy(arena *a);                 // NULL is fine
void arena_reset(arena *a);                   // everything given out is gone; keeps one chunk for reuse
size_t arena_bytes(const arena *a);           // given out since the last reset

// Zeroed memory. count × size is checked for overflow.
void *arena_alloc(arena *a, size_t count, size_t size, size_t align);
#define arena_new(a, T) ((T *)arena_alloc((a), 1, sizeof(T), alignof(T)))
#define arena_array(a, T, n) ((T *)arena_alloc((a), (n), sizeof(T), alignof(T)))

// A scratch position: what was allocated after the mark is gone after the release.
typedef struct arena_mark { void *chunk; size_t used; size_t total; } arena_mark;
arena_mark arena_save(const arena *a);
void arena_release(arena *a, arena_mark m);

str arena_str(arena *a, str v);               // a copy that lives as long as the arena; also NUL-terminated
char *arena_cstr(arena *a, str v);            // the same for the edge of the OS and SQLite
str arena_fmt(arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
str arena_vfmt(arena *a, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
str arena_join(arena *a, str x, str y);

#endif
