// SensorsData requests. Bytes that begin with { or [ are the events themselves; any others are a request: the address's query up to the
// first line end, then the body. Whatever they are: an error, or events each of which is refused or whole.
#include "fuzz.h"
#include "connect/sensors.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NOW INT64_C(1773088620000000)

// Made once: a vault on a key of this process.
static const ingest *sink(void)
{
    static ingest *in;
    if (in)
        return in;
    char dir[] = "/tmp/lianyi-fuzz-XXXXXX", path[64];
    static arena *a;
    vault *v;
    a = arena_create();
    ENSURE(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/key", dir);
    ENSURE(vault_create(os_posix(), path) == E_OK && vault_open(os_posix(), path, a, &v) == E_OK);
    unlink(path);
    rmdir(dir);
    in = ingest_open(&(ingest_config){ .vault = v });
    return in;
}

static void check_event(const ingest_event *e)
{
    ENSURE(e->ids_n <= INGEST_IDS_MAX && e->gone_n <= INGEST_IDS_MAX && e->props_n <= EVENT_PROPS_MAX);
    if (e->verdict == INGEST_REFUSED) {
        ENSURE(e->code != E_OK);
        return;
    }
    ENSURE(e->kind.len && e->kind.len <= NAMES_BYTES_MAX && str_utf8_valid(e->message_id) && e->message_id.len);
    ENSURE(e->item || e->ids_n > 0);
    for (uint32_t i = 0; i < e->props_n; i++)
        ENSURE(e->props[i].sealed || (e->props[i].v.k != V_STR && e->props[i].v.k != V_JSON) || str_utf8_valid(e->props[i].v.s));
}

static void events(const jval *root, arena *a)
{
    ingest_batch b;
    fault f = { 0 };
    const caller who = { .kind = CALLER_KEY, .source = 7 };
    if (sensors_parse(sink(), &who, root, NOW, a, &f, &b) != E_OK)
        return;
    for (uint32_t i = 0; i < b.n; i++)
        check_event(&b.v[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena *a = arena_create();
    str text = str_of((const char *)data, size), rest = text, query = str_cut(&rest, '\n');
    jval *root;
    sensors_form form;
    fault f = { 0 };
    if (size && (text.s[0] == '{' || text.s[0] == '[')) {
        if (json_parse(a, text, &f, &root) == E_OK)
            events(root, a);
    } else {
        sensors_key(query, rest, a);
        if (sensors_form_read(query, rest, a, &f, &form) == E_OK && sensors_open(&form, a, &f, &root) == E_OK)
            events(root, a);
    }
    arena_destroy(a);
    return 0;
}
