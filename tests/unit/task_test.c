// Tasks: the due times of the lead workflow through the rules, outcomes, escalation once, hand-over, the numbers of promises.
#include "one_world.h"
#include "task/task_api.h"
#include "task/task_internal.h"

static const event_prop agrees[] = { { { "consent_call", 12 }, { .k = V_BOOL, .i = 1 } } };

static int users;

// A lead of somebody new, now. Returns the task.
static int64_t lead(void)
{
    char *user = arena_cstr(w.a, arena_fmt(w.a, "1380000%04d", users++));
    assert_ok(HAPPEN(&w, .user = user, .kind = "lead.captured", .phone = user, .props = agrees, .n = 1));
    const ring *r = world_ring(&w, "task", RING_DONE);
    assert_non_null(r);
    return r->ref;
}

typedef struct noting { int64_t id; enum task_outcome outcome; } noting;

static err note(tx *t, void *p)
{
    const noting *n = p;
    return task_note(t, n->id, &(task_result){ n->outcome, S("备注"), 7, S("李") });
}

static err outcome(int64_t id, enum task_outcome o)
{
    noting n = { id, o };
    return world_run(&w, note, &n);
}

static int64_t of_task(int64_t id, const char *column)
{
    return world_int(&w, arena_fmt(w.a, "SELECT %s FROM task WHERE id = %lld", column, (long long)id).s);
}

// --- Due times (WORKFLOWS W2)
// -------------------------------------------------------------------------------------------------------

static const struct { const char *at, *due;
} leads[] = {
    { "2026-03-09 09:10", "2026-03-09 21:10" }, { "2026-03-09 14:00", "2026-03-10 02:00" }, { "2026-03-09 19:59", "2026-03-10 07:59" },
    { "2026-03-09 20:00", "2026-03-10 08:00" }, { "2026-03-09 20:01", "2026-03-10 09:01" }, { "2026-03-09 20:37", "2026-03-10 09:37" },
    { "2026-03-09 21:30", "2026-03-10 10:00" }, { "2026-03-09 22:00", "2026-03-10 10:00" }, { "2026-03-09 23:59", "2026-03-10 11:59" },
    { "2026-03-10 08:59", "2026-03-10 20:59" },
    // New Year's Eve 2026 is 02-16: the clock stands from noon to the end of the first day.
    { "2026-02-16 13:00", "2026-02-18 12:00" },
}, reserves[] = {
    { "2026-03-09 10:00", "2026-03-09 12:00" }, { "2026-03-09 19:10", "2026-03-09 21:10" }, { "2026-03-09 20:30", "2026-03-10 09:30" },
    { "2026-03-09 23:30", "2026-03-10 10:00" }, { "2026-03-09 07:30", "2026-03-09 10:00" },
};

static void due_times_of_leads_and_reserves(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
        world_set_time(&w, "2026-01-01 00:00");
        // Group times never go back: the event carries its own time, and arrives at once.
        int64_t at = local_us(leads[i].at);
        char *user = arena_cstr(w.a, arena_fmt(w.a, "1370000%04zu", i));
        w.now_us = at;
        assert_ok(HAPPEN(&w, .user = user, .kind = "lead.captured", .phone = user, .props = agrees, .n = 1, .at_us = at,
                         .received_us = at));
        const ring *r = world_ring(&w, "task", RING_DONE);
        if (!r || r->due_us != local_us(leads[i].due))
            fail_msg("lead at %s: due " STR_FMT, leads[i].at, STR_ARG(r ? time_local(w.a, r->due_us) : S("never")));
    }
    for (size_t i = 0; i < sizeof reserves / sizeof *reserves; i++) {
        int64_t at = local_us(reserves[i].at);
        w.now_us = at;
        assert_ok(HAPPEN(&w, .user = arena_cstr(w.a, arena_fmt(w.a, "r%zu", i)), .kind = "reserve.placed", .at_us = at,
                         .received_us = at));
        const ring *r = world_ring(&w, "task", RING_DONE);
        if (!r || r->due_us != local_us(reserves[i].due))
            fail_msg("reserve at %s: due " STR_FMT, reserves[i].at, STR_ARG(r ? time_local(w.a, r->due_us) : S("never")));
    }
}

