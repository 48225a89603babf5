// Rows that are part of an event itself, whatever rules make of it: traits, items, and what an unbind ends.
#include "connect/ingest_internal.h"
#include "connect/items.h"
#include "people/traits.h"

// --- Traits: what events of some kinds say (people/traits.h) ----------------------------------------------------------------------
typedef struct saying { const ingest_event *e; const caller *who; uint32_t subject; trait_op how; } saying;

// A property as an operand. Empty: none, or personal data, which the vault keeps.
static str operand_of(tx *t, const ingest_prop *p, trait_op how)
{
    buf b = { 0 };
    if (p->sealed || how == TRAIT_UNSET)
        return (str){ "", 0 };
    bool one = how == TRAIT_APPEND && p->v.k != V_JSON;
    if (one)
        buf_add_char(&b, '[');
    trait_json(&p->v, &b);
    if (one)
        buf_add_char(&b, ']');
    str out = arena_str(t->a, buf_str(&b));
    buf_free(&b);
    return out;
}

// What SDKs add about themselves is no trait of the person.
static bool is_context(str name)
{
    return str_starts(name, S("context.")) || str_eq(name, S("$lib")) || str_eq(name, S("$lib_version")) || str_eq(name, S("$app_version"));
}

static err say_traits(tx *t, int64_t no, void *p)
{
    const saying *s = p;
    const names *known = engine_of(t)->names;
    trait_outcome ignored;               // what is no trait stays what it is: a property of the event
    for (uint32_t i = 0; i < s->e->props_n; i++) {
        const ingest_prop *x = &s->e->props[i];
        if (x->sealed || is_context(x->name))
            continue;
        str name = x->name;
        if (!names_prop_known(known, name))
            TRY(names_clean(t, known, s->subject, &name));
        const trait_said said = { s->subject, s->how, name, operand_of(t, x, s->how), s->e->time_us, no, s->who->name };
        TRY(traits_say(t, &said, &ignored));
    }
    return E_OK;
}

static err delete_traits(tx *t, int64_t no, void *p)
{
    const saying *s = p;
    return traits_unset_all(t, s->subject, s->e->time_us, no, s->who->name);
}

// --- Items ------------------------------------------------------------------------------------------------------------------------
static err write_item(tx *t, int64_t no, void *p)
{
    const ingest_event *e = p;
    return item_write(t, e->item, e->time_us, no);
}

err ingest_check_rows(tx *t, const ingest_event *e)
{
    return e->item ? item_prepare(t, e->item, e->time_us) : E_OK;
}

void ingest_with_rows(tx *t, const caller *who, ingest_event *e, event_new *n)
{
    trait_op how;
    bool all;
    if (e->item) {
        n->numbered = write_item;
        n->numbered_p = e;
    } else if (traits_of_kind(e->kind, &how, &all)) {
        saying *s = arena_new(t->a, saying);
        *s = (saying){ e, who, n->subject, how };
        n->numbered = all ? delete_traits : say_traits;
        n->numbered_p = s;
    }
}

// --- Unbind -----------------------------------------------------------------------------------------------------------------------
// What nobody has, or has passed on already, needs no ending: the event stands all the same.
err ingest_unbind(tx *t, const ingest_event *e)
{
    for (uint32_t i = 0; i < e->gone_n; i++) {
        err code = people_unbind(t, &e->gone[i], e->time_us);
        if (code != E_OK && err_info_of(code)->http >= 500)
            return code;
    }
    return E_OK;
}
