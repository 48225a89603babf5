// Any bytes through the readers of files: the first byte chooses format and encoding. Rows that are given hold valid text and as many
// cells as there are columns; reading ends; the same bytes give the same rows again.
#include "base/arena.h"
#include "base/hash.h"
#include "import/guess.h"
#include "fuzz.h"

#define ROWS_MAX 5000

static uint64_t rows_of(input *in, const source_format *f)
{
    arena *a = arena_create();
    fault fa = { 0 };
    source *s;
    uint64_t sum = 0;
    bool more = true;
    if (source_open(in, f, a, &fa, &s) == E_OK) {
        size_t columns;
        int64_t before = 0;
        source_columns(s, &columns);
        for (int i = 0; more && i < ROWS_MAX; i++) {
            source_row r;
            arena_mark m = arena_save(a);
            if (source_next(s, a, &r, &more) != E_OK || !more)
                break;
            ENSURE(r.line > 0 && r.no == i + 1 && (r.line > before || f->kind == SOURCE_XLSX));
            before = r.line;
            for (size_t k = 0; r.code == E_OK && k < r.n; k++) {
                ENSURE(str_utf8_valid(r.cells[k]));
                sum = sum * 31 + r.cells[k].len + (r.cells[k].len ? (uint8_t)r.cells[k].s[0] : 0);
            }
            ENSURE(r.code != E_OK || f->kind == SOURCE_NDJSON || r.n == columns);
            sum = sum * 31 + (uint64_t)r.code;
            arena_release(a, m);
        }
        source_close(s);
    }
    arena_destroy(a);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static fixed_column places[] = { { 1, 3 }, { 4, 4 }, { 6, 20 } };
    static str given[] = { { "a", 1 }, { "b", 1 }, { "c", 1 } };
    if (!n)
        return 0;
    arena *a = arena_create();
    char *own = arena_alloc(a, n, 1, 1);               // of its own, so that reading beyond it is seen
    memcpy(own, data + 1, n - 1);
    input in;
    input_open_bytes(str_of(own, n - 1), &in);
    source_format f = { .kind = (enum source_kind)(data[0] % SOURCE_KIND_COUNT), .encoding = (enum source_encoding)(data[0] / 4 % ENCODING_COUNT),
                        .delimiter = ",;\t|"[data[0] / 16 % 4], .header = data[0] >> 7 };
    if (f.kind == SOURCE_FIXED) {
        f.columns = given;
        f.fixed = places;
        f.columns_n = 3;
        f.header = false;
    }
    ENSURE(rows_of(&in, &f) == rows_of(&in, &f));
    fault fa = { 0 };
    guess g;
    guess_file(&in, S("x.csv"), NULL, NULL, a, &fa, &g);
    input_close(&in);
    arena_destroy(a);
    return 0;
}
