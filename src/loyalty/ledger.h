// The ledger: accounts and entries 分录. docs/reference/ledger.md.
// Value moves from a debited to a credited account of the same unit, as whole numbers; balance = credited − debited, so
// each unit sums to zero. Entries never change; what was wrong is reversed by an opposite entry.
//
//   posted p;
//   TRY(ledger_award(t, &(award){ .person = 7, .reason = S("test_drive"), .amount = 300, .key = key, .cause_no = no }, &p));
//   … p.entry, p.balance, p.event_no
//
// Functions with a tx run on the teller's thread inside an operation. Those that post are all or nothing: each undoes itself
// when it fails, so a caller may swallow a declared error and go on.
#ifndef LOYALTY_LEDGER_H
#define LOYALTY_LEDGER_H
#include "rule/engine.h"

#define LEDGER_SUM_MAX ((INT64_C(1) << 53) - 1)     // of an amount, a total, a budget
#define LEDGER_KEY_BYTES_MAX 64
#define LEDGER_BATCH_MAX 100

// --- Accounts -------------------------------------------------------------------------------------------------------------
// person: what somebody holds. issuer: a budget that pays (marketing, referral, goodwill, mall, event). system: where value
// ends ("used", "expired").
typedef enum owner_kind { OWNER_PERSON, OWNER_ISSUER, OWNER_SYSTEM, OWNER_KIND_COUNT } owner_kind;
extern const char *const owner_kinds[OWNER_KIND_COUNT + 1];

typedef struct account_state {
    int64_t id;
    str unit;                      // "points", "growth", "money" (fen), "benefit:<code>", "stock:<sku>"
    owner_kind owner_kind;
    int64_t owner;                 // person; 0 otherwise
    str name;                      // "main" of a person; the budget's or the system account's name
    int64_t floor;                 // the balance may not fall below; people spend only down to 0, reversals go to the floor of the unit
    bool closed;
    int64_t credited, debited;     // totals since ever, only growing
    int64_t held_in, held_out;     // open holds that would credit and debit it
    int64_t opened_us;
    int64_t home;                  // the subject it was opened for; 0 of budgets and system accounts
} account_state;
static inline int64_t account_balance(const account_state *a) { return a->credited - a->debited; }
// What may be spent: nothing while the balance is below zero.
static inline int64_t account_available(const account_state *a)
{
    int64_t left = account_balance(a) - a->held_out;
    return a->owner_kind == OWNER_PERSON ? (left > 0 ? left : 0) : left - a->floor;
}

// The account of a person in a unit, opened on first use. After a join a person has several; this is the oldest.
// E_NOT_FOUND: no such unit.
err ledger_account_for(tx *t, uint32_t person, uint32_t subject, str unit, int64_t *ret_id);
// A budget or a system account, opened on first use.
err ledger_account_named(tx *t, owner_kind kind, str name, str unit, int64_t *ret_id);
// E_ACCOUNT_UNKNOWN. Strings live in `a`.
err ledger_account(db *d, int64_t id, arena *a, fault *f, account_state *ret);
// A budget: floor −budget. E_BALANCE_TOO_LOW when more has been given out already. Two people decide (DEFAULTS 17): the caller.
err ledger_set_floor(tx *t, int64_t account, int64_t floor);
// E_CONFLICT unless it is empty and nothing is held.
err ledger_close_account(tx *t, int64_t account);
// Persons joined or split: accounts opened for the subject belong to `person` from now on. Entries stay.
err ledger_repoint(tx *t, uint32_t opened_for, uint32_t person);

// --- Posting --------------------------------------------------------------------------------------------------------------
typedef struct posting {
    str key;                       // the caller's name for it: 1–64 visible ASCII bytes, not beginning with '~'
    int64_t debit, credit;         // accounts; both 0: from the reason's budget to the person's account, or a spending of the person
    uint32_t person;               // also an id that was joined away
    str unit;                      // of the person's account; empty: points
    int64_t amount;                // > 0; of a person also below zero: spent
    str reason;                    // table reason, of the accounts' unit
    int64_t cause_no;              // event; 0 none
    str made_by;                   // "rule:lead.call", "staff:7", "key:3"; ≤ 80 bytes
} posting;

typedef struct posted {
    int64_t entry;                 // or hold
    int64_t at_us;                 // when it was first posted
    int64_t debit_balance, credit_balance;    // right after it; of a spending over several accounts: of those together
    int64_t balance;               // of the person's side (credited before debited); 0 when no person is involved
    int64_t event_no;              // that tells of it; 0 when `again` or nobody's
    bool again;                    // this key with these contents had been posted before: the first result
} posted;

// Errors, first that applies. The same key with the same contents gives the first result whatever has changed since.
//   E_FIELD_VALUE key · E_AMOUNT_INVALID · E_ACCOUNT_UNKNOWN debit, then credit · E_ACCOUNT_CLOSED · E_REASON_UNKNOWN
//   E_UNITS_DIFFER · E_FORBIDDEN between two persons · E_ENTRY_MISMATCH · E_BALANCE_TOO_LOW · E_LIMIT_REACHED a total beyond 2⁵³
err ledger_post(tx *t, const posting *p, posted *ret);

typedef struct posting_result { err code; fault f; posted p; } posting_result;
// At most LEDGER_BATCH_MAX. together: one group id, all or nothing; the error is returned and ret[i] tells which one failed
// (the others E_OK, yet undone). Otherwise each has its own result and the function gives E_OK; only operating trouble ends it.
err ledger_post_all(tx *t, const posting *p, size_t n, bool together, posting_result *ret);

