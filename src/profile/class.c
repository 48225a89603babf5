// Classes are kept by change: an activity that alters a day's row, a stage or a vehicle re-evaluates one person, who is looked at
// again only on the day on which, without news, some class will differ (timer "profile.classes"). Nobody walks over everybody.
#include "base/time.h"
#include "base/vec.h"
#include "profile/profile_internal.h"
#include "rule/timers.h"

#define ACTIVITY_KEPT_DAYS 400

// --- What is known ------------------------------------------------------------------------------------------------------------

// Rows of joined subjects: days united, counts added.
static void day_add(activity_day *v, size_t *n, const db_rows *r)
{
    int32_t day = (int32_t)db_i64(r, 0);
    if (*n == 0 || v[*n - 1].day != day)
        v[(*n)++] = (activity_day) { .day = day };
    activity_day *a = &v[*n - 1];
    a->active = a->active || db_i64(r, 1);
    a->spoke = a->spoke || db_i64(r, 2);
    a->asked += db_i64(r, 3);
    a->posted += db_i64(r, 4);
    a->featured += db_i64(r, 5);
    a->accepted += db_i64(r, 6);
    a->drove += db_i64(r, 7);
}

static err days_read(db *d, arena *a, int64_t person, int32_t today, class_facts *f)
{
    activity_day *v = arena_array(a, activity_day, BEHAVIOUR_DAYS + 1);
    size_t n = 0;
    db_rows r;
    TRY(db_query(d, &r,
                 "SELECT day, active, spoke, asked, posted, featured, accepted, drove FROM activity"
                 " WHERE person = $1 AND day > $2 AND day <= $3 ORDER BY day",
                 dbi(person), dbi(today - BEHAVIOUR_DAYS), dbi(today + 1)));
    while (db_next(&r))
        day_add(v, &n, &r);
    f->days = v;
    f->days_n = n;
    return db_end(&r);
}

err class_facts_read(db *d, arena *a, int64_t person, int64_t now_us, class_facts *ret)
{
    int64_t stage, n;
    int32_t today = time_local_day(now_us);
    db_rows r;
    bool found;
    class_facts f = { 0 };
    TRY(db_int(d, &stage, -1, "SELECT stage FROM person WHERE id = $1", dbi(person)));
    if (stage < 0)
        return E_NOT_FOUND;
    f.stage = (enum stage)stage;
    TRY(days_read(d, a, person, today, &f));
    TRY(db_int(d, &n, 0, "SELECT 1 FROM person_tag WHERE person = $1 AND tag = $2 AND (until_us = 0 OR until_us > $3) LIMIT 1",
               dbi(person), dbs(S(KOC_TAG)), dbi(now_us)));
    f.koc = n == 1;
    TRY(db_int(d, &n, 0, "SELECT max(day) FROM activity WHERE person = $1 AND referred > 0 AND day > $2", dbi(person),
               dbi(today - SEED_DAYS)));
    f.referred_day = (int32_t)n;
    TRY(db_query_one(d, &r, &found,
                     "SELECT COALESCE(min(from_us), 0), COALESCE(max(CASE WHEN until_us = 0 THEN 1 ELSE 0 END), 0) FROM ownership"
                     " WHERE person = $1",
                     dbi(person)));
    f.delivered_day = found && db_i64(&r, 1) ? time_local_day(db_i64(&r, 0)) : 0;
    *ret = f;
    return db_end(&r);
}

// --- Settling -----------------------------------------------------------------------------------------------------------------

typedef struct stood {
    classes c;
    int64_t next_day;
    bool known;
} stood;

static err stood_read(tx *t, uint32_t person, stood *ret)
{
    db_rows r;
    *ret = (stood) { 0 };
    TRY(db_query_one(t->d, &r, &ret->known, "SELECT behaviour, kind, path, next_day FROM standing WHERE subject = $1",
                     dbi(person)));
    for (int i = 0; ret->known && i < CLASS_AXIS_COUNT; i++)
        ret->c.v[i] = (int)db_i64(&r, i);
    ret->next_day = ret->known ? db_i64(&r, CLASS_AXIS_COUNT) : 0;
    return db_end(&r);
}

static const enum_labels *const labels_of_axis[CLASS_AXIS_COUNT] = { &behaviour_class_labels, &user_type_labels,
                                                                     &life_path_labels };

