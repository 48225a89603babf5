// Inside people/ only.
#ifndef PEOPLE_INTERNAL_H
#define PEOPLE_INTERNAL_H
#include "api/limits.h"
#include "base/map.h"
#include "base/vec.h"
#include "people/late.h"
#include "people/people.h"
#include "people/people_api.h"
#include "rule/rules.h"
#include <pthread.h>

#define PERSON_TABLE_LISTS_MAX 32

// An identity changed hands: what its subject says from at_us on is the next one's.
typedef struct handed { uint32_t subject, next; int64_t at_us; } handed;

struct purposes;
struct known_values;
#define KNOWN_SHARDS 256

struct people {
    struct purposes *purposes;         // purpose.c
    struct known_values *values;       // values.c
    VEC(uint32_t) person;              // by subject: who it is now; 0 or beyond the end: a person of its own. All of them, always
    // Identities that never changed hands: 64 bits of their hash (mixed with the kind) → 32 more bits of it and the subject.
    // Bounded, refilled from the database. In shards, so that neither growing nor starting over is felt.
    map64 known[KNOWN_SHARDS];
    map64 seen;                        // subject → last seen, not yet written
    size_t seen_next;                  // where in it the next slice of writing begins
    map64 blocked;                     // values that join nobody (blocked.c)
    people_counts counts;              // written after commits
    uint32_t minted;                   // a subject that is a person of its own, of which nothing was said before the event behind minted_no
    int64_t minted_no;
    int64_t persons;                   // many.c: how many are known, as far as PEOPLE_MANY
    bool many;                         // atomic: it was passed
    map64 handed_from, handed_to;      // subject, next → position in `handed`
    VEC(handed) handed;
    const person_table *tables[PERSON_TABLE_LISTS_MAX];
    size_t tables_n[PERSON_TABLE_LISTS_MAX], lists_n;
    limiter finding;                   // searches by personal data, per caller and way; any thread, under the lock
    pthread_mutex_t finding_lock;
};

// values.c: what the vault has of a person in plain, the newest of each value; gone ones are left out. Any connection. Wipe them.
typedef struct plain_value { vault_kind kind; str s; } plain_value;
err values_plain(const engine *e, db *d, int64_t person, size_t most, arena *a, plain_value **ret, size_t *ret_n);
void values_wipe(const plain_value *v, size_t n);
// own_names.c. clean: names_hush. change: those that are still only theirs. forget: of who is erased.
err own_name_clean(tx *t, uint32_t subject, str *name);
err own_names_look(db *d, int64_t person, const str *values, size_t n, arena *a, own_name **ret, size_t *ret_n);
err own_names_change(tx *t, const own_name *v, size_t n);
err own_names_forget(tx *t, uint32_t person);
// people.c
void people_count(tx *t, uint64_t *of);     // one more, once it is committed
// identity.c
err identity_find(tx *t, const identity *id, int64_t at_us, uint32_t *ret);      // its subject at that time; 0: unknown
str identity_bytes(const hash128 *h);
// From then on it is of the person of `subject` (0: of nobody known) until the next change of hands that is known of, in whatever
// order they are told. An identity nobody has named yet: nothing.
err identity_owned_from(tx *t, const identity *id, int64_t at_us, uint32_t subject);
err identity_forget(tx *t, uint32_t subject);    // its rows, and what memory knows of them

// link.c: which person each subject is, in the database, in memory, and told to the timeline after the commit.
uint32_t link_person(const people *p, uint32_t subject);
err link_set(tx *t, uint32_t subject, uint32_t person);          // person = subject: its own
void link_hand_over(tx *t, uint32_t subject, uint32_t next, int64_t at_us);
err links_load(engine *e, db *d);
void links_free_all(people *p);

// join.c: evidence that two subjects are one person.
typedef enum edge_why { EDGE_IDENTITY, EDGE_ALIAS, EDGE_STAFF, EDGE_IMPORT } edge_why;
typedef struct edge_new {
    uint32_t one, other;
    edge_why why;
    int kind;                          // of the identity that is the evidence; -1: none
    int confidence;                    // percent
    str source, made_by;
    int64_t job;
    int64_t said_us;                   // when it was said; 0: now
} edge_new;
err edge_add(tx *t, const edge_new *e, int64_t event_no, int64_t *ret_id);
// The persons of the two become one, the older id stays: rows, links, derived facts, stage, event person.joined.
err people_join(tx *t, const edge_new *e);
// Without derived facts and without waking rules, which would see what is not settled: the caller does both once when many are done.
err people_join_quietly(tx *t, const edge_new *e);
err person_repoint(tx *t, uint32_t subject, uint32_t person);    // every declared table, and the ledger

