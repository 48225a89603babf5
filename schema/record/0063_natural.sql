-- expand: events that two systems may tell (an app and the order system): known by what they are about, whoever tells them
-- key: "order:<number>", "vin:<keyed hash>". One row for a kind and a key, whoever it is about: an order number is one order.
-- subject, person: whose event it was; the row goes when the person is erased.
CREATE TABLE natural_event (
  kind TEXT NOT NULL, key TEXT NOT NULL, subject BIGINT NOT NULL, person BIGINT NOT NULL, at_us BIGINT NOT NULL, event_no BIGINT NOT NULL,
  PRIMARY KEY (kind, key)
);
CREATE INDEX natural_event_subject ON natural_event (subject);
CREATE INDEX natural_event_person ON natural_event (person);
