// Where people stand: found again at the end of the operation that touched them, and, after a ladder was changed, for everybody.
#include "base/log.h"
#include "base/time.h"
#include "tier/tier_internal.h"

#define TOUCHED_MAX 8                  // times one operation looks at the same person again: rules that answer a move may move them back
#define WAITING (UINT64_C(1) << 63)
#define TIMES(x) ((uint32_t)((x) >> 32) & 0xff)
#define SLICE_US 4000
#define SLICE_PEOPLE 500
#define REST 100                       // moves told a slice: each wakes rules

static struct tiers *tiers_of(const tx *t) { return engine_of(t)->tiers; }

// --- What touches -------------------------------------------------------------------------------------------------------------

static bool ladder_listens(const rules *r, const tier_ladder *l, str kind)
{
    if (l->off)
        return false;
    if (l->who && condition_moved_by(r, l->who, kind))
        return true;
    for (uint32_t i = 0; i < l->levels_n; i++)
        if (l->levels[i].condition && condition_moved_by(r, l->levels[i].condition, kind))
            return true;
    return false;
}

static void listens_forget(void *p)
{
    struct tiers *s = p;
    s->listens.n = 0;                  // the kind's number may be given to another name
}

static bool listens(tx *t, uint32_t kind)
{
    const engine *e = engine_of(t);
    struct tiers *s = e->tiers;
    while (s->listens.n <= kind)
        vec_push(&s->listens, 0);
    if (s->listens.v[kind] == 0) {
        str name = names_kind_name(e->names, kind, t->a);
        bool any = false;
        for (uint32_t i = 0; i < s->set->n; i++)
            any = any || ladder_listens(e->rules, &s->set->v[i], name);
        s->listens.v[kind] = any ? 2 : 1;
        tx_undo(t, listens_forget, s);
    }
    return s->listens.v[kind] == 2;
}

static err settle_touched(tx *t, void *p);

static void touched_close(void *p) { ((struct tiers *)p)->open = false; }

static void touched_open(tx *t, struct tiers *s)
{
    s->open = true;
    s->touched.n = 0;
    map64_free(&s->times);
    tx_undo(t, touched_close, s);
    tx_at_end(t, settle_touched, s);
}

void tier_touch(tx *t, uint32_t subject, const event *by, int64_t no)
{
    struct tiers *s = tiers_of(t);
    uint64_t times = 0;
    if (!s->set || s->set->n == 0 || (by && !listens(t, by->kind)))
        return;
    if (!s->open)
        touched_open(t, s);
    map64_get(&s->times, subject, &times);
    const touched x = { subject, no, by ? by->time_us : t->now_us, by && (by->flags & EVENT_QUIET), !by };
    if (times & WAITING) {             // the last event is the one that decided
        if (by)
            s->touched.v[(uint32_t)times] = x;
        return;
    }
    if (TIMES(times) >= TOUCHED_MAX)
        return;
    map64_put(&s->times, subject, WAITING | (uint64_t)(TIMES(times) + 1) << 32 | (uint32_t)s->touched.n);
    vec_push(&s->touched, x);
}

// --- Where somebody stands ------------------------------------------------------------------------------------------------------

rule_ctx tier_ctx(tx *t, uint32_t person)
{
    static const event nothing;
    return (rule_ctx){ .t = t, .e = engine_of(t), .ev = &nothing, .kind = { "", 0 }, .person = person, .rule_key = { "", 0 }, .place = -1,
                       .why = { "", 0 } };
}

// Of alternatives the first that holds decides.
static err condition_branch(rule_ctx *c, const jval *condition, bool *ret_holds, int *ret_branch)
{
    size_t i, n;
    jval *item;
    const jval *any = json_get(condition, S("any"));
    *ret_branch = -1;
    if (!any)
        return condition_test(c, condition, ret_holds);
    *ret_holds = false;
    yyjson_arr_foreach((jval *)(uintptr_t)any, i, n, item) {
        TRY(condition_test(c, item, ret_holds));
        if (*ret_holds) {
            *ret_branch = (int)i;
            return E_OK;
        }
    }
    return E_OK;
}

err tier_place_of(rule_ctx *c, const tier_ladder *l, tier_place *ret)
{
    bool holds = !l->off;
    *ret = (tier_place){ TIER_PLACE_NONE, -1 };
    if (holds && l->who)
        TRY(condition_test(c, l->who, &holds));
    for (uint32_t i = 0; holds && i < l->levels_n; i++) {
        bool here = true;
        int branch = -1;
        if (l->levels[i].condition)
            TRY(condition_branch(c, l->levels[i].condition, &here, &branch));
        if (here) {
            *ret = (tier_place){ (int)i, branch };
            return E_OK;
        }
    }
    return E_OK;
}

