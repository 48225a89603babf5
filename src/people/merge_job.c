// Many joins at once: people somebody knows to be one, joined in slices that leave room for others, and taken back as a whole.
// Derived facts of the survivor are settled once, at the end, and rules look at them then.
#include "people/doubt.h"

#define SLICE_US 4000
#define JOB_DONE 2

static err job_insert(tx *t, int64_t undo, int64_t total, uint32_t survivor, const steward *by, str reason, int64_t *ret)
{
    *ret = tx_id(t);
    return db_exec(t->d,
                   "INSERT INTO merge_job (id, undo, total, done, refused, state, survivor, reason, by_id, by_name, at_us, done_us)"
                   " VALUES ($1, $2, $3, 0, 0, 0, $4, $5, $6, $7, $8, 0)",
                   dbi(*ret), dbi(undo), dbi(total), dbi(survivor), dbs(str_take(reason, 200)), dbi(by->id), dbs(str_take(by->name, 80)),
                   dbi(t->now_us));
}

err merge_job_start(tx *t, const int64_t *list, size_t n, const steward *by, str reason, int64_t *ret_id)
{
    uint32_t survivor = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        int64_t person;
        TRY(people_current(t->d, list[i], &person));
        if (!person)
            return fault_field(t->f, t->a, E_NOT_FOUND, arena_fmt(t->a, "people[%zu]", i), list[i]);
        survivor = (uint32_t)person < survivor ? (uint32_t)person : survivor;
    }
    // Asked before it begins: what is joined to them makes anybody a person of high balance.
    bool high;
    TRY(high_value(t->d, survivor, &high));
    if (high)
        return fault_detail(t->f, t->a, E_CONFLICT, "person %u is an owner, KOC or holds much: two stewards join them one by one", survivor);
    TRY(job_insert(t, 0, (int64_t)n, survivor, by, reason, ret_id));
    for (size_t i = 0; i < n; i++)
        TRY(db_exec(t->d, "INSERT INTO merge_item (job, subject) VALUES ($1, $2) ON CONFLICT (job, subject) DO NOTHING", dbi(*ret_id),
                    dbi(list[i])));
    return E_OK;
}

err merge_job_undo(tx *t, int64_t job, const steward *by, str reason, int64_t *ret_id)
{
    int64_t state, survivor, living;
    TRY(db_int(t->d, &state, -1, "SELECT state FROM merge_job WHERE id = $1 AND undo = 0", dbi(job)));
    if (state < 0)
        return fault_detail(t->f, t->a, E_NOT_FOUND, "merge job");
    TRY(db_int(t->d, &living, 0, "SELECT count(*) FROM edge WHERE job = $1 AND ended_us = 0", dbi(job)));
    if (state != JOB_DONE || !living)
        return fault_detail(t->f, t->a, E_CONFLICT, living ? "the job is still running" : "nothing of it is left to undo");
    TRY(db_int(t->d, &survivor, 0, "SELECT survivor FROM merge_job WHERE id = $1", dbi(job)));
    return job_insert(t, job, living, (uint32_t)survivor, by, reason, ret_id);
}

// --- One of them --------------------------------------------------------------------------------------------------------------

typedef struct running { int64_t id, undo, settled; uint32_t survivor; str reason, by; } running;

// High-value people are not joined by the hundred: two stewards look at each.
static err join_one(tx *t, const running *j, uint32_t subject, bool *ret_refused)
{
    uint32_t one = people_person_of(t, subject), other = people_person_of(t, j->survivor);
    bool high;
    *ret_refused = false;
    TRY(db_exec(t->d, "DELETE FROM merge_item WHERE job = $1 AND subject = $2", dbi(j->id), dbi(subject)));
    if (one == other)
        return E_OK;
    TRY(high_value(t->d, one, &high));
    *ret_refused = high;
    if (high)
        return doubt_note(t, &(doubt_new){ DOUBT_JOIN, subject, j->survivor, 0, S("staff"), -1, j->by }, NULL);
    return people_join_quietly(t, &(edge_new){ subject, j->survivor, EDGE_STAFF, -1, 100, S("staff"), j->by, j->id });
}

