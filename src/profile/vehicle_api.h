// Shapes of vehicles and their people, claims, households, and the owner roll on the wire.
#ifndef PROFILE_VEHICLE_API_H
#define PROFILE_VEHICLE_API_H
#include "profile/vehicle.h"

#define VEHICLE_DOC "Stands for the VIN (its keyed hash), or event:<no> when none was said."
#define REASON_FIELD(F, T)                                                                                                 \
    F(T, STR, reason, .required = true, .min = 2, .max = 200, .free = true, .doc = "Why: kept in the event that tells of it.")

// --- One person -------------------------------------------------------------------------------------------------------------------
#define CLAIM_VIEW(F, T)                                                                                                   \
    F(T, I64, id, .required = true, .doc = "Id.")                                                                          \
    F(T, I64, person, .required = true, .doc = "Who claims.")                                                              \
    F(T, STR, name, .max = 60, .pii = true, .doc = "Their name; absent when unknown.")                                     \
    F(T, STR, vehicle, .required = true, .max = VEHICLE_BYTES_MAX, .doc = VEHICLE_DOC)                                     \
    F(T, STR, vin, .max = 40, .doc = "Masked VIN.")                                                                        \
    F(T, ENUM(claim_evidence), evidence, .required = true, .doc = "What it rests on.")                                     \
    F(T, STR, reference, .max = 60, .doc = "Number of the order or certificate.")                                          \
    F(T, ENUM(claim_state), state, .required = true, .doc = "Waiting, approved, refused or revoked.")                      \
    F(T, I64, owner, .doc = "Who is the registered owner now; absent: nobody known.")                                      \
    F(T, STR, reason, .max = 200, .doc = "Why it was decided so.")                                                         \
    F(T, TIME, at, .required = true, .doc = "When it was made.")                                                           \
    F(T, TIME, decided, .doc = "When it was decided.")
SHAPE_STRUCT(claim_view, CLAIM_VIEW);
#define OWN_VEHICLE(F, T)                                                                                                  \
    F(T, STR, vehicle, .required = true, .max = VEHICLE_BYTES_MAX, .doc = VEHICLE_DOC)                                     \
    F(T, STR, vin, .max = 40, .doc = "Masked VIN; absent when unknown.")                                                   \
    F(T, BOOL, owner, .required = true, .doc = "The registered owner, at some time.")                                      \
    F(T, TIME, from, .doc = "Owner from.")                                                                                 \
    F(T, TIME, until, .doc = "Owner until; absent: still.")                                                                \
    F(T, BOOL, verified, .required = true, .doc = "Owner now, and proved.")                                                \
    F(T, STRS, roles, .required = true, .max = 3, .item_max = 20, .doc = "Other roles now: payer, main_user, authorised.") \
    F(T, BOOL, delegated, .required = true, .doc = "The main user votes for it.")                                          \
    F(T, STR, organisation, .max = ORGANISATION_CHARS_MAX, .doc = "Of which organisation it is.")
SHAPE_STRUCT(own_vehicle, OWN_VEHICLE);
#define HOUSEHOLD_PERSON(F, T)                                                                                             \
    F(T, I64, person, .required = true, .doc = "Who.")                                                                     \
    F(T, STR, name, .max = 60, .pii = true, .doc = "Name; absent when unknown.")                                           \
    F(T, ENUM(household_kind), kind, .required = true, .doc = "What they are in it.")                                      \
    F(T, TIME, since, .required = true, .doc = "Since when.")
SHAPE_STRUCT(household_person, HOUSEHOLD_PERSON);
#define PERSON_VEHICLES(F, T)                                                                                              \
    F(T, BOOL, verified, .required = true, .doc = "Verified owner of at least one.")                                       \
    F(T, STR, user_class, .required = true, .max = 20, .doc = "potential, intent, experience or owner.")                   \
    F(T, STR, behaviour, .required = true, .max = 20, .doc = "lurker … koc.")                                              \
    F(T, STR, type, .required = true, .max = 20, .doc = "consumer, producer or valuable.")                                 \
    F(T, STR, path, .required = true, .max = 20, .doc = "none, prospect, new_owner, old_owner or seed_owner.")             \
    F(T, LIST(own_vehicle), vehicles, .required = true, .max = 50, .doc = "Owned first, newest first.")                    \
    F(T, LIST(claim_view), claims, .required = true, .max = 20, .doc = "Newest first.")                                    \
    F(T, LIST(household_person), household, .required = true, .max = HOUSEHOLD_MAX, .doc = "Everybody of it, this person too; empty: none.")
