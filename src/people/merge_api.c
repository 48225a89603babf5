// The routes of the merge review, and what stewards change. Only staff decide who is one person: keys may look.
#include "people/merge_api.h"
#include "people/doubt.h"
#include "people/merge_routes.h"
#include "record/audit.h"

static const char *const doubt_states[] = { "open", "done", "refused", "overtaken", NULL };
const enum_labels doubt_state_labels = { "doubt_state", doubt_states };
static const char *const doubt_kinds[] = { "join", "split", NULL };
const enum_labels doubt_kind_labels = { "doubt_kind", doubt_kinds };
static const char *const blocked_states[] = { "blocked", "released", NULL };
const enum_labels blocked_state_labels = { "blocked_state", blocked_states };

SHAPE_TABLE(merge_side, MERGE_SIDE);
SHAPE_TABLE(doubt_query, DOUBT_QUERY);
SHAPE_TABLE(doubt_view, DOUBT_VIEW);
SHAPE_TABLE(doubt_page, DOUBT_PAGE);
SHAPE_TABLE(merge_note, MERGE_NOTE);
SHAPE_TABLE(merge_new, MERGE_NEW);
SHAPE_TABLE(decision, DECISION);
SHAPE_TABLE(identity_life, IDENTITY_LIFE);
SHAPE_TABLE(merge_view, MERGE_VIEW);
SHAPE_TABLE(merges_view, MERGES_VIEW);
SHAPE_TABLE(identity_end, IDENTITY_END);
SHAPE_TABLE(identity_ended, IDENTITY_ENDED);
SHAPE_TABLE(blocked_query, BLOCKED_QUERY);
SHAPE_TABLE(blocked_view, BLOCKED_VIEW);
SHAPE_TABLE(blocked_page, BLOCKED_PAGE);
SHAPE_TABLE(blocked_put, BLOCKED_SET);
SHAPE_TABLE(merge_job_new, MERGE_JOB_NEW);
SHAPE_TABLE(merge_job_view, MERGE_JOB_VIEW);

static err steward_of(req *r, steward *ret)
{
    if (r->who.kind != CALLER_STAFF)
        return req_fail_detail(r, E_FORBIDDEN, "a steward decides, not a key");
    *ret = (steward){ r->who.id, r->who.name };
    return E_OK;
}

static err decision_fill(req *r, const decided *d, str verb)
{
    decision *out = r->reply;
    SET(out, decision, done, d->done);
    SET(out, decision, doubt, d->doubt);
    if (d->person)
        SET(out, decision, person, d->person);
    if (d->other)
        SET(out, decision, other, d->other);
    return audit_by(r, d->done ? verb : S("merge.signed"), S("doubt"), d->doubt,
                    arena_fmt(r->a, "{\"person\":%u,\"other\":%u}", d->person, d->other));
}

static err doubt_accept_post(req *r)
{
    const merge_note *in = r->body;
    steward by;
    decided d;
    TRY(steward_of(r, &by));
    TRY(doubt_accept(r->tx, r->path_id[0], &by, in->note, &d));
    return decision_fill(r, &d, S("merge.accepted"));
}

static err doubt_refuse_post(req *r)
{
    const merge_note *in = r->body;
    steward by;
    decided d = { .done = true, .doubt = r->path_id[0] };
    TRY(steward_of(r, &by));
    TRY(doubt_refuse(r->tx, r->path_id[0], &by, in->note));
    return decision_fill(r, &d, S("merge.refused"));
}

static err split_post(req *r)
{
    const merge_note *in = r->body;
    steward by;
    decided d;
    TRY(steward_of(r, &by));
    TRY(steward_split(r->tx, r->path_id[0], &by, in->note, &d));
    return decision_fill(r, &d, S("person.split"));
}

