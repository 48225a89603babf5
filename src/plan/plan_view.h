// What the routes of the plan say. Inside plan/ only.
#ifndef PLAN_VIEW_H
#define PLAN_VIEW_H
#include "plan/plan_api.h"

#define PLAN_KIND_ROW(F, T)                                                                                      \
    F(T, STR, kind, .required = true, .max = 200, .doc = "Name of the kind.")                                   \
    F(T, STR, zh, .max = 120, .doc = "What people call it, in Chinese.")                                        \
    F(T, STR, en, .max = 120, .doc = "The same in English.")                                                    \
    F(T, ENUM(plan_standing), standing, .required = true, .doc = "Declared as planned, live or retired, or only learned from what came.") \
    F(T, ENUM(plan_mode), mode, .doc = "Declared kinds: what becomes of events that do not fit.")               \
    F(T, STR, owner, .max = 60, .doc = "Login of who answers for it.")                                          \
    F(T, I64, version, .required = true, .doc = "Of the declaration; 0 when there is none.")                    \
    F(T, I64, props, .required = true, .doc = "Properties seen with it.")                                       \
    F(T, I64, stored, .required = true, .doc = "Events stored, counted since this server knows plans; some seconds late.") \
    F(T, I64, warned, .required = true, .doc = "Of them, those that did not fit.")                              \
    F(T, I64, quarantined, .required = true, .doc = "Events quarantined.")                                      \
    F(T, TIME, first, .required = true, .doc = "When its name was first known.")                                \
    F(T, TIME, last, .doc = "When the last one came.")
SHAPE_STRUCT(plan_kind_row, PLAN_KIND_ROW);
#define PLAN_KIND_LIST(F, T) \
    F(T, LIST(plan_kind_row), items, .required = true, .max = NAMES_KINDS_MAX, .doc = "By name.") \
    F(T, I64, limit, .required = true, .doc = "How many kinds there may be.")
SHAPE_STRUCT(plan_kind_list, PLAN_KIND_LIST);

#define PLAN_KIND_QUERY(F, T) F(T, STR, name, .required = true, .min = 1, .max = 200, .doc = "Name of the kind.")
SHAPE_STRUCT(plan_kind_query, PLAN_KIND_QUERY);

#define PLAN_EXAMPLES_MAX 5
#define PLAN_PROP_SEEN(F, T)                                                                                     \
    F(T, STR, name, .required = true, .max = 200, .doc = "Name of the property.")                               \
    F(T, ENUM(plan_seen_type), type, .required = true, .doc = "Type of the first value seen.")                  \
    F(T, I64, n, .required = true, .doc = "Events that had it; some seconds late.")                             \
    F(T, TIME, first, .required = true, .doc = "First seen.")                                                   \
    F(T, TIME, last, .doc = "Last seen.")                                                                       \
    F(T, I64, sampled, .required = true, .doc = "Of the sampled events, those that had it.")                    \
    F(T, STRS, examples, .required = true, .max = PLAN_EXAMPLES_MAX, .item_max = 80, \
        .doc = "Values of recent events; personal ones are only named.")
SHAPE_STRUCT(plan_prop_seen, PLAN_PROP_SEEN);

#define PLAN_SOURCE_SEEN(F, T)                                                                                   \
    F(T, I64, source, .required = true, .doc = "Number of the source.")                                         \
    F(T, STR, name, .max = 120, .doc = "Name of its key; absent for what Lianyi itself brought.")               \
    F(T, I64, stored, .required = true, .doc = "Events stored.")                                                \
    F(T, I64, warned, .required = true, .doc = "Of them, those that did not fit.")                              \
    F(T, I64, quarantined, .required = true, .doc = "Events quarantined.")                                      \
    F(T, I64, refused, .required = true, .doc = "Events refused.")                                              \
    F(T, TIME, last, .doc = "When the last one came.")
SHAPE_STRUCT(plan_source_seen, PLAN_SOURCE_SEEN);

#define PLAN_SOURCES_MAX 200
#define PLAN_KIND_VIEW(F, T)                                                                                     \
    F(T, OBJ(plan_kind_row), about, .required = true, .doc = "Its row of the list.")                            \
    F(T, OBJ(plan_kind_body), declared, .doc = "Its declaration; absent while it is only learned.")             \
    F(T, BOOL, edited, .required = true, .doc = "Changed by staff: it does not follow the playbook any more.")  \
    F(T, LIST(plan_prop_seen), seen, .required = true, .max = NAMES_PROPS_PER_KIND_MAX, .doc = "Properties seen, most frequent first.") \
    F(T, I64, sampled, .required = true, .doc = "Recent events of the kind that were looked at for examples.")  \
    F(T, LIST(plan_source_seen), sources, .required = true, .max = PLAN_SOURCES_MAX, .doc = "Where it comes from.")
SHAPE_STRUCT(plan_kind_view, PLAN_KIND_VIEW);

#define PLAN_VERSIONS_MAX 100
#define PLAN_VERSION_VIEW(F, T)                                                                                  \
    F(T, I64, version, .required = true, .doc = "Number.")                                                      \
    F(T, TIME, at, .required = true, .doc = "Since when.")                                                      \
    F(T, STR, by, .required = true, .max = 120, .doc = "Name of who made it; empty: the playbook.")             \
    F(T, OBJ(plan_kind_body), body, .required = true, .doc = "The declaration.")
SHAPE_STRUCT(plan_version_view, PLAN_VERSION_VIEW);
#define PLAN_VERSION_LIST(F, T) F(T, LIST(plan_version_view), items, .required = true, .max = PLAN_VERSIONS_MAX, .doc = "Newest first.")
SHAPE_STRUCT(plan_version_list, PLAN_VERSION_LIST);

#define PLAN_PUT_VIEW(F, T)                                                                                      \
    F(T, I64, version, .required = true, .doc = "Version that now counts.")                                     \
    F(T, BOOL, changed, .required = true, .doc = "False: it said so already.")
SHAPE_STRUCT(plan_put_view, PLAN_PUT_VIEW);

#define PLAN_IMPORT(F, T)                                                                                        \
    F(T, JSON, plan, .required = true, .max = 4000000, .doc = "{\"events\": […], \"context\": […]}, as exported.") \
    F(T, BOOL, dry_run, .doc = "Only say what would change.")
SHAPE_STRUCT(plan_import, PLAN_IMPORT);
#define PLAN_TALLY_VIEW(F, T)                                                                                    \
    F(T, I64, created, .required = true, .doc = "Kinds declared for the first time.")                           \
    F(T, I64, changed, .required = true, .doc = "Declarations changed.")                                        \
    F(T, I64, same, .required = true, .doc = "Declarations that said so already.")
SHAPE_STRUCT(plan_tally_view, PLAN_TALLY_VIEW);

#define PLAN_CONTEXT_ITEM(F, T)                                                                                  \
    F(T, STR, path, .required = true, .min = 1, .max = 190, .pattern = "line", .doc = "Path inside context: page.path.") \
    F(T, BOOL, address, .doc = "An address: what follows '?' is cut off.")
SHAPE_STRUCT(plan_context_item, PLAN_CONTEXT_ITEM);
#define PLAN_CONTEXT_LIST(F, T) F(T, LIST(plan_context_item), items, .required = true, .min = 1, .max = PLAN_CONTEXT_MAX, \
    .doc = "In this order.")
SHAPE_STRUCT(plan_context_list, PLAN_CONTEXT_LIST);

err plan_kinds_get(req *r);
err plan_kind_get(req *r);
err plan_versions_get(req *r);

#endif
