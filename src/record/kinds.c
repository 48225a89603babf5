// The declared records. A new one is a list of fields, three lines of shapes, one of routes and a migration.
#include "record/record.h"

#define LABELS(name_, ...) static const char *const name_[] = { __VA_ARGS__, NULL }

// --- Stores (INVENTORY CHN-01 … CHN-12): who owns it apart from what it is for ---------------------------------------------------------
enum store_kind { STORE_HOUSE, STORE_SPACE, STORE_DELIVERY, STORE_SERVICE, STORE_POPUP, STORE_DEALER };
enum store_owner { STORE_DIRECT, STORE_PARTNER, STORE_OF_DEALER };
enum store_state { STORE_PLANNED, STORE_OPEN, STORE_CLOSED };
LABELS(store_kinds, "house", "space", "delivery", "service", "popup", "dealer");
LABELS(store_kinds_zh, "体验中心", "城市展厅", "交付中心", "服务中心", "快闪店", "4S店");
LABELS(store_owners, "direct", "partner", "dealer");
LABELS(store_owners_zh, "直营", "合作伙伴", "经销商");
LABELS(store_states, "planned", "open", "closed");
LABELS(store_states_zh, "筹备", "营业", "关闭");
static const enum_labels store_kind_labels = { "store_kind", store_kinds, store_kinds_zh };
static const enum_labels store_owner_labels = { "store_owner", store_owners, store_owners_zh };
static const enum_labels store_state_labels = { "store_state", store_states, store_states_zh };

#define STORE_FILTERS(F, T)                                                                                                       \
    F(T, STR, code, .required = true, .min = 1, .max = 40, .pattern = "id", .filter = true, .sort = true, .zh = "门店编码",       \
      .doc = "Its code, for life.", .example = "SH-001")                                                                          \
    F(T, ENUM(store_kind), kind, .required = true, .filter = true, .zh = "类型", .doc = "What it is for.")                        \
    F(T, ENUM(store_owner), owner, .required = true, .filter = true, .zh = "归属", .doc = "Whose it is.")                         \
    F(T, STR, city, .required = true, .min = 1, .max = 60, .pattern = "line", .filter = true, .sort = true, .zh = "城市",         \
      .doc = "City.", .example = "上海")                                                                                          \
    F(T, ENUM(store_state), state, .required = true, .filter = true, .zh = "状态", .doc = "Whether it receives people.")
#define STORE_REST(F, T)                                                                                                          \
    F(T, STR, name, .required = true, .min = 1, .max = 60, .pattern = "line", .sort = true, .zh = "名称",                         \
      .doc = "Name shown to users.", .example = "上海体验中心")                                                                   \
    F(T, STR, address, .nullable = true, .min = 1, .max = 200, .pattern = "line", .zh = "地址", .doc = "Where it stands.")        \
    F(T, STR, opened, .nullable = true, .max = 10, .pattern = "date", .zh = "开业日期", .doc = "The day it opened or will.")      \
    F(T, I64, capacity, .nullable = true, .min = 0, .max = 100000, .zh = "容量", .doc = "People it can receive a day.")
#define STORE_FIELDS(F, T) STORE_FILTERS(F, T) STORE_REST(F, T)
#define STORE_VIEW(F, T) RECORD_HEAD(F, T) STORE_FIELDS(F, T) RECORD_TAIL(F, T)
#define STORE_SLICE(F, T) STORE_FILTERS(F, T) RECORD_ORDER(F, T)
#define STORE_QUERY(F, T) STORE_SLICE(F, T) RECORD_PAGING(F, T)
#define STORE_PAGE(F, T) RECORD_PAGE(F, T, store_view)
RECORD_SHAPES(store, STORE);
RECORD(store, "stores", "code", "门店", "Store")

// --- Campaigns ----------------------------------------------------------------------------------------------------------------------------
enum campaign_state { CAMPAIGN_PLANNED, CAMPAIGN_RUNNING, CAMPAIGN_ENDED };
LABELS(campaign_states, "planned", "running", "ended");
LABELS(campaign_states_zh, "筹备", "进行中", "已结束");
static const enum_labels campaign_state_labels = { "campaign_state", campaign_states, campaign_states_zh };

#define CAMPAIGN_FILTERS(F, T)                                                                                                    \
    F(T, STR, code, .required = true, .min = 1, .max = 40, .pattern = "id", .filter = true, .sort = true, .zh = "活动编码",       \
      .doc = "Its code: what links and posters carry.", .example = "spring-2026")                                                 \
    F(T, ENUM(campaign_state), state, .required = true, .filter = true, .zh = "状态", .doc = "Where it stands.")                  \
    F(T, I64, store, .nullable = true, .min = 1, .max = 9007199254740991, .ref = "store", .filter = true, .zh = "门店",           \
      .doc = "Id of the store it is for; absent: all.")
#define CAMPAIGN_REST(F, T)                                                                                                       \
    F(T, STR, name, .required = true, .min = 1, .max = 60, .pattern = "line", .zh = "名称", .doc = "Name.", .example = "春季试驾") \
    F(T, TIME, starts, .required = true, .sort = true, .zh = "开始", .doc = "From when.")                                         \
    F(T, TIME, ends, .required = true, .zh = "结束", .doc = "Until when.")                                                        \
    F(T, I64, budget_fen, .required = true, .min = 0, .max = 1000000000000, .sort = true, .zh = "预算（分）", .doc = "Budget in fen.") \
    F(T, STR, goal, .nullable = true, .min = 1, .max = 500, .zh = "目标", .doc = "What it is to reach.")                          \
    F(T, BOOL, paid, .nullable = true, .zh = "付费投放", .doc = "Whether media is paid for.")
