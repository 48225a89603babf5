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
// time was clamped · rules were quiet · made by Lianyi itself · rules only said what they would have done
enum { EVENT_CLAMPED = 1, EVENT_QUIET = 2, EVENT_SYSTEM = 4, EVENT_SHADOW = 8 };

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
    bool erased;           // who it was about is forgotten, and what it said: no message id, no properties
} event;

#define EVENT_MESSAGE_ID_MAX 128

// Bytes of an event: versioned, self-delimiting given its length; the same in batch rows, log and (later) parts.
// ENSUREs what the struct above promises: limits, props sorted, text well-formed, numbers finite.
void event_encode(buf *b, const event *e);
// Untrusted bytes: E_CORRUPT, with the reason in *ret_why (may be NULL). Strings point into `bytes`, props into the arena.
err event_decode_why(str bytes, arena *a, event *ret, const char **ret_why);
static inline err event_decode(str bytes, arena *a, event *ret) { return event_decode_why(bytes, a, ret, NULL); }
// In place: of an event stay kind, subject, times as we know them, source, flags and cause, in as many bytes as it had. Message
// id, the client's own time and all properties go. *ret_had: it was not erased before. E_CORRUPT.
err event_erase(char *bytes, size_t n, arena *a, bool *ret_had);
// In place, in as many bytes: values that its texts say are starred; of what Lianyi says itself not where a value is a program
// word (a stage, a reason). *ret_had: one stood in it. E_CORRUPT.
err event_star(char *bytes, size_t n, const str *values, size_t values_n, arena *a, bool *ret_had);
// Only kind, subject, time_us and received_us, quickly; the rest is zero.
err event_decode_head(str bytes, event *ret);
// The property, or NULL.
const value *event_prop_of(const event *e, uint32_t id);

// --- Groups: what one commit made ------------------------------------------------------------------------------------
typedef struct frame {
    int64_t first_no;
    uint32_t count;
    int64_t at_us;
    str body;              // per event: varint length, bytes
    str prints;            // count × 17 bytes: u8 has, u64 lo, u64 hi (little-endian); or empty: none has one
} frame;

// Walks the events of a body: false at its end or when the bytes are not `count` events (frame_walk.bad).
typedef struct frame_walk { cursor c; uint32_t left; bool bad; } frame_walk;
frame_walk frame_walk_of(const frame *g);
bool frame_walk_next(frame_walk *w, str *ret_bytes);
// The fingerprint of the i-th event; false: it has none.
bool frame_print(const frame *g, uint32_t i, hash128 *ret);

// --- Opening --------------------------------------------------------------------------------------------------------
// The log is DIR/log/<first event number, 16 hex>.seg: append-only segments of checksummed frames (eventlog.h).
typedef struct timeline_config {
    os *o;
    const char *dir;       // DIR/log; made when absent
    uint8_t database[16];  // identity of the database the log belongs to
    // Events up to here are no longer in the database (head.deleted_no): they must be in the log and are never cut as torn.
    int64_t needed_no;
    int64_t segment_bytes; // a segment longer than this is closed; 0: 64 MB
} timeline_config;

// Scans the log to its last valid sequence, cuts a torn tail and rebuilds memory. *ret_last: last event number in the log.
// E_CORRUPT, with file and offset or both identities in the fault: damage or a gap in the middle, a log of another database,
// a log that ends before needed_no. A log ahead of the database is for the caller to refuse: only it knows both numbers.
err timeline_open(const timeline_config *c, fault *f, arena *a, timeline **ret, int64_t *ret_last);
void timeline_close(timeline *t);             // NULL is fine

// Makes a committed group readable (writer thread; called in order). Bytes are copied and kept in memory until the group is
// synced in the log. A group that is readable already is skipped.
void timeline_add(timeline *t, const frame *g);
// Appends a group to the log file (one thread at a time); not durable until timeline_sync. Groups already in the log are
// skipped; one that is not readable yet becomes so. E_IO, E_DISK_FULL: nothing of it is in the log, and the same group may
// come again. E_CORRUPT: not the group that follows the last one.
err timeline_append(timeline *t, const frame *g);
// After a failed sync the file's unsynced part is not believed: the next append or sync opens it anew, checks what was synced,
// and writes the rest again.
err timeline_sync(timeline *t);
int64_t timeline_logged(const timeline *t);   // last event number appended and synced; any thread
int64_t timeline_head(const timeline *t);     // last event number readable; any thread

