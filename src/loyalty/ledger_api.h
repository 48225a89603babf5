// Shapes of the ledger on the wire.
#ifndef LOYALTY_LEDGER_API_H
#define LOYALTY_LEDGER_API_H
#include "api/route.h"
#include "loyalty/ledger.h"

#define LEDGER_ID_MAX LEDGER_SUM_MAX

extern const enum_labels account_owner_labels;
enum account_owner { ACCOUNT_OWNER_PERSON, ACCOUNT_OWNER_ISSUER, ACCOUNT_OWNER_SYSTEM };

#define ACCOUNT_VIEW(F, T)                                                                                          \
    F(T, I64, id, .required = true, .doc = "Id.")                                                                   \
    F(T, STR, unit, .required = true, .max = 64, .doc = "points, growth, money (fen) …")                            \
    F(T, ENUM(account_owner), owner_kind, .required = true, .doc = "A person, a budget, or the system.")            \
    F(T, I64, owner, .doc = "The person.")                                                                          \
    F(T, STR, name, .required = true, .max = 64, .doc = "main, or the name of the budget.")                         \
    F(T, I64, balance, .required = true, .doc = "Credited minus debited.")                                          \
    F(T, I64, available, .required = true, .doc = "What may be spent or given out.")                                \
    F(T, I64, credited, .required = true, .doc = "Received since ever.")                                            \
    F(T, I64, debited, .required = true, .doc = "Given since ever.")                                                \
    F(T, I64, held_in, .required = true, .doc = "Promised to it.")                                                  \
    F(T, I64, held_out, .required = true, .doc = "Reserved of it.")                                                 \
    F(T, I64, floor, .required = true, .doc = "The balance never falls below.")                                     \
    F(T, BOOL, closed, .required = true, .doc = "No movement any more.")                                            \
    F(T, TIME, opened, .required = true, .doc = "Since when.")
SHAPE_STRUCT(account_view, ACCOUNT_VIEW);

// GET /api/v1/people/{id}/accounts
#define HOLDING_VIEW(F, T)                                                                                          \
    F(T, STR, unit, .required = true, .max = 64, .doc = "points, growth …")                                         \
    F(T, STR, unit_zh, .required = true, .max = 60, .doc = "Its Chinese name.")                                     \
    F(T, STR, unit_en, .required = true, .max = 60, .doc = "Its English name.")                                     \
    F(T, I64, balance, .required = true, .doc = "May stand below zero after a reversal.")                           \
    F(T, I64, available, .required = true, .doc = "What may be spent now.")                                         \
    F(T, I64, pending, .required = true, .doc = "Promised, not yet usable.")                                        \
    F(T, I64, expiring, .required = true, .doc = "What is the next to expire; 0: nothing.")                         \
    F(T, TIME, expiring_at, .doc = "When.")                                                                         \
    F(T, I64S, accounts, .required = true, .max = 100, .doc = "Ids of the accounts; several after a join.")
SHAPE_STRUCT(holding_view, HOLDING_VIEW);
#define HOLDING_LIST(F, T) F(T, LIST(holding_view), items, .required = true, .max = 64, .doc = "By unit.")
SHAPE_STRUCT(holding_list, HOLDING_LIST);

// GET /api/v1/people/{id}/entries
#define ENTRY_QUERY(F, T)                                                                                           \
    F(T, STR, cursor, .max = 40, .doc = "`next` of the page before.")                                               \
    F(T, STR, unit, .min = 1, .max = 64, .doc = "Only of this unit.")                                               \
    F(T, I64, limit, .min = 1, .max = 100, .doc = "Page size; 30 when absent.")
