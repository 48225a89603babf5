// Handlers of the profile routes. Inside profile/ only.
#ifndef PROFILE_ROUTES_H
#define PROFILE_ROUTES_H
#include "profile/profile_internal.h"

err classes_get(req *r);
err class_people_get(req *r);
err class_matrix_get(req *r);
err person_tags_get(req *r);
err person_tag_post(req *r);
err person_tag_remove(req *r);
err tag_apply_post(req *r);
err tag_coverage_get(req *r);
err person_notes_get(req *r);
err person_note_post(req *r);
err tag_suggestions_get(req *r);

err person_vehicles_get(req *r);
err household_post(req *r);
err household_leave_post(req *r);
err claims_get(req *r);
err claim_prepare(req *r);
err person_claim_post(req *r);
err claim_decide_post(req *r);
err ownership_get(req *r);
err ownership_role_post(req *r);
err ownership_transfer_post(req *r);
err ownership_delegation_post(req *r);
err ownership_fleet_post(req *r);
err roll_get(req *r);
err online_get(req *r);
err purposes_get(req *r);
err purpose_post(req *r);
err purpose_patch(req *r);
err consent_texts_get(req *r);
err consent_text_post(req *r);
err person_consents_get(req *r);
err person_consent_post(req *r);

// Masked VIN of a vehicle; empty when it is not known.
err vehicle_masked(req *r, str vehicle, str *ret);
err vehicle_known(req *r, str vehicle);            // E_NOT_FOUND
// A person named in a body, as they are now. E_FIELD_VALUE of that field.
err person_named(req *r, int64_t id, const char *at, int64_t *ret);
// Fills deed_done, and audits what changed.
err deed_answer(req *r, const char *verb, const char *object, int64_t id, int64_t told);
typedef struct claim_view claim_view;
err claims_of_person(req *r, int64_t person, const claim_view **ret, uint32_t *ret_n);

// The person of the path as it is now. E_NOT_FOUND.
err person_of_path(req *r, int64_t *ret);

#endif
