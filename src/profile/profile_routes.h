// Handlers of the profile routes. Inside profile/ only.
#ifndef PROFILE_ROUTES_H
#define PROFILE_ROUTES_H
#include "profile/profile_internal.h"

err classes_get(req *r);
err class_people_get(req *r);
err class_matrix_get(req *r);
err person_tags_get(req *r);
err person_tag_post(req *r);
err person_tag_remove(req *r);
err tag_apply_post(req *r);
err tag_coverage_get(req *r);

// The person of the path as it is now. E_NOT_FOUND.
err person_of_path(req *r, int64_t *ret);

#endif
