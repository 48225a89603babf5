#include "model.h"

void model_free(model *m) { vec_free(&m->ops); }

void model_ask(model *m, work *w, uint64_t *chance)
{
    model_op o = { .seed = work_mix(chance) };
    if (work_mix(chance) % 3 == 0) {
        o.key = 1 + (int64_t)(work_mix(chance) % WORK_KEYS);
        o.body = work_mix(chance) % 10 == 0;
    }
    vec_push(&m->ops, o);
    w->serial = (int64_t)m->ops.n;
    w->seed = o.seed;
    w->key = o.key;
    w->body = o.body;
}

void model_answer(model *m, const work *w, err outcome, bool sure)
{
    if (w->job > 0 && outcome == E_OK && m->job_acked[w->job] < w->job_at)
        m->job_acked[w->job] = w->job_at;
    if (w->job)
        return;
    model_op *o = &m->ops.v[w->serial - 1];
    if (outcome == E_OK && w->replay_of) {
        o->replay_of = w->replay_of;
        o->fate = FATE_ABSENT;
        m->replayed++;
    } else if (outcome == E_OK) {
        o->fate = FATE_THERE;
        m->acked++;
    } else if (sure) {
        o->fate = FATE_ABSENT;
        m->refused++;
    } else {
        m->unsure++;
    }
}

// --- looking ---------------------------------------------------------------------------------------------------------
typedef struct look {
    model *m;
    server *s;
    buf *report;
    arena *a;
    mapstr names;                      // of events found → number
    map64 effects;                     // cause → op, of the rows
    VEC(uint32_t) crcs;                // of events 1…
    int64_t head_no, log_last;
    int64_t job_events[JOBS + 1];
} look;

#define SAY(l, fmt, ...) buf_addf((l)->report, fmt "\n", ##__VA_ARGS__)
#define LL(v) ((long long)(v))

static model_op *op_of(look *l, int64_t serial)
{
    return serial >= 1 && serial <= (int64_t)l->m->ops.n ? &l->m->ops.v[serial - 1] : NULL;
}

static void look_at_ops(look *l)
{
    db_rows r;
    for (size_t i = 0; i < l->m->ops.n; i++) {
        model_op *o = &l->m->ops.v[i];
        o->found = false;
        o->parts = o->events = o->effects = 0;
    }
    err e = db_query(l->s->d, &r, "SELECT op, at_us, key FROM sim_op");
    while (e == E_OK && db_next(&r)) {
        model_op *o = op_of(l, db_i64(&r, 0));
        if (!o || o->key != db_i64(&r, 2)) {
            SAY(l, "op %lld was never asked for", LL(db_i64(&r, 0)));
            continue;
        }
        o->found = true;
        o->at_us = db_i64(&r, 1);
    }
    if (db_end(&r) != E_OK)
        SAY(l, "ops: %s", db_fault(l->s->d));
}

// Dense numbers: every one from 1 to the counter's value is owned by exactly one part that stands.
static void look_at_parts(look *l)
{
    db_rows r;
    int64_t next = 1, given = 0;
    db_query(l->s->d, &r, "SELECT op, part, dense, dense_n FROM sim_part ORDER BY dense, dense_n");
    while (db_next(&r)) {
        model_op *o = op_of(l, db_i64(&r, 0));
        work_plan p = work_plan_of(o ? o->seed : 0);
        int64_t part = db_i64(&r, 1), n = db_i64(&r, 3);
        if (!o || part < 0 || part >= p.parts || !work_part_stays(&p, (int)part) || p.part[part].dense != n) {
            SAY(l, "part %lld of op %lld should not be there", LL(part), LL(db_i64(&r, 0)));
            continue;
        }
        o->parts++;
        if (n && db_i64(&r, 2) != next)
            SAY(l, "dense number %lld where %lld should follow (op %lld)", LL(db_i64(&r, 2)), LL(next), LL(db_i64(&r, 0)));
        next = n ? db_i64(&r, 2) + n : next;
    }
    if (db_end(&r) != E_OK || db_int(l->s->d, &given, 0, "SELECT value FROM counter WHERE name = 'subject'") != E_OK)
        SAY(l, "parts: %s", db_fault(l->s->d));
    if (given != next - 1)
        SAY(l, "the counter stands at %lld, numbers end at %lld", LL(given), LL(next - 1));
}

static void look_at_effects(look *l)
{
    db_rows r;
    db_query(l->s->d, &r, "SELECT cause_no, op FROM sim_effect");
    while (db_next(&r)) {
        model_op *o = op_of(l, db_i64(&r, 1));
        if (o)
            o->effects++;
        map64_put(&l->effects, (uint64_t)db_i64(&r, 0), (uint64_t)db_i64(&r, 1));
    }
    if (db_end(&r) != E_OK)
        SAY(l, "effects: %s", db_fault(l->s->d));
}

