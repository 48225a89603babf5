// The proof, for doctor and tests. Each line of the table finds what must not exist: its rows are the violations.
#include "loyalty/ledger_impl.h"

#define REPORT_ROWS_MAX 20             // per rule; the rest only counts

static err tell(db_rows *r, buf *report, const char *rule)
{
    int64_t n = 0;
    while (db_next(r))
        if (n++ < REPORT_ROWS_MAX)
            buf_addf(report, "ledger: %s: " STR_FMT " (%lld, %lld)\n", rule, STR_ARG(db_str(r, 0)), (long long)db_i64(r, 1),
                     (long long)db_i64(r, 2));
    if (n > REPORT_ROWS_MAX)
        buf_addf(report, "ledger: %s: %lld more\n", rule, (long long)(n - REPORT_ROWS_MAX));
    return db_end(r);
}

// SELECT what, expected, found
#define RULE(rule, sql)                       \
    do {                                      \
        db_rows r;                            \
        TRY(db_query(d, &r, "" sql));         \
        TRY(tell(&r, report, rule));          \
    } while (0)

static err check_sums(db *d, buf *report)
{
    RULE("a unit does not sum to zero",
         "SELECT unit, 0, SUM(credited - debited) FROM account GROUP BY unit HAVING SUM(credited - debited) <> 0");
    RULE("credited is not the sum of entries",
         "SELECT CAST(a.id AS TEXT), COALESCE(e.s, 0), a.credited FROM account a"
         " LEFT JOIN (SELECT credit, SUM(amount) AS s FROM entry GROUP BY credit) e ON e.credit = a.id"
         " WHERE a.credited <> COALESCE(e.s, 0)");
    RULE("debited is not the sum of entries",
         "SELECT CAST(a.id AS TEXT), COALESCE(e.s, 0), a.debited FROM account a"
         " LEFT JOIN (SELECT debit, SUM(amount) AS s FROM entry GROUP BY debit) e ON e.debit = a.id"
         " WHERE a.debited <> COALESCE(e.s, 0)");
    RULE("below its floor",
         "SELECT CAST(id AS TEXT), floor, credited - debited - held_out"
         " FROM account WHERE credited - debited - held_out < floor");
    RULE("a closed account is not empty",
         "SELECT CAST(id AS TEXT), 0, credited - debited FROM account WHERE closed = 1 AND (credited <> debited OR held_in"
         " > 0 OR held_out > 0)");
    return E_OK;
}

static err check_entries(db *d, buf *report)
{
    RULE("an entry's accounts do not exist or differ in unit",
         "SELECT CAST(e.id AS TEXT), e.debit, e.credit FROM entry e LEFT JOIN account x ON x.id = e.debit"
         " LEFT JOIN account y ON y.id = e.credit WHERE x.unit IS NULL OR y.unit IS NULL OR x.unit <> y.unit");
    RULE("a key is used twice",
         "SELECT key, 1, COUNT(*) FROM entry GROUP BY key HAVING COUNT(*) > 1");
    RULE("a hold's key is used twice",
         "SELECT key, 1, COUNT(*) FROM hold GROUP BY key HAVING COUNT(*) > 1");
    RULE("an entry is reversed twice",
         "SELECT CAST(reverses AS TEXT), 1, COUNT(*) FROM entry WHERE reverses <> 0 GROUP BY reverses HAVING COUNT(*) > 1");
    RULE("a reversal is not the opposite",
         "SELECT CAST(r.id AS TEXT), COALESCE(e.amount, 0), r.amount FROM entry r"
         " LEFT JOIN entry e ON e.id = r.reverses WHERE r.reverses <> 0 AND (e.id IS NULL OR e.debit <> r.credit OR"
         " e.credit <> r.debit OR e.amount <> r.amount OR e.reverses <> 0)");
    RULE("the last entry does not show the balance",
         "SELECT CAST(a.id AS TEXT), a.credited - a.debited, CASE WHEN e.debit = a.id THEN e.debit_after ELSE"
         " e.credit_after END FROM account a JOIN entry e ON e.id = (SELECT MAX(x.id)"
         " FROM (SELECT MAX(id) AS id FROM entry WHERE debit = a.id UNION ALL SELECT MAX(id)"
         " FROM entry WHERE credit = a.id) x) WHERE a.credited - a.debited <> CASE WHEN e.debit = a.id THEN e.debit_after"
         " ELSE e.credit_after END");
    return E_OK;
}

static err check_lots(db *d, buf *report)
{
    RULE("lots are not the balance",
         "SELECT CAST(a.id AS TEXT), a.credited - a.debited, COALESCE(l.s, 0)"
         " FROM account a JOIN unit u ON u.code = a.unit LEFT JOIN (SELECT account, SUM(amount) AS s"
         " FROM lot GROUP BY account) l ON l.account = a.id WHERE COALESCE(l.s, 0) <> CASE WHEN u.lots = 1 AND a.owner_kind"
         " = 'person' AND a.credited > a.debited THEN a.credited - a.debited ELSE 0 END");
    RULE("a lot of no account",
         "SELECT CAST(l.account AS TEXT), l.vintage, l.amount FROM lot l"
         " LEFT JOIN account a ON a.id = l.account WHERE a.id IS NULL");
    RULE("an entry took more from lots than it moved",
         "SELECT CAST(l.entry AS TEXT), COALESCE(e.amount, 0), SUM(l.amount)"
         " FROM entry_lot l LEFT JOIN entry e ON e.id = l.entry GROUP BY l.entry, e.amount HAVING SUM(l.amount) >"
         " COALESCE(e.amount, 0)");
    RULE("a unit with lots lacks the reason expiry",
         "SELECT u.code, 1, 0 FROM unit u WHERE u.lots = 1 AND NOT EXISTS"
         " (SELECT 1 FROM reason r WHERE r.code = 'expiry' AND r.unit = u.code)");
    return E_OK;
}

static err check_holds(db *d, buf *report)
{
    RULE("held_out is not the sum of open holds",
         "SELECT CAST(a.id AS TEXT), COALESCE(h.s, 0), a.held_out FROM account a"
         " LEFT JOIN (SELECT debit, SUM(amount) AS s FROM hold WHERE state = 'open' GROUP BY debit) h ON h.debit = a.id"
         " WHERE a.held_out <> COALESCE(h.s, 0)");
    RULE("held_in is not the sum of open holds",
         "SELECT CAST(a.id AS TEXT), COALESCE(h.s, 0), a.held_in FROM account a"
         " LEFT JOIN (SELECT credit, SUM(amount) AS s FROM hold WHERE state = 'open' GROUP BY credit) h ON h.credit = a.id"
         " WHERE a.held_in <> COALESCE(h.s, 0)");
    RULE("a posted hold and its entry differ",
         "SELECT CAST(h.id AS TEXT), h.amount, COALESCE(e.amount, 0) FROM hold h"
         " LEFT JOIN entry e ON e.id = h.entry WHERE h.state = 'posted' AND (e.id IS NULL OR e.hold <> h.id OR e.amount >"
         " h.amount OR e.debit <> h.debit OR e.credit <> h.credit)");
    RULE("an entry of a hold that was not posted by it",
         "SELECT CAST(e.id AS TEXT), e.hold, e.amount FROM entry e LEFT JOIN hold h ON h.id = e.hold"
         " WHERE e.hold <> 0 AND (h.entry IS NULL OR h.entry <> e.id)");
    return E_OK;
}

err ledger_check(db *d, buf *report)
{
    TRY(check_sums(d, report));
    TRY(check_entries(d, report));
    TRY(check_lots(d, report));
    return check_holds(d, report);
}
