// Shapes of requests about personal data.
#ifndef PRIVACY_API_H
#define PRIVACY_API_H
#include "privacy/privacy.h"

enum privacy_kind { PRIVACY_EXPORT, PRIVACY_ERASE };
extern const enum_labels privacy_kind_labels;
enum privacy_state { PRIVACY_ASKED, PRIVACY_REFUSED, PRIVACY_GRANTED, PRIVACY_DONE, PRIVACY_EXPIRED };
extern const enum_labels privacy_state_labels;

#define PRIVACY_REQUEST_VIEW(F, T)                                                                                     \
    F(T, I64, id, .required = true, .doc = "Id.")                                                                      \
    F(T, I64, version, .required = true, .doc = "For If-Match.")                                                       \
    F(T, ENUM(privacy_kind), kind, .required = true, .doc = "A copy of everything, or that everything is forgotten.")  \
    F(T, ENUM(privacy_state), state, .required = true,                                                                 \
      .doc = "asked · refused · granted: an export waits to be fetched, an erasure to leave the log · done · expired.") \
    F(T, I64, person, .required = true, .doc = "Whose; nobody answers to it once erased.")                             \
    F(T, STR, reason, .required = true, .max = 500, .doc = "Why it was asked for; empty once erased.")                 \
    F(T, STR, answer, .max = 500, .doc = "Why it was decided so.")                                                     \
    F(T, TIME, asked, .required = true, .doc = "When.")                                                                \
    F(T, STR, asked_by, .required = true, .max = 240, .doc = "Who wrote it down.")                                     \
    F(T, TIME, due, .required = true, .doc = "To be decided by then: 15 working days.")                                \
    F(T, TIME, decided, .doc = "When it was.")                                                                         \
    F(T, STR, decided_by, .max = 240, .doc = "By whom.")                                                               \
    F(T, TIME, until, .doc = "Granted exports: to be fetched before. Granted erasures: out of the log by then.")       \
    F(T, TIME, done, .doc = "Exports: when it was fetched. Erasures: since when nothing is left in the log either.")   \
    F(T, I64, erased_rows, .doc = "Rows an erasure took at once.")                                                     \
    F(T, I64, erased_events, .doc = "Events that say nothing any more.")
SHAPE_STRUCT(privacy_request_view, PRIVACY_REQUEST_VIEW);

#define PRIVACY_PAGE(F, T)                                                                                  \
    F(T, LIST(privacy_request_view), items, .required = true, .max = 100, .doc = "By when they are due.")         \
    F(T, STR, next, .max = 60, .doc = "Cursor of the next page; absent on the last.")
SHAPE_STRUCT(privacy_page, PRIVACY_PAGE);

#define PRIVACY_QUERY(F, T)                                                        \
    F(T, ENUM(privacy_state), state, .doc = "Only in this state; absent: all, newest first.") \
    F(T, STR, cursor, .max = 60, .doc = "`next` of the page before.")              \
    F(T, I64, limit, .min = 1, .max = 100, .doc = "Page size; 30 when absent.")
SHAPE_STRUCT(privacy_query, PRIVACY_QUERY);

#define PRIVACY_NEW(F, T)                                                                                     \
    F(T, ENUM(privacy_kind), kind, .required = true, .doc = "A copy, or erasure.")                            \
    F(T, STR, reason, .required = true, .min = 4, .max = 500, .free = true, .doc = "How they asked: letter, phone, app.")
SHAPE_STRUCT(privacy_new, PRIVACY_NEW);

#define PRIVACY_DECISION(F, T)                                                                                \
    F(T, BOOL, grant, .required = true, .doc = "False: refused, with an answer.")                             \
    F(T, STR, answer, .min = 4, .max = 500, .free = true, .doc = "Why; required when refused.")
SHAPE_STRUCT(privacy_decision, PRIVACY_DECISION);

#define PRIVACY_HOLD_VIEW(F, T)                                                                               \
    F(T, I64, id, .required = true, .doc = "Id.")                                                             \
    F(T, STR, reason, .required = true, .max = 500, .doc = "What forbids erasure.")                           \
    F(T, TIME, set, .required = true, .doc = "Since when.")                                                   \
    F(T, STR, set_by, .required = true, .max = 240, .doc = "By whom.")                                        \
    F(T, TIME, ended, .doc = "Until when; absent: still.")
SHAPE_STRUCT(privacy_hold_view, PRIVACY_HOLD_VIEW);

#define PRIVACY_HOLD_NEW(F, T) \
    F(T, STR, reason, .required = true, .min = 4, .max = 500, .free = true, .doc = "Dispute, recall, claim: what has to be kept for it.")
SHAPE_STRUCT(privacy_hold_new, PRIVACY_HOLD_NEW);

#define PRIVACY_PERSON(F, T)                                                                                  \
    F(T, LIST(privacy_request_view), requests, .required = true, .max = 20, .doc = "Newest first.")           \
    F(T, LIST(privacy_hold_view), holds, .required = true, .max = 20, .doc = "Newest first.")                 \
    F(T, I64, events, .required = true, .doc = "Events that would say nothing any more.")                     \
    F(T, I64, values, .required = true, .doc = "Values of personal data that would be gone.")                 \
    F(T, I64, identities, .required = true, .doc = "Ids they would not be known by any more.")                \
    F(T, I64, rows, .required = true, .doc = "Tags, tasks, opportunities and the like that would be gone.")   \
    F(T, I64, tasks_open, .required = true, .doc = "Open tasks among them.")                                  \
    F(T, I64, points, .required = true, .doc = "Points nobody could spend any more.")
SHAPE_STRUCT(privacy_person, PRIVACY_PERSON);

// privacy_request.c
err privacy_list(req *r);
err privacy_of_person(req *r);
err privacy_ask(req *r);
err privacy_decide(req *r);
err privacy_hold_set(req *r);
err privacy_hold_end(req *r);
// privacy_export.c
err privacy_export_make(req *r);              // work: builds the file
err privacy_export_give(req *r);              // handler: once
err privacy_person_json(req *r, int64_t person, buf *out);
// privacy_html.c: the same for reading.
err privacy_html(str json, arena *a, fault *f, buf *out);
// privacy_erase.c
typedef struct privacy_subjects { uint32_t *v; size_t n; } privacy_subjects;
err privacy_subjects_of(db *d, int64_t person, arena *a, privacy_subjects *ret);     // sorted, the person's own first
err privacy_erase(tx *t, int64_t person, int64_t request, int64_t *ret_rows);

#endif
