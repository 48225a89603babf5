// Head and batch rows as they stand in the database, and whether they agree.
#include "store/teller_impl.h"

err head_read(db *d, head *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found, "SELECT event_no, shipped_no, deleted_no, last_id, last_us FROM head WHERE id = 1"));
    head h = { 0 };
    if (found)
        h = (head){ db_i64(&r, 0), db_i64(&r, 1), db_i64(&r, 2), db_i64(&r, 3), db_i64(&r, 4) };
    TRY(db_end(&r));
    if (!found)
        return E_CORRUPT;
    *ret = h;
    return E_OK;
}

err head_event_no(db *d, int64_t *ret)
{
    head h;
    TRY(head_read(d, &h));
    *ret = h.event_no;
    return E_OK;
}

bool frame_whole(const group_frame *g)
{
    if (g->count == 0 || g->prints.len != (size_t)g->count * PRINT_BYTES)
        return false;
    cursor c = cursor_of(g->body.s, g->body.len);
    for (uint32_t i = 0; i < g->count && !c.bad; i++)
        cursor_lenstr(&c);
    return !c.bad && cursor_left(&c) == 0;
}

static void check_head(const head *h, buf *report)
{
    if (h->deleted_no < 0 || h->deleted_no > h->shipped_no)
        buf_addf(report, "head: deleted_no %lld is not between 0 and shipped_no %lld\n", (long long)h->deleted_no, (long long)h->shipped_no);
    if (h->shipped_no > h->event_no)
        buf_addf(report, "head: shipped_no %lld is beyond event_no %lld\n", (long long)h->shipped_no, (long long)h->event_no);
}

static err check_batch(db *d, const head *h, buf *report)
{
    db_rows r;
    int64_t next = h->deleted_no + 1;
    bool boundary = h->shipped_no == h->deleted_no;
    TRY(db_query(d, &r, "SELECT first_no, count, at_us, body, prints FROM batch ORDER BY first_no"));
    while (db_next(&r)) {
        int64_t count = db_i64(&r, 1);
        group_frame g = { db_i64(&r, 0), count > 0 && count <= UINT32_MAX ? (uint32_t)count : 0, db_i64(&r, 2), db_blob(&r, 3), db_blob(&r, 4) };
        if (g.first_no != next)
            buf_addf(report, "batch: row %lld where %lld should begin\n", (long long)g.first_no, (long long)next);
        if (!frame_whole(&g))
            buf_addf(report, "batch: row %lld does not hold the %lld events it counts\n", (long long)g.first_no, (long long)count);
        next = g.first_no + g.count;
        boundary |= next == h->shipped_no + 1;
    }
    TRY(db_end(&r));
    if (next != h->event_no + 1)
        buf_addf(report, "batch: rows end at %lld, head is %lld\n", (long long)(next - 1), (long long)h->event_no);
    if (!boundary)
        buf_addf(report, "head: shipped_no %lld is inside a batch row\n", (long long)h->shipped_no);
    return E_OK;
}

static err check_counters(db *d, buf *report)
{
    db_rows r;
    TRY(db_query(d, &r, "SELECT name, value FROM counter ORDER BY name"));
    while (db_next(&r)) {
        bool known = false;
        for (int i = 0; i < COUNTER_COUNT; i++)
            known |= str_eq(db_str(&r, 0), str_c(counter_names[i]));
        if (!known || db_i64(&r, 1) < 0 || db_i64(&r, 1) > UINT32_MAX)
            buf_addf(report, "counter: " STR_FMT " is %lld\n", STR_ARG(db_str(&r, 0)), (long long)db_i64(&r, 1));
    }
    return db_end(&r);
}

err teller_check(db *d, buf *report)
{
    head h;
    err e = head_read(d, &h);
    if (e == E_CORRUPT)
        buf_addf(report, "head: the row is missing or unreadable\n");
    TRY(e);
    check_head(&h, report);
    TRY(check_batch(d, &h, report));
    return check_counters(d, report);
}
