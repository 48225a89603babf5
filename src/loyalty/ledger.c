// Posting: checks in their stated order, then one way to write a movement.
#include "base/hash.h"
#include "loyalty/ledger_impl.h"

// --- keys and fingerprints ---------------------------------------------------------------------------------------------------
// Keys beginning with '~' are those the ledger makes itself.
err key_check(tx *t, str key)
{
    bool ok = key.len > 0 && key.len <= LEDGER_KEY_BYTES_MAX && key.s[0] != '~';
    for (size_t i = 0; ok && i < key.len; i++)
        ok = key.s[i] > ' ' && key.s[i] < 0x7f;
    if (ok)
        return E_OK;
    err e = fault_detail(t->f, t->a, E_FIELD_VALUE, "1 to %d visible ASCII characters, not beginning with ~",
                         LEDGER_KEY_BYTES_MAX);
    if (t->f)
        t->f->field = S("key");
    return e;
}

str print_of(arena *a, char kind, int64_t x, int64_t y, int64_t amount, str reason, int64_t when)
{
    uint8_t sum[32];
    arena_mark m = arena_save(a);
    hash_blake2b(sum, arena_fmt(a, "%c|%lld|%lld|%lld|%lld|" STR_FMT, kind, (long long)x, (long long)y, (long long)amount,
                                (long long)when,
                                STR_ARG(reason)));
    arena_release(a, m);
    return arena_str(a, str_of((const char *)sum, 16));
}

// --- reading entries -----------------------------------------------------------------------------------------------------------
#define ENTRY_COLUMNS "id, debit, credit, amount, reverses, at_us, debit_after, credit_after, reason, print, key"

static err entry_take(tx *t, db_rows *r, bool found, entry_row *ret)
{
    *ret = (entry_row){ .found = found };
    if (found)
        *ret = (entry_row){ db_i64(r, 0), db_i64(r, 1), db_i64(r, 2), db_i64(r, 3), db_i64(r, 4), db_i64(r, 5), db_i64(r, 6),
                            db_i64(r, 7),
                            arena_str(t->a, db_str(r, 8)), arena_str(t->a, db_blob(r, 9)), arena_str(t->a, db_str(r, 10)), true };
    return db_end(r);
}

err entry_by_key(tx *t, str key, entry_row *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found, "SELECT " ENTRY_COLUMNS " FROM entry WHERE key = $1", dbs(key)));
    return entry_take(t, &r, found, ret);
}

err entry_by_id(tx *t, int64_t id, entry_row *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found, "SELECT " ENTRY_COLUMNS " FROM entry WHERE id = $1", dbi(id)));
    return entry_take(t, &r, found, ret);
}

static int64_t balance_of_person(const side *debit, const side *credit, int64_t debit_after, int64_t credit_after)
{
    return credit->a.owner_kind == OWNER_PERSON ? credit_after : debit->a.owner_kind == OWNER_PERSON ? debit_after : 0;
}

static err part_again(tx *t, const entry_row *e, bool first, posted *ret)
{
    side debit, credit;
    TRY(side_load(t, e->debit, &debit));
    TRY(side_load(t, e->credit, &credit));
    posted_add(ret, &(posted){ .entry = e->id, .at_us = e->at_us, .debit_balance = e->debit_after, .credit_balance = e->credit_after,
                               .balance = balance_of_person(&debit, &credit, e->debit_after, e->credit_after), .again = true }, first);
    return E_OK;
}

err entry_again(tx *t, const entry_row *e, posted *ret)
{
    entry_row part = *e;
    for (int k = 1; part.found; k++) {
        TRY(part_again(t, &part, k == 1, ret));
        TRY(entry_by_key(t, part_key(t->a, e->id, k), &part));
    }
    return E_OK;
}

// --- checks ----------------------------------------------------------------------------------------------------------------------
static err refuse_amount(tx *t)
{
    return fault_field(t->f, t->a, E_AMOUNT_INVALID, S("amount"), 0);
}