static err axis_tell(tx *t, uint32_t person, int axis, int from, int to)
{
    TRY(db_exec(t->d,
                "INSERT INTO class_change (subject, axis, day, person, class) VALUES ($1, $2, $3, $1, $4)"
                " ON CONFLICT (subject, axis, day) DO UPDATE SET class = excluded.class",
                dbi(person), dbi(axis), dbi(time_local_day(t->now_us)), dbi(to)));
    const char *const *words = labels_of_axis[axis]->labels;
    return engine_emit(t,
                       &(event_new) { .subject = person,
                                      .kind = S("class.changed"),
                                      .flags = EVENT_SYSTEM,
                                      .props_n = 3,
                                      .props = (const event_prop[]) { prop_str(S("axis"), str_c(class_axis_labels.labels[axis])),
                                                                      prop_str(S("from"), str_c(words[from])),
                                                                      prop_str(S("to"), str_c(words[to])) } },
                       NULL);
}

static const timer_kind class_timer;

err class_settle(tx *t, uint32_t person)
{
    class_facts f;
    stood before;
    err e = class_facts_read(t->d, t->a, person, t->now_us, &f);
    if (e == E_NOT_FOUND)
        return E_OK;
    TRY(e);
    int32_t today = time_local_day(t->now_us), next = classes_next_day(&f, today);
    const classes now = classes_on(&f, today);
    TRY(stood_read(t, person, &before));
    bool changed = memcmp(&now, &before.c, sizeof now) != 0;
    if (!changed && next == before.next_day)
        return E_OK;
    TRY(db_exec(t->d,
                "INSERT INTO standing (subject, person, behaviour, kind, path, next_day) VALUES ($1, $1, $2, $3, $4, $5)"
                " ON CONFLICT (subject) DO UPDATE SET behaviour = excluded.behaviour, kind = excluded.kind, path = excluded.path,"
                " next_day = excluded.next_day",
                dbi(person), dbi(now.v[AXIS_BEHAVIOUR]), dbi(now.v[AXIS_TYPE]), dbi(now.v[AXIS_PATH]), dbi(next)));
    if (next != before.next_day) {
        TRY(timer_cancel(t, class_timer.name, person));
        if (next)
            TRY(timer_set(t, time_local_day_start(next), class_timer.name, person, (str) { "", 0 }));
    }
    for (int i = 0; i < CLASS_AXIS_COUNT; i++)
        if (now.v[i] != before.c.v[i])
            TRY(axis_tell(t, person, i, before.c.v[i], now.v[i]));
    return E_OK;
}

static err class_fire(tx *t, int64_t ref, str payload)
{
    (void)payload;
    // The row must not promise a timer that is gone: a person split off again later is then looked at anew.
    TRY(db_exec(t->d, "UPDATE standing SET next_day = 0 WHERE subject = $1", dbi(ref)));
    uint32_t person = people_person_of(t, (uint32_t)ref);
    return person == (uint32_t)ref ? class_settle(t, person) : E_OK;
}

static const timer_kind class_timer = { "profile.classes", class_fire };

// --- activity: ["spoke", "posted"] ---------------------------------------------------------------------------------------------

enum deed {
    DEED_ACTIVE,
    DEED_SPOKE,
    DEED_ASKED,
    DEED_POSTED,
    DEED_FEATURED,
    DEED_ACCEPTED,
    DEED_DROVE,
    DEED_REFERRED,
    DEED_COUNT
};
static const char *const deeds[] = { "active", "spoke", "asked", "posted", "featured", "accepted", "drove", "referred", NULL };
static const char *const deeds_zh[] = { "活跃", "发言", "提问", "原创", "精选", "回答被采纳", "好友试驾", "好友提车" };
static const char *const deeds_en[] = { "active",   "spoke",           "asked",          "posted",
                                        "featured", "answer accepted", "friend's drive", "friend's delivery" };

// A deed or a list of them as bits; 0: something else.
static unsigned deeds_of(const jval *v)
{
    jval *m = (jval *)(uintptr_t)v, *item;
    size_t which, i, n;
    unsigned bits = 0;
    if (yyjson_is_str(m))
        return arg_label(m, deeds, &which) ? 1u << which : 0;
    if (!yyjson_is_arr(m))
        return 0;
    yyjson_arr_foreach(m, i, n, item)
    {
        if (!arg_label(item, deeds, &which))
            return 0;
        bits |= 1u << which;
    }
    return bits;
}

