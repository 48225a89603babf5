// Personal values a message tells, wherever else it says them: "王涟漪的车…" beside a name 王涟漪. While a message is parsed its plain
// values are noted; at its end they are starred in everything of it that is not sealed, and forgotten. Loop thread. What the vault knew
// of them before is starred by the teller: of an event without a text it asks nothing.
#include "connect/ingest_internal.h"
#include "base/personal.h"

#define TOLD_MAX 32                // distinct values of one message

void ingest_note_told(ingest_event *e, arena *a, vault_kind kind, str plain)
{
    str v = str_trim(plain);
    if (!vault_told_bytes_min[kind] || v.len < vault_told_bytes_min[kind] || v.len > VAULT_VALUE_MAX || e->told_n == TOLD_MAX)
        return;
    for (uint32_t i = 0; i < e->told_n; i++)
        if (str_eq(e->told[i], v))
            return;
    if (!e->told)
        e->told = arena_array(a, str, TOLD_MAX);
    e->told[e->told_n++] = v;
}

// Names of kinds and properties are words of programs: somebody who says they are called "model" renames none.
static size_t for_names(const ingest_event *e, arena *a, str **ret)
{
    size_t n = 0;
    *ret = arena_array(a, str, e->told_n);
    for (uint32_t i = 0; i < e->told_n; i++)
        if (personal_spoken(e->told[i]))
            (*ret)[n++] = e->told[i];
    return n;
}

static void hush_texts(ingest_event *e, arena *a, const str *values, size_t n)
{
    for (uint32_t i = 0; i < e->props_n; i++) {
        value *v = &e->props[i].v;
        if (e->props[i].sealed || (v->k != V_STR && v->k != V_JSON))
            continue;
        v->s = v->k == V_STR ? personal_hushed(v->s, values, n, a) : personal_hushed_json(v->s, values, n, a);
    }
    e->message_id = personal_hushed(e->message_id, values, n, a);
}

static void hush_names(ingest_event *e, arena *a)
{
    str *values;
    size_t n = for_names(e, a, &values);
    if (!n)
        return;
    e->kind = personal_hushed(e->kind, values, n, a);
    for (uint32_t i = 0; i < e->props_n; i++)
        e->props[i].name = personal_hushed(e->props[i].name, values, n, a);
    for (uint32_t i = 0; i < e->ids_n; i++)
        if (personal_hushed(e->ids[i].label, values, n, a).s != e->ids[i].label.s)
            e->ids[i].label = (str){ "", 0 };
}

// Whether the writer has to ask what the vault knows of whoever this is about.
static bool may_name(const ingest_event *e)
{
    for (uint32_t i = 0; i < e->props_n; i++) {
        const value *v = &e->props[i].v;
        if (!e->props[i].sealed && (v->k == V_STR || v->k == V_JSON) && personal_may_name(v->s))
            return true;
    }
    return personal_may_name(e->message_id);
}

void ingest_event_end(ingest_event *e, arena *a)
{
    if (e->told_n) {
        hush_texts(e, a, e->told, e->told_n);
        hush_names(e, a);
        e->field = personal_hushed(e->field, e->told, e->told_n, a);
    }
    e->told = NULL;
    e->told_n = 0;
    e->texts = may_name(e);
    e->ended = true;
}

// A text of their own, which could name them: what many people say alike does not.
static bool says_own(tx *t, uint32_t subject, const ingest_event *e)
{
    bool own = personal_may_name(e->message_id);
    for (uint32_t i = 0; i < e->props_n; i++) {
        const value *v = &e->props[i].v;
        if (!e->props[i].sealed && (v->k == V_STR || v->k == V_JSON) && personal_may_name(v->s))
            own = !people_said_by_many(t, subject, v->s) || own;
    }
    return own;
}

err ingest_hush(tx *t, uint32_t subject, ingest_event *e)
{
    str values[PEOPLE_VALUES_MAX];
    size_t n = 0;
    if (!says_own(t, subject, e))
        return E_OK;
    TRY(people_values(t, subject, values, &n));
    if (n)
        hush_texts(e, t->a, values, n);
    return E_OK;
}
