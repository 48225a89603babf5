// Shapes of tags on the wire. The library itself is the declared record /api/v1/tags.
#ifndef PROFILE_TAG_API_H
#define PROFILE_TAG_API_H
#include "profile/tag.h"

#define HELD_TAGS_MAX 200
#define TAG_PEOPLE_MAX 500
#define STALE_DAYS 90

// GET /api/v1/people/{id}/tags
#define TAG_EVIDENCE(F, T)                                                                                                 \
    F(T, STR, day, .required = true, .max = 10, .doc = "Local day.")                                                       \
    F(T, I64, n, .required = true, .doc = "How often that day.")                                                           \
    F(T, I64, event, .required = true, .doc = "Number of the day's last such event.")
SHAPE_STRUCT(tag_evidence, TAG_EVIDENCE);
#define HELD_TAG(F, T)                                                                                                     \
    F(T, STR, tag, .max = TAG_CHARS_MAX, .doc = "Its name; absent while the consent it needs is missing.")                 \
    F(T, BOOL, locked, .required = true, .doc = "The consent it needs was not given or was withdrawn: not to be used.")    \
    F(T, STR, purpose, .max = 40, .doc = "The consent it needs.")                                                          \
    F(T, STR, en, .max = TAG_CHARS_MAX, .doc = "Its English name.")                                                        \
    F(T, STR, class, .max = 20, .doc = "audience, behaviour or fact; absent: not in the library.")                         \
    F(T, STR, family, .max = 40, .doc = "Its family in the library.")                                                      \
    F(T, STR, family_en, .max = 40, .doc = "That family's English name.")                                                  \
    F(T, I64, level, .doc = "Its level in the family.")                                                                    \
    F(T, BOOL, covered, .required = true, .doc = "Another of its audience family is shown: this one came with another of their identities.") \
    F(T, ENUM(tag_origin), origin, .required = true, .doc = "Who said so.")                                                \
    F(T, STR, rule, .max = 80, .doc = "Key of the rule that set it.")                                                      \
    F(T, STR, reason, .max = 200, .doc = "Staff's words.")                                                                 \
    F(T, I64, confidence, .required = true, .doc = "Percent.")                                                             \
    F(T, I64, event, .required = true, .doc = "Number of the event that is its evidence.")                                 \
    F(T, TIME, since, .required = true, .doc = "Since when.")                                                              \
    F(T, TIME, seen, .required = true, .doc = "When it was last confirmed.")                                               \
    F(T, TIME, until, .doc = "When it fades; absent: never.")                                                              \
    F(T, LIST(tag_evidence), deeds, .required = true, .max = 40, .doc = "Deeds counted towards it, newest first.")
SHAPE_STRUCT(held_tag, HELD_TAG);
#define HELD_TAGS(F, T) F(T, LIST(held_tag), items, .required = true, .max = HELD_TAGS_MAX, .doc = "By class, newest first.")
SHAPE_STRUCT(held_tags, HELD_TAGS);

// POST /api/v1/people/{id}/tags and …/tags/remove
#define TAG_NEW(F, T)                                                                                                      \
    F(T, STR, tag, .required = true, .min = 1, .max = TAG_CHARS_MAX, .pattern = "line", .doc = "A tag of the library.")    \
    F(T, STR, reason, .required = true, .min = 2, .max = 200, .free = true, .doc = "Why: kept with the tag and in its event.")           \
    F(T, I64, days, .min = 1, .max = 3650, .doc = "How long it lasts; what the library says when absent.")                 \
    F(T, I64, confidence, .min = 1, .max = 100, .doc = "How sure, percent; 100 when absent.")                              \
    F(T, I64, event, .min = 1, .max = 9007199254740991, .doc = "Its evidence: an event of theirs, a note's for instance, among their last 200.")
SHAPE_STRUCT(tag_new, TAG_NEW);
#define TAG_GONE(F, T)                                                                                                     \
    F(T, STR, tag, .required = true, .min = 1, .max = TAG_CHARS_MAX, .pattern = "line", .doc = "A tag the person has.")    \
    F(T, STR, reason, .required = true, .min = 2, .max = 200, .free = true, .doc = "Why: kept in its event.")