SHAPE_STRUCT(person_vehicles, PERSON_VEHICLES);

#define HOUSEHOLD_NEW(F, T)                                                                                                \
    F(T, I64, with, .required = true, .min = 1, .max = 9007199254740991, .doc = "A person of the household, or to begin one with.") \
    F(T, ENUM(household_kind), kind, .required = true, .doc = "What this person is in it.")                                \
    REASON_FIELD(F, T)
SHAPE_STRUCT(household_new, HOUSEHOLD_NEW);
#define REASON_ONLY(F, T) REASON_FIELD(F, T)
SHAPE_STRUCT(reason_only, REASON_ONLY);
#define DEED_DONE(F, T)                                                                                                    \
    F(T, BOOL, done, .required = true, .doc = "Something changed; false: it was so already.")                              \
    F(T, I64, event, .doc = "Number of the event that tells of it.")
SHAPE_STRUCT(deed_done, DEED_DONE);

#define CLAIM_NEW(F, T)                                                                                                    \
    F(T, STR, vin, .required = true, .min = 17, .max = 17, .pattern = "vin", .pii = true, .doc = "The VIN; its check digit must be right.") \
    F(T, ENUM(claim_evidence), evidence, .required = true, .doc = "What was shown.")                                       \
    F(T, STR, reference, .min = 1, .max = 60, .pattern = "id", .free = true, .doc = "Number of the order or certificate.")
SHAPE_STRUCT(claim_new, CLAIM_NEW);
#define CLAIM_QUERY(F, T)                                                                                                  \
    F(T, ENUM(claim_state), state, .doc = "Only these; waiting when absent.")                                              \
    F(T, STR, cursor, .max = 40, .doc = "`next` of the page before.")                                                      \
    F(T, I64, limit, .min = 1, .max = 100, .doc = "Page size; 30 when absent.")
SHAPE_STRUCT(claim_query, CLAIM_QUERY);
#define CLAIM_PAGE(F, T)                                                                                                   \
    F(T, LIST(claim_view), items, .required = true, .max = 100, .doc = "Oldest first.")                                    \
    F(T, STR, next, .max = 40, .doc = "Cursor of the next page; absent on the last.")
SHAPE_STRUCT(claim_page, CLAIM_PAGE);
enum claim_decision { DECISION_APPROVE, DECISION_REFUSE, DECISION_REVOKE };
ENUM_DECLARE(claim_decision);
#define CLAIM_DECIDE(F, T)                                                                                                 \
    F(T, ENUM(claim_decision), decision, .required = true, .doc = "approve and refuse what waits, revoke what was approved.") \
    REASON_FIELD(F, T)
SHAPE_STRUCT(claim_decide_new, CLAIM_DECIDE);

// --- One vehicle ------------------------------------------------------------------------------------------------------------------
#define OWNER_PERIOD(F, T)                                                                                                 \
    F(T, I64, person, .required = true, .doc = "Registered owner.")                                                        \
    F(T, STR, name, .max = 60, .pii = true, .doc = "Name; absent when unknown.")                                           \
    F(T, TIME, from, .required = true, .doc = "From.")                                                                     \
    F(T, TIME, until, .doc = "Until, excluded; absent: still.")                                                            \
    F(T, BOOL, verified, .required = true, .doc = "Proved.")
SHAPE_STRUCT(owner_period, OWNER_PERIOD);
#define ROLE_PERIOD(F, T)                                                                                                  \
    F(T, I64, person, .required = true, .doc = "Who.")                                                                     \
    F(T, STR, name, .max = 60, .pii = true, .doc = "Name; absent when unknown.")                                           \
    F(T, ENUM(vehicle_role), role, .required = true, .doc = "As what.")                                                    \
    F(T, TIME, from, .required = true, .doc = "From.")                                                                     \
    F(T, TIME, until, .doc = "Until, excluded; absent: still.")
SHAPE_STRUCT(role_period, ROLE_PERIOD);
#define OWNERSHIP_VIEW(F, T)                                                                                               \
    F(T, STR, vehicle, .required = true, .max = VEHICLE_BYTES_MAX, .doc = VEHICLE_DOC)                                     \
    F(T, STR, vin, .max = 40, .doc = "Masked VIN; absent when unknown.")                                                   \
    F(T, STR, organisation, .max = ORGANISATION_CHARS_MAX, .doc = "Of which organisation it is now.")                      \
    F(T, BOOL, fleet, .required = true, .doc = "That has five or more: no vote.")                                          \
    F(T, BOOL, delegated, .required = true, .doc = "The main user votes for it.")                                          \
    F(T, LIST(owner_period), owners, .required = true, .max = 50, .doc = "Newest first.")                                  \
    F(T, LIST(role_period), roles, .required = true, .max = 100, .doc = "Newest first.")
