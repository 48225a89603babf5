// What China's rules about automobile data (汽车数据安全管理若干规定（试行）, in force since 2021-10-01) ask of a brand, as a list: what is
// met here, what only the car or the brand can do. docs/decisions/automobile.md
#ifndef PRIVACY_AUTOMOBILE_H
#define PRIVACY_AUTOMOBILE_H
#include "api/route.h"

// For doctor: a line when more than 100,000 people are known. Nothing is wrong, something is due.
err automobile_note(db *d, arena *a, buf *out);
extern const route_table automobile_routes;

#endif
