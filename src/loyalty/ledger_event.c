// Movements of people's accounts as events: points.posted wakes rules and stands in the timeline; points.pending is a promise.
#include "loyalty/ledger_impl.h"

static err emit(tx *t, const ledger_moved *m, int64_t *ret_event_no)
{
    const event_prop props[] = {
        prop_str(S("unit"), m->unit), prop_str(S("reason"), m->reason), prop_i64(S("amount"), m->amount),
        prop_i64(S("balance"), m->balance), prop_i64(S("pending"), m->pending),
    };
    return engine_emit(t, &(event_new){ .subject = m->subject, .kind = m->promise ? S("points.pending") : S("points.posted"),
                                        .flags = EVENT_SYSTEM, .cause_no = m->cause_no, .props = props,
                                            .props_n = sizeof props / sizeof *props },
                       ret_event_no);
}

static const struct loyalty events = { emit };

void ledger_open(engine *e) { e->loyalty = &events; }

void ledger_close(engine *e) { e->loyalty = NULL; }
