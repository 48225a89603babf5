// A person's own values in what staff write about them: their name in a note, which no pattern recognises, is known to the vault.
#include "base/personal.h"
#include "people/people_internal.h"
#include "people/people_api.h"

#define VALUES_MAX 50              // the newest
#define VALUE_BYTES_MIN 4          // two characters; shorter ones would star ordinary words

err people_starred(db *d, const engine *e, int64_t person, str text, arena *a, str *ret)
{
    str values[VALUES_MAX];
    plain_value *v;
    size_t n, known = 0;
    TRY(people_current(d, person, &person));
    TRY(values_plain(e, d, person, VALUES_MAX, a, &v, &n));
    for (size_t i = 0; i < n; i++)
        if (v[i].s.len >= VALUE_BYTES_MIN)
            values[known++] = v[i].s;
    *ret = personal_hushed(text, values, known, a);
    values_wipe(v, n);
    return E_OK;
}

err people_hush(req *r, int64_t person, str text, str *ret) { return people_starred(r->d, r->app, person, text, r->a, ret); }
