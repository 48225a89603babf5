// The refused rows and the sheet of reconciliation of a job, as CSV.
#include "import/job.h"
#include "record/record_csv.h"
#include <sodium.h>

static str unseal(const uint8_t key[32], str box, arena *a)
{
    size_t extra = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    if (box.len < extra)
        return (str){ "", 0 };
    char *plain = arena_alloc(a, box.len - extra + 1, 1, 1);
    const uint8_t *p = (const uint8_t *)box.s;
    size_t n = box.len - crypto_secretbox_NONCEBYTES;
    bool good = crypto_secretbox_open_easy((uint8_t *)plain, p + crypto_secretbox_NONCEBYTES, n, p, key) == 0;
    return good ? str_of(plain, box.len - extra) : (str){ "", 0 };
}

static err code_named(str code)
{
    for (int e = 0; e < ERR_COUNT; e++)
        if (str_eq(str_c(err_info_of((err)e)->code), code))
            return (err)e;
    return E_INTERNAL;
}

// Cells of an array each in their own; an object (NDJSON) in one.
static void add_cells(str json, arena *a, buf *out)
{
    jval *v, *item;
    size_t i, max;
    if (json_parse(a, json, NULL, &v) != E_OK)
        return;
    if (!yyjson_is_arr(v)) {
        csv_add_cell(out, json, false);
        return;
    }
    yyjson_arr_foreach(v, i, max, item) csv_add_cell(out, csv_guard(a, json_str(item)), false);
}

// What row.c says of a value, for Chinese readers.
static str in_chinese(str detail)
{
    static const char *const words[][2] = { { "a whole number", "整数" }, { "an amount in yuan", "金额（元）" }, { "a number", "数字" },
                                            { "yes or no", "是或否" },    { "a time", "时间" },                { "true or false", "是或否" },
                                            { "integer", "整数" },        { "expired before it came", "已经过期" },
                                            { "not after it began", "不晚于开始" },
                                            { "no purpose of consent, or without the company it is for", "没有这个用途，或没写明公司" } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(detail, str_c(words[i][0])))
            return str_c(words[i][1]);
    return detail;
}

static void add_row(const db_rows *r, const uint8_t key[32], bool has_key, arena *a, buf *out)
{
    err code = code_named(db_str(r, 2));
    fault f = { .code = code, .field = arena_str(a, db_str(r, 1)), .detail = arena_str(a, db_str(r, 3)), .limit = db_i64(r, 4) };
    csv_add_cell(out, arena_fmt(a, "%lld", (long long)db_i64(r, 0)), true);
    csv_add_cell(out, csv_guard(a, f.field), false);
    csv_add_cell(out, arena_str(a, db_str(r, 2)), false);
    fault zh = f;
    zh.detail = in_chinese(f.detail);
    csv_add_cell(out, fault_text(&zh, a, LANG_ZH), false);
    csv_add_cell(out, fault_text(&f, a, LANG_EN), false);
    if (has_key)
        add_cells(unseal(key, db_blob(r, 5), a), a, out);
    csv_add_end(out);
}

err import_write_errors(db *d, const vault *v, int64_t id, arena *a, buf *out)
{
    job j;
    uint8_t key[32];
    db_rows r;
    TRY(job_read(d, id, a, &j));
    vault_derive(v, S("import"), j.salt, key);
    buf_add_str(out, S(CSV_BOM "line,column,code,reason_zh,reason_en,row\r\n"));
    TRY(db_query(d, &r, "SELECT line, col, code, detail, most, sealed FROM import_error WHERE import = $1 ORDER BY row_no", dbi(id)));
    while (db_next(&r)) {
        arena_mark before = arena_save(a);
        add_row(&r, key, j.salt.len > 0, a, out);
        arena_release(a, before);
    }
    vault_wipe(key, sizeof key);
    return db_end(&r);
}

static void add_sum(buf *out, arena *a, str object, str measure, str period, int64_t came, int64_t booked)
{
    csv_add_cell(out, object, true);
    csv_add_cell(out, measure, false);
    csv_add_cell(out, period, false);
    csv_add_cell(out, arena_fmt(a, "%lld", (long long)came), false);
    csv_add_cell(out, arena_fmt(a, "%lld", (long long)booked), false);
    csv_add_cell(out, arena_fmt(a, "%lld", (long long)(came - booked)), false);
    csv_add_end(out);
}

err import_write_sheet(db *d, int64_t id, arena *a, buf *out)
{
    import_status s;
    db_rows r;
    TRY(import_status_of(d, id, a, &s));
    buf_add_str(out, S(CSV_BOM "object,measure,period,came,booked,difference\r\n"));
    add_sum(out, a, s.target, S("rows"), S(""), s.rows, s.created + s.merged + s.refused);
    add_sum(out, a, s.target, S("created"), S(""), s.created, s.created);
    add_sum(out, a, s.target, S("merged"), S(""), s.merged, s.merged);
    add_sum(out, a, s.target, S("refused"), S(""), s.refused, s.refused);
    TRY(db_query(d, &r, "SELECT measure, period, came, booked FROM import_sum WHERE import = $1 ORDER BY measure, period", dbi(id)));
    while (db_next(&r))
        add_sum(out, a, s.target, db_str(&r, 0), db_str(&r, 1), db_i64(&r, 2), db_i64(&r, 3));
    return db_end(&r);
}
