// Tags: the graded library (INVENTORY DAT-12 … DAT-15). Tags on people are of src/profile.
#include "record/record.h"

enum tag_kind { TAG_KIND_AUDIENCE, TAG_KIND_BEHAVIOUR, TAG_KIND_FACT };
RECORD_LABELS(tag_kinds, "audience", "behaviour", "fact");
RECORD_LABELS(tag_kinds_zh, "人群标签", "行为标签", "客观标签");
static const enum_labels tag_kind_labels = { "tag_kind", tag_kinds, tag_kinds_zh };

#define TAG_TYPE_FILTERS(F, T)                                                                                                         \
    F(T, STR, name, .required = true, .min = 1, .max = 60, .pattern = "line", .filter = true, .sort = true, .zh = "标签", .en = "Tag",         \
      .doc = "The tag itself, as rules and people carry it.", .example = "露营")                                                  \
    F(T, ENUM(tag_kind), class, .required = true, .filter = true, .zh = "类别",                                                   \
      .doc = "audience: one of its family at a time; behaviour: from deeds, fades; fact: what is known of a person.")             \
    F(T, STR, family, .required = true, .min = 1, .max = 40, .pattern = "line", .filter = true, .zh = "分组",                     \
      .doc = "What it belongs with.", .example = "兴趣爱好")                                                                      \
    F(T, STR, owner, .required = true, .min = 1, .max = 40, .pattern = "line", .filter = true, .zh = "负责人",                    \
      .doc = "Who looks after it.", .example = "用户运营")
#define TAG_TYPE_REST(F, T)                                                                                                            \
    F(T, STR, en, .required = true, .min = 1, .max = 60, .pattern = "line", .free = true, .zh = "英文名", .en = "English name",                \
      .doc = "Its English name.", .example = "Camping") \
    F(T, STR, family_en, .nullable = true, .min = 1, .max = 40, .pattern = "line", .zh = "分组英文名", .en = "Family in English",  \
      .doc = "The family's English name.", .example = "Interests")                                                                \
    F(T, STR, owner_en, .nullable = true, .min = 1, .max = 40, .pattern = "line", .zh = "负责人英文名", .en = "Owner in English", \
      .doc = "The owner's English name.", .example = "User operations")                                                           \
    F(T, I64, level, .required = true, .min = 1, .max = 9, .sort = true, .zh = "级别",                                            \
      .doc = "Grade in its family.")                                                    \
    F(T, I64, days, .nullable = true, .min = 1, .max = 3650, .zh = "有效天数", .en = "Days it lasts",                             \
      .doc = "How long it lasts; absent: for good.") \
    F(T, STR, purpose, .nullable = true, .min = 1, .max = 40, .pattern = "code", .zh = "所需同意", .en = "Consent needed",    \
      .doc = "The purpose of consent it needs: family, income …")                                                                 \
    F(T, BOOL, sensitive, .required = true, .zh = "敏感", .doc = "Not to be shown in lists or exports.")                          \
    F(T, STR, note, .nullable = true, .min = 1, .max = 300, .pattern = "line", .free = true, .zh = "说明", .doc = "When it is to be given.") \
    F(T, STR, note_en, .nullable = true, .min = 1, .max = 300, .pattern = "line", .free = true, .zh = "英文说明", .en = "Note in English", \
      .doc = "The same in English.")                                                                                             \
    F(T, STR, words, .nullable = true, .min = 1, .max = 300, .pattern = "line", .zh = "识别词", .en = "Words that speak for it", \
      .doc = "Words in a conversation that speak for it, with 、 or commas between.", .example = "露营、帐篷")                       \
    F(T, STR, words_en, .nullable = true, .min = 1, .max = 300, .pattern = "line", .zh = "英文识别词", .en = "English words",       \
      .doc = "The same in English.", .example = "camping, tent")
#define TAG_TYPE_FIELDS(F, T) TAG_TYPE_FILTERS(F, T) TAG_TYPE_REST(F, T)
#define TAG_TYPE_INPUT(F, T) TAG_TYPE_FIELDS(F, T)
#define TAG_TYPE_VIEW(F, T) RECORD_HEAD(F, T) TAG_TYPE_FIELDS(F, T) RECORD_TAIL(F, T)
#define TAG_TYPE_SLICE(F, T) TAG_TYPE_FILTERS(F, T) RECORD_ORDER(F, T)
#define TAG_TYPE_QUERY(F, T) TAG_TYPE_SLICE(F, T) RECORD_PAGING(F, T)
#define TAG_TYPE_PAGE(F, T) RECORD_PAGE(F, T, tag_type_view)
RECORD_SHAPES(tag_type, TAG_TYPE);
RECORD(tag_type, "tags", "name", "标签", "Tag", PERM_PEOPLE_READ, PERM_RECORD_WRITE)

static const route routes[] = { RECORD_ROUTES(tag_type, "tags", PERM_PEOPLE_READ, PERM_RECORD_WRITE) };
const route_table tag_type_routes = ROUTE_TABLE("record", routes);
