// Live streams (server-sent events): a RUN_STREAM handler names the channel (r->channel) and whoever publishes to it reaches
// all its listeners. Nothing is kept: who was away asks again by other routes. A heartbeat every 15 s; a stream ends after
// 15 minutes, so that the browser comes back and its session is looked at again.
#ifndef API_STREAM_H
#define API_STREAM_H
#include "api/dispatch.h"

#define STREAM_CHANNEL_MAX 64                 // bytes of a channel's name
#define STREAM_LISTENERS_MAX 256              // per process; beyond: 503
#define STREAM_WAITING_MAX 4096               // messages not yet taken by the loop; beyond they are dropped and counted

// What a message is about. A listener that wants something (req.wants) gets the messages whose labels say so: of wants of one
// name any will do, every name wanted must be met. Names are string constants.
#define STREAM_LABELS_MAX 8
typedef struct stream_label { const char *name; str value; } stream_label;
// Any thread. `event` names the kind; id 0: none; data: UTF-8, usually one JSON object. labels: at most STREAM_LABELS_MAX.
void stream_publish(api *p, str channel, str event, int64_t id, str data, const stream_label *labels, size_t labels_n);
// Any thread, cheap: false when nobody listens to anything, so that messages need not be made.
bool stream_listening(const api *p);

#endif
