// Shapes of notes of conversations and of tags they suggest.
#ifndef PROFILE_NOTE_API_H
#define PROFILE_NOTE_API_H
#include "people/people_api.h"

enum note_channel { NOTE_CALL, NOTE_WECOM, NOTE_STORE, NOTE_EVENT, NOTE_OTHER, NOTE_CHANNEL_COUNT };
ENUM_DECLARE(note_channel);

#define NOTE_CHARS_MAX 2000
#define NOTES_SHOWN 50
#define NOTES_MAX 1000                 // of one subject; beyond, the oldest goes

// POST /api/v1/people/{id}/notes
#define NOTE_NEW(F, T)                                                                                                        \
    F(T, STR, text, .required = true, .min = 1, .max = NOTE_CHARS_MAX, .free = true, .doc = "What was said. What looks personal is starred.") \
    F(T, ENUM(note_channel), channel, .required = true, .doc = "How they were spoken to.")
SHAPE_STRUCT(note_new, NOTE_NEW);
#define NOTE_VIEW(F, T)                                                                                                       \
    F(T, I64, id, .required = true, .doc = "Id.")                                                                             \
    F(T, STR, text, .required = true, .max = NOTE_CHARS_MAX, .doc = "What was said.")                                         \
    F(T, ENUM(note_channel), channel, .required = true, .doc = "How.")                                                        \
    F(T, TIME, at, .required = true, .doc = "When it was noted.")                                                             \
    F(T, I64, staff, .required = true, .doc = "Who noted it.")                                                                \
    F(T, STR, staff_name, .max = 60, .doc = "Their name.")                                                                    \
    F(T, I64, event, .required = true, .doc = "Number of the event note.taken, evidence of tags accepted from it.")
SHAPE_STRUCT(note_view, NOTE_VIEW);
#define NOTE_LIST(F, T) F(T, LIST(note_view), items, .required = true, .max = NOTES_SHOWN, .doc = "Newest first.")
SHAPE_STRUCT(note_list, NOTE_LIST);

// GET /api/v1/people/{id}/tags/suggestions
#define SUGGESTIONS_MAX 30
#define TAG_SUGGESTION(F, T)                                                                                                  \
    F(T, STR, tag, .required = true, .max = 60, .doc = "A tag of the library they do not have.")                              \
    F(T, STR, en, .required = true, .max = 60, .doc = "Its English name.")                                                    \
    F(T, STRS, words, .required = true, .max = 8, .item_max = 60, .doc = "The words that speak for it.")                      \
    F(T, I64, event, .required = true, .doc = "Number of the event it was said in: its evidence.")                            \
    F(T, I64, note, .doc = "Id of the note; absent: it was said in an event.")                                                \
    F(T, STR, kind, .required = true, .max = 200, .doc = "Kind of that event.")                                               \
    F(T, TIME, at, .required = true, .doc = "When.")                                                                          \
    F(T, STR, purpose, .max = 40, .doc = "The consent it needs.")                                                             \
    F(T, BOOL, permitted, .required = true, .doc = "That consent was given, or none is needed.")
SHAPE_STRUCT(tag_suggestion, TAG_SUGGESTION);
#define TAG_SUGGESTIONS(F, T) F(T, LIST(tag_suggestion), items, .required = true, .max = SUGGESTIONS_MAX, .doc = "Latest first, each tag once.")
SHAPE_STRUCT(tag_suggestions, TAG_SUGGESTIONS);

#endif
