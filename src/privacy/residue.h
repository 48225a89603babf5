// Residue: is there anything personal on disk outside the vault? One list of all places, each with how it is looked at. Planted
// values (canaries) are looked for in every form a program may have given them; without any, what looks personal in a text is told.
// The report names places, never values.
#ifndef PRIVACY_RESIDUE_H
#define PRIVACY_RESIDUE_H
#include "people/people.h"

typedef struct residue {
    os *o;
    const char *dir;
    db *d;                             // a reader
    timeline *tl;
    const str *canaries;               // may be none
    size_t canaries_n;
    const str *also;                   // further files and folders: logs, exports, copies
    size_t also_n;
} residue;

// A line per trace to `found`, a line per place that was looked at to `places`. Operating trouble only.
err residue_check(const residue *c, buf *found, buf *places);

// Every form of a value that is looked for: name of the form and its bytes. fn is called for each; for tests too.
void residue_forms(str planted, void (*fn)(void *p, const char *form, str bytes), void *p);

// Values over the seams of pages of an SQLite file: `look` is given both sides of each, `overlap` bytes at most of either. Other files:
// nothing. residue_pages.c
typedef struct residue_seams { size_t overlap; void (*look)(void *p, int64_t at, str bytes); void *p; } residue_seams;
void residue_pages(os_file *f, const residue_seams *s);

#endif
