// A value the vault learns of somebody may stand in what was said before: in their events, in notes and reasons about them. Whoever
// has to be looked at is queued in the operation that teaches it; a sweep reads their texts and names what has to be starred; the log
// is written again (timeline_star), rows are changed, the queue ends. Reading costs what the person has said; nothing waits for it.
#ifndef PEOPLE_LATE_H
#define PEOPLE_LATE_H
#include "people/people.h"

#define LATE_AT_ONCE 5000              // people a sweep looks at before it writes a segment again
#define LATE_SLICE 500                 // rows of the queue that end in one operation
#define LATE_COPIES_DAYS 30            // within which copies that still say it have to be gone

typedef struct late_row { int64_t subject, at_us; } late_row;
typedef struct own_name { int64_t person; names_word word; str is; } own_name;      // of a kind or a property, that only they used
typedef struct late_words { const char *write; int64_t person; str was, is; } late_words;
struct plain_value;
typedef struct late_plain { const struct plain_value *v; size_t n; } late_plain;
typedef struct late_found {
    late_row *rows;                    // of the queue, looked at
    size_t rows_n;
    event_said *events;                // what the log says, by number
    size_t events_n;
    late_words *texts;                 // what rows say
    size_t texts_n;
    own_name *names;
    size_t names_n;
    late_plain *plain;                 // what was looked for
    size_t plain_n;
    bool more;                         // others wait as long
} late_found;

// Teller: the person of `subject` is to be looked at.
err late_told(tx *t, uint32_t subject);
// Any connection, any thread: looks at those told before before_us. What is found points into the arena, plain values with it.
err late_look(const engine *e, db *d, int64_t before_us, arena *a, late_found *ret);
void late_wipe(const late_found *l);
// Teller, before the log is changed: rows are, and it is noted that copies made until now say something. Then, when the log and the
// database's files hold none of it: the queue ends. Whoever was told something meanwhile stays in it. In between, a crash looks again.
err late_begin(tx *t, const late_found *l);
err late_finish(tx *t, const late_found *l, size_t from);      // at most LATE_SLICE rows
static inline bool late_says(const late_found *l) { return l->events_n + l->texts_n + l->names_n > 0; }
// For doctor: how many have waited longer than this.
err late_waiting(db *d, int64_t before_us, int64_t *ret);

#endif
