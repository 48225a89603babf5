#include "task/task_internal.h"
#include "base/calendar.h"
#include "base/time.h"
#include "rule/timers.h"

#define CLOCK_OF(id, cal, hours, warn, call, once, zh, en) { id, cal, hours, warn, call, once, zh, en },
const clock_info clocks[] = { CLOCK_LIST(CLOCK_OF) };
const size_t clocks_n = sizeof clocks / sizeof *clocks;
#undef CLOCK_OF
#define CLOCK_NAME(id, cal, hours, warn, call, once, zh, en) id,
static const char *const clock_names[] = { CLOCK_LIST(CLOCK_NAME) NULL };
#undef CLOCK_NAME

#define OUTCOME_OF(id, name, closes, reached, zh, en) { name, closes, reached },
const outcome_info task_outcomes[TASK_OUTCOME_COUNT] = { TASK_OUTCOME_LIST(OUTCOME_OF) };
#undef OUTCOME_OF

#define ATTEMPTS_MAX 3                 // SCENES S04-R2: no fourth call
#define EVENING_HOUR 20                // K10: the touch of a day is due at 20:00

const clock_info *clock_named(str id)
{
    for (size_t i = 0; i < clocks_n; i++)
        if (str_eq(str_c(clocks[i].id), id))
            return &clocks[i];
    return NULL;
}

// K10: 20:00 of the delivery day or a later one; too late today for that: an hour from now.
static int64_t evening_due(int64_t t_us, int64_t day)
{
    int64_t due = time_local_day_start(time_local_day(t_us) + (int32_t)day) + EVENING_HOUR * US_PER_HOUR;
    return due > t_us + US_PER_HOUR ? due : t_us + US_PER_HOUR;
}

int64_t clock_due(const clock_info *k, int64_t t_us, int64_t day)
{
    if (k->hours == 0)
        return evening_due(t_us, day);
    return calendar_due(k->cal, t_us, k->hours * US_PER_HOUR);
}

// --- Opening ------------------------------------------------------------------------------------------------------------------

static const arg task_args[] = { { "clock", ARG_STR, .required = true, .labels = clock_names },
                                 { "role", ARG_STR, .required = true, .max = 40 },
                                 { "title", ARG_TEXTS, .required = true },
                                 { "day", ARG_I64, .min = 0, .max = 30 } };

static err task_check(const checking *c, const jval *v, str path)
{
    return args_check(c, v, path, task_args, sizeof task_args / sizeof *task_args);
}

typedef struct opening {
    const clock_info *clock;
    str role, zh, en;
    int64_t day, opportunity, escalates;
} opening;

// Nobody is called who did not agree (K01), and nobody who asked us to stop (all calls).
static err call_allowed(rule_ctx *c, const clock_info *k, bool *ret)
{
    int given;
    *ret = true;
    if (k->call == CALL_NONE)
        return E_OK;
    TRY(people_consent(c->t->d, c->person, S("call"), &given));
    *ret = given == 1 || (given == -1 && k->call == CALL_SERVICE);
    return E_OK;
}

// One promise at a time; K01 is made once per opportunity.
static err promised_already(rule_ctx *c, const opening *o, bool *ret)
{
    int64_t n;
    TRY(db_int(c->t->d, &n, 0,
               "SELECT count(*) FROM task WHERE person = $1 AND open = 1 AND clock = $2 AND role = $3 AND title_zh = $4",
               dbi(c->person), dbs(str_c(o->clock->id)), dbs(o->role), dbs(o->zh)));
    if (n == 0 && o->clock->once && o->opportunity)
        TRY(db_int(c->t->d, &n, 0, "SELECT count(*) FROM task WHERE person = $1 AND open = 0 AND clock = $2 AND opportunity = $3",
                   dbi(c->person), dbs(str_c(o->clock->id)), dbi(o->opportunity)));
    *ret = n > 0;
    return E_OK;
}

