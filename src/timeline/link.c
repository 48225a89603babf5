#include "timeline/link.h"
#include "base/err.h"

void links_free(links *l)
{
    vec_free(&l->spans_of);
    vec_free(&l->seats_of);
    vec_free(&l->held_by);
    vec_free(&l->spans);
    vec_free(&l->seats);
}

static uint32_t first(const link_firsts *f, uint32_t of) { return of < f->n ? f->v[of] : 0; }

static uint32_t *first_at(link_firsts *f, uint32_t of)
{
    while (f->n <= of)
        vec_push(f, 0);
    return &f->v[of];
}

// --- Seats --------------------------------------------------------------------------------------------------------------
// Whether there is one already is asked of the subject: it has had few persons, a person may have had very many subjects.
static void take_seat(links *l, uint32_t subject, uint32_t person)
{
    for (uint32_t at = first(&l->held_by, subject); at; at = l->seats.v[at - 1].next_of_subject)
        if (l->seats.v[at - 1].person == person)
            return;
    uint32_t *of_subject = first_at(&l->held_by, subject), *of_person = first_at(&l->seats_of, person);
    vec_push(&l->seats, ((link_seat){ subject, person, *of_person, *of_subject }));
    *of_subject = *of_person = (uint32_t)l->seats.n;
}

bool links_next(const links *l, uint32_t person, uint32_t *at, uint32_t *ret_subject)
{
    *at = *at ? l->seats.v[*at - 1].next_of_person : first(&l->seats_of, person);
    if (!*at)
        return false;
    *ret_subject = l->seats.v[*at - 1].subject;
    return true;
}

// --- Spans --------------------------------------------------------------------------------------------------------------
typedef VEC(link_span) span_list;

static span_list take_out(links *l, uint32_t subject)
{
    span_list out = { 0 };
    uint32_t *from = first_at(&l->spans_of, subject);
    while (*from) {
        link_span *s = &l->spans.v[*from - 1];
        uint32_t at = *from;
        vec_push(&out, *s);
        *from = s->next;
        s->next = l->spare;
        l->spare = at;
        l->count--;
    }
    return out;
}

// In front of the subject's others.
static void put_in(links *l, uint32_t subject, link_span s)
{
    uint32_t *of = first_at(&l->spans_of, subject), at = l->spare;
    s.next = *of;
    if (at) {
        l->spare = l->spans.v[at - 1].next;
        l->spans.v[at - 1] = s;
    } else {
        vec_push(&l->spans, s);
        at = (uint32_t)l->spans.n;
    }
    *of = at;
    l->count++;
}

static void keep(span_list *to, link_span s)
{
    if (s.from_us >= s.to_us)
        return;
    link_span *last = to->n ? &to->v[to->n - 1] : NULL;
    if (last && last->person == s.person && last->to_us == s.from_us)
        last->to_us = s.to_us;
    else
        vec_push(to, s);
}

static span_list cut(const span_list *old, link_span added, bool placed)
{
    span_list now = { 0 };
    for (size_t i = 0; i < old->n; i++) {
        link_span s = old->v[i];
        keep(&now, (link_span){ s.from_us, s.to_us < added.from_us ? s.to_us : added.from_us, s.person, 0 });
        if (!placed && s.to_us > added.from_us) {
            keep(&now, added);
            placed = true;
        }
        keep(&now, (link_span){ s.from_us > added.to_us ? s.from_us : added.to_us, s.to_us, s.person, 0 });
    }
    if (!placed)
        keep(&now, added);
    return now;
}

void links_set(links *l, uint32_t subject, uint32_t person, int64_t from_us, int64_t to_us)
{
    ENSURE(subject && person && from_us < to_us);
    const link_span added = { from_us, to_us, person, 0 };
    bool back = person == subject;                // taking a link back only clears
    if (!back)
        take_seat(l, subject, person);
    if (!first(&l->spans_of, subject)) {          // nearly always: the first link a subject gets
        if (!back)
            put_in(l, subject, added);
        return;
    }
    span_list old = take_out(l, subject), now = cut(&old, added, back);
    for (size_t i = now.n; i-- > 0;)
        put_in(l, subject, now.v[i]);
    vec_free(&old);
    vec_free(&now);
}

uint32_t links_owner(const links *l, uint32_t subject, int64_t time_us)
{
    for (uint32_t at = first(&l->spans_of, subject); at; at = l->spans.v[at - 1].next) {
        const link_span *s = &l->spans.v[at - 1];
        if (time_us >= s->from_us && (time_us < s->to_us || s->to_us == INT64_MAX))
            return s->person;
    }
    return subject;
}

bool links_any(const links *l, uint32_t subject) { return first(&l->spans_of, subject) != 0; }
int64_t links_count(const links *l) { return l->count; }

int64_t links_bytes(const links *l)
{
    return (int64_t)((l->spans_of.cap + l->seats_of.cap + l->held_by.cap) * sizeof(uint32_t) + l->spans.cap * sizeof(link_span) +
                     l->seats.cap * sizeof(link_seat));
}
