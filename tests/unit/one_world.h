// For test programs that work on one world at a time: `w`, cmocka's set-up and tear-down for it, what its replies must say.
#ifndef TESTS_ONE_WORLD_H
#define TESTS_ONE_WORLD_H
#include "domain.h"

static world w;

// With the whole playbook. Programs that want other rules have a set-up of their own.
static inline int world_begin(void **state)
{
    (void)state;
    world_open(&w);
    world_playbook(&w);
    return 0;
}

static inline int world_end(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

#define assert_has(json_, text_)                                                     \
    do {                                                                              \
        if (!strstr(arena_cstr(w.a, json_), text_))                                   \
            fail_msg("%s lacks %s", arena_cstr(w.a, json_), text_);                   \
    } while (0)
#define assert_lacks(json_, text_)                                                   \
    do {                                                                              \
        if (strstr(arena_cstr(w.a, json_), text_))                                    \
            fail_msg("%s has %s", arena_cstr(w.a, json_), text_);                     \
    } while (0)

#endif
