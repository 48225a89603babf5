#include "record/natural.h"
#include "base/map.h"
#include "base/time.h"
#include "people/people.h"

// within_us: two events about the same thing further apart than this are two events (a car delivered again, years later). 0: never.
typedef struct natural_row { const char *kind, *prop; int64_t within_us; } natural_row;
#define A_QUARTER (90 * US_PER_DAY)
static const natural_row rows[] = {
    { "reserve.placed", "order", 0 },          { "reserve.cancelled", "order", 0 },       { "order.placed", "order", 0 },
    { "order.cancelled", "order", 0 },         { "delivery.completed", "order", 0 },      { "delivery.completed", "vin", A_QUARTER },
    { "test_drive.booked", "test_drive", 0 },  { "test_drive.completed", "test_drive", 0 },
    { "test_drive.no_show", "test_drive", 0 }, { "test_drive.cancelled", "test_drive", 0 },
};
#define ROWS (sizeof rows / sizeof *rows)

struct natural {
    arena *a;
    mapstr names;              // kind, or another name of it → first of its rows
    uint32_t kinds;            // how many kinds there were when they were read
};

static size_t first_row(str kind)
{
    size_t i = 0;
    while (i < ROWS && !str_eq(kind, str_c(rows[i].kind)))
        i++;
    return i;
}

static err read_names(struct natural *m, db *d, uint32_t kinds)
{
    db_rows r;
    TRY(db_query(d, &r, "SELECT o.name, k.name FROM kind_alias x JOIN kind o ON o.id = x.kind JOIN kind k ON k.id = x.means"));
    while (db_next(&r)) {
        size_t i = first_row(db_str(&r, 1));
        if (i < ROWS)
            mapstr_put(&m->names, db_str(&r, 0), i);
    }
    m->kinds = kinds;
    return db_end(&r);
}

err natural_open(engine *e, db *d)
{
    arena *a = arena_create();
    struct natural *m = arena_new(a, struct natural);
    *m = (struct natural){ .a = a };
    e->natural = m;
    for (size_t i = ROWS; i-- > 0;)
        mapstr_put(&m->names, str_c(rows[i].kind), i);
    return read_names(m, d, names_kind_count(e->names));
}

void natural_close(engine *e)
{
    if (!e->natural)
        return;
    arena *a = e->natural->a;
    mapstr_free(&e->natural->names);
    arena_destroy(a);
    e->natural = NULL;
}

// "order:SO-1", "vin:<keyed hash>"; empty: the event does not say.
static str key_of(tx *t, const natural_row *row, const event_prop *props, size_t n)
{
    const engine *e = engine_of(t);
    for (size_t i = n; i-- > 0;) {             // a name given twice: the last counts
        const value *v = &props[i].v;
        if (!str_eq(props[i].name, str_c(row->prop)))
            continue;
        if (v->k == V_I64)
            return arena_fmt(t->a, "%s:%lld", row->prop, (long long)v->i);
        if (v->k != V_STR || !v->s.len)
            return (str){ "", 0 };
        str text = e->value_key ? e->value_key(t, v->s) : v->s;
        return arena_fmt(t->a, "%s:" STR_FMT, row->prop, STR_ARG(str_take(text, 200)));
    }
    return (str){ "", 0 };
}

// Other names come with a playbook and are kinds themselves: when kinds were learned since, they are read again.
static err rows_of(tx *t, str kind, size_t *ret)
{
    struct natural *m = engine_of(t)->natural;
    uint64_t i;
    *ret = ROWS;
    if (!m)
        return E_OK;
    uint32_t kinds = names_kind_count(engine_of(t)->names);
    if (kinds != m->kinds)
        TRY(read_names(m, t->d, kinds));
    if (mapstr_get(&m->names, kind, &i))
        *ret = (size_t)i;
    return E_OK;
}

static bool same_kind(size_t first, size_t i) { return i < ROWS && strcmp(rows[i].kind, rows[first].kind) == 0; }

err natural_known(tx *t, str kind, const event_prop *props, size_t n, int64_t at_us, bool *ret)
{
    size_t first;
    *ret = false;
    TRY(rows_of(t, kind, &first));
    for (size_t i = first; !*ret && same_kind(first, i); i++) {
        str key = key_of(t, &rows[i], props, n);
        int64_t known;
        if (!key.len)
            continue;
        TRY(db_int(t->d, &known, INT64_MIN, "SELECT at_us FROM natural_event WHERE kind = $1 AND key = $2", dbs(str_c(rows[i].kind)), dbs(key)));
        int64_t apart = known > at_us ? known - at_us : at_us - known;
        *ret = known != INT64_MIN && (!rows[i].within_us || apart <= rows[i].within_us);
    }
    return E_OK;
}

err natural_note(tx *t, str kind, const event_prop *props, size_t n, uint32_t subject, int64_t at_us, int64_t event_no)
{
    size_t first;
    TRY(rows_of(t, kind, &first));
    for (size_t i = first; same_kind(first, i); i++) {
        str key = key_of(t, &rows[i], props, n);
        if (!key.len)
            continue;
        TRY(db_exec(t->d,
                    "INSERT INTO natural_event (kind, key, subject, person, at_us, event_no) VALUES ($1, $2, $3, $4, $5, $6)"
                    " ON CONFLICT (kind, key) DO UPDATE SET subject = excluded.subject, person = excluded.person, at_us = excluded.at_us,"
                    " event_no = excluded.event_no",
                    dbs(str_c(rows[i].kind)), dbs(key), dbi(subject), dbi(people_person_of(t, subject)), dbi(at_us), dbi(event_no)));
    }
    return E_OK;
}
