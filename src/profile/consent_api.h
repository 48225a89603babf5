// Shapes of consents on the wire.
#ifndef PROFILE_CONSENT_API_H
#define PROFILE_CONSENT_API_H
#include "people/consent.h"
#include "profile/profile_internal.h"

#define CONSENT_TEXT_MAX 4000

#define PURPOSE_VIEW(F, T)                                                                                                 \
    F(T, STR, key, .required = true, .max = PURPOSE_BYTES_MAX, .doc = "Its key.")                                          \
    F(T, STR, zh, .required = true, .max = 60, .doc = "In Chinese.")                                                       \
    F(T, STR, en, .required = true, .max = 60, .doc = "In English.")                                                       \
    F(T, BOOL, channel, .required = true, .doc = "Reaches the person: withdrawn by \"do not call\".")                      \
    F(T, BOOL, named, .required = true, .doc = "Holds for a named company only: key:company.")                             \
    F(T, I64, given, .required = true, .doc = "People who gave it; of a named one: to any company.")                       \
    F(T, STR, text_version, .max = 40, .doc = "The newest text; absent: none is stored.")                                  \
    F(T, BOOL, own, .required = true, .doc = "Added by the brand: its names may be changed.")
SHAPE_STRUCT(purpose_view, PURPOSE_VIEW);
#define PURPOSE_ROWS(F, T) F(T, LIST(purpose_view), items, .required = true, .max = PURPOSES_MAX, .doc = "Built-in ones first.")
SHAPE_STRUCT(purpose_rows, PURPOSE_ROWS);
#define PURPOSE_NEW(F, T)                                                                                                  \
    F(T, STR, key, .required = true, .min = 2, .max = 20, .pattern = "code", .doc = "Its key, for life.")                  \
    F(T, STR, zh, .required = true, .min = 1, .max = 60, .pattern = "line", .doc = "In Chinese.")                          \
    F(T, STR, en, .required = true, .min = 1, .max = 60, .pattern = "line", .doc = "In English.")                          \
    F(T, BOOL, channel, .doc = "Reaches the person.")                                                                      \
    F(T, BOOL, named, .doc = "Holds for a named company only.")
SHAPE_STRUCT(purpose_new, PURPOSE_NEW);

#define PURPOSE_CHANGE(F, T)                                                                                               \
    F(T, STR, zh, .min = 1, .max = 60, .pattern = "line", .doc = "In Chinese.")                                            \
    F(T, STR, en, .min = 1, .max = 60, .pattern = "line", .doc = "In English.")                                            \
    F(T, BOOL, channel, .doc = "Reaches the person.")
SHAPE_STRUCT(purpose_change, PURPOSE_CHANGE);

#define CONSENT_TEXT(F, T)                                                                                                 \
    F(T, STR, purpose, .required = true, .max = PURPOSE_BYTES_MAX, .doc = "Of which purpose.")                             \
    F(T, STR, version, .required = true, .max = 40, .doc = "Its version.")                                                 \
    F(T, STR, zh, .required = true, .max = CONSENT_TEXT_MAX, .doc = "What is agreed to, in Chinese.")                      \
    F(T, STR, en, .required = true, .max = CONSENT_TEXT_MAX, .doc = "In English.")                                         \
    F(T, STR, hash, .required = true, .max = 64, .doc = "BLAKE2b-256 of both texts, a zero byte between, hexadecimal.")    \
    F(T, TIME, at, .required = true, .doc = "Since when it is stored.")
