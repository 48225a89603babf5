// What records bring to the process: whose rows they are, and the memory of events told twice.
#include "record/natural.h"
#include "record/record.h"

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

err record_open(engine *e, db *d)
{
    people_add_tables(e, tables, sizeof tables / sizeof *tables);
    return natural_open(e, d);
}

void record_close(engine *e) { natural_close(e); }
