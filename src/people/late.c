#include "people/late.h"
#include "base/personal.h"
#include "base/time.h"
#include "people/people_internal.h"
#include <stdlib.h>

#define VALUES_MAX 2000                // different ones of a person, the newest: each text is searched for all

// Texts that stand in no table of people_add_tables.
#define SUBJECTS_OF "(subject = $1 OR subject IN (SELECT subject FROM link WHERE person = $1))"
static const person_text own_texts[] = {
    { "SELECT label FROM identity WHERE " SUBJECTS_OF, "UPDATE identity SET label = $3 WHERE label = $2 AND " SUBJECTS_OF,
      false, false },
    { "SELECT source FROM person WHERE id = $1", "UPDATE person SET source = $3 WHERE id = $1 AND source = $2", false, true },
    { "SELECT city FROM person WHERE id = $1", "UPDATE person SET city = $3 WHERE id = $1 AND city = $2", false, true },
    { "SELECT model FROM person WHERE id = $1", "UPDATE person SET model = $3 WHERE id = $1 AND model = $2", false, true },
    { "SELECT note FROM doubt WHERE one = $1 OR other = $1",
      "UPDATE doubt SET note = $3 WHERE note = $2 AND (one = $1 OR other = $1)", false, false },
    { "SELECT reason FROM merge_job WHERE survivor = $1",
      "UPDATE merge_job SET reason = $3 WHERE survivor = $1 AND reason = $2", false, false },
};

// --- Queue ------------------------------------------------------------------------------------------------------------------------

// Told twice in one microsecond is told later, too: whoever looked in between has not seen the second.
err late_told(tx *t, uint32_t subject)
{
    return db_exec(t->d,
                   "INSERT INTO told_late (subject, at_us) VALUES ($1, $2) ON CONFLICT (subject) DO UPDATE SET at_us ="
                   " CASE WHEN excluded.at_us > told_late.at_us THEN excluded.at_us ELSE told_late.at_us + 1 END",
                   dbi(subject), dbi(t->now_us));
}

err late_waiting(db *d, int64_t before_us, int64_t *ret)
{
    return db_int(d, ret, 0, "SELECT count(*) FROM told_late WHERE at_us < $1", dbi(before_us));
}

static err queue_read(db *d, int64_t before_us, arena *a, late_found *l)
{
    db_rows rows;
    l->rows = arena_array(a, late_row, LATE_AT_ONCE);
    TRY(db_query(d, &rows, "SELECT subject, at_us FROM told_late WHERE at_us < $1 ORDER BY at_us, subject LIMIT $2", dbi(before_us),
                 dbi(LATE_AT_ONCE + 1)));
    while (db_next(&rows)) {
        l->more = l->rows_n == LATE_AT_ONCE;
        if (!l->more)
            l->rows[l->rows_n++] = (late_row){ db_i64(&rows, 0), db_i64(&rows, 1) };
    }
    return db_end(&rows);
}

// --- Looking ------------------------------------------------------------------------------------------------------------------------

// names: of the values those that are no program word.
typedef struct looking {
    const engine *e;
    db *d;
    arena *a;
    late_found *l;
    int64_t person;
    str *values, *names;
    size_t n, names_n;
} looking;

// Those that stand in no text. What is found points to them: wiped at the end of the round.
static err values_read(looking *k)
{
    plain_value *v;
    size_t n;
    TRY(values_plain(k->e, k->d, k->person, VALUES_MAX, k->a, &v, &n));
    k->values = arena_array(k->a, str, n + 1);
    k->names = arena_array(k->a, str, n + 1);
    k->n = k->names_n = 0;
    for (size_t i = 0; i < n; i++) {
        if (!vault_told_bytes_min[v[i].kind] || v[i].s.len < vault_told_bytes_min[v[i].kind])
            continue;
        k->values[k->n++] = v[i].s;
        if (!personal_program_word(v[i].s))
            k->names[k->names_n++] = v[i].s;
    }
    k->l->plain[k->l->plain_n++] = (late_plain){ v, n };
    return E_OK;
}

// Room for one more: twice as many whenever they have become a power of two.
static void *room(arena *a, void *v, size_t n, size_t size)
{
    if (n & (n - 1))
        return v;
    void *more = arena_alloc(a, n ? 2 * n : 1, size, alignof(max_align_t));
    if (n)
        memcpy(more, v, n * size);
    return more;
}

