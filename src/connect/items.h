// Items: rows of a dimension that events refer to by id, as SensorsData's item_set and item_delete bring them.
// They are about things: a thing may have a name and an address, but numbers and ids of people are not kept in them.
#ifndef CONNECT_ITEMS_H
#define CONNECT_ITEMS_H
#include "connect/ingest.h"

#define ITEM_TYPES_MAX 100
#define ITEMS_PER_TYPE_MAX 100000
#define ITEM_TYPE_MAX 100              // code points
#define ITEM_ID_MAX 200
#define ITEM_PROPS_MAX 16384           // bytes of JSON

struct ingest_item {
    str type, id, props;               // props: a JSON object
    bool gone;
};

// On the teller, before its event: whether it may be written, and as what. E_LIMIT_REACHED.
err item_prepare(tx *t, const ingest_item *i, int64_t at_us);
// The row, with the event's number.
err item_write(tx *t, const ingest_item *i, int64_t at_us, int64_t event_no);

extern const route_table items_routes;

#endif