static err merge_post(req *r)
{
    const merge_new *in = r->body;
    steward by;
    decided d;
    int64_t one, other;
    TRY(steward_of(r, &by));
    TRY(people_current(r->d, r->path_id[0], &one));
    TRY(people_current(r->d, in->other, &other));
    if (!one || !other)
        return one ? req_fail_field(r, E_NOT_FOUND, "other") : req_fail_detail(r, E_NOT_FOUND, "person");
    TRY(steward_join(r->tx, (uint32_t)one, (uint32_t)other, &by, in->note, &d));
    return decision_fill(r, &d, S("person.joined"));
}

// --- Identities that change hands ---------------------------------------------------------------------------------------------

static err identity_of(req *r, int64_t subject, int64_t person, identity *ret)
{
    db_rows rows;
    bool found;
    TRY(db_query_one(r->d, &rows, &found,
                     "SELECT i.kind, i.hash, i.label FROM identity i WHERE i.subject = $1 AND i.until_us = 0 AND (i.subject = $2 OR EXISTS"
                     " (SELECT 1 FROM link l WHERE l.subject = i.subject AND l.person = $2))",
                     dbi(subject), dbi(person)));
    if (found && db_blob(&rows, 1).len == sizeof ret->hash) {
        *ret = (identity){ .kind = (identity_kind)db_i64(&rows, 0), .label = arena_str(r->a, db_str(&rows, 2)) };
        memcpy(&ret->hash, db_blob(&rows, 1).s, sizeof ret->hash);
    }
    TRY(db_end(&rows));
    return found ? E_OK : req_fail_detail(r, E_NOT_FOUND, "identity");
}

static err identity_end_post(req *r)
{
    const identity_end *in = r->body;
    identity_ended *out = r->reply;
    steward by;
    identity id;
    int64_t person, to = 0;
    uint32_t next;
    TRY(steward_of(r, &by));
    TRY(people_current(r->d, r->path_id[0], &person));
    if (!person)
        return req_fail_detail(r, E_NOT_FOUND, "person");
    TRY(identity_of(r, r->path_id[1], person, &id));
    if (!identity_infos[id.kind].hands)
        return req_fail_detail(r, E_CONFLICT, "a %s does not change hands", identity_infos[id.kind].name);
    if (HAS(in, identity_end, to))
        TRY(people_current(r->d, in->to, &to));
    if (HAS(in, identity_end, to) && !to)
        return req_fail_field(r, E_NOT_FOUND, "to");
    int64_t at = HAS(in, identity_end, at) ? in->at : r->tx->now_us;
    if (at <= 0 || at > r->tx->now_us)
        return req_fail_field(r, E_FIELD_VALUE, "at");
    TRY(people_hand_over(r->tx, &id, at, (uint32_t)to, &next));
    SET(out, identity_ended, subject, next);
    return audit_by(r, S("identity.ended"), S("person"), person,
                    arena_fmt(r->a, "{\"identity\":\"%s\",\"to\":%lld}", identity_infos[id.kind].name, (long long)to));
}

// --- Blocked values, jobs -----------------------------------------------------------------------------------------------------

static err blocked_set_put(req *r)
{
    const blocked_put *in = r->body;
    steward by;
    TRY(steward_of(r, &by));
    TRY(blocked_set(r->tx, r->path_id[0], in->state == BLOCKED_IS_BLOCKED, by.name));
    return audit_by(r, in->state == BLOCKED_IS_BLOCKED ? S("identity.blocked") : S("identity.released"), S("blocked"), r->path_id[0],
                    (str){ "", 0 });
}

static err job_post(req *r)
{
    const merge_job_new *in = r->body;
    steward by;
    int64_t id;
    TRY(steward_of(r, &by));
    TRY(merge_job_start(r->tx, in->people.v, in->people.n, &by, in->note, &id));
    TRY(audit_by(r, S("merge.job"), S("merge_job"), id, arena_fmt(r->a, "{\"people\":%u}", in->people.n)));
    return merge_job_view_fill(r, id, r->reply);
}

