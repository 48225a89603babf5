-- expand: what rules did once or counted belongs to a subject; an effect is found by its cause, whose event names whose it is
CREATE TABLE rule_once_next (
  rule BIGINT NOT NULL, subject BIGINT NOT NULL, scope TEXT NOT NULL, person BIGINT NOT NULL, at_us BIGINT NOT NULL,
  event_no BIGINT NOT NULL,
  PRIMARY KEY (subject, rule, scope)
);
INSERT INTO rule_once_next (rule, subject, scope, person, at_us, event_no)
  SELECT rule, person, scope, person, at_us, event_no FROM rule_once;
DROP TABLE rule_once;
ALTER TABLE rule_once_next RENAME TO rule_once;
CREATE INDEX rule_once_person ON rule_once (person, rule, scope);

CREATE TABLE rule_count_next (
  rule BIGINT NOT NULL, subject BIGINT NOT NULL, period BIGINT NOT NULL, person BIGINT NOT NULL, n BIGINT NOT NULL,
  PRIMARY KEY (subject, rule, period)
);
INSERT INTO rule_count_next (rule, subject, period, person, n) SELECT rule, person, period, person, n FROM rule_count;
DROP TABLE rule_count;
ALTER TABLE rule_count_next RENAME TO rule_count;
CREATE INDEX rule_count_person ON rule_count (person, rule, period);

ALTER TABLE effect DROP COLUMN person;
