// Events on the wire: the live stream and questions.
#ifndef CONNECT_EVENTS_H
#define CONNECT_EVENTS_H
#include "api/route.h"

#define LIVE_CHANNEL "events"      // of api/stream.h
extern const route_table events_routes;
extern const route_table native_routes;        // native.c

#endif
