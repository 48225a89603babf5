// What events had said of somebody, when the file they came with is taken back: rows go by the event that made them, table by table;
// what is derived is settled anew. Ids stay, and so do personal values and days of activity that other events may have said as well.
#include "people/people_internal.h"

static err rows_of(tx *t, const event_told *told, int64_t *rows)
{
    const db_arg args[] = { dbi(told->subject), dbi(told->no) };
    const person_table *table;
    for (size_t i = 0; people_table(engine_of(t), i, &table); i++) {
        int64_t n = 0;
        if (table->unsaid)
            TRY(db_exec_count_args(t->d, &n, table->unsaid, args, 2));
        *rows += n;
    }
    return people_vehicles_back(t, told->subject, told->no, rows);
}

// Tables that keep what counts now beside what was said follow, as after a change of hands at which nothing moves.
static err follow(tx *t, uint32_t subject, uint32_t person)
{
    const rehoming still = { subject, subject, person, INT64_MAX };
    const person_table *table;
    for (size_t i = 0; people_table(engine_of(t), i, &table); i++)
        if (table->unsaid && table->since_too)
            TRY(table->since_too(t, &still));
    return E_OK;
}

err people_unsay(tx *t, uint32_t person, const event_told *v, size_t n, int64_t *ret_rows)
{
    moved m;
    *ret_rows = 0;
    for (size_t i = n; i-- > 0;)               // the latest first: what began something goes when nothing leans on it any more
        TRY(rows_of(t, &v[i], ret_rows));
    if (*ret_rows == 0)
        return E_OK;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || v[i].subject != v[i - 1].subject)
            TRY(follow(t, v[i].subject, person));
    TRY(person_settle(t, person));
    TRY(stays_settle(t, person));
    TRY(stage_settle_silently(t, person, &m));
    return people_changed(t, person);
}
