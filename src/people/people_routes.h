// Handlers of the people routes. Inside people/, and person_name for tasks.
#ifndef PEOPLE_ROUTES_H
#define PEOPLE_ROUTES_H
#include "people/people_api.h"

extern const shape traits_query_shape, traits_view_shape, trait_history_shape;      // traits_api.c

err people_list(req *r);
#define PEOPLE_FOUND_MAX 100
// Who `q` finds: persons, best first, one more than PEOPLE_FOUND_MAX when there are more. E_FORBIDDEN, E_RATE_LIMITED, E_OVERLOADED.
err people_find(req *r, str q, int64_t **ret_ids, size_t *ret_n);
err people_names_get(req *r);
err people_reveal(req *r);
err people_get(req *r);
err people_timeline(req *r);
err person_traits(req *r);                                      // traits_api.c
err person_trait_history(req *r);
err person_balances(req *r, int64_t id, person_view *out);      // points.c

#endif
