// What others ask of people: personal data kept, last seen, ids as they are now; and the opening of the module.
#include "base/personal.h"
#include "people/doubt.h"
#include "people/traits.h"
#include "rule/timers.h"
#include <stdlib.h>

#define SEEN_ROWS_PER_FLUSH 500
#define SEEN_SLICE_US 4000

static people *people_of(const tx *t)
{
    return engine_of(t)->people;
}

// --- Personal data ------------------------------------------------------------------------------------------------------------

#define BAND_PURPOSE "personalise"

// Of a birthday only the five years it lies in become known, as a trait, and only to whom profiles are agreed with: reports count by
// it without anybody opening the vault. docs/decisions/portrait.md
static err keep_birth_band(tx *t, uint32_t subject, const vault_item *item)
{
    int given;
    int64_t no;
    trait_value now;
    trait_outcome ignored;
    uint32_t person = people_person_of(t, subject);
    str band = arena_fmt(t->a, "\"%d\"", item->born);
    TRY(people_consent(t->d, person, S(BAND_PURPOSE), &given));
    if (given != 1)
        return E_OK;
    TRY(traits_now(t->d, person, S("birth_band"), t->a, &now));
    if (str_eq(now.value, band))
        return E_OK;
    const event_prop props[] = { prop_str(S("trait"), S("birth_band")), { S("value"), { .k = V_JSON, .s = band } } };
    TRY(engine_emit(t, &(event_new){ .subject = subject, .kind = S("trait.set"), .flags = EVENT_SYSTEM, .props = props, .props_n = 2 }, &no));
    const trait_said said = { .subject = subject, .op = TRAIT_SET, .name = S("birth_band"), .value = band, .at_us = t->now_us, .event_no = no,
                              .source = S("birthday") };
    return traits_say(t, &said, &ignored);
}

// Whoever the event at hand is the first to tell of has said nothing before it.
static bool just_minted(tx *t, uint32_t subject)
{
    const people *p = engine_of(t)->people;
    return subject == p->minted && tx_event_no(t) == p->minted_no;
}

err people_keep(tx *t, uint32_t subject, const vault_item *item, str *ret_ref)
{
    int64_t id;
    bool fresh;
    TRY(vault_keep(t, engine_of(t)->vault, subject, item, &id, &fresh));
    uint32_t person = people_person_of(t, subject);
    if (fresh) {
        values_forget(t, person);
        if (vault_told_bytes_min[item->kind] && !just_minted(t, subject))
            TRY(late_told(t, subject));
    }
    if (fresh && item->kind == VAULT_PHONE)
        TRY(db_exec(t->d, "UPDATE person SET phone_vault = $2 WHERE id = $1", dbi(person), dbi(id)));
    if (fresh && item->kind == VAULT_NAME)
        TRY(db_exec(t->d, "UPDATE person SET name_vault = $2 WHERE id = $1", dbi(person), dbi(id)));
    if (item->born)
        TRY(keep_birth_band(t, subject, item));
    *ret_ref = arena_fmt(t->a, "vault:%lld", (long long)id);
    return E_OK;
}

// For "once per VIN": a reference belongs to one subject, the keyed hash of its value is the same for all. What people wrote is kept
// as a hash, too: whoever it names, nobody could take it out again.
static str value_key(tx *t, str text)
{
    hash128 h;
    int64_t id = vault_ref(text);
    if (!id && (personal_spoken(text) || personal_in(text)))
        h = vault_hash_named(engine_of(t)->vault, S("value key"), text);
    else if (!id || vault_hash_of(t->d, id, &h) != E_OK)
        return text;
    return arena_fmt(t->a, "%016llx%016llx", (unsigned long long)h.hi, (unsigned long long)h.lo);
}

static void count_one(void *x) { __atomic_fetch_add((uint64_t *)x, 1, __ATOMIC_RELAXED); }

void people_count(tx *t, uint64_t *of) { tx_after(t, count_one, of); }

people_counts people_counts_now(const engine *e)
{
    const people_counts *c = &e->people->counts;
    return (people_counts){ __atomic_load_n(&c->joins, __ATOMIC_RELAXED), __atomic_load_n(&c->splits, __ATOMIC_RELAXED),
                            __atomic_load_n(&c->doubts, __ATOMIC_RELAXED), __atomic_load_n(&c->blocked, __ATOMIC_RELAXED) };
}

static err person_known(tx *t, uint32_t person, bool *ret)
{
    int64_t n;
    TRY(db_int(t->d, &n, 0, "SELECT 1 FROM person WHERE id = $1", dbi(person)));
    *ret = n == 1;
    return E_OK;
}

// Each is two rows anywhere in the database: in a large one a slice ends by time, so that nobody waits for it. Where the last one
// ended the next begins; around the end once, because a deletion may move an entry back.
err people_flush_seen(tx *t, bool *ret_more)
{
    people *p = people_of(t);
    os *o = engine_of(t)->o;
    uint64_t subject, at, done[SEEN_ROWS_PER_FLUSH];
    int64_t began_us = os_mono_us(o);
    size_t n = 0;
    if (p->seen_next >= p->seen.cap)
        p->seen_next = 0;
    while (n < SEEN_ROWS_PER_FLUSH && (n % 16 || os_mono_us(o) - began_us < SEEN_SLICE_US) &&
           map64_next(&p->seen, &p->seen_next, &subject, &at)) {
        TRY(db_exec(t->d, "UPDATE identity SET seen_us = $2 WHERE subject = $1 AND seen_us < $2", dbi((int64_t)subject),
                    dbi((int64_t)at)));
        TRY(db_exec(t->d, "UPDATE person SET seen_us = $2 WHERE id = $1 AND seen_us < $2", dbi(link_person(p, (uint32_t)subject)),
                    dbi((int64_t)at)));
        done[n++] = subject;
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

err people_open(engine *e, db *d)
{
    ENSURE(e->rules);
    e->people = calloc(1, sizeof *e->people);
    ENSURE(e->people);
    hash_random_key(&e->people->finding.key);
    values_open(e->people);
    pthread_mutex_init(&e->people->finding_lock, NULL);
    err r = links_load(e, d);
    if (r == E_OK)
        r = purposes_open(e->people, d);
    if (r == E_OK)
        r = blocked_load(e->people, d);
    if (r == E_OK)
        r = many_open(e->people, d);
    if (r != E_OK) {
        people_close(e);
        return r;
    }
    names_hush_by(e->names, own_name_clean);
    e->person_of = people_person_of;
    e->person_known = person_known;
    e->value_key = value_key;
    people_register_effects(e);
    people_register_opportunities(e);      // before stages: these are settled after them
    people_register_stages(e);
    people_register_vehicles(e);
    people_register_traits(e);
    people_register_consents(e);
    people_register_points(e);
    people_register_rule_tables(e);
    return E_OK;
}

void people_close(engine *e)
{
    people *p = e->people;
    if (!p)
        return;
    links_free_all(p);
    purposes_close(p);
    values_close(p);
    map64_free(&p->blocked);
    for (size_t i = 0; i < KNOWN_SHARDS; i++)
        map64_free(&p->known[i]);
    map64_free(&p->seen);
    pthread_mutex_destroy(&p->finding_lock);
    free(p);
    e->people = NULL;
}
