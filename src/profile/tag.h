// Tags on people. A tag is its name; the library (declared record `tag_type`) says its class, family, level, how long it lasts and
// which consent it needs. Names that are not in the library may be set by rules; staff set listed ones only. Inside profile/.
#ifndef PROFILE_TAG_H
#define PROFILE_TAG_H
#include "profile/profile_internal.h"

#define TAG_CHARS_MAX 60

enum tag_class { TAG_AUDIENCE, TAG_BEHAVIOUR, TAG_FACT };
enum tag_origin { TAG_BY_RULE, TAG_BY_STAFF, TAG_BY_IMPORT, TAG_BY_SURVEY, TAG_BY_ORDER, TAG_BY_SELF, TAG_ORIGIN_COUNT };
ENUM_DECLARE(tag_origin);

typedef struct tag_info { bool listed; enum tag_class class; str family, purpose; int64_t level, days; } tag_info;
err tag_info_read(db *d, arena *a, str tag, tag_info *ret);

typedef struct tagging {
    uint32_t subject;              // home of the row
    str tag, rule, reason;         // rule: its key; reason: staff's words
    enum tag_origin origin;
    int64_t event_no, at_us;       // the evidence
    int64_t for_us;                // 0: what the library says
    int64_t confidence;            // percent
    int64_t staff;
    effects effects;               // what tag.added and tag.removed may set in motion
} tagging;

// *ret_why empty: set or prolonged; "consent:family": it needs a consent that was not given. *ret_event: number of tag.added, 0 when
// it stood already. Of an audience family
// one is shown at a time: the one said last.
err tag_add(tx *t, const tagging *g, str *ret_why, int64_t *ret_event);
err tag_remove(tx *t, const tagging *g, int64_t *ret_event);       // 0: nobody had it
// Whether the person has the tag: not faded, permitted, and the one shown of its audience family.
err tag_stands(db *d, arena *a, int64_t person, str tag, int64_t now_us, bool *ret);

// tag_gone.c: before rows go, so that they can come back.
err tag_goes(tx *t, int64_t person, str tag, const tagging *by);               // from all of the person's subjects
err tag_family_goes(tx *t, str family, int64_t before_us, const tagging *by);  // others of an audience family, from one subject
err tags_come_back(tx *t, const rehoming *r);
err tag_fade_schedule(tx *t, uint32_t subject);
extern const person_table tag_gone_tables[];
extern const size_t tag_gone_tables_n;

void tag_register(rules *r);
void tag_timer_register(rules *r);
extern const person_table note_tables[];
extern const size_t note_tables_n;
extern const person_table tag_tables[];
extern const size_t tag_tables_n;

#endif
