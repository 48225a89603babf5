// People: identities, subjects, persons, opportunities, tags, traits, consents. ARCHITECTURE 1, TIMELINE "Subject and person".
#ifndef PEOPLE_PEOPLE_H
#define PEOPLE_PEOPLE_H
#include "rule/engine.h"
#include "people/vault.h"

typedef struct people people;

// --- Identities ---------------------------------------------------------------------------------------------------------------
// In the order of priority: an event belongs for ever to the subject of the first one its message names.
//   code in the database, name, zh, en
//   strong    two persons who each have one are never joined by the machine
//   secret    only its keyed hash is kept
//   most      how many living ones one person may have; a join beyond that is for the steward
//   hands     the value moves to another person at a time: a number handed on, a car sold, a device passed down
//   telling   worth asking a steward about when it seems to join two persons who may not be joined
#define IDENTITY_LIST(X)                                                                                       \
    X(USER_ID, 0, "user_id", "应用账号", "App account", true, false, 1, false, true)                               \
    X(CRM_ID, 3, "crm_id", "客户编号", "Customer number", false, false, 1, false, true)                            \
    X(PHONE, 1, "phone", "手机号", "Phone", false, true, 5, true, true)                                           \
    X(EMAIL, 4, "email", "邮箱", "E-mail", false, true, 5, true, true)                                            \
    X(UNIONID, 5, "unionid", "微信 UnionID", "WeChat UnionID", false, false, 2, false, true)                      \
    X(WECOM_EXTERNAL_ID, 6, "wecom_external_id", "企微客户", "WeCom contact", false, false, 3, false, true)         \
    X(OPENID, 7, "openid", "微信 OpenID", "WeChat OpenID", false, false, 20, false, true)                         \
    X(MP_ID, 8, "mp_id", "小程序用户", "Mini-program user", false, false, 20, false, true)                          \
    X(DEVICE_ID, 9, "device_id", "设备", "Device", false, false, 50, true, false)                                 \
    X(VIN, 10, "vin", "车架号", "VIN", false, true, 50, true, false)                                              \
    X(ANONYMOUS_ID, 2, "anonymous_id", "匿名访客", "Anonymous visitor", false, false, 1000, true, false)

#define IDENTITY_ENUM(id, code, ...) IDENTITY_##id = code,
typedef enum identity_kind { IDENTITY_LIST(IDENTITY_ENUM) IDENTITY_COUNT = 11 } identity_kind;   // values: the codes of the database
#undef IDENTITY_ENUM

typedef struct identity_info { const char *name, *zh, *en; bool strong, secret, hands, telling; int rank, most; } identity_info;
extern const identity_info identity_infos[IDENTITY_COUNT];         // by kind; rank 0: the highest priority

#define IDENTITY_BYTES_MAX 256
typedef struct identity {
    identity_kind kind;
    hash128 hash;
    str label;                     // empty for secret ones
    bool placeholder;              // "null", 00000000 …: joins nobody until a steward releases it
} identity;

// Any thread: the keyed hash of an identity. phone, email and vin: the vault's hash of that kind, or vault_item.hash as it is.
// An id that looks personal (a phone number as user id) keeps no label.
identity people_identity(const struct vault *v, identity_kind kind, str value);

typedef struct resolved {
    uint32_t subject;              // whose the event is, for ever
    uint32_t person;               // who that is now
    bool created;                  // the subject is new
    bool joined;                   // two persons became one
} resolved;

// The subject an event of that time belongs to; learns new identities, and joins persons named by one message (person.joined).
// At least one identity, any order. at_us 0: now. E_FIELD_REQUIRED: none. `source`: kept as the first source of a new person.
err people_resolve(tx *t, const identity *ids, size_t n, int64_t at_us, str source, resolved *ret);
// Whose it would be, nothing learned; 0: nobody's yet.
err people_subject(tx *t, const identity *ids, size_t n, int64_t at_us, uint32_t *ret);
// A new subject limit is the caller's: true when resolving would mint a new subject.
bool people_is_new(tx *t, const identity *ids, size_t n, int64_t at_us);

