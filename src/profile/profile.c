// What the module brings: effects, conditions, timers, routes.
#include "profile/class_api.h"
#include "profile/profile_routes.h"
#include "profile/tag_api.h"
#include "profile/vehicle.h"

void profile_register(engine *e)
{
    e->person_changed = class_settle;
    class_register(e->rules);
    tag_register(e->rules);
    vehicle_register(e->rules);
    people_add_tables(e, class_tables, class_tables_n);
    people_add_tables(e, tag_tables, tag_tables_n);
    people_add_tables(e, vehicle_tables, vehicle_tables_n);
}

// clang-format off
#define READS(path_, query_, reply_, doc_, handler_)                                                                             \
    { M_GET, path_, PERM_PEOPLE_READ, .query = query_, .reply = &reply_##_shape,                                                 \
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_CURSOR_INVALID), .where = RUN_POOL, .idem = IDEM_READ, .doc = doc_,                  \
      .tag = "profile", .handler = handler_ }
#define WRITES(path_, body_, reply_, doc_, handler_, ...)                                                                        \
    { M_POST, path_, PERM_PEOPLE_WRITE, .body = &body_##_shape, .reply = &reply_##_shape, .errors = ROUTE_ERRORS(__VA_ARGS__),   \
      .where = RUN_TELLER, .idem = IDEM_KEY, .doc = doc_, .tag = "profile", .handler = handler_ }
// clang-format on

static const route routes[] = {
    READS("/api/v1/classes", NULL, classes_view, "How many people are of which class now.", classes_get),
    READS("/api/v1/classes/people", &class_people_query_shape, people_page, "Who is of a class.", class_people_get),
    READS("/api/v1/classes/matrix", &matrix_query_shape, matrix_view, "Who moved from which class to which between two days.",
          class_matrix_get),
    READS("/api/v1/people/{id}/tags", NULL, held_tags, "A person's tags with what they stand on.", person_tags_get),
    READS("/api/v1/tags/coverage", NULL, tag_coverage, "How many have each tag of the library, and how stale that is.",
          tag_coverage_get),
    WRITES("/api/v1/people/{id}/tags", tag_new, tag_done, "Give a tag of the library, with a reason.", person_tag_post,
           E_NOT_FOUND, E_FIELD_VALUE),
    WRITES("/api/v1/people/{id}/tags/remove", tag_gone, tag_done, "Take a tag away, with a reason.", person_tag_remove,
           E_NOT_FOUND),
    WRITES("/api/v1/tags/apply", tag_apply, tag_applied, "Give a tag to a list of people; dry_run says first what would happen.",
           tag_apply_post, E_FIELD_VALUE),
};
const route_table profile_routes = ROUTE_TABLE("profile", routes);
