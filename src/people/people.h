// People: identities, subjects, persons, opportunities, tags, traits, consents. ARCHITECTURE 1, TIMELINE "Subject and person".
#ifndef PEOPLE_PEOPLE_H
#define PEOPLE_PEOPLE_H
#include "rule/engine.h"
#include "people/vault.h"

typedef struct people people;

// --- Identities ---------------------------------------------------------------------------------------------------------------
// Priority from the top: an event belongs for ever to the subject of the first one its message names.
//   name, strong (two persons that both have one are never joined by a weaker identity), secret (only its keyed hash is kept)
#define IDENTITY_LIST(X)                  \
    X(USER_ID, "user_id", true, false)    \
    X(PHONE, "phone", false, true)        \
    X(ANONYMOUS_ID, "anonymous_id", false, false)

#define IDENTITY_ENUM(id, name, strong, secret) IDENTITY_##id,
typedef enum identity_kind { IDENTITY_LIST(IDENTITY_ENUM) IDENTITY_COUNT } identity_kind;
#undef IDENTITY_ENUM

#define IDENTITY_BYTES_MAX 256
typedef struct identity { identity_kind kind; hash128 hash; str label; } identity;   // label: empty for secret ones

// Any thread: the keyed hash of an identity. For phones pass the normalised number, or vault_item.hash as it is.
identity people_identity(const struct vault *v, identity_kind kind, str value);

typedef struct resolved {
    uint32_t subject;              // whose the event is, for ever
    uint32_t person;               // who that is now
    bool created;                  // the subject is new
    bool joined;                   // two persons became one
} resolved;

// The subject an event belongs to; learns new identities, and joins persons named by one message (person.joined).
// At least one identity, any order. E_FIELD_REQUIRED: none. `source`: kept as the first source of a new person.
err people_resolve(tx *t, const identity *ids, size_t n, str source, resolved *ret);
// A new subject limit is the caller's: true when resolving would mint a new subject.
bool people_is_new(tx *t, const identity *ids, size_t n);

// Values of personal data an event carried (sealed at parse time): stores them in the person's vault and gives the reference
// that stands in the event instead, "vault:<id>" in the group's arena. The same value of the same person: the same reference.
err people_keep(tx *t, uint32_t subject, const vault_item *item, str *ret_ref);
// "Last seen" is kept in memory by people_resolve and written by this, some hundred rows a call: a bulk operation every minute or so.
// What a crash loses is at most what was not yet written.
err people_flush_seen(tx *t, bool *ret_more);

// An identity turns out to be this subject's person's (a phone authorised at registration): links it, joins if need be.
// *ret_why empty: done. "strong": it belongs to somebody else who has a strong identity of their own.
err people_claim(tx *t, uint32_t subject, identity_kind kind, hash128 hash, str *ret_why);
uint32_t people_person_of(tx *t, uint32_t subject);
// Any connection: a person's id as it is now (joined ones answer to their old ids); 0 unknown.
err people_current(db *d, int64_t id, int64_t *ret);

// --- For modules that deal with a person ----------------------------------------------------------------------------------------
err people_opportunity(db *d, uint32_t person, int64_t *ret);          // the open one; 0: none
err people_withdraw_channels(tx *t, uint32_t person, int64_t event_no); // call, sms, wecom, push; told by consent.withdrawn

// --- Columns that name a person ----------------------------------------------------------------------------------------------
// Walked by join (later by split, export and erasure). `move` re-points $1 → $2; where a row of $2 has precedence it leaves
// that of $1 behind, for `drop` (NULL: nothing is left behind).
typedef struct person_column { const char *table, *column, *move, *drop; } person_column;
void people_add_columns(engine *e, const person_column *list, size_t n);   // after people_open; `list` outlives the engine

// --- Opening ----------------------------------------------------------------------------------------------------------------
err people_open(engine *e, db *d);         // sets e->people and e->person_of; registers effects and conditions
void people_close(engine *e);

#endif