SHAPE_STRUCT(tag_gone, TAG_GONE);
#define TAG_DONE(F, T)                                                                                                     \
    F(T, BOOL, done, .required = true, .doc = "Something changed.")                                                        \
    F(T, STR, why, .max = 60, .doc = "Why not: stands, consent:family …, not_tagged.")                                     \
    F(T, I64, event, .doc = "Number of the event that tells of it.")
SHAPE_STRUCT(tag_done, TAG_DONE);

// POST /api/v1/tags/apply
#define TAG_APPLY(F, T)                                                                                                    \
    F(T, STR, tag, .required = true, .min = 1, .max = TAG_CHARS_MAX, .pattern = "line", .doc = "A tag of the library.")    \
    F(T, I64S, people, .required = true, .min = 1, .max = TAG_PEOPLE_MAX, .doc = "Ids of people.")                         \
    F(T, STR, reason, .required = true, .min = 2, .max = 200, .free = true, .doc = "Why: kept with the tag and in its event.")           \
    F(T, BOOL, dry_run, .doc = "true: only says what would happen.")
SHAPE_STRUCT(tag_apply, TAG_APPLY);
#define TAG_APPLIED(F, T)                                                                                                  \
    F(T, BOOL, dry_run, .required = true, .doc = "Nothing was written.")                                                   \
    F(T, I64, people, .required = true, .doc = "Different people in the list.")                                            \
    F(T, I64, unknown, .required = true, .doc = "Ids of nobody.")                                                          \
    F(T, I64, stands, .required = true, .doc = "Had it already.")                                                          \
    F(T, I64, refused, .required = true, .doc = "The consent it needs is missing.")                                        \
    F(T, I64, replaced, .required = true, .doc = "Of those added: another tag of its audience family went.")               \
    F(T, I64, added, .required = true, .doc = "Got it, or would.")
SHAPE_STRUCT(tag_applied, TAG_APPLIED);

// GET /api/v1/tags/coverage
#define TAG_USE(F, T)                                                                                                      \
    F(T, STR, tag, .required = true, .max = TAG_CHARS_MAX, .doc = "Name.")                                                 \
    F(T, BOOL, listed, .required = true, .doc = "It is in the library.")                                                   \
    F(T, I64, id, .doc = "Its id there.")                                                                                  \
    F(T, STR, en, .max = TAG_CHARS_MAX, .doc = "English name.")                                                            \
    F(T, STR, class, .max = 20, .doc = "audience, behaviour or fact.")                                                     \
    F(T, STR, family, .max = 40, .doc = "Family.")                                                                         \
    F(T, STR, family_en, .max = 40, .doc = "Its English name.")                                                            \
    F(T, I64, level, .doc = "Level in the family.")                                                                        \
    F(T, STR, owner, .max = 40, .doc = "Who looks after it.")                                                              \
    F(T, STR, owner_en, .max = 40, .doc = "Their English name.")                                                           \
    F(T, I64, days, .doc = "How long it lasts; absent: for good.")                                                         \
    F(T, STR, purpose, .max = 40, .doc = "The consent it needs.")                                                          \
    F(T, I64, people, .required = true, .doc = "People who have it.")                                                      \
    F(T, I64, stale, .required = true, .doc = "Of them: not confirmed for 90 days.")                                       \
    F(T, TIME, newest, .doc = "When it was last given; absent: never.")                                                    \
    F(T, STR, note, .max = 300, .doc = "When it is to be given.")                                                          \
    F(T, STR, note_en, .max = 300, .doc = "The same in English.")                                                          \
    F(T, STR, words, .max = 300, .doc = "Words in a conversation that speak for it.")                                      \
    F(T, STR, words_en, .max = 300, .doc = "The same in English.")
SHAPE_STRUCT(tag_use, TAG_USE);
#define TAG_COVERAGE(F, T)                                                                                                 \
    F(T, I64, people, .required = true, .doc = "People known: the whole.")                                                 \
    F(T, I64, tagged, .required = true, .doc = "People who have at least one tag.")                                        \
    F(T, LIST(tag_use), items, .required = true, .max = 1000, .doc = "The library by class, family and level; then names it lacks.")
SHAPE_STRUCT(tag_coverage, TAG_COVERAGE);

#endif
