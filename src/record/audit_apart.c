// Lines about reads: they have no operation of their own, so one is made.
#include "record/audit.h"
#include "rule/engine.h"
#include <stdlib.h>

typedef struct apart {
    op op;                             // first
    audit_entry e;                     // its texts stand behind it
    fault f;
    char texts[];
} apart;

static err run(op *o, tx *t)
{
    apart *x = (apart *)o;
    t->f = &x->f;
    return audit_note(t, &x->e);
}

static void done(op *o, err outcome)
{
    (void)outcome;                     // the teller is ending, or the disk is full: both are told elsewhere
    free(o);
}

static str put(char **at, str text)
{
    char *p = *at;
    if (text.len)
        memcpy(p, text.s, text.len);
    *at += text.len;
    return str_of(p, text.len);
}

err audit_apart(req *r, str verb, str object, int64_t object_id, str payload)
{
    engine *e = r->app;
    apart *x = calloc(1, sizeof *x + verb.len + object.len + payload.len + 1);
    ENSURE(x);
    char *at = x->texts;
    x->op = (op){ .run = run, .done = done, .lane = LANE_INTERACTIVE };
    x->e = (audit_entry){ (enum audit_who)r->who.kind, r->who.id, put(&at, verb), put(&at, object), object_id, put(&at, payload) };
    if (e->teller && teller_submit(e->teller, &x->op))
        return E_OK;
    free(x);
    return E_OVERLOADED;
}
