// Test drives: a slot at a store that is kept, missed or given back.
#include "record/record.h"

enum test_drive_state { TEST_DRIVE_BOOKED, TEST_DRIVE_COMPLETED, TEST_DRIVE_NO_SHOW, TEST_DRIVE_CANCELLED };
RECORD_LABELS(test_drive_states, "booked", "completed", "no_show", "cancelled");
RECORD_LABELS(test_drive_states_zh, "已预约", "已完成", "爽约", "已取消");
static const enum_labels test_drive_state_labels = { "test_drive_state", test_drive_states, test_drive_states_zh };

#define TEST_DRIVE_FILTERS(F, T)                                                                                                  \
    F(T, STR, number, .required = true, .min = 1, .max = 60, .pattern = "id", .filter = true, .sort = true, .zh = "预约号",       \
      .en = "Booking number", .doc = "Its number where it was booked, for life.", .example = "TD-20260309-001")                   \
    F(T, I64, person, .nullable = true, .min = 1, .max = 4294967295, .ref = "person", .filter = true, .zh = "试驾人", .en = "Driver", \
      .doc = "Who drives: id of a person.")                                                                                       \
    F(T, ENUM(test_drive_state), state, .required = true, .filter = true, .zh = "状态", .doc = "What became of it.")              \
    F(T, STR, model, .required = true, .min = 1, .max = 60, .pattern = "line", .filter = true, .zh = "车型", .doc = "Model.", .example = "E7") \
    F(T, I64, store, .nullable = true, .min = 1, .max = 9007199254740991, .ref = "store", .filter = true, .zh = "门店",           \
      .doc = "Id of the store it starts from.")
#define TEST_DRIVE_REST(F, T)                                                                                                     \
    F(T, TIME, slot, .required = true, .sort = true, .zh = "试驾时段", .en = "Slot", .doc = "When it is to begin.")               \
    F(T, TIME, booked, .nullable = true, .zh = "预约时间", .en = "Booked at", .doc = "When it was booked.")                       \
    F(T, TIME, ended, .nullable = true, .zh = "结束时间", .en = "Ended at", .doc = "When it was driven, missed or cancelled.")
#define TEST_DRIVE_FIELDS(F, T) TEST_DRIVE_FILTERS(F, T) TEST_DRIVE_REST(F, T)
#define TEST_DRIVE_INPUT(F, T) TEST_DRIVE_FIELDS(F, T) RECORD_IDENTITIES(F, T)
#define TEST_DRIVE_VIEW(F, T) RECORD_HEAD(F, T) TEST_DRIVE_FIELDS(F, T) RECORD_TAIL(F, T)
#define TEST_DRIVE_SLICE(F, T) TEST_DRIVE_FILTERS(F, T) RECORD_ORDER(F, T)
#define TEST_DRIVE_QUERY(F, T) TEST_DRIVE_SLICE(F, T) RECORD_PAGING(F, T)
#define TEST_DRIVE_PAGE(F, T) RECORD_PAGE(F, T, test_drive_view)
RECORD_SHAPES(test_drive, TEST_DRIVE);
static const record_move moves[] = {
    { NULL, "booked" }, { NULL, "completed" }, { NULL, "no_show" }, { NULL, "cancelled" }, { "booked", "completed" },
    { "booked", "no_show" }, { "booked", "cancelled" }, { NULL, NULL },
};
static const record_event events[] = {
    { "test_drive.booked", .to = "booked", .at = "booked" },
    { "test_drive.completed", .to = "completed", .at = "ended" },
    { "test_drive.no_show", .to = "no_show", .at = "ended" },
    { "test_drive.cancelled", .to = "cancelled", .at = "ended" },
    { NULL },
};
static const record_prop props[] = {
    { "test_drive", "number" }, { "model", "model" }, { "store", "store" }, { "slot", "slot" }, { NULL, NULL },
};
RECORD(test_drive, "test_drives", "number", "试驾", "Test drive", PERM_SALES_READ, PERM_SALES_WRITE, .state = "state", .moves = moves,
       .events = events, .props = props, .other = "test_drive.changed")

static const route routes[] = { RECORD_ROUTES(test_drive, "test_drives", PERM_SALES_READ, PERM_SALES_WRITE) };
const route_table test_drive_routes = ROUTE_TABLE("record", routes);