SHAPE_STRUCT(consent_text, CONSENT_TEXT);
#define CONSENT_TEXTS_QUERY(F, T) F(T, STR, purpose, .min = 1, .max = PURPOSE_BYTES_MAX, .pattern = "code", .doc = "Only of this purpose.")
SHAPE_STRUCT(consent_texts_query, CONSENT_TEXTS_QUERY);
#define CONSENT_TEXTS(F, T) F(T, LIST(consent_text), items, .required = true, .max = 200, .doc = "By purpose, newest first.")
SHAPE_STRUCT(consent_texts, CONSENT_TEXTS);
#define CONSENT_TEXT_NEW(F, T)                                                                                             \
    F(T, STR, purpose, .required = true, .min = 1, .max = PURPOSE_BYTES_MAX, .pattern = "code", .doc = "Of which purpose.") \
    F(T, STR, version, .required = true, .min = 1, .max = 40, .pattern = "id", .doc = "Its version; a text is never changed.") \
    F(T, STR, zh, .required = true, .min = 4, .max = CONSENT_TEXT_MAX, .doc = "What is agreed to, in Chinese.")            \
    F(T, STR, en, .required = true, .min = 4, .max = CONSENT_TEXT_MAX, .doc = "In English.")
SHAPE_STRUCT(consent_text_new, CONSENT_TEXT_NEW);

enum consent_state { CONSENT_UNASKED, CONSENT_GIVEN, CONSENT_REFUSED };
ENUM_DECLARE(consent_state);
#define PERSON_CONSENT(F, T)                                                                                               \
    F(T, STR, purpose, .required = true, .max = PURPOSE_BYTES_MAX, .doc = "The purpose, with its company.")                \
    F(T, STR, zh, .required = true, .max = 60, .doc = "Its name in Chinese.")                                              \
    F(T, STR, en, .required = true, .max = 60, .doc = "In English.")                                                       \
    F(T, STR, company, .max = PURPOSE_BYTES_MAX, .doc = "The company it names.")                                           \
    F(T, ENUM(consent_state), state, .required = true, .doc = "What counts now: of two words the refusal, unless taken back later.") \
    F(T, STR, text_version, .max = 40, .doc = "The text agreed to.")                                                       \
    F(T, BOOL, text_known, .required = true, .doc = "That text is stored here.")                                           \
    F(T, STR, place, .max = CONSENT_PLACE_MAX, .doc = "Where it was said.")                                                \
    F(T, I64, event, .doc = "Number of the event that proves it.")                                                         \
    F(T, TIME, at, .doc = "When.")
SHAPE_STRUCT(person_consent, PERSON_CONSENT);
#define CONSENT_WORD(F, T)                                                                                                 \
    F(T, STR, purpose, .required = true, .max = PURPOSE_BYTES_MAX, .doc = "About what.")                                   \
    F(T, BOOL, given, .required = true, .doc = "Given or withdrawn.")                                                      \
    F(T, STR, text_version, .max = 40, .doc = "The text agreed to.")                                                       \
    F(T, STR, place, .max = CONSENT_PLACE_MAX, .doc = "Where.")                                                            \
    F(T, I64, event, .required = true, .doc = "Number of the event that proves it.")                                       \
    F(T, TIME, at, .required = true, .doc = "When.")
SHAPE_STRUCT(consent_word, CONSENT_WORD);
#define PERSON_CONSENTS(F, T)                                                                                              \
    F(T, LIST(person_consent), items, .required = true, .max = 200, .doc = "Every purpose, and each company named.")       \
    F(T, LIST(consent_word), history, .required = true, .max = 100, .doc = "Every word, newest first.")
SHAPE_STRUCT(person_consents, PERSON_CONSENTS);
#define CONSENT_SAY(F, T)                                                                                                  \
    F(T, STR, purpose, .required = true, .min = 1, .max = PURPOSE_BYTES_MAX, .pattern = "id",                              \
      .doc = "A purpose, share_dealer:<company>; to withdraw also channels, or a named purpose as a whole.")               \
    F(T, BOOL, given, .required = true, .doc = "true: given; false: withdrawn.")                                           \
    F(T, STR, version, .min = 1, .max = 40, .pattern = "id", .doc = "The stored text agreed to; required to give.")        \
    F(T, STR, place, .required = true, .min = 1, .max = CONSENT_PLACE_MAX, .pattern = "code", .doc = "Where it was said: call, store, form …") \
    F(T, STR, reason, .required = true, .min = 2, .max = 200, .free = true, .doc = "How you know: kept in the event.")
SHAPE_STRUCT(consent_say, CONSENT_SAY);

#endif