// Values of personal data an event carried (sealed at parse time): stores them in the person's vault and gives the reference
// that stands in the event instead, "vault:<id>" in the group's arena. The same value of the same person: the same reference.
err people_keep(tx *t, uint32_t subject, const vault_item *item, str *ret_ref);
// Values the vault knows of the subject's person that stand in no text about them: names first, then ids and plates, the newest ones.
// Plain text, in memory of people_open's; until the next call. Cost: a look into memory, and, of people who have such values, one
// query for those who were not heard of lately.
#define PEOPLE_VALUES_MAX 8
err people_values(tx *t, uint32_t subject, str out[PEOPLE_VALUES_MAX], size_t *ret_n);
// Counts the text as said by the subject's person. True: so many people say it that it is nobody's own (a city, the title of a page),
// and nobody's name has to be looked for in it. Memory of fixed size; a hash and a look.
bool people_said_by_many(tx *t, uint32_t subject, str text);
// Are more than PEOPLE_MANY people known, and since when (0: no)? Once passed it stays so. Any thread; any connection.
#define PEOPLE_MANY 100000
bool people_many(const engine *e);
err people_many_since(db *d, int64_t *ret_us);
// "Last seen" is kept in memory by people_resolve and written by this, some hundred rows a call: a bulk operation every minute or so.
// What a crash loses is at most what was not yet written.
err people_flush_seen(tx *t, bool *ret_more);

// An identity turns out to be this subject's person's (a phone authorised at registration): links it, joins if need be.
// *ret_why empty: done. "strong" and the like: it belongs to somebody it may not be joined with.
err people_claim(tx *t, uint32_t subject, identity_kind kind, hash128 hash, int64_t at_us, str *ret_why);
// From at_us on the identity means another person: of `subject`, or, when that is 0, one who is not known yet. What it said
// before stays where it is: timeline, rows, search. *ret_next: the subject it belongs to from then on.
// E_NOT_FOUND: nobody has it. E_CONFLICT: it changed hands at or after that time already.
err people_hand_over(tx *t, const identity *id, int64_t at_us, uint32_t subject, uint32_t *ret_next);
// The same with nobody to follow: ends what the identity means for its person.
static inline err people_unbind(tx *t, const identity *id, int64_t at_us)
{
    uint32_t next;
    return people_hand_over(t, id, at_us, 0, &next);
}
uint32_t people_person_of(tx *t, uint32_t subject);
// Two ids are said to be one person ($create_alias, Segment's alias): as if one message had named both, but told as an alias.
err people_alias(tx *t, const identity *one, const identity *other, int64_t at_us, str source, resolved *ret);
// A job of the bulk lane: many joins or splits at once, in slices.
err people_merge_step(tx *t, bool *ret_more);
// Any connection: a person's id as it is now (joined ones answer to their old ids); 0 unknown.
err people_current(db *d, int64_t id, int64_t *ret);

// --- For modules that deal with a person ----------------------------------------------------------------------------------------
err people_opportunity(db *d, uint32_t person, int64_t *ret);          // the open one; 0: none
// Any value of the person that the vault holds, starred where it stands in a text.
err people_starred(db *d, const engine *e, int64_t person, str text, arena *a, str *ret);
err people_contacted(db *d, int64_t person, int64_t *ret_us);          // when a two-way contact was last told; 0: never
err people_consent(db *d, uint32_t person, str purpose, int *ret);      // 1 given, 0 refused, -1 never asked
// A vehicle (keyed hash of its VIN, or "event:<no>") is this subject's from at_us on: periods are cut by time (people/vehicle.c).
err people_vehicle_got(tx *t, uint32_t subject, str vehicle, int64_t at_us, int64_t event_no, str kind);
err people_vehicle_gone(tx *t, uint32_t subject, str vehicle, int64_t at_us, int64_t event_no, str kind, bool *ret_gone);
err people_withdraw_channels(tx *t, uint32_t subject, int64_t event_no); // call, sms, wecom, push; told by consent.withdrawn

// --- Rows about a person -------------------------------------------------------------------------------------------------------
// Every table with a column `person` is declared here; people_lint asks for it at the start. `subject` is the row's home: the
// subject of the event that caused it, else the person's id at that moment; `person` is who that is now. A join or split re-points
// `person` by `subject` and nothing else, so that a split is exact. A home changes only together with the event's: when a change of
// hands is told late, rows caused after that moment get the next subject (people/rehome.c). docs/decisions/identity.md
typedef struct rehoming { uint32_t subject, next, person; int64_t at_us; } rehoming;     // person: of `next`
// A column of free text: read, $1 person; write, $1 person, $2 what stood there, $3 what shall.
// json: of JSON its strings. words: usually a word of the brand's (a model, a source), which a value that is a program word leaves alone.
typedef struct person_text { const char *read, *write; bool json, words; } person_text;
#define TEXT_OF(t, column) { "SELECT DISTINCT " column " FROM " t " WHERE person = $1 AND " column " <> ''",                \
                             "UPDATE " t " SET " column " = $3 WHERE person = $1 AND " column " = $2", false, false }