static err job_undo_post(req *r)
{
    const merge_note *in = r->body;
    steward by;
    int64_t id;
    TRY(steward_of(r, &by));
    TRY(merge_job_undo(r->tx, r->path_id[0], &by, in->note, &id));
    TRY(audit_by(r, S("merge.job.undone"), S("merge_job"), r->path_id[0], (str){ "", 0 }));
    return merge_job_view_fill(r, id, r->reply);
}

// clang-format off
#define READS(path_, query_, reply_, doc_, handler_)                                                                             \
    { M_GET, path_, PERM_PEOPLE_READ, .query = query_, .reply = &reply_##_shape,                                                 \
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_CURSOR_INVALID), .where = RUN_POOL, .idem = IDEM_READ, .doc = doc_, .tag = "merges", \
      .handler = handler_ }
#define OF_DOUBT "SELECT one FROM doubt WHERE id = $1 UNION SELECT other FROM doubt WHERE id = $1"
#define OF_EDGE "SELECT one FROM edge WHERE id = $1 UNION SELECT other FROM edge WHERE id = $1"
#define DECIDES(path_, body_, reply_, doc_, handler_, ...) DECIDES_OF(NULL, path_, body_, reply_, doc_, handler_, ##__VA_ARGS__)
#define DECIDES_OF(about_, path_, body_, reply_, doc_, handler_, ...)                                                            \
    { M_POST, path_, PERM_PEOPLE_MERGE, .about = about_, .body = &body_##_shape, .reply = &reply_##_shape,                       \
      .errors = ROUTE_ERRORS(E_FORBIDDEN, E_NOT_FOUND, E_CONFLICT, ##__VA_ARGS__), .where = RUN_TELLER, .idem = IDEM_KEY,        \
      .doc = doc_, .tag = "merges", .handler = handler_ }
// clang-format on

static const route routes[] = {
    READS("/api/v1/merges/doubts", &doubt_query_shape, doubt_page, "Joins and splits a steward is to decide, with both sides.", doubts_get),
    READS("/api/v1/merges/blocked", &blocked_query_shape, blocked_page, "Values that join nobody: placeholders, and what too many share.",
          blocked_get),
    READS("/api/v1/merges/jobs/{id}", NULL, merge_job_view, "How far a job of many joins or splits is.", merge_job_get),
    READS("/api/v1/people/{id}/merges", NULL, merges_view, "A person's identities with their time, and what made them one.", merges_get),
    DECIDES_OF(OF_DOUBT, "/api/v1/merges/doubts/{id}/accept", merge_note, decision,
               "Accept; with high-value people the first of two signatures.",
            doubt_accept_post),
    DECIDES_OF(OF_DOUBT, "/api/v1/merges/doubts/{id}/refuse", merge_note, decision,
               "Refuse: the same evidence never joins them again.", doubt_refuse_post),
    DECIDES_OF(OF_EDGE, "/api/v1/merges/{id}/split", merge_note, decision,
               "Take back what made two one: everybody gets back what is theirs.", split_post),
    DECIDES("/api/v1/people/{id}/merge", merge_new, decision, "Say that two people are one.", merge_post),
    DECIDES("/api/v1/people/{id}/identities/{subject}/end", identity_end, identity_ended,
            "From a moment on an identity is somebody else's: a number handed on, a car sold.", identity_end_post, E_FIELD_VALUE),
    DECIDES("/api/v1/merges/jobs", merge_job_new, merge_job_view, "Join many who are one; high-value people are left to two stewards.",
            job_post),
    DECIDES("/api/v1/merges/jobs/{id}/undo", merge_note, merge_job_view, "Take back all that a job joined.", job_undo_post),
    { M_PUT, "/api/v1/merges/blocked/{id}", PERM_PEOPLE_MERGE, .body = &blocked_put_shape,
      .errors = ROUTE_ERRORS(E_FORBIDDEN, E_NOT_FOUND), .where = RUN_TELLER, .idem = IDEM_NATURAL,
      .doc = "Release a value, or block it again.", .tag = "merges", .handler = blocked_set_put },
};
const route_table merge_routes = ROUTE_TABLE("merges", routes);
