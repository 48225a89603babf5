// Erasure. At once, in the operation that grants it: rows, ids, personal data and the key it was sealed with, what audit said. Then,
// within ERASURE_DAYS, out of the log (timeline_erase). What stays says nothing about anybody: numbers of subjects, of events and
// of accounts, so that counts of the past and the ledger's sums stay what they were. docs/decisions/erasure.md
#include "base/time.h"
#include "privacy/privacy_api.h"
#include "record/audit.h"
#include <stdlib.h>

static int by_id(const void *x, const void *y)
{
    uint32_t p = *(const uint32_t *)x, q = *(const uint32_t *)y;
    return p < q ? -1 : p > q;
}

err privacy_subjects_of(db *d, int64_t person, arena *a, privacy_subjects *ret)
{
    int64_t n;
    db_rows rows;
    TRY(db_int(d, &n, 0, "SELECT count(*) FROM link WHERE person = $1", dbi(person)));
    *ret = (privacy_subjects){ arena_array(a, uint32_t, (size_t)n + 1), 0 };
    ret->v[ret->n++] = (uint32_t)person;
    TRY(db_query(d, &rows, "SELECT subject FROM link WHERE person = $1 ORDER BY subject", dbi(person)));
    while (db_next(&rows) && (int64_t)ret->n <= n)
        ret->v[ret->n++] = (uint32_t)db_i64(&rows, 0);
    TRY(db_end(&rows));
    qsort(ret->v, ret->n, sizeof *ret->v, by_id);
    return E_OK;
}

// What audit said about them and their tasks and requests; that something was done stays, and the chain still verifies.
static err silence_audit(tx *t, uint32_t subject)
{
    int64_t n;
    TRY(audit_erase(t, S("person"), subject, &n));
    TRY(db_exec(t->d,
                "DELETE FROM audit_payload WHERE seq IN (SELECT a.seq FROM task k JOIN audit a ON a.object = 'task' AND a.object_id = k.id"
                " WHERE k.subject = $1)",
                dbi(subject)));
    return db_exec(t->d,
                   "DELETE FROM audit_payload WHERE seq IN (SELECT a.seq FROM privacy_request q JOIN audit a ON a.object = 'privacy_request'"
                   " AND a.object_id = q.id WHERE q.subject = $1)",
                   dbi(subject));
}

// Events that wait to be mended name people by the ids they came with: they go before the ids do. (How much waits is counted
// anew at the next start; until then it is told too high by these.)
static err forget_waiting(tx *t, uint32_t subject)
{
    TRY(db_exec(t->d,
                "DELETE FROM quarantine WHERE id IN (SELECT q.id FROM identity i JOIN quarantine_identity q ON q.hash = i.hash"
                " AND q.kind = i.kind WHERE i.subject = $1)",
                dbi(subject)));
    return db_exec(t->d,
                   "DELETE FROM quarantine_identity WHERE id IN (SELECT q.id FROM identity i JOIN quarantine_identity q ON q.hash = i.hash"
                   " AND q.kind = i.kind WHERE i.subject = $1)",
                   dbi(subject));
}

static err note_erased(tx *t, uint32_t subject, int64_t request)
{
    return db_exec(t->d,
                   "INSERT INTO erased (subject, request, at_us, due_us, done_us) VALUES ($1, $2, $3, $4, 0)"
                   " ON CONFLICT (subject) DO UPDATE SET done_us = 0",
                   dbi(subject), dbi(request), dbi(t->now_us), dbi(t->now_us + ERASURE_DAYS * US_PER_DAY));
}

static err erase_all(tx *t, const uint32_t *subjects, size_t n, int64_t request, int64_t *ret_rows)
{
    for (size_t i = 0; i < n; i++) {
        TRY(silence_audit(t, subjects[i]));
        TRY(forget_waiting(t, subjects[i]));
    }
    TRY(people_erase(t, subjects, n, ret_rows));
    for (size_t i = 0; i < n; i++)
        TRY(note_erased(t, subjects[i], request));
    return E_OK;
}