#define WORD_OF(t, column) { "SELECT DISTINCT " column " FROM " t " WHERE person = $1 AND " column " <> ''",                \
                             "UPDATE " t " SET " column " = $3 WHERE person = $1 AND " column " = $2", false, true }
#define TEXTS(...) .texts = (const person_text[]){ __VA_ARGS__, { NULL, NULL, false, false } }
typedef struct person_table {
    const char *table;
    const char *repoint;    // $1 subject, $2 person
    const char *erase;      // $1 subject; NULL: kept when the person is erased (a comment says why)
    const char *exported;   // $1 person; its column names are the keys in the person's export; NULL: not exported (a comment says why)
    err (*settle)(tx *t, uint32_t person);   // after rows came or went: recompute what is derived from them; NULL: nothing is
    const char *since;      // $1 subject, $2 next, $3 its person, $4 time: rows caused from then on; NULL: they stay (a comment says why)
    err (*since_too)(tx *t, const rehoming *r);      // what one statement cannot say, after `since` of all tables; NULL: nothing
    const person_text *texts;   // what people wrote, in which a value told later is starred (people/late.c); NULL: nothing is written
    const char *codes;      // columns of text that hold no text of anybody's: labels, keys, words of the brand (people_lint asks)
    const char *unsaid;     // $1 subject, $2 event number: rows that event made, when it is taken back; NULL: they stay
} person_table;
#define CODES(columns) .codes = columns
#define UNSAID(t, column) .unsaid = "DELETE FROM " t " WHERE subject = $1 AND " column " = $2"
#define PERSON_TABLE(t, columns) .table = t, .repoint = "UPDATE " t " SET person = $2 WHERE subject = $1", \
    .erase = "DELETE FROM " t " WHERE subject = $1", .exported = "SELECT " columns " FROM " t " WHERE person = $1"
// `when`: SQL for the time a row is of. DAY_BEGINS: of one that is of a local day; of the day of the change itself they stay.
#define PERSON_TABLE_SINCE(t, when, columns) PERSON_TABLE(t, columns), .since = SINCE(t, when)
#define SINCE(t, when) "UPDATE " t " SET subject = $2, person = $3 WHERE subject = $1 AND " when " >= $4"
#define DAY_BEGINS "day * 86400000000 - 28800000000"
// Takes back what these events had said of somebody who stays (people/unsay.c), and settles what follows from their rows.
typedef struct event_told { uint32_t subject; int64_t no; } event_told;
// Periods of ownership that event brought to this subject (0: all of the subject's) never were: the owner before has the car on.
err people_vehicles_back(tx *t, uint32_t subject, int64_t event_no, int64_t *ret_n);
err people_unsay(tx *t, uint32_t person, const event_told *v, size_t n, int64_t *ret_rows);
void people_add_tables(engine *e, const person_table *list, size_t n);     // after people_open; `list` outlives the engine
// In the order they were added; false: no more. For export and erasure.
bool people_table(const engine *e, size_t i, const person_table **ret);
// Since the start, what was undone left out. Any thread. doubts: new ones; blocked: values that join nobody from then on.
typedef struct people_counts { uint64_t joins, splits, doubts, blocked; } people_counts;
people_counts people_counts_now(const engine *e);

// Links and hand-overs: memory, the database and the timeline say the same. On the writer's thread, between operations.
err people_check_links(const engine *e, db *d, buf *report);
// A line per table that names a person and is not declared, or the reverse, and per column of text that is neither among `texts` nor `codes`.
err people_lint(const engine *e, db *d, buf *report);

// Forgets these subjects, who are a whole person or several. What else knew of them is told by nobody: the caller (src/privacy).
err people_erase(tx *t, const uint32_t *subjects, size_t n, int64_t *ret_rows);

// --- Opening ----------------------------------------------------------------------------------------------------------------
err people_open(engine *e, db *d);         // sets e->people and e->person_of; registers effects and conditions
void people_close(engine *e);

#endif
