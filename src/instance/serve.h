// `lianyi serve`.
#ifndef INSTANCE_SERVE_H
#define INSTANCE_SERVE_H
#include "base/os.h"

typedef struct serve_options {
    const char *host;
    int port;                      // 0: any, the address printed tells
    int threads;                   // with connections; 0: one per core
    const char *version;
} serve_options;

// Serves until SIGTERM or SIGINT. Any error but E_OK ends the process with a failure.
err serve(os *o, const char *dir, const serve_options *opt, fault *f, arena *a);

#endif
