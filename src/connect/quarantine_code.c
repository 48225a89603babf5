// Bytes of an event in quarantine:
//   u8 version · kind, message id · print: u64 lo, hi · zigzag time, sent · varint flags, dropped
//   varint n { identity kind by name, 16 bytes hash, label } · varint n { name, u8 tag, value }
//   varint alias, former?: hash, label (since version 2)
// tag: value_kind, or SEALED: kind of personal data by name, hash, last4, box (vault.h), which only the master key opens.
#include "connect/ingest.h"
#include "connect/quarantine.h"

#define VERSION 2
#define SEALED 100

static void add_hash(buf *b, hash128 h)
{
    buf_add_u64(b, h.lo);
    buf_add_u64(b, h.hi);
}

static hash128 hash_at(cursor *c)
{
    uint64_t lo = cursor_u64(c), hi = cursor_u64(c);
    return (hash128){ lo, hi };
}

static void add_f64(buf *b, double f)
{
    uint64_t bits;
    memcpy(&bits, &f, sizeof bits);
    buf_add_u64(b, bits);
}

static double f64_at(cursor *c)
{
    double f;
    uint64_t bits = cursor_u64(c);
    memcpy(&f, &bits, sizeof f);
    return f;
}

static void add_prop(buf *b, const ingest_prop *p)
{
    buf_add_lenstr(b, p->name);
    if (p->sealed) {
        buf_add_u8(b, SEALED);
        buf_add_lenstr(b, str_c(vault_kinds[p->sealed->kind]));
        add_hash(b, p->sealed->hash);
        add_hash(b, p->sealed->last4);
        buf_add_lenstr(b, str_of((const char *)p->sealed->box, p->sealed->box_n));
        return;
    }
    buf_add_u8(b, (uint8_t)p->v.k);
    switch (p->v.k) {
    case V_BOOL:
    case V_I64: buf_add_zigzag(b, p->v.i); break;
    case V_F64: add_f64(b, p->v.f); break;
    case V_STR:
    case V_JSON: buf_add_lenstr(b, p->v.s); break;
    default: break;
    }
}

void quarantine_encode(buf *b, const ingest_event *e)
{
    buf_add_u8(b, VERSION);
    buf_add_lenstr(b, e->kind);
    buf_add_lenstr(b, str_take(e->message_id, INGEST_MESSAGE_ID_MAX));
    add_hash(b, e->print);
    buf_add_zigzag(b, e->time_us);
    buf_add_zigzag(b, e->sent_us);
    buf_add_varint(b, e->flags);
    buf_add_varint(b, e->dropped);
    buf_add_varint(b, e->ids_n);
    for (uint32_t i = 0; i < e->ids_n; i++) {
        buf_add_lenstr(b, str_c(identity_infos[e->ids[i].kind].name));
        add_hash(b, e->ids[i].hash);
        buf_add_lenstr(b, e->ids[i].label);
    }
    buf_add_varint(b, e->props_n);
    for (uint32_t i = 0; i < e->props_n; i++)
        add_prop(b, &e->props[i]);
    buf_add_u8(b, e->alias);
    buf_add_u8(b, e->has_former);
    if (e->has_former) {
        add_hash(b, e->former.hash);
        buf_add_lenstr(b, e->former.label);
    }
}

static int name_index(const char *const *list, size_t n, str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(str_c(list[i]), name))
            return (int)i;
    return -1;
}

static bool sealed_at(cursor *c, arena *a, ingest_prop *p)
{
    vault_item *item = arena_new(a, vault_item);
    int kind = name_index(vault_kinds, VAULT_KIND_COUNT, cursor_lenstr(c));
    item->hash = hash_at(c);
    item->last4 = hash_at(c);
    str box = cursor_lenstr(c);
    if (kind < 0 || box.len > sizeof item->box)
        return false;
    item->kind = (vault_kind)kind;
    item->box_n = (uint32_t)box.len;
    if (box.len)
        memcpy(item->box, box.s, box.len);
    p->sealed = item;
    return true;
}

static bool prop_at(cursor *c, arena *a, ingest_prop *p)
{
    p->name = arena_str(a, cursor_lenstr(c));
    uint8_t tag = cursor_u8(c);
    if (tag == SEALED)
        return !c->bad && sealed_at(c, a, p);
    if (tag > V_JSON)
        return false;
    p->v.k = (value_kind)tag;
    if (tag == V_BOOL || tag == V_I64)
        p->v.i = cursor_zigzag(c);
    else if (tag == V_F64)
        p->v.f = f64_at(c);
    else if (tag == V_STR || tag == V_JSON)
        p->v.s = arena_str(a, cursor_lenstr(c));
    return true;
}

static int identity_named(str name)
{
    for (int i = 0; i < IDENTITY_COUNT; i++)
        if (str_eq(str_c(identity_infos[i].name), name))
            return i;
    return -1;
}

static bool identities_at(cursor *c, arena *a, ingest_event *e)
{
    uint64_t n = cursor_varint(c);
    if (n > IDENTITY_COUNT)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        int kind = identity_named(cursor_lenstr(c));
        if (kind < 0)
            return false;
        hash128 h = hash_at(c);
        e->ids[i] = (identity){ (identity_kind)kind, h, arena_str(a, cursor_lenstr(c)) };
    }
    e->ids_n = (uint32_t)n;
    return true;
}

static void alias_at(cursor *c, arena *a, ingest_event *e)
{
    e->alias = cursor_u8(c);
    e->has_former = cursor_u8(c);
    if (e->has_former) {
        hash128 h = hash_at(c);
        e->former = (identity){ IDENTITY_USER_ID, h, arena_str(a, cursor_lenstr(c)) };
    }
}

err quarantine_decode(str bytes, arena *a, ingest_event *ret)
{
    cursor c = cursor_of(bytes.s, bytes.len);
    ingest_event e = { .age_us = -1 };
    uint8_t version = cursor_u8(&c);
    if (version < 1 || version > VERSION)
        return E_CORRUPT;
    e.kind = arena_str(a, cursor_lenstr(&c));
    e.message_id = arena_str(a, cursor_lenstr(&c));
    e.print = hash_at(&c);
    e.time_us = cursor_zigzag(&c);
    e.sent_us = cursor_zigzag(&c);
    e.flags = (uint32_t)cursor_varint(&c);
    e.dropped = (uint32_t)cursor_varint(&c);
    if (c.bad || !identities_at(&c, a, &e))
        return E_CORRUPT;
    uint64_t n = cursor_varint(&c);
    if (c.bad || n > EVENT_PROPS_MAX)
        return E_CORRUPT;
    e.props = arena_array(a, ingest_prop, n + 1);
    e.props_n = e.props_cap = (uint32_t)n;
    for (uint32_t i = 0; i < n; i++)
        if (!prop_at(&c, a, &e.props[i]))
            return E_CORRUPT;
    if (version > 1)
        alias_at(&c, a, &e);
    if (c.bad || cursor_left(&c))
        return E_CORRUPT;
    *ret = e;
    return E_OK;
}
