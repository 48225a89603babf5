// Shapes of the tracking plan on the wire; PLAN_KIND_BODY is also what is stored, exported and in the playbook.
#ifndef PLAN_PLAN_API_H
#define PLAN_PLAN_API_H
#include "api/route.h"
#include "plan/plan.h"
#include "rule/rule_api.h"

ENUM_DECLARE(plan_state);
ENUM_DECLARE(plan_mode);
ENUM_DECLARE(plan_type);
enum plan_personal { PLAN_PERSONAL_NONE, PLAN_PERSONAL_FIRST };          // none, then the kinds of vault.h in their order
ENUM_DECLARE(plan_personal);
enum plan_standing { PLAN_STANDING_LEARNED, PLAN_STANDING_PLANNED, PLAN_STANDING_LIVE, PLAN_STANDING_RETIRED };
ENUM_DECLARE(plan_standing);
enum plan_seen_type { PLAN_SEEN_NULL, PLAN_SEEN_BOOLEAN, PLAN_SEEN_INTEGER, PLAN_SEEN_NUMBER, PLAN_SEEN_TEXT, PLAN_SEEN_JSON };
ENUM_DECLARE(plan_seen_type);                                              // value_kind of timeline.h in its order

#define PLAN_PROP_BODY(F, T)                                                                                                  \
    F(T, STR, name, .required = true, .min = 1, .max = 200, .pattern = "line", .doc = "Name; parts of objects with a point: address.city.") \
    F(T, STR, zh, .max = 120, .pattern = "line", .doc = "What people call it, in Chinese.")                                  \
    F(T, STR, en, .max = 120, .pattern = "line", .doc = "The same in English.")                                              \
    F(T, STR, about, .max = 500, .doc = "What it means.")                                                                    \
    F(T, ENUM(plan_type), type, .doc = "What it must be; any when absent. integer fits number; time: ISO 8601 or milliseconds.") \
    F(T, BOOL, required, .doc = "Every event of the kind has it.")                                                           \
    F(T, STRS, values, .max = PLAN_VALUES_MAX, .item_max = 120, .doc = "Only these; whole numbers in digits.")               \
    F(T, I64, min, .doc = "Numbers: at least.")                                                                              \
    F(T, I64, max, .doc = "Numbers: at most.")                                                                               \
    F(T, ENUM(plan_personal), personal, \
      .doc = "Kind of personal data, sealed on arrival; none: not personal, whatever it is called. By its name when absent.") \
    F(T, STR, example, .max = 120, .pattern = "line", .doc = "Made-up example.")
SHAPE_STRUCT(plan_prop_body, PLAN_PROP_BODY);

#define PLAN_KIND_BODY(F, T)                                                                                                  \
    F(T, STR, kind, .required = true, .min = 1, .max = 200, .pattern = "line", .doc = "Name of the kind, as events carry it.") \
    F(T, STR, zh, .max = 120, .pattern = "line", .doc = "What people call it, in Chinese.")                                  \
    F(T, STR, en, .max = 120, .pattern = "line", .doc = "The same in English.")                                              \
    F(T, STR, about, .max = 500, .doc = "When it is sent, and by what.")                                                     \
    F(T, STR, owner, .max = 60, .pattern = "login", .doc = "Login of the member of staff who answers for it.")               \
    F(T, ENUM(plan_state), state, .doc = "live when absent; planned: expected soon; retired: should not come any more.")     \
    F(T, ENUM(plan_mode), mode, .doc = "What becomes of events that do not fit; quarantine when absent.")                    \
    F(T, LIST(plan_prop_body), props, .max = PLAN_PROPS_MAX, .doc = "Its properties.")
SHAPE_STRUCT(plan_kind_body, PLAN_KIND_BODY);

// One declaration, checked and stored (plan_change.c). *ret_changed false: it says what stood there already.
// by: PLAN_BY_PLAYBOOK, an id of staff, or below zero that of a key; a declaration that staff changed stays (*ret_kept).
typedef struct plan_put_result { int64_t version; bool created, changed, kept; } plan_put_result;
err plan_put(tx *t, const plan_kind_body *in, int64_t by, plan_put_result *ret);
err plan_put_context(tx *t, const plan_context_field *list, size_t n);
err plan_reload(tx *t);                        // after one or many of them
err plan_export(db *d, plan *p, arena *a, buf *out);

extern const route_table plan_routes;

#endif
