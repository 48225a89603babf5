// Jobs as rows, inside import/ only.
#ifndef IMPORT_JOB_H
#define IMPORT_JOB_H
#include "import/import.h"
#include "import/input.h"
#include "import/target.h"

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
err job_create(tx *t, str name, int64_t bytes, enum caller_kind who_kind, int64_t who_id, int64_t *ret_id);   // E_LIMIT_REACHED
err job_part(tx *t, int64_t id, int64_t part);                         // has come; the last one makes the job ready
// E_NOT_FOUND. E_CONFLICT: not in a state for that.
err job_enqueue(tx *t, int64_t id, str mapping, str allowed, bool dry);
err job_cancel(tx *t, int64_t id);
err job_forget(tx *t, int64_t id);                                     // its key, and with it its file and refused rows
err job_keeps_file(db *d, int64_t id, bool *ret);
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

// Of the thread that runs jobs: a job's file; one part of an upload; tx_after.
err importer_input(const importer *m, const job *j, arena *a, input *ret);
err importer_part(const importer *m, const job *j, int64_t part, str bytes, arena *a);
void importer_wake_after(void *importer);

#endif
