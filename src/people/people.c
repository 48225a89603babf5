// Identities and subjects. An identity belongs to one subject for ever; a subject to a person until persons are joined.
#include "people/people_internal.h"
#include "rule/timers.h"
#include <stdlib.h>

#define KNOWN_MAX 262144
#define SEEN_ROWS_PER_FLUSH 500

typedef struct identity_info { const char *name; bool strong, secret; } identity_info;
#define IDENTITY_INFO(id, name, strong, secret) { name, strong, secret },
static const identity_info infos[IDENTITY_COUNT] = { IDENTITY_LIST(IDENTITY_INFO) };
#undef IDENTITY_INFO

identity people_identity(const vault *v, identity_kind kind, str text)
{
    if (kind == IDENTITY_PHONE)
        return (identity){ kind, vault_hash(v, VAULT_PHONE, text), { "", 0 } };
    return (identity){ kind, vault_hash_named(v, str_c(infos[kind].name), text), infos[kind].secret ? (str){ "", 0 } : text };
}

static people *people_of(const tx *t)
{
    return engine_of(t)->people;
}

// --- Memory -------------------------------------------------------------------------------------------------------------------

static uint64_t key_of(const identity *id)
{
    return id->hash.lo ^ ((uint64_t)id->kind + 1) * UINT64_C(0x9E3779B97F4A7C15);
}

static uint32_t known_get(const people *p, const identity *id)
{
    uint64_t at;
    if (!map64_get(&p->ids, key_of(id), &at))
        return 0;
    const known *k = &p->slots.v[at];
    return k->hi == id->hash.hi && k->kind == (uint32_t)id->kind ? k->subject : 0;
}

static void known_put(people *p, const identity *id, uint32_t subject)
{
    if (p->slots.n >= KNOWN_MAX) {
        map64_free(&p->ids);
        p->slots.n = 0;
    }
    map64_put(&p->ids, key_of(id), p->slots.n);
    vec_push(&p->slots, ((known){ id->hash.hi, subject, (uint32_t)id->kind }));
}

typedef struct forgotten { people *p; identity id; } forgotten;

static void known_forget(void *x)
{
    forgotten *f = x;
    map64_del(&f->p->ids, key_of(&f->id));
}

uint32_t people_person_of(tx *t, uint32_t subject)
{
    uint64_t person;
    return map64_get(&people_of(t)->links, subject, &person) ? (uint32_t)person : subject;
}

// --- Finding and minting ------------------------------------------------------------------------------------------------------

static str hash_bytes(const hash128 *h)
{
    return str_of((const char *)h, sizeof *h);
}

static err find(tx *t, const identity *id, uint32_t *ret)
{
    people *p = people_of(t);
    *ret = known_get(p, id);
    if (*ret)
        return E_OK;
    int64_t subject;
    TRY(db_int(t->d, &subject, 0, "SELECT subject FROM identity WHERE kind = $1 AND hash = $2", dbi(id->kind),
               dbb(hash_bytes(&id->hash))));
    if (subject)
        known_put(p, id, (uint32_t)subject);
    *ret = (uint32_t)subject;
    return E_OK;
}

static err mint(tx *t, const identity *id, uint32_t *ret)
{
    people *p = people_of(t);
    uint32_t subject = tx_dense(t, COUNTER_SUBJECT);
    str label = infos[id->kind].secret ? (str){ "", 0 } : str_take(id->label, IDENTITY_BYTES_MAX);
    TRY(db_exec(t->d, "INSERT INTO identity (kind, hash, subject, label, at_us) VALUES ($1, $2, $3, $4, $5)", dbi(id->kind),
                dbb(hash_bytes(&id->hash)), dbi(subject), dbs(label), dbi(t->now_us)));
    known_put(p, id, subject);
    forgotten *f = arena_new(t->a, forgotten);
    *f = (forgotten){ p, *id };
    tx_undo(t, known_forget, f);
    *ret = subject;
    return E_OK;
}

static err person_create(tx *t, uint32_t id, bool strong, str source)
{
    return db_exec(t->d,
                   "INSERT INTO person (id, stage, strong, name_vault, phone_vault, city, model, source, created_us, seen_us, "
                   "follow_us, owned,"
                   " advocate_us) VALUES ($1, 0, $2, 0, 0, '', '', $3, $4, $4, 0, 0, 0)",
                   dbi(id), dbi(strong), dbs(str_take(source, 120)), dbi(t->now_us));
}

