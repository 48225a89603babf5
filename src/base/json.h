// Glue over yyjson: reading with a depth cap and duplicate-key check, exact integers, writing into a buf.
// yyjson has no depth limit of its own, so depth is counted in a pass over the bytes before parsing.
#ifndef BASE_JSON_H
#define BASE_JSON_H
#include "base/buf.h"
#include "base/err.h"
#include <yyjson.h>

#define JSON_DEPTH_MAX 32

typedef yyjson_val jval;

// Parses into memory of the arena. E_JSON_INVALID (detail names the byte), E_JSON_TOO_DEEP. Text is validated UTF-8.
err json_parse(arena *a, str text, fault *f, jval **ret);

// Empty of what is no string. (The library's length of a list or an object is how many things are in it.)
static inline str json_str(const jval *v)
{
    const char *s = yyjson_get_str((jval *)(uintptr_t)v);
    return (str){ s, s ? yyjson_get_len((jval *)(uintptr_t)v) : 0 };
}
// A value as one line of text: a string as it is, null and NULL as nothing, anything else as its JSON, in memory of the arena.
str json_text(arena *a, const jval *v);
jval *json_get(const jval *obj, str key);                      // NULL when absent or not an object

// Integers are exact: an int64, or a real that is a whole number within ±2⁵³ (JavaScript clients send 5.0). False otherwise.
bool json_i64(const jval *v, int64_t *ret);

// Writing. jw keeps commas right; strings are escaped; nothing is checked that the type system cannot see.
typedef struct jw { buf *b; bool comma; } jw;
void jw_obj(jw *w);  void jw_end_obj(jw *w);
void jw_arr(jw *w);  void jw_end_arr(jw *w);
void jw_key(jw *w, str key);
void jw_str(jw *w, str v);
void jw_i64(jw *w, int64_t v);
void jw_f64(jw *w, double v);                                  // not finite → null
void jw_bool(jw *w, bool v);
void jw_null(jw *w);
void jw_raw(jw *w, str json);                                  // a value that is JSON already
void jw_val(jw *w, const jval *v);                             // a parsed value, written back
#define jw_kstr(w, k, v) (jw_key((w), S(k)), jw_str((w), (v)))
#define jw_ki64(w, k, v) (jw_key((w), S(k)), jw_i64((w), (v)))
#define jw_kbool(w, k, v) (jw_key((w), S(k)), jw_bool((w), (v)))

#endif