err reason_expires(tx *t, str reason, str unit, int64_t *ret_months)
{
    int64_t months;
    TRY(db_int(t->d, &months, -1, "SELECT CASE WHEN r.expires_months < 0 THEN u.expires_months ELSE r.expires_months END"
               " FROM reason r JOIN unit u ON u.code = r.unit WHERE r.code = $1 AND r.unit = $2", dbs(reason), dbs(unit)));
    if (months < 0)
        return fault_detail(t->f, t->a, E_REASON_UNKNOWN, STR_FMT " for " STR_FMT, STR_ARG(reason), STR_ARG(unit));
    *ret_months = months;
    return E_OK;
}

err posting_check(tx *t, int64_t debit, int64_t credit, int64_t amount, str reason, side *ret_debit, side *ret_credit,
                  int64_t *ret_months)
{
    if (amount <= 0 || amount > LEDGER_SUM_MAX)
        return refuse_amount(t);
    TRY(side_load(t, debit, ret_debit));
    TRY(side_load(t, credit, ret_credit));
    if (ret_debit->a.closed || ret_credit->a.closed)
        return fault_field(t->f, t->a, E_ACCOUNT_CLOSED, ret_debit->a.closed ? S("debit") : S("credit"), 0);
    TRY(reason_expires(t, reason, ret_debit->a.unit, ret_months));
    if (!str_eq(ret_debit->a.unit, ret_credit->a.unit))
        return fault_field(t->f, t->a, E_UNITS_DIFFER, S("credit"), 0);
    if (debit == credit || (ret_debit->a.owner_kind == OWNER_PERSON && ret_credit->a.owner_kind == OWNER_PERSON))
        return fault_detail(t->f, t->a, E_FORBIDDEN, "value does not move between people");
    return E_OK;
}

err floor_check(tx *t, const side *s, int64_t amount, bool reversal)
{
    int64_t left = account_balance(&s->a) - s->a.held_out, lowest = s->a.floor;        // within ±2⁵³: no overflow
    if (s->a.owner_kind == OWNER_PERSON) {
        int64_t sum;
        lowest = 0;
        TRY(person_free(t, (uint32_t)s->a.owner, s->a.unit, &sum));
        if (reversal)
            TRY(unit_floor(t, s->a.unit, &lowest));
        left = reversal || sum < left ? sum : left;
    }
    return left - amount < lowest ? fault_field(t->f, t->a, E_BALANCE_TOO_LOW, S("amount"), lowest) : E_OK;
}

err totals_check(tx *t, const movement *m)
{
    if (m->credit->a.credited + m->credit->a.held_in + m->amount > LEDGER_SUM_MAX
        || m->debit->a.debited + m->debit->a.held_out + m->amount > LEDGER_SUM_MAX)
        return fault_field(t->f, t->a, E_LIMIT_REACHED, S("amount"), LEDGER_SUM_MAX);
    return E_OK;
}

// --- writing ----------------------------------------------------------------------------------------------------------------------
err account_add(tx *t, side *s, int64_t credited, int64_t debited, int64_t held_in, int64_t held_out)
{
    TRY(db_exec(t->d, "UPDATE account SET credited = credited + $2, debited = debited + $3, held_in = held_in + $4,"
                " held_out = held_out + $5 WHERE id = $1",
                dbi(s->a.id), dbi(credited), dbi(debited), dbi(held_in), dbi(held_out)));
    s->a.credited += credited;
    s->a.debited += debited;
    s->a.held_in += held_in;
    s->a.held_out += held_out;
    return E_OK;
}

err moved_tell(tx *t, const side *s, str reason, int64_t amount, bool promise, int64_t cause_no, int64_t *ret_no)
{
    const struct loyalty *l = engine_of(t) ? engine_of(t)->loyalty : NULL;
    if (!l || !l->on_moved || s->a.owner_kind != OWNER_PERSON)
        return E_OK;
    return l->on_moved(t, &(ledger_moved){ .person = (uint32_t)s->a.owner, .subject = (uint32_t)s->a.home,
                                           .unit = s->a.unit, .reason = reason, .amount = amount,
                                           .balance = account_balance(&s->a), .pending = s->a.held_in, .promise = promise,
                                           .cause_no = cause_no }, ret_no);
}

void movement_plan(tx *t, movement *m, int64_t months)
{
    lots_plan_take(t, m->debit, m->amount, 0, &m->take, &m->take_n);
    lots_plan_give(t, m->credit, m->amount, months, &m->give, &m->give_n);
}

