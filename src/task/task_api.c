// The task routes, and the overview: what is promised and what is late.
#include "task/task_api.h"
#include "api/shape_rows.h"
#include "base/time.h"
#include "record/audit.h"
#include "task/task_internal.h"

#define TOTAL_MAX 1000

static const char *const state_names[] = { "open", "done", "cancelled", "escalated", NULL };
const enum_labels task_state_labels = { "task_state", state_names };
#define OUTCOME_NAME(id, name, closes, reached, zh, en) name,
static const char *const outcome_names[] = { TASK_OUTCOME_LIST(OUTCOME_NAME) NULL };
#undef OUTCOME_NAME
const enum_labels task_outcome_labels = { "task_outcome", outcome_names };
static const char *const filter_names[] = { "open", "done", "cancelled", "all", NULL };
const enum_labels task_filter_labels = { "task_filter", filter_names };
static const char *const whose_names[] = { "me", "none", "any", NULL };
const enum_labels task_whose_labels = { "task_whose", whose_names };

SHAPE_TABLE(task_query, TASK_QUERY);
SHAPE_TABLE(task_view, TASK_VIEW);
SHAPE_TABLE(task_page, TASK_PAGE);
SHAPE_TABLE(task_outcome_new, TASK_OUTCOME_NEW);
SHAPE_TABLE(task_outcome_done, TASK_OUTCOME_DONE);
SHAPE_TABLE(task_patch, TASK_PATCH);

// --- One task -----------------------------------------------------------------------------------------------------------------

static err person_fill(req *r, task_view *v)
{
    db_rows rows;
    bool found;
    str name, phone;
    SET(v, task_view, stage, STAGE_VISITOR);
    TRY(db_query(r->d, &rows, "SELECT stage, city, model FROM person WHERE id = $1", dbi(v->person)));
    TRY(shape_one(&task_view_shape, &rows, r->a, v, &found));
    TRY(person_name(r, v->person, &name, &phone));
    if (name.len)
        SET(v, task_view, person_name, name);
    if (phone.len)
        SET(v, task_view, phone, phone);
    return E_OK;
}

static err one_fill(req *r, int64_t id, task_view *v)
{
    db_rows rows;
    bool found;
    TRY(db_query(
        r->d, &rows,
        "SELECT id, version, clock, role, title_zh, title_en, state, person, NULLIF(opportunity, 0) AS opportunity, opened_us AS opened,"
        " warn_us AS warn, due_us AS due, closed_us AS closed, attempts, NULLIF(outcome, -1) AS outcome, note, rule, cause,"
        " NULLIF(escalates, 0) AS escalates, NULLIF(assignee, 0) AS assignee, assignee_name FROM task WHERE id = $1",
        dbi(id)));
    TRY(shape_one(&task_view_shape, &rows, r->a, v, &found));
    if (!found)
        return req_fail_detail(r, E_NOT_FOUND, "task");
    int64_t now = r->tx ? r->tx->now_us : r->now_us;
    SET(v, task_view, late, (HAS(v, task_view, closed) ? v->closed : now) > v->due);
    return person_fill(r, v);
}

static err task_get(req *r)
{
    task_view *v = r->reply;
    TRY(one_fill(r, r->path_id[0], v));
    req_set_version(r, v->version);
    return E_OK;
}

// --- The list -----------------------------------------------------------------------------------------------------------------

// One order for all: open ones by due time, closed ones newest first. Filters that are off let everything through.
typedef struct filter {
    int64_t open, state, assignee, any_assignee, due_from, due_to, person, after_at, after_id, limit;
} filter;