static void touches_of_the_first_week(void **state)
{
    (void)state;
    static const char *const due[] = { "2026-03-09 20:00", "2026-03-10 20:00", "2026-03-12 20:00", "2026-03-14 20:00",
                                       "2026-03-16 20:00" };
    assert_ok(HAPPEN(&w, .user = "u", .kind = "delivery.completed", .vin = "LSVE70001"));
    db_rows r;
    size_t n = 0;
    assert_ok(db_query(w.d, &r, "SELECT due_us FROM task WHERE clock = 'K10' ORDER BY due_us"));
    while (db_next(&r) && n < 5)
        assert_true(db_i64(&r, 0) == local_us(due[n++]));
    assert_ok(db_end(&r));
    assert_int_equal(n, 5);
}

// --- Outcomes
// -----------------------------------------------------------------------------------------------------------------------

static const struct { enum task_outcome o; bool closes; const char *tag; } outcomes[] = {
    { OUTCOME_REACHED, true, "已接通" },   { OUTCOME_REACHED_LATER, true, "已接通" }, { OUTCOME_REFUSED, true, "已接通" },
    { OUTCOME_BOOKED, true, "已约试驾" },  { OUTCOME_NOT_REACHED, false, NULL },      { OUTCOME_INVALID_NUMBER, true, "空号" },
    { OUTCOME_WRONG_PERSON, true, NULL }, { OUTCOME_DO_NOT_CALL, true, NULL },      { OUTCOME_DONE, true, NULL },
};

// SQL asks for them by number.
static void those_that_reached(void **state)
{
    (void)state;
    buf b = { 0 };
    for (int i = 0; i < TASK_OUTCOME_COUNT; i++)
        if (task_outcomes[i].reached)
            buf_addf(&b, "%s%d", b.len ? ", " : "", i);
    assert_str(buf_str(&b), S(TASK_REACHED));
    buf_free(&b);
}

static void outcomes_close_and_tell(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        int64_t id = lead();
        size_t contacted = world_told(&w, "lead.contacted"), done = world_told(&w, "task.done");
        w.now_us += US_PER_HOUR;
        assert_ok(outcome(id, outcomes[i].o));
        assert_int_equal(of_task(id, "open"), !outcomes[i].closes);
        assert_int_equal(of_task(id, "state"), outcomes[i].closes ? TASK_DONE : TASK_OPEN);
        assert_int_equal(of_task(id, "outcome"), outcomes[i].o);
        assert_int_equal(world_told(&w, "lead.contacted"), contacted + 1);
        assert_int_equal(world_told(&w, "task.done"), done + outcomes[i].closes);
        int64_t person = of_task(id, "person");
        if (outcomes[i].tag)
            assert_int_equal(world_int(&w, arena_fmt(w.a, "SELECT count(*) FROM person_tag WHERE person = %lld AND tag = '%s'",
                                                     (long long)person, outcomes[i].tag)
                                               .s),
                             1);
        if (outcomes[i].closes)
            assert_err(outcome(id, OUTCOME_REACHED), E_CONFLICT);
    }
    assert_err(outcome(12345, OUTCOME_REACHED), E_NOT_FOUND);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM effect WHERE outcome >= 2"), 0);
}

static void three_unanswered_calls_are_enough(void **state)
{
    (void)state;
    int64_t id = lead();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(of_task(id, "open"), 1);
        w.now_us += 2 * US_PER_HOUR;
        assert_ok(outcome(id, OUTCOME_NOT_REACHED));
    }
    assert_int_equal(of_task(id, "open"), 0);
    assert_int_equal(of_task(id, "attempts"), 3);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM person_tag WHERE tag = '待培育'"), 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task WHERE open = 1"), 0);
}