static err is_strong(tx *t, uint32_t person, bool *ret)
{
    int64_t strong;
    TRY(db_int(t->d, &strong, 0, "SELECT strong FROM person WHERE id = $1", dbi(person)));
    *ret = strong != 0;
    return E_OK;
}

// A new subject joins the person it was named with, unless both sides have somebody of their own.
static err adopt(tx *t, uint32_t subject, bool strong, uint32_t person, str source, bool *ret_adopted)
{
    bool taken = false;
    if (person && strong)
        TRY(is_strong(t, person, &taken));
    *ret_adopted = person && !taken;
    if (!*ret_adopted)
        return person_create(t, subject, strong, source);
    TRY(people_link(t, subject, person));
    return strong ? db_exec(t->d, "UPDATE person SET strong = 1 WHERE id = $1", dbi(person)) : E_OK;
}

static err join_if_may(tx *t, uint32_t subject, uint32_t mine, uint32_t other, bool *ret_joined)
{
    bool a, b;
    *ret_joined = false;
    if (mine == other)
        return E_OK;
    TRY(is_strong(t, mine, &a));
    TRY(is_strong(t, other, &b));
    if (a && b)
        return E_OK;
    *ret_joined = true;
    return people_join(t, subject, mine, other);
}

// --- Resolving ----------------------------------------------------------------------------------------------------------------

static void sort_ids(identity *v, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && v[k - 1].kind > v[k].kind; k--) {
            identity x = v[k];
            v[k] = v[k - 1];
            v[k - 1] = x;
        }
}

// The first of the identities: its subject, made when new and then linked to whoever the others are known to be.
static err resolve_main(tx *t, const identity *v, size_t n, str source, resolved *r)
{
    TRY(find(t, &v[0], &r->subject));
    if (r->subject)
        return E_OK;
    uint32_t other = 0;
    for (size_t i = 1; i < n && !other; i++)
        TRY(find(t, &v[i], &other));
    TRY(mint(t, &v[0], &r->subject));
    r->created = true;
    return adopt(t, r->subject, infos[v[0].kind].strong, other ? people_person_of(t, other) : 0, source, &r->joined);
}

static err resolve_other(tx *t, const identity *id, str source, resolved *r)
{
    uint32_t subject, mine = people_person_of(t, r->subject);
    bool joined;
    TRY(find(t, id, &subject));
    if (subject)
        TRY(join_if_may(t, r->subject, mine, people_person_of(t, subject), &joined));
    else {
        TRY(mint(t, id, &subject));
        TRY(adopt(t, subject, infos[id->kind].strong, mine, source, &joined));
    }
    r->joined = r->joined || joined;
    return E_OK;
}

err people_resolve(tx *t, const identity *ids, size_t n, str source, resolved *ret)
{
    if (n == 0)
        return fault_field(t->f, t->a, E_FIELD_REQUIRED, S("userId"), 0);
    identity *v = arena_array(t->a, identity, n);
    memcpy(v, ids, n * sizeof *v);
    sort_ids(v, n);
    resolved r = { 0 };
    TRY(resolve_main(t, v, n, source, &r));
    for (size_t i = 1; i < n; i++)
        TRY(resolve_other(t, &v[i], source, &r));
    r.person = people_person_of(t, r.subject);
    map64_put(&people_of(t)->seen, r.person, (uint64_t)t->now_us);
    *ret = r;
    return E_OK;
}

bool people_is_new(tx *t, const identity *ids, size_t n)
{
    size_t main = 0;
    for (size_t i = 1; i < n; i++)
        if (ids[i].kind < ids[main].kind)
            main = i;
    uint32_t subject = 0;
    return n > 0 && find(t, &ids[main], &subject) == E_OK && subject == 0;
}

err people_claim(tx *t, uint32_t subject, identity_kind kind, hash128 hash, str *ret_why)
{
    identity id = { kind, hash, { "", 0 } };
    uint32_t other, mine = people_person_of(t, subject);
    bool joined = true;
    TRY(find(t, &id, &other));
    if (!other) {
        TRY(mint(t, &id, &other));
        TRY(adopt(t, other, infos[kind].strong, mine, S(""), &joined));
    } else if (people_person_of(t, other) != mine)
        TRY(join_if_may(t, subject, mine, people_person_of(t, other), &joined));
    *ret_why = joined ? (str){ "", 0 } : S("strong");
    return E_OK;
}

