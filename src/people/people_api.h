// Shapes of people on the wire. Names of people are shown as they are to those with people.read; other personal data masked.
#ifndef PEOPLE_PEOPLE_API_H
#define PEOPLE_PEOPLE_API_H
#include "people/people.h"
#include "rule/rule_api.h"

// The seven stages, and whoever has not even followed.
enum stage { STAGE_VISITOR, STAGE_FOLLOW, STAGE_LEAD, STAGE_TRIAL, STAGE_RESERVE, STAGE_ORDER, STAGE_OWNER, STAGE_ADVOCATE,
             STAGE_COUNT };
ENUM_DECLARE(stage);          // visitor follow lead trial reserve order owner advocate
enum band { BAND_VISITOR, BAND_FAN, BAND_PROSPECT, BAND_OWNER_TO_BE, BAND_OWNER, BAND_COUNT };
ENUM_DECLARE(band);           // MISSION: fan 粉丝 follow, prospect 潜客 lead … reserve, owner_to_be 准车主 order, owner 保客 the rest
enum opportunity_state { OPPORTUNITY_OPEN, OPPORTUNITY_WON, OPPORTUNITY_LOST, OPPORTUNITY_IDLE, OPPORTUNITY_STATE_COUNT };
ENUM_DECLARE(opportunity_state);
enum personal_kind { PERSONAL_PHONE, PERSONAL_EMAIL, PERSONAL_NAME, PERSONAL_ADDRESS, PERSONAL_ID_NUMBER, PERSONAL_PLATE,
                     PERSONAL_VIN, PERSONAL_BIRTHDAY };
ENUM_DECLARE(personal_kind);  // the kinds of vault.h, in their order
ENUM_DECLARE(identity_kind);  // the kinds of people.h, by their codes
static inline enum band band_of(enum stage s)
{
    return s <= STAGE_FOLLOW ? (enum band)s : s <= STAGE_RESERVE ? BAND_PROSPECT : s <= STAGE_ORDER ? BAND_OWNER_TO_BE : BAND_OWNER;
}

// GET /api/v1/people
#define PEOPLE_QUERY(F, T)                                                                                                \
    F(T, ENUM(stage), stage, .doc = "Only people at this stage.")                                                         \
    F(T, ENUM(band), band, .doc = "Only people of this band.")                                                            \
    F(T, STR, tag, .min = 1, .max = 60, .doc = "Only people who have this tag.")                                          \
    F(T, STR, tier, .min = 3, .max = 61, .pattern = "id", .doc = "Only people on this level of a ladder: prospect:A.")      \
    F(T, STR, q, .min = 1, .max = 60, .doc = "Phone or its last four digits, e-mail, VIN, plate, two characters of a name, any id.")          \
    F(T, STR, cursor, .max = 100, .doc = "`next` of the page before.")                                                    \
    F(T, I64, limit, .min = 1, .max = 100, .doc = "Page size; 30 when absent.")
SHAPE_STRUCT(people_query, PEOPLE_QUERY);

#define PERSON_ROW(F, T)                                                                                  \
    F(T, I64, id, .required = true, .doc = "Id.")                                                         \
    F(T, STR, name, .max = 60, .pii = true, .doc = "Name; absent when unknown.")                          \
    F(T, ENUM(stage), stage, .required = true, .doc = "Highest stage of the open opportunity; owner while owning.") \
    F(T, ENUM(band), band, .required = true, .doc = "Band of the stage.")                                 \
    F(T, STR, phone, .max = 20, .doc = "Masked: 138••••6207.")                                            \
    F(T, STR, city, .max = 60, .doc = "City.")                                                            \
    F(T, STR, model, .max = 60, .doc = "Model of interest.")                                              \
    F(T, STR, source, .max = 120, .doc = "First source.")                                                 \
    F(T, STRS, tags, .required = true, .max = 20, .item_max = 60, .doc = "Tags, newest first; not the sensitive ones.")           \
    F(T, STRS, tiers, .required = true, .max = 8, .item_max = 61, .doc = "Where they stand, ladder and level: prospect:A.")         \
    F(T, TIME, created, .required = true, .doc = "First seen.")                                           \
    F(T, TIME, seen, .required = true, .doc = "Last seen, to within 5 minutes.")
SHAPE_STRUCT(person_row, PERSON_ROW);

