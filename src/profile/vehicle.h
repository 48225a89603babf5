// Who belongs to a vehicle, from when to when. A vehicle is the keyed hash of its VIN (as in `ownership`) or "event:<no>" when no VIN
// was said. Inside profile/.
#ifndef PROFILE_VEHICLE_H
#define PROFILE_VEHICLE_H
#include "profile/profile_internal.h"

#define VEHICLE_BYTES_MAX 60
#define ORGANISATION_CHARS_MAX 80
#define AUTHORISED_MAX 5
#define HOUSEHOLD_MAX 20
#define FLEET_MIN 5                    // vehicles of one organisation that make a fleet: no votes, shown apart

enum vehicle_role { ROLE_PAYER, ROLE_MAIN_USER, ROLE_AUTHORISED, VEHICLE_ROLE_COUNT };
ENUM_DECLARE(vehicle_role);
enum household_kind { HOUSEHOLD_HEAD, HOUSEHOLD_SPOUSE, HOUSEHOLD_CHILD, HOUSEHOLD_PARENT, HOUSEHOLD_OTHER, HOUSEHOLD_KIND_COUNT };
ENUM_DECLARE(household_kind);

typedef struct relating { uint32_t subject; str vehicle; int64_t at_us, event_no, staff; str reason; } relating;

// *ret_event: number of the event that tells of it; 0: nothing changed. One payer and one main user at a time: the one before ends.
// E_LIMIT_REACHED: a sixth authorised user.
err role_begin(tx *t, const relating *g, enum vehicle_role role, int64_t *ret_event);
err role_end(tx *t, const relating *g, enum vehicle_role role, int64_t *ret_event);
// Of the registered owner: the main user votes, or no longer. E_CONFLICT: not the owner, or no main user.
err vote_delegate(tx *t, const relating *g, bool on, int64_t *ret_event);
err fleet_begin(tx *t, str vehicle, str organisation, int64_t at_us, int64_t event_no, int64_t *ret_event);
err fleet_end(tx *t, str vehicle, int64_t at_us, int64_t event_no, int64_t *ret_event);
// Joins the household of `with` (made when there is none), leaving one's own.
err household_join(tx *t, const relating *g, uint32_t with, enum household_kind kind, int64_t *ret_event);
err household_leave(tx *t, const relating *g, int64_t *ret_event);

// Who owned it at a moment; 0: nobody known.
err vehicle_owner_at(db *d, str vehicle, int64_t at_us, int64_t *ret_person);

void vehicle_register(rules *r);
extern const person_table vehicle_tables[];
extern const size_t vehicle_tables_n;

// --- Verified owners (claim.c) ---------------------------------------------------------------------------------------------------
enum claim_state { CLAIM_WAITING, CLAIM_APPROVED, CLAIM_REFUSED, CLAIM_REVOKED, CLAIM_STATE_COUNT };
ENUM_DECLARE(claim_state);
enum claim_evidence { EVIDENCE_ORDER, EVIDENCE_REGISTRATION, EVIDENCE_ID, EVIDENCE_APP, EVIDENCE_STAFF, CLAIM_EVIDENCE_COUNT };
ENUM_DECLARE(claim_evidence);

// ISO 3779: 17 characters, no I, O, Q. VIN_DIGIT: the check digit of position 9, which GB 16735 (China, VINs from L) and North America
// (1 to 5) demand, is wrong.
typedef enum vin_verdict { VIN_GOOD, VIN_FORM, VIN_DIGIT } vin_verdict;
vin_verdict vin_check(str vin);

typedef struct claiming {
    uint32_t subject;
    str vehicle, reference;
    int64_t vin_vault, event_no, at_us;
    enum claim_evidence evidence;
} claiming;
// Waits for staff, unless the rule can tell: the vehicle is theirs by a delivery. The same claim again changes nothing.
err claim_make(tx *t, const claiming *c, int64_t *ret_id, enum claim_state *ret_state);
typedef struct deciding { int64_t id; enum claim_state to; int64_t staff; str reason; } deciding;
// E_NOT_FOUND, E_CONFLICT: not from this state. Approving makes them the registered owner when they are not.
err claim_decide(tx *t, const deciding *x, int64_t *ret_event);
void claim_register(rules *r);

#endif
