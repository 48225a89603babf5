-- expand: points promised by rules and not yet given (待入账): which hold of the ledger belongs to which reason
CREATE TABLE promised (
  hold BIGINT PRIMARY KEY, person BIGINT NOT NULL, reason TEXT NOT NULL, unit TEXT NOT NULL, event_no BIGINT NOT NULL
);
CREATE INDEX promised_person ON promised (person, reason);
