// Campaigns.
#include "record/record.h"

enum campaign_state { CAMPAIGN_PLANNED, CAMPAIGN_RUNNING, CAMPAIGN_ENDED };
RECORD_LABELS(campaign_states, "planned", "running", "ended");
RECORD_LABELS(campaign_states_zh, "筹备", "进行中", "已结束");
static const enum_labels campaign_state_labels = { "campaign_state", campaign_states, campaign_states_zh };

enum activity_kind { ACTIVITY_TEST_DRIVE, ACTIVITY_GATHERING, ACTIVITY_TOUR, ACTIVITY_LAUNCH, ACTIVITY_CO_CREATION, ACTIVITY_CONTENT };
RECORD_LABELS(activity_kinds, "test_drive", "gathering", "tour", "launch", "co_creation", "content");
RECORD_LABELS(activity_kinds_zh, "试驾体验", "圈层活动", "工厂参观", "新品品鉴", "共创", "内容与问卷");
static const enum_labels activity_kind_labels = { "activity_kind", activity_kinds, activity_kinds_zh };

#define CAMPAIGN_FILTERS(F, T)                                                                                                    \
    F(T, STR, code, .required = true, .min = 1, .max = 40, .pattern = "id", .filter = true, .sort = true, .zh = "活动编码",       \
      .doc = "Its code: what links and posters carry.", .example = "spring-2026")                                                 \
    F(T, ENUM(campaign_state), state, .required = true, .filter = true, .zh = "状态", .doc = "Where it stands.")                  \
    F(T, ENUM(activity_kind), kind, .nullable = true, .filter = true, .zh = "活动类型", .en = "Kind of activity",                 \
      .doc = "What it is: its row of the matrix of offers.")                                                                     \
    F(T, I64, store, .nullable = true, .min = 1, .max = 9007199254740991, .ref = "store", .filter = true, .zh = "门店",           \
      .doc = "Id of the store it is for; absent: all.")
#define CAMPAIGN_REST(F, T)                                                                                                       \
    F(T, STR, name, .required = true, .min = 1, .max = 60, .pattern = "line", .free = true, .zh = "名称", .doc = "Name.", .example = "春季试驾") \
    F(T, TIME, starts, .required = true, .sort = true, .zh = "开始", .doc = "From when.")                                         \
    F(T, TIME, ends, .required = true, .zh = "结束", .doc = "Until when.")                                                        \
    F(T, I64, budget_fen, .required = true, .min = 0, .max = 1000000000000, .sort = true, .zh = "预算（分）", .doc = "Budget in fen.") \
    F(T, STR, goal, .nullable = true, .min = 1, .max = 500, .free = true, .zh = "目标", .doc = "What it is to reach.")                          \
    F(T, BOOL, paid, .nullable = true, .zh = "付费投放", .doc = "Whether media is paid for.")
#define CAMPAIGN_FIELDS(F, T) CAMPAIGN_FILTERS(F, T) CAMPAIGN_REST(F, T)
#define CAMPAIGN_INPUT(F, T) CAMPAIGN_FIELDS(F, T)
#define CAMPAIGN_VIEW(F, T) RECORD_HEAD(F, T) CAMPAIGN_FIELDS(F, T) RECORD_TAIL(F, T)
#define CAMPAIGN_SLICE(F, T) CAMPAIGN_FILTERS(F, T) RECORD_ORDER(F, T)
#define CAMPAIGN_QUERY(F, T) CAMPAIGN_SLICE(F, T) RECORD_PAGING(F, T)
#define CAMPAIGN_PAGE(F, T) RECORD_PAGE(F, T, campaign_view)
RECORD_SHAPES(campaign, CAMPAIGN);
RECORD(campaign, "campaigns", "code", "活动", "Campaign", PERM_RECORD_READ, PERM_RECORD_WRITE)

static const route routes[] = { RECORD_ROUTES(campaign, "campaigns", PERM_RECORD_READ, PERM_RECORD_WRITE) };
const route_table campaign_routes = ROUTE_TABLE("record", routes);
