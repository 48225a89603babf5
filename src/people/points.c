// Points for what people do: the effect `points` and the balances of a person. The ledger decides what may be posted.
#include "loyalty/ledger.h"
#include "people/people_internal.h"
#include "people/people_routes.h"

// {"reason": "register", "amount": 100, "growth": 50}                    given at once
// {"reason": "reserve", "amount": 500, "growth": 100, "pending": true}   promised; one open promise per reason
// {"reason": "reserve", "settle": "post"} or "void"                      what was promised is given, or falls away
static const char *const settlings[] = { "post", "void", NULL };
static const arg points_args[] = { { "reason", ARG_STR, .required = true, .max = 60 },
                                   { "amount", ARG_I64, .from_event = true, .min = 1, .max = 1000000 },
                                   { "growth", ARG_I64, .min = 0, .max = 1000000 },
                                   { "pending", ARG_BOOL },
                                   { "settle", ARG_STR, .labels = settlings } };

static err points_check(const checking *c, const jval *v, str path)
{
    TRY(args_check(c, v, path, points_args, sizeof points_args / sizeof *points_args));
    bool amount = json_get(v, S("amount")) != NULL, settle = json_get(v, S("settle")) != NULL;
    if (amount == settle)
        return check_fail(c, path, "either amount or settle");
    return settle && (json_get(v, S("growth")) || json_get(v, S("pending"))) ? check_fail(c, path, "settle stands alone") : E_OK;
}

typedef struct giving { rule_ctx *c; str reason, made_by; bool pending; ring *r; } giving;

static err promise_keep(const giving *g, str unit, int64_t hold)
{
    return db_exec(g->c->t->d, "INSERT INTO promised (person, reason, unit, hold, event_no, subject) VALUES ($1, $2, $3, $4, $5, $6)",
                   dbi(g->c->person), dbs(g->reason), dbs(unit), dbi(hold), dbi(g->c->ev->no), dbi(g->c->ev->subject));
}

static err give(const giving *g, str unit, int64_t amount)
{
    rule_ctx *c = g->c;
    posted p;
    str key = arena_fmt(c->t->a, "rule:%lld:%lld:%d:" STR_FMT, (long long)c->rule, (long long)c->ev->no, c->place,
                        STR_ARG(str_take(unit, 10)));
    TRY(ledger_award(c->t,
                     &(award){ .person = c->person,
                                .subject = c->ev->subject,
                                .unit = unit,
                                .reason = g->reason,
                                .amount = amount,
                                .key = key,
                                .cause_no = c->ev->no,
                                .made_by = g->made_by,
                                .pending = g->pending },
                     &p));
    if (g->pending)
        TRY(promise_keep(g, unit, p.entry));
    if (!str_eq(unit, S("points")))
        return E_OK;
    g->r->amount = amount;
    TRY(ledger_total(c->t->d, c->person, unit, &g->r->balance));
    g->r->ref = p.entry;
    g->r->event_no = p.event_no;
    return E_OK;
}

static err promise_open(const giving *g, bool *ret)
{
    int64_t n;
    TRY(db_int(g->c->t->d, &n, 0, "SELECT count(*) FROM promised WHERE person = $1 AND reason = $2", dbi(g->c->person),
               dbs(g->reason)));
    *ret = n > 0;
    return E_OK;
}

static err settle_one(const giving *g, int64_t hold, str unit, bool post)
{
    rule_ctx *c = g->c;
    posted p = { 0 };
    if (post)
        TRY(ledger_hold_post(c->t, hold, 0, c->ev->no, g->made_by, &p));
    else
        TRY(ledger_hold_void(c->t, hold, c->ev->no));
    TRY(db_exec(c->t->d, "DELETE FROM promised WHERE hold = $1", dbi(hold)));
    if (post && str_eq(unit, S("points"))) {
        int64_t amount;
        TRY(db_int(c->t->d, &amount, 0, "SELECT amount FROM entry WHERE id = $1", dbi(p.entry)));
        g->r->amount += amount;
        TRY(ledger_total(c->t->d, c->person, unit, &g->r->balance));
        g->r->ref = p.entry;
        g->r->event_no = p.event_no;
    }
    return E_OK;
}

#define PROMISES_MAX 16

