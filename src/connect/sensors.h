// The SensorsData (神策) data sink: unmodified SensorsData SDKs point here. docs/reference/sensorsdata.md.
#ifndef CONNECT_SENSORS_H
#define CONNECT_SENSORS_H
#include "connect/ingest.h"

extern const route_table sensors_routes;

// --- The envelope (sensors_body.c): form or query → percent-decoding → base64 → gunzip → JSON. Any thread -------------------------
// The parameters of one request; those of the body win over those of the address.
typedef struct sensors_form {
    str data, data_list;           // base64, as the crc was taken of it; empty: absent
    str crc, ext, gzip, token, project;
} sensors_form;

// E_BAD_REQUEST: percent-encoding that means nothing.
err sensors_form_read(str query, str body, arena *a, fault *f, sensors_form *ret);
// The JSON inside. *ret_list: it is a list of events. E_BAD_REQUEST (nothing in it, crc, base64, encrypted), E_GZIP_INVALID,
// E_BODY_TOO_LARGE, E_JSON_*.
err sensors_open(const sensors_form *form, arena *a, fault *f, jval **ret);
// String.hashCode of Java.
int32_t sensors_crc(str text);
// The ingest key of a request: `token`, else `project` when that looks like one, of the address, the form or the first event.
str sensors_key(str query, str body, arena *a);

#define SENSORS_INFLATED_MAX (8 * 1024 * 1024)

// --- Events (sensors.c): loop thread ------------------------------------------------------------------------------------------------
// `root`: an event or a list of them. Events that cannot be used are refused one by one. E_FIELD_TOO_MANY.
err sensors_parse(const ingest *in, const caller *who, const jval *root, int64_t received_us, arena *a, fault *f, ingest_batch *ret);

#endif
