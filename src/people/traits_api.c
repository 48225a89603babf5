// Routes of traits: as they are or were, and one trait's history.
#include "people/people_internal.h"
#include "people/people_routes.h"
#include "people/traits.h"

#define HISTORY_MAX 100

// The operations of traits.h as they are called on the wire.
enum trait_change_op { CHANGE_SET, CHANGE_SET_ONCE, CHANGE_INCREMENT, CHANGE_APPEND, CHANGE_UNSET };
_Static_assert((int)CHANGE_UNSET == (int)TRAIT_UNSET, "one list of operations");
static const enum_labels trait_change_op_labels = { "trait_change_op", trait_ops };

#define TRAITS_QUERY(F, T)                                                                            \
    F(T, TIME, as_of, .doc = "As it was at that time; now when absent.")                              \
    F(T, TIME, known_at, .doc = "Going by what had arrived by then; by everything when absent.")
SHAPE_STRUCT(traits_query, TRAITS_QUERY);
SHAPE_TABLE(traits_query, TRAITS_QUERY);

#define TRAITS_VIEW(F, T) F(T, LIST(trait_view), items, .required = true, .max = 200, .doc = "By name; those that have a value.")
SHAPE_STRUCT(traits_view, TRAITS_VIEW);
SHAPE_TABLE(traits_view, TRAITS_VIEW);

#define TRAIT_CHANGE(F, T)                                                                                \
    F(T, ENUM(trait_change_op), op, .required = true, .doc = "What was done.")                              \
    F(T, JSON, said, .max = 1024, .doc = "With what; absent for unset.")                                  \
    F(T, JSON, value, .max = 1024, .doc = "The value from then on; absent: none.")                        \
    F(T, TIME, at, .required = true, .doc = "Since when.")                                                \
    F(T, TIME, last, .required = true, .doc = "When the same was last said.")                             \
    F(T, TIME, known, .required = true, .doc = "When it arrived.")                                        \
    F(T, I64, event, .required = true, .doc = "Number of the event that said so.")                        \
    F(T, STR, source, .required = true, .max = 80, .doc = "Key of the rule, or name of the key that brought the event; may be empty.")
SHAPE_STRUCT(trait_change, TRAIT_CHANGE);
SHAPE_TABLE(trait_change, TRAIT_CHANGE);

#define TRAIT_HISTORY(F, T)                                                                               \
    F(T, STR, name, .required = true, .max = 200, .doc = "Name.")                                         \
    F(T, LIST(trait_change), items, .required = true, .max = HISTORY_MAX, .doc = "Newest first; each a change of the value.")
SHAPE_STRUCT(trait_history, TRAIT_HISTORY);
SHAPE_TABLE(trait_history, TRAIT_HISTORY);

void trait_view_of(const trait_value *v, trait_view *out)
{
    SET(out, trait_view, name, v->name);
    SET(out, trait_view, value, v->value);
    SET(out, trait_view, event, v->event_no);
    SET(out, trait_view, at, v->since_us);
    SET(out, trait_view, source, v->source);
}

static err person_known(req *r, int64_t *ret)
{
    TRY(people_current(r->d, r->path_id[0], ret));
    return *ret ? E_OK : req_fail_detail(r, E_NOT_FOUND, "person");
}

err person_traits(req *r)
{
    const traits_query *q = r->query;
    traits_view *out = r->reply;
    int64_t id;
    trait_value *v;
    uint32_t n;
    TRY(person_known(r, &id));
    TRY(traits_all(r->d, id, HAS(q, traits_query, as_of) ? q->as_of : INT64_MAX, HAS(q, traits_query, known_at) ? q->known_at : INT64_MAX, r->a,
                   &v, &n));
    trait_view *items = arena_array(r->a, trait_view, n + 1);
    for (uint32_t i = 0; i < n; i++)
        trait_view_of(&v[i], &items[i]);
    out->items.v = items;
    out->items.n = n;
    out->has |= UINT64_C(1) << traits_view_items_bit;
    return E_OK;
}

static void change_fill(const trait_step *s, trait_change *out)
{
    SET(out, trait_change, op, (enum trait_change_op)s->op);
    if (s->said.len)
        SET(out, trait_change, said, s->said);
    if (s->value.len)
        SET(out, trait_change, value, s->value);
    SET(out, trait_change, at, s->at_us);
    SET(out, trait_change, last, s->last_us);
    SET(out, trait_change, known, s->known_us);
    SET(out, trait_change, event, s->event_no);
    SET(out, trait_change, source, s->source);
}

err person_trait_history(req *r)
{
    trait_history *out = r->reply;
    str name = r->path_param[1];
    int64_t id;
    trait_step *v;
    uint32_t n;
    TRY(person_known(r, &id));
    if (name.len > NAMES_BYTES_MAX || !str_utf8_valid(name))
        return req_fail_detail(r, E_NOT_FOUND, "trait");
    TRY(traits_history(r->d, id, name, HISTORY_MAX, r->a, &v, &n));
    if (n == 0)
        return req_fail_detail(r, E_NOT_FOUND, "trait");
    trait_change *items = arena_array(r->a, trait_change, n);
    for (uint32_t i = 0; i < n; i++)
        change_fill(&v[i], &items[i]);
    SET(out, trait_history, name, name);
    out->items.v = items;
    out->items.n = n;
    out->has |= UINT64_C(1) << trait_history_items_bit;
    return E_OK;
}
