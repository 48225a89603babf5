#include "import/input.h"
#include <sodium.h>
#include <stdlib.h>

#define NONCE crypto_secretbox_NONCEBYTES
#define SEALED_BLOCK (INPUT_BLOCK + NONCE + crypto_secretbox_MACBYTES)

err input_open_plain(os *o, const char *path, input *ret)
{
    input in = { .block_no = -1 };
    TRY(os_open(o, path, OS_READ, &in.file));
    err e = os_size(in.file, &in.size);
    if (e != E_OK) {
        os_close(in.file);
        return e;
    }
    *ret = in;
    return E_OK;
}

err input_open_sealed(os *o, const char *path, const vault *v, str salt, int64_t size, input *ret)
{
    input in = { .block_no = -1, .sealed = true, .size = size };
    TRY(os_open(o, path, OS_READ, &in.file));
    vault_derive(v, S("import"), salt, in.key);
    in.block = malloc(INPUT_BLOCK);
    ENSURE(in.block);
    *ret = in;
    return E_OK;
}

void input_open_bytes(str bytes, input *ret) { *ret = (input){ .bytes = bytes.s, .size = (int64_t)bytes.len, .block_no = -1 }; }

void input_close(input *in)
{
    os_close(in->file);
    if (in->block)
        vault_wipe(in->block, INPUT_BLOCK);
    free(in->block);
    vault_wipe(in->key, sizeof in->key);
    *in = (input){ .block_no = -1 };
}

// --- Sealed blocks -----------------------------------------------------------------------------------------------------------
static size_t block_bytes(const input *in, int64_t no)
{
    int64_t left = in->size - no * INPUT_BLOCK;
    return left <= 0 ? 0 : left < INPUT_BLOCK ? (size_t)left : INPUT_BLOCK;
}

static err load_block(input *in, int64_t no)
{
    uint8_t box[SEALED_BLOCK];
    size_t n, plain = block_bytes(in, no);
    if (no == in->block_no)
        return E_OK;
    in->block_no = -1;
    TRY(os_read_at(in->file, box, plain + NONCE + crypto_secretbox_MACBYTES, no * (int64_t)SEALED_BLOCK, &n));
    if (n != plain + NONCE + crypto_secretbox_MACBYTES
        || crypto_secretbox_open_easy((uint8_t *)in->block, box + NONCE, n - NONCE, box, in->key) != 0)
        return E_CORRUPT;
    in->block_no = no;
    return E_OK;
}

static err read_sealed(input *in, char *p, size_t n, int64_t at, size_t *ret_n)
{
    size_t done = 0;
    while (done < n && at < in->size) {
        int64_t no = at / INPUT_BLOCK;
        size_t from = (size_t)(at % INPUT_BLOCK);
        TRY(load_block(in, no));
        size_t have = block_bytes(in, no) - from, some = have < n - done ? have : n - done;
        memcpy(p + done, in->block + from, some);
        done += some;
        at += (int64_t)some;
    }
    *ret_n = done;
    return E_OK;
}

static err read_bytes(const input *in, void *p, size_t n, int64_t at, size_t *ret_n)
{
    size_t left = at < 0 || at >= in->size ? 0 : (size_t)(in->size - at);
    *ret_n = n < left ? n : left;
    if (*ret_n)
        memcpy(p, in->bytes + at, *ret_n);
    return E_OK;
}

err input_read(input *in, void *p, size_t n, int64_t at, size_t *ret_n)
{
    if (!in->file)
        return read_bytes(in, p, n, at, ret_n);
    return in->sealed ? read_sealed(in, p, n, at, ret_n) : os_read_at(in->file, p, n, at, ret_n);
}

static err write_blocks(os *o, os_file *f, const uint8_t key[32], int64_t first, str bytes)
{
    uint8_t box[SEALED_BLOCK];
    for (int64_t no = first; bytes.len; no++) {
        str plain = str_take(bytes, INPUT_BLOCK);
        os_random(o, box, NONCE);
        crypto_secretbox_easy(box + NONCE, (const uint8_t *)plain.s, plain.len, box, key);
        TRY(os_write_at(f, box, plain.len + NONCE + crypto_secretbox_MACBYTES, no * (int64_t)SEALED_BLOCK));
        bytes = str_skip(bytes, plain.len);
    }
    return os_sync(f);
}

err input_write_part(os *o, const char *path, const vault *v, str salt, int64_t part, str bytes)
{
    os_file *f;
    uint8_t key[32];
    ENSURE(bytes.len <= INPUT_PART_BYTES);
    TRY(os_open(o, path, OS_READ | OS_WRITE | OS_CREATE, &f));
    vault_derive(v, S("import"), salt, key);
    err e = write_blocks(o, f, key, part * (INPUT_PART_BYTES / INPUT_BLOCK), bytes);
    vault_wipe(key, sizeof key);
    os_close(f);
    return e;
}

err input_digest(input *in, uint8_t ret[32])
{
    crypto_generichash_state h;
    char *chunk = malloc(INPUT_BLOCK * 4);
    err e = E_OK;
    size_t n = 1;
    ENSURE(chunk && crypto_generichash_init(&h, NULL, 0, 32) == 0);
    for (int64_t at = 0; e == E_OK && n > 0; at += (int64_t)n) {
        e = input_read(in, chunk, INPUT_BLOCK * 4, at, &n);
        if (e == E_OK)
            crypto_generichash_update(&h, (const uint8_t *)chunk, n);
    }
    crypto_generichash_final(&h, ret, 32);
    vault_wipe(chunk, INPUT_BLOCK * 4);
    free(chunk);
    return e;
}
