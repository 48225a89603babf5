// Structured log: one JSON object a line on stderr. Never personal data, never secrets, never from library code
// (base, store, timeline return errors instead); the server and its commands log.
#ifndef BASE_LOG_H
#define BASE_LOG_H
#include "base/str.h"

typedef enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR } log_level;

typedef struct log_field { const char *key; enum { LF_I64, LF_STR } kind; int64_t i; str s; } log_field;
static inline log_field log_i(const char *key, int64_t v) { return (log_field){ .key = key, .kind = LF_I64, .i = v }; }
static inline log_field log_s(const char *key, str v) { return (log_field){ .key = key, .kind = LF_STR, .s = v }; }

// log_event(LOG_INFO, "http.listening", log_i("port", 7921)): the first argument after the level names the event.
void log_write(log_level level, const char *event, const log_field *fields, size_t n);
#define log_event(level, event, ...)                                                        \
    log_write((level), (event), (const log_field[]){ { 0 }, ##__VA_ARGS__ } + 1,           \
              sizeof((const log_field[]){ { 0 }, ##__VA_ARGS__ }) / sizeof(log_field) - 1)
void log_set_level(log_level least);          // process-wide; default LOG_INFO

#endif
