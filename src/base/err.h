// Errors are values. One list (err_list.h) feeds the enum, the HTTP status, the stable public code and both languages.
#ifndef BASE_ERR_H
#define BASE_ERR_H
#include "base/arena.h"
#include "base/err_list.h"

#define ERR_ENUM(name, http, retry, zh, en) E_##name,
typedef enum err { ERR_LIST(ERR_ENUM) ERR_COUNT } err;
#undef ERR_ENUM

typedef enum lang { LANG_ZH, LANG_EN } lang;

typedef struct err_info {
    const char *code;      // stable and public, lower case: "field_too_long"
    int http;              // status of the reply
    bool retry;            // the same request may succeed later
    const char *zh, *en;   // for people; {field}, {limit} and {detail} are filled in
} err_info;

const err_info *err_info_of(err e);           // never NULL

// What went wrong, for people: the code, the field's path ("items[2].city") and numbers of the limit.
// A fault is filled where the error arises; the code that returns it is always the function's result.
typedef struct fault {
    err code;
    str field;             // path; empty when no field is to blame
    str detail;            // free text for operators and developers, never secret, never personal data
    int64_t limit;         // what {limit} prints
} fault;

// Fill in and return the code: `return fault_field(f, a, E_FIELD_TOO_LONG, path, 40);` f may be NULL.
err fault_field(fault *f, arena *a, err code, str field, int64_t limit);
err fault_detail(fault *f, arena *a, err code, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
// Copies the fault's strings into `a`, for a fault that must outlive the arena it was made in.
void fault_keep(fault *f, arena *a);
str fault_text(const fault *f, arena *a, lang l);

// An operating error inside an engine: ends here or travels as E_IO, E_DISK_FULL, E_DB, E_CORRUPT.
#define TRY(expr)                       \
    do {                                \
        err try_e_ = (expr);            \
        if (try_e_ != E_OK)             \
            return try_e_;              \
    } while (0)

// A programmer's mistake ends the process, in production too: the restart decides what is true.
_Noreturn void panic(const char *file, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
#define ENSURE(cond)                                                  \
    do {                                                              \
        if (__builtin_expect(!(cond), 0))                             \
            panic(__FILE__, __LINE__, "broken promise: %s", #cond);   \
    } while (0)

#endif
