// The declared records. A new one is a file beside kind_store.c and a migration, and a line in each of these lists.
#include "record/record.h"

extern const record store_record, campaign_record, tag_type_record, order_record, test_drive_record, vehicle_record;
const record *const records[] = { &store_record, &campaign_record, &tag_type_record, &order_record, &test_drive_record, &vehicle_record,
                                  NULL };

SHAPE_TABLE(record_identities, RECORD_IDENTITY_FIELDS);

static const route routes[] = {
    { M_GET, "/api/v1/records/imports/{id}", PERM_RECORD_READ, .reply = &record_import_progress_shape, .where = RUN_INLINE, .idem = IDEM_READ,
      .tag = "record", .doc = "How far an import is.", .handler = record_import_get },
    { M_GET, "/api/v1/records", PERM_RECORD_READ, .reply = &record_list_info_shape, .where = RUN_LOOP, .idem = IDEM_READ, .tag = "record",
      .doc = "What records there are, and what they declare: generic pages are made of it.", .handler = record_describe },
};
const route_table record_routes = ROUTE_TABLE("record", routes);
