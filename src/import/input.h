// The bytes of a file to import: one on this machine, or one that was uploaded and lies sealed in DIR/imports.
// Uploaded files hold personal data, so they are kept in blocks sealed by a key of the import; without its salt they are noise.
#ifndef IMPORT_INPUT_H
#define IMPORT_INPUT_H
#include "base/os.h"
#include "people/vault.h"

typedef struct input {
    os_file *file;             // NULL: `bytes`, somebody's
    const char *bytes;
    int64_t size;              // of the plain bytes
    bool sealed;
    uint8_t key[32];           // of a sealed one
    char *block;               // the block opened last, sealed ones only; owned
    int64_t block_no;          // -1: none
} input;

#define INPUT_BLOCK (64 * 1024)
#define INPUT_PART_BYTES (1024 * 1024)      // of an upload: whole blocks
#define INPUT_SALT_BYTES 16

// E_NOT_FOUND, E_IO.
err input_open_plain(os *o, const char *path, input *ret);
err input_open_sealed(os *o, const char *path, const vault *v, str salt, int64_t size, input *ret);
void input_open_bytes(str bytes, input *ret);
void input_close(input *in);

// Short only at the end. E_CORRUPT: a block that does not open (a part is missing).
err input_read(input *in, void *p, size_t n, int64_t at, size_t *ret_n);

// One part of an upload, at its place. The same part again replaces it.
err input_write_part(os *o, const char *path, const vault *v, str salt, int64_t part, str bytes);

// BLAKE2b over everything: what is the same file whatever its name.
err input_digest(input *in, uint8_t ret[32]);

#endif
