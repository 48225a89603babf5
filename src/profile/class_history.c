// A change of hands told late: since that day both owners were of other classes than was thought. Their history from then on is made anew,
// day by day, from what belongs to each: activity, cars, stages, the appointment as a KOC. Days before stay as they were known.
#include "base/time.h"
#include "profile/profile_internal.h"

#define DAYS_MAX 372                   // activity is kept 400 days; a class looks back 28
#define ROWS_MAX 4000                  // of one kind, of one person; beyond, the newest

typedef struct span { int64_t from_us, until_us; int what; } span;         // until 0: still
typedef struct spans { span *v; size_t n; } spans;

typedef struct past {
    int64_t person;
    int32_t first, last;               // days
    activity_day *days;
    size_t days_n;
    spans owned, stages, koc;
    int32_t *referred;                 // days of delivered referrals, in order
    size_t referred_n;
} past;

// --- Reading ------------------------------------------------------------------------------------------------------------------

static err days_read(tx *t, past *p)
{
    db_rows r;
    TRY(db_query(t->d, &r,
                 "SELECT day, max(active), max(spoke), CAST(sum(asked) AS BIGINT), CAST(sum(posted) AS BIGINT), CAST(sum(featured) AS BIGINT),"
                 " CAST(sum(accepted) AS BIGINT), CAST(sum(drove) AS BIGINT), CAST(sum(referred) AS BIGINT) FROM activity"
                 " WHERE person = $1 AND day > $2 AND day <= $3 GROUP BY day ORDER BY day LIMIT $4",
                 dbi(p->person), dbi(p->first - SEED_DAYS), dbi(p->last), dbi(ROWS_MAX)));
    while (db_next(&r)) {
        p->days[p->days_n++] = (activity_day){ (int32_t)db_i64(&r, 0), db_i64(&r, 1) != 0, db_i64(&r, 2) != 0, db_i64(&r, 3), db_i64(&r, 4),
                                               db_i64(&r, 5), db_i64(&r, 6), db_i64(&r, 7) };
        if (db_i64(&r, 8))
            p->referred[p->referred_n++] = (int32_t)db_i64(&r, 0);
    }
    return db_end(&r);
}

static err spans_fill(db_rows *r, spans *s)
{
    while (db_next(r))
        s->v[s->n++] = (span){ db_i64(r, 0), db_i64(r, 1), (int)db_i64(r, 2) };
    return db_end(r);
}

static err spans_read(tx *t, past *p)
{
    db_rows r;
    TRY(db_query(t->d, &r, "SELECT from_us, until_us, 0 FROM ownership WHERE person = $1 ORDER BY from_us DESC LIMIT $2", dbi(p->person),
                 dbi(ROWS_MAX)));
    TRY(spans_fill(&r, &p->owned));
    TRY(db_query(t->d, &r, "SELECT entered_us, left_us, stage FROM stage_stay WHERE person = $1 ORDER BY entered_us DESC LIMIT $2",
                 dbi(p->person), dbi(ROWS_MAX)));
    TRY(spans_fill(&r, &p->stages));
    TRY(db_query(t->d, &r,
                 "SELECT since_us, until_us, 0 FROM person_tag WHERE person = $1 AND tag = $2 UNION ALL"
                 " SELECT since_us, gone_us, 0 FROM tag_gone WHERE person = $1 AND tag = $2 LIMIT $3",
                 dbi(p->person), dbs(S(KOC_TAG)), dbi(ROWS_MAX)));
    return spans_fill(&r, &p->koc);
}

// --- As it was at the end of a day ----------------------------------------------------------------------------------------------

static bool covers(const span *s, int64_t at_us) { return s->from_us < at_us && (s->until_us == 0 || s->until_us >= at_us); }

static class_facts facts_on(const past *p, int32_t day, int64_t now_us)
{
    int64_t end = time_local_day_start(day + 1), at = end < now_us + 1 ? end : now_us + 1, first_us = 0;
    bool owns = false;
    class_facts f = { .days = p->days, .days_n = p->days_n };
    for (size_t i = 0; i < p->owned.n; i++) {
        owns = owns || covers(&p->owned.v[i], at);
        if (p->owned.v[i].from_us < at && (!first_us || p->owned.v[i].from_us < first_us))
            first_us = p->owned.v[i].from_us;
    }
    f.delivered_day = owns ? time_local_day(first_us) : 0;
    for (size_t i = 0; i < p->stages.n; i++)
        if (covers(&p->stages.v[i], at) && (enum stage)p->stages.v[i].what > f.stage)
            f.stage = (enum stage)p->stages.v[i].what;
    for (size_t i = 0; i < p->koc.n; i++)
        f.koc = f.koc || covers(&p->koc.v[i], at);
    for (size_t i = 0; i < p->referred_n; i++)
        if (p->referred[i] <= day)
            f.referred_day = p->referred[i];
    return f;
}

// --- Writing --------------------------------------------------------------------------------------------------------------------

static err class_before(tx *t, const past *p, int axis, int *ret)
{
    int64_t was;
    TRY(db_int(t->d, &was, 0, "SELECT class FROM class_change WHERE subject = $1 AND axis = $2 AND day < $3 ORDER BY day DESC LIMIT 1",
               dbi(p->person), dbi(axis), dbi(p->first)));
    *ret = (int)was;
    return E_OK;
}

static err history_write(tx *t, const past *p)
{
    classes last;
    for (int i = 0; i < CLASS_AXIS_COUNT; i++)
        TRY(class_before(t, p, i, &last.v[i]));
    TRY(db_exec(t->d, "DELETE FROM class_change WHERE subject = $1 AND day >= $2", dbi(p->person), dbi(p->first)));
    for (int32_t day = p->first; day <= p->last; day++) {
        const class_facts f = facts_on(p, day, t->now_us);
        const classes now = classes_on(&f, day);
        for (int i = 0; i < CLASS_AXIS_COUNT; i++)
            if (now.v[i] != last.v[i])
                TRY(db_exec(t->d, "INSERT INTO class_change (subject, axis, day, person, class) VALUES ($1, $2, $3, $1, $4)", dbi(p->person),
                            dbi(i), dbi(day), dbi(now.v[i])));
        last = now;
    }
    return E_OK;
}

static err history_of(tx *t, int64_t person, int32_t first)
{
    arena *a = arena_create();
    int32_t last = time_local_day(t->now_us);
    past p = { .person = person, .first = first < last - DAYS_MAX ? last - DAYS_MAX : first, .last = last };
    p.days = arena_array(a, activity_day, ROWS_MAX);
    p.referred = arena_array(a, int32_t, ROWS_MAX);
    p.owned.v = arena_array(a, span, ROWS_MAX);
    p.stages.v = arena_array(a, span, ROWS_MAX);
    p.koc.v = arena_array(a, span, ROWS_MAX);
    err e = days_read(t, &p);
    if (e == E_OK)
        e = spans_read(t, &p);
    if (e == E_OK)
        e = history_write(t, &p);
    arena_destroy(a);
    return e;
}

static err both_anew(tx *t, void *p)
{
    const rehoming *r = p;
    int32_t day = time_local_day(r->at_us);
    uint32_t one = people_person_of(t, r->subject), other = people_person_of(t, r->next);
    TRY(history_of(t, one, day));
    return one == other ? E_OK : history_of(t, other, day);
}

// At the end of the operation, when stages and cars are settled.
err class_history_since(tx *t, const rehoming *r)
{
    rehoming *kept = arena_new(t->a, rehoming);
    *kept = *r;
    tx_at_end(t, both_anew, kept);
    return E_OK;
}