static err task_open(rule_ctx *c, const opening *o, ring *r)
{
    tx *t = c->t;
    int64_t from = c->ev->time_us < t->now_us ? c->ev->time_us : t->now_us;
    int64_t due = clock_due(o->clock, from, o->day), warn = from + (due - from) / 100 * o->clock->warn_percent, id = tx_id(t);
    TRY(db_exec(t->d,
                "INSERT INTO task (id, version, clock, role, title_zh, title_en, state, assignee, assignee_name, person, "
                "opportunity, opened_us,"
                " warn_us, due_us, closed_us, first_us, attempts, outcome, note, rule, cause, escalates, open, subject)"
                " VALUES ($1, 1, $2, $3, $4, $5, 0, 0, '', $6, $7, $8, $9, $10, 0, 0, 0, -1, '', $11, $12, $13, 1, $14)",
                dbi(id), dbs(str_c(o->clock->id)), dbs(o->role), dbs(o->zh), dbs(o->en), dbi(c->person), dbi(o->opportunity),
                dbi(from), dbi(warn), dbi(due), dbs(c->rule_key), dbi(c->ev->no), dbi(o->escalates), dbi(c->ev->subject)));
    if (!o->escalates)
        TRY(timer_set(t, due, task_timer.name, id, (str){ "", 0 }));
    r->what = str_c(o->clock->id);
    r->ref = id;
    r->due_us = due;
    return engine_emit(t, &(event_new){ .subject = c->ev->subject, .kind = S("task.opened"), .flags = EVENT_SYSTEM,
                                        .props = (const event_prop[]){ prop_i64(S("task"), id), prop_str(S("clock"), r->what),
                                                                       prop_str(S("role"), o->role), prop_i64(S("due_us"), due) },
                                        .props_n = 4 }, &r->event_no);
}

static err task_apply(rule_ctx *c, const jval *v, ring *r)
{
    jval *title = json_get(v, S("title"));
    opening o = { .clock = clock_named(json_str(json_get(v, S("clock")))), .role = json_str(json_get(v, S("role"))),
                  .zh = json_str(json_get(title, S("zh"))), .en = json_str(json_get(title, S("en"))) };
    bool allowed, promised;
    if (!c->person)
        return fault_detail(c->t->f, c->t->a, E_NOT_FOUND, "the event is nobody's");
    ctx_i64(c, v, S("day"), &o.day);
    const value *backs = ctx_prop(c, S("task"));
    if (str_eq(c->kind, S("task.overdue")) && backs && backs->k == V_I64)
        o.escalates = backs->i;
    TRY(people_opportunity(c->t->d, c->person, &o.opportunity));
    TRY(call_allowed(c, o.clock, &allowed));
    TRY(promised_already(c, &o, &promised));
    bool about = !o.clock->once || o.opportunity;      // a promise per opportunity needs one
    if (allowed && !promised && about)
        return task_open(c, &o, r);
    r->what = str_c(o.clock->id);
    r->outcome = RING_SUPPRESSED;
    r->why = !allowed ? S("consent:call") : promised ? S("promised_already") : S("no_opportunity");
    return E_OK;
}

static void task_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    jval *title = json_get(v, S("title"));
    str name = json_str(json_get(title, l == LANG_ZH ? S("zh") : S("en"))), clock = json_str(json_get(v, S("clock")));
    buf_addf(b, l == LANG_ZH ? "开任务「" STR_FMT "」（" STR_FMT "）" : "open task \"" STR_FMT "\" (" STR_FMT ")", STR_ARG(name),
             STR_ARG(clock));
}

// --- Closing ------------------------------------------------------------------------------------------------------------------

err task_close_row(tx *t, int64_t id, enum task_state state)
{
    TRY(timer_cancel(t, task_timer.name, id));
    return db_exec(t->d, "UPDATE task SET state = $2, open = 0, closed_us = $3, version = version + 1 WHERE id = $1 AND open = 1",
                   dbi(id), dbi(state), dbi(t->now_us));
}

static const char *const done_words[] = { "done", "cancelled", NULL };
static const arg done_args[] = { { "clock", ARG_STR, .required = true, .labels = clock_names },
                                 { "as", ARG_STR, .required = true, .labels = done_words } };

static err done_check(const checking *c, const jval *v, str path)
{
    return args_check(c, v, path, done_args, 2);
}

static err done_apply(rule_ctx *c, const jval *v, ring *r)
{
    bool done = str_eq(json_str(json_get(v, S("as"))), S("done"));
    int64_t ids[50], n = 0;
    db_rows rows;
    r->what = json_str(json_get(v, S("clock")));
    TRY(db_query(c->t->d, &rows, "SELECT id FROM task WHERE person = $1 AND open = 1 AND clock = $2 ORDER BY due_us, id LIMIT 50",
                 dbi(c->person), dbs(r->what)));
    while (db_next(&rows))
        ids[n++] = db_i64(&rows, 0);
    TRY(db_end(&rows));
    for (int64_t i = 0; i < n; i++)
        TRY(task_close_row(c->t, ids[i], done ? TASK_DONE : TASK_CANCELLED));
    r->ref = n ? ids[0] : 0;
    if (n == 0)
        r->outcome = RING_NOTHING;
    return E_OK;
}