#define PEOPLE_PAGE(F, T)                                                                        \
    F(T, LIST(person_row), items, .required = true, .max = 100, .doc = "Last seen first.")       \
    F(T, I64, total, .required = true, .doc = "How many match, counted up to 10,000.")           \
    F(T, BOOL, more_than_total, .required = true, .doc = "There are more than were counted.")    \
    F(T, STR, next, .max = 100, .doc = "Cursor of the next page; absent on the last.")
SHAPE_STRUCT(people_page, PEOPLE_PAGE);

// GET /api/v1/people/names
#define PEOPLE_NAMES_MAX 100
#define NAMES_QUERY(F, T) F(T, I64S, ids, .required = true, .min = 1, .max = PEOPLE_NAMES_MAX, .doc = "Ids of people, with commas between.")
SHAPE_STRUCT(names_query, NAMES_QUERY);
#define PERSON_CALLED(F, T)                                                                                \
    F(T, I64, id, .required = true, .doc = "The id that was asked for.")                                  \
    F(T, I64, person, .required = true, .doc = "Who that is now: another after a join.")                  \
    F(T, STR, name, .max = 60, .pii = true, .doc = "Name; absent when unknown.")                          \
    F(T, STR, phone, .max = 20, .doc = "Masked: 138••••6207.")
SHAPE_STRUCT(person_called, PERSON_CALLED);
#define PEOPLE_NAMES(F, T)                                                                                \
    F(T, LIST(person_called), items, .required = true, .max = PEOPLE_NAMES_MAX, .doc = "As asked, each id once; nobody's ids are left out.")
SHAPE_STRUCT(people_names, PEOPLE_NAMES);

// GET /api/v1/people/{id}
#define CONTACT_VIEW(F, T)                                                          \
    F(T, I64, id, .required = true, .doc = "Id in the vault.")                      \
    F(T, ENUM(personal_kind), kind, .required = true, .doc = "What it is.")         \
    F(T, STR, masked, .required = true, .max = 120, .doc = "Masked value.")         \
    F(T, TIME, at, .required = true, .doc = "Since when it is known.")
SHAPE_STRUCT(contact_view, CONTACT_VIEW);

#define STEP_VIEW(F, T)                                                                              \
    F(T, ENUM(stage), stage, .required = true, .doc = "Stage entered.")                              \
    F(T, TIME, entered, .required = true, .doc = "When.")                                            \
    F(T, TIME, left, .doc = "When it was left; absent while there.")                                 \
    F(T, I64, event, .required = true, .doc = "Number of the event that moved it.")
SHAPE_STRUCT(step_view, STEP_VIEW);

#define OPPORTUNITY_VIEW(F, T)                                                                       \
    F(T, I64, id, .required = true, .doc = "Id.")                                                    \
    F(T, ENUM(opportunity_state), state, .required = true, .doc = "Open, won, lost or idle.")        \
    F(T, ENUM(stage), stage, .required = true, .doc = "Where it stands.")                            \
    F(T, STR, model, .max = 60, .doc = "Intended model.")                                            \
    F(T, STR, source, .max = 120, .doc = "Source of the first lead; kept.")                          \
    F(T, STR, trigger, .required = true, .max = 200, .doc = "Kind of the event that opened it.")     \
    F(T, I64, touches, .required = true, .doc = "Leads that came in for it.")                        \
    F(T, TIME, opened, .required = true, .doc = "When.")                                             \
    F(T, TIME, closed, .doc = "When it was won, lost or fell idle.")                                 \
    F(T, STR, reason, .max = 200, .doc = "Why it was lost.")                                         \
    F(T, LIST(step_view), steps, .required = true, .max = 50, .doc = "In order.")
SHAPE_STRUCT(opportunity_view, OPPORTUNITY_VIEW);

#define TAG_VIEW(F, T)                                                                               \
    F(T, STR, tag, .required = true, .max = 60, .doc = "Tag.")                                       \
    F(T, STR, source, .required = true, .max = 80, .doc = "Key of the rule, or who set it.")         \
    F(T, I64, event, .required = true, .doc = "Its evidence: number of the event.")                  \
    F(T, STR, event_kind, .max = 200, .doc = "Kind of that event.")                                  \
    F(T, TIME, since, .required = true, .doc = "Since when.")                                        \
    F(T, TIME, until, .doc = "When it fades; absent: never.")
SHAPE_STRUCT(tag_view, TAG_VIEW);

#define TRAIT_VIEW(F, T)                                                                             \
    F(T, STR, name, .required = true, .max = 200, .doc = "Name.")                                    \
    F(T, JSON, value, .required = true, .max = 1024, .doc = "Current value.")                        \
    F(T, I64, event, .required = true, .doc = "Number of the event that said so.")                   \
    F(T, TIME, at, .required = true, .doc = "Since when.")                                           \
    F(T, STR, source, .required = true, .max = 80, .doc = "Key of the rule, or name of the key that brought the event; may be empty.")
