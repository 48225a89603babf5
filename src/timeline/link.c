#include "timeline/link.h"
#include "base/err.h"

void links_free(links *l)
{
    for (size_t i = 0; i < l->spans.n; i++)
        vec_free(&l->spans.v[i]);
    for (size_t i = 0; i < l->members.n; i++)
        vec_free(&l->members.v[i]);
    vec_free(&l->spans);
    vec_free(&l->members);
    map64_free(&l->by_subject);
    map64_free(&l->by_person);
}

static link_spans *spans_of(links *l, uint32_t subject)
{
    uint64_t i;
    if (!map64_get(&l->by_subject, subject, &i)) {
        i = l->spans.n;
        vec_push(&l->spans, (link_spans){ 0 });
        map64_put(&l->by_subject, subject, i);
    }
    return &l->spans.v[i];
}

static void add_member(links *l, uint32_t person, uint32_t subject)
{
    uint64_t i;
    if (!map64_get(&l->by_person, person, &i)) {
        i = l->members.n;
        vec_push(&l->members, (link_members){ 0 });
        map64_put(&l->by_person, person, i);
    }
    link_members *m = &l->members.v[i];
    for (size_t k = 0; k < m->n; k++)
        if (m->v[k] == subject)
            return;
    vec_push(m, subject);
}

static void keep(link_spans *to, link_span s)
{
    if (s.from_us >= s.to_us)
        return;
    link_span *last = to->n ? &to->v[to->n - 1] : NULL;
    if (last && last->person == s.person && last->to_us == s.from_us)
        last->to_us = s.to_us;
    else
        vec_push(to, s);
}

void links_set(links *l, uint32_t subject, uint32_t person, int64_t from_us, int64_t to_us)
{
    ENSURE(subject && person && from_us < to_us);
    link_spans *old = spans_of(l, subject), now = { 0 };
    link_span added = { from_us, to_us, person };
    bool placed = person == subject; // taking a link back only clears
    for (size_t i = 0; i < old->n; i++) {
        link_span s = old->v[i];
        keep(&now, (link_span){ s.from_us, s.to_us < from_us ? s.to_us : from_us, s.person });
        if (!placed && s.to_us > from_us) {
            keep(&now, added);
            placed = true;
        }
        keep(&now, (link_span){ s.from_us > to_us ? s.from_us : to_us, s.to_us, s.person });
    }
    if (!placed)
        keep(&now, added);
    vec_free(old);
    *old = now;
    if (person != subject)
        add_member(l, person, subject);
}

uint32_t links_owner(const links *l, uint32_t subject, int64_t time_us)
{
    uint64_t i;
    if (!map64_get(&l->by_subject, subject, &i))
        return subject;
    const link_spans *s = &l->spans.v[i];
    for (size_t k = 0; k < s->n; k++)
        if (time_us >= s->v[k].from_us && (time_us < s->v[k].to_us || s->v[k].to_us == INT64_MAX))
            return s->v[k].person;
    return subject;
}

bool links_any(const links *l, uint32_t subject) { return map64_get(&l->by_subject, subject, NULL); }

const link_members *links_members(const links *l, uint32_t person)
{
    uint64_t i;
    return map64_get(&l->by_person, person, &i) ? &l->members.v[i] : NULL;
}

int64_t links_count(const links *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->spans.n; i++)
        n += l->spans.v[i].n;
    return (int64_t)n;
}

int64_t links_bytes(const links *l)
{
    size_t n =
        (l->by_subject.cap + l->by_person.cap) * 17 + l->spans.cap * sizeof *l->spans.v + l->members.cap * sizeof *l->members.v;
    for (size_t i = 0; i < l->spans.n; i++)
        n += l->spans.v[i].cap * sizeof(link_span);
    for (size_t i = 0; i < l->members.n; i++)
        n += l->members.v[i].cap * sizeof(uint32_t);
    return (int64_t)n;
}
