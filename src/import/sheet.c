#include "import/sheet.h"
#include "base/personal.h"

static import_sum *find(import_sums *s, str measure, str period)
{
    for (size_t i = s->n; i-- > 0;)
        if (str_eq(s->v[i].measure, measure) && str_eq(s->v[i].period, period))
            return &s->v[i];
    return NULL;
}

static import_sum *add(import_sums *s, str measure, str period)
{
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 16;
        import_sum *more = arena_array(s->a, import_sum, cap);
        if (s->n)
            memcpy(more, s->v, s->n * sizeof *more);
        s->v = more;
        s->cap = cap;
    }
    s->v[s->n] = (import_sum){ .measure = arena_str(s->a, measure), .period = arena_str(s->a, period) };
    return &s->v[s->n++];
}

// A period may be a word of the file: in a column read as the wrong one, a phone number.
void sums_add(import_sums *s, str measure, str period, int64_t came, int64_t booked)
{
    period = personal_starred(period, s->a);
    import_sum *at = find(s, measure, period);
    if (!at && s->n >= SUMS_MAX) {
        period = S("…");
        at = find(s, measure, period);
    }
    if (!at)
        at = add(s, measure, period);
    at->came += came;
    at->booked += booked;
}

err sums_write(tx *t, int64_t import, const import_sums *s)
{
    for (size_t i = 0; i < s->n; i++)
        TRY(db_exec(t->d,
                    "INSERT INTO import_sum AS x (import, measure, period, came, booked) VALUES ($1, $2, $3, $4, $5)"
                    " ON CONFLICT (import, measure, period) DO UPDATE SET came = x.came + excluded.came, booked = x.booked + excluded.booked",
                    dbi(import), dbs(s->v[i].measure), dbs(s->v[i].period), dbi(s->v[i].came), dbi(s->v[i].booked)));
    return E_OK;
}