SHAPE_STRUCT(entry_query, ENTRY_QUERY);
#define ENTRY_VIEW(F, T)                                                                                            \
    F(T, I64, id, .required = true, .doc = "Id.")                                                                   \
    F(T, TIME, at, .required = true, .doc = "When.")                                                                \
    F(T, STR, unit, .required = true, .max = 64, .doc = "Unit.")                                                    \
    F(T, I64, amount, .required = true, .doc = "Received, or below zero: given.")                                   \
    F(T, I64, balance, .required = true, .doc = "Of the account, right after it.")                                  \
    F(T, STR, reason, .required = true, .max = 60, .doc = "Reason code.")                                           \
    F(T, STR, reason_zh, .required = true, .max = 120, .doc = "Reason in Chinese.")                                 \
    F(T, STR, reason_en, .required = true, .max = 120, .doc = "Reason in English.")                                 \
    F(T, STR, other, .required = true, .max = 64, .doc = "The other side: the budget or system account.")           \
    F(T, STR, key, .required = true, .max = 64, .doc = "Its key.")                                                  \
    F(T, I64, account, .required = true, .doc = "The person's account.")                                            \
    F(T, I64, reverses, .doc = "The entry it reverses.")                                                            \
    F(T, I64, reversed_by, .doc = "The entry that reversed it.")                                                    \
    F(T, I64, hold, .doc = "The hold it posted.")                                                                   \
    F(T, I64, event, .doc = "Number of the event that caused it.")                                                  \
    F(T, STR, made_by, .required = true, .max = 80, .doc = "Rule, staff or key.")
SHAPE_STRUCT(entry_view, ENTRY_VIEW);
#define ENTRY_PAGE(F, T)                                                                                            \
    F(T, LIST(entry_view), items, .required = true, .max = 100, .doc = "Newest first.")                             \
    F(T, STR, next, .max = 40, .doc = "Cursor of the next page; absent on the last.")
SHAPE_STRUCT(entry_page, ENTRY_PAGE);

// POST /api/v1/entries
#define ENTRY_NEW(F, T)                                                                                                     \
    F(T, STR, key, .required = true, .min = 1, .max = 64, .doc = "Your name for it; sent again, it has no second effect.")  \
    F(T, I64, debit, .min = 1, .max = LEDGER_ID_MAX, .doc = "Account that gives. With credit; or person instead of both.")  \
    F(T, I64, credit, .min = 1, .max = LEDGER_ID_MAX, .doc = "Account that receives.")                                      \
    F(T, I64, person, .min = 1, .max = 4294967295, .doc = "Who receives from the budget of the reason, or spends.")         \
    F(T, STR, unit, .min = 1, .max = 64, .doc = "With person; points when absent.")                                         \
    F(T, I64, amount, .required = true, .doc = "Above zero; with person also below: spent, from all their accounts.")       \
    F(T, STR, reason, .required = true, .min = 1, .max = 60, .doc = "Reason code.")
SHAPE_STRUCT(entry_new, ENTRY_NEW);
#define ENTRY_BATCH(F, T)                                                                                                       \
    F(T, LIST(entry_new), entries, .required = true, .min = 1, .max = LEDGER_BATCH_MAX, .doc = "Posted in this order.")         \
    F(T, BOOL, together, .doc = "All or nothing, as one group; otherwise each has its own result, which is also the default.")
SHAPE_STRUCT(entry_batch, ENTRY_BATCH);
#define POSTED_VIEW(F, T)                                                                                           \
    F(T, STR, code, .required = true, .max = 60, .doc = "ok, or the code of the error.")                            \
    F(T, STR, field, .max = 60, .doc = "The field the error blames.")                                               \
    F(T, I64, id, .doc = "Of the entry or hold.")                                                                   \
    F(T, TIME, at, .doc = "When it was first posted.")                                                              \
    F(T, I64, debit_balance, .doc = "Of the giving account, or accounts, right after it.")                          \
    F(T, I64, credit_balance, .doc = "Of the receiving account, right after it.")                                   \
    F(T, BOOL, again, .doc = "It had been posted before; this is the first result.")
SHAPE_STRUCT(posted_view, POSTED_VIEW);
#define POSTED_LIST(F, T) F(T, LIST(posted_view), items, .required = true, .max = LEDGER_BATCH_MAX, .doc = "As asked.")
SHAPE_STRUCT(posted_list, POSTED_LIST);

// POST /api/v1/entries/{id}/reverse
#define REVERSE_NEW(F, T) F(T, STR, key, .required = true, .min = 1, .max = 64, .doc = "Key of the reversing entry.")
SHAPE_STRUCT(reverse_new, REVERSE_NEW);

