// Stores (INVENTORY CHN-01 … CHN-12): who owns it apart from what it is for.
#include "record/record.h"

enum store_kind { STORE_HOUSE, STORE_SPACE, STORE_DELIVERY, STORE_SERVICE, STORE_POPUP, STORE_DEALER };
enum store_owner { STORE_DIRECT, STORE_PARTNER, STORE_OF_DEALER };
enum store_state { STORE_PLANNED, STORE_OPEN, STORE_CLOSED };
RECORD_LABELS(store_kinds, "house", "space", "delivery", "service", "popup", "dealer");
RECORD_LABELS(store_kinds_zh, "体验中心", "城市展厅", "交付中心", "服务中心", "快闪店", "4S店");
RECORD_LABELS(store_owners, "direct", "partner", "dealer");
RECORD_LABELS(store_owners_zh, "直营", "合作伙伴", "经销商");
RECORD_LABELS(store_states, "planned", "open", "closed");
RECORD_LABELS(store_states_zh, "筹备", "营业", "关闭");
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
    F(T, STR, address, .nullable = true, .min = 1, .max = 200, .pattern = "line", .free = true, .zh = "地址", .doc = "Where it stands.")        \
    F(T, STR, opened, .nullable = true, .max = 10, .pattern = "date", .zh = "开业日期", .doc = "The day it opened or will.")      \
    F(T, I64, capacity, .nullable = true, .min = 0, .max = 100000, .zh = "容量", .doc = "People it can receive a day.")
#define STORE_FIELDS(F, T) STORE_FILTERS(F, T) STORE_REST(F, T)
#define STORE_INPUT(F, T) STORE_FIELDS(F, T)
#define STORE_VIEW(F, T) RECORD_HEAD(F, T) STORE_FIELDS(F, T) RECORD_TAIL(F, T)
#define STORE_SLICE(F, T) STORE_FILTERS(F, T) RECORD_ORDER(F, T)
#define STORE_QUERY(F, T) STORE_SLICE(F, T) RECORD_PAGING(F, T)
#define STORE_PAGE(F, T) RECORD_PAGE(F, T, store_view)
RECORD_SHAPES(store, STORE);
RECORD(store, "stores", "code", "门店", "Store", PERM_RECORD_READ, PERM_RECORD_WRITE)

static const route routes[] = { RECORD_ROUTES(store, "stores", PERM_RECORD_READ, PERM_RECORD_WRITE) };
const route_table store_routes = ROUTE_TABLE("record", routes);