static err filter_of(req *r, const task_query *q, filter *f)
{
    enum task_filter state = HAS(q, task_query, state) ? q->state : TASK_FILTER_OPEN;
    enum task_whose whose = HAS(q, task_query, assignee) ? q->assignee : TASK_WHOSE_ANY;
    *f = (filter){ .open = state == TASK_FILTER_OPEN, .due_from = INT64_MIN, .due_to = INT64_MAX, .after_id = 0,
                   .limit = HAS(q, task_query, limit) ? q->limit : 50 };
    f->state = state == TASK_FILTER_DONE ? TASK_DONE : state == TASK_FILTER_CANCELLED ? TASK_CANCELLED : -1;
    f->any_assignee = whose == TASK_WHOSE_ANY;
    f->assignee = whose == TASK_WHOSE_ME ? r->who.id : 0;
    f->person = HAS(q, task_query, person) ? q->person : 0;
    if (HAS(q, task_query, late)) {
        f->due_from = q->late ? INT64_MIN : r->now_us;
        f->due_to = q->late ? r->now_us - 1 : INT64_MAX;
    }
    f->after_at = f->open ? INT64_MIN : INT64_MAX;
    f->after_id = f->open ? INT64_MIN : INT64_MAX;
    return req_cursor(r, q->cursor, &f->after_at, &f->after_id);
}

static err query_open(req *r, const filter *f, db_rows *rows)
{
    if (f->person)
        return db_query(r->d, rows,
                        "SELECT id, due_us FROM task WHERE person = $1 AND open = 1 AND ($2 = 1 OR assignee = $3) AND due_us "
                        "BETWEEN $4 AND $5"
                        " AND (due_us, id) > ($6, $7) ORDER BY due_us, id LIMIT $8",
                        dbi(f->person), dbi(f->any_assignee), dbi(f->assignee), dbi(f->due_from), dbi(f->due_to),
                        dbi(f->after_at), dbi(f->after_id), dbi(f->limit + 1));
    if (!f->any_assignee)
        return db_query(r->d, rows,
                        "SELECT id, due_us FROM task WHERE open = 1 AND assignee = $1 AND due_us BETWEEN $2 AND $3 AND (due_us, "
                        "id) > ($4, $5)"
                        " ORDER BY due_us, id LIMIT $6",
                        dbi(f->assignee), dbi(f->due_from), dbi(f->due_to), dbi(f->after_at), dbi(f->after_id),
                        dbi(f->limit + 1));
    return db_query(r->d, rows,
                    "SELECT id, due_us FROM task WHERE open = 1 AND due_us BETWEEN $1 AND $2 AND (due_us, id) > ($3, $4)"
                    " ORDER BY due_us, id LIMIT $5",
                    dbi(f->due_from), dbi(f->due_to), dbi(f->after_at), dbi(f->after_id), dbi(f->limit + 1));
}

// Closed, or all: by when they were closed, newest first; open ones count as closed never (0) and come last.
static err query_closed(req *r, const filter *f, db_rows *rows)
{
    return db_query(
        r->d, rows,
        "SELECT id, closed_us FROM task WHERE ($1 = -1 OR open = 0) AND ($1 = -1 OR state = $1) AND ($2 = 0 OR person = $2)"
        " AND ($3 = 1 OR assignee = $4) AND due_us BETWEEN $5 AND $6 AND (closed_us, id) < ($7, $8)"
        " ORDER BY closed_us DESC, id DESC LIMIT $9",
        dbi(f->state), dbi(f->person), dbi(f->any_assignee), dbi(f->assignee), dbi(f->due_from), dbi(f->due_to), dbi(f->after_at),
        dbi(f->after_id), dbi(f->limit + 1));
}

static err count_all(req *r, const filter *f, task_page *out)
{
    int64_t n;
    TRY(db_int(r->d, &n, 0,
               "SELECT count(*) FROM (SELECT 1 FROM task WHERE ($1 = 0 OR open = 1) AND ($2 = -1 OR state = $2) AND ($3 = 0 OR "
               "person = $3)"
               " AND ($4 = 1 OR assignee = $5) AND due_us BETWEEN $6 AND $7 LIMIT $8) AS c",
               dbi(f->open), dbi(f->state), dbi(f->person), dbi(f->any_assignee), dbi(f->assignee), dbi(f->due_from),
               dbi(f->due_to), dbi(TOTAL_MAX + 1)));
    SET(out, task_page, total, n > TOTAL_MAX ? TOTAL_MAX : n);
    SET(out, task_page, more_than_total, n > TOTAL_MAX);
    return E_OK;
}