SHAPE_STRUCT(ownership_view, OWNERSHIP_VIEW);
#define ROLE_NEW(F, T)                                                                                                     \
    F(T, I64, person, .required = true, .min = 1, .max = 9007199254740991, .doc = "Who.")                                  \
    F(T, ENUM(vehicle_role), role, .required = true, .doc = "As what.")                                                    \
    F(T, BOOL, end, .doc = "true: no longer.")                                                                             \
    REASON_FIELD(F, T)
SHAPE_STRUCT(role_new, ROLE_NEW);
#define TRANSFER_NEW(F, T)                                                                                                 \
    F(T, I64, person, .min = 1, .max = 9007199254740991, .doc = "The new registered owner; absent: sold away or scrapped, nobody known.") \
    F(T, TIME, at, .doc = "Since when; now when absent.")                                                                  \
    REASON_FIELD(F, T)
SHAPE_STRUCT(transfer_new, TRANSFER_NEW);
#define DELEGATION_NEW(F, T)                                                                                               \
    F(T, BOOL, on, .required = true, .doc = "true: the main user votes; false: the owner again.")                          \
    REASON_FIELD(F, T)
SHAPE_STRUCT(delegation_new, DELEGATION_NEW);
#define FLEET_NEW(F, T)                                                                                                    \
    F(T, STR, organisation, .min = 1, .max = ORGANISATION_CHARS_MAX, .pattern = "line",                                    \
      .doc = "Whose it is; absent: no organisation's any more.")                                                          \
    REASON_FIELD(F, T)
SHAPE_STRUCT(fleet_new, FLEET_NEW);

// --- The roll ---------------------------------------------------------------------------------------------------------------------
#define ROLL_QUERY(F, T)                                                                                                   \
    F(T, TIME, at, .doc = "As of when; now when absent.")                                                                  \
    F(T, STR, cursor, .max = VEHICLE_BYTES_MAX, .doc = "`next` of the page before.")                                       \
    F(T, I64, limit, .min = 1, .max = 200, .doc = "Page size; 50 when absent.")
SHAPE_STRUCT(roll_query, ROLL_QUERY);
#define ROLL_ROW(F, T)                                                                                                     \
    F(T, STR, vehicle, .required = true, .max = VEHICLE_BYTES_MAX, .doc = VEHICLE_DOC)                                     \
    F(T, I64, owner, .required = true, .doc = "Registered owner.")                                                         \
    F(T, I64, voter, .required = true, .doc = "Who votes for it: the owner, or the main user where the owner said so.")    \
    F(T, BOOL, verified, .required = true, .doc = "The ownership is proved.")
SHAPE_STRUCT(roll_row, ROLL_ROW);
#define ROLL_VIEW(F, T)                                                                                                    \
    F(T, TIME, at, .required = true, .doc = "As of.")                                                                      \
    F(T, I64, votes, .required = true, .doc = "Vehicles that have a vote: one each.")                                      \
    F(T, I64, owners, .required = true, .doc = "People who own them.")                                                     \
    F(T, I64, verified, .required = true, .doc = "Of the votes: ownership proved.")                                        \
    F(T, I64, delegated, .required = true, .doc = "Of the votes: given to the main user.")                                 \
    F(T, I64, fleet_vehicles, .required = true, .doc = "Vehicles of fleets: no vote, apart.")                              \
    F(T, I64, fleets, .required = true, .doc = "Organisations with five or more.")                                         \
    F(T, I64, without_vin, .required = true, .doc = "Deliveries told without a VIN: no vote.")                             \
    F(T, LIST(roll_row), items, .required = true, .max = 200, .doc = "By vehicle.")                                        \
    F(T, STR, next, .max = VEHICLE_BYTES_MAX, .doc = "Cursor of the next page; absent on the last.")
SHAPE_STRUCT(roll_view, ROLL_VIEW);
#define ONLINE_VIEW(F, T)                                                                                                  \
    F(T, I64, vehicles, .required = true, .doc = "Vehicles with a VIN, owned now, of no fleet.")                           \
    F(T, I64, bound, .required = true, .doc = "Of them: the owner's ownership is proved or bound (M35b).")                 \
    F(T, I64, online, .required = true, .doc = "Of these: the owner was seen within 90 days (M35).")
SHAPE_STRUCT(online_view, ONLINE_VIEW);

#endif
