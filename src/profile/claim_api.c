// Claims to be the owner: made for a person with a VIN, decided by staff, listed while they wait.
#include "api/shape_rows.h"
#include "base/time.h"
#include "profile/profile_routes.h"
#include "profile/vehicle_api.h"
#include "record/audit.h"

SHAPE_TABLE(claim_view, CLAIM_VIEW);
SHAPE_TABLE(claim_new, CLAIM_NEW);
SHAPE_TABLE(claim_query, CLAIM_QUERY);
SHAPE_TABLE(claim_page, CLAIM_PAGE);
SHAPE_TABLE(claim_decide_new, CLAIM_DECIDE);
static const char *const decisions[] = { "approve", "refuse", "revoke", NULL };
const enum_labels claim_decision_labels = { "claim_decision", decisions };

#define CLAIMS_SHOWN 20

#define COLUMNS "SELECT id, person, vehicle, evidence, reference, state, reason, at_us AS at, decided_us AS decided FROM owner_claim"

static err claim_finish(req *r, claim_view *v)
{
    str name, phone, vin;
    int64_t owner, now = r->tx ? r->tx->now_us : r->now_us;
    TRY(person_name(r, v->person, &name, &phone));
    if (name.len)
        SET(v, claim_view, name, name);
    TRY(vehicle_masked(r, v->vehicle, &vin));
    if (vin.len)
        SET(v, claim_view, vin, vin);
    TRY(vehicle_owner_at(r->d, v->vehicle, now, &owner));
    if (owner)
        SET(v, claim_view, owner, owner);
    return E_OK;
}

err claims_of_person(req *r, int64_t person, const claim_view **ret, uint32_t *ret_n)
{
    void *items;
    db_rows rows;
    TRY(db_query(r->d, &rows, COLUMNS " WHERE person = $1 ORDER BY id DESC LIMIT $2", dbi(person), dbi(CLAIMS_SHOWN)));
    TRY(shape_rows(&claim_view_shape, &rows, r->a, &items, ret_n));
    claim_view *v = items;
    for (uint32_t i = 0; i < *ret_n; i++)
        TRY(claim_finish(r, &v[i]));
    *ret = v;
    return E_OK;
}

err claims_get(req *r)
{
    const claim_query *q = r->query;
    claim_page *out = r->reply;
    int64_t limit = HAS(q, claim_query, limit) ? q->limit : 30, after = 0;
    enum claim_state state = HAS(q, claim_query, state) ? q->state : CLAIM_WAITING;
    if (HAS(q, claim_query, cursor) && !str_to_i64(q->cursor, &after))
        return req_fail(r, E_CURSOR_INVALID);
    void *items;
    uint32_t n;
    db_rows rows;
    TRY(db_query(r->d, &rows, COLUMNS " WHERE state = $1 AND id > $2 ORDER BY id LIMIT $3", dbi(state), dbi(after), dbi(limit + 1)));
    TRY(shape_rows(&claim_view_shape, &rows, r->a, &items, &n));
    claim_view *v = items;
    if (rows_more(&n, limit))
        SET(out, claim_page, next, arena_fmt(r->a, "%lld", (long long)v[n - 1].id));
    for (uint32_t i = 0; i < n; i++)
        TRY(claim_finish(r, &v[i]));
    LIST_SET(out, claim_page, items, v, n);
    return E_OK;
}

static err claim_one(req *r, int64_t id, claim_view *v)
{
    db_rows rows;
    bool found;
    TRY(db_query(r->d, &rows, COLUMNS " WHERE id = $1", dbi(id)));
    TRY(shape_one(&claim_view_shape, &rows, r->a, v, &found));
    return found ? claim_finish(r, v) : req_fail_detail(r, E_NOT_FOUND, "claim");
}

// The VIN is checked and sealed before it goes anywhere.
err claim_prepare(req *r)
{
    const claim_new *in = r->body;
    engine *e = r->app;
    vin_verdict verdict = vin_check(in->vin);
    if (verdict != VIN_GOOD) {
        err bad = fault_field(&r->f, r->a, E_FIELD_VALUE, S("vin"), 0);
        r->f.detail = verdict == VIN_DIGIT
                          ? (r->who.lang == LANG_ZH ? S("第 9 位校验码不对") : S("its check digit, the 9th, is wrong"))
                          : (r->who.lang == LANG_ZH ? S("不是 17 位车架号") : S("not a VIN of 17 characters"));
        return bad;
    }
    vault_item *item = arena_new(r->a, vault_item);
    r->prepared = item;
    return vault_seal(e->vault, VAULT_VIN, in->vin, item);
}

err person_claim_post(req *r)
{
    const claim_new *in = r->body;
    engine *e = r->app;
    int64_t person, id;
    enum claim_state state;
    str ref;
    TRY(person_of_path(r, &person));
    TRY(people_keep(r->tx, (uint32_t)person, r->prepared, &ref));
    const claiming c = { .subject = (uint32_t)person,
                         .vehicle = e->value_key(r->tx, ref),
                         .vin_vault = vault_ref(ref),
                         .at_us = r->tx->now_us,
                         .evidence = in->evidence,
                         .reference = HAS(in, claim_new, reference) ? in->reference : (str) { "", 0 } };
    TRY(claim_make(r->tx, &c, &id, &state));
    TRY(audit_by(r, S("owner.claimed"), S("person"), person, arena_fmt(r->a, "{\"claim\":%lld}", (long long)id)));
    return claim_one(r, id, r->reply);
}

err claim_decide_post(req *r)
{
    const claim_decide_new *in = r->body;
    static const enum claim_state to[] = { CLAIM_APPROVED, CLAIM_REFUSED, CLAIM_REVOKED };
    int64_t told;
    const deciding x = { .id = r->path_id[0], .to = to[in->decision], .staff = r->who.id, .reason = in->reason };
    TRY(claim_decide(r->tx, &x, &told));
    TRY(audit_by(r, S("owner.claim_decided"), S("claim"), x.id,
                 arena_fmt(r->a, "{\"decision\":\"%s\"}", decisions[in->decision])));
    return claim_one(r, x.id, r->reply);
}
