// How many are of which class, who they are, and who moved from one to another between two days.
#include "profile/class_api.h"
#include "base/time.h"
#include "profile/profile_routes.h"

SHAPE_TABLE(class_count, CLASS_COUNT);
SHAPE_TABLE(class_axis_view, CLASS_AXIS);
SHAPE_TABLE(classes_view, CLASSES_VIEW);
SHAPE_TABLE(class_people_query, CLASS_PEOPLE_QUERY);
SHAPE_TABLE(matrix_query, MATRIX_QUERY);
SHAPE_TABLE(matrix_cell, MATRIX_CELL);
SHAPE_TABLE(matrix_view, MATRIX_VIEW);

static const enum_labels *const axis_labels[CLASS_AXIS_COUNT] = { &behaviour_class_labels, &user_type_labels, &life_path_labels };
#define TOTAL_MAX 10000

// --- Counts -------------------------------------------------------------------------------------------------------------------

static err axis_count(req *r, int axis, int64_t *counts)
{
    db_rows rows;
    if (axis == AXIS_BEHAVIOUR)
        TRY(db_query(r->d, &rows, "SELECT behaviour, count(*) FROM standing WHERE subject = person GROUP BY behaviour"));
    else if (axis == AXIS_TYPE)
        TRY(db_query(r->d, &rows, "SELECT kind, count(*) FROM standing WHERE subject = person GROUP BY kind"));
    else
        TRY(db_query(r->d, &rows, "SELECT path, count(*) FROM standing WHERE subject = person GROUP BY path"));
    while (db_next(&rows))
        counts[db_i64(&rows, 0)] = db_i64(&rows, 1);
    return db_end(&rows);
}

static err user_count(req *r, int64_t *counts)
{
    db_rows rows;
    TRY(db_query(r->d, &rows, "SELECT stage, count(*) FROM person GROUP BY stage"));
    while (db_next(&rows))
        counts[user_class_of((enum stage)db_i64(&rows, 0))] += db_i64(&rows, 1);
    return db_end(&rows);
}

static void axis_fill(req *r, const char *name, const enum_labels *l, const int64_t *counts, class_axis_view *out)
{
    class_count *v = arena_array(r->a, class_count, 8);
    uint32_t n = 0;
    for (; l->labels[n]; n++) {
        SET(&v[n], class_count, class, str_c(l->labels[n]));
        SET(&v[n], class_count, zh, str_c(l->zh[n]));
        SET(&v[n], class_count, people, counts[n]);
    }
    SET(out, class_axis_view, axis, str_c(name));
    LIST_SET(out, class_axis_view, classes, v, n);
}

err classes_get(req *r)
{
    class_axis_view *v = arena_array(r->a, class_axis_view, CLASS_AXIS_COUNT + 1);
    int64_t users[8] = { 0 };
    TRY(user_count(r, users));
    axis_fill(r, "user", &user_class_labels, users, &v[0]);
    for (int i = 0; i < CLASS_AXIS_COUNT; i++) {
        int64_t counts[8] = { 0 };
        TRY(axis_count(r, i, counts));
        axis_fill(r, class_axis_labels.labels[i], axis_labels[i], counts, &v[i + 1]);
    }
    LIST_SET((classes_view *)r->reply, classes_view, items, v, CLASS_AXIS_COUNT + 1);
    return E_OK;
}

// --- Who ----------------------------------------------------------------------------------------------------------------------

static err class_slice(req *r, int axis, int64_t class, int64_t after, int64_t limit, db_rows *rows)
{
    if (axis == AXIS_BEHAVIOUR)
        return db_query(r->d, rows,
                        "SELECT subject FROM standing WHERE behaviour = $1 AND subject > $2 AND subject = person"
                        " ORDER BY subject LIMIT $3",
                        dbi(class), dbi(after), dbi(limit));
    if (axis == AXIS_TYPE)
        return db_query(r->d, rows,
                        "SELECT subject FROM standing WHERE kind = $1 AND subject > $2 AND subject = person"
                        " ORDER BY subject LIMIT $3",
                        dbi(class), dbi(after), dbi(limit));
    return db_query(r->d, rows,
                    "SELECT subject FROM standing WHERE path = $1 AND subject > $2 AND subject = person"
                    " ORDER BY subject LIMIT $3",
                    dbi(class), dbi(after), dbi(limit));
}

