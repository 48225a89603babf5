// What records bring to the process: whose rows they are, and the memory of events told twice.
#include "base/vec.h"
#include "record/natural.h"
#include "record/record_internal.h"
#include <stdlib.h>

// The books keep that an order was placed and a car delivered, not by whom: erasure takes the person and the VIN out of the row.
#define PERSON_TABLE_KEPT(t, more) .table = t, .repoint = "UPDATE " t " SET person = $2 WHERE subject = $1", \
    .erase = "UPDATE " t " SET subject = 0, person = 0" more " WHERE subject = $1"
static const person_table tables[] = {
    { PERSON_TABLE_KEPT("car_order", ", vin = NULL, vin_hash = NULL"),
      .since = SINCE("car_order", "COALESCE(reserved_us, ordered_us, delivered_us, cancelled_us, created_us)"),
      TEXTS(WORD_OF("car_order", "model")), CODES("number, state, delivery_on"),
      .exported = "SELECT number, state, model, fleet, amount_fen, reserved_us, ordered_us, delivery_on, delivered_us, cancelled_us"
                  " FROM car_order WHERE person = $1" },
    { PERSON_TABLE_KEPT("test_drive", ""), .since = SINCE("test_drive", "COALESCE(booked_us, ended_us, created_us)"),
      TEXTS(WORD_OF("test_drive", "model")), CODES("number, state"),
      .exported = "SELECT number, state, model, slot_us, booked_us, ended_us FROM test_drive WHERE person = $1" },
    { PERSON_TABLE_KEPT("vehicle", ", plate = NULL, plate_hash = NULL, state = CASE WHEN state = 'owned' THEN 'resold' ELSE state END"),
      .since = SINCE("vehicle", "COALESCE(since_us, created_us)"),
      TEXTS(TEXT_OF("vehicle", "colour"), WORD_OF("vehicle", "model")), CODES("state, built"),
      .exported = "SELECT state, model, colour, built, since_us FROM vehicle WHERE person = $1" },
    // Not exported: numbers of orders and drives, which the rows above say, and keyed hashes.
    { .table = "natural_event", .repoint = "UPDATE natural_event SET person = $2 WHERE subject = $1",
      .erase = "DELETE FROM natural_event WHERE subject = $1", .since = SINCE("natural_event", "at_us"),
      CODES("kind, key"), UNSAID("natural_event", "event_no") },
};

// Numbers that look personal, in rows from before they were kept as hashes: once, at the first start since. Codes of stores and campaigns
// stay as they are: others name them.
static const struct { const char *read, *write; } numbers[] = {
    { "SELECT id, number FROM car_order", "UPDATE car_order SET number = $2 WHERE id = $1" },
    { "SELECT id, number FROM test_drive", "UPDATE test_drive SET number = $2 WHERE id = $1" },
};
typedef VEC(db_arg) number_changes;            // id and number, in turns

static err numbers_read(engine *e, db *d, size_t which, arena *a, number_changes *ret)
{
    db_rows r;
    TRY(db_query_args(d, &r, numbers[which].read, NULL, 0));
    while (db_next(&r)) {
        str was = db_str(&r, 1), is = record_key_kept(e, was, a);
        if (is.s == was.s)
            continue;
        vec_push(ret, dbi(db_i64(&r, 0)));
        vec_push(ret, dbs(is));
    }
    return db_end(&r);
}

static err numbers_write(engine *e, db *d, arena *a, number_changes *v)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        v->n = 0;
        TRY(numbers_read(e, d, i, a, v));
        for (size_t k = 0; k < v->n; k += 2)
            TRY(db_exec_args(d, numbers[i].write, v->v + k, 2));
    }
    return db_exec(d, "INSERT INTO meta (key, value) VALUES ('record_numbers', 'kept')");
}

err record_numbers_keep(engine *e, db *d)
{
    int64_t done;
    number_changes v = { 0 };
    TRY(db_int(d, &done, 0, "SELECT count(*) FROM meta WHERE key = 'record_numbers'"));
    if (done)
        return E_OK;
    TRY(db_begin(d));
    arena *a = arena_create();
    err x = numbers_write(e, d, a, &v), end = x == E_OK ? db_commit(d) : db_rollback(d);
    vec_free(&v);
    arena_destroy(a);
    return x != E_OK ? x : end;
}

err record_open(engine *e, db *d)
{
    people_add_tables(e, tables, sizeof tables / sizeof *tables);
    TRY(record_numbers_keep(e, d));
    return natural_open(e, d);
}

void record_close(engine *e) { natural_close(e); }
