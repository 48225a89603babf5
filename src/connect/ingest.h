// Ingest, whatever the wire format: a batch of events is parsed, checked and sealed on the loop thread, then stored by one
// operation of the teller. Formats (segment.c, later others) fill the batch; this file knows none of them.
#ifndef CONNECT_INGEST_H
#define CONNECT_INGEST_H
#include "api/route.h"
#include "base/time.h"
#include "people/people.h"
#include "plan/plan.h"
#include "rule/rule_api.h"

typedef struct ingest ingest;
typedef struct ingest_item ingest_item;

#define INGEST_IDS_MAX 16          // identities one event names

// --- A parsed batch -----------------------------------------------------------------------------------------------------
// Quarantined: kept aside because it does not fit the tracking plan or its limits (quarantine.h).
typedef enum ingest_verdict { INGEST_STORED, INGEST_DUPLICATE, INGEST_REFUSED, INGEST_QUARANTINED, INGEST_VERDICT_COUNT } ingest_verdict;
extern const enum_labels ingest_verdict_labels;

typedef struct ingest_prop {
    str name;
    value v;
    const vault_item *sealed;      // personal data: stands in for v until the vault gives its reference
} ingest_prop;

typedef struct ingest_event {
    str kind, message_id;
    hash128 print;                 // of source and message id, when there is one
    identity ids[INGEST_IDS_MAX];
    uint32_t ids_n;
    bool alias;                    // says that its two ids are one person
    identity former;               // of an alias: the previous id taken for a user's own, which it is when such a user is known
    bool has_former;
    identity gone[INGEST_IDS_MAX]; // what an unbind takes away
    uint32_t gone_n;
    const ingest_item *item;       // a row of a dimension instead of somebody's event (items.h)
    int64_t time_us, sent_us;      // corrected, and the client's own (0: it sent none)
    int64_t age_us;                // received − sentAt; negative: unknown
    bool has_skew;
    int64_t skew_us;               // the same as it is: a clock ahead of ours counts below zero
    uint32_t flags;
    ingest_prop *props;
    uint32_t props_n, props_cap;
    uint32_t dropped;              // context fields not on the plan
    str *told;                     // while it is parsed: its personal values as they came (ingest_told.c)
    uint32_t told_n;
    bool ended;                    // ingest_event_end was called
    bool texts;                    // holds a text that could name somebody
    // Filled in: refusals while parsing, the rest by the teller.
    ingest_verdict verdict;
    err code;                      // why it was refused or quarantined, or what was warned about
    str field, reason;
    bool warned;                   // stored though it does not fit: its kind only warns
    int64_t no;
    uint32_t person;
    bool created;                  // the person is new
    uint32_t rings_from, rings_n;  // in the batch's ring_log
} ingest_event;

typedef struct ingest_batch {
    ingest_event *v;
    uint32_t n;
    int64_t received_us;
    ring_log *rings;
    bool history;                  // of a file an operator imports: no limit on new subjects, not in the live stream
} ingest_batch;

#define INGEST_BATCH_MAX 2500          // events of one request (Segment's limit); beyond: E_FIELD_TOO_MANY
#define INGEST_EVENT_BYTES_MAX (1024 * 1024)
#define INGEST_BODY_BYTES_MAX (4 * 1024 * 1024)
#define INGEST_MESSAGE_ID_MAX 128      // bytes kept; longer ones are told apart by their fingerprint all the same
#define INGEST_PAST_US (400 * US_PER_DAY)
// A sender's clock this near to ours is right: what lies between is the way here. Taking it for an error would put events that came
// one by one, each on a connection of its own, in the order of their arrival.
#define INGEST_CLOCK_RIGHT_US (5 * US_PER_S)
#define INGEST_FUTURE_US (10 * US_PER_MIN)

