// Rows of the database as a reply says them: a column is called as the field it fills ("SELECT opened_us AS opened …").
// A field that is not required is left out when its column is null, an empty text, or a time of 0, which is how tables say never.
// K_ENUM takes the number or the label. A column that is no field, or of another type: E_UNDECLARED, a mistake of ours.
#ifndef API_SHAPE_ROWS_H
#define API_SHAPE_ROWS_H
#include "api/shape.h"
#include "store/db.h"

// The column as the field's value; false: it does not fit. Texts are copied into the arena.
bool shape_column(const field *fd, const db_rows *rows, int col, arena *a, void *at);

// The row at hand into `out`, beside what is set there already. A mistake ends the rows: db_end tells it. Columns called "_…" are the
// caller's own.
void shape_row(const shape *sh, db_rows *rows, arena *a, void *out);

// The first row of a statement, if there is one, and its end.
err shape_one(const shape *sh, db_rows *rows, arena *a, void *out, bool *ret_found);

// All rows of a statement, and its end: an array of `sh`'s structs. The statement limits them.
err shape_rows(const shape *sh, db_rows *rows, arena *a, void **ret, uint32_t *ret_n);

// The same as the list `name_` of *p, a T. An expression of err.
#define ROWS_SET(a, rows, p, T, name_) shape_list_rows(&T##_shape, T##_##name_##_bit, (rows), (a), (p))
err shape_list_rows(const shape *sh, unsigned field, db_rows *rows, arena *a, void *out);

// Cuts a list to its page, read with a limit of one more; whether there was more.
static inline bool rows_more(uint32_t *n, int64_t limit)
{
    bool more = (int64_t)*n > limit;
    *n = more ? (uint32_t)limit : *n;
    return more;
}

#endif