// --- Personal data ------------------------------------------------------------------------------------------------------------

err people_keep(tx *t, uint32_t subject, const vault_item *item, str *ret_ref)
{
    int64_t id;
    bool fresh;
    TRY(vault_keep(t, engine_of(t)->vault, subject, item, &id, &fresh));
    uint32_t person = people_person_of(t, subject);
    if (fresh && item->kind == VAULT_PHONE)
        TRY(db_exec(t->d, "UPDATE person SET phone_vault = $2 WHERE id = $1", dbi(person), dbi(id)));
    if (fresh && item->kind == VAULT_NAME)
        TRY(db_exec(t->d, "UPDATE person SET name_vault = $2 WHERE id = $1", dbi(person), dbi(id)));
    *ret_ref = arena_fmt(t->a, "vault:%lld", (long long)id);
    return E_OK;
}

// For "once per VIN": a reference belongs to one subject, the keyed hash of its value is the same for all.
static str value_key(tx *t, str text)
{
    hash128 h;
    int64_t id = vault_ref(text);
    if (!id || vault_hash_of(t->d, id, &h) != E_OK)
        return text;
    return arena_fmt(t->a, "%016llx%016llx", (unsigned long long)h.hi, (unsigned long long)h.lo);
}

err people_flush_seen(tx *t, bool *ret_more)
{
    people *p = people_of(t);
    uint64_t person, at, done[SEEN_ROWS_PER_FLUSH];
    size_t n = 0;
    for (size_t i = 0; n < SEEN_ROWS_PER_FLUSH && map64_next(&p->seen, &i, &person, &at);) {
        TRY(db_exec(t->d, "UPDATE person SET seen_us = $2 WHERE id = $1 AND seen_us < $2", dbi((int64_t)person),
                    dbi((int64_t)at)));
        done[n++] = person;
    }
    for (size_t i = 0; i < n; i++)
        map64_del(&p->seen, done[i]);
    *ret_more = p->seen.n > 0;
    return E_OK;
}

err people_current(db *d, int64_t id, int64_t *ret)
{
    int64_t person;
    TRY(db_int(d, &person, 0, "SELECT person FROM link WHERE subject = $1", dbi(id)));
    if (!person)
        TRY(db_int(d, &person, 0, "SELECT id FROM person WHERE id = $1", dbi(id)));
    *ret = person;
    return E_OK;
}

// --- Opening ------------------------------------------------------------------------------------------------------------------

static err links_load(engine *e, db *d)
{
    db_rows r;
    TRY(db_query(d, &r, "SELECT subject, person, from_us FROM link"));
    while (db_next(&r)) {
        uint32_t subject = (uint32_t)db_i64(&r, 0), person = (uint32_t)db_i64(&r, 1);
        map64_put(&e->people->links, subject, person);
        if (e->tl)
            timeline_link(e->tl, subject, person, 0, INT64_MAX);
    }
    return db_end(&r);
}

err people_open(engine *e, db *d)
{
    ENSURE(e->rules);
    e->people = calloc(1, sizeof *e->people);
    ENSURE(e->people);
    err r = links_load(e, d);
    if (r != E_OK) {
        people_close(e);
        return r;
    }
    e->person_of = people_person_of;
    e->value_key = value_key;
    people_register_effects(e->rules);
    people_register_points(e);
    people_register_conditions(e->rules);
    timers_add(e->rules, &opportunity_timer);
    return E_OK;
}

void people_close(engine *e)
{
    people *p = e->people;
    if (!p)
        return;
    map64_free(&p->links);
    map64_free(&p->ids);
    map64_free(&p->seen);
    vec_free(&p->slots);
    free(p);
    e->people = NULL;
}

void people_add_columns(engine *e, const person_column *list, size_t n)
{
    people *p = e->people;
    ENSURE(p->lists_n < PERSON_COLUMN_LISTS_MAX);
    p->columns[p->lists_n] = list;
    p->columns_n[p->lists_n++] = n;
}
