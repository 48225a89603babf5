// Whether more people are known than rules about automobile data call "many" (privacy/automobile.c). Counted as they come and go: the
// start counts as far as the threshold and no further, and once it was passed nothing is counted any more.
#include "people/people_internal.h"

#define PASSED_AT "people.many_us"         // in `meta`: when it was passed

err many_open(people *p, db *d)
{
    int64_t since;
    TRY(people_many_since(d, &since));
    p->many = since != 0;
    return p->many ? E_OK : db_int(d, &p->persons, 0, "SELECT count(*) FROM (SELECT 1 FROM person LIMIT $1) p", dbi(PEOPLE_MANY + 1));
}

typedef struct was { people *p; int64_t persons; bool many; } was;

static void put_back(void *x)
{
    const was *w = x;
    w->p->persons = w->persons;
    __atomic_store_n(&w->p->many, w->many, __ATOMIC_RELAXED);
}

err many_changed(tx *t, int64_t by)
{
    people *p = engine_of(t)->people;
    if (p->many || !by)
        return E_OK;
    was *w = arena_new(t->a, was);
    *w = (was){ p, p->persons, p->many };
    tx_undo(t, put_back, w);
    p->persons += by;
    if (p->persons <= PEOPLE_MANY)
        return E_OK;
    __atomic_store_n(&p->many, true, __ATOMIC_RELAXED);
    return db_exec(t->d, "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING", dbs(S(PASSED_AT)),
                   dbs(arena_fmt(t->a, "%lld", (long long)t->now_us)));
}

bool people_many(const engine *e) { return __atomic_load_n(&e->people->many, __ATOMIC_RELAXED); }

err people_many_since(db *d, int64_t *ret_us)
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found, "SELECT value FROM meta WHERE key = $1", dbs(S(PASSED_AT))));
    if (!found || !str_to_i64(db_str(&r, 0), ret_us))
        *ret_us = 0;
    return db_end(&r);
}
