// Handlers of the profile routes. Inside profile/ only.
#ifndef PROFILE_ROUTES_H
#define PROFILE_ROUTES_H
#include "profile/profile_internal.h"

err classes_get(req *r);
err class_people_get(req *r);
err class_matrix_get(req *r);

#endif
