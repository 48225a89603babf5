#include "work.h"

uint64_t work_mix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

// --- plans -----------------------------------------------------------------------------------------------------------
static int draw(uint64_t *state, uint64_t n) { return (int)(work_mix(state) % n); }

static int draw_kind(uint64_t *state)
{
    static const int kinds[] = { KIND_PLAIN, KIND_PLAIN, KIND_PLAIN, KIND_PLAIN, KIND_WAKES, KIND_WAKES, KIND_WAKES_FAILING };
    return kinds[draw(state, 7)];
}

work_plan work_plan_of(uint64_t seed)
{
    work_plan p = { .parts = 1 + draw(&seed, WORK_PARTS) };
    for (int i = 0; i < p.parts; i++) {
        work_part *part = &p.part[i];
        *part = (work_part){ .events = draw(&seed, WORK_EVENTS + 1), .dense = draw(&seed, 3), .nested = draw(&seed, 2) };
        part->fails = draw(&seed, part->nested ? 3 : 12) == 0;
        for (int k = 0; k < part->events; k++) {
            part->kind[k] = draw_kind(&seed);
            part->bytes[k] = draw(&seed, 12) ? draw(&seed, 100) : draw(&seed, 9000);
        }
        p.fails |= part->fails && !part->nested;
    }
    return p;
}

bool work_part_stays(const work_plan *p, int part) { return !p->fails && !p->part[part].fails; }

int64_t work_events_of(const work_plan *p)
{
    int64_t n = 0;
    for (int i = 0; i < p->parts; i++)
        for (int k = 0; work_part_stays(p, i) && k < p->part[i].events; k++)
            n += 1 + (p->part[i].kind[k] == KIND_WAKES);
    return n;
}

// --- bytes of events -------------------------------------------------------------------------------------------------
str work_event_name(arena *a, int64_t serial, int part, int i, bool effect)
{
    return arena_fmt(a, "%lld/%d/%d%s", (long long)serial, part, i, effect ? "/e" : "");
}

static void encode(buf *b, uint32_t kind, str name, int64_t cause_no, str text)
{
    prop p = { 1, { .k = V_STR, .s = text } };
    event e = { .kind = kind, .subject = 7, .message_id = name, .cause_no = cause_no, .props = &p, .props_n = 1 };
    event_encode(b, &e);
}

void work_event_encode(buf *b, int64_t serial, const work_plan *p, int part, int i)
{
    arena *a = arena_create();
    const work_part *w = &p->part[part];
    char *text = arena_array(a, char, (size_t)w->bytes[i] + 1);
    memset(text, 'a' + (int)(serial % 26), (size_t)w->bytes[i]);
    encode(b, (uint32_t)w->kind[i], work_event_name(a, serial, part, i, false), 0, str_of(text, (size_t)w->bytes[i]));
    arena_destroy(a);
}

void work_effect_encode(buf *b, str cause_name, int64_t cause_no)
{
    arena *a = arena_create();
    encode(b, KIND_EFFECT, arena_join(a, cause_name, S("/e")), cause_no, S("effect"));
    arena_destroy(a);
}

void work_job_encode(buf *b, int64_t job, int64_t slice)
{
    arena *a = arena_create();
    encode(b, KIND_JOB, arena_fmt(a, "job/%lld/%lld", (long long)job, (long long)slice), 0, S("slice"));
    arena_destroy(a);
}

static err emit(tx *t, buf *b)
{
    int64_t no;
    err e = tx_event(t, buf_str(b), true, (hash128){ b->len, 1 }, &no);
    buf_free(b);
    return e;
}

// --- the rule --------------------------------------------------------------------------------------------------------
typedef struct cause { int64_t no; event e; } cause;

static err rule(tx *t, void *user)
{
    cause *c = user;
    str serial = c->e.message_id;
    int64_t op_no = 0;
    ENSURE(str_to_i64(str_cut(&serial, '/'), &op_no));
    TRY(db_exec(t->d, "INSERT INTO sim_effect (cause_no, op) VALUES ($1, $2)", dbi(c->no), dbi(op_no)));
    buf b = { 0 };
    work_effect_encode(&b, c->e.message_id, c->no);
    TRY(emit(t, &b));
    return c->e.kind == KIND_WAKES_FAILING ? E_CONFLICT : E_OK;
}