static void look_at_jobs(look *l)
{
    for (int64_t job = 1; job <= JOBS; job++) {
        int64_t at = 0, rows = 0, most = 0;
        err e = db_int(l->s->d, &at, 0, "SELECT at FROM sim_cursor WHERE job = $1", dbi(job));
        if (e == E_OK)
            e = db_int(l->s->d, &rows, 0, "SELECT count(*) FROM sim_job WHERE job = $1", dbi(job));
        if (e == E_OK)
            e = db_int(l->s->d, &most, -1, "SELECT max(n) FROM sim_job WHERE job = $1", dbi(job));
        if (e != E_OK || rows != at * JOB_ROWS || most != rows - 1 || l->job_events[job] != at)
            SAY(l, "job %lld: cursor %lld, %lld rows to %lld, %lld events", LL(job), LL(at), LL(rows), LL(most), LL(l->job_events[job]));
        if (at < l->m->job_acked[job])
            SAY(l, "job %lld: slice %lld was acknowledged, cursor is %lld", LL(job), LL(l->m->job_acked[job]), LL(at));
        l->m->job_acked[job] = at;
    }
}

// --- events ----------------------------------------------------------------------------------------------------------
static bool planned_bytes(look *l, str name, str bytes, const event *e)
{
    str rest = name, serial = str_cut(&rest, '/'), part = str_cut(&rest, '/'), at = str_cut(&rest, '/');
    int64_t op_no, i, k;
    if (!str_to_i64(serial, &op_no) || !str_to_i64(part, &i) || !str_to_i64(at, &k) || !op_of(l, op_no))
        return false;
    model_op *o = op_of(l, op_no);
    work_plan p = work_plan_of(o->seed);
    if (i >= p.parts || k >= p.part[i].events || !work_part_stays(&p, (int)i))
        return false;
    o->events++;
    buf b = { 0 };
    bool effect = str_eq(rest, S("e"));
    if (effect)
        work_effect_encode(&b, work_event_name(l->a, op_no, (int)i, (int)k, false), e->cause_no);
    else
        work_event_encode(&b, op_no, &p, (int)i, (int)k);
    uint64_t cause_op = 0;
    bool as_planned = str_eq(buf_str(&b), bytes) &&
                      (!effect || (p.part[i].kind[k] == KIND_WAKES && map64_get(&l->effects, (uint64_t)e->cause_no, &cause_op) &&
                                   (int64_t)cause_op == op_no));
    buf_free(&b);
    return as_planned;
}

static bool job_event(look *l, str name)
{
    str rest = name;
    int64_t job;
    if (!str_eq(str_cut(&rest, '/'), S("job")) || !str_to_i64(str_cut(&rest, '/'), &job) || job < 1 || job > JOBS)
        return false;
    l->job_events[job]++;
    return true;
}

static void look_at_event(look *l, int64_t no, str bytes)
{
    uint32_t crc = hash_crc32c(0, bytes.s, bytes.len);
    if (no <= (int64_t)l->crcs.n) {
        if (l->crcs.v[no - 1] != crc)
            SAY(l, "event %lld differs between log and batch", LL(no));
        return;
    }
    if (no != (int64_t)l->crcs.n + 1)
        SAY(l, "event %lld where %lld should follow", LL(no), LL(l->crcs.n + 1));
    vec_push(&l->crcs, crc);
    event e;
    if (event_decode(bytes, l->a, &e) != E_OK) {
        SAY(l, "event %lld cannot be read", LL(no));
        return;
    }
    if (!mapstr_put(&l->names, e.message_id, (uint64_t)no))
        SAY(l, "event " STR_FMT " twice, again as %lld", STR_ARG(e.message_id), LL(no));
    if (!job_event(l, e.message_id) && !planned_bytes(l, e.message_id, bytes, &e))
        SAY(l, "event %lld, " STR_FMT ", is not what was asked for", LL(no), STR_ARG(e.message_id));
}

static bool look_at_frame(void *p, const frame *g)
{
    look *l = p;
    frame_walk w = frame_walk_of(g);
    str bytes;
    for (int64_t no = g->first_no; frame_walk_next(&w, &bytes); no++)
        look_at_event(l, no, bytes);
    if (w.bad)
        SAY(l, "frame %lld cannot be walked", LL(g->first_no));
    return true;
}

static bool look_at_readable(void *p, const event *e)
{
    look *l = p;
    buf b = { 0 };
    event_encode(&b, e);
    if (e->no < 1 || e->no > (int64_t)l->crcs.n || l->crcs.v[e->no - 1] != hash_crc32c(0, b.s, b.len))
        SAY(l, "event %lld is not read as it was written", LL(e->no));
    buf_free(&b);
    return true;
}

