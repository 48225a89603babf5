// What doctor asks about erasures.
#include "base/time.h"
#include "people/late.h"
#include "privacy/copies.h"
#include "privacy/privacy_api.h"

static err tell(db *d, buf *report, const char *what, int64_t n)
{
    (void)d;
    if (n)
        buf_addf(report, "%lld %s\n", (long long)n, what);
    return E_OK;
}

// The clock of the database: its last group. A copy that is looked at years later is not late for that.
err privacy_check(db *d, buf *report)
{
    int64_t now, n;
    TRY(db_int(d, &now, 0, "SELECT last_us FROM head WHERE id = 1"));
    TRY(db_int(d, &n, 0, "SELECT count(*) FROM erased WHERE done_us = 0 AND due_us < $1", dbi(now)));
    TRY(tell(d, report, "erased subjects whose events still say something after their time", n));
    TRY(db_int(d, &n, 0,
               "SELECT count(*) FROM import_job j WHERE length(j.salt) > 0 AND EXISTS (SELECT 1 FROM erased e WHERE e.at_us >= j.made_us"
               " AND e.due_us < $1)",
               dbi(now)));
    TRY(tell(d, report, "imports from before an erasure whose time is over still have their file", n));
    TRY(late_waiting(d, now - US_PER_DAY, &n));
    TRY(tell(d, report, "people whose earlier texts were to be looked at a day ago", n));
    TRY(tell(d, report, "copies from before an erasure whose time is over are not known to be gone", copies_overdue_count(d, now)));
    TRY(db_int(d, &n, 0, "SELECT count(*) FROM vault v JOIN erased e ON e.subject = v.subject"));
    TRY(tell(d, report, "values of erased subjects are in the vault", n));
    TRY(db_int(d, &n, 0, "SELECT count(*) FROM vault_key k JOIN erased e ON e.subject = k.subject"));
    TRY(tell(d, report, "keys of erased subjects are still there", n));
    TRY(db_int(d, &n, 0, "SELECT count(*) FROM identity i JOIN erased e ON e.subject = i.subject"));
    TRY(tell(d, report, "identities of erased subjects are still known", n));
    TRY(db_int(d, &n, 0, "SELECT count(*) FROM person p JOIN erased e ON e.subject = p.id"));
    TRY(tell(d, report, "erased persons are still there", n));
    TRY(db_int(d, &n, 0, "SELECT count(*) FROM vault v WHERE NOT EXISTS (SELECT 1 FROM vault_key k WHERE k.subject = v.subject)"));
    return tell(d, report, "values of the vault have no key", n);
}