// A failing rule is undone alone and does not fail the operation.
err work_on_event(tx *t, int64_t no, str bytes)
{
    cause c = { .no = no };
    TRY(event_decode(bytes, t->a, &c.e));
    if (c.e.kind != KIND_WAKES && c.e.kind != KIND_WAKES_FAILING)
        return E_OK;
    err e = tx_nested(t, rule, &c);
    return e == E_CONFLICT ? E_OK : e;
}

// --- the operation ---------------------------------------------------------------------------------------------------
typedef struct part_of { work *w; const work_plan *p; int i; } part_of;

static err run_part(tx *t, void *user)
{
    const part_of *at = user;
    const work_part *part = &at->p->part[at->i];
    uint32_t first = 0;
    for (int k = 0; k < part->dense; k++) {
        uint32_t n = tx_dense(t, COUNTER_SUBJECT);
        first = k ? first : n;
    }
    TRY(db_exec(t->d, "INSERT INTO sim_part (op, part, dense, dense_n) VALUES ($1, $2, $3, $4)", dbi(at->w->serial), dbi(at->i), dbi(first),
                dbi(part->dense)));
    for (int k = 0; k < part->events; k++) {
        buf b = { 0 };
        work_event_encode(&b, at->w->serial, at->p, at->i, k);
        TRY(emit(t, &b));
    }
    return part->fails ? E_CONFLICT : E_OK;
}

static err run_parts(tx *t, work *w)
{
    work_plan p = work_plan_of(w->seed);
    TRY(db_exec(t->d, "INSERT INTO sim_op (op, id, at_us, key) VALUES ($1, $2, $3, $4)", dbi(w->serial), dbi(tx_id(t)), dbi(t->now_us),
                dbi(w->key)));
    for (int i = 0; i < p.parts; i++) {
        part_of at = { w, &p, i };
        if (!p.part[i].nested) {
            TRY(run_part(t, &at));
            continue;
        }
        err e = tx_nested(t, run_part, &at);
        if (e != E_OK && e != E_CONFLICT)
            return e;
    }
    return E_OK;
}

hash128 work_hash(int64_t v)
{
    char text[24];
    buf b = { 0 };
    buf_addf(&b, "%lld", (long long)v);
    ENSURE(b.len < sizeof text);
    hash128 h = idem_hash(S("client"), S("POST /work"), buf_str(&b));
    buf_free(&b);
    return h;
}

static err run_keyed(tx *t, work *w)
{
    const server *s = t->user;
    idem_state state;
    idem_answer known;
    TRY(idem_find(s->idem, t->d, t->a, t->now_us, work_hash(w->key), work_hash(w->body), &state, &known));
    if (state == IDEM_OTHER_BODY)
        return E_IDEMPOTENCY_MISMATCH;
    if (state == IDEM_DONE)
        return known.status == 200 && str_to_i64(known.body, &w->replay_of) ? E_OK : E_CORRUPT;
    TRY(run_parts(t, w));
    return idem_save(s->idem, t, work_hash(w->key), work_hash(w->body), 200, arena_fmt(t->a, "%lld", (long long)w->serial));
}

static err run_job(tx *t, work *w)
{
    int64_t at;
    TRY(db_int(t->d, &at, 0, "SELECT at FROM sim_cursor WHERE job = $1", dbi(w->job)));
    w->job_at = at;
    if (at >= JOB_SLICES)
        return E_OK;
    for (int64_t i = 0; i < JOB_ROWS; i++)
        TRY(db_exec(t->d, "INSERT INTO sim_job (job, n) VALUES ($1, $2)", dbi(w->job), dbi(at * JOB_ROWS + i)));
    buf b = { 0 };
    work_job_encode(&b, w->job, at);
    TRY(emit(t, &b));
    TRY(db_exec(t->d, "INSERT INTO sim_cursor (job, at) VALUES ($1, $2) ON CONFLICT (job) DO UPDATE SET at = excluded.at", dbi(w->job),
                dbi(at + 1)));
    w->job_at = at + 1;
    return E_OK;
}

static err run_expiry(tx *t)
{
    bool more;
    return idem_expire(((const server *)t->user)->idem, t, 5, &more);
}

static err run(op *o, tx *t)
{
    work *w = (work *)o;
    w->replay_of = 0;
    if (w->job == JOB_EXPIRY)
        return run_expiry(t);
    return w->job ? run_job(t, w) : w->key ? run_keyed(t, w) : run_parts(t, w);
}

static void done(op *o, err outcome)
{
    work *w = (work *)o;
    w->answered(w, outcome);
}

void work_init(work *w) { w->o = (op){ .run = run, .done = done, .lane = w->job ? LANE_BULK : LANE_INTERACTIVE }; }