static err activity_check(const checking *c, const jval *v, str path)
{
    static const char which[] = "one of active, spoke, asked, posted, featured, accepted, drove, referred, or a list of them";
    return deeds_of(v) ? E_OK : check_fail(c, path, which);
}

static err activity_apply(rule_ctx *c, const jval *v, ring *r)
{
    unsigned bits = deeds_of(v);
    int64_t n, day = time_local_day(c->ev->time_us);
    if (!c->person)
        return fault_detail(c->t->f, c->t->a, E_NOT_FOUND, "the event is nobody's");
    r->outcome = RING_NOTHING;
#define BIT(d) dbi((bits >> (d)) & 1)
    // Being spoken to or featured is not being there: only what one does oneself makes a day active.
    bool own = bits & (1u << DEED_ACTIVE | 1u << DEED_SPOKE | 1u << DEED_ASKED | 1u << DEED_POSTED);
    bool spoke = bits & (1u << DEED_SPOKE | 1u << DEED_ASKED | 1u << DEED_POSTED);
    TRY(db_exec_count(
        c->t->d, &n,
        "INSERT INTO activity (subject, day, person, active, spoke, asked, posted, featured, accepted, drove, referred)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (subject, day) DO UPDATE SET"
        " active = CASE WHEN excluded.active = 1 THEN 1 ELSE activity.active END,"
        " spoke = CASE WHEN excluded.spoke = 1 THEN 1 ELSE activity.spoke END, asked = activity.asked + excluded.asked,"
        " posted = activity.posted + excluded.posted, featured = activity.featured + excluded.featured,"
        " accepted = activity.accepted + excluded.accepted, drove = activity.drove + excluded.drove,"
        " referred = activity.referred + excluded.referred"
        " WHERE activity.active < excluded.active OR activity.spoke < excluded.spoke OR excluded.asked + excluded.posted"
        " + excluded.featured + excluded.accepted + excluded.drove + excluded.referred > 0",
        dbi(c->ev->subject), dbi(day), dbi(c->person), dbi(own), dbi(spoke), BIT(DEED_ASKED), BIT(DEED_POSTED),
        BIT(DEED_FEATURED), BIT(DEED_ACCEPTED), BIT(DEED_DROVE), BIT(DEED_REFERRED)));
#undef BIT
    if (n == 0)
        return E_OK; // one more of the same on the same day
    TRY(db_exec(c->t->d, "DELETE FROM activity WHERE subject = $1 AND day < $2", dbi(c->ev->subject),
                dbi(time_local_day(c->t->now_us) - ACTIVITY_KEPT_DAYS)));
    return class_settle(c->t, c->person);
}

static void activity_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    unsigned bits = deeds_of(v);
    bool first = true;
    buf_add_str(b, l == LANG_ZH ? S("计入活跃：") : S("count as "));
    for (int i = 0; i < DEED_COUNT; i++)
        if (bits >> i & 1) {
            buf_addf(b, "%s%s", first ? "" : l == LANG_ZH ? "、" : ", ", l == LANG_ZH ? deeds_zh[i] : deeds_en[i]);
            first = false;
        }
}

static const effect_kind activity_effect = { "activity", true, activity_check, activity_apply, activity_print };

// --- class: {"behaviour": "koc"}, {"user": "owner", "path": ["new_owner", "old_owner"]}
// -----------------------------------------

typedef struct class_arg {
    const char *name;
    const enum_labels *labels;
    int axis;
} class_arg;
static const class_arg class_args[] = { { "behaviour", &behaviour_class_labels, AXIS_BEHAVIOUR },
                                        { "type", &user_type_labels, AXIS_TYPE },
                                        { "path", &life_path_labels, AXIS_PATH },
                                        { "user", &user_class_labels, CLASS_AXIS_COUNT } };
#define CLASS_ARGS_N (sizeof class_args / sizeof *class_args)

static const class_arg *class_arg_named(str name)
{
    for (size_t i = 0; i < CLASS_ARGS_N; i++)
        if (str_eq(str_c(class_args[i].name), name))
            return &class_args[i];
    return NULL;
}

