// The list of modules and what each brings: routes, effects, jobs, checks. A new module is a line in parts.c.
#ifndef INSTANCE_PARTS_H
#define INSTANCE_PARTS_H
#include "instance/instance.h"

err parts_open(engine *e, db *d, fault *f, arena *a);
void parts_close(engine *e);

// Work that repeats: at most once per `every_us`, as a bulk operation; *ret_more: again at once, after others had their turn.
typedef struct job {
    const char *name;
    int64_t every_us;
    err (*run)(tx *t, bool *ret_more);
} job;
extern const job parts_jobs[];
extern const size_t parts_jobs_n;

// Checks of doctor: a line per violation.
typedef struct check { const char *name; err (*run)(db *d, buf *report); } check;
extern const check parts_checks[];
extern const size_t parts_checks_n;

struct jobs *jobs_open(instance *in);

// What a new brand starts with; and the same of a newer binary in a brand that lives (playbook.c).
err playbook_install(instance *in, fault *f);
err playbook_follow(instance *in, fault *f);

err demo_make(instance *in, fault *f, arena *a);

// Who watches the live stream (instance/live.c).
bool live_listening(void *user);
void live_publish(void *user, const live_facts *f, str json);

#endif
