// The descriptors of people_api.h.
#include "people/people_api.h"

static const char *const stage_names[] = { "visitor", "follow", "lead", "trial", "reserve", "order", "owner", "advocate", NULL };
const enum_labels stage_labels = { "stage", stage_names };
static const char *const band_names[] = { "visitor", "fan", "prospect", "owner_to_be", "owner", NULL };
const enum_labels band_labels = { "band", band_names };
static const char *const state_names[] = { "open", "won", "lost", "idle", NULL };
const enum_labels opportunity_state_labels = { "opportunity_state", state_names };
const enum_labels personal_kind_labels = { "personal_kind", vault_kinds };
#define KIND_NAME(id, code, name, ...) [code] = name,
static const char *const identity_names[IDENTITY_COUNT + 1] = { IDENTITY_LIST(KIND_NAME) };
#undef KIND_NAME
#define KIND_ZH(id, code, name, zh, ...) [code] = zh,
static const char *const identity_names_zh[IDENTITY_COUNT + 1] = { IDENTITY_LIST(KIND_ZH) };
#undef KIND_ZH
const enum_labels identity_kind_labels = { "identity_kind", identity_names, identity_names_zh };
_Static_assert((int)PERSONAL_BIRTHDAY + 1 == (int)VAULT_KIND_COUNT, "kinds of personal data are those of the vault");

SHAPE_TABLE(people_query, PEOPLE_QUERY);
SHAPE_TABLE(person_row, PERSON_ROW);
SHAPE_TABLE(people_page, PEOPLE_PAGE);
SHAPE_TABLE(names_query, NAMES_QUERY);
SHAPE_TABLE(person_called, PERSON_CALLED);
SHAPE_TABLE(people_names, PEOPLE_NAMES);
SHAPE_TABLE(contact_view, CONTACT_VIEW);
SHAPE_TABLE(step_view, STEP_VIEW);
SHAPE_TABLE(opportunity_view, OPPORTUNITY_VIEW);
SHAPE_TABLE(tag_view, TAG_VIEW);
SHAPE_TABLE(trait_view, TRAIT_VIEW);
SHAPE_TABLE(consent_view, CONSENT_VIEW);
SHAPE_TABLE(identity_view, IDENTITY_VIEW);
SHAPE_TABLE(balance_view, BALANCE_VIEW);
SHAPE_TABLE(person_view, PERSON_VIEW);
SHAPE_TABLE(timeline_query, TIMELINE_QUERY);
SHAPE_TABLE(event_view, EVENT_VIEW);
SHAPE_TABLE(timeline_page, TIMELINE_PAGE);
SHAPE_TABLE(reveal_new, REVEAL_NEW);
SHAPE_TABLE(revealed, REVEALED);
SHAPE_TABLE(clock_view, CLOCK_VIEW);
SHAPE_TABLE(overview_view, OVERVIEW_VIEW);
