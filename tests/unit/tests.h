// What every unit test includes first: cmocka with the headers it wants, and the project's basics.
#ifndef TESTS_H
#define TESTS_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// clang-format off
#include <cmocka.h>
// clang-format on
#include "base/arena.h"
#include "base/err.h"

#define assert_str(actual, expected)                                                                     \
    do {                                                                                                 \
        str a_ = (actual), e_ = (expected);                                                              \
        if (!str_eq(a_, e_))                                                                             \
            fail_msg("\"" STR_FMT "\" is not \"" STR_FMT "\"", STR_ARG(a_), STR_ARG(e_));                \
    } while (0)
#define assert_ok(expr)                                                                                  \
    do {                                                                                                 \
        err e_ = (expr);                                                                                 \
        if (e_ != E_OK)                                                                                  \
            fail_msg("%s gave %s", #expr, err_info_of(e_)->code);                                        \
    } while (0)
#define assert_err(expr, code_)                                                                          \
    do {                                                                                                 \
        err e_ = (expr);                                                                                 \
        if (e_ != (code_))                                                                               \
            fail_msg("%s gave %s, not %s", #expr, err_info_of(e_)->code, err_info_of(code_)->code);      \
    } while (0)

#endif
