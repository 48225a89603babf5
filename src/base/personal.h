// Personal data by its looks: what stands in running text (a note, a title, a message id) where nothing was declared personal.
// Mobile numbers of mainland China (also 138 1234 6207, 138-1234-6207), ID numbers (GB 11643) and VINs (GB 16735) whose check
// digit is right, plates (GA 36), e-mail addresses. Names cannot be told from other words.
#ifndef BASE_PERSONAL_H
#define BASE_PERSONAL_H
#include "base/arena.h"

typedef enum looks { LOOKS_NOTHING, LOOKS_PHONE, LOOKS_ID_NUMBER, LOOKS_VIN, LOOKS_PLATE, LOOKS_EMAIL } looks;

looks personal_looks(str whole);              // what the whole text is
bool personal_in(str text);                   // such a thing stands somewhere in it
// The text with every byte of it replaced by '*'; itself, not copied, when there is nothing.
str personal_starred(str text, arena *a);

#endif