static err task_list(req *r)
{
    task_page *out = r->reply;
    filter f;
    db_rows rows;
    TRY(filter_of(r, r->query, &f));
    int64_t *ids = arena_array(r->a, int64_t, (size_t)f.limit + 1), *at = arena_array(r->a, int64_t, (size_t)f.limit + 1);
    size_t n = 0;
    TRY(f.open ? query_open(r, &f, &rows) : query_closed(r, &f, &rows));
    while (db_next(&rows)) {
        ids[n] = db_i64(&rows, 0);
        at[n++] = db_i64(&rows, 1);
    }
    TRY(db_end(&rows));
    size_t page = n > (size_t)f.limit ? (size_t)f.limit : n;
    task_view *v = arena_array(r->a, task_view, page + 1);
    for (size_t i = 0; i < page; i++)
        TRY(one_fill(r, ids[i], &v[i]));
    out->items.v = v;
    out->items.n = (uint32_t)page;
    out->has |= UINT64_C(1) << task_page_items_bit;
    if (n > page)
        SET(out, task_page, next, req_next(r, at[page - 1], ids[page - 1]));
    return count_all(r, &f, out);
}

// --- Writes -------------------------------------------------------------------------------------------------------------------

static err task_outcome_post(req *r)
{
    const task_outcome_new *in = r->body;
    task_outcome_done *out = r->reply;
    ring_log *log = arena_new(r->a, ring_log);
    const ring_view *rings;
    uint32_t n;
    const task_result result = { in->outcome, HAS(in, task_outcome_new, note) ? in->note : (str) { "", 0 }, r->who.id,
                                 r->who.name };
    engine_collect(r->tx, log);
    TRY(task_note(r->tx, r->path_id[0], &result));
    engine_collect(r->tx, NULL);
    TRY(audit_by(r, S("task.outcome"), S("task"), r->path_id[0],
                 arena_fmt(r->a, "{\"outcome\":\"%s\"}", task_outcomes[in->outcome].name)));
    TRY(one_fill(r, r->path_id[0], &out->task));
    out->has |= UINT64_C(1) << task_outcome_done_task_bit;
    ring_views_of(log, r->a, &rings, &n);
    out->rings.v = rings;
    out->rings.n = n;
    out->has |= UINT64_C(1) << task_outcome_done_rings_bit;
    return E_OK;
}

static err staff_name(req *r, int64_t id, str *ret)
{
    db_rows rows;
    bool found;
    TRY(db_query_one(r->d, &rows, &found, "SELECT name FROM staff WHERE id = $1 AND state = 'active'", dbi(id)));
    if (found)
        *ret = req_text(r, &rows, 0);
    TRY(db_end(&rows));
    return found ? E_OK : fault_detail(&r->f, r->a, E_NOT_FOUND, "staff");
}

static err task_change(req *r)
{
    const task_patch *in = r->body;
    int64_t version, staff = IS_NULL(in, task_patch, assignee) ? 0 : in->assignee;
    str name = { "", 0 };
    TRY(db_int(r->d, &version, 0, "SELECT version FROM task WHERE id = $1", dbi(r->path_id[0])));
    if (!version)
        return req_fail_detail(r, E_NOT_FOUND, "task");
    TRY(req_check_version(r, version));
    if (staff)
        TRY(staff_name(r, staff, &name));
    TRY(task_assign(r->tx, r->path_id[0], staff, name, r->who.id));
    TRY(audit_by(r, S("task.assigned"), S("task"), r->path_id[0], arena_fmt(r->a, "{\"assignee\":%lld}", (long long)staff)));
    return task_get(r);
}

// --- Overview -----------------------------------------------------------------------------------------------------------------

#define WINDOW_US (28 * US_PER_DAY)

static err clock_fill(req *r, const clock_info *k, clock_view *v, bool *ret_any)
{
    db_rows rows;
    bool found;
    // On time: touched at or before due, or closed before it; cancelled ones left the denominator.
    TRY(db_query(
        r->d, &rows,
        "SELECT count(*) FILTER (WHERE due_us <= $2 AND due_us > $3 AND state <> 2) AS due,"
        " count(*) FILTER (WHERE due_us <= $2 AND due_us > $3 AND state <> 2 AND ((first_us > 0 AND first_us <= due_us)"
        " OR (state = 1 AND closed_us <= due_us))) AS on_time,"
        " count(*) FILTER (WHERE open = 1 AND due_us > $2) AS open, count(*) FILTER (WHERE open = 1 AND due_us <= $2) AS late"
        " FROM task WHERE clock = $1 AND (due_us > $3 OR open = 1)",
        dbs(str_c(k->id)), dbi(r->now_us), dbi(r->now_us - WINDOW_US)));
    SET(v, clock_view, clock, str_c(k->id));
    SET(v, clock_view, name_zh, str_c(k->zh));
    SET(v, clock_view, name_en, str_c(k->en));
    TRY(shape_one(&clock_view_shape, &rows, r->a, v, &found));
    *ret_any = v->due + v->open + v->late > 0;
    return E_OK;
}