err class_people_get(req *r)
{
    const class_people_query *q = r->query;
    int64_t counts[8] = { 0 }, after = 0, limit = HAS(q, class_people_query, limit) ? q->limit : 30, class = 0;
    const char *const *labels = axis_labels[q->axis]->labels;
    while (labels[class] && !str_eq(str_c(labels[class]), q->class))
        class ++;
    if (!labels[class])
        return req_fail_field(r, E_FIELD_VALUE, "class");
    if (HAS(q, class_people_query, cursor) && !str_to_i64(q->cursor, &after))
        return req_fail(r, E_CURSOR_INVALID);
    int64_t *ids = arena_array(r->a, int64_t, (size_t)limit + 1);
    size_t n = 0;
    db_rows rows;
    TRY(class_slice(r, (int)q->axis, class, after, limit + 1, &rows));
    while (db_next(&rows))
        ids[n++] = db_i64(&rows, 0);
    TRY(db_end(&rows));
    TRY(axis_count(r, (int)q->axis, counts));
    return people_page_fill(r, ids, n, (size_t)limit, counts[class], r->reply);
}

// --- Who moved ----------------------------------------------------------------------------------------------------------------

static bool day_of(str date, int32_t *ret)
{
    str rest = date;
    int64_t y, m, d;
    if (!str_to_i64(str_cut(&rest, '-'), &y) || !str_to_i64(str_cut(&rest, '-'), &m) || !str_to_i64(rest, &d))
        return false;
    *ret = (int32_t)civil_to_days((int)y, (int)m, (int)d);
    return true;
}

static str date_of(arena *a, int32_t day) { return str_take(time_local(a, time_local_day_start(day)), 10); }

static err cells_fill(req *r, int axis, int32_t from, int32_t to, matrix_view *out)
{
    matrix_cell *v = arena_array(r->a, matrix_cell, 64);
    const char *const *labels = axis_labels[axis]->labels;
    int64_t total = 0;
    uint32_t n = 0;
    db_rows rows;
    TRY(db_query(r->d, &rows,
                 "SELECT was, is_now, count(*) FROM (SELECT"
                 " COALESCE((SELECT c.class FROM class_change c WHERE c.subject = s.subject AND c.axis = $1 AND c.day <= $2"
                 " ORDER BY c.day DESC LIMIT 1), 0) AS was,"
                 " COALESCE((SELECT c.class FROM class_change c WHERE c.subject = s.subject AND c.axis = $1 AND c.day <= $3"
                 " ORDER BY c.day DESC LIMIT 1), 0) AS is_now"
                 " FROM standing s WHERE s.subject = s.person) AS m GROUP BY was, is_now ORDER BY was, is_now",
                 dbi(axis), dbi(from), dbi(to)));
    while (n < 64 && db_next(&rows)) {
        SET(&v[n], matrix_cell, from, str_c(labels[db_i64(&rows, 0)]));
        SET(&v[n], matrix_cell, to, str_c(labels[db_i64(&rows, 1)]));
        SET(&v[n], matrix_cell, people, db_i64(&rows, 2));
        total += v[n++].people;
    }
    TRY(db_end(&rows));
    SET(out, matrix_view, people, total);
    LIST_SET(out, matrix_view, cells, v, n);
    return E_OK;
}

err class_matrix_get(req *r)
{
    const matrix_query *q = r->query;
    matrix_view *out = r->reply;
    int axis = HAS(q, matrix_query, axis) ? (int)q->axis : AXIS_BEHAVIOUR;
    int32_t to = time_local_day(r->now_us), from;
    if (HAS(q, matrix_query, to) && !day_of(q->to, &to))
        return req_fail_field(r, E_FIELD_VALUE, "to");
    from = to - BEHAVIOUR_DAYS;
    if (HAS(q, matrix_query, from) && !day_of(q->from, &from))
        return req_fail_field(r, E_FIELD_VALUE, "from");
    if (from >= to)
        return req_fail_field(r, E_FIELD_VALUE, "from");
    str *words = arena_array(r->a, str, 8);
    uint32_t n = 0;
    for (; axis_labels[axis]->labels[n]; n++)
        words[n] = str_c(axis_labels[axis]->labels[n]);
    SET(out, matrix_view, axis, (enum class_axis)axis);
    SET(out, matrix_view, from, date_of(r->a, from));
    SET(out, matrix_view, to, date_of(r->a, to));
    SET(out, matrix_view, classes, (list_strs) { words, n });
    return cells_fill(r, axis, from, to, out);
}