static void look_at_events(look *l)
{
    db_rows r;
    fault f = { 0 };
    if (timeline_frames(l->s->tl, 1, look_at_frame, l, &f, l->a) != E_OK)
        SAY(l, "log: " STR_FMT, STR_ARG(f.detail));
    l->log_last = (int64_t)l->crcs.n;
    if (l->log_last > l->head_no)
        SAY(l, "the log has %lld events, the database %lld", LL(l->log_last), LL(l->head_no));
    db_query(l->s->d, &r, "SELECT first_no, count, at_us, body, prints FROM batch ORDER BY first_no");
    while (db_next(&r))
        look_at_frame(l, &(frame){ db_i64(&r, 0), (uint32_t)db_i64(&r, 1), db_i64(&r, 2), db_blob(&r, 3), db_blob(&r, 4) });
    if (db_end(&r) != E_OK)
        SAY(l, "batch: %s", db_fault(l->s->d));
    if ((int64_t)l->crcs.n != l->head_no)
        SAY(l, "log and batch hold %lld events, head is %lld", LL(l->crcs.n), LL(l->head_no));
    if (timeline_head(l->s->tl) != l->head_no)
        SAY(l, "readable up to %lld, head is %lld", LL(timeline_head(l->s->tl)), LL(l->head_no));
    if (timeline_each(l->s->tl, 1, l->head_no, look_at_readable, l) != E_OK)
        SAY(l, "the timeline cannot be read");
}

// --- judging ---------------------------------------------------------------------------------------------------------
static void judge_op(look *l, int64_t serial)
{
    model_op *o = op_of(l, serial);
    work_plan p = work_plan_of(o->seed);
    int64_t parts = 0, effects = 0;
    for (int i = 0; i < p.parts; i++) {
        parts += work_part_stays(&p, i);
        for (int k = 0; work_part_stays(&p, i) && k < p.part[i].events; k++)
            effects += p.part[i].kind[k] == KIND_WAKES;
    }
    if (o->fate == FATE_THERE && !o->found)
        SAY(l, "op %lld was acknowledged and is lost", LL(serial));
    if (o->fate == FATE_ABSENT && o->found)
        SAY(l, "op %lld was refused and is there", LL(serial));
    if (o->found && p.fails)
        SAY(l, "op %lld fails and is there", LL(serial));
    if (o->found ? o->parts != parts || o->events != work_events_of(&p) || o->effects != effects : o->parts || o->events || o->effects)
        SAY(l, "op %lld is there in part: %lld of %lld parts, %lld of %lld events, %lld of %lld effects", LL(serial), LL(o->parts), LL(parts),
            LL(o->events), LL(work_events_of(&p)), LL(o->effects), LL(effects));
    const model_op *first = o->replay_of ? op_of(l, o->replay_of) : NULL;
    if (o->replay_of && (!first || !first->found || first->key != o->key || first->body != o->body))
        SAY(l, "op %lld was answered with op %lld, which is not there", LL(serial), LL(o->replay_of));
    l->m->unsure_found += o->fate == FATE_UNSURE && o->found;
    o->fate = o->found ? FATE_THERE : FATE_ABSENT;
}

// One effect per key in 24 hours, and its answer is kept as long.
static void judge_key(look *l, int64_t key)
{
    const model_op *last = NULL;
    int64_t serial = 0;
    for (size_t i = 0; i < l->m->ops.n; i++) {
        const model_op *o = &l->m->ops.v[i];
        if (!o->found || o->key != key)
            continue;
        int64_t hours = last ? o->at_us / 3600000000 - last->at_us / 3600000000 : 0;
        if (last && (hours < 0 ? -hours : hours) <= IDEM_HOURS)
            SAY(l, "ops %lld and %zu did what key %lld asked for once", LL(serial), i + 1, LL(key));
        if (!last || o->at_us > last->at_us) {
            last = o;
            serial = (int64_t)i + 1;
        }
    }
    if (!last)
        return;
    idem_state state;
    idem_answer known = { 0 };
    int64_t answer = 0;
    err e = idem_find(l->s->idem, l->s->d, l->a, last->at_us, work_hash(key), work_hash(last->body), &state, &known);
    bool kept = e == E_OK && state == IDEM_DONE && str_to_i64(known.body, &answer) && answer == serial;
    int64_t rows = 1;
    if (!kept)                         // it may have expired and been removed
        e = db_int(l->s->d, &rows, 0, "SELECT count(*) FROM head WHERE last_us / 3600000000 - $1 <= 24", dbi(last->at_us / 3600000000));
    if (e != E_OK || (!kept && rows))
        SAY(l, "the answer to key %lld, op %lld, is not kept", LL(key), LL(serial));
}

void model_check(model *m, server *s, buf *report)
{
    look l = { .m = m, .s = s, .report = report, .a = arena_create() };
    str whole = { 0 };
    if (teller_check(s->d, report) != E_OK || db_integrity(s->d, l.a, &whole) != E_OK || head_event_no(s->d, &l.head_no) != E_OK)
        SAY(&l, "the database cannot be checked: %s", db_fault(s->d));
    if (!str_eq(whole, S("ok")))
        SAY(&l, STR_FMT, STR_ARG(whole));
    look_at_ops(&l);
    look_at_parts(&l);
    look_at_effects(&l);
    look_at_events(&l);
    look_at_jobs(&l);
    for (int64_t serial = 1; serial <= (int64_t)m->ops.n; serial++)
        judge_op(&l, serial);
    for (int64_t key = 1; key <= WORK_KEYS; key++)
        judge_key(&l, key);
    mapstr_free(&l.names);
    map64_free(&l.effects);
    vec_free(&l.crcs);
    arena_destroy(l.a);
}
