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
    values_forget(t, l->before);
    values_forget(t, person);
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

// What the maps said before: a change of hands told late falls between two that are known.
typedef struct handing { people *p; handed h; uint64_t from, to; bool had_from, had_to; } handing;

static void put_back(map64 *m, uint32_t subject, bool had, uint64_t at)
{
    if (had)
        map64_put(m, subject, at);
    else
        map64_del(m, subject);
}

static void hand_undo(void *x)
{
    handing *g = x;
    people *p = g->p;
    ENSURE(p->handed.n > 0 && p->handed.v[p->handed.n - 1].subject == g->h.subject);      // undone in reverse order
    put_back(&p->handed_from, g->h.subject, g->had_from, g->from);
    put_back(&p->handed_to, g->h.next, g->had_to, g->to);
    p->handed.n--;
}

void link_hand_over(tx *t, uint32_t subject, uint32_t next, int64_t at_us)
{
    engine *e = engine_of(t);
    people *p = e->people;
    handing *g = arena_new(t->a, handing);
    *g = (handing){ .p = p, .h = { subject, next, at_us } };
    g->had_from = map64_get(&p->handed_from, subject, &g->from);
    g->had_to = map64_get(&p->handed_to, next, &g->to);
    handed_add(p, g->h);
    tx_undo(t, hand_undo, g);
    relinked *l = arena_new(t->a, relinked);
    *l = (relinked){ p, e->tl, subject, 0 };
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

// --- Checking -----------------------------------------------------------------------------------------------------------------

// How many pieces of time of the subject the timeline holds as another person's: neighbours of one person are one piece.
static int64_t spans_of(const people *p, uint32_t subject)
{
    int64_t n = 0;
    uint32_t at = subject, before = subject;
    for (const handed *h = NULL; at; at = h ? h->next : 0) {
        uint32_t person = link_person(p, at);
        n += person != subject && person != before;
        before = person;
        h = handed_at(p, &p->handed_from, at);
    }
    return n;
}

static err check_handed(const people *p, db *d, buf *report)
{
    db_rows r;
    TRY(db_query(d, &r, "SELECT a.subject, b.subject FROM identity a JOIN identity b ON b.kind = a.kind AND b.hash = a.hash"
                        " AND b.from_us = a.until_us WHERE a.until_us > 0"));
    while (db_next(&r)) {
        const handed *h = handed_at(p, &p->handed_from, (uint32_t)db_i64(&r, 0));
        if (!h || h->next != (uint32_t)db_i64(&r, 1))
            buf_addf(report, "identity of subject %lld: memory does not know that it was handed on\n", (long long)db_i64(&r, 0));
    }
    return db_end(&r);
}

err people_check_links(const engine *e, db *d, buf *report)
{
    const people *p = e->people;
    int64_t rows = 0, known = 0, spans = 0, told = timeline_stats_now(e->tl).links;
    db_rows r;
    TRY(db_query(d, &r, "SELECT subject, person FROM link"));
    for (; db_next(&r); rows++)
        if (link_person(p, (uint32_t)db_i64(&r, 0)) != (uint32_t)db_i64(&r, 1))
            buf_addf(report, "link of subject %lld: memory says another person\n", (long long)db_i64(&r, 0));
    TRY(db_end(&r));
    for (size_t i = 0; i < p->person.n; i++)
        if (p->person.v[i]) {
            known++;
            spans += map64_get(&p->handed_from, i, NULL) ? 0 : 1;
        }
    uint64_t subject, at;
    for (size_t i = 0; map64_next(&p->handed_from, &i, &subject, &at);)
        spans += spans_of(p, (uint32_t)subject);
    if (known != rows)
        buf_addf(report, "links: memory knows %lld, the database %lld\n", (long long)known, (long long)rows);
    if (told != spans)
        buf_addf(report, "timeline: knows %lld pieces of linked time, of links and hand-overs it would be %lld\n", (long long)told,
                 (long long)spans);
    return check_handed(p, d, report);
}

void links_free_all(people *p)
{
    vec_free(&p->person);
    vec_free(&p->handed);
    map64_free(&p->handed_from);
    map64_free(&p->handed_to);
}
