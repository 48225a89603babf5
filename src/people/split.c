// A person becomes two again: an edge ends, and the side without the oldest subject is a person of its own. Its rows go with its
// subjects, whenever they were made. Costs what moves.
#include "people/people_internal.h"

typedef VEC(uint32_t) subjects;
// Found so far. `next`: whose edges are being looked at; `after`: the last of them seen, of column one, then of column other.
typedef struct side { subjects list; size_t next; int64_t after; bool second; map64 seen; } side;
#define EDGES_AT_ONCE 32

static void side_add(side *s, uint32_t subject)
{
    if (map64_put(&s->seen, subject, 1))
        vec_push(&s->list, subject);
}

static void side_free(side *s)
{
    vec_free(&s->list);
    map64_free(&s->seen);
}

static err edges_of(tx *t, const side *s, db_rows *r)
{
    uint32_t at = s->list.v[s->next];
    if (s->second)
        return db_query(t->d, r, "SELECT id, one FROM edge WHERE other = $1 AND ended_us = 0 AND id > $2 ORDER BY id LIMIT $3", dbi(at),
                        dbi(s->after), dbi(EDGES_AT_ONCE));
    return db_query(t->d, r, "SELECT id, other FROM edge WHERE one = $1 AND ended_us = 0 AND id > $2 ORDER BY id LIMIT $3", dbi(at),
                    dbi(s->after), dbi(EDGES_AT_ONCE));
}

// Some more living edges. *ret_whole: nothing is left to look at. Some, not all of a subject's: one may have a hundred thousand.
static err side_grow(tx *t, side *s, bool *ret_whole)
{
    db_rows r;
    int n = 0;
    *ret_whole = s->next == s->list.n;
    if (*ret_whole)
        return E_OK;
    TRY(edges_of(t, s, &r));
    for (; db_next(&r); n++) {
        s->after = db_i64(&r, 0);
        side_add(s, (uint32_t)db_i64(&r, 1));
    }
    if (n < EDGES_AT_ONCE) {
        s->next += s->second;
        s->second = !s->second;
        s->after = 0;
    }
    return db_end(&r);
}

// Both sides in step, so that the smaller one ends the search; then the one without the person's own subject is completed.
static err side_that_moves(tx *t, uint32_t one, uint32_t other, uint32_t person, side *ret)
{
    side sides[2] = { 0 };
    bool whole[2] = { false, false };
    err e = E_OK;
    side_add(&sides[0], one);
    side_add(&sides[1], other);
    for (int i = 0; e == E_OK && !whole[0] && !whole[1]; i = 1 - i)
        e = side_grow(t, &sides[i], &whole[i]);
    int done = whole[0] ? 0 : 1;
    int moves = map64_get(&sides[done].seen, person, NULL) ? 1 - done : done;
    while (e == E_OK && !whole[moves])
        e = side_grow(t, &sides[moves], &whole[moves]);
    *ret = sides[moves];
    side_free(&sides[1 - moves]);
    return e;
}

static err move_side(tx *t, const side *s, uint32_t *ret_person)
{
    uint32_t person = UINT32_MAX;
    for (size_t i = 0; i < s->list.n; i++)
        person = s->list.v[i] < person ? s->list.v[i] : person;
    for (size_t i = 0; i < s->list.n; i++) {
        TRY(link_set(t, s->list.v[i], person));
        TRY(person_repoint(t, s->list.v[i], person));
    }
    *ret_person = person;
    return person_create(t, person);
}

// On both timelines: what the person is now, and who went.
err tell_split(tx *t, uint32_t stays, uint32_t went, str by, effects wakes)
{
    const event_prop props[] = { prop_i64(S("person"), stays), prop_i64(S("split"), went), prop_str(S("by"), by) };
    event_new e = { .subject = stays, .kind = S("person.split"), .flags = EVENT_SYSTEM, .props = props, .props_n = 3, .effects = wakes };
    TRY(engine_emit(t, &e, NULL));
    e.subject = went;
    e.effects = EFFECTS_ALL;
    return engine_emit(t, &e, NULL);
}

typedef struct ending { uint32_t one, other; bool found; } ending;

static err edge_end(tx *t, int64_t edge, str by, ending *ret)
{
    db_rows r;
    TRY(db_query_one(t->d, &r, &ret->found, "SELECT one, other FROM edge WHERE id = $1 AND ended_us = 0", dbi(edge)));
    if (ret->found) {
        ret->one = (uint32_t)db_i64(&r, 0);
        ret->other = (uint32_t)db_i64(&r, 1);
    }
    TRY(db_end(&r));
    if (!ret->found)
        return fault_detail(t->f, t->a, E_NOT_FOUND, "merge");
    return db_exec(t->d, "UPDATE edge SET ended_us = $2, ended_by = $3 WHERE id = $1", dbi(edge), dbi(t->now_us), dbs(str_take(by, 120)));
}

err people_split_quietly(tx *t, int64_t edge, str by, uint32_t *ret_stays, uint32_t *ret_went)
{
    ending x;
    TRY(edge_end(t, edge, by, &x));
    uint32_t person = people_person_of(t, x.one);
    side moving = { 0 };
    err e = side_that_moves(t, x.one, x.other, person, &moving);
    if (e == E_OK)
        e = move_side(t, &moving, ret_went);
    side_free(&moving);
    *ret_stays = person;
    if (e == E_OK)
        people_count(t, &engine_of(t)->people->counts.splits);
    return e;
}

err people_split(tx *t, int64_t edge, str by, uint32_t *ret_went)
{
    uint32_t both[2];
    moved m;
    TRY(people_split_quietly(t, edge, by, &both[0], &both[1]));
    for (int i = 0; i < 2; i++)
        TRY(person_settle(t, both[i]));
    for (int i = 0; i < 2; i++) {              // settling the one may have taken steps from the other's opportunities
        TRY(stays_settle(t, both[i]));
        TRY(stage_settle_silently(t, both[i], &m));
    }
    TRY(tell_split(t, both[0], both[1], by, EFFECTS_ALL));
    for (int i = 0; i < 2; i++)
        TRY(people_changed(t, both[i]));
    *ret_went = both[1];
    return E_OK;
}