// Frames of the log in order, from the one that holds event number `from` on: for rebuilding, doctor and replay. Only what is
// synced. fn false stops.
err timeline_frames(timeline *t, int64_t from, bool (*fn)(void *p, const frame *g), void *p, fault *f, arena *a);
// Every event from number `from` up to `head` in order of arrival. Strings live during the call of fn. fn false stops.
err timeline_each(timeline *t, int64_t from, int64_t head, bool (*fn)(void *p, const event *e), void *p);

// --- Taking back ---------------------------------------------------------------------------------------------------------
typedef struct event_span { int64_t from, to; } event_span;        // numbers, both included
// Writer thread: from now on these events are in no timeline and no question; whoever asks by number or walks all (timeline_each)
// finds them. Memory only: whoever keeps the list says it again at the start. What they say goes with timeline_erase_spans.
void timeline_hide(timeline *t, event_span span);
// One event as the index knows it, without its payload; kind 0: hidden.
typedef struct event_ref { int64_t no, time_us; uint32_t kind, subject; } event_ref;
event_ref timeline_ref(timeline *t, int64_t no);       // no ≤ head; any thread
// Every event of a person up to `head`, hidden ones too, in order of (time, no), in the arena. Any thread.
void timeline_person_refs_all(timeline *t, uint32_t person, int64_t head, arena *a, event_ref **ret, size_t *ret_n);

// --- Erasure ------------------------------------------------------------------------------------------------------------
// Writer thread: everything appended so far comes to stand in closed segments.
err timeline_roll(timeline *t);
// Any thread, one at a time: takes from every event of these persons what event_erase takes, in the log itself. Numbers,
// kinds, persons and times stay, so that counts of the past stay what they were. *ret_erased: events that had something to take.
// *ret_left: events that stand in the open segment or not yet in the log; roll, and come again.
err timeline_erase(timeline *t, const uint32_t *persons, size_t n, int64_t *ret_erased, int64_t *ret_left);
// The same for events by their numbers, whoever they are of.
err timeline_erase_spans(timeline *t, const struct event_span *spans, size_t n, int64_t *ret_erased, int64_t *ret_left);
// What has to be starred in one event: values its texts say.
typedef struct event_said { int64_t no; const str *values; size_t n; } event_said;
// Any thread: a person's events, hidden ones too, in which one of the values stands, by number; behind *ret_n ones in *ret, which grows
// in the arena. `values` is kept.
err timeline_saying(timeline *t, uint32_t person, const str *values, size_t n, arena *a, event_said **ret, size_t *ret_n);
// Stars them in the log, where they stand; by number, each once. As timeline_erase: *ret_starred, *ret_left.
err timeline_star(timeline *t, const event_said *v, size_t n, int64_t *ret_starred, int64_t *ret_left);
int64_t timeline_person_count(timeline *t, uint32_t person, int64_t head);     // events of one person; any thread

typedef struct timeline_stats {
    int64_t head_no, logged_no;
    int64_t events, subjects;  // readable events; subjects that have one
    int64_t links;
    int64_t memory_bytes;      // index, links and payload not yet synced
    int64_t pending_bytes;     // of these: payload not yet synced
    int64_t log_bytes;         // all segments
    int64_t segments;
    int64_t torn_bytes;        // cut from the log's end when it was opened
} timeline_stats;
timeline_stats timeline_stats_now(timeline *t);        // any thread

// --- De-duplication ---------------------------------------------------------------------------------------------------
// Fingerprints of message ids known for at least the last 7 days by arrival (TIMELINE "Exactly once"): the newest generation in
// memory, older ones in sealed files, merged in tiers, forgotten as a whole when all of it is older than the window.
// It is derived: what is not in a sealed file comes again from the log and the batch rows, and so does what is damaged.
// Teller thread only, but for dedupe_work and dedupe_stats_now.
typedef struct dedupe dedupe;
typedef struct dedupe_config {
    os *o;
    const char *dir;           // made when absent
    int64_t window_us;         // 0: 7 days
    size_t generation_max;     // prints of a generation; 0: 4 M (80 MB)
    int64_t bytes_max;         // of all files; 0: 8 GB. Beyond, the oldest go and the window is shorter than asked for
    // The database's last event: files that claim more belong to another history (a backup was restored) and are removed.
    int64_t head_no;
    bool background;           // somebody calls dedupe_work; otherwise dedupe_note does that work itself, and takes its time
} dedupe_config;

// *ret_last_no: what sealed files cover; feed everything after it in order of arrival. Damaged files are removed, with all that
// are newer, so that their events are fed again.
err dedupe_open(const dedupe_config *c, fault *f, arena *a, dedupe **ret, int64_t *ret_last_no);
void dedupe_close(dedupe *d);                          // NULL is fine. What is in memory alone is fed again at the next start
void dedupe_feed(dedupe *d, const frame *g, int64_t from);       // a committed group's prints, those of events below `from` not