SHAPE_STRUCT(trait_view, TRAIT_VIEW);

#define CONSENT_VIEW(F, T)                                                                           \
    F(T, STR, purpose, .required = true, .max = 40, .doc = "call, sms, wecom, push …")               \
    F(T, BOOL, given, .required = true, .doc = "Given, or withdrawn.")                               \
    F(T, STR, text_version, .required = true, .max = 40, .doc = "Which text was agreed to; empty when unknown.") \
    F(T, I64, event, .required = true, .doc = "Number of the event.")                                \
    F(T, TIME, at, .required = true, .doc = "When.")
SHAPE_STRUCT(consent_view, CONSENT_VIEW);

#define IDENTITY_VIEW(F, T)                                                                          \
    F(T, ENUM(identity_kind), kind, .required = true, .doc = "What kind of id.")                     \
    F(T, STR, label, .max = 256, .doc = "The id; absent for secret ones.")                           \
    F(T, I64, subject, .required = true, .doc = "Its subject.")
SHAPE_STRUCT(identity_view, IDENTITY_VIEW);

#define BALANCE_VIEW(F, T)                                                                           \
    F(T, STR, unit, .required = true, .max = 40, .doc = "points, growth …")                          \
    F(T, I64, amount, .required = true, .doc = "May stand below zero.")                              \
    F(T, I64, pending, .required = true, .doc = "Promised, not yet usable.")
SHAPE_STRUCT(balance_view, BALANCE_VIEW);

#define PERSON_VIEW(F, T)                                                                                    \
    F(T, I64, id, .required = true, .doc = "Id; the oldest subject's. A joined person answers to its old ids.") \
    F(T, STR, name, .max = 60, .pii = true, .doc = "Name; absent when unknown.")                             \
    F(T, ENUM(stage), stage, .required = true, .doc = "Stage.")                                              \
    F(T, ENUM(band), band, .required = true, .doc = "Band of the stage.")                                    \
    F(T, STR, city, .max = 60, .doc = "City.")                                                               \
    F(T, STR, model, .max = 60, .doc = "Model of interest.")                                                 \
    F(T, STR, source, .max = 120, .doc = "First source.")                                                    \
    F(T, I64, vehicles, .required = true, .doc = "Cars owned now.")                                          \
    F(T, TIME, created, .required = true, .doc = "First seen.")                                              \
    F(T, TIME, seen, .required = true, .doc = "Last seen.")                                                  \
    F(T, LIST(contact_view), contacts, .required = true, .max = 50, .doc = "Masked.")                        \
    F(T, LIST(identity_view), identities, .required = true, .max = 100, .doc = "Everything known to be this person.") \
    F(T, LIST(opportunity_view), opportunities, .required = true, .max = 20, .doc = "Newest first.")         \
    F(T, LIST(tag_view), tags, .required = true, .max = 200, .doc = "Newest first.")                         \
    F(T, LIST(trait_view), traits, .required = true, .max = 200, .doc = "By name.")                          \
    F(T, LIST(consent_view), consents, .required = true, .max = 40, .doc = "By purpose.")                    \
    F(T, LIST(balance_view), balances, .required = true, .max = 10, .doc = "Value held.")                    \
    F(T, I64, tasks_open, .required = true, .doc = "Open tasks about this person.")
SHAPE_STRUCT(person_view, PERSON_VIEW);

// GET /api/v1/people/{id}/timeline
#define TIMELINE_QUERY(F, T)                                                                         \
    F(T, STR, cursor, .max = 100, .doc = "`next` of the page before.")                               \
    F(T, I64, limit, .min = 1, .max = 200, .doc = "Page size; 50 when absent.")
SHAPE_STRUCT(timeline_query, TIMELINE_QUERY);

