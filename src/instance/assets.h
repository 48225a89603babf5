// The console's files on the wire.
#ifndef INSTANCE_ASSETS_H
#define INSTANCE_ASSETS_H
#include "api/route.h"
#include "base/map.h"

typedef struct assets assets;
assets *assets_open(arena *a);
void assets_close(assets *s);                 // NULL is fine
const assets *assets_of(const req *r);        // serve.c knows where they are
extern const route_table assets_routes;

#endif
