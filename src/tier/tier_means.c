// What it means to stand on a level: rights, how often somebody is invited, and how long nobody may leave them alone.
// The ladder's body says it; two tables say the same for questions of one line. INVENTORY LIF-22.
#include "base/time.h"
#include "rule/timers.h"
#include "task/task.h"
#include "tier/tier_internal.h"

// --- The tables -----------------------------------------------------------------------------------------------------------------
static err level_save(tx *t, const tier_ladder *l, const tier_level *x)
{
    str zh = arena_fmt(t->a, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(l->zh), STR_ARG(x->key), STR_ARG(x->zh));
    str en = arena_fmt(t->a, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(l->en), STR_ARG(x->key), STR_ARG(x->en));
    TRY(db_exec(t->d, "INSERT INTO tier_level (ladder, level, zh, en, invites, touch_days) VALUES ($1, $2, $3, $4, $5, $6)", dbs(l->key),
                dbs(x->key), dbs(zh), dbs(en), dbi(x->means.invites), dbi(x->means.touch_days)));
    for (uint32_t i = 0; i < x->means.rights_n; i++)
        TRY(db_exec(t->d, "INSERT INTO tier_right (ladder, level, code, place, zh, en) VALUES ($1, $2, $3, $4, $5, $6)", dbs(l->key),
                    dbs(x->key), dbs(x->means.rights[i].code), dbi(i), dbs(x->means.rights[i].zh), dbs(x->means.rights[i].en)));
    return E_OK;
}

err tier_means_save(tx *t, const tier_ladder *l)
{
    TRY(db_exec(t->d, "DELETE FROM tier_level WHERE ladder = $1", dbs(l->key)));
    TRY(db_exec(t->d, "DELETE FROM tier_right WHERE ladder = $1", dbs(l->key)));
    for (uint32_t i = 0; !l->off && i < l->levels_n; i++)
        TRY(level_save(t, l, &l->levels[i]));
    return E_OK;
}

// --- Rights: {"right": "drive_first"} -------------------------------------------------------------------------------------------
static err if_right_check(const checking *c, const jval *v, str path)
{
    str code = json_str(v);
    return code.len && code.len <= 40 ? E_OK : check_fail(c, path, "the code of a right");
}

static err if_right_test(rule_ctx *c, const jval *v, bool *ret)
{
    int64_t n;
    TRY(db_int(c->t->d, &n, 0,
               "SELECT count(*) FROM person_tier p JOIN tier_right r ON r.ladder = p.ladder AND r.level = p.level"
               " WHERE p.subject = $1 AND r.code = $2",
               dbi(c->person), dbs(json_str(v))));
    *ret = n > 0;
    return E_OK;
}

static str name_of(const speech *s, const char *sql, str one, str two)
{
    const db_arg args[] = { dbs(one), dbs(two) };
    db_rows r;
    bool found = false;
    str name = { "", 0 };
    if (!s->d || db_query_one_args(s->d, &r, &found, sql, args, two.len ? 2 : 1) != E_OK)
        return name;
    if (found)
        name = arena_str(s->a, db_str(&r, s->l == LANG_ZH ? 0 : 1));
    db_end(&r);
    return name;
}

str tier_called(const speech *s, str tier)
{
    str ladder, level, name;
    if (!tier_parts(tier, &ladder, &level))
        return tier;
    name = name_of(s, "SELECT zh, en FROM tier_level WHERE ladder = $1 AND level = $2", ladder, level);
    return name.len ? name : tier;
}

static void if_right_print(const jval *v, const speech *s)
{
    str code = json_str(v), name = name_of(s, "SELECT zh, en FROM tier_right WHERE code = $1 ORDER BY ladder, place LIMIT 1", code, S(""));
    buf_addf(s->b, s->l == LANG_ZH ? "享有权益「" STR_FMT "」" : "has the right \"" STR_FMT "\"", STR_ARG(name.len ? name : code));
}

// No moved_by: a ladder may not lean on a ladder.
static const condition_kind if_right = { "right", if_right_check, if_right_test, if_right_print, NULL };

// --- Spoken to ------------------------------------------------------------------------------------------------------------------
static err touch_fire(tx *t, int64_t ref, str payload);
static const timer_kind touch_timer = { "tier_touch", touch_fire };

typedef struct touching { str ladder, level; int64_t days, due_us; } touching;       // days 0: no level of theirs asks for it

