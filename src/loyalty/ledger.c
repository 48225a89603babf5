#include "loyalty/ledger.h"

const char *const owner_kinds[OWNER_KIND_COUNT + 1] = { "person", "issuer", "system", NULL };
