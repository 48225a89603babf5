// Routes of the ledger, and the writes among them. Keys of entries make a repetition harmless, so no Idempotency-Key is asked.
#include "loyalty/ledger_routes.h"
#include "record/audit.h"

static const char *const account_owner_names[] = { "person", "issuer", "system", NULL };
const enum_labels account_owner_labels = { "account_owner", account_owner_names };

SHAPE_TABLE(account_view, ACCOUNT_VIEW);
SHAPE_TABLE(holding_view, HOLDING_VIEW);
SHAPE_TABLE(holding_list, HOLDING_LIST);
SHAPE_TABLE(entry_query, ENTRY_QUERY);
SHAPE_TABLE(entry_view, ENTRY_VIEW);
SHAPE_TABLE(entry_page, ENTRY_PAGE);
SHAPE_TABLE(entry_new, ENTRY_NEW);
SHAPE_TABLE(entry_batch, ENTRY_BATCH);
SHAPE_TABLE(posted_view, POSTED_VIEW);
SHAPE_TABLE(posted_list, POSTED_LIST);
SHAPE_TABLE(reverse_new, REVERSE_NEW);
SHAPE_TABLE(hold_new, HOLD_NEW);
SHAPE_TABLE(hold_post, HOLD_POST);
SHAPE_TABLE(reason_view, REASON_VIEW);
SHAPE_TABLE(reason_list, REASON_LIST);
SHAPE_TABLE(budget_view, BUDGET_VIEW);
SHAPE_TABLE(unit_summary, UNIT_SUMMARY);
SHAPE_TABLE(ledger_summary, LEDGER_SUMMARY);

static str made_by(req *r)
{
    return arena_fmt(r->a, "%s:%lld", r->who.kind == CALLER_STAFF ? "staff" : r->who.kind == CALLER_KEY ? "key" : "person",
                     (long long)r->who.id);
}

static void posted_fill(posted_view *out, const posted *p)
{
    SET(out, posted_view, code, S("ok"));
    SET(out, posted_view, id, p->entry);
    SET(out, posted_view, at, p->at_us);
    SET(out, posted_view, debit_balance, p->debit_balance);
    SET(out, posted_view, credit_balance, p->credit_balance);
    SET(out, posted_view, again, p->again);
}

// One line a request, not one an entry: entries are immutable and say themselves who made them. Nothing new, nothing to tell.
static err note(req *r, str verb, str object, int64_t id, const posted *p)
{
    return p->again ? E_OK : audit_by(r, verb, object, id, (str){ 0 });
}

static err note_all(req *r, const posting_result *v, uint32_t n)
{
    int64_t first = 0;
    uint32_t fresh = 0;
    for (uint32_t i = n; i-- > 0;) {
        if (v[i].code != E_OK || v[i].p.again)
            continue;
        first = v[i].p.entry;
        fresh++;
    }
    return fresh ? audit_by(r, S("entry.posted"), S("entry"), first, arena_fmt(r->a, "{\"entries\":%u}", fresh)) : E_OK;
}

// --- entries ---------------------------------------------------------------------------------------------------------------------
// Either both accounts or a person. before: what stands before the name of the field.
static err who_moves(req *r, bool debit, bool credit, bool person, str before)
{
    if (person ? !debit && !credit : debit && credit)
        return E_OK;
    return fault_field(&r->f, r->a, person ? E_FIELD_VALUE : E_FIELD_REQUIRED,
                       arena_fmt(r->a, STR_FMT "%s", STR_ARG(before), person ? "person" : debit ? "credit" : "debit"), 0);
}

static err posting_of(req *r, const entry_new *in, uint32_t i, posting *ret)
{
    TRY(who_moves(r, HAS(in, entry_new, debit), HAS(in, entry_new, credit), HAS(in, entry_new, person),
                  arena_fmt(r->a, "entries[%u].", i)));
    *ret = (posting){ .key = in->key, .debit = in->debit, .credit = in->credit, .person = (uint32_t)in->person, .unit = in->unit,
                      .amount = in->amount, .reason = in->reason, .made_by = made_by(r) };
    return E_OK;
}

static err batch_failed(req *r, const posting_result *v, uint32_t n, err e)
{
    for (uint32_t i = 0; i < n; i++)
        if (v[i].code == e) {
            r->f = v[i].f;
            r->f.field = arena_fmt(r->a, "entries[%u]%s" STR_FMT, i, v[i].f.field.len ? "." : "", STR_ARG(v[i].f.field));
            break;
        }
    return e;
}

static err entries_post(req *r)
{
    const entry_batch *in = r->body;
    posted_list *out = r->reply;
    uint32_t n = in->entries.n;
    bool together = HAS(in, entry_batch, together) && in->together;
    posting *p = arena_array(r->a, posting, n);
    posting_result *results = arena_array(r->a, posting_result, n);
    posted_view *v = arena_array(r->a, posted_view, n);
    for (uint32_t i = 0; i < n; i++)
        TRY(posting_of(r, &in->entries.v[i], i, &p[i]));
    err e = ledger_post_all(r->tx, p, n, together, results);
    if (e != E_OK)
        return batch_failed(r, results, n, e);
    for (uint32_t i = 0; i < n; i++) {
        if (results[i].code == E_OK) {
            posted_fill(&v[i], &results[i].p);
            continue;
        }
        SET(&v[i], posted_view, code, str_c(err_info_of(results[i].code)->code));
        if (results[i].f.field.len)
            SET(&v[i], posted_view, field, results[i].f.field);
    }
    LIST_OF(out, posted_list, items, v, n);
    return note_all(r, results, n);
}