// For formats, on the loop thread. Set e->kind before its properties: the plan says by kind which of them are personal.
// Names longer than the dictionary takes and bad UTF-8 refuse the event.
void ingest_refuse(ingest_event *e, err code, str path, str why);
// The sender's id of the message, and its fingerprint: a message is known by its source and this.
void ingest_set_kind(ingest_event *e, arena *a, str kind);
void ingest_set_message(const ingest *in, ingest_event *e, const caller *who, str message_id);
// The same for messages without an id of their own: `text` is what tells them apart; the id that is shown is the caller's to set.
void ingest_set_print(const ingest *in, ingest_event *e, const caller *who, str text);
// Phone numbers and e-mail addresses are what they are under whatever kind they come: no label holds them. `keep`: the vault keeps
// them too, as properties of the event, because this is a message by which people become known.
void ingest_add_identity(const ingest *in, ingest_event *e, arena *a, identity_kind kind, str id, bool keep);
// Of an alias: the previous id may be a user id or an anonymous one, and only the database knows which.
void ingest_set_former(const ingest *in, ingest_event *e, str id);
void ingest_set_item(const ingest *in, ingest_event *e, arena *a, str type, str id, const jval *props, bool gone);     // items.c
// One property under its name: personal data is sealed, lists and objects are kept as JSON without their personal parts,
// which become properties of their own ("家庭.phone"). `a` lives as long as the request.
void ingest_add_json(const ingest *in, ingest_event *e, arena *a, str name, const jval *v);
// Text of a field whose meaning is known not to be personal (a page's title); a phone number in it is sealed all the same.
void ingest_add_text(const ingest *in, ingest_event *e, arena *a, str name, str text);
// A value whose meaning a mapping declares: of that kind of personal data, or a number or truth value.
void ingest_add_personal(const ingest *in, ingest_event *e, arena *a, str name, vault_kind kind, str plain);
void ingest_add_value(const ingest *in, ingest_event *e, arena *a, str name, value v);
// Of a member of the message that is not kept: personal all the same, so that texts do not say it.
void ingest_note_told(ingest_event *e, arena *a, vault_kind kind, str plain);
// Every format's last word on an event: what it told of somebody is starred in its texts. No plain value is left after it.
void ingest_event_end(ingest_event *e, arena *a);
// Corrects the client's clock when it is wrong by more than 5 s; clamps to [received − 400 d, received + 10 min] unless it is history.
void ingest_set_times(ingest_event *e, int64_t received_us, bool has_time, int64_t time_us, bool has_sent, int64_t sent_us, bool history);

// On the teller: stores the batch. Refused and quarantined events do not undo the others.
err ingest_store(tx *t, ingest *in, const caller *who, ingest_batch *b);
// One event by the same way, whatever becomes of it: de-duplication, the plan, identities, rules. Sets its verdict and reason and
// keeps nothing but a stored event; rings are collected by b->rings.
err ingest_try(tx *t, ingest *in, const caller *who, ingest_batch *b, ingest_event *e);
// On the loop thread: a batch that was refused as a whole (a single bad event) is counted and shown all the same.
void ingest_tell_refused(ingest *in, const caller *who, ingest_batch *b, arena *a);

// --- The answer: counts, and every event that set something in motion or was not stored ------------------------------------
#define INGEST_RESULT(F, T)                                                                                      \
    F(T, STR, message_id, .required = true, .max = 128, .doc = "As sent; empty when none was.")                   \
    F(T, ENUM(ingest_verdict), verdict, .required = true, .doc = "stored, duplicate, refused or quarantined.")    \
    F(T, STR, code, .max = 60, .doc = "Why it was refused or quarantined, or what was wrong with it though it was stored: an error code.") \
    F(T, STR, field, .max = 400, .doc = "The field to blame.")                                                    \
    F(T, STR, reason, .max = 400, .doc = "The same for people.")                                                  \
    F(T, I64, event_no, .doc = "Its number on the timeline.")                                                     \
    F(T, LIST(ring_view), effects, .max = RINGS_MAX, .doc = "What it set in motion.")
SHAPE_STRUCT(ingest_result, INGEST_RESULT);

#define INGEST_REPLY(F, T)                                                                                       \
    F(T, BOOL, success, .required = true, .doc = "True: whatever was stored is on disk.")                         \
    F(T, I64, stored, .required = true, .doc = "Events stored.")                                                  \
    F(T, I64, duplicate, .required = true, .doc = "Events that were known already.")                              \
    F(T, I64, refused, .required = true, .doc = "Events not stored; each is listed with its reason.")             \
    F(T, I64, quarantined, .required = true, .doc = "Events kept aside until somebody mends and replays them; each is listed with its reason.") \
    F(T, LIST(ingest_result), events, .required = true, .max = 2500,                                              \
      .doc = "Events that were not stored, did not fit the plan, or set something in motion; plain ones are only counted.")
SHAPE_STRUCT(ingest_reply, INGEST_REPLY);

void ingest_fill_reply(const ingest_batch *b, arena *a, lang l, ingest_reply *out);

// --- The live stream ---------------------------------------------------------------------------------------------------------
// Called on the teller's thread after the commit with one JSON object per event; NULL: nobody listens.
// What listeners filter by.
typedef struct live_facts { str kind, source, verdict, user; uint32_t person; bool problem; } live_facts;
typedef struct ingest_config {
    const vault *vault;
    struct engine *engine;                   // its plan and names; NULL in tests of formats
    void *user;
    bool (*listening)(void *user);
    void (*publish)(void *user, const live_facts *f, str json);
    uint32_t new_subjects_per_minute;        // per source; 0: the default of 60,000
} ingest_config;

ingest *ingest_open(const ingest_config *c);
err ingest_load(ingest *in, db *d);                  // what was counted before, and how much is in quarantine
void ingest_close(ingest *in);

typedef struct ingest_stats { int64_t stored, duplicate, refused, quarantined, warned, dropped_fields; } ingest_stats;
ingest_stats ingest_stats_now(const ingest *in);     // any thread
struct quarantine *ingest_quarantine(ingest *in);
struct sources *ingest_sources(ingest *in);

#endif
