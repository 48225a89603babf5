// What the module brings: effects, conditions, timers, routes.
#include "profile/class_api.h"
#include "profile/consent_api.h"
#include "profile/note_api.h"
#include "profile/profile_routes.h"
#include "profile/tag.h"
#include "profile/tag_api.h"
#include "profile/vehicle_api.h"

void profile_register(engine *e)
{
    e->person_changed = class_settle;
    class_register(e->rules);
    tag_register(e->rules);
    vehicle_register(e->rules);
    people_add_tables(e, class_tables, class_tables_n);
    people_add_tables(e, tag_tables, tag_tables_n);
    people_add_tables(e, tag_gone_tables, tag_gone_tables_n);
    people_add_tables(e, note_tables, note_tables_n);
    people_add_tables(e, vehicle_tables, vehicle_tables_n);
}

err profile_tag_stands(db *d, arena *a, int64_t person, str tag, int64_t now_us, bool *ret)
{
    return tag_stands(d, a, person, tag, now_us, ret);
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
    READS("/api/v1/people/{id}/notes", NULL, note_list, "What was said in conversations, newest first.", person_notes_get),
    READS("/api/v1/people/{id}/tags/suggestions", NULL, tag_suggestions, "Tags that notes and a person's own words in recent events speak for.",
          tag_suggestions_get),
    WRITES("/api/v1/people/{id}/notes", note_new, note_view, "Note what was said. Numbers, names and the like in it are starred.",
           person_note_post, E_NOT_FOUND),
    READS("/api/v1/tags/coverage", NULL, tag_coverage, "How many have each tag of the library, and how stale that is.",
          tag_coverage_get),
    WRITES("/api/v1/people/{id}/tags", tag_new, tag_done, "Give a tag of the library, with a reason.", person_tag_post,
           E_NOT_FOUND, E_FIELD_VALUE),
    WRITES("/api/v1/people/{id}/tags/remove", tag_gone, tag_done, "Take a tag away, with a reason.", person_tag_remove,
           E_NOT_FOUND),
    WRITES("/api/v1/tags/apply", tag_apply, tag_applied, "Give a tag to a list of people; dry_run says first what would happen.",
           tag_apply_post, E_FIELD_VALUE),
    READS("/api/v1/people/{id}/consents", NULL, person_consents, "What a person agreed to, and every word they said.",
          person_consents_get),
    WRITES("/api/v1/people/{id}/consents", consent_say, deed_done, "Record a consent given or withdrawn, with its text and where it was said.",
           person_consent_post, E_NOT_FOUND, E_FIELD_VALUE, E_FIELD_REQUIRED),
    READS("/api/v1/consent-purposes", NULL, purpose_rows, "What people are asked to agree to.", purposes_get),
    { M_POST, "/api/v1/consent-purposes", PERM_ADMIN, .body = &purpose_new_shape, .reply = &purpose_view_shape,
      .errors = ROUTE_ERRORS(E_EXISTS, E_LIMIT_REACHED), .where = RUN_TELLER, .idem = IDEM_KEY, .doc = "Add a purpose.", .tag = "profile",
      .handler = purpose_post },
    { M_PATCH, "/api/v1/consent-purposes/{key:str}", PERM_ADMIN, .body = &purpose_change_shape, .reply = &purpose_view_shape,
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_CONFLICT), .where = RUN_TELLER, .idem = IDEM_NATURAL,
      .doc = "Another name for a purpose the brand added, or that it reaches people.", .tag = "profile", .handler = purpose_patch },
    READS("/api/v1/consent-texts", &consent_texts_query_shape, consent_texts, "The texts of consents, each version word for word.",
          consent_texts_get),
    { M_POST, "/api/v1/consent-texts", PERM_ADMIN, .body = &consent_text_new_shape, .reply = &consent_text_shape,
      .errors = ROUTE_ERRORS(E_EXISTS, E_LIMIT_REACHED, E_FIELD_VALUE), .where = RUN_TELLER, .idem = IDEM_KEY,
      .doc = "Store a text under a version; it can never be changed.", .tag = "profile", .handler = consent_text_post },
    READS("/api/v1/people/{id}/profile", NULL, person_vehicles, "A person's classes, vehicles with their periods, claims, household.",
          person_vehicles_get),
    WRITES("/api/v1/people/{id}/household", household_new, deed_done, "Join the household of somebody, leaving one's own.",
           household_post, E_NOT_FOUND, E_FIELD_VALUE, E_CONFLICT, E_LIMIT_REACHED),
    WRITES("/api/v1/people/{id}/household/leave", reason_only, deed_done, "Leave one's household.", household_leave_post, E_NOT_FOUND),
    { M_POST, "/api/v1/people/{id}/claims", PERM_PEOPLE_WRITE, .body = &claim_new_shape, .reply = &claim_view_shape,
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_FIELD_VALUE), .where = RUN_TELLER, .idem = IDEM_KEY,
      .doc = "Claim a VIN for a person: approved at once when a delivery proves it, else it waits for staff.", .tag = "profile",
      .prepare = claim_prepare, .handler = person_claim_post },
    READS("/api/v1/claims", &claim_query_shape, claim_page, "Claims to be the owner, those that wait first.", claims_get),
    { M_POST, "/api/v1/claims/{id}/decide", PERM_PEOPLE_WRITE, .body = &claim_decide_new_shape, .reply = &claim_view_shape,
      .errors = ROUTE_ERRORS(E_NOT_FOUND, E_CONFLICT), .where = RUN_TELLER, .idem = IDEM_KEY,
      .about = "SELECT person FROM owner_claim WHERE id = $1",
      .doc = "Approve, refuse or revoke. Approved, they are the registered owner.", .tag = "profile", .handler = claim_decide_post },
    READS("/api/v1/ownerships/{vehicle:str}", NULL, ownership_view, "Who owned a vehicle from when to when, and who belongs to it.",
          ownership_get),
    WRITES("/api/v1/ownerships/{vehicle:str}/roles", role_new, deed_done, "Payer, main user (one at a time) or authorised user (up to five).",
           ownership_role_post, E_NOT_FOUND, E_FIELD_VALUE, E_LIMIT_REACHED),
    WRITES("/api/v1/ownerships/{vehicle:str}/transfer", transfer_new, deed_done, "Another registered owner from a moment on, or none.",
           ownership_transfer_post, E_NOT_FOUND, E_FIELD_VALUE),
    WRITES("/api/v1/ownerships/{vehicle:str}/delegation", delegation_new, deed_done, "Let the main user vote for the vehicle, or no longer.",
           ownership_delegation_post, E_NOT_FOUND, E_CONFLICT),
    WRITES("/api/v1/ownerships/{vehicle:str}/fleet", fleet_new, deed_done, "Note the vehicle as an organisation's, or as nobody's.",
           ownership_fleet_post, E_NOT_FOUND),
    READS("/api/v1/owner-roll", &roll_query_shape, roll_view, "The owner roll at a moment: one vehicle, one vote; fleets apart.", roll_get),
    READS("/api/v1/owner-online", NULL, online_view, "How many owned vehicles are bound, and their owners online (M35).", online_get),
};
const route_table profile_routes = ROUTE_TABLE("profile", routes);