static err split_one(tx *t, const running *j, int64_t edge)
{
    uint32_t stays, went;
    moved m;
    TRY(people_split_quietly(t, edge, j->by, &stays, &went));
    TRY(person_settle(t, went));
    TRY(stage_settle_silently(t, went, &m));
    TRY(tell_split(t, stays, went, j->by, EFFECTS_NONE));
    return people_changed(t, went);
}

// --- Slices -------------------------------------------------------------------------------------------------------------------

static err next_of(tx *t, const running *j, int64_t *ret)
{
    if (j->undo)
        return db_int(t->d, ret, 0, "SELECT id FROM edge WHERE job = $1 AND job > 0 AND ended_us = 0 ORDER BY id DESC LIMIT 1", dbi(j->undo));
    return db_int(t->d, ret, 0, "SELECT subject FROM merge_item WHERE job = $1 ORDER BY subject LIMIT 1", dbi(j->id));
}

// Rules look at who is left once, when everything about them is settled.
static err tell_finished(tx *t, const running *j, uint32_t person)
{
    const event_prop props[] = { prop_i64(S("person"), person), prop_i64(S("job"), j->id), prop_str(S("by"), j->by) };
    return engine_emit(t, &(event_new){ .subject = j->survivor, .kind = j->undo ? S("person.split") : S("person.joined"),
                                        .flags = EVENT_SYSTEM, .props = props, .props_n = 3 }, NULL);
}

// Table by table, an operation each: the survivor may have a hundred thousand subjects.
static err job_finish(tx *t, const running *j)
{
    moved m;
    bool more;
    uint32_t person = people_person_of(t, j->survivor);
    TRY(person_settle_step(t, person, j->settled, &more));
    TRY(db_exec(t->d, "UPDATE merge_job SET settled = settled + 1 WHERE id = $1", dbi(j->id)));
    if (more)
        return E_OK;
    TRY(stage_settle_silently(t, person, &m));
    TRY(tell_finished(t, j, person));
    TRY(db_exec(t->d, "UPDATE merge_job SET state = $2, done_us = $3 WHERE id = $1", dbi(j->id), dbi(JOB_DONE), dbi(t->now_us)));
    return people_changed(t, person);
}

static err job_slice(tx *t, const running *j, bool *ret_more)
{
    os *o = engine_of(t)->o;
    int64_t from = os_mono_us(o), next, done = 0, refused = 0;
    do {
        bool no = false;
        TRY(next_of(t, j, &next));
        if (!next)
            break;
        TRY(j->undo ? split_one(t, j, next) : join_one(t, j, (uint32_t)next, &no));
        done++;
        refused += no;
    } while (os_mono_us(o) - from < SLICE_US && done < 200);
    TRY(db_exec(t->d, "UPDATE merge_job SET done = done + $2, refused = refused + $3 WHERE id = $1", dbi(j->id), dbi(done), dbi(refused)));
    *ret_more = true;
    return next || done ? E_OK : job_finish(t, j);
}

err people_merge_step(tx *t, bool *ret_more)
{
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found, "SELECT id, undo, settled, survivor, reason, by_name FROM merge_job"
                     " WHERE state < 2 ORDER BY state, id LIMIT 1"));
    running j = { 0 };
    if (found)
        j = (running){ db_i64(&r, 0), db_i64(&r, 1), db_i64(&r, 2), (uint32_t)db_i64(&r, 3), arena_str(t->a, db_str(&r, 4)),
                       arena_str(t->a, db_str(&r, 5)) };
    TRY(db_end(&r));
    *ret_more = found;
    return found ? job_slice(t, &j, ret_more) : E_OK;
}
