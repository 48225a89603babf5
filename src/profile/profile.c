// What the module brings: effects, conditions, timers, routes.
#include "profile/class_api.h"
#include "profile/profile_routes.h"

void profile_register(engine *e)
{
    e->person_changed = class_settle;
    class_register(e->rules);
    people_add_tables(e, class_tables, class_tables_n);
}

#define READS(path_, query_, reply_, doc_, handler_)                                                                       \
    { M_GET, path_, PERM_PEOPLE_READ, .query = query_, .reply = &reply_##_shape,                                           \
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_CURSOR_INVALID), .where = RUN_POOL, .idem = IDEM_READ, .doc = doc_, .tag = "profile", \
      .handler = handler_ }

static const route routes[] = {
    READS("/api/v1/classes", NULL, classes_view, "How many people are of which class now.", classes_get),
    READS("/api/v1/classes/people", &class_people_query_shape, people_page, "Who is of a class.", class_people_get),
    READS("/api/v1/classes/matrix", &matrix_query_shape, matrix_view,
          "Who moved from which class to which between two days.", class_matrix_get),
};
const route_table profile_routes = ROUTE_TABLE("profile", routes);
