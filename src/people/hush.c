// A person's own values in what staff write about them: their name in a note, which no pattern recognises, is known to the vault.
#include "base/personal.h"
#include "people/people_internal.h"
#include "people/people_api.h"

#define VALUES_MAX 50              // the newest
#define VALUE_BYTES_MIN 4          // two characters; shorter ones would star ordinary words

err people_starred(db *d, const engine *e, int64_t person, str text, arena *a, str *ret)
{
    int64_t ids[VALUES_MAX];
    str values[VALUES_MAX];
    uint32_t n = 0, known = 0;
    db_rows rows;
    TRY(people_current(d, person, &person));
    TRY(db_query(d, &rows,
                 "SELECT id FROM vault WHERE subject = $1 OR subject IN (SELECT subject FROM link WHERE person = $1)"
                 " ORDER BY at_us DESC, id DESC LIMIT $2",
                 dbi(person), dbi(VALUES_MAX)));
    while (db_next(&rows))
        ids[n++] = db_i64(&rows, 0);
    TRY(db_end(&rows));
    for (uint32_t i = 0; i < n; i++) {
        vault_kind kind;
        err x = vault_read(d, e->vault, ids[i], a, &kind, &values[known]);
        if (x != E_OK && x != E_NOT_FOUND)
            return x;
        if (x == E_OK && values[known].len >= VALUE_BYTES_MIN)
            known++;
    }
    *ret = personal_hushed(text, values, known, a);
    return E_OK;
}

err people_hush(req *r, int64_t person, str text, str *ret) { return people_starred(r->d, r->app, person, text, r->a, ret); }