static void done_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    bool done = str_eq(json_str(json_get(v, S("as"))), S("done"));
    str clock = json_str(json_get(v, S("clock")));
    buf_addf(b, l == LANG_ZH ? "%s任务 " STR_FMT : "%s task " STR_FMT,
             l == LANG_ZH ? (done ? "完成" : "取消") : (done ? "finish" : "cancel"), STR_ARG(clock));
}

// --- Overdue ------------------------------------------------------------------------------------------------------------------

// At due, once: untouched tasks escalate; who backs up and who is told is a rule on task.overdue.
static err due_fire(tx *t, int64_t ref, str payload)
{
    (void)payload;
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found,
                     "SELECT subject, clock, cause, due_us FROM task WHERE id = $1 AND open = 1 AND state = 0 AND first_us = 0",
                     dbi(ref)));
    uint32_t subject = found ? (uint32_t)db_i64(&r, 0) : 0;
    str clock = found ? arena_str(t->a, db_str(&r, 1)) : (str){ 0 };
    int64_t cause = found ? db_i64(&r, 2) : 0, due = found ? db_i64(&r, 3) : 0;
    TRY(db_end(&r));
    if (!found)
        return E_OK;
    TRY(db_exec(t->d, "UPDATE task SET state = $2, version = version + 1 WHERE id = $1", dbi(ref), dbi(TASK_ESCALATED)));
    return engine_emit(t, &(event_new){ .subject = subject, .kind = S("task.overdue"), .flags = EVENT_SYSTEM, .cause_no = cause,
                                        .props = (const event_prop[]){ prop_i64(S("task"), ref), prop_str(S("clock"), clock),
                                                                       prop_i64(S("due_us"), due) },
                                        .props_n = 3 }, NULL);
}

const timer_kind task_timer = { "task.due", due_fire };

// --- Outcomes -----------------------------------------------------------------------------------------------------------------

typedef struct row { int64_t id, escalates, attempts, due_us; uint32_t subject, person; bool open; str clock; } row;

static err row_read(tx *t, int64_t id, row *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found, "SELECT person, open, escalates, attempts, due_us, clock, subject FROM task WHERE id = $1",
                     dbi(id)));
    if (found)
        *ret = (row){ id, db_i64(&r, 2), db_i64(&r, 3), db_i64(&r, 4), (uint32_t)db_i64(&r, 6), (uint32_t)db_i64(&r, 0), db_i64(&r, 1) == 1,
                      arena_str(t->a, db_str(&r, 5)) };
    TRY(db_end(&r));
    return found ? E_OK : fault_detail(t->f, t->a, E_NOT_FOUND, "task");
}

static err tell_contact(tx *t, const row *k, const task_result *in, int64_t *ret_no)
{
    return engine_emit(
        t,
        &(event_new){ .subject = k->subject,
                       .kind = S("lead.contacted"),
                       .flags = EVENT_SYSTEM,
                       .props = (const event_prop[]) { prop_str(S("channel"), S("call")),
                                                       prop_str(S("outcome"), str_c(task_outcomes[in->outcome].name)),
                                                       prop_bool(S("reached"), task_outcomes[in->outcome].reached),
                                                       prop_i64(S("attempt"), k->attempts + 1), prop_i64(S("task"), k->id),
                                                       prop_str(S("clock"), k->clock), prop_i64(S("by"), in->by) },
                       .props_n = 7 },
        ret_no);
}

static err tell_done(tx *t, const row *k, const task_result *in)
{
    return engine_emit(
        t,
        &(event_new){ .subject = k->subject,
                       .kind = S("task.done"),
                       .flags = EVENT_SYSTEM,
                       .props = (const event_prop[]) { prop_i64(S("task"), k->id), prop_str(S("clock"), k->clock),
                                                       prop_str(S("outcome"), str_c(task_outcomes[in->outcome].name)),
                                                       prop_bool(S("late"), t->now_us > k->due_us), prop_i64(S("by"), in->by) },
                       .props_n = 5 },
        NULL);
}

