// Handlers of the merge review. Inside people/.
#ifndef PEOPLE_MERGE_ROUTES_H
#define PEOPLE_MERGE_ROUTES_H
#include "people/merge_api.h"

err doubts_get(req *r);
err blocked_get(req *r);
err merges_get(req *r);
err merge_job_get(req *r);
err merge_job_view_fill(req *r, int64_t id, merge_job_view *v);

#endif