err privacy_erase(tx *t, int64_t person, int64_t request, int64_t *ret_rows)
{
    privacy_subjects who;
    TRY(privacy_subjects_of(t->d, person, t->a, &who));
    TRY(erase_all(t, who.v, who.n, request, ret_rows));
    TRY(db_exec(t->d, "UPDATE privacy_request SET erased_rows = $2 WHERE id = $1", dbi(request), dbi(*ret_rows)));
    // The brand's own event: nobody's timeline is left to hold it.
    return engine_emit(t, &(event_new){ .kind = S("person.erased"), .flags = EVENT_SYSTEM, .props_n = 1,
                                        .props = (const event_prop[]){ prop_i64(S("request"), request) } }, NULL);
}

err privacy_erase_again(tx *t, const uint32_t *subjects, size_t n)
{
    int64_t known, rows;
    privacy_subjects again = { arena_array(t->a, uint32_t, n + 1), 0 };
    for (size_t i = 0; i < n; i++) {
        TRY(db_int(t->d, &known, 0,
                   "SELECT count(*) FROM counter c WHERE c.name = 'subject' AND c.value >= $1"
                   " AND NOT EXISTS (SELECT 1 FROM erased e WHERE e.subject = $1)",
                   dbi(subjects[i])));
        if (known)
            again.v[again.n++] = subjects[i];
    }
    return erase_all(t, again.v, again.n, 0, &rows);
}

// --- Out of the log -------------------------------------------------------------------------------------------------------------

err privacy_waiting(db *d, arena *a, uint32_t **ret_subjects, size_t *ret_n, int64_t *ret_oldest_us)
{
    db_rows rows;
    *ret_subjects = arena_array(a, uint32_t, ERASURES_AT_ONCE);
    *ret_n = 0;
    TRY(db_int(d, ret_oldest_us, 0, "SELECT min(at_us) FROM erased WHERE done_us = 0"));
    TRY(db_query(d, &rows, "SELECT subject FROM erased WHERE done_us = 0 ORDER BY subject LIMIT $1", dbi(ERASURES_AT_ONCE)));
    while (db_next(&rows))
        (*ret_subjects)[(*ret_n)++] = (uint32_t)db_i64(&rows, 0);
    return db_end(&rows);
}

// An erasure has ended when nothing is left in the log, nor in files that were brought in before it: those are sealed as a whole, so
// one person cannot be taken out of them; they go within a week of their end (import_tidy).
static err end_erasures(tx *t)
{
    return db_exec(t->d,
                   "UPDATE privacy_request SET state = 3, done_us = $1, version = version + 1 WHERE state = 2 AND kind = 1"
                   " AND NOT EXISTS (SELECT 1 FROM erased e WHERE e.request = privacy_request.id AND e.done_us = 0)"
                   " AND NOT EXISTS (SELECT 1 FROM import_job j WHERE length(j.salt) > 0 AND j.made_us <= privacy_request.decided_us)",
                   dbi(t->now_us));
}

err privacy_finish(tx *t, const uint32_t *subjects, size_t n, int64_t events)
{
    for (size_t i = 0; i < n; i++)
        TRY(db_exec(t->d, "UPDATE erased SET done_us = $2 WHERE subject = $1", dbi(subjects[i]), dbi(t->now_us)));
    // All that were taken together are told the same number: which of them had how many events nobody needs to know.
    TRY(db_exec(t->d,
                "UPDATE privacy_request SET erased_events = $1 WHERE state = 2 AND kind = 1 AND erased_events = 0"
                " AND NOT EXISTS (SELECT 1 FROM erased e WHERE e.request = privacy_request.id AND e.done_us = 0)",
                dbi(events)));
    TRY(end_erasures(t));
    return audit_note(t, &(audit_entry){ .who = AUDIT_SYSTEM, .verb = S("log.erased"), .object = S("log"),
                                         .payload = arena_fmt(t->a, "{\"subjects\":%zu,\"events\":%lld}", n, (long long)events) });
}

err privacy_expire(tx *t, bool *ret_more)
{
    *ret_more = false;
    TRY(end_erasures(t));
    return db_exec(t->d, "UPDATE privacy_request SET state = 4, version = version + 1 WHERE state = 2 AND kind = 0 AND until_us <= $1",
                   dbi(t->now_us));
}