static void do_not_call_withdraws_everything_at_once(void **state)
{
    (void)state;
    static const char *const given[] = { "sms", "wecom", "push", "family" };
    int64_t id = lead(), person = of_task(id, "person");
    const char *user = "13800009999";
    (void)user;
    for (size_t i = 0; i < 4; i++) {
        happening h = { .user = arena_cstr(w.a, arena_fmt(w.a, "1380000%04d", users - 1)), .kind = "consent.given", .n = 1,
                        .props = (event_prop[]){ prop_str(S("purpose"), str_c(given[i])) } };
        assert_ok(world_happen(&w, &h));
        assert_int_equal(h.who.person, person);
    }
    char *who = arena_cstr(w.a, arena_fmt(w.a, "1380000%04d", users - 1));
    assert_ok(HAPPEN(&w, .user = who, .kind = "reserve.placed"));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task WHERE open = 1"), 2);
    assert_ok(outcome(id, OUTCOME_DO_NOT_CALL));
    assert_int_equal(world_int(&w, "SELECT count(*) FROM consent WHERE given = 1"), 1);       // family: no channel
    assert_int_equal(world_int(&w, "SELECT count(*) FROM consent WHERE given = 0"), 4);
    assert_int_equal(world_told(&w, "consent.withdrawn"), 1);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task WHERE open = 1"), 0); // the reserve call is not made either
    // Later rules say why they hold still.
    assert_ok(HAPPEN(&w, .user = who, .kind = "test_drive.completed"));
    assert_str(world_ring(&w, "task", RING_SUPPRESSED)->why, S("consent:call"));
    assert_ok(HAPPEN(&w, .user = who, .kind = "lead.captured"));
    assert_str(world_ring(&w, "rule", RING_SUPPRESSED)->why, S("consent:call"));
}

static void a_contact_elsewhere_ends_the_promise(void **state)
{
    (void)state;
    int64_t id = lead();
    assert_ok(
        HAPPEN(&w, .user = arena_cstr(w.a, arena_fmt(w.a, "1380000%04d", users - 1)), .kind = "lead.contacted", .n = 2,
               .props = (event_prop[]) { prop_str(S("channel"), S("wecom_two_way")), prop_str(S("outcome"), S("reached")) }));
    assert_int_equal(of_task(id, "state"), TASK_DONE);
}

// --- Overdue
// --------------------------------------------------------------------------------------------------------------------------

static void overdue_escalates_once(void **state)
{
    (void)state;
    int64_t id = lead(), tried = lead();
    assert_ok(outcome(tried, OUTCOME_NOT_REACHED));
    w.now_us = of_task(id, "due_us") - US_PER_S;
    assert_true(world_timers(&w));
    assert_int_equal(of_task(id, "state"), TASK_OPEN);
    w.now_us += US_PER_S;
    for (int i = 0; i < 3; i++)
        assert_true(world_timers(&w));
    assert_int_equal(of_task(id, "state"), TASK_ESCALATED);
    assert_int_equal(of_task(id, "open"), 1);
    assert_int_equal(of_task(tried, "state"), TASK_OPEN);         // somebody tried in time: the promise was kept
    assert_int_equal(world_told(&w, "task.overdue"), 1);
    assert_int_equal(
        world_int(&w,
                  arena_fmt(w.a, "SELECT count(*) FROM task WHERE escalates = %lld AND role IN ('backup_agent', 'store_manager')",
                            (long long)id)
                      .s),
        2);
    w.now_us += 3 * US_PER_DAY;
    assert_true(world_timers(&w));
    assert_int_equal(world_told(&w, "task.overdue"), 1);          // backups do not escalate again
    // The backup reaches the lead: all of them end.
    int64_t backup = world_int(&w, "SELECT id FROM task WHERE role = 'backup_agent'");
    assert_ok(outcome(backup, OUTCOME_REACHED));
    assert_int_equal(of_task(id, "state"), TASK_DONE);
    assert_int_equal(world_int(&w, "SELECT state FROM task WHERE role = 'store_manager'"), TASK_CANCELLED);
    assert_int_equal(
        world_int(
            &w, arena_fmt(w.a, "SELECT count(*) FROM task WHERE open = 1 AND person = %lld", (long long)of_task(id, "person")).s),
        0);
}

