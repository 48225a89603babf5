// What a change of a record means: a line of audit always, and an event. Records that declare events tell them on the timeline of the
// person they are about, at the time the record itself gives; all others tell `<name>.created`, `.changed`, `.archived`.
#include "base/time.h"
#include "record/natural.h"
#include "record/record_internal.h"

// --- Names of what was set -----------------------------------------------------------------------------------------------------------
// Names only: what the fields hold is read from the record itself.
str record_field_names(const record *k, const void *input, arena *a, const char *between)
{
    buf b = { 0 };
    for (unsigned i = 0; i < k->input->n; i++)
        if (record_has(input, (int)i))
            buf_addf(&b, "%s%s", b.len ? between : "", k->input->fields[i].name);
    str out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

const char *record_label(const shape *sh, const char *name, const void *in)
{
    int i = name ? record_field(sh, name) : -1;
    if (i < 0 || !record_has(in, i) || record_null(in, i))
        return NULL;
    return sh->fields[i].labels->labels[*(const unsigned *)record_at(&sh->fields[i], in)];
}

static bool same(const char *x, const char *y) { return x && y ? strcmp(x, y) == 0 : x == y; }

// --- Properties ----------------------------------------------------------------------------------------------------------------------
#define PROPS_MAX 16

typedef struct telling {
    tx *t;
    const record *k;
    const record_who *who;
    const record_change *c;
    bool told;
} telling;

static err prop_value(tx *t, const record *k, int i, const void *view, uint32_t subject, value *ret)
{
    const field *fd = &k->view->fields[i];
    const void *at = record_at(fd, view);
    *ret = (value){ .k = V_STR };
    if (fd->ref && !is_person(fd)) {
        const record *other = record_named(str_c(fd->ref));
        return record_sql_key_of(t->d, other, *(const int64_t *)at, t->a, &ret->s);
    }
    if (fd->pii)
        return record_vault_of(t, *(const str *)at, subject, &ret->s);
    switch (fd->k) {
    case K_BOOL: *ret = (value){ .k = V_BOOL, .i = *(const bool *)at }; break;
    case K_I64: *ret = (value){ .k = V_I64, .i = *(const int64_t *)at }; break;
    case K_TIME: ret->s = time_iso(t->a, *(const int64_t *)at); break;
    case K_ENUM: ret->s = str_c(record_label(k->view, fd->name, view)); break;
    default: ret->s = *(const str *)at;
    }
    return E_OK;
}

static err props_of(tx *t, const record *k, const void *view, uint32_t subject, event_prop *out, size_t *ret_n)
{
    size_t n = 0;
    for (const record_prop *p = k->props; p && p->prop; p++) {
        int i = record_field(k->view, p->field);
        if (!record_has(view, i))
            continue;
        ENSURE(n + 2 < PROPS_MAX);
        out[n].name = str_c(p->prop);
        TRY(prop_value(t, k, i, view, subject, &out[n++].v));
    }
    *ret_n = n;
    return E_OK;
}

// --- One event -----------------------------------------------------------------------------------------------------------------------
static int64_t when(const telling *x, const char *at_field)
{
    int i = at_field ? record_field(x->k->view, at_field) : -1;
    int64_t now = x->t->now_us;
    if (i < 0 || !record_has(x->c->after, i))
        return now;
    int64_t at = *(const int64_t *)record_at(&x->k->view->fields[i], x->c->after);
    return at > now ? now : at;                // what has not happened yet is told as of now
}

static err emit(telling *x, str kind, const char *at_field, int64_t subject, const void *view, bool fields)
{
    event_prop props[PROPS_MAX];
    size_t n;
    bool known;
    int64_t no, at = when(x, at_field);
    TRY(props_of(x->t, x->k, view, (uint32_t)subject, props, &n));
    props[n++] = prop_i64(arena_fmt(x->t->a, "%s_id", x->k->name), x->c->id);
    if (fields && x->c->input)
        props[n++] = prop_str(S("fields"), record_field_names(x->k, x->c->input, x->t->a, ","));
    x->told = true;
    TRY(natural_known(x->t, kind, props, n, at, &known));
    if (known && subject && engine_of(x->t)->touch)        // told by somebody else, before the record was there
        engine_of(x->t)->touch(x->t, (uint32_t)subject, NULL, 0);
    if (known)
        return E_OK;
    TRY(engine_emit(x->t, &(event_new){ .subject = (uint32_t)subject, .kind = kind, .time_us = at, .source = x->who->source,
                                        .flags = EVENT_SYSTEM, .props = props, .props_n = n, .effects = x->who->effects }, &no));
    return natural_note(x->t, kind, props, n, (uint32_t)subject, at, no);
}

// --- Moves of the state ----------------------------------------------------------------------------------------------------------------
static int place(const record *k, const char *label)
{
    const enum_labels *l = k->view->fields[record_field(k->view, k->state)].labels;
    int i = 0;
    while (l->labels[i] && strcmp(l->labels[i], label) != 0)
        i++;
    return i;
}

static bool has_named(const shape *sh, const char *name, const void *in)
{
    int i = name && in ? record_field(sh, name) : -1;
    return i >= 0 && record_has(in, i);
}

// From the state it was in, or from birth, along the rows to where it is: each step that was taken now, or whose time became known.
static err tell_moves(telling *x)
{
    const record *k = x->k;
    const char *was = x->c->before ? record_label(k->view, k->state, x->c->before) : NULL, *is = record_label(k->view, k->state, x->c->after);
    const char *at = was;
    for (const record_event *v = k->events; k->state && v->kind; v++) {
        if (v->field)
            continue;
        bool came = same(v->to, is) && !same(was, is);
        bool timed = has_named(k->view, v->at, x->c->after) && !has_named(k->view, v->at, x->c->before) && place(k, v->to) <= place(k, is);
        if ((!came && !timed) || (v->from && !same(v->from, at)))
            continue;
        TRY(emit(x, str_c(v->kind), v->at, x->c->subject, x->c->after, false));
        at = v->to;
    }
    return E_OK;
}

// --- Fields that got another value -------------------------------------------------------------------------------------------------------
static bool differs(const telling *x, int i)
{
    const shape *sh = x->k->view;
    const void *before = x->c->before, *after = x->c->after;
    bool had = before && record_has(before, i), has = record_has(after, i);
    if (!had || !has)
        return had != has;
    db_arg p = record_arg(sh, i, before), q = record_arg(sh, i, after);
    return p.kind == DB_TEXT ? !str_eq(p.s, q.s) : p.i != q.i;
}

static err tell_fields(telling *x)
{
    bool left = false;
    for (const record_event *v = x->k->events; v->kind; v++) {
        int i = v->field ? record_field(x->k->view, v->field) : -1;
        if (i < 0 || !differs(x, i) || (v->to && !same(v->to, record_label(x->k->view, x->k->state, x->c->after))))
            continue;
        bool about = v->former ? x->c->before && record_has(x->c->before, i) && !left : record_has(x->c->after, i);
        if (!about)
            continue;
        left = left || v->former;
        TRY(emit(x, str_c(v->kind), v->at, v->former ? x->c->subject_before : x->c->subject, v->former ? x->c->before : x->c->after, false));
    }
    return E_OK;
}

// --- All of it -------------------------------------------------------------------------------------------------------------------------
static err tell_generic(telling *x, str verb)
{
    event_prop props[2] = { prop_i64(S("id"), x->c->id) };
    size_t n = 1;
    if (x->c->input)
        props[n++] = prop_str(S("fields"), record_field_names(x->k, x->c->input, x->t->a, ","));
    return engine_emit(x->t, &(event_new){ .kind = verb, .source = x->who->source, .flags = EVENT_SYSTEM, .props = props, .props_n = n,
                                           .effects = x->who->effects }, NULL);
}

err record_tell(tx *t, const record *k, const record_who *who, const record_change *c)
{
    telling x = { t, k, who, c, false };
    str verb = arena_fmt(t->a, "%s.%s", k->name, c->what), payload = { 0 };
    if (c->input)
        payload = arena_fmt(t->a, "{\"fields\":[\"" STR_FMT "\"]}", STR_ARG(record_field_names(k, c->input, t->a, "\",\"")));
    TRY(audit_note(t, &(audit_entry){ who->kind, who->id, verb, str_c(k->name), c->id, payload }));
    if (!k->events)
        return tell_generic(&x, verb);
    if (!c->input)
        return E_OK;                           // archived or taken out again: the list changed, not what happened
    TRY(tell_moves(&x));
    TRY(tell_fields(&x));
    if (x.told)
        return E_OK;
    return emit(&x, c->before ? str_c(k->other) : verb, NULL, c->subject, c->after, true);
}
