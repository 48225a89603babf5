// Events on the wire: the live stream and questions.
#ifndef CONNECT_EVENTS_H
#define CONNECT_EVENTS_H
#include "api/route.h"

#define LIVE_CHANNEL "events"      // of api/stream.h
#define LIVE_PROBLEM_LABEL "problem"   // what is refused, quarantined or warned about carries this verdict too
extern const route_table events_routes;
extern const route_table native_routes;        // native.c

#endif
