// Personal data by its looks: what stands in running text (a note, a title, a message id) where nothing was declared personal.
// Mobile numbers of mainland China (also 138 1234 6207, 138-1234-6207), ID numbers (GB 11643) and VINs (GB 16735) whose check
// digit is right, plates (GA 36), e-mail addresses. Names cannot be told from other words.
#ifndef BASE_PERSONAL_H
#define BASE_PERSONAL_H
#include "base/arena.h"

typedef enum looks { LOOKS_NOTHING, LOOKS_PHONE, LOOKS_ID_NUMBER, LOOKS_VIN, LOOKS_PLATE, LOOKS_EMAIL } looks;

looks personal_looks(str whole);              // what the whole text is
bool personal_in(str text);                   // such a thing stands somewhere in it
// The text with every character of it replaced by '*', so that no text grows longer; itself, not copied, when there is nothing.
str personal_starred(str text, arena *a);

// How it is done in a copy: characters become '*', and what they were longer than a byte goes when all are.
void personal_star(char *at, size_t n);
str personal_squeezed(char *copy, size_t len);

// Values that are known, a name for instance, replaced by '*' wherever they stand: letters in either case, Latin words only as
// whole words. `text` itself when none does. Of JSON only what its strings say, so that it stays JSON.
str personal_hushed(str text, const str *values, size_t n, arena *a);
str personal_hushed_json(str json, const str *values, size_t n, arena *a);
// The same where the text stands, in as many bytes: characters of three bytes become "＊", others a '*' a byte. `json`: only what its
// strings say. False: none stood in it, nothing was written.
bool personal_hush_here(char *text, size_t len, const str *values, size_t n, bool json, arena *a);
// One word of Latin letters and digits, with a letter in it and shorter than a VIN, as models, stages and states are called: somebody may
// be called so, too.
bool personal_program_word(str v);
// With a blank or a character beyond ASCII: how people are called, and hardly ever a kind or a property by a program.
bool personal_spoken(str v);
// Could somebody's name stand in it: two characters beyond ASCII side by side, two words, or one word and nothing else? Most that
// could are words of programs and places (上海, checkout): what many people say alike is nobody's name (people/values.c).
#define PERSONAL_NAMING_BYTES_MIN 4
bool personal_may_name(str text);

#endif
