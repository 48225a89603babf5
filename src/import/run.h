// The rows of one run: workers in front, the teller behind, slices in between. Inside import/ only.
#ifndef IMPORT_RUN_H
#define IMPORT_RUN_H
#include "import/job.h"
#include "import/row.h"

typedef struct run {
    engine *e;
    const bool *stop;              // of the importer, atomic
    const job *job;
    const mapping *map;
    source *source;
    str digest;
    int64_t skip;                  // rows that are in already
    caller who;
    row_maker maker;
    int64_t refused;               // teller: so far, for the list of errors
} run;

// Until the file ends or `stop`. E_CONFLICT: the job was cancelled. E_SHUTTING_DOWN: stopped; the mark says how far it came.
err run_rows(run *r);

#endif
