// Files with histories: brought in row by row, exactly once, over restarts. docs/reference/import.md
//
// A job names a file (uploaded, or on this machine), a mapping and what its events may set in motion. One job runs at a time: worker
// threads read and seal, the teller writes slices in the bulk lane. A slice and the mark of how far the file has come are one
// operation, so after a kill the next start goes on where the mark stands; contents that are in once are never brought again.
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H
#include "api/route.h"
#include "people/vault.h"
#include "rule/engine.h"

#define IMPORT_SOURCE UINT32_C(2147483648)     // number of the source of events that files bring: no key has it
#define IMPORT_ERRORS_MAX 10000
#define IMPORT_JOBS_MAX 1000                   // kept; older ended ones go

// In the order of enum effects.
enum import_effects { IMPORT_EFFECTS_ALL, IMPORT_EFFECTS_QUIET, IMPORT_EFFECTS_NONE, IMPORT_EFFECTS_SHADOW };
enum import_state { IMPORT_UPLOADING, IMPORT_READY, IMPORT_WAITING, IMPORT_RUNNING, IMPORT_DONE, IMPORT_FAILED, IMPORT_CANCELLED };
extern const enum_labels import_state_labels;
extern const enum_labels import_effects_labels;        // "all" "quiet" "none" "shadow"

typedef struct importer importer;

// Starts the thread that runs jobs, those that a stop left running first. The teller must be running; e->importer is set.
// `dir`: of the brand; uploads lie in DIR/imports.
err importer_open(engine *e, const char *dir, const char *db_path, importer **ret);
void importer_close(importer *m);              // waits for the slices under way; before the teller stops. NULL is fine
void importer_wake(importer *m);               // any thread: a job may be waiting

// Job of the bulk lane: what is older than 7 days loses its key, its upload and its list of refused rows.
err import_tidy(tx *t, bool *ret_more);

extern const route_table import_routes;

// --- For the command ------------------------------------------------------------------------------------------------------------------
typedef struct import_new { str place, name, mapping, effects; bool dry; int64_t bytes; } import_new;
// A job for a file on this machine, waiting to run.
err import_start(tx *t, const import_new *n, int64_t *ret_id);

typedef struct import_status {
    enum import_state state;
    bool dry;
    int64_t rows, created, merged, refused, bytes, bytes_done, as_import, began_us, ended_us;
    str code, detail, target, name;
} import_status;
err import_status_of(db *d, int64_t id, arena *a, import_status *ret);         // E_NOT_FOUND
// line,column,code,reason_zh,reason_en, then the row's own cells under their names.
err import_write_errors(db *d, const vault *v, int64_t id, arena *a, buf *csv);
// object,measure,period,came,booked,difference
err import_write_sheet(db *d, int64_t id, arena *a, buf *csv);

#endif