static err clocks_fill(req *r, overview_view *out)
{
    clock_view *v = arena_array(r->a, clock_view, clocks_n);
    uint32_t n = 0;
    for (size_t i = 0; i < clocks_n; i++) {
        bool any;
        TRY(clock_fill(r, &clocks[i], &v[n], &any));
        n += any;
    }
    out->clocks.v = v;
    out->clocks.n = n;
    out->has |= UINT64_C(1) << overview_view_clocks_bit;
    return E_OK;
}

static err overview(req *r)
{
    overview_view *out = r->reply;
    int64_t from = r->now_us - WINDOW_US, n;
    TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM person"));
    SET(out, overview_view, people, n);
    TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM opportunity WHERE opened_us >= $1", dbi(from)));
    SET(out, overview_view, leads, n);
    TRY(db_int(r->d, &n, 0, "SELECT count(DISTINCT opportunity) FROM stage_stay WHERE stage = $1 AND entered_us >= $2",
               dbi(STAGE_ORDER), dbi(from)));
    SET(out, overview_view, orders, n);
    TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM ownership WHERE from_us >= $1", dbi(from)));
    SET(out, overview_view, deliveries, n);
    TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM person WHERE stage >= $1", dbi(STAGE_OWNER)));
    SET(out, overview_view, owners, n);
    TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM task WHERE open = 1"));
    SET(out, overview_view, tasks_open, n);
    TRY(db_int(r->d, &n, 0, "SELECT count(*) FROM task WHERE open = 1 AND due_us < $1", dbi(r->now_us)));
    SET(out, overview_view, tasks_late, n);
    SET(out, overview_view, events, r->head);
    return clocks_fill(r, out);
}

static const route routes[] = {
    { M_GET, "/api/v1/tasks", PERM_TASK_READ, .query = &task_query_shape, .reply = &task_page_shape,
      .errors = ROUTE_ERRORS(E_CURSOR_INVALID), .where = RUN_POOL, .idem = IDEM_READ,
      .doc = "Tasks; open ones by due time, lateness first.", .tag = "task", .handler = task_list },
    { M_GET, "/api/v1/tasks/{id}", PERM_TASK_READ, .reply = &task_view_shape, .errors = ROUTE_ERRORS(E_NOT_FOUND),
      .where = RUN_POOL, .idem = IDEM_READ, .doc = "One task.", .tag = "task", .handler = task_get },
    { M_POST, "/api/v1/tasks/{id}/outcome", PERM_TASK_WRITE, .body = &task_outcome_new_shape, .reply = &task_outcome_done_shape,
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_CONFLICT), .where = RUN_TELLER, .idem = IDEM_KEY,
      .about = "SELECT person FROM task WHERE id = $1",
      .doc = "What came of it, one tap; the answer tells everything it set in motion.", .tag = "task",
      .handler = task_outcome_post },
    { M_PATCH, "/api/v1/tasks/{id}", PERM_TASK_WRITE, .body = &task_patch_shape, .reply = &task_view_shape,
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_CONFLICT, E_VERSION_REQUIRED, E_VERSION_STALE), .where = RUN_TELLER,
      .idem = IDEM_NATURAL, .doc = "Hand a task to somebody, or to nobody. Its clock keeps its due time.", .tag = "task",
      .handler = task_change },
    { M_GET, "/api/v1/overview", PERM_PEOPLE_READ, .reply = &overview_view_shape, .errors = ROUTE_ERRORS(E_OK), .where = RUN_POOL,
      .idem = IDEM_READ, .doc = "The numbers of the day: leads, orders, deliveries, tasks, and how promises are kept.",
      .tag = "task", .handler = overview },
};
const route_table task_routes = ROUTE_TABLE("task", routes);