// --- Moving ---------------------------------------------------------------------------------------------------------------------

typedef struct moving {
    uint32_t subject, person;          // home of the move; who that is
    const tier_ladder *l;
    tier_place to;
    str level;                         // of `to`; empty: none
    int64_t at_us, cause_no, since_us, version;
    bool unwritten;                    // no deed of theirs moved them: a split gives everybody back the moves they had
} moving;

static err move_write(tx *t, int64_t no, void *p)
{
    const moving *m = p;
    TRY(db_exec(t->d,
                "INSERT INTO person_tier (subject, ladder, person, level, since_us, version, branch, cause_no)"
                " VALUES ($1, $2, $1, $3, $4, $5, $6, $7) ON CONFLICT (subject, ladder) DO UPDATE SET level = excluded.level,"
                " since_us = excluded.since_us, version = excluded.version, branch = excluded.branch, cause_no = excluded.cause_no",
                dbi(m->person), dbs(m->l->key), dbs(m->level), dbi(m->since_us), dbi(m->version), dbi(m->to.branch), dbi(m->cause_no)));
    TRY(tier_touch_arm(t, m->person));
    if (m->unwritten)
        return E_OK;
    return db_exec(t->d,
                   "INSERT INTO tier_move (subject, ladder, event_no, person, level, at_us, version, branch, cause_no)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                   dbi(m->subject), dbs(m->l->key), dbi(no), dbi(m->person), dbs(m->level), dbi(m->at_us), dbi(m->l->version),
                   dbi(m->to.branch), dbi(m->cause_no));
}

static err move_tell(tx *t, moving *m, str from, bool quiet)
{
    const event_prop props[] = { prop_str(S("ladder"), m->l->key), prop_str(S("from"), from.len ? from : S("none")),
                                 prop_str(S("to"), m->level.len ? m->level : S("none")), prop_i64(S("version"), m->l->version) };
    return engine_emit(t, &(event_new){ .subject = m->subject, .kind = S("tier.moved"), .time_us = m->at_us, .flags = EVENT_SYSTEM,
                                        .cause_no = m->unwritten ? 0 : m->cause_no, .props = props, .props_n = 4,
                                        .numbered = move_write, .numbered_p = m, .effects = quiet ? EFFECTS_QUIET : EFFECTS_ALL }, NULL);
}

// Moves of a person stand in the order they were found, also when an event came late.
static err move_time(tx *t, uint32_t person, str ladder, int64_t *at_us)
{
    int64_t last;
    TRY(db_int(t->d, &last, 0, "SELECT max(at_us) FROM tier_move WHERE person = $1 AND ladder = $2", dbi(person), dbs(ladder)));
    *at_us = *at_us < last ? last : *at_us;
    *at_us = *at_us > t->now_us ? t->now_us : *at_us;
    return E_OK;
}

// Who stands again where their last deed had put them stands there since then.
static err move_again(tx *t, moving *m)
{
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found,
                     "SELECT level, at_us, version, branch, cause_no FROM tier_move WHERE person = $1 AND ladder = $2"
                     " ORDER BY at_us DESC, event_no DESC LIMIT 1",
                     dbi(m->person), dbs(m->l->key)));
    if (found && str_eq(db_str(&r, 0), m->level)) {
        m->since_us = db_i64(&r, 1);
        m->version = db_i64(&r, 2);
        m->to.branch = (int)db_i64(&r, 3);
        m->cause_no = db_i64(&r, 4);
    }
    m->unwritten = true;
    return db_end(&r);
}

static err settle_ladder(tx *t, const tier_ladder *l, const touched *x, uint32_t person, bool *ret_moved)
{
    moving m = { .subject = x->subject, .person = person, .l = l, .level = { "", 0 }, .at_us = x->at_us, .cause_no = x->no,
                 .version = l->version };
    rule_ctx c = tier_ctx(t, person);
    str from;
    TRY(tier_place_of(&c, l, &m.to));
    if (m.to.level != TIER_PLACE_NONE)
        m.level = arena_str(t->a, l->levels[m.to.level].key);
    TRY(tier_standing(t->d, person, l->key, t->a, &from));
    *ret_moved = !str_eq(from, m.level);
    if (!*ret_moved)
        return E_OK;
    TRY(move_time(t, person, l->key, &m.at_us));
    m.since_us = m.at_us;
    if (x->rows)
        TRY(move_again(t, &m));
    return move_tell(t, &m, from, x->quiet);
}

typedef struct settling { const touched *x; const tier_ladder *only; int64_t moved; } settling;      // only NULL: all ladders

