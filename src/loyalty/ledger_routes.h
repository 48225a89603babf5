// Handlers of the ledger's routes, between its two files.
#ifndef LOYALTY_LEDGER_ROUTES_H
#define LOYALTY_LEDGER_ROUTES_H
#include "loyalty/ledger_api.h"

// --- ledger_view.c ------------------------------------------------------------------------------------------------------------
err account_get(req *r);
err person_accounts_get(req *r);
err person_entries_get(req *r);
err reasons_get(req *r);
err ledger_summary_get(req *r);

#define LIST_OF(out, T, name_, v_, n_) SET(out, T, name_, (typeof((out)->name_)){ (v_), (uint32_t)(n_) })

#endif
