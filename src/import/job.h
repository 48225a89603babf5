// Jobs as rows, inside import/ only.
#ifndef IMPORT_JOB_H
#define IMPORT_JOB_H
#include "import/import.h"
#include "import/input.h"
#include "import/sheet.h"

typedef struct job {
    int64_t id;
    enum import_state state;
    str name, place, salt, mapping, effects, digest;
    int64_t bytes, parts, rows;
    bool dry;
    enum caller_kind who_kind;
    int64_t who_id;
} job;

err job_read(db *d, int64_t id, arena *a, job *ret);                   // E_NOT_FOUND
err job_next(db *d, int64_t *ret_id);                                  // running before waiting, oldest first; 0: none
str job_upload_path(arena *a, const char *dir, int64_t id);

// What a run begins with: counters at zero, or as the mark of these contents says. *ret_skip: rows that are in already;
// *ret_done: all of them are, and the job has ended.
typedef struct job_begin { int64_t id; bool dry; str digest, target; int64_t bytes; int64_t skip; bool done; } job_begin;
err job_begin_run(tx *t, void *begin);
typedef struct job_end { int64_t id; enum import_state state; str code, detail; str digest; bool dry; } job_end;
err job_end_run(tx *t, void *end);

// One slice's journal, in the slice's own operation.
typedef struct slice_note {
    int64_t id, from_row, rows, bytes_done;
    int64_t outcome[IMPORT_OUTCOMES];
    str digest;
    bool dry;
} slice_note;
// E_CONFLICT: the job stands elsewhere, or was cancelled.
err job_slice(tx *t, const slice_note *n);
typedef struct refusal { int64_t row_no, line; str column, code, detail; int64_t most; str cells; } refusal;
err job_refusal(tx *t, const vault *v, int64_t id, str salt, const refusal *r);
void job_cells_json(const str *cells, size_t n, buf *b);

#endif