// rehome.c: rows and points of the subject from that time on are the next one's; nothing derived is settled.
err people_rehome(tx *t, const rehoming *r);

// values.c: what memory knows of the values of a person ends, now and when the operation is undone.
void values_forget(tx *t, uint32_t person);
void values_open(people *p);
void values_close(people *p);

// split.c: the edge ends; the side without the oldest subject becomes a person of its own. E_NOT_FOUND: no such living edge.
err people_split(tx *t, int64_t edge, str by, uint32_t *ret_went);
// Only links and rows: derived facts and events are the caller's (many at once).
// wakes: whether rules look at who stays; those who went are looked at always.
err tell_split(tx *t, uint32_t stays, uint32_t went, str by, effects wakes);
err people_split_quietly(tx *t, int64_t edge, str by, uint32_t *ret_stays, uint32_t *ret_went);

// many.c
err many_open(people *p, db *d);
err many_changed(tx *t, int64_t by);      // so many persons more; negative: fewer

// person.c: the row of a person is derived from what its subjects have.
err person_create(tx *t, uint32_t id);
err person_delete(tx *t, uint32_t id);           // only the row
err person_settle(tx *t, uint32_t person);
// The same in parts, step 0, 1, … until nothing more is left: for a person of very many subjects, an operation each.
err person_settle_step(tx *t, uint32_t person, int64_t step, bool *ret_more);

// Stages (stage.c). The mover: the event that moved it, and whose that is.
typedef struct mover { uint32_t subject; int64_t no, at_us; str kind; } mover;
typedef struct moved { enum stage from, to; int64_t opportunity, event_no; bool opened; str why; } moved;
typedef struct reached { str model, source; const hash128 *phone; } reached;
err stage_reach(tx *t, uint32_t person, enum stage to, const mover *m, const reached *how, moved *ret);
// Recomputes the person's stage from what is stored; emits stage.moved when it changed. Silently: after a join or a split, whose
// own event says it.
err stage_settle(tx *t, uint32_t person, const mover *m, moved *ret);
err stage_settle_silently(tx *t, uint32_t person, moved *ret);
err stays_settle(tx *t, uint32_t person);
err people_changed(tx *t, uint32_t person);      // tells engine.person_changed

// Opportunities (opportunity.c).
typedef struct closing { str reason, note; } closing;
err opportunity_reach(tx *t, uint32_t person, enum stage s, const mover *m, const reached *how, moved *ret);
err stage_cancel(tx *t, uint32_t person, enum stage what, const mover *m, moved *ret);
err opportunity_close(tx *t, uint32_t person, enum opportunity_state how, const closing *c, const mover *m, moved *ret);
err opportunity_contact(tx *t, uint32_t person, uint32_t subject, int64_t at_us);
extern const struct timer_kind opportunity_timer;
// Why an opportunity is lost (DEFAULTS §1): word, zh, en. One is required; "other" needs a note.
#define LOST_REASON_LIST(X)                                          \
    X(PRICE, "price", "价格", "Price")                                \
    X(DELIVERY, "delivery", "交付周期", "Delivery time")                \
    X(COMPETITOR, "competitor", "竞品", "Another brand")              \
    X(CHARGING, "charging", "充电条件", "Charging")                    \
    X(FAMILY, "family", "家庭反对", "Family against it")                \
    X(POSTPONED, "postponed", "暂缓购车", "Put off")                    \
    X(PRODUCT, "product", "车型空间或配置", "Space or equipment")          \
    X(STORE, "store", "门店体验", "Store experience")                   \
    X(UNREACHABLE, "unreachable", "联系不上", "Cannot be reached")       \
    X(OTHER, "other", "其他", "Other")
bool lost_reason(str text, str *ret);            // the word of a reason given as word or in Chinese
bool lost_reason_called(str word, str *zh, str *en);      // what people call it

err vehicle_got(tx *t, uint32_t person, str vehicle, const mover *m, moved *ret);
err vehicle_gone(tx *t, uint32_t person, str vehicle, const mover *m, moved *ret);

err purposes_open(people *p, db *d);
void purposes_close(people *p);
err consent_given(db *d, uint32_t person, str purpose, bool *ret);
// What rules may do and ask, and the tables behind it, each beside its noun.
void people_register_effects(engine *e);           // identity, stage, opportunity, vehicle
void people_register_opportunities(engine *e);
void people_register_vehicles(engine *e);
void people_register_stages(engine *e);
void people_register_vehicles(engine *e);
void people_register_traits(engine *e);
void people_register_consents(engine *e);
void people_register_points(engine *e);
void people_register_rule_tables(engine *e);
typedef struct trait_value trait_value;
void trait_view_of(const trait_value *v, trait_view *out);      // traits_api.c
err need_person(rule_ctx *c);

#endif