// A task and those that back it up end together.
static err close_chain(tx *t, const row *k)
{
    int64_t first = k->escalates ? k->escalates : k->id, ids[20], n = 0;
    TRY(task_close_row(t, k->id, TASK_DONE));
    db_rows r;
    TRY(db_query(t->d, &r, "SELECT id FROM task WHERE person = $1 AND open = 1 AND (id = $2 OR escalates = $2) LIMIT 20",
                 dbi(k->person), dbi(first)));
    while (db_next(&r))
        ids[n++] = db_i64(&r, 0);
    TRY(db_end(&r));
    for (int64_t i = 0; i < n; i++)
        TRY(task_close_row(t, ids[i], ids[i] == first ? TASK_DONE : TASK_CANCELLED));
    return E_OK;
}

// "别再打": every channel, in this transaction, and no call that was planned is made.
static err stop_calls(tx *t, const row *k, int64_t no)
{
    int64_t ids[50], n = 0;
    db_rows r;
    TRY(people_withdraw_channels(t, k->subject, no));
    TRY(db_query(t->d, &r, "SELECT id, clock FROM task WHERE person = $1 AND open = 1 LIMIT 50", dbi(k->person)));
    while (db_next(&r)) {
        const clock_info *c = clock_named(db_str(&r, 1));
        if (c && c->call != CALL_NONE)
            ids[n++] = db_i64(&r, 0);
    }
    TRY(db_end(&r));
    for (int64_t i = 0; i < n; i++)
        TRY(task_close_row(t, ids[i], TASK_CANCELLED));
    return E_OK;
}

err task_note(tx *t, int64_t id, const task_result *in)
{
    row k;
    int64_t no = 0;
    TRY(row_read(t, id, &k));
    if (!k.open)
        return fault_detail(t->f, t->a, E_CONFLICT, "the task is closed");
    const clock_info *clock = clock_named(k.clock);
    bool closes = task_outcomes[in->outcome].closes || k.attempts + 1 >= ATTEMPTS_MAX;
    TRY(db_exec(t->d,
                "UPDATE task SET attempts = attempts + 1, outcome = $2, note = $3, version = version + 1,"
                " first_us = CASE WHEN first_us = 0 THEN $4 ELSE first_us END,"
                " assignee = CASE WHEN assignee = 0 THEN $5 ELSE assignee END,"
                " assignee_name = CASE WHEN assignee = 0 THEN $6 ELSE assignee_name END WHERE id = $1",
                dbi(id), dbi(in->outcome), dbs(in->note), dbi(t->now_us), dbi(in->by), dbs(in->by_name)));
    if (closes)
        TRY(close_chain(t, &k));
    if (clock && clock->call != CALL_NONE)
        TRY(tell_contact(t, &k, in, &no));
    if (in->outcome == OUTCOME_DO_NOT_CALL)
        TRY(stop_calls(t, &k, no));
    return closes ? tell_done(t, &k, in) : E_OK;
}

err task_assign(tx *t, int64_t id, int64_t staff, str name, int64_t by)
{
    row k;
    TRY(row_read(t, id, &k));
    if (!k.open)
        return fault_detail(t->f, t->a, E_CONFLICT, "the task is closed");
    TRY(db_exec(t->d, "UPDATE task SET assignee = $2, assignee_name = $3, version = version + 1 WHERE id = $1", dbi(id),
                dbi(staff), dbs(name)));
    return engine_emit(t, &(event_new){ .subject = k.subject, .kind = S("task.reassigned"), .flags = EVENT_SYSTEM,
                                        .props = (const event_prop[]){ prop_i64(S("task"), id), prop_i64(S("assignee"), staff),
                                                                       prop_i64(S("by"), by) },
                                        .props_n = 3 }, NULL);
}

static const effect_kind effects_of_tasks[] = {
    { "task", false, task_check, task_apply, task_print },
    { "task_done", false, done_check, done_apply, done_print },
};
static const person_table tables[] = {
    { PERSON_TABLE_SINCE("task", "opened_us",
                         "id, clock, role, title_zh, title_en, state, assignee_name, opportunity, opened_us, due_us, closed_us, attempts,"
                           " outcome, note, rule, cause"),
      TEXTS(TEXT_OF("task", "note")), CODES("clock, role, title_zh, title_en, assignee_name, rule"),
      .unsaid = "DELETE FROM task WHERE subject = $1 AND cause = $2 AND open = 1" },
};

err task_register(engine *e)
{
    ENSURE(e->rules && e->people);
    for (size_t i = 0; i < sizeof effects_of_tasks / sizeof *effects_of_tasks; i++)
        rules_add_effect(e->rules, &effects_of_tasks[i]);
    timers_add(e->rules, &task_timer);
    people_add_tables(e, tables, 1);
    return E_OK;
}
