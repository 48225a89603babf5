// Runs a call where its route says: on the loop, on a reader thread, inside an operation of the teller, or as a stream.
#include "api/api_impl.h"

// --- Reads -----------------------------------------------------------------------------------------------------------------------
// One moment for rows and events alike: the read transaction, and the head it sees.
static err read_with(call *c, db *d, err (*fn)(call *c))
{
    c->r.d = d;
    err e = db_begin_read(d);
    if (e != E_OK)
        return e;
    e = head_event_no(d, &c->r.head);
    // The rows may be a moment ahead of the timeline's memory: microseconds after a commit.
    if (e == E_OK && c->api->c.teller && !teller_wait_visible(c->api->c.teller, c->r.head))
        e = E_SHUTTING_DOWN;
    if (e == E_OK)
        e = fn(c);
    err end = db_end_read(d);
    c->r.d = NULL;
    return e != E_OK ? e : end;
}

// The handler's result against its declaration, then the reply against its shape.
static err handle(call *c)
{
    TRY(hush_body(c));
    err e = call_judge(c, route_of(c)->handler(&c->r));
    return e == E_OK ? call_encode(c) : e;
}

static void run_loop(call *c) { call_end(c, handle(c)); }
static void run_inline(call *c) { call_end(c, read_with(c, c->loop->reader, handle)); }

void run_on_reader(call *c, db *d)
{
    c->outcome = read_with(c, d, handle);
    call_send_from(c);
}

static void run_pool(call *c)
{
    if (!pool_submit(c->api->readers, c))
        call_end(c, E_OVERLOADED);
}

static err choose_channel(call *c) { return call_judge(c, route_of(c)->handler(&c->r)); }

static void run_stream(call *c)
{
    err e = read_with(c, c->loop->reader, choose_channel);
    if (e == E_OK)
        hub_join(c);
    else
        call_end(c, e);
}

// --- Writes ----------------------------------------------------------------------------------------------------------------------
static err replay(call *c, const idem_answer *was)
{
    if (!was->kept)
        return fault_field(&c->r.f, c->r.a, E_IDEMPOTENCY_DONE, (str){ 0 }, 0);
    buf_clear(&c->body);
    buf_add_str(&c->body, was->body);
    c->status = was->status;
    c->replayed = true;
    return E_OK;
}

// The handler and the keeping of its answer are one: either both are in the transaction or neither.
static err run_keyed(call *c, tx *t)
{
    idem *m = c->api->c.idem;
    idem_state state;
    idem_answer was;
    TRY(idem_find(m, t->d, c->r.a, t->now_us, c->idem_hash, c->idem_body, &state, &was));
    if (state == IDEM_DONE)
        return replay(c, &was);
    if (state == IDEM_OTHER_BODY)
        return fault_field(&c->r.f, c->r.a, E_IDEMPOTENCY_MISMATCH, (str){ 0 }, 0);
    TRY(handle(c));
    return idem_save(m, t, c->idem_hash, c->idem_body, c->status, buf_str(&c->body));
}

// Teller's thread. The call is ours alone until op_done hands it to the loop.
static err op_run(op *o, tx *t)
{
    call *c = (call *)((char *)o - offsetof(call, op));
    t->f = &c->r.f;
    c->r.d = t->d;
    c->r.tx = t;
    c->r.head = teller_head(t->teller);
    err e = route_of(c)->idem == IDEM_KEY ? run_keyed(c, t) : handle(c);
    c->r.d = NULL;
    c->r.tx = NULL;
    t->f = NULL;
    if (e != E_OK)
        fault_keep(&c->r.f, c->r.a);          // domain code explains in the group's arena, which is gone when we answer
    return e;
}

static void op_done(op *o, err outcome)
{
    call *c = (call *)((char *)o - offsetof(call, op));
    c->outcome = outcome;
    call_send_from(c);
}

static bool submit(call *c)
{
    c->op = (op){ .run = op_run, .done = op_done, .lane = LANE_INTERACTIVE };
    return c->api->c.teller && teller_submit(c->api->c.teller, &c->op);
}

static err work(call *c) { return call_judge(c, route_of(c)->work(&c->r)); }

void run_work(call *c, db *d)
{
    c->outcome = read_with(c, d, work);
    if (c->outcome == E_OK && submit(c))
        return;
    if (c->outcome == E_OK)
        c->outcome = E_OVERLOADED;
    call_send_from(c);
}

static void run_teller(call *c)
{
    const route *r = route_of(c);
    err e = r->prepare && !c->prepared ? call_judge(c, r->prepare(&c->r)) : E_OK;
    if (e != E_OK) {
        call_end(c, e);
        return;
    }
    c->prepared = true;
    bool taken = r->work ? pool_submit(c->api->slow, c) : submit(c);
    if (!taken)
        call_hold(c);
}

void call_run(call *c)
{
    static void (*const runs[])(call *c) = { [RUN_INLINE] = run_inline, [RUN_POOL] = run_pool, [RUN_TELLER] = run_teller,
                                             [RUN_STREAM] = run_stream, [RUN_LOOP] = run_loop };
    runs[route_of(c)->where](c);
}
