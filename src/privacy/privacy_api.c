#include "privacy/privacy_api.h"

static const char *const kind_names[] = { "export", "erase", NULL };
const enum_labels privacy_kind_labels = { "privacy_kind", kind_names };
static const char *const state_names[] = { "asked", "refused", "granted", "done", "expired", NULL };
const enum_labels privacy_state_labels = { "privacy_state", state_names };

SHAPE_TABLE(privacy_request_view, PRIVACY_REQUEST_VIEW);
SHAPE_TABLE(privacy_page, PRIVACY_PAGE);
SHAPE_TABLE(privacy_query, PRIVACY_QUERY);
SHAPE_TABLE(privacy_new, PRIVACY_NEW);
SHAPE_TABLE(privacy_decision, PRIVACY_DECISION);
SHAPE_TABLE(privacy_hold_view, PRIVACY_HOLD_VIEW);
SHAPE_TABLE(privacy_hold_new, PRIVACY_HOLD_NEW);
SHAPE_TABLE(privacy_person, PRIVACY_PERSON);

// At a change of hands they stay: who asked is who they were verified to be, not who had a number.
static const person_table tables[] = {
    // Kept without its texts: that the request was answered in time has to be shown.
    { .table = "privacy_request", .repoint = "UPDATE privacy_request SET person = $2 WHERE subject = $1",
      .erase = "UPDATE privacy_request SET reason = '', answer = '' WHERE subject = $1",
      .exported = "SELECT id, kind, state, reason, answer, asked_us, due_us, decided_us, done_us FROM privacy_request WHERE person = $1",
      TEXTS(TEXT_OF("privacy_request", "reason"), TEXT_OF("privacy_request", "answer")), CODES("asked_name, decided_name") },
    { PERSON_TABLE("privacy_hold", "id, reason, set_us, ended_us"), TEXTS(TEXT_OF("privacy_hold", "reason")), CODES("set_name, ended_name") },
};

void privacy_open(engine *e) { people_add_tables(e, tables, sizeof tables / sizeof *tables); }

static const route routes[] = {
    { M_GET, "/api/v1/privacy/requests", PERM_PRIVACY, .query = &privacy_query_shape, .reply = &privacy_page_shape,
      .errors = ROUTE_ERRORS(E_CURSOR_INVALID), .where = RUN_POOL, .idem = IDEM_READ, .tag = "privacy",
      .doc = "Requests about personal data: of one state, the one due first first; all, newest first.", .handler = privacy_list },
    { M_GET, "/api/v1/people/{id}/privacy", PERM_PEOPLE_READ, .reply = &privacy_person_shape, .errors = ROUTE_ERRORS(E_NOT_FOUND),
      .where = RUN_POOL, .idem = IDEM_READ, .tag = "privacy",
      .doc = "A person's requests and holds, and what an erasure would take.", .handler = privacy_of_person },
    { M_POST, "/api/v1/people/{id}/privacy-requests", PERM_PEOPLE_WRITE, .body = &privacy_new_shape, .reply = &privacy_request_view_shape,
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_CONFLICT), .where = RUN_TELLER, .idem = IDEM_KEY, .tag = "privacy",
      .doc = "A person asks for a copy of their data, or to be forgotten; a task opens for whoever answers for it.", .handler = privacy_ask },
    { M_PATCH, "/api/v1/privacy/requests/{id}", PERM_PRIVACY, .body = &privacy_decision_shape, .reply = &privacy_request_view_shape,
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_CONFLICT, E_FIELD_REQUIRED, E_VERSION_REQUIRED, E_VERSION_STALE), .where = RUN_TELLER,
      .idem = IDEM_NATURAL, .about = "SELECT person FROM privacy_request WHERE id = $1", .tag = "privacy",
      .doc = "Grant or refuse. A granted erasure is done at once and cannot be undone; not by who asked, not while held.",
      .handler = privacy_decide },
    { M_POST, "/api/v1/privacy/requests/{id}/download", PERM_PRIVACY, .raw = "application/zip",
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_CONFLICT), .where = RUN_TELLER, .idem = IDEM_NONE,
      .idem_why = "Personal data must not be kept in answers; a granted export is fetched once.", .tag = "privacy",
      .doc = "Everything about the person, for programs (data.json) and for reading (index.html). Once.", .work = privacy_export_make,
      .handler = privacy_export_give, .rate_per_minute = 10 },
    { M_POST, "/api/v1/people/{id}/holds", PERM_PRIVACY, .body = &privacy_hold_new_shape, .reply = &privacy_hold_view_shape,
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_LIMIT_REACHED), .where = RUN_TELLER, .idem = IDEM_KEY, .tag = "privacy",
      .doc = "Nothing about this person may be erased for now.", .handler = privacy_hold_set },
    { M_DELETE, "/api/v1/privacy/holds/{id}", PERM_PRIVACY, .errors = ROUTE_ERRORS(E_NOT_FOUND), .where = RUN_TELLER, .idem = IDEM_NATURAL,
      .tag = "privacy", .doc = "The hold ends.", .handler = privacy_hold_end },
};
const route_table privacy_routes = ROUTE_TABLE("privacy", routes);
