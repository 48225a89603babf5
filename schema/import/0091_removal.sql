-- expand: what an import made, and its being taken back
-- kind: event, subject (ranges of numbers), entry, staff, or a record's name (by id); undo: events of taking back.
CREATE TABLE import_made (
  import BIGINT NOT NULL, kind TEXT NOT NULL, from_id BIGINT NOT NULL, to_id BIGINT NOT NULL,
  PRIMARY KEY (import, kind, from_id)
);
CREATE INDEX import_made_end ON import_made (import, kind, to_id);
CREATE INDEX import_made_id ON import_made (import, from_id);
-- state: removal_state. phase, at: how far it is. emptied 1: its events are out of the log too.
CREATE TABLE import_removal (
  import BIGINT PRIMARY KEY, state BIGINT NOT NULL CHECK (state IN (0, 1)), phase BIGINT NOT NULL, at BIGINT NOT NULL,
  by_kind BIGINT NOT NULL, by_id BIGINT NOT NULL, asked_us BIGINT NOT NULL, done_us BIGINT NOT NULL,
  emptied BIGINT NOT NULL CHECK (emptied IN (0, 1))
);
CREATE INDEX import_removal_state ON import_removal (state, emptied, asked_us);
-- What became of it: outcome removed, or why it was kept.
CREATE TABLE import_taken (
  import BIGINT NOT NULL, kind TEXT NOT NULL, outcome TEXT NOT NULL, n BIGINT NOT NULL,
  PRIMARY KEY (import, kind, outcome)
);
-- Persons (as they are during it) whose turn has been; gone when the removal ends.
CREATE TABLE import_visited (import BIGINT NOT NULL, whose BIGINT NOT NULL, PRIMARY KEY (import, whose));
-- Events nothing shows any more.
CREATE TABLE event_hidden (from_no BIGINT PRIMARY KEY, to_no BIGINT NOT NULL, import BIGINT NOT NULL);
CREATE INDEX event_hidden_import ON event_hidden (import, from_no);
