// Inside of the ledger, shared by its files and by nobody else.
//
// Every change of value goes through movement_write: plan first (sides, lots), then write. Whoever calls has already decided
// that it is allowed.
#ifndef LOYALTY_LEDGER_IMPL_H
#define LOYALTY_LEDGER_IMPL_H
#include "loyalty/ledger.h"

#define LOT_NEVER LEDGER_SUM_MAX       // expires_us of what does not expire
#define REVIVAL_DAYS 30                // life of an expired vintage that is given back
#define REASON_EXPIRY S("expiry")
#define NAME_USED S("used")
#define NAME_EXPIRED S("expired")

typedef struct lot { int64_t vintage, expires_us, amount; } lot;

// One account of a movement, as it stands.
typedef struct side {
    account_state a;
    bool has_lots;                     // a person's, in a unit kept by vintage
    lot *lots;                         // oldest first; only lots_load fills them
    size_t lots_n;
} side;

typedef struct movement {
    side *debit, *credit;
    int64_t amount;
    str key, print, reason;
    int64_t group;                     // 0: its own id
    int64_t reverses, hold, held;      // held: what the hold had reserved on both sides, freed here
    int64_t cause_no;
    str made_by;
    const lot *take, *give;            // what leaves the debit's lots, what comes to the credit's
    size_t take_n, give_n;
} movement;

// --- ledger.c -----------------------------------------------------------------------------------------------------------------
str print_of(arena *a, char kind, int64_t x, int64_t y, int64_t amount, str reason, int64_t when);    // 16 bytes
err key_check(tx *t, str key);
err side_load(tx *t, int64_t id, side *ret);
err reason_expires(tx *t, str reason, str unit, int64_t *ret_months);       // E_REASON_UNKNOWN; months of the unit when -1
// The checks that posting and holding share, in their stated order; *ret_months: life of what comes.
err posting_check(tx *t, int64_t debit, int64_t credit, int64_t amount, str reason, side *ret_debit, side *ret_credit,
                  int64_t *ret_months);
// E_BALANCE_TOO_LOW. A person is judged by the sum of its accounts in the unit: spends down to 0, and no more than this account
// has; a reversal goes down to the unit's floor. Lots are settled before: debit_settle.
err floor_check(tx *t, const side *s, int64_t amount, bool reversal);
err totals_check(tx *t, const movement *m);
err movement_write(tx *t, const movement *m, posted *ret);
// Plans the lots of an ordinary movement: oldest leave first, what comes is of this month.
void movement_plan(tx *t, movement *m, int64_t months);
err account_add(tx *t, side *s, int64_t credited, int64_t debited, int64_t held_in, int64_t held_out);
err moved_tell(tx *t, const side *s, str reason, int64_t amount, bool promise, int64_t cause_no, int64_t *ret_no);

typedef struct entry_row {
    int64_t id, debit, credit, amount, reverses, at_us, debit_after, credit_after;
    str reason, print, key;
    bool found;
} entry_row;
err entry_by_key(tx *t, str key, entry_row *ret);
err entry_by_id(tx *t, int64_t id, entry_row *ret);
err entry_again(tx *t, const entry_row *e, posted *ret);       // the first result, of all parts
uint32_t person_now(tx *t, uint32_t person);                   // who an id is today
err person_free(tx *t, uint32_t person, str unit, int64_t *ret);       // of all accounts: balance less what is reserved
err unit_floor(tx *t, str unit, int64_t *ret);                 // how far a reversal may take a person; E_NOT_FOUND

// --- ledger_spend.c -----------------------------------------------------------------------------------------------------------
// person: as the caller said it. hold: only reserved.
typedef struct spending {
    uint32_t person;
    str unit;
    int64_t amount;
    str key, reason;
    int64_t deadline_us, group, cause_no;
    str made_by;
    bool hold;
} spending;
// E_AMOUNT_INVALID · E_REASON_UNKNOWN · E_ENTRY_MISMATCH · E_FIELD_TOO_SMALL deadline · E_BALANCE_TOO_LOW · E_LIMIT_REACHED
err spend(tx *t, const spending *s, posted *ret);
// Parts of one posting, one per account: the first stands for all. k from 1.
str part_key(arena *a, int64_t first, int k);
int64_t part_whole(str key, int64_t id);                       // the first one's id
void posted_add(posted *to, const posted *one, bool first);

// --- ledger_hold.c ------------------------------------------------------------------------------------------------------------
err hold_write(tx *t, const holding *h, str print, side *debit, side *credit, posted *ret);
err hold_known(tx *t, str key, str print, bool *ret_again, bool *ret_mismatch, posted *ret);

// --- ledger_lot.c --------------------------------------------------------------------------------------------------------------
int64_t lot_vintage(int64_t at_us);                            // year * 12 + month - 1, the brand's zone
int64_t lot_expires(int64_t vintage, int64_t months);          // the end of that month; 0 months: never
err lots_load(tx *t, side *s);
// Writes the expiry of what is due by now and not reserved, so that nothing expired is spent. Loads the lots.
err lots_settle(tx *t, side *s);
// The same for the other accounts of a person, and for both: what a debit is judged by.
err lots_settle_others(tx *t, uint32_t person, str unit, int64_t but);
err debit_settle(tx *t, side *s);
// Oldest first, those of month `first` before all others (0: none). At most what is there: the rest is overdrawn.
void lots_plan_take(tx *t, const side *s, int64_t amount, int64_t first, const lot **ret, size_t *ret_n);
// One lot of this month; less what repays a balance below zero.
void lots_plan_give(tx *t, const side *s, int64_t amount, int64_t months, const lot **ret, size_t *ret_n);
// The lots an entry took, given back; less what repays a balance below zero, oldest first.
err lots_plan_return(tx *t, const side *s, int64_t entry, int64_t amount, int64_t months, const lot **ret, size_t *ret_n);
err lots_write(tx *t, const movement *m, int64_t entry);

#endif
