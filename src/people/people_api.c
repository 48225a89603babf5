// The people routes.
#include "people/people_api.h"
#include "people/people_routes.h"

#define READS(path_, query_, reply_, doc_, handler_)                                                                       \
    { M_GET, path_, PERM_PEOPLE_READ, .query = query_, .reply = &reply_##_shape,                                           \
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_CURSOR_INVALID), .where = RUN_POOL, .idem = IDEM_READ, .doc = doc_, .tag = "people", \
      .handler = handler_ }

static const route routes[] = {
    { M_GET, "/api/v1/people", PERM_PEOPLE_READ, .query = &people_query_shape, .reply = &people_page_shape,
      .errors = ROUTE_ERRORS(E_CURSOR_INVALID, E_FORBIDDEN, E_RATE_LIMITED, E_OVERLOADED), .where = RUN_POOL, .idem = IDEM_READ,
      .doc = "People, last seen first; or found by personal data (people.find, audited) or an id.", .tag = "people",
      .handler = people_list },
    READS("/api/v1/people/names", &names_query_shape, people_names, "What people are called, for rows that know only their ids.",
          people_names_get),
    READS("/api/v1/people/{id}", NULL, person_view, "Everything known about one person; personal data masked.", people_get),
    READS("/api/v1/people/{id}/timeline", &timeline_query_shape, timeline_page,
          "What a person did and what happened to them, newest first, with what each event set in motion.", people_timeline),
    READS("/api/v1/people/{id}/traits", &traits_query_shape, traits_view,
          "What is known of a person under names, now or as it was; what arrived later can be left out.", person_traits),
    READS("/api/v1/people/{id}/traits/{name:str}", NULL, trait_history, "One trait's values, since when and from whom, newest first.",
          person_trait_history),
    { M_POST, "/api/v1/people/{id}/reveal", PERM_PEOPLE_WRITE, .body = &reveal_new_shape, .reply = &revealed_shape,
      .errors = ROUTE_ERRORS(E_NOT_FOUND), .where = RUN_TELLER, .idem = IDEM_NONE,
      .idem_why = "It changes nothing but the audit, and personal data must not be kept in answers.",
      .doc = "Show personal data in full, once, with a reason; audited.", .tag = "people", .handler = people_reveal,
      .rate_per_minute = 20 },
};
const route_table people_routes = ROUTE_TABLE("people", routes);
