// The timeline: every event of every person, and questions to it. ARCHITECTURE 5, TIMELINE.md.
// This header is the whole interface; behind it stands today the log, a plain index in memory and an evaluator that is
// obviously correct (naive.c) and stays for ever as the oracle of faster ones.
// Includes nothing but base: it never asks the database.
#ifndef TIMELINE_TIMELINE_H
#define TIMELINE_TIMELINE_H
#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/os.h"

typedef struct timeline timeline;

// --- One event -----------------------------------------------------------------------------------------------------
typedef enum value_kind { V_NULL, V_BOOL, V_I64, V_F64, V_STR, V_JSON } value_kind;   // V_JSON: lists and objects, as text

typedef struct value {
    value_kind k;
    int64_t i;             // V_BOOL, V_I64
    double f;              // V_F64
    str s;                 // V_STR, V_JSON
} value;

typedef struct prop { uint32_t id; value v; } prop;     // id: dictionary of property names (database table `prop`)

#define EVENT_PROPS_MAX 200
enum { EVENT_CLAMPED = 1, EVENT_QUIET = 2, EVENT_SYSTEM = 4 };   // time was clamped · rules were quiet · made by Lianyi itself

typedef struct event {
    int64_t no;            // arrival number, from 1; not part of the encoding
    uint32_t subject;      // whose; 0: nobody's (brand events)
    uint32_t kind;         // dictionary of kinds (table `kind`)
    int64_t time_us;       // when it happened, corrected by the sender's clock
    int64_t sent_us;       // the client's own time, uncorrected
    int64_t received_us;
    uint32_t source;       // which key brought it; 0: Lianyi
    uint32_t flags;
    int64_t cause_no;      // for effects: the event that caused it; 0 none
    str message_id;        // the sender's id, ≤ 128 bytes; may be empty
    const prop *props;     // sorted by id, ids distinct
    uint32_t props_n;
} event;

// Bytes of an event: versioned, self-delimiting given its length; the same in batch rows, log and (later) parts.
void event_encode(buf *b, const event *e);
// Untrusted bytes: E_CORRUPT with a reason. Strings point into `bytes`, props into the arena.
err event_decode(str bytes, arena *a, event *ret);

// --- The log: append-only segments of checksummed frames -------------------------------------------------------------
// DIR/log/<first event number, 16 hex>.seg. A frame: magic, length, first_no, count, at_us, body, prints, CRC-32C.
// Opening scans to the last valid sequence, cuts a torn tail, and refuses a gap or damage in the middle (E_CORRUPT).
typedef struct frame {
    int64_t first_no;
    uint32_t count;
    int64_t at_us;
    str body;              // per event: varint length, bytes
    str prints;            // count × 17 bytes
} frame;

// --- Opening --------------------------------------------------------------------------------------------------------
// `dir` is DIR/log (made when absent). Scans the log and rebuilds memory. *ret_last: last event number in the log.
err timeline_open(os *o, const char *dir, fault *f, arena *a, timeline **ret, int64_t *ret_last);
void timeline_close(timeline *t);

// Makes a committed group readable (writer thread; called in order). Bytes are copied.
void timeline_add(timeline *t, const frame *g);
// Appends a group to the log file; not durable until timeline_sync. Frames already in the log are skipped.
err timeline_append(timeline *t, const frame *g);
err timeline_sync(timeline *t);
int64_t timeline_logged(const timeline *t);   // last event number appended and synced
int64_t timeline_head(const timeline *t);     // last event number readable

// Frames of the log in order from event number `from`: for rebuilding, doctor and replay. fn false stops.
err timeline_frames(timeline *t, int64_t from, bool (*fn)(void *p, const frame *g), void *p, fault *f, arena *a);
// Every event up to `head` in order of arrival. Strings live during the call of fn.
err timeline_each(timeline *t, int64_t from, int64_t head, bool (*fn)(void *p, const event *e), void *p);

// --- De-duplication ---------------------------------------------------------------------------------------------------
// Known fingerprints of the last 7 days by arrival (TIMELINE "Exactly once"). Teller thread only.
typedef struct dedupe dedupe;
typedef struct dedupe_config { os *o; const char *dir; int64_t window_us; size_t generation_max; } dedupe_config;
err dedupe_open(const dedupe_config *c, fault *f, arena *a, dedupe **ret, int64_t *ret_last_no);   // events after last_no must be added again
void dedupe_close(dedupe *d);
// True when it was known already; adds it otherwise. age_us = received − sentAt, negative when unknown (search everywhere).
bool dedupe_seen(dedupe *d, hash128 print, int64_t at_us, int64_t age_us);
void dedupe_forget(dedupe *d, hash128 print);           // undo of one just added
void dedupe_note(dedupe *d, int64_t event_no, int64_t at_us);   // group committed up to event_no: generations may be sealed
int64_t dedupe_known(const dedupe *d);

// --- Links ------------------------------------------------------------------------------------------------------------
// A person is a set of (subject, from, to) links; its id is its oldest subject's. Unlinked: the subject itself.
void timeline_link(timeline *t, uint32_t subject, uint32_t person, int64_t from_us, int64_t to_us);
uint32_t timeline_person(timeline *t, uint32_t subject);

// --- Questions ------------------------------------------------------------------------------------------------------
// Names in questions are resolved by whoever owns the dictionaries.
typedef struct dictionary {
    void *user;
    uint32_t (*kind)(void *user, str name);   // 0: unknown, matches nothing
    uint32_t (*prop)(void *user, str name);
    str (*kind_name)(void *user, uint32_t id, arena *a);
    str (*prop_name)(void *user, uint32_t id, arena *a);
} dictionary;

// One person's events, newest first, before (time, no); at most `max`. E_OK.
err timeline_person_events(timeline *t, uint32_t person, int64_t head, int64_t before_us, int64_t before_no, uint32_t max,
                           arena *a, const event **ret, uint32_t *ret_n);

// A question as JSON (docs/reference/questions.md): {"ask":"trend"|"funnel"|"retention"|"audience"|"count"|"top"|…}. The answer is JSON.
// now_us fixes relative windows. E_FIELD_* with the path of what is wrong.
err timeline_ask(timeline *t, const dictionary *dict, jval *question, int64_t now_us, int64_t head, arena *a, fault *f, buf *ret_json);

#endif