static void timers_survive_a_restart(void **state)
{
    (void)state;
    int64_t id = lead();
    w.now_us += US_PER_DAY;
    world_reopen(&w);
    assert_true(world_timers(&w));
    world_reopen(&w);
    assert_true(world_timers(&w));
    assert_int_equal(of_task(id, "state"), TASK_ESCALATED);
    assert_int_equal(world_int(&w, "SELECT count(*) FROM task WHERE clock = 'KB'"), 2);
}

// --- Routes
// ----------------------------------------------------------------------------------------------------------------------------

typedef struct assigning { int64_t id, staff; } assigning;

static err assign(tx *t, void *p)
{
    const assigning *a = p;
    return task_assign(t, a->id, a->staff, S("王"), 1);
}

static bool says(str json, const char *what)
{
    return memmem(json.s, json.len, what, strlen(what)) != NULL;
}

static str listed(const task_query *q)
{
    return world_get(&w, world_route(&task_routes, M_GET, "/api/v1/tasks"), 0, q);
}

static void lists_and_hand_over(void **state)
{
    (void)state;
    int64_t first = lead();
    w.now_us += US_PER_HOUR;
    int64_t second = lead();
    assigning to = { second, 7 };
    assert_ok(world_run(&w, assign, &to));
    assert_int_equal(of_task(second, "version"), 2);
    assert_int_equal(world_told(&w, "task.reassigned"), 1);
    task_query q = { 0 };
    assert_true(says(listed(&q), "\"total\":2"));
    SET(&q, task_query, assignee, TASK_WHOSE_ME);
    str mine = listed(&q);
    assert_true(says(mine, "\"total\":1") && says(mine, "\"assignee_name\":\"王\"") && says(mine, "138••••") &&
                says(mine, "\"late\":false"));
    SET(&q, task_query, assignee, TASK_WHOSE_NONE);
    assert_true(says(listed(&q), "\"total\":1"));
    w.now_us = of_task(first, "due_us") + 1;
    q = (task_query){ 0 };
    SET(&q, task_query, late, true);
    assert_true(says(listed(&q), "\"total\":1") && says(listed(&q), "\"late\":true"));
    SET(&q, task_query, late, false);
    assert_true(says(listed(&q), "\"total\":1"));
    assert_ok(outcome(second, OUTCOME_REACHED));
    q = (task_query){ 0 };
    SET(&q, task_query, state, TASK_FILTER_DONE);
    assert_true(says(listed(&q), "\"total\":1") && says(listed(&q), "\"outcome\":\"reached\""));
    q = (task_query){ 0 };
    SET(&q, task_query, limit, 1);
    SET(&q, task_query, state, TASK_FILTER_ALL);
    assert_true(says(listed(&q), "\"next\""));
    assert_err(world_run(&w, assign, &to), E_CONFLICT);
    str one = world_get(&w, world_route(&task_routes, M_GET, "/api/v1/tasks/{id}"), first, NULL);
    assert_true(says(one, "\"clock\":\"K01\"") && says(one, "\"rule\":\"lead.capture\"") && says(one, "\"late\":true"));
    assert_str(world_get(&w, world_route(&task_routes, M_GET, "/api/v1/tasks/{id}"), 1, NULL), S("not_found"));
    str overview = world_get(&w, world_route(&task_routes, M_GET, "/api/v1/overview"), 0, NULL);
    assert_true(says(overview, "\"leads\":2") && says(overview, "\"tasks_open\":1") && says(overview, "\"tasks_late\":1"));
    assert_true(says(overview, "\"due\":1,\"on_time\":0,\"open\":0,\"late\":1"));
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(due_times_of_leads_and_reserves),
        T(touches_of_the_first_week),
        T(outcomes_close_and_tell),
        T(those_that_reached),
        T(three_unanswered_calls_are_enough),
        T(do_not_call_withdraws_everything_at_once),
        T(a_contact_elsewhere_ends_the_promise),
        T(overdue_escalates_once),
        T(timers_survive_a_restart),
        T(lists_and_hand_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
