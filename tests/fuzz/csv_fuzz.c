// Any bytes through the CSV reader: whatever rows it gives, writing them and reading that again gives the same rows.
#include "record/record_csv.h"
#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define ROWS_MAX 64

typedef struct table { str cells[ROWS_MAX][CSV_CELLS_MAX]; size_t n[ROWS_MAX], rows; csv_got end; int64_t line; } table;

static void read_table(str text, arena *a, table *t)
{
    csv c = csv_open(text);
    t->rows = 0;
    t->end = CSV_ROW;
    for (int64_t before = 0; t->rows < ROWS_MAX; t->rows++) {
        t->end = csv_next(&c, a, t->cells[t->rows], &t->n[t->rows]);
        if (t->end != CSV_ROW)
            break;
        ENSURE(c.line > before && t->n[t->rows] >= 1 && t->n[t->rows] <= CSV_CELLS_MAX);
        for (size_t i = 0; i < t->n[t->rows]; i++)
            ENSURE(str_utf8_valid(t->cells[t->rows][i]));
        before = c.line;
    }
    ENSURE(t->end != CSV_BAD || (c.why && csv_next(&c, a, t->cells[ROWS_MAX - 1], &t->n[ROWS_MAX - 1]) == CSV_BAD));
}

// A row of one empty cell is written as an empty line, which a reader skips: rows like that are not compared.
static bool empty_row(const table *t, size_t i) { return t->n[i] == 1 && !t->cells[i][0].len; }

static void write_table(const table *t, buf *out)
{
    for (size_t i = 0; i < t->rows; i++) {
        if (empty_row(t, i))
            continue;
        for (size_t k = 0; k < t->n[i]; k++)
            csv_add_cell(out, t->cells[i][k], k == 0);
        csv_add_end(out);
    }
}

static void check_same(const table *x, const table *y)
{
    size_t at = 0;
    for (size_t i = 0; i < x->rows; i++) {
        if (empty_row(x, i))
            continue;
        ENSURE(at < y->rows && x->n[i] == y->n[at]);
        for (size_t k = 0; k < x->n[i]; k++)
            ENSURE(str_eq(x->cells[i][k], y->cells[at][k]));
        at++;
    }
    ENSURE(at == y->rows && (y->end == CSV_END || y->rows == ROWS_MAX));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    arena *a = arena_create();
    table *x = arena_new(a, table), *y = arena_new(a, table);
    buf out = { 0 };
    char *own = arena_alloc(a, n + 1, 1, 1);          // of its own, so that reading beyond it is seen
    if (n)
        memcpy(own, data, n);
    read_table(str_of(own, n), a, x);
    write_table(x, &out);
    // A mark of byte order inside the first cell would be taken for one of the file.
    buf marked = { 0 };
    buf_add_str(&marked, S(CSV_BOM));
    buf_add_str(&marked, buf_str(&out));
    read_table(buf_str(&marked), a, y);
    check_same(x, y);
    for (size_t i = 0; i < x->rows; i++)
        for (size_t k = 0; k < x->n[i]; k++)
            ENSURE(str_eq(csv_unguard(csv_guard(a, x->cells[i][k])), x->cells[i][k]));
    buf_free(&out);
    buf_free(&marked);
    arena_destroy(a);
    return 0;
}
