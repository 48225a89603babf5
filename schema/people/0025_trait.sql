-- expand: traits keep their history: a row is what one subject said of a trait, from the first time to the last
-- op: 0 set, 1 set_once, 2 increment, 3 append, 4 unset. value: JSON of the operand, empty for unset. last_*: when the same was said
-- again (sets only; otherwise as the first time). known_us: when it arrived. place: tells statements of one event apart.
-- The value of a trait is the fold of its person's rows in the order of time: it is computed, never stored (people/traits.c).
ALTER TABLE person_trait RENAME TO person_trait_before;
CREATE TABLE person_trait (
  subject BIGINT NOT NULL, name TEXT NOT NULL, at_us BIGINT NOT NULL, event_no BIGINT NOT NULL, place BIGINT NOT NULL,
  person BIGINT NOT NULL,
  op BIGINT NOT NULL CHECK (op BETWEEN 0 AND 4), value TEXT NOT NULL, source TEXT NOT NULL, known_us BIGINT NOT NULL,
  last_us BIGINT NOT NULL, last_no BIGINT NOT NULL, last_known_us BIGINT NOT NULL,
  PRIMARY KEY (subject, name, at_us, event_no, place)
);
INSERT INTO person_trait (subject, name, at_us, event_no, place, person, op, value, source, known_us, last_us, last_no, last_known_us)
  SELECT subject, name, at_us, event_no, 0, person, 0, value, '', at_us, at_us, event_no, at_us FROM person_trait_before;
DROP TABLE person_trait_before;
CREATE INDEX person_trait_person ON person_trait (person, name, last_us, last_no, place);
