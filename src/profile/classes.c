#include "profile/classes.h"
#include "base/time.h"

static const char *const user_classes[] = { "potential", "intent", "experience", "owner", NULL };
static const char *const user_classes_zh[] = { "潜在用户", "意向用户", "体验用户", "车主", NULL };
const enum_labels user_class_labels = { "user_class", user_classes, user_classes_zh };
static const char *const paths[] = { "none", "prospect", "new_owner", "old_owner", "seed_owner", NULL };
static const char *const paths_zh[] = { "未进入", "潜客", "新车主", "老车主", "种子车主", NULL };
const enum_labels life_path_labels = { "life_path", paths, paths_zh };
static const char *const behaviours[] = { "lurker", "low", "asking", "high", "loyal", "koc", NULL };
static const char *const behaviours_zh[] = { "潜水", "低活跃", "提问", "高活跃", "忠诚", "KOC", NULL };
const enum_labels behaviour_class_labels = { "behaviour_class", behaviours, behaviours_zh };
static const char *const types[] = { "consumer", "producer", "valuable", NULL };
static const char *const types_zh[] = { "内容需求型", "内容生产型", "高价值型", NULL };
const enum_labels user_type_labels = { "user_type", types, types_zh };
static const char *const axes[] = { "behaviour", "type", "path", NULL };
static const char *const axes_zh[] = { "行为分层", "用户类型", "生命周期路径", NULL };
const enum_labels class_axis_labels = { "class_axis", axes, axes_zh };

enum user_class user_class_of(enum stage s)
{
    return s >= STAGE_OWNER ? USER_OWNER : s == STAGE_TRIAL ? USER_EXPERIENCE : s >= STAGE_LEAD ? USER_INTENT : USER_POTENTIAL;
}

// --- Behaviour and type -------------------------------------------------------------------------------------------------------

typedef struct sums {
    int64_t active, spoke, asked, posted, featured, accepted, drove;
} sums;

static sums sums_of(const class_facts *f, int32_t day)
{
    sums s = { 0 };
    for (size_t i = 0; i < f->days_n; i++) {
        const activity_day *a = &f->days[i];
        if (a->day > day || a->day <= day - BEHAVIOUR_DAYS)
            continue;
        s.active += a->active;
        s.spoke += a->spoke;
        s.asked += a->asked;
        s.posted += a->posted;
        s.featured += a->featured;
        s.accepted += a->accepted;
        s.drove += a->drove;
    }
    return s;
}

// First match from the top of DEFAULTS §1.
static enum behaviour_class behaviour_of(const class_facts *f, const sums *s)
{
    if (f->koc || s->featured >= 4)
        return BEHAVIOUR_KOC;
    if (s->active >= 12 && (s->drove >= 1 || s->accepted >= 3))
        return BEHAVIOUR_LOYAL;
    if (s->spoke >= 10)
        return BEHAVIOUR_HIGH;
    if (s->asked >= 1)
        return BEHAVIOUR_ASKING;
    return s->spoke >= 1 ? BEHAVIOUR_LOW : BEHAVIOUR_LURKER;
}

static bool referred_lately(const class_facts *f, int32_t day)
{
    return f->referred_day && f->referred_day <= day && f->referred_day > day - SEED_DAYS;
}

// Who brings buyers is worth more than who writes: of both, the former is said.
static enum user_type type_of(const class_facts *f, const sums *s, int32_t day)
{
    if (f->koc || referred_lately(f, day))
        return TYPE_VALUABLE;
    return s->posted >= 4 ? TYPE_PRODUCER : TYPE_CONSUMER;
}

// --- Path ---------------------------------------------------------------------------------------------------------------------

// The same date a year later; of 29 February, 1 March.
static int32_t anniversary(int32_t day)
{
    civil c = civil_from_us(time_local_day_start(day), ZONE_OFFSET_US);
    bool leap_day = c.month == 2 && c.day == 29;
    return (int32_t)civil_to_days(c.year + 1, leap_day ? 3 : c.month, leap_day ? 1 : c.day);
}

static enum life_path path_of(const class_facts *f, int32_t day)
{
    if (!f->delivered_day)
        return f->stage >= STAGE_LEAD ? PATH_PROSPECT : PATH_NONE;
    if (referred_lately(f, day))
        return PATH_SEED_OWNER;
    return day >= anniversary(f->delivered_day) ? PATH_OLD_OWNER : PATH_NEW_OWNER;
}

classes classes_on(const class_facts *f, int32_t day)
{
    const sums s = sums_of(f, day);
    return (classes) {
        .v = { [AXIS_BEHAVIOUR] = (int)behaviour_of(f, &s), [AXIS_TYPE] = (int)type_of(f, &s, day), [AXIS_PATH] = (int)path_of(f, day) }
    };
}

static bool same(const classes *a, const classes *b)
{
    for (int i = 0; i < CLASS_AXIS_COUNT; i++)
        if (a->v[i] != b->v[i])
            return false;
    return true;
}

int32_t classes_next_day(const class_facts *f, int32_t day)
{
    const classes now = classes_on(f, day);
    int32_t next = 0;
    // Activity leaves the window within 28 days; a day ahead of ours (a clock that runs fast) may still enter it.
    for (int32_t d = day + 1; f->days_n && !next && d <= day + BEHAVIOUR_DAYS + 1; d++) {
        const classes then = classes_on(f, d);
        if (!same(&now, &then))
            next = d;
    }
    const int32_t later[] = { f->delivered_day ? anniversary(f->delivered_day) : 0,
                              f->referred_day ? f->referred_day + SEED_DAYS : 0 };
    for (size_t i = 0; i < 2; i++) {
        const classes then = classes_on(f, later[i]);
        if (later[i] > day && !same(&now, &then) && (!next || later[i] < next))
            next = later[i];
    }
    return next;
}
