// Two persons become one: the id of the older stays, every row is re-pointed by its subject. Events never change.
#include "loyalty/ledger.h"
#include "people/people_internal.h"

static const char *const whys[] = { "identity", "alias", "staff", "import" };

err edge_add(tx *t, const edge_new *e, int64_t event_no, int64_t *ret_id)
{
    int64_t id = tx_id(t);
    if (ret_id)
        *ret_id = id;
    return db_exec(t->d,
                   "INSERT INTO edge (id, one, other, why, kind, confidence, source, event_no, at_us, made_by, job, ended_us, ended_by,"
                   " said_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, '', $12)",
                   dbi(id), dbi(e->one), dbi(e->other), dbs(str_c(whys[e->why])), dbi(e->kind), dbi(e->confidence),
                   dbs(str_take(e->source, 120)), dbi(event_no), dbi(t->now_us), dbs(str_take(e->made_by, 120)), dbi(e->job),
                   dbi(e->said_us ? e->said_us : t->now_us));
}

// The only caller of SQL that is not at the call site: the declared list of tables.
err person_repoint(tx *t, uint32_t subject, uint32_t person)
{
    const db_arg args[] = { dbi(subject), dbi(person) };
    const person_table *table;
    for (size_t i = 0; people_table(engine_of(t), i, &table); i++)
        TRY(db_exec_args(t->d, table->repoint, args, 2));
    return ledger_repoint(t, subject, person);
}

static err move_subject(tx *t, uint32_t subject, uint32_t person)
{
    TRY(link_set(t, subject, person));
    return person_repoint(t, subject, person);
}

typedef VEC(uint32_t) subjects;

static err members(tx *t, uint32_t person, subjects *ret)
{
    db_rows r;
    vec_push(ret, person);
    TRY(db_query(t->d, &r, "SELECT subject FROM link WHERE person = $1", dbi(person)));
    while (db_next(&r))
        vec_push(ret, (uint32_t)db_i64(&r, 0));
    return db_end(&r);
}

static err move_all(tx *t, uint32_t from, uint32_t to)
{
    subjects moving = { 0 };
    err e = members(t, from, &moving);
    for (size_t i = 0; e == E_OK && i < moving.n; i++)
        e = move_subject(t, moving.v[i], to);
    vec_free(&moving);
    TRY(e);
    return person_delete(t, from);
}

typedef struct joining { uint32_t winner, loser; } joining;

static joining joining_of(tx *t, const edge_new *e)
{
    uint32_t one = people_person_of(t, e->one), other = people_person_of(t, e->other);
    ENSURE(one != other);
    return one < other ? (joining){ one, other } : (joining){ other, one };
}

static err tell_joined(tx *t, const edge_new *e, const joining *j, effects wakes)
{
    int64_t no;
    const event_prop props[] = { prop_i64(S("person"), j->winner), prop_i64(S("joined"), j->loser) };
    TRY(engine_emit(t, &(event_new){ .subject = e->one, .kind = S("person.joined"), .flags = EVENT_SYSTEM, .props = props, .props_n = 2,
                                     .effects = wakes }, &no));
    people_count(t, &engine_of(t)->people->counts.joins);
    return edge_add(t, e, no, NULL);
}

err people_join_quietly(tx *t, const edge_new *e)
{
    const joining j = joining_of(t, e);
    TRY(move_all(t, j.loser, j.winner));
    TRY(late_told(t, j.winner));
    return tell_joined(t, e, &j, EFFECTS_NONE);
}

err people_join(tx *t, const edge_new *e)
{
    const joining j = joining_of(t, e);
    moved m;
    TRY(move_all(t, j.loser, j.winner));
    TRY(late_told(t, j.winner));
    TRY(person_settle(t, j.winner));
    TRY(stage_settle_silently(t, j.winner, &m));
    TRY(tell_joined(t, e, &j, EFFECTS_ALL));
    return people_changed(t, j.winner);
}
