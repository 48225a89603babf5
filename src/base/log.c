#include "base/log.h"
#include "base/json.h"
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static int least_level = LOG_INFO;

void log_set_level(log_level least) { __atomic_store_n(&least_level, (int)least, __ATOMIC_RELAXED); }

void log_write(log_level level, const char *event, const log_field *fields, size_t n)
{
    if ((int)level < __atomic_load_n(&least_level, __ATOMIC_RELAXED))
        return;
    static const char *const names[] = { "debug", "info", "warn", "error" };
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    struct tm tm;
    gmtime_r(&ts.tv_sec, &tm);
    char at[64];
    snprintf(at, sizeof at, "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
             tm.tm_min, tm.tm_sec, ts.tv_nsec / 1000000);
    buf b = { 0 };
    jw w = { .b = &b };
    jw_obj(&w);
    jw_kstr(&w, "at", str_c(at));
    jw_kstr(&w, "level", str_c(names[level]));
    jw_kstr(&w, "event", str_c(event));
    for (size_t i = 0; i < n; i++) {
        jw_key(&w, str_c(fields[i].key));
        if (fields[i].kind == LF_I64)
            jw_i64(&w, fields[i].i);
        else
            jw_str(&w, fields[i].s);
    }
    jw_end_obj(&w);
    buf_add_char(&b, '\n');
    // One write, so that lines of several threads do not mix; a log that cannot be written is not worth dying for.
    ssize_t sent = write(STDERR_FILENO, b.s, b.len);
    (void)sent;
    buf_free(&b);
}
