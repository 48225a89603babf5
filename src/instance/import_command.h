// `lianyi import`, and what it asks the server over DIR/control.sock.
#ifndef INSTANCE_IMPORT_COMMAND_H
#define INSTANCE_IMPORT_COMMAND_H
#include "instance/instance.h"

extern const command import_commands[];       // without usage: not for people
extern const size_t import_commands_n;

// args: files and options.
err import_command(const char *dir, const str *args, size_t n, buf *out, fault *f, arena *a);

#endif