// Posting by person and reason: the reason names the budget. amount > 0: the budget gives. amount < 0: the person spends
// (into system account "used"), over all its accounts as if they were one: judged by the sum, oldest lots first. Each account taken
// from has an entry of its own, in one group; the first has the key and stands for all: repeated, reversed, posted and voided are all
// of them, whichever is named. What was taken from an account stays with it when people part. E_LIMIT_REACHED: of over 200 accounts.
// Errors as above.
typedef struct award {
    uint32_t person;
    uint32_t subject;              // whose event earned it: the account is that subject's, so that a split takes it along; 0: the person's
    str unit;                      // empty: points
    str reason;
    int64_t amount;
    str key;
    int64_t cause_no;
    str made_by;
    bool pending;                  // promised only: a hold, to be posted or voided by hold id
    int64_t deadline_us;           // of the promise; 0: none
} award;
err ledger_award(tx *t, const award *w, posted *ret);

// A balance brought from elsewhere: of the vintage it was earned in, with the life it had. The budget "migration" gives it, by reason
// "opening". earned_us 0: the vintage follows from expires_us; both 0: this month. expires_us 0: as the unit says for that vintage;
// otherwise the end of that day. *ret_goes_us (also with E_CONFLICT): when it is gone; 2^53 - 1: never.
// E_CONFLICT: it is gone already. Other errors as ledger_post.
typedef struct opening { uint32_t person, subject; str unit; int64_t amount, earned_us, expires_us; str key, made_by; } opening;
err ledger_open_balance(tx *t, const opening *o, posted *ret, int64_t *ret_goes_us);

// --- Holds: amount reserved, then posted or voided; both the reservation of a spending and a promise 待入账 ------------------
typedef struct holding {
    str key;
    int64_t debit, credit, amount; // both accounts 0: a spending of the person, over all its accounts
    uint32_t person;
    str unit;                      // empty: points
    str reason;
    int64_t deadline_us;           // 0: none. From then on it can only end; the job gives the amount back
    int64_t cause_no;
    str made_by;
} holding;
err ledger_hold(tx *t, const holding *h, posted *ret);         // errors as ledger_post; ret->entry is the hold
// amount 0: all of it; less: the rest is given back. The same again: the first result.
// E_NOT_FOUND · E_AMOUNT_INVALID more than held · E_ACCOUNT_CLOSED · E_HOLD_CLOSED ended otherwise, or its deadline passed
err ledger_hold_post(tx *t, int64_t hold, int64_t amount, int64_t cause_no, str made_by, posted *ret);
err ledger_hold_void(tx *t, int64_t hold, int64_t cause_no);   // void again: E_OK. E_NOT_FOUND · E_HOLD_CLOSED it was posted
// The open or ended hold with this key; 0: none.
err ledger_hold_find(tx *t, str key, int64_t *ret_hold);

// --- Reversal 冲正 -------------------------------------------------------------------------------------------------------------
typedef struct reversing { int64_t entry; str key; int64_t cause_no; str made_by; } reversing;
// The opposite entry, linked. Points given come back from the account they came to, while the sum of the person's accounts stays at
// or above the floor (−2,000); points spent return to their vintages, and an
// expired vintage lives 30 more days. E_FIELD_VALUE key · E_NOT_FOUND · E_CONFLICT it is a reversal itself · E_ENTRY_MISMATCH
// E_ALREADY_REVERSED · E_ACCOUNT_CLOSED · E_BALANCE_TOO_LOW · E_LIMIT_REACHED
err ledger_reverse(tx *t, const reversing *r, posted *ret);

// --- Reading (any connection) --------------------------------------------------------------------------------------------------
typedef struct ledger_balance {
    str unit;
    int64_t balance, pending;                 // of all accounts of the person
    int64_t available;                        // what may be spent now: without what is held or due to expire
    int64_t expiring, expiring_us;            // what is the next to expire, and when; 0, 0: nothing is
} ledger_balance;
err ledger_total(db *d, uint32_t person, str unit, int64_t *ret);       // of all accounts of the person
err ledger_balances(db *d, uint32_t person, int64_t now_us, arena *a, const ledger_balance **ret, size_t *ret_n);

// --- Time: jobs of the bulk lane, one slice each ----------------------------------------------------------------------------------
err ledger_job_expire_lots(tx *t, bool *ret_more);
err ledger_job_expire_holds(tx *t, bool *ret_more);

// --- Opening ------------------------------------------------------------------------------------------------------------------
// A movement on a person's account, told after it is written.
typedef struct ledger_moved {
    uint32_t person;
    uint32_t subject;              // the account's home: whose event tells it
    str unit, reason;
    int64_t amount;                // negative: taken
    int64_t balance;               // of that account
    int64_t pending;               // promised, after it
    bool promise;                  // only `pending` moved
    int64_t cause_no;
} ledger_moved;

struct loyalty {
    err (*on_moved)(tx *t, const ledger_moved *m, int64_t *ret_event_no);      // NULL: nobody listens
};
// Sets e->loyalty: movements become events points.posted and points.pending {unit, reason, amount, balance, pending}.
void ledger_open(engine *e);
void ledger_close(engine *e);

// The proof: a line per violation. Per unit everything sums to zero; totals are those of the entries; lots are the balances;
// holds are what accounts say is held; keys are unique; reversals mirror what they reverse, once; floors hold.
err ledger_check(db *d, buf *report);

#endif