static err last_spoken(db *d, int64_t person, int64_t *ret)
{
    int64_t contacted;
    TRY(people_contacted(d, person, &contacted));
    TRY(db_int(d, ret, 0,
               "SELECT max(at) FROM (SELECT max(at_us) AS at FROM person_note WHERE person = $1"
               " UNION ALL SELECT max(closed_us) FROM task WHERE person = $1 AND open = 0 AND outcome IN (" TASK_REACHED ")"
               " UNION ALL SELECT max(COALESCE(ended_us, slot_us)) FROM test_drive WHERE person = $1 AND state = 'completed') s",
               dbi(person)));
    *ret = contacted > *ret ? contacted : *ret;
    return E_OK;
}

// Which of the levels they stand on asks first, and when: its days after somebody spoke with them, or they came to it.
static err touching_of(db *d, int64_t person, int64_t spoken_us, arena *a, touching *ret)
{
    db_rows r;
    *ret = (touching){ .days = 0 };
    TRY(db_query(d, &r,
                 "SELECT l.ladder, l.level, l.touch_days, p.since_us FROM person_tier p JOIN tier_level l ON l.ladder = p.ladder"
                 " AND l.level = p.level WHERE p.subject = $1 AND l.touch_days > 0 ORDER BY l.ladder LIMIT $2",
                 dbi(person), dbi(TIER_LADDERS_MAX)));
    while (db_next(&r)) {
        int64_t days = db_i64(&r, 2), from = db_i64(&r, 3) > spoken_us ? db_i64(&r, 3) : spoken_us, due = from + days * US_PER_DAY;
        if (!ret->days || due < ret->due_us)
            *ret = (touching){ arena_str(a, db_str(&r, 0)), arena_str(a, db_str(&r, 1)), days, due };
    }
    return db_end(&r);
}

static err touch_moment(db *d, int64_t person, int64_t *ret)
{
    return db_int(d, ret, 0, "SELECT min(due_us) FROM timer WHERE kind = $1 AND ref = $2", dbs(str_c(touch_timer.name)), dbi(person));
}

static err touch_set(tx *t, uint32_t person, int64_t due_us)
{
    int64_t set;
    TRY(touch_moment(t->d, person, &set));
    if (set && set <= due_us)
        return E_OK;
    TRY(timer_cancel(t, touch_timer.name, person));
    return timer_set(t, due_us, touch_timer.name, person, (str){ "", 0 });
}

// When they came to the level counts; whether somebody spoke with them since is looked at when the moment has come, because it costs what
// is known of them. Whoever stands there for longer already is given the days from now on: a base that is brought in is no flood of tasks.
err tier_touch_arm(tx *t, uint32_t person)
{
    touching k;
    TRY(touching_of(t->d, person, 0, t->a, &k));
    if (!k.days)
        return E_OK;
    return touch_set(t, person, k.due_us > t->now_us ? k.due_us : t->now_us + k.days * US_PER_DAY);
}

static err touch_tell(tx *t, uint32_t person, const touching *k, int64_t spoken_us)
{
    const event_prop props[] = { prop_str(S("ladder"), k->ladder), prop_str(S("level"), k->level), prop_i64(S("days"), k->days),
                                 prop_i64(S("spoken_us"), spoken_us) };
    return engine_emit(t, &(event_new){ .subject = person, .kind = S("tier.touch_due"), .flags = EVENT_SYSTEM, .props = props,
                                        .props_n = spoken_us ? 4 : 3 }, NULL);
}

// Who was joined since is looked at as who they are now, unless that person has a moment set; whoever is nobody any more, or left the
// level, is left alone.
static err touch_fire(tx *t, int64_t ref, str payload)
{
    (void)payload;
    uint32_t person = people_person_of(t, (uint32_t)ref);
    bool known = true;
    int64_t spoken, set = 0;
    touching k;
    if (engine_of(t)->person_known)
        TRY(engine_of(t)->person_known(t, person, &known));
    if (!known)
        return E_OK;
    TRY(last_spoken(t->d, person, &spoken));
    TRY(touching_of(t->d, person, spoken, t->a, &k));
    if (!k.days)
        return E_OK;
    if (person != (uint32_t)ref)
        TRY(touch_moment(t->d, person, &set));
    if (set)
        return E_OK;
    if (k.due_us > t->now_us)
        return touch_set(t, person, k.due_us);
    TRY(touch_tell(t, person, &k, spoken));
    return touch_set(t, person, t->now_us + k.days * US_PER_DAY);
}

err tier_spoken(db *d, int64_t person, int64_t *ret_spoken, int64_t *ret_due)
{
    TRY(last_spoken(d, person, ret_spoken));
    return touch_moment(d, person, ret_due);
}

void tier_means_register(engine *e)
{
    rules_add_condition(e->rules, &if_right);
    timers_add(e->rules, &touch_timer);
}
