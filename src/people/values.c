// What the vault knows of whom events come in about, so that their texts do not say it: read once, kept for the people heard of last,
// and of everybody whether there is anything. Only the writer's thread. Plain text, as in a message that is being parsed; wiped when it
// makes room and at the end.
#include "base/hash.h"
#include "people/people_internal.h"
#include <stdlib.h>

#define SLOTS 4096                     // a power of two
#define SLOT_BYTES 240
#define SUBJECTS_MAX 64                // of a person: no message waits for a person of thousands of devices
#define ROWS_MAX 64                    // of those, from which the newest are taken

#define COMMON_TEXTS 16384                    // a power of two
#define COMMON_BYTES_MAX 200             // a longer one is somebody's own
#define MANY 8                         // people

typedef struct slot {
    uint32_t person;                   // 0: empty
    uint8_t n, len[PEOPLE_VALUES_MAX];
    char bytes[SLOT_BYTES];            // one after the other
} slot;

// Whether a text is common. One that is not said again makes room for another.
typedef struct common_text { uint64_t hash; uint32_t person, n; } common_text;

enum told { NOT_LOOKED, NOTHING_TOLD, SOMETHING_TOLD };

struct known_values {
    VEC(uint8_t) told;                 // by person: enum told
    slot *slots;                       // touched as people are heard of
    common_text *texts;
    hash_key texts_key;
};

void values_open(people *p)
{
    p->values = calloc(1, sizeof *p->values);
    ENSURE(p->values);
    p->values->slots = calloc(SLOTS, sizeof(slot));
    ENSURE(p->values->slots);
    p->values->texts = calloc(COMMON_TEXTS, sizeof(common_text));
    ENSURE(p->values->texts);
    hash_random_key(&p->values->texts_key);
}

void values_close(people *p)
{
    if (!p->values)
        return;
    vault_wipe(p->values->slots, SLOTS * sizeof(slot));
    free(p->values->slots);
    free(p->values->texts);
    vec_free(&p->values->told);
    free(p->values);
    p->values = NULL;
}

// --- Forgetting -----------------------------------------------------------------------------------------------------------------
static slot *slot_of(const struct known_values *k, uint32_t person) { return &k->slots[person * 2654435761u % SLOTS]; }

typedef struct forgotten { struct known_values *k; uint32_t person; } forgotten;

static void forget(void *p)
{
    const forgotten *f = p;
    slot *s = slot_of(f->k, f->person);
    if (f->person < f->k->told.n)
        f->k->told.v[f->person] = NOT_LOOKED;
    if (s->person == f->person)
        vault_wipe(s, sizeof *s);
}

// Also when it is undone: what was looked up in between is not so.
void values_forget(tx *t, uint32_t person)
{
    forgotten *f = arena_new(t->a, forgotten);
    *f = (forgotten){ engine_of(t)->people->values, person };
    forget(f);
    tx_undo(t, forget, f);
}

// --- Looking --------------------------------------------------------------------------------------------------------------------
static void note_told(struct known_values *k, uint32_t person, bool any)
{
    if (person >= k->told.n) {
        vec_reserve(&k->told, (size_t)person + 1);
        memset(k->told.v + k->told.n, NOT_LOOKED, person + 1 - k->told.n);
        k->told.n = (size_t)person + 1;
    }
    k->told.v[person] = any ? SOMETHING_TOLD : NOTHING_TOLD;
}

static err rows_of(tx *t, uint32_t person, int64_t ids[PEOPLE_VALUES_MAX], size_t *ret_n)
{
    db_rows r;
    size_t n = 0;
    TRY(db_query(t->d, &r,
                 "WITH mine AS (SELECT $1 AS subject UNION ALL SELECT subject FROM (SELECT subject FROM link WHERE person = $1 LIMIT $2) l)"
                 " SELECT max(id) FROM (SELECT v.id, v.kind, v.hash, v.at_us FROM mine m CROSS JOIN vault v WHERE v.subject = m.subject"
                 " AND v.kind <> $3 LIMIT $4) v GROUP BY kind, hash ORDER BY CASE WHEN kind = $5 THEN 0 ELSE 1 END, max(at_us) DESC,"
                 " max(id) DESC LIMIT $6",
                 dbi(person), dbi(SUBJECTS_MAX), dbi(VAULT_BIRTHDAY), dbi(ROWS_MAX), dbi(VAULT_NAME), dbi(PEOPLE_VALUES_MAX)));
    while (db_next(&r))
        ids[n++] = db_i64(&r, 0);
    *ret_n = n;
    return db_end(&r);
}

