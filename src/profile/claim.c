// Verified owners (INVENTORY LIF-18): a claim to a VIN, approved by a rule when a delivery says so already, else by staff.
// Approved means: this person's ownership of this vehicle has been proved. It ends with the ownership, or when revoked.
#include "base/time.h"
#include "profile/vehicle.h"

static const char *const states[] = { "waiting", "approved", "refused", "revoked", NULL };
static const char *const states_zh[] = { "待审", "已认证", "未通过", "已撤销", NULL };
const enum_labels claim_state_labels = { "claim_state", states, states_zh };
static const char *const evidences[] = { "order", "registration", "id", "app", "staff", NULL };
static const char *const evidences_zh[] = { "购车订单", "行驶证", "身份证件", "车机绑定", "员工核实", NULL };
const enum_labels claim_evidence_labels = { "claim_evidence", evidences, evidences_zh };

// --- VIN ----------------------------------------------------------------------------------------------------------------------

// Values of ISO 3779 table: digits as they are, letters by place in A–H, J–R, S–Z; 0 for what may not occur.
static int vin_value(char c)
{
    static const char letters[] = "ABCDEFGH.JKLMN.P.R.STUVWXYZ";
    static const int values[] = { 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 0, 7, 0, 9, 0, 2, 3, 4, 5, 6, 7, 8, 9 };
    if (c >= '0' && c <= '9')
        return c - '0';
    const char *at = c && c != '.' ? strchr(letters, c) : NULL;
    return at ? values[at - letters] : -1;
}

vin_verdict vin_check(str vin)
{
    static const int weights[17] = { 8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2 };
    int sum = 0;
    if (vin.len != 17)
        return VIN_FORM;
    for (size_t i = 0; i < 17; i++) {
        int v = vin_value(vin.s[i]);
        if (v < 0)
            return VIN_FORM;
        sum += v * weights[i];
    }
    char digit = "0123456789X"[sum % 11];
    bool demanded = vin.s[0] == 'L' || (vin.s[0] >= '1' && vin.s[0] <= '5');
    return demanded && vin.s[8] != digit ? VIN_DIGIT : VIN_GOOD;
}

// --- Claims -------------------------------------------------------------------------------------------------------------------

static err claim_tell(tx *t, uint32_t subject, const char *kind, int64_t id, str evidence, const deciding *x, int64_t *ret_no)
{
    event_prop props[4] = { prop_i64(S("claim"), id), prop_str(S("evidence"), evidence) };
    size_t n = 2;
    if (x && x->staff) {
        props[n++] = prop_i64(S("by"), x->staff);
        props[n++] = prop_str(S("reason"), x->reason);
    }
    return engine_emit(
        t, &(event_new) { .subject = subject, .kind = str_c(kind), .flags = EVENT_SYSTEM, .props = props, .props_n = n }, ret_no);
}

// Theirs by a delivery or purchase before the claim: the event of the claim itself proves nothing.
static err owned_before(tx *t, const claiming *c, uint32_t person, bool *ret)
{
    int64_t n;
    TRY(db_int(t->d, &n, 0,
               "SELECT count(*) FROM ownership WHERE vehicle = $1 AND person = $2 AND until_us = 0 AND event_no <> $3",
               dbs(c->vehicle), dbi(person), dbi(c->event_no)));
    *ret = n > 0;
    return E_OK;
}

err claim_make(tx *t, const claiming *c, int64_t *ret_id, enum claim_state *ret_state)
{
    bool known, proved;
    db_rows r;
    uint32_t person = people_person_of(t, c->subject);
    TRY(db_query_one(
        t->d, &r, &known,
        "SELECT id, state FROM owner_claim WHERE person = $1 AND vehicle = $2 AND state <= 1 AND ended_us = 0 LIMIT 1",
        dbi(person), dbs(c->vehicle)));
    if (known) {
        *ret_id = db_i64(&r, 0);
        *ret_state = (enum claim_state)db_i64(&r, 1);
    }
    TRY(db_end(&r));
    if (known)
        return E_OK;
    TRY(owned_before(t, c, person, &proved));
    int64_t id = tx_id(t), no;
    enum claim_state state = proved ? CLAIM_APPROVED : CLAIM_WAITING;
    TRY(db_exec(t->d,
                "INSERT INTO owner_claim (id, subject, person, vehicle, vin_vault, evidence, reference, state, staff, reason, "
                "at_us, decided_us,"
                " ended_us, event_no) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '', $9, $10, 0, $11)",
                dbi(id), dbi(c->subject), dbi(person), dbs(c->vehicle), dbi(c->vin_vault), dbs(str_c(evidences[c->evidence])),
                dbs(c->reference), dbi(state), dbi(c->at_us), dbi(proved ? t->now_us : 0), dbi(c->event_no)));
    TRY(claim_tell(t, c->subject, proved ? "owner.verified" : "owner.claimed", id, str_c(evidences[c->evidence]), NULL, &no));
    *ret_id = id;
    *ret_state = state;
    return E_OK;
}