static err settle(const giving *g, bool post)
{
    rule_ctx *c = g->c;
    int64_t holds[PROMISES_MAX];
    str units[PROMISES_MAX];
    size_t n = 0;
    db_rows rows;
    TRY(db_query(c->t->d, &rows, "SELECT hold, unit FROM promised WHERE person = $1 AND reason = $2 ORDER BY hold LIMIT 16",
                 dbi(c->person), dbs(g->reason)));
    while (db_next(&rows)) {
        units[n] = arena_str(c->t->a, db_str(&rows, 1));
        holds[n++] = db_i64(&rows, 0);
    }
    TRY(db_end(&rows));
    for (size_t i = 0; i < n; i++)
        TRY(settle_one(g, holds[i], units[i], post));
    if (n == 0)
        g->r->outcome = RING_NOTHING;
    return E_OK;
}

static err points_apply(rule_ctx *c, const jval *v, ring *r)
{
    int64_t amount = 0, growth = 0;
    bool promised = false;
    giving g = { c, json_str(json_get(v, S("reason"))), arena_fmt(c->t->a, "rule:" STR_FMT, STR_ARG(str_take(c->rule_key, 74))),
                 yyjson_is_true(json_get(v, S("pending"))), r };
    if (!c->person)
        return fault_detail(c->t->f, c->t->a, E_NOT_FOUND, "the event is nobody's");
    r->what = g.reason;
    if (json_get(v, S("settle")))
        return settle(&g, str_eq(json_str(json_get(v, S("settle"))), S("post")));
    if (!ctx_i64(c, v, S("amount"), &amount) || amount <= 0)
        return fault_detail(c->t->f, c->t->a, E_AMOUNT_INVALID, "amount");
    ctx_i64(c, v, S("growth"), &growth);
    if (g.pending)
        TRY(promise_open(&g, &promised));
    if (promised) {
        r->outcome = RING_SUPPRESSED;
        r->why = S("promised_already");
        return E_OK;
    }
    TRY(give(&g, S("points"), amount));
    return growth > 0 ? give(&g, S("growth"), growth) : E_OK;
}

static void points_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    str reason = json_str(json_get(v, S("reason"))), settling = json_str(json_get(v, S("settle")));
    if (settling.len) {
        bool post = str_eq(settling, S("post"));
        buf_addf(b, l == LANG_ZH ? "「" STR_FMT "」的待入账积分%s" : "pending points of \"" STR_FMT "\" %s", STR_ARG(reason),
                 l == LANG_ZH ? (post ? "入账" : "取消") : (post ? "are posted" : "fall away"));
        return;
    }
    jw w = { .b = b };
    buf_add_str(b, l == LANG_ZH ? (yyjson_is_true(json_get(v, S("pending"))) ? S("待入账 ") : S("给 "))
                                : (yyjson_is_true(json_get(v, S("pending"))) ? S("promise ") : S("give ")));
    jw_val(&w, json_get(v, S("amount")));
    buf_addf(b, l == LANG_ZH ? " 积分（" STR_FMT "）" : " points (" STR_FMT ")", STR_ARG(reason));
}

static const effect_kind points = { "points", false, points_check, points_apply, points_print };

// At a change of hands they go with their points (rehome.c).
static const person_table tables[] = { { PERSON_TABLE("promised", "hold, reason, unit, event_no"), CODES("reason, unit") } };

void people_register_points(engine *e)
{
    rules_add_effect(e->rules, &points);
    people_add_tables(e, tables, 1);
}

err person_balances(req *r, int64_t id, person_view *out)
{
    const ledger_balance *b;
    size_t n;
    TRY(ledger_balances(r->d, (uint32_t)id, r->now_us, r->a, &b, &n));
    balance_view *v = arena_array(r->a, balance_view, n + 1);
    for (size_t i = 0; i < n && i < 10; i++) {
        SET(&v[i], balance_view, unit, b[i].unit);
        SET(&v[i], balance_view, amount, b[i].balance);
        SET(&v[i], balance_view, pending, b[i].pending);
    }
    out->balances.v = v;
    out->balances.n = (uint32_t)(n < 10 ? n : 10);
    out->has |= UINT64_C(1) << person_view_balances_bit;
    return E_OK;
}
