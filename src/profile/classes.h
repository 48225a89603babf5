// The classes of DEFAULTS §1 as a pure function of what is known: no database, no clock. Inside profile/ and its test.
#ifndef PROFILE_CLASSES_H
#define PROFILE_CLASSES_H
#include "people/people_api.h"

// LIF-12. Follows from the stage alone.
enum user_class { USER_POTENTIAL, USER_INTENT, USER_EXPERIENCE, USER_OWNER, USER_CLASS_COUNT };
ENUM_DECLARE(user_class);
// LIF-13. Seed: an owner with a delivered referral within 12 months.
enum life_path { PATH_NONE, PATH_PROSPECT, PATH_NEW_OWNER, PATH_OLD_OWNER, PATH_SEED_OWNER, LIFE_PATH_COUNT };
ENUM_DECLARE(life_path);
// LIF-14, over the last 28 days. Each is reached by more activity than the one before, so joining people never lowers it.
enum behaviour_class { BEHAVIOUR_LURKER, BEHAVIOUR_LOW, BEHAVIOUR_ASKING, BEHAVIOUR_HIGH, BEHAVIOUR_LOYAL, BEHAVIOUR_KOC,
                       BEHAVIOUR_CLASS_COUNT };
ENUM_DECLARE(behaviour_class);
// LIF-15.
enum user_type { TYPE_CONSUMER, TYPE_PRODUCER, TYPE_VALUABLE, USER_TYPE_COUNT };
ENUM_DECLARE(user_type);
enum class_axis { AXIS_BEHAVIOUR, AXIS_TYPE, AXIS_PATH, CLASS_AXIS_COUNT };
ENUM_DECLARE(class_axis);

#define BEHAVIOUR_DAYS 28              // a day and the 27 before it
#define SEED_DAYS 365                  // how long a delivered referral counts

typedef struct activity_day { int32_t day; bool active, spoke; int64_t asked, posted, featured, accepted, drove; } activity_day;

typedef struct class_facts {
    enum stage stage;
    const activity_day *days;          // one per day, any order; older ones do no harm
    size_t days_n;
    bool koc;                          // appointed
    int32_t referred_day;              // of the last delivered referral; 0: none
    int32_t delivered_day;             // of the first delivery to somebody who owns now; 0: owns nothing
} class_facts;

typedef struct classes { int v[CLASS_AXIS_COUNT]; } classes;

enum user_class user_class_of(enum stage s);
classes classes_on(const class_facts *f, int32_t day);
// The first later day on which some class differs if nothing happens until then; 0: never.
int32_t classes_next_day(const class_facts *f, int32_t day);

#endif
