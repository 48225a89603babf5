// The fold: from what was said to what holds. A row of a set that was repeated speaks twice, at its first and its last time.
#include "people/people_internal.h"
#include "people/traits_internal.h"
#include <math.h>
#include <stdlib.h>

#define POINTS_MAX 4000                // of one name; a person of very many subjects is answered from the newest

void trait_row_read(const db_rows *r, arena *a, trait_row *ret)
{
    *ret = (trait_row){ .op = (trait_op)db_i64(r, 0), .value = arena_str(a, db_str(r, 1)), .source = arena_str(a, db_str(r, 2)),
                        .at_us = db_i64(r, 3), .event_no = db_i64(r, 4), .place = db_i64(r, 5), .known_us = db_i64(r, 6),
                        .last_us = db_i64(r, 7), .last_no = db_i64(r, 8), .last_known_us = db_i64(r, 9) };
}

// --- One operation ------------------------------------------------------------------------------------------------------------
static str value_text(arena *a, buf *b)
{
    str out = b->len <= TRAIT_BYTES_MAX ? arena_str(a, buf_str(b)) : (str){ 0 };
    buf_free(b);
    return out;
}

static jval *parsed(arena *a, str json)
{
    jval *v;
    return json.len && json_parse(a, json, NULL, &v) == E_OK ? v : NULL;
}

// Whole numbers stay whole as long as they fit.
static str sum(arena *a, str before, str operand)
{
    jval *x = parsed(a, before), *y = parsed(a, operand);
    int64_t i, k, whole;
    if (!yyjson_is_num(y) || (x && !yyjson_is_num(x)))
        return before;
    if (!x)
        return operand;
    buf b = { 0 };
    jw w = { .b = &b };
    double real = yyjson_get_num(x) + yyjson_get_num(y);
    if (json_i64(x, &i) && json_i64(y, &k) && !__builtin_add_overflow(i, k, &whole))
        jw_i64(&w, whole);
    else if (isfinite(real))
        jw_f64(&w, real);
    else
        return before;
    return value_text(a, &b);
}

// `keys`: what the list holds so far, each item's JSON between two line ends (JSON itself holds none).
static void add_missing(jw *w, arena *a, jval *list, buf *keys)
{
    jval *item;
    size_t i, n;
    yyjson_arr_foreach(list, i, n, item)
    {
        buf b = { 0 };
        jw one = { .b = &b };
        buf_add_char(&b, '\n');
        jw_val(&one, item);
        buf_add_char(&b, '\n');
        str key = arena_str(a, buf_str(&b));
        buf_free(&b);
        if (memmem(keys->s, keys->len, key.s, key.len))
            continue;
        buf_add_str(keys, str_skip(key, 1));
        jw_val(w, item);
    }
}

// A list with what it lacks, in the order of appending.
static str joined(arena *a, str before, str operand)
{
    jval *x = parsed(a, before), *y = parsed(a, operand);
    if (!yyjson_is_arr(y) || (x && !yyjson_is_arr(x)))
        return before;
    buf b = { 0 }, keys = { 0 };
    jw w = { .b = &b };
    buf_add_char(&keys, '\n');
    jw_arr(&w);
    if (x)
        add_missing(&w, a, x, &keys);
    add_missing(&w, a, y, &keys);
    jw_end_arr(&w);
    buf_free(&keys);
    str out = value_text(a, &b);
    return out.len ? out : before;          // full: what does not fit is left out
}

str trait_apply(arena *a, str before, trait_op how, str operand)
{
    switch (how) {
    case TRAIT_SET: return operand;
    case TRAIT_SET_ONCE: return before.len ? before : operand;
    case TRAIT_INCREMENT: return sum(a, before, operand);
    case TRAIT_APPEND: return joined(a, before, operand);
    case TRAIT_UNSET: case TRAIT_OP_COUNT: break;
    }
    return (str){ "", 0 };
}

// --- Points in time -----------------------------------------------------------------------------------------------------------
typedef struct point { int64_t us, no, place, known_us; const trait_row *row; } point;

static int by_time(const void *x, const void *y)
{
    const point *p = x, *q = y;
    if (p->us != q->us)
        return p->us < q->us ? -1 : 1;
    if (p->no != q->no)
        return p->no < q->no ? -1 : 1;
    return (p->place > q->place) - (p->place < q->place);
}

typedef struct points { point *v; uint32_t n, cap; } points;
typedef struct moment { int64_t as_of_us, known_us; } moment;

static void add_point(points *p, arena *a, const moment *m, point x)
{
    if (x.us > m->as_of_us || x.known_us > m->known_us)
        return;
    if (p->n == p->cap) {
        uint32_t cap = p->cap ? p->cap * 2 : 16;
        point *grown = arena_array(a, point, cap);
        if (p->n)
            memcpy(grown, p->v, p->n * sizeof *grown);
        p->v = grown;
        p->cap = cap;
    }
    p->v[p->n++] = x;
}