#define EVENT_VIEW(F, T)                                                                                      \
    F(T, I64, no, .required = true, .doc = "Number of arrival.")                                              \
    F(T, STR, kind, .required = true, .max = 200, .doc = "Kind.")                                             \
    F(T, STR, name_zh, .max = 120, .doc = "Name of the kind in Chinese, when declared.")                      \
    F(T, STR, name_en, .max = 120, .doc = "Name of the kind in English, when declared.")                      \
    F(T, TIME, at, .required = true, .doc = "When it happened.")                                              \
    F(T, TIME, received, .required = true, .doc = "When it arrived.")                                         \
    F(T, I64, source, .required = true, .doc = "Which key brought it; 0: Lianyi itself.")                     \
    F(T, BOOL, system, .required = true, .doc = "Made by Lianyi: an effect.")                                 \
    F(T, BOOL, quiet, .required = true, .doc = "Only stage, tags and traits were touched.")                   \
    F(T, I64, cause, .doc = "Number of the event that caused it.")                                            \
    F(T, JSON, props, .required = true, .max = 65536, .doc = "Properties by name; personal data masked.")     \
    F(T, LIST(ring_view), rings, .required = true, .max = 64, .doc = "What it set in motion.")
SHAPE_STRUCT(event_view, EVENT_VIEW);

#define TIMELINE_PAGE(F, T)                                                                          \
    F(T, LIST(event_view), items, .required = true, .max = 200, .doc = "Newest first.")              \
    F(T, STR, next, .max = 100, .doc = "Cursor of the next page; absent on the last.")
SHAPE_STRUCT(timeline_page, TIMELINE_PAGE);

// POST /api/v1/people/{id}/reveal
#define REVEAL_NEW(F, T)                                                                                     \
    F(T, ENUM(personal_kind), kind, .required = true, .doc = "What to show.")                                \
    F(T, STR, reason, .required = true, .min = 4, .max = 200, .free = true, .doc = "Why: kept in the event that tells of the reading.")
SHAPE_STRUCT(reveal_new, REVEAL_NEW);
#define REVEALED(F, T) F(T, STRS, values, .required = true, .max = 20, .item_max = 512, .pii = true, .doc = "In full, newest first.")
SHAPE_STRUCT(revealed, REVEALED);

// GET /api/v1/overview
#define CLOCK_VIEW(F, T)                                                                                  \
    F(T, STR, clock, .required = true, .max = 20, .doc = "K01 …")                                         \
    F(T, STR, name_zh, .required = true, .max = 120, .doc = "What it promises, in Chinese.")              \
    F(T, STR, name_en, .required = true, .max = 120, .doc = "In English.")                                \
    F(T, I64, due, .required = true, .doc = "Tasks that fell due in the last 28 days.")                   \
    F(T, I64, on_time, .required = true, .doc = "Of them, met at or before due.")                         \
    F(T, I64, open, .required = true, .doc = "Open, not yet due.")                                        \
    F(T, I64, late, .required = true, .doc = "Open and overdue.")
SHAPE_STRUCT(clock_view, CLOCK_VIEW);
#define OVERVIEW_VIEW(F, T)                                                                               \
    F(T, I64, people, .required = true, .doc = "People known.")                                           \
    F(T, I64, leads, .required = true, .doc = "Opportunities opened in 28 days.")                         \
    F(T, I64, orders, .required = true, .doc = "Opportunities that reached a firm order in 28 days.")     \
    F(T, I64, deliveries, .required = true, .doc = "Deliveries in 28 days.")                              \
    F(T, I64, owners, .required = true, .doc = "Owners now.")                                             \
    F(T, I64, tasks_open, .required = true, .doc = "Open tasks.")                                         \
    F(T, I64, tasks_late, .required = true, .doc = "Of them overdue.")                                    \
    F(T, I64, events, .required = true, .doc = "Events so far.")                                          \
    F(T, LIST(clock_view), clocks, .required = true, .max = 40, .doc = "Every clock that has tasks.")
SHAPE_STRUCT(overview_view, OVERVIEW_VIEW);

// Name in full and phone masked, for whoever shows a person in a row; empty when unknown.
err person_name(req *r, int64_t person, str *ret_name, str *ret_phone);
// In the list `name_` of *p, a T, whose items have `person` and `name`: the names of those who have one. An expression of err.
#define NAMES_SET(r, p, T, name_) people_names_set((r), &T##_shape, T##_##name_##_bit, (p))
err people_names_set(req *r, const shape *sh, unsigned list, void *out);

// 95 % Wilson interval of k in n; n ≥ 1 (portrait.c).
void portrait_wilson(int64_t k, int64_t n, double *low, double *high);
extern const route_table propensity_routes;
// Any value of the person that the vault holds, starred where it stands in a text: api_config.hush.
err people_hush(req *r, int64_t person, str text, str *ret);

// A page of people by id, for whoever finds them by something else: one id more than `limit` tells that there is a next page.
err people_page_fill(req *r, const int64_t *ids, size_t n, size_t limit, int64_t total, people_page *out);

extern const route_table people_routes, portrait_routes, funnel_routes;

#endif