typedef struct claim_row {
    uint32_t subject;
    str vehicle, evidence;
    enum claim_state state;
} claim_row;

static err claim_read(tx *t, int64_t id, claim_row *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found, "SELECT subject, vehicle, evidence, state FROM owner_claim WHERE id = $1", dbi(id)));
    if (found)
        *ret = (claim_row) { (uint32_t)db_i64(&r, 0), arena_str(t->a, db_str(&r, 1)), arena_str(t->a, db_str(&r, 2)),
                             (enum claim_state)db_i64(&r, 3) };
    TRY(db_end(&r));
    return found ? E_OK : fault_detail(t->f, t->a, E_NOT_FOUND, "claim");
}

err claim_decide(tx *t, const deciding *x, int64_t *ret_event)
{
    static const char *const kinds[] = { [CLAIM_APPROVED] = "owner.verified",
                                         [CLAIM_REFUSED] = "owner.claim_refused",
                                         [CLAIM_REVOKED] = "owner.verification_revoked" };
    static const enum claim_state from[] = {
        [CLAIM_APPROVED] = CLAIM_WAITING, [CLAIM_REFUSED] = CLAIM_WAITING, [CLAIM_REVOKED] = CLAIM_APPROVED
    };
    claim_row c;
    int64_t owner;
    ENSURE(x->to != CLAIM_WAITING && x->to < CLAIM_STATE_COUNT);
    TRY(claim_read(t, x->id, &c));
    if (c.state != from[x->to])
        return fault_detail(t->f, t->a, E_CONFLICT, "the claim is %s", states[c.state]);
    TRY(db_exec(
        t->d,
        "UPDATE owner_claim SET state = $2, staff = $3, reason = $4, decided_us = CASE WHEN $2 = 3 THEN decided_us ELSE $5 END,"
        " ended_us = CASE WHEN $2 = 3 THEN $5 ELSE 0 END WHERE id = $1",
        dbi(x->id), dbi(x->to), dbi(x->staff), dbs(x->reason), dbi(t->now_us)));
    TRY(claim_tell(t, c.subject, kinds[x->to], x->id, c.evidence, x, ret_event));
    if (x->to != CLAIM_APPROVED)
        return E_OK;
    TRY(vehicle_owner_at(t->d, c.vehicle, t->now_us, &owner));
    if (owner == (int64_t)people_person_of(t, c.subject))
        return E_OK;
    return people_vehicle_got(t, c.subject, c.vehicle, t->now_us, *ret_event, S("owner.verified"));
}

// --- claim: {"vin": "$vin", "evidence": "app"}
// ----------------------------------------------------------------------------------

static const arg claim_args[] = { { "vin", ARG_STR, .required = true, .from_event = true, .max = VEHICLE_BYTES_MAX },
                                  { "evidence", ARG_STR, .required = true, .labels = evidences } };

static err claim_check(const checking *c, const jval *v, str path) { return args_check(c, v, path, claim_args, 2); }

static err claim_apply(rule_ctx *c, const jval *v, ring *r)
{
    size_t evidence = EVIDENCE_APP;
    enum claim_state state;
    int64_t head, kept;
    str vin = ctx_text(c, v, S("vin"));
    r->outcome = RING_NOTHING;
    if (!c->person)
        return fault_detail(c->t->f, c->t->a, E_NOT_FOUND, "the event is nobody's");
    TRY(vault_ref_of(c->t->d, c->ev->subject, vin, &kept));
    if (!kept)
        return E_OK;
    arg_label(json_get(v, S("evidence")), evidences, &evidence);
    TRY(db_int(c->t->d, &head, 0, "SELECT max(id) FROM owner_claim WHERE person = $1", dbi(c->person)));
    const claiming g = { .subject = c->ev->subject,
                         .vehicle = c->e->value_key(c->t, vin),
                         .vin_vault = kept,
                         .event_no = c->ev->no,
                         .at_us = c->ev->time_us,
                         .evidence = (enum claim_evidence)evidence,
                         .reference = { "", 0 } };
    TRY(claim_make(c->t, &g, &r->ref, &state));
    r->what = str_c(states[state]);
    r->outcome = r->ref > head ? RING_DONE : RING_NOTHING;
    return E_OK;
}

static void claim_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    (void)v;
    buf_add_str(b, l == LANG_ZH ? S("申请认证车主") : S("claim to be the owner"));
}

static const effect_kind claim_effect = { "claim", true, claim_check, claim_apply, claim_print };

void claim_register(rules *r) { rules_add_effect(r, &claim_effect); }