err movement_write(tx *t, const movement *m, posted *ret)
{
    int64_t id = tx_id(t), no = 0;
    str key = m->key.len ? m->key : arena_fmt(t->a, "~%lld", (long long)id);
    TRY(account_add(t, m->debit, 0, m->amount, 0, -m->held));
    TRY(account_add(t, m->credit, m->amount, 0, -m->held, 0));
    int64_t debit_after = account_balance(&m->debit->a), credit_after = account_balance(&m->credit->a);
    TRY(db_exec(t->d, "INSERT INTO entry (id, key, print, group_id, debit, credit, amount, reason, reverses, hold, cause_no,"
                " made_by, at_us, debit_after, credit_after)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
                dbi(id), dbs(key), dbb(m->print), dbi(m->group ? m->group : id), dbi(m->debit->a.id), dbi(m->credit->a.id),
                dbi(m->amount), dbs(m->reason), dbi(m->reverses), dbi(m->hold), dbi(m->cause_no), dbs(m->made_by),
                dbi(t->now_us), dbi(debit_after), dbi(credit_after)));
    TRY(lots_write(t, m, id));
    TRY(moved_tell(t, m->debit, m->reason, -m->amount, false, m->cause_no, &no));
    TRY(moved_tell(t, m->credit, m->reason, m->amount, false, m->cause_no, &no));
    *ret = (posted){ .entry = id, .at_us = t->now_us, .debit_balance = debit_after, .credit_balance = credit_after,
                     .balance = balance_of_person(m->debit, m->credit, debit_after, credit_after), .event_no = no };
    return E_OK;
}

// --- posting ----------------------------------------------------------------------------------------------------------------------
static str unit_or_points(str unit) { return unit.len ? unit : S("points"); }

// The accounts of what a person is given: the budget of the reason, and its own.
static err sides_of_person(tx *t, const posting *p, uint32_t subject, int64_t *ret_debit, int64_t *ret_credit)
{
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found, "SELECT issuer FROM reason WHERE code = $1 AND unit = $2", dbs(p->reason), dbs(p->unit)));
    str issuer = found ? arena_str(t->a, db_str(&r, 0)) : (str){ 0 };
    TRY(db_end(&r));
    if (!found)
        return fault_detail(t->f, t->a, E_REASON_UNKNOWN, STR_FMT " for " STR_FMT, STR_ARG(p->reason), STR_ARG(p->unit));
    TRY(ledger_account_for(t, person_now(t, p->person), subject, p->unit, ret_credit));
    return ledger_account_named(t, OWNER_ISSUER, issuer, p->unit, ret_debit);
}

typedef struct post_call { const posting *p; uint32_t subject; int64_t group; posted *ret; } post_call;

// Of a posting that names accounts: those; of one that names a person: who and what of, as the account it comes to changes when
// people join and part.
static str print_posting(tx *t, const posting *p, uint32_t subject, bool by_person)
{
    return by_person ? print_of(t->a, 'A', subject ? subject : p->person, 0, p->amount,
                                arena_fmt(t->a, STR_FMT "|" STR_FMT, STR_ARG(p->unit), STR_ARG(p->reason)), 0)
                     : print_of(t->a, 'P', p->debit, p->credit, p->amount, p->reason, 0);
}

static err post_one(tx *t, void *arg)
{
    post_call *c = arg;
    posting named = *c->p;
    const posting *p = &named;
    bool by_person = !p->debit && !p->credit && p->person;
    TRY(key_check(t, p->key));
    if (by_person)
        named.unit = unit_or_points(p->unit);
    if (by_person && p->amount < 0 && p->amount >= -LEDGER_SUM_MAX)
        return spend(t, &(spending){ .person = p->person, .unit = p->unit, .amount = -p->amount, .key = p->key, .reason = p->reason,
                                     .group = c->group, .cause_no = p->cause_no, .made_by = p->made_by }, c->ret);
    if (p->amount <= 0 || p->amount > LEDGER_SUM_MAX)
        return refuse_amount(t);
    str print = print_posting(t, p, c->subject, by_person);
    entry_row before;
    TRY(entry_by_key(t, p->key, &before));
    if (before.found && str_eq(before.print, print))
        return entry_again(t, &before, c->ret);
    if (by_person)
        TRY(sides_of_person(t, p, c->subject, &named.debit, &named.credit));
    side debit, credit;
    int64_t months;
    TRY(posting_check(t, p->debit, p->credit, p->amount, p->reason, &debit, &credit, &months));
    if (before.found)
        return fault_field(t->f, t->a, E_ENTRY_MISMATCH, S("key"), 0);
    TRY(debit_settle(t, &debit));
    TRY(floor_check(t, &debit, p->amount, false));
    movement m = { .debit = &debit, .credit = &credit, .amount = p->amount, .key = p->key, .print = print, .reason = p->reason,
                   .group = c->group, .cause_no = p->cause_no, .made_by = p->made_by };
    TRY(totals_check(t, &m));
    movement_plan(t, &m, months);
    return movement_write(t, &m, c->ret);
}

