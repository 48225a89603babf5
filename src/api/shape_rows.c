#include "api/shape_rows.h"
#include "api/shape_check.h"

#define COLUMNS_MAX 64                 // as many as a shape has fields

// Which field each column is for; -1: none.
typedef struct columns { const shape *sh; int n, field[COLUMNS_MAX]; } columns;

static err columns_of(const shape *sh, const db_rows *rows, columns *ret)
{
    ret->sh = sh;
    ret->n = db_columns(rows);
    ENSURE(ret->n <= COLUMNS_MAX);
    for (int c = 0; c < ret->n; c++) {
        str name = db_column_name(rows, c);
        ret->field[c] = field_index(sh, name);
        if (ret->field[c] < 0 && !str_starts(name, S("_")))
            return E_UNDECLARED;
    }
    return E_OK;
}

static bool label_of(const field *fd, str label, void *at)
{
    for (int i = 0; fd->labels->labels[i]; i++) {
        if (!str_eq(label, str_c(fd->labels->labels[i])))
            continue;
        memcpy(at, &i, sizeof i);
        return true;
    }
    return false;
}

static bool number_of(const field *fd, int64_t v, void *at)
{
    int i = (int)v;
    if (v < 0 || v > INT32_MAX)
        return false;
    for (int k = 0; k <= i; k++)
        if (!fd->labels->labels[k])
            return false;
    memcpy(at, &i, sizeof i);
    return true;
}

bool shape_column(const field *fd, const db_rows *rows, int col, arena *a, void *at)
{
    bool text = db_is_text(rows, col);
    switch (fd->k) {
    case K_BOOL: *(bool *)at = db_i64(rows, col) != 0; return !text;
    case K_I64: case K_TIME: *(int64_t *)at = db_i64(rows, col); return !text;
    case K_STR: case K_JSON: *(str *)at = arena_str(a, db_str(rows, col)); return text;
    case K_ENUM: return text ? label_of(fd, db_str(rows, col), at) : number_of(fd, db_i64(rows, col), at);
    default: return false;
    }
}

static bool left_out(const field *fd, const db_rows *rows, int col)
{
    bool none = fd->k == K_TIME ? db_i64(rows, col) == 0 : fd->k == K_STR && !db_str(rows, col).len;
    return db_is_null(rows, col) || (!fd->required && none);
}

static bool item_of(const columns *c, const db_rows *rows, arena *a, void *out)
{
    for (int col = 0; col < c->n; col++) {
        const field *fd = c->field[col] < 0 ? NULL : &c->sh->fields[c->field[col]];
        if (!fd || left_out(fd, rows, col))
            continue;
        if (!shape_column(fd, rows, col, a, (char *)out + fd->off))
            return false;
        ((presence *)out)->has |= UINT64_C(1) << c->field[col];
    }
    return true;
}

void shape_row(const shape *sh, db_rows *rows, arena *a, void *out)
{
    columns c;
    if (columns_of(sh, rows, &c) != E_OK || !item_of(&c, rows, a, out))
        db_stop(rows, E_UNDECLARED);
}

err shape_one(const shape *sh, db_rows *rows, arena *a, void *out, bool *ret_found)
{
    *ret_found = db_next(rows);
    if (*ret_found)
        shape_row(sh, rows, a, out);
    return db_end(rows);
}

static char *room_for_more(const shape *sh, arena *a, char *items, uint32_t n, uint32_t *room)
{
    if (n < *room)
        return items;
    *room = n ? 2 * n : 8;
    char *more = arena_alloc(a, *room, sh->size, alignof(max_align_t));
    if (n)
        memcpy(more, items, n * sh->size);
    return more;
}

err shape_rows(const shape *sh, db_rows *rows, arena *a, void **ret, uint32_t *ret_n)
{
    columns c;
    char *items = NULL;
    uint32_t n = 0, room = 0;
    err e = columns_of(sh, rows, &c);
    while (e == E_OK && db_next(rows)) {
        items = room_for_more(sh, a, items, n, &room);
        e = item_of(&c, rows, a, items + n++ * sh->size) ? E_OK : E_UNDECLARED;
    }
    if (e != E_OK)
        db_stop(rows, e);
    *ret = items;
    *ret_n = n;
    return db_end(rows);
}

err shape_list_rows(const shape *sh, unsigned field_, db_rows *rows, arena *a, void *out)
{
    const field *fd = &sh->fields[field_];
    void *items;
    uint32_t n;
    TRY(shape_rows(fd->elem, rows, a, &items, &n));
    *(any_list *)(void *)((char *)out + fd->off) = (any_list){ items, n };
    ((presence *)out)->has |= UINT64_C(1) << field_;
    return E_OK;
}