// The labels a value names, as bits; 0: something else.
static unsigned labels_named(const class_arg *k, jval *v)
{
    size_t which, i, n;
    jval *item;
    unsigned bits = 0;
    if (yyjson_is_str(v))
        return arg_label(v, k->labels->labels, &which) ? 1u << which : 0;
    if (!yyjson_is_arr(v))
        return 0;
    yyjson_arr_foreach(v, i, n, item)
    {
        if (!arg_label(item, k->labels->labels, &which))
            return 0;
        bits |= 1u << which;
    }
    return bits;
}

static err if_class_check(const checking *c, const jval *v, str path)
{
    jval *m = (jval *)(uintptr_t)v, *key, *item;
    size_t i, n;
    if (!yyjson_is_obj(m) || yyjson_obj_size(m) == 0)
        return check_fail(c, path, "behaviour, type, path or user");
    yyjson_obj_foreach(m, i, n, key, item)
    {
        const class_arg *k = class_arg_named(json_str(key));
        str at = arena_fmt(c->a, STR_FMT "." STR_FMT, STR_ARG(path), STR_ARG(json_str(key)));
        if (!k)
            return fault_field(c->f, c->a, E_FIELD_UNKNOWN, at, 0);
        if (!labels_named(k, item))
            return check_fail(c, at, "a class of this axis, or a list of them");
    }
    return E_OK;
}

static err if_class_test(rule_ctx *c, const jval *v, bool *ret)
{
    class_facts f;
    size_t i, n;
    jval *key, *item;
    err e = class_facts_read(c->t->d, c->t->a, c->person, c->t->now_us, &f);
    *ret = e == E_OK;
    if (e != E_OK)
        return e == E_NOT_FOUND ? E_OK : e;
    const classes now = classes_on(&f, time_local_day(c->t->now_us));
    yyjson_obj_foreach((jval *)(uintptr_t)v, i, n, key, item)
    {
        const class_arg *k = class_arg_named(json_str(key));
        int is = k->axis == CLASS_AXIS_COUNT ? (int)user_class_of(f.stage) : now.v[k->axis];
        *ret = *ret && (labels_named(k, item) >> is & 1);
    }
    return E_OK;
}

// "seed_owner" as one says it.
static const char *words_of(arena *a, const char *label)
{
    char *words = arena_cstr(a, str_c(label));
    for (char *c = words; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    return words;
}

static void if_class_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    static const char *const zh[] = { "行为分层", "用户类型", "生命周期", "用户分类" };
    size_t i, n;
    jval *key, *item;
    yyjson_obj_foreach((jval *)(uintptr_t)v, i, n, key, item)
    {
        const class_arg *k = class_arg_named(json_str(key));
        unsigned bits = k ? labels_named(k, item) : 0;
        bool first = true;
        if (!k)
            continue;
        buf_addf(b, l == LANG_ZH ? "%s%s是" : "%s%s is ",
                 i == 0         ? ""
                 : l == LANG_ZH ? "，且"
                                : " and ",
                 l == LANG_ZH ? zh[k - class_args] : k->name);
        for (int w = 0; k->labels->labels[w]; w++)
            if (bits >> w & 1) {
                buf_addf(b, l == LANG_ZH ? "%s「%s」" : "%s%s",
                         first          ? ""
                         : l == LANG_ZH ? "或"
                                        : " or ",
                         l == LANG_ZH ? k->labels->zh[w] : words_of(s->a, k->labels->labels[w]));
                first = false;
            }
    }
}

static const char *const class_moved_by[] = { "class.changed", "stage.moved", NULL };
static const condition_kind class_condition = { "class", if_class_check, if_class_test, if_class_print, class_moved_by };

void class_register(rules *r)
{
    rules_add_effect(r, &activity_effect);
    rules_add_condition(r, &class_condition);
    timers_add(r, &class_timer);
}

// What follows from them is settled by engine.person_changed.
const person_table class_tables[] = {
    { PERSON_TABLE_SINCE("activity", DAY_BEGINS, "day, active, spoke, asked, posted, featured, accepted, drove, referred") },
    // Both stay at a change of hands: what the person is now is settled anew, and what they were since is made anew.
    { PERSON_TABLE("standing", "behaviour, kind, path") },
    { PERSON_TABLE("class_change", "axis, day, class"), .since_too = class_history_since },
};
const size_t class_tables_n = sizeof class_tables / sizeof *class_tables;
