-- expand: orders, test drives, vehicles: records about a person (src/record/kind_order.c …)
-- subject: the row's home, never shown; person: who that is now; 0 nobody. vin, plate: ids in the vault; …_hash: keyed hashes.
CREATE TABLE car_order (
  id BIGINT PRIMARY KEY, version BIGINT NOT NULL,
  subject BIGINT NOT NULL, person BIGINT NOT NULL,
  number TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('reserved', 'ordered', 'delivered', 'cancelled')),
  model TEXT NOT NULL, store BIGINT, fleet BIGINT CHECK (fleet IN (0, 1)), amount_fen BIGINT CHECK (amount_fen >= 0),
  reserved_us BIGINT, ordered_us BIGINT, delivery_on TEXT, delivered_us BIGINT, cancelled_us BIGINT,
  vin BIGINT, vin_hash BLOB,
  created_us BIGINT NOT NULL, changed_us BIGINT NOT NULL, archived_us BIGINT NOT NULL
);
CREATE INDEX car_order_subject ON car_order (subject);
CREATE INDEX car_order_person ON car_order (person, id);
CREATE INDEX car_order_state ON car_order (state, id);
CREATE INDEX car_order_model ON car_order (model, id);
CREATE INDEX car_order_store ON car_order (store, id);
CREATE INDEX car_order_vin ON car_order (vin_hash, id);

CREATE TABLE test_drive (
  id BIGINT PRIMARY KEY, version BIGINT NOT NULL,
  subject BIGINT NOT NULL, person BIGINT NOT NULL,
  number TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('booked', 'completed', 'no_show', 'cancelled')),
  model TEXT NOT NULL, store BIGINT,
  slot_us BIGINT NOT NULL, booked_us BIGINT, ended_us BIGINT,
  created_us BIGINT NOT NULL, changed_us BIGINT NOT NULL, archived_us BIGINT NOT NULL
);
CREATE INDEX test_drive_subject ON test_drive (subject);
CREATE INDEX test_drive_person ON test_drive (person, id);
CREATE INDEX test_drive_state ON test_drive (state, id);
CREATE INDEX test_drive_model ON test_drive (model, id);
CREATE INDEX test_drive_store ON test_drive (store, id);
CREATE INDEX test_drive_slot ON test_drive (slot_us, id);

CREATE TABLE vehicle (
  id BIGINT PRIMARY KEY, version BIGINT NOT NULL,
  subject BIGINT NOT NULL, person BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('stock', 'owned', 'resold', 'scrapped')),
  model TEXT NOT NULL,
  vin BIGINT NOT NULL, vin_hash BLOB NOT NULL UNIQUE, plate BIGINT, plate_hash BLOB,
  colour TEXT, built TEXT, since_us BIGINT,
  created_us BIGINT NOT NULL, changed_us BIGINT NOT NULL, archived_us BIGINT NOT NULL
);
CREATE INDEX vehicle_subject ON vehicle (subject);
CREATE INDEX vehicle_person ON vehicle (person, id);
CREATE INDEX vehicle_state ON vehicle (state, id);
CREATE INDEX vehicle_model ON vehicle (model, id);
CREATE INDEX vehicle_plate ON vehicle (plate_hash, id);

-- What an import may set in motion (enum effects) and whether it changes rows that are there.
ALTER TABLE record_import ADD COLUMN effects BIGINT NOT NULL DEFAULT 2;
ALTER TABLE record_import ADD COLUMN updates BIGINT NOT NULL DEFAULT 0;
ALTER TABLE record_import ADD COLUMN updated BIGINT NOT NULL DEFAULT 0;
