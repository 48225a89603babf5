// Files inside the binary (scripts/embed.py): the console, the playbook.
#ifndef BASE_EMBED_H
#define BASE_EMBED_H
#include "base/str.h"

typedef struct embedded { const char *name; str bytes, gzip; } embedded;   // a list ends with a NULL name

extern const embedded web_files[];        // web/dist
extern const embedded playbook_files[];   // playbook/

#endif