// Known already? Adds it otherwise. at_us: of the group, never going back. age_us = received − sentAt; negative when unknown
// (search everywhere). E_IO, E_CORRUPT: a file could not be read, so nobody knows; nothing was added.
err dedupe_seen(dedupe *d, hash128 print, int64_t at_us, int64_t age_us, bool *ret_known);
void dedupe_forget(dedupe *d, hash128 print);          // undo of one just added, before its group's dedupe_note
void dedupe_note(dedupe *d, int64_t event_no, int64_t at_us);    // group committed up to event_no: generations may be sealed
// Seals or merges once, on a thread of its own choice; false: nothing to do.
bool dedupe_work(dedupe *d);

typedef struct dedupe_stats {
    int64_t known;             // prints (one that two generations hold counts twice)
    int64_t generations, sealed;   // all; those in files
    int64_t memory_bytes, file_bytes;
    int64_t covered_us;        // how far back it reaches now: newest arrival − oldest kept
    bool shortened;            // files were dropped for bytes_max before their time
    err trouble;               // of the last sealing or merging; it is tried again at the next note
} dedupe_stats;
dedupe_stats dedupe_stats_now(dedupe *d);              // any thread

// --- Links ------------------------------------------------------------------------------------------------------------
// A person is a set of (subject, from, to) links; its id is its oldest subject's. Whatever no link covers belongs to the
// person whose id is the subject itself.
// From now on events of `subject` with time in [from_us, to_us) are `person`'s, whatever earlier links said about that time;
// person = subject takes a link back. INT64_MIN and INT64_MAX are open ends. Writer thread.
void timeline_link(timeline *t, uint32_t subject, uint32_t person, int64_t from_us, int64_t to_us);
uint32_t timeline_person(timeline *t, uint32_t subject);                      // whose it is now (the open end); any thread
uint32_t timeline_person_at(timeline *t, uint32_t subject, int64_t time_us);  // whose it was at that time; any thread

// --- Questions ------------------------------------------------------------------------------------------------------
// Names in questions are resolved by whoever owns the dictionaries.
typedef struct dictionary {
    void *user;
    uint32_t (*kind)(void *user, str name);   // 0: unknown, matches nothing
    uint32_t (*prop)(void *user, str name);
    str (*kind_name)(void *user, uint32_t id, arena *a);
    str (*prop_name)(void *user, uint32_t id, arena *a);
} dictionary;

// One event, number ≤ head. Any thread. E_CORRUPT, E_IO.
err timeline_event(timeline *t, int64_t no, arena *a, event *ret);
// One person's events, newest first, before (time, no); at most `max`. E_OK.
err timeline_person_events(timeline *t, uint32_t person, int64_t head, int64_t before_us, int64_t before_no, uint32_t max,
                           arena *a, const event **ret, uint32_t *ret_n);

// A question as JSON (docs/reference/questions.md): {"ask": "count" | "trend" | "funnel" | "retention" | "audience" | "top" |
// "timeline", …}; unknown keys are refused. The answer is JSON, appended to *ret_json. now_us fixes relative windows.
// E_FIELD_* with the path of what is wrong. Walks all people: for a reader thread, not for the loop.
err timeline_ask(timeline *t, const dictionary *dict, jval *question, int64_t now_us, int64_t head, arena *a, fault *f,
                 buf *ret_json);
// What `compare` counts, person by person: what is known and done at the moment, each as "<group> <value>" (trait city 上海, tag 亲子,
// did content.shared). `question` is a compare; person 0: everybody who has the moment. fn false stops; strings live during its call.
typedef struct described { uint32_t person; bool in_set, in_others; int64_t at_us; const str *v; size_t n; } described;
err timeline_describe(timeline *t, const dictionary *dict, jval *question, int64_t now_us, int64_t head, uint32_t person, arena *a, fault *f,
                      bool (*fn)(void *p, const described *d), void *p);
// The same question as a sentence for people. words NULL: in the words of programs. condition: what the rules call one of tag, trait,
// tier, class or consent ({"tag": "…"}); false: they do not know it. event: what people call that kind; empty: nothing.
typedef struct question_words {
    void *user;
    bool (*condition)(void *user, const jval *condition, lang l, arena *a, buf *b);
    str (*event)(void *user, str kind, lang l, arena *a);
} question_words;
err question_sentence(jval *question, int64_t now_us, lang l, const question_words *words, arena *a, fault *f, buf *ret);

#endif