static void text_add(looking *k, const char *write, str was, str is)
{
    k->l->texts = room(k->a, k->l->texts, k->l->texts_n, sizeof *k->l->texts);
    k->l->texts[k->l->texts_n++] = (late_words){ write, k->person, was, is };
}

static err texts_look(looking *k, const person_text *text)
{
    const db_arg person = dbi(k->person);
    db_rows rows;
    TRY(db_query_args(k->d, &rows, text->read, &person, 1));
    while (db_next(&rows)) {
        str was = db_str(&rows, 0), *of = text->words ? k->names : k->values;
        size_t n = text->words ? k->names_n : k->n;
        str is = text->json ? personal_hushed_json(was, of, n, k->a) : personal_hushed(was, of, n, k->a);
        if (is.s == was.s)
            continue;
        text_add(k, text->write, arena_str(k->a, was), is);
    }
    return db_end(&rows);
}

static err rows_look(looking *k)
{
    const person_table *table;
    for (size_t i = 0; i < sizeof own_texts / sizeof *own_texts; i++)
        TRY(texts_look(k, &own_texts[i]));
    for (size_t i = 0; people_table(k->e, i, &table); i++)
        for (const person_text *text = table->texts; text && text->read; text++)
            TRY(texts_look(k, text));
    return E_OK;
}

static err names_look(looking *k)
{
    own_name *found;
    size_t n;
    TRY(own_names_look(k->d, k->person, k->values, k->n, k->a, &found, &n));
    for (size_t i = 0; i < n; i++) {
        k->l->names = room(k->a, k->l->names, k->l->names_n, sizeof *found);
        k->l->names[k->l->names_n++] = found[i];
    }
    return E_OK;
}

static bool seen_before(const int64_t *v, size_t n, int64_t person)
{
    for (size_t i = 0; i < n; i++)
        if (v[i] == person)
            return true;
    return false;
}

static err person_look(looking *k)
{
    TRY(values_read(k));
    if (k->n == 0)
        return E_OK;
    TRY(rows_look(k));
    TRY(names_look(k));
    return k->e->tl ? timeline_saying(k->e->tl, (uint32_t)k->person, k->values, k->n, k->a, &k->l->events, &k->l->events_n) : E_OK;
}

err late_look(const engine *e, db *d, int64_t before_us, arena *a, late_found *ret)
{
    looking k = { .e = e, .d = d, .a = a, .l = ret };
    int64_t *persons = arena_array(a, int64_t, LATE_AT_ONCE);
    size_t n = 0;
    *ret = (late_found){ .plain = arena_array(a, late_plain, LATE_AT_ONCE) };
    TRY(queue_read(d, before_us, a, ret));
    for (size_t i = 0; i < ret->rows_n; i++) {
        TRY(people_current(d, ret->rows[i].subject, &k.person));
        if (!k.person || seen_before(persons, n, k.person))
            continue;
        persons[n++] = k.person;
        TRY(person_look(&k));
    }
    return E_OK;
}

void late_wipe(const late_found *l)
{
    for (size_t i = 0; i < l->plain_n; i++)
        values_wipe(l->plain[i].v, l->plain[i].n);
}

// --- Ending -------------------------------------------------------------------------------------------------------------------------

err late_begin(tx *t, const late_found *l)
{
    for (size_t i = 0; i < l->texts_n; i++) {
        const late_words *x = &l->texts[i];
        const db_arg args[] = { dbi(x->person), dbs(x->was), dbs(x->is) };
        TRY(db_exec_args(t->d, x->write, args, 3));
    }
    TRY(own_names_change(t, l->names, l->names_n));
    if (!late_says(l))
        return E_OK;
    return db_exec(t->d,
                   "INSERT INTO starred_late (at_us, due_us, events, texts) VALUES ($1, $2, $3, $4) ON CONFLICT (at_us) DO UPDATE SET"
                   " events = starred_late.events + excluded.events, texts = starred_late.texts + excluded.texts",
                   dbi(t->now_us), dbi(t->now_us + LATE_COPIES_DAYS * US_PER_DAY), dbi((int64_t)l->events_n),
                   dbi((int64_t)(l->texts_n + l->names_n)));
}

err late_finish(tx *t, const late_found *l, size_t from)
{
    for (size_t i = from; i < l->rows_n && i < from + LATE_SLICE; i++)
        TRY(db_exec(t->d, "DELETE FROM told_late WHERE subject = $1 AND at_us = $2", dbi(l->rows[i].subject), dbi(l->rows[i].at_us)));
    return E_OK;
}
