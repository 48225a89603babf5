// Cars the brand has built, and whose each is now. The VIN is the car's, not the owner's: it stays when the owner goes.
#include "record/record.h"

enum vehicle_state { VEHICLE_STOCK, VEHICLE_OWNED, VEHICLE_RESOLD, VEHICLE_SCRAPPED };
RECORD_LABELS(vehicle_states, "stock", "owned", "resold", "scrapped");
RECORD_LABELS(vehicle_states_zh, "在库", "在用", "已转出", "已报废");
static const enum_labels vehicle_state_labels = { "vehicle_state", vehicle_states, vehicle_states_zh };

#define VEHICLE_FILTERS(F, T)                                                                                                     \
    F(T, I64, person, .nullable = true, .min = 1, .max = 4294967295, .ref = "person", .filter = true, .zh = "车主", .en = "Owner", \
      .doc = "Whose it is: id of a person; absent: nobody's yet, or not known any more.")                                         \
    F(T, ENUM(vehicle_state), state, .required = true, .filter = true, .zh = "状态", .doc = "Where in its life it is.")           \
    F(T, STR, model, .required = true, .min = 1, .max = 60, .pattern = "line", .filter = true, .sort = true, .zh = "车型",        \
      .doc = "Model.", .example = "E7")
#define VEHICLE_REST(F, T)                                                                                                        \
    F(T, STR, vin, .required = true, .min = 1, .max = 17, .pattern = "vin", .pii = true, .zh = "车架号", .en = "VIN",             \
      .doc = "Its VIN, for life.")                                                                                                \
    F(T, STR, plate, .nullable = true, .min = 1, .max = 12, .pattern = "line", .pii = true, .zh = "车牌", .doc = "Its number plate.") \
    F(T, STR, colour, .nullable = true, .min = 1, .max = 40, .pattern = "line", .free = true, .zh = "颜色", .doc = "Colour.")                   \
    F(T, STR, built, .nullable = true, .max = 10, .pattern = "date", .zh = "下线日期", .en = "Built on", .doc = "The day it was built.") \
    F(T, TIME, since, .nullable = true, .zh = "持有时间", .en = "Owned since", .doc = "Since when it is this owner's; of the last change otherwise.")
#define VEHICLE_FIELDS(F, T) VEHICLE_FILTERS(F, T) VEHICLE_REST(F, T)
#define VEHICLE_INPUT(F, T) VEHICLE_FIELDS(F, T) RECORD_IDENTITIES(F, T)
#define VEHICLE_VIEW(F, T) RECORD_HEAD(F, T) VEHICLE_FIELDS(F, T) RECORD_TAIL(F, T)
#define VEHICLE_SLICE(F, T) VEHICLE_FILTERS(F, T) RECORD_ORDER(F, T)
#define VEHICLE_QUERY(F, T) VEHICLE_SLICE(F, T) RECORD_PAGING(F, T)
#define VEHICLE_PAGE(F, T) RECORD_PAGE(F, T, vehicle_view)
RECORD_SHAPES(vehicle, VEHICLE);
static const record_move moves[] = {
    { NULL, "stock" }, { NULL, "owned" }, { NULL, "resold" }, { NULL, "scrapped" }, { "stock", "owned" }, { "owned", "stock" },
    { "owned", "resold" }, { "resold", "owned" }, { "stock", "scrapped" }, { "owned", "scrapped" }, { "resold", "scrapped" }, { NULL, NULL },
};
// Back in stock: it was never theirs, or came back to the brand. Otherwise somebody else has it now.
static const record_event events[] = {
    { "vehicle.unbound", .field = "person", .to = "stock", .at = "since", .former = true },
    { "vehicle.sold", .field = "person", .at = "since", .former = true },
    { "vehicle.bound", .field = "person", .at = "since" },
    { NULL },
};
static const record_prop props[] = { { "vin", "vin" }, { "model", "model" }, { NULL, NULL } };
RECORD(vehicle, "vehicles", "vin", "车辆", "Vehicle", PERM_SALES_READ, PERM_SALES_WRITE, .state = "state", .moves = moves, .held = "owned",
       .events = events, .props = props, .other = "vehicle.changed")

static const route routes[] = { RECORD_ROUTES(vehicle, "vehicles", PERM_SALES_READ, PERM_SALES_WRITE) };
const route_table vehicle_routes = ROUTE_TABLE("record", routes);
