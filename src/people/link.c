// Which person each subject is now: the table `link`, a dense array in memory, and the timeline, which is told after the commit.
#include "people/people_internal.h"

uint32_t link_person(const people *p, uint32_t subject)
{
    return subject < p->person.n && p->person.v[subject] ? p->person.v[subject] : subject;
}

uint32_t people_person_of(tx *t, uint32_t subject)
{
    return link_person(engine_of(t)->people, subject);
}

static void remember(people *p, uint32_t subject, uint32_t person)
{
    if (subject >= p->person.n) {
        if (person == subject)
            return;
        vec_reserve(&p->person, (size_t)subject + 1);
        memset(p->person.v + p->person.n, 0, (subject + 1 - p->person.n) * sizeof *p->person.v);
        p->person.n = (size_t)subject + 1;
    }
    p->person.v[subject] = person == subject ? 0 : person;
}

// --- Hand-overs ---------------------------------------------------------------------------------------------------------------

static const handed *handed_at(const people *p, const map64 *by, uint32_t subject)
{
    uint64_t i;
    return map64_get(by, subject, &i) ? &p->handed.v[i] : NULL;
}

// Whose the subject's time is: its own person until it was handed on, then the next subject's, and so on.
static void tell_spans(const people *p, timeline *tl, uint32_t subject)
{
    int64_t from = INT64_MIN;
    uint32_t at = subject;
    for (const handed *h; (h = handed_at(p, &p->handed_from, at)) != NULL; at = h->next) {
        timeline_link(tl, subject, link_person(p, at), from, h->at_us);
        from = h->at_us;
    }
    timeline_link(tl, subject, link_person(p, at), from, INT64_MAX);
}

// Everybody before the subject in its chain has time that is now its person's.
static void tell(const people *p, timeline *tl, uint32_t subject)
{
    uint32_t at = subject;
    tell_spans(p, tl, at);
    for (const handed *h; (h = handed_at(p, &p->handed_to, at)) != NULL;)
        tell_spans(p, tl, at = h->subject);
}

static void handed_add(people *p, handed h)
{
    map64_put(&p->handed_from, h.subject, p->handed.n);
    map64_put(&p->handed_to, h.next, p->handed.n);
    vec_push(&p->handed, h);
}

// --- Changing -----------------------------------------------------------------------------------------------------------------

typedef struct relinked { people *p; timeline *tl; uint32_t subject, before; } relinked;

static void set_undo(void *x)
{
    relinked *l = x;
    remember(l->p, l->subject, l->before);
}

static void tell_after(void *x)
{
    relinked *l = x;
    tell(l->p, l->tl, l->subject);
}

err link_set(tx *t, uint32_t subject, uint32_t person)
{
    engine *e = engine_of(t);
    relinked *l = arena_new(t->a, relinked);
    *l = (relinked){ e->people, e->tl, subject, link_person(e->people, subject) };
    if (l->before == person)
        return E_OK;
    if (person == subject)
        TRY(db_exec(t->d, "DELETE FROM link WHERE subject = $1", dbi(subject)));
    else
        TRY(db_exec(t->d, "INSERT INTO link (subject, person, from_us) VALUES ($1, $2, $3)"
                          " ON CONFLICT (subject) DO UPDATE SET person = excluded.person",
                    dbi(subject), dbi(person), dbi(t->now_us)));
    remember(e->people, subject, person);
    tx_undo(t, set_undo, l);
    if (e->tl)
        tx_after(t, tell_after, l);
    return E_OK;
}

static void hand_undo(void *x)
{
    relinked *l = x;
    people *p = l->p;
    ENSURE(p->handed.n > 0 && p->handed.v[p->handed.n - 1].subject == l->subject);      // undone in reverse order
    map64_del(&p->handed_from, l->subject);
    map64_del(&p->handed_to, p->handed.v[p->handed.n - 1].next);
    p->handed.n--;
}

void link_hand_over(tx *t, uint32_t subject, uint32_t next, int64_t at_us)
{
    engine *e = engine_of(t);
    handed_add(e->people, (handed){ subject, next, at_us });
    relinked *l = arena_new(t->a, relinked);
    *l = (relinked){ e->people, e->tl, subject, 0 };
    tx_undo(t, hand_undo, l);
    if (e->tl)
        tx_after(t, tell_after, l);
}

// --- Opening ------------------------------------------------------------------------------------------------------------------

err links_load(engine *e, db *d)
{
    people *p = e->people;
    db_rows r;
    TRY(db_query(d, &r, "SELECT subject, person FROM link"));
    while (db_next(&r)) {
        remember(p, (uint32_t)db_i64(&r, 0), (uint32_t)db_i64(&r, 1));
        if (e->tl)
            timeline_link(e->tl, (uint32_t)db_i64(&r, 0), (uint32_t)db_i64(&r, 1), INT64_MIN, INT64_MAX);
    }
    TRY(db_end(&r));
    TRY(db_query(d, &r, "SELECT a.subject, b.subject, a.until_us FROM identity a JOIN identity b ON b.kind = a.kind AND b.hash = a.hash"
                        " AND b.from_us = a.until_us WHERE a.until_us > 0"));
    while (db_next(&r))
        handed_add(p, (handed){ (uint32_t)db_i64(&r, 0), (uint32_t)db_i64(&r, 1), db_i64(&r, 2) });
    TRY(db_end(&r));
    for (size_t i = 0; e->tl && i < p->handed.n; i++)
        tell_spans(p, e->tl, p->handed.v[i].subject);
    return E_OK;
}

void links_free_all(people *p)
{
    vec_free(&p->person);
    vec_free(&p->handed);
    map64_free(&p->handed_from);
    map64_free(&p->handed_to);
}