static err entry_reverse(req *r)
{
    const reverse_new *in = r->body;
    posted p;
    TRY(ledger_reverse(r->tx, &(reversing){ .entry = r->path_id[0], .key = in->key, .made_by = made_by(r) }, &p));
    posted_fill(r->reply, &p);
    return note(r, S("entry.reversed"), S("entry"), r->path_id[0], &p);
}

// --- holds -----------------------------------------------------------------------------------------------------------------------
static err holds_post(req *r)
{
    const hold_new *in = r->body;
    posted p;
    TRY(who_moves(r, HAS(in, hold_new, debit), HAS(in, hold_new, credit), HAS(in, hold_new, person), (str){ "", 0 }));
    TRY(ledger_hold(r->tx, &(holding){ .key = in->key, .debit = in->debit, .credit = in->credit, .amount = in->amount,
                                       .person = (uint32_t)in->person, .unit = in->unit,
                                       .reason = in->reason,
                                       .deadline_us = in->deadline, .made_by = made_by(r) }, &p));
    posted_fill(r->reply, &p);
    return note(r, S("hold.made"), S("hold"), p.entry, &p);
}

static err hold_post_post(req *r)
{
    const hold_post *in = r->body;
    posted p;
    if (HAS(in, hold_post, amount) && in->amount <= 0)
        return req_fail_field(r, E_AMOUNT_INVALID, "amount");
    TRY(ledger_hold_post(r->tx, r->path_id[0], in->amount, 0, made_by(r), &p));
    posted_fill(r->reply, &p);
    return note(r, S("hold.posted"), S("hold"), r->path_id[0], &p);
}

static err hold_void_post(req *r)
{
    TRY(ledger_hold_void(r->tx, r->path_id[0], 0));
    return audit_by(r, S("hold.voided"), S("hold"), r->path_id[0], (str){ 0 });
}

// --- the table -------------------------------------------------------------------------------------------------------------------
#define READ .perm = PERM_LEDGER_READ, .idem = IDEM_READ, .tag = "ledger"
#define WRITE .perm = PERM_LEDGER_POST, .where = RUN_TELLER, .idem = IDEM_MESSAGE_ID, .tag = "ledger"
#define POSTING_ERRORS                                                                                                              \
    E_FIELD_VALUE, E_FIELD_REQUIRED, E_AMOUNT_INVALID, E_ACCOUNT_UNKNOWN, E_ACCOUNT_CLOSED, E_REASON_UNKNOWN, E_UNITS_DIFFER,         \
        E_FORBIDDEN, E_ENTRY_MISMATCH, E_BALANCE_TOO_LOW, E_LIMIT_REACHED, E_NOT_FOUND, E_FIELD_TOO_MANY

static const route routes[] = {
    { M_GET, "/api/v1/accounts/{id}", READ, .reply = &account_view_shape, .where = RUN_INLINE, .handler = account_get,
      .errors = ROUTE_ERRORS(E_ACCOUNT_UNKNOWN), .doc = "One account with its totals." },
    { M_GET, "/api/v1/people/{id}/accounts", READ, .reply = &holding_list_shape, .where = RUN_INLINE,
      .handler = person_accounts_get,
      .errors = ROUTE_ERRORS(E_NOT_FOUND), .doc = "What a person holds: balance, available, pending and next to expire, by unit." },
    { M_GET, "/api/v1/people/{id}/entries", READ, .query = &entry_query_shape, .reply = &entry_page_shape, .where = RUN_INLINE,
      .handler = person_entries_get, .errors = ROUTE_ERRORS(E_CURSOR_INVALID, E_NOT_FOUND),
      .doc = "Movements of a person's accounts, newest first." },
    { M_POST, "/api/v1/entries", WRITE, .rate_per_minute = 600000, .body = &entry_batch_shape, .reply = &posted_list_shape,
      .handler = entries_post,
      .errors = ROUTE_ERRORS(POSTING_ERRORS), .doc = "Post up to 100 entries: together all or nothing, otherwise each with its own result." },
    { M_POST, "/api/v1/entries/{id}/reverse", WRITE, .body = &reverse_new_shape, .reply = &posted_view_shape,
      .handler = entry_reverse,
      .errors = ROUTE_ERRORS(POSTING_ERRORS, E_CONFLICT, E_ALREADY_REVERSED), .doc = "Post the opposite entry, once." },
    { M_POST, "/api/v1/holds", WRITE, .body = &hold_new_shape, .reply = &posted_view_shape, .handler = holds_post,
      .errors = ROUTE_ERRORS(POSTING_ERRORS, E_FIELD_TOO_SMALL), .doc = "Reserve an amount, to be posted or given back." },
    { M_POST, "/api/v1/holds/{id}/post", WRITE, .body = &hold_post_shape, .reply = &posted_view_shape, .handler = hold_post_post,
      .errors = ROUTE_ERRORS(POSTING_ERRORS, E_HOLD_CLOSED), .doc = "Post what was reserved, or a part of it." },
    { M_POST, "/api/v1/holds/{id}/void", WRITE, .handler = hold_void_post,
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_HOLD_CLOSED, E_LIMIT_REACHED), .doc = "Give back what was reserved." },
    { M_GET, "/api/v1/reasons", READ, .reply = &reason_list_shape, .where = RUN_POOL, .handler = reasons_get,
      .doc = "Why value may move." },
    { M_GET, "/api/v1/ledger/summary", READ, .reply = &ledger_summary_shape, .where = RUN_POOL, .handler = ledger_summary_get,
      .doc = "Per unit: posted, used, expired, balance, pending, liability, and the budgets." },
};
const route_table ledger_routes = ROUTE_TABLE("loyalty", routes);
