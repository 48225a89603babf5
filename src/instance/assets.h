// The console's files on the wire.
#ifndef INSTANCE_ASSETS_H
#define INSTANCE_ASSETS_H
#include "api/http.h"
#include "base/map.h"

typedef struct assets assets;
assets *assets_open(arena *a);
void assets_close(assets *s);
// True when the path was one of ours and the reply is sent. Loop thread.
bool assets_serve(const assets *s, http_call *c, const http_request *rq);

#endif