#define CAMPAIGN_FIELDS(F, T) CAMPAIGN_FILTERS(F, T) CAMPAIGN_REST(F, T)
#define CAMPAIGN_VIEW(F, T) RECORD_HEAD(F, T) CAMPAIGN_FIELDS(F, T) RECORD_TAIL(F, T)
#define CAMPAIGN_SLICE(F, T) CAMPAIGN_FILTERS(F, T) RECORD_ORDER(F, T)
#define CAMPAIGN_QUERY(F, T) CAMPAIGN_SLICE(F, T) RECORD_PAGING(F, T)
#define CAMPAIGN_PAGE(F, T) RECORD_PAGE(F, T, campaign_view)
RECORD_SHAPES(campaign, CAMPAIGN);
RECORD(campaign, "campaigns", "code", "活动", "Campaign")

// --- Tags: the graded library (INVENTORY DAT-12 … DAT-15). Tags on people are of src/profile -----------------------------------------------
enum tag_kind { TAG_KIND_AUDIENCE, TAG_KIND_BEHAVIOUR, TAG_KIND_FACT };
LABELS(tag_kinds, "audience", "behaviour", "fact");
LABELS(tag_kinds_zh, "人群标签", "行为标签", "客观标签");
static const enum_labels tag_kind_labels = { "tag_kind", tag_kinds, tag_kinds_zh };

#define TAG_TYPE_FILTERS(F, T)                                                                                                         \
    F(T, STR, name, .required = true, .min = 1, .max = 60, .pattern = "line", .filter = true, .sort = true, .zh = "标签",         \
      .doc = "The tag itself, as rules and people carry it.", .example = "露营")                                                  \
    F(T, ENUM(tag_kind), class, .required = true, .filter = true, .zh = "类别",                                                   \
      .doc = "audience: one of its family at a time; behaviour: from deeds, fades; fact: what is known of a person.")             \
    F(T, STR, family, .required = true, .min = 1, .max = 40, .pattern = "line", .filter = true, .zh = "分组",                     \
      .doc = "What it belongs with.", .example = "兴趣爱好")                                                                      \
    F(T, STR, owner, .required = true, .min = 1, .max = 40, .pattern = "line", .filter = true, .zh = "负责人",                    \
      .doc = "Who looks after it.", .example = "用户运营")
#define TAG_TYPE_REST(F, T)                                                                                                            \
    F(T, STR, en, .required = true, .min = 1, .max = 60, .pattern = "line", .zh = "英文名", .doc = "Its English name.", .example = "Camping") \
    F(T, I64, level, .required = true, .min = 1, .max = 9, .sort = true, .zh = "级别",                                            \
      .doc = "Grade in its family.")                                                    \
    F(T, I64, days, .nullable = true, .min = 1, .max = 3650, .zh = "有效天数", .doc = "How long it lasts; absent: for good.")     \
    F(T, STR, purpose, .nullable = true, .min = 1, .max = 40, .pattern = "code", .zh = "所需同意",                                \
      .doc = "The purpose of consent it needs: family, income …")                                                                 \
    F(T, BOOL, sensitive, .required = true, .zh = "敏感", .doc = "Not to be shown in lists or exports.")                          \
    F(T, STR, note, .nullable = true, .min = 1, .max = 300, .pattern = "line", .zh = "说明", .doc = "When it is to be given.")
#define TAG_TYPE_FIELDS(F, T) TAG_TYPE_FILTERS(F, T) TAG_TYPE_REST(F, T)
#define TAG_TYPE_VIEW(F, T) RECORD_HEAD(F, T) TAG_TYPE_FIELDS(F, T) RECORD_TAIL(F, T)
#define TAG_TYPE_SLICE(F, T) TAG_TYPE_FILTERS(F, T) RECORD_ORDER(F, T)
#define TAG_TYPE_QUERY(F, T) TAG_TYPE_SLICE(F, T) RECORD_PAGING(F, T)
#define TAG_TYPE_PAGE(F, T) RECORD_PAGE(F, T, tag_type_view)
RECORD_SHAPES(tag_type, TAG_TYPE);
RECORD(tag_type, "tags", "name", "标签", "Tag")

// --- All of them --------------------------------------------------------------------------------------------------------------------------
const record *const records[] = { &store_record, &campaign_record, &tag_type_record, NULL };

static const route routes[] = {
    RECORD_ROUTES(store, "stores", PERM_RECORD_READ, PERM_RECORD_WRITE),
    RECORD_ROUTES(campaign, "campaigns", PERM_RECORD_READ, PERM_RECORD_WRITE),
    RECORD_ROUTES(tag_type, "tags", PERM_PEOPLE_READ, PERM_RECORD_WRITE),
    { M_GET, "/api/v1/imports/{id}", PERM_RECORD_READ, .reply = &record_import_progress_shape, .where = RUN_INLINE, .idem = IDEM_READ,
      .tag = "record", .doc = "How far an import is.", .handler = record_import_get },
};
const route_table record_routes = ROUTE_TABLE("record", routes);