static err settle_person(tx *t, void *p)
{
    settling *s = p;
    const engine *e = engine_of(t);
    const tier_set *set = e->tiers->set;
    uint32_t person = people_person_of(t, s->x->subject);
    bool known = true, moved;
    if (e->person_known)
        TRY(e->person_known(t, person, &known));
    for (uint32_t i = 0; known && i < set->n; i++) {
        if (s->only && s->only != &set->v[i])
            continue;
        TRY(settle_ladder(t, &set->v[i], s->x, person, &moved));
        s->moved += moved;
    }
    // Who stays where they are may be asked for otherwise now: the ladder was changed, or who they are.
    return known && (s->only || s->x->rows) ? tier_touch_arm(t, person) : E_OK;
}

// One person's trouble does not undo what touched them: they are looked at again when something touches them next.
static err settle_alone(tx *t, settling *s)
{
    fault *outer = t->f, mine = { 0 };
    t->f = &mine;
    err e = tx_nested(t, settle_person, s);
    t->f = outer;
    if (e == E_OK || e == E_IO || e == E_DISK_FULL || e == E_DB || e == E_CORRUPT)
        return e;
    log_event(LOG_WARN, "tier.unsettled", log_s("code", str_c(err_info_of(e)->code)));
    return E_OK;
}

static err settle_touched(tx *t, void *p)
{
    struct tiers *s = p;
    for (size_t i = 0; i < s->touched.n; i++) {
        const touched x = s->touched.v[i];     // a copy: settling may add to the list
        uint64_t times = 0;
        map64_get(&s->times, x.subject, &times);
        map64_put(&s->times, x.subject, times & ~WAITING);
        TRY(settle_alone(t, &(settling){ .x = &x }));
    }
    s->open = false;
    return E_OK;
}

// --- Everybody, after a ladder was changed ---------------------------------------------------------------------------------------

typedef struct walking { str key; int64_t looked_at, last_id, moved; } walking;

static err walk_next(tx *t, walking *ret, bool *ret_found)
{
    db_rows r;
    TRY(db_query_one(t->d, &r, ret_found,
                     "SELECT key, looked_at, last_id, moved FROM tier_ladder WHERE looked_at < last_id ORDER BY changed_us LIMIT 1"));
    if (*ret_found)
        *ret = (walking){ arena_str(t->a, db_str(&r, 0)), db_i64(&r, 1), db_i64(&r, 2), db_i64(&r, 3) };
    return db_end(&r);
}

static err walk_slice(tx *t, const tier_ladder *l, walking *w)
{
    int64_t ids[SLICE_PEOPLE], told = 0;
    size_t n = 0;
    os *o = engine_of(t)->o;
    int64_t began_us = os_mono_us(o);
    db_rows r;
    TRY(db_query(t->d, &r, "SELECT id FROM person WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3", dbi(w->looked_at), dbi(w->last_id),
                 dbi(SLICE_PEOPLE)));
    while (db_next(&r))
        ids[n++] = db_i64(&r, 0);
    TRY(db_end(&r));
    bool all = n < SLICE_PEOPLE;
    for (size_t i = 0; i < n; i++) {
        const touched x = { (uint32_t)ids[i], 0, t->now_us, true, false };
        settling s = { .x = &x, .only = l };
        TRY(settle_alone(t, &s));
        w->looked_at = ids[i];
        told += s.moved;
        if (i + 1 < n && (told >= REST || os_mono_us(o) - began_us > SLICE_US)) {
            all = false;
            break;
        }
    }
    w->looked_at = all ? w->last_id : w->looked_at;
    w->moved += told;
    return E_OK;
}

// Quiet: a change of the ladder is no deed of anybody's. Stages, tags and traits follow a move; tasks, points and messages do not.
err tier_step(tx *t, bool *ret_more)
{
    walking w;
    TRY(walk_next(t, &w, ret_more));
    if (!*ret_more)
        return E_OK;
    const tier_ladder *l = tier_named(tiers_of(t)->set, w.key);
    ENSURE(l);
    TRY(walk_slice(t, l, &w));
    return db_exec(t->d, "UPDATE tier_ladder SET looked_at = $2, moved = $3 WHERE key = $1", dbs(w.key), dbi(w.looked_at), dbi(w.moved));
}

// --- Rows -----------------------------------------------------------------------------------------------------------------------

const person_table tier_tables[] = {
    // Stays at a change of hands: where somebody stands is settled anew, how they came there follows the event that moved them.
    { PERSON_TABLE("person_tier", "ladder, level, since_us, version"), CODES("ladder, level") },
    { PERSON_TABLE_SINCE("tier_move", "at_us", "ladder, level, at_us, version, event_no, cause_no"), CODES("ladder, level") },
};
const size_t tier_tables_n = sizeof tier_tables / sizeof *tier_tables;