// Everything said of one name up to a time, in order.
static err points_read(db *d, int64_t person, str name, moment m, arena *a, points *ret)
{
    points p = { 0 };
    db_rows r;
    TRY(db_query(d, &r,
                 "SELECT op, value, source, at_us, event_no, place, known_us, last_us, last_no, last_known_us FROM person_trait"
                 " WHERE person = $1 AND name = $2 ORDER BY last_us DESC, last_no DESC, place DESC LIMIT $3",
                 dbi(person), dbs(name), dbi(POINTS_MAX)));
    while (db_next(&r)) {
        trait_row *row = arena_new(a, trait_row);
        trait_row_read(&r, a, row);
        add_point(&p, a, &m, (point){ row->at_us, row->event_no, row->place, row->known_us, row });
        if (row->last_no != row->event_no)
            add_point(&p, a, &m, (point){ row->last_us, row->last_no, row->place, row->last_known_us, row });
    }
    TRY(db_end(&r));
    if (p.n)
        qsort(p.v, p.n, sizeof *p.v, by_time);
    *ret = p;
    return E_OK;
}

static void fold_one(trait_value *v, const point *p, arena *a)
{
    str after = trait_apply(a, v->value, p->row->op, p->row->value);
    if (str_eq(after, v->value))
        return;
    v->value = after;
    v->since_us = p->us;
    v->event_no = p->no;
    v->source = p->row->source;
}

static err traits_fold(db *d, int64_t person, str name, moment m, arena *a, trait_value *ret)
{
    points p;
    TRY(points_read(d, person, name, m, a, &p));
    trait_value v = { .name = name, .value = { "", 0 }, .source = { "", 0 } };
    for (uint32_t i = 0; i < p.n; i++)
        fold_one(&v, &p.v[i], a);
    *ret = v;
    return E_OK;
}

err traits_at(db *d, int64_t person, str name, int64_t as_of_us, int64_t known_us, arena *a, trait_value *ret)
{
    if (as_of_us == INT64_MAX && known_us == INT64_MAX)
        return traits_now(d, person, name, a, ret);
    return traits_fold(d, person, name, (moment){ as_of_us, known_us }, a, ret);
}

// The common case by one row: the newest statement is a set.
err traits_now(db *d, int64_t person, str name, arena *a, trait_value *ret)
{
    db_rows r;
    bool found;
    trait_row row = { .op = TRAIT_UNSET };
    TRY(db_query_one(d, &r, &found,
                     "SELECT op, value, source, at_us, event_no, place, known_us, last_us, last_no, last_known_us FROM person_trait"
                     " WHERE person = $1 AND name = $2 ORDER BY last_us DESC, last_no DESC, place DESC LIMIT 1", dbi(person), dbs(name)));
    if (found)
        trait_row_read(&r, a, &row);
    TRY(db_end(&r));
    if (found && row.op != TRAIT_SET && row.op != TRAIT_UNSET)
        return traits_fold(d, person, name, (moment){ INT64_MAX, INT64_MAX }, a, ret);
    *ret = (trait_value){ .name = name, .value = row.op == TRAIT_SET ? row.value : (str){ "", 0 }, .since_us = row.at_us,
                          .event_no = row.event_no, .source = row.source };
    return E_OK;
}

// --- All of a person ------------------------------------------------------------------------------------------------------------
static err names_of(db *d, int64_t person, arena *a, str *ret, uint32_t *ret_n)
{
    db_rows r;
    *ret_n = 0;
    TRY(db_query(d, &r, "SELECT DISTINCT name FROM person_trait WHERE person = $1 ORDER BY name LIMIT $2", dbi(person), dbi(TRAIT_NAMES_MAX)));
    while (db_next(&r))
        ret[(*ret_n)++] = arena_str(a, db_str(&r, 0));
    return db_end(&r);
}

err traits_all(db *d, int64_t person, int64_t as_of_us, int64_t known_us, arena *a, trait_value **ret, uint32_t *ret_n)
{
    str *list = arena_array(a, str, TRAIT_NAMES_MAX);
    trait_value *v = arena_array(a, trait_value, TRAIT_NAMES_MAX);
    uint32_t n, kept = 0;
    TRY(names_of(d, person, a, list, &n));
    for (uint32_t i = 0; i < n; i++) {
        TRY(traits_at(d, person, list[i], as_of_us, known_us, a, &v[kept]));
        kept += v[kept].value.len > 0;
    }
    *ret = v;
    *ret_n = kept;
    return E_OK;
}

err traits_history(db *d, int64_t person, str name, uint32_t max, arena *a, trait_step **ret, uint32_t *ret_n)
{
    points p;
    TRY(points_read(d, person, name, (moment){ INT64_MAX, INT64_MAX }, a, &p));
    trait_step *v = arena_array(a, trait_step, p.n + 1);
    uint32_t n = 0;
    str before = { "", 0 };
    for (uint32_t i = 0; i < p.n; i++) {
        const trait_row *row = p.v[i].row;
        str after = trait_apply(a, before, row->op, row->value);
        if (str_eq(after, before)) {
            if (n)
                v[n - 1].last_us = p.v[i].us;
            continue;
        }
        v[n++] = (trait_step){ row->op, row->value, after, row->source, p.v[i].us, p.v[i].us, p.v[i].no, p.v[i].known_us };
        before = after;
    }
    for (uint32_t i = 0; i < n / 2; i++) {
        trait_step x = v[i];
        v[i] = v[n - 1 - i];
        v[n - 1 - i] = x;
    }
    *ret = v;
    *ret_n = n < max ? n : max;
    return E_OK;
}
