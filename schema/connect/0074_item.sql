-- expand: items: rows of a dimension that events refer to by id (a model, a store, a product), as SensorsData's item_set brings them
-- gone: deleted; the row stays, so that what arrives late does not bring it back. at_us: of the newest statement.
CREATE TABLE item (
  type TEXT NOT NULL, id TEXT NOT NULL, props TEXT NOT NULL, gone BIGINT NOT NULL CHECK (gone IN (0, 1)),
  at_us BIGINT NOT NULL, event_no BIGINT NOT NULL,
  PRIMARY KEY (type, id)
);
-- How many rows of each type there are, gone ones included: for the limit.
CREATE TABLE item_type (type TEXT PRIMARY KEY, n BIGINT NOT NULL CHECK (n >= 0));