err ledger_post(tx *t, const posting *p, posted *ret)
{
    return tx_nested(t, post_one, &(post_call){ p, 0, 0, ret });
}

// together: of one group. apart: each in a savepoint of its own, so that one that is refused leaves the others.
typedef struct batch_call { const posting *p; size_t n; bool together, apart; posting_result *ret; } batch_call;

static err post_each(tx *t, batch_call *c, size_t i, int64_t *group)
{
    fault *outer = t->f;
    posting_result *r = &c->ret[i];
    *r = (posting_result){ .code = E_OK };
    t->f = &r->f;
    post_call one = { &c->p[i], 0, *group, &r->p };
    r->code = c->apart ? tx_nested(t, post_one, &one) : post_one(t, &one);
    t->f = outer;
    if (c->together && r->code == E_OK && !*group && !r->p.again)
        *group = r->p.entry;
    if (r->code != E_OK && (!c->apart || err_info_of(r->code)->http >= 500)) {
        if (outer)
            *outer = r->f;
        return r->code;
    }
    return E_OK;
}

static err post_batch(tx *t, void *arg)
{
    batch_call *c = arg;
    int64_t group = 0;
    for (size_t i = 0; i < c->n; i++)
        TRY(post_each(t, c, i, &group));
    return E_OK;
}

// All of them at once first: a savepoint for each costs as much as half a posting, and hardly ever is one refused.
err ledger_post_all(tx *t, const posting *p, size_t n, bool together, posting_result *ret)
{
    ENSURE(n <= LEDGER_BATCH_MAX);
    memset(ret, 0, n * sizeof *ret);
    batch_call c = { p, n, together, false, ret };
    fault none = t->f ? *t->f : (fault){ 0 };
    err e = tx_nested(t, post_batch, &c);
    if (e == E_OK || together || err_info_of(e)->http >= 500)
        return e;
    if (t->f)
        *t->f = none;
    memset(ret, 0, n * sizeof *ret);
    c.apart = true;
    return post_batch(t, &c);
}

// --- posting by person and reason -----------------------------------------------------------------------------------------------
typedef struct award_call { const award *w; posted *ret; } award_call;

static err award_one(tx *t, void *arg)
{
    award_call *c = arg;
    const award *w = c->w;
    posting p = { .key = w->key, .person = w->person, .unit = unit_or_points(w->unit), .amount = w->amount, .reason = w->reason,
                  .cause_no = w->cause_no, .made_by = w->made_by };
    TRY(key_check(t, w->key));
    if (w->amount == 0 || w->amount > LEDGER_SUM_MAX || w->amount < -LEDGER_SUM_MAX)
        return refuse_amount(t);
    if (!w->pending)
        return post_one(t, &(post_call){ &p, w->subject, 0, c->ret });
    holding h = { .key = w->key, .person = w->person, .unit = p.unit, .amount = -w->amount, .reason = w->reason,
                  .deadline_us = w->deadline_us, .cause_no = w->cause_no, .made_by = w->made_by };
    if (w->amount > 0) {
        TRY(sides_of_person(t, &p, w->subject, &h.debit, &h.credit));
        h.amount = w->amount;
    }
    return ledger_hold(t, &h, c->ret);
}

err ledger_award(tx *t, const award *w, posted *ret)
{
    return tx_nested(t, award_one, &(award_call){ w, ret });
}