// POST /api/v1/holds, /api/v1/holds/{id}/post
#define HOLD_NEW(F, T)                                                                                                      \
    F(T, STR, key, .required = true, .min = 1, .max = 64, .doc = "Your name for it; sent again, it has no second effect.")  \
    F(T, I64, debit, .min = 1, .max = LEDGER_ID_MAX, .doc = "Account that gives. With credit; or person instead of both.")  \
    F(T, I64, credit, .min = 1, .max = LEDGER_ID_MAX, .doc = "Account that receives.")                                      \
    F(T, I64, person, .min = 1, .max = 4294967295, .doc = "Who spends, from all their accounts.")                           \
    F(T, STR, unit, .min = 1, .max = 64, .doc = "With person; points when absent.")                                         \
    F(T, I64, amount, .required = true, .doc = "Above zero.")                                                               \
    F(T, STR, reason, .required = true, .min = 1, .max = 60, .doc = "Reason code.")                                         \
    F(T, TIME, deadline, .doc = "When it is given back by itself; absent: never.")
SHAPE_STRUCT(hold_new, HOLD_NEW);
#define HOLD_POST(F, T) F(T, I64, amount, .doc = "Of it, the rest is given back; all when absent.")
SHAPE_STRUCT(hold_post, HOLD_POST);

// GET /api/v1/reasons
#define REASON_VIEW(F, T)                                                                                           \
    F(T, STR, code, .required = true, .max = 60, .doc = "Code.")                                                    \
    F(T, STR, unit, .required = true, .max = 64, .doc = "Of what.")                                                 \
    F(T, STR, issuer, .required = true, .max = 64, .doc = "The budget that pays.")                                  \
    F(T, I64, expires_months, .required = true, .doc = "Life after the month of posting; 0: for ever.")             \
    F(T, STR, zh, .required = true, .max = 120, .doc = "Name in Chinese.")                                          \
    F(T, STR, en, .required = true, .max = 120, .doc = "Name in English.")                                          \
    F(T, STR, doc, .required = true, .max = 400, .doc = "When it is used.")
SHAPE_STRUCT(reason_view, REASON_VIEW);
#define REASON_LIST(F, T) F(T, LIST(reason_view), items, .required = true, .max = 1000, .doc = "By unit and code.")
SHAPE_STRUCT(reason_list, REASON_LIST);

// GET /api/v1/ledger/summary
#define BUDGET_VIEW(F, T)                                                                                           \
    F(T, I64, account, .required = true, .doc = "Its account.")                                                     \
    F(T, STR, name, .required = true, .max = 64, .doc = "Its name.")                                                \
    F(T, I64, given, .required = true, .doc = "Given out, less what came back.")                                    \
    F(T, I64, promised, .required = true, .doc = "Promised beyond that.")                                           \
    F(T, I64, budget, .doc = "How much it may give in all; absent: not limited.")
SHAPE_STRUCT(budget_view, BUDGET_VIEW);
#define UNIT_SUMMARY(F, T)                                                                                          \
    F(T, STR, unit, .required = true, .max = 64, .doc = "Unit.")                                                    \
    F(T, STR, zh, .required = true, .max = 60, .doc = "Its Chinese name.")                                          \
    F(T, STR, en, .required = true, .max = 60, .doc = "Its English name.")                                          \
    F(T, I64, posted, .required = true, .doc = "Given out by budgets, reversals taken off.")                        \
    F(T, I64, used, .required = true, .doc = "Spent, refunds taken off.")                                           \
    F(T, I64, expired, .required = true, .doc = "Expired.")                                                         \
    F(T, I64, balance, .required = true, .doc = "What people hold: posted − used − expired (M72).")                 \
    F(T, I64, pending, .required = true, .doc = "Promised to people.")                                              \
    F(T, I64, liability_fen, .required = true, .doc = "What the unexpired is expected to cost (M73), in fen.")      \
    F(T, LIST(budget_view), budgets, .required = true, .max = 100, .doc = "Who gave.")
SHAPE_STRUCT(unit_summary, UNIT_SUMMARY);
#define LEDGER_SUMMARY(F, T) F(T, LIST(unit_summary), units, .required = true, .max = 200, .doc = "By unit.")
SHAPE_STRUCT(ledger_summary, LEDGER_SUMMARY);

extern const route_table ledger_routes;

#endif