static void slot_add(slot *s, size_t *used, str plain)
{
    if (plain.len > SLOT_BYTES - *used)
        return;
    memcpy(s->bytes + *used, plain.s, plain.len);
    s->len[s->n++] = (uint8_t)plain.len;
    *used += plain.len;
}

static err slot_read(tx *t, uint32_t person, slot *s)
{
    int64_t ids[PEOPLE_VALUES_MAX];
    size_t n, used = 0;
    TRY(rows_of(t, person, ids, &n));
    vault_wipe(s, sizeof *s);
    for (size_t i = 0; i < n; i++) {
        vault_kind kind;
        str plain;
        err e = vault_read(t->d, engine_of(t)->vault, ids[i], t->a, &kind, &plain);
        if (e == E_NOT_FOUND)
            continue;                  // its key is destroyed
        TRY(e);
        if (vault_told_bytes_min[kind] && plain.len >= vault_told_bytes_min[kind])
            slot_add(s, &used, plain);
        vault_wipe((void *)(uintptr_t)plain.s, plain.len);
    }
    s->person = person;
    return E_OK;
}

err people_values(tx *t, uint32_t subject, str out[PEOPLE_VALUES_MAX], size_t *ret_n)
{
    struct known_values *k = engine_of(t)->people->values;
    uint32_t person = people_person_of(t, subject);
    size_t at = 0;
    *ret_n = 0;
    if (person < k->told.n && k->told.v[person] == NOTHING_TOLD)
        return E_OK;
    slot *s = slot_of(k, person);
    if (s->person != person) {
        TRY(slot_read(t, person, s));
        note_told(k, person, s->n > 0);
    }
    for (size_t i = 0; i < s->n; at += s->len[i++])
        out[i] = str_of(s->bytes + at, s->len[i]);
    *ret_n = s->n;
    return E_OK;
}

// --- In plain -------------------------------------------------------------------------------------------------------------------------
static err newest_ids(db *d, int64_t person, size_t most, int64_t *ids, size_t *ret_n)
{
    db_rows r;
    *ret_n = 0;
    TRY(db_query(d, &r,
                 "SELECT max(id) FROM vault WHERE subject = $1 OR subject IN (SELECT subject FROM link WHERE person = $1)"
                 " GROUP BY kind, hash ORDER BY max(at_us) DESC, max(id) DESC LIMIT $2",
                 dbi(person), dbi((int64_t)most)));
    while (db_next(&r))
        ids[(*ret_n)++] = db_i64(&r, 0);
    return db_end(&r);
}

err values_plain(const engine *e, db *d, int64_t person, size_t most, arena *a, plain_value **ret, size_t *ret_n)
{
    int64_t *ids = arena_array(a, int64_t, most);
    plain_value *v = arena_array(a, plain_value, most);
    size_t n, kept = 0;
    TRY(newest_ids(d, person, most, ids, &n));
    for (size_t i = 0; i < n; i++) {
        err x = vault_read(d, e->vault, ids[i], a, &v[kept].kind, &v[kept].s);
        if (x != E_OK && x != E_NOT_FOUND)         // its key is destroyed
            return x;
        kept += x == E_OK;
    }
    *ret = v;
    *ret_n = kept;
    return E_OK;
}

void values_wipe(const plain_value *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        vault_wipe((void *)(uintptr_t)v[i].s.s, v[i].s.len);
}

// --- Common texts ---------------------------------------------------------------------------------------------------------------
bool people_said_by_many(tx *t, uint32_t subject, str text)
{
    struct known_values *k = engine_of(t)->people->values;
    if (text.len > COMMON_BYTES_MAX)
        return false;
    uint64_t h = hash_sip64(&k->texts_key, text);
    uint32_t person = people_person_of(t, subject);
    common_text *c = &k->texts[h % COMMON_TEXTS];
    if (c->hash != h) {
        c->n -= c->n > 0;
        if (c->n == 0)
            *c = (common_text){ h, person, 1 };
        return false;
    }
    if (c->n >= MANY) {
        c->n += c->n < 2 * MANY;
        return true;
    }
    c->n += c->person != person;
    c->person = person;
    return c->n >= MANY;
}
