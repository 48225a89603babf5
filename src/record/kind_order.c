// Orders, as the brand's order system knows them: from the reserve to the delivery, one number for all of it.
#include "record/record.h"

enum order_state { ORDER_RESERVED, ORDER_PLACED, ORDER_DELIVERED, ORDER_CANCELLED };
RECORD_LABELS(order_states, "reserved", "ordered", "delivered", "cancelled");
RECORD_LABELS(order_states_zh, "小订", "大定", "已交付", "已取消");
static const enum_labels order_state_labels = { "order_state", order_states, order_states_zh };

#define ORDER_FILTERS(F, T)                                                                                                       \
    F(T, STR, number, .required = true, .min = 1, .max = 60, .pattern = "id", .filter = true, .sort = true, .zh = "订单号",       \
      .en = "Order number", .doc = "Its number in the order system, for life.", .example = "SO-20260309-001")                     \
    F(T, I64, person, .nullable = true, .min = 1, .max = 4294967295, .ref = "person", .filter = true, .zh = "购车人", .en = "Buyer", \
      .doc = "Who orders: id of a person.")                                                                                       \
    F(T, ENUM(order_state), state, .required = true, .filter = true, .zh = "状态", .doc = "How far it is.")                       \
    F(T, STR, model, .required = true, .min = 1, .max = 60, .pattern = "line", .filter = true, .zh = "车型", .doc = "Model.", .example = "E7") \
    F(T, I64, store, .nullable = true, .min = 1, .max = 9007199254740991, .ref = "store", .filter = true, .zh = "门店",           \
      .doc = "Id of the store it belongs to.")
#define ORDER_REST(F, T)                                                                                                          \
    F(T, I64, amount_fen, .nullable = true, .min = 0, .max = 1000000000000, .zh = "金额", .en = "Amount", .doc = "Price in fen.") \
    F(T, TIME, reserved, .nullable = true, .zh = "小订时间", .en = "Reserved at", .doc = "When the reserve was paid.")            \
    F(T, TIME, ordered, .nullable = true, .zh = "大定时间", .en = "Ordered at", .doc = "When the order became firm.")             \
    F(T, STR, delivery_on, .nullable = true, .max = 10, .pattern = "date", .zh = "预约交付日", .en = "Delivery day",              \
      .doc = "The day delivery is agreed for.")                                                                                   \
    F(T, TIME, delivered, .nullable = true, .zh = "交付时间", .en = "Delivered at", .doc = "When the car was handed over.")       \
    F(T, TIME, cancelled, .nullable = true, .zh = "取消时间", .en = "Cancelled at", .doc = "When it was cancelled.")              \
    F(T, STR, vin, .nullable = true, .min = 1, .max = 17, .pattern = "vin", .pii = true, .zh = "车架号", .en = "VIN", .doc = "Of the car.") \
    F(T, BOOL, fleet, .nullable = true, .zh = "大客户", .doc = "Bought by a fleet: out of the rates of persons.")
#define ORDER_FIELDS(F, T) ORDER_FILTERS(F, T) ORDER_REST(F, T)
#define ORDER_INPUT(F, T) ORDER_FIELDS(F, T) RECORD_IDENTITIES(F, T)
#define ORDER_VIEW(F, T) RECORD_HEAD(F, T) ORDER_FIELDS(F, T) RECORD_TAIL(F, T)
#define ORDER_SLICE(F, T) ORDER_FILTERS(F, T) RECORD_ORDER(F, T)
#define ORDER_QUERY(F, T) ORDER_SLICE(F, T) RECORD_PAGING(F, T)
#define ORDER_PAGE(F, T) RECORD_PAGE(F, T, order_view)
RECORD_SHAPES(order, ORDER);
static const record_move moves[] = {
    { NULL, "reserved" }, { NULL, "ordered" }, { NULL, "delivered" }, { NULL, "cancelled" }, { "reserved", "ordered" },
    { "reserved", "cancelled" }, { "ordered", "delivered" }, { "ordered", "cancelled" }, { NULL, NULL },
};
static const record_event events[] = {
    { "reserve.placed", .to = "reserved", .at = "reserved" },
    { "order.placed", .to = "ordered", .at = "ordered" },
    { "delivery.completed", .to = "delivered", .at = "delivered" },
    { "reserve.cancelled", .from = "reserved", .to = "cancelled", .at = "cancelled" },
    { "order.cancelled", .from = "ordered", .to = "cancelled", .at = "cancelled" },
    { "delivery.scheduled", .field = "delivery_on" },
    { NULL },
};
static const record_prop props[] = {
    { "order", "number" }, { "model", "model" }, { "store", "store" }, { "fleet", "fleet" }, { "amount_fen", "amount_fen" },
    { "delivery_on", "delivery_on" }, { "vin", "vin" }, { NULL, NULL },
};
RECORD(order, "orders", "number", "订单", "Order", PERM_SALES_READ, PERM_SALES_WRITE, .table = "car_order", .state = "state", .moves = moves,
       .events = events, .props = props, .other = "order.changed")

static const route routes[] = { RECORD_ROUTES(order, "orders", PERM_SALES_READ, PERM_SALES_WRITE) };
const route_table order_routes = ROUTE_TABLE("record", routes);
